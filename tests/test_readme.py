"""Every command and snippet of the README runs, and its numbers are those of the committed results."""

import contextlib
import io
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import signalling as sg
from signalling.cli import main
from signalling.figures.sensitivity import verdict
from signalling.outcome import Outcomes
from signalling.report.panel import PANEL, read_panel
from signalling.report.tables import comparison_markdown
from signalling.store import load_results
from signalling.study import load_study

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RESULTS = ROOT / "results" / "july-1914"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


COMMANDS = [line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines()]


@pytest.fixture(scope="module")
def fresh_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that holds nothing but the README's scenario file."""
    folder = tmp_path_factory.mktemp("reader")
    (toml,) = blocks("toml")
    name = toml.splitlines()[0].removeprefix("# ")
    (folder / name).write_text(toml, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("_runs_are_compiled", "_pages_stay_blank")
def test_the_signalling_commands_run_in_order(fresh_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fresh_folder)
    run = [shlex.split(command)[1:] for command in COMMANDS if command.startswith("signalling ")]
    assert len(run) == 8
    for arguments in run:
        with contextlib.redirect_stdout(io.StringIO()) as shown:
            assert main(arguments) == 0, arguments
        assert shown.getvalue().strip()
    assert (fresh_folder / "results" / "clean-line" / "figures" / "p_war.png").exists()
    assert (fresh_folder / "results" / "two-seekers" / "figures" / "curves_p_war.png").exists()


def test_the_python_snippet_runs(fresh_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fresh_folder)
    (snippet,) = blocks("python")
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        exec(compile(snippet, "README.md", "exec"), {})  # noqa: S102 - our own page
    assert "war/war" in shown.getvalue()


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed here")
@pytest.mark.parametrize(
    ("target", "recipe"),
    [("demo", "bin/signalling demo"), ("test", "bin/python -m pytest -n 2 --dist loadfile")],
)
def test_the_two_commands_are_what_the_makefile_does(target: str, recipe: str) -> None:
    """`make demo` itself is test_cli's demo; `make test` is what runs this test."""
    assert f"make {target}" in COMMANDS
    shown = subprocess.run(
        ["make", "--no-print-directory", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.splitlines()[-1].endswith(recipe)


def test_every_command_of_the_page_is_run_by_one_of_these_tests() -> None:
    assert all(command.startswith(("signalling ", "make ")) for command in COMMANDS)


def test_the_table_is_that_of_the_committed_results() -> None:
    results = load_results(RESULTS)
    pairs = results.comparisons()
    assert comparison_markdown(pairs) in README
    assert f"Of {pairs[0].runs:,} simulated crises" in README


def test_what_it_says_of_other_assumptions_is_what_the_panel_holds() -> None:
    contrasts = read_panel(RESULTS)
    told = " ".join(README.split())
    levels = [contrast.war(treated=False).estimate for contrast in contrasts]
    assert f"P(war) with the telegraph runs from {min(levels):.3f} to {max(levels):.3f}; " in told
    assert f"{verdict(contrasts)}. " in told
    assert {contrast.pairs for contrast in contrasts} == {4000}
    assert "4,000 crises a row" in told


@pytest.mark.usefixtures("_runs_are_compiled")
def test_the_committed_results_are_those_of_this_version() -> None:
    """A few runs of each arm, again, bit for bit; `make demo` does them all."""
    results = load_results(RESULTS)
    for arm in results.arms:
        rows = list(arm.outcomes.rows())
        assert [row[1] for row in rows] == list(range(len(rows)))
        again = sg.run(results.scenario.replace(arm.treatment), runs=range(3, 8), seed=results.seed)
        assert list(again.rows()) == rows[3:8]


def test_the_committed_panel_is_that_of_this_version_and_of_the_same_crises() -> None:
    """Its cells are those of the study; its first row counts the first runs of the table. No run is made."""
    rows = pq.read_table(RESULTS / PANEL).to_pylist()
    study = load_study("july-1914-panel")
    known = {(cell.settings["name"], cell.treatment): cell.id for cell in study.cells}
    assert [(row["assumptions"], row["treatment_name"]) for row in rows] == [
        (settings["name"], treatment) for settings in study.points for treatment in study.treatments
    ]
    for row in rows:
        assert row["seed"] == study.seed
        assert row["cell_baseline"] == known[row["assumptions"], study.baseline]
        assert row["cell_treated"] == known[row["assumptions"], row["treatment_name"]]
    pairs = {pair.treatment_name: pair for pair in load_results(RESULTS).comparisons()}
    for row in rows[: len(pairs)]:
        pair = pairs[row["treatment_name"]]
        for name, arm in (("baseline", pair.baseline), ("treated", pair.treated)):
            first = Outcomes(arm.table.slice(0, row["pairs"]))
            assert row[f"content_hash_{name}"] == first.content_hash()


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_refusal_it_quotes_is_the_one_given() -> None:
    with pytest.raises(sg.ScenarioError) as refused:
        sg.load_scenario("two-seekers").replace({"channels.default.loss_probability": 1.3})
    assert f"`{refused.value}`" in README
