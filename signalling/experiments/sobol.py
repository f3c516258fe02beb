"""The part of an experiment that asks which parameters of a region decide: Sobol indices, luck among them."""

from typing import Any, Literal, NamedTuple

from pydantic import Field, field_validator, model_validator

from signalling.cells import plain
from signalling.engines.choice import choose
from signalling.errors import ScenarioError
from signalling.executors import Progress, run_models
from signalling.experiments.indices import Design, Floats64, analysed, design
from signalling.experiments.rows import Row, kept_rows
from signalling.experiments.work import Work
from signalling.journal import Journal
from signalling.model import compile_model
from signalling.parameters import Strict
from signalling.region import Region, load_region
from signalling.scenario import Scenario


class SobolPart(Strict):
    """Sobol indices of the parameters of a region, under each of its doctrines, and of luck.

    One row per doctrine, parameter and index. The output is an estimate from some runs, and which runs they
    were is one more input.
    """

    kind: Literal["sobol"]
    region: str = Field(description="a region file beside the experiment")
    base_samples: int = Field(
        ge=2,
        description="points of the base sample, a power of 2; of D parameters D + 3 times as many are run",
    )
    quick_base_samples: int = Field(ge=2, description="for a quick look")
    runs: int = Field(ge=1, description="runs at each point, of each arm")
    quick_runs: int = Field(ge=1, description="for a quick look")
    seed: int = Field(ge=0, lt=2**64, description="key of points, luck and resamples")
    output: Literal["p_war", "difference"] = Field(
        "p_war", description="P(war), or its change by the treatment on the same luck"
    )
    treatment: dict[str, Any] = Field(default_factory=dict, description="of a difference: what is set")
    confidence: float = Field(0.95, gt=0, lt=1, description="of the intervals")

    @field_validator("base_samples", "quick_base_samples")
    @classmethod
    def _a_power_of_two(cls, samples: int) -> int:
        if samples & (samples - 1):
            raise ValueError("must be a power of 2, at which Sobol's sequence is balanced")
        return samples

    @model_validator(mode="after")
    def _treated_if_a_difference(self) -> "SobolPart":
        if (self.output == "difference") != bool(self.treatment):
            raise ValueError('treatment: is what output = "difference" needs, and P(war) has none')
        return self

    def rows(self, work: Work) -> list[Row]:
        """Make the runs that are not kept, and the table.

        Raises:
            ScenarioError: the region, a point of it or the treatment is not acceptable.
            SignallingError: SALib is not installed.
        """
        region = load_region(work.folder / self.region)
        samples = work.wanted(self.base_samples, self.quick_base_samples)
        runs = work.wanted(self.runs, self.quick_runs)
        designs = {
            doctrine: design(len(spreads), samples, self.seed, doctrine)
            for doctrine, spreads in region.spreads.items()
        }
        for doctrine, points in designs.items():  # all are tried before any is run
            for shares in points.shares:
                self._arms(region, doctrine, shares)
        journal = Journal(work.journal, self._work(region))
        wanted = sum(len(points.seeds) for points in designs.values()) * runs
        # One choice for all points, by the runs of all of them.
        defaults = [compile_model(region.version(doctrine, {})) for doctrine in designs]
        effort = Effort(runs, choose(defaults, wanted // len(designs), "auto"), work.workers)
        rows: list[dict[str, Any]] = []
        done = 0
        for doctrine, points in designs.items():
            outputs: list[float] = []
            for sample in range(samples):
                key = f"{doctrine}, sample {sample} of {samples}, {runs} runs"
                block = points.of_sample(sample, samples)
                if journal.get(key) is None:
                    progress = work.within(done, wanted)
                    journal.put(key, self._outputs(region, doctrine, block, effort, progress))
                outputs += journal.get(key)
                done += len(block.seeds) * runs
            if work.progress is not None:
                work.progress(done, wanted)
            names = list(region.spreads[doctrine])
            found = analysed(names, outputs, seed=self.seed, key=doctrine, confidence=self.confidence)
            told = {"runs": runs, "evaluations": len(outputs)}
            rows += [{"doctrine": doctrine, **index.told(), **told} for index in found]
        return kept_rows(rows)

    def _arms(self, region: Region, doctrine: str, shares: Floats64) -> list[Scenario]:
        """The scenario at a point, and treated if a difference is asked for."""
        scenario = region.version(doctrine, region.settings(doctrine, shares.tolist()))
        if not self.treatment:
            return [scenario]
        treatment = {path: plain(path, value) for path, value in self.treatment.items()}
        try:
            return [scenario, region.changed(scenario, treatment)]
        except ScenarioError as error:
            lines = [f"doctrines.{doctrine}: treatment: {line}" for line in str(error).splitlines()]
            raise ScenarioError("\n".join(lines)) from error

    def _outputs(
        self, region: Region, doctrine: str, points: Design, effort: "Effort", progress: Progress | None
    ) -> list[float]:
        outputs = []
        for shares, seed in zip(points.shares, points.seeds, strict=True):
            arms = self._arms(region, doctrine, shares)
            models = [compile_model(scenario, baseline=arms[0]) for scenario in arms]
            made = run_models(models, seed=seed, **effort._asdict())
            wars = [int(found.table["war"].to_numpy().sum()) for found in made]
            outputs.append((wars[-1] - (wars[0] if self.treatment else 0)) / effort.runs)
            if progress is not None:
                progress(len(outputs) * effort.runs, len(points.seeds) * effort.runs)
        return outputs

    def _work(self, region: Region) -> dict[str, Any]:
        """All that changes an output: points, luck, and what is run; how much is run stands in each key."""
        cells = {
            doctrine: compile_model(region.version(doctrine, {})).identity(self.seed)
            for doctrine in region.doctrines
        }
        spreads = {
            doctrine: {path: spread.model_dump() for path, spread in by_path.items()}
            for doctrine, by_path in region.spreads.items()
        }
        asked = {"seed": self.seed, "treatment": plain("treatment", self.treatment)}
        return asked | {"spreads": spreads, "cells": cells}


class Effort(NamedTuple):
    """How the runs of a point are made."""

    runs: int
    engine: str
    workers: int
