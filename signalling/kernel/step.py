"""The wiring: what happens at each event, in the order of the model.

An engine decides which event is next and calls these functions; a doctrine is called between
`begin_review` and `end_review`, and between `before_report` and `after_report`, by the engine. Nothing
else (but kernel/matrix.py, called from here) changes a World, and only `end_review` gives a move its effect.
"""

from typing import NamedTuple

from signalling.kernel.channel import after_delay, departure_from_queue, in_office, is_full, replaced_letter
from signalling.kernel.compose import stated_rung
from signalling.kernel.draws import Luck, address, block
from signalling.kernel.matrix import settle
from signalling.kernel.quantile import quantile
from signalling.kernel.view import Action, Own, Report
from signalling.kernel.world import Columns, World
from signalling.vocabulary import Count, DrawPurpose, Fate, MessageKind, Move, StateType, StopReason

# Plain integers: CPython reads a module constant four times faster than an enumeration's member.
SENT = int(Count.SENT)
DUPLICATED = int(Count.DUPLICATED)
DELIVERED = int(Count.DELIVERED)
SUPERSEDED_COUNT = int(Count.SUPERSEDED)
LOST_COUNT = int(Count.LOST)
BLOCKED_COUNT = int(Count.BLOCKED)
IN_FLIGHT_COUNT = int(Count.IN_FLIGHT)
GARBLED = int(Count.GARBLED)
REVIEWS = int(Count.REVIEWS)
DELAY = int(Count.DELAY)
IN_FLIGHT = int(Fate.IN_FLIGHT)
LOST = int(Fate.LOST)
LOST_IN_OUTAGE = int(Fate.LOST_IN_OUTAGE)
BLOCKED = int(Fate.BLOCKED)
RUNG_MESSAGE = int(MessageKind.RUNG)
TRANSIT = int(DrawPurpose.TRANSIT)
CONTENT = int(DrawPurpose.CONTENT)
HANDLING = int(DrawPurpose.HANDLING)
REVIEW = int(DrawPurpose.REVIEW)
START = int(DrawPurpose.START)
OUTAGE = int(DrawPurpose.OUTAGE)
SEEKER = int(StateType.SECURITY_SEEKER)
GREEDY = int(StateType.GREEDY)
LOWER = int(Move.LOWER)
RAISE = int(Move.RAISE)
ATTACK = int(Move.ATTACK)
PLAY = int(Move.PLAY)
RUNNING = int(StopReason.RUNNING)
WAR = int(StopReason.WAR)

#: Bits 48 to 55 of `which` number the copy; the identity of a message is its `which` without them.
COPY_MASK = 0xFF << 48
IDENTITY_MASK = ~COPY_MASK


class Message(NamedTuple):
    """A message or a copy of it, once everything about its way is settled."""

    kind: int
    """A MessageKind."""
    channel: int
    which: int
    """Origin, attempt, copy and hop: with `channel` its identity and its draw address."""
    composed: int
    """The letter the sender put on the channel."""
    letter: int
    """The letter that arrives."""
    value: float
    """The real-valued content that arrives."""
    sent: int
    """Tick of sending."""
    departed: int
    """Tick at which it left the sender's end."""
    due: int
    """Tick at which it is read, -1 if it never is."""
    fate: int
    """A Fate; IN_FLIGHT until it is read."""
    duplicated: int
    """1 if the channel also delivers a copy, see `copy_of`."""


def begin_run(columns: Columns, world: World, luck: Luck, state: int) -> None:
    """Draw a state's type and cost of war."""
    uniforms = block(luck, 0, columns.state_who[state], START)
    state_type = GREEDY if uniforms[0] < columns.greedy[state] else SEEKER
    world.state_type[state] = state_type
    world.cost_of_war[state] = columns.war_cost[2 * state + state_type]


def first_review(columns: Columns, luck: Luck, state: int) -> int:
    """The tick of a state's first review: a gap from tick 0, a uniform phase, or 0 in synchronous rounds."""
    if columns.gap >= 0:
        return quantile(columns.quantiles[columns.gap], block(luck, 0, columns.state_who[state], REVIEW)[0])
    if columns.jitter == 0:
        return 0
    return int(block(luck, 0, columns.state_who[state], REVIEW)[0] * columns.interval)


def next_review(columns: Columns, world: World, luck: Luck, state: int, now: int) -> int:
    """The tick of the review after the one held `now`: a renewal by the law of gaps, or by jitter."""
    if columns.gap < 0 and columns.jitter == 0:
        return now + columns.interval
    uniform = block(luck, world.review[state], columns.state_who[state], REVIEW)[0]
    if columns.gap >= 0:
        gap = quantile(columns.quantiles[columns.gap], uniform)
        return now + (gap if gap > 1 else 1)
    return now + columns.interval - columns.jitter + int(uniform * (2 * columns.jitter))


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
    )


def begin_review(columns: Columns, world: World, luck: Luck, state: int) -> tuple[float, float, float]:
    """The uniforms of a state's next review: one for the move, two for the doctrine."""
    uniforms = block(luck, world.review[state], columns.state_who[state], REVIEW)
    return uniforms[1], uniforms[2], uniforms[3]


def end_review(columns: Columns, world: World, state: int, action: Action, now: int) -> int:
    """Give a move its effect; afterwards the review is over and its messages may be sent.

    Returns:
        A StopReason: WAR if the state attacked, else RUNNING.
    """
    world.counts[REVIEWS] += 1
    world.review[state] += 1
    if action.move == ATTACK:
        world.struck[0] = state
        world.struck[1] = columns.rival[columns.first_rivalry[state] + action.target]
        return WAR
    rung = world.rung[state]
    after = rung
    if action.move == RAISE and rung < columns.ceiling[state]:
        after = rung + 1
    elif action.move == LOWER and rung > 0:
        after = rung - 1
    elif action.move == PLAY:
        after = action.letter
    if after != rung:
        if columns.matrix == 1:
            settle(columns, world, state, now)
        world.rung_ticks[state] += rung * (now - world.since[state])
        world.since[state] = now
        world.rung[state] = after
        if after > world.peak[state]:
            world.peak[state] = after
    return RUNNING


def send(columns: Columns, world: World, luck: Luck, channel: int, now: int) -> Message:
    """Compose the sender's report on its rung and settle its way through one channel.

    The stages are those of the model, in its order: honesty, outage, queue, loss, delay, garbling,
    duplication, reading. The message's origin is the review just held.
    """
    counts = world.counts
    counts[SENT] += 1
    sender = columns.sender[channel]
    which = world.review[sender] - 1
    who = columns.channel_who[channel]
    composed = world.rung[sender]
    duplicated = 0
    if columns.lying[sender] > 0.0 or columns.duplicate[channel] > 0.0:
        content = block(luck, which, who, CONTENT)
        composed = stated_rung(composed, world.state_type[sender], columns.lying[sender], content[0])
        if content[1] < columns.duplicate[channel]:
            duplicated = 1
    departed = now
    if columns.outage_up[channel] >= 0:
        departed = _entry_after_outage(columns, world, luck, channel, now)
        if departed < 0:
            counts[LOST_COUNT] += 1
            return Message(
                RUNG_MESSAGE, channel, which, composed, composed, 0.0, now, now, -1, LOST_IN_OUTAGE, 0
            )
    if columns.service[channel] >= 0:
        departed = _departure(columns, world, luck, channel, which, departed)
        if departed < 0:
            counts[BLOCKED_COUNT] += 1
            return Message(RUNG_MESSAGE, channel, which, composed, composed, 0.0, now, now, -1, BLOCKED, 0)
    transit = block(luck, which, who, TRANSIT)
    if transit[0] < columns.loss[channel]:
        counts[LOST_COUNT] += 1
        return Message(RUNG_MESSAGE, channel, which, composed, composed, 0.0, now, departed, -1, LOST, 0)
    letter = composed
    if transit[1] < columns.garble[channel]:
        replacement = columns.replacements[columns.replacement[channel]]
        letter = replaced_letter(composed, replacement, columns.rungs, transit[2])
    counts[IN_FLIGHT_COUNT] += 1
    due = after_delay(departed, quantile(columns.quantiles[columns.delay[channel]], transit[3]))
    if columns.handled[channel] == 1:
        due = _reading_tick(columns, luck, channel, which, due)
    return Message(
        RUNG_MESSAGE, channel, which, composed, letter, 0.0, now, departed, due, IN_FLIGHT, duplicated
    )


def copy_of(columns: Columns, world: World, luck: Luck, message: Message) -> Message:
    """The copy that a channel made of a message: same content, its own delay and reading."""
    channel = message.channel
    which = message.which + address(0, 0, 1, 0)
    uniform = block(luck, which, columns.channel_who[channel], TRANSIT)[3]
    due = after_delay(message.departed, quantile(columns.quantiles[columns.delay[channel]], uniform))
    if columns.handled[channel] == 1:
        due = _reading_tick(columns, luck, channel, which, due)
    world.counts[DUPLICATED] += 1
    world.counts[IN_FLIGHT_COUNT] += 1
    return Message(
        message.kind,
        channel,
        which,
        message.composed,
        message.letter,
        message.value,
        message.sent,
        message.departed,
        due,
        IN_FLIGHT,
        0,
    )


def _entry_after_outage(columns: Columns, world: World, luck: Luck, channel: int, now: int) -> int:
    """The tick at which a message sent `now` enters the channel, -1 if an outage swallows it."""
    while now >= world.down_until[channel]:
        period = world.outage_period[channel] + 1
        uniforms = block(luck, period, columns.channel_who[channel], OUTAGE)
        up = quantile(columns.quantiles[columns.outage_up[channel]], uniforms[0])
        down = quantile(columns.quantiles[columns.outage_down[channel]], uniforms[1])
        world.outage_period[channel] = period
        # A period lasts at least a tick, or the calendar of outages could stand still.
        world.up_until[channel] = world.down_until[channel] + (up if up > 1 else 1)
        world.down_until[channel] = world.up_until[channel] + (down if down > 1 else 1)
    if now < world.up_until[channel]:
        return now
    if columns.holds[channel] == 1:
        return world.down_until[channel]
    return -1


def _departure(columns: Columns, world: World, luck: Luck, channel: int, which: int, entry: int) -> int:
    """The tick at which the queue lets a message go, -1 if its buffer is full."""
    capacity = columns.capacity[channel]
    accepted = world.accepted[channel]
    ring = columns.ring[channel]
    departures = world.departures[ring : columns.ring[channel + 1]]
    if is_full(entry, accepted, capacity, departures):
        return -1
    uniform = block(luck, which, columns.channel_who[channel], HANDLING)[0]
    service = quantile(columns.quantiles[columns.service[channel]], uniform)
    departed = departure_from_queue(entry, world.last_departure[channel], service)
    world.last_departure[channel] = departed
    world.accepted[channel] = accepted + 1
    if capacity > 0:
        world.departures[ring + accepted % capacity] = departed
    return departed


def _reading_tick(columns: Columns, luck: Luck, channel: int, which: int, due: int) -> int:
    """The tick at which the addressee reads what arrives at `due`: deciphered, and in office hours."""
    if columns.reading[channel] >= 0:
        handling = block(luck, which, columns.channel_who[channel], HANDLING)
        due += quantile(columns.quantiles[columns.reading[channel]], handling[1])
    addressee = columns.addressee[channel]
    if columns.opens[addressee] >= 0:
        due = in_office(due, columns.opens[addressee], columns.closes[addressee], columns.clock[addressee])
    return due


def before_report(columns: Columns, message: Message) -> Report:
    """What the addressee is told when a message is read."""
    # Unpacked at once: CPython reads a NamedTuple's fields one by one ten times slower.
    kind, channel, which, _, letter, value, sent, _, due, _, _ = message
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


def after_report(columns: Columns, world: World, message: Message, used: bool) -> None:  # noqa: FBT001
    """Book a report that was read: `used` is the doctrine's answer, False if superseded."""
    _, channel, _, composed, letter, _, sent, _, due, _, _ = message
    counts = world.counts
    counts[IN_FLIGHT_COUNT] -= 1
    counts[DELIVERED] += 1
    counts[DELAY] += due - sent
    if not used:
        counts[SUPERSEDED_COUNT] += 1
    if letter != composed:
        counts[GARBLED] += 1
    rivalry = columns.rivalry[channel]
    if rivalry >= 0 and sent > world.newest[rivalry]:
        world.fresh_ticks[rivalry] += (sent - world.newest[rivalry]) * due
        world.newest[rivalry] = sent


def end_run(columns: Columns, world: World, state: int, stop: int) -> None:
    """Bring a state's time on its rung, and in its pairs of actions, up to the tick of the stop."""
    if columns.matrix == 1:
        settle(columns, world, state, stop)
    world.rung_ticks[state] += world.rung[state] * (stop - world.since[state])
    world.since[state] = stop
