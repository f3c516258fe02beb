"""T28: the law of a posterior, a lone decider, the base rate."""

import numpy as np
import pytest

from signalling.theory.calibration import (
    lone_decider_loss,
    mistaken_certainty_bound,
    positive_predictive_value,
    posterior_law,
)
from tests.theory.printed import agrees, same

#: prior, accuracy, reports; mean, variance, Brier score, P(posterior >= 0.9 | type 0), its bound.
POSTERIORS = (
    (0.5, 0.7, 5, 0.5, 0.12871341663, 0.12128658337, 0.03078, 0.11111111111),
    (0.1, 0.8, 5, 0.1, 0.06483367568, 0.02516632432, 0.00032, 0.012345679012),
    (0.9, 0.6, 10, 0.9, 0.015651430759, 0.074348569241, 0.3668967424, 1.0),
)
#: prior of an attack, accuracy; loss with a miss at 1 and a false alarm at 1/4.
LOSSES = (
    (0.5, 0.5, 0.125),
    (0.5, 0.6, 0.125),
    (0.5, 0.7, 0.125),
    (0.5, 0.8, 0.125),
    (0.5, 0.9, 0.0625),
    (0.5, 1.0, 0.0),
    (0.2, 0.5, 0.2),
    (0.2, 0.6, 0.16),
    (0.2, 0.7, 0.12),
    (0.2, 0.8, 0.08),
    (0.2, 0.9, 0.04),
    (0.2, 1.0, 0.0),
)
#: base rate, hit, false alarm; chance that an alarm is real.
ALARMS = (
    (0.01, 0.99, 0.01, 0.5),
    (0.01, 0.99, 0.0001, 0.9900990099),
    (0.0001, 0.99, 0.01, 0.0098039215686),
    (0.0001, 0.99, 0.0001, 0.49751243781),
    (1e-06, 0.99, 0.01, 9.8990298951e-05),
    (1e-06, 0.99, 0.0001, 0.0098029604941),
)
POSTERIORS_ROUNDED = (
    (0.5, 0.7, 5, ".128713", ".121287", ".03078"),
    (0.1, 0.8, 5, ".064834", ".025166", ".00032"),
    (0.9, 0.6, 10, ".015651", ".074349", ".366897"),
)
ACCURACIES = (0.5, 0.6, 0.7, 0.8, 0.9, 1)
LOSSES_ROUNDED = {
    0.2: (".20", ".16", ".12", ".08", ".04", "0"),
    0.5: (".125", ".125", ".125", ".125", ".0625", "0"),
}
ALARMS_ROUNDED = ((1e-4, 0.01, ".00980392"), (1e-4, 1e-4, ".497512"), (1e-6, 0.01, "9.89903e-5"))


@pytest.mark.parametrize("row", POSTERIORS)
def test_posteriors(row: tuple[float, ...]) -> None:
    prior, accuracy, reports, mean, variance, brier, certain, bound = row
    law = posterior_law(prior, accuracy, int(reports))
    assert same(law.mean(), mean)
    assert same(law.variance(), variance)
    assert same(law.brier(), brier)
    assert same(law.probability_at_least(0.9, given_type=0), certain)
    assert same(mistaken_certainty_bound(prior, 0.9), bound)


@pytest.mark.parametrize(("prior", "accuracy", "reports", "variance", "brier", "certain"), POSTERIORS_ROUNDED)
def test_posteriors_to_few_digits(
    prior: float, accuracy: float, reports: int, variance: str, brier: str, certain: str
) -> None:
    law = posterior_law(prior, accuracy, reports)
    assert agrees(law.variance(), variance)
    assert agrees(law.brier(), brier)
    assert agrees(law.probability_at_least(0.9, given_type=0), certain)


@pytest.mark.parametrize("reports", [0, 1, 7, 30])
@pytest.mark.parametrize("accuracy", [0.3, 0.5, 0.9])
@pytest.mark.parametrize("prior", [0.05, 0.5, 0.8])
def test_beliefs_are_right_on_average(prior: float, accuracy: float, reports: int) -> None:
    law = posterior_law(prior, accuracy, reports)
    assert same(law.mean(), prior)
    assert same(law.variance() + law.brier(), prior * (1 - prior))
    # The Brier score is the squared distance from the type itself.
    squared = (
        prior * law.given_one @ (1 - law.posterior) ** 2 + (1 - prior) * law.given_zero @ law.posterior**2
    )
    assert same(law.brier(), squared)
    for threshold in (0.6, 0.9, 0.99):
        certain = law.probability_at_least(threshold, given_type=0)
        assert certain <= mistaken_certainty_bound(prior, threshold) + 1e-12
        assert law.probability_at_least(threshold, given_type=1) >= certain - 1e-12


@pytest.mark.parametrize(("prior", "accuracy", "loss"), LOSSES)
def test_losses(prior: float, accuracy: float, loss: float) -> None:
    assert same(lone_decider_loss(prior, accuracy, miss_cost=1, false_alarm_cost=0.25), loss)


def test_losses_to_few_digits() -> None:
    for prior, printed in LOSSES_ROUNDED.items():
        for accuracy, text in zip(ACCURACIES, printed, strict=True):
            assert agrees(lone_decider_loss(prior, accuracy, miss_cost=1, false_alarm_cost=0.25), text)


def test_loss_never_rises_with_accuracy() -> None:
    for prior in (0.01, 0.2, 0.5, 0.9):
        losses = [
            lone_decider_loss(prior, accuracy, miss_cost=3, false_alarm_cost=1)
            for accuracy in np.linspace(0.5, 1, 51)
        ]
        assert (np.diff(losses) <= 1e-15).all()


@pytest.mark.parametrize(("base", "hit", "false_alarm", "real"), ALARMS)
def test_alarms(base: float, hit: float, false_alarm: float, real: float) -> None:
    assert same(positive_predictive_value(base, hit, false_alarm), real)


@pytest.mark.parametrize(("base", "false_alarm", "real"), ALARMS_ROUNDED)
def test_alarms_to_few_digits(base: float, false_alarm: float, real: str) -> None:
    assert agrees(positive_predictive_value(base, 0.99, false_alarm), real)


def test_what_is_no_report_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^prior = 1\.0: must be above 0 and below 1$"):
        posterior_law(1.0, 0.7, 5)
    with pytest.raises(ValueError, match=r"^reports = 2\.5: must be a whole number"):
        posterior_law(0.5, 0.7, 2.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^given_type = 2: must be 0 or 1$"):
        posterior_law(0.5, 0.7, 5).probability_at_least(0.9, given_type=2)
    with pytest.raises(ValueError, match="no alarm ever sounds"):
        positive_predictive_value(0.5, 0, 0)
    with pytest.raises(ValueError, match=r"^miss_cost = -1: must be at least 0$"):
        lone_decider_loss(0.5, 0.7, miss_cost=-1, false_alarm_cost=1)
