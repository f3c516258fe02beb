"""A channel's queue beside Ciw, a simulator of queues that shares no line with this package.

Both sides draw luck of their own, so they agree in law only: 4 joint standard errors, each from the means of
39 batches. With about 76 degrees of freedom a false alarm has the chance 1.5e-4 a number, 0.7 % over all 46.
Every queue has a fixed seed and run of its own, so that one piece of bad luck does not meet them all. `make
oracles` installs Ciw and runs this; `make test` does not.

T23 Kleinrock (1975), as in tests/verification/test_queues.py, where the same queues meet their formulas.
"""

import math

import numpy as np
import pytest

from signalling.verification.bench import Bench
from signalling.verification.entries.queues import Queue, queues
from signalling.verification.passages import (
    SOJOURN,
    WAIT,
    Passage,
    line_of_servers,
    measured,
    passage,
    stretches,
)
from tests.oracles.beside import ORACLE, asked

pytestmark = ORACLE

SEED = 2023
MESSAGES = 40_000
BATCHES = 39
MOST_ERRORS = 4.0
#: The laws of service that both know.
LAWS = ("exponential", "constant")
#: Without limit and at lam .95 a queue remembers longer than a batch lasts.
LONGEST_MEMORY = "M/M/1, lam 0.95"
QUEUES = [
    queue
    for queue in queues()
    if len(queue.servers) == 1
    and queue.servers[0]["service"]["law"] in LAWS
    and queue.name != LONGEST_MEMORY
    # Printed as M/M/1 and as M/G/1, but one queue.
    and "exponential service" not in queue.name
]


def by_ciw(queue: Queue, seed: int) -> Passage:
    """What befalls each customer of Ciw's queue."""
    [server] = queue.servers
    question = {
        "rate": queue.rate,
        "service": server["service"]["law"],
        "capacity": server.get("capacity", 0),
        "until": MESSAGES / queue.rate,
        "seed": seed,
    }
    # None, who was refused, becomes NaN.
    came, wait, stay = np.array(asked("play_ciw.py", question), dtype=float).T
    return Passage(sent=came, sojourn=stay, wait=wait)


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
def test_a_queue_is_ciws(queue: Queue) -> None:
    number = QUEUES.index(queue)
    scenario = line_of_servers(queue.name, rate=queue.rate, servers=queue.servers, messages=MESSAGES)
    ours = stretches(passage(Bench(), scenario, seed=SEED, run=number), BATCHES)
    theirs = stretches(by_ciw(queue, SEED + number), BATCHES)
    z = {}
    wanted = {quantity.name: quantity for quantity in (SOJOURN, WAIT, *(one for one, _ in queue.wanted))}
    for name, quantity in wanted.items():
        one, other = measured(ours, quantity), measured(theirs, quantity)
        joint = math.hypot(one.standard_error, other.standard_error)
        # With one place nobody waits, on either side.
        z[name] = (
            (one.value - other.value) / joint if joint > 0 else 0.0 if one.value == other.value else math.inf
        )
        print(f"{queue.name:34} {name:22} {one.value:9.5f} (Ciw {other.value:9.5f}) z {z[name]:+.2f}")
    assert max(abs(value) for value in z.values()) <= MOST_ERRORS, z
