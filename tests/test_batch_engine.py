"""The batch engine as a program: machine code never stale, the same bits elsewhere, interrupts."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import signalling as sg
from signalling.collected import Collected
from signalling.engines import choice, compiled
from signalling.errors import ScenarioError
from signalling.model import compile_model
from tests.interrupting import has_made, interrupted, waits_for_a_thread

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "signalling"

# Which engine


def test_few_runs_are_for_the_process_engine_and_many_for_the_batch_engine() -> None:
    scenario = sg.load_scenario("two-seekers")
    assert sg.run(scenario, runs=3, seed=1).engine == "process"
    assert sg.run(scenario, runs=1000, seed=1).engine == "batch"
    july = sg.load_scenario("july-1914")
    assert choice.expected_messages(compile_model(july)) == 49 * 54
    assert choice.choose([compile_model(july)], 20, "auto") == "batch"


def test_without_numba_the_process_engine_makes_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "numba" else found(name))
    models = [compile_model(sg.load_scenario("two-seekers"))]
    assert choice.choose(models, 10**6, "auto") == "process"
    with pytest.raises(ScenarioError) as error:
        choice.choose(models, 1, "batch")
    assert str(error.value) == (
        'engine = "batch": Numba is not installed: pip install "signalling[fast]"; write engine = "process"'
    )


def test_a_horizon_beyond_the_words_of_compiled_code_is_for_the_process_engine() -> None:
    scenario = sg.load_scenario("two-seekers").replace(
        {"horizon_days": 30_000, "review.interval_hours": 240_000, "review.jitter_hours": 0}
    )
    assert sg.run(scenario, runs=2, seed=1).engine == "process"
    with pytest.raises(
        ScenarioError, match=r'engine = "batch": horizon_days is beyond 24855, the longest that'
    ):
        sg.run(scenario, runs=2, seed=1, engine="batch")


def test_a_study_has_each_cell_made_by_an_engine_that_can(tmp_path: Path) -> None:
    """The scenario itself suits the batch engine, one of its cells is beyond it."""
    silent = {"states.all.doctrine": "listener", "channels.default.loss_probability": 1.0}
    cells = [
        {"horizon_days": 50},
        {"horizon_days": 700_000, "review.interval_hours": 2_400_000, "review.jitter_hours": 0},
    ]
    scenario = sg.load_scenario("two-seekers").replace(silent)
    collected = sg.collect(sg.Study(scenario, runs=700, seed=1, cell=cells), tmp_path)
    assert {row["mean_age_hours"] for row in collected.to_arrow().to_pylist()} == {600.0, 8_400_000.0}


# Never stale

#: A constant of every file that is copied, and another value for it.
EDITS = {
    "kernel/belief.py": ("BASE_RATE = 0.3", "BASE_RATE = 0.31"),
    "kernel/candour.py": ("    attack = 0.0\n", "    attack = 0.5\n"),
    "kernel/channel.py": (
        "    return departed + (delay if delay > 1 else 1)",
        "    return departed + delay + 7",
    ),
    "kernel/compose.py": ("        return 0\n", "        return 1\n"),
    "kernel/draws.py": ("UNIFORM_STEP = 1.0 /", "UNIFORM_STEP = 0.5 /"),
    "kernel/exchange.py": ("    standing = 0\n", "    standing = 1\n"),
    "kernel/matrix.py": ("    total = 0.0\n", "    total = 0.5\n"),
    "kernel/order.py": ("TRIGGERED_STEP = 1 <<", "TRIGGERED_STEP = -1 <<"),
    "kernel/portable_math.py": ("LN2_LOW = 1.6465949582897082e-12", "LN2_LOW = 1.6465949582897082e-6"),
    "kernel/quantile.py": ("ticks + 0.5", "ticks + 1.5"),
    "kernel/step.py": ("== LOWER and rung > columns.floor[state]", "== LOWER and rung > 1"),
    "kernel/summary.py": ("    belligerents = 0\n", "    belligerents = 1\n"),
    "kernel/transmit.py": ("if transit[0] < loss:", "if transit[0] <= loss + 0.01:"),
    "kernel/lines.py": (
        "departed = departure_from_queue(entry,",
        "departed = departure_from_queue(entry + 9,",
    ),
    "kernel/protocol.py": (
        "    return now + columns.timeout[channel]",
        "    return now + columns.timeout[channel] + 9",
    ),
    "kernel/doctrines/spiral.py": ("    sums[option] += weight", "    sums[option] += 2.0 * weight"),
    "engines/loop.py": ("control[STOPPED_AT] = columns.horizon", "control[STOPPED_AT] = columns.horizon - 1"),
    "engines/calendar.py": ("MOST_SORTED = 24", "MOST_SORTED = 25"),
    "engines/entry.py": ('"""Make runs', '"""Make some runs'),
    "engines/shelf.py": ('"""The doctrine', '"""A doctrine'),
    "engines/telling.py": ('"""Note a review', '"""Note one review'),
}
#: Kernel files whose edits change no row of the program below: other games, a lie by calculation, ties.
NOT_PLAYED = {"candour", "exchange", "matrix", "order"}
#: One run of each kind of set-up that the edits bear on, by an engine; prints rows without the cell.
PROGRAM = """
import json, sys
import signalling as sg

greedy = {"states.A.greedy_probability": 1.0, "states.A.lying_probability": 0.5}
noisy = {"channels.default.loss_probability": 0.2, "channels.default.garble.probability": 0.3}
waking = {"review.on_report.minimum_gap_hours": 1}
queue = {"channels.default.queue": {"service": {"law": "exponential", "mean_hours": 1}}}
answers = {"channels.default.acknowledgement": {"timeout_hours": 5}}
changes = {"horizon_days": 10, **greedy, **noisy, **waking, **queue, **answers}
spiral = sg.load_scenario("two-seekers").replace(changes)
print(json.dumps([row[1:] for row in sg.run(spiral, runs=20, seed=3, engine=sys.argv[1]).rows()]))
"""


def _copy(tmp_path: Path, edits: list[str]) -> Path:
    """The package with some files edited, in a folder of its own."""
    home = tmp_path / "copy"
    shutil.copytree(PACKAGE, home / "signalling", ignore=shutil.ignore_patterns("__pycache__"))
    for name in edits:
        path = home / "signalling" / name
        before, after = EDITS[name]
        text = path.read_text("utf-8")
        assert before in text, f"{name} has changed: give the test another constant of it"
        path.write_text(text.replace(before, after, 1), "utf-8")
    return home


def _rows(home: Path, engine: str, **environment: str) -> object:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, engine],
        cwd=home,
        env=os.environ | {"PYTHONPATH": str(home)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def _loaded(name: str, path: Path) -> ModuleType:
    """A file as a module of its own."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.heavy
def test_every_copied_file_names_the_folder_of_the_machine_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = {f"kernel/{name}.py" for name in compiled.KERNEL} | {
        f"engines/{name}.py" for name in compiled.LOOP
    }
    assert copied == {name for name in EDITS if "doctrines" not in name}
    shared = {f"{name}.py" for name in compiled.SHARED}
    kernel = {f"kernel/{path.name}" for path in (PACKAGE / "kernel").glob("*.py")} - {"kernel/__init__.py"}
    assert kernel <= copied | shared
    monkeypatch.setattr(compiled, "_sources", compiled._sources.__wrapped__)
    home = _copy(tmp_path, []) / "signalling"
    monkeypatch.setattr(compiled, "PACKAGE", home)
    digests = set()
    for name, (before, after) in [("kernel/belief.py", ("", "")), *EDITS.items()]:
        path = home / name
        text = path.read_text("utf-8")
        path.write_text(text.replace(before, after, 1), "utf-8")
        spiral = _loaded(f"spiral_{len(digests)}", home / "kernel" / "doctrines" / "spiral.py")
        digests.add(compiled._digest(compiled._sources((spiral,))))
        path.write_text(text, "utf-8")
    assert len(digests) == 1 + len(EDITS)


@pytest.mark.heavy
def test_an_edited_kernel_is_compiled_again(tmp_path: Path) -> None:
    edited = _copy(tmp_path, ["kernel/belief.py"])
    before, after = _rows(ROOT, "batch"), _rows(edited, "batch")
    assert before == _rows(ROOT, "process")
    assert after == _rows(edited, "process")
    assert before != after


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [name for name in EDITS if name.startswith("kernel/") and Path(name).stem not in NOT_PLAYED],
)
def test_an_edit_of_any_kernel_file_changes_the_result(name: str, tmp_path: Path) -> None:
    edited = _copy(tmp_path, [name])
    after = _rows(edited, "batch")
    assert after == _rows(edited, "process")
    assert after != _rows(ROOT, "batch")


# The same bits elsewhere

#: Paths of the processor that the C library, NumPy and Numba would choose, hidden.
PLAIN_PROCESSOR = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-FMA,-FMA4,-AVX512F",
    "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX",
}


def _hidden(environment: dict[str, str]) -> dict[str, str]:
    """The settings without features that this NumPy or this machine does not have, which NumPy refuses."""
    program = "import numpy"
    for _ in range(10):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        named = re.findall(r"\b(AVX\w*|FMA\w*)\b", done.stderr.rpartition("Error:")[2] or done.stderr)
        wanted = environment["NPY_DISABLE_CPU_FEATURES"].split()
        left = [feature for feature in wanted if feature not in named]
        if not done.stderr or left == wanted:
            break
        environment = environment | {"NPY_DISABLE_CPU_FEATURES": " ".join(left)}
    return environment


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform != "linux", reason="GLIBC_TUNABLES is of the GNU C library")
def test_a_plainer_processor_gives_the_same_bits() -> None:
    expected = _rows(ROOT, "process")
    plain = _hidden(PLAIN_PROCESSOR)
    assert _rows(ROOT, "process", **plain) == expected
    assert _rows(ROOT, "batch", **plain) == expected
    assert _rows(ROOT, "batch", **plain, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="") == expected


OTHERS = [name for name in ("python3.11", "python3.12", "python3.13", "python3.14") if shutil.which(name)]
NEEDED = "import numba, numpy, simpy, pyarrow, pydantic, networkx, scipy, platformdirs"


def _usable(python: str) -> bool:
    done = subprocess.run([python, "-c", NEEDED], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("python", OTHERS)
def test_other_pythons_give_the_same_bits(python: str) -> None:
    if not _usable(python):
        pytest.skip(f"{python} on this machine has not the packages that a run needs")
    for engine in ("process", "batch"):
        done = subprocess.run(
            [python, "-c", PROGRAM, engine],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout) == _rows(ROOT, "process")


# Interrupts

#: One run of this takes compiled code half a minute.
ENDLESS = """\
name = "endless"
horizon_days = 20000
[review]
interval_hours = 6
jitter_hours = 1
[network]
graph = "complete"
""" + "".join(f'[[states]]\nname = "S{number:02d}"\ndoctrine = "listener"\n' for number in range(60))
#: Seconds; a busy machine takes its time, and for the run its time too.
PATIENCE = 10.0


@pytest.mark.heavy
@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupt_is_answered_within_a_run(workers: str, tmp_path: Path) -> None:
    scenario = tmp_path / "endless.toml"
    scenario.write_text(ENDLESS, "utf-8")
    arguments = ["run", str(scenario), "--runs", "8", "--workers", workers]
    seconds, code, told = interrupted(arguments, waits_for_a_thread)
    assert code == 130
    assert "Traceback" not in told
    assert seconds < PATIENCE


@pytest.mark.heavy
@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupted_study_keeps_what_is_done(workers: str, tmp_path: Path) -> None:
    study = tmp_path / "long.study.toml"
    study.write_text('scenario = "two-seekers"\nseed = 1\nruns = 10000000\n', encoding="utf-8")
    out = tmp_path / "out"
    arguments = ["sweep", str(study), "--out", str(out), "--workers", workers]
    seconds, code, told = interrupted(arguments, has_made(1001))
    assert code == 130
    assert f"runs are kept in {out}. To go on, run: signalling sweep" in told
    assert seconds < PATIENCE
    held = sg.status(out)
    assert held["damaged"] == []
    assert held["runs_held"] > 1000
    [cell] = {cell.id for cell in Collected(out).cells}
    kept = Collected(out).outcomes(cell)
    scenario = sg.load_scenario("two-seekers")
    rows, step = list(kept.rows()), len(kept) // 50
    for run, row in list(zip(kept["run"], rows, strict=True))[::step]:
        (alone,) = sg.run(scenario, runs=range(run, run + 1), seed=1, engine="process").rows()
        assert alone == row
