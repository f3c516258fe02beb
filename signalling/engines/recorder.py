"""What an observer of a run is told by an engine, whichever it is."""

from collections.abc import Sequence
from typing import Protocol

from signalling.kernel.message import Message


class Recorder(Protocol):
    """What an observer of a run is told, in the order in which it happens."""

    def review(
        self,
        now: int,
        state: int,
        before: int,
        move: int,
        after: int,
        target: int,
        beliefs: Sequence[tuple[float, float] | None],
        triggered: int,
        posture: float,
        letter: int,
    ) -> None:
        """A state decided; `beliefs` are (P(greedy), expected rung) or None by rival slot."""

    def sent(self, message: Message) -> None:
        """A message or a copy entered its channel or hop; its fate is settled unless it is in flight."""

    def left(self, message: Message) -> None:
        """A message left the newest-first server that had it: the rest of its way on this hop is settled."""

    def settled(self, kind: int, channel: int, which: int, fate: int) -> None:
        """What was in flight on a channel or hop was read, superseded, passed on or thrown out."""
