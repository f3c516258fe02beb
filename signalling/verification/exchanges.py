"""Plans of states in an exchange, what else they might do, and what came of it."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from signalling.scenario import Scenario
from signalling.verification.bench import Bench, by_state
from signalling.verification.ledger import Deviation

Floats64 = npt.NDArray[np.float64]

FULL, QUICK = 100_000, 10_000


def plan(state: str, **parameters: object) -> dict[str, object]:
    """Parameters of a state's plan by path, as `Scenario.replace` takes them.

    Example:
        >>> plan("A", cuts=[0.5])
        {'states.A.doctrine.cuts': [0.5]}
    """
    return {f"states.{state}.doctrine.{name}": value for name, value in parameters.items()}


def another(state: str, name: str, **parameters: object) -> Deviation:
    """A deviation of a state to other parameters of its plan."""
    return Deviation(state, name, plan(state, **parameters))


def moved_cuts(state: str, cuts: Mapping[str, float], steps: Sequence[float]) -> Iterator[Deviation]:
    """Deviations that move one cut of a plan by a step, and leave out those that would pass another cut.

    Args:
        state: who deviates.
        cuts: all of its plan by what they are called, rising.
        steps: in the unit of the cuts, a little and much, up and down.
    """
    values = list(cuts.values())
    for place, (name, cut) in enumerate(cuts.items()):
        for step in steps:
            moved = [*values[:place], cut + step, *values[place + 1 :]]
            if moved == sorted(set(moved)):
                yield another(state, f"{name} moved by {step:+.3g}", cuts=moved)


def rows_but(rows: Sequence[Sequence[int]], place: int, row: Sequence[int]) -> list[list[int]]:
    """A plan's rows with one of them changed."""
    return [list(row if number == place else kept) for number, kept in enumerate(rows)]


def letters(bench: Bench, scenario: Scenario, *states: str, runs: int, seed: int) -> list[Floats64]:
    """The letter on which each of some states ends, one number a run."""
    outcomes = bench.run(scenario, runs=runs, seed=seed, by_state=True)
    return [by_state(outcomes, "rung", state) for state in states]


def earned(bench: Bench, scenario: Scenario, state: str, *, runs: int, seed: int) -> Floats64:
    """The payoff of a state, one number a run."""
    return by_state(bench.run(scenario, runs=runs, seed=seed, by_state=True), "payoff", state)
