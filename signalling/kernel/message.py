"""A message on its way over one channel or hop: what `enter` settles and what a recorder is told."""

from typing import NamedTuple


class Parcel(NamedTuple):
    """What enters a channel or hop."""

    kind: int
    """A MessageKind."""
    channel: int
    which: int
    """Origin, attempt, copy and hop: with `channel` its identity and its draw address."""
    composed: int
    """The letter the sender put on the first hop."""
    letter: int
    """The letter as it enters this one."""
    stated: float
    """The real-valued content the sender put on the first hop."""
    value: float
    """The real-valued content as it enters this one."""
    sent: int
    """Tick at which the sender dated it."""


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
    stated: float
    """The real-valued content the sender put on the channel."""
    value: float
    """The real-valued content that arrives."""
    sent: int
    """Tick of sending."""
    departed: int
    """Tick at which it left the sender's end."""
    due: int
    """Tick at which it is read, or reaches its next relay or the end of its service; -1 if it never does."""
    fate: int
    """A Fate; IN_FLIGHT until it is read."""
    duplicated: int
    """1 if the channel also delivers a copy, see `copy_of`; 2 more if an intact one goes ahead, `express`."""
    event: int
    """An EventKind: what happens when it is due, ARRIVAL or, while a newest-first server has it, SERVER."""
