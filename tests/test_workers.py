"""Worker processes: the same results for any number, clear errors, and no orphans."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import signalling as sg
from signalling.errors import ResultError
from signalling.outcome import Outcomes
from signalling.study import compare_all, load_study
from signalling.tasks import Done, Piece, Planner, Recipe
from signalling.workers import check_workers, stream
from tests import collecting

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def seekers() -> sg.Scenario:
    return sg.load_scenario("two-seekers").replace({"horizon_days": 10})


@pytest.fixture(scope="module")
def alone(seekers: sg.Scenario) -> Outcomes:
    return sg.run(seekers, runs=90, seed=3, by_state=True)


@pytest.mark.parametrize("workers", [3])
def test_any_number_of_workers_gives_the_same(seekers: sg.Scenario, alone: Outcomes, workers: int) -> None:
    seen: list[tuple[int, int]] = []
    shared = sg.run(
        seekers,
        runs=90,
        seed=3,
        by_state=True,
        workers=workers,
        progress=lambda done, wanted: seen.append((done, wanted)),
    )
    assert shared.content_hash() == alone.content_hash()
    assert shared.table.equals(alone.table)
    assert shared.states.equals(alone.states)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (90, 90)


def test_indices_come_back_in_the_order_asked_for(seekers: sg.Scenario) -> None:
    assert sg.run(seekers, runs=range(40, 0, -3), seed=3, workers=2)["run"] == list(range(40, 0, -3))


def test_comparisons_share_workers(seekers: sg.Scenario) -> None:
    """A treatment that speaks of the baseline, which the workers must be told of too."""
    treatments = {
        "noisy": {"channels.all.garble.probability": 0.3, "channels.all.assumed": "baseline"},
        **load_study("two-seekers").treatments,
    }
    one = compare_all(seekers, treatments, runs=25, seed=2)
    two = compare_all(seekers, treatments, runs=25, seed=2, workers=2)
    assert [pair.summary() for pair in one] == [pair.summary() for pair in two]


def test_a_start_with_its_moment_reaches_the_workers() -> None:
    july = sg.load_scenario("july-1914").replace({"horizon_days": 1})
    one, two = (sg.run(july, runs=6, seed=2, workers=workers) for workers in (1, 2))
    assert one.content_hash() == two.content_hash()


@pytest.mark.parametrize("workers", [0, -1, True, 1.5, "two"])
def test_a_number_of_workers_that_makes_no_sense(workers: object, seekers: sg.Scenario) -> None:
    with pytest.raises(sg.ScenarioError, match=r"workers = .*: must be a whole number, 1 or more"):
        sg.run(seekers, runs=1, seed=1, workers=workers)  # type: ignore[arg-type]


SCRIPT = """
import sys
import signalling as sg
from tests.collecting import small
print("read")
{call}
"""
CALLS = {
    "run": 'sg.run(sg.load_scenario("two-seekers"), runs=50, seed=1, workers=2)',
    "collect": "sg.collect(small(), sys.argv[1], workers=2)",
}


@pytest.mark.heavy
@pytest.mark.parametrize("call", CALLS)
def test_a_missing_main_guard_is_explained(call: str, tmp_path: Path) -> None:
    script = tmp_path / "analysis.py"
    script.write_text(SCRIPT.format(call=CALLS[call]), encoding="utf-8")
    shown = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    assert shown.returncode == 1
    assert 'put the code that starts it under\n    if __name__ == "__main__":' in shown.stderr
    assert shown.stderr.count("Traceback") == 1, "the workers end without a word"


def test_a_program_from_standard_input_is_explained() -> None:
    shown = subprocess.run(
        [sys.executable, "-"],
        input=SCRIPT.format(call=CALLS["run"]),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert shown.returncode == 1
    assert "save it as a file" in shown.stderr


def double(number: int) -> int:
    if number == 13:
        raise ResultError("13 is refused")
    if number == 14:
        raise ZeroDivisionError("14")
    return 2 * number


@pytest.mark.parametrize("workers", [1, 2])
def test_answers_come_for_every_task(workers: int) -> None:
    tasks = iter(range(8))
    answers = list(stream(double, lambda: next(tasks, None), workers=workers))
    assert sorted(answers) == list(range(0, 16, 2))


@pytest.mark.parametrize(("number", "kind"), [(13, ResultError), (14, RuntimeError)])
def test_errors_of_workers_are_raised_here(number: int, kind: type[Exception]) -> None:
    tasks = iter([number])
    with pytest.raises(kind, match=str(number)):
        list(stream(double, lambda: next(tasks, None), workers=2))


def test_a_worker_that_dies_is_told_of(tmp_path: Path) -> None:
    study = sg.Study(collecting.mortal, runs=3, seed=1)
    with pytest.raises(sg.SignallingError, match="a worker process was ended with exit code 3"):
        sg.collect(study, tmp_path, workers=2)


def test_workers_start_no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    import multiprocessing

    monkeypatch.setattr(multiprocessing.current_process(), "_inheriting", True, raising=False)
    check_workers(1)
    with pytest.raises(SystemExit):
        check_workers(2)


@pytest.mark.heavy
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the list of children from /proc")
def test_workers_end_with_an_owner_that_is_killed(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.collecting", str(tmp_path / "out"), "2"]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "ready\n"
        deadline = time.monotonic() + 20
        while len(children(owner.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        orphans = children(owner.pid)
        assert len(orphans) >= 2
        time.sleep(0.5)
        owner.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in orphans) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{child}").exists() for child in orphans)


def children(process: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{process}/task").glob("*")
        for child in (task / "children").read_text().split()
    ]


def answer(pieces: tuple[Piece, ...], left: tuple[Piece, ...], seconds: float) -> Done:
    return Done(pieces, b"", b"", "0", (), left, seconds)


def test_tasks_are_cut_by_the_pace() -> None:
    recipe = Recipe("cell", 1, {})
    planner = Planner([Piece(0, range(1000)), Piece(1, range(1000))], lambda _: recipe, workers=2)
    first = planner.next_task()
    assert first is not None
    assert [piece.runs for piece, _ in first.pieces] == [range(8)]
    planner.tell(answer((Piece(0, range(8)),), (), 0.02))  # 400 runs a second
    second = planner.next_task()
    assert second is not None
    assert [piece.runs for piece, _ in second.pieces] == [range(8, 208)]
    # What a task did not come to is given out first.
    planner.tell(answer((Piece(0, range(8, 10)),), (Piece(0, range(10, 208)),), 1.0))
    third = planner.next_task()
    assert third is not None
    assert third.pieces[0][0].runs == range(10, 11)


def test_every_run_is_given_out_once() -> None:
    recipe = Recipe("cell", 1, {})
    planner = Planner([Piece(n, range(n, 2 * n)) for n in range(1, 40)], lambda _: recipe, workers=3)
    given: list[tuple[int, int]] = []
    while (task := planner.next_task()) is not None:
        pieces = tuple(piece for piece, _ in task.pieces)
        half = len(pieces) // 2
        given += [(piece.place, run) for piece in pieces[: half + 1] for run in piece.runs]
        planner.tell(answer(pieces[: half + 1], pieces[half + 1 :], 0.1))
    assert sorted(given) == [(n, run) for n in range(1, 40) for run in range(n, 2 * n)]


def test_a_slow_task_hands_back_what_it_did_not_come_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signalling.tasks.MOST_SECONDS", 0.1)
    seen: list[int] = []
    study = sg.Study(collecting.slow, runs=8, seed=1)
    collected = sg.collect(study, tmp_path, progress=lambda done, wanted: seen.append(done))
    assert collected.complete
    assert len(seen) > 3
