"""A state that retaliates only after several hostile reports: patience against false alarms.

It plays the first action until, of some rival, enough of the last reports were hostile (the second action);
then it plays the second for a while, or for good. With its last retaliating review it forgets what it read of
that rival, and begins afresh. Reports sent no later than the newest one read are not counted, so that a copy
alarms nobody twice. A rival of no weight provokes nobody; the others all count alike.

A patient state is seldom provoked by noise and is slow to answer a true defection: with k reports in a row
the mean number of reports to a false alarm at error rate e is (1 - e^k) / ((1 - e) e^k), that to a true one
the same with 1 - e.
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
    "Downs and Rocke 1990 (tacit bargaining under imperfect information); Bendor 1987, 1993 (provocation by "
    "noise); the window of reports is ours"
)
USES_REPORTS = True
GAMES = ("matrix",)
#: To cooperate or to defect.
LETTERS = 2
PLAY = int(Move.PLAY)

# Positions of the named numbers; behind them the weight of each rival.
HOSTILE_REPORTS = 0
WINDOW = 1
RETALIATION_REVIEWS = 2
PERCEPTION_NOISE = 3
WEIGHTS = 4
# Memory, for each rival: the sending tick of the newest report read (-1: none); the last reports as binary
# digits of one number, the newest last, 1 for a hostile one; how many of them came since the last review; and
# the reviews that retaliation still lasts (-1: for good).
PER_RIVAL = 4
SENT = 0
HISTORY = 1
FRESH = 2
LEFT = 3


class PatienceParameters(Parameters):
    """When it loses patience, and for how long."""

    hostile_reports: int = Field(2, ge=1, le=32, description="hostile reports, of the last, that provoke it")
    window: int = Field(2, ge=1, le=32, description="how many of a rival's last reports it looks at")
    retaliation_reviews: int = Field(
        1, ge=0, le=1_000_000, description="reviews at which it retaliates then; 0: at all that follow"
    )
    perception_noise: Probability = Field(0.0, description="probability that a report is read as the other")

    @model_validator(mode="after")
    def _can_be_provoked(self) -> Self:
        if self.hostile_reports > self.window:
            raise ValueError(
                f"hostile_reports = {self.hostile_reports} must not exceed window = {self.window}: it would "
                "never be provoked; write a wider window"
            )
        return self


PARAMETERS = PatienceParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state (none) and per rival."""
    return 0, PER_RIVAL


def tabulate(
    parameters: PatienceParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, then rival weights."""
    named = [number for _, number in parameters.numbers()]
    return np.array([*named, *(rival.weight for rival in rivals)])


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run with nothing read; reports that never came count as friendly."""
    for rival in range(own.rivals):
        place = PER_RIVAL * rival
        memory[place + SENT] = -1.0
        memory[place + HISTORY] = 0.0
        memory[place + FRESH] = 0.0
        memory[place + LEFT] = 0.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Append a report to those of its sender, unless something newer was read."""
    if report.rival < 0:
        return False
    place = PER_RIVAL * report.rival
    if report.sent <= memory[place + SENT]:
        return False
    memory[place + SENT] = float(report.sent)
    window = int(parameters[WINDOW])
    hostile = 1 if report.letter == 1 else 0
    # At most 32 digits, so the number is exact in a float.
    memory[place + HISTORY] = float((2 * int(memory[place + HISTORY]) + hostile) % (1 << window))
    if memory[place + FRESH] < window:
        memory[place + FRESH] += 1.0
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Play the second action while any rival is retaliated against, else the first."""
    misread = parameters[PERCEPTION_NOISE]
    luck = uniforms[2]
    letter = 0
    for rival in range(own.rivals):
        place = PER_RIVAL * rival
        history = int(memory[place + HISTORY])
        # What came since the last review is misread now or never: a report is looked at once.
        for digit in range(int(memory[place + FRESH])):
            if luck < misread:
                history = history ^ (1 << digit)
            luck = _rest(luck, misread)
        memory[place + HISTORY] = float(history)
        memory[place + FRESH] = 0.0
        provoked = parameters[WEIGHTS + rival] > 0.0 and _hostile(history) >= parameters[HOSTILE_REPORTS]
        if provoked and memory[place + LEFT] == 0.0:
            reviews = parameters[RETALIATION_REVIEWS]
            memory[place + LEFT] = reviews if reviews > 0.0 else -1.0
        if memory[place + LEFT] != 0.0:
            letter = 1
        if memory[place + LEFT] > 0.0:
            memory[place + LEFT] -= 1.0
            if memory[place + LEFT] == 0.0:
                memory[place + HISTORY] = 0.0
    return Action(PLAY, -1, 0.0, letter)


def _hostile(history: int) -> int:
    """How many digits of a history are 1."""
    count = 0
    while history > 0:
        count += history % 2
        history = history // 2
    return count


def _rest(luck: float, chance: float) -> float:
    """What is left of a uniform after one event of this chance was read off it: again a uniform.

    One draw so serves any number of reports, misread independently; its 53 bits suffice for some hundred.
    """
    if luck < chance:
        return luck / chance
    if chance < 1.0:
        return (luck - chance) / (1.0 - chance)
    return luck
