"""A study's folder as estimates and as figures: curves, phase maps, survival."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq
from pyarrow import feather

from signalling.errors import ResultError
from signalling.estimates import Estimates
from signalling.figures.curves import draw_curves
from signalling.figures.phase_map import draw_phase_map
from signalling.figures.style import save as save_figure
from signalling.figures.survival import check_groups, draw_survival
from signalling.report.portions import StudyRuns
from signalling.shards import FACTS
from signalling.store import read_provenance, write_whole
from signalling.validation import suggestion


def is_comparison(folder: Path) -> bool:
    """Whether a folder was written by compare or run rather than by sweep.

    Raises:
        ResultError: it holds no results.
    """
    return "arms" in read_provenance(folder)


def estimate_folder(
    folder: Path,
    by: Sequence[str] = (),
    where: Mapping[str, object] | None = None,
    measures: Sequence[str] = (),
) -> Estimates:
    """Estimates of a study's folder, however many runs it holds.

    Args:
        folder: written by sweep or merge.
        by: columns that name a group; all that vary in the study if none is named.
        where: only runs whose settings have these values.
        measures: which quantities; all of them if none is named.

    Raises:
        ResultError: the folder holds no runs, or a column, value or measure is unknown.
    """
    runs = _runs(folder, where)
    return runs.estimate(tuple(by) or runs.varying or ("cell",), measures)


def write_estimates(estimates: Estimates, path: Path, folder: Path) -> None:
    """Write estimates in the format that the file's ending names, whole or not at all.

    Parquet and Arrow files say where they come from: the study's provenance without its cells stands in
    their metadata, as a shard's facts do.

    Args:
        estimates: of a study's folder.
        path: of the file.
        folder: the study's.

    Raises:
        ResultError: another ending, or the place cannot be written.
    """
    told = read_provenance(folder)
    facts = json.dumps(told | {"cells": len(told["cells"])}, ensure_ascii=False)
    table = estimates.to_arrow().replace_schema_metadata({FACTS: facts})
    writers: dict[str, Callable[[Path], object]] = {
        ".csv": lambda partial: estimates.to_pandas().to_csv(partial, index=False, lineterminator="\n"),
        ".json": lambda partial: partial.write_text(estimates.to_json() + "\n", encoding="utf-8"),
        ".md": lambda partial: partial.write_text(estimates.to_markdown(), encoding="utf-8"),
        ".arrow": lambda partial: feather.write_feather(table, partial),
        ".parquet": lambda partial: pq.write_table(table, partial, compression="zstd"),
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
    labels: Mapping[str, str] | None = None,
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
        labels: names of settings for the axes, by path; the last words of the path otherwise.

    Raises:
        ResultError: the folder holds no runs, or a column, value or measure is unknown.
    """
    runs = _runs(folder, where)
    pictures = folder / "figures"
    for name in labels or {}:
        if name not in runs.settings:
            raise ResultError(f"{name}: no such setting to label; {suggestion(name, list(runs.settings))}")
    if survival:
        check_groups(len(runs.places))
        return save_figure(draw_survival(runs.by_cell(("war", "stop_hours"))), pictures, "survival")
    if x is None:
        if not runs.varying:
            raise ResultError(f"{folder}: nothing varies in this study; there is no axis to draw")
        x = max(runs.varying, key=runs.distinct)
    if y is not None:
        figure = draw_phase_map(runs.estimate((x, y), (measure,)), x, y, measure, labels=labels)
        return save_figure(figure, pictures, f"map_{measure}")
    others = [name for name in runs.varying if name != x]
    if series is None and len(others) == 1:
        series = others[0]
    by = (x,) if series is None else (x, series)
    figure = draw_curves(runs.estimate(by, (measure,)), x, series, measure, labels=labels)
    return save_figure(figure, pictures, f"curves_{measure}")


def _runs(folder: Path, where: Mapping[str, object] | None) -> StudyRuns:
    if is_comparison(folder):
        raise ResultError(f"{folder}: holds a comparison, not a study; estimates need signalling sweep")
    return StudyRuns(folder, where or {})
