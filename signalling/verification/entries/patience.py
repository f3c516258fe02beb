"""Patience: how many hostile reports to wait for before one retaliates (T05).

A run length is the number of reports that an observer has read when it retaliates. Reports of a round are
read before the next: the observer that retaliates at round T, counted from 0, has read T of them.
"""

import math
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from signalling.errors import SignallingError
from signalling.scenario import Scenario
from signalling.theory.patience import rounds_to_alarm, rounds_to_alarm_in_window, rounds_to_alarm_of_pair
from signalling.verification.bench import Bench, by_state, column, set_up
from signalling.verification.entries.pairs import GROUP
from signalling.verification.ledger import Case, Curve, Entry, Estimate, Number, Panel, mean

#: Seeds of the cases begin here and rise by one, so that no two share their luck.
SEED = 1_987_000
ERRORS = (0.01, 0.05, 0.1)
#: Errors at which a quick verification looks: at some hostile reports in a row, and in a window.
COMMON_IN_A_ROW, COMMON_IN_A_WINDOW = 0.05, 0.1
#: Rounds of a minute: some 35 million fit the clock of compiled code.
ROUNDS_AN_HOUR = 60

#: Rounds that the runs of a case may have together, about, and limits to the number of runs.
BUDGET, QUICK_BUDGET = 40_000_000, 2_000_000
FEWEST, MOST, QUICK_MOST = 200, 20_000, 2_000
#: Horizon in mean run lengths: one run in 10^13 of a geometric law is longer.
HORIZON = 30
#: Detection takes a few rounds, and not one run in 10^10 as many as these.
DETECTION_ROUNDS = 50
DETECTION_RUNS, QUICK_DETECTION_RUNS = 50_000, 10_000


class Rule(NamedTuple):
    """How many hostile reports, of how many, provoke; for good."""

    needed: int
    window: int

    @property
    def name(self) -> str:
        """As the literature has it."""
        return f"k = {self.needed}" if self.needed == self.window else f"{self.needed} of {self.window}"

    def rounds(self, hostile: float) -> float:
        """Mean run length if a report is hostile with this probability."""
        if self.needed == self.window:
            return rounds_to_alarm(self.needed, hostile)
        return rounds_to_alarm_in_window(self.needed, self.window, hostile)


CONSECUTIVE = tuple(Rule(k, k) for k in (1, 2, 3))
WINDOWS = (Rule(2, 3), Rule(3, 5), Rule(3, 10))


def _cases() -> Iterator[Case]:
    seed = SEED
    for e in ERRORS:
        for rule in (*CONSECUTIVE, *WINDOWS):
            told = f"{rule.name}, reports turned {e:g}"
            quick = e == (COMMON_IN_A_ROW if rule in CONSECUTIVE else COMMON_IN_A_WINDOW)
            rounds = rule.rounds(e)
            alarm = Number("rounds to a false alarm", rounds, 0.0, _false(rule), e)
            yield Case("T05", told, (alarm,), partial(_false_alarms, rule, e, seed, rounds), quick=quick)
            detected = Number("rounds to detection", rule.rounds(1 - e), 0.0, _true(rule), e)
            play = partial(_detections, rule, e, seed + 1)
            yield Case("T05", f"{told}, a defector", (detected,), play, quick=quick)
            if rule in CONSECUTIVE:
                rounds = rounds_to_alarm_of_pair(rule.needed, e)
                first = Number("rounds to the first false alarm", rounds, 0.0, _pair(rule), e)
                both = partial(_false_alarms, rule, e, seed + 2, rounds, both=True)
                yield Case("T05", f"{told}, a pair", (first,), both, quick=quick)
            seed += 3


def _false(rule: Rule) -> str:
    return f"{rule.name}, false alarm"


def _true(rule: Rule) -> str:
    return f"{rule.name}, detection"


def _pair(rule: Rule) -> str:
    return f"{rule.name}, first of two"


def _false_alarms(
    rule: Rule, error: float, seed: int, expected: float, bench: Bench, *, both: bool = False
) -> list[Estimate]:
    """Runs that end with the first retaliation against a peaceful state."""
    budget = bench.effort(BUDGET, QUICK_BUDGET)
    runs = min(bench.effort(MOST, QUICK_MOST), max(FEWEST, round(budget / expected)))
    peaceful: Mapping[str, str | int] = (
        _patient(rule) if both else {"name": "memory_one", "strategy": "always_cooperate"}
    )
    scenario = _scenario(rule, error, peaceful, math.ceil(HORIZON * expected), until="top")
    outcomes = bench.run(scenario, runs=runs, seed=seed)
    if set(outcomes["stop"]) != {"top"}:
        raise SignallingError(f"{rule.name}, error {error:g}: a run was cut at its horizon; please report it")
    rounds = np.rint(column(outcomes, "stop_hours") * ROUNDS_AN_HOUR)
    # Run lengths are very nearly geometric, and spread as widely as their mean is long.
    return [Estimate(float(rounds.mean()), expected / math.sqrt(runs), runs)]


def _detections(rule: Rule, error: float, seed: int, bench: Bench) -> list[Estimate]:
    """Rounds that an observer cooperates with a state that defects for good, until it does so no more."""
    rival = {"name": "memory_one", "strategy": "always_defect"}
    # That rival is on the last action from the start: the run goes on to its horizon, and shares are counted.
    scenario = _scenario(rule, error, rival, DETECTION_ROUNDS, until="horizon")
    runs = bench.effort(DETECTION_RUNS, QUICK_DETECTION_RUNS)
    outcomes = bench.run(scenario, runs=runs, seed=seed, by_state=True)
    if not (by_state(outcomes, "rung", "Observer") == 1).all():
        raise SignallingError(f"{rule.name}, error {error:g}: a defector was not detected; please report it")
    rounds = np.rint((1 - by_state(outcomes, "mean_rung", "Observer")) * DETECTION_ROUNDS)
    return [mean(rounds.tolist())]


def _patient(rule: Rule) -> Mapping[str, str | int]:
    return {
        "name": "patience",
        "hostile_reports": rule.needed,
        "window": rule.window,
        "retaliation_reviews": 0,
    }


def _scenario(
    rule: Rule, error: float, other: Mapping[str, str | int], rounds: int, *, until: str
) -> Scenario:
    """An observer and another state; the observer writes only if the other is one too."""
    channels = [{"from": "Other", "to": "Observer", "both_ways": other["name"] == "patience"}]
    garble = {"probability": error, "kernel": "other"}
    return set_up(
        {
            "name": f"{rule.name}, reports turned {error:g}",
            "horizon_days": rounds / ROUNDS_AN_HOUR / 24,
            "until": until,
            "review": {"interval_hours": 1 / ROUNDS_AN_HOUR, "jitter_hours": 0},
            "game": {"kind": "matrix"},
            "states": [
                {"name": "Observer", "doctrine": _patient(rule)},
                {"name": "Other", "doctrine": other},
            ],
            "network": {"graph": "explicit"},
            "channels": {
                "default": {"delay": {"law": "constant", "hours": 6 / 3600}, "garble": garble},
                "between": channels,
            },
        }
    )


def _rounds_to_detection(rule: Rule, error: float) -> float:
    return rule.rounds(1 - error)


def _curves(rules: tuple[Rule, ...]) -> tuple[Curve, ...]:
    return tuple(Curve(_false(rule), rule.rounds, 0.005, 0.2) for rule in rules)


T05 = Entry(
    key="T05",
    group=GROUP,
    title="Patience before one retaliates",
    source="Downs and Rocke 1990; Bendor 1987, 1993",
    direction="+",
    question=(
        "A hostile report may be false. For how many of them should a state wait before it strikes back?"
    ),
    game=(
        "An observer gets a report of another state every round; it is turned with the probability e.\n"
        "It retaliates, for good, after k hostile reports in a row, or k among the last n.\n"
        "The other state is peaceful, or as patient itself, or defects from the start."
    ),
    result=(
        "Each further hostile report in a row that a state waits for makes peace last some 1 / e times "
        "longer, and costs about one round more until a true defector is found out. The time to a false "
        "alarm grows like the rate of errors to the power -k. A window that is too wide gives most of it "
        "away: three of the last ten alarm oftener than three of five."
    ),
    lesson=(
        "It holds, and it compounds: patience multiplies what each error less is worth. A little more "
        "accuracy does little for the hasty and very much for the patient."
    ),
    panels=(
        Panel(
            "Until a false alarm",
            "share of reports turned",
            "mean rounds",
            _curves((*CONSECUTIVE, *WINDOWS)),
            log_x=True,
            log_y=True,
        ),
        Panel(
            "Until the first false alarm of a pair",
            "share of reports turned",
            "mean rounds",
            tuple(
                Curve(_pair(rule), partial(rounds_to_alarm_of_pair, rule.needed), 0.005, 0.2)
                for rule in CONSECUTIVE
            ),
            log_x=True,
            log_y=True,
        ),
        Panel(
            "Until a defector is found out",
            "share of reports turned",
            "mean rounds",
            tuple(
                Curve(_true(rule), partial(_rounds_to_detection, rule), 0.005, 0.2)
                for rule in (*CONSECUTIVE, *WINDOWS)
            ),
            log_x=True,
        ),
    ),
    cases=lambda: list(_cases()),
)

ENTRIES: tuple[Entry, ...] = (T05,)
