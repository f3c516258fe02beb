"""Reviews that reports trigger: every clause by hand on small clocks, then as laws over generated scenarios.

In the worlds made by hand a listener is the clock: it writes at every scheduled review and never answers. The
reader climbs at every review after its first report, so that each review of it shows. All delays are constant
and rounds are synchronous; times are hours, worked out on paper.
"""

import datetime as dt
import itertools
import re
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import signalling as sg
from signalling.chronicle import Trace
from signalling.kernel import doctrines, draws
from signalling.vocabulary import DrawPurpose, Fate, Move
from tests.drawn import Drawn, examples
from tests.scenarios_strategy import Document, build, scenarios
from tests.test_properties import (
    HOUR,
    LAWS_OF_A_RUN,
    Played,
    plays,
    runs,
    seeds,
)

FIRST_ORIGIN = 2**39
COPY = draws.address(0, 0, 1, 0)
HOURS = (0.001, 1, 5)

#: Its evidence is that of the last letter alone, 1 whatever it says: once it has read anything, it climbs.
READER: Document = {
    "name": "threshold",
    "tremble": 0,
    "persistence": 0,
    "calm_evidence": 1,
    "alarm_evidence": 1,
    "climb_above": 0.2,
    "attack_above": 1000,
}
#: As the reader, but no letter moves it: it holds for ever.
STOIC: Document = READER | {"calm_evidence": 0, "alarm_evidence": 0}

by_engine = pytest.mark.parametrize("engine", ["process", "batch"])


def world(
    states: dict[str, Any], delays: dict[str, Any], *, gap: float | None, hours: float = 72, **tables: Any
) -> sg.Scenario:
    """States by name, and channels by "A->B" with their delay in hours or all their settings."""
    review: Document = {"interval_hours": 24, "jitter_hours": 0} | tables.pop("review", {})
    if gap is not None:
        review["on_report"] = {"minimum_gap_hours": gap}
    between = []
    for ends, settings in delays.items():
        sender, addressee = ends.split("->")
        channel = settings if isinstance(settings, dict) else {"delay": constant(settings)}
        between.append({"from": sender, "to": addressee} | channel)
    return build(
        {
            "name": "by hand",
            "horizon_days": hours / 24,
            "review": review,
            "states": [
                {"name": name} | (state if "doctrine" in state else {"doctrine": state})
                for name, state in states.items()
            ],
            "network": {"graph": "explicit"},
            "channels": {"between": between},
        }
        | tables
    )


def constant(hours: float) -> Document:
    return {"law": "constant", "hours": hours}


def told(trace: Trace, name: str) -> list[tuple[float, str, int]]:
    """The reviews of a state: hour, S if it was scheduled or T if a report triggered it, rung afterwards."""
    state = trace.names.index(name)
    return [
        (review.tick / HOUR, "ST"[review.triggered], review.after)
        for review in trace.reviews
        if review.state == state
    ]


def written(trace: Trace, channel: str) -> list[tuple[float, int]]:
    """The messages of a channel: hour of sending, and what they say."""
    names = ["->".join(trace.names[end] for end in ends) for ends in trace.channels]
    return [(m.sent / HOUR, m.composed) for m in trace.messages if m.channel == names.index(channel)]


def play(scenario: sg.Scenario, engine: str = "process", *, run: int = 0) -> Trace:
    return sg.trace(scenario, seed=1, run=run, engine=engine)


BELL: Document = {"name": "listener"}
DYAD: Document = {"A": BELL, "B": READER}


# By hand


@by_engine
def test_a_report_that_is_used_triggers_a_review_when_it_is_read(engine):
    trace = play(world(DYAD, {"A->B": 5}, gap=1), engine)
    assert told(trace, "A") == [(0, "S", 0), (24, "S", 0), (48, "S", 0)]
    assert told(trace, "B") == [
        (0, "S", 0),
        (5, "T", 1),
        (24, "S", 2),
        (29, "T", 3),
        (48, "S", 4),
        (53, "T", 4),
    ]


@by_engine
def test_a_triggered_review_writes_only_if_the_rung_has_changed(engine):
    """At hour 53 the reader stands on the top rung and stays: nothing is written."""
    trace = play(world(DYAD, {"A->B": 5, "B->A": 1}, gap=1), engine)
    assert written(trace, "B->A") == [(0, 0), (5, 1), (24, 2), (29, 3), (48, 4)]
    stoic = play(world(DYAD | {"B": STOIC}, {"A->B": 5, "B->A": 1}, gap=1), engine)
    assert told(stoic, "B") == [
        (0, "S", 0),
        (5, "T", 0),
        (24, "S", 0),
        (29, "T", 0),
        (48, "S", 0),
        (53, "T", 0),
    ]
    assert written(stoic, "B->A") == [(0, 0), (24, 0), (48, 0)]


@by_engine
def test_an_attack_at_a_triggered_review_ends_the_run(engine):
    trace = play(world(DYAD | {"B": READER | {"attack_above": 0.2}}, {"A->B": 5, "B->A": 1}, gap=1), engine)
    assert told(trace, "B")[-2:] == [(48, "S", 4), (53, "T", 4)]
    assert trace.reviews[-1].move == Move.ATTACK
    assert (trace.outcome["stop_hours"], trace.outcome["initiator"], trace.outcome["target"]) == (
        53,
        "B",
        "A",
    )
    assert written(trace, "B->A")[-1] == (48, 4)


@by_engine
def test_it_waits_for_the_least_gap_after_the_last_review(engine):
    trace = play(world(DYAD, {"A->B": 5}, gap=8), engine)
    assert [review[:2] for review in told(trace, "B")] == [
        (0, "S"),
        (8, "T"),
        (24, "S"),
        (32, "T"),
        (48, "S"),
        (56, "T"),
    ]


@by_engine
def test_the_least_gap_counts_from_triggered_reviews_too_and_one_waits_at_most(engine):
    """Bells at 5, 6 and 9: the second finds a review waiting for hour 8, the third asks for one at 16."""
    states = {"A": BELL, "C": BELL, "D": BELL, "B": READER}
    trace = play(world(states, {"A->B": 5, "C->B": 6, "D->B": 9}, gap=8, hours=25), engine)
    assert told(trace, "B") == [(0, "S", 0), (8, "T", 1), (16, "T", 2), (24, "S", 3)]


@by_engine
@pytest.mark.parametrize("gap", [24, 30])
def test_a_scheduled_review_that_comes_first_cancels_it(gap, engine):
    """Also one of the same tick: it has read the report. No later review takes its place."""
    trace = play(world(DYAD, {"A->B": 5}, gap=gap), engine)
    assert told(trace, "B") == [(0, "S", 0), (24, "S", 1), (48, "S", 2)]
    never = play(world(DYAD, {"A->B": 5}, gap=None), engine)
    assert (trace.reviews, trace.messages) == (never.reviews, never.messages)


@by_engine
def test_a_report_read_in_the_tick_of_a_scheduled_review_triggers_none(engine):
    trace = play(world(DYAD, {"A->B": 24}, gap=1), engine)
    assert told(trace, "B") == [(0, "S", 0), (24, "S", 1), (48, "S", 2)]


@by_engine
def test_a_review_at_the_horizon_is_not_held(engine):
    for hours in (7, 8):
        trace = play(world(DYAD, {"A->B": 5}, gap=8, hours=hours), engine)
        assert told(trace, "B") == [(0, "S", 0)]
    assert len(told(play(world(DYAD, {"A->B": 5}, gap=8, hours=9), engine), "B")) == 2


@by_engine
def test_before_its_first_review_a_state_answers_at_once(engine):
    """No review has been held, so there is no gap to keep: whose bell comes first reviews as it is read."""
    scenario = world(DYAD, {"A->B": 1}, gap=20, review={"jitter_hours": 12}, hours=48)
    answered = 0
    for run in range(20):
        trace = play(scenario, engine, run=run)
        first = min(message.due for message in trace.messages)
        begun = next(review for review in trace.reviews if review.state == 1)
        if begun.triggered:
            assert begun.tick == first
            answered += 1
        else:
            assert begun.tick <= first
    assert 0 < answered < 20


@by_engine
def test_a_report_that_is_superseded_triggers_nothing(engine):
    """With a gap of a second, every report that counts triggers a review as it is read, and no other does."""
    channel = {"delay": {"law": "uniform", "low_hours": 1, "high_hours": 60}, "duplicate_probability": 0.5}
    trace = play(world(DYAD, {"A->B": channel}, gap=1 / 3600, hours=24 * 20), engine)
    scheduled = {review.tick for review in trace.reviews if review.state == 1 and not review.triggered}
    counted = {m.due for m in trace.messages if m.fate == Fate.READ}
    assert any(m.fate == Fate.SUPERSEDED and m.is_copy for m in trace.messages)
    assert any(m.fate == Fate.SUPERSEDED and not m.is_copy for m in trace.messages)
    assert [r.tick for r in trace.reviews if r.triggered] == sorted(counted - scheduled)


@by_engine
def test_a_report_from_no_rival_triggers_nothing(engine):
    states = {"A": BELL, "B": READER, "C": BELL}
    scenario = world(states, {"A->B": 5, "C->B": 3}, gap=1, hours=24, rivals=[{"between": ["A", "B"]}])
    trace = play(scenario, engine)
    assert told(trace, "B") == [(0, "S", 0), (5, "T", 1)]
    assert trace.outcome["delivered"] == 2


@by_engine
def test_a_doctrine_that_uses_no_reports_is_not_roused(engine):
    assert not doctrines.load("listener").USES_REPORTS
    trace = play(world({"A": BELL, "B": BELL}, {"A->B": 5, "B->A": 3}, gap=1), engine)
    assert told(trace, "A") == told(trace, "B") == [(0, "S", 0), (24, "S", 0), (48, "S", 0)]


@by_engine
def test_news_travels_on_by_triggered_reviews(engine):
    """A chain of readers: the bell is heard in C at hour 7, long before its next scheduled review."""
    states = {"A": BELL, "B": READER, "C": READER}
    scenario = world(states, {"A->B": 5, "B->C": 2}, gap=1, hours=24)
    trace = play(scenario, engine)
    assert told(trace, "B") == [(0, "S", 0), (5, "T", 1)]
    # B has also written at 0, as it does after every scheduled review.
    assert told(trace, "C") == [(0, "S", 0), (2, "T", 1), (7, "T", 2)]
    late = play(scenario.replace({"review.on_report": None, "horizon_days": 2}), engine)
    assert told(late, "C") == [(0, "S", 0), (24, "S", 1)]


@by_engine
def test_states_of_one_tick_decide_in_name_order_triggered_or_not(engine):
    """At hour 24 B's review is triggered and those of A and C are scheduled; each is blind to the others."""
    states = {"A": BELL, "B": READER, "C": BELL}
    scenario = world(states, {"A->B": 5}, gap=19, hours=25, review={"interval_hours": 12})
    trace = play(scenario, engine)
    assert [(r.tick / HOUR, r.state, r.triggered) for r in trace.reviews if r.tick == 12 * HOUR] == [
        (12, 0, 0),
        (12, 1, 0),
        (12, 2, 0),
    ]
    # Scheduled at 12 and 24: with a gap of 19 hours nothing can be triggered between them.
    assert all(not review.triggered for review in trace.reviews)
    states = {"A": BELL, "B": READER, "C": READER}
    trace = play(world(states, {"A->B": 5, "A->C": 3}, gap=6, hours=24), engine)
    assert [(r.tick / HOUR, trace.names[r.state], r.triggered) for r in trace.reviews] == [
        (0, "A", 0),
        (0, "B", 0),
        (0, "C", 0),
        (6, "B", 1),
        (6, "C", 1),
    ]


@by_engine
def test_messages_of_one_tick_are_read_scheduled_before_triggered(engine):
    """B's office opens at 20 h: what A wrote unasked is read before what it wrote on news, even if newer.

    A's reviews: 0, 8 and 16 scheduled, 5 and 13 on the bells of C at 0 and 8 (the one of 16 is heard at 21).
    """
    scenario = world(
        {"A": READER, "B": {"doctrine": "listener", "office_hours": [20, 21]}, "C": BELL},
        {"C->A": 5, "A->B": {"delay": constant(1), "duplicate_probability": 1}},
        gap=1,
        hours=21,
        review={"interval_hours": 8},
        start=dt.datetime(1914, 7, 23, tzinfo=dt.UTC),
    )
    trace = play(scenario, engine)
    assert told(trace, "A") == [(0, "S", 0), (5, "T", 1), (8, "S", 2), (13, "T", 3), (16, "S", 4)]
    read = [m for m in trace.messages if trace.names[trace.channels[m.channel][0]] == "A"]
    assert {m.due for m in read} == {20 * HOUR}
    # Copies of scheduled messages too come before anything triggered.
    assert {(m.sent / HOUR, m.is_copy): Fate(m.fate).name for m in read} == {
        (0, False): "READ",
        (8, False): "READ",
        (16, False): "READ",
        (0, True): "SUPERSEDED",
        (8, True): "SUPERSEDED",
        (16, True): "SUPERSEDED",
        (5, False): "SUPERSEDED",
        (13, False): "SUPERSEDED",
        (5, True): "SUPERSEDED",
        (13, True): "SUPERSEDED",
    }


@by_engine
def test_copies_of_scheduled_messages_are_read_before_any_triggered_one(engine):
    """A copy may come a day before its original: the order of one tick decides what counts, and it shows."""
    delay = {"law": "uniform", "low_hours": 0, "high_hours": 40}
    scenario = world(
        {"A": READER, "B": {"doctrine": "listener", "office_hours": [20, 21]}, "C": BELL},
        {"C->A": 1, "A->B": {"delay": delay, "duplicate_probability": 1}},
        gap=1,
        hours=24 * 60,
        review={"interval_hours": 8},
        ladder={"war": False, "rungs": [f"{rung}" for rung in range(120)]},
        start=dt.datetime(1914, 7, 23, tzinfo=dt.UTC),
    )
    trace = play(scenario, engine)
    messages = [m for m in trace.messages if trace.channels[m.channel] == (0, 1) and m.due < 24 * 60 * HOUR]

    def counting(order) -> list:
        """The messages that count, if those of one tick are read in this order."""
        newest, found = -1, []
        for message in sorted(messages, key=order):
            if message.sent > newest:
                newest = message.sent
                found.append((message.sent, message.due, message.is_copy))
        return found

    read = sorted((m.sent, m.due, m.is_copy) for m in messages if m.fate == Fate.READ)
    assert read == counting(lambda m: (m.due, *order_of(m.which)))
    assert read != counting(lambda m: (m.due, m.which))


def test_an_action_of_a_matrix_game_changes_at_a_triggered_review():
    """Tit for tat learns at hour 5 that it is being robbed, and stops then; A hears of it and goes on."""
    states = {
        "A": {"name": "memory_one", "strategy": "always_defect"},
        "B": {"name": "memory_one", "strategy": "tit_for_tat"},
    }
    game = {"kind": "matrix", "payoffs": [[3, 0], [5, 1]]}
    scenario = world(states, {"A->B": 5, "B->A": 5}, gap=1, hours=24, game=game)
    trace = play(scenario)
    # B's word of hour 0 reaches A at 5, its word of hour 5 at 10.
    assert told(trace, "A") == [(0, "S", 1), (5, "T", 1), (10, "T", 1)]
    assert told(trace, "B") == [(0, "S", 0), (5, "T", 1)]
    assert written(trace, "A->B") == [(0, 1)]
    assert written(trace, "B->A") == [(0, 0), (5, 1)]
    outcomes = sg.run(scenario, runs=1, seed=1, by_state=True)
    assert outcomes.states["payoff"].to_pylist() == pytest.approx([(5 * 5 + 19) / 24, 19 / 24])
    assert outcomes["cooperation"] == pytest.approx([5 / 24 / 2])
    assert outcomes["mutual_cooperation"] == [0.0]


@by_engine
def test_exposure_counts_both_kinds_of_review(engine):
    scenario = world(DYAD, {"A->B": 5}, gap=1)
    outcomes = sg.run(scenario, runs=2, seed=1, by_state=True, engine=engine)
    assert outcomes["reviews"] == [3 + 6] * 2
    assert outcomes.states["reviews"].to_pylist() == [3, 6] * 2
    assert outcomes["sent"] == [3] * 2


# Luck


@by_engine
def test_a_triggered_review_draws_by_the_message_that_triggered_it(engine):
    """Its origin is a mix of the identity of the message, the same for a copy; its uniforms stand there."""
    tremble = READER | {"tremble": 0.5, "calm_evidence": 0, "alarm_evidence": 0}
    channel = {"delay": {"law": "uniform", "low_hours": 1, "high_hours": 20}, "duplicate_probability": 1}
    scenario = world(
        {"A": BELL, "B": tremble},
        {"A->B": channel, "B->A": 1},
        gap=1 / 3600,
        hours=24 * 10,
        ladder={"war": False, "rungs": [f"{rung}" for rung in range(40)]},
    )
    trace = play(scenario, engine)
    luck = draws.PlainLuck(1, 0)
    bell, back = (trace.channels.index(ends) for ends in ((0, 1), (1, 0)))
    triggers = {m.due: m for m in trace.messages if m.channel == bell and m.fate == Fate.READ}
    answers = {m.sent: m for m in trace.messages if m.channel == back}
    copies = index = 0
    for review in (review for review in trace.reviews if review.state == 1):
        origin = index
        if review.triggered:
            which = triggers[review.tick].which & ~(0xFF << 48)
            copies += triggers[review.tick].is_copy
            mixed = luck.block(which, draws.who("A->B"), DrawPurpose.TRIGGER)[0]
            origin = FIRST_ORIGIN + int(mixed * FIRST_ORIGIN)
            assert FIRST_ORIGIN <= origin < 2 * FIRST_ORIGIN
        else:
            index += 1
        climbs = luck.block(origin, draws.who("B"), DrawPurpose.REVIEW)[1] < 0.5
        assert review.move == (Move.RAISE if climbs else Move.HOLD)
        assert (review.tick in answers) == (climbs or not review.triggered)
        if review.tick in answers:
            assert answers[review.tick].which == origin
    assert copies > 0
    assert any(review.triggered and review.move == Move.RAISE for review in trace.reviews)
    assert any(review.triggered and review.move == Move.HOLD for review in trace.reviews)


def test_what_befalls_one_message_leaves_the_luck_of_other_triggered_reviews_alone():
    """On a treated channel other messages trigger; a review triggered by the same message is the same."""
    tremble = READER | {"tremble": 0.5, "calm_evidence": 0, "alarm_evidence": 0}
    scenario = world(
        {"A": BELL, "B": tremble},
        {"A->B": 5, "B->A": 1},
        gap=1,
        hours=24 * 40,
        ladder={"war": False, "rungs": [f"{rung}" for rung in range(100)]},
    )
    before = play(scenario)
    after = play(scenario.replace({"channels.A->B.loss_probability": 0.5}))
    moves = [
        {review.tick: review.move for review in trace.reviews if review.triggered}
        for trace in (before, after)
    ]
    assert 0 < len(moves[1]) < len(moves[0]) == 40
    assert moves[1].items() < moves[0].items()
    assert set(moves[1].values()) == {Move.RAISE, Move.HOLD}


# What it is written as


def test_it_is_switched_on_and_off_by_paths():
    plain = sg.load_scenario("two-seekers")
    assert plain.review.on_report is None
    on = plain.replace({"review.on_report.minimum_gap_hours": 2})
    assert on.review.on_report is not None
    assert on.review.on_report.minimum_gap_hours == 2
    assert on == plain.replace({"review.on_report": {"minimum_gap_hours": 2}})
    # None in Python; in a file, where there is no None, "none", as for a queue.
    for off in (None, "none"):
        again = on.replace({"review.on_report": off})
        assert again.review.on_report is None
        assert again.canonical_json() == plain.canonical_json() != on.canonical_json()
        assert again.replace({"review.on_report": {"minimum_gap_hours": 2}}).canonical_json() == (
            on.canonical_json()
        )
        with pytest.raises(sg.ScenarioError, match="has no keys; set on_report itself"):
            again.replace({"review.on_report.minimum_gap_hours": 2})
    assert sg.Scenario.from_document(on.written()) == on


def test_a_study_may_switch_it_on_and_off(tmp_path):
    (tmp_path / "alert.study.toml").write_text(
        'scenario = "two-seekers"\nseed = 1\nruns = 2\n'
        '[grid]\n"review.on_report" = ["none", { minimum_gap_hours = 1 }]\n',
        encoding="utf-8",
    )
    cells = sg.load_study(tmp_path / "alert.study.toml").cells
    assert len({cell.id for cell in cells}) == 2
    plain = sg.run(sg.load_scenario("two-seekers"), runs=1, seed=1)["cell"][0]
    assert [cell.id == plain for cell in cells] == [True, False]


def test_a_treatment_may_not_touch_it():
    with pytest.raises(sg.ScenarioError, match=r"review\.on_report"):
        sg.compare(
            sg.load_scenario("two-seekers"),
            treatment={"review.on_report.minimum_gap_hours": 1},
            runs=1,
            seed=1,
        )


def test_the_chronicle_says_which_reviews_were_triggered():
    text = str(play(world(DYAD, {"A->B": 5}, gap=1, hours=30)))
    lines = [line.strip() for line in text.splitlines() if re.match(r" +\d\d:", line)]
    assert lines == [
        '00:00:00  A stays at "no action".',
        '00:00:00  B stays at "no action".',
        '05:00:00      B reads A\'s word of 5.0 h ago: "no action".',
        '05:00:00  B, on news received, climbs to "threat".',
        '00:00:00  A stays at "no action".',
        '00:00:00  B climbs to "display".',
        '05:00:00      B reads A\'s word of 5.0 h ago: "no action".',
        '05:00:00  B, on news received, climbs to "use of force".',
    ]


# As laws

#: Laws of a run that speak of scheduled reviews or of attacks alone; their like stands below and beside.
OTHERWISE = {
    "every_review_but_an_attack_writes_once_to_every_neighbour",
    "a_report_later_sent_supersedes",
    "war_ends_the_run",
    "reviews_are_a_renewal",
}
LAWS_OF_REVIEWS = ("uniform", "exponential")
crises = Drawn(plays(gaps=HOURS, joint=True, reviews=LAWS_OF_REVIEWS), 120)
games = Drawn(plays(gaps=HOURS, games=("matrix",), reviews=LAWS_OF_REVIEWS), 30)


@pytest.mark.parametrize(
    "law",
    [law for law in LAWS_OF_A_RUN if law.__name__ not in OTHERWISE],
    ids=lambda law: law.__name__,
)
def test_every_run_obeys(law):
    crises.obey(law)


def least_gap(play: Played) -> int:
    assert play.scenario.review.on_report is not None
    return round(play.scenario.review.on_report.minimum_gap_hours * HOUR)


def the_least_gap_is_kept(play: Played) -> None:
    for state in range(len(play.trace.names)):
        reviews = play.reviews_of(state)
        for earlier, later in itertools.pairwise(reviews):
            assert later.tick > earlier.tick
            if later.triggered:
                assert later.tick >= earlier.tick + least_gap(play)


def reviews_follow_from_the_schedule_and_the_reports(play: Played) -> None:
    """Which reports trigger which reviews, and when, worked out again from what was scheduled and read."""
    attentive = {
        state
        for state, name in enumerate(play.trace.names)
        if play.scenario.states[name].doctrine.module.USES_REPORTS
    }
    luck = draws.PlainLuck(play.seed, play.run)
    origins = {
        (m.sent, play.trace.channels[m.channel][0]): m.which for m in play.trace.messages if not m.is_copy
    }
    for state in range(len(play.trace.names)):
        # Arrivals come before reviews of their tick, and of one tick in the order of the model.
        events = [(review.tick, 1, "", False, 0) for review in play.reviews_of(state) if not review.triggered]
        for message in play.trace.messages:
            sender, addressee = play.trace.channels[message.channel]
            if addressee == state and message.fate == Fate.READ and sender in play.trace.rivals[state]:
                events.append((message.due, 0, play.name(message.channel), *order_of(message.which)))
        wanted: dict[int, int] = {}
        last, pending = -1, None
        for tick, kind, channel, _, which in [*sorted(events), (play.stop, 2, "", False, 0)]:
            if pending is not None and (pending[0] < tick or (pending[0] == tick and kind == 2)):
                wanted[pending[0]] = pending[1]
                last, pending = pending[0], None
            if kind == 1:
                last, pending = tick, None
            elif kind == 0 and state in attentive and pending is None:
                mixed = luck.block(which & ~(0xFF << 48), draws.who(channel), DrawPurpose.TRIGGER)[0]
                due = tick if last < 0 else max(tick, last + least_gap(play))
                pending = (due, FIRST_ORIGIN + int(mixed * FIRST_ORIGIN))
        held = [review.tick for review in play.reviews_of(state) if review.triggered]
        # Of the tick of an outbreak of war some reviews are held and others not.
        assert [tick for tick in held if tick < play.stop] == [tick for tick in wanted if tick < play.stop]
        assert set(held) <= set(wanted)
        for tick in held:
            assert origins.get((tick, state), wanted[tick]) == wanted[tick]
        for index, review in enumerate(r for r in play.reviews_of(state) if not r.triggered):
            assert origins.get((review.tick, state), index) == index


def order_of(which: int) -> tuple[bool, int]:
    """What orders two messages of one channel that are read in one tick: triggered or not, then identity."""
    return which % 2**40 >= FIRST_ORIGIN, which


def only_scheduled_reviews_and_changes_are_written_of(play: Played) -> None:
    wanted = []
    for review in play.trace.reviews:
        at_war = play.trace.outcome["war"] and review is play.trace.reviews[-1]
        doctrine = play.scenario.states[play.trace.names[review.state]].doctrine
        if doctrine.name == "listener" and not doctrine.parameters.speaks:
            continue
        if doctrine.name == "acknowledger" and review.after == review.rung:
            continue  # it says nothing twice
        if not at_war and (not review.triggered or review.after != review.rung):
            wanted += [
                (review.tick, channel)
                for channel, (sender, _) in enumerate(play.trace.channels)
                if sender == review.state
            ]
    assert [(m.sent, m.channel) for m in play.trace.messages if not m.is_copy] == wanted


def the_schedule_does_not_move(play: Played) -> None:
    """Scheduled reviews are those of the same scenario without triggered ones, while both last."""
    still = sg.trace(play.scenario.replace({"review.on_report": None}), seed=play.seed, run=play.run)
    assert not any(review.triggered for review in still.reviews)
    until = min(play.stop, round(still.outcome["stop_hours"] * HOUR))
    for state in range(len(play.trace.names)):
        mine, theirs = (
            [r.tick for r in trace.reviews if r.state == state and not r.triggered and r.tick < until]
            for trace in (play.trace, still)
        )
        assert mine == theirs


def a_report_later_sent_supersedes(play: Played) -> None:
    for channel, messages in play.by_channel().items():
        sender, addressee = play.trace.channels[channel]
        newest = -1
        for message in sorted(messages, key=lambda m: (m.due, *order_of(m.which))):
            if message.fate in {Fate.READ, Fate.SUPERSEDED}:
                counts = message.sent > newest or sender not in play.trace.rivals[addressee]
                assert (message.fate == Fate.READ) == counts
                newest = max(newest, message.sent)


LAWS_OF_TRIGGERED_REVIEWS = (
    the_least_gap_is_kept,
    reviews_follow_from_the_schedule_and_the_reports,
    only_scheduled_reviews_and_changes_are_written_of,
    the_schedule_does_not_move,
    a_report_later_sent_supersedes,
)


@pytest.mark.parametrize("law", LAWS_OF_TRIGGERED_REVIEWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("game", ["ladder", "matrix"])
def test_triggered_reviews_obey(game, law):
    (crises if game == "ladder" else games).obey(law)


def test_the_examples_are_not_idle():
    """Reviews are triggered, put off, and cancelled; some write and some do not."""
    seen: dict[str, int] = defaultdict(int)
    for play in crises.examples:
        triggered = [review for review in play.trace.reviews if review.triggered]
        read = {m.due for m in play.trace.messages if m.fate == Fate.READ}
        seen["at once"] += any(review.tick in read for review in triggered)
        seen["put off"] += any(review.tick not in read for review in triggered)
        seen["writes"] += any(review.after != review.rung for review in triggered)
        seen["is silent"] += any(review.after == review.rung for review in triggered)
        seen["joint war"] += play.scenario.ladder.war == "joint" and play.trace.outcome["war"]
        seen["by a copy"] += any(m.is_copy and m.fate == Fate.READ for m in play.trace.messages)
    assert min(seen.values()) >= 2, dict(seen)


@examples(25)
@given(
    scenarios(doctrines=("listener",), games=("ladder",), gaps=HOURS, joint=True, reviews=LAWS_OF_REVIEWS),
    seeds,
    runs,
)
def test_a_world_of_listeners_is_left_as_it_is(scenario, seed, run):
    with_it, without = (
        sg.trace(s, seed=seed, run=run) for s in (scenario, scenario.replace({"review.on_report": None}))
    )
    assert (with_it.reviews, with_it.messages) == (without.reviews, without.messages)
    assert with_it.outcome | {"cell": ""} == without.outcome | {"cell": ""}


@examples(25)
@given(scenarios(games=("ladder", "matrix"), gaps=(None,), joint=True, reviews=LAWS_OF_REVIEWS), seeds, runs)
def test_a_gap_that_no_review_can_keep_changes_nothing(scenario, seed, run):
    """After the first review of a state; before it, a report would be answered at once."""
    without = sg.trace(scenario, seed=seed, run=run)
    begun = {}
    for review in without.reviews:
        begun.setdefault(review.state, review.tick)
    early = any(
        message.due <= begun.get(without.channels[message.channel][1], message.due)
        for message in without.messages
        if message.due >= 0
    )
    with_it = sg.trace(scenario.replace({"review.on_report.minimum_gap_hours": 9000}), seed=seed, run=run)
    if not early:
        assert (with_it.reviews, with_it.messages) == (without.reviews, without.messages)
        assert with_it.outcome | {"cell": ""} == without.outcome | {"cell": ""}


@examples(10)
@given(
    scenarios(gaps=HOURS, joint=True, most_states=4),
    seeds,
    st.lists(st.integers(1, 5), unique=True, max_size=2),
)
def test_any_chunking_gives_the_same_content_hash(scenario, seed, cuts):
    whole = sg.run(scenario, runs=6, seed=seed)
    edges = [0, *sorted(cuts), 6]
    first, *others = (
        sg.run(scenario, runs=range(begin, end), seed=seed) for begin, end in itertools.pairwise(edges)
    )
    for part in others:
        first = first + part
    assert first.content_hash() == whole.content_hash()
