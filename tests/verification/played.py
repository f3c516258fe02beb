"""How the tests hold entries against printed tables, and play some of their cases."""

import math
from collections.abc import Callable

from signalling.verification.bench import Bench
from signalling.verification.ledger import Case, Entry, Row, judged


def predictions(entry: Entry) -> dict[str, dict[str, float]]:
    """What each case predicts, by the names of case and number."""
    return {case.name: {number.name: number.prediction for number in case.numbers} for case in entry.cases()}


def play_quickly(entry: Entry, wanted: Callable[[Case], bool]) -> list[Row]:
    """Rows of some cases of a quick verification."""
    bench = Bench(quick=True, workers=2)
    return [
        judged(entry, case, number, found)
        for case in entry.cases()
        if case.quick and wanted(case)
        for number, found in zip(case.numbers, case.play(bench), strict=True)
    ]


def assert_reproduced(rows: tuple[Row, ...] | list[Row]) -> None:
    """Print the rows, and fail with those that did not come out."""
    assert rows
    for row in rows:
        print(f"{row.case:50} {row.name:34} {row.prediction:10.6g} {row.value:10.6g} z {row.z:+.2f}")
    assert [row for row in rows if row.verdict != "reproduced"] == []


def assert_well_named(entry: Entry) -> None:
    """Cases are kept by their names, numbers drawn by their series."""
    names = [case.name for case in entry.cases()]
    assert len(set(names)) == len(names)
    assert {case.entry for case in entry.cases()} == {entry.key}
    drawn = {number.series for case in entry.cases() for number in case.numbers}
    for panel in entry.panels:
        for curve in panel.curves:
            assert curve.series in drawn
            # A line can be drawn from end to end, also on a logarithmic axis.
            heights = [curve.line(curve.low + share * (curve.high - curve.low)) for share in (0, 0.37, 1)]
            assert all(math.isfinite(height) for height in heights)
            assert not panel.log_y or min(heights) > 0
