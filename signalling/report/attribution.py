"""Shares of the wars by fault as a table for a terminal, as sentences, and as files in a folder."""

import json
from functools import partial
from pathlib import Path

from rich.table import Table

from signalling.report.tables import signed
from signalling.shares import Attribution
from signalling.stats import Interval
from signalling.store import write_text, write_whole

JOURNAL = "journal.jsonl"
SUMMARY = "attribution.json"
RUNS = "runs.parquet"
FIGURE = "shares"


def attribution_table(found: Attribution) -> Table:
    """A row for each fault that is on, the largest share first, and one for all of them together."""
    counts, percent = found.table(), f"{100 * found.confidence:g} %"
    table = Table(title=f"{found.title}: {len(found.runs)} runs, seed {found.seed}", title_justify="left")
    table.add_column("fault", overflow="fold")
    for heading in (
        f"adds to P(war) [{percent}]",
        f"of {counts['war/peace']} wars caused",
        f"of {counts['peace/war']} prevented",
        "off alone: averts",
        "causes",
    ):
        table.add_column(heading, justify="right")
    shares, caused, prevented, but_for = found.shares(), found.caused(), found.prevented(), found.but_for()
    for name in found.by_share():
        table.add_row(
            name,
            signed(shares[name]),
            _share(caused.get(name)),
            _share(prevented.get(name)),
            str(but_for[name].averted),
            str(but_for[name].caused),
        )
    table.add_section()
    together = ["1" if part else "" for part in (caused, prevented)]
    table.add_row("all of them", signed(found.difference()), *together, *_all_off(found))
    return table


def _all_off(found: Attribution) -> tuple[str, str]:
    counts = found.table()
    return str(counts["war/peace"]), str(counts["peace/war"])


def _share(interval: Interval | None) -> str:
    if interval is None:
        return "none"
    numbers = (f"{number:.2f}" for number in interval)
    estimate, low, high = (text.lstrip("-") if float(text) == 0.0 else text for text in numbers)
    return f"{estimate} [{low}, {high}]"


def attribution_sentences(found: Attribution) -> str:
    """What became of the wars, which faults are off, and what the shares do not say."""
    counts = found.table()
    caused, prevented, untouched = (counts[key] for key in ("war/peace", "peace/war", "war/war"))
    told = (
        f"{len(found.runs)} crises on the same luck, {caused + untouched} of which end in war. Without any "
        f"of these faults {caused} of the wars would not have been, {untouched} would have been all the "
        f"same, and there would have been {prevented} others, which the faults prevented."
    )
    lines = [told]
    off = [name for name, on in zip(found.players, found.on, strict=True) if not on]
    if off:
        lines.append(f"Off in this scenario, share 0: {', '.join(off)}.")
    lines.append(
        "A share is what a fault adds on average over all orders in which the faults might come; shares add "
        "up. Off alone: the fault is taken away and the others stay. How bad channels are and how states "
        "decide is judgement, and shares rest on it; they do not say what caused a war that was."
    )
    return "\n".join(lines)


def write_attribution(found: Attribution, folder: Path) -> list[Path]:
    """Write attribution.json, the table of runs and, if any fault is on, the figure.

    Raises:
        ResultError: the place cannot be written.
    """
    import pyarrow.parquet as pq

    text = json.dumps(found.summary(), indent=1, ensure_ascii=False) + "\n"
    write_text(folder / SUMMARY, text)
    write_whole(folder / RUNS, partial(pq.write_table, found.runs_table()))
    written = [folder / SUMMARY, folder / RUNS]
    if any(found.on):
        from signalling.figures.shares import draw_shares
        from signalling.figures.style import save

        written += save(draw_shares(found), folder, FIGURE)
    return written
