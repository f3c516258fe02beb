"""One line of the table of coverage: how often an interval holds the truth it is made for."""

import math
from typing import NamedTuple

#: A note that begins so says that the interval is known to cover less than it aims at.
SHORT = "too short"


class Row(NamedTuple):
    """What was tried, how often, and how often the interval covered."""

    what: str
    """The interval and what it is of, e.g. "paired difference, Tango"."""
    truth: str
    """The true values and where they come from, e.g. "averted 0.02, caused 0.01; enumerated"."""
    repetitions: int
    """How many intervals were made; 0 if the coverage is enumerated and not simulated."""
    size: int
    """Pairs, wars or runs behind each interval."""
    nominal: float
    """The coverage that the interval promises or aims at, a probability."""
    covered: float
    """The share of intervals that held the truth, a probability."""
    note: str
    """What a reader should know: how it is made, or where it fails ("too short: why"); may be empty."""

    @property
    def standard_error(self) -> float:
        """Of the share covered, if the true coverage were the nominal one; 0 if it is enumerated."""
        if self.repetitions == 0:
            return 0.0
        return math.sqrt(self.nominal * (1.0 - self.nominal) / self.repetitions)

    @property
    def known_to_fail(self) -> bool:
        """Whether its note says that it covers less than it aims at."""
        return self.note.startswith(SHORT)

    def failing(self, allowance: float, errors: float) -> bool:
        """Whether it covers less than it aims at.

        Args:
            allowance: how much less is let pass; 0 for an interval that promises its coverage.
            errors: standard errors by which luck may bring it lower.
        """
        return self.covered < self.nominal - allowance - errors * self.standard_error
