"""What the benchmark publishes: results/benchmarks, and the table of speed in the README.

`python -m tests.benchmarks.published` draws the figure and writes the table again, from the JSON alone.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from signalling.figures.style import save
from tests.benchmarks.measure import Measure
from tests.benchmarks.scaling_figure import draw_scaling

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "results" / "benchmarks"
JSON = RESULTS / "bench.json"
README = ROOT / "README.md"
BEGIN = "<!-- speed: `make bench` writes this from results/benchmarks/bench.json -->\n"
END = "<!-- end of speed -->\n"

Results = Mapping[str, Any]


class Row(NamedTuple):
    """A row of the README's table: measures of one unit and one gate."""

    what: str
    names: tuple[str, ...]
    unit: str


ROWS = (
    Row(
        "process engine (SimPy), a message, `listener`, 2 and 10 states",
        tuple(f"process engine, listener, {n} states: message" for n in (2, 10)),
        "bare SimPy timeouts",
    ),
    Row(
        "the same, `spiral`, 2 states",
        ("process engine, spiral, 2 states: message",),
        "bare SimPy timeouts",
    ),
    Row(
        "a SimPy process for every message instead, `listener`, 2 and 10 states",
        tuple(f"process engine, listener, {n} states: process per message" for n in (2, 10)),
        "× the process engine",
    ),
    Row(
        "batch engine, a message, the model of the C program, 2 and 10 states",
        tuple(f"batch engine, yardstick's model, {n} states: message" for n in (2, 10)),
        "× hand-written C",
    ),
    Row(
        "the same, `spiral`, 2 and 10 states",
        tuple(f"batch engine, spiral, {n} states: message" for n in (2, 10)),
        "× hand-written C",
    ),
    Row(
        "the same, `spiral` on garbled channels, 2 and 10 states",
        tuple(f"batch engine, garbled spiral, {n} states: message" for n in (2, 10)),
        "× hand-written C",
    ),
    Row(
        "process engine beside batch engine, `spiral`, 2 and 10 states",
        tuple(f"process engine, spiral, {n} states: beside the batch engine" for n in (2, 10)),
        "× the batch engine",
    ),
    Row(
        "batch engine, a message on a ring of 200, `listener` and `spiral`",
        tuple(f"batch engine, ring of 200, {doctrine}: message" for doctrine in ("listener", "spiral")),
        "× on a ring of 10",
    ),
    Row("batch engine, two threads", ("batch engine, two threads: speed",), "× as quick as one"),
    Row(
        "the hand-written C in two threads, on the same machine",
        ("yardstick in C, two threads: speed",),
        "× as quick as in one",
    ),
    Row(
        "a command of 1,000 runs, batch engine, compiled before",
        ("command of 1,000 runs, batch engine, warm",),
        "× the start of a SimPy-only command",
    ),
    Row(
        "compiling all doctrines (once on a machine), and loading them from then on",
        ("batch engine, cold: compile", "batch engine, warm: load"),
        "processor seconds",
    ),
    Row(
        "compiling each function once",
        ("batch engine, cold: beside functions one by one",),
        "× compiling each with every caller",
    ),
    Row(
        "set-ups in which the engines' content hashes differ, of 6",
        ("both engines: content hashes differ",),
        "",
    ),
)


def as_json(machine: Results, measures: Sequence[Measure], scaling: Results) -> str:
    """The text of the file."""
    rows = [
        {
            "name": measure.name,
            "value": measure.value,
            "unit": measure.unit,
            "side": measure.gate.side if measure.gate else None,
            "limit": measure.gate.limit if measure.gate else None,
            "passed": measure.passed,
        }
        for measure in measures
    ]
    document = {"machine": machine, "measures": rows, "scaling": scaling}
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read() -> dict[str, Any]:
    """The committed results."""
    document: dict[str, Any] = json.loads(JSON.read_text(encoding="utf-8"))
    return document


def speed_block(results: Results) -> str:
    """The README's block: a table, and what it was measured on."""
    measures = {measure["name"]: measure for measure in results["measures"]}
    lines = ["| what | measured | promised |", "|---|---|---|"]
    for row in ROWS:
        chosen = [measures[name] for name in row.names]
        values = " and ".join(_shown(measure["value"]) for measure in chosen)
        lines.append(f"| {row.what} | {f'{values} {row.unit}'.strip()} | {_promised(chosen)} |")
    return "\n".join([*lines, "", f"{machine_sentence(results['machine'])}\n"])


def _shown(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3g}"


def _promised(measures: Sequence[Results]) -> str:
    side, limit = measures[0]["side"], measures[0]["limit"]
    if limit is None:
        return ""
    broken = any(measure["passed"] is False for measure in measures)
    return f"{side} {limit:g}{', not kept' if broken else ''}"


def machine_sentence(machine: Results) -> str:
    """Where the numbers come from, in a sentence."""
    parts = [
        machine["processor"] or machine["architecture"],
        f"{machine['cores']} cores",
        machine["operating system"],
        machine["C library"],
        machine["C compiler"],
        machine["Python"],
        *(f"{name} {machine[name]}" for name in ("numpy", "numba", "llvmlite", "simpy")),
    ]
    return f"Measured on {', '.join(str(part) for part in parts if part)}."


def with_block(text: str, block: str) -> str:
    """A README with its block of speed replaced."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md: holds no block of speed; put back the two lines {BEGIN}{END}")
    return before + begin + block + end + after


def publish(results: Results) -> None:
    """Draw the figure and write the README's table."""
    save(draw_scaling(results["scaling"], machine_sentence(results["machine"])), RESULTS, "scaling")
    README.write_text(with_block(README.read_text(encoding="utf-8"), speed_block(results)), encoding="utf-8")


if __name__ == "__main__":
    publish(read())
