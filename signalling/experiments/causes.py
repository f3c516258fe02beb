"""The part of an experiment that shares out wars over faults, by version of a scenario."""

from typing import Any, Literal

from pydantic import Field

from signalling.attribution import attribute
from signalling.experiments.arming import named
from signalling.experiments.rows import Row, kept_rows
from signalling.experiments.versions import scenario_of, versions
from signalling.experiments.work import Work
from signalling.parameters import Strict
from signalling.shares import Attribution

ALL = "all of them"


class AttributionPart(Strict):
    """Shapley shares of the wars in versions of a scenario; one row per version and fault, one for all."""

    kind: Literal["attribution"]
    scenario: str = Field(description="a built-in name, or a file beside the experiment")
    faults: str | list[str] = Field("all", description='"all", "pairs", or names of faults')
    runs: int = Field(ge=1, description="runs of each version, under every set of the faults")
    quick_runs: int = Field(ge=1, description="for a quick look")
    seed: int = Field(ge=0, lt=2**64, description="key of all draws")
    factors: dict[str, dict[str, dict[str, Any]]] = Field(
        default_factory=dict,
        description="versions of the scenario: by factor and name, the paths that it sets",
    )

    def rows(self, work: Work) -> list[Row]:
        """Make the runs that are not kept, and the table.

        Raises:
            ScenarioError: scenario, factor or fault is not acceptable.
        """
        runs = work.wanted(self.runs, self.quick_runs)
        found: list[dict[str, Any]] = []
        of = versions(scenario_of(self.scenario, work.folder), self.factors, work.folder)
        for place, (told, version) in enumerate(of):
            shared = attribute(
                version,
                faults=self.faults,
                runs=runs,
                seed=self.seed,
                engine=work.engine,
                workers=work.workers,
                path=work.piece(place),
                progress=work.share(place, len(of)),
            )
            found += [told | row for row in _rows(shared)]
        return kept_rows(found)


def _rows(shared: Attribution) -> list[dict[str, Any]]:
    counts = shared.table()
    wars = {
        "runs": len(shared.runs),
        "wars": counts["war/war"] + counts["war/peace"],
        "wars_caused": counts["war/peace"],
        "wars_untouched": counts["war/war"],
        "wars_prevented": counts["peace/war"],
    }
    shares, caused, prevented = shared.shares(), shared.caused(), shared.prevented()
    rows: list[dict[str, Any]] = []
    for name, alone in shared.but_for().items():
        row = {"fault": name, **wars, **named("adds", shares[name])}
        row |= named("share_caused", caused.get(name)) | named("share_prevented", prevented.get(name))
        rows.append(row | {"alone_averts": alone.averted, "alone_causes": alone.caused})
    whole = {"fault": ALL, **wars, **named("adds", shared.difference())}
    whole |= named("share_caused", None) | named("share_prevented", None)
    without = {"alone_averts": counts["war/peace"], "alone_causes": counts["peace/war"]}
    return [*rows, whole | without]
