"""Is the process engine as quick as promised? `python -m tests.benchmarks.bench [--json FILE]`.

The unit is the bare SimPy timeout: one turn of a process that yields `env.timeout(1)` in a loop. Costs are
ratios to it, taken within a round and then their median, so they compare between machines. Exit code 1 if a
limit is broken.
"""

import argparse
import importlib.util
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import simpy
from rich.console import Console
from rich.table import Table

from tests.benchmarks import yardstick
from tests.benchmarks.samples import bare_timeouts, cases, draw_samples, in_turns, runs_that_differ, samples

ROUNDS = 13
STARTS = 7
LISTENER_TIMEOUTS = 15.0
SPIRAL_TIMEOUTS = 60.0
TRACE_RATIO = 1.7
TWIN_RATIO = 1.7
HELP_SECONDS = 0.3


Side = Literal["at most", "at least"]


class Measure(NamedTuple):
    """One number and the limit it is held against."""

    name: str
    value: float | None
    """None if there is nothing to measure yet."""
    unit: str
    limit: float | None = None
    """None if the number is only told."""
    side: Side = "at most"

    @property
    def passed(self) -> bool | None:
        """Whether the limit holds; None without a limit or a value."""
        if self.limit is None or self.value is None:
            return None
        return self.value <= self.limit if self.side == "at most" else self.value >= self.limit


def ratio(taken: dict[str, list[float]], above: str, below: str) -> float:
    """Median over rounds of one sample over another of the same round."""
    return statistics.median(a / b for a, b in zip(taken[above], taken[below], strict=True))


def engine_measures() -> list[Measure]:
    """Cost per message, of a trace, and of the twins, for each case."""
    measures: list[Measure] = []
    for case in cases():
        listening = case.name.startswith("listener")
        taken = in_turns(samples(case), ROUNDS)
        cost = LISTENER_TIMEOUTS if listening else SPIRAL_TIMEOUTS
        limits: dict[str, tuple[float, Side]] = {"full trace": (TRACE_RATIO, "at most")}
        if listening:
            # Held against the twin with the quickest draws; the others are told.
            limits["process per message"] = (TWIN_RATIO, "at least")
        measures.append(Measure(f"{case.name}: message", ratio(taken, "engine", "timeout"), "timeouts", cost))
        for name in taken:
            if name not in {"timeout", "engine"}:
                value = ratio(taken, name, "engine")
                measures.append(Measure(f"{case.name}: {name}", value, "x engine", *limits.get(name, ())))
        unit = f"of {len(case.runs)} runs"
        measures.append(Measure(f"{case.name}: outcomes differ", runs_that_differ(case), unit, 0.0))
    return measures


def draw_measures() -> list[Measure]:
    """What an event pays for drawing its own block; the twin draws in the quickest of these ways."""
    taken = in_turns(draw_samples(), ROUNDS)
    return [
        Measure(f"block of draws: {name}", ratio(taken, name, "timeout"), "timeouts")
        for name in taken
        if name != "timeout"
    ]


def yardstick_measures() -> list[Measure]:
    """The cost of a message beside the least that it can cost; nothing without a C compiler."""
    measures: list[Measure] = []
    for states in yardstick.SAMPLED:
        try:
            taken = in_turns(yardstick.samples(states), ROUNDS)
        except yardstick.NoYardstickError as error:
            print(error, file=sys.stderr)
            return []
        least = statistics.median(taken["yardstick"])
        measures.append(Measure(f"yardstick in C, {states} states: message", 1e9 * least, "nanoseconds"))
        for name in taken:
            if name != "yardstick":
                value = ratio(taken, name, "yardstick")
                measures.append(Measure(f"yardstick, {states} states: {name}", value, "x yardstick"))
    return measures


def help_seconds() -> float | None:
    """Median time of `signalling --help` on the wall; None without a command, infinite if it fails."""
    if importlib.util.find_spec("signalling.cli") is None:
        return None
    script = Path(sysconfig.get_path("scripts")) / "signalling"
    command = [str(script)] if script.exists() else [sys.executable, "-m", "signalling"]
    elapsed = []
    for _ in range(1 + STARTS):
        start = time.perf_counter()
        if subprocess.run([*command, "--help"], check=False, capture_output=True).returncode:
            return math.inf
        elapsed.append(time.perf_counter() - start)
    return statistics.median(elapsed[1:])  # the first start may compile


def machine() -> dict[str, str | int | None]:
    """What a reader needs to compare two files; nothing that names the machine."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "simpy": simpy.__version__,
        "architecture": platform.machine(),
        "cpu_count": os.cpu_count(),
    }


def show(measures: list[Measure]) -> None:
    """Print the table."""
    table = Table(title="process engine (timeout: one turn of a process that yields env.timeout(1))")
    for heading in ("measure", "value", "unit", "limit", "verdict"):
        table.add_column(heading, justify="right" if heading in {"value", "limit"} else "left")
    verdicts = {True: "[green]holds", False: "[bold red]BROKEN", None: ""}
    for measure in measures:
        value = "not yet there" if measure.value is None else f"{measure.value:.3g}"
        limit = "" if measure.limit is None else f"{measure.side} {measure.limit:g}"
        table.add_row(measure.name, value, measure.unit, limit, verdicts[measure.passed])
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def main() -> int:
    """Measure, print, and write the JSON file if asked: 1 if a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the measures here")
    arguments = parser.parse_args()
    timeout = statistics.median(bare_timeouts() for _ in range(ROUNDS))
    measures = [
        Measure("bare timeout", timeout * 1e6, "microseconds"),
        *engine_measures(),
        *draw_measures(),
        *yardstick_measures(),
        Measure("signalling --help", help_seconds(), "seconds", HELP_SECONDS),
    ]
    show(measures)
    if arguments.json:
        rows = [
            {
                "name": measure.name,
                "ratio": None if measure.value is None or math.isinf(measure.value) else measure.value,
                "unit": measure.unit,
                "limit": measure.limit,
                "side": measure.side if measure.limit is not None else None,
                "passed": measure.passed,
            }
            for measure in measures
        ]
        arguments.json.write_text(json.dumps({"machine": machine(), "measures": rows}, indent=2) + "\n")
    return 1 if any(measure.passed is False for measure in measures) else 0


if __name__ == "__main__":
    sys.exit(main())
