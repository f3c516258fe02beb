"""T05: alarms come as late as printed, and a defector is found out as soon."""

import pytest

import signalling as sg
from signalling.verification import verify
from signalling.verification.bench import Bench
from signalling.verification.entries import patience
from signalling.verification.entries.patience import ENTRIES, Rule
from signalling.verification.ledger import judged
from tests.theory import test_theory_patience as printed
from tests.theory.printed import same
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[PATIENCE] = ENTRIES
ALARM, FIRST, DETECTION = "rounds to a false alarm", "rounds to the first false alarm", "rounds to detection"


def test_the_entry_is_well_named() -> None:
    assert_well_named(PATIENCE)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(PATIENCE)
    for e, k, alone, pair, detection in printed.CONSECUTIVE:
        told = f"k = {k}, reports turned {e:g}"
        assert same(predicted.pop(told)[ALARM], alone)
        assert same(predicted.pop(f"{told}, a pair")[FIRST], pair)
        assert same(predicted.pop(f"{told}, a defector")[DETECTION], detection)
    for e, k, n, alone, detection in printed.WINDOW:
        told = f"{k} of {n}, reports turned {e:g}"
        assert same(predicted.pop(told)[ALARM], alone)
        assert same(predicted.pop(f"{told}, a defector")[DETECTION], detection)
    assert not predicted


@pytest.mark.parametrize("error", [0.0, 1.0])
def test_the_report_that_alarms_is_counted(error: float) -> None:
    """Where each report is certain, the k-th alarms: it is read before round k, counted from 0."""
    for needed in (1, 3):
        rule = Rule(needed, needed)
        peaceful = {"name": "memory_one", "strategy": "always_cooperate"}
        scenario = patience._scenario(rule, error, peaceful, 10, until="top")
        [hours] = sg.run(scenario, runs=1, seed=1)["stop_hours"]
        assert hours * 60 == pytest.approx(needed if error else 10)


def test_thin() -> None:
    names = ("k = 1", "k = 2", "3 of 10")
    assert_reproduced(play_quickly(PATIENCE, lambda case: case.name.startswith(names)))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T05"], workers=2).rows)


def test_a_wrong_prediction_is_not_reproduced() -> None:
    [case] = [case for case in PATIENCE.cases() if case.name == "k = 2, reports turned 0.05"]
    [found] = case.play(Bench(quick=True))
    [number] = case.numbers
    assert judged(PATIENCE, case, number, found).verdict == "reproduced"
    # One round in ten away: as if the alarming report were another's.
    wrong = number._replace(prediction=number.prediction * 1.1)
    assert judged(PATIENCE, case, wrong, found).verdict == "not reproduced"


def test_a_run_that_is_cut_short_is_no_run_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HORIZON", 0.5)
    with pytest.raises(sg.SignallingError, match="a run was cut at its horizon"):
        patience._false_alarms(Rule(2, 2), 0.1, 1, 110.0, Bench(quick=True))
    monkeypatch.setattr(patience, "DETECTION_ROUNDS", 2)
    with pytest.raises(sg.SignallingError, match="a defector was not detected"):
        patience._detections(Rule(3, 3), 0.1, 1, Bench(quick=True))
