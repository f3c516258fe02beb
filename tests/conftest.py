"""Compiled code of the tests is kept beside pytest's own cache, and made once for most doctrines together."""

import importlib.util
import os
from pathlib import Path

import pytest

os.environ.setdefault("SIGNALLING_CACHE", str(Path(__file__).parents[1] / ".pytest_cache" / "signalling"))


@pytest.fixture(autouse=True, scope="session")
def _compiled_together() -> None:
    """One copy for every mixture of doctrines: some half a minute instead of a quarter for each."""
    if importlib.util.find_spec("numba") is not None:
        from signalling import doctrine_files
        from signalling.engines import batch
        from signalling.kernel import doctrines
        from tests.own_doctrines import HAWK

        own = doctrine_files.load(HAWK, "doctrine", "hawk.py")
        batch.share([*(doctrines.load(name) for name in doctrines.BUILT_IN), own])
