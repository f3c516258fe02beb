"""The part of an experiment that tries every message of its wars, by version of a scenario."""

from typing import Literal

from pydantic import Field

from signalling.experiments.rows import Row, named
from signalling.experiments.versions import VersionsPart
from signalling.experiments.work import Work
from signalling.pivots import pivotal
from signalling.scenario import Scenario


class PivotalPart(VersionsPart):
    """How many wars hang on a single message, in versions of a scenario.

    One row per version; or, if messages are grouped, one per version and group, with the wars that hang on a
    message of the group among all wars of the version. A version without any message to try has one row, of
    no group.
    """

    kind: Literal["pivotal"]
    by: Literal["channel", "said", "befell", "days_before_war"] | None = Field(
        None, description="what the messages of a group have in common; all are together unless given"
    )

    def rows_of(self, version: Scenario, runs: int, work: Work) -> list[Row]:
        """The wars among the runs, and how many of them hang on one message."""
        tried = pivotal(
            version,
            runs=runs,
            seed=self.seed,
            engine=work.engine,
            workers=work.workers,
            path=work.journal,
            progress=work.progress,
        )
        row: Row = {} if self.by is None else {self.by: None}
        row |= {"runs": runs, "wars": len(tried.wars)}
        if self.by is not None and tried.messages:
            return [
                row
                | {self.by: group.group, "wars_hung": group.wars}
                | named("share", group.share_of_wars)
                | {"tried": group.tried, "pivotal": group.pivotal}
                for group in tried.by(self.by)
            ]
        row["wars_hung"] = len({message.run for message in tried.pivotal})
        row |= named("share", tried.share_of_wars() if tried.wars else None)
        return [row | {"tried": len(tried.messages), "pivotal": len(tried.pivotal)}]
