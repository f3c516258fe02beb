"""The messages on which a war hung: an intact copy of one, read at once, averts it on the same luck."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from signalling.alteration import Alteration
from signalling.chronicle import MessageRecord, Trace
from signalling.engines.choice import Engine, choose, expected_messages, make_engine
from signalling.errors import ScenarioError
from signalling.executors import Progress, check_engine, checked_runs, run_models, tell
from signalling.journal import Journal
from signalling.kernel.draws import HOP_BIT
from signalling.model import Model, compile_model
from signalling.scenario import Scenario
from signalling.stats import Interval, wilson
from signalling.vocabulary import TICKS_PER_DAY, TICKS_PER_HOUR, Fate, MessageKind, StopReason, Whole
from signalling.workers import check_workers

#: What may be asked of many wars: the columns by which messages are grouped.
GROUPINGS = ("channel", "said", "befell", "days_before_war")
_BEFELL = {
    Fate.READ: "read late",
    Fate.SUPERSEDED: "read after newer news",
    Fate.LOST: "lost",
    Fate.LOST_IN_OUTAGE: "lost in an outage",
    Fate.BLOCKED: "refused by a full buffer",
    Fate.PREEMPTED: "thrown out for newer news",
    Fate.IN_FLIGHT: "under way at the stop",
    Fate.PASSED_ON: "under way at the stop",
}


class Tried(NamedTuple):
    """A message of a war, and what an intact copy of it, read at once, would have come to."""

    run: int
    channel: str
    """ "A->B": sender and addressee, over whatever hops."""
    said: str
    """Name of the rung that it speaks of."""
    befell: str
    """What befell it in the war."""
    sent_hours: float
    read_hours: float | None
    """When it was read, None if it never was."""
    days_before_war: int
    """Whole days from its sending to the war."""
    averts: bool
    """Whether the run then ends without war."""
    stop_hours: float
    """When the run then stops."""
    which: int
    """Its number on its channel: with the channel it names the message."""


class Share(NamedTuple):
    """Messages that have something in common, and how many of them are pivotal."""

    group: str | int
    tried: int
    """Messages in the wars."""
    pivotal: int
    wars: int
    """Wars with a pivotal message of the group."""
    share_of_wars: Interval
    """Of all wars, with Wilson's interval."""


@dataclass(frozen=True)
class Pivotal:
    """Every message between rivals in some wars, each tried by itself."""

    title: str
    seed: int
    runs: range
    """The runs that were looked at."""
    wars: tuple[int, ...]
    """Those that ended in war."""
    messages: tuple[Tried, ...]
    """In the order of wars, then of sending."""
    confidence: float

    @property
    def pivotal(self) -> tuple[Tried, ...]:
        """The messages that avert their war."""
        return tuple(message for message in self.messages if message.averts)

    def share_of_wars(self) -> Interval:
        """Share of the wars that hang on a message at all, with Wilson's interval.

        Raises:
            ScenarioError: there was no war.
        """
        self._check_wars()
        return wilson(len({message.run for message in self.pivotal}), len(self.wars), self.confidence)

    def by(self, grouping: str) -> list[Share]:
        """How often messages are pivotal, by what they have in common; most wars first, days in order.

        Args:
            grouping: one of GROUPINGS.

        Raises:
            ScenarioError: no such grouping, or there was no war.
        """
        self._check_wars()
        if grouping not in GROUPINGS:
            raise ScenarioError(f"grouping = {grouping}: must be one of {', '.join(GROUPINGS)}")
        groups: dict[str | int, list[Tried]] = {}
        for message in self.messages:
            groups.setdefault(getattr(message, grouping), []).append(message)
        shares = [self._share(group, members) for group, members in groups.items()]
        if grouping == "days_before_war":
            return sorted(shares, key=lambda share: share.group)
        return sorted(shares, key=lambda share: (-share.wars, -share.pivotal, str(share.group)))

    def _share(self, group: str | int, members: Sequence[Tried]) -> Share:
        pivotal = [message for message in members if message.averts]
        wars = len({message.run for message in pivotal})
        interval = wilson(wars, len(self.wars), self.confidence)
        return Share(group, len(members), len(pivotal), wars, interval)

    def _check_wars(self) -> None:
        if not self.wars:
            raise ScenarioError(f"runs = {_shown(self.runs)}: none ends in war, so no message is pivotal")

    def to_arrow(self) -> pa.Table:
        """A row for each message that was tried."""
        kinds = {"which": pa.uint64(), "days_before_war": pa.int64(), "read_hours": pa.float64()}
        return pa.table(
            {
                name: pa.array([getattr(message, name) for message in self.messages], type=kinds.get(name))
                for name in Tried._fields
            }
        )

    def summary(self) -> dict[str, Any]:
        """Everything but the messages that are not pivotal, as plain data."""
        shares = {} if not self.wars else {name: [_plain(s) for s in self.by(name)] for name in GROUPINGS}
        return {
            "scenario": self.title,
            "seed": self.seed,
            "runs": len(self.runs),
            "wars": list(self.wars),
            "tried": len(self.messages),
            "confidence": self.confidence,
            "share_of_wars": self.share_of_wars()._asdict() if self.wars else None,
            "pivotal": [message._asdict() for message in self.pivotal],
            "by": shares,
        }


def _plain(share: Share) -> dict[str, Any]:
    return share._asdict() | {"share_of_wars": share.share_of_wars._asdict()}


def _shown(runs: range) -> str:
    return str(runs.start) if len(runs) == 1 else f"{runs.start}:{runs.stop}"


def pivotal(
    scenario: Scenario,
    *,
    runs: int | range,
    seed: int,
    engine: str = "auto",
    workers: int = 1,
    confidence: float = 0.95,
    path: Path | None = None,
    progress: Progress | None = None,
) -> Pivotal:
    """Try every message of every war by itself: is it averted if an intact copy is read at once?

    The rest of the run has the same luck. The message itself goes its way, and takes its place in queues; a
    lie stays a lie, since what is said is no matter of the channel. Tried are messages between rivals that
    were not intact and at once already. A war may hang on several messages, each of which alone averts it, or
    on none.

    Args:
        scenario: the set-up, of a game with war.
        runs: how many runs (indices 0 to runs - 1), or which; those that end in war are looked at.
        seed: key of all draws.
        engine: as for `run`.
        workers: how many threads share the wars; the answer is the same for any number.
        confidence: of the intervals.
        path: journal file that keeps each war as it is done, so that an interrupted call goes on.
        progress: called as wars are done.

    Raises:
        ScenarioError: an argument is out of range, or the game has no war.

    Example:
        >>> from signalling import load_scenario
        >>> war = pivotal(load_scenario("greedy-and-seeker"), runs=range(2, 3), seed=1)
        >>> war.wars, len(war.messages) > len(war.pivotal)
        ((2,), True)
    """
    indices = checked_runs(runs, seed)
    check_engine(engine)
    check_workers(workers)
    model = compile_model(scenario)
    if not model.scenario.knows_war:
        raise ScenarioError("scenario: knows no war, so no message could avert one")
    chosen = choose([model], len(indices) * expected_messages(model), engine)
    journal = Journal(path, {"question": "pivotal messages", "cell": model.identity(seed)})
    [outcomes] = run_models([model], runs=indices, seed=seed, engine=chosen, workers=workers)
    wars = [run for run, war in zip(outcomes["run"], outcomes["war"], strict=True) if war]
    missing = [run for run in wars if journal.get(str(run)) is None]
    threads = workers if chosen == "batch" else 1
    engines = [make_engine(model, seed, chosen) for _ in range(min(threads, max(len(missing), 1)))]
    _share_out(
        missing,
        [_trial(model, seed, one) for one in engines],
        lambda run, found: journal.put(str(run), [list(message) for message in found]),
        progress,
    )
    messages = tuple(Tried(*row) for run in wars for row in journal.get(str(run)))
    return Pivotal(scenario.name, seed, indices, tuple(wars), messages, confidence)


def retell(scenario: Scenario, message: Tried, *, seed: int) -> tuple[Trace, Trace]:
    """A war in full as it was, and with an intact copy of one of its messages read at once."""
    model = compile_model(scenario)
    engine = make_engine(model, seed, "process")
    lines = [name.split("|")[0] for name in model.channel_names]
    # First hops come first, so that the name is found where the message sets out.
    spared = Alteration(spared=(lines.index(message.channel), message.which))
    return tell(engine, model, seed, message.run), tell(engine, model, seed, message.run, spared)


def _share_out(
    wars: Sequence[int],
    trials: Sequence[Callable[[int], list[Tried]]],
    keep: Callable[[int, list[Tried]], None],
    progress: Progress | None,
) -> None:
    """Each war to the next thread in turn; what is found is kept in their order."""
    with ThreadPoolExecutor(len(trials)) as pool:
        for begin in range(0, len(wars), len(trials)):
            some = wars[begin : begin + len(trials)]
            waiting = [pool.submit(trial, run) for trial, run in zip(trials, some, strict=False)]
            for run, future in zip(some, waiting, strict=True):
                keep(run, future.result())
            if progress is not None:
                progress(min(begin + len(trials), len(wars)), len(wars))


def _trial(model: Model, seed: int, engine: Engine) -> Callable[[int], list[Tried]]:
    def trial(run: int) -> list[Tried]:
        trace = tell(engine, model, seed, run)
        candidates = _candidates(trace)
        if not candidates:
            return []
        alterations = [Alteration(spared=(first.channel, first.which)) for first, _ in candidates]
        wholes = engine.altered_runs(run, alterations).wholes
        return [
            _tried(trace, run, first, last, int(whole[Whole.STOP]), int(whole[Whole.REASON]))
            for (first, last), whole in zip(candidates, wholes, strict=True)
        ]

    return trial


def _candidates(trace: Trace) -> list[tuple[MessageRecord, MessageRecord]]:
    """Messages between rivals that could have been read better or sooner: their first hop, and their last."""
    journeys: dict[tuple[int, int, int], list[MessageRecord]] = {}
    for message in trace.messages:
        sender, addressee = trace.channels[message.channel]
        if message.kind == MessageKind.RUNG and not message.is_copy:
            bare = message.which - (message.hop << HOP_BIT)
            journeys.setdefault((_addressee(trace, message, addressee), sender, bare), []).append(message)
    return [
        (hops[0], hops[-1])
        for (addressee, sender, _), hops in journeys.items()
        if sender in trace.rivals[addressee] and not _intact_and_at_once(hops[0], hops[-1])
    ]


def _addressee(trace: Trace, message: MessageRecord, last: int) -> int:
    """Who is written to, also while the message is between relays."""
    name = trace.lines[message.channel].split("|")[0].split("->")[1]
    return trace.names.index(name) if name in trace.names else last


def _intact_and_at_once(first: MessageRecord, last: MessageRecord) -> bool:
    read = last.fate in {Fate.READ, Fate.SUPERSEDED}
    return read and last.due == first.sent + 1 and last.letter == last.composed


def _tried(
    trace: Trace, run: int, first: MessageRecord, last: MessageRecord, stop: int, reason: int
) -> Tried:
    war = round(trace.outcome["stop_hours"] * TICKS_PER_HOUR)
    read = last.fate in {Fate.READ, Fate.SUPERSEDED}
    befell = _BEFELL[Fate(last.fate)]
    if read and last.letter != last.composed:
        befell = "garbled"
    return Tried(
        run=run,
        channel=trace.lines[first.channel].split("|")[0],
        said=trace.rungs[first.composed],
        befell=befell,
        sent_hours=first.sent / TICKS_PER_HOUR,
        read_hours=last.due / TICKS_PER_HOUR if read else None,
        days_before_war=(war - first.sent) // TICKS_PER_DAY,
        averts=reason != StopReason.WAR,
        stop_hours=stop / TICKS_PER_HOUR,
        which=first.which,
    )
