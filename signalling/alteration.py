"""What is altered in one run alone, all else on the same luck: a message is spared, moves are set."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

#: A move as a script has it: a Move, the slot of the attacked rival (-1: none), the letter said.
ScriptedMove = tuple[int, int, int]


class Alteration(NamedTuple):
    """What a single run is altered by; an engine is given it with the run."""

    spared: tuple[int, int] | None = None
    """Channel and `which` of a message: an intact copy of it is read one tick after it was sent. The message
    itself goes its way (and takes its place in queues), and is old news when it comes."""
    scripts: Mapping[int, tuple[ScriptedMove, ...]] = {}
    """By state: the moves of its scheduled reviews, in their order; it holds when they are used up."""


NOTHING_ALTERED = Alteration()
#: What `spared` holds where no message is.
NOT_SPARED = (-1, 0)


def alteration_columns(alteration: Alteration, states: int) -> dict[str, Any]:
    """An alteration as the kernel's columns.

    Args:
        alteration: what to alter.
        states: how many there are.

    Returns:
        `spared` (2,), `scripted` (states,), `script_at` (states + 1,) and `script` (3 * moves,).
    """
    scripts = [alteration.scripts.get(state, ()) for state in range(states)]
    words = [word for script in scripts for move in script for word in move]
    return {
        "spared": np.array(alteration.spared or NOT_SPARED, dtype=np.int64),
        "scripted": np.array([int(state in alteration.scripts) for state in range(states)], dtype=np.int64),
        "script_at": np.cumsum([0, *(3 * len(script) for script in scripts)], dtype=np.int64),
        "script": np.array(words, dtype=np.int64),
    }
