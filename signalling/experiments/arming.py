"""The part of an experiment that lets one state arm: what becomes of everybody's security, by version."""

from typing import Any, Literal

from pydantic import Field

from signalling.armament import dilemma
from signalling.experiments.rows import Row, kept_rows
from signalling.experiments.versions import scenario_of, versions
from signalling.experiments.work import Work
from signalling.parameters import Strict
from signalling.stats import Interval


class DilemmaPart(Strict):
    """One state's armament in versions of a scenario; one row per version and state, and for all states."""

    kind: Literal["dilemma"]
    scenario: str = Field(description="a built-in name, or a file beside the experiment")
    state: str = Field(description="who arms")
    armament: dict[str, Any] = Field(description="how: floor, ceiling, capability or start_rung")
    runs: int = Field(ge=1, description="runs of each version")
    quick_runs: int = Field(ge=1, description="for a quick look")
    seed: int = Field(ge=0, lt=2**64, description="key of all draws")
    factors: dict[str, dict[str, dict[str, Any]]] = Field(
        default_factory=dict,
        description="versions of the scenario: by factor and name, the paths that it sets",
    )

    def rows(self, work: Work) -> list[Row]:
        """Make the runs that are not kept, and the table.

        Raises:
            ScenarioError: scenario, factor or armament is not acceptable.
        """
        runs = work.wanted(self.runs, self.quick_runs)
        found: list[dict[str, Any]] = []
        of = versions(scenario_of(self.scenario, work.folder), self.factors, work.folder)
        for place, (told, version) in enumerate(of):
            armed = dilemma(
                version,
                state=self.state,
                armament=self.armament,
                runs=runs,
                seed=self.seed,
                engine=work.engine,
                path=work.piece(place),
                progress=work.within(place * runs, len(of) * runs),
            )
            for effect in armed.effects():
                row: dict[str, Any] = {**told, "of": effect.whose, "runs": runs}
                for name, interval in effect._asdict().items():
                    if isinstance(interval, Interval):
                        row |= named(name, interval)
                found.append(row)
        return kept_rows(found)


def named(name: str, interval: Interval | None) -> dict[str, float | None]:
    """An estimate and its ends as columns; null where there is none."""
    values = (None, None, None) if interval is None else tuple(interval)
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))
