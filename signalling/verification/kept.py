"""Cases that are done, kept on disk, so that an interrupted verification goes on where it was."""

import hashlib
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signalling.verification.ledger import Row

if TYPE_CHECKING:
    from signalling.verification.bench import Bench

PACKAGE = Path(__file__).parents[1]


class Kept:
    """The rows of cases by key, each case a file that is whole or not there.

    Args:
        folder: where; nothing is kept if it is None.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self.code = _digest_of_package()

    def rows(self, key: str, bench: "Bench") -> list[Row]:
        """The rows of a case, none if it is not kept; the bench is told which beginnings it compared."""
        return [Row(*row) for row in self.plain_rows(key, bench)]

    def plain_rows(self, key: str, bench: "Bench") -> list[list[Any]]:
        """The same as lists of their fields."""
        path = self._path(key)
        if path is None or not path.is_file():
            return []
        held = json.loads(path.read_text("utf-8"))
        bench.beginnings.update(held["beginnings"])
        plain: list[list[Any]] = held["rows"]
        return plain

    def put(self, key: str, rows: Sequence[tuple[Any, ...]], beginnings: Collection[str]) -> None:
        """Keep a case."""
        path = self._path(key)
        if path is not None:
            partial = path.with_suffix(".partial")
            # NaN is written as Python writes it: only this class reads it again.
            partial.write_text(json.dumps({"beginnings": sorted(beginnings), "rows": rows}), "utf-8")
            partial.replace(path)

    def _path(self, key: str) -> Path | None:
        if self.folder is None:
            return None
        name = hashlib.sha256(f"{self.code} {key}".encode()).hexdigest()[:32]
        return self.folder / f"{name}.json"


def _digest_of_package() -> str:
    """A digest of every line of code, because any of them may matter to a row."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
