"""A study's results folder: what it says it is, the shards it holds, and the table made of them.

provenance.json   the study, its cells, what made it, and the hash of the table
parts/            shards, as they were collected; redone or merged, never edited
table.parquet     every run once, by cell and run, written when a collection ends
errors.parquet    runs that failed, if any did
damaged/          shards whose bytes had changed, set aside
"""

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from signalling.content import HASH_MODULUS
from signalling.errors import ResultError
from signalling.gathering import melt, write_errors, write_table
from signalling.provenance import differences, identity_of, united
from signalling.shards import Shard, fold, named_checksum, read_shard
from signalling.store import (
    PROVENANCE,
    TABLE,
    environment,
    read_provenance,
    remove_leftovers,
    write_text,
)

PARTS = "parts"
ERRORS = "errors.parquet"
DAMAGED = "damaged"
FORMAT = 1
#: Beyond this many shards the smaller ones are melted together.
MOST_SHARDS = 24
#: Shards of at least so many rows are left alone.
LARGE_ROWS = 250_000

log = logging.getLogger("signalling")


def refuse_another(folder: Path, held: Mapping[str, Any], written: Mapping[str, Any]) -> None:
    """Refuse to add a study to the folder of another.

    Raises:
        ResultError: they differ in what identifies a study; the message says in what.
    """
    told = differences(held, written)
    if told:
        lines = "\n".join(f"  {line}" for line in told)
        raise ResultError(
            f"{folder}: holds results of another study; adding to them would mix the two:\n{lines}\n"
            "choose another folder, or change the study back"
        )


class StudyFolder:
    """A results folder of a study, which exists or is to be made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts = path / PARTS
        self._verified: dict[str, Shard] = {}

    # What it says it is

    def provenance(self) -> dict[str, Any]:
        """What the folder says of itself.

        Raises:
            ResultError: it holds no study.
        """
        held = read_provenance(self.path)
        if held.get("format") != FORMAT or "cells" not in held:
            raise ResultError(f"{self.path}: holds no study of this version's format; choose another folder")
        return held

    def join(self, written: Mapping[str, Any], cells: Sequence[Mapping[str, Any]], command: str) -> None:
        """Make the folder one of a study, or add cells and runs that it did not want before.

        Raises:
            ResultError: it holds another study; the message says what differs.
        """
        if self._joined(written, cells) is None:
            return
        self.parts.mkdir(parents=True, exist_ok=True)
        with self.lock():
            provenance = self._joined(written, cells)
            if provenance is not None:
                self._write({"format": FORMAT, "command": command, **provenance, **environment()})

    def _joined(
        self, written: Mapping[str, Any], cells: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any] | None:
        """The provenance with a study joined to it; None if it says all of it already."""
        if not (self.path / PROVENANCE).exists():
            return {"study": dict(written), "cells": list(cells), "table": None}
        held = self.provenance()
        refuse_another(self.path, held["study"], written)
        study = held["study"] | {"treatments": held["study"]["treatments"] | written["treatments"]}
        union = united([*held["cells"], *cells], written["baseline"])
        if study == held["study"] and union == held["cells"]:
            return None
        return {"study": study, "cells": union, "table": held["table"]}

    def _write(self, provenance: Mapping[str, Any]) -> None:
        write_text(self.path / PROVENANCE, json.dumps(provenance, indent=1, ensure_ascii=False) + "\n")

    @contextmanager
    def lock(self, *, wait: bool = True) -> Iterator[bool]:
        """Hold the folder alone: only its holder removes shards or writes provenance and table.

        Yields:
            Whether it is held; always, if `wait`. The lock ends with the process, however that ends.
        """
        with (self.parts / ".lock").open("ab") as file:
            yield _locked(file.fileno(), wait=wait)

    # What it holds

    def scan(self) -> tuple[list[Shard], list[Path]]:
        """Its shards, each checked once by its checksum, the table last; and the files that are damaged."""
        held = self.provenance()
        study = identity_of(held["study"])
        expected = {path: named_checksum(path) for path in sorted(self.parts.glob("*.parquet"))}
        if held["table"] is not None and (self.path / TABLE).exists():
            expected[self.path / TABLE] = held["table"]["checksum"]
        shards, damaged = [], []
        for path, promised in expected.items():
            try:
                shard = self._verified.get(promised) or read_shard(path, promised)
            except FileNotFoundError:  # another collector has just melted it into a larger one
                continue
            except (ResultError, OSError):
                damaged.append(path)
                continue
            if shard.study != study:
                damaged.append(path)
                continue
            if path.name != TABLE:
                self._verified[promised] = shard
            if path.exists():
                shards.append(shard)
        return shards, damaged

    def set_aside(self, damaged: Iterable[Path]) -> None:
        """Move files that are damaged, or of another study, out of the way."""
        for path in damaged:
            log.warning("%s: is damaged; set aside in %s, and its runs are made again", path, DAMAGED)
            (self.path / DAMAGED).mkdir(exist_ok=True)
            with suppress(FileNotFoundError):  # another collector was quicker
                path.replace(self.path / DAMAGED / path.name)

    def clean(self) -> None:
        """Remove temporary files of processes that were killed."""
        for folder in (self.path, self.parts):
            remove_leftovers(folder)

    # What is made of it

    def compact(self) -> None:
        """Melt the smaller shards together if there are many. Leaves it if another collector is at it."""
        if len(list(self.parts.glob("*.parquet"))) <= MOST_SHARDS:
            return
        with self.lock(wait=False) as alone:
            if not alone:
                return
            held = self.provenance()
            cells = {cell["cell"] for cell in held["cells"]}
            shards = [shard for shard in self.scan()[0] if shard.path.name != TABLE]
            small = sorted(
                (shard for shard in shards if shard.kind == "runs" and shard.rows < LARGE_ROWS),
                key=lambda shard: shard.rows,
            )
            if len(small) > MOST_SHARDS // 2:
                melt(self.parts, small, fold(small, cells)[0], identity_of(held["study"]))

    def finish(self) -> None:
        """Write the table and the errors, unless they are those of the shards already."""
        if self._is_finished():
            return
        with self.lock():
            held = self.provenance()
            if self._is_finished():
                return
            study = identity_of(held["study"])
            cells = list(dict.fromkeys(cell["cell"] for cell in held["cells"]))
            shards, _ = self.scan()
            runs = [shard for shard in shards if shard.kind == "runs"]
            shares, covered = fold(runs, frozenset(cells))
            failed = [shard for shard in shards if shard.kind == "errors"]
            write_errors(self.path / ERRORS, self.parts, failed, covered, cells, study)
            table = None
            if shares:
                table = write_table(self.path / TABLE, shares, covered, cells, study)
            used = {share.shard.path for share in shares}
            for shard in runs:
                if shard.path not in used and shard.path.name != TABLE:
                    shard.path.unlink(missing_ok=True)  # all its runs stand in others
            self._write(held | environment() | {"table": table})

    def _is_finished(self) -> bool:
        """Whether table and errors say what the shards hold."""
        held = self.provenance()
        shards, damaged = self.scan()
        if damaged:
            return False
        shares, covered = fold(
            [shard for shard in shards if shard.kind == "runs"], {cell["cell"] for cell in held["cells"]}
        )
        failed = [shard for shard in shards if shard.kind == "errors"]
        if len(failed) > 1 or any(covered.overlaps(shard.coverage) for shard in failed):
            return False
        if bool(failed) != (self.path / ERRORS).exists():
            return False
        if held["table"] is None:
            return not shares
        total = sum(share.content_hash() for share in shares) % HASH_MODULUS
        in_order = any(shard.path.name == TABLE for shard in shards)
        return in_order and held["table"]["content_hash"] == f"{total:064x}"


def _locked(file: int, *, wait: bool) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(file, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
