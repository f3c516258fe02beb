"""The main job: July 1914 with the telegraph as it was, a hotline and a one-day line, on the same luck."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.table import Table

from signalling.progress import shown
from signalling.report.folder import CHRONICLE, draw_folder, telling_run
from signalling.report.tables import comparison_sentences, comparison_table
from signalling.store import PROVENANCE, TABLE, arms_of, load_results, save
from signalling.study import compare_all, load_study

#: The demonstration shares its work among so many processes where there are as many cores.
MOST_WORKERS = 2

QUESTION = """\
Would a better line have averted the war of July 1914?

Eight states, twelve days from the note to Serbia, the telegraph delays of the documents. Each crisis is
run again on the same luck with another line: only the channel differs, so every war is either averted,
caused or left as it was.
"""


def demonstrate(
    out: Path, *, runs: int, seed: int, say: Callable[[str | Table], None]
) -> list[dict[str, Any]]:
    """Run July 1914 and its treatments, write results, figures and a chronicle, and say what came out.

    Args:
        out: results folder; earlier results in it are replaced.
        runs: pairs of crises.
        seed: key of all draws.
        say: prints a text or a table.

    Returns:
        The comparisons as plain data.

    Raises:
        SignallingError: an argument is out of range, or the folder cannot be written.
    """
    study = load_study("july-1914")
    say(QUESTION)
    with shown("July 1914") as progress:
        pairs = compare_all(
            study.scenario,
            study.treatments,
            runs=runs,
            seed=seed,
            baseline_name=study.baseline,
            workers=min(MOST_WORKERS, os.cpu_count() or 1),
            progress=progress,
        )
    command = f"signalling demo --runs {runs} --seed {seed}"
    save(out, study.scenario, arms_of(pairs, study.treatments), seed=seed, command=command, overwrite=True)
    written = draw_folder(out)
    say(comparison_table(pairs, f"July 1914: {runs} crises under each line, on the same luck (seed {seed})"))
    for pair in pairs:
        say(comparison_sentences(pair))
    say(
        "Levels depend on judgement (tempo, weights, costs); the contrast on the same luck is the result.\n\n"
        f"{out / TABLE}: a row per run; {out / PROVENANCE}: how to rebuild it\n"
        f"{out / CHRONICLE}: run {telling_run(load_results(out))} told message by message"
    )
    for path in written:
        if path.suffix == ".png":
            say(f"{path} (and .pdf)")
    return [pair.summary() for pair in pairs]
