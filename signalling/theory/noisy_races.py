"""Richardson's arms race with noise, exaggerated reports and lost ones (T08).

Letters as in `arms_races`. All of it is derived here; the stationary covariance is Lyapunov's equation.
"""

from math import inf, sqrt

import numpy as np

from signalling.theory.arms_races import Race, is_stable
from signalling.theory.chains import Floats64
from signalling.theory.domain import require_between, require_inside, require_probabilities


def _require_stable(race: Race) -> None:
    if not is_stable(race):
        raise ValueError(f"race = {tuple(race)}: unstable, a b must exceed k l for a law that stays")


def covariance_in_continuous_time(race: Race, noise: float) -> Floats64:
    """Stationary covariance of the armaments when both are shaken at random, without pause.

    dX = A X dt + sqrt(q) dW has A V + V A' + q 1 = 0 (Lyapunov's equation). For states alike the sum,
    (x + y) / sqrt 2, has variance q / (2 (a - k)) and the difference q / (2 (a + k)).

    Args:
        race: stable.
        noise: q, variance gained by either in a unit of time, armament squared.

    Returns:
        Covariances, armament squared, (2, 2).

    Raises:
        ValueError: constants outside their range, or an unstable race.
    """
    from scipy.linalg import solve_continuous_lyapunov

    _require_stable(race)
    require_between(0.0, inf, noise=noise)
    found: Floats64 = solve_continuous_lyapunov(race.matrix(), -noise * np.eye(2))
    return found


def covariance_in_steps(race: Race, report_sigma: float) -> Floats64:
    """Stationary covariance of the armaments when reports of the other's are misread at random.

    x <- (1 - a) x + k (y + s N), N standard normal, anew for each step and state, has V = A V A' + Q with
    Q = s^2 diag(k^2, l^2) (Lyapunov's equation in discrete time).

    Args:
        race: stable; shares for one step, a and b at most 1.
        report_sigma: s, standard deviation of the error of a report, armament.

    Returns:
        Covariances, armament squared, (2, 2).

    Raises:
        ValueError: constants outside their range, or an unstable race.
    """
    from scipy.linalg import solve_discrete_lyapunov

    _require_stable(race)
    require_between(0.0, 1.0, **{"race.a": race.a, "race.b": race.b})
    require_between(0.0, inf, report_sigma=report_sigma)
    shaken = report_sigma**2 * np.diag([race.k**2, race.l**2])
    # The direct method: two states need no iteration, and it keeps every digit.
    found: Floats64 = solve_discrete_lyapunov(np.eye(2) + race.matrix(), shaken, method="direct")
    return found


def probability_above(excess: float, variance: float) -> float:
    """Chance that an armament exceeds its mean by more than so much; sums of normal shocks are normal.

    Args:
        excess: armament above the mean.
        variance: of the armament, above 0.

    Returns:
        A probability.

    Raises:
        ValueError: a variance that is not above 0.
    """
    from scipy.special import ndtr

    require_inside(0.0, inf, variance=variance)
    return float(ndtr(-excess / sqrt(variance)))


def heard_reaction(reaction: float, *, exaggeration: float = 0.0, loss: float = 0.0) -> float:
    """The reaction to the true armament that exaggerated and lost reports amount to, on average.

    A report says (1 + b) times the truth and is lost with the probability p; lost, it is read as 0. So the
    mean answer is k (1 + b)(1 - p) times the other's armament: loss calms.

    Args:
        reaction: k, per unit of time or step.
        exaggeration: b, at least -1; 0 if reports are true.
        loss: p, a probability.

    Returns:
        In the unit of `reaction`.

    Raises:
        ValueError: constants outside their range.
    """
    require_between(0.0, inf, reaction=reaction)
    require_between(-1.0, inf, exaggeration=exaggeration)
    require_probabilities(loss=loss)
    return reaction * (1 + exaggeration) * (1 - loss)


def runs_away(fatigue: float, reaction: float, *, exaggeration: float = 0.0, loss: float = 0.0) -> bool:
    """Whether the mean armament of two alike grows without bound: k (1 + b)(1 - p) >= a.

    Args:
        fatigue: a, per unit of time or step, above 0.
        reaction: k, in the same unit.
        exaggeration: b, at least -1.
        loss: p, a probability.

    Returns:
        True if it runs away, for any grievance above 0.

    Raises:
        ValueError: constants outside their range.
    """
    require_inside(0.0, inf, fatigue=fatigue)
    return heard_reaction(reaction, exaggeration=exaggeration, loss=loss) >= fatigue


def mean_level(
    fatigue: float, reaction: float, grievance: float, *, exaggeration: float = 0.0, loss: float = 0.0
) -> float:
    """Mean armament at which two alike settle: x = g / (a - k (1 + b)(1 - p)).

    From the means, 0 = g - a x + k (1 + b)(1 - p) x; losses are independent of the armament.

    Args:
        fatigue: a, per unit of time or step, above 0.
        reaction: k, in the same unit.
        grievance: g, armament per unit of time or step, above 0.
        exaggeration: b, at least -1.
        loss: p, a probability.

    Returns:
        Armament; infinite if the race runs away.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> round(mean_level(0.2, 0.1, 0.1, loss=0.5), 6)
        0.666667
    """
    require_inside(0.0, inf, grievance=grievance)
    if runs_away(fatigue, reaction, exaggeration=exaggeration, loss=loss):
        return inf
    return grievance / (fatigue - heard_reaction(reaction, exaggeration=exaggeration, loss=loss))
