"""The part of an experiment that is a claim file: what was stated before the run, and what it came to."""

from typing import Any, Literal

from pydantic import Field

from signalling.claims import load_claims
from signalling.experiments.rows import Row, kept_rows, named
from signalling.experiments.work import Work
from signalling.parameters import Strict
from signalling.verdicts import Verdict, verdict


class ClaimsPart(Strict):
    """The claims of a file, each tried until it is decided or its budget ends; one row per claim."""

    kind: Literal["claims"]
    claims: str = Field("claims.toml", description="a claim file beside the experiment")
    quick_budget: int = Field(1000, ge=250, description="pairs at most of each claim, for a quick look")

    def rows(self, work: Work) -> list[Row]:
        """Try the claims; what is kept is not run again.

        Raises:
            ScenarioError: the file is not acceptable.
        """
        claims = load_claims(work.folder / self.claims)
        found = verdict(
            claims,
            budget=min(claims.budget, self.quick_budget) if work.quick else None,
            workers=work.workers,
            path=work.journal,
            progress=work.progress,
        )
        return kept_rows(_row(one) for one in found)


def _row(found: Verdict) -> dict[str, Any]:
    difference = found.difference()
    return {
        "claim": found.claim.name,
        "expected": found.claim.expected.value,
        "margin": found.claim.margin,
        "verdict": found.decision.value,
        "borne_out": {True: "borne out", False: "not borne out", None: "undecided"}[found.borne_out],
        "pairs": found.counts.pairs,
        "averted": found.counts.averted,
        "caused": found.counts.caused,
        **named("difference", difference),
    }
