"""What the benchmark times of the process engine: the unit, the cases, and one sample of each."""

from collections.abc import Callable, Generator
from typing import Any, NamedTuple

import simpy

import signalling as sg
from signalling.chronicle import Trace, TraceRecorder
from signalling.engines.process import ProcessEngine
from signalling.kernel.draws import who
from signalling.kernel.transmit import TRANSIT
from signalling.model import Model, compile_model
from signalling.outcome import Records, Row, make_outcomes
from signalling.vocabulary import Whole
from tests.benchmarks.measure import Sample, processor_seconds
from tests.benchmarks.process_per_message import (
    EventLuck,
    NewGeneratorLuck,
    PlainEventLuck,
    ProcessPerMessage,
)

SEED = 11
TIMEOUTS = 30_000
BLOCKS = 5_000
LISTENER_DAYS = 400.0


class Case(NamedTuple):
    """A scenario and the runs of it that are timed; 1,000 to 6,000 messages."""

    name: str
    scenario: sg.Scenario
    runs: range


def cases() -> list[Case]:
    """Listeners at 2 and 10 states on a complete graph, and the dyad of spiral states."""
    dyad = sg.load_scenario("two-seekers")
    quiet: dict[str, object] = {"states.all.doctrine": "listener", "horizon_days": LISTENER_DAYS}
    document = dyad.written()
    document["states"] = dict.fromkeys("ABCDEFGHIJ", document["states"]["A"])
    ten = sg.Scenario.from_document(document)
    # A ten-state run of 60 days sends 5,400 messages: long enough as it is.
    return [
        Case("listener, 2 states", dyad.replace(quiet), range(8)),
        Case("listener, 10 states", ten.replace({"states.all.doctrine": "listener"}), range(1)),
        Case("spiral, 2 states", dyad, range(12)),
    ]


def bare_timeouts() -> float:
    """The unit: one turn of a SimPy process that does nothing but `yield env.timeout(1)` in a loop."""

    def idle(env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        while True:
            yield env.timeout(1)

    env = simpy.Environment()
    env.process(idle(env))
    return processor_seconds(lambda: env.run(until=TIMEOUTS)) / TIMEOUTS


def twins(model: Model) -> dict[str, ProcessPerMessage]:
    """The process-per-message twin by how its events draw."""
    return {
        "process per message": ProcessPerMessage(model, SEED, EventLuck(SEED)),
        "process per message, plain draws": ProcessPerMessage(model, SEED, PlainEventLuck(SEED)),
        "process per message, bulk draws": ProcessPerMessage(model, SEED, None),
    }


def samples(case: Case) -> dict[str, Sample]:
    """One sample each of engine, full trace and twins, on the same runs."""
    model = compile_model(case.scenario)
    engine = ProcessEngine(model, SEED)
    messages = sum(int(engine.run(run).wholes[0, Whole.SENT]) for run in case.runs)

    def timed(play: Callable[[int], object]) -> Sample:
        def each() -> None:
            for run in case.runs:
                play(run)  # and drop it: what is kept would cost the collector of garbage

        play(case.runs[0])  # whatever is made once is made now
        return lambda: processor_seconds(each) / messages

    return {
        "timeout": bare_timeouts,
        "engine": timed(engine.run),
        "full trace": timed(lambda run: full_trace(model, engine, run)),
        **{name: timed(twin.run) for name, twin in twins(model).items()},
    }


def full_trace(model: Model, engine: ProcessEngine, run: int) -> Trace:
    """Every review and message of a run, as `signalling.executors.trace` assembles them."""
    recorder = TraceRecorder(model.columns.rungs)
    outcomes = make_outcomes(model, SEED, engine.cell, [engine.run(run, recorder)])
    return Trace.from_record(model, recorder, outcomes)


def runs_that_differ(case: Case) -> int:
    """How many of the timed runs do not give the same row by engine, trace and every twin."""
    model = compile_model(case.scenario)
    engine = ProcessEngine(model, SEED)
    others = twins(model).values()

    def row(records: Records) -> Row:
        return next(make_outcomes(model, SEED, engine.cell, [records]).rows())

    differing = 0
    for run in case.runs:
        expected = row(engine.run(run))
        rows = [row(twin.run(run)) for twin in others]
        rows.append(tuple(full_trace(model, engine, run).outcome.values()))
        differing += any(other != expected for other in rows)
    return differing


def draw_samples() -> dict[str, Sample]:
    """One sample of each way to draw at one address: what an event pays that draws for itself."""
    lucks = {
        "one generator, moved": EventLuck(SEED),
        "new generator": NewGeneratorLuck(SEED),
        "plain Python": PlainEventLuck(SEED),
    }
    channel = who("A->B")

    def timed(luck: EventLuck) -> Sample:
        return lambda: (
            processor_seconds(lambda: [luck.block(n, channel, TRANSIT) for n in range(BLOCKS)]) / BLOCKS
        )

    return {"timeout": bare_timeouts} | {name: timed(luck) for name, luck in lucks.items()}
