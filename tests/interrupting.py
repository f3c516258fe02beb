"""Commands that are interrupted at their work: not after so many seconds, but when they have come so far."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

#: The command, which tells of every step of its work, and when it waits for runs that compiled code makes.
PROGRAM = """
import sys
from concurrent.futures import Future
from signalling import progress
from signalling.cli import main

progress.LINE_INTERVAL = 0.0
plain = Future.result

def result(future, timeout=None):
    print("waits for a thread", file=sys.stderr, flush=True)
    return plain(future, timeout)

Future.result = result
sys.exit(main(sys.argv[1:]))
"""


class Interrupted(NamedTuple):
    """A command that got a signal."""

    seconds: float
    """From the signal to the end."""
    code: int
    """The exit code."""
    told: str
    """All that it wrote to standard error."""


def interrupted(
    arguments: Sequence[str], begun: Callable[[str], bool], number: int = signal.SIGINT
) -> Interrupted:
    """What becomes of a command that gets a signal after the first line that says it has begun."""
    program = [sys.executable, "-c", PROGRAM, *arguments]
    with subprocess.Popen(program, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as owner:
        assert owner.stderr is not None
        lines = []
        for line in owner.stderr:
            lines.append(line)
            if begun(line):
                break
        at = time.monotonic()
        owner.send_signal(number)
        lines.append(owner.stderr.read())
        owner.wait()
        return Interrupted(time.monotonic() - at, owner.returncode, "".join(lines))


def has_made(least: int) -> Callable[[str], bool]:
    """Whether a line tells of so many runs."""

    def told(line: str) -> bool:
        found = re.search(r": (\d+) of \d+ runs, ", line)
        return found is not None and int(found[1]) >= least

    return told


def waits_for_a_thread(line: str) -> bool:
    """Whether a line tells that compiled code is at work in a thread, and the program waits for it."""
    return line == "waits for a thread\n"
