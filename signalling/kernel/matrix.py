"""The account of a matrix game: how long each pair of actions lasted, and what it paid.

An action lasts from the review that takes it to the review that changes it, so one account serves
synchronous rounds, where every round is one review interval, and reviews at any other moments.
"""

import math

from signalling.kernel.floats import Integers
from signalling.kernel.world import Columns, World


def settle(columns: Columns, world: World, state: int, now: int) -> None:
    """Book the time since the last change of action in every pair of a state, both ways."""
    for rivalry in range(columns.first_rivalry[state], columns.first_rivalry[state + 1]):
        _book(columns, world, state, rivalry, now)
        _book(columns, world, columns.rival[rivalry], columns.reverse[rivalry], now)


def _book(columns: Columns, world: World, holder: int, rivalry: int, now: int) -> None:
    pair = world.rung[holder] * columns.rungs + world.rung[columns.rival[rivalry]]
    world.joint_ticks[rivalry * columns.rungs * columns.rungs + pair] += now - world.joint_since[rivalry]
    world.joint_since[rivalry] = now


def mean_payoff(columns: Columns, world: World, state: int, stop: int) -> float:
    """Time average of a state's payoff, over its rivals by weight; NaN if it has none, or no time."""
    if stop == 0 or columns.first_rivalry[state] == columns.first_rivalry[state + 1]:
        return math.nan
    cells = columns.rungs * columns.rungs
    total = 0.0
    for rivalry in range(columns.first_rivalry[state], columns.first_rivalry[state + 1]):
        paid = 0.0
        for pair in range(cells):
            paid += columns.payoffs[pair] * world.joint_ticks[rivalry * cells + pair]
        total += columns.weight[rivalry] * (paid / stop)
    return total


def mutual_cooperation_ticks(columns: Columns, joint_ticks: Integers) -> int:
    """Ticks during which both states of a rivalry took the first action, summed over directed rivalries."""
    total = 0
    for rivalry in range(len(columns.rival)):
        total += joint_ticks[rivalry * columns.rungs * columns.rungs]
    return total
