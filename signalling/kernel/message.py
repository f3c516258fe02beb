"""A message on its way: what `send` settles and what a recorder is told."""

from typing import NamedTuple


class Message(NamedTuple):
    """A message or a copy of it, once everything about its way is settled."""

    kind: int
    """A MessageKind."""
    channel: int
    which: int
    """Origin, attempt, copy and hop: with `channel` its identity and its draw address."""
    composed: int
    """The letter the sender put on the channel."""
    letter: int
    """The letter that arrives."""
    value: float
    """The real-valued content that arrives."""
    sent: int
    """Tick of sending."""
    departed: int
    """Tick at which it left the sender's end."""
    due: int
    """Tick at which it is read, -1 if it never is."""
    fate: int
    """A Fate; IN_FLIGHT until it is read."""
    duplicated: int
    """1 if the channel also delivers a copy, see `copy_of`."""
