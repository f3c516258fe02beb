"""T11: without talk all build, with talk hardly anybody does, and a flipped word costs much of that."""

from itertools import product

import numpy as np
import pytest

from signalling.theory.armament_talk import TalkPlan, best_reply, rounds_to_race, talk_plan
from tests.theory.printed import agrees, same

#: mu, d; best replies until all build.
ROUNDS = ((0.1, 1.5, 4), (0.01, 1.5, 9), (0.001, 1.5, 15))
#: mu, d; both cuts, P(nobody builds).
PLANS = (
    (0.01, 1.5, 0.10196638717, 0.18217203062, 0.67527553273),
    (0.001, 1.5, 0.040430517937, 0.063591451709, 0.87739739817),
    (0.0001, 1.5, 0.013699117642, 0.020846682493, 0.95879230687),
    (0.0001, 3.0, 0.0068463959482, 0.021143790042, 0.95836389525),
)
PLANS_ROUNDED = (
    (0.01, 1.5, ".101966", ".182172", ".675276"),
    (0.001, 1.5, ".040431", ".063591", ".877397"),
    (0.0001, 1.5, ".013699", ".020847", ".958792"),
    (0.0001, 3.0, ".006846", ".021144", ".958364"),
)
#: flips of a word; P(nobody builds) at mu = .001, d = 1.5.
FLIPPED = (
    (0.0, 0.87739739817),
    (0.05, 0.79195959233),
    (0.1, 0.71112565444),
    (0.3, 0.43382858245),
    (0.5, 0.23019339773),
)
FLIPPED_ROUNDED = (".877397", ".791960", ".711126", ".433829", ".230193")


@pytest.mark.parametrize(("gain", "loss", "rounds"), ROUNDS)
def test_rounds(gain: float, loss: float, rounds: int) -> None:
    assert rounds_to_race(gain, loss) == rounds


@pytest.mark.parametrize(("gain", "loss", "tough", "fearful", "peace"), PLANS)
def test_plans(gain: float, loss: float, tough: float, fearful: float, peace: float) -> None:
    plan = talk_plan(gain, loss)
    assert same(plan.tough, tough)
    assert same(plan.fearful, fearful)
    assert same(plan.nobody_builds(), peace)


@pytest.mark.parametrize(("gain", "loss", "tough", "fearful", "peace"), PLANS_ROUNDED)
def test_plans_to_few_digits(gain: float, loss: float, tough: str, fearful: str, peace: str) -> None:
    plan = talk_plan(gain, loss)
    assert agrees(plan.tough, tough)
    assert agrees(plan.fearful, fearful)
    assert agrees(plan.nobody_builds(), peace)


def test_flipped_words() -> None:
    plan = talk_plan(0.001, 1.5)
    for (flips, peace), text in zip(FLIPPED, FLIPPED_ROUNDED, strict=True):
        assert same(plan.nobody_builds(flips), peace)
        assert agrees(plan.nobody_builds(flips), text)


@pytest.mark.parametrize(("gain", "loss"), [row[:2] for row in PLANS])
def test_no_type_gains_by_another_plan(gain: float, loss: float) -> None:
    plan = talk_plan(gain, loss)
    assert plan.deviation_gains(4001).max() <= 1e-15
    assert same(plan.tough * (plan.fearful - plan.tough), (1 - plan.fearful) * gain)
    # Moved cuts are no equilibrium: the check can fail.
    for tough, fearful in ((0.9, 1.0), (1.1, 1.0), (1.0, 0.9), (1.0, 1.1)):
        moved = TalkPlan(gain, loss, plan.tough * tough, plan.fearful * fearful)
        assert moved.deviation_gains(4001).max() > 1e-6


def test_gains_of_deviations_counted_over_pairs_of_types() -> None:
    """The same by brute force: what a type earns against each cell of the other, word by word."""
    plan = TalkPlan(0.05, 1.5, 0.2, 0.4)
    shares = {"tough": 0.2, "fearful": 0.2, "normal": 0.6}
    word = {"tough": "dove", "fearful": "hawk", "normal": "dove"}

    def builds(kind: str, heard: str) -> bool:
        return kind == "tough" or (heard == "dove") == (kind == "fearful")

    def worth(cost: float, said: str, on_dove: bool, on_hawk: bool) -> float:
        total = 0.0
        for kind, share in shares.items():
            own = on_dove if word[kind] == "dove" else on_hawk
            other = builds(kind, said)
            alone = plan.gain if own else -plan.loss
            total += share * ((alone if own != other else 0.0) - (cost if own else 0.0))
        return total

    costs = np.linspace(0, 1, 21)
    for cost, gain in zip(costs, plan.deviation_gains(21), strict=True):
        best = max(worth(cost, *other) for other in product(("dove", "hawk"), (True, False), (True, False)))
        kind = "tough" if cost < plan.tough else "fearful" if cost < plan.fearful else "normal"
        kept = worth(cost, word[kind], builds(kind, "dove"), builds(kind, "hawk"))
        assert gain == pytest.approx(best - kept, abs=1e-12)


def test_talk_goes_to_peace_as_the_gain_goes() -> None:
    peace = [talk_plan(gain, 1.5).nobody_builds() for gain in (1e-2, 1e-4, 1e-6, 1e-8)]
    assert peace == sorted(peace)
    assert peace[-1] > 0.999


def test_what_is_no_race_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^loss = 0\.9: must be at least 1$"):
        best_reply(0.5, 0.1, 0.9)
    with pytest.raises(ValueError, match=r"^cutoff = 1\.1: must be from 0 to 1$"):
        best_reply(1.1, 0.1, 1.5)
    with pytest.raises(ValueError, match=r"^gain = 0: must be above 0 and below 1$"):
        rounds_to_race(0, 1.5)
    with pytest.raises(ValueError, match="more than 10000 rounds"):
        rounds_to_race(1e-10, 1.0)
    with pytest.raises(ValueError, match="no equilibrium in which talk tells; take a smaller gain"):
        talk_plan(0.5, 1.5)
    with pytest.raises(ValueError, match=r"^flips = 2: must be from 0 to 1$"):
        talk_plan(0.01, 1.5).nobody_builds(2)
    with pytest.raises(ValueError, match=r"^types = 1: must be a whole number"):
        talk_plan(0.01, 1.5).deviation_gains(1)
