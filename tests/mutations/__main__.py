"""Do the tests notice errors in the model? `python -m tests.mutations [--only NAME] [--write DOCUMENT]`.

Each deliberate error is made in a copy, never in this tree, and its tests run there. Exit code 1 if an error
survives, 2 if a trial says nothing.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.mutations.deliberate import DELIBERATE_ERRORS, DeliberateError
from tests.mutations.table import block, show, with_block
from tests.mutations.trial import (
    Trial,
    UnusableError,
    Verdict,
    check_applies,
    failure_without_error,
    tried,
)

SURVIVED = 1
UNUSABLE = 2
INTERRUPTED = 130


def main() -> int:
    """Try the errors, print the table and write it."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--only", metavar="NAME", help="try one error, by its name or a part of it")
    parser.add_argument("--write", metavar="DOCUMENT", type=Path, help="write the table between its marks")
    arguments = parser.parse_args()
    errors = [error for error in DELIBERATE_ERRORS if (arguments.only or "") in error.name]
    if not errors:
        parser.error(f"--only {arguments.only}: no error is called so; see tests/mutations/deliberate.py")
    if arguments.write and arguments.only:
        parser.error("--write: a part of the table cannot be written; leave out --only")
    if arguments.write:  # before minutes are spent
        with_block(arguments.write.read_text(encoding="utf-8"), "")
    trials: list[Trial] = []
    try:
        _try_all(errors, trials)
    except UnusableError as reason:
        print(reason, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        show(trials)
        print(f"stopped; {len(errors) - len(trials)} errors were not tried", file=sys.stderr)
        return INTERRUPTED
    show(trials)
    if arguments.write:
        text = arguments.write.read_text(encoding="utf-8")
        arguments.write.write_text(with_block(text, block(trials)), encoding="utf-8")
    survivors = sum(trial.verdict == Verdict.SURVIVED for trial in trials)
    print(f"{len(trials) - survivors} caught, {survivors} survived")
    return SURVIVED if survivors else 0


def _try_all(errors: Sequence[DeliberateError], trials: list[Trial]) -> None:
    """Add each error's trial; first of all the tests must pass without any."""
    for error in errors:
        check_applies(error)
    console = Console(stderr=True, highlight=False, markup=False)
    tests = list(dict.fromkeys(test for error in errors for test in error.tests))
    console.print(f"{len(tests)} tests or files of tests, without an error")
    broken = failure_without_error(tests)
    if broken:
        raise UnusableError(f"{broken.test} fails without any error: repair it first")
    for number, error in enumerate(errors, 1):
        trial = tried(error)
        trials.append(trial)
        console.print(f"{number}/{len(errors)} {trial.verdict.value}: {error.name}")


if __name__ == "__main__":
    sys.exit(main())
