"""How far long work has come: a bar with rate and time left on a terminal, plain lines otherwise."""

import datetime as dt
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from signalling.executors import Progress

#: Seconds between plain lines.
LINE_INTERVAL = 5.0


@contextmanager
def shown(label: str, things: str = "runs") -> Iterator[Progress]:
    """A progress callback whose display ends with the block; it writes to standard error only.

    Args:
        label: what is being done.
        things: what is counted.
    """
    if sys.stderr.isatty():
        with _bar(label, things) as callback:
            yield callback
    else:
        yield _Lines(label, things)


class _Pace:
    """Rate of the work that is done while it is shown; what was held before does not count."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.first: int | None = None

    def rate(self, done: int) -> float:
        """Runs per second since the first call; 0 as long as nothing is known."""
        if self.first is None:
            # The first word is either what was held already, or the first run of many.
            self.first = done if done > 1 else 0
        seconds = time.monotonic() - self.begun
        return (done - self.first) / seconds if seconds > 0 else 0.0


class _Lines:
    """Plain lines, seldom enough for a log file."""

    def __init__(self, label: str, things: str) -> None:
        self.label = label
        self.things = things
        self.pace = _Pace()
        self.next_line = time.monotonic() + LINE_INTERVAL

    def __call__(self, done: int, wanted: int) -> None:
        rate = self.pace.rate(done)
        now = time.monotonic()
        if now < self.next_line:
            return
        self.next_line = now + LINE_INTERVAL
        left = f", {(wanted - done) / rate:.0f} s left" if rate > 0 else ""
        sys.stderr.write(
            f"{self.label}: {done} of {wanted} {self.things}, {rate:.3g} {self.things}/s{left}\n"
        )
        sys.stderr.flush()


@contextmanager
def _bar(label: str, things: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"), TextColumn("{task.fields[left]}"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, rate="", left="")
        pace = _Pace()

        def callback(done: int, wanted: int) -> None:
            rate = pace.rate(done)
            left = f"{dt.timedelta(seconds=round((wanted - done) / rate))} left" if rate > 0 else ""
            bar.update(task, completed=done, total=wanted, rate=f"{rate:.3g} {things}/s", left=left)

        yield callback
