"""From intent to message: what a state says of itself, truly or not."""

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
