"""Run a scenario: many runs into a table, or one run into a trace."""

from collections.abc import Callable, Sequence
from contextlib import closing

import pyarrow as pa

from signalling.chronicle import Trace, TraceRecorder
from signalling.engines.process import ProcessEngine
from signalling.errors import ScenarioError
from signalling.model import Model, compile_model
from signalling.outcome import Outcomes, Row
from signalling.scenario import Scenario
from signalling.tasks import Piece, Planner, ScenarioPlayer, execute, from_stream, scenario_recipe
from signalling.validation import refuse, suggestion
from signalling.workers import check_workers, stream

#: Called as runs are done with the number of runs done and wanted.
Progress = Callable[[int, int], None]

ENGINES = ("auto", "process")
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
        engine: "process" (SimPy) or "auto".
        by_state: also fill `Outcomes.states`, one row per run and state.
        workers: how many processes share the work; the outcomes are the same for any number. A program
            that asks for more than one needs its `if __name__ == "__main__":`.
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
    if engine not in ENGINES:
        raise refuse("engine", engine, f"no such engine; {suggestion(engine, ENGINES)}")
    check_workers(workers)
    if workers > 1:
        return _shared(models, indices, seed, engine, by_state, workers, progress)
    found = []
    for place, model in enumerate(models):
        player = ScenarioPlayer(model, seed, engine, by_state=by_state)
        rows: list[Row] = []
        state_rows: list[Row] = []
        for done, index in enumerate(indices, start=place * len(indices) + 1):
            row, of_states = player.run(index)
            rows.append(row)
            state_rows.extend(of_states)
            if progress is not None:
                progress(done, len(models) * len(indices))
        found.append(player.outcomes(rows, state_rows))
    return found


def _shared(
    models: Sequence[Model],
    indices: range,
    seed: int,
    engine: str,
    by_state: bool,  # noqa: FBT001 - handed on
    workers: int,
    progress: Progress | None,
) -> list[Outcomes]:
    """The runs of several models, by worker processes; rows in run order."""
    recipes = [scenario_recipe(model, seed, engine, by_state=by_state) for model in models]
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
                parts[piece.place, indices.index(piece.runs[0])] = Outcomes(of_piece, of_states)
            done += begin
            if progress is not None:
                progress(done, wanted)
    return [_joined([parts[key] for key in sorted(parts) if key[0] == place]) for place in range(len(models))]


def _joined(parts: Sequence[Outcomes]) -> Outcomes:
    states = [part.states for part in parts if part.states is not None]
    return Outcomes(
        pa.concat_tables([part.table for part in parts]),
        pa.concat_tables(states).combine_chunks() if states else None,
    )


def trace(scenario: Scenario, *, seed: int, run: int) -> Trace:
    """Every review and message of one run.

    Args:
        scenario: the set-up.
        seed: key of all draws.
        run: index of the run.

    Raises:
        ScenarioError: an argument is out of range.

    Example:
        >>> from signalling import load_scenario
        >>> crisis = trace(load_scenario("two-seekers"), seed=1, run=0)
        >>> crisis.reviews[0].rung, len(crisis.reviews) > 100
        (0, True)
    """
    checked_runs(range(run, run + 1), seed)
    model = compile_model(scenario)
    recorder = TraceRecorder(model.columns.rungs)
    row, _ = ProcessEngine(model, seed).run(run, recorder)
    return Trace.from_record(model, recorder, row)


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
