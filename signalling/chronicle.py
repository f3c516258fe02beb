"""One run told in full: every review and message, and a chronicle that a diplomat could read."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np

from signalling.exchange_telling import belligerents_of, content, ending, turn_entry
from signalling.games import POSTURE_LETTERS
from signalling.kernel.draws import ATTEMPT_BIT, COPY_BIT, HOP_BIT
from signalling.kernel.message import Message
from signalling.model import Model
from signalling.outcome import Outcomes
from signalling.vocabulary import TICKS_PER_DAY, TICKS_PER_HOUR, Fate, MessageKind, Move

# Plain integers: a recorder is told of every event, and an enumeration's member takes its time.
ATTACK = int(Move.ATTACK)
COPY_MASK = 0xFF << COPY_BIT


class ReviewRecord(NamedTuple):
    """A review as it happened."""

    tick: int
    state: int
    rung: int
    """Before the move."""
    move: int
    """A Move."""
    after: int
    """The rung after the move."""
    target: int
    """Slot of the attacked rival, -1 without attack."""
    beliefs: tuple[tuple[float, float] | None, ...]
    """(P(greedy), expected rung) by rival slot; None where the doctrine holds no beliefs."""
    triggered: int
    """1 if a report triggered the review, 0 if it was scheduled."""
    posture: float
    """Its armament after the review, in an exchange the value of its last act; 0 in other games."""
    letter: int
    """What its messages say: a letter, GAME_SPEAKS (where it then stands) or SILENT (none is sent)."""


class MessageRecord(NamedTuple):
    """A message or a copy of it, and what befell it."""

    sent: int
    channel: int
    kind: int
    which: int
    composed: int
    """What the sender said."""
    letter: int
    """What arrived, or would have."""
    stated: float
    """The value that the sender said."""
    value: float
    """The value that arrived, or would have."""
    departed: int
    """Tick at which it left the sender's end."""
    due: int
    """Tick at which it is read, -1 if it never is."""
    fate: int
    """A Fate."""

    @property
    def is_copy(self) -> bool:
        """Whether a channel made this copy."""
        return bool(self.which & COPY_MASK)

    @property
    def attempt(self) -> int:
        """How often it had been sent before."""
        return self.which >> ATTEMPT_BIT & 0xFF

    @property
    def hop(self) -> int:
        """Relays it had passed."""
        return self.which >> HOP_BIT


class TraceRecorder:
    """Collects what an engine tells, in the order in which it happens."""

    def __init__(self, rungs: int) -> None:
        self.rungs = rungs
        self.reviews: list[ReviewRecord] = []
        self.messages: list[Message] = []
        self.fates: dict[tuple[int, int, int], int] = {}
        self.departures: dict[tuple[int, int, int], Message] = {}

    def review(
        self,
        now: int,
        state: int,
        before: int,
        move: int,
        after: int,
        target: int,
        beliefs: Sequence[tuple[float, float] | None],
        triggered: int,
        posture: float,
        letter: int,
    ) -> None:
        """Keep a review."""
        struck = target if move == ATTACK else -1
        self.reviews.append(
            ReviewRecord(now, state, before, move, after, struck, tuple(beliefs), triggered, posture, letter)
        )

    def sent(self, message: Message) -> None:
        """Keep a message."""
        self.messages.append(message)

    def left(self, message: Message) -> None:
        """Keep how a message crossed that a newest-first server had."""
        self.departures[message.kind, message.channel, message.which] = message

    def settled(self, kind: int, channel: int, which: int, fate: int) -> None:
        """Note what befell a message that was in flight."""
        self.fates[kind, channel, which] = fate


@dataclass(frozen=True)
class Trace:
    """One run in full. `str(trace)` is its chronicle; equal runs compare equal."""

    names: tuple[str, ...]
    rungs: tuple[str, ...]
    """Names of peacetime rungs, of actions or of letters; one alone in a posture game."""
    peacetime: int
    channels: tuple[tuple[int, int], ...]
    """(sender, addressee) of each channel, and of each hop those of its route."""
    lines: tuple[str, ...]
    """Name of each channel, "A->B", and of each hop of a route, "A->B|A->R"."""
    rivals: tuple[tuple[int, ...], ...]
    """Each state's rivals by slot."""
    title: str
    start: dt.datetime | None
    reviews: tuple[ReviewRecord, ...]
    messages: tuple[MessageRecord, ...]
    """In the order of sending."""
    outcome: dict[str, Any]
    """The run's row of the outcomes table."""
    turns: tuple[int, ...] = ()
    """In an exchange a Phase by phase and state; empty in other games."""
    belligerents: tuple[str, ...] = ()
    """In an exchange who stood on the letter of war at the end, if there was war."""
    war_letter: str = ""
    """That letter."""

    @classmethod
    def from_record(cls, model: Model, recorder: TraceRecorder, outcomes: Outcomes) -> Self:
        """Assemble what a recorder collected; `outcomes` is the one row of the run."""
        columns = model.columns
        first = columns.first_rivalry
        return cls(
            names=model.names,
            rungs=model.scenario.letters,
            peacetime=columns.rungs,
            channels=tuple(
                (int(columns.sender[c]), int(columns.addressee[c])) for c in range(len(columns.sender))
            ),
            lines=model.channel_names,
            rivals=tuple(
                tuple(int(columns.rival[r]) for r in range(first[i], first[i + 1]))
                for i in range(len(model.names))
            ),
            title=model.scenario.name,
            start=model.scenario.start,
            reviews=tuple(recorder.reviews),
            messages=tuple(_message_record(recorder, message) for message in recorder.messages),
            outcome=outcomes.table.to_pylist()[0],
            turns=tuple(int(turn) for turn in np.asarray(columns.turn)),
            belligerents=belligerents_of(model, recorder.reviews, war=outcomes["war"][0]),
            war_letter=model.scenario.letters[columns.war_letter] if columns.war_letter >= 0 else "",
        )

    def __str__(self) -> str:
        """The chronicle."""
        return chronicle(self)

    def to_dict(self) -> dict[str, Any]:
        """The trace as plain data: reviews and messages by name, times in ticks, and the outcome."""
        return {
            "names": list(self.names),
            "rungs": list(self.rungs),
            "reviews": [
                review._asdict() | {"state": self.names[review.state], "move": Move(review.move).name.lower()}
                for review in self.reviews
            ],
            "messages": [
                message._asdict()
                | {
                    "sender": self.names[self.channels[message.channel][0]],
                    "addressee": self.names[self.channels[message.channel][1]],
                    "line": self.lines[message.channel],
                    "kind": MessageKind(message.kind).name.lower(),
                    "fate": Fate(message.fate).name.lower(),
                }
                for message in self.messages
            ],
            "outcome": self.outcome,
        }


def _message_record(recorder: TraceRecorder, message: Message) -> MessageRecord:
    key = message[:3]
    message = recorder.departures.get(key, message)
    kind, channel, which, composed, letter, stated, value, sent, departed, due, fate, _, _ = message
    fate = recorder.fates.get(key, fate)
    return MessageRecord(sent, channel, kind, which, composed, letter, stated, value, departed, due, fate)


def chronicle(trace: Trace) -> str:
    """The run as dated entries: what each state decided, wrote, read and never received.

    Messages between states that are not rivals move nobody; they are counted in the last line. So are
    acknowledgements, which no state reads.
    """
    title = f"{trace.title}: run {trace.outcome['run']} of seed {trace.outcome['seed']}"
    lines = [title, "=" * len(title), *([] if trace.turns else _types(trace))]
    day = ""
    for tick, text in entries(trace):
        heading, clock = moment(trace, tick)
        if heading != day:
            day = heading
            lines += ["", day]
        lines.append(f"  {clock}  {text}")
    return "\n".join([*lines, "", *closing(trace)]) + "\n"


def entries(trace: Trace) -> list[tuple[int, str]]:
    """What is told of a run, tick by tick, in the order of telling."""
    told = [
        (review.tick, 3, entry)
        for number, review in enumerate(trace.reviews)
        if (entry := turn_entry(trace, number) if trace.turns else _review_entry(trace, review))
    ]
    for message in trace.messages:
        if message.kind == MessageKind.ACKNOWLEDGEMENT or not _between_rivals(trace, message):
            continue
        tick, text = _message_entry(trace, message)
        if text:
            told.append((tick, 1 if message.fate in {Fate.READ, Fate.SUPERSEDED} else 4, text))
    told.sort(key=lambda entry: entry[:2])
    return [(tick, text) for tick, _, text in told]


def _between_rivals(trace: Trace, message: MessageRecord) -> bool:
    sender, addressee = trace.channels[message.channel]
    return sender in trace.rivals[addressee]


def _types(trace: Trace) -> list[str]:
    """Who is greedy and who seeks security, a line each."""
    members = {"S": "Security seekers", "G": "Greedy"}
    lines = []
    for letter, word in members.items():
        names = [
            name for name, kind in zip(trace.names, trace.outcome["types"], strict=True) if kind == letter
        ]
        if names:
            lines.append(f"{word}: {', '.join(names)}")
    return lines


def moment(trace: Trace, tick: int) -> tuple[str, str]:
    """The day and the time of day of a tick: by the calendar if the scenario has a start, else counted."""
    if trace.start is not None:
        moment = trace.start.astimezone(dt.UTC) + dt.timedelta(seconds=tick)
        return f"{moment.day} {moment:%B %Y} (Greenwich time)", f"{moment:%H:%M:%S}"
    within = tick % TICKS_PER_DAY
    return (
        f"Day {tick // TICKS_PER_DAY + 1}",
        f"{within // 3600:02d}:{within // 60 % 60:02d}:{within % 60:02d}",
    )


def _rung(trace: Trace, rung: int) -> str:
    return f'"{trace.rungs[rung]}"'


def _content(trace: Trace, message: MessageRecord, letter: int, value: float) -> str:
    """What a message says: a rung or an action, in a posture game a number, in an exchange both."""
    if trace.turns:
        return content(trace, trace.channels[message.channel][0], message.sent, letter, value)
    return f"{value:.4g}" if trace.rungs == POSTURE_LETTERS else _rung(trace, letter)


_VERBS = {Move.LOWER: "steps down to", Move.HOLD: "stays at", Move.RAISE: "climbs to", Move.PLAY: "plays"}
#: How a run ended that ended neither in war nor at its horizon.
_ENDS = {
    "unanimity": "UNANIMITY: all states stand where the last one went",
    "top": "TOP: a state has gone as far as it can",
    "runaway": "RUNAWAY: an armament has reached the limit of the game",
}


def _review_entry(trace: Trace, review: ReviewRecord) -> str:
    name = trace.names[review.state]
    told = f"{name}, on news received," if review.triggered else name
    if review.move == Move.ARM:
        text = f"{told} arms to {review.posture:.4g}"
    elif review.move == Move.ATTACK:
        target = trace.names[trace.rivals[review.state][review.target]]
        text = f"{told} ATTACKS {target} from {_rung(trace, review.rung)}"
    elif trace.rungs == POSTURE_LETTERS:
        text = f"{told} stays at {review.posture:.4g}"
    else:
        text = f"{told} {_VERBS[Move(review.move)]} {_rung(trace, review.after)}"
    if review is trace.reviews[-1]:
        text += "".join(f" and meets {other} there" for other in _met(trace) if other != name)
    held = [
        f"{trace.names[rival]} greedy {belief[0]:.2f}, rung {belief[1]:.1f}"
        for rival, belief in zip(trace.rivals[review.state], review.beliefs, strict=True)
        if belief is not None
    ]
    return text + (f", thinking {'; '.join(held)}." if held else ".")


def _met(trace: Trace) -> list[str]:
    """Who stood on the top rung when a joint war broke out; nobody if the run ended otherwise."""
    if not trace.outcome["war"] or trace.outcome["initiator"] is not None:
        return []
    rungs = {review.state: review.after for review in trace.reviews}
    return [trace.names[state] for state in sorted(rungs) if rungs[state] == trace.peacetime - 1]


def _message_entry(trace: Trace, message: MessageRecord) -> tuple[int, str]:
    """When a message is worth an entry, and the entry; empty if it was under way at the stop."""
    sender, addressee = (trace.names[state] for state in trace.channels[message.channel])
    said = _content(trace, message, message.composed, message.stated)
    if message.attempt:
        said += " (sent again)"
    where = trace.lines[message.channel].rpartition("|")[2].replace("->", " to ")
    on_way = f" between {where.replace(' to ', ' and ')}" if "|" in trace.lines[message.channel] else ""
    ends = {
        Fate.LOST: f"is lost on the way{on_way}.",
        Fate.LOST_IN_OUTAGE: f"meets a dead line{on_way}.",
        Fate.BLOCKED: f"finds no place in the office{on_way}.",
        Fate.PREEMPTED: f"is thrown out for newer news{on_way}.",
    }
    if message.fate in ends:
        # What is sent again, or on from a relay, is stopped later than its sender dated it.
        tick = message.departed if message.attempt or message.hop else message.sent
        return tick, f"    {sender}'s {said} to {addressee} {ends[Fate(message.fate)]}"
    if message.fate == Fate.IN_FLIGHT:
        return message.sent, ""
    if message.fate == Fate.PASSED_ON:
        relay = where.partition(" to ")[2]
        return message.due, f"    {sender}'s {said} to {addressee} passes {relay}."
    hours = (message.due - message.sent) / TICKS_PER_HOUR
    copy = "a copy of " if message.is_copy else ""
    text = f"    {addressee} reads {copy}{sender}'s word of {hours:.1f} h ago: "
    text += _content(trace, message, message.letter, message.value)
    if message.letter != message.composed or message.value != message.stated:
        text += f" (garbled from {_content(trace, message, message.composed, message.stated)})"
    return message.due, text + (", too late to count." if message.fate == Fate.SUPERSEDED else ".")


def closing(trace: Trace) -> list[str]:
    """How a run ended, and what became of its messages."""
    answers = [message.kind == MessageKind.ACKNOWLEDGEMENT for message in trace.messages if not message.hop]
    acknowledgements = sum(answers)
    silent = sum(
        not _between_rivals(trace, message)
        for message in trace.messages
        if message.kind != MessageKind.ACKNOWLEDGEMENT and not message.hop
    )
    row = trace.outcome
    day, clock = moment(trace, round(row["stop_hours"] * TICKS_PER_HOUR))
    day = f"{day.removesuffix(' (Greenwich time)')}, {clock}"
    met = _met(trace)
    if trace.turns:
        end = f"{ending(trace)}, {day}."
    elif met:
        top = _rung(trace, trace.peacetime - 1)
        end = f"WAR, {day}: {' and '.join(met)} both stood at {top}; nobody struck first."
    elif row["war"]:
        ready = "not yet mobilised" if row["struck_unready"] else "ready"
        end = f"WAR, {day}: {row['initiator']} struck {row['target']}, which was {ready}."
    elif row["stop"] == "horizon":
        end = f"PEACE to the horizon, {day}."
    else:
        end = f"{_ENDS[row['stop']]}, {day}."
    fates = (
        f"{row['sent']} messages sent, {row['duplicated']} copied: {row['delivered']} read "
        f"({row['superseded']} too late to count, {row['garbled']} garbled), {row['lost']} lost, "
        f"{row['blocked']} refused, {row['in_flight']} under way."
    )
    lines = [end, fates]
    if acknowledgements:
        lines.append(f"Of these, {acknowledgements} are acknowledgements, and are not told above.")
    if silent:
        lines.append(f"Of these, {silent} passed between states that are no rivals, and are not told above.")
    return lines
