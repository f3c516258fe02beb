"""The part of an experiment that tries every message of its wars, by version of a scenario."""

from typing import Any, Literal

from pydantic import Field

from signalling.experiments.arming import named
from signalling.experiments.rows import Row, kept_rows
from signalling.experiments.versions import scenario_of, versions
from signalling.experiments.work import Work
from signalling.parameters import Strict
from signalling.pivots import pivotal


class PivotalPart(Strict):
    """How many wars hang on a single message, in versions of a scenario; one row per version."""

    kind: Literal["pivotal"]
    scenario: str = Field(description="a built-in name, or a file beside the experiment")
    runs: int = Field(ge=1, description="runs of each version; those that end in war are looked at")
    quick_runs: int = Field(ge=1, description="for a quick look")
    seed: int = Field(ge=0, lt=2**64, description="key of all draws")
    factors: dict[str, dict[str, dict[str, Any]]] = Field(
        default_factory=dict,
        description="versions of the scenario: by factor and name, the paths that it sets",
    )

    def rows(self, work: Work) -> list[Row]:
        """Make the runs that are not kept, and the table.

        Raises:
            ScenarioError: scenario or factor is not acceptable.
        """
        runs = work.wanted(self.runs, self.quick_runs)
        found: list[dict[str, Any]] = []
        of = versions(scenario_of(self.scenario, work.folder), self.factors, work.folder)
        for place, (told, version) in enumerate(of):
            tried = pivotal(
                version,
                runs=runs,
                seed=self.seed,
                engine=work.engine,
                workers=work.workers,
                path=work.piece(place),
                progress=work.share(place, len(of)),
            )
            hung = len({message.run for message in tried.pivotal})
            row: dict[str, Any] = {**told, "runs": runs, "wars": len(tried.wars), "wars_hung": hung}
            row |= named("share", tried.share_of_wars() if tried.wars else None)
            found.append(row | {"tried": len(tried.messages), "pivotal": len(tried.pivotal)})
        return kept_rows(found)
