"""Whose memory and tables are where on the desk, in the subset that Numba compiles."""

from signalling.engines.desk import Desk
from signalling.kernel.floats import Floats


def memory_of(desk: Desk, state: int) -> Floats:
    """The doctrine's memory of a state."""
    return desk.memory[desk.memory_at[state] : desk.memory_at[state + 1]]


def parameters_of(desk: Desk, state: int) -> Floats:
    """The table of a state's doctrine."""
    return desk.parameters[desk.parameters_at[2 * state] : desk.parameters_at[2 * state + 1]]
