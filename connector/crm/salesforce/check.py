"""Is everything ready? What `connector doctor` finds in this org, from the login to how much activity it holds."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from connector.crm.base import Finding
from connector.crm.salesforce import rest, soql
from connector.crm.salesforce.describe import Describes, FieldFacts, ObjectFacts
from connector.crm.salesforce.fields import misfit
from connector.crm.salesforce.login import Login
from connector.crm.salesforce.question import Question
from connector.crm.salesforce.streams import Catalogue
from connector.crm.salesforce.transport import Transport
from connector.engine.fields import FIELDS
from connector.engine.mapping import Mapping
from connector.engine.records import Field, Window
from connector.errors import AccessDenied, Rejected

LARGE = "200,000"  # store.bookmarks.LARGE_STREAM
SCARCE = 0.8  # of the day's calls; beyond it people run out with us
MONTHS = 3
LOW_COVERAGE = 1.0  # activities a month and active user; teams that log their work have dozens
ACTIVITIES = ("task", "event", "email_message")
POWERS = {
    "PermissionsModifyAllData": "Modify All Data",
    "PermissionsManageUsers": "Manage Users",
    "PermissionsCustomizeApplication": "Customize Application",
    "PermissionsAuthorApex": "Author Apex",
}


class Check:
    """Looks at one org; reads only."""

    def __init__(
        self, transport: Transport, catalogue: Catalogue, describes: Describes, mapping: Mapping, login: Login
    ) -> None:
        self._transport, self._catalogue, self._describes = transport, catalogue, describes
        self._mapping, self._login = mapping, login

    def findings(self) -> list[Finding]:
        """All of them, in the order of the walk; a login that fails ends it."""
        try:
            self._transport.touch()
        except AccessDenied as error:
            return [Finding("error", "login", str(error))]
        found = [*self._of_login(), *self._of_reading(), *self._of_writing(), *self._of_permissions()]
        is_mapped = not any(finding.level == "error" and finding.place == "mapping" for finding in found)
        return found + (list(self._of_coverage()) if is_mapped else [])

    def _of_login(self) -> Iterator[Finding]:
        yield Finding("ok", "login", "logged in")
        if self._login.rotated:
            fix = "turn refresh token rotation off, or use SALESFORCE_AUTH=jwt"
            yield Finding("warning", "login", "the refresh token in the settings was replaced and is dead now", fix)
        usage = self._transport.budget.usage
        if usage and usage.limit:
            told = f"{usage.used:,} of {usage.limit:,} calls of the last 24 hours are used"
            yield Finding("warning" if usage.used > usage.limit * SCARCE else "ok", "api calls", told)

    def _of_reading(self) -> Iterator[Finding]:
        """The mapping's faults, or what it reads here and what it cannot keep fresh."""
        faults = self._catalogue.faults()
        yield from (Finding("error", "mapping", fault) for fault in faults)
        if faults:
            return
        readings = self._catalogue.readings()
        yield Finding("ok", "mapping", f"{len(readings)} streams can be read")
        for name in self._catalogue.absent():
            yield Finding("note", f"read.{name}", "not in this org, or hidden from our user; nothing is read")
        for name, reading in readings.items():
            if reading.formulas:
                told = f"{', '.join(reading.formulas)} can change without a trace, so all rows are read again"
                yield Finding("note", f"read.{name}", f"{told} once a day, once a week from {LARGE} rows on")

    def _of_writing(self) -> Iterator[Finding]:
        """Each field we write: there, of the right make, and editable."""
        write = self._mapping.write
        found = self._describes.of(write.object)
        if found is None:
            yield Finding("error", "write.object", f"{write.object} is not in this org, or hidden from our user")
            return
        names = write.written()
        findings = [_of_field(found, field, names[field.name]) for field in FIELDS if field.name in names]
        yield from (finding for finding in findings if finding.level != "ok")
        fine = sum(1 for finding in findings if finding.level == "ok")
        if fine:
            yield Finding("ok", "fields", f"{fine} of {len(findings)} fields can be written")

    def _of_permissions(self) -> Iterator[Finding]:
        """What our user may do and does not need to."""
        mapped = {mapped.object.name for mapped in self._mapping.read.values()}
        objects = [found for name in sorted(mapped) if (found := self._describes.of(name))]
        deleting = [found.name for found in objects if found.may_delete]
        if deleting:
            told = f"the integration user may delete {', '.join(deleting)}; the connector never does"
            yield Finding("note", "permissions", told, "take it away")
        powers = self._powers()
        if powers:
            told = f"the integration user has {', '.join(powers)}; the connector needs none of them"
            yield Finding("note", "permissions", told, "take it away; deploy/ has the permission set that is enough")

    def _powers(self) -> Sequence[str]:
        """The far-reaching permissions of our user; none where they cannot be read."""
        user = self._transport.token.user_id
        fields = [f"PermissionSet.{name}" for name in POWERS]
        try:
            condition = f"AssigneeId = {soql.text(user)}"
            answer = self._transport.query(soql.select(fields, "PermissionSetAssignment", [condition]))
            sets = [row.get("PermissionSet") or {} for row in answer["records"]]
        except (Rejected, KeyError, TypeError):
            return []
        return [label for name, label in POWERS.items() if any(one.get(name) for one in sets)]

    def _of_coverage(self) -> Iterator[Finding]:
        """How much activity there is a month for each active user: none of it may mean that it is kept elsewhere."""
        users = self._count("user", ["IsActive = true"])
        for since, until in _months(self._transport.now()):
            found = {name: self._count(name, soql.within("CreatedDate", Window(since, until))) for name in ACTIVITIES}
            each = sum(found.values()) / max(users, 1)
            told = ", ".join(f"{count:,} {name.replace('_', ' ')}s" for name, count in found.items())
            place = f"coverage {since:%Y-%m}"
            if each < LOW_COVERAGE:
                fix = "if Einstein Activity Capture is used, turn on Sync Email as Salesforce Activity"
                yield Finding("warning", place, f"{told}: {each:.1f} for each of {users:,} active users", fix)
            else:
                yield Finding("ok", place, f"{told}: {each:.0f} for each of {users:,} active users")

    def _count(self, stream: str, conditions: Sequence[str]) -> int:
        """How many rows of a stream meet the conditions; none where the org does not have it."""
        reading = self._catalogue.readings().get(stream)
        if reading is None:
            return 0
        return rest.count(self._transport, Question(reading.object.name, reading.columns, tuple(conditions)))


def _of_field(found: ObjectFacts, field: Field, name: str) -> Finding:
    """What there is to say of one field we write."""
    place = f"{found.name}.{name}"
    facts: FieldFacts | None = found.field(name)
    if facts is None:
        return Finding("error", place, "is not there, or hidden from our user", "run connector fields apply")
    fault = misfit(field, facts)
    if fault:
        fix = f"correct it in Setup, or name another field at write.fields.{field.name}"
        return Finding("error", place, fault, fix)
    if not facts.is_updateable:
        return Finding("error", place, "the integration user may not edit it", "run connector fields apply")
    return Finding("ok", place, "can be written")


def _months(now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The last whole months, newest first."""
    until = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(MONTHS):
        since = (until - timedelta(days=1)).replace(day=1)
        yield since, until
        until = since
