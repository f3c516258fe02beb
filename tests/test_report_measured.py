"""Estimates and figures of a study's folder, from the command line."""

import dataclasses
import json
import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from matplotlib.figure import Figure

import signalling as sg
from signalling.cli import main
from signalling.collected import Collected
from signalling.errors import ResultError
from signalling.report import measured, portions
from signalling.report.measured import estimate_folder
from signalling.shards import FACTS

pytestmark = pytest.mark.usefixtures("_pages_stay_blank")

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
    table = Collected(folder).to_arrow()
    expected = sg.estimate(table, by=[ASSUMED, GARBLE], names=["A", "B"]).to_arrow().to_pylist()
    assert told == json.loads(json.dumps(expected))
    assert {row["measure"] for row in told} >= {"p_war", "security", "hazard_per_review", "mean_age_hours"}


@pytest.mark.parametrize("by", [(GARBLE, ASSUMED), ("cell",), (GARBLE, ASSUMED, "war")])
@pytest.mark.parametrize("finished", [True, False])
def test_cells_are_read_some_at_a_time(
    finished: bool, by: tuple[str, ...], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same estimates, from the sorted table as from the shards of a sweep that was interrupted."""
    place = shutil.copytree(folder, tmp_path / "copy")
    if not finished:
        (place / "table.parquet").unlink()
    monkeypatch.setattr(portions, "PORTION_ROWS", 20)
    told = estimate_folder(place, by)
    assert len(list(portions.StudyRuns(place, {}).portions(by))) == 4
    expected = sg.estimate(Collected(folder).to_arrow(), by=by, names=["A", "B"])
    assert told.table.equals(expected.table)
    assert dataclasses.replace(told, table=None) == dataclasses.replace(expected, table=None)


def test_pooled_cells_share_their_luck_even_in_parts(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ResultError, match="run 0 of seed 5 stands 2 times in one group"):
        estimate_folder(folder, [GARBLE])
    study = sg.Study("two-seekers", runs=12, seed=5, grid={GARBLE: [0.0, 0.3]}, luck="independent")
    sg.collect(study, tmp_path)
    monkeypatch.setattr(portions, "PORTION_ROWS", 12)
    assert not estimate_folder(tmp_path).common_luck
    pooled = estimate_folder(tmp_path, ["treatment"])
    assert [row["estimate"] for row in pooled.of("runs")] == [24]


def test_outcomes_too_choose_runs(folder: Path) -> None:
    table = Collected(folder).to_arrow()
    told = estimate_folder(folder, where={"war": True, GARBLE: 0.3}).of("runs")
    chosen = table.filter((pc.field("war") == pa.scalar(True)) & (pc.field(GARBLE) == 0.3))
    assert sum(row["estimate"] for row in told) == chosen.num_rows > 0
    with pytest.raises(ResultError, match='types = "GG": no run has it; there are SS'):
        estimate_folder(folder, where={"types": "GG"})


def test_measures_may_be_named(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cells.parquet"
    assert main(["estimate", str(folder), "--measure", "p_war", "--out", str(file)]) == 0
    assert [line.count("|") for line in capsys.readouterr().out.splitlines()[:6]] == [5] * 6
    table = pq.read_table(file)
    assert set(table["measure"].to_pylist()) == {"p_war"}
    facts = json.loads(table.schema.metadata[FACTS])
    assert facts["cells"] == table.num_rows == 4
    assert facts["table"]["content_hash"] == Collected(folder).content_hash()


def test_axes_may_be_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(measured, "save_figure", lambda figure, *_: drawn.append(figure) or [])
    options = [
        "--x",
        ASSUMED,
        "--y",
        GARBLE,
        "--label",
        f'{GARBLE}="noise"',
        "--label",
        f'{ASSUMED}="belief"',
    ]
    assert main(["figures", str(folder), *options]) == 0
    left = drawn[0].axes[0]
    assert (left.get_xlabel(), left.get_ylabel()) == ("belief", "noise")


@pytest.mark.parametrize("ending", [".csv", ".json", ".arrow", ".parquet", ".md"])
def test_every_format_holds_the_same_rows(ending: str, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / f"estimates{ending}"
    assert main(["estimate", str(folder), "--out", str(file)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    rows = {
        ".csv": lambda: len(pd.read_csv(file)),
        ".json": lambda: len(json.loads(file.read_text(encoding="utf-8"))["estimates"]),
        ".arrow": lambda: feather.read_table(file).num_rows,
        ".parquet": lambda: pq.read_table(file).num_rows,
    }
    if ending == ".md":
        assert file.read_text(encoding="utf-8").count("\n| ") == 4
    else:
        assert rows[ending]() == len(sg.estimate(Collected(folder).to_arrow(), by=["cell"], names=["A", "B"]))


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
        (["figures", "--label", 'garble="noise"'], "garble: no such setting to label"),
        (["estimate", "--by", "nothing"], "nothing"),
        (["estimate", "--measure", "peace"], "peace"),
        (["estimate", "--out", "estimates.xls"], "ends in none of .csv, .json, .md, .arrow, .parquet"),
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
