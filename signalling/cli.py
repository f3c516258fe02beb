"""The command line. Commands import what they need when they run, so that --help answers at once."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from signalling.errors import SignallingError

app = typer.Typer(
    name="signalling",
    help="Is war a failure of communication? Diplomatic messages through bad channels, on the same luck.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A built-in name or a scenario file.")]
Seed = Annotated[int, typer.Option(help="Key of all draws; a run is a function of scenario, seed and index.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change the scenario first, e.g. horizon_days=30 (repeatable)."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Also write results to this folder.")]

EXIT_DONE = 0
EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 1 a check failed, 2 bad input, 130 interrupted."""
    try:
        code = app(list(sys.argv[1:] if arguments is None else arguments), standalone_mode=False)
    except SignallingError as error:
        _complain(str(error))
        return EXIT_BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error of the command line itself
            _complain(f"{error.format_message()}\nTry: signalling --help")
            return EXIT_BAD_INPUT
        raise
    if code == EXIT_INTERRUPTED:
        _complain("interrupted; nothing was written. Run the same command again to get the same result")
    return code if isinstance(code, int) else EXIT_DONE


def _complain(message: str) -> None:
    sys.stderr.write(f"signalling: {message}\n")


def _print(thing: Any) -> None:
    """A rich table (as wide as it needs to be where there is no terminal), or text as it is."""
    if isinstance(thing, str):
        sys.stdout.write(thing if thing.endswith("\n") else thing + "\n")
        return
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 140, highlight=False).print(thing)


def _print_json(data: object) -> None:
    _print(json.dumps(data, indent=2, ensure_ascii=False))


def _scenario(name: str, settings: list[str] | None) -> Any:
    from signalling.scenario import load_scenario

    scenario = load_scenario(name)
    return scenario.replace(_parsed(settings)) if settings else scenario


def _parsed(settings: list[str] | None) -> dict[str, Any]:
    """PATH=VALUE pairs, each value read as TOML."""
    import tomllib

    changes: dict[str, Any] = {}
    for setting in settings or []:
        path, equals, text = setting.partition("=")
        if not equals or not path.strip():
            raise SignallingError(
                f"--set {setting}: write PATH=VALUE, e.g. channels.default.loss_probability=0.1"
            )
        try:
            changes[path.strip()] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError as error:
            raise SignallingError(
                f"--set {setting}: the value is not TOML ({error}); texts need quotes: --set 'path=\"text\"'"
            ) from error
    return changes


@app.command()
def demo(
    runs: Annotated[int, typer.Option(help="Pairs of crises.")] = 500,
    seed: Seed = 1914,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where results go.")] = Path("results/july-1914"),
    as_json: AsJson = False,
) -> None:
    """July 1914: the telegraph as it was against a hotline and a one-day line, on the same luck."""
    from signalling.report.demo import demonstrate

    summaries = demonstrate(out, runs=runs, seed=seed, say=(lambda _: None) if as_json else _print)
    if as_json:
        _print_json(summaries)


@app.command()
def run(
    scenario: ScenarioName,
    runs: Annotated[int, typer.Option(help="How many runs.")] = 1000,
    seed: Seed = 1,
    engine: Annotated[str, typer.Option(help="process (SimPy) or auto.")] = "auto",
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Run a scenario and report P(war), exposure and information, with intervals."""
    from signalling.executors import run as run_scenario
    from signalling.progress import shown
    from signalling.report.tables import outcome_summary, outcome_table
    from signalling.store import Arm, save

    chosen = _scenario(scenario, settings)
    with shown(chosen.name) as progress:
        outcomes = run_scenario(chosen, runs=runs, seed=seed, engine=engine, progress=progress)
    if out is not None:
        command = f"signalling run {scenario} --runs {runs} --seed {seed}"
        save(out, chosen, [Arm("baseline", {}, outcomes)], seed=seed, command=command)
    summary = outcome_summary(outcomes)
    if as_json:
        _print_json(summary)
        return
    _print(outcome_table(summary, chosen.name))
    if out is not None:
        _print(f"Written to {out}: table.parquet (a row per run) and provenance.json.")


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

    told = trace_run(_scenario(scenario, settings), seed=seed, run=run)
    if as_json:
        _print_json(told.to_dict())
    else:
        _print(str(told))


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
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Run a scenario and treated versions of it on the same luck: wars averted, caused, untouched."""
    from signalling.progress import shown
    from signalling.report.tables import comparison_sentences, comparison_table
    from signalling.store import arms_of, save
    from signalling.study import compare_all, design

    chosen = design(scenario, treatment or [], _parsed(treat), _parsed(settings), runs=runs, seed=seed)
    with shown(chosen.scenario.name) as progress:
        pairs = compare_all(
            chosen.scenario,
            chosen.treatments,
            runs=chosen.runs,
            seed=chosen.seed,
            baseline_name=chosen.baseline,
            progress=progress,
        )
    if out is not None:
        command = f"signalling compare {scenario} --runs {chosen.runs} --seed {chosen.seed}"
        save(out, chosen.scenario, arms_of(pairs, chosen.treatments), seed=chosen.seed, command=command)
    if as_json:
        _print_json([pair.summary() for pair in pairs])
        return
    _print(comparison_table(pairs, f"{chosen.scenario.name}: {chosen.runs} pairs, seed {chosen.seed}"))
    for pair in pairs:
        _print(comparison_sentences(pair))
    if out is not None:
        _print(f"Written to {out}; draw it with: signalling figures {out}")


@app.command()
def figures(
    results: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder written by demo or compare --out.")
    ],
    as_json: AsJson = False,
) -> None:
    """Draw the figures of a results folder again, from its table and provenance."""
    from signalling.report.folder import draw_folder

    written = [str(path) for path in draw_folder(results)]
    if as_json:
        _print_json(written)
    else:
        _print("\n".join(written))


@app.command()
def scenarios(as_json: AsJson = False) -> None:
    """List the built-in scenarios and their treatments."""
    from signalling.report.tables import scenario_table
    from signalling.scenario import built_in_scenarios, load_scenario
    from signalling.study import load_study

    listed = [
        (name, load_scenario(name), sorted(load_study(name).treatments)) for name in built_in_scenarios()
    ]
    if as_json:
        _print_json(
            [
                {"name": name, "title": s.name, "states": list(s.states), "treatments": treatments}
                for name, s, treatments in listed
            ]
        )
    else:
        _print(scenario_table(listed))


@app.command()
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario file or built-in name.")],
    as_json: AsJson = False,
) -> None:
    """Validate a scenario file without running it."""
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
    if as_json:
        _print_json(facts)
    else:
        _print(
            f"{file}: acceptable: {facts['states']} states, {facts['channels']} channels, "
            f"{facts['rivalries']} rivalries, {facts['rungs']} peacetime rungs."
        )


if __name__ == "__main__":
    sys.exit(main())
