"""Theory as lines and simulation as points: the panels of one entry of the ledger."""

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation

from signalling.figures import style
from signalling.verification.ledger import Entry, Panel, Row

COLUMNS = 2
PANEL_HEIGHT = 2.5
#: Heading and note; a narrow figure breaks them into two lines.
FRAME_INCHES = 0.5
LINE_POINTS = 200
#: Half-width of a 95 % interval in standard errors.
HALF_WIDTH = 1.959963984540054
POINTS: dict[str, Any] = {"markersize": 3.5, "markerfacecolor": "white"}
#: Characters of a line of a key for which a panel has room, by how many panels stand side by side; and what
#: the line and marker of a name take.
KEY_CHARACTERS, HANDLE_CHARACTERS = {1: 66, 2: 68, 3: 45}, 8
#: From the axis down to the key: its numbers and its label stand between.
KEY_DROP_INCHES = 0.35
NOTE = "Lines: theory. Points: simulation, with 95 % intervals, which may be smaller than the point."
#: A line of the heading and of the note has no room for more where there is one panel.
TITLE_CHARACTERS, NOTE_CHARACTERS = 46, 68
#: As many panels fit side by side, with headings of so many characters a line.
MOST_ACROSS, HEADING_CHARACTERS = 3, 30


def draw_verified(entry: Entry, rows: Sequence[Row]) -> Figure:
    """The panels of an entry: what is predicted, and what the simulation gave with 95 % intervals.

    Args:
        entry: whose panels are drawn, in their order.
        rows: of the ledger; those of the entry that lie on a curve of a panel are drawn.
    """
    own = [row for row in rows if row.entry == entry.key]
    # Three stand side by side: in two rows they would leave a hole.
    across = len(entry.panels) if len(entry.panels) <= MOST_ACROSS else COLUMNS
    down = math.ceil(len(entry.panels) / across)
    wide = across > 1
    width = style.DOUBLE_COLUMN if wide else style.SINGLE_COLUMN
    with style.styled():
        height = PANEL_HEIGHT * down + (FRAME_INCHES if wide else 2 * FRAME_INCHES)
        figure = Figure(figsize=(width, height), layout="constrained")
        grid = figure.subplots(down, across, squeeze=False).ravel()
        for axes, panel in zip(grid, entry.panels, strict=False):
            _draw_panel(axes, panel, own, KEY_CHARACTERS[across])
            told = f"{panel.title[0].upper()}{panel.title[1:]}"
            axes.set_title(textwrap.fill(told, HEADING_CHARACTERS) if across == MOST_ACROSS else told)
        for axes in grid[len(entry.panels) :]:
            axes.set_axis_off()
        title = f"{entry.key}  {entry.title}"
        figure.suptitle(title if wide else textwrap.fill(title, TITLE_CHARACTERS), x=0.01, ha="left")
        note = NOTE if wide else textwrap.fill(NOTE, NOTE_CHARACTERS)
        figure.supxlabel(note, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        # Ticks are chosen for the space that the first layout leaves; the second makes room for them.
        figure.draw_without_rendering()
        return style.settle(figure)


def _draw_panel(axes: Axes, panel: Panel, rows: Sequence[Row], characters: int) -> None:
    handles = []
    for number, curve in enumerate(panel.curves):
        colour, marker, dashes = style.SERIES[number % len(style.SERIES)]
        space = np.geomspace if panel.log_x else np.linspace
        grid = space(curve.low, curve.high, LINE_POINTS)
        axes.plot(grid, [curve.line(float(x)) for x in grid], dashes, color=colour, zorder=2)
        points = [row for row in rows if row.series == curve.series]
        axes.errorbar(
            [row.x for row in points],
            [row.value for row in points],
            yerr=[HALF_WIDTH * row.standard_error for row in points],
            fmt=marker,
            color=colour,
            **POINTS,
            elinewidth=0.8,
            capsize=1.5,
            zorder=3,
        )
        looks: dict[str, Any] = {"linestyle": dashes, "color": colour, "marker": marker} | POINTS
        handle = Line2D([], [], **looks)
        handles.append(handle)
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(panel.y_label)
    if panel.log_x:
        axes.set_xscale("log")
    if panel.log_y:
        axes.set_yscale("log")
    # Below the label of the axis, however high the panel is.
    dots = axes.figure.dpi_scale_trans
    names = _told_apart([curve.series for curve in panel.curves])
    # Below the axes: inside, a key would hide lines in one panel or the other.
    axes.legend(
        handles,
        names,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=axes.transAxes + ScaledTranslation(0.0, -KEY_DROP_INCHES, dots),
        ncols=_key_columns(names, characters),
        columnspacing=1.2,
        handlelength=2.2,
    )


def _key_columns(names: Sequence[str], characters: int) -> int:
    """As many columns of a key as fit, three at most.

    Example:
        >>> _key_columns(["k = 1", "k = 2", "k = 3"], 45), _key_columns(["two seekers who cooperate"] * 2, 45)
        (3, 1)
    """
    lengths = [len(name) + HANDLE_CHARACTERS for name in names]
    if len(names) <= MOST_ACROSS and sum(lengths) <= characters:
        return len(names)
    return max(1, min(MOST_ACROSS, len(names), characters // max(lengths)))


def _told_apart(names: Sequence[str]) -> list[str]:
    """Names of curves without what all of them end in."""
    ends = {name.rpartition(", ")[2] for name in names}
    shared = len(names) > 1 and len(ends) == 1 and all(", " in name for name in names)
    return [name.rpartition(", ")[0] if shared else name for name in names]
