"""The script of an exchange game: whose turn it is, what is earned phase by phase, and how it ends.

A phase is a review of every state at one tick, so messages, luck and engines are those of any other game.
The last state in name order closes the phase, when all have moved.
"""

import math

from signalling.kernel.world import Columns, World
from signalling.vocabulary import Phase, StopReason

IDLE = int(Phase.IDLE)
RUNNING = int(StopReason.RUNNING)
WAR = int(StopReason.WAR)
SETTLED = int(StopReason.SETTLED)


def phase_of(columns: Columns, world: World, state: int) -> int:
    """A state's Phase at its next review."""
    review = world.review[state]
    if review >= columns.phases:
        return IDLE
    return columns.turn[review * len(columns.state_who) + state]


def close_phase(columns: Columns, world: World, phase: int) -> int:
    """Book what a phase earns; after the last one the run ends.

    Returns:
        A StopReason: WAR or SETTLED after the last phase, else RUNNING.
    """
    stakes = columns.stakes[phase]
    if stakes != 0.0:
        for rule in range(len(columns.rule_to)):
            world.earned[columns.rule_to[rule]] += stakes * _earned_by(columns, world, rule)
    if phase + 1 < columns.phases:
        return RUNNING
    return WAR if _is_war(columns, world) else SETTLED


def _earned_by(columns: Columns, world: World, rule: int) -> float:
    """What a rule pays as things stand: its table, its terms, less its distances."""
    own = world.rung[columns.rule_to[rule]]
    pair = own * columns.rungs + world.rung[columns.rule_against[rule]]
    paid = columns.rule_table[rule][pair]
    for term in range(len(columns.term_rule)):
        if columns.term_rule[term] == rule:
            paid += columns.term_weight[term][pair] * world.posture[columns.term_of[term]]
    for distance in range(len(columns.distance_rule)):
        if columns.distance_rule[distance] == rule:
            first = world.posture[columns.distance_first[distance]]
            second = world.posture[columns.distance_second[distance]]
            gap = first - second - columns.distance_bias[distance]
            paid -= columns.distance_weight[distance] * (gap * gap)
    return paid


def _is_war(columns: Columns, world: World) -> bool:
    """Whether enough states stand on the letter that makes war."""
    if columns.war_letter < 0:
        return False
    standing = 0
    for state in range(len(columns.state_who)):
        if is_belligerent(columns, world, state):
            standing += 1
    return standing >= columns.war_needed


def is_belligerent(columns: Columns, world: World, state: int) -> bool:
    """Whether a state stands on the letter that makes war, and counts."""
    return columns.may_wage[state] == 1 and world.rung[state] == columns.war_letter


def payoff(columns: Columns, world: World, state: int) -> float:
    """What a state has earned; NaN if no rule pays it."""
    return world.earned[state] if columns.earns[state] == 1 else math.nan
