"""The content hash of a table against its definition, written out value by value."""

import hashlib
import itertools
import math
import random
import struct
import tracemalloc
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import signalling as sg
from signalling import content
from signalling.content import HASH_MODULUS, content_hash
from signalling.errors import ResultError

#: Arrow's types that have canonical bytes, with the `struct` letter of those that have a fixed width.
LETTERS = {
    pa.bool_(): "?",
    pa.int8(): "b",
    pa.int16(): "h",
    pa.int32(): "i",
    pa.int64(): "q",
    pa.uint64(): "Q",
    pa.float64(): "d",
    pa.string(): None,
    pa.large_string(): None,
    pa.null(): None,
}
INTEGERS = {kind: letter for kind, letter in LETTERS.items() if pa.types.is_integer(kind)}

#: The same examples on every machine, whatever they cost.
same_examples = settings(deadline=None, derandomize=True, database=None, max_examples=120)


def value_bytes(value: Any, letter: str | None) -> bytes:
    if value is None:
        return b"\x00"
    if isinstance(value, str):
        return b"\x01" + struct.pack("<I", len(value.encode("utf-8"))) + value.encode("utf-8")
    if isinstance(value, float) and math.isnan(value):
        return b"\x01" + bytes.fromhex("000000000000f87f")
    if value == 0:
        value = 0  # of -0.0
    return b"\x01" + struct.pack(f"<{letter}", value)


def plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def slow_hash(table: pa.Table) -> int:
    letters = [LETTERS[plain_type(kind)] for kind in table.schema.types]
    total = 0
    for row in zip(*[column.to_pylist() for column in table.columns], strict=True):
        text = b"".join(value_bytes(value, letter) for value, letter in zip(row, letters, strict=True))
        total += int.from_bytes(hashlib.blake2b(text, digest_size=32).digest(), "little")
    return total % 2**256


def nan_of(negative: bool, payload: int) -> float:
    value: float = struct.unpack("<d", struct.pack("<Q", negative << 63 | 0x7FF << 52 | payload))[0]
    return value


FLOATS = st.one_of(
    st.floats(),
    st.sampled_from([0.0, -0.0, math.inf, -math.inf, 5e-324]),
    # NaNs of either sign, with payloads, signalling ones among them.
    st.builds(nan_of, st.booleans(), st.integers(1, 2**52 - 1)),
)
TEXTS = st.one_of(
    st.text(max_size=5), st.sampled_from(["", "war", "horizon", "Österreich-Ungarn", "\0", "𝔖"])
)


def values_of(kind: pa.DataType) -> st.SearchStrategy[Any]:
    if kind in INTEGERS:
        low = 0 if kind == pa.uint64() else -(2 ** (kind.bit_width - 1))
        return st.integers(low, low + 2**kind.bit_width - 1)
    if pa.types.is_null(kind):
        return st.none()
    return {pa.bool_(): st.booleans(), pa.float64(): FLOATS}.get(kind, TEXTS)


@st.composite
def columns(draw: st.DrawFn, rows: int) -> pa.ChunkedArray:
    """A column in chunks of its own, some of them empty, perhaps with a dictionary in each."""
    kind = draw(st.sampled_from(list(LETTERS)))
    value = values_of(kind)
    values = draw(st.lists(draw(st.sampled_from([value, st.none() | value])), min_size=rows, max_size=rows))
    cuts = [0, *sorted(draw(st.lists(st.integers(0, rows), max_size=3))), rows]
    chunks = [pa.array(values[a:b], type=kind) for a, b in itertools.pairwise(cuts)]
    if draw(st.booleans()):
        chunks = [chunk.dictionary_encode() for chunk in chunks]
    return pa.chunked_array(chunks)


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.integers(0, 12))
    made = draw(st.lists(columns(rows), min_size=1, max_size=5))
    table = pa.table(made, names=[f"column {place}" for place in range(len(made))])
    # A slice shares the memory of the whole, rows before and after it included.
    start = draw(st.integers(0, rows))
    return draw(st.sampled_from([table, table.slice(start, draw(st.integers(0, rows - start)))]))


@same_examples
@given(tables(), st.sampled_from([1, 3, 20_000]), st.sampled_from([1, 150, 1 << 24]))
def test_the_hash_is_what_its_definition_says(table: pa.Table, batch_rows: int, batch_bytes: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(content, "BATCH_ROWS", batch_rows)
        patched.setattr(content, "BATCH_BYTES", batch_bytes)
        assert content_hash(table) == slow_hash(table)


@same_examples
@given(tables(), st.lists(st.integers(0, 12), max_size=3), st.randoms(use_true_random=False))
def test_parts_add_in_any_order(table: pa.Table, cuts: list[int], luck: random.Random) -> None:
    whole = content_hash(table)
    assert 0 <= whole < HASH_MODULUS
    edges = [0, *sorted(min(cut, table.num_rows) for cut in cuts), table.num_rows]
    parts = [table.slice(a, b - a) for a, b in itertools.pairwise(edges)]
    luck.shuffle(parts)
    assert sum(map(content_hash, parts)) % HASH_MODULUS == whole
    assert content_hash(pa.concat_tables(parts)) == whole
    plain = pa.table(
        [pa.array(column.to_pylist(), type=plain_type(column.type)) for column in table.columns],
        table.column_names,
    )
    rows = list(range(table.num_rows))
    luck.shuffle(rows)
    assert content_hash(plain.take(pa.array(rows, pa.int64()))) == whole


#: Tables and their hashes, which must not change: results on disk are held against them.
PINNED = {
    "no rows": (pa.table({"run": pa.array([], pa.int64())}), "0"),
    "no columns": (pa.table({}), "0"),
    "nulls": (
        pa.table({"nothing": pa.nulls(3)}),
        "3c3933e66ed9d78842899397b6071427ce3957ab0fe68aab2726c65f8a1e4509",
    ),
    "one run": (
        pa.table({"run": pa.array([0], pa.int64())}),
        "ee5eb43601fd45d221a7de0330ab5e174c90b94bcfa7ad93613618967fbab1f7",
    ),
    "floats": (
        pa.table({"payoff": [0.0, -0.0, 0.5, math.inf, math.nan, -math.nan, None]}),
        "604c2e1a1b1fa55a5f8d31b0805f6f2a781f4d7db252c3fb449320198df712c9",
    ),
    "names": (
        pa.table({"initiator": ["Österreich-Ungarn", "Россия", "英國", "", None]}),
        "9cbfeb58afa1c28cb5117e9cf3856322b18f5c3ff7de349c961e9623b63e8f2e",
    ),
    "kinds": (
        pa.table(
            {
                "cell": pa.array(["a", "", None]),
                "run": pa.array([0, -1, 2**63 - 1], pa.int64()),
                "seed": pa.array([2**64 - 1, 0, None], pa.uint64()),
                "war": pa.array([True, False, None]),
                "rung": pa.array([-128, 127, None], pa.int8()),
                "belligerents": pa.array([-(2**15), 2, None], pa.int16()),
                "sent": pa.array([-(2**31), 1914, None], pa.int32()),
                "payoff": pa.array([0.5, -0.0, None], pa.float64()),
            }
        ),
        "5146fa7ea66ba754b2e19b105d5f80dd3eba1a9a77bc6ecbd4b022d1188ec5b3",
    ),
}


@pytest.mark.parametrize("name", PINNED)
def test_exact_hashes(name: str) -> None:
    table, expected = PINNED[name]
    assert f"{content_hash(table):x}" == expected


def test_an_exact_hash_by_hand() -> None:
    """One text and one number, their bytes written out."""
    table = pa.table({"stop": ["war"], "n": pa.array([258], pa.int16())})
    row = b"\x01\x03\x00\x00\x00war\x01\x02\x01"
    assert content_hash(table) == int.from_bytes(hashlib.blake2b(row, digest_size=32).digest(), "little")


def test_what_arrow_keeps_in_the_place_of_a_null_does_not_count() -> None:
    present = np.array([True, False, True])
    hidden = pa.array(np.array([1.5, math.nan, 2.5]), mask=~present, from_pandas=False)
    assert content_hash(pa.table({"a": hidden})) == content_hash(pa.table({"a": [1.5, None, 2.5]}))
    buffers = [
        pa.py_buffer(np.packbits(present, bitorder="little").tobytes()),
        pa.py_buffer(np.array([0, 3, 7, 9], np.int32).tobytes()),
        pa.py_buffer(b"warxxxxok"),
    ]
    texts = pa.Array.from_buffers(pa.string(), 3, buffers)
    assert texts.to_pylist() == ["war", None, "ok"]
    assert content_hash(pa.table({"a": texts})) == content_hash(pa.table({"a": ["war", None, "ok"]}))


def test_a_null_of_a_dictionary_is_a_null() -> None:
    texts = pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), pa.array(["war", None]))
    assert content_hash(pa.table({"a": texts})) == content_hash(pa.table({"a": ["war", None, None]}))


def test_one_nan_and_one_zero() -> None:
    bits = [0x7FF8000000000000, 0xFFF8000000000000, 0x7FF0000000000001, 0x7FF8000000001914]
    nans = np.array(bits, np.uint64).view(np.float64)
    assert len({content_hash(pa.table({"a": nans[place : place + 1]})) for place in range(len(bits))}) == 1
    assert content_hash(pa.table({"a": [-0.0]})) == content_hash(pa.table({"a": [0.0]}))


def test_neighbouring_texts_do_not_run_together() -> None:
    pairs = [("ab", "c"), ("a", "bc"), ("abc", ""), ("abc", None), (None, "abc")]
    assert len(
        {content_hash(pa.table({"a": [a], "b": pa.array([b], pa.string())})) for a, b in pairs}
    ) == len(pairs)


def test_a_null_is_told_from_every_value() -> None:
    kinds = pa.schema(
        [("payoff", pa.float64()), ("stop", pa.string()), ("rung", pa.int8()), ("war", pa.bool_())]
    )
    rows = [
        (0.0, "a", 0, False),
        (math.nan, "a", 0, False),
        (0.0, "", 0, False),
        (0.0, "a", 0, True),
        (None, "a", 0, False),
        (0.0, None, 0, False),
        (0.0, "a", None, False),
        (0.0, "a", 0, None),
    ]
    singles = [pa.Table.from_pylist([dict(zip(kinds.names, row, strict=True))], kinds) for row in rows]
    assert len({content_hash(single) for single in singles}) == len(rows)


def test_a_long_text_does_not_widen_every_row() -> None:
    rows = 10_000
    texts = ["war"] * rows
    texts[4321] = "é" * 100_000
    table = pa.table({"run": np.arange(rows), "error": texts})
    tracemalloc.start()
    try:
        found = content_hash(table)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == slow_hash(table)
    assert peak < 8 * content.BATCH_BYTES < rows * 200_000


def test_more_rows_than_a_batch() -> None:
    rows = 2 * content.BATCH_ROWS + 7
    table = pa.table({"run": np.arange(rows), "stop": pa.array(["war", "horizon", None] * rows)[:rows]})
    assert content_hash(table) == slow_hash(table)


def test_outcomes_hash_as_the_definition_says() -> None:
    outcomes = sg.run(sg.load_scenario("two-seekers"), runs=5, seed=1)
    assert content_hash(outcomes.to_arrow()) == slow_hash(outcomes.to_arrow())
    assert outcomes.content_hash() == f"{slow_hash(outcomes.to_arrow()):064x}"


@pytest.mark.parametrize("kind", [pa.float32(), pa.uint8(), pa.timestamp("s"), pa.list_(pa.int8())])
def test_other_types_are_refused(kind: pa.DataType) -> None:
    for rows in (0, 2):
        with pytest.raises(
            ResultError, match=r"column 'odd': type .* has no content hash; cast it to one of"
        ):
            content_hash(pa.table({"run": pa.nulls(rows), "odd": pa.nulls(rows, kind)}))
