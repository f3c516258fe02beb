"""Q1, Q2, Q3: statements without numbers come out by their signs."""

import math
from pathlib import Path

import pytest

import signalling as sg
from signalling.report.theory import write_page
from signalling.verification import verify
from signalling.verification.entries import mediation, misperception
from signalling.verification.ledger import Entry, Estimate, judged, sign
from signalling.verification.playing import Ledger
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly

ENTRIES = (*mediation.ENTRIES, *misperception.ENTRIES)


def test_the_entries_are_well_named_and_predict_signs() -> None:
    assert sorted(entry.key for entry in ENTRIES) == ["Q1", "Q2", "Q3"]
    for entry in ENTRIES:
        assert_well_named(entry)
        for case in entry.cases():
            assert case.tag == "Q"
            assert {number.prediction for number in case.numbers} <= {-1.0, 0.0, 1.0}


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.key for entry in ENTRIES])
def test_thin(entry: Entry) -> None:
    assert_reproduced(play_quickly(entry, lambda _: True))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["Q1", "Q2", "Q3"], workers=2).rows)


def test_a_sign_is_nothing_within_four_standard_errors() -> None:
    assert sign(Estimate(0.041, 0.01, 100)) == Estimate(1.0, 0.0, 100)
    assert sign(Estimate(-0.041, 0.01, 100)) == Estimate(-1.0, 0.0, 100)
    assert sign(Estimate(0.039, 0.01, 100)) == Estimate(0.0, 0.0, 100)
    assert sign(Estimate(0.0, 0.0, 100)) == Estimate(0.0, 0.0, 100)


def test_another_sign_is_not_reproduced_and_the_page_tells_signs_in_words(tmp_path: Path) -> None:
    entry = mediation.ENTRIES[0]
    [case] = entry.cases()
    falls = case.numbers[1]
    rows = [judged(entry, case, falls, Estimate(value, 0.0, 10_000)) for value in (-1.0, 0.0, 1.0)]
    assert [row.verdict for row in rows] == ["reproduced", "not reproduced", "not reproduced"]
    write_page(Ledger(tuple(rows), quick=True, compared=0), [entry], tmp_path / "page.md", tmp_path)
    told = [
        line for line in (tmp_path / "page.md").read_text("utf-8").splitlines() if line.startswith("| Q |")
    ]
    assert [line.split(" | ")[3:5] for line in told] == [
        ["below 0", found] for found in ("below 0", "0", "above 0")
    ]


def test_what_a_mediator_passes_on_changes_no_run() -> None:
    """Not on average only: the proposer does not listen."""
    scenario = sg.load_scenario("shuttle-diplomacy")
    lost = scenario.replace({"channels.Mediator->Proposer.loss_probability": 1})
    first, second = (sg.run(one, runs=500, seed=8) for one in (scenario, lost))
    assert first["war"] == second["war"]
    assert first["payoff"] == second["payoff"]
    assert first["delivered"] != second["delivered"]


@pytest.mark.parametrize("sigma", [0.02, 0.1])
def test_the_size_of_a_misperception_hardly_matters(sigma: float) -> None:
    noisy = {f"channels.Nature->{state}.noise.sigma": sigma for state in "AB"}
    outcomes = sg.run(sg.load_scenario("misperception").replace(noisy), runs=4000, seed=6)
    # A strike is worth more than -1/2 in half of all runs, and the more cautious of two signals decides.
    expected = 0.5 + sigma / math.sqrt(math.pi) / 2
    error = (expected * (1 - expected) / 4000) ** 0.5
    assert sum(outcomes["war"]) / 4000 == pytest.approx(expected, abs=4 * error)
