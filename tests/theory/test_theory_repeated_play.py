"""T01 and T02: two memory-one rules under noise, and contrite tit for tat."""

import numpy as np
import pytest

from signalling.theory.chains import average
from signalling.theory.repeated_play import (
    ALTERNATOR,
    ALWAYS_DEFECT,
    COOPERATION,
    GRIM,
    MUTUAL_COOPERATION,
    MUTUAL_DEFECTION,
    TIT_FOR_TAT,
    WIN_STAY_LOSE_SHIFT,
    Payoffs,
    Play,
    Rule,
    contrite,
    effective,
    generous,
    memory_one,
    moments,
    reactive,
    reactive_cooperation,
)
from tests.theory.printed import agrees, same

PAYOFF = Payoffs().values()
RULES = {
    "TFT": TIT_FOR_TAT,
    "GTFT": generous(1 / 3),
    "WSLS": WIN_STAY_LOSE_SHIFT,
    "ALLD": ALWAYS_DEFECT,
    "GRIM": GRIM,
}
NOISES = (0.003, 0.01, 0.05, 0.1, 0.3)

#: T01: e, first, second; P(C) of the first, P(CC), P(DD), its payoff, variance of the average times n.
IMPLEMENTATION = (
    (0.01, "TFT", "TFT", 0.5, 0.25, 0.25, 2.25, 52.625631313),
    (0.01, "GTFT", "GTFT", 0.97115384615, 0.9431397929, 0.00083210059172, 2.9703217456, 0.15011071908),
    (0.01, "WSLS", "WSLS", 0.970596, 0.960696, 0.019504, 2.951092, 0.23933596421),
    (0.01, "WSLS", "ALLD", 0.5, 0.005, 0.495, 0.535, 0.13389997449),
    (0.01, "TFT", "ALLD", 0.0198, 0.000198, 0.970398, 1.020002, 0.098821801188),
    (0.01, "GTFT", "ALLD", 0.3432, 0.003432, 0.650232, 0.693368, 0.31678340813),
    (0.01, "TFT", "WSLS", 0.5, 0.25, 0.25, 2.25, 13.974428405),
    (0.01, "GRIM", "GRIM", 0.0149, 0.005, 0.9752, 1.0397, 2.10781791),
    (0.05, "TFT", "TFT", 0.5, 0.25, 0.25, 2.25, 10.259868421),
    (0.05, "GTFT", "GTFT", 0.875, 0.765625, 0.015625, 2.859375, 0.70901489258),
    (0.05, "WSLS", "WSLS", 0.8645, 0.817, 0.088, 2.7765, 1.01411075),
    (0.05, "WSLS", "ALLD", 0.5, 0.025, 0.475, 0.675, 0.64748273481),
    (0.05, "TFT", "ALLD", 0.095, 0.00475, 0.85975, 1.10025, 0.4726285625),
    (0.05, "GTFT", "ALLD", 0.38, 0.019, 0.589, 0.801, 0.676742),
    (0.05, "TFT", "WSLS", 0.5, 0.25, 0.25, 2.25, 2.9452420762),
    (0.05, "GRIM", "GRIM", 0.0725, 0.025, 0.88, 1.1925, 2.49719375),
    (0.1, "TFT", "TFT", 0.5, 0.25, 0.25, 2.25, 5.1319444444),
    (0.1, "GTFT", "GTFT", 0.78571428571, 0.61734693878, 0.045918367347, 2.7397959184, 1.255909643),
    (0.1, "WSLS", "WSLS", 0.756, 0.666, 0.154, 2.602, 1.686348),
    (0.1, "WSLS", "ALLD", 0.5, 0.05, 0.45, 0.85, 1.239695122),
    (0.1, "TFT", "ALLD", 0.18, 0.018, 0.738, 1.202, 0.900108),
    (0.1, "GTFT", "ALLD", 0.42, 0.042, 0.522, 0.938, 1.092108),
    (0.1, "TFT", "WSLS", 0.5, 0.25, 0.25, 2.25, 1.8392615176),
    (0.1, "GRIM", "GRIM", 0.14, 0.05, 0.77, 1.37, 2.8971),
)
#: T01, printed to few digits: pair, e; P(C), P(CC), payoff, variance.
IMPLEMENTATION_ROUNDED = (
    ("TFT", "TFT", 0.05, ".5", ".25", "2.25", "10.260"),
    ("GTFT", "GTFT", 0.05, ".875", ".765625", "2.859375", ".70901"),
    ("WSLS", "WSLS", 0.05, ".8645", ".8170", "2.7765", "1.01411"),
    ("WSLS", "ALLD", 0.05, ".5", ".025", ".675", ".64748"),
    ("TFT", "ALLD", 0.05, ".095", ".00475", "1.10025", ".47263"),
    ("TFT", "WSLS", 0.05, ".5", ".25", "2.25", "2.94524"),
    ("TFT", "TFT", 0.01, ".5", ".25", "2.25", "52.626"),
    ("WSLS", "WSLS", 0.01, ".970596", ".960696", "2.951092", ".23934"),
)
#: T01: p, q, p', q'; s, s', payoff of the first.
REACTIVE = (
    (0.99, 0.35, 0.99, 0.35, 0.97222222222, 0.97222222222, 2.9714506173),
    (0.95, 0.05, 0.9, 0.3, 0.69565217391, 0.71739130435, 2.6748582231),
    (0.8, 0.4, 0.6, 0.1, 0.55, 0.375, 1.74375),
)
#: T02: e, rule; P(C) with moves turned, with reports turned; P(CC) the same; payoff the same.
ONE_NOISE = (
    (0.01, "TFT", 0.5, 0.5, 0.25, 0.25, 2.25, 2.25),
    (0.01, "WSLS", 0.970596, 0.970596, 0.960696, 0.960696, 2.951092, 2.951092),
    (0.01, "GTFT", 0.97115384614, 0.98076923078, 0.94313979289, 0.96190828404, 2.9703217455, 2.9803994083),
    (0.01, "GRIM", 0.0149, 0.0, 0.005, 0.0, 1.0397, 1.0),
    (0.01, "CTFT", 0.98039215684, 0.5, 0.96107647057, 0.25, 2.9800999999, 2.25),
    (0.05, "TFT", 0.5, 0.5, 0.25, 0.25, 2.25, 2.25),
    (0.05, "WSLS", 0.86449999998, 0.86449999998, 0.81699999998, 0.81699999998, 2.7764999999, 2.7764999999),
    (0.05, "GTFT", 0.87499999999, 0.91666666667, 0.76562499999, 0.84027777778, 2.859375, 2.9097222222),
    (0.05, "GRIM", 0.072499999999, 0.0, 0.025, 0.0, 1.1925, 1.0),
    (0.05, "CTFT", 0.90909090907, 0.49999999999, 0.82477272726, 0.25, 2.9024999999, 2.25),
    (0.1, "TFT", 0.50000000001, 0.50000000001, 0.25, 0.25, 2.25, 2.25),
    (0.1, "WSLS", 0.756, 0.756, 0.666, 0.666, 2.602, 2.602),
    (0.1, "GTFT", 0.78571428571, 0.85714285714, 0.61734693878, 0.73469387755, 2.7397959184, 2.8367346939),
    (0.1, "GRIM", 0.14, 0.0, 0.05, 0.0, 1.37, 1.0),
    (0.1, "CTFT", 0.83333333334, 0.50000000001, 0.69, 0.25, 2.81, 2.25),
)
#: T02, printed to few digits: the same without payoffs.
ONE_NOISE_ROUNDED = (
    (0.05, "TFT", ".5", ".5", ".25", ".25"),
    (0.05, "WSLS", ".8645", ".8645", ".8170", ".8170"),
    (0.05, "GTFT", ".875", ".916667", ".765625", ".840278"),
    (0.05, "GRIM", ".0725", "0", ".025", "0"),
    (0.05, "CTFT", ".909091", ".5", ".824773", ".25"),
    (0.01, "CTFT", ".980392", ".5", ".961076", ".25"),
)
#: T02: e_p, e_i, rule; P(C), P(CC), payoff.
TWO_NOISES = (
    (0.02, 0.02, "TFT", 0.5, 0.25, 2.25),
    (0.02, 0.02, "WSLS", 0.89137889485, 0.85371553485, 2.8204211497),
    (0.02, 0.02, "GTFT", 0.91493775934, 0.83711110346, 2.9077021745),
    (0.02, 0.02, "CTFT", 0.65604100213, 0.42647830979, 2.5416446966),
    (0.05, 0.01, "TFT", 0.5, 0.25, 2.25),
    (0.05, 0.01, "WSLS", 0.843064484, 0.787545484, 2.741647968),
    (0.05, 0.01, "GTFT", 0.89644012945, 0.80360490569, 2.8857154827),
    (0.05, 0.01, "CTFT", 0.54259835992, 0.29304911147, 2.3347459683),
    (0.01, 0.05, "TFT", 0.5, 0.25, 2.25),
    (0.01, 0.05, "WSLS", 0.843064484, 0.787545484, 2.741647968),
    (0.01, 0.05, "GTFT", 0.8640776699, 0.74663021962, 2.8456027901),
    (0.01, 0.05, "CTFT", 0.79973492775, 0.63193268069, 2.7672721026),
)
#: T02, printed to few digits: e_p, e_i, rule; P(C), P(CC).
TWO_NOISES_ROUNDED = (
    (0.02, 0.02, "CTFT", ".656041", ".426478"),
    (0.05, 0.01, "GTFT", ".896440", ".803605"),
)


def self_play(rule: str, *, perception: float = 0.0, implementation: float = 0.0) -> Play:
    if rule == "CTFT":
        return contrite(perception=perception, implementation=implementation)
    return memory_one(RULES[rule], RULES[rule], perception=perception, implementation=implementation)


@pytest.mark.parametrize("row", IMPLEMENTATION, ids=[f"{b} v {c}, e {a}" for a, b, c, *_ in IMPLEMENTATION])
def test_moves_turned(row: tuple[float, str, str, float, float, float, float, float]) -> None:
    e, first, second, cooperation, mutual, neither, payoff, variance = row
    play = memory_one(RULES[first], RULES[second], implementation=e)
    assert same(moments(play, COOPERATION).mean, cooperation)
    assert same(moments(play, MUTUAL_COOPERATION).mean, mutual)
    assert same(moments(play, MUTUAL_DEFECTION).mean, neither)
    assert same(moments(play, PAYOFF).mean, payoff)
    assert same(moments(play, PAYOFF).variance, variance)


@pytest.mark.parametrize("row", IMPLEMENTATION_ROUNDED)
def test_moves_turned_to_few_digits(row: tuple[str, str, float, str, str, str, str]) -> None:
    first, second, e, cooperation, mutual, payoff, variance = row
    play = memory_one(RULES[first], RULES[second], implementation=e)
    assert agrees(moments(play, COOPERATION).mean, cooperation)
    assert agrees(moments(play, MUTUAL_COOPERATION).mean, mutual)
    assert agrees(moments(play, PAYOFF).mean, payoff)
    assert agrees(moments(play, PAYOFF).variance, variance)


@pytest.mark.parametrize("e", NOISES)
def test_the_polynomials_of_moves_turned(e: float) -> None:
    tit_for_tat = self_play("TFT", implementation=e)
    assert same(moments(tit_for_tat, PAYOFF).mean, sum(PAYOFF) / 4)
    shift = self_play("WSLS", implementation=e)
    assert same(moments(shift, COOPERATION).mean, (1 - e) * (1 - 2 * e + 4 * e**2))
    assert same(moments(shift, MUTUAL_COOPERATION).mean, (1 - e) * (1 - 3 * e + 4 * e**2))
    forgiving = self_play("GTFT", implementation=e)
    assert same(moments(forgiving, COOPERATION).mean, (1 + e) / (1 + 4 * e))


@pytest.mark.parametrize("row", REACTIVE)
def test_reactive_rules_have_a_product_law(row: tuple[float, ...]) -> None:
    p, q, other_p, other_q, s, other_s, payoff = row
    first, second = reactive(p, q), reactive(other_p, other_q)
    found = reactive_cooperation(first, second)
    assert same(found[0], s)
    assert same(found[1], other_s)
    assert same(3 * s * other_s + 5 * (1 - s) * other_s + (1 - s) * (1 - other_s), payoff)
    play = memory_one(first, second)
    assert same(moments(play, COOPERATION).mean, s)
    assert same(moments(play, MUTUAL_COOPERATION).mean, s * other_s)
    assert same(moments(play, PAYOFF).mean, payoff)


@pytest.mark.parametrize("row", ONE_NOISE, ids=[f"{rule}, e {e}" for e, rule, *_ in ONE_NOISE])
def test_moves_turned_and_reports_turned_differ(row: tuple[float, str, *tuple[float, ...]]) -> None:
    e, rule, *expected = row
    plays = self_play(rule, implementation=e), self_play(rule, perception=e)
    found = [
        moments(play, values).mean for values in (COOPERATION, MUTUAL_COOPERATION, PAYOFF) for play in plays
    ]
    for computed, printed in zip(found, expected, strict=True):
        assert same(computed, float(printed))


@pytest.mark.parametrize("row", ONE_NOISE_ROUNDED)
def test_one_noise_to_few_digits(row: tuple[float, str, *tuple[str, ...]]) -> None:
    e, rule, *expected = row
    plays = self_play(rule, implementation=e), self_play(rule, perception=e)
    found = [moments(play, values).mean for values in (COOPERATION, MUTUAL_COOPERATION) for play in plays]
    for computed, printed in zip(found, expected, strict=True):
        assert agrees(computed, str(printed))


@pytest.mark.parametrize("row", TWO_NOISES)
def test_both_noises(row: tuple[float, float, str, float, float, float]) -> None:
    perception, implementation, rule, cooperation, mutual, payoff = row
    play = self_play(rule, perception=perception, implementation=implementation)
    assert same(moments(play, COOPERATION).mean, cooperation)
    assert same(moments(play, MUTUAL_COOPERATION).mean, mutual)
    assert same(moments(play, PAYOFF).mean, payoff)


@pytest.mark.parametrize("row", TWO_NOISES_ROUNDED)
def test_both_noises_to_few_digits(row: tuple[float, float, str, str, str]) -> None:
    perception, implementation, rule, cooperation, mutual = row
    play = self_play(rule, perception=perception, implementation=implementation)
    assert agrees(moments(play, COOPERATION).mean, cooperation)
    assert agrees(moments(play, MUTUAL_COOPERATION).mean, mutual)


@pytest.mark.parametrize("e", NOISES)
def test_the_theorems_on_perception(e: float) -> None:
    for rule in ("TFT", "WSLS"):
        turned, misheard = self_play(rule, implementation=e), self_play(rule, perception=e)
        assert np.allclose(turned.matrix, misheard.matrix, atol=1e-15)
    assert same(moments(self_play("GTFT", perception=e), COOPERATION).mean, (1 + 2 * e) / (1 + 4 * e))
    assert moments(self_play("GRIM", perception=e), COOPERATION).mean == 0
    assert moments(self_play("GRIM", implementation=e), COOPERATION).mean > 0
    assert same(moments(contrite(implementation=e), COOPERATION).mean, 1 / (1 + 2 * e))
    assert same(moments(contrite(perception=e), COOPERATION).mean, 0.5)


@pytest.mark.parametrize("e", NOISES)
def test_contrition_that_is_only_misheard_is_tit_for_tat(e: float) -> None:
    for values in (COOPERATION, MUTUAL_COOPERATION, PAYOFF):
        contrition, tit_for_tat = contrite(perception=e), self_play("TFT", perception=e)
        assert np.allclose(moments(contrition, values), moments(tit_for_tat, values), rtol=1e-9)


#: e_p = e_i; variance of an average of the chance of C given the views, as printed; that of the moves
#: themselves, which a simulation counts, computed here and confirmed by playing 20,000 pairs.
VARIANCES = ((0.01, "6.92", 7.0311151), (0.05, "1.079", 1.1717169))


@pytest.mark.parametrize(("e", "of_chances", "of_moves"), VARIANCES)
def test_the_variance_of_contrition(e: float, of_chances: str, of_moves: float) -> None:
    play = contrite(perception=e, implementation=e)
    step = play.matrix[::4].reshape(16, 16, 4)
    chances = step.sum(axis=1) @ COOPERATION
    assert agrees(average(step.sum(axis=2), chances).variance, of_chances)
    assert moments(play, COOPERATION).variance == pytest.approx(of_moves, rel=1e-7)


def test_the_variance_of_contrition_is_that_of_long_plays() -> None:
    # Exact variance of the number of C in n rounds, by the autocovariances one after another.
    play = contrite(perception=0.05, implementation=0.05)
    values = np.array(COOPERATION)[play.moves]
    law = np.linalg.matrix_power(play.matrix, 4096)[0]
    away = values - law @ values
    total = law @ away**2
    carried = away
    for _ in range(2000):
        carried = play.matrix @ carried
        total += 2 * law @ (away * carried)
    assert same(moments(play, COOPERATION).variance, total)


def test_the_two_sides_of_a_pair_are_the_same_play() -> None:
    one = memory_one(WIN_STAY_LOSE_SHIFT, generous(0.2), perception=0.03, implementation=0.01)
    two = memory_one(generous(0.2), WIN_STAY_LOSE_SHIFT, perception=0.03, implementation=0.01)
    swapped = [0, 2, 1, 3]
    assert np.allclose(one.matrix, two.matrix[np.ix_(swapped, swapped)], atol=1e-15)


def test_an_effective_rule_without_noise_is_the_rule() -> None:
    assert effective(ALTERNATOR) == ALTERNATOR
    assert effective(TIT_FOR_TAT, perception=0.1) == pytest.approx(effective(TIT_FOR_TAT, implementation=0.1))


def test_what_is_no_rule_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^perception = 1\.5: must be from 0 to 1$"):
        contrite(perception=1.5)
    with pytest.raises(ValueError, match=r"^implementation = -0\.1: must be from 0 to 1$"):
        effective(TIT_FOR_TAT, implementation=-0.1)
    with pytest.raises(ValueError, match=r"^after_cd = 2: must be from 0 to 1$"):
        memory_one(Rule(1, 2, 0, 0), TIT_FOR_TAT)
    with pytest.raises(ValueError, match=r"^first = \(1, 0, 0, 1\): must be reactive"):
        reactive_cooperation(WIN_STAY_LOSE_SHIFT, TIT_FOR_TAT)
    with pytest.raises(ValueError, match="the first round decides"):
        reactive_cooperation(TIT_FOR_TAT, TIT_FOR_TAT)
    with pytest.raises(ValueError, match="closed classes"):
        moments(memory_one(TIT_FOR_TAT, TIT_FOR_TAT), COOPERATION)
    with pytest.raises(ValueError, match="closed classes"):
        moments(contrite(), COOPERATION)
