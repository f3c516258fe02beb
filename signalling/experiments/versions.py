"""Versions of a scenario: every combination of what its factors set, and parts that ask each of them."""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import Field

from signalling.errors import ScenarioError
from signalling.experiments.rows import Row, kept_rows
from signalling.experiments.work import Work
from signalling.inputs import embed_changes
from signalling.parameters import Strict
from signalling.scenario import Scenario, built_in_scenarios, load_scenario
from signalling.validation import refuse

#: By factor and the name of its setting, the paths that it sets.
Factors = Mapping[str, Mapping[str, Mapping[str, Any]]]


class VersionsPart(Strict, ABC):
    """A question that is asked of every version of a scenario, each with a journal of its own."""

    scenario: str = Field(description="a built-in name, or a file beside the experiment")
    runs: int = Field(ge=1, description="runs of each version")
    quick_runs: int = Field(ge=1, description="for a quick look")
    seed: int = Field(ge=0, lt=2**64, description="key of all draws")
    factors: dict[str, dict[str, dict[str, Any]]] = Field(
        default_factory=dict,
        description="versions of the scenario: by factor and name, the paths that it sets",
    )

    @abstractmethod
    def rows_of(self, version: Scenario, runs: int, work: Work) -> Sequence[Row]:
        """What is found of one version.

        Args:
            version: of the scenario.
            runs: how many.
            work: with the journal and the progress of this version.
        """

    def rows(self, work: Work) -> list[Row]:
        """Make the runs that are not kept, and the table.

        Raises:
            ScenarioError: something is not acceptable; it names the version in which.
        """
        runs = work.wanted(self.runs, self.quick_runs)
        made = versions(scenario_of(self.scenario, work.folder), self.factors, work.folder)
        found: list[Row] = []
        for place, (told, version) in enumerate(made):
            own = replace(work, journal=work.piece(place), progress=work.share(place, len(made)))
            with _naming(told):
                found += [_beside(told, row) for row in self.rows_of(version, runs, own)]
        return kept_rows(found)


def versions(scenario: Scenario, factors: Factors, folder: Path) -> list[tuple[dict[str, str], Scenario]]:
    """Every combination of the factors' settings, with what it is called by factor, in order.

    All paths of a version are set at once, in the order of the factors: one that sets a doctrine comes before
    one that sets its parameters.

    Args:
        scenario: what is changed; itself alone, under no name, where there is no factor.
        factors: what each sets.
        folder: where files begin that settings name.

    Raises:
        ScenarioError: with factors, names, path, value and remedy.

    Example:
        >>> from signalling import load_scenario
        >>> greed = {"greed": {"none": {}, "all": {"states.all.greedy_probability": 1}}}
        >>> found = versions(load_scenario("two-seekers"), greed, Path())
        >>> [(told["greed"], version.states["A"].greedy_probability) for told, version in found]
        [('none', 0.0), ('all', 1.0)]
    """
    for factor, settings in factors.items():
        if not settings:
            raise refuse(f"factors.{factor}", settings, "has no setting; name one, or leave the factor out")
    found = []
    for names in itertools.product(*factors.values()):
        told = dict(zip(factors, names, strict=True))
        with _naming(told):
            changes = _joined(factors[factor][name] for factor, name in told.items())
            complete = embed_changes(changes, folder, list(scenario.states))
            found.append((told, scenario.replace(complete) if complete else scenario))
    return found


def scenario_of(name: str, folder: Path) -> Scenario:
    """A built-in scenario, or a file of an experiment.

    Raises:
        ScenarioError: there is no such scenario, or it is not acceptable.
    """
    return load_scenario(name if name in built_in_scenarios() else folder / name)


def _joined(settings: Iterator[Mapping[str, Any]]) -> dict[str, Any]:
    """The paths of some settings, in order; were one undone, a version would not be what it is called."""
    changes: dict[str, Any] = {}
    for path, value in itertools.chain.from_iterable(setting.items() for setting in settings):
        for before in changes:
            if _covers(path, before):
                remedy = f"undoes {before}, which is set before it; set it first, or leave one of the two out"
                raise refuse(path, value, remedy)
        changes[path] = value
    return changes


def _covers(path: str, other: str) -> bool:
    """Whether whoever sets a path sets the other too: the same, one above it, or that of all of them."""
    above, below = path.split("."), other.split(".")
    alike = [
        mine == its or (place == 1 and mine == "all" and above[0] in {"states", "channels"})
        for place, (mine, its) in enumerate(zip(above, below, strict=False))
    ]
    return len(above) <= len(below) and all(alike)


@contextmanager
def _naming(told: Mapping[str, str]) -> Iterator[None]:
    """Within the block, what is refused names the version."""
    try:
        yield
    except ScenarioError as error:
        if not told:
            raise
        place = ", ".join(f"factors.{factor}.{name}" for factor, name in told.items())
        raise ScenarioError("\n".join(f"{place}: {line}" for line in str(error).splitlines())) from error


def _beside(told: Mapping[str, str], row: Row) -> Row:
    """What a version is called, and what was found of it."""
    for factor, name in told.items():
        if factor in row:
            raise refuse(factor, name, "is a column of the table already; give the factor another name")
    return {**told, **row}
