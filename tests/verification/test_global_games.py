"""T12 and T13: who strikes is what is printed, nobody cares at the cutoff, and trust decides."""

import math

import pytest

import signalling as sg
from signalling.verification import verify
from signalling.verification.entries import global_games, strategic_risk
from signalling.verification.entries.global_games import told
from tests.theory.printed import same
from tests.theory.test_theory_global_games import EQUILIBRIA, RISKS
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[TRUST], [RISK] = global_games.ENTRIES, strategic_risk.ENTRIES


@pytest.mark.parametrize("entry", [TRUST, RISK])
def test_entries_are_well_named(entry: sg.verification.ledger.Entry) -> None:
    assert_well_named(entry)


def test_every_printed_number_of_trust_is_played() -> None:
    predicted = predictions(TRUST)
    expected = predicted["what is expected at the cutoff"]
    replies = predicted["best replies to best replies, from all hold and from all strike"]
    for alpha, beta, mean, gamma, unique, side, *printed in EQUILIBRIA:
        point = f"alpha {alpha:g}, beta {beta:g}, y {mean:g}"
        name = f"{point}, {'from ' if unique else ''}{side}"
        if alpha == 10 or beta == 1e6 or (unique and side == "war"):
            continue  # one equilibrium from either side; the others are too rare to be played
        theta, cutoff, strikes, peace = printed
        assert same(expected[f"gamma, {point}, {side}"], gamma)
        assert expected[f"theta*, {point}, {side}"] == pytest.approx(theta, abs=1e-9)
        assert replies[f"x* from {side}, {point}"] == pytest.approx(cutoff, abs=1e-8)
        assert replies[f"places of rest, {point}"] == (1 if unique else 2)
        assert predicted[name]["P(A strikes)"] == pytest.approx(strikes, abs=1e-9)
        assert predicted[name]["P(both hold)"] == pytest.approx(peace, abs=1e-9)
        assert predicted[name]["worth of holding at the cutoff"] == 0


def test_every_printed_number_of_risk_is_played() -> None:
    predicted = predictions(RISK)
    known = predicted.pop("what is known of peace (1 yes, 0 no)")
    for *payoffs, equilibrium, selected, trust in RISKS:
        row = "({:g}, {:g}, {:g}, {:g})".format(*payoffs)
        assert known[f"peace is an equilibrium, {row}"] == equilibrium
        assert known[f"peace is selected, {row}"] == selected
        assert same(known[f"required trust, {row}"], trust)
        below, at, above = predicted.pop(f"payoffs {row}").values()
        assert below > 0 == at > above
    assert not predicted


def test_thin() -> None:
    names = ("alpha 1, beta 10, y 0.8", "alpha 4", "alpha 2, beta 1, y 0.5, from war", "best", "what")
    assert_reproduced(play_quickly(TRUST, lambda case: case.name.startswith(names)))
    assert_reproduced(play_quickly(RISK, lambda case: case.name != "payoffs (1, 0.5, -1.5, -1)"))


@pytest.mark.slow
@pytest.mark.parametrize("key", ["T12", "T13"])
def test_full(key: str) -> None:
    assert_reproduced(verify(entries=[key], workers=2).rows)


def test_one_scenario_two_fates() -> None:
    """The same states, the same luck, other expectations."""
    warlike = sg.load_scenario("global-game")
    cut = told((4.0, 1.0, 0.5), "war").cutoff
    assert dict(warlike.states["A"].doctrine.parameters)["cuts"] == pytest.approx((cut,), abs=1e-4)
    peaceful = warlike.replace({f"states.{name}.doctrine.cuts": [1 - cut] for name in ("A", "B")})
    wars = [sum(sg.run(each, runs=2000, seed=5, engine="batch")["war"]) for each in (warlike, peaceful)]
    assert wars[0] > 1980
    assert wars[1] < 150


def test_the_scenario_of_risk_is_at_the_required_trust() -> None:
    scenario = sg.load_scenario("strategic-risk")
    for name in ("A", "B"):
        assert dict(scenario.states[name].doctrine.parameters)["cuts"] == pytest.approx((2 / 3,), abs=1e-6)
    wars = sum(sg.run(scenario, runs=5000, seed=5, engine="batch")["war"])
    assert wars / 5000 == pytest.approx(5 / 9, abs=4 * math.sqrt(20 / 81 / 5000))
