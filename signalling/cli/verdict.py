"""The command verdict: what the claims of a file come to."""

from pathlib import Path
from typing import Annotated

import typer

from signalling.cli.app import (
    EXIT_DONE,
    EXIT_FAILED,
    AsJson,
    Workers,
    app,
    conclude,
    kept_in,
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
    with kept_in(out), told_once(), shown(claims.name, "pairs") as progress:
        found = try_claims(
            claims,
            budget=budget,
            workers=workers,
            path=None if out is None else out / JOURNAL,
            progress=progress,
        )
    conclude(
        found.summary,
        lambda: (verdict_table(found), verdict_sentences(found)),
        lambda folder: write_verdicts(found, folder),
        out=out,
        as_json=as_json,
    )
    return EXIT_DONE if found.borne_out else EXIT_FAILED
