"""A state that adds up what it hears and moves when the sum crosses a line: no utility, no prediction.

Every letter is a piece of evidence, a log-likelihood ratio of a hostile against a calm rival. Of each rival
the state keeps a sum that fades with every report; it climbs while the weighted mean over its rivals lies
above one threshold and steps down while it lies below another. Between the two it stands.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from signalling.kernel.floats import Floats
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters
from signalling.validation import Probability
from signalling.vocabulary import Move

SOURCE = (
    "Wald 1947 (deciding when summed log-likelihood ratios cross a bound); Usher and McClelland 2001 (their "
    "leak, without the competition); Granovetter 1978 (a threshold on what others do); combined by us"
)
USES_REPORTS = True
GAMES = ("ladder",)

LOWER = int(Move.LOWER)
HOLD = int(Move.HOLD)
RAISE = int(Move.RAISE)
ATTACK = int(Move.ATTACK)

# Positions of the named numbers, in the order of the fields of PARAMETERS.
PERSISTENCE = 0
CALM_EVIDENCE = 1
ALARM_EVIDENCE = 2
BOUND = 3
CLIMB_ABOVE = 4
DESCEND_BELOW = 5
ATTACK_ABOVE = 6
TREMBLE = 7
# Behind them: the weight of each rival, then the evidence of each letter.
WEIGHTS = 8
# Memory: for each rival the sending tick of the newest report read (-1: none) and the evidence about it.
PER_RIVAL = 2


class ThresholdParameters(Parameters):
    """How evidence is weighed and where the lines are drawn; evidence is in natural log units."""

    persistence: Probability = Field(
        0.8, description="share of the evidence about a rival that is left when its next report is read"
    )
    calm_evidence: float = Field(
        -0.9, ge=-100, le=100, description="log-likelihood ratio of hostility that the lowest letter carries"
    )
    alarm_evidence: float = Field(
        1.5, ge=-100, le=100, description="that of the highest letter; letters between them lie on a line"
    )
    bound: float = Field(6.0, gt=0, le=1000, description="the evidence about a rival stays within +- this")
    climb_above: float = Field(1.25, ge=-1000, le=1000, description="mean evidence above which it climbs")
    descend_below: float = Field(
        -1.8, ge=-1000, le=1000, description="mean evidence below which it steps down"
    )
    attack_above: float = Field(
        2.5, ge=-1000, le=1000, description="mean evidence above which it attacks from the top rung"
    )
    tremble: Probability = Field(
        0.05, description="probability that a review climbs whatever the evidence says"
    )

    @model_validator(mode="after")
    def _descends_below_where_it_climbs(self) -> Self:
        if self.descend_below > self.climb_above:
            raise ValueError(
                f"descend_below = {self.descend_below:g} must not exceed climb_above = {self.climb_above:g}: "
                "exchange them"
            )
        return self


PARAMETERS = ThresholdParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state (none) and per rival (date and evidence)."""
    return 0, PER_RIVAL


def tabulate(
    parameters: ThresholdParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, rival weights, and the evidence of every letter."""
    named = [number for _, number in parameters.numbers()]
    step = (parameters.alarm_evidence - parameters.calm_evidence) / (rungs - 1)
    letters = [parameters.calm_evidence + step * letter for letter in range(rungs)]
    return np.array([*named, *(rival.weight for rival in rivals), *letters])


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run with nothing read, and no evidence either way."""
    for rival in range(own.rivals):
        memory[PER_RIVAL * rival] = -1.0
        memory[PER_RIVAL * rival + 1] = 0.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Let the evidence about the sender fade and add the letter's, unless something newer was read."""
    if report.rival < 0:
        return False
    place = PER_RIVAL * report.rival
    if report.sent <= memory[place]:
        return False
    memory[place] = float(report.sent)
    evidence = parameters[PERSISTENCE] * memory[place + 1]
    evidence += parameters[WEIGHTS + own.rivals + report.letter]
    bound = parameters[BOUND]
    if evidence > bound:
        evidence = bound
    elif evidence < -bound:
        evidence = -bound
    memory[place + 1] = evidence
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Compare the mean evidence with the thresholds; a tremble climbs unasked."""
    rung = own.rung
    climb = RAISE if rung < own.ceiling else HOLD
    if uniforms[0] < parameters[TREMBLE]:
        return Action(climb, -1, 0.0, -1)
    mean = 0.0
    worst = -1
    for rival in range(own.rivals):
        evidence = memory[PER_RIVAL * rival + 1]
        mean += parameters[WEIGHTS + rival] * evidence
        if worst < 0 or evidence > memory[PER_RIVAL * worst + 1]:
            worst = rival
    if own.war == 1 and rung == own.rungs - 1 and worst >= 0 and mean > parameters[ATTACK_ABOVE]:
        return Action(ATTACK, worst, 0.0, -1)
    if mean > parameters[CLIMB_ABOVE]:
        return Action(climb, -1, 0.0, -1)
    if mean < parameters[DESCEND_BELOW] and rung > own.floor:
        return Action(LOWER, -1, 0.0, -1)
    return Action(HOLD, -1, 0.0, -1)
