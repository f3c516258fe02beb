"""Every fault of a channel: off it changes nothing, on it changes what it should and nothing else.

The states of both scenes write letters that no report alters: on the ladder a spiral so imprecise that it
wanders, in the matrix game a strategy that tosses a coin. So two runs differ by the fault alone, and message
by message. Each fault is tried on an otherwise clean channel and on one with every other fault. Relays and
routes, acknowledgements and newest-first servers, which give messages to channels that others feel, are tried
on clean channels alone; tests of their own tell what they do.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import pytest

import signalling as sg
from signalling.channels import Channel
from signalling.chronicle import MessageRecord, Trace
from signalling.kernel import draws
from signalling.kernel.portable_math import normal_quantile
from signalling.kernel.quantile import quantile
from signalling.laws import Exponential, Uniform
from signalling.model import compile_model
from signalling.quantiles import quantile_table
from signalling.vocabulary import DrawPurpose, Fate, MessageKind
from tests.conservation import READ, conserved
from tests.scenarios_strategy import Document

HOUR = 3600
DAY = 24 * HOUR
SEED = 8
RUNS = 2
COPY = draws.address(0, 0, 1, 0)
ATTEMPT = draws.address(0, 1, 0, 0)
#: What befalls a message that is not stopped on its way; which of them depends on when others come.
ARRIVES = READ | {Fate.IN_FLIGHT}

WANDERER: Document = {"name": "spiral", "precision": 1e-9}
COIN: Document = {
    "name": "memory_one",
    "after_cc": 0.5,
    "after_cd": 0.5,
    "after_dc": 0.5,
    "after_dd": 0.5,
}
GAMES: dict[str, Document] = {
    "ladder": {"ladder": {"war": False}},
    "matrix": {"game": {"kind": "matrix"}},
}
LETTERS = {"ladder": 5, "matrix": 2}


def by_letter(first: float, last: float) -> Callable[[int], list[float]]:
    """A setting with a number for each letter, evenly from the first to the last."""
    return lambda letters: [first + (last - first) * place / (letters - 1) for place in range(letters)]


def fitted(changes: Document, game: str) -> Document:
    """Settings for as many letters as a game has."""
    return {
        key: fitted(value, game)
        if isinstance(value, dict)
        else value(LETTERS[game])
        if callable(value)
        else value
        for key, value in changes.items()
    }


#: Faults on every channel, or every state, of a scene in which nothing is clean.
DIRT: Document = {
    "loss_probability": 0.15,
    "loss_by_letter": by_letter(0.0, 0.2),
    "tamper": {"probability": 0.15, "kernel": "other"},
    "noise": {"sigma": 2.0},
    "repeats": 2,
    "common_cause_probability": 0.2,
    "garble": {"probability": 0.3, "kernel": "uniform"},
    "duplicate_probability": 0.25,
    "queue": {"service": {"law": "exponential", "mean_hours": 3}, "capacity": 3},
    "outage": {"mean_up_hours": 60, "mean_down_hours": 15, "policy": "hold"},
    "reading": {"law": "uniform", "low_hours": 0, "high_hours": 2},
    "delay": {"law": "exponential", "mean_hours": 4},
}


def scene(game: str, *, dirty: bool, without: str) -> sg.Scenario:
    """Three states; one greedy, one with an office, in every scene.

    Args:
        game: "ladder" or "matrix".
        dirty: whether channels have all faults.
        without: names of those they do not have, with blanks between them.
    """
    channel: Document = {"delay": {"law": "exponential", "mean_hours": 4}}
    if dirty:
        channel |= {key: value for key, value in fitted(DIRT, game).items() if key not in without.split()}
    state: Document = {"doctrine": WANDERER if game == "ladder" else COIN}
    return sg.Scenario.from_document(
        {
            "name": game,
            "horizon_days": 18,
            "start": "1914-07-23T17:00:00Z",
            "review": {"interval_hours": 8, "jitter_hours": 3},
            "states": {
                "A": state | {"greedy_probability": 1.0},
                "B": dict(state),
                "C": state | {"greedy_probability": 0.5},
            },
            "channels": {"default": channel, "overrides": {}},
        }
        | GAMES[game]
    )


Messages = dict[int, MessageRecord]


class Story(NamedTuple):
    """One run: what was decided, and every message by channel and identity."""

    scenario: sg.Scenario
    trace: Trace
    decisions: tuple
    messages: dict[str, Messages]
    answers: list[MessageRecord]
    """Acknowledgements."""


#: Runs by scenario and index: most faults are held against the same scenes.
made: dict[tuple[str, int], Trace] = {}


def played(scenario: sg.Scenario, run: int) -> Trace:
    """A run of a scenario, made once."""
    key = scenario.canonical_json(), run
    if key not in made:
        made[key] = sg.trace(scenario, seed=SEED, run=run)
    return made[key]


def told(scenario: sg.Scenario, run: int) -> Story:
    trace = played(scenario, run)
    names = compile_model(scenario).channel_names
    messages: dict[str, Messages] = {name: {} for name in names}
    answers = [message for message in trace.messages if message.kind == MessageKind.ACKNOWLEDGEMENT]
    for message in trace.messages:
        if message.kind == MessageKind.RUNG:
            messages[names[message.channel]][message.which] = message
    # What a state believes may change with what it reads; what it decides may not.
    decisions = tuple(review._replace(beliefs=()) for review in trace.reviews)
    return Story(scenario, trace, decisions, messages, answers)


def both_scenes(without: str) -> list[sg.Scenario]:
    return [scene(game, dirty=dirty, without=without) for game in GAMES for dirty in (False, True)]


# Off

KERNELS = ("uniform", "other", "adjacent", "hostile_skewed")
NOTHING: Document = {"law": "constant", "hours": 0}
NEVER: Document = {"mean_up_hours": 1e7, "mean_down_hours": 1}

#: (the channel keys that must not be set otherwise, changes that are to change nothing)
OFF: dict[str, tuple[str, Document]] = {
    "loss": ("loss_probability", {"channels.all.loss_probability": 0.0}),
    **{
        f"garble {kernel}": ("garble", {"channels.all.garble": {"probability": 0.0, "kernel": kernel}})
        for kernel in KERNELS
    },
    "duplicate": ("duplicate_probability", {"channels.all.duplicate_probability": 0.0}),
    "no loss by letter": ("loss_by_letter", {"channels.all.loss_by_letter": "none"}),
    "a censor who lets all pass": ("loss_by_letter", {"channels.all.loss_by_letter": by_letter(0.0, 0.0)}),
    "a censor assumed who lets all pass": (
        "loss_by_letter assumed",
        {"channels.all.assumed": {"loss_by_letter": by_letter(0.0, 0.0)}},
    ),
    "no tampering": ("tamper", {"channels.all.tamper": "none"}),
    **{
        f"tamper {kernel}": ("tamper", {"channels.all.tamper": {"probability": 0.0, "kernel": kernel}})
        for kernel in KERNELS
    },
    "no noise": ("noise", {"channels.all.noise": "none"}),
    "noise of no strength": ("noise", {"channels.all.noise": {"sigma": 0.0}}),
    "no repeats": ("repeats", {"channels.all.repeats": 1}),
    "no acknowledgement": ("", {"channels.all.acknowledgement": "none"}),
    "no broadcast": ("", {"channels.all.public": False}),
    "no common cause": ("common_cause_probability", {"channels.all.common_cause_probability": 0.0}),
    "a relay that no route leads over": (
        "",
        {"relays": ["R"], "channels.A->R.loss_probability": 1.0, "channels.R->B.repeats": 1},
    ),
    "no server": ("queue", {"channels.all.queue": "none"}),
    "an idle server": ("queue", {"channels.all.queue": {"service": NOTHING}}),
    "an idle server with one place": ("queue", {"channels.all.queue": {"service": NOTHING, "capacity": 1}}),
    "an idle server, newest first": (
        "queue",
        {"channels.all.queue": {"service": NOTHING, "discipline": "newest_first"}},
    ),
    "no outage": ("outage", {"channels.all.outage": "none"}),
    "an outage that never comes, hold": ("outage", {"channels.all.outage": NEVER | {"policy": "hold"}}),
    "an outage that never comes, lose": ("outage", {"channels.all.outage": NEVER | {"policy": "lose"}}),
    "no reading": ("reading", {"channels.all.reading": "none"}),
    "reading at sight": ("reading", {"channels.all.reading": NOTHING}),
    "states that read at sight": ("reading", {"states.all.reading": NOTHING}),
    "an office that never closes": ("", {"states.all.office_hours": [0, 24]}),
    "honest states": ("", {"states.all.lying_probability": 0.0}),
    "a liar who is never greedy": ("", {"states.B.lying_probability": 1.0}),
    "a delay without shift": ("", {"channels.all.delay.shift_hours": 0.0}),
    "a clock without office": ("", {"states.all.utc_offset_hours": 5.0}),
}


@pytest.mark.parametrize("name", OFF)
def test_a_fault_that_is_off_changes_nothing(name):
    key, changes = OFF[name]
    for clean in both_scenes(key):
        changed = clean.replace(fitted(changes, clean.name))
        before, after = played(clean, 0), sg.trace(changed, seed=SEED, run=0)
        assert (after.reviews, after.messages) == (before.reviews, before.messages)
        assert after.outcome | {"cell": ""} == before.outcome | {"cell": ""}


def test_a_buffer_that_never_fills_changes_nothing():
    for game in GAMES:
        served = {"service": {"law": "exponential", "mean_hours": 20}}
        scenario = scene(game, dirty=True, without="queue").replace({"channels.all.queue": served})
        vast = scenario.replace({"channels.all.queue": served | {"capacity": 100_000}})
        before, after = (sg.trace(s, seed=SEED, run=0) for s in (scenario, vast))
        assert (after.reviews, after.messages) == (before.reviews, before.messages)
        assert any(m.departed > m.sent for m in before.messages)


# On


class Fault(NamedTuple):
    """A fault on the channel from A to B, or on a state."""

    key: str
    """The channel keys that must not be set otherwise, with blanks between them."""
    changes: Document
    fields: frozenset[str]
    """What it may change of a message that arrives with and without it."""
    check: Callable[[Story, Story, str], None]
    """Holds the changed channel against the unchanged one."""
    channels: tuple[str, ...] = ("A->B",)
    """Channels it may touch."""


ALL_FIELDS = frozenset(MessageRecord._fields)


def originals(messages: Messages) -> Messages:
    return {which: message for which, message in messages.items() if not message.is_copy}


def stopped_by(fate: Fate) -> Callable[[Story, Story, str], None]:
    """Some messages meet this fate, and leave no copies; the rest goes on."""

    def check(before: Story, after: Story, channel: str) -> None:
        old, new = before.messages[channel], after.messages[channel]
        assert originals(old).keys() == originals(new).keys()
        met = [which for which, message in new.items() if message.fate == fate]
        assert 0 < len(met) < len(originals(new))
        for which in met:
            assert new[which].due == -1
            assert new[which].letter == new[which].composed
            assert which + COPY not in new
        assert all(message.fate != fate for message in old.values())

    return check


def replaces_letters(kernel: str) -> Callable[[Story, Story, str], None]:
    """Letters change as the kernel says; a copy has the letter of its original."""

    def check(before: Story, after: Story, channel: str) -> None:
        old, new = before.messages[channel], after.messages[channel]
        assert old.keys() == new.keys()
        top = after.trace.peacetime - 1
        changed = 0
        for which, message in new.items():
            assert message.composed == old[which].composed
            if message.is_copy:
                assert message.letter == new[which - COPY].letter
            if message.letter == message.composed:
                continue
            changed += 1
            assert message.fate in ARRIVES
            assert kernel != "adjacent" or abs(message.letter - message.composed) == 1
            assert kernel != "hostile_skewed" or message.letter == top
        assert changed > 0
        read = [m for messages in after.messages.values() for m in messages.values() if m.fate in READ]
        assert after.trace.outcome["garbled"] == sum(m.letter != m.composed for m in read)

    return check


def always_garbles(before: Story, after: Story, channel: str) -> None:
    """With probability 1 and the kernel "other" no letter arrives as it was."""
    replaces_letters("other")(before, after, channel)
    arriving = [m for m in after.messages[channel].values() if m.fate in ARRIVES]
    assert all(message.letter != message.composed for message in arriving)


def adds_copies(before: Story, after: Story, channel: str) -> None:
    """Originals stay as they were; copies share content and sending, and have delays of their own."""
    old, new = before.messages[channel], after.messages[channel]
    assert not any(message.is_copy for message in old.values())
    assert originals(new).keys() == old.keys()
    copies = {which: message for which, message in new.items() if message.is_copy}
    assert 0 < len(copies) < len(old)
    for which, copy in copies.items():
        original = new[which - COPY]
        assert original.fate in ARRIVES
        assert copy[:9] == original._replace(which=which)[:9]
    assert any(copy.due != new[which - COPY].due for which, copy in copies.items())


def queues_up(before: Story, after: Story, channel: str) -> None:
    """Nothing departs earlier, all in order, and the way from there takes as long as before."""
    old, new = before.messages[channel], after.messages[channel]
    assert old.keys() == new.keys()
    assert all(new[which].departed >= old[which].departed for which in old)
    assert any(new[which].departed > old[which].departed for which in old)
    departures = [message.departed for message in originals(new).values() if message.fate != Fate.BLOCKED]
    assert departures == sorted(departures)
    for which in old:
        if old[which].fate in ARRIVES:
            assert new[which].due - new[which].departed == old[which].due - old[which].departed


def holds_messages(before: Story, after: Story, channel: str) -> None:
    """Messages leave together at the end of an outage, in the order they were sent."""
    queues_up(before, after, channel)


def blocks(before: Story, after: Story, channel: str) -> None:
    """A buffer of two: who finds both places taken is refused, all others go as the server lets them."""
    stopped_by(Fate.BLOCKED)(before, after, channel)
    inside: list[int] = []
    for message in originals(after.messages[channel]).values():
        if message.fate == Fate.LOST_IN_OUTAGE:
            continue
        inside = [departure for departure in inside if departure > message.sent]
        assert (message.fate == Fate.BLOCKED) == (len(inside) == 2)
        if message.fate != Fate.BLOCKED:
            inside.append(message.departed)


def reads_later(before: Story, after: Story, channel: str) -> None:
    """Each message is read between 1 and 30 hours later, and leaves when it did."""
    old, new = before.messages[channel], after.messages[channel]
    assert old.keys() == new.keys()
    for which, message in old.items():
        if message.fate in ARRIVES:
            assert HOUR <= new[which].due - message.due <= 30 * HOUR


def reads_in_office(before: Story, after: Story, channel: str) -> None:
    """What comes inside the hours is read at once, what comes outside at the next opening."""
    old, new = before.messages[channel], after.messages[channel]
    assert old.keys() == new.keys()
    waited = 0
    for which, message in old.items():
        if message.fate not in ARRIVES:
            continue
        clock = (message.due + 17 * HOUR + HOUR) % DAY  # tick 0 is 17 h Greenwich; local time is an hour on
        wait = 0 if 9 * HOUR <= clock < 17 * HOUR else (9 * HOUR - clock) % DAY
        assert new[which].due == message.due + wait
        waited += wait > 0
    assert waited > 0


def lies(before: Story, after: Story, channel: str) -> None:
    """A greedy state says 0 whatever it stands on; when and how its words travel stays as it was."""
    old, new = before.messages[channel], after.messages[channel]
    assert old.keys() == new.keys()
    assert any(message.composed > 0 for message in old.values())
    assert all(message.composed == 0 for message in new.values())
    for which, message in new.items():
        # A letter that is not garbled is what was said; one that is garbled was drawn from the row of 0.
        assert message.letter == 0 or message.fate in ARRIVES
        assert message.due == old[which].due


def arrives_otherwise(before: Story, after: Story, channel: str) -> None:
    """On the same draw a slower line is never faster; a message still takes its tick."""
    old, new = before.messages[channel], after.messages[channel]
    assert old.keys() == new.keys()
    for which, message in old.items():
        if message.fate in ARRIVES:
            assert new[which].due >= message.due
    assert any(new[which].due > message.due for which, message in old.items())


def loses_by_content(before: Story, after: Story, channel: str) -> None:
    """Whoever says the first letter is heard, whoever says the last is not, whatever garbles it later."""
    stopped_by(Fate.LOST)(before, after, channel)
    top = after.trace.peacetime - 1
    for message in after.messages[channel].values():
        assert message.fate not in {Fate.BLOCKED, Fate.LOST_IN_OUTAGE} | (
            {Fate.LOST} if message.composed == 0 else ARRIVES if message.composed == top else set()
        )


def always_forges(before: Story, after: Story, channel: str) -> None:
    """A third party that says the highest letter whatever it hears; what is lost it does not hear."""
    replaces_letters("hostile_skewed")(before, after, channel)
    top = after.trace.peacetime - 1
    assert all(message.letter == top for message in after.messages[channel].values() if message.due >= 0)


def adds_noise(before: Story, after: Story, channel: str) -> None:
    """The value is what was stated and the noise of its own lane; copies share it."""
    old, new = before.messages[channel], after.messages[channel]
    assert old.keys() == new.keys()
    luck = draws.PlainLuck(SEED, after.trace.outcome["run"])
    for which, message in new.items():
        assert message.stated == old[which].stated
        if message.fate in ARRIVES:
            uniform = luck.block(which & ~COPY, draws.who(channel), DrawPurpose.HANDLING)[2]
            assert message.value == message.stated + 3.0 * normal_quantile(uniform)
    assert len({message.value for message in new.values()}) > 20


def sends_thrice(before: Story, after: Story, channel: str) -> None:
    """The first is what it was without the others; each of them has a luck of its own, and says the same."""
    old, new = before.messages[channel], after.messages[channel]
    firsts = {which: message for which, message in new.items() if message.attempt == 0}
    assert firsts.keys() == old.keys()
    again = [which for which in new if new[which].attempt > 0 and not new[which].is_copy]
    assert sorted({which & ~(3 * ATTEMPT) for which in again}) == sorted(originals(firsts))
    assert sorted({new[which].attempt for which in again}) == [1, 2]
    assert len(again) == 2 * len(originals(firsts))
    for which in again:
        first = new[which & ~(3 * ATTEMPT)]
        assert (new[which].sent, new[which].composed) == (first.sent, first.composed)
    assert len({message.due for message in new.values()}) > 2 * len(firsts)


def shares_luck(before: Story, after: Story, channel: str) -> None:
    """What a state broadcasts arrives everywhere at once and the same, or nowhere."""
    one, other = (after.messages[name] for name in ("A->B", "A->C"))
    assert one.keys() == other.keys()
    assert [m._replace(channel=0) for m in one.values()] == [m._replace(channel=0) for m in other.values()]
    one, other = (before.messages[name] for name in ("A->B", "A->C"))
    assert [m.due for m in one.values()] != [m.due for m in other.values()]


def strikes_together(before: Story, after: Story, channel: str) -> None:
    """Where the common cause strikes, both channels have the luck of the review; elsewhere their own."""
    luck = draws.PlainLuck(SEED, after.trace.outcome["run"])
    address = draws.who("A")
    struck, spared, elsewhen = 0, 0, 0
    for which, message in originals(after.messages[channel]).items():
        shared = which & ~(0xFF * ATTEMPT)
        if luck.block(shared, address, DrawPurpose.COMMON)[0] < 0.5:
            struck += 1
            elsewhen += message.due != before.messages[channel][which].due
            assert message.fate == Fate.BLOCKED or (message.fate == Fate.LOST) == (
                luck.block(shared, address, DrawPurpose.TRANSIT)[0] < loss_of(after, channel, message)
            )
        else:
            spared += 1
            old = before.messages[channel][which]
            assert message[:-1] == old[:-1]
            assert {message.fate, old.fate} <= READ or message.fate == old.fate
    assert elsewhen > struck / 2 > 5
    assert spared > 10


def loss_of(story: Story, channel: str, message: MessageRecord) -> float:
    settings = story.scenario.channels.get(channel, story.scenario.channels["default"])
    censored = settings.loss_by_letter[message.composed] if settings.loss_by_letter else 0.0
    return 1.0 - (1.0 - settings.loss_probability) * (1.0 - censored)


def insists(before: Story, after: Story, channel: str) -> None:
    """First attempts are what they were; on the channel back come answers and nothing else is another."""
    old, new = before.messages[channel], after.messages[channel]
    if channel == "B->A":
        assert new == old
        return
    assert {which: message for which, message in new.items() if message.attempt == 0}.keys() == old.keys()
    assert 0 < sum(message.attempt > 0 for message in new.values()) < 2 * len(old)
    assert all(after.trace.channels[message.channel] == (1, 0) for message in after.answers)
    # Whatever is read is answered, once.
    read = [which for which, message in new.items() if message.fate in READ]
    assert sorted(message.which for message in after.answers) == sorted(read)


def throws_out(before: Story, after: Story, channel: str) -> None:
    """A newest-first server: nobody waits, and who is not served before the next comes is thrown out."""
    new = list(after.messages[channel].values())
    assert before.messages[channel].keys() == after.messages[channel].keys()
    served = quantile_table(Exponential(mean_hours=7))
    luck = draws.PlainLuck(SEED, after.trace.outcome["run"])
    thrown = 0
    for message, follower in pairwise(new):
        service = quantile(served, luck.block(message.which, draws.who(channel), DrawPurpose.HANDLING)[0])
        assert message.departed == message.sent + service
        assert (message.fate == Fate.PREEMPTED) == (follower.sent < message.departed)
        thrown += message.fate == Fate.PREEMPTED
    assert 0 < thrown < len(new) - 1


def changes_nothing(before: Story, after: Story, channel: str) -> None:
    """What a receiver assumes is in its head; no message is another."""
    assert before.messages[channel] == after.messages[channel]


TIMES = frozenset({"due", "fate"})
SERVER: Document = {"service": {"law": "exponential", "mean_hours": 7}}
ON: dict[str, Fault] = {
    "loss": Fault(
        "loss_probability loss_by_letter",
        {"channels.A->B.loss_probability": 0.4},
        frozenset({"fate"}),
        stopped_by(Fate.LOST),
    ),
    **{
        f"garble {kernel}": Fault(
            "garble tamper",
            {"channels.A->B.garble": {"probability": 0.5, "kernel": kernel}},
            frozenset({"letter"}),
            replaces_letters(kernel),
        )
        for kernel in KERNELS
    },
    "garble always": Fault(
        "garble tamper",
        {"channels.A->B.garble": {"probability": 1.0, "kernel": "other"}},
        frozenset({"letter"}),
        always_garbles,
    ),
    **{
        f"tamper {kernel}": Fault(
            "tamper garble",
            {"channels.A->B.tamper": {"probability": 0.5, "kernel": kernel}},
            frozenset({"letter"}),
            replaces_letters(kernel),
        )
        for kernel in KERNELS
    },
    "tamper always": Fault(
        "tamper",
        {"channels.A->B.tamper": {"probability": 1.0, "kernel": "hostile_skewed"}},
        frozenset({"letter"}),
        always_forges,
    ),
    "loss by letter": Fault(
        "loss_probability loss_by_letter queue outage",
        {"channels.A->B.loss_by_letter": by_letter(0.0, 1.0)},
        frozenset({"fate"}),
        loses_by_content,
    ),
    "noise": Fault("noise", {"channels.A->B.noise": {"sigma": 3.0}}, frozenset({"value"}), adds_noise),
    "repeats": Fault("repeats queue", {"channels.A->B.repeats": 3}, frozenset({"fate"}), sends_thrice),
    "public": Fault(
        "",
        {"channels.A->B.public": True, "channels.A->C.public": True},
        frozenset({"composed", "letter", "value", "departed", "due", "fate"}),
        shares_luck,
        ("A->B", "A->C"),
    ),
    "common cause": Fault(
        "common_cause_probability",
        {f"channels.A->{name}.common_cause_probability": 0.5 for name in "BC"},
        frozenset({"letter", "due", "fate"}),
        strikes_together,
        ("A->B", "A->C"),
    ),
    "acknowledgement": Fault(
        "repeats",
        {"channels.A->B.acknowledgement": {"timeout_hours": 7, "attempts": 3}},
        frozenset({"fate"}),
        insists,
        ("A->B", "B->A"),
    ),
    "newest first": Fault(
        "queue",
        {"channels.A->B.queue": SERVER | {"discipline": "newest_first"}},
        TIMES | {"departed"},
        throws_out,
    ),
    "duplicate": Fault(
        "duplicate_probability",
        {"channels.A->B.duplicate_probability": 0.5},
        frozenset({"fate"}),
        adds_copies,
    ),
    "queue": Fault(
        "queue",
        {"channels.A->B.queue": SERVER},
        TIMES | {"departed"},
        queues_up,
    ),
    "buffer": Fault(
        "queue",
        {"channels.A->B.queue": {"service": {"law": "constant", "hours": 12}, "capacity": 2}},
        TIMES | {"departed"},
        blocks,
    ),
    "outage, hold": Fault(
        "outage",
        {"channels.A->B.outage": {"mean_up_hours": 50, "mean_down_hours": 30, "policy": "hold"}},
        TIMES | {"departed"},
        holds_messages,
    ),
    "outage, lose": Fault(
        "outage",
        {"channels.A->B.outage": {"mean_up_hours": 50, "mean_down_hours": 30, "policy": "lose"}},
        TIMES | {"departed"},
        stopped_by(Fate.LOST_IN_OUTAGE),
    ),
    "reading": Fault(
        "reading",
        {"channels.A->B.reading": {"law": "uniform", "low_hours": 1, "high_hours": 30}},
        TIMES,
        reads_later,
    ),
    "a state's reading": Fault(
        "reading",
        {"states.B.reading": {"law": "uniform", "low_hours": 1, "high_hours": 30}},
        TIMES,
        reads_later,
        ("A->B", "C->B"),
    ),
    "office hours": Fault(
        "",
        {"states.B.office_hours": [9, 17], "states.B.utc_offset_hours": 1},
        TIMES,
        reads_in_office,
        ("A->B", "C->B"),
    ),
    "lying": Fault(
        "loss_by_letter",
        {"states.A.lying_probability": 1.0},
        frozenset({"composed", "letter"}),
        lies,
        ("A->B", "A->C"),
    ),
    "delay": Fault(
        "",
        {"channels.A->B.delay": {"law": "exponential", "mean_hours": 11}},
        TIMES,
        arrives_otherwise,
    ),
    "delay, another law": Fault(
        "",
        {"channels.A->B.delay": {"law": "exponential", "mean_hours": 4, "shift_hours": 9}},
        TIMES,
        arrives_otherwise,
    ),
    "assumed": Fault(
        "assumed",
        {"channels.A->B.assumed": {"garble": {"probability": 0.7}, "loss_by_letter": by_letter(0.9, 0.0)}},
        frozenset(),
        changes_nothing,
    ),
}
#: Faults before which others stand in the order of the channel: theirs may stop or hold what came through.
#: Answers and what is sent again take up servers.
UPSTREAM = {"queue", "buffer", "outage, hold", "outage, lose", "acknowledgement", "newest first"}


@pytest.mark.parametrize("name", ON)
@pytest.mark.parametrize("game", GAMES)
def test_a_fault_changes_what_it_should_on_a_clean_channel(game, name):
    judge(scene(game, dirty=False, without=ON[name].key), ON[name])


@pytest.mark.parametrize("name", [name for name in ON if name not in UPSTREAM])
@pytest.mark.parametrize("game", GAMES)
def test_a_fault_changes_what_it_should_on_a_channel_with_all_others(game, name):
    judge(scene(game, dirty=True, without=ON[name].key), ON[name])


def judge(clean: sg.Scenario, fault: Fault) -> None:
    for run in range(RUNS):
        before, after = told(clean, run), told(clean.replace(fitted(fault.changes, clean.name)), run)
        conserved(before.trace)
        conserved(after.trace)
        assert after.decisions == before.decisions
        for channel, messages in before.messages.items():
            if channel not in fault.channels:
                assert after.messages[channel] == messages
                continue
            _only(fault.fields, messages, after.messages[channel])
            fault.check(before, after, channel)


def _only(fields: frozenset[str], before: Messages, after: Messages) -> None:
    """Messages that arrive with and without the fault differ in these fields only."""
    for which in before.keys() & after.keys():
        old, new = before[which], after[which]
        if not {old.fate, new.fate} <= ARRIVES:
            continue
        for field in ALL_FIELDS - fields:
            assert getattr(new, field) == getattr(old, field), field
        assert "due" in fields or (old.fate in READ) == (new.fate in READ)


#: A belief about a channel, and words and values on which nobody here acts, show in the trace alone.
UNSEEN = {"assumed", "lying", "noise"}


@pytest.mark.parametrize("name", [name for name in ON if name not in UNSEEN])
def test_a_fault_shows_in_the_outcomes(name):
    fault = ON[name]
    clean = scene("matrix", dirty=False, without=fault.key)
    first, second = (
        [row[1:] for row in sg.run(scenario, runs=3, seed=SEED).rows()]
        for scenario in (clean, clean.replace(fitted(fault.changes, "matrix")))
    )
    assert first != second


def test_every_setting_of_a_channel_is_tried():
    keys = {path.split(".")[2] for _, changes in OFF.values() for path in changes if path[0] == "c"}
    keys |= {path.split(".")[2] for fault in ON.values() for path in fault.changes if path[0] == "c"}
    assert set(Channel.model_fields) == keys
    # What cannot be told apart from its effects on others is in no scene with all faults.
    alone = {"assumed", "acknowledgement", "public", "delay"}
    assert set(DIRT) - alone == set(Channel.model_fields) - alone


# The draws of each fault


@pytest.mark.parametrize("game", GAMES)
def test_every_fault_draws_its_own_lane(game):
    """The whole way of every message, by the documented lanes: two faults on one draw would go together."""
    clean = scene(game, dirty=True, without="outage")
    story = told(clean.replace({"states.A.lying_probability": 0.5}), 0)
    rungs = story.trace.peacetime
    luck = draws.PlainLuck(SEED, 0)
    delays, services, readings = (
        quantile_table(law)
        for law in (Exponential(mean_hours=4), Exponential(mean_hours=3), Uniform(low_hours=0, high_hours=2))
    )
    stood: dict[tuple[int, int], int] = {(r.state, r.tick): r.after for r in story.trace.reviews}
    censored = by_letter(0.0, 0.2)(rungs)
    for name, messages in story.messages.items():
        address, shared = draws.who(name), draws.who(name[0])
        sender = story.trace.channels[next(iter(messages.values())).channel][0]
        last, inside, copies, struck = 0, [], 0, 0
        for which, message in originals(messages).items():
            review = which & ~(0xFF * ATTEMPT)
            transit, content, handling = (luck.block(which, address, lane) for lane in (0, 1, 2))
            if luck.block(review, shared, DrawPurpose.COMMON)[0] < 0.2:
                struck += 1
                transit = luck.block(review, shared, DrawPurpose.TRANSIT)
            says = stood[sender, message.sent]
            lying = name[0] == "A" and luck.block(review, address, DrawPurpose.CONTENT)[0] < 0.5
            assert message.composed == (0 if lying else says)
            inside = [departure for departure in inside if departure > message.sent]
            if len(inside) == 3:
                assert message.fate == Fate.BLOCKED
                continue
            last = max(last, message.sent) + quantile(services, handling[0])
            inside.append(last)
            assert message.departed == last
            lost = transit[0] < 1 - (1 - 0.15) * (1 - censored[message.composed])
            assert (message.fate == Fate.LOST) == lost
            if lost:
                continue
            letter = int(transit[2] * rungs) if transit[1] < 0.3 else message.composed
            if content[2] < 0.15:
                others = [other for other in range(rungs) if other != letter]
                letter = others[int(content[3] * len(others))]
            assert message.letter == letter
            assert message.value == message.stated + 2.0 * normal_quantile(handling[2])
            assert (which + COPY in messages) == (content[1] < 0.25)
            ways = [(message, transit, handling)]
            if which + COPY in messages:
                copies += 1
                copy = messages[which + COPY]
                assert (copy.letter, copy.value) == (message.letter, message.value)
                ways.append((copy, *(luck.block(which + COPY, address, lane) for lane in (0, 2))))
            for one, way, desk in ways:
                assert one.due == last + max(1, quantile(delays, way[3])) + quantile(readings, desk[1])
        assert copies > 0
        assert struck > 0
