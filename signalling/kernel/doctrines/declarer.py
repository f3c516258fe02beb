"""A state that speaks of its type and does nothing else.

At each review it draws one of two letters, the highest (alarm) with a probability of its type's, else the
lowest. On a ladder it holds its rung and only the letter is sent, so what it says and where it stands differ;
in a matrix game what it says is also the action it takes. It is the sender of every study of beliefs: types
never change and speak by a known law, so what a reader should believe is a closed form (see watcher).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field

from signalling.kernel.floats import Floats
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters, TypeProbabilities
from signalling.vocabulary import Move, StateType

SOURCE = (
    "ours: a report of one's type, with the sender's error; a law of letters by type, as in "
    "Crawford and Sobel 1982"
)
USES_REPORTS = False
GAMES = ("ladder", "matrix")

HOLD = int(Move.HOLD)
PLAY = int(Move.PLAY)
GREEDY = int(StateType.GREEDY)

# Positions of the named numbers; behind them 1 in a matrix game, else 0.
ALARM_PROBABILITY_SECURITY_SEEKER = 0
ALARM_PROBABILITY_GREEDY = 1
PLAYS = 2


class DeclarerParameters(Parameters):
    """What each type says."""

    alarm_probability: TypeProbabilities = Field(
        TypeProbabilities(security_seeker=0.0, greedy=1.0),
        description="probability, drawn at each review, that a state of the type says the highest letter; "
        "else it says 0",
    )


PARAMETERS = DeclarerParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state and per rival: the sending tick of the newest report read."""
    return 0, 1


def tabulate(
    parameters: DeclarerParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, and whether the letter is an action."""
    named = [number for _, number in parameters.numbers()]
    return np.array([*named, 1.0 if own.game == "matrix" else 0.0])


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
    """Draw the letter, and play it where letters are actions."""
    alarm = parameters[ALARM_PROBABILITY_SECURITY_SEEKER]
    if own.type == GREEDY:
        alarm = parameters[ALARM_PROBABILITY_GREEDY]
    letter = own.rungs - 1 if uniforms[0] < alarm else 0
    if parameters[PLAYS] == 1.0:
        return Action(PLAY, -1, 0.0, letter)
    return Action(HOLD, -1, 0.0, letter)
