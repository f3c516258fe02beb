"""The command verdict: what the claims of a file come to."""

import shlex
from pathlib import Path
from typing import Annotated

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
    told_once,
)


@app.command()
def verdict(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A claim file.")],
    workers: Workers = 1,
    budget: Annotated[
        int | None, typer.Option(metavar="N", help="Pairs at most for each claim; the file's unless given.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Keep what is done here, go on from it, and write verdicts, figure."
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Try claims stated before the run, each until it is decided; exit code 1 unless all are borne out."""
    from signalling.claims import load_claims
    from signalling.progress import shown
    from signalling.report.verdicts import JOURNAL, verdict_sentences, verdict_table, write_verdicts
    from signalling.verdicts import verdict as try_claims

    claims = load_claims(file)
    try:
        with told_once(), shown(claims.name, "pairs") as progress:
            found = try_claims(
                claims,
                budget=budget,
                workers=workers,
                path=None if out is None else out / JOURNAL,
                progress=progress,
            )
    except KeyboardInterrupt:
        raise Interrupted(_remedy(file, workers, budget, out)) from None
    written = [] if out is None else write_verdicts(found, out)
    if as_json:
        show_json(found.summary())
    else:
        show(verdict_table(found))
        show(verdict_sentences(found))
        if written:
            show(f"Written to {out}: {', '.join(path.name for path in written)}.")
    return EXIT_DONE if found.borne_out else EXIT_FAILED


def _remedy(file: str, workers: int, budget: int | None, out: Path | None) -> str:
    if out is None:
        return "interrupted; --out DIR would keep what is done"
    options = "" if budget is None else f" --budget {budget}"
    options += f" --workers {workers}" if workers != 1 else ""
    command = f"signalling verdict {shlex.quote(file)} --out {shlex.quote(str(out))}{options}"
    return f"interrupted; to go on, run: {command}"
