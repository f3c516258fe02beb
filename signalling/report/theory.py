"""The page of verified theory: every entry with its game, its result, its figure and its numbers."""

import math
import os
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from signalling.figures.verified import draw_verified
from signalling.verification.ledger import MOST_STANDARD_ERRORS, Entry, Row
from signalling.verification.playing import Ledger

#: What a direction means, in words.
DIRECTIONS = {
    "+": "prevents",
    "0": "does nothing",
    "-": "makes it worse",
}

INTRODUCTION = """# Verified against theory

A simulator that is to test a theory must first give back what the theory already knows, where it helps
the claim that better information prevents escalation and where it hurts it. This page is written by
`signalling verify`: `make theory` writes it anew, `signalling verify --entry T01` plays one entry.

Each entry is a published result. Rows tagged S are simulated through the public face: a scenario, a
doctrine, an engine, its outcomes. The closed forms stand in `signalling/theory/` and know nothing of the
simulation; the simulation knows nothing of them. Rows tagged E are exact algebra, with nothing to
simulate. Direction: + better communication prevents, 0 does nothing, − makes it worse. z is the distance
between prediction and simulation in standard errors; rows without one are deterministic, and their
tolerance is stated.
"""


def headline(ledger: Ledger) -> str:
    """What came of it all, in two sentences."""
    failed = len(ledger.failed)
    scores = [abs(row.z) for row in ledger.rows if not math.isnan(row.z)]
    text = f"{len(ledger.rows) - failed} of {len(ledger.rows)} published numbers are reproduced"
    text += f", {failed} are not. " if failed else ". "
    if scores:
        text += (
            f"{len(scores)} of them are simulated with an error, and held to {MOST_STANDARD_ERRORS:g} "
            f"standard errors; the worst lies {max(scores):.2f} away. If all were true, the chance that any "
            f"would be held for false is at most {ledger.false_alarm:.3f}. "
        )
    return text + f"Both engines played the beginning of all {ledger.compared} scenarios bit for bit alike."


def entries_table(ledger: Ledger, entries: Sequence[Entry]) -> Table:
    """Every entry as a row, for a terminal."""
    table = Table(title="Entries", title_justify="left")
    for heading in ("entry", "result", "source", "dir."):
        table.add_column(heading, overflow="fold")
    for heading in ("numbers", "not reproduced", "worst z"):
        table.add_column(heading, justify="right")
    for entry in entries:
        rows = [row for row in ledger.rows if row.entry == entry.key]
        scores = [row.z for row in rows if not math.isnan(row.z)]
        failed = sum(row.verdict != "reproduced" for row in rows)
        worst = f"{max(scores, key=abs):+.2f}" if scores else ""
        table.add_row(
            entry.key, entry.title, entry.source, entry.direction, str(len(rows)), str(failed), worst
        )
    return table


def ledger_table(ledger: Ledger) -> Table:
    """Every number as a row, for a terminal."""
    table = Table(title="Published results, predicted and played", title_justify="left")
    for heading in ("entry", "tag", "dir.", "case", "number"):
        table.add_column(heading, overflow="fold")
    for heading in ("predicted", "found", "s.e.", "z", "runs"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for row in ledger.rows:
        table.add_row(row.entry, row.tag, row.direction, row.case, row.name, *_numbers(row), row.verdict)
    return table


def _numbers(row: Row) -> tuple[str, ...]:
    exact = row.standard_error == 0.0
    return (
        f"{row.prediction:.6g}",
        f"{row.value:.6g}",
        "" if exact else f"{row.standard_error:.2g}",
        "" if exact else f"{row.z:+.2f}",
        f"{row.runs:,}" if row.runs else "",
    )


def write_page(ledger: Ledger, entries: Sequence[Entry], page: Path, pictures: Path) -> None:
    """Write the page, and a figure for each group of entries.

    Args:
        ledger: what was played.
        entries: those it holds, in the order of the page.
        page: the Markdown file.
        pictures: folder of the figures.
    """
    from signalling.figures.style import save

    parts = [INTRODUCTION, headline(ledger) + "\n"]
    for group in dict.fromkeys(entry.group for entry in entries):
        members = [entry for entry in entries if entry.group == group]
        parts.append(f"## {group}\n")
        if any(entry.panels for entry in members):
            name = group.lower().replace(" ", "-").replace(",", "")
            save(draw_verified(members, ledger.rows, group), pictures, name)
            link = Path(os.path.relpath(pictures / f"{name}.png", page.parent)).as_posix()
            parts.append(f"![{group}: theory as lines, simulation as points]({link})\n")
        parts += [_entry(entry, [row for row in ledger.rows if row.entry == entry.key]) for entry in members]
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join(parts), "utf-8")


def _entry(entry: Entry, rows: Sequence[Row]) -> str:
    directions = ", or ".join(DIRECTIONS[sign] for sign in entry.direction)
    lines = [
        f"### {entry.key} {entry.title}\n",
        f"*Source:* {entry.source}. *Direction:* better communication {directions}.\n",
        f"*The game.* {' '.join(entry.game.split())}\n",
        f"*The result.* {' '.join(entry.result.split())}\n",
        "| | case | number | predicted | found | s.e. | z | runs | |",
        "|---|---|---|---:|---:|---:|---:|---:|---|",
    ]
    for row in rows:
        verdict = "yes" if row.verdict == "reproduced" else "**no**"
        numbers = (number.replace("-", "−") for number in _numbers(row))
        names = (name.replace("|", "\\|") for name in (row.case, row.name))
        lines.append(f"| {' | '.join((row.tag, *names, *numbers, verdict))} |")
    return "\n".join(lines) + "\n"
