"""Are the engines as quick as promised? `python -m tests.benchmarks.bench [--rows] [--rounds N]`.

Costs are ratios between samples that are taken in turns, within a round, and then their median, so they
compare between machines: the process engine's to the bare SimPy timeout (one turn of a process that yields
`env.timeout(1)` in a loop), the batch engine's to a loop written by hand in C. Writes results/benchmarks and
the README's table of speed. Exit code 1 if a promise is broken.
"""

import argparse
import statistics
import sys

from rich.console import Console
from rich.table import Table

from tests.benchmarks import batch_samples, published
from tests.benchmarks.batch_samples import (
    Shared,
    engine_samples,
    has_yardstick,
    ring_samples,
    set_ups,
    yardstick_shared,
)
from tests.benchmarks.machine import machine
from tests.benchmarks.measure import GATES, Measure, in_turns, measured, ratio
from tests.benchmarks.samples import bare_timeouts, cases, draw_samples, runs_that_differ, samples
from tests.benchmarks.scaling import scaling
from tests.benchmarks.starts import help_sample, loading_samples, start_samples

ROUNDS = 15
#: Of samples that take a second each, and of those that take many.
FEW_ROUNDS = 7
FEWEST_ROUNDS = 3


def process_measures(rounds: int) -> list[Measure]:
    """Cost per message of the process engine, of a trace, and of the twins, for each case."""
    measures = [
        measured(
            "bare timeout", 1e6 * statistics.median(bare_timeouts() for _ in range(rounds)), "microseconds"
        )
    ]
    for case in cases():
        taken = in_turns(samples(case), rounds)
        name = f"process engine, {case.name}"
        measures.append(measured(f"{name}: message", ratio(taken, "engine", "timeout"), "timeouts"))
        measures += [
            measured(f"{name}: {other}", ratio(taken, other, "engine"), "x engine")
            for other in taken
            if other not in {"timeout", "engine"}
        ]
        differing = runs_that_differ(case)
        measures.append(measured(f"{name}: outcomes differ", differing, f"of {len(case.runs)} runs"))
    return measures


def draw_measures(rounds: int) -> list[Measure]:
    """What an event pays for drawing its own block; the twin draws in the quickest of these ways."""
    taken = in_turns(draw_samples(), rounds)
    return [
        measured(f"block of draws: {name}", ratio(taken, name, "timeout"), "timeouts")
        for name in taken
        if name != "timeout"
    ]


def batch_measures(rounds: int) -> list[Measure]:
    """Cost per message of the batch engine, beside the least that it can cost and the process engine."""
    measures: list[Measure] = []
    differing = 0
    for set_up in set_ups():
        taken = in_turns(engine_samples(set_up), rounds)
        least = above = None
        if "yardstick" in taken:
            least = 1e9 * statistics.median(taken["yardstick"])
            above = ratio(taken, "batch engine", "yardstick")
        if set_up.name.startswith("yardstick"):
            measures.append(
                measured(f"yardstick in C, {set_up.states} states: message", least, "nanoseconds")
            )
        slower = ratio(taken, "process engine", "batch engine")
        measures += [
            measured(f"batch engine, {set_up.name}: message", above, "x yardstick"),
            measured(f"process engine, {set_up.name}: beside the batch engine", slower, "x batch engine"),
        ]
        differing += len(batch_samples.hashes(set_up)) - 1
    unit = f"of {len(set_ups())} set-ups"
    return [*measures, measured("both engines: content hashes differ", differing, unit)]


def growth_measures(rounds: int) -> list[Measure]:
    """What many states cost, and what a second thread saves."""
    measures = [
        measured(
            f"batch engine, ring of 200, {doctrine}: message",
            ratio(in_turns(ring_samples(doctrine), rounds), "200", "10"),
            "x ring of 10",
        )
        for doctrine in ("listener", "spiral")
    ]
    shared = Shared()
    speed = of_c = None
    if batch_samples.cores() > 1:
        each = shared.samples() | (yardstick_shared() if has_yardstick() else {})
        taken = in_turns(each, rounds)
        speed = ratio(taken, "1 threads", "2 threads")
        if len(each) > 2:
            of_c = ratio(taken, "yardstick, 1 threads", "yardstick, 2 threads")
    return [
        *measures,
        measured("yardstick in C, two threads: speed", of_c, "x one thread"),
        measured("batch engine, two threads: speed", speed, "x one thread"),
        measured("batch engine, two threads: content hash differs", len(shared.hashes()) - 1, "of 1"),
    ]


def start_measures(rounds: int) -> list[Measure]:
    """What is paid before the first run."""
    starts = in_turns(start_samples(), min(rounds, FEW_ROUNDS))
    loading = in_turns(loading_samples(), 1)
    shown = in_turns({"help": help_sample()}, min(rounds, FEW_ROUNDS))
    start = statistics.median(starts["process engine"])
    cold, warm = (statistics.median(loading[name]) for name in ("cold", "warm"))
    return [
        measured("command of 1 run, process engine", start, "processor seconds"),
        measured(
            "command of 1,000 runs, batch engine, warm",
            ratio(starts, "batch engine", "process engine"),
            "x command of 1 run, process engine",
        ),
        measured("batch engine, cold: compile", cold, "processor seconds"),
        measured(
            "batch engine, cold: beside functions one by one",
            ratio(loading, "cold", "one by one"),
            "x compiling each function by itself too",
        ),
        measured("batch engine, warm: load", warm, "processor seconds"),
        measured("signalling --help", statistics.median(shown["help"]), "seconds"),
    ]


def show(measures: list[Measure]) -> None:
    """Print the table."""
    table = Table(title="timeout: one turn of a SimPy process that yields env.timeout(1); yardstick: C")
    for heading in ("measure", "value", "unit", "promise", "verdict"):
        table.add_column(heading, justify="right" if heading in {"value", "promise"} else "left")
    verdicts = {True: "[green]holds", False: "[bold red]BROKEN", None: ""}
    for measure in measures:
        value = "not measured" if measure.value is None else f"{measure.value:.3g}"
        promise = "" if measure.gate is None else f"{measure.gate.side} {measure.gate.limit:g}"
        table.add_row(measure.name, value, measure.unit, promise, verdicts[measure.passed])
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def main() -> int:
    """Measure, print and write: 1 if a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", action="store_true", help="no curves, and nothing is written")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="how often a sample is taken")
    arguments = parser.parse_args()
    rounds = arguments.rounds
    measures: list[Measure] = []
    for part in (process_measures, draw_measures, batch_measures, growth_measures, start_measures):
        measures += part(rounds)
    show(measures)
    missing = set(GATES) - {measure.name for measure in measures}
    if missing:
        raise KeyError(f"promised and never measured: {', '.join(sorted(missing))}")
    if not arguments.rows:
        text = published.as_json(machine(), measures, scaling(min(rounds, FEWEST_ROUNDS)))
        published.JSON.parent.mkdir(parents=True, exist_ok=True)
        published.JSON.write_text(text, encoding="utf-8")
        published.publish(published.read())
    return 1 if any(measure.passed is False for measure in measures) else 0


if __name__ == "__main__":
    sys.exit(main())
