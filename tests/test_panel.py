"""The sensitivity panel counts what comparisons count, and what it writes is read back, the same twice."""

import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.console import Console

import signalling as sg
from signalling.counterfactual import Contrast, Paired
from signalling.errors import ResultError
from signalling.report.panel import (
    PANEL,
    Row,
    contrasts_of,
    make_panel,
    panel_tables,
    read_panel,
    write_panel,
)
from signalling.report.tables import signed
from signalling.study import compare_all

TREATMENTS = {
    "clean": {"channels.all.garble.probability": 0.0},
    "late": {"channels.all.delay": {"law": "constant", "hours": 24}},
}
STUDY = sg.Study(
    sg.load_scenario("two-seekers").replace({"channels.default.garble.probability": 0.3}),
    cell=[
        {"name": "often", "review.interval_hours": 12, "review.jitter_hours": 6},
        {"name": "as it is"},
        {"name": "greedy", "states.A.greedy_probability": 1.0},
    ],
    treatments=TREATMENTS,
    baseline="noisy",
    runs=100,
    seed=5,
)
RUNS = 12


@pytest.fixture(scope="module")
def known() -> list[Paired]:
    return compare_all(
        STUDY.scenario, STUDY.treatments, runs=20, seed=STUDY.seed, baseline_name=STUDY.baseline
    )


@pytest.fixture(scope="module")
def rows(known: list[Paired]) -> list[Row]:
    return make_panel(STUDY, known, runs=RUNS, seed=STUDY.seed)


def test_every_row_is_the_comparison_of_its_scenario_in_the_order_of_the_study(rows: list[Row]) -> None:
    assert [row.settings for row in rows] == STUDY.points
    for row in rows:
        pairs = compare_all(
            STUDY.scenario.replace(row.settings),
            TREATMENTS,
            runs=RUNS,
            seed=STUDY.seed,
            baseline_name=STUDY.baseline,
        )
        assert [pair.summary() for pair in row.pairs] == [pair.summary() for pair in pairs]


def test_progress_is_of_the_runs_that_have_to_be_made(known: list[Paired]) -> None:
    told: list[tuple[int, int]] = []
    make_panel(STUDY, known, runs=2, seed=STUDY.seed, progress=lambda *counts: told.append(counts))
    assert told[-1] == (12, 12)  # two points of three arms; the scenario as it is has been run
    assert told == sorted(told)


def test_counts_give_the_intervals_of_the_runs(rows: list[Row]) -> None:
    pairs = [pair for row in rows for pair in row.pairs]
    for contrast, pair in zip(contrasts_of(rows), pairs, strict=True):
        for treated in (False, True):
            assert contrast.war(treated=treated) == pair.war(treated=treated)
        assert contrast.risk_difference() == pair.risk_difference()
        assert (contrast.averted, contrast.caused, contrast.untouched) == (
            pair.averted,
            pair.caused,
            pair.untouched,
        )


@pytest.mark.parametrize(("averted", "caused", "sign"), [(90, 9, -1), (9, 90, 1), (9, 9, 0), (0, 0, 0)])
def test_a_sign_is_told_only_where_the_interval_excludes_zero(averted: int, caused: int, sign: int) -> None:
    assert Contrast("as it is", "noisy", "clean", 900, averted, caused, 99, 0.95).sign() == sign


def test_a_panel_is_written_read_and_written_with_the_same_bytes(rows: list[Row], tmp_path: Path) -> None:
    assert read_panel(tmp_path) == []
    for folder in ("first", "second"):
        write_panel(tmp_path / folder, rows)
    assert read_panel(tmp_path / "first") == contrasts_of(rows)
    assert len({(tmp_path / folder / PANEL).read_bytes() for folder in ("first", "second")}) == 1
    assert [path.name for path in (tmp_path / "first").iterdir()] == [PANEL]


def test_a_panel_says_what_rebuilds_each_row(rows: list[Row], tmp_path: Path) -> None:
    write_panel(tmp_path, rows)
    written = pq.read_table(tmp_path / PANEL).to_pylist()
    row = written[-1]
    assert (row["assumptions"], row["treatment_name"]) == ("greedy", "late")
    scenario = STUDY.scenario.replace(json.loads(row["settings"]))
    pair = sg.compare(scenario, treatment=TREATMENTS["late"], runs=row["pairs"], seed=row["seed"])
    for name, arm in (("baseline", pair.baseline), ("treated", pair.treated)):
        assert row[f"cell_{name}"] == arm["cell"][0]
        assert row[f"content_hash_{name}"] == arm.content_hash()
    assert (row["difference"], row["difference_low"], row["difference_high"]) == pair.risk_difference()
    assert row["p_war_treated_low"] == pair.war(treated=True).low
    assert json.loads(written[2]["settings"]) == {}


def test_a_damaged_panel_is_refused(rows: list[Row], tmp_path: Path) -> None:
    write_panel(tmp_path, rows)
    whole = (tmp_path / PANEL).read_bytes()
    (tmp_path / PANEL).write_bytes(whole[:-9])
    with pytest.raises(ResultError, match=r"panel\.parquet: is damaged; run the command again"):
        read_panel(tmp_path)
    (tmp_path / PANEL).write_bytes(whole)
    pq.write_table(pq.read_table(tmp_path / PANEL).drop(["pairs"]), tmp_path / PANEL)
    with pytest.raises(ResultError, match=r"panel\.parquet: is damaged"):
        read_panel(tmp_path)


def test_there_is_a_table_for_each_treatment_with_a_line_for_each_row(rows: list[Row]) -> None:
    console = Console(width=120, file=io.StringIO(), record=True)
    tables = panel_tables(contrasts_of(rows))
    assert [table.row_count for table in tables] == [3, 3]
    assert [table.title for table in tables] == [
        f"{name} instead of noisy, 12 crises under each line" for name in TREATMENTS
    ]
    console.print(tables[0])
    shown = console.export_text()
    for row in rows:
        assert str(row.settings["name"]) in shown
        assert signed(row.pairs[0].risk_difference()) in shown
