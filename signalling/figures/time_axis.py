"""The time axis of a crisis: dates where the scenario has them, else days or hours since the start."""

import datetime as dt
import math

from matplotlib.axes import Axes

STEPS_HOURS = (1, 2, 3, 6, 12, 24, 48, 72, 120, 168, 240, 360, 720)
MOST_TICKS = 13
LONGEST_IN_HOURS = 72

# Not strftime: the name of a month must not depend on the reader's locale.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def draw_time_axis(axes: Axes, start: dt.datetime | None, window: tuple[float, float]) -> None:
    """Put ticks and a label with its unit on an x axis in hours since the start.

    Args:
        axes: whose x axis.
        start: moment of hour zero, or None if the scenario names none.
        window: first and last hour to label.
    """
    length = window[1] - window[0]
    step = next((step for step in STEPS_HOURS if length / step <= MOST_TICKS), STEPS_HOURS[-1])
    if length > LONGEST_IN_HOURS:
        step = max(step, 24)
    if start is not None:
        ticks, labels, title = _dates(start.astimezone(dt.UTC), window, step)
    elif length <= LONGEST_IN_HOURS:
        ticks = _multiples(window, step)
        labels, title = [f"{tick:g}" for tick in ticks], "hours since the start"
    else:
        ticks = _multiples(window, step)
        labels, title = [f"{tick / 24:g}" for tick in ticks], "days since the start"
    axes.set_xticks(ticks, labels)
    axes.set_xlabel(title)


def day_and_month(moment: dt.datetime) -> str:
    """A date without its year, as on the axis: 28 Jul."""
    return f"{moment.day} {MONTHS[moment.month - 1]}"


def _multiples(window: tuple[float, float], step: int, offset: float = 0.0) -> list[float]:
    """Hours in the window that lie a whole number of steps from the offset."""
    first = math.ceil((window[0] - offset) / step)
    last = math.floor((window[1] - offset) / step)
    return [offset + count * step for count in range(first, last + 1)]


def _dates(start: dt.datetime, window: tuple[float, float], step: int) -> tuple[list[float], list[str], str]:
    """Ticks at midnights and at round hours, their labels, and the label of the axis."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    ticks = _multiples(window, step, (midnight - start).total_seconds() / 3600.0)
    moments = [start + dt.timedelta(hours=tick) for tick in ticks]
    labels = [day_and_month(moment) for moment in moments]
    if step < 24:
        labels = [f"{moment:%H:%M}\n{label}" for moment, label in zip(moments, labels, strict=True)]
    years = sorted({(start + dt.timedelta(hours=hour)).year for hour in window})
    at = "a tick is midnight GMT" if step >= 24 else "GMT"
    return ticks, labels, f"{'–'.join(str(year) for year in years)} ({at})"
