"""What a part of an experiment is given to do its work with."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from signalling.executors import Progress

#: Progress of works that count different things, in one unit: shares of a part.
UNITS = 1000


@dataclass(frozen=True)
class Work:
    """Where a part stands, where it keeps what is done, and how much is wanted of it."""

    folder: Path
    """Of the experiment: where the files begin that it names."""
    journal: Path
    """What is done so far; interrupted, the part goes on from it."""
    quick: bool
    """Whether fewer runs are wanted, for a first look or a test."""
    workers: int
    progress: Progress | None = None

    @property
    def engine(self) -> str:
        """The compiled engine where it is installed: a part has many versions, and each alone is small."""
        return "batch" if importlib.util.find_spec("numba") else "process"

    def piece(self, number: int) -> Path:
        """Journal of a piece of the part that keeps one of its own."""
        return self.journal.with_name(f"{self.journal.stem}-{number}{self.journal.suffix}")

    def within(self, done: int, wanted: int) -> Progress | None:
        """Progress of a piece, told as that of the whole.

        Args:
            done: before the piece, in the unit of its own progress.
            wanted: of the whole part.
        """
        tell = self.progress
        return None if tell is None else lambda some, _: tell(done + some, wanted)

    def share(self, place: int, pieces: int) -> Progress | None:
        """Progress of one of equal pieces, told in thousandths of the whole."""
        tell = self.progress
        if tell is None:
            return None
        return lambda done, wanted: tell(UNITS * (place * wanted + done) // (pieces * wanted), UNITS)

    def wanted(self, full: int, quick: int) -> int:
        """How much is wanted, of two sizes."""
        return quick if self.quick else full
