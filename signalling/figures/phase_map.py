"""A measure over two settings at once: the estimate on the left, how well it is known on the right."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from signalling.estimates import Estimates
from signalling.figures import cells, style

FRAME_INCHES = 1.55
CELL_INCHES = 0.36
LEAST_BODY, MOST_BODY = 1.6, 4.0
NOTE_WIDTH = 140
#: Beyond so many columns a cell has no room for its number.
MOST_NUMBERED = 9
MOST_DIGITS = 5
#: As many characters of names have room below a panel, and beside one.
COLUMN_CHARACTERS, LINE_CHARACTERS = 40, 22
#: An interval wider than this leaves it open whether an event is rare or common.
WIDEST = 0.2
HATCH = "////"
WHITE = "#FFFFFF"

Grid = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def draw_phase_map(
    estimates: Estimates,
    x: str,
    y: str,
    measure: str = "p_war",
    *,
    state: str | None = None,
    widest: float | None = None,
    labels: Mapping[str, str] | None = None,
    title: str | None = None,
) -> Figure:
    """A measure over two settings, and beside it the width of its interval.

    Cells are of equal size whatever the distance of the settings. A cell whose interval is wider than a bound
    is hatched: its colour is not to be read as settled.

    Args:
        estimates: grouped by the two settings.
        x: setting on the horizontal axis.
        y: setting on the vertical axis.
        measure: what is drawn; `estimates.measures` lists them.
        state: whose, for a measure that states have.
        widest: widest interval that is not hatched, in the measure's unit; 0.2 for a probability and a third
            of the largest estimate otherwise.
        labels: names of settings for the axes, by column; the last words of the path otherwise.
        title: heading; the measure and its settings otherwise.

    Raises:
        ResultError: an unknown column or measure, or two points in one place.
    """
    points = cells.points_of(estimates, [x, y], measure, state)
    columns, lines = (cells.in_order([key[at] for key in points]) for at in (0, 1))
    levels, widths = _grids(points, columns, lines)
    some = next(iter(points.values()))
    bound = _bound(levels, some, widest)
    wide = ~np.isnan(levels) & ~(widths <= bound)
    words = cells.named([x, y], labels)
    with style.styled():
        body = min(max(CELL_INCHES * len(lines), LEAST_BODY), MOST_BODY)
        figure = Figure(figsize=(style.DOUBLE_COLUMN, FRAME_INCHES + body), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True)
        across = cells.ticks_told(columns, max(COLUMN_CHARACTERS // len(columns), 14))
        up = cells.ticks_told(lines, LINE_CHARACTERS)
        for axes, values, colours in ((left, levels, style.BELIEFS), (right, widths, style.WIDTHS)):
            _draw_cells(figure, axes, values, wide, colours)
            _draw_ticks(axes, across, up, words[0])
        left.set_ylabel(words[1])
        left.set_title(cells.measure_named(some))
        right.set_title(f"width of its {100 * estimates.confidence:g} % interval")
        figure.suptitle(title or cells.heading_of(some, words), x=0.01, ha="left")
        note = textwrap.fill(_note(estimates, list(points.values()), levels, wide, bound), NOTE_WIDTH)
        figure.supxlabel(note, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        return style.settle(figure)


def _grids(points: cells.Points, columns: Sequence[Any], lines: Sequence[Any]) -> tuple[Grid, Grid]:
    """Estimates and widths of intervals, (n_lines, n_columns); NaN where a cell is not known."""
    levels = np.full((len(lines), len(columns)), np.nan)
    widths = np.full_like(levels, np.nan)
    for (across, up), row in points.items():
        place = lines.index(up), columns.index(across)
        if row["estimate"] is not None:
            levels[place] = row["estimate"]
        if row["low"] is not None and row["high"] is not None:
            widths[place] = row["high"] - row["low"]
    return levels, widths


def _bound(levels: Grid, row: cells.Row, widest: float | None) -> float:
    if widest is not None:
        return widest
    if row["measure"].startswith("p_") or row["measure"] == "security":
        return WIDEST
    return float(np.nanmax(np.abs(levels))) / 3.0


def _draw_cells(figure: Figure, axes: Axes, values: Grid, wide: Mask, colours: Colormap) -> None:
    """Coloured cells with their numbers, and the key to the colours; a cell that is not known is white."""
    known = values[~np.isnan(values)]
    low = min(float(known.min(initial=0.0)), 0.0)
    high = float(known.max(initial=low)) or 1.0
    scale = Normalize(low, high)
    axes.pcolormesh(
        np.ma.masked_invalid(values), cmap=colours, norm=scale, edgecolors=WHITE, linewidth=0.8, zorder=1
    )
    key = figure.colorbar(ScalarMappable(scale, colours), ax=axes, fraction=0.05, pad=0.02, aspect=25)
    key.outline.set_visible(False)
    key.ax.tick_params(labelsize=6.0, width=0.5, length=2.0)
    digits = min(max(1 - math.floor(math.log10(max(high, -low))), 0), MOST_DIGITS)
    for (line, column), value in np.ndenumerate(values):
        colour = WHITE if np.isnan(value) else to_hex(colours(scale(value)))
        if wide[line, column]:
            _hatch(axes, column, line, colour)
        if values.shape[1] <= MOST_NUMBERED:
            text = "–" if np.isnan(value) else style.number(float(value), digits)
            _number(axes, column, line, text, colour)


def _hatch(axes: Axes, column: int, line: int, colour: str) -> None:
    """Hatch a cell in black or white, whichever its colour lets be seen."""
    axes.add_patch(
        Rectangle(
            (column, line),
            1,
            1,
            facecolor="none",
            edgecolor=style.ink_on(colour),
            alpha=0.55,
            hatch=HATCH,
            linewidth=0.0,
            zorder=2,
            gid="wide",
        )
    )


def _number(axes: Axes, column: int, line: int, text: str, colour: str) -> None:
    """A number in its cell, on a patch of the cell's colour that keeps the hatch off it."""
    axes.text(
        column + 0.5,
        line + 0.5,
        text,
        ha="center",
        va="center_baseline",
        fontsize=6.0,
        color=style.ink_on(colour),
        bbox={"facecolor": colour, "edgecolor": "none", "pad": 1.2},
        zorder=4,
    )


def _draw_ticks(axes: Axes, columns: Sequence[str], lines: Sequence[str], name: str) -> None:
    axes.set_xticks([at + 0.5 for at in range(len(columns))], columns)
    axes.set_yticks([at + 0.5 for at in range(len(lines))], lines)
    room = COLUMN_CHARACTERS // len(columns)
    crowded = max(len(line) for text in columns for line in text.splitlines()) > max(room, 4)
    axes.tick_params(length=0)
    axes.tick_params(axis="x", rotation=90 if crowded else 0)
    axes.set_xlabel(name)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _note(estimates: Estimates, rows: Sequence[cells.Row], levels: Grid, wide: Mask, bound: float) -> str:
    sizes = cells.counted([row["n"] for row in rows], cells.observations(rows[0]))
    empty = int(np.sum(np.isnan(levels)))
    text = (
        f"{sizes} per cell. {cells.interval_note(estimates, rows)}. Hatched: wider than {bound:.3g} "
        f"({int(np.sum(wide))} of {levels.size} cells)."
    )
    if empty:
        text += f" White: no estimate ({empty})."
    if estimates.common_luck:
        text += " Cells share their luck, so neighbours differ by less chance than their intervals suggest."
    return f"{text} Cells are of equal size, whatever the distance of the settings."
