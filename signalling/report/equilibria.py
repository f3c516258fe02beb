"""Deviations from equilibria as a table for a terminal, and as a page."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.table import Table

from signalling.verification.equilibria import Equilibria, Tried
from signalling.verification.ledger import MOST_STANDARD_ERRORS

HEADINGS = ("who", "does instead", "gain", "95 % interval", "answer")

INTRODUCTION = f"""# Does anybody gain by another plan?

An equilibrium is a plan for every state from which none gains by departing alone. For every plan that an
entry of [theory.md](theory.md) calls an equilibrium, the plans are played as scenarios, and then again on the
same luck with one state's plan changed: a cutoff moved, a word or an act replaced. A deviation counts as
gaining if its mean gain exceeds {MOST_STANDARD_ERRORS:g} of its standard errors. Where a plan mixes, its
alternatives pay the same, so about half of the gains are a little above 0. Plans that are played and are no
equilibria are marked so: there somebody does gain, which shows that the trial can tell.

This page is written by `signalling equilibrium`: `make theory` writes it anew, and
`signalling equilibrium --entry T11` tries one entry.
"""


def equilibria_headline(found: Equilibria) -> str:
    """What came of it all."""
    equilibrium = [rows for rows in found.profiles.values() if rows[0].equilibrium]
    others = len(found.profiles) - len(equilibrium)
    deviations = sum(map(len, equilibrium))
    gaining = sum(row.answer == "gains" for rows in equilibrium for row in rows)
    from_these = f"{len(equilibrium)} equilibri{'um' if len(equilibrium) == 1 else 'a'}"
    text = f"From {from_these} {deviations} deviations were tried; {gaining} of them gain. "
    if others:
        exploited = sum(
            any(row.answer == "gains" for row in rows)
            for rows in found.profiles.values()
            if not rows[0].equilibrium
        )
        text += f"Of {others} plans that are no equilibria somebody gains by departing from {exploited}. "
    return text.strip()


def equilibria_table(found: Equilibria) -> Table:
    """A row for each deviation, for a terminal."""
    table = Table(title="Deviations on the same luck", title_justify="left")
    for heading in ("entry", "profile", *HEADINGS[:2]):
        table.add_column(heading, overflow="fold")
    for heading in HEADINGS[2:4]:
        table.add_column(heading, justify="right")
    table.add_column(HEADINGS[4])
    for (entry, profile), rows in found.profiles.items():
        name = profile if rows[0].equilibrium else f"{profile} (no equilibrium)"
        for row in rows:
            table.add_row(entry, name, *_cells(row))
    return table


def _cells(row: Tried) -> tuple[str, ...]:
    return (
        row.state,
        row.deviation,
        f"{row.gain:+.5f}",
        f"[{row.low:+.5f}, {row.high:+.5f}]",
        row.answer,
    )


def write_equilibria_page(found: Equilibria, titles: dict[str, str], page: Path) -> None:
    """Write the page: of each entry a table of its plans, and folded below it every deviation.

    Args:
        found: what was tried.
        titles: of the entries by key.
        page: the Markdown file.
    """
    parts = [INTRODUCTION, equilibria_headline(found) + "\n"]
    for key in dict.fromkeys(entry for entry, _ in found.profiles):
        profiles = {name: rows for (entry, name), rows in found.profiles.items() if entry == key}
        parts.append(f"## {key} {titles[key]}\n")
        parts.append("\n".join(_plans(profiles)) + "\n")
        deviations = sum(map(len, profiles.values()))
        parts.append(f"<details><summary>All {deviations} deviations</summary>\n")
        parts += [_deviations(name, rows) for name, rows in profiles.items()]
        parts.append("</details>\n")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join(parts), "utf-8")


def _plans(profiles: Mapping[str, Sequence[Tried]]) -> list[str]:
    """A row for each plan, with the deviation that gains most in standard errors."""
    headings = ("plan", "equilibrium", "tried", "best of them", "gain", "95 % interval", "answer")
    lines = [f"| {' | '.join(headings)} |", "|---|---|---:|---|---:|---:|---|"]
    for name, rows in profiles.items():
        best = max(rows, key=lambda row: row.gain / row.standard_error if row.standard_error else row.gain)
        who, what, *numbers = _page_cells(best)
        called = "yes" if best.equilibrium else "no"
        lines.append(f"| {' | '.join((name, called, str(len(rows)), f'{who}: {what}', *numbers))} |")
    return lines


def _deviations(name: str, rows: Sequence[Tried]) -> str:
    lines = [
        f"**{name}** ({rows[0].runs:,} runs)\n",
        f"| {' | '.join(HEADINGS)} |",
        "|---|---|---:|---:|---|",
        *(f"| {' | '.join(_page_cells(row))} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _page_cells(row: Tried) -> tuple[str, ...]:
    return tuple(cell.replace("-", "−") for cell in _cells(row))
