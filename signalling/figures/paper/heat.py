"""A value over two settings as coloured cells, with its number where there is room and its sign anywhere."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from pydantic import Field

from signalling.errors import SignallingError
from signalling.figures import cells, style
from signalling.figures.paper import page
from signalling.figures.paper.forest import digits_of, printed
from signalling.figures.paper.points import Estimate, Row, changes, estimate_of, placed
from signalling.figures.paper.spec import PaperFigure
from signalling.validation import complaint

CELL_INCHES = 0.27
FRAME_INCHES = 0.5
LEAST_BODY, MOST_BODY = 1.3, 3.0
#: What the colours' key takes beside the panels.
KEY_INCHES = 0.55
#: Beyond so many cells a side, numbers are not read any more.
MOST_NUMBERED = 12
FONT_SIZES = (6.0, 5.5, 5.0)
#: Width of a digit, as a share of the size of its type.
DIGIT_WIDTH = 0.64
#: Smaller cells have no room for a sign, inches.
SIGN_INCHES = 0.1
HATCH = "//////"
WHITE = "#FFFFFF"

#: Blue lowers, orange raises: no common colour blindness confuses them. In greyscale both ends are dark, so
#: cells have their sign too.
CHANGES = LinearSegmentedColormap.from_list(
    "changes", ["#08306B", "#3A83BD", "#B9D6EA", "#FAFAFA", "#F6CFA2", "#E08214", "#7F3B08"]
)


class MapFigure(PaperFigure):
    """Estimates over two settings, as cells of equal size whatever the distance of the settings."""

    kind: Literal["map"]
    x: str = Field(description="column of the horizontal axis")
    y: str = Field(description="column of the vertical axis")
    value: str = Field("difference", description="column of the estimates")

    def draw(self, rows: Sequence[Row]) -> Figure:
        """The figure of a table; see PaperFigure."""
        found = self.chosen(rows, {"x": [self.x], "y": [self.y], "value": [self.value]})
        panels = self.panel_values(found)
        by_place = placed(found, [*([self.panels] if self.panels else []), self.x, self.y])
        estimates = {key: estimate_of(row, self.value) for key, row in by_place.items()}
        known = [estimate for estimate in estimates.values() if estimate is not None]
        if not known:
            raise SignallingError(
                complaint("value", self.value, "no row has an estimate of it; draw another")
            )
        across, up = (cells.in_order([row[name] for row in found]) for name in (self.x, self.y))
        columns = page.columns_of(len(panels), self)
        inches = page.panel_inches(columns, self, page.SIDE_INCHES + KEY_INCHES)
        body = FRAME_INCHES + min(max(CELL_INCHES * len(up), LEAST_BODY), MOST_BODY)
        change = changes(self.value, [estimate.value for estimate in known])
        look = _look(known, (inches / len(across), (body - FRAME_INCHES) / len(up)), change=change)
        if max(len(across), len(up)) > MOST_NUMBERED:
            look = look._replace(font_size=None)
        with style.styled():
            made = page.make_page(
                self,
                self.panel_titles(panels),
                columns=columns,
                body_inches=body,
                key=None,
                note=self._note(found, known, look),
                shared=True,
            )
            for number, (axes, panel) in enumerate(zip(made.axes, panels, strict=True)):
                prefix = () if self.panels is None else (panel,)
                shown = {
                    (column, line): estimate
                    for column, x in enumerate(across)
                    for line, y in enumerate(up)
                    if (estimate := estimates.get((*prefix, x, y))) is not None
                }
                _draw_cells(axes, shown, (len(across), len(up)), look)
                self._draw_ticks(axes, across, up, inches)
                if not made.bottom(number):
                    axes.tick_params(axis="x", labelbottom=False)
            self._draw_key(made, look)
            return made.finished(self.name_of(self.x), self.name_of(self.y))

    def _draw_key(self, made: page.Page, look: "_Look") -> None:
        key = made.figure.colorbar(
            ScalarMappable(look.scale, look.colours), ax=made.axes, fraction=0.05, pad=0.015, aspect=22
        )
        key.outline.set_visible(False)
        key.ax.tick_params(labelsize=6.0, width=0.5, length=2.0)
        key.set_label(self.name_of(self.value), fontsize=7.0)

    def _draw_ticks(self, axes: Axes, across: Sequence[Any], up: Sequence[Any], inches: float) -> None:
        room = max(int(inches / len(across) * page.LABEL_CHARACTERS), 6)
        for which, values, width in (("x", across, room), ("y", up, 22)):
            if len(values) <= cells.MOST_TICKS:
                column = self.x if which == "x" else self.y
                told = [self.told(column, value) for value in values]
                ticks = {
                    at + 0.5: textwrap.fill(text, width, break_long_words=False)
                    for at, text in enumerate(told)
                }
            else:
                ticks = cells.ticks_of(values, width)
            axis = axes.xaxis if which == "x" else axes.yaxis
            axis.set_ticks(list(ticks), list(ticks.values()))
            axes.tick_params(axis=which, length=0)  # type: ignore[arg-type]
        longest = max(len(line) for at in axes.get_xticklabels() for line in at.get_text().split("\n"))
        if (longest + 0.6) * len(axes.get_xticks()) > inches * page.LABEL_CHARACTERS:
            axes.tick_params(axis="x", rotation=90)
        axes.set_xlim(0, len(across))
        axes.set_ylim(0, len(up))
        for spine in axes.spines.values():
            spine.set_visible(False)

    def _note(self, rows: Sequence[Row], known: Sequence[Estimate], look: "_Look") -> str:
        text = page.sizes_note([row for row in rows if row[self.value] is not None], "cell")
        widths = [end.high - end.low for end in known if end.high is not None and end.low is not None]
        if widths and look.change:
            mark = "Hatched" if look.marked else "Dotted"
            text += f"{mark}: the interval holds zero ({self.bars}). "
        elif widths:
            text += f"{self.bars[0].upper()}{self.bars[1:]}: at most {max(widths):.2g} wide. "
        return text + "White: no estimate." if len(known) < len(rows) else text


class _Look(NamedTuple):
    """How cells look."""

    colours: Colormap
    scale: Normalize
    change: bool
    digits: int
    font_size: float | None
    """Of numbers; none where they have no room."""
    marked: bool
    """Whether a sign or a hatch can be seen in a cell."""

    def colour(self, value: float) -> str:
        """Of a cell."""
        return to_hex(self.colours(self.scale(value)))

    def text(self, estimate: Estimate) -> str:
        """What is written in a cell: its number, or at least its sign."""
        if self.font_size is not None:
            return printed(Estimate(estimate.value, None, None), self.digits, signed=self.change)
        if not self.change or not self.marked or holds_zero(estimate):
            return ""
        return "+" if estimate.value > 0.0 else "−"


def holds_zero(estimate: Estimate) -> bool:
    """Whether an interval holds zero; an estimate without one tells nothing of that."""
    return estimate.low is not None and estimate.high is not None and estimate.low <= 0.0 <= estimate.high


def _look(known: Sequence[Estimate], cell: tuple[float, float], *, change: bool) -> _Look:
    values = [estimate.value for estimate in known]
    most = max(abs(value) for value in values) or 1.0
    digits = digits_of([Estimate(value, None, None) for value in values])
    longest = max(len(printed(Estimate(value, None, None), digits, signed=change)) for value in values)
    fitting = [
        size
        for size in FONT_SIZES
        if longest * DIGIT_WIDTH * size / 72.0 < 0.95 * cell[0] and 1.5 * size / 72.0 < cell[1]
    ]
    return _Look(
        CHANGES if change else style.BELIEFS,
        Normalize(-most, most) if change else Normalize(0.0, most),
        change,
        digits,
        fitting[0] if fitting else None,
        min(cell) >= SIGN_INCHES,
    )


def _draw_cells(
    axes: Axes, shown: Mapping[tuple[int, int], Estimate], size: tuple[int, int], look: _Look
) -> None:
    """Coloured cells, what is written in them, and a mark on those whose interval holds zero."""
    levels = np.full((size[1], size[0]), np.nan)
    for (column, line), estimate in shown.items():
        levels[line, column] = estimate.value
    frames: dict[str, Any] = {"edgecolors": WHITE, "linewidth": 0.6}
    if not look.marked:
        # As pixels: thousands of outlines would leave hairlines between the cells of a PDF.
        frames = {"edgecolors": "none", "linewidth": 0.0, "antialiased": False, "rasterized": True}
    axes.pcolormesh(np.ma.masked_invalid(levels), cmap=look.colours, norm=look.scale, gid="cells", **frames)
    open_signs = {place for place, estimate in shown.items() if look.change and holds_zero(estimate)}
    if not look.marked:
        across, up = ([place[at] + 0.5 for place in shown if place in open_signs] for at in (0, 1))
        axes.plot(across, up, ".", markersize=1.2, color=style.GREY, gid="open")
    for (column, line), estimate in shown.items() if look.marked or look.font_size else ():
        colour = look.colour(estimate.value)
        open_sign = look.marked and (column, line) in open_signs
        if open_sign:
            axes.add_patch(_hatch(column, line, colour))
        if text := look.text(estimate):
            patch = {"facecolor": colour, "edgecolor": "none", "pad": 0.8}
            axes.text(
                column + 0.5,
                line + 0.5,
                text,
                ha="center",
                va="center_baseline",
                fontsize=look.font_size or 6.0,
                color=style.ink_on(colour),
                bbox=patch if open_sign else None,
                zorder=4,
            )
    if not look.marked and look.change:
        _draw_signs(axes, shown, size)
    if look.font_size is not None:
        for column in range(size[0]):
            for line in range(size[1]):
                if (column, line) not in shown:
                    axes.text(column + 0.5, line + 0.5, "–", ha="center", va="center_baseline", fontsize=6.0)


def _draw_signs(axes: Axes, shown: Mapping[tuple[int, int], Estimate], size: tuple[int, int]) -> None:
    """A sign at the highest and at the lowest cell: where cells are small, greyscale has no other."""
    for sign, found in (("+", max), ("−", min)):
        place = found(shown, key=lambda cell: shown[cell].value)
        estimate = shown[place]
        if (estimate.value > 0.0) is (sign == "+") and not holds_zero(estimate):
            across, up = (
                min(max(at + 0.5, 0.06 * count), 0.94 * count) for at, count in zip(place, size, strict=True)
            )
            patch = {"facecolor": WHITE, "edgecolor": "none", "boxstyle": "circle,pad=0.15"}
            axes.text(across, up, sign, ha="center", va="center", fontsize=8.0, bbox=patch, zorder=4)


def _hatch(column: int, line: int, colour: str) -> Rectangle:
    drawn = Rectangle(
        (column, line),
        1,
        1,
        facecolor="none",
        edgecolor=style.ink_on(colour),
        alpha=0.55,
        hatch=HATCH,
        linewidth=0.0,
        zorder=2,
        gid="open",
    )
    drawn.set_hatch_linewidth(0.5)
    return drawn
