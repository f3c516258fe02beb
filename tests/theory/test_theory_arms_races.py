"""T07: Richardson's race, prompt and late."""

from itertools import pairwise
from math import log, pi

import numpy as np
import pytest
from scipy.special import lambertw

from signalling.theory.arms_races import (
    Race,
    critical_delay_all_late,
    eigenvalues,
    fixed_point,
    is_stable,
    leading_rate,
    leading_rate_all_late,
    spectral_radius,
    symmetric,
)
from tests.theory.printed import agrees, same

#: a, b, k, l, g, h; x, y of the balance, leading eigenvalue, whether stable.
PROMPT = (
    (1, 1, 0.5, 0.5, 1, 1, 2.0, 2.0, -0.5, True),
    (0.9, 1.2, 0.6, 0.4, 0.3, 0.5, 0.78571428571, 0.67857142857, -0.5376524617, True),
    (0.5, 0.5, 0.6, 0.6, 0.1, 0.1, -1.0, -1.0, 0.1, False),
)
#: a, k, tau; leading root when only reports are late.
REPORTS_LATE = (
    (1, 0.5, 0, -0.5),
    (1, 0.5, 0.5, -0.39179798377),
    (1, 0.5, 1, -0.31492305785),
    (1, 0.5, 5, -0.11434408402),
    (1, 0.9, 0, -0.1),
    (1, 0.9, 0.5, -0.068596229928),
    (1, 0.9, 1, -0.051980406727),
    (1, 0.9, 5, -0.017534161889),
    (1, 1.1, 0, 0.1),
    (1, 1.1, 0.5, 0.064885602955),
    (1, 1.1, 1, 0.048218307201),
    (1, 1.1, 5, 0.015905892154),
)
#: a, k; critical delay when all is late, whether stable at 0.9 of it, critical delay of the sum alone.
ALL_LATE = (
    (1, 0.5, 1.0471975512, True, 3.1415926536),
    (1, 0.9, 0.82673490884, True, 15.707963268),
)
#: al, ka, d; spectral radius of x <- (1 - al) x + ka y(d steps ago).
STEPS = (
    (0.2, 0.1, 0, 0.9),
    (0.2, 0.1, 2, 0.9185267514),
    (0.2, 0.1, 10, 0.95631358829),
    (0.2, 0.19, 0, 0.99),
    (0.2, 0.19, 2, 0.99277539154),
    (0.2, 0.19, 10, 0.99659410052),
    (0.2, 0.21, 0, 1.01),
    (0.2, 0.21, 2, 1.0070641868),
    (0.2, 0.21, 10, 1.0032650114),
)
PROMPT_ROUNDED = (
    (Race(1, 1, 0.5, 0.5, 1, 1), "2", "2", "-.5"),
    (Race(0.9, 1.2, 0.6, 0.4, 0.3, 0.5), ".785714", ".678571", "-.537652"),
    (Race(0.5, 0.5, 0.6, 0.6, 0.1, 0.1), "-1", "-1", ".1"),
)
DELAYS = (0, 0.5, 1, 5)
REPORTS_LATE_ROUNDED = {
    0.9: ("-.1", "-.068596", "-.051980", "-.017534"),
    1.1: (".1", ".064886", ".048218", ".015906"),
}
ALL_LATE_ROUNDED = {0.5: "1.047198", 0.9: ".826735"}
LATE_STEPS = (0, 2, 10)
STEPS_ROUNDED = {
    0.1: (".9", ".918527", ".956314"),
    0.19: (".99", ".992775", ".996594"),
    0.21: ("1.01", "1.007064", "1.003265"),
}


def companion(race: Race, late: int) -> np.ndarray:
    """The scheme as one matrix on both armaments, now and at each of so many steps before."""
    size = 2 * (late + 1)
    matrix = np.zeros((size, size))
    matrix[2:, :-2] = np.eye(size - 2)
    matrix[0, 0], matrix[1, 1] = 1 - race.a, 1 - race.b
    matrix[0, 2 * late + 1] += race.k
    matrix[1, 2 * late] += race.l
    return matrix


@pytest.mark.parametrize("row", PROMPT)
def test_prompt(row: tuple[float, ...]) -> None:
    *constants, x, y, leading, stable = row
    race = Race(*constants)
    assert same(fixed_point(race)[0], x)
    assert same(fixed_point(race)[1], y)
    assert same(eigenvalues(race)[0].real, leading)
    assert eigenvalues(race)[0].imag == 0
    assert same(leading_rate(race), leading)
    assert is_stable(race) == stable


@pytest.mark.parametrize(("race", "x", "y", "leading"), PROMPT_ROUNDED)
def test_prompt_to_few_digits(race: Race, x: str, y: str, leading: str) -> None:
    assert agrees(fixed_point(race)[0], x)
    assert agrees(fixed_point(race)[1], y)
    assert agrees(leading_rate(race), leading)


@pytest.mark.parametrize(("a", "k", "tau", "root"), REPORTS_LATE)
def test_late_reports(a: float, k: float, tau: float, root: float) -> None:
    race = symmetric(a, k)
    found = leading_rate(race, tau)
    assert same(found, root)
    assert (found < 0) == is_stable(race)
    if tau > 0:
        assert same(found, lambertw(k * tau * np.exp(a * tau)).real / tau - a)


@pytest.mark.parametrize("k", sorted(REPORTS_LATE_ROUNDED))
def test_late_reports_to_few_digits(k: float) -> None:
    for tau, printed in zip(DELAYS, REPORTS_LATE_ROUNDED[k], strict=True):
        assert agrees(leading_rate(symmetric(1, k), tau), printed)


def test_delay_slows_calming_and_running_away() -> None:
    for race in (symmetric(1, 0.9), symmetric(1, 1.1), Race(0.9, 1.2, 0.6, 0.4), Race(0.2, 1.0, 0.9, 0.4)):
        speeds = [abs(leading_rate(race, tau)) for tau in (0, 0.5, 1, 5, 20)]
        assert speeds == sorted(speeds, reverse=True)


def test_at_the_margin_delay_changes_nothing() -> None:
    for tau in (0.0, 1.0, 5.0):
        assert abs(leading_rate(Race(1, 2, 0.5, 4), tau)) < 1e-12


def test_a_race_of_unequal_states_solves_its_equation() -> None:
    race = Race(0.9, 1.2, 0.6, 0.4)
    found = leading_rate(race, 2.0)
    assert same((found + 0.9) * (found + 1.2), 0.24 * np.exp(-4 * found))


@pytest.mark.parametrize(("a", "k", "critical", "stable_before", "of_the_sum"), ALL_LATE)
def test_all_late(a: float, k: float, critical: float, stable_before: bool, of_the_sum: float) -> None:
    race = symmetric(a, k)
    assert same(critical_delay_all_late(race), critical)
    assert same(critical_delay_all_late(race), pi / (2 * (a + k)))
    assert (leading_rate_all_late(race, 0.9 * critical).real < 0) == stable_before
    assert leading_rate_all_late(race, 1.1 * critical).real > 0
    # The sum of the two is a single state with the pull a - k and no reaction.
    assert same(critical_delay_all_late(Race(a - k, a - k, 0, 0)), of_the_sum)


@pytest.mark.parametrize("k", sorted(ALL_LATE_ROUNDED))
def test_all_late_to_few_digits(k: float) -> None:
    assert agrees(critical_delay_all_late(symmetric(1, k)), ALL_LATE_ROUNDED[k])


def test_all_late_without_delay_is_prompt() -> None:
    race = Race(0.9, 1.2, 0.6, 0.4)
    assert same(leading_rate_all_late(race, 0).real, leading_rate(race))
    assert leading_rate_all_late(race, 1e-7).real == pytest.approx(leading_rate(race), rel=1e-5)


@pytest.mark.parametrize(("al", "ka", "late", "radius"), STEPS)
def test_steps(al: float, ka: float, late: int, radius: float) -> None:
    race = symmetric(al, ka)
    assert same(spectral_radius(race, late), radius)
    assert (spectral_radius(race, late) < 1) == (ka < al)


@pytest.mark.parametrize("ka", sorted(STEPS_ROUNDED))
def test_steps_to_few_digits(ka: float) -> None:
    for late, printed in zip(LATE_STEPS, STEPS_ROUNDED[ka], strict=True):
        assert agrees(spectral_radius(symmetric(0.2, ka), late), printed)


@pytest.mark.parametrize("late", [0, 1, 3, 10])
@pytest.mark.parametrize("race", [symmetric(0.2, 0.19), Race(0.1, 0.5, 0.3, 0.2), Race(0.1, 0.5, 0.0, 0.2)])
def test_the_radius_is_that_of_the_whole_scheme(race: Race, late: int) -> None:
    modulus = np.abs(np.linalg.eigvals(companion(race, late))).max()
    assert spectral_radius(race, late) == pytest.approx(modulus, rel=1e-9)


@pytest.mark.parametrize("race", [symmetric(1, 0.9), symmetric(1, 1.1), Race(0.9, 1.2, 0.6, 0.4)])
def test_the_rate_of_steps_is_that_of_its_scheme(race: Race) -> None:
    step, late = 0.05, 10
    scheme = Race(race.a * step, race.b * step, race.k * step, race.l * step)
    modulus = np.abs(np.linalg.eigvals(companion(scheme, late))).max()
    assert leading_rate(race, step * late, step=step) == pytest.approx(log(modulus) / step, rel=1e-9)


@pytest.mark.parametrize("tau", [0.0, 1.0, 5.0])
@pytest.mark.parametrize("race", [symmetric(1, 0.9), symmetric(1, 1.1), Race(0.9, 1.2, 0.6, 0.4)])
def test_halving_the_step_halves_the_gap(race: Race, tau: float) -> None:
    exact = leading_rate(race, tau)
    gaps = [leading_rate(race, tau, step=step) - exact for step in (1 / 64, 1 / 128, 1 / 256, 1 / 512)]
    ratios = [before / after for before, after in pairwise(gaps)]
    assert ratios == pytest.approx([2, 2, 2], abs=0.05)
    assert abs(ratios[-1] - 2) < abs(ratios[0] - 2)


def test_long_delays_and_short_steps_do_not_overflow() -> None:
    assert leading_rate(symmetric(50, 49), 100.0) < 0
    assert leading_rate(symmetric(50, 51), 100.0) > 0
    assert abs(leading_rate(symmetric(1, 0.9), 5.0, step=1e-6) - leading_rate(symmetric(1, 0.9), 5.0)) < 1e-6


def test_what_is_no_race_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^race\.k = -0\.5: must be at least 0$"):
        leading_rate(symmetric(1, -0.5))
    with pytest.raises(ValueError, match=r"^race\.a = 0: must be above 0$"):
        is_stable(symmetric(0, 0.5))
    with pytest.raises(ValueError, match="a b = k l leaves no single point"):
        fixed_point(symmetric(1, 1, 1))
    with pytest.raises(ValueError, match="unstable without any delay"):
        critical_delay_all_late(symmetric(1, 1.1))
    with pytest.raises(ValueError, match=r"^step = 1\.5: must be below 1 / max\(a, b\) = 1$"):
        leading_rate(symmetric(1, 0.5), step=1.5)
    with pytest.raises(ValueError, match=r"^delay = 1: must be a whole number of steps of 0\.3$"):
        leading_rate(symmetric(1, 0.5), 1, step=0.3)
    with pytest.raises(ValueError, match=r"^delay = -1: must be at least 0$"):
        leading_rate_all_late(symmetric(1, 0.5), -1)
