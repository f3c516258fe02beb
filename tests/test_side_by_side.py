"""Two versions of a run are told from where they part; what both tell stands once."""

import json
from pathlib import Path

import pytest

import signalling as sg
from signalling.chronicle import entries
from signalling.cli import main
from signalling.side_by_side import SAME, parting, side_by_side

pytestmark = pytest.mark.usefixtures("_pages_stay_blank")

SEEKERS = sg.load_scenario("two-seekers").replace({"horizon_days": 8})
LATE = SEEKERS.replace({"channels.B->A.delay": {"law": "constant", "hours": 30}})


def test_a_run_does_not_part_from_itself() -> None:
    trace = sg.trace(SEEKERS, seed=1, run=0)
    assert parting(trace, sg.trace(SEEKERS, seed=1, run=0, engine="batch")) is None
    assert "are told alike from beginning to end" in side_by_side(trace, trace, ("one", "other"))


def test_runs_part_where_the_first_difference_is_told() -> None:
    first, second = sg.trace(SEEKERS, seed=1, run=0), sg.trace(LATE, seed=1, run=0)
    begin = parting(first, second)
    assert begin == min(message.due for message in first.messages if first.lines[message.channel] == "B->A")
    assert parting(second, first) == begin
    assert [entry for entry in entries(first) if entry[0] < begin] == [
        entry for entry in entries(second) if entry[0] < begin
    ]


def test_a_run_that_stops_sooner_parts_there() -> None:
    short = sg.trace(SEEKERS.replace({"horizon_days": 4}), seed=1, run=0)
    long = sg.trace(SEEKERS, seed=1, run=0)
    begin = parting(short, long)
    assert begin is not None
    assert begin > max(tick for tick, _ in entries(short)) - 1


def test_every_entry_stands_in_its_column_once() -> None:
    first, second = sg.trace(SEEKERS, seed=1, run=0), sg.trace(LATE, seed=1, run=0)
    told = side_by_side(first, second, ("prompt", "late"))
    begin = parting(first, second)
    assert begin is not None
    assert told.startswith("two security seekers: run 0 of seed 1\n")
    left = " ".join(line[10:74].strip() for line in told.splitlines())
    right = " ".join(line[74:].strip() for line in told.splitlines())
    mine = [text.strip() for tick, text in entries(first) if tick >= begin]
    others = [text.strip() for tick, text in entries(second) if tick >= begin]
    for text in mine:
        assert text in " ".join(left.split())
    both = sum((tick, text) in entries(second) for tick, text in entries(first) if tick >= begin)
    assert right.count(SAME) == both > 0
    for text in others:
        assert text in " ".join(right.split()) or text in mine
    assert max(len(line) for line in told.splitlines()) <= 10 + 2 * 64


def test_compare_tells_one_run_under_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "pair"
    arguments = ["compare", "two-seekers", "--treat", "channels.all.delay={law='constant',hours=30}"]
    arguments += ["--run", "2", "--seed", "5", "--set", "horizon_days=8"]
    assert main([*arguments, "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "run 2 of seed 5" in told
    assert (out / "chronicles-treatment.txt").read_text("utf-8") in told
    assert {path.name for path in out.iterdir()} == {
        "chronicles-treatment.txt",
        "space_time-treatment.pdf",
        "space_time-treatment.png",
    }
    assert main([*arguments, "--json"]) == 0
    [pair] = json.loads(capsys.readouterr().out)
    first, second = (sg.trace(s, seed=5, run=2) for s in (SEEKERS, _slow(SEEKERS)))
    assert pair["parting_tick"] == parting(first, second)
    assert pair["treated"]["outcome"]["stop_hours"] == second.outcome["stop_hours"]
    assert main([*arguments[:-4], "--run", "-1"]) == 2


def _slow(scenario: sg.Scenario) -> sg.Scenario:
    return scenario.replace({"channels.all.delay": {"law": "constant", "hours": 30}})
