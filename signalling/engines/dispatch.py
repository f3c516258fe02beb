"""Calls of a doctrine by its number, as the loop makes them.

A compiled copy has a file of its own in this place, with an if for each doctrine (`compiled.dispatch_text`).
"""

from signalling.kernel.floats import Floats
from signalling.kernel.view import Action, Own, Report


def start(doctrine: int, memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run."""
    raise NotImplementedError


def revise(doctrine: int, memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Read a report."""
    raise NotImplementedError


def decide(
    doctrine: int,
    memory: Floats,
    own: Own,
    now: int,
    uniforms: tuple[float, float, float],
    parameters: Floats,
) -> Action:
    """Hold a review."""
    raise NotImplementedError


def belief(
    doctrine: int, memory: Floats, rival: int, own: Own, now: int, parameters: Floats
) -> tuple[float, float]:
    """P(greedy) and expected rung of a rival; NaN where the doctrine holds no beliefs."""
    raise NotImplementedError


def payoff(
    doctrine: int, own: Own, role: int, rival: int, rival_rung: int, mean_rung: float, parameters: Floats
) -> float:
    """What a state ends with; NaN where the doctrine gives no payoff."""
    raise NotImplementedError
