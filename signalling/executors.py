"""Run a scenario: many runs into a table, or one run into a trace."""

from collections.abc import Callable, Sequence
from contextlib import closing

from signalling.alteration import NOTHING_ALTERED, Alteration
from signalling.chronicle import Trace, TraceRecorder
from signalling.engines.choice import ENGINES, Engine, choose, make_engine
from signalling.errors import ScenarioError
from signalling.model import Model, compile_model
from signalling.outcome import Outcomes, Records, make_outcomes
from signalling.scenario import Scenario
from signalling.tasks import (
    Piece,
    Planner,
    ScenarioPlayer,
    execute,
    from_stream,
    joined,
    scenario_recipe,
)
from signalling.validation import refuse, suggestion
from signalling.workers import check_workers, stream

#: Called as runs are done with the number of runs done and wanted.
Progress = Callable[[int, int], None]

LARGEST_SEED = 2**64 - 1


def run(
    scenario: Scenario,
    *,
    runs: int | range,
    seed: int,
    engine: str = "auto",
    by_state: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
) -> Outcomes:
    """Run a scenario.

    Args:
        scenario: the set-up.
        runs: how many runs (indices 0 to runs - 1), or a range of indices.
        seed: key of all draws, 0 to 2^64 - 1; a run is a function of (scenario, seed, index) alone.
        engine: "process" (SimPy), "batch" (compiled), or "auto", which chooses; the outcomes are the same.
        by_state: also fill `Outcomes.states`, one row per run and state.
        workers: how many threads of the batch engine, or processes with the process engine, share the work;
            the outcomes are the same for any number. A program that asks for more than one needs its
            `if __name__ == "__main__":`, in case these are processes.
        progress: called as runs are done: after each, or as workers tell of them.

    Raises:
        ScenarioError: an argument is out of range.

    Example:
        >>> from signalling import load_scenario
        >>> outcomes = run(load_scenario("two-seekers"), runs=range(3, 5), seed=7)
        >>> outcomes["run"]
        [3, 4]
    """
    [outcomes] = run_models(
        [compile_model(scenario)],
        runs=runs,
        seed=seed,
        engine=engine,
        by_state=by_state,
        workers=workers,
        progress=progress,
    )
    return outcomes


def run_models(
    models: Sequence[Model],
    *,
    runs: int | range,
    seed: int,
    engine: str = "auto",
    by_state: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
) -> list[Outcomes]:
    """As `run`, of several compiled scenarios on the same luck; progress is that of all together."""
    indices = checked_runs(runs, seed)
    check_engine(engine)
    check_workers(workers)
    chosen = choose(models, len(indices), engine)
    if workers > 1 and chosen == "process":
        return _shared(models, indices, seed, by_state=by_state, workers=workers, progress=progress)
    found = []
    for place, model in enumerate(models):
        player = ScenarioPlayer(model, seed, chosen, by_state=by_state, threads=workers)
        parts: list[Records] = []
        done = 0
        while done < len(indices):
            count, part = player.some(indices[done:])
            parts.append(part)
            done += count
            if progress is not None:
                progress(place * len(indices) + done, len(models) * len(indices))
        found.append(player.outcomes(parts))
    return found


def _shared(
    models: Sequence[Model],
    indices: range,
    seed: int,
    *,
    by_state: bool,
    workers: int,
    progress: Progress | None,
) -> list[Outcomes]:
    """The runs of several models on the process engine, by worker processes; rows in run order."""
    recipes = [scenario_recipe(model, seed, "process", by_state=by_state) for model in models]
    pieces = [Piece(place, indices) for place in range(len(models))]
    planner = Planner(pieces, recipes.__getitem__, workers=workers)
    parts: dict[tuple[int, int], Outcomes] = {}
    done, wanted = 0, len(models) * len(indices)
    with closing(stream(execute, planner.next_task, workers=workers)) as answers:
        for answer in answers:
            planner.tell(answer)
            table = from_stream(answer.table)
            states = from_stream(answer.states) if by_state else None
            begin, begin_states = 0, 0
            for piece in answer.pieces:
                of_piece = table.slice(begin, len(piece.runs))
                begin += len(piece.runs)
                of_states = None
                if states is not None:
                    rows = len(piece.runs) * len(models[piece.place].names)
                    of_states = states.slice(begin_states, rows)
                    begin_states += rows
                parts[piece.place, indices.index(piece.runs[0])] = Outcomes(of_piece, of_states, "process")
            done += begin
            if progress is not None:
                progress(done, wanted)
    found = []
    for place in range(len(models)):
        outcomes = joined([parts[key] for key in sorted(parts) if key[0] == place])
        assert outcomes is not None  # noqa: S101 - every model has runs
        found.append(outcomes)
    return found


def trace(scenario: Scenario, *, seed: int, run: int, engine: str = "auto") -> Trace:
    """Every review and message of one run.

    Args:
        scenario: the set-up.
        seed: key of all draws.
        run: index of the run.
        engine: as for `run`, but that "auto" is the process engine; the trace is the same.

    Raises:
        ScenarioError: an argument is out of range.

    Example:
        >>> from signalling import load_scenario
        >>> crisis = trace(load_scenario("two-seekers"), seed=1, run=0)
        >>> crisis.reviews[0].rung, len(crisis.reviews) > 100
        (0, True)
    """
    checked_runs(range(run, run + 1), seed)
    check_engine(engine)
    model = compile_model(scenario)
    chosen = "process" if engine == "auto" else choose([model], 1, engine)
    return tell(make_engine(model, seed, chosen), model, seed, run)


def tell(
    engine: Engine, model: Model, seed: int, run: int, alteration: Alteration = NOTHING_ALTERED
) -> Trace:
    """One run in full, by an engine that is made already; altered if anything is to be."""
    recorder = TraceRecorder(model.columns.rungs)
    records = engine.run(run, recorder, alteration)
    return Trace.from_record(model, recorder, make_outcomes(model, seed, engine.cell, [records]))


def check_engine(engine: str) -> None:
    """Refuse a name that is no engine's.

    Raises:
        ScenarioError: it is not one of ENGINES.
    """
    if engine not in ENGINES:
        raise refuse("engine", engine, f"no such engine; {suggestion(engine, ENGINES)}")


def checked_runs(runs: int | range, seed: int) -> range:
    """The indices of runs that are asked for.

    Raises:
        ScenarioError: they or the seed are out of range.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise ScenarioError(f"seed = {seed}: must be a whole number from 0 to 2^64 - 1")
    if isinstance(runs, bool) or not isinstance(runs, int | range):
        raise ScenarioError(f"runs = {runs}: must be a whole number, 1 or more, or a range")
    indices = range(runs) if isinstance(runs, int) else runs
    if len(indices) == 0:
        raise ScenarioError(f"runs = {runs}: must be 1 or more")
    if min(indices) < 0 or max(indices) >= 2**63:
        raise ScenarioError(f"runs = {runs}: indices of runs go from 0 to 2^63 - 1")
    return indices
