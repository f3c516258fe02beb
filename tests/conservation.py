"""The law of conservation, held against a whole trace: no message vanishes, none is counted twice."""

from signalling.chronicle import MessageRecord, Trace
from signalling.kernel.draws import COPY_BIT
from signalling.vocabulary import Fate, MessageKind

READ = frozenset({Fate.READ, Fate.SUPERSEDED})


def copied_here(message: MessageRecord) -> bool:
    """Whether this record is of a copy on the hop on which it was made; later hops only carry it on.

    The acknowledgement of a copy bears its number, and is no copy itself.
    """
    if message.kind != MessageKind.RUNG or message.hop >= 8:
        return False
    return bool(message.which >> (COPY_BIT + message.hop) & 1)


def conserved(trace: Trace) -> None:
    """The counts of the outcome balance, and are those of the fates told.

    A message over several hops has a record on each, PASSED_ON on all but the last it came to.
    Acknowledgements are messages like others.
    """
    row = trace.outcome
    assert row["sent"] + row["duplicated"] == (
        row["delivered"] + row["lost"] + row["blocked"] + row["in_flight"]
    )
    fates = [message.fate for message in trace.messages]
    assert row["delivered"] == sum(fate in READ for fate in fates)
    assert row["superseded"] == fates.count(Fate.SUPERSEDED)
    assert row["lost"] == fates.count(Fate.LOST) + fates.count(Fate.LOST_IN_OUTAGE)
    assert row["blocked"] == fates.count(Fate.BLOCKED) + fates.count(Fate.PREEMPTED)
    assert row["in_flight"] == fates.count(Fate.IN_FLIGHT)
    assert row["sent"] == sum(message.hop == 0 and not copied_here(message) for message in trace.messages)
    assert row["duplicated"] == sum(copied_here(message) for message in trace.messages)
    # Each is told once on each channel or hop.
    names = [message[1:4] for message in trace.messages]
    assert len(set(names)) == len(names)
