"""What a study's results folder holds, read: tables with the settings of every run, state, reruns."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa

from signalling.cells import Cell, canonical
from signalling.content import HASH_MODULUS
from signalling.coverage import Coverage
from signalling.errors import ResultError
from signalling.folders import StudyFolder
from signalling.gathering import by_cell
from signalling.outcome import Outcomes
from signalling.provenance import cells_of, wanted_of
from signalling.shards import ERROR_SCHEMA, Shard, Share, fold, schema_of
from signalling.store import TABLE
from signalling.subjects import subject_from
from signalling.tasks import make_player

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

#: How often a reader looks again for a shard that a collector has just melted into another.
PATIENCE = 20
SHORTEST_PREFIX = 4


class Collected:
    """A study's results folder as it is at the moment of reading; its shards are checked, not yet read.

    Attributes:
        folder: where it is.
        cells: every point under every treatment.
        wanted: the runs that it is to hold.
        held: the runs that it holds.
        failed: the runs that failed when they were last tried.
        damaged: files whose bytes have changed, which count for nothing.

    Raises:
        ResultError: the folder holds no study.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._folder = StudyFolder(self.folder)
        self.provenance = self._folder.provenance()
        self.cells: tuple[Cell, ...] = cells_of(self.provenance)
        self.wanted = wanted_of(self.provenance)
        self._ids = list(dict.fromkeys(cell.id for cell in self.cells))
        self._look()

        self._settings = _settings_of(self.cells)

    def _look(self) -> None:
        shards, self.damaged = self._folder.scan()
        self.shards: list[Shard] = shards
        self._shards = [shard for shard in shards if shard.kind == "runs"]
        self._errors = [shard for shard in shards if shard.kind == "errors"]
        self._shares, self.held = fold(self._shards, frozenset(self._ids))
        _, self.failed = fold(self._errors, frozenset(self._ids))
        self.failed = Coverage({c: self.held.missing(c, self.failed.spans(c)) for c in self.failed.cells()})

    def __len__(self) -> int:
        return len(self.held)

    @property
    def complete(self) -> bool:
        """Whether every run that is wanted is held."""
        return self.missing == 0

    @property
    def missing(self) -> int:
        """How many runs are wanted and not held."""
        return sum(
            stop - start
            for cell in self.wanted.cells()
            for start, stop in self.held.missing(cell, self.wanted.spans(cell))
        )

    def content_hash(self) -> str:
        """Content hash of all rows held; that of the same study collected in any other way."""

        def total() -> int:
            return sum(share.content_hash() for share in self._shares) % HASH_MODULUS

        return f"{self._reading(total):064x}"

    def outcomes(self, cell: str | None = None) -> Outcomes:
        """The rows held, without settings: of one cell, or of all, by cell and run.

        Args:
            cell: identity of a cell, or the beginning of one.

        Raises:
            ResultError: no such cell, or nothing is held.
        """
        ids = self._ids if cell is None else [self.cell(cell).id]
        return Outcomes(self._reading(lambda: self._rows(ids)))

    def _rows(self, ids: Sequence[str], columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of some cells, in their order here; columns other than all must have cell and run."""
        wanted = Coverage({cell: self.held.spans(cell) for cell in ids})
        if not len(wanted):
            raise ResultError(f"{self.folder}: holds no run of what is asked for; go on with collecting it")
        shares, in_order = self._shares, False
        table = [shard for shard in self._shards if shard.path.name == TABLE]
        if table and len(table[0].coverage) == len(self.held):
            # The table has everything, in order.
            shares, in_order = [Share(table[0], table[0].coverage)], True
        schema = schema_of([share.shard for share in shares])
        if columns is not None:
            schema = pa.schema([schema.field(name) for name in columns])
        some = frozenset(ids) if len(ids) < len(self._ids) else None
        found = [
            (rows if some is None else wanted.inside(rows)).select(schema.names).cast(schema)
            for share in shares
            if wanted.overlaps(share.fresh)
            for rows in share.tables(columns, some)
        ]
        rows = pa.concat_tables(found)
        return rows if in_order else by_cell(rows, ids)

    def cell(self, prefix: str) -> Cell:
        """A cell by its identity, or by enough of its beginning.

        Raises:
            ResultError: none, or more than one.
        """
        found = [cell for cell in self._ids if cell.startswith(prefix)]
        if len(found) != 1 or len(prefix) < SHORTEST_PREFIX:
            several = "begins several cells; write more of it" if len(found) > 1 else "no such cell"
            if len(prefix) < SHORTEST_PREFIX:
                several = f"write at least {SHORTEST_PREFIX} characters of a cell's identity"
            raise ResultError(f'cell "{prefix}": {several}; signalling status {self.folder} lists them')
        return next(cell for cell in self.cells if cell.id == found[0])

    def to_arrow(self) -> pa.Table:
        """One row per run and cell: what the cell sets, its treatment, then the outcomes.

        Two cells of one identity (a treatment that changes nothing) have the same runs, each under its own
        settings. A path that a cell does not set is null.
        """
        return self.part(range(len(self.cells)))

    def part(self, places: Sequence[int], columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of `to_arrow` that belong to some cells: where all of them have no room in memory.

        Args:
            places: of the cells in `cells`, in the order in which their rows are to stand.
            columns: of the outcomes, beside the cell; all of them unless given.

        Raises:
            ResultError: nothing is held of them.
        """
        mine = [self.cells[place].id for place in places]
        wanted = frozenset(mine)
        ids = [cell for cell in self._ids if cell in wanted]
        named = None if columns is None else list(dict.fromkeys(("cell", "run", *columns)))
        outcomes = self._reading(lambda: self._rows(ids, named)).combine_chunks()
        counts = {cell: self.held.count(cell) for cell in ids}
        begins = dict(zip(ids, np.cumsum([0, *counts.values()]).tolist(), strict=False))
        repeated = np.repeat(np.asarray(places, dtype=np.int64), [counts[cell] for cell in mine])
        settings = self._settings.take(pa.array(repeated))
        rows = pa.concat_tables([outcomes.slice(begins[cell], counts[cell]) for cell in mine if counts[cell]])
        names = (*settings.column_names, *rows.column_names)
        return pa.table(dict(zip(names, (*settings.columns, *rows.columns), strict=True)))

    def columns(self) -> list[str]:
        """The columns of the outcomes; none while nothing is held."""

        def read() -> list[str]:
            return list(schema_of([share.shard for share in self._shares[:1]]).names) if self._shares else []

        return self._reading(read)

    def settings(self) -> pa.Table:
        """One row per cell, as in `cells`: what it sets, its treatment, and its identity as `cell`."""
        return self._settings.append_column("cell", pa.array([cell.id for cell in self.cells]))

    def to_pandas(self) -> "pd.DataFrame":
        """The same as a pandas data frame."""
        frame: pd.DataFrame = self.to_arrow().to_pandas()
        return frame

    def errors(self) -> pa.Table:
        """The runs that failed, by cell and run: cell, run, seed, error and traceback."""

        def read() -> pa.Table:
            shares, _ = fold(self._errors, frozenset(self.failed.cells()))
            rows = [self.failed.inside(table) for share in shares for table in share.tables()]
            found = pa.concat_tables(
                [table.cast(ERROR_SCHEMA) for table in rows] or [ERROR_SCHEMA.empty_table()]
            )
            return by_cell(found, self._ids)

        return self._reading(read)

    def counts(self, column: str) -> dict[str, tuple[int, int]]:
        """For each cell: how many of its runs have true in a column, and how many have anything.

        Only the column is read, some rows at a time. Nothing, if there is no such column of true and false.
        """

        def read() -> dict[str, tuple[int, int]]:
            found: dict[str, tuple[int, int]] = {}
            if not self._shares or column not in (schema := schema_of([s.shard for s in self._shares])).names:
                return found
            if schema.field(column).type != pa.bool_():
                return found
            for share in self._shares:
                for rows in share.tables(["cell", "run", column]):
                    grouped = rows.group_by("cell").aggregate([(column, "sum"), (column, "count")])
                    names = ("cell", f"{column}_sum", f"{column}_count")
                    for cell, true, known in zip(*(grouped[name].to_pylist() for name in names), strict=True):
                        before = found.get(cell, (0, 0))
                        found[cell] = before[0] + (true or 0), before[1] + known
            return {cell: counted for cell, counted in found.items() if counted[1]}

        return self._reading(read)

    def status(self) -> dict[str, Any]:
        """What the folder holds and what it lacks, as plain data."""
        return {
            "name": self.provenance["study"]["name"],
            "runs_held": len(self.held),
            "runs_wanted": len(self.wanted),
            "runs_missing": self.missing,
            "runs_failed": len(self.failed),
            "complete": self.complete,
            "shards": len(self.shards),
            "damaged": [path.name for path in self.damaged],
            "content_hash": self.content_hash(),
            "command": self.provenance["command"],
            "cells": [
                cell.to_json()
                | {
                    "held": self.held.count(cell.id),
                    "wanted": self.wanted.count(cell.id),
                    "failed": self.failed.count(cell.id),
                }
                for cell in self.cells
            ],
        }

    def _reading(self, read: Callable[[], T]) -> T:
        for _ in range(PATIENCE):
            try:
                return read()
            except FileNotFoundError:  # a collector has melted shards meanwhile
                self._look()
        return read()


def _settings_of(cells: Sequence[Cell]) -> pa.Table:
    """What each cell sets, a column for each path, and its treatment."""
    paths = sorted({path for cell in cells for path in cell.settings})
    columns = {path: _column([cell.settings.get(path) for cell in cells]) for path in paths}
    return pa.table({**columns, "treatment": pa.array([cell.treatment for cell in cells])})


def _column(values: Sequence[Any]) -> pa.Array:
    """Values of one setting as a column; tables, and values of several kinds, as JSON texts."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        return pa.array([None if value is None else float(value) for value in values])
    if len(kinds) > 1 or kinds & {dict, list}:
        return pa.array([None if value is None else canonical(value) for value in values], type=pa.string())
    return pa.array(values)


def status(folder: str | Path) -> dict[str, Any]:
    """What a results folder holds and what it lacks, as plain data; nothing is changed.

    Args:
        folder: written by `collect`.

    Raises:
        ResultError: it holds no study.
    """
    return Collected(folder).status()


def rerun(folder: str | Path, cell: str, run: int | None = None) -> Outcomes:
    """Make one run, or all runs held of a cell, again, from the results folder alone.

    Args:
        folder: written by `collect`.
        cell: identity of a cell, or the beginning of one.
        run: index of the run, held or not; None for all that are held.

    Returns:
        The rows as they come out now; those that are stored are `Collected(folder).outcomes(cell)`.

    Raises:
        ResultError: no such cell, or this version of the program makes another cell of it.
    """
    collected = Collected(folder)
    chosen = collected.cell(cell)
    study = collected.provenance["study"]
    treatment = study["treatments"].get(chosen.treatment, {})
    recipe = subject_from(study["subject"]).recipe(chosen.complete, treatment, chosen.seed)
    if recipe.cell != chosen.id:
        made, kernel = collected.provenance["versions"], collected.provenance["kernel_version"]
        raise ResultError(
            f"{collected.folder}: this program makes another cell of these settings; the results were made "
            f"with signalling {made['signalling']}, kernel version {kernel}; install that to repeat them"
        )
    player = make_player(recipe)
    spans = [(run, run + 1)] if run is not None else collected.held.spans(chosen.id)
    parts = []
    for start, stop in spans:
        done = start
        while done < stop:
            count, part = player.some(range(done, stop))
            parts.append(part)
            done += count
    return player.outcomes(parts)
