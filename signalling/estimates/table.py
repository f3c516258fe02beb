"""The table of estimates: tidy columns, and the ways out of it."""

import itertools
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute

from signalling.errors import ResultError
from signalling.estimates.labels import heading, label_of, short_names, shown_estimate, shown_value
from signalling.stats import Method
from signalling.validation import suggestion

if TYPE_CHECKING:
    import pandas as pd

#: Columns beside those that name the group.
ESTIMATE_COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("measure", pa.string()),
    ("state", pa.string()),
    ("estimate", pa.float64()),
    ("low", pa.float64()),
    ("high", pa.float64()),
    ("unit", pa.string()),
    ("method", pa.string()),
    ("n", pa.int64()),
)
#: What a first look needs: the Markdown table shows these unless told otherwise.
MAIN_MEASURES = (
    "runs",
    "p_war",
    "p_struck_unready",
    "security",
    "war_hours_restricted_mean",
    "hazard_per_review",
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Estimates:
    """Estimates by group: one row per group and measure, and per state where the measure has states.

    Attributes:
        table: the group's columns, then measure, state, estimate, low, high, unit, method and n, the number
            of observations it rests on (runs; reviews for the hazard). Null is unknown: no values, or a
            median beyond the horizon.
        group_columns: the columns that name a group: `by`, and every setting that is constant in each group.
        confidence: coverage aimed at, of each interval by itself.
        horizon_hours: up to when the mean time at peace is counted, the same for all groups; None without
            times.
        common_luck: the same run of the same seed stands in several groups; differences between groups are
            then known better than their separate intervals suggest, and `compare` gives them.
    """

    table: pa.Table
    group_columns: tuple[str, ...]
    confidence: float
    horizon_hours: float | None
    common_luck: bool

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def measures(self) -> list[str]:
        """Names of the measures, in order."""
        names: list[str] = self.table["measure"].unique().to_pylist()
        return names

    def of(self, measure: str, state: str | None = None) -> list[Row]:
        """The rows of one measure: one per group, and per state unless one is named.

        Raises:
            ResultError: no such measure or state.
        """
        chosen = pa.compute.field("measure") == measure
        if state is not None:
            chosen &= pa.compute.field("state") == state
        rows: list[Row] = self.table.filter(chosen).to_pylist()
        if not rows:
            named = measure if state is None else f"{measure} of {state}"
            raise ResultError(f"measure = {named}: not estimated; there are {', '.join(self.measures)}")
        return rows

    def where(self, values: Mapping[str, object]) -> "Estimates":
        """Only the groups that have these values, such as one line of a grid.

        Args:
            values: by column of the group.

        Raises:
            ResultError: no such column, or no such group.
        """
        kept = pa.array([True] * len(self))
        for column, value in values.items():
            if column not in self.group_columns:
                raise ResultError(
                    f"{column}: the estimates are not grouped by it; {suggestion(column, self.group_columns)}"
                )
            kept = pa.compute.and_(kept, pa.array([v == value for v in self.table[column].to_pylist()]))
        table = self.table.filter(kept)
        if table.num_rows == 0:
            raise ResultError(f"{dict(values)}: no group has these values")
        return replace(self, table=table)

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table."""
        return self.table

    def to_pandas(self) -> "pd.DataFrame":
        """The rows as a pandas data frame."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    def to_csv(self, path: str | Path) -> Path:
        """Write the rows, unrounded, whole or not at all; null is an empty field."""
        target = Path(path)
        partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
        try:
            self.to_pandas().to_csv(partial, index=False, lineterminator="\n")
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return target

    def to_json(self) -> str:
        """The rows, unrounded, and what holds for all of them, as JSON text."""
        told = {
            "confidence": self.confidence,
            "horizon_hours": self.horizon_hours,
            "common_luck": self.common_luck,
            "group_columns": list(self.group_columns),
            "estimates": self.table.to_pylist(),
        }
        return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False)

    def to_markdown(self, measures: Sequence[str] | None = None, *, most: int | None = None) -> str:
        """A row per group and a column per measure, rounded to two digits of half the interval's width.

        Args:
            measures: which; the main ones if not given, or all if there are none of these.
            most: groups that are shown; all unless given. How many are left out is told.

        Raises:
            ResultError: no such measure.
        """
        main = [name for name in MAIN_MEASURES if name in self.measures]
        chosen = (main or self.measures) if measures is None else measures
        rows = [row for name in chosen for row in self.of(name)]
        columns = {(row["measure"], row["state"]): row["unit"] for row in rows}
        groups: dict[tuple[Any, ...], dict[tuple[str, str | None], str]] = {}
        for row in rows:
            told = shown_estimate(row["estimate"], row["low"], row["high"])
            groups.setdefault(self.group_of(row), {})[row["measure"], row["state"]] = told
        shown = self.telling_columns()
        names = [*short_names(shown), *(heading(*column, unit) for column, unit in columns.items())]
        lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
        for group, cells in itertools.islice(groups.items(), most):
            values = dict(zip(self.group_columns, group, strict=True))
            line = [shown_value(name, values[name]) for name in shown]
            line += [cells.get(column, "none") for column in columns]
            lines.append("| " + " | ".join(line) + " |")
        told = self.note(chosen)
        if most is not None and len(groups) > most:
            told = f"And {len(groups) - most:,} groups more. {told}"
        return "\n".join([*lines, "", told]) + "\n"

    def note(self, measures: Sequence[str]) -> str:
        """How the intervals of some measures were made, in a sentence or two."""
        told = []
        for name in measures:
            methods = dict.fromkeys(row["method"] for row in self.of(name))
            used = [method for method in methods if method not in {Method.COUNT, Method.NONE}]
            told += [f"{label_of(name)}: {' or '.join(used)}"] if used else []
        text = f"{100 * self.confidence:g} % intervals"
        text = f"{text}. {'; '.join(told)}." if told else f"{text}."
        if "war_hours_restricted_mean" in measures:
            text += f" Time at peace is counted up to {self.horizon_hours:g} h."
        return text

    def group_of(self, row: Row) -> tuple[Any, ...]:
        """What tells the group of a row from the others."""
        return tuple(row[name] for name in self.group_columns)

    def telling_columns(self) -> list[str]:
        """The group's columns without the cell, if without it the groups can still be told apart."""
        names = sorted(self.group_columns, key=lambda name: name == "cell")
        groups = set(zip(*(self.table[name].to_pylist() for name in names), strict=True))
        others = [name for name in names if name != "cell"]
        if others and len({group[: len(others)] for group in groups}) == len(groups):
            return others
        return list(self.group_columns)
