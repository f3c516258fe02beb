"""Results on disk: content hashes, provenance, damage."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import signalling as sg
from signalling.errors import ResultError
from signalling.model import compile_model
from signalling.outcome import Outcomes
from signalling.store import (
    PROVENANCE,
    TABLE,
    Arm,
    arms_of,
    load_results,
    remove_leftovers,
    save,
    temporary_name,
    write_whole,
)
from signalling.study import compare_all, load_study
from signalling.vocabulary import OUTCOME_COLUMNS, STATE_COLUMNS


@pytest.fixture(scope="module")
def july_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results") / "july"
    study = load_study("july-1914")
    pairs = compare_all(study.scenario, study.treatments, runs=4, seed=9, baseline_name="telegraph")
    save(folder, study.scenario, arms_of(pairs, study.treatments), seed=9, command="a test")
    return folder


def test_a_folder_reads_back(july_folder: Path) -> None:
    results = load_results(july_folder)
    assert [arm.name for arm in results.arms] == ["telegraph", "hotline", "one-day-line"]
    assert [pair.treatment_name for pair in results.comparisons()] == ["hotline", "one-day-line"]
    assert results.scenario.canonical_json() == sg.load_scenario("july-1914").canonical_json()


def test_a_table_rebuilds_from_its_own_provenance(july_folder: Path) -> None:
    results = load_results(july_folder)
    for arm in results.arms:
        model = compile_model(results.scenario.replace(arm.treatment), baseline=results.scenario)
        assert model.identity(results.seed) == arm.outcomes["cell"][0]
        again = sg.run(results.scenario.replace(arm.treatment), runs=len(arm.outcomes), seed=results.seed)
        assert again.content_hash() == arm.outcomes.content_hash()


def test_provenance_names_no_place(july_folder: Path) -> None:
    text = (july_folder / PROVENANCE).read_text(encoding="utf-8")
    assert str(july_folder) not in text
    assert json.loads(text)["versions"]["simpy"]


def test_the_table_has_the_frozen_columns(july_folder: Path) -> None:
    schema = pq.read_schema(july_folder / TABLE)
    assert schema.names == [name for name, _, _ in OUTCOME_COLUMNS]
    assert [str(kind).replace("double", "float64") for kind in schema.types] == [
        kind for _, kind, _ in OUTCOME_COLUMNS
    ]


def test_altered_rows_are_noticed(july_folder: Path, tmp_path: Path) -> None:
    table = pq.read_table(july_folder / TABLE)
    (tmp_path / PROVENANCE).write_bytes((july_folder / PROVENANCE).read_bytes())
    wars = table["war"].to_pylist()
    changed = table.set_column(table.schema.get_field_index("war"), "war", [[not wars[0], *wars[1:]]])
    pq.write_table(changed, tmp_path / TABLE)
    with pytest.raises(ResultError, match='rows of "telegraph" are not those of the provenance'):
        load_results(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"not parquet at all"])
def test_a_damaged_table_is_noticed(damage: bytes, july_folder: Path, tmp_path: Path) -> None:
    (tmp_path / PROVENANCE).write_bytes((july_folder / PROVENANCE).read_bytes())
    (tmp_path / TABLE).write_bytes(damage)
    with pytest.raises(ResultError, match="missing or damaged"):
        load_results(tmp_path)


def test_damaged_provenance_is_noticed(tmp_path: Path) -> None:
    (tmp_path / PROVENANCE).write_text("{")
    with pytest.raises(ResultError, match="is damaged"):
        load_results(tmp_path)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    scenario = sg.load_scenario("two-seekers")
    outcomes = sg.run(scenario, runs=1, seed=1)
    with pytest.raises(ResultError, match="cannot be written"):
        save(blocked, scenario, [Arm("baseline", {}, outcomes)], seed=1, command="a test")


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def half(partial: Path) -> None:
        partial.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(ResultError, match="No space left on device; choose another folder"):
        write_whole(tmp_path / "file", half)
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_dead_processes_are_removed(tmp_path: Path) -> None:
    ours = temporary_name(tmp_path / "table.parquet")
    ours.write_text("in the making")
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    dead = tmp_path / ours.name.replace(f".{os.getpid()}.", f".{ended.pid}.")
    dead.write_text("left over")
    elsewhere = tmp_path / ".table.parquet.another-host.1.0.part"
    elsewhere.write_text("of another machine")
    remove_leftovers(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([ours, elsewhere])


def test_content_hash_is_a_sum_over_rows() -> None:
    scenario = sg.load_scenario("two-seekers")
    whole = sg.run(scenario, runs=6, seed=4)
    parts = [sg.run(scenario, runs=range(a, b), seed=4) for a, b in ((4, 6), (0, 1), (1, 4))]
    total = sum(int(part.content_hash(), 16) for part in parts) % 2**256
    assert f"{total:064x}" == whole.content_hash()
    joined = parts[0] + parts[1] + parts[2]
    assert joined.content_hash() == whole.content_hash()
    assert joined.to_arrow().equals(whole.to_arrow())


def test_adding_a_run_twice_is_refused() -> None:
    outcomes = sg.run(sg.load_scenario("two-seekers"), runs=2, seed=4)
    with pytest.raises(ResultError, match="count it twice"):
        _ = outcomes + outcomes


def test_the_second_table_has_a_row_per_run_and_state() -> None:
    outcomes = sg.run(sg.load_scenario("greedy-and-seeker"), runs=3, seed=4, by_state=True)
    states = outcomes.states
    assert states is not None
    assert states.num_rows == 6
    assert states.schema.names == [name for name, _, _ in STATE_COLUMNS]
    assert states["type"].to_pylist() == ["G", "S"] * 3
    for run in range(3):
        rows = [row for row in states.to_pylist() if row["run"] == run]
        row = outcomes.to_arrow().to_pylist()[run]
        assert sum(r["reviews"] for r in rows) == row["reviews"]
        assert max(r["peak_rung"] for r in rows) == row["peak_rung"]
        assert sum(r["payoff"] for r in rows) / 2 == pytest.approx(row["payoff"], rel=1e-12)
        assert [r["state"] for r in rows if r["attacked"]] == [row["initiator"]] * row["war"]
        assert [r["state"] for r in rows if r["struck"]] == [row["target"]] * row["war"]


def test_outcomes_convert() -> None:
    outcomes = sg.run(sg.load_scenario("two-seekers"), runs=2, seed=4)
    frame = outcomes.to_pandas()
    assert list(frame["run"]) == [0, 1]
    assert isinstance(outcomes, Outcomes)
    assert len(outcomes) == 2
