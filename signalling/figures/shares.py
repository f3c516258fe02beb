"""What each fault adds to P(war), and its share of the wars that were caused and of those prevented."""

import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation, Transform

from signalling.errors import SignallingError
from signalling.figures import style
from signalling.shares import Attribution
from signalling.stats import Interval

ROW_INCHES = 0.3
LINE_INCHES = 0.14
FRAME_INCHES = 1.5
NAME_WIDTH = 24
NOTE_WIDTH = 140
#: How far the two shares of a row lie from its middle, in rows.
APART = 0.16
#: Height of the line below the headings, above the panel, and of the headings, points.
KEY = 6.0
TITLE_PAD = 15.0


def draw_shares(found: Attribution, title: str | None = None) -> Figure:
    """Faults in rows, the largest share first.

    Left: what each adds to P(war), and all together; to the right of zero it causes war, to the left it
    prevents it. Right: its share of the wars that all of them caused, and of those that they prevented.
    Shares of either kind may be below zero, so that they have a panel of their own.

    Args:
        found: the shares.
        title: heading; the title of the scenario unless given.

    Raises:
        SignallingError: no fault is on.
    """
    names = found.by_share()
    if not names:
        raise SignallingError("found: no fault is on, so there are no shares to draw")
    with style.styled():
        labels = [textwrap.fill(name, NAME_WIDTH) for name in names]
        height = max(ROW_INCHES, LINE_INCHES * max(label.count("\n") + 1 for label in labels))
        figure = Figure(
            figsize=(style.DOUBLE_COLUMN, FRAME_INCHES + height * (len(names) + 1)), layout="constrained"
        )
        added, shares = figure.subplots(1, 2, sharey=True, width_ratios=(1.0, 1.0))
        _draw_added(added, found, names)
        _draw_shares(shares, found, names)
        added.set_yticks(range(len(names) + 1), [*labels, "all of them"])
        added.set_ylim(len(names) + 0.5, -0.5)
        for axes in (added, shares):
            _quiet(axes)
        figure.suptitle(title or found.title, x=0.01, ha="left")
        figure.supxlabel(_note(found), x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
        return style.settle(figure)


def _draw_added(axes: Axes, found: Attribution, names: Sequence[str]) -> None:
    shares = found.shares()
    added = [*(shares[name] for name in names), found.difference()]
    axes.axhline(len(names) - 0.5, color=style.PALE, linewidth=0.8)
    axes.axvline(0.0, color=style.BLACK, linewidth=0.6, zorder=1, gid="zero")
    for row, interval in enumerate(added):
        colour = style.BLACK
        if row < len(names):
            colour = style.VERMILLION if interval.estimate > 0.0 else style.BLUE
            axes.barh(row, interval.estimate, height=0.52, color=colour, alpha=0.35, linewidth=0.0, zorder=2)
        _draw_interval(axes, interval, row, colour, "o" if row < len(names) else "D")
        axes.text(
            1.03,
            row,
            style.interval_text(interval),
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=style.NOTE_SIZE,
        )
    low, high = min(0.0, *(i.low for i in added)), max(0.0, *(i.high for i in added))
    room = 0.06 * (high - low) or 0.01
    axes.set_xlim(low - room, high + room)
    axes.set_xlabel("added to P(war), probability")
    axes.set_title("What each fault adds", pad=TITLE_PAD)
    axes.text(
        0.0,
        1.0,
        "right of 0: causes war; left: prevents it",
        transform=_above(axes),
        va="center",
        fontsize=style.NOTE_SIZE,
        color=style.GREY,
    )


def _draw_shares(axes: Axes, found: Attribution, names: Sequence[str]) -> None:
    counts = found.table()
    kinds = (
        (found.caused(), -APART, style.VERMILLION, "o", f"{counts['war/peace']:,} wars caused"),
        (found.prevented(), APART, style.BLUE, "s", f"{counts['peace/war']:,} wars prevented"),
    )
    axes.axhline(len(names) - 0.5, color=style.PALE, linewidth=0.8)
    axes.axvline(0.0, color=style.BLACK, linewidth=0.6, zorder=1)
    lows, highs = [0.0], [1.0]
    above = _above(axes)
    for (shares, offset, colour, marker, words), x in zip(kinds, (0.01, 0.45), strict=True):
        for row, name in enumerate(names if shares else ()):
            _draw_interval(axes, shares[name], row + offset, colour, marker)
        if shares:
            axes.plot(
                1.0, len(names) + offset, marker, color=colour, markersize=3.6, markerfacecolor="#FFFFFF"
            )
        axes.plot(x, 1.0, marker, color=colour, markersize=3.6, transform=above, clip_on=False)
        look: dict[str, Any] = {"fontsize": style.NOTE_SIZE, "color": colour, "va": "center"}
        axes.text(x + 0.03, 1.0, words, transform=above, **look)
        lows += [shares[name].low for name in names if shares]
        highs += [shares[name].high for name in names if shares]
    axes.set_xlim(min(lows) - 0.04, max(highs) + 0.04)
    axes.set_xlabel("share of these wars")
    axes.set_title("Shares of wars", pad=TITLE_PAD)
    axes.tick_params(axis="y", labelleft=False)


def _above(axes: Axes) -> Transform:
    """The line between a panel and its heading: 0 to 1 along it, 1 its height."""
    return axes.transAxes + ScaledTranslation(0.0, KEY / 72.0, axes.figure.dpi_scale_trans)


def _draw_interval(axes: Axes, interval: Interval, row: float, colour: str, marker: str) -> None:
    estimate, low, high = interval
    axes.errorbar(
        estimate,
        row,
        xerr=[[max(estimate - low, 0.0)], [max(high - estimate, 0.0)]],
        color=colour,
        marker=marker,
        markersize=3.6,
        capsize=1.8,
        linewidth=1.1,
        capthick=0.9,
        clip_on=False,
        zorder=3,
    )


def _quiet(axes: Axes) -> None:
    axes.grid(axis="x", color=style.PALE, linewidth=0.4, zorder=0)
    axes.set_axisbelow(True)
    axes.locator_params(axis="x", nbins=5)
    low, high = axes.get_xlim()
    axes.set_xticks([tick for tick in axes.get_xticks() if low <= tick <= high])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _note(found: Attribution) -> str:
    percent = f"{100 * found.confidence:g} %"
    off = [name for name, on in zip(found.players, found.on, strict=True) if not on]
    many = "one fault" if sum(found.on) == 1 else f"{sum(found.on)} faults"
    text = (
        f"Shapley shares over {many}, {len(found.runs):,} runs, each under every set of the "
        f"faults on the same luck. Brackets: {percent} intervals, from resampled runs; of all "
        "faults together, Tango's. A war is caused if it would not be without any of the faults, prevented "
        "if it would. The shares of either add up to 1, and some may be below 0."
    )
    if off:
        text += f" Off, share 0: {', '.join(off)}."
    return textwrap.fill(text, NOTE_WIDTH)
