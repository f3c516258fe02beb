"""Play the ledger: every entry, every case, a row for each number."""

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signalling.errors import SignallingError
from signalling.validation import suggestion
from signalling.verification.bench import Bench
from signalling.verification.entries import ENTRIES
from signalling.verification.kept import Kept
from signalling.verification.ledger import FALSE_ALARM, Case, Entry, Row, judged

#: Called after each case with the number of cases done and wanted, and the rows of the last.
Progress = Callable[[int, int, Sequence[Row]], None]


@dataclass(frozen=True)
class Ledger:
    """Every number that was predicted, and what came out."""

    rows: tuple[Row, ...]
    quick: bool
    compared: int
    """Scenarios whose beginning both engines have played alike."""

    @property
    def failed(self) -> tuple[Row, ...]:
        """Numbers that did not come out."""
        return tuple(row for row in self.rows if row.verdict != "reproduced")

    @property
    def false_alarm(self) -> float:
        """Chance that one true number or more is held for false, all simulated rows taken together.

        An upper bound: as if rows were independent, and every standard error exact.
        """
        simulated = sum(row.standard_error > 0.0 for row in self.rows)
        return -math.expm1(simulated * math.log1p(-FALSE_ALARM))

    def to_dict(self) -> dict[str, Any]:
        """The ledger as plain data; None stands for what there is not."""
        return {
            "quick": self.quick,
            "reproduced": len(self.rows) - len(self.failed),
            "not_reproduced": len(self.failed),
            "family_wise_false_alarm": self.false_alarm,
            "scenarios_played_alike_by_both_engines": self.compared,
            "rows": [{key: _plain(value) for key, value in row._asdict().items()} for row in self.rows],
        }


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def verify(
    *,
    entries: Sequence[str] = (),
    quick: bool = False,
    workers: int = 1,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> Ledger:
    """Reproduce published results, each number within its tolerance.

    Args:
        entries: keys such as "T01"; all of them if none is given.
        quick: fewer runs, and without the cases that need many.
        workers: threads that share the work; the numbers are the same.
        keep: folder in which each case is kept when it is done; the next call goes on from there, as long as
            no line of the package has changed.
        progress: called after each case.

    Returns:
        The ledger; `failed` has what did not come out.

    Raises:
        SignallingError: there is no such entry, Numba is not installed, or the engines differ.
    """
    wanted = chosen(entries)
    bench = Bench(quick=quick, workers=workers)
    compile_first()
    cases = [(entry, case) for entry in wanted for case in _cases(entry, quick=quick)]
    rows: list[Row] = []
    kept = Kept(keep)
    for done, (entry, case) in enumerate(cases, start=1):
        key = f"{entry.key} {case.name}, {'quick' if quick else 'full'}"
        played = kept.rows(key, bench)
        if not played:
            before = set(bench.beginnings)
            with quietly():
                played = list(_played(entry, case, bench))
            kept.put(key, played, bench.beginnings - before)
        rows += played
        if progress is not None:
            progress(done, len(cases), played)
    return Ledger(tuple(rows), quick, bench.compared)


def chosen(keys: Sequence[str]) -> list[Entry]:
    """The entries of some keys, all of them if there is none.

    Raises:
        SignallingError: there is no such entry.
    """
    known = {entry.key: entry for entry in ENTRIES}
    for key in keys:
        if key not in known:
            raise SignallingError(f"entry = {key}: no such entry; {suggestion(key, known)}")
    return [known[key] for key in known if key in keys or not keys]


def _cases(entry: Entry, *, quick: bool) -> list[Case]:
    return [case for case in entry.cases() if case.quick or not quick]


def _played(entry: Entry, case: Case, bench: Bench) -> Iterator[Row]:
    for number, found in zip(case.numbers, case.play(bench), strict=True):
        yield judged(entry, case, number, found)


def compile_first() -> None:
    """Compile before the first case, while nothing waits for it.

    Raises:
        SignallingError: Numba is not installed.
    """
    try:
        from signalling.engines import batch
    except ImportError as error:
        remedy = 'pip install "signalling[fast]"'
        raise SignallingError(f"verify: needs Numba, for thousands of runs; {remedy}") from error
    batch.ready(())


@contextmanager
def quietly() -> Iterator[None]:
    """Within the block, hundreds of scenarios do not tell each which engine plays them."""
    teller = logging.getLogger("signalling")
    before = teller.level
    teller.setLevel(logging.WARNING)
    try:
        yield
    finally:
        teller.setLevel(before)
