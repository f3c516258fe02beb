"""The stages of a channel against brute force."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.channels import Garble
from signalling.kernel.channel import after_delay, departure_from_queue, in_office, is_full, replaced_letter
from signalling.kernel.compose import stated_rung
from signalling.vocabulary import TICKS_PER_DAY, StateType

HOUR = 3600
KERNELS = ("uniform", "other", "adjacent", "hostile_skewed", "matrix")


def exact(examples: int = 200) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True)


# The queue


def brute_force(arrivals: list[tuple[int, int]], capacity: int) -> list[int | None]:
    """Departures of a queue that is a list of people, moved on tick by tick; None for who finds no place.

    Whoever is served through is gone before anybody joins in the same tick; service of no length ends in
    the tick in which it begins, as soon as everybody before is gone.
    """
    inside: list[list[int]] = []  # [number, service left]
    left: list[int | None] = [None] * len(arrivals)
    waiting = list(enumerate(arrivals))
    tick = 0
    while waiting or inside:
        while inside and inside[0][1] == 0:
            left[inside.pop(0)[0]] = tick
        while waiting and waiting[0][1][0] == tick:
            number, (_, service) = waiting.pop(0)
            if capacity == 0 or len(inside) < capacity:
                inside.append([number, service])
                while inside and inside[0][1] == 0:
                    left[inside.pop(0)[0]] = tick
        if inside:
            inside[0][1] -= 1
        tick += 1
    return left


def by_the_kernel(arrivals: list[tuple[int, int]], capacity: int) -> list[int | None]:
    """The same with the kernel's two functions and its ring, as kernel/step.py wires them."""
    ring = [0] * capacity
    last = accepted = 0
    left: list[int | None] = []
    for entry, service in arrivals:
        if is_full(entry, accepted, capacity, ring):
            left.append(None)
            continue
        last = departure_from_queue(entry, last, service)
        if capacity:
            ring[accepted % capacity] = last
        accepted += 1
        left.append(last)
    return left


gaps = st.integers(0, 6)
services = st.integers(0, 9)


@exact(400)
@given(st.lists(st.tuples(gaps, services), max_size=30), st.integers(0, 5))
def test_the_queue_is_a_queue_of_people(steps, capacity):
    entries = np.cumsum([gap for gap, _ in steps]).tolist()
    arrivals = [(entry, service) for entry, (_, service) in zip(entries, steps, strict=True)]
    assert by_the_kernel(arrivals, capacity) == brute_force(arrivals, capacity)


def test_who_departs_at_the_entry_tick_has_left():
    assert not is_full(10, 1, 1, [10])
    assert is_full(9, 1, 1, [10])
    assert by_the_kernel([(0, 5), (5, 5), (9, 5), (10, 5)], 1) == [5, 10, None, 15]


def test_an_unlimited_buffer_is_never_full():
    assert not is_full(0, 10**6, 0, [])


def test_the_one_in_service_takes_a_place():
    assert by_the_kernel([(0, 10), (1, 10), (2, 10)], 2) == [10, 20, None]


# Garbling


@st.composite
def garbles(draw: st.DrawFn) -> tuple[Garble, int]:
    rungs = draw(st.integers(2, 7))
    kernel = draw(st.sampled_from(KERNELS))
    matrix = None
    if kernel == "matrix":
        rows = []
        for _ in range(rungs):
            row = [0] * rungs
            for place in draw(st.lists(st.integers(0, rungs - 1), min_size=16, max_size=16)):
                row[place] += 1
            rows.append(tuple(share / 16 for share in row))
        matrix = tuple(rows)
    return Garble(probability=0.5, kernel=kernel, matrix=matrix), rungs


@exact()
@given(garbles())
def test_each_letter_takes_its_share_of_the_uniform(case):
    """No sampling: the bins of [0, 1) that give a letter are as long as its probability."""
    garble, rungs = case
    replacement = garble.replacement(rungs)
    assert np.allclose(replacement.sum(axis=1), 1, atol=1e-12)
    cumulative = np.cumsum(replacement, axis=1).ravel().tolist()
    for sent in range(rungs):
        edges = [0.0, *cumulative[sent * rungs : sent * rungs + rungs - 1], 1.0]
        lengths = dict.fromkeys(range(rungs), 0.0)
        for low, high in pairwise(edges):
            if high > low:
                inside = {
                    replaced_letter(sent, cumulative, rungs, u)
                    for u in (low, (low + high) / 2, math.nextafter(high, 0))
                }
                (letter,) = inside
                lengths[letter] += high - low
        assert np.allclose(list(lengths.values()), replacement[sent], atol=1e-12)


@exact(100)
@given(garbles(), st.lists(st.floats(0, 1, exclude_max=True), min_size=2, max_size=20))
def test_higher_uniforms_give_higher_letters(case, uniforms):
    garble, rungs = case
    cumulative = np.cumsum(garble.replacement(rungs), axis=1).ravel().tolist()
    for sent in range(rungs):
        letters = [replaced_letter(sent, cumulative, rungs, u) for u in sorted(uniforms)]
        assert letters == sorted(letters)
        assert all(garble.replacement(rungs)[sent][letter] > 0 for letter in letters)


@pytest.mark.parametrize(
    ("kernel", "sent", "row"),
    [
        ("uniform", 2, [0.2, 0.2, 0.2, 0.2, 0.2]),
        ("other", 2, [0.25, 0.25, 0, 0.25, 0.25]),
        ("adjacent", 2, [0, 0.5, 0, 0.5, 0]),
        ("adjacent", 0, [0, 1, 0, 0, 0]),
        ("adjacent", 4, [0, 0, 0, 1, 0]),
        ("hostile_skewed", 0, [0, 0, 0, 0, 1]),
        ("hostile_skewed", 4, [0, 0, 0, 0, 1]),
    ],
)
def test_kernels_replace_as_they_say(kernel, sent, row):
    garble = Garble(probability=0.4, kernel=kernel)
    assert garble.replacement(5)[sent].tolist() == row
    kept = [0.6 * (letter == sent) for letter in range(5)]
    assert garble.confusion(5)[sent] == pytest.approx([k + 0.4 * r for k, r in zip(kept, row, strict=True)])


@pytest.mark.parametrize("probability", [0.0, 1e-5, 0.001, 0.3, 1.0])
@pytest.mark.parametrize("kernel", KERNELS[:-1])
def test_a_receiver_holds_nothing_for_impossible(kernel, probability):
    garble = Garble(probability=probability, kernel=kernel)
    true, believed = garble.confusion(5), garble.believed(5)
    for sent in range(5):
        thin = min(true[sent]) < 0.001 / 5
        wanted = 0.999 * true[sent] + 0.001 / 5 if thin else true[sent]
        assert np.allclose(believed[sent], wanted, rtol=0, atol=1e-15)
    assert believed.min() > 0
    assert np.allclose(believed.sum(axis=1), 1, atol=1e-12)


# Delay and reading


@pytest.mark.parametrize(("delay", "arrival"), [(0, 101), (1, 101), (2, 102), (500, 600)])
def test_a_message_takes_a_tick(delay, arrival):
    assert after_delay(100, delay) == arrival


@pytest.mark.parametrize(
    ("tick", "hours", "clock", "read"),
    [
        (8 * HOUR, (9, 17), 0, 9 * HOUR),  # early
        (9 * HOUR, (9, 17), 0, 9 * HOUR),  # at opening
        (12 * HOUR, (9, 17), 0, 12 * HOUR),  # inside
        (17 * HOUR - 1, (9, 17), 0, 17 * HOUR - 1),  # the last second
        (17 * HOUR, (9, 17), 0, 33 * HOUR),  # at closing: tomorrow
        (23 * HOUR, (9, 17), 0, 33 * HOUR),  # late
        (24 * HOUR, (9, 17), 0, 33 * HOUR),  # at midnight
        (24 * HOUR - 1, (9, 17), 0, 33 * HOUR),  # just before midnight
        (0, (0, 24), 0, 0),  # all day
        (24 * HOUR - 1, (0, 24), 0, 24 * HOUR - 1),
        (HOUR, (0, 1), 0, 24 * HOUR),  # opens at midnight
        (0, (23, 24), 0, 23 * HOUR),  # closes at midnight
        (24 * HOUR, (23, 24), 0, 47 * HOUR),
        (0, (9, 17), 17 * HOUR, 16 * HOUR),  # tick 0 is at closing
        (7 * HOUR, (9, 17), 17 * HOUR, 16 * HOUR),  # the local day changes in the run
        (0, (9, 17), 12 * HOUR, 0),
    ],
)
def test_a_text_is_read_in_office_hours(tick, hours, clock, read):
    opens, closes = (hour * HOUR for hour in hours)
    assert in_office(tick, opens, closes, clock) == read


@exact(300)
@given(
    st.integers(0, 2**36),
    st.lists(st.integers(0, 24 * 60), min_size=2, max_size=2, unique=True).map(sorted),
    st.integers(0, TICKS_PER_DAY - 1),
)
def test_reading_is_at_the_first_open_moment(tick, minutes, clock):
    opens, closes = (60 * minute for minute in minutes)
    read = in_office(tick, opens, closes, clock)
    assert tick <= read < tick + TICKS_PER_DAY
    assert opens <= (read + clock) % TICKS_PER_DAY < closes
    if read > tick:  # then the office was shut until it opened
        assert (read + clock) % TICKS_PER_DAY == opens
        assert not opens <= (tick + clock) % TICKS_PER_DAY < closes
        assert in_office(read - 1, opens, closes, clock) == read
    assert in_office(read, opens, closes, clock) == read


# Composition


@pytest.mark.parametrize("rung", range(5))
def test_only_a_greedy_state_lies(rung):
    assert stated_rung(rung, StateType.SECURITY_SEEKER, 1.0, 0.0) == rung
    assert stated_rung(rung, StateType.GREEDY, 0.0, 0.0) == rung
    assert stated_rung(rung, StateType.GREEDY, 1.0, math.nextafter(1, 0)) == 0
    assert stated_rung(rung, StateType.GREEDY, 0.4, 0.4) == rung
    assert stated_rung(rung, StateType.GREEDY, 0.4, math.nextafter(0.4, 0)) == 0
