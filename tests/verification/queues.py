"""Published results on one-server queues, and how to measure them in a trace.

T23 Kleinrock (1975): sojourn, waiting and blocking of M/M/1, M/M/1/K, M/D/1 and M/G/1. Letters: lam the
arrival rate, mu the service rate, K the places with the one in service, T the sojourn, W the wait, cs2 the
squared coefficient of variation of the service.

A `listener` that reviews at exponential gaps is a Poisson source; its one channel has the queue. A unit
of the tables is 10 hours, 36,000 ticks, so that rounding to ticks does not show.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

import signalling as sg
from signalling.vocabulary import TICKS_PER_HOUR, Fate
from tests.scenarios_strategy import Document, build

Floats64 = npt.NDArray[np.float64]

UNIT_HOURS = 10.0
UNIT = UNIT_HOURS * TICKS_PER_HOUR

EXPONENTIAL: Document = {"law": "exponential", "mean_hours": UNIT_HOURS}
CONSTANT: Document = {"law": "constant", "hours": UNIT_HOURS}
#: cs2 is 1 / shape, and exp(sigma^2) - 1.
GAMMA_4: Document = {"law": "gamma", "mean_hours": UNIT_HOURS, "shape": 0.25}
LOGNORMAL_4: Document = {
    "law": "lognormal",
    "median_hours": UNIT_HOURS / math.sqrt(5.0),
    "sigma": math.sqrt(math.log(5.0)),
}


class Queue(NamedTuple):
    """A queue and what the literature says of it."""

    name: str
    rate: float
    """Messages a unit of time."""
    service: Document
    capacity: int
    """0 without limit."""
    expected: dict[str, float]
    """Printed numbers by quantity, see `sums`."""
    runs: int = 1
    """Runs of 100,000 messages that the full version joins."""

    @property
    def quick(self) -> bool:
        """Whether it forgets within some tens of units, so that few messages suffice."""
        return self.rate <= 0.5 or self.capacity > 0


def queues() -> list[Queue]:
    """Every printed row of one server."""
    return [
        Queue("M/M/1, lam .5", 0.5, EXPONENTIAL, 0, {"T": 2.0, "N": 1.0, "T > 2": 0.367879441}),
        Queue(
            "M/M/1, lam .8",
            0.8,
            EXPONENTIAL,
            0,
            {"T": 5.0, "W": 4.0, "N": 4.0, "T > 2": 0.670320046, "T > 10": 0.135335283},
        ),
        Queue("M/M/1, lam .95", 0.95, EXPONENTIAL, 0, {"T": 20.0, "N": 19.0, "T > 2": 0.904837418}, runs=10),
        _finite(0.5, 1, (0.333333333, 1.0, 0.049787068, 0.633475288)),
        _finite(0.8, 3, (0.173441734, 1.852459016, 0.196699729, 0.663974479)),
        _finite(0.95, 5, (0.146047046, 2.897530187, 0.406655479, 0.506688306)),
        _finite(2.0, 5, (0.507936508, 4.161290323, 0.656868096, 0.168842684)),
        Queue("M/D/1, lam .5", 0.5, CONSTANT, 0, {"W": 0.5, "T": 1.5}),
        Queue("M/D/1, lam .8", 0.8, CONSTANT, 0, {"W": 2.0, "T": 3.0}),
        Queue("M/G/1, lam .8, gamma, cs2 4", 0.8, GAMMA_4, 0, {"W": 10.0, "T": 11.0}),
        Queue("M/G/1, lam .8, lognormal, cs2 4", 0.8, LOGNORMAL_4, 0, {"W": 10.0, "T": 11.0}),
    ]


def _finite(rate: float, places: int, printed: tuple[float, float, float, float]) -> Queue:
    expected = dict(zip(("blocked", "T", "T > 3", "within 3"), printed, strict=True))
    return Queue(f"M/M/1/{places}, lam {rate:g}", rate, EXPONENTIAL, places, expected)


def pollaczek_khinchine(rate: float, cs2: float) -> float:
    """Mean wait of M/G/1 with mean service 1 (Kleinrock 1975)."""
    return rate * (1 + cs2) / (2 * (1 - rate))


def finite_buffer(rate: float, places: int) -> tuple[float, float, float, float]:
    """Blocking, mean T and P(T > 3) of those accepted, P(accepted and T <= 3): M/M/1/K with mu = 1."""
    weights = [rate**n for n in range(places + 1)]
    law = [weight / sum(weights) for weight in weights]
    accepted = [p / (1 - law[places]) for p in law[:places]]
    mean = sum(p * (n + 1) for n, p in enumerate(accepted))
    # Who finds n inside stays for a sum of n + 1 services: later than 3 with a Poisson probability.
    late = sum(
        p * sum(math.exp(-3) * 3**k / math.factorial(k) for k in range(n + 1)) for n, p in enumerate(accepted)
    )
    return law[places], mean, late, (1 - law[places]) * (1 - late)


def scenario_of(queue: Queue, messages: int) -> sg.Scenario:
    """A source, a sink, and the one channel between them, for about so many messages."""
    served: Document = {"service": queue.service}
    if queue.capacity:
        served["capacity"] = queue.capacity
    interval = UNIT_HOURS / queue.rate
    return build(
        {
            "name": queue.name,
            "horizon_days": messages * interval / 24,
            "review": {"law": "exponential", "interval_hours": interval},
            "states": [{"name": "A", "doctrine": "listener"}, {"name": "B", "doctrine": "listener"}],
            "network": {"graph": "explicit"},
            "channels": {
                "default": {"delay": {"law": "constant", "hours": 0}},
                "between": [{"from": "A", "to": "B", "queue": served}],
            },
        }
    )


class Passage(NamedTuple):
    """What befell each message of a run, in the order of sending."""

    sent: Floats64
    """Units (n,)."""
    sojourn: Floats64
    """Units (n,); NaN where the message was blocked."""
    wait: Floats64
    """Units before service (n,); NaN where the message was blocked."""


def passage(queue: Queue, messages: int, seed: int, run: int) -> Passage:
    """Play a run and read the messages' times off its trace."""
    trace = sg.trace(scenario_of(queue, messages), seed=seed, run=run)
    sent = np.array([message.sent for message in trace.messages], dtype=float)
    departed = np.array([message.departed for message in trace.messages], dtype=float)
    departed[[message.fate == Fate.BLOCKED for message in trace.messages]] = np.nan
    # The server is free for a message when the one accepted before it has left.
    free = np.fmax.accumulate(np.concatenate([[0.0], np.nan_to_num(departed, nan=-1.0)[:-1]]))
    wait = np.where(np.isnan(departed), np.nan, np.maximum(free - sent, 0.0))
    return Passage(sent / UNIT, (departed - sent) / UNIT, wait / UNIT)


def batches(passed: Passage, number: int) -> list[dict[str, float]]:
    """Averages of each of `number` stretches of equally many messages; a zeroth warms up and is dropped."""
    size = len(passed.sent) // (number + 1)
    found = []
    for first in range(len(passed.sent) - number * size, len(passed.sent), size):
        stretch = slice(first, first + size)
        sent, sojourn, wait = (column[stretch] for column in passed)
        inside = ~np.isnan(sojourn)
        begun = passed.sent[first - 1]
        found.append(
            {
                "T": float(sojourn[inside].mean()),
                "W": float(wait[inside].mean()),
                "N": float(sojourn[inside].sum() / (sent[-1] - begun)),
                "blocked": float(1 - inside.mean()),
                "within 3": float((sojourn[inside] <= 3).sum() / size),
            }
            | {f"T > {late}": float((sojourn[inside] > late).mean()) for late in (2, 3, 10)}
        )
    return found


def estimate(found: list[dict[str, float]], quantity: str) -> tuple[float, float]:
    """Mean over batches and its standard error."""
    values = np.array([batch[quantity] for batch in found])
    return float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values)))
