"""Contrite tit for tat: a state that knows when it is to blame, and takes the answer without answering it.

Of every rivalry it keeps two standings, its own and the rival's, both good at first. To cooperate is to be
good. To defect is justified, and leaves the standing as it was, only for one in good standing against one in
bad; every other defection makes the defector bad. The state wants to defect where it is good and the rival
bad, and to cooperate everywhere else: after a slip of its own it takes the punishment and all is well again.
It judges by what it knows it did and by what it is told the other did. So it repairs errors of
implementation, and is no better than tit for tat against errors of perception, for which nobody feels guilty.

Standings are brought up to date once a round, at the review that begins the next. If no report of the rival
came since the review before (it was lost, or is late), the rival's standing stays as it was. Against several
rivals there is one action for all: it defects where more than half of its attention lies on rivals that it
wants to punish.
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
    "Sugden 1986 (standing); Wu and Axelrod 1995; Boerlijst, Nowak and Sigmund 1997 (contrite tit for tat); "
    "the rule against several rivals is ours"
)
USES_REPORTS = True
GAMES = ("matrix",)
#: To cooperate or to defect.
LETTERS = 2
PLAY = int(Move.PLAY)

# Positions of the named numbers; behind them the weight of each rival.
IMPLEMENTATION_NOISE = 0
PERCEPTION_NOISE = 1
WEIGHTS = 2
# Memory: 1 once the first action is taken. For each rival the sending tick of the newest report read (-1:
# none), the action it told, whether it came since the last review, own standing and the rival's (1 good).
BEGUN = 0
PER_RIVAL = 5
SENT = 0
TOLD = 1
FRESH = 2
OWN_STANDING = 3
RIVAL_STANDING = 4


class ContriteParameters(Parameters):
    """The two noises; the rule itself has no numbers."""

    implementation_noise: Probability = Field(
        0.0, description="probability that the action taken is the other"
    )
    perception_noise: Probability = Field(0.0, description="probability that a report is read as the other")


PARAMETERS = ContriteParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state and per rival."""
    return 1, PER_RIVAL


def tabulate(
    parameters: ContriteParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, then rival weights."""
    named = [number for _, number in parameters.numbers()]
    return np.array([*named, *(rival.weight for rival in rivals)])


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run before the first action, with nothing read and everybody in good standing."""
    memory[BEGUN] = 0.0
    for rival in range(own.rivals):
        place = 1 + PER_RIVAL * rival
        memory[place + SENT] = -1.0
        memory[place + TOLD] = 0.0
        memory[place + FRESH] = 0.0
        memory[place + OWN_STANDING] = 1.0
        memory[place + RIVAL_STANDING] = 1.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Keep the rival's action as reported for the next review, unless something newer was read."""
    if report.rival < 0:
        return False
    place = 1 + PER_RIVAL * report.rival
    if report.sent <= memory[place + SENT]:
        return False
    memory[place + SENT] = float(report.sent)
    memory[place + TOLD] = float(report.letter)
    memory[place + FRESH] = 1.0
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Judge the round that is over, then defect if most of the attention is on rivals to be punished."""
    _judge(memory, own, uniforms[2], parameters)
    memory[BEGUN] = 1.0
    punished = 0.0
    for rival in range(own.rivals):
        place = 1 + PER_RIVAL * rival
        if memory[place + OWN_STANDING] == 1.0 and memory[place + RIVAL_STANDING] == 0.0:
            punished += parameters[WEIGHTS + rival]
    letter = 1 if punished > 0.5 else 0
    if uniforms[1] < parameters[IMPLEMENTATION_NOISE]:
        letter = 1 - letter
    return Action(PLAY, -1, 0.0, letter)


def _judge(memory: Floats, own: Own, luck: float, parameters: Floats) -> None:
    """Bring all standings up to date: from the action taken, if any, and from the reports that came since."""
    misread = parameters[PERCEPTION_NOISE]
    for rival in range(own.rivals):
        place = 1 + PER_RIVAL * rival
        own_good = memory[place + OWN_STANDING] == 1.0
        rival_good = memory[place + RIVAL_STANDING] == 1.0
        # Both are judged by the standings in which the round was played.
        justified = own_good and not rival_good
        if memory[BEGUN] == 1.0:
            memory[place + OWN_STANDING] = 1.0 if own.rung == 0 or justified else 0.0
        if memory[place + FRESH] == 1.0:
            memory[place + FRESH] = 0.0
            seen = memory[place + TOLD]
            if luck < misread:
                seen = 1.0 - seen
            luck = _rest(luck, misread)
            justified = rival_good and not own_good
            memory[place + RIVAL_STANDING] = 1.0 if seen == 0.0 or justified else 0.0


def _rest(luck: float, chance: float) -> float:
    """What is left of a uniform after one event of this chance was read off it: again a uniform.

    One draw so serves any number of rivals, misread independently; its 53 bits suffice for some hundred.
    """
    if luck < chance:
        return luck / chance
    if chance < 1.0:
        return (luck - chance) / (1.0 - chance)
    return luck
