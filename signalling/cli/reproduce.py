"""The command reproduce: every table, figure and finding of the experiments, from nothing."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from signalling.cli.app import (
    EXIT_DONE,
    EXIT_FAILED,
    AsJson,
    Interrupted,
    app,
    main,
    show,
    show_json,
    told_once,
)


@app.command()
def reproduce(
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="One experiment (repeatable); all unless given.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer runs; into results/quick.")] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Into a temporary folder, and compare; exit code 1 if any differs."),
    ] = False,
    redraw: Annotated[
        bool, typer.Option("--redraw", help="Run nothing: draw and write again from the tables at hand.")
    ] = False,
    workers: Annotated[int, typer.Option(metavar="N", help="Threads or processes that share the work.")] = 2,
    experiments: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the folders of the experiments stand.")
    ] = Path("experiments"),
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Of all results; results, or results/quick, unless given."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Make all tables, figures, readings and findings of the experiments again."""
    from signalling.errors import SignallingError
    from signalling.experiments.experiment import load_experiments
    from signalling.experiments.manifest import differences, read_manifest
    from signalling.experiments.reproducing import Plan
    from signalling.experiments.reproducing import reproduce as make
    from signalling.progress import shown

    if check and redraw:
        raise SignallingError("--redraw: makes nothing that could be compared; drop it or --check")
    results = out or (Path("results/quick") if quick else Path("results"))
    found = load_experiments(experiments)
    held = read_manifest(results)
    with tempfile.TemporaryDirectory() as temporary:
        plan = Plan(
            found,
            experiments,
            Path(temporary) if check else results,
            only=tuple(only or ()),
            quick=quick,
            workers=workers,
            publish=not quick and not check and out is None,
        )
        try:
            with told_once():
                made = make(plan, shown=shown, command=main, redraw=redraw)
        except KeyboardInterrupt:
            lost = "; --check keeps nothing" if check else "; to go on, run the same command again"
            raise Interrupted(f"interrupted{lost}") from None
    told, remarks = differences(held, made) if check else ([], [])
    if as_json:
        show_json({"files": made, "differences": told, "remarks": remarks})
    else:
        where = f"compared with {results}/manifest.json, {len(told)} differ"
        _show_lines(made, [*told, *remarks], where if check else f"written to {results}")
    return EXIT_FAILED if told else EXIT_DONE


def _show_lines(made: Mapping[str, Mapping[str, str]], lines: Sequence[str], where: str) -> None:
    for line in lines:
        show(line)
    files = sum(len(hashed) for hashed in made.values())
    show(f"{len(made)} experiments, {files} files: {where}.")
