"""How the cost grows: per message with the number of states, of a command with the number of runs.

The set-up is that of two seekers (doctrine `spiral`), with more of them. In the curve over states nobody can
attack, so that a run goes to its horizon with 200 states as with 2. The curve over runs is what a user waits
for: whole commands by the clock on the wall, start included, compiled before.
"""

import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np

from signalling.engines.choice import expected_messages
from signalling.model import compile_model
from tests.benchmarks import yardstick
from tests.benchmarks.batch_samples import (
    batch_sample,
    has_yardstick,
    process_sample,
    spirals,
    yardstick_sample,
)
from tests.benchmarks.measure import Sample, in_turns, rounded
from tests.benchmarks.starts import RUN, command, wall_sample

STATES = (2, 5, 10, 20, 50, 100, 200)
GRAPHS = ("complete", "ring")
DAYS, FEWEST_DAYS = 60, 3
#: Messages of a run at most, if that leaves it FEWEST_DAYS: 200 states on a complete graph send 40,000 a day.
LONGEST = 25_000
#: Messages of one sample at least.
MESSAGES = {"batch engine": 200_000, "process engine": 4_000, "yardstick": 400_000}
#: Runs of a command, by engine and threads. The process engine would take six minutes for 100,000.
RUNS = {
    ("process engine", 1): (10, 100, 300, 1_000),
    ("batch engine", 1): (10, 100, 1_000, 10_000, 100_000),
    ("batch engine", 2): (1_000, 10_000, 100_000),
}

Curve = dict[str, Any]


def scaling(rounds: int) -> dict[str, Any]:
    """Both curves, with fitted slopes, and where the batch engine overtakes.

    Args:
        rounds: how often each sample is taken; the median counts.
    """
    over_runs = runs_curves(rounds)
    return {
        "states": states_curves(rounds),
        "runs": over_runs,
        "crossing_runs": rounded(crossing(over_runs[0], over_runs[1])),
    }


def states_curves(rounds: int) -> list[Curve]:
    """Nanoseconds per message over the number of states, by engine and graph."""
    taken: dict[tuple[str, str], list[float]] = {}
    for graph in GRAPHS:
        for states in STATES:
            for engine, seconds in in_turns(states_samples(graph, states), rounds).items():
                taken.setdefault((engine, graph), []).append(1e9 * statistics.median(seconds))
    return [
        {
            "engine": engine,
            "graph": graph,
            "states": list(STATES),
            "nanoseconds": [rounded(value) for value in nanoseconds],
            "slope": round(slope(STATES, nanoseconds), 2),
        }
        for (engine, graph), nanoseconds in taken.items()
    ]


def states_samples(graph: str, states: int) -> dict[str, Sample]:
    """One sample each of both engines and, on a complete graph, of the yardstick (on its own model)."""
    channels = states * (states - 1 if graph == "complete" else min(states - 1, 2))
    days = min(DAYS, max(FEWEST_DAYS, LONGEST // channels))
    model = compile_model(spirals(states, graph=graph, horizon_days=days, ladder__war=False))

    def runs(engine: str) -> range:
        return range(-(-MESSAGES[engine] // expected_messages(model)))

    samples = {
        "batch engine": batch_sample(model, runs("batch engine")),
        "process engine": process_sample(model, runs("process engine")),
    }
    if graph == "complete" and has_yardstick():
        of_a_run = channels * yardstick.DAYS
        samples["yardstick"] = yardstick_sample(states, int(-(-MESSAGES["yardstick"] // of_a_run)))
    return samples


def runs_curves(rounds: int) -> list[Curve]:
    """Seconds of a command over the number of runs, by engine and threads."""
    samples = {
        (engine, threads, runs): wall_sample(
            command(*RUN, str(runs), "--engine", engine.split()[0], "--workers", str(threads))
        )
        for (engine, threads), sizes in RUNS.items()
        for runs in sizes
    }
    for (_, _, runs), sample in samples.items():
        if runs == min(RUNS["batch engine", 1]):
            sample()  # from now on machine code and bytecode are kept
    names = {" ".join(map(str, key)): key for key in samples}
    taken = in_turns({name: samples[key] for name, key in names.items()}, rounds)
    seconds = {key: statistics.median(taken[name]) for name, key in names.items()}
    return [
        _runs_curve(engine, threads, sizes, [seconds[engine, threads, runs] for runs in sizes])
        for (engine, threads), sizes in RUNS.items()
    ]


def _runs_curve(engine: str, threads: int, runs: Sequence[int], seconds: Sequence[float]) -> Curve:
    start, per_run = line(runs, seconds)
    return {
        "engine": engine,
        "threads": threads,
        "runs": list(runs),
        "seconds": [rounded(value) for value in seconds],
        "start_seconds": rounded(start),
        "microseconds_per_run": rounded(1e6 * per_run),
        "slope_of_the_last_decade": round(slope((runs[-1] // 10, runs[-1]), _last_decade(runs, seconds)), 2),
    }


def _last_decade(runs: Sequence[int], seconds: Sequence[float]) -> tuple[float, float]:
    """Seconds at a tenth of the most runs and at the most."""
    return seconds[list(runs).index(runs[-1] // 10)], seconds[-1]


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Slope of the logarithm of y over the logarithm of x, by least squares."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def line(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """Start and slope of y over x, by least squares of the relative errors."""
    gradient, start = np.polyfit(x, y, 1, w=1.0 / np.array(y))
    return float(start), float(gradient)


def crossing(first: Curve, second: Curve) -> float:
    """At how many runs the second curve's line falls below the first's."""
    later = second["start_seconds"] - first["start_seconds"]
    return float(later / (1e-6 * (first["microseconds_per_run"] - second["microseconds_per_run"])))
