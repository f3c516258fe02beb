"""T21: errors are the printed ones, and a better herald may be a worse one."""

import numpy as np
import pytest

import signalling as sg
from signalling.theory.public_information import public_weight
from signalling.verification import verify
from signalling.verification.bench import by_state
from signalling.verification.entries.beauty_contest import ENTRIES
from tests.theory.printed import same
from tests.theory.test_theory_public_information import ROWS
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[ENTRY] = ENTRIES


def test_the_entry_is_well_named() -> None:
    assert_well_named(ENTRY)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(ENTRY)
    known = predicted.pop("weights, and whether a better herald helps (1 yes, 0 no)")
    for conformity, public, weight, error, helps in ROWS:
        row = f"r {conformity:g}, alpha {public:g}"
        assert same(predicted.pop(row)["mean squared error"], error)
        assert same(known[f"weight of the herald, {row}"], weight)
        assert known[f"more helps, {row}"] == known[f"the error falls there, {row}"] == helps
    assert known["precision below which more harms, r 0.8"] == 1.2
    assert not predicted


def test_thin() -> None:
    assert_reproduced(play_quickly(ENTRY, lambda _: True))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T21"], workers=2).rows)


def error(precision: float) -> float:
    """How far A is from the truth, squared, with a herald of some precision, all on the same luck."""
    weight = public_weight(0.8, precision, 10.0)
    changes: dict[str, object] = {}
    for name in ("A", "B"):
        changes[f"states.{name}.doctrine.number"] = {"Nature": 1 - weight, "Herald": weight}
        changes[f"channels.Herald->{name}.noise.sigma"] = precision**-0.5
    scenario = sg.load_scenario("beauty-contest").replace(changes)
    outcomes = sg.run(scenario, runs=4000, seed=21, engine="batch", by_state=True)
    missed = by_state(outcomes, "posture", "A") - by_state(outcomes, "posture", "Nature")
    return float((missed**2).mean())


def test_a_better_herald_harms_below_the_line_and_helps_above() -> None:
    errors = [error(precision) for precision in (0.2, 0.5, 1.0, 1.2)]
    assert errors == sorted(errors)
    errors = [error(precision) for precision in (1.3, 2.0, 5.0, 20.0)]
    assert errors == sorted(errors, reverse=True)


def test_the_herald_errs_alike_for_both() -> None:
    alone = {f"states.{name}.doctrine.number": {"Herald": 1.0} for name in ("A", "B")}
    scenario = sg.load_scenario("beauty-contest").replace(alone)
    outcomes = sg.run(scenario, runs=300, seed=2, engine="batch", by_state=True)
    first, second, truth = (by_state(outcomes, "posture", name) for name in ("A", "B", "Nature"))
    assert (first == second).all()
    assert np.abs(first - truth).min() > 0
