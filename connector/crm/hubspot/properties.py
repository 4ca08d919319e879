"""Which properties does a type of record have, as our token sees them? Definitions, read once a run."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.crm.hubspot.answers import Json
from connector.crm.hubspot.objects import results_of
from connector.crm.hubspot.transport import Transport
from connector.errors import Rejected, Unavailable

NO_SUCH_TYPE = "Unable to infer object type"


@dataclass(frozen=True, slots=True)
class PropertyFacts:
    """One property; `options` are the values of an enumeration that takes no others."""

    name: str
    type: str
    field_type: str = ""
    label: str = ""
    group: str = ""
    options: tuple[str, ...] = ()
    is_open: bool = False  # its options are kept elsewhere, such as owners
    is_calculated: bool = False
    is_read_only: bool = False

    @property
    def is_writable(self) -> bool:
        """Whether a value may be set at all."""
        return not self.is_calculated and not self.is_read_only


class Definitions:
    """Asks for each type's properties once; a new one is made for each run, so that what a person changed shows."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._known: dict[tuple[str, bool], Mapping[str, PropertyFacts] | None] = {}

    def of(self, object_type: str) -> Mapping[str, PropertyFacts] | None:
        """The properties by name, or None where the portal has no such type. Raises AccessDenied naming the scope."""
        return self._look(object_type, archived=False)

    def archived(self, object_type: str) -> Mapping[str, PropertyFacts]:
        """Those somebody has archived, by name."""
        return self._look(object_type, archived=True) or {}

    def forget(self) -> None:
        """Ask anew from now on: properties were made or changed."""
        self._known.clear()

    def _look(self, object_type: str, *, archived: bool) -> Mapping[str, PropertyFacts] | None:
        key = (object_type, archived)
        if key not in self._known:
            self._known[key] = self._ask(object_type, archived=archived)
        return self._known[key]

    def _ask(self, object_type: str, *, archived: bool) -> Mapping[str, PropertyFacts] | None:
        path = self._transport.paths.of("properties", type=object_type)
        try:
            answer = self._transport.get(path, [("archived", "true")] if archived else [])
        except Rejected as error:
            if NO_SUCH_TYPE in str(error):
                return None
            raise
        return {facts.name: facts for facts in map(facts_of, results_of(answer, path))}


def facts_of(body: Json) -> PropertyFacts:
    """One definition. Raises Unavailable when it is none."""
    try:
        meta = body.get("modificationMetadata") or {}
        return PropertyFacts(
            name=body["name"],
            type=body["type"],
            field_type=body.get("fieldType") or "",
            label=body.get("label") or "",
            group=body.get("groupName") or "",
            options=tuple(str(option["value"]) for option in body.get("options") or ()),
            is_open=bool(body.get("externalOptions")),
            is_calculated=bool(body.get("calculated")),
            is_read_only=bool(meta.get("readOnlyValue") or body.get("readOnlyValue")),
        )
    except (KeyError, TypeError, AttributeError):
        raise Unavailable("properties: a definition of a wrong shape") from None
