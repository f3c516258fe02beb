"""T10: the smallest gesture that the greedy do not make."""

import pytest

from signalling.theory.reassurance import lasting_cooperation, least_credible_gesture, mimicry
from signalling.theory.repeated_play import Payoffs
from tests.theory.printed import agrees, same

#: share of security seekers, flips; least credible weight of the first stage.
GESTURES = (
    (0.3, 0.0, 0.48),
    (0.3, 0.1, 0.42477876106),
    (0.3, 0.3, 0.26966292135),
    (0.5, 0.0, 0.57142857143),
    (0.5, 0.1, 0.51612903226),
    (0.5, 0.3, 0.34782608696),
    (0.8, 0.0, 0.64),
    (0.8, 0.1, 0.58715596330),
    (0.8, 0.3, 0.41558441558),
)
GESTURES_ROUNDED = (
    (0.3, (".48", ".424779", ".269663")),
    (0.5, (".571429", ".516129", ".347826")),
    (0.8, (".64", ".587156", ".415584")),
)


@pytest.mark.parametrize(("trust", "flips", "weight"), GESTURES)
def test_gestures(trust: float, flips: float, weight: float) -> None:
    assert same(least_credible_gesture(trust, flips), weight)


@pytest.mark.parametrize(("trust", "printed"), GESTURES_ROUNDED)
def test_gestures_to_few_digits(trust: float, printed: tuple[str, ...]) -> None:
    for flips, text in zip((0.0, 0.1, 0.3), printed, strict=True):
        assert agrees(least_credible_gesture(trust, flips), text)


@pytest.mark.parametrize(("trust", "flips", "weight"), GESTURES)
def test_both_plans_earn_the_same_there(trust: float, flips: float, weight: float) -> None:
    """Written out, stage by stage, instead of by differences."""
    temptation, reward, punishment, sucker = Payoffs()

    def second(trusted: float) -> float:
        return trust * (trusted * temptation + (1 - trusted) * punishment) + (1 - trust) * punishment

    def earned(weight: float) -> tuple[float, float]:
        defects = trust * temptation + (1 - trust) * punishment
        mimics = trust * reward + (1 - trust) * sucker
        return (
            weight * defects + (1 - weight) * second(flips),
            weight * mimics + (1 - weight) * second(1 - flips),
        )

    separates, mimics = earned(weight)
    assert separates == pytest.approx(mimics, abs=1e-9)
    for other in (weight - 0.05, weight + 0.05):
        separates, mimics = earned(other)
        assert mimicry(trust, flips).gain(other) == pytest.approx(mimics - separates, abs=1e-12)
        assert (mimics > separates) == (other < weight)


def test_noise_makes_a_smaller_gesture_credible_and_cooperation_shorter() -> None:
    flips = [step / 20 for step in range(10)]
    weights = [least_credible_gesture(0.5, flip) for flip in flips]
    lasting = [lasting_cooperation(flip) for flip in flips]
    for falling in (weights, lasting):
        assert sorted(set(falling), reverse=True) == falling
    assert least_credible_gesture(0.5, 0.5) == 0
    assert lasting_cooperation(0.1) == pytest.approx(0.81, abs=1e-12)


def test_what_is_no_gesture_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^trust = 0: must be above 0"):
        least_credible_gesture(0, 0.1)
    with pytest.raises(ValueError, match=r"^misperception = 0\.6: must be from 0 to 0\.5$"):
        least_credible_gesture(0.5, 0.6)
    with pytest.raises(ValueError, match="misperception = -0"):
        lasting_cooperation(-0.1)
    with pytest.raises(ValueError, match="must fall, temptation > reward"):
        mimicry(0.5, 0.1, Payoffs(2, 3, 1, 0))
    with pytest.raises(ValueError, match=r"^first_stage = 1\.5: must be from 0 to 1$"):
        mimicry(0.5, 0.1).gain(1.5)
