"""The figure of information shows every cell in every panel, where its numbers are."""

import functools
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure

import signalling as sg
from signalling.bits import Information
from signalling.errors import ResultError
from signalling.figures.information import draw_information
from signalling.figures.style import number
from signalling.report.information import write_information
from tests.figures.test_treatments_figure import assert_readable

GARBLING, DELAY = "channels.default.garble.probability", "channels.default.delay.mean_hours"
MEASURED = ["mean_age_hours", "bits_per_report", "bits_at_review", "share_at_review"]


@functools.cache
def found(*, treated: bool = False) -> Information:
    study = sg.Study(
        "two-seekers",
        runs=20,
        seed=1,
        grid={GARBLING: [0.1, 0.8], DELAY: [1.2, 96]} if not treated else {GARBLING: [0.1, 0.8]},
        treatments={"lossy": {"channels.all.loss_probability": 0.7}} if treated else {},
    )
    return sg.information(study)


@functools.cache
def drawn() -> Figure:
    return draw_information(found())


def points(axes: Axes) -> dict[str, list[tuple[float, float]]]:
    """The points of each series, by its name."""
    series = {}
    for bar in axes.containers:
        assert isinstance(bar, ErrorbarContainer)
        line = bar.lines[0]
        assert line is not None
        series[str(bar.get_label())] = [(float(x), float(y)) for x, y in np.asarray(line.get_xydata())]
    return series


def bars(axes: Axes) -> set[tuple[float, ...]]:
    """The ends of all bars, across and up."""
    return {
        tuple(round(float(value), 9) for end in segment for value in end)
        for bar in axes.containers
        if isinstance(bar, ErrorbarContainer)
        for lines in bar.lines[2]
        for segment in lines.get_segments()
    }


def test_every_cell_stands_in_every_panel_by_series() -> None:
    for axes, name in zip(drawn().axes, [GARBLING, DELAY, *MEASURED], strict=True):
        shown = points(axes)
        assert list(shown) == ["1.2", "96"]
        for series, places in shown.items():
            mine = [cell for cell in found().cells if f"{cell.cell.settings[DELAY]:g}" == series]
            expected = [
                cell.cell.settings[name] if name in cell.cell.settings else cell.measure(name).estimate
                for cell in mine
            ]
            assert [x for x, _ in places] == pytest.approx(expected)
            assert [y for _, y in places] == pytest.approx([cell.p_war.estimate for cell in mine])


def test_both_intervals_are_drawn_as_they_are() -> None:
    ends = bars(drawn().axes[4])
    assert len(ends) == 2 * len(found().cells)
    for cell in found().cells:
        across, up = cell.bits.bits_at_review, cell.p_war
        assert across.estimate is not None
        assert across.low is not None
        assert across.high is not None
        assert tuple(round(v, 9) for v in (across.low, up.estimate, across.high, up.estimate)) in ends
        assert tuple(round(v, 9) for v in (across.estimate, up.low, across.estimate, up.high)) in ends


def test_axes_have_units_and_the_order_is_told() -> None:
    order = found().order()
    for axes, name, words in zip(
        drawn().axes,
        [GARBLING, DELAY, *MEASURED],
        ("garble probability", "delay mean hours", "hours", "bits per report", "bits at review", "share"),
        strict=True,
    ):
        assert words in axes.get_xlabel()
        tau = order[name]
        assert ("not defined" if tau is None else number(tau, 2)) in axes.get_xlabel()
    assert "probability per run" in drawn().axes[0].get_ylabel()
    note = "\n".join(text.get_text() for text in drawn().findobj(mpl.text.Text))
    assert "20 runs" in note
    assert "jackknife" in note


def test_no_two_texts_overlap_and_none_is_cut() -> None:
    assert_readable(drawn())
    assert_readable(draw_information(found(treated=True)))
    assert_readable(draw_information(found(), labels={DELAY: "a delay that has a rather long name, hours"}))


def test_treatments_are_the_series_where_there_are_any() -> None:
    figure = draw_information(found(treated=True))
    assert list(points(figure.axes[0])) == ["baseline", "lossy"]
    assert len([axes for axes in figure.axes if axes.axison]) == 5
    by_dial = draw_information(found(treated=True), series=GARBLING)
    assert list(points(by_dial.axes[0])) == ["0.1", "0.8"]


def test_what_cannot_be_drawn_is_refused() -> None:
    one = sg.information(sg.load_scenario("two-seekers"), runs=3, seed=1)
    with pytest.raises(ResultError, match="two or more"):
        draw_information(one)
    with pytest.raises(ResultError, match="series = horizon_days: does not vary"):
        draw_information(found(), series="horizon_days")


def test_a_folder_has_tables_and_figure(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    written = write_information(found(), tmp_path)
    assert [path.name for path in written] == [
        "information.json", "cells.parquet", "channels.parquet", "information.pdf", "information.png",
    ]  # fmt: skip
    assert pq.read_table(tmp_path / "cells.parquet").equals(found().table())
    assert pq.read_table(tmp_path / "channels.parquet").num_rows == 8
    assert (tmp_path / "information.png").stat().st_size > 10_000
