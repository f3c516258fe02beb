"""The keys of a space-time diagram: colours of rungs and beliefs, lines and marks."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, ListedColormap, Normalize
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation

from signalling.figures import style
from signalling.figures.messages import DASHES, FAINT, STOPPED, Stroke, is_garbled
from signalling.vocabulary import Fate

#: Inches from the time axis down to the key of lines: below two lines of ticks and the label.
BELOW_AXIS = 0.54


def draw_rung_key(figure: Figure | SubFigure, place: Axes, names: Sequence[str]) -> None:
    """The colours of the rungs, with number and name."""
    count = len(names)
    norm = BoundaryNorm([rung - 0.5 for rung in range(count + 1)], count)
    mapping = ScalarMappable(norm, ListedColormap(style.rung_colours(count)))
    bar = figure.colorbar(mapping, cax=place, ticks=range(count))
    bar.minorticks_off()
    bar.ax.set_yticklabels([f"{rung} {name}" for rung, name in enumerate(names)])
    bar.ax.tick_params(length=0)
    _head(bar.ax, "rung or letter")


def draw_belief_key(figure: Figure | SubFigure, place: Axes) -> None:
    """The colours of the beliefs."""
    bar = figure.colorbar(
        ScalarMappable(Normalize(0.0, 1.0), style.BELIEFS), cax=place, ticks=[0.0, 0.5, 1.0]
    )
    bar.ax.set_yticklabels(["0", "0.5", "1"])
    _head(bar.ax, "mean P(greedy)")


def _head(axes: Axes, text: str) -> None:
    axes.set_title(text, fontsize=style.NOTE_SIZE, fontweight="normal")


def draw_line_key(
    figure: Figure | SubFigure, axes: Axes, lines: Sequence[Stroke], rungs: int, *, attacked: bool
) -> None:
    """The lines and marks that occur, in a row below the time axis."""
    handles = _line_handles(lines, style.rung_colours(rungs)[rungs // 2])
    if attacked:
        handles.append(
            _handle("attack (star: the target)", style.BLACK, "*", 9.0, fill=style.VERMILLION, width=1.6)
        )
    if not handles:
        return
    below = axes.transAxes + ScaledTranslation(0.0, -BELOW_AXIS, figure.dpi_scale_trans)
    axes.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.0, 0.0),
        bbox_transform=below,
        ncols=len(handles),
        borderaxespad=0.0,
        columnspacing=1.6,
    )  # fmt: skip


def _line_handles(lines: Sequence[Stroke], shade: str) -> list[Line2D]:
    fates = {line.message.fate for line in lines}
    handles = []
    if lines:
        handles.append(_handle("message", shade, "v", 3.0))
    if any(is_garbled(line.message) for line in lines):
        handles.append(_handle("garbled", shade, "D", 3.5, linestyle=DASHES, edge=style.BLACK))
    if fates & STOPPED:
        handles.append(_handle("lost", style.GREY, "x", 4.0, edge=style.BLACK))
    if Fate.SUPERSEDED in fates:
        handles.append(_handle("read too late to count", shade, "v", 3.0, alpha=FAINT))
    return handles


def _handle(
    label: str, colour: str, marker: str, size: float, *, width: float = 1.0, fill: str | None = None,
    edge: str | None = None, **look: Any,
) -> Line2D:  # fmt: skip
    return Line2D(
        [],
        [],
        label=label,
        color=colour,
        marker=marker,
        markersize=size,
        linewidth=width,
        markerfacecolor=fill or colour,
        markeredgecolor=edge or colour,
        **look,
    )
