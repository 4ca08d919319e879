"""How does a test steer the sandbox? The control plane, on a path that no real org has."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import timedelta

from connector.sandbox.answers import Answer, Json, Refusal, Request
from connector.sandbox.clock import parse_moment
from connector.sandbox.salesforce.deletes import empty_bin
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.settings import Settings
from connector.sandbox.salesforce.verbs import STORIES, Verb
from connector.sandbox.transport import PREFIX

SPANS = ("days", "hours", "minutes", "seconds")


def control(instance: Instance, request: Request) -> Answer:
    """The answer of the control plane; needs no login, costs no API call, and no fault strikes it."""
    name = request.path.removeprefix(PREFIX).strip("/")
    verb = VERBS.get((request.method, name))
    if verb is None:
        known = ", ".join(sorted(f"{method} {PREFIX}{path}" for method, path in VERBS))
        raise Refusal(404, "NOT_FOUND", f"The control plane has {known}.")
    body = request.object() if request.body else {}
    try:
        with instance.org.lock:
            return Answer(verb(instance, body))
    except (KeyError, TypeError, ValueError) as fault:
        raise Refusal(400, "INVALID_REQUEST", f"{name}: {type(fault).__name__}: {fault}") from fault


def _clock(instance: Instance, _: dict[str, Json]) -> Json:
    return {"now": instance.org.clock.now().isoformat()}


def _advance(instance: Instance, body: dict[str, Json]) -> Json:
    """{"days": 7} or {"to": "2026-01-08T00:00:00Z"}: the world's news come in, and the bin is emptied."""
    org = instance.org
    span = timedelta(**{name: float(body[name]) for name in SPANS if name in body})
    news = org.advance(parse_moment(str(body["to"])) if "to" in body else org.clock.now() + span)
    empty_bin(org)
    return _clock(instance, body) | {"rows": news}


def _set_clock(instance: Instance, body: dict[str, Json]) -> Json:
    """{"now": …, "rate": 1}: put the hands, without news; a rate lets the clock run."""
    org = instance.org
    moment = parse_moment(str(body["now"])) if "now" in body else org.clock.now()
    org.clock.set(moment, rate=body.get("rate"))
    return _clock(instance, body)


def _faults(instance: Instance, _: dict[str, Json]) -> Json:
    return {"rules": [asdict(fault) for fault in instance.org.faults.plan]}


def _put_faults(instance: Instance, body: dict[str, Json]) -> Json:
    """{"rules": [...]}: see faults.Fault."""
    instance.org.faults.put(body.get("rules") or [])
    return _faults(instance, body)


def _clear_faults(instance: Instance, body: dict[str, Json]) -> Json:
    instance.org.faults.clear()
    return _faults(instance, body)


def _settings(instance: Instance, _: dict[str, Json]) -> Json:
    settings = instance.org.settings
    shown = {one.name: getattr(settings, one.name) for one in fields(Settings)}
    return shown | {"features": sorted(settings.features)}


def _set_settings(instance: Instance, body: dict[str, Json]) -> Json:
    """Any of the settings; `features` takes {"PersonAccount": true}, `access` takes {"Account.Industry": "hidden"}."""
    org = instance.org
    known = {one.name for one in fields(Settings)}
    if unknown := sorted(set(body) - known):
        message = f"There is no setting {unknown[0]}; there are {', '.join(sorted(known))}."
        raise Refusal(400, "INVALID_SETTING", message)
    plain = {name: value for name, value in body.items() if name not in ("features", "access")}
    for name, value in plain.items():
        setattr(org.settings, name, value)
    org.settings.access |= body.get("access") or {}
    for feature, is_on in (body.get("features") or {}).items():
        (org.settings.features.add if is_on else org.settings.features.discard)(feature)
    org.access.forget()
    org.changed()
    return _settings(instance, body)


def _requests(instance: Instance, _: dict[str, Json]) -> Json:
    return {"requests": instance.org.journal.requests()}


def _writes(instance: Instance, _: dict[str, Json]) -> Json:
    return {"writes": instance.org.journal.totals()}


def _clear_journal(instance: Instance, _: dict[str, Json]) -> Json:
    instance.org.journal.clear()
    return {}


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
    **STORIES,
}
