"""The main job: July 1914 with the telegraph as it was, a hotline and a one-day line, on the same luck."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from signalling.counterfactual import Contrast, Paired
from signalling.figures.sensitivity import verdict
from signalling.progress import shown
from signalling.report.folder import CHRONICLE, draw_folder, telling_run
from signalling.report.panel import PANEL, contrasts_of, make_panel, panel_tables, write_panel
from signalling.report.tables import comparison_sentences, comparison_table
from signalling.store import PROVENANCE, TABLE, arms_of, load_results, save
from signalling.study import Study, compare_all, load_study

#: The demonstration shares its work among so many threads where there are as many cores.
MOST_WORKERS = 2

QUESTION = """\
Would a better line have averted the war of July 1914?

Eight states, twelve days from the note to Serbia, the telegraph delays of the documents. Each crisis is
run again on the same luck with another line: only the channel differs, so every war is either averted,
caused or left as it was.
"""

WHY_A_PANEL = """
Levels depend on judgement (tempo, weights, what decides a war, who wants one); the contrast on the same luck
is the result. Does it hold under other judgements? The first {pairs:,} crises again, with other assumptions.
"""


def demonstrate(
    out: Path, *, runs: int, seed: int, say: Callable[[str | Table], None]
) -> list[dict[str, Any]]:
    """Run July 1914 under its treatments and its sensitivity panel, write and draw them, say what came out.

    Nothing is written before all is run.

    Args:
        out: results folder; earlier results in it are replaced.
        runs: pairs of crises; the panel has as many in a row, at most those of its study.
        seed: key of all draws.
        say: prints a text or a table.

    Returns:
        The comparisons as plain data, each with its panel.

    Raises:
        SignallingError: an argument is out of range, or the folder cannot be written.
    """
    study, others = load_study("july-1914"), load_study("july-1914-panel")
    say(QUESTION)
    pairs = _compare(study, runs, seed)
    title = f"July 1914: {runs:,} crises under each line, on the same luck (seed {seed})"
    say(comparison_table(pairs, title))
    for pair in pairs:
        say(comparison_sentences(pair))
    first = min(runs, len(range(*others.wanted)))
    say(WHY_A_PANEL.format(pairs=first))
    with shown("Other assumptions") as progress:
        rows = make_panel(others, pairs, runs=first, seed=seed, workers=_workers(), progress=progress)
    contrasts = contrasts_of(rows)
    for table in panel_tables(contrasts):
        say(table)
    say(f"{verdict(contrasts)}.\n")
    command = f"signalling demo --runs {runs} --seed {seed}"
    save(out, study.scenario, arms_of(pairs, study.treatments), seed=seed, command=command, overwrite=True)
    write_panel(out, rows)
    _tell_files(out, draw_folder(out), say)
    return [
        pair.summary() | {"panel": [_plain(c) for c in contrasts if c.treatment_name == pair.treatment_name]}
        for pair in pairs
    ]


def _compare(study: Study, runs: int, seed: int) -> list[Paired]:
    with shown("July 1914") as progress:
        return compare_all(
            study.scenario,
            study.treatments,
            runs=runs,
            seed=seed,
            baseline_name=study.baseline,
            workers=_workers(),
            progress=progress,
        )


def _workers() -> int:
    return min(MOST_WORKERS, os.cpu_count() or 1)


def _tell_files(out: Path, written: Sequence[Path], say: Callable[[str | Table], None]) -> None:
    say(
        f"{out / TABLE}: a row per run; {out / PANEL}: the assumptions, a row per line\n"
        f"{out / PROVENANCE}: how to rebuild them\n"
        f"{out / CHRONICLE}: run {telling_run(load_results(out))} told message by message"
    )
    for path in written:
        if path.suffix == ".png":
            say(f"{path} (and .pdf)")


def _plain(contrast: Contrast) -> dict[str, Any]:
    return contrast._asdict() | {
        "p_war_baseline": contrast.war(treated=False)._asdict(),
        "p_war_treated": contrast.war(treated=True)._asdict(),
        "risk_difference": contrast.risk_difference()._asdict(),
    }
