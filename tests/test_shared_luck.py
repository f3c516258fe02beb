"""Luck that messages share: broadcasts, which all hear alike, and causes that strike a whole review."""

from collections import defaultdict

import numpy as np
import pytest

import signalling as sg
from signalling.chronicle import MessageRecord
from signalling.kernel import draws
from signalling.model import compile_model
from signalling.vocabulary import DrawPurpose, Fate
from tests.conservation import READ, conserved
from tests.scenarios_strategy import Document, build

SEED = 9
RECEIVERS = "BCDE"
HALF: Document = {
    "loss_probability": 0.5,
    "garble": {"probability": 0.5, "kernel": "other"},
    "delay": {"law": "exponential", "mean_hours": 4},
}


def scene(channel: Document, *, days: float = 60, start_rung: int = 2, **tables) -> sg.Scenario:
    """A state that writes to four others every half day."""
    between = [{"from": "A", "to": name} | channel for name in RECEIVERS]
    return build(
        {
            "name": "scene",
            "horizon_days": days,
            "review": {"interval_hours": 12, "jitter_hours": 0},
            "ladder": {"war": False},
            "states": [
                {"name": "A", "doctrine": "listener", "start_rung": start_rung},
                *({"name": name, "doctrine": "listener"} for name in RECEIVERS),
            ],
            "network": {"graph": "explicit"},
            "channels": {"between": between},
        }
        | tables
    )


def by_review(scenario: sg.Scenario) -> list[list[MessageRecord]]:
    """What A sent at each review, a list of messages each."""
    trace = sg.trace(scenario, seed=SEED, run=0)
    conserved(trace)
    found = defaultdict(list)
    for message in trace.messages:
        found[message.sent].append(message)
    return list(found.values())


def fates(messages: list[MessageRecord]) -> set[tuple]:
    """What became of each, whoever read it."""
    return {
        (message.fate in {Fate.LOST, Fate.LOST_IN_OUTAGE}, message.letter, message.departed, message.due)
        for message in messages
    }


# Broadcasts


def test_a_broadcast_is_one_event_for_all_who_hear_it():
    reviews = by_review(scene(HALF | {"public": True}))
    assert all(len(messages) == 4 and len(fates(messages)) == 1 for messages in reviews)
    seen = {(lost, letter) for messages in reviews for lost, letter, *_ in fates(messages)}
    assert seen == {(True, 2)} | {(False, letter) for letter in range(5)}
    luck = draws.PlainLuck(SEED, 0)
    for messages in reviews:
        transit = luck.block(messages[0].which, draws.who("A"), DrawPurpose.TRANSIT)
        assert (messages[0].fate == Fate.LOST) == (transit[0] < 0.5)


def test_private_letters_are_as_many_events():
    reviews = by_review(scene(HALF))
    assert sum(len(fates(messages)) == 1 for messages in reviews) < len(reviews) / 10
    # Independent: of 120 reviews 1/16 lose all four letters, within 4 standard errors.
    lost = [all(message.fate == Fate.LOST for message in messages) for messages in reviews]
    assert abs(np.mean(lost) - 1 / 16) <= 4 * np.sqrt(1 / 16 * 15 / 16 / len(lost))


def test_a_lie_told_in_public_is_told_to_all():
    liar: Document = {"states.A.greedy_probability": 1.0, "states.A.lying_probability": 0.5}
    public = by_review(scene({"public": True}).replace(liar))
    assert {frozenset(m.composed for m in messages) for messages in public} == {
        frozenset([0]),
        frozenset([2]),
    }
    private = by_review(scene({}).replace(liar))
    assert frozenset([0, 2]) in {frozenset(m.composed for m in messages) for messages in private}


def test_public_channels_share_their_outages_and_servers_their_pace():
    faults: Document = {
        "outage": {"mean_up_hours": 40, "mean_down_hours": 20, "policy": "hold"},
        "queue": {"service": {"law": "exponential", "mean_hours": 6}},
        "duplicate_probability": 0.3,
        "tamper": {"probability": 0.3},
        "noise": {"sigma": 1.0},
    }
    reviews = by_review(scene(HALF | faults | {"public": True}))
    for messages in reviews:
        channels = defaultdict(list)
        for message in messages:
            channels[message.channel].append(message[3:-1])
        assert len(channels) == 4
        assert len({tuple(told) for told in channels.values()}) == 1
    held = [messages[0].departed - messages[0].sent for messages in reviews]
    assert len(set(held)) > 20


def test_only_public_channels_share():
    scenario = scene(HALF | {"public": True}).replace({"channels.A->D.public": False})
    apart = []
    for messages in by_review(scenario):
        broadcast = [m for m in messages if scenario_names(scenario)[m.channel] != "A->D"]
        (letter,) = [m for m in messages if scenario_names(scenario)[m.channel] == "A->D"]
        assert len(fates(broadcast)) == 1
        apart.append(fates([letter]) != fates(broadcast))
    assert sum(apart) > len(apart) / 2
    # The private letter has the luck that it would have without any broadcast.
    alone = by_review(scene(HALF))
    name = scenario_names(scenario).index("A->D")
    assert [m for ms in by_review(scenario) for m in ms if m.channel == name] == [
        m for ms in alone for m in ms if m.channel == name
    ]


def scenario_names(scenario: sg.Scenario) -> tuple[str, ...]:
    return compile_model(scenario).channel_names


def test_broadcasts_of_two_states_are_two_events():
    lines = [{"from": a, "to": "C", "public": True, "loss_probability": 0.5} for a in "AB"]
    trace = sg.trace(scene({}, channels={"between": lines}), seed=SEED, run=0)
    lost = [
        {message.which: message.fate == Fate.LOST for message in trace.messages if message.channel == channel}
        for channel in (0, 1)
    ]
    assert len({(lost[0][which], lost[1][which]) for which in lost[0]}) == 4


# A common cause


@pytest.mark.parametrize("probability", [0.0, 0.3, 1.0])
def test_a_common_cause_gives_a_review_one_luck(probability):
    reviews = by_review(scene(HALF | {"common_cause_probability": probability}))
    luck = draws.PlainLuck(SEED, 0)
    names = scenario_names(scene(HALF))
    struck = 0
    for messages in reviews:
        which = messages[0].which
        together = luck.block(which, draws.who("A"), DrawPurpose.COMMON)[0] < probability
        struck += together
        for message in messages:
            whose = "A" if together else names[message.channel]
            transit = luck.block(which, draws.who(whose), DrawPurpose.TRANSIT)
            assert (message.fate == Fate.LOST) == (transit[0] < 0.5)
            if message.fate != Fate.LOST:
                assert (message.letter != 2) == (transit[1] < 0.5)
        if together:
            assert len(fates(messages)) == 1
    expected = probability * len(reviews)
    assert abs(struck - expected) <= 4 * np.sqrt(expected * (1 - probability))


def test_a_common_cause_strikes_all_repeats():
    """Sending it thrice does not help against what befalls the whole review."""
    for probability, saved in ((1.0, False), (0.0, True)):
        channel = {"loss_probability": 0.5, "repeats": 3, "common_cause_probability": probability}
        reviews = by_review(scene(channel))
        some = [0 < sum(m.fate == Fate.LOST for m in messages if m.channel == 0) < 3 for messages in reviews]
        assert any(some) == saved


def test_a_common_cause_leaves_each_its_own_faults():
    """One transit luck on lines of different quality: whoever loses on the better loses on the worse."""
    scenario = scene({"common_cause_probability": 1.0}).replace(
        {"channels.A->B.loss_probability": 0.2, "channels.A->C.loss_probability": 0.7}
    )
    names = scenario_names(scenario)
    pairs = set()
    for messages in by_review(scenario):
        lost = {names[m.channel]: m.fate == Fate.LOST for m in messages}
        pairs.add((lost["A->B"], lost["A->C"], lost["A->D"]))
    assert pairs == {(False, False, False), (False, True, False), (True, True, False)}


# Repeats, which share nothing


def test_repeats_fail_independently():
    """P(none of n arrives) is the n-th power, within 4 standard errors (a false alarm: 6e-5 each)."""
    for repeats in (1, 2, 4):
        rows = by_review(scene({"loss_probability": 0.6, "repeats": repeats}, days=200))
        silent = [
            all(m.fate == Fate.LOST for m in messages if m.channel == channel)
            for messages in rows
            for channel in range(4)
        ]
        expected = 0.6**repeats
        assert abs(np.mean(silent) - expected) <= 4 * np.sqrt(expected * (1 - expected) / len(silent))


def test_of_repeats_the_first_to_come_is_read_and_the_others_come_too_late():
    reviews = by_review(scene({"repeats": 3, "delay": {"law": "uniform", "low_hours": 0, "high_hours": 11}}))
    for messages in reviews[:-1]:
        for channel in range(4):
            came = sorted((m for m in messages if m.channel == channel), key=lambda m: (m.due, m.which))
            assert [m.fate for m in came] == [Fate.READ, Fate.SUPERSEDED, Fate.SUPERSEDED]
    assert any(m.attempt > 0 and m.fate == Fate.READ for messages in reviews for m in messages)
    assert {m.fate for messages in reviews[:-1] for m in messages} <= READ
