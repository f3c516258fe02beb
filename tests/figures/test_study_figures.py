"""Figures of a study show the estimates where they belong, say how they were made, and are the same twice."""

import functools
import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pyarrow as pa
import pytest
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from signalling.errors import ResultError
from signalling.estimates import Estimates, estimate
from signalling.figures.cells import ticks_of
from signalling.figures.curves import draw_curves
from signalling.figures.phase_map import draw_phase_map
from signalling.figures.style import save
from signalling.figures.survival import draw_survival
from signalling.survival import kaplan_meier

NOISE = "channels.default.garble.probability"
ASSUMED = "channels.default.assumed.garble.probability"
DELAY = "channels.default.delay.mean_hours"
RUNS = 60

DRAW = """
import hashlib, pathlib, sys
sys.path.insert(0, sys.argv[2])
from test_study_figures import figures
from signalling.figures.style import save
for name, figure in figures().items():
    for path in save(figure, sys.argv[1], name):
        print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
assert "matplotlib.pyplot" not in sys.modules
"""


@functools.cache
def runs() -> pa.Table:
    """Invented runs, no simulation: war the likelier and the sooner, the more noise and delay there is."""
    tables = []
    for number, (noise, delay) in enumerate((n, d) for n in (0.0, 0.1, 0.4) for d in (1.0, 6.0, 48.0)):
        luck = np.random.default_rng(1914).random((RUNS, 2))
        war = luck[:, 0] < 0.02 + noise + delay / 200.0
        stop = np.where(war, 20.0 + 1400.0 * luck[:, 1] * (1.0 - noise), 1440.0)
        settings = {NOISE: [noise] * RUNS, DELAY: [delay] * RUNS, "cell": [f"{number:04d}"] * RUNS}
        results = {
            "run": range(RUNS),
            "seed": [1] * RUNS,
            "war": war,
            "stop_hours": stop,
            "reviews": [120] * RUNS,
        }
        tables.append(pa.table(settings | results))
    return pa.concat_tables(tables)


@functools.cache
def estimates() -> Estimates:
    return estimate(runs())


@functools.cache
def fine_estimates(runs: int = 200) -> Estimates:
    """A map of very many cells: wars where there is much noise, or much more of it than is assumed."""
    steps = [round(0.03 * number, 2) for number in range(30)]
    chances = [
        (noise, assumed, noise * (0.4 + 0.6 * abs(noise - assumed))) for noise in steps for assumed in steps
    ]
    luck = (np.arange(runs) + 0.5) / runs
    columns = {NOISE: 0, ASSUMED: 1}
    settings = {path: np.repeat([chance[at] for chance in chances], runs) for path, at in columns.items()}
    war = np.concatenate([luck < chance for *_, chance in chances])
    return estimate(pa.table(settings | {"war": war}), by=[NOISE, ASSUMED])


def groups() -> dict[str, pa.Table]:
    table = runs()
    return {
        f"noise {noise:g}, delay {delay:g} h": table.filter(
            (pa.compute.field(NOISE) == noise) & (pa.compute.field(DELAY) == delay)
        )
        for noise, delay in ((0.0, 1.0), (0.4, 1.0), (0.4, 48.0))
    }


@functools.cache
def figures() -> dict[str, Figure]:
    return {
        "curves": draw_curves(estimates(), NOISE, DELAY, labels={NOISE: "garbling probability"}),
        "phase": draw_phase_map(estimates(), NOISE, DELAY),
        "fine": draw_phase_map(fine_estimates(), NOISE, ASSUMED),
        "survival": draw_survival(groups()),
    }


def texts(figure: Figure) -> str:
    return " ".join(" ".join(text.get_text().split()) for text in figure.findobj(mpl.text.Text))


def assert_readable(figure: Figure) -> None:
    """No text leaves the page and no two overlap."""
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(mpl.text.Text)
        if text.get_text().strip() and text.get_visible()
    ]
    page = figure.bbox.padded(0.5)
    for number, (text, box) in enumerate(boxes):
        assert page.x0 <= box.x0, text
        assert box.x1 <= page.x1, text
        assert page.y0 <= box.y0, text
        assert box.y1 <= page.y1, text
        assert not [other for other, place in boxes[number + 1 :] if box.overlaps(place)], text


def bars(axes: Axes) -> list[list[tuple[float, float, float, float]]]:
    """By series and from left to right: setting, estimate and the two ends, as plotted."""
    found = []
    for bar in axes.containers:
        assert isinstance(bar, ErrorbarContainer)
        points = zip(*(np.asarray(values, float) for values in bar.lines[0].get_data()), strict=True)
        segments = bar.lines[2][0].get_segments()
        found.append(
            [
                (float(x), float(y), float(segment[0][1]), float(segment[1][1]))
                for (x, y), segment in zip(points, segments, strict=True)
            ]
        )
    return found


@pytest.mark.parametrize("name", ["curves", "phase", "fine", "survival"])
def test_figures_are_readable_and_say_how_they_were_made(name: str) -> None:
    figure = figures()[name]
    assert_readable(figure)
    printed = texts(figure)
    assert "200 runs" in printed if name == "fine" else f"{RUNS} runs" in printed
    assert "95 %" in printed
    assert "log-log" in printed if name == "survival" else "Wilson or Clopper-Pearson" in printed


def test_curves_are_the_estimates_with_their_ends() -> None:
    [axes] = figures()["curves"].axes
    drawn = bars(axes)
    assert len(drawn) == 3
    for delay, series in zip((1.0, 6.0, 48.0), drawn, strict=True):
        expected = [
            (row[NOISE], row["estimate"], row["low"], row["high"])
            for row in estimates().of("p_war")
            if row[DELAY] == delay
        ]
        assert series == [pytest.approx(point) for point in expected]
        assert all(axes.get_ylim()[0] <= low and high <= axes.get_ylim()[1] for *_, low, high in series)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "0.1", "0.4"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["1", "6", "48"]
    assert "share their luck" in texts(figures()["curves"])


def test_curves_over_names_over_decades_and_without_series() -> None:
    one = estimate(runs().filter(pa.compute.field(NOISE) == 0.1))
    decades = draw_curves(one, DELAY, measure="hazard_per_review")
    assert decades.axes[0].get_xscale() == "linear"
    delays = pa.array([{1.0: 0.5, 6.0: 6.0, 48.0: 48.0}[delay] for delay in runs()[DELAY].to_pylist()])
    wide = runs().set_column(1, DELAY, delays).filter(pa.compute.field(NOISE) == 0.1)
    assert draw_curves(estimate(wide, by=[DELAY]), DELAY).axes[0].get_xscale() == "log"
    arms = runs().append_column("treatment", pa.array([f"arm {cell}" for cell in runs()["cell"].to_pylist()]))
    named = draw_curves(estimate(arms, by=["treatment"]), "treatment", measure="war_hours_restricted_mean")
    assert next(tick.get_text() for tick in named.axes[0].get_xticklabels()) == "arm 0000"
    assert "up to 1440 h" in texts(named)


def test_long_names_stay_readable() -> None:
    names = (
        "telegraph of 1914",
        "a line on which every message takes a day",
        "noisy-believed-clean",
        "hotline",
        "x",
    )
    arms = runs().filter(pa.compute.field("cell") < "0005")
    told = [names[int(cell)] for cell in arms["cell"].to_pylist()]
    arms = arms.append_column("treatment", pa.array(told))
    by_name = estimate(arms, by=[NOISE, "treatment"])
    assert_readable(draw_curves(by_name, "treatment"))
    assert_readable(draw_curves(by_name, NOISE, "treatment"))
    assert_readable(draw_phase_map(by_name, "treatment", NOISE))
    assert_readable(draw_phase_map(by_name, NOISE, "treatment"))
    assert_readable(draw_survival({n: arms.filter(pa.compute.field("treatment") == n) for n in names}))


def test_points_without_an_estimate_are_left_out_and_counted() -> None:
    medians = draw_curves(estimates(), NOISE, DELAY, "war_hours_median")
    known = [row for row in estimates().of("war_hours_median") if row["estimate"] is not None]
    assert 0 < len(known) < 9
    assert sum(map(len, bars(medians.axes[0]))) == len(known)
    assert f"{9 - len(known)} points have no estimate" in texts(medians)


def test_the_phase_map_shows_levels_widths_and_what_is_not_settled() -> None:
    figure = figures()["phase"]
    levels, widths = figure.axes[:2]
    rows = estimates().of("p_war")
    grid = np.array([[row["estimate"] for row in rows if row[DELAY] == delay] for delay in (1.0, 6.0, 48.0)])
    assert np.asarray(levels.collections[0].get_array()) == pytest.approx(grid)
    spans = np.array(
        [[row["high"] - row["low"] for row in rows if row[DELAY] == delay] for delay in (1.0, 6.0, 48.0)]
    )
    assert np.asarray(widths.collections[0].get_array()) == pytest.approx(spans)
    for axes in (levels, widths):
        hatched = {
            tuple(map(int, patch.get_xy()))
            for patch in axes.patches
            if isinstance(patch, Rectangle) and patch.get_gid() == "wide"
        }
        assert hatched == {(int(x), int(y)) for y, x in np.argwhere(spans > 0.2)}
        assert 0 < len(hatched) < 9
    assert f"wider than 0.2 ({int(np.sum(spans > 0.2))} of 9 cells)" in texts(figure)


def test_a_map_of_very_many_cells_is_a_surface() -> None:
    """Round ticks, a square, lines of equal level with their numbers, and where both settings are equal."""
    figure = figures()["fine"]
    left, right = figure.axes[:2]
    for axes in (left, right):
        shown = {label.get_text() for label in axes.get_xticklabels()}
        assert shown == {"0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8"}
        assert axes.get_xticks()[1] == pytest.approx(0.1 / 0.03 + 0.5)
        box = axes.get_window_extent()
        assert box.width == pytest.approx(box.height)
        assert not axes.patches
    rows = {(row[NOISE], row[ASSUMED]): row["estimate"] for row in fine_estimates().of("p_war")}
    drawn = np.asarray(left.collections[0].get_array())
    assert drawn.tolist() == [
        [rows[x, y] for x in sorted({x for x, _ in rows})] for y in sorted({y for _, y in rows})
    ]
    numbers = {text.get_text() for text in left.texts}
    assert numbers < {text.get_text() for text in figure.findobj(mpl.text.Text) if text not in left.texts}
    assert len(numbers) == len(left.texts) > 2
    [diagonal] = [line for line in left.lines if line.get_gid() == "diagonal"]
    assert np.asarray(diagonal.get_data()).tolist() == [[0, 30], [0, 30]]
    printed = texts(figure)
    assert "Lines: equal estimates. Dashed: both settings are equal." in printed
    assert "whatever the distance" not in printed
    wide = sum(row["high"] - row["low"] > 0.2 for row in fine_estimates().of("p_war"))
    assert f"{wide} of 900 intervals are wider than 0.2." in printed


def test_lines_of_equal_level_are_not_drawn_through_chance() -> None:
    figure = draw_phase_map(fine_estimates(8), NOISE, ASSUMED)
    assert len(figure.axes[0].collections) == 1
    assert "Lines" not in texts(figure)
    assert_readable(figure)


def test_a_level_surface_has_no_lines() -> None:
    table = fine_estimates().table
    for measure, value in (("estimate", 0.3), ("low", 0.25), ("high", 0.35)):
        place = table.column_names.index(measure)
        table = table.set_column(place, measure, pa.array([value] * table.num_rows))
    axes = draw_phase_map(replace(fine_estimates(), table=table), NOISE, ASSUMED).axes[0]
    assert (len(axes.collections), len(axes.texts)) == (1, 0)


def test_a_diagonal_needs_one_quantity_with_the_same_values_and_room() -> None:
    def diagonals(table: Estimates, x: str, y: str) -> int:
        return len(draw_phase_map(table, x, y).axes[0].lines)

    renamed = {NOISE: "channels.default.loss_probability", ASSUMED: ASSUMED}
    other = fine_estimates().table.rename_columns(
        [renamed.get(name, name) for name in fine_estimates().table.column_names]
    )
    columns = tuple(renamed.values())
    assert diagonals(fine_estimates(), ASSUMED, NOISE) == 1
    assert diagonals(replace(fine_estimates(), table=other, group_columns=columns), *columns) == 0
    one_less = fine_estimates().table.filter(pa.compute.field(NOISE) > 0.0)
    assert diagonals(replace(fine_estimates(), table=one_less), NOISE, ASSUMED) == 0
    few = (pa.compute.field(NOISE) < 0.1) & (pa.compute.field(ASSUMED) < 0.1)
    assert diagonals(replace(fine_estimates(), table=fine_estimates().table.filter(few)), NOISE, ASSUMED) == 0


def test_many_settings_have_few_ticks() -> None:
    assert list(ticks_of([0.0, 0.5, 2.0], 14).items()) == [(0.5, "0"), (1.5, "0.5"), (2.5, "2")]
    assert list(ticks_of(list("abcdefghijklmnopqrst"), 14).values()) == list("abcdefghijklmnopqrst")
    even = ticks_of([number / 100 for number in range(100)], 14)
    assert list(even.values()) == ["0", *(f"0.{digit}" for digit in range(1, 10))]
    assert list(even) == pytest.approx([10 * digit + 0.5 for digit in range(10)])
    assert list(ticks_of([float(2**number) for number in range(20)], 14).values())[:3] == ["1", "4", "16"]


def test_a_missing_cell_is_white_and_counted() -> None:
    partial = estimate(runs().filter((pa.compute.field(NOISE) != 0.1) | (pa.compute.field(DELAY) != 6.0)))
    figure = draw_phase_map(partial, NOISE, DELAY, widest=1.0)
    assert "White: no estimate (1)." in texts(figure)
    assert not [patch for patch in figure.axes[0].patches if patch.get_gid() == "wide"]


def test_survival_steps_are_kaplan_and_meiers() -> None:
    figure = figures()["survival"]
    axes, counts = figure.axes
    drawn = {line.get_gid(): line for line in axes.lines if line.get_gid() in groups()}
    for name, table in groups().items():
        curve = kaplan_meier(table["stop_hours"].to_numpy(), table["war"].to_numpy())
        hours, shares = drawn[name].get_data()
        assert list(hours) == [0.0, *curve.event_hours, 1440.0]
        assert list(shares) == [1.0, *curve.survival, curve.survival[-1]]
        ticks = [hour for hour in axes.get_xticks() if 0.0 <= hour <= 1440.0]
        row = list(groups()).index(name)
        printed = [text.get_text() for text in counts.texts if text.get_position()[1] == row]
        assert printed == [str(count) for count in curve.at_risk(ticks)]


def test_a_high_curve_says_where_its_axis_begins() -> None:
    figure = draw_survival({"calm": groups()["noise 0, delay 1 h"]})
    assert figure.axes[0].get_ylim()[0] == pytest.approx(0.8)
    assert "The vertical axis begins at 0.8." in texts(figure)
    assert_readable(figure)


def test_errors_say_what_to_do() -> None:
    with pytest.raises(ResultError, match="treatment: the estimates are not grouped by it"):
        draw_curves(estimates(), "treatment")
    with pytest.raises(ResultError, match=rf"{NOISE} = 0.0: has two points, which differ in {DELAY}"):
        draw_curves(estimates(), NOISE)
    with pytest.raises(ResultError, match="security: not estimated"):
        draw_phase_map(estimates(), NOISE, DELAY, "security")
    with pytest.raises(ResultError, match="series = cell: has 9 values"):
        draw_curves(estimates(), NOISE, "cell")
    calm = estimate(runs().filter(pa.compute.field(NOISE) == 0.0))
    with pytest.raises(ResultError, match="war_hours_median: no group has an estimate"):
        draw_curves(calm, DELAY, measure="war_hours_median")
    with pytest.raises(ResultError, match="0 given"):
        draw_survival({})
    with pytest.raises(ResultError, match="empty: holds no run"):
        draw_survival({"empty": runs().slice(0, 0)})


def test_the_settings_of_matplotlib_stay_as_they_were() -> None:
    before = dict(mpl.rcParams)
    draw_phase_map(estimates(), DELAY, NOISE)
    draw_survival(groups())
    assert dict(mpl.rcParams) == before


@pytest.mark.heavy
def test_the_same_bytes_in_a_process_of_another_hash_seed(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONHASHSEED": "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"}
    command = [sys.executable, "-W", "error", "-c", DRAW, str(tmp_path / "there"), str(Path(__file__).parent)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as there:
        saved = [path for name, figure in figures().items() for path in save(figure, tmp_path / "here", name)]
        here = [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in saved]
        assert there.stdout is not None
        assert there.stdout.read().splitlines() == here
    assert there.returncode == 0
    assert len(here) == 8
