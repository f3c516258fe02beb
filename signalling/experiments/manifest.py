"""Which files a reproduction made, by hash, and how another one differs from them."""

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from signalling.errors import ResultError
from signalling.kernel import KERNEL_VERSION
from signalling.shards import FACTS
from signalling.store import write_text

MANIFEST = "manifest.json"
#: Figures have the same bytes where these have the same versions.
DRAWN_WITH = ("matplotlib", "numpy", "fonttools", "pillow")
#: Files that another moment or machine writes otherwise, and that say nothing of the results.
LEFT_OUT = ("provenance.json", "journal.jsonl", "reading.md")
#: A table of more runs is not kept; its content hash stands in the estimates made of it.
MOST_ROWS = 1_000_000
FIGURE_ENDINGS = (".png", ".pdf")


def drawn_with() -> dict[str, str]:
    """Versions on which the bytes of figures depend."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python} | {name: version(name) for name in DRAWN_WITH}


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of an experiment's results, by path below the folder; of Parquet, of its rows."""
    found = {}
    for path in sorted(folder.rglob("*")):
        kept = path.is_file() and path.name not in LEFT_OUT and not path.name.startswith(".")
        if kept and "parts" not in path.relative_to(folder).parts and not _is_too_large(path):
            found[path.relative_to(folder).as_posix()] = _hash(path)
    return found


def _is_too_large(path: Path) -> bool:
    import pyarrow.parquet as pq

    return path.suffix == ".parquet" and pq.read_metadata(path).num_rows > MOST_ROWS


def _hash(path: Path) -> str:
    if path.suffix != ".parquet":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    told = json.loads((table.schema.metadata or {}).get(FACTS, b"{}")).get("table", {})
    digest = hashlib.sha256(told.get("content_hash", "").encode())
    for name, column in zip(*_columns(table), strict=True):
        digest.update(json.dumps([name, column], default=str).encode())
    return digest.hexdigest()


def _columns(table: Any) -> tuple[list[str], list[list[Any]]]:
    return list(table.column_names), [column.to_pylist() for column in table.columns]


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a results folder; an empty one if there is none.

    Raises:
        ResultError: it is damaged.
    """
    path = folder / MANIFEST
    if not path.exists():
        return {"kernel_version": KERNEL_VERSION, "drawn_with": drawn_with(), "files": {}}
    try:
        held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ResultError(f"{path}: is damaged; run: signalling reproduce") from error
    return held


def write_manifest(folder: Path, made: Mapping[str, Mapping[str, str]]) -> None:
    """Note the files of some experiments; those of others stay as they stand."""
    files = read_manifest(folder)["files"] | {name: dict(hashed) for name, hashed in made.items()}
    held = {
        "kernel_version": KERNEL_VERSION,
        "drawn_with": drawn_with(),
        "files": dict(sorted(files.items())),
    }
    write_text(folder / MANIFEST, json.dumps(held, indent=1) + "\n")


def differences(
    held: Mapping[str, Any], made: Mapping[str, Mapping[str, str]]
) -> tuple[list[str], list[str]]:
    """What differs between a manifest and what was made now.

    Returns:
        A line for each file that is missing, new or another; and remarks on what was not compared.
    """
    told: list[str] = []
    remarks = []
    here = drawn_with()
    same = held["drawn_with"] == here
    if not same:
        others = [f"{name} {held['drawn_with'].get(name)}, here {here[name]}" for name in here
                  if held["drawn_with"].get(name) != here[name]]  # fmt: skip
        remarks.append(f"figures are not compared, byte for byte: they were drawn with {', '.join(others)}")
    for name, hashed in made.items():
        before = held["files"].get(name)
        if before is None:
            told.append(f"{name}: is not in the manifest; run: signalling reproduce --only {name}")
            continue
        for file in sorted(before.keys() | hashed.keys()):
            if before.get(file) == hashed.get(file) or (not same and file.endswith(FIGURE_ENDINGS)):
                continue
            what = (
                "is another"
                if file in before and file in hashed
                else "is missing"
                if file in before
                else "is new"
            )
            told.append(f"{name}/{file}: {what}")
    return told, remarks
