"""The application: its options, its exit codes, and how it prints."""

import json
import logging
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
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

Workers = Annotated[
    int, typer.Option(metavar="N", help="Threads or processes that share the work; the results are the same.")
]

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130


class Interrupted(Exception):  # noqa: N818 - an interrupt is no error
    """Ctrl-C or SIGTERM, with what to say of it; typer would drop the words of a KeyboardInterrupt.

    Args:
        told: what to say.
        goes_on: whether the same command goes on from what is kept; it is then told too.
    """

    def __init__(self, told: str = "interrupted", *, goes_on: bool = False) -> None:
        super().__init__(told)
        self.goes_on = goes_on


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 1 a check failed, 2 bad input, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with _telling():
            code = app(words, standalone_mode=False)
    except SignallingError as error:
        _complain(str(error))
        return EXIT_BAD_INPUT
    except Interrupted as error:
        command = shlex.join(["signalling", *words])
        _complain(f"{error}; to go on, run: {command}" if error.goes_on else str(error))
        return EXIT_INTERRUPTED
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


@contextmanager
def _telling() -> Iterator[None]:
    """Within the block, what the package has to say of its work goes to standard error."""
    teller = logging.StreamHandler(sys.stderr)
    teller.setFormatter(logging.Formatter("signalling: %(message)s"))
    log = logging.getLogger("signalling")
    before = log.level
    log.addHandler(teller)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(teller)
        log.setLevel(before)


@contextmanager
def told_once() -> Iterator[None]:
    """Within the block, the choice of an engine is told once, though every piece of work makes it."""
    told: set[str] = set()

    def new(record: logging.LogRecord) -> bool:
        known = record.getMessage() in told
        told.add(record.getMessage())
        return not known

    log = logging.getLogger("signalling.engines.choice")
    log.addFilter(new)
    try:
        yield
    finally:
        log.removeFilter(new)


@contextmanager
def kept_in(folder: Path | None) -> Iterator[None]:
    """Within the block, an interrupt says how to go on from what is kept in a folder, or that nothing is."""
    try:
        yield
    except KeyboardInterrupt:
        if folder is None:
            raise Interrupted("interrupted; --out DIR would keep what is done") from None
        raise Interrupted(goes_on=True) from None


def _complain(message: str) -> None:
    sys.stderr.write(f"signalling: {message}\n")


def show(thing: Any) -> None:
    """A rich table (as wide as it needs to be where there is no terminal), or text as it is."""
    if isinstance(thing, str):
        sys.stdout.write(thing if thing.endswith("\n") else thing + "\n")
        return
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 140, highlight=False).print(thing)


def show_json(data: object) -> None:
    """Plain data on standard output."""
    show(json.dumps(data, indent=2, ensure_ascii=False))


def conclude(
    summary: Callable[[], object],
    parts: Callable[[], Iterable[Any]],
    write: Callable[[Path], Sequence[Path]],
    *,
    out: Path | None,
    as_json: bool,
) -> None:
    """The end of a command: write what was found if there is a folder for it, and show it.

    Args:
        summary: as plain data, what is shown as JSON.
        parts: tables and sentences, which are shown otherwise.
        write: into a folder; the files.
        out: the folder.
        as_json: which of the two is shown.
    """
    written = [] if out is None else write(out)
    if as_json:
        show_json(summary())
        return
    for part in parts():
        show(part)
    if written:
        show(f"Written to {out}: {', '.join(path.name for path in written)}.")


def chosen_scenario(name: str, settings: list[str] | None) -> Any:
    """The scenario that is named, with what --set changes."""
    from signalling.scenario import load_scenario

    scenario = load_scenario(name)
    return scenario.replace(parsed(settings)) if settings else scenario


def parsed(settings: list[str] | None, option: str = "--set") -> dict[str, Any]:
    """PATH=VALUE pairs of an option, each value read as TOML."""
    import tomllib

    changes: dict[str, Any] = {}
    for setting in settings or []:
        path, equals, text = setting.partition("=")
        if not equals or not path.strip():
            raise SignallingError(
                f"{option} {setting}: write PATH=VALUE, e.g. channels.default.loss_probability=0.1"
            )
        try:
            changes[path.strip()] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError as error:
            hint = f"texts need quotes: {option} 'path=\"text\"'"
            raise SignallingError(f"{option} {setting}: the value is not TOML ({error}); {hint}") from error
    return changes
