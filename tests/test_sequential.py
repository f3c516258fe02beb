"""Confidence sequences and the decisions from them: by hand, by their laws, and under stopping."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.errors import SignallingError
from signalling.sequential import Decision, confidence_sequence, decide, log_evidence, looks
from signalling.stats import Interval, tango

#: An interval takes some milliseconds.
few = settings(max_examples=40, deadline=None)

STAKES = [2 ** (step / 4) / (1 + 2 ** (step / 4)) for step in range(-32, 29)]


@st.composite
def counts(draw: st.DrawFn, most: int = 400) -> tuple[int, int, int]:
    """Caused, averted, pairs."""
    caused, averted, same = (draw(st.integers(0, most)) for _ in range(3))
    return caused, averted, caused + averted + same


def wealth(differences: list[int], hypothesis: float) -> float:
    """What the gamblers of all stakes own on average after some pairs, bet by bet."""
    owned = []
    for stake in STAKES:
        wealth = 1.0
        for difference in differences:
            wealth *= 1 - stake + stake * (1 + difference) / (1 + hypothesis)
        owned.append(wealth)
    return sum(owned) / len(owned)


# By hand


def test_evidence_is_the_wealth_of_the_gambler_bet_by_bet() -> None:
    differences = [1, 0, -1, 1, 1, 0, 0, 1]
    found = float(log_evidence(4, 1, 8, -0.1))
    assert math.exp(found) == pytest.approx(wealth(differences, -0.1), rel=1e-12)
    assert float(log_evidence(0, 0, 0, 0.3)) == pytest.approx(0.0, abs=1e-12)
    # One pair, war caused: 1 + c (1 - h) / (1 + h) on average over the stakes; at h = 0 this is 1 + mean c.
    assert math.exp(float(log_evidence(1, 0, 1, 0.0))) == pytest.approx(1 + sum(STAKES) / 61, rel=1e-12)


@pytest.mark.parametrize("hypothesis", [-0.9, -0.3, 0.0, 0.05, 0.6])
def test_the_bet_is_fair_under_its_hypothesis_and_unfair_below_it(hypothesis: float) -> None:
    """Exact, over the three outcomes of a pair, for every mixture of them with that mean."""
    for truth in (hypothesis, hypothesis - 0.05):
        least = max(truth, 0.0) + 1e-3
        for caused in np.linspace(least, (1 + truth) / 2, 7):
            averted = caused - truth
            mean = sum(
                probability * wealth([difference], hypothesis)
                for probability, difference in ((caused, 1), (1 - caused - averted, 0), (averted, -1))
            )
            if truth == hypothesis:
                assert mean == pytest.approx(1.0, abs=1e-12)
            else:
                assert mean < 1.0


def test_an_end_is_where_the_evidence_reaches_its_limit() -> None:
    low, high = confidence_sequence(40, 10, 500, error=0.04)[1:]
    assert math.exp(float(log_evidence(40, 10, 500, low))) == pytest.approx(2 / 0.04, rel=1e-9)
    assert math.exp(float(log_evidence(10, 40, 500, -high))) == pytest.approx(2 / 0.04, rel=1e-9)
    assert float(log_evidence(40, 10, 500, low)) >= math.log(50)  # the outer of two neighbouring numbers


def test_ends_of_the_scale() -> None:
    assert confidence_sequence(0, 0, 0) == Interval(0.0, -1.0, 1.0)
    assert confidence_sequence(0, 7, 7)[:2] == (-1.0, -1.0)
    assert confidence_sequence(7, 0, 7)[::2] == (1.0, 1.0)
    all_caused = confidence_sequence(3000, 0, 3000)
    assert 0.99 < all_caused.low < 1.0
    # As many pairs as there are, none of which differs: the interval shrinks as 1 / pairs.
    widths = [confidence_sequence(0, 0, pairs).high for pairs in (1000, 2000, 4000)]
    assert widths[0] / widths[1] == pytest.approx(2.0, abs=0.05)
    assert widths[1] / widths[2] == pytest.approx(2.0, abs=0.05)


def test_bad_counts_and_margins_are_refused() -> None:
    for caused, averted, pairs in ((-1, 0, 5), (0, -1, 5), (3, 3, 5), (0, 0, -1)):
        with pytest.raises(SignallingError, match="cannot exceed"):
            confidence_sequence(caused, averted, pairs)
    for error in (0.0, 1.0, float("nan")):
        with pytest.raises(SignallingError, match="error ="):
            confidence_sequence(1, 1, 5, error)
    for margin in (0.0, 1.0, -0.1, float("nan")):
        with pytest.raises(SignallingError, match="margin ="):
            decide(Interval(0.0, -0.1, 0.1), margin)
    for budget in (0, -3, True, 2.5):
        with pytest.raises(SignallingError, match="budget ="):
            looks(budget)  # type: ignore[arg-type]


def test_looks_double_up_to_the_budget() -> None:
    assert looks(1) == [1]
    assert looks(250) == [250]
    assert looks(251) == [250, 251]
    assert looks(4000) == [250, 500, 1000, 2000, 4000]
    assert looks(5000) == [250, 500, 1000, 2000, 4000, 5000]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-0.3, -0.11, Decision.PREVENTS), (-0.3, -0.1, Decision.UNDECIDED), (-0.3, 0.0, Decision.UNDECIDED),
        (-0.1, 0.05, Decision.UNDECIDED), (-0.09, 0.09, Decision.NO_EFFECT), (0.01, 0.09, Decision.NO_EFFECT),
        (-0.05, 0.1, Decision.UNDECIDED), (0.1, 0.2, Decision.UNDECIDED), (0.11, 0.2, Decision.INCREASES),
        (-1.0, 1.0, Decision.UNDECIDED),
    ],
)  # fmt: skip
def test_decisions_by_hand(low: float, high: float, expected: Decision) -> None:
    """Ends that lie on the margin decide nothing."""
    assert decide(Interval((low + high) / 2, low, high), 0.1) == expected


# Laws


@few
@given(counts())
def test_an_interval_lies_around_its_estimate(drawn: tuple[int, int, int]) -> None:
    estimate, low, high = confidence_sequence(*drawn)
    assert -1.0 <= low <= estimate <= high <= 1.0
    assert low < estimate or estimate == -1.0 or drawn[2] == 0
    assert high > estimate or estimate == 1.0 or drawn[2] == 0


@few
@given(counts())
def test_exchanging_the_two_arms_turns_the_interval_round(drawn: tuple[int, int, int]) -> None:
    caused, averted, pairs = drawn
    one, other = confidence_sequence(caused, averted, pairs), confidence_sequence(averted, caused, pairs)
    assert (other.low, other.high) == (-one.high, -one.low)


@few
@given(counts(), st.integers(1, 30))
def test_more_wars_caused_raise_both_ends(drawn: tuple[int, int, int], more: int) -> None:
    """A pair in which nothing changes, turned into one in which a war is caused."""
    caused, averted, pairs = drawn
    turned = min(more, pairs - caused - averted)
    one = confidence_sequence(caused, averted, pairs)
    other = confidence_sequence(caused + turned, averted, pairs)
    assert other.low >= one.low
    assert other.high >= one.high


@few
@given(counts(), st.floats(0.001, 0.5), st.floats(0.001, 0.5))
def test_less_error_gives_a_longer_interval(drawn: tuple[int, int, int], one: float, other: float) -> None:
    short, long = (confidence_sequence(*drawn, error) for error in (max(one, other), min(one, other)))
    assert long.low <= short.low
    assert long.high >= short.high


@few
@given(counts(), st.floats(0.01, 0.3))
def test_decisions_are_those_of_the_evidence_at_the_margin(
    drawn: tuple[int, int, int], margin: float
) -> None:
    """An end lies beyond the margin exactly if the evidence there has reached its limit."""
    caused, averted, pairs = drawn
    limit = math.log(2 / 0.05)
    rises, falls = log_evidence(caused, averted, pairs, margin), log_evidence(averted, caused, pairs, margin)
    above, below = (
        log_evidence(caused, averted, pairs, -margin),
        log_evidence(averted, caused, pairs, -margin),
    )
    if min(abs(float(found) - limit) for found in (rises, falls, above, below)) < 1e-6:
        return
    expected = Decision.UNDECIDED
    if rises > limit:
        expected = Decision.INCREASES
    elif falls > limit:
        expected = Decision.PREVENTS
    elif above > limit and below > limit:
        expected = Decision.NO_EFFECT
    assert decide(confidence_sequence(caused, averted, pairs), margin) == expected


@few
@given(counts(), st.floats(-0.8, 0.9))
def test_arrays_are_looked_at_entry_by_entry(drawn: tuple[int, int, int], difference: float) -> None:
    caused, averted, pairs = drawn
    many = log_evidence(
        np.array([caused, 0, 5]), np.array([averted, 0, 5]), np.array([pairs, 9, 20]), difference
    )
    alone = [log_evidence(*one, difference) for one in ((caused, averted, pairs), (0, 0, 9), (5, 5, 20))]
    assert many.shape == (3,)
    assert many.tolist() == [float(one) for one in alone]


# Beside an interval that holds once


@pytest.mark.parametrize(("caused", "averted"), [(0.01, 0.01), (0.02, 0.005), (0.1, 0.02), (0.3, 0.3)])
def test_it_costs_less_than_twice_the_length_of_an_interval_that_may_be_looked_at_once(
    caused: float, averted: float
) -> None:
    """The table of docs/intervals.md; nearer would not hold under stopping."""
    for pairs in (250, 1000, 10_000, 100_000, 1_000_000):
        seen = round(caused * pairs), round(averted * pairs), pairs
        sequence, once = confidence_sequence(*seen), tango(*seen)
        assert 1.4 < (sequence.high - sequence.low) / (once.high - once.low) < 1.9
        assert sequence.low < once.low
        assert sequence.high > once.high


# Under stopping


@pytest.mark.parametrize(
    ("caused", "averted"), [(0.05, 0.0), (0.06, 0.01), (0.3, 0.25), (0.02, 0.07), (0.2, 0.2)]
)
def test_the_truth_is_missed_at_some_look_no_more_often_than_it_may(caused: float, averted: float) -> None:
    """2,000 gambles looked at after every 40 pairs, 50 times: more looks than any schedule here.

    Error 0.1; the bound is 0.1, and 4 standard errors of it are 0.027: a false alarm in 30,000 of each case.
    """
    generator = np.random.Generator(np.random.Philox(key=1939))
    steps = generator.multinomial(40, [caused, averted, 1 - caused - averted], size=(2000, 50)).cumsum(axis=1)
    pairs = 40 * np.arange(1, 51)
    truth = caused - averted
    limit = math.log(2 / 0.1)
    above = log_evidence(steps[..., 0], steps[..., 1], pairs, truth) > limit
    below = log_evidence(steps[..., 1], steps[..., 0], pairs, -truth) > limit
    missed = float((above | below).any(axis=1).mean())
    assert missed <= 0.1 + 4 * math.sqrt(0.1 * 0.9 / 2000)
    if caused + averted > 0.1:
        assert missed > 0.005  # and the bound is not kept by intervals that are good for nothing
