"""How often a scenario ends in war, as a case, and on the same luck as another."""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from signalling.scenario import Scenario
from signalling.verification.bench import Bench, column
from signalling.verification.exchanges import FULL, QUICK
from signalling.verification.ledger import Case, Estimate, Number, mean, proportion, sign

WAR = "P(war)"


def fought(bench: Bench, scenario: Scenario, *, runs: int, seed: int) -> npt.NDArray[np.float64]:
    """Whether each run ends in war, 1 or 0 (runs,)."""
    return column(bench.run(scenario, runs=runs, seed=seed), "war")


def war_case(entry: str, name: str, number: Number, scenario: Callable[[], Scenario], seed: int) -> Case:
    """A case whose only number is the probability of war.

    Args:
        entry: key.
        name: of the case.
        number: what is predicted.
        scenario: makes what is played.
        seed: of its luck.
    """
    return Case(entry, name, (number,), partial(_share, scenario, number.prediction, seed))


def _share(scenario: Callable[[], Scenario], predicted: float, seed: int, bench: Bench) -> list[Estimate]:
    runs = bench.effort(FULL, QUICK)
    return [proportion(int(fought(bench, scenario(), runs=runs, seed=seed).sum()), runs, predicted)]


def change(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> Estimate:
    """The sign of the mean change on the same luck; two lists of the same runs."""
    return sign(mean((after - before).tolist()))
