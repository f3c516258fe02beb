"""Memory-one strategies beside the Axelrod library, which shares no line with this package.

Its noise flips what a player does, before either remembers it: our implementation noise. Without noise and
chance a match must be the same round by round. With noise both sides draw luck of their own, and agree in
law: 4 joint standard errors, each from the means of 50 batches. With about 98 degrees of freedom a false
alarm has the chance 1.2e-4 a number, 2 % over all 150. Every match has a fixed seed and run of its own, so
that one piece of bad luck does not meet them all. `make oracles` installs the library and runs this; `make
test` does not.

T01 Molander (1985), Nowak and Sigmund (1990, 1992, 1993), as in tests/verification/test_repeated_games.py.
"""

import itertools
import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

import signalling as sg
from tests.oracles.beside import ORACLE, asked
from tests.verification.repeated_games import (
    NAMES,
    PAYOFFS,
    QUANTITIES,
    Floats64,
    Pair,
    rounds_of,
    scenario_of,
)

pytestmark = ORACLE

SEED = 1981
ROUNDS = 50_000
CERTAIN_ROUNDS = 60
BATCHES = 50
NOISES = (0.01, 0.05)
MOST_ERRORS = 4.0
#: Also what the second player earns.
MEASURED = QUANTITIES | {"payoff of 2": (PAYOFFS[0], PAYOFFS[2], PAYOFFS[1], PAYOFFS[3])}
#: Without noise, and without a strategy that tosses a coin, there is no luck.
COUPLES = list(itertools.combinations_with_replacement(NAMES, 2))
CERTAIN = [(couple, 0.0) for couple in COUPLES if "GTFT" not in couple]
NOISY = list(itertools.product(COUPLES, NOISES))
MATCHES = [*NOISY, *CERTAIN]


def pair_of(couple: tuple[str, str], noise: float) -> Pair:
    first, second = couple
    return Pair(
        "T01", f"{first} v {second}, e_i {noise:g}", NAMES[first], NAMES[second], noise, 0.0, True, {}
    )


def rounds(pair: Pair) -> int:
    return pair.burn_in + ROUNDS if pair.implementation else CERTAIN_ROUNDS


@cache
def by_axelrod() -> list[Floats64]:
    """How often CC, CD, DC, DD stand in each round of each match, (rounds, 4) of 0 and 1.

    All matches at once, because the library takes longer to load than to play them.
    """
    questions = [
        {
            "first": couple[0],
            "second": couple[1],
            "noise": noise,
            "rounds": rounds(pair_of(couple, noise)),
            "seed": SEED + number,
        }
        for number, (couple, noise) in enumerate(MATCHES)
    ]
    return [_in_pairs(actions) for actions in asked("play_axelrod.py", questions)]


def _in_pairs(actions: Sequence[str]) -> Floats64:
    first, second = (np.array([action == "D" for action in side], dtype=int) for side in actions)
    return np.eye(4)[2 * first + second]


def both(couple: tuple[str, str], noise: float) -> list[Floats64]:
    """The rounds of our match and of the library's."""
    pair, number = pair_of(couple, noise), MATCHES.index((couple, noise))
    ours = rounds_of(sg.trace(scenario_of(pair, rounds(pair)), seed=SEED, run=number))
    return [ours, by_axelrod()[number]]


def estimate(played: Floats64, values: tuple[float, ...]) -> tuple[float, float]:
    """Mean over batches, and its standard error."""
    means = (played @ np.array(values)).reshape(BATCHES, -1).mean(axis=1)
    return float(means.mean()), float(means.std(ddof=1) / math.sqrt(BATCHES))


@pytest.mark.parametrize(("couple", "noise"), NOISY, ids=[pair_of(*match).name for match in NOISY])
def test_a_noisy_match_is_the_librarys(couple: tuple[str, str], noise: float) -> None:
    pair, matches = pair_of(couple, noise), both(couple, noise)
    assert [len(match) for match in matches] == [rounds(pair)] * 2
    z = {}
    for quantity, values in MEASURED.items():
        (one, error), (other, other_error) = (estimate(match[pair.burn_in :], values) for match in matches)
        z[quantity] = (one - other) / math.hypot(error, other_error)
        print(f"{pair.name:22} {quantity:11} {one:8.5f} (Axelrod {other:8.5f}) z {z[quantity]:+.2f}")
    assert max(abs(value) for value in z.values()) <= MOST_ERRORS, z


@pytest.mark.parametrize(("couple", "noise"), CERTAIN, ids=[" v ".join(couple) for couple, _ in CERTAIN])
def test_without_chance_a_match_is_the_librarys_round_by_round(couple: tuple[str, str], noise: float) -> None:
    ours, theirs = both(couple, noise)
    assert np.array_equal(ours, theirs)
