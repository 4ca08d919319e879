"""What an installation of ours has of pandas: nothing. Arrow imports it unasked where somebody else has brought it."""

raise ImportError("pandas comes with the bench, not with the connector")
