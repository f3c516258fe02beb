"""Results folders of one study that were collected apart, put together."""

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

from signalling.collected import Collected
from signalling.coverage import Coverage
from signalling.errors import ResultError
from signalling.folders import StudyFolder, refuse_another
from signalling.provenance import identity_of
from signalling.shards import Shard, ShardWriter, checksum, fold
from signalling.store import put_in_place, temporary_name

log = logging.getLogger("signalling")


def merge(folders: Sequence[str | Path], into: str | Path) -> Collected:
    """Put the runs of several results folders of one study into another.

    A run that stands in several counts once. The order of the folders does not matter, nor how they are
    grouped, nor whether one is named twice; they are not changed.

    Args:
        folders: written by `collect`.
        into: results folder, made if absent; what it holds already is kept.

    Raises:
        ResultError: a folder holds another study than the first; the message says what differs.
    """
    if not folders:
        raise ResultError("merge: names no folder; name one or more")
    sources = [Collected(folder) for folder in folders]
    for source in sources[1:]:  # before anything is written
        refuse_another(sources[0].folder, sources[0].provenance["study"], source.provenance["study"])
    place = StudyFolder(Path(into))
    for source in sources:
        provenance = source.provenance
        try:
            place.join(provenance["study"], provenance["cells"], "signalling merge")
        except ResultError as error:
            raise ResultError(f"{source.folder}: {error}") from error
        for path in source.damaged:
            log.warning("%s: is damaged; its runs are left out", path)
    place.parts.mkdir(exist_ok=True)
    place.clean()
    place.set_aside(place.scan()[1])
    study = identity_of(place.provenance()["study"])
    for source in sources:
        if source.folder.resolve() != place.path.resolve():
            held = place.scan()[0]
            for kind in ("runs", "errors"):
                ours = [shard for shard in held if shard.kind == kind]
                theirs = [shard for shard in source.shards if shard.kind == kind]
                _add(place.parts, ours, theirs, study)
            place.compact()
    place.finish()
    return Collected(into)


def _add(parts: Path, ours: Sequence[Shard], theirs: Sequence[Shard], study: str) -> None:
    """Copy what the shards of one folder have and those of another lack."""
    cells = {cell for shard in (*ours, *theirs) for cell in shard.coverage.cells()}
    known = {shard.path for shard in ours}
    for share in fold([*ours, *theirs], cells)[0]:
        if share.shard.path in known:
            continue
        if share.whole:
            _copy(share.shard, parts)
            continue
        with ShardWriter(parts, share.shard.kind, study) as writer:
            for place, table in enumerate(share.tables()):
                writer.write(table, share.fresh if place == 0 else Coverage())


def _copy(shard: Shard, parts: Path) -> None:
    path = parts / f"{shard.kind}-{checksum(shard.path)}.parquet"
    partial = temporary_name(path)
    shutil.copyfile(shard.path, partial)
    put_in_place(partial, path)
