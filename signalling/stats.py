"""Intervals and tests: proportions, paired proportions, means."""

import math
from collections.abc import Callable, Sequence
from enum import StrEnum
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signalling.errors import SignallingError

#: Wilson's interval may cover too seldom where fewer successes, or fewer failures, than this are seen.
FEWEST_FOR_WILSON = 5


class Interval(NamedTuple):
    """An estimate with its confidence interval."""

    estimate: float
    low: float
    high: float

    def __str__(self) -> str:
        """For a table: estimate [low, high]."""
        return f"{self.estimate:.3f} [{self.low:.3f}, {self.high:.3f}]"


class Method(StrEnum):
    """How an interval was made."""

    COUNT = "count"
    """Counted, not estimated: no interval."""
    WILSON = "Wilson"
    """Score interval of a proportion."""
    CLOPPER_PEARSON = "Clopper-Pearson"
    """Exact interval of a proportion."""
    STUDENT = "Student t"
    """Mean plus and minus a quantile of Student's t times the standard error."""
    POISSON = "exact Poisson"
    """Exact interval of a Poisson rate."""
    MEDIAN = "Kaplan-Meier, Brookmeyer-Crowley"
    """Median of a survival curve, by where its log-log band crosses one half."""
    RESTRICTED_MEAN = "Kaplan-Meier, Greenwood"
    """Area under a survival curve, with Greenwood's variance."""
    NONE = "no values"
    """Nothing to estimate from."""


class Estimate(NamedTuple):
    """An estimate, its interval, how that was made and how many observations it rests on; None: unknown."""

    estimate: float | None
    low: float | None
    high: float | None
    method: Method
    size: int


def tail_of(confidence: float) -> float:
    """Probability beyond either end of an interval.

    Raises:
        SignallingError: the confidence is not between 0 and 1.
    """
    if not 0.0 < confidence < 1.0:
        raise SignallingError(f"confidence = {confidence}: must be between 0 and 1, e.g. 0.95")
    return (1.0 - confidence) / 2.0


def normal_quantile(confidence: float) -> float:
    """Half the width of a normal interval, in standard errors."""
    return NormalDist().inv_cdf(1.0 - tail_of(confidence))


def wilson(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of a proportion.

    Source: Wilson 1927, JASA 22.

    Args:
        successes: how many, 0 to trials.
        trials: of how many, at least 1.
        confidence: coverage aimed at, e.g. 0.95.

    Raises:
        SignallingError: counts that are none.

    Example:
        >>> print(wilson(0, 10))
        0.000 [0.000, 0.278]
    """
    _check_counts(successes, trials)
    z = normal_quantile(confidence)
    share = successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    # The ends belong to the interval exactly where all or no trials succeed.
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return Interval(share, low, high)


def _check_counts(successes: int, trials: int) -> None:
    if not 0 <= successes <= trials or trials < 1:
        raise SignallingError(
            f"{successes} of {trials}: a proportion needs 0 <= successes <= trials, trials >= 1"
        )


def clopper_pearson(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """The exact interval of a proportion: never covers less than it says, often more.

    Source: Clopper and Pearson 1934, Biometrika 26, by quantiles of the beta distribution.

    Args:
        successes: how many, 0 to trials.
        trials: of how many, at least 1.
        confidence: coverage at least reached.

    Raises:
        SignallingError: counts that are none.

    Example:
        >>> print(clopper_pearson(0, 10))
        0.000 [0.000, 0.308]
    """
    from scipy.special import betaincinv

    _check_counts(successes, trials)
    tail = tail_of(confidence)
    failures = trials - successes
    low = 0.0 if successes == 0 else float(betaincinv(successes, failures + 1, tail))
    high = 1.0 if failures == 0 else float(betaincinv(successes + 1, failures, 1.0 - tail))
    return Interval(successes / trials, low, high)


def proportion_interval(successes: int, trials: int, confidence: float = 0.95) -> Estimate:
    """Wilson's interval; Clopper and Pearson's where fewer than five successes or failures are seen.

    Wilson's is shorter and covers what it says on average; near 0 and 1 it may cover less, and there the
    exact one, which never does, costs little length in absolute terms. `method` says which was used.

    Args:
        successes: how many, 0 to trials.
        trials: of how many, at least 1.
        confidence: coverage aimed at.

    Raises:
        SignallingError: counts that are none.

    Example:
        >>> proportion_interval(2, 100).method, proportion_interval(50, 100).method
        (<Method.CLOPPER_PEARSON: 'Clopper-Pearson'>, <Method.WILSON: 'Wilson'>)
    """
    if min(successes, trials - successes) < FEWEST_FOR_WILSON:
        exact = clopper_pearson(successes, trials, confidence)
        return Estimate(*exact, Method.CLOPPER_PEARSON, trials)
    return Estimate(*wilson(successes, trials, confidence), Method.WILSON, trials)


def tango_score(first_only: int, second_only: int, pairs: int, difference: float) -> float:
    """Tango's score statistic for a paired difference of proportions; asymptotically standard normal.

    Source: Tango 1998, Statistics in Medicine 17; the nuisance parameter, P(second only), is the larger
    root of the likelihood equation, a quadratic.

    Args:
        first_only: pairs in which only the first of the two has the event.
        second_only: pairs in which only the second has it.
        pairs: all pairs.
        difference: hypothesised P(first) - P(second), in [-1, 1].
    """
    n, b, c, d = pairs, first_only, second_only, difference
    linear = -b - c + (2 * n - b + c) * d
    constant = -c * d * (1 - d)
    root = math.sqrt(max(linear * linear - 8 * n * constant, 0.0))
    q = (root - linear) / (4 * n)  # P(second only) under the hypothesis, by maximum likelihood
    variance = n * (2 * q + d * (1 - d))
    excess = b - c - n * d
    if variance <= 0.0:
        return 0.0 if excess == 0 else math.copysign(math.inf, excess)
    return excess / math.sqrt(variance)


def tango(first_only: int, second_only: int, pairs: int, confidence: float = 0.95) -> Interval:
    """Tango's score interval of P(first) - P(second) from paired counts.

    Source: Tango 1998, Statistics in Medicine 17.

    Args:
        first_only: pairs in which only the first of the two has the event.
        second_only: pairs in which only the second has it.
        pairs: all pairs, at least 1.
        confidence: coverage aimed at.

    Raises:
        SignallingError: counts that are none.

    Example:
        >>> print(tango(9, 2, 44))
        0.159 [0.013, 0.312]
    """
    if min(first_only, second_only) < 0 or first_only + second_only > pairs or pairs < 1:
        raise SignallingError(
            f"{first_only} and {second_only} of {pairs} pairs: discordant pairs cannot exceed the pairs"
        )
    z = normal_quantile(confidence)
    estimate = (first_only - second_only) / pairs

    def gap(sign: float) -> Callable[[float], float]:
        return lambda d: tango_score(first_only, second_only, pairs, d) - sign * z

    # The score falls as the hypothesised difference rises: one root either side of the estimate.
    low = -1.0 if estimate <= -1.0 else _bisect(gap(1.0), -1.0, estimate)
    high = 1.0 if estimate >= 1.0 else _bisect(gap(-1.0), estimate, 1.0)
    return Interval(estimate, low, high)


def mcnemar_mid_p(first_only: int, second_only: int) -> float:
    """Two-sided mid-p value of McNemar's test that two paired proportions are equal.

    The exact conditional p value less the probability of what was seen: given how many pairs are discordant,
    each falls to either side with probability one half. Less timid than the exact test, and unlike the
    asymptotic one it hardly ever rejects too often.

    Source: Fagerland et al. 2013, BMC Medical Research Methodology 13, equation for the mid-p test.

    Args:
        first_only: pairs in which only the first of the two has the event.
        second_only: pairs in which only the second has it.

    Raises:
        SignallingError: counts below zero.

    Example:
        >>> f"{mcnemar_mid_p(1, 7):.4f}"
        '0.0391'
    """
    if min(first_only, second_only) < 0:
        raise SignallingError(f"{first_only} and {second_only} discordant pairs: counts cannot be below zero")
    fewer, discordant = min(first_only, second_only), first_only + second_only
    if discordant == 0:
        return 1.0
    # A quotient of whole numbers, rounded once; the terms below it follow by their ratio.
    seen = math.comb(discordant, fewer) / (1 << discordant)
    if first_only == second_only:
        return 1.0 - seen / 2.0
    term, terms = seen, [seen]
    for count in range(fewer, 0, -1):
        term *= count / (discordant - count + 1)
        terms.append(term)
    return 2.0 * math.fsum(terms) - seen


def mean_interval(values: Sequence[float] | npt.NDArray[np.float64], confidence: float = 0.95) -> Estimate:
    """Mean of independent values with Student's interval.

    Not a bootstrap: over the hundreds of runs of a cell the two agree, this one needs no seed, and over few
    runs the percentile bootstrap covers less (Hesterberg 2015). Values that are both few and very skewed
    suit neither.

    Args:
        values: one per run.
        confidence: coverage aimed at.

    Returns:
        No ends for a single value; nothing at all for none.

    Example:
        >>> mean_interval([1.0, 2.0, 3.0, 4.0]).estimate
        2.5
    """
    from scipy.special import stdtrit

    tail, count = tail_of(confidence), len(values)
    if count == 0:
        return Estimate(None, None, None, Method.NONE, 0)
    numbers = np.asarray(values, dtype=np.float64)
    # Exact sums do not depend on the order; a list goes into them faster than an array.
    mean = math.fsum(numbers.tolist()) / count
    if count == 1:
        return Estimate(mean, None, None, Method.STUDENT, 1)
    variance = math.fsum(((numbers - mean) ** 2).tolist()) / (count - 1)
    half = float(stdtrit(count - 1, 1.0 - tail)) * math.sqrt(variance / count)
    return Estimate(mean, mean - half, mean + half, Method.STUDENT, count)


def _bisect(function: Callable[[float], float], low: float, high: float) -> float:
    """The root of a falling function in [low, high], to the last bit.

    Plain bisection, because the score is infinite or 0/0 at the ends, which bracketing solvers refuse.
    """
    for _ in range(200):
        middle = (low + high) / 2.0
        if middle in {low, high}:
            break
        if function(middle) > 0.0:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0
