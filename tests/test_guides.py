"""What a guide prints is what comes out."""

from pathlib import Path

import pytest

from tests.guides import printed_by, steps, text_of, write_files

GUIDES = ("pivotal-messages", "dilemma")


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_prints_what_the_guide_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = text_of(name)
    write_files(text, tmp_path)
    told = list(steps(text))
    assert len(told) == text.count("```sh\n") > 1
    for command, printed in told:
        assert printed_by(command) == printed
