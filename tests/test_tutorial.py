"""The tutorial, as a reader goes through it: written, checked, interrupted, resumed, read, drawn."""

import contextlib
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import signalling as sg
from signalling.cli import main
from signalling.collected import Collected
from tests.interrupting import has_made, interrupted

TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorials" / "noise-study.md"
TEXT = TUTORIAL.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reader's directory, with the study file in it."""
    place = tmp_path_factory.mktemp("reader")
    (study,) = blocks("toml")
    (place / study.splitlines()[0].removeprefix("# ")).write_text(study, encoding="utf-8")
    return place


def told(arguments: list[str]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        assert main(arguments) == 0, arguments
    return shown.getvalue()


@pytest.mark.heavy
@pytest.mark.usefixtures("_runs_are_compiled", "_pages_stay_blank")
def test_the_reader_ends_with_a_figure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    words = [shlex.split(command) for command in COMMANDS]
    assert all(command[0] == "signalling" for command in words)
    check, sweep, status, again, *rest = (command[1:] for command in words)
    assert sweep == again
    assert "10 cells, 1200 runs" in told(check)

    (promised,) = re.findall(r"^    (signalling: interrupted.*)$", TEXT, re.MULTILINE)
    complaint = interrupted(sweep, has_made(1)).told.splitlines()[-1]
    assert re.sub(r"\d+ of", "N of", complaint) == re.sub(r"\d+ of", "N of", promised)

    assert "missing" in told(status)
    told(again)
    whole = Collected("results/noise")
    assert whole.complete
    undisturbed = sg.collect(sg.load_study("noise.study.toml"), "results/undisturbed")
    assert whole.content_hash() == undisturbed.content_hash()

    for command in rest:
        told(command)
    assert (folder / "noise.csv").exists()
    assert (folder / "results" / "noise" / "figures" / "curves_p_war.png").stat().st_size > 10_000
    assert (folder / "results" / "noise" / "figures" / "survival.pdf").exists()

    (snippet,) = blocks("python")
    (folder / "study.py").write_text(snippet, encoding="utf-8")
    shown = subprocess.run([sys.executable, "study.py"], capture_output=True, text=True, check=True)
    assert len(shown.stdout.splitlines()) == 10


@pytest.mark.usefixtures("_runs_are_compiled")
def test_its_claim_is_what_comes_out() -> None:
    """Noise that is not known of does more harm than noise that is."""
    scenario = sg.load_scenario("two-seekers").replace({"channels.default.garble.probability": 0.3})
    believed_clean = {"channels.all.assumed": {"garble": {"probability": 0.0}}}
    assert sg.compare(scenario, treatment=believed_clean, runs=150, seed=11).risk_difference().low > 0


def test_its_picture_is_there() -> None:
    for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", TEXT):
        assert (TUTORIAL.parent / target).exists()
