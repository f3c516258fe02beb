"""A study's results folder as a table for a terminal and for JSON."""

from typing import Any

from rich.table import Table

from signalling.cells import shown
from signalling.collected import Collected
from signalling.stats import wilson

#: Cells that a terminal is shown; the files have them all.
MOST_ROWS = 60
CONFIDENCE = 0.95


def study_summary(collected: Collected) -> dict[str, Any]:
    """What a folder holds and lacks, and P(war) of each cell where there are wars to count."""
    wars = collected.counts("war")
    summary = collected.status()
    for entry in summary["cells"]:
        if entry["cell"] in wars:
            true, known = wars[entry["cell"]]
            entry["p_war"] = wilson(true, known, CONFIDENCE)._asdict()
    return summary | {"confidence": CONFIDENCE}


def study_table(summary: dict[str, Any]) -> Table:
    """The summary of a study, a row for each cell."""
    cells = summary["cells"]
    told = f"{summary['name']}: {summary['runs_held']} runs held, {summary['runs_missing']} missing"
    if summary["runs_failed"]:
        told += f", {summary['runs_failed']} of them failed"
    if summary["damaged"]:
        told += f"; damaged: {', '.join(summary['damaged'])}"
    table = Table(title=told, title_justify="left", caption_justify="left")
    with_wars = any("p_war" in entry for entry in cells)
    table.add_column("cell")
    table.add_column("sets")
    table.add_column("treatment")
    for heading in ("runs", *(("P(war) [95 %]",) if with_wars else ())):
        table.add_column(heading, justify="right")
    for entry in cells[:MOST_ROWS]:
        row = [entry["cell"][:8], shown(entry["settings"]), entry["treatment"]]
        row.append(f"{entry['held']} of {entry['wanted']}")
        if with_wars:
            war = entry.get("p_war")
            row.append(f"{war['estimate']:.3f} [{war['low']:.3f}, {war['high']:.3f}]" if war else "none")
        table.add_row(*row)
    if len(cells) > MOST_ROWS:
        table.caption = f"and {len(cells) - MOST_ROWS} cells more; --json lists all"
    return table
