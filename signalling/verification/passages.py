"""Messages as they pass servers: from a trace to times, batches of messages, and estimates with their error.

A `listener` that reviews at exponential gaps is a Poisson source; it writes to a silent one, directly or over
relays, and each line has a server. A unit of time is 9,000 ticks, so that whole ticks do not show.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from signalling.scenario import Scenario
from signalling.verification.bench import Bench, set_up
from signalling.verification.ledger import Estimate
from signalling.vocabulary import TICKS_PER_HOUR, Fate

Floats64 = npt.NDArray[np.float64]

UNIT_HOURS = 2.5
UNIT = UNIT_HOURS * TICKS_PER_HOUR
#: But for the tick that every hop takes.
NO_DELAY = {"law": "constant", "hours": 0}


class Passage(NamedTuple):
    """What befell some messages, in the order of sending."""

    sent: Floats64
    """Units (n,)."""
    sojourn: Floats64
    """Units (n,); NaN where the message was refused."""
    wait: Floats64
    """Units before service (n,); NaN where the message was refused, or passed several servers."""


class Quantity(NamedTuple):
    """A ratio of two sums over messages."""

    name: str
    of: Callable[[Passage], tuple[float, float]]
    """Both sums, over a stretch."""


def _accepted(passed: Passage) -> int:
    return int((~np.isnan(passed.sojourn)).sum())


SOJOURN = Quantity("E[T]", lambda passed: (float(np.nansum(passed.sojourn)), _accepted(passed)))
WAIT = Quantity("E[W]", lambda passed: (float(np.nansum(passed.wait)), _accepted(passed)))
#: Little's law: who stays as long as T is counted as long. A stretch dates its sendings from its beginning.
INSIDE = Quantity("E[N]", lambda passed: (float(np.nansum(passed.sojourn)), float(passed.sent[-1])))
BLOCKED = Quantity(
    "P(blocked)", lambda passed: (len(passed.sojourn) - _accepted(passed), len(passed.sojourn))
)


def later_than(deadline: float, *, accepted: bool = False) -> Quantity:
    """Share of the accepted messages that stay longer than a deadline, units."""
    name = f"P(T > {deadline:g} | accepted)" if accepted else f"P(T > {deadline:g})"
    # A NaN is neither later than a deadline nor within it.
    return Quantity(name, lambda passed: (int((passed.sojourn > deadline).sum()), _accepted(passed)))


def delivered_within(deadline: float) -> Quantity:
    """Share of all messages that are through by a deadline, units."""
    name = f"P(delivered within {deadline:g})"
    return Quantity(name, lambda passed: (int((passed.sojourn <= deadline).sum()), len(passed.sojourn)))


def line(
    name: str,
    *,
    hops: Sequence[dict[str, Any]],
    review: dict[str, Any],
    horizon_hours: float,
    start_rung: int = 0,
    **tables: Any,
) -> Scenario:
    """A state that says where it stands at each review, a silent one, and relays between them.

    Args:
        name: title.
        hops: the channel of each hop, at least one.
        review: the `review` table.
        horizon_hours: length of a run.
        start_rung: what is said.
        tables: further tables of the scenario.
    """
    relays = [f"R{number}" for number in range(1, len(hops))]
    stops = ["A", *relays, "B"]
    ends = zip(stops, stops[1:], hops, strict=False)
    document = {
        "name": name,
        "horizon_days": horizon_hours / 24,
        "review": review,
        "states": [
            {"name": "A", "doctrine": "listener", "start_rung": start_rung},
            {"name": "B", "doctrine": {"name": "listener", "speaks": False}},
        ],
        "relays": relays,
        "routes": [{"from": "A", "to": "B", "via": relays}] if relays else [],
        "network": {"graph": "explicit"},
        "channels": {
            "default": {"delay": NO_DELAY},
            "between": [{"from": near, "to": far} | channel for near, far, channel in ends],
        },
    }
    return set_up(document | tables)


def line_of_servers(name: str, *, rate: float, servers: Sequence[dict[str, Any]], messages: int) -> Scenario:
    """A random source and a server on each hop to the sink, for about so many messages.

    Args:
        name: title.
        rate: messages a unit of time.
        servers: the `queue` table of each hop.
        messages: about how many are sent.
    """
    interval = UNIT_HOURS / rate
    return line(
        name,
        hops=[{"queue": served} for served in servers],
        review={"law": "exponential", "interval_hours": interval},
        horizon_hours=messages * interval,
    )


def passage(bench: Bench, scenario: Scenario, *, seed: int, run: int = 0) -> Passage:
    """Play a run of a line of servers and read the messages' times off its trace.

    Whoever has not come to the last server when the run ends is left out: a handful, by when they were sent.
    """
    last = len(scenario.relays)
    told = [message for message in bench.trace(scenario, seed=seed, run=run).messages if message.hop == last]
    sent = np.array([message.sent for message in told], dtype=np.float64)
    departed = np.array([message.departed for message in told], dtype=np.float64)
    departed[[message.fate == Fate.BLOCKED for message in told]] = np.nan
    wait = np.full(len(told), np.nan)
    if last == 0:
        # The server is free for a message when the one accepted before it has left.
        free = np.fmax.accumulate(np.concatenate([[0.0], np.nan_to_num(departed, nan=-1.0)[:-1]]))
        wait = np.where(np.isnan(departed), np.nan, np.maximum(free - sent, 0.0))
    return Passage(sent / UNIT, (departed - sent) / UNIT, wait / UNIT)


def stretches(passed: Passage, number: int) -> list[Passage]:
    """Equally many messages each, dated from the last before them; a zeroth warms up and is dropped."""
    size = len(passed.sent) // (number + 1)
    found = []
    for first in range(len(passed.sent) - number * size, len(passed.sent), size):
        sent, sojourn, wait = (values[first : first + size] for values in passed)
        found.append(Passage(sent - passed.sent[first - 1], sojourn, wait))
    return found


def measured(found: Sequence[Passage], quantity: Quantity) -> Estimate:
    """Batch means: the ratio of both sums over all stretches, its standard error from how stretches differ.

    Not the mean of their ratios: a stretch in which few are accepted is one in which they stay long.
    """
    above, below = np.array([quantity.of(stretch) for stretch in found], dtype=np.float64).T
    ratio = above.sum() / below.sum()
    spread = float((above - ratio * below).std(ddof=1))
    error = spread * math.sqrt(len(found)) / float(below.sum())
    return Estimate(float(ratio), error, sum(len(stretch.sent) for stretch in found))
