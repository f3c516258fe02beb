"""What a command costs before its first run, and what compiling costs: each in a process of its own."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping

from tests.benchmarks.measure import Sample

RUN = ("run", "two-seekers", "--runs")
#: From the import of the batch engine to the moment at which it can make runs.
LOADING = """
import time
import signalling as sg
from signalling.model import compile_model

model = compile_model(sg.load_scenario("two-seekers"))
start = time.process_time()
from signalling.engines.batch import BatchEngine

BatchEngine(model, 1)
print(time.process_time() - start)
"""
#: Before it: every function is optimised and made machine code of by itself too, as is usual with Numba.
ONE_BY_ONE = """
from signalling.engines import compiled

for options in ("INNER_OPTIONS", "INLINED_OPTIONS"):
    text = getattr(compiled, options)
    setattr(compiled, options, text.replace("pipeline_class=_PartCompiler, ", ""))
"""


def environment(**settings: str) -> dict[str, str]:
    """The environment of a user, who keeps the bytecode of what was imported once."""
    return {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | settings


def command(*arguments: str) -> Callable[[], object]:
    """What runs a `signalling` command to its end."""
    line = [sys.executable, "-m", "signalling", *arguments]
    return lambda: subprocess.run(line, check=True, capture_output=True, env=environment())


def processor_sample(work: Callable[[], object]) -> Sample:
    """Processor seconds of the processes that some work starts."""

    def sample() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        work()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return sample


def wall_sample(work: Callable[[], object]) -> Sample:
    """Seconds on the wall."""

    def sample() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return sample


def start_samples() -> dict[str, Sample]:
    """A command that needs SimPy alone, and one that loads machine code; both have been started before."""
    works = {
        "process engine": command(*RUN, "1", "--engine", "process"),
        "batch engine": command(*RUN, "1000", "--engine", "batch"),
    }
    for work in works.values():
        work()
    return {name: processor_sample(work) for name, work in works.items()}


def help_sample() -> Sample:
    """`signalling --help`, on the wall."""
    work = command("--help")
    work()
    return wall_sample(work)


def loading_samples() -> dict[str, Sample]:
    """Making the batch engine with an empty cache, in two ways, and with a full one: processor seconds."""

    def seconds(settings: Mapping[str, str], before: str = "") -> float:
        done = subprocess.run(
            [sys.executable, "-c", before + LOADING],
            check=True,
            capture_output=True,
            text=True,
            env=environment(**settings),
        )
        return float(done.stdout)

    def cold(before: str = "") -> float:
        with tempfile.TemporaryDirectory() as folder:
            return seconds({"SIGNALLING_CACHE": folder}, before)

    seconds({})  # from now on the user's own cache is full
    return {"cold": cold, "one by one": lambda: cold(ONE_BY_ONE), "warm": lambda: seconds({})}
