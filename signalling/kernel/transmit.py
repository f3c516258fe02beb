"""From a sender to a reader: everything a channel does to a message, settled as it enters.

The stages are wired in the order of the model; kernel/channel.py has each of them as a pure function, and
kernel/lines.py the line and server that messages share. A message over several hops enters each as it comes
off the last, and a newest-first server lets a message cross only if no newer one has thrown it out.
"""

from signalling.kernel.channel import after_delay, in_office, replaced_letter
from signalling.kernel.compose import stated_rung
from signalling.kernel.draws import ATTEMPT_BIT, COPY_BIT, HOP_BIT, MESSAGE_KIND_BIT, Luck, block
from signalling.kernel.lines import departure, entry_after_outage
from signalling.kernel.message import Message, Parcel
from signalling.kernel.portable_math import normal_quantile
from signalling.kernel.quantile import quantile
from signalling.kernel.world import Columns, World
from signalling.vocabulary import Count, DrawPurpose, EventKind, Fate, MessageKind

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
COMMON = int(DrawPurpose.COMMON)
ARRIVAL = int(EventKind.ARRIVAL)
SERVER = int(EventKind.SERVER)
HOP_STEP = 1 << HOP_BIT
#: What `duplicated` counts for the copy that a channel makes, and for the one of a spared message.
COPIED = 1
EXPRESS = 2
#: Bit 7 of `copy`: only what is copied on an eighth hop has it too, and that bears the number of the hop.
EXPRESS_STEP = 1 << (COPY_BIT + 7)
#: All of `which` but attempt and copy: what messages of one review have in common, hop by hop.
REVIEW_MASK = ~(0xFFFF << ATTEMPT_BIT)


def send(columns: Columns, world: World, luck: Luck, channel: int, attempt: int, now: int) -> Message:
    """Compose what the sender says of itself and settle its way through the first channel.

    Args:
        columns: of the model.
        world: of the run.
        luck: of the run.
        channel: which channel, or first hop of a route.
        attempt: how many messages of this review the channel has been given before.
        now: tick.
    """
    world.counts[SENT] += 1
    world.counts[IN_FLIGHT_COUNT] += 1
    sender = columns.sender[channel]
    origin = world.origin[sender]
    composed = world.said[sender]
    if columns.lying[sender] > 0.0:
        # The lie belongs to the message, however often it is sent: the address is that of its first attempt.
        uniform = block(luck, origin, columns.channel_who[channel], CONTENT)[0]
        composed = stated_rung(composed, world.state_type[sender], columns.lying[sender], uniform)
    value = world.spoken[sender]
    which = origin + (attempt << ATTEMPT_BIT)
    parcel = Parcel(RUNG_MESSAGE, channel, which, composed, composed, value, value, now)
    return set_out(columns, world, luck, parcel, now)


def set_out(columns: Columns, world: World, luck: Luck, parcel: Parcel, now: int) -> Message:
    """Let a message of a state enter its first channel or hop, the one that is spared with a copy ahead."""
    message = enter(columns, world, luck, parcel, now)
    if columns.spared[0] == parcel.channel and columns.spared[1] == parcel.which:
        return _spared(columns, message, now)
    return message


def _spared(columns: Columns, message: Message, now: int) -> Message:
    """The message of which `express` makes an intact copy; itself it goes its way, as if there were none.

    What is read in the tick of that copy is read after it, so that it is old news whatever was made of it.
    """
    kind, channel, which, composed, letter, stated, value, sent, departed, due, fate, duplicated, event = (
        message
    )
    if due == now + 1 and event == ARRIVAL and columns.next_hop[channel] < 0:
        due += 1
    return Message(
        kind,
        channel,
        which,
        composed,
        letter,
        stated,
        value,
        sent,
        departed,
        due,
        fate,
        duplicated + EXPRESS,
        event,
    )


def express(columns: Columns, world: World, message: Message, now: int) -> Message:
    """The intact copy of a spared message, which its addressee reads one tick after it was sent."""
    world.counts[DUPLICATED] += 1
    world.counts[IN_FLIGHT_COUNT] += 1
    channel = message.channel
    while columns.next_hop[channel] >= 0:
        channel = columns.next_hop[channel]
    kind, _, which, composed, _, stated, _, sent, _, _, _, _, _ = message
    parcel = Parcel(kind, channel, which + EXPRESS_STEP, composed, composed, stated, stated, sent)
    return _on_way(parcel, composed, stated, now, now + 1, 0, ARRIVAL)


def enter(columns: Columns, world: World, luck: Luck, parcel: Parcel, now: int) -> Message:
    """Settle the way of what enters a channel or hop now: outage, queue, and then the crossing.

    Args:
        columns: of the model.
        world: of the run; the message counts as in flight before it enters.
        luck: of the run.
        parcel: what enters.
        now: tick of entry.
    """
    channel = parcel.channel
    entered = now
    if columns.outage_up[channel] >= 0:
        entered = entry_after_outage(columns, world, luck, channel, now)
        if entered < 0:
            world.counts[LOST_COUNT] += 1
            return _stopped(world, parcel, now, LOST_IN_OUTAGE)
    departed = entered
    if columns.service[channel] >= 0:
        departed = departure(columns, world, luck, parcel.kind, channel, parcel.which, entered)
        if departed < 0:
            world.counts[BLOCKED_COUNT] += 1
            return _stopped(world, parcel, now, BLOCKED)
        if columns.newest_first[channel] == 1 and departed > entered:
            # Not settled before the service ends: a newer message may come.
            return _on_way(parcel, parcel.letter, parcel.value, departed, departed, 0, SERVER)
    return cross(columns, world, luck, parcel, departed)


def cross(columns: Columns, world: World, luck: Luck, parcel: Parcel, departed: int) -> Message:
    """Settle the way from the departure on: loss, delay, garbling, noise, copying, tampering, reading.

    An acknowledgement has no content, so none that could change, and no copies; it is not deciphered either.

    Args:
        columns: of the model.
        world: of the run.
        luck: of the run.
        parcel: what crosses.
        departed: tick at which it leaves the near end.
    """
    kind, channel, which, composed, letter, stated, value, sent = parcel
    who = columns.channel_who[channel]
    # Most channels have none of the rarer faults: one look instead of five.
    rare = columns.rare[channel] == 1
    if rare and columns.common_cause[channel] > 0.0:
        transit = _shared_or_own(columns, luck, kind, channel, which)
    else:
        transit = block(luck, which, who, TRANSIT + (kind << MESSAGE_KIND_BIT))
    loss = columns.loss[channel]
    if rare and columns.loss_of[channel] >= 0 and kind == RUNG_MESSAGE:
        # By the content that enters, whatever becomes of it on the way.
        loss = columns.losses[columns.loss_of[channel]][letter]
    if transit[0] < loss:
        world.counts[LOST_COUNT] += 1
        return _stopped(world, parcel, departed, LOST)
    due = after_delay(departed, quantile(columns.quantiles[columns.delay[channel]], transit[3]))
    duplicated = 0
    if kind == RUNG_MESSAGE:
        if transit[1] < columns.garble[channel]:
            replacement = columns.replacements[columns.replacement[channel]]
            letter = replaced_letter(letter, replacement, columns.rungs, transit[2])
        if rare:
            letter, value, duplicated = _noisy(columns, luck, channel, which, letter, value)
        if columns.handled[channel] == 1:
            due = _reading_tick(columns, luck, channel, which, due)
    # Not by _on_way: every message passes here, and a call takes its time.
    return Message(
        kind,
        channel,
        which,
        composed,
        letter,
        stated,
        value,
        sent,
        departed,
        due,
        IN_FLIGHT,
        duplicated,
        ARRIVAL,
    )


def _noisy(
    columns: Columns, luck: Luck, channel: int, which: int, letter: int, value: float
) -> tuple[int, float, int]:
    """Letter and value after noise and tampering, and 1 if the channel makes a copy."""
    who = columns.channel_who[channel]
    duplicated = 0
    if columns.noise[channel] > 0.0:
        value += columns.noise[channel] * normal_quantile(block(luck, which, who, HANDLING)[2])
    if columns.duplicate[channel] > 0.0 or columns.tamper[channel] > 0.0:
        content = block(luck, which, who, CONTENT)
        if content[1] < columns.duplicate[channel]:
            duplicated = 1
        if content[2] < columns.tamper[channel]:
            forgery = columns.replacements[columns.forgery[channel]]
            letter = replaced_letter(letter, forgery, columns.rungs, content[3])
    return letter, value, duplicated


def _stopped(world: World, parcel: Parcel, departed: int, fate: int) -> Message:
    """A message that goes no further."""
    world.counts[IN_FLIGHT_COUNT] -= 1
    kind, channel, which, composed, letter, stated, value, sent = parcel
    return Message(
        kind, channel, which, composed, letter, stated, value, sent, departed, -1, fate, 0, ARRIVAL
    )


def _on_way(
    parcel: Parcel, letter: int, value: float, departed: int, due: int, duplicated: int, event: int
) -> Message:
    """A message to which something happens when it is due."""
    kind, channel, which, composed, _, stated, _, sent = parcel
    return Message(
        kind,
        channel,
        which,
        composed,
        letter,
        stated,
        value,
        sent,
        departed,
        due,
        IN_FLIGHT,
        duplicated,
        event,
    )


def _shared_or_own(
    columns: Columns, luck: Luck, kind: int, channel: int, which: int
) -> tuple[float, float, float, float]:
    """The transit luck of a message: that of its whole review if a common cause strikes, else its own."""
    sender = columns.state_who[columns.sender[channel]]
    shared = which & REVIEW_MASK
    if block(luck, shared, sender, COMMON + (kind << MESSAGE_KIND_BIT))[0] < columns.common_cause[channel]:
        return block(luck, shared, sender, TRANSIT + (kind << MESSAGE_KIND_BIT))
    return block(luck, which, columns.channel_who[channel], TRANSIT + (kind << MESSAGE_KIND_BIT))


def leave(columns: Columns, world: World, luck: Luck, message: Message) -> Message:
    """A newest-first server lets a message go that no newer one has thrown out."""
    return cross(columns, world, luck, _again(message, message.channel, message.which), message.due)


def forward(columns: Columns, world: World, luck: Luck, message: Message) -> Message:
    """A relay sends a message on as it came, over the next hop of its route."""
    hop = _again(message, columns.next_hop[message.channel], message.which + HOP_STEP)
    return enter(columns, world, luck, hop, message.due)


def _again(message: Message, channel: int, which: int) -> Parcel:
    """What came off a channel or server, as it goes on."""
    kind, _, _, composed, letter, stated, value, sent, _, _, _, _, _ = message
    return Parcel(kind, channel, which, composed, letter, stated, value, sent)


def copy_of(columns: Columns, world: World, luck: Luck, message: Message) -> Message:
    """The copy that a channel made of a message: same content, its own delay and reading."""
    channel = message.channel
    # A copy made on hop h is told from its original by bit h.
    which = message.which + (1 << (COPY_BIT + (message.which >> HOP_BIT)))
    uniform = block(luck, which, columns.channel_who[channel], TRANSIT)[3]
    due = after_delay(message.departed, quantile(columns.quantiles[columns.delay[channel]], uniform))
    if columns.handled[channel] == 1:
        due = _reading_tick(columns, luck, channel, which, due)
    if message.duplicated & EXPRESS != 0 and due == message.departed + 1:
        due += 1  # as its original: never in the tick of the intact copy
    world.counts[DUPLICATED] += 1
    world.counts[IN_FLIGHT_COUNT] += 1
    parcel = _again(message, channel, which)
    return _on_way(parcel, message.letter, message.value, message.departed, due, 0, ARRIVAL)


def _reading_tick(columns: Columns, luck: Luck, channel: int, which: int, due: int) -> int:
    """The tick at which the addressee reads what arrives at `due`: deciphered, and in office hours."""
    if columns.reading[channel] >= 0:
        handling = block(luck, which, columns.channel_who[channel], HANDLING)
        due += quantile(columns.quantiles[columns.reading[channel]], handling[1])
    addressee = columns.addressee[channel]
    if columns.opens[addressee] >= 0:
        due = in_office(due, columns.opens[addressee], columns.closes[addressee], columns.clock[addressee])
    return due
