"""A channel's queue gives the printed sojourns, waits and blocking of one server.

Tolerance: 4 standard errors of batch means. The full version (slow) sends 100,000 messages in 100 batches
(a million at lam .95, where the queue forgets slowly) and keeps each finished row in results/verification/,
by identity, so that it resumes. With 99 degrees of freedom a false alarm has the chance 1e-4 a number, 0.4 %
over all. The thin version, in `make test`, sends 6,000 messages in 20 batches through the queues that
forget quickly: 8e-4 a number.
"""

import json
from pathlib import Path

import pytest

import signalling as sg
from signalling.model import compile_model
from tests.verification.queues import (
    Queue,
    batches,
    estimate,
    finite_buffer,
    passage,
    pollaczek_khinchine,
    queues,
    scenario_of,
)

SEED = 1975
THIN_MESSAGES = 6_000
THIN_BATCHES = 20
MESSAGES = 100_000
BATCHES = 100
MOST_ERRORS = 4.0
FOLDER = Path(__file__).parents[2] / "results" / "verification"

QUEUES = queues()


def measured(queue: Queue, messages: int, number: int) -> dict[str, tuple[float, float]]:
    """Mean and standard error by quantity; the batches are shared out among the runs."""
    found = [
        batch
        for run in range(queue.runs)
        for batch in batches(passage(queue, messages, SEED, run), number // queue.runs)
    ]
    return {quantity: estimate(found, quantity) for quantity in queue.expected}


def judge(queue: Queue, result: dict[str, tuple[float, float]]) -> None:
    z = {}
    for quantity, (mean, error) in result.items():
        z[quantity] = (mean - queue.expected[quantity]) / error
        print(
            f"{queue.name:32} {quantity:9} {mean:9.5f} ({queue.expected[quantity]:9.5f}) z {z[quantity]:+.2f}"
        )
    assert max(abs(value) for value in z.values()) <= MOST_ERRORS, z


def by_name(rows: list[Queue]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("queue", rows, ids=lambda queue: queue.name)


@by_name([queue for queue in QUEUES if queue.quick])
def test_thin(queue: Queue) -> None:
    judge(queue, measured(queue._replace(runs=1), THIN_MESSAGES, THIN_BATCHES))


@pytest.mark.slow
@by_name(QUEUES)
def test_full(queue: Queue) -> None:
    cell = compile_model(scenario_of(queue, MESSAGES)).identity(SEED)
    kept = FOLDER / f"{cell}-{queue.runs}-queues.json"
    if kept.exists():
        result = json.loads(kept.read_text())["measured"]
    else:
        result = measured(queue, MESSAGES, BATCHES)
        FOLDER.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".part")
        partial.write_text(json.dumps({"queue": queue.name, "messages": MESSAGES, "measured": result}))
        partial.replace(kept)
    judge(queue, result)


def test_what_is_printed_follows_from_the_formulas() -> None:
    rows = {queue.name: queue for queue in QUEUES}
    for name, cs2 in (
        ("M/M/1, lam .8", 1),
        ("M/D/1, lam .5", 0),
        ("M/D/1, lam .8", 0),
        ("M/G/1, lam .8, gamma, cs2 4", 4),
        ("M/G/1, lam .8, lognormal, cs2 4", 4),
    ):
        queue = rows[name]
        wait = pollaczek_khinchine(queue.rate, cs2)
        assert (queue.expected["W"], queue.expected["T"]) == pytest.approx((wait, wait + 1))
    for queue in QUEUES:
        if queue.capacity:
            formula = finite_buffer(queue.rate, queue.capacity)
            assert tuple(queue.expected.values()) == pytest.approx(formula, abs=1e-8)


@by_name([queue for queue in QUEUES if queue.quick])
def test_the_columns_tell_of_the_same_queue(queue: Queue) -> None:
    """What `run` reports is what is measured in the trace: blocking exactly, delay to a tick."""
    passed = passage(queue, 500, SEED, 0)
    (row,) = sg.run(scenario_of(queue, 500), runs=1, seed=SEED).to_arrow().to_pylist()
    assert row["sent"] == len(passed.sent) == row["delivered"] + row["in_flight"] + row["blocked"]
    assert row["blocked"] == sum(passed.sojourn != passed.sojourn)
    read = passed.sojourn[passed.sojourn == passed.sojourn][: row["delivered"]]
    assert row["mean_delay_hours"] == pytest.approx(10 * read.mean() + 1 / 3600)
