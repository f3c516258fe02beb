"""Threats that cost something to take back, and that may be lost on their way (T17).

A challenger is strong, and fights if it is resisted, or weak. It threatens or is quiet; a weak one that
threatens and does not get its way pays an audience cost. The defender concedes to a threat, or resists;
where it hears none it stays. Sources: Fearon 1994, 1997; the threats that are lost, and the closed form,
derived here. The prize is 1.
"""

from math import inf
from typing import NamedTuple

from signalling.theory.domain import require_between, require_inside, require_probabilities


class Bluffing(NamedTuple):
    """How often a weak challenger threatens, and how often a threat that is heard is resisted."""

    bluff: float
    resist: float


def bluffing(strong: float, war: float, audience: float, loss: float) -> Bluffing:
    """The equilibrium: bluffs leave the defender indifferent, resistance the weak challenger.

    b = pi (k - 1) / (1 - pi) makes a threat that is heard strong with the probability 1/k. A weak one gains 1
    if its threat is heard and believed, and pays A otherwise: r = ((1 - e) - e A) / ((1 - e) (1 + A)). If so
    many threats are lost that this is not positive, no weak one threatens and no threat is resisted.

    Args:
        strong: pi, probability of a strong challenger, above 0 and below 1/k.
        war: k, the defender's loss by war where conceding loses 1; above 1.
        audience: A, above 0.
        loss: e, probability that a threat is lost, from 0 to 1.

    Returns:
        Both probabilities.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> bluffing(0.2, 2.0, 1.0, 0.0)
        Bluffing(bluff=0.25, resist=0.5)
    """
    require_inside(1.0, inf, war=war)
    require_inside(0.0, 1 / war, strong=strong)
    require_inside(0.0, inf, audience=audience)
    require_probabilities(loss=loss)
    if loss >= most_harmless_loss(audience):
        return Bluffing(0.0, 0.0)
    resist = ((1 - loss) - loss * audience) / ((1 - loss) * (1 + audience))
    return Bluffing(strong * (war - 1) / (1 - strong), resist)


def most_harmless_loss(audience: float) -> float:
    """The share of threats up to which losing them changes nothing: 1 / (1 + A).

    Args:
        audience: A, at least 0.

    Returns:
        A probability.

    Raises:
        ValueError: no such cost.

    Example:
        >>> most_harmless_loss(4.0)
        0.2
    """
    require_between(0.0, inf, audience=audience)
    return 1 / (1 + audience)


def war_probability(strong: float, audience: float, loss: float) -> float:
    """P(war) in equilibrium: pi max(1/(1 + A), e), whatever war costs the defender.

    A strong challenger fights if its threat is lost or resisted. Fewer threats that arrive are resisted
    less, which cancels exactly until none is resisted any more.

    Args:
        strong: pi, a probability.
        audience: A, at least 0.
        loss: e, probability that a threat is lost.

    Returns:
        A probability.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> war_probability(0.2, 1.0, 0.3)
        0.1
    """
    require_probabilities(strong=strong, loss=loss)
    return strong * max(most_harmless_loss(audience), loss)
