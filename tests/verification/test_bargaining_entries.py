"""T14, T16: demands and settlements are risked as printed."""

import pytest

import signalling as sg
from signalling.verification import verify
from signalling.verification.bench import Bench, by_state
from signalling.verification.entries import demands, settlements
from signalling.verification.ledger import Entry, judged
from tests.theory import test_theory_bargaining as printed
from tests.theory.printed import same
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[DEMANDS], [SETTLEMENTS] = demands.ENTRIES, settlements.ENTRIES
WAR = "P(war)"


@pytest.mark.parametrize("entry", [DEMANDS, SETTLEMENTS])
def test_the_entries_are_well_named(entry: Entry) -> None:
    assert_well_named(entry)


def test_every_printed_demand_is_played() -> None:
    predicted = predictions(DEMANDS)
    for cost, intervals, war in printed.INTERVALS:
        name = f"c_A / c = {cost / printed.LARGEST:g}, told which of {intervals}"
        assert same(predicted.pop(name)[WAR], war)
    for turned, war in printed.TURNED:
        assert same(predicted.pop(f"told the half, turned {turned:g}")[WAR], war)
    assert not predicted


def test_every_printed_settlement_is_played() -> None:
    predicted = predictions(SETTLEMENTS)
    for strength, cost, least, largest, ultimatum, posted in printed.SETTLEMENTS:
        name = f"p {strength:g}, c_A {cost:g}, c_B from {least:g} to {largest:g}"
        assert same(predicted[f"ultimatum, {name}"][WAR], ultimatum)
        assert same(predicted[f"posted {strength:g}, {name}"][WAR], posted)
    missing = predicted["what the prize is short of; nothing if a split is always peaceful"]
    for weak, strong, cost, responder_cost, exists, shortfall in printed.STRENGTHS:
        name = f"p {weak:g} or {strong:g}, c_A {cost:g}, c_B {responder_cost:g}"
        assert same(missing[name], shortfall)
        assert predicted[f"the middle posted, {name}"][WAR] == float(not exists)


@pytest.mark.parametrize("entry", [DEMANDS, SETTLEMENTS])
def test_thin(entry: Entry) -> None:
    assert_reproduced(play_quickly(entry, lambda _: True))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T14", "T16"], workers=2).rows)


def test_a_wrong_prediction_is_not_reproduced() -> None:
    [case] = [case for case in DEMANDS.cases() if case.name == "told the half, turned 0.1"]
    [found], [number] = case.play(Bench(quick=True)), case.numbers
    assert judged(DEMANDS, case, number, found).verdict == "reproduced"
    # The neighbouring row of the table.
    assert judged(DEMANDS, case, number._replace(prediction=0.25), found).verdict == "not reproduced"


def test_a_demand_is_what_theory_says_and_is_fought_over_by_the_lowest_costs() -> None:
    outcomes = sg.run(sg.load_scenario("ultimatum"), runs=400, seed=3, by_state=True)
    cost, demand = (by_state(outcomes, "posture", name) for name in ("Lot of Responder", "Proposer"))
    fought = by_state(outcomes, "rung", "Responder") == 0
    # Of a word a receiver is never quite sure: here to one in two thousand.
    assert demand[cost < 0.2] == pytest.approx(0.55, abs=1e-3)
    assert demand[cost > 0.2] == pytest.approx(0.7, abs=1e-3)
    assert (fought == (cost < demand - 0.5)).all()


def test_the_worse_the_report_the_more_war_on_the_same_luck() -> None:
    scenario = sg.load_scenario("ultimatum")
    shares = []
    for turned in (0.0, 0.2, 0.4):
        turning = scenario.replace({"channels.Detector->Proposer.garble.probability": turned})
        shares.append(sum(sg.run(turning, runs=2000, seed=5)["war"]))
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]
