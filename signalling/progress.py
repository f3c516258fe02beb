"""How far long work has come: a bar with rate and time left on a terminal, plain lines otherwise."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from signalling.executors import Progress

#: Seconds between plain lines.
LINE_INTERVAL = 5.0


@contextmanager
def shown(label: str) -> Iterator[Progress]:
    """A progress callback whose display ends with the block; it writes to standard error only."""
    if sys.stderr.isatty():
        with _bar(label) as callback:
            yield callback
    else:
        yield _Lines(label)


class _Lines:
    """Plain lines, seldom enough for a log file."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.begun = time.monotonic()
        self.next_line = self.begun + LINE_INTERVAL

    def __call__(self, done: int, wanted: int) -> None:
        now = time.monotonic()
        if now < self.next_line:
            return
        self.next_line = now + LINE_INTERVAL
        rate = done / (now - self.begun)
        left = (wanted - done) / rate
        sys.stderr.write(f"{self.label}: {done} of {wanted} runs, {rate:.0f} runs/s, {left:.0f} s left\n")
        sys.stderr.flush()


@contextmanager
def _bar(label: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, rate="")
        begun = time.monotonic()

        def callback(done: int, wanted: int) -> None:
            rate = done / max(time.monotonic() - begun, 1e-9)
            bar.update(task, completed=done, total=wanted, rate=f"{rate:.0f} runs/s")

        yield callback
