"""From intent to message: what a state says of itself, truly or not."""

from signalling.kernel.portable_math import sigmoid
from signalling.vocabulary import StateType


def stated_rung(rung: int, state_type: int, lying_probability: float, uniform: float) -> int:
    """The rung a state reports: its own, or 0 when a greedy state lies.

    Args:
        rung: the state's rung after its move.
        state_type: a StateType; only greedy states lie.
        lying_probability: probability in [0, 1] that a greedy state says 0.
        uniform: the message's lie draw, in [0, 1).
    """
    if state_type == StateType.GREEDY and uniform < lying_probability:
        return 0
    return rung


def probability_of_lie(gain: float, cost: float, precision: float) -> float:
    """The probability that a state lies which weighs a lie against the truth, with logit error.

    A precision of 0 is no calculation at all: the state is honest, not a tosser of coins.

    Args:
        gain: what the lie is worth beyond the truth, share of the prize.
        cost: what a lie costs, share of the prize.
        precision: logit precision, per share of the prize, at least 0.

    Returns:
        A probability. Source: McKelvey and Palfrey (1995).

    Example:
        >>> probability_of_lie(0.05, 0.05, 20.0), probability_of_lie(0.3, 0.05, 0.0)
        (0.5, 0.0)
    """
    if precision <= 0.0:
        return 0.0
    return sigmoid(precision * (gain - cost))
