"""A value against a setting, a line for each series, with the interval of every point."""

import itertools
import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator, NullFormatter, NullLocator
from pydantic import Field

from signalling.errors import SignallingError
from signalling.figures import cells, style
from signalling.figures.paper import page
from signalling.figures.paper.points import Estimate, Row, changes, estimate_of, placed
from signalling.figures.paper.spec import SeriesFigure
from signalling.validation import complaint

BODY_INCHES = 2.0
WIDE_BODY_INCHES = 2.6
#: From series to series, inches: bars of one setting stand side by side.
DODGE_INCHES = 0.045
#: A setting above zero that spans this factor has a logarithmic axis.
LOGARITHMIC = 50.0
#: Room beyond the first and the last setting, as a share of the axis.
MARGIN = 0.05
#: Beyond so many settings bars would be a thicket: bands are drawn.
MOST_BARS = 12
#: As many markers tell a line with a band from the others.
MARKERS = 8


class LinesFigure(SeriesFigure):
    """Estimates over a setting: lines through numbers, points beside each other over names."""

    kind: Literal["lines"]
    x: str = Field(description="column of the horizontal axis")
    y: str = Field(description="column of the estimates; its interval stands in y_low and y_high")

    def draw(self, rows: Sequence[Row]) -> Figure:
        """The figure of a table; see PaperFigure."""
        found = self.chosen(rows, {"x": [self.x], "y": [self.y], "series": self.series_columns})
        panels, series = self.panel_values(found), self.all_series(found)
        placed(found, [*([self.panels] if self.panels else []), *self.series_columns, self.x])
        known = [row for row in found if row[self.y] is not None]
        if not known:
            raise SignallingError(complaint("y", self.y, "no row has an estimate of it; draw another"))
        scale = _scale([row[self.x] for row in found])
        columns = page.columns_of(len(panels), self)
        with style.styled():
            made = page.make_page(
                self,
                self.panel_titles(panels),
                columns=columns,
                body_inches=WIDE_BODY_INCHES if len(panels) == 1 and self.width == "double" else BODY_INCHES,
                key=self._key(series, scale),
                note=self._note(known, len(found) - len(known), scale),
                shared=self.one_scale,
            )
            for number, (axes, panel) in enumerate(zip(made.axes, panels, strict=True)):
                shown = [row for row in known if self.panel_of(row) == panel]
                self._draw_panel(axes, shown, series, scale, columns)
                self._draw_values(axes, known if self.one_scale else shown)
                if not made.bottom(number):
                    axes.tick_params(axis="x", labelbottom=False)
            return made.finished(self.name_of(self.x), self.name_of(self.y))

    def _key(self, series: Sequence[tuple[Any, ...]], scale: "_Scale") -> page.Key | None:
        if self.series is None:
            return None
        handles = [page.series_handle(number, line=scale.numeric) for number in range(len(series))]
        return page.Key(
            self.series_title, handles, [self.series_name(key) for key in series], lines=scale.numeric
        )

    def _draw_panel(
        self,
        axes: Axes,
        rows: Sequence[Row],
        series: Sequence[tuple[Any, ...]],
        scale: "_Scale",
        columns: int,
    ) -> None:
        inches = page.panel_inches(columns, self)
        _draw_settings(axes, scale, [self.told(self.x, value) for value in scale.places], inches)
        dodge = min(DODGE_INCHES, 0.5 * scale.gap * inches / len(series))
        for number, key in enumerate(series):
            points = {
                scale.places[row[self.x]]: estimate
                for row in rows
                if self.series_of(row) == key and (estimate := estimate_of(row, self.y)) is not None
            }
            shift = 0.0 if scale.banded else (number - (len(series) - 1) / 2.0) * dodge
            _draw_series(axes, points, number, shift, scale)

    def _draw_values(self, axes: Axes, rows: Sequence[Row]) -> None:
        ends = [end for row in rows if (found := estimate_of(row, self.y)) for end in found.ends] or [0.0]
        change = changes(self.y, ends)
        axes.set_ylim(*page.limits(ends, change=change))
        page.draw_scale(axes, "y", 1.7, change=change)

    def _note(self, rows: Sequence[Row], missing: int, scale: "_Scale") -> str:
        text = page.sizes_note(rows, "point")
        if any(row.get(f"{self.y}_low") is not None for row in rows):
            text += f"{'Bands' if scale.banded else 'Bars'}: {self.bars}."
        return text + page.left_out_note(missing, "point")


class _Scale(NamedTuple):
    """The horizontal axis of all panels."""

    places: dict[Any, float]
    """Where each setting lies, in order."""
    ends: tuple[float, float]
    numeric: bool
    logarithmic: bool

    @property
    def banded(self) -> bool:
        """Whether there are too many settings for bars."""
        return self.numeric and len(self.places) > MOST_BARS

    def share(self, place: float) -> float:
        """Where a place lies, as a share of the axis."""
        low, high = self.ends
        if self.logarithmic:
            return math.log(place / low) / math.log(high / low)
        return (place - low) / (high - low)

    @property
    def gap(self) -> float:
        """The smallest distance of two settings, as a share of the axis."""
        shares = sorted(self.share(place) for place in self.places.values())
        return min((b - a for a, b in itertools.pairwise(shares)), default=1.0)


def _scale(values: Sequence[Any]) -> _Scale:
    distinct = cells.in_order(values)
    numeric = all(cells.is_number(value) for value in distinct)
    places = {value: float(value) if numeric else float(at) for at, value in enumerate(distinct)}
    low, high = min(places.values()), max(places.values())
    if numeric and low > 0.0 and high / low >= LOGARITHMIC:
        edge = (high / low) ** MARGIN
        return _Scale(places, (low / edge, high * edge), numeric=numeric, logarithmic=True)
    room = MARGIN * (high - low) if numeric and high > low else 0.5
    return _Scale(places, (low - room, high + room), numeric=numeric, logarithmic=False)


def _draw_settings(axes: Axes, scale: _Scale, names: Sequence[str], inches: float) -> None:
    """A tick at every setting that was run, and its name where that has room."""
    if scale.logarithmic:
        axes.set_xscale("log")
    axes.set_xlim(*scale.ends)
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_minor_locator(NullLocator())
    places = list(scale.places.values())
    if not scale.numeric:
        room = max(int(inches / len(names) * page.LABEL_CHARACTERS), 6)
        folded = [textwrap.fill(name, room, break_long_words=False) for name in names]
        axes.set_xticks(places, folded)
        if max(len(line) for name in folded for line in name.splitlines()) > room:
            axes.tick_params(axis="x", rotation=90)
        return
    if scale.banded and not scale.logarithmic:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=max(2, int(inches / 0.5)), steps=[1, 2, 2.5, 5, 10]))
        return
    kept = _with_room(scale, names, inches)
    axes.set_xticks([places[at] for at in kept], [names[at] for at in kept])
    axes.xaxis.set_minor_locator(FixedLocator(places))
    axes.tick_params(axis="x", which="minor", width=0.6, length=2.0)


def _with_room(scale: _Scale, names: Sequence[str], inches: float) -> list[int]:
    """Which settings have room for their names, the shortest names first: they are the round ones."""
    centres = [scale.share(place) * inches for place in scale.places.values()]
    halves = [(len(name) + 0.6) / page.LABEL_CHARACTERS / 2.0 for name in names]
    kept: list[int] = []
    for at in sorted(range(len(names)), key=lambda at: len(names[at])):
        if all(abs(centres[at] - centres[other]) >= halves[at] + halves[other] for other in kept):
            kept.append(at)
    return sorted(kept)


def _draw_series(
    axes: Axes, points: Mapping[float, Estimate], number: int, inches: float, scale: _Scale
) -> None:
    """The estimates of a series with their intervals, and a line through them where settings are numbers."""
    colour, marker, dashes = style.SERIES[number]
    beside = page.beside(axes, inches)
    ordered = sorted(points)
    known = [(place, points[place]) for place in ordered if points[place].low is not None]
    if scale.banded:
        ends = (
            [float(found.low or 0.0) for _, found in known],
            [float(found.high or 0.0) for _, found in known],
        )
        axes.fill_between(
            [place for place, _ in known], *ends, color=colour, alpha=0.18, linewidth=0.0, gid="intervals"
        )
    else:
        bars: list[Any] = [[(place, found.low), (place, found.high)] for place, found in known]
        page.draw_bars(axes, bars, colors=colour, linewidths=0.9, transform=beside, clip_on=False)
    axes.plot(
        ordered,
        [points[place].value for place in ordered],
        color=colour,
        marker=marker,
        markevery=max(1, len(ordered) // MARKERS) if scale.banded else 1,
        linestyle=dashes if scale.numeric else "none",
        linewidth=1.0,
        transform=beside,
        clip_on=False,  # a point at zero is drawn whole
        in_layout=False,
        zorder=3.0 + number / 10.0,
        gid="estimates",
        **page.marker_look(number),
    )
