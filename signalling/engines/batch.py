"""The batch engine: the same crises as the process engine's, many at a time, as machine code.

Kernel, doctrines and loop are compiled (`signalling.engines.compiled`); what stands here owns their memory,
cuts runs into chunks for threads, and reads the log of a run that is told. Compiled code runs without the
interpreter's lock, in threads beside the one that waits, so Ctrl-C is answered at once.
"""

import os

# Numba must not reach for vendor functions whose last bits differ from machine to machine.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import logging
import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from signalling.alteration import NOT_SPARED, NOTHING_ALTERED, Alteration, alteration_columns
from signalling.engines import desk as desks
from signalling.engines.choice import expected_messages
from signalling.engines.compiled import compiled_copy, explained, functions_of, is_cold, is_own, title
from signalling.engines.desk import Desk
from signalling.engines.recorder import Recorder
from signalling.engines.vectors import field_table, word
from signalling.kernel import doctrines as built_in
from signalling.kernel.floats import Floats
from signalling.kernel.message import Message
from signalling.kernel.world import MINUS_ONE, Columns, World, new_world
from signalling.model import Model
from signalling.outcome import Records, joined_records
from signalling.vocabulary import Real, StateReal, StateWhole, Whole

#: Seconds that a chunk of runs should take: long beside a call, short beside patience.
CHUNK_SECONDS = 0.1
#: Messages expected of the first chunk, before the pace is known.
FIRST_MESSAGES = 50_000
#: Words of the log to begin with.
FIRST_LOG = 1 << 14

Words = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
log = logging.getLogger(__name__)


class NotCompilable(Exception):  # noqa: N818 - it is an answer rather than an error
    """A doctrine is not in the subset that Numba compiles; the text says why."""


def _together(doctrines: Sequence[ModuleType]) -> tuple[ModuleType, ...]:
    """Which doctrines to compile, in an order that does not depend on who follows which.

    All built-in ones besides those in use, so that one copy does for every mixture of them.
    """
    together = {*map(built_in.load, built_in.BUILT_IN), *doctrines}
    return tuple(sorted(together, key=lambda module: module.__name__))


def ready(doctrines: Sequence[ModuleType]) -> ModuleType:
    """The entry of the compiled copy for some doctrines, compiled unless an earlier process has done so.

    It compiles in this thread, so that Ctrl-C is heard.

    Raises:
        NotCompilable: a doctrine cannot be compiled.
    """
    found = _ready(_together(doctrines))
    if isinstance(found, str):
        raise NotCompilable(found)
    return found


@cache
def _ready(doctrines: tuple[ModuleType, ...]) -> ModuleType | str:
    """The entry, or why there is none: a failure takes as long as a success, and is told once as well."""
    entry = compiled_copy(doctrines)
    if numba.config.DISABLE_JIT:
        return entry
    if is_cold(entry):
        own = ", ".join(title(module) for module in doctrines if is_own(module))
        log.info("compiling %s: half a minute, once on this machine", own or "the built-in doctrines")
    try:
        entry.play(0, 0, 0, 0, 0, 0, 0, (0, 0), (0, 0), (0, 0), (0, 0))
    except Exception as error:  # the compiler fails in many ways on what it does not know
        reason = explained(error, doctrines)
        if reason is None:
            raise
        return reason
    return entry


class BatchEngine:
    """Runs of one model in threads of machine code; any run replays alone by its index.

    Args:
        model: the compiled scenario.
        seed: seed of the runs.
        threads: how many share the work; the records are the same for any number.

    Raises:
        NotCompilable: a doctrine cannot be compiled.
    """

    name = "batch"

    def __init__(self, model: Model, seed: int, *, threads: int = 1) -> None:
        self.model = model
        self.seed = seed
        self.cell = model.identity(seed)
        doctrines = _together(model.doctrines)
        self.entry = ready(model.doctrines)
        self.columns = Columns(*(_in_words(column) for column in model.columns))
        places = [doctrines.index(module) for module in model.doctrines]
        self.players = [_Player(self, places) for _ in range(threads)]
        self.chunk = 0
        """Runs of the next chunk of each thread; 0 until the pace is known."""

    def some(self, runs: range) -> Records:
        """The first of these runs, as many as each thread can make in a moment."""
        chunk = self.chunk or max(1, FIRST_MESSAGES // expected_messages(self.model))
        chunk = min(chunk, -(-len(runs) // len(self.players)))
        chunks = [runs[at : at + chunk] for at in range(0, chunk * len(self.players), chunk)]
        begun = time.monotonic()
        records = self._in_threads([part for part in chunks if part])
        seconds = max(time.monotonic() - begun, 1e-4)
        # Later runs may be longer: grow by steps.
        self.chunk = max(1, min(8 * chunk, round(chunk * CHUNK_SECONDS / seconds)))
        return joined_records(records)

    def _in_threads(self, chunks: list[range]) -> list[Records]:
        """A chunk in each thread, while this one waits and can be interrupted."""
        with ThreadPoolExecutor(len(chunks)) as pool:
            try:  # from the first thread on: an interrupt may come between two of them
                waiting = [
                    pool.submit(player.play, chunk)
                    for player, chunk in zip(self.players, chunks, strict=False)
                ]
                return [future.result() for future in waiting]
            except BaseException:
                for player in self.players:
                    player.stop()
                raise

    def run(
        self, run: int, recorder: Recorder | None = None, alteration: Alteration = NOTHING_ALTERED
    ) -> Records:
        """One run, told to a recorder if there is one, and altered if anything is to be."""
        player = self.players[0]
        with player.altered(alteration):
            if recorder is None:
                return player.play(range(run, run + 1))
            with player.telling():
                records = player.play(range(run, run + 1))
                player.tell(recorder)
            return records

    def altered_runs(self, run: int, alterations: Sequence[Alteration]) -> Records:
        """One run again and again, each time altered otherwise."""
        return joined_records([self.run(run, None, alteration) for alteration in alterations])


def _in_words(column: Any) -> Any:
    """A column as compiled code reads it: whole numbers, or contiguous arrays of 64-bit words."""
    if not isinstance(column, np.ndarray):
        return int(column)
    kind = np.float64 if column.dtype == np.float64 else np.int64
    # Addresses are unsigned words, which keep their bits.
    words = column.view(np.int64) if column.dtype == np.uint64 else column
    return np.ascontiguousarray(words, dtype=kind)


class _Player:
    """One thread's World and desk."""

    def __init__(self, engine: BatchEngine, places: list[int]) -> None:
        self.engine = engine
        self.spared = np.array(NOT_SPARED)
        plain: Any = engine.columns
        self._set_columns(plain._replace(spared=self.spared))
        self.stopped = False
        model = engine.model
        sizes = np.cumsum([0, *model.memory_sizes])
        self.world, self.block, self.template, memory = _blank_world(engine.columns, int(sizes[-1]))
        self.world_table = field_table(self.world)
        parameters, at = _pooled(model.parameters)
        n_states, n_rivalries = len(model.names), len(engine.columns.rival)
        n_slots = desks.LEAST_SLOTS + 2 * len(engine.columns.sender)
        self.desk = Desk(
            block=self.block,
            template=self.template,
            doctrine=np.array(places, dtype=np.int64),
            memory=memory,
            memory_at=sizes.astype(np.int64),
            parameters=parameters,
            parameters_at=at,
            beliefs=np.zeros(2 * n_rivalries),
            payoffs=np.zeros(n_states),
            control=np.zeros(desks.N_CONTROLS, dtype=np.int64),
            log=np.zeros(0, dtype=np.int64),
            log_reals=np.zeros(0),
            **_calendar(n_states + n_slots, n_slots),
        )
        self.desk.control[desks.LOGGED] = -1

    def play(self, runs: range) -> Records:
        """Runs one after the other."""
        count, n_states = len(runs), len(self.engine.model.names)
        records = Records(
            np.array(runs, dtype=np.int64),
            np.zeros((count, len(Whole)), dtype=np.int64),
            np.zeros((count, len(Real))),
            np.zeros((count, n_states, len(StateWhole)), dtype=np.int64),
            np.zeros((count, n_states, len(StateReal))),
        )
        done = self._call(runs, [table.reshape(-1) for table in records[1:]])
        while done < count:
            status = self.desk.control[desks.STATUS]
            if self.stopped:
                raise KeyboardInterrupt
            if status == desks.TOO_SMALL:
                slots = 2 * len(self.desk.free)
                self.desk = self.desk._replace(**_calendar(n_states + slots, slots))
            elif status == desks.LOG_FULL:
                self._new_log(2 * len(self.desk.log))
            done += self._call(runs[done:], [table[done:].reshape(-1) for table in records[1:]])
        return records

    def _call(self, runs: range, tables: list[Any]) -> int:
        """Make runs until something is in the way; how many."""
        if numba.config.DISABLE_JIT:
            loop = functions_of(self.engine.entry, "loop")
            for place, run in enumerate(runs):
                luck = (word(self.engine.seed), run, 0)
                if loop.crisis(self.columns, self.world, self.desk, luck) != desks.RUNNING:
                    return place
                loop.sum_up(self.columns, self.world, self.desk, place, *tables)
            return len(runs)
        desk_table = field_table(self.desk)
        seed = self.engine.seed
        made: int = self.engine.entry.play(
            self.column_table.ctypes.data,
            self.world_table.ctypes.data,
            desk_table.ctypes.data,
            seed - (seed >> 63 << 64),  # the same word, signed
            runs.start,
            runs.step,
            len(runs),
            *((table.ctypes.data, len(table)) for table in tables),
        )
        return made

    def _set_columns(self, columns: Columns) -> None:
        self.columns = columns
        self.column_table = field_table(columns)

    @contextmanager
    def altered(self, alteration: Alteration) -> Iterator[None]:
        """Within the block, runs are altered."""
        plain: Any = self.columns
        if alteration.scripts:
            self._set_columns(plain._replace(**alteration_columns(alteration, len(self.engine.model.names))))
        elif alteration.spared is not None:
            # In place: a table of all fields takes as long as a short run.
            self.spared[:] = alteration.spared
        try:
            yield
        finally:
            if self.columns is not plain:
                self._set_columns(plain)
            self.spared[:] = NOT_SPARED

    def stop(self) -> None:
        """Leave the run that is being made, at once."""
        self.stopped = True
        self.desk.control[desks.STOP] = 1

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Within the block, runs are logged."""
        self._new_log(FIRST_LOG)
        self.desk.control[desks.LOGGED] = 0
        try:
            yield
        finally:
            self.desk.control[desks.LOGGED] = -1

    def _new_log(self, words: int) -> None:
        self.desk = self.desk._replace(log=np.zeros(words, dtype=np.int64), log_reals=np.zeros(words))

    def tell(self, recorder: Recorder) -> None:
        """Tell a recorder what the log holds, in the order in which it happened."""
        desk: Any = self.desk
        log = desk.log[: desk.control[desks.LOGGED]].tolist()
        reals = desk.log_reals[: desk.control[desks.LOGGED_REALS]].tolist()
        at = real = 0
        while at < len(log):
            if log[at] == desks.REVIEWED:
                real = self._tell_review(recorder, log[at : at + desks.REVIEW_WORDS], reals, real)
                at += desks.REVIEW_WORDS
            elif log[at] == desks.SETTLED:
                recorder.settled(*log[at + 1 : at + desks.SETTLED_WORDS])
                at += desks.SETTLED_WORDS
            else:
                told = recorder.left if log[at] == desks.LEFT else recorder.sent
                kind, channel, which, composed, letter, *rest = log[at + 1 : at + desks.MESSAGE_WORDS]
                told(Message(kind, channel, which, composed, letter, reals[real], reals[real + 1], *rest))
                at += desks.MESSAGE_WORDS
                real += 2

    def _tell_review(self, recorder: Recorder, entry: list[int], reals: list[float], real: int) -> int:
        _, now, state, before, move, after, target, triggered, letter = entry
        first = self.columns.first_rivalry
        posture = reals[real]
        real += 1
        beliefs: list[tuple[float, float] | None] = []
        for _ in range(first[state + 1] - first[state]):
            held = (reals[real], reals[real + 1])
            beliefs.append(None if math.isnan(held[0]) else held)
            real += 2
        recorder.review(now, state, before, move, after, target, beliefs, triggered, posture, letter)
        return real


def _blank_world(columns: Columns, memory: int) -> tuple[World, Words, Words, Reals]:
    """A World and the doctrines' memory in one block of words, with a template of its beginning."""
    blank = new_world(columns)
    sizes = [len(field) for field in blank]
    block = np.zeros(sum(sizes) + memory, dtype=np.int64)
    template = np.zeros_like(block)
    fields: list[Any] = []
    at = 0
    for name, size, hint in zip(World._fields, sizes, World.__annotations__.values(), strict=True):
        part = block[at : at + size]
        fields.append(part.view(np.float64) if hint is Floats else part)
        if name in MINUS_ONE:
            template[at : at + size] = -1
        at += size
    return World(*fields), block, template, block[at:].view(np.float64)


def _pooled(tables: Sequence[Reals]) -> tuple[Reals, Words]:
    """Tables one after the other, equal ones once; where each begins and ends (2 * n_states,)."""
    found: dict[bytes, int] = {}
    parts: list[Reals] = []
    bounds = []
    end = 0
    for table in tables:
        begin = found.setdefault(table.tobytes(), end)
        if begin == end:
            parts.append(table)
            end += len(table)
        bounds += [begin, begin + len(table)]
    return np.concatenate([*parts, np.zeros(1)]), np.array(bounds, dtype=np.int64)


def _calendar(events: int, slots: int) -> dict[str, Any]:
    """The calendar's part of a desk."""
    return {
        "times": np.zeros(events, dtype=np.int64),
        "slots": np.zeros(events, dtype=np.int64),
        "messages": np.zeros(slots * desks.SLOT_WORDS, dtype=np.int64),
        "values": np.zeros(slots * desks.SLOT_VALUES),
        "free": np.zeros(slots, dtype=np.int64),
    }
