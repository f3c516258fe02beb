"""Run what a study wants and its folder lacks: shards as the work goes on, a table at the end.

Results are a fold, so to resume is to run what is missing, and to extend is to want more. Whatever ends the
work (Ctrl-C, SIGTERM, SIGKILL, a failing disk), what stands in the folder is whole and counts.
"""

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

import pyarrow as pa

from signalling.cells import unique
from signalling.collected import Collected
from signalling.coverage import Coverage
from signalling.errors import ResultError
from signalling.executors import Progress
from signalling.folders import StudyFolder
from signalling.provenance import identity_of, written_cells, written_study
from signalling.shards import ERROR_SCHEMA, ShardWriter, common_schema
from signalling.study import Study
from signalling.tasks import Done, Failure, Piece, Planner, Recipe, execute, forget, from_stream
from signalling.workers import check_workers, stream

#: Rows kept in memory before they are written as a shard.
FLUSH_ROWS = 50_000
#: Seconds of work that a SIGKILL can cost.
FLUSH_SECONDS = 5.0


def collect(
    study: Study,
    folder: str | Path,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    command: str = "sg.collect",
    resume: str = "collect the study into the same folder again",
) -> Collected:
    """Run what a study wants and a folder lacks, and return what the folder then holds.

    A folder may hold more than the study wants: runs and cells that were collected into it before. A run that
    fails is told in `Collected.errors()` and tried again by the next call; the others go on.

    Args:
        study: what to run.
        folder: results folder, made if absent.
        workers: how many processes share the work; the results are the same for any number. A program that
            asks for more than one needs its `if __name__ == "__main__":`.
        progress: called with the runs held and wanted, at the start and as work is done.
        command: what the user asked for, for the provenance.
        resume: how to go on, for the message of an interrupt.

    Raises:
        ResultError: the folder holds another study, or cannot be written.
        KeyboardInterrupt: on Ctrl-C or SIGTERM; what was done is kept, and the message says how to go on.

    Example:
        >>> import tempfile
        >>> study = Study("two-seekers", runs=3, seed=1, grid={"horizon_days": [5, 10]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     collected = collect(study, folder)
        ...     collected.to_arrow()["horizon_days"].to_pylist()
        [5, 5, 5, 10, 10, 10]
    """
    check_workers(workers)
    forget()
    place = StudyFolder(Path(folder))
    with _writing(place.path):
        place.join(written_study(study), written_cells(study), command)
        place.parts.mkdir(exist_ok=True)  # a checkout has none
        place.clean()
        place.set_aside(place.scan()[1])
    work = _Work(study, Collected(folder), workers)
    if progress is not None:
        progress(work.held, work.wanted)
    with _Interrupts() as interrupts:
        try:
            if work.pieces:
                _run(work, place, interrupts, progress)
            with interrupts.held_back(), _writing(place.path):
                place.finish()
        except KeyboardInterrupt:
            kept = Collected(folder)
            raise KeyboardInterrupt(
                f"interrupted; {work.counted(kept.held)} of {work.wanted} runs are kept in {folder}. "
                f"To go on, {resume}"
            ) from None
    return Collected(folder)


class _Work:
    """The runs that are missing, cell by cell."""

    def __init__(self, study: Study, collected: Collected, workers: int) -> None:
        self.study = study
        self.workers = workers
        self.cells = list(unique(study.cells).values())
        self.pieces = [
            Piece(number, range(start, stop))
            for number, cell in enumerate(self.cells)
            for start, stop in collected.held.missing(cell.id, [study.wanted])
        ]
        start, stop = study.wanted
        self.wanted = len(self.cells) * (stop - start)
        self.held = self.counted(collected.held)
        self.engine = study.subject.engine_for(self.wanted - self.held) if self.pieces else "process"

    def recipe(self, number: int) -> Recipe:
        """The cell of a piece as plain data, made when it is needed."""
        cell = self.cells[number]
        return self.study.subject.recipe(
            cell.complete, self.study.treatment(cell.treatment), cell.seed, self.engine
        )

    def counted(self, held: Coverage) -> int:
        """How many of the runs that are wanted are held."""
        start, stop = self.study.wanted
        return self.wanted - sum(
            b - a for cell in self.cells for a, b in held.missing(cell.id, [(start, stop)])
        )


def _run(work: _Work, place: StudyFolder, interrupts: "_Interrupts", progress: Progress | None) -> None:
    planner = Planner(work.pieces, work.recipe, workers=work.workers, keep_going=True)
    buffer = _Buffer(place, identity_of(written_study(work.study)), [cell.id for cell in work.cells])
    done = work.held
    try:
        with closing(stream(execute, planner.next_task, workers=work.workers)) as answers:
            for answer in answers:
                with interrupts.held_back():
                    planner.tell(answer)
                    done += buffer.add(answer)
                    if buffer.due():
                        buffer.flush()
                        place.compact()
                if progress is not None:
                    progress(done, work.wanted)
    finally:
        with interrupts.held_back():
            buffer.flush()


class _Buffer:
    """Rows and failures that are not yet written."""

    def __init__(self, place: StudyFolder, study: str, cells: Sequence[str]) -> None:
        self.place = place
        self.study = study
        self.cells = cells
        self.schema: pa.Schema | None = None
        self._empty()

    def _empty(self) -> None:
        self.tables: list[tuple[pa.Table, Coverage, int]] = []
        self.failures: list[Failure] = []
        self.rows = 0
        self.begun = time.monotonic()

    def add(self, done: Done) -> int:
        """Take what a task did; how many runs these are.

        Raises:
            ResultError: its columns are not those of the rows before.
        """
        self.failures += done.failures
        table = from_stream(done.table) if done.table else None
        rows = 0 if table is None else table.num_rows
        if table is not None:
            schema = table.schema.remove_metadata()
            self.schema = schema if self.schema is None else common_schema([self.schema, schema])
            coverage = Coverage()
            for piece in done.pieces:
                coverage.add(self.cells[piece.place], (piece.runs.start, piece.runs.stop))
            self.tables.append((table, coverage, int(done.content_hash, 16)))
        tried: int = rows + len(done.failures)
        self.rows += tried
        return tried

    def due(self) -> bool:
        """Whether it is time to write."""
        return self.rows >= FLUSH_ROWS or time.monotonic() - self.begun >= FLUSH_SECONDS

    def flush(self) -> None:
        """Write what there is as shards."""
        with _writing(self.place.path):
            if self.tables:
                with ShardWriter(self.place.parts, "runs", self.study) as writer:
                    writer.open(self.schema)
                    for table, coverage, content_hash in self.tables:
                        writer.write(table, coverage, content_hash)
            if self.failures:
                columns = zip(*self.failures, strict=True)
                table = pa.table([list(column) for column in columns], schema=ERROR_SCHEMA)
                failed = Coverage()
                for failure in self.failures:
                    failed.add(failure.cell, (failure.run, failure.run + 1))
                with ShardWriter(self.place.parts, "errors", self.study) as writer:
                    writer.write(table, failed)
        self._empty()


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ResultError(
            f"{folder}: cannot be written: {error.strerror or error}; what was written before counts: make "
            "room or choose another folder"
        ) from error


class _Interrupts:
    """Within the block, Ctrl-C and SIGTERM raise KeyboardInterrupt, but never while something is written."""

    def __init__(self) -> None:
        self.before: dict[int, Any] = {}
        self.writing = 0
        self.asked = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self.before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signal calls it
        if self.writing:
            self.asked = True
        else:
            raise KeyboardInterrupt

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Let an interrupt wait until the block has ended."""
        self.writing += 1
        try:
            yield
        finally:
            self.writing -= 1
        if self.asked and not self.writing:
            self.asked = False
            raise KeyboardInterrupt
