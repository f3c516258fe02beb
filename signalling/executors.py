"""Run a scenario: many runs into a table, or one run into a trace."""

from collections.abc import Callable, Sequence

from signalling.chronicle import Trace, TraceRecorder
from signalling.engines.process import ProcessEngine
from signalling.errors import ScenarioError
from signalling.model import Model, compile_model
from signalling.outcome import Outcomes, Row, outcome_columns
from signalling.scenario import Scenario
from signalling.validation import refuse, suggestion

#: Called after each run with the number of runs done and wanted.
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
    progress: Progress | None = None,
) -> Outcomes:
    """Run a scenario.

    Args:
        scenario: the set-up.
        runs: how many runs (indices 0 to runs - 1), or a range of indices.
        seed: key of all draws, 0 to 2^64 - 1; a run is a function of (scenario, seed, index) alone.
        engine: "process" (SimPy) or "auto".
        by_state: also fill `Outcomes.states`, one row per run and state.
        progress: called after each run.

    Raises:
        ScenarioError: an argument is out of range.

    Example:
        >>> from signalling import load_scenario
        >>> outcomes = run(load_scenario("two-seekers"), runs=range(3, 5), seed=7)
        >>> outcomes["run"]
        [3, 4]
    """
    return run_model(
        compile_model(scenario), runs=runs, seed=seed, engine=engine, by_state=by_state, progress=progress
    )


def run_model(
    model: Model,
    *,
    runs: int | range,
    seed: int,
    engine: str = "auto",
    by_state: bool = False,
    progress: Progress | None = None,
) -> Outcomes:
    """As `run`, of a scenario that is compiled already."""
    indices = _checked(runs, seed, engine)
    process = ProcessEngine(model, seed)
    rows: list[Row] = []
    state_rows: list[Row] = []
    for done, index in enumerate(indices, start=1):
        row, of_states = process.run(index, by_state=by_state)
        rows.append(row)
        state_rows.extend(of_states)
        if progress is not None:
            progress(done, len(indices))
    return Outcomes.from_rows(rows, state_rows if by_state else None, outcome_columns(model))


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
    _checked(range(run, run + 1), seed, "process")
    model = compile_model(scenario)
    recorder = TraceRecorder(model.columns.rungs)
    row, _ = ProcessEngine(model, seed).run(run, recorder)
    return Trace.from_record(model, recorder, row)


def _checked(runs: int | range, seed: int, engine: str) -> Sequence[int]:
    if engine not in ENGINES:
        raise refuse("engine", engine, f"no such engine; {suggestion(engine, ENGINES)}")
    if not 0 <= seed <= LARGEST_SEED:
        raise ScenarioError(f"seed = {seed}: must be a whole number from 0 to 2^64 - 1")
    indices = range(runs) if isinstance(runs, int) else runs
    if len(indices) == 0:
        raise ScenarioError(f"runs = {runs}: must be 1 or more")
    if min(indices) < 0 or max(indices) >= 2**63:
        raise ScenarioError(f"runs = {runs}: indices of runs go from 0 to 2^63 - 1")
    return indices
