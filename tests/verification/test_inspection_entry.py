"""T18: arming, alarms, strikes and mistakes are as printed."""

import pytest

import signalling as sg
from signalling.verification import verify
from signalling.verification.bench import Bench, by_state
from signalling.verification.entries.inspection import ENTRIES
from signalling.verification.ledger import judged
from tests.theory import test_theory_inspection as printed
from tests.theory.printed import same
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[ENTRY] = ENTRIES


def test_the_entry_is_well_named() -> None:
    assert_well_named(ENTRY)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(ENTRY)
    plans = predicted.pop("the plans")
    assert plans.pop("detection at which arming ends") == 0.4
    for detection, arm, strike, war, mistaken in printed.INSPECTIONS:
        played = predicted.pop(f"detection {detection:g}")
        for computed, number in zip(played.values(), (war, mistaken, arm, strike), strict=True):
            assert same(computed, number)
        assert same(plans.pop(f"P(arm), detection {detection:g}"), arm)
        assert same(plans.pop(f"P(strike | no alarm), detection {detection:g}"), strike)
    assert not predicted
    assert not plans


def test_thin() -> None:
    assert_reproduced(play_quickly(ENTRY, lambda _: True))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T18"], workers=2).rows)


def test_a_wrong_prediction_is_not_reproduced() -> None:
    [case] = [case for case in ENTRY.cases() if case.name == "detection 0.3"]
    war, *_ = case.play(Bench(quick=True))
    wrong = case.numbers[0]._replace(prediction=printed.INSPECTIONS[2][3])
    assert judged(ENTRY, case, case.numbers[0], war).verdict == "reproduced"
    assert judged(ENTRY, case, wrong, war).verdict == "not reproduced"


def test_nobody_is_alarmed_by_who_has_not_armed() -> None:
    scenario = sg.load_scenario("inspection").replace({"states.B.doctrine.cuts": [0.0]})
    outcomes = sg.run(scenario, runs=1000, seed=4, by_state=True)
    armed, struck = by_state(outcomes, "rung", "A") == 1, by_state(outcomes, "rung", "B") == 2
    assert not (struck & ~armed).any()
    assert 0 < struck.sum() < armed.sum()
