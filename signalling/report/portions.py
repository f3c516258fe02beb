"""The runs of a study's folder, read some cells at a time: of millions few are in memory at once."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from signalling.collected import Collected
from signalling.coverage import Coverage
from signalling.errors import ResultError
from signalling.estimates import Estimates
from signalling.estimates.groups import TREATMENT
from signalling.estimates.measures import columns_for
from signalling.estimates.parts import common_horizon, estimate_part, joined, needs_horizon, seen_by_group
from signalling.validation import shorten, suggestion

#: Rows in memory at a time, unless a single group has more.
PORTION_ROWS = 200_000
#: As many values are told to somebody who asked for another.
MOST_TOLD = 20


class StudyRuns:
    """Runs of a study's folder: all of them, or those that have some values.

    Args:
        folder: written by sweep or merge.
        where: values by column: of settings, then whole cells are left out, or of outcomes.

    Attributes:
        settings: by column, what each cell of `Collected.cells` sets, its treatment and its identity.
        places: of the cells that have runs and what is asked for.
        varying: the settings, and the treatment, that have more than one value.
        names: the states of the study's scenario; none where it collects a function.

    Raises:
        ResultError: the folder holds no runs, or a column or value is unknown.
    """

    def __init__(self, folder: Path, where: Mapping[str, object]) -> None:
        self.collected = Collected(folder)
        if not len(self.collected):
            raise ResultError(f"{folder}: holds no runs yet; sweep its study first")
        subject = self.collected.provenance["study"]["subject"]
        self.names = tuple(sorted(subject.get("scenario", {}).get("states", {})))
        settings = self.collected.settings()
        self.settings: dict[str, list[Any]] = {
            name: settings[name].to_pylist() for name in settings.column_names
        }
        self.columns = self.collected.columns()
        held = self.collected.held
        self.places = [place for place, cell in enumerate(self.settings["cell"]) if held.count(cell)]
        self._of_outcomes: dict[str, object] = {}
        self._met: dict[str, dict[Any, None]] = defaultdict(dict)  # their values, to be told if none fits
        for name, value in where.items():
            self._keep(name, value)
        self.varying = tuple(
            name
            for name, values in self.settings.items()
            if name != "cell" and len({values[place] for place in self.places}) > 1
        )

    def _keep(self, name: str, value: object) -> None:
        """Keep only what has a value."""
        if name in self.settings:
            values = self.settings[name]
            known = [values[place] for place in self.places]
            self.places = [place for place in self.places if _same(values[place], value)]
            if not self.places:
                raise _no_run_has(name, value, known)
        elif name in self.columns:
            self._of_outcomes[name] = value
        else:
            known = [setting for setting in self.settings if setting not in {"cell", TREATMENT}]
            raise ResultError(f"{name}: no such setting; {suggestion(name, (*known, TREATMENT))}")

    def distinct(self, name: str) -> int:
        """How many values a setting has."""
        return len({self.settings[name][place] for place in self.places})

    def estimate(self, by: Sequence[str], measures: Sequence[str] = ()) -> Estimates:
        """What `estimate` gives for the table of all the runs, from some whole groups at a time.

        Args:
            by: columns that name a group.
            measures: which quantities; all of them unless named.

        Raises:
            ResultError: an unknown column or measure, or a group that would count the same luck twice.
        """
        stops = ("war", "stop_hours")
        horizon = None
        if needs_horizon(measures) and set(stops) <= set(self.columns):
            horizon = common_horizon(
                seen for table in self.portions(by, stops) for seen in seen_by_group(table, by)
            )
        parts = [
            estimate_part(table, by=by, names=self.names, measures=measures, horizon_hours=horizon)
            for table in self.portions(by, columns_for(measures, self.columns))
        ]
        return joined(parts, measures, common_luck=self._common_luck())

    def portions(self, by: Sequence[str], columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The runs as `Collected.to_arrow` has them, some whole groups at a time.

        Args:
            by: columns that name a group.
            columns: of the outcomes, beside the cell and what groups are named by; all unless given.

        Raises:
            ResultError: no run has the values that are asked for.
        """
        settings = [name for name in by if name in self.settings]
        groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for place in self.places:
            groups[tuple(self.settings[name][place] for name in settings)].append(place)
        if columns is not None:
            columns = [*columns, *(name for name in by if name in self.columns)]
        empty = True
        for places in self._portions(list(groups.values())):
            table = self._read(places, columns)
            if table.num_rows:
                empty = False
                yield table
        if empty:
            name = next(iter(self._of_outcomes))
            raise _no_run_has(name, self._of_outcomes[name], list(self._met[name]))

    def _portions(self, groups: Sequence[Sequence[int]]) -> Iterator[list[int]]:
        """Cells of groups, as many as have not too many rows together."""
        places: list[int] = []
        rows = 0
        for group in groups:
            more = sum(self.collected.held.count(self.settings["cell"][place]) for place in group)
            if places and rows + more > PORTION_ROWS:
                yield places
                places, rows = [], 0
            places += group
            rows += more
        yield places

    def _read(self, places: Sequence[int], columns: Sequence[str] | None) -> pa.Table:
        """The runs of some cells that have the outcomes that are asked for."""
        if columns is not None:
            columns = [*columns, *self._of_outcomes]
        table = self.collected.part(places, columns)
        for name, value in self._of_outcomes.items():
            values = table[name].unique().to_pylist()
            self._met[name].update(dict.fromkeys(values[: MOST_TOLD + 1]))
            kept = [held for held in values if _same(held, value)]
            table = table.filter(pc.is_in(table[name], pa.array(kept, type=table[name].type)))
        return table

    def by_cell(self, columns: Sequence[str]) -> dict[str, pa.Table]:
        """The runs of each cell, named by the settings that vary."""
        named: dict[str, pa.Table] = {}
        for place in self.places:
            words = [f"{name.rsplit('.', 1)[-1]} {self.settings[name][place]}" for name in self.varying]
            named[", ".join(words) or "all runs"] = self._read([place], columns)
        return named

    def _common_luck(self) -> bool:
        """Whether two cells have the same run of the same seed."""
        luck = Coverage()
        for place in self.places:
            cell = self.collected.cells[place]
            mine = Coverage({str(cell.seed): self.collected.held.spans(cell.id)})
            if mine.overlaps(luck):
                return True
            luck.update(mine)
        return False


def _no_run_has(name: str, value: object, known: Sequence[object]) -> ResultError:
    told = list(dict.fromkeys(map(str, known)))
    more = ", ..." if len(told) > MOST_TOLD else ""
    return ResultError(
        f"{name} = {shorten(value)}: no run has it; there are {', '.join(told[:MOST_TOLD])}{more}"
    )


def _same(held: object, value: object) -> bool:
    """Whether a setting has a value; settings of mixed kinds are held as JSON text."""
    if isinstance(held, str) and held != value:
        try:
            return bool(json.loads(held) == value)
        except ValueError:
            return False
    return held == value
