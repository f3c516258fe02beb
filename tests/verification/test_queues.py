"""T23: a channel's queue gives the printed sojourns, waits, blocking and lateness, alone and over relays.

Tolerance: 4 standard errors of batch means. With 99 degrees of freedom a false alarm has the chance 1e-4 a
number, with the 39 of a quick verification 3e-4.
"""

import numpy as np
import pytest

import signalling as sg
from signalling.verification import verify
from signalling.verification.bench import Bench
from signalling.verification.entries.queues import ENTRIES, Queue, queues
from signalling.verification.passages import (
    BLOCKED,
    INSIDE,
    SOJOURN,
    UNIT_HOURS,
    Passage,
    Quantity,
    delivered_within,
    later_than,
    line_of_servers,
    measured,
    passage,
    stretches,
)
from tests.theory.printed import same
from tests.theory.test_theory_queues import ANY_SERVICE, FINITE, IN_A_ROW, ONE_SERVER
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

SEED = 1975
[ENTRY] = ENTRIES
SINGLE = [queue for queue in queues() if len(queue.servers) == 1 and not queue.is_loaded]


def test_the_entry_is_well_named() -> None:
    assert_well_named(ENTRY)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(ENTRY)
    for lam, _, sojourn, number, deadline, late in ONE_SERVER:
        row = predicted[f"M/M/1, lam {lam:g}"]
        assert same(row["E[T]"], sojourn)
        assert same(row["E[N]"], number)
        assert same(row[f"P(T > {deadline:g})"], late)
    for lam, _, places, blocked, sojourn, late, in_time in FINITE:
        row = predicted[f"M/M/1/{places}, lam {lam:g}"]
        assert same(row["P(blocked)"], blocked)
        assert same(row["E[T]"], sojourn)
        assert same(row["P(T > 3 | accepted)"], late)
        assert same(row["P(delivered within 3)"], in_time)
    services = {0.0: ["constant"], 1.0: ["exponential"], 4.0: ["gamma", "lognormal"]}
    for lam, _, variation, _, wait, sojourn in ANY_SERVICE:
        for law in services[variation]:
            [name] = [name for name in predicted if name.startswith(f"M/G/1, lam {lam:g}, {law} ")]
            assert same(predicted[name]["E[W]"], wait)
            assert same(predicted[name]["E[T]"], sojourn)
    for lam, rates, sojourn, deadline, late in IN_A_ROW:
        row = predicted[f"relays, lam {lam:g}, mu {', '.join(f'{mu:g}' for mu in rates)}"]
        assert same(row["E[T]"], sojourn)
        assert same(row[f"P(T > {deadline:g})"], late)


def test_thin() -> None:
    slow = {queue.name for queue in queues() if queue.is_loaded}
    assert_reproduced(play_quickly(ENTRY, lambda case: case.name not in slow))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T23"], workers=2).rows)


@pytest.mark.parametrize("queue", SINGLE, ids=lambda queue: queue.name)
def test_the_columns_tell_of_the_same_queue(queue: Queue) -> None:
    """What `run` reports is what is measured in the trace: blocking exactly, delay to a tick."""
    scenario = line_of_servers(queue.name, rate=queue.rate, servers=queue.servers, messages=500)
    passed = passage(Bench(), scenario, seed=SEED)
    (row,) = sg.run(scenario, runs=1, seed=SEED).to_arrow().to_pylist()
    assert row["sent"] == len(passed.sent) == row["delivered"] + row["in_flight"] + row["blocked"]
    assert row["blocked"] == np.isnan(passed.sojourn).sum()
    read = passed.sojourn[~np.isnan(passed.sojourn)][: row["delivered"]]
    assert row["mean_delay_hours"] == pytest.approx(UNIT_HOURS * read.mean() + 1 / 3600)


def test_over_relays_the_last_server_tells_the_whole_way() -> None:
    queue = next(queue for queue in queues() if len(queue.servers) == 3)
    scenario = line_of_servers(queue.name, rate=queue.rate, servers=queue.servers, messages=500)
    passed = passage(Bench(), scenario, seed=SEED)
    (row,) = sg.run(scenario, runs=1, seed=SEED).to_arrow().to_pylist()
    assert row["mean_delay_hours"] == pytest.approx(
        UNIT_HOURS * passed.sojourn[: row["delivered"]].mean() + 1 / 3600
    )
    assert row["sent"] - row["delivered"] == row["in_flight"]
    assert np.isnan(passed.wait).all()


#: Sent at 1, 2, ... 8; the sixth is refused.
EIGHT = Passage(
    np.arange(1.0, 9.0),
    np.array([9.0, 9.0, 1.0, 3.0, 1.0, np.nan, 2.0, 4.0]),
    np.array([0.0, 0.0, 0.0, 1.0, 0.0, np.nan, 1.0, 2.0]),
)


def test_stretches_drop_the_beginning_and_are_dated_from_the_message_before() -> None:
    first, second, third = stretches(EIGHT, 3)
    assert first.sent.tolist() == second.sent.tolist() == third.sent.tolist() == [1.0, 2.0]
    assert first.sojourn.tolist() == [1.0, 3.0]
    assert third.wait.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        (SOJOURN, 11 / 5),
        (INSIDE, 11 / 6),
        (BLOCKED, 1 / 6),
        (later_than(2), 2 / 5),
        (delivered_within(3), 4 / 6),
    ],
    ids=lambda value: value.name if isinstance(value, Quantity) else None,
)
def test_a_quantity_is_a_ratio_of_sums_over_all_stretches(quantity: Quantity, expected: float) -> None:
    found = measured(stretches(EIGHT, 3), quantity)
    assert found.value == pytest.approx(expected)
    assert found.standard_error > 0
    assert found.runs == 6


def test_the_error_of_a_mean_of_equal_stretches_is_that_of_their_means() -> None:
    whole = Passage(np.arange(1.0, 10.0), np.arange(9.0) ** 2, np.zeros(9))
    means = [part.sojourn.mean() for part in stretches(whole, 2)]
    found = measured(stretches(whole, 2), SOJOURN)
    assert found.value == pytest.approx(np.mean(means))
    assert found.standard_error == pytest.approx(np.std(means, ddof=1) / np.sqrt(2))
