"""The sensitivity panel: the same treatments under other assumptions, on the same luck, as rows of counts."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from rich.table import Table

from signalling.cells import Settings, canonical
from signalling.counterfactual import Contrast, Paired, treat
from signalling.errors import ResultError
from signalling.executors import Progress, run_models
from signalling.model import compile_model
from signalling.outcome import Outcomes
from signalling.report.tables import signed
from signalling.stats import Interval
from signalling.store import write_whole
from signalling.study import Study

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
    models = []
    for settings in study.points:
        if set(settings) != {TITLE}:
            untreated = study.scenario.replace(settings)
            versions = (untreated, *(treat(untreated, treatment) for treatment in study.treatments.values()))
            models += [compile_model(version, baseline=untreated) for version in versions]
    # All at once: one choice of the engine, and one measure of how far the work has come.
    arms = iter(run_models(models, runs=runs, seed=seed, workers=workers, progress=progress))
    rows = []
    for settings in study.points:
        if set(settings) == {TITLE}:
            rows.append(Row(settings, [_first(pair, runs) for pair in known]))
            continue
        before = next(arms)
        pairs = [
            Paired(before, next(arms), study.baseline, name, known[0].confidence) for name in study.treatments
        ]
        rows.append(Row(settings, pairs))
    return rows


def _first(pair: Paired, runs: int) -> Paired:
    before, after = (Outcomes(arm.table.slice(0, runs)) for arm in (pair.baseline, pair.treated))
    return replace(pair, baseline=before, treated=after)


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


def panel_tables(contrasts: Sequence[Contrast]) -> list[Table]:
    """A panel as a table for each treatment, with a line for each set of assumptions."""
    treatments = dict.fromkeys(contrast.treatment_name for contrast in contrasts)
    return [_table([c for c in contrasts if c.treatment_name == name]) for name in treatments]


def _table(contrasts: Sequence[Contrast]) -> Table:
    first = contrasts[0]
    title = f"{first.treatment_name} instead of {first.baseline_name}, {first.pairs:,} crises under each line"
    table = Table(title=title, title_justify="left")
    table.add_column("assumptions")
    percent = f"{100 * first.confidence:g} %"
    levels = [f"P(war),\n{name}" for name in (first.baseline_name, first.treatment_name)]
    for heading in (*levels, "wars\naverted", "wars\ncaused", "un-\ntouched", f"difference [{percent}]"):
        table.add_column(heading, justify="right")
    for contrast in contrasts:
        table.add_row(
            contrast.assumptions,
            *(f"{contrast.war(treated=treated).estimate:.3f}" for treated in (False, True)),
            *(str(count) for count in (contrast.averted, contrast.caused, contrast.untouched)),
            signed(contrast.risk_difference()),
        )
    return table
