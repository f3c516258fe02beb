"""One chronicle for each canonical scenario, replayed and compared line by line."""

import pytest

from tests.golden.regenerate import CRISES, FOLDER, told


@pytest.mark.parametrize(("name", "seed", "run"), CRISES)
def test_the_chronicle_is_the_committed_one(name: str, seed: int, run: int) -> None:
    expected = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert told(name, seed, run).splitlines() == expected
