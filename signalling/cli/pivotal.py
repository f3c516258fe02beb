"""The command pivotal: the messages on which a war hung, or those on which wars do."""

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
def pivotal(
    scenario: ScenarioName,
    run: Annotated[
        int | None, typer.Option(metavar="K", help="Look at this run, which must end in war.")
    ] = None,
    runs: Annotated[
        int | None, typer.Option(metavar="N", help="Look at the wars among so many runs; 200 unless given.")
    ] = None,
    seed: Seed = 1,
    workers: Workers = 1,
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Try every message of a war by itself: read at once and intact, would it have averted the war?"""
    from signalling.pivots import pivotal as find
    from signalling.pivots import retell
    from signalling.progress import shown
    from signalling.report.pivotal import JOURNAL, told, write_pivotal

    if run is not None and runs is not None:
        raise SignallingError("--run looks at one run and --runs at many: give one of the two")
    chosen = chosen_scenario(scenario, settings)
    indices = range(run, run + 1) if run is not None else range(200 if runs is None else runs)
    with kept_in(out), shown(chosen.name, "wars") as progress:
        found = find(
            chosen,
            runs=indices,
            seed=seed,
            workers=workers,
            path=None if out is None else out / JOURNAL,
            progress=progress,
        )
    if run is not None and not found.wars:
        raise SignallingError(f"--run {run}: ends without war under seed {seed}; find wars with --runs N")
    versions = retell(chosen, found.pivotal[0], seed=seed) if run is not None and found.pivotal else None
    conclude(
        found.summary,
        lambda: told(found, chosen, versions),
        lambda folder: write_pivotal(found, folder, versions),
        out=out,
        as_json=as_json,
    )
