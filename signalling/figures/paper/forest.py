"""Estimates as dots with whiskers, a row for each, and their numbers beside them where these have room."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from pydantic import Field

from signalling.errors import SignallingError
from signalling.figures import style
from signalling.figures.paper import page
from signalling.figures.paper.points import CHANGES, Estimate, Key, Row, changes, estimate_of, placed
from signalling.figures.paper.spec import SeriesFigure
from signalling.validation import complaint

#: Height of a row with one series, and of every further one.
ROW_INCHES, SERIES_INCHES = 0.19, 0.105
LINE_INCHES = 0.115
FRAME_INCHES = 0.5
#: What a printed number with its interval takes, and the least that is left of a panel beside it.
NUMBER_INCHES, LEAST_INCHES = 1.15, 0.95
#: Characters of a row's name, by the columns of the page that the figure takes.
NAME_CHARACTERS = {"single": 20, "double": 34}
#: The part of a row within which its series stand.
SPREAD = 0.72
#: Half of the strip about zero that stands for no change, by the width of the axis; what is left of a row
#: between two shades.
STRIP, GAP = 0.012, 0.08


class ForestFigure(SeriesFigure):
    """Estimates with whiskers, a row for each value of a column, or of several, grouped by the first."""

    kind: Literal["forest"]
    rows: str | list[str] = Field(description="column or columns with a row for each of their values")
    value: str = Field("difference", description="column of the estimates")
    order: Literal["given", "value"] = Field(
        "given", description='of rows: as they come, or "value": the largest of the first series first'
    )
    predicted: str = Field(
        "",
        description="column that tells which way the estimate was predicted to lie of zero (falls, none or "
        "rises): that side of its row is shaded; none unless given",
    )

    @property
    def row_columns(self) -> list[str]:
        """The columns that tell rows apart."""
        return [self.rows] if isinstance(self.rows, str) else self.rows

    def draw(self, rows: Sequence[Row]) -> Figure:
        """The figure of a table; see PaperFigure."""
        needed = {"rows": self.row_columns, "value": [self.value], "series": self.series_columns}
        needed |= {"predicted": [self.predicted]} if self.predicted else {}
        found = self.chosen(rows, needed)
        panels, series = self.panel_values(found), self.all_series(found)
        placed(found, [*([self.panels] if self.panels else []), *self.row_columns, *self.series_columns])
        known = [row for row in found if row[self.value] is not None]
        if not known:
            raise SignallingError(
                complaint("value", self.value, "no row has an estimate of it; draw another")
            )
        slots = self._slots(known, series)
        columns = page.columns_of(len(panels), self)
        inches, numbered = self._inches(slots, columns)
        body = FRAME_INCHES + row_inches(len(series)) * sum(slot.height for slot in slots)
        with style.styled():
            made = page.make_page(
                self,
                self.panel_titles(panels),
                columns=columns,
                body_inches=max(body, page.LEAST_BODY_INCHES),
                key=self._key(series),
                note=self._note(known, len(found) - len(known)),
                shared=True,
            )
            self._draw_names(made.axes[0], slots)
            for number, (axes, panel) in enumerate(zip(made.axes, panels, strict=True)):
                shown = [row for row in known if self.panel_of(row) == panel]
                ends = self._ends(known if self.one_scale else shown)
                change = changes(self.value, ends)
                axes.set_xlim(*page.limits(ends, change=change))
                page.draw_scale(axes, "x", inches, change=change)
                self._draw_panel(axes, shown, slots, series, numbered=numbered)
                if self.one_scale and not made.bottom(number):
                    axes.tick_params(axis="x", labelbottom=False)
            return made.finished(self.name_of(self.value), "")

    def _ends(self, rows: Sequence[Row]) -> list[float]:
        return [end for row in rows if (found := estimate_of(row, self.value)) for end in found.ends] or [0.0]

    def _key(self, series: Sequence[Key]) -> page.Key | None:
        if self.series is None:
            return None
        handles = [page.series_handle(number, line=False) for number in range(len(series))]
        return page.Key(self.series_title, handles, [self.series_name(key) for key in series], lines=False)

    def _slots(self, rows: Sequence[Row], series: Sequence[Key]) -> "list[_Slot]":
        """Lines of the figure from the top down: rows, and the headings of groups."""
        keys = list(dict.fromkeys(tuple(row[name] for name in self.row_columns) for row in rows))
        if self.order == "value":
            first = {
                tuple(row[name] for name in self.row_columns): float(row[self.value])
                for row in reversed(rows)
                if self.series_of(row) == series[0]
            }
            keys.sort(key=lambda key: -first.get(key, float("-inf")))
        if len(self.row_columns) == 1:
            return self._stacked([(key, self.told(self.row_columns[0], key[0])) for key in keys], len(series))
        lines: list[tuple[Key | None, str]] = []
        for group in dict.fromkeys(key[0] for key in keys):
            lines.append((None, self.told_alone(self.row_columns[0], group)))
            for key in keys:
                if key[0] == group:
                    rest = zip(self.row_columns[1:], key[1:], strict=True)
                    lines.append((key, ", ".join(self.told_alone(*pair) for pair in rest)))
        return self._stacked(lines, len(series))

    def _stacked(self, lines: "Sequence[tuple[Key | None, str]]", series: int) -> "list[_Slot]":
        found: list[_Slot] = []
        top = 0.0
        for key, name in lines:
            folded = textwrap.fill(name, NAME_CHARACTERS[self.width])
            text_inches = LINE_INCHES * (folded.count("\n") + 1) + 0.07
            least = row_inches(series if key is not None else 1)
            height = max(least, text_inches) / row_inches(series)
            found.append(_Slot(key, folded, top, height))
            top += height
        return found

    def _inches(self, slots: "Sequence[_Slot]", columns: int) -> tuple[float, bool]:
        """About how wide a panel is, and whether numbers have room beside it."""
        longest = max(len(line) for slot in slots for line in slot.name.splitlines())
        inches = page.panel_inches(columns, self, longest / page.LABEL_CHARACTERS + 0.1)
        numbered = inches - NUMBER_INCHES >= LEAST_INCHES
        return (inches - NUMBER_INCHES if numbered else inches), numbered

    def _draw_names(self, axes: Axes, slots: "Sequence[_Slot]") -> None:
        axes.set_yticks([slot.middle for slot in slots], [slot.name for slot in slots])
        for slot, label in zip(slots, axes.get_yticklabels(), strict=True):
            label.set_fontweight("bold" if slot.key is None else "normal")
        axes.set_ylim(slots[-1].top + slots[-1].height, 0.0)

    def _draw_panel(
        self,
        axes: Axes,
        rows: Sequence[Row],
        slots: "Sequence[_Slot]",
        series: Sequence[Key],
        *,
        numbered: bool,
    ) -> None:
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        grouped = any(slot.key is None for slot in slots)
        for slot in slots[1:]:
            if slot.key is None or not grouped:
                axes.axhline(slot.top, color=style.GREY if grouped else style.PALE, linewidth=0.4, zorder=0)
        by_place = {
            (tuple(row[name] for name in self.row_columns), self.series_of(row)): estimate_of(row, self.value)
            for row in rows
        }
        if self.predicted:
            _shade(
                axes,
                {tuple(row[name] for name in self.row_columns): row for row in rows},
                slots,
                self.predicted,
            )
        digits = digits_of([found for found in by_place.values() if found is not None])
        for number, key in enumerate(series):
            shift = SPREAD * ((number + 0.5) / len(series) - 0.5)
            found = {
                slot.middle + shift: estimate
                for slot in slots
                if slot.key is not None and (estimate := by_place.get((slot.key, key))) is not None
            }
            _draw_dots(axes, found, number)
            for place, estimate in found.items() if numbered else ():
                axes.text(
                    1.02,
                    place,
                    printed(estimate, digits, signed=self.value in CHANGES),
                    transform=axes.get_yaxis_transform(),
                    va="center_baseline",
                    fontsize=6.0,
                )

    def _note(self, rows: Sequence[Row], missing: int) -> str:
        text = page.sizes_note(rows, "dot")
        if any(row.get(f"{self.value}_low") is not None for row in rows):
            text += f"Whiskers: {self.bars}."
        if self.predicted:
            text += " Shaded: where it was predicted to lie; a strip about zero: no change."
        return text + page.left_out_note(missing, "row")


def row_inches(series: int) -> float:
    """Height of a row in which so many series stand."""
    return ROW_INCHES + SERIES_INCHES * (series - 1)


class _Slot(NamedTuple):
    """A line of the figure."""

    key: Key | None
    """Whose estimates stand in it; none of the heading of a group."""
    name: str
    top: float
    height: float
    """In rows."""

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return self.top + self.height / 2.0


def digits_of(estimates: Sequence[Estimate]) -> int:
    """Two decimals; three if all is small or an interval would end at a rounded zero, one for the large."""
    largest = max((abs(end) for found in estimates for end in found.ends), default=0.0)
    if largest >= 10.0:
        return 1
    ends = [end for found in estimates if found.low is not None for end in found.ends]
    return 3 if largest < 0.1 or any(0.0 < abs(end) < 0.005 for end in ends) else 2


def printed(estimate: Estimate, digits: int, *, signed: bool) -> str:
    """An estimate with its interval as text; a change has its sign.

    Example:
        >>> printed(Estimate(0.12, 0.1, 0.14), 2, signed=True)
        '+0.12 [+0.10, +0.14]'
        >>> printed(Estimate(-0.001, -0.02, 0.02), 2, signed=True)
        '0.00 [−0.02, +0.02]'
    """
    value, *ends = (
        f"{'+' if signed and round(end, digits) > 0.0 else ''}{style.number(end, digits)}"
        for end in estimate.ends
    )
    return f"{value} [{', '.join(ends)}]" if ends else value


def _shade(axes: Axes, rows: Mapping[Key, Row], slots: "Sequence[_Slot]", predicted: str) -> None:
    """Grey the side of zero on which the estimate of each row was predicted to lie."""
    low, high = axes.get_xlim()
    strip = STRIP * (high - low)
    sides = {"falls": (low, 0.0), "none": (-strip, strip), "rises": (0.0, high)}
    for slot in slots:
        if slot.key is None or slot.key not in rows:
            continue
        sign = rows[slot.key][predicted]
        if sign not in sides:
            raise SignallingError(complaint(predicted, sign, f"is no sign; they are {', '.join(sides)}"))
        span = (slot.top + GAP, slot.top + slot.height - GAP)
        axes.fill_betweenx(span, *sides[sign], color=style.PALE, linewidth=0.0, zorder=0.5)


def _draw_dots(axes: Axes, found: Mapping[float, Estimate], number: int) -> None:
    """The estimates of a series and their whiskers."""
    colour, marker, _ = style.SERIES[number]
    bars: list[Any] = [
        [(estimate.low, place), (estimate.high, place)]
        for place, estimate in found.items()
        if estimate.low is not None
    ]
    page.draw_bars(axes, bars, colors=colour, linewidths=1.1, clip_on=False)
    axes.plot(
        [estimate.value for estimate in found.values()],
        list(found),
        color=colour,
        marker=marker,
        linestyle="none",
        clip_on=False,  # a point at the edge is drawn whole
        in_layout=False,
        zorder=3.0,
        gid="estimates",
        **page.marker_look(number),
    )
