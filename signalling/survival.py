"""Time to war: survival with runs that ended in peace as censored, and the hazard of war per review."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from signalling.errors import SignallingError
from signalling.stats import Estimate, Method, normal_quantile, tail_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Survival:
    """P(no war yet) as a step function of time, with pointwise intervals.

    Attributes:
        event_hours: when there was a war, ascending, each time once, (n_times,).
        survival: P(no war until then and then), (n_times,).
        low: lower ends, (n_times,).
        high: upper ends, (n_times,).
        wars: how many at each time, (n_times,).
        stop_hours: when each run stopped, ascending, (n_runs,).
        confidence: coverage aimed at, at each time by itself.
        censored_hours: the last time at which a run was seen in peace; None if all ended in war.
    """

    event_hours: Floats
    survival: Floats
    low: Floats
    high: Floats
    wars: npt.NDArray[np.int64]
    stop_hours: Floats
    confidence: float
    censored_hours: float | None

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.stop_hours)

    @property
    def low_before(self) -> float:
        """Lower end before the first war: Clopper and Pearson's for none of the runs."""
        return float(tail_of(self.confidence) ** (1.0 / self.runs))

    def at_risk(self, hours: Sequence[float] | Floats) -> npt.NDArray[np.int64]:
        """How many runs had not stopped before each time."""
        return self.runs - np.searchsorted(self.stop_hours, hours, side="left")

    def median(self) -> Estimate:
        """Hours by which half of the runs are at war; None where the curve, or an end, stays above half.

        Source: Brookmeyer and Crowley 1982, Biometrics 38: the times at which one half lies in the band.
        """

        def first_at_most_half(curve: Floats) -> float | None:
            below = np.flatnonzero(curve <= 0.5)
            return float(self.event_hours[below[0]]) if len(below) else None

        median, low, high = map(first_at_most_half, (self.survival, self.low, self.high))
        return Estimate(median, low, high, Method.MEDIAN, self.runs)

    def restricted_mean(self, horizon_hours: float) -> Estimate:
        """Mean hours of peace within a horizon: the area under the curve up to it.

        Source: Royston and Parmar 2013, BMC Medical Research Methodology 13; Greenwood's variance and a
        normal interval. Where there is no war at all its variance is zero, and the low end is that of a war
        at hour zero in as many runs as Clopper and Pearson's interval allows (ours).

        Args:
            horizon_hours: up to when; not beyond the last time at which a run was seen in peace.

        Raises:
            SignallingError: the horizon lies beyond what was seen.
        """
        if self.censored_hours is not None and horizon_hours > self.censored_hours:
            raise SignallingError(
                f"horizon_hours = {horizon_hours}: the runs were seen to {self.censored_hours} h only"
            )
        counted = self.event_hours < horizon_hours
        times, steps = self.event_hours[counted], self.survival[counted]
        if len(times) == 0:
            low = horizon_hours * self.low_before
            return Estimate(horizon_hours, low, horizon_hours, Method.RESTRICTED_MEAN, self.runs)
        areas = np.diff(np.append(times, horizon_hours)) * steps
        to_come = np.cumsum(areas[::-1])[::-1]
        mean = float(times[0] + to_come[0])
        at_risk, wars = self.at_risk(times), self.wars[counted]
        left = np.maximum(at_risk - wars, 1)  # none left: nothing to come either
        half = normal_quantile(self.confidence) * math.sqrt(
            float(np.sum(to_come**2 * wars / (at_risk * left)))
        )
        ends = max(mean - half, 0.0), min(mean + half, horizon_hours)
        return Estimate(mean, *ends, Method.RESTRICTED_MEAN, self.runs)


def kaplan_meier(
    hours: Sequence[float] | Floats, wars: Sequence[bool] | npt.NDArray[np.bool_], confidence: float = 0.95
) -> Survival:
    """Survival of peace; a run that stopped without war was in peace until then and unknown afterwards.

    The band is log-log (Kalbfleisch and Prentice 1980). It does not exist before the first war nor where no
    run is left: there the lower end is Clopper and Pearson's for no war, or zero, and the upper one stays
    that of the step before, which a falling curve keeps valid.

    Source: Kaplan and Meier 1958, JASA 53, with Greenwood's variance, as computed by scipy.stats.ecdf.

    Args:
        hours: when each run stopped, (n_runs,), at least 0.
        wars: whether it stopped by war, (n_runs,).
        confidence: coverage aimed at, at each time by itself.

    Raises:
        SignallingError: no run, or hours that are none.

    Example:
        >>> curve = kaplan_meier([10, 20, 30, 30], [True, True, False, False])
        >>> curve.survival.tolist(), curve.median().estimate
        ([0.75, 0.5], 20.0)
    """
    from scipy.stats import CensoredData, ecdf

    stops, at_war = np.asarray(hours, dtype=np.float64), np.asarray(wars, dtype=np.bool_)
    if len(stops) == 0 or len(stops) != len(at_war) or not np.all(stops >= 0.0):
        raise SignallingError(f"{len(stops)} hours of {len(at_war)} runs: give each run's stop, 0 or later")
    tail_of(confidence)
    peace = stops[~at_war]
    curve = ecdf(CensoredData(uncensored=stops[at_war], right=peace)).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no band at 0 and 1: filled in below
        band = curve.confidence_interval(confidence, method="log-log")
    times, counts = np.unique(stops[at_war], return_counts=True)
    kept = np.isin(curve.quantiles, times)
    low, high = band.low.probabilities[kept], band.high.probabilities[kept]
    if len(high) and math.isnan(high[-1]):  # nobody left after the last war
        low[-1], high[-1] = 0.0, high[-2] if len(high) > 1 else 1.0
    return Survival(
        event_hours=times,
        survival=curve.probabilities[kept],
        low=low,
        high=high,
        wars=counts.astype(np.int64),
        stop_hours=np.sort(stops),
        confidence=confidence,
        censored_hours=float(peace.max()) if len(peace) else None,
    )


def hazard_per_review(wars: int, reviews: int, confidence: float = 0.95) -> Estimate:
    """Wars per review held, with the exact interval of a Poisson mean.

    Exposure makes runs of different length comparable: a channel that ends crises early leaves fewer reviews
    at which to strike. The hazard is taken for constant over reviews.

    Source: Garwood 1936, Biometrika 28, by quantiles of the gamma distribution.

    Args:
        wars: how many, 0 or more.
        reviews: held by all states in all runs, at least 1.
        confidence: coverage aimed at.

    Raises:
        SignallingError: a count below zero or no review.

    Example:
        >>> rate = hazard_per_review(0, 1000)
        >>> rate.low, round(rate.high, 5)
        (0.0, 0.00369)
    """
    from scipy.special import gammaincinv

    if wars < 0 or reviews < 1:
        raise SignallingError(f"{wars} wars in {reviews} reviews: a hazard needs wars >= 0 and reviews >= 1")
    tail = tail_of(confidence)
    low = 0.0 if wars == 0 else float(gammaincinv(wars, tail)) / reviews
    high = float(gammaincinv(wars + 1, 1.0 - tail)) / reviews
    return Estimate(wars / reviews, low, high, Method.POISSON, reviews)
