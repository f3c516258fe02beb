"""Designs over scenarios: named treatments of one scenario, each compared with it on the same luck."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from signalling.counterfactual import Paired, compare, treat
from signalling.errors import ScenarioError
from signalling.executors import Progress, run_model
from signalling.model import compile_model
from signalling.parameters import Strict
from signalling.scenario import BUILT_IN_FOLDER, Scenario, built_in_scenarios, load_scenario, read_toml
from signalling.validation import explain, refuse, suggestion


class StudyFile(Strict):
    """A study as a file writes it."""

    scenario: str = Field(description="a built-in name, or a file beside this one")
    baseline: str = Field("baseline", description="what the untreated scenario is called")
    seed: int = Field(ge=0, lt=2**64, description="key of all draws")
    runs: int = Field(ge=1, description="pairs per treatment")
    treatments: dict[str, dict[str, Any]] = Field(default_factory=dict, description="values by path, by name")


class Study(Strict):
    """A scenario with its treatments, seed and runs."""

    scenario: Scenario
    baseline: str
    seed: int
    runs: int
    treatments: dict[str, dict[str, Any]]

    def treatment(self, name: str) -> dict[str, Any]:
        """One treatment by name.

        Raises:
            ScenarioError: no such treatment.
        """
        if name not in self.treatments:
            raise refuse("treatment", name, f"no such treatment; {suggestion(name, self.treatments)}")
        return self.treatments[name]


def study_path(source: str | Path) -> Path:
    """Where the study of a scenario stands: in NAME.study.toml beside NAME.toml."""
    path = Path(source)
    if str(source) in built_in_scenarios():
        return BUILT_IN_FOLDER / f"{source}.study.toml"
    if path.name.endswith(".study.toml"):
        return path
    return path.with_name(path.name.removesuffix(".toml") + ".study.toml")


def load_study(source: str | Path) -> Study:
    """The study of a scenario, by built-in name or file, or a study file itself.

    Raises:
        ScenarioError: with file, path, value and remedy.

    Example:
        >>> sorted(load_study("july-1914").treatments)
        ['hotline', 'one-day-line']
    """
    path = study_path(source)
    tables = read_toml(path)
    try:
        written = StudyFile.model_validate(tables)
    except ValidationError as error:
        raise ScenarioError(
            "\n".join(f"{path}: {line}" for line in explain(error, StudyFile, tables))
        ) from error
    beside = path.parent / written.scenario
    scenario = load_scenario(written.scenario if written.scenario in built_in_scenarios() else beside)
    for name, treatment in written.treatments.items():
        try:
            treat(scenario, treatment)
        except ScenarioError as error:
            raise ScenarioError(f"{path}: treatments.{name}: {error}") from error
    return Study(
        scenario=scenario,
        baseline=written.baseline,
        seed=written.seed,
        runs=written.runs,
        treatments=written.treatments,
    )


def compare_all(
    scenario: Scenario,
    treatments: Mapping[str, Mapping[str, object]],
    *,
    runs: int | range,
    seed: int,
    baseline_name: str = "baseline",
    progress: Progress | None = None,
) -> list[Paired]:
    """Each treatment against the scenario, on the same luck; the baseline is run once.

    Args:
        scenario: the baseline.
        treatments: values by path, by name.
        runs: how many pairs, or which run indices.
        seed: key of all draws.
        baseline_name: what to call the scenario in tables.
        progress: called after each run, of all arms together.

    Raises:
        ScenarioError: a treatment is not acceptable.
    """
    for treatment in treatments.values():
        treat(scenario, treatment)
    arms = 1 + len(treatments)

    def of_arm(arm: int) -> Progress | None:
        return None if progress is None else lambda done, wanted: progress(arm * wanted + done, arms * wanted)

    baseline = run_model(compile_model(scenario), runs=runs, seed=seed, progress=of_arm(0))
    return [
        compare(
            scenario,
            treatment=treatment,
            runs=runs,
            seed=seed,
            treatment_name=name,
            baseline_name=baseline_name,
            baseline=baseline,
            progress=of_arm(arm),
        )
        for arm, (name, treatment) in enumerate(treatments.items(), start=1)
    ]


def design(
    source: str,
    names: Sequence[str],
    treatment: Mapping[str, object],
    changes: Mapping[str, object],
    *,
    runs: int | None,
    seed: int | None,
) -> Study:
    """The study a user asks for: a scenario, some of its named treatments, and one of the user's own.

    Args:
        source: a built-in name or a scenario file; its treatments stand in NAME.study.toml beside it.
        names: treatments to keep; all, if no treatment is given otherwise.
        treatment: a further treatment, values by path; none if empty.
        changes: to the scenario itself, values by path.
        runs: pairs per treatment; None for the study's own number.
        seed: None for the study's own.

    Raises:
        ScenarioError: something is not acceptable, or there is no treatment at all.
    """
    if study_path(source).exists():
        study = load_study(source)
    else:
        study = Study(scenario=load_scenario(source), baseline="baseline", seed=1, runs=1000, treatments={})
    own = {"treatment": dict(treatment)} if treatment else {}
    kept = {name: study.treatment(name) for name in names} or ({} if own else study.treatments)
    if not kept | own:
        raise ScenarioError(
            f"{source}: has no treatment; name one with --treatment or write one with --treat"
        )
    return Study(
        scenario=study.scenario.replace(changes),
        baseline=study.baseline,
        seed=study.seed if seed is None else seed,
        runs=study.runs if runs is None else runs,
        treatments=kept | own,
    )
