"""A measure over two settings at once: the estimate on the left, how well it is known on the right."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import Colormap, Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from signalling.estimates import Estimates
from signalling.figures import cells, style

FRAME_INCHES = 1.55
CELL_INCHES = 0.36
LEAST_BODY, MOST_BODY = 1.6, 4.0
#: Of square panels.
SQUARE_BODY = 2.4
NOTE_WIDTH = 140
#: Beyond so many columns a cell has no room for its number.
MOST_NUMBERED = 9
#: Beyond so many columns or lines it has none for gaps and hatching either: lines of equal level tell more.
MOST_FRAMED = 24
MOST_DIGITS = 5
#: As many characters of names have room below a panel, and beside one.
COLUMN_CHARACTERS, LINE_CHARACTERS = 40, 22
#: An interval wider than this leaves it open whether an event is rare or common.
WIDEST = 0.2
HATCH = "////"
WHITE = "#FFFFFF"

Grid = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class _Map(NamedTuple):
    """What is drawn: settings in order, and what is known of each pair of them, (n_lines, n_columns)."""

    columns: list[Any]
    lines: list[Any]
    levels: Grid
    """Estimates; NaN where there is none."""
    widths: Grid
    """Of their intervals."""
    wide: Mask
    """Which are known too badly."""
    equal: bool
    """Whether both settings are one quantity with the same values, and cells bear no numbers."""

    @property
    def fine(self) -> bool:
        """Whether it has so many cells that they make a surface."""
        return max(len(self.columns), len(self.lines)) > MOST_FRAMED

    @property
    def square(self) -> bool:
        """Whether its panels are square."""
        return self.fine or self.equal

    @property
    def lined(self) -> bool:
        """Whether lines of equal level would follow more than chance."""
        return self.fine and min(self.levels.shape) > 1 and float(np.mean(self.wide)) < 0.5


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
    is hatched: its colour is not to be read as settled. A map of very many cells has lines of equal level
    instead. Where both settings are one quantity with the same values, such as the noise there is and the
    noise that is assumed, a diagonal shows where they are equal.

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
    some = next(iter(points.values()))
    mapped, bound = _mapped(points, some, widest, alike=_alike(x, y))
    words = cells.named([x, y], labels)
    with style.styled():
        body = min(max(CELL_INCHES * len(mapped.lines), LEAST_BODY), MOST_BODY)
        figure = Figure(
            figsize=(style.DOUBLE_COLUMN, FRAME_INCHES + (SQUARE_BODY if mapped.square else body)),
            layout="constrained",
        )
        left, right = figure.subplots(1, 2, sharey=True)
        key = _draw_cells(figure, left, mapped, mapped.levels, style.BELIEFS)
        _draw_cells(figure, right, mapped, mapped.widths, style.WIDTHS)
        if mapped.lined:
            _draw_level_lines(left, mapped, key)
        if mapped.equal:
            _draw_diagonal(left, mapped)
        for axes in (left, right):
            _draw_ticks(axes, mapped, words[0])
        left.set_ylabel(words[1])
        left.set_title(cells.measure_named(some))
        right.set_title(f"width of its {100 * estimates.confidence:g} % interval")
        figure.suptitle(title or cells.heading_of(some, words), x=0.01, ha="left")
        note = _note(estimates, list(points.values()), mapped, bound)
        note = textwrap.fill(note, NOTE_WIDTH)
        figure.supxlabel(note, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        return style.settle(figure)


def _alike(x: str, y: str) -> bool:
    """Whether two paths end in the same quantity, such as garble.probability."""
    return x.split(".")[-2:] == y.split(".")[-2:]


def _mapped(
    points: cells.Points, some: cells.Row, widest: float | None, *, alike: bool
) -> tuple[_Map, float]:
    """Where each point stands, and the widest interval that counts as known."""
    columns, lines = (cells.in_order([key[at] for key in points]) for at in (0, 1))
    levels, widths = _grids(points, columns, lines)
    bound = _bound(levels, some, widest)
    wide = ~np.isnan(levels) & ~(widths <= bound)
    equal = alike and len(columns) > MOST_NUMBERED and columns == lines
    return _Map(columns, lines, levels, widths, wide, equal), bound


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


def _draw_cells(figure: Figure, axes: Axes, mapped: _Map, values: Grid, colours: Colormap) -> Colorbar:
    """Coloured cells with their numbers, and the key to the colours; a cell that is not known is white."""
    known = values[~np.isnan(values)]
    low = min(float(known.min(initial=0.0)), 0.0)
    high = float(known.max(initial=low)) or 1.0
    scale = Normalize(low, high)
    frames: dict[str, Any] = {"edgecolors": WHITE, "linewidth": 0.8}
    if mapped.fine:
        # As pixels: thousands of outlines would leave hairlines between the cells of a PDF.
        frames = {"edgecolors": "none", "linewidth": 0.0, "antialiased": False, "rasterized": True}
    axes.pcolormesh(np.ma.masked_invalid(values), cmap=colours, norm=scale, zorder=1, **frames)
    place: dict[str, Any] = {"ax": axes, "fraction": 0.05, "pad": 0.02, "aspect": 25}
    if mapped.square:
        axes.set_box_aspect(1.0)
        place = {"cax": axes.inset_axes((1.03, 0.0, 0.045, 1.0))}
    key = figure.colorbar(ScalarMappable(scale, colours), **place)
    key.outline.set_visible(False)
    key.ax.tick_params(labelsize=6.0, width=0.5, length=2.0)
    digits = min(max(1 - math.floor(math.log10(max(high, -low))), 0), MOST_DIGITS)
    numbered = values.shape[1] <= MOST_NUMBERED
    for (line, column), value in np.ndenumerate(values if not mapped.fine else values[:0]):
        colour = WHITE if np.isnan(value) else to_hex(colours(scale(value)))
        if mapped.wide[line, column]:
            _hatch(axes, column, line, colour)
        if numbered:
            text = "–" if np.isnan(value) else style.number(float(value), digits)
            _number(axes, column, line, text, colour)
    return key


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


def _draw_level_lines(axes: Axes, mapped: _Map, key: Colorbar) -> None:
    """Lines of equal level at the ticks of the key, each with its number once."""
    low, high = np.nanmin(mapped.levels), np.nanmax(mapped.levels)
    ticks = [float(tick) for tick in key.get_ticks() if low < tick < high]
    if not ticks:
        return
    inks = [style.ink_on(to_hex(key.cmap(key.norm(tick)))) for tick in ticks]
    up, across = (np.arange(count) + 0.5 for count in mapped.levels.shape)
    levels = np.ma.masked_invalid(mapped.levels)
    drawn = axes.contour(across, up, levels, levels=ticks, colors=inks, linewidths=0.6, zorder=3)
    longest = [max(segments, key=len) for segments in drawn.allsegs if segments]
    places = _label_places(longest, mapped)
    for text in axes.clabel(drawn, fmt=cells.told, fontsize=6.0, inline_spacing=0, manual=places):
        text.set_rotation(0.0)  # along a steep line it might end up upside down


def _label_places(lines: Sequence[Grid], mapped: _Map) -> list[tuple[float, float]]:
    """A place on each line for its number: far from the other lines, from the edge and from the diagonal.

    Args:
        lines: (n_points, 2) each, in cells.
        mapped: the map that they are drawn on.

    Returns:
        A place for each line, in cells.
    """
    size = np.array([len(mapped.columns), len(mapped.lines)], dtype=np.float64)
    found = []
    for number, line in enumerate(lines):
        shares = line / size
        others = np.concatenate(
            [other / size for n, other in enumerate(lines) if n != number] or [shares[:0]]
        )
        room = np.minimum(shares, 1.0 - shares).min(axis=1)
        if mapped.equal:
            room = np.minimum(room, np.abs(shares[:, 0] - shares[:, 1]))
        for place, point in enumerate(shares):
            if len(others):
                room[place] = min(room[place], np.hypot(*(others - point).T).min())
        found.append(tuple(line[np.argmax(room)].tolist()))
    return found


def _draw_diagonal(axes: Axes, mapped: _Map) -> None:
    """Where both settings are equal: black on white, to be seen on any colour."""
    axes.plot(
        [0, len(mapped.columns)],
        [0, len(mapped.lines)],
        color=style.BLACK,
        linewidth=0.8,
        linestyle=(0, (5, 3)),
        path_effects=[withStroke(linewidth=2.0, foreground=WHITE)],
        zorder=3.5,
        gid="diagonal",
    )


def _draw_ticks(axes: Axes, mapped: _Map, name: str) -> None:
    across = cells.ticks_of(mapped.columns, max(COLUMN_CHARACTERS // len(mapped.columns), 14))
    up = cells.ticks_of(mapped.lines, LINE_CHARACTERS)
    axes.set_xticks(list(across), list(across.values()))
    axes.set_yticks(list(up), list(up.values()))
    axes.set_xlim(0, len(mapped.columns))
    axes.set_ylim(0, len(mapped.lines))
    room = COLUMN_CHARACTERS // len(across)
    crowded = max(len(line) for text in across.values() for line in text.splitlines()) > max(room, 4)
    # Where every cell has its tick, it needs no mark.
    axes.tick_params(axis="x", length=0 if len(across) == len(mapped.columns) else 2.0)
    axes.tick_params(axis="y", length=0 if len(up) == len(mapped.lines) else 2.0)
    axes.tick_params(axis="x", rotation=90 if crowded else 0)
    axes.set_xlabel(name)
    for spine in axes.spines.values():
        spine.set(visible=mapped.fine, linewidth=0.5, color=style.GREY)


def _note(estimates: Estimates, rows: Sequence[cells.Row], mapped: _Map, bound: float) -> str:
    sizes = cells.counted([row["n"] for row in rows], cells.observations(rows[0]))
    empty = int(np.sum(np.isnan(mapped.levels)))
    text = f"{sizes} per cell. {cells.interval_note(estimates, rows)}. "
    wide = f"{int(np.sum(mapped.wide)):,} of {mapped.levels.size:,}"
    text += "Lines: equal estimates. " if mapped.lined else ""
    text += "Dashed: both settings are equal. " if mapped.equal else ""
    text += f"{wide} intervals are" if mapped.fine else "Hatched:"
    text += f" wider than {bound:.3g}{'' if mapped.fine else f' ({wide} cells)'}."
    if empty:
        text += f" White: no estimate ({empty})."
    if estimates.common_luck:
        text += " Cells share their luck, so neighbours differ by less chance than their intervals suggest."
    if not (mapped.fine and cells.evenly_spaced(mapped.columns) and cells.evenly_spaced(mapped.lines)):
        text += " Cells are of equal size, whatever the distance of the settings."
    return text
