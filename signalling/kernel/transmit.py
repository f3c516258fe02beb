"""From a sender to a reader: everything a channel does to a message, settled as it is sent.

The stages are wired in the order of the model; kernel/channel.py has each of them as a pure function.
"""

from signalling.kernel.channel import after_delay, departure_from_queue, in_office, is_full, replaced_letter
from signalling.kernel.compose import stated_rung
from signalling.kernel.draws import Luck, address, block
from signalling.kernel.message import Message
from signalling.kernel.quantile import quantile
from signalling.kernel.world import Columns, World
from signalling.vocabulary import Count, DrawPurpose, Fate, MessageKind

# Plain integers: CPython reads a module constant four times faster than an enumeration's member.
SENT = int(Count.SENT)
DUPLICATED = int(Count.DUPLICATED)
LOST_COUNT = int(Count.LOST)
BLOCKED_COUNT = int(Count.BLOCKED)
IN_FLIGHT_COUNT = int(Count.IN_FLIGHT)
IN_FLIGHT = int(Fate.IN_FLIGHT)
LOST = int(Fate.LOST)
LOST_IN_OUTAGE = int(Fate.LOST_IN_OUTAGE)
BLOCKED = int(Fate.BLOCKED)
RUNG_MESSAGE = int(MessageKind.RUNG)
TRANSIT = int(DrawPurpose.TRANSIT)
CONTENT = int(DrawPurpose.CONTENT)
HANDLING = int(DrawPurpose.HANDLING)
OUTAGE = int(DrawPurpose.OUTAGE)


def send(columns: Columns, world: World, luck: Luck, channel: int, now: int) -> Message:
    """Compose the sender's report on its rung and settle its way through one channel.

    The stages are those of the model, in its order: honesty, outage, queue, loss, delay, garbling,
    duplication, reading. The message's origin is that of the review just held.
    """
    counts = world.counts
    counts[SENT] += 1
    sender = columns.sender[channel]
    which = world.origin[sender]
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
