"""Intervals: Wilson for a proportion, Tango for a difference of paired proportions."""

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import NamedTuple

from signalling.errors import SignallingError


class Interval(NamedTuple):
    """An estimate with its confidence interval."""

    estimate: float
    low: float
    high: float

    def __str__(self) -> str:
        """For a table: estimate [low, high]."""
        return f"{self.estimate:.3f} [{self.low:.3f}, {self.high:.3f}]"


def _normal_quantile(confidence: float) -> float:
    if not 0.0 < confidence < 1.0:
        raise SignallingError(f"confidence = {confidence}: must be between 0 and 1, e.g. 0.95")
    return NormalDist().inv_cdf(0.5 + confidence / 2.0)


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
    if not 0 <= successes <= trials or trials < 1:
        raise SignallingError(
            f"{successes} of {trials}: a proportion needs 0 <= successes <= trials, trials >= 1"
        )
    z = _normal_quantile(confidence)
    share = successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    # The ends belong to the interval exactly where all or no trials succeed.
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return Interval(share, low, high)


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
        0.159 [0.018, 0.307]
    """
    if min(first_only, second_only) < 0 or first_only + second_only > pairs or pairs < 1:
        raise SignallingError(
            f"{first_only} and {second_only} of {pairs} pairs: discordant pairs cannot exceed the pairs"
        )
    z = _normal_quantile(confidence)
    estimate = (first_only - second_only) / pairs

    def gap(sign: float) -> Callable[[float], float]:
        return lambda d: tango_score(first_only, second_only, pairs, d) - sign * z

    # The score falls as the hypothesised difference rises: one root either side of the estimate.
    low = -1.0 if estimate <= -1.0 else _bisect(gap(1.0), -1.0, estimate)
    high = 1.0 if estimate >= 1.0 else _bisect(gap(-1.0), estimate, 1.0)
    return Interval(estimate, low, high)


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
