"""From laws to quantile tables: the ticks that `signalling.kernel.quantile` reads, one table for each law."""

from functools import lru_cache

import numpy as np

from signalling.kernel.quantile import OCTAVES, PIECES, SMALLEST, STEPS, TABLE_LENGTH, UPPER_START
from signalling.laws import AnyLaw, BaseLaw, Empirical, Floats64, Tails
from signalling.vocabulary import TICKS_PER_HOUR

# Tables are rounded so that the last bits of a machine's log and exp all but never show in them:
# to 1/16 tick and, where that would be finer than 30 bits, to 30 bits (a relative error below 1e-9).
GRID_TICKS = 1.0 / 16.0
GRID_BITS = 30


def _on_grid(ticks: Floats64, rounding: np.ufunc) -> Floats64:
    """Round to multiples of 1/16 tick, and to 30 bits where those are coarser."""
    _, exponent = np.frexp(ticks)
    grid = np.maximum(GRID_TICKS, np.ldexp(1.0, exponent - GRID_BITS))
    rounded: Floats64 = rounding(ticks / grid) * grid
    return rounded


def _half(values: Floats64, slopes: Floats64) -> Floats64:
    """The rows of one half of a table, flat.

    A piece is monotone if both of its end slopes lie between 0 and three times its rise (Fritsch and Carlson
    1980, in the square of de Boor and Swartz). Limiting comes before rounding, which is towards zero: what
    was inside the square stays inside, so nothing rounded can overshoot.

    Args:
        values: at the knots in ascending tail probability, ticks, (OCTAVES * PIECES + 1,).
        slopes: the same, ticks per unit of probability, of one sign.
    """
    rows = np.arange(OCTAVES)[:, np.newaxis]
    knots = rows * PIECES + np.arange(PIECES + 1)
    row_values = values[knots]
    row_slopes = slopes[knots] * np.ldexp(SMALLEST / PIECES, rows)
    steepest = np.full_like(row_values, np.inf)
    rises = 3.0 * np.abs(np.diff(row_values, axis=1))
    steepest[:, :-1] = rises
    steepest[:, 1:] = np.minimum(steepest[:, 1:], rises)
    limited = np.copysign(np.minimum(np.abs(row_slopes), steepest), row_slopes)
    return np.stack([row_values, _on_grid(limited, np.trunc)], axis=-1).ravel()


@lru_cache(maxsize=512)
def quantile_table(law: AnyLaw) -> Floats64:
    """The inverse distribution function of a law, in ticks, for `signalling.kernel.quantile`.

    Args:
        law: any law; equal laws share one table.

    Returns:
        A read-only array, (TABLE_LENGTH,), laid out as the kernel's module says. Between knots it is within
        one tick or 1e-6 of the exact quantile, whichever is more, for sigma up to 3. A slower law is not
        luckier on any draw; rounding can make it so by one tick (seen only among laws within 0.2 %). The
        empirical law is exact, to the nearest tick.

    Example:
        >>> from signalling.kernel.quantile import quantile
        >>> from signalling.laws import Exponential
        >>> quantile(quantile_table(Exponential(mean_hours=1)), 0.5)  # 3600 log 2
        2495
    """
    table = _step_table(law) if isinstance(law, Empirical) else _smooth_table(law)
    table.flags.writeable = False
    return table


def _step_table(law: Empirical) -> Floats64:
    table = np.zeros(TABLE_LENGTH)
    ticks = (law.shift_hours + np.array(law.hours)) * TICKS_PER_HOUR
    table[: len(ticks)] = np.floor(ticks + 0.5)
    table[STEPS] = len(ticks)
    return table


def _smooth_table(law: BaseLaw) -> Floats64:
    first = SMALLEST * (1.0 + np.arange(PIECES) / PIECES)
    below = np.append(np.ldexp(first, np.arange(OCTAVES)[:, np.newaxis]).ravel(), 0.5)
    above = below[-2::-1]
    tails = Tails(u=np.concatenate([below, 1.0 - above]), q=np.concatenate([1.0 - below, above]))
    values = _on_grid(law.quantile_hours(tails) * TICKS_PER_HOUR, np.rint)
    # log and log1p may disagree by a bit across the median, a libm may not be quite monotone.
    values = np.maximum.accumulate(values)
    slopes = law.slope_hours(tails) * TICKS_PER_HOUR
    median = len(below) - 1
    lower = _half(values[: median + 1], slopes[: median + 1])
    upper = _half(values[median:][::-1], -slopes[median:][::-1])
    spare = np.array([values[median], 0.0, values[median], 0.0])
    table = np.concatenate([lower, spare, upper, [0.0]])
    if len(table) != TABLE_LENGTH or len(lower) + len(spare) != UPPER_START:
        raise AssertionError("laws.py and kernel/quantile.py disagree about the layout of a table")
    return table
