"""T24: sending again until acknowledged."""

import pytest

from signalling.theory.acknowledgement import (
    mean_copies,
    mean_delivery_time,
    mean_duplicates,
    mean_sends,
    probability_acknowledged,
    probability_delivered,
    probability_delivered_by,
)
from signalling.theory.chains import absorption_times
from tests.theory.printed import agrees, same

#: p, q; mean sends, copies, duplicates; P(delivered in 3 sends), P(acknowledged in 3).
SENDS = (
    (0.1, 0.1, 1.2345679012, 1.1111111111, 0.11111111111, 0.999, 0.993141),
    (0.3, 0.1, 1.5873015873, 1.1111111111, 0.11111111111, 0.973, 0.949347),
    (0.3, 0.3, 2.0408163265, 1.4285714286, 0.42857142857, 0.973, 0.867349),
    (0.5, 0.0, 2.0, 1.0, 0.0, 0.875, 0.875),
)
#: p, timer, mean delay; mean delivery time, P(delivered by 3).
TIMES = (
    (0.3, 1.0, 0.2, 0.62857142857, 0.97256576122),
    (0.5, 2.0, 0.5, 2.5, 0.7149268031),
)
SENDS_ROUNDED = (
    (0.3, 0.3, "2.040816", "1.428571", ".428571", ".973", ".867349"),
    (0.3, 0.1, "1.587302", "1.111111", ".111111", ".973", ".949347"),
    (0.1, 0.1, "1.234568", "1.111111", ".111111", ".999", ".993141"),
)
TIMES_ROUNDED = ((0.3, 1, 0.2, ".628571", ".972566"), (0.5, 2, 0.5, "2.5", ".714927"))


def answers(p: float, q: float) -> tuple[float, ...]:
    return (
        mean_sends(p, q),
        mean_copies(q),
        mean_duplicates(q),
        probability_delivered(3, p),
        probability_acknowledged(3, p, q),
    )


@pytest.mark.parametrize("row", SENDS)
def test_sends(row: tuple[float, ...]) -> None:
    p, q, *expected = row
    for computed, printed in zip(answers(p, q), expected, strict=True):
        assert same(computed, printed)


@pytest.mark.parametrize("row", SENDS_ROUNDED)
def test_sends_to_few_digits(row: tuple[float, float, *tuple[str, ...]]) -> None:
    p, q, *expected = row
    for computed, printed in zip(answers(p, q), expected, strict=True):
        assert agrees(computed, str(printed))


@pytest.mark.parametrize(("p", "timer", "delay", "mean", "by_three"), TIMES)
def test_times(p: float, timer: float, delay: float, mean: float, by_three: float) -> None:
    assert same(mean_delivery_time(p, timer, delay), mean)
    assert same(probability_delivered_by(3, loss=p, timer=timer, mean_delay=delay), by_three)


@pytest.mark.parametrize(("p", "timer", "delay", "mean", "by_three"), TIMES_ROUNDED)
def test_times_to_few_digits(p: float, timer: float, delay: float, mean: str, by_three: str) -> None:
    assert agrees(mean_delivery_time(p, timer, delay), mean)
    assert agrees(probability_delivered_by(3, loss=p, timer=timer, mean_delay=delay), by_three)


def test_sends_are_those_of_the_chain() -> None:
    assert same(mean_sends(0.3, 0.2), absorption_times([[1 - 0.7 * 0.8, 0.7 * 0.8], [0, 1]], [1])[0])


def test_the_law_of_delivery_has_its_mean() -> None:
    # The mean is the integral of the chance of being later, here by the trapezium rule.
    step = 0.005
    later = [1 - probability_delivered_by(i * step, loss=0.3, timer=1.0, mean_delay=0.2) for i in range(4000)]
    assert step * (sum(later) - later[0] / 2) == pytest.approx(mean_delivery_time(0.3, 1.0, 0.2), rel=1e-4)


def test_limits() -> None:
    assert probability_delivered(0, 0.3) == 0
    assert probability_delivered_by(0.0, loss=0.3, timer=1.0, mean_delay=0.2) == 0
    assert probability_delivered_by(5.0, loss=1.0, timer=1.0, mean_delay=0.2) == 0


def test_what_never_gets_through_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^loss = 1: must be below 1"):
        mean_sends(1, 0.5)
    with pytest.raises(ValueError, match=r"^acknowledgement_loss = 1: must be below 1"):
        mean_duplicates(1)
    with pytest.raises(ValueError, match=r"^loss = 1\.2: must be from 0 to 1$"):
        probability_delivered(3, 1.2)
    with pytest.raises(ValueError, match=r"^sends = -1: must be a whole number, at least 0$"):
        probability_delivered(-1, 0.2)
    with pytest.raises(ValueError, match=r"^timer = 0: must be above 0$"):
        probability_delivered_by(1, loss=0.2, timer=0, mean_delay=1)
