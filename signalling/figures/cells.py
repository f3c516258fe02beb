"""What figures of a study share: the points of a measure over settings, their words and their note."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from signalling.errors import ResultError
from signalling.estimates import Estimates
from signalling.estimates.labels import label_of, short_names, shown_value
from signalling.stats import Method
from signalling.validation import suggestion

KEY_LINE_INCHES = 0.14
#: Beyond so many settings of numbers, not every one has a tick of its own.
MOST_TICKS = 16

Row = dict[str, Any]
Points = dict[tuple[Any, ...], Row]


def points_of(estimates: Estimates, columns: Sequence[str], measure: str, state: str | None) -> Points:
    """The rows of a measure by the values of some of the group's columns.

    Raises:
        ResultError: an unknown column, measure or state, two rows in one place, or nothing to draw.
    """
    for column in columns:
        if column not in estimates.group_columns:
            raise ResultError(
                f"{column}: the estimates are not grouped by it; "
                f"{suggestion(column, estimates.group_columns)}"
            )
    points: Points = {}
    for row in estimates.of(measure, state):
        key = tuple(row[column] for column in columns)
        if key in points:
            raise ResultError(f"{_place(columns, key)}: {_clash(estimates, columns, points[key], row)}")
        points[key] = row
    if all(row["estimate"] is None for row in points.values()):
        raise ResultError(f"{measure}: no group has an estimate of it; draw another measure")
    return points


def _place(columns: Sequence[str], key: tuple[Any, ...]) -> str:
    return ", ".join(f"{column} = {value}" for column, value in zip(columns, key, strict=True))


def _clash(estimates: Estimates, columns: Sequence[str], one: Row, other: Row) -> str:
    if one["state"] != other["state"]:
        return f"has one point for each state; name one, e.g. state={one['state']!r}"
    differ = [name for name in estimates.group_columns if name not in columns and one[name] != other[name]]
    readable = [name for name in differ if name != "cell"] or differ
    varying = ", ".join(readable)
    return f"has two points, which differ in {varying}; choose one value with estimates.where, or draw it too"


def in_order(values: Sequence[Any]) -> list[Any]:
    """Distinct values: numbers by size, texts as they come, what is missing last."""
    distinct = list(dict.fromkeys(values))
    if all(is_number(value) for value in distinct):
        return sorted(distinct)
    return sorted(distinct, key=lambda value: value is None)


def is_number(value: object) -> bool:
    """Whether a value has a place on a scale."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def told(value: object) -> str:
    """A value of a setting as it is printed."""
    return shown_value("", value).replace("-", "−") if is_number(value) else shown_value("", value)


def ticks_told(values: Sequence[object], width: int) -> list[str]:
    """Values of a setting for ticks, names broken into lines of so many characters."""
    return [textwrap.fill(told(value), max(width, 8)) for value in values]


def evenly_spaced(values: Sequence[Any]) -> bool:
    """Whether settings are numbers at equal distances, in ascending order."""
    if len(values) < 2 or not all(is_number(value) for value in values):
        return False
    steps = np.diff(np.asarray(values, dtype=np.float64))
    return bool(steps[0] > 0.0 and np.allclose(steps, steps[0], rtol=1e-6, atol=0.0))


def ticks_of(values: Sequence[Any], width: int) -> dict[float, str]:
    """Ticks of an axis along which settings stand as cells of equal size: what is told at which place.

    Every setting has its tick. Of many numbers about ten do: round ones, where their distances are equal.

    Args:
        values: the settings, in order; the first one's cell reaches from 0 to 1.
        width: of names, in characters, before they are broken.
    """
    if len(values) <= MOST_TICKS or not all(is_number(value) for value in values):
        return {at + 0.5: text for at, text in enumerate(ticks_told(values, width))}
    if not evenly_spaced(values):
        return {at + 0.5: told(values[at]) for at in range(0, len(values), math.ceil(len(values) / 10))}
    round_ones = MaxNLocator(nbins=10, steps=[1, 2, 2.5, 5, 10]).tick_values(values[0], values[-1])
    step = (values[-1] - values[0]) / (len(values) - 1)
    places = {(value - values[0]) / step + 0.5: told(float(value)) for value in round_ones}
    return {place: text for place, text in places.items() if 0.0 <= place <= len(values)}


def named(columns: Sequence[str], labels: Mapping[str, str] | None) -> list[str]:
    """Names of settings for axes: the caller's, else the last words of the path."""
    return [
        (labels or {}).get(path, short) for path, short in zip(columns, short_names(columns), strict=True)
    ]


def measure_named(row: Row, *, unit: bool = True) -> str:
    """The measure of a row in words, with its unit."""
    name = label_of(row["measure"])
    if row["state"] is not None:
        name = f"{name} of {row['state']}"
    return f"{name}, {row['unit']}" if unit and row["unit"] else name


def heading_of(row: Row, words: Sequence[str]) -> str:
    """A title: the measure by its settings, without their units."""
    text = f"{measure_named(row, unit=False)} by {' and '.join(word.split(',')[0] for word in words)}"
    return text[0].upper() + text[1:]


def key_columns(names: Sequence[str], characters: int) -> int:
    """How many names stand side by side in a key of so many characters a line."""
    return max(1, min(len(names), characters // (max(map(len, names)) + 9)))


def key_inches(names: Sequence[str], characters: int) -> float:
    """Height of the key beyond its first line."""
    return KEY_LINE_INCHES * (math.ceil(len(names) / key_columns(names, characters)) - 1)


def draw_key(axes: Axes, names: Sequence[str], *, characters: int, title: str | None = None) -> None:
    """The key to lines, above the axes, where nothing drawn can lie under it.

    Args:
        axes: with labelled lines.
        names: of the lines.
        characters: how many have room in one line of the key.
        title: above the names.
    """
    axes.legend(
        title=title,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=key_columns(names, characters),
        alignment="left",
        borderaxespad=0.2,
        handlelength=3.0,
    )


def counted(sizes: Sequence[int], what: str) -> str:
    """How many there are of something, over points: one number, or from least to most."""
    least, most = min(sizes), max(sizes)
    return f"{least:,} {what}" if least == most else f"{least:,} to {most:,} {what}"


def interval_note(estimates: Estimates, rows: Sequence[Row]) -> str:
    """What the intervals are: confidence, methods, and when which."""
    used = {row["method"] for row in rows if row["method"] not in {Method.COUNT, Method.NONE}}
    methods = [method.value for method in Method if method in used]
    text = f"{100 * estimates.confidence:g} % intervals, {' or '.join(methods)}"
    if Method.CLOPPER_PEARSON in used and Method.WILSON in used:
        text += " (where fewer than five runs have the event, or lack it)"
    if rows[0]["measure"] == "war_hours_restricted_mean":
        text += f", up to {estimates.horizon_hours:g} h"
    return f"{text}, each by itself"


def observations(row: Row) -> str:
    """What the number of observations counts."""
    return "reviews" if row["measure"] == "hazard_per_review" else "runs"
