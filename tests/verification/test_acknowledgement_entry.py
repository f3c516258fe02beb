"""T24: sends, copies and delivery under stop and wait are the printed ones."""

import numpy as np
import pytest

from signalling.verification import verify
from signalling.verification.bench import Bench
from signalling.verification.entries.acknowledgement import ENTRIES, NEVER, exchanges, scenario_of
from tests.theory.printed import same
from tests.theory.test_theory_acknowledgement import SENDS, TIMES
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[ENTRY] = ENTRIES


def test_the_entry_is_well_named() -> None:
    assert_well_named(ENTRY)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(ENTRY)
    for p, q, *printed in SENDS:
        row = predicted.pop(f"p = {p:g}, q = {q:g}")
        assert all(same(one, other) for one, other in zip(row.values(), printed, strict=True))
    for p, timer, delay, *printed in TIMES:
        row = predicted.pop(f"p = {p:g}, timer {timer:g}, mean delay {delay:g}")
        assert all(same(one, other) for one, other in zip(row.values(), printed, strict=True))
    assert not predicted


def test_thin() -> None:
    assert_reproduced(play_quickly(ENTRY, lambda _: True))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T24"], workers=2).rows)


def test_what_is_sorted_adds_up() -> None:
    scenario = scenario_of(
        "check",
        loss=0.4,
        back=0.3,
        delay={"law": "exponential", "mean_hours": 0.02},
        timeout=0.01,
        interval=2.0,
        messages=300,
    )
    told = Bench().trace(scenario, seed=4)
    found = exchanges(told)
    assert len(found.sends) == 300
    assert found.sends.sum() + found.copies.sum() == told.outcome["sent"] == len(told.messages)
    # Copies overtake each other here, so the first acknowledgement need not be of the first copy.
    assert (found.acknowledged < NEVER).all()
    assert (found.arrived <= found.acknowledged).all()
    assert (found.acknowledged <= found.sends).all()
    assert (found.hours >= 0.01 * (found.arrived - 1)).all()
    assert not np.isnan(found.hours).any()
