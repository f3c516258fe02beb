"""A measure against a setting, a line for each series, with the interval of every point."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator
from matplotlib.transforms import ScaledTranslation

from signalling.errors import ResultError
from signalling.estimates import Estimates
from signalling.figures import cells, style

WIDTH, HEIGHT = 4.6, 3.3
NOTE_WIDTH = 96
#: As many characters of names have room in one line of the key.
KEY_CHARACTERS = 84
#: As many characters of names have room below the axis.
TICK_CHARACTERS = 72
#: From series to series, inches: bars of one setting stand side by side.
DODGE_INCHES = 0.05
#: A setting above zero that spans this factor has a logarithmic axis.
LOGARITHMIC = 50.0
#: Room beyond the first and the last setting, as a share of the axis.
MARGIN = 0.05


def draw_curves(
    estimates: Estimates,
    x: str,
    series: str | None = None,
    measure: str = "p_war",
    *,
    state: str | None = None,
    labels: Mapping[str, str] | None = None,
    title: str | None = None,
) -> Figure:
    """A measure over one setting, with the interval of every point.

    Args:
        estimates: grouped by the settings that are drawn.
        x: setting on the horizontal axis: a path, or another column of the group.
        series: setting that tells the lines apart; one line if not given.
        measure: what is drawn; `estimates.measures` lists them.
        state: whose, for a measure that states have.
        labels: names of settings for the axes, by column; the last words of the path otherwise.
        title: heading; the measure and its setting otherwise.

    Raises:
        ResultError: an unknown column or measure, two points in one place, or too many series.
    """
    columns = [x] if series is None else [x, series]
    points = cells.points_of(estimates, columns, measure, state)
    names = cells.in_order([key[1] for key in points]) if series else [None]
    if len(names) > len(style.SERIES):
        raise ResultError(
            f"series = {series}: has {len(names)} values; at most {len(style.SERIES)} can be told apart"
        )
    words = cells.named(columns, labels)
    told = [cells.told(name) for name in names]
    with style.styled():
        size = WIDTH, HEIGHT + cells.key_inches(told, KEY_CHARACTERS)
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots()
        joined = all(cells.is_number(key[0]) for key in points)
        places = _draw_x(axes, [key[0] for key in points], words[0])
        for number, name in enumerate(names):
            chosen = {places[key[0]]: row for key, row in points.items() if key[1:] in {(), (name,)}}
            inches = (number - (len(names) - 1) / 2.0) * DODGE_INCHES
            _draw_series(axes, chosen, number, inches, name=told[number], joined=joined)
        rows = list(points.values())
        _draw_y(axes, rows)
        if series is not None:
            cells.draw_key(axes, told, characters=KEY_CHARACTERS, title=words[1])
        figure.suptitle(title or cells.heading_of(rows[0], words[:1]), x=0.01, ha="left")
        note = textwrap.fill(_note(estimates, rows, joined=joined), NOTE_WIDTH)
        figure.supxlabel(note, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        return style.settle(figure)


def _draw_x(axes: Axes, values: Sequence[Any], name: str) -> dict[Any, float]:
    """Ticks at the settings that were run; where each lies on the axis."""
    distinct = cells.in_order(values)
    numeric = all(cells.is_number(value) for value in distinct)
    places = {value: float(value) if numeric else float(at) for at, value in enumerate(distinct)}
    low, high = min(places.values()), max(places.values())
    if low > 0.0 and high / low >= LOGARITHMIC:
        axes.set_xscale("log")
        edge = (high / low) ** MARGIN
        axes.set_xlim(low / edge, high * edge)
    else:
        edge = MARGIN * (high - low) if numeric and high > low else 0.5
        axes.set_xlim(low - edge, high + edge)
    axes.set_xticks(list(places.values()), cells.ticks_told(distinct, TICK_CHARACTERS // len(distinct)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(name)
    return places


def _draw_series(
    axes: Axes, rows: Mapping[float, cells.Row], number: int, inches: float, *, name: str, joined: bool
) -> None:
    """A bar at each estimate, and a line through them if the setting is a number."""
    colour, marker, dashes = style.SERIES[number]
    figure = axes.get_figure(root=True)
    if figure is None:  # pragma: no cover - an axes is always on a figure here
        return
    beside = axes.transData + ScaledTranslation(inches, 0.0, figure.dpi_scale_trans)
    known = [(place, rows[place]) for place in sorted(rows) if rows[place]["estimate"] is not None]
    heights = [row["estimate"] for _, row in known]
    ends = [(row["low"], row["high"]) for _, row in known]
    below = [0.0 if low is None else max(y - low, 0.0) for y, (low, _) in zip(heights, ends, strict=True)]
    above = [0.0 if high is None else max(high - y, 0.0) for y, (_, high) in zip(heights, ends, strict=True)]
    axes.errorbar(
        [place for place, _ in known],
        heights,
        yerr=[below, above],
        color=colour,
        marker=marker,
        linestyle=dashes if joined else "none",
        markersize=4,
        capsize=1.8,
        linewidth=1.0,
        elinewidth=0.9,
        label=name,
        transform=beside,
        clip_on=False,  # a point at zero is drawn whole
        zorder=3 + number / 10.0,
    )


def _draw_y(axes: Axes, rows: Sequence[cells.Row]) -> None:
    """From zero, unless a measure goes below it; to the top of the highest bar."""
    ends = [row[end] for row in rows for end in ("low", "estimate", "high") if row[end] is not None]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    if low >= 0.0 and (low < 0.7 * high or high == 0.0):
        axes.set_ylim(0.0, 1.06 * high or 1.0)
    else:
        room = 0.08 * (high - low) or 0.05 * abs(high)
        axes.set_ylim(low - room, high + room)
    axes.set_ylabel(cells.measure_named(rows[0]))
    axes.grid(axis="y", color=style.PALE, linewidth=0.4, zorder=0)
    axes.set_axisbelow(True)


def _note(estimates: Estimates, rows: Sequence[cells.Row], *, joined: bool) -> str:
    known = [row for row in rows if row["estimate"] is not None]
    sizes = cells.counted([row["n"] for row in known], cells.observations(rows[0]))
    text = f"{sizes} per point. Bars: {cells.interval_note(estimates, known)}."
    text += " Lines guide the eye." if joined else ""
    if len(known) < len(rows):
        text += f" {len(rows) - len(known)} points have no estimate and are left out."
    if estimates.common_luck:
        text += (
            " Points share their luck: a difference between two is known better than their bars suggest "
            "(compare gives it)."
        )
    return text
