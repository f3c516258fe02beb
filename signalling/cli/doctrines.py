"""The command doctrines: what is built in, and whether a file of one's own keeps the contract."""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from signalling.cli.app import EXIT_DONE, EXIT_FAILED, AsJson, app, show, show_json
from signalling.errors import SignallingError

if TYPE_CHECKING:
    from signalling.contract.verdicts import Verdict

doctrines = typer.Typer(rich_markup_mode=None)
app.add_typer(doctrines, name="doctrines")

WORDS = {"kept": "ok", "broken": "broken", "not tried": "not tried"}
MARGIN = " " * 12


@doctrines.callback(invoke_without_command=True)
def listed(context: typer.Context, as_json: AsJson = False) -> None:
    """List the built-in doctrines; doctrines check FILE tries one of your own."""
    if context.invoked_subcommand is not None:
        return
    facts = _built_in()
    if as_json:
        show_json(facts)
        return
    from rich.table import Table

    table = Table(title="Built-in doctrines", title_justify="left", show_lines=True)
    for heading in ("name", "is", "games", "source"):
        table.add_column(heading, overflow="fold")
    for row in facts:
        table.add_row(row["name"], row["is"], ", ".join(row["games"]), row["source"])
    show(table)


def _built_in() -> list[dict[str, Any]]:
    from signalling.doctrine_files import games_of
    from signalling.kernel.doctrines import BUILT_IN, load

    modules = {name: load(name) for name in BUILT_IN}
    return [
        {
            "name": name,
            "is": (module.__doc__ or "").strip().splitlines()[0],
            "games": list(games_of(module)),
            "source": module.SOURCE,
        }
        for name, module in modules.items()
    ]


@doctrines.command()
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A Python file, or a built-in doctrine.")],
    as_json: AsJson = False,
) -> int:
    """Hold a doctrine to the contract: a line for each promise, and of a broken one an example."""
    from signalling import doctrine_files
    from signalling.inputs import read_doctrine
    from signalling.kernel.doctrines import BUILT_IN, load

    if file in BUILT_IN:
        module = load(file)
    else:
        module = doctrine_files.load(read_doctrine(file, Path(), "FILE"), "FILE", file)
    verdicts = []
    if not as_json:
        show(f"{file}: {module.SOURCE}")
    for verdict in _verdicts(module):
        verdicts.append(verdict)
        if not as_json:
            show(_line(verdict))
    broken = sum(verdict.status == "broken" for verdict in verdicts)
    kept = sum(verdict.status == "kept" for verdict in verdicts)
    if as_json:
        promises = [_facts(verdict) for verdict in verdicts]
        show_json({"file": file, "source": module.SOURCE, "kept": not broken, "promises": promises})
    else:
        show(f"{kept} of {len(verdicts)} promises kept" + (f", {broken} broken" if broken else ""))
    return EXIT_FAILED if broken else EXIT_DONE


def _verdicts(module: Any) -> Iterator["Verdict"]:
    """The verdicts as they are found; what the doctrine prints is dropped."""
    try:
        import hypothesis.configuration as hypothesis
    except ImportError as error:
        raise SignallingError(
            "doctrines check: needs Hypothesis, which tries a doctrine on many runs; pip install hypothesis"
        ) from error
    import tempfile

    from signalling.contract.verdicts import judge

    # Hypothesis keeps notes in the working folder unless it is told of another.
    with tempfile.TemporaryDirectory() as notes:
        hypothesis.set_hypothesis_home_dir(notes)
        try:
            found = judge(module)
            while True:
                with contextlib.redirect_stdout(io.StringIO()):
                    verdict = next(found, None)
                if verdict is None:
                    return
                yield verdict
        finally:
            hypothesis.set_hypothesis_home_dir(None)


def _line(verdict: "Verdict") -> str:
    lines = [f"  {WORDS[verdict.status]:<10}{verdict.promise}"]
    breach = verdict.breach
    if breach is not None:
        lines.append(f"{MARGIN}{breach.function} {breach.did}.")
        if breach.example:
            lines.append(f"{MARGIN}Example: {breach.example}.")
        lines.append(f"{MARGIN}Remedy: {breach.remedy}.")
    return "\n".join(lines)


def _facts(verdict: "Verdict") -> dict[str, Any]:
    facts = {"name": verdict.name, "promise": verdict.promise, "status": verdict.status}
    breach = verdict.breach
    if breach is None:
        return facts
    return facts | {
        "function": breach.function,
        "did": breach.did,
        "example": breach.example or None,
        "remedy": breach.remedy,
    }
