"""Intervals against the equations that define them, and against printed values."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import signalling as sg
from signalling.stats import tango, tango_score, wilson

Z95 = 1.959963984540054


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_ends_solve_the_score_equation(counts: tuple[int, int]) -> None:
    successes, trials = counts
    share = successes / trials
    interval = wilson(successes, trials)
    for end in (interval.low, interval.high):
        assert 0.0 <= end <= 1.0
        if 0.0 < end < 1.0:
            assert abs(share - end) / math.sqrt(end * (1 - end) / trials) == pytest.approx(Z95, rel=1e-9)
    assert interval.low <= share <= interval.high


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17: table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_printed_values(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


pairs = st.integers(1, 2000).flatmap(
    lambda n: st.integers(0, n).flatmap(lambda b: st.tuples(st.just(n), st.just(b), st.integers(0, n - b)))
)


@given(pairs)
def test_tango_ends_solve_the_score_equation(counts: tuple[int, int, int]) -> None:
    n, b, c = counts
    interval = tango(b, c, n)
    assert -1.0 <= interval.low <= interval.estimate <= interval.high <= 1.0
    # An end inside (-1, 1) is where the score passes z; a step to either side must straddle it.
    step = 1e-9
    if -1.0 + step < interval.low < interval.estimate - step:
        assert tango_score(b, c, n, interval.low - step) >= Z95 - 1e-4
        assert tango_score(b, c, n, interval.low + step) <= Z95 + 1e-4
    if interval.estimate + step < interval.high < 1.0 - step:
        assert tango_score(b, c, n, interval.high + step) <= -Z95 + 1e-4


@given(pairs)
def test_tango_is_antisymmetric(counts: tuple[int, int, int]) -> None:
    n, b, c = counts
    there, back = tango(b, c, n), tango(c, b, n)
    assert there.low == pytest.approx(-back.high, abs=1e-9)
    assert there.high == pytest.approx(-back.low, abs=1e-9)


@given(pairs)
def test_tango_nuisance_parameter_maximises_the_likelihood(counts: tuple[int, int, int]) -> None:
    """The closed form against the likelihood itself, by a grid around it."""
    n, b, c = counts
    difference = 0.1

    def likelihood(q: float) -> float:
        p = q + difference
        if q < 0 or p + q > 1:
            return -math.inf
        rest = n - b - c
        terms = [(b, p), (c, q), (rest, 1 - p - q)]
        return sum(k * math.log(x) if x > 0 else (0.0 if k == 0 else -math.inf) for k, x in terms)

    linear = -b - c + (2 * n - b + c) * difference
    q = (math.sqrt(linear * linear + 8 * n * c * difference * (1 - difference)) - linear) / (4 * n)
    best = max(likelihood(step / 4000 * (1 - difference) / 2) for step in range(4001))
    assert likelihood(q) >= best - 1e-6 * max(1.0, abs(best))


@pytest.mark.parametrize(("b", "c", "n"), [(0, 0, 10), (10, 0, 10), (0, 10, 10), (1, 0, 1)])
def test_tango_at_the_edges(b: int, c: int, n: int) -> None:
    interval = tango(b, c, n)
    assert interval.low < interval.high


@pytest.mark.parametrize("call", [lambda: wilson(3, 2), lambda: wilson(0, 0), lambda: tango(2, 2, 3)])
def test_impossible_counts_are_refused(call: object) -> None:
    with pytest.raises(sg.SignallingError):
        call()  # type: ignore[operator]


def test_confidence_is_checked() -> None:
    with pytest.raises(sg.SignallingError, match="confidence = 95"):
        wilson(1, 2, confidence=95)
