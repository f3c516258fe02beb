"""Long work goes on from its journal: whatever is kept is found again, whenever it was killed."""

import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.errors import ResultError
from signalling.journal import Journal

WORK = {"seed": 7, "scenario": "Österreich"}

#: What some programs take for the end of a line; JSON writes those below a blank otherwise, not the others.
LINE_ENDS = ("\n", "\r", "\x0b", "\x1c")
OTHER_LINE_ENDS = ("\x85", "\u2028", "\u2029")
letters = st.characters(codec="utf-8", exclude_characters=OTHER_LINE_ENDS)
texts = st.text(letters, max_size=8) | st.sampled_from(LINE_ENDS)
numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
parts = st.lists(st.tuples(texts, plain), max_size=5)


def held(path: Path) -> dict[str, Any]:
    return Journal(path, WORK).parts


@settings(max_examples=25, deadline=None)
@given(parts)
def test_what_is_kept_is_found_again(kept: list[tuple[str, Any]]) -> None:
    """The last value of a key counts, as in memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new" / "journal.jsonl"
        journal, memory = Journal(path, WORK), Journal(None, WORK)
        for key, value in kept:
            journal.put(key, value)
            memory.put(key, value)
            assert journal.get(key) == value
        assert held(path) == journal.parts == memory.parts
        assert journal.get("never kept, and longer than any key") is None


@settings(max_examples=25, deadline=None)
@given(parts, st.data())
def test_cut_at_any_byte_it_holds_the_parts_before_and_goes_on(
    kept: list[tuple[str, Any]], data: st.DataObject
) -> None:
    """A kill may leave any beginning of what was written."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        journal = Journal(path, WORK)
        sizes = [path.stat().st_size]
        for key, value in kept:
            journal.put(key, value)
            sizes.append(path.stat().st_size)
        whole = path.read_bytes()
        size = data.draw(st.integers(0, len(whole)))
        path.write_bytes(whole[:size])
        before = max(sum(end <= size for end in sizes) - 1, 0)
        assert held(path) == dict(kept[:before])
        going_on = Journal(path, WORK)
        for key, value in kept[before:]:
            going_on.put(key, value)
        assert path.read_bytes() == whole


def test_other_work_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, WORK).put("one", 1)
    before = path.read_bytes()
    for other in (WORK | {"seed": 8}, WORK | {"more": None}, {}):
        with pytest.raises(ResultError, match="holds other work"):
            Journal(path, other)
    assert path.read_bytes() == before
    # The same, in another order.
    assert Journal(path, dict(reversed(WORK.items()))).get("one") == 1


@pytest.mark.parametrize(
    "text", ["hello\n", "[1, 2]\n", '{"seed": 7}\n', "\xff\n", '"work"\n3\n', "7\n", '{"work": 1}\nhello\n']
)
def test_what_is_no_journal_is_refused_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ResultError, match=r"journal\.jsonl: (is no journal|holds other work)"):
        Journal(path, WORK)
    assert path.read_bytes() == text.encode("latin-1")


@pytest.mark.parametrize("end", OTHER_LINE_ENDS)
def test_a_text_may_hold_any_end_of_a_line(tmp_path: Path, end: str) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, WORK).put(f"one{end}claim", [f"two{end}lines"])
    assert held(path) == {f"one{end}claim": [f"two{end}lines"]}


@pytest.mark.parametrize("line", ["hello", "[1]", "7", '["a", 1, 2]', "{}", '[["a"], 1]'])
def test_a_damaged_line_within_is_told_and_not_passed_over(tmp_path: Path, line: str) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, WORK).put("one", 1)
    with path.open("a", encoding="utf-8") as file:
        file.write(f'{line}\n["two", 2]\n')
    with pytest.raises(ResultError, match=r"journal\.jsonl: "):
        Journal(path, WORK)


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ResultError, match="cannot be written"):
        Journal(tmp_path / "file" / "journal.jsonl", WORK)
    (tmp_path / "folder").mkdir()
    with pytest.raises(ResultError, match=r"folder: "):
        Journal(tmp_path / "folder", WORK)


def test_text_stays_readable(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, WORK).put("Zürich", ["Wien"])
    heading, line = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(heading) == {"work": WORK}
    assert line == '["Zürich", ["Wien"]]'


#: Keeps numbers until it is killed; each tells what was kept before it.
KEEPER = """
import sys
from pathlib import Path
from signalling.journal import Journal
journal = Journal(Path(sys.argv[1]), {"counts": "upwards"})
number = len(journal.parts)
while True:
    journal.put(str(number), "x" * (number % 5000))
    print(number, flush=True)
    number += 1
"""


def test_killed_again_and_again_it_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    reached = -1
    for kill in range(4):
        keeper = [sys.executable, "-c", KEEPER, str(path)]
        with subprocess.Popen(keeper, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first = int(process.stdout.readline())
            time.sleep(0.03 * (kill + 1))
            process.send_signal(signal.SIGKILL)
            told = [int(line) for line in process.stdout.read().split("\n")[:-1]]
        assert first > reached
        parts = Journal(path, {"counts": "upwards"}).parts
        assert list(parts) == [str(number) for number in range(len(parts))]
        assert len(parts) > max([first, *told])  # all that was told of is kept
        assert all(parts[str(number)] == "x" * (number % 5000) for number in range(len(parts)))
        reached = len(parts) - 1
