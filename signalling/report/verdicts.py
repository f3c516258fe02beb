"""Verdicts as a table for a terminal, as sentences, and as files in a folder."""

import json
from pathlib import Path

from rich.table import Table

from signalling.report.tables import signed
from signalling.sequential import Decision
from signalling.store import write_text
from signalling.verdicts import Verdict, Verdicts

JOURNAL = "journal.jsonl"
VERDICTS = "verdict.json"
FIGURE = "verdict"

ANSWERS = {True: "yes", False: "no", None: "not settled"}


def verdict_table(found: Verdicts) -> Table:
    """A row for each claim."""
    table = Table(title=f"{found.claims.name}: seed {found.claims.seed}", title_justify="left")
    table.add_column("claim", overflow="fold")
    for heading in ("expected", "verdict"):
        table.add_column(heading)
    for heading in ("pairs", "averted", "caused", "difference [sequence]", "margin"):
        table.add_column(heading, justify="right")
    table.add_column("borne out")
    for verdict in found:
        pairs, averted, caused = verdict.counts
        table.add_row(
            verdict.claim.name,
            verdict.claim.expected.value,
            verdict.decision.value,
            str(pairs),
            str(averted),
            str(caused),
            signed(verdict.difference()),
            f"{verdict.claim.margin:g}",
            ANSWERS[verdict.borne_out],
        )
    return table


def verdict_sentences(found: Verdicts) -> str:
    """What each verdict says, what all of them together may be wrong in, and what undecided ones need."""
    lines = [_sentence(verdict) for verdict in found]
    error, level = found.claims.error, found.claims.level
    if len(found) == 1:
        lines.append(f"The chance that this verdict is wrong is at most {error:g}, whenever it stopped.")
    else:
        lines.append(
            f"The chance that any of these {len(found)} verdicts is wrong is at most {error:g}, whenever "
            f"each of them stopped: every claim has an equal share, {level:.3g} (Bonferroni)."
        )
    if any(verdict.decision == Decision.UNDECIDED for verdict in found):
        lines.append(
            f"Undecided after {found.budget} pairs: nothing is said of it. More pairs may be given with "
            "--budget at no cost in error."
        )
    return "\n".join(lines)


def _sentence(verdict: Verdict) -> str:
    margin, difference = verdict.claim.margin, verdict.difference()
    meaning = {
        Decision.PREVENTS: f"it prevents war: P(war) falls by {-difference.high:.3f} or more",
        Decision.INCREASES: f"it increases war: P(war) rises by {difference.low:.3f} or more",
        Decision.NO_EFFECT: f"it has no effect: P(war) changes by less than the margin, {margin:g}",
        Decision.UNDECIDED: f"undecided: {signed(difference)} holds an end of the margin, {margin:g}",
    }[verdict.decision]
    answer = {
        True: "as claimed",
        False: f"against the claim ({verdict.claim.expected.value})",
        None: f"the claim ({verdict.claim.expected.value}) is neither borne out nor refuted",
    }[verdict.borne_out]
    return f"{verdict.claim.name}: {meaning}; {answer}."


def write_verdicts(found: Verdicts, folder: Path) -> list[Path]:
    """Write verdict.json and the figure.

    Raises:
        ResultError: the place cannot be written.
    """
    from signalling.figures.style import save
    from signalling.figures.verdict import draw_verdicts

    text = json.dumps(found.summary(), indent=1, ensure_ascii=False) + "\n"
    write_text(folder / VERDICTS, text)
    return [folder / VERDICTS, *save(draw_verdicts(found), folder, FIGURE)]
