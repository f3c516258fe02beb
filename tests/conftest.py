"""Compiled code of the tests is kept beside pytest's own cache, not among the user's."""

import os
from pathlib import Path

os.environ.setdefault("SIGNALLING_CACHE", str(Path(__file__).parents[1] / ".pytest_cache" / "signalling"))
