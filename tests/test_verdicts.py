"""Verdicts: what is counted, when a claim stops, how it goes on, and how often it is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import signalling as sg
from signalling import verdicts
from signalling.claims import Claims
from signalling.cli import main
from signalling.errors import ResultError
from signalling.sequential import Decision, confidence_sequence
from signalling.verdicts import Counts, Verdict, Verdicts
from tests.scenarios_strategy import to_toml

pytestmark = pytest.mark.usefixtures("_pages_stay_blank")

#: One that is decided at the first look, one that takes more looks, one that the budget does not settle.
CLAIMS: list[dict[str, Any]] = [
    {"treatment": "noisy-believed-clean", "expected": "increases"},
    {"treatment": "noisy", "expected": "no effect", "margin": 0.11},
    {
        "name": "a little noise that is not known",
        "treatment": {
            "channels.all.garble": {"probability": 0.05},
            "channels.all.assumed": {"garble": {"probability": 0.0}},
        },
        "expected": "prevents",
        "margin": 0.02,
    },
]
FILE: dict[str, Any] = {
    "name": "noise between two seekers",
    "scenario": "two-seekers",
    "seed": 7,
    "margin": 0.05,
    "budget": 1000,
}


def stated(*claims: dict[str, Any], **others: Any) -> Claims:
    return Claims.from_document(FILE | {"claims": list(claims) or CLAIMS} | others)


@pytest.fixture(scope="module")
def found() -> Verdicts:
    return sg.verdict(stated())


# What is counted


def test_counts_are_those_of_compare(found: Verdicts) -> None:
    for verdict in found:
        for counts in verdict.looks:
            pair = sg.compare(
                verdict.claim.baseline, treatment=verdict.claim.treatment, runs=counts.pairs, seed=7
            )
            assert counts == (pair.runs, pair.averted, pair.caused)


def test_each_claim_stops_at_its_first_decision(found: Verdicts) -> None:
    assert [len(verdict.looks) for verdict in found] == [1, 2, 3]
    assert [verdict.decision for verdict in found] == [
        Decision.INCREASES,
        Decision.NO_EFFECT,
        Decision.UNDECIDED,
    ]
    assert [verdict.borne_out for verdict in found] == [True, True, None]
    for verdict in found:
        *before, last = [
            Verdict(verdict.claim, verdict.level, verdict.looks[: look + 1]).decision
            for look in range(len(verdict.looks))
        ]
        assert set(before) <= {Decision.UNDECIDED}
        assert last == verdict.decision
        assert [counts.pairs for counts in verdict.looks] == [250, 500, 1000][: len(verdict.looks)]


def test_a_claim_alone_has_the_whole_error_and_among_others_its_share(found: Verdicts) -> None:
    alone = sg.verdict(stated(CLAIMS[0]))[CLAIMS[0]["treatment"]]
    among = found[CLAIMS[0]["treatment"]]
    assert alone.counts == among.counts
    pairs, averted, caused = alone.counts
    assert alone.difference() == confidence_sequence(caused, averted, pairs, 0.05)
    assert among.difference() == confidence_sequence(caused, averted, pairs, 0.05 / 3)


@pytest.mark.parametrize(
    ("counts", "expected", "decision", "borne_out"),
    [
        (Counts(1000, 300, 0), "prevents", Decision.PREVENTS, True),
        (Counts(1000, 300, 0), "increases", Decision.PREVENTS, False),
        (Counts(1000, 0, 300), "no effect", Decision.INCREASES, False),
        (Counts(4000, 10, 10), "no effect", Decision.NO_EFFECT, True),
        (Counts(4000, 10, 10), "prevents", Decision.NO_EFFECT, False),
        (Counts(100, 3, 3), "prevents", Decision.UNDECIDED, None),
        (Counts(1000, 300, 300), "no effect", Decision.UNDECIDED, None),
    ],
)
def test_what_is_borne_out_by_hand(
    counts: Counts, expected: str, decision: Decision, borne_out: bool | None
) -> None:
    (claim,) = stated(CLAIMS[0] | {"expected": expected}).claims
    verdict = Verdict(claim, 0.05, (counts,))
    assert (verdict.decision, verdict.borne_out) == (decision, borne_out)


def test_a_claim_is_found_by_its_name(found: Verdicts) -> None:
    assert [found[verdict.claim.name] for verdict in found] == list(found)
    assert len(found) == 3
    with pytest.raises(sg.ScenarioError, match='claim = "nois": no such claim; did you mean "noisy"'):
        found["nois"]


# The same, however it is made


def test_engines_and_workers_do_not_matter() -> None:
    claims = stated(*CLAIMS[:2], budget=25)
    expected = sg.verdict(claims).summary()
    assert sg.verdict(claims, engine="batch", workers=2).summary() == expected
    assert sg.verdict(claims, engine="process").summary() == expected


class Stopped(Exception):  # noqa: N818 - as an interrupt
    """Instead of a signal."""


def stop_after(calls: int) -> Callable[[int, int], None]:
    """A progress that interrupts."""
    seen = []

    def told(done: int, wanted: int) -> None:
        seen.append((done, wanted))
        if len(seen) == calls:
            raise Stopped

    return told


@pytest.mark.parametrize("calls", [1, 3, 4])
def test_interrupted_at_any_time_it_comes_to_the_same(found: Verdicts, tmp_path: Path, calls: int) -> None:
    path = tmp_path / "journal.jsonl"
    with pytest.raises(Stopped):
        sg.verdict(stated(), path=path, progress=stop_after(calls))
    assert sg.verdict(stated(), path=path).summary() == found.summary()
    held = path.read_text()
    assert sg.verdict(stated(), path=path).summary() == found.summary()
    assert path.read_text() == held  # nothing was left to do


def test_what_is_held_is_not_run_again(
    found: Verdicts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    sg.verdict(stated(), path=path)
    monkeypatch.delattr(verdicts, "compare_arms")
    assert sg.verdict(stated(), path=path).summary() == found.summary()


def test_a_larger_budget_goes_on_and_a_smaller_one_stops_earlier(found: Verdicts, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    assert [len(verdict.looks) for verdict in sg.verdict(stated(), budget=250, path=path)] == [1, 1, 1]
    assert sg.verdict(stated(), path=path).summary() == found.summary()
    assert [len(verdict.looks) for verdict in sg.verdict(stated(), budget=500, path=path)] == [1, 2, 2]
    # A last look off the schedule is not one of a larger budget.
    sg.verdict(stated(), budget=300, path=path)
    assert sg.verdict(stated(), path=path).summary() == found.summary()


def test_a_claim_that_is_changed_after_the_run_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    claim = CLAIMS[0]
    sg.verdict(stated(claim, budget=1), path=path)
    changed = [
        stated(claim | {"expected": "prevents"}, budget=1),
        stated(claim | {"margin": 0.06}, budget=1),
        stated(claim | {"set": {"horizon_days": 61}}, budget=1),
        stated(claim | {"name": "another"}, budget=1),
        stated(claim, CLAIMS[1], budget=1),
        stated(claim, budget=1, seed=8),
        stated(claim, budget=1, error=0.06),
    ]
    for claims in changed:
        with pytest.raises(ResultError, match="holds other work"):
            sg.verdict(claims, path=path)
    sg.verdict(stated(claim, budget=2, name="another title"), path=path)


def test_progress_counts_pairs(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    sg.verdict(stated(budget=500), progress=lambda done, wanted: seen.append((done, wanted)))
    done = [count for count, _ in seen]
    assert done == sorted(done)
    assert done[-1] == 250 + 500 + 500  # the first claim needed one look
    assert {wanted for _, wanted in seen} == {1500}


def test_arguments_are_checked() -> None:
    for wrong in ({"budget": 0}, {"budget": 2.5}, {"engine": "steam"}, {"workers": 0}):
        with pytest.raises(sg.SignallingError, match=next(iter(wrong))):
            sg.verdict(stated(), **wrong)  # type: ignore[arg-type]


# July 1914


def test_july_1914_on_other_lines() -> None:
    claims = [
        {"treatment": "hotline", "expected": "prevents"},
        {"treatment": "one-day-line", "expected": "increases"},
    ]
    settings = {"scenario": "july-1914", "seed": 1914, "margin": 0.05, "budget": 500}
    found = sg.verdict(Claims.from_document({"name": "lines", "claims": claims} | settings))
    assert found.borne_out


# The command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "noise.toml").write_text(to_toml(FILE | {"claims": CLAIMS}), encoding="utf-8")
    (tmp_path / "sure.toml").write_text(
        to_toml(FILE | {"claims": CLAIMS[:1], "budget": 250}), encoding="utf-8"
    )
    return tmp_path


def test_the_command_tells_and_keeps(
    found: Verdicts, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verdict", "noise.toml", "--out", "results"]) == 1  # one is not settled
    told = capsys.readouterr().out
    for verdict in found:
        assert verdict.claim.name[:20] in told
        assert f"{verdict.difference().low:+.3f}" in told
    assert "is wrong is at most 0.05" in told
    assert "equal share, 0.0167 (Bonferroni)" in told
    assert "Undecided after 1000 pairs" in told
    summary = json.loads((folder / "results" / "verdict.json").read_text())
    assert summary == json.loads(json.dumps(found.summary()))
    assert main(["verdict", "noise.toml", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == summary
    names = {path.name for path in (folder / "results").iterdir()}
    assert names == {"journal.jsonl", "verdict.json", "verdict.pdf", "verdict.png"}


def test_exit_codes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verdict", "sure.toml"]) == 0
    assert "The chance that this verdict is wrong is at most 0.05" in capsys.readouterr().out
    against = FILE | {"claims": [CLAIMS[0] | {"expected": "prevents"}]}
    (folder / "against.toml").write_text(to_toml(against), encoding="utf-8")
    assert main(["verdict", "against.toml"]) == 1
    assert "against the claim (prevents)" in capsys.readouterr().out
    assert main(["verdict", "none.toml"]) == 2
    assert main(["verdict", "sure.toml", "--budget", "0"]) == 2
    assert "budget = 0: must be a whole number, 1 or more" in capsys.readouterr().err


def test_interrupted_the_command_says_how_to_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: object, **others: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(verdicts, "compare_arms", interrupted)
        assert main(["verdict", "sure.toml", "--out", "results", "--workers", "2"]) == 130
        told = capsys.readouterr().err
        assert main(["verdict", "sure.toml"]) == 130
        assert "--out DIR would keep" in capsys.readouterr().err
    (command,) = [line.partition("run: signalling ")[2] for line in told.splitlines() if "run: " in line]
    assert command == "verdict sure.toml --out results --workers 2"
    assert main(command.split()) == 0


def test_check_accepts_a_claim_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "noise.toml"]) == 0
    assert "3 claims, 1000 pairs at most for each, error 0.05 of all together" in capsys.readouterr().out
    assert main(["check", "noise.toml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["error_of_each"] == pytest.approx(0.05 / 3)
