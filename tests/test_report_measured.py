"""Estimates and figures of a study's folder, from the command line."""

import json
from pathlib import Path

import pandas as pd
import pyarrow.feather as feather
import pytest

import signalling as sg
from signalling.cli import main

GARBLE = "channels.default.garble.probability"
ASSUMED = "channels.default.assumed"
CLEAN = {"garble": {"probability": 0.0}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("results") / "noise"
    study = sg.Study("two-seekers", runs=12, seed=5, grid={GARBLE: [0.0, 0.3], ASSUMED: ["true", CLEAN]})
    sg.collect(study, place)
    return place


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("results") / "pair"
    assert main(["compare", "two-seekers", "--treatment", "noisy", "--runs", "3", "--out", str(place)]) == 0
    return place


def test_estimates_are_those_of_the_library(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["estimates"]
    table = sg.Collected(folder).to_arrow()
    expected = sg.estimate(table, by=[ASSUMED, GARBLE], names=["A", "B"]).to_arrow().to_pylist()
    assert told == json.loads(json.dumps(expected))
    assert {row["measure"] for row in told} >= {"p_war", "security", "hazard_per_review", "mean_age_hours"}


@pytest.mark.parametrize("ending", [".csv", ".json", ".arrow", ".md"])
def test_every_format_holds_the_same_rows(ending: str, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / f"estimates{ending}"
    assert main(["estimate", str(folder), "--out", str(file)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    rows = {
        ".csv": lambda: len(pd.read_csv(file)),
        ".json": lambda: len(json.loads(file.read_text(encoding="utf-8"))["estimates"]),
        ".arrow": lambda: feather.read_table(file).num_rows,
    }
    if ending == ".md":
        assert file.read_text(encoding="utf-8").count("\n| ") == 4
    else:
        assert rows[ending]() == len(
            sg.estimate(sg.Collected(folder).to_arrow(), by=["cell"], names=["A", "B"])
        )


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ([], "curves_p_war"),
        (["--x", ASSUMED, "--y", GARBLE], "map_p_war"),
        (["--x", GARBLE, "--series", ASSUMED, "--measure", "belief_error"], "curves_belief_error"),
        (["--survival"], "survival"),
        (["--survival", "--where", f"{GARBLE}=0.3"], "survival"),
        (["--where", f'{ASSUMED}="true"'], "curves_p_war"),
        (["--where", f"{ASSUMED}={{garble={{probability=0}}}}"], "curves_p_war"),
    ],
)
def test_figures_of_a_study(
    options: list[str], name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["figures", str(folder), *options]) == 0
    assert capsys.readouterr().out.split() == [
        str(folder / "figures" / f"{name}{e}") for e in (".pdf", ".png")
    ]


@pytest.mark.parametrize(
    ("command", "fragment"),
    [
        (["figures", "--x", "channels.default.loss_probability"], "loss_probability"),
        (["figures", "--measure", "peace"], "measure = peace: not estimated"),
        (["figures", "--where", f"{GARBLE}=0.5"], "no run has it; there are 0.0, 0.3"),
        (["figures", "--where", "horizon_days=3"], "horizon_days: no such setting"),
        (["figures", "--where", GARBLE], "--where"),
        (["estimate", "--by", "nothing"], "nothing"),
        (["estimate", "--measure", "peace"], "peace"),
        (["estimate", "--out", "estimates.xls"], "ends in none of .csv, .json, .md, .arrow"),
    ],
)
def test_bad_questions(
    command: list[str], fragment: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command[0], str(folder), *command[1:]]) == 2
    shown = capsys.readouterr()
    assert fragment in shown.err
    assert "Traceback" not in shown.err


def test_a_comparison_is_no_study(comparison: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", str(comparison)]) == 2
    assert "holds a comparison, not a study" in capsys.readouterr().err
