"""The table of coverage: kept as JSON, printed in docs/intervals.md between two marks, and judged."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.intervals import lengths
from tests.intervals.row import SHORT, Row

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "results" / "coverage" / "coverage.json"
PAGE = ROOT / "docs" / "intervals.md"

BEGIN = "<!-- coverage: begin -->\n"
END = "<!-- coverage: end -->\n"


class Promise(NamedTuple):
    """How much less than its nominal coverage an interval may cover before a promise is broken."""

    allowance: float
    """For intervals that hold for many observations only."""
    errors: float
    """Standard errors of the simulation."""


#: By module, in the order of the table. Four standard errors are a false alarm in 30,000 rows, three in 700.
PROMISES: Mapping[str, Promise] = {
    "paired": Promise(0.01, 4.0),
    "shapley": Promise(0.01, 4.0),
    "information": Promise(0.01, 4.0),
    "verdicts": Promise(0.0, 3.0),
}


def broken(module: str, rows: Sequence[Row]) -> list[str]:
    """What is not as it is said to be, a sentence each: too little coverage, or a note out of date."""
    found = []
    for row in rows:
        failing = row.failing(*PROMISES[module])
        place = f"{module}: {row.what}, {row.truth}, {row.size}: covers {row.covered:.4f}"
        if failing and not row.known_to_fail:
            found.append(f"{place} and aims at {row.nominal:g}; mend it, or say why in its note ({SHORT}: …)")
        elif row.known_to_fail and not failing:
            found.append(f"{place}, which is not {SHORT}; take the note away")
    return found


def block(kept: Mapping[str, Sequence[Row]]) -> str:
    """The table in Markdown."""
    lines = [
        "| interval | truth | size | intervals | aims at | covers | note |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    lines += [
        f"| {row.what} | {row.truth} | {row.size:,} | {row.repetitions or 'all'} | {row.nominal:g} "
        f"| {_covered(row)} | {row.note} |"
        for rows in kept.values()
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _covered(row: Row) -> str:
    told = f"{row.covered:.4f}"
    if row.repetitions:
        told += f" ± {row.standard_error:.4f}"
    return f"**{told}**" if row.known_to_fail else told


def with_block(text: str, table: str, marks: tuple[str, str] = (BEGIN, END)) -> str:
    """A document with the table between its marks replaced."""
    before, begin, rest = text.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not begin or not end:
        raise ValueError(f"lacks a table; put the two lines {marks[0]}{marks[1]}where it is to stand")
    return before + begin + "\n" + table + "\n" + end + after


def read() -> dict[str, list[Row]]:
    """The rows that are kept, by module; none where nothing is."""
    if not KEPT.is_file():
        return {}
    return {
        module: [Row(**row) for row in rows]
        for module, rows in json.loads(KEPT.read_text(encoding="utf-8")).items()
    }


def write(kept: Mapping[str, Sequence[Row]]) -> None:
    """Keep the rows and print them on the page."""
    told = {module: [row._asdict() for row in kept[module]] for module in PROMISES if module in kept}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    in_order = {module: kept[module] for module in told}
    page = with_block(PAGE.read_text(encoding="utf-8"), block(in_order))
    page = with_block(page, lengths.block(), (lengths.BEGIN, lengths.END))
    PAGE.write_text(page, encoding="utf-8")
