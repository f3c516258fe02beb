"""Whether talk can stop a race that nobody wants but everybody fears (T11).

Two states choose at once whether to build. Building costs a state its private c, uniform from 0 to 1. Who
builds alone gains mu, who alone does not loses d. Source: Baliga and Sjostrom 2004; the equilibrium for
this law of costs is derived here. Letters as there: mu, d, F(c) = c; cL and cH are the cuts of the plan with
talk, delta = cL the share of the tough and eta = cH - cL that of the fearful.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from signalling.theory.chains import Floats64
from signalling.theory.domain import require_between, require_counts, require_inside

#: Cells in which the smallest root of the equations of talk is looked for.
CELLS = 4096
MOST_ROUNDS = 10_000


def _require_race(gain: float, loss: float) -> None:
    require_inside(0.0, 1.0, gain=gain)
    require_between(1.0, np.inf, loss=loss)


def best_reply(cutoff: float, gain: float, loss: float) -> float:
    """The cost below which a state builds if the other builds below a cutoff: (1 - x) mu + x d, at most 1.

    Building alone gains mu over peace, and building as well saves d (Baliga and Sjostrom 2004).

    Args:
        cutoff: x of the other, from 0 to 1.
        gain: mu, above 0 and below 1.
        loss: d, at least 1: then it is above every cost.

    Returns:
        A cost, from 0 to 1.

    Raises:
        ValueError: constants outside their range.
    """
    _require_race(gain, loss)
    require_between(0.0, 1.0, cutoff=cutoff)
    return min(1.0, (1 - cutoff) * gain + cutoff * loss)


def rounds_to_race(gain: float, loss: float) -> int:
    """Best replies to best replies from the cutoff mu, that of a state sure of peace, until all build.

    Schelling's reciprocal fear of surprise attack (1960): he may think that I may think. Without talk the
    race is the only equilibrium, from whatever cutoff one begins.

    Args:
        gain: mu, above 0 and below 1.
        loss: d, at least 1.

    Returns:
        A number of rounds.

    Raises:
        ValueError: constants outside their range, or so close to its end that ten thousand rounds do not do.

    Example:
        >>> rounds_to_race(0.1, 1.5)
        4
    """
    cutoff = gain
    for rounds in range(MOST_ROUNDS):
        if cutoff >= 1.0:
            return rounds
        cutoff = best_reply(cutoff, gain, loss)
    raise ValueError(f"gain = {gain}, loss = {loss}: more than {MOST_ROUNDS} rounds; take a larger gain")


class TalkPlan(NamedTuple):
    """Who says and does what: tough below cL, fearful from there to cH, normal above.

    The tough say dove and build. The fearful say hawk, and build if they hear dove. The normal say dove, and
    build if they hear hawk.
    """

    gain: float
    """mu, utility of building alone."""
    loss: float
    """d, lost by who alone does not build."""
    tough: float
    """cL, a cost."""
    fearful: float
    """cH, a cost."""

    def nobody_builds(self, flips: float = 0.0) -> float:
        """Chance of peace where both keep to the plan and each word is turned with the probability e.

        Neither is tough; two normal states have each heard dove, two fearful ones hawk, and of a normal and
        a fearful one both have misheard. The plan is made for e = 0. Derived here.

        Args:
            flips: e, a probability.

        Raises:
            ValueError: no probability.

        Example:
            >>> round(talk_plan(0.001, 1.5).nobody_builds(0.1), 6)
            0.711126
        """
        require_between(0.0, 1.0, flips=flips)
        normal, fearful = 1 - self.fearful, self.fearful - self.tough
        alike = (normal**2 + fearful**2) * (1 - flips) ** 2
        return alike + 2 * normal * fearful * flips**2

    def deviation_gains(self, types: int = 4001) -> Floats64:
        """What the best other plan, any word and any answers, earns each of many types beyond this one.

        Args:
            types: how many costs, equally spaced from 0 to 1.

        Returns:
            Units of utility, (types,); 0 where the plan is a best reply.

        Raises:
            ValueError: fewer than two types.
        """
        require_counts(2, types=types)
        costs = np.linspace(0.0, 1.0, types)
        tough, fearful, normal = self.tough, self.fearful - self.tough, 1 - self.fearful
        # Who builds and who does not, among those who answer with a word to a word.
        met = {
            ("dove", "dove"): (tough, normal),
            ("dove", "hawk"): (fearful, 0.0),
            ("hawk", "dove"): (tough + normal, 0.0),
            ("hawk", "hawk"): (0.0, fearful),
        }
        build = {
            pair: others * self.gain - (builders + others) * costs for pair, (builders, others) in met.items()
        }
        hold = {pair: np.full(types, -builders * self.loss) for pair, (builders, _) in met.items()}
        best = {pair: np.maximum(build[pair], hold[pair]) for pair in met}
        dove = best["dove", "dove"] + best["dove", "hawk"]
        hawk = best["hawk", "dove"] + best["hawk", "hawk"]
        planned = [
            build["dove", "dove"] + build["dove", "hawk"],
            build["hawk", "dove"] + hold["hawk", "hawk"],
            hold["dove", "dove"] + build["dove", "hawk"],
        ]
        kept = np.select([costs < self.tough, costs < self.fearful], planned[:2], planned[2])
        return np.array(np.maximum(dove, hawk) - kept, dtype=np.float64)


def talk_plan(gain: float, loss: float) -> TalkPlan:
    """The equilibrium in which talk sorts the costs into three (Baliga and Sjostrom 2004, derived here).

    A cost of cL is indifferent between both words, cL eta = (1 - delta - eta) mu, and so is one of cH,
    cH (1 - 2 eta) = delta d. Of several solutions the one with the smallest cuts, which goes to peace as mu
    goes to 0.

    Args:
        gain: mu, above 0 and below 1.
        loss: d, above 1.

    Returns:
        The plan.

    Raises:
        ValueError: constants outside their range, or a gain so large that there is no such equilibrium.

    Example:
        >>> plan = talk_plan(0.01, 1.5)
        >>> round(plan.tough, 6), round(plan.fearful, 6)
        (0.101966, 0.182172)
    """
    _require_race(gain, loss)

    def tough(fearful: float) -> float:
        # The second equation, solved for cL.
        return fearful * (1 - 2 * fearful) / (loss - 2 * fearful)

    def excess(fearful: float) -> float:
        return tough(fearful) * (fearful - tough(fearful)) - (1 - fearful) * gain

    # From cH = 0, where it is negative, to 1/2, where nobody would be tough; in equal ratios, for tiny cuts.
    edges = [float(edge) for edge in np.geomspace(1e-12, 0.5, CELLS)]
    for below, above in pairwise(edges):
        if excess(below) < 0 <= excess(above):
            low, high = below, above
            while low < (middle := (low + high) / 2) < high:
                low, high = (middle, high) if excess(middle) < 0 else (low, middle)
            return TalkPlan(gain, loss, tough(high), high)
    raise ValueError(f"gain = {gain}, loss = {loss}: no equilibrium in which talk tells; take a smaller gain")
