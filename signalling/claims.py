"""Claim files: what a treatment is expected to do to P(war), and what would matter, stated before the run."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, field_validator

from signalling.cells import Settings, plain
from signalling.counterfactual import treat
from signalling.errors import ScenarioError
from signalling.inputs import embed_changes
from signalling.model import compile_model
from signalling.parameters import Strict
from signalling.scenario import Scenario, built_in_scenarios, load_scenario, read_toml
from signalling.sequential import Decision
from signalling.study import FILE_ENDING, load_study, study_path
from signalling.validation import explain, refuse, suggestion


class ClaimTable(Strict):
    """One claim as a file writes it."""

    name: str | None = Field(
        None, min_length=1, description="what it is called; the treatment's name unless given"
    )
    treatment: str | dict[str, Any] = Field(
        description="a treatment of the scenario's study, by name, or a table of paths"
    )
    expected: Literal["prevents", "no effect", "increases"] = Field(
        description="what the treatment is claimed to do to P(war)"
    )
    set: dict[str, Any] = Field(
        default_factory=dict, description="paths of the scenario that are changed first, under both"
    )
    margin: float | None = Field(
        None, gt=0, lt=1, description="a difference in P(war) that does not matter; the file's unless given"
    )

    @field_validator("treatment", mode="before")
    @classmethod
    def _a_name_or_a_table(cls, written: object) -> object:
        if not isinstance(written, str | Mapping):
            raise ValueError("must be the name of a treatment in quotes, or a table of paths")
        return written


class ClaimFile(Strict):
    """A claim file."""

    name: str = Field(description="a title")
    scenario: str = Field(description="a built-in name, or a file beside this one")
    seed: int = Field(ge=0, lt=2**64, description="key of all draws")
    margin: float = Field(gt=0, lt=1, description="a difference in P(war) that does not matter, probability")
    error: float = Field(
        0.05, gt=0, lt=1, description="probability at most that any verdict of the file is wrong"
    )
    budget: int = Field(ge=1, description="pairs of runs at most, for each claim")
    claims: list[ClaimTable] = Field(min_length=1, description="the claims, [[claims]]")


@dataclass(frozen=True)
class Claim:
    """What a treatment is expected to do to a scenario."""

    name: str
    baseline: Scenario
    treated: Scenario
    settings: Settings
    """What is set first, under both."""
    treatment: Settings
    """What the treatment sets."""
    expected: Decision
    margin: float
    """A difference in P(war) that does not matter, probability."""

    def identities(self, seed: int) -> tuple[str, str]:
        """Of the cells of baseline and treatment."""
        treated = compile_model(self.treated, baseline=self.baseline)
        return compile_model(self.baseline).identity(seed), treated.identity(seed)


@dataclass(frozen=True)
class Claims:
    """Claims that are tried together, and with which error; made by `load_claims` or `from_document`."""

    name: str
    scenario: str
    """As the file names it."""
    seed: int
    error: float
    """Probability at most that any of the verdicts is wrong."""
    budget: int
    """Pairs of runs at most, for each claim."""
    claims: tuple[Claim, ...]

    @property
    def level(self) -> float:
        """Error of each claim by itself: an equal share of the whole (Bonferroni), whatever they share."""
        return self.error / len(self.claims)

    @classmethod
    def from_document(cls, document: Mapping[str, Any], folder: Path | None = None) -> Self:
        """Claims from tables as a claim file has them.

        Args:
            document: the tables.
            folder: where the files begin that it names; the working folder unless given.

        Raises:
            ScenarioError: something is not acceptable; one complaint a line, with path, value and remedy.

        Example:
            >>> claim = {"treatment": {"channels.all.loss_probability": 0.9}, "expected": "increases"}
            >>> settings = {"scenario": "two-seekers", "seed": 1, "margin": 0.05, "budget": 500}
            >>> Claims.from_document({"name": "losses", "claims": [claim]} | settings).level
            0.05
        """
        folder = Path() if folder is None else folder
        try:
            written = ClaimFile.model_validate(dict(document))
        except ValidationError as error:
            raise ScenarioError("\n".join(explain(error, ClaimFile, dict(document)))) from error
        source = written.scenario if written.scenario in built_in_scenarios() else folder / written.scenario
        try:
            scenario = load_scenario(source)
            named = load_study(source).treatments if study_path(source).is_file() else {}
        except ScenarioError as error:
            raise ScenarioError(_below("scenario", error)) from error
        if not scenario.knows_war:
            raise refuse(
                "scenario", written.scenario, "knows no war, and claims are about P(war); name another"
            )
        return cls(
            name=written.name,
            scenario=written.scenario,
            seed=written.seed,
            error=written.error,
            budget=written.budget,
            claims=_claims(written, scenario, named, folder),
        )


def _claims(
    written: ClaimFile, scenario: Scenario, named: Mapping[str, Settings], folder: Path
) -> tuple[Claim, ...]:
    found, complaints = [], []
    for place, table in enumerate(written.claims):
        try:
            found.append(_claim(place, table, written.margin, scenario, named, folder))
        except ScenarioError as error:
            complaints.append(_below(f"claims[{place}]", error))
    counts = Counter(claim.name for claim in found)
    complaints += [
        str(refuse("claims", name, f"is the name of {count} claims; give each one its own"))
        for name, count in counts.items()
        if count > 1
    ]
    if complaints:
        raise ScenarioError("\n".join(complaints))
    return tuple(found)


def _claim(
    place: int,
    table: ClaimTable,
    margin: float,
    scenario: Scenario,
    named: Mapping[str, Settings],
    folder: Path,
) -> Claim:
    states = list(scenario.states)
    settings = {path: plain(f"set.{path}", value) for path, value in table.set.items()}
    try:
        baseline = scenario.replace(embed_changes(settings, folder, states)) if settings else scenario
    except ScenarioError as error:
        raise ScenarioError(_below("set", error)) from error
    if isinstance(table.treatment, str):
        if table.treatment not in named:
            raise refuse(
                "treatment", table.treatment, f"no such treatment; {suggestion(table.treatment, named)}"
            )
        name, treatment = table.treatment, named[table.treatment]
    else:
        name = f"claim {place + 1}"
        written = {path: plain(f"treatment.{path}", value) for path, value in table.treatment.items()}
        try:
            treatment = embed_changes(written, folder, states)
        except ScenarioError as error:
            raise ScenarioError(_below("treatment", error)) from error
    try:
        treated = treat(baseline, treatment)
        compile_model(treated, baseline=baseline)
    except ScenarioError as error:
        raise ScenarioError(_below("treatment", error)) from error
    return Claim(
        name=table.name or name,
        baseline=baseline,
        treated=treated,
        settings=settings,
        treatment=dict(treatment),
        expected=Decision(table.expected),
        margin=margin if table.margin is None else table.margin,
    )


def _below(place: str, error: ScenarioError) -> str:
    return "\n".join(f"{place}: {line}" for line in str(error).splitlines())


def is_claims(path: Path) -> bool:
    """Whether a file is a claim file: it has a table of claims, and not the name of a study."""
    if path.name.endswith(FILE_ENDING) or not path.is_file():
        return False
    return "claims" in read_toml(path)


def load_claims(path: str | Path) -> Claims:
    """The claims of a file.

    Raises:
        ScenarioError: with file, path, value and remedy.
    """
    file = Path(path)
    if file.is_file() and not file.read_bytes().strip():
        raise ScenarioError(f"{file}: is empty; a claim file needs a name, a scenario, a seed and [[claims]]")
    try:
        return Claims.from_document(read_toml(file), file.parent)
    except ScenarioError as error:
        lines = [
            line if line.startswith(f"{file}: ") else f"{file}: {line}" for line in str(error).splitlines()
        ]
        raise ScenarioError("\n".join(lines)) from error
