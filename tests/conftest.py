"""Compiled code of the tests is kept beside pytest's own cache; what several files want of a smaller size."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("SIGNALLING_CACHE", str(Path(__file__).parents[1] / ".pytest_cache" / "signalling"))


@pytest.fixture(autouse=True, scope="session")
def _the_same_examples() -> Iterator[None]:
    """Generated scenarios do not hang on which tests a process has, nor on their order."""
    from signalling.contract.playing import examples_of_its_own

    with examples_of_its_own():
        yield


@pytest.fixture
def _a_fifth_of_the_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract of doctrines tries a fifth of the scripts that `signalling doctrines check` tries."""
    from signalling.contract import playing

    plain = playing.examples
    monkeypatch.setattr(playing, "examples", lambda count: plain(max(15, count // 5)))


@pytest.fixture
def _runs_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch engine makes even few runs: of large crises it is the quicker one once it has been loaded."""
    from signalling.engines import choice

    monkeypatch.setattr(choice, "FEW_MESSAGES", 0)


@pytest.fixture
def _pages_stay_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are drawn and written as PNG; their PDF, whose fonts cost a second each, is a blank file.

    For commands that draw. What figures look like, and their bytes, are tested in tests/figures.
    """
    from signalling.figures import style

    plain = style._write

    def written(figure: Any, path: Path, kind: str) -> Path:
        if kind != "pdf":
            return plain(figure, path, kind)
        path.write_bytes(b"")
        return path

    monkeypatch.setattr(style, "_write", written)
