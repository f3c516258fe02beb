"""What a run reports: one row per run, columns frozen, with a content hash that no chunking changes."""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from signalling.errors import ResultError
from signalling.kernel.matrix import mutual_cooperation_ticks
from signalling.kernel.world import Columns, World
from signalling.model import Model
from signalling.vocabulary import (
    MATRIX_COLUMNS,
    OUTCOME_COLUMNS,
    STATE_COLUMNS,
    TICKS_PER_HOUR,
    Count,
    StateType,
    StopReason,
)

if TYPE_CHECKING:
    import pandas as pd

Row = tuple[Any, ...]
HASH_MODULUS = 2**256


#: Arrow's names of types where they differ from ours.
_KINDS = {"double": "float64", "float": "float32"}


def outcome_columns(model: Model) -> tuple[tuple[str, str, str], ...]:
    """The columns of a model's outcomes: the frozen ones, then those of its kind of game."""
    return OUTCOME_COLUMNS + (MATRIX_COLUMNS if model.columns.matrix else ())


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
    """

    def __init__(self, table: pa.Table, states: pa.Table | None = None) -> None:
        self.table = table.combine_chunks()
        self.states = states

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[Row],
        state_rows: Iterable[Row] | None = None,
        columns: Sequence[tuple[str, str, str]] = OUTCOME_COLUMNS,
    ) -> Self:
        """Make a table of rows in the order of `columns` (and STATE_COLUMNS).

        Args:
            rows: of the outcomes table.
            state_rows: of the second table, if it was asked for.
            columns: name, Arrow type and meaning; see `outcome_columns`.
        """
        states = None if state_rows is None else _table(state_rows, STATE_COLUMNS)
        return cls(_table(rows, columns), states)

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
        total = 0
        kinds = [_KINDS.get(str(field.type), str(field.type)) for field in self.table.schema]
        for row in self.rows():
            digest = hashlib.blake2b(canonical_bytes(row, kinds), digest_size=32).digest()
            total = (total + int.from_bytes(digest, "little")) % HASH_MODULUS
        return f"{total:064x}"

    def rows(self) -> Iterator[Row]:
        """Rows as tuples in the order of the columns."""
        columns = [column.to_pylist() for column in self.table.columns]
        return zip(*columns, strict=True)


def _table(rows: Iterable[Row], columns: Sequence[tuple[str, str, str]]) -> pa.Table:
    schema = _schema(columns)
    listed = list(rows)
    values = list(zip(*listed, strict=True)) if listed else [()] * len(schema)
    return pa.table(
        [pa.array(column, type=field.type) for column, field in zip(values, schema, strict=True)],
        schema=schema,
    )


_FORMATS = {
    "bool": "<?", "int8": "<b", "int16": "<h", "int32": "<i", "int64": "<q", "uint64": "<Q", "float64": "<d",
}  # fmt: skip
_CANONICAL_NAN = struct.pack("<Q", 0x7FF8000000000000)


def canonical_bytes(row: Row, kinds: Sequence[str]) -> bytes:
    """A row's bytes, the same on every machine: for each value a flag (0 null, 1 present), then the
    little-endian value; texts as UTF-8 behind their length; one NaN; no negative zero.
    """  # noqa: D205
    parts: list[bytes] = []
    for value, kind in zip(row, kinds, strict=True):
        if value is None:
            parts.append(b"\x00")
        elif kind == "string":
            text = value.encode()
            parts.append(b"\x01" + struct.pack("<I", len(text)) + text)
        elif kind == "float64" and value != value:  # noqa: PLR0124 - the definition of NaN
            parts.append(b"\x01" + _CANONICAL_NAN)
        else:
            parts.append(b"\x01" + struct.pack(_FORMATS[kind], value + 0.0 if kind == "float64" else value))
    return b"".join(parts)


#: The columns from reviews to garbled, in their order.
_COUNT_COLUMNS = (
    Count.REVIEWS,
    Count.SENT,
    Count.DUPLICATED,
    Count.DELIVERED,
    Count.SUPERSEDED,
    Count.LOST,
    Count.BLOCKED,
    Count.IN_FLIGHT,
    Count.GARBLED,
)


def summarise(
    model: Model,
    columns: Columns,
    world: World,
    run: int,
    seed: int,
    cell: str,
    stop: int,
    reason: int,
    beliefs: Sequence[tuple[float, float] | None],
    payoffs: Sequence[float | None],
) -> Row:
    """One row of the outcomes table.

    Args:
        model: the compiled scenario (for names).
        columns: its columns, in the engine's form.
        world: the World at the stop, each state's time on its rung brought up to it.
        run: index of the run.
        seed: seed of the runs.
        cell: identity of the cell.
        stop: tick of the stop.
        reason: a StopReason.
        beliefs: (P(greedy), expected rung) by directed rivalry, None where a doctrine holds none.
        payoffs: by state, None where a doctrine gives none.
    """
    counts, rungs = world.counts, columns.rungs
    n_states = len(model.names)
    initiator, target = world.struck[0], world.struck[1]
    war = initiator >= 0
    types = [world.state_type[state] for state in range(n_states)]
    delivered = counts[Count.DELIVERED]
    errors = _belief_errors(columns, world, beliefs)
    ticks = sum(world.rung_ticks[state] for state in range(n_states))
    return (
        cell,
        run,
        seed,
        StopReason(reason).name.lower(),
        stop / TICKS_PER_HOUR,
        war,
        model.names[initiator] if war else None,
        model.names[target] if war else None,
        2 if war else 0,
        world.rung[target] < rungs - 1 if war else None,
        "".join("G" if kind == StateType.GREEDY else "S" for kind in types),
        sum(kind == StateType.GREEDY for kind in types),
        max(world.peak[state] for state in range(n_states)),
        ticks / (n_states * stop) if stop else 0.0,
        *(counts[count] for count in _COUNT_COLUMNS),
        counts[Count.DELAY] / (delivered * TICKS_PER_HOUR) if delivered else None,
        _mean_age_hours(world, stop),
        errors[0],
        errors[1],
        _mean_payoff(columns, payoffs),
        *_matrix_columns(columns, world, stop),
    )


def _mean_payoff(columns: Columns, payoffs: Sequence[float | None]) -> float | None:
    """Mean over states; on a ladder null if one has none, in a matrix game over those that play."""
    known = [value for value in payoffs if value is not None]
    if not known or (len(known) < len(payoffs) and not columns.matrix):
        return None
    return _mean(known)


def _matrix_columns(columns: Columns, world: World, stop: int) -> tuple[Any, ...]:
    """The further columns of a matrix game, none on a ladder; null where nobody has a rival."""
    n_rivalries = len(columns.rival)
    if not columns.matrix:
        return ()
    if n_rivalries == 0:
        return None, None
    cells = columns.rungs * columns.rungs
    alone = sum(
        world.joint_ticks[rivalry * cells + rival_action]
        for rivalry in range(n_rivalries)
        for rival_action in range(columns.rungs)
    )
    mutual = mutual_cooperation_ticks(columns, world.joint_ticks)
    return alone / (n_rivalries * stop), mutual / (n_rivalries * stop)


def summarise_states(
    model: Model, world: World, run: int, seed: int, cell: str, stop: int, payoffs: Sequence[float | None]
) -> list[Row]:
    """The rows of the second table: one for each state of a run."""
    return [
        (
            cell,
            run,
            seed,
            name,
            "G" if world.state_type[state] == StateType.GREEDY else "S",
            world.peak[state],
            world.rung_ticks[state] / stop if stop else 0.0,
            world.struck[0] == state,
            world.struck[1] == state,
            payoffs[state],
            world.review[state],
        )
        for state, name in enumerate(model.names)
    ]


def _mean(values: Sequence[float]) -> float:
    # A plain loop: the built-in sum compensates from Python 3.12 on and would change the last bit.
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


def _mean_age_hours(world: World, stop: int) -> float | None:
    """Time average over [0, stop) of now minus the newest sending time read, in exact integers.

    The integral of now is stop^2 / 2; that of the newest sending time is its last value times stop,
    less each gain times the tick at which it came.
    """
    n_rivalries = len(world.newest)
    if n_rivalries == 0 or stop == 0:
        return None
    doubled = 0
    for rivalry in range(n_rivalries):
        doubled += stop * stop - 2 * (world.newest[rivalry] * stop - world.fresh_ticks[rivalry])
    return doubled / (2 * n_rivalries * stop * TICKS_PER_HOUR)


def _belief_errors(
    columns: Columns, world: World, beliefs: Sequence[tuple[float, float] | None]
) -> tuple[float | None, float | None]:
    squares: list[float] = []
    distances: list[float] = []
    for rivalry, held in enumerate(beliefs):
        if held is not None:
            rival = columns.rival[rivalry]
            gap = held[0] - world.state_type[rival]
            squares.append(gap * gap)
            distances.append(abs(held[1] - world.rung[rival]))
    return (_mean(squares), _mean(distances)) if squares else (None, None)
