"""An experiment as a folder: which parts are run, what is shown of them, and what was predicted."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from signalling.errors import ScenarioError
from signalling.experiments.arming import DilemmaPart
from signalling.experiments.causes import AttributionPart
from signalling.experiments.claimed import ClaimsPart
from signalling.experiments.moments import PivotalPart
from signalling.experiments.multiverse import MultiversePart, SharesPart
from signalling.experiments.signs import SignsPart
from signalling.experiments.sobol import SobolPart
from signalling.experiments.studies import StudyPart
from signalling.experiments.tables import TableSpec
from signalling.figures.paper import FigureSpec
from signalling.parameters import Strict
from signalling.scenario import read_toml
from signalling.validation import explain, refuse, suggestion

FILE = "experiment.toml"

Part = Annotated[
    StudyPart
    | ClaimsPart
    | DilemmaPart
    | AttributionPart
    | PivotalPart
    | MultiversePart
    | SharesPart
    | SobolPart
    | SignsPart,
    Field(discriminator="kind"),
]


class Prediction(Strict):
    """What was expected of the rows of a part before they were run.

    It is borne out if the interval of every row that it is about lies on the side that was predicted, not
    borne out if that of any lies on another, and undecided otherwise.
    """

    text: str = Field(description="in a sentence")
    part: str = Field(description="whose rows it is about")
    where: dict[str, Any] = Field(
        default_factory=dict,
        description="which rows; all of them unless given, and a list means any of these",
    )
    column: str = Field("difference", description="which estimate")
    expected: Literal["above", "below", "within"] = Field(
        description="whether it lies above `line`, below it, or within `margin` of it"
    )
    line: float = Field(0.0, description="the value that divides")
    margin: float = Field(0.0, ge=0, description="of `within`: a distance that does not matter")

    @model_validator(mode="after")
    def _has_a_margin_to_be_within(self) -> "Prediction":
        if (self.margin > 0.0) != (self.expected == "within"):
            raise ValueError(
                "margin: is what `within` needs, and above and below have none; move `line` instead"
            )
        return self


class Command(Strict):
    """A command of the program whose files belong to the experiment."""

    folder: str = Field(description="of the results that it writes, below that of all results")
    run: list[str] = Field(
        description="its words; {out} is that folder, {experiments} that of all experiments"
    )
    quick: list[str] | None = Field(None, description="its words for a quick look; left out unless given")


class ExperimentFile(Strict):
    """The file of an experiment."""

    title: str
    parts: dict[str, Part] = Field(description="what is run, in order")
    tables: dict[str, TableSpec] = Field(default_factory=dict)
    figures: dict[str, FigureSpec] = Field(default_factory=dict)
    predictions: dict[str, Prediction] = Field(default_factory=dict)
    commands: list[Command] = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_its_parts(self) -> "ExperimentFile":
        for group in ("tables", "figures", "predictions"):
            for name, spec in getattr(self, group).items():
                if spec.part not in self.parts:
                    known = suggestion(spec.part, list(self.parts))
                    raise ValueError(f"{group}.{name}.part = {spec.part!r} is no part; {known}")
        return self


@dataclass(frozen=True)
class Experiment:
    """A folder that has been read."""

    folder: Path
    spec: ExperimentFile

    @property
    def name(self) -> str:
        """Of its folder."""
        return self.folder.name


def load_experiment(folder: Path) -> Experiment:
    """Read the file of an experiment.

    Raises:
        ScenarioError: with file, path, value and remedy.
    """
    path = folder / FILE
    document = read_toml(path)
    try:
        return Experiment(folder, ExperimentFile.model_validate(document))
    except ValidationError as error:
        lines = explain(error, ExperimentFile, document)
        raise ScenarioError("\n".join(f"{path}: {line}" for line in lines)) from error


def load_experiments(folder: Path) -> Mapping[str, Experiment]:
    """All experiments below a folder, by name, in order.

    Raises:
        ScenarioError: there is none, or one of them is not acceptable.
    """
    found = {path.parent.name: load_experiment(path.parent) for path in sorted(folder.glob(f"*/{FILE}"))}
    if not found:
        raise refuse(
            "experiments", str(folder), f"holds no folder with {FILE}; name another with --experiments"
        )
    return found
