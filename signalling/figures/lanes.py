"""The lanes of a space-time diagram: each state's rung and beliefs over time, one lane below another."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from signalling.chronicle import ReviewRecord, Trace
from signalling.figures import style
from signalling.vocabulary import TICKS_PER_HOUR

BAND_INCHES = 0.17
STRIP_INCHES = 0.065
#: A segment this long, as a share of the window, has room for the number of its rung.
ROOM_FOR_DIGIT = 0.018


class Segment(NamedTuple):
    """A stretch of time, hours, in which a value stood."""

    begin: float
    end: float
    value: float


class Lanes(NamedTuple):
    """Where each drawn state's lane lies; the first lies at the top, lanes are one unit apart."""

    states: tuple[int, ...]
    pitch: float
    """Inches from lane to lane."""

    def centre(self, state: int) -> float:
        """Height of the middle of a state's lane."""
        return -float(self.states.index(state))

    @property
    def half(self) -> float:
        """Half the thickness of a lane, rung band and belief strip together."""
        return (BAND_INCHES + STRIP_INCHES) / 2.0 / self.pitch


def rung_segments(trace: Trace, state: int, window: tuple[float, float]) -> list[Segment]:
    """The state's rung over the window; a state stands on its first known rung before its first review."""
    reviews = _reviews(trace, state)
    first = float(reviews[0].rung) if reviews else 0.0
    return _segments([(0.0, first), *((r.tick / TICKS_PER_HOUR, float(r.after)) for r in reviews)], window)


def belief_segments(trace: Trace, state: int, window: tuple[float, float]) -> list[Segment]:
    """The state's mean P(greedy) over its rivals, as of its latest review; none before the first."""
    steps = []
    for review in _reviews(trace, state):
        held = [belief[0] for belief in review.beliefs if belief is not None]
        if held:
            steps.append((review.tick / TICKS_PER_HOUR, sum(held) / len(held)))
    return _segments(steps, window)


def _reviews(trace: Trace, state: int) -> list[ReviewRecord]:
    return [review for review in trace.reviews if review.state == state]


def _segments(steps: Sequence[tuple[float, float]], window: tuple[float, float]) -> list[Segment]:
    """Cut steps (from this hour on, this value) to the window."""
    starts = [hour for hour, _ in steps] + [window[1]]
    cut = [
        Segment(max(begin, window[0]), min(end, window[1]), value)
        for (begin, value), end in zip(steps, starts[1:], strict=True)
    ]
    return [segment for segment in cut if segment.end > segment.begin]


def draw_lanes(axes: Axes, trace: Trace, lanes: Lanes, window: tuple[float, float]) -> None:
    """Draw each state's rungs as a thick band and, below it, its beliefs as a thin strip."""
    colours = style.rung_colours(trace.peacetime)
    band, strip = BAND_INCHES / lanes.pitch, STRIP_INCHES / lanes.pitch
    for state in lanes.states:
        bottom = lanes.centre(state) - lanes.half
        rungs = rung_segments(trace, state, window)
        axes.broken_barh(
            [(s.begin, s.end - s.begin) for s in rungs],
            (bottom + strip, band),
            facecolors=[colours[int(s.value)] for s in rungs],
            zorder=3,
            gid=f"rungs {trace.names[state]}",
        )
        _number_rungs(axes, rungs, bottom + strip + band / 2.0, colours, window)
        beliefs = belief_segments(trace, state, window)
        # White beneath, so that no message shines through where nothing is believed yet.
        axes.broken_barh(
            [(window[0], window[1] - window[0])], (bottom, strip), facecolors="#FFFFFF", zorder=2.9
        )
        axes.broken_barh(
            [(s.begin, s.end - s.begin) for s in beliefs],
            (bottom, strip),
            facecolors=[style.BELIEFS(s.value) for s in beliefs],
            zorder=3,
            gid=f"beliefs {trace.names[state]}",
        )
        axes.broken_barh(
            [(window[0], window[1] - window[0])],
            (bottom, band + strip),
            facecolors="none",
            edgecolors=style.GREY,
            linewidth=0.4,
            zorder=3.1,
        )


def _number_rungs(
    axes: Axes, rungs: Sequence[Segment], middle: float, colours: Sequence[str], window: tuple[float, float]
) -> None:
    """Write the number of the rung into every segment that has room: colour alone is not enough in print."""
    length = window[1] - window[0]
    for segment in _merged(rungs):
        if segment.end - segment.begin >= ROOM_FOR_DIGIT * length:
            rung = int(segment.value)
            ink = style.ink_on(colours[rung])
            place = segment.begin + 0.006 * length
            axes.text(place, middle, str(rung), color=ink, fontsize=5.5, va="center_baseline", zorder=4)


def _merged(segments: Sequence[Segment]) -> list[Segment]:
    """Neighbours of equal value as one."""
    merged: list[Segment] = []
    for segment in segments:
        if merged and merged[-1].value == segment.value and merged[-1].end == segment.begin:
            merged[-1] = merged[-1]._replace(end=segment.end)
        else:
            merged.append(segment)
    return merged
