"""What a page may say of an experiment, as its template calls it: rows, figures, tables, predictions."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from signalling.errors import SignallingError
from signalling.experiments.experiment import Experiment
from signalling.experiments.marks import Mark, Marked, marked
from signalling.experiments.rows import Row
from signalling.experiments.tables import chosen, percent, told
from signalling.figures.paper.points import HIGH, LOW

#: Folders of an experiment's results.
FIGURES, TABLES = "figures", "tables"


class Tally(NamedTuple):
    """How the intervals of rows lie to a line."""

    above: int
    below: int
    open: int

    @property
    def all(self) -> int:
        """How many rows there are."""
        return sum(self)


class Told:
    """An experiment and the rows of its parts, with everything that templates ask of them.

    Args:
        experiment: the folder.
        rows_of: the rows of its parts, by name.
        results: the folder of its results.
        page: the folder of the page, from which links begin.
    """

    def __init__(
        self, experiment: Experiment, rows_of: Mapping[str, Sequence[Row]], results: Path, page: Path
    ) -> None:
        self.experiment = experiment
        self.rows_of = rows_of
        self.results = results
        self.page = page

    def rows(self, part: str, where: Mapping[str, Any] | None = None, **named: Any) -> list[Row]:
        """The rows of a part that have some values; a list means any of its values."""
        if part not in self.rows_of:
            raise SignallingError(
                f"{self.experiment.name}: has no part {part!r}; it has {list(self.rows_of)}"
            )
        return chosen(self.rows_of[part], {**(where or {}), **named})

    def row(self, part: str, where: Mapping[str, Any] | None = None, **named: Any) -> Row:
        """The one row of a part that has some values."""
        found = self.rows(part, where, **named)
        if len(found) != 1:
            asked = {**(where or {}), **named}
            place = f"{self.experiment.name}, {part}"
            raise SignallingError(f"{place}: {len(found)} rows have {asked}; ask for one")
        return found[0]

    def mark(self, name: str) -> Marked:
        """What became of a prediction."""
        prediction = self.experiment.spec.predictions[name]
        return marked(prediction, self.rows_of[prediction.part])

    def predictions(self) -> str:
        """All predictions with what was measured and what became of them, as a Markdown table."""
        lines = ["| prediction | measured [95 %] | mark |", "|---|---|---|"]
        for name, prediction in self.experiment.spec.predictions.items():
            found = self.mark(name)
            lines.append(f"| {prediction.text} | {found.measured} | **{found.mark.value}** |")
        return "\n".join(lines)

    def counted(self) -> dict[str, int]:
        """How many predictions came to what."""
        marks = [self.mark(name).mark for name in self.experiment.spec.predictions]
        return {mark.value: marks.count(mark) for mark in Mark}

    def figure(self, name: str) -> str:
        """A figure with its caption, as Markdown."""
        path = self._link(self.results / FIGURES / f"{name}.png")
        caption = self.caption(name)
        return f"![{caption.split('. ')[0].rstrip('.')}]({path})\n\n*{caption}*"

    def caption(self, name: str) -> str:
        """The caption of a figure, with its numbers."""
        return self.filled(self.experiment.spec.figures[name].caption)

    def table(self, name: str) -> str:
        """A table with its caption, as Markdown."""
        spec = self.experiment.spec.tables[name]
        return f"{spec.markdown(self.rows_of[spec.part])}\n\n*{self.filled(spec.caption)}*"

    def filled(self, text: str) -> str:
        """A template of this experiment with its numbers, in one paragraph."""
        return " ".join(fill(text, self.names(), f"{self.experiment.name}: caption").split())

    def names(self) -> dict[str, Any]:
        """What a template of this experiment may call."""
        called = (self.rows, self.row, self.mark, self.predictions, self.counted, self.figure, self.table)
        return {method.__name__: method for method in called}

    def _link(self, path: Path) -> str:
        return Path(os.path.relpath(path, self.page)).as_posix()


def tally(rows: Sequence[Row], column: str = "difference", line: float = 0.0) -> Tally:
    """How many rows have their interval above a line, below it, or around it."""
    ends = [(row[f"{column}{LOW}"], row[f"{column}{HIGH}"]) for row in rows]
    known = [(float(low), float(high)) for low, high in ends if low is not None and high is not None]
    above = sum(low > line for low, _ in known)
    below = sum(high < line for _, high in known)
    return Tally(above, below, len(known) - above - below)


def moves(row: Row, column: str = "difference") -> str:
    """What a change does, by its interval: raises, lowers, or does not measurably change."""
    found = tally([row], column)
    if found.above:
        return "raises"
    return "lowers" if found.below else "does not measurably change"


def fill(text: str, names: Mapping[str, Any], place: str) -> str:
    """A template with its numbers.

    Args:
        text: the template, in Jinja's language.
        names: what it may call.
        place: where it stands, for the message.

    Raises:
        SignallingError: it asks for what is not there.
    """
    import jinja2

    environment = jinja2.Environment(  # noqa: S701 - Markdown, not HTML
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters.update(est=told, percent=percent, moves=moves)
    environment.globals.update(tally=tally, abs=abs, min=min, max=max, **names)
    try:
        return environment.from_string(text).render()
    except (jinja2.TemplateError, KeyError, TypeError, ValueError) as error:
        raise SignallingError(f"{place}: {error}; the template asks for what is not there") from error
