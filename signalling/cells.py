"""The points of a study: what each cell sets, in what order they stand, and with which seed they run."""

import datetime as dt
import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from signalling.errors import ScenarioError
from signalling.validation import refuse, shorten

#: Values by path (or by parameter of a function).
Settings = dict[str, Any]

#: A study of more cells than this is taken for a mistake.
MOST_CELLS = 100_000


@dataclass(frozen=True)
class Cell:
    """One point of a study under one treatment.

    Two points may have the same identity: a treatment can set what the cell has set already. They then
    share their runs.
    """

    id: str
    """Identity: SHA-256, hexadecimal."""
    settings: Settings
    treatment: str
    """Name of the treatment, or what the untreated scenario is called."""
    seed: int
    complete: Settings
    """The settings with the files that they name read: what the cell is made of."""

    def to_json(self) -> dict[str, Any]:
        """As plain data; the complete settings only where files were read."""
        told = {"cell": self.id, "settings": self.settings, "treatment": self.treatment, "seed": self.seed}
        return told if self.complete == self.settings else told | {"complete": self.complete}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The cell that `to_json` told of."""
        complete = told.get("complete", told["settings"])
        return cls(told["cell"], told["settings"], told["treatment"], told["seed"], complete)


def points(
    grid: Mapping[str, Any] | None, zipped: Mapping[str, Any] | None, listed: Sequence[Any] | None
) -> list[Settings]:
    """The settings of every point of a design, of which one at most is given; none: one bare point.

    Args:
        grid: a list of values for each path; every combination is a point.
        zipped: lists of equal lengths; the first values make a point, the second ones another.
        listed: the settings of each point.

    Raises:
        ScenarioError: with path, value and remedy.
    """
    given = [name for name, part in (("grid", grid), ("zip", zipped), ("cell", listed)) if part is not None]
    if len(given) > 1:
        raise ScenarioError(f"{' and '.join(given)}: a study has one of grid, zip and cell; keep one")
    if grid is not None:
        lists = _lists("grid", grid)
        count = 1
        for path, values in lists.items():
            count *= len(values)
            if count > MOST_CELLS:
                raise refuse("grid", path, f"makes more than {MOST_CELLS} cells; vary less at once")
        found = [dict(zip(lists, values, strict=True)) for values in itertools.product(*lists.values())]
    elif zipped is not None:
        lists = _lists("zip", zipped)
        lengths = {path: len(values) for path, values in lists.items()}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{path} has {length}" for path, length in lengths.items())
            raise ScenarioError(f"zip: {told} values; give all of them the same number, or write [grid]")
        found = [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]
    else:
        found = _listed(listed)
    seen: set[str] = set()
    for settings in found:
        text = canonical(settings)
        if text in seen:
            raise ScenarioError(f"{given[0]}: {shown(settings)} stands twice; each cell is told apart by it")
        seen.add(text)
    return found


def _lists(name: str, table: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What varies, as plain lists."""
    if not table:
        raise refuse(name, dict(table), f'is empty; write "PATH" = [values] below [{name}], or drop it')
    lists: dict[str, list[Any]] = {}
    for path, values in table.items():
        if not isinstance(values, list | tuple | range) and not hasattr(values, "tolist"):  # NumPy's arrays
            raise refuse(f"{name}.{path}", values, f"must be a list of values, e.g. [{shorten(values)}]")
        lists[path] = [plain(f"{name}.{path}", value) for value in values]
        if not lists[path]:
            raise refuse(f"{name}.{path}", [], "is empty; write one value or more")
    return lists


def _listed(listed: Sequence[Any] | None) -> list[Settings]:
    if listed is None:
        return [{}]
    if not isinstance(listed, list | tuple) or not listed:
        raise refuse("cell", listed, "must be an array of tables: write [[cell]] before each")
    for place, settings in enumerate(listed):
        if not isinstance(settings, Mapping):
            raise refuse(f"cell[{place}]", settings, "must be a table: write [[cell]] before each")
    return [{path: plain(path, value) for path, value in settings.items()} for settings in listed]


def plain(path: str, value: Any) -> Any:
    """A value as JSON holds it; moments become texts.

    Raises:
        ScenarioError: JSON cannot hold it.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(path, entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(path, entry) for entry in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if hasattr(value, "item") and not getattr(value, "shape", ()):  # a scalar of NumPy, which may be a float
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ScenarioError(
        f"{path} = {shorten(value)}: a study is written down; use numbers, texts, true, false, lists, tables"
    )


def canonical(value: Any) -> str:
    """Canonical JSON: keys sorted, no blanks, whole numbers without a point."""
    return json.dumps(_whole(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _whole(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _whole(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def digest(value: Any) -> str:
    """SHA-256 of canonical JSON, hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def cell_seed(seed: int, settings: Settings, luck: str) -> int:
    """The seed of a cell's runs.

    Under common luck that of the study, so that cells differ by their settings alone and contrasts between
    them are paired, run by run. Under independent luck BLAKE2b (64 bits, little-endian) of the canonical
    JSON of seed and settings: contrasts between cells are then between independent samples. Treatments
    share the seed of their cell under both.
    """
    if luck == "common":
        return seed
    text = canonical({"seed": seed, "settings": settings})
    hashed = hashlib.blake2b(text.encode(), digest_size=8, person=b"seed of a cell")
    return int.from_bytes(hashed.digest(), "little")


def order_of(cell: Cell, baseline: str) -> tuple[Any, ...]:
    """Sort key of cells: by settings, the untreated one first; the same whatever the order they came in."""
    return (
        [(path, *_rank(value)) for path, value in sorted(cell.settings.items())],
        cell.treatment != baseline,
        cell.treatment,
        cell.id,
    )


def _rank(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool):
        return 0, value
    if isinstance(value, int | float):
        return 1, value
    return (2, value) if isinstance(value, str) else (3, canonical(value))


def shown(settings: Settings, treatment: str | None = None) -> str:
    """Settings on one line, for messages and tables."""
    parts = [f"{path} = {shorten(value)}" for path, value in settings.items()]
    if treatment is not None:
        parts.append(f"treatment {treatment}")
    return ", ".join(parts) or "no settings"


def unique(cells: Iterable[Cell]) -> dict[str, Cell]:
    """The first cell of each identity, in order."""
    found: dict[str, Cell] = {}
    for cell in cells:
        found.setdefault(cell.id, cell)
    return found
