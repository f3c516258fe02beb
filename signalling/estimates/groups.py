"""Which runs belong together: groups of a table of runs, and what may not be pooled."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signalling.errors import ResultError
from signalling.scenario import Scenario
from signalling.validation import suggestion

#: The column of a collected study that names the treatment.
TREATMENT = "treatment"

Integers = npt.NDArray[np.int64]


class Group(NamedTuple):
    """Runs that are estimated together: values of the group's columns, and a table of the runs."""

    values: tuple[Any, ...]
    runs: pa.Table
    states: pa.Table | None


class Grouped(NamedTuple):
    """All groups in order, and the columns that name them."""

    columns: tuple[str, ...]
    settings: frozenset[str]
    groups: list[Group]
    common_luck: bool


def settings_of(columns: Sequence[str]) -> tuple[str, ...]:
    """Which columns say how a cell was set rather than what came out.

    Paths of a scenario are known by their names. A collected study has its settings first, whatever their
    names (those of a user's own function are free), then "treatment", then "cell" and what came out.
    """
    names = list(columns)
    first: list[str] = []
    if TREATMENT in names and names[names.index(TREATMENT) + 1 :][:1] == ["cell"]:
        first = names[: names.index(TREATMENT)]
    return tuple(
        name
        for name in names
        if name in first or "." in name or name == TREATMENT or name in Scenario.model_fields
    )


def group_runs(table: pa.Table, by: Sequence[str], states: pa.Table | None) -> Grouped:
    """Split a table of runs by columns, sorted by them; settings constant in every group come along.

    Args:
        table: one row per run.
        by: columns that name a group.
        states: one row per run and state, with cell, seed and run; or None.

    Raises:
        ResultError: no row, an unknown column, or runs that may not be pooled.
    """
    _check(table, by)
    settings = tuple(name for name in settings_of(table.column_names) if name not in by)
    # A treatment that changes nothing has the baseline's identity, and is still an arm of its own.
    by = tuple(dict.fromkeys((*by, *settings) if "cell" in by else by))
    coded = {name: _coded(table[name]) for name in (*by, *(name for name in settings if name not in by))}
    order = _order([coded[name].codes for name in _cell_last(by)])
    starts = _starts([coded[name].codes[order] for name in by])
    carried = [
        name for name in settings if name not in by and _constant(coded[name].codes[order], starts).all()
    ]
    columns = (*by, *carried)
    # Sorted once and cut: to pick the rows of each group would go through the table as often.
    rows = table if np.array_equal(order, np.arange(len(order))) else table.combine_chunks().take(order)
    stops = np.append(starts[1:], len(order))
    groups = [
        Group(
            tuple(coded[name].values[coded[name].codes[order[start]]] for name in columns),
            rows.slice(start, stop - start),
            None,
        )
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
    ]
    common = _check_luck(rows, starts, by, {name: coded[name].codes[order] for name in settings})
    if states is not None:
        groups = _with_states(groups, states)
    return Grouped(columns, frozenset({*by, *settings}), groups, common)


def in_order(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """The rows by the columns that name groups, as `group_runs` sorts them; rows of a group as they stand."""
    return table.take(_order([_coded(table[name]).codes for name in _cell_last(columns)]))


def _cell_last(columns: Sequence[str]) -> list[str]:
    """Columns by which groups are sorted: a cell's identity says least to a reader."""
    return sorted(columns, key=lambda name: name == "cell")


def _check(table: pa.Table, by: Sequence[str]) -> None:
    if isinstance(by, str) or not by:
        raise ResultError(f"by = {by!r}: must be a list of columns, e.g. ('cell',)")
    for name in by:
        if name not in table.column_names:
            raise ResultError(f"by: the table has no column {name!r}; {suggestion(name, table.column_names)}")
    if table.num_rows == 0:
        raise ResultError("the table holds no run; run or collect something first")


class _Coded(NamedTuple):
    """A column as whole numbers that are equal, and sorted, as its values are."""

    codes: Integers
    """(rows,): place of each row's value."""
    values: list[Any]
    """What stands in the column, each once: numbers by size, then texts, then what is missing."""


def _coded(column: pa.ChunkedArray) -> _Coded:
    if pa.types.is_nested(column.type):  # told apart by their JSON text
        column = pa.chunked_array([[_plain(value) for value in column.to_pylist()]], type=pa.string())
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    held = encoded.dictionary.to_pylist()
    values = sorted(dict.fromkeys(held), key=_rank)
    places = {value: place for place, value in enumerate(values)}
    code_of = np.array([places[value] for value in held], dtype=np.int64)
    return _Coded(code_of[encoded.indices.to_numpy()], values)


def _plain(value: Any) -> Any:
    return value if value is None else json.dumps(value, sort_keys=True)


def _rank(value: Any) -> tuple[int, Any]:
    """Numbers by size, then texts, then what is missing."""
    if value is None:
        return 2, ""
    return (0, value) if isinstance(value, (bool, int, float)) else (1, str(value))


def _order(columns: Sequence[Integers]) -> Integers:
    """The places of rows sorted by columns, the first one first; equal rows stay as they stand."""
    return np.lexsort(columns[::-1])


def _starts(columns: Sequence[Integers]) -> Integers:
    """Where groups begin in sorted rows, (n_groups,)."""
    changes = np.any([np.diff(codes) != 0 for codes in columns], axis=0)
    return np.concatenate(([0], np.flatnonzero(changes) + 1))


def _constant(codes: Integers, starts: Integers) -> npt.NDArray[np.bool_]:
    """In which groups of sorted rows a column has one value, (n_groups,)."""
    least, most = np.minimum.reduceat(codes, starts), np.maximum.reduceat(codes, starts)
    return np.equal(least, most)


def _check_luck(
    rows: pa.Table, starts: Integers, by: Sequence[str], settings: Mapping[str, Integers]
) -> bool:
    """Whether groups share their luck; within a group, runs must not.

    Two runs of one seed and index in different cells have the same luck. Pooled, they would count as
    independent and make every interval too short or too long.

    Args:
        rows: sorted by group.
        starts: where groups begin.
        by: what names a group, for the message.
        settings: codes of the columns that say how a cell was set, (rows,).
    """
    if not {"run", "seed"} <= set(rows.column_names):
        return False
    runs, seeds = _coded(rows["run"]), _coded(rows["seed"])
    luck = seeds.codes * len(runs.values) + runs.codes
    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(luck))))
    # A number for each group and luck; below the rows squared, which 64 bits hold.
    lucks, luck = np.unique(luck, return_inverse=True)
    mine, times = np.unique(group * len(lucks) + luck, return_counts=True)
    if len(mine) < len(luck):
        first = mine[np.argmax(times > 1)] // len(lucks)
        within = mine // len(lucks) == first
        most = lucks[mine[within][np.argmax(times[within])] % len(lucks)]
        seed, run = seeds.values[most // len(runs.values)], runs.values[most % len(runs.values)]
        varying = [name for name, codes in settings.items() if not _constant(codes, starts)[first]]
        raise ResultError(
            f"by = {', '.join(by)}: run {run} of seed {seed} stands {max(times[within])} times in one group, "
            f"on the same luck; group by {' and '.join(varying or ['cell'])} too"
        )
    return len(lucks) < len(luck)


def _with_states(groups: list[Group], states: pa.Table) -> list[Group]:
    """Each group with its rows of the second table, found by cell, seed and run."""
    keys = ("cell", "seed", "run")
    rows: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row, key in enumerate(zip(*(states[name].to_pylist() for name in keys), strict=True)):
        rows[key].append(row)
    found = []
    for group in groups:
        runs = list(zip(*(group.runs[name].to_pylist() for name in keys), strict=True))
        missing = [key for key in runs if key not in rows]
        if missing:
            cell, seed, run = missing[0]
            raise ResultError(
                f"states: has no row of run {run}, seed {seed}, cell {str(cell)[:10]}; "
                "pass the table of the same runs"
            )
        chosen = np.array([row for key in runs for row in rows[key]], dtype=np.int64)
        found.append(group._replace(states=states.take(pa.array(chosen))))
    return found
