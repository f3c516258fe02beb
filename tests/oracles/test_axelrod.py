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
from signalling.theory.chains import Floats64
from signalling.theory.repeated_play import COOPERATION, MUTUAL_COOPERATION, MUTUAL_DEFECTION, Payoffs
from signalling.verification.entries.pairs import ALLD, GRIM_ONE, GTFT, TFT, WSLS, Pair, scenario
from tests.oracles.beside import ORACLE, asked

pytestmark = ORACLE

SEED = 1981
ROUNDS = 50_000
CERTAIN_ROUNDS = 60
BATCHES = 50
NOISES = (0.01, 0.05)
MOST_ERRORS = 4.0
REWARD, SUCKER, TEMPTATION, PUNISHMENT = Payoffs().values()
#: What is compared: a value for each of CC, CD, DC, DD.
MEASURED = {
    "cooperation": COOPERATION,
    "mutual": MUTUAL_COOPERATION,
    "neither": MUTUAL_DEFECTION,
    "payoff": (REWARD, SUCKER, TEMPTATION, PUNISHMENT),
    "payoff of 2": (REWARD, TEMPTATION, SUCKER, PUNISHMENT),
}
NAMES = {"TFT": TFT, "GTFT": GTFT, "WSLS": WSLS, "GRIM": GRIM_ONE, "ALLD": ALLD}
#: Without noise, and without a strategy that tosses a coin, there is no luck.
COUPLES = list(itertools.combinations_with_replacement(NAMES, 2))
CERTAIN = [(couple, 0.0) for couple in COUPLES if "GTFT" not in couple]
NOISY = list(itertools.product(COUPLES, NOISES))
MATCHES = [*NOISY, *CERTAIN]


def pair_of(couple: tuple[str, str], noise: float) -> Pair:
    first, second = couple
    return Pair(NAMES[first], NAMES[second], implementation=noise)


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
    trace = sg.trace(scenario(pair, rounds(pair)), seed=SEED, run=number)
    first, second = (np.array([r.after for r in trace.reviews if r.state == state]) for state in (0, 1))
    return [np.eye(4)[2 * first + second], by_axelrod()[number]]


def estimate(played: Floats64, values: tuple[float, ...]) -> tuple[float, float]:
    """Mean over batches, and its standard error."""
    means = (played @ np.array(values)).reshape(BATCHES, -1).mean(axis=1)
    return float(means.mean()), float(means.std(ddof=1) / math.sqrt(BATCHES))


@pytest.mark.parametrize(("couple", "noise"), NOISY, ids=[pair_of(*match).title for match in NOISY])
def test_a_noisy_match_is_the_librarys(couple: tuple[str, str], noise: float) -> None:
    pair, matches = pair_of(couple, noise), both(couple, noise)
    assert [len(match) for match in matches] == [rounds(pair)] * 2
    z = {}
    for quantity, values in MEASURED.items():
        (one, error), (other, other_error) = (estimate(match[pair.burn_in :], values) for match in matches)
        z[quantity] = (one - other) / math.hypot(error, other_error)
        print(f"{pair.title:60} {quantity:11} {one:8.5f} (Axelrod {other:8.5f}) z {z[quantity]:+.2f}")
    assert max(abs(value) for value in z.values()) <= MOST_ERRORS, z


@pytest.mark.parametrize(("couple", "noise"), CERTAIN, ids=[" v ".join(couple) for couple, _ in CERTAIN])
def test_without_chance_a_match_is_the_librarys_round_by_round(couple: tuple[str, str], noise: float) -> None:
    ours, theirs = both(couple, noise)
    assert np.array_equal(ours, theirs)
