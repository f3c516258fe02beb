"""Laws that every run obeys, over generated scenarios, through the public face alone.

What a run reports is computed again here from its trace, in exact arithmetic where the model promises it.
"""

import copy
import itertools
import math
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import signalling as sg
from signalling.chronicle import Trace
from signalling.errors import ResultError
from signalling.kernel import draws
from signalling.vocabulary import DrawPurpose, Fate, MessageKind, Move
from tests.conservation import conserved
from tests.drawn import Drawn, examples
from tests.scenarios_strategy import DOCTRINES, Document, build, documents, to_toml

HOUR = 3600
DAY = 24 * HOUR
DELIVERED = (Fate.READ, Fate.SUPERSEDED)
CLASSES = {
    "delivered": DELIVERED,
    "superseded": (Fate.SUPERSEDED,),
    "lost": (Fate.LOST, Fate.LOST_IN_OUTAGE),
    "blocked": (Fate.BLOCKED, Fate.PREEMPTED),
    "in_flight": (Fate.IN_FLIGHT,),
}


seeds = st.sampled_from([0, 1, 11, 2**64 - 1])
runs = st.sampled_from([0, 1, 2, 977])


class Played(NamedTuple):
    """A scenario and one of its runs."""

    document: Document
    scenario: sg.Scenario
    trace: Trace
    seed: int
    run: int

    @property
    def stop(self) -> int:
        return round(self.trace.outcome["stop_hours"] * HOUR)

    def name(self, channel: int) -> str:
        sender, addressee = self.trace.channels[channel]
        return f"{self.trace.names[sender]}->{self.trace.names[addressee]}"

    def settings(self, channel: int):
        """What the scenario says of a channel."""
        return self.scenario.channels.get(self.name(channel), self.scenario.channels["default"])

    def by_channel(self) -> dict[int, list]:
        """Messages of each channel in the order of sending, copies behind their originals."""
        found = defaultdict(list)
        for message in self.trace.messages:
            found[message.channel].append(message)
        return found

    def reviews_of(self, state: int) -> list:
        return [review for review in self.trace.reviews if review.state == state]


def _played(text: str, seed: int, run: int) -> Trace:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.toml"
        path.write_text(text, encoding="utf-8")
        return sg.trace(sg.load_scenario(path), seed=seed, run=run)


@st.composite
def plays(draw: st.DrawFn, **choices) -> Played:
    """A generated scenario, played once."""
    document = draw(documents(**choices))
    seed, run = draw(seeds), draw(runs)
    return Played(document, build(document), _played(to_toml(document), seed, run), seed, run)


# One run by itself


def messages_are_conserved(play: Played) -> None:
    row = play.trace.outcome
    assert row["sent"] + row["duplicated"] == (
        row["delivered"] + row["lost"] + row["blocked"] + row["in_flight"]
    )
    messages = play.trace.messages
    assert row["sent"] == sum(not message.is_copy for message in messages)
    assert row["duplicated"] == sum(message.is_copy for message in messages)
    for column, fates in CLASSES.items():
        assert row[column] == sum(message.fate in fates for message in messages), column
    assert row["garbled"] == sum(m.fate in DELIVERED and m.letter != m.composed for m in messages)
    assert row["reviews"] == len(play.trace.reviews)


def a_message_has_one_identity(play: Played) -> None:
    identities = [(message.channel, message.kind, message.which) for message in play.trace.messages]
    assert len(set(identities)) == len(identities)


def may_be_silent(state) -> bool:
    """Whether it is a state whose doctrine does not write at every review."""
    doctrine = state.doctrine
    silent = doctrine.name == "listener" and not doctrine.parameters.speaks
    return silent or doctrine.name in {"acknowledger", "watcher"}


def calculates(state) -> bool:
    """Whether it is a state that may say 0 because it gains by that."""
    return state.doctrine.name == "spiral" and state.doctrine.parameters.lying_precision > 0


def every_review_but_an_attack_writes_once_to_every_neighbour(play: Played) -> None:
    """Of a state that may be silent: all neighbours get what it writes at a review, or none does."""
    wanted = []
    wrote = {(m.sent, play.trace.channels[m.channel][0]) for m in play.trace.messages}
    for review in play.trace.reviews:
        silent = may_be_silent(play.scenario.states[play.trace.names[review.state]])
        if review.move != Move.ATTACK and not (silent and (review.tick, review.state) not in wrote):
            wanted += [
                (review.tick, channel, review.after)
                for channel, (sender, _) in enumerate(play.trace.channels)
                if sender == review.state
            ]
    originals = [message for message in play.trace.messages if not message.is_copy]
    assert [(m.sent, m.channel) for m in originals] == [(tick, channel) for tick, channel, _ in wanted]
    for message, (_, channel, rung) in zip(originals, wanted, strict=True):
        sender = play.trace.channels[channel][0]
        if play.scenario.states[play.trace.names[sender]].doctrine.name == "declarer":
            continue  # it says something else than where it stands
        if calculates(play.scenario.states[play.trace.names[sender]]):
            assert message.composed in {rung, 0}
            continue
        lying = play.scenario.states[play.trace.names[sender]].lying_probability
        if play.trace.outcome["types"][sender] == "G" and lying > 0:
            assert message.composed in {rung, 0}
            assert lying < 1 or message.composed == 0
        else:
            assert message.composed == rung


def letters_stay_on_the_ladder_and_change_only_by_garbling(play: Played) -> None:
    for message in play.trace.messages:
        assert 0 <= message.letter < play.trace.peacetime
        assert 0 <= message.composed < play.trace.peacetime
        garble = play.settings(message.channel).garble
        if garble.probability == 0 or message.due < 0:
            assert message.letter == message.composed
        elif garble.probability == 1:
            row = garble.replacement(play.trace.peacetime)[message.composed]
            assert row[message.letter] > 0


def copies_share_content_and_sending(play: Played) -> None:
    originals = {(m.channel, m.which): m for m in play.trace.messages if not m.is_copy}
    for message in play.trace.messages:
        if message.is_copy:
            original = originals[message.channel, message.which - draws.address(0, 0, 1, 0)]
            assert original.fate in {*DELIVERED, Fate.IN_FLIGHT}
            for field in ("sent", "departed", "composed", "letter", "kind"):
                assert getattr(message, field) == getattr(original, field)
    for channel, messages in play.by_channel().items():
        probability = play.settings(channel).duplicate_probability
        arriving = sum(not m.is_copy and m.due >= 0 for m in messages)
        if probability in {0, 1}:
            assert sum(m.is_copy for m in messages) == probability * arriving


def time_goes_forward(play: Played) -> None:
    for message in play.trace.messages:
        assert 0 <= message.sent <= message.departed
        if message.due >= 0:
            assert message.departed < message.due
        else:
            assert message.fate in {Fate.LOST, Fate.LOST_IN_OUTAGE, Fate.BLOCKED}


def reading_comes_before_the_stop_and_the_rest_is_in_flight(play: Played) -> None:
    # Arrivals precede reviews of the same tick, so at an attack the reports of that tick have been read.
    last = play.stop - 1 if play.trace.outcome["stop"] == "horizon" else play.stop
    for message in play.trace.messages:
        if message.fate in {*DELIVERED, Fate.PASSED_ON}:
            assert message.due <= last
        elif message.fate == Fate.IN_FLIGHT:
            assert message.due > last


def a_report_later_sent_supersedes(play: Played) -> None:
    for channel, messages in play.by_channel().items():
        sender, addressee = play.trace.channels[channel]
        newest = -1
        for message in sorted(messages, key=lambda m: (m.due, m.which)):
            if message.fate in DELIVERED:
                used = message.sent > newest or sender not in play.trace.rivals[addressee]
                assert (message.fate == Fate.READ) == used
                newest = max(newest, message.sent)


def war_ends_the_run(play: Played) -> None:
    row = play.trace.outcome
    attacks = [review for review in play.trace.reviews if review.move == Move.ATTACK]
    assert row["war"] == bool(attacks) == (row["stop"] == "war")
    assert row["belligerents"] == 2 * len(attacks)
    if not attacks:
        assert row["stop"] == "horizon"
        assert play.stop == round(play.scenario.horizon_days * DAY)
        assert row["initiator"] is row["target"] is row["struck_unready"] is None
        return
    (attack,) = attacks
    assert play.scenario.ladder.war
    assert attack is play.trace.reviews[-1]
    assert attack.tick == play.stop
    assert attack.rung == play.trace.peacetime - 1
    struck = play.trace.rivals[attack.state][attack.target]
    assert row["initiator"] == play.trace.names[attack.state]
    assert row["target"] == play.trace.names[struck]
    last = [review.after for review in play.reviews_of(struck)] or [0]
    assert row["struck_unready"] == (last[-1] < play.trace.peacetime - 1)
    assert all(message.sent <= attack.tick for message in play.trace.messages)


def rungs_move_by_one_within_ladder_and_ceiling(play: Played) -> None:
    for state, name in enumerate(play.trace.names):
        ceiling = play.scenario.states[name].ceiling
        top = play.trace.peacetime - 1 if ceiling is None else ceiling
        rung = 0
        for review in play.reviews_of(state):
            step = {Move.LOWER: -1, Move.RAISE: 1}.get(review.move, 0)
            assert review.rung == rung
            assert review.after == rung + step
            rung = review.after
            assert 0 <= rung <= top


def reviews_are_a_renewal(play: Played) -> None:
    interval = round(play.scenario.review.interval_hours * HOUR)
    jitter = round(play.scenario.review.jitter_hours * HOUR)
    for state in range(len(play.trace.names)):
        ticks = [review.tick for review in play.reviews_of(state)]
        assert all(tick < play.stop for tick in ticks) or play.trace.outcome["war"]
        for earlier, later in itertools.pairwise(ticks):
            assert earlier < later
            assert interval - jitter <= later - earlier <= interval + jitter
        if ticks:
            assert ticks[0] == 0 if jitter == 0 else ticks[0] < interval
        if not play.trace.outcome["war"]:
            last = ticks[-1] if ticks else 0
            assert last + interval + jitter >= play.stop


def reviews_are_told_in_the_order_of_the_model(play: Played) -> None:
    order = [(review.tick, review.state) for review in play.trace.reviews]
    assert order == sorted(order)
    assert list(play.trace.names) == sorted(play.trace.names)


def a_queue_holds_no_more_than_its_capacity(play: Played) -> None:
    for channel, messages in play.by_channel().items():
        settings = play.settings(channel)
        if settings.queue is None:
            assert all(m.departed == m.sent for m in messages if settings.outage is None)
            assert all(m.fate != Fate.BLOCKED for m in messages)
            continue
        if settings.outage is not None and settings.outage.policy == "hold":
            continue  # a trace does not tell when a held message enters
        capacity = settings.queue.capacity or math.inf
        departures: list[int] = []
        for message in messages:
            if message.is_copy or message.fate == Fate.LOST_IN_OUTAGE:
                continue
            inside = sum(departure > message.sent for departure in departures)
            assert (message.fate == Fate.BLOCKED) == (inside >= capacity)
            if message.fate != Fate.BLOCKED:
                assert message.departed >= max([message.sent, *departures])
                departures.append(message.departed)


def messages_depart_in_the_order_they_were_sent(play: Played) -> None:
    for messages in play.by_channel().values():
        through = [m.departed for m in messages if m.fate not in {Fate.BLOCKED, Fate.LOST_IN_OUTAGE}]
        assert through == sorted(through)


def messages_are_read_in_office_hours(play: Played) -> None:
    servers = [channel.queue for channel in play.scenario.channels.values() if channel.queue is not None]
    unsettled = play.scenario.routes or any(queue.discipline == "newest_first" for queue in servers)
    for message in play.trace.messages:
        receiver = play.scenario.states[play.trace.names[play.trace.channels[message.channel][1]]]
        if receiver.office_hours is None or message.due < 0 or message.kind == MessageKind.ACKNOWLEDGEMENT:
            continue
        if message.fate not in DELIVERED and unsettled:
            continue  # it may be in the hands of a server, or on its way to a relay, which has no office
        opens, closes = (round(hour * HOUR) for hour in receiver.office_hours)
        greenwich = round(play.scenario.start.timestamp()) + message.due
        assert opens <= (greenwich + round(receiver.utc_offset_hours * HOUR)) % DAY < closes


def a_listener_never_climbs(play: Played) -> None:
    for review in play.trace.reviews:
        if play.scenario.states[play.trace.names[review.state]].doctrine.name == "listener":
            assert (review.move, review.rung, review.after) == (Move.HOLD, 0, 0)
            assert set(review.beliefs) <= {None}


def beliefs_are_probabilities(play: Played) -> None:
    for review in play.trace.reviews:
        rivals = play.trace.rivals[review.state]
        assert len(review.beliefs) == len(rivals)
        for held in review.beliefs:
            if held is not None:
                assert -1e-12 <= held[0] <= 1 + 1e-12
                assert -1e-12 <= held[1] <= play.trace.peacetime - 1 + 1e-9


def types_follow_from_luck_alone(play: Played) -> None:
    luck = draws.PlainLuck(play.seed, play.run)
    types = ""
    for name in play.trace.names:
        uniform = luck.block(0, draws.who(name), DrawPurpose.START)[0]
        types += "G" if uniform < play.scenario.states[name].greedy_probability else "S"
    assert play.trace.outcome["types"] == types
    assert play.trace.outcome["n_greedy"] == types.count("G")


def rung_columns_follow_from_the_reviews(play: Played) -> None:
    area = peak = 0
    for state, name in enumerate(play.trace.names):
        rung, since = play.scenario.states[name].start_rung, 0
        peak = max(peak, rung)
        for review in play.reviews_of(state):
            area += rung * (review.tick - since)
            rung, since = review.after, review.tick
            peak = max(peak, rung)
        area += rung * (play.stop - since)
    row = play.trace.outcome
    assert row["peak_rung"] == peak
    if play.stop:
        assert row["mean_rung"] == float(Fraction(area, len(play.trace.names) * play.stop))


def mean_delay_follows_from_the_messages(play: Played) -> None:
    read = [message for message in play.trace.messages if message.fate in DELIVERED]
    expected = None
    if read:
        expected = float(Fraction(sum(m.due - m.sent for m in read), len(read) * HOUR))
    assert play.trace.outcome["mean_delay_hours"] == expected


def mean_age_follows_from_the_messages(play: Played) -> None:
    """The age of the newest report read rises by a tick a tick and drops at each reading: add its areas."""
    if play.stop == 0:
        return
    read_by = defaultdict(list)
    for message in play.trace.messages:
        if message.fate in DELIVERED and message.kind == MessageKind.RUNG:
            read_by[play.trace.channels[message.channel]].append(message)
    total = Fraction(0)
    count = 0
    for addressee, rivals in enumerate(play.trace.rivals):
        for rival in rivals:
            count += 1
            newest = since = 0
            for message in sorted(read_by[rival, addressee], key=lambda m: m.due):
                total += _area(since - newest, message.due - newest)
                newest, since = max(newest, message.sent), message.due
            total += _area(since - newest, play.stop - newest)
    told = play.trace.outcome["mean_age_hours"]
    if count == 0:
        assert told is None
        return
    # The sum is exact, and rounded once as a float and once at each division.
    assert told == float(total / (count * play.stop * HOUR))


def _area(age_first: int, age_last: int) -> Fraction:
    return Fraction((age_first + age_last) * (age_last - age_first), 2)


def beliefs_at_the_stop_are_judged_against_the_truth(play: Played) -> None:
    row = play.trace.outcome
    believers = [
        state
        for state, name in enumerate(play.trace.names)
        if hasattr(play.scenario.states[name].doctrine.module, "belief") and play.trace.rivals[state]
    ]
    assert (row["belief_error"] is None) == (row["rung_error"] is None) == (not believers)
    if believers:
        assert 0 <= row["belief_error"] <= 1
        assert 0 <= row["rung_error"] <= play.trace.peacetime - 1
    rules = [hasattr(state.doctrine.module, "payoff") for state in play.scenario.states.values()]
    assert (row["payoff"] is None) == (not all(rules))


def the_chronicle_tells_every_review(play: Played) -> None:
    text = str(play.trace)
    verbs = ("steps down to", "stays at", "climbs to", "ATTACKS")
    assert sum(text.count(f" {verb} ") for verb in verbs) == len(play.trace.reviews)


LAWS_OF_A_RUN = (
    messages_are_conserved,
    a_message_has_one_identity,
    every_review_but_an_attack_writes_once_to_every_neighbour,
    letters_stay_on_the_ladder_and_change_only_by_garbling,
    copies_share_content_and_sending,
    time_goes_forward,
    reading_comes_before_the_stop_and_the_rest_is_in_flight,
    a_report_later_sent_supersedes,
    war_ends_the_run,
    rungs_move_by_one_within_ladder_and_ceiling,
    reviews_are_a_renewal,
    reviews_are_told_in_the_order_of_the_model,
    a_queue_holds_no_more_than_its_capacity,
    messages_depart_in_the_order_they_were_sent,
    messages_are_read_in_office_hours,
    a_listener_never_climbs,
    beliefs_are_probabilities,
    types_follow_from_luck_alone,
    rung_columns_follow_from_the_reviews,
    mean_delay_follows_from_the_messages,
    mean_age_follows_from_the_messages,
    beliefs_at_the_stop_are_judged_against_the_truth,
    the_chronicle_tells_every_review,
)


drawn = Drawn(plays(), 150)


@pytest.mark.parametrize("law", LAWS_OF_A_RUN, ids=lambda law: law.__name__)
def test_every_run_obeys(law):
    drawn.obey(law)


def test_the_examples_are_not_idle():
    """The runs above hold wars, ties, climbs, and every fate of a message."""
    seen = defaultdict(int)
    for play in drawn.examples:
        row = play.trace.outcome
        for column in ("war", "struck_unready", "superseded", "lost", "blocked", "duplicated", "garbled"):
            seen[column] += bool(row[column])
        ticks = [review.tick for review in play.trace.reviews]
        seen["ties"] += len(set(ticks)) < len(ticks)
        seen["climb"] += row["peak_rung"] == play.trace.peacetime - 1
    assert min(seen.values()) >= 2, dict(seen)


# One run over any way: relays and routes, acknowledgements, broadcasts, newest-first servers


def everything_is_counted_once(play: Played) -> None:
    conserved(play.trace)


def hops_follow_one_another(play: Played) -> None:
    """What reaches a relay enters the next hop in that tick, as it came; nothing else does."""
    lines = [name.split("|")[-1] for name in play.trace.lines]
    passed = defaultdict(list)
    for message in play.trace.messages:
        if message.fate == Fate.PASSED_ON:
            passed[message.kind, play.trace.channels[message.channel], message.which].append(message)
    hop = draws.address(0, 0, 0, 1)
    entered = []
    for message in play.trace.messages:
        if message.hop == 0:
            continue
        # A copy made here comes with its original, which has no bit of this hop.
        made_here = draws.address(0, 0, 1 << message.hop, 0)
        which = message.which & ~made_here
        (before,) = passed[message.kind, play.trace.channels[message.channel], which - hop]
        assert (message.sent, message.composed, message.stated) == (
            before.sent,
            before.composed,
            before.stated,
        )
        assert message.departed >= before.due
        assert lines[before.channel].split("->")[1] == lines[message.channel].split("->")[0]
        if not message.which & made_here:
            entered.append(before)
    assert sorted(entered) == sorted(message for messages in passed.values() for message in messages)


def every_attempt_is_asked_for(play: Played) -> None:
    """Nothing is sent twice that nobody repeats; what is answered is read, and answered once."""
    asked = {
        name
        for name, channel in play.scenario.channels.items()
        if channel.repeats > 1 or channel.acknowledgement
    }
    read, answers = [], []
    for message in play.trace.messages:
        ends = play.trace.channels[message.channel]
        if message.attempt > 0 and message.hop == 0 and message.kind == MessageKind.RUNG:
            assert {play.trace.lines[message.channel].split("|")[-1], "default"} & asked
        whole = message.which & (draws.address(0, 0, 0, 1) - 1)
        if message.kind == MessageKind.ACKNOWLEDGEMENT and message.hop == 0:
            answers.append((*ends, whole))
        elif message.kind == MessageKind.RUNG and message.fate in DELIVERED:
            read.append((*ends[::-1], whole))
    assert len(set(answers)) == len(answers)
    assert set(answers) <= set(read)


def what_is_stopped_is_due_never(play: Played) -> None:
    for message in play.trace.messages:
        assert 0 <= message.sent <= message.departed
        if message.fate in {Fate.LOST, Fate.LOST_IN_OUTAGE, Fate.BLOCKED}:
            assert message.due == -1
        elif message.fate in {*DELIVERED, Fate.PASSED_ON}:
            assert message.departed < message.due


def who_broadcasts_is_heard_alike(play: Played) -> None:
    """The letters of one broadcast are lost everywhere or nowhere, where the same faults await them."""
    if not play.scenario.channels["default"].public:
        return
    said = defaultdict(set)
    for message in play.trace.messages:
        name = play.name(message.channel)
        if name not in play.scenario.channels and message.kind == MessageKind.RUNG:
            sender, _ = play.trace.channels[message.channel]
            lost = message.fate in {Fate.LOST, Fate.LOST_IN_OUTAGE}
            said[sender, message.which].add((message.composed, message.letter, lost))
    queued = play.scenario.channels["default"].queue is not None
    answered = play.scenario.channels["default"].acknowledgement is not None
    assert queued or answered or all(len(words) == 1 for words in said.values())


def a_run_ends_as_it_says(play: Played) -> None:
    row, until = play.trace.outcome, play.scenario.until
    assert row["stop"] in {"horizon", "war", "runaway", until}
    if row["stop"] == "horizon":
        assert play.stop == round(play.scenario.horizon_days * DAY)
        return
    last = play.trace.reviews[-1]
    assert last.tick == play.stop
    stood = {name: state.start_rung for name, state in play.scenario.states.items()}
    stood |= {play.trace.names[review.state]: review.after for review in play.trace.reviews}
    if row["stop"] == "top":
        assert last.after == play.trace.peacetime - 1
    elif row["stop"] == "unanimity":
        assert len(set(stood.values())) == 1
    elif row["stop"] == "runaway":
        assert abs(last.posture) >= play.scenario.game.limit
    assert not any(
        m.sent == play.stop and play.trace.channels[m.channel][0] == last.state
        for m in play.trace.messages
        if m.kind == MessageKind.RUNG
    )


LAWS_OF_ANY_WAY = (
    everything_is_counted_once,
    a_message_has_one_identity,
    hops_follow_one_another,
    every_attempt_is_asked_for,
    what_is_stopped_is_due_never,
    who_broadcasts_is_heard_alike,
    a_run_ends_as_it_says,
    reading_comes_before_the_stop_and_the_rest_is_in_flight,
    messages_are_read_in_office_hours,
    types_follow_from_luck_alone,
    rung_columns_follow_from_the_reviews,
    mean_delay_follows_from_the_messages,
    mean_age_follows_from_the_messages,
)


drawn_over_any_way = Drawn(plays(ways=True, games=("ladder", "matrix", "posture"), gaps=(None, 1)), 150)


@pytest.mark.parametrize("law", LAWS_OF_ANY_WAY, ids=lambda law: law.__name__)
def test_every_run_over_any_way_obeys(law):
    drawn_over_any_way.obey(law)


# Runs together


@examples(15)
@given(documents(most_states=4), seeds)
def test_a_run_of_a_batch_equals_the_run_alone(document, seed):
    scenario = build(document)
    batch = list(sg.run(scenario, runs=range(2, 6), seed=seed).rows())
    for place, run in enumerate(range(2, 6)):
        (alone,) = sg.run(scenario, runs=range(run, run + 1), seed=seed).rows()
        assert batch[place] == alone == tuple(sg.trace(scenario, seed=seed, run=run).outcome.values())


@examples(10)
@given(documents(most_states=3), seeds, st.lists(st.integers(1, 7), unique=True, max_size=3), st.randoms())
def test_any_chunking_gives_the_same_content_hash(document, seed, cuts, random):
    scenario = build(document)
    whole = sg.run(scenario, runs=8, seed=seed, by_state=True)
    edges = [0, *sorted(cuts), 8]
    parts = [
        sg.run(scenario, runs=range(a, b), seed=seed, by_state=True) for a, b in itertools.pairwise(edges)
    ]
    random.shuffle(parts)
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    assert total.content_hash() == whole.content_hash()
    assert total.to_arrow().equals(whole.to_arrow())
    assert total.states.equals(whole.states)
    with pytest.raises(ResultError):
        total + parts[-1]


@examples(25)
@given(documents(), st.randoms(), seeds)
def test_the_order_of_the_file_changes_nothing(document, random, seed):
    shuffled = copy.deepcopy(document)
    random.shuffle(shuffled["states"])
    random.shuffle(shuffled["channels"].get("between", []))
    shuffled = _keys_shuffled(shuffled, random)
    first, second = (sg.run(build(d), runs=2, seed=seed) for d in (document, shuffled))
    assert first.content_hash() == second.content_hash()
    assert list(first.rows()) == list(second.rows())


def _keys_shuffled(value, random):
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: _keys_shuffled(value[key], random) for key in keys}
    return [_keys_shuffled(entry, random) for entry in value] if isinstance(value, list) else value


SUBPROCESS = """
import sys, signalling as sg
print(sg.run(sg.load_scenario(sys.argv[1]), runs=3, seed=5).content_hash())
"""


@pytest.mark.heavy
def test_the_hash_seed_of_python_changes_nothing(tmp_path):
    path = tmp_path / "eight.toml"
    names = ["Russia", "Austria", "Serbia", "Österreich", "Great Britain", "b", "B", "A"]
    states = [{"name": name, "doctrine": "spiral", "greedy_probability": 0.5} for name in names]
    channel = {"loss_probability": 0.1, "garble": {"probability": 0.2}, "duplicate_probability": 0.1}
    path.write_text(
        to_toml(
            {
                "name": "eight",
                "horizon_days": 5,
                "states": states,
                "network": {"graph": "gnp_random_graph", "arguments": {"p": 0.5, "seed": 3}},
                "channels": {"default": channel},
            }
        ),
        encoding="utf-8",
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", SUBPROCESS, str(path)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert hashes == {sg.run(sg.load_scenario(path), runs=3, seed=5).content_hash()}


# The same luck


def _by_name(trace: Trace, *, without: str = "") -> tuple:
    """Reviews and messages with names in place of numbers; everything about one state left out."""
    names = trace.names
    reviews = [
        (
            r._replace(state=0, target=-1),
            names[r.state],
            names[trace.rivals[r.state][r.target]] if r.target >= 0 else None,
        )
        for r in trace.reviews
        if names[r.state] != without
    ]
    messages = [
        (m._replace(channel=0), *(names[end] for end in trace.channels[m.channel]))
        for m in trace.messages
        if without not in {names[end] for end in trace.channels[m.channel]}
    ]
    return reviews, messages


def _same_story(first: Trace, second: Trace) -> bool:
    """Whether two runs went alike, whatever their scenarios are called and identified by."""
    left, right = first.outcome | {"cell": ""}, second.outcome | {"cell": ""}
    return left == right and (first.reviews, first.messages) == (second.reviews, second.messages)


@examples(30)
@given(documents(doctrines=("listener",)), st.data(), st.sampled_from([0.0, 0.3, 0.9, 1.0]), seeds, runs)
def test_the_loss_of_one_channel_touches_no_other_draw(document, data, loss, seed, run):
    before = build(document)
    crisis = sg.trace(before, seed=seed, run=run)
    if not crisis.channels:
        return
    ends = data.draw(st.sampled_from(crisis.channels))
    name = "->".join(crisis.names[end] for end in ends)
    after = sg.trace(before.replace({f"channels.{name}.loss_probability": loss}), seed=seed, run=run)
    assert after.reviews == crisis.reviews
    changed = crisis.channels.index(ends)
    assert [m for m in after.messages if m.channel != changed] == [
        m for m in crisis.messages if m.channel != changed
    ]
    mine, theirs = ({m.which: m for m in trace.messages if m.channel == changed} for trace in (crisis, after))
    for which in mine.keys() & theirs.keys():
        first, second = mine[which], theirs[which]
        if first.due >= 0 and second.due >= 0:
            # Only "too late to count" may change, as other reports on this channel come or do not come.
            assert first[:-1] == second[:-1]
            assert (first.fate in DELIVERED) == (second.fate in DELIVERED)
    assert all(which in theirs for which in mine if not mine[which].is_copy)
    arriving = [{which for which, m in story.items() if m.due >= 0} for story in (mine, theirs)]
    was = before.channels.get(name, before.channels["default"]).loss_probability
    assert arriving[1] <= arriving[0] if loss >= was else arriving[0] <= arriving[1]


@examples(30)
@given(documents(explicit=True, names=("C", "A", "E", "F"), most_states=4), st.data(), seeds, runs)
def test_a_state_nobody_talks_to_changes_nothing(document, data, seed, run):
    name = data.draw(st.sampled_from(["0", "B", "Z", "Ångström"]))
    doctrine = data.draw(st.sampled_from(DOCTRINES))
    larger = copy.deepcopy(document)
    larger["states"].insert(data.draw(st.integers(0, 2)), {"name": name, "doctrine": doctrine})
    first = sg.trace(build(document), seed=seed, run=run)
    second = sg.trace(build(larger), seed=seed, run=run)
    # Without a rival, a spiral state may climb, but has nobody to strike.
    assert _by_name(first) == _by_name(second, without=name)
    for column in ("stop", "stop_hours", "war", "initiator", "target", "struck_unready", "sent", "delivered"):
        assert first.outcome[column] == second.outcome[column]
    for column in ("mean_age_hours", "mean_delay_hours", "superseded", "lost", "blocked", "garbled"):
        assert first.outcome[column] == second.outcome[column]


NEVER = {"mean_up_hours": 1e7, "mean_down_hours": 1}
FAULTS_OFF = (
    {"loss_probability": 0.0},
    {"duplicate_probability": 0},
    {"garble": {"probability": 0.0}},
    {"garble": {"probability": 0.0, "kernel": "other"}},
    {"garble": {"probability": 0.0, "kernel": "hostile_skewed"}, "assumed": "true"},
    {"queue": {"service": {"law": "constant", "hours": 0}}},
    {"queue": {"service": {"law": "constant", "hours": 0}, "capacity": 1}},
    {"outage": NEVER | {"policy": "hold"}},
    {"outage": NEVER | {"policy": "lose"}},
    {"reading": {"law": "constant", "hours": 0}},
    {"assumed": {"garble": {"probability": 0.0}}},
    {"assumed": "baseline"},
)


@pytest.mark.parametrize("fault", FAULTS_OFF, ids=str)
def test_a_fault_that_is_off_changes_nothing(fault):
    @examples(10)
    @given(documents(most_states=3), seeds, runs)
    def holds(document, seed, run):
        bare = copy.deepcopy(document)
        for channel in (bare["channels"]["default"], *bare["channels"].get("between", [])):
            for key in {*fault, "assumed", "garble"} & set(channel):
                del channel[key]
        for state in bare["states"]:
            state.pop("reading", None)
        faulty = copy.deepcopy(bare)
        faulty["channels"]["default"] |= fault
        assert _same_story(*(sg.trace(build(d), seed=seed, run=run) for d in (bare, faulty)))

    holds()


STATE_SETTINGS_OFF = (
    {"lying_probability": 0.0},
    {"ceiling": 4},
    {"capability": 1},
    {"utc_offset_hours": 3},
    {"office_hours": [0, 24]},
)


@pytest.mark.parametrize("setting", STATE_SETTINGS_OFF, ids=str)
def test_a_setting_of_states_that_is_off_changes_nothing(setting):
    @examples(10)
    @given(documents(most_states=3), seeds, runs)
    def holds(document, seed, run):
        bare = copy.deepcopy(document)
        bare["ladder"] = {}
        for state in bare["states"]:
            for key in ("office_hours", "ceiling", *setting):
                state.pop(key, None)
        for channel in (bare["channels"]["default"], *bare["channels"].get("between", [])):
            for key in ("garble", "assumed"):
                channel.pop(key, None)
        faulty = copy.deepcopy(bare)
        for state in faulty["states"]:
            state.update(setting)
        if "office_hours" in setting and "start" not in bare:
            return
        assert _same_story(*(sg.trace(build(d), seed=seed, run=run) for d in (bare, faulty)))

    holds()


@examples(30)
@given(documents(doctrines=("listener",)), seeds, runs)
def test_a_slower_line_is_never_luckier(document, seed, run):
    """Common luck: with twice the mean delay, no message is read earlier."""
    scenario = build(document)
    slow, fast = (
        sg.trace(
            scenario.replace({"channels.all.delay": {"law": "exponential", "mean_hours": mean}}),
            seed=seed,
            run=run,
        )
        for mean in (4.0, 2.0)
    )
    for later, earlier in zip(slow.messages, fast.messages, strict=True):
        assert later.which == earlier.which
        assert (later.due < 0) == (earlier.due < 0)
        assert later.due >= earlier.due


def test_seed_and_run_both_matter():
    scenario = sg.load_scenario("two-seekers")
    stories = [sg.trace(scenario, seed=seed, run=run).messages for seed in (0, 1) for run in (0, 1)]
    assert all(a != b for a, b in itertools.combinations(stories, 2))
