"""Shards: Parquet files of rows, each with its coverage and content hash inside and its checksum for a name.

A shard is written once, under a temporary name, and renamed when it is whole; so it is what its name says or
it is damaged. Shards add: any set of them holds the union of their runs, and a run that stands in two of
them is the same run.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import pyarrow as pa
import pyarrow.parquet as pq

from signalling.content import HASH_MODULUS
from signalling.coverage import Coverage
from signalling.errors import ResultError
from signalling.outcome import Outcomes
from signalling.store import put_in_place, temporary_name

Kind = Literal["runs", "errors"]
#: Key of a shard's facts in its Parquet metadata.
FACTS = b"signalling"
#: Rows read or written at a time.
BATCH_ROWS = 20_000
CHECKSUM_BYTES = 16

#: Runs that failed.
ERROR_SCHEMA = pa.schema(
    [
        pa.field("cell", pa.string(), metadata={"description": "identity of the cell"}),
        pa.field("run", pa.int64(), metadata={"description": "index of the run"}),
        pa.field("seed", pa.uint64(), metadata={"description": "seed"}),
        pa.field("error", pa.string(), metadata={"description": "kind and message of the exception"}),
        pa.field("traceback", pa.string(), metadata={"description": "where it was raised"}),
    ]
)


@dataclass(frozen=True)
class Shard:
    """What a shard says of itself."""

    path: Path
    kind: Kind
    study: str
    """Identity of the study."""
    coverage: Coverage
    content_hash: int
    """Of its rows; 0 for errors."""

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.coverage)

    @cached_property
    def cells_by_group(self) -> list[frozenset[str]]:
        """The cells of which each of the file's row groups has rows."""
        with pq.ParquetFile(self.path, read_dictionary=["cell"]) as file:
            # Of a dictionary alone is read what is distinct, not a text for every row.
            columns = [
                file.read_row_group(group, columns=["cell"])["cell"] for group in range(file.num_row_groups)
            ]
        return [frozenset(column.unique().to_pylist()) for column in columns]

    def tables(
        self, columns: Sequence[str] | None = None, cells: Collection[str] | None = None
    ) -> Iterator[pa.Table]:
        """Its rows, some at a time.

        Args:
            columns: which columns; all of them unless given.
            cells: leave out what holds no row of these; other cells' rows may still come along.
        """
        groups = None
        if cells is not None:
            groups = [n for n, held in enumerate(self.cells_by_group) if not held.isdisjoint(cells)]
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(batch_size=BATCH_ROWS, row_groups=groups, columns=columns):
                yield pa.Table.from_batches([batch])


class ShardWriter:
    """A shard in the making: tables are streamed to disk, and it appears when the block ends well.

    Args:
        folder: where it goes.
        kind: runs or errors.
        study: identity of the study.
        name: of the file; its checksum unless given.
    """

    def __init__(self, folder: Path, kind: Kind, study: str, name: str | None = None) -> None:
        self.folder = folder
        self.kind: Kind = kind
        self.study = study
        self.name = name
        self.coverage = Coverage()
        self.content_hash = 0
        self.checksum = ""
        self.shard: Shard | None = None
        self._partial = temporary_name(folder / (name or f"{kind}.parquet"))
        self._writer: pq.ParquetWriter | None = None
        self._schema: pa.Schema | None = None

    def __enter__(self) -> Self:
        return self

    def write(self, table: pa.Table, coverage: Coverage, content_hash: int | None = None) -> None:
        """Add rows that the shard does not hold yet; the hash is that of the rows, if it is at hand."""
        if table.num_rows == 0:
            return
        if self._writer is None:
            self._schema = self._schema or table.schema.remove_metadata()
            self._writer = pq.ParquetWriter(self._partial, self._schema, compression="zstd")
        if self.kind == "runs" and content_hash is None:
            content_hash = int(Outcomes(table).content_hash(), 16)
        self._writer.write_table(table.cast(self._schema))
        self.coverage.update(coverage)
        self.content_hash = (self.content_hash + (content_hash or 0)) % HASH_MODULUS

    def open(self, schema: pa.Schema) -> None:
        """Say which columns the shard has, where the first rows do not know all of them."""
        self._schema = schema.remove_metadata()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is None:
            return
        if kind is None:
            facts = {
                "kind": self.kind,
                "study": self.study,
                "content_hash": f"{self.content_hash:064x}",
                "coverage": self.coverage.to_json(),
            }
            self._writer.add_key_value_metadata({FACTS.decode(): json.dumps(facts)})
        self._writer.close()
        if kind is not None:
            self._partial.unlink(missing_ok=True)
            return
        self.checksum = checksum(self._partial)
        path = self.folder / (self.name or f"{self.kind}-{self.checksum}.parquet")
        put_in_place(self._partial, path)
        self.shard = Shard(path, self.kind, self.study, self.coverage, self.content_hash)


def checksum(path: Path) -> str:
    """BLAKE2b of a file's bytes, hexadecimal."""
    digest = hashlib.blake2b(digest_size=CHECKSUM_BYTES)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read_shard(path: Path, expected: str) -> Shard:
    """A shard's facts, if its bytes are those that were written.

    Raises:
        FileNotFoundError: somebody has moved its rows to another shard meanwhile.
        ResultError: it is damaged.
    """
    if checksum(path) != expected:
        raise ResultError(f"{path}: is damaged (its bytes are not those that were written)")
    try:
        facts: dict[str, Any] = json.loads(pq.read_metadata(path).metadata[FACTS])
        return Shard(
            path, facts["kind"], facts["study"], Coverage(facts["coverage"]), int(facts["content_hash"], 16)
        )
    except (pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise ResultError(f"{path}: is no shard of results ({error})") from error


def named_checksum(path: Path) -> str:
    """The checksum that a shard's name promises."""
    return path.stem.rpartition("-")[2]


@dataclass(frozen=True)
class Share:
    """What one shard contributes to a fold: its rows without those that earlier shards have."""

    shard: Shard
    fresh: Coverage
    """The runs that it contributes."""

    @property
    def whole(self) -> bool:
        """Whether all its rows count."""
        return len(self.fresh) == self.shard.rows

    def tables(
        self, columns: Sequence[str] | None = None, cells: Collection[str] | None = None
    ) -> Iterator[pa.Table]:
        """The rows it contributes, as `Shard.tables`; columns other than all must have cell and run."""
        whole = self.whole
        for table in self.shard.tables(columns, cells):
            yield table if whole else self.fresh.inside(table)

    def content_hash(self) -> int:
        """Of the rows it contributes."""
        if self.whole:
            return self.shard.content_hash
        return sum(int(Outcomes(table).content_hash(), 16) for table in self.tables()) % HASH_MODULUS


def fold(shards: Iterable[Shard], cells: Collection[str]) -> tuple[list[Share], Coverage]:
    """The union of shards: what each contributes, and what they hold of some cells. A run counts once."""
    covered = Coverage()
    shares = []
    for shard in shards:
        mine = [cell for cell in shard.coverage.cells() if cell in cells]
        fresh = Coverage({cell: covered.missing(cell, shard.coverage.spans(cell)) for cell in mine})
        if len(fresh):
            shares.append(Share(shard, fresh))
            covered.update(fresh)
    return shares, covered


def schema_of(shards: Iterable[Shard]) -> pa.Schema:
    """The columns of several shards, as `common_schema` has them."""
    return common_schema([pq.read_schema(shard.path).remove_metadata() for shard in shards])


def common_schema(schemas: Sequence[pa.Schema]) -> pa.Schema:
    """The columns that tables share; one of nulls alone takes the type that it has elsewhere.

    Raises:
        ResultError: they do not agree.
    """
    names = {tuple(schema.names) for schema in schemas}
    try:
        if len(names) == 1:
            return pa.unify_schemas(schemas)
        told = " and ".join(", ".join(columns) for columns in sorted(names))
    except pa.ArrowException as error:
        told = str(error)
    raise ResultError(
        f"runs have different columns ({told}); a function must return the same columns in every run, with "
        "values of one kind each"
    )
