"""Beliefs that are right on average: the law of a posterior, and what a lone decider gains by it (T28).

A state is of type 1 with the probability t (the prior). Each of n independent reports names its type rightly
with the probability a, the accuracy; the receiver knows a and applies Bayes's rule.
"""

from math import log
from typing import NamedTuple

import numpy as np

from signalling.theory.chains import Floats64
from signalling.theory.domain import require_between, require_counts, require_inside, require_probabilities

#: Posteriors this close to a threshold, in log odds, count as on it: equality must survive rounding.
ON_THE_THRESHOLD = 1e-9


class PosteriorLaw(NamedTuple):
    """What a receiver comes to believe, and how often."""

    prior: float
    """Probability of type 1 before any report."""
    log_odds: Floats64
    """Belief after s reports of type 1, s = 0 to n, as log odds, (n + 1,)."""
    posterior: Floats64
    """The same as a probability, (n + 1,)."""
    given_one: Floats64
    """Probability of s such reports if the state is of type 1, (n + 1,)."""
    given_zero: Floats64
    """The same if it is of type 0, (n + 1,)."""

    def probabilities(self) -> Floats64:
        """Law of the number of reports of type 1, whatever the type, (n + 1,)."""
        return self.prior * self.given_one + (1 - self.prior) * self.given_zero

    def mean(self) -> float:
        """Expected posterior; Bayes's rule makes it the prior."""
        return float(self.probabilities() @ self.posterior)

    def variance(self) -> float:
        """Variance of the posterior: how much the reports told."""
        return float(self.probabilities() @ (self.posterior - self.mean()) ** 2)

    def brier(self) -> float:
        """Expected squared error of the posterior, E[(type - posterior)^2] = E[posterior (1 - posterior)]."""
        return float(self.probabilities() @ (self.posterior * (1 - self.posterior)))

    def probability_at_least(self, threshold: float, *, given_type: int) -> float:
        """Chance that the posterior reaches a threshold, by the true type.

        Args:
            threshold: a probability between 0 and 1; a posterior equal to it reaches it.
            given_type: 0 or 1.

        Raises:
            ValueError: a threshold that is 0 or 1 or none, or no such type.
        """
        require_inside(0.0, 1.0, threshold=threshold)
        if given_type not in {0, 1}:
            raise ValueError(f"given_type = {given_type}: must be 0 or 1")
        reached = self.log_odds >= _log_odds(threshold) - ON_THE_THRESHOLD
        return float((self.given_one if given_type else self.given_zero)[reached].sum())


def _log_odds(probability: float) -> float:
    return log(probability) - log(1 - probability)


def posterior_law(prior: float, accuracy: float, reports: int) -> PosteriorLaw:
    """The law of the posterior after n reports.

    s of n reports of type 1 have the binomial chances (n, a) and (n, 1 - a) under the two types; the log odds
    rise from those of the prior by (2 s - n) log(a / (1 - a)). Bayes's rule; derived here.

    Args:
        prior: t, above 0 and below 1.
        accuracy: a, above 0 and below 1.
        reports: n, at least 0.

    Returns:
        Posteriors and their probabilities under each type.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> law = posterior_law(0.5, 0.7, 5)
        >>> round(law.mean(), 12), round(law.variance(), 6)
        (0.5, 0.128713)
    """
    from scipy.special import expit
    from scipy.stats import binom

    require_inside(0.0, 1.0, prior=prior, accuracy=accuracy)
    require_counts(0, reports=reports)
    named = np.arange(reports + 1)
    odds = _log_odds(prior) + (2 * named - reports) * _log_odds(accuracy)
    one, zero = (np.array(binom.pmf(named, reports, hit)) for hit in (accuracy, 1 - accuracy))
    return PosteriorLaw(prior, np.array(odds, dtype=np.float64), np.array(expit(odds)), one, zero)


def mistaken_certainty_bound(prior: float, threshold: float) -> float:
    """No reports, however many or bad, make the posterior of a type 0 reach x oftener than this.

    The odds posterior / (1 - posterior) have, given type 0, the mean t / (1 - t) (a likelihood ratio has mean
    1), so by Markov's inequality they reach x / (1 - x) with at most the chance
    (t / (1 - t)) (1 - x) / x. Derived here.

    Args:
        prior: t, above 0 and below 1.
        threshold: x, above 0 and below 1.

    Returns:
        A probability.

    Raises:
        ValueError: constants outside their range.
    """
    require_inside(0.0, 1.0, prior=prior, threshold=threshold)
    return min(1.0, prior / (1 - prior) * (1 - threshold) / threshold)


def lone_decider_loss(prior: float, accuracy: float, *, miss_cost: float, false_alarm_cost: float) -> float:
    """Least expected loss of one who decides alone, on one report whether an attack comes.

    After each report the cheaper mistake is risked: the sum over the two reports of the smaller of
    P(attack, report) times the cost of missing it and P(none, report) times that of a false alarm. It never
    rises with accuracy from 1/2 (Blackwell 1953).

    Args:
        prior: probability of an attack.
        accuracy: probability that the report is right.
        miss_cost: units of loss, at least 0.
        false_alarm_cost: units of loss, at least 0.

    Returns:
        Units of loss.

    Raises:
        ValueError: constants outside their range.
    """
    require_probabilities(prior=prior, accuracy=accuracy)
    require_between(0.0, np.inf, miss_cost=miss_cost, false_alarm_cost=false_alarm_cost)
    loss = 0.0
    for hit in (accuracy, 1 - accuracy):
        loss += min(prior * hit * miss_cost, (1 - prior) * (1 - hit) * false_alarm_cost)
    return loss


def positive_predictive_value(base: float, hit: float, false_alarm: float) -> float:
    """Chance that an alarm is real, by Bayes's rule: rare attacks make most alarms false.

    Args:
        base: probability of an attack before the alarm.
        hit: probability of an alarm if there is one.
        false_alarm: probability of an alarm if there is none.

    Returns:
        A probability.

    Raises:
        ValueError: not probabilities, or an alarm that never sounds.
    """
    require_probabilities(base=base, hit=hit, false_alarm=false_alarm)
    real = base * hit
    alarms = real + (1 - base) * false_alarm
    if alarms == 0:
        raise ValueError(f"base = {base}, hit = {hit}, false_alarm = {false_alarm}: no alarm ever sounds")
    return real / alarms
