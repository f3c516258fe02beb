"""The guides, as a reader goes through them: what is printed there is what comes out."""

import doctest
import re
from pathlib import Path

import pytest

from tests.guides import FOLDER, printed_by, steps, text_of, write_files

#: By guide, the exit codes of its commands where they are not all 0.
GUIDES = {
    "attribution": None,
    "dilemma": None,
    "exchange": None,
    "information": None,
    "pivotal-messages": None,
    "verdicts": [0, 1, 1],
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reader's directories, with the files of each guide in it."""
    places = {name: tmp_path_factory.mktemp(name) for name in GUIDES}
    for name, place in places.items():
        write_files(text_of(name), place)
    return places


def test_every_guide_is_followed() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(GUIDES)


@pytest.mark.heavy
@pytest.mark.usefixtures("_runs_are_compiled")
@pytest.mark.parametrize("name", GUIDES)
def test_every_command_prints_what_the_guide_says(
    name: str, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folders[name])
    told = list(steps(text_of(name)))
    assert len(told) == text_of(name).count("```sh\n") > 1
    codes = []
    for command, printed in told:
        code, shown = printed_by(command)
        codes.append(code)
        assert shown == printed
    assert codes == (GUIDES[name] or [0] * len(codes))


@pytest.mark.heavy
@pytest.mark.usefixtures("_runs_are_compiled")
@pytest.mark.parametrize("name", GUIDES)
def test_python_says_what_the_guide_says(
    name: str, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folders[name])
    (examples,) = re.findall(r"^```python\n(.*?)^```$", text_of(name), re.MULTILINE | re.DOTALL)
    test = doctest.DocTestParser().get_doctest(examples, {}, "guide", name, 0)
    assert test.examples
    told: list[str] = []
    doctest.DocTestRunner().run(test, out=told.append)
    assert not told, "".join(told)


@pytest.mark.parametrize("name", GUIDES)
def test_links_and_pictures_are_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", text_of(name)):
        assert (FOLDER / target).exists(), target
