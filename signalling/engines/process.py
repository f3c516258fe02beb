"""The SimPy engine: the reference a reader believes.

Reviews and arrivals are light SimPy events (no generator each) whose priority is the model's own order,
so simultaneous events happen in the order of the model, never in that of insertion. The engine decides
what is next; signalling.kernel.step decides what happens.
"""

import math
from array import array
from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import simpy
from simpy.core import StopSimulation
from simpy.events import Event

from signalling.alteration import NOTHING_ALTERED, Alteration, alteration_columns
from signalling.engines.luck import BulkLuck
from signalling.engines.recorder import Recorder
from signalling.kernel import order, protocol, step, summary, transmit
from signalling.kernel.lines import is_served, take_thrown_out
from signalling.kernel.message import Message
from signalling.kernel.order import WHICH_BITS
from signalling.kernel.view import Own
from signalling.kernel.world import Columns, World, new_world
from signalling.model import Model
from signalling.outcome import Records, joined_records
from signalling.vocabulary import (
    EventKind,
    Fate,
    MessageKind,
    Real,
    StateReal,
    StateWhole,
    StopReason,
    Whole,
)

#: SimPy keeps priority 0 for its own stop at the horizon and 1 for ordinary events.
FIRST_PRIORITY = 2
MOST_BULK = 64
IN_FLIGHT = transmit.IN_FLIGHT
NONE = (math.nan, math.nan)
RUNNING = int(StopReason.RUNNING)
READ = int(Fate.READ)
SUPERSEDED = int(Fate.SUPERSEDED)
PASSED_ON = int(Fate.PASSED_ON)
PREEMPTED = int(Fate.PREEMPTED)
SERVER = int(EventKind.SERVER)
TIMER = int(EventKind.TIMER)
TRIGGERED = 1 << order.ORIGIN_TRIGGERED_BIT
RUNG_MESSAGE = int(MessageKind.RUNG)
ACKNOWLEDGEMENT = int(MessageKind.ACKNOWLEDGEMENT)


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

    name = "process"

    def __init__(self, model: Model, seed: int) -> None:
        self.model = model
        self.seed = seed
        self.cell = model.identity(seed)
        self.columns: Columns = _in_slots(Columns(*(_as_list(column) for column in model.columns)))
        self.review_order = self.columns.review_order
        self.arrival_order = self.columns.arrival_order
        #: What SimPy compares at the arrival of a word that no report has triggered, but for its `which`.
        self.arrival_priority = [(word << WHICH_BITS) + FIRST_PRIORITY for word in self.arrival_order]
        # Read-only views: a doctrine that writes into its parameters fails at once.
        self.parameters = [memoryview(table.data).toreadonly() for table in model.parameters]
        bulk = 4
        while bulk < MOST_BULK and bulk * self.columns.interval < self.columns.horizon:
            bulk *= 2
        self.luck = BulkLuck(seed, bulk=bulk)
        self.altered = NOTHING_ALTERED

    def run(
        self, run: int, recorder: Recorder | None = None, alteration: Alteration = NOTHING_ALTERED
    ) -> Records:
        """One run from the first review to the stop.

        Args:
            run: index of the run.
            recorder: told of everything that happens, if given.
            alteration: what is altered in it.
        """
        if alteration != self.altered:
            self.altered = alteration
            for name, column in alteration_columns(alteration, len(self.model.names)).items():
                setattr(self.columns, name, column.tolist())
        return self.finish(run, _Crisis(self, run, recorder))

    def altered_runs(self, run: int, alterations: Sequence[Alteration]) -> Records:
        """One run again and again, each time altered otherwise."""
        return joined_records([self.run(run, None, alteration) for alteration in alterations])

    def some(self, runs: range) -> Records:
        """The first of these runs."""
        return self.run(runs[0])

    def finish(self, run: int, crisis: "_Crisis") -> Records:
        """Play a crisis to its stop and sum it up."""
        stop, reason = crisis.play()
        states = range(len(self.model.names))
        for state in states:
            step.end_run(self.columns, crisis.world, state, stop)
        beliefs = [
            number for state in states for held in crisis.beliefs(state, stop) for number in held or NONE
        ]
        payoffs = [crisis.payoff(state, stop, reason) for state in states]
        wholes, reals = [0] * len(Whole), [0.0] * len(Real)
        state_wholes, state_reals = [0] * len(states) * len(StateWhole), [0.0] * len(states) * len(StateReal)
        summary.summarise(
            self.columns,
            crisis.world,
            stop,
            reason,
            beliefs,
            payoffs,
            wholes,
            reals,
            state_wholes,
            state_reals,
        )
        return Records(
            np.array([run]),
            np.array([wholes]),
            np.array([reals]),
            np.array(state_wholes).reshape(1, len(states), -1),
            np.array(state_reals).reshape(1, len(states), -1),
        )


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
        self.belief = [getattr(module, "belief", None) for module in self.doctrines]
        self.luck = engine.luck
        self.luck.start_run(run)
        self.recorder = recorder
        self.world: World = _in_slots(new_world(self.columns))
        self.memory = [memoryview(array("d", bytes(8 * size))) for size in engine.model.memory_sizes]
        self.env = simpy.Environment()
        self.own: list[Own] = []
        # One list each for all events of a kind: SimPy reads an event's callbacks and drops them.
        self.on_arrival: list[Any] = [self.arrival]
        self.on_server: list[Any] = [self.server]
        self.on_timer: list[Any] = [self.timer]
        self.on_review: list[Any] = [self.review]
        self.on_triggered: list[Any] = [self.triggered_review]
        self.next_review = [
            _Occasion(self.env, self.on_review, state) for state in range(len(self.doctrines))
        ]
        self.review_order = engine.review_order
        self.arrival_order = engine.arrival_order
        self.arrival_priority = engine.arrival_priority

    def play(self) -> tuple[int, int]:
        """Run to the stop: its tick and reason."""
        columns, world = self.columns, self.world
        for state, doctrine in enumerate(self.doctrines):
            step.begin_run(columns, world, self.luck, state)
            self.own.append(step.own_view(columns, world, state))
            doctrine.start(self.memory[state], self.own[state], self.parameters[state])
            self._schedule_review(
                self.next_review[state], step.first_review(columns, world, self.luck, state)
            )
        reason = self.env.run(until=columns.horizon)
        if reason is None:
            return columns.horizon, int(StopReason.HORIZON)
        return int(self.env.now), reason

    def review(self, event: _Occasion) -> None:
        """A scheduled review is held, and the next one set down."""
        state = event.subject
        now = int(self.env.now)
        self._decide(state, 0, now)
        # The state's one review event again: SimPy has dropped its callbacks.
        event.callbacks = self.on_review
        next_review = step.next_review(self.columns, self.world, self.luck, state, now)
        self._schedule_review(event, next_review - now)

    def triggered_review(self, event: _Occasion) -> None:
        """A review that a report triggered is held, unless a scheduled one came before it."""
        state, origin = event.subject
        if self.world.trigger[state] == origin:
            self._decide(state, 1, int(self.env.now))

    def _decide(self, state: int, triggered: int, now: int) -> None:
        """A state decides, and writes to its neighbours."""
        columns, world, luck = self.columns, self.world, self.luck
        own = self.own[state]
        uniforms = step.begin_review(columns, world, luck, state, triggered, now)
        if columns.scripted[state]:
            action = step.scripted_action(columns, world, state)
        else:
            action = self.decide[state](self.memory[state], own, now, uniforms, self.parameters[state])
        reason = step.end_review(columns, world, state, action, now)
        if columns.phases or world.rung[state] != own.rung or world.posture[state] != own.posture:
            self.own[state] = step.own_view(columns, world, state)
        if self.recorder is not None:
            beliefs = self.beliefs(state, now)
            after, posture = world.rung[state], world.posture[state]
            self.recorder.review(
                now,
                state,
                own.rung,
                action.move,
                after,
                action.target,
                beliefs,
                triggered,
                posture,
                action.letter,
            )
        if reason != RUNNING:
            raise StopSimulation(reason)
        if not step.writes(world, own, triggered):
            return
        send = transmit.send
        post = self._expect if self.recorder is None else self._post
        for channel in range(columns.first_channel[state], columns.first_channel[state + 1]):
            for attempt in range(columns.repeats[channel]):
                message = send(columns, world, luck, channel, attempt, now)
                post(message, now)
            if columns.timeout[channel]:
                protocol.expect(world, message)
                self._set_timer(channel, message.which, now)

    def _post(self, message: Message, now: int) -> None:
        """A message has entered a channel or hop: put down what happens to it next, if anything does."""
        if self.recorder is not None:
            kind, channel, which = take_thrown_out(self.columns, self.world, message.channel)
            if kind >= 0:
                self.recorder.settled(kind, channel, which, PREEMPTED)
            self.recorder.sent(message)
        self._expect(message, now)

    def _expect(self, message: Message, now: int) -> None:
        """Put down the arrival of a message, or the end of its service, and its copy."""
        kind, channel, which, _, _, _, _, _, _, due, fate, duplicated, event = message
        if duplicated:
            self._post_copies(message, now)
        if fate == IN_FLIGHT and due < self.columns.horizon:
            callbacks = self.on_arrival
            priority = self.arrival_priority[channel] + which
            if event == SERVER or kind or which & TRIGGERED:
                word = order.message_word(self.arrival_order[channel], event, kind, which)
                priority = (word << WHICH_BITS) + FIRST_PRIORITY + which
                callbacks = self.on_server if event == SERVER else callbacks
            self.env.schedule(_Occasion(self.env, callbacks, message), priority, due - now)

    def _post_copies(self, message: Message, now: int) -> None:
        """Put down the copies of a message that has entered a channel or hop."""
        if message.duplicated & transmit.COPIED:
            self._post(transmit.copy_of(self.columns, self.world, self.luck, message), now)
        if message.duplicated & transmit.EXPRESS:
            self._post(transmit.express(self.columns, self.world, message, now), now)

    def _set_timer(self, channel: int, which: int, now: int) -> None:
        due = protocol.timer(self.columns, channel, which, now)
        if 0 <= due < self.columns.horizon:
            word = order.message_word(self.arrival_order[channel], TIMER, RUNG_MESSAGE, which)
            self._schedule(_Occasion(self.env, self.on_timer, (channel, which)), word, which, due - now)

    def _schedule(self, event: _Occasion, word: int, which: int, delay: int) -> None:
        """The model's own order is the priority, so simultaneous events never happen in that of insertion."""
        self.env.schedule(event, (word << WHICH_BITS) + FIRST_PRIORITY + which, delay)  # type: ignore[arg-type]

    def server(self, event: _Occasion) -> None:
        """A service ends, unless a newer message has thrown this one out."""
        message: Message = event.subject
        if not is_served(self.columns, self.world, message.kind, message.channel, message.which):
            return
        left = transmit.leave(self.columns, self.world, self.luck, message)
        if self.recorder is not None:
            self.recorder.left(left)
        self._expect(left, message.due)

    def timer(self, event: _Occasion) -> None:
        """A timer runs out: what is still not acknowledged is sent again."""
        channel, which = event.subject
        if protocol.is_overdue(self.world, channel, which):
            now = int(self.env.now)
            message = protocol.send_again(self.columns, self.world, self.luck, channel, which, now)
            self._post(message, now)
            self._set_timer(channel, message.which, now)

    def arrival(self, event: _Occasion) -> None:
        """A message comes to its reader, to a relay, or as an acknowledgement to its sender."""
        message: Message = event.subject
        columns = self.columns
        if columns.next_hop[message.channel] >= 0:
            self._tell(message, PASSED_ON)
            self._post(transmit.forward(columns, self.world, self.luck, message), message.due)
        elif message.kind == ACKNOWLEDGEMENT:
            self._tell(message, READ)
            protocol.acknowledged(columns, self.world, message)
        else:
            self._read(message)
            if columns.back[message.channel] >= 0:
                answer = protocol.acknowledge(columns, self.world, self.luck, message)
                self._post(answer, message.due)

    def _read(self, message: Message) -> None:
        """A report is read, and may trigger a review."""
        columns = self.columns
        used = True
        state = columns.addressee[message.channel]
        if columns.slot[message.channel] >= 0:
            report = step.before_report(columns, message)
            used = self.revise[state](self.memory[state], report, self.own[state], self.parameters[state])
        triggered = step.after_report(columns, self.world, self.luck, message, used)
        if self.recorder is not None:
            self._tell(message, READ if used else SUPERSEDED)
        if triggered >= 0:
            origin = self.world.trigger[state]
            review = _Occasion(self.env, self.on_triggered, (state, origin))
            word = self.review_order[state] + order.TRIGGERED_STEP
            self._schedule(review, word, origin, triggered - message.due)

    def _tell(self, message: Message, fate: int) -> None:
        if self.recorder is not None:
            self.recorder.settled(message.kind, message.channel, message.which, fate)

    def _schedule_review(self, event: _Occasion, delay: int) -> None:
        state = event.subject
        self._schedule(event, self.review_order[state], self.world.review[state], delay)

    def beliefs(self, state: int, now: int) -> list[tuple[float, float] | None]:
        """What a state believes of each rival, None where its doctrine holds no beliefs."""
        own, belief = self.own[state], self.belief[state]
        if belief is None:
            return [None] * own.rivals
        memory, parameters = self.memory[state], self.parameters[state]
        return [belief(memory, rival, own, now, parameters) for rival in range(own.rivals)]

    def payoff(self, state: int, stop: int, reason: int) -> float:
        """What a state ends with, NaN where its doctrine gives no payoff or it has nobody to play against."""
        columns, world = self.columns, self.world
        if summary.is_paid_by_game(columns):
            return summary.paid_by_game(columns, world, state, stop)
        rule = getattr(self.doctrines[state], "payoff", None)
        if rule is None:
            return math.nan
        role = summary.role_of(columns, world, reason, state)
        other = summary.opponent_of(columns, world, role, state)
        value: float = rule(
            step.own_view(columns, world, state),
            role,
            summary.slot_of(columns, state, other),
            world.rung[other] if other >= 0 else 0,
            summary.mean_rung(world, state, stop),
            self.parameters[state],
        )
        return value
