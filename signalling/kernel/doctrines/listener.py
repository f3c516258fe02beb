"""A state that stays where it is, says so at each review, reads what it receives and decides nothing.

The null model of every study: whatever a channel does, its rung stays as it was. It measures channels (delay,
queueing, loss) without a decision in the way, and shows how small a doctrine can be. Silenced, it is a post
that takes messages in and sends none of its own.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field

from signalling.kernel.floats import Floats
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters
from signalling.vocabulary import GAME_SPEAKS, SILENT, Move

SOURCE = "ours: the null doctrine"
USES_REPORTS = False
GAMES = ("ladder", "matrix", "posture")
HOLD = int(Move.HOLD)

# Position of the named number.
SPEAKS = 0


class ListenerParameters(Parameters):
    """Whether it is heard."""

    speaks: bool = Field(
        default=True, description="whether it says at each review where it stands; false: it sends nothing"
    )


PARAMETERS = ListenerParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state and per rival: the sending tick of the newest report read."""
    return 0, 1


def tabulate(
    parameters: ListenerParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """The parameters as the kernel reads them."""
    return parameters.tabulated()


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run having read nothing."""
    for rival in range(own.rivals):
        memory[rival] = -1.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Note how new a report is; True unless something newer from its sender was read before."""
    if report.rival < 0:
        return False
    if report.sent <= memory[report.rival]:
        return False
    memory[report.rival] = float(report.sent)
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Hold."""
    if parameters[SPEAKS] == 0.0:
        return Action(HOLD, -1, own.posture, SILENT)
    return Action(HOLD, -1, own.posture, GAME_SPEAKS)
