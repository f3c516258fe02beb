"""The reference patterns of docs/model.md: P(war) that any implementation of the model must give.

Each cell is (scenario, changes, expected, runs). The expected values come from an independent
implementation at 4,000 runs (3,000 for the ring and the capability rows), printed to three decimals.
"""

from typing import NamedTuple

import signalling as sg

PRINTED_TO = 0.0005
DYAD_RUNS = 4000
WIDE_RUNS = 3000
KNOWN: dict[str, object] = {}
CLEAN_BELIEF: dict[str, object] = {"channels.default.assumed": {"garble": {"probability": 0.0}}}


class Cell(NamedTuple):
    """One printed P(war)."""

    row: str
    column: str
    changes: dict[str, object]
    expected: float
    runs: int


def _garble(probability: float) -> dict[str, object]:
    return {"channels.default.garble": {"probability": probability}}


def _delay(days: float) -> dict[str, object]:
    return {"channels.default.delay": {"law": "exponential", "mean_hours": 24.0 * days}}


def _doctrine(**parameters: float) -> dict[str, object]:
    return {f"states.all.doctrine.{name}": value for name, value in parameters.items()}


LIES = {"states.all.lying_probability": 1.0}

#: Row, changes, P(war) for SS, GS, GG.
DYADS: tuple[tuple[str, dict[str, object], tuple[float, float, float]], ...] = (
    ("clean", {}, (0.023, 0.228, 0.456)),
    ("garble .1, known", _garble(0.1), (0.035, 0.271, 0.495)),
    ("garble .1, believed clean", _garble(0.1) | CLEAN_BELIEF, (0.065, 0.343, 0.586)),
    ("garble .3, known", _garble(0.3), (0.079, 0.422, 0.649)),
    ("garble .3, believed clean", _garble(0.3) | CLEAN_BELIEF, (0.349, 0.736, 0.898)),
    (
        "clean, believed to garble .3",
        {"channels.default.assumed": {"garble": {"probability": 0.3}}},
        (0.023, 0.199, 0.352),
    ),
    ("mean delay 1 day", _delay(1), (0.033, 0.293, 0.527)),
    ("mean delay 4 days", _delay(4), (0.096, 0.440, 0.661)),
    ("mean delay 8 days", _delay(8), (0.141, 0.539, 0.744)),
    ("loss .5", {"channels.default.loss_probability": 0.5}, (0.045, 0.323, 0.561)),
    ("loss .9", {"channels.default.loss_probability": 0.9}, (0.376, 0.791, 0.929)),
    ("greedy lie, unsuspected", LIES, (0.023, 0.999, 1.0)),
    ("greedy lie, suspected", LIES | _doctrine(suspected_lying=1.0), (0.260, 0.753, 1.0)),
    ("first-strike advantage .8", _doctrine(first_strike_advantage=0.8), (0.376, 0.986, 1.0)),
    ("precision 40, clean", _doctrine(precision=40.0), (0.000, 0.014, 0.044)),
    ("precision 40, garble .3 known", _doctrine(precision=40.0) | _garble(0.3), (0.011, 0.174, 0.324)),
)

TYPES: dict[str, dict[str, object]] = {
    "SS": {},
    "GS": {"states.A.greedy_probability": 1.0},
    "GG": {"states.all.greedy_probability": 1.0},
}

#: Capability ratio 1 / 2 / 4 with capability weight .3: dyads by who is strong.
CAPABILITY: tuple[tuple[str, dict[str, object], str, tuple[float, float, float]], ...] = (
    ("SS", {}, "A", (0.024, 0.033, 0.041)),
    ("greedy strong side", {"states.A.greedy_probability": 1.0}, "A", (0.224, 0.312, 0.404)),
    ("greedy weak side", {"states.A.greedy_probability": 1.0}, "B", (0.227, 0.269, 0.331)),
)

RING: tuple[tuple[str, dict[str, object], tuple[float, float]], ...] = (
    ("clean", {}, (0.128, 0.385)),
    ("garble .3 known", _garble(0.3), (0.489, 0.772)),
    ("garble .3 believed clean", _garble(0.3) | CLEAN_BELIEF, (0.978, 0.997)),
)


def cells() -> list[Cell]:
    """Every printed number of the table and of the two lines below it."""
    found = [
        Cell(row, column, TYPES[column] | changes, value, DYAD_RUNS)
        for row, changes, values in DYADS
        for column, value in zip(TYPES, values, strict=True)
    ]
    for row, changes, strong, values in CAPABILITY:
        for ratio, value in zip((1.0, 2.0, 4.0), values, strict=True):
            setting = changes | {f"states.{strong}.capability": ratio} | _doctrine(capability_weight=0.3)
            found.append(Cell(f"capability, {row}", f"ratio {ratio:g}", setting, value, WIDE_RUNS))
    for row, changes, values in RING:
        for column, types, value in zip(
            ("all S", "one G"), ({}, {"states.A.greedy_probability": 1.0}), values, strict=True
        ):
            found.append(
                Cell(f"ring of five, {row}", column, RING_SETTING | types | changes, value, WIDE_RUNS)
            )
    return found


RING_SETTING: dict[str, object] = {
    "network.graph": "ring",
    "channels.default.delay": {"law": "lognormal", "median_hours": 1.2, "sigma": 0.9},
}


def scenario_of(cell: Cell) -> sg.Scenario:
    """The scenario of a cell: two states, or five on a ring."""
    scenario = sg.load_scenario("two-seekers")
    if cell.row.startswith("ring"):
        document = scenario.written()
        document["states"] = dict.fromkeys("ABCDE", document["states"]["A"])
        scenario = sg.Scenario.from_document(document)
    return scenario.replace(cell.changes)


def joint_error(wars: int, runs: int, expected: float, expected_runs: int) -> float:
    """Standard error of the difference, from the pooled rate (k1 + k2 + 1) / (n1 + n2 + 2)."""
    pooled = (wars + expected * expected_runs + 1) / (runs + expected_runs + 2)
    variance: float = pooled * (1 - pooled) * (1 / runs + 1 / expected_runs)
    return variance**0.5


def z_of(wars: int, runs: int, cell: Cell) -> float:
    """How many joint standard errors a result lies off, beyond what printing to three decimals hides."""
    gap = max(0.0, abs(wars / runs - cell.expected) - PRINTED_TO)
    return gap / joint_error(wars, runs, cell.expected, cell.runs)
