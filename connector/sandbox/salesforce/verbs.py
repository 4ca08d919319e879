"""Which stories can a test tell over the control plane? Rows set, merged, converted, deleted and brought back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyarrow as pa

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.salesforce.deletes import bury, restore, with_children
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.schema import SObject
from connector.sandbox.salesforce.stories import convert, merge, touched
from connector.sandbox.salesforce.users import App, user_id
from connector.sandbox.salesforce.values import ARROW, read_value

Verb = Callable[[Instance, dict[str, Json]], Json]


def _sobject(instance: Instance, body: dict[str, Json]) -> SObject:
    sobject = instance.org.schema.find(str(body.get("object")))
    if sobject is None:
        raise Refusal(400, "INVALID_TYPE", f"There is no object {body.get('object')}.")
    return sobject


def put_rows(instance: Instance, body: dict[str, Json]) -> Json:
    """{"rows": {"Account": [{...}]}, "late_seconds": 90}: whole rows as they are; SystemModstamp is now if absent."""
    org, taken = instance.org, {}
    for name, rows in (body.get("rows") or {}).items():
        sobject = _sobject(instance, {"object": name})
        table = _table(instance, sobject, rows)
        late = body.get("late_seconds")
        if late:
            org.late.add(org.clock.now() + timedelta(seconds=float(late)), sobject.name, table)
        else:
            org.take({sobject.name: table})
        taken[sobject.name] = [row["Id"] for row in table.select(["Id"]).to_pylist()]
    return {"ids": taken}


def _table(instance: Instance, sobject: SObject, rows: list[dict[str, Json]]) -> pa.Table:
    now = instance.org.clock.now().isoformat()
    stamps = {name: now for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp") if sobject.field(name)}
    whole = [{"Id": row.get("Id") or instance.org.mint.new(sobject.prefix)} | stamps | row for row in rows]
    names = sorted({name for row in whole for name in row})
    fields = [field for name in names if (field := sobject.field(name))]
    if len(fields) < len(names):
        unknown = next(name for name in names if not sobject.field(name))
        raise Refusal(400, "INVALID_FIELD", f"No such column '{unknown}' on sobject of type {sobject.name}")
    columns = {
        field.name: pa.array(
            [None if row.get(field.name) is None else read_value(field, row[field.name]) for row in whole],
            ARROW[field.sql_type],
        )
        for field in fields
    }
    return pa.table(columns)


def merge_records(instance: Instance, body: dict[str, Json]) -> Json:
    """{"object": "Account", "master": id, "losers": [id, …], "touch_children": false}."""
    losers = list(body.get("losers") or [])
    merge(instance.org, _sobject(instance, body), str(body["master"]), losers, touch=bool(body.get("touch_children")))
    return {"master": body["master"], "losers": losers}


def convert_lead(instance: Instance, body: dict[str, Json]) -> Json:
    """{"lead": id, "account": id?, "contact": id?, "opportunity": name?}."""
    lead = convert(instance.org, _running_user(instance), str(body["lead"]), body)
    names = ("Id", "ConvertedAccountId", "ConvertedContactId", "ConvertedOpportunityId")
    return {name: lead[name] for name in names}


def _running_user(instance: Instance) -> str:
    return user_id(instance.org, next(iter(instance.logins.apps.values())).username)


def touch(instance: Instance, body: dict[str, Json]) -> Json:
    """{"object": …, "ids": […]}: an automated process saves them."""
    touched(instance.org, _sobject(instance, body), list(body["ids"]))
    return {}


def delete_records(instance: Instance, body: dict[str, Json]) -> Json:
    """{"object": …, "ids": […], "hard": false}: a person deletes them, with their children."""
    org = instance.org
    for sobject, ids in list(with_children(org, _sobject(instance, body), list(body["ids"]))):
        bury(org, sobject, ids, hard=bool(body.get("hard")))
    return {}


def undelete(instance: Instance, body: dict[str, Json]) -> Json:
    """{"object": …, "ids": […]}: out of the recycle bin again."""
    restore(instance.org, _sobject(instance, body), list(body["ids"]))
    return {}


def add_app(instance: Instance, body: dict[str, Json]) -> Json:
    """{"client_id", "client_secret", "username", "public_keys": [pem]}: another connected app."""
    app = App(str(body["client_id"]), str(body.get("client_secret", "")), str(body["username"]))
    app.public_keys = list(body.get("public_keys") or [])
    instance.logins.apps[app.client_id] = app
    return {"client_id": app.client_id, "refresh_token": instance.logins.refresh_token(app)}


def end_sessions(instance: Instance, _: dict[str, Json]) -> Json:
    """Every access token is dead."""
    instance.logins.expire_all()
    return {}


STORIES: dict[tuple[str, str], Verb] = {
    ("POST", "rows"): put_rows,
    ("POST", "merge"): merge_records,
    ("POST", "convert"): convert_lead,
    ("POST", "touch"): touch,
    ("POST", "delete"): delete_records,
    ("POST", "undelete"): undelete,
    ("POST", "apps"): add_app,
    ("DELETE", "sessions"): end_sessions,
}
