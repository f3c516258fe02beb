"""Doctrines: one file per family, fixed names, no registration beyond this list."""

from importlib import import_module
from types import ModuleType

#: Names of the built-in doctrines, as a scenario file writes them.
BUILT_IN = (
    "acknowledger",
    "best_reply",
    "contrite",
    "cutoff",
    "declarer",
    "listener",
    "memory_one",
    "nature",
    "patience",
    "reciprocator",
    "richardson",
    "spiral",
    "threshold",
    "voter",
    "watcher",
)


def load(name: str) -> ModuleType:
    """The module of a built-in doctrine."""
    return import_module(f"{__name__}.{name}")
