"""Is everything ready? What `connector doctor` finds in this portal: token, scopes, mapping, properties, calls left."""

from collections.abc import Iterator

from connector.crm.base import Finding
from connector.crm.hubspot.directory import knock
from connector.crm.hubspot.fields import misfit, missing_options
from connector.crm.hubspot.properties import Definitions
from connector.crm.hubspot.streams import LISTS, Catalogue
from connector.crm.hubspot.transport import Transport
from connector.engine.fields import FIELDS
from connector.engine.mapping import Mapping
from connector.engine.records import Field
from connector.errors import AccessDenied, ConfigError, Rejected

SCARCE = 0.8  # of the day's calls; beyond it people run out with us
FIX_SCOPE = "add the scope in the app's settings, then take its token anew"


class Check:
    """Looks at one portal; reads only."""

    def __init__(
        self, transport: Transport, catalogue: Catalogue, definitions: Definitions, mapping: Mapping
    ) -> None:
        self._transport, self._catalogue, self._definitions = transport, catalogue, definitions
        self._mapping = mapping

    def findings(self) -> list[Finding]:
        """All of them, in the order of the walk; a token that is not taken ends it."""
        try:
            account = self._transport.account()
        except AccessDenied as error:
            return [Finding("error", "token", str(error), self._transport.login.next_step)]
        portal = f"portal {account.get('portalId')}, {account.get('accountType', 'of a type not told')}"
        told = f"logged in to {portal}, by {self._transport.login.means}"
        found = [Finding("ok", "token", told), *self._of_calls(), *self._of_scopes()]
        if any(finding.level == "error" for finding in found):
            return found
        return [*found, *self._of_reading(), *self._of_writing()]

    def _of_calls(self) -> Iterator[Finding]:
        usage = self._transport.budget.usage
        if usage and usage.limit:
            told = f"{usage.used:,} of {usage.limit:,} calls of the day are used"
            yield Finding("warning" if usage.used > usage.limit * SCARCE else "ok", "api calls", told)

    def _of_scopes(self) -> Iterator[Finding]:
        """Each object that is read: whether the token may see its definitions and its records."""
        mapped = {one.object.name: one.object.optional for one in self._mapping.read.values()}
        fine = 0
        for name, is_optional in mapped.items():
            fault = self._knock(name)
            if fault:
                yield Finding("note" if is_optional else "error", f"scope for {name}", fault, FIX_SCOPE)
            fine += not fault
        if fine:
            yield Finding("ok", "scopes", f"{fine} of {len(mapped)} objects may be read")

    def _knock(self, name: str) -> str:
        """What HubSpot refuses when the first row of an object is asked for; empty where it does not."""
        if name == "associations":
            return ""
        try:
            if name in LISTS:
                knock(self._transport, name)
            else:
                self._definitions.of(name)
                self._transport.get(self._transport.paths.of("objects", type=name), [("limit", "1")])
        except AccessDenied as error:
            return str(error)
        except Rejected:
            return ""  # a type that does not exist is a matter of the mapping
        return ""

    def _of_reading(self) -> Iterator[Finding]:
        """The mapping's faults, or what it reads here."""
        faults = self._catalogue.faults()
        yield from (Finding("error", "mapping", fault) for fault in faults)
        if faults:
            return
        yield Finding("ok", "mapping", f"{len(self._catalogue.readings())} streams can be read")
        for name in self._catalogue.absent():
            yield Finding("note", f"read.{name}", "this portal does not have it, or the token may not; nothing is read")

    def _of_writing(self) -> Iterator[Finding]:
        """Each property we write: there, of the right make, and writable."""
        write = self._mapping.write
        names = write.written()
        findings = [self._of_field(field, names[field.name]) for field in FIELDS if field.name in names]
        yield from (finding for finding in findings if finding.level != "ok")
        fine = sum(finding.level == "ok" for finding in findings)
        if fine:
            yield Finding("ok", "properties", f"{fine} of {len(findings)} properties can be written")

    def _of_field(self, field: Field, name: str) -> Finding:
        """What there is to say of one property we write."""
        of = self._mapping.write.object
        place, apply = f"{of}.{name}", "run connector fields apply"
        known = self._definitions.of(of)
        if known is None:
            raise ConfigError(f"write.object: {of} is no type of record in this portal")
        facts = known.get(name)
        if facts is None:
            was = name in self._definitions.archived(of)
            return Finding("error", place, "was archived by somebody" if was else "is not there", apply)
        fault = misfit(field, facts)
        if fault:
            return Finding("error", place, fault, f"name another property at write.fields.{field.name}")
        lacking = missing_options(field, facts)
        if lacking:
            return Finding("error", place, f"lacks the options {', '.join(lacking)}", apply)
        return Finding("ok", place, "can be written")
