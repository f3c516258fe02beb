"""War or peace of every run under every set of faults that might be on."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from signalling.engines.choice import make_engine
from signalling.executors import Progress, run_models
from signalling.faults import Player, switch_off
from signalling.journal import Journal
from signalling.model import Model, compile_model
from signalling.scenario import Scenario
from signalling.vocabulary import StopReason, Whole

Flags = npt.NDArray[np.bool_]
Integers64 = npt.NDArray[np.int64]

#: Runs of a set of faults that a journal keeps together.
PART = 2000
#: Sets of faults that worker processes of the process engine share at a time.
SHARED = 16


def weights(subset: int, players: int) -> Integers64:
    """What war under a set of faults adds to the numerator of each fault (players,).

    Of all orders in which the faults may come, in how many a fault comes last of the set, or first after it,
    when it takes away what it does not add.
    """
    size = subset.bit_count()
    last = math.factorial(size - 1) * math.factorial(players - size) if size else 0
    first = math.factorial(size) * math.factorial(players - size - 1) if size < players else 0
    return np.array([last if subset >> bit & 1 else -first for bit in range(players)], dtype=np.int64)


class FaultSets:
    """War or peace of every run under every set of some faults, on the same luck.

    A set is a whole number, whose bits say which of the faults are on. What a journal has is not run again.

    Args:
        scenario: with all of the faults on.
        players: the faults.
        runs: indices of the runs.
        seed: key of all draws.
        engine: "process" or "batch".
        workers: how many threads or processes share the work.
        journal: where each set is kept as it is done.
        progress: called as runs are done, of all sets together.
    """

    def __init__(
        self,
        *,
        scenario: Scenario,
        players: Sequence[Player],
        runs: range,
        seed: int,
        engine: str,
        workers: int,
        journal: Journal,
        progress: Progress | None,
    ) -> None:
        self.scenario = scenario
        self.players = players
        self.parts = [runs[begin : begin + PART] for begin in range(0, len(runs), PART)]
        self.seed = seed
        self.engine = engine
        self.workers = workers
        self.journal = journal
        self.progress = progress
        self.done, self.wanted = 0, len(runs) << len(players)

    def __iter__(self) -> Iterator[tuple[int, Flags]]:
        """Each set, from none to all of them, with war or peace of its runs (n,)."""
        together = SHARED if self.engine == "process" and self.workers > 1 else 1
        for begin in range(0, 1 << len(self.players), together):
            subsets = range(begin, min(begin + together, 1 << len(self.players)))
            models = [self._model(subset) for subset in subsets]
            wars = self._from_processes(models) if together > 1 else [self._from_here(models[0])]
            yield from zip(subsets, wars, strict=True)

    def _model(self, subset: int) -> Model:
        off = [player for bit, player in enumerate(self.players) if not subset >> bit & 1]
        return compile_model(switch_off(self.scenario, off), baseline=self.scenario)

    def _from_here(self, model: Model) -> Flags:
        player = None
        parts = []
        cell = model.identity(self.seed)
        for runs in self.parts:
            held = self.journal.get(_key(cell, runs))
            if held is None:
                player = player or make_engine(model, self.seed, self.engine, threads=self.workers)
                wars: list[Flags] = []
                while (done := sum(map(len, wars))) < len(runs):
                    wholes = player.some(runs[done:]).wholes
                    wars.append(wholes[:, Whole.REASON] == StopReason.WAR)
                    self._tell(len(wholes))
                held = _packed(np.concatenate(wars))
                self.journal.put(_key(cell, runs), held)
            else:
                self._tell(len(runs))
            parts.append(_unpacked(held, len(runs)))
        return np.concatenate(parts)

    def _from_processes(self, models: Sequence[Model]) -> list[Flags]:
        cells = [model.identity(self.seed) for model in models]
        for runs in self.parts:
            lacking = [
                place for place, cell in enumerate(cells) if self.journal.get(_key(cell, runs)) is None
            ]
            if lacking:
                arms = run_models(
                    [models[place] for place in lacking],
                    runs=runs,
                    seed=self.seed,
                    engine=self.engine,
                    workers=self.workers,
                )
                for place, arm in zip(lacking, arms, strict=True):
                    self.journal.put(_key(cells[place], runs), _packed(np.array(arm["war"], dtype=bool)))
            self._tell(len(models) * len(runs))
        return [
            np.concatenate([_unpacked(self.journal.get(_key(cell, runs)), len(runs)) for runs in self.parts])
            for cell in cells
        ]

    def _tell(self, runs: int) -> None:
        self.done += runs
        if self.progress is not None:
            self.progress(self.done, self.wanted)


def _key(cell: str, runs: range) -> str:
    return f"{cell} {runs.start}:{runs.stop}:{runs.step}"


def _packed(war: Flags) -> str:
    return np.packbits(war).tobytes().hex()


def _unpacked(text: str, runs: int) -> Flags:
    return np.unpackbits(np.frombuffer(bytes.fromhex(text), dtype=np.uint8), count=runs).astype(bool)
