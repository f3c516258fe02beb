"""T21: a public report is followed too much."""

import pytest

from signalling.theory.public_information import (
    mean_squared_error,
    more_helps,
    public_weight,
    worst_public_precision,
)
from tests.theory.printed import agrees, same

PRIVATE = 10.0
#: r, alpha; weight of the public report, mean squared error, whether more public precision helps; beta = 10.
ROWS = (
    (0.0, 0.0, 0.0, 0.1, True),
    (0.0, 0.5, 0.047619047619, 0.095238095238, True),
    (0.0, 1.0, 0.090909090909, 0.090909090909, True),
    (0.0, 2.0, 0.16666666667, 0.083333333333, True),
    (0.0, 5.0, 0.33333333333, 0.066666666667, True),
    (0.5, 0.0, 0.0, 0.1, True),
    (0.5, 0.5, 0.090909090909, 0.099173553719, True),
    (0.5, 1.0, 0.16666666667, 0.097222222222, True),
    (0.5, 2.0, 0.28571428571, 0.091836734694, True),
    (0.5, 5.0, 0.5, 0.075, True),
    (0.8, 0.0, 0.0, 0.1, False),
    (0.8, 0.5, 0.2, 0.144, False),
    (0.8, 1.0, 0.33333333333, 0.15555555556, False),
    (0.8, 2.0, 0.5, 0.15, True),
    (0.8, 5.0, 0.71428571429, 0.11020408163, True),
)
ROUNDED = {
    0.0: (".1", ".095238", ".090909", ".083333", ".066667"),
    0.5: (".1", ".099174", ".097222", ".091837", ".075"),
    0.8: (".1", ".144", ".155556", ".15", ".110204"),
}


@pytest.mark.parametrize(("conformity", "public", "weight", "error", "helps"), ROWS)
def test_rows(conformity: float, public: float, weight: float, error: float, helps: bool) -> None:
    assert same(public_weight(conformity, public, PRIVATE), weight)
    assert same(mean_squared_error(conformity, public, PRIVATE), error)
    assert more_helps(conformity, public, PRIVATE) is helps


def test_rows_to_few_digits() -> None:
    for conformity, printed in ROUNDED.items():
        for public, text in zip((0.0, 0.5, 1.0, 2.0, 5.0), printed, strict=True):
            assert agrees(mean_squared_error(conformity, public, PRIVATE), text)
    assert agrees(worst_public_precision(0.8, PRIVATE), "1.2")


@pytest.mark.parametrize(("conformity", "public"), [row[:2] for row in ROWS])
def test_the_weight_is_a_best_reply_to_itself(conformity: float, public: float) -> None:
    kept = public_weight(conformity, public, PRIVATE)
    if public == 0:
        public = 1e-12  # a report of no precision has no variance to compute with
        kept = public_weight(conformity, public, PRIVATE)

    def lost(weight: float) -> float:
        near_truth = weight**2 / public + (1 - weight) ** 2 / PRIVATE
        near_other = (weight - kept) ** 2 / public + ((1 - weight) ** 2 + (1 - kept) ** 2) / PRIVATE
        return (1 - conformity) * near_truth + conformity * near_other

    for step in range(1001):
        assert lost(kept) <= lost(step / 1000) + 1e-12
    assert mean_squared_error(conformity, public, PRIVATE) == pytest.approx(
        kept**2 / public + (1 - kept) ** 2 / PRIVATE, rel=1e-9
    )


@pytest.mark.parametrize(("conformity", "public"), [(row[0], row[1]) for row in ROWS if row[1]])
def test_the_sign_is_that_of_the_slope(conformity: float, public: float) -> None:
    before, after = (mean_squared_error(conformity, public + step, PRIVATE) for step in (-1e-4, 1e-4))
    assert (after < before) == more_helps(conformity, public, PRIVATE)


def test_the_error_is_greatest_at_the_worst_precision() -> None:
    worst = worst_public_precision(0.8, PRIVATE)
    highest = mean_squared_error(0.8, worst, PRIVATE)
    assert highest > max(mean_squared_error(0.8, worst + step, PRIVATE) for step in (-0.01, 0.01))
    assert worst_public_precision(0.4, PRIVATE) < 0


def test_what_is_no_report_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^conformity = 1: must be below 1"):
        public_weight(1, 1, 10)
    with pytest.raises(ValueError, match=r"^private = 0: must be above 0$"):
        mean_squared_error(0.5, 1, 0)
    with pytest.raises(ValueError, match=r"^public = -1: must be at least 0$"):
        more_helps(0.5, -1, 10)
