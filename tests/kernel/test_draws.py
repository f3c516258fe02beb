import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.engines.luck import BulkLuck
from signalling.kernel import draws

LAST = 2**64 - 1
words = st.one_of(st.sampled_from([0, 1, 63, 64, 2**63, LAST - 1, LAST]), st.integers(0, LAST))
bytes_ = st.integers(0, 255)


def numpy_block(counter: tuple[int, ...], key: tuple[int, ...]) -> list[int]:
    packed = sum(word << 64 * i for i, word in enumerate(counter))
    generator = np.random.Philox(counter=(packed - 1) % 2**256, key=key[0] + (key[1] << 64))
    return [int(word) for word in generator.random_raw(4)]


@settings(max_examples=300, deadline=None)
@given(st.tuples(words, words, words, words), st.tuples(words, words))
def test_philox_is_numpys(counter, key):
    assert list(draws.philox(*counter, *key)) == numpy_block(counter, key)


@pytest.mark.parametrize("counter", [(0, 0, 0, 0), (0, 0, 0, LAST), (0, 1, 0, 0), (0, 0, 7, 0), (LAST,) * 4])
@pytest.mark.parametrize("key", [(0, 0), (LAST, LAST), (0, LAST), (LAST, 0)])
def test_philox_is_numpys_where_the_counter_borrows(counter, key):
    assert list(draws.philox(*counter, *key)) == numpy_block(counter, key)


# The first two are the published vectors of the Random123 distribution (philox4x64, 10 rounds); the third
# was computed with NumPy 2.4.6 and holds every field of an address.
KNOWN = [
    ((0,) * 4, (0, 0), (0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B)),
    (
        (LAST,) * 4,
        (LAST, LAST),
        (0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0),
    ),
    (
        (draws.address(3, 1, 2, 3), draws.who("A->B"), draws.purpose(5, 2), 9),
        (7, 12),
        (0xE217F0B9C9B521AC, 0x172F91A4726F8648, 0x401C18C4A67CD42C, 0x8BAECA2EA235F13E),
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_known_blocks(counter, key, expected):
    assert draws.philox(*counter, *key) == expected


def test_known_uniforms():
    luck = draws.PlainLuck(seed=7, run=12, branch=9)
    which, who, purpose = draws.address(3, 1, 2, 3), draws.who("A->B"), draws.purpose(5, 2)
    assert luck.block(which, who, purpose) == tuple(word // 2**11 / 2**53 for word in KNOWN[2][2])
    assert draws.block(luck, which, who, purpose) == luck.block(which, who, purpose)


@given(words, words)
def test_product_is_128_bits_wide(a, b):
    high, low = draws.product(a, b)
    assert 0 <= high <= LAST
    assert 0 <= low <= LAST
    assert (high << 64) + low == a * b


@given(words)
def test_uniforms_are_the_top_53_bits(word):
    value = draws.uniform(word)
    assert 0.0 <= value < 1.0
    assert int(value * 2**53) == word >> 11


@given(st.integers(0, 2**40 - 1), bytes_, bytes_, bytes_)
def test_fields_of_an_address_do_not_overlap(origin, attempt, copy, hop):
    which = draws.address(origin, attempt, copy, hop)
    assert which <= LAST
    assert (which % 2**40, which >> 40 & 255, which >> 48 & 255, which >> 56) == (origin, attempt, copy, hop)


@given(bytes_, st.integers(0, 2**20))
def test_fields_of_a_purpose_do_not_overlap(draw_purpose, message_kind):
    word = draws.purpose(draw_purpose, message_kind)
    assert (word & 255, word >> 8) == (draw_purpose, message_kind)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("A", 0x46507CCA99A3891A),
        ("B", 0x72DA4BD88AC2B4FF),
        ("A->B", 0x70D32BCEEBB8B3C7),
        ("Österreich", 0xF8FC7CEDA31B27BB),
    ],
)
def test_who_is_the_hash_of_the_name(name, word):
    assert draws.who(name) == word


def addresses(seed: int, size: int) -> list[tuple[int, int, int]]:
    """Few names and purposes, so that bulks are shared; origins at and around the borders of bulks."""
    rng = random.Random(seed)  # noqa: S311  a fixed sample
    names = [0, 1, LAST, draws.who("A"), draws.who("A->B")]
    purposes = [0, 1, draws.purpose(3, 0), draws.purpose(2, 7), LAST]
    out = []
    for _ in range(size):
        origin = rng.choice(
            [0, 1, 62, 63, 64, 65, 127, 128, 2**40 - 1, rng.randrange(300), rng.getrandbits(40)]
        )
        bits = [0, 0, 0] if rng.random() < 0.5 else [rng.choice([0, 1, 2, 255]) for _ in range(3)]
        out.append((draws.address(origin, *bits), rng.choice(names), rng.choice(purposes)))
    return out


@pytest.mark.parametrize("bulk", [1, 2, 16, 64, 256])
@pytest.mark.parametrize(
    ("seed", "run", "branch"), [(0, 0, 0), (7, 12, 0), (LAST, LAST, LAST), (3, 0, 2**63 + 5)]
)
def test_bulk_luck_is_plain_luck(bulk, seed, run, branch):
    plain = draws.PlainLuck(seed, run, branch)
    luck = BulkLuck(seed, branch, bulk)
    luck.start_run(run)
    for where in addresses(bulk, 1000):
        assert luck.block(*where) == plain.block(*where)


def test_bulk_luck_borrows_through_every_word():
    for branch in (0, 1):
        plain, luck = draws.PlainLuck(5, 6, branch), BulkLuck(5, branch)
        luck.start_run(6)
        for where in [(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (LAST, LAST, LAST), (LAST, 0, 0)]:
            assert luck.block(*where) == plain.block(*where)


def test_order_of_asking_does_not_matter():
    where = sorted(set(addresses(4, 800)))
    expected = {w: BulkLuck(9).block(*w) for w in where[::7]}
    shuffled = random.Random(1).sample(where, len(where))  # noqa: S311  a fixed sample
    for order in (where, where[::-1], shuffled):
        luck = BulkLuck(9)
        drawn = {w: luck.block(*w) for w in order}
        assert {w: drawn[w] for w in expected} == expected
        assert all(luck.block(*w) == drawn[w] for w in order)


def test_a_new_run_has_its_own_luck_and_the_old_one_comes_back():
    luck = BulkLuck(1)
    first = luck.block(0, 5, 0)
    luck.start_run(1)
    assert luck.block(0, 5, 0) == draws.PlainLuck(1, 1).block(0, 5, 0) != first
    luck.start_run(0)
    assert luck.block(0, 5, 0) == first


def test_bulk_luck_gives_plain_floats():
    assert [type(u) for u in BulkLuck(1).block(0, 5, 0)] == [float] * 4


@pytest.mark.parametrize("bulk", [0, -64, 3, 48])
def test_bulk_must_be_a_power_of_two(bulk):
    with pytest.raises(ValueError, match=rf"^bulk = {bulk}: must be a power of two"):
        BulkLuck(1, bulk=bulk)
