"""Jervis's spiral and deterrence models in one rule: an expected-utility maximiser with logit error.

A state weighs each rung by what the rival would do to it there: waiting is safe against a rival that is
deterred and dangerous against one that fears or wants to strike; from the top rung it may strike first.
It says where it stands or, if it lies by calculation, that it stands on 0 (kernel/candour.py).
Letters (docs/model.md): m rung advantage, f first-strike advantage, c cost of a rung, k cost of
war, lambda precision, q prior, l suspected lying, a capability term; x own rung, y the rival's.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field

from signalling.kernel import belief as filters
from signalling.kernel.candour import credibility, worth_of_word
from signalling.kernel.compose import probability_of_lie
from signalling.kernel.floats import Floats
from signalling.kernel.portable_math import exp, log, sigmoid
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters, TypeCosts
from signalling.vocabulary import GAME_SPEAKS, Move, Role

SOURCE = (
    "Jervis 1978 (spiral and deterrence); Schelling 1960 (reciprocal fear); Fearon 1995 (costs of war); "
    "Kydd 2005 (trust); McKelvey and Palfrey 1995 (logit error)"
)
USES_REPORTS = True
GAMES = ("ladder",)

LOWER = int(Move.LOWER)
HOLD = int(Move.HOLD)
RAISE = int(Move.RAISE)
ATTACK = int(Move.ATTACK)
BYSTANDER = int(Role.BYSTANDER)
INITIATOR = int(Role.INITIATOR)
TARGET = int(Role.TARGET)

# Positions of the named numbers, in the order of the fields of PARAMETERS.
PRECISION = 0
RUNG_ADVANTAGE = 1
FIRST_STRIKE_ADVANTAGE = 2
RUNG_COST = 3
WAR_COST_SECURITY_SEEKER = 4
WAR_COST_GREEDY = 5
RIVAL_WAR_COST_SECURITY_SEEKER = 6
RIVAL_WAR_COST_GREEDY = 7
PRIOR_GREEDY = 8
DISTINGUISHABILITY = 9
LEAK = 10
SUSPECTED_LYING = 11
BIAS = 12
CAPABILITY_WEIGHT = 13
LYING_PRECISION = 14
LYING_COST = 15
# Behind them: the weight of each rival; the filter's rates and exp(bias); one block of tables a rival.
WEIGHTS = 16
ODDS = filters.N_RATES
N_FILTER = filters.N_RATES + 1
# Memory: a predicted belief (2 K); waiting, then striking, averaged over rivals for three options; the
# best strike at one rival from the present rung; for each rival the sending tick of the newest report read
# (-1: none), the belief dated by it (2 K), and the chance that 0 is read, by rung said, on its line (K).
BEST_STRIKE = 6
N_SUMS = 7


class SpiralParameters(Parameters):
    """What a spiral state is made of; defaults as in docs/model.md, where their choice is told."""

    precision: float = Field(20.0, gt=0, le=1000, description="logit precision, per share of the prize")
    rung_advantage: float = Field(1.2, ge=0, le=100, description="log odds of winning per rung ahead")
    first_strike_advantage: float = Field(
        0.2, ge=-100, le=100, description="log odds gained by striking first"
    )
    rung_cost: float = Field(
        0.02, ge=-10, le=10, description="cost of standing a rung higher, share of the prize"
    )
    war_cost: TypeCosts = Field(
        TypeCosts(security_seeker=0.5, greedy=0.35), description="own cost of war by type, share of the prize"
    )
    rival_war_cost: TypeCosts = Field(
        default_factory=lambda data: data["war_cost"],
        description="what the state believes war costs a rival, by type; its own table unless given",
    )
    prior_greedy: float = Field(0.25, ge=0, le=1, description="prior probability that a rival is greedy")
    distinguishability: float = Field(
        1.0, ge=0, le=1, description="of offence from defence: 0, types move alike; 1, greedy states climb"
    )
    leak: float = Field(
        0.02, ge=0, le=1, description="share of the belief that returns to the prior per step"
    )
    suspected_lying: float = Field(
        0.0, ge=0, le=1, description="probability given to a greedy rival saying 0"
    )
    bias: float = Field(0.0, ge=-20, le=20, description="log odds added towards greed by every report")
    capability_weight: float = Field(
        0.0, ge=0, le=100, description="log odds of winning per log of capability ratio"
    )
    lying_precision: float = Field(
        0.0,
        ge=0,
        le=1000,
        description="logit precision of lies, per share of the prize; 0: it never calculates",
    )
    lying_cost: float = Field(
        0.02, ge=-10, le=10, description="what a lie by calculation costs, share of the prize"
    )


PARAMETERS = SpiralParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state (scratch) and per rival (date, belief, and what is read as 0)."""
    return 2 * rungs + N_SUMS, 1 + 3 * rungs


def table_size(rungs: int) -> int:
    """Length of one rival's tables: the capability term, two of (K, 2 K), two of (K, K)."""
    return 1 + 6 * rungs * rungs


def tabulate(
    parameters: SpiralParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, rival weights, filter rates, and the sigmoids of the decision as tables.

    For a rival at rung y of type T and own rung x: `peace` is the part of waiting that does not depend
    on the own cost of war, `fear` the probability that the rival strikes, `strike` the chance of winning
    by striking first, `struck` that of winning when struck. Rows run over own rung, so that a decision
    reads a row from end to end.
    """
    named = [number for _, number in parameters.numbers()]
    rates = np.zeros(N_FILTER)
    filters.fill_rates(rates, parameters.distinguishability, parameters.leak, parameters.prior_greedy)
    rates[ODDS] = exp(parameters.bias)
    blocks = [_rival_tables(parameters, own, rival, rungs) for rival in rivals]
    return np.concatenate([named, [rival.weight for rival in rivals], rates, *blocks])


def _rival_tables(
    parameters: SpiralParameters, own: OwnView, rival: RivalView, rungs: int
) -> npt.NDArray[np.float64]:
    m, f = parameters.rung_advantage, parameters.first_strike_advantage
    a = parameters.capability_weight * (log(own.capability) - log(rival.capability))
    costs = (parameters.rival_war_cost.security_seeker, parameters.rival_war_cost.greedy)
    peace = np.zeros((rungs, 2, rungs))
    fear = np.zeros((rungs, 2, rungs))
    strike = np.zeros((rungs, rungs))
    struck = np.zeros((rungs, rungs))
    for x in range(rungs):
        for y in range(rungs):
            strike[x, y] = sigmoid(m * (x - y) + a + f)
            struck[x, y] = sigmoid(m * (x - y) + a - f)
            for state_type in range(2):
                gain = sigmoid(m * (y - x) - a + f) - costs[state_type] - 0.5
                feared = y / (rungs - 1) * sigmoid(parameters.precision * gain)
                fear[x, state_type, y] = feared
                peace[x, state_type, y] = (1.0 - feared) / 2.0 + feared * struck[x, y]
    return np.concatenate([[a], peace.ravel(), fear.ravel(), strike.ravel(), struck.ravel()])


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run with the prior over every rival, dated at time zero."""
    rungs = own.rungs
    for rival in range(own.rivals):
        block = _block(rival, rungs)
        memory[block] = -1.0
        filters.fill_prior(memory[block + 1 : block + 1 + 2 * rungs], parameters[PRIOR_GREEDY])
        # Before anything is read the line is taken for clean.
        calm = block + 1 + 2 * rungs
        for said in range(rungs):
            memory[calm + said] = 1.0 if said == 0 else 0.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Predict the belief to the report's sending time, then condition it on the report."""
    if report.rival < 0:
        return False
    rungs = own.rungs
    block = _block(report.rival, rungs)
    newest = memory[block]
    if report.sent <= newest:
        return False
    dated = newest if newest > 0.0 else 0.0
    belief = memory[block + 1 : block + 1 + 2 * rungs]
    rates = parameters[WEIGHTS + own.rivals : WEIGHTS + own.rivals + N_FILTER]
    filters.predict(belief, filters.steps_between(report.sent - int(dated), own.interval), rates)
    filters.correct(belief, report.letter, report.assumed, parameters[SUSPECTED_LYING], rates[ODDS])
    memory[block] = float(report.sent)
    if parameters[LYING_PRECISION] > 0.0:
        for said in range(rungs):
            memory[block + 1 + 2 * rungs + said] = report.assumed[said * rungs]
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Draw the move by logit over lower, hold, raise and, on the top rung, attack; then the word."""
    rungs = own.rungs
    rung = own.rung
    lowest = rung - 1 if rung > own.floor else rung
    highest = rung + 1 if rung < own.ceiling else rung
    sums = memory[2 * rungs : 2 * rungs + N_SUMS]
    target = _weigh_rivals(memory, own, now, lowest, highest, parameters)
    cost = parameters[RUNG_COST]
    # Values of lower, hold, raise and attack; an option not offered keeps no weight below.
    hold = _prospect(sums, 1, rung, rungs, cost)
    lower = _prospect(sums, 0, rung - 1, rungs, cost) if lowest < rung else hold
    higher = _prospect(sums, 2, rung + 1, rungs, cost) if highest > rung else hold
    offered = own.war == 1 and rung == rungs - 1 and target >= 0
    # An attack falls on one rival: its value is the chance against that one, not the average.
    attack = sums[BEST_STRIKE] - cost * rung if offered else hold
    best = max(lower, hold, higher, attack)
    precision = parameters[PRECISION]
    weight_lower = exp(precision * (lower - best)) if lowest < rung else 0.0
    weight_hold = exp(precision * (hold - best))
    weight_higher = exp(precision * (higher - best)) if highest > rung else 0.0
    weight_attack = exp(precision * (attack - best)) if offered else 0.0
    point = uniforms[0] * (weight_lower + weight_hold + weight_higher + weight_attack)
    move = HOLD
    after = rung
    if point < weight_lower:
        move = LOWER
        after = lowest
    elif point >= weight_lower + weight_hold:
        if point >= weight_lower + weight_hold + weight_higher and offered:
            return Action(ATTACK, target, 0.0, -1)
        # Rounding may leave the point on the upper end of the last option.
        move = RAISE if highest > rung else HOLD
        after = highest
    letter = GAME_SPEAKS
    if (
        parameters[LYING_PRECISION] > 0.0
        and after > 0
        and uniforms[1] < _chance_of_lie(memory, own, now, after, parameters)
    ):
        letter = 0
    return Action(move, -1, 0.0, letter)


def belief(memory: Floats, rival: int, own: Own, now: int, parameters: Floats) -> tuple[float, float]:
    """P(the rival is greedy) and its expected rung, predicted to now."""
    copy = _predicted(memory, rival, own, now, parameters)
    return filters.probability_greedy(copy), filters.expected_rung(copy)


def payoff(own: Own, role: int, rival: int, rival_rung: int, mean_rung: float, parameters: Floats) -> float:
    """Share of the prize at the end: half in peace, the chance of winning less the cost in war."""
    share = 0.5
    if role != BYSTANDER:
        f = parameters[FIRST_STRIKE_ADVANTAGE]
        edge = 0.0
        if role == INITIATOR:
            edge = f
        elif role == TARGET:
            edge = -f
        a = parameters[_tables(rival, own.rivals, own.rungs)] if rival >= 0 else 0.0
        advantage = parameters[RUNG_ADVANTAGE] * (own.rung - rival_rung)
        share = sigmoid(advantage + a + edge) - own.cost_of_war
    return share - parameters[RUNG_COST] * mean_rung


def _block(rival: int, rungs: int) -> int:
    """Where a rival's memory begins."""
    return 2 * rungs + N_SUMS + rival * (1 + 3 * rungs)


def _tables(rival: int, rivals: int, rungs: int) -> int:
    """Where a rival's tables begin among the parameters."""
    return WEIGHTS + rivals + N_FILTER + rival * table_size(rungs)


def _predicted(memory: Floats, rival: int, own: Own, now: int, parameters: Floats) -> Floats:
    """A copy of the belief about a rival, predicted to now, in the state's scratch memory."""
    rungs = own.rungs
    block = _block(rival, rungs)
    newest = memory[block]
    dated = newest if newest > 0.0 else 0.0
    copy = memory[0 : 2 * rungs]
    for cell in range(2 * rungs):
        copy[cell] = memory[block + 1 + cell]
    rates = parameters[WEIGHTS + own.rivals : WEIGHTS + own.rivals + N_FILTER]
    filters.predict(copy, filters.steps_between(now - int(dated), own.interval), rates)
    return copy


def _weigh_rivals(memory: Floats, own: Own, now: int, lowest: int, highest: int, parameters: Floats) -> int:
    """Sum waiting and striking over rivals for each option; returns the rival best struck, -1 if none."""
    rungs = own.rungs
    rung = own.rung
    sums = memory[2 * rungs : 2 * rungs + N_SUMS]
    for place in range(N_SUMS):
        sums[place] = 0.0
    target = -1
    for rival in range(own.rivals):
        copy = _predicted(memory, rival, own, now, parameters)
        weight = parameters[WEIGHTS + rival]
        tables = _tables(rival, own.rivals, rungs)
        for x in range(lowest, highest + 1):
            row = tables + 1 + x * 2 * rungs
            fear_row = row + 2 * rungs * rungs
            peace = 0.0
            fear = 0.0
            for cell in range(2 * rungs):
                mass = copy[cell]
                peace += mass * parameters[row + cell]
                fear += mass * parameters[fear_row + cell]
            strike_row = tables + 1 + 4 * rungs * rungs + x * rungs
            strike = 0.0
            for y in range(rungs):
                strike += (copy[y] + copy[rungs + y]) * parameters[strike_row + y]
            strike -= own.cost_of_war
            option = x - rung + 1
            sums[option] += weight * (peace - own.cost_of_war * fear)
            sums[3 + option] += weight * strike
            if x == rung and (target < 0 or strike > sums[BEST_STRIKE]):
                sums[BEST_STRIKE] = strike
                target = rival
    return target


def _prospect(sums: Floats, option: int, x: int, rungs: int, cost: float) -> float:
    """Value of standing on rung x: waiting, plus the option of striking as far as x brings it near."""
    wait = sums[option]
    strike = sums[3 + option]
    surplus = strike - wait if strike > wait else 0.0
    return wait + x / (rungs - 1) * surplus - cost * x


def _chance_of_lie(memory: Floats, own: Own, now: int, rung: int, parameters: Floats) -> float:
    """The probability of saying 0 on a rung above it: by what that gains on average over rivals."""
    rungs = own.rungs
    gain = 0.0
    for rival in range(own.rivals):
        copy = _predicted(memory, rival, own, now, parameters)
        calm = _block(rival, rungs) + 1 + 2 * rungs
        believed = credibility(rung, memory[calm : calm + rungs], parameters[SUSPECTED_LYING])
        fears = _tables(rival, own.rivals, rungs) + 1 + 2 * rungs * rungs
        fear = parameters[fears : fears + 2 * rungs * rungs]
        strike = parameters[fears + 2 * rungs * rungs : fears + 3 * rungs * rungs]
        struck = parameters[fears + 3 * rungs * rungs : fears + 4 * rungs * rungs]
        lie = worth_of_word(0, rung, copy, fear, struck, strike, own.cost_of_war)
        truth = worth_of_word(rung, rung, copy, fear, struck, strike, own.cost_of_war)
        gain += parameters[WEIGHTS + rival] * believed * (lie - truth)
    return probability_of_lie(gain, parameters[LYING_COST], parameters[LYING_PRECISION])
