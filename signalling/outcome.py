"""What a run reports: one row per run, columns frozen, with a content hash that no chunking changes."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signalling.content import content_hash
from signalling.errors import ResultError
from signalling.model import Model
from signalling.vocabulary import (
    MATRIX_COLUMNS,
    OUTCOME_COLUMNS,
    POSTURE_COLUMNS,
    STATE_COLUMNS,
    Real,
    Role,
    StateReal,
    StateType,
    StateWhole,
    StopReason,
    Whole,
)

if TYPE_CHECKING:
    import pandas as pd

Row = tuple[Any, ...]


class Records(NamedTuple):
    """What some runs left behind, as kernel/summary.py writes it; an engine makes them."""

    runs: npt.NDArray[np.int64]
    """Index of each run (n,)."""
    wholes: npt.NDArray[np.int64]
    """By Whole (n, len(Whole))."""
    reals: npt.NDArray[np.float64]
    """By Real (n, len(Real))."""
    state_wholes: npt.NDArray[np.int64]
    """By state and StateWhole (n, n_states, len(StateWhole))."""
    state_reals: npt.NDArray[np.float64]
    """By state and StateReal (n, n_states, len(StateReal))."""


def joined_records(parts: Sequence[Records]) -> Records:
    """Records one after the other; at least one."""
    return Records(*(np.concatenate(tables) for tables in zip(*parts, strict=True)))


def outcome_columns(model: Model) -> tuple[tuple[str, str, str], ...]:
    """The columns of a model's outcomes: the frozen ones, then those of its kind of game."""
    by_game = {"matrix": MATRIX_COLUMNS, "posture": POSTURE_COLUMNS}
    return OUTCOME_COLUMNS + by_game.get(model.scenario.game.kind, ())


def _schema(columns: Sequence[tuple[str, str, str]]) -> pa.Schema:
    types = {"string": pa.string(), "bool": pa.bool_(), "float64": pa.float64()}
    return pa.schema(
        [
            pa.field(name, types.get(kind) or getattr(pa, kind)(), metadata={"description": meaning})
            for name, kind, meaning in columns
        ]
    )


class Outcomes:
    """A table of runs: adds to another of the same columns, whatever the order.

    Attributes:
        table: the rows as an Arrow table, sorted by cell and run.
        states: one row per run and state, or None if it was not asked for.
        engine: which engine made them, if that is known; it changes nothing else.
    """

    def __init__(self, table: pa.Table, states: pa.Table | None = None, engine: str | None = None) -> None:
        self.table = table.combine_chunks()
        self.states = states
        self.engine = engine

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __getitem__(self, column: str) -> list[Any]:
        """A column as a list; missing values are None."""
        values: list[Any] = self.table[column].to_pylist()
        return values

    def __add__(self, other: Self) -> Self:
        """Both tables' rows, by cell and run.

        Raises:
            ResultError: a run of a cell stands in both.
        """
        table = pa.concat_tables([self.table, other.table]).sort_by(
            [("cell", "ascending"), ("run", "ascending")]
        )
        keys = list(zip(table["cell"].to_pylist(), table["run"].to_pylist(), strict=True))
        if len(set(keys)) < len(keys):
            raise ResultError("a run stands in both tables; adding them would count it twice")
        states = None
        if self.states is not None and other.states is not None:
            states = pa.concat_tables([self.states, other.states]).sort_by(
                [("cell", "ascending"), ("run", "ascending"), ("state", "ascending")]
            )
        return type(self)(table, states)

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table."""
        return self.table

    def to_pandas(self) -> "pd.DataFrame":
        """The rows as a pandas data frame."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    def content_hash(self) -> str:
        """Sum modulo 2^256 of the BLAKE2b-256 of each row's canonical bytes, hexadecimal.

        Additive, so it does not depend on order, chunking, engine or number of workers.
        """
        return f"{content_hash(self.table):064x}"

    def rows(self) -> Iterator[Row]:
        """Rows as tuples in the order of the columns."""
        columns = [column.to_pylist() for column in self.table.columns]
        return zip(*columns, strict=True)


def make_outcomes(
    model: Model,
    seed: int,
    cell: str,
    records: Sequence[Records],
    *,
    by_state: bool = False,
    engine: str | None = None,
) -> Outcomes:
    """The records of some runs of one model as a table.

    Args:
        model: the compiled scenario.
        seed: seed of the runs.
        cell: identity of the cell.
        records: at least one, in the order of the rows.
        by_state: also fill the second table.
        engine: which engine made them.
    """
    joined = joined_records(records)
    table = _table(_run_columns(model, seed, cell, joined), outcome_columns(model))
    states = _table(_state_columns(model, seed, cell, joined), STATE_COLUMNS) if by_state else None
    return Outcomes(table, states, engine)


def _table(values: dict[str, Any], columns: Sequence[tuple[str, str, str]]) -> pa.Table:
    schema = _schema(columns)
    return pa.table([_cast(values[field.name], field.type) for field in schema], schema=schema)


def _cast(values: Any, kind: pa.DataType) -> Any:
    return values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values).cast(kind)


def _run_columns(model: Model, seed: int, cell: str, records: Records) -> dict[str, Any]:
    rows = len(records.runs)
    wholes, reals = records.wholes, records.reals
    war = wholes[:, Whole.REASON] == StopReason.WAR
    reasons = [reason.name.lower() for reason in StopReason]
    unready = wholes[:, Whole.STRUCK_UNREADY]
    columns: dict[str, Any] = {
        "cell": pa.repeat(pa.scalar(cell), rows),
        "run": records.runs,
        "seed": pa.repeat(pa.scalar(seed, pa.uint64()), rows),
        "stop": _names(reasons, wholes[:, Whole.REASON]),
        "war": war,
        "initiator": _names(model.names, wholes[:, Whole.INITIATOR]),
        "target": _names(model.names, wholes[:, Whole.TARGET]),
        "struck_unready": pa.array(unready == 1, mask=unready < 0),
        "types": _type_texts(records.state_wholes[:, :, StateWhole.TYPE]),
    }
    for whole in Whole:
        columns.setdefault(whole.name.lower(), wholes[:, whole])
    for real in Real:
        columns[real.name.lower()] = _present(reals[:, real])
    return columns


def _state_columns(model: Model, seed: int, cell: str, records: Records) -> dict[str, Any]:
    rows, n_states, _ = records.state_wholes.shape
    wholes = records.state_wholes.reshape(rows * n_states, -1)
    reals = records.state_reals.reshape(rows * n_states, -1)
    types = ["G" if kind == StateType.GREEDY else "S" for kind in StateType]
    return {
        "cell": pa.repeat(pa.scalar(cell), rows * n_states),
        "run": np.repeat(records.runs, n_states),
        "seed": pa.repeat(pa.scalar(seed, pa.uint64()), rows * n_states),
        "state": _names(model.names, np.tile(np.arange(n_states), rows)),
        "type": _names(types, wholes[:, StateWhole.TYPE]),
        "peak_rung": wholes[:, StateWhole.PEAK_RUNG],
        "mean_rung": reals[:, StateReal.MEAN_RUNG],
        "attacked": wholes[:, StateWhole.ROLE] == Role.INITIATOR,
        "struck": wholes[:, StateWhole.ROLE] == Role.TARGET,
        "payoff": _present(reals[:, StateReal.PAYOFF]),
        "reviews": wholes[:, StateWhole.REVIEWS],
        "rung": wholes[:, StateWhole.RUNG],
        "posture": _present(reals[:, StateReal.POSTURE]),
        "belief": _present(reals[:, StateReal.BELIEF]),
    }


def _names(names: Sequence[str], places: npt.NDArray[np.int64]) -> pa.Array:
    """The name at each place, null where the place is -1."""
    return pa.array(list(names), type=pa.string()).take(pa.array(places, mask=places < 0))


def _present(values: npt.NDArray[np.float64]) -> pa.Array:
    """Real numbers, null where they are NaN."""
    return pa.array(np.ascontiguousarray(values), mask=np.isnan(values))


def _type_texts(types: npt.NDArray[np.int64]) -> pa.Array:
    """The types of the states of each run as a text, a letter each; `types` is (n, n_states)."""
    rows, n_states = types.shape
    letters = np.where(types == StateType.GREEDY, ord("G"), ord("S")).astype(np.uint8)
    ends = np.arange(rows + 1, dtype=np.int32) * n_states
    return pa.StringArray.from_buffers(rows, pa.py_buffer(ends), pa.py_buffer(letters.tobytes()))
