"""The part of an experiment that shares out wars over faults, by version of a scenario."""

from typing import Literal

from pydantic import Field

from signalling.attribution import attribute
from signalling.experiments.rows import Row, named
from signalling.experiments.versions import VersionsPart
from signalling.experiments.work import Work
from signalling.scenario import Scenario

ALL = "all of them"


class AttributionPart(VersionsPart):
    """Shapley shares of the wars in versions of a scenario; one row per version and fault, one for all.

    Every run of a version is made under every set of the faults.
    """

    kind: Literal["attribution"]
    faults: str | list[str] = Field("all", description='"all", "pairs", or names of faults')

    def rows_of(self, version: Scenario, runs: int, work: Work) -> list[Row]:
        """The faults in the order in which they were asked for, and all of them together."""
        shared = attribute(
            version,
            faults=self.faults,
            runs=runs,
            seed=self.seed,
            engine=work.engine,
            workers=work.workers,
            path=work.journal,
            progress=work.progress,
        )
        counts = shared.table()
        wars: Row = {
            "runs": runs,
            "wars": counts["war/war"] + counts["war/peace"],
            "wars_caused": counts["war/peace"],
            "wars_untouched": counts["war/war"],
            "wars_prevented": counts["peace/war"],
        }
        shares, caused, prevented = shared.shares(), shared.caused(), shared.prevented()
        rows: list[Row] = []
        for name, alone in shared.but_for().items():
            row = {"fault": name} | wars | named("adds", shares[name])
            row |= named("share_caused", caused.get(name)) | named("share_prevented", prevented.get(name))
            rows.append(row | {"alone_averts": alone.averted, "alone_causes": alone.caused})
        whole = {"fault": ALL} | wars | named("adds", shared.difference())
        whole |= named("share_caused", None) | named("share_prevented", None)
        off: Row = {"alone_averts": counts["war/peace"], "alone_causes": counts["peace/war"]}
        return [*rows, whole | off]
