"""How does a test steer the sandbox? The control plane, on a path that no real org has."""

from __future__ import annotations

from dataclasses import fields

from connector.sandbox.answers import Answer, Json, Request
from connector.sandbox.salesforce.deletes import empty_bin
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.settings import Settings
from connector.sandbox.salesforce.verbs import STORIES, Verb
from connector.sandbox.steering import answer_of, clock, known_settings, target


def control(instance: Instance, request: Request) -> Answer:
    """The answer of the control plane."""
    return answer_of(VERBS, instance, instance.org, request)


def _advance(instance: Instance, body: dict[str, Json]) -> Json:
    """{"days": 7} or {"to": "2026-01-08T00:00:00Z"}: the world's news come in, and the bin is emptied."""
    org = instance.org
    news = org.advance(target(org, body))
    empty_bin(org)
    return clock(org, body) | {"rows": news}


def _settings(instance: Instance, _: dict[str, Json]) -> Json:
    settings = instance.org.settings
    shown = {one.name: getattr(settings, one.name) for one in fields(Settings)}
    return shown | {"features": sorted(settings.features)}


def _set_settings(instance: Instance, body: dict[str, Json]) -> Json:
    """Any of the settings; `features` takes {"PersonAccount": true}, `access` takes {"Account.Industry": "hidden"}."""
    org = instance.org
    known_settings(body, {one.name for one in fields(Settings)})
    plain = {name: value for name, value in body.items() if name not in ("features", "access")}
    for name, value in plain.items():
        setattr(org.settings, name, value)
    org.settings.access |= body.get("access") or {}
    for feature, is_on in (body.get("features") or {}).items():
        (org.settings.features.add if is_on else org.settings.features.discard)(feature)
    org.access.forget()
    org.changed()
    return _settings(instance, body)


VERBS: dict[tuple[str, str], Verb] = {
    ("POST", "clock/advance"): _advance,
    ("GET", "settings"): _settings,
    ("PATCH", "settings"): _set_settings,
    **STORIES,
}
