"""Figures of experiments show the rows where they belong, say what they are, and are the same twice."""

import functools
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from pydantic import TypeAdapter, ValidationError

from signalling.errors import SignallingError
from signalling.figures import style
from signalling.figures.paper import FigureSpec
from signalling.figures.paper.points import estimate_of
from signalling.figures.paper.spec import PaperFigure

Rows = list[dict[str, Any]]

DOCTRINES = {"spiral": 0.4, "threshold": -0.2}
COMPOSITIONS = {"composition=SS": "two seekers", "composition=GG": "two greedy"}
NOISE = "channels.default.garble.probability"

#: One figure of each kind.
KINDS = ("lines", "forest", "map", "specification")
#: Between them they have all that is drawn: lines, bars, texts, hatched cells, colours with their key.
SAVED = ("lines", "map")

DRAW = """
import sys
sys.path.insert(0, sys.argv[2])
from test_paper_figures import SAVED, drawn
from signalling.figures.style import save
for name in SAVED:
    save(drawn(name, width="single"), sys.argv[1], name)
assert "matplotlib.pyplot" not in sys.modules
"""


def estimate(name: str, value: float, half: float) -> dict[str, Any]:
    return {name: value, f"{name}_low": value - half, f"{name}_high": value + half}


def cells() -> Rows:
    """P(war) by noise, and its change against no noise, which a cell without noise has not."""
    rows = []
    for doctrine, slope in DOCTRINES.items():
        for greed, composition in enumerate(("SS", "GG")):
            for noise in (0.0, 0.1, 0.3, 0.5):
                row: dict[str, Any] = {"doctrine": doctrine, "composition": composition, NOISE: noise}
                row |= {"runs": 4000} | estimate("p_war", 0.3 + slope * noise + 0.2 * greed, 0.02)
                change = estimate("difference", slope * noise, 0.03)
                rows.append(row | (change if noise else dict.fromkeys(change)))
    return rows


def grid(side: int = 3) -> Rows:
    steps = [round(0.5 * at / (side - 1), 4) for at in range(side)]
    return [
        {"garbled": x, "believed": y, "composition": composition, "pairs": 900}
        | estimate("difference", sign * 0.4 * (x - y), 0.05)
        for composition, sign in (("SS", 1), ("GG", -1))
        for x in steps
        for y in steps
    ]


def region(points: int = 10) -> Rows:
    """Two contrasts over a region: of ten points of a doctrine some rise, some fall, some are undecided."""
    return [
        {"contrast": contrast, "doctrine": doctrine, "default": point < 0, "runs": 500}
        | estimate("difference", shift + 0.02 * ((7 * point) % points - 5), 0.03)
        for contrast, shift in (("fidelity", 0.0), ("a hotline", -0.05))
        for doctrine in DOCTRINES
        for point in range(-1, points)
    ]


def plain(rows: Rows, wanted: Mapping[str, Any]) -> Rows:
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


CASES: dict[str, tuple[dict[str, Any], Callable[[], Rows]]] = {
    "lines": (
        {"kind": "lines", "title": "Noise", "x": NOISE, "y": "p_war", "panels": "doctrine"}
        | {"series": "composition", "labels": COMPOSITIONS | {NOISE: "share of messages garbled"}},
        cells,
    ),
    "changes": (
        {"kind": "lines", "x": NOISE, "y": "difference", "width": "single", "series": ["doctrine", NOISE]}
        | {"where": {"composition": "SS", NOISE: [0.1, 0.3]}},
        cells,
    ),
    "names": (
        {"kind": "lines", "x": "doctrine", "y": "p_war", "where": {NOISE: 0.3}, "series": "composition"},
        cells,
    ),
    "forest": (
        {"kind": "forest", "rows": ["doctrine", NOISE], "series": "composition", "labels": COMPOSITIONS},
        cells,
    ),
    "map": ({"kind": "map", "x": "garbled", "y": "believed", "panels": "composition"}, grid),
    "fine map": ({"kind": "map", "x": "garbled", "y": "believed", "panels": "composition"}, lambda: grid(30)),
    "specification": (
        {"kind": "specification", "panels": "contrast", "series": "doctrine", "title": "All points"},
        region,
    ),
}


def figure_of(document: Mapping[str, Any]) -> PaperFigure:
    """A figure as a file describes it."""
    adapter: TypeAdapter[PaperFigure] = TypeAdapter(FigureSpec)
    return adapter.validate_python({"part": "cells", "caption": "", **document})


def drawn(name: str, **changed: Any) -> Figure:
    document, rows = CASES[name]
    return figure_of({**document, **changed}).draw(rows())


@functools.cache
def shown(name: str) -> Figure:
    """A figure as it is described, to be looked at only."""
    return drawn(name)


def texts(figure: Figure) -> str:
    found = [text for text in figure.findobj(mpl.text.Text) if text.get_visible()]
    return " | ".join(" ".join(text.get_text().split()) for text in found if text.get_text().strip())


def bars(axes: Axes, gid: str = "intervals") -> list[list[list[float]]]:
    """By series: the ends of its bars, as plotted."""
    return [
        [np.asarray(segment, float).ravel().tolist() for segment in found.get_segments()]
        for found in axes.collections
        if isinstance(found, LineCollection) and found.get_gid() == gid
    ]


def points(axes: Axes, gid: str = "estimates") -> list[tuple[list[float], list[float]]]:
    """By series: where its points lie."""
    return [
        (np.asarray(line.get_xdata(), float).tolist(), np.asarray(line.get_ydata(), float).tolist())
        for line in axes.lines
        if line.get_gid() == gid
    ]


@pytest.mark.heavy
def test_the_same_bytes_in_a_process_of_another_hash_seed(tmp_path: Path) -> None:
    there = str(tmp_path / "there")
    command = [sys.executable, "-W", "error", "-c", DRAW, there, str(Path(__file__).parent)]
    subprocess.run(command, env=dict(os.environ, PYTHONHASHSEED="1"), check=True)
    for name in SAVED:
        for path in style.save(drawn(name, width="single"), tmp_path / "here", name):
            assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes(), path.name
    # Type 42: text stays text, and its fonts come with the file.
    assert b"/FontFile2" in (tmp_path / "here" / "lines.pdf").read_bytes()


@pytest.mark.parametrize(
    ("name", "width"), [*((name, "double") for name in CASES), *((name, "single") for name in KINDS)]
)
def test_no_text_leaves_the_page_or_lies_on_another(name: str, width: str) -> None:
    whole = width == CASES[name][0].get("width", "double")
    figure = shown(name) if whole else drawn(name, width=width)
    assert figure.get_figwidth() == (style.SINGLE_COLUMN if width == "single" else style.DOUBLE_COLUMN)
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(mpl.text.Text)
        if text.get_text().strip() and text.get_visible()
    ]
    page = figure.bbox.padded(1.0)
    for number, (text, box) in enumerate(boxes):
        assert page.x0 <= box.x0, text
        assert box.x1 <= page.x1, text
        assert page.y0 <= box.y0, text
        assert box.y1 <= page.y1, text
        assert not [other for other, place in boxes[number + 1 :] if box.overlaps(place)], text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lines", ["Noise", "share of messages garbled", "P(war)", "a spiral", "b threshold"]),
        (
            "lines",
            ["composition", "two seekers", "two greedy", "4,000 runs per point. Bars: 95 % intervals."],
        ),
        ("changes", ["change of P(war)", "spiral, garble probability 0.1", "0.1", "0.3"]),
        ("forest", ["spiral", "threshold", "garble probability 0.3", "+0.12 [+0.09, +0.15]", "two seekers"]),
        ("forest", ["change of P(war)", "Whiskers: 95 % intervals. 4 rows have no estimate."]),
        ("map", ["garbled", "believed", "a SS", "b GG", "+0.20", "−0.20", "change of P(war)"]),
        ("map", ["900 pairs of runs per cell. Hatched: the interval holds zero (95 % intervals)."]),
        ("fine map", ["+", "−", "Dotted: the interval holds zero"]),
        (
            "specification",
            ["a fidelity", "b a hotline", "change of P(war)", "default", "as a share of the region"],
        ),
        ("specification", ["20 points of the region in each panel, 500 runs per point."]),
    ],
)
def test_a_page_says_what_it_shows(name: str, expected: Sequence[str]) -> None:
    printed = texts(shown(name))
    for words in expected:
        assert words in printed, (words, printed)


def test_lines_are_the_estimates_and_their_intervals() -> None:
    for axes, doctrine in zip(shown("lines").axes, DOCTRINES, strict=True):
        for number, composition in enumerate(("SS", "GG")):
            rows = plain(cells(), {"doctrine": doctrine, "composition": composition})
            assert points(axes)[number] == ([row[NOISE] for row in rows], [row["p_war"] for row in rows])
            assert bars(axes)[number] == [
                [row[NOISE], row["p_war_low"], row[NOISE], row["p_war_high"]] for row in rows
            ]


def test_what_has_no_estimate_is_left_out_and_said() -> None:
    document = {"kind": "lines", "x": NOISE, "y": "difference", "panels": "doctrine", "series": "composition"}
    figure = figure_of(document).draw(cells())
    assert "4 points have no estimate." in texts(figure)
    for axes in figure.axes:
        assert [xs for xs, _ in points(axes)] == [[0.1, 0.3, 0.5]] * 2
        assert [line.get_gid() for line in axes.lines].count("zero") == 1
    alone = [row | {"difference_low": None, "difference_high": None} for row in cells()]
    [axes, _] = figure_of(document).draw(alone).axes
    assert bars(axes) == [[], []]
    assert len(points(axes)[0][0]) == 3


def test_panels_have_one_scale_unless_each_is_to_have_its_own() -> None:
    rows = [
        row
        | ({} if row["doctrine"] == "spiral" else {name: row[name] / 50 for name in row if "p_war" in name})
        for row in cells()
    ]
    document = CASES["lines"][0]
    one, other = figure_of(document).draw(rows).axes
    assert one.get_ylim() == other.get_ylim()
    one, other = figure_of({**document, "one_scale": False}).draw(rows).axes
    assert one.get_ylim()[1] > 40 * other.get_ylim()[1]


def test_a_wide_span_has_a_logarithmic_axis_and_many_settings_have_bands() -> None:
    few = [{"hours": hours} | estimate("p_war", 0.2, 0.1) for hours in (0.1, 1.0, 10.0)]
    [axes] = figure_of({"kind": "lines", "x": "hours", "y": "p_war"}).draw(few).axes
    assert axes.get_xscale() == "log"
    many = [{"hours": float(hours)} | estimate("p_war", 0.2, 0.1) for hours in range(40)]
    figure = figure_of({"kind": "lines", "x": "hours", "y": "p_war"}).draw(many)
    assert "Bands: 95 % intervals." in texts(figure)
    [band] = [found for found in figure.axes[0].collections if found.get_gid() == "intervals"]
    heights = np.asarray(band.get_paths()[0].vertices, float)[:, 1]
    assert sorted(set(heights.round(9).tolist())) == [0.1, 0.3]


def test_forests_are_the_estimates_and_their_intervals() -> None:
    [axes] = shown("forest").axes
    for number, composition in enumerate(("SS", "GG")):
        rows = [row for row in plain(cells(), {"composition": composition}) if row["difference"] is not None]
        assert points(axes)[number][0] == [row["difference"] for row in rows]
        ends = [[bar[0], bar[2]] for bar in bars(axes)[number]]
        assert ends == [[row["difference_low"], row["difference_high"]] for row in rows]
    ordered = figure_of(
        {"kind": "forest", "rows": [NOISE], "where": {"composition": "SS", "doctrine": "spiral"}}
    )
    [axes] = ordered.model_copy(update={"order": "value"}).draw(cells()).axes
    assert points(axes)[0][0] == sorted(points(axes)[0][0], reverse=True)
    assert points(axes)[0][1] == sorted(points(axes)[0][1])


@pytest.mark.parametrize(("side", "marked"), [(3, True), (30, False)])
def test_maps_mark_the_cells_whose_interval_holds_zero(side: int, marked: bool) -> None:
    one, other, _ = shown("map" if marked else "fine map").axes
    for axes, composition in ((one, "SS"), (other, "GG")):
        rows = plain(grid(side), {"composition": composition})
        [mesh] = [found for found in axes.collections if found.get_gid() == "cells"]
        values = mesh.get_array()
        assert values is not None
        # Rows of the table go up the map first.
        assert values.reshape(side, side).T.ravel().tolist() == [row["difference"] for row in rows]
        wanted = [row for row in rows if row["difference_low"] <= 0.0 <= row["difference_high"]]
        if marked:
            assert [patch.get_gid() for patch in axes.patches] == ["open"] * len(wanted)
        else:
            assert [len(xs) for xs, _ in points(axes, "open")] == [len(wanted)]


def test_specifications_are_sorted_and_counted_by_their_intervals() -> None:
    figure = shown("specification")
    for axes, contrast in zip(figure.axes, ("fidelity", "a hotline"), strict=True):
        rows = plain(region(), {"contrast": contrast, "default": False})
        together = sorted(pair for series in points(axes) for pair in zip(*series, strict=True))
        assert [x for x, _ in together] == pytest.approx([(at + 0.5) / 20 for at in range(20)])
        assert [y for _, y in together] == sorted(row["difference"] for row in rows)
        ends = sorted((bar[1], bar[3]) for series in bars(axes) for bar in series)
        assert ends == sorted((row["difference_low"], row["difference_high"]) for row in rows)
        raises = sum(row["difference_low"] > 0.0 for row in rows)
        lowers = sum(row["difference_high"] < 0.0 for row in rows)
        told = [f"{5 * count} %" for count in (raises, lowers, 20 - raises - lowers)]
        expected = f"raises in {told[0]}, lowers in {told[1]}, undecided in {told[2]}"
        assert expected in [text.get_text() for text in axes.texts]
        defaults = [row["difference"] for row in plain(region(), {"contrast": contrast, "default": True})]
        assert [y for _, [y] in points(axes, "default")] == defaults
        assert [len(strip) for strip in bars(axes, "strip")] == [10, 10]


def test_a_margin_widens_what_is_undecided() -> None:
    document = {
        "kind": "specification",
        "where": {"contrast": "fidelity", "doctrine": "spiral"},
        "margin": 9.0,
    }
    figure = figure_of(document).draw(region())
    assert "raises in 0 %, lowers in 0 %, undecided in 100 %" in texts(figure)
    assert "±9" in texts(figure)
    assert [text.get_text() for text in figure.axes[0].texts].count("default") == 1


@pytest.mark.parametrize(
    ("name", "changed", "message"),
    [
        ("lines", {"x": "doctrin"}, 'x = "doctrin": cells has no such column; did you mean "doctrine"?'),
        ("lines", {"panels": "nothing"}, 'panels = "nothing": cells has no such column'),
        (
            "lines",
            {"where": {"doctrine": "spirl"}},
            'where.doctrine = "spirl": no row has it; did you mean "spiral"?',
        ),
        ("lines", {"where": {"runs": 4000, NOISE: True}}, f"where.{NOISE} = true: no row has it"),
        (
            "changes",
            {"where": {NOISE: 0.0, "composition": "SS"}},
            'y = "difference": no row has an estimate of it',
        ),
        (
            "lines",
            {"labels": {"composition=SG": "?"}},
            'labels = "composition=SG": composition has no such value',
        ),
        ("lines", {"labels": {"compositon=SS": "?"}}, 'did you mean "composition"?'),
        (
            "lines",
            {"series": None, "x": "composition"},
            f'composition = "SS": has two points, which differ in {NOISE}; choose one with where',
        ),
        ("names", {"y": "composition"}, 'composition = "SS": is not a number'),
        ("lines", {"series": None}, "has two points, which differ in composition; choose"),
        ("lines", {"height_inches": 0.5}, "height_inches = 0.5: is too low for its content; at least"),
        (
            "map",
            {"panels": None},
            "garbled = 0.0, believed = 0.0: has two points, which differ in composition",
        ),
        ("lines", {"panels": "p_war"}, "at most 6 panels fit: choose some with where"),
        ("forest", {"series": "p_war"}, "at most 7 can be told apart: choose some with where"),
    ],
)
def test_mistakes_are_refused(name: str, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(SignallingError) as error:
        drawn(name, **changed)
    assert message in str(error.value)


def test_more_mistakes_are_refused() -> None:
    lines = figure_of(CASES["lines"][0])
    with pytest.raises(SignallingError, match="has no row; there is nothing to draw"):
        lines.draw([])
    with pytest.raises(SignallingError, match="1 to 600 can be drawn"):
        figure_of({"kind": "specification"}).draw(region(301))
    alone = [row | {"difference_low": None} for row in region()]
    with pytest.raises(SignallingError, match="a point has no interval"):
        figure_of(CASES["specification"][0]).draw(alone)
    with pytest.raises(ValidationError, match="series"):
        figure_of({"kind": "map", "x": "a", "y": "b", "series": "c"})


def test_estimates_of_rows() -> None:
    assert estimate_of({"p_war": None, "p_war_low": None}, "p_war") is None
    assert estimate_of({"runs": 5}, "runs") == (5.0, None, None)
