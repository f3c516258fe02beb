"""What a doctrine sees and what it answers: its own view, never the World."""

from typing import NamedTuple, Protocol

from signalling.kernel.floats import Floats


class Own(NamedTuple):
    """What a state knows of itself."""

    state: int
    """Index in name order."""
    cost_of_war: float
    """Drawn with the type at the start of the run, share of the prize."""
    rung: int
    """Where it stands on the ladder, 0..rungs-1."""
    ceiling: int
    """Highest rung it may stand on."""
    rungs: int
    """Number K of peacetime rungs."""
    rivals: int
    """Number of rivals; their slots are 0..rivals-1 in name order."""
    interval: int
    """Review interval, ticks."""
    horizon: int
    """End of the run, ticks."""
    war: int
    """1 if the game allows an attack."""
    type: int
    """A StateType: who it is, which no other state sees."""
    posture: float
    """Its armament in a posture game, in an exchange the value of its last act, 0 in others."""
    floor: int
    """Lowest rung it may stand on."""
    phase: int = 0
    """A Phase: in an exchange game whose turn it is, always IDLE in others."""


class Report(NamedTuple):
    """What arrives, when it is read."""

    kind: int
    """A MessageKind."""
    letter: int
    """The content as received."""
    value: float
    """The real-valued content as received."""
    sent: int
    """Tick of sending, as the sender dated it."""
    received: int
    """Tick of reading."""
    sender: int
    """Index of the sending state."""
    rival: int
    """The sender's slot among the receiver's rivals, -1 if it is none."""
    identity: int
    """Equal for the copies of one message, different for different messages of one sender."""
    assumed: Floats
    """The K x K letter matrix the receiver believes in, by rows (K * K,): [sent * K + received]."""


class Action(NamedTuple):
    """What a doctrine answers at a review."""

    move: int
    """A Move."""
    target: int
    """Slot of the attacked rival, -1 without attack."""
    value: float
    """Real-valued content of this review's messages; what ARM arms to, and PLAY takes in an exchange."""
    letter: int
    """Letter of the messages of this review. GAME_SPEAKS: the new rung or action; SILENT: none is sent."""


class RivalView(NamedTuple):
    """What `tabulate` is told of a rival, all of it public knowledge."""

    weight: float
    """Share of this rival in the state's attention; the shares of a state sum to one."""
    capability: float
    """The rival's capability, in the unit of the state's own."""
    rung: int
    """Where the rival stands at the start: its rung or action."""
    posture: float
    """The rival's posture at the start, 0 but in posture games."""
    name: str = ""
    """What the rival is called."""


class OwnView(NamedTuple):
    """What `tabulate` is told of the state itself."""

    capability: float
    """The state's capability."""
    rung: int
    """Where it stands at the start."""
    posture: float
    """Its posture at the start, 0 but in posture games."""
    game: str
    """Kind of the game: "ladder", "matrix", "posture" or "exchange"."""


class Doctrine(Protocol):
    """A module with fixed names: the rule from a view to a move (see docs/design.md)."""

    SOURCE: str
    USES_REPORTS: bool
