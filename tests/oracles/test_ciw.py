"""A channel's queue beside Ciw, a simulator of queues that shares no line with this package.

Both sides draw luck of their own, so they agree in law only: 4 joint standard errors, each from the means of
39 batches. With about 76 degrees of freedom a false alarm has the chance 1.5e-4 a number, 0.5 % over all 33.
Every queue has a fixed seed and run of its own, so that one piece of bad luck does not meet them all. `make
oracles` installs Ciw and runs this; `make test` does not.

T23 Kleinrock (1975), as in tests/verification/test_queues.py, where the same queues meet their formulas.
"""

import math

import numpy as np
import pytest

from tests.oracles.beside import ORACLE, asked
from tests.verification.queues import Passage, Queue, batches, estimate, passage, queues

pytestmark = ORACLE

SEED = 2023
MESSAGES = 40_000
BATCHES = 39
MOST_ERRORS = 4.0
KINDS = ("M/M/1,", "M/M/1/", "M/D/1,")
#: Without limit and at lam .95 a queue remembers longer than a batch lasts.
QUEUES = [queue for queue in queues() if queue.name.startswith(KINDS) and queue.name != "M/M/1, lam .95"]


def by_ciw(queue: Queue, seed: int) -> Passage:
    """What befalls each customer of Ciw's queue."""
    question = {
        "rate": queue.rate,
        "service": queue.service["law"],
        "capacity": queue.capacity,
        "until": MESSAGES / queue.rate,
        "seed": seed,
    }
    # None, who was refused, becomes NaN.
    came, wait, stay = np.array(asked("play_ciw.py", question), dtype=float).T
    return Passage(sent=came, sojourn=stay, wait=wait)


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
def test_a_queue_is_ciws(queue: Queue) -> None:
    number = QUEUES.index(queue)
    ours = batches(passage(queue, MESSAGES, SEED, number), BATCHES)
    theirs = batches(by_ciw(queue, SEED + number), BATCHES)
    z = {}
    for quantity in {"T": 0.0, "W": 0.0} | queue.expected:
        (one, error), (other, other_error) = estimate(ours, quantity), estimate(theirs, quantity)
        joint = math.hypot(error, other_error)
        # With one place nobody waits, on either side.
        z[quantity] = (one - other) / joint if joint > 0 else 0.0 if one == other else math.inf
        print(f"{queue.name:18} {quantity:9} {one:9.5f} (Ciw {other:9.5f}) z {z[quantity]:+.2f}")
    assert max(abs(value) for value in z.values()) <= MOST_ERRORS, z
