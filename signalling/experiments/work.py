"""What a part of an experiment is given to do its work with."""

from dataclasses import dataclass
from pathlib import Path

from signalling.executors import Progress


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

    def within(self, done: int, wanted: int) -> Progress | None:
        """Progress of a piece of the part, told as that of the whole.

        Args:
            done: before the piece, in the unit of its own progress.
            wanted: of the whole part.
        """
        tell = self.progress
        return None if tell is None else lambda some, _: tell(done + some, wanted)

    def wanted(self, full: int, quick: int) -> int:
        """How much is wanted, of two sizes."""
        return quick if self.quick else full
