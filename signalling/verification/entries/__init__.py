"""The entries of the ledger, each with what it predicts and how it is played, and their plans."""

from types import ModuleType

from signalling.verification.entries import (
    acknowledgement,
    arms_races,
    arms_talk,
    beauty_contest,
    calibration,
    global_games,
    opinion,
    patience,
    provocation,
    queues,
    reassurance,
    relays,
    repeated_play,
    strategic_risk,
)
from signalling.verification.ledger import Entry, Profile

#: Each has ENTRIES, and PROFILES if some of its plans are equilibria.
MODULES: tuple[ModuleType, ...] = (
    acknowledgement,
    arms_races,
    arms_talk,
    beauty_contest,
    calibration,
    global_games,
    opinion,
    patience,
    provocation,
    queues,
    reassurance,
    relays,
    repeated_play,
    strategic_risk,
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
