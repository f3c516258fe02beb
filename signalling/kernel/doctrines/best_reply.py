"""The best reply to what is believed of another's number: an estimate of it, or a demand on its owner.

The number is uniform on an interval at first. A word names a cell of it, by the sender's plan as the state
believes it; the channel that it assumes turns the letter heard into a posterior over the cells. The estimate
that loses least in squares is the mean; the demand that pays best weighs what is asked against the chance
that it is refused and fought over.
"""

from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from signalling.kernel.floats import Floats
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters
from signalling.validation import Probability
from signalling.vocabulary import SILENT, Move, Phase

SOURCE = (
    "Crawford and Sobel 1982 (the receiver takes the mean of the interval); Fearon 1995 (the risk-return "
    "trade-off of a demand); Bayes's rule"
)
USES_REPORTS = True
GAMES = ("exchange",)

HOLD = int(Move.HOLD)
PLAY = int(Move.PLAY)
ACT = int(Phase.ACT)

# Positions of the named numbers; behind them the aim, the slot that is heard (-1: any), the number of cells,
# where they begin and end, and the letter of each (-1: silence).
LOW = 0
HIGH = 1
SILENCE = 2
STRENGTH = 3
COST = 4
BIAS = 5
AIM = 6
HEARS = 7
CELLS = 8
EDGES = 9
ESTIMATE = 0
# Memory: for each rival the sending tick of the newest report read (-1: none), then the likelihood of what it
# said given each letter.
DATED = 1


class BestReplyParameters(Parameters):
    """What is believed of the number and of the plan of whom is heard, and what is at stake."""

    aim: Literal["estimate", "demand"] = Field(
        "estimate", description='"estimate": the number itself; "demand": the best demand on its owner'
    )
    low: float = Field(0.0, ge=-1e6, le=1e6, description="least number, before anything is heard")
    high: float = Field(1.0, ge=-1e6, le=1e6, description="largest number")
    silence: Probability = Field(
        0.0, description="probability with which a word is believed to be lost on its way"
    )
    strength: float = Field(0.5, ge=-1e6, le=1e6, description="demand: own share expected of a war")
    cost: float = Field(0.1, ge=-1e6, le=1e6, description="demand: own cost of war, share of the prize")
    bias: float = Field(0.0, ge=-1e6, le=1e6, description="added to the value that is best")
    cuts: tuple[float, ...] = Field(
        (0.5,),
        strict=False,
        description="where the cells of the sender's plan end, as it believes, rising from low to high",
        examples=[(), (0.25, 0.5)],
    )
    says: tuple[int, ...] = Field(
        (0, 1), strict=False, description="the letter that is believed of each cell; -1: silence"
    )
    hears: str = Field("", description="whose newest letter counts; none: any rival's")

    @model_validator(mode="after")
    def _agree(self) -> Self:
        edges = (self.low, *self.cuts, self.high)
        if list(edges) != sorted(set(edges)):
            raise ValueError("low, cuts and high must rise")
        if len(self.says) != len(self.cuts) + 1:
            cells = len(self.cuts) + 1
            raise ValueError(f"says has {len(self.says)} letters: the cuts make {cells} cells, a letter each")
        if any(letter < -1 for letter in self.says):
            raise ValueError("says holds a number below -1; write letters, counted from 0")
        return self


PARAMETERS = BestReplyParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state and per rival."""
    return 0, DATED + rungs


def tabulate(
    parameters: BestReplyParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, the aim, the slot heard, and the cells with their letters."""
    slots = {rival.name: slot for slot, rival in enumerate(rivals)}
    if parameters.hears and parameters.hears not in slots:
        raise ValueError(f"hears = {parameters.hears!r} is no rival; they are {', '.join(slots)}")
    if any(letter >= rungs for letter in parameters.says):
        raise ValueError(f"says holds {max(parameters.says)}; the letters are 0 to {rungs - 1}")
    named = [number for _, number in parameters.numbers()]
    heard = slots[parameters.hears] if parameters.hears else -1
    aim = ("estimate", "demand").index(parameters.aim)
    edges = (parameters.low, *parameters.cuts, parameters.high)
    return np.array([*named, aim, heard, len(parameters.says), *edges, *parameters.says])


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run having heard nothing."""
    size = DATED + own.rungs
    for rival in range(own.rivals):
        memory[size * rival] = -1.0
        for letter in range(own.rungs):
            memory[size * rival + DATED + letter] = 0.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Keep how likely the newest report of each rival was for every letter that might have been sent."""
    if report.rival < 0:
        return False
    place = (DATED + own.rungs) * report.rival
    if report.sent <= memory[place]:
        return False
    memory[place] = float(report.sent)
    for letter in range(own.rungs):
        memory[place + DATED + letter] = report.assumed[letter * own.rungs + report.letter]
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Take the value that is best against the posterior; out of turn, nothing."""
    if own.phase != ACT:
        return Action(HOLD, -1, 0.0, SILENT)
    place = _place_heard(memory, own, parameters)
    if parameters[AIM] == ESTIMATE:
        value = _mean(memory, place, parameters)
    else:
        value = parameters[STRENGTH] + _best_margin(memory, place, parameters)
    return Action(PLAY, -1, value + parameters[BIAS], 0)


def _place_heard(memory: Floats, own: Own, parameters: Floats) -> int:
    """Where the likelihoods of the newest letter stand that counts, -1 if none was heard."""
    size = DATED + own.rungs
    slot = int(parameters[HEARS])
    if slot < 0:
        newest = -1.0
        for rival in range(own.rivals):
            if memory[size * rival] > newest:
                newest = memory[size * rival]
                slot = rival
    if slot < 0 or memory[size * slot] < 0.0:
        return -1
    return size * slot + DATED


def _width(parameters: Floats, cell: int) -> float:
    return parameters[EDGES + cell + 1] - parameters[EDGES + cell]


def _weight(memory: Floats, place: int, parameters: Floats, cell: int) -> float:
    """The posterior weight of a cell, not normalised: its width times the likelihood of what was heard."""
    cells = int(parameters[CELLS])
    letter = int(parameters[EDGES + cells + 1 + cell])
    if place < 0:
        likelihood = 1.0 if letter < 0 else parameters[SILENCE]
    else:
        likelihood = 0.0 if letter < 0 else memory[place + letter]
    return _width(parameters, cell) * likelihood


def _total(memory: Floats, place: int, parameters: Floats) -> float:
    """The sum of the weights; 0 if what was heard is impossible under the plan: then the prior stands."""
    total = 0.0
    for cell in range(int(parameters[CELLS])):
        total += _weight(memory, place, parameters, cell)
    return total


def _share(memory: Floats, place: int, parameters: Floats, cell: int, total: float) -> float:
    """The posterior probability of a cell."""
    if total > 0.0:
        return _weight(memory, place, parameters, cell) / total
    return _width(parameters, cell) / (parameters[HIGH] - parameters[LOW])


def _mean(memory: Floats, place: int, parameters: Floats) -> float:
    """The posterior mean of the number."""
    total = _total(memory, place, parameters)
    mean = 0.0
    for cell in range(int(parameters[CELLS])):
        middle = (parameters[EDGES + cell] + parameters[EDGES + cell + 1]) / 2.0
        mean += _share(memory, place, parameters, cell, total) * middle
    return mean


def _best_margin(memory: Floats, place: int, parameters: Floats) -> float:
    """What to ask beyond one's strength, where the owner of the number accepts up to the number itself.

    A margin z is accepted with probability S(z) and then gains z + cost over a war. Within a cell S is a
    straight line, so the gain is a parabola: its top, or the nearer end of the cell, from the highest cell
    down. Of equal gains the smaller margin is taken.
    """
    total = _total(memory, place, parameters)
    best = parameters[LOW]
    largest = best + parameters[COST]
    above = 0.0
    for cell in range(int(parameters[CELLS]) - 1, -1, -1):
        low, high = parameters[EDGES + cell], parameters[EDGES + cell + 1]
        share = _share(memory, place, parameters, cell, total)
        slope = share / (high - low)
        margin = high
        if slope > 0.0:
            top = (above / slope + high - parameters[COST]) / 2.0
            margin = min(max(top, low), high)
        gain = (margin + parameters[COST]) * (above + slope * (high - margin))
        if gain > largest or (gain == largest and margin < best):
            largest = gain
            best = margin
        above += share
    return best
