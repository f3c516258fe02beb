"""Results on disk: a table and the provenance from which it can be rebuilt, written whole or not at all."""

import hashlib
import itertools
import json
import os
import platform
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signalling.counterfactual import Paired
from signalling.errors import ResultError
from signalling.kernel import KERNEL_VERSION
from signalling.outcome import Outcomes
from signalling.paths import Document
from signalling.scenario import Scenario

TABLE = "table.parquet"
PROVENANCE = "provenance.json"
#: Libraries whose versions a result may depend on.
LIBRARIES = ("signalling", "simpy", "numpy", "networkx", "pydantic", "pyarrow", "matplotlib")


@dataclass(frozen=True)
class Arm:
    """One cell of a results folder: the untreated scenario (empty treatment) or a treated one."""

    name: str
    treatment: Mapping[str, object]
    outcomes: Outcomes


@dataclass(frozen=True)
class Results:
    """A results folder, read."""

    scenario: Scenario
    seed: int
    arms: tuple[Arm, ...]
    """The baseline first."""
    provenance: dict[str, Any]

    def comparisons(self) -> list[Paired]:
        """Each treated arm against the first."""
        confidence = float(self.provenance["confidence"])
        first, *others = self.arms
        return [Paired(first.outcomes, arm.outcomes, first.name, arm.name, confidence) for arm in others]


def arms_of(comparisons: Sequence[Paired], treatments: Mapping[str, Mapping[str, object]]) -> list[Arm]:
    """The baseline and the treated arms of comparisons that share a baseline."""
    first = comparisons[0]
    return [
        Arm(first.baseline_name, {}, first.baseline),
        *(Arm(pair.treatment_name, treatments[pair.treatment_name], pair.treated) for pair in comparisons),
    ]


def save(
    folder: Path,
    scenario: Scenario,
    arms: Sequence[Arm],
    *,
    seed: int,
    command: str,
    confidence: float = 0.95,
    overwrite: bool = False,
) -> None:
    """Write table.parquet and provenance.json.

    Args:
        folder: made if absent.
        scenario: the untreated scenario.
        arms: the cells, the untreated one first.
        seed: key of all draws.
        command: what the user asked for.
        confidence: of the intervals computed from it.
        overwrite: replace results of another scenario.

    Raises:
        ResultError: the folder holds other results, or cannot be written.
    """
    provenance = {
        "command": command,
        "scenario": scenario.written(),
        "seed": seed,
        "confidence": confidence,
        "arms": [
            {
                "name": arm.name,
                "treatment": dict(arm.treatment),
                "cell": arm.outcomes["cell"][0],
                "runs": len(arm.outcomes),
                "content_hash": arm.outcomes.content_hash(),
            }
            for arm in arms
        ],
        **environment(),
    }
    if not overwrite:
        _refuse_foreign(folder, provenance)
    text = json.dumps(provenance, indent=2, ensure_ascii=False) + "\n"
    table = pa.concat_tables([arm.outcomes.table for arm in arms]).combine_chunks()
    write_whole(folder / TABLE, lambda path: _write_small(table, path))
    write_text(folder / PROVENANCE, text)


def _write_small(table: pa.Table, path: Path) -> None:
    """Write a table that may be committed: a quarter less than by default, and as quickly.

    Hardly two real numbers are equal, but neighbouring ones have the same sign and exponent: their bytes are
    grouped by place, which a compressor can use.
    """
    real = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    others = [name for name in table.column_names if name not in real]
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=9,
        use_dictionary=others,
        use_byte_stream_split=real,
    )


def _refuse_foreign(folder: Path, provenance: Mapping[str, Any]) -> None:
    if not (folder / PROVENANCE).exists():
        return
    held = read_provenance(folder)
    _refuse_study(folder, held)
    if [arm["cell"] for arm in held["arms"]] != [arm["cell"] for arm in provenance["arms"]]:
        raise ResultError(
            f"{folder}: holds results of another scenario, treatment or seed ({held['command']}); "
            "choose another folder or remove this one"
        )


def _refuse_study(folder: Path, provenance: Mapping[str, Any]) -> None:
    if "arms" not in provenance:
        raise ResultError(
            f"{folder}: holds a study, not a comparison; read it with signalling status or sg.status, or "
            "choose another folder"
        )


def environment() -> dict[str, Any]:
    """What produced results: kernel, versions and platform, for their provenance."""
    return {
        "kernel_version": KERNEL_VERSION,
        "kernel_fingerprint": kernel_fingerprint(),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
        "platform": f"{sys.platform} {platform.machine()}",
    }


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under a temporary name and rename it, so that no reader ever meets half of it.

    Raises:
        ResultError: the place cannot be written.
    """
    partial = temporary_name(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(partial)
        put_in_place(partial, path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise ResultError(f"{path}: cannot be written: {error.strerror}; choose another folder") from error


_counter = itertools.count()


def temporary_name(path: Path) -> Path:
    """A name beside a file under which nobody else writes: host, process and a number are in it."""
    return path.with_name(f".{path.name}.{_host()}.{os.getpid()}.{next(_counter)}.part")


def _host() -> str:
    return socket.gethostname().replace(".", "-")


def put_in_place(partial: Path, path: Path) -> None:
    """Rename a file that is written, so that the content is on the disk before the name is."""
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    partial.replace(path)
    if hasattr(os, "O_DIRECTORY"):  # elsewhere a folder cannot be synced
        handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files of processes of this host that are dead."""
    for path in folder.glob(".*.part"):
        *_, host, process, _, _ = path.name.split(".")
        if host == _host() and process.isdigit() and not _alive(int(process)):
            path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if os.name != "posix":  # elsewhere signal 0 is no question
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def write_text(path: Path, text: str) -> None:
    """Write a text file whole, as UTF-8.

    Raises:
        ResultError: the place cannot be written.
    """
    write_whole(path, lambda partial: partial.write_text(text, encoding="utf-8"))


def read_provenance(folder: Path) -> dict[str, Any]:
    """The provenance of a results folder.

    Raises:
        ResultError: there is none, or it is damaged.
    """
    path = folder / PROVENANCE
    try:
        provenance: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ResultError(
            f"{folder}: holds no results ({PROVENANCE} is missing); name a folder written with --out"
        ) from error
    except (OSError, ValueError) as error:
        raise ResultError(f"{path}: is damaged ({error}); run the command again") from error
    return provenance


def load_results(folder: Path) -> Results:
    """Read a results folder and check it against its content hashes.

    Raises:
        ResultError: something is missing, damaged, or not what the provenance says.
    """
    provenance = read_provenance(folder)
    _refuse_study(folder, provenance)
    try:
        table = pq.read_table(folder / TABLE)
    except (OSError, pa.ArrowException) as error:
        raise ResultError(f"{folder / TABLE}: is missing or damaged; run the command again") from error
    arms = []
    begin = 0
    for arm in provenance["arms"]:
        outcomes = Outcomes(table.slice(begin, arm["runs"]))
        begin += arm["runs"]
        if outcomes.content_hash() != arm["content_hash"]:
            raise ResultError(
                f'{folder / TABLE}: the rows of "{arm["name"]}" are not those of the provenance; '
                "run the command again"
            )
        arms.append(Arm(arm["name"], arm["treatment"], outcomes))
    scenario = Scenario.from_document(_with_moment(provenance["scenario"]))
    return Results(scenario, provenance["seed"], tuple(arms), provenance)


def _with_moment(document: Document) -> Document:
    """JSON keeps the start as text."""
    if isinstance(document.get("start"), str):
        import datetime as dt

        return document | {"start": dt.datetime.fromisoformat(document["start"])}
    return document


def kernel_fingerprint() -> str:
    """SHA-256 over the kernel's source files, hexadecimal."""
    digest = hashlib.sha256()
    kernel = Path(__file__).parent / "kernel"
    for path in sorted(kernel.rglob("*.py")):
        digest.update(path.relative_to(kernel).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
