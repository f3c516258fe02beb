"""A true message that does harm: an extremist who calls a state hawkish, and is heard by all (T33).

Two states choose at once whether to be hawkish, as in `armament_talk`: it costs a private c, uniform from 0
to cbar; who is hawkish alone gains mu, who alone is not loses d. An extremist knows A's cost and speaks in
public exactly when that turns A hawkish; his broadcast is lost, for both, with some probability. Source:
Baliga and Sjostrom 2012; the uniform law and the lossy broadcast are derived here. Letters: F(c) = c / cbar;
cA0 and cA1 are A's cuts after silence and after the call, cB0 is B's after silence; after the call it is d.
"""

from typing import NamedTuple

from signalling.theory.domain import require_inside, require_probabilities

#: Fixed points are iterated until they move by less, in units of cost.
STILL = 1e-16
MOST_STEPS = 100_000


class Rivalry(NamedTuple):
    """Two states that fear each other."""

    gain: float
    """mu, utility of being hawkish alone."""
    loss: float
    """d, lost by who alone is not hawkish."""
    largest_cost: float
    """cbar, the upper end of the private costs of being hawkish."""

    def share(self, cost: float) -> float:
        """F(c): how many have a lower cost."""
        return cost / self.largest_cost

    def reply(self, hawkish: float) -> float:
        """The cost below which a state is hawkish if the other is with this probability."""
        return (1 - hawkish) * self.gain + hawkish * self.loss


class Provocation(NamedTuple):
    """Who is hawkish at what cost, and how often it comes to it."""

    calm_cut: float
    """cA0: A's after silence."""
    called_cut: float
    """cA1: A's after the call."""
    rival_cut: float
    """cB0: B's after silence."""
    first: float
    """P(A hawkish)."""
    second: float
    """P(B hawkish)."""
    both: float
    """P(both hawkish)."""

    @property
    def some(self) -> float:
        """P(A or B is hawkish)."""
        return self.first + self.second - self.both


def rivalry(gain: float, loss: float, largest_cost: float) -> Rivalry:
    """The set-up, in the range in which fear feeds on fear but some are never hawkish.

    Args:
        gain: mu, above 0 and below d.
        loss: d, above 0 and below cbar.
        largest_cost: cbar.

    Returns:
        The same, checked.

    Raises:
        ValueError: constants outside their range.
    """
    require_inside(0.0, float("inf"), largest_cost=largest_cost)
    require_inside(0.0, largest_cost, loss=loss)
    require_inside(0.0, loss, gain=gain)
    return Rivalry(gain, loss, largest_cost)


def unprovoked(states: Rivalry) -> Provocation:
    """Without an extremist both have one cut: c = (1 - F(c)) mu + F(c) d, so mu / (1 - (d - mu) / cbar).

    Args:
        states: as `rivalry` makes them.

    Returns:
        Equal cuts, and what they lead to.

    Example:
        >>> round(unprovoked(rivalry(0.2, 1.0, 2.0)).calm_cut, 6)
        0.333333
    """
    cut = states.gain / (1 - (states.loss - states.gain) / states.largest_cost)
    share = states.share(cut)
    return Provocation(cut, cut, cut, share, share, share * share)


def provoked(states: Rivalry, loss_of_broadcast: float) -> Provocation:
    """With an extremist who calls if cA0 < c_A <= cA1, and whose call is lost with a known probability.

    After the call A is hawkish and B knows it: cA1 = (1 - F(d)) mu + F(d) d. After silence A is hawkish with
    q = F(cA0) / (1 - (1 - loss) (F(cA1) - F(cA0))), so cB0 = (1 - q) mu + q d, and A replies to that. The
    cuts after silence are iterated from those without an extremist; they rise to the fixed point.

    Args:
        states: as `rivalry` makes them.
        loss_of_broadcast: a probability.

    Returns:
        Cuts, and what they lead to.

    Raises:
        ValueError: no probability.

    Example:
        >>> round(provoked(rivalry(0.2, 1.0, 2.0), 0.5).some, 6)
        0.36637
    """
    require_probabilities(loss_of_broadcast=loss_of_broadcast)
    heard = 1 - loss_of_broadcast
    afraid = states.share(states.loss)
    called = states.reply(afraid)
    calm = unprovoked(states).calm_cut
    for _ in range(MOST_STEPS):
        before = calm
        silent = 1 - heard * states.share(called - calm)
        rival = states.reply(states.share(calm) / silent)
        calm = states.reply(states.share(rival))
        if abs(calm - before) <= STILL:
            break
    calls = heard * states.share(called - calm)
    first = states.share(calm) + calls
    second = calls * afraid + (1 - calls) * states.share(rival)
    both = calls * afraid + states.share(calm) * states.share(rival)
    return Provocation(calm, called, rival, first, second, both)
