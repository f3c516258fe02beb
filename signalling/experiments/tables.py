"""Tables as files: all columns as CSV, chosen ones for readers as Markdown and LaTeX."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from signalling.errors import ResultError, SignallingError
from signalling.experiments.rows import Row, Value
from signalling.figures.paper.points import CHANGES, HIGH, LOW
from signalling.parameters import Strict
from signalling.store import write_text
from signalling.validation import suggestion


class TableSpec(Strict):
    """Which rows and columns of a part a reader is shown."""

    part: str = Field(description="whose rows")
    caption: str = Field(description="what the table shows, as a template")
    columns: list[str] = Field(description="which columns, in order; an interval follows its estimate")
    where: dict[str, Any] = Field(
        default_factory=dict, description="only rows with these values; a list means any of them"
    )
    labels: dict[str, str] = Field(
        default_factory=dict,
        description='headings by column, and words for values, written "column=value"',
    )

    def shown(self, rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
        """Headings, and the cells of every row, as texts.

        Raises:
            SignallingError: no such column, or no such row.
        """
        for name in self.columns:
            if rows and name not in rows[0]:
                raise SignallingError(f"columns = {name}: no such column; {suggestion(name, list(rows[0]))}")
        found = chosen(rows, self.where)
        if not found:
            raise SignallingError(f"where = {self.where}: no row of {self.part} has these values")
        headings = [self.labels.get(name, name.replace("_", " ")) for name in self.columns]
        return headings, [[self._cell(row, name) for name in self.columns] for row in found]

    def markdown(self, rows: Sequence[Row]) -> str:
        """The table for a page."""
        from tabulate import tabulate

        headings, cells = self.shown(rows)
        return tabulate(cells, headings, tablefmt="github", disable_numparse=True)

    def _cell(self, row: Row, name: str) -> str:
        value = row[name]
        text = f"{value:g}" if isinstance(value, float) else str(value)
        if f"{name}={text}" in self.labels:
            return self.labels[f"{name}={text}"]
        return told(row, name)


def chosen(rows: Sequence[Row], where: Mapping[str, Any]) -> list[Row]:
    """The rows that have some values, in order; a list means any of its values.

    Raises:
        SignallingError: no such column.
    """
    for name in where:
        if rows and name not in rows[0]:
            raise SignallingError(f"where = {name}: no such column; {suggestion(name, list(rows[0]))}")
    return [row for row in rows if all(_is(row[name], wanted) for name, wanted in where.items())]


def _is(value: Value, wanted: Any) -> bool:
    return value in wanted if isinstance(wanted, list) else value == wanted


def told(row: Row, name: str) -> str:
    """A value as a reader is told it: to three decimals with its interval if it has one.

    Example:
        >>> told({"difference": -0.0123, "difference_low": -0.02, "difference_high": -0.004}, "difference")
        '-0.012 [-0.020, -0.004]'
        >>> told({"pairs": 2000}, "pairs"), told({"share": None}, "share")
        ('2,000', '')
    """
    value = row[name]
    if not isinstance(value, float):
        words = {None: "", True: "yes", False: "no"}
        if value is None or isinstance(value, bool):
            return words[value]
        return f"{value:,}" if isinstance(value, int) else value
    if f"{name}{LOW}" not in row:
        return f"{value:.4g}"
    low, high = row[f"{name}{LOW}"], row[f"{name}{HIGH}"]
    if not isinstance(low, float | int) or not isinstance(high, float | int):
        return _number(name, value)
    return f"{_number(name, value)} [{_number(name, float(low))}, {_number(name, float(high))}]"


def percent(row: Row, name: str) -> str:
    """A share in whole per cent, with its interval.

    Example:
        >>> percent({"lowers": 0.727, "lowers_low": 0.65, "lowers_high": 0.792}, "lowers")
        '73 % [65, 79]'
    """
    values = [row[column] for column in (name, f"{name}{LOW}", f"{name}{HIGH}")]
    known = [f"{100.0 * value:.0f}" for value in values if isinstance(value, float | int)]
    if len(known) < len(values):
        raise SignallingError(f"{name}: has no value or no interval here, so that there is no share to tell")
    share, low, high = known
    return f"{share} % [{low}, {high}]"


def _number(name: str, value: float) -> str:
    if abs(value) >= 10:
        return f"{value:.1f}"
    text = f"{value:+.3f}" if name in CHANGES else f"{value:.3f}"
    return text.replace("+", "").replace("-", "") if float(text) == 0.0 else text


def write_tables(spec: TableSpec, rows: Sequence[Row], caption: str, folder: Path, name: str) -> list[Path]:
    """Write NAME.md and NAME.tex."""
    from tabulate import tabulate

    headings, cells = spec.shown(rows)
    latex = tabulate(cells, headings, tablefmt="latex_booktabs", disable_numparse=True)
    texts = {
        f"{name}.md": f"{spec.markdown(rows)}\n\n{caption}\n",
        f"{name}.tex": "\n".join(
            (r"\begin{table}", r"\centering", latex, rf"\caption{{{_latex(caption)}}}", r"\end{table}", "")
        ),
    }
    for file, text in texts.items():
        write_text(folder / file, text)
    return [folder / file for file in texts]


def _latex(text: str) -> str:
    """A sentence as LaTeX prints it."""
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "−": "$-$"}
    special |= {sign: f"\\{sign}" for sign in "&%$#_{}"}
    return "".join(special.get(sign, sign) for sign in text)


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write every column of a part; null, or a column that a row lacks, is an empty field."""
    if not rows:
        raise ResultError(f"{path}: there is no row to write; the part has no version, cell or claim")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer.writerow(columns)
    for row in rows:
        for name, value in row.items():
            if isinstance(value, str) and _read(value) != value:
                raise ResultError(f"{path}: {name} = {value!r} would be read as a number; call it by a word")
        writer.writerow([_written(row.get(name)) for name in columns])
    write_text(path, text.getvalue())


def _written(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_csv(path: Path) -> list[Row]:
    """The rows of a table that `write_csv` wrote.

    Raises:
        ResultError: there is no such table.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows: list[Row] = [
                {name: _read(text) for name, text in row.items()} for row in csv.DictReader(file)
            ]
    except OSError as error:
        remedy = f"run: signalling reproduce --only {path.parent.name}"
        raise ResultError(f"{path}: cannot be read; {remedy}") from error
    return rows


def _read(text: str) -> Value:
    words: dict[str, Value] = {"": None, "true": True, "false": False}
    if text in words:
        return words[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
