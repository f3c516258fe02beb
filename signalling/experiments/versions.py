"""Versions of a scenario: what its factors set, every combination of them."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signalling.errors import ScenarioError
from signalling.inputs import embed_changes
from signalling.scenario import Scenario, built_in_scenarios, load_scenario

#: By factor and the name of its setting, the paths that it sets.
Factors = Mapping[str, Mapping[str, Mapping[str, Any]]]


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
    found = []
    for names in itertools.product(*factors.values()):
        told = dict(zip(factors, names, strict=True))
        settings: dict[str, Any] = {}
        for factor, name in told.items():
            settings |= factors[factor][name]
        try:
            complete = embed_changes(settings, folder, list(scenario.states))
            found.append((told, scenario.replace(complete) if complete else scenario))
        except ScenarioError as error:
            place = ", ".join(f"factors.{factor}.{name}" for factor, name in told.items())
            raise ScenarioError("\n".join(f"{place}: {line}" for line in str(error).splitlines())) from error
    return found


def scenario_of(name: str, folder: Path) -> Scenario:
    """A built-in scenario, or a file of an experiment.

    Raises:
        ScenarioError: there is no such scenario, or it is not acceptable.
    """
    return load_scenario(name if name in built_in_scenarios() else folder / name)
