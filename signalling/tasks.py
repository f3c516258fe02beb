"""Pieces of work as plain data, and their execution: what a worker process is sent, does and answers."""

import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from signalling import functions
from signalling.engines.choice import make_engine
from signalling.errors import ScenarioError
from signalling.model import Model, compile_model
from signalling.outcome import Outcomes, Records, make_outcomes
from signalling.scenario import Scenario

#: Seconds a task should take: starting one and sending its answer costs milliseconds.
TASK_SECONDS = 0.5
#: A task shorter than this is not worth dividing among workers.
LEAST_SECONDS = 0.3
#: A task that takes longer than foreseen is cut here, and the rest handed back.
MOST_SECONDS = 1.0
#: Runs of the first task, before anything is known of the pace.
FIRST_RUNS = 8


class Player(Protocol):
    """Makes the runs of one cell."""

    def some(self, runs: range) -> tuple[int, Any]:
        """Make the first of these runs, as many as take a moment: how many, and what they left behind.

        An exception is that of the first run.
        """

    def outcomes(self, parts: Sequence[Any]) -> Outcomes:
        """What calls of `some` left behind, as one table in that order."""


class Recipe(NamedTuple):
    """A cell as plain data, from which any process makes its runs."""

    cell: str
    seed: int
    content: dict[str, Any]
    """"scenario", "baseline" and "engine", or what `functions.describe` gives and "parameters"."""
    by_state: bool = False


class Piece(NamedTuple):
    """Runs of one cell; `place` is whatever its owner knows the cell by."""

    place: int
    runs: range


class Task(NamedTuple):
    """Some pieces, done one after the other and told together."""

    pieces: tuple[tuple[Piece, Recipe], ...]
    keep_going: bool
    """Whether a run that fails is told of, instead of ending the task."""


class Failure(NamedTuple):
    """A run that raised an exception."""

    cell: str
    run: int
    seed: int
    error: str
    traceback: str


class Done(NamedTuple):
    """The answer to a task; tables are Arrow streams."""

    pieces: tuple[Piece, ...]
    """What was done, without the failures; the rows of the table stand in this order."""
    table: bytes
    states: bytes
    """Empty unless asked for."""
    content_hash: str
    failures: tuple[Failure, ...]
    left: tuple[Piece, ...]
    """What the task did not come to."""
    seconds: float


class ScenarioPlayer:
    """Runs of a compiled scenario."""

    def __init__(self, model: Model, seed: int, engine: str, *, by_state: bool, threads: int = 1) -> None:
        self.model = model
        self.seed = seed
        self.by_state = by_state
        self.engine = make_engine(model, seed, engine, threads=threads)

    def some(self, runs: range) -> tuple[int, Records]:
        """Make the first of these runs."""
        records = self.engine.some(runs)
        return len(records.runs), records

    def outcomes(self, parts: Sequence[Records]) -> Outcomes:
        """What they left behind as a table."""
        return make_outcomes(
            self.model,
            self.seed,
            self.engine.cell,
            parts,
            by_state=self.by_state,
            engine=self.engine.name,
        )


def scenario_recipe(model: Model, seed: int, engine: str, *, by_state: bool = False) -> Recipe:
    """A compiled scenario as plain data."""
    content = {
        "scenario": model.scenario.written(),
        "baseline": model.baseline.written(),
        "engine": engine,
    }
    return Recipe(model.identity(seed), seed, content, by_state)


def make_player(recipe: Recipe) -> Player:
    """The player of a recipe.

    Raises:
        SignallingError: it makes another cell here than where it was written.
    """
    content = recipe.content
    if "scenario" not in content:
        return functions.FunctionPlayer(content, recipe.cell, recipe.seed)
    scenario = Scenario.from_document(content["scenario"])
    model = compile_model(scenario, baseline=Scenario.from_document(content["baseline"]))
    if model.identity(recipe.seed) != recipe.cell:
        raise ScenarioError(
            f'"{scenario.name}": this process makes another cell of it than the one that was asked for; '
            "the program has changed since: start it again"
        )
    return ScenarioPlayer(model, recipe.seed, content["engine"], by_state=recipe.by_state)


class _Key(NamedTuple):
    """What a player is cached by; the content follows from the cell."""

    cell: str
    seed: int
    by_state: bool


_content: dict[_Key, Recipe] = {}


@lru_cache(maxsize=4)
def _player(key: _Key) -> Player:
    return make_player(_content[key])


def _player_of(recipe: Recipe) -> Player:
    key = _Key(recipe.cell, recipe.seed, recipe.by_state)
    _content[key] = recipe
    try:
        return _player(key)
    finally:
        del _content[key]


def forget() -> None:
    """Begin a collection in this process; those of worker processes are new anyhow."""
    _player.cache_clear()
    functions.forget()


def execute(task: Task) -> Done:
    """Do a task, as far as its time goes."""
    seconds = 0.0
    done: list[Piece] = []
    tables: list[Outcomes] = []
    failures: list[Failure] = []
    left: list[Piece] = []
    for piece, recipe in task.pieces:
        if left:
            left.append(piece)
            continue
        player = _player_of(recipe)
        begun = time.monotonic()
        played = _play(
            player, recipe, piece.runs, until=begun + MOST_SECONDS - seconds, keep_going=task.keep_going
        )
        done += [Piece(piece.place, runs) for runs in played.done]
        failures += played.failures
        if played.left:
            left.append(Piece(piece.place, played.left))
        if played.parts:
            tables.append(player.outcomes(played.parts))
        seconds += time.monotonic() - begun
    outcomes = joined(tables)
    return Done(
        pieces=tuple(done),
        table=b"" if outcomes is None else to_stream(outcomes.table),
        states=b"" if outcomes is None or outcomes.states is None else to_stream(outcomes.states),
        content_hash="0" if outcomes is None else outcomes.content_hash(),
        failures=tuple(failures),
        left=tuple(left),
        seconds=seconds,
    )


class _Played(NamedTuple):
    """What came of the runs of a piece."""

    done: list[range]
    parts: list[Any]
    failures: list[Failure]
    left: range


def _play(player: Player, recipe: Recipe, runs: range, *, until: float, keep_going: bool) -> _Played:
    """Make runs until a moment has come, at least some."""
    played = _Played([], [], [], runs[:0])
    begin = end = 0
    while end < len(runs):
        try:
            count, part = player.some(runs[end:])
        except Exception as error:
            if not keep_going:
                raise
            played.failures.append(_failure(recipe, runs[end], error))
            played.done.append(runs[begin:end])
            end += 1
            begin = end
        else:
            played.parts.append(part)
            end += count
        if time.monotonic() > until:
            break
    played.done.append(runs[begin:end])
    return played._replace(done=[made for made in played.done if made], left=runs[end:])


def joined(parts: Sequence[Outcomes]) -> Outcomes | None:
    """Outcomes one below the other, None if there are none."""
    if not parts:
        return None
    states = [part.states for part in parts if part.states is not None]
    return Outcomes(
        pa.concat_tables([part.table for part in parts], promote_options="default"),
        pa.concat_tables(states).combine_chunks() if states else None,
        parts[0].engine,
    )


def _failure(recipe: Recipe, run: int, error: Exception) -> Failure:
    told = "".join(traceback.format_exception(error))
    return Failure(recipe.cell, run, recipe.seed, f"{type(error).__name__}: {error}", told)


def to_stream(table: pa.Table) -> bytes:
    """A table as an Arrow stream, which carries its own columns."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def from_stream(data: bytes) -> pa.Table:
    """The table of an Arrow stream."""
    return pa.ipc.open_stream(data).read_all()


class Planner:
    """Cuts pieces into tasks of about half a second, by the pace of those that are done."""

    def __init__(
        self,
        pieces: Iterable[Piece],
        recipe_of: Callable[[int], Recipe],
        *,
        workers: int,
        keep_going: bool = False,
    ) -> None:
        self.queue = deque(pieces)
        self.left = sum(len(piece.runs) for piece in self.queue)
        self.recipe_of = recipe_of
        self.workers = workers
        self.keep_going = keep_going
        self.pace: float | None = None
        """Runs per second."""

    def next_task(self) -> Task | None:
        """The next task, None if all is given out."""
        room = min(self._size(), self.left)
        pieces: list[tuple[Piece, Recipe]] = []
        while room > 0:
            piece = self.queue.popleft()
            if len(piece.runs) > room:
                self.queue.appendleft(Piece(piece.place, piece.runs[room:]))
                piece = Piece(piece.place, piece.runs[:room])
            pieces.append((piece, self.recipe_of(piece.place)))
            room -= len(piece.runs)
            self.left -= len(piece.runs)
        return Task(tuple(pieces), self.keep_going) if pieces else None

    def _size(self) -> int:
        """Runs of the next task: half a second's, or less towards the end, so that all end together."""
        if self.pace is None:
            return FIRST_RUNS
        fair = max(self.left / self.workers, self.pace * LEAST_SECONDS)
        return max(1, round(min(fair, self.pace * TASK_SECONDS)))

    def tell(self, done: Done) -> None:
        """Take back what a task did not come to, and learn its pace."""
        for piece in reversed(done.left):
            self.queue.appendleft(piece)
            self.left += len(piece.runs)
        runs = sum(len(piece.runs) for piece in done.pieces) + len(done.failures)
        pace = runs / max(done.seconds, 1e-4)
        # A cell may be much slower than the one before: grow by steps.
        self.pace = pace if self.pace is None else min(pace, 8 * self.pace)
