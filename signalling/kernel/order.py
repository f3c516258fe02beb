"""The one total order of events: tick, kind, rank in name order, triggered, message kind, which.

Everything but the tick and `which` packs into one small integer, computed once per state and channel
when the model is compiled. An engine appends `which` and compares; it never breaks ties itself.
"""

from signalling.vocabulary import EventKind

#: Bits of each field of an order word, from the lowest.
MESSAGE_KIND_BITS = 4
TRIGGERED_BITS = 1
RANK_BITS = 18
WHICH_BITS = 64

#: What a triggered event adds to the order word of a scheduled one of the same name.
TRIGGERED_STEP = 1 << MESSAGE_KIND_BITS
#: What lies between the words of an arrival and of a timer, or of an arrival and the end of a service.
KIND_STEP = 1 << (MESSAGE_KIND_BITS + TRIGGERED_BITS + RANK_BITS)
#: The origins of triggered reviews have this bit, those of scheduled ones never reach it.
ORIGIN_TRIGGERED_BIT = 39
ARRIVAL = int(EventKind.ARRIVAL)


def order_word(kind: int, rank: int, triggered: int, message_kind: int) -> int:
    """Pack what orders two events of the same tick, all but `which`, into 25 bits.

    Args:
        kind: an EventKind.
        rank: rank in name order of the state (reviews) or of the message's `who` (all else), < 2^18.
        triggered: 0 for a scheduled event, 1 for a triggered one.
        message_kind: a MessageKind; 0 for reviews.
    """
    word = (kind << RANK_BITS) | rank
    return (((word << TRIGGERED_BITS) | triggered) << MESSAGE_KIND_BITS) | message_kind


def message_word(arrival_order: int, event: int, kind: int, which: int) -> int:
    """The order word of what happens to a message.

    Args:
        arrival_order: order word of arrivals of scheduled rung messages on its channel.
        event: an EventKind: ARRIVAL, SERVER or TIMER.
        kind: a MessageKind.
        which: of the message; its origin tells whether a report triggered the review it comes from.
    """
    triggered = (which >> ORIGIN_TRIGGERED_BIT) & 1
    return arrival_order + (event - ARRIVAL) * KIND_STEP + triggered * TRIGGERED_STEP + kind
