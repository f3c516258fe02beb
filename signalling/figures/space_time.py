"""The space-time diagram of one crisis: states as lanes, messages as slanting lines between them."""

import datetime as dt
import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import FancyArrowPatch

from signalling.chronicle import Trace
from signalling.errors import SignallingError
from signalling.figures import style
from signalling.figures.lanes import Lanes, belief_segments, draw_lanes
from signalling.figures.messages import Drawn, Stroke, choose_messages, draw_messages, strokes
from signalling.figures.space_time_keys import draw_belief_key, draw_line_key, draw_rung_key
from signalling.figures.time_axis import day_and_month, draw_time_axis
from signalling.side_by_side import parting
from signalling.vocabulary import TICKS_PER_HOUR

FRAME_INCHES = 1.65
LEAST_BODY = 1.8
KEY_INCHES_PER_RUNG = 0.22
BELIEF_KEY_INCHES = 0.9
#: Inches from lane to lane, by how many there are: two have room, eight must fit a page.
WIDE_PITCH, PITCH, TIGHT_PITCH = 1.4, 0.9, 0.66
NOTE_WIDTH = 140
#: Room to the right of the stop for the attack, as a share of the window.
MARGIN = 0.045


def draw_space_time(
    trace: Trace, *, states: Sequence[str] | None = None, hours: tuple[float, float] | None = None
) -> Figure:
    """One run as lanes of states over time, with the messages of rivals between them.

    Each state's band is coloured by its rung, the strip below it by its mean P(greedy) about its rivals.
    A message is a line from its sender at sending to its addressee at reading, coloured by the letter that
    arrived. The attack is an arrow from initiator to target.

    Args:
        trace: the run.
        states: which states, from top to bottom; all in name order if not given.
        hours: first and last hour to draw; the whole run if not given.

    Raises:
        SignallingError: unknown or repeated states, or hours outside the run.

    Example:
        >>> from signalling import load_scenario, trace
        >>> figure = draw_space_time(trace(load_scenario("two-seekers"), seed=1, run=0))
        >>> [label.get_text().splitlines()[0] for label in figure.axes[0].get_yticklabels()]
        ['A', 'B']
    """
    window = _window(trace, hours)
    lanes = _lanes(trace, states)
    with style.styled():
        height = FRAME_INCHES + _body(lanes)
        figure = Figure(figsize=(style.DOUBLE_COLUMN, height), layout="constrained")
        _draw(figure, trace, lanes, window, _title(trace))
        return style.settle(figure)


def draw_two_space_times(
    first: Trace, second: Trace, *, names: tuple[str, str], states: Sequence[str] | None = None
) -> Figure:
    """Two versions of one run as space-time diagrams, one above the other, on one axis of time.

    A dotted line marks where what is told of them parts.

    Args:
        first: drawn above.
        second: drawn below; of the same states.
        names: what the two are called.
        states: as for `draw_space_time`.

    Raises:
        SignallingError: unknown or repeated states.
    """
    traces = (first, second)
    windows = [_window(trace, None) for trace in traces]
    last = max(window[1] for window in windows)
    lanes = _lanes(first, states)
    begin = parting(first, second)
    with style.styled():
        height = 2 * (FRAME_INCHES + _body(lanes))
        figure = Figure(figsize=(style.DOUBLE_COLUMN, height), layout="constrained")
        places: Any = figure.subfigures(2, 1)
        for trace, window, place, name in zip(traces, windows, places, names, strict=True):
            axes = _draw(place, trace, lanes, window, f"{name}: {_title(trace)}", last)
            if begin is not None:
                hour = begin / TICKS_PER_HOUR
                axes.axvline(hour, color=style.BLACK, linestyle=":", linewidth=1.0, zorder=8, gid="parting")
                axes.annotate(
                    "they part",
                    (hour, 1.0),
                    xycoords=("data", "axes fraction"),
                    ha="center",
                    va="bottom",
                    fontsize=style.NOTE_SIZE,
                )
        return style.settle(figure)


def _body(lanes: Lanes) -> float:
    """Inches that the lanes take."""
    return max(lanes.pitch * len(lanes.states), LEAST_BODY)


def _draw(
    figure: Figure | SubFigure,
    trace: Trace,
    lanes: Lanes,
    window: tuple[float, float],
    title: str,
    last: float | None = None,
) -> Axes:
    """A diagram with its keys and notes; the axis of time goes on to the hour `last`, if that is given."""
    chosen = choose_messages(trace, lanes.states, window)
    lines = strokes(trace, chosen.messages, lanes, window)
    believed = any(belief_segments(trace, state, window) for state in lanes.states)
    axes, rung_key, belief_key = _places(figure, _body(lanes), trace.peacetime)
    draw_lanes(axes, trace, lanes, window)
    draw_messages(axes, lines, trace.peacetime, window)
    attacked = _draw_attack(axes, trace, lanes, window)
    margin = MARGIN if attacked or last is not None else 0.01
    _frame(axes, trace, lanes, (window[0], window[1] if last is None else last), margin=margin)
    draw_rung_key(figure, rung_key, trace.rungs[: trace.peacetime])
    if believed:
        draw_belief_key(figure, belief_key)
    else:
        belief_key.set_axis_off()
    draw_line_key(figure, axes, lines, trace.peacetime, attacked=attacked)
    note = textwrap.fill(_note(chosen, lines, believed=believed), NOTE_WIDTH)
    figure.supxlabel(note, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color=style.GREY)
    figure.suptitle(title, x=0.01, ha="left")
    return axes


def _places(figure: Figure | SubFigure, body: float, rungs: int) -> tuple[Axes, Axes, Axes]:
    """The diagram, and to its right the keys to rungs and beliefs, no taller than they need be."""
    rung_key = min(KEY_INCHES_PER_RUNG * rungs, 0.6 * body)
    belief_key = min(BELIEF_KEY_INCHES, 0.3 * body)
    ratios = [rung_key, belief_key, max(body - rung_key - belief_key, 0.01)]
    grid = figure.add_gridspec(3, 2, width_ratios=[60, 1], height_ratios=ratios)
    diagram = figure.add_subplot(grid[:, 0])
    return diagram, figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[1, 1])


def _window(trace: Trace, hours: tuple[float, float] | None) -> tuple[float, float]:
    stop = float(trace.outcome["stop_hours"])
    if hours is None:
        return 0.0, max(stop, 1.0)
    if not 0.0 <= hours[0] < min(hours[1], stop):
        raise SignallingError(
            f"hours = {hours}: must be (first, last) with 0 <= first < last, and first before the stop "
            f"of the run at {stop:.1f} h"
        )
    return float(hours[0]), min(float(hours[1]), stop)


def _lanes(trace: Trace, states: Sequence[str] | None) -> Lanes:
    names = list(trace.names) if states is None else list(states)
    unknown = [name for name in names if name not in trace.names]
    if unknown or not names or len(set(names)) < len(names):
        raise SignallingError(
            f"states = {names}: must name each state to draw once; the run has {', '.join(trace.names)}"
        )
    pitch = WIDE_PITCH if len(names) <= 2 else PITCH if len(names) <= 4 else TIGHT_PITCH
    return Lanes(tuple(trace.names.index(name) for name in names), pitch)


def _frame(axes: Axes, trace: Trace, lanes: Lanes, window: tuple[float, float], *, margin: float) -> None:
    words = {"S": "security seeker", "G": "greedy"}
    labels = [f"{trace.names[state]}\n({words[trace.outcome['types'][state]]})" for state in lanes.states]
    axes.set_yticks([lanes.centre(state) for state in lanes.states], labels)
    axes.set_ylim(-len(labels) + 1.0 - 2.0 * lanes.half, 2.0 * lanes.half)
    axes.set_xlim(window[0], window[1] + margin * (window[1] - window[0]))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    draw_time_axis(axes, trace.start, window)
    axes.grid(axis="x", color=style.PALE, linewidth=0.4, zorder=0)
    axes.set_axisbelow(True)


def _title(trace: Trace) -> str:
    row = trace.outcome
    day = f"day {row['stop_hours'] / 24.0 + 1.0:.1f}"
    if trace.start is not None:
        stop = trace.start.astimezone(dt.UTC) + dt.timedelta(hours=row["stop_hours"])
        day += f" ({day_and_month(stop)})"
    struck = "" if row["initiator"] is None else f", {row['initiator']} strikes {row['target']}"
    end = f"war on {day}{struck}" if row["war"] else "no war"
    return f"{trace.title}, run {row['run']} of seed {row['seed']}: {end}"


def _draw_attack(axes: Axes, trace: Trace, lanes: Lanes, window: tuple[float, float]) -> bool:
    """An arrow just right of the stop, from a dot at the initiator to a star at the target."""
    row = trace.outcome
    if row["initiator"] is None or row["stop_hours"] > window[1]:
        return False  # peace, or a joint war, in which nobody strikes
    initiator, target = trace.names.index(row["initiator"]), trace.names.index(row["target"])
    if initiator not in lanes.states or target not in lanes.states:
        return False
    hour = window[1] + 0.5 * MARGIN * (window[1] - window[0])
    begin, end = (hour, lanes.centre(initiator)), (hour, lanes.centre(target))
    axes.add_patch(
        FancyArrowPatch(
            begin,
            end,
            arrowstyle="-|>",
            mutation_scale=9.0,
            shrinkA=0.0,
            shrinkB=5.0,
            color=style.BLACK,
            linewidth=1.6,
            zorder=6,
            gid="attack",
        )
    )
    axes.plot(*begin, "o", color=style.BLACK, markersize=5.0, zorder=7)
    axes.plot(*end, "*", color=style.VERMILLION, markeredgecolor=style.BLACK, markersize=11.0, zorder=7)
    return True


def _note(chosen: Drawn, lines: Sequence[Stroke], *, believed: bool) -> str:
    drawn = len(lines)
    text = (
        "Band: the state's rung. Slanting line: a message between rivals, from sending to reading, "
        "coloured by the letter that arrived. "
    )
    if believed:
        text += (
            "Strip below the band: the state's mean P(greedy) about its rivals, as of its latest review "
            "(white before the first). "
        )
    if drawn < chosen.all_messages:
        text += (
            f"Drawn: {drawn} of {chosen.all_messages} messages, those whose letter differs from the one "
            "before on their channel and all that were garbled or lost."
        )
    else:
        text += f"Drawn: all {drawn} messages."
    return text
