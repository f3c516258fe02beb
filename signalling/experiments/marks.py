"""What became of predictions: borne out, not borne out, or undecided, by the intervals of rows."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from signalling.errors import SignallingError
from signalling.experiments.experiment import Prediction
from signalling.experiments.rows import Row
from signalling.experiments.tables import chosen, told
from signalling.figures.paper.points import HIGH, LOW
from signalling.validation import suggestion


class Mark(StrEnum):
    """What a prediction came to."""

    BORNE_OUT = "borne out"
    NOT_BORNE_OUT = "not borne out"
    UNDECIDED = "undecided"


class Marked(NamedTuple):
    """A prediction, and what its rows say of it."""

    prediction: Prediction
    rows: list[Row]
    marks: list[Mark]

    @property
    def mark(self) -> Mark:
        """Borne out where all rows bear it out, not borne out where one speaks against it."""
        if Mark.NOT_BORNE_OUT in self.marks:
            return Mark.NOT_BORNE_OUT
        return Mark.UNDECIDED if Mark.UNDECIDED in self.marks else Mark.BORNE_OUT

    @property
    def measured(self) -> str:
        """The estimate, or of several the range of estimates and how many rows are for and against."""
        column = self.prediction.column
        if len(self.rows) == 1:
            return told(self.rows[0], column)
        ordered = sorted(self.rows, key=lambda row: float(row[column] or 0.0))
        ends = " to ".join(told(row, column) for row in (ordered[0], ordered[-1]))
        counts = [self.marks.count(mark) for mark in (Mark.BORNE_OUT, Mark.NOT_BORNE_OUT)]
        return f"{ends}; of {len(self.rows)} cells {counts[0]} for, {counts[1]} against"


def marked(prediction: Prediction, rows: Sequence[Row]) -> Marked:
    """Mark a prediction by the rows of its part.

    Raises:
        SignallingError: there is no such column or row, or a row without an interval.
    """
    about = chosen(rows, prediction.where)
    if not about:
        raise SignallingError(f"where = {prediction.where}: no row of {prediction.part} has these values")
    return Marked(prediction, about, [_mark(prediction, row) for row in about])


def _mark(prediction: Prediction, row: Row) -> Mark:
    column = prediction.column
    names = (f"{column}{LOW}", f"{column}{HIGH}")
    for name in names:
        if name not in row:
            raise SignallingError(f"column = {column}: there is no {name}; {suggestion(name, list(row))}")
    low, high = (row[name] for name in names)
    if not isinstance(low, float | int) or not isinstance(high, float | int):
        raise SignallingError(f"column = {column}: a row of {prediction.part} has no interval there: {row}")
    line, margin = prediction.line, prediction.margin
    above, below = low > line + margin, high < line - margin
    within = low >= line - margin and high <= line + margin
    for_it, against = {
        "above": (low > line, high < line),
        "below": (high < line, low > line),
        "within": (within, above or below),
    }[prediction.expected]
    if for_it:
        return Mark.BORNE_OUT
    return Mark.NOT_BORNE_OUT if against else Mark.UNDECIDED
