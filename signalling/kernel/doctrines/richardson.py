"""Richardson's arms race: a state arms against what it hears of rivals, tires of its own arms, and resents.

At a review a step of h days (the interval of reviews) is taken from the posture x:

    x' = x + h (reaction Y - fatigue x_s + grievance) + shock sqrt(h) N,    Y = sum over rivals of w_j y_j

y_j is the newest posture (by sending time) that rival j has reported, w_j its weight, x_s the own posture
`stale_reviews` reviews ago, N a standard normal deviate. The step is the interval whatever time has passed,
so reviews with jitter or by a law of gaps keep the mean pace only, and reviews that reports trigger would
hasten the race. Postures are in a unit of the user's and may be negative: a state may have disarmed below
what it holds for normal.

With fatigue = reaction = s, no grievance and an interval of one day this is DeGroot's averaging of opinions,
x' = (1 - s) x + s Y, whose row of weights is 1 - s for the state itself and s w_j for its rivals.

The game stops a run when a posture reaches its limit, at most 1e12; so a state is never asked to go on from
more than that, what it hears is at most that times the sender's exaggeration, and one step adds at most a
few powers of ten more: nothing here overflows and nothing is clamped.
"""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from signalling.kernel.floats import Floats
from signalling.kernel.portable_math import normal_quantile
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters
from signalling.vocabulary import GAME_SPEAKS, TICKS_PER_DAY, Move

SOURCE = (
    "Richardson 1960 (mutual stimulation, fatigue and grievance); DeGroot 1974 (averaging, a special case); "
    "the discrete step, delays, losses and exaggeration: ours"
)
USES_REPORTS = True
GAMES = ("posture",)

ARM = int(Move.ARM)

#: How many reviews old the own posture may be that fatigue acts on.
MOST_STALE = 128
MISSING = ("last", "zero", "own")
LAST = 0
ZERO = 1

# Positions of the named numbers, in the order of the fields of PARAMETERS.
REACTION = 0
FATIGUE = 1
GRIEVANCE = 2
SHOCK = 3
ASSUMED_EXAGGERATION = 4
STALE_REVIEWS = 5
# Behind them: what stands for a rival not heard of, by its place in MISSING; the own posture at the start;
# for each rival its weight and its posture at the start.
STANDS_FOR_MISSING = 6
OWN_START = 7
RIVALS = 8
PER_RIVAL_NUMBERS = 2
# Memory: 1 once the first review is over; the place of this review in the ring; the ring of own postures at
# the last MOST_STALE reviews. For each rival the sending tick of the newest report read (-1: none), the
# posture it told, and 1 if it was read since the last review.
BEGUN = 0
NEXT = 1
RING = 2
OWN = RING + MOST_STALE
PER_RIVAL = 3
POSTURE = 1
HEARD = 2


class RichardsonParameters(Parameters):
    """The coefficients of the race, and how reports are read."""

    reaction: float = Field(
        0.1,
        ge=-100,
        le=100,
        description="arming against the rivals' mean posture, per day; negative: submission",
    )
    fatigue: float = Field(0.2, ge=0, le=100, description="disarming for one's own posture, per day")
    grievance: float = Field(
        0.1, ge=-1e6, le=1e6, description="arming whatever the rivals do, posture per day; negative: goodwill"
    )
    shock: float = Field(
        0.0, ge=0, le=1e6, description="size of random shocks, posture per square root of a day"
    )
    assumed_exaggeration: float = Field(
        0.0,
        ge=-0.99,
        le=1000,
        description="share by which reports are believed to exaggerate: what is read is divided by 1 + this",
    )
    stale_reviews: int = Field(
        0,
        ge=0,
        le=MOST_STALE,
        description="how many reviews old the own posture is that fatigue acts on; before so many, the first",
    )
    missing: Literal["last", "zero", "own"] = Field(
        "last",
        description="what stands for a rival not heard of since the own last review: its newest report (at "
        "first its posture at the start), zero or the own posture",
    )


PARAMETERS = RichardsonParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state, nearly all of it own postures of the past, and per rival."""
    return OWN, PER_RIVAL


def tabulate(
    parameters: RichardsonParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, the rule for missing reports, own posture at the start, rivals' weights and postures."""
    named = [number for _, number in parameters.numbers()]
    of_rivals = [number for rival in rivals for number in (rival.weight, rival.posture)]
    return np.array([*named, float(MISSING.index(parameters.missing)), own.posture, *of_rivals])


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run with everybody's posture at the start, which is public."""
    memory[BEGUN] = 0.0
    memory[NEXT] = 0.0
    for place in range(MOST_STALE):
        memory[RING + place] = parameters[OWN_START]
    for rival in range(own.rivals):
        block = OWN + PER_RIVAL * rival
        memory[block] = -1.0
        memory[block + POSTURE] = parameters[RIVALS + PER_RIVAL_NUMBERS * rival + 1]
        memory[block + HEARD] = 0.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Remember the posture reported, freed of the exaggeration assumed, unless something newer was read."""
    if report.rival < 0:
        return False
    block = OWN + PER_RIVAL * report.rival
    if report.sent <= memory[block]:
        return False
    memory[block] = float(report.sent)
    memory[block + POSTURE] = report.value / (1.0 + parameters[ASSUMED_EXAGGERATION])
    memory[block + HEARD] = 1.0
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Take one step of the race."""
    threat = 0.0
    for rival in range(own.rivals):
        block = OWN + PER_RIVAL * rival
        posture = memory[block + POSTURE]
        # Nothing can have been read before the first review: then the postures at the start stand.
        if memory[block + HEARD] == 0.0 and memory[BEGUN] == 1.0:
            if parameters[STANDS_FOR_MISSING] == ZERO:
                posture = 0.0
            elif parameters[STANDS_FOR_MISSING] != LAST:
                posture = own.posture
        threat += parameters[RIVALS + PER_RIVAL_NUMBERS * rival] * posture
        memory[block + HEARD] = 0.0
    memory[BEGUN] = 1.0
    tiring = _posture_then(memory, own.posture, int(parameters[STALE_REVIEWS]))
    days = own.interval / TICKS_PER_DAY
    change = parameters[REACTION] * threat - parameters[FATIGUE] * tiring + parameters[GRIEVANCE]
    posture = own.posture + days * change
    if parameters[SHOCK] > 0.0:
        posture += parameters[SHOCK] * math.sqrt(days) * normal_quantile(uniforms[1])
    return Action(ARM, -1, posture, GAME_SPEAKS)


def _posture_then(memory: Floats, posture: float, reviews: int) -> float:
    """The own posture some reviews ago, at most MOST_STALE; notes the present one for later reviews."""
    here = int(memory[NEXT])
    then = posture
    if reviews > 0:
        place = here - reviews
        then = memory[RING + place] if place >= 0 else memory[RING + place + MOST_STALE]
    memory[RING + here] = posture
    memory[NEXT] = float(here + 1) if here + 1 < MOST_STALE else 0.0
    return then
