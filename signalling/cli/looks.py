"""Commands that look at what there is: figures, scenarios, check."""

from pathlib import Path
from typing import Annotated, Any

import typer

from signalling.cli.app import AsJson, app, parsed, show, show_json

Where = Annotated[
    list[str] | None,
    typer.Option(metavar="PATH=VALUE", help="Only runs whose settings have this value (repeatable)."),
]
Column = Annotated[str | None, typer.Option(metavar="PATH", help="A setting that varies in the study.")]


@app.command()
def estimate(
    results: Annotated[Path, typer.Argument(metavar="DIR", help="A folder written by sweep or merge.")],
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Group by this setting (repeatable); all that vary unless given."),
    ] = None,
    where: Where = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Only this measure (repeatable); unless given, the main ones are shown and all are written.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Also write them, unrounded: .csv, .json, .arrow, .parquet, or .md."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Estimate P(war), security, time to war, exposure and information of each cell, with intervals."""
    from signalling.report.measured import estimate_folder, write_estimates
    from signalling.report.studies import MOST_ROWS

    found = estimate_folder(results, by or (), parsed(where, "--where"), measure or ())
    if out is not None:
        write_estimates(found, out, results)
    if as_json:
        show(found.to_json())
    else:
        show(found.to_markdown(measure, most=MOST_ROWS))


@app.command()
def figures(
    results: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder written by demo, compare --out or sweep.")
    ],
    x: Column = None,
    y: Column = None,
    series: Column = None,
    where: Where = None,
    measure: Annotated[str, typer.Option(metavar="NAME", help="What is drawn of a study.")] = "p_war",
    survival: Annotated[bool, typer.Option("--survival", help="Draw a study's time to war.")] = False,
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=TEXT", help="What a setting is called on its axis (repeatable)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a results folder: a comparison and one crisis, or a study's curve (--x), map (--y) or survival."""
    from signalling.report.folder import draw_folder
    from signalling.report.measured import draw_study, is_comparison

    if is_comparison(results):
        paths = draw_folder(results)
    else:
        paths = draw_study(
            results,
            x=x,
            y=y,
            series=series,
            measure=measure,
            survival=survival,
            where=parsed(where, "--where"),
            labels={path: str(text) for path, text in parsed(label, "--label").items()},
        )
    written = [str(path) for path in paths]
    if as_json:
        show_json(written)
    else:
        show("\n".join(written))


@app.command()
def scenarios(as_json: AsJson = False) -> None:
    """List the built-in scenarios and their treatments."""
    from signalling.report.tables import scenario_table
    from signalling.scenario import built_in_scenarios, load_scenario
    from signalling.study import load_study, study_path

    listed = [
        (
            name,
            load_scenario(name),
            sorted(load_study(name).treatments) if study_path(name).exists() else [],
        )
        for name in built_in_scenarios()
    ]
    if as_json:
        show_json(
            [
                {"name": name, "title": s.name, "states": list(s.states), "treatments": treatments}
                for name, s, treatments in listed
            ]
        )
    else:
        show(scenario_table(listed))


@app.command()
def check(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A scenario, study or claim file, or a built-in scenario.")
    ],
    as_json: AsJson = False,
) -> None:
    """Validate a scenario, a study or a claim file without running it."""
    from signalling.claims import is_claims
    from signalling.study import is_study

    if is_claims(Path(file)):
        facts, told = _claim_facts(file)
    else:
        facts, told = _study_facts(file) if is_study(Path(file)) else _scenario_facts(file)
    if as_json:
        show_json(facts)
    else:
        show(f"{file}: acceptable: {told}.")


def _scenario_facts(file: str) -> tuple[dict[str, Any], str]:
    from signalling.model import compile_model
    from signalling.scenario import load_scenario

    model = compile_model(load_scenario(file))
    facts = {
        "file": file,
        "name": model.scenario.name,
        "states": len(model.names),
        "channels": len(model.channel_names),
        "rivalries": len(model.columns.rival) // 2,
        "rungs": model.columns.rungs,
    }
    return facts, (
        f"{facts['states']} states, {facts['channels']} channels, "
        f"{facts['rivalries']} rivalries, {facts['rungs']} peacetime rungs"
    )


def _study_facts(file: str) -> tuple[dict[str, Any], str]:
    from signalling.study import load_study

    study = load_study(file)
    start, stop = study.wanted
    cells = len({cell.id for cell in study.cells})
    facts = {
        "file": file,
        "name": study.subject.name,
        "points": len(study.cells) // (1 + len(study.treatments)),
        "treatments": list(study.treatments),
        "cells": cells,
        "runs": cells * (stop - start),
        "luck": study.luck,
    }
    return facts, (
        f"{facts['points']} points, {1 + len(study.treatments)} treatments with the untreated one, "
        f"{cells} cells, {facts['runs']} runs, {study.luck} luck"
    )


def _claim_facts(file: str) -> tuple[dict[str, Any], str]:
    from signalling.claims import load_claims

    claims = load_claims(file)
    facts = {
        "file": file,
        "name": claims.name,
        "claims": [claim.name for claim in claims.claims],
        "error": claims.error,
        "error_of_each": claims.level,
        "budget": claims.budget,
    }
    return facts, (
        f"{len(claims.claims)} claims, {claims.budget} pairs at most for each, "
        f"error {claims.error:g} of all together"
    )
