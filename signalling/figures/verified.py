"""Theory as lines and simulation as points: the entries of one group of the ledger, a panel each."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from signalling.figures import style
from signalling.verification.ledger import Entry, Panel, Row

COLUMNS = 2
PANEL_HEIGHT = 2.3
LINE_POINTS = 200
#: Half-width of a 95 % interval in standard errors.
HALF_WIDTH = 1.959963984540054


def draw_verified(entries: Sequence[Entry], rows: Sequence[Row], title: str) -> Figure:
    """The panels of some entries: what is predicted, and what the simulation gave with 95 % intervals.

    Args:
        entries: whose panels are drawn, in this order.
        rows: of the ledger; those that lie on a curve of a panel are drawn.
        title: heading.
    """
    panels = [(entry, panel) for entry in entries for panel in entry.panels]
    height = math.ceil(len(panels) / COLUMNS)
    with style.styled():
        figure = Figure(figsize=(style.DOUBLE_COLUMN, PANEL_HEIGHT * height + 0.5), layout="constrained")
        grid = figure.subplots(height, COLUMNS, squeeze=False).ravel()
        for axes, (entry, panel) in zip(grid, panels, strict=False):
            _draw_panel(axes, panel, [row for row in rows if row.entry == entry.key])
            axes.set_title(f"{entry.key}  {panel.title}")
        for axes in grid[len(panels) :]:
            axes.set_axis_off()
        figure.suptitle(title, x=0.01, ha="left")
        note = "Lines: theory. Points: simulation, with 95 % intervals; those not seen are smaller than the point."
        figure.supxlabel(note, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        return style.settle(figure)


def _draw_panel(axes: Axes, panel: Panel, rows: Sequence[Row]) -> None:
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
            markersize=3.5,
            markerfacecolor="white",
            elinewidth=0.8,
            capsize=1.5,
            label=curve.series,
            zorder=3,
        )
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(panel.y_label)
    if panel.log_x:
        axes.set_xscale("log")
    if panel.log_y:
        axes.set_yscale("log")
    axes.legend()
