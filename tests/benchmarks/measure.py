"""What the benchmark says: measures, the gates that they are held against, and samples taken in turns."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

#: Seconds of one sample per unit of work in it (a timeout, a message, a block, a command).
Sample = Callable[[], float]
Side = Literal["at most", "at least"]


class Gate(NamedTuple):
    """A promise about a measure."""

    side: Side
    limit: float


def _at_most(limit: float, *names: str) -> dict[str, Gate]:
    return {name: Gate("at most", limit) for name in names}


def _at_least(limit: float, *names: str) -> dict[str, Gate]:
    return {name: Gate("at least", limit) for name in names}


#: The promises, by name of measure. A measure without one is only told.
GATES: dict[str, Gate] = {
    **_at_most(15.0, *(f"process engine, listener, {n} states: message" for n in (2, 10))),
    **_at_most(60.0, "process engine, spiral, 2 states: message"),
    **_at_most(
        1.7,
        *(f"process engine, listener, {n} states: full trace" for n in (2, 10)),
        "process engine, spiral, 2 states: full trace",
    ),
    # Held against the twin with the quickest draws; the others are told.
    **_at_least(1.7, *(f"process engine, listener, {n} states: process per message" for n in (2, 10))),
    **_at_most(
        0.0,
        *(f"process engine, listener, {n} states: outcomes differ" for n in (2, 10)),
        "process engine, spiral, 2 states: outcomes differ",
        "both engines: content hashes differ",
        "batch engine, two threads: content hash differs",
    ),
    **_at_most(2.0, *(f"batch engine, yardstick's model, {n} states: message" for n in (2, 10))),
    **_at_most(
        4.0,
        *(f"batch engine, spiral, {n} states: message" for n in (2, 10)),
        *(f"batch engine, garbled spiral, {n} states: message" for n in (2, 10)),
    ),
    **_at_most(
        1.5, *(f"batch engine, ring of 200, {doctrine}: message" for doctrine in ("listener", "spiral"))
    ),
    **_at_least(1.7, "batch engine, two threads: speed"),
    **_at_most(0.7, "batch engine, cold: beside functions one by one"),
    **_at_most(3.5, "command of 1,000 runs, batch engine, warm"),
    **_at_most(0.3, "signalling --help"),
}


class Measure(NamedTuple):
    """One number and the gate that it is held against."""

    name: str
    value: float | None
    """To three significant digits, which is also what the gate looks at; None if it cannot be had here."""
    unit: str

    @property
    def gate(self) -> Gate | None:
        """The promise, None if the number is only told."""
        return GATES.get(self.name)

    @property
    def passed(self) -> bool | None:
        """Whether the gate holds; None without a gate or a value."""
        if self.gate is None or self.value is None:
            return None
        side, limit = self.gate
        return self.value <= limit if side == "at most" else self.value >= limit


def measured(name: str, value: float | None, unit: str) -> Measure:
    """A measure, rounded."""
    return Measure(name, None if value is None else rounded(value), unit)


def rounded(value: float) -> float:
    """Three significant digits: more is noise."""
    return float(f"{value:.3g}")


def in_turns(each: dict[str, Sample], rounds: int) -> dict[str, list[float]]:
    """Take the samples in turns, every other round backwards, so that a busy machine slows all alike."""
    # What stands already, among it every library loaded, is not what the collector is to look through.
    gc.collect()
    gc.freeze()
    order: Sequence[str] = list(each)
    taken: dict[str, list[float]] = {name: [] for name in each}
    for _ in range(rounds):
        for name in order:
            taken[name].append(each[name]())
        order = order[::-1]
    return taken


def ratio(taken: dict[str, list[float]], above: str, below: str) -> float:
    """Median over rounds of one sample over another of the same round."""
    return statistics.median(a / b for a, b in zip(taken[above], taken[below], strict=True))


def processor_seconds(work: Callable[[], object]) -> float:
    """Processor seconds, which other processes disturb less than the clock on the wall."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def wall_seconds(work: Callable[[], object]) -> float:
    """Seconds on the wall, for work that threads share."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
