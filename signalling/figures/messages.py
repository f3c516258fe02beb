"""Messages in a space-time diagram: which are drawn, and how each is drawn."""

from collections.abc import Sequence
from statistics import median
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.markers import CARETDOWN, CARETUP

from signalling.chronicle import MessageRecord, Trace
from signalling.figures import style
from signalling.figures.lanes import Lanes
from signalling.vocabulary import TICKS_PER_HOUR, Fate, MessageKind

#: More messages than this are thinned to the news among them.
MOST_MESSAGES = 80
#: More lines than this are drawn thinner.
CROWD = 160
STOPPED = frozenset({Fate.LOST, Fate.LOST_IN_OUTAGE, Fate.BLOCKED, Fate.PREEMPTED})
FAINT = 0.35
READ_SIZE = 10.0
DASHES = (0, (3.0, 1.5))

Colour = tuple[float, float, float, float]


class Drawn(NamedTuple):
    """The messages between rivals in the window, and those of them that are drawn."""

    all_messages: int
    messages: tuple[MessageRecord, ...]


class Stroke(NamedTuple):
    """A message as a line: hours and heights of its two ends."""

    begin: tuple[float, float]
    end: tuple[float, float]
    message: MessageRecord
    arrives: bool
    """Whether its reading lies in the window."""


def is_garbled(message: MessageRecord) -> bool:
    """Whether it is delivered, or will be, with a letter that was not composed."""
    return message.letter != message.composed and message.fate not in STOPPED


def choose_messages(trace: Trace, states: Sequence[int], window: tuple[float, float]) -> Drawn:
    """Messages between rivals among the states; when they are many, the news among them.

    News is a message whose letter differs from that of the message before it on its channel, and every
    message that was garbled or stopped on the way.
    """
    shown = set(states)
    previous: dict[int, int] = {}
    every, news = [], []
    for message in trace.messages:
        # Of a way over relays the last hop is drawn, from the first sending on; a protocol's answers are not.
        if message.kind == MessageKind.ACKNOWLEDGEMENT or message.fate == Fate.PASSED_ON:
            continue
        sender, addressee = trace.channels[message.channel]
        if sender not in shown or addressee not in shown or sender not in trace.rivals[addressee]:
            continue
        fresh = previous.get(message.channel) != message.letter
        previous[message.channel] = message.letter
        if not _overlaps(message, window):
            continue
        every.append(message)
        if fresh or is_garbled(message) or message.fate in STOPPED:
            news.append(message)
    return Drawn(len(every), tuple(every if len(every) <= MOST_MESSAGES else news))


def _overlaps(message: MessageRecord, window: tuple[float, float]) -> bool:
    begin, end = (hour * TICKS_PER_HOUR for hour in window)
    return message.sent <= end and max(message.sent, message.due) >= begin


def strokes(
    trace: Trace, messages: Sequence[MessageRecord], lanes: Lanes, window: tuple[float, float]
) -> list[Stroke]:
    """The lines of messages: from the sender's lane at sending to the addressee's lane at reading.

    One that was stopped ends half-way to the next lane, after half of the median time under way of those
    that were read. One that is under way when the window closes is cut there.
    """
    transits = [m.due - m.sent for m in trace.messages if m.fate in {Fate.READ, Fate.SUPERSEDED}]
    half_way = median(transits) / TICKS_PER_HOUR / 2.0 if transits else 0.0
    return [_stroke(trace, message, lanes, window[1], half_way) for message in messages]


def _stroke(trace: Trace, message: MessageRecord, lanes: Lanes, close: float, half_way: float) -> Stroke:
    sender, addressee = trace.channels[message.channel]
    down = -1.0 if lanes.centre(addressee) < lanes.centre(sender) else 1.0
    begin = (message.sent / TICKS_PER_HOUR, lanes.centre(sender) + down * lanes.half)
    if message.fate in STOPPED:
        height = lanes.centre(sender) + down * 0.5
        return Stroke(begin, (min(begin[0] + half_way, close), height), message, arrives=False)
    goal = lanes.centre(addressee) - down * lanes.half
    due = message.due / TICKS_PER_HOUR
    if message.due >= 0 and due <= close:
        return Stroke(begin, (due, goal), message, arrives=True)
    # Never to be read as far as is known (say, waiting in a queue): it leaves and is not seen again.
    share = (close - begin[0]) / (due - begin[0]) if due > begin[0] else 0.25
    return Stroke(begin, (close, begin[1] + share * (goal - begin[1])), message, arrives=False)


def draw_messages(axes: Axes, lines: Sequence[Stroke], rungs: int, window: tuple[float, float]) -> None:
    """Draw lines and the marks at their ends; marks outside the window are left out."""
    crowded = len(lines) > CROWD
    width, alpha = (0.5, 0.8) if crowded else (0.8, 1.0)
    colours = style.rung_colours(rungs)

    def look(line: Stroke) -> Colour:
        if line.message.fate in STOPPED:
            return to_rgba(style.GREY, alpha)
        return to_rgba(colours[line.message.letter], FAINT if _is_late(line) else alpha)

    for garbled, dashes in ((False, "-"), (True, DASHES)):
        some = [line for line in lines if is_garbled(line.message) == garbled]
        axes.add_collection(
            LineCollection(
                [(line.begin, line.end) for line in some],
                colors=[look(line) for line in some],
                linestyles=[dashes],
                linewidths=width,
                zorder=2,
                gid="garbled messages" if garbled else "messages",
            ),
            autolim=False,
        )  # fmt: skip
    inside = [line for line in lines if window[0] <= line.end[0] <= window[1]]
    size = READ_SIZE / 2.0 if crowded else READ_SIZE
    for line_falls, caret in ((True, CARETDOWN), (False, CARETUP)):  # their tips lie on the point
        read = [ln for ln in inside if ln.arrives and not is_garbled(ln.message) and _falls(ln) == line_falls]
        _mark(axes, read, caret, "read", s=size, facecolors=[look(line) for line in read], linewidths=0.0)
    garbled_ones = [line for line in inside if line.arrives and is_garbled(line.message)]
    fills = [colours[line.message.letter] for line in garbled_ones]
    _mark(
        axes, garbled_ones, "D", "garbled", s=11.0, facecolors=fills, edgecolors=style.BLACK, linewidths=0.6
    )
    stopped = [line for line in inside if line.message.fate in STOPPED]
    _mark(axes, stopped, "x", "stopped", s=12.0, c=style.BLACK, linewidths=0.9)


def _is_late(line: Stroke) -> bool:
    return line.message.fate == Fate.SUPERSEDED


def _falls(line: Stroke) -> bool:
    return line.end[1] < line.begin[1]


def _mark(axes: Axes, lines: Sequence[Stroke], marker: Any, gid: str, **look: Any) -> None:
    """Put a mark at the ends of lines."""
    if lines:
        hours, heights = zip(*(line.end for line in lines), strict=True)
        axes.scatter(hours, heights, marker=marker, gid=gid, zorder=5, **look)
