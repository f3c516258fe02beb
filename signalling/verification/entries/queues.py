"""T23: one server, servers in a row, the deadline, and the age of what was heard last."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from signalling.theory import queues as theory
from signalling.verification.bench import Bench, column, set_up
from signalling.verification.ledger import Case, Curve, Entry, Estimate, Number, Panel, mean
from signalling.verification.passages import (
    BLOCKED,
    INSIDE,
    NO_DELAY,
    SOJOURN,
    UNIT_HOURS,
    WAIT,
    Quantity,
    delivered_within,
    later_than,
    line_of_servers,
    measured,
    passage,
    stretches,
)

KEY = "T23"
SEED = 1975
#: The service rate of one server; it sets the unit of time.
MU = 1.0
DEADLINE = 3.0

FULL = 100_000
BATCHES = 100
QUICK_BATCHES = 40
#: A quarter of the batches' length in quick verification is too short for a queue near its limit.
QUICK = 10_000
QUICK_LOADED = 40_000
LOADED = 0.7

EXPONENTIAL = {"law": "exponential", "mean_hours": UNIT_HOURS}
CONSTANT = {"law": "constant", "hours": UNIT_HOURS}
#: Squared variation 4: 1 / shape, and exp(sigma^2) - 1.
GAMMA_4 = {"law": "gamma", "mean_hours": UNIT_HOURS, "shape": 0.25}
LOGNORMAL_4 = {
    "law": "lognormal",
    "median_hours": UNIT_HOURS / math.sqrt(5.0),
    "sigma": math.sqrt(math.log(5.0)),
}


class Queue(NamedTuple):
    """A line of servers and what is measured of its messages."""

    name: str
    rate: float
    """Messages a unit of time."""
    servers: tuple[dict[str, Any], ...]
    """The `queue` table of each hop."""
    wanted: tuple[tuple[Quantity, Number], ...]
    runs: int = 1
    """Runs that a full verification joins."""
    quick: bool = True

    @property
    def is_loaded(self) -> bool:
        """Whether it remembers for some hundreds of messages."""
        return self.rate > LOADED and "capacity" not in self.servers[0]


def queues() -> tuple[Queue, ...]:
    """Every printed row, and points between them on the curve of the full buffer."""
    return (
        _endless(0.5, 2.0),
        _endless(0.8, 2.0, 10.0),
        _endless(0.95, 2.0)._replace(runs=10, quick=False),
        *(_finite(rate, places) for rate, places in ((0.5, 1), (0.8, 3), (0.95, 5), (2.0, 5))),
        *(_finite(rate, places)._replace(quick=False) for rate, places in ((2.0, 1), (2.0, 3), (0.5, 5))),
        _any_service("constant service", 0.5, CONSTANT, 0.0),
        _any_service("constant service", 0.8, CONSTANT, 0.0),
        _any_service("exponential service", 0.8, EXPONENTIAL, 1.0),
        _any_service("gamma service, squared variation 4", 0.8, GAMMA_4, 4.0),
        _any_service("lognormal service, squared variation 4", 0.8, LOGNORMAL_4, 4.0),
        _in_a_row(0.5, (1.0, 1.0), 4.0),
        _in_a_row(0.5, (1.0, 2.0, 0.8), 6.0),
        _in_a_row(0.8, (1.0, 1.5), 10.0),
    )


def _endless(rate: float, *deadlines: float) -> Queue:
    late = [
        _number(
            later_than(deadline),
            theory.probability_late(rate, MU, deadline),
            series=_load(rate),
            x=deadline,
        )
        for deadline in deadlines
    ]
    wanted = (
        _number(SOJOURN, theory.mean_sojourn(rate, MU)),
        _number(INSIDE, theory.mean_number(rate, MU)),
        *late,
    )
    return Queue(f"M/M/1, lam {rate:g}", rate, ({"service": EXPONENTIAL},), wanted)


def _finite(rate: float, places: int) -> Queue:
    told = theory.finite_buffer(rate, MU, places, DEADLINE)
    wanted = (
        _number(BLOCKED, told.blocked),
        _number(SOJOURN, told.mean_sojourn),
        _number(later_than(DEADLINE, accepted=True), told.late),
        _number(delivered_within(DEADLINE), told.in_time, series=_room(places), x=rate),
    )
    served = {"service": EXPONENTIAL, "capacity": places}
    return Queue(f"M/M/1/{places}, lam {rate:g}", rate, (served,), wanted)


def _any_service(name: str, rate: float, law: dict[str, Any], variation: float) -> Queue:
    wait = theory.mean_wait(rate, 1 / MU, variation)
    wanted = (_number(WAIT, wait), _number(SOJOURN, wait + 1 / MU))
    return Queue(f"M/G/1, lam {rate:g}, {name}", rate, ({"service": law},), wanted)


def _in_a_row(rate: float, services: tuple[float, ...], deadline: float) -> Queue:
    servers = tuple({"service": EXPONENTIAL | {"mean_hours": UNIT_HOURS / mu}} for mu in services)
    wanted = (
        _number(SOJOURN, theory.relayed_mean_sojourn(rate, services)),
        _number(later_than(deadline), theory.relayed_probability_late(rate, services, deadline)),
    )
    rates = ", ".join(f"{mu:g}" for mu in services)
    return Queue(f"relays, lam {rate:g}, mu {rates}", rate, servers, wanted)


def _number(
    quantity: Quantity, prediction: float, *, series: str = "", x: float = math.nan
) -> tuple[Quantity, Number]:
    return quantity, Number(quantity.name, prediction, series=series, x=x)


def _load(rate: float) -> str:
    return f"lam = {rate:g}"


def _room(places: int) -> str:
    return f"K = {places}"


def play(queue: Queue, seed: int, bench: Bench) -> list[Estimate]:
    """Batch means over one long run, or some: what is near in time is not independent."""
    messages = bench.effort(FULL, QUICK_LOADED if queue.is_loaded else QUICK)
    batches = bench.effort(BATCHES, QUICK_BATCHES)
    runs = bench.effort(queue.runs, 1)
    scenario = line_of_servers(queue.name, rate=queue.rate, servers=queue.servers, messages=messages)
    found = [
        stretch
        for run in range(runs)
        for stretch in stretches(passage(bench, scenario, seed=seed, run=run), batches // runs)
    ]
    return [measured(found, quantity) for quantity, _ in queue.wanted]


#: Discipline, load and mean age of the cases on age.
AGES: tuple[tuple[str, float, Callable[[float, float], float]], ...] = (
    ("first_come", 0.25, theory.mean_age_in_order),
    ("first_come", 0.53, theory.mean_age_in_order),
    ("first_come", 0.8, theory.mean_age_in_order),
    ("newest_first", 0.25, theory.mean_age_newest_first),
    ("newest_first", 0.8, theory.mean_age_newest_first),
    ("newest_first", 2.0, theory.mean_age_newest_first),
)
DISCIPLINES = {"first_come": "in order", "newest_first": "newest first"}


def play_age(discipline: str, rate: float, seed: int, bench: Bench) -> list[Estimate]:
    """Two listeners write to each other over a server each way: the column is the mean of two ages.

    Runs begin with an age of 0, which over so long a run weighs a tenth of its standard error.
    """
    interval = UNIT_HOURS / rate
    queue = {"service": EXPONENTIAL, "discipline": discipline}
    scenario = set_up(
        {
            "name": f"age, {DISCIPLINES[discipline]}, lam {rate:g}",
            "horizon_days": bench.effort(20_000, 5_000) * UNIT_HOURS / 24,
            "review": {"law": "exponential", "interval_hours": interval},
            "states": [{"name": name, "doctrine": "listener"} for name in ("A", "B")],
            "channels": {"default": {"delay": NO_DELAY, "queue": queue}},
        }
    )
    outcomes = bench.run(scenario, runs=bench.effort(100, 40), seed=seed)
    return [mean((column(outcomes, "mean_age_hours") / UNIT_HOURS).tolist())]


def cases() -> Sequence[Case]:
    """A case for each queue, and for each age."""
    played = [
        Case(
            KEY,
            queue.name,
            tuple(number for _, number in queue.wanted),
            partial(play, queue, SEED + place),
            quick=queue.quick,
        )
        for place, queue in enumerate(queues())
    ]
    ages = [
        Case(
            KEY,
            f"age, {DISCIPLINES[discipline]}, lam {rate:g}",
            (Number("mean age", predicted(rate, MU), series=DISCIPLINES[discipline], x=rate),),
            partial(play_age, discipline, rate, SEED + 100 + place),
        )
        for place, (discipline, rate, predicted) in enumerate(AGES)
    ]
    return [*played, *ages]


def _in_time(places: int, rate: float) -> float:
    return theory.finite_buffer(rate, MU, places, DEADLINE).in_time


PANELS = (
    Panel(
        "a full office",
        "messages offered per service time",
        f"P(delivered within {DEADLINE:g})",
        tuple(Curve(_room(places), partial(_in_time, places), 0.05, 2.2) for places in (1, 3, 5)),
    ),
    Panel(
        "missed deadlines",
        "deadline D, service times",
        "P(T > D)",
        tuple(
            Curve(_load(rate), partial(theory.probability_late, rate, MU), 0.0, 12.0)
            for rate in (0.5, 0.8, 0.95)
        ),
        log_y=True,
    ),
    Panel(
        "age of the newest report",
        "reports per service time",
        "mean age, service times",
        (
            Curve("in order", lambda rate: theory.mean_age_in_order(rate, MU), 0.15, 0.9),
            Curve("newest first", lambda rate: theory.mean_age_newest_first(rate, MU), 0.15, 2.2),
        ),
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Channels, queues, age",
        title="Queues: how long messages stay, and how many come too late",
        source="Kleinrock (1975), Jackson (1957); the age: Kaul, Yates and Gruteser (2012)",
        direction="+-",
        question="More messages, or a faster line: which of them makes a reader better and sooner informed?",
        game="""A source writes at random moments, lam messages a unit of time.
        One server handles them in order, mu = 1, with K places or no limit; or each hop over relays has one.
        T is the time from sending to reading, W the wait before service, N the number inside.""",
        result=(
            "A faster line helps every message, but more messages do not: with few places, offering more "
            "lowers the chance that a given one arrives in time, and without a limit it makes all of them "
            "later. What the reader knows grows old on both sides of a load of about 0.53, unless the "
            "newest goes first."
        ),
        lesson=(
            "It holds up to a load that the channel sets, and is reversed beyond: more communication is "
            "then worse communication."
        ),
        panels=PANELS,
        cases=cases,
    ),
)
