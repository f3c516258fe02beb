"""The SimPy engine: the reference a reader believes.

Reviews and arrivals are light SimPy events (no generator each) whose priority is the model's own order,
so simultaneous events happen in the order of the model, never in that of insertion. The engine decides
what is next; signalling.kernel.step decides what happens.
"""

from array import array
from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import Any, Protocol

import numpy as np
import simpy
from simpy.core import StopSimulation
from simpy.events import Event

from signalling.engines.luck import BulkLuck
from signalling.kernel import step
from signalling.kernel.matrix import mean_payoff
from signalling.kernel.order import WHICH_BITS
from signalling.kernel.step import Message
from signalling.kernel.view import Action, Own
from signalling.kernel.world import Columns, World, new_world
from signalling.model import Model
from signalling.outcome import Row, summarise, summarise_states
from signalling.vocabulary import Role, StopReason

#: SimPy keeps priority 0 for its own stop at the horizon and 1 for ordinary events.
FIRST_PRIORITY = 2
MOST_BULK = 64
IN_FLIGHT = step.IN_FLIGHT
WAR = int(StopReason.WAR)


class Recorder(Protocol):
    """What an observer of a run is told, in the order in which it happens."""

    def review(self, now: int, own: Own, action: Action, after: int, beliefs: Sequence[Any]) -> None:
        """A state decided; `beliefs` are (P(greedy), expected rung) or None by rival slot."""

    def sent(self, message: Message) -> None:
        """A message or a copy entered its channel; its fate is settled unless it is in flight."""

    def read(self, message: Message, used: bool) -> None:  # noqa: FBT001
        """A report was read; not used if it was superseded."""


class _Occasion(Event):
    """A light event: always successful, so SimPy only calls back."""

    _ok = True
    _value = None

    def __init__(self, env: simpy.Environment, callbacks: list[Any], subject: Any) -> None:
        self.env = env
        self.callbacks = callbacks
        self.subject = subject


class ProcessEngine:
    """Runs of one model, one at a time; any run replays alone by its index."""

    def __init__(self, model: Model, seed: int) -> None:
        self.model = model
        self.seed = seed
        self.cell = model.identity(seed)
        self.columns: Columns = _in_slots(Columns(*(_as_list(column) for column in model.columns)))
        self.review_priority = _priorities(model.columns.review_order)
        self.arrival_priority = _priorities(model.columns.arrival_order)
        # Read-only views: a doctrine that writes into its parameters fails at once.
        self.parameters = [memoryview(table.data).toreadonly() for table in model.parameters]
        bulk = 4
        while bulk < MOST_BULK and bulk * self.columns.interval < self.columns.horizon:
            bulk *= 2
        self.luck = BulkLuck(seed, bulk=bulk)

    def run(
        self, run: int, recorder: Recorder | None = None, *, by_state: bool = False
    ) -> tuple[Row, list[Row]]:
        """One run from the first review to the stop.

        Args:
            run: index of the run.
            recorder: told of everything that happens, if given.
            by_state: also return the rows of the second table.

        Returns:
            The row of the outcomes table, and the rows by state (empty unless asked for).
        """
        crisis = _Crisis(self, run, recorder)
        stop, reason = crisis.play()
        for state in range(len(self.model.names)):
            step.end_run(self.columns, crisis.world, state, stop)
        beliefs = [held for state in range(len(self.model.names)) for held in crisis.beliefs(state, stop)]
        payoffs = [crisis.payoff(state, stop) for state in range(len(self.model.names))]
        row = summarise(
            self.model, self.columns, crisis.world, run, self.seed, self.cell, stop, reason, beliefs, payoffs
        )
        states = (
            summarise_states(self.model, crisis.world, run, self.seed, self.cell, stop, payoffs)
            if by_state
            else []
        )
        return row, states


def _priorities(order_words: Any) -> list[int]:
    """What SimPy compares, without the event's `which`, which is added to it."""
    return [(word << WHICH_BITS) + FIRST_PRIORITY for word in order_words.tolist()]


def _in_slots(fields: Any) -> Any:
    """A NamedTuple as an object with the same attributes, which CPython reads several times faster."""
    kind: Any = type(fields)
    bare = _slots_of(kind)()
    for name, value in zip(fields._fields, fields, strict=True):
        setattr(bare, name, value)
    return bare


@cache
def _slots_of(kind: Any) -> Any:
    return type(kind.__name__, (), {"__slots__": kind._fields})


def _as_list(column: Any) -> Any:
    """A column as CPython indexes it fastest; tables of quantiles and matrices become lists of lists."""
    return column.tolist() if isinstance(column, np.ndarray) else column


class _Crisis:
    """One run: a SimPy environment, a World and each state's memory."""

    def __init__(self, engine: ProcessEngine, run: int, recorder: Recorder | None) -> None:
        self.columns: Columns = engine.columns
        self.parameters = engine.parameters
        self.doctrines: tuple[ModuleType, ...] = engine.model.doctrines
        self.decide = [module.decide for module in self.doctrines]
        self.revise = [module.revise for module in self.doctrines]
        self.luck = engine.luck
        self.luck.start_run(run)
        self.recorder = recorder
        self.world: World = _in_slots(new_world(self.columns))
        self.memory = [memoryview(array("d", bytes(8 * size))) for size in engine.model.memory_sizes]
        self.env = simpy.Environment()
        self.own: list[Own] = []
        # One list each for all events of a kind: SimPy reads an event's callbacks and drops them.
        self.on_arrival: list[Any] = [self.arrival]
        self.on_review: list[Any] = [self.review]
        self.next_review = [
            _Occasion(self.env, self.on_review, state) for state in range(len(self.doctrines))
        ]
        self.review_priority = engine.review_priority
        self.arrival_priority = engine.arrival_priority

    def play(self) -> tuple[int, int]:
        """Run to the stop: its tick and reason."""
        columns, world = self.columns, self.world
        for state, doctrine in enumerate(self.doctrines):
            step.begin_run(columns, world, self.luck, state)
            self.own.append(step.own_view(columns, world, state))
            doctrine.start(self.memory[state], self.own[state], self.parameters[state])
            self._schedule_review(self.next_review[state], step.first_review(columns, self.luck, state))
        reason = self.env.run(until=columns.horizon)
        if reason is None:
            return columns.horizon, int(StopReason.HORIZON)
        return int(self.env.now), reason

    def review(self, event: _Occasion) -> None:
        """A state decides, and writes to its neighbours."""
        columns, world, luck = self.columns, self.world, self.luck
        state = event.subject
        now = int(self.env.now)
        own = self.own[state]
        uniforms = step.begin_review(columns, world, luck, state)
        action = self.decide[state](self.memory[state], own, now, uniforms, self.parameters[state])
        reason = step.end_review(columns, world, state, action, now)
        if world.rung[state] != own.rung:
            self.own[state] = step.own_view(columns, world, state)
        recorder = self.recorder
        if recorder is not None:
            recorder.review(now, own, action, world.rung[state], self.beliefs(state, now))
        if reason == WAR:
            raise StopSimulation(reason)
        env, schedule, on_arrival = self.env, self.env.schedule, self.on_arrival
        send, horizon, priorities = step.send, columns.horizon, self.arrival_priority
        for channel in range(columns.first_channel[state], columns.first_channel[state + 1]):
            message = send(columns, world, luck, channel, now)
            if recorder is not None:
                recorder.sent(message)
            if message.fate == IN_FLIGHT:
                due = message.due
                if due < horizon:
                    priority = priorities[channel] + message.which
                    schedule(_Occasion(env, on_arrival, message), priority, due - now)  # type: ignore[arg-type]
                if message.duplicated:
                    self._send_copy(message, now)
        # The state's one review event again: SimPy has dropped its callbacks.
        event.callbacks = self.on_review
        self._schedule_review(event, step.next_review(columns, world, luck, state, now) - now)

    def arrival(self, event: _Occasion) -> None:
        """A report is read."""
        message: Message = event.subject
        columns = self.columns
        used = True
        if columns.slot[message.channel] >= 0:
            state = columns.addressee[message.channel]
            report = step.before_report(columns, message)
            used = self.revise[state](self.memory[state], report, self.own[state], self.parameters[state])
        step.after_report(columns, self.world, message, used)
        if self.recorder is not None:
            self.recorder.read(message, used)

    def _schedule_review(self, event: _Occasion, delay: int) -> None:
        state = event.subject
        self.env.schedule(event, self.review_priority[state] + self.world.review[state], delay)

    def _send_copy(self, message: Message, now: int) -> None:
        """The copy that a channel makes of a message just sent."""
        copy = step.copy_of(self.columns, self.world, self.luck, message)
        if self.recorder is not None:
            self.recorder.sent(copy)
        if copy.due < self.columns.horizon:
            priority = self.arrival_priority[copy.channel] + copy.which
            self.env.schedule(_Occasion(self.env, self.on_arrival, copy), priority, copy.due - now)  # type: ignore[arg-type]

    def beliefs(self, state: int, now: int) -> list[tuple[float, float] | None]:
        """What a state believes of each rival, None where its doctrine holds no beliefs."""
        own = step.own_view(self.columns, self.world, state)
        belief = getattr(self.doctrines[state], "belief", None)
        if belief is None:
            return [None] * own.rivals
        return [
            belief(self.memory[state], rival, own, now, self.parameters[state]) for rival in range(own.rivals)
        ]

    def payoff(self, state: int, stop: int) -> float | None:
        """What a state ends with, None where its doctrine gives no payoff."""
        if self.columns.matrix:
            if self.columns.first_rivalry[state] == self.columns.first_rivalry[state + 1]:
                return None  # nobody to play against
            return mean_payoff(self.columns, self.world, state, stop)
        rule = getattr(self.doctrines[state], "payoff", None)
        if rule is None:
            return None
        world = self.world
        role, other = int(Role.BYSTANDER), -1
        if state == world.struck[0]:
            role, other = int(Role.INITIATOR), world.struck[1]
        elif state == world.struck[1]:
            role, other = int(Role.TARGET), world.struck[0]
        slot = -1
        first = self.columns.first_rivalry[state]
        for rivalry in range(first, self.columns.first_rivalry[state + 1]):
            if self.columns.rival[rivalry] == other:
                slot = rivalry - first
        rival_rung = world.rung[other] if other >= 0 else 0
        mean_rung = world.rung_ticks[state] / stop if stop else 0.0
        own = step.own_view(self.columns, self.world, state)
        value: float = rule(own, role, slot, rival_rung, mean_rung, self.parameters[state])
        return value
