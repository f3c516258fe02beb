"""T31: who prevails among voters, how noise keeps them apart, and what averaging ends in, are as printed."""

import math

import numpy as np
import pytest
from scipy.linalg import expm

from signalling.theory.opinion import hawks_when_misheard, voter_chain
from signalling.verification import verify
from signalling.verification.entries.opinion import ENTRIES, MISHEARD, Population, burn_in
from tests.theory.printed import same
from tests.theory.test_theory_opinion import AVERAGING, FIXATION, VOTERS
from tests.theory.test_theory_opinion import MISHEARD as PRINTED
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[IMITATION] = ENTRIES


def test_the_entry_is_well_named() -> None:
    assert_well_named(IMITATION)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(IMITATION)
    for states, hawks, chance, steps in VOTERS:
        row = predicted.pop(f"{states} voters, {hawks} of them hawks")
        # Who hears perfectly ends in agreement: the rows without mishearing.
        assert all(same(one, other) for one, other in zip(row.values(), (chance, steps, 1.0), strict=True))
    for states, e, *printed in PRINTED:
        if e == 0:
            assert printed == [None, None, 1.0]
            assert states in {voters[0] for voters in VOTERS}
            continue
        row = predicted.pop(f"{states} voters who mishear with {e:g}")
        assert all(same(one, other) for one, other in zip(row.values(), printed, strict=True))
    *weights, consensus, third = AVERAGING
    row = predicted.pop("three who average")
    for name, weight in zip("ABC", weights, strict=True):
        assert same(row[f"weight of {name} in the consensus"], weight)
        assert same(row[f"consensus as {name} has it"], consensus)
    assert same(row["opinion of A after 3 rounds"], third)
    assert row["factor of disagreement in a round"] == pytest.approx(0.4, abs=1e-7)
    for bias, states, chance in FIXATION:
        row = predicted.pop(f"one hawk among {states}, bias {bias:g}")
        assert same(row["P(all become hawks)"], chance)
    assert not predicted


def test_thin() -> None:
    assert_reproduced(play_quickly(IMITATION, lambda case: not case.name.startswith("20 ")))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T31"], workers=2).rows)


@pytest.mark.parametrize("population", MISHEARD, ids=lambda told: f"{told.states}, {told.mishearing:g}")
def test_the_start_is_forgotten(population: Population) -> None:
    """What is left of it is below a twentieth of a standard error, in the full version too."""
    size = population.states
    chain = voter_chain(size, population.mishearing)
    start = np.eye(size + 1)[population.hawks]
    # A step of a state comes N times in a mean gap between its reviews.
    law = start @ expm((chain - np.eye(size + 1)) * size * burn_in(population))
    final = hawks_when_misheard(size, population.mishearing)
    away = (np.arange(size + 1) / size - 0.5) ** 2
    error = math.sqrt((final @ away**2 - (final @ away) ** 2) / population.runs)
    assert abs((law - final) @ away) < error / 20
    unanimous = final[0] + final[-1]
    error = math.sqrt(unanimous * (1 - unanimous) / population.runs)
    assert abs(law[0] + law[-1] - unanimous) < error / 20
    assert law @ np.arange(size + 1) == pytest.approx(size / 2)
