"""How is a record made, changed, archived? Every write over the API and by a test goes through here."""

from __future__ import annotations

from collections.abc import Mapping

from connector.sandbox.answers import Json
from connector.sandbox.hubspot.kinds import Kind
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.records import Record, Version
from connector.sandbox.hubspot.refusals import Problem, bad_values
from connector.sandbox.hubspot.stages import Stage, stage_values
from connector.sandbox.hubspot.values import Invalid, read_value

ALIEN_MAILS = "hs_additional_emails"


def read_values(portal: Portal, kind: Kind, sent: Mapping[str, Json], record: Record | None = None) -> dict[str, str]:
    """The values a write asks for, read; null is left out, for it changes nothing. Refuses naming every fault."""
    found, faults = {}, []
    definitions = portal.of(kind).properties
    for name, value in sent.items():
        definition = definitions.get(name)
        if definition is None:
            faults.append((name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'))
            continue
        try:
            if value is not None:
                found[name] = read_value(definition, value, record.values.get(name, "") if record else "")
            _obey(portal, kind, name, found.get(name), record)
        except Invalid as fault:
            faults.append((name, fault.code, fault.message))
    if faults:
        raise bad_values(faults)
    return found


def _obey(portal: Portal, kind: Kind, name: str, value: str | None, record: Record | None) -> None:
    """The rules an admin set for a property's values."""
    for rule in portal.settings.validations:
        if (rule.get("object"), rule.get("property")) != (kind.name, name) or value is None:
            continue
        values, ids = rule.get("values"), rule.get("ids")
        is_met = isinstance(values, list) and value not in values
        if not is_met and (not isinstance(ids, list) or (record is not None and record.id in ids)):
            raise Invalid("VALIDATION_RULE_VIOLATION", str(rule.get("message", f"{name} breaks a validation rule.")))


def create(portal: Portal, kind: Kind, sent: Mapping[str, Json]) -> Record:
    """A new record. Refuses bad values, a missing date of an activity, and an e-mail address that is taken."""
    values = {name: value for name, value in read_values(portal, kind, sent).items() if value}
    if kind.is_engagement and not values.get("hs_timestamp"):
        raise bad_values([("hs_timestamp", "REQUIRED_FIELD", "hs_timestamp is required.")])
    _must_be_free(portal, kind, values, None)
    record = Record(portal.new_id(), {}, portal.now, portal.now)
    put_values(portal, kind, record, values)
    portal.shelf(kind).add(record)
    record.past.clear()
    portal.journal.wrote(kind.name, "created", sent)
    portal.webhooks.note(portal.now, kind, "creation", record.id)
    return record


def change(portal: Portal, kind: Kind, record: Record, sent: Mapping[str, Json]) -> Record:
    """Write into a record. `""` clears, null does nothing."""
    values = read_values(portal, kind, sent, record)
    _must_be_free(portal, kind, values, record)
    new = {name: value for name, value in values.items() if record.values.get(name, "") != value}
    if new or (values and portal.settings.same_value_bumps):
        keep_for_index(portal, record)
        put_values(portal, kind, record, values)
        portal.shelf(kind).version += 1
    portal.journal.wrote(kind.name, "updated", sent)
    for name, value in new.items():
        told = {"propertyName": name, "propertyValue": value}
        portal.webhooks.note(portal.now, kind, "propertyChange", record.id, **told)
    return record


def put_values(portal: Portal, kind: Kind, record: Record, values: Mapping[str, str]) -> None:
    """Give a record values that were read, with all that follows from them; its stamp moves."""
    now = portal.now
    more = stage_values(stage_of(portal, kind, values))
    if "email" in values:
        more["hs_email_domain"] = values["email"].rpartition("@")[2]
    for name, value in {**values, **more}.items():
        index_key(portal, kind, record, name, value)
        record.put(name, Version(value, now, "INTEGRATION", "sandbox"))
    record.updated = now
    if kind.name == "contacts" and "associatedcompanyid" in values:
        _follow_company(portal, record, values["associatedcompanyid"])


def stage_of(portal: Portal, kind: Kind, values: Mapping[str, str]) -> Stage | None:
    """The stage that the values of a deal name."""
    return portal.stages.get(values.get("dealstage", "")) if kind.name == "deals" else None


def index_key(portal: Portal, kind: Kind, record: Record, name: str, value: str) -> None:
    """Remember who has which unique value."""
    definition = portal.of(kind).properties.get(name)
    if definition is None or not definition.is_unique:
        return
    keys = portal.shelf(kind).by_key.setdefault(name, {})
    keys.pop(record.values.get(name, "").lower(), None)
    if value:
        keys[value.lower()] = int(record.id)


def _follow_company(portal: Portal, contact: Record, company: str) -> None:
    """The primary company follows the property that mirrors it."""
    primary = portal.links.primary("contacts", "companies")
    assert primary is not None  # noqa: S101 - HubSpot defines it
    for other in list(portal.links.of("contacts", contact.id, "companies")):
        portal.links.cut("contacts", contact.id, "companies", other, [primary.type_id])
    if company and portal.shelves["companies"].find(company):
        portal.links.put("contacts", contact.id, "companies", company, [primary.type_id])


def keep_for_index(portal: Portal, record: Record) -> None:
    """What the search index still shows of a record that is about to change."""
    if portal.settings.index_lag and (record.indexed is None or portal.is_heard_of(record.id, record.updated)):
        record.indexed = (dict(record.values), record.updated)


def bump(portal: Portal, kind: Kind, record: Record) -> None:
    """Only the stamp moves."""
    keep_for_index(portal, record)
    record.updated = portal.now
    portal.shelf(kind).version += 1


def archive(portal: Portal, kind: Kind, record: Record) -> None:
    """Into the bin, with the moment."""
    if not record.archived_at:
        record.archived_at = portal.now
        record.updated = portal.now
        portal.shelf(kind).version += 1
        for keys in portal.shelf(kind).by_key.values():
            for key in [key for key, number in keys.items() if number == int(record.id)]:
                del keys[key]
        portal.journal.wrote(kind.name, "deleted")
        portal.webhooks.note(portal.now, kind, "deletion", record.id)


def restore(portal: Portal, kind: Kind, record: Record) -> None:
    """Out of the bin again, as a person does it."""
    record.archived_at = 0
    for name in portal.of(kind).unique():
        if value := record.values.get(name):
            portal.shelf(kind).by_key.setdefault(name, {})[value.lower()] = int(record.id)
    bump(portal, kind, record)


def _must_be_free(portal: Portal, kind: Kind, values: Mapping[str, str], record: Record | None) -> None:
    """Refuses a unique value that another record has, as its first or as a further e-mail address."""
    for name in portal.of(kind).unique():
        value = values.get(name, "").lower()
        number = find_key(portal, kind, name, value)
        if number is not None and (record is None or number != int(record.id)):
            message = f"{kind.singular.capitalize()} already exists. Existing ID: {number}"
            raise Problem(409, "CONFLICT", message)


def find_key(portal: Portal, kind: Kind, name: str, value: str) -> int | None:
    """Who has this unique value; further e-mail addresses of a contact count too."""
    if not value:
        return None
    shelf = portal.shelf(kind)
    found = shelf.by_key.get(name, {}).get(value.lower())
    if found is None and name == "email" and kind.name == "contacts":
        holders = shelf.by_key.get(ALIEN_MAILS, {})
        return holders.get(value.lower())
    return found


def note_mails(portal: Portal, record: Record) -> None:
    """Remember the further e-mail addresses of a contact."""
    keys = portal.shelves["contacts"].by_key.setdefault(ALIEN_MAILS, {})
    for mail in filter(None, record.values.get(ALIEN_MAILS, "").split(";")):
        keys[mail.lower()] = int(record.id)
