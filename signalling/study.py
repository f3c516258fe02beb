"""Designs over scenarios: which settings vary, which treatments cross them, how many runs, on which luck."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from signalling.cells import Cell, Settings, cell_seed, order_of, plain, points, shown
from signalling.counterfactual import Paired, compare_arms, treat
from signalling.coverage import Span
from signalling.errors import ScenarioError
from signalling.executors import Progress, checked_runs
from signalling.functions import RunFunction, describe
from signalling.parameters import Strict
from signalling.scenario import BUILT_IN_FOLDER, Scenario, built_in_scenarios, load_scenario, read_toml
from signalling.subjects import FunctionSubject, ScenarioSubject, Subject
from signalling.validation import explain, refuse, suggestion

LUCK = ("common", "independent")
FILE_ENDING = "study.toml"


class StudyFile(Strict):
    """A study as a file writes it."""

    scenario: str = Field(description="a built-in name, or a file beside this one")
    baseline: str = Field("baseline", description="what the untreated scenario is called")
    seed: int = Field(ge=0, lt=2**64, description="key of all draws")
    runs: int = Field(ge=1, description="runs of each cell")
    luck: Literal["common", "independent"] = Field(
        "common", description="whether all cells run on the same seed"
    )
    grid: dict[str, Any] | None = Field(None, description="values by path; every combination is a cell")
    zip: dict[str, Any] | None = Field(None, description="values by path, of equal numbers, taken in step")
    cell: list[Any] | None = Field(None, description="tables of paths, one for each cell")
    treatments: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="tables of paths, by name"
    )


class Study:
    """A scenario (or a function of one's own), what varies, and how much to run. Valid once it exists.

    Args:
        subject: a scenario, its name or file, or a function `f(parameters, seed, run)` at the top of a module
            that returns a dictionary of numbers, texts, true or false, or None.
        runs: how many runs of each cell (indices 0 to runs - 1), or a range of indices.
        seed: key of all draws, 0 to 2^64 - 1.
        grid: a list of values for each path; every combination is a cell.
        zip: lists of equal lengths; the first values make a cell, the second ones another.
        cell: the settings of each cell.
        treatments: values by path, by name; crossed with every cell, beside the untreated one.
        parameters: of a function, the same in all cells.
        luck: "common" (every cell has the study's seed: contrasts between cells are paired) or
            "independent" (a seed for each cell: contrasts between cells are not paired).
        baseline: what the untreated scenario is called.
        folder: where files begin that settings and treatments name; the working folder unless given.

    Attributes:
        points: the settings of every point, in the order in which they were given.
        cells: every point under every treatment, in canonical order.

    Raises:
        ScenarioError: something is not acceptable; it names the cell's settings.

    Example:
        >>> study = Study("two-seekers", runs=10, seed=1, grid={"horizon_days": [10, 20]})
        >>> [cell.settings for cell in study.cells]
        [{'horizon_days': 10}, {'horizon_days': 20}]
    """

    def __init__(
        self,
        subject: Scenario | str | Path | RunFunction,
        *,
        runs: int | range,
        seed: int,
        grid: Mapping[str, Sequence[Any]] | None = None,
        zip: Mapping[str, Sequence[Any]] | None = None,  # noqa: A002 - the word of the file
        cell: Sequence[Mapping[str, Any]] | None = None,
        treatments: Mapping[str, Mapping[str, Any]] | None = None,
        parameters: Mapping[str, Any] | None = None,
        luck: str = "common",
        baseline: str = "baseline",
        folder: Path | None = None,
    ) -> None:
        indices = checked_runs(runs, seed)
        if indices.step != 1:
            raise ScenarioError(f"runs = {runs}: a study has consecutive runs; write range(first, end)")
        if luck not in LUCK:
            raise refuse("luck", luck, f"no such luck; {suggestion(luck, LUCK)}")
        self.subject = _subject(subject, parameters)
        self.runs = runs
        self.seed = seed
        self.luck = luck
        self.baseline = baseline
        folder = Path() if folder is None else folder
        self.treatments = {
            name: self._complete_treatment(name, treatment, folder)
            for name, treatment in (treatments or {}).items()
        }
        if baseline in self.treatments:
            raise refuse(
                f"treatments.{baseline}",
                None,
                "is what the untreated scenario is called; give it another name",
            )
        self.points = points(grid, zip, cell)
        self.cells = self._cells(self.points, folder)

    @property
    def scenario(self) -> Scenario:
        """The scenario that the cells change.

        Raises:
            ScenarioError: it is a study of a function.
        """
        if not isinstance(self.subject, ScenarioSubject):
            raise ScenarioError(f"{self.subject.name}: is a study of a function, which has no scenario")
        return self.subject.scenario

    @property
    def wanted(self) -> Span:
        """The runs of each cell, first and end."""
        indices = range(self.runs) if isinstance(self.runs, int) else self.runs
        return indices.start, indices.stop

    def treatment(self, name: str) -> Settings:
        """What a treatment sets, by name; nothing for the untreated scenario.

        Raises:
            ScenarioError: no such treatment.
        """
        if name == self.baseline:
            return {}
        if name not in self.treatments:
            raise refuse("treatment", name, f"no such treatment; {suggestion(name, self.treatments)}")
        return self.treatments[name]

    def with_runs(self, runs: int | range) -> "Study":
        """The same study with another number of runs, or other runs."""
        indices = checked_runs(runs, self.seed)
        other = object.__new__(Study)
        other.__dict__.update(self.__dict__ | {"runs": runs if isinstance(runs, int) else indices})
        return other

    def _complete_treatment(self, name: str, treatment: Mapping[str, Any], folder: Path) -> Settings:
        written = {path: plain(f"treatments.{name}.{path}", value) for path, value in treatment.items()}
        try:
            return self.subject.complete(written, folder)
        except ScenarioError as error:
            raise self._located({}, name, error) from error

    def _cells(self, found: list[Settings], folder: Path) -> tuple[Cell, ...]:
        cells = []
        for settings in found:
            seed = cell_seed(self.seed, settings, self.luck)
            for name in (self.baseline, *self.treatments):
                try:
                    complete = self.subject.complete(settings, folder)
                    identity = self.subject.identity(complete, self.treatment(name), seed)
                except ScenarioError as error:
                    raise self._located(settings, name, error) from error
                cells.append(Cell(identity, settings, name, seed, complete))
        return tuple(sorted(cells, key=lambda cell: order_of(cell, self.baseline)))

    def _located(self, settings: Settings, name: str, error: ScenarioError) -> ScenarioError:
        place = f"cell {shown(settings)}: " if settings else ""
        if name != self.baseline:
            place += f"treatments.{name}: "
        return ScenarioError("\n".join(place + line for line in str(error).splitlines()))


def _subject(subject: Scenario | str | Path | RunFunction, parameters: Mapping[str, Any] | None) -> Subject:
    if isinstance(subject, str | Path):
        subject = load_scenario(subject)
    if isinstance(subject, Scenario):
        if parameters is not None:
            raise ScenarioError(
                "parameters: are of functions; set a path of the scenario with replace or cell"
            )
        return ScenarioSubject(subject)
    fixed = {name: plain(f"parameters.{name}", value) for name, value in (parameters or {}).items()}
    return FunctionSubject(describe(subject), fixed)


def is_study(path: Path) -> bool:
    """Whether a file is a study: by its name, or because it names a scenario and has no states."""
    if path.name.endswith(FILE_ENDING) or str(path) in built_in_studies():
        return True
    if not path.is_file():
        return False
    tables = read_toml(path)
    return "scenario" in tables and "states" not in tables


def built_in_studies() -> list[str]:
    """Names of the studies that come with the package beside those of the scenarios themselves."""
    names = {path.name.removesuffix(f".{FILE_ENDING}") for path in BUILT_IN_FOLDER.glob(f"*.{FILE_ENDING}")}
    return sorted(names - set(built_in_scenarios()))


def study_path(source: str | Path) -> Path:
    """Where the study of a scenario stands: in NAME.study.toml beside NAME.toml; or a study itself."""
    path = Path(source)
    if str(source) in (*built_in_scenarios(), *built_in_studies()):
        return BUILT_IN_FOLDER / f"{source}.{FILE_ENDING}"
    if path.name.endswith(FILE_ENDING):
        return path
    beside = path.with_name(f"{path.name.removesuffix('.toml')}.{FILE_ENDING}")
    return path if not beside.exists() and path.is_file() and is_study(path) else beside


def load_study(source: str | Path) -> Study:
    """The study of a scenario, by built-in name or file, or a study itself, by built-in name or file.

    Raises:
        ScenarioError: with file, the cell's settings, path, value and remedy.

    Example:
        >>> sorted(load_study("july-1914").treatments)
        ['hotline', 'one-day-line']
    """
    path = study_path(source)
    if path.is_file() and not path.read_bytes().strip():
        raise ScenarioError(f"{path}: is empty; a study needs a scenario, a seed and runs")
    tables = read_toml(path)
    try:
        written = StudyFile.model_validate(tables)
        beside = path.parent / written.scenario
        scenario = load_scenario(written.scenario if written.scenario in built_in_scenarios() else beside)
    except ValidationError as error:
        raise _in_file(path, explain(error, StudyFile, tables)) from error
    except ScenarioError as error:
        raise _in_file(path, [f"scenario: {line}" for line in str(error).splitlines()]) from error
    design_of = {key: value for key, value in written if key != "scenario"}
    try:
        return Study(scenario, **design_of, folder=path.parent)
    except ScenarioError as error:
        raise _in_file(path, str(error).splitlines()) from error


def _in_file(path: Path, lines: list[str]) -> ScenarioError:
    return ScenarioError("\n".join(f"{path}: {line}" for line in lines))


def compare_all(
    scenario: Scenario,
    treatments: Mapping[str, Mapping[str, object]],
    *,
    runs: int | range,
    seed: int,
    baseline_name: str = "baseline",
    workers: int = 1,
    progress: Progress | None = None,
) -> list[Paired]:
    """Each treatment against the scenario, on the same luck; the baseline is run once.

    Args:
        scenario: the baseline.
        treatments: values by path, by name.
        runs: how many pairs, or which run indices.
        seed: key of all draws.
        baseline_name: what to call the scenario in tables.
        workers: how many processes share the work.
        progress: called as runs are done, of all arms together.

    Raises:
        ScenarioError: a treatment is not acceptable.
    """
    return compare_arms(
        scenario,
        {name: treat(scenario, treatment) for name, treatment in treatments.items()},
        runs=runs,
        seed=seed,
        baseline_name=baseline_name,
        workers=workers,
        progress=progress,
    )


def design(
    source: str,
    names: Sequence[str],
    treatment: Mapping[str, object],
    changes: Mapping[str, object],
    *,
    runs: int | None,
    seed: int | None,
) -> Study:
    """The comparison a user asks for: a scenario, some of its named treatments, and one of the user's own.

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
        study = Study(source, baseline="baseline", seed=1, runs=1000)
    if any(cell.settings for cell in study.cells):
        raise ScenarioError(f"{source}: varies settings; run it with: signalling sweep {source} --out DIR")
    own = {"treatment": dict(treatment)} if treatment else {}
    kept = {name: study.treatment(name) for name in names} or ({} if own else study.treatments)
    if not kept | own:
        raise ScenarioError(
            f"{source}: has no treatment; name one with --treatment or write one with --treat"
        )
    return Study(
        study.scenario.replace(changes),
        baseline=study.baseline,
        seed=study.seed if seed is None else seed,
        runs=study.runs if runs is None else runs,
        treatments=kept | own,
    )
