"""The page of verified theory: a chapter of entries, from the question to what is learnt from it."""

import math
import os
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from signalling.figures.verified import draw_verified
from signalling.report.chapters import CLOSING, GROUPS, INTRODUCTION
from signalling.verification.ledger import MOST_STANDARD_ERRORS, Entry, Row
from signalling.verification.playing import Ledger

#: What better communication does, in words, by direction.
DIRECTIONS = {
    "+": "helps",
    "0": "does nothing",
    "-": "does harm",
}


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
    if row.tag == "Q":
        return _as_sign(row.prediction), _as_sign(row.value), "", "", f"{row.runs:,}"
    return (
        f"{row.prediction:.6g}",
        f"{row.value:.6g}",
        "" if exact else f"{row.standard_error:.2g}",
        "" if exact else f"{row.z:+.2f}",
        f"{row.runs:,}" if row.runs else "",
    )


def _as_sign(value: float) -> str:
    """A sign in words.

    Example:
        >>> [_as_sign(value) for value in (1.0, 0.0, -1.0)]
        ['above 0', '0', 'below 0']
    """
    return "0" if value == 0.0 else "above 0" if value > 0.0 else "below 0"


def write_page(ledger: Ledger, entries: Sequence[Entry], page: Path, pictures: Path) -> None:
    """Write the page, and a figure for each entry that has panels.

    Args:
        ledger: what was played.
        entries: those it holds.
        page: the Markdown file.
        pictures: folder of the figures.
    """
    parts = [INTRODUCTION, headline(ledger) + "\n"]
    order = list(dict.fromkeys((*GROUPS, *(entry.group for entry in entries))))
    # Within a group what has numbers comes first.
    told = sorted(entries, key=lambda entry: (order.index(entry.group), entry.key.startswith("Q")))
    for group in dict.fromkeys(entry.group for entry in told):
        parts.append(f"## {group}\n")
        if group in GROUPS:
            parts.append(_flowing(GROUPS[group]) + "\n")
        for entry in told:
            if entry.group == group:
                rows = [row for row in ledger.rows if row.entry == entry.key]
                parts.append(_entry(entry, rows, _figure(entry, rows, page, pictures)))
    parts.append(_closing(told))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join(parts), "utf-8")


def _flowing(text: str) -> str:
    return " ".join(text.split())


def _figure(entry: Entry, rows: Sequence[Row], page: Path, pictures: Path) -> str:
    """Draw the figure of an entry, and the line that shows it; empty if it has no panels."""
    from signalling.figures.style import save

    if not entry.panels:
        return ""
    name = entry.key.lower()
    save(draw_verified(entry, rows), pictures, name)
    link = Path(os.path.relpath(pictures / f"{name}.png", page.parent)).as_posix()
    return f"![{entry.key} {entry.title}: theory as lines, simulation as points]({link})\n"


def _entry(entry: Entry, rows: Sequence[Row], figure: str) -> str:
    """An entry as a section; its numbers are folded away, so that the chapter reads."""
    game = "  \n".join(_flowing(line) for line in entry.game.strip().splitlines())
    better = f"Better communication {_told(entry.direction)}"
    lines = [
        f"### {entry.key} {entry.title}\n",
        f"*The question.* {_flowing(entry.question)}\n",
        f"*The game.* {game}\n",
        f"*The result.* {_flowing(entry.result)}\n",
        figure,
        f"*The source.* {entry.source[0].upper()}{_flowing(entry.source)[1:]}.\n",
        f"*What it says about the claim.* {_flowing(entry.lesson)} {better}.\n",
        f"<details><summary>{_summary(rows)}</summary>\n",
        "| | case | number | predicted | found | s.e. | z | runs | |",
        "|---|---|---|---:|---:|---:|---:|---:|---|",
    ]
    for row in rows:
        verdict = "yes" if row.verdict == "reproduced" else "**no**"
        numbers = (number.replace("-", "−") for number in _numbers(row))
        names = (name.replace("|", "\\|") for name in (row.case, row.name))
        lines.append(f"| {' | '.join((row.tag, *names, *numbers, verdict))} |")
    return "\n".join(line for line in (*lines, "\n</details>\n") if line)


def _told(direction: str) -> str:
    return ", or ".join(DIRECTIONS[sign] for sign in direction)


def _summary(rows: Sequence[Row]) -> str:
    """How many numbers an entry has, how many came out, and the worst of them.

    Example:
        >>> _summary([])
        'No numbers'
    """
    if not rows:
        return "No numbers"
    failed = sum(row.verdict != "reproduced" for row in rows)
    text = f"{len(rows)} number{'s' if len(rows) > 1 else ''}, "
    text += f"{failed} not reproduced" if failed else "all reproduced" if len(rows) > 1 else "reproduced"
    scores = [row.z for row in rows if not math.isnan(row.z)]
    return text + (f"; worst z {max(scores, key=abs):+.2f}".replace("-", "−") if scores else "; all exact")


def _closing(entries: Sequence[Entry]) -> str:
    """All entries side by side: what better communication does, and what each says of the claim."""
    heading = ("", "result", "better communication", "what it says about the claim")
    rows = [(entry.key, entry.title, _told(entry.direction), _flowing(entry.lesson)) for entry in entries]
    lines = [f"| {' | '.join(row)} |" for row in (heading, ("---",) * len(heading), *rows)]
    return "\n".join((CLOSING, *lines)) + "\n"
