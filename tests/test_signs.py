"""Signs of better communication: pairs on the same luck, what counts as none, and what is refused."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

import signalling as sg
from signalling.errors import ScenarioError, SignallingError
from signalling.experiments.experiment import load_experiment
from signalling.experiments.rows import kept
from signalling.experiments.signs import Sign, SignsPart, paired, sign
from signalling.experiments.work import Work
from signalling.figures.paper.forest import ForestFigure
from signalling.outcome import Outcomes
from signalling.stats import Interval, mean_interval

FOLDER = Path(__file__).parents[1] / "experiments" / "11-verdicts"
LOSS = "channels.default.loss_probability"
POINT: dict[str, Any] = {
    "name": "lost .9 to never",
    "scenario": "two-seekers",
    "set": {"horizon_days": 15},
    "worse": {LOSS: 0.9},
    "better": {},
    "runs": 60,
    "quick_runs": 30,
}
CONDITION: dict[str, Any] = {
    "key": "a9",
    "text": "two seekers",
    "entry": "T99",
    "expected": "falls",
    "points": [POINT],
}


def part_of(*conditions: dict[str, Any]) -> SignsPart:
    told = [CONDITION | one for one in conditions or ({},)]
    return SignsPart.model_validate({"kind": "signs", "seed": 5, "conditions": told})


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    """A quick look with the process engine, which has nothing to compile."""
    monkeypatch.setattr(Work, "engine", "process")
    return Work(tmp_path, tmp_path / "parts" / "signs.jsonl", quick=True, workers=1)


@pytest.fixture(scope="module")
def arms() -> tuple[Outcomes, Outcomes]:
    scenario = sg.load_scenario("two-seekers").replace({"horizon_days": 15})
    worse = scenario.replace({LOSS: 0.9})
    first, second = (
        sg.run(one, runs=30, seed=5, engine="process", by_state=True) for one in (worse, scenario)
    )
    return first, second


# What a difference comes to


@pytest.mark.parametrize(
    ("low", "high", "differ", "margin", "expected"),
    [
        (-0.3, -0.1, 9, 0.0, Sign.FALLS),
        (0.1, 0.3, 9, 0.0, Sign.RISES),
        (-0.1, 0.3, 9, 0.0, Sign.UNDECIDED),
        (-0.1, 0.3, 9, 0.2, Sign.UNDECIDED),
        (-0.1, 0.1, 9, 0.1, Sign.NONE),
        (0.01, 0.1, 9, 0.1, Sign.NONE),
        (0.01, 0.11, 9, 0.1, Sign.RISES),
        (-0.1, 0.1, 0, 0.0, Sign.NONE),
        (0.0, 0.0, 9, 0.0, Sign.NONE),
    ],
)
def test_what_a_difference_comes_to(
    low: float, high: float, differ: int, margin: float, expected: Sign
) -> None:
    assert sign(Interval((low + high) / 2, low, high), differ, margin) == expected


def test_pairs_of_events_and_of_numbers() -> None:
    before, after = np.array([True] * 6 + [False] * 4), np.array([True] * 2 + [False] * 8)
    events = paired(before, after)
    assert (events.worse, events.better, events.differ) == (0.6, 0.2, 4)
    assert events.difference.estimate == pytest.approx(-0.4)
    assert events.difference.high < 0.0
    numbers = paired(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 7.0]), unit=2.0)
    assert (numbers.worse, numbers.better, numbers.differ) == (1.0, 2.0, 2)
    wanted = mean_interval([0.0, 1.0, 2.0])
    assert tuple(numbers.difference) == pytest.approx((wanted.estimate, wanted.low, wanted.high))


# Rows


def test_a_row_is_the_difference_of_its_pairs(work: Work, arms: tuple[Outcomes, Outcomes]) -> None:
    [row] = part_of().rows(work)
    first, second = (np.array(one["war"]) for one in arms)
    assert first.sum() > second.sum()
    wanted = paired(first, second)
    assert (row["worse"], row["better"]) == (kept(first.mean()), kept(second.mean()))
    names = ("difference", "difference_low", "difference_high")
    assert [row[name] for name in names] == [kept(end) for end in wanted.difference]
    assert (row["runs"], row["differ"]) == (30, int((first != second).sum()))
    assert (row["condition"], row["point"]) == ("a9 two seekers", "lost .9 to never")
    assert (row["expected"], row["found"], row["agrees"]) == ("falls", "falls", "yes")


def test_what_is_measured(work: Work, arms: tuple[Outcomes, Outcomes]) -> None:
    told = (
        {"measure": "stop", "equals": "horizon", "turned": True},
        {"measure": "mean_rung", "state": "A", "unit": 4.0},
        {"measure": "peak_rung", "state": "B", "equals": "4", "text": "the top"},
    )
    ended, mean, top = part_of(*({"text": str(place)} | one for place, one in enumerate(told))).rows(work)
    horizon = [np.array([stop == "horizon" for stop in one["stop"]]) for one in arms]
    assert (ended["worse"], ended["better"]) == tuple(kept(one.mean()) for one in horizon)
    lost, heard = (one.mean() for one in horizon)
    assert heard > lost
    assert ended["difference"] == kept(-(heard - lost))
    assert ended["difference_low"] < ended["difference"] < ended["difference_high"]  # type: ignore[operator]
    assert ended["found"] == "falls"
    states = [one.states.to_pandas() for one in arms if one.states is not None]
    rungs = [one[one.state == "A"].mean_rung.mean() for one in states]
    assert (mean["worse"], mean["better"]) == pytest.approx(tuple(rung / 4.0 for rung in rungs))
    assert mean["measure"] == "mean_rung of A"
    peaks = [(one[one.state == "B"].peak_rung == 4).mean() for one in states]
    assert (top["worse"], top["better"]) == pytest.approx(tuple(peaks))


def test_what_is_alike_in_every_run_is_none_and_what_is_not_predicted_is_told(work: Work) -> None:
    point = POINT | {"worse": {}, "better": {"states.all.utc_offset_hours": 3}}
    row, other = part_of({"points": [point]}, {"text": "others", "expected": "rises"}).rows(work)
    assert (row["differ"], row["difference"]) == (0, 0.0)
    assert (row["found"], row["agrees"]) == ("none", "no")
    assert (other["found"], other["agrees"]) == ("falls", "no")


def test_what_is_kept_is_not_run_again(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    from signalling.experiments import signs

    before = part_of().rows(work)

    def not_again(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(signs, "run_models", not_again)
    assert part_of().rows(work) == before


# What is refused


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"measure": "wars"}, 'a9, lost .9 to never: measure = "wars": no such column; did you mean'),
        ({"measure": "rung", "state": "C"}, 'a9, lost .9 to never: state = "C": no such state'),
        ({"measure": "initiator"}, "is null in"),
        ({"measure": "stop"}, "is no number; say which value counts with equals"),
        ({"points": [POINT | {"better": {LOSS: 2}}]}, f"a9, lost .9 to never: {LOSS} = 2"),
    ],
)
def test_mistakes_name_the_condition_and_the_point(work: Work, change: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError) as error:
        part_of(change).rows(work)
    assert told in str(error.value)


def test_points_are_told_apart() -> None:
    with pytest.raises(ValidationError, match=r"two points are called a9 / two seekers / lost .9 to never"):
        part_of({}, {})


# The verdict table


def test_every_condition_is_tried_at_two_points_or_more() -> None:
    parts = load_experiment(FOLDER).spec.parts
    part = parts["signs"]
    assert isinstance(part, SignsPart)
    assert all(len(condition.points) >= 2 for condition in part.conditions)
    keys = {condition.key for condition in part.conditions}
    wanted = {"a": 6, "b": 4, "c": 6}
    assert keys == {f"{family}{number + 1}" for family, size in wanted.items() for number in range(size)}
    named = {point.scenario for condition in part.conditions for point in condition.points}
    own = {path.name for path in FOLDER.glob("*.toml")} - {"experiment.toml"}
    assert own == {name for name in named if name.endswith(".toml")}


def test_scenarios_of_the_verdict_table_say_what_they_are() -> None:
    names = Counter(
        tomllib.loads(path.read_text("utf-8"))["name"]
        for path in FOLDER.glob("*.toml")
        if path.stem != "experiment"
    )
    assert set(names.values()) == {1}


# The figure


ROWS: list[dict[str, Any]] = [
    {"point": name, "difference": value, "difference_low": value - 0.1, "difference_high": value + 0.1,
     "expected": expected}
    for name, value, expected in (("one", -0.5, "falls"), ("two", 0.0, "none"), ("three", 0.4, "falls"))
]  # fmt: skip


def forest(**others: Any) -> ForestFigure:
    told = {"kind": "forest", "part": "signs", "caption": "", "rows": "point", "predicted": "expected"}
    return ForestFigure.model_validate(told | others)


def test_the_side_that_was_predicted_is_shaded() -> None:
    [axes] = forest().draw(ROWS).axes
    low, high = axes.get_xlim()
    shades = [shade.get_paths()[0].get_extents() for shade in axes.collections if shade.get_zorder() == 0.5]
    assert len(shades) == 3
    assert [(shade.x0, shade.x1) for shade in shades[::2]] == [(low, 0.0)] * 2
    assert shades[1].x0 == -shades[1].x1
    assert 0.0 < shades[1].x1 < 0.02 * (high - low)
    places = list(axes.get_yticks())
    assert all(shade.y0 < place < shade.y1 for shade, place in zip(shades, places, strict=True))
    [plain] = forest(predicted="").draw(ROWS).axes
    assert not [shade for shade in plain.collections if shade.get_zorder() == 0.5]


def test_no_sign_is_refused() -> None:
    with pytest.raises(
        SignallingError, match=r"expected = .*sinks.*: is no sign; they are falls, none, rises"
    ):
        forest().draw([*ROWS[:2], ROWS[2] | {"expected": "sinks"}])
