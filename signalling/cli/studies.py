"""Commands for studies: sweep, status, merge, rerun."""

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from signalling.cli.app import (
    EXIT_DONE,
    EXIT_FAILED,
    AsJson,
    Interrupted,
    Workers,
    app,
    show,
    show_json,
)
from signalling.errors import SignallingError

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder written by sweep or merge.")]
Into = Annotated[Path, typer.Option("--out", metavar="DIR", help="Results folder, made if absent.")]


@app.command()
def sweep(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="A study file, or a built-in scenario.")],
    out: Into,
    runs: Annotated[
        str | None,
        typer.Option(metavar="N", help="Runs of each cell, or FIRST:END of them; the study's unless given."),
    ] = None,
    workers: Workers = 1,
    as_json: AsJson = False,
) -> int:
    """Run every cell of a study into a folder; what the folder has already is not run again."""
    from signalling.collecting import collect
    from signalling.progress import shown
    from signalling.report.studies import study_summary, study_table
    from signalling.study import load_study

    chosen = load_study(study)
    if runs is not None:
        chosen = chosen.with_runs(_indices(runs))
    command = f"signalling sweep {shlex.quote(study)}" + ("" if runs is None else f" --runs {runs}")
    options = f" --workers {workers}" if workers != 1 else ""
    resume = f"run: {command} --out {shlex.quote(str(out))}{options}"
    try:
        with shown(chosen.subject.name) as progress:
            collected = collect(
                chosen, out, workers=workers, progress=progress, command=command, resume=resume
            )
    except KeyboardInterrupt as error:
        raise Interrupted(str(error) or f"interrupted; to go on, {resume}") from None
    summary = study_summary(collected)
    if as_json:
        show_json(summary)
    else:
        show(study_table(summary))
        show(f"{out}: table.parquet (a row per run), provenance.json (cells and their settings), parts/")
        if len(collected.failed):
            show(f"{len(collected.failed)} runs failed; errors.parquet tells why, and sweep tries them again")
    return EXIT_FAILED if len(collected.failed) else EXIT_DONE


def _indices(text: str) -> int | range:
    """`N`, or `FIRST:END`."""
    first, colon, end = text.partition(":")
    try:
        return range(int(first), int(end)) if colon else int(first)
    except ValueError as error:
        raise SignallingError(
            f"--runs {text}: write a number of runs, or FIRST:END, e.g. 500:1000"
        ) from error


@app.command()
def status(folder: Folder, as_json: AsJson = False) -> None:
    """Tell what a study's folder holds and what it lacks."""
    from signalling.collected import Collected
    from signalling.report.studies import study_summary, study_table

    summary = study_summary(Collected(folder))
    if as_json:
        show_json(summary)
    else:
        show(study_table(summary))


@app.command()
def merge(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR", help="Folders of one study.")],
    out: Into,
    as_json: AsJson = False,
) -> None:
    """Put the runs of several folders of one study together; a run in two of them counts once."""
    from signalling.merging import merge as merge_folders
    from signalling.report.studies import study_summary, study_table

    summary = study_summary(merge_folders(folders, out))
    if as_json:
        show_json(summary)
    else:
        show(study_table(summary))


@app.command()
def rerun(
    folder: Folder,
    cell: Annotated[str, typer.Option(metavar="ID", help="Identity of the cell, or its beginning.")],
    run: Annotated[
        int | None, typer.Option(metavar="K", help="Index of the run; all that are held unless given.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Make runs of a cell again from the folder alone, and hold them against the rows it has."""
    from signalling.collected import Collected
    from signalling.collected import rerun as rerun_cell

    made = rerun_cell(folder, cell, run)
    collected = Collected(folder)
    found = collected.cell(cell)
    stored: dict[int, Any] = {}
    if collected.held.count(found.id):
        stored = {row["run"]: row for row in collected.outcomes(found.id).to_arrow().to_pylist()}
    rows = made.to_arrow().to_pylist()
    differ = [row["run"] for row in rows if row["run"] in stored and not _same(row, stored[row["run"]])]
    held = [row["run"] for row in rows if row["run"] in stored]
    if as_json:
        show_json(
            found.to_json()
            | {"runs": len(rows), "held": len(held), "differ": differ, "content_hash": made.content_hash()}
            | ({"row": rows[0]} if run is not None else {})
        )
    else:
        if run is not None:
            show(
                "\n".join(f"{name}: {'none' if value is None else value}" for name, value in rows[0].items())
            )
        verdict = f"{len(differ)} differ from the rows held: {differ[:10]}" if differ else "all as held"
        show(
            f"{len(rows)} run(s) made again, {len(held)} of them held; {verdict if held else 'not compared'}."
        )
    return EXIT_FAILED if differ else EXIT_DONE


def _same(row: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal values; NaN equals NaN."""
    return row.keys() == other.keys() and all(
        value == other[name] or (value != value and other[name] != other[name])  # noqa: PLR0124
        for name, value in row.items()
    )
