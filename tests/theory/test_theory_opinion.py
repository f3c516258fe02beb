"""T31: voters, mishearing voters, averaging, biased imitation."""

import numpy as np
import pytest

from signalling.theory.chains import absorption_probabilities, absorption_times
from signalling.theory.opinion import (
    averaged,
    consensus,
    fixation,
    hawk_consensus,
    hawks_when_misheard,
    influence,
    share_when_misheard,
    slowest_factor,
    steps_to_consensus,
    unanimity,
    voter_chain,
)
from tests.theory.printed import agrees, same

#: N, hawks; P(all hawks), mean steps.
VOTERS = (
    (5, 1, 0.2, 8.3333333333),
    (10, 3, 0.3, 50.757142857),
    (20, 10, 0.5, 254.13313321),
)
#: N, e; mean of the share of hawks, its variance, P(unanimous). None: no stationary law.
MISHEARD = (
    (10, 0.0, None, None, 1.0),
    (10, 0.01, 0.5, 0.2150862069, 0.78487252384),
    (10, 0.05, 0.5, 0.1375, 0.352394104),
    (10, 0.2, 0.5, 0.057142857143, 0.043956043956),
    (20, 0.0, None, None, 1.0),
    (20, 0.01, 0.5, 0.18363970588, 0.5411871956),
    (20, 0.05, 0.5, 0.088839285714, 0.086793678357),
    (20, 0.2, 0.5, 0.02987804878, 0.0010731872864),
)
TRUST = [[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.25, 0.25, 0.5]]
FIRST = [1, 0, 0.5]
#: Weights, consensus, the first state's opinion after three rounds.
AVERAGING = (0.347222222222, 0.486111111111, 0.166666666667, 0.430555555556, 0.463)
#: bias, N; chance that one hawk makes all hawks.
FIXATION = (
    (1.0, 10, 0.1),
    (1.1, 10, 0.14795035898),
    (1.5, 10, 0.33921585523),
    (0.8, 10, 0.0300725624),
)
VOTERS_ROUNDED = ((5, 1, "8.333333"), (10, 3, "50.757143"), (20, 10, "254.133133"))
NOISES = (0.01, 0.05, 0.2)
VARIANCES_ROUNDED = {10: (".215086", ".1375", ".0571429"), 20: (".183640", ".0888393", ".0298780")}
UNANIMOUS_ROUNDED = (".784873", ".352394", ".0439560")
FIXATION_ROUNDED = ((1, ".1"), (1.1, ".147950"), (1.5, ".339216"), (0.8, ".0300726"))


@pytest.mark.parametrize(("states", "hawks", "chance", "steps"), VOTERS)
def test_voters(states: int, hawks: int, chance: float, steps: float) -> None:
    assert same(hawk_consensus(states, hawks), chance)
    assert same(steps_to_consensus(states, hawks), steps)


@pytest.mark.parametrize(("states", "hawks", "steps"), VOTERS_ROUNDED)
def test_voters_to_few_digits(states: int, hawks: int, steps: str) -> None:
    assert agrees(steps_to_consensus(states, hawks), steps)


@pytest.mark.parametrize("states", [2, 3, 9])
def test_voters_are_those_of_the_chain(states: int) -> None:
    chain = voter_chain(states)
    ends = [0, states]
    times = [steps_to_consensus(states, hawks) for hawks in range(states + 1)]
    assert np.allclose(absorption_times(chain, ends), times, rtol=1e-12)
    chances = [hawk_consensus(states, hawks) for hawks in range(states + 1)]
    assert np.allclose(absorption_probabilities(chain, ends)[:, 1], chances, rtol=1e-12)


@pytest.mark.parametrize(("states", "e", "mean", "variance", "unanimous"), MISHEARD)
def test_mishearing_voters(
    states: int, e: float, mean: float | None, variance: float | None, unanimous: float
) -> None:
    assert same(unanimity(states, e), unanimous)
    if mean is None or variance is None:
        assert e == 0
        return
    assert same(share_when_misheard(states, e).mean, mean)
    assert same(share_when_misheard(states, e).variance, variance)


def test_mishearing_voters_to_few_digits() -> None:
    for states, printed in VARIANCES_ROUNDED.items():
        for e, text in zip(NOISES, printed, strict=True):
            assert agrees(share_when_misheard(states, e).variance, text)
    for e, text in zip(NOISES, UNANIMOUS_ROUNDED, strict=True):
        assert agrees(unanimity(10, e), text)


@pytest.mark.parametrize("e", [0.01, 0.3, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("states", [2, 3, 10])
def test_the_share_is_that_of_the_chain(states: int, e: float) -> None:
    law = hawks_when_misheard(states, e)
    shares = np.arange(states + 1) / states
    mean = law @ shares
    assert same(share_when_misheard(states, e).mean, mean)
    assert abs(share_when_misheard(states, e).variance - law @ (shares - mean) ** 2) < 1e-12


def test_pure_noise_is_a_fair_coin_for_each() -> None:
    assert same(unanimity(4, 0.5), 2 / 16)


def test_averaging() -> None:
    weights = influence(TRUST)
    for computed, printed in zip(weights, AVERAGING[:3], strict=True):
        assert same(computed, printed)
    assert same(consensus(TRUST, FIRST), AVERAGING[3])
    assert same(averaged(TRUST, FIRST, 3)[0], AVERAGING[4])
    texts = (".347222", ".486111", ".166667", ".430556", ".463")
    found = (*weights, consensus(TRUST, FIRST), averaged(TRUST, FIRST, 3)[0])
    assert all(agrees(computed, text) for computed, text in zip(found, texts, strict=True))
    assert np.allclose(averaged(TRUST, FIRST, 200), consensus(TRUST, FIRST), rtol=1e-12)


def test_disagreement_shrinks_by_the_second_eigenvalue() -> None:
    # 0.4 twice over: the trace is 1.8, the determinant 0.16. A double root costs half the digits.
    assert slowest_factor(TRUST) == pytest.approx(0.4, abs=1e-7)
    assert same(slowest_factor([[0.7, 0.3], [0.1, 0.9]]), 0.6)


@pytest.mark.parametrize(("bias", "states", "chance"), FIXATION)
def test_fixation(bias: float, states: int, chance: float) -> None:
    assert same(fixation(states, bias), chance)


@pytest.mark.parametrize(("bias", "chance"), FIXATION_ROUNDED)
def test_fixation_to_few_digits(bias: float, chance: str) -> None:
    assert agrees(fixation(10, bias), chance)


@pytest.mark.parametrize("bias", [0.3, 1.0, 1.0 + 1e-12, 2.5])
def test_fixation_is_that_of_the_gambler(bias: float) -> None:
    up = bias / (1 + bias)
    walk = np.diag([1.0] + [0.0] * 4 + [1.0])
    for hawks in range(1, 5):
        walk[hawks, hawks + 1], walk[hawks, hawks - 1] = up, 1 - up
    assert same(fixation(5, bias), absorption_probabilities(walk, [5])[1, 0])


def test_hopeless_hawks_do_not_overflow() -> None:
    assert fixation(100_000, 0.5) == 0
    assert same(fixation(100_000, 2.0), 0.5)


def test_what_is_no_opinion_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^hawks = 6: must be at most the 5 states$"):
        hawk_consensus(5, 6)
    with pytest.raises(ValueError, match=r"^states = 1: must be a whole number, at least 2$"):
        steps_to_consensus(1, 0)
    with pytest.raises(ValueError, match=r"^mishearing = 0: must be above 0$"):
        hawks_when_misheard(10, 0)
    with pytest.raises(ValueError, match=r"^bias = 0: must be above 0$"):
        fixation(10, 0)
    with pytest.raises(ValueError, match="has 2 closed classes"):
        influence(np.eye(2))
    with pytest.raises(ValueError, match=r"^trust: must be square, not of shape \(1, 2\)$"):
        slowest_factor([[0.5, 0.5]])
    with pytest.raises(ValueError, match=r"^opinions: must be 3, one for each state"):
        averaged(TRUST, [1, 0], 3)
