"""What a claim comes to: pairs on the same luck, looked at until there is a decision or the budget ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from signalling.claims import Claim, Claims, load_claims
from signalling.counterfactual import compare_arms
from signalling.executors import Progress, check_engine
from signalling.journal import Journal
from signalling.sequential import FIRST_LOOK, Decision, confidence_sequence, decide, looks
from signalling.stats import Interval
from signalling.validation import refuse, suggestion
from signalling.workers import check_workers

#: Pairs that are run, and kept in the journal, at a time; every look beyond is a multiple of it, so that a
#: larger budget repeats less than this.
MOST_AT_ONCE = 16 * FIRST_LOOK


class Counts(NamedTuple):
    """Pairs of runs, and those of them that differ."""

    pairs: int
    averted: int
    """War under the baseline alone."""
    caused: int
    """War under the treatment alone."""


@dataclass(frozen=True)
class Verdict:
    """What a claim came to."""

    claim: Claim
    level: float
    """Probability at most that this verdict is wrong."""
    looks: tuple[Counts, ...]
    """What was counted at each look, all pairs from the first one on."""

    @property
    def counts(self) -> Counts:
        """What was counted when it stopped."""
        return self.looks[-1]

    def difference(self, look: int = -1) -> Interval:
        """P(war | treatment) - P(war | baseline) at a look, the last unless given, with its sequence."""
        pairs, averted, caused = self.looks[look]
        return confidence_sequence(caused, averted, pairs, self.level)

    @property
    def decision(self) -> Decision:
        """Prevents, no effect within the margin, increases, or undecided."""
        return decide(self.difference(), self.claim.margin)

    @property
    def borne_out(self) -> bool | None:
        """Whether the decision is the one that was expected; None as long as it is undecided."""
        return None if self.decision == Decision.UNDECIDED else self.decision == self.claim.expected

    def summary(self) -> dict[str, Any]:
        """Everything as plain data, for JSON."""
        difference = self.difference()
        return {
            "claim": self.claim.name,
            "settings": self.claim.settings,
            "treatment": self.claim.treatment,
            "expected": self.claim.expected.value,
            "margin": self.claim.margin,
            "verdict": self.decision.value,
            "borne_out": self.borne_out,
            **self.counts._asdict(),
            "difference": difference._asdict(),
            "error": self.level,
            "looks": [
                counts._asdict() | dict(zip(("low", "high"), self.difference(look)[1:], strict=True))
                for look, counts in enumerate(self.looks)
            ],
        }


@dataclass(frozen=True)
class Verdicts:
    """What all claims of a file came to."""

    claims: Claims
    budget: int
    """Pairs there might be at most, for each claim."""
    verdicts: tuple[Verdict, ...]

    def __iter__(self) -> Iterator[Verdict]:
        """In the order of the file."""
        return iter(self.verdicts)

    def __len__(self) -> int:
        """How many claims there are."""
        return len(self.verdicts)

    def __getitem__(self, name: str) -> Verdict:
        """The verdict of a claim, by its name.

        Raises:
            ScenarioError: no such claim.
        """
        named = {verdict.claim.name: verdict for verdict in self.verdicts}
        if name not in named:
            raise refuse("claim", name, f"no such claim; {suggestion(name, named)}")
        return named[name]

    @property
    def borne_out(self) -> bool:
        """Whether every claim is."""
        return all(verdict.borne_out for verdict in self.verdicts)

    def summary(self) -> dict[str, Any]:
        """Everything as plain data, for JSON."""
        return {
            "name": self.claims.name,
            "scenario": self.claims.scenario,
            "seed": self.claims.seed,
            "budget": self.budget,
            "error": self.claims.error,
            "error_of_each": self.claims.level,
            "borne_out": self.borne_out,
            "verdicts": [verdict.summary() for verdict in self.verdicts],
        }


def verdict(
    claims: str | Path | Claims,
    *,
    budget: int | None = None,
    engine: str = "auto",
    workers: int = 1,
    path: Path | None = None,
    progress: Progress | None = None,
) -> Verdicts:
    """Try claims on the same luck, each until there is a decision or its budget of pairs ends.

    A decision is sought after 250, 500, 1000, ... pairs, from an interval that holds at all numbers of pairs
    at once. With probability 1 - error all verdicts are right, whenever each of them stopped: every claim has
    an equal share of the error (Bonferroni). A verdict is a function of the claims and the budget alone.

    Args:
        claims: a claim file, or claims.
        budget: pairs at most for each claim; the file's unless given. More may be given after a look.
        engine: as for `run`.
        workers: how many threads or processes share the work, as for `run`.
        path: a journal, which keeps what is done; the next call goes on from there. Other claims are refused:
            they are stated before the run.
        progress: called with the pairs done and those that there may be at most, of all claims together.

    Raises:
        ScenarioError: the claims or an argument are not acceptable.
        ResultError: the journal is of other claims.

    Example:
        >>> claim = {"treatment": "noisy-believed-clean", "expected": "increases"}
        >>> settings = {"scenario": "two-seekers", "seed": 1, "margin": 0.05, "budget": 500}
        >>> found = verdict(Claims.from_document({"name": "noise", "claims": [claim]} | settings))
        >>> found["noisy-believed-clean"].decision, found.borne_out
        (<Decision.INCREASES: 'increases'>, True)
    """
    tried = claims if isinstance(claims, Claims) else load_claims(claims)
    check_engine(engine)
    check_workers(workers)
    most = tried.budget if budget is None else budget
    schedule = looks(most)
    pairs = _Pairs(tried, Journal(path, _work(tried)), most, engine, workers, progress)
    seen: dict[str, tuple[Counts, ...]] = {claim.name: () for claim in tried.claims}

    def told(claim: Claim) -> Verdict:
        return Verdict(claim, tried.level, seen[claim.name])

    undecided = list(tried.claims)
    for begin, end in zip([0, *schedule[:-1]], schedule, strict=True):
        pairs.make(undecided, begin, end)
        for claim in undecided:
            seen[claim.name] += (pairs.counts[claim.name],)
        undecided = [claim for claim in undecided if told(claim).decision == Decision.UNDECIDED]
    return Verdicts(tried, most, tuple(told(claim) for claim in tried.claims))


def _work(claims: Claims) -> dict[str, Any]:
    """What a journal is of: all that was stated beforehand. How much is run at most is no part of it."""
    return {
        "seed": claims.seed,
        "error": claims.error,
        "claims": [
            {
                "name": claim.name,
                "cells": list(claim.identities(claims.seed)),
                "expected": claim.expected.value,
                "margin": claim.margin,
            }
            for claim in claims.claims
        ],
    }


class _Pairs:
    """Pairs of all claims, made in pieces that the journal keeps.

    Attributes:
        counts: of each claim, by name; all pairs so far.
    """

    def __init__(
        self,
        claims: Claims,
        journal: Journal,
        budget: int,
        engine: str,
        workers: int,
        progress: Progress | None,
    ) -> None:
        self.seed = claims.seed
        self.journal = journal
        self.engine = engine
        self.workers = workers
        self.progress = progress
        self.wanted = budget * len(claims.claims)
        self.counts = {claim.name: Counts(0, 0, 0) for claim in claims.claims}
        # Claims about one baseline share its runs.
        self.cells = {claim.name: claim.identities(claims.seed)[0] for claim in claims.claims}

    def make(self, claims: Sequence[Claim], begin: int, end: int) -> None:
        """Add the pairs from `begin` up to `end` of some claims; what the journal has is not run again."""
        for first in range(begin, end, MOST_AT_ONCE):
            piece = range(first, min(first + MOST_AT_ONCE, end))
            for cell in dict.fromkeys(self.cells[claim.name] for claim in claims):
                self._add(piece, [claim for claim in claims if self.cells[claim.name] == cell])

    def _add(self, piece: range, claims: Sequence[Claim]) -> None:
        lacking = [claim for claim in claims if self.journal.get(_key(claim, piece)) is None]
        if lacking:
            found = compare_arms(
                lacking[0].baseline,
                {claim.name: claim.treated for claim in lacking},
                runs=piece,
                seed=self.seed,
                engine=self.engine,
                workers=self.workers,
                progress=self._within(len(piece) * len(lacking)),
            )
            for claim, pair in zip(lacking, found, strict=True):
                table = pair.table()
                self.journal.put(_key(claim, piece), [table["war/peace"], table["peace/war"]])
        for claim in claims:
            before, (averted, caused) = self.counts[claim.name], self.journal.get(_key(claim, piece))
            self.counts[claim.name] = Counts(
                before.pairs + len(piece), before.averted + averted, before.caused + caused
            )
        if self.progress is not None:
            self.progress(self._done(), self.wanted)

    def _done(self) -> int:
        return sum(counts.pairs for counts in self.counts.values())

    def _within(self, pairs: int) -> Progress | None:
        """Progress within a piece: runs of all its arms, told as pairs."""
        tell, done = self.progress, self._done()
        if tell is None:
            return None
        return lambda runs, wanted: tell(done + pairs * runs // wanted, self.wanted)


def _key(claim: Claim, piece: range) -> str:
    return f"{claim.name}, pairs {piece.start} to {piece.stop - 1}"
