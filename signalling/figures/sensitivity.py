"""What treatments do to P(war) under several sets of assumptions, a row for each, on the same luck."""

import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from signalling.counterfactual import Contrast
from signalling.errors import SignallingError
from signalling.figures import style

ROW_INCHES = 0.34
FRAME_INCHES = 1.1
LINE_INCHES = 0.15
#: Treatments of one row stand so far apart, rows.
SPREAD = 0.3
NAME_WIDTH = 30
#: Characters of a line's name above its column, and points from one line of text to the next.
LINE_WIDTH = 12
LINE_POINTS = 9
TITLE_WIDTH = 96
NOTE_WIDTH = 140
#: Width of the panel beside that of a column of numbers.
PANEL_WIDTH = 5.5
#: More colours and columns than these are not told apart.
MOST_TREATMENTS = 4


def draw_sensitivity(contrasts: Sequence[Contrast], title: str) -> Figure:
    """The paired differences of each treatment under each set of assumptions, with P(war) beside them.

    Points and bars: P(war | treatment) - P(war | baseline) on the same luck, with Tango's interval for pairs.
    Columns: P(war) under the baseline and under each treatment. The heading says what is seen.

    Args:
        contrasts: every treatment under every set of assumptions, in the order in which to draw them; the
            first set is what the others are compared with.
        title: of the figure, before what is seen.

    Raises:
        SignallingError: no contrast, one missing, too many treatments, or contrasts of different baselines.
    """
    rows, treatments = _checked(contrasts)
    with style.styled():
        heading = _heading(title, contrasts)
        above = _lines([_folded(name) for name in (contrasts[0].baseline_name, *treatments)])
        row_inches = max(ROW_INCHES, LINE_INCHES * _lines([_label(row) for row in rows]))
        height = FRAME_INCHES + LINE_INCHES * (_lines([heading]) + above) + row_inches * len(rows)
        figure = Figure(figsize=(style.DOUBLE_COLUMN, height), layout="constrained")
        columns = 1 + len(treatments)
        panel, numbers = figure.subplots(1, 2, sharey=True, width_ratios=(PANEL_WIDTH, columns))
        _draw_rows(panel, rows, treatments, contrasts)
        _draw_numbers(numbers, rows, treatments, contrasts)
        for axes, name in ((panel, "Difference in P(war)"), (numbers, "P(war), per run")):
            axes.set_title(name, pad=LINE_POINTS * (1 + above))
        figure.suptitle(heading, x=0.01, ha="left")
        figure.supxlabel(_note(contrasts), x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        return style.settle(figure)


def _heading(title: str, contrasts: Sequence[Contrast]) -> str:
    """What is seen, a line or more for each treatment."""
    clauses = f"{title}: {verdict(contrasts)}".replace("-0.", "−0.").split("; ")
    return ";\n".join(textwrap.fill(clause, TITLE_WIDTH) for clause in clauses)


def verdict(contrasts: Sequence[Contrast]) -> str:
    """Which way each treatment changes P(war), under how many sets of assumptions, and by how much.

    Example:
        >>> rows = [Contrast(name, "telegraph", "hotline", 900, 90, 9, 99, 0.95) for name in ("A", "B")]
        >>> verdict(rows)
        'hotline lowers P(war) under all 2 sets of assumptions (difference -0.090)'
    """
    told: list[str] = []
    for treatment in dict.fromkeys(contrast.treatment_name for contrast in contrasts):
        found = [contrast for contrast in contrasts if contrast.treatment_name == treatment]
        signs = [contrast.sign() for contrast in found]
        parts: list[str] = []
        for sign, words in ((-1, "lowers {}"), (1, "raises {}"), (0, "leaves the sign open")):
            count = signs.count(sign)
            if count:
                what, of = ("it", "") if told or parts else ("P(war)", " sets of assumptions")
                share = f"all {count}" if count == len(signs) else f"{count} of {len(signs)}"
                parts.append(words.format(what) + (f" under {share}{of}" if len(signs) > 1 else ""))
        told.append(f"{treatment} {', '.join(parts)} ({_range(found)})")
    return "; ".join(told)


def _range(contrasts: Sequence[Contrast]) -> str:
    differences = [contrast.risk_difference().estimate for contrast in contrasts]
    ends = dict.fromkeys(f"{end:+.3f}" for end in (min(differences), max(differences)))
    return f"difference {' to '.join(ends)}"


def _checked(contrasts: Sequence[Contrast]) -> tuple[list[str], list[str]]:
    """The sets of assumptions and the treatments, each once, in order."""
    if not contrasts:
        raise SignallingError("contrasts: none given; compare at least one treatment with the baseline")
    rows = list(dict.fromkeys(contrast.assumptions for contrast in contrasts))
    treatments = list(dict.fromkeys(contrast.treatment_name for contrast in contrasts))
    if sorted((c.assumptions, c.treatment_name) for c in contrasts) != sorted(
        (row, treatment) for row in rows for treatment in treatments
    ):
        raise SignallingError("contrasts: give each treatment once for each set of assumptions")
    if len(treatments) > MOST_TREATMENTS:
        raise SignallingError(
            f"{len(treatments)} treatments: at most {MOST_TREATMENTS} fit a figure; draw fewer"
        )
    if len({(contrast.baseline_name, contrast.confidence) for contrast in contrasts}) > 1:
        raise SignallingError("contrasts: are of several baselines; draw one figure for each baseline")
    return rows, treatments


def _draw_rows(
    axes: Axes, rows: Sequence[str], treatments: Sequence[str], contrasts: Sequence[Contrast]
) -> None:
    axes.axvline(0.0, color=style.BLACK, linewidth=0.6, zorder=1, gid="zero")
    for number, treatment in enumerate(treatments):
        colour, marker, _ = style.SERIES[number]
        found = {c.assumptions: c.risk_difference() for c in contrasts if c.treatment_name == treatment}
        shift = SPREAD * (number - (len(treatments) - 1) / 2)
        estimates = [found[row].estimate for row in rows]
        axes.errorbar(
            estimates,
            [place + shift for place in range(len(rows))],
            xerr=[
                [max(found[row].estimate - found[row].low, 0.0) for row in rows],
                [max(found[row].high - found[row].estimate, 0.0) for row in rows],
            ],
            color=colour,
            marker=marker,
            markersize=4,
            capsize=2,
            linestyle="none",
            elinewidth=1.2,
            capthick=1.0,
            clip_on=False,  # a point at the edge is drawn whole
            zorder=3,
            label=textwrap.shorten(treatment, NAME_WIDTH, placeholder="…"),
        )
    _draw_rule(axes, rows)
    axes.set_yticks(range(len(rows)), [_label(row) for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.margins(x=0.06)
    axes.set_xlabel(f"difference from {contrasts[0].baseline_name}, probability (below 0: fewer wars)")
    axes.grid(axis="x", color=style.PALE, linewidth=0.4, zorder=0)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(treatments), borderaxespad=0.2)


def _draw_numbers(
    axes: Axes, rows: Sequence[str], treatments: Sequence[str], contrasts: Sequence[Contrast]
) -> None:
    """P(war) of every line beside the panel, below the lines' names in their colours."""
    axes.set_axis_off()
    axes.set_xlim(-0.5, len(treatments) + 0.5)
    _draw_rule(axes, rows)
    by_place = {(contrast.assumptions, contrast.treatment_name): contrast for contrast in contrasts}
    names = [contrasts[0].baseline_name, *treatments]
    colours = [style.BLACK, *(colour for colour, _, _ in style.SERIES)]
    for place, (name, colour) in enumerate(zip(names, colours, strict=False)):
        look: dict[str, Any] = {"color": colour, "ha": "center", "fontsize": style.NOTE_SIZE}
        axes.text(place, -0.62, _folded(name), va="bottom", **look)
        for row, assumptions in enumerate(rows):
            contrast = by_place[assumptions, name if place else treatments[0]]
            axes.text(place, row, style.number(contrast.war(treated=place > 0).estimate), va="center", **look)


def _draw_rule(axes: Axes, rows: Sequence[str]) -> None:
    """Below the first row, with which the others are compared."""
    if len(rows) > 1:
        axes.axhline(0.5, color=style.PALE, linewidth=0.8, zorder=0)


def _lines(texts: Sequence[str]) -> int:
    """Lines of the text that has most."""
    return max(text.count("\n") + 1 for text in texts)


def _label(row: str) -> str:
    return textwrap.fill(row, NAME_WIDTH)


def _folded(name: str) -> str:
    """The name of a line, as wide as its column."""
    return textwrap.fill(name, LINE_WIDTH)


def _note(contrasts: Sequence[Contrast]) -> str:
    first = contrasts[0]
    pairs = sorted({contrast.pairs for contrast in contrasts})
    counted = " to ".join(f"{count:,}" for count in dict.fromkeys((pairs[0], pairs[-1])))
    text = (
        f"{counted} pairs of runs a point, the same luck in every row; the two runs of a pair differ in the "
        f"treatment alone. Brackets: {100 * first.confidence:g} % intervals of each difference by itself, "
        "Tango's for pairs."
    )
    return textwrap.fill(text, NOTE_WIDTH)
