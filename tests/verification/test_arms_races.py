"""T07 and T08: paces, levels and variances of arms races are the printed ones."""

import math

import numpy as np
import pytest

from signalling.theory.arms_races import Race, symmetric
from signalling.theory.noisy_races import covariance_in_steps
from signalling.verification import verify
from signalling.verification.bench import Bench
from signalling.verification.entries.arms_races import ENTRIES, longest_decaying
from signalling.verification.entries.noisy_races import REACTIONS, step_for
from signalling.verification.entries.races import mean_posture, postures, race
from tests.theory.printed import same
from tests.theory.test_theory_arms_races import ALL_LATE, PROMPT, REPORTS_LATE, STEPS
from tests.theory.test_theory_noisy_races import CONTINUOUS, LEVELS
from tests.theory.test_theory_noisy_races import STEPS as MISREAD
from tests.verification.played import assert_reproduced, play_quickly, predictions

LATE_RACES, NOISY_RACES = ENTRIES
DAY = 86_400


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_the_entry_is_well_named(entry) -> None:
    cases = entry.cases()
    assert len({case.name for case in cases}) == len(cases)
    assert {case.entry for case in cases} == {entry.key}
    drawn = {number.series for case in cases for number in case.numbers if number.series}
    assert drawn == {curve.series for panel in entry.panels for curve in panel.curves}
    # Lines can be drawn from end to end; roots of races that calm down are negative.
    for panel in entry.panels:
        for curve in panel.curves:
            assert math.isfinite(curve.line(curve.low))
            assert math.isfinite(curve.line(curve.high))


def test_every_printed_number_of_late_races_is_played() -> None:
    predicted = predictions(LATE_RACES)
    for a, b, k, m, _, _, x, y, leading, stable in PROMPT:
        name = f"prompt race, fatigue {a:g} and {b:g}, reaction {k:g} and {m:g}"
        at = predicted.pop(f"{name}: balance")
        assert all(same(one, other) for one, other in zip(at.values(), (x, y), strict=True))
        pace = predicted.pop(f"{name}: pace")
        assert same(pace["leading root, per day"], leading)
        assert pace["calms down (1) or runs away (0)"] == stable
    for a, k, tau, root in REPORTS_LATE:
        assert a == 1
        pace = predicted.pop(f"reaction {k:g}, reports {tau:g} days late")
        assert same(pace["leading root, per day"], root)
        assert pace["calms down (1) or runs away (0)"] == (k < a)
    for a, k, critical, stable_before, of_the_sum in ALL_LATE:
        assert a == 1
        whole = predicted.pop(f"all is late, reaction {k:g}: the race")
        assert same(whole["critical delay, days"], critical)
        assert whole["dies out at 9/10 of it (1) or not (0)"] == stable_before
        alone = predicted.pop(f"all is late, reaction {k:g}: the sum of the two")
        assert same(alone["critical delay, days"], of_the_sum)
    for al, ka, late, radius in STEPS:
        assert al == 0.2
        row = predicted.pop(f"steps of a day, reaction {ka:g}, reports {late} steps late")
        assert same(row["factor of a step"], radius)
    assert not predicted


def test_every_printed_number_of_noisy_races_is_played() -> None:
    predicted = predictions(NOISY_RACES)
    for a, k, q, *printed in CONTINUOUS:
        assert a == q == 1
        row = predicted.pop(f"shaken without pause, reaction {k:g}")
        assert all(same(one, other) for one, other in zip(row.values(), printed, strict=True))
    for al, ka, sigma, *printed in MISREAD:
        row = predicted.pop(f"misread by {sigma:g}, fatigue {al:g}, reaction {ka:g}")
        numbers = list(row.values())[1:]
        assert all(
            math.isclose(one, other, rel_tol=1e-9) for one, other in zip(numbers, printed, strict=True)
        )
    for al, ka, exaggeration, loss, stable, level in LEVELS:
        assert al == 0.2
        row = predicted.pop(f"reaction {ka:g}, exaggeration {exaggeration:g}, loss {loss:g}")
        if level is None:
            assert row["runs away (1) or not (0)"] == 1
        else:
            assert stable
            assert same(row["mean armament"], level)
    # What stands beside the printed numbers.
    assert set(predicted) == {
        *(f"shaken in steps of 6 hours, reaction {k:g}" for k in REACTIONS),
        "reaction 0.1, exaggeration 0.5, loss 0",
        "reaction 0.1, exaggeration 1, known, loss 0",
        "reaction 0.1, exaggeration 1, loss 0.5",
    }


def test_thin() -> None:
    rows = play_quickly(LATE_RACES, lambda case: "all is late" not in case.name and "0.9" in case.name)
    rows += play_quickly(NOISY_RACES, lambda case: "shaken" not in case.name)
    assert_reproduced(rows)


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T07", "T08"], workers=2).rows)


@pytest.mark.parametrize("late", [0, 1, 3])
def test_a_race_is_the_scheme(late: int) -> None:
    """x <- x + h (k y(m steps ago) - a x + g), the posture at the start standing for what was before it."""
    constants, h = Race(0.9, 1.2, 0.6, 0.4, 0.3, 0.5), 0.25
    told = [(1.0, -2.0)]
    for number in range(12):
        x, y = told[-1]
        x_then, y_then = told[max(0, number - late)]
        told.append(
            (
                x + h * (constants.k * y_then - constants.a * x + constants.g),
                y + h * (constants.l * x_then - constants.b * y + constants.h),
            )
        )
    played = race(constants, steps=12, step=DAY // 4, late=late, start=told[0])
    assert postures(Bench(), played) == pytest.approx(told[-1], rel=1e-13)
    assert mean_posture(Bench(), played) == pytest.approx(sum(told[-1]) / 2, rel=1e-13)


@pytest.mark.parametrize("share", [0.03, 1 / 30, 0.2, 0.9])
def test_the_longest_delay_that_decays_is_that_of_the_scheme(share: float) -> None:
    def radius(late: int) -> float:
        step = np.eye(late + 1, k=-1)
        step[0, 0], step[0, late] = 1.0, step[0, late] - share
        if late == 0:
            step[0, 0] = 1.0 - share
        return float(np.abs(np.linalg.eigvals(step)).max())

    longest = longest_decaying(share)
    assert radius(longest) < 1 < radius(longest + 1)


@pytest.mark.parametrize("runs", [2000, 20_000])
@pytest.mark.parametrize("reaction", [0.5, 0.9])
def test_the_step_of_a_shaken_race_does_not_count(reaction: float, runs: int) -> None:
    """Each number moves by less than half a standard error; a shock sqrt(h) is a report misread."""
    slow, fast = 1 - reaction, 1 + reaction
    bound = 0.5 * math.sqrt(2 / runs)
    for pulls in ((slow, fast), (fast,)):
        h = step_for(pulls, runs) / DAY
        scheme = covariance_in_steps(symmetric(h, reaction * h), 1 / (reaction * math.sqrt(h)))
        modes = {slow: scheme[0, 0] + scheme[0, 1], fast: scheme[0, 0] - scheme[0, 1]}
        law = {pull: 1 / (2 * pull) for pull in modes}
        found, exact = (sum(table[pull] for pull in pulls) for table in (modes, law))
        assert 0.6 * bound < found / exact - 1 < bound
        if len(pulls) == 2:
            assert modes[slow] / law[slow] - 1 < bound
            variance, covariance = (law[slow] + law[fast]) / 2, (law[slow] - law[fast]) / 2
            assert abs(scheme[0, 1] - covariance) < 0.5 * math.hypot(variance, covariance) / math.sqrt(runs)
