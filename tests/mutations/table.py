"""The table of errors: on the terminal, and in a document between two marks."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.mutations.trial import Trial, Verdict

BEGIN = "<!-- mutations: begin -->\n"
END = "<!-- mutations: end -->\n"
COLOURS = {Verdict.CAUGHT: "green", Verdict.SURVIVED: "bold red"}


def show(trials: Sequence[Trial]) -> None:
    """Print the table."""
    table = Table(title="Deliberate errors")
    for heading in ("error", "file", "verdict", "caught by"):
        table.add_column(heading, overflow="fold")
    for trial in trials:
        verdict = f"[{COLOURS[trial.verdict]}]{trial.verdict.value}[/]"
        # A test's parameters stand in square brackets, which would be read as a colour.
        caught_by = trial.caught_by.replace("[", r"\[")
        table.add_row(trial.error.name, trial.error.file, verdict, caught_by)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def block(trials: Sequence[Trial]) -> str:
    """The table in Markdown."""
    lines = ["| deliberate error | in `signalling` | caught by |", "|---|---|---|"]
    for trial in trials:
        caught_by = f"`{trial.caught_by}`" if trial.caught_by else "**survived**"
        lines.append(f"| {trial.error.name} | `{trial.error.file}` | {caught_by} |")
    return "\n".join(lines) + "\n"


def with_block(text: str, table: str) -> str:
    """A document with the table between its marks replaced."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"holds no table of errors; put the two lines {BEGIN}{END}where it is to stand")
    return before + begin + table + end + after
