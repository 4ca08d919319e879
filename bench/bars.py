"""What did a bench find, and is it within its bar?"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure of one run beside the limit it is held to."""

    question: str
    value: float
    unit: str
    limit: float
    kind: Literal["at most", "at least"] = "at most"
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure is on the right side of its limit."""
        return self.value <= self.limit if self.kind == "at most" else self.value >= self.limit

    def row(self) -> str:
        """A line of a Markdown table."""
        verdict = "holds" if self.holds else "**fails**"
        bar = f"{self.kind} {self.limit:g} {self.unit}"
        return f"| {self.question} | {self.value:.3g} {self.unit} | {bar} | {verdict} | {self.detail} |"
