"""T03: how much forgiveness is too much."""

import pytest

from signalling.theory.generosity import (
    alternator_bound,
    defector_bound,
    defector_bound_misheard,
    defector_payoff,
    generous_payoff,
    optimal_generosity,
    payoff_against_generous,
)
from signalling.theory.repeated_play import (
    ALTERNATOR,
    ALWAYS_DEFECT,
    TIT_FOR_TAT,
    WIN_STAY_LOSE_SHIFT,
    Payoffs,
    generous,
    memory_one,
    moments,
)
from tests.theory.printed import agrees, same

#: T, R, P, S; bound of the alternator, of the defector, the smaller.
BOUNDS = (
    (5, 3, 1, 0, 1 / 3, 1 / 2, 1 / 3),
    (4, 3, 1, 0, 2 / 3, 2 / 3, 2 / 3),
    (6, 4, 2, 1, 1 / 3, 1 / 2, 1 / 3),
    (3, 2, 1, 0, 1 / 2, 1 / 2, 1 / 2),
)
#: q; payoff against GTFT(1, q), without noise, of the defector, the alternator, itself; is it unbeaten?
INVADERS = (
    (0.2, 1.8, 2.8, 3.0, True),
    (0.33333333333, 2.3333333333, 3.0, 3.0, True),
    (0.4, 2.6, 3.1, 3.0, False),
    (0.5, 3.0, 3.25, 3.0, False),
    (0.6, 3.4, 3.4, 3.0, False),
)
#: e; the largest q that withstands the defector; payoff of GTFT(1, 1/3) against itself.
MISHEARD = (
    (0.001, 0.49924874787, 2.9980039999),
    (0.01, 0.49237283747, 2.9803994083),
    (0.05, 0.45908411017, 2.9097222222),
)
MISHEARD_ROUNDED = (
    (0.001, ".499249", "2.998004"),
    (0.01, ".492373", "2.980399"),
    (0.05, ".459084", "2.909722"),
)


@pytest.mark.parametrize("row", BOUNDS)
def test_bounds(row: tuple[float, ...]) -> None:
    *values, alternator, defector, smaller = row
    payoffs = Payoffs(*values)
    assert same(alternator_bound(payoffs), alternator)
    assert same(defector_bound(payoffs), defector)
    assert same(optimal_generosity(payoffs), smaller)


@pytest.mark.parametrize(("q", "defector", "alternator", "itself", "unbeaten"), INVADERS)
def test_invaders(q: float, defector: float, alternator: float, itself: float, unbeaten: bool) -> None:
    found = [payoff_against_generous(rule, q) for rule in (ALWAYS_DEFECT, ALTERNATOR, generous(q))]
    for computed, printed in zip(found, (defector, alternator, itself), strict=True):
        assert same(computed, printed)
    assert (max(found[:2]) <= found[2] + 1e-12) == unbeaten == (q <= optimal_generosity() + 1e-12)


def test_one_who_stays_in_cooperation_earns_the_reward() -> None:
    assert payoff_against_generous(WIN_STAY_LOSE_SHIFT, 0.0) == 3
    assert payoff_against_generous(TIT_FOR_TAT, 0.0) == 3


@pytest.mark.parametrize(("e", "bound", "payoff"), MISHEARD)
def test_bounds_misheard(e: float, bound: float, payoff: float) -> None:
    assert same(defector_bound_misheard(e), bound)
    assert same(generous_payoff(1 / 3, e), payoff)
    assert same(generous_payoff(bound, e), defector_payoff(bound, e))


@pytest.mark.parametrize(("e", "bound", "payoff"), MISHEARD_ROUNDED)
def test_bounds_misheard_to_few_digits(e: float, bound: str, payoff: str) -> None:
    assert agrees(defector_bound_misheard(e), bound)
    assert agrees(generous_payoff(1 / 3, e), payoff)


@pytest.mark.parametrize("e", [0.01, 0.2])
@pytest.mark.parametrize("q", [0.0, 0.1, 0.5, 1.0])
def test_payoffs_are_those_of_the_chain(q: float, e: float) -> None:
    host = generous(q)
    for rule, closed in ((host, generous_payoff(q, e)), (ALWAYS_DEFECT, defector_payoff(q, e))):
        assert same(moments(memory_one(rule, host, perception=e), Payoffs().values()).mean, closed)


def test_the_bound_falls_from_that_without_noise() -> None:
    assert defector_bound_misheard(0.0) == defector_bound()
    assert defector_bound_misheard(1e-6) == pytest.approx(0.5, abs=1e-5)


def test_what_has_no_bound_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^payoffs = \(3, 5, 1, 0\): must fall"):
        alternator_bound(Payoffs(3, 5, 1, 0))
    with pytest.raises(ValueError, match="the defector is ahead at every q"):
        defector_bound_misheard(0.45)
    with pytest.raises(ValueError, match="the first round decides"):
        generous_payoff(0.0, 0.0)
