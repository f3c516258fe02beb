"""Trust that hangs on what others may think: global games (T12) and strategic risk (T13).

Two states choose at once to hold or to strike. Holding is worth theta, less 1 if the other strikes, and
striking 0. All know that theta is normal with mean y and precision alpha, which is public information; each
has a private report of precision beta. Sources: Carlsson and van Damme 1993, Morris and Shin 2003, derived
again here; Chassang and Padro i Miquel 2010 for strategic risk, of which only the limit of vanishing noise
is taken. Letters: x* the report below which a state strikes, theta* what it then expects of theta.
"""

from itertools import pairwise
from math import erfc, exp, inf, pi, sqrt
from typing import Literal, NamedTuple

import numpy as np

from signalling.theory.domain import require_inside

MOST_STEPS = 1_000_000
#: Standard deviations beyond which a normal law is left out of an integral.
TAIL = 12.0
#: Of Gauss's rule on a stretch of an integral.
NODES = 24


def normal_share(z: float) -> float:
    """Phi: chance that a standard normal number is below z."""
    return 0.5 * erfc(-z / sqrt(2.0))


class GlobalGame(NamedTuple):
    """How much is public, how much is private, and what is expected."""

    public: float
    """alpha, precision of what all know of theta, 1 / variance."""
    private: float
    """beta, precision of a private report, 1 / variance."""
    mean: float
    """y, what all expect of theta before their reports."""

    @property
    def publicity(self) -> float:
        """How far what is public outweighs what is private, the gamma of the literature.

        It is alpha^2 (alpha + beta) / (beta (alpha + 2 beta)).
        """
        alpha, beta = self.public, self.private
        return alpha**2 * (alpha + beta) / (beta * (alpha + 2 * beta))

    @property
    def is_unique(self) -> bool:
        """Whether there is one equilibrium whatever y: gamma <= 2 pi, as Phi is nowhere steeper."""
        return self.publicity <= 2 * pi

    def cutoff(self, expected: float) -> float:
        """The private report at which theta is expected to be theta*: theta* + alpha (theta* - y) / beta."""
        return expected + self.public * (expected - self.mean) / self.private

    def expected(self, report: float) -> float:
        """What is expected of theta on a private report."""
        return (self.public * self.mean + self.private * report) / (self.public + self.private)

    def other_strikes(self, report: float, cutoff: float) -> float:
        """Chance that the other strikes, who strikes below a cutoff, on one's own report."""
        spread = sqrt(1 / (self.public + self.private) + 1 / self.private)
        return normal_share((cutoff - self.expected(report)) / spread)


class Equilibrium(NamedTuple):
    """A cutoff that is a best reply to itself."""

    expected: float
    """theta*, what a state at the cutoff expects."""
    cutoff: float
    """x*, the private report below which a state strikes."""
    strikes: float
    """P(D): chance that a given state strikes."""
    peace: float
    """P(CC): chance that both hold."""


def global_game(public: float, private: float, mean: float) -> GlobalGame:
    """The set-up, checked.

    Args:
        public: alpha, 1 / variance, above 0.
        private: beta, 1 / variance, above 0.
        mean: y.

    Returns:
        The same.

    Raises:
        ValueError: constants outside their range.
    """
    require_inside(0.0, inf, public=public, private=private)
    require_inside(-inf, inf, mean=mean)
    return GlobalGame(public, private, mean)


def best_reply(game: GlobalGame, cutoff: float) -> float:
    """What a state expects of theta where it is indifferent, against another that strikes below a cutoff.

    theta* = Phi((x - theta*) / s) with s^2 = 1 / (alpha + beta) + 1 / beta, the variance of the other's
    report: the left side rises, the right side falls, so there is one.

    Args:
        game: as `global_game` makes it.
        cutoff: x of the other; infinite if it always or never strikes.

    Returns:
        theta*; `game.cutoff` makes it a cutoff of reports.
    """
    from scipy.optimize import brentq

    if cutoff in {-inf, inf}:
        return 0.0 if cutoff < 0 else 1.0

    def advantage(expected: float) -> float:
        return expected - game.other_strikes(game.cutoff(expected), cutoff)

    return float(brentq(advantage, 0.0, 1.0, xtol=1e-300, rtol=1e-15))


def extremal_equilibrium(game: GlobalGame, side: Literal["peace", "war"]) -> Equilibrium:
    """The equilibrium with the fewest or the most strikes.

    theta* is Phi(sqrt(gamma) (theta* - y)), what whoever is at a common cutoff expects of the other. It is
    iterated from 0, where all hold, or from 1: it rises or falls to the first solution, as do best replies to
    best replies, and any other equilibrium lies between both.

    Args:
        game: as `global_game` makes it.
        side: "peace" from a state that never strikes, "war" from one that always does.

    Returns:
        The cutoff and what it leads to.

    Raises:
        ValueError: so close to the border of uniqueness that a million steps do not do.

    Example:
        >>> found = extremal_equilibrium(global_game(4.0, 1.0, 0.5), "war")
        >>> round(found.expected, 6), round(found.peace, 6)
        (0.94972, 0.001309)
    """
    expected = 0.0 if side == "peace" else 1.0
    for _ in range(MOST_STEPS):
        before = expected
        expected = normal_share(sqrt(game.publicity) * (before - game.mean))
        if abs(expected - before) <= 1e-15 * before:
            cutoff = game.cutoff(expected)
            spread = sqrt(1 / game.public + 1 / game.private)
            strikes = normal_share((cutoff - game.mean) / spread)
            return Equilibrium(expected, cutoff, strikes, both_hold(game, cutoff))
    raise ValueError(f"{game}: still moving after {MOST_STEPS} steps; take other precisions")


def both_hold(game: GlobalGame, cutoff: float) -> float:
    """P(CC): the chance that both private reports reach a cutoff, integrated over theta.

    Gauss's rule on short stretches; shorter ones where holding turns likely, within some 1 / sqrt(beta).

    Args:
        game: as `global_game` makes it.
        cutoff: x below which a state strikes.

    Returns:
        A probability, to about 1e-13.
    """
    turn, width = (cutoff - game.mean) * sqrt(game.public), sqrt(game.public / game.private)
    steps = np.arange(-TAIL, TAIL + 1)
    edges = np.unique(np.clip(np.concatenate([steps, turn + width * steps]), -TAIL, TAIL))
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    total = 0.0
    for low, high in pairwise(edges.tolist()):
        for node, weight in zip(nodes.tolist(), weights.tolist(), strict=True):
            z = (low + high + (high - low) * node) / 2
            hold = normal_share((z - turn) / width)
            total += weight * (high - low) / 2 * exp(-z * z / 2) * hold * hold
    return total / sqrt(2 * pi)


class StrategicRisk(NamedTuple):
    """What peace and war are worth to either of two states that may strike first."""

    peace: float
    """pi: both hold."""
    first_strike: float
    """F: striking alone."""
    surprised: float
    """S: holding alone."""
    war: float
    """W: both strike."""

    @property
    def peace_is_equilibrium(self) -> bool:
        """Whether peace holds if each is sure of it: pi >= F."""
        return self.peace >= self.first_strike

    @property
    def peace_is_selected(self) -> bool:
        """Whether peace survives a little private noise: pi + S >= F + W, the reply to an even chance."""
        return self.peace + self.surprised >= self.first_strike + self.war

    @property
    def required_trust(self) -> float:
        """m* = (W - S) / ((pi - F) + (W - S)): the chance of the other's holding from which holding pays.

        Raises:
            ValueError: not both peace and war are equilibria, and trust decides nothing.
        """
        temptation, surprise = self.peace - self.first_strike, self.war - self.surprised
        if min(temptation, surprise) < 0 or temptation + surprise == 0:
            raise ValueError(f"payoffs = {tuple(self)}: trust decides only if peace and war are equilibria")
        return surprise / (temptation + surprise)

    def gain_of_striking(self, trust: float) -> float:
        """What striking earns beyond holding if the other holds with a probability, units of utility.

        Example:
            >>> StrategicRisk(1.0, 0.5, -2.0, -1.0).gain_of_striking(0.5)
            0.25
        """
        return trust * (self.first_strike - self.peace) + (1 - trust) * (self.war - self.surprised)
