"""Chance as a state: at its turn it draws a number from a law, which whoever has a channel from it hears.

Private knowledge is a perfect channel from chance to one state, common knowledge one to all; noise on the
channels makes private signals of one number. Payoffs may speak of what it drew.
"""

from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from signalling.kernel.floats import Floats
from signalling.kernel.portable_math import exp, log, normal_quantile
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters
from signalling.vocabulary import SILENT, Move, Phase

SOURCE = "Harsanyi 1967 (chance draws what each player knows of itself); Devroye 1986 (inverse distribution)"
USES_REPORTS = False
GAMES = ("exchange",)
#: Phases of nature are its turn unless the script names somebody, and no others are.
IS_CHANCE = True

HOLD = int(Move.HOLD)
PLAY = int(Move.PLAY)
NATURE = int(Phase.NATURE)

# Positions of the named numbers; behind them which law, how many entries it has, and these.
LOW = 0
HIGH = 1
MEAN = 2
SIGMA = 3
LAW = 4
ENTRIES = 5
LIST = 6

LAWS = ("uniform", "normal", "lognormal", "exponential", "constant", "discrete", "table")
UNIFORM = 0
NORMAL = 1
LOGNORMAL = 2
EXPONENTIAL = 3
DISCRETE = 5
TABLE = 6


class NatureParameters(Parameters):
    """The law of the number; each law reads the parameters that its description names."""

    law: Literal["uniform", "normal", "lognormal", "exponential", "constant", "discrete", "table"] = Field(
        "uniform", description="the law of the number"
    )
    low: float = Field(
        0.0, ge=-1e6, le=1e6, description="uniform: least number; exponential: what is added to the draw"
    )
    high: float = Field(1.0, ge=-1e6, le=1e6, description="uniform: upper end")
    mean: float = Field(
        0.0,
        ge=-1e6,
        le=1e6,
        description="normal: mean; lognormal: mean of the logarithm; exponential: mean; constant: the number",
    )
    sigma: float = Field(
        1.0, ge=0, le=1e6, description="normal: standard deviation; lognormal: that of the logarithm"
    )
    values: tuple[float, ...] = Field((0.0, 1.0), strict=False, description="discrete: the numbers")
    probabilities: tuple[float, ...] = Field(
        (0.5, 0.5), strict=False, description="discrete: probability of each number"
    )
    quantiles: tuple[float, ...] = Field(
        (0.0, 1.0),
        strict=False,
        description="table: any law by its quantiles at equally spaced probabilities from 0 to 1, with "
        "straight lines between",
    )

    @model_validator(mode="after")
    def _is_a_law(self) -> Self:
        if self.law == "uniform" and not self.low < self.high:
            raise ValueError(f"low = {self.low:g} must be below high = {self.high:g}")
        if self.law == "exponential" and self.mean < 0.0:
            raise ValueError(f"mean = {self.mean:g}: an exponential law has a mean of 0 or more")
        # Such a law draws at most e^700; beyond is no float.
        if self.law == "lognormal" and self.mean + 9.0 * self.sigma > 700.0:
            raise ValueError(f"mean = {self.mean:g}, sigma = {self.sigma:g}: draws beyond what a float holds")
        if self.law == "discrete":
            if len(self.values) != len(self.probabilities) or not self.values:
                raise ValueError("values and probabilities must be lists of one length, at least 1")
            if any(p < 0.0 for p in self.probabilities) or abs(sum(self.probabilities) - 1.0) > 1e-9:
                raise ValueError("probabilities must be 0 or more and sum to 1")
        rises = list(self.quantiles) == sorted(self.quantiles)
        if self.law == "table" and (len(self.quantiles) < 2 or not rises):
            raise ValueError("quantiles must be at least 2 numbers that do not fall")
        return self


PARAMETERS = NatureParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state and per rival: the sending tick of the newest report read."""
    return 0, 1


def tabulate(
    parameters: NatureParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, the law, and its entries: values and their cumulative probabilities, or quantiles."""
    entries: tuple[float, ...] = ()
    if parameters.law == "discrete":
        # The last is left out: whatever exceeds the others' is its own.
        entries = (*parameters.values, *np.cumsum(parameters.probabilities[:-1]).tolist())
    elif parameters.law == "table":
        entries = parameters.quantiles
    count = len(parameters.values) if parameters.law == "discrete" else len(entries)
    named = [number for _, number in parameters.numbers()]
    return np.array([*named, LAWS.index(parameters.law), count, *entries])


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run having read nothing."""
    for rival in range(own.rivals):
        memory[rival] = -1.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Note how new a report is, which changes nothing."""
    if report.rival < 0:
        return False
    if report.sent <= memory[report.rival]:
        return False
    memory[report.rival] = float(report.sent)
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Draw at its turn and tell the number; in other phases, nothing."""
    if own.phase != NATURE:
        return Action(HOLD, -1, 0.0, SILENT)
    return Action(PLAY, -1, _drawn(parameters, uniforms[0]), 0)


def _drawn(parameters: Floats, uniform: float) -> float:
    """The quantile of the law at a uniform number in [0, 1)."""
    law = parameters[LAW]
    number = parameters[MEAN]
    if law == UNIFORM:
        number = parameters[LOW] + (parameters[HIGH] - parameters[LOW]) * uniform
    elif law == EXPONENTIAL:
        number = parameters[LOW] - parameters[MEAN] * log(1.0 - uniform)
    elif law == NORMAL:
        number += parameters[SIGMA] * normal_quantile(uniform)
    elif law == LOGNORMAL:
        number = exp(number + parameters[SIGMA] * normal_quantile(uniform))
    elif law == DISCRETE:
        number = _chosen(parameters, uniform)
    elif law == TABLE:
        number = _between(parameters, uniform)
    return number


def _chosen(parameters: Floats, uniform: float) -> float:
    """The first of the listed numbers whose cumulative probability exceeds the uniform."""
    count = int(parameters[ENTRIES])
    place = 0
    while place < count - 1 and uniform >= parameters[LIST + count + place]:
        place += 1
    return parameters[LIST + place]


def _between(parameters: Floats, uniform: float) -> float:
    """On the straight line between the two listed quantiles beside the uniform."""
    scaled = uniform * (parameters[ENTRIES] - 1.0)
    below = int(scaled)
    low = parameters[LIST + below]
    return low + (scaled - below) * (parameters[LIST + below + 1] - low)
