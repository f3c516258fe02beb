"""The stages of a channel, each a pure function: outage, queue, garbling, delay, reading.

They are wired in the order of the model by kernel/step.py; loss and duplication are a bare comparison
of a uniform with a probability there. Times are ticks.
"""

from signalling.kernel.floats import Floats, Integers
from signalling.vocabulary import TICKS_PER_DAY


def departure_from_queue(entry: int, last_departure: int, service: int) -> int:
    """When a first-come-first-served single server lets a message go.

    Args:
        entry: tick at which the message joins.
        last_departure: departure of the message before it (0 if none).
        service: service time, ticks.
    """
    begin = entry if entry > last_departure else last_departure
    return begin + service


def is_full(entry: int, accepted: int, capacity: int, departures: Integers) -> bool:
    """Whether a buffer of `capacity` messages, the one in service included, has no place at `entry`.

    Departures at or before the entry tick have left. Because departures never decrease, the buffer
    is full exactly when the message accepted `capacity` places ago is still there.

    Args:
        entry: tick at which the message would join.
        accepted: messages accepted so far.
        capacity: places; 0 means unlimited.
        departures: the last `capacity` departures as a ring (capacity,).
    """
    if capacity == 0 or accepted < capacity:
        return False
    return departures[accepted % capacity] > entry


def replaced_letter(letter: int, replacement: Floats, rungs: int, uniform: float) -> int:
    """The letter that a garbling puts in place of `letter`.

    Args:
        letter: what was sent, 0..rungs-1.
        replacement: cumulative replacement probabilities by rows (rungs * rungs,); a garbled letter may
            be replaced by itself where the kernel says so.
        rungs: number of letters.
        uniform: in [0, 1).
    """
    row = letter * rungs
    for received in range(rungs - 1):
        if uniform < replacement[row + received]:
            return received
    return rungs - 1


def after_delay(departed: int, delay: int) -> int:
    """Arrival at the far end: a message takes at least one tick."""
    return departed + (delay if delay > 1 else 1)


def in_office(tick: int, opens: int, closes: int, clock: int) -> int:
    """The first moment at or after `tick` inside the receiver's office hours.

    Args:
        tick: when the deciphered text lies on the desk.
        opens: opening, seconds after local midnight.
        closes: closing, seconds after local midnight, later than opening.
        clock: local time of day at tick 0, seconds after midnight.
    """
    local = (tick + clock) % TICKS_PER_DAY
    if local < opens:
        return tick + opens - local
    if local < closes:
        return tick
    return tick + TICKS_PER_DAY - local + opens
