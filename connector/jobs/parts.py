"""What does a job work with? The CRM, the store's home, and what RevOps wants."""

from dataclasses import dataclass

from connector.crm.base import CRM
from connector.engine.mapping import Mapping
from connector.engine.persona import Personas
from connector.engine.rules import Rules
from connector.store.database import Limits
from connector.store.home import Home


@dataclass(frozen=True, slots=True)
class Parts:
    """All of it; `digest` stands for rules, mapping and personas together."""

    crm: CRM
    home: Home
    rules: Rules
    personas: Personas
    mapping: Mapping
    digest: str
    limits: Limits
