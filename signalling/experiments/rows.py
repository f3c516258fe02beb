"""Rows of a result table as they are kept: plain values, rounded, so that every machine writes the same."""

from collections.abc import Iterable, Mapping

from signalling.stats import Interval

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


def named(name: str, interval: Interval | None) -> Row:
    """An estimate and its ends as columns; null where there is none.

    Example:
        >>> named("share", Interval(0.5, 0.4, 0.6))
        {'share': 0.5, 'share_low': 0.4, 'share_high': 0.6}
    """
    values = (None, None, None) if interval is None else tuple(interval)
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))
