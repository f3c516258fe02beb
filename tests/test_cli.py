"""The command line: exit codes, messages, JSON, and files written whole or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import signalling as sg
from signalling.cli import main
from signalling.collected import Collected
from tests.test_scenario_errors import MALFORMED


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    commands = ("demo", "run", "trace", "compare", "sweep", "status", "merge", "rerun")
    for command in (*commands, "figures", "scenarios", "check"):
        assert f"\n  {command} " in shown


@pytest.mark.parametrize("case", MALFORMED, ids=lambda case: case.name)
def test_check_refuses_malformed_files(case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "scenario.toml"
    file.write_bytes(case.content)
    assert main(["check", str(file)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"signalling: {file}: ")
    assert "Traceback" not in shown.err
    for fragment in case.fragments:
        assert fragment in shown.err
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("command", ["run", "trace", "compare", "check"])
def test_missing_files_and_folders(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, str(tmp_path / "none.toml")]) == 2
    assert "no such file; built-in scenarios: " in capsys.readouterr().err
    assert main([command, str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err


def test_run_prints_json_that_repeats(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["run", "two-seekers", "--runs", "20", "--seed", "3", "--set", "horizon_days=20", "--json"]
    assert main(command) == 0
    first = capsys.readouterr().out
    assert main(command) == 0
    assert capsys.readouterr().out == first
    summary = json.loads(first)
    outcomes = sg.run(sg.load_scenario("two-seekers").replace({"horizon_days": 20}), runs=20, seed=3)
    assert summary["content_hash"] == outcomes.content_hash()
    assert summary["runs"] == 20


def test_run_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "two-seekers", "--runs", "5"]) == 0
    shown = capsys.readouterr().out
    assert "P(war) [95 %]" in shown
    assert "reviews per run (exposure)" in shown


def test_compare_by_name_and_by_path(capsys: pytest.CaptureFixture[str]) -> None:
    common = ["compare", "two-seekers", "--runs", "30", "--seed", "2", "--json"]
    assert main([*common, "--treatment", "noisy"]) == 0
    named = json.loads(capsys.readouterr().out)
    assert main([*common, "--treat", "channels.all.garble={probability=0.3}"]) == 0
    own = json.loads(capsys.readouterr().out)
    assert named[0]["treatment"] == "noisy"
    assert own[0]["treatment"] == "treatment"
    assert named[0]["table"] == own[0]["table"]
    assert sum(named[0]["table"].values()) == 30


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (["run"], "Missing argument"),
        (["run", "two-seekers", "--runs", "many"], "Invalid value for '--runs'"),
        (["run", "two-seekers", "--runs", "0"], "runs = 0: must be 1 or more"),
        (["run", "two-seekers", "--seed", "-1"], "seed = -1"),
        (["run", "two-seekers", "--engine", "steam"], 'engine = "steam": no such engine'),
        (["run", "two-seekers", "--set", "horizon_days"], "write PATH=VALUE"),
        (["run", "two-seekers", "--set", "horizon_days=soon"], "not TOML"),
        (["run", "two-seekers", "--set", "horizon_day=3"], 'did you mean "horizon_days"?'),
        (["compare", "two-seekers", "--treatment", "nois"], 'did you mean "noisy"?'),
        (["compare", "two-seekers", "--treat", "horizon_days=3"], "channels or receivers only"),
        (["figures", "nowhere"], "holds no results"),
        (["run", "two-seekers", "--workers", "0"], "workers = 0: must be a whole number, 1 or more"),
        (["compare", "two-seekers", "--workers", "-1"], "workers = -1: must be"),
        (["sweep", "two-seekers"], "Missing option '--out'"),
        (["sweep", "two-seekers", "--out", "nowhere", "--runs", "1:"], "--runs 1:: write a number of runs"),
        (["sweep", "two-seekers", "--out", "nowhere", "--runs", "9:3"], "must be 1 or more"),
        (["sweep", "two-seekers", "--out", "nowhere", "--workers", "0"], "workers = 0: must be"),
        (["sweep", "none.study.toml", "--out", "nowhere"], "no such file"),
        (["check", "none.study.toml"], "no such file"),
        (["status", "nowhere"], "holds no results"),
        (["merge", "nowhere", "--out", "elsewhere"], "holds no results"),
        (["rerun", "nowhere", "--cell", "abcd"], "holds no results"),
        (["dance"], "No such command"),
    ],
)
def test_bad_arguments(arguments: list[str], fragment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert fragment in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""


def test_trace_is_the_chronicle(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "two-seekers", "--seed", "1", "--run", "296"]) == 0
    golden = Path(__file__).parent / "golden" / "two-seekers.txt"
    assert capsys.readouterr().out == golden.read_text(encoding="utf-8")
    assert main(["trace", "two-seekers", "--seed", "1", "--run", "296", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"]["war"] is True
    assert told["reviews"][-1]["move"] == "attack"


def test_scenarios_and_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "--json"]) == 0
    listed = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert set(listed) >= {"two-seekers", "greedy-and-seeker", "july-1914", "arms-talk", "provocateur"}
    assert listed["july-1914"]["treatments"] == ["hotline", "one-day-line"]
    assert main(["scenarios"]) == 0
    assert "july-1914" in capsys.readouterr().out
    assert main(["check", "july-1914"]) == 0
    assert "8 states, 54 channels, 8 rivalries" in capsys.readouterr().out


@pytest.mark.usefixtures("_pages_stay_blank")
def test_compare_writes_a_folder_that_figures_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    command = ["compare", "greedy-and-seeker", "--runs", "25", "--out", str(folder)]
    assert main(command) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["provenance.json", "table.parquet"]
    assert main(["figures", str(folder)]) == 0
    listed = capsys.readouterr().out
    for name in ("p_war.pdf", "p_war.png", "space_time.pdf", "space_time.png", "chronicle.txt"):
        assert name in listed
    assert main(command) == 0  # the same results may be written again
    assert main([*command, "--seed", "77"]) == 2
    assert "holds results of another scenario, treatment or seed" in capsys.readouterr().err


STUDY = """
scenario = "two-seekers"
seed = 4
runs = 6
[grid]
horizon_days = [4, 5]
[treatments.late]
"channels.all.delay" = { law = "constant", hours = 24 }
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study file, and what sweep made of it."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "days.study.toml").write_text(STUDY, encoding="utf-8")
    assert main(["sweep", str(folder / "days.study.toml"), "--out", str(folder / "out")]) == 0
    return folder


def test_sweep_and_status(swept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", str(swept / "days.study.toml"), "--out", str(swept / "out"), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert main(["status", str(swept / "out"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == again
    assert (told["runs_held"], told["runs_missing"], told["complete"]) == (24, 0, True)
    assert [cell["treatment"] for cell in told["cells"]] == ["baseline", "late"] * 2
    assert all(cell["p_war"]["estimate"] <= 1 for cell in told["cells"])
    assert main(["status", str(swept / "out")]) == 0
    shown = capsys.readouterr().out
    assert "two security seekers: 24 runs held, 0 missing" in shown
    assert "horizon_days = 4" in shown


def test_shares_of_a_sweep_merge(swept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for share in ("0:4", "2:6"):
        out = tmp_path / share.replace(":", "-")
        assert main(["sweep", str(swept / "days.study.toml"), "--out", str(out), "--runs", share]) == 0
    folders = [str(tmp_path / name) for name in ("2-6", "0-4")]
    capsys.readouterr()
    assert main(["merge", *folders, "--out", str(tmp_path / "all"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["content_hash"] == Collected(swept / "out").content_hash()
    assert main(["merge", *folders, "--out", str(tmp_path / "all")]) == 0
    assert "24 runs held" in capsys.readouterr().out


def test_rerun(swept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(swept / "out")
    cell = Collected(folder).cells[1].id
    assert main(["rerun", folder, "--cell", cell[:10], "--run", "3"]) == 0
    shown = capsys.readouterr().out
    assert f"cell: {cell}\nrun: 3\nseed: 4\n" in shown
    assert "1 run(s) made again, 1 of them held; all as held." in shown
    assert main(["rerun", folder, "--cell", cell, "--run", "77", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["held"], told["differ"], told["row"]["run"]) == (0, [], 77)
    assert main(["rerun", folder, "--cell", cell]) == 0
    assert "6 run(s) made again, 6 of them held; all as held." in capsys.readouterr().out


def test_rerun_tells_rows_that_came_out_otherwise(
    swept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from signalling.engines.process import ProcessEngine

    plain = ProcessEngine.run

    def other(self: ProcessEngine, run: int, *arguments: object, **options: object) -> object:
        records = plain(self, run, *arguments, **options)  # type: ignore[arg-type]
        return records._replace(wholes=records.wholes + 1)

    monkeypatch.setattr(ProcessEngine, "run", other)
    cell = Collected(swept / "out").cells[0].id
    assert main(["rerun", str(swept / "out"), "--cell", cell, "--run", "2"]) == 1
    assert "1 differ from the rows held: [2]" in capsys.readouterr().out


def test_a_sweep_with_failing_runs_says_so(
    swept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(*arguments: object, **options: object) -> None:
        raise RuntimeError("no run today")

    monkeypatch.setattr("signalling.engines.process.ProcessEngine.run", failing)
    command = ["sweep", str(swept / "days.study.toml"), "--out", str(tmp_path / "out")]
    assert main(command) == 1
    assert "24 runs failed; errors.parquet tells why" in capsys.readouterr().out
    monkeypatch.undo()
    assert main(command) == 0


def test_a_folder_of_another_study_is_refused(
    swept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.study.toml"
    other.write_text(STUDY.replace("seed = 4", "seed = 5"), encoding="utf-8")
    assert main(["sweep", str(other), "--out", str(swept / "out")]) == 2
    assert "seed: 4 there, 5 here" in capsys.readouterr().err


def test_workers_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["run", "two-seekers", "--runs", "12"], ["compare", "two-seekers", "--runs", "6"]):
        told = []
        for workers in ("1", "2"):
            assert main([*command, "--json", "--workers", workers]) == 0
            told.append(json.loads(capsys.readouterr().out))
        assert told[0] == told[1]


def test_an_interrupted_sweep_says_how_to_go_on(
    swept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("signalling.engines.process.ProcessEngine.run", interrupted)
    study, out = str(swept / "days.study.toml"), str(tmp_path / "out")
    assert main(["sweep", study, "--out", out]) == 130
    assert (
        f"interrupted; 0 of 24 runs are kept in {out}. To go on, run: signalling sweep {study} --out {out}"
        in (capsys.readouterr().err)
    )


@pytest.mark.parametrize(
    ("command", "work"),
    [
        ("dilemma two-seekers --state A --arm floor=2 --runs 7", "signalling.armament.dilemma"),
        ("pivotal two-seekers --runs 7", "signalling.pivots.pivotal"),
    ],
)
def test_what_keeps_a_journal_says_how_to_go_on(
    command: str,
    work: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(work, interrupted)
    out = tmp_path / "a folder"
    assert main([*command.split(), "--out", str(out)]) == 130
    assert f"interrupted; to go on, run: signalling {command} --out '{out}'\n" in capsys.readouterr().err
    assert main(command.split()) == 130
    assert "interrupted; --out DIR would keep what is done" in capsys.readouterr().err


def test_a_folder_of_one_scenario_has_no_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "two-seekers", "--runs", "3", "--out", str(tmp_path / "out")]) == 0
    assert main(["figures", str(tmp_path / "out")]) == 2
    assert "no treatment" in capsys.readouterr().err


@pytest.mark.usefixtures("_runs_are_compiled")
def test_demo_says_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "july"
    assert main(["demo", "--runs", "12", "--out", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "Would a better line have averted the war of July 1914?" in shown
    assert "12 crises" in shown
    assert "hotline instead of telegraph" in shown
    assert "one-day-line instead of telegraph" in shown
    assert str(folder / "chronicle.txt") in shown
    assert "reviews every 12 h" in shown
    assert " of 8 sets of assumptions" in shown
    for name in ("p_war", "sensitivity", "space_time"):
        assert (folder / "figures" / f"{name}.pdf").stat().st_size > 1000
    assert main(["demo", "--runs", "2", "--out", str(folder), "--json"]) == 0
    summaries = json.loads(capsys.readouterr().out)
    assert [entry["treatment"] for entry in summaries] == ["hotline", "one-day-line"]
    for entry in summaries:
        assert [row["treatment_name"] for row in entry["panel"]] == [entry["treatment"]] * 8
        assert entry["panel"][0]["risk_difference"] == entry["risk_difference"]


def test_a_demo_that_is_interrupted_before_its_end_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("signalling.report.demo.make_panel", interrupted)
    assert main(["demo", "--runs", "2", "--out", str(tmp_path / "out")]) == 130
    assert "interrupted; nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_interrupt_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("signalling.engines.process.ProcessEngine.run", interrupted)
    assert main(["run", "two-seekers", "--runs", "9", "--out", str(tmp_path / "out")]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_progress_is_told_in_plain_lines_on_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("signalling.progress.LINE_INTERVAL", 0.0)
    assert main(["run", "two-seekers", "--runs", "3"]) == 0
    assert "two security seekers: 3 of 3 runs, " in capsys.readouterr().err


def test_the_command_starts_without_the_libraries_of_its_work() -> None:
    """--help answers at once because it imports none of them."""
    script = """
import sys
from signalling.cli import main
main(["--help"])
print(sorted(set(sys.modules) & {"numpy", "simpy", "pydantic", "pyarrow", "matplotlib", "networkx"}))
"""
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "[]"


def test_module_and_console_script_agree() -> None:
    environment = os.environ | {"COLUMNS": "80"}
    shown = subprocess.run(
        [sys.executable, "-m", "signalling", "check", "two-seekers"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert shown.stdout.startswith("two-seekers: acceptable")
