"""The part of an experiment that asks in how much of a region contrasts hold, and the part that counts it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import Field

from signalling.cells import Settings, plain, shown
from signalling.engines.choice import choose
from signalling.errors import ScenarioError, SignallingError
from signalling.executors import Progress, run_models
from signalling.experiments.rows import Row, kept_rows, named
from signalling.experiments.work import Work
from signalling.journal import Journal
from signalling.model import Model, compile_model
from signalling.parameters import Strict
from signalling.region import Region, load_region
from signalling.scenario import Scenario
from signalling.stats import Interval, tango, wilson

CONFIDENCE = 0.95
#: Number of the point at which a doctrine has its defaults; points of the region are counted from 0.
DEFAULT_POINT = -1
SIGNS = ("raises", "lowers", "neither")
#: What rows say of all doctrines together.
ALL = "all"


class ContrastTable(Strict):
    """Two arms on the same luck, at every point of a region."""

    label: str = Field(description="in words")
    set: dict[str, Any] = Field(
        default_factory=dict, description="paths that are set at every point first, in both arms"
    )
    treatment: dict[str, Any] = Field(min_length=1, description="paths that the second arm sets")


class MultiversePart(Strict):
    """Contrasts at points of a region, under each of its doctrines; one row per contrast, doctrine and point.

    A doctrine at its defaults, in the scenario as it is, is a point beside those of the region.
    """

    kind: Literal["multiverse"]
    region: str = Field(description="a region file beside the experiment")
    points: int = Field(ge=1, description="points of each doctrine")
    quick_points: int = Field(ge=1, description="for a quick look")
    runs: int = Field(ge=1, description="runs of each arm")
    quick_runs: int = Field(ge=1, description="for a quick look")
    seed: int = Field(ge=0, lt=2**64, description="key of the points, and of all draws of all arms")
    margin: float = Field(0.0, ge=0, lt=1, description="a difference in P(war) that does not matter")
    contrasts: dict[str, ContrastTable] = Field(min_length=1, description="by name")

    def rows(self, work: Work) -> list[Row]:
        """Make the runs that are not kept, and the table.

        Raises:
            ScenarioError: the region, a point of it or a contrast is not acceptable.
        """
        region = load_region(work.folder / self.region)
        points = _points(region, work.wanted(self.points, self.quick_points), self.seed)
        for point in points:  # all are tried before any is run: what is refused last is known first
            self._pairs(region, point)
        runs = work.wanted(self.runs, self.quick_runs)
        journal = Journal(work.journal, {"seed": self.seed})
        # One choice for all points, by the runs of all of them.
        defaults = [compile_model(region.version(doctrine, {})) for doctrine in region.doctrines]
        each = runs * len(self.contrasts)
        engine = choose(defaults, 2 * each * len(points) // len(defaults), "auto")
        effort = Effort(runs, self.seed, engine, work.workers)
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in self.contrasts}
        for place, point in enumerate(points):
            pairs = _compiled(self._pairs(region, point))
            found = _made(pairs, journal, effort, work.within(place * each, len(points) * each))
            of_region = dict.fromkeys(region.paths) | point.settings
            for (name, contrast), counts in zip(self.contrasts.items(), found, strict=True):
                told = {"contrast": name, "label": contrast.label, "doctrine": point.doctrine}
                numbered = {"point": point.number, "default": point.number == DEFAULT_POINT}
                rows[name].append(told | numbered | of_region | self._result(counts, runs))
        return kept_rows(row for of_contrast in rows.values() for row in of_contrast)

    def _pairs(self, region: Region, point: "Point") -> "list[Pair]":
        """The two arms of every contrast at a point; contrasts that set nothing share the first."""
        place = f"doctrines.{point.doctrine}"
        if point.number != DEFAULT_POINT:
            place += f", point {shown(point.settings)}"
        untouched = region.version(point.doctrine, point.settings if point.number != DEFAULT_POINT else {})
        pairs = []
        for name, contrast in self.contrasts.items():
            where = f"{place}: contrasts.{name}"
            before = _changed(region, untouched, contrast.set, f"{where}.set")
            pairs.append(Pair(before, _changed(region, before, contrast.treatment, f"{where}.treatment")))
        return pairs

    def _result(self, counts: "Counts", runs: int) -> dict[str, Any]:
        difference = tango(counts.caused, counts.averted, runs, CONFIDENCE)
        row: dict[str, Any] = {"runs": runs, **counts._asdict()}
        row |= named("p_war_baseline", wilson(counts.averted + counts.untouched, runs, CONFIDENCE))
        row |= named("difference", difference)
        return row | {"sign": sign(difference, self.margin)}


class SharesPart(Strict):
    """In which share of a region each contrast raises or lowers P(war), by the rows of another part."""

    kind: Literal["shares"]
    of: str = Field(description="the part whose rows are counted, a multiverse")

    def rows_from(self, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        """One row per contrast and doctrine, and one over all doctrines, each of which weighs alike.

        A share has Wilson's interval over the points, that over all doctrines the one of `mean_share`.

        Args:
            rows: those of a multiverse; its points at defaults are left out.

        Raises:
            SignallingError: a doctrine has more points than another.
        """
        groups: dict[tuple[str, str], dict[str, list[Mapping[str, Any]]]] = {}
        for row in rows:
            if not row["default"]:
                by_doctrine = groups.setdefault((row["contrast"], row["label"]), {})
                by_doctrine.setdefault(row["doctrine"], []).append(row)
        found = []
        for (contrast, label), by_doctrine in groups.items():
            named = {doctrine: [points] for doctrine, points in by_doctrine.items()}
            for doctrine, strata in (named | {ALL: list(by_doctrine.values())}).items():
                told = {"contrast": contrast, "label": label, "doctrine": doctrine}
                found.append(told | _shares(strata))
        return kept_rows(found)


class Point(NamedTuple):
    """A point of a region, under one of its doctrines."""

    doctrine: str
    number: int
    settings: Settings
    """By path; None where the default is not one value."""


class Pair(NamedTuple):
    """The two arms of a contrast at a point."""

    baseline: Scenario
    treated: Scenario


class Compiled(NamedTuple):
    """The same, compiled."""

    baseline: Model
    treated: Model


class Effort(NamedTuple):
    """How arms are run."""

    runs: int
    seed: int
    engine: str
    workers: int


class Counts(NamedTuple):
    """What came out of a pair of arms: wars under the first alone, under the second alone, under both."""

    averted: int
    caused: int
    untouched: int


def sign(difference: Interval, margin: float = 0.0) -> str:
    """What a contrast does to P(war), by the whole interval of the difference.

    Example:
        >>> sign(Interval(0.05, 0.02, 0.08)), sign(Interval(0.05, 0.02, 0.08), margin=0.03)
        ('raises', 'neither')
    """
    if difference.low > margin:
        return "raises"
    return "lowers" if difference.high < -margin else "neither"


def mean_share(counts: Sequence[tuple[int, int]], confidence: float = CONFIDENCE) -> Interval:
    """The mean of several independent proportions, with an interval.

    Wilson's intervals put together by their squares: the distance of each end from the mean is the root of
    the sum of the squares of those of the single ends, each with its weight. Of one proportion it is
    Wilson's interval; it keeps its length where all proportions are 0 or 1, as a normal one does not.

    Source: Newcombe 1998, Statistics in Medicine 17, for a difference; for sums Zou et al. 2009.

    Args:
        counts: successes and trials of each.
        confidence: coverage aimed at.

    Example:
        >>> print(mean_share([(0, 50), (50, 50)]))
        0.500 [0.464, 0.536]
    """
    ends = [wilson(successes, trials, confidence) for successes, trials in counts]
    mean = math.fsum(end.estimate for end in ends) / len(ends)
    below = math.hypot(*(end.estimate - end.low for end in ends)) / len(ends)
    above = math.hypot(*(end.high - end.estimate for end in ends)) / len(ends)
    return Interval(mean, mean - below, mean + above)


def _shares(strata: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """The shares of some doctrines' points, and the quartiles of their differences."""
    if len({len(points) for points in strata}) > 1:
        raise SignallingError("shares: a doctrine has more points than another; run the part again")
    row: dict[str, Any] = {"points": sum(len(points) for points in strata)}
    for name in SIGNS:
        counts = [(sum(point["sign"] == name for point in points), len(points)) for points in strata]
        row |= named(name, mean_share(counts))
    differences = [point["difference"] for points in strata for point in points]
    quartiles = (float(value) for value in np.quantile(differences, (0.5, 0.25, 0.75)))
    return row | dict(zip(("median", "quartile_low", "quartile_high"), quartiles, strict=True))


def _points(region: Region, n: int, seed: int) -> list[Point]:
    """Of every doctrine its defaults, then n points of the region."""
    found = []
    for doctrine in region.doctrines:
        found.append(Point(doctrine, DEFAULT_POINT, region.defaults(doctrine)))
        drawn = region.points(doctrine, n, seed)
        found += [Point(doctrine, number, settings) for number, settings in enumerate(drawn)]
    return found


def _changed(region: Region, scenario: Scenario, settings: Mapping[str, Any], place: str) -> Scenario:
    if not settings:
        return scenario
    try:
        return region.changed(scenario, {path: plain(path, value) for path, value in settings.items()})
    except ScenarioError as error:
        lines = [f"{place}: {line}" for line in str(error).splitlines()]
        raise ScenarioError("\n".join(lines)) from error


def _compiled(pairs: Sequence[Pair]) -> list[Compiled]:
    """Each pair compiled, and a baseline that several share once."""
    shared = {id(pair.baseline): pair.baseline for pair in pairs}
    baselines = {key: compile_model(scenario) for key, scenario in shared.items()}
    return [
        Compiled(baselines[id(pair.baseline)], compile_model(pair.treated, baseline=pair.baseline))
        for pair in pairs
    ]


def _made(
    pairs: Sequence[Compiled], journal: Journal, effort: Effort, progress: Progress | None
) -> list[Counts]:
    """The counts of every pair; an arm that several pairs have, or one has already kept, is run once."""
    arms = [tuple(model.identity(effort.seed) for model in pair) for pair in pairs]
    keys = [f"{before} and {after}, {effort.runs} runs" for before, after in arms]
    lacking = [place for place, key in enumerate(keys) if journal.get(key) is None]
    models = {cell: model for place in lacking for cell, model in zip(arms[place], pairs[place], strict=True)}

    def tell(done: int, wanted: int) -> None:
        if progress is not None:
            of_all = len(pairs) * effort.runs
            progress(of_all - len(lacking) * effort.runs * (wanted - done) // wanted, of_all)

    made = run_models(list(models.values()), **effort._asdict(), progress=tell)
    war = {cell: outcomes.table["war"].to_numpy() for cell, outcomes in zip(models, made, strict=True)}
    for place in lacking:
        before, after = (war[cell] for cell in arms[place])
        counts = ((before & ~after).sum(), (after & ~before).sum(), (before & after).sum())
        journal.put(keys[place], [int(count) for count in counts])
    if not lacking:
        tell(1, 1)
    return [Counts(*journal.get(key)) for key in keys]
