"""A results folder as a reader opens it: figures and the chronicle of one telling crisis."""

from pathlib import Path

from signalling.counterfactual import Paired
from signalling.errors import ResultError
from signalling.executors import trace
from signalling.figures.space_time import draw_space_time
from signalling.figures.style import save as save_figure
from signalling.figures.treatments import draw_treatments
from signalling.store import Results, load_results, write_whole

CHRONICLE = "chronicle.txt"


def draw_folder(folder: Path) -> list[Path]:
    """Draw the figures of a results folder and write its chronicle.

    Raises:
        ResultError: the folder holds no comparison, or is damaged.
    """
    results = load_results(folder)
    comparisons = results.comparisons()
    if not comparisons:
        raise ResultError(
            f"{folder}: holds one scenario and no treatment; figures need signalling compare --out"
        )
    pictures = folder / "figures"
    told = trace(results.scenario, seed=results.seed, run=telling_run(results))
    written = save_figure(draw_treatments(comparisons, results.scenario.name), pictures, "p_war")
    written += save_figure(draw_space_time(told), pictures, "space_time")
    write_whole(folder / CHRONICLE, lambda path: path.write_text(str(told), encoding="utf-8"))
    return [*written, folder / CHRONICLE]


def telling_run(results: Results) -> int:
    """The first run in which the first treatment averts a war; failing that, the first war, or run 0."""
    first = results.comparisons()[0]
    averted = [run for run, war, treated in _wars(first) if war and not treated]
    wars = [run for run, war, _ in _wars(first) if war]
    return (averted or wars or [first.baseline["run"][0]])[0]


def _wars(pair: Paired) -> list[tuple[int, bool, bool]]:
    return list(zip(pair.baseline["run"], pair.baseline["war"], pair.treated["war"], strict=True))
