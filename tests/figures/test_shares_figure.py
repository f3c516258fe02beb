"""The figure of shares shows every fault that is on, with the numbers of the attribution."""

import dataclasses
import functools
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure

from signalling.errors import SignallingError
from signalling.fault_sets import weights
from signalling.figures.shares import draw_shares
from signalling.figures.style import interval_text
from signalling.shares import Attribution
from signalling.stats import Interval
from tests.figures.test_treatments_figure import assert_readable

FAULTS = ("loss", "garbling:Greedy->Seeker", "garbling:Seeker->Greedy", "queue")
RUNS = 150


@functools.cache
def found() -> Attribution:
    """Made up: wars that are the likelier, the more of three faults are on; the fourth is off."""
    generator = np.random.default_rng(1)
    wars = {subset: generator.random(RUNS) < 0.1 + 0.2 * subset.bit_count() for subset in range(8)}
    parts = sum(np.outer(war, weights(subset, 3)) for subset, war in wars.items())
    return Attribution(
        title="A line that loses and garbles",
        seed=1,
        players=FAULTS,
        on=(True, True, True, False),
        runs=np.arange(RUNS),
        denominator=6,
        numerators=np.column_stack([parts, np.zeros(RUNS, dtype=np.int64)]),
        war=wars[7],
        war_without=wars[0],
        war_without_one=np.column_stack([wars[6], wars[5], wars[3], wars[7]]),
        confidence=0.95,
        resamples=200,
    )


@functools.cache
def drawn() -> Figure:
    return draw_shares(found(), "Who caused it")


def bars(axes: Axes) -> list[tuple[float, float, Interval]]:
    """Row, and interval of every bar, from top to bottom."""
    ends = []
    for bar in axes.containers:
        if isinstance(bar, ErrorbarContainer):
            line = bar.lines[0]
            assert line is not None
            ((x, y),) = np.asarray(line.get_xydata())
            ((begin, end),) = [segment for lines in bar.lines[2] for segment in lines.get_segments()]
            ends.append((round(float(y), 6), 0.0, Interval(float(x), float(begin[0]), float(end[0]))))
    return sorted(ends)


def close(interval: Interval, other: Interval) -> bool:
    return bool(np.allclose(interval, other, atol=1e-12))


def test_what_each_fault_adds_stands_in_its_row() -> None:
    names = found().by_share()
    assert len(names) == 3
    added = drawn().axes[0]
    labels = [label.get_text().replace("\n", "") for label in added.get_yticklabels()]
    assert labels == [*names, "all of them"]
    expected = [*(found().shares()[name] for name in names), found().difference()]
    assert [row for row, _, _ in bars(added)] == [0.0, 1.0, 2.0, 3.0]
    for (_, _, interval), other in zip(bars(added), expected, strict=True):
        assert close(interval, other)
    printed = [text.get_text() for text in added.texts]
    assert printed[:4] == [interval_text(interval) for interval in expected]


def test_shares_of_both_kinds_of_wars_lie_beside_each_other() -> None:
    names, counts = found().by_share(), found().table()
    assert counts["war/peace"] > 0
    assert counts["peace/war"] > 0
    seen = bars(drawn().axes[1])
    expected = [
        (row + offset, part[name])
        for row, name in enumerate(names)
        for offset, part in ((-0.16, found().caused()), (0.16, found().prevented()))
    ]
    assert [row for row, _, _ in seen] == [pytest.approx(row) for row, _ in expected]
    for (_, _, interval), (_, other) in zip(seen, expected, strict=True):
        assert close(interval, other)
    printed = " ".join(text.get_text() for text in drawn().axes[1].texts)
    assert f"{counts['war/peace']} wars caused" in printed
    assert f"{counts['peace/war']} wars prevented" in printed


def test_every_bar_has_room() -> None:
    for axes in drawn().axes:
        low, high = axes.get_xlim()
        assert all(low <= interval.low <= interval.high <= high for _, _, interval in bars(axes))


def test_the_note_names_what_is_off_and_how_sure_it_is() -> None:
    words = " ".join(" ".join(text.get_text().split()) for text in drawn().findobj(mpl.text.Text))
    assert "3 faults, 150 runs" in words
    assert "95 % intervals" in words
    assert "Off, share 0: queue." in words


@pytest.mark.parametrize(
    "changes", [{}, {"title": "x" * 60}, {"players": ("a" * 50, "b c" * 20, "c", "queue")}]
)
def test_nothing_overlaps_and_nothing_is_cut(changes: dict[str, Any]) -> None:
    assert_readable(draw_shares(dataclasses.replace(found(), **changes)))


def test_no_war_of_a_kind_leaves_its_rows_free() -> None:
    only = np.flatnonzero(found().war)
    rows = ("runs", "numerators", "war", "war_without", "war_without_one")
    wars = dataclasses.replace(found(), **{name: getattr(found(), name)[only] for name in rows})
    figure = draw_shares(wars)
    assert len(bars(figure.axes[1])) == 3
    assert "0 wars prevented" in [text.get_text() for text in figure.axes[1].texts]


def test_nothing_on_is_refused() -> None:
    with pytest.raises(SignallingError, match="no fault is on"):
        draw_shares(dataclasses.replace(found(), on=(False,) * 4))
