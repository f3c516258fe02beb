"""A page of panels: heading and key above them, words of the axes beside them, a note below them."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import ScaledTranslation, Transform

from signalling.errors import SignallingError
from signalling.figures import cells, style
from signalling.figures.paper.points import Row
from signalling.figures.paper.spec import PaperFigure
from signalling.validation import complaint

EDGE_INCHES = 0.06
TITLE_INCHES, NOTE_INCHES = 0.16, 0.115
#: Characters of a heading, of a note and of a panel's title that stand on an inch.
TITLE_CHARACTERS, NOTE_CHARACTERS, PANEL_CHARACTERS = 13.5, 19.5, 14.0
#: Characters of ticks and labels on an inch.
LABEL_CHARACTERS = 18.5
#: What the words of the vertical axis take.
SIDE_INCHES = 0.6
GAP_INCHES = 0.2
LEAST_BODY_INCHES = 0.9
#: Room beyond the outermost interval, as a share of the axis.
ROOM = 0.07
AXIS_INCHES = 0.04


@dataclass(frozen=True)
class Key:
    """What tells series apart."""

    title: str
    handles: Sequence[Artist]
    names: Sequence[str]
    lines: bool = True
    """Whether the handles are lines rather than points."""


@dataclass
class Page:
    """A figure with its panels, in order."""

    figure: Figure
    axes: list[Axes]
    columns: int
    footer_inches: float

    def bottom(self, number: int) -> bool:
        """Whether a panel has none below it."""
        return number + self.columns >= len(self.axes)

    def finished(self, x: str, y: str) -> Figure:
        """Write what the axes are, settle the layout, and put these words at the middle of the panels."""
        height = self.figure.get_figheight()
        across = self.figure.supxlabel(x, fontsize=7.0, va="bottom")
        up = self.figure.supylabel(y, fontsize=7.0) if y else None
        style.settle(self.figure)
        boxes = [axes.get_position() for axes in self.axes]
        middle = (min(box.x0 for box in boxes) + max(box.x1 for box in boxes)) / 2.0
        across.set_position((middle, (self.footer_inches + 0.02) / height))
        if up is not None:
            middle = (min(box.y0 for box in boxes) + max(box.y1 for box in boxes)) / 2.0
            up.set_position((up.get_position()[0], middle))
        return self.figure


def columns_of(count: int, spec: PaperFigure) -> int:
    """How many panels stand side by side."""
    if spec.width == "single":
        return min(count, 2)
    return {1: 1, 2: 2, 3: 3, 4: 2}.get(count, 3)


def panel_inches(columns: int, spec: PaperFigure, side: float = SIDE_INCHES) -> float:
    """About how wide a panel is."""
    return (spec.inches - side) / columns - GAP_INCHES


def make_page(
    spec: PaperFigure,
    titles: Sequence[str],
    *,
    columns: int,
    body_inches: float,
    key: Key | None,
    note: str,
    shared: bool,
) -> Page:
    """An empty page, to be drawn on within `style.styled()`.

    Args:
        spec: the figure that it is made for.
        titles: of the panels.
        columns: how many panels stand side by side.
        body_inches: height of a panel with its ticks and title.
        key: to the series; none where there is one.
        note: in small type below.
        shared: whether the panels have one vertical axis.

    Raises:
        SignallingError: the figure is to be lower than its content.
    """
    figure = Figure(figsize=(spec.inches, 4.0), layout="constrained")
    rows = -(-len(titles) // columns)
    heading = textwrap.wrap(spec.title or "", int(spec.inches * TITLE_CHARACTERS))
    drawn = None if key is None else _draw_key(figure, key)
    key_inches = 0.0 if drawn is None else drawn[1]
    notes = textwrap.wrap(note, int(spec.inches * NOTE_CHARACTERS))
    header = EDGE_INCHES + TITLE_INCHES * len(heading) + key_inches
    footer = EDGE_INCHES + NOTE_INCHES * len(notes)
    height = spec.height_inches or header + footer + rows * body_inches + 0.15
    least = header + footer + rows * LEAST_BODY_INCHES
    if height < least:
        remedy = f"is too low for its content; at least {least:.1f}"
        raise SignallingError(complaint("height_inches", spec.height_inches, remedy))
    figure.set_size_inches(spec.inches, height)
    edge = EDGE_INCHES / spec.inches
    figure.text(
        edge, 1.0 - EDGE_INCHES / height, "\n".join(heading), va="top", fontsize=8.5, fontweight="bold"
    )
    figure.text(
        edge,
        EDGE_INCHES / height,
        "\n".join(notes),
        va="bottom",
        fontsize=style.NOTE_SIZE,
        color=style.GREY,
        linespacing=1.15,
    )
    if drawn is not None:
        drawn[0](1.0 - (EDGE_INCHES + TITLE_INCHES * len(heading)) / height)
    # The words of the axis stand nearer to the note than the layout would put them.
    base = max(footer - AXIS_INCHES, 0.0)
    body = (0.0, base / height, 1.0, 1.0 - (header + base) / height)
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=body))
    return Page(figure, _panels(figure, titles, columns, spec, shared=shared), columns, footer)


def _panels(
    figure: Figure, titles: Sequence[str], columns: int, spec: PaperFigure, *, shared: bool
) -> list[Axes]:
    grid = figure.add_gridspec(-(-len(titles) // columns), columns)
    found: list[Axes] = []
    room = int(panel_inches(columns, spec) * PANEL_CHARACTERS)
    for number, title in enumerate(titles):
        place = grid[number // columns, number % columns]
        axes = figure.add_subplot(place, sharey=found[0] if found and shared else None)
        axes.set_title(textwrap.fill(title, room), fontsize=7.5)
        if shared and number % columns:
            axes.tick_params(axis="y", labelleft=False)
        found.append(axes)
    return found


def _draw_key(figure: Figure, key: Key) -> tuple[Callable[[float], None], float]:
    """The key in as few lines as it fits, what puts it below a height, and how many inches it takes."""
    title = figure.text(0.0, 0.0, key.title, fontsize=6.5, fontweight="bold", va="top")
    edge = EDGE_INCHES / figure.get_figwidth()
    begin = edge
    if key.title:
        begin += title.get_window_extent().width / figure.bbox.width + edge
    for count in range(len(key.names), 0, -1):
        legend = _legend(figure, key, count, begin)
        if begin + legend.get_window_extent().width / figure.bbox.width <= 1.0 or count == 1:
            break
        legend.remove()

    def put(top: float) -> None:
        title.set_position((edge, top - 0.025 / figure.get_figheight()))
        legend.set_bbox_to_anchor((begin, top), transform=figure.transFigure)

    return put, float(legend.get_window_extent().height / figure.dpi)


def _legend(figure: Figure, key: Key, columns: int, begin: float) -> Legend:
    return figure.legend(
        key.handles,
        key.names,
        loc="upper left",
        bbox_to_anchor=(begin, 1.0),
        ncols=columns,
        borderaxespad=0.0,
        borderpad=0.3,
        handlelength=3.0 if key.lines else 1.0,
        columnspacing=1.4,
    )


def series_handle(number: int, *, line: bool) -> Line2D:
    """How a series looks in the key."""
    colour, marker, dashes = style.SERIES[number]
    look: dict[str, Any] = {"color": colour, "linestyle": dashes if line else "none"}
    return Line2D([], [], marker=marker, **look, **marker_look(number))


def beside(axes: Axes, inches: float) -> Transform:
    """Where points stand that make room for those of other series."""
    figure = axes.get_figure(root=True)
    if figure is None:  # pragma: no cover - an axes is always on a figure here
        return axes.transData
    return axes.transData + ScaledTranslation(inches, 0.0, figure.dpi_scale_trans)


def marker_look(number: int) -> dict[str, Any]:
    """Size and edge of the marker of a series: a rim keeps those that overlap apart."""
    size = {"X": 4.4, "P": 4.4, "D": 3.2}.get(style.SERIES[number][1], 3.8)
    return {"markersize": size, "markeredgecolor": "#FFFFFF", "markeredgewidth": 0.4}


def draw_bars(axes: Axes, bars: Sequence[Any], *, gid: str = "intervals", **look: Any) -> None:
    """Draw bars from end to end; they leave limits and layout alone, also where there is none."""
    drawn = LineCollection(bars, gid=gid, zorder=2.5, in_layout=False, **look)
    axes.add_collection(drawn, autolim=False)


def limits(ends: Sequence[float], *, change: bool) -> tuple[float, float]:
    """Where an axis begins and ends: at zero for what is never below it, else around all and zero.

    Example:
        >>> limits([0.2, 0.5], change=False)
        (0.0, 0.535)
    """
    low, high = min(ends), max(ends)
    if change:
        low, high = min(low, 0.0), max(high, 0.0)
        room = ROOM * (high - low) or 0.05
        return low - room, high + room
    return 0.0, (1.0 + ROOM) * high or 1.0


def draw_scale(axes: Axes, which: str, inches: float, *, change: bool) -> None:
    """Round ticks with pale lines along the axis of values, and zero where it matters."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = axis.get_view_interval()
    rounds = MaxNLocator(nbins=max(2, int(inches / 0.42)), steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    axis.set_ticks([float(tick) for tick in rounds if low <= tick <= high])
    axes.grid(axis=which, color=style.PALE, linewidth=0.4, zorder=0)  # type: ignore[arg-type]
    axes.set_axisbelow(True)
    if change:
        draw = axes.axvline if which == "x" else axes.axhline
        draw(0.0, color=style.BLACK, linewidth=0.6, zorder=1, gid="zero")


def sizes_note(rows: Sequence[Row], of: str) -> str:
    """How many runs are behind each point, as far as the rows say so."""

    def told(column: str, what: str) -> str:
        counts = [row[column] for row in rows if row.get(column) is not None]
        return cells.counted(counts, what) if counts else ""

    if evaluations := told("evaluations", "evaluations"):
        return f"{evaluations} of {told('runs', 'runs') or 'the model'} behind each {of}. "
    for column, what in (("runs", "runs"), ("pairs", "pairs of runs"), ("points", "points of the region")):
        if text := told(column, what):
            return f"{text} per {of}. "
    return ""


def left_out_note(count: int, of: str) -> str:
    """How many have no estimate."""
    if count == 0:
        return ""
    return f" {count} {of}s have no estimate." if count > 1 else f" One {of} has no estimate."
