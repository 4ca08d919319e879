"""How does a test steer the portal? The control plane, on a path that HubSpot does not have."""

from __future__ import annotations

from dataclasses import fields

from connector.sandbox.answers import Answer, Json, Request
from connector.sandbox.hubspot.instance import Instance
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.hubspot.verbs import STORIES, Verb
from connector.sandbox.steering import answer_of, clock, known_settings, target


def control(instance: Instance, request: Request) -> Answer:
    """The answer of the control plane."""
    return answer_of(VERBS, instance, instance.portal, request)


def _advance(instance: Instance, body: dict[str, Json]) -> Json:
    """{"days": 7} or {"to": "2026-01-08T00:00:00Z"}: the world's news come in, and the bin is emptied."""
    news = instance.portal.advance(target(instance.portal, body))
    return clock(instance.portal, body) | {"rows": news}


def _settings(instance: Instance, _: dict[str, Json]) -> Json:
    settings = instance.portal.settings
    shown = {one.name: getattr(settings, one.name) for one in fields(Settings)}
    return shown | {"scopes": sorted(settings.scopes)}


def _set_settings(instance: Instance, body: dict[str, Json]) -> Json:
    """Any of the settings; `scopes` takes {"crm.lists.read": false}, or the whole list."""
    settings = instance.portal.settings
    known_settings(body, {one.name for one in fields(Settings)})
    for name, value in body.items():
        if name != "scopes":
            setattr(settings, name, value)
        elif isinstance(value, list):
            settings.scopes = set(value)
        else:
            for scope, is_granted in value.items():
                (settings.scopes.add if is_granted else settings.scopes.discard)(scope)
    return _settings(instance, body)


VERBS: dict[tuple[str, str], Verb] = {
    ("POST", "clock/advance"): _advance,
    ("GET", "settings"): _settings,
    ("PATCH", "settings"): _set_settings,
    **STORIES,
}
