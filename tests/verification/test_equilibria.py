"""Other plans against every equilibrium of the ledger: none gains, and the trial can tell one that does."""

import json

import pytest

import signalling as sg
from signalling.cli import main
from signalling.report.equilibria import equilibria_headline
from signalling.verification import equilibria as module
from signalling.verification.entries import ENTRIES, PROFILES
from signalling.verification.equilibria import equilibria
from signalling.verification.ledger import Deviation, Profile

#: Entries whose states play for something against each other.
STRATEGIC = {"T10", "T11", "T12", "T13", "T14", "T16", "T17", "T18", "T19", "T20", "T21", "T33"}


def first_of_each() -> tuple[Profile, ...]:
    """Of each entry the first equilibrium and the first plan that is none."""
    chosen: dict[tuple[str, bool], Profile] = {}
    for profile in PROFILES:
        chosen.setdefault((profile.entry, profile.equilibrium), profile)
    return tuple(chosen.values())


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PROFILES", first_of_each())
        return equilibria(quick=True)


@pytest.mark.slow
def test_no_deviation_from_any_equilibrium_gains():
    assert not equilibria(quick=True).failed


def test_no_deviation_from_an_equilibrium_gains(found):
    wrong = [
        f"{row.entry} {row.profile}: {row.state} {row.deviation} gains {row.gain}" for row in found.failed
    ]
    assert not wrong, "\n".join(wrong)


def test_every_strategic_entry_has_plans_that_are_tried(found):
    assert {row.entry for row in found.tried} >= STRATEGIC
    assert {row.entry for row in found.tried} <= {entry.key for entry in ENTRIES}
    for profile in PROFILES:
        assert profile.deviations
        states = profile.scenario().states
        assert {deviation.state for deviation in profile.deviations} <= set(states)


def test_some_plans_are_no_equilibria_and_somebody_gains_there(found):
    others = [rows for rows in found.profiles.values() if not rows[0].equilibrium]
    assert len(others) >= 2
    for rows in others:
        assert any(row.answer == "gains" for row in rows)


def test_a_deviation_changes_a_plan_and_nothing_that_it_is_played_for():
    for profile in PROFILES:
        before = profile.scenario()
        for deviation in profile.deviations:
            after = before.replace(deviation.changes)
            assert after.game == before.game
            assert after.channels == before.channels
            changed = {name for name in before.states if before.states[name] != after.states[name]}
            assert changed == {deviation.state}, f"{profile.entry} {profile.name}: {deviation.name}"


# What is no equilibrium is found out


def race(*, equilibrium: bool) -> Profile:
    """Two who say what they mean and arm for nothing: whoever keeps quiet saves the cost."""
    scenario = sg.load_scenario("arms-talk").replace(
        {f"states.{name}.doctrine.acts": [[1], [1], [1]] for name in "AB"}
        | {"game.payoffs": [{"to": "A", "against": "B", "table": [[0, 0], [-0.25, -0.25]]}]}
    )
    quiet = Deviation("A", "never arms", {"states.A.doctrine.acts": [[0], [0], [0]]})
    other = Deviation("A", "says nothing", {"states.A.doctrine.says": [[-1], [-1], [-1]]})
    return Profile("T11", "a waste", lambda: scenario, (quiet, other), equilibrium)


def test_a_gain_from_what_is_called_an_equilibrium_fails(monkeypatch):
    monkeypatch.setattr(module, "PROFILES", (race(equilibrium=True),))
    tried = equilibria(entries=["T11"], quick=True)
    assert [(row.deviation, row.answer, row.gain, row.standard_error) for row in tried.tried] == [
        ("never arms", "gains", 0.25, 0.0),
        ("says nothing", "no gain", 0.0, 0.0),
    ]
    assert [row.deviation for row in tried.failed] == ["never arms"]
    assert "From 1 equilibrium 2 deviations were tried; 1 of them gain." in equilibria_headline(tried)


def test_plans_of_which_no_deviation_gains_are_not_called_exploitable(monkeypatch):
    monkeypatch.setattr(module, "PROFILES", (race(equilibrium=False),))
    assert not equilibria(entries=["T11"], quick=True).failed
    waste = race(equilibrium=False)
    monkeypatch.setattr(module, "PROFILES", (waste._replace(deviations=waste.deviations[1:]),))
    assert [row.deviation for row in equilibria(entries=["T11"], quick=True).failed] == ["says nothing"]


# The command


def test_the_command_lists_and_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(module, "PROFILES", (race(equilibrium=True),))
    arguments = [
        "equilibrium",
        "--entry",
        "T11",
        "--quick",
        "--out",
        str(tmp_path),
        "--page",
        str(tmp_path / "p.md"),
    ]
    assert main(arguments) == 1
    told = capsys.readouterr().out
    for word in ("a waste", "never arms", "+0.25000", "[+0.25000, +0.25000]", "gains"):
        assert word in told
    monkeypatch.setattr(module, "_tried", lambda *_: pytest.fail("was to be kept"))
    assert main([*arguments, "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == json.loads(
        (tmp_path / "equilibria.json").read_text("utf-8")
    )
    page = (tmp_path / "p.md").read_text("utf-8")
    assert "| A | never arms | +0.25000 | [+0.25000, +0.25000] | gains |" in page


def test_an_entry_without_plans_is_refused(capsys):
    assert main(["equilibrium", "--entry", "T23"]) == 2
    assert "T23: has no plans to try; these have some: T10" in capsys.readouterr().err
