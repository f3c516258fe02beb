"""T08: Richardson's race with noise, exaggeration and loss."""

from math import inf, sqrt

import numpy as np
import pytest

from signalling.theory.arms_races import Race, symmetric
from signalling.theory.noisy_races import (
    covariance_in_continuous_time,
    covariance_in_steps,
    heard_reaction,
    mean_level,
    probability_above,
    runs_away,
)
from tests.theory.printed import agrees, same

#: a, k, q; variance, covariance, variance of (x + y) / sqrt 2, of (x - y) / sqrt 2.
CONTINUOUS = (
    (1, 0, 1, 0.5, 0.0, 0.5, 0.5),
    (1, 0.5, 1, 0.66666666667, 0.33333333333, 1.0, 0.33333333333),
    (1, 0.9, 1, 2.6315789474, 2.3684210526, 5.0, 0.26315789474),
)
#: al, ka, sigma of a report; variance, covariance, P(x more than 1.5 above its mean).
STEPS = (
    (0.2, 0.1, 1.0, 0.036119711042, 0.016511867905, 1.4799836844e-15),
    (0.2, 0.18, 1.0, 0.43540669856, 0.38277511962, 0.011506110102),
    (0.5, 0.3, 0.5, 0.04296875, 0.01953125, 2.3059251463e-13),
)
#: al, ka, exaggeration, loss; whether stable, mean level with the grievance 0.1 (None: runs away).
LEVELS = (
    (0.2, 0.1, 0.0, 0.0, True, 1.0),
    (0.2, 0.1, 1.0, 0.0, False, None),
    (0.2, 0.1, 0.0, 0.5, True, 0.66666666667),
    (0.2, 0.15, 0.3, 0.0, True, 20.0),
)
CONTINUOUS_ROUNDED = ((0, ".5", "0"), (0.5, ".666667", ".333333"), (0.9, "2.631579", "2.368421"))
STEPS_ROUNDED = (
    (0.2, 0.1, 1, ".0361197", ".0165119"),
    (0.2, 0.18, 1, ".435407", ".382775"),
    (0.5, 0.3, 0.5, ".0429688", ".0195313"),
)


@pytest.mark.parametrize(("a", "k", "q", "variance", "covariance", "of_sum", "of_difference"), CONTINUOUS)
def test_shaken_without_pause(
    a: float, k: float, q: float, variance: float, covariance: float, of_sum: float, of_difference: float
) -> None:
    found = covariance_in_continuous_time(symmetric(a, k), q)
    assert same(found[0, 0], variance)
    assert same(found[1, 1], variance)
    assert same(found[0, 1], covariance)
    assert same(found[0, 0] + found[0, 1], of_sum)
    assert same(found[0, 0] - found[0, 1], of_difference)
    assert same(of_sum, q / (2 * (a - k)))
    assert same(of_difference, q / (2 * (a + k)))


@pytest.mark.parametrize(("k", "variance", "covariance"), CONTINUOUS_ROUNDED)
def test_shaken_without_pause_to_few_digits(k: float, variance: str, covariance: str) -> None:
    found = covariance_in_continuous_time(symmetric(1, k), 1)
    assert agrees(found[0, 0], variance)
    assert agrees(found[0, 1], covariance)


@pytest.mark.parametrize(("al", "ka", "sigma", "variance", "covariance", "tail"), STEPS)
def test_misread(al: float, ka: float, sigma: float, variance: float, covariance: float, tail: float) -> None:
    found = covariance_in_steps(symmetric(al, ka), sigma)
    assert same(found[0, 0], variance)
    assert same(found[0, 1], covariance)
    assert same(probability_above(1.5, found[0, 0]), tail)


@pytest.mark.parametrize(("al", "ka", "sigma", "variance", "covariance"), STEPS_ROUNDED)
def test_misread_to_few_digits(al: float, ka: float, sigma: float, variance: str, covariance: str) -> None:
    found = covariance_in_steps(symmetric(al, ka), sigma)
    assert agrees(found[0, 0], variance)
    assert agrees(found[0, 1], covariance)
    if ka == 0.18:
        assert agrees(probability_above(1.5, found[0, 0]), ".0115061")


@pytest.mark.parametrize("race", [symmetric(0.2, 0.18), Race(0.1, 0.5, 0.3, 0.1)])
def test_the_covariance_is_the_sum_of_past_errors(race: Race) -> None:
    step, power, total = np.eye(2) + race.matrix(), np.eye(2), np.zeros((2, 2))
    for _ in range(3000):
        total += power @ np.diag([race.k**2, race.l**2]) @ power.T
        power = step @ power
    assert np.allclose(covariance_in_steps(race, 1.0), total, rtol=1e-10)


@pytest.mark.parametrize(("al", "ka", "exaggeration", "loss", "stable", "level"), LEVELS)
def test_levels(
    al: float, ka: float, exaggeration: float, loss: float, stable: bool, level: float | None
) -> None:
    found = mean_level(al, ka, 0.1, exaggeration=exaggeration, loss=loss)
    assert runs_away(al, ka, exaggeration=exaggeration, loss=loss) is not stable
    assert found == inf if level is None else same(found, level)


def test_levels_to_few_digits() -> None:
    assert agrees(mean_level(0.2, 0.1, 0.1), "1")
    assert mean_level(0.2, 0.1, 0.1, exaggeration=1.0) == inf
    assert agrees(mean_level(0.2, 0.1, 0.1, loss=0.5), ".666667")
    assert agrees(mean_level(0.2, 0.15, 0.1, exaggeration=0.3), "20")


def test_loss_undoes_exaggeration() -> None:
    assert same(heard_reaction(0.3, exaggeration=1.0, loss=0.5), 0.3)


def test_a_tail_is_that_of_the_normal_law() -> None:
    assert same(probability_above(0.0, 4.0), 0.5)
    assert probability_above(1.959963984540054 * sqrt(7), 7) == pytest.approx(0.025, rel=1e-12)


def test_what_has_no_stationary_law_is_refused() -> None:
    for function in (covariance_in_continuous_time, covariance_in_steps):
        with pytest.raises(ValueError, match="unstable, a b must exceed k l"):
            function(symmetric(0.2, 0.2), 1.0)
    with pytest.raises(ValueError, match=r"^race\.a = 1\.5: must be from 0 to 1$"):
        covariance_in_steps(symmetric(1.5, 0.2), 1.0)
    with pytest.raises(ValueError, match=r"^noise = -1: must be at least 0$"):
        covariance_in_continuous_time(symmetric(1, 0.5), -1)
    with pytest.raises(ValueError, match=r"^variance = 0\.0: must be above 0$"):
        probability_above(1.0, 0.0)
    with pytest.raises(ValueError, match=r"^exaggeration = -2: must be at least -1$"):
        mean_level(0.2, 0.1, 0.1, exaggeration=-2)
    with pytest.raises(ValueError, match=r"^grievance = 0: must be above 0$"):
        mean_level(0.2, 0.1, 0)
