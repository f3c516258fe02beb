"""Richardson's arms race: two armaments that answer one another, on late reports (T07).

    x' = k y - a x + g,    y' = l x - b y + h

Letters: x, y the armaments; k, l the reaction to the other's; a, b fatigue and expense, the pull back; g, h
grievances; tau the delay of reports. Source of the race: Richardson 1960. What delay does to it is derived
here.

In discrete time a step of length h is x <- (1 - a h) x + k h y(d steps ago) + g h; with h = 1, a and k are
the shares by which a state adjusts and reacts at a step. (There h is a step, elsewhere a grievance.)
"""

from math import exp, expm1, inf, log1p, pi, sqrt
from typing import NamedTuple

import numpy as np

from signalling.theory.chains import Floats64
from signalling.theory.domain import require_between, require_counts, require_inside


class Race(NamedTuple):
    """The constants of a race; rates for one unit of time, or shares for one step."""

    a: float
    """Fatigue of the first state, per unit of time."""
    b: float
    """Fatigue of the second."""
    k: float
    """Reaction of the first to the second, per unit of time."""
    l: float  # noqa: E741 (Richardson's letter)
    """Reaction of the second to the first."""
    g: float = 0.0
    """Grievance of the first, armament per unit of time."""
    h: float = 0.0
    """Grievance of the second."""

    def matrix(self) -> Floats64:
        """What maps (x, y) to their rates of change, grievances left out, (2, 2)."""
        return np.array([[-self.a, self.k], [self.l, -self.b]], dtype=np.float64)


def symmetric(fatigue: float, reaction: float, grievance: float = 0.0) -> Race:
    """A race between two alike.

    Args:
        fatigue: a = b, per unit of time.
        reaction: k = l, per unit of time.
        grievance: g = h, armament per unit of time.

    Returns:
        The race.
    """
    return Race(fatigue, fatigue, reaction, reaction, grievance, grievance)


def _require_race(race: Race) -> None:
    """Both react, if at all, by arming, and both tire: then the leading root is real (see `leading_rate`)."""
    require_between(0.0, inf, **{"race.k": race.k, "race.l": race.l})
    require_inside(0.0, inf, **{"race.a": race.a, "race.b": race.b})


def fixed_point(race: Race) -> tuple[float, float]:
    """The armaments at which both stand still; where a stable race ends (Richardson 1960).

    Args:
        race: with a b different from k l.

    Returns:
        x and y; negative ones mean that no such balance is possible.

    Raises:
        ValueError: a b = k l, no single point of balance.
    """
    if race.a * race.b == race.k * race.l:
        raise ValueError(f"race = {tuple(race)}: a b = k l leaves no single point of balance")
    x, y = np.linalg.solve(race.matrix(), [-race.g, -race.h])
    return float(x), float(y)


def eigenvalues(race: Race) -> tuple[complex, complex]:
    """Rates at which deviations from the balance grow, the fastest first, reports prompt.

    Args:
        race: any.

    Returns:
        Per unit of time; real if k l >= 0.
    """
    found = sorted(np.linalg.eigvals(race.matrix()), key=lambda root: -root.real)
    return complex(found[0]), complex(found[1])


def is_stable(race: Race) -> bool:
    """Whether every deviation dies out: a b > k l (Richardson 1960); late reports do not change it.

    At the margin a b = k l the `leading_rate` is 0 for every delay. Derived here.

    Args:
        race: of two who tire and do not answer arms by disarming.

    Returns:
        True if stable.

    Raises:
        ValueError: a, b not above 0, or k, l below 0.
    """
    _require_race(race)
    return race.a * race.b > race.k * race.l


def leading_rate(race: Race, delay: float = 0.0, *, step: float = 0.0) -> float:
    """Rate at which the slowest deviation dies out, or the fastest grows, when only reports are late.

    Each knows its own armament at once and the other's as it was tau ago. exp(lam t) solves
    (lam + a)(lam + b) = k l exp(-2 lam tau). For lam > -min(a, b) the left side rises from 0 and the right
    side falls: one real root. A complex root of larger real part r is impossible, since
    |lam + a||lam + b| >= (r + a)(r + b) would exceed the right side. So the root is that of largest real
    part, and its sign is that of k l - a b, whatever tau. Alike states have lam = W(k tau exp(a tau)) / tau -
    a, W Lambert's function. Derived here.

    Stepped by Euler's rule, step h and tau = d h, z^n solves (z - 1 + a h)(z - 1 + b h) = k l h^2 z^(-2 d),
    and lam = log(z) / h: the same with (exp(lam h) - 1) / h for lam outside the delay. A simulation by that
    rule has this rate exactly; it nears that of continuous time in proportion to h.

    Args:
        race: of two who tire and do not answer arms by disarming.
        delay: tau, units of time, at least 0; a whole number of steps if stepped.
        step: h, units of time, 0 for continuous time; a h and b h below 1.

    Returns:
        lam per unit of time; the stepped scheme's if a step is given.

    Raises:
        ValueError: constants outside their range, or a delay that is no whole number of steps.

    Example:
        >>> round(leading_rate(symmetric(1.0, 0.9), delay=1.0), 9)
        -0.051980407
    """
    from scipy.optimize import brentq

    _require_race(race)
    require_between(0.0, inf, delay=delay, step=step)
    slower = min(race.a, race.b)
    if step > 0:
        if max(race.a, race.b) * step >= 1:
            raise ValueError(f"step = {step}: must be below 1 / max(a, b) = {1 / max(race.a, race.b):g}")
        steps = delay / step
        if abs(steps - round(steps)) > 1e-9 * max(1.0, steps):
            raise ValueError(f"delay = {delay}: must be a whole number of steps of {step}")
    lowest = log1p(-slower * step) / step if step > 0 else -slower
    product = race.k * race.l
    if product == 0:
        return lowest

    def excess(lam: float) -> float:
        growth = expm1(lam * step) / step if step > 0 else lam
        # Both sides times exp(2 lam tau) or as they stand, whichever cannot overflow.
        late = exp(-abs(2 * lam * delay))
        pull = (growth + race.a) * (growth + race.b)
        return pull - product * late if lam >= 0 else pull * late - product

    # At lam = sqrt(k l) the left side is at least k l and the right side at most.
    return float(brentq(excess, lowest, sqrt(product), xtol=1e-16, rtol=1e-14))


def spectral_radius(race: Race, delay_steps: int = 0) -> float:
    """Factor by which the slowest deviation shrinks at a step, or the fastest grows, reports d steps late.

    exp of the `leading_rate` at step 1: below 1 if and only if k l < a b, whatever d. Derived here.

    Args:
        race: shares for one step, a and b below 1.
        delay_steps: d, whole steps, at least 0.

    Returns:
        Largest modulus of an eigenvalue.

    Raises:
        ValueError: constants outside their range.
    """
    require_counts(0, delay_steps=delay_steps)
    return exp(leading_rate(race, float(delay_steps), step=1.0))


def leading_rate_all_late(race: Race, delay: float) -> complex:
    """The root of largest real part when each knows its own armament as late as the other's.

    Along an eigenvector of the prompt race, of eigenvalue m, lam = m exp(-lam tau), hence
    lam = W(m tau) / tau, W the principal branch of Lambert's function. Derived here.

    Args:
        race: of two who tire and do not answer arms by disarming.
        delay: tau, units of time, at least 0.

    Returns:
        lam per unit of time; a complex one is an oscillation, its conjugate is a root as well.

    Raises:
        ValueError: constants outside their range.
    """
    from scipy.special import lambertw

    _require_race(race)
    require_between(0.0, inf, delay=delay)
    prompt = [root.real for root in eigenvalues(race)]
    if delay == 0:
        return complex(max(prompt))
    roots = [complex(lambertw(root * delay)) / delay for root in prompt]
    return max(roots, key=lambda root: root.real)


def critical_delay_all_late(race: Race) -> float:
    """The delay beyond which deviations grow when all that a state knows is late.

    A mode m < 0 is stable if and only if -m tau < pi / 2: at the margin lam = i w gives w = -m and
    w tau = pi / 2. The fastest mode fails first; for states alike it is their difference, and
    (a + k) tau = pi / 2. Derived here.

    Args:
        race: stable when prompt.

    Returns:
        tau, units of time.

    Raises:
        ValueError: constants outside their range, or a race unstable without any delay.
    """
    if not is_stable(race):
        raise ValueError(f"race = {tuple(race)}: unstable without any delay, a b must exceed k l")
    return pi / (2 * max(-root.real for root in eigenvalues(race)))
