"""The part of an experiment that is a table of signs: what better communication should do, and does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from typing import Any, Literal, NamedTuple, cast

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from signalling.errors import ScenarioError
from signalling.executors import run_models
from signalling.experiments.rows import Row, kept_rows, named
from signalling.experiments.versions import scenario_of
from signalling.experiments.work import Work
from signalling.inputs import embed_changes
from signalling.journal import Journal
from signalling.model import Model, compile_model
from signalling.outcome import Outcomes
from signalling.parameters import Strict
from signalling.scenario import Scenario
from signalling.stats import Interval, mean_interval, tango
from signalling.validation import refuse, suggestion

CONFIDENCE = 0.95


class Sign(StrEnum):
    """What becomes of war, hostility or loss when communication gets better."""

    FALLS = "falls"
    NONE = "none"
    RISES = "rises"
    UNDECIDED = "undecided"
    """The interval holds zero, and is wider than the margin of what counts as nothing."""


class Point(Strict):
    """A set-up in which a condition is met, under worse and under better communication."""

    name: str = Field(description="what it is called, in a few words")
    scenario: str = Field(description="a built-in name, or a file beside the experiment")
    set: dict[str, Any] = Field(default_factory=dict, description="paths that hold under both")
    worse: dict[str, Any] = Field(
        description="paths of the worse channel, or of the plans that are best on it; none: as it is set"
    )
    better: dict[str, Any] = Field(description="the same of the better one")
    runs: int = Field(ge=2, description="pairs of runs on the same luck")
    quick_runs: int = Field(ge=2, description="for a quick look")


class Condition(Strict):
    """A condition under which theory says what better communication does, and points at which it is tried."""

    key: str = Field(description="in the table of hypotheses, such as a2")
    text: str = Field(description="in words")
    entry: str = Field(description="of the ledger, such as T11; several are divided by spaces")
    measure: str = Field("war", description="column of the outcomes; with `state`, of the table by state")
    equals: str = Field("", description="measure the share of runs in which the column has this value")
    state: str = Field("", description="whose; the outcomes of the whole run unless given")
    turned: bool = Field(
        default=False,
        description="whether more of the measure is less war, hostility or loss, such as a payoff",
    )
    unit: float = Field(1.0, gt=0, description="what counts as 1; differences are divided by it")
    expected: Literal["falls", "none", "rises"] = Field(description="what better communication is to do")
    margin: float = Field(
        0.0,
        ge=0,
        description="a difference, in the unit, that counts as none; 0: no run may differ",
    )
    points: list[Point] = Field(min_length=1)


class SignsPart(Strict):
    """Conditions, each tried at some points; one row per point.

    Every run of a point is made under worse and under better communication on the same luck. A difference
    is better less worse, of war, hostility or loss: it rises where better communication does harm.
    """

    kind: Literal["signs"]
    seed: int = Field(ge=0, lt=2**64, description="key of all draws")
    conditions: list[Condition] = Field(min_length=1)

    @model_validator(mode="after")
    def _tells_points_apart(self) -> "SignsPart":
        told = [(one.key, one.text, point.name) for one in self.conditions for point in one.points]
        for place in told:
            if told.count(place) > 1:
                raise ValueError(f"conditions: two points are called {' / '.join(place)}; rename one")
        return self

    def rows(self, work: Work) -> list[Row]:
        """Make the runs that are not kept, and the table.

        Raises:
            ScenarioError: a scenario, path or measure is not acceptable; it names condition and point.
        """
        arms = []
        for condition in self.conditions:
            for point in condition.points:
                with _naming(condition, point):
                    arms.append(_arms(condition, point, work))
        journal = Journal(work.journal, {"seed": self.seed})
        found = []
        for place, arm in enumerate(arms):
            own = replace(work, progress=work.share(place, len(arms)))
            with _naming(arm.condition, arm.point):
                found.append(_row(arm, _played(arm, journal, self.seed, own)))
        return kept_rows(found)


class Arms(NamedTuple):
    """A point of a condition, compiled under both kinds of communication."""

    condition: Condition
    point: Point
    models: tuple[Model, Model]
    """Under worse communication, and under better."""


class Pairs(NamedTuple):
    """What came out of the pairs of runs of a point, in units of its condition and not yet turned."""

    runs: int
    worse: float
    """Mean under worse communication."""
    better: float
    difference: Interval
    """Better less worse."""
    differ: int
    """Pairs that are not exactly alike."""


def sign(difference: Interval, differ: int, margin: float) -> Sign:
    """What a difference of pairs comes to.

    Args:
        difference: better less worse, of what is bad.
        differ: pairs that are not exactly alike.
        margin: a difference within which nothing counts as changed; 0: only pairs that are all alike.

    Example:
        >>> small = Interval(0.01, 0.005, 0.015)
        >>> sign(small, 40, margin=0.02).value, sign(small, 40, margin=0.0).value
        ('none', 'rises')
    """
    if differ == 0 or (difference.low >= -margin and difference.high <= margin):
        return Sign.NONE
    if difference.high < 0.0:
        return Sign.FALLS
    return Sign.RISES if difference.low > 0.0 else Sign.UNDECIDED


def paired(worse: npt.NDArray[Any], better: npt.NDArray[Any], unit: float = 1.0) -> Pairs:
    """The difference of a measure over pairs of runs: Tango's interval of events, Student's of numbers.

    Args:
        worse: the measure of each run (n,), booleans or numbers.
        better: the same under better communication.
        unit: what counts as 1.

    Example:
        >>> paired(np.array([True, True, False]), np.array([False, True, False])).differ
        1
    """
    runs, differ = len(worse), int((worse != better).sum())
    if worse.dtype == np.bool_:
        caused, averted = int((better & ~worse).sum()), int((worse & ~better).sum())
        found = tango(caused, averted, runs, CONFIDENCE)
        scaled = Interval(*(end / unit for end in found))
    else:
        told = mean_interval((better - worse) / unit, CONFIDENCE)
        # There are two runs or more, and so the interval has its ends.
        scaled = Interval(*cast("tuple[float, float, float]", told[:3]))
    return Pairs(runs, float(worse.mean()) / unit, float(better.mean()) / unit, scaled, differ)


@contextmanager
def _naming(condition: Condition, point: Point) -> Iterator[None]:
    """Within the block, what is refused names the condition and the point."""
    try:
        yield
    except ScenarioError as error:
        place = f"{condition.key}, {point.name}"
        raise ScenarioError("\n".join(f"{place}: {line}" for line in str(error).splitlines())) from error


def _arms(condition: Condition, point: Point, work: Work) -> Arms:
    scenario = _changed(scenario_of(point.scenario, work.folder), point.set, work)
    worse, better = (_changed(scenario, paths, work) for paths in (point.worse, point.better))
    return Arms(condition, point, (compile_model(worse), compile_model(better)))


def _changed(scenario: Scenario, paths: dict[str, Any], work: Work) -> Scenario:
    if not paths:
        return scenario
    return scenario.replace(embed_changes(paths, work.folder, list(scenario.states)))


def _played(arm: Arms, journal: Journal, seed: int, work: Work) -> Pairs:
    """Both arms of a point, unless they are kept."""
    condition, models = arm.condition, arm.models
    runs = work.wanted(arm.point.runs, arm.point.quick_runs)
    measured = f"{condition.state or 'all'}, {condition.measure}, {condition.equals}, {condition.unit:g}"
    kept_as = f"{', '.join(model.identity(seed) for model in models)}, {measured}, {runs} runs"
    if journal.get(kept_as) is None:
        made = run_models(
            models,
            runs=runs,
            seed=seed,
            engine=work.engine,
            by_state=bool(condition.state),
            workers=work.workers,
            progress=work.progress,
        )
        worse, better = (measure_of(condition, outcomes) for outcomes in made)
        found = paired(worse, better, condition.unit)
        journal.put(kept_as, list(found))
    kept = Pairs(*journal.get(kept_as))
    return kept._replace(difference=Interval(*kept.difference))


def measure_of(condition: Condition, outcomes: Outcomes) -> npt.NDArray[Any]:
    """What a condition measures, one value a run: booleans of events, else numbers.

    Raises:
        ScenarioError: there is no such column or state, or a run has no value.
    """
    from pyarrow import compute

    table = outcomes.table
    if condition.state:
        assert outcomes.states is not None  # noqa: S101 - asked for where the runs are made
        table = outcomes.states.filter(compute.equal(outcomes.states["state"], condition.state))
        if table.num_rows == 0:
            names = outcomes.states["state"].unique().to_pylist()
            raise refuse("state", condition.state, f"no such state; {suggestion(condition.state, names)}")
    if condition.measure not in table.column_names:
        remedy = suggestion(condition.measure, table.column_names)
        raise refuse("measure", condition.measure, f"no such column; {remedy}")
    values = table[condition.measure]
    if values.null_count:
        raise refuse("measure", condition.measure, f"is null in {values.null_count} runs; choose another")
    if condition.equals:
        return np.array([str(value) == condition.equals for value in values.to_pylist()], dtype=np.bool_)
    numbers = np.asarray(values.to_numpy())
    if numbers.dtype == np.bool_:
        return numbers
    if not np.issubdtype(numbers.dtype, np.number):
        raise refuse("measure", condition.measure, "is no number; say which value counts with equals")
    return numbers.astype(np.float64)


def _row(arm: Arms, pairs: Pairs) -> Row:
    condition, difference = arm.condition, pairs.difference
    if condition.turned:
        difference = Interval(-difference.estimate, -difference.high, -difference.low)
    found = sign(difference, pairs.differ, condition.margin)
    agrees = "undecided" if found == Sign.UNDECIDED else "yes" if found.value == condition.expected else "no"
    return {
        "key": condition.key,
        "condition": f"{condition.key} {condition.text}",
        "entry": condition.entry,
        "point": arm.point.name,
        "measure": " of ".join(filter(None, (condition.measure, condition.state))),
        "runs": pairs.runs,
        "worse": pairs.worse,
        "better": pairs.better,
        "differ": pairs.differ,
        **named("difference", difference),
        "expected": condition.expected,
        "found": found.value,
        "agrees": agrees,
    }
