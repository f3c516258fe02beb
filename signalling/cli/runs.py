"""Commands that run a scenario: demo, run, trace, compare."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    parsed,
    show,
    show_json,
)

if TYPE_CHECKING:
    from signalling.study import Study


@app.command()
def demo(
    runs: Annotated[int, typer.Option(help="Pairs of crises.")] = 20_000,
    seed: Seed = 1914,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where results go.")] = Path("results/july-1914"),
    as_json: AsJson = False,
) -> None:
    """July 1914: the telegraph as it was against a hotline and a one-day line, and how sure that is."""
    from signalling.report.demo import demonstrate

    summaries = demonstrate(out, runs=runs, seed=seed, say=(lambda _: None) if as_json else show)
    if as_json:
        show_json(summaries)


@app.command()
def run(
    scenario: ScenarioName,
    runs: Annotated[int, typer.Option(help="How many runs.")] = 1000,
    seed: Seed = 1,
    engine: Annotated[
        str, typer.Option(help="process (SimPy), batch (compiled) or auto, which chooses.")
    ] = "auto",
    workers: Workers = 1,
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Run a scenario and report P(war), exposure and information, with intervals."""
    from signalling.exchange import ExchangeGame
    from signalling.executors import run as run_scenario
    from signalling.progress import shown
    from signalling.report.exchange import acts_summary, acts_table
    from signalling.report.tables import outcome_summary, outcome_table
    from signalling.store import Arm, save

    chosen = chosen_scenario(scenario, settings)
    exchange = isinstance(chosen.game, ExchangeGame)
    with shown(chosen.name) as progress:
        outcomes = run_scenario(
            chosen,
            runs=runs,
            seed=seed,
            engine=engine,
            by_state=exchange,
            workers=workers,
            progress=progress,
        )
    if out is not None:
        command = f"signalling run {scenario} --runs {runs} --seed {seed}"
        save(out, chosen, [Arm("baseline", {}, outcomes)], seed=seed, command=command)
    summary = outcome_summary(outcomes)
    if exchange:
        summary["states"] = acts_summary(chosen, outcomes)
    if as_json:
        show_json(summary)
        return
    show(outcome_table(summary, chosen.name))
    if exchange:
        show(acts_table(summary["states"]))
    if out is not None:
        show(f"Written to {out}: table.parquet (a row per run) and provenance.json.")


@app.command()
def trace(
    scenario: ScenarioName,
    seed: Seed = 1,
    run: Annotated[int, typer.Option(help="Index of the run.")] = 0,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Tell one run in full, as a chronicle."""
    from signalling.executors import trace as trace_run

    told = trace_run(chosen_scenario(scenario, settings), seed=seed, run=run)
    if as_json:
        show_json(told.to_dict())
    else:
        show(str(told))


@app.command()
def compare(
    scenario: ScenarioName,
    treatment: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="A treatment of the scenario's study (repeatable); all unless given."
        ),
    ] = None,
    treat: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=VALUE", help="A treatment of your own, path by path (repeatable)."),
    ] = None,
    runs: Annotated[
        int | None, typer.Option(help="Pairs per treatment; the study's number unless given.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Key of all draws; the study's unless given.")] = None,
    run: Annotated[
        int | None,
        typer.Option(metavar="K", help="Instead tell run K under both, side by side from where they part."),
    ] = None,
    workers: Workers = 1,
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Run a scenario and treated versions of it on the same luck: wars averted, caused, untouched."""
    from signalling.progress import shown
    from signalling.report.tables import comparison_sentences, comparison_table
    from signalling.store import arms_of, save
    from signalling.study import compare_all, design

    chosen = design(
        scenario, treatment or [], parsed(treat, "--treat"), parsed(settings), runs=runs, seed=seed
    )
    if run is not None:
        _tell_pairs(chosen, run, out, as_json=as_json)
        return
    with shown(chosen.scenario.name) as progress:
        pairs = compare_all(
            chosen.scenario,
            chosen.treatments,
            runs=chosen.runs,
            seed=chosen.seed,
            baseline_name=chosen.baseline,
            workers=workers,
            progress=progress,
        )
    if out is not None:
        command = f"signalling compare {scenario} --runs {chosen.runs} --seed {chosen.seed}"
        save(out, chosen.scenario, arms_of(pairs, chosen.treatments), seed=chosen.seed, command=command)
    if as_json:
        show_json([pair.summary() for pair in pairs])
        return
    show(comparison_table(pairs, f"{chosen.scenario.name}: {chosen.runs} pairs, seed {chosen.seed}"))
    for pair in pairs:
        show(comparison_sentences(pair))
    if out is not None:
        show(f"Written to {out}; draw it with: signalling figures {out}")


def _tell_pairs(chosen: "Study", run: int, out: Path | None, *, as_json: bool) -> None:
    """One run under the baseline and under each treatment."""
    from signalling.report.pairs import told_pairs, write_pairs

    pairs = told_pairs(chosen, run)
    conclude(
        lambda: [pair.to_dict() for pair in pairs],
        lambda: map(str, pairs),
        lambda folder: write_pairs(pairs, folder),
        out=out,
        as_json=as_json,
    )
