"""T19, T20: talk between those whose aims differ, over a clean line and a noisy one."""

import numpy as np
import pytest

from signalling.theory.sender_receiver import (
    BABBLING_LOSS,
    best_noise,
    mediation_bound,
    most_words,
    noisy_talk,
    partition,
    receiver_loss,
    sender_loss,
)
from tests.theory.printed import agrees, same

#: b; words, receiver's loss, bound of mediation, where words end (to four digits).
TALK = (
    (0.3, 1, 0.08333333333333333, 0.07, ()),
    (0.25, 1, 0.08333333333333333, 0.0625, ()),
    (0.24, 2, 0.07843333333333334, 0.0608, ("0.0200",)),
    (0.1, 2, 0.030833333333333334, 0.03, ("0.3000",)),
    (0.05, 3, 0.015925925925925927, 0.015833333333333335, ("0.1333", "0.4667")),
    (0.02, 5, 0.006533333333333334, 0.006533333333333333, ("0.0400", "0.1600", "0.3600", "0.6400")),
    (
        0.005,
        10,
        0.0016583333333333335,
        0.0016583333333333335,
        ("0.0100", "0.0400", "0.0900", "0.1600", "0.2500", "0.3600", "0.4900", "0.6400", "0.8100"),
    ),
)
TALK_ROUNDED = (
    (0.3, ".083333"),
    (0.25, ".083333"),
    (0.24, ".078433"),
    (0.1, ".030833"),
    (0.05, ".0159259"),
    (0.02, ".00653333"),
    (0.005, ".00165833"),
)
#: b; best noise, cut, actions, loss, loss over a clean line, bound of mediation.
NOISE = (
    (0.25, 0.1, 0.16666666666667096, 0.24999999999999872, 0.5833333333333355, 0.062499999999999355, 0.0625),
    (0.3, 0.1346153846153846, 0.13333333333333336, 0.3, 0.5666666666666667, 0.07, 0.07),
    (0.35, 0.16666666666666666, 0.10000000000000003, 0.35, 0.55, 0.07583333333333334, 0.07583333333333332),
    (0.4, 0.19642857142857137, 0.06666666666666664, 0.4, 0.5333333333333333, 0.08, 0.08),
    (0.45, 0.22413793103448262, 0.03333333333349938, 0.4499999997853, 0.5166666667497, 0.08249999999, 0.0825),
)
NOISE_ROUNDED = (
    (0.25, ".1", ".0625"),
    (0.3, ".134615", ".07"),
    (0.35, ".166667", ".075833"),
    (0.4, ".196429", ".08"),
    (0.45, ".224138", ".0825"),
)
#: With b = 0.3: noise; cut, loss.
NOISES = (
    (0.0, 0.0, 0.08333333333333333),
    (0.1, 0.11611049245158946, 0.07022246968602924),
    (0.2, 0.15798230048890943, 0.0704556786863775),
    (0.3, 0.18479778096947957, 0.07198644202787022),
    (0.4, 0.20443135318375183, 0.07379119631998785),
    (0.5, 0.2198039027185571, 0.07560786952735359),
    (0.7, 0.24287379280615565, 0.07899933419609655),
)
NOISES_ROUNDED = ((0.0, ".083333"), (0.1, ".070222"), (0.2, ".070456"), (0.5, ".075608"), (0.7, ".078999"))


@pytest.mark.parametrize(("bias", "words", "loss", "bound", "cuts"), TALK)
def test_clean_talk(bias: float, words: int, loss: float, bound: float, cuts: tuple[str, ...]) -> None:
    assert most_words(bias) == words == max(1, np.ceil(-1 / 2 + np.sqrt(1 + 2 / bias) / 2))
    assert same(receiver_loss(bias, words), loss)
    assert same(sender_loss(bias, words), loss + bias * bias)
    assert same(mediation_bound(bias), bound)
    found = partition(bias, words)
    assert all(agrees(cut, printed) for cut, printed in zip(found, cuts, strict=True))


@pytest.mark.parametrize(("bias", "loss"), TALK_ROUNDED)
def test_clean_talk_to_few_digits(bias: float, loss: str) -> None:
    assert agrees(receiver_loss(bias, most_words(bias)), loss)


@pytest.mark.parametrize(("bias", "words"), [row[:2] for row in TALK])
def test_no_type_gains_by_another_word(bias: float, words: int) -> None:
    edges = np.array([0.0, *partition(bias, words), 1.0])
    actions = (edges[:-1] + edges[1:]) / 2
    types = np.linspace(0, 1, 4001)
    losses = (actions[:, np.newaxis] - types - bias) ** 2
    said = np.clip(np.searchsorted(edges, types, side="right") - 1, 0, words - 1)
    assert np.all(losses[said, np.arange(len(types))] <= losses.min(axis=0) + 1e-12)
    assert np.mean((actions[said] - types) ** 2) == pytest.approx(receiver_loss(bias, words), rel=1e-3)


@pytest.mark.parametrize(("bias", "noise", "cut", "low", "high", "loss", "bound"), NOISE)
def test_the_best_noise(
    bias: float, noise: float, cut: float, low: float, high: float, loss: float, bound: float
) -> None:
    assert same(best_noise(bias), noise)
    found = noisy_talk(bias, best_noise(bias))
    for computed, printed in zip(found, (cut, low, high, loss), strict=True):
        assert same(computed, printed)
    assert same(found.loss, mediation_bound(bias))
    assert same(mediation_bound(bias), bound)
    assert same(found.cut, (1 - 2 * bias) / 3)
    assert same(found.low_action, bias)
    assert same(found.high_action, (2 - bias) / 3)
    # A little more or less of it does worse, and a clean line worst.
    for other in (0.9, 1.1):
        assert noisy_talk(bias, other * noise).loss > found.loss
    assert same(noisy_talk(bias, 0.0).loss, BABBLING_LOSS)
    assert agrees(BABBLING_LOSS, ".083333")


@pytest.mark.parametrize(("bias", "noise", "loss"), NOISE_ROUNDED)
def test_the_best_noise_to_few_digits(bias: float, noise: str, loss: str) -> None:
    assert agrees(best_noise(bias), noise)
    assert agrees(noisy_talk(bias, best_noise(bias)).loss, loss)


@pytest.mark.parametrize(("noise", "cut", "loss"), NOISES)
def test_noises(noise: float, cut: float, loss: float) -> None:
    found = noisy_talk(0.3, noise)
    assert same(found.cut, cut)
    assert same(found.loss, loss)


@pytest.mark.parametrize(("noise", "loss"), NOISES_ROUNDED)
def test_noises_to_few_digits(noise: float, loss: str) -> None:
    assert agrees(noisy_talk(0.3, noise).loss, loss)


@pytest.mark.parametrize("bias", [0.05, 0.2, 0.25, 0.3, 0.45])
@pytest.mark.parametrize("noise", [0.0, 0.05, 0.3, 0.9])
def test_no_type_gains_by_another_word_over_a_noisy_line(bias: float, noise: float) -> None:
    cut, low, high, loss = noisy_talk(bias, noise)
    types = np.linspace(0, 1, 2001)
    any_word = (low - types - bias) ** 2
    one_word = (1 - noise) * (high - types - bias) ** 2 + noise * any_word
    chosen = np.where(types < cut, any_word, one_word)
    assert np.all(chosen <= np.minimum(any_word, one_word) + 1e-12)
    # The receiver's loss: of the type's variance, what the actions do not explain.
    by_type = np.where(types < cut, 1.0, noise) * (low - types) ** 2
    by_type += np.where(types < cut, 0.0, 1 - noise) * (high - types) ** 2
    assert np.trapezoid(by_type, types) == pytest.approx(loss, abs=1e-4)


def test_without_noise_it_is_clean_talk() -> None:
    found = noisy_talk(0.1, 0.0)
    assert (found.cut,) == pytest.approx(partition(0.1, 2))
    assert found.loss == pytest.approx(receiver_loss(0.1, 2))


def test_what_nobody_could_say_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^words = 3: a bias of 0.1 allows 2 at most"):
        partition(0.1, 3)
    with pytest.raises(ValueError, match=r"^bias = 0: must be above 0"):
        most_words(0)
    with pytest.raises(ValueError, match=r"^bias = 0.5: must be above 0 and below 0.5"):
        noisy_talk(0.5, 0.1)
    with pytest.raises(ValueError, match=r"^noise = 1.0: must be below 1"):
        noisy_talk(0.3, 1.0)
    with pytest.raises(ValueError, match=r"^bias = 0.2: must be from 0.25 to 0.5"):
        best_noise(0.2)
    with pytest.raises(ValueError, match=r"^bias = 0.5: must be below 0.5"):
        best_noise(0.5)
