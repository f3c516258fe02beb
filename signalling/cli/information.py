"""The command information: bits, ages and errors beside P(war)."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from signalling.cli.app import AsJson, Settings, app, chosen_scenario, conclude, kept_in, parsed

if TYPE_CHECKING:
    from signalling.scenario import Scenario
    from signalling.study import Study


@app.command()
def information(
    subject: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A built-in scenario, a scenario file or a study file.")
    ],
    runs: Annotated[
        int | None, typer.Option(help="Runs of each cell; the study's number, or 1000, unless given.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Key of all draws; the study's, or 1, unless given.")
    ] = None,
    settings: Settings = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Keep what is done here, go on from it, and write tables and figure."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what reports are worth: bits per report and at review, age, errors of belief, and P(war)."""
    from signalling.informativeness import information as measure
    from signalling.progress import shown
    from signalling.report.information import (
        JOURNAL,
        cell_table,
        channel_table,
        information_sentences,
        write_information,
    )
    from signalling.study import Study

    chosen = _chosen(subject, settings)
    is_study = isinstance(chosen, Study)
    if not is_study:
        runs, seed = 1000 if runs is None else runs, 1 if seed is None else seed
    with kept_in(out), shown(subject) as progress:
        found = measure(
            chosen,
            runs=runs,
            seed=seed,
            path=None if out is None else out / JOURNAL,
            progress=progress,
        )
    table = cell_table if is_study else channel_table
    conclude(
        found.summary,
        lambda: (table(found), information_sentences(found)),
        lambda folder: write_information(found, folder),
        out=out,
        as_json=as_json,
    )


def _chosen(subject: str, settings: list[str] | None) -> "Scenario | Study":
    """The scenario or study that is named, with what --set changes."""
    from signalling.study import Study, is_study, load_study, study_path

    if not is_study(Path(subject)):
        scenario: Scenario = chosen_scenario(subject, settings)
        return scenario
    study = load_study(subject)
    if not settings:
        return study
    return Study(
        study.scenario.replace(parsed(settings)),
        runs=study.runs,
        seed=study.seed,
        cell=study.points,
        treatments=study.treatments,
        luck=study.luck,
        baseline=study.baseline,
        folder=study_path(subject).parent,
    )
