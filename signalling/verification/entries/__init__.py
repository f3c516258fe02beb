"""The entries of the ledger, each with what it predicts and how it is played, and their plans."""

from importlib import import_module
from types import ModuleType

from signalling.verification.ledger import Entry, Profile

#: Files with ENTRIES, and PROFILES if some of their plans are equilibria; the other files serve these.
FILES = (
    "acknowledgement",
    "arms_races",
    "arms_talk",
    "audience_costs",
    "beauty_contest",
    "calibration",
    "demands",
    "global_games",
    "inspection",
    "mediation",
    "misperception",
    "noisy_talk",
    "opinion",
    "patience",
    "provocation",
    "queues",
    "reassurance",
    "relays",
    "repeated_play",
    "settlements",
    "strategic_risk",
    "talk",
)
MODULES: tuple[ModuleType, ...] = tuple(import_module(f"{__name__}.{name}") for name in FILES)


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
