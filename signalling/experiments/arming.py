"""The part of an experiment that lets one state arm: what becomes of everybody's security, by version."""

from typing import Any, Literal

from pydantic import Field

from signalling.armament import dilemma
from signalling.experiments.rows import Row, named
from signalling.experiments.versions import VersionsPart
from signalling.experiments.work import Work
from signalling.scenario import Scenario
from signalling.stats import Interval


class DilemmaPart(VersionsPart):
    """One state's armament in versions of a scenario; one row per version and state, and for all states."""

    kind: Literal["dilemma"]
    state: str = Field(description="who arms")
    armament: dict[str, Any] = Field(description="how: floor, ceiling, capability or start_rung")

    def rows_of(self, version: Scenario, runs: int, work: Work) -> list[Row]:
        """The state that arms, each other in name order, and all together."""
        armed = dilemma(
            version,
            state=self.state,
            armament=self.armament,
            runs=runs,
            seed=self.seed,
            engine=work.engine,
            path=work.journal,
            progress=work.progress,
        )
        rows = []
        for effect in armed.effects():
            row: Row = {"of": effect.whose, "runs": runs}
            for name, interval in effect._asdict().items():
                if isinstance(interval, Interval):
                    row |= named(name, interval)
            rows.append(row)
        return rows
