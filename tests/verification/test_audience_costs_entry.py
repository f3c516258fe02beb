"""T17: threats are made, lost, resisted and fought over as printed."""

import pytest

import signalling as sg
from signalling.verification import verify
from signalling.verification.bench import Bench
from signalling.verification.entries.audience_costs import ENTRIES
from signalling.verification.ledger import judged
from tests.theory import test_theory_audience_costs as printed
from tests.theory.printed import same
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[ENTRY] = ENTRIES
PLANS = "how often the weak bluff and threats are resisted"


def test_the_entry_is_well_named() -> None:
    assert_well_named(ENTRY)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(ENTRY)
    plans = predicted.pop(PLANS)
    for strong, war, audience, loss, bluff, resist, fought in printed.THREATS:
        name = f"pi {strong:g}, k {war:g}, A {audience:g}, threats lost {loss:g}"
        played = predicted.pop(name)
        assert same(played["P(war)"], fought)
        assert same(played["P(threat | weak)"], bluff)
        assert same(plans.pop(f"b, {name}"), bluff)
        assert same(plans.pop(f"r, {name}"), resist)
    assert not predicted
    assert not plans


def test_thin() -> None:
    assert_reproduced(play_quickly(ENTRY, lambda _: True))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T17"], workers=2).rows)


def test_who_never_resists_is_not_the_plan() -> None:
    [case] = [case for case in ENTRY.cases() if case.name == "pi 0.2, k 2, A 4, threats lost 0.3"]
    war, *_ = case.play(Bench(quick=True))
    assert judged(ENTRY, case, case.numbers[0], war).verdict == "reproduced"
    # As if losing threats did nothing here either.
    neutral = case.numbers[0]._replace(prediction=0.04)
    assert judged(ENTRY, case, neutral, war).verdict == "not reproduced"


def test_losing_threats_that_are_still_resisted_as_before_makes_war() -> None:
    """The neutrality is the defender's doing: a plan that does not answer to the loss has none."""
    scenario = sg.load_scenario("audience-costs")
    shares = [
        sum(
            sg.run(
                scenario.replace({"channels.Challenger->Defender.loss_probability": loss}), runs=4000, seed=2
            )["war"]
        )
        for loss in (0.0, 0.3, 0.6)
    ]
    assert shares[0] < shares[1] < shares[2]
