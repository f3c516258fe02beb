"""From folders of experiments to tables, figures, readings and findings: all of it, from nothing."""

import hashlib
import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from signalling.errors import SignallingError
from signalling.executors import Progress
from signalling.experiments.experiment import Experiment, Part
from signalling.experiments.manifest import hashes, write_manifest
from signalling.experiments.multiverse import SharesPart
from signalling.experiments.pages import told_of, write_pages
from signalling.experiments.rows import Row
from signalling.experiments.tables import write_csv, write_tables
from signalling.experiments.telling import FIGURES, TABLES
from signalling.experiments.work import Work
from signalling.store import kernel_fingerprint, write_text
from signalling.validation import refuse, suggestion

#: Exit code of a command that was interrupted.
INTERRUPTED = 130
#: What tables and pages need, and nothing else does.
WRITTEN_WITH = ("jinja2", "tabulate")
#: Files of an experiment that say something of it and change no number.
WORDS = (".md", ".j2")
#: Called with the name of what is done next; its progress ends with the block.
Shown = Callable[[str], AbstractContextManager[Progress]]
#: Runs the words of a command; its exit code.
RunCommand = Callable[[Sequence[str]], int]


class Plan(NamedTuple):
    """What is reproduced, and where to."""

    experiments: Mapping[str, Experiment]
    """All of them, by name."""
    folder: Path
    """Theirs."""
    out: Path
    """Of all results."""
    only: Sequence[str] = ()
    """Names of those that are wanted; all unless given."""
    quick: bool = False
    workers: int = 2
    publish: bool = False
    """Whether readings go into the README of each experiment, and findings into docs/."""

    @property
    def chosen(self) -> list[Experiment]:
        """The experiments that are wanted, in order.

        Raises:
            ScenarioError: no such experiment.
        """
        for name in self.only:
            if name not in self.experiments:
                raise refuse(
                    "--only", name, f"no such experiment; {suggestion(name, list(self.experiments))}"
                )
        return [one for name, one in self.experiments.items() if not self.only or name in self.only]


def reproduce(
    plan: Plan, *, shown: Shown, command: RunCommand, redraw: bool = False
) -> dict[str, dict[str, str]]:
    """Make tables, figures, captions and pages.

    Work that is kept below the results is not done again; interrupted, it goes on.

    Args:
        plan: what, and where to.
        shown: a context manager for the name of what is done next, which gives a progress callback.
        command: runs a command of the program, for experiments that have some.
        redraw: run nothing; draw and write everything again from the tables at hand.

    Returns:
        By experiment, the hashes of the files that were made.

    Raises:
        SignallingError: an experiment, or a part of one, is not acceptable.
    """
    missing = [name for name in WRITTEN_WITH if importlib.util.find_spec(name) is None]
    if missing:
        raise SignallingError(f'{" and ".join(missing)} not installed: pip install "signalling[paper]"')
    made = {}
    for experiment in plan.chosen:
        results = plan.out / experiment.name
        if not redraw:
            for name, rows in _rows(experiment, plan, shown):
                write_csv(results / f"{name}.csv", rows)
            _run_commands(experiment, plan, command)
        _draw(experiment, plan)
        made[experiment.name] = _hashed(experiment, plan)
        write_manifest(plan.out, {experiment.name: made[experiment.name]})
    write_pages(plan.experiments, plan.folder, plan.out, publish=plan.publish)
    return made


def _rows(experiment: Experiment, plan: Plan, shown: Shown) -> Iterator[tuple[str, list[Row]]]:
    """The rows of every part, each told as soon as it is made."""
    rows_of: dict[str, list[Row]] = {}
    for name, part in experiment.spec.parts.items():
        try:
            if isinstance(part, SharesPart):
                rows_of[name] = part.rows_from(rows_of[part.of])
            else:
                kept = plan.out / experiment.name / "parts" / f"{name}-{_fingerprint(experiment, part)}.jsonl"
                with shown(f"{experiment.name}, {name}") as progress:
                    work = Work(experiment.folder, kept, plan.quick, plan.workers, progress)
                    rows_of[name] = part.rows(work)
        except SignallingError as error:
            lines = [f"{experiment.name}, {name}: {line}" for line in str(error).splitlines()]
            raise type(error)("\n".join(lines)) from error
        yield name, rows_of[name]


def _fingerprint(experiment: Experiment, part: Part) -> str:
    """Of all on which the rows of a part depend: what was kept for another is not taken for it."""
    digest = hashlib.sha256(kernel_fingerprint().encode())
    digest.update(json.dumps(part.model_dump(), sort_keys=True).encode())
    for path in sorted(experiment.folder.iterdir()):
        if path.is_file() and path.suffix not in WORDS and path.name != "experiment.toml":
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _run_commands(experiment: Experiment, plan: Plan, command: RunCommand) -> None:
    for one in experiment.spec.commands:
        words = one.quick if plan.quick else one.run
        if words is None:
            continue
        out = str(plan.out / one.folder)
        with redirect_stdout(StringIO()):  # its tables are in its files, and would stand among ours
            filled = [word.replace("{out}", out) for word in words]
            code = command([word.replace("{experiments}", str(plan.folder)) for word in filled])
        if code == INTERRUPTED:  # the command has said how to go on; so does the whole
            raise KeyboardInterrupt
        if code not in {0, 1}:  # 1: a claim or check failed, which is a result
            raise SignallingError(f"{experiment.name}: the command {' '.join(words)} ended with {code}")


def _draw(experiment: Experiment, plan: Plan) -> None:
    """Figures, captions and tables, from the tables on disk alone."""
    from signalling.figures.style import save

    results = plan.out / experiment.name
    told = told_of(experiment, plan.out, results)
    for name, figure in experiment.spec.figures.items():
        try:
            save(figure.draw(told.rows_of[figure.part]), results / FIGURES, name)
            write_text(results / FIGURES / f"{name}.txt", told.caption(name) + "\n")
        except SignallingError as error:
            raise SignallingError(f"{experiment.name}, figures.{name}: {error}") from error
    for name, table in experiment.spec.tables.items():
        write_tables(table, told.rows_of[table.part], told.filled(table.caption), results / TABLES, name)


def _hashed(experiment: Experiment, plan: Plan) -> dict[str, str]:
    found = hashes(plan.out / experiment.name)
    for one in experiment.spec.commands:
        if (one.quick if plan.quick else one.run) is not None:
            found |= {f"../{one.folder}/{file}": code for file, code in hashes(plan.out / one.folder).items()}
    return found
