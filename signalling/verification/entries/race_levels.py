"""Where arms races with exaggeration and loss settle, and when they never do: half of the rows of T08."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from signalling.theory.arms_races import symmetric
from signalling.theory.noisy_races import mean_level, runs_away
from signalling.verification.bench import Bench, column
from signalling.verification.entries.races import mean_posture, race
from signalling.verification.ledger import Case, Curve, Estimate, Number, Panel, exact, mean

KEY = "T08"
FATIGUE, GRIEVANCE = 0.2, 0.1
#: After so many relaxation times of the slowest mode nothing is left of the start.
RELAXATIONS = 20
#: The race that runs away stops here: between two of its postures, so that rounding does not decide.
LIMIT = 50.05


class Level(NamedTuple):
    """A race in steps of a day, of which the mean level is predicted."""

    reaction: float
    exaggeration: float
    loss: float = 0.0
    assumed: float = 0.0
    """Exaggeration that the reader takes off."""
    series: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        known = ", known" if self.assumed else ""
        told = f"exaggeration {self.exaggeration:g}{known}, loss {self.loss:g}"
        return f"reaction {self.reaction:g}, {told}"

    @property
    def predicted(self) -> float:
        """The mean level: of the reports as they are read."""
        heard = (1 + self.exaggeration) / (1 + self.assumed) - 1
        return mean_level(FATIGUE, self.reaction, GRIEVANCE, exaggeration=heard, loss=self.loss)


ALL_READ, HALF_LOST = "all reports read", "half of the reports lost"
LEVELS = (
    Level(0.1, 0.0, series=ALL_READ),
    Level(0.1, 0.5, series=ALL_READ),
    Level(0.15, 0.3),
    Level(0.1, 1.0, assumed=1.0),
    Level(0.1, 0.0, 0.5, series=HALF_LOST),
    Level(0.1, 1.0, 0.5, series=HALF_LOST),
)


def runs_of(bench: Bench) -> int:
    """How many independent races."""
    return bench.effort(20_000, 2000)


def _level(told: Level) -> Case:
    """The mean level: exact where nothing is drawn, else a mean over runs."""
    pull = GRIEVANCE / told.predicted

    def play(bench: Bench) -> Sequence[Estimate]:
        scenario = race(
            symmetric(FATIGUE, told.reaction, GRIEVANCE),
            # Twice as long as noise asks for: here the start must vanish in rounding.
            steps=math.ceil(2 * RELAXATIONS / pull),
            doctrine={"missing": "zero", "assumed_exaggeration": told.assumed},
            state={"exaggeration": told.exaggeration},
            channel={"loss_probability": told.loss},
        )
        if told.loss == 0.0:
            return (exact(mean_posture(bench, scenario), 1),)
        return (mean(column(bench.run(scenario, runs=runs_of(bench), seed=805), "mean_posture").tolist()),)

    tolerance = 1e-9 * told.predicted if told.loss == 0.0 else 0.0
    number = Number("mean armament", told.predicted, tolerance, told.series, told.exaggeration)
    return Case(KEY, told.name, (number,), play)


def _runaway() -> Case:
    """Exaggeration that doubles a reaction of half the fatigue: each step adds the grievance, without end."""
    constants = symmetric(FATIGUE, 0.1, GRIEVANCE)

    def play(bench: Bench) -> Sequence[Estimate]:
        early, late = (
            mean_posture(bench, race(constants, steps=steps, state={"exaggeration": 1.0}))
            for steps in (500, 1000)
        )
        scenario = race(constants, steps=1000, state={"exaggeration": 1.0}, limit=LIMIT)
        ended = bench.run(scenario, runs=1, seed=1)
        stopped = ended.table["stop"].to_pylist() == ["runaway"]
        hours = float(column(ended, "stop_hours")[0])
        return exact(float(stopped), 1), exact((late - early) / 500, 1), exact(hours / 24, 1)

    return Case(
        KEY,
        "reaction 0.1, exaggeration 1, loss 0",
        (
            Number("runs away (1) or not (0)", float(runs_away(FATIGUE, 0.1, exaggeration=1.0))),
            Number("armament gained in a day", GRIEVANCE, 1e-9),
            Number("day on which it passes 50.05", math.ceil(LIMIT / GRIEVANCE) - 1),
        ),
        play,
    )


def cases() -> list[Case]:
    """Every level of the ledger, and some more."""
    return [*(_level(told) for told in LEVELS), _runaway()]


def _level_at(exaggeration: float, loss: float) -> float:
    return mean_level(FATIGUE, 0.1, GRIEVANCE, exaggeration=exaggeration, loss=loss)


PANEL = Panel(
    "Exaggeration inflames, loss calms",
    "exaggeration b",
    "mean armament",
    (
        Curve(ALL_READ, lambda exaggeration: _level_at(exaggeration, 0.0), 0.0, 0.8),
        Curve(HALF_LOST, lambda exaggeration: _level_at(exaggeration, 0.5), 0.0, 1.2),
    ),
)
