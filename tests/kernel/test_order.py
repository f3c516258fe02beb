import heapq

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.kernel.order import MESSAGE_KIND_BITS, RANK_BITS, TRIGGERED_BITS, order_word
from signalling.vocabulary import EventKind, MessageKind

fields = st.tuples(
    st.sampled_from(list(EventKind)).map(int),
    st.one_of(st.sampled_from([0, 1, 2**RANK_BITS - 1]), st.integers(0, 2**RANK_BITS - 1)),
    st.integers(0, 2**TRIGGERED_BITS - 1),
    st.integers(0, 2**MESSAGE_KIND_BITS - 1),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(fields, fields)
def test_words_compare_as_the_fields_do(first, second):
    a, b = order_word(*first), order_word(*second)
    assert (a < b) == (first < second)
    assert (a == b) == (first == second)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(fields, max_size=40))
def test_a_calendar_of_words_runs_in_the_order_of_the_model(events):
    calendar = [order_word(*event) for event in events]
    heapq.heapify(calendar)
    ordered = [heapq.heappop(calendar) for _ in events]
    assert ordered == [order_word(*event) for event in sorted(events)]


def test_a_word_fits_25_bits():
    largest = order_word(3, 2**RANK_BITS - 1, 1, 2**MESSAGE_KIND_BITS - 1)
    assert largest == 2**25 - 1
    assert order_word(0, 0, 0, 0) == 0


@pytest.mark.parametrize(("kind", "bits"), [(EventKind, 2), (MessageKind, MESSAGE_KIND_BITS)])
def test_every_kind_fits_its_field(kind, bits):
    assert all(0 <= member < 2**bits for member in kind)


def test_reports_are_read_before_states_decide():
    assert EventKind.SERVER < EventKind.ARRIVAL < EventKind.TIMER < EventKind.REVIEW
    assert order_word(EventKind.ARRIVAL, 2**RANK_BITS - 1, 1, 15) < order_word(EventKind.REVIEW, 0, 0, 0)
