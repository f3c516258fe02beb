"""T11: talk stops the race as often as printed, without talk nothing does, and turned words cost peace."""

import pytest

import signalling as sg
from signalling.verification import verify
from signalling.verification.entries.arms_talk import ENTRIES
from tests.theory.printed import same
from tests.theory.test_theory_armament_talk import FLIPPED, PLANS, ROUNDS
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[ENTRY] = ENTRIES
NOBODY = "P(nobody builds)"


def test_the_entry_is_well_named() -> None:
    assert_well_named(ENTRY)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(ENTRY)
    rounds, plans = (
        predicted.pop(name) for name in ("best replies until all build, without talk", "the plan with talk")
    )
    for gain, loss, replies in ROUNDS:
        assert predicted.pop(f"no talk, mu {gain:g}, d {loss:g}") == {"P(both build)": 1.0, NOBODY: 0.0}
        assert rounds[f"best replies, mu {gain:g}, d {loss:g}"] == replies
    for gain, loss, tough, fearful, peace in PLANS:
        row = f"mu {gain:g}, d {loss:g}"
        assert same(predicted.pop(f"talk, {row}")[NOBODY], peace)
        assert (plans[f"cL, {row}"], plans[f"cH, {row}"]) == (tough, fearful)
        assert plans[f"largest gain of any type, {row}"] == 0
    for flips, peace in FLIPPED:
        assert same(predicted.pop(f"talk, mu 0.001, d 1.5, turned {flips:g}")[NOBODY], peace)
    assert not predicted


def test_thin() -> None:
    assert_reproduced(play_quickly(ENTRY, lambda _: True))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T11"], workers=2).rows)


def test_the_scenario_plays_the_printed_plan() -> None:
    scenario = sg.load_scenario("arms-talk")
    [(_, _, tough, fearful, peace)] = [row for row in PLANS if row[:2] == (0.001, 1.5)]
    for name in ("A", "B"):
        assert dict(scenario.states[name].doctrine.parameters)["cuts"] == pytest.approx(
            (tough, fearful), abs=1e-6
        )
    outcomes = sg.run(scenario, runs=10_000, seed=11, engine="batch")
    wars = sum(outcomes["war"])
    assert wars / 10_000 == pytest.approx(1 - peace, abs=4 * (peace * (1 - peace) / 10_000) ** 0.5)
