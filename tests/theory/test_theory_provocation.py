"""T33: an extremist's true broadcast, and what is left of it when it is lost."""

import pytest

from signalling.theory.provocation import Provocation, Rivalry, provoked, rivalry, unprovoked
from tests.theory.printed import agrees, same

#: mu, d, largest cost, loss of the broadcast (None: no extremist); cuts of A after silence and after the
#: call, of B after silence; P(A hawk), P(B hawk), P(both), P(some).
ROWS = (
    (
        (0.2, 1.0, 2.0, None),
        (0.33333333333, 0.33333333333, 0.33333333333),
        (0.16666666667, 0.16666666667, 0.027777777778, 0.30555555556),
    ),
    ((0.2, 1.0, 2.0, 0.0), (0.34296702484, 0.6, 0.3574175621), (0.3, 0.22, 0.094903853265, 0.42509614674)),
    (
        (0.2, 1.0, 2.0, 0.25),
        (0.34032674505, 0.6, 0.35081686263),
        (0.26754084313, 0.20701633725, 0.078536825545, 0.39602035484),
    ),
    (
        (0.2, 1.0, 2.0, 0.5),
        (0.33784663387, 0.6, 0.34461658466),
        (0.23446165847, 0.19378466339, 0.061876059042, 0.36637026281),
    ),
    (
        (0.2, 1.0, 2.0, 0.9),
        (0.3341907381, 0.6, 0.33547684525),
        (0.18038583215, 0.17215433286, 0.03467354518, 0.31786661982),
    ),
    (
        (0.1, 1.0, 1.5, None),
        (0.25, 0.25, 0.25),
        (0.16666666667, 0.16666666667, 0.027777777778, 0.30555555556),
    ),
    (
        (0.1, 1.0, 1.5, 0.0),
        (0.31124783736, 0.7, 0.35207972894),
        (0.46666666667, 0.34666666667, 0.22148276304, 0.59185057029),
    ),
    (
        (0.1, 1.0, 1.5, 0.25),
        (0.29209560843, 0.7, 0.32015934738),
        (0.3986826014, 0.30587622751, 0.17753130358, 0.52702752534),
    ),
    (
        (0.1, 1.0, 1.5, 0.5),
        (0.27554329493, 0.7, 0.29257215821),
        (0.32518109831, 0.26177532565, 0.13015317734, 0.45680324662),
    ),
    (
        (0.1, 1.0, 1.5, 0.9),
        (0.25438103966, 0.7, 0.25730173277),
        (0.19929529046, 0.18624384095, 0.048895368144, 0.33664376327),
    ),
)
#: loss; cuts of A and B after silence, P(A hawk), P(B hawk), P(both), P(some), at mu = .2, d = 1, cbar = 2.
ROUNDED = (
    (None, ".333333", ".333333", ".166667", ".166667", ".027778", ".305556"),
    (0.9, ".334191", ".335477", ".180386", ".172154", ".034674", ".317867"),
    (0.5, ".337847", ".344617", ".234462", ".193785", ".061876", ".366370"),
    (0.0, ".342967", ".357418", ".300000", ".220000", ".094904", ".425096"),
)


def told(states: Rivalry, loss: float | None) -> Provocation:
    return unprovoked(states) if loss is None else provoked(states, loss)


@pytest.mark.parametrize("row", ROWS)
def test_rows(row: tuple[tuple[float, ...], ...]) -> None:
    (gain, loss, largest, lost), cuts, probabilities = row
    found = told(rivalry(gain, loss, largest), lost)
    printed = (*cuts, *probabilities)
    assert all(same(one, other) for one, other in zip((*found, found.some), printed, strict=True))


@pytest.mark.parametrize("row", ROUNDED)
def test_rows_to_few_digits(row: tuple[float | None, ...]) -> None:
    lost, calm, rival, *probabilities = row
    found = told(rivalry(0.2, 1.0, 2.0), lost)
    assert agrees(found.calm_cut, str(calm))
    assert agrees(found.rival_cut, str(rival))
    for one, other in zip((found.first, found.second, found.both, found.some), probabilities, strict=True):
        assert agrees(one, str(other))


@pytest.mark.parametrize("lost", [0.0, 0.25, 0.5, 0.9])
def test_no_type_gains_by_another_act(lost: float) -> None:
    """For a grid of costs: hawkish exactly where it pays, after silence and after the call."""
    gain, loss, largest = 0.2, 1.0, 2.0
    states = rivalry(gain, loss, largest)
    found = provoked(states, lost)
    calls = (1 - lost) * states.share(found.called_cut - found.calm_cut)
    # What A meets by what both heard, and what B does.
    chances = {
        "A silent": (states.share(found.rival_cut), found.calm_cut),
        "A called": (states.share(loss), found.called_cut),
        "B silent": (states.share(found.calm_cut) / (1 - calls), found.rival_cut),
        "B called": (1.0, loss),
    }
    for hawkish, cut in chances.values():
        for step in range(4001):
            cost = largest * step / 4000
            advantage = (1 - hawkish) * gain + hawkish * loss - cost
            taken, other = (advantage, 0.0) if cost <= cut else (0.0, advantage)
            assert other - taken <= 1e-12
        assert cut == pytest.approx((1 - hawkish) * gain + hawkish * loss, abs=1e-12)


def test_war_falls_with_loss() -> None:
    states = rivalry(0.1, 1.0, 1.5)
    risks = [provoked(states, step / 20).some for step in range(21)]
    assert sorted(set(risks), reverse=True) == risks
    # A broadcast that never arrives is none.
    assert risks[-1] == pytest.approx(unprovoked(states).some, abs=1e-12)


def test_what_is_no_rivalry_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^loss = 1: must be above 0 and below 0\.9$"):
        rivalry(0.1, 1, 0.9)
    with pytest.raises(ValueError, match=r"^gain = 1\.2: must be above 0 and below 1$"):
        rivalry(1.2, 1, 2)
    with pytest.raises(ValueError, match=r"^largest_cost = 0: must be above 0$"):
        rivalry(0.1, 1, 0)
    with pytest.raises(ValueError, match=r"^loss_of_broadcast = 1\.5: must be from 0 to 1$"):
        provoked(rivalry(0.1, 1, 2), 1.5)
