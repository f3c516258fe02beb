"""The figure of assumptions shows each difference in its row, says what is seen, and stays readable."""

import functools

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure

import signalling as sg
from signalling.counterfactual import Contrast
from signalling.figures.sensitivity import draw_sensitivity, verdict
from signalling.figures.style import number, save
from signalling.stats import Interval

ROWS = ("as it is", "reviews every 3 h", "the weights of all rivalries are the same")
LINES = ("hotline", "one-day-line")


def contrast(row: str, line: str, averted: int, caused: int, *, baseline: str = "telegraph") -> Contrast:
    return Contrast(row, baseline, line, 400, averted, caused, 100, 0.95)


@functools.cache
def contrasts() -> tuple[Contrast, ...]:
    return tuple(
        contrast(row, line, *((80 - 20 * place, 10) if line == "hotline" else (5, 60 + 30 * place)))
        for place, row in enumerate(ROWS)
        for line in LINES
    )


@functools.cache
def drawn() -> Figure:
    return draw_sensitivity(contrasts(), "July 1914")


def intervals(axes: Axes) -> dict[str, list[Interval]]:
    """Estimates and ends of the error bars, as plotted, by treatment, from the top row down."""
    found: dict[str, list[Interval]] = {}
    for bar in axes.containers:
        assert isinstance(bar, ErrorbarContainer)
        segments = bar.lines[2][0].get_segments()
        places = bar.lines[0].get_ydata()
        assert list(places) == sorted(places)
        assert [round(place) for place in places] == list(range(len(ROWS)))
        estimates = bar.lines[0].get_xdata()
        found[str(bar.get_label())] = [
            Interval(float(x), float(ends[0][0]), float(ends[1][0]))
            for x, ends in zip(estimates, segments, strict=True)
        ]
    return found


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text().strip()]


def test_every_difference_stands_in_its_row_with_tangos_ends_and_a_zero_line() -> None:
    panel = drawn().axes[0]
    assert intervals(panel) == {
        line: [pytest.approx(c.risk_difference()) for c in contrasts() if c.treatment_name == line]
        for line in LINES
    }
    (zero,) = [line for line in panel.lines if line.get_gid() == "zero"]
    assert list(zero.get_xdata()) == [0.0, 0.0]
    labels = [label.get_text().replace("\n", " ") for label in panel.get_yticklabels()]
    assert labels == list(ROWS)
    low, high = panel.get_xlim()
    assert all(low < end < high for found in intervals(panel).values() for bar in found for end in bar)


def test_the_level_of_every_line_is_printed_in_its_row() -> None:
    printed = {(round(x), round(y)): told for x, y, told in positions(drawn().axes[1]) if y > -0.5}
    for row, name in enumerate(ROWS):
        hotline, one_day = (c for c in contrasts() if c.assumptions == name)
        levels = [hotline.war(treated=False), hotline.war(treated=True), one_day.war(treated=True)]
        assert [printed[place, row] for place in range(3)] == [number(level.estimate) for level in levels]


def positions(axes: Axes) -> list[tuple[float, float, str]]:
    return [(*map(float, text.get_position()), text.get_text()) for text in axes.texts]  # type: ignore[misc]


def test_the_heading_says_what_is_seen() -> None:
    (heading,) = [told for told in texts(drawn()) if told.startswith("July 1914")]
    assert " ".join(heading.split()) == f"July 1914: {verdict(contrasts())}".replace("-0.", "−0.")
    assert any("400 pairs of runs a point" in told for told in texts(drawn()))


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([(80, 10), (60, 10)], "lowers P(war) under all 2 sets of assumptions (difference -0.175 to -0.125)"),
        ([(10, 80), (10, 80)], "raises P(war) under all 2 sets of assumptions (difference +0.175)"),
        ([(80, 10)], "lowers P(war) (difference -0.175)"),
        ([(0, 0), (9, 9)], "leaves the sign open under all 2 sets of assumptions (difference +0.000)"),
        (
            [(80, 10), (10, 60), (9, 9), (90, 10)],
            (
                "lowers P(war) under 2 of 4 sets of assumptions, raises it under 1 of 4, "
                "leaves the sign open under 1 of 4 (difference -0.200 to +0.125)"
            ),
        ),
    ],
)
def test_the_verdict_names_every_sign_that_occurs(counts: list[tuple[int, int]], told: str) -> None:
    rows = [contrast(f"row {place}", "hotline", *pair) for place, pair in enumerate(counts)]
    assert verdict(rows) == f"hotline {told}"


def test_no_two_texts_overlap_and_none_is_cut() -> None:
    assert_readable(drawn())
    words = dict(zip(LINES, ("a line on which each and every message takes a day", "x" * 30), strict=True))
    renamed = [
        c._replace(treatment_name=words[c.treatment_name], baseline_name="the line as it was")
        for c in contrasts()
    ]
    assert_readable(draw_sensitivity(renamed, "A scenario whose name is long, and told before what is seen"))
    alone = [c for c in contrasts() if c[:3] == (ROWS[0], "telegraph", "hotline")]
    assert_readable(draw_sensitivity(alone, "One"))


def assert_readable(figure: Figure) -> None:
    boxes = [(text.get_text(), text.get_window_extent()) for text in drawn_texts(figure)]
    page = figure.bbox
    for place, (text, box) in enumerate(boxes):
        assert page.x0 <= box.x0, text
        assert box.x1 <= page.x1, text
        assert page.y0 <= box.y0, text
        assert box.y1 <= page.y1, text
        assert not [other for other, its in boxes[place + 1 :] if box.overlaps(its)], text


def drawn_texts(figure: Figure) -> list[mpl.text.Text]:
    """All but the labels of ticks beyond the ends of an axis, and of an axis that is switched off."""
    panel, numbers = figure.axes
    low, high = panel.get_xlim()
    ticks = [label for label in panel.get_xticklabels() if low <= label.get_position()[0] <= high]
    ticks += panel.get_yticklabels()
    labels = {
        label
        for axes in (panel, numbers)
        for axis in (axes.xaxis, axes.yaxis)
        for label in axis.findobj(mpl.text.Text)
        if label is not axis.label
    }
    found = [text for text in figure.findobj(mpl.text.Text) if text not in labels] + ticks
    return [text for text in found if text.get_text().strip() and text.get_visible()]


def test_the_same_bytes_twice(tmp_path: object) -> None:
    first, second = (
        [
            path.read_bytes()
            for path in save(draw_sensitivity(contrasts(), "July 1914"), f"{tmp_path}/{name}", "f")
        ]
        for name in ("a", "b")
    )
    assert first == second


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(sg.SignallingError, match="none given"):
        draw_sensitivity([], "Nothing")
    with pytest.raises(sg.SignallingError, match="each treatment once for each set of assumptions"):
        draw_sensitivity(contrasts()[:-1], "One missing")
    with pytest.raises(sg.SignallingError, match="each treatment once"):
        draw_sensitivity([*contrasts(), contrasts()[0]], "One twice")
    with pytest.raises(sg.SignallingError, match="5 treatments: at most 4 fit"):
        draw_sensitivity([contrast("as it is", f"line {place}", 9, 5) for place in range(5)], "Too many")
    with pytest.raises(sg.SignallingError, match="of several baselines"):
        draw_sensitivity(
            [contrasts()[0], contrast("other", "hotline", 3, 4, baseline="post")], "Two baselines"
        )
