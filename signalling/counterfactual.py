"""The same luck under two channels: which wars a failure caused, prevented or did not touch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import pyarrow as pa

from signalling.errors import ScenarioError
from signalling.executors import Progress, run_models
from signalling.model import compile_model
from signalling.outcome import Outcomes
from signalling.scenario import Scenario
from signalling.stats import Interval, mcnemar_mid_p, tango, wilson

#: A treatment changes channels or receivers and nothing else.
TREATABLE = ("channels.",)
TREATABLE_STATE_KEYS = ("reading", "office_hours", "utc_offset_hours")


@dataclass(frozen=True)
class Paired:
    """A baseline and a treatment on the same luck, run by run."""

    baseline: Outcomes
    treated: Outcomes
    baseline_name: str
    treatment_name: str
    confidence: float

    @property
    def runs(self) -> int:
        """Number of pairs."""
        return len(self.baseline)

    def table(self) -> dict[str, int]:
        """Pairs by what happened under the baseline, then under the treatment."""
        counts = {"war/war": 0, "war/peace": 0, "peace/war": 0, "peace/peace": 0}
        for before, after in zip(self.baseline["war"], self.treated["war"], strict=True):
            counts[f"{_word(before)}/{_word(after)}"] += 1
        return counts

    @property
    def averted(self) -> int:
        """Wars of the baseline that the treatment averts: what the baseline's failures caused."""
        return self.table()["war/peace"]

    @property
    def caused(self) -> int:
        """Wars that only the treatment has: what the baseline's failures prevented."""
        return self.table()["peace/war"]

    @property
    def untouched(self) -> int:
        """Wars under both."""
        return self.table()["war/war"]

    def war(self, *, treated: bool) -> Interval:
        """P(war) with Wilson's interval."""
        outcomes = self.treated if treated else self.baseline
        return wilson(sum(outcomes["war"]), self.runs, self.confidence)

    def risk_difference(self) -> Interval:
        """P(war | treatment) - P(war | baseline), with Tango's score interval for pairs."""
        return tango(self.caused, self.averted, self.runs, self.confidence)

    def mcnemar(self) -> float:
        """Mid-p value of McNemar's test that the treatment does not change P(war); two-sided."""
        return mcnemar_mid_p(self.caused, self.averted)

    def variance_reduction(self) -> float | None:
        """Variance of the difference over as many independent pairs, divided by that on the same luck.

        Above 1, pairing helps: 8 says that without common luck eight times as many runs would be needed
        for an interval of the same length. Below 1 it would harm, which takes wars that change sides with
        the treatment more often than chance would have it. None where no pair differs: the paired
        variance is then zero, and the quotient infinite or, without any war, undefined.
        """
        averted, caused = self.averted / self.runs, self.caused / self.runs
        paired = averted + caused - (averted - caused) ** 2
        if averted + caused == 0.0:
            return None
        before, after = (sum(arm["war"]) / self.runs for arm in (self.baseline, self.treated))
        unpaired = before * (1.0 - before) + after * (1.0 - after)
        return unpaired / paired if paired > 0.0 else None

    def pairs(self) -> pa.Table:
        """One row per pair: run, war and stop under the baseline and under the treatment."""
        return pa.table(
            {
                "run": self.baseline.table["run"],
                "war_baseline": self.baseline.table["war"],
                "war_treated": self.treated.table["war"],
                "stop_hours_baseline": self.baseline.table["stop_hours"],
                "stop_hours_treated": self.treated.table["stop_hours"],
            }
        )

    def summary(self) -> dict[str, Any]:
        """Everything as plain data, for JSON."""
        return {
            "baseline": self.baseline_name,
            "treatment": self.treatment_name,
            "pairs": self.runs,
            "table": self.table(),
            "confidence": self.confidence,
            "p_war_baseline": self.war(treated=False)._asdict(),
            "p_war_treated": self.war(treated=True)._asdict(),
            "risk_difference": self.risk_difference()._asdict(),
            "mcnemar_mid_p": self.mcnemar(),
            "variance_reduction": self.variance_reduction(),
            "content_hash_baseline": self.baseline.content_hash(),
            "content_hash_treated": self.treated.content_hash(),
        }


class Contrast(NamedTuple):
    """What a treatment does under one set of assumptions: the counts of its pairs, without the runs."""

    assumptions: str
    """What they are called."""
    baseline_name: str
    treatment_name: str
    pairs: int
    averted: int
    caused: int
    untouched: int
    confidence: float

    @classmethod
    def of(cls, assumptions: str, paired: Paired) -> Self:
        """The counts of a comparison."""
        counts = paired.table()
        names = (assumptions, paired.baseline_name, paired.treatment_name, paired.runs)
        return cls(*names, counts["war/peace"], counts["peace/war"], counts["war/war"], paired.confidence)

    def war(self, *, treated: bool) -> Interval:
        """P(war) with Wilson's interval."""
        wars = self.untouched + (self.caused if treated else self.averted)
        return wilson(wars, self.pairs, self.confidence)

    def risk_difference(self) -> Interval:
        """P(war | treatment) - P(war | baseline), with Tango's score interval for pairs."""
        return tango(self.caused, self.averted, self.pairs, self.confidence)

    def sign(self) -> int:
        """-1 if the treatment lowers P(war), 1 if it raises it, 0 if the interval holds zero."""
        difference = self.risk_difference()
        return int(difference.low > 0.0) - int(difference.high < 0.0)


def _word(war: bool) -> str:  # noqa: FBT001
    return "war" if war else "peace"


def compare(
    scenario: Scenario,
    *,
    treatment: Mapping[str, object],
    runs: int | range,
    seed: int,
    engine: str = "auto",
    treatment_name: str = "treatment",
    baseline_name: str = "baseline",
    baseline: Outcomes | None = None,
    confidence: float = 0.95,
    workers: int = 1,
    progress: Progress | None = None,
) -> Paired:
    """Run a scenario and a treated version of it on the same luck.

    Args:
        scenario: the baseline.
        treatment: values by path; channels and receivers (reading, office hours) only.
        runs: how many pairs, or which run indices.
        seed: key of all draws, of both.
        engine: as for `run`.
        treatment_name: what to call it in tables.
        baseline_name: what to call the scenario in tables.
        baseline: outcomes of the scenario for the same runs and seed, if they are at hand.
        confidence: of the intervals.
        workers: how many threads or processes share the work, as for `run`.
        progress: called as runs are done, of both arms together.

    Raises:
        ScenarioError: the treatment changes something else, or a value is not acceptable.

    Example:
        >>> from signalling import load_scenario
        >>> pair = compare(load_scenario("two-seekers"), treatment={}, runs=5, seed=1)
        >>> pair.averted, pair.caused
        (0, 0)
    """
    [pair] = compare_arms(
        scenario,
        {treatment_name: treat(scenario, treatment)},
        runs=runs,
        seed=seed,
        engine=engine,
        baseline_name=baseline_name,
        baseline=baseline,
        confidence=confidence,
        workers=workers,
        progress=progress,
    )
    return pair


def compare_arms(
    scenario: Scenario,
    treated: Mapping[str, Scenario],
    *,
    runs: int | range,
    seed: int,
    engine: str = "auto",
    baseline_name: str = "baseline",
    baseline: Outcomes | None = None,
    confidence: float = 0.95,
    workers: int = 1,
    progress: Progress | None = None,
) -> list[Paired]:
    """As `compare`, of several treated versions (by name) of a scenario, which is run once."""
    models = [compile_model(other, baseline=scenario) for other in treated.values()]
    untreated = compile_model(scenario)
    if baseline is None:
        models.insert(0, untreated)
    elif set(baseline["cell"]) != {untreated.identity(seed)}:
        raise ScenarioError("baseline: is of another scenario or seed than asked for; run it again")
    arms = run_models(models, runs=runs, seed=seed, engine=engine, workers=workers, progress=progress)
    before = arms.pop(0) if baseline is None else baseline
    for after in arms:
        if before["run"] != after["run"]:
            raise ScenarioError("baseline: has other runs than asked for; run it again")
    return [
        Paired(before, after, baseline_name, name, confidence)
        for name, after in zip(treated, arms, strict=True)
    ]


def treat(scenario: Scenario, treatment: Mapping[str, object]) -> Scenario:
    """The scenario under a treatment, which may change channels and receivers only.

    Raises:
        ScenarioError: it changes something else.
    """
    for path in treatment:
        parts = path.split(".")
        receiver = parts[0] == "states" and len(parts) > 2 and parts[2] in TREATABLE_STATE_KEYS
        if not path.startswith(TREATABLE) and not receiver:
            raise ScenarioError(
                f"{path}: a treatment changes channels or receivers only (channels.…, "
                f"states.NAME.{'|'.join(TREATABLE_STATE_KEYS)}); change the scenario itself with replace"
            )
    return scenario.replace(treatment)
