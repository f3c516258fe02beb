"""T26: hops, copies, confusion matrices, information."""

from math import log2

import numpy as np
import pytest

from signalling.theory.relays import (
    binary_capacity,
    common_cause_error,
    majority_error,
    mutual_information,
    relayed,
    relayed_flip,
)
from tests.theory.printed import agrees, same

#: e, hops; flip after them, capacity in bits.
HOPS = (
    (0.05, 1, 0.05, 0.71360304288),
    (0.05, 2, 0.095, 0.54705745181),
    (0.05, 3, 0.1355, 0.42766871227),
    (0.05, 5, 0.204755, 0.26866324246),
    (0.05, 10, 0.32566077995, 0.089568554736),
    (0.2, 1, 0.2, 0.27807190511),
    (0.2, 2, 0.32, 0.095618542276),
    (0.2, 3, 0.392, 0.033921902405),
    (0.2, 5, 0.46112, 0.0043661188802),
    (0.2, 10, 0.4969766912, 2.6373768963e-05),
)
#: e, copies; P(majority wrong).
COPIES = (
    (0.05, 1, 0.05),
    (0.05, 3, 0.00725),
    (0.05, 5, 0.001158125),
    (0.05, 9, 3.3222207031e-05),
    (0.2, 1, 0.2),
    (0.2, 3, 0.104),
    (0.2, 5, 0.05792),
    (0.2, 9, 0.01958144),
    (0.4, 1, 0.4),
    (0.4, 3, 0.352),
    (0.4, 5, 0.31744),
    (0.4, 9, 0.26656768),
)
#: e, rho, copies; P(majority wrong) with a common cause.
COMMON = (
    (0.2, 0.0, 3, 0.104),
    (0.2, 0.0, 9, 0.01958144),
    (0.2, 0.5, 3, 0.152),
    (0.2, 0.5, 9, 0.10979072),
    (0.2, 1.0, 3, 0.2),
    (0.2, 1.0, 9, 0.2),
)
FIRST = [[0.9, 0.08, 0.02], [0.1, 0.8, 0.1], [0.02, 0.18, 0.8]]
SECOND = [[0.7, 0.2, 0.1], [0.05, 0.9, 0.05], [0, 0.3, 0.7]]
LAW = (0.5, 0.3, 0.2)
#: Second row of the product; bits through the first hop, the second, both.
ROW = (0.11, 0.77, 0.12)
BITS = (0.785970450716, 0.597631537668, 0.360037696157)

HOPS_ROUNDED = {
    0.05: {2: ".095", 3: ".1355", 5: ".204755", 10: ".325661"},
    0.2: {2: ".32", 3: ".392", 5: ".46112", 10: ".496977"},
}
COPIES_ROUNDED = {
    0.2: {3: ".104", 5: ".05792", 9: ".0195814"},
    0.4: {3: ".352", 5: ".31744", 9: ".266568"},
}


@pytest.mark.parametrize(("e", "hops", "flip", "capacity"), HOPS)
def test_hops(e: float, hops: int, flip: float, capacity: float) -> None:
    assert same(relayed_flip(e, hops), flip)
    assert same(binary_capacity(relayed_flip(e, hops)), capacity)
    hop = [[1 - e, e], [e, 1 - e]]
    assert same(relayed(*[hop] * hops)[0, 1], flip)


def test_hops_to_few_digits() -> None:
    for e, printed in HOPS_ROUNDED.items():
        for hops, text in printed.items():
            assert agrees(relayed_flip(e, hops), text)
    assert agrees(binary_capacity(0.05), ".713603")
    assert agrees(binary_capacity(relayed_flip(0.05, 5)), ".268663")


@pytest.mark.parametrize(("e", "copies", "wrong"), COPIES)
def test_copies(e: float, copies: int, wrong: float) -> None:
    assert same(majority_error(e, copies), wrong)


def test_copies_to_few_digits() -> None:
    for e, printed in COPIES_ROUNDED.items():
        for copies, text in printed.items():
            assert agrees(majority_error(e, copies), text)


@pytest.mark.parametrize(("e", "common", "copies", "wrong"), COMMON)
def test_common_cause(e: float, common: float, copies: int, wrong: float) -> None:
    assert same(common_cause_error(e, copies, common), wrong)


def test_common_cause_to_few_digits() -> None:
    assert agrees(common_cause_error(0.2, 3, 0.5), ".152")
    assert agrees(common_cause_error(0.2, 9, 0.5), ".109791")
    assert common_cause_error(0.2, 999, 0.5) == pytest.approx(0.5 * 0.2)


def test_confusion_matrices() -> None:
    product = relayed(FIRST, SECOND)
    assert np.allclose(product[1], ROW, rtol=1e-12)
    for channel, bits, text in zip(
        (FIRST, SECOND, product), BITS, (".785970", ".597632", ".360038"), strict=True
    ):
        assert same(mutual_information(channel, LAW), bits)
        assert agrees(mutual_information(channel, LAW), text)
    # The second hop's own row is for letters of this law too, so the product is below both.
    assert mutual_information(product, LAW) < min(BITS[:2])
    received = np.array(LAW) @ FIRST
    assert mutual_information(product, LAW) <= mutual_information(SECOND, received)


def test_capacity_is_information_at_even_letters() -> None:
    for e in (0.0, 0.05, 0.2, 0.5, 0.9, 1.0):
        assert same(binary_capacity(e), mutual_information([[1 - e, e], [e, 1 - e]], [0.5, 0.5]))
    assert same(binary_capacity(0.2), 1 + 0.2 * log2(0.2) + 0.8 * log2(0.8))


def test_capacity_keeps_its_digits_near_a_half() -> None:
    told = 1e-6
    assert binary_capacity((1 - told) / 2) == pytest.approx(told**2 / (2 * np.log(2)), rel=1e-8)


def test_what_is_no_channel_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^copies = 4: must be odd, or a vote can tie$"):
        majority_error(0.2, 4)
    with pytest.raises(ValueError, match=r"^hop 1: row 0 sums to 0\.9, must sum to 1$"):
        relayed(FIRST, [[0.9, 0, 0]] * 3)
    with pytest.raises(ValueError, match=r"^hop 1: takes 2 letters, must take 3$"):
        relayed(FIRST, np.eye(2))
    with pytest.raises(ValueError, match="at least one"):
        relayed()
    with pytest.raises(ValueError, match=r"^law: has 2 letters, must have 3$"):
        mutual_information(FIRST, [0.5, 0.5])
    with pytest.raises(ValueError, match=r"^flip = -0\.1: must be from 0 to 1$"):
        relayed_flip(-0.1, 2)
