"""A counter of acknowledgements: each letter says that the one before has come, and none is ever the last.

A state that begins raises by one rung at its first review, and by another whenever it has heard its own rung
confirmed: a letter not below it. One that does not begin raises when it has heard a letter above its own
rung. Who raises says so; who does not is silent, so nothing is repeated, and the exchange ends with the first
letter that is lost. However high the rungs, the sender of the last letter does not know whether that came:
none of them is common knowledge. Meant for reviews that reports trigger.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field

from signalling.kernel.floats import Floats
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters
from signalling.vocabulary import GAME_SPEAKS, SILENT, Move, StateType

SOURCE = "Rubinstein 1989 (the electronic mail game); Akkoyunlu, Ekanadham and Huber 1975 (no last message)"
USES_REPORTS = True
GAMES = ("ladder",)
HOLD = int(Move.HOLD)
RAISE = int(Move.RAISE)
GREEDY = int(StateType.GREEDY)

# Positions of the named numbers.
BEGINS = 0
ONLY_IF_GREEDY = 1
# Memory: the highest letter heard of anybody (-1: none); for each rival the sending tick of the newest report
# read (-1: none).
HIGHEST = 0
PER_RIVAL = 1


class AcknowledgerParameters(Parameters):
    """Who speaks first."""

    begins: bool = Field(default=False, description="whether it raises unasked at its first review")
    only_if_greedy: bool = Field(
        default=False, description="whether it begins only if it is greedy: the news that it alone has"
    )


PARAMETERS = AcknowledgerParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state and per rival."""
    return 1, PER_RIVAL


def tabulate(
    parameters: AcknowledgerParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """The parameters as the kernel reads them."""
    return parameters.tabulated()


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run having heard nothing; to one that begins, that is as if its rung were confirmed."""
    memory[HIGHEST] = float(own.rung) if _begins(own, parameters) else -1.0
    for rival in range(own.rivals):
        memory[1 + PER_RIVAL * rival] = -1.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Keep the highest letter, unless something newer of its sender was read."""
    if report.rival < 0:
        return False
    place = 1 + PER_RIVAL * report.rival
    if report.sent <= memory[place]:
        return False
    memory[place] = float(report.sent)
    if report.letter > memory[HIGHEST]:
        memory[HIGHEST] = float(report.letter)
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Raise on confirmation or on news, and say so; else be silent."""
    needed = own.rung if _begins(own, parameters) else own.rung + 1
    if memory[HIGHEST] >= needed and own.rung < own.ceiling:
        return Action(RAISE, -1, 0.0, GAME_SPEAKS)
    return Action(HOLD, -1, 0.0, SILENT)


def _begins(own: Own, parameters: Floats) -> bool:
    """Whether it is the state that speaks first."""
    return parameters[BEGINS] == 1.0 and (parameters[ONLY_IF_GREEDY] == 0.0 or own.type == GREEDY)
