"""A study's folder as estimates and as figures: curves, phase maps, survival."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import feather

from signalling.collected import Collected
from signalling.errors import ResultError
from signalling.estimates import Estimates, estimate
from signalling.estimates.groups import TREATMENT, settings_of
from signalling.figures.curves import draw_curves
from signalling.figures.phase_map import draw_phase_map
from signalling.figures.style import save as save_figure
from signalling.figures.survival import draw_survival
from signalling.store import read_provenance, write_whole
from signalling.validation import shorten, suggestion


def is_comparison(folder: Path) -> bool:
    """Whether a folder was written by compare or run rather than by sweep.

    Raises:
        ResultError: it holds no results.
    """
    return "arms" in read_provenance(folder)


def estimate_folder(
    folder: Path, by: Sequence[str] = (), where: Mapping[str, object] | None = None
) -> Estimates:
    """Estimates of a study's folder.

    Args:
        folder: written by sweep or merge.
        by: columns that name a group; all that vary in the study if none is named.
        where: only runs whose settings have these values.

    Raises:
        ResultError: the folder holds no runs, or a column or value is unknown.
    """
    table = _table(folder, where or {})
    return estimate(table, by=tuple(by) or _varying(table) or ("cell",), names=_names(folder))


def write_estimates(estimates: Estimates, path: Path) -> None:
    """Write estimates in the format that the file's ending names, whole or not at all.

    Raises:
        ResultError: another ending, or the place cannot be written.
    """
    writers: dict[str, Callable[[Path], object]] = {
        ".csv": lambda partial: estimates.to_pandas().to_csv(partial, index=False, lineterminator="\n"),
        ".json": lambda partial: partial.write_text(estimates.to_json() + "\n", encoding="utf-8"),
        ".md": lambda partial: partial.write_text(estimates.to_markdown(), encoding="utf-8"),
        ".arrow": lambda partial: feather.write_feather(estimates.to_arrow(), partial),
    }
    if path.suffix not in writers:
        raise ResultError(f"{path}: ends in none of {', '.join(writers)}; choose one of these formats")
    write_whole(path, writers[path.suffix])


def draw_study(
    folder: Path,
    *,
    x: str | None = None,
    y: str | None = None,
    series: str | None = None,
    measure: str = "p_war",
    survival: bool = False,
    where: Mapping[str, object] | None = None,
) -> list[Path]:
    """Draw a study: a curve over one setting, a map over two, or the time to war of each cell.

    Args:
        folder: written by sweep or merge; pictures go to its figures/.
        x: setting on the horizontal axis; the one with the most values if not given.
        y: setting on the vertical axis, for a map.
        series: setting that tells the lines apart; the other one that varies, if there is just one.
        measure: what is drawn.
        survival: draw P(no war yet) over time, a line for each cell.
        where: only runs whose settings have these values.

    Raises:
        ResultError: the folder holds no runs, or a column, value or measure is unknown.
    """
    table = _table(folder, where or {})
    varying = _varying(table)
    pictures = folder / "figures"
    if survival:
        return save_figure(draw_survival(_by_cell(table, varying)), pictures, "survival")
    if x is None:
        if not varying:
            raise ResultError(f"{folder}: nothing varies in this study; there is no axis to draw")
        x = max(varying, key=lambda name: len(set(table[name].to_pylist())))
    if y is not None:
        figure = draw_phase_map(estimate(table, by=(x, y)), x, y, measure)
        return save_figure(figure, pictures, f"map_{measure}")
    others = [name for name in varying if name != x]
    if series is None and len(others) == 1:
        series = others[0]
    by = (x,) if series is None else (x, series)
    return save_figure(draw_curves(estimate(table, by=by), x, series, measure), pictures, f"curves_{measure}")


def _names(folder: Path) -> tuple[str, ...]:
    """The states of a study's scenario; none where it collects a function."""
    subject = read_provenance(folder)["study"]["subject"]
    states = subject.get("scenario", {}).get("states", {})
    return tuple(sorted(states))


def _table(folder: Path, where: Mapping[str, object]) -> pa.Table:
    if is_comparison(folder):
        raise ResultError(f"{folder}: holds a comparison, not a study; estimates need signalling sweep")
    table = Collected(folder).to_arrow()
    if table.num_rows == 0:
        raise ResultError(f"{folder}: holds no runs yet; sweep its study first")
    for name, value in where.items():
        if name not in table.column_names:
            settings = (*settings_of(table.column_names), TREATMENT)
            raise ResultError(f"{name}: no such setting; {suggestion(name, settings)}")
        values = table[name].to_pylist()
        table = table.filter(pa.array([_same(held, value) for held in values]))
        if table.num_rows == 0:
            known = ", ".join(dict.fromkeys(map(str, values)))
            raise ResultError(f"{name} = {shorten(value)}: no run has it; there are {known}")
    return table


def _same(held: object, value: object) -> bool:
    """Whether a setting has a value; settings of mixed kinds are held as JSON text."""
    if isinstance(held, str) and held != value:
        try:
            return bool(json.loads(held) == value)
        except ValueError:
            return False
    return held == value


def _varying(table: pa.Table) -> tuple[str, ...]:
    """The settings, and the treatment, that have more than one value."""
    return tuple(
        name
        for name in dict.fromkeys((*settings_of(table.column_names), TREATMENT))
        if name in table.column_names and len(set(table[name].to_pylist())) > 1
    )


def _by_cell(table: pa.Table, varying: Sequence[str]) -> dict[str, pa.Table]:
    """The runs of each cell, named by the settings that vary."""
    cells = table["cell"].to_pylist()
    named: dict[str, pa.Table] = {}
    for cell in dict.fromkeys(cells):
        runs = table.filter(pa.array([held == cell for held in cells]))
        words = [f"{name.rsplit('.', 1)[-1]} {runs[name][0].as_py()}" for name in varying]
        named[", ".join(words) or "all runs"] = runs
    return named
