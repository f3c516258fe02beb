"""A study's folder read some cells at a time: millions of runs, of which few are in memory at once."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from signalling.collected import Collected
from signalling.coverage import Coverage
from signalling.errors import ResultError
from signalling.estimates import Estimates
from signalling.estimates.groups import TREATMENT, settings_of
from signalling.estimates.parts import (
    common_horizon,
    estimate_part,
    joined,
    needs_horizon,
    seen_by_group,
)
from signalling.store import read_provenance
from signalling.validation import shorten, suggestion

#: Rows in memory at a time, unless a single group has more.
PORTION_ROWS = 200_000
#: Values of a column that are told to somebody who asks for another.
MOST_TOLD = 20


class StudyRuns:
    """The runs of a study's folder whose settings, or outcomes, have some values.

    Attributes:
        collected: the folder.
        names: the states of the study's scenario; none where it collects a function.
        varying: the settings, and the treatment, that have more than one value.

    Raises:
        ResultError: the folder holds no runs, or a column or value is unknown.
    """

    def __init__(self, folder: Path, where: Mapping[str, object]) -> None:
        self.folder = folder
        self.collected = Collected(folder)
        subject = self.collected.provenance["study"]["subject"]
        self.names = tuple(sorted(subject.get("scenario", {}).get("states", {})))
        settings = self.collected.settings()
        self._settings: dict[str, list[Any]] = {name: settings[name].to_pylist() for name in settings.column_names}
        self._places = [n for n, cell in enumerate(self.collected.cells) if self.collected.held.count(cell.id)]
