import hashlib
import math
import random
import struct
from collections.abc import Callable, Iterable

import mpmath
import pytest

from signalling.kernel import portable_math
from signalling.kernel.portable_math import EXP_LARGEST_ARGUMENT, LARGEST_FLOAT, exp, log, sigmoid

SMALLEST_SUBNORMAL = 5e-324
SMALLEST_NORMAL = 2.2250738585072014e-308

# The docstrings promise 2, 2 and 4 ulp; these fixed samples hold us to what was seen.
LOG_ULP, EXP_ULP, SIGMOID_ULP = 1.0, 1.0, 2.5


def neighbours(*centres: float) -> list[float]:
    return [y for x in centres for y in (math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf))]


def worst_ulp(
    function: Callable[[float], float], exact: Callable[[mpmath.mpf], mpmath.mpf], arguments: Iterable[float]
) -> tuple[float, float]:
    worst = (0.0, 0.0)
    with mpmath.workdps(50):
        for x in arguments:
            truth = exact(mpmath.mpf(x))
            worst = max(worst, (float(abs(function(x) - truth) / math.ulp(float(truth))), x))
    return worst


def exact_sigmoid(x: mpmath.mpf) -> mpmath.mpf:
    return 1 / (1 + mpmath.exp(-x))


def log_arguments() -> list[float]:
    rng = random.Random(20)  # noqa: S311  a fixed sample
    wide = [math.ldexp(rng.uniform(0.5, 1.0), rng.randint(-1022, 1024)) for _ in range(4000)]
    near_one = [1.0 + rng.uniform(-0.3, 0.5) for _ in range(4000)]
    nearer = [
        1.0 + rng.choice((-1.0, 1.0)) * math.ldexp(rng.random(), -rng.randint(3, 52)) for _ in range(2000)
    ]
    powers = neighbours(*(math.ldexp(1.0, k) for k in range(-1021, 1024, 7)))
    subnormals = [k * SMALLEST_SUBNORMAL for k in (1, 2, 3, 5, 1000, 2**51 + 1)]
    borders = neighbours(math.sqrt(0.5), math.sqrt(2.0), SMALLEST_NORMAL)
    return wide + near_one + nearer + powers + subnormals + borders + [LARGEST_FLOAT]


def exp_arguments() -> list[float]:
    rng = random.Random(21)  # noqa: S311  a fixed sample
    wide = [rng.uniform(-745.2, EXP_LARGEST_ARGUMENT) for _ in range(4000)]
    near = [rng.uniform(-3.0, 3.0) for _ in range(4000)]
    tiny = [rng.choice((-1.0, 1.0)) * math.ldexp(rng.random(), -rng.randint(2, 1070)) for _ in range(1000)]
    borders = neighbours(*((k + 0.5) * math.log(2.0) for k in range(-1075, 1024, 5)))
    return wide + near + tiny + borders + [0.0, -0.0, EXP_LARGEST_ARGUMENT, -745.133, -708.4, -744.44]


def test_log_is_within_its_error_bound():
    error, x = worst_ulp(log, mpmath.log, [x for x in log_arguments() if x != 1.0])
    assert error <= LOG_ULP, x


def test_exp_is_within_its_error_bound():
    error, x = worst_ulp(exp, mpmath.exp, exp_arguments())
    assert error <= EXP_ULP, x


def test_sigmoid_is_within_its_error_bound():
    error, x = worst_ulp(sigmoid, exact_sigmoid, exp_arguments())
    assert error <= SIGMOID_ULP, x


def test_exact_values():
    assert log(1.0) == 0.0
    assert exp(0.0) == exp(-0.0) == exp(SMALLEST_SUBNORMAL) == 1.0
    assert sigmoid(0.0) == sigmoid(-0.0) == 0.5


def test_exp_saturates_and_never_fails():
    assert math.isfinite(exp(EXP_LARGEST_ARGUMENT))
    assert exp(math.nextafter(EXP_LARGEST_ARGUMENT, math.inf)) == LARGEST_FLOAT
    assert exp(1e300) == exp(LARGEST_FLOAT) == LARGEST_FLOAT
    assert exp(-745.13) == SMALLEST_SUBNORMAL
    assert exp(-745.14) == exp(-745.21) == exp(-746.0) == exp(-LARGEST_FLOAT) == 0.0


def test_sigmoid_saturates_and_is_a_probability():
    assert sigmoid(-LARGEST_FLOAT) == 0.0
    assert sigmoid(LARGEST_FLOAT) == 1.0
    assert all(0.0 <= sigmoid(x) <= 1.0 for x in exp_arguments())


def chebyshev_interpolant(function, low, high, size: int) -> list[float]:
    nodes = [
        (low + high) / 2 + (high - low) / 2 * mpmath.cos(mpmath.pi * (2 * i + 1) / (2 * size))
        for i in range(size)
    ]
    powers = mpmath.matrix([[x**j for j in range(size)] for x in nodes])
    return [float(c) for c in mpmath.lu_solve(powers, mpmath.matrix([function(x) for x in nodes]))]


def constants_of(function: Callable[[float], float]) -> set[float]:
    return {c for c in function.__code__.co_consts if isinstance(c, float)}


def test_coefficients_can_be_computed_again():
    with mpmath.workdps(60):
        last = ((mpmath.sqrt(2) - 1) / (mpmath.sqrt(2) + 1)) ** 2
        p = chebyshev_interpolant(
            lambda z: (2 * mpmath.atanh(mpmath.sqrt(z)) / mpmath.sqrt(z) - 2) / z, mpmath.mpf(0), last, 7
        )
        half = mpmath.log(2) / 2
        q = chebyshev_interpolant(
            lambda r: sum(r**n / mpmath.factorial(n + 2) for n in range(46)), -half, half, 11
        )
        low = float(mpmath.log(2) - portable_math.LN2_HIGH)
    assert set(p) <= constants_of(log)
    assert set(q) <= constants_of(exp)
    assert math.floor(math.log(2.0) * 2.0**38) / 2.0**38 == portable_math.LN2_HIGH
    assert low == portable_math.LN2_LOW
    assert 2.0**-portable_math.SUBNORMAL_GUARD_BITS == portable_math.SUBNORMAL_GUARD


# Regression: these digests were computed on x86-64 with CPython 3.11 and must come out on every machine.
@pytest.mark.parametrize(
    ("function", "scale", "first", "digest"),
    [
        (log, 0.0137, 1, "bdbc50bf1331c6a8"),
        (exp, 0.173, -4000, "dd0607ab7db3faa5"),
        (sigmoid, 0.0137, -4000, "8f6577c9ea66df70"),
    ],
)
def test_bits_are_the_same_everywhere(function, scale, first, digest):
    values = [function(k * scale) for k in range(first, first + 8000)]
    assert hashlib.blake2b(struct.pack("<8000d", *values), digest_size=8).hexdigest() == digest
