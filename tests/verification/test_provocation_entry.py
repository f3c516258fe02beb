"""T33: who turns hawk is what is printed, and a broadcast that is lost oftener does less harm."""

from itertools import pairwise

import numpy as np
import pytest

import signalling as sg
from signalling.verification import verify
from signalling.verification.entries.provocation import ENTRIES
from signalling.vocabulary import TICKS_PER_DAY, Fate
from tests.theory.printed import same
from tests.theory.test_theory_provocation import ROWS
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[ENTRY] = ENTRIES


def test_the_entry_is_well_named() -> None:
    assert_well_named(ENTRY)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(ENTRY)
    cuts = predicted.pop("cuts")
    for (gain, loss, largest, lost), printed, probabilities in ROWS:
        told = "no extremist" if lost is None else f"broadcast lost {lost:g}"
        row = f"mu {gain:g}, d {loss:g}, cbar {largest:g}, {told}"
        played = list(predicted.pop(row).values())
        assert all(same(one, other) for one, other in zip(played, probabilities, strict=True))
        for name, cut in zip(("cA0", "cA1", "cB0"), printed, strict=True):
            assert same(cuts[f"{name}, {row}"], cut)
    assert not predicted


def test_thin() -> None:
    assert_reproduced(play_quickly(ENTRY, lambda _: True))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T33"], workers=2).rows)


def test_war_falls_with_the_loss_of_the_broadcast_run_by_run() -> None:
    """With the plans as they are: a run that is peaceful stays so when more broadcasts are lost."""
    wars = []
    for loss in (0.0, 0.25, 0.5, 0.9, 1.0):
        lines = {f"channels.Extremist->{state}.loss_probability": loss for state in ("A", "B")}
        scenario = sg.load_scenario("provocateur").replace(lines)
        wars.append(np.asarray(sg.run(scenario, runs=4000, seed=33, engine="batch")["war"]))
    for heard, lost in pairwise(wars):
        assert (lost <= heard).all()
        assert lost.sum() < heard.sum()


def test_both_hear_the_call_or_neither() -> None:
    scenario = sg.load_scenario("provocateur").replace(
        {f"channels.Extremist->{state}.loss_probability": 0.5 for state in ("A", "B")}
    )
    heard = []
    for run in range(60):
        told = sg.trace(scenario, seed=3, run=run)
        # At last it takes sides, which nobody acts on any more.
        calls = [
            message.fate
            for message in told.messages
            if told.lines[message.channel].startswith("Extremist->") and message.sent < 2 * TICKS_PER_DAY
        ]
        heard.append(calls.count(Fate.READ) if calls else -1)
    assert set(heard) == {-1, 0, 2}
