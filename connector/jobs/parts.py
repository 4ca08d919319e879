"""What does a job work with? The CRM, the store's home, and what RevOps wants."""

from dataclasses import dataclass

from connector.backend.nouns import BOTH
from connector.crm.base import CRM
from connector.engine.mapping import Mapping
from connector.engine.persona import Personas
from connector.engine.rules import Rules
from connector.store.database import Limits
from connector.store.home import Home


@dataclass(frozen=True, slots=True)
class Parts:
    """All of it; `digest` stands for rules, mappings and personas together. The rows of CRMs `beside` count too."""

    crm: CRM
    home: Home
    rules: Rules
    personas: Personas
    mapping: Mapping
    digest: str
    limits: Limits
    beside: tuple["Parts", ...] = ()

    @property
    def reads(self) -> str:
        """Whose rows are scored: this CRM's, or both."""
        return BOTH if self.beside else self.crm.name
