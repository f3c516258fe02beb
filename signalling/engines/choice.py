"""Which engine makes the runs: the process engine for few, the batch engine for many. Both make the same."""

import importlib.util
import logging
from collections.abc import Sequence
from typing import Protocol

from signalling.alteration import NOTHING_ALTERED, Alteration
from signalling.engines.process import ProcessEngine
from signalling.engines.recorder import Recorder
from signalling.errors import ScenarioError
from signalling.model import Model
from signalling.outcome import Records

ENGINES = ("auto", "process", "batch")
#: Below so many messages the process engine is done before the batch engine has been loaded.
FEW_MESSAGES = 30_000
#: From this horizon on, in ticks, squares of ticks do not fit the words of compiled code (68 years).
LONGEST_HORIZON = 2**31

log = logging.getLogger(__name__)


class Engine(Protocol):
    """Makes runs of one model; any run replays alone by its index."""

    name: str
    """One of ENGINES."""
    cell: str
    """Identity of the model and the seed."""

    def run(
        self, run: int, recorder: Recorder | None = None, alteration: Alteration = NOTHING_ALTERED
    ) -> Records:
        """One run, told to a recorder if there is one, and altered if anything is to be."""

    def altered_runs(self, run: int, alterations: Sequence[Alteration]) -> Records:
        """One run again and again, each time altered otherwise."""

    def some(self, runs: range) -> Records:
        """The first of these runs, as many as take a moment."""


def choose(models: Sequence[Model], runs: int, engine: str) -> str:
    """The engine for so many runs of each of some models: "process" or "batch".

    Raises:
        ScenarioError: the batch engine is asked for and cannot make them.
    """
    if engine == "process":
        return engine
    expected = sum(runs * expected_messages(model) for model in models)
    if engine == "auto" and expected < FEW_MESSAGES:
        log.info("process engine (SimPy), for few runs")
        return "process"
    obstacle = _obstacle(models)
    if obstacle is None:
        log.info("batch engine (compiled)")
        return "batch"
    if engine == "batch":
        raise ScenarioError(f'engine = "batch": {obstacle}; write engine = "process"')
    log.warning("process engine (SimPy), which is some hundred times slower: %s", obstacle)
    return "process"


def expected_messages(model: Model) -> int:
    """Messages of a run that goes to the horizon, one at least."""
    columns = model.columns
    return (columns.horizon // columns.interval + 1) * max(1, len(columns.sender))


def _obstacle(models: Sequence[Model]) -> str | None:
    """Why the batch engine cannot make runs of some models, None if it can."""
    if importlib.util.find_spec("numba") is None:
        return 'Numba is not installed: pip install "signalling[fast]"'
    if any(model.columns.horizon >= LONGEST_HORIZON for model in models):
        return f"horizon_days is beyond {LONGEST_HORIZON // 86400}, the longest that compiled code holds"
    from signalling.engines.batch import NotCompilable, ready

    try:
        for doctrines in dict.fromkeys(model.doctrines for model in models):
            ready(doctrines)
    except NotCompilable as error:
        return str(error)
    return None


def make_engine(model: Model, seed: int, engine: str, *, threads: int = 1) -> Engine:
    """The engine that was chosen, or the process engine where that cannot make the runs of this model."""
    if engine == "process" or model.columns.horizon >= LONGEST_HORIZON:
        return ProcessEngine(model, seed)
    from signalling.engines.batch import BatchEngine, NotCompilable

    try:
        return BatchEngine(model, seed, threads=threads)
    except NotCompilable as error:
        log.warning("process engine (SimPy), which is some hundred times slower: %s", error)
        return ProcessEngine(model, seed)
