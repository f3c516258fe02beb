"""The least that a message can cost, beside our engine's cost: `python -m tests.benchmarks.yardstick`.

`yardstick.c` is a loop written by hand; `yardstick_scenario` is the same model as a scenario. Both draw from
Philox, but at addresses of their own: they agree in law, not run by run. Without a C compiler there is no
yardstick, and whoever asks is told so.
"""

import ctypes
import functools
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

import signalling as sg

SOURCE = Path(__file__).with_name("yardstick.c")
COMPILERS = ("cc", "gcc")
#: Contraction would round sums and products together, which no other engine does.
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-std=gnu11", "-shared", "-fPIC")
SEED = 11
DAYS = 200.0
HOURS = 24.0
LETTERS = 5
CALM, ALARM = -0.9, 1.5
#: Runs of the yardstick and of the process engine, by number of states: to compare them, and for one sample.
COMPARED = {2: (20_000, 1_000), 10: (1_000, 40)}
SAMPLED = {2: (1_000, 10), 10: (30, 1)}
#: A true difference of none exceeds this many standard errors in 0.3 % of comparisons.
STANDARD_ERRORS = 3.0


class NoYardstickError(RuntimeError):
    """The yardstick cannot be had on this machine; the text says why."""


class Batch(NamedTuple):
    """What some runs gave, by run."""

    sent: list[int]
    """Messages sent."""
    war: list[bool]
    """Whether the run ended in joint war."""


def yardstick_scenario(states: int) -> sg.Scenario:
    """The model of `yardstick.c` for that many states."""
    doctrine = {
        "name": "threshold",
        "persistence": 0.8,
        "calm_evidence": CALM,
        "alarm_evidence": ALARM,
        "bound": 6.0,
        "climb_above": 1.25,
        "descend_below": -1.8,
        "tremble": 0.05,
    }
    return sg.Scenario.from_document(
        {
            "name": f"yardstick, {states} states",
            "horizon_days": DAYS,
            "review": {"law": "exponential", "interval_hours": HOURS, "shift_hours": 0.8 * HOURS},
            "ladder": {"war": "joint"},
            "states": {f"S{place:04d}": {"doctrine": doctrine} for place in range(states)},
            "channels": {
                "default": {
                    "delay": {"law": "exponential", "mean_hours": 0.4 * HOURS, "shift_hours": 0.1 * HOURS},
                    "loss_probability": 0.1,
                    "garble": {"probability": 0.1, "kernel": "other"},
                },
                "overrides": {},
            },
        }
    )


@functools.cache
def library() -> Any:
    """The compiled yardstick.

    Raises:
        NoYardstickError: there is no C compiler, or it cannot compile the yardstick.
    """
    compiler = next((found for found in map(shutil.which, COMPILERS) if found), None)
    if compiler is None:
        raise NoYardstickError(f"no C compiler here (looked for {' and '.join(COMPILERS)}): no yardstick")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "yardstick.so"
        command = [compiler, *FLAGS, "-o", str(target), str(SOURCE), "-lm"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise NoYardstickError(f"the C compiler failed on yardstick.c: no yardstick\n{done.stderr}")
        loaded = ctypes.CDLL(str(target))
    loaded.yardstick.argtypes = (
        ctypes.c_int,
        ctypes.c_double,
        ctypes.POINTER(ctypes.c_double),
        ctypes.c_uint64,
        ctypes.c_uint64,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_int64),
        ctypes.POINTER(ctypes.c_int8),
    )
    loaded.yardstick.restype = ctypes.c_int
    return loaded


def play(states: int, runs: int, seed: int) -> tuple[Batch, float]:
    """Runs 0 to `runs - 1` of the yardstick, and the processor seconds that they took."""
    compiled = library()
    step = (ALARM - CALM) / (LETTERS - 1)
    evidence = (ctypes.c_double * LETTERS)(*(CALM + step * letter for letter in range(LETTERS)))
    sent, war = (ctypes.c_int64 * runs)(), (ctypes.c_int8 * runs)()
    start = time.process_time()
    failed = compiled.yardstick(states, DAYS, evidence, seed, 0, runs, sent, war)
    seconds = time.process_time() - start
    if failed:
        raise MemoryError(f"the yardstick of {states} states")
    return Batch(list(sent), [bool(ended) for ended in war]), seconds


def messages_and_seconds(states: int, runs: int, seed: int) -> tuple[int, float]:
    """Messages that the yardstick sent in so many runs, and processor seconds that they took."""
    batch, seconds = play(states, runs, seed)
    return sum(batch.sent), seconds


def samples(states: int) -> dict[str, Callable[[], float]]:
    """One sample each of the yardstick and of the process engine on its model: seconds per message."""
    runs, engine_runs = SAMPLED[states]
    scenario = yardstick_scenario(states)

    def yardstick() -> float:
        messages, seconds = messages_and_seconds(states, runs, SEED)
        return seconds / messages

    def process() -> float:
        start = time.process_time()
        messages: int = sum(sg.run(scenario, runs=engine_runs, seed=SEED, engine="process")["sent"])
        return (time.process_time() - start) / messages

    return {"yardstick": yardstick, "process engine": process}


def apart(first: list[float], second: list[float]) -> float:
    """Standard errors between two means; 0 if neither list varies and they agree."""
    error = math.sqrt(sum(statistics.pvariance(part) / len(part) for part in (first, second)))
    difference = abs(statistics.fmean(first) - statistics.fmean(second))
    return difference / error if error > 0.0 else (0.0 if difference == 0.0 else math.inf)


def main() -> int:
    """Print both models side by side: 1 if they differ, 2 without a yardstick."""
    table = Table(title="one model, twice: the yardstick in C and the process engine")
    for heading in ("states", "of", "yardstick", "engine", "standard errors apart"):
        table.add_column(heading, justify="right")
    worst = 0.0
    for states, (runs, engine_runs) in COMPARED.items():
        try:
            batch, _ = play(states, runs, SEED)
        except NoYardstickError as error:
            print(error, file=sys.stderr)
            return 2
        outcomes = sg.run(yardstick_scenario(states), runs=engine_runs, seed=SEED, engine="process")
        for name, ours, theirs in (
            ("messages sent in a run", batch.sent, outcomes["sent"]),
            ("runs that end in joint war", batch.war, outcomes["war"]),
        ):
            first, second = [float(one) for one in ours], [float(one) for one in theirs]
            means = [f"{statistics.fmean(part):.6g}" for part in (first, second)]
            table.add_row(str(states), name, *means, f"{apart(first, second):.2f}")
            worst = max(worst, apart(first, second))
        told = {name: f"{1e9 * sample():,.0f} ns" for name, sample in samples(states).items()}
        table.add_row(str(states), "cost of a message", *told.values(), "")
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    return 1 if worst > STANDARD_ERRORS else 0


if __name__ == "__main__":
    sys.exit(main())
