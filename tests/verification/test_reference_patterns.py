"""The model gives the P(war) that its description prints, cell by cell.

The thin version runs in `make test`; the full one (slow) keeps each finished cell in
results/verification/, by identity, so that it resumes and a changed kernel starts over.
Tolerance: 4 joint standard errors plus rounding; with 63 cells the chance of one false alarm is 0.4 %.
"""

import json
from pathlib import Path

import pytest

import signalling as sg
from signalling.model import compile_model
from tests.verification.patterns import Cell, cells, scenario_of, z_of

SEED = 1914
THIN_RUNS = 1000
FOLDER = Path(__file__).parents[2] / "results" / "verification"

CELLS = cells()
IDS = [f"{cell.row} - {cell.column}" for cell in CELLS]


def wars_of(cell: Cell, runs: int) -> int:
    return sum(sg.run(scenario_of(cell), runs=runs, seed=SEED, engine="batch")["war"])


@pytest.mark.parametrize("cell", CELLS, ids=IDS)
def test_thin(cell: Cell) -> None:
    wars = wars_of(cell, THIN_RUNS)
    assert z_of(wars, THIN_RUNS, cell) <= 4.0


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS, ids=IDS)
def test_full(cell: Cell) -> None:
    scenario = scenario_of(cell)
    kept = FOLDER / f"{compile_model(scenario).identity(SEED)}-{cell.runs}.json"
    if kept.exists():
        result = json.loads(kept.read_text())
    else:
        result = {"row": cell.row, "column": cell.column, "wars": wars_of(cell, cell.runs), "runs": cell.runs}
        result["expected"] = cell.expected
        result["z"] = z_of(result["wars"], cell.runs, cell)
        FOLDER.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".part")
        partial.write_text(json.dumps(result))
        partial.replace(kept)
    share = result["wars"] / cell.runs
    print(f"{cell.row:40} {cell.column:10} {share:.3f} ({cell.expected:.3f}) z {result['z']:.2f}")
    assert z_of(result["wars"], result["runs"], cell) <= 4.0
