"""Commands that are interrupted at their work: not after so many seconds, but when they have come so far."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

#: The command, which tells of every step of its work and of every chunk of runs that compiled code begins.
PROGRAM = """
import sys
from signalling import progress
from signalling.cli import main
from signalling.engines import batch

progress.LINE_INTERVAL = 0.0
plain = batch._Player.play

def play(player, runs):
    sys.stderr.write("compiled code begins\\n")
    sys.stderr.flush()
    return plain(player, runs)

batch._Player.play = play
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


def plays_compiled_code(threads: int) -> Callable[[str], bool]:
    """Whether a line is the last by which so many threads tell that they have runs to make."""
    lines: list[str] = []

    def told(line: str) -> bool:
        lines.append(line)
        return lines.count("compiled code begins\n") == threads

    return told
