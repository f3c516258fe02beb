"""What a run leaves behind: whole and real numbers, by the positions that the vocabulary names.

An engine brings every state up to the stop (`step.end_run`), asks the doctrines for their beliefs and
payoffs, and calls `summarise`. A missing whole number is -1, a missing real one NaN; neither can occur as a
value. Sums run in index order, because the last bit of a float depends on it.
"""

import math

from signalling.kernel.exchange import is_belligerent, payoff
from signalling.kernel.floats import Floats, Integers
from signalling.kernel.matrix import mean_payoff, mutual_cooperation_ticks
from signalling.kernel.world import Columns, World
from signalling.vocabulary import (
    TICKS_PER_HOUR,
    Count,
    Real,
    Role,
    StateReal,
    StateType,
    StateWhole,
    StopReason,
    Whole,
)

NONE = math.nan
N_COUNTS = int(Whole.GARBLED) - int(Whole.REVIEWS)
N_STATE_WHOLES = len(StateWhole)
N_STATE_REALS = len(StateReal)
STOP = int(Whole.STOP)
REASON = int(Whole.REASON)
INITIATOR_AT = int(Whole.INITIATOR)
TARGET_AT = int(Whole.TARGET)
BELLIGERENTS = int(Whole.BELLIGERENTS)
STRUCK_UNREADY = int(Whole.STRUCK_UNREADY)
N_GREEDY = int(Whole.N_GREEDY)
PEAK_RUNG = int(Whole.PEAK_RUNG)
REVIEWS_AT = int(Whole.REVIEWS)
SENT_AT = int(Whole.SENT)
STOP_HOURS = int(Real.STOP_HOURS)
MEAN_RUNG = int(Real.MEAN_RUNG)
MEAN_DELAY = int(Real.MEAN_DELAY_HOURS)
MEAN_AGE = int(Real.MEAN_AGE_HOURS)
BELIEF_ERROR = int(Real.BELIEF_ERROR)
RUNG_ERROR = int(Real.RUNG_ERROR)
PAYOFF = int(Real.PAYOFF)
COOPERATION = int(Real.COOPERATION)
MUTUAL = int(Real.MUTUAL_COOPERATION)
MEAN_POSTURE = int(Real.MEAN_POSTURE)
STATE_TYPE = int(StateWhole.TYPE)
STATE_ROLE = int(StateWhole.ROLE)
STATE_PEAK = int(StateWhole.PEAK_RUNG)
STATE_REVIEWS = int(StateWhole.REVIEWS)
STATE_RUNG = int(StateWhole.RUNG)
STATE_MEAN_RUNG = int(StateReal.MEAN_RUNG)
STATE_PAYOFF = int(StateReal.PAYOFF)
STATE_POSTURE = int(StateReal.POSTURE)
STATE_BELIEF = int(StateReal.BELIEF)
BYSTANDER = int(Role.BYSTANDER)
INITIATOR = int(Role.INITIATOR)
TARGET = int(Role.TARGET)
BELLIGERENT = int(Role.BELLIGERENT)
GREEDY = int(StateType.GREEDY)
WAR = int(StopReason.WAR)
DELIVERED = int(Count.DELIVERED)
DELAY = int(Count.DELAY)
REVIEWS = int(Count.REVIEWS)

#: Exact sums beyond 53 bits are kept in two words of so many bits.
LIMB_BITS = 32
LIMB = 1 << LIMB_BITS


def role_of(columns: Columns, world: World, reason: int, state: int) -> int:
    """A state's Role in what ended the run."""
    if state == world.struck[0]:
        return INITIATOR
    if state == world.struck[1]:
        return TARGET
    if reason == WAR and columns.joint == 1 and world.rung[state] == columns.rungs - 1:
        return BELLIGERENT
    if reason == WAR and columns.phases > 0 and is_belligerent(columns, world, state):
        return BELLIGERENT
    return BYSTANDER


def opponent_of(columns: Columns, world: World, role: int, state: int) -> int:
    """Whom a state is at war with, -1 if nobody."""
    if role == INITIATOR:
        return world.struck[1]
    if role == TARGET:
        return world.struck[0]
    if role == BELLIGERENT:
        for other in range(len(columns.state_who)):
            if other != state and world.rung[other] == columns.rungs - 1:
                return other
    return -1


def slot_of(columns: Columns, state: int, other: int) -> int:
    """The slot of another state among a state's rivals, -1 if it is none."""
    first = columns.first_rivalry[state]
    for rivalry in range(first, columns.first_rivalry[state + 1]):
        if columns.rival[rivalry] == other:
            return rivalry - first
    return -1


def is_paid_by_game(columns: Columns) -> bool:
    """Whether the game says what states earn, and not their doctrines."""
    return columns.matrix == 1 or columns.phases > 0


def paid_by_game(columns: Columns, world: World, state: int, stop: int) -> float:
    """What a state earns by the rules of a matrix or exchange game; NaN if it has nobody to play against."""
    if columns.matrix == 1:
        return mean_payoff(columns, world, state, stop)
    return payoff(columns, world, state)


def mean_rung(world: World, state: int, stop: int) -> float:
    """Time-weighted mean rung of a state."""
    return world.rung_ticks[state] / stop if stop > 0 else 0.0


def summarise(
    columns: Columns,
    world: World,
    stop: int,
    reason: int,
    beliefs: Floats,
    payoffs: Floats,
    wholes: Integers,
    reals: Floats,
    state_wholes: Integers,
    state_reals: Floats,
) -> None:
    """Write the summary of a run that has been brought up to its stop.

    Args:
        columns: of the model.
        world: of the run.
        stop: tick of the stop.
        reason: a StopReason.
        beliefs: P(greedy) and expected rung by directed rivalry (2 * n_rivalries,), NaN where none is held.
        payoffs: by state (n_states,), NaN where a doctrine gives none.
        wholes: filled, by Whole.
        reals: filled, by Real.
        state_wholes: filled, StateWhole by state (n_states * N_STATE_WHOLES,).
        state_reals: filled, StateReal by state (n_states * N_STATE_REALS,).
    """
    wholes[STOP] = stop
    wholes[REASON] = reason
    wholes[INITIATOR_AT] = world.struck[0]
    wholes[TARGET_AT] = world.struck[1]
    wholes[STRUCK_UNREADY] = -1
    if world.struck[1] >= 0:
        wholes[STRUCK_UNREADY] = 1 if world.rung[world.struck[1]] < columns.rungs - 1 else 0
    wholes[REVIEWS_AT] = world.counts[REVIEWS]
    for count in range(N_COUNTS):
        wholes[SENT_AT + count] = world.counts[count]
    _sum_up_states(columns, world, stop, reason, beliefs, payoffs, wholes, reals, state_wholes, state_reals)
    delivered = world.counts[DELIVERED]
    reals[STOP_HOURS] = stop / TICKS_PER_HOUR
    reals[MEAN_DELAY] = world.counts[DELAY] / (delivered * TICKS_PER_HOUR) if delivered > 0 else NONE
    reals[MEAN_AGE] = _mean_age_hours(world, stop)
    _write_belief_errors(columns, world, beliefs, reals)
    reals[PAYOFF] = _mean_payoff(columns, payoffs)
    _write_cooperation(columns, world, stop, reals)


def _sum_up_states(
    columns: Columns,
    world: World,
    stop: int,
    reason: int,
    beliefs: Floats,
    payoffs: Floats,
    wholes: Integers,
    reals: Floats,
    state_wholes: Integers,
    state_reals: Floats,
) -> None:
    """Write what is summed over states, and what is told of each; the arguments are those of `summarise`."""
    n_states = len(columns.state_who)
    belligerents = 0
    n_greedy = 0
    peak = 0
    ticks = 0
    posture = 0.0
    for state in range(n_states):
        role = role_of(columns, world, reason, state)
        belligerents += 1 if role != BYSTANDER else 0
        n_greedy += 1 if world.state_type[state] == GREEDY else 0
        peak = max(peak, world.peak[state])
        ticks += world.rung_ticks[state]
        posture += world.posture[state]
        whole = N_STATE_WHOLES * state
        state_wholes[whole + STATE_TYPE] = world.state_type[state]
        state_wholes[whole + STATE_ROLE] = role
        state_wholes[whole + STATE_PEAK] = world.peak[state]
        state_wholes[whole + STATE_REVIEWS] = world.held[state]
        state_wholes[whole + STATE_RUNG] = world.rung[state]
        real = N_STATE_REALS * state
        state_reals[real + STATE_MEAN_RUNG] = mean_rung(world, state, stop)
        state_reals[real + STATE_PAYOFF] = payoffs[state]
        has_value = columns.posture_game == 1 or columns.phases > 0
        state_reals[real + STATE_POSTURE] = world.posture[state] if has_value else NONE
        state_reals[real + STATE_BELIEF] = _mean_belief(columns, beliefs, state)
    wholes[BELLIGERENTS] = belligerents
    wholes[N_GREEDY] = n_greedy
    wholes[PEAK_RUNG] = peak
    reals[MEAN_RUNG] = ticks / (n_states * stop) if stop > 0 else 0.0
    reals[MEAN_POSTURE] = posture / n_states if columns.posture_game == 1 else NONE


def _mean_belief(columns: Columns, beliefs: Floats, state: int) -> float:
    """P(greedy) as a state holds it, mean over the rivals it holds beliefs about; NaN if there are none."""
    total = 0.0
    held = 0
    for rivalry in range(columns.first_rivalry[state], columns.first_rivalry[state + 1]):
        if not math.isnan(beliefs[2 * rivalry]):
            total += beliefs[2 * rivalry]
            held += 1
    return total / held if held > 0 else NONE


def _mean_age_hours(world: World, stop: int) -> float:
    """Time average over [0, stop) of now minus the newest sending time read, summed in whole ticks.

    The integral of now is stop^2 / 2; that of the newest sending time is its last value times stop, less each
    gain times the tick at which it came. Twice the integral of one rivalry is at most stop^2 and fits a word;
    their sum need not, so it is kept in two and rounded once.
    """
    n_rivalries = len(world.newest)
    if n_rivalries == 0 or stop == 0:
        return NONE
    high = 0
    low = 0
    for rivalry in range(n_rivalries):
        doubled = stop * stop - 2 * (world.newest[rivalry] * stop - world.fresh_ticks[rivalry])
        high += doubled >> LIMB_BITS
        low += doubled & (LIMB - 1)
    total = float(high) * LIMB + float(low)
    return total / (2.0 * n_rivalries * stop * TICKS_PER_HOUR)


def _write_belief_errors(columns: Columns, world: World, beliefs: Floats, reals: Floats) -> None:
    squares = 0.0
    distances = 0.0
    held = 0
    for rivalry in range(len(columns.rival)):
        greedy = beliefs[2 * rivalry]
        if not math.isnan(greedy):
            rival = columns.rival[rivalry]
            gap = greedy - world.state_type[rival]
            squares += gap * gap
            distances += abs(beliefs[2 * rivalry + 1] - world.rung[rival])
            held += 1
    reals[BELIEF_ERROR] = squares / held if held > 0 else NONE
    reals[RUNG_ERROR] = distances / held if held > 0 else NONE


def _mean_payoff(columns: Columns, payoffs: Floats) -> float:
    """Mean over states; on a ladder none if one has none, in other games over those that play."""
    total = 0.0
    known = 0
    for state in range(len(payoffs)):
        if not math.isnan(payoffs[state]):
            total += payoffs[state]
            known += 1
    if known == 0 or (known < len(payoffs) and not is_paid_by_game(columns)):
        return NONE
    return total / known


def _write_cooperation(columns: Columns, world: World, stop: int, reals: Floats) -> None:
    """Shares of time in the first action, alone and together; none on a ladder, without rivals or time."""
    reals[COOPERATION] = NONE
    reals[MUTUAL] = NONE
    n_rivalries = len(columns.rival)
    if columns.matrix == 0 or n_rivalries == 0 or stop == 0:
        return
    cells = columns.rungs * columns.rungs
    alone = 0
    for rivalry in range(n_rivalries):
        for action in range(columns.rungs):
            alone += world.joint_ticks[rivalry * cells + action]
    mutual = mutual_cooperation_ticks(columns, world.joint_ticks)
    reals[COOPERATION] = alone / (n_rivalries * stop)
    reals[MUTUAL] = mutual / (n_rivalries * stop)
