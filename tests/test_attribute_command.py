"""The command attribute: what it prints and writes, and how it goes on."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import signalling as sg
from signalling import fault_sets
from signalling.cli import main
from signalling.shares import Attribution

pytestmark = pytest.mark.usefixtures("_pages_stay_blank")

SETTINGS = ("--set", "horizon_days=15", "--set", "channels.default.garble.probability=0.5")
COMMAND = ("attribute", "greedy-and-seeker", "--runs", "25", "--seed", "3", *SETTINGS)


def asked(faults: list[str] | str = "all") -> Attribution:
    scenario = sg.load_scenario("greedy-and-seeker").replace(
        {"horizon_days": 15, "channels.default.garble.probability": 0.5}
    )
    return sg.attribute(scenario, faults=faults, runs=25, seed=3)


def test_json_is_the_summary(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMMAND, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == asked().summary()
    assert main([*COMMAND, "--pairs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == asked("pairs").summary()


def test_the_table_names_what_is_on_and_the_sentences_what_is_off(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(list(COMMAND)) == 0
    shown = capsys.readouterr().out
    assert [shown.count(f"│ {name} ") for name in ("garbling", "delay", "loss", "queue")] == [1, 1, 1, 0]
    assert "Off in this scenario, share 0: lying, outage, queue, tampering" in shown
    assert f"25 crises on the same luck, {asked().war.sum()} of which end in war." in shown
    assert "they do not say what caused a war that was" in shown


def test_the_folder_holds_everything_and_is_gone_on_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = ["--fault", "garbling:Greedy->Seeker", "--fault", "loss"]
    assert main([*COMMAND, *faults, "--out", str(tmp_path)]) == 0
    assert "Written to" in capsys.readouterr().out
    names = {"attribution.json", "journal.jsonl", "runs.parquet", "shares.pdf", "shares.png"}
    assert {path.name for path in tmp_path.iterdir()} == names
    found = asked(["garbling:Greedy->Seeker", "loss"])
    assert json.loads((tmp_path / "attribution.json").read_text()) == found.summary()
    rows = pq.read_table(tmp_path / "runs.parquet")
    assert rows.equals(found.runs_table())
    assert int(rows.schema.metadata[b"denominator"]) == 2

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(fault_sets, "make_engine", refuse)
    assert main([*COMMAND, *faults, "--out", str(tmp_path), "--json"]) == 0
    assert main([*COMMAND, "--seed", "4", *faults, "--out", str(tmp_path)]) == 2
    assert "journal.jsonl: holds other work" in capsys.readouterr().err


def test_an_interrupt_says_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fault_sets, "make_engine", interrupt)
    command = ["attribute", "two-seekers", "--fault", "delay:A->B", "--set", "horizon_days=5"]
    folder = tmp_path / "a folder"
    assert main([*command, "--out", str(folder)]) == 130
    told = capsys.readouterr().err.splitlines()[-1]
    assert told == (
        "signalling: interrupted; to go on, run: signalling attribute two-seekers --fault 'delay:A->B' "
        f"--set horizon_days=5 --out '{folder}'"
    )
    assert main(command) == 130
    assert "--out DIR would keep what is done" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--fault", "garbel"], 'faults = "garbel": no such fault; did you mean "garbling"?'),
        (["--fault", "loss", "--pairs"], "--pairs: names the faults already; drop it or --fault"),
        (["--set", "ladder.war=false"], "scenario: knows no war"),
    ],
)
def test_what_cannot_be_meant_is_told(
    more: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*COMMAND, *more, "--out", str(tmp_path / "new")]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
