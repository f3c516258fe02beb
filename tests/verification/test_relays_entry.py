"""T26: hops garble, copies mend and matrices multiply as printed."""

import pytest

from signalling.verification import verify
from signalling.verification.entries.relays import ENTRIES, FIRST, LAW, SECOND, SENT, between_whole
from tests.theory import test_theory_relays as printed
from tests.theory.printed import same
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[ENTRY] = ENTRIES


def test_the_entry_is_well_named() -> None:
    assert_well_named(ENTRY)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(ENTRY)
    for e, hops, flip, capacity in printed.HOPS:
        assert same(predicted[f"hops, e = {e:g}, m = {hops}"]["P(the other letter)"], flip)
        assert same(predicted[f"capacity, e = {e:g}"][f"bits, m = {hops}"], capacity)
    for e, copies, wrong in printed.COPIES:
        assert same(predicted[f"majority, e = {e:g}, n = {copies}"]["P(wrong)"], wrong)
    for e, rho, copies, wrong in printed.COMMON:
        name = f"common cause, e = {e:g}, rho = {rho:g}, n = {copies}"
        assert same(predicted[name]["P(wrong)"], wrong)
    letters = predicted[f"three letters, two hops, letter {SENT} sent"].values()
    assert all(same(one, other) for one, other in zip(letters, printed.ROW, strict=True))
    bits = predicted["information, three letters"].values()
    assert all(same(one, other) for one, other in zip(bits, printed.BITS, strict=True))


def test_the_matrices_are_the_printed_ones() -> None:
    assert [list(row) for row in FIRST] == printed.FIRST
    assert [list(row) for row in SECOND] == printed.SECOND
    assert LAW == printed.LAW


def test_thin() -> None:
    assert_reproduced(play_quickly(ENTRY, lambda _: True))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T26"], workers=2).rows)


def test_a_line_meets_what_is_defined_for_some_numbers_alone() -> None:
    square = {1: 1.0, 3: 9.0, 5: 25.0}
    assert [between_whole(square.__getitem__, 2, x) for x in (1, 2, 3, 4, 5)] == pytest.approx(
        [1, 3, 9, 15, 25]
    )
