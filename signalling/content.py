"""The content hash of a table: a sum over its rows, so that neither order, chunks nor encoding change it.

The canonical bytes of a row are, for each value in the order of the columns, a flag (0 null, 1 present) and
the little-endian value; a text is UTF-8 behind its length in four bytes; a bool is one byte; there is one NaN
and no negative zero. A null has no bytes but its flag, so rows differ in length. Many rows are laid out at
once in a rectangle that has room for every value, and the room that a row does not need is cut out.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signalling.errors import ResultError

HASH_MODULUS = 2**256
DIGEST_BYTES = 32
#: Rows laid out at a time; more cost memory and are no faster.
BATCH_ROWS = 20_000
#: Bytes of a rectangle, unless a single row needs more.
BATCH_BYTES = 1 << 24

#: Arrow types that have canonical bytes, and the type whose memory holds just these.
_HELD_AS = {
    pa.null(): pa.null(),
    pa.bool_(): pa.uint8(),
    pa.int8(): pa.int8(),
    pa.int16(): pa.int16(),
    pa.int32(): pa.int32(),
    pa.int64(): pa.int64(),
    pa.uint64(): pa.uint64(),
    pa.float64(): pa.float64(),
    pa.string(): pa.large_string(),
    pa.large_string(): pa.large_string(),
}

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


class _Column(NamedTuple):
    """Some rows' values in one column."""

    present: Flags
    """(rows,): which are not null."""
    words: npt.NDArray[Any] | None
    """(rows,): little-endian values, or the lengths of texts; None if all are null."""
    text: Bytes | None = None
    """All texts, one after the other."""
    longest: int = 0
    """Bytes of the longest text."""

    @property
    def width(self) -> int:
        """Bytes in which every value of the column fits."""
        return 1 if self.words is None else 1 + self.words.itemsize + self.longest


def content_hash(table: pa.Table) -> int:
    """Sum modulo 2^256 of the BLAKE2b-256 of each row's canonical bytes, read as little-endian integers.

    Tables of the same columns add: the hash of all their rows is the sum of their hashes. Values count and
    not how they are held: a `string`, a `large_string` and a dictionary of either hash alike, and so does
    every column of nulls, whatever its type. Names of columns do not count.

    Args:
        table: of columns of bool, int8, int16, int32, int64, uint64, float64, string, large_string or null,
            or dictionaries of these.

    Returns:
        An integer in [0, 2^256); 0 for a table without rows or without columns.

    Raises:
        ResultError: a column is of another type.

    Example:
        >>> parts = [pa.table({"run": [0, 1]}), pa.table({"run": [2]})]
        >>> sum(map(content_hash, parts)) % HASH_MODULUS == content_hash(pa.concat_tables(parts))
        True
    """
    schema = pa.schema([pa.field(field.name, _held_as(field)) for field in table.schema])
    total = 0
    for start in range(0, table.num_rows if table.num_columns else 0, BATCH_ROWS):
        for columns in _rectangles(table.slice(start, BATCH_ROWS).cast(schema)):
            total += _sum_of_digests(*_laid_out(columns))
    return total % HASH_MODULUS


def _held_as(field: pa.Field) -> pa.DataType:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if kind not in _HELD_AS:
        known = ", ".join(str(known) for known in _HELD_AS)
        raise ResultError(
            f"column {field.name!r}: type {kind} has no content hash; cast it to one of {known}"
        )
    return _HELD_AS[kind]


def _rectangles(table: pa.Table) -> Iterator[list[_Column]]:
    """The columns of as many rows at a time as fit in BATCH_BYTES."""
    # To combine the chunks copies them, even a single one.
    columns = [
        _column(column.chunk(0) if column.num_chunks == 1 else column.combine_chunks())
        for column in table.columns
    ]
    rows = table.num_rows
    if rows == 1 or rows * sum(column.width for column in columns) <= BATCH_BYTES:
        yield columns
    else:
        # Halves, because a single long text may be what widens all rows.
        yield from _rectangles(table.slice(0, rows // 2))
        yield from _rectangles(table.slice(rows // 2))


def _column(values: pa.Array) -> _Column:
    present = values.is_valid().to_numpy(zero_copy_only=False)
    if not present.any():
        return _Column(present, None)
    if pa.types.is_large_string(values.type):
        # Arrow allows bytes behind a null; filled, it is an empty text.
        return _text_column(present, values.fill_null(""))
    words = values.fill_null(0).to_numpy()
    if words.dtype.kind == "f":
        # The canonical NaN first: a signalling one would warn in the sum, which turns -0.0 into 0.0.
        words = np.where(np.isnan(words), np.nan, words) + 0.0
    return _Column(present, words.astype(words.dtype.newbyteorder("<"), copy=False))


def _text_column(present: Flags, values: pa.Array) -> _Column:
    _, ends, text = values.buffers()
    # A slice shares the memory of the whole.
    edges = np.frombuffer(ends, np.int64)[values.offset : values.offset + len(values) + 1]
    lengths = np.diff(edges)
    held = np.frombuffer(text or b"", np.uint8)[edges[0] : edges[-1]]
    return _Column(present, lengths.astype("<u4"), held, int(lengths.max()))


def _laid_out(columns: Sequence[_Column]) -> tuple[bytes, Integers]:
    """The canonical bytes of some rows, one row after the other.

    Returns:
        The bytes, and (rows,) where each row ends.
    """
    rows, width = len(columns[0].present), sum(column.width for column in columns)
    room = np.zeros((rows, width), np.uint8)
    needed = np.ones((rows, width), np.bool_)
    lengths = np.zeros(rows, np.int64)
    first = 0
    for column in columns:
        place = np.s_[:, first : first + column.width]
        lengths += _put(column, room[place], needed[place])
        first += column.width
    return room[needed].tobytes(), lengths.cumsum()


def _put(column: _Column, room: Bytes, needed: Flags) -> Integers:
    """Write a column of canonical bytes.

    Args:
        column: the values.
        room: (rows, width): where they go.
        needed: (rows, width), true; becomes false where a value does not reach.

    Returns:
        (rows,): how many bytes each value needs.
    """
    room[:, 0] = column.present
    lengths = np.ones(len(room), np.int64)
    if column.words is None:
        return lengths
    begin = 1 + column.words.itemsize
    room[:, 1:begin].view(column.words.dtype)[:, 0] = column.words
    lengths += column.present * column.words.itemsize
    if not column.present.all():
        needed[:, 1:begin] = column.present[:, np.newaxis]
    if column.text is not None:
        lengths += column.words
        reach = np.arange(column.longest) < column.words[:, np.newaxis]
        # In the order of rows, these are the places of the texts' bytes.
        room[:, begin:][reach] = column.text
        needed[:, begin:] = reach
    return lengths


def _sum_of_digests(rows: bytes, ends: Integers) -> int:
    blake2b = hashlib.blake2b
    digests = b"".join(
        [
            blake2b(rows[start:end], digest_size=DIGEST_BYTES).digest()
            for start, end in pairwise([0, *ends.tolist()])
        ]
    )
    # Sums of 32-bit limbs cannot overflow 64 bits.
    limbs = np.frombuffer(digests, "<u4").reshape(-1, DIGEST_BYTES // 4).sum(axis=0, dtype=np.uint64)
    return sum(limb << (32 * place) for place, limb in enumerate(limbs.tolist()))
