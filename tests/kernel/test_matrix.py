"""The account of a matrix game against a second book-keeping, tick by tick and from the trace."""

import itertools
import math
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import signalling as sg
from signalling.kernel.matrix import mean_payoff, mutual_cooperation_ticks, settle
from signalling.paths import normalise
from tests.drawn import Drawn, examples
from tests.scenarios_strategy import build
from tests.test_properties import LAWS_OF_A_RUN, Played, plays, runs, seeds

HOUR = 3600


# The kernel's functions by themselves


@st.composite
def stories(draw):
    """States, who watches whom, actions, and when who changes to what."""
    states = draw(st.integers(2, 4))
    actions = draw(st.integers(2, 4))
    pairs = [(a, b) for a in range(states) for b in range(a + 1, states)]
    joined = draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1))
    stop = draw(st.integers(1, 60))
    changes = draw(
        st.lists(
            st.tuples(st.integers(0, stop - 1), st.integers(0, states - 1), st.integers(0, actions - 1)),
            max_size=12,
        )
    )
    return states, actions, sorted(joined), stop, sorted(changes)


@examples(150)
@given(stories(), st.data())
def test_every_tick_is_booked_once_in_the_pair_that_stood(story, data):
    states, actions, joined, stop, changes = story
    directed = sorted({*joined, *((b, a) for a, b in joined)})
    payoffs = [data.draw(st.integers(-3, 5)) for _ in range(actions * actions)]
    columns = SimpleNamespace(
        rungs=actions,
        rival=[b for _, b in directed],
        reverse=[directed.index((b, a)) for a, b in directed],
        first_rivalry=[sum(a < state for a, _ in directed) for state in range(states + 1)],
        payoffs=[float(payoff) for payoff in payoffs],
        weight=[0.5 for _ in directed],
    )
    cells = actions * actions
    world = SimpleNamespace(
        rung=[0] * states, joint_ticks=[0] * (len(directed) * cells), joint_since=[0] * len(directed)
    )
    for tick, state, action in changes:
        if action != world.rung[state]:
            settle(columns, world, state, tick)
            world.rung[state] = action
    for state in range(states):
        settle(columns, world, state, stop)

    stood = [0] * states
    booked = [0] * (len(directed) * cells)
    waiting = list(changes)
    for tick in range(stop):
        while waiting and waiting[0][0] == tick:
            _, state, action = waiting.pop(0)
            stood[state] = action
        for rivalry, (a, b) in enumerate(directed):
            booked[rivalry * cells + stood[a] * actions + stood[b]] += 1
    assert world.joint_ticks == booked
    assert mutual_cooperation_ticks(columns, world.joint_ticks) == sum(booked[::cells])
    for state in range(states):
        paid = Fraction(0)
        if not any(a == state for a, _ in directed):
            assert math.isnan(mean_payoff(columns, world, state, stop))
            continue
        for rivalry, (a, _) in enumerate(directed):
            if a == state:
                mine = booked[rivalry * cells : (rivalry + 1) * cells]
                paid += Fraction(sum(t * p for t, p in zip(mine, payoffs, strict=True)), 2 * stop)
        assert mean_payoff(columns, world, state, stop) == pytest.approx(float(paid), abs=1e-12)


# Whole runs

matrix_plays = plays(games=("matrix",), reviews=("uniform", "exponential"))
drawn = Drawn(matrix_plays, 60)
drawn_with_exponential_reviews = Drawn(plays(reviews=("exponential",)), 40)


def action_at(reviews, tick) -> int:
    """What a state plays from `tick` on; before its first review it cooperates."""
    action = 0
    for review in reviews:
        if review.tick <= tick:
            action = review.after
    return action


def shares(play: Played) -> dict[tuple[int, int], dict[tuple[int, int], Fraction]]:
    """For each directed rivalry, the share of time in each pair of actions, read off the trace."""
    found = {}
    for holder, rivals in enumerate(play.trace.rivals):
        for rival in rivals:
            mine, theirs = play.reviews_of(holder), play.reviews_of(rival)
            edges = sorted({0, play.stop, *(review.tick for review in (*mine, *theirs))})
            time: dict[tuple[int, int], Fraction] = {}
            for begin, end in itertools.pairwise(edges):
                pair = action_at(mine, begin), action_at(theirs, begin)
                time[pair] = time.get(pair, Fraction(0)) + Fraction(end - begin, play.stop)
            assert sum(time.values()) == 1
            found[holder, rival] = time
    return found


def attention(play: Played) -> dict[tuple[int, int], float]:
    """The weight of each directed rivalry, from the scenario's text."""
    names = play.trace.names
    written = {frozenset(rivalry.between): rivalry.weight for rivalry in play.scenario.rivals}
    weights = {}
    for holder, rivals in enumerate(play.trace.rivals):
        of_pair = [written.get(frozenset({names[holder], names[rival]}), 1.0) for rival in rivals]
        for rival, weight in zip(rivals, of_pair, strict=True):
            weights[holder, rival] = weight / sum(of_pair)
    return weights


@drawn.test
def test_the_columns_follow_from_the_trace(play):
    time, row = shares(play), play.trace.outcome
    if not time:
        assert row["cooperation"] is row["mutual_cooperation"] is None
        return
    mutual = sum((pairs.get((0, 0), Fraction(0)) for pairs in time.values()), Fraction(0)) / len(time)
    alone = sum(share for pairs in time.values() for (mine, _), share in pairs.items() if mine == 0) / len(
        time
    )
    assert row["mutual_cooperation"] == pytest.approx(float(mutual), abs=1e-12)
    assert row["cooperation"] == pytest.approx(float(alone), abs=1e-12)


@drawn.test
def test_payoffs_follow_from_the_trace(play):
    """Each state's payoff is the time average of the table's entries, rivals by weight."""
    scenario = play.scenario
    outcomes = sg.run(scenario, runs=range(play.run, play.run + 1), seed=play.seed, by_state=True)
    table, weights, expected = scenario.game.payoffs, attention(play), {}
    for (holder, rival), pairs in shares(play).items():
        mean = sum(float(share) * table[mine][theirs] for (mine, theirs), share in pairs.items())
        expected[holder] = expected.get(holder, 0.0) + weights[holder, rival] * mean
    paid = outcomes.states["payoff"].to_pylist()
    for state, payoff in enumerate(paid):  # None without rivals
        assert payoff == (pytest.approx(expected[state], abs=1e-9) if state in expected else None)
    if expected:
        assert outcomes["payoff"] == pytest.approx([sum(expected.values()) / len(expected)], abs=1e-9)
    else:
        assert outcomes["payoff"] == [None]


@drawn.test
def test_the_second_table_follows_from_the_trace(play):
    outcomes = sg.run(play.scenario, runs=range(play.run, play.run + 1), seed=play.seed, by_state=True)
    for state, row in enumerate(outcomes.states.to_pylist()):
        reviews = play.reviews_of(state)
        ticks = [review.tick for review in reviews] + [play.stop]
        area = sum(r.after * (end - r.tick) for r, end in zip(reviews, ticks[1:], strict=True))
        assert row["mean_rung"] == pytest.approx(area / play.stop)
        assert row["peak_rung"] == max([0, *(review.after for review in reviews)])
        assert row["reviews"] == len(reviews)
        assert not row["attacked"]
        assert not row["struck"]


#: Laws of a run that speak of a ladder, of jitter, or of the ladder's chronicle.
LADDERS_ONLY = {
    "rungs_move_by_one_within_ladder_and_ceiling",
    "beliefs_at_the_stop_are_judged_against_the_truth",
    "the_chronicle_tells_every_review",
}
JITTER_ONLY = {"reviews_are_a_renewal"}


@pytest.mark.parametrize(
    "law",
    [law for law in LAWS_OF_A_RUN if law.__name__ not in LADDERS_ONLY | JITTER_ONLY],
    ids=lambda law: law.__name__,
)
def test_every_run_of_a_matrix_game_obeys(law):
    drawn.obey(law)


@pytest.mark.parametrize(
    "law",
    [law for law in LAWS_OF_A_RUN if law.__name__ not in JITTER_ONLY],
    ids=lambda law: law.__name__,
)
def test_every_run_with_exponential_reviews_obeys(law):
    drawn_with_exponential_reviews.obey(law)


@pytest.mark.parametrize("crises", [drawn, drawn_with_exponential_reviews], ids=["matrix", "ladder"])
def test_exponential_reviews_keep_their_least_gap(crises):
    assert sum(play.scenario.review.law == "exponential" for play in crises.examples) > 10
    crises.obey(the_least_gap_of_exponential_reviews_is_kept)


def the_least_gap_of_exponential_reviews_is_kept(play: Played) -> None:
    if play.scenario.review.law != "exponential":
        return
    shift = round(play.scenario.review.shift_hours * HOUR)
    for state in range(len(play.trace.names)):
        ticks = [review.tick for review in play.reviews_of(state)]
        assert all(tick < play.stop or play.trace.outcome["war"] for tick in ticks)
        assert not ticks or ticks[0] >= shift
        for earlier, later in itertools.pairwise(ticks):
            assert later - earlier >= max(shift, 1)


@drawn.test
def test_nobody_attacks_and_every_review_is_told(play):
    row = play.trace.outcome
    assert (row["war"], row["stop"], row["belief_error"]) == (False, "horizon", None)
    text = str(play.trace)
    assert text.count(" plays ") + text.count(" stays at ") == len(play.trace.reviews)


@examples(15)
@given(matrix_plays, seeds, runs)
def test_a_run_replays_alone(play, seed, run):
    (alone,) = sg.run(play.scenario, runs=range(run, run + 1), seed=seed).rows()
    assert alone == tuple(sg.trace(play.scenario, seed=seed, run=run).outcome.values())


def test_a_round_is_a_review_interval_and_pays_the_table():
    """Three rounds by hand: tit for tat against one that defects first and cooperates ever after."""
    once = {"name": "memory_one", "strategy": "always_cooperate", "first_cooperation": 0.0}
    scenario = build(
        {
            "name": "three rounds",
            "horizon_days": 3 / 24,
            "review": {"interval_hours": 1, "jitter_hours": 0},
            "game": {"kind": "matrix", "payoffs": [[3, 0], [5, 1]]},
            "states": [{"name": "A", "doctrine": "memory_one"}, {"name": "B", "doctrine": once}],
            "channels": {"default": {"delay": {"law": "constant", "hours": 0.5}}},
        }
    )
    outcomes = sg.run(scenario, runs=1, seed=0, by_state=True)
    # A: C D C; B: D C C. A earns 0, 5, 3; B earns 5, 0, 3.
    assert outcomes.states["payoff"].to_pylist() == pytest.approx([8 / 3, 8 / 3])
    assert outcomes["mutual_cooperation"] == pytest.approx([1 / 3])
    assert outcomes["cooperation"] == pytest.approx([2 / 3])


def test_a_state_without_rivals_plays_against_nobody():
    """It has no payoff, and the mean is over those that play."""
    document = {
        "name": "a pair and a hermit",
        "horizon_days": 5,
        "review": {"interval_hours": 24, "jitter_hours": 0},
        "game": {"kind": "matrix"},
        "network": {"graph": "explicit"},
        "states": [{"name": name, "doctrine": "memory_one"} for name in "ABC"],
        "channels": {"between": [{"from": "A", "to": "B", "both_ways": True}]},
    }
    outcomes = sg.run(sg.Scenario.from_document(normalise(document)), runs=1, seed=1, by_state=True)
    assert outcomes.states["payoff"].to_pylist() == [3.0, 3.0, None]
    assert outcomes["payoff"] == [3.0]
