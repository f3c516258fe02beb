"""The figure of a dilemma: changes of security, and the direct part and the reaction they are made of."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from signalling.armament import ALL, Dilemma
from signalling.figures import style

ROW_INCHES = 0.62
FRAME_INCHES = 1.45
#: From the middle of a row up to the total, and down to the reaction.
STEP = 0.24
PARTS = (
    ("total", "change", style.BLACK, "o", True),
    ("direct", "direct: the others' moves as they were", style.BLUE, "s", True),
    ("reaction", "by the others' reaction", style.VERMILLION, "^", False),
)


def draw_dilemma(found: Dilemma) -> Figure:
    """Whose security changes by how much when a state arms, with intervals; right of zero is safer.

    Args:
        found: a dilemma, with any number of states.
    """
    effects = found.effects()
    with style.styled():
        height = FRAME_INCHES + ROW_INCHES * len(effects)
        figure = Figure(figsize=(style.DOUBLE_COLUMN, height), layout="constrained")
        axes = figure.add_subplot()
        axes.axvline(0.0, color=style.GREY, linewidth=0.8, zorder=1)
        for place, (key, label, colour, marker, filled) in enumerate(PARTS):
            values = [getattr(effect, key) for effect in effects]
            heights = [-row + STEP * (1 - place) for row in range(len(effects))]
            axes.errorbar(
                [value.estimate for value in values],
                heights,
                xerr=[
                    [value.estimate - value.low for value in values],
                    [value.high - value.estimate for value in values],
                ],
                fmt=marker,
                color=colour,
                markerfacecolor=colour if filled else "white",
                markersize=4.0,
                elinewidth=1.0,
                capsize=2.0,
                label=label,
                zorder=3,
            )
            for value, at in zip(values, heights, strict=True):
                axes.annotate(
                    style.interval_text(value),
                    (1.01, at),
                    xycoords=("axes fraction", "data"),
                    va="center",
                    fontsize=style.NOTE_SIZE,
                    color=colour,
                )
        _frame(axes, found, [effect.whose for effect in effects])
        arms = ", ".join(f"{key} = {value}" for key, value in found.armament.items())
        figure.suptitle(
            f"{found.title}: {found.state} arms ({arms}), {len(found.runs):,} runs on the same luck",
            x=0.01,
            ha="left",
        )
        return style.settle(figure)


def _frame(axes: Axes, found: Dilemma, states: Sequence[str]) -> None:
    """The axis, its unit and the names beside it."""
    names = [f"{whose}\n(arms)" if whose == found.state else whose for whose in states]
    axes.set_yticks([-row for row in range(len(states))], names)
    axes.axhline(-(len(states) - 1.5), color=style.PALE, linewidth=0.8)
    axes.set_ylim(-len(states) + 0.4, 0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=style.PALE, linewidth=0.4, zorder=0)
    axes.set_axisbelow(True)
    percent = f"{100 * found.confidence:g} %"
    axes.set_xlabel(f"change of security (1 − P(being struck); {ALL}: their sum), with {percent} intervals")
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(PARTS), borderaxespad=0.2)
