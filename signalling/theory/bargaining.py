"""What one dares to demand of a rival whose cost of war is hidden, and one split for all (T14, T16).

A proposer demands a share of a prize of 1. The responder accepts what leaves it no worse off than a war, or
fights. War gives the proposer p - c_A and the responder 1 - p - c_B. Sources: Fearon 1995 for the demand,
Fey and Ramsay 2011 for settlements; conditions and formulas derived here. Strengths, costs and demands are
shares of the prize.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from signalling.theory.domain import require_between, require_counts, require_inside, require_probabilities


class Cell(NamedTuple):
    """An interval on which a hidden cost is spread evenly, and the probability that it lies there."""

    low: float
    high: float
    probability: float


class Demand(NamedTuple):
    """The best demand, and the chance that it is refused and fought over."""

    share: float
    war: float


def best_demand(strength: float, cost: float, cells: Sequence[Cell]) -> Demand:
    """The demand that pays best, by what is believed of the responder's cost.

    A demand of p + y is refused by costs below y. It pays (y + c_A) P(c_B >= y) more than a sure war. Within
    a cell this is a parabola, so the best y is a top or an end of a cell. Of equal ones the smaller counts.

    Args:
        strength: p, what a war gives without its cost.
        cost: c_A, at least 0.
        cells: of the responder's cost, side by side from below; their probabilities sum to 1.

    Returns:
        The share demanded, and the probability of war.

    Raises:
        ValueError: a negative cost, or cells that leave gaps or do not sum to 1.

    Example:
        >>> best_demand(0.5, 0.1, [Cell(0.0, 0.4, 1.0)]).share
        0.65
    """
    require_between(0.0, inf, cost=cost)
    _require_cells(cells)
    margins = [cells[0].low, cells[-1].high]
    for place, cell in enumerate(cells):
        margins.append(cell.low)
        if cell.probability > 0.0:
            above = sum(other.probability for other in cells[place + 1 :])
            beyond = above * (cell.high - cell.low) / cell.probability
            top = (cell.high + beyond - cost) / 2
            margins.append(min(max(top, cell.low), cell.high))
    best = max(sorted(margins), key=lambda margin: (margin + cost) * (1 - _refused(margin, cells)))
    return Demand(strength + best, _refused(best, cells))


def _require_cells(cells: Sequence[Cell]) -> None:
    if not cells or abs(sum(cell.probability for cell in cells) - 1) > 1e-12:
        raise ValueError(f"cells = {tuple(map(tuple, cells))}: their probabilities must sum to 1")
    edges = [(below.high, above.low) for below, above in pairwise(cells)]
    if any(cell.low >= cell.high for cell in cells) or any(high != low for high, low in edges):
        raise ValueError(f"cells = {tuple(map(tuple, cells))}: must rise, each from the end of the last")


def _refused(margin: float, cells: Sequence[Cell]) -> float:
    """Probability that the cost is below the margin."""
    return sum(
        cell.probability * min(max((margin - cell.low) / (cell.high - cell.low), 0.0), 1.0) for cell in cells
    )


def war_after_intervals(cost: float, largest: float, intervals: int) -> float:
    """P(war) if the proposer is told which of n equal intervals holds a cost that is uniform on [0, c].

    Only the lowest interval is asked too much: max(0, 1/(2 n) - c_A/(2 c)), derived here.

    Args:
        cost: c_A, from 0 to c.
        largest: c, above 0.
        intervals: n, at least 1; 1 tells nothing.

    Returns:
        A probability.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> war_after_intervals(0.1, 0.4, 2)
        0.125
    """
    require_inside(0.0, inf, largest=largest)
    require_between(0.0, largest, cost=cost)
    require_counts(1, intervals=intervals)
    return max(0.0, 1 / (2 * intervals) - cost / (2 * largest))


def war_after_turned_report(cost: float, largest: float, turned: float) -> float:
    """P(war) if a report of the lower or the upper half is turned now and then, and the proposer knows it.

    Args:
        cost: c_A, at least 0.
        largest: c, above 0: the responder's cost is uniform on [0, c].
        turned: probability that the report says the other half, from 0 to 1/2.

    Returns:
        A probability: the mean over both reports of the best demands' chance of war.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> round(war_after_turned_report(0.1, 0.4, 0.2), 12)
        0.25
    """
    require_inside(0.0, inf, largest=largest)
    require_between(0.0, 0.5, turned=turned)
    half = largest / 2
    reports = (
        [Cell(0.0, half, 1 - turned), Cell(half, largest, turned)],
        [Cell(0.0, half, turned), Cell(half, largest, 1 - turned)],
    )
    return sum(best_demand(0.0, cost, cells).war for cells in reports) / 2


def war_after_ultimatum(cost: float, least: float, largest: float) -> float:
    """P(war) of the best demand if the responder's cost is uniform on an interval.

    Args:
        cost: c_A, at least 0.
        least: smallest cost of the responder.
        largest: above it.

    Returns:
        A probability.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> war_after_ultimatum(0.2, 0.1, 0.3)
        0.0
    """
    require_between(0.0, inf, least=least)
    return best_demand(0.0, cost, [Cell(least, largest, 1.0)]).war


def war_after_posted_split(split: float, strength: float, cost: float, least: float, largest: float) -> float:
    """P(war) if a share is posted that both may take or leave, and the responder's cost is uniform.

    The proposer takes p - c_A or more, the responder leaves p + c_B at most. The split p suits every type.

    Args:
        split: the proposer's share.
        strength: p.
        cost: c_A, at least 0.
        least: smallest cost of the responder.
        largest: above it.

    Returns:
        A probability.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> war_after_posted_split(0.5, 0.5, 0.1, 0.0, 0.4)
        0.0
    """
    require_between(0.0, inf, cost=cost, least=least)
    if split < strength - cost:
        return 1.0
    cells = [Cell(least, largest, 1.0)]
    _require_cells(cells)
    return _refused(split - strength, cells)


def settlement_shortfall(
    weak: float, strong: float, cost: float, responder_cost: float, weak_probability: float = 0.5
) -> float:
    """How much both sides' claims exceed the prize if the responder alone knows the proposer's strength.

    A split is always peaceful if it gives the proposer its mean strength less its cost, and asks no more of
    a responder who knows the proposer to be weak than it would lose by war. Such a split exists if and only
    if the shortfall is 0.

    Args:
        weak: p_l, the proposer's lower strength.
        strong: p_h, its higher one.
        cost: c_A, at least 0.
        responder_cost: c_B, at least 0.
        weak_probability: of the lower strength.

    Returns:
        A share of the prize, 0 if there is such a split.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> round(settlement_shortfall(0.4, 0.6, 0.03, 0.03), 12)
        0.04
    """
    require_probabilities(weak=weak, strong=strong, weak_probability=weak_probability)
    require_between(0.0, inf, cost=cost, responder_cost=responder_cost)
    expected = weak_probability * weak + (1 - weak_probability) * strong
    return max(0.0, expected - cost - (weak + responder_cost))
