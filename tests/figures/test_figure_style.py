"""The style: same bytes, whole files, no global state."""

import ast
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

import signalling as sg
import signalling.figures as package
from signalling.figures import style
from signalling.figures.space_time import draw_space_time
from signalling.figures.treatments import draw_treatments

SOURCES = sorted(Path(package.__file__).parent.glob("*.py"))

DRAW = """
import hashlib, sys
sys.path.insert(0, sys.argv[2])
from test_figure_style import figures
from signalling.figures.style import save
for name, figure in figures().items():
    for path in save(figure, sys.argv[1], name):
        print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
assert "matplotlib.pyplot" not in sys.modules
"""


def figures() -> dict[str, Figure]:
    noisy = {"channels.default.garble.probability": 0.3, "channels.default.loss_probability": 0.1}
    scenario = sg.load_scenario("two-seekers").replace(noisy)
    pairs = [sg.compare(scenario, treatment={}, runs=3, seed=1)]
    return {
        "space-time": draw_space_time(sg.trace(scenario, seed=1, run=3)),
        "treatments": draw_treatments(pairs, "Nothing"),
    }


def simple_figure() -> Figure:
    with style.styled():
        figure = Figure(figsize=(style.SINGLE_COLUMN, 2.0), layout="constrained")
        figure.subplots().plot([0, 1], [0, 1], label="a line")
        return style.settle(figure)


@pytest.mark.heavy
def test_the_same_bytes_in_a_process_of_another_hash_seed(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONHASHSEED": "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"}
    command = [sys.executable, "-W", "error", "-c", DRAW, str(tmp_path / "there"), str(Path(__file__).parent)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as there:
        saved = [
            path for name, figure in figures().items() for path in style.save(figure, tmp_path / "here", name)
        ]
        here = [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in saved]
        assert there.stdout is not None
        assert there.stdout.read().splitlines() == here
    assert there.returncode == 0
    assert len(here) == 4


def test_a_figure_saved_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    figure = simple_figure()
    first = [path.read_bytes() for path in style.save(figure, tmp_path / "first", "f")]
    second = [path.read_bytes() for path in style.save(figure, tmp_path / "second", "f")]
    assert first == second


def test_files_name_neither_date_nor_version_and_embed_their_fonts(tmp_path: Path) -> None:
    pdf, png = (path.read_bytes() for path in style.save(simple_figure(), tmp_path, "f"))
    for trace in (b"CreationDate", b"ModDate", mpl.__version__.encode()):
        assert trace not in pdf
        assert trace not in png
    assert b"Software" not in png
    assert b"/Subtype /Type0" in pdf or b"/CIDFontType2" in pdf or b"/FontFile2" in pdf
    assert b"/Type3" not in pdf


def test_save_returns_what_it_wrote_and_leaves_nothing_else(tmp_path: Path) -> None:
    written = style.save(simple_figure(), tmp_path / "new" / "folder", "name.with.dots")
    assert [path.name for path in written] == ["name.with.dots.pdf", "name.with.dots.png"]
    assert sorted((tmp_path / "new" / "folder").iterdir()) == sorted(written)


def test_a_failure_leaves_the_old_file_and_no_fragment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf, _ = style.save(simple_figure(), tmp_path, "f")
    before = pdf.read_bytes()

    def torn(self: Figure, path: Path, **options: object) -> None:
        Path(path).write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(Figure, "savefig", torn)
    with pytest.raises(OSError, match="disk full"):
        style.save(simple_figure(), tmp_path, "f")
    assert pdf.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.pdf", "f.png"]


@pytest.mark.parametrize("name", ["", "a/b", "/root"])
def test_a_name_is_a_file_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(sg.SignallingError, match="must be a file name without folders"):
        style.save(simple_figure(), tmp_path, name)


def test_the_users_settings_are_neither_changed_nor_heeded(tmp_path: Path) -> None:
    expected = [path.read_bytes() for path in style.save(simple_figure(), tmp_path, "f")]
    with mpl.rc_context(
        {"font.size": 20.0, "lines.linewidth": 9.0, "pdf.fonttype": 3, "savefig.bbox": "tight"}
    ):
        before = dict(mpl.rcParams)
        got = [path.read_bytes() for path in style.save(simple_figure(), tmp_path, "f")]
        assert dict(mpl.rcParams) == before
    assert got == expected


def test_no_module_imports_pyplot() -> None:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert "pyplot" not in (node.module or "")
                assert all("pyplot" not in alias.name for alias in node.names)
            elif isinstance(node, ast.Import):
                assert all("pyplot" not in alias.name for alias in node.names)


@pytest.mark.parametrize("rungs", [1, 2, 5, 9])
def test_rungs_darken_step_by_step_so_that_greyscale_keeps_their_order(rungs: int) -> None:
    lightness = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in map(to_rgb, style.rung_colours(rungs))]
    assert len(lightness) == rungs
    assert lightness == sorted(lightness, reverse=True)
    assert len(set(lightness)) == rungs


@pytest.mark.parametrize(
    ("value", "printed"), [(0.1234, "0.123"), (-0.145, "−0.145"), (-0.0001, "0.000"), (0.0, "0.000")]
)
def test_numbers_are_printed_with_a_true_minus(value: float, printed: str) -> None:
    assert style.number(value) == printed
