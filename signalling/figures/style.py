"""One style for every figure: widths, fonts, colours that survive greyscale, files without dates."""

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure

from signalling.errors import SignallingError

#: Widths of a journal's columns, inches.
SINGLE_COLUMN = 3.4
DOUBLE_COLUMN = 7.0

PNG_DPI = 300

#: Okabe and Ito 2008, "Color universal design": eight colours that no common colour blindness confuses.
BLACK = "#000000"
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"

#: For what is read last: rules, notes, what never arrived.
GREY = "#6B6B6B"
PALE = "#D9D9D9"

#: Series by number; the marker and the line style tell them apart in greyscale.
SERIES: tuple[tuple[str, str, str], ...] = (
    (BLUE, "o", "-"),
    (VERMILLION, "s", "--"),
    (GREEN, "^", "-."),
    (PURPLE, "D", ":"),
    (ORANGE, "v", "-"),
    (SKY_BLUE, "P", "--"),
    (BLACK, "X", "-."),
)

#: Both maps fall steadily in lightness; one is warm and one is blue, so neither is taken for the other.
_WARM = LinearSegmentedColormap.from_list("rungs", ["#EDD094", "#F0983F", "#D4505A", "#932F72", "#46236E"])
BELIEFS = LinearSegmentedColormap.from_list("beliefs", ["#F1F5F9", "#9CC3E0", "#3A83BD", "#0A3A70"])
#: For how uncertain something is: grey, so that it is taken for neither of the others.
WIDTHS = LinearSegmentedColormap.from_list("widths", ["#FAFAFA", "#BDBDBD", "#5A5A5A"])

NOTE_SIZE = 6.5

_SETTINGS: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same everywhere
    "font.size": 7.0,
    "axes.titlesize": 8.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7.0,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 7.0,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "figure.titlesize": 8.5,
    "figure.titleweight": "bold",
    "lines.linewidth": 1.0,
    "pdf.fonttype": 42,  # embedded TrueType: text stays text for the journal's typesetter
    "ps.fonttype": 42,
    "svg.hashsalt": "signalling",
    "savefig.dpi": PNG_DPI,
    "figure.constrained_layout.h_pad": 0.05,
    "figure.constrained_layout.w_pad": 0.05,
}

#: Settings of the session rather than of the figure; they stay as the user has them.
_SESSION = ("backend", "interactive", "toolbar", "tk.", "webagg.", "macosx.", "figure.hooks")

_METADATA: dict[str, dict[str, str | None]] = {
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": "signalling", "Producer": "signalling"},
    "png": {"Software": None},
}


def styled() -> AbstractContextManager[None]:
    """A context with the style of all figures, whatever the user's own matplotlibrc says."""
    defaults: dict[Any, Any] = {
        key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith(_SESSION)
    }
    return mpl.rc_context(defaults | _SETTINGS)


def rung_colours(rungs: int) -> list[str]:
    """Colours of the rungs of a ladder, from light (lowest) to dark."""
    return [to_hex(_WARM(step / max(rungs - 1, 1))) for step in range(rungs)]


def ink_on(colour: str) -> str:
    """Black or white, whichever is read more easily on a colour."""
    red, green, blue = mpl.colors.to_rgb(colour)
    return BLACK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "#FFFFFF"


def settle(figure: Figure) -> Figure:
    """Fix the layout, so that every later drawing, to whatever format, has the same one."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure


def save(figure: Figure, folder: str | Path, name: str) -> list[Path]:
    """Write NAME.pdf and NAME.png, each whole or not at all; equal figures give equal bytes.

    Args:
        figure: what to write.
        folder: where; made if it is missing.
        name: of the files, without ending.

    Returns:
        The two paths, PDF first.

    Raises:
        SignallingError: the name is not a plain file name.
    """
    if not name or Path(name).name != name:
        raise SignallingError(f"name = {name!r}: must be a file name without folders, e.g. 'treatments'")
    directory = Path(folder)
    directory.mkdir(parents=True, exist_ok=True)
    with styled():
        return [_write(figure, directory / f"{name}.{kind}", kind) for kind in ("pdf", "png")]


def _write(figure: Figure, path: Path, kind: str) -> Path:
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        figure.savefig(partial, format=kind, dpi=PNG_DPI, metadata=_METADATA[kind])
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def number(value: float, digits: int = 3) -> str:
    """A number as it is printed: with a true minus sign, and without one before zero."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0.0 else text.replace("-", "−")


def interval_text(values: Sequence[float], digits: int = 3) -> str:
    """An estimate and its interval, as printed beside its point."""
    estimate, low, high = (number(value, digits) for value in values)
    return f"{estimate} [{low}, {high}]"
