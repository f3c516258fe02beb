"""T10: what a gesture must cost is what is printed, and the types do as they are told."""

from itertools import pairwise

import numpy as np
import pytest

import signalling as sg
from signalling.verification import verify
from signalling.verification.bench import by_state
from signalling.verification.entries.reassurance import ENTRIES
from tests.theory.printed import same
from tests.theory.test_theory_reassurance import GESTURES
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[ENTRY] = ENTRIES


def test_the_entry_is_well_named() -> None:
    assert_well_named(ENTRY)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(ENTRY)
    for trust, flips, weight in GESTURES:
        row = predicted.pop(f"seekers {trust:g}, misseen {flips:g}")
        assert same(row["least credible stakes of the first stage"], weight)
        assert row["gain of mimicry at the least credible stakes"] == 0
    for flips in (0.0, 0.1, 0.3):
        [lasting] = predicted.pop(f"two seekers, misseen {flips:g}").values()
        assert same(lasting, (1 - flips) ** 2)
    assert not predicted


def test_thin() -> None:
    names = ("seekers 0.5, misseen 0.1", "two seekers")
    assert_reproduced(play_quickly(ENTRY, lambda case: case.name.startswith(names)))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T10"], workers=2).rows)


def test_trust_lasts_longer_the_better_moves_are_seen() -> None:
    """On the same luck a move that is seen rightly on a worse line is seen rightly on a better one."""
    outcomes = []
    for flips in (0.0, 0.1, 0.3, 0.5):
        lines = {f"channels.{line}.garble.probability": flips for line in ("A->B", "B->A")}
        scenario = sg.load_scenario("reassurance").replace(lines)
        outcomes.append(sg.run(scenario, runs=500, seed=7, engine="batch", by_state=True))
    seekers = np.logical_and(
        *(by_state(outcomes[0], "posture", name) == 1 for name in ("Lot of A", "Lot of B"))
    )
    broken = [np.asarray(found["war"])[seekers] for found in outcomes]
    assert seekers.sum() > 80
    assert not broken[0].any()
    for better, worse in pairwise(broken):
        assert (better <= worse).all()
    assert broken[-1].mean() > 0.5
