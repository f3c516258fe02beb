"""The words of the model as enumerations, one sentence each, and the columns of the outcomes table."""

from enum import IntEnum


class EventKind(IntEnum):
    """What an event is; events of one tick happen in this order."""

    SERVER = 0
    """A queue's server becomes free (pre-emptive servers only)."""
    ARRIVAL = 1
    """A report is read by its addressee."""
    TIMER = 2
    """A timer of a protocol runs out."""
    REVIEW = 3
    """A state decides."""


class MessageKind(IntEnum):
    """What a message speaks of."""

    RUNG = 0
    """The sender's rung on the ladder, its action or its posture, as it states it."""
    ACKNOWLEDGEMENT = 1
    """That a message has been read, on the channel back; a protocol's, which no doctrine sees."""


class StateType(IntEnum):
    """Who a state is; drawn once per run."""

    SECURITY_SEEKER = 0
    """Wants to keep what it has: war costs it much."""
    GREEDY = 1
    """Wants more than it has: war costs it less."""


class Move(IntEnum):
    """What a state may do at a review, in the order in which the logit draw runs through the options."""

    LOWER = 0
    """One rung down."""
    HOLD = 1
    """Stay on the rung."""
    RAISE = 2
    """One rung up."""
    ATTACK = 3
    """Strike a rival; offered on the top peacetime rung only."""
    PLAY = 4
    """Take the action whose index is the answer's letter (matrix games; in an exchange its value as well)."""
    ARM = 5
    """Take the posture that is the answer's value (posture games)."""


class Phase(IntEnum):
    """Whose turn it is in an exchange game, as a state sees it."""

    IDLE = 0
    """Not its own, or the game is no exchange."""
    NATURE = 1
    """Chance draws what some states will know."""
    TALK = 2
    """It may say something."""
    ACT = 3
    """It acts."""


#: Letters of an Action that are no letters.
GAME_SPEAKS = -1
"""Messages say where the state stands."""
SILENT = -2
"""No message is sent."""


class StopReason(IntEnum):
    """Why a run ended."""

    RUNNING = 0
    """The run goes on."""
    HORIZON = 1
    """The time of the scenario ran out."""
    WAR = 2
    """A state attacked another, or two met on the top rung of a joint war."""
    UNANIMITY = 3
    """All states stood on one rung, or took one action, in a scenario that ends there."""
    TOP = 4
    """A state stood on the highest rung, or took the last action, in a scenario that ends there."""
    RUNAWAY = 5
    """A posture reached the limit of its game."""
    SETTLED = 6
    """The script of an exchange came to its end without war."""


class Fate(IntEnum):
    """What befell a message or a copy of it."""

    IN_FLIGHT = 0
    """Under way when the run stopped."""
    READ = 1
    """Delivered and used."""
    SUPERSEDED = 2
    """Delivered after something newer from the same sender had been read."""
    LOST = 3
    """Lost on the way."""
    LOST_IN_OUTAGE = 4
    """Sent while the channel was down and not held."""
    BLOCKED = 5
    """Refused by a full buffer."""
    PREEMPTED = 6
    """Thrown out of a newest-first server by a newer message; it counts as blocked."""
    PASSED_ON = 7
    """Reached a relay, which sent it on: told of each hop but the last, and counted on the last alone."""


class Role(IntEnum):
    """A state's part in the war that ended the run."""

    BYSTANDER = 0
    """Not at war."""
    INITIATOR = 1
    """Struck first."""
    TARGET = 2
    """Was struck first."""
    BELLIGERENT = 3
    """At war without a first strike: both stood on the top rung (joint war)."""


class Count(IntEnum):
    """Position of each message count in the World's `counts`."""

    SENT = 0
    """Messages composed and put on a channel."""
    DUPLICATED = 1
    """Copies made by channels."""
    DELIVERED = 2
    """Reports read, superseded ones included."""
    SUPERSEDED = 3
    """Reports read too late to be used."""
    LOST = 4
    """Messages lost, in outages or otherwise."""
    BLOCKED = 5
    """Messages refused by a full buffer."""
    IN_FLIGHT = 6
    """Messages and copies under way."""
    GARBLED = 7
    """Delivered messages and copies that differ from what was composed."""
    REVIEWS = 8
    """Reviews held."""
    DELAY = 9
    """Sum over delivered messages of reading minus sending, in ticks."""


class DrawPurpose(IntEnum):
    """What a block of four uniforms is for; the lanes are part of the kernel version."""

    TRANSIT = 0
    """Of a message: loss, garbled or not, replacing letter, delay."""
    CONTENT = 1
    """Of a message: lie, duplicate or not, tampered or not, tampered letter."""
    HANDLING = 2
    """Of a message: service, reading, value noise, spare."""
    REVIEW = 3
    """Of a review: its time, the move, two for the doctrine."""
    START = 4
    """Of a state: type, continuous cost, two for the doctrine's start."""
    OUTAGE = 5
    """Of a channel's outage period: length up, length down, two spare."""
    TRIGGER = 6
    """Of a message that triggers a review: the origin of that review, three spare."""
    COMMON = 7
    """Of a review: whether its messages share one transit luck, three spare."""


class Whole(IntEnum):
    """Position of each whole number in the summary of a run; -1 stands for what there is not."""

    STOP = 0
    """Tick of the stop."""
    REASON = 1
    """A StopReason."""
    INITIATOR = 2
    TARGET = 3
    BELLIGERENTS = 4
    STRUCK_UNREADY = 5
    N_GREEDY = 6
    PEAK_RUNG = 7
    REVIEWS = 8
    SENT = 9
    DUPLICATED = 10
    DELIVERED = 11
    SUPERSEDED = 12
    LOST = 13
    BLOCKED = 14
    IN_FLIGHT = 15
    GARBLED = 16


class Real(IntEnum):
    """Position of each real number in the summary of a run; NaN stands for what there is not."""

    STOP_HOURS = 0
    MEAN_RUNG = 1
    MEAN_DELAY_HOURS = 2
    MEAN_AGE_HOURS = 3
    BELIEF_ERROR = 4
    RUNG_ERROR = 5
    PAYOFF = 6
    COOPERATION = 7
    MUTUAL_COOPERATION = 8
    MEAN_POSTURE = 9


class StateWhole(IntEnum):
    """Position of each whole number in the summary of a state."""

    TYPE = 0
    """A StateType."""
    ROLE = 1
    """A Role."""
    PEAK_RUNG = 2
    REVIEWS = 3
    RUNG = 4
    """Where it stood at the stop."""


class StateReal(IntEnum):
    """Position of each real number in the summary of a state; NaN stands for what there is not."""

    MEAN_RUNG = 0
    PAYOFF = 1
    POSTURE = 2
    """Armament at the stop, in an exchange the value of the last act."""
    BELIEF = 3
    """P(greedy) of its rivals as it holds it at the stop, mean over rivals."""


#: Seconds in an hour: a tick is one second.
TICKS_PER_HOUR = 3600
TICKS_PER_DAY = 24 * TICKS_PER_HOUR

#: The outcomes table, one row per run: column name, Arrow type, meaning. The order is frozen.
OUTCOME_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("cell", "string", "identity of the cell"),
    ("run", "int64", "index of the run"),
    ("seed", "uint64", "seed"),
    ("stop", "string", "why the run stopped: war, horizon or another named reason"),
    ("stop_hours", "float64", "when it stopped, hours"),
    ("war", "bool", "the run ended in war: somebody attacked, or two states met on the top rung (joint war)"),
    ("initiator", "string", "who struck first; null without war and in a joint one"),
    ("target", "string", "who was struck first; null without war and in a joint one"),
    ("belligerents", "int16", "states at war at the stop"),
    (
        "struck_unready",
        "bool",
        "the first target stood below the top peacetime rung; null if nobody was struck",
    ),
    ("types", "string", "type of each state in name order, S or G"),
    ("n_greedy", "int16", "how many states are greedy"),
    ("peak_rung", "int8", "highest peacetime rung any state reached"),
    ("mean_rung", "float64", "time-weighted mean rung over states"),
    ("reviews", "int32", "reviews held by all states (exposure)"),
    ("sent", "int32", "messages sent"),
    ("duplicated", "int32", "copies made by channels"),
    ("delivered", "int32", "reports read, superseded ones included"),
    ("superseded", "int32", "reports read after a newer one"),
    ("lost", "int32", "messages lost"),
    ("blocked", "int32", "messages refused by a full buffer"),
    ("in_flight", "int32", "messages under way at the stop"),
    ("garbled", "int32", "delivered messages whose content differs from what was composed"),
    ("mean_delay_hours", "float64", "sending to reading, delivered messages, hours; null if none"),
    (
        "mean_age_hours",
        "float64",
        "time-averaged age of the newest report read, hours; null without rivalries",
    ),
    ("belief_error", "float64", "mean squared error of P(greedy) at the stop; null without beliefs"),
    ("rung_error", "float64", "mean absolute error of the expected rung at the stop; null without beliefs"),
    ("payoff", "float64", "mean payoff over states, shares of the prize; null where a doctrine gives none"),
)

#: Appended to the outcomes of a matrix game.
MATRIX_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("cooperation", "float64", "share of time in the first action, mean over directed rivalries"),
    (
        "mutual_cooperation",
        "float64",
        "share of time in which both take the first action, mean over rivalries",
    ),
)

#: Appended to the outcomes of a posture game.
POSTURE_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("mean_posture", "float64", "armament at the stop, mean over states"),
)

#: The second table, on request: one row per run and state.
STATE_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("cell", "string", "identity of the cell"),
    ("run", "int64", "index of the run"),
    ("seed", "uint64", "seed"),
    ("state", "string", "name of the state"),
    ("type", "string", "S security seeker, G greedy"),
    ("peak_rung", "int8", "highest peacetime rung the state reached"),
    ("mean_rung", "float64", "time-weighted mean rung"),
    ("attacked", "bool", "the state struck first"),
    ("struck", "bool", "the state was struck first"),
    ("payoff", "float64", "share of the prize; null where the doctrine gives none"),
    ("reviews", "int32", "reviews held"),
    ("rung", "int8", "rung, or number of the action, at the stop"),
    (
        "posture",
        "float64",
        "armament at the stop, in an exchange the value of the last act; null in other games",
    ),
    ("belief", "float64", "P(greedy) at the stop, mean over rivals; null without beliefs"),
)
