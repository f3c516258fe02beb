"""A program that collects, for the tests to start, watch and kill; and functions to collect."""

import sys
import time
from pathlib import Path
from typing import Any

import signalling as sg
from signalling import collecting, folders, tasks
from signalling.engines import choice

SEED = 5


def small(runs: int | range = 40, *, days: tuple[int, ...] = (3, 4), seed: int = SEED) -> sg.Study:
    """Two lengths, two channels: four cells of quick runs."""
    scenario = sg.load_scenario("two-seekers").replace({"states.all.doctrine": "listener"})
    late = {"late": {"channels.all.delay": {"law": "constant", "hours": 6}}}
    return sg.Study(scenario, runs=runs, seed=seed, grid={"horizon_days": list(days)}, treatments=late)


def large() -> sg.Study:
    """Some seconds of work."""
    return small(600)


def coin(parameters: dict[str, Any], seed: int, run: int) -> dict[str, Any]:
    """A column of each kind; some runs fail if asked to."""
    if parameters.get("fail") and run % 5 == 2:
        raise ValueError(f"run {run} cannot be done")
    head = (seed * 31 + run * 17) % 10 < 10 * parameters["p"]
    return {"head": head, "count": run, "word": "late" if run > 30 else None, "share": run / 7}


def fickle(parameters: dict[str, Any], seed: int, run: int) -> dict[str, Any]:
    """Other columns in every other run."""
    return {"a": 1} if run % 2 else {"b": 1}


def various(parameters: dict[str, Any], seed: int, run: int) -> dict[str, Any]:
    """Columns by parameter."""
    return {parameters["name"]: run}


def mortal(parameters: dict[str, Any], seed: int, run: int) -> dict[str, Any]:
    """Takes its process with it."""
    import os

    os._exit(3)


def tardy(parameters: dict[str, Any], seed: int, run: int) -> dict[str, Any]:
    """Fails in runs 2 and 12, and in 2 not before 12 has failed, if another process makes that."""
    failed = Path(parameters["folder"]) / "twelve"
    if run == 12:
        failed.touch()
    elif run == 2:
        latest = time.monotonic() + 10
        while not failed.exists() and time.monotonic() < latest:
            time.sleep(0.01)
        time.sleep(0.1)
    if run in (2, 12):
        raise ValueError(f"run {run} cannot be done")
    return {"x": run}


def slow(parameters: dict[str, Any], seed: int, run: int) -> dict[str, Any]:
    """A run that takes longer than a task should."""
    time.sleep(0.05)
    return {"x": run}


def hasten() -> None:
    """Shards and tasks so small that a kill meets every step of the work."""
    collecting.FLUSH_SECONDS = 0.05
    choice.FEW_MESSAGES = 10**12  # the process engine takes its time
    tasks.TASK_SECONDS = 0.05
    tasks.LEAST_SECONDS = 0.02
    folders.MOST_SHARDS = 6


if __name__ == "__main__":
    hasten()
    study = large()
    print("ready", flush=True)
    sg.collect(
        study,
        Path(sys.argv[1]),
        workers=int(sys.argv[2]),
        progress=lambda done, wanted: print(done, "of", wanted, flush=True),
    )
    print("done", flush=True)
