"""The command attribute: which faults caused the wars, and which prevented some."""

from typing import Annotated

import typer

from signalling.cli.app import (
    AsJson,
    Out,
    ScenarioName,
    Seed,
    Settings,
    Workers,
    app,
    chosen_scenario,
    conclude,
    kept_in,
)
from signalling.errors import SignallingError


@app.command()
def attribute(
    scenario: ScenarioName,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Repeatable, e.g. garbling, delay:A->B, loss:A--B, lying:A, all:A--B; all unless given.",
        ),
    ] = None,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="Instead: all faults of the channels between each two rivals.")
    ] = False,
    runs: Annotated[int, typer.Option(help="How many runs, each under every set of the faults.")] = 1000,
    seed: Seed = 1,
    workers: Workers = 1,
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Attribute the wars to the faults: Shapley shares, run by run on the same luck."""
    from signalling.attribution import attribute as attribute_wars
    from signalling.progress import shown
    from signalling.report.attribution import (
        JOURNAL,
        attribution_sentences,
        attribution_table,
        write_attribution,
    )

    if fault and pairs:
        raise SignallingError("--pairs: names the faults already; drop it or --fault")
    chosen = chosen_scenario(scenario, settings)
    with kept_in(out), shown(chosen.name) as progress:
        found = attribute_wars(
            chosen,
            faults="pairs" if pairs else fault or "all",
            runs=runs,
            seed=seed,
            workers=workers,
            path=None if out is None else out / JOURNAL,
            progress=progress,
        )
    conclude(
        found.summary,
        lambda: (attribution_table(found), attribution_sentences(found)),
        lambda folder: write_attribution(found, folder),
        out=out,
        as_json=as_json,
    )
