"""Arms races with noise, exaggeration and loss (T08)."""

import math
from collections.abc import Sequence

import numpy as np

from signalling.theory.arms_races import Race, symmetric
from signalling.theory.chains import Floats64
from signalling.theory.noisy_races import (
    covariance_in_continuous_time,
    covariance_in_steps,
    mean_level,
    probability_above,
)
from signalling.verification.bench import Bench, by_state
from signalling.verification.entries import race_levels
from signalling.verification.entries.race_levels import GRIEVANCE, KEY, RELAXATIONS, runs_of
from signalling.verification.entries.races import NAMES, race
from signalling.verification.ledger import (
    Case,
    Curve,
    Entry,
    Estimate,
    Number,
    Panel,
    exact,
    mean,
    proportion,
)
from signalling.vocabulary import TICKS_PER_DAY

#: Reactions of races that are shaken without pause; fatigue and the noise q are 1.
REACTIONS = (0.0, 0.5, 0.9)
#: Fatigue and reaction of a step, standard deviation of the error of a report.
MISREAD = ((0.2, 0.1, 1.0), (0.2, 0.18, 1.0), (0.5, 0.3, 0.5))
#: How far above its mean an armament is rare.
EXCESS = 1.5


def _both(
    bench: Bench,
    constants: Race,
    *,
    slowest: float,
    seed: int,
    step: int = TICKS_PER_DAY,
    shock: float = 0.0,
    sigma: float = 0.0,
    start: float = 0.0,
) -> Floats64:
    """The postures at the end of many noisy races, (2, runs)."""
    steps = math.ceil(RELAXATIONS / slowest * TICKS_PER_DAY / step)
    scenario = race(
        constants,
        steps=steps,
        step=step,
        start=(start, start),
        doctrine={"shock": shock},
        channel={"noise": {"sigma": sigma}},
    )
    ended = bench.run(scenario, runs=runs_of(bench), seed=seed, by_state=True)
    return np.array([by_state(ended, "posture", name) for name in NAMES])


def _variance(values: Floats64, prediction: float) -> Estimate:
    """A sample variance of normal numbers, with the standard error that the prediction implies."""
    runs = len(values)
    return Estimate(float(values.var(ddof=1)), prediction * math.sqrt(2 / runs), runs)


def _covariance(values: Floats64, variance: float, prediction: float) -> Estimate:
    """A sample covariance of two normal numbers of one variance, likewise."""
    runs = values.shape[1]
    error = math.sqrt((variance**2 + prediction**2) / runs)
    return Estimate(float(np.cov(values)[0, 1]), error, runs)


def _stepped_variance(pull: float, days: float) -> float:
    """Variance of a mode x <- (1 - m h) x + sqrt(h) N, which loses m a day: V = (1 - m h)^2 V + h."""
    return 1 / (pull * (2 - pull * days))


def step_for(pulls: Sequence[float], runs: int) -> int:
    """A step, seconds, that moves the variance by less than half a standard error, which runs decide.

    Args:
        pulls: the modes in whose mean the variance is, per day.
        runs: how many.
    """
    law = sum(1 / (2 * pull) for pull in pulls)
    step = TICKS_PER_DAY
    while (
        sum(_stepped_variance(pull, step / TICKS_PER_DAY) for pull in pulls) - law
        > 0.5 * law * math.sqrt(2 / runs)
        or max(pulls) * step >= TICKS_PER_DAY
    ):
        step = step * 9 // 10
    return step


def _shaken(reaction: float) -> Case:
    """Shaken without pause: the step is small enough not to count, see `step_for`."""
    constants = symmetric(1.0, reaction)
    law = covariance_in_continuous_time(constants, 1.0)
    variance, covariance = float(law[0, 0]), float(law[0, 1])
    together, apart = variance + covariance, variance - covariance
    slow, fast = 1.0 - reaction, 1.0 + reaction

    def play(bench: Bench) -> Sequence[Estimate]:
        step = step_for((slow, fast), runs_of(bench))
        both = _both(bench, constants, slowest=slow, seed=801, step=step, shock=1.0)
        # The difference moves by itself; it asks for a shorter step, and forgets the sooner.
        step = step_for((fast,), runs_of(bench))
        others = _both(bench, constants, slowest=fast, seed=802, step=step, shock=1.0)
        return (
            _variance(both[0], variance),
            _covariance(both, variance, covariance),
            _variance((both[0] + both[1]) / math.sqrt(2), together),
            _variance((others[0] - others[1]) / math.sqrt(2), apart),
        )

    return Case(
        KEY,
        f"shaken without pause, reaction {reaction:g}",
        (
            Number("variance of an armament", variance, series="variance", x=reaction),
            Number("covariance of the two", covariance, series="covariance", x=reaction),
            Number("variance of the sum / sqrt 2", together),
            Number("variance of the difference / sqrt 2", apart),
        ),
        play,
    )


def _shaken_in_steps(reaction: float) -> Case:
    """The same at a coarse step, against the law of the scheme itself: nothing is left out."""
    days = 0.25
    together, apart = (_stepped_variance(pull, days) for pull in (1.0 - reaction, 1.0 + reaction))
    variance, covariance = (together + apart) / 2, (together - apart) / 2

    def play(bench: Bench) -> Sequence[Estimate]:
        both = _both(
            bench,
            symmetric(1.0, reaction),
            slowest=1.0 - reaction,
            seed=803,
            step=TICKS_PER_DAY // 4,
            shock=1.0,
        )
        return _variance(both[0], variance), _covariance(both, variance, covariance)

    return Case(
        KEY,
        f"shaken in steps of 6 hours, reaction {reaction:g}",
        (Number("variance of an armament", variance), Number("covariance of the two", covariance)),
        play,
    )


def _misread(fatigue: float, reaction: float, sigma: float) -> Case:
    """Reports misread by a normal error; so rare an excess as once in 1e12 must not come at all."""
    constants = symmetric(fatigue, reaction, GRIEVANCE)
    law = covariance_in_steps(constants, sigma)
    variance, covariance = float(law[0, 0]), float(law[0, 1])
    level, tail = mean_level(fatigue, reaction, GRIEVANCE), probability_above(EXCESS, variance)

    def play(bench: Bench) -> Sequence[Estimate]:
        both = _both(bench, constants, slowest=fatigue - reaction, seed=804, sigma=sigma, start=level)
        runs = both.shape[1]
        hits = int((both[0] > level + EXCESS).sum())
        rare = exact(hits / runs, runs) if tail < 1e-9 else proportion(hits, runs, tail)
        return (
            mean(both[0].tolist()),
            _variance(both[0], variance),
            _covariance(both, variance, covariance),
            rare,
        )

    return Case(
        KEY,
        f"misread by {sigma:g}, fatigue {fatigue:g}, reaction {reaction:g}",
        (
            Number("mean armament", level),
            Number("variance of an armament", variance),
            Number("covariance of the two", covariance),
            Number("P(armament 1.5 above its mean)", tail, 1e-9),
        ),
        play,
    )


def _cases() -> list[Case]:
    return [
        *(_shaken(reaction) for reaction in REACTIONS),
        *(_shaken_in_steps(reaction) for reaction in REACTIONS),
        *(_misread(*row) for row in MISREAD),
        *race_levels.cases(),
    ]


def _entry_of_law(reaction: float, other: int) -> float:
    return float(covariance_in_continuous_time(symmetric(1.0, reaction), 1.0)[0, other])


NOISY_RACES = Entry(
    key=KEY,
    group="Arms dynamics and networks",
    title="Arms races with noise, exaggeration and loss",
    source="Richardson 1960 (the race); derived here (Lyapunov's equation)",
    direction="+-",
    question=(
        "Reports of the other's arms may be noisy, exaggerated or lost. What does each do to the level of a "
        "race, and to how wildly it swings?"
    ),
    game=(
        "Two states arm in proportion to what they hear of each other, and tire of their own arms.\n"
        "Both are shaken at random, or misread each other, or exaggerate, or lose reports on the way.\n"
        "A lost report is read as zero."
    ),
    result=(
        "The nearer reaction comes to fatigue, the more a race magnifies noise: its two states swing "
        "together. Exaggeration raises the level, up to a race without end, unless the reader knows of it. "
        "Loss lowers the level, and undoes exaggeration."
    ),
    lesson=(
        "It holds for noise and for lies, and is reversed for loss: a report that is lost cannot be "
        "answered. Better information inflames wherever what it delivers is a threat."
    ),
    panels=(
        Panel(
            "How a race magnifies noise, fatigue 1",
            "reaction k, per day",
            "armament squared",
            (
                Curve("variance", lambda reaction: _entry_of_law(reaction, 0), 0.0, 0.93),
                Curve("covariance", lambda reaction: _entry_of_law(reaction, 1), 0.0, 0.93),
            ),
        ),
        race_levels.PANEL,
    ),
    cases=_cases,
)

ENTRIES: tuple[Entry, ...] = (NOISY_RACES,)
