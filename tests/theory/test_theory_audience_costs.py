"""T17: threats that may be lost."""

import pytest

from signalling.theory.audience_costs import bluffing, most_harmless_loss, war_probability
from tests.theory.printed import agrees, same

#: pi, k, A, loss; bluff, resist, P(war).
THREATS = (
    (0.2, 2.0, 1.0, 0.0, 0.25, 0.5, 0.1),
    (0.2, 2.0, 1.0, 0.1, 0.25, 0.4444444444444445, 0.1),
    (0.2, 2.0, 1.0, 0.2, 0.25, 0.37500000000000006, 0.1),
    (0.2, 2.0, 1.0, 0.3, 0.25, 0.2857142857142857, 0.1),
    (0.2, 2.0, 1.0, 0.5, 0.0, 0.0, 0.1),
    (0.2, 2.0, 4.0, 0.0, 0.25, 0.2, 0.04),
    (0.2, 2.0, 4.0, 0.1, 0.25, 0.1111111111111111, 0.04),
    (0.2, 2.0, 4.0, 0.2, 0.0, 0.0, 0.04),
    (0.2, 2.0, 4.0, 0.3, 0.0, 0.0, 0.06),
    (0.2, 2.0, 4.0, 0.5, 0.0, 0.0, 0.1),
    (0.1, 3.0, 2.0, 0.0, 0.22222222222222224, 0.3333333333333333, 0.03333333333333333),
    (0.1, 3.0, 2.0, 0.1, 0.22222222222222224, 0.25925925925925924, 0.03333333333333333),
    (0.1, 3.0, 2.0, 0.2, 0.22222222222222224, 0.16666666666666666, 0.03333333333333333),
    (0.1, 3.0, 2.0, 0.3, 0.22222222222222224, 0.047619047619047616, 0.03333333333333333),
    (0.1, 3.0, 2.0, 0.5, 0.0, 0.0, 0.05),
)
LOSSES = (0.0, 0.1, 0.2, 0.3, 0.5)
#: pi, A; P(war) as printed at each loss.
THREATS_ROUNDED = (
    (0.2, 1.0, (".1", ".1", ".1", ".1", ".1")),
    (0.2, 4.0, (".04", ".04", ".04", ".06", ".1")),
    (0.1, 2.0, (".033333", ".033333", ".033333", ".033333", ".05")),
)


@pytest.mark.parametrize(("strong", "war", "audience", "loss", "bluff", "resist", "fought"), THREATS)
def test_threats(
    strong: float, war: float, audience: float, loss: float, bluff: float, resist: float, fought: float
) -> None:
    found = bluffing(strong, war, audience, loss)
    assert same(found.bluff, bluff)
    assert same(found.resist, resist)
    assert same(war_probability(strong, audience, loss), fought)
    # A strong challenger fights if its threat is lost, or heard and resisted.
    assert same(strong * (loss + (1 - loss) * found.resist), fought)


@pytest.mark.parametrize(("strong", "audience", "printed"), THREATS_ROUNDED)
def test_threats_to_few_digits(strong: float, audience: float, printed: tuple[str, ...]) -> None:
    for loss, digits in zip(LOSSES, printed, strict=True):
        assert agrees(war_probability(strong, audience, loss), digits)


@pytest.mark.parametrize(("strong", "war", "audience", "loss"), [row[:4] for row in THREATS])
def test_nobody_gains_by_another_plan(strong: float, war: float, audience: float, loss: float) -> None:
    bluff, resist = bluffing(strong, war, audience, loss)
    threat = (1 - loss) * (1 - resist) - ((1 - loss) * resist + loss) * audience
    # Whoever is indifferent may mix, and whoever does not bluff would not gain by it.
    assert threat == pytest.approx(0, abs=1e-12) if bluff > 0 else threat <= 1e-12
    is_strong = strong / (strong + (1 - strong) * bluff)
    resisting = -war * is_strong
    assert resisting == pytest.approx(-1, abs=1e-12) if bluff > 0 else resisting < -1
    # Where nothing is heard, a strong one whose threat was lost is rare enough.
    unheard = strong * loss / (strong * loss + (1 - strong) * (1 - bluff * (1 - loss)))
    assert war * unheard < 1


def test_fewer_threats_that_arrive_are_resisted_less() -> None:
    resisted = [bluffing(0.2, 2.0, 1.0, loss).resist for loss in (0.0, 0.2, 0.4, 0.49, 0.5, 0.9)]
    assert resisted == sorted(resisted, reverse=True)
    assert resisted[-2:] == [0, 0]
    assert most_harmless_loss(1.0) == 0.5


def test_what_is_no_threat_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^strong = 0.5: must be above 0 and below 0.5"):
        bluffing(0.5, 2.0, 1.0, 0.0)
    with pytest.raises(ValueError, match=r"^war = 1.0: must be above 1"):
        bluffing(0.2, 1.0, 1.0, 0.0)
    with pytest.raises(ValueError, match=r"^audience = 0.0: must be above 0"):
        bluffing(0.2, 2.0, 0.0, 0.0)
    with pytest.raises(ValueError, match=r"^loss = 1.5: must be from 0 to 1"):
        war_probability(0.2, 1.0, 1.5)
