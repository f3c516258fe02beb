"""What a study runs: a scenario, or a function of the user's own. Both make cells of settings."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from signalling import functions
from signalling.cells import Settings
from signalling.counterfactual import treat
from signalling.engines.choice import choose
from signalling.errors import ResultError, ScenarioError
from signalling.inputs import embed_changes
from signalling.model import Model, compile_model
from signalling.outcome import outcome_columns
from signalling.paths import Document
from signalling.scenario import Scenario
from signalling.tasks import Recipe, scenario_recipe


class Subject(Protocol):
    """What every cell of a study changes."""

    @property
    def name(self) -> str:
        """A title."""

    def tables(self) -> dict[str, Any]:
        """What of it changes the answer, readable; the seed is left out."""

    def complete(self, settings: Settings, folder: Path) -> Settings:
        """The settings with the files that they name read.

        Raises:
            ScenarioError: a file is not acceptable.
        """

    def identity(self, settings: Settings, treatment: Settings, seed: int) -> str:
        """Identity of a cell, which is checked on the way.

        Raises:
            ScenarioError: the settings are not acceptable.
        """

    def engine_for(self, runs: int) -> str:
        """The engine for so many runs of its cells together; without meaning for a function."""

    def recipe(self, settings: Settings, treatment: Settings, seed: int, engine: str = "process") -> Recipe:
        """A cell as plain data from which its runs are made."""

    def written(self) -> Document:
        """As plain data that `subject_from` accepts."""


class ScenarioSubject:
    """A scenario; settings and treatments are values by path."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.columns = outcome_columns(compile_model(scenario))

    @property
    def name(self) -> str:
        """The scenario's title."""
        return self.scenario.name

    def tables(self) -> dict[str, Any]:
        """Scenario, doctrines, laws and kernel, as in the identity of a cell."""
        tables: dict[str, Any] = json.loads(compile_model(self.scenario).identity_text(0))
        return {key: value for key, value in tables.items() if key != "seed"}

    def complete(self, settings: Settings, folder: Path) -> Settings:
        """The settings with laws and graphs read from their files."""
        return embed_changes(settings, folder, list(self.scenario.states))

    def model(self, settings: Settings, treatment: Settings) -> Model:
        """The compiled cell."""
        untreated = self.scenario.replace(settings) if settings else self.scenario
        treated = treat(untreated, treatment) if treatment else untreated
        return compile_model(treated, baseline=untreated)

    def identity(self, settings: Settings, treatment: Settings, seed: int) -> str:
        """Identity of the compiled cell."""
        model = self.model(settings, treatment)
        if outcome_columns(model) != self.columns:
            raise ScenarioError(
                "is a game with other columns than the scenario's own; write a study for each kind of game"
            )
        return model.identity(seed)

    def engine_for(self, runs: int) -> str:
        """What suits so many runs of the scenario itself."""
        return choose([compile_model(self.scenario)], runs, "auto")

    def recipe(self, settings: Settings, treatment: Settings, seed: int, engine: str = "process") -> Recipe:
        """The written scenario, treated and not."""
        return scenario_recipe(self.model(settings, treatment), seed, engine)

    def written(self) -> Document:
        """The scenario as plain tables."""
        return {"scenario": self.scenario.written()}


class FunctionSubject:
    """A function; settings and treatments are values of its parameters, over those given for all cells."""

    def __init__(self, described: Mapping[str, str], parameters: Settings) -> None:
        self.described = dict(described)
        self.parameters = parameters

    @property
    def name(self) -> str:
        """The function's name."""
        return self.described["function"]

    def tables(self) -> dict[str, Any]:
        """Where the function stands, a digest of its source, and the parameters of all cells."""
        return functions.identity_of(self.described) | {"parameters": self.parameters}

    def complete(self, settings: Settings, folder: Path) -> Settings:  # noqa: ARG002 - files of scenarios
        """The settings as they are."""
        return settings

    def identity(self, settings: Settings, treatment: Settings, seed: int) -> str:
        """SHA-256 of function, parameters and seed."""
        tables = self.tables() | {"parameters": self.parameters | settings | treatment, "seed": seed}
        text = json.dumps(tables, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def engine_for(self, runs: int) -> str:  # noqa: ARG002
        """No engine makes the runs of a function."""
        return "process"

    def recipe(
        self,
        settings: Settings,
        treatment: Settings,
        seed: int,
        engine: str = "process",  # noqa: ARG002
    ) -> Recipe:
        """Where the function stands, and the parameters of the cell."""
        content = {**self.described, "parameters": self.parameters | settings | treatment}
        return Recipe(self.identity(settings, treatment, seed), seed, content)

    def written(self) -> Document:
        """The function with its source, and the parameters of all cells."""
        return {**self.described, "parameters": self.parameters}


def subject_from(written: Document) -> Subject:
    """The subject that was written down.

    Raises:
        ResultError: it is not to be read.
        ScenarioError: the scenario is not acceptable to this version.
    """
    if "scenario" in written:
        return ScenarioSubject(Scenario.from_document(written["scenario"]))
    if {"module", "function", "source", "parameters"} <= written.keys():
        described = {key: str(written[key]) for key in ("module", "function", "source")}
        return FunctionSubject(described, written["parameters"])
    raise ResultError("the provenance names neither a scenario nor a function; collect again elsewhere")
