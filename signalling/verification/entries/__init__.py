"""The entries of the ledger, each with what it predicts and how it is played, and their plans."""

from types import ModuleType

from signalling.verification.entries import (
    acknowledgement,
    arms_races,
    arms_talk,
    audience_costs,
    beauty_contest,
    calibration,
    demands,
    global_games,
    inspection,
    mediation,
    misperception,
    noisy_talk,
    opinion,
    patience,
    provocation,
    queues,
    reassurance,
    relays,
    repeated_play,
    settlements,
    strategic_risk,
    talk,
)
from signalling.verification.ledger import Entry, Profile

#: Each has ENTRIES, and PROFILES if some of its plans are equilibria.
MODULES: tuple[ModuleType, ...] = (
    acknowledgement,
    arms_races,
    arms_talk,
    audience_costs,
    beauty_contest,
    calibration,
    demands,
    global_games,
    inspection,
    mediation,
    misperception,
    noisy_talk,
    opinion,
    patience,
    provocation,
    queues,
    reassurance,
    relays,
    repeated_play,
    settlements,
    strategic_risk,
    talk,
)


def _rank(key: str) -> tuple[bool, str]:
    """Statements without numbers, Q1, Q2, ..., come after all others."""
    return key.startswith("Q"), key


ENTRIES: tuple[Entry, ...] = tuple(
    sorted((entry for module in MODULES for entry in module.ENTRIES), key=lambda entry: _rank(entry.key))
)
PROFILES: tuple[Profile, ...] = tuple(
    sorted(
        (profile for module in MODULES for profile in getattr(module, "PROFILES", ())),
        key=lambda profile: _rank(profile.entry),
    )
)
