"""Versions of a scenario, and the parts that ask each: rows are the numbers of the public functions."""

import pkgutil
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import signalling as sg
from signalling import pivots
from signalling.errors import ScenarioError
from signalling.experiments.arming import DilemmaPart
from signalling.experiments.causes import ALL, AttributionPart
from signalling.experiments.moments import PivotalPart
from signalling.experiments.rows import Row, kept
from signalling.experiments.versions import VersionsPart, versions
from signalling.experiments.work import UNITS, Work

#: A short crisis on a bad line, near war from the first review.
SHORT = """
name = "a short crisis"
horizon_days = 8

[[states]]
name = "A"
doctrine = "spiral"
start_rung = 2

[[states]]
name = "B"
doctrine = "spiral"
start_rung = 2

[channels.default]
loss_probability = 0.3
delay = { law = "constant", hours = 12 }
assumed = { garble = { probability = 0.0 } }

[channels.default.garble]
probability = 0.6
"""
FACTORS: dict[str, Any] = {
    "length": {"no time": {"horizon_days": 0.001}, "eight days": {}},
    "greed": {"none": {}, "all": {"states.all.greedy_probability": 1}},
}
ARMAMENT = {"floor": 3, "start_rung": 3}
FAULTS = ["garbling", "loss", "lying"]
COMMON: dict[str, Any] = {
    "scenario": "short.toml",
    "runs": 60,
    "quick_runs": 15,
    "seed": 4,
    "factors": FACTORS,
}

INTERVALS = ("security_baseline", "security_armed", "total", "direct", "reaction")
TWO_SEEKERS = sg.load_scenario("two-seekers")
#: Columns of an interval, by what they end in.
ENDS = {"": "estimate", "_low": "low", "_high": "high"}


def dilemma_part(**others: Any) -> DilemmaPart:
    part = {"kind": "dilemma", "state": "A", "armament": ARMAMENT}
    return DilemmaPart.model_validate(COMMON | part | others)


def attribution_part(**others: Any) -> AttributionPart:
    part = {"kind": "attribution", "faults": FAULTS}
    return AttributionPart.model_validate(COMMON | part | others)


def pivotal_part(**others: Any) -> PivotalPart:
    return PivotalPart.model_validate(COMMON | {"kind": "pivotal"} | others)


PARTS: dict[str, Callable[..., VersionsPart]] = {
    "dilemma": dilemma_part,
    "attribution": attribution_part,
    "pivotal": pivotal_part,
    "pivotal by channel": lambda **others: pivotal_part(by="channel", **others),
}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    """A quick look with the process engine, which has nothing to compile."""
    (tmp_path / "short.toml").write_text(SHORT, encoding="utf-8")
    monkeypatch.setattr(Work, "engine", "process")
    return Work(tmp_path, tmp_path / "parts" / "some.jsonl", quick=True, workers=1)


def told_of(part: VersionsPart, work: Work) -> list[tuple[dict[str, str], sg.Scenario]]:
    return versions(sg.load_scenario(work.folder / part.scenario), part.factors, work.folder)


def columns(*names: str, of: dict[str, Any]) -> Row:
    """Intervals of a summary, as a table has them."""
    return {f"{name}{end}": kept((of[name] or {}).get(key)) for name in names for end, key in ENDS.items()}


# Versions


def test_every_combination_is_a_version_in_order() -> None:
    factors: dict[str, Any] = {
        "doctrine": {"one": {"states.all.doctrine": "spiral"}, "other": {"states.all.doctrine": "threshold"}},
        "greed": {"all": {"states.all.greedy_probability": 1}},
        "days": {"ten": {"horizon_days": 10}, "as it is": {}},
    }
    found = versions(TWO_SEEKERS, factors, Path())
    assert [tuple(told.values()) for told, _ in found] == [
        ("one", "all", "ten"),
        ("one", "all", "as it is"),
        ("other", "all", "ten"),
        ("other", "all", "as it is"),
    ]
    for told, version in found:
        changes: dict[str, Any] = {}
        for factor, name in told.items():
            changes |= factors[factor][name]
        assert version == TWO_SEEKERS.replace(changes)
    assert versions(TWO_SEEKERS, {}, Path()) == [({}, TWO_SEEKERS)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("states.all.doctrine.precision", "states.all.doctrine"),
        ("states.A.greedy_probability", "states.all.greedy_probability"),
        ("channels.A->B.loss_probability", "channels.all.loss_probability"),
        ("horizon_days", "horizon_days"),
    ],
)
def test_no_setting_undoes_another(first: str, second: str) -> None:
    factors: dict[str, Any] = {"one": {"x": {first: 1}}, "two": {"y": {second: "spiral"}}}
    with pytest.raises(ScenarioError) as error:
        versions(TWO_SEEKERS, factors, Path())
    assert str(error.value).startswith(
        f'factors.one.x, factors.two.y: {second} = "spiral": undoes {first}, which is set before it; set it'
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"states.all.doctrine": "threshold"}, {"states.all.doctrine.attack_above": 2.5}),
        ({"states.all.greedy_probability": 1}, {"states.A.greedy_probability": 0}),
        ({"channels.A->B.loss_probability": 0.5}, {"channels.default.loss_probability": 0.25}),
    ],
)
def test_what_is_set_below_or_beside_undoes_nothing(first: dict[str, Any], second: dict[str, Any]) -> None:
    both = TWO_SEEKERS.replace(first | second)
    assert both not in (TWO_SEEKERS.replace(first), TWO_SEEKERS)
    designs: list[Any] = [{"one": {"x": first}, "two": {"y": second}}, {"one": {"x": first | second}}]
    for factors in designs:
        [(_, version)] = versions(TWO_SEEKERS, factors, Path())
        assert version == both


def test_files_of_settings_begin_at_the_folder(tmp_path: Path) -> None:
    (tmp_path / "delays.csv").write_text("hours\n2\n4\n", encoding="utf-8")
    law = {"law": "empirical", "file": "delays.csv", "column": "hours"}
    factors = {"delay": {"as measured": {"channels.default.delay": law}}}
    [(_, version)] = versions(TWO_SEEKERS, factors, tmp_path)
    absolute = law | {"file": str(tmp_path / "delays.csv")}
    again = TWO_SEEKERS.replace({"channels.default.delay": absolute})
    assert version.canonical()["channels"]["default"]["delay"]["hours"] == [2.0, 4.0]
    assert version.canonical_json() == again.canonical_json()
    with pytest.raises(ScenarioError, match=r"factors\.delay\.as measured: channels\.default\.delay"):
        versions(TWO_SEEKERS, factors, tmp_path / "elsewhere")


def test_what_is_refused_names_factor_setting_path_and_value() -> None:
    factors: dict[str, Any] = {"noise": {"none": {}, "much": {"channels.default.loss_probability": 2}}}
    told = r"^factors\.noise\.much: channels\.default\.loss_probability = 2: must be in \[0, 1\]$"
    with pytest.raises(ScenarioError, match=told):
        versions(TWO_SEEKERS, factors, Path())
    with pytest.raises(ScenarioError, match=r"^factors\.noise = \{\}: has no setting; name one"):
        versions(TWO_SEEKERS, {"noise": {}}, Path())


# The parts


def test_rows_of_a_dilemma(work: Work) -> None:
    rows = dilemma_part().rows(work)
    made = told_of(dilemma_part(), work)
    assert len(rows) == 4 * 3
    for (told, version), *found in zip(made, rows[::3], rows[1::3], rows[2::3], strict=True):
        armed = sg.dilemma(version, state="A", armament=ARMAMENT, runs=15, seed=4, engine="process")
        assert found == [
            {**told, "of": effect["whose"], "runs": 15} | columns(*INTERVALS, of=effect)
            for effect in armed.summary()["effects"]
        ]
    assert [row["of"] for row in rows[:3]] == ["A", "B", "all states"]
    assert len({str(row["total"]) for row in rows}) > 3  # arming changes something, and not the same


def test_rows_of_causes(work: Work) -> None:
    rows = attribution_part().rows(work)
    made = told_of(attribution_part(), work)
    assert len(rows) == 4 * 4
    for (told, version), *found in zip(made, *(rows[k::4] for k in range(4)), strict=True):
        shared = sg.attribute(version, faults=FAULTS, runs=15, seed=4, engine="process")
        counts = shared.table()
        wars = {
            "runs": 15,
            "wars": int(shared.war.sum()),
            "wars_caused": counts["war/peace"],
            "wars_untouched": counts["war/war"],
            "wars_prevented": counts["peace/war"],
        }
        assert [{name: row[name] for name in told | wars} for row in found] == [told | wars] * 4
        for row, fault in zip(found, shared.summary()["faults"], strict=False):
            assert row["fault"] == fault["fault"]
            given = {"adds": "share", "share_caused": "of_caused", "share_prevented": "of_prevented"}
            for name, key in given.items():
                assert {f"{name}{end}": row[f"{name}{end}"] for end in ENDS} == columns(
                    name, of={name: fault[key]}
                )
            assert (row["alone_averts"], row["alone_causes"]) == (fault["averted"], fault["caused"])
        whole = found[-1]
        assert (whole["fault"], whole["share_caused"]) == (ALL, None)
        assert columns("adds", of={"adds": shared.difference()._asdict()}).items() <= whole.items()
        assert (whole["alone_averts"], whole["alone_causes"]) == (counts["war/peace"], counts["peace/war"])
    first, last = rows[0], rows[-4]
    assert (first["wars"], first["share_caused"], first["share_caused_low"]) == (0, None, None)
    assert last["share_caused"] not in (None, 0.0)


def test_rows_of_single_messages(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    found = pivotal_part().rows(work)
    with monkeypatch.context() as nothing:
        nothing.setattr(pivots, "tell", None)  # what is kept serves every grouping
        grouped = {grouping: pivotal_part(by=grouping).rows(work) for grouping in pivots.GROUPINGS}
    for (told, version), row in zip(told_of(pivotal_part(), work), found, strict=True):
        tried = sg.pivotal(version, runs=15, seed=4, engine="process").summary()
        alike: Row = {**told, "runs": 15, "wars": len(tried["wars"])}
        hung = len({message["run"] for message in tried["pivotal"]})
        counted = {"wars_hung": hung, "tried": tried["tried"], "pivotal": len(tried["pivotal"])}
        assert row == alike | counted | columns("share", of={"share": tried["share_of_wars"]})
        for grouping, rows in grouped.items():
            expected = [
                alike
                | {grouping: share["group"], "wars_hung": share["wars"]}
                | {"tried": share["tried"], "pivotal": share["pivotal"]}
                | columns("share", of={"share": share["share_of_wars"]})
                for share in tried["by"].get(grouping, [])
            ]
            assert [other for other in rows if told.items() <= other.items()] == (
                expected or [row | {grouping: None}]
            )
        assert (told["length"] == "no time") == (tried["tried"] == 0)
        assert told["length"] == "no time" or 0 < hung <= len(tried["pivotal"]) < tried["tried"]


@pytest.mark.parametrize("name", PARTS)
def test_engines_and_workers_change_no_row(name: str, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = PARTS[name]().rows(work)
    monkeypatch.undo()
    assert work.engine == "batch" or find_spec("numba") is None
    elsewhere = replace(work, journal=work.folder / "others.jsonl", workers=2)
    assert PARTS[name]().rows(elsewhere) == rows


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("dilemma", "signalling.armament._struck_thrice"),
        ("attribution", "signalling.fault_sets.make_engine"),
        ("pivotal by channel", "signalling.pivots.tell"),
    ],
)
def test_an_interrupted_part_goes_on(
    name: str, step: str, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[None] = []
    does = pkgutil.resolve_name(step)

    def counted(*given: Any, **named: Any) -> Any:
        steps.append(None)
        return does(*given, **named)

    monkeypatch.setattr(step, counted)
    told: list[tuple[int, int]] = []
    whole = PARTS[name]().rows(
        replace(work, journal=work.folder / "whole.jsonl", progress=lambda *some: told.append(some))
    )
    assert told == sorted(told)
    assert told[-1] == (UNITS, UNITS)
    needed = len(steps)
    steps.clear()

    def interrupts(done: int, wanted: int) -> None:
        if done > 0.7 * wanted:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        PARTS[name]().rows(replace(work, progress=interrupts))
    before = len(steps)
    assert PARTS[name]().rows(work) == whole
    assert 0 < before < needed
    assert len(steps) - needed in {0, 1}  # what was interrupted may be done twice
    steps.clear()
    assert PARTS[name]().rows(work) == whole
    assert not steps


def test_what_is_asked_for_in_full_is_more(work: Work) -> None:
    rows = pivotal_part(factors={}).rows(replace(work, quick=False))
    assert [row["runs"] for row in rows] == [60]
    assert next(iter(rows[0])) == "runs"  # no factor, no column of one


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (
            dilemma_part(factors={"game": {"war": {}, "peace": {"ladder.war": False}}}),
            r"^factors\.game\.peace: ladder\.war: nobody strikes",
        ),
        (dilemma_part(armament={"flor": 3}), r'factors\.length\.no time, .*: armament\.flor = 3: .*"floor"'),
        (attribution_part(faults=["garbel"]), r'factors\..*: faults = "garbel": .*"garbling"'),
        (pivotal_part(factors={"wars": {"x": {}}}), r'^factors\.wars\.x: wars = "x": is a column'),
        (pivotal_part(scenario="long.toml"), r"long\.toml: "),
    ],
)
def test_what_cannot_be_meant_is_told(part: VersionsPart, told: str, work: Work) -> None:
    with pytest.raises(ScenarioError, match=told):
        part.rows(work)
