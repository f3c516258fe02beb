"""The words of the ledger: entries of the literature, cases that are played, and the numbers they give."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from signalling.scenario import Scenario
    from signalling.verification.bench import Bench

#: Standard errors within which a simulated number counts as reproduced.
MOST_STANDARD_ERRORS = 4.0
#: Chance that a true number is held for false at that bound: two tails of the normal distribution.
FALSE_ALARM = math.erfc(MOST_STANDARD_ERRORS / math.sqrt(2.0))

Tag = Literal["S", "E", "Q"]
"""S: simulated. E: exact algebra, which has nothing to simulate. Q: a statement without numbers; what is
predicted and found is a sign, +1, 0 or -1."""
Direction = Literal["+", "0", "-", "+-", "0-", "+0", "0+"]
"""What better communication does in the entry: + prevents war, 0 nothing, - makes it worse."""
Verdict = Literal["reproduced", "not reproduced"]


class Estimate(NamedTuple):
    """What a simulation found."""

    value: float
    standard_error: float
    """0 where the number is exact."""
    runs: int
    """Independent runs, or rounds or messages of one long run; 0 where nothing is simulated."""


class Number(NamedTuple):
    """A number of the literature that is to come out."""

    name: str
    prediction: float
    tolerance: float = 0.0
    """Largest distance of an exact number, absolute; not used where there is a standard error."""
    series: str = ""
    """The curve of a figure on which it lies, none if empty."""
    x: float = math.nan
    """Where on it."""


class Case(NamedTuple):
    """Something that is played once and gives one or several numbers."""

    entry: str
    name: str
    numbers: tuple[Number, ...]
    play: "Callable[[Bench], Sequence[Estimate]]"
    """Estimates in the order of the numbers."""
    tag: Tag = "S"
    quick: bool = True
    """Whether it is part of a quick verification."""


class Curve(NamedTuple):
    """A line of theory in a figure."""

    series: str
    line: Callable[[float], float]
    low: float
    high: float


class Panel(NamedTuple):
    """One drawing of a figure: lines of theory, and whatever numbers lie on them."""

    title: str
    x_label: str
    y_label: str
    curves: tuple[Curve, ...]
    log_x: bool = False
    log_y: bool = False


class Entry(NamedTuple):
    """A published result, or a family of them."""

    key: str
    """T01, T02, ..."""
    group: str
    """Under which it is drawn and told."""
    title: str
    source: str
    direction: Direction
    question: str
    """What is asked, in a sentence or two."""
    game: str
    """The set-up, in three lines at most."""
    result: str
    """What comes out."""
    lesson: str
    """What the result says about the claim that better information prevents war."""
    panels: tuple[Panel, ...]
    cases: Callable[[], Sequence[Case]]


class Deviation(NamedTuple):
    """Another plan of one state, all else as it was."""

    state: str
    """Who deviates."""
    name: str
    """What it does instead, in words."""
    changes: Mapping[str, object]
    """Values by path, as `Scenario.replace` takes them."""


class Profile(NamedTuple):
    """A plan for every state, and what each might do instead."""

    entry: str
    name: str
    scenario: "Callable[[], Scenario]"
    deviations: tuple[Deviation, ...]
    equilibrium: bool = True
    """Whether nobody should gain by a deviation; if not, somebody should."""


class Row(NamedTuple):
    """A number, predicted and found."""

    entry: str
    case: str
    name: str
    source: str
    tag: Tag
    direction: Direction
    prediction: float
    value: float
    standard_error: float
    z: float
    """Standard errors between the two; NaN where the number is exact."""
    tolerance: float
    """Largest distance allowed."""
    runs: int
    verdict: Verdict
    series: str
    x: float


def judged(entry: Entry, case: Case, number: Number, found: Estimate) -> Row:
    """Hold what was found against what was predicted."""
    distance = found.value - number.prediction
    exact = found.standard_error == 0.0
    tolerance = number.tolerance if exact else MOST_STANDARD_ERRORS * found.standard_error
    # Not the other way round: a NaN is within no tolerance.
    verdict: Verdict = "reproduced" if abs(distance) <= tolerance else "not reproduced"
    return Row(
        entry.key,
        case.name,
        number.name,
        entry.source,
        case.tag,
        entry.direction,
        number.prediction,
        found.value,
        found.standard_error,
        math.nan if exact else distance / found.standard_error,
        tolerance,
        found.runs,
        verdict,
        number.series,
        number.x,
    )


def proportion(hits: int, runs: int, prediction: float) -> Estimate:
    """A share of runs, with the standard error that the prediction implies.

    A prediction of 0 or 1 has none: one run to the contrary refutes it.
    """
    return Estimate(hits / runs, math.sqrt(prediction * (1.0 - prediction) / runs), runs)


def mean(values: Sequence[float]) -> Estimate:
    """The mean of independent values, with their own standard error."""
    import numpy as np

    array = np.asarray(values, dtype=float)
    return Estimate(float(array.mean()), float(array.std(ddof=1) / math.sqrt(len(array))), len(array))


def exact(value: float, runs: int = 0) -> Estimate:
    """A number without error."""
    return Estimate(value, 0.0, runs)


def sign(found: Estimate) -> Estimate:
    """The sign of what was found: 0 where its interval at `MOST_STANDARD_ERRORS` holds 0.

    Example:
        >>> sign(Estimate(-0.05, 0.01, 1000)).value
        -1.0
        >>> sign(Estimate(0.03, 0.01, 1000)).value
        0.0
    """
    if abs(found.value) <= MOST_STANDARD_ERRORS * found.standard_error:
        return exact(0.0, found.runs)
    return exact(math.copysign(1.0, found.value), found.runs)


def algebra(entry: str, name: str, numbers: Sequence[tuple[Number, float]]) -> Case:
    """A case that is computed and not played: printed numbers, each with what the theory gives."""
    values = tuple(exact(value) for _, value in numbers)
    return Case(entry, name, tuple(number for number, _ in numbers), lambda _: values, tag="E")
