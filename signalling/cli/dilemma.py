"""The command dilemma: what one state's arming does to everybody's security."""

from typing import Annotated

import typer

from signalling.cli.app import (
    AsJson,
    Out,
    ScenarioName,
    Seed,
    Settings,
    app,
    chosen_scenario,
    conclude,
    kept_in,
    parsed,
)


@app.command()
def dilemma(
    scenario: ScenarioName,
    state: Annotated[str, typer.Option(metavar="NAME", help="Who arms.")],
    arm: Annotated[
        list[str],
        typer.Option(metavar="KEY=VALUE", help="floor, ceiling, capability or start_rung (repeatable)."),
    ],
    runs: Annotated[int, typer.Option(help="How many runs.")] = 2000,
    seed: Seed = 1,
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Let one state arm on the same luck: what becomes of its own security, its rivals', and the sum."""
    from signalling.armament import dilemma as measure
    from signalling.progress import shown
    from signalling.report.dilemma import JOURNAL, dilemma_sentences, dilemma_table, write_dilemma

    chosen = chosen_scenario(scenario, settings)
    with kept_in(out), shown(chosen.name) as progress:
        found = measure(
            chosen,
            state=state,
            armament=parsed(arm, "--arm"),
            runs=runs,
            seed=seed,
            path=None if out is None else out / JOURNAL,
            progress=progress,
        )
    conclude(
        found.summary,
        lambda: (dilemma_table(found), dilemma_sentences(found)),
        lambda folder: write_dilemma(found, folder),
        out=out,
        as_json=as_json,
    )
