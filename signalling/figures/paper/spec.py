"""What every figure of an experiment has: which rows it shows, and what they are called on the page."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from matplotlib.figure import Figure
from pydantic import Field

from signalling.errors import SignallingError
from signalling.estimates.labels import short_names
from signalling.figures import cells, style
from signalling.figures.paper.points import Key, Row
from signalling.parameters import Strict
from signalling.validation import complaint, suggestion

MOST_PANELS = 6

#: What columns are called on an axis, with their units; others by their own words.
NAMES = {
    "p_war": "P(war)",
    "p_war_baseline": "P(war) of the baseline",
    "p_unready": "P(struck while unready)",
    "difference": "change of P(war)",
    "median": "median change of P(war)",
    "adds": "P(war) added",
    "security": "change of security",
    "total": "change of security",
    "direct": "change of security, moves of rivals held",
    "reaction": "change of security, by the reaction of rivals",
    "security_baseline": "security, 1 − P(struck)",
    "security_armed": "security when armed, 1 − P(struck)",
    "share": "share of wars",
    "share_caused": "share of the wars caused",
    "share_prevented": "share of the wars prevented",
    "raises": "share of the region in which P(war) rises",
    "lowers": "share of the region in which P(war) falls",
    "neither": "share of the region that is undecided",
    "estimate": "estimate",
    "mean_age_hours": "age of the newest report, hours",
    "reviews_per_state": "reviews held per state",
    "garbled": "share of messages garbled",
    "lost": "share of messages lost",
}
#: A path of a scenario, which is told by its last words.
_PATH = re.compile(r"[\w-]+(\.[\w-]+)+")


class PaperFigure(Strict, ABC):
    """A figure that is drawn from the rows of one table."""

    part: str = Field(description="whose rows are drawn")
    caption: str = Field(description="what the figure shows, as a template")
    title: str | None = Field(None, description="above it; none unless given")
    width: Literal["single", "double"] = Field("double", description="columns of the page that it takes")
    height_inches: float | None = Field(None, gt=0, le=10, description="as its content needs unless given")
    where: dict[str, Any] = Field(
        default_factory=dict, description="only rows with these values; a list means any of them"
    )
    labels: dict[str, str] = Field(
        default_factory=dict,
        description='words for columns, and for values, written "column=value"',
    )
    panels: str | None = Field(None, description="column with a panel for each of its values")
    bars: str = Field("95 % intervals", description="what the intervals of the rows are, for the note")

    @abstractmethod
    def draw(self, rows: Sequence[Row]) -> Figure:
        """The figure of a table.

        Raises:
            SignallingError: no such column, row or value, two rows in one place, or more than can be told
                apart.
        """

    @property
    def inches(self) -> float:
        """Width of the figure."""
        return style.SINGLE_COLUMN if self.width == "single" else style.DOUBLE_COLUMN

    def chosen(self, rows: Sequence[Row], columns: Mapping[str, Sequence[str]]) -> list[Row]:
        """The rows that are drawn, in order.

        Args:
            rows: of the table.
            columns: that the figure needs, by the field which names them.

        Raises:
            SignallingError: no such column, or no such row.
        """
        if not rows:
            raise SignallingError(complaint("part", self.part, "has no row; there is nothing to draw"))
        panels = [] if self.panels is None else [self.panels]
        for field, names in {**columns, "panels": panels, "where": list(self.where)}.items():
            for name in names:
                if name not in rows[0]:
                    remedy = f"{self.part} has no such column; {suggestion(name, list(rows[0]))}"
                    raise SignallingError(complaint(field, name, remedy))
        for name, wanted in self.where.items():
            for value in wanted if isinstance(wanted, list) else [wanted]:
                _check_value(f"where.{name}", value, [row[name] for row in rows])
        self._check_labels(rows)
        found = [row for row in rows if all(_is(row[name], wanted) for name, wanted in self.where.items())]
        if not found:
            raise SignallingError(
                complaint("where", self.where, f"no row of {self.part} has all of these; name fewer")
            )
        return found

    def _check_labels(self, rows: Sequence[Row]) -> None:
        for label in self.labels:
            name, equals, value = label.partition("=")
            if name not in rows[0]:
                remedy = f"{self.part} has no such column; {suggestion(name, list(rows[0]))}"
                raise SignallingError(complaint("labels", label, remedy))
            known = {_written(row[name]) for row in rows}
            if equals and value not in known:
                remedy = f"{name} has no such value; {suggestion(value, known)}"
                raise SignallingError(complaint("labels", label, remedy))

    def name_of(self, column: str) -> str:
        """What a column is called: by the figure, by the table of names, or by its last words."""
        return self.labels.get(column) or NAMES.get(column) or short_names([column])[0]

    def told(self, column: str, value: object) -> str:
        """What a value is called: by the figure, or as it is."""
        given = self.labels.get(f"{column}={_written(value)}")
        if given is not None:
            return given
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str) and _PATH.fullmatch(value):
            return short_names([value])[0]
        return cells.told(value)

    def told_alone(self, column: str, value: object) -> str:
        """What a value is called where nothing says of what it is: a number with the name of its column."""
        bare = f"{column}={_written(value)}" not in self.labels and not isinstance(value, str)
        return f"{self.name_of(column)} {self.told(column, value)}" if bare else self.told(column, value)

    def panel_values(self, rows: Sequence[Row], most: int = MOST_PANELS) -> list[Any]:
        """The value of each panel, in order of appearance; one null where there is one panel.

        Raises:
            SignallingError: there are more than `most`.
        """
        values = [None] if self.panels is None else list(dict.fromkeys(row[self.panels] for row in rows))
        if len(values) > most:
            remedy = f"has {len(values)} values; at most {most} panels fit: choose some with where"
            raise SignallingError(complaint("panels", self.panels, remedy))
        return values

    def panel_titles(self, values: Sequence[Any]) -> list[str]:
        """The heading of each panel, with its letter where there are several."""
        if self.panels is None:
            return [""]
        names = [self.told_alone(self.panels, value) for value in values]
        return names if len(names) == 1 else [f"{chr(97 + at)}  {name}" for at, name in enumerate(names)]

    def panel_of(self, row: Row) -> Any:
        """In which panel a row stands."""
        return None if self.panels is None else row[self.panels]


class SeriesFigure(PaperFigure):
    """A figure whose points belong to series, each with its colour and marker."""

    series: str | list[str] | None = Field(
        None, description="column or columns whose values are told apart by colour and marker"
    )
    one_scale: bool = Field(default=True, description="whether all panels have one scale of values")

    @property
    def series_columns(self) -> list[str]:
        """The columns that tell series apart."""
        if self.series is None:
            return []
        return [self.series] if isinstance(self.series, str) else self.series

    def series_of(self, row: Row) -> Key:
        """To which series a row belongs."""
        return tuple(row[name] for name in self.series_columns)

    def all_series(self, rows: Sequence[Row]) -> list[Key]:
        """The series in order: numbers by size, texts as they come.

        Raises:
            SignallingError: there are more than can be told apart.
        """
        columns = self.series_columns
        orders = [cells.in_order([row[name] for row in rows]) for name in columns]
        found = sorted(
            dict.fromkeys(self.series_of(row) for row in rows),
            key=lambda key: [order.index(value) for order, value in zip(orders, key, strict=True)],
        )
        if len(found) > len(style.SERIES):
            most = f"at most {len(style.SERIES)} can be told apart"
            remedy = f"has {len(found)} values; {most}: choose some with where"
            raise SignallingError(complaint("series", ", ".join(columns), remedy))
        return found

    def series_name(self, key: Key) -> str:
        """What a series is called in the key."""
        if len(key) == 1:
            return self.told(self.series_columns[0], key[0])
        return ", ".join(self.told_alone(*pair) for pair in zip(self.series_columns, key, strict=True))

    @property
    def series_title(self) -> str:
        """What stands before the names of the series; nothing where they say it themselves."""
        return self.name_of(self.series_columns[0]) if len(self.series_columns) == 1 else ""


def _is(value: object, wanted: object) -> bool:
    return any(_same(value, one) for one in wanted) if isinstance(wanted, list) else _same(value, wanted)


def _same(value: object, wanted: object) -> bool:
    """Whether two values are one, for which true is not 1."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _check_value(path: str, wanted: object, values: Sequence[object]) -> None:
    if not any(_same(value, wanted) for value in values):
        remedy = f"no row has it; {suggestion(_written(wanted), {_written(value) for value in values})}"
        raise SignallingError(complaint(path, wanted, remedy))


def _written(value: object) -> str:
    """A value as a label writes it.

    Example:
        >>> _written(0.30), _written(True), _written("SS"), _written(None)
        ('0.3', 'true', 'SS', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
