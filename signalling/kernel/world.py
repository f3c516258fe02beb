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
    until: int
    """The StopReason, beside war, at which the run ends before its horizon; RUNNING for none."""
    posture_game: int
    """1 in a posture game, which has no letters."""
    limit: Floats
    """Posture at which a race has run away (1,)."""
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
    floor: Integers
    """Lowest rung the state may take."""
    start_rung: Integers
    """Rung or action at the beginning."""
    start_posture: Floats
    """Posture at the beginning."""
    exaggeration: Floats
    """What the state's values are multiplied by as it states them."""
    matrix: int
    """1 in a matrix game, whose actions stand where a ladder has rungs."""
    payoffs: Floats
    """Payoffs of a matrix game, rows own action (K * K,); empty on a ladder."""
    # an exchange game
    phases: int
    """Phases of the script of an exchange, which are its reviews; 0 in other games."""
    turn: Integers
    """A Phase by phase and state (phases * n_states,)."""
    stakes: Floats
    """Share of the payoffs that is earned by what stands after each phase (phases,)."""
    war_letter: int
    """Letter that makes war, -1 if none does."""
    war_needed: int
    """How many states must stand on it at the end."""
    may_wage: Integers
    """1 if a state counts among these (n_states,)."""
    earns: Integers
    """1 if a state has a payoff (n_states,)."""
    rule_to: Integers
    """Who earns by each rule of payoff (n_rules,)."""
    rule_against: Integers
    """Whose letter counts beside its own (n_rules,)."""
    rule_table: Table
    """Payoffs by own letter and the other's (n_rules, K * K)."""
    term_rule: Integers
    """The rule that each term belongs to (n_terms,)."""
    term_of: Integers
    """Whose value it is of (n_terms,)."""
    term_weight: Table
    """What the value counts, by own letter and the other's (n_terms, K * K)."""
    distance_rule: Integers
    """The rule that each distance belongs to (n_distances,)."""
    distance_first: Integers
    distance_second: Integers
    """Between whose values it is (n_distances,)."""
    distance_bias: Floats
    """Where it is least: at a first value that exceeds the second by so much (n_distances,)."""
    distance_weight: Floats
    """What its square costs (n_distances,)."""
    # reviews
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
    # channels and the hops of routes (n_channels,)
    sender: Integers
    """Whose message it carries: that of the first hop, on every hop of a route."""
    addressee: Integers
    """Who is at its end: a relay, but on the last hop of a route."""
    channel_who: Integers
    """Address of the draws of the messages on this channel or hop."""
    arrival_order: Integers
    """Order word of arrivals of rung messages."""
    slot: Integers
    """The sender's slot among the addressee's rivals, -1 if none."""
    rivalry: Integers
    """The directed rivalry (addressee about sender), -1 if none."""
    next_hop: Integers
    """The next hop of the route, -1 where the addressee reads."""
    line: Integers
    """The physical line: channels and hops between the same two states share one."""
    repeats: Integers
    """How many times a message is sent at once."""
    timeout: Integers
    """Ticks after which a message not acknowledged is sent again, 0 without acknowledgements."""
    attempts: Integers
    """How often a message is sent at most."""
    back: Integers
    """Where an acknowledgement goes: first hop of the channel or route back, -1 if there is none."""
    answered: Integers
    """What an acknowledgement read here answers: first hop of the channel or route back, -1 if none."""
    rare: Integers
    """1 if a message may be tampered with, copied, noisy, lost by its letter or struck by a common cause."""
    loss: Floats
    loss_of: Integers
    """Row of `losses`, -1 if loss does not depend on the content."""
    garble: Floats
    """Garbling probability."""
    replacement: Integers
    """Row of `replacements`."""
    tamper: Floats
    """Probability that a third party replaces the content."""
    forgery: Integers
    """Row of `replacements`: what it puts in its place."""
    noise: Floats
    """Standard deviation of what is added to a value."""
    common_cause: Floats
    """Probability that a review's messages share one transit luck."""
    duplicate: Floats
    """Duplication probability."""
    delay: Integers
    """Row of `quantiles`."""
    service: Integers
    """Row of `quantiles`, -1 without a queue."""
    newest_first: Integers
    """1 if the server throws out what it has in hand for a newer message."""
    capacity: Integers
    """Places of the buffer, the one in service included; 0 unlimited."""
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
    # lines (n_lines,)
    line_who: Integers
    """Address of the draws of a line's outages."""
    ring: Integers
    """Start of a line's departures in the World (n_lines + 1,)."""
    # tables
    quantiles: Table
    """Inverse distribution functions of all laws (n_laws, table length)."""
    replacements: Table
    """Cumulative replacement probabilities of garbling kernels (n_kernels, K * K)."""
    losses: Table
    """Loss probability by letter (n_losses, K)."""
    matrices: Table
    """Assumed letter matrices (n_matrices, K * K)."""
    # what is altered in one run alone; see signalling.alteration
    spared: Integers
    """Channel and `which` of the message of which an intact copy is read at once, -1 for none (2,)."""
    scripted: Integers
    """1 if a state does not decide, but makes the moves of its script (n_states,)."""
    script_at: Integers
    """Where each state's script begins and the last one ends (n_states + 1,)."""
    script: Integers
    """By scheduled review: move, target and letter, one after the other."""


class World(NamedTuple):
    """What changes during a run; written by kernel/step.py, and by transmit, lines, protocol, matrix.

    Everything is 0 before the first event but what `MINUS_ONE` names.
    """

    state_type: Integers
    cost_of_war: Floats
    rung: Integers
    posture: Floats
    """Armament, in an exchange the value of the last act, by state; 0 in other games."""
    said: Integers
    """Letter of the messages of the last review, SILENT if none is sent."""
    spoken: Floats
    """Value of the messages of the last review."""
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
    """Messages the server of each line has accepted."""
    last_departure: Integers
    departures: Integers
    """Rings of the last departures of queues with finite buffers."""
    serving: Integers
    """Kind, channel and `which` of what a newest-first server took in hand last (3 * n_lines,)."""
    leaving: Integers
    """Of what it had before and did not throw out (3 * n_lines,)."""
    thrown_out: Integers
    """Of what it threw out last, until that is told (3 * n_lines,)."""
    outage_period: Integers
    """Index of each line's current outage period, -1 before the first."""
    up_until: Integers
    down_until: Integers
    awaiting: Integers
    """Origin of the message of each channel that is to be acknowledged, -1 if none is; and what it said."""
    repeated_letter: Integers
    repeated_value: Floats
    repeated_sent: Integers
    newest: Integers
    """Sending tick of the newest report read, by rivalry; 0 before the first."""
    fresh_ticks: Integers
    """Sum over readings of (gain in sending tick) x (tick of reading), by rivalry."""
    joint_ticks: Integers
    """Ticks spent in each pair of actions, by rivalry (n_rivalries * K * K,); empty on a ladder."""
    joint_since: Integers
    """Tick up to which `joint_ticks` is booked, by rivalry; empty on a ladder."""
    earned: Floats
    """Payoff so far in an exchange game, by state; empty in others."""
    counts: Integers
    """Message counts, by Count."""
    struck: Integers
    """Initiator and target of the first attack, -1 before it (2,)."""


#: Fields of a World that begin at -1.
MINUS_ONE = (
    "reviewed",
    "trigger",
    "serving",
    "leaving",
    "thrown_out",
    "outage_period",
    "awaiting",
    "struck",
)


def new_world(columns: Columns) -> World:
    """A World before its first event, in Python lists (the process engine's form)."""
    n_states = len(columns.state_who)
    n_channels = len(columns.sender)
    n_lines = len(columns.line_who)
    n_rivalries = len(columns.rival)
    return World(
        state_type=[0] * n_states,
        cost_of_war=[0.0] * n_states,
        rung=[0] * n_states,
        posture=[0.0] * n_states,
        said=[0] * n_states,
        spoken=[0.0] * n_states,
        review=[0] * n_states,
        lanes=[0.0] * (3 * n_states),
        origin=[0] * n_states,
        reviewed=[-1] * n_states,
        held=[0] * n_states,
        trigger=[-1] * n_states,
        since=[0] * n_states,
        rung_ticks=[0] * n_states,
        peak=[0] * n_states,
        accepted=[0] * n_lines,
        last_departure=[0] * n_lines,
        departures=[0] * columns.ring[n_lines],
        serving=[-1] * (3 * n_lines),
        leaving=[-1] * (3 * n_lines),
        thrown_out=[-1] * (3 * n_lines),
        outage_period=[-1] * n_lines,
        up_until=[0] * n_lines,
        down_until=[0] * n_lines,
        awaiting=[-1] * n_channels,
        repeated_letter=[0] * n_channels,
        repeated_value=[0.0] * n_channels,
        repeated_sent=[0] * n_channels,
        newest=[0] * n_rivalries,
        fresh_ticks=[0] * n_rivalries,
        joint_ticks=[0] * (columns.matrix * n_rivalries * columns.rungs * columns.rungs),
        joint_since=[0] * (columns.matrix * n_rivalries),
        earned=[0.0] * (n_states if columns.phases > 0 else 0),
        counts=[0] * len(Count),
        struck=[-1, -1],
    )
