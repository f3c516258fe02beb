"""Rows of a result table as they are kept: plain values, rounded, so that every machine writes the same."""

from collections.abc import Iterable, Mapping

Value = str | int | float | bool | None
Row = dict[str, Value]

#: Digits that are kept of a number. The last bits of a quantile or a root differ between processors; no
#: conclusion rests on them, and hashes of tables and bytes of figures must not.
DIGITS = 8


def kept(value: Value) -> Value:
    """A value as tables hold it: floats to eight significant digits.

    Example:
        >>> kept(1 / 3), kept(2), kept(-0.0)
        (0.33333333, 2, 0.0)
    """
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") + 0.0
    return value


def kept_rows(rows: Iterable[Mapping[str, Value]]) -> list[Row]:
    """Rows with every value as tables hold it."""
    return [{name: kept(value) for name, value in row.items()} for row in rows]
