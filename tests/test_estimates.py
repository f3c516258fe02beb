"""Estimates are those of the single rules, by group, and come out whole."""

import csv
import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import signalling as sg
from signalling.counterfactual import Paired
from signalling.errors import ResultError
from signalling.estimates import Estimates, estimate
from signalling.estimates.groups import settings_of
from signalling.estimates.labels import short_names, shown_estimate
from signalling.estimates.measures import columns_for
from signalling.estimates.parts import common_horizon, estimate_part, joined, seen_by_group
from signalling.report.tables import comparison_sentences
from signalling.stats import mean_interval, proportion_interval
from signalling.survival import hazard_per_review, kaplan_meier

GARBLE = "channels.default.garble.probability"
NOISES = (0.0, 0.3, 0.4)
RUNS = 40


def with_column(table: pa.Table, name: str, value: object) -> pa.Table:
    return table.append_column(name, pa.array([value] * table.num_rows))


@pytest.fixture(scope="module")
def study() -> tuple[pa.Table, pa.Table]:
    """Three cells as a collected study has them, and the table by state."""
    base = sg.load_scenario("two-seekers").replace({"channels.all.assumed": {"garble": {"probability": 0}}})
    tables, states = [], []
    for noise in NOISES:
        outcomes = sg.run(
            base.replace({"channels.all.garble.probability": noise}), runs=RUNS, seed=3, by_state=True
        )
        tables.append(with_column(outcomes.table, GARBLE, noise))
        states.append(outcomes.states)
    return pa.concat_tables(tables), pa.concat_tables(states)


@pytest.fixture(scope="module")
def estimates(study: tuple[pa.Table, pa.Table]) -> Estimates:
    return estimate(study[0], states=study[1])


def ends(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[name] for name in ("estimate", "low", "high", "method", "n"))


def test_each_number_is_that_of_its_own_rule(study: tuple[pa.Table, pa.Table], estimates: Estimates) -> None:
    for noise in NOISES:
        runs = study[0].filter(pc.equal(study[0][GARBLE], noise))
        [cell] = set(runs["cell"].to_pylist())
        states = study[1].filter(pc.equal(study[1]["cell"], cell))

        def of(measure: str, state: str | None = None, at: float = noise) -> tuple[object, ...]:
            [row] = [row for row in estimates.of(measure, state) if row[GARBLE] == at]
            return ends(row)

        wars = sum(runs["war"].to_pylist())
        unready = sum(bool(struck) for struck in runs["struck_unready"].to_pylist())
        struck = sum(pc.filter(states["struck"], pc.equal(states["state"], "A")).to_pylist())
        reviews = sum(runs["reviews"].to_pylist())
        curve = kaplan_meier(runs["stop_hours"].to_numpy(), runs["war"].to_numpy())
        assert of("runs") == (RUNS, None, None, "count", RUNS)
        assert of("p_war") == proportion_interval(wars, RUNS)
        assert of("p_struck_unready") == proportion_interval(unready, RUNS)
        assert of("security", "A") == proportion_interval(RUNS - struck, RUNS)
        assert of("war_hours_median") == curve.median()
        assert of("war_hours_restricted_mean") == curve.restricted_mean(1440.0)
        assert of("hazard_per_review") == hazard_per_review(wars, reviews)
        assert of("sent") == mean_interval(runs["sent"].to_pylist())
        assert of("payoff") == mean_interval(runs["payoff"].to_pylist())
    assert (estimates.horizon_hours, estimates.confidence, estimates.common_luck) == (1440.0, 0.95, True)


def test_settings_name_groups_and_sort_them(study: tuple[pa.Table, pa.Table]) -> None:
    by_cell, by_setting = estimate(study[0]), estimate(study[0], by=[GARBLE])
    assert by_cell.group_columns == ("cell", GARBLE)
    assert by_setting.group_columns == (GARBLE,)
    for told in (by_cell, by_setting):
        assert [row[GARBLE] for row in told.of("p_war")] == list(NOISES)
        assert GARBLE not in told.measures
    assert [ends(row) for row in by_cell.of("payoff")] == [ends(row) for row in by_setting.of("payoff")]


def test_settings_are_known_by_name_or_by_their_place_in_a_collected_study() -> None:
    assert settings_of(["cell", "war", GARBLE, "horizon_days", "treatment", "cooperation"]) == (
        GARBLE,
        "horizon_days",
        "treatment",
    )
    assert settings_of(["patience", "treatment", "cell", "run", "score"]) == ("patience", "treatment")
    own = pa.table(
        {"patience": [1, 1, 2, 2], "treatment": ["none"] * 4, "cell": list("aabb"), "score": [1, 2, 3, 5]}
    )
    told = estimate(own)
    assert told.group_columns == ("cell", "patience", "treatment")
    assert told.measures == ["runs", "score"]
    assert told.horizon_hours is None
    assert json.loads(told.to_json())["horizon_hours"] is None


def test_where_keeps_the_groups_that_have_the_values(estimates: Estimates) -> None:
    one = estimates.where({GARBLE: 0.3})
    assert [row[GARBLE] for row in one.of("p_war")] == [0.3]
    assert one.of("p_war") == [row for row in estimates.of("p_war") if row[GARBLE] == 0.3]
    with pytest.raises(ResultError, match="garble: the estimates are not grouped by it"):
        estimates.where({"garble": 0.3})
    with pytest.raises(ResultError, match="no group has these values"):
        estimates.where({GARBLE: 0.31})


def test_parts_that_hold_whole_groups_add_up_to_the_table(
    study: tuple[pa.Table, pa.Table], estimates: Estimates
) -> None:
    """Cells are read some at a time where all have no room in memory."""
    by, names = ("cell",), ("A", "B")
    tables = [study[0].slice(0, RUNS), study[0].slice(RUNS)]
    horizon = common_horizon(seen for table in tables for seen in seen_by_group(table, by))
    found = [
        estimate_part(table, by=by, names=names, measures=(), horizon_hours=horizon)
        for table in reversed(tables)
    ]
    together = joined(found, common_luck=True)
    assert together.table.equals(estimates.table)
    assert dataclasses.replace(together, table=None) == dataclasses.replace(estimates, table=None)


def test_a_setting_names_groups_only_if_it_is_constant_in_those_of_every_part() -> None:
    first = pa.table({"horizon_days": [5, 5], "treatment": ["a", "a"], "cell": ["x"] * 2, "score": [1, 2]})
    second = pa.table({"horizon_days": [5, 6], "treatment": ["b", "b"], "cell": ["y"] * 2, "score": [3, 5]})
    parts = [
        estimate_part(table, by=("treatment",), names=(), measures=(), horizon_hours=None)
        for table in (first, second)
    ]
    assert parts[0].estimates.group_columns == ("treatment", "horizon_days")
    together = joined(parts)
    assert together.group_columns == ("treatment",)
    assert together.table.equals(estimate(pa.concat_tables([first, second]), by=("treatment",)).table)


def test_only_what_is_asked_for_is_estimated(study: tuple[pa.Table, pa.Table], estimates: Estimates) -> None:
    for measures in (["p_war"], ["war_hours_restricted_mean", "payoff"]):
        told = estimate(study[0], measures=measures)
        assert sorted(told.measures) == sorted(measures)
        assert [told.of(name) for name in measures] == [estimates.of(name) for name in measures]
        assert told.to_markdown().count("\n| ") == 3
    with pytest.raises(ResultError, match="measure = peace: not estimated; there are runs, p_war"):
        estimate(study[0], measures=["p_war", "peace"])
    columns = study[0].column_names
    assert columns_for(["p_war", "runs"], columns) == ["run", "seed", "war"]
    assert columns_for(["p_struck_unready"], columns) == ["run", "seed", "war", "struck_unready"]
    assert columns_for(["payoff"], columns) == ["run", "seed", "payoff"]
    assert columns_for(["peace"], columns) is columns_for([], columns) is None


def test_the_order_of_rows_does_not_matter(study: tuple[pa.Table, pa.Table], estimates: Estimates) -> None:
    order = np.random.default_rng(5).permutation(study[0].num_rows)
    shuffled = estimate(study[0].take(pa.array(order)), states=study[1])
    assert shuffled.table.equals(estimates.table)


def test_the_same_luck_is_not_counted_twice(study: tuple[pa.Table, pa.Table]) -> None:
    pooled = with_column(study[0], "treatment", "none")
    with pytest.raises(ResultError, match=rf"run \d+ of seed 3 stands 3 times .* group by {GARBLE} too"):
        estimate(pooled, by=["treatment"])
    seeds = pa.array([row // RUNS for row in range(pooled.num_rows)], type=pa.uint64())
    apart = pooled.set_column(pooled.column_names.index("seed"), "seed", seeds)
    told = estimate(apart, by=["treatment"])
    assert (told.of("runs")[0]["estimate"], told.common_luck) == (3 * RUNS, False)
    assert GARBLE not in told.group_columns


def test_a_treatment_that_changes_nothing_is_an_arm_of_its_own(study: tuple[pa.Table, pa.Table]) -> None:
    arm = study[0].slice(0, RUNS)
    both = pa.concat_tables([with_column(arm, "treatment", name) for name in ("baseline", "none")])
    told = estimate(both)
    assert [row["treatment"] for row in told.of("p_war")] == ["baseline", "none"]
    assert ends(told.of("p_war")[0]) == ends(told.of("p_war")[1])


def small_table() -> pa.Table:
    """Another game: war unknown, columns of its own, values missing, a law as a setting."""
    return pa.table(
        {
            "cell": ["a"] * 4 + ["b"] * 4,
            "run": [0, 1, 2, 3] * 2,
            "seed": pa.array([1] * 8, type=pa.uint64()),
            "war": pa.array([None] * 8, type=pa.bool_()),
            "stop_hours": [24.0] * 8,
            "reviews": [0] * 8,
            "initiator": pa.array([None] * 8, type=pa.string()),
            "payoff": pa.array([None] * 8, type=pa.float64()),
            "cooperation": [0.5, 0.7, None, 0.6, 0.1, 0.2, 0.3, math.nan],
            "agreed": [True, True, False, None, False, False, False, False],
            "channels.default.delay": [{"law": "constant", "hours": 1.0}] * 4
            + [{"law": "constant", "hours": 2.0}] * 4,
        }
    )  # fmt: skip


def test_other_games_and_missing_values() -> None:
    told = estimate(small_table())
    first, second = told.of("cooperation")
    assert ends(first) == mean_interval([0.5, 0.7, 0.6])
    assert second["n"] == 3
    assert ends(told.of("p_agreed")[0]) == proportion_interval(2, 3)
    for measure in ("p_war", "payoff"):
        assert ends(told.of(measure)[0]) == (None, None, None, "no values", 0)
    assert "war_hours_median" not in told.measures
    assert "initiator" not in told.measures
    laws = [json.loads(row["channels.default.delay"])["hours"] for row in told.of("cooperation")]
    assert laws == [1.0, 2.0]
    assert "| constant, hours 1.0 | 0.60 [0.35, 0.85] | none |" in told.to_markdown(["cooperation", "p_war"])


def test_mean_times_share_their_horizon() -> None:
    """One group is seen for 100 hours, the other for 50: both means count up to 50."""
    table = pa.table(
        {
            "cell": ["a"] * 3 + ["b"] * 3,
            "war": [True, False, False, True, True, False],
            "stop_hours": [10.0, 100.0, 100.0, 20.0, 30.0, 50.0],
        }
    )
    told = estimate(table)
    assert told.horizon_hours == 50.0
    means = [row["estimate"] for row in told.of("war_hours_restricted_mean")]
    assert means == pytest.approx([110.0 / 3.0, 100.0 / 3.0])


def test_exports_hold_every_row_unrounded(estimates: Estimates, tmp_path: Path) -> None:
    rows = estimates.to_arrow().to_pylist()
    path = estimates.to_csv(tmp_path / "estimates.csv")
    assert list(tmp_path.iterdir()) == [path]
    with path.open(encoding="utf-8", newline="") as lines:
        read = list(csv.DictReader(lines))
    assert [list(line) for line in read[:1]] == [estimates.table.column_names]
    for line, row in zip(read, rows, strict=True):
        for name in ("estimate", "low", "high"):
            assert (float(line[name]) if line[name] else None) == row[name]
    told = json.loads(estimates.to_json())
    assert told["estimates"] == rows
    assert told["group_columns"] == list(estimates.group_columns)
    assert len(estimates.to_pandas()) == len(estimates) == len(rows)
    with pytest.raises(dataclasses.FrozenInstanceError):
        estimates.confidence = 0.5  # type: ignore[misc]


def test_markdown_rounds_for_reading(estimates: Estimates) -> None:
    lines = estimates.to_markdown().splitlines()
    assert lines[0].startswith(
        "| garble probability | runs | P(war) | P(struck while unready) | security of A |"
    )
    assert len({line.count("|") for line in lines[:5]}) == 1
    assert [line.split(" | ")[0] for line in lines[2:5]] == ["| 0", "| 0.3", "| 0.4"]
    assert "95 % intervals. P(war): Clopper-Pearson or Wilson" in lines[-1]
    assert "Time at peace is counted up to 1440 h." in lines[-1]
    short = estimates.to_markdown(most=2).splitlines()
    assert short[:4] == lines[:4]
    assert short[-1] == f"And 1 groups more. {lines[-1]}"


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((0.5, 0.4, 0.6), "0.50 [0.40, 0.60]"),
        ((1420.4, 1401.2, 1439.9), "1420 [1401, 1440]"),
        ((0.00028, 0.00009, 0.00066), "0.00028 [0.00009, 0.00066]"),
        ((None, 1088.4, None), "beyond [1088, beyond]"),
        ((2.0, 2.0, 2.0), "2.000 [2.000, 2.000]"),
        ((0.0, 0.0, 0.0), "0 [0, 0]"),
        ((None, None, None), "none"),
        ((150.0, None, None), "150"),
    ],
)
def test_rounding(values: tuple[float | None, float | None, float | None], shown: str) -> None:
    assert shown_estimate(*values) == shown


def test_short_names_tell_paths_apart() -> None:
    paths = ["channels.A->B.garble.probability", "channels.default.garble.probability", "treatment"]
    assert short_names(paths) == ["A->B garble probability", "default garble probability", "treatment"]


def test_errors_say_what_to_do(study: tuple[pa.Table, pa.Table], estimates: Estimates) -> None:
    table, states = study
    with pytest.raises(ResultError, match="no column 'treatment'"):
        estimate(table, by=["treatment"])
    with pytest.raises(ResultError, match="must be a list of columns"):
        estimate(table, by="cell")
    with pytest.raises(ResultError, match="holds no run"):
        estimate(table.slice(0, 0))
    with pytest.raises(ResultError, match="states: has no row of run 0"):
        estimate(table, states=states.filter(pc.greater(states["run"], 0)))
    with pytest.raises(ResultError, match="security of C: not estimated; there are runs, p_war"):
        estimates.of("security", "C")
    with pytest.raises(sg.SignallingError, match="confidence = 95"):
        estimate(table, confidence=95)


# Pairs


def test_pairs_have_a_test_and_what_their_luck_was_worth() -> None:
    base = sg.load_scenario("two-seekers").replace({"channels.all.garble.probability": 0.4})
    harm = {"channels.all.assumed": {"garble": {"probability": 0}}}
    pair = sg.compare(base, treatment=harm, runs=60, seed=3)
    before, after = (np.array(arm["war"], dtype=float) for arm in (pair.baseline, pair.treated))
    assert pair.caused > pair.averted
    assert 0.0 < pair.mcnemar() < 0.05
    assert pair.variance_reduction() == pytest.approx((before.var() + after.var()) / (after - before).var())
    assert "McNemar's mid-p test: p" in comparison_sentences(pair)
    summary = pair.summary()
    assert (summary["mcnemar_mid_p"], summary["variance_reduction"]) == (
        pair.mcnemar(),
        pair.variance_reduction(),
    )
    same = Paired(pair.baseline, pair.baseline, "a", "b", 0.95)
    assert (same.variance_reduction(), same.mcnemar()) == (None, 1.0)
    assert "McNemar" not in comparison_sentences(same)


def test_security_is_read_from_the_target_where_states_were_not_kept() -> None:
    """Who was struck first stands in the outcomes too: both ways give the same estimates."""
    outcomes = sg.run(sg.load_scenario("greedy-and-seeker"), runs=40, seed=3, by_state=True)
    kept = estimate(outcomes.to_arrow(), states=outcomes.states).of("security")
    read = estimate(outcomes.to_arrow(), names=["Greedy", "Seeker"]).of("security")
    assert read == kept
    assert {row["state"] for row in read} == {"Greedy", "Seeker"}
    assert any(row["estimate"] < 1.0 for row in read)
