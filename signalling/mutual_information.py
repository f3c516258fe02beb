"""Mutual information in bits from counts of independent runs, corrected for its bias, with an interval."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signalling.stats import Estimate, Method, tail_of

Counts = npt.NDArray[np.integer]
Reals = npt.NDArray[np.float64]


def plug_in(counts: Counts | Reals) -> Reals:
    """Mutual information of the shares that counts give: too high on average, the more so the fewer.

    Args:
        counts: how often the one value (second axis from the end) met the other (last axis), (..., K, L).

    Returns:
        Bits (...,); 0 where nothing was counted.

    Example:
        >>> float(plug_in(np.array([[2, 0], [0, 2]])))
        1.0
    """
    total = counts.sum((-1, -2))
    together = _weighted(counts).sum((-1, -2)) + _weighted(total)
    apart = _weighted(counts.sum(-1)).sum(-1) + _weighted(counts.sum(-2)).sum(-1)
    return np.asarray((together - apart) / np.maximum(total, 1))


def _weighted(counts: Counts | Reals) -> Reals:
    """Each number times its binary logarithm, 0 for 0."""
    return np.asarray(counts * np.log2(np.maximum(counts, 1)))


def with_itself(counts: Counts) -> Counts:
    """Counts of the first value beside itself: their mutual information is its entropy.

    Args:
        counts: (runs, K, L).

    Returns:
        (runs, K, K), 0 off the diagonal.
    """
    first = counts.sum(-1)
    return np.asarray(first[:, :, np.newaxis] * np.eye(first.shape[1], dtype=first.dtype))


class Channel(NamedTuple):
    """What was counted of one channel."""

    counts: Counts
    """By run (runs, K, L)."""
    occasions: Counts
    """How often there might have been something to count, by run (runs,); the others carry 0 bits."""


def channel(counts: Counts, occasions: Counts | None = None) -> Channel:
    """A channel of which something was counted on every occasion, unless these are given."""
    return Channel(counts, counts.sum((1, 2)) if occasions is None else occasions)


def mutual_information(channels: Sequence[Channel], confidence: float = 0.95) -> Estimate:
    """Mutual information of the pooled counts of runs, by the jackknife; of several channels their mean.

    The plug-in value of all runs together, n times, less that of all but one, n - 1 times, is what this run
    adds: its pseudo-value. Their mean is the estimate, which has no bias of order 1 / n and may therefore
    fall below 0; it is not clamped. Runs are left out whole, since what is counted within a run hangs
    together. The ends are Student's, from the spread of the pseudo-values. Where the two values know next to
    nothing of each other this spread is itself uncertain, and too small if it is small: the standard error
    is then at least that of the quadratic term alone, `_quadratic_error`.

    Source: Quenouille 1956 and Tukey 1958 (jackknife); the quadratic term is ours.

    Args:
        channels: those without any occasion are left out.
        confidence: coverage aimed at.

    Returns:
        Bits per occasion. Without ends if fewer than two runs counted anything, and nothing at all if there
        was no occasion.

    Raises:
        SignallingError: the confidence is not between 0 and 1.

    Example:
        >>> runs = np.array([[[9, 1], [1, 9]], [[8, 0], [2, 8]], [[7, 2], [1, 9]]])
        >>> estimate = mutual_information([channel(runs)])
        >>> f"{estimate.estimate:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
        '0.450 [0.185, 0.716]'
    """
    held = [found for found in channels if found.occasions.any()]
    if not held:
        return Estimate(None, None, None, Method.NONE, 0)
    parts = [_without_each(found) for found in held]
    return _jackknifed(_mean(parts), confidence, ends=_enough(held))


def share_of_entropy(
    channels: Sequence[Channel], bounds: Sequence[Channel], confidence: float = 0.95
) -> Estimate:
    """Mutual information as a share of the entropy of what is to be told, by the jackknife of the quotient.

    Bits alone do not say how good a channel is: rungs that move more have more to tell.

    Source: Theil 1970 (the uncertainty coefficient).

    Args:
        channels: those without any occasion are left out.
        bounds: for each of them, what `with_itself` gives.
        confidence: coverage aimed at.

    Returns:
        As `mutual_information`, without a unit; nothing where nothing is to be told.
    """
    pairs = [(found, bound) for found, bound in zip(channels, bounds, strict=True) if found.occasions.any()]
    held = [found for found, _ in pairs]
    if not held:
        return Estimate(None, None, None, Method.NONE, 0)
    told = _mean([_without_each(found) for found in held])
    most = _mean([_without_each(bound) for _, bound in pairs])
    if most.pooled <= 0.0:
        return Estimate(None, None, None, Method.NONE, 0)
    # Left out alone, one run may leave nothing to tell.
    without = np.divide(told.without, most.without, out=np.zeros_like(told.without), where=most.without > 0.0)
    quotient = _LeftOut(told.pooled / most.pooled, without, told.least / most.pooled)
    return _jackknifed(quotient, confidence, ends=_enough(held))


def _enough(channels: Sequence[Channel]) -> bool:
    return all(np.count_nonzero(found.counts.any((1, 2))) > 1 for found in channels)


class _LeftOut(NamedTuple):
    """A statistic of all runs, and of all but each."""

    pooled: float
    without: Reals
    """(runs,)"""
    least: float
    """The least standard error that is believed."""


def _without_each(found: Channel) -> _LeftOut:
    counts, occasions = found
    pooled, total = counts.sum(0), occasions.sum()
    share = float(pooled.sum() / total)
    others = pooled - counts
    without = plug_in(others) * others.sum((1, 2)) / np.maximum(total - occasions, 1)
    return _LeftOut(float(plug_in(pooled)) * share, without, _quadratic_error(counts) * share)


def _mean(parts: Sequence[_LeftOut]) -> _LeftOut:
    """Of several channels; its error is at most the mean of theirs, however they hang together."""
    return _LeftOut(
        math.fsum(part.pooled for part in parts) / len(parts),
        np.mean([part.without for part in parts], axis=0),
        math.fsum(part.least for part in parts) / len(parts),
    )


def _jackknifed(found: _LeftOut, confidence: float, *, ends: bool) -> Estimate:
    from scipy.special import stdtrit

    tail = tail_of(confidence)
    runs = len(found.without)
    if not ends:
        return Estimate(found.pooled, None, None, Method.STUDENT, runs)
    values = runs * found.pooled - (runs - 1) * found.without
    middle = math.fsum(values.tolist()) / runs
    error = float(np.std(values, ddof=1)) / math.sqrt(runs)
    half = float(stdtrit(runs - 1, 1.0 - tail)) * max(error, found.least)
    return Estimate(middle, middle - half, middle + half, Method.STUDENT, runs)


def _quadratic_error(counts: Counts) -> float:
    """Standard error, in bits, of the quadratic term of the estimate.

    To second order in the deviations w of the runs' shares from the pooled ones, the estimate is a sum over
    runs plus a sum over pairs of runs, w' A w / n^2 with A half the second derivative of the plug-in value.
    Without any information the first sum vanishes and the second is all there is: its variance is
    2 tr(A S A S) / n^2, with S the covariance of w.
    """
    runs = len(counts)
    pooled = counts.sum(0)
    total = pooled.sum()
    if runs < 2 or total == 0:
        return 0.0
    within = counts.sum((1, 2), keepdims=True)
    deviations = (counts - within * (pooled / total)) * (runs / total)
    curved = deviations * _inverse(pooled / total)
    curved -= deviations.sum(2, keepdims=True) * _inverse(pooled.sum(1, keepdims=True) / total)
    curved -= deviations.sum(1, keepdims=True) * _inverse(pooled.sum(0, keepdims=True) / total)
    wide, narrow = curved.reshape(runs, -1), deviations.reshape(runs, -1)
    # The trace is the same from either side; the smaller matrix is made.
    product = wide.T @ narrow if runs > wide.shape[1] else wide @ narrow.T
    trace = float((product * product.T).sum()) / (2.0 * np.log(2.0) * (runs - 1)) ** 2
    return math.sqrt(max(2.0 * trace, 0.0)) / runs  # rounding may leave it below zero


def _inverse(shares: Reals) -> Reals:
    """One over each share, 0 where it is 0: nothing deviates there."""
    return np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0.0)


def miller_madow(counts: Counts) -> float:
    """The plug-in value less (K - 1)(L - 1) / (2 N ln 2), for N counts that are independent of each other.

    It stands here to be compared with: reports of one run are not independent, and the jackknife knows.

    Source: Miller 1955 (the bias of information to first order), with the values that occur as K and L.

    Args:
        counts: all together, (K, L), one at least.

    Returns:
        Bits.

    Example:
        >>> round(miller_madow(np.array([[50, 50], [50, 50]])), 4)
        -0.0036
    """
    first, second = np.count_nonzero(counts.sum(1)), np.count_nonzero(counts.sum(0))
    excess = (first - 1) * (second - 1) / (2.0 * np.log(2.0) * counts.sum())
    return float(plug_in(counts) - excess)
