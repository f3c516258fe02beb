"""Acknowledgement and retransmission: what sender and addressee do for a message beside reading it.

A channel with acknowledgements repeats its newest message every time the timer runs out, until the
addressee's acknowledgement, a message of its own kind on the channel back, has come or the attempts are used
up. A newer message takes the older one's place: nobody insists on old news (stop and wait, window of one).
"""

from signalling.kernel.draws import ATTEMPT_BIT, HOP_BIT, Luck
from signalling.kernel.message import Message, Parcel
from signalling.kernel.transmit import enter, set_out
from signalling.kernel.world import Columns, World
from signalling.vocabulary import Count, MessageKind

SENT = int(Count.SENT)
DELIVERED = int(Count.DELIVERED)
IN_FLIGHT = int(Count.IN_FLIGHT)
DELAY = int(Count.DELAY)
RUNG = int(MessageKind.RUNG)
ACKNOWLEDGEMENT = int(MessageKind.ACKNOWLEDGEMENT)
#: The origin of a message within its `which`, and the field above it.
ORIGIN_MASK = (1 << ATTEMPT_BIT) - 1
ATTEMPT_STEP = 1 << ATTEMPT_BIT
ATTEMPT_MASK = 0xFF
#: All of `which` but the hop: what an acknowledgement takes over.
END_TO_END_MASK = (1 << HOP_BIT) - 1


def expect(world: World, message: Message) -> None:
    """Note, as it is first sent, what is to be acknowledged and would be sent again."""
    channel = message.channel
    world.awaiting[channel] = message.which & ORIGIN_MASK
    world.repeated_letter[channel] = message.composed
    world.repeated_value[channel] = message.stated
    world.repeated_sent[channel] = message.sent


def timer(columns: Columns, channel: int, which: int, now: int) -> int:
    """When the timer of a message sent `now` runs out, -1 if it would not be sent again anyway."""
    attempt = (which >> ATTEMPT_BIT) & ATTEMPT_MASK
    if columns.timeout[channel] == 0 or attempt + 1 >= columns.attempts[channel]:
        return -1
    return now + columns.timeout[channel]


def is_overdue(world: World, channel: int, which: int) -> bool:
    """Whether the message whose timer runs out is to be sent again."""
    return world.awaiting[channel] == which & ORIGIN_MASK


def send_again(columns: Columns, world: World, luck: Luck, channel: int, which: int, now: int) -> Message:
    """Send the message of `channel` that is not acknowledged once more: the same words, another luck."""
    world.counts[SENT] += 1
    world.counts[IN_FLIGHT] += 1
    letter = world.repeated_letter[channel]
    value = world.repeated_value[channel]
    sent = world.repeated_sent[channel]
    parcel = Parcel(RUNG, channel, which + ATTEMPT_STEP, letter, letter, value, value, sent)
    return set_out(columns, world, luck, parcel, now)


def acknowledge(columns: Columns, world: World, luck: Luck, message: Message) -> Message:
    """The addressee's acknowledgement of a message it has just read, on the channel back."""
    world.counts[SENT] += 1
    world.counts[IN_FLIGHT] += 1
    now = message.due
    which = message.which & END_TO_END_MASK
    parcel = Parcel(ACKNOWLEDGEMENT, columns.back[message.channel], which, 0, 0, 0.0, 0.0, now)
    return enter(columns, world, luck, parcel, now)


def acknowledged(columns: Columns, world: World, message: Message) -> None:
    """The sender learns that a message was read: it is not repeated."""
    counts = world.counts
    counts[IN_FLIGHT] -= 1
    counts[DELIVERED] += 1
    counts[DELAY] += message.due - message.sent
    channel = columns.answered[message.channel]
    if channel >= 0 and world.awaiting[channel] == message.which & ORIGIN_MASK:
        world.awaiting[channel] = -1
