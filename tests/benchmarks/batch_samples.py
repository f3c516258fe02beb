"""What the benchmark times of the batch engine: set-ups, and one sample of each engine on them.

A chunk of runs is made in this thread, so that processor seconds count its work alone; what threads add is
measured by the clock on the wall.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import signalling as sg
from signalling.engines.batch import BatchEngine
from signalling.engines.process import ProcessEngine
from signalling.model import Model, compile_model
from signalling.outcome import Records, make_outcomes
from signalling.vocabulary import Whole
from tests.benchmarks import yardstick
from tests.benchmarks.measure import Sample, processor_seconds, wall_seconds

SEED = 11
GARBLE = 0.3
#: Runs of the yardstick by number of states, and of each engine by kind of set-up and number of states.
#: A sample of compiled code takes 60 ms, one of the process engine about 100 ms.
YARDSTICK_RUNS = {2: 2_500, 10: 55}
RUNS = {
    "yardstick's model": {2: (1_600, 25), 10: (40, 1)},
    "spiral": {2: (2_500, 30), 10: (100, 1)},
    "garbled spiral": {2: (2_500, 30), 10: (400, 5)},
}
#: Runs on a ring by number of states: as many messages with 200 states as with 10.
RING_RUNS = {10: 400, 200: 20}
#: Runs that threads share: a quarter of a second for one.
SHARED = range(12_000)
#: Runs of the yardstick in each of two threads: a tenth of a second.
YARDSTICK_SHARED = 8_000


class SetUp(NamedTuple):
    """A scenario, the runs of it that the batch engine makes, and those that the process engine makes."""

    name: str
    scenario: sg.Scenario
    many: range
    few: range

    @property
    def states(self) -> int:
        """How many."""
        return len(self.scenario.states)


def spirals(states: int, *, graph: str = "complete", **changes: Any) -> sg.Scenario:
    """The two seekers' crisis with that many states.

    Args:
        states: how many.
        graph: who writes to whom.
        changes: values by path, with two underscores for a dot.
    """
    document = sg.load_scenario("two-seekers").written()
    document["states"] = {f"S{place:04d}": document["states"]["A"] for place in range(states)}
    document["network"] = {"graph": graph}
    scenario = sg.Scenario.from_document(document)
    return scenario.replace({path.replace("__", "."): value for path, value in changes.items()})


def set_ups() -> list[SetUp]:
    """The yardstick's model, and `spiral` on clean and on garbled channels, on complete graphs."""
    garbled = {"channels__default__garble__probability": GARBLE}
    scenarios = {
        "yardstick's model": yardstick.yardstick_scenario,
        "spiral": spirals,
        "garbled spiral": lambda states: spirals(states, **garbled),
    }
    return [
        SetUp(f"{kind}, {states} states", scenarios[kind](states), range(many), range(few))
        for kind, sizes in RUNS.items()
        for states, (many, few) in sizes.items()
    ]


def messages_of(records: Records) -> int:
    """Messages sent in some runs."""
    return int(records.wholes[:, Whole.SENT].sum())


def has_yardstick() -> bool:
    """Whether there is a C compiler that takes it."""
    try:
        yardstick.library()
    except yardstick.NoYardstickError:
        return False
    return True


def yardstick_sample(states: int, runs: int) -> Sample:
    """The yardstick in C: seconds per message."""

    def sample() -> float:
        messages, seconds = yardstick.messages_and_seconds(states, runs, SEED)
        return seconds / messages

    return sample


def batch_sample(model: Model, runs: range) -> Sample:
    """The batch engine in one thread: seconds per message."""
    player = BatchEngine(model, SEED).players[0]
    messages = messages_of(player.play(runs))
    return lambda: processor_seconds(lambda: player.play(runs)) / messages


def process_sample(model: Model, runs: range) -> Sample:
    """The process engine: seconds per message."""
    engine = ProcessEngine(model, SEED)
    messages = sum(messages_of(engine.run(run)) for run in runs)
    return lambda: processor_seconds(lambda: [engine.run(run) for run in runs]) / messages


def engine_samples(set_up: SetUp) -> dict[str, Sample]:
    """Both engines and, if there is a C compiler, the yardstick of the same number of states."""
    model = compile_model(set_up.scenario)
    samples = {
        "batch engine": batch_sample(model, set_up.many),
        "process engine": process_sample(model, set_up.few),
    }
    if has_yardstick():
        samples["yardstick"] = yardstick_sample(set_up.states, YARDSTICK_RUNS[set_up.states])
    return samples


def hashes(set_up: SetUp) -> set[str]:
    """The content hashes that the engines give for the runs that both make: one if they agree."""
    model = compile_model(set_up.scenario)
    found = set()
    for engine in (BatchEngine(model, SEED), ProcessEngine(model, SEED)):
        records = [engine.run(run) for run in set_up.few]
        found.add(make_outcomes(model, SEED, engine.cell, records).content_hash())
    return found


def ring_samples(doctrine: str) -> dict[str, Sample]:
    """The batch engine on a small and on a large ring, by number of states.

    Nobody can attack, so that a run is as long on the one as on the other.
    """
    changes = {"states__all__doctrine": doctrine, "ladder__war": False}
    return {
        str(states): batch_sample(compile_model(spirals(states, graph="ring", **changes)), range(runs))
        for states, runs in RING_RUNS.items()
    }


class Shared:
    """The same runs by one thread and by two, a moment's work at a time as `signalling.run` does it."""

    def __init__(self, runs: range = SHARED) -> None:
        self.runs = runs
        self.model = compile_model(spirals(2))
        # The engines find their pace once, as in a long study.
        self.engines = {f"{n} threads": BatchEngine(self.model, SEED, threads=n) for n in (1, 2)}

    def records(self, name: str) -> list[Records]:
        """All runs by one of the engines."""
        parts: list[Records] = []
        done = 0
        while done < len(self.runs):
            parts.append(self.engines[name].some(self.runs[done:]))
            done += len(parts[-1].runs)
        return parts

    def samples(self) -> dict[str, Sample]:
        """One sample of each: seconds on the wall."""

        def timed(name: str) -> Sample:
            return lambda: wall_seconds(lambda: self.records(name))

        return {name: timed(name) for name in self.engines}

    def hashes(self) -> set[str]:
        """The content hashes of both: one if they agree."""
        cell = self.model.identity(SEED)
        return {
            make_outcomes(self.model, SEED, cell, self.records(name)).content_hash() for name in self.engines
        }


def yardstick_shared() -> dict[str, Sample]:
    """The same work by the yardstick, in one thread and in two: what a second processor is worth here."""

    def half(_: int) -> object:
        return yardstick.play(2, YARDSTICK_SHARED, SEED)

    def together() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(half, range(2)))

    return {
        "yardstick, 1 threads": lambda: wall_seconds(lambda: [half(place) for place in range(2)]),
        "yardstick, 2 threads": lambda: wall_seconds(together),
    }


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
