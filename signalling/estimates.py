"""From a table of runs to estimates: per cell, every quantity with its interval and how that was made."""

import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signalling.errors import ResultError
from signalling.scenario import Scenario
from signalling.stats import Estimate, Method, mean_interval, proportion_interval, tail_of
from signalling.survival import Survival, hazard_per_review, kaplan_meier
from signalling.vocabulary import OUTCOME_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

#: Columns of the estimates beside those that name the group.
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
#: What a first look at a study needs; the Markdown table shows these unless told otherwise.
MAIN_MEASURES = (
    "runs",
    "p_war",
    "p_struck_unready",
    "security",
    "war_hours_restricted_mean",
    "hazard_per_review",
)
LABELS = {
    "p_war": "P(war)",
    "p_struck_unready": "P(struck while unready)",
    "security": "security, 1 − P(struck)",
    "war_hours_median": "median time to war",
    "war_hours_restricted_mean": "mean time at peace",
    "hazard_per_review": "hazard of war",
}
UNITS = {
    "runs": "runs",
    "security": "probability",
    "hazard_per_review": "wars per review",
    "war_hours_median": "hours",
    "war_hours_restricted_mean": "hours",
    "belief_error": "probability squared",
    "mean_rung": "rungs",
    "peak_rung": "rungs",
    "rung_error": "rungs",
    "payoff": "payoff",
}
#: Identify or name, and are not averaged.
_NOT_MEASURED = {"cell", "run", "seed", "war", "struck_unready"}
_OUTCOMES = {name for name, _, _ in OUTCOME_COLUMNS}
#: Digits of a cell's identity that are shown to a reader.
SHOWN_DIGITS = 10


@dataclass(frozen=True)
class Estimates:
    """Estimates by group, one row per group and measure.

    Attributes:
        table: the group's columns, then measure, state, estimate, low, high, unit, method and n, the number
            of observations it rests on (runs; reviews for the hazard). Null is unknown: no values, or a
            median beyond the horizon.
        group_columns: the columns that name a group: `by`, and every setting that is constant in each group.
        confidence: coverage aimed at, of each interval by itself.
        horizon_hours: up to when the mean time at peace counts, the same for all groups.
        common_luck: the same run of the same seed stands in several groups, so that differences between
            groups are known better than their separate intervals suggest.
    """

    table: pa.Table
    group_columns: tuple[str, ...]
    confidence: float
    horizon_hours: float
    common_luck: bool

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def of(self, measure: str, state: str | None = None) -> list[dict[str, Any]]:
        """The rows of one measure, one per group (and state, unless one is named).

        Raises:
            ResultError: no such measure or state.
        """
        rows = [
            row
            for row in self.table.to_pylist()
            if row["measure"] == measure and state in {None, row["state"]}
        ]
        if not rows:
            named = measure if state is None else f"{measure} of {state}"
            raise ResultError(f"measure = {named}: not estimated; there are {', '.join(self.measures)}")
        return rows

    @property
    def measures(self) -> list[str]:
        """Names of the measures, in order."""
        return list(dict.fromkeys(self.table["measure"].to_pylist()))

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
        """Rows, unrounded, and what holds for all of them, as JSON text."""
        told = {
            "confidence": self.confidence,
            "horizon_hours": self.horizon_hours,
            "common_luck": self.common_luck,
            "group_columns": list(self.group_columns),
            "estimates": self.table.to_pylist(),
        }
        return json.dumps(told, indent=2, ensure_ascii=False)

    def to_markdown(self, measures: Sequence[str] | None = None) -> str:
        """A row per group, a column per measure, rounded to two digits of the interval's half width.

        Args:
            measures: which; the main ones if not given.

        Raises:
            ResultError: no such measure.
        """
        chosen = [name for name in MAIN_MEASURES if name in self.measures] if measures is None else measures
        rows = [row for name in chosen for row in self.of(name)]
        columns = list(dict.fromkeys((row["measure"], row["state"]) for row in rows))
        shown = self._shown_columns()
        groups: dict[tuple[Any, ...], dict[tuple[str, str | None], str]] = {}
        for row in rows:
            key = tuple(row[name] for name in self.group_columns)
            groups.setdefault(key, {})[row["measure"], row["state"]] = _told(row)
        names = [*short_names(shown), *(_heading(measure, state) for measure, state in columns)]
        lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
        for key, cells in groups.items():
            values = dict(zip(self.group_columns, key, strict=True))
            told = [_value_told(name, values[name]) for name in shown]
            lines.append("| " + " | ".join([*told, *(cells.get(column, "") for column in columns)]) + " |")
        return "\n".join([*lines, "", self.note(chosen)]) + "\n"

    def note(self, measures: Sequence[str]) -> str:
        """In a sentence: confidence, methods and what they rest on."""
        used = {
            name: list(
                dict.fromkeys(
                    row["method"]
                    for row in self.of(name)
                    if row["method"] not in {Method.COUNT, Method.NONE}
                )
            )
            for name in measures
        }
        told = [f"{label_of(name)}: {' or '.join(methods)}" for name, methods in used.items() if methods]
        text = f"{100 * self.confidence:g} % intervals. {'; '.join(told)}."
        if "war_hours_restricted_mean" in measures:
            text += f" Time at peace is counted up to {self.horizon_hours:g} h."
        return text

    def _shown_columns(self) -> list[str]:
        """Without the cell, if something readable tells the groups apart."""
        others = [name for name in self.group_columns if name != "cell"]
        keys = {
            tuple(row[name] for name in self.group_columns): tuple(row[name] for name in others)
            for row in self.table.to_pylist()
        }
        return others if others and len(set(keys.values())) == len(keys) else list(self.group_columns)
