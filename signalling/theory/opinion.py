"""Opinions that spread: voters, voters who mishear, averaging, and biased imitation (T31).

N states each hold one of two opinions, hawk or dove; i is the number of hawks. At a step one state, drawn at
random, copies another, drawn at random (the voter model of Holley and Liggett 1975, on the complete graph).
"""

from math import exp, expm1, inf, log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signalling.theory.chains import Floats64, check_stochastic, stationary
from signalling.theory.domain import require_counts, require_inside, require_probabilities


class Share(NamedTuple):
    """How the share of hawks is distributed at one moment, in the long run."""

    mean: float
    """Its expectation."""
    variance: float
    """Its variance."""


def _require_hawks(states: int, hawks: int) -> None:
    require_counts(2, states=states)
    require_counts(0, hawks=hawks)
    if hawks > states:
        raise ValueError(f"hawks = {hawks}: must be at most the {states} states")


def voter_chain(states: int, mishearing: float = 0.0) -> Floats64:
    """Transitions of the number of hawks when the copied opinion is misheard with the probability e.

    A dove is drawn with (N - i) / N and hears a hawk with (1 - e) i / (N - 1) + e (N - 1 - i) / (N - 1);
    the other way round for a hawk. Kirman 1993 has such a chain, with spontaneous changes of mind.

    Args:
        states: N, at least 2.
        mishearing: e, a probability.

    Returns:
        Probabilities, (N + 1, N + 1).

    Raises:
        ValueError: constants outside their range.
    """
    require_counts(2, states=states)
    require_probabilities(mishearing=mishearing)
    hawks = np.arange(states + 1)
    met_hawk = hawks / (states - 1)
    met_dove = (states - hawks) / (states - 1)
    # A state does not meet itself: a dove meets N - 1 - i other doves, a hawk i - 1 other hawks.
    dove_met_dove = (states - 1 - hawks) / (states - 1)
    hawk_met_hawk = (hawks - 1) / (states - 1)
    up = (states - hawks) / states * ((1 - mishearing) * met_hawk + mishearing * dove_met_dove)
    down = hawks / states * ((1 - mishearing) * met_dove + mishearing * hawk_met_hawk)
    return np.diag(1 - up - down) + np.diag(up[:-1], 1) + np.diag(down[1:], -1)


def hawk_consensus(states: int, hawks: int) -> float:
    """Chance that all become hawks: i / N.

    Up and down are equally likely, so the expected number of hawks never changes (Holley and Liggett 1975).

    Args:
        states: N, at least 2.
        hawks: i, 0 to N.

    Returns:
        A probability.

    Raises:
        ValueError: constants outside their range.
    """
    _require_hawks(states, hawks)
    return hawks / states


def steps_to_consensus(states: int, hawks: int) -> float:
    """Mean number of steps until all agree.

    The number of hawks goes up or down with i (N - i) / (N (N - 1)) each. A fair walk from i visits j
    before an end, in the mean, 2 min(i, j) (N - max(i, j)) / N times, and stays there
    N (N - 1) / (2 j (N - j)) steps: the sum over j is
    (N - 1) (sum over j <= i of (N - i) / (N - j) + sum over j > i of i / j). Derived here.

    Args:
        states: N, at least 2.
        hawks: i, 0 to N.

    Returns:
        Steps, of one state each.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> round(steps_to_consensus(5, 1), 6)
        8.333333
    """
    _require_hawks(states, hawks)
    if hawks in {0, states}:
        return 0.0
    below = sum((states - hawks) / (states - j) for j in range(1, hawks + 1))
    above = sum(hawks / j for j in range(hawks + 1, states))
    return (states - 1) * (below + above)


def _require_mishearing(mishearing: float) -> None:
    require_probabilities(mishearing=mishearing)
    require_inside(0.0, inf, mishearing=mishearing)


def hawks_when_misheard(states: int, mishearing: float) -> Floats64:
    """Stationary law of the number of hawks when the copied opinion is misheard.

    Args:
        states: N, at least 2.
        mishearing: e, above 0 and at most 1; without mishearing consensus holds for ever, at either end.

    Returns:
        Probabilities of 0 to N hawks, (N + 1,).

    Raises:
        ValueError: constants outside their range.
    """
    _require_mishearing(mishearing)
    return stationary(voter_chain(states, mishearing))


def share_when_misheard(states: int, mishearing: float) -> Share:
    """Mean and variance of the share of hawks, at one moment, when the copied opinion is misheard.

    Opinions written as 1 and -1 have mean 0, and two states the correlation r. What is copied passes
    through with the factor f = 1 - 2 e, from the other of the two or from one of N - 2 more:
    r = f (1 + (N - 2) r) / (N - 1), hence r = f / (N - 1 - (N - 2) f). The share has mean 1/2 and variance
    (1 / N + (1 - 1 / N) r) / 4. Derived here.

    Args:
        states: N, at least 2.
        mishearing: e, above 0 and at most 1.

    Returns:
        Mean and variance of the share.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> round(share_when_misheard(10, 0.05).variance, 12)
        0.1375
    """
    require_counts(2, states=states)
    _require_mishearing(mishearing)
    passed = 1 - 2 * mishearing
    correlation = passed / (states - 1 - (states - 2) * passed)
    return Share(0.5, (1 / states + (1 - 1 / states) * correlation) / 4)


def unanimity(states: int, mishearing: float) -> float:
    """Chance that all agree, in the long run; 1 without mishearing, when the voters are stuck.

    Args:
        states: N, at least 2.
        mishearing: e, a probability.

    Returns:
        A probability.

    Raises:
        ValueError: constants outside their range.
    """
    require_counts(2, states=states)
    if mishearing == 0:
        return 1.0
    law = hawks_when_misheard(states, mishearing)
    return float(law[0] + law[-1])


def influence(trust: npt.ArrayLike) -> Floats64:
    """Weight of each state's first opinion in the consensus: the law that the matrix of trust keeps.

    x <- W x tends to (pi x) 1 (DeGroot 1974).

    Args:
        trust: W, weights that a state (row) gives to each, rows sum to 1, (n, n).

    Returns:
        pi, sums to 1, (n,).

    Raises:
        ValueError: not such a matrix, or more than one group that listens to nobody else.
    """
    return stationary(_square(trust))


def averaged(trust: npt.ArrayLike, opinions: npt.ArrayLike, rounds: int) -> Floats64:
    """Opinions after some rounds of averaging, W^t x (DeGroot 1974).

    Args:
        trust: W, as in `influence`, (n, n).
        opinions: x, (n,).
        rounds: t, at least 0.

    Returns:
        Opinions, (n,).

    Raises:
        ValueError: not such a matrix, not one opinion for each state, or t below 0.
    """
    weights, held = _averaging(trust, opinions)
    require_counts(0, rounds=rounds)
    after: Floats64 = np.linalg.matrix_power(weights, rounds) @ held
    return after


def consensus(trust: npt.ArrayLike, opinions: npt.ArrayLike) -> float:
    """The opinion on which averaging settles, pi x (DeGroot 1974).

    Args:
        trust: W, as in `influence`, (n, n).
        opinions: x, (n,).

    Returns:
        In the unit of the opinions.

    Raises:
        ValueError: as in `influence`, or not one opinion for each state.
    """
    _, held = _averaging(trust, opinions)
    return float(influence(trust) @ held)


def _square(trust: npt.ArrayLike) -> Floats64:
    weights = check_stochastic(trust, "trust")
    if weights.shape[0] != weights.shape[1]:
        raise ValueError(f"trust: must be square, not of shape {weights.shape}")
    return weights


def _averaging(trust: npt.ArrayLike, opinions: npt.ArrayLike) -> tuple[Floats64, Floats64]:
    weights = _square(trust)
    held = np.asarray(opinions, dtype=np.float64)
    if held.shape != (len(weights),):
        raise ValueError(f"opinions: must be {len(weights)}, one for each state, not of shape {held.shape}")
    return weights, held


def slowest_factor(trust: npt.ArrayLike) -> float:
    """Factor by which disagreement shrinks in a round, in the long run: the second largest modulus.

    Args:
        trust: W, as in `influence`, (n, n), n at least 2.

    Returns:
        Modulus, 0 to 1. A repeated eigenvalue has half the digits of a single one.

    Raises:
        ValueError: not such a matrix.
    """
    weights = _square(trust)
    require_counts(2, states=len(weights))
    return float(np.sort(np.abs(np.linalg.eigvals(weights)))[-2])


def fixation(states: int, bias: float) -> float:
    """Chance that one hawk makes all hawks, ups being r times as likely as downs: Moran's process.

    (1 - 1 / r) / (1 - r^-N), and 1 / N at r = 1: the gambler's ruin (Moran 1958).

    Args:
        states: N, at least 2.
        bias: r, above 0.

    Returns:
        A probability.

    Raises:
        ValueError: constants outside their range.
    """
    require_counts(2, states=states)
    require_inside(0.0, inf, bias=bias)
    pull = log(bias)
    if pull == 0:
        return 1 / states
    if pull < 0:
        # Both sides times r^N, or many states against hawks would overflow.
        return exp((states - 1) * pull) * expm1(pull) / expm1(states * pull)
    return expm1(-pull) / expm1(-states * pull)
