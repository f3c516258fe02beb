"""The calendar of the compiled loop: what is to happen, earliest first, in the subset that Numba compiles.

An event is a time word (tick and order word) and a slot. Few events are kept as a sorted array, the earliest
last, which takes no more than a few moves. At MOST_SORTED it is turned round, which makes a binary heap of
it, and it stays one until the run ends. Events with one time word are those of one name: `which` decides.

    slot >= 0        a message, or a triggered review, whose facts stand in the slot
    slot < 0         the scheduled review of state -1 - slot
"""

from signalling.engines.desk import (
    FREE,
    HEAP,
    SIZE,
    SLOT_WORDS,
    STATUS,
    TOO_SMALL,
    WHICH,
    Desk,
)

MOST_SORTED = 24


def clear(desk: Desk) -> None:
    """Nothing is to happen, and every slot is free."""
    desk.control[SIZE] = 0
    desk.control[HEAP] = 0
    desk.control[FREE] = len(desk.free)
    for slot in range(len(desk.free)):
        desk.free[slot] = slot


def take_slot(desk: Desk) -> int:
    """A slot that is free, -1 (and the status says so) if there is none."""
    free = desk.control[FREE]
    if free == 0:
        desk.control[STATUS] = TOO_SMALL
        return -1
    desk.control[FREE] = free - 1
    return desk.free[free - 1]


def give_slot(desk: Desk, slot: int) -> None:
    """A slot is free again."""
    desk.free[desk.control[FREE]] = slot
    desk.control[FREE] += 1


def push(desk: Desk, time: int, slot: int) -> None:
    """Put down an event."""
    size = desk.control[SIZE]
    desk.control[SIZE] = size + 1
    times = desk.times
    slots = desk.slots
    if desk.control[HEAP] == 0:
        if size < MOST_SORTED:
            place = size
            while place > 0 and _before(desk, times[place - 1], slots[place - 1], time, slot):
                times[place] = times[place - 1]
                slots[place] = slots[place - 1]
                place -= 1
            times[place] = time
            slots[place] = slot
            return
        _turn_round(desk, size)
    _rise(desk, size, time, slot)


def pop(desk: Desk) -> tuple[int, int]:
    """Take the earliest event away: its time word and slot. There must be one."""
    size = desk.control[SIZE] - 1
    desk.control[SIZE] = size
    times = desk.times
    slots = desk.slots
    if desk.control[HEAP] == 0:
        return times[size], slots[size]
    first_time = times[0]
    first_slot = slots[0]
    # The hole goes down to a leaf along the earlier children, and the last event goes up from there: which
    # child is earlier nobody can foresee, so the step is a sum and not a branch.
    place = 0
    child = 1
    while child + 1 < size:
        if times[child + 1] != times[child]:
            child += times[child + 1] < times[child]
        elif _before(desk, times[child + 1], slots[child + 1], times[child], slots[child]):
            child += 1
        times[place] = times[child]
        slots[place] = slots[child]
        place = child
        child = 2 * place + 1
    if child < size:
        times[place] = times[child]
        slots[place] = slots[child]
        place = child
    _rise(desk, place, times[size], slots[size])
    return first_time, first_slot


def _rise(desk: Desk, place: int, time: int, slot: int) -> None:
    """Put an event where the heap wants it, at a place or above."""
    times = desk.times
    slots = desk.slots
    while place > 0:
        parent = (place - 1) >> 1
        if not _before(desk, time, slot, times[parent], slots[parent]):
            break
        times[place] = times[parent]
        slots[place] = slots[parent]
        place = parent
    times[place] = time
    slots[place] = slot


def _before(desk: Desk, time: int, slot: int, other_time: int, other_slot: int) -> bool:
    if time != other_time:
        return time < other_time
    if slot < 0 or other_slot < 0:
        return slot < other_slot
    return desk.messages[slot * SLOT_WORDS + WHICH] < desk.messages[other_slot * SLOT_WORDS + WHICH]


def _turn_round(desk: Desk, size: int) -> None:
    desk.control[HEAP] = 1
    for place in range(size // 2):
        other = size - 1 - place
        time = desk.times[place]
        slot = desk.slots[place]
        desk.times[place] = desk.times[other]
        desk.slots[place] = desk.slots[other]
        desk.times[other] = time
        desk.slots[other] = slot
