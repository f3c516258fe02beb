"""What is constant and what changes: the Columns of a compiled model and the World of one run.

Both are structures of arrays. States are numbered in name order; the channels of one sender are
contiguous; directed rivalries are numbered by the state that holds the belief, then by slot.
"""

from typing import NamedTuple

from signalling.kernel.floats import Floats, Integers, Table
from signalling.vocabulary import Count


class Columns(NamedTuple):
    """Constants of a compiled model, in ticks and indices."""

    rungs: int
    """Peacetime rungs K; letters run over them."""
    horizon: int
    """Events at or after this tick do not happen."""
    war: int
    """1 if an attack is possible."""
    joint: int
    """1 if there is war as soon as two states stand on the top peacetime rung."""
    # states (n_states,)
    state_who: Integers
    """Address of the state's own draws."""
    review_order: Integers
    """Order word of the state's scheduled reviews."""
    greedy: Floats
    """Probability that the state is greedy."""
    lying: Floats
    """Probability that a message of the state lies, if it is greedy."""
    war_cost: Floats
    """Cost of war by state and type (2 * n_states,)."""
    ceiling: Integers
    """Highest rung the state may take."""
    matrix: int
    """1 in a matrix game, whose actions stand where a ladder has rungs."""
    payoffs: Floats
    """Payoffs of a matrix game, rows own action (K * K,); empty on a ladder."""
    interval: int
    """Review interval, ticks."""
    gap: int
    """Row of `quantiles` for the time between reviews; -1: interval plus jitter."""
    jitter: int
    """Half-width of the review law, ticks; 0 for synchronous rounds from tick 0."""
    minimum_gap: int
    """Least ticks between a state's last review and one triggered by a report; 0: reports trigger none."""
    attentive: Integers
    """1 if a report that the state uses may trigger a review."""
    opens: Integers
    """Opening of the office, seconds after local midnight; -1 always open."""
    closes: Integers
    """Closing of the office, seconds after local midnight."""
    clock: Integers
    """Local time of day at tick 0, seconds after midnight."""
    first_channel: Integers
    """Channels of sender i are first_channel[i] .. first_channel[i + 1] - 1 (n_states + 1,)."""
    first_rivalry: Integers
    """Rivalries held by state i are first_rivalry[i] .. first_rivalry[i + 1] - 1 (n_states + 1,)."""
    rival: Integers
    """The rival of each directed rivalry (n_rivalries,)."""
    reverse: Integers
    """The rivalry the other way (n_rivalries,)."""
    weight: Floats
    """Share of each rivalry in its holder's attention (n_rivalries,)."""
    # channels (n_channels,)
    sender: Integers
    addressee: Integers
    channel_who: Integers
    """Address of the draws of the messages and outages of this channel."""
    arrival_order: Integers
    """Order word of arrivals of rung messages."""
    slot: Integers
    """The sender's slot among the addressee's rivals, -1 if none."""
    rivalry: Integers
    """The directed rivalry (addressee about sender), -1 if none."""
    loss: Floats
    garble: Floats
    """Garbling probability."""
    replacement: Integers
    """Row of `replacements`."""
    duplicate: Floats
    """Duplication probability."""
    delay: Integers
    """Row of `quantiles`."""
    service: Integers
    """Row of `quantiles`, -1 without a queue."""
    capacity: Integers
    """Places of the buffer, the one in service included; 0 unlimited."""
    ring: Integers
    """Start of the channel's departures in the World (n_channels + 1,)."""
    reading: Integers
    """Row of `quantiles`, -1 for none."""
    handled: Integers
    """1 if what arrives is deciphered or waits for office hours before it is read."""
    outage_up: Integers
    """Row of `quantiles` for up periods, -1 without outages."""
    outage_down: Integers
    """Row of `quantiles` for down periods, -1 without outages."""
    holds: Integers
    """1 if messages wait for the end of an outage, 0 if they are lost in it."""
    assumed: Integers
    """Row of `matrices`: the channel the addressee believes in."""
    # tables
    quantiles: Table
    """Inverse distribution functions of all laws (n_laws, table length)."""
    replacements: Table
    """Cumulative replacement probabilities of garbling kernels (n_kernels, K * K)."""
    matrices: Table
    """Assumed letter matrices (n_matrices, K * K)."""


class World(NamedTuple):
    """What changes during a run; all arrays written by kernel/step.py, and by kernel/matrix.py for it.

    Everything is 0 before the first event but what `MINUS_ONE` names.
    """

    state_type: Integers
    cost_of_war: Floats
    rung: Integers
    review: Integers
    """Index of the next scheduled review."""
    lanes: Floats
    """Uniforms of the next scheduled review: one for the move, two for the doctrine (3 * n_states,)."""
    origin: Integers
    """Origin of the last review: its index if scheduled, a mix of its trigger's identity if triggered."""
    reviewed: Integers
    """Tick of the last review, -1 before the first."""
    held: Integers
    """Reviews held."""
    trigger: Integers
    """Origin of the triggered review that is pending, -1 if none is."""
    since: Integers
    """Tick of the last change of rung."""
    rung_ticks: Integers
    """Sum of rung x ticks up to `since`."""
    peak: Integers
    """Highest rung so far."""
    accepted: Integers
    """Messages each queue has accepted."""
    last_departure: Integers
    departures: Integers
    """Rings of the last departures of queues with finite buffers."""
    outage_period: Integers
    """Index of each channel's current outage period, -1 before the first."""
    up_until: Integers
    down_until: Integers
    newest: Integers
    """Sending tick of the newest report read, by rivalry; 0 before the first."""
    fresh_ticks: Integers
    """Sum over readings of (gain in sending tick) x (tick of reading), by rivalry."""
    joint_ticks: Integers
    """Ticks spent in each pair of actions, by rivalry (n_rivalries * K * K,); empty on a ladder."""
    joint_since: Integers
    """Tick up to which `joint_ticks` is booked, by rivalry; empty on a ladder."""
    counts: Integers
    """Message counts, by Count."""
    struck: Integers
    """Initiator and target of the first attack, -1 before it (2,)."""


#: Fields of a World that begin at -1.
MINUS_ONE = ("reviewed", "trigger", "outage_period", "struck")


def new_world(columns: Columns) -> World:
    """A World before its first event, in Python lists (the process engine's form)."""
    n_states = len(columns.state_who)
    n_channels = len(columns.sender)
    n_rivalries = len(columns.rival)
    return World(
        state_type=[0] * n_states,
        cost_of_war=[0.0] * n_states,
        rung=[0] * n_states,
        review=[0] * n_states,
        lanes=[0.0] * (3 * n_states),
        origin=[0] * n_states,
        reviewed=[-1] * n_states,
        held=[0] * n_states,
        trigger=[-1] * n_states,
        since=[0] * n_states,
        rung_ticks=[0] * n_states,
        peak=[0] * n_states,
        accepted=[0] * n_channels,
        last_departure=[0] * n_channels,
        departures=[0] * columns.ring[n_channels],
        outage_period=[-1] * n_channels,
        up_until=[0] * n_channels,
        down_until=[0] * n_channels,
        newest=[0] * n_rivalries,
        fresh_ticks=[0] * n_rivalries,
        joint_ticks=[0] * (columns.matrix * n_rivalries * columns.rungs * columns.rungs),
        joint_since=[0] * (columns.matrix * n_rivalries),
        counts=[0] * len(Count),
        struck=[-1, -1],
    )
