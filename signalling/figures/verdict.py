"""How claims come to their verdicts: the confidence sequence narrows, look by look, beside the margin."""

import math
import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

from signalling.figures import style
from signalling.sequential import Decision
from signalling.verdicts import Verdict, Verdicts

COLUMNS = 3
PANEL_INCHES = 1.95
FRAME_INCHES = 0.8
#: Of a figure with a single panel.
SINGLE_INCHES = 4.2
#: Characters of a claim's name for each inch of its panel.
NAME_CHARACTERS = 10.7
#: Characters of the note for each inch of the figure.
NOTE_CHARACTERS = 20
#: Looks that are named below a panel.
MOST_TICKS = 4
#: Room beyond the first and the last look, as a factor.
EDGE = 1.35

LOOKS = {
    Decision.PREVENTS: (style.BLUE, "o"),
    Decision.NO_EFFECT: (style.BLACK, "s"),
    Decision.INCREASES: (style.VERMILLION, "^"),
    Decision.UNDECIDED: (style.GREY, "D"),
}
ANSWERS = {True: ", as claimed", False: ", not as claimed", None: ""}


def draw_verdicts(found: Verdicts, title: str | None = None) -> Figure:
    """The difference in P(war) over the number of pairs, a panel for each claim.

    The band is the confidence sequence of each look; the grey stripe is the margin within which a difference
    does not matter. A claim stops at the first look whose whole bar lies in one of the three regions.

    Args:
        found: what the claims came to.
        title: heading; the name of the claim file unless given.
    """
    columns = 2 if len(found) == 4 else min(len(found), COLUMNS)
    rows = math.ceil(len(found) / columns)
    width = SINGLE_INCHES if columns == 1 else style.DOUBLE_COLUMN
    with style.styled():
        figure = Figure(figsize=(width, FRAME_INCHES + PANEL_INCHES * rows), layout="constrained")
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        longest = max((verdict.looks for verdict in found), key=len)
        for place, (axes, verdict) in enumerate(zip(panels, found, strict=False)):
            _draw_regions(axes, verdict)
            _draw_looks(axes, verdict, round(NAME_CHARACTERS * width / columns))
            _draw_x(axes, [counts.pairs for counts in longest])
            if place % columns == 0:
                axes.set_ylabel("difference in P(war)")
            if place + columns >= len(found):
                axes.set_xlabel("pairs of runs")
        for axes in panels[len(found) :]:
            axes.remove()
        figure.suptitle(title or found.claims.name, x=0.01, ha="left")
        note = textwrap.fill(_note(found), round(NOTE_CHARACTERS * width))
        figure.supxlabel(note, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        return style.settle(figure)


def _draw_regions(axes: Axes, verdict: Verdict) -> None:
    """The margin as a stripe, as much room above as below, and the names of the regions beyond it."""
    margin = verdict.claim.margin
    ends = [verdict.difference(look)[1:] for look in range(len(verdict.looks))]
    reach = 1.06 * max(4.0 * margin, *(max(-low, high) for low, high in ends))
    axes.set_ylim(-reach, reach)
    axes.axhspan(-margin, margin, color=style.PALE, linewidth=0.0, zorder=0, gid="margin")
    axes.axhline(0.0, color=style.BLACK, linewidth=0.5, zorder=1)
    for height, word in ((0.77, "increases"), (0.23, "prevents")):
        axes.text(
            1.015,
            height,
            word,
            transform=axes.transAxes,
            va="center",
            fontsize=style.NOTE_SIZE,
            color=style.GREY,
            rotation=270,
        )


def _draw_looks(axes: Axes, verdict: Verdict, characters: int) -> None:
    colour, marker = LOOKS[verdict.decision]
    pairs = [counts.pairs for counts in verdict.looks]
    seen = [verdict.difference(look) for look in range(len(pairs))]
    estimates = [interval.estimate for interval in seen]
    lows, highs = [interval.low for interval in seen], [interval.high for interval in seen]
    axes.fill_between(pairs, lows, highs, color=colour, alpha=0.18, linewidth=0.0, zorder=2)
    axes.errorbar(
        pairs,
        estimates,
        yerr=[
            [estimate - low for estimate, low in zip(estimates, lows, strict=True)],
            [high - estimate for estimate, high in zip(estimates, highs, strict=True)],
        ],
        color=colour,
        marker=marker,
        markersize=3.5,
        markerfacecolor="#FFFFFF",
        capsize=1.8,
        linewidth=0.9,
        elinewidth=0.8,
        zorder=3,
        gid="looks",
    )
    axes.plot(pairs[-1], estimates[-1], marker, color=colour, markersize=4.5, zorder=4)
    name = verdict.claim.name
    if len(name) > characters:
        name = name[: characters - 1].rstrip() + "…"
    told = f"{verdict.decision.value}{ANSWERS[verdict.borne_out]}; {pairs[-1]:,} pairs"
    axes.set_title(name, pad=13.0)
    look: dict[str, Any] = {"fontsize": style.NOTE_SIZE, "color": colour, "va": "bottom"}
    axes.text(0.0, 1.03, told, transform=axes.transAxes, **look)


def _draw_x(axes: Axes, pairs: Sequence[int]) -> None:
    axes.set_xscale("log")
    axes.set_xlim(pairs[0] / EDGE, max(pairs[-1], 2 * pairs[0]) * EDGE)
    step = math.ceil(len(pairs) / MOST_TICKS)
    named = pairs[::-1][::step][::-1]
    axes.set_xticks(named, [f"{count:,}" for count in named])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())


def _note(found: Verdicts) -> str:
    alone = len(found) == 1
    which = "the verdict is wrong is" if alone else f"any verdict on {len(found)} claims is wrong is"
    each = "" if alone else f", {found.claims.level:.3g} for each of them (Bonferroni)"
    return (
        "P(war | treatment) − P(war | baseline) on the same luck. Bars: confidence sequences, which hold at "
        f"all numbers of pairs at once; the chance that {which} at most {found.claims.error:g}{each}, "
        "whenever it stopped. Below the grey margin: prevents; within: no effect; above: increases."
    )
