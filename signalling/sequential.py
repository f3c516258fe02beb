"""Intervals that may be looked at as often as one likes, and the decisions that come from them."""

import math
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from signalling.errors import SignallingError
from signalling.stats import Interval

#: Pairs at the first look; each later look has twice as many, the last one as many as there may be.
FIRST_LOOK = 250

#: Stakes: the share of its wealth that a bet puts at risk is odds / (1 + odds). The least is for a million
#: pairs of which most differ, the greatest for pairs of which none does; all have the same weight.
_ODDS = np.exp2(np.arange(-32, 29) / 4.0)
_STAKES = _ODDS / (1.0 + _ODDS)
_LOG_WEIGHT = -math.log(len(_STAKES))

Numbers = int | float | npt.NDArray[np.int64] | npt.NDArray[np.float64]


class Decision(StrEnum):
    """What an interval says of a difference, given the margin within which a difference does not matter."""

    PREVENTS = "prevents"
    """The whole interval lies below minus the margin."""
    NO_EFFECT = "no effect"
    """The whole interval lies within the margin, either side of zero."""
    INCREASES = "increases"
    """The whole interval lies above the margin."""
    UNDECIDED = "undecided"
    """An end of the margin lies in the interval."""


def log_evidence(
    caused: Numbers, averted: Numbers, pairs: Numbers, difference: Numbers
) -> npt.NDArray[np.float64]:
    """Logarithm of the evidence that P(war) rises by more than a difference, from counts of pairs.

    It is what a gambler owns who began with 1 and bet on every pair that the treatment causes a war, at odds
    that are fair if P(war) changes by `difference` exactly. With the stake c, a share, and 1 + x for a pair
    (2: the war is caused, 1: nothing changes, 0: it is averted) wealth is multiplied by
    1 - c + c (1 + x) / (1 + difference). Its mean is 1 under `difference` and less under any lower one, so
    that the wealth ever reaches 1/e with probability e at most (Ville 1939). The wealth is spread over 61
    stakes beforehand, evenly in the logarithm of c / (1 - c); a mean of martingales is one. Counts alone
    matter: the order of the pairs does not. Evidence that P(war) falls is had with the counts exchanged.

    Source: Robbins 1970, Annals of Mathematical Statistics 41 (mixtures); Waudby-Smith and Ramdas, Journal of
    the Royal Statistical Society B 86, 2024 (bets on bounded means); the stakes are ours.

    Args:
        caused: pairs with war under the treatment alone; counts may be arrays of one shape.
        averted: pairs with war under the baseline alone.
        pairs: all pairs.
        difference: P(war | treatment) - P(war | baseline) in the hypothesis, above -1, at most 1.

    Returns:
        Natural logarithms in the shape of the counts; never NaN.

    Example:
        >>> float(np.round(log_evidence(30, 0, 100, 0.0), 2))
        19.03
    """
    caused, averted, pairs, difference = (
        np.asarray(number, dtype=np.float64)[..., None] for number in (caused, averted, pairs, difference)
    )
    wealth = (
        caused * np.log1p(_STAKES * (1.0 - difference) / (1.0 + difference))
        + (pairs - caused - averted) * np.log1p(-_STAKES * difference / (1.0 + difference))
        + averted * np.log1p(-_STAKES)
        + _LOG_WEIGHT
    )
    # The greatest is taken out before exponentials, which would overflow.
    greatest = wealth.max(axis=-1)
    found: npt.NDArray[np.float64] = greatest + np.log(np.exp(wealth - greatest[..., None]).sum(axis=-1))
    return found


def confidence_sequence(caused: int, averted: int, pairs: int, error: float = 0.05) -> Interval:
    """The interval of P(war | treatment) - P(war | baseline) that holds at all numbers of pairs at once.

    With probability 1 - error or more it holds the truth after 1, 2, 3, ... pairs without end: to look at any
    time, to stop because of what was seen, and to go on later cost nothing. No approximation for large
    numbers is made. An end is where the evidence against all that lies beyond reaches 2 / error.

    Source: see `log_evidence`.

    Args:
        caused: pairs with war under the treatment alone.
        averted: pairs with war under the baseline alone.
        pairs: all pairs; none gives [-1, 1], and 0 for an estimate.
        error: probability of ever missing the truth, between 0 and 1.

    Raises:
        SignallingError: counts that are none, or an error that is no probability.

    Example:
        >>> print(confidence_sequence(9, 2, 44))
        0.159 [-0.085, 0.421]
        >>> print(confidence_sequence(0, 0, 0))
        0.000 [-1.000, 1.000]
    """
    if min(caused, averted) < 0 or caused + averted > pairs:
        raise SignallingError(
            f"{caused} and {averted} of {pairs} pairs: pairs that differ cannot exceed the pairs"
        )
    if not 0.0 < error < 1.0:
        raise SignallingError(f"error = {error}: must be between 0 and 1, e.g. 0.05")
    estimate = (caused - averted) / pairs if pairs else 0.0
    low = _lower_end(caused, averted, pairs, estimate, error / 2.0)
    high = -_lower_end(averted, caused, pairs, -estimate, error / 2.0)
    return Interval(estimate, low, high)


def _lower_end(caused: int, averted: int, pairs: int, estimate: float, error: float) -> float:
    """The largest difference that the evidence excludes from below; -1 if it excludes none.

    The evidence falls as the difference rises, and at the estimate it is 1 at most (log(1 + y) <= y, and the
    y sum to 0): it crosses its limit between -1 and the estimate, if anywhere. Of the last two numbers the
    outer one is taken.
    """
    limit = -math.log(error)
    low, high = -1.0, estimate
    while low < (middle := (low + high) / 2.0) < high:
        if float(log_evidence(caused, averted, pairs, middle)) >= limit:
            low = middle
        else:
            high = middle
    return low


def decide(interval: Interval, margin: float) -> Decision:
    """The one decision that an interval and a margin allow.

    A decision is wrong only if the interval misses the truth. Whether zero lies in the interval is not asked:
    with enough pairs the slightest difference excludes zero, and an interval that holds zero may be wide.

    Args:
        interval: of P(war | treatment) - P(war | baseline).
        margin: a difference that does not matter, above 0.

    Raises:
        SignallingError: a margin that is not above 0 and below 1.

    Example:
        >>> decide(Interval(0.0, -0.01, 0.01), margin=0.02)
        <Decision.NO_EFFECT: 'no effect'>
    """
    if not 0.0 < margin < 1.0:
        raise SignallingError(f"margin = {margin}: must be between 0 and 1, e.g. 0.02")
    if interval.high < -margin:
        return Decision.PREVENTS
    if interval.low > margin:
        return Decision.INCREASES
    if -margin < interval.low and interval.high < margin:
        return Decision.NO_EFFECT
    return Decision.UNDECIDED


def looks(budget: int) -> list[int]:
    """Numbers of pairs at which a decision is sought: 250, 500, 1000, ... and the budget.

    Raises:
        SignallingError: a budget that is no whole number above 0.

    Example:
        >>> looks(1200)
        [250, 500, 1000, 1200]
    """
    if isinstance(budget, bool) or not isinstance(budget, int) or budget < 1:
        raise SignallingError(f"budget = {budget}: must be a whole number, 1 or more")
    found = []
    pairs = FIRST_LOOK
    while pairs < budget:
        found.append(pairs)
        pairs *= 2
    return [*found, budget]
