"""What treatments do to P(war): levels on the left, differences on the same luck on the right."""

import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from signalling.counterfactual import Paired
from signalling.errors import SignallingError
from signalling.figures import style
from signalling.stats import Interval

ROW_INCHES = 0.36
FRAME_INCHES = 1.35
LINE_INCHES = 0.14
NAME_WIDTH = 22
NOTE_WIDTH = 140


def draw_treatments(comparisons: Sequence[Paired], title: str) -> Figure:
    """P(war) under a baseline and under each treatment, and the paired differences.

    Left: P(war) with Wilson's interval. Right: P(war | treatment) - P(war | baseline) on the same luck,
    with Tango's interval for pairs, and the pairs in which the treatment averts or causes a war.

    Args:
        comparisons: one for each treatment, all of one baseline, in the order in which to draw them.
        title: heading of the figure.

    Raises:
        SignallingError: no comparison, or comparisons of different baselines.
    """
    _check(comparisons)
    with style.styled():
        lines = max(len(name.splitlines()) for name in _names(comparisons))
        height = FRAME_INCHES + max(ROW_INCHES, LINE_INCHES * lines) * (len(comparisons) + 1)
        figure = Figure(figsize=(style.DOUBLE_COLUMN, height), layout="constrained")
        levels, differences = figure.subplots(1, 2, sharey=True)
        _draw_levels(levels, comparisons)
        _draw_differences(differences, comparisons)
        figure.suptitle(title, x=0.01, ha="left")
        figure.supxlabel(_note(comparisons[0]), x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        return style.settle(figure)


def _check(comparisons: Sequence[Paired]) -> None:
    if not comparisons:
        raise SignallingError("comparisons: none given; compare at least one treatment with the baseline")
    first = comparisons[0]
    for other in comparisons[1:]:
        same = all(first.baseline[name] == other.baseline[name] for name in ("cell", "run", "seed", "war"))
        if not same or first.baseline_name != other.baseline_name or first.confidence != other.confidence:
            raise SignallingError(
                f"{other.treatment_name}: is compared with another baseline ({other.baseline_name}) than "
                f"{first.treatment_name} ({first.baseline_name}); draw one figure for each baseline"
            )


def _names(comparisons: Sequence[Paired]) -> list[str]:
    names = [comparisons[0].baseline_name, *(paired.treatment_name for paired in comparisons)]
    return [textwrap.fill(name, NAME_WIDTH) for name in names]


def _draw_levels(axes: Axes, comparisons: Sequence[Paired]) -> None:
    first = comparisons[0]
    levels = [first.war(treated=False), *(paired.war(treated=True) for paired in comparisons)]
    for row, level in enumerate(levels):
        _draw_interval(axes, level, row, style.BLACK if row == 0 else style.BLUE, "s" if row == 0 else "o")
        _beside(axes, row, style.interval_text(level))
    names = _names(comparisons)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    # Room for the whole of the widest interval, from zero, so that lengths compare as levels.
    axes.set_xlim(0.0, max(level.high for level in levels) * 1.06)
    axes.set_xlabel("P(war), probability per run")
    axes.set_title("Probability of war")
    _quiet(axes)


def _draw_differences(axes: Axes, comparisons: Sequence[Paired]) -> None:
    differences = [paired.risk_difference() for paired in comparisons]
    axes.axvline(0.0, color=style.BLACK, linewidth=0.6, zorder=1, gid="zero")
    for row, (paired, difference) in enumerate(zip(comparisons, differences, strict=True), start=1):
        _draw_interval(axes, difference, row, style.BLUE, "o")
        counts = f"averted {paired.averted:,}, caused {paired.caused:,} of {paired.runs:,} pairs"
        _beside(axes, row, f"{style.interval_text(difference)}\n{counts}")
    _beside(axes, 0, "the reference, by definition 0", color=style.GREY)
    axes.plot(0.0, 0, "s", color=style.BLACK, markersize=4, markerfacecolor="#FFFFFF", zorder=3)
    reach = 1.12 * max(max(abs(d.low), abs(d.high)) for d in differences)
    low, high = min(d.low for d in differences), max(d.high for d in differences)
    axes.set_xlim(-reach if low < 0 else -0.15 * reach, reach if high > 0 else 0.15 * reach)
    axes.tick_params(axis="y", labelleft=False)
    name = textwrap.shorten(comparisons[0].baseline_name, NAME_WIDTH, placeholder="…")
    axes.set_xlabel("difference in P(war), probability\n(below 0: fewer wars)")
    axes.set_title(f"Difference from {name}")
    _quiet(axes)


def _draw_interval(axes: Axes, interval: Interval, row: int, colour: str, marker: str) -> None:
    estimate, low, high = interval
    axes.errorbar(
        estimate,
        row,
        xerr=[[max(estimate - low, 0.0)], [max(high - estimate, 0.0)]],
        color=colour,
        marker=marker,
        markersize=4,
        capsize=2,
        linewidth=1.2,
        capthick=1.0,
        clip_on=False,  # a point at zero is drawn whole
        zorder=3,
    )


def _beside(axes: Axes, row: int, text: str, **look: Any) -> None:
    """Text to the right of the panel, in a row: nothing that is drawn can run into it."""
    place = axes.get_yaxis_transform()
    axes.text(1.03, row, text, transform=place, va="center", fontsize=style.NOTE_SIZE, **look)


def _quiet(axes: Axes) -> None:
    axes.grid(axis="x", color=style.PALE, linewidth=0.4, zorder=0)
    axes.set_axisbelow(True)
    axes.locator_params(axis="x", nbins=5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _note(paired: Paired) -> str:
    percent = f"{100 * paired.confidence:g} %"
    text = (
        f"{paired.runs:,} pairs of runs; the two runs of a pair have the same luck and differ in the "
        f"treatment alone. Bars and brackets: {percent} intervals, Wilson (level) and Tango (difference of "
        f"pairs). Averted: war under {paired.baseline_name}, peace under the treatment; caused: the reverse."
    )
    return textwrap.fill(text, NOTE_WIDTH)
