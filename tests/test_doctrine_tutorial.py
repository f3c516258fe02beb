"""The tutorial on a doctrine of one's own, as a reader goes through it."""

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
from signalling.contract import subset

TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorials" / "your-own-doctrine.md"
TEXT = TUTORIAL.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


HAWK, SNIPPET = blocks("python")
COMMANDS = [shlex.split(line) for block in blocks("sh") for line in block.splitlines()]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reader's directory, with the three files in it."""
    (tmp_path / "hawk.py").write_text(HAWK, encoding="utf-8")
    for text in blocks("toml"):
        (tmp_path / text.splitlines()[0].removeprefix("# ")).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(arguments: list[str], code: int = 0) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        assert main(arguments) == code, arguments
    return shown.getvalue()


def test_it_is_as_short_as_it_says() -> None:
    assert len([line for line in HAWK.splitlines() if line.strip()]) < 30


@pytest.mark.heavy
@pytest.mark.usefixtures("_a_fifth_of_the_scripts")
def test_every_command_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # To compile for a doctrine that nothing else has costs more than these runs.
    monkeypatch.setattr("signalling.engines.choice.FEW_MESSAGES", 10**9)
    assert sorted(path.name for path in folder.iterdir()) == ["crisis.toml", "hawk.py", "lead.study.toml"]
    assert all(command[0] == "signalling" for command in COMMANDS)
    shown = {" ".join(command[1:3]): told(command[1:]) for command in COMMANDS}
    assert "promises kept\n" in shown["doctrines check"]
    assert "broken" not in shown["doctrines check"]
    assert "2 states" in shown["check crisis.toml"]
    assert "P(war)" in shown["run crisis.toml"]
    assert "a greedy state and a hawk: run 3 of seed 7" in shown["trace crisis.toml"]
    assert Collected("results/lead").complete

    (folder / "own.py").write_text(SNIPPET, encoding="utf-8")
    printed = subprocess.run([sys.executable, "own.py"], capture_output=True, text=True, check=True)
    assert len(printed.stdout.splitlines()) == 3


@pytest.mark.heavy
@pytest.mark.usefixtures("_a_fifth_of_the_scripts")
def test_the_breach_that_it_shows_is_the_one_that_is_found(folder: Path) -> None:
    assert "own.rung < min(aim, own.ceiling)" in HAWK
    broken = HAWK.replace("own.rung < min(aim, own.ceiling)", "own.rung < aim")
    (folder / "hawk.py").write_text(broken, encoding="utf-8")
    shown = told(["doctrines", "check", "hawk.py"], code=1)
    promised = re.findall(r"^    (  broken.*?Remedy.*?)$", TEXT, re.MULTILINE | re.DOTALL)
    [breach] = ["\n".join(line.removeprefix("    ") for line in text.splitlines()) for text in promised]
    assert breach in shown


def test_its_claim_is_what_comes_out(folder: Path) -> None:
    """Against this rival the hawk is attacked less often the higher it stands."""
    scenario = sg.load_scenario("crisis.toml")
    wars = [
        sum(sg.run(scenario.replace({"states.Seeker.doctrine.lead": lead}), runs=100, seed=7)["war"])
        for lead in (0, 1, 2)
    ]
    assert wars[0] > wars[1] > wars[2]
    assert wars[0] - wars[2] > 10


def test_its_rules_are_those_that_are_checked() -> None:
    for function in subset.BUILT_INS:
        assert f"`{function.__name__}`" in TEXT
