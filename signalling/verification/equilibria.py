"""What a state would gain by another plan, on the same luck: every profile of the ledger."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from signalling.errors import SignallingError
from signalling.scenario import Scenario
from signalling.verification.bench import Bench, by_state
from signalling.verification.entries import PROFILES
from signalling.verification.kept import Kept
from signalling.verification.ledger import MOST_STANDARD_ERRORS, Deviation, Profile
from signalling.verification.playing import chosen, compile_first, quietly

SEED = 1950
FULL = 100_000
QUICK = 5_000
#: Half-width of a 95 % interval in standard errors.
HALF_WIDTH = 1.959963984540054

Floats64 = npt.NDArray[np.float64]
Answer = Literal["no gain", "gains", "loses"]


class Tried(NamedTuple):
    """A deviation, and what it gained."""

    entry: str
    profile: str
    equilibrium: bool
    """Whether the profile is called an equilibrium, so that nothing should gain."""
    state: str
    deviation: str
    gain: float
    """Payoff with the deviation less payoff without it, mean over runs on the same luck."""
    standard_error: float
    low: float
    high: float
    """A 95 % interval of the gain."""
    runs: int

    @property
    def answer(self) -> Answer:
        """Whether the gain lies beyond what its standard error allows, either way."""
        allowed = MOST_STANDARD_ERRORS * self.standard_error
        if self.gain > allowed:
            return "gains"
        return "loses" if self.gain < -allowed else "no gain"


@dataclass(frozen=True)
class Equilibria:
    """Every deviation that was tried."""

    tried: tuple[Tried, ...]
    quick: bool

    @property
    def profiles(self) -> dict[tuple[str, str], list[Tried]]:
        """The deviations by entry and profile, in order."""
        grouped: dict[tuple[str, str], list[Tried]] = {}
        for row in self.tried:
            grouped.setdefault((row.entry, row.profile), []).append(row)
        return grouped

    @property
    def failed(self) -> tuple[Tried, ...]:
        """Deviations that gain from an equilibrium, and those of other plans of which none gains."""
        wrong: list[Tried] = []
        for rows in self.profiles.values():
            gaining = [row for row in rows if row.answer == "gains"]
            if rows[0].equilibrium:
                wrong += gaining
            elif not gaining:
                wrong += rows
        return tuple(wrong)

    def to_dict(self) -> dict[str, Any]:
        """The deviations as plain data."""
        return {
            "quick": self.quick,
            "profiles": len(self.profiles),
            "deviations": len(self.tried),
            "failed": len(self.failed),
            "rows": [row._asdict() | {"answer": row.answer} for row in self.tried],
        }


def equilibria(
    *,
    entries: Sequence[str] = (),
    quick: bool = False,
    workers: int = 1,
    keep: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Equilibria:
    """Try every deviation of the profiles of some entries.

    Args:
        entries: keys such as "T11"; all of them if none is given.
        quick: fewer runs.
        workers: threads that share the work; the numbers are the same.
        keep: folder in which each profile is kept when it is done; the next call goes on from there, as long
            as no line of the package has changed.
        progress: called after each profile with the number done and wanted.

    Returns:
        The gains; `failed` has what should not be.

    Raises:
        SignallingError: there is no such entry or it has no plans, Numba is not installed, or the engines
            differ.
    """
    keys = {entry.key for entry in chosen(entries)}
    wanted = [profile for profile in PROFILES if profile.entry in keys]
    if not wanted:
        known = ", ".join(dict.fromkeys(profile.entry for profile in PROFILES))
        raise SignallingError(f"entry = {', '.join(entries)}: has no plans to try; these have some: {known}")
    bench = Bench(quick=quick, workers=workers)
    compile_first()
    tried: list[Tried] = []
    kept = Kept(keep)
    for done, profile in enumerate(wanted, start=1):
        key = f"equilibrium {profile.entry} {profile.name}, {'quick' if quick else 'full'}"
        rows = [Tried(*row) for row in kept.plain_rows(key, bench)]
        if not rows:
            before = set(bench.beginnings)
            with quietly():
                rows = _tried(profile, bench)
            kept.put(key, rows, bench.beginnings - before)
        tried += rows
        if progress is not None:
            progress(done, len(wanted))
    return Equilibria(tuple(tried), quick)


def _tried(profile: Profile, bench: Bench) -> list[Tried]:
    """What each deviation of a profile gains."""
    scenario = profile.scenario()
    states = dict.fromkeys(deviation.state for deviation in profile.deviations)
    as_planned = _payoffs(bench, scenario, *states)
    return [
        _gain(profile, deviation, as_planned[deviation.state], bench, scenario)
        for deviation in profile.deviations
    ]


def _payoffs(bench: Bench, scenario: Scenario, *states: str) -> dict[str, Floats64]:
    runs = bench.effort(FULL, QUICK)
    outcomes = bench.run(scenario, runs=runs, seed=SEED, by_state=True)
    return {state: by_state(outcomes, "payoff", state) for state in states}


def _gain(
    profile: Profile, deviation: Deviation, planned: Floats64, bench: Bench, scenario: Scenario
) -> Tried:
    deviant = scenario.replace(deviation.changes)
    gains = _payoffs(bench, deviant, deviation.state)[deviation.state] - planned
    mean = float(gains.mean())
    error = float(gains.std(ddof=1) / math.sqrt(len(gains)))
    return Tried(
        profile.entry,
        profile.name,
        profile.equilibrium,
        deviation.state,
        deviation.name,
        mean,
        error,
        mean - HALF_WIDTH * error,
        mean + HALF_WIDTH * error,
        len(gains),
    )
