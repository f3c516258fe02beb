"""The security dilemma measured: what a state's arming does to its own security, its rivals', and the sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signalling.alteration import Alteration, ScriptedMove
from signalling.engines.choice import Engine, choose, make_engine
from signalling.errors import ScenarioError
from signalling.executors import Progress, check_engine, checked_runs
from signalling.journal import Journal
from signalling.kernel.message import Message
from signalling.model import compile_model
from signalling.outcome import Records
from signalling.scenario import Scenario
from signalling.stats import Interval, tango, wilson
from signalling.validation import refuse, suggestion
from signalling.vocabulary import Role, StateWhole

#: What a state arms by: its standing armament, how far it may climb, its means, and where it begins.
ARMAMENTS = ("floor", "ceiling", "capability", "start_rung")
#: The three versions of a run: as it was; armed, with the others' moves as they were; armed, as they react.
ARMS = ("baseline", "armed, others unmoved", "armed")
BASELINE, UNMOVED, ARMED = range(3)
#: Runs after which the journal is written.
PART = 500
ALL = "all states"


class Effect(NamedTuple):
    """What arming does to the security of a state, or to that of all together."""

    whose: str
    """A state, or ALL: the sum over the states."""
    security_baseline: Interval
    """1 - P(it is struck), with Wilson's interval; of ALL the sum, which is their number less P(a strike)."""
    security_armed: Interval
    total: Interval
    """Change of security, with Tango's interval for pairs."""
    direct: Interval
    """The part that comes about with the others' moves as they were."""
    reaction: Interval
    """The part that comes about because the others react; direct and reaction sum to the total."""


@dataclass(frozen=True, eq=False)
class Dilemma:
    """One state's unilateral armament, run by run on the same luck."""

    title: str
    state: str
    armament: Mapping[str, Any]
    names: tuple[str, ...]
    seed: int
    runs: npt.NDArray[np.int64]
    """Indices (n,)."""
    struck: npt.NDArray[np.int64]
    """Who is struck in each version of each run, by ARMS, as a place among `names`; -1: nobody (n, 3)."""
    confidence: float

    def effects(self) -> list[Effect]:
        """Of the state that arms, then of each other in name order, then of all together."""
        others = [name for name in self.names if name != self.state]
        return [self.effect(name) for name in (self.state, *others, ALL)]

    def effect(self, whose: str) -> Effect:
        """What arming does to the security of a state, or of ALL.

        Raises:
            ScenarioError: no such state.
        """
        if whose != ALL and whose not in self.names:
            raise refuse("whose", whose, f"no such state; {suggestion(whose, (*self.names, ALL))}")
        # At most one state is struck in a run, so that the sum over states is whether anybody is.
        hit = self.struck >= 0 if whose == ALL else self.struck == self.names.index(whose)
        states = len(self.names) if whose == ALL else 1
        return Effect(
            whose,
            self._security(hit[:, BASELINE], states),
            self._security(hit[:, ARMED], states),
            self._change(hit[:, BASELINE], hit[:, ARMED]),
            self._change(hit[:, BASELINE], hit[:, UNMOVED]),
            self._change(hit[:, UNMOVED], hit[:, ARMED]),
        )

    def _security(self, hit: npt.NDArray[np.bool_], states: int) -> Interval:
        struck = wilson(int(hit.sum()), len(hit), self.confidence)
        return Interval(states - struck.estimate, states - struck.high, states - struck.low)

    def _change(self, before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_]) -> Interval:
        gained, lost = int((before & ~after).sum()), int((~before & after).sum())
        return tango(gained, lost, len(before), self.confidence)

    def to_arrow(self) -> pa.Table:
        """A row for each run: who is struck in each version of it, null for nobody."""
        columns: dict[str, Any] = {"run": self.runs}
        for arm, label in enumerate(("struck_baseline", "struck_unmoved", "struck_armed")):
            places = self.struck[:, arm]
            columns[label] = pa.array(list(self.names)).take(pa.array(places, mask=places < 0))
        return pa.table(columns)

    def summary(self) -> dict[str, Any]:
        """Everything but the runs, as plain data."""
        effects = [
            {key: value if isinstance(value, str) else value._asdict() for key, value in e._asdict().items()}
            for e in self.effects()
        ]
        return {
            "scenario": self.title,
            "state": self.state,
            "armament": dict(self.armament),
            "seed": self.seed,
            "runs": len(self.runs),
            "confidence": self.confidence,
            "effects": effects,
        }


def dilemma(
    scenario: Scenario,
    *,
    state: str,
    armament: Mapping[str, object],
    runs: int | range,
    seed: int,
    engine: str = "auto",
    confidence: float = 0.95,
    path: Path | None = None,
    progress: Progress | None = None,
) -> Dilemma:
    """Let one state arm, all else on the same luck, and see what becomes of everybody's security.

    Each run is played as it was, armed while every other state makes the moves of the run as it was (beyond
    its end it holds), and armed with the others free to react. From the first to the second is the direct
    effect, from the second to the third that of the reaction (Robins and Greenland 1992; Pearl 2001).

    Args:
        scenario: the set-up, on a ladder with attacks and without reviews on report.
        state: who arms.
        armament: values by key of ARMAMENTS, e.g. {"floor": 2}.
        runs: how many runs (indices 0 to runs - 1), or which.
        seed: key of all draws.
        engine: as for `run`.
        confidence: of the intervals.
        path: journal file that keeps what is done, so that an interrupted call goes on.
        progress: called as runs are done.

    Raises:
        ScenarioError: an argument is not acceptable, or nobody can be struck in this scenario.

    Example:
        >>> from signalling import load_scenario
        >>> armed = dilemma(load_scenario("two-seekers"), state="A", armament={"floor": 2}, runs=5, seed=1)
        >>> [effect.whose for effect in armed.effects()]
        ['A', 'B', 'all states']
    """
    indices = checked_runs(runs, seed)
    check_engine(engine)
    models = [compile_model(scenario), compile_model(_armed(scenario, state, armament))]
    chosen = choose(models, 2 * len(indices), engine)
    before, after = (make_engine(model, seed, chosen) for model in models)
    journal = Journal(path, {"question": "dilemma", "cells": [before.cell, after.cell], "state": state})
    others = [place for place, name in enumerate(models[0].names) if name != state]
    found: list[list[int]] = []
    for begin in range(0, len(indices), PART):
        found += _part_of(journal, before, after, indices[begin : begin + PART], others)
        if progress is not None:
            progress(len(found), len(indices))
    return Dilemma(
        scenario.name,
        state,
        dict(armament),
        models[0].names,
        seed,
        np.array(indices, dtype=np.int64),
        np.array(found, dtype=np.int64),
        confidence,
    )


def _armed(scenario: Scenario, state: str, armament: Mapping[str, object]) -> Scenario:
    """The scenario with one state armed.

    Raises:
        ScenarioError: that is not to be had.
    """
    if state not in scenario.states:
        raise refuse("state", state, f"no such state; {suggestion(state, scenario.states)}")
    if not armament:
        raise ScenarioError(f"armament: names nothing; set one of {', '.join(ARMAMENTS)}")
    for key in armament:
        if key not in ARMAMENTS:
            raise refuse(f"armament.{key}", armament[key], f"no armament; {suggestion(key, ARMAMENTS)}")
    if scenario.game.kind != "ladder" or scenario.ladder.war is not True:
        raise ScenarioError("ladder.war: nobody strikes in this scenario, so nobody's security can change")
    if scenario.review.on_report is not None:
        raise ScenarioError(
            "review.on_report: moves can be left as they were only if reviews come when they came; write "
            '"none"'
        )
    return scenario.replace({f"states.{state}.{key}": value for key, value in armament.items()})


def _part_of(
    journal: Journal, before: Engine, after: Engine, runs: range, others: Sequence[int]
) -> list[list[int]]:
    """Who is struck in each version of some runs, which are made unless they are kept."""
    key = f"{runs.start}:{runs.stop}:{runs.step}"
    if journal.get(key) is None:
        journal.put(key, [_struck_thrice(before, after, run, others) for run in runs])
    found: list[list[int]] = journal.get(key)
    return found


def _struck_thrice(before: Engine, after: Engine, run: int, others: Sequence[int]) -> list[int]:
    """Who is struck in each version of a run, by ARMS."""
    moves = _Moves(others)
    baseline = before.run(run, moves)
    unmoved = after.run(run, None, Alteration(scripts=moves.scripts()))
    return [_struck(records) for records in (baseline, unmoved, after.run(run))]


def _struck(records: Records) -> int:
    targets = np.flatnonzero(records.state_wholes[0, :, StateWhole.ROLE] == Role.TARGET)
    return int(targets[0]) if len(targets) else -1


class _Moves:
    """Keeps the moves that some states make."""

    def __init__(self, states: Sequence[int]) -> None:
        self.moves: dict[int, list[ScriptedMove]] = {state: [] for state in states}

    def scripts(self) -> dict[int, tuple[ScriptedMove, ...]]:
        """By state, as an alteration takes them."""
        return {state: tuple(moves) for state, moves in self.moves.items()}

    def review(
        self,
        now: int,  # noqa: ARG002 - a recorder is told all of this
        state: int,
        before: int,  # noqa: ARG002
        move: int,
        after: int,  # noqa: ARG002
        target: int,
        beliefs: Sequence[tuple[float, float] | None],  # noqa: ARG002
        triggered: int,  # noqa: ARG002
        posture: float,  # noqa: ARG002
        letter: int,
    ) -> None:
        """Keep the move, its target and what is said."""
        if state in self.moves:
            self.moves[state].append((move, target, letter))

    def sent(self, message: Message) -> None:
        """Nothing to keep."""

    def left(self, message: Message) -> None:
        """Nothing to keep."""

    def settled(self, kind: int, channel: int, which: int, fate: int) -> None:
        """Nothing to keep."""
