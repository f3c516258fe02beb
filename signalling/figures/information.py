"""P(war) beside what information is measured by: the raw dials, ages, bits, and the share that is known."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from signalling.bits import MEASURES, CellInformation, Information
from signalling.cells import canonical
from signalling.errors import ResultError
from signalling.figures import cells, style

COLUMNS = 3
ROW_INCHES = 2.1
FRAME_INCHES = 1.1
NOTE_WIDTH = 140
KEY_CHARACTERS = 110
#: More dials than these are not drawn.
MOST_DIALS = 2
DRAWN = ("mean_age_hours", "bits_per_report", "bits_at_review", "share_at_review")


class _Panel(NamedTuple):
    """One measure, or one dial, on a horizontal axis."""

    column: str
    name: str
    unit: str
    tau: float | None


def draw_information(
    found: Information, *, series: str | None = None, labels: Mapping[str, str] | None = None
) -> Figure:
    """P(war) of the cells of a study against each dial that is a number, then against age, bits and share.

    A measure that says all there is to say of a channel would put the cells of all series on one curve.

    Args:
        found: at least two cells.
        series: what tells the colours apart: a path, or "treatment"; treatments where there are any, else the
            last dial.
        labels: names of dials for the axes, by path; the last words of the path otherwise.

    Raises:
        ResultError: one cell alone, an unknown or a missing series, or too many of them.
    """
    if len(found.cells) < 2:
        raise ResultError("the figure compares cells; measure a study that has two or more")
    chosen = _series_of(found, series)
    names = cells.in_order([_value(cell, chosen) for cell in found.cells])
    if len(names) > len(style.SERIES):
        raise ResultError(
            f"series = {chosen}: has {len(names)} values; at most {len(style.SERIES)} can be told apart"
        )
    panels = _panels(found, labels)
    told = [cells.told(name) for name in names]
    rows = -(-len(panels) // COLUMNS)
    with style.styled():
        height = FRAME_INCHES + ROW_INCHES * rows + cells.key_inches(told, KEY_CHARACTERS)
        figure = Figure(figsize=(style.DOUBLE_COLUMN, height), layout="constrained")
        grid = figure.subplots(rows, COLUMNS, sharey=True, squeeze=False)
        top = 1.06 * max(cell.p_war.high for cell in found.cells)
        for place, panel in enumerate(panels):
            axes = grid[place // COLUMNS][place % COLUMNS]
            for at, name in enumerate(names):
                mine = [cell for cell in found.cells if _value(cell, chosen) == name]
                _draw_points(axes, mine, panel.column, at, told[at])
            _dress(axes, panel, top, first=place % COLUMNS == 0)
        for axes in grid.flat[len(panels) :]:
            axes.set_axis_off()
        title = cells.named([chosen], labels)[0]
        cells.draw_key(grid[0][0], told, characters=KEY_CHARACTERS, title=title)
        _give_room(grid[0][0], 1 + -(-len(told) // cells.key_columns(told, KEY_CHARACTERS)))
        figure.suptitle(f"{found.name}: what orders P(war)?", x=0.01, ha="left")
        note = textwrap.fill(_note(found), NOTE_WIDTH)
        figure.supxlabel(note, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        return style.settle(figure)


def _series_of(found: Information, series: str | None) -> str:
    known = [*found.dials(), "treatment"]
    if series is None:
        return "treatment" if len(found.treatments()) > 1 else known[-2] if len(known) > 1 else "treatment"
    if series not in known:
        raise ResultError(
            f"series = {series}: does not vary between the cells; choose one of {', '.join(known)}"
        )
    return series


def _value(cell: CellInformation, column: str) -> Any:
    """A setting as something that can be compared and told, or the treatment."""
    if column == "treatment":
        return cell.cell.treatment
    value = cell.cell.settings.get(column)
    return value if isinstance(value, bool | int | float | str | None) else canonical(value)


def _panels(found: Information, labels: Mapping[str, str] | None) -> list[_Panel]:
    """The dials that are numbers, then the measures that every cell has."""
    order = found.order()
    dials = [path for path in found.dials() if path in order][:MOST_DIALS]
    panels = [
        _Panel(path, name, "", order[path])
        for path, name in zip(dials, cells.named(dials, labels), strict=True)
    ]
    return panels + [_Panel(name, *MEASURES[name], order[name]) for name in DRAWN if name in order]


def _draw_points(axes: Axes, mine: Sequence[CellInformation], column: str, at: int, name: str) -> None:
    """A point for each cell, with both its intervals, and a thin line through those of the series."""
    colour, marker, dashes = style.SERIES[at]
    heights = [cell.p_war for cell in mine]
    if column in MEASURES:
        measures = [cell.measure(column) for cell in mine]
        places = [measure.estimate or 0.0 for measure in measures]
        across = _bars(places, [(measure.low, measure.high) for measure in measures])
    else:
        places = [float(cell.cell.settings[column]) for cell in mine]
        across = None
    axes.errorbar(
        places,
        [height.estimate for height in heights],
        xerr=across,
        yerr=_bars(
            [height.estimate for height in heights], [(height.low, height.high) for height in heights]
        ),
        color=colour,
        marker=marker,
        linestyle=dashes,
        linewidth=0.6,
        markersize=4,
        elinewidth=0.9,
        capsize=1.5,
        label=name,
        clip_on=False,  # a point at zero is drawn whole
        zorder=3 + at / 10.0,
    )


def _bars(places: Sequence[float], ends: Sequence[tuple[float | None, float | None]]) -> list[list[float]]:
    below = [0.0 if low is None else max(x - low, 0.0) for x, (low, _) in zip(places, ends, strict=True)]
    above = [0.0 if high is None else max(high - x, 0.0) for x, (_, high) in zip(places, ends, strict=True)]
    return [below, above]


def _dress(axes: Axes, panel: _Panel, top: float, *, first: bool) -> None:
    axes.set_ylim(0.0, top)
    axes.margins(x=0.06)
    axes.locator_params(nbins=5)
    low, high = axes.get_xlim()
    axes.set_xticks([tick for tick in axes.get_xticks() if low <= tick <= high])
    axes.set_yticks([tick for tick in axes.get_yticks() if tick <= top])
    axes.set_xlim(low, high)
    name = f"{panel.name}, {panel.unit}" if panel.unit and panel.unit not in panel.name else panel.name
    tau = "not defined" if panel.tau is None else style.number(panel.tau, 2)
    axes.set_xlabel(f"{name}\nKendall's τ {tau}")
    if first:
        axes.set_ylabel("P(war), probability per run")
    axes.grid(axis="y", color=style.PALE, linewidth=0.4, zorder=0)
    axes.set_axisbelow(True)


def _give_room(axes: Axes, lines: int) -> None:
    """Let the key reach over other panels: it takes so many lines above, and no width of its own."""
    key = axes.get_legend()
    if key is not None:
        key.set_in_layout(False)
    axes.set_title("\n" * (lines - 1))


def _note(found: Information) -> str:
    runs = cells.counted([cell.runs for cell in found.cells], "runs")
    return (
        f"A point is a cell of {runs}. Bars: {100 * found.confidence:g} % intervals, each by itself: Wilson "
        "(P(war)), jackknife over runs (bits, share), Student's t (age). Bits: mutual information of the "
        "rival's rung and the report, mean over directed rivalries. Kendall's τ (τ-b) describes how far the "
        "cells stand in the order of P(war): ±1 wholly, 0 not at all. Lines join a series and guide the eye."
    )
