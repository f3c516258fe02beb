"""The entries of the ledger, each with what it predicts and how it is played."""

from signalling.verification.entries import (
    acknowledgement,
    arms_races,
    calibration,
    opinion,
    patience,
    queues,
    relays,
    repeated_play,
)
from signalling.verification.ledger import Entry

ENTRIES: tuple[Entry, ...] = tuple(
    sorted(
        (
            *repeated_play.ENTRIES,
            *patience.ENTRIES,
            *arms_races.ENTRIES,
            *queues.ENTRIES,
            *acknowledgement.ENTRIES,
            *relays.ENTRIES,
            *calibration.ENTRIES,
            *opinion.ENTRIES,
        ),
        key=lambda entry: entry.key,
    )
)
