"""The multiverse as curves: the points of a region in the order of their estimates, by contrast."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from pydantic import Field

from signalling.errors import SignallingError
from signalling.figures import style
from signalling.figures.paper import page
from signalling.figures.paper.points import Estimate, Row, estimate_of
from signalling.figures.paper.spec import SeriesFigure
from signalling.validation import complaint

BODY_INCHES = 1.6
MOST_PANELS = 8
#: More points of a panel cannot be told apart.
MOST_POINTS = 600
#: Column that tells which rows stand for the defaults rather than for a point of the region.
DEFAULT = "default"
#: Height of a series' strip, and of what stands above the curve, as shares of the panel.
STRIP, HEADROOM = 0.055, 0.16


class SpecificationFigure(SeriesFigure):
    """A specification curve (Simonsohn, Simmons and Nelson 2020): every point with its interval, by size.

    Strips below the curve tell where the points of each series lie, also without colour. The defaults are not
    points of the region: they are shown at the place that they would have, and not counted.
    """

    kind: Literal["specification"]
    value: str = Field("difference", description="column of the estimates")
    margin: float = Field(0.0, ge=0, description="a change that does not matter, in the unit of the value")

    def draw(self, rows: Sequence[Row]) -> Figure:
        """The figure of a table; see PaperFigure."""
        found = self.chosen(rows, {"value": [self.value], "series": self.series_columns})
        panels, series = self.panel_values(found, MOST_PANELS), self.all_series(found)
        known = [row for row in found if row[self.value] is not None]
        curves = [
            self._curve([row for row in known if self.panel_of(row) == panel], panel) for panel in panels
        ]
        columns = min(len(panels), 1 if self.width == "single" else 2)
        with style.styled():
            made = page.make_page(
                self,
                self.panel_titles(panels),
                columns=columns,
                body_inches=BODY_INCHES,
                key=self._key(series, defaults=any(curve.defaults for curve in curves)),
                note=self._note(known, curves, len(found) - len(known)),
                shared=self.one_scale,
            )
            for number, (axes, curve) in enumerate(zip(made.axes, curves, strict=True)):
                self._draw_values(axes, curves if self.one_scale else [curve], len(series))
                self._draw_curve(axes, curve, series)
                if not made.bottom(number):
                    axes.tick_params(axis="x", labelbottom=False)
            words = "points in order of their estimates, as a share of the region"
            return made.finished(words, self.name_of(self.value))

    def _curve(self, rows: Sequence[Row], panel: Any) -> "_Curve":
        """The points of a panel by size, and the defaults.

        Raises:
            SignallingError: there is no point, one without an interval, or too many.
        """
        points: list[_Point] = []
        defaults: list[_Point] = []
        for row in rows:
            estimate = estimate_of(row, self.value)
            if estimate is None:
                continue
            if estimate.low is None:
                remedy = "a point has no interval, so that nothing can be said of its sign; draw another"
                raise SignallingError(complaint("value", self.value, remedy))
            point = _Point(estimate, self.series_of(row))
            (defaults if row.get(DEFAULT) is True else points).append(point)
        if not 0 < len(points) <= MOST_POINTS:
            remedy = f"has {len(points)} points; 1 to {MOST_POINTS} can be drawn: choose others with where"
            raise SignallingError(complaint(self.panels or "part", panel or self.part, remedy))
        return _Curve(sorted(points, key=lambda point: point.estimate.value), defaults)

    def _key(self, series: Sequence[tuple[Any, ...]], *, defaults: bool) -> page.Key | None:
        handles: list[Line2D] = []
        names: list[str] = []
        if self.series is not None:
            handles += [page.series_handle(number, line=False) for number in range(len(series))]
            names += [self.series_name(key) for key in series]
        if defaults:
            handles.append(Line2D([], [], color=style.BLACK, marker="o", linestyle="none", **_RING))
            names.append("default")
        return page.Key(self.series_title, handles, names, lines=False) if names else None

    def _draw_values(self, axes: Axes, curves: "Sequence[_Curve]", series: int) -> None:
        """The axis of values, with room above for words and below for strips."""
        ends = [end for curve in curves for point in curve.all for end in point.estimate.ends]
        low, high = min(*ends, 0.0), max(*ends, 0.0)
        below = 0.03 + (STRIP * series if series > 1 else 0.0)
        height = (high - low or 0.1) / (1.0 - below - HEADROOM)
        axes.set_ylim(low - below * height, high + HEADROOM * height)
        page.draw_scale(axes, "y", 2.2, change=True)
        if self.margin > 0.0:
            axes.axhspan(-self.margin, self.margin, color=style.PALE, alpha=0.6, linewidth=0.0, zorder=0.5)
        axes.set_xlim(-0.01, 1.01)
        axes.set_xticks([0.0, 0.25, 0.5, 0.75, 1.0], ["0", "0.25", "0.5", "0.75", "1"])

    def _draw_curve(self, axes: Axes, curve: "_Curve", series: Sequence[tuple[Any, ...]]) -> None:
        for number, key in enumerate(series):
            colour, marker, _ = style.SERIES[number]
            shown = [(x, point.estimate) for x, point in curve.ranked if point.series == key]
            bars: list[Any] = [[(x, found.low), (x, found.high)] for x, found in shown]
            page.draw_bars(axes, bars, colors=colour, linewidths=0.5, alpha=0.45)
            look: dict[str, Any] = {"color": colour, "markersize": 2.0, "markeredgewidth": 0.0, "zorder": 3}
            values = [found.value for _, found in shown]
            axes.plot([x for x, _ in shown], values, marker, linestyle="none", gid="estimates", **look)
            if len(series) > 1:
                top = STRIP * (len(series) - number)
                ticks: list[Any] = [[(x, top - 0.75 * STRIP), (x, top)] for x, _ in shown]
                across = axes.get_xaxis_transform()
                page.draw_bars(axes, ticks, colors=colour, linewidths=0.5, transform=across, gid="strip")
        self._draw_defaults(axes, curve)
        axes.text(
            0.015,
            0.985,
            curve.verdict(self.margin),
            transform=axes.transAxes,
            va="top",
            fontsize=6.3,
            zorder=5,
        )

    def _draw_defaults(self, axes: Axes, curve: "_Curve") -> None:
        for point in curve.defaults:
            x, value = curve.place(point), point.estimate.value
            axes.plot(x, value, "o", color=style.BLACK, gid="default", zorder=4, clip_on=False, **_RING)
        if len(curve.defaults) == 1:
            left = x > 0.5
            axes.annotate(
                "default",
                (x, value),
                xytext=(-5, 5) if left else (5, -5),
                textcoords="offset points",
                ha="right" if left else "left",
                va="bottom" if left else "top",
                fontsize=6.3,
                zorder=5,
            )

    def _note(self, rows: Sequence[Row], curves: "Sequence[_Curve]", missing: int) -> str:
        sizes = sorted({len(curve.points) for curve in curves})
        counted = " to ".join(f"{size:,}" for size in dict.fromkeys((sizes[0], sizes[-1])))
        text = f"{counted} points of the region in each panel, {page.sizes_note(rows, 'point')}"
        text += f"Bars: {self.bars}. Undecided: the interval "
        text += f"reaches into the grey, ±{self.margin:g}." if self.margin > 0.0 else "holds zero."
        if len({point.series for curve in curves for point in curve.points}) > 1:
            text += " Strips: where the points of each series lie, in the order of the key."
        if any(curve.defaults for curve in curves):
            text += " The defaults are not counted."
        return text + page.left_out_note(missing, "point")


_RING: dict[str, Any] = {"markersize": 5.5, "markerfacecolor": "none", "markeredgewidth": 1.0}


class _Point(NamedTuple):
    """An estimate and the series that it belongs to."""

    estimate: Estimate
    series: tuple[Any, ...]


class _Curve(NamedTuple):
    """What a panel shows."""

    points: list[_Point]
    """In ascending order."""
    defaults: list[_Point]

    @property
    def all(self) -> list[_Point]:
        """Points and defaults."""
        return self.points + self.defaults

    @property
    def ranked(self) -> list[tuple[float, _Point]]:
        """Each point with its rank, as a share of the region."""
        return [((at + 0.5) / len(self.points), point) for at, point in enumerate(self.points)]

    def place(self, point: _Point) -> float:
        """The share of the region that lies below a value."""
        values = [other.estimate.value for other in self.points]
        return float(np.searchsorted(values, point.estimate.value)) / len(values)

    def verdict(self, margin: float) -> str:
        """In which share of the region the value rises, falls, or is undecided, by the intervals."""
        ends = [(point.estimate.low or 0.0, point.estimate.high or 0.0) for point in self.points]
        raises = sum(low > margin for low, _ in ends)
        lowers = sum(high < -margin for _, high in ends)
        counts = (raises, lowers, len(ends) - raises - lowers)
        told = [f"{100.0 * count / len(ends):.0f} %" for count in counts]
        return f"raises in {told[0]}, lowers in {told[1]}, undecided in {told[2]}"
