"""How often a rival stood on each rung while a state read, or had last read, each letter: counts by run."""

import base64
import zlib
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from signalling.engines.choice import Engine
from signalling.kernel.draws import ATTEMPT_BIT, COPY_BIT, HOP_BIT
from signalling.kernel.message import Message
from signalling.model import Model
from signalling.outcome import Records, joined_records
from signalling.vocabulary import Fate, MessageKind, Real, StopReason, Whole

# Plain integers: a recorder is told of every event, and an enumeration's member takes its time.
READ = int(Fate.READ)
RUNG_MESSAGE = int(MessageKind.RUNG)
ORIGIN_MASK = (1 << ATTEMPT_BIT) - 1
COPY_MASK = 0xFF << COPY_BIT

_TYPES: dict[str, str] = dict.fromkeys(("at_reading", "at_review", "sent"), "<i4") | {"war": "|b1"}


class JointCounts(NamedTuple):
    """What was counted in some runs; a directed rivalry is a reader and the rival of whom it reads."""

    at_reading: npt.NDArray[np.int32]
    """Reports read and used, by run, directed rivalry, the rival's rung as it sent, and the letter that
    arrived (runs, n_rivalries, K, K)."""
    at_review: npt.NDArray[np.int32]
    """Reviews of the reader, by run, directed rivalry, the rival's rung then, and the letter of the report
    used last, K if none was yet (runs, n_rivalries, K, K + 1)."""
    sent: npt.NDArray[np.int32]
    """Messages of the rival to the reader, copies made by channels left out (runs, n_rivalries)."""
    war: npt.NDArray[np.bool_]
    """Whether the run ended in war (runs,)."""
    mean_age_hours: npt.NDArray[np.float64]
    """As in the outcomes table, NaN where there is none (runs,); so are the next two."""
    belief_error: npt.NDArray[np.float64]
    rung_error: npt.NDArray[np.float64]

    def to_plain(self) -> dict[str, Any]:
        """As texts and numbers, which JSON holds."""
        return {name: [list(table.shape), _packed(table, name)] for name, table in self._asdict().items()}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "JointCounts":
        """What `to_plain` gave."""
        return cls(**{name: _unpacked(text, name).reshape(shape) for name, (shape, text) in plain.items()})


def _packed(table: npt.NDArray[Any], name: str) -> str:
    data = np.ascontiguousarray(table, dtype=_TYPES.get(name, "<f8")).tobytes()
    return base64.b64encode(zlib.compress(data, 6)).decode("ascii")


def _unpacked(text: str, name: str) -> npt.NDArray[Any]:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=_TYPES.get(name, "<f8"))


def joined_counts(parts: list[JointCounts]) -> JointCounts:
    """Counts of some runs and of others after them; at least one part."""
    return JointCounts(*(np.concatenate(tables) for tables in zip(*parts, strict=True)))


def rivalries_of(model: Model) -> list[tuple[int, int]]:
    """Reader and rival of each directed rivalry, as their indices."""
    columns = model.columns
    first = columns.first_rivalry
    return [
        (reader, int(columns.rival[place]))
        for reader in range(len(model.names))
        for place in range(first[reader], first[reader + 1])
    ]


def count_runs(model: Model, engine: Engine, runs: range) -> JointCounts:
    """Make runs, and count in each of them.

    Args:
        model: the compiled scenario, with letters.
        engine: makes its runs.
        runs: their indices.
    """
    recorder = JointRecorder(model)
    tables: list[tuple[Any, ...]] = []
    records: list[Records] = []
    for run in runs:
        recorder.begin()
        records.append(engine.run(run, recorder))
        tables.append(tuple(np.array(table, dtype=np.int32) for table in recorder.counts()))
    at_reading, at_review, sent = (np.stack(table) for table in zip(*tables, strict=True))
    pairs, letters = len(recorder.sent_of), recorder.letters
    summary = joined_records(records)
    return JointCounts(
        at_reading.reshape(-1, pairs, letters, letters),
        at_review.reshape(-1, pairs, letters, letters + 1),
        sent,
        summary.wholes[:, Whole.REASON] == StopReason.WAR,
        *(summary.reals[:, place] for place in (Real.MEAN_AGE_HOURS, Real.BELIEF_ERROR, Real.RUNG_ERROR)),
    )


class JointRecorder:
    """Counts as an engine tells of a run; lists of Python's, since it is told of one event at a time."""

    def __init__(self, model: Model) -> None:
        columns = model.columns
        pairs = rivalries_of(model)
        self.letters = int(columns.rungs)
        self.start_rungs = [int(columns.start_rung[state]) for state in range(len(model.names))]
        self.senders = [int(columns.sender[channel]) for channel in range(len(columns.sender))]
        #: The directed rivalry that a channel or hop ends in, -1 if its end is no reader who is a rival.
        self.rivalry = [
            int(columns.rivalry[channel]) if columns.next_hop[channel] < 0 else -1
            for channel in range(len(columns.rivalry))
        ]
        #: The directed rivalry that a first hop leads to in the end.
        self.leads_to = [self._end_of(model, channel) for channel in range(len(self.senders))]
        self.held = [
            [(place, rival) for place, (reader, rival) in enumerate(pairs) if reader == state]
            for state in range(len(model.names))
        ]
        self.sent_of = [0] * len(pairs)
        self.begin()

    def _end_of(self, model: Model, channel: int) -> int:
        while model.columns.next_hop[channel] >= 0:
            channel = int(model.columns.next_hop[channel])
        return int(model.columns.rivalry[channel])

    def begin(self) -> None:
        """Forget the run before."""
        pairs = len(self.sent_of)
        self.rungs = list(self.start_rungs)
        self.before = list(self.start_rungs)
        self.moved = [-1] * len(self.rungs)
        self.last_letter = [self.letters] * pairs
        self.sent_of = [0] * pairs
        self.at_reading = [0] * (pairs * self.letters * self.letters)
        self.at_review = [0] * (pairs * self.letters * (self.letters + 1))
        self.true_rung: dict[tuple[int, int], int] = {}
        self.arriving: dict[tuple[int, int], int] = {}

    def counts(self) -> tuple[list[int], list[int], list[int]]:
        """At reading, at review, and messages sent."""
        return self.at_reading, self.at_review, self.sent_of

    def review(  # a recorder is told more than is counted
        self,
        now: int,
        state: int,
        before: int,  # noqa: ARG002
        move: int,  # noqa: ARG002
        after: int,
        *_: object,
    ) -> None:
        """A state decides: what it has last read stands beside where its rivals are."""
        for place, rival in self.held[state]:
            # Reviews of one tick are blind to each other, so none of them sees the rung that another takes.
            rung = self.before[rival] if self.moved[rival] == now else self.rungs[rival]
            row = place * self.letters + rung
            self.at_review[row * (self.letters + 1) + self.last_letter[place]] += 1
        if self.moved[state] != now:
            self.moved[state] = now
            self.before[state] = self.rungs[state]
        self.rungs[state] = after

    def sent(self, message: Message) -> None:
        """Note what is to arrive and, of a message that sets out, where its sender stands."""
        kind, channel, which, _, letter, *_ = message
        if kind != RUNG_MESSAGE:
            return
        self.arriving[channel, which] = letter
        if which >> HOP_BIT or which & COPY_MASK:
            return
        sender = self.senders[channel]
        self.true_rung.setdefault((sender, which & ORIGIN_MASK), self.rungs[sender])
        place = self.leads_to[channel]
        if place >= 0:
            self.sent_of[place] += 1

    def left(self, message: Message) -> None:
        """What leaves a newest-first server is settled only now."""
        if message.kind == RUNG_MESSAGE:
            self.arriving[message.channel, message.which] = message.letter

    def settled(self, kind: int, channel: int, which: int, fate: int) -> None:
        """A report that is used stands beside where its sender stood."""
        place = self.rivalry[channel]
        if fate != READ or kind != RUNG_MESSAGE or place < 0:
            return
        letter = self.arriving[channel, which]
        rung = self.true_rung[self.senders[channel], which & ORIGIN_MASK]
        self.last_letter[place] = letter
        self.at_reading[(place * self.letters + rung) * self.letters + letter] += 1
