"""Where cases are played: how much effort they get, and that both engines play them alike."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from signalling.chronicle import Trace
from signalling.errors import SignallingError
from signalling.executors import run, trace
from signalling.outcome import Outcomes
from signalling.paths import normalise
from signalling.scenario import Scenario

#: Reviews of a run on which the engines are compared, about.
COMPARED_REVIEWS = 40
COMPARED_RUNS = 2


class Bench:
    """Plays scenarios on the batch engine, after both engines have played the beginning of each alike.

    Args:
        quick: little effort.
        workers: threads.
    """

    def __init__(self, *, quick: bool = False, workers: int = 1) -> None:
        self.quick = quick
        self.workers = workers
        self.beginnings: set[str] = set()
        """Digests of the beginnings that both engines have played alike."""

    @property
    def compared(self) -> int:
        """How many beginnings both engines have played alike."""
        return len(self.beginnings)

    def effort(self, full: int, quick: int) -> int:
        """One of two numbers of runs, rounds or messages."""
        return quick if self.quick else full

    def run(self, scenario: Scenario, *, runs: int | range, seed: int, by_state: bool = False) -> Outcomes:
        """Many runs."""
        self.compare(scenario, seed)
        return run(scenario, runs=runs, seed=seed, engine="batch", by_state=by_state, workers=self.workers)

    def trace(self, scenario: Scenario, *, seed: int, run: int = 0) -> Trace:
        """One run in full."""
        self.compare(scenario, seed)
        return trace(scenario, seed=seed, run=run, engine="batch")

    def compare(self, scenario: Scenario, seed: int) -> None:
        """Play the beginning of a scenario on both engines.

        Raises:
            SignallingError: they differ.
        """
        days = scenario.review.interval_hours * COMPARED_REVIEWS / 24
        short = scenario
        if scenario.game.kind != "exchange":  # which is short, and ends by itself
            short = scenario.replace({"horizon_days": min(scenario.horizon_days, days)})
        beginning = hashlib.sha256(f"{seed} {short.canonical_json()}".encode()).hexdigest()[:16]
        if beginning in self.beginnings:
            return
        both = [
            run(short, runs=COMPARED_RUNS, seed=seed, engine=engine, by_state=True)
            for engine in ("process", "batch")
        ]
        process, batch = (outcomes.states for outcomes in both)
        assert process is not None  # noqa: S101 - asked for above
        if not (both[0].table.equals(both[1].table) and process.equals(batch)):
            raise SignallingError(f"{scenario.name}: the engines differ at seed {seed}; please report it")
        self.beginnings.add(beginning)


def set_up(document: Mapping[str, Any]) -> Scenario:
    """The scenario that a file with these tables would load."""
    return Scenario.from_document(normalise(document))


def column(outcomes: Outcomes, name: str) -> npt.NDArray[np.float64]:
    """A column of the outcomes, one number a run, NaN where there is none."""
    return np.asarray(outcomes.table[name].to_numpy(), dtype=np.float64)


def by_state(outcomes: Outcomes, name: str, state: str) -> npt.NDArray[np.float64]:
    """A column of the second table for one state, one number a run."""
    from pyarrow import compute

    assert outcomes.states is not None  # noqa: S101 - asked for by whoever calls this
    rows = outcomes.states.filter(compute.equal(outcomes.states["state"], state))
    return np.asarray(rows[name].to_numpy(), dtype=np.float64)
