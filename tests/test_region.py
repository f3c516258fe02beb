"""Regions: what a file may say, and points that are uniform, told exactly and their doctrine's own."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from signalling.errors import ScenarioError
from signalling.region import Region, RegionFile, Spread, load_region

FILE = """
name = "two seekers, more or less"
scenario = "two-seekers"

[common]
"review.interval_hours" = { low = 8, high = 48, scale = "log" }
"review.jitter_hours" = { share_of = "review.interval_hours", low = 0.1, high = 0.9 }
"states.A.greedy_probability" = { values = [0.0, 0.5, 1.0] }
"states.all.start_rung" = { low = 0, high = 3, integer = true }

[doctrines.spiral]
"states.all.doctrine.precision" = { low = 8, high = 40, scale = "log" }

[doctrines.threshold]
"states.all.doctrine.attack_above" = { low = 2, high = 4 }
"""
#: Large enough for shares of a half to be told within 4 standard errors of 1 %.
MANY = 2500

Load = Callable[[str], Region]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def loaded(text: str) -> Region:
        path = tmp_path / "region.toml"
        path.write_text(text, encoding="utf-8")
        return load_region(path)

    return loaded


def test_settings_follow_the_cube(load: Load) -> None:
    region = load(FILE)
    assert region.settings("threshold", [0.0, 0.0, 0.0, 0.0, 0.0]) == {
        "review.interval_hours": 8.0,
        "review.jitter_hours": 0.8,
        "states.A.greedy_probability": 0.0,
        "states.all.start_rung": 0,
        "states.all.doctrine.attack_above": 2.0,
    }
    middle = region.settings("spiral", [0.5, 0.5, 0.5, 0.5, 0.5])
    assert middle["review.interval_hours"] == 19.5959  # sqrt(8 * 48) = 19.59591...
    assert middle["review.jitter_hours"] == 9.79795  # half of what is told, to six digits
    assert middle["states.A.greedy_probability"] == 0.5
    assert middle["states.all.start_rung"] == 2
    assert list(middle) == [*region.spreads["spiral"]]
    with pytest.raises(ScenarioError, match="the region has none such"):
        region.settings("listener", [0.5])


def test_a_multiple_may_stand_before_what_it_is_a_multiple_of(load: Load) -> None:
    lines = FILE.splitlines()
    place = next(place for place, line in enumerate(lines) if "interval_hours" in line)
    lines[place : place + 2] = lines[place + 1], lines[place]
    swapped, region = load("\n".join(lines)), load(FILE)
    shares = [0.2, 0.7, 0.5, 0.5, 0.5]
    found = swapped.settings("spiral", [0.7, 0.2, 0.5, 0.5, 0.5])
    assert found == region.settings("spiral", shares)


def test_points_are_told_exactly_and_are_their_own(load: Load) -> None:
    region = load(FILE)
    drawn = region.points("spiral", 50, seed=3)
    for settings in drawn:
        numbers = [value for value in settings.values() if isinstance(value, float)]
        assert numbers == [float(f"{value:.6g}") for value in numbers]
        region.version("spiral", settings)
    assert region.points("spiral", 5, seed=3) == drawn[:5]
    assert region.points("spiral", 5, seed=4) != drawn[:5]
    common = "review.interval_hours"
    assert region.points("threshold", 1, seed=3)[0][common] != drawn[0][common]
    alone = load(FILE[: FILE.index("[doctrines.threshold]")])
    assert alone.points("spiral", 50, seed=3) == drawn


def test_points_are_uniform_on_their_scales(load: Load) -> None:
    """4 standard errors on each of 8 shares: a false alarm has the chance 5e-4 over all of them."""
    drawn = load(FILE).points("spiral", MANY, seed=5)

    def share(path: str, low: float, high: float) -> float:
        return float(np.mean([low <= settings[path] < high for settings in drawn]))

    # Quarters of the logarithm between 8 and 48.
    ends = 8.0 * 6.0 ** np.linspace(0.0, 1.0, 5)
    found = [
        share("review.interval_hours", low, high) for low, high in zip(ends, ends[1:] + 1e-3, strict=False)
    ]
    assert found == pytest.approx([0.25] * 4, abs=4 * np.sqrt(0.25 * 0.75 / MANY))
    rungs = [share("states.all.start_rung", rung, rung + 1) for rung in range(4)]
    assert rungs == pytest.approx([0.25] * 4, abs=4 * np.sqrt(0.25 * 0.75 / MANY))
    assert {settings["states.all.start_rung"] for settings in drawn} == {0, 1, 2, 3}
    parts = [settings["review.jitter_hours"] / settings["review.interval_hours"] for settings in drawn]
    assert np.mean(parts) == pytest.approx(0.5, abs=4 * 0.8 / np.sqrt(12 * MANY))
    assert 0.0999 < min(parts) < 0.11
    assert 0.89 < max(parts) < 0.9001


def test_whole_numbers_on_a_log_scale_have_their_ends() -> None:
    spread = Spread(low=1, high=7, scale="log", integer=True)
    shares = [0.0, 1 / 3 - 1e-9, 1 / 3 + 1e-9, 2 / 3 + 1e-9, 1.0 - 2.0**-53]
    assert [spread.at(share, {}) for share in shares] == [1, 1, 2, 4, 7]


def test_a_version_has_its_doctrine_in_every_state(load: Load) -> None:
    region = load(FILE)
    settings = region.points("threshold", 1, seed=1)[0]
    scenario = region.version("threshold", settings)
    assert {state.doctrine.name for state in scenario.states.values()} == {"threshold"}
    assert scenario.review.interval_hours == settings["review.interval_hours"]
    assert scenario.states["B"].start_rung == settings["states.all.start_rung"]


def test_defaults_are_those_of_scenario_and_doctrine(load: Load) -> None:
    text = FILE + '"channels.A->B.loss_probability" = { low = 0.1, high = 0.2 }\n'
    text += '"states.all.capability" = { low = 1, high = 2 }\n"ladder.war" = { values = [true, "joint"] }\n'
    region = load(text)
    assert region.defaults("spiral") == {
        "review.interval_hours": 24.0,
        "review.jitter_hours": 12.0,
        "states.A.greedy_probability": 0.0,
        "states.all.start_rung": 0,
        "states.all.doctrine.precision": 20.0,
    }
    found = region.defaults("threshold")
    assert found["states.all.doctrine.attack_above"] == 2.5
    assert found["channels.A->B.loss_probability"] == 0.0  # the default channel's
    assert found["ladder.war"] is True
    mixed = Region(region.name, region.scenario.replace({"states.A.capability": 2}), region.spreads, Path())
    assert mixed.defaults("threshold")["states.all.capability"] is None
    assert region.paths == [*region.spreads["spiral"], *list(region.spreads["threshold"])[4:]]


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ("low = 8, high = 48", "low = 48, high = 8", "common.review.interval_hours = .*needs low below high"),
        ("low = 8, high = 48", "high = 48", "common.review.interval_hours = .*needs low and high"),
        ("low = 8, high = 48", "low = 0, high = 48", 'scale = "log" needs low above 0'),
        ("low = 8, high = 48", "low = 8.0000001, high = 48", "ends of at most 6 digits"),
        ("low = 8,", "lowest = 8,", "interval_hours.lowest = 8: unknown key"),
        ("[0.0, 0.5, 1.0]", "[0.5]", "needs two values or more"),
        ("[0.0, 0.5, 1.0]", "[0.5, 0.5]", "needs two values or more, each once"),
        ("values = [0.0, 0.5, 1.0]", "values = [0.0, 1.0], low = 0", "has values and low"),
        (
            "[0.0, 0.5, 1.0]",
            "[0.0, 2.0]",
            "doctrines.spiral, all in the middle: states.A.greedy_probab.* = 2",
        ),
        ("high = 3, integer", "high = 2.5, integer", "needs whole ends"),
        (
            '"review.interval_hours", low',
            '"review.interval", low',
            "no such path of the region; did you mean",
        ),
        ('share_of = "review.interval_hours"', 'share_of = "review.jitter_hours"', "no numbers of its own"),
        (
            "low = 0.1, high = 0.9",
            "low = 0.1, high = 1",
            "at upper ends: review.jitter_hours = 48.0: must be",
        ),
        ("[doctrines.threshold]", "[doctrines.treshold]", "no such doctrine; did you mean .threshold"),
        ("doctrine.precision", "doctrine.precisio", "precisio = 8.0: unknown key; did you mean .precision"),
        ("states.all.doctrine.precision", "states.all.doctrine", "is what the name of the table sets"),
        ("states.all.doctrine.precision", "review.interval_hours", "stands under doctrines.spiral too"),
        ('"two-seekers"', '"two-seeker"', "scenario: .*no such file"),
        ("name =", "title =", "name: is missing"),
    ],
)
def test_a_slip_is_told_with_its_place(load: Load, written: str, instead: str, complaint: str) -> None:
    assert written in FILE
    with pytest.raises(ScenarioError, match=rf"region\.toml: .*{complaint}"):
        load(FILE.replace(written, instead, 1))


def test_a_region_varies_something_and_knows_war(load: Load) -> None:
    with pytest.raises(ScenarioError, match=r"doctrines\.spiral: varies nothing"):
        load('name = "x"\nscenario = "two-seekers"\n[doctrines.spiral]\n')
    with pytest.raises(ScenarioError, match=r"doctrines.*must have at least 1"):
        load('name = "x"\nscenario = "two-seekers"\n[doctrines]\n')


def test_a_scenario_without_war_is_refused(load: Load, tmp_path: Path) -> None:
    states = "".join(f'[[states]]\nname = "{name}"\ndoctrine = "spiral"\n' for name in "AB")
    (tmp_path / "quiet.toml").write_text(f'name = "quiet"\n[ladder]\nwar = false\n{states}', "utf-8")
    with pytest.raises(ScenarioError, match=r'scenario = "quiet\.toml": knows no war'):
        load(FILE.replace("two-seekers", "quiet.toml"))


def test_the_example_of_the_reference_loads(load: Load) -> None:
    text = (Path(__file__).parents[1] / "docs" / "reference.md").read_text(encoding="utf-8")
    section = text[text.index("\n## Region files\n") : text.index("\n## Experiment files\n")]
    region = load(section.split("```text\n")[1].split("```")[0])
    assert region.doctrines == ["spiral", "threshold"]
    keys = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]*) \|", section, flags=re.MULTILINE))))
    assert keys == {*Spread.model_fields, *RegionFile.model_fields}


def test_a_point_that_is_refused_is_named(load: Load) -> None:
    region = load(FILE.replace("[0.0, 0.5, 1.0]", "[0.0, 0.1, 0.5, 2.0, 0.7]"))
    points = region.points("spiral", 20, seed=1)
    refused = next(settings for settings in points if settings["states.A.greedy_probability"] == 2.0)
    with pytest.raises(ScenarioError, match=r"doctrines\.spiral, point review.* = 2\.0: must be in \[0, 1\]"):
        region.version("spiral", refused)
