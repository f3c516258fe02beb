"""Pages that experiments fill: the reading in each README, and the findings of all."""

from collections.abc import Mapping
from pathlib import Path

from signalling.errors import ResultError
from signalling.experiments.experiment import Experiment
from signalling.experiments.tables import read_csv
from signalling.experiments.telling import Told, fill
from signalling.store import write_text

READING, FINDINGS, ANSWER = "reading.md.j2", "findings.md.j2", "answer.md.j2"
#: Between these lines of a page the program writes.
BEGIN = "<!-- {}: `signalling reproduce` writes this from the tables -->"
END = "<!-- end of {} -->"


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


def with_block(page: str, name: str, text: str, place: Path) -> str:
    """A page with what the program writes put in.

    Raises:
        ResultError: it has no place for it.
    """
    begin, end = BEGIN.format(name), END.format(name)
    if begin not in page or end not in page:
        raise ResultError(f"{place}: has no place for the {name}; write the lines {begin} and {end}")
    before, rest = page.split(begin, 1)
    return f"{before}{begin}\n\n{text.strip()}\n\n{end}{rest.split(end, 1)[1]}"


class Findings:
    """The page of all findings, and the answer in one sentence.

    Args:
        experiments: all of them, by name.
        folder: theirs, where the templates stand.
        results: the folder of all results.
    """

    def __init__(self, experiments: Mapping[str, Experiment], folder: Path, results: Path) -> None:
        self.experiments = experiments
        self.folder = folder
        self.results = results

    def answer(self, page: Path) -> str:
        """The answer to the question, for a page in some folder."""
        return self._filled(ANSWER, page).strip()

    def text(self, page: Path) -> str:
        """The findings, for a page in some folder."""
        return self._filled(FINDINGS, page, answer=self.answer(page))

    def _filled(self, template: str, page: Path, **names: str) -> str:
        told = {name: told_of(one, self.results, page) for name, one in self.experiments.items()}
        path = self.folder / template
        calls = {"of": told.__getitem__, "experiments": told, **names}
        return fill(path.read_text(encoding="utf-8"), calls, str(path))


def write_pages(
    experiments: Mapping[str, Experiment], folder: Path, results: Path, *, publish: bool
) -> list[Path]:
    """Write every reading whose tables are there, and the findings if all are.

    Args:
        experiments: all of them, by name.
        folder: theirs.
        results: the folder of all results.
        publish: into the README of each experiment, docs/findings.md and the README above; else beside the
            results.
    """
    written = {}
    for experiment in experiments.values():
        if _has_tables(experiment, results):
            path = experiment.folder / "README.md" if publish else results / experiment.name / "reading.md"
            written[path] = reading(experiment, results, path.parent)
            if publish:
                page = path.read_text(encoding="utf-8")
                written[path] = with_block(page, "reading", written[path], path)
    if (folder / FINDINGS).exists() and all(_has_tables(one, results) for one in experiments.values()):
        found = Findings(experiments, folder, results)
        root = folder.resolve().parent
        path = root / "docs" / "findings.md" if publish else results / "findings.md"
        written[path] = found.text(path.parent)
        if publish:
            path = root / "README.md"
            written[path] = with_block(path.read_text(encoding="utf-8"), "answer", found.answer(root), path)
    for path, text in written.items():
        write_text(path, text)
    return list(written)


def _has_tables(experiment: Experiment, results: Path) -> bool:
    return all((results / experiment.name / f"{part}.csv").exists() for part in experiment.spec.parts)
