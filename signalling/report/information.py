"""Information as tables for a terminal, as sentences, and as files in a folder."""

import json
from functools import partial
from pathlib import Path

from rich.table import Table

from signalling.bits import MEASURES, CellInformation, Information
from signalling.cells import shown
from signalling.estimates.labels import short_names
from signalling.report.studies import MOST_ROWS
from signalling.stats import Estimate, Interval
from signalling.store import write_text, write_whole

JOURNAL = "journal.jsonl"
SUMMARY = "information.json"
CELLS = "cells.parquet"
CHANNELS = "channels.parquet"
FIGURE = "information"


def channel_table(found: Information) -> Table:
    """A row for each channel between rivals, of one scenario."""
    (cell,) = found.cells
    percent = f"{100 * found.confidence:g} %"
    title = f"{found.name}: {cell.runs} runs, seed {cell.cell.seed}"
    table = Table(title=title, title_justify="left")
    table.add_column("channel")
    for heading in (
        "sent",
        "read",
        f"bits per report [{percent}]",
        "entropy",
        f"bits at review [{percent}]",
        "entropy",
        "share",
    ):
        table.add_column(heading, justify="right")
    rows = [(told.channel, str(told.sent), str(told.reports), told.bits) for told in cell.channels]
    if len(rows) > 1:
        rows.append(("mean", "", "", cell.bits))
    for name, sent, reports, bits in rows:
        table.add_row(
            name,
            sent,
            reports,
            _interval(bits.bits_per_report),
            _number(bits.entropy_per_report),
            _interval(bits.bits_at_review),
            _number(bits.entropy_at_review),
            _number(bits.share_at_review),
        )
    return table


def cell_table(found: Information) -> Table:
    """A row for each cell of a study."""
    percent = f"{100 * found.confidence:g} %"
    table = Table(title=f"{found.name}: {len(found.cells)} cells", title_justify="left")
    dials = found.dials()
    for name in short_names(dials):
        table.add_column(name, overflow="fold", min_width=max(map(len, name.split())))
    if len(found.treatments()) > 1:
        table.add_column("treatment")
    table.add_column("runs", justify="right")
    for heading in ("P(war)", "bits per report", "bits at review", "share at review"):
        table.add_column(f"{heading}\n[{percent}]", justify="right", no_wrap=True)
    table.add_column("age, h", justify="right")
    for cell in found.cells[:MOST_ROWS]:
        row = [shown({"": cell.cell.settings.get(path)}).removeprefix(" = ") for path in dials]
        row += [cell.cell.treatment] if len(found.treatments()) > 1 else []
        row += [str(cell.runs), _interval(cell.p_war), _interval(cell.bits.bits_per_report)]
        row += [_interval(cell.bits.bits_at_review), _interval(cell.bits.share_at_review)]
        table.add_row(*row, _number(cell.mean_age_hours, 1))
    if len(found.cells) > MOST_ROWS:
        table.caption = f"and {len(found.cells) - MOST_ROWS} cells more; --json lists all"
    return table


def _interval(value: Estimate | Interval, digits: int = 3) -> str:
    if value.low is None or value.high is None:
        return _number(value, digits)
    return f"{_number(value, digits)} [{_told(value.low, digits)}, {_told(value.high, digits)}]"


def _number(value: Estimate | Interval, digits: int = 3) -> str:
    return "none" if value.estimate is None else _told(value.estimate, digits)


def _told(number: float, digits: int) -> str:
    """Rounded, and without a sign where that leaves zero."""
    text = f"{number:.{digits}f}"
    return text.lstrip("-") if float(text) == 0.0 else text


def information_sentences(found: Information) -> str:
    """What stands beside the bits, or how far each measure puts the cells in the order of P(war)."""
    if len(found.cells) == 1:
        return _sentences(found.cells[0])
    lines = ["P(war) rises with (Kendall's tau-b over the cells; below 0 it falls):"]
    order = found.order()
    known = {name: tau for name, tau in order.items() if tau is not None}
    names = dict(zip(found.dials(), short_names(found.dials()), strict=True))
    for name in sorted(known, key=lambda key: -abs(known[key])):
        told = names.get(name) or MEASURES[name][0]
        lines.append(f"  {known[name]:+.2f}  {told}")
    return "\n".join(lines)


def _sentences(cell: CellInformation) -> str:
    lines = [f"P(war) {_interval(cell.p_war)}."]
    for name in ("mean_age_hours", "belief_error", "rung_error"):
        value = cell.measure(name)
        if value.estimate is not None:
            words, unit = MEASURES[name]
            lines.append(f"{words[0].upper()}{words[1:]}, {unit}: {_interval(value)}.")
    lines.append(
        "Bits per report: rung as sent and letter as read. At review: rung now and letter last read. "
        "Estimates may fall below 0, where there is nothing to know."
    )
    return "\n".join(lines)


def write_information(found: Information, folder: Path) -> list[Path]:
    """Write information.json, the tables of cells and channels and, of several cells, the figure.

    Raises:
        ResultError: the place cannot be written.
    """
    import pyarrow.parquet as pq

    text = json.dumps(found.summary(), indent=1, ensure_ascii=False) + "\n"
    write_text(folder / SUMMARY, text)
    write_whole(folder / CELLS, partial(pq.write_table, found.table()))
    write_whole(folder / CHANNELS, partial(pq.write_table, found.channels()))
    written = [folder / name for name in (SUMMARY, CELLS, CHANNELS)]
    if len(found.cells) > 1:
        from signalling.figures.information import draw_information
        from signalling.figures.style import save

        written += save(draw_information(found), folder, FIGURE)
    return written
