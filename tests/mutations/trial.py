"""One trial: a copy of the package with one deliberate error, and what its tests say of it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from tests.mutations.deliberate import DeliberateError

ROOT = Path(__file__).parents[2]
#: What the files of errors are named from.
PACKAGE = Path("signalling")
#: What the tests of the kernel need beside each other.
COPIED = ("signalling", "tests", "pyproject.toml")
#: Tell the witness beside the tests where the copy is, and where to write what fails.
COPY_VARIABLE = "MUTATIONS_COPY"
FAILURE_VARIABLE = "MUTATIONS_FAILURE"
#: No trial takes a tenth of this; an error that makes the model stand still is of no use in the list.
MOST_SECONDS = 300
#: What pytest says of itself by its exit code; all others mean that it could not do its work.
ALL_PASSED = 0
SOME_FAILED = 1
#: Exceptions of a text that was written down wrongly, not of a wrong model.
SLIPS = {"NameError", "UnboundLocalError", "ImportError", "ModuleNotFoundError", "SyntaxError"}


class Verdict(Enum):
    """What became of an error."""

    CAUGHT = "caught"
    """A test failed."""
    SURVIVED = "survived"
    """All its tests passed."""


class Trial(NamedTuple):
    """An error and what became of it."""

    error: DeliberateError
    verdict: Verdict
    caught_by: str
    """The test that failed; empty if none did."""


class Failure(NamedTuple):
    """A test that failed."""

    test: str
    """Its node identifier."""
    exception: str
    """Name of what was raised."""


class UnusableError(Exception):
    """A trial that says nothing: the error does not apply, or the tests cannot run."""


def mutated(source: str, error: DeliberateError) -> str:
    """The text of a file with the error in it."""
    found = source.count(error.right)
    if found != 1:
        raise UnusableError(
            f'"{error.name}": signalling/{error.file} holds {found} times, not once, the text '
            f"{error.right!r}; copy it anew into tests/mutations/deliberate.py"
        )
    return source.replace(error.right, error.wrong)


def check_applies(error: DeliberateError) -> None:
    """Refuse an error whose text does not stand in its file, before anything is run."""
    mutated((ROOT / PACKAGE / error.file).read_text(encoding="utf-8"), error)


def tried(error: DeliberateError) -> Trial:
    """Make the error in a copy and run the tests that are to notice it."""
    with _copy() as copy:
        path = copy / PACKAGE / error.file
        path.write_text(mutated(path.read_text(encoding="utf-8"), error), encoding="utf-8")
        try:
            failure = first_failure(copy, error.tests)
        except UnusableError as reason:
            raise UnusableError(f'"{error.name}": {reason}') from reason
    if failure is None:
        return Trial(error, Verdict.SURVIVED, "")
    if failure.exception in SLIPS:
        raise UnusableError(
            f'"{error.name}": {failure.test} fails of a {failure.exception}, which any test would notice; '
            "write an error that runs"
        )
    return Trial(error, Verdict.CAUGHT, failure.test)


def failure_without_error(tests: Sequence[str]) -> Failure | None:
    """The first of some tests that fails as it is; none of them may, or to fail would mean nothing."""
    with _copy() as copy:
        return first_failure(copy, tests)


def first_failure(copy: Path, tests: Sequence[str]) -> Failure | None:
    """The first test of a copy to fail.

    Raises:
        UnusableError: pytest could not run the tests, or they do not end.
    """
    written = copy / "failure.json"
    environment = os.environ | {
        "PYTHONPATH": str(copy),
        # Machine code and byte code of an error are used by nobody else.
        "SIGNALLING_CACHE": str(copy / "compiled"),
        "PYTHONDONTWRITEBYTECODE": "1",
        COPY_VARIABLE: str(copy),
        FAILURE_VARIABLE: str(written),
    }
    options = ("-x", "-q", "-p", "tests.mutations.witness", "-p", "no:cacheprovider")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=copy,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=MOST_SECONDS,
        )
    except subprocess.TimeoutExpired as late:
        raise UnusableError(f"the tests do not end within {MOST_SECONDS} s") from late
    if done.returncode == ALL_PASSED:
        return None
    if done.returncode == SOME_FAILED:
        return Failure(**json.loads(written.read_text(encoding="utf-8")))
    raise UnusableError(f"pytest cannot run {' '.join(tests)}:\n{done.stdout}{done.stderr}")


@contextmanager
def _copy() -> Iterator[Path]:
    """A copy of package and tests in a temporary folder, gone afterwards."""
    # Resolved, because the witness compares with the resolved path of what was imported.
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy = Path(folder).resolve()
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        yield copy
