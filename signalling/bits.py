"""Information as it was measured: of each channel between rivals, of each cell, and over the cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signalling.cells import Cell, canonical
from signalling.stats import Estimate, Interval

#: What a cell is measured by, in the order of the columns of a table: what a reader calls it, and its unit.
MEASURES: dict[str, tuple[str, str]] = {
    "p_war": ("P(war)", "probability per run"),
    "bits_per_report": ("bits per report", "bits"),
    "bits_at_review": ("bits at review", "bits"),
    "entropy_per_report": ("entropy of the rungs told of", "bits"),
    "entropy_at_review": ("entropy of the rival's rung", "bits"),
    "share_at_review": ("share known at review", "of the entropy"),
    "mean_age_hours": ("age of what is known", "hours"),
    "belief_error": ("error of P(greedy)", "squared"),
    "rung_error": ("error of the expected rung", "rungs"),
}


class Bits(NamedTuple):
    """What reports tell, and the most that they could: of one channel, or the mean of several."""

    bits_per_report: Estimate
    """Of the rung of the sender as it sent and the letter that was read and used."""
    bits_at_review: Estimate
    """Of the rung of the rival as the reader decides and the letter used last; 0 where none was yet."""
    entropy_per_report: Estimate
    """Of the rungs of which the reports tell: the upper bound of the bits per report."""
    entropy_at_review: Estimate
    """Of the rungs of the rival at the reader's reviews: the upper bound of the bits at review."""
    share_at_review: Estimate
    """Bits at review as a share of their upper bound."""


class ChannelInformation(NamedTuple):
    """What one state learns of one rival."""

    channel: str
    """"A->B": what B learns of A, over whatever relays."""
    sent: int
    """Messages of the rival to the reader; copies that a channel made are left out."""
    reports: int
    """Reports that were read and used."""
    reviews: int
    """Reviews of the reader."""
    bits: Bits


class CellInformation(NamedTuple):
    """One scenario, or one cell of a study, measured."""

    cell: Cell
    runs: int
    p_war: Interval
    """With Wilson's interval."""
    bits: Bits
    """Means over the channels between rivals, unweighted; of bits per report, over those with any report."""
    mean_age_hours: Estimate
    belief_error: Estimate
    rung_error: Estimate
    channels: tuple[ChannelInformation, ...]

    def measure(self, name: str) -> Estimate | Interval:
        """One of MEASURES by its name."""
        found: Estimate | Interval = getattr(self.bits if name in Bits._fields else self, name)
        return found


@dataclass(frozen=True)
class Information:
    """A scenario, or the cells of a study, measured."""

    name: str
    """Title of the scenario."""
    confidence: float
    cells: tuple[CellInformation, ...]

    def dials(self) -> list[str]:
        """The paths that vary between cells, in the order in which they were given."""
        values: dict[str, set[str]] = {}
        for found in self.cells:
            for path, value in found.cell.settings.items():
                values.setdefault(path, set()).add(canonical(value))
        return [path for path, seen in values.items() if len(seen) > 1]

    def treatments(self) -> list[str]:
        """Names of the treatments, the untreated one first."""
        return list(dict.fromkeys(found.cell.treatment for found in self.cells))

    def table(self) -> pa.Table:
        """One row per cell: its settings, treatment and identity, runs, and each measure with its ends."""
        rows = [
            self._settings(found.cell)
            | {"treatment": found.cell.treatment, "cell": found.cell.id, "runs": found.runs}
            | _ends({name: found.measure(name) for name in MEASURES})
            for found in self.cells
        ]
        return pa.Table.from_pylist(rows)

    def channels(self) -> pa.Table:
        """One row per cell and channel between rivals: what was counted, and the bits with their ends."""
        rows = [
            self._settings(found.cell)
            | {"treatment": found.cell.treatment, "cell": found.cell.id, "runs": found.runs}
            | {"channel": told.channel, "sent": told.sent, "reports": told.reports, "reviews": told.reviews}
            | _ends(told.bits._asdict())
            for found in self.cells
            for told in found.channels
        ]
        return pa.Table.from_pylist(rows)

    def _settings(self, cell: Cell) -> dict[str, Any]:
        """What a cell sets; a path that has a table or a list anywhere as canonical JSON."""
        paths = dict.fromkeys(path for found in self.cells for path in found.cell.settings)
        plain = {
            path: all(_is_plain(found.cell.settings.get(path)) for found in self.cells) for path in paths
        }
        return {
            path: cell.settings.get(path) if plain[path] else canonical(cell.settings.get(path))
            for path in paths
        }

    def summary(self) -> dict[str, Any]:
        """Everything as plain data, for JSON."""
        return {
            "name": self.name,
            "confidence": self.confidence,
            "cells": [
                found.cell.to_json()
                | {"runs": found.runs}
                | {name: found.measure(name)._asdict() for name in MEASURES}
                | {
                    "channels": [
                        told._asdict()
                        | {"bits": {name: bits._asdict() for name, bits in told.bits._asdict().items()}}
                        for told in found.channels
                    ]
                }
                for found in self.cells
            ],
            "order": self.order() if len(self.cells) > 1 else {},
        }

    def order(self) -> dict[str, float | None]:
        """How far each measure, and each dial that is a number, puts the cells in the order of P(war).

        Kendall's tau-b over the cells: 1 if P(war) always rises with it, -1 if it always falls, 0 if it says
        nothing; None where one of both does not vary. It describes these cells, and has no interval: they are
        not drawn from anything.

        Source: Kendall 1945, Biometrika 33 (tau with ties).
        """
        wars = [found.p_war.estimate for found in self.cells]
        columns: dict[str, list[Any]] = {
            path: [found.cell.settings.get(path) for found in self.cells] for path in self.dials()
        }
        for name in MEASURES:
            if name != "p_war":
                columns[name] = [found.measure(name).estimate for found in self.cells]
        return {
            name: kendall_tau(values, wars)
            for name, values in columns.items()
            if all(_is_number(value) for value in values)
        }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float | str)


def _ends(measures: Mapping[str, Estimate | Interval]) -> dict[str, float | None]:
    """Each estimate and its ends, as columns."""
    return {
        f"{name}{suffix}": value
        for name, measure in measures.items()
        for suffix, value in (("", measure.estimate), ("_low", measure.low), ("_high", measure.high))
    }


def kendall_tau(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Kendall's tau-b of pairs of values; None where one of both is constant.

    Example:
        >>> kendall_tau([1, 2, 3], [0.1, 0.4, 0.3])
        0.3333333333333333
    """
    one, other = (_signs(values) for values in (first, second))
    scale = float((one * one).sum()) * float((other * other).sum())
    return float((one * other).sum()) / float(np.sqrt(scale)) if scale > 0.0 else None


def _signs(values: Sequence[float]) -> npt.NDArray[np.float64]:
    numbers = np.asarray(values, dtype=np.float64)
    return np.asarray(np.sign(numbers[:, np.newaxis] - numbers))
