"""Pages that experiments fill: the reading in each README, and the findings of all."""

from collections.abc import Mapping
from pathlib import Path

from signalling.errors import ResultError
from signalling.experiments.experiment import Experiment
from signalling.experiments.tables import read_csv
from signalling.experiments.telling import Told, fill
from signalling.store import write_text

READING, FINDINGS = "reading.md.j2", "findings.md.j2"
#: Between these lines of a README the program writes.
BEGIN = "<!-- reading: `signalling reproduce` writes this from the tables -->"
END = "<!-- end of reading -->"


def told_of(experiment: Experiment, results: Path, page: Path) -> Told:
    """An experiment with the rows of its tables on disk.

    Raises:
        ResultError: a table is missing.
    """
    rows_of = {part: read_csv(results / experiment.name / f"{part}.csv") for part in experiment.spec.parts}
    return Told(experiment, rows_of, results / experiment.name, page)


def reading(experiment: Experiment, results: Path, page: Path) -> str:
    """What an experiment's page says of its results."""
    text = (experiment.folder / READING).read_text(encoding="utf-8")
    told = told_of(experiment, results, page)
    return fill(text, told.names(), str(experiment.folder / READING)).strip() + "\n"


def with_reading(readme: str, text: str, place: Path) -> str:
    """A README with its reading put in.

    Raises:
        ResultError: it has no place for one.
    """
    if BEGIN not in readme or END not in readme:
        raise ResultError(f"{place}: has no place for the reading; write the lines {BEGIN} and {END}")
    before, rest = readme.split(BEGIN, 1)
    return f"{before}{BEGIN}\n\n{text}\n{END}{rest.split(END, 1)[1]}"


def findings(experiments: Mapping[str, Experiment], folder: Path, results: Path, page: Path) -> str:
    """The page of all findings.

    Args:
        experiments: all of them, by name.
        folder: theirs, where the template stands.
        results: the folder of all results.
        page: the folder of the page.
    """
    told = {name: told_of(experiment, results, page) for name, experiment in experiments.items()}
    text = (folder / FINDINGS).read_text(encoding="utf-8")
    return fill(text, {"of": told.__getitem__, "experiments": told}, str(folder / FINDINGS))


def write_pages(
    experiments: Mapping[str, Experiment], folder: Path, results: Path, *, publish: bool
) -> list[Path]:
    """Write every reading whose tables are there, and the findings if all are.

    Args:
        experiments: all of them, by name.
        folder: theirs.
        results: the folder of all results.
        publish: into the README of each experiment and docs/findings.md; else beside the results.
    """
    written = []
    complete = True
    for experiment in experiments.values():
        if not all((results / experiment.name / f"{part}.csv").exists() for part in experiment.spec.parts):
            complete = False
            continue
        path = experiment.folder / "README.md" if publish else results / experiment.name / "reading.md"
        text = reading(experiment, results, path.parent)
        if publish:
            text = with_reading(path.read_text(encoding="utf-8"), text, path)
        write_text(path, text)
        written.append(path)
    if complete and (folder / FINDINGS).exists():
        path = folder.parent / "docs" / "findings.md" if publish else results / "findings.md"
        write_text(path, findings(experiments, folder, results, path.parent))
        written.append(path)
    return written
