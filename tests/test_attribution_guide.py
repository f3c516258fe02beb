"""The guide to attribution, as a reader goes through it: what is printed there is what comes out."""

import contextlib
import doctest
import io
import re
import shlex
from pathlib import Path

import pytest

from signalling.cli import main
from signalling.figures import style

GUIDE = Path(__file__).parents[1] / "docs" / "guides" / "attribution.md"
TEXT = GUIDE.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reader's directory, with the scenario in it."""
    place = tmp_path_factory.mktemp("reader")
    (scenario,) = blocks("toml")
    (place / scenario.splitlines()[0].removeprefix("# ")).write_text(scenario, encoding="utf-8")
    return place


def test_every_command_prints_what_the_guide_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    # Files of figures cost seconds, and are made by the tests of the command.
    monkeypatch.setattr(style, "save", lambda _, place, name: [place / f"{name}.pdf", place / f"{name}.png"])
    for command, printed in zip(blocks("sh"), blocks("text"), strict=True):
        program, *arguments = shlex.split(command)
        assert program == "signalling"
        with contextlib.redirect_stdout(io.StringIO()) as shown:
            assert main(arguments) == 0
        assert [line.rstrip() for line in shown.getvalue().splitlines()] == printed.splitlines()
    assert (folder / "results" / "trust" / "attribution.json").exists()


def test_python_says_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (examples,) = blocks("python")
    test = doctest.DocTestParser().get_doctest(examples, {}, "guide", str(GUIDE), 0)
    told: list[str] = []
    doctest.DocTestRunner().run(test, out=told.append)
    assert not told, "".join(told)


def test_links_and_pictures_are_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)", TEXT):
        assert (GUIDE.parent / target).exists(), target
