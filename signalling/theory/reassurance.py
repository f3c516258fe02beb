"""A small gesture that only the trustworthy can afford (T10).

A game of two stages counts a and 1 - a. Security seekers cooperate in the first, and in the second if they
saw the other cooperate; the first move is seen wrongly with the probability e. A greedy state defects twice,
or mimics: it cooperates first, to be trusted, and then defects. Source: Kydd 2000; derived here. Letters:
t the share of security seekers, T, R, P, S the greedy payoffs of temptation, reward, punishment and sucker.
"""

from typing import NamedTuple

from signalling.theory.domain import require_between, require_probabilities
from signalling.theory.repeated_play import Payoffs

GREEDY = Payoffs()


class Mimicry(NamedTuple):
    """What cooperating first is worth to a greedy state, beside defecting twice."""

    price: float
    """What it gives up in a first stage that counts 1, units of utility: t (T - R) + (1 - t) (P - S)."""
    prize: float
    """What it wins in a second stage that counts 1, units of utility: (1 - 2 e) t (T - P)."""

    def gain(self, first_stage: float) -> float:
        """What mimicry earns beyond separating if the stages count a and 1 - a, units of utility.

        Args:
            first_stage: a, from 0 to 1.

        Raises:
            ValueError: no such weight.
        """
        require_probabilities(first_stage=first_stage)
        return (1 - first_stage) * self.prize - first_stage * self.price

    def least_credible(self) -> float:
        """The smallest weight a of the first stage at which nobody mimics: prize / (prize + price)."""
        return self.prize / (self.prize + self.price)


def mimicry(trust: float, misperception: float, payoffs: Payoffs = GREEDY) -> Mimicry:
    """Price and prize of a gesture that is not meant.

    Whoever mimics is trusted by a security seeker with 1 - e, whoever does not with e (derived here).

    Args:
        trust: t, above 0 and at most 1.
        misperception: e, from 0 to 1/2.
        payoffs: of the greedy, a prisoner's dilemma, in units of utility.

    Returns:
        Both, in units of utility.

    Raises:
        ValueError: constants outside their range, or no prisoner's dilemma.

    Example:
        >>> mimicry(0.5, 0.0)
        Mimicry(price=1.5, prize=2.0)
    """
    require_probabilities(trust=trust)
    require_between(0.0, 0.5, misperception=misperception)
    if trust == 0:
        raise ValueError("trust = 0: must be above 0, or there is nobody to deceive")
    temptation, reward, punishment, sucker = payoffs
    if not temptation > reward > punishment > sucker:
        raise ValueError(f"payoffs = {tuple(payoffs)}: must fall, temptation > reward > punishment > sucker")
    price = trust * (temptation - reward) + (1 - trust) * (punishment - sucker)
    return Mimicry(price, (1 - 2 * misperception) * trust * (temptation - punishment))


def least_credible_gesture(trust: float, misperception: float, payoffs: Payoffs = GREEDY) -> float:
    """The smallest weight of the first stage at which greedy states do not mimic, so that a gesture tells.

    Noisier sight makes smaller gestures credible: mimicry pays less.

    Args:
        trust: t, above 0 and at most 1.
        misperception: e, from 0 to 1/2.
        payoffs: of the greedy, a prisoner's dilemma, in units of utility.

    Returns:
        A share of the stakes, from 0 to 1.

    Raises:
        ValueError: constants outside their range, or no prisoner's dilemma.

    Example:
        >>> round(least_credible_gesture(0.5, 0.1), 6)
        0.516129
    """
    return mimicry(trust, misperception, payoffs).least_credible()


def lasting_cooperation(misperception: float) -> float:
    """Chance that two security seekers both cooperate in the second stage: (1 - e)^2, each saw the other.

    Args:
        misperception: e, from 0 to 1/2.

    Returns:
        A probability.

    Raises:
        ValueError: no such probability.
    """
    require_between(0.0, 0.5, misperception=misperception)
    return (1 - misperception) ** 2
