"""Many shards into one file: smaller ones melted together, the sorted table, the table of errors.

Rows are streamed; no more than some ten thousand are in memory, however many there are.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from signalling.content import HASH_MODULUS
from signalling.coverage import Coverage
from signalling.shards import Shard, ShardWriter, Share, fold, schema_of

#: Rows of the table that are sorted at a time.
GROUP_ROWS = 50_000
#: A column for sorting that no outcome can have.
_PLACE = " place"


def melt(folder: Path, shards: Sequence[Shard], shares: Sequence[Share], study: str) -> None:
    """Write what shards contribute to one new shard, then remove them."""
    with ShardWriter(folder, shards[0].kind, study) as writer:
        if shares:
            writer.open(schema_of([share.shard for share in shares]))
        for share in shares:
            for place, table in enumerate(share.tables()):
                # The coverage is that of the whole share; the hash is known if nothing was left out.
                coverage = share.fresh if place == 0 else Coverage()
                writer.write(table, coverage, _known_hash(share, place))
    kept = writer.shard.path if writer.shard is not None else None
    for shard in shards:
        if shard.path != kept:
            shard.path.unlink(missing_ok=True)


def _known_hash(share: Share, place: int) -> int | None:
    if not share.whole:
        return None
    return share.shard.content_hash if place == 0 else 0


def write_table(
    path: Path, shares: Sequence[Share], covered: Coverage, cells: Sequence[str], study: str
) -> dict[str, Any]:
    """Write every run once, by cell and run: some cells at a time, gathered from the shards that hold them.

    Args:
        path: of the table.
        shares: what each shard contributes, at least one.
        covered: the runs of all of them.
        cells: identities in the order in which they stand in the table.
        study: identity of the study.

    Returns:
        Rows, content hash and checksum, for the provenance.
    """
    total = sum(share.content_hash() for share in shares) % HASH_MODULUS
    with ShardWriter(path.parent, "runs", study, path.name) as writer:
        writer.open(schema_of([share.shard for share in shares]))
        for group, rows in _in_order(shares, covered, cells):
            writer.write(rows, group, 0)
        writer.content_hash = total
    return {"rows": len(covered), "content_hash": f"{total:064x}", "checksum": writer.checksum}


def _in_order(
    shares: Sequence[Share], covered: Coverage, cells: Sequence[str]
) -> Iterator[tuple[Coverage, pa.Table]]:
    """The runs covered, by cell and run, some cells at a time, gathered from the shards that hold them."""
    schema = schema_of([share.shard for share in shares])
    for group in _groups(covered, cells):
        found = [
            group.inside(rows).cast(schema)
            for share in shares
            if group.overlaps(share.fresh)
            for rows in share.tables(cells=frozenset(group.cells()))
        ]
        yield group, by_cell(pa.concat_tables(found), group.cells())


def by_cell(rows: pa.Table, cells: Sequence[str]) -> pa.Table:
    """Rows by cell, in the order given, then by run."""
    place = {cell: number for number, cell in enumerate(cells)}
    encoded = rows["cell"].combine_chunks().dictionary_encode()
    ranks = pa.array([place[cell] for cell in encoded.dictionary.to_pylist()], type=pa.int32())
    placed = rows.append_column(_PLACE, ranks.take(encoded.indices))
    return placed.sort_by([(_PLACE, "ascending"), ("run", "ascending")]).drop_columns([_PLACE])


def _groups(covered: Coverage, cells: Iterable[str]) -> Iterator[Coverage]:
    """All runs held, in the order of the cells, cut so that a group fits in memory."""
    group, room = Coverage(), GROUP_ROWS
    for cell in cells:
        for start, stop in covered.spans(cell):
            begin = start
            while begin < stop:
                end = min(stop, begin + room)
                group.add(cell, (begin, end))
                room -= end - begin
                begin = end
                if room == 0:
                    yield group
                    group, room = Coverage(), GROUP_ROWS
    if len(group):
        yield group


def write_errors(
    path: Path, parts: Path, shards: Sequence[Shard], covered: Coverage, cells: Sequence[str], study: str
) -> None:
    """Keep the errors of runs that still fail, by cell and run: in a shard among the parts and in a table.

    Args:
        path: of the table.
        parts: the folder of the shards.
        shards: all shards of errors; they are removed.
        covered: the runs that are held, which fail no more.
        cells: identities in the order in which they stand in the table.
        study: identity of the study.
    """
    shares, failed = fold(shards, frozenset(cells))
    failed = Coverage({cell: covered.missing(cell, failed.spans(cell)) for cell in failed.cells()})
    with (
        ShardWriter(parts, "errors", study) as kept,
        ShardWriter(path.parent, "errors", study, path.name) as shown,
    ):
        for group, rows in _in_order(shares, failed, cells) if shares else ():
            kept.write(rows, group)
            shown.write(rows, group)
    if not len(failed):
        path.unlink(missing_ok=True)
    for shard in shards:
        if kept.shard is None or shard.path != kept.shard.path:
            shard.path.unlink(missing_ok=True)
