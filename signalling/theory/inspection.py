"""Hidden arming, imperfect detection, and preventive war (T18).

A state may arm in secret. Its rival is alarmed with a probability if it does, never if it does not, and
strikes or waits. Source: Debs and Monteiro 2014 for the question; this version, an inspection game, derived
here. Letters: s detection, V gain by arms, W loss if struck, kappa cost of arming, L harm by the other's
arms, c cost of striking.
"""

from math import inf
from typing import NamedTuple

from signalling.theory.domain import require_between, require_inside, require_probabilities


class Stakes(NamedTuple):
    """What is at stake, units of utility."""

    gain: float = 1.0
    """V, of who has arms and is not struck."""
    struck: float = 1.0
    """W, lost by whoever is struck."""
    arming: float = 0.2
    """kappa, the cost of arming."""
    harm: float = 1.0
    """L, lost by whose rival has arms."""
    striking: float = 0.3
    """c, the cost of a strike, below L."""


class Inspection(NamedTuple):
    """The equilibrium: how often one arms and the other strikes without an alarm, and what comes of it."""

    arm: float
    strike: float
    """Given no alarm."""
    war: float
    mistaken: float
    """Probability that a state that did not arm is struck."""


DEFAULT = Stakes()


def enough_detection(stakes: Stakes = DEFAULT) -> float:
    """The detection s* at which nobody arms any more: (V - kappa) / (V + W).

    Args:
        stakes: units of utility.

    Returns:
        A probability.

    Raises:
        ValueError: stakes that are no such game.

    Example:
        >>> enough_detection()
        0.4
    """
    _require_game(stakes)
    return (stakes.gain - stakes.arming) / (stakes.gain + stakes.struck)


def inspection(detection: float, stakes: Stakes = DEFAULT) -> Inspection:
    """The equilibrium at a probability of detection.

    Below s* one arms so often, x = c / (L (1 - s) + c s), that the other is indifferent without an alarm, and
    is struck without one so often, z = 1 - kappa / ((1 - s) V - s W), that it is indifferent itself. From s*
    on nobody arms and nobody strikes.

    Args:
        detection: s, a probability.
        stakes: units of utility.

    Returns:
        Four probabilities.

    Raises:
        ValueError: no probability, or stakes that are no such game.

    Example:
        >>> inspection(0.0)
        Inspection(arm=0.3, strike=0.8, war=0.8, mistaken=0.5599999999999999)
    """
    require_probabilities(detection=detection)
    if detection >= enough_detection(stakes):
        return Inspection(0.0, 0.0, 0.0, 0.0)
    hidden = 1 - detection
    arm = stakes.striking / (stakes.harm * hidden + stakes.striking * detection)
    strike = 1 - stakes.arming / (hidden * stakes.gain - detection * stakes.struck)
    found = arm * detection
    return Inspection(arm, strike, found + (1 - found) * strike, (1 - arm) * strike)


def _require_game(stakes: Stakes) -> None:
    require_inside(0.0, inf, gain=stakes.gain, harm=stakes.harm)
    require_between(0.0, inf, struck=stakes.struck)
    require_inside(0.0, stakes.gain, arming=stakes.arming)
    require_inside(0.0, stakes.harm, striking=stakes.striking)
