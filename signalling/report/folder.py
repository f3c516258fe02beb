"""A results folder as a reader opens it: figures and the chronicle of one telling crisis."""

from itertools import permutations
from pathlib import Path

from signalling.chronicle import Trace
from signalling.errors import ResultError
from signalling.executors import trace
from signalling.figures.sensitivity import draw_sensitivity
from signalling.figures.space_time import draw_space_time
from signalling.figures.style import save as save_figure
from signalling.figures.treatments import draw_treatments
from signalling.report.panel import read_panel
from signalling.report.tables import comparison_markdown
from signalling.store import Results, load_results, write_text

CHRONICLE = "chronicle.txt"
COMPARISON = "comparison.md"
#: Beyond this many states the best order of lanes is not searched for.
MOST_ORDERED = 8


def draw_folder(folder: Path) -> list[Path]:
    """Draw the figures of a results folder, its panel's too if it has one, and write its chronicle.

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
    panel = read_panel(folder)
    told = trace(results.scenario, seed=results.seed, run=telling_run(results))
    written = save_figure(draw_treatments(comparisons, results.scenario.name), pictures, "p_war")
    written += save_figure(draw_space_time(told, states=order_of_lanes(told)), pictures, "space_time")
    if panel:
        written += save_figure(draw_sensitivity(panel, results.scenario.name), pictures, "sensitivity")
    for name, text in ((CHRONICLE, str(told)), (COMPARISON, comparison_markdown(comparisons))):
        write_text(folder / name, text)
        written.append(folder / name)
    return written


def order_of_lanes(told: Trace) -> list[str]:
    """States so that rivals stand near each other: the least sum of distances, else name order."""
    names = list(told.names)
    if len(names) > MOST_ORDERED:
        return names
    pairs = [
        (holder, rival) for holder, rivals in enumerate(told.rivals) for rival in rivals if holder < rival
    ]

    def length(order: tuple[int, ...]) -> int:
        return sum(abs(order.index(a) - order.index(b)) for a, b in pairs)

    return [names[state] for state in min(permutations(range(len(names))), key=length)]


def telling_run(results: Results) -> int:
    """The war of median length among those the first treatment averts; failing that, among all; or run 0."""
    first = results.comparisons()[0]
    columns = (
        first.baseline["stop_hours"],
        first.baseline["run"],
        first.baseline["war"],
        first.treated["war"],
    )
    rows = list(zip(*columns, strict=True))
    averted = sorted((hours, run) for hours, run, war, treated in rows if war and not treated)
    wars = sorted((hours, run) for hours, run, war, _ in rows if war)
    chosen = averted or wars or [(0.0, rows[0][1])]
    return int(chosen[(len(chosen) - 1) // 2][1])
