"""The wiring: what happens at each event, in the order of the model.

An engine decides which event is next and calls these functions; a doctrine is called between
`begin_review` and `end_review`, and between `before_report` and `after_report`, by the engine. Nothing
else (but transmit.py, lines.py and protocol.py for messages, and matrix.py and exchange.py, called from here)
changes a World, and only `end_review` gives a move its effect.
"""

from signalling.kernel.draws import ATTEMPT_BIT, Luck, block
from signalling.kernel.exchange import close_phase, phase_of
from signalling.kernel.matrix import settle
from signalling.kernel.message import Message
from signalling.kernel.order import ORIGIN_TRIGGERED_BIT
from signalling.kernel.quantile import quantile
from signalling.kernel.view import Action, Own, Report
from signalling.kernel.world import Columns, World
from signalling.vocabulary import (
    GAME_SPEAKS,
    SILENT,
    Count,
    DrawPurpose,
    Move,
    Phase,
    StateType,
    StopReason,
)

# Plain integers: CPython reads a module constant four times faster than an enumeration's member.
DELIVERED = int(Count.DELIVERED)
SUPERSEDED_COUNT = int(Count.SUPERSEDED)
IN_FLIGHT_COUNT = int(Count.IN_FLIGHT)
GARBLED = int(Count.GARBLED)
REVIEWS = int(Count.REVIEWS)
DELAY = int(Count.DELAY)
REVIEW = int(DrawPurpose.REVIEW)
START = int(DrawPurpose.START)
TRIGGER = int(DrawPurpose.TRIGGER)
IDLE = int(Phase.IDLE)
SEEKER = int(StateType.SECURITY_SEEKER)
GREEDY = int(StateType.GREEDY)
LOWER = int(Move.LOWER)
HOLD = int(Move.HOLD)
RAISE = int(Move.RAISE)
ATTACK = int(Move.ATTACK)
PLAY = int(Move.PLAY)
ARM = int(Move.ARM)
RUNNING = int(StopReason.RUNNING)
WAR = int(StopReason.WAR)
UNANIMITY = int(StopReason.UNANIMITY)
TOP = int(StopReason.TOP)
RUNAWAY = int(StopReason.RUNAWAY)

#: The identity of a message is the origin within its `which`: copies, attempts and hops are one message.
IDENTITY_MASK = (1 << ATTEMPT_BIT) - 1
#: Origins of triggered reviews begin here and go up to twice this, which fills the field of the origin.
TRIGGERED_ORIGINS = 1 << ORIGIN_TRIGGERED_BIT
#: Words of a script for each review: move, target, letter.
SCRIPT_WORDS = 3


def begin_run(columns: Columns, world: World, luck: Luck, state: int) -> None:
    """Draw a state's type and cost of war, and put it where it begins."""
    uniforms = block(luck, 0, columns.state_who[state], START)
    state_type = GREEDY if uniforms[0] < columns.greedy[state] else SEEKER
    world.state_type[state] = state_type
    world.cost_of_war[state] = columns.war_cost[2 * state + state_type]
    world.rung[state] = columns.start_rung[state]
    world.peak[state] = columns.start_rung[state]
    world.posture[state] = columns.start_posture[state]


def first_review(columns: Columns, world: World, luck: Luck, state: int) -> int:
    """The tick of a state's first review: a gap from tick 0, a uniform phase, or 0 in synchronous rounds."""
    uniform = _draw_review(columns, world, luck, state)
    if columns.gap >= 0:
        return quantile(columns.quantiles[columns.gap], uniform)
    if columns.jitter == 0:
        return 0
    return int(uniform * columns.interval)


def next_review(columns: Columns, world: World, luck: Luck, state: int, now: int) -> int:
    """The tick of the scheduled review after the one held `now`: a renewal by the law of gaps or jitter."""
    uniform = _draw_review(columns, world, luck, state)
    if columns.gap >= 0:
        gap = quantile(columns.quantiles[columns.gap], uniform)
        return now + (gap if gap > 1 else 1)
    return now + columns.interval - columns.jitter + int(uniform * (2 * columns.jitter))


def _draw_review(columns: Columns, world: World, luck: Luck, state: int) -> float:
    """Draw the block of the next scheduled review: its time is returned, the rest kept for when it comes."""
    uniforms = block(luck, world.review[state], columns.state_who[state], REVIEW)
    world.lanes[3 * state] = uniforms[1]
    world.lanes[3 * state + 1] = uniforms[2]
    world.lanes[3 * state + 2] = uniforms[3]
    return uniforms[0]


def own_view(columns: Columns, world: World, state: int) -> Own:
    """What a state knows of itself now."""
    return Own(
        state,
        world.cost_of_war[state],
        world.rung[state],
        columns.ceiling[state],
        columns.rungs,
        columns.first_rivalry[state + 1] - columns.first_rivalry[state],
        columns.interval,
        columns.horizon,
        columns.war,
        world.state_type[state],
        world.posture[state],
        columns.floor[state],
        phase_of(columns, world, state) if columns.phases > 0 else IDLE,
    )


def begin_review(
    columns: Columns, world: World, luck: Luck, state: int, triggered: int, now: int
) -> tuple[float, float, float]:
    """The uniforms of a review that is held `now`: one for the move, two for the doctrine.

    Whichever it is, no triggered review is pending afterwards: a scheduled one that comes first has seen the
    report, and cancels it.

    Args:
        columns: of the model.
        world: of the run.
        luck: of the run.
        state: who decides.
        triggered: 1 if a report triggered the review, 0 if it was scheduled.
        now: tick.
    """
    origin = world.review[state]
    if triggered == 1:
        origin = world.trigger[state]
    else:
        world.review[state] = origin + 1
    world.trigger[state] = -1
    world.origin[state] = origin
    world.reviewed[state] = now
    world.held[state] += 1
    if triggered == 1:
        uniforms = block(luck, origin, columns.state_who[state], REVIEW)
        return uniforms[1], uniforms[2], uniforms[3]
    return world.lanes[3 * state], world.lanes[3 * state + 1], world.lanes[3 * state + 2]


def scripted_action(columns: Columns, world: World, state: int) -> Action:
    """What the script of a state says for the review that has begun; beyond its end the state holds.

    Scheduled reviews come at the same times whatever anybody does, so their indices name them; a state with a
    script has no others.
    """
    at = columns.script_at[state] + SCRIPT_WORDS * world.origin[state]
    if at >= columns.script_at[state + 1]:
        return Action(HOLD, -1, 0.0, GAME_SPEAKS)
    return Action(columns.script[at], columns.script[at + 1], 0.0, columns.script[at + 2])


def end_review(columns: Columns, world: World, state: int, action: Action, now: int) -> int:
    """Give a move its effect; afterwards the review is over and its messages may be sent.

    Returns:
        A StopReason: WAR if the state attacked or joins another on the top rung of a joint war; another
        reason if the move fulfils the condition at which the scenario ends, or closes the last phase of an
        exchange; else RUNNING.
    """
    world.counts[REVIEWS] += 1
    if action.move == ATTACK:
        world.struck[0] = state
        world.struck[1] = columns.rival[columns.first_rivalry[state] + action.target]
        return WAR
    rung = world.rung[state]
    after = rung
    if action.move == RAISE and rung < columns.ceiling[state]:
        after = rung + 1
    elif action.move == LOWER and rung > columns.floor[state]:
        after = rung - 1
    elif action.move == PLAY:
        after = action.letter
        if columns.phases > 0:
            world.posture[state] = action.value
    elif action.move == ARM:
        world.posture[state] = action.value
        if action.value >= columns.limit[0] or action.value <= -columns.limit[0]:
            return RUNAWAY
    world.said[state] = after
    if action.move != PLAY and (action.letter >= 0 or action.letter == SILENT):
        world.said[state] = action.letter
    world.spoken[state] = action.value * columns.exaggeration[state]
    if after != rung:
        if columns.matrix == 1:
            settle(columns, world, state, now)
        world.rung_ticks[state] += rung * (now - world.since[state])
        world.since[state] = now
        world.rung[state] = after
        if after > world.peak[state]:
            world.peak[state] = after
        if columns.joint == 1 and after == columns.rungs - 1 and standing_at(columns, world, after) > 1:
            return WAR
    if columns.until != RUNNING:
        return _ending(columns, world, after)
    # All states hold a phase in one tick, in name order.
    if columns.phases > 0 and state == len(columns.state_who) - 1:
        return close_phase(columns, world, world.origin[state])
    return RUNNING


def _ending(columns: Columns, world: World, rung: int) -> int:
    """The condition at which the scenario ends if a state now on `rung` fulfils it, else RUNNING."""
    if columns.until == TOP and rung == columns.rungs - 1:
        return TOP
    if columns.until == UNANIMITY and standing_at(columns, world, rung) == len(columns.state_who):
        return UNANIMITY
    return RUNNING


def standing_at(columns: Columns, world: World, rung: int) -> int:
    """How many states stand on a rung."""
    total = 0
    for state in range(len(columns.state_who)):
        if world.rung[state] == rung:
            total += 1
    return total


def writes(world: World, own: Own, triggered: int) -> bool:
    """Whether a state writes after a review, unless it chose to be silent.

    Args:
        world: of the run, after the move.
        own: the state before the move.
        triggered: 1 if a report triggered the review: then it writes only if something has changed.
    """
    if world.said[own.state] == SILENT:
        return False
    if triggered == 0:
        return True
    return world.rung[own.state] != own.rung or world.posture[own.state] != own.posture


def before_report(columns: Columns, message: Message) -> Report:
    """What the addressee is told when a message is read."""
    # Unpacked at once: CPython reads a NamedTuple's fields one by one ten times slower.
    kind, channel, which, _, letter, _, value, sent, _, due, _, _, _ = message
    return Report(
        kind,
        letter,
        value,
        sent,
        due,
        columns.sender[channel],
        columns.slot[channel],
        which & IDENTITY_MASK,
        columns.matrices[columns.assumed[channel]],
    )


def after_report(columns: Columns, world: World, luck: Luck, message: Message, used: bool) -> int:  # noqa: FBT001
    """Book a report that was read, and let it trigger a review.

    Args:
        columns: of the model.
        world: of the run.
        luck: of the run.
        message: what was read.
        used: the doctrine's answer, False if superseded.

    Returns:
        The tick of the review that the report triggers, -1 if it triggers none. It comes after the least gap
        since the state's last review; until then the state waits for no second one.
    """
    _, channel, which, composed, letter, _, _, sent, _, due, _, _, _ = message
    counts = world.counts
    counts[IN_FLIGHT_COUNT] -= 1
    counts[DELIVERED] += 1
    counts[DELAY] += due - sent
    if not used:
        counts[SUPERSEDED_COUNT] += 1
    if letter != composed:
        counts[GARBLED] += 1
    rivalry = columns.rivalry[channel]
    # Nothing was read before where the newest is 0, the tick at which nobody has read yet.
    if rivalry < 0 or (sent <= world.newest[rivalry] and world.newest[rivalry] > 0):
        return -1  # no rival's, or no news, whatever a doctrine makes of it
    world.fresh_ticks[rivalry] += (sent - world.newest[rivalry]) * due
    world.newest[rivalry] = sent
    reader = columns.addressee[channel]
    if columns.minimum_gap == 0 or not used or columns.attentive[reader] == 0 or world.trigger[reader] >= 0:
        return -1
    mixed = block(luck, which & IDENTITY_MASK, columns.channel_who[channel], TRIGGER)[0]
    world.trigger[reader] = TRIGGERED_ORIGINS + int(mixed * TRIGGERED_ORIGINS)
    if world.held[reader] == 0:
        return due
    earliest = world.reviewed[reader] + columns.minimum_gap
    return earliest if earliest > due else due


def end_run(columns: Columns, world: World, state: int, stop: int) -> None:
    """Bring a state's time on its rung, and in its pairs of actions, up to the tick of the stop."""
    if columns.matrix == 1:
        settle(columns, world, state, stop)
    world.rung_ticks[state] += world.rung[state] * (stop - world.since[state])
    world.since[state] = stop
