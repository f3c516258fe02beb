"""Intervals against the equations that define them, and against printed values."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, chi2, t

import signalling as sg
from signalling.stats import (
    Method,
    clopper_pearson,
    mcnemar_mid_p,
    mean_interval,
    proportion_interval,
    tango,
    tango_score,
    wilson,
)
from signalling.survival import Survival, hazard_per_review, kaplan_meier

Z95 = 1.959963984540054


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_ends_solve_the_score_equation(counts: tuple[int, int]) -> None:
    successes, trials = counts
    share = successes / trials
    interval = wilson(successes, trials)
    for end in (interval.low, interval.high):
        assert 0.0 <= end <= 1.0
        if 0.0 < end < 1.0:
            assert abs(share - end) / math.sqrt(end * (1 - end) / trials) == pytest.approx(Z95, rel=1e-9)
    assert interval.low <= share <= interval.high


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17: table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_printed_values(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


pairs = st.integers(1, 2000).flatmap(
    lambda n: st.integers(0, n).flatmap(lambda b: st.tuples(st.just(n), st.just(b), st.integers(0, n - b)))
)


@given(pairs)
def test_tango_ends_solve_the_score_equation(counts: tuple[int, int, int]) -> None:
    n, b, c = counts
    interval = tango(b, c, n)
    assert -1.0 <= interval.low <= interval.estimate <= interval.high <= 1.0
    # An end inside (-1, 1) is where the score passes z; a step to either side must straddle it.
    step = 1e-9
    if -1.0 + step < interval.low < interval.estimate - step:
        assert tango_score(b, c, n, interval.low - step) >= Z95 - 1e-4
        assert tango_score(b, c, n, interval.low + step) <= Z95 + 1e-4
    if interval.estimate + step < interval.high < 1.0 - step:
        assert tango_score(b, c, n, interval.high + step) <= -Z95 + 1e-4


@given(pairs)
def test_tango_is_antisymmetric(counts: tuple[int, int, int]) -> None:
    n, b, c = counts
    there, back = tango(b, c, n), tango(c, b, n)
    assert there.low == pytest.approx(-back.high, abs=1e-9)
    assert there.high == pytest.approx(-back.low, abs=1e-9)


@given(pairs)
def test_tango_nuisance_parameter_maximises_the_likelihood(counts: tuple[int, int, int]) -> None:
    """The closed form against the likelihood itself, by a grid around it."""
    n, b, c = counts
    difference = 0.1

    def likelihood(q: float) -> float:
        p = q + difference
        if q < 0 or p + q > 1:
            return -math.inf
        rest = n - b - c
        terms = [(b, p), (c, q), (rest, 1 - p - q)]
        return sum(k * math.log(x) if x > 0 else (0.0 if k == 0 else -math.inf) for k, x in terms)

    linear = -b - c + (2 * n - b + c) * difference
    q = (math.sqrt(linear * linear + 8 * n * c * difference * (1 - difference)) - linear) / (4 * n)
    best = max(likelihood(step / 4000 * (1 - difference) / 2) for step in range(4001))
    assert likelihood(q) >= best - 1e-6 * max(1.0, abs(best))


@pytest.mark.parametrize(("b", "c", "n"), [(0, 0, 10), (10, 0, 10), (0, 10, 10), (1, 0, 1)])
def test_tango_at_the_edges(b: int, c: int, n: int) -> None:
    interval = tango(b, c, n)
    assert interval.low < interval.high


@pytest.mark.parametrize(
    "call",
    [
        lambda: wilson(3, 2),
        lambda: wilson(0, 0),
        lambda: tango(2, 2, 3),
        lambda: clopper_pearson(-1, 2),
        lambda: mcnemar_mid_p(-1, 2),
        lambda: hazard_per_review(1, 0),
        lambda: kaplan_meier([], []),
        lambda: kaplan_meier([-1.0], [True]),
        lambda: kaplan_meier([5.0, 9.0], [True, False]).restricted_mean(10.0),
    ],
)
def test_impossible_counts_are_refused(call: object) -> None:
    with pytest.raises(sg.SignallingError):
        call()  # type: ignore[operator]


def test_confidence_is_checked() -> None:
    with pytest.raises(sg.SignallingError, match="confidence = 95"):
        wilson(1, 2, confidence=95)


# Exact proportions


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_clopper_pearson_ends_have_their_tails(counts: tuple[int, int]) -> None:
    """At either end what was seen, or more extreme, has probability 2.5 %."""
    successes, trials = counts
    interval = clopper_pearson(successes, trials)
    if successes > 0:
        assert binom.sf(successes - 1, trials, interval.low) == pytest.approx(0.025, rel=1e-6)
    if successes < trials:
        assert binom.cdf(successes, trials, interval.high) == pytest.approx(0.025, rel=1e-6)
    assert 0.0 <= interval.low <= successes / trials <= interval.high <= 1.0


def test_clopper_pearson_printed_values() -> None:
    """Newcombe 1998, Statistics in Medicine 17: table I, method 5."""
    for successes, trials, low, high in [
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ]:
        interval = clopper_pearson(successes, trials)
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("successes", "method"),
    [(0, Method.CLOPPER_PEARSON), (4, Method.CLOPPER_PEARSON), (5, Method.WILSON), (95, Method.WILSON),
     (96, Method.CLOPPER_PEARSON), (100, Method.CLOPPER_PEARSON)],
)  # fmt: skip
def test_few_events_or_few_without_call_for_the_exact_interval(successes: int, method: Method) -> None:
    told = proportion_interval(successes, 100)
    exact = clopper_pearson(successes, 100) if method == Method.CLOPPER_PEARSON else wilson(successes, 100)
    assert told == (*exact, method, 100)


# Pairs


def exact_mid_p(first: int, second: int) -> Fraction:
    """By whole numbers: both tails as far out as what was seen, half of what was seen itself."""
    total, least = first + second, min(first, second)
    chance = [Fraction(math.comb(total, k), 2**total) for k in range(total + 1)]
    if first == second:
        return 1 - chance[first] / 2 if total else Fraction(1)
    return 2 * sum(chance[: least + 1], Fraction(0)) - chance[least]


@given(st.integers(0, 80), st.integers(0, 80))
def test_mid_p_is_a_sum_of_binomial_terms(first: int, second: int) -> None:
    assert mcnemar_mid_p(first, second) == pytest.approx(float(exact_mid_p(first, second)), rel=1e-13)


def test_mid_p_printed_value() -> None:
    """Fagerland et al. 2013: airway hyper-responsiveness before and after a transplant, 1 against 7."""
    assert mcnemar_mid_p(1, 7) == pytest.approx(0.039, abs=5e-4)


def test_mid_p_of_many_pairs_is_near_the_normal_one() -> None:
    z = (52_000 - 50_000) / math.sqrt(102_000)
    assert mcnemar_mid_p(50_000, 52_000) == pytest.approx(math.erfc(z / math.sqrt(2)), rel=2e-3)


# Means and rates


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_the_mean_has_students_interval(values: list[float]) -> None:
    told, array = mean_interval(values), np.array(values)
    half = t.ppf(0.975, len(values) - 1) * array.std(ddof=1) / math.sqrt(len(values))
    expected = (array.mean(), array.mean() - half, array.mean() + half)
    assert told[:3] == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_means_of_one_and_of_nothing_have_no_interval() -> None:
    assert mean_interval([2.5]) == (2.5, None, None, Method.STUDENT, 1)
    assert mean_interval([]) == (None, None, None, Method.NONE, 0)


@pytest.mark.parametrize("wars", [0, 1, 7, 400])
def test_the_hazard_has_garwoods_interval(wars: int) -> None:
    told = hazard_per_review(wars, 5000)
    low = chi2.ppf(0.025, 2 * wars) / 2 / 5000 if wars else 0.0
    assert told[:3] == pytest.approx((wars / 5000, low, chi2.ppf(0.975, 2 * wars + 2) / 2 / 5000))


# Survival


def remission() -> Survival:
    """The 21 treated patients of Freireich and others, as every textbook prints them."""
    events = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    return kaplan_meier([*events, *censored], [True] * 9 + [False] * 12)


def test_survival_printed_values() -> None:
    """Curve, log-log band and median, as textbooks and statistical packages print them."""
    curve = remission()
    assert curve.event_hours.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.wars.tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert curve.at_risk(curve.event_hours).tolist() == [21, 17, 15, 12, 11, 7, 6]
    printed = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert curve.survival.tolist() == pytest.approx(printed, abs=5e-5)
    assert (curve.low[0], curve.high[0]) == pytest.approx((0.6197, 0.9516), abs=5e-5)
    assert (curve.low[-1], curve.high[-1]) == pytest.approx((0.188, 0.680), abs=5e-4)
    assert curve.median()[:3] == (23.0, 13.0, None)


@given(st.lists(st.integers(1, 100), min_size=1, max_size=40), st.integers(1, 100))
def test_without_early_censoring_survival_is_a_share_and_its_area_a_mean(times: list[int], end: int) -> None:
    """All runs seen to one horizon: then everything is known in closed form."""
    stops = [min(time, end) for time in times]
    wars = [time < end for time in times]
    curve = kaplan_meier(stops, wars)
    shares = [sum(time > hour for time in stops) / len(times) for hour in curve.event_hours]
    assert curve.survival.tolist() == pytest.approx(shares)
    mean = curve.restricted_mean(float(max(stops)))
    assert mean.estimate == pytest.approx(np.mean(stops))
    if any(wars) and mean.low > 0.0 and mean.high < max(stops):
        half = Z95 * np.std(stops) / math.sqrt(len(times))
        assert mean.high - mean.estimate == pytest.approx(half, rel=1e-9, abs=1e-9)
    assert np.all(np.diff(curve.high) <= 1e-12)
    assert np.all(curve.low <= curve.survival)
    assert np.all(curve.survival <= curve.high)


def test_a_band_exists_where_log_log_does_not() -> None:
    peace = kaplan_meier([100.0] * 20, [False] * 20)
    assert (len(peace.event_hours), peace.median()[:3]) == (0, (None, None, None))
    assert peace.low_before == pytest.approx(clopper_pearson(20, 20).low)
    assert peace.restricted_mean(100.0)[:3] == pytest.approx((100.0, 100.0 * peace.low_before, 100.0))
    war = kaplan_meier([1.0, 2.0, 3.0], [True] * 3)
    assert (war.survival[-1], war.low[-1], war.high[-1]) == (0.0, 0.0, war.high[-2])
    assert war.restricted_mean(50.0).estimate == pytest.approx(2.0)
    assert kaplan_meier([1.0], [True]).high.tolist() == [1.0]
