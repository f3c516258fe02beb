"""A state that answers in kind: it climbs when it hears of a rival above it and steps down when below.

Of each rival it keeps the rung that it expects it on. A letter moves the expectation as far as the state
trusts it: wholly where it believes in no garbling, else by the probability that the letter is what was sent.
At a review the state goes one rung towards the mean of what it expects, and now and then it climbs unasked.
On the top rung it may strike: a rival that seems ready, for fear of being struck first, or one that seems
unready, because it can. How likely each is depends on its type.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field

from signalling.kernel.floats import Floats
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters, Strict, TypeProbabilities
from signalling.validation import Probability
from signalling.vocabulary import Move, StateType

SOURCE = (
    "Axelrod 1984 (reciprocity); Nowak and Sigmund 1992 (generosity); Osgood 1962 (steps down that are "
    "answered); Leng 1993 (reciprocity in crises); Schelling 1960 (reciprocal fear of surprise attack); "
    "combined by us"
)
USES_REPORTS = True
GAMES = ("ladder",)

LOWER = int(Move.LOWER)
HOLD = int(Move.HOLD)
RAISE = int(Move.RAISE)
ATTACK = int(Move.ATTACK)
GREEDY = int(StateType.GREEDY)

# Positions of the named numbers, in the order of the fields of PARAMETERS; a greedy state's stands next to a
# security seeker's.
OVERMATCH_SECURITY_SEEKER = 0
OVERMATCH_GREEDY = 1
FORGIVENESS = 2
RELAXATION = 3
TREMBLE = 4
PREEMPTION_SECURITY_SEEKER = 5
PREEMPTION_GREEDY = 6
OPPORTUNISM_SECURITY_SEEKER = 7
OPPORTUNISM_GREEDY = 8
ADVANTAGE = 9
# Behind them: the weight of each rival, then where each rival stands at the start.
WEIGHTS = 10
# Memory: for each rival the sending tick of the newest report read (-1: none) and the rung expected of it.
PER_RIVAL = 2
#: Rungs: how near a place on the ladder an expectation must come to count as there.
HALF = 0.5


class TypeRungs(Strict):
    """A number of rungs for each type of state."""

    security_seeker: float = Field(ge=-100, le=100, description="of a security seeker, rungs")
    greedy: float = Field(ge=-100, le=100, description="of a greedy state, rungs")


class ReciprocatorParameters(Parameters):
    """How a state answers, and when it strikes; every probability is that of one review."""

    overmatch: TypeRungs = Field(
        TypeRungs(security_seeker=0.0, greedy=1.0),
        description="how far above its rivals a state of the type wants to stand, rungs",
    )
    forgiveness: Probability = Field(0.1, description="probability of letting a provocation pass")
    relaxation: Probability = Field(0.5, description="probability of stepping down where that is the answer")
    tremble: Probability = Field(0.05, description="probability of climbing whatever is heard")
    preemption: TypeProbabilities = Field(
        TypeProbabilities(security_seeker=0.002, greedy=0.004),
        description="probability that a state of the type, on the top rung, strikes the rival it expects "
        "highest, if that is on the top rung too",
    )
    opportunism: TypeProbabilities = Field(
        TypeProbabilities(security_seeker=0.0, greedy=0.1),
        description="probability that a state of the type, on the top rung, strikes the rival it expects "
        "lowest, if that is unready",
    )
    advantage: float = Field(
        1.0, ge=0, le=100, description="how far below the top rung a rival counts as unready, rungs"
    )


PARAMETERS = ReciprocatorParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state (none) and per rival (date and expected rung)."""
    return 0, PER_RIVAL


def tabulate(
    parameters: ReciprocatorParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, rival weights, and the rungs on which the rivals start."""
    named = [number for _, number in parameters.numbers()]
    return np.array([*named, *(rival.weight for rival in rivals), *(float(rival.rung) for rival in rivals)])


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run with nothing read, and every rival where the public knows it to stand."""
    for rival in range(own.rivals):
        memory[PER_RIVAL * rival] = -1.0
        memory[PER_RIVAL * rival + 1] = parameters[WEIGHTS + own.rivals + rival]


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Move the expected rung towards the letter, as far as it is trusted, unless something newer was read."""
    if report.rival < 0:
        return False
    place = PER_RIVAL * report.rival
    if report.sent <= memory[place]:
        return False
    memory[place] = float(report.sent)
    trust = _trust(report, own.rungs)
    memory[place + 1] = trust * report.letter + (1.0 - trust) * memory[place + 1]
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Strike if there is cause, else answer in kind; a tremble climbs unasked."""
    if own.war == 1 and own.rung == own.rungs - 1:
        target = _target(memory, own, uniforms[2], parameters)
        if target >= 0:
            return Action(ATTACK, target, 0.0, -1)
    climb = RAISE if own.rung < own.ceiling else HOLD
    if uniforms[0] < parameters[TREMBLE]:
        return Action(climb, -1, 0.0, -1)
    if own.rivals == 0:
        return Action(HOLD, -1, 0.0, -1)
    wanted = parameters[OVERMATCH_SECURITY_SEEKER + _greed(own)]
    for rival in range(own.rivals):
        wanted += parameters[WEIGHTS + rival] * memory[PER_RIVAL * rival + 1]
    if wanted >= own.rung + HALF:
        forgives = uniforms[1] < parameters[FORGIVENESS]
        return Action(HOLD if forgives else climb, -1, 0.0, -1)
    if wanted <= own.rung - HALF and own.rung > own.floor and uniforms[1] < parameters[RELAXATION]:
        return Action(LOWER, -1, 0.0, -1)
    return Action(HOLD, -1, 0.0, -1)


def _trust(report: Report, rungs: int) -> float:
    """Probability that a letter is what was sent, every rung being as likely; 1 if it could not have come."""
    total = 0.0
    for sent in range(rungs):
        total += report.assumed[sent * rungs + report.letter]
    if total <= 0.0:
        return 1.0
    return report.assumed[report.letter * rungs + report.letter] / total


def _target(memory: Floats, own: Own, uniform: float, parameters: Floats) -> int:
    """The rival that is struck: the readiest, for fear, or the least ready, for gain; -1 if none is.

    One uniform tells both: what is left above the chance of pre-emption is opportunity's.
    """
    readiest = -1
    least = -1
    for rival in range(own.rivals):
        expected = memory[PER_RIVAL * rival + 1]
        if readiest < 0 or expected > memory[PER_RIVAL * readiest + 1]:
            readiest = rival
        if least < 0 or expected < memory[PER_RIVAL * least + 1]:
            least = rival
    if readiest < 0:
        return -1
    top = own.rungs - 1
    chance = 0.0
    if memory[PER_RIVAL * readiest + 1] >= top - HALF:
        chance = parameters[PREEMPTION_SECURITY_SEEKER + _greed(own)]
        if uniform < chance:
            return readiest
    if memory[PER_RIVAL * least + 1] <= top - parameters[ADVANTAGE]:
        chance += parameters[OPPORTUNISM_SECURITY_SEEKER + _greed(own)]
        if uniform < chance:
            return least
    return -1


def _greed(own: Own) -> int:
    """How far behind a security seeker's number stands the one of the state's type."""
    return 1 if own.type == GREEDY else 0
