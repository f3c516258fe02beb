"""The multiverse: counts are those of compare, interrupted work goes on, and shares are counted right."""

import itertools
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import signalling as sg
from signalling.errors import ScenarioError, SignallingError
from signalling.executors import run_models
from signalling.experiments import multiverse
from signalling.experiments.multiverse import MultiversePart, SharesPart, mean_share, sign
from signalling.experiments.rows import Row
from signalling.experiments.work import Work
from signalling.region import load_region
from signalling.stats import Interval, clopper_pearson, tango, wilson

REGION = """
name = "short crises"
scenario = "short.toml"

[common]
"review.interval_hours" = { low = 20, high = 40, scale = "log" }
"horizon_days" = { low = 4, high = 6 }
"channels.default.loss_probability" = { low = 0.3, high = 0.6 }
"states.all.greedy_probability" = { low = 0.5, high = 1 }

[doctrines.spiral]
"states.all.doctrine.first_strike_advantage" = { low = 0.2, high = 0.8 }

[doctrines.threshold]
"states.all.doctrine.attack_above" = { low = 2, high = 3 }
"""
#: So few messages that nothing has to be compiled, and yet wars: both stand on the last peacetime rung.
SHORT = """
name = "a short crisis"
horizon_days = 6

[[states]]
name = "A"
doctrine = "spiral"
start_rung = 4

[[states]]
name = "B"
doctrine = "spiral"
start_rung = 4
"""
NOISE = "channels.default.garble.probability"
PART: dict[str, Any] = {
    "kind": "multiverse",
    "region": "region.toml",
    "points": 3,
    "quick_points": 2,
    "runs": 10,
    "quick_runs": 8,
    "seed": 11,
    "contrasts": {
        "clean": {"label": "nothing is lost", "treatment": {"channels.default.loss_probability": 0}},
        "noise": {"label": "noise that is not known", "treatment": {
            NOISE: 0.5, "channels.default.assumed": "baseline"}},
        "lies": {"label": "lies", "set": {"states.all.greedy_probability": 1},
                 "treatment": {"states.all.lying_probability": 1}},
    },
}  # fmt: skip


def part(**others: Any) -> MultiversePart:
    return MultiversePart.model_validate(PART | others)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    (tmp_path / "region.toml").write_text(REGION, encoding="utf-8")
    (tmp_path / "short.toml").write_text(SHORT, encoding="utf-8")
    return Work(tmp_path, tmp_path / "parts" / "points.jsonl", quick=True, workers=1)


def test_counts_are_those_of_compare(work: Work) -> None:
    rows = part().rows(work)
    told = [(row["contrast"], row["doctrine"], row["point"]) for row in rows]
    assert told == list(itertools.product(PART["contrasts"], ["spiral", "threshold"], [-1, 0, 1]))
    region = load_region(work.folder / "region.toml")
    discordant = 0
    for row in rows:
        settings = {path: row[path] for path in region.spreads[str(row["doctrine"])]}
        assert all(row[path] is None for path in set(region.paths) - set(settings))
        if row["default"]:
            assert settings == region.defaults(str(row["doctrine"]))
        else:
            assert settings == region.points(str(row["doctrine"]), 2, seed=11)[int(str(row["point"]))]
        contrast = PART["contrasts"][row["contrast"]]
        baseline = region.version(str(row["doctrine"]), settings).replace(contrast.get("set", {}))
        treatment = contrast["treatment"]
        if row["contrast"] == "lies":  # which changes states, and so is no treatment of compare
            before, after = (
                sg.run(scenario, runs=8, seed=11)["war"]
                for scenario in (baseline, baseline.replace(treatment))
            )
            wars = list(zip(before, after, strict=True))
        else:
            pair = sg.compare(baseline, treatment=treatment, runs=8, seed=11)
            wars = list(zip(pair.baseline["war"], pair.treated["war"], strict=True))
        averted, caused = wars.count((True, False)), wars.count((False, True))
        assert (row["averted"], row["caused"], row["untouched"]) == (
            averted,
            caused,
            wars.count((True, True)),
        )
        assert row["difference"] == pytest.approx((caused - averted) / 8, abs=1e-8)
        assert row["p_war_baseline"] == pytest.approx(sum(before for before, _ in wars) / 8, abs=1e-8)
        found = tango(caused, averted, 8)
        assert (row["difference_low"], row["difference_high"]) == pytest.approx(found[1:], abs=1e-7)
        assert row["sign"] == sign(found)
        discordant += averted + caused
    assert discordant > 20  # there is something to count
    assert {row["sign"] for row in rows} == {"raises", "lowers", "neither"}


def test_interrupted_work_goes_on(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = part().rows(replace(work, journal=work.folder / "whole.jsonl"))
    told: list[tuple[int, int]] = []

    def interrupts(done: int, wanted: int) -> None:
        told.append((done, wanted))
        if done > wanted // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        part().rows(replace(work, progress=interrupts))
    arms: list[int] = []

    def counted(models: Any, **others: Any) -> Any:
        arms.append(len(models))
        return run_models(models, **others)

    monkeypatch.setattr(multiverse, "run_models", counted)
    told.clear()
    progress = lambda done, wanted: told.append((done, wanted))  # noqa: E731
    assert part().rows(replace(work, progress=progress)) == whole
    # Of six points three were kept. A baseline is run once for the contrasts that share it, and at defaults,
    # where nothing is lost, one of these is the baseline itself.
    assert arms == [0, 0, 0, 4, 5, 5]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (6 * 3 * 8, 6 * 3 * 8)
    arms.clear()
    assert part().rows(work) == whole
    assert arms == [0] * 6
    # More points, and contrasts that come or go, keep what is done; other numbers of runs do not.
    fewer = {name: PART["contrasts"][name] for name in ("noise", "clean")}
    arms.clear()
    more = part(quick_points=3, contrasts=fewer).rows(work)
    assert arms == [0, 0, 0, 3, 0, 0, 0, 3]
    assert [row for row in more if row["point"] != 2] == [
        row for name in fewer for row in whole if row["contrast"] == name
    ]
    arms.clear()
    part(quick_runs=5, quick_points=1).rows(work)
    assert arms == [4, 5] * 2


def test_what_is_asked_for_in_full_is_more(work: Work) -> None:
    rows = part(contrasts={"clean": PART["contrasts"]["clean"]}).rows(replace(work, quick=False))
    assert (len(rows), {row["runs"] for row in rows}) == (2 * 4, {10})


def test_what_is_refused_is_named_before_any_run(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiverse, "run_models", None)
    bad = {"label": "x", "treatment": {"channels.default.loss_probability": 2}}
    with pytest.raises(
        ScenarioError, match=r"doctrines\.spiral: contrasts\.bad\.treatment: .*loss_prob.* = 2: must"
    ):
        part(contrasts=PART["contrasts"] | {"bad": bad}).rows(work)
    text = REGION.replace("{ low = 0.5, high = 1 }", "{ values = [0.5, 0.6, 0.7, 0.8, 2.0, 0.9] }")
    (work.folder / "region.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"doctrines\.\w+, point .*greedy_probability = 2\.0.*: must be"):
        part(quick_points=20).rows(work)


@pytest.mark.parametrize(
    ("low", "high", "margin", "expected"),
    [
        (0.01, 0.2, 0.0, "raises"),
        (-0.2, -0.01, 0.0, "lowers"),
        (0.0, 0.2, 0.0, "neither"),
        (-0.2, 0.0, 0.0, "neither"),
        (0.01, 0.2, 0.02, "neither"),
        (-0.2, -0.01, 0.02, "neither"),
        (0.03, 0.2, 0.02, "raises"),
    ],
)
def test_a_sign_is_that_of_the_whole_interval(low: float, high: float, margin: float, expected: str) -> None:
    assert sign(Interval((low + high) / 2, low, high), margin) == expected


# Shares of the region


def rows_of(signs: dict[str, list[str]], differences: dict[str, list[float]]) -> list[Row]:
    """Rows of a contrast, by doctrine; the first one is the default."""
    told: Row = {"contrast": "clean", "label": "nothing is lost"}
    return [
        told | {"doctrine": doctrine, "default": place == 0, "sign": found, "difference": difference}
        for doctrine in signs
        for place, (found, difference) in enumerate(zip(signs[doctrine], differences[doctrine], strict=True))
    ]


def test_shares_are_counted_without_the_defaults() -> None:
    rows = rows_of(
        {
            "spiral": ["raises", "lowers", "lowers", "lowers", "neither"],
            "threshold": ["raises", "raises", "neither", "lowers", "neither"],
        },
        {"spiral": [9.0, -0.4, -0.3, -0.2, 0.0], "threshold": [9.0, 0.4, 0.0, -0.1, 0.1]},
    )
    found = {row["doctrine"]: row for row in SharesPart(kind="shares", of="points").rows_from(rows)}
    assert list(found) == ["spiral", "threshold", "all"]
    spiral, both = found["spiral"], found["all"]
    assert (spiral["points"], spiral["raises"], spiral["lowers"], spiral["neither"]) == (4, 0.0, 0.75, 0.25)
    low_high = (spiral["lowers_low"], spiral["lowers_high"])
    assert low_high == pytest.approx(wilson(3, 4)[1:], abs=1e-7)
    assert (spiral["quartile_low"], spiral["median"], spiral["quartile_high"]) == (-0.325, -0.25, -0.15)
    assert (both["points"], both["raises"], both["lowers"], both["neither"]) == (8, 0.125, 0.5, 0.375)
    assert (both["label"], both["median"]) == ("nothing is lost", -0.05)


def test_doctrines_with_unlike_numbers_of_points_are_refused() -> None:
    rows = rows_of({"spiral": ["raises"] * 3, "threshold": ["raises"] * 4},
                   {"spiral": [0.0] * 3, "threshold": [0.0] * 4})  # fmt: skip
    with pytest.raises(SignallingError, match="more points than another"):
        SharesPart(kind="shares", of="points").rows_from(rows)


def test_the_mean_of_one_share_has_its_interval() -> None:
    assert mean_share([(3, 20)]) == pytest.approx(wilson(3, 20))
    three = mean_share([(3, 20), (3, 20), (3, 20)])
    assert three.estimate - three.low == pytest.approx((0.15 - wilson(3, 20).low) / math.sqrt(3))
    # Where nothing was seen there is still an interval, as for one doctrine.
    nothing = mean_share([(0, 50)] * 3)
    assert (nothing.estimate, nothing.low) == (0.0, 0.0)
    assert clopper_pearson(0, 150).high < nothing.high < 3 * clopper_pearson(0, 150).high


@pytest.mark.parametrize(
    ("truth", "most"),
    [
        ((0.5, 0.5), 0.965),
        ((0.3, 0.3), 0.965),
        ((0.1, 0.6), 0.965),
        ((0.0, 0.5), 1.0),
        ((0.05, 0.05), 1.0),
        ((1.0, 0.9), 1.0),
        ((0.02, 0.98), 1.0),
    ],
)
def test_the_mean_of_shares_is_covered(truth: tuple[float, float], most: float) -> None:
    """By enumeration, so that there is no false alarm; near 0 and 1 it may cover more than it says."""
    n = 40
    covered = 0.0
    for counts in itertools.product(range(n + 1), repeat=2):
        chance = math.prod(
            math.comb(n, count) * p**count * (1 - p) ** (n - count)
            for count, p in zip(counts, truth, strict=True)
        )
        found = mean_share([(count, n) for count in counts])
        covered += chance * (found.low <= sum(truth) / 2 <= found.high)
    assert 0.925 < covered < most
