"""A study as its results folder holds it: plain data, its identity, and what makes two studies two."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from signalling.cells import Cell, digest, order_of
from signalling.coverage import Coverage, Span
from signalling.study import Study


def written_study(study: Study) -> dict[str, Any]:
    """A study as plain data: its subject, and what of it changes the answer in readable tables."""
    return {
        "name": study.subject.name,
        "subject": study.subject.written(),
        "seed": study.seed,
        "luck": study.luck,
        "baseline": study.baseline,
        "treatments": study.treatments,
        "identity": {"subject": study.subject.tables(), "seed": study.seed, "luck": study.luck},
    }


def written_cells(study: Study) -> list[dict[str, Any]]:
    """The cells of a study as plain data, with the runs that are wanted of each."""
    return [cell.to_json() | {"wanted": [list(study.wanted)]} for cell in study.cells]


def identity_of(written: Mapping[str, Any]) -> str:
    """Identity of a study: SHA-256 of what changes the answer, whatever varies and however much is run."""
    return digest(written["identity"])


def cells_of(provenance: Mapping[str, Any]) -> tuple[Cell, ...]:
    """The cells of a provenance."""
    return tuple(Cell.from_json(entry) for entry in provenance["cells"])


def wanted_of(provenance: Mapping[str, Any]) -> Coverage:
    """The runs that a folder is to hold."""
    wanted = Coverage()
    for entry in provenance["cells"]:
        for start, stop in entry["wanted"]:
            wanted.add(entry["cell"], (start, stop))
    return wanted


def united(cells: Iterable[Mapping[str, Any]], baseline: str) -> list[dict[str, Any]]:
    """Cells without repetitions, in canonical order, each wanted as much as any of its mentions says."""
    found: dict[str, tuple[Cell, list[Span]]] = {}
    for entry in cells:
        cell = Cell.from_json(entry)
        key = digest([cell.id, cell.treatment, cell.settings])
        found.setdefault(key, (cell, []))[1].extend((start, stop) for start, stop in entry["wanted"])
    return [
        cell.to_json() | {"wanted": [list(span) for span in Coverage({"": spans}).spans("")]}
        for cell, spans in sorted(found.values(), key=lambda entry: order_of(entry[0], baseline))
    ]


def differences(held: Mapping[str, Any], other: Mapping[str, Any], most: int = 8) -> list[str]:
    """What makes two studies two, a line for each; nothing if their results add."""
    lines = []
    names = sorted(held["treatments"].keys() & other["treatments"].keys())
    lines += _different("baseline", held["baseline"], other["baseline"])
    for name in names:
        lines += _different(f"treatments.{name}", held["treatments"][name], other["treatments"][name])
    lines += _different("", held["identity"], other["identity"])
    rest = len(lines) - most
    return [*lines[:most], f"and {rest} more"] if rest > 0 else lines


def _different(path: str, held: Any, other: Any) -> list[str]:
    if isinstance(held, dict) and isinstance(other, dict):
        return [
            line
            for key in sorted(held.keys() | other.keys())
            for line in _different(f"{path}.{key}".strip("."), held.get(key), other.get(key))
        ]
    if digest(held) == digest(other):
        return []
    return [f"{path}: {_short(held)} there, {_short(other)} here"]


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."
