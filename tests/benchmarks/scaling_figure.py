"""The figure of how the cost grows, drawn from results/benchmarks/bench.json."""

import statistics
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from signalling.figures import style

HEIGHT = 3.6
NOTE_WIDTH = 136
#: Place in the style's series by (engine, graph) and by (engine, threads); the yardstick is grey.
LOOKS = {
    ("process engine", "complete"): 1,
    ("process engine", "ring"): 4,
    ("batch engine", "complete"): 0,
    ("batch engine", "ring"): 5,
    ("process engine", 1): 1,
    ("batch engine", 1): 0,
    ("batch engine", 2): 2,
}

Curve = Mapping[str, Any]


def draw_scaling(scaling: Mapping[str, Any], machine: str) -> Figure:
    """Cost per message over states on the left, time of a command over runs on the right.

    Args:
        scaling: as `scaling.scaling` gives it.
        machine: a sentence about where it was measured.
    """
    with style.styled():
        figure = Figure(figsize=(style.DOUBLE_COLUMN, HEIGHT), layout="constrained")
        states, runs = figure.subplots(1, 2)
        _draw_states(states, scaling["states"])
        _draw_runs(runs, scaling["runs"], scaling["crossing_runs"])
        figure.suptitle("How the cost grows", x=0.01, ha="left")
        note = textwrap.fill(f"{_note(scaling['runs'])} {machine}", NOTE_WIDTH)
        figure.supxlabel(note, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        return style.settle(figure)


def _draw_states(axes: Axes, curves: Sequence[Curve]) -> None:
    for curve in sorted(curves, key=lambda curve: -statistics.fmean(curve["nanoseconds"])):
        engine, graph = curve["engine"], curve["graph"]
        name = "hand-written C" if engine == "yardstick" else engine
        label = f"{name}, {graph} (slope {style.number(curve['slope'], 2)})"
        _plot(axes, curve["states"], curve["nanoseconds"], LOOKS.get((engine, graph)), label)
    _logarithmic(axes, curves[0]["states"])
    heights = [value for curve in curves for value in curve["nanoseconds"]]
    axes.set_ylim(0.6 * min(heights), 3.0 * max(heights))
    axes.set_xlabel("states")
    axes.set_ylabel("processor time per message, ns")
    axes.set_title("A message")
    # Compiled code and SimPy lie two orders apart.
    axes.legend(loc="center", bbox_to_anchor=(0.5, 0.54))


def _draw_runs(axes: Axes, curves: Sequence[Curve], crossing: float) -> None:
    ticks = max((curve["runs"] for curve in curves), key=lambda runs: runs[-1] / runs[0])
    for curve in curves:
        look = LOOKS[curve["engine"], curve["threads"]]
        label = f"{_name(curve)} (slope {style.number(curve['slope_of_the_last_decade'], 2)})"
        _plot(axes, curve["runs"], curve["seconds"], look, label)
        beyond = [curve["runs"][-1], ticks[-1]]
        if beyond[0] < beyond[1]:
            fitted = [_fitted(curve, runs) for runs in beyond]
            axes.plot(beyond, fitted, color=style.SERIES[look][0], linestyle=(0, (1, 3)), linewidth=0.8)
    _logarithmic(axes, ticks)
    lowest = min(value for curve in curves for value in curve["seconds"])
    axes.set_ylim(0.5 * lowest, 2.0 * max(_fitted(curve, ticks[-1]) for curve in curves))
    axes.axvline(crossing, ymax=0.75, color=style.GREY, linewidth=0.6, zorder=1)
    place = axes.get_xaxis_transform()
    text = f" from {crossing:,.0f} runs on\n the batch engine is quicker"
    axes.text(crossing, 0.02, text, transform=place, va="bottom", fontsize=style.NOTE_SIZE, color=style.GREY)
    axes.set_xlabel("runs of two states")
    axes.set_ylabel("time of the command, s")
    axes.set_title("A command, start included")
    axes.legend(loc="upper left").set_zorder(4)


def _plot(axes: Axes, x: Sequence[float], y: Sequence[float], look: int | None, label: str) -> None:
    colour, marker, dashes = (style.GREY, ".", "-") if look is None else style.SERIES[look]
    axes.plot(x, y, color=colour, marker=marker, linestyle=dashes, markersize=4, label=label, zorder=3)


def _logarithmic(axes: Axes, ticks: Sequence[float]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    plain = FuncFormatter(lambda value, _: f"{value:,.6g}")
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(plain)
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())
    axes.grid(axis="y", color=style.PALE, linewidth=0.4, zorder=0)
    axes.set_axisbelow(True)


def _name(curve: Curve) -> str:
    if curve["engine"] == "process engine":
        return "process engine"
    return f"batch engine, {curve['threads']} thread{'s' if curve['threads'] > 1 else ''}"


def _fitted(curve: Curve, runs: float) -> float:
    return float(curve["start_seconds"] + 1e-6 * curve["microseconds_per_run"] * runs)


def _note(curves: Sequence[Curve]) -> str:
    fitted = "; ".join(
        f"{_name(curve)}: {curve['start_seconds']:.3g} s + {curve['microseconds_per_run']:,.6g} µs a run"
        for curve in curves
    )
    return (
        "Left: doctrine spiral, and nobody can attack; the C program plays a simpler one. Slopes are of "
        "the logarithms: on the left by least squares over all points, on the right over the last decade "
        "measured. Right: the crisis of two seekers, on the wall; dotted: the fitted line beyond what was "
        f"measured. Lines fitted: {fitted}."
    )
