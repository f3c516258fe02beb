"""How the tests ask another simulator: as a program of its own environment, by JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
#: `make oracles` makes it; Windows keeps programs elsewhere.
PYTHON = ROOT / ".venv-oracles" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

#: Marks of every test here.
ORACLE = [
    pytest.mark.oracle,
    pytest.mark.skipif(not PYTHON.exists(), reason="the other simulators are not installed: make oracles"),
]


def asked(script: str, question: Any) -> Any:
    """What a script of this folder answers."""
    # Where a user's own settings point must not lead it back to this package or its tests.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [PYTHON, FOLDER / script],
        input=json.dumps(question),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed:\n{done.stderr}")
    return json.loads(done.stdout)
