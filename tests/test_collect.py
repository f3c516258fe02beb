"""Collecting a study: resumable, additive, the same whatever interrupts or divides it."""

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import signalling as sg
from signalling.collected import Collected
from signalling.coverage import Coverage
from signalling.engines.process import ProcessEngine
from signalling.errors import ResultError
from signalling.shards import FACTS, ShardWriter
from tests.collecting import coin, fickle, large, small, tardy, various
from tests.interrupting import has_made, interrupted
from tests.scenarios_strategy import build

ROOT = Path(__file__).parents[1]
Snapshot = dict[str, tuple[int, int, int]]


def snapshot(folder: Path) -> Snapshot:
    """Every file with its size, moment of change and inode."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            facts = path.stat()
            found[str(path.relative_to(folder))] = (facts.st_size, facts.st_mtime_ns, facts.st_ino)
    return found


def parts(folder: Path, kind: str = "runs") -> list[Path]:
    return sorted((folder / "parts").glob(f"{kind}-*.parquet"))


@pytest.fixture
def runs_made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The index of every run that an engine of this process makes."""
    made: list[int] = []
    plain = ProcessEngine.run

    def counting(self: ProcessEngine, run: int, *arguments: object, **options: object) -> object:
        made.append(run)
        return plain(self, run, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ProcessEngine, "run", counting)
    return made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    """The small study, collected at one go."""
    return sg.collect(small(), tmp_path_factory.mktemp("whole") / "out")


def test_every_cell_is_what_run_gives(whole: Collected) -> None:
    study = small()
    assert len(whole) == 160
    for cell in study.cells:
        scenario = study.scenario.replace(cell.settings | study.treatment(cell.treatment))
        alone = sg.run(scenario, runs=40, seed=cell.seed)
        assert whole.outcomes(cell.id).table.equals(alone.table.replace_schema_metadata())
        assert sg.rerun(whole.folder, cell.id[:9]).content_hash() == alone.content_hash()
        assert list(sg.rerun(whole.folder, cell.id, 7).rows()) == list(alone.rows())[7:8]


def test_the_table_has_the_outcomes_and_nothing_else(whole: Collected) -> None:
    table = pq.read_table(whole.folder / "table.parquet")
    assert table.schema.names == sg.run(small().scenario, runs=1, seed=1).table.schema.names
    order = list(dict.fromkeys(cell.id for cell in whole.cells))
    assert table["cell"].to_pylist() == [cell for cell in order for _ in range(40)]
    assert table["run"].to_pylist() == list(range(40)) * 4
    frame = whole.to_pandas()
    assert list(frame.columns) == ["horizon_days", "treatment", *table.schema.names]
    assert frame.groupby(["horizon_days", "treatment"]).size().tolist() == [40] * 4


def test_some_cells_are_read_alone(whole: Collected) -> None:
    table = whole.to_arrow()
    assert whole.part([2]).equals(table.slice(80, 40))
    backwards = whole.part([3, 1], ["war"])
    assert backwards.column_names == ["horizon_days", "treatment", "cell", "run", "war"]
    assert backwards["cell"].to_pylist() == [whole.cells[place].id for place in (3, 1) for _ in range(40)]
    assert backwards.slice(40).equals(table.slice(40, 40).select(backwards.column_names))
    assert whole.columns() == table.column_names[2:]
    settings = whole.settings()
    assert settings.column_names == ["horizon_days", "treatment", "cell"]
    assert settings.to_pylist() == table.slice(0).select(settings.column_names).to_pylist()[::40]


def test_row_groups_without_the_cells_asked_for_are_not_read(whole: Collected, tmp_path: Path) -> None:
    rows = pq.read_table(whole.folder / "table.parquet")
    ids = [cell.id for cell in whole.cells]
    with ShardWriter(tmp_path, "runs", "study") as writer:
        for place in (0, 2):  # two cells to a row group
            pair = Coverage({cell: [(0, 40)] for cell in ids[place : place + 2]})
            writer.write(rows.slice(40 * place, 80), pair)
    assert writer.shard is not None
    assert writer.shard.cells_by_group == [frozenset(ids[:2]), frozenset(ids[2:])]
    [found] = writer.shard.tables(["cell", "run"], {ids[3]})
    assert found.equals(rows.slice(80).select(["cell", "run"]))
    assert list(writer.shard.tables(cells=())) == []


def test_a_shard_says_what_it_holds(whole: Collected) -> None:
    [shard] = parts(whole.folder)
    facts = json.loads(pq.read_metadata(shard).metadata[FACTS])
    assert facts["content_hash"] == whole.content_hash()
    assert facts["coverage"] == {cell.id: [[0, 40]] for cell in whole.cells}
    assert set(pq.read_table(shard).schema.names) == set(
        pq.read_table(whole.folder / "table.parquet").schema.names
    )


def test_the_second_call_does_nothing(whole: Collected, runs_made: list[int]) -> None:
    before = snapshot(whole.folder)
    begun = time.monotonic()
    again = sg.collect(small(), whole.folder, workers=2)
    assert time.monotonic() - begun < 1.0
    assert snapshot(whole.folder) == before
    assert again.content_hash() == whole.content_hash()
    assert runs_made == []


def test_more_runs_and_more_cells_reuse_what_is_there(tmp_path: Path, runs_made: list[int]) -> None:
    sg.collect(small(10), tmp_path)
    assert len(runs_made) == 40
    sg.collect(small(15), tmp_path)
    assert len(runs_made) == 60
    assert sorted(set(runs_made[40:])) == list(range(10, 15))
    wider = sg.collect(small(15, days=(3, 4, 5)), tmp_path)
    assert len(runs_made) == 60 + 30
    assert wider.complete
    straight = sg.collect(small(15, days=(3, 4, 5)), tmp_path / "straight")
    assert wider.content_hash() == straight.content_hash()
    assert wider.outcomes().table.equals(straight.outcomes().table)
    narrow = sg.collect(small(5), tmp_path)
    assert len(narrow) == len(wider), "nothing is taken away"


def test_workers_give_the_same(whole: Collected, tmp_path: Path) -> None:
    shared = sg.collect(small(), tmp_path, workers=2)
    assert shared.content_hash() == whole.content_hash()
    assert shared.outcomes().table.equals(whole.outcomes().table)


def test_progress_begins_with_what_is_held(tmp_path: Path) -> None:
    sg.collect(small(10), tmp_path)
    seen: list[tuple[int, int]] = []
    sg.collect(small(20), tmp_path, progress=lambda done, wanted: seen.append((done, wanted)))
    assert seen[0] == (40, 80)
    assert seen[-1] == (80, 80)


# Interruption


def killed(folder: Path, workers: int, moments: Iterator[int], kills: int) -> None:
    """Start the large study and kill it, again and again; what is held only grows."""
    held = tried = 0
    # Some more of them until something is held: what is done is not written at once.
    while tried < kills or (held == 0 and tried < 10 * kills):
        tried += 1
        program = [sys.executable, "-m", "tests.collecting", str(folder), str(workers)]
        with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
            assert owner.stdout is not None
            assert owner.stdout.readline() == "ready\n"
            for _ in range(next(moments)):
                owner.stdout.readline()
            owner.send_signal(signal.SIGKILL)
        if (folder / "provenance.json").exists():
            told = sg.status(folder)
            assert told["damaged"] == []
            assert told["runs_held"] >= held
            held = told["runs_held"]
    assert held > 0
    finished = sg.collect(large(), folder)
    assert finished.complete
    assert finished.content_hash() == undisturbed()
    assert list((folder / "parts").glob(".*.part")) == [], "leftovers are removed"
    assert pq.read_metadata(folder / "table.parquet").num_rows == len(finished)


@cache
def undisturbed() -> str:
    """Content hash of the large study, from plain runs of each cell."""
    study = large()
    total = 0
    for cell in study.cells:
        scenario = study.scenario.replace(cell.settings | study.treatment(cell.treatment))
        total += int(sg.run(scenario, runs=study.runs, seed=cell.seed).content_hash(), 16)
    return f"{total % 2**256:064x}"


def moments(seed: int) -> Iterator[int]:
    """After how many steps of the work it is killed."""
    generator = random.Random(seed)  # noqa: S311 - moments of kills
    while True:
        yield generator.randrange(12)


@pytest.mark.heavy
@pytest.mark.parametrize("workers", [1, 2])
def test_kills_cost_seconds_and_nothing_else(workers: int, tmp_path: Path) -> None:
    killed(tmp_path / "out", workers, moments(workers), kills=4)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_many_kills(workers: int, tmp_path: Path) -> None:
    killed(tmp_path / "out", workers, moments(100 + workers), kills=25)


def test_an_interrupt_keeps_what_is_done(
    tmp_path: Path, whole: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signalling.tasks.TASK_SECONDS", 0.0)
    monkeypatch.setattr("signalling.tasks.LEAST_SECONDS", 0.0)

    def stop(done: int, wanted: int) -> None:
        if done > 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"interrupted; (\d+) of 160 runs are kept in .* To go on, "):
        sg.collect(small(), tmp_path, progress=stop)
    told = sg.status(tmp_path)
    assert 50 < told["runs_held"] < 160
    assert not (tmp_path / "table.parquet").exists()
    assert sg.collect(small(), tmp_path).content_hash() == whole.content_hash()


@pytest.mark.heavy
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_a_sweep_cleanly(signal_number: int, tmp_path: Path) -> None:
    study = tmp_path / "long.study.toml"
    study.write_text('scenario = "two-seekers"\nseed = 1\nruns = 10000000\n', encoding="utf-8")
    out = tmp_path / "out"
    sweep = ["sweep", str(study), "--out", str(out), "--workers", "2"]
    ended = interrupted(sweep, has_made(1), signal_number)
    assert ended.code == 130
    assert "Traceback" not in ended.told
    assert f"runs are kept in {out}. To go on, run: signalling sweep" in ended.told
    assert "--workers 2" in ended.told
    assert sg.status(out)["damaged"] == []


@pytest.mark.heavy
def test_two_collectors_at_once_do_no_harm(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.collecting", str(tmp_path), "1"]
    owners = [subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(2)]
    assert [owner.wait(timeout=120) for owner in owners] == [0, 0]
    for owner in owners:
        assert owner.stdout is not None
        owner.stdout.close()
    collected = Collected(tmp_path)
    assert collected.complete
    assert collected.content_hash() == undisturbed()
    table = pq.read_table(tmp_path / "table.parquet", columns=["cell", "run"]).to_pylist()
    assert len({(row["cell"], row["run"]) for row in table}) == len(table) == len(collected)


def test_not_only_in_the_main_thread(tmp_path: Path, whole: Collected) -> None:
    thread = threading.Thread(target=sg.collect, args=(small(), tmp_path))
    thread.start()
    thread.join()
    assert Collected(tmp_path).content_hash() == whole.content_hash()


# Damage


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 4
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [truncate, flip_a_bit, empty])
def test_a_damaged_shard_is_redone_alone(
    harm: object, tmp_path: Path, runs_made: list[int], whole: Collected, caplog: pytest.LogCaptureFixture
) -> None:
    for runs in (10, 30, 40):
        sg.collect(small(runs), tmp_path)
    (tmp_path / "table.parquet").unlink()
    damaged = next(p for p in parts(tmp_path) if pq.read_metadata(p).num_rows == 80)
    harm(damaged)  # type: ignore[operator]
    told = sg.status(tmp_path)
    assert (told["damaged"], told["runs_missing"]) == ([damaged.name], 80)
    runs_made.clear()
    again = sg.collect(small(), tmp_path)
    assert sorted(runs_made) == sorted(list(range(10, 30)) * 4)
    assert again.content_hash() == whole.content_hash()
    assert [path.name for path in (tmp_path / "damaged").iterdir()] == [damaged.name]
    assert "is damaged; set aside" in caplog.text


def test_a_damaged_table_is_made_again(tmp_path: Path, runs_made: list[int], whole: Collected) -> None:
    shutil.copytree(whole.folder, tmp_path / "out")
    flip_a_bit(tmp_path / "out" / "table.parquet")
    assert Collected(tmp_path / "out").damaged
    assert sg.collect(small(), tmp_path / "out").content_hash() == whole.content_hash()
    assert pq.read_metadata(tmp_path / "out" / "table.parquet").num_rows == 160
    assert runs_made == []


def test_a_table_without_parts_is_enough(tmp_path: Path, runs_made: list[int], whole: Collected) -> None:
    """What a repository keeps: table and provenance."""
    shutil.copytree(whole.folder, tmp_path / "out")
    shutil.rmtree(tmp_path / "out" / "parts")
    assert Collected(tmp_path / "out").to_arrow().equals(whole.to_arrow())
    assert sg.collect(small(), tmp_path / "out").content_hash() == whole.content_hash()
    assert runs_made == []
    longer = sg.collect(small(45), tmp_path / "out")
    assert len(runs_made) == 20
    assert longer.complete


def test_a_shard_of_another_study_does_not_count(tmp_path: Path, whole: Collected) -> None:
    other = sg.collect(small(40, seed=9), tmp_path / "other")
    shutil.copy(parts(whole.folder)[0], tmp_path / "other" / "parts")
    assert sg.collect(small(40, seed=9), tmp_path / "other").content_hash() == other.content_hash()
    assert len(list((tmp_path / "other" / "damaged").iterdir())) == 1


def test_the_number_of_files_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Collected
) -> None:
    monkeypatch.setattr("signalling.collecting.FLUSH_SECONDS", 0.0)
    monkeypatch.setattr("signalling.tasks.TASK_SECONDS", 0.0)
    monkeypatch.setattr("signalling.tasks.LEAST_SECONDS", 0.0)
    monkeypatch.setattr("signalling.folders.MOST_SHARDS", 6)
    most = []
    collected = sg.collect(small(), tmp_path, progress=lambda done, wanted: most.append(len(parts(tmp_path))))
    assert len(most) > 50
    assert max(most) <= 7
    assert collected.content_hash() == whole.content_hash()


# Folders that do not fit


def test_another_study_is_refused_and_explained(whole: Collected) -> None:
    before = snapshot(whole.folder)
    base = small().scenario.replace({"review.interval_hours": 48, "channels.default.loss_probability": 0.5})
    other = sg.Study(base, runs=2, seed=6, luck="independent")
    with pytest.raises(ResultError) as refused:
        sg.collect(other, whole.folder)
    told = str(refused.value).splitlines()
    assert "holds results of another study; adding to them would mix the two:" in told[0]
    assert {'  luck: "common" there, "independent" here', "  seed: 5 there, 6 here"} <= set(told)
    assert any("review.interval_hours: 24.0 there, 48.0 here" in line for line in told)
    assert snapshot(whole.folder) == before


def test_a_treatment_of_the_same_name_must_be_the_same(whole: Collected) -> None:
    other = sg.Study(
        small().scenario, runs=2, seed=5, treatments={"late": {"channels.all.loss_probability": 0.5}}
    )
    with pytest.raises(ResultError, match=r"treatments\.late"):
        sg.collect(other, whole.folder)


def test_a_comparison_is_no_study(tmp_path: Path, whole: Collected) -> None:
    from signalling.report.folder import draw_folder
    from signalling.store import Arm, save

    save(
        tmp_path,
        small().scenario,
        [Arm("baseline", {}, sg.run(small().scenario, runs=1, seed=1))],
        seed=1,
        command="",
    )
    for call in (sg.status, Collected, lambda folder: sg.collect(small(), folder)):
        with pytest.raises(ResultError, match="holds no study"):
            call(tmp_path)
    with pytest.raises(ResultError, match="holds a study, not a comparison"):
        draw_folder(whole.folder)
    with pytest.raises(ResultError, match="holds no results"):
        sg.status(tmp_path / "nothing")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ResultError, match="cannot be written"):
        sg.collect(small(), tmp_path / "file")


def test_cells_by_the_beginning_of_their_identity(whole: Collected) -> None:
    for prefix, told in (("", "at least 4"), ("abc", "at least 4"), ("zzzzz", "no such cell")):
        with pytest.raises(ResultError, match=told):
            sg.rerun(whole.folder, prefix)


def test_a_program_that_has_changed_cannot_rerun(tmp_path: Path, whole: Collected) -> None:
    shutil.copytree(whole.folder, tmp_path / "out")
    file = tmp_path / "out" / "provenance.json"
    provenance = json.loads(file.read_text(encoding="utf-8"))
    provenance["study"]["subject"]["scenario"]["horizon_days"] = 99
    provenance["cells"][0]["settings"] = {}
    file.write_text(json.dumps(provenance), encoding="utf-8")
    with pytest.raises(ResultError, match="makes another cell of these settings"):
        sg.rerun(tmp_path / "out", provenance["cells"][0]["cell"])


# Merging


@pytest.fixture(scope="module")
def shares(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The small study in three folders that overlap."""
    folder = tmp_path_factory.mktemp("shares")
    for name, study in (("a", small(range(18))), ("b", small(range(12, 40))), ("c", small(40, days=(4,)))):
        sg.collect(study, folder / name)
    return [folder / "a", folder / "b", folder / "c"]


def test_merging_is_commutative_associative_and_idempotent(
    shares: list[Path], tmp_path: Path, whole: Collected
) -> None:
    a, b, c = shares
    before = [snapshot(share) for share in shares]
    number = itertools.count()

    def merged(*folders: Path) -> Path:
        return sg.merge(folders, tmp_path / str(next(number))).folder

    ways = [merged(*order) for order in itertools.permutations(shares)]
    ways += [merged(merged(a, b), c), merged(a, merged(b, c)), merged(a, a, b, c, c), merged(merged(a, b, c))]
    for way in ways:
        collected = Collected(way)
        assert collected.content_hash() == whole.content_hash()
        assert collected.outcomes().table.equals(whole.outcomes().table)
        assert collected.cells == whole.cells
        assert collected.wanted == whole.wanted
    onto_itself = sg.merge([ways[0], a], ways[0])
    assert onto_itself.content_hash() == whole.content_hash()
    assert [snapshot(share) for share in shares] == before, "the folders are not changed"


def test_merging_different_studies_is_refused(shares: list[Path], tmp_path: Path) -> None:
    sg.collect(small(3, seed=6), tmp_path / "other")
    with pytest.raises(ResultError, match=r"(?s)holds results of another study.*seed: 5 there, 6 here"):
        sg.merge([shares[0], tmp_path / "other"], tmp_path / "merged")
    with pytest.raises(ResultError, match="names no folder"):
        sg.merge([], tmp_path / "merged")


def test_a_merge_leaves_damage_out(
    shares: list[Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(shares[0], tmp_path / "a")
    flip_a_bit(parts(tmp_path / "a")[0])
    (tmp_path / "a" / "table.parquet").unlink()
    merged = sg.merge([tmp_path / "a", shares[1]], tmp_path / "merged")
    assert merged.content_hash() == Collected(shares[1]).content_hash()
    assert "its runs are left out" in caplog.text


def test_other_games_keep_their_own_columns(tmp_path: Path) -> None:
    scenario = build(
        {
            "name": "tit for tat",
            "horizon_days": 4,
            "review": {"interval_hours": 24, "jitter_hours": 0},
            "game": {"kind": "matrix"},
            "states": [{"name": name, "doctrine": "memory_one"} for name in "AB"],
        }
    )
    study = sg.Study(scenario, runs=12, seed=2, grid={"channels.default.garble.probability": [0.0, 0.5]})
    sg.collect(study.with_runs(5), tmp_path)
    collected = sg.collect(study, tmp_path, workers=2)
    alone = sg.run(scenario, runs=12, seed=2)
    assert collected.outcomes(collected.cells[0].id).table.equals(alone.table)
    assert "mutual_cooperation" in collected.to_arrow().column_names


# Functions


def test_functions_are_collected_like_scenarios(tmp_path: Path) -> None:
    study = sg.Study(coin, runs=40, seed=3, grid={"p": [0.2, 0.5]}, parameters={"side": "head"})
    one = sg.collect(study, tmp_path / "one")
    two = sg.collect(study.with_runs(12), tmp_path / "two", workers=2)
    two = sg.collect(study, tmp_path / "two", workers=2)
    assert one.content_hash() == two.content_hash()
    table = one.to_arrow()
    assert table.column_names == ["p", "treatment", "cell", "run", "seed", "count", "head", "share", "word"]
    assert [str(table.schema.field(name).type) for name in table.column_names[-4:]] == [
        "double", "bool", "double", "string",
    ]  # fmt: skip
    row = table.to_pylist()[30]
    assert row["share"] == 30 / 7
    assert row["word"] is None
    assert (
        one.outcomes(one.cells[0].id).content_hash() == sg.rerun(one.folder, one.cells[0].id).content_hash()
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_failing_runs_are_told_and_tried_again(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = sg.Study(coin, runs=22, seed=3, grid={"p": [0.2], "fail": [True, False]})
    collected = sg.collect(study, tmp_path, workers=workers)
    assert len(collected) == 22 + 18
    assert not collected.complete
    errors = collected.errors().to_pylist()
    assert [row["run"] for row in errors] == [2, 7, 12, 17]
    assert errors[0]["error"] == "ValueError: run 2 cannot be done"
    assert "in coin" in errors[0]["traceback"]
    assert pq.read_table(tmp_path / "errors.parquet").to_pylist() == errors
    assert sg.status(tmp_path)["runs_failed"] == 4
    again = sg.collect(study, tmp_path)
    assert again.errors().to_pylist() == errors
    assert len(parts(tmp_path, "errors")) == 1


def test_errors_stand_by_run_whichever_failed_first(tmp_path: Path) -> None:
    study = sg.Study(tardy, runs=22, seed=3, parameters={"folder": str(tmp_path)})
    collected = sg.collect(study, tmp_path / "out", workers=2)
    assert [row["run"] for row in collected.errors().to_pylist()] == [2, 12]
    [kept] = parts(collected.folder, "errors")
    for path in (kept, collected.folder / "errors.parquet"):
        assert pq.read_table(path)["run"].to_pylist() == [2, 12]


def test_a_run_that_succeeds_at_last_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = ProcessEngine.run

    def failing(self: ProcessEngine, run: int, *arguments: object, **options: object) -> object:
        if run == 3:
            raise RuntimeError("not today")
        return plain(self, run, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ProcessEngine, "run", failing)
    assert len(sg.collect(small(5), tmp_path).failed) == 4
    assert (tmp_path / "errors.parquet").exists()
    monkeypatch.undo()
    collected = sg.collect(small(5), tmp_path)
    assert collected.complete
    assert len(collected.failed) == 0
    assert not (tmp_path / "errors.parquet").exists()
    assert parts(tmp_path, "errors") == []


def test_columns_must_be_the_same_in_every_run(tmp_path: Path) -> None:
    collected = sg.collect(sg.Study(fickle, runs=4, seed=1), tmp_path)
    assert [row["run"] for row in collected.errors().to_pylist()] == [1, 3]
    assert "return all of them in every run" in collected.errors()["error"][0].as_py()


def test_columns_may_differ_between_studies(tmp_path: Path) -> None:
    for name in ("a", "b"):
        study = sg.Study(various, runs=3, seed=1, parameters={"name": name})
        assert sg.collect(study, tmp_path / name).outcomes().table.column_names[3:] == [name]


def test_a_function_that_has_changed_is_another_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "coins.py"
    monkeypatch.syspath_prepend(str(tmp_path))
    module.write_text("def coin(parameters, seed, run):\n    return {'x': run}\n", encoding="utf-8")
    import coins  # type: ignore[import-not-found]

    folder = tmp_path / "out"
    collected = sg.collect(sg.Study(coins.coin, runs=3, seed=1), folder)
    module.write_text("def coin(parameters, seed, run):\n    return {'x': -run}\n", encoding="utf-8")
    import importlib
    import linecache

    linecache.clearcache()
    importlib.invalidate_caches()
    os.utime(module, (1, 1))  # the compiled form is told apart by the moment of change
    importlib.reload(coins)
    with pytest.raises(ResultError, match=r"subject\.source"):
        sg.collect(sg.Study(coins.coin, runs=3, seed=1), folder)
    with pytest.raises(ResultError, match="its source is not the one these results were made with"):
        sg.rerun(folder, collected.cells[0].id)


# Coverage


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)


@given(SPANS, SPANS)
def test_coverage_is_a_set_of_runs(ours: list[tuple[int, int]], theirs: list[tuple[int, int]]) -> None:
    def runs(spans: list[tuple[int, int]]) -> set[int]:
        return {run for start, stop in spans for run in range(start, stop)}

    one, other = Coverage({"a": ours}), Coverage({"a": theirs})
    assert runs(one.spans("a")) == runs(ours)
    assert len(one) == len(runs(ours))
    merged_spans = one.spans("a")
    assert all(a[1] < b[0] for a, b in itertools.pairwise(merged_spans)), "sorted, disjoint, not adjacent"
    assert runs(one.missing("a", other.spans("a"))) == runs(theirs) - runs(ours)
    assert one.overlaps(other) == bool(runs(ours) & runs(theirs))
    both = Coverage({"a": ours})
    both.update(other)
    reverse = Coverage({"a": theirs})
    reverse.update(one)
    assert both == reverse or not len(both)
    assert runs(both.spans("a")) == runs(ours) | runs(theirs)
    assert Coverage(json.loads(json.dumps(one.to_json()))) == one


def test_a_study_from_the_shell(tmp_path: Path) -> None:
    """What stands in provenance.json is enough to know what the table is."""
    provenance = json.loads((sg.collect(small(3), tmp_path).folder / "provenance.json").read_text("utf-8"))
    assert provenance["study"]["luck"] == "common"
    assert provenance["table"]["rows"] == 12
    assert provenance["versions"]["simpy"]
    assert str(tmp_path) not in json.dumps(provenance)


def test_a_refused_merge_writes_nothing(tmp_path: Path) -> None:
    for seed in (1, 2):
        sg.collect(sg.Study("two-seekers", runs=1, seed=seed), tmp_path / str(seed))
    with pytest.raises(ResultError, match="seed: 1 there, 2 here"):
        sg.merge([tmp_path / "1", tmp_path / "2"], tmp_path / "both")
    assert not (tmp_path / "both").exists()
