"""A state that takes over what it hears of somebody: imitation without judgement.

At each review it picks one rival, with probability its weight, and hears the action that this rival reported
last; of a rival that has reported nothing yet it knows where it stood at the start, which is public. It may
mishear it as any other action. What it heard it does, except that with a bias it is choosy: moves to a later
action and to an earlier one are accepted in the ratio `bias` to 1.

Without noise imitation ends in unanimity, and who wins is luck: each action with the probability of its share
at the start. Mishearing keeps a population from locking in.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field

from signalling.kernel.floats import Floats
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters
from signalling.validation import Probability
from signalling.vocabulary import Move

SOURCE = (
    "Clifford and Sudbury 1973, Holley and Liggett 1975 (the voter model); Kirman 1993 (with noise); Moran "
    "1958 (biased imitation)"
)
USES_REPORTS = True
GAMES = ("matrix",)
PLAY = int(Move.PLAY)

# Positions of the named numbers; behind them the weight of each rival, then where each stands at the start.
PERCEPTION_NOISE = 0
BIAS = 1
WEIGHTS = 2
# Memory: for each rival the sending tick of the newest report read (-1: none) and the action it told.
PER_RIVAL = 2


class VoterParameters(Parameters):
    """How well it hears, and what it would rather hear."""

    perception_noise: Probability = Field(
        0.0, description="probability that an action is heard as another, any other alike"
    )
    bias: float = Field(
        1.0,
        ge=0.001,
        le=1000,
        description="acceptance of a move to a later action, as a multiple of that to an earlier one",
    )


PARAMETERS = VoterParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state (none) and per rival (date and action)."""
    return 0, PER_RIVAL


def tabulate(
    parameters: VoterParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, rival weights, and the action of each rival at the start."""
    named = [number for _, number in parameters.numbers()]
    return np.array([*named, *(rival.weight for rival in rivals), *(float(rival.rung) for rival in rivals)])


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run knowing where everybody stands."""
    for rival in range(own.rivals):
        memory[PER_RIVAL * rival] = -1.0
        memory[PER_RIVAL * rival + 1] = parameters[WEIGHTS + own.rivals + rival]


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Remember the rival's action as reported, unless something newer was read."""
    if report.rival < 0:
        return False
    place = PER_RIVAL * report.rival
    if report.sent <= memory[place]:
        return False
    memory[place] = float(report.sent)
    memory[place + 1] = float(report.letter)
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Pick a rival, hear its action, take it over or not."""
    chosen = _picked(own, uniforms[0], parameters)
    if chosen < 0:
        return Action(PLAY, -1, 0.0, own.rung)
    heard = int(memory[PER_RIVAL * chosen + 1])
    noise = parameters[PERCEPTION_NOISE]
    if uniforms[1] < noise:
        # Below the noise the draw is uniform again, and names one of the others.
        other = int(uniforms[1] / noise * (own.rungs - 1))
        if other > own.rungs - 2:
            other = own.rungs - 2
        heard = other if other < heard else other + 1
    bias = parameters[BIAS]
    accepted = 1.0
    if heard > own.rung and bias < 1.0:
        accepted = bias
    elif heard < own.rung and bias > 1.0:
        accepted = 1.0 / bias
    if uniforms[2] < accepted:
        return Action(PLAY, -1, 0.0, heard)
    return Action(PLAY, -1, 0.0, own.rung)


def _picked(own: Own, uniform: float, parameters: Floats) -> int:
    """The rival that it listens to, with probability its weight; -1 if there is none."""
    chosen = -1
    below = 0.0
    for rival in range(own.rivals):
        weight = parameters[WEIGHTS + rival]
        # Rounding may leave the draw above the sum of all weights: then it is the last that has any.
        if weight > 0.0 and uniform >= below:
            chosen = rival
        below += weight
    return chosen
