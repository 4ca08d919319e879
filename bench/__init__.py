"""Measurements: is the connector as fast, as small and as right as it promises?"""
