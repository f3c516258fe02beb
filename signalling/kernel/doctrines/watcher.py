"""The exact Bayesian about a type that never changes: no leak, no prediction, every report counts once.

Of each rival the state holds the log-likelihood ratio of greedy against security seeker. A report with letter
y adds log P(y | greedy) - log P(y | security seeker), where

    P(y | type) = declared[type] assumed[K-1, y] + (1 - declared[type]) assumed[0, y]

and `declared` is the probability with which the type is believed to say the highest letter, else the lowest.
As types do not change, the order of reports does not matter: one that was sent before the newest counts too.

**Copies.** A report whose identity was read before says nothing new and is not counted; without
`deduplicate` every copy counts as new evidence, and belief runs away from the truth on duplicates alone.

**Silence.** With content-dependent loss a report that does not come is evidence, and so is one that does:
each own review but the first at which nothing counted has been read from a rival since the one before adds
log silence[greedy] - log silence[security seeker], and each report the same of 1 - silence, the probability
that it was let through. Leaving out the second would count the same loss only when it hides something, and
the belief would be no martingale. Equal numbers tell nothing, to the last bit. This is exact where every
rival sends one report between two reviews and it is read before the second (synchronous rounds, delays
below the interval); `silence` is then the loss probability of a message of the type, and `declared` the
probability of the highest letter among the messages of the type that are not lost. Elsewhere a report that
is merely late is taken for lost.

**Certainty.** A likelihood of zero is treated as the limit of a small one: what one report makes certain, a
report that excludes it makes uncertain again, and what remains are the other reports. So a belief in a
perfect channel is the limit of beliefs in ever better ones, whatever is read, and no division by zero
arises. What is impossible under both types tells nothing. A prior of 0 or 1 is never moved.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field

from signalling.kernel.floats import Floats
from signalling.kernel.portable_math import exp, log
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters, TypeProbabilities
from signalling.validation import Probability
from signalling.vocabulary import GAME_SPEAKS, SILENT, Move

SOURCE = (
    "Bayes's rule; Good 1950 (weight of evidence: log-likelihood ratios add); Blackwell 1951, 1953 (what a "
    "better channel is worth); weighing silence: ours"
)
USES_REPORTS = True
#: Types do not change, so a report that comes late tells as much as any other.
COUNTS_OLD_REPORTS = True
GAMES = ("ladder", "matrix")

LOWER = int(Move.LOWER)
HOLD = int(Move.HOLD)
RAISE = int(Move.RAISE)
ATTACK = int(Move.ATTACK)
PLAY = int(Move.PLAY)

# Positions of the named numbers, in the order of the fields of PARAMETERS.
PRIOR_GREEDY = 0
DECLARED_SECURITY_SEEKER = 1
DECLARED_GREEDY = 2
SILENCE_SECURITY_SEEKER = 3
SILENCE_GREEDY = 4
DEDUPLICATE = 5
ACT_ABOVE = 6
SPEAKS = 7
# Behind them: 1 in a matrix game, else 0; the weight of each rival.
PLAYS = 8
WEIGHTS = 9

#: How many identities of a rival's messages are remembered: a copy that comes after so many others is new.
SEEN = 64
#: An identity has up to 63 bits, a float holds 53: two floats keep it, of 31 and 32 bits.
LOW_BITS = 32
LOW_MASK = 0xFFFFFFFF
# Memory: 1 once the first review is over; then for each rival the sum of log-likelihood ratios, certainties
# of greed less certainties of the contrary, 1 if a report was counted since the last review, the next place
# in the ring of identities, and the ring (-1 where it is empty, which is filled from the front).
BEGUN = 0
OWN = 1
EVIDENCE = 0
CERTAINTY = 1
HEARD = 2
NEXT = 3
RING = 4
PER_RIVAL = RING + 2 * SEEN


class WatcherParameters(Parameters):
    """What the state believes of types and channels, and when it acts."""

    prior_greedy: Probability = Field(0.25, description="prior probability that a rival is greedy")
    declared: TypeProbabilities = Field(
        TypeProbabilities(security_seeker=0.0, greedy=1.0),
        description="probability with which a rival of the type is believed to say the highest letter; "
        "else it says 0",
    )
    silence: TypeProbabilities = Field(
        TypeProbabilities(security_seeker=0.0, greedy=0.0),
        description="probability with which a report of the type is believed to be lost; equal: silence "
        "tells nothing",
    )
    deduplicate: bool = Field(
        default=True,
        description="whether a copy of a report that was read counts no more; false: every copy is evidence",
    )
    act_above: Probability = Field(
        0.5, description="mean P(greedy) of the rivals above which the state acts, probability"
    )
    speaks: bool = Field(
        default=True,
        description="whether it reports where it stands; false: on a ladder never, in a matrix game only "
        "when its action changes",
    )


PARAMETERS = WatcherParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state and per rival: about 1 KB a rival, nearly all of it identities."""
    return OWN, PER_RIVAL


def tabulate(
    parameters: WatcherParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, whether letters are actions, and rival weights."""
    named = [number for _, number in parameters.numbers()]
    plays = 1.0 if own.game == "matrix" else 0.0
    return np.array([*named, plays, *(rival.weight for rival in rivals)])


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run with nothing read and no evidence."""
    memory[BEGUN] = 0.0
    for rival in range(own.rivals):
        block = OWN + PER_RIVAL * rival
        for place in range(block, block + RING):
            memory[place] = 0.0
        for place in range(block + RING, block + PER_RIVAL):
            memory[place] = -1.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Add the evidence of a report and of its having come, unless it is a copy of one that was counted."""
    if report.rival < 0:
        return False
    block = OWN + PER_RIVAL * report.rival
    if parameters[DEDUPLICATE] == 1.0 and _seen(memory, block, report.identity):
        return False
    memory[block + HEARD] = 1.0
    calm = report.assumed[report.letter]
    alarm = report.assumed[(own.rungs - 1) * own.rungs + report.letter]
    declared_seeker = parameters[DECLARED_SECURITY_SEEKER]
    declared_greedy = parameters[DECLARED_GREEDY]
    seeker = declared_seeker * alarm + (1.0 - declared_seeker) * calm
    greedy = declared_greedy * alarm + (1.0 - declared_greedy) * calm
    _weigh(memory, block, greedy, seeker)
    _weigh(memory, block, 1.0 - parameters[SILENCE_GREEDY], 1.0 - parameters[SILENCE_SECURITY_SEEKER])
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Weigh silence, then act if the rivals are believed greedy enough on average, and else desist."""
    mean = 0.0
    worst = -1
    largest = -1.0
    for rival in range(own.rivals):
        block = OWN + PER_RIVAL * rival
        if memory[BEGUN] == 1.0 and memory[block + HEARD] == 0.0:
            _weigh(memory, block, parameters[SILENCE_GREEDY], parameters[SILENCE_SECURITY_SEEKER])
        memory[block + HEARD] = 0.0
        probability = _probability(memory, block, parameters)
        mean += parameters[WEIGHTS + rival] * probability
        if probability > largest:
            largest = probability
            worst = rival
    memory[BEGUN] = 1.0
    acts = mean > parameters[ACT_ABOVE]
    word = GAME_SPEAKS if parameters[SPEAKS] == 1.0 else SILENT
    top = own.rungs - 1
    if parameters[PLAYS] == 1.0:
        action = top if acts else 0
        if word == SILENT and action == own.rung:
            return Action(HOLD, -1, 0.0, SILENT)
        # The letter of PLAY is the action: who changes it cannot hide it.
        return Action(PLAY, -1, 0.0, action)
    if acts:
        if own.war == 1 and own.rung == top and worst >= 0:
            return Action(ATTACK, worst, 0.0, word)
        return Action(RAISE if own.rung < own.ceiling else HOLD, -1, 0.0, word)
    return Action(LOWER if own.rung > own.floor else HOLD, -1, 0.0, word)


def belief(memory: Floats, rival: int, own: Own, now: int, parameters: Floats) -> tuple[float, float]:
    """P(the rival is greedy), and the rung it is expected to report.

    The state believes nothing of where a rival stands, only of what it says: the highest letter with
    probability P(greedy) declared[greedy] + P(security seeker) declared[security seeker], else 0.
    """
    greedy = _probability(memory, OWN + PER_RIVAL * rival, parameters)
    alarm = greedy * parameters[DECLARED_GREEDY] + (1.0 - greedy) * parameters[DECLARED_SECURITY_SEEKER]
    return greedy, (own.rungs - 1) * alarm


def _seen(memory: Floats, block: int, identity: int) -> bool:
    """Whether a message was read before; if not, remember it, in place of the oldest."""
    low = float(identity & LOW_MASK)
    high = float(identity >> LOW_BITS)
    for place in range(block + RING, block + PER_RIVAL, 2):
        if memory[place] < 0.0:
            break
        if memory[place] == high and memory[place + 1] == low:
            return True
    following = int(memory[block + NEXT])
    memory[block + RING + 2 * following] = high
    memory[block + RING + 2 * following + 1] = low
    memory[block + NEXT] = float(following + 1) if following + 1 < SEEN else 0.0
    return False


def _weigh(memory: Floats, block: int, greedy: float, seeker: float) -> None:
    """Add the evidence of something that has these likelihoods, both in [0, 1].

    The difference of two logarithms, not the logarithm of a quotient: exchanging the likelihoods then turns
    the sign and no bit else, so that opposite reports cancel exactly. A term is at most 745, the logarithm
    of the smallest float, so the sum of any number of reports is finite.
    """
    if greedy == seeker:
        return
    if seeker <= 0.0:
        memory[block + CERTAINTY] = memory[block + CERTAINTY] + 1.0
    elif greedy <= 0.0:
        memory[block + CERTAINTY] = memory[block + CERTAINTY] - 1.0
    else:
        memory[block + EVIDENCE] = memory[block + EVIDENCE] + (log(greedy) - log(seeker))


def _probability(memory: Floats, block: int, parameters: Floats) -> float:
    """P(greedy) from prior and evidence; the prior itself, to the last bit, if there is none.

    The larger of the two likelihoods is scaled to one, so that the other may vanish and none overflows.
    """
    prior = parameters[PRIOR_GREEDY]
    if prior <= 0.0 or prior >= 1.0:
        return prior
    certainty = memory[block + CERTAINTY]
    if certainty != 0.0:
        return 1.0 if certainty > 0.0 else 0.0
    evidence = memory[block + EVIDENCE]
    if evidence > 0.0:
        return prior / (prior + (1.0 - prior) * exp(-evidence))
    scaled = prior * exp(evidence)
    return scaled / (scaled + (1.0 - prior))
