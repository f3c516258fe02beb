"""Claim files: what they say, and what is wrong with them."""

import re
from pathlib import Path
from typing import Any

import pytest

import signalling as sg
from signalling.claims import ClaimFile, Claims, ClaimTable, is_claims, load_claims
from signalling.counterfactual import compare_arms
from signalling.sequential import Decision
from tests.scenarios_strategy import to_toml

NOISE = {"channels.all.garble": {"probability": 0.3}}
CLAIM: dict[str, Any] = {"treatment": "noisy", "expected": "no effect"}
FILE: dict[str, Any] = {
    "name": "noise",
    "scenario": "two-seekers",
    "seed": 7,
    "margin": 0.05,
    "budget": 1000,
    "claims": [CLAIM],
}


def written(*claims: dict[str, Any], **others: Any) -> Claims:
    return Claims.from_document(FILE | {"claims": list(claims) or [CLAIM]} | others)


def test_a_claim_is_a_scenario_a_treatment_and_what_is_expected() -> None:
    (claim,) = written().claims
    seekers = sg.load_scenario("two-seekers")
    assert (claim.name, claim.expected, claim.margin) == ("noisy", Decision.NO_EFFECT, 0.05)
    assert claim.baseline == seekers
    assert claim.treated == seekers.replace(NOISE)
    study = sg.load_study("two-seekers").with_runs(1)
    of_study = {
        cell.treatment: cell.id
        for cell in sg.Study(seekers, runs=1, seed=7, treatments=study.treatments).cells
    }
    assert claim.identities(7) == (of_study["baseline"], of_study["noisy"])


def test_assumptions_are_set_first_and_under_both() -> None:
    own = CLAIM | {
        "set": {"states.A.greedy_probability": 1.0},
        "margin": 0.1,
        "name": "against a greedy state",
    }
    first, second = written(CLAIM, own).claims
    greedy = sg.load_scenario("two-seekers").replace({"states.A.greedy_probability": 1.0})
    assert (second.baseline, second.treated) == (greedy, greedy.replace(NOISE))
    assert (first.margin, second.margin) == (0.05, 0.1)


def test_a_treatment_may_be_a_table_of_paths() -> None:
    named, own = written(CLAIM, CLAIM | {"treatment": NOISE}).claims
    assert own.treated == named.treated
    assert own.name == "claim 2"


def test_every_claim_has_an_equal_share_of_the_error() -> None:
    many = [CLAIM | {"name": f"claim {number}"} for number in range(4)]
    assert written(*many, error=0.1).level == pytest.approx(0.025)
    assert written().level == written().error == 0.05


def test_a_baseline_belief_stays_with_the_untreated_channel_of_the_claim() -> None:
    """`assumed = "baseline"` is settled against the assumptions that were set first."""
    keep = {"channels.all.garble": {"probability": 0.3}, "channels.all.assumed": "baseline"}
    literal = keep | {"channels.all.assumed": {"garble": {"probability": 0.1}}}
    first = {"set": {"channels.all.garble.probability": 0.1}}
    one, other = written(CLAIM | first | {"treatment": keep}, CLAIM | first | {"treatment": literal}).claims
    runs = {"runs": 12, "seed": 2}
    [kept] = compare_arms(one.baseline, {"": one.treated}, **runs)
    [told] = compare_arms(other.baseline, {"": other.treated}, **runs)
    assert kept.treated["belief_error"] == told.treated["belief_error"]


SET, TREAT = "claims[0]: set: ", "claims[0]: treatment: "

#: Keys of the claim, keys of the file, and what is complained of.
MISTAKES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"treatment": "noisi"}, {}, 'claims[0]: treatment = "noisi": no such treatment; did you mean "noisy"?'),
    ({"treatment": 3}, {}, "claims[0].treatment = 3: must be the name of a treatment in quotes, or a table"),
    ({"expected": "undecided"}, {}, "claims[0].expected = \"undecided\": must be 'prevents', 'no effect' or"),
    ({"colour": 1}, {}, "claims[0].colour = 1: unknown key; known: expected, margin, name, set, treatment"),
    ({"margin": 0}, {}, "claims[0].margin = 0: must be greater than 0"),
    ({"margin": 1.0}, {}, "claims[0].margin = 1.0: must be less than 1"),
    ({"set": {"horizon_days": -1}}, {}, SET + "horizon_days = -1: must be greater than 0"),
    ({"set": {"horizon_day": 1}}, {}, SET + 'horizon_day = 1: unknown key; did you mean "horizon_days"?'),
    ({"treatment": {"horizon_days": 3}}, {}, TREAT + "horizon_days: a treatment changes channels or receiv"),
    (
        {"treatment": {"channels.default.loss_probability": 2}},
        {},
        TREAT + "channels.default.loss_probability",
    ),
    ({}, {"claims": []}, "claims = []: must have at least 1 entries"),
    ({}, {"claims": [CLAIM, CLAIM]}, 'claims = "noisy": is the name of 2 claims; give each one its own'),
    ({}, {"error": 1.5}, "error = 1.5: must be less than 1"),
    ({}, {"budget": 0}, "budget = 0: must be 1 or more"),
    ({}, {"budget": 2.5}, "budget = 2.5: must be a whole number"),
    ({}, {"seed": -1}, "seed = -1: must be 0 or more"),
    ({}, {"scenario": "two-seeker"}, "scenario: two-seeker: no such file; built-in scenarios: "),
]


@pytest.mark.parametrize(("of_claim", "of_file", "complaint"), MISTAKES)
def test_a_mistake_is_told_with_path_value_and_remedy(
    of_claim: dict[str, Any], of_file: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(sg.ScenarioError) as error:
        written(CLAIM | of_claim, **of_file)
    assert str(error.value).startswith(complaint)
    assert len(str(error.value).splitlines()) == 1


def test_mistakes_of_all_claims_are_told_at_once() -> None:
    with pytest.raises(sg.ScenarioError) as error:
        written(CLAIM | {"treatment": "nosy"}, CLAIM, CLAIM | {"set": {"horizon_days": 0}})
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == ["claims[0]", "claims[2]"]


def test_where_there_is_no_war_there_is_no_claim(tmp_path: Path) -> None:
    (tmp_path / "peace.toml").write_text(
        'name = "peace"\nladder = { war = false }\n'
        + "".join(f'[[states]]\nname = "{name}"\ndoctrine = "listener"\n' for name in "AB"),
        encoding="utf-8",
    )
    with pytest.raises(sg.ScenarioError, match="knows no war"):
        Claims.from_document(FILE | {"scenario": "peace.toml", "claims": [CLAIM]}, tmp_path)


def test_a_file_names_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "delays.csv").write_text("hours\n1\n5\n", encoding="utf-8")
    law = {"law": "empirical", "file": "delays.csv", "column": "hours"}
    claim = CLAIM | {"treatment": {"channels.all.delay": law}}
    path = tmp_path / "claims.toml"
    path.write_text(to_toml(FILE | {"claims": [claim]}), encoding="utf-8")
    (loaded,) = load_claims(path).claims
    literal = {"channels.all.delay": {"law": "empirical", "hours": [1.0, 5.0]}}
    treated = sg.load_scenario("two-seekers").replace(literal)
    assert loaded.treated.canonical_json() == treated.canonical_json()
    assert is_claims(path)


def test_what_is_wrong_with_a_file_is_told_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    with pytest.raises(sg.ScenarioError, match=r"claims\.toml: no such file"):
        load_claims(path)
    path.write_text("", encoding="utf-8")
    with pytest.raises(sg.ScenarioError, match=r"claims\.toml: is empty; a claim file needs"):
        load_claims(path)
    path.write_text("claims = [", encoding="utf-8")
    with pytest.raises(sg.ScenarioError, match=r"^\S*claims\.toml: not TOML"):
        load_claims(path)
    path.write_text(to_toml(FILE | {"budget": 0}), encoding="utf-8")
    with pytest.raises(sg.ScenarioError, match=r"^\S*claims\.toml: budget = 0"):
        load_claims(path)


def test_studies_and_scenarios_are_no_claim_files() -> None:
    for name in ("two-seekers.toml", "two-seekers.study.toml"):
        assert not is_claims(Path(sg.__file__).parent / "scenarios" / name)
    assert not is_claims(Path("july-1914"))


def test_the_keys_are_documented() -> None:
    reference = (Path(__file__).parents[1] / "docs" / "reference.md").read_text(encoding="utf-8")
    section = reference.partition("\n## Claim files\n")[2].partition("\n## ")[0]
    keys = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
    assert keys == [*ClaimFile.model_fields, *ClaimTable.model_fields]
