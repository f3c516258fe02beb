"""The sensitivity panel: the same treatments under other assumptions, on the same luck, as rows of counts."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from rich.table import Table

from signalling.cells import Settings, canonical
from signalling.counterfactual import Contrast, Paired
from signalling.errors import ResultError
from signalling.executors import Progress
from signalling.outcome import Outcomes
from signalling.report.tables import signed
from signalling.stats import Interval
from signalling.store import write_whole
from signalling.study import Study, compare_all

PANEL = "panel.parquet"
#: A cell's title in its settings: it changes nothing, so a panel calls its rows by it.
TITLE = "name"


class Row(NamedTuple):
    """One set of assumptions with every treatment."""

    settings: Settings
    """What it changes of the scenario, and its title."""
    pairs: Sequence[Paired]


def make_panel(
    study: Study,
    known: Sequence[Paired],
    *,
    runs: int,
    seed: int,
    workers: int = 1,
    progress: Progress | None = None,
) -> list[Row]:
    """Compare a study's treatments under each of its points, in their order.

    Args:
        study: its points have titles; one that sets nothing else is the scenario as it is.
        known: the comparisons of the scenario as it is for that seed; at least `runs` pairs from run 0.
        runs: pairs of each point and treatment.
        seed: key of all draws.
        workers: how many share the work.
        progress: called as runs are done, of the whole panel.
    """
    new = [settings for settings in study.points if set(settings) != {TITLE}]
    arms = 1 + len(study.treatments)
    rows = []
    for settings in study.points:
        if settings not in new:
            rows.append(Row(settings, [_first(pair, runs) for pair in known]))
            continue
        before = new.index(settings) * arms * runs
        told = None if progress is None else partial(_tell, progress, before, len(new) * arms * runs)
        pairs = compare_all(
            study.scenario.replace(settings),
            study.treatments,
            runs=runs,
            seed=seed,
            baseline_name=study.baseline,
            workers=workers,
            progress=told,
        )
        rows.append(Row(settings, pairs))
    return rows


def _tell(progress: Progress, before: int, wanted: int, done: int, _: int) -> None:
    progress(before + done, wanted)


def _first(pair: Paired, runs: int) -> Paired:
    arms = (Outcomes(arm.table.slice(0, runs)) for arm in (pair.baseline, pair.treated))
    return Paired(*arms, pair.baseline_name, pair.treatment_name, pair.confidence)


def contrasts_of(rows: Sequence[Row]) -> list[Contrast]:
    """The counts of a panel, assumption by assumption."""
    return [Contrast.of(str(row.settings[TITLE]), pair) for row in rows for pair in row.pairs]


def write_panel(folder: Path, rows: Sequence[Row]) -> None:
    """Write panel.parquet: a row for each set of assumptions and treatment, with what rebuilds it.

    Raises:
        ResultError: the folder cannot be written.
    """
    table = pa.Table.from_pylist([_written(row.settings, pair) for row in rows for pair in row.pairs])
    write_whole(folder / PANEL, lambda path: pq.write_table(table, path))


def _written(settings: Settings, pair: Paired) -> dict[str, Any]:
    contrast = Contrast.of(str(settings[TITLE]), pair)
    intervals: dict[str, Interval] = {
        "p_war_baseline": contrast.war(treated=False),
        "p_war_treated": contrast.war(treated=True),
        "difference": contrast.risk_difference(),
    }
    changes = {path: value for path, value in settings.items() if path != TITLE}
    written = contrast._asdict() | {"settings": canonical(changes), "seed": pair.baseline["seed"][0]}
    for name, interval in intervals.items():
        written |= {name: interval.estimate, f"{name}_low": interval.low, f"{name}_high": interval.high}
    for name, arm in (("baseline", pair.baseline), ("treated", pair.treated)):
        written |= {f"cell_{name}": arm["cell"][0], f"content_hash_{name}": arm.content_hash()}
    return written


def read_panel(folder: Path) -> list[Contrast]:
    """The counts of a folder's panel; none if it has no panel.

    Raises:
        ResultError: the file is damaged.
    """
    path = folder / PANEL
    if not path.exists():
        return []
    try:
        return [Contrast(**row) for row in pq.read_table(path, columns=list(Contrast._fields)).to_pylist()]
    except (OSError, TypeError, pa.ArrowException) as error:
        raise ResultError(f"{path}: is damaged; run the command again") from error


def panel_table(contrasts: Sequence[Contrast], title: str) -> Table:
    """A panel, with a line for each set of assumptions and treatment."""
    first = contrasts[0]
    table = Table(title=title, title_justify="left")
    table.add_column("assumptions")
    table.add_column(f"P(war), {first.baseline_name}", justify="right")
    table.add_column("channel")
    percent = f"{100 * first.confidence:g} %"
    for heading in ("P(war)", "averted", "caused", "untouched", f"difference [{percent}]"):
        table.add_column(heading, justify="right")
    before = ""
    for contrast in contrasts:
        again = contrast.assumptions == before
        if not again and before:
            table.add_section()
        before = contrast.assumptions
        table.add_row(
            "" if again else contrast.assumptions,
            "" if again else f"{contrast.war(treated=False).estimate:.3f}",
            contrast.treatment_name,
            f"{contrast.war(treated=True).estimate:.3f}",
            *(str(count) for count in (contrast.averted, contrast.caused, contrast.untouched)),
            signed(contrast.risk_difference()),
        )
    return table


def panel_range(contrasts: Sequence[Contrast], treatment: str) -> str:
    """The least and the greatest difference that a treatment makes, over all assumptions."""
    found = [c.risk_difference().estimate for c in contrasts if c.treatment_name == treatment]
    return f"{min(found):+.3f} to {max(found):+.3f}"
