"""Which stages may a deal be in?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: probability as HubSpot keeps it, a text."""

    id: str
    label: str
    probability: str
    is_closed: bool = False

    @property
    def is_won(self) -> bool:
        return self.is_closed and float(self.probability) == 1.0


STAGES = (
    Stage("appointmentscheduled", "Appointment Scheduled", "0.2"),
    Stage("qualifiedtobuy", "Qualified To Buy", "0.4"),
    Stage("presentationscheduled", "Presentation Scheduled", "0.6"),
    Stage("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
    Stage("contractsent", "Contract Sent", "0.9"),
    Stage("closedwon", "Closed Won", "1.0", is_closed=True),
    Stage("closedlost", "Closed Lost", "0.0", is_closed=True),
)


def stage_values(stage: Stage | None) -> dict[str, str]:
    """What HubSpot works out of a deal's stage."""
    if stage is None:
        return {}
    is_lost = stage.is_closed and not stage.is_won
    facts = {"hs_is_closed": stage.is_closed, "hs_is_closed_won": stage.is_won, "hs_is_closed_lost": is_lost}
    return {name: str(is_so).lower() for name, is_so in facts.items()} | {
        "hs_deal_stage_probability": stage.probability
    }
