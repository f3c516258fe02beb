"""The desk of the compiled loop: the memory of one thread beside the World, and how it is laid out."""

from typing import NamedTuple

from signalling.kernel import order
from signalling.kernel.floats import Floats, Integers

#: A time word is a tick above an order word of so many bits.
CLOCK_BITS = order.MESSAGE_KIND_BITS + order.TRIGGERED_BITS + order.RANK_BITS + 2
#: Position of the kind of event and of the triggered bit within a time word.
KIND_BIT = order.MESSAGE_KIND_BITS + order.TRIGGERED_BITS + order.RANK_BITS
TRIGGERED_BIT = order.MESSAGE_KIND_BITS
TRIGGERED_STEP = order.TRIGGERED_STEP
MESSAGE_KIND_MASK = (1 << order.MESSAGE_KIND_BITS) - 1

# Positions in `control`.
SIZE = 0
"""Events in the calendar."""
HEAP = 1
"""0 while the calendar is a sorted array, 1 once it is a heap."""
FREE = 2
"""Slots that are free."""
STATUS = 3
"""What keeps the loop from going on, RUNNING if nothing does."""
LOGGED = 4
"""Words written into `log`, -1 if nothing is to be told."""
LOGGED_REALS = 5
"""Numbers written into `log_reals`."""
STOP = 6
"""Set to 1 from outside, to leave the loop at once."""
STOPPED_AT = 7
"""Tick at which the run stopped."""
REASON = 8
"""A StopReason: why it did."""
N_CONTROLS = 9

# Values of STATUS.
RUNNING = 0
TOO_SMALL = 1
"""The calendar is full: the run must be played again at a larger desk."""
LOG_FULL = 2
"""The log is full: likewise."""
STOPPED = 3
"""Somebody has set STOP."""

#: Slots to begin with, beside two for each channel; there are more when a run needs them.
LEAST_SLOTS = 32

# Positions in a slot of `messages`.
CHANNEL = 0
"""The channel of a message; the state of a triggered review."""
WHICH = 1
"""`which` of a message; the origin of a triggered review."""
COMPOSED = 2
LETTER = 3
SENT = 4
SLOT_WORDS = 5
# Positions in a slot of `values`.
STATED = 0
VALUE = 1
SLOT_VALUES = 2

# First word of an entry of the log, and how many words it has.
REVIEWED = 1
POSTED = 2
SETTLED = 3
LEFT = 4
REVIEW_WORDS = 9
MESSAGE_WORDS = 12
SETTLED_WORDS = 5


class Desk(NamedTuple):
    """What one thread writes beside the World, and which doctrine is whose."""

    block: Integers
    """The memory of World and doctrines as one block of words."""
    template: Integers
    """What the block holds before the first event."""
    doctrine: Integers
    """Place of each state's doctrine among those compiled (n_states,)."""
    memory: Floats
    """Memory of all states, one after the other."""
    memory_at: Integers
    """Where each state's memory begins (n_states + 1,)."""
    parameters: Floats
    """Tables of the doctrines, equal ones once."""
    parameters_at: Integers
    """Where each state's table begins and ends (2 * n_states,)."""
    beliefs: Floats
    """P(greedy) and expected rung by directed rivalry (2 * n_rivalries,)."""
    payoffs: Floats
    """By state (n_states,)."""
    times: Integers
    """Time words of the calendar (capacity,)."""
    slots: Integers
    """Slots of the calendar (capacity,)."""
    messages: Integers
    """Facts of what is under way (slots * SLOT_WORDS,)."""
    values: Floats
    """Real-valued content of what is under way (slots * SLOT_VALUES,)."""
    free: Integers
    """Slots that are free, the next one last (slots,)."""
    control: Integers
    """Counters and flags (N_CONTROLS,)."""
    log: Integers
    """What happened, entry by entry, if it is to be told."""
    log_reals: Floats
    """Beside it: posture, then P(greedy) and expected rung by slot, of a review; values of a message."""
