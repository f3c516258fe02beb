"""The physical line that messages share before they cross it: outages, and the server that dispatches them.

Channels and the hops of routes that run from one state to the same other share one line: what one sends
makes the next one wait.
"""

from signalling.kernel.channel import departure_from_queue, is_full
from signalling.kernel.draws import MESSAGE_KIND_BIT, Luck, block
from signalling.kernel.quantile import quantile
from signalling.kernel.world import Columns, World
from signalling.vocabulary import Count, DrawPurpose

# Plain integers: CPython reads a module constant four times faster than an enumeration's member.
BLOCKED = int(Count.BLOCKED)
IN_FLIGHT = int(Count.IN_FLIGHT)
HANDLING = int(DrawPurpose.HANDLING)
OUTAGE = int(DrawPurpose.OUTAGE)
#: Words by which a server knows a message: kind, channel, which. The first is -1 where there is none.
NAME_WORDS = 3


def entry_after_outage(columns: Columns, world: World, luck: Luck, channel: int, now: int) -> int:
    """The tick at which a message sent `now` enters the line, -1 if an outage swallows it."""
    line = columns.line[channel]
    while now >= world.down_until[line]:
        period = world.outage_period[line] + 1
        uniforms = block(luck, period, columns.line_who[line], OUTAGE)
        up = quantile(columns.quantiles[columns.outage_up[channel]], uniforms[0])
        down = quantile(columns.quantiles[columns.outage_down[channel]], uniforms[1])
        world.outage_period[line] = period
        # A period lasts at least a tick, or the calendar of outages could stand still.
        world.up_until[line] = world.down_until[line] + (up if up > 1 else 1)
        world.down_until[line] = world.up_until[line] + (down if down > 1 else 1)
    if now < world.up_until[line]:
        return now
    if columns.holds[channel] == 1:
        return world.down_until[line]
    return -1


def departure(
    columns: Columns, world: World, luck: Luck, kind: int, channel: int, which: int, entry: int
) -> int:
    """The tick at which the server lets a message go, -1 if its buffer is full.

    A newest-first server has no buffer: it begins with the newcomer at once and throws out what it had.
    """
    line = columns.line[channel]
    accepted = world.accepted[line]
    newest_first = columns.newest_first[channel] == 1
    if not newest_first:
        capacity = columns.capacity[channel]
        departures = world.departures[columns.ring[line] : columns.ring[line + 1]]
        if is_full(entry, accepted, capacity, departures):
            return -1
    uniform = block(luck, which, columns.channel_who[channel], HANDLING + (kind << MESSAGE_KIND_BIT))[0]
    service = quantile(columns.quantiles[columns.service[channel]], uniform)
    if newest_first:
        departed = entry + service
        _take_in_hand(world, line, kind, channel, which, entry, departed)
    else:
        departed = departure_from_queue(entry, world.last_departure[line], service)
        if columns.capacity[channel] > 0:
            world.departures[columns.ring[line] + accepted % columns.capacity[channel]] = departed
    world.last_departure[line] = departed
    world.accepted[line] = accepted + 1
    return departed


def _take_in_hand(
    world: World, line: int, kind: int, channel: int, which: int, entry: int, departed: int
) -> None:
    """A newest-first server begins with a message at `entry`, and throws out what it then has in hand.

    What an outage holds back is taken in hand before its time, so a message may be served until then that is
    no longer the last one taken: the server also knows the one before it.
    """
    first = NAME_WORDS * line
    if world.last_departure[line] > entry:
        world.counts[IN_FLIGHT] -= 1
        world.counts[BLOCKED] += 1
        for word in range(first, first + NAME_WORDS):
            world.thrown_out[word] = world.serving[word]
    elif world.serving[first] >= 0:
        for word in range(first, first + NAME_WORDS):
            world.leaving[word] = world.serving[word]
    # Served in no time, a message has left before another could throw it out.
    world.serving[first] = kind if departed > entry else -1
    world.serving[first + 1] = channel
    world.serving[first + 2] = which


def is_served(columns: Columns, world: World, kind: int, channel: int, which: int) -> bool:
    """Whether a newest-first server lets this message go, when its service is due to end."""
    first = NAME_WORDS * columns.line[channel]
    for names in (world.serving, world.leaving):
        if names[first] == kind and names[first + 1] == channel and names[first + 2] == which:
            return True
    return False


def take_thrown_out(columns: Columns, world: World, channel: int) -> tuple[int, int, int]:
    """Kind, channel and `which` of what the server of this line has thrown out and nobody has told of yet.

    The kind is -1 if there is none. Only a recorder asks: nothing in the run depends on it.
    """
    first = NAME_WORDS * columns.line[channel]
    kind = world.thrown_out[first]
    world.thrown_out[first] = -1
    return kind, world.thrown_out[first + 1], world.thrown_out[first + 2]
