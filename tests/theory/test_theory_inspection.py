"""T18: hidden arming and preventive war."""

import pytest

from signalling.theory.inspection import DEFAULT, Stakes, enough_detection, inspection
from tests.theory.printed import agrees, same

#: s; P(arm), P(strike | no alarm), P(war), P(mistaken war).
INSPECTIONS = (
    (0.0, 0.3, 0.8, 0.8, 0.56),
    (0.1, 0.3225806451612903, 0.75, 0.7580645161290323, 0.5080645161290323),
    (0.2, 0.34883720930232553, 0.6666666666666667, 0.6899224806201552, 0.43410852713178305),
    (0.3, 0.379746835443038, 0.5, 0.5569620253164556, 0.31012658227848094),
    (0.39, 0.4126547455295736, 0.09090909090909072, 0.23721395523321231, 0.053395023133675015),
    (0.41, 0.0, 0.0, 0.0, 0.0),
    (0.8, 0.0, 0.0, 0.0, 0.0),
)
#: s; P(arm), P(war), P(mistaken war) as printed.
INSPECTIONS_ROUNDED = (
    (0.0, ".3", ".8", ".56"),
    (0.1, ".322581", ".758065", ".508065"),
    (0.2, ".348837", ".689922", ".434109"),
    (0.3, ".379747", ".556962", ".310127"),
    (0.39, ".412655", ".237214", ".053395"),
    (0.41, "0", "0", "0"),
)


@pytest.mark.parametrize(("detection", "arm", "strike", "war", "mistaken"), INSPECTIONS)
def test_inspections(detection: float, arm: float, strike: float, war: float, mistaken: float) -> None:
    found = inspection(detection)
    for computed, printed in zip(found, (arm, strike, war, mistaken), strict=True):
        assert same(computed, printed)


@pytest.mark.parametrize(("detection", "arm", "war", "mistaken"), INSPECTIONS_ROUNDED)
def test_inspections_to_few_digits(detection: float, arm: str, war: str, mistaken: str) -> None:
    found = inspection(detection)
    assert agrees(found.arm, arm)
    assert agrees(found.war, war)
    assert agrees(found.mistaken, mistaken)


def test_enough_detection() -> None:
    assert agrees(enough_detection(), ".4")
    assert inspection(0.4).war == 0
    # It falls to 0 at one step, for arming never pays a little: near it somebody still arms in two of five.
    assert inspection(0.4 - 1e-9).arm > 0.4


@pytest.mark.parametrize("detection", [row[0] for row in INSPECTIONS])
@pytest.mark.parametrize("stakes", [DEFAULT, Stakes(2.0, 0.5, 0.4, 3.0, 1.0)])
def test_nobody_gains_by_another_plan(detection: float, stakes: Stakes) -> None:
    arm, strike, *_ = inspection(detection, stakes)
    waits = (1 - detection) * (1 - strike)
    armed = waits * stakes.gain - (1 - waits) * stakes.struck - stakes.arming
    unarmed = -strike * stakes.struck
    hidden = arm * (1 - detection) / (1 - arm * detection)
    struck, unstruck = -stakes.striking, -hidden * stakes.harm
    if arm > 0:
        assert armed == pytest.approx(unarmed, abs=1e-12)
        assert struck == pytest.approx(unstruck, abs=1e-12)
    else:
        assert armed <= unarmed
        assert struck < unstruck


def test_arming_rises_with_detection_until_it_collapses() -> None:
    arming = [inspection(s).arm for s in (0, 0.1, 0.2, 0.3, 0.39)]
    assert arming == sorted(arming)


def test_what_is_no_inspection_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^detection = 1.1: must be from 0 to 1"):
        inspection(1.1)
    with pytest.raises(ValueError, match=r"^striking = 2: must be above 0 and below 1"):
        inspection(0.5, DEFAULT._replace(striking=2))
    with pytest.raises(ValueError, match=r"^arming = 1: must be above 0 and below 1"):
        enough_detection(DEFAULT._replace(arming=1))
