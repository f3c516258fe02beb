"""The figure of treatments shows the numbers of its comparisons, where they belong."""

import functools

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure

import signalling as sg
from signalling.counterfactual import Paired
from signalling.figures.style import interval_text
from signalling.figures.treatments import draw_treatments
from signalling.stats import Interval

NOISY = {"channels.default.garble.probability": 0.3, "states.A.greedy_probability": 1.0}
TREATMENTS: dict[str, dict[str, object]] = {
    "clean line": {"channels.all.garble.probability": 0.0},
    "one-day line": {"channels.all.delay": {"law": "constant", "hours": 24}},
}


@functools.cache
def comparisons() -> tuple[Paired, ...]:
    scenario = sg.load_scenario("two-seekers").replace(NOISY)
    return tuple(
        sg.compare(
            scenario, treatment=treatment, runs=40, seed=1, treatment_name=name, baseline_name="telegraph"
        )
        for name, treatment in TREATMENTS.items()
    )


@functools.cache
def drawn() -> Figure:
    return draw_treatments(comparisons(), "What the line does")


def intervals(axes: Axes) -> list[Interval]:
    """Estimates and ends of the error bars, as plotted, by row."""
    found = {}
    for bar in axes.containers:
        assert isinstance(bar, ErrorbarContainer)
        (segment,) = bar.lines[2][0].get_segments()
        found[float(bar.lines[0].get_ydata()[0])] = Interval(
            float(bar.lines[0].get_xdata()[0]), float(segment[0][0]), float(segment[1][0])
        )
    return [found[row] for row in sorted(found)]


def texts(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(mpl.text.Text))


def test_levels_are_the_baseline_and_each_treatment_with_wilsons_ends() -> None:
    levels = drawn().axes[0]
    expected = [comparisons()[0].war(treated=False), *(pair.war(treated=True) for pair in comparisons())]
    assert intervals(levels) == [pytest.approx(level) for level in expected]
    assert [label.get_text() for label in levels.get_yticklabels()] == ["telegraph", *TREATMENTS]


def test_differences_have_tangos_ends_and_a_zero_line() -> None:
    differences = drawn().axes[1]
    assert intervals(differences) == [pytest.approx(pair.risk_difference()) for pair in comparisons()]
    (zero,) = [line for line in differences.lines if line.get_gid() == "zero"]
    assert list(zero.get_xdata()) == [0.0, 0.0]


def test_every_interval_lies_within_its_panel() -> None:
    for axes in drawn().axes:
        low, high = axes.get_xlim()
        assert all(low <= interval.low <= interval.high <= high for interval in intervals(axes))


def test_counts_and_numbers_are_printed() -> None:
    printed = texts(drawn())
    for pair in comparisons():
        assert f"averted {pair.averted}, caused {pair.caused} of 40 pairs" in printed
        assert interval_text(pair.risk_difference()) in printed
        assert interval_text(pair.war(treated=True)) in printed
    assert "40 pairs of runs" in printed
    assert "What the line does" in printed
    assert "probability" in printed


def test_no_two_texts_overlap_and_none_is_cut() -> None:
    assert_readable(drawn())
    names = ("hotline", "a line on which each and every message takes a day", "x" * 30)
    renamed = [
        Paired(p.baseline, p.treated, "telegraph", name, 0.95) for p in comparisons() for name in names
    ]
    assert_readable(draw_treatments(renamed, "Many treatments"))


def assert_readable(figure: Figure) -> None:
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(mpl.text.Text)
        if text.get_text().strip() and text.get_visible()
    ]
    page = figure.bbox
    for number, (text, box) in enumerate(boxes):
        assert page.x0 <= box.x0, text
        assert box.x1 <= page.x1, text
        assert page.y0 <= box.y0, text
        assert box.y1 <= page.y1, text
        assert not [other for other, place in boxes[number + 1 :] if box.overlaps(place)], text


def test_the_settings_of_matplotlib_stay_as_they_were() -> None:
    before = dict(mpl.rcParams)
    draw_treatments(comparisons()[:1], "One")
    assert dict(mpl.rcParams) == before


def test_comparisons_must_share_their_baseline() -> None:
    with pytest.raises(sg.SignallingError, match="none given"):
        draw_treatments([], "Nothing")
    first = comparisons()[0]
    other = Paired(first.treated, first.treated, "telegraph", "clean again", 0.95)
    with pytest.raises(sg.SignallingError, match="clean again: is compared with another baseline"):
        draw_treatments([first, other], "Two baselines")
