"""How a printed number is compared with a computed one.

The tables of the tests hold published results and numbers computed once, apart from this code, to at least
ten digits; numbers that were printed with fewer digits stand as text.
"""

import math
from decimal import Decimal

RELATIVE = 1e-9


def same(computed: float, printed: float) -> bool:
    """Whether a number agrees with one printed to at least ten digits; a printed zero is one."""
    if printed == 0:
        return abs(computed) < 1e-12
    return math.isclose(computed, printed, rel_tol=RELATIVE)


def agrees(computed: float, printed: str) -> bool:
    """Whether a number agrees with one of few digits: to half a unit of the last, or exactly if whole."""
    number = Decimal(printed)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    if exponent >= 0:
        return same(computed, float(number))
    return abs(Decimal(computed) - number) <= Decimal(5).scaleb(exponent - 1)
