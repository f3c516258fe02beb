"""Rows as points: an estimate with its interval, in a place of its own."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from signalling.errors import SignallingError
from signalling.figures import cells
from signalling.validation import complaint, shorten

Row = Mapping[str, Any]
Key = tuple[Any, ...]

LOW, HIGH = "_low", "_high"
#: Columns that tell a change: zero is drawn, and numbers have their sign.
CHANGES = {"difference", "total", "direct", "reaction", "adds", "median", "security"}


class Estimate(NamedTuple):
    """A value of a row with its interval, whose ends are null together."""

    value: float
    low: float | None
    high: float | None

    @property
    def ends(self) -> list[float]:
        """All numbers that need room on an axis."""
        return [end for end in self if end is not None]


def estimate_of(row: Row, column: str) -> Estimate | None:
    """A value with its interval, as far as the row has them; none where the value is null.

    Example:
        >>> estimate_of({"share": 0.5, "share_low": 0.4, "share_high": 0.6}, "share")
        Estimate(value=0.5, low=0.4, high=0.6)

    Raises:
        SignallingError: the value is not a number.
    """
    value, low, high = row[column], row.get(f"{column}{LOW}"), row.get(f"{column}{HIGH}")
    if value is None:
        return None
    for name, number in ((column, value), (f"{column}{LOW}", low), (f"{column}{HIGH}", high)):
        if number is not None and not cells.is_number(number):
            raise SignallingError(complaint(name, number, "is not a number; name a column of numbers"))
    if low is None or high is None:
        return Estimate(float(value), None, None)
    return Estimate(float(value), float(low), float(high))


def placed(rows: Sequence[Row], columns: Sequence[str]) -> dict[Key, Row]:
    """Rows by where they stand.

    Raises:
        SignallingError: two stand in one place.
    """
    found: dict[Key, Row] = {}
    for row in rows:
        key = tuple(row[name] for name in columns)
        if key in found:
            raise SignallingError(_clash(columns, found[key], row))
        found[key] = row
    return found


def _clash(columns: Sequence[str], one: Row, other: Row) -> str:
    told = (f"{name} = {'null' if one[name] is None else shorten(one[name])}" for name in columns)
    place = ", ".join(told) or "the figure"
    differ = [name for name in one if name not in columns and one[name] != other[name]]
    # What was measured differs too, but nobody chooses by it.
    settings = [name for name in differ if f"{name}{LOW}" not in one and not name.endswith((LOW, HIGH))]
    varying = ", ".join(settings[:4]) or "nothing"
    return f"{place}: has two points, which differ in {varying}; choose one with where, or draw it too"


def changes(column: str, ends: Sequence[float]) -> bool:
    """Whether a column tells changes, so that zero matters."""
    return column in CHANGES or min(ends, default=0.0) < 0.0
