"""Laws against SciPy's quantiles, through the table and the reader that the engines use."""

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from signalling.kernel.quantile import (
    MOST_STEPS,
    OCTAVES,
    PIECES,
    ROW_LENGTH,
    SMALLEST,
    STEPS,
    TABLE_LENGTH,
    UPPER_START,
    quantile,
)
from signalling.laws import (
    LARGEST_SHAPE,
    SMALLEST_SHAPE,
    Constant,
    Empirical,
    Exponential,
    Gamma,
    Law,
    Lognormal,
    Tails,
    Uniform,
    Weibull,
)
from signalling.quantiles import quantile_table

#: Sizes from seconds to years against shapes, the least and the largest included.
SPREADS = [
    (1.2, SMALLEST_SHAPE),
    (300, SMALLEST_SHAPE),
    (5 / 3600, 0.3),
    (30, 0.3),
    (2000, 0.3),
    (4, 0.7),
    (24, 1),
    (3.34, 1.5),
    (100, 3.7),
    (12, 10),
    (1e5, 10),
    (48, 100),
    (48, LARGEST_SHAPE),
]
LAWS = [
    Constant(hours=0),
    Constant(hours=2.5, shift_hours=0.5),
    Uniform(low_hours=7 / 60, high_hours=16 / 60),
    Uniform(low_hours=0, high_hours=3 / 3600),
    Uniform(low_hours=0, high_hours=1000, shift_hours=3),
    Exponential(mean_hours=1.2),
    Exponential(mean_hours=192),
    Exponential(mean_hours=2 / 3600),
    Exponential(mean_hours=24, shift_hours=0.01),
    Lognormal(median_hours=0.125, sigma=0.7),
    Lognormal(median_hours=3.34, sigma=0.924),
    Lognormal(median_hours=19.27, sigma=0.924),
    Lognormal(median_hours=19.27, sigma=0.924, shift_hours=6),
    Lognormal(median_hours=3.34, sigma=2),
    Lognormal(median_hours=500, sigma=2),
    Lognormal(median_hours=3.34, sigma=3),
    Lognormal(median_hours=4 / 3600, sigma=0.5),
    Lognormal(median_hours=10, sigma=1e-6),
    Lognormal(median_hours=1, sigma=0.01),
    *(Gamma(mean_hours=mean, shape=shape) for mean, shape in SPREADS),
    *(Weibull(scale_hours=scale, shape=shape) for scale, shape in SPREADS),
    Gamma(mean_hours=5, shape=2, shift_hours=1),
    Weibull(scale_hours=5, shape=0.7, shift_hours=1),
]
every_law = pytest.mark.parametrize("law", LAWS, ids=repr)
draws = st.integers(0, 2**53 - 1).map(lambda word: word * 2.0**-53)


def exact_ticks(law: Law, u: np.ndarray) -> np.ndarray:
    if isinstance(law, Constant):
        return np.full_like(u, (law.shift_hours + law.hours) * 3600)
    if isinstance(law, Uniform):
        frozen = stats.uniform(law.low_hours, law.high_hours - law.low_hours)
    elif isinstance(law, Exponential):
        frozen = stats.expon(scale=law.mean_hours)
    elif isinstance(law, Gamma):
        frozen = stats.gamma(law.shape, scale=law.mean_hours / law.shape)
    elif isinstance(law, Weibull):
        frozen = stats.weibull_min(law.shape, scale=law.scale_hours)
    else:
        frozen = stats.lognorm(law.sigma, scale=law.median_hours)
    hours = np.where(u <= 0.5, frozen.ppf(u), frozen.isf(1.0 - u))
    return (law.shift_hours + hours) * 3600


def grid_of_draws() -> np.ndarray:
    tail = np.geomspace(1e-9, 0.5, 1500)
    return np.sort(np.concatenate([tail, 1.0 - tail, np.random.default_rng(1914).random(3000)]))


def near_knots() -> list[float]:
    tails = [math.ldexp(1 + j / PIECES, e) for e in range(-31, -1) for j in range(PIECES)]
    steps = [v + d * v for v in [*tails, 0.5] for d in (-1e-3, -1e-9, -(2**-50), 0.0, 2**-50, 1e-9, 1e-3)]
    below = {u for u in steps if u <= 0.5}
    return sorted({0.0, 1.0 - 2.0**-53, *below, *(1.0 - u for u in below)})


NEAR_KNOTS = near_knots()


@every_law
def test_within_one_tick_or_a_millionth_of_scipy(law):
    u = grid_of_draws()
    table = quantile_table(law).tolist()
    got = np.array([quantile(table, x) for x in u.tolist()], dtype=float)
    want = exact_ticks(law, u)
    assert np.all(np.abs(got - want) <= np.maximum(1.0, 1e-6 * want))


@every_law
def test_the_law_itself_agrees_with_scipy_in_both_tails(law):
    u = grid_of_draws()
    hours = law.quantile_hours(Tails(u, 1.0 - u))
    np.testing.assert_allclose(hours * 3600, exact_ticks(law, u), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("shape", [SMALLEST_SHAPE, 0.3, 1, 3.7, 100, LARGEST_SHAPE])
def test_the_gamma_law_agrees_with_sixty_digits(shape):
    """SciPy's quantile is the one that the law uses, so it needs another judge."""
    tail = np.array([1e-9, 1e-6, 0.001, 0.1, 0.5])
    law = Gamma(mean_hours=shape, shape=shape)
    with mpmath.workdps(60):
        for below in (True, False):
            tails = Tails(tail, 1 - tail) if below else Tails(1 - tail[:-1], tail[:-1])
            for x, p in zip(law.quantile_hours(tails).tolist(), tail.tolist(), strict=False):
                bounds = (0, x) if below else (x, mpmath.inf)
                error = mpmath.gammainc(shape, *bounds, regularized=True) - p
                density = mpmath.exp((shape - 1) * mpmath.log(x) - x - mpmath.loggamma(shape))
                assert abs(error / (x * density)) < 1e-13


@every_law
def test_the_slope_is_the_derivative(law):
    u = np.linspace(0.02, 0.98, 49)
    step = 1e-5
    rise = law.quantile_hours(Tails(u + step, 1 - u - step)) - law.quantile_hours(
        Tails(u - step, 1 - u + step)
    )
    slope = law.slope_hours(Tails(u, 1 - u))
    np.testing.assert_allclose(rise / (2 * step), slope, rtol=1e-5, atol=1e-9)


@every_law
def test_monotone_around_every_knot(law):
    table = quantile_table(law).tolist()
    ticks = [quantile(table, u) for u in NEAR_KNOTS]
    assert all(a <= b for a, b in pairwise(ticks))


@given(u=draws, v=draws, law=st.sampled_from(LAWS))
def test_monotone_in_the_draw(u, v, law):
    table = quantile_table(law)
    assert quantile(table, min(u, v)) <= quantile(table, max(u, v))


@given(u=draws, steps=st.integers(1, 2**20), law=st.sampled_from(LAWS))
def test_monotone_between_close_draws(u, steps, law):
    table = quantile_table(law)
    assert quantile(table, u) <= quantile(table, min(u + steps * 2.0**-53, 1 - 2.0**-53))


@pytest.mark.parametrize(
    ("faster", "slower"),
    [
        (Lognormal(median_hours=0.125, sigma=0.7), Lognormal(median_hours=3.34, sigma=0.7)),
        (Lognormal(median_hours=3.34, sigma=0.924), Lognormal(median_hours=3.4, sigma=0.924)),
        (Exponential(mean_hours=1.2), Exponential(mean_hours=1.25)),
        (Exponential(mean_hours=1.2), Exponential(mean_hours=192)),
        (Exponential(mean_hours=1.2), Exponential(mean_hours=1.2, shift_hours=1)),
        (Uniform(low_hours=1, high_hours=2), Uniform(low_hours=1, high_hours=3)),
        (Constant(hours=1), Constant(hours=2)),
        (Gamma(mean_hours=1.2, shape=0.3), Gamma(mean_hours=1.25, shape=0.3)),
        (Weibull(scale_hours=1.2, shape=0.3), Weibull(scale_hours=1.25, shape=0.3)),
    ],
    ids=repr,
)
def test_slower_law_is_never_luckier(faster, slower):
    fast, slow = quantile_table(faster).tolist(), quantile_table(slower).tolist()
    assert all(quantile(fast, u) <= quantile(slow, u) for u in NEAR_KNOTS)


@given(
    u=draws, median=st.floats(0.01, 100), ratio=st.floats(1.05, 10), sigma=st.sampled_from([0.3, 0.924, 2.0])
)
def test_slower_lognormal_is_never_luckier(u, median, ratio, sigma):
    fast = quantile_table(Lognormal(median_hours=median, sigma=sigma))
    slow = quantile_table(Lognormal(median_hours=median * ratio, sigma=sigma))
    assert quantile(fast, u) <= quantile(slow, u)


@pytest.mark.parametrize("mean_hours", [1.2, 192])
def test_mean_of_the_exponential(mean_hours):
    # The midpoint rule errs by about half a cell of the logarithm at q = 0: below 2e-5 of the mean here.
    cells = 2**16
    table = quantile_table(Exponential(mean_hours=mean_hours)).tolist()
    mean = sum(quantile(table, (k + 0.5) / cells) for k in range(cells)) / cells
    assert mean == pytest.approx(mean_hours * 3600, rel=2e-5)


@given(seconds=st.integers(0, 10**9), u=draws)
def test_constant_is_exact(seconds, u):
    assert quantile(quantile_table(Constant(hours=seconds / 3600)), u) == seconds


def test_flat_beyond_the_last_octave():
    table = quantile_table(Exponential(mean_hours=1000))
    assert quantile(table, 0.0) == quantile(table, SMALLEST / 3) == quantile(table, SMALLEST)
    assert quantile(table, 1 - 2.0**-53) == quantile(table, 1 - SMALLEST) == round(3600000 * 30 * math.log(2))


def test_median_is_read_exactly():
    assert quantile(quantile_table(Lognormal(median_hours=3, sigma=1)), 0.5) == 3 * 3600


@every_law
def test_table_is_rounded_read_only_and_repeatable(law):
    table = quantile_table(law)
    assert table.shape == (TABLE_LENGTH,)
    assert table.dtype == np.float64
    assert np.all(np.isfinite(table))
    assert np.array_equal(table * 16, np.rint(table * 16))
    assert not table.flags.writeable
    assert quantile_table(law.model_copy()) is table
    quantile_table.cache_clear()
    assert quantile_table(law).tobytes() == table.tobytes()


@every_law
def test_every_piece_is_monotone(law):
    table = quantile_table(law)
    for start, sign in ((0, 1), (UPPER_START, -1)):
        rows = table[start : start + OCTAVES * ROW_LENGTH].reshape(OCTAVES, PIECES + 1, 2)
        rises = sign * np.diff(rows[:, :, 0], axis=1)
        slopes = sign * rows[:, :, 1]
        assert np.all(rises >= 0)
        assert np.all(slopes >= 0)
        assert np.all(np.maximum(slopes[:, :-1], slopes[:, 1:]) <= 3 * rises)
        assert np.array_equal(rows[:-1, -1, 0], rows[1:, 0, 0])


# The empirical law

SAMPLES = [
    Empirical(hours=(3.0,)),
    Empirical(hours=(0.0, 0.0, 1e-4)),
    Empirical(hours=(5.5, 1.25, 1.25, 30.0), shift_hours=0.5),
    Empirical(hours=tuple(float(k) for k in range(MOST_STEPS))),
    *(Empirical(hours=tuple(float(k) for k in range(n))) for n in (2, 3, 5, 60, 1023, 1024, 1025)),
]
every_sample = pytest.mark.parametrize("law", SAMPLES, ids=lambda law: f"{len(law.hours)} values")


@every_sample
def test_the_empirical_quantile_is_the_sorted_value_at_floor_of_u_n(law):
    table = quantile_table(law).tolist()
    n = len(law.hours)
    ticks = [math.floor((law.shift_hours + hours) * 3600 + 0.5) for hours in sorted(law.hours)]
    edges = [k / n for k in range(n)]
    near = [math.nextafter(u, toward) for u in edges for toward in (0.0, 1.0)]
    draws = [*edges, *near, *NEAR_KNOTS, *np.random.default_rng(5).random(500).tolist(), 1 - 2.0**-53]
    assert [quantile(table, u) for u in draws] == [ticks[math.floor(u * n)] for u in draws]


@every_sample
def test_every_value_of_a_sample_has_the_same_share(law):
    table = quantile_table(law).tolist()
    n = len(law.hours)
    middles = [quantile(table, (k + 0.5) / n) for k in range(n)]
    assert middles == sorted(round((law.shift_hours + hours) * 3600) for hours in law.hours)


@every_sample
def test_a_step_table_has_the_length_of_all(law):
    table = quantile_table(law)
    assert table.shape == (TABLE_LENGTH,)
    assert table[STEPS] == len(law.hours)
    assert not table.flags.writeable
    assert quantile(table, 0.4) == quantile(table.tolist(), 0.4) == quantile(memoryview(table), 0.4)
    assert type(quantile(table.tolist(), 0.4)) is int


@every_law
def test_a_smooth_table_has_no_steps(law):
    assert quantile_table(law)[STEPS] == 0.0


@given(hours=st.lists(st.floats(0, 1e4), min_size=1, max_size=40), u=draws, v=draws)
def test_the_empirical_law_is_monotone_and_in_the_sample(hours, u, v):
    table = quantile_table(Empirical(hours=tuple(hours)))
    low, high = quantile(table, min(u, v)), quantile(table, max(u, v))
    assert low <= high
    assert {low, high} <= {math.floor(value * 3600 + 0.5) for value in hours}


def test_empirical_laws_are_equal_by_their_hours_alone():
    plain = Empirical(hours=(2.0, 1.0))
    labelled = Empirical(file="a.csv", column="h", hours=(1.0, 2.0))
    assert plain == labelled
    assert hash(plain) == hash(labelled)
    assert quantile_table(plain) is quantile_table(labelled)
    assert plain.model_dump_json() == labelled.model_dump_json()
    assert plain != Empirical(hours=(1.0, 2.0), shift_hours=1)
    assert plain != Empirical(hours=(1.0, 1.0, 2.0, 2.0))
    assert plain != Constant(hours=1)


def test_one_value_is_the_constant_law():
    steps = quantile_table(Empirical(hours=(7.25,), shift_hours=0.5)).tolist()
    constant = quantile_table(Constant(hours=7.25, shift_hours=0.5)).tolist()
    assert all(quantile(steps, u) == quantile(constant, u) for u in NEAR_KNOTS)


def test_the_reader_takes_any_sequence_of_floats():
    table = quantile_table(LAWS[-1])
    for u in (0.0, 0.3, 0.5, 0.9999):
        assert quantile(table, u) == quantile(table.tolist(), u) == quantile(memoryview(table), u)
        assert type(quantile(table.tolist(), u)) is int


@pytest.mark.parametrize("law", [*LAWS, *SAMPLES[:3]], ids=repr)
def test_written_and_read_again(law):
    assert TypeAdapter(Law).validate_python(law.model_dump()) == law


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ({"law": "constant", "hours": -1}, "must be >= 0 hours: write 0"),
        ({"law": "constant"}, "Field required"),
        ({"law": "constant", "hours": 1, "sigma": 1}, "Extra inputs are not permitted"),
        ({"law": "constant", "hours": "1"}, "valid number"),
        ({"law": "constant", "hours": math.nan}, "finite number"),
        ({"law": "constant", "hours": 1e12}, "write a smaller hours or shift_hours"),
        (
            {"law": "uniform", "low_hours": 2, "high_hours": 1},
            "low_hours = 2 must be below high_hours = 1: exch",
        ),
        ({"law": "uniform", "low_hours": 2, "high_hours": 2}, 'write law = "constant" if they are equal'),
        ({"law": "uniform", "low_hours": -1, "high_hours": 2}, "must be >= 0 hours"),
        ({"law": "exponential", "mean_hours": 0}, 'must be > 0 hours: for no delay write law = "constant"'),
        ({"law": "exponential", "mean_hours": 1, "shift_hours": -1}, "must be >= 0 hours: write 0"),
        ({"law": "exponential", "mean_hours": 1e9}, "write a smaller mean_hours or shift_hours"),
        ({"law": "lognormal", "median_hours": 0, "sigma": 1}, "must be > 0 hours"),
        ({"law": "lognormal", "median_hours": 1, "sigma": 0}, "for no spread write"),
        ({"law": "lognormal", "median_hours": 1, "sigma": 9}, "write a smaller sigma or median_hours"),
        ({"law": "lognormal", "median_hours": 1, "sigma": 1e4}, "write a smaller sigma or median_hours"),
        ({"law": "gamma", "mean_hours": 0, "shape": 1}, "must be > 0 hours"),
        ({"law": "gamma", "mean_hours": 1, "shape": 0.19}, "must be in [0.2, 10000]: a table holds no other"),
        ({"law": "gamma", "mean_hours": 1, "shape": 1e5}, "must be in [0.2, 10000]"),
        (
            {"law": "gamma", "mean_hours": 1e9, "shape": 1},
            "write a smaller mean_hours or shift_hours or a larger shape",
        ),
        ({"law": "weibull", "scale_hours": 1, "shape": 0}, "must be in [0.2, 10000]"),
        (
            {"law": "weibull", "scale_hours": 1e4, "shape": 0.2},
            "scale_hours or shift_hours or a larger shape",
        ),
        ({"law": "empirical"}, "has no durations: write file and column, or hours = [...]"),
        ({"law": "empirical", "hours": []}, "has no durations"),
        ({"law": "empirical", "file": "a.csv", "column": "b"}, "the file is not read here"),
        ({"law": "empirical", "hours": [1.0, -2.0]}, "entry 1 is -2: must be >= 0 hours"),
        ({"law": "empirical", "hours": [1.0, math.nan]}, "finite number"),
        ({"law": "empirical", "hours": [1.0, "2"]}, "valid number"),
        ({"law": "empirical", "hours": [1.0] * (MOST_STEPS + 1)}, "has 3833 values: write at most 3832"),
        ({"law": "empirical", "hours": [1e12]}, "smaller hours"),
        ({"law": "cauchy", "hours": 1}, "'constant', 'uniform', 'exponential', 'lognormal'"),
        ({"hours": 1}, "discriminator 'law'"),
    ],
)
def test_bad_laws_are_refused_with_a_remedy(text, message):
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(Law).validate_python(text)
    assert message in str(refusal.value)
