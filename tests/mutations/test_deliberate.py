"""The list of deliberate errors keeps up with the kernel and its tests; `make mutations` tries them."""

import ast
import re

import pytest

from tests.mutations.deliberate import DELIBERATE_ERRORS, DeliberateError
from tests.mutations.table import BEGIN, END, block, with_block
from tests.mutations.trial import PACKAGE, ROOT, Trial, UnusableError, Verdict, mutated

each_error = pytest.mark.parametrize("error", DELIBERATE_ERRORS, ids=lambda error: error.name)


@each_error
def test_an_error_applies_and_is_still_python(error: DeliberateError) -> None:
    source = (ROOT / PACKAGE / error.file).read_text(encoding="utf-8")
    wrong = mutated(source, error)
    assert ast.dump(ast.parse(wrong)) != ast.dump(ast.parse(source))


@each_error
def test_its_tests_exist(error: DeliberateError) -> None:
    assert error.tests
    for test in error.tests:
        file, _, function = test.partition("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert not function or re.search(rf"^def {function.partition('[')[0]}\(", text, re.MULTILINE)


def test_errors_have_names_of_their_own() -> None:
    names = [error.name for error in DELIBERATE_ERRORS]
    assert len(set(names)) == len(names)
    edits = [(error.file, error.right, error.wrong) for error in DELIBERATE_ERRORS]
    assert len(set(edits)) == len(edits)


WRONG = DeliberateError("two is three", "sums.py", "1 + 1", "1 + 2", ("tests/test_sums.py",))


@pytest.mark.parametrize("source", ["x = 2\n", "x = 1 + 1\ny = 1 + 1\n"])
def test_an_error_that_does_not_apply_once_is_refused(source: str) -> None:
    with pytest.raises(UnusableError, match=r"two is three.*sums\.py holds \d times, not once"):
        mutated(source, WRONG)


def test_the_table_takes_the_place_of_the_old_one() -> None:
    trials = [
        Trial(WRONG, Verdict.CAUGHT, "tests/test_sums.py::test_two"),
        Trial(WRONG, Verdict.SURVIVED, ""),
    ]
    written = with_block(f"before\n{BEGIN}old\n{END}after\n", block(trials))
    assert written == (
        f"before\n{BEGIN}"
        "| deliberate error | in `signalling` | caught by |\n"
        "|---|---|---|\n"
        "| two is three | `sums.py` | `tests/test_sums.py::test_two` |\n"
        "| two is three | `sums.py` | **survived** |\n"
        f"{END}after\n"
    )
    with pytest.raises(ValueError, match="holds no table of errors"):
        with_block("before\nafter\n", "")
