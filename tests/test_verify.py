"""The ledger and its command: what is told, what fails, what is kept."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import signalling as sg
from signalling.cli import main
from signalling.report.chapters import GROUPS
from signalling.report.theory import write_page
from signalling.verification import playing as frame
from signalling.verification.bench import Bench, set_up
from signalling.verification.entries import PROFILES
from signalling.verification.ledger import (
    Case,
    Curve,
    Entry,
    Estimate,
    Number,
    Panel,
    exact,
    judged,
    mean,
    proportion,
)
from signalling.verification.playing import Ledger

LISTENERS = set_up(
    {
        "name": "listeners",
        "horizon_days": 3,
        "states": [{"name": name, "doctrine": "listener"} for name in "AB"],
        "channels": {"default": {"loss_probability": 0.5}},
    }
)


CURVE = Curve("share lost", lambda x: x, 0.0, 1.0)
PANEL = Panel("Loss", "loss probability", "share lost", (CURVE,))


def entry_of(*cases: Case, panels: tuple[Panel, ...] = (PANEL,)) -> Entry:
    return Entry(
        key="T99",
        group="Test",
        title="Lost messages",
        source="nobody",
        direction="+-",
        question="How many messages get lost?",
        game="""Two states listen.
        Each loses what it says with the same probability.""",
        result="Half is lost.",
        lesson="It holds: what is not lost is heard.",
        panels=panels,
        cases=lambda: cases,
    )


def lost(prediction: float, played: list[str] | None = None) -> Case:
    def play(bench: Bench) -> list[Estimate]:
        if played is not None:
            played.append("lost")
        outcomes = bench.run(LISTENERS, runs=bench.effort(400, 100), seed=3)
        sent = sum(outcomes["sent"])
        return [proportion(sum(outcomes["lost"]), sent, prediction)]

    return Case("T99", "two listeners", (Number("share lost", prediction, series="share lost", x=0.5),), play)


SURE = Case("T99", "algebra", (Number("two and two", 4.0, 1e-9),), lambda _: [exact(4.0)], tag="E")
OFF = Case("T99", "algebra that is off", (Number("two and two", 5.0, 0.5),), lambda _: [exact(4.0)], tag="E")


@pytest.fixture
def ledger_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put other cases in the place of the ledger's entries."""

    def put(*cases: Case) -> None:
        monkeypatch.setattr(frame, "ENTRIES", (entry_of(*cases),))

    return put


def test_what_comes_out_is_told_row_by_row(ledger_of, capsys):
    ledger_of(lost(0.5), SURE)
    assert main(["verify", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["reproduced"], told["not_reproduced"]) == (2, 0)
    assert told["scenarios_played_alike_by_both_engines"] == 1
    played, algebra = told["rows"]
    assert played["entry"] == "T99"
    assert played["tag"] == "S"
    assert played["verdict"] == "reproduced"
    assert played["runs"] > 400
    assert played["z"] == pytest.approx((played["value"] - 0.5) / played["standard_error"])
    assert algebra["tag"] == "E"
    assert algebra["z"] is None
    assert algebra["standard_error"] == 0.0


def test_a_number_that_does_not_come_out_is_told_and_fails(ledger_of, capsys):
    ledger_of(lost(0.6), OFF, SURE)
    assert main(["verify"]) == 1
    text = capsys.readouterr().out
    assert "1 of 3 published numbers are reproduced, 2 are not" in text
    assert text.count("not reproduced") >= 2


def test_a_case_that_gives_nothing_is_not_reproduced(ledger_of):
    nothing = SURE._replace(play=lambda _: [Estimate(math.nan, 0.1, 10)])
    ledger_of(nothing)
    assert [row.verdict for row in sg.verify().failed] == ["not reproduced"]


def test_an_exact_zero_is_refuted_by_one_run_to_the_contrary():
    assert proportion(1, 1_000_000, 0.0).standard_error == 0.0
    assert mean([1.0, 2.0, 3.0, 4.0]).standard_error == pytest.approx(math.sqrt(5 / 3) / 2)


def test_the_family_wise_error_counts_what_is_simulated(ledger_of):
    ledger_of(lost(0.5), SURE, lost(0.5))
    assert sg.verify().false_alarm == pytest.approx(2 * math.erfc(4 / math.sqrt(2)), rel=1e-4)


def test_what_is_done_is_kept_and_the_rest_goes_on(ledger_of, tmp_path, capsys):
    played: list[str] = []

    def interrupted(_: Bench) -> list[Estimate]:
        raise KeyboardInterrupt

    ledger_of(lost(0.5, played), SURE._replace(name="slow", play=interrupted))
    assert main(["verify", "--out", str(tmp_path)]) == 130
    assert f"to go on, run: signalling verify --out {tmp_path}\n" in capsys.readouterr().err
    assert not (tmp_path / "ledger.json").exists()
    ledger_of(lost(0.5, played), SURE._replace(name="slow"))
    assert main(["verify", "--out", str(tmp_path)]) == 0
    assert played == ["lost"]
    kept = json.loads((tmp_path / "ledger.json").read_text("utf-8"))
    assert [row["case"] for row in kept["rows"]] == ["two listeners", "slow"]
    assert kept["scenarios_played_alike_by_both_engines"] == 1


def test_little_effort_is_kept_apart(ledger_of, tmp_path):
    played: list[str] = []
    ledger_of(lost(0.5, played))
    full, quick = (sg.verify(keep=tmp_path, quick=quick).rows[0] for quick in (False, True))
    assert played == ["lost", "lost"]
    assert full.runs > quick.runs


def test_the_page_reads_as_a_chapter(ledger_of, tmp_path):
    ledger_of(lost(0.5), SURE)
    page = tmp_path / "page" / "theory.md"
    assert main(["verify", "--out", str(tmp_path / "out"), "--page", str(page)]) == 0
    text = page.read_text("utf-8")
    told = (
        "## Test",
        "### T99 Lost messages",
        "*The question.* How many messages get lost?",
        "*The game.* Two states listen.  \nEach loses what it says with the same probability.",
        "*The result.* Half is lost.",
        "![T99 Lost messages: theory as lines, simulation as points](../out/figures/t99.png)",
        "*The source.* Nobody.",
        "*What it says about the claim.* It holds: what is not lost is heard. Better communication helps",
        "<details><summary>2 numbers, all reproduced; worst z ",
        "</details>",
        "## All of it side by side",
        "| T99 | Lost messages | helps, or does harm | It holds: what is not lost is heard. |",
    )
    places = [text.index(words) for words in told]
    assert places == sorted(places)
    assert (page.parent / "../out/figures/t99.png").is_file()
    rows = [line for line in text.splitlines() if line.startswith(("| S |", "| E |"))]
    assert len(rows) == 2
    assert all(line.count(" | ") == 8 for line in rows)
    # A table inside of what unfolds is one only after an empty line.
    assert "</summary>\n\n| | case |" in text


def test_what_does_not_come_out_is_told_where_the_numbers_unfold(tmp_path):
    entry = entry_of(OFF, panels=())
    rows = [judged(entry, OFF, OFF.numbers[0], exact(4.0))]
    write_page(Ledger(tuple(rows), quick=True, compared=0), [entry], tmp_path / "page.md", tmp_path)
    text = (tmp_path / "page.md").read_text("utf-8")
    assert "<details><summary>1 number, 1 not reproduced; all exact</summary>" in text
    assert "![" not in text


def test_groups_stand_in_the_order_of_the_chapter(tmp_path):
    groups = ("Unheard of", "Talk", "Channels, queues, age")
    entries = [
        entry_of(SURE, panels=())._replace(key=f"T{number}", group=group)
        for number, group in enumerate(groups, start=97)
    ]
    write_page(Ledger((), quick=True, compared=0), entries, tmp_path / "page.md", tmp_path)
    lines = (tmp_path / "page.md").read_text("utf-8").splitlines()
    assert [line[3:] for line in lines if line[3:] in groups] == list(reversed(groups))
    assert [line[:7] for line in lines if line.startswith("### ")] == ["### T99", "### T98", "### T97"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--entry", "T98"], "entry = T98: no such entry; did you mean"),
        (["--page", "theory.md"], "--page: needs --out DIR"),
    ],
)
def test_mistakes_are_told(arguments, told, capsys):
    assert main(["verify", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_engines_that_differ_stop_the_verification(ledger_of, monkeypatch):
    from signalling.verification import bench

    ledger_of(lost(0.5))
    run = bench.run
    monkeypatch.setattr(
        bench, "run", lambda *told, seed, **more: run(*told, seed=seed + (more["engine"] == "batch"), **more)
    )
    with pytest.raises(sg.SignallingError, match="listeners: the engines differ"):
        sg.verify()


def test_every_entry_is_told_completely():
    for entry in frame.ENTRIES:
        assert entry.key[0] in "TQ"
        assert entry.source
        assert 1 <= entry.game.strip().count("\n") + 1 <= 3, entry.key
        assert entry.question.strip().endswith("?"), entry.key
        assert entry.result.count(".") >= 2
        assert entry.lesson.startswith(("It holds", "It fails by irrelevance", "It is reversed")), entry.key
        assert entry.group in GROUPS, entry.key
        assert set(entry.direction) <= set("+-0")
        cases: list[Any] = list(entry.cases())
        names = [case.name for case in cases]
        assert len(set(names)) == len(names), entry.key
        # A statement without numbers has signs, and nothing else.
        assert {case.tag for case in cases} <= ({"Q"} if entry.key.startswith("Q") else {"S", "E"})
        assert all(case.numbers for case in cases)
        assert any(case.quick for case in cases)
        drawn = {curve.series for panel in entry.panels for curve in panel.curves}
        on_curves = {number.series for case in cases for number in case.numbers if number.series}
        assert on_curves <= drawn, entry.key


def test_the_committed_ledger_reproduces_every_number():
    """The page and the figures in the repository are of a full verification in which nothing failed."""
    kept = json.loads(Path("results/theory/ledger.json").read_text("utf-8"))
    assert not kept["quick"]
    assert kept["not_reproduced"] == 0
    wanted = {(e.key, c.name, n.name) for e in frame.ENTRIES for c in e.cases() for n in c.numbers}
    assert {(row["entry"], row["case"], row["name"]) for row in kept["rows"]} == wanted
    entries = {row["entry"] for row in kept["rows"]}
    assert entries == {entry.key for entry in frame.ENTRIES}
    readme = " ".join(Path("README.md").read_text("utf-8").split())
    assert f"All {kept['reproduced']:,} numbers of the {len(entries)} entries do" in readme
    page = Path("docs/theory.md").read_text("utf-8")
    assert f"{kept['reproduced']} of {kept['reproduced']} published numbers are reproduced" in page


def test_the_committed_equilibria_are_those_of_the_entries():
    """And nobody gains: the page and README tell of all plans that there are."""
    kept = json.loads(Path("results/theory/equilibria.json").read_text("utf-8"))
    assert not kept["quick"]
    assert kept["failed"] == 0
    tried = [(row["entry"], row["profile"], row["state"], row["deviation"]) for row in kept["rows"]]
    wanted = [(p.entry, p.name, d.state, d.name) for p in PROFILES for d in p.deviations]
    assert tried == wanted
    equilibria = {(p.entry, p.name) for p in PROFILES if p.equilibrium}
    deviations = sum(row["equilibrium"] for row in kept["rows"])
    for path in ("README.md", "docs/equilibria.md"):
        told = " ".join(Path(path).read_text("utf-8").split())
        assert f"From {len(equilibria)} equilibria {deviations} deviations were tried" in told
