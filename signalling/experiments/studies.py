"""The part of an experiment that is a study: P(war) in every cell, and what cells change on the same luck."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from signalling.cells import Settings, canonical
from signalling.counterfactual import treat
from signalling.errors import ScenarioError
from signalling.executors import run_models
from signalling.experiments.rows import Row, Value, kept_rows, named
from signalling.experiments.versions import versions
from signalling.experiments.work import Work
from signalling.journal import Journal
from signalling.model import Model, compile_model
from signalling.outcome import Outcomes
from signalling.parameters import Strict
from signalling.scenario import Scenario
from signalling.stats import mean_interval, tango, wilson
from signalling.study import Study, built_in_studies, load_study
from signalling.validation import refuse

CONFIDENCE = 0.95
TREATMENT = "treatment"
Key = tuple[tuple[str, Value], ...]


class StudyPart(Strict):
    """A study, crossed with versions of its scenario; one row per cell and treatment.

    A difference is that to the untreated cell or, if `against` is given, to the cell that has those settings
    instead; both on the same luck, run by run.
    """

    kind: Literal["study"]
    study: str = Field(description="a study file beside the experiment, or a built-in study")
    quick_runs: int = Field(ge=1, description="runs of each cell for a quick look; the study's own otherwise")
    factors: dict[str, dict[str, dict[str, Any]]] = Field(
        default_factory=dict,
        description="versions of the scenario: by factor and name, the paths that it sets; all are crossed",
    )
    names: dict[str, str] = Field(
        default_factory=dict, description="column of a path that varies, by path; the path itself otherwise"
    )
    against: dict[str, Any] = Field(
        default_factory=dict,
        description="by column: the values of the cell from which differences are taken; those of the "
        "untreated cell unless given",
    )
    means: list[str] = Field(
        default_factory=list, description="columns of outcomes whose means are told beside P(war)"
    )

    def rows(self, work: Work) -> list[Row]:
        """Make the runs that are not kept, and the table.

        Raises:
            ScenarioError: study, factor or column is not acceptable.
        """
        study = load_study(self.study if self.study in built_in_studies() else work.folder / self.study)
        arms = [
            arm
            for told, version in versions(study.scenario, self.factors, work.folder)
            for settings in study.points
            for arm in self._arms(study, told, version.replace(settings) if settings else version, settings)
        ]
        self._check_columns(arms[0].key)
        runs = len(range(*study.wanted)) if not work.quick else self.quick_runs
        journal = Journal(work.journal, {"seed": study.seed, "means": self.means})
        made = self._made(arms, journal, runs, study.seed, work)
        return kept_rows(self._row(key, made, study.baseline) for key in made)

    def _arms(
        self, study: Study, told: Mapping[str, str], scenario: Scenario, settings: Settings
    ) -> "list[Arm]":
        arms = []
        for name in (study.baseline, *study.treatments):
            model = compile_model(treat(scenario, study.treatment(name)), baseline=scenario)
            varied = [(self.names.get(path, path), _told(value)) for path, value in settings.items()]
            key = (*told.items(), *varied, (TREATMENT, name))
            arms.append(Arm(key, model))
        return arms

    def _check_columns(self, key: "Key") -> None:
        """Refuse two columns of one name: the later would hide the earlier, and cells with it."""
        columns = [name for name, _ in key]
        for name in columns:
            if columns.count(name) > 1:
                raise refuse(
                    "names", name, "is the name of two columns; call the path or the factor otherwise"
                )

    def _made(
        self, arms: "Sequence[Arm]", journal: Journal, runs: int, seed: int, work: Work
    ) -> "dict[Key, Made]":
        """Every arm's counts; an arm that sets what another has set already shares its runs."""
        made: dict[Key, Made] = {}
        for place, arm in enumerate(arms):
            kept_as = f"{arm.model.identity(seed)}, {runs} runs"
            if journal.get(kept_as) is None:
                progress = work.within(place * runs, len(arms) * runs)
                [outcomes] = run_models(
                    [arm.model],
                    runs=runs,
                    seed=seed,
                    engine=work.engine,
                    workers=work.workers,
                    progress=progress,
                )
                journal.put(kept_as, self._counted(outcomes, len(arm.model.names)))
            made[arm.key] = Made(runs, journal.get(kept_as))
        return made

    def _counted(self, outcomes: Outcomes, states: int) -> dict[str, Any]:
        """What is kept of a cell: war or peace of each run, and sums."""
        war = outcomes.table["war"].to_numpy()
        counted: dict[str, Any] = {
            "war": np.packbits(war).tobytes().hex(),
            "unready": sum(1 for struck in outcomes["struck_unready"] if struck),
            "reviews": sum(outcomes["reviews"]) / states,
        }
        for name in self.means:
            if name not in outcomes.table.column_names:
                raise refuse(
                    "means", name, f"no such column; there are {', '.join(outcomes.table.column_names)}"
                )
            values = outcomes.table[name].drop_null().to_numpy().astype(np.float64)
            found = mean_interval(values, CONFIDENCE)
            counted[name] = [found.estimate, found.low, found.high]
        return counted

    def _row(self, key: Key, made: "Mapping[Key, Made]", baseline: str) -> Row:
        own = made[key]
        row: Row = dict(key) | {"runs": own.runs, "wars": int(own.war.sum())}
        row |= named("p_war", wilson(int(own.war.sum()), own.runs, CONFIDENCE))
        row |= named("p_unready", wilson(own.counted["unready"], own.runs, CONFIDENCE))
        row["reviews_per_state"] = own.counted["reviews"] / own.runs
        for name in self.means:
            row |= dict(zip((name, f"{name}_low", f"{name}_high"), own.counted[name], strict=True))
        reference = self._reference(key, made, baseline)
        if reference == key:
            names = ("averted", "caused", "untouched", "difference", "difference_low", "difference_high")
            return row | dict.fromkeys(names)
        before = made[reference].war
        averted, caused = int((before & ~own.war).sum()), int((own.war & ~before).sum())
        row |= {"averted": averted, "caused": caused, "untouched": int((before & own.war).sum())}
        return row | named("difference", tango(caused, averted, own.runs, CONFIDENCE))

    def _reference(self, key: Key, made: "Mapping[Key, Made]", baseline: str) -> Key:
        """The cell from which the difference of a cell is taken."""
        instead = {name: _told(value) for name, value in self.against.items()} or {TREATMENT: baseline}
        missing = [name for name in instead if name not in dict(key)]
        if missing:
            raise refuse("against", missing[0], f"no such column; there are {', '.join(dict(key))}")
        reference = tuple((name, instead.get(name, value)) for name, value in key)
        if reference not in made:
            raise ScenarioError(f"against: there is no cell with {dict(reference)}; give it to the study")
        return reference


class Arm(NamedTuple):
    """A cell under a treatment, compiled."""

    key: Key
    """What tells it apart: by column, in order."""
    model: Model


class Made(NamedTuple):
    """What came out of an arm."""

    runs: int
    counted: dict[str, Any]

    @property
    def war(self) -> npt.NDArray[np.bool_]:
        """War or peace of each run, (runs,)."""
        bits = np.frombuffer(bytes.fromhex(self.counted["war"]), dtype=np.uint8)
        return np.unpackbits(bits, count=self.runs).astype(np.bool_)


def _told(value: Any) -> Value:
    """A setting as a table holds it: tables and lists as their JSON text."""
    return value if value is None or isinstance(value, str | int | float | bool) else canonical(value)
