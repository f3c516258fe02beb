"""T14, T16: demands on a rival of hidden cost, and one split for all."""

import numpy as np
import pytest

from signalling.theory.bargaining import (
    Cell,
    best_demand,
    settlement_shortfall,
    war_after_intervals,
    war_after_posted_split,
    war_after_turned_report,
    war_after_ultimatum,
)
from tests.theory.printed import agrees, same

LARGEST = 0.4
#: c_A, intervals; P(war).
INTERVALS = (
    (0.0, 1, 0.5),
    (0.0, 2, 0.25),
    (0.0, 3, 0.16666666666666666),
    (0.0, 5, 0.1),
    (0.1, 1, 0.375),
    (0.1, 2, 0.125),
    (0.1, 3, 0.04166666666666666),
    (0.1, 5, 0.0),
    (0.2, 1, 0.25),
    (0.2, 2, 0.0),
    (0.2, 3, 0.0),
    (0.2, 5, 0.0),
)
#: Probability that a report of the half is turned; P(war), with c_A = 0.1.
TURNED = ((0.0, 0.125), (0.1, 0.1875), (0.2, 0.25), (0.3, 0.3125), (0.4, 0.375), (0.5, 0.375))
#: p, c_A, least and largest c_B; P(war) of the ultimatum and of the posted split p.
SETTLEMENTS = (
    (0.5, 0.1, 0.0, 0.4, 0.375, 0.0),
    (0.7, 0.05, 0.0, 0.4, 0.4375, 0.0),
    (0.6, 0.2, 0.1, 0.3, 0.0, 0.0),
)
#: p_l, p_h, c_A, c_B; is there an always peaceful split, and what is missing.
STRENGTHS = (
    (0.4, 0.6, 0.03, 0.03, False, 0.04),
    (0.4, 0.6, 0.05, 0.1, True, 0.0),
    (0.2, 0.8, 0.1, 0.1, False, 0.1),
)
#: c_A / c; P(war) as printed for 1, 2, 3, 5 intervals.
INTERVALS_ROUNDED = {
    0.0: (".5", ".25", ".166667", ".1"),
    0.25: (".375", ".125", ".041667", "0"),
    0.5: (".25", "0", "0", "0"),
}


@pytest.mark.parametrize(("cost", "intervals", "war"), INTERVALS)
def test_intervals(cost: float, intervals: int, war: float) -> None:
    assert same(war_after_intervals(cost, LARGEST, intervals), war)
    width = LARGEST / intervals
    told = [best_demand(0.5, cost, [Cell(n * width, (n + 1) * width, 1.0)]).war for n in range(intervals)]
    assert np.mean(told) == pytest.approx(war, abs=1e-12)


@pytest.mark.parametrize("ratio", INTERVALS_ROUNDED)
def test_intervals_to_few_digits(ratio: float) -> None:
    for intervals, printed in zip((1, 2, 3, 5), INTERVALS_ROUNDED[ratio], strict=True):
        assert agrees(war_after_intervals(ratio, 1.0, intervals), printed)


@pytest.mark.parametrize(("turned", "war"), TURNED)
def test_a_report_that_is_turned(turned: float, war: float) -> None:
    assert same(war_after_turned_report(0.1, LARGEST, turned), war)
    assert same(min(0.125 + 0.625 * turned, 0.375), war)


@pytest.mark.parametrize(("strength", "cost", "least", "largest", "ultimatum", "posted"), SETTLEMENTS)
def test_settlements(
    strength: float, cost: float, least: float, largest: float, ultimatum: float, posted: float
) -> None:
    assert same(war_after_ultimatum(cost, least, largest), ultimatum)
    assert war_after_posted_split(strength, strength, cost, least, largest) == posted


@pytest.mark.parametrize(("weak", "strong", "cost", "responder_cost", "exists", "missing"), STRENGTHS)
def test_strengths(
    weak: float, strong: float, cost: float, responder_cost: float, exists: bool, missing: float
) -> None:
    shortfall = settlement_shortfall(weak, strong, cost, responder_cost)
    assert same(shortfall, missing)
    assert (shortfall < 1e-12) == exists


@pytest.mark.parametrize("cost", [0.0, 0.07, 0.3])
@pytest.mark.parametrize("shares", [(1.0,), (0.9, 0.1), (0.1, 0.9), (0.25, 0.5, 0.25), (0.0, 1.0, 0.0)])
def test_no_other_demand_pays_more(shares: tuple[float, ...], cost: float) -> None:
    edges = np.linspace(0.0, LARGEST, len(shares) + 1)
    cells = [
        Cell(float(low), float(high), share)
        for low, high, share in zip(edges[:-1], edges[1:], shares, strict=True)
    ]
    below = np.concatenate([[0.0], np.cumsum(shares)])

    def gain(margin: float) -> float:
        return (margin + cost) * (1 - float(np.interp(margin, edges, below)))

    found = best_demand(0.5, cost, cells)
    assert found.war == pytest.approx(float(np.interp(found.share - 0.5, edges, below)), abs=1e-12)
    others = [gain(margin) for margin in np.linspace(-0.1, 0.5, 6001)]
    assert max(others) <= gain(found.share - 0.5) + 1e-12


def test_better_reports_never_raise_the_risk() -> None:
    by_intervals = [war_after_intervals(0.1, LARGEST, n) for n in range(1, 8)]
    assert by_intervals == sorted(by_intervals, reverse=True)
    by_turning = [war_after_turned_report(0.1, LARGEST, e) for e in np.linspace(0, 0.5, 21)]
    assert np.all(np.diff(by_turning) >= -1e-12)


def test_a_posted_split_that_asks_too_much_of_somebody_is_fought_over() -> None:
    assert war_after_posted_split(0.39, 0.5, 0.1, 0.0, 0.4) == 1
    assert war_after_posted_split(0.6, 0.5, 0.1, 0.0, 0.4) == pytest.approx(0.25)
    assert war_after_posted_split(0.95, 0.5, 0.1, 0.0, 0.4) == 1


def test_what_is_no_bargain_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^cost = -0.1: must be at least 0"):
        best_demand(0.5, -0.1, [Cell(0, 1, 1)])
    with pytest.raises(ValueError, match="their probabilities must sum to 1"):
        best_demand(0.5, 0.1, [Cell(0, 1, 0.9)])
    with pytest.raises(ValueError, match="must rise, each from the end of the last"):
        best_demand(0.5, 0.1, [Cell(0, 1, 0.5), Cell(2, 3, 0.5)])
    with pytest.raises(ValueError, match=r"^intervals = 0: must be a whole number, at least 1"):
        war_after_intervals(0.1, 0.4, 0)
    with pytest.raises(ValueError, match=r"^cost = 0.5: must be from 0 to 0.4"):
        war_after_intervals(0.5, 0.4, 1)
    with pytest.raises(ValueError, match=r"^turned = 0.6: must be from 0 to 0.5"):
        war_after_turned_report(0.1, 0.4, 0.6)
    with pytest.raises(ValueError, match=r"^strong = 1.2: must be from 0 to 1"):
        settlement_shortfall(0.4, 1.2, 0.1, 0.1)
