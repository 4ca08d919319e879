"""How does a test steer the sandbox? The control plane, on a path that no real org has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import timedelta

from connector.sandbox.answers import Answer, Json, Refusal, Request, not_found
from connector.sandbox.clock import parse_moment
from connector.sandbox.deletes import empty_bin
from connector.sandbox.instance import Instance
from connector.sandbox.settings import Settings

PREFIX = "/__sandbox__/"
SPANS = ("days", "hours", "minutes", "seconds")


def control(instance: Instance, request: Request) -> Answer:
    """The answer of the control plane; needs no login, costs no API call, and no fault strikes it."""
    name = request.path.removeprefix(PREFIX).strip("/")
    verb = VERBS.get((request.method, name))
    if verb is None:
        raise not_found()
    body = request.object() if request.body else {}
    return Answer(verb(instance, body))


def _clock(instance: Instance, body: dict[str, Json]) -> Json:
    return {"now": instance.org.clock.now().isoformat()}


def _advance(instance: Instance, body: dict[str, Json]) -> Json:
    """{"days": 7} or {"to": "2026-01-08T00:00:00Z"}: the world's news come in."""
    org = instance.org
    span = timedelta(**{name: float(body[name]) for name in SPANS if name in body})
    to = parse_moment(str(body["to"])) if "to" in body else org.clock.now() + span
    news = org.advance(to)
    empty_bin(org)
    return _clock(instance, body) | {"rows": news}


def _set_clock(instance: Instance, body: dict[str, Json]) -> Json:
    """{"now": …, "rate": 1}: put the hands, without news; a rate lets the clock run."""
    org = instance.org
    moment = parse_moment(str(body["now"])) if "now" in body else org.clock.now()
    org.clock.set(moment, rate=body.get("rate"))
    return _clock(instance, body)


def _put_faults(instance: Instance, body: dict[str, Json]) -> Json:
    """{"rules": [...]}: see faults.Fault."""
    instance.org.faults.put(body.get("rules") or [])
    return _faults(instance, body)


def _faults(instance: Instance, body: dict[str, Json]) -> Json:
    return {"rules": [asdict(fault) for fault in instance.org.faults.plan]}


def _clear_faults(instance: Instance, body: dict[str, Json]) -> Json:
    instance.org.faults.clear()
    return _faults(instance, body)


def _settings(instance: Instance, body: dict[str, Json]) -> Json:
    settings = instance.org.settings
    shown = {one.name: getattr(settings, one.name) for one in fields(Settings)}
    return shown | {"features": sorted(settings.features)}


def _set_settings(instance: Instance, body: dict[str, Json]) -> Json:
    """Any of the settings; `features` takes {"PersonAccount": true}, `access` takes {"Account.Industry": "hidden"}."""
    settings = instance.org.settings
    known = {one.name for one in fields(Settings)}
    if unknown := sorted(set(body) - known):
        raise Refusal(400, "INVALID_SETTING", f"There is no setting {unknown[0]}; there are {', '.join(sorted(known))}.")
    for name, value in body.items():
        SETTERS.get(name, setattr_)(settings, name, value)
    instance.org.access.forget()
    instance.org.changed()
    return _settings(instance, body)


def setattr_(settings: Settings, name: str, value: Json) -> None:
    """Set a plain setting."""
    setattr(settings, name, value)


def _set_features(settings: Settings, name: str, value: Json) -> None:
    for feature, on in value.items():
        (settings.features.add if on else settings.features.discard)(feature)


def _set_access(settings: Settings, name: str, value: Json) -> None:
    settings.access |= value


SETTERS: dict[str, Callable[[Settings, str, Json], None]] = {"features": _set_features, "access": _set_access}


def _requests(instance: Instance, body: dict[str, Json]) -> Json:
    return {"requests": instance.org.journal.requests()}


def _writes(instance: Instance, body: dict[str, Json]) -> Json:
    return {"writes": instance.org.journal.totals()}


def _clear_journal(instance: Instance, body: dict[str, Json]) -> Json:
    instance.org.journal.clear()
    return {}


Verb = Callable[[Instance, dict[str, Json]], Json]
VERBS: dict[tuple[str, str], Verb] = {
    ("GET", "clock"): _clock,
    ("POST", "clock"): _set_clock,
    ("POST", "clock/advance"): _advance,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _put_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "settings"): _settings,
    ("PATCH", "settings"): _set_settings,
    ("GET", "requests"): _requests,
    ("GET", "writes"): _writes,
    ("DELETE", "journal"): _clear_journal,
}
