"""The entries of the ledger, each with what it predicts and how it is played, and their plans."""

from types import ModuleType

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
from signalling.verification.ledger import Entry, Profile

#: Each has ENTRIES, and PROFILES if some of its plans are equilibria.
MODULES: tuple[ModuleType, ...] = (
    acknowledgement,
    arms_races,
    calibration,
    opinion,
    patience,
    queues,
    relays,
    repeated_play,
)

ENTRIES: tuple[Entry, ...] = tuple(
    sorted((entry for module in MODULES for entry in module.ENTRIES), key=lambda entry: entry.key)
)
PROFILES: tuple[Profile, ...] = tuple(
    sorted(
        (profile for module in MODULES for profile in getattr(module, "PROFILES", ())),
        key=lambda profile: profile.entry,
    )
)
