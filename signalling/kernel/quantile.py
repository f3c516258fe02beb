"""The inverse distribution function of a law, read off a table: one uniform in, whole ticks out.

The table is a flat sequence of TABLE_LENGTH floats. Its slot STEPS tells which of two kinds it is.

Steps: the slot holds n > 0, and the first n floats are the values of a step function in ascending order,
whole ticks, each with probability 1 / n. The floats between are 0 and are not read.

Smooth: the slot holds 0, and before it stand two halves of the same make:

- the first covers u in [2^-30, 1/2], in ascending u; the second covers q = 1 - u in [2^-30, 1/2), in
  ascending q, so that both tails are resolved alike;
- a half is OCTAVES rows; row r covers [2^(r - 30), 2^(r - 29)), cut in PIECES equal pieces;
- a row is PIECES + 1 knots, both ends included: the last knot of a row and the first of the next are the
  same point, but the next row's pieces are twice as wide, and so are its slopes;
- a knot is two floats, the value in ticks and the slope in ticks per piece (in the second half: towards
  larger q, hence not positive). Between two knots runs the cubic Hermite polynomial;
- after its rows the first half has two spare knots, at which u = 1/2 exactly is read.

Beyond 2^-30 either tail of a smooth table is flat. `signalling.quantiles` makes tables, each piece
monotone.
"""

import math

from signalling.kernel.floats import Floats

PIECES = 32
OCTAVES = 29
SMALLEST = 2.0 ** -(OCTAVES + 1)
ROW_LENGTH = 2 * (PIECES + 1)
UPPER_START = OCTAVES * ROW_LENGTH + 4
STEPS = UPPER_START + OCTAVES * ROW_LENGTH
MOST_STEPS = STEPS
TABLE_LENGTH = STEPS + 1

# frexp gives the mantissa in [1/2, 1) and the exponent e: the row is e + OCTAVES.
_LOWER_ORIGIN = OCTAVES * ROW_LENGTH
_UPPER_ORIGIN = UPPER_START + OCTAVES * ROW_LENGTH
_MANTISSA_TO_PIECES = 2.0 * PIECES
_FIRST_PIECE = 1.0 * PIECES


def quantile(table: Floats, u: float) -> int:
    """The duration below which a share u of the law lies, to the nearest tick.

    Non-decreasing in u: values of different pieces never cross, and within a piece the polynomial is
    monotone (its floating-point evaluation up to the last bit).

    Args:
        table: a quantile table in ticks, (TABLE_LENGTH,).
        u: the draw, in [0, 1).

    Returns:
        Ticks, >= 0; 0 is possible, and it is for the channel to hold that a message takes a tick.
    """
    steps = table[STEPS]
    if steps > 0.0:
        # Below n even at the largest u: 2^-53 of n is half the distance to the next smaller double, or more.
        return math.floor(table[math.floor(u * steps)])
    if u <= 0.5:
        tail = u
        origin = _LOWER_ORIGIN
    else:
        tail = 1.0 - u  # exact: u is in [1/2, 1]
        origin = _UPPER_ORIGIN
    if tail < SMALLEST:
        tail = SMALLEST
    mantissa, exponent = math.frexp(tail)
    # Exact down to `t`: only powers of two and differences of near numbers.
    position = mantissa * _MANTISSA_TO_PIECES - _FIRST_PIECE
    piece = math.floor(position)
    t = position - piece
    knot = origin + exponent * ROW_LENGTH + 2 * piece
    value = table[knot]
    slope = table[knot + 1]
    rise = table[knot + 2] - value
    end_slope = table[knot + 3]
    bend = slope + end_slope - 2.0 * rise
    ticks = value + t * (slope + t * (rise - slope - bend + t * bend))
    return math.floor(ticks + 0.5)
