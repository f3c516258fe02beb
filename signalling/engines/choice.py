"""Which engine makes the runs: the process engine for a few, the batch engine for many; both make the same."""

from collections.abc import Sequence
from typing import Protocol

from signalling.engines.process import ProcessEngine, Recorder
from signalling.model import Model
from signalling.outcome import Records

ENGINES = ("auto", "process", "batch")


class Engine(Protocol):
    """Makes runs of one model; any run replays alone by its index."""

    cell: str
    """Identity of the model and the seed."""

    def run(self, run: int, recorder: Recorder | None = None) -> Records:
        """One run, told to a recorder if there is one."""

    def some(self, runs: range) -> Records:
        """The first of these runs, as many as take a moment."""


def choose(models: Sequence[Model], runs: int, engine: str) -> str:
    """The engine for so many runs of some models."""
    return "process" if engine == "auto" else engine


def make_engine(model: Model, seed: int, engine: str, *, threads: int = 1) -> Engine:
    """An engine by name, "auto" excepted."""
    if engine == "process":
        return ProcessEngine(model, seed)
    from signalling.engines.batch import BatchEngine

    return BatchEngine(model, seed, threads=threads)
