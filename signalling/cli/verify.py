"""The commands verify and equilibrium: published results, and plans that nobody would leave."""

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

Entries = Annotated[
    list[str] | None, typer.Option("--entry", metavar="KEY", help="Only this entry, e.g. T11 (repeatable).")
]
Quick = Annotated[bool, typer.Option("--quick", help="Fewer runs.")]
Kept = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Keep what is done here, go on from it, and write the numbers as JSON."),
]


@app.command()
def verify(
    entry: Entries = None,
    quick: Quick = False,
    workers: Workers = 2,
    out: Kept = None,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write the page of verified theory, with figures."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Reproduce published results through the public face; exit code 1 if a number does not come out."""
    from signalling.errors import SignallingError
    from signalling.progress import shown
    from signalling.verification import verify as verify_entries
    from signalling.verification.playing import chosen

    if page is not None and out is None:
        raise SignallingError("--page: needs --out DIR, where its figures go")
    with kept_in(out), shown("verify", "cases") as told:
        ledger = verify_entries(
            entries=entry or (),
            quick=quick,
            workers=workers,
            keep=None if out is None else out / "parts",
            progress=lambda done, wanted, _: told(done, wanted),
        )
    if out is not None:
        from signalling.report.theory import write_page

        (out / "ledger.json").write_text(json.dumps(ledger.to_dict(), indent=1) + "\n", "utf-8")
        if page is not None:
            write_page(ledger, chosen(entry or ()), page, out / "figures")
    if as_json:
        show_json(ledger.to_dict())
    else:
        from signalling.report.theory import entries_table, headline, ledger_table

        show(ledger_table(ledger))
        show(entries_table(ledger, chosen(entry or ())))
        show(headline(ledger))
    return EXIT_FAILED if ledger.failed else EXIT_DONE


@app.command()
def equilibrium(
    entry: Entries = None,
    quick: Quick = False,
    workers: Workers = 2,
    out: Kept = None,
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
