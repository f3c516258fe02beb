"""Opinions that spread by imitation and by averaging (T31)."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signalling.outcome import Outcomes
from signalling.scenario import Scenario
from signalling.theory.opinion import (
    fixation,
    hawk_consensus,
    hawks_when_misheard,
    share_when_misheard,
    steps_to_consensus,
    unanimity,
    voter_chain,
)
from signalling.verification.bench import Bench, column, set_up
from signalling.verification.entries import averaging
from signalling.verification.entries.averaging import KEY
from signalling.verification.ledger import (
    Case,
    Curve,
    Entry,
    Estimate,
    Number,
    Panel,
    mean,
    proportion,
)

HAWK = 1
#: Reviews of a state are so far apart that its last report is long read when the next state decides.
INTERVAL_HOURS = 1000.0


class Population(NamedTuple):
    """Voters who hear each other, some of them hawks at the start."""

    states: int
    hawks: int
    runs: int
    """Of a full verification."""
    quick_runs: int
    mishearing: float = 0.0
    bias: float = 1.0

    def scenario(self, intervals: float, until: str) -> Scenario:
        """Reviews at the ticks of independent Poisson clocks: who is next is any of them alike."""
        doctrine = {"name": "voter", "perception_noise": self.mishearing, "bias": self.bias}
        return set_up(
            {
                "name": "voters",
                "horizon_days": intervals * INTERVAL_HOURS / 24,
                "until": until,
                "review": {"law": "exponential", "interval_hours": INTERVAL_HOURS},
                "game": {"kind": "matrix", "actions": ["dove", "hawk"]},
                "states": [
                    {"name": f"s{place:02}", "doctrine": doctrine, "start_rung": int(place < self.hawks)}
                    for place in range(self.states)
                ],
                # Read a second after it was sent.
                "channels": {"default": {"delay": {"law": "constant", "hours": 0}}},
            }
        )


#: The most time that voters are given to agree, in mean gaps between reviews; one in 1e10 needs more.
PATIENCE = 300.0
VOTERS = (
    Population(5, 1, 100_000, 10_000),
    Population(10, 3, 100_000, 10_000),
    Population(20, 10, 100_000, 2000),
)
MISHEARD = (
    Population(10, 5, 100_000, 4000, mishearing=0.01),
    Population(10, 5, 100_000, 4000, mishearing=0.05),
    Population(10, 5, 100_000, 10_000, mishearing=0.2),
    Population(20, 10, 10_000, 400, mishearing=0.01),
    Population(20, 10, 20_000, 800, mishearing=0.05),
    Population(20, 10, 50_000, 2000, mishearing=0.2),
)
BIASED = tuple(Population(10, 1, 100_000, 10_000, bias=bias) for bias in (1.0, 1.1, 1.5, 0.8))
#: Populations that mishear are looked at after so many relaxation times.
RELAXATIONS = 11


def _runs(bench: Bench, population: Population) -> int:
    return bench.effort(population.runs, population.quick_runs)


def _rungs(outcomes: Outcomes, states: int) -> npt.NDArray[np.int64]:
    """Where each stood at the end, (runs, states)."""
    assert outcomes.states is not None  # noqa: S101 - asked for by whoever calls this
    return np.asarray(outcomes.states["rung"].to_numpy(), dtype=np.int64).reshape(-1, states)


def _agreed(bench: Bench, population: Population, seed: int) -> tuple[Outcomes, int, int]:
    """Voters who vote until they agree: the outcomes, how many runs ended so, and how many all hawks."""
    ended = bench.run(
        population.scenario(PATIENCE, "unanimity"), runs=_runs(bench, population), seed=seed, by_state=True
    )
    agreed = ended.table["stop"].to_pylist().count("unanimity")
    hawks = (_rungs(ended, population.states) == HAWK).all(axis=1).sum()
    return ended, agreed, int(hawks)


def _voters(population: Population) -> Case:
    """Who prevails, and after how many steps; the review that makes them agree counts as one."""
    size, hawks = population.states, population.hawks
    chance = hawk_consensus(size, hawks)

    def play(bench: Bench) -> Sequence[Estimate]:
        ended, agreed, won = _agreed(bench, population, 3101)
        runs = len(ended.table)
        steps = mean(column(ended, "reviews").tolist())
        return proportion(won, runs, chance), steps, proportion(agreed, runs, 1.0)

    return Case(
        KEY,
        f"{size} voters, {hawks} of them hawks",
        (
            Number("P(all become hawks)", chance),
            Number("mean steps until all agree", steps_to_consensus(size, hawks)),
            Number("P(all agree in the end)", unanimity(size, 0.0)),
        ),
        play,
    )


def burn_in(population: Population) -> float:
    """Mean gaps between reviews after which half hawks, half doves are as good as stationary.

    The chain keeps its symmetry, so its slowest mode, the mean share, stays at rest: what fades is the third
    eigenvalue, of the variance. A mean gap has N steps.
    """
    size = population.states
    factors = np.sort(np.abs(np.linalg.eigvals(voter_chain(size, population.mishearing))))
    return RELAXATIONS / (size * -math.log(factors[-3]))


def _misheard(population: Population) -> Case:
    """The share of hawks in the long run, over independent runs."""
    size, mishearing = population.states, population.mishearing
    law = hawks_when_misheard(size, mishearing)
    share, agreed = share_when_misheard(size, mishearing), unanimity(size, mishearing)
    away = np.arange(size + 1) / size - share.mean
    fourth = float(law @ away**4)

    def play(bench: Bench) -> Sequence[Estimate]:
        runs = _runs(bench, population)
        scenario = population.scenario(burn_in(population), "horizon")
        found = _rungs(bench.run(scenario, runs=runs, seed=3102, by_state=True), size).mean(axis=1)
        unanimous = int(((found == 0.0) | (found == 1.0)).sum())
        return (
            Estimate(float(found.mean()), math.sqrt(share.variance / runs), runs),
            Estimate(float(found.var(ddof=1)), math.sqrt((fourth - share.variance**2) / runs), runs),
            proportion(unanimous, runs, agreed),
        )

    return Case(
        KEY,
        f"{size} voters who mishear with {mishearing:g}",
        (
            Number("mean share of hawks", share.mean),
            Number("variance of the share", share.variance),
            Number("P(all agree)", agreed, series=_series(size), x=mishearing),
        ),
        play,
        # A standard error of a handful of hits would promise too much.
        quick=population.quick_runs * agreed > 20,
    )


def _biased(population: Population) -> Case:
    size, bias = population.states, population.bias
    chance = fixation(size, bias)

    def play(bench: Bench) -> Sequence[Estimate]:
        ended, _, won = _agreed(bench, population, 3103)
        return (proportion(won, len(ended.table), chance),)

    number = Number("P(all become hawks)", chance, series="one hawk among 10", x=bias)
    return Case(KEY, f"one hawk among {size}, bias {bias:g}", (number,), play)


def _cases() -> list[Case]:
    return [
        *(_voters(population) for population in VOTERS),
        *(_misheard(population) for population in MISHEARD),
        averaging.case(),
        *(_biased(population) for population in BIASED),
    ]


def _series(states: int) -> str:
    return f"{states} states"


def _agreement(states: int) -> Curve:
    return Curve(_series(states), lambda mishearing: unanimity(states, mishearing), 0.001, 0.3)


IMITATION = Entry(
    key=KEY,
    group="Arms dynamics and networks",
    title="Imitation, mishearing, averaging",
    source="Holley and Liggett 1975; Kirman 1993; DeGroot 1974; Moran 1958",
    direction="0-",
    question="States take their stance from those they hear. Does good hearing lead them to peace?",
    game=(
        "States are hawks or doves: at a step one, drawn at random, copies another, drawn at random.\n"
        "It may mishear with probability e, or take over hawks r times as readily as doves.\n"
        "In DeGroot's variant states hold numbers, and each takes a weighted mean of all."
    ),
    result=(
        "Those who hear each other perfectly end up alike, and who wins is luck: all become hawks as often "
        "as their share at the start. Even one hawk among doves may convert them all, more often if hawks "
        "are a little more readily believed. Mishearing, by which a few stray, keeps both opinions alive."
    ),
    lesson=(
        "It fails by irrelevance, and then by reversal: hearing better leads to agreement, not to peace, "
        "and the better all hear, the more surely hostility locks in."
    ),
    panels=(
        Panel(
            "Noise prevents lock-in",
            "probability of mishearing e",
            "P(all agree)",
            (_agreement(10), _agreement(20)),
            log_x=True,
        ),
        Panel(
            "One hawk among ten",
            "bias towards hawks r",
            "P(all become hawks)",
            (Curve("one hawk among 10", lambda bias: fixation(10, bias), 0.7, 1.6),),
        ),
    ),
    cases=_cases,
)

ENTRIES: tuple[Entry, ...] = (IMITATION,)
