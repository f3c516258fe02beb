"""What both engines promise: the same crises, message by message, whatever the scenario.

Full traces are compared with ==: times, fates, contents, beliefs and moves of every message and review, and
the outcomes. Each set of doctrines is compiled once, so scenarios are drawn from few sets. The scenarios have
every feature there is: the last test of the first part counts that they do.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import signalling as sg
from signalling.chronicle import Trace
from signalling.doctrine_files import GAMES
from signalling.engines import batch, choice
from signalling.engines.batch import BatchEngine
from signalling.engines.process import ProcessEngine
from signalling.kernel.doctrines import BUILT_IN
from signalling.model import compile_model
from signalling.vocabulary import Fate, MessageKind, StopReason
from tests.conservation import conserved
from tests.exchange_strategy import exchanges
from tests.own_doctrines import HAWK, changed
from tests.scenarios_strategy import NAMES, OF_TWO_ACTIONS, Document, build, documents

#: Doctrines of which a scenario has some, and the game that they play.
SETS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("listener",), "ladder"),
    (("spiral",), "ladder"),
    (("threshold", "reciprocator", "hawk.py"), "ladder"),
    (("listener", "spiral", "threshold", "acknowledger", "declarer", "watcher"), "ladder"),
    (("listener", "memory_one", "contrite", "patience"), "matrix"),
    (("listener", "voter", "declarer", "watcher"), "matrix"),
    (("listener", "richardson"), "posture"),
    (("richardson",), "posture"),
    (("nature", "cutoff", "best_reply"), "exchange"),
)
MORE_NAMES = (*NAMES, "C", "D", "E", "F")
MOST_MESSAGES = 2_000
SEEDS = st.integers(0, 2**64 - 1)
RUNS = st.integers(0, 2**63 - 2)


@st.composite
def crises(
    draw: st.DrawFn, sets: Sequence[tuple[tuple[str, ...], str]] = SETS
) -> tuple[sg.Scenario, int, int]:
    """A scenario, a seed and a run."""
    doctrines, game = draw(st.sampled_from(sets))
    if game == "exchange":
        return build(draw(exchanges())), draw(SEEDS), draw(RUNS)
    # A crisis of few states has the first of a set: each of them comes first in turn.
    first = draw(st.integers(0, len(doctrines) - 1))
    doctrines = doctrines[first:] + doctrines[:first]
    document = draw(
        documents(
            doctrines=tuple(name for name in doctrines if name != "hawk.py"),
            names=MORE_NAMES,
            most_states=12,
            games=(game,),
            reviews=("uniform", "exponential"),
            gaps=(None, None, 0.001, 1, 5),
            joint=True,
            ways=True,
        )
    )
    if len(document.get("game", {}).get("actions", "CD")) > 2:
        doctrines = tuple(name for name in doctrines if name not in OF_TWO_ACTIONS)
    for state, doctrine in zip(document["states"], doctrines, strict=False):
        if _name(state["doctrine"]) != doctrine:
            state["doctrine"] = {"file": doctrine, "source": HAWK} if doctrine == "hawk.py" else doctrine
    assume(_messages(document) <= MOST_MESSAGES)
    return build(document), draw(SEEDS), draw(RUNS)


def _name(doctrine: Any) -> Any:
    return doctrine.get("name") if isinstance(doctrine, dict) else doctrine


def _messages(document: Document) -> int:
    """About how many messages a run has that goes to the horizon, by its scheduled reviews."""
    columns = compile_model(build(document)).columns
    reviews = columns.horizon // columns.interval + 1
    again = np.where(columns.timeout > 0, 2 * np.minimum(columns.attempts, 5), 1)
    return int(reviews * (columns.repeats * again).sum())


def _check_identity(crisis: tuple[sg.Scenario, int, int]) -> None:
    _played_by_both(crisis)


def _played_by_both(crisis: tuple[sg.Scenario, int, int]) -> Trace:
    """The trace of a run, the same from both engines."""
    scenario, seed, run = crisis
    process = sg.trace(scenario, seed=seed, run=run, engine="process")
    compiled = sg.trace(scenario, seed=seed, run=run, engine="batch")
    assert compiled.reviews == process.reviews
    assert compiled.messages == process.messages
    assert compiled.outcome == process.outcome
    assert compiled == process
    conserved(process)
    return process


def _examples(count: int) -> Any:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


#: What the scenarios of the test below came to, by name.
seen: Counter[str] = Counter()


@pytest.mark.parametrize("chosen", SETS, ids=lambda chosen: ", ".join(chosen[0]))
def test_traces_are_identical(chosen: tuple[tuple[str, ...], str]) -> None:
    @_examples(25)
    @given(crises((chosen,)))
    def identical(crisis: tuple[sg.Scenario, int, int]) -> None:
        _count(crisis[0], _played_by_both(crisis))

    identical()


def _count(scenario: sg.Scenario, trace: Trace) -> None:
    seen.update({f"game {scenario.game.kind}", f"stop {trace.outcome['stop']}"})
    followed = [state.doctrine for state in scenario.states.values()]
    seen.update({f"doctrine {'hawk.py' if choice.source else choice.name}" for choice in followed})
    seen.update({f"fate {Fate(message.fate).name}" for message in trace.messages})
    seen.update({f"kind {MessageKind(message.kind).name}" for message in trace.messages})
    seen.update({f"hop {message.hop}" for message in trace.messages})
    seen.update({"another attempt" for message in trace.messages if message.attempt > 0})
    seen.update({"triggered" for review in trace.reviews if review.triggered})


def test_everything_occurs_in_the_scenarios_compared() -> None:
    if not seen:
        pytest.skip("counts what the test above has drawn")
    doctrines = {name for names, _ in SETS for name in names}
    wanted = {f"doctrine {name}" for name in doctrines}
    wanted |= {f"fate {fate.name}" for fate in Fate}
    wanted |= {f"stop {reason.name.lower()}" for reason in StopReason if reason != StopReason.RUNNING}
    wanted |= {f"kind {kind.name}" for kind in MessageKind}
    wanted |= {f"game {game}" for game in GAMES}
    wanted |= {"hop 1", "hop 2", "another attempt", "triggered"}
    rare = {name for name in wanted if seen[name] < 3}
    assert not rare
    assert doctrines - {"hawk.py"} == set(BUILT_IN)


@pytest.mark.slow
@_examples(2_000)
@given(crises())
def test_traces_are_identical_at_length(crisis: tuple[sg.Scenario, int, int]) -> None:
    _check_identity(crisis)


INTERPRETED = """
from hypothesis import given
from tests.contract.test_engines import _check_identity, _examples, crises
import numba

assert numba.config.DISABLE_JIT
_examples(12)(given(crises())(_check_identity))()
print("identical")
"""


@pytest.mark.heavy
def test_the_loop_gives_the_same_without_a_compiler() -> None:
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", INTERPRETED],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "identical\n", done.stderr


# More events than a desk has room for, more log than it begins with


def _crowded() -> sg.Scenario:
    """Twelve states whose messages take all of the crisis: hundreds are under way at once."""
    return build(
        {
            "name": "crowded",
            "horizon_days": 6,
            "review": {"interval_hours": 3, "jitter_hours": 1},
            "ladder": {"war": False},
            "states": [{"name": name, "doctrine": "threshold"} for name in MORE_NAMES],
            "network": {"graph": "complete"},
            "channels": {
                "default": {
                    "delay": {"law": "uniform", "low_hours": 100, "high_hours": 140},
                    "duplicate_probability": 0.5,
                }
            },
        }
    )


def test_the_desk_grows_with_the_crisis() -> None:
    scenario = _crowded()
    engine = BatchEngine(compile_model(scenario), 5)
    [player] = engine.players
    slots = len(player.desk.free)
    process = ProcessEngine(engine.model, 5)
    for run in (0, 1):
        made, expected = engine.run(run), process.run(run)
        assert all(
            (a == b).all() or ((a != a) == (b != b)).all() for a, b in zip(made, expected, strict=True)
        )
    assert len(player.desk.free) > slots
    assert sg.trace(scenario, seed=5, run=0, engine="batch") == sg.trace(
        scenario, seed=5, run=0, engine="process"
    )


# Threads, chunks and ranges


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("engine", ["batch", "auto"])
def test_threads_change_nothing(workers: int, engine: str) -> None:
    scenario = sg.load_scenario("two-seekers")
    expected = sg.run(scenario, runs=range(90, 130), seed=3, engine="process", by_state=True)
    found = sg.run(scenario, runs=range(90, 130), seed=3, engine=engine, by_state=True, workers=workers)
    assert found.table.equals(expected.table)
    assert found.states is not None
    assert found.states.equals(expected.states)


@pytest.mark.parametrize("runs", [range(3, 90, 7), range(90, 3, -11), range(2**40, 2**40 + 3)])
def test_any_range_of_runs_is_made(runs: range) -> None:
    scenario = sg.load_scenario("two-seekers")
    found = sg.run(scenario, runs=runs, seed=3, engine="batch", workers=2)
    assert found["run"] == list(runs)
    assert found.table.equals(sg.run(scenario, runs=runs, seed=3, engine="process").table)


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_chunks_change_nothing(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = sg.load_scenario("two-seekers")
    expected = sg.run(scenario, runs=1500, seed=4, engine="batch").content_hash()
    monkeypatch.setattr("signalling.engines.batch.FIRST_MESSAGES", 120 * chunk)
    monkeypatch.setattr("signalling.engines.batch.CHUNK_SECONDS", 1e-9)
    assert sg.run(scenario, runs=1500, seed=4, engine="batch").content_hash() == expected


def test_every_built_in_scenario_is_the_same() -> None:
    for name in sg.scenario.built_in_scenarios():
        scenario = sg.load_scenario(name)
        process = sg.run(scenario, runs=12, seed=8, engine="process", by_state=True)
        batch = sg.run(scenario, runs=12, seed=8, engine="batch", by_state=True)
        assert process.engine == "process"
        assert batch.engine == "batch"
        assert batch.table.equals(process.table)
        assert batch.content_hash() == process.content_hash()


def test_the_largest_seed_and_run_are_words_too() -> None:
    scenario = sg.load_scenario("two-seekers").replace({"horizon_days": 5})
    for runs in (range(2**63 - 2, 2**63 - 1), range(1)):
        process = sg.run(scenario, runs=runs, seed=2**64 - 1, engine="process")
        assert sg.run(scenario, runs=runs, seed=2**64 - 1, engine="batch").table.equals(process.table)


# A doctrine of one's own

#: An index outside by its lead, one text for all, because each would be compiled on its own.
OUTSIDE = {
    2: "memory[2 * own.rivals]",
    3: "parameters[7]",
    4: "memory[-2 * own.rivals - 1]",
    5: "memory[10**9]",
}
INDEXING = changed(
    HAWK,
    ("\nSOURCE", "\nimport signalling.kernel.portable_math as portable\n\nSOURCE"),
    (
        "    aim = 0.0\n",
        "    aim = portable.exp(0.0) - 1.0 + memory[-1] + parameters[-1]\n"
        + "".join(
            f"    if parameters[LEAD] == {lead}:\n        aim = {wrong}\n" for lead, wrong in OUTSIDE.items()
        ),
    ),
)


def _led_by(text: str, tmp_path: Path) -> sg.Scenario:
    """Two states, the first with a doctrine of its own."""
    (tmp_path / "hawk.py").write_text(text, "utf-8")
    (tmp_path / "crisis.toml").write_text(
        'name = "crisis"\nhorizon_days = 20\n[[states]]\nname = "A"\ndoctrine = "hawk.py"\n'
        '[[states]]\nname = "B"\ndoctrine = "threshold"\n',
        "utf-8",
    )
    return sg.load_scenario(tmp_path / "crisis.toml")


def test_a_doctrine_of_ones_own_runs_in_both_engines(tmp_path: Path) -> None:
    scenario = _led_by(HAWK, tmp_path)
    process = sg.run(scenario, runs=30, seed=2, engine="process")
    assert sg.run(scenario, runs=30, seed=2, engine="batch").table.equals(process.table)


@pytest.mark.slow
def test_a_doctrine_that_cannot_be_compiled_runs_on_the_process_engine(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "FEW_MESSAGES", 100)
    text = changed(HAWK, ("    aim = 0.0\n", '    aim = {"none": 0.0, 1: "one"}["none"]\n'))
    scenario = _led_by(text, tmp_path)
    plain = sg.run(_led_by(HAWK, tmp_path), runs=30, seed=2, engine="process")
    outcomes = sg.run(scenario, runs=30, seed=2)
    assert outcomes.engine == "process"
    assert list(outcomes["war"]) == list(plain["war"])
    [record] = [record for record in caplog.records if record.levelname == "WARNING"]
    assert record.getMessage().startswith(
        "process engine (SimPy), which is some hundred times slower: Numba cannot compile hawk.py ("
    )
    with pytest.raises(sg.ScenarioError, match=r'engine = "batch": Numba cannot compile hawk\.py'):
        sg.run(scenario, runs=3, seed=2, engine="batch")


@pytest.mark.heavy
@pytest.mark.parametrize("engine", ["process", "batch"])
@pytest.mark.parametrize("lead", OUTSIDE)
def test_an_index_out_of_bounds_is_an_error_in_both_engines(lead: int, engine: str, tmp_path: Path) -> None:
    scenario = _led_by(INDEXING, tmp_path).replace({"states.A.doctrine.lead": lead})
    with pytest.raises(IndexError, match="out of bounds"):
        sg.run(scenario.replace({"states.B.doctrine": "listener"}), runs=3, seed=2, engine=engine)


@pytest.mark.heavy
def test_an_index_may_count_from_the_end_and_a_kernel_module_be_imported_by_its_name(tmp_path: Path) -> None:
    scenario = _led_by(INDEXING, tmp_path).replace({"states.B.doctrine": "listener"})
    process = sg.run(scenario, runs=5, seed=2, engine="process")
    assert sg.run(scenario, runs=5, seed=2, engine="batch").table.equals(process.table)


def test_what_cannot_be_compiled_is_tried_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And is made by the process engine, which says why. What a compiler really says is a slow test above."""
    text = changed(HAWK, ("    aim = 0.0\n", "    aim = 0.0  # not in the subset, says the compiler below\n"))
    scenario = _led_by(text, tmp_path).replace({"states.B.doctrine": "listener"})
    tried: list[object] = []

    class Refused:
        def play(self, *_: object) -> None:
            raise TypeError("no reason given")

    monkeypatch.setattr(batch, "compiled_copy", lambda doctrines: tried.append(doctrines) or Refused())
    monkeypatch.setattr(batch, "is_cold", lambda _: False)
    for _ in range(3):
        with pytest.raises(batch.NotCompilable, match=r"Numba cannot compile hawk\.py"):
            BatchEngine(compile_model(scenario), 1)
    monkeypatch.setattr(choice, "FEW_MESSAGES", 0)
    outcomes = sg.run(scenario, runs=5, seed=2)
    assert outcomes.engine == "process"
    assert outcomes.table.equals(sg.run(scenario, runs=5, seed=2, engine="process").table)
    [record] = [record for record in caplog.records if record.levelname == "WARNING"]
    assert "some hundred times slower: Numba cannot compile hawk.py (" in record.getMessage()
    assert len(tried) == 1
