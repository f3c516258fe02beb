"""How long patience lasts: k hostile reports in a row, or k of the last n, before one retaliates (T05).

Reports come one a round and are hostile independently, each with the same probability: of a peaceful state
that is the chance of a false report e, and the mean is the time to a false alarm; of a state that defects
for good it is 1 - e, and the mean is the time to detection. Formulas and chains are derived here; the
trade-off between the two is that of Downs and Rocke 1990.
"""

from itertools import combinations, product
from math import comb, inf, log

import numpy as np

from signalling.theory.chains import absorption_times
from signalling.theory.domain import require_counts, require_probabilities

#: Most states of a chain that is solved: a tenth of a second, and some megabytes.
MOST_STATES = 1000


def rounds_to_alarm(consecutive: int, hostile: float) -> float:
    """Mean number of rounds until k hostile reports stand in a row.

    From j in a row, t_j = 1 + p t_{j+1} + (1 - p) t_0 and t_k = 0: with t_0 - t_j = p^-1 + ... + p^-j follows
    t_0 = p^-1 + ... + p^-k = (1 - p^k) / ((1 - p) p^k). Derived here.

    Args:
        consecutive: k, at least 1.
        hostile: p, the probability that a report is hostile.

    Returns:
        Rounds; infinite if no report is ever hostile.

    Raises:
        ValueError: k below 1, not a probability, or a mean beyond 10^300.

    Example:
        >>> round(rounds_to_alarm(2, 0.05), 9)
        420.0
    """
    require_counts(1, consecutive=consecutive)
    require_probabilities(hostile=hostile)
    if hostile == 0.0:
        return inf
    if -consecutive * log(hostile) > 300 * log(10):
        raise ValueError(f"consecutive = {consecutive}, hostile = {hostile}: the mean passes 10^300 rounds")
    # The sum, not the quotient: it stays exact as p nears 1.
    return float(sum(hostile**-j for j in range(1, consecutive + 1)))


def rounds_to_alarm_of_pair(consecutive: int, hostile: float) -> float:
    """Mean number of rounds until the first of two states has k hostile reports in a row.

    Their reports are independent. The two counts, (i, j) below k, form a chain that stops at the first
    alarm of either. Derived here.

    Args:
        consecutive: k, 1 to 31.
        hostile: probability that a report is hostile, for either.

    Returns:
        Rounds; infinite if no report is ever hostile.

    Raises:
        ValueError: k outside its range, not a probability, or a mean too long to be right (above some 10^9).
    """
    require_counts(1, consecutive=consecutive)
    require_probabilities(hostile=hostile)
    if hostile == 0.0:
        return inf
    if consecutive**2 > MOST_STATES:
        raise ValueError(f"consecutive = {consecutive}: its square must not pass {MOST_STATES}")
    alarm = consecutive**2
    matrix = np.zeros((alarm + 1, alarm + 1))
    matrix[alarm, alarm] = 1.0
    outcomes = ((False, 1 - hostile), (True, hostile))
    for i, j in product(range(consecutive), repeat=2):
        for (first, p), (second, q) in product(outcomes, repeat=2):
            counts = (i + 1 if first else 0, j + 1 if second else 0)
            after = alarm if max(counts) == consecutive else counts[0] * consecutive + counts[1]
            matrix[i * consecutive + j, after] += p * q
    return float(absorption_times(matrix, [alarm])[0])


def rounds_to_alarm_in_window(needed: int, window: int, hostile: float) -> float:
    """Mean number of rounds until at least k of the last n reports are hostile.

    The window starts without hostile reports. What the last n - 1 reports were forms a chain, of the
    patterns with fewer than k hostile ones, that stops at the alarm. Derived here.

    Args:
        needed: k, 1 to n.
        window: n; patterns number the sum of the binomials (n - 1, j), j < k, at most 1000.
        hostile: probability that a report is hostile.

    Returns:
        Rounds; infinite if no report is ever hostile.

    Raises:
        ValueError: k or n outside its range, too many patterns, not a probability, or a mean too long to be
            right (above some 10^9).
    """
    require_counts(1, needed=needed)
    require_counts(needed, window=window)
    require_probabilities(hostile=hostile)
    if hostile == 0.0:
        return inf
    if sum(comb(window - 1, j) for j in range(needed)) > MOST_STATES:
        raise ValueError(f"needed = {needed}, window = {window}: more than {MOST_STATES} patterns of reports")
    # A pattern is the ages, 0 to n - 2, of the hostile reports that still count after the next one.
    patterns = [ages for j in range(needed) for ages in combinations(range(window - 1), j)]
    places = {ages: place for place, ages in enumerate(patterns)}
    alarm = len(patterns)
    matrix = np.zeros((alarm + 1, alarm + 1))
    matrix[alarm, alarm] = 1.0
    for ages, place in places.items():
        older = tuple(age + 1 for age in ages if age + 1 < window - 1)
        matrix[place, places[older]] += 1 - hostile
        rings = len(ages) + 1 >= needed
        # A window of one report remembers nothing: its alarm needs one hostile report, and that rings.
        matrix[place, alarm if rings else places[(0, *older)]] += hostile
    return float(absorption_times(matrix, [alarm])[0])
