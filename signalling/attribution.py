"""Which failures caused the wars: Shapley shares over the faults, run by run on the same luck.

In every run, war or peace is known for every set of faults that might be on. A fault's share is what it adds,
on average over all orders in which the faults might be switched on one after the other (Shapley 1953).
"""

import math
from collections.abc import Iterable, Sequence
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from signalling.engines.choice import choose
from signalling.errors import ScenarioError
from signalling.executors import Progress, check_engine, checked_runs
from signalling.fault_sets import FaultSets, weights
from signalling.faults import Player, is_on, players_of
from signalling.journal import Journal
from signalling.model import Model, compile_model
from signalling.scenario import Scenario
from signalling.shares import Attribution
from signalling.stats import tail_of
from signalling.validation import refuse
from signalling.workers import check_workers

#: Faults on at once: as many double the sets of them, of which there are then 4,096.
MOST_ON = 12
FEWEST_RESAMPLES = 100


def attribute(
    scenario: Scenario,
    *,
    faults: str | Sequence[str] = "all",
    runs: int | range,
    seed: int,
    engine: str = "auto",
    workers: int = 1,
    confidence: float = 0.95,
    resamples: int = 2000,
    path: Path | None = None,
    progress: Progress | None = None,
) -> Attribution:
    """Attribute the wars of a scenario to its faults: Shapley values, run by run on the same luck.

    All sets of the faults that are on are run, 2^k for k of them; faults that are off have share 0. Off is
    probability 0, one tick of delay, no server, no outage, bias 0, the true channel assumed. Where `assumed`
    is "baseline", the receiver believes in the channel as the scenario has it, whatever is switched off.
    Faults that are not named stay as they are.

    Args:
        scenario: the set-up, of a game with war.
        faults: "all" (every fault, everywhere), "pairs" (all faults of the channels between each two rivals),
            or names such as "garbling", "delay:A->B", "loss:A--B" (both ways), "lying:A" and "all:A--B".
        runs: how many runs (indices 0 to runs - 1), or which.
        seed: key of all draws, and of the resampling.
        engine: as for `run`.
        workers: how many threads or processes share the work, as for `run`; the result is the same.
        confidence: of the intervals.
        resamples: of the runs, for the intervals.
        path: a journal, made if absent, from which interrupted or extended work goes on; None keeps none.
        progress: called as runs are done, of all sets together.

    Raises:
        ScenarioError: an argument is not acceptable, more than 12 faults are on, or the game has no war.
        ResultError: the journal holds other work or cannot be written.

    Source: Shapley 1953, in Contributions to the Theory of Games II.

    Example:
        >>> from signalling import load_scenario
        >>> found = attribute(load_scenario("greedy-and-seeker"), faults=["loss", "delay"], runs=20, seed=1)
        >>> added = found.denominator * (sum(found.war) - sum(found.war_without))
        >>> bool(found.numerators.sum() == added)
        True
    """
    indices = checked_runs(runs, seed)
    check_engine(engine)
    check_workers(workers)
    tail_of(confidence)
    _check_resamples(resamples)
    model = _with_war(scenario)
    players = players_of(scenario, faults)
    on = tuple(is_on(scenario, player) for player in players)
    acting = _few_enough(compress(players, on))
    sets = FaultSets(
        scenario=scenario,
        players=acting,
        runs=indices,
        seed=seed,
        engine=choose([model], len(indices) << len(acting), engine),
        workers=workers,
        journal=Journal(path, {"question": "attribution", "cell": model.identity(seed)}),
        progress=progress,
    )
    return Attribution(
        title=scenario.name,
        seed=seed,
        players=tuple(player.name for player in players),
        on=on,
        runs=np.array(indices, dtype=np.int64),
        denominator=math.factorial(len(acting)),
        confidence=confidence,
        resamples=resamples,
        **_folded(sets, on, len(indices)),
    )


def _folded(sets: FaultSets, on: Sequence[bool], runs: int) -> dict[str, Any]:
    """What is kept of war and peace under all sets: numerators, and war under the sets that are spoken of."""
    places = [place for place, acts in enumerate(on) if acts]
    none, whole = 0, (1 << len(places)) - 1
    numerators = np.zeros((runs, len(on)), dtype=np.int64)
    spoken_of = {none, whole, *(whole ^ 1 << bit for bit in range(len(places)))}
    kept = {}
    for subset, war in sets:
        numerators[:, places] += np.outer(war, weights(subset, len(places)))
        if subset in spoken_of:
            kept[subset] = war
    without_one = np.stack([kept[whole]] * len(on), axis=1)
    for bit, place in enumerate(places):
        without_one[:, place] = kept[whole ^ 1 << bit]
    return {
        "numerators": numerators,
        "war": kept[whole],
        "war_without": kept[none],
        "war_without_one": without_one,
    }


def _check_resamples(resamples: int) -> None:
    """Refuse what is no number of resamples, or too small a one."""
    if isinstance(resamples, bool) or not isinstance(resamples, int) or resamples < FEWEST_RESAMPLES:
        raise refuse("resamples", resamples, f"must be a whole number, {FEWEST_RESAMPLES} or more")


def _with_war(scenario: Scenario) -> Model:
    """The compiled scenario, if there is a war in it that could be attributed."""
    model = compile_model(scenario)
    if not model.scenario.knows_war:
        raise ScenarioError("scenario: knows no war that could be attributed")
    return model


def _few_enough(players: Iterable[Player]) -> list[Player]:
    """Faults that are on, if their sets are not too many."""
    acting = list(players)
    if len(acting) > MOST_ON:
        remedy = (
            f"{len(acting)} are on, and {MOST_ON} make {2**MOST_ON:,} sets already; name fewer, or join "
            "some: all:A--B is every fault of the channels between two states, garbling is garbling "
            "everywhere"
        )
        raise refuse("faults", [player.name for player in acting], remedy)
    return acting
