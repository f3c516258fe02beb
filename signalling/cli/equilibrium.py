"""The command equilibrium: what anybody would gain by another plan."""

import json
from pathlib import Path
from typing import Annotated

import typer

from signalling.cli.app import (
    EXIT_DONE,
    EXIT_FAILED,
    AsJson,
    Workers,
    app,
    kept_in,
    show,
    show_json,
)


@app.command()
def equilibrium(
    entry: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Only this entry, e.g. T11 (repeatable).")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer runs.")] = False,
    workers: Workers = 2,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep what is done here, go on from it, and write equilibria.json."),
    ] = None,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the page of equilibria.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Try other plans against every equilibrium of the ledger; exit code 1 if one gains."""
    from signalling.progress import shown
    from signalling.verification.equilibria import equilibria
    from signalling.verification.playing import chosen

    with kept_in(out), shown("equilibrium", "profiles") as told:
        found = equilibria(
            entries=entry or (),
            quick=quick,
            workers=workers,
            keep=None if out is None else out / "parts",
            progress=told,
        )
    from signalling.report.equilibria import equilibria_headline, equilibria_table, write_equilibria_page

    if out is not None:
        (out / "equilibria.json").write_text(json.dumps(found.to_dict(), indent=1) + "\n", "utf-8")
    if page is not None:
        write_equilibria_page(found, {known.key: known.title for known in chosen(entry or ())}, page)
    if as_json:
        show_json(found.to_dict())
    else:
        show(equilibria_table(found))
        show(equilibria_headline(found))
    return EXIT_FAILED if found.failed else EXIT_DONE
