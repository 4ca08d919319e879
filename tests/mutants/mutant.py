"""What is a bug that is brought back? One change of one file, and the test that must see it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """One bug of the list by its number, brought back into one file below `connector/`, and the test that goes red.

    `old` stands exactly once in the file; in its place comes `new`. A change that no longer fits must be written anew.
    """

    bug: int
    what: str
    file: str
    old: str
    new: str
    test: str  # below tests/

    @property
    def name(self) -> str:
        return f"B{self.bug} {self.what}"
