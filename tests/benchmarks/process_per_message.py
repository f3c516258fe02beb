"""The twin of the engine that somebody would write first: a SimPy process for every state and every message.

A state is a generator that waits between its reviews; a message is a generator that goes through its
channel, waits for its delay and is read. What happens at each step is the kernel's, on the same addressed
luck, so both give the same row of outcomes. It knows direct channels, scheduled reviews and what is settled
as a message enters; what the benchmark does not use (routes, timers, newest-first servers) it does not play.
Only the order of simultaneous events is not the model's: a
generator's events come in order of insertion. With reviews jittered over hours such ties are rare, and the
benchmark counts the runs whose rows differ.
"""

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy
from numpy.random import Philox
from simpy.core import StopSimulation

from signalling.engines.luck import Block
from signalling.engines.process import RUNNING, ProcessEngine, _Crisis
from signalling.engines.recorder import Recorder
from signalling.kernel import step, transmit
from signalling.kernel.draws import SURPLUS_BITS, UNIFORM_STEP, WORD_MASK, PlainLuck
from signalling.kernel.message import Message
from signalling.kernel.step import REVIEW
from signalling.kernel.transmit import IN_FLIGHT
from signalling.model import Model
from signalling.outcome import Records
from signalling.vocabulary import StopReason

Life = Generator[simpy.Event, Any, None]


class EventLuck:
    """Luck drawn by each event for itself, by the quickest way found: one NumPy generator, moved about.

    Args:
        seed: seed of the study, in [0, 2**64).
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.run = 0
        self.generator = Philox(0)
        self.position: dict[str, list[int]] = {"counter": [0, 0, 0, 0], "key": [seed, 0]}
        self.state: Any = {
            "bit_generator": "Philox",
            "state": self.position,
            "buffer": [0, 0, 0, 0],
            "buffer_pos": 4,
            "has_uint32": 0,
            "uinteger": 0,
        }
        self.reviews: dict[int, tuple[int, Block]] = {}

    def start_run(self, run: int) -> None:
        """Turn to the luck of another run."""
        self.run = run
        self.position["key"] = [self.seed, run]
        self.reviews.clear()

    def block(self, which: int, who: int, purpose: int) -> Block:
        """The four uniforms at an address of the current run."""
        if purpose != REVIEW:
            return self.draw(which, who, purpose)
        # One block times a review and then decides it: whoever draws by hand would keep it in between.
        kept = self.reviews.get(who)
        if kept is None or kept[0] != which:
            kept = self.reviews[who] = which, self.draw(which, who, purpose)
        return kept[1]

    def draw(self, which: int, who: int, purpose: int) -> Block:
        """The same, not kept."""
        self.position["counter"] = _before(which, who, purpose)
        self.generator.state = self.state
        a, b, c, d = self.generator.random_raw(4).tolist()
        return (
            (a >> SURPLUS_BITS) * UNIFORM_STEP,
            (b >> SURPLUS_BITS) * UNIFORM_STEP,
            (c >> SURPLUS_BITS) * UNIFORM_STEP,
            (d >> SURPLUS_BITS) * UNIFORM_STEP,
        )


class PlainEventLuck(EventLuck):
    """Luck drawn by each event in plain Python: what the package offers to whoever draws one block."""

    def draw(self, which: int, who: int, purpose: int) -> Block:
        """The four uniforms at an address of the current run."""
        return PlainLuck(self.seed, self.run).block(which, who, purpose)


class NewGeneratorLuck(EventLuck):
    """Luck drawn by each event from a NumPy generator of its own: NumPy's documented way."""

    def draw(self, which: int, who: int, purpose: int) -> Block:
        """The four uniforms at an address of the current run."""
        counter = np.array(_before(which, who, purpose), dtype=np.uint64)
        key = np.array([self.seed, self.run], dtype=np.uint64)
        a, b, c, d = Philox(counter=counter, key=key).random_raw(4).tolist()
        return (
            (a >> SURPLUS_BITS) * UNIFORM_STEP,
            (b >> SURPLUS_BITS) * UNIFORM_STEP,
            (c >> SURPLUS_BITS) * UNIFORM_STEP,
            (d >> SURPLUS_BITS) * UNIFORM_STEP,
        )


def _before(which: int, who: int, purpose: int) -> list[int]:
    """The counter before an address: NumPy increments first. `who` is a hash, so the borrow ends there."""
    return [which - 1, who, purpose, 0] if which else [WORD_MASK, who - 1, purpose, 0]


class ProcessPerMessage(ProcessEngine):
    """Runs of one model, a SimPy process per state and per message.

    Args:
        model: the compiled scenario.
        seed: seed of the runs.
        luck: how each event draws; None draws in bulk as the engine does.
    """

    def __init__(self, model: Model, seed: int, luck: EventLuck | None) -> None:
        super().__init__(model, seed)
        if luck is not None:
            self.luck: Any = luck

    def run(self, run: int, recorder: Recorder | None = None) -> Records:
        """One run from the first review to the stop."""
        return self.finish(run, _Processes(self, run, recorder))


class _Processes(_Crisis):
    """One run; World, memories and the reading of beliefs at the stop are the engine's own."""

    def play(self) -> tuple[int, int]:
        """Run to the stop: its tick and reason."""
        for state in range(len(self.doctrines)):
            self.env.process(self.state(state))
        reason = self.env.run(until=self.columns.horizon)
        # What a state knows of itself at the stop, for its beliefs.
        self.own = [step.own_view(self.columns, self.world, state) for state in range(len(self.doctrines))]
        if reason is None:
            return self.columns.horizon, int(StopReason.HORIZON)
        return int(self.env.now), reason

    def state(self, state: int) -> Life:
        """A state's life: it decides, writes to its neighbours and waits."""
        columns, world, luck, env = self.columns, self.world, self.luck, self.env
        doctrine, memory, parameters = self.doctrines[state], self.memory[state], self.parameters[state]
        channels = range(columns.first_channel[state], columns.first_channel[state + 1])
        step.begin_run(columns, world, luck, state)
        doctrine.start(memory, step.own_view(columns, world, state), parameters)
        yield env.timeout(step.first_review(columns, world, luck, state))
        while True:
            now = int(env.now)
            own = step.own_view(columns, world, state)
            uniforms = step.begin_review(columns, world, luck, state, 0, now)
            action = doctrine.decide(memory, own, now, uniforms, parameters)
            reason = step.end_review(columns, world, state, action, now)
            if reason != RUNNING:
                raise StopSimulation(reason)
            if step.writes(world, own, 0):
                for channel in channels:
                    env.process(self.message(channel))
            yield env.timeout(step.next_review(columns, world, luck, state, now) - now)

    def message(self, channel: int) -> Life:
        """A message's life: its channel, its delay and its reading."""
        env = self.env
        message = transmit.send(self.columns, self.world, self.luck, channel, 0, int(env.now))
        if message.fate != IN_FLIGHT:
            return
        if message.duplicated:
            env.process(self.copy(transmit.copy_of(self.columns, self.world, self.luck, message)))
        yield env.timeout(message.due - message.sent)
        self.read(message)

    def copy(self, message: Message) -> Life:
        """The life of the copy that a channel made of a message."""
        yield self.env.timeout(message.due - message.sent)
        self.read(message)

    def read(self, message: Message) -> None:
        """A report is read."""
        columns, world = self.columns, self.world
        used = True
        if columns.slot[message.channel] >= 0:
            state = columns.addressee[message.channel]
            own = step.own_view(columns, world, state)
            report = step.before_report(columns, message)
            used = self.doctrines[state].revise(self.memory[state], report, own, self.parameters[state])
        step.after_report(columns, world, self.luck, message, used)
