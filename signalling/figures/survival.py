"""Time to war as survival curves, with the numbers still at risk below."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from signalling.errors import ResultError
from signalling.figures import cells, style
from signalling.figures.time_axis import draw_time_axis
from signalling.survival import Survival, kaplan_meier

WIDTH = 5.2
FRAME_INCHES = 1.15
BODY_INCHES = 2.3
ROW_INCHES = 0.15
NOTE_WIDTH = 108
BAND = 0.16
#: A line of each curve beside its numbers: from, to, as shares of the axis.
SAMPLE = (-0.105, -0.045)
#: As many characters of names have room in one line of the key.
KEY_CHARACTERS = 96
#: The axis begins at zero unless all curves stay above this.
HIGH_GROUND = 0.5


def draw_survival(
    groups: Mapping[str, pa.Table], *, title: str = "Time to war", confidence: float = 0.95
) -> Figure:
    """P(no war yet) by group, with pointwise intervals and the numbers at risk.

    Args:
        groups: a table of runs by name, each with the columns war and stop_hours.
        title: heading.
        confidence: of the bands, at each time by itself.

    Raises:
        ResultError: no group, too many, or a table without runs.
    """
    curves = _curves(groups, confidence)
    with style.styled():
        table = ROW_INCHES * (len(curves) + 1)
        height = FRAME_INCHES + BODY_INCHES + table + cells.key_inches(list(curves), KEY_CHARACTERS)
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes, counts = figure.subplots(2, 1, sharex=True, height_ratios=[BODY_INCHES, table])
        last = max(float(curve.stop_hours[-1]) for curve in curves.values())
        for number, (name, curve) in enumerate(curves.items()):
            _draw_curve(axes, curve, number, name)
        bottom = _draw_axes(axes, list(curves.values()), last)
        _draw_counts(counts, curves, axes.get_xticks())
        if len(curves) > 1:
            cells.draw_key(axes, list(curves), characters=KEY_CHARACTERS)
        figure.suptitle(title, x=0.01, ha="left")
        note = textwrap.fill(_note(list(curves.values()), bottom), NOTE_WIDTH)
        figure.supxlabel(note, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        return style.settle(figure)


def check_groups(count: int) -> None:
    """Refuse more groups than can be told apart.

    Raises:
        ResultError: no group, or too many.
    """
    if not 1 <= count <= len(style.SERIES):
        raise ResultError(f"groups: {count} given; between 1 and {len(style.SERIES)} can be told apart")


def _curves(groups: Mapping[str, pa.Table], confidence: float) -> dict[str, Survival]:
    check_groups(len(groups))
    curves = {}
    for name, table in groups.items():
        known = table.select(["war", "stop_hours"]).drop_null()
        if known.num_rows == 0:
            raise ResultError(f"{name}: holds no run with a known stop")
        curves[name] = kaplan_meier(known["stop_hours"].to_numpy(), known["war"].to_numpy(), confidence)
    return curves


def _draw_curve(axes: Axes, curve: Survival, number: int, name: str) -> None:
    """Steps from P = 1 at hour zero to the last stop, with their band."""
    colour, _, dashes = style.SERIES[number]
    end = float(curve.stop_hours[-1])
    hours = np.concatenate(([0.0], curve.event_hours, [end]))

    def steps(first: float, values: Sequence[float]) -> list[float]:
        return [first, *values, values[-1] if len(values) else first]

    survival = steps(1.0, curve.survival.tolist())
    low, high = steps(curve.low_before, curve.low.tolist()), steps(1.0, curve.high.tolist())
    axes.fill_between(hours, low, high, step="post", color=colour, alpha=BAND, linewidth=0.0, zorder=2)
    for bound in (low, high):
        axes.step(hours, bound, where="post", color=colour, linestyle=dashes, linewidth=0.35, zorder=2.5)
    axes.step(
        hours,
        survival,
        where="post",
        color=colour,
        linestyle=dashes,
        linewidth=1.4,
        label=name,
        zorder=3,
        gid=name,
    )


def _draw_axes(axes: Axes, curves: Sequence[Survival], last: float) -> float:
    """Axes of time and probability; where the latter begins."""
    lowest = min([curve.low_before for curve in curves] + [float(low) for c in curves for low in c.low])
    bottom = 0.0 if lowest < HIGH_GROUND else np.floor(10.0 * lowest) / 10.0
    axes.set_ylim(bottom, 1.0 + 0.02 * (1.0 - bottom))
    axes.set_yticks([tick for tick in axes.get_yticks() if bottom <= tick <= 1.0])  # none out of sight
    axes.set_xlim(0.0, last * 1.01)
    draw_time_axis(axes, None, (0.0, last))
    axes.tick_params(axis="x", labelbottom=True)
    axes.set_ylabel("P(no war yet)")
    axes.grid(color=style.PALE, linewidth=0.4, zorder=0)
    axes.set_axisbelow(True)
    return float(bottom)


def _draw_counts(axes: Axes, curves: Mapping[str, Survival], hours: Sequence[float]) -> None:
    """A row of numbers for each curve, below the ticks of the time axis."""
    for number, curve in enumerate(curves.values()):
        for hour, count in zip(hours, curve.at_risk(hours), strict=True):
            axes.text(hour, number, f"{count:,}", ha="center", va="center", fontsize=style.NOTE_SIZE)
    axes.set_yticks([])
    place = axes.get_yaxis_transform()
    for number, (colour, _, dashes) in enumerate(style.SERIES[: len(curves)]):
        ends = (number, number)
        axes.plot(SAMPLE, ends, dashes, color=colour, linewidth=1.4, clip_on=False, transform=place)
    axes.set_ylim(len(curves) - 0.5, -0.5)
    axes.tick_params(length=0, labelbottom=False)
    axes.set_title("runs at risk", fontsize=style.NOTE_SIZE, fontweight="normal")
    for spine in axes.spines.values():
        spine.set_visible(False)


def _note(curves: Sequence[Survival], bottom: float) -> str:
    sizes = sorted({curve.runs for curve in curves})
    runs = f"{sizes[0]:,} runs" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,} runs"
    wars = ", ".join(str(int(curve.wars.sum())) for curve in curves)
    text = (
        f"Kaplan-Meier curves of {runs}{' each' if len(curves) > 1 else ''} (wars: {wars}); runs that end in "
        f"peace are censored at their stop. Bands: {100 * curves[0].confidence:g} % log-log intervals, "
        "at each time by itself."
    )
    return f"{text} The vertical axis begins at {bottom:g}." if bottom > 0.0 else text
