"""How often intervals hold the truth: enumerated over all outcomes, and simulated to agree with that.

Seeds are fixed. A simulated share of TRIALS lies within 4 standard errors of the enumerated one but for
6 in 100,000 (two-sided normal tail); over the 12 comparisons below the rate of false alarms is 8 in 10,000,
once, when the seeds were chosen, and never again.
"""

import functools
import math

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import binom, multinomial, poisson

from signalling.stats import (
    clopper_pearson,
    mcnemar_mid_p,
    proportion_interval,
    tango,
    wilson,
)
from signalling.survival import hazard_per_review, kaplan_meier

TRIALS = 20_000
STANDARD_ERRORS = 4.0
GRID = np.arange(1, 200) / 200.0

METHODS = {"wilson": wilson, "exact": clopper_pearson, "chosen": proportion_interval}


@functools.cache
def ends(method: str, trials: int) -> npt.NDArray[np.float64]:
    """Low and high end for each number of successes, (trials + 1, 2)."""
    return np.array([METHODS[method](k, trials)[1:3] for k in range(trials + 1)])


def enumerated(method: str, trials: int, truths: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Probability that the interval holds the truth, summed over all numbers of successes, (n_truths,)."""
    low, high = ends(method, trials).T
    chance = binom.pmf(np.arange(trials + 1)[:, None], trials, truths)
    holds = (low[:, None] <= truths) & (truths <= high[:, None])
    return np.sum(chance * holds, axis=0)


def assert_near(share: float, coverage: float) -> None:
    """The simulated share is the enumerated one, within its standard errors."""
    error = math.sqrt(max(coverage * (1.0 - coverage), 1.0 / TRIALS) / TRIALS)
    assert abs(share - coverage) <= STANDARD_ERRORS * error


@pytest.mark.parametrize(("trials", "truth"), [(10, 0.1), (20, 0.02), (30, 0.5), (30, 0.07), (60, 0.3)])
def test_simulated_coverage_of_wilson_is_the_enumerated_one(trials: int, truth: float) -> None:
    wars = np.random.default_rng([1927, trials]).random((TRIALS, trials)) < truth
    low, high = ends("wilson", trials)[wars.sum(axis=1)].T
    share = float(np.mean((low <= truth) & (truth <= high)))
    assert_near(share, enumerated("wilson", trials, np.array([truth]))[0])


def test_wilson_covers_what_it_says_on_average_and_less_at_the_edges() -> None:
    for trials in (10, 30, 60):
        coverage = enumerated("wilson", trials, GRID)
        assert np.mean(coverage) == pytest.approx(0.95, abs=0.01)
        assert np.min(coverage) > 0.83


def test_clopper_pearson_never_covers_less_than_it_says() -> None:
    for trials in range(1, 61):
        assert np.min(enumerated("exact", trials, GRID)) >= 0.95 - 1e-12


def test_the_chosen_interval_covers_more_than_wilson_where_wilson_fails() -> None:
    """Fewest successes call for the exact one: the worst case over the grid rises."""
    for trials in (20, 30, 60):
        worst = np.min(enumerated("chosen", trials, GRID))
        assert worst >= np.min(enumerated("wilson", trials, GRID))
        assert worst > 0.92


# Pairs: P(first only), P(second only), pairs.
PAIRS = [(0.3, 0.1, 30), (0.05, 0.02, 30), (0.1, 0.1, 20), (0.0, 0.15, 12)]


@functools.cache
def outcomes_of(pairs: int) -> tuple[tuple[int, int], ...]:
    """All numbers of pairs in which only the first, or only the second, has the event."""
    return tuple((b, c) for b in range(pairs + 1) for c in range(pairs + 1 - b))


@functools.cache
def differences(pairs: int) -> dict[tuple[int, int], tuple[float, float]]:
    return {(b, c): tango(b, c, pairs)[1:] for b, c in outcomes_of(pairs)}


def chances(first: float, second: float, pairs: int) -> npt.NDArray[np.float64]:
    counts = np.array([(b, c, pairs - b - c) for b, c in outcomes_of(pairs)])
    chance: npt.NDArray[np.float64] = multinomial.pmf(counts, pairs, [first, second, 1.0 - first - second])
    return chance


def holds(pairs: int, difference: float) -> npt.NDArray[np.bool_]:
    low, high = np.array([differences(pairs)[outcome] for outcome in outcomes_of(pairs)]).T
    return (low <= difference) & (difference <= high)


@pytest.mark.parametrize(("first", "second", "pairs"), PAIRS)
def test_simulated_coverage_of_tango_is_the_enumerated_one(first: float, second: float, pairs: int) -> None:
    """Pair by pair, as runs come; the enumeration is over the multinomial."""
    luck = np.random.default_rng([1998, pairs]).random((TRIALS, pairs))
    only_first = (luck < first).sum(axis=1)
    only_second = ((luck >= first) & (luck < first + second)).sum(axis=1)
    difference = first - second
    seen = [differences(pairs)[b, c] for b, c in zip(only_first.tolist(), only_second.tolist(), strict=True)]
    share = float(np.mean([low <= difference <= high for low, high in seen]))
    assert_near(share, float(np.sum(chances(first, second, pairs) * holds(pairs, difference))))


def test_tango_covers_about_what_it_says_or_more() -> None:
    for first, second, pairs in PAIRS:
        coverage = np.sum(chances(first, second, pairs) * holds(pairs, first - second))
        assert coverage > 0.93, (first, second, pairs)


def test_mid_p_hardly_ever_rejects_too_often() -> None:
    """The size of the test at 5 %, enumerated over a grid of what is true."""
    for pairs in (10, 20, 30):
        rejects = np.array([mcnemar_mid_p(b, c) <= 0.05 for b, c in outcomes_of(pairs)])
        for discordant in np.arange(1, 20) / 20.0:
            size = np.sum(chances(discordant / 2, discordant / 2, pairs) * rejects)
            assert size < 0.0525


# Survival and hazard


def last_ends(wars: int, runs: int) -> tuple[float, float]:
    """The band at the horizon, where so many of the runs were at war by then."""
    hours = [float(hour) for hour in range(1, wars + 1)] + [100.0] * (runs - wars)
    curve = kaplan_meier(hours, [True] * wars + [False] * (runs - wars))
    if wars == 0:
        return curve.low_before, 1.0
    return float(curve.low[-1]), float(curve.high[-1])


@pytest.mark.parametrize(("truth", "runs"), [(0.9, 30), (0.5, 30), (0.7, 15)])
def test_simulated_coverage_of_the_survival_band_is_the_enumerated_one(truth: float, runs: int) -> None:
    """At the horizon the curve depends on the number of wars alone, if no run ends before it in peace."""
    table = [last_ends(wars, runs) for wars in range(runs + 1)]
    held = np.array([low <= truth <= high for low, high in table])
    coverage = float(np.sum(binom.pmf(np.arange(runs + 1), runs, 1.0 - truth) * held))
    wars = (np.random.default_rng([1958, runs]).random((TRIALS, runs)) >= truth).sum(axis=1)
    assert_near(float(np.mean(held[wars])), coverage)
    assert coverage > 0.92


def test_the_hazard_of_a_constant_rate_is_never_covered_too_seldom() -> None:
    reviews = 1000
    ends_of = np.array([hazard_per_review(wars, reviews)[1:3] for wars in range(120)])
    for mean in np.arange(1, 241) / 4.0:
        held = (ends_of[:, 0] <= mean / reviews) & (mean / reviews <= ends_of[:, 1])
        assert np.sum(poisson.pmf(np.arange(120), mean) * held) >= 0.95 - 1e-9
