"""The command attribute: which faults caused the wars, and which prevented some."""

import shlex
from typing import Annotated

import typer

from signalling.cli.app import (
    AsJson,
    Interrupted,
    Out,
    ScenarioName,
    Seed,
    Settings,
    Workers,
    app,
    chosen_scenario,
    show,
    show_json,
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
    try:
        with shown(chosen.name) as progress:
            found = attribute_wars(
                chosen,
                faults="pairs" if pairs else fault or "all",
                runs=runs,
                seed=seed,
                workers=workers,
                path=None if out is None else out / JOURNAL,
                progress=progress,
            )
    except KeyboardInterrupt:
        words = ["signalling", "attribute", scenario, *(f"--fault={name}" for name in fault or ())]
        words += ["--pairs"] * pairs + [f"--runs={runs}", f"--seed={seed}", f"--workers={workers}"]
        words += [f"--set={setting}" for setting in settings or ()]
        raise Interrupted(_remedy(words, None if out is None else str(out))) from None
    written = [] if out is None else write_attribution(found, out)
    if as_json:
        show_json(found.summary())
        return
    show(attribution_table(found))
    show(attribution_sentences(found))
    if written:
        show(f"Written to {out}: {', '.join(path.name for path in written)}.")


def _remedy(words: list[str], out: str | None) -> str:
    if out is None:
        return "interrupted; --out DIR would keep what is done"
    return f"interrupted; to go on, run: {shlex.join([*words, f'--out={out}'])}"
