"""How often is a rule right, and how sure can we be of that?"""

from dataclasses import dataclass
from math import sqrt

Z = 1.6448536269514722  # of a 90 % interval


@dataclass(frozen=True, slots=True)
class Tried:
    """How a rule did where the truth is known: of so many cases it said something in `said` and was right in `right`.

    `confidence` is how sure it was on average, 0-1; None where it said nothing.
    """

    tried: int
    said: int
    right: int
    confidence: float | None = None

    @property
    def coverage(self) -> float | None:
        """The share of cases in which it said something; None without any case."""
        return self.said / self.tried if self.tried else None

    @property
    def precision(self) -> float | None:
        """The share of what it said that was right; None where it said nothing."""
        return self.right / self.said if self.said else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The precision's 90 % interval (Wilson's, which also holds near 1 and for few cases)."""
        share = self.precision
        if share is None:
            return None
        weight = Z * Z / self.said
        middle = share + weight / 2
        spread = Z * sqrt((share * (1 - share) + weight / 4) / self.said)
        return (middle - spread) / (1 + weight), (middle + spread) / (1 + weight)
