"""The table of coverage is what was kept, keeps its promises, and comes out again in its quick parts."""

import numpy as np
import pytest

from signalling.sequential import Decision, confidence_sequence, decide, looks
from tests.intervals import lengths, paired, table, verdicts
from tests.intervals.row import Row

KEPT = table.read()
TEXT = table.PAGE.read_text(encoding="utf-8")


def test_the_page_shows_what_is_kept() -> None:
    assert table.with_block(TEXT, table.block(KEPT)) == TEXT
    assert table.with_block(TEXT, lengths.block(), (lengths.BEGIN, lengths.END)) == TEXT


def test_what_is_kept_keeps_its_promises() -> None:
    assert {"paired", "verdicts"} <= set(KEPT)
    assert [complaint for module, rows in KEPT.items() for complaint in table.broken(module, rows)] == []


@pytest.mark.parametrize("pairs", [20, 50])
def test_enumerated_coverage_comes_out_again(pairs: int) -> None:
    row = paired.enumerated(pairs, 0.3, 0.1)
    (kept,) = [
        one for one in KEPT["paired"] if (one.what, one.truth, one.size) == (row.what, row.truth, pairs)
    ]
    assert row.covered == pytest.approx(kept.covered, abs=1e-9)


def test_the_test_of_no_difference_comes_out_again() -> None:
    row = paired.tested(50, 0.2)
    (kept,) = [one for one in KEPT["paired"] if (one.what, one.truth, one.size) == (row.what, row.truth, 50)]
    assert row.covered == pytest.approx(kept.covered, abs=1e-9)


def test_verdicts_under_stopping_come_out_again() -> None:
    assert verdicts.verdict(0.0, 0.02) in KEPT["verdicts"]


def test_all_counts_there_may_be_have_probability_one() -> None:
    for caused, averted in ((0.3, 0.1), (0.15, 0.0)):
        found = list(paired.trinomials(20, caused, averted))
        assert sum(weight for *_, weight in found) == pytest.approx(1.0, abs=1e-12)
        assert sum((first - second) * weight for first, second, weight in found) == pytest.approx(
            20 * (caused - averted), abs=1e-10
        )


def test_broken_promises_are_told() -> None:
    """By hand: 0.95 less 0.01 less four standard errors is 0.9226; less three alone it is 0.9369."""
    row = Row("an interval", "a truth", 2500, 100, 0.95, 0.92, "")
    assert row.standard_error == pytest.approx(0.0043589, abs=1e-7)
    assert len(table.broken("paired", [row])) == 1
    assert table.broken("paired", [row._replace(covered=0.923)]) == []
    assert len(table.broken("verdicts", [row._replace(covered=0.936)])) == 1
    assert table.broken("verdicts", [row._replace(covered=0.938)]) == []
    assert table.broken("paired", [row._replace(note="too short: few runs")]) == []
    assert (
        "take the note away" in table.broken("paired", [row._replace(covered=0.95, note="too short: few")])[0]
    )
    assert table.broken("paired", [row._replace(repetitions=0, covered=0.9401)]) == []
    assert len(table.broken("paired", [row._replace(repetitions=0, covered=0.9399)])) == 1


def test_decisions_are_those_of_the_package() -> None:
    """The arrays of the simulation decide as `decide` does, look by look."""
    pairs = np.array(looks(4000))
    words = [Decision.UNDECIDED, Decision.PREVENTS, Decision.NO_EFFECT, Decision.INCREASES]
    seen = set()
    for averted, caused in ((0.05, 0.05), (0.1, 0.04), (0.02, 0.1), (0.3, 0.3)):
        counts = verdicts.drawn(averted, caused, np.diff(pairs, prepend=0).tolist(), 5, 12)
        found = verdicts.decisions(counts, pairs, 0.03, 0.05)
        for row, number in zip(counts, found, strict=True):
            told = [
                decide(confidence_sequence(int(c), int(a), int(n)), 0.03)
                for (c, a), n in zip(row, pairs, strict=True)
            ]
            first = next((one for one in told if one != Decision.UNDECIDED), Decision.UNDECIDED)
            assert words[number] == first
            seen.add(first)
    assert len(seen) == 4
