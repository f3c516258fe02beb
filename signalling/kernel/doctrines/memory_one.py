"""Memory-one strategies of the repeated game: a probability of cooperating for each last round.

The table is (after_cc, after_cd, after_dc, after_dd), own last action first, the rival's as it was
reported second. Two noises are kept apart because they are not the same: implementation noise flips the
action taken, perception noise flips what is believed of the rival's. A channel that garbles (kernel
"other") is perception noise on the way; the parameter is perception noise in the reader.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from signalling.kernel.floats import Floats
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters
from signalling.validation import Probability
from signalling.vocabulary import Move

SOURCE = (
    "Nowak and Sigmund 1992, 1993 (memory one, generosity, win-stay lose-shift); Axelrod 1984 (tit for "
    "tat); Molander 1985 (noise)"
)
USES_REPORTS = True
GAMES = ("matrix",)
#: The table is of two actions.
LETTERS = 2
PLAY = int(Move.PLAY)

Strategy = Literal[
    "tit_for_tat", "generous", "win_stay_lose_shift", "grim", "always_cooperate", "always_defect"
]
#: P(cooperate) after CC, CD, DC, DD, own action first. Generous forgives one defection in three.
STRATEGIES: dict[str, tuple[float, float, float, float]] = {
    "tit_for_tat": (1.0, 0.0, 1.0, 0.0),
    "generous": (1.0, 1.0 / 3.0, 1.0, 1.0 / 3.0),
    "win_stay_lose_shift": (1.0, 0.0, 0.0, 1.0),
    "grim": (1.0, 0.0, 0.0, 0.0),
    "always_cooperate": (1.0, 1.0, 1.0, 1.0),
    "always_defect": (0.0, 0.0, 0.0, 0.0),
}

# Positions of the named numbers; behind them the weight of each rival.
AFTER_CC = 0
AFTER_CD = 1
AFTER_DC = 2
AFTER_DD = 3
FIRST_COOPERATION = 4
IMPLEMENTATION_NOISE = 5
PERCEPTION_NOISE = 6
WEIGHTS = 7
# Memory: 1 once the first action is taken; for each rival the sending tick of the newest report read (-1:
# none) and the action it told (0 until then: nothing ill is known).
BEGUN = 0
PER_RIVAL = 2


class MemoryOneParameters(Parameters):
    """A strategy by name, or any table: a number that is given replaces the strategy's."""

    strategy: Strategy = Field("tit_for_tat", description="where numbers not given come from")
    after_cc: Probability = Field(
        default_factory=lambda data: STRATEGIES[data["strategy"]][0], description="P(C) after C, C"
    )
    after_cd: Probability = Field(
        default_factory=lambda data: STRATEGIES[data["strategy"]][1],
        description="P(C) after own C, rival's D",
    )
    after_dc: Probability = Field(
        default_factory=lambda data: STRATEGIES[data["strategy"]][2],
        description="P(C) after own D, rival's C",
    )
    after_dd: Probability = Field(
        default_factory=lambda data: STRATEGIES[data["strategy"]][3], description="P(C) after D, D"
    )
    first_cooperation: Probability = Field(
        default_factory=lambda data: 0.0 if data["strategy"] == "always_defect" else 1.0,
        description="P(C) at the first review",
    )
    implementation_noise: Probability = Field(
        0.0, description="probability that the action taken is the other"
    )
    perception_noise: Probability = Field(0.0, description="probability that a report is read as the other")


PARAMETERS = MemoryOneParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state and per rival."""
    return 1, PER_RIVAL


def tabulate(
    parameters: MemoryOneParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, then rival weights."""
    named = [number for _, number in parameters.numbers()]
    return np.array([*named, *(rival.weight for rival in rivals)])


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run before the first action, with nothing read."""
    memory[BEGUN] = 0.0
    for rival in range(own.rivals):
        memory[1 + PER_RIVAL * rival] = -1.0
        memory[2 + PER_RIVAL * rival] = 0.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Remember the rival's action as reported, unless something newer was read."""
    if report.rival < 0:
        return False
    place = 1 + PER_RIVAL * report.rival
    if report.sent <= memory[place]:
        return False
    memory[place] = float(report.sent)
    memory[place + 1] = float(report.letter)
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Draw the action; against several rivals the probability is the weighted mean of the table's."""
    if memory[BEGUN] == 0.0:
        memory[BEGUN] = 1.0
        cooperation = parameters[FIRST_COOPERATION]
    else:
        cooperation = _cooperation(memory, own, parameters)
    letter = 0 if uniforms[0] < cooperation else 1
    if uniforms[1] < parameters[IMPLEMENTATION_NOISE]:
        letter = 1 - letter
    return Action(PLAY, -1, 0.0, letter)


def _cooperation(memory: Floats, own: Own, parameters: Floats) -> float:
    """P(cooperate); misreading is averaged over, which gives the same law as drawing it."""
    misread = parameters[PERCEPTION_NOISE]
    row = 2 * own.rung
    total = 0.0
    for rival in range(own.rivals):
        seen = int(memory[2 + PER_RIVAL * rival])
        right = parameters[row + seen]
        wrong = parameters[row + 1 - seen]
        total += parameters[WEIGHTS + rival] * ((1.0 - misread) * right + misread * wrong)
    return total
