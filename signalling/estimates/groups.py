"""Which runs belong together: groups of a table of runs, and what may not be pooled."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from signalling.errors import ResultError
from signalling.scenario import Scenario
from signalling.validation import suggestion

#: The column of a collected study that names the treatment.
TREATMENT = "treatment"


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
    if "cell" in by:
        # A treatment that changes nothing has the baseline's identity, and is still an arm of its own.
        by = (*by, *settings)
    rows: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row, key in enumerate(zip(*(_texts(table[name]) for name in by), strict=True)):
        rows[key].append(row)
    carried = [
        name for name in settings if name not in by and _constant(_texts(table[name]), list(rows.values()))
    ]
    columns = (*by, *carried)
    parts = [table.take(pa.array(chosen)) for chosen in rows.values()]
    groups = [Group(_values(part, columns), part, None) for part in parts]
    common = _check_luck(table, list(rows.values()), by, settings)
    if states is not None:
        groups = _with_states(groups, states)
    order = [name for name in columns if name != "cell"] + [name for name in columns if name == "cell"]
    places = [columns.index(name) for name in order]
    groups.sort(key=lambda group: [_rank(group.values[place]) for place in places])
    return Grouped(columns, frozenset({*by, *settings}), groups, common)


def _check(table: pa.Table, by: Sequence[str]) -> None:
    if isinstance(by, str) or not by:
        raise ResultError(f"by = {by!r}: must be a list of columns, e.g. ('cell',)")
    for name in by:
        if name not in table.column_names:
            raise ResultError(f"by: the table has no column {name!r}; {suggestion(name, table.column_names)}")
    if table.num_rows == 0:
        raise ResultError("the table holds no run; run or collect something first")


def _texts(column: pa.ChunkedArray) -> list[Any]:
    """Values that can be told apart and hashed: tables and lists as JSON text."""
    values = column.to_pylist()
    return [_plain(value) for value in values] if pa.types.is_nested(column.type) else values


def _plain(value: Any) -> Any:
    return value if value is None else json.dumps(value, sort_keys=True)


def _values(part: pa.Table, columns: Sequence[str]) -> tuple[Any, ...]:
    return tuple(_texts(part[name].slice(0, 1))[0] for name in columns)


def _constant(values: list[Any], groups: list[list[int]]) -> bool:
    return all(len({values[row] for row in rows}) == 1 for rows in groups)


def _rank(value: Any) -> tuple[int, Any]:
    """Numbers by size, then texts, then what is missing."""
    if value is None:
        return 2, ""
    return (0, value) if isinstance(value, (bool, int, float)) else (1, str(value))


def _check_luck(table: pa.Table, groups: list[list[int]], by: Sequence[str], settings: Sequence[str]) -> bool:
    """Whether groups share their luck; within a group, runs must not.

    Two runs of one seed and index in different cells have the same luck. Pooled, they would count as
    independent and make every interval too short or too long.
    """
    if not {"run", "seed"} <= set(table.column_names):
        return False
    luck = list(zip(table["seed"].to_pylist(), table["run"].to_pylist(), strict=True))
    for rows in groups:
        [((seed, run), times)] = Counter(luck[row] for row in rows).most_common(1)
        if times > 1:
            varying = [name for name in settings if not _constant(_texts(table[name]), [rows])]
            raise ResultError(
                f"by = {', '.join(by)}: run {run} of seed {seed} stands {times} times in one group, on the "
                f"same luck; group by {' and '.join(varying or ['cell'])} too"
            )
    return len(set(luck)) < len(luck)


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
