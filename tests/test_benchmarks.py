"""The benchmark is well formed, and the README says what it found. Nothing here measures time."""

import json
import math
import re
import socket

import pytest

from tests.benchmarks import batch_samples, published, samples, scaling
from tests.benchmarks.measure import GATES, Measure, in_turns, measured, ratio
from tests.benchmarks.scaling_figure import draw_scaling

RESULTS = published.read()
MEASURES = {measure["name"]: measure for measure in RESULTS["measures"]}

# What is committed


def test_the_table_of_the_readme_is_that_of_the_committed_results() -> None:
    text = published.README.read_text(encoding="utf-8")
    assert published.with_block(text, published.speed_block(RESULTS)) == text


def test_rows_of_the_table_have_one_unit_and_one_promise() -> None:
    assert {name for row in published.ROWS for name in row.names} <= set(MEASURES)
    for row in published.ROWS:
        assert len({(MEASURES[name]["unit"], GATES.get(name)) for name in row.names}) == 1, row.what


def test_every_promise_was_measured_and_none_is_older_than_the_code() -> None:
    assert len(MEASURES) == len(RESULTS["measures"])
    assert set(GATES) == {name for name, measure in MEASURES.items() if measure["limit"] is not None}
    for name, held in MEASURES.items():
        measure = Measure(name, held["value"], held["unit"])
        gate = (held["side"], held["limit"]) if held["side"] else None
        assert (gate, held["passed"]) == (measure.gate, measure.passed), name


def test_the_file_is_written_in_one_way() -> None:
    text = published.JSON.read_text(encoding="utf-8")
    measures = [Measure(held["name"], held["value"], held["unit"]) for held in RESULTS["measures"]]
    assert published.as_json(RESULTS["machine"], measures, RESULTS["scaling"]) == text
    for value in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", json.dumps(RESULTS["measures"])):
        assert float(value) == float(f"{float(value):.3g}")


def test_it_describes_the_machine_and_does_not_name_it() -> None:
    facts = RESULTS["machine"]
    assert {"processor", "cores", "C library", "C compiler", "Python", "numba", "simpy"} <= set(facts)
    assert socket.gethostname() not in map(str, facts.values())
    # GNU/Linux is no path.
    assert not any(re.search(r"(?:^|\s)~?/|\\|:/", str(fact)) for fact in facts.values())
    assert not re.search(r"\b20\d\d-\d\d", json.dumps(facts))


def test_the_curves_are_complete() -> None:
    states, runs = RESULTS["scaling"]["states"], RESULTS["scaling"]["runs"]
    for engine in ("batch engine", "process engine"):
        assert [curve["graph"] for curve in states if curve["engine"] == engine] == list(scaling.GRAPHS)
    for curve in states:
        assert (curve["states"], len(curve["nanoseconds"])) == ([*scaling.STATES], len(scaling.STATES))
    assert {(curve["engine"], curve["threads"]): (*curve["runs"],) for curve in runs} == scaling.RUNS
    assert all(len(curve["runs"]) == len(curve["seconds"]) for curve in runs)


def test_the_figure_tells_the_slopes() -> None:
    figure = draw_scaling(RESULTS["scaling"], "Measured somewhere.")
    labels = [axes.get_legend_handles_labels()[1] for axes in figure.axes]
    for curves, told in zip((RESULTS["scaling"][of] for of in ("states", "runs")), labels, strict=True):
        assert len(told) == len(curves)
        assert all(re.search(r"\(slope −?\d\.\d\d\)$", label) for label in told)
    for ending in ("png", "pdf"):
        assert (published.RESULTS / f"scaling.{ending}").stat().st_size > 10_000


# How it is made


def test_a_measure_is_rounded_and_held_against_its_gate() -> None:
    most, least = "signalling --help", "batch engine, two threads: speed"
    assert measured(most, 0.30009, "seconds") == Measure(most, 0.3, "seconds")
    assert [measured(most, value, "seconds").passed for value in (0.3, 0.301, None)] == [True, False, None]
    assert [measured(least, value, "x").passed for value in (1.7, 1.69)] == [True, False]
    assert measured("bare timeout", 1.0, "microseconds").passed is None


def test_samples_are_taken_in_turns_and_compared_within_a_round() -> None:
    order: list[str] = []

    def sample(name: str, values: list[float]) -> float:
        order.append(name)
        return values.pop(0)

    long, short = [2.0, 6.0, 40.0], [1.0, 2.0, 10.0]
    taken = in_turns({"a": lambda: sample("a", long), "b": lambda: sample("b", short)}, 3)
    assert "".join(order) == "abbaab"
    assert ratio(taken, "a", "b") == 3.0


def test_fits_of_curves_that_are_known() -> None:
    assert scaling.slope((2, 20, 200), (3, 30, 300)) == pytest.approx(1.0)
    assert scaling.line((10, 100, 1000), (2.5, 7.0, 52.0)) == pytest.approx((2.0, 0.05))
    first = {"start_seconds": 0.5, "microseconds_per_run": 3000.0}
    second = {"start_seconds": 1.5, "microseconds_per_run": 1000.0}
    assert scaling.crossing(first, second) == pytest.approx(500.0)


def test_a_readme_without_its_block_is_refused() -> None:
    text = f"above\n{published.BEGIN}old\n{published.END}below\n"
    assert published.with_block(text, "new\n") == text.replace("old", "new")
    with pytest.raises(ValueError, match="holds no block of speed"):
        published.with_block(text.replace(published.BEGIN, ""), "new\n")


# What is timed makes the same runs: the smallest of each


def test_the_twins_of_the_process_engine_make_its_runs() -> None:
    for case in samples.cases():
        assert samples.runs_that_differ(case._replace(runs=case.runs[:1])) == 0


def test_the_engines_make_the_same_runs() -> None:
    by_name = {set_up.name: set_up for set_up in batch_samples.set_ups()}
    assert len(by_name) == 6
    for name in ("spiral, 2 states", "garbled spiral, 2 states"):
        assert len(batch_samples.hashes(by_name[name]._replace(few=range(2)))) == 1
    assert len(batch_samples.Shared(range(40)).hashes()) == 1


def test_samples_can_be_taken() -> None:
    taken = in_turns(scaling.states_samples("ring", 5), 1)
    assert sorted(taken) == ["batch engine", "process engine"]
    assert all(math.isfinite(seconds) for values in taken.values() for seconds in values)
