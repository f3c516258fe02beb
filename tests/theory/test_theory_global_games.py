"""T12 and T13: where trust hangs on what the other may think."""

from itertools import pairwise
from math import inf, pi

import numpy as np
import pytest

from signalling.theory.global_games import (
    GlobalGame,
    StrategicRisk,
    best_reply,
    both_hold,
    extremal_equilibrium,
    global_game,
)
from tests.theory.printed import agrees, same

#: alpha, beta, y, gamma, whether there is one equilibrium, which; theta*, x*, P(D), P(CC).
EQUILIBRIA = (
    (1, 10, 0.4, 0.052380952381, True, "peace", 0.51004681295, 0.52105149425, 0.5459431220, 0.38612914625),
    (1, 10, 0.4, 0.052380952381, True, "war", 0.51004681295, 0.52105149425, 0.5459431220, 0.38612914625),
    (1, 100, 0.4, 0.0050248756219, True, "peace", 0.50291023074, 0.50393933305, 0.54118656983, 0.43651846087),
    (1, 100, 0.4, 0.0050248756219, True, "war", 0.50291023074, 0.50393933305, 0.54118656983, 0.43651846087),
    (1, 1e6, 0.4, 5.0000025e-07, True, "peace", 0.50002821745, 0.50002831747, 0.5398390581, 0.45993698613),
    (1, 1e6, 0.4, 5.0000025e-07, True, "war", 0.50002821745, 0.50002831747, 0.5398390581, 0.45993698613),
    (1, 10, 0.8, 0.052380952381, True, "peace", 0.46988758366, 0.43687634202, 0.36458688042, 0.57106328146),
    (1, 10, 0.8, 0.052380952381, True, "war", 0.46988758366, 0.43687634202, 0.36458688042, 0.57106328146),
    (4, 1, 0.5, 13.333333333, False, "peace", 0.050279923169, -1.7486003842, 0.022151675602, 0.95700570951),
    (4, 1, 0.5, 13.333333333, False, "war", 0.94972007683, 2.7486003842, 0.9778483244, 0.0013090607142),
    (
        10,
        1,
        0.4,
        91.666666667,
        False,
        "peace",
        6.430827176e-05,
        -3.9992926090,
        1.36700332725e-5,
        0.9999726609,
    ),
    (10, 1, 0.4, 91.666666667, False, "war", 0.999999995392, 6.9999999493, 0.99999999984, 0.0),
    (10, 1, 0.6, 91.666666667, False, "peace", 4.607719e-09, -5.9999999493, 1.558417e-10, 0.9999999997),
    (10, 1, 0.6, 91.666666667, False, "war", 0.99993569173, 4.9992926090, 0.99998632997, 9.55311e-10),
)
EQUILIBRIA_ROUNDED = (
    (1, 10, 0.4, ".052381", "peace", ".510047", ".545943", ".386129"),
    (1, 100, 0.4, ".005025", "peace", ".502910", ".541187", ".436518"),
    (1, 10, 0.8, ".052381", "peace", ".469888", ".364587", ".571063"),
    (4, 1, 0.5, "13.333", "peace", ".050280", ".022152", ".957006"),
    (4, 1, 0.5, "13.333", "war", ".949720", ".977848", ".001309"),
)
#: peace, first strike, surprised, war; equilibrium, selected, required trust.
RISKS = (
    (1.0, 0.5, -1.2, -1.0, True, True, 0.28571428571),
    (1.0, 0.5, -1.5, -1.0, True, True, 0.5),
    (1.0, 0.5, -2.0, -1.0, True, False, 0.66666666667),
    (1.0, 0.9, -1.0, -0.5, True, False, 0.83333333333),
    (1.0, 0.9, -1.05, -1.0, True, True, 0.33333333333),
)
RISKS_ROUNDED = (".285714", ".5", ".666667", ".833333", ".333333")


def found(alpha: float, beta: float, mean: float, side: str) -> tuple[GlobalGame, tuple[float, ...]]:
    game = global_game(alpha, beta, mean)
    return game, extremal_equilibrium(game, "peace" if side == "peace" else "war")


@pytest.mark.parametrize("row", EQUILIBRIA)
def test_equilibria(row: tuple[float, float, float, float, bool, str, float, float, float, float]) -> None:
    alpha, beta, mean, gamma, unique, side, *printed = row
    game, equilibrium = found(alpha, beta, mean, side)
    assert same(game.publicity, gamma)
    assert game.is_unique == unique
    for computed, number in zip(equilibrium, printed, strict=True):
        assert computed == pytest.approx(number, abs=1e-9)


@pytest.mark.parametrize("row", EQUILIBRIA_ROUNDED)
def test_equilibria_to_few_digits(row: tuple[float, float, float, str, str, str, str, str]) -> None:
    alpha, beta, mean, gamma, side, expected, strikes, peace = row
    game, equilibrium = found(alpha, beta, mean, side)
    assert agrees(game.publicity, gamma)
    for computed, text in zip((equilibrium[0], *equilibrium[2:]), (expected, strikes, peace), strict=True):
        assert agrees(computed, text)


def test_rare_events_keep_their_digits() -> None:
    """Relative, where an absolute comparison would hold of zero as well."""
    for row, third, fourth in (
        (10, 1.36700332725e-5, None),
        (12, 1.55841698e-10, None),
        (13, None, 9.553108e-10),
    ):
        alpha, beta, mean, _, _, side, *_ = EQUILIBRIA[row]
        _, (_, _, strikes, peace) = found(alpha, beta, mean, side)
        assert third is None or strikes == pytest.approx(third, rel=1e-7)
        assert fourth is None or peace == pytest.approx(fourth, rel=1e-6)


@pytest.mark.parametrize("mean", [0.1, 0.5, 0.9])
@pytest.mark.parametrize(("alpha", "beta"), [(1, 10), (2, 1.9), (3, 2), (6, 6), (9, 1.0)])
def test_both_ends_meet_where_publicity_is_low(alpha: float, beta: float, mean: float) -> None:
    game = global_game(alpha, beta, mean)
    low, high = extremal_equilibrium(game, "peace"), extremal_equilibrium(game, "war")
    assert low.cutoff <= high.cutoff + 1e-9
    if game.is_unique:
        assert same(low.expected, high.expected)
    elif mean == 0.5:  # there the border is sharp
        assert low.expected < 0.5 < high.expected
    for end in (low, high):
        # Nobody gains by another act, at any report.
        for report in np.linspace(end.cutoff - 3, end.cutoff + 3, 401):
            worth = game.expected(report) - game.other_strikes(report, end.cutoff)
            assert worth * np.sign(report - end.cutoff) >= -1e-12


def test_the_border_of_uniqueness() -> None:
    # alpha^2 (alpha + beta) = 2 pi beta (alpha + 2 beta) at beta = 1.
    [border] = [
        root.real for root in np.roots([1, 1, -2 * pi, -4 * pi]) if abs(root.imag) < 1e-9 and root > 0
    ]
    for factor in (0.9, 1.1):
        game = global_game(border * factor, 1.0, 0.5)
        ends = [extremal_equilibrium(game, side).expected for side in ("peace", "war")]
        assert game.is_unique == (factor < 1)
        assert (abs(ends[0] - ends[1]) < 1e-6) == (factor < 1)


def test_replies_rise_with_the_cutoff_replied_to() -> None:
    game = global_game(4.0, 1.0, 0.5)
    replies = [best_reply(game, cutoff) for cutoff in (-inf, -3.0, 0.0, 0.5, 2.0, inf)]
    assert all(low < high for low, high in pairwise(replies))
    assert (replies[0], replies[-1]) == (0.0, 1.0)


@pytest.mark.parametrize(("alpha", "beta", "mean"), [(1, 10, 0.4), (4, 1, 0.5), (4, 1, 0.52)])
def test_best_replies_to_best_replies_end_there(alpha: float, beta: float, mean: float) -> None:
    game = global_game(alpha, beta, mean)
    for side, first in (("peace", -inf), ("war", inf)):
        cutoff = first
        for _ in range(60):
            cutoff = game.cutoff(best_reply(game, cutoff))
        _, (_, end, *_) = found(alpha, beta, mean, side)
        assert cutoff == pytest.approx(end, abs=1e-9)


def test_private_noise_that_vanishes_selects_the_reply_to_an_even_chance() -> None:
    assert extremal_equilibrium(global_game(1.0, 1e10, 0.3), "peace").expected == pytest.approx(0.5, abs=1e-4)


def test_peace_is_what_a_double_integral_gives() -> None:
    from scipy.stats import multivariate_normal

    alpha, beta, mean, cutoff = 2.0, 3.0, 0.4, 0.7
    joint = [[1 / alpha + 1 / beta, 1 / alpha], [1 / alpha, 1 / alpha + 1 / beta]]
    held = multivariate_normal([-mean, -mean], joint).cdf([-cutoff, -cutoff])
    assert both_hold(global_game(alpha, beta, mean), cutoff) == pytest.approx(float(held), abs=1e-8)


@pytest.mark.parametrize(("row", "text"), [*zip(RISKS, RISKS_ROUNDED, strict=True)])
def test_risks(row: tuple[float, ...], text: str) -> None:
    *payoffs, equilibrium, selected, trust = row
    risk = StrategicRisk(*payoffs)
    assert risk.peace_is_equilibrium == equilibrium
    assert risk.peace_is_selected == selected == (risk.required_trust <= 0.5)
    assert same(risk.required_trust, trust)
    assert agrees(risk.required_trust, text)
    assert risk.gain_of_striking(risk.required_trust) == pytest.approx(0, abs=1e-12)
    assert risk.gain_of_striking(trust - 0.1) > 0 > risk.gain_of_striking(trust + 0.1)


def test_what_is_no_game_of_trust_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^public = 0: must be above 0$"):
        global_game(0, 1, 0.5)
    with pytest.raises(ValueError, match=r"^mean = inf: must be"):
        global_game(1, 1, inf)
    with pytest.raises(ValueError, match="trust decides only if peace and war are equilibria"):
        _ = StrategicRisk(1.0, 1.5, -2.0, -1.0).required_trust
    assert not StrategicRisk(1.0, 1.5, -2.0, -1.0).peace_is_equilibrium
