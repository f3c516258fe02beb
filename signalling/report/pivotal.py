"""Pivotal messages as tables, sentences and files."""

import datetime as dt
import json
from pathlib import Path

import pyarrow.parquet as pq
from rich.table import Table

from signalling.chronicle import Trace
from signalling.figures.time_axis import day_and_month
from signalling.pivots import GROUPINGS, Pivotal, Share, Tried
from signalling.scenario import Scenario
from signalling.side_by_side import side_by_side
from signalling.store import write_text, write_whole

JOURNAL = "journal.jsonl"
SUMMARY = "pivotal.json"
MESSAGES = "messages.parquet"
CHRONICLES = "chronicles.txt"
DIAGRAM = "space_time"
#: What the two versions of a run are called.
VERSIONS = ("as it was", "message read at once")

HEADINGS = {
    "channel": "from and to",
    "said": "said",
    "befell": "what befell it",
    "days_before_war": "days before the war",
}
#: Rows of a table of one war, and of a grouping, before the rest is summed up in a sentence.
MOST_ROWS = 24


def war_table(found: Pivotal, scenario: Scenario) -> Table:
    """The pivotal messages of one war, in the order of sending."""
    title = f"{found.title}, run {found.wars[0]} of seed {found.seed}: messages on which the war hung"
    table = Table(title=title, title_justify="left")
    table.add_column("sent")
    table.add_column("from and to")
    table.add_column("said")
    table.add_column("what befell it")
    table.add_column("had it been read at once, intact")
    for message in found.pivotal[:MOST_ROWS]:
        table.add_row(
            _moment(scenario, message.sent_hours),
            message.channel.replace("->", " to "),
            message.said,
            _befell(message),
            f"no war in {scenario.horizon_days:g} days",
        )
    return table


def _befell(message: Tried) -> str:
    late = "" if message.read_hours is None else f", {message.read_hours - message.sent_hours:.1f} h"
    return message.befell + late


def _moment(scenario: Scenario, hours: float) -> str:
    """A date where the scenario has them, else day and hour."""
    if scenario.start is None:
        return f"day {int(hours // 24) + 1}, {hours % 24:04.1f} h"
    moment = scenario.start.astimezone(dt.UTC) + dt.timedelta(hours=hours)
    return f"{day_and_month(moment)} {moment:%H:%M} GMT"


def war_sentences(found: Pivotal) -> str:
    """What one war comes to in words."""
    pivotal = len(found.pivotal)
    what = "none of them" if pivotal == 0 else f"{pivotal} of them" if pivotal > 1 else "one of them"
    hidden = f" The first {MOST_ROWS} are shown." if pivotal > MOST_ROWS else ""
    return (
        f"{len(found.messages)} messages between rivals were late, lost or garbled. Each was tried by "
        f"itself, all else on the same luck: the war hung on {what}.{hidden}"
    )


def shares_table(found: Pivotal, grouping: str) -> Table:
    """How often messages are pivotal, by what they have in common."""
    percent = f"{100 * found.confidence:g} %"
    table = Table(title_justify="left")
    numeric = grouping == "days_before_war"
    table.add_column(HEADINGS[grouping], justify="right" if numeric else "left")
    for heading in ("tried", "pivotal", "wars that hang on one", f"share of wars [{percent}]"):
        table.add_column(heading, justify="right")
    for share in found.by(grouping)[:MOST_ROWS]:
        table.add_row(_group(share), str(share.tried), str(share.pivotal), str(share.wars), _percent(share))
    return table


def _group(share: Share) -> str:
    return str(share.group).replace("->", " to ")


def _percent(share: Share) -> str:
    return str(share.share_of_wars)


def shares_sentences(found: Pivotal) -> str:
    """What many wars come to in words, with what such counts do not say."""
    share = found.share_of_wars()
    hanging = len({message.run for message in found.pivotal})
    return (
        f"{found.title}, seed {found.seed}: of {len(found.runs)} runs {len(found.wars)} ended in war, and "
        f"{hanging} of these wars hang on a single message: {share} of the wars. "
        f"{len(found.messages)} messages were tried, {len(found.pivotal)} are pivotal. A war may hang on "
        "several, each of which alone averts it, so the rows of a table overlap; one that hangs on none may "
        "still be averted by a better line, which mends many messages at once. Levels rest on judgement "
        "(tempo, weights, costs of war)."
    )


def told(found: Pivotal, scenario: Scenario, versions: tuple[Trace, Trace] | None) -> list[Table | str]:
    """What is printed: one run with what its first pivotal message would have changed, or shares.

    Args:
        found: what was found.
        scenario: of which.
        versions: of one war: as it was, and with its first pivotal message read at once.
    """
    if len(found.runs) > 1:
        return [shares_sentences(found), *(shares_table(found, grouping) for grouping in GROUPINGS)]
    parts: list[Table | str] = [war_table(found, scenario)] if found.pivotal else []
    parts.append(war_sentences(found))
    if versions is not None:
        parts += ["\nThe first of them read at once:\n", side_by_side(*versions, VERSIONS)]
    return parts


def write_pivotal(found: Pivotal, folder: Path, versions: tuple[Trace, Trace] | None = None) -> list[Path]:
    """Write the summary and a row for each message; of one war also how it goes with its first pivotal one.

    Args:
        found: what was found.
        folder: where; made if absent.
        versions: the war as it was, and with its first pivotal message read at once.

    Raises:
        ResultError: the place cannot be written.
    """
    from signalling.figures.space_time import draw_two_space_times
    from signalling.figures.style import save

    write_text(folder / SUMMARY, json.dumps(found.summary(), indent=1, ensure_ascii=False) + "\n")
    write_whole(folder / MESSAGES, lambda partial: pq.write_table(found.to_arrow(), partial))
    written = [folder / SUMMARY, folder / MESSAGES]
    if versions is not None:
        write_text(folder / CHRONICLES, side_by_side(*versions, VERSIONS))
        figure = draw_two_space_times(*versions, names=VERSIONS)
        written += [folder / CHRONICLES, *save(figure, folder, DIAGRAM)]
    return written
