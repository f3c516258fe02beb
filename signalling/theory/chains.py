"""Finite Markov chains, exactly: stationary laws, long-run averages and their variances, absorption.

Letters: P the transition matrix, (n, n), rows are the state left; pi the stationary law; f a value for each
state; 1 a vector of ones. Source: Kemeny and Snell 1960.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats64 = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: How far from 1 the sum of a row may be: some thousands of roundings.
ROW_TOLERANCE = 1e-12

#: Condition numbers beyond this leave fewer than about six right digits: refused rather than returned.
WORST_CONDITION = 1e10


class Moments(NamedTuple):
    """How an average over a long play of a chain is distributed."""

    mean: float
    """Its expectation, in units of the value averaged."""
    variance: float
    """Limit of n times the variance of an average over n steps, in units of the value squared."""


def check_stochastic(matrix: npt.ArrayLike, name: str = "matrix") -> Floats64:
    """A matrix of floats whose rows are laws.

    Args:
        matrix: probabilities, (n, m); each row sums to 1.
        name: what to call it in the message.

    Returns:
        The same as an array, (n, m).

    Raises:
        ValueError: not a table of probabilities, or a row that does not sum to 1.
    """
    array = np.array(matrix, dtype=np.float64)
    if array.ndim != 2 or not array.size:
        raise ValueError(f"{name}: must be a table of rows, not of shape {array.shape}")
    if not (array >= 0).all():
        raise ValueError(f"{name}: holds {array.min():g}, must hold probabilities")
    worst = int(np.abs(array.sum(axis=1) - 1).argmax())
    if not abs(array[worst].sum() - 1) <= ROW_TOLERANCE:
        raise ValueError(f"{name}: row {worst} sums to {array[worst].sum():.15g}, must sum to 1")
    return array


def _check_chain(matrix: npt.ArrayLike) -> Floats64:
    chain = check_stochastic(matrix)
    if chain.shape[0] != chain.shape[1]:
        raise ValueError(f"matrix: must be square, not of shape {chain.shape}")
    return chain


def _solved(system: Floats64, right: Floats64) -> Floats64:
    """Solution of a linear system that is not too near to having none."""
    from scipy.linalg import solve

    # What stands in the system was itself rounded beside 1, so a small norm does not count in its favour.
    size = max(1.0, float(np.linalg.norm(system, 1)))
    condition = size * float(np.linalg.norm(np.linalg.inv(system), 1))
    if condition > WORST_CONDITION:
        raise ValueError(
            f"matrix: some transition is so rare that few digits would be right (condition {condition:.1g}, "
            f"at most {WORST_CONDITION:.0e}); make the rarest likelier"
        )
    found: Floats64 = solve(system, right)
    return found


def _closed_classes(chain: Floats64) -> list[Integers]:
    """Sets of states that reach one another and nothing else: where the chain ends up."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    number, labels = connected_components(csr_array(chain > 0), directed=True, connection="strong")
    classes = [np.flatnonzero(labels == label) for label in range(number)]
    return [states for states in classes if not (np.delete(chain[states], states, axis=1) > 0).any()]


def stationary(matrix: npt.ArrayLike) -> Floats64:
    """The law that a chain keeps.

    From pi P = pi and pi 1 = 1 follows pi (1 - P + E) = 1', E all ones, which has one solution if the chain
    has one closed class (Kemeny and Snell 1960). States outside that class get probability 0.

    Args:
        matrix: transition probabilities, (n, n).

    Returns:
        Probabilities, (n,).

    Raises:
        ValueError: not a transition matrix, or more than one closed class, hence more than one such law.

    Example:
        >>> stationary([[0.9, 0.1], [0.3, 0.7]]).round(12).tolist()
        [0.75, 0.25]
    """
    chain = _check_chain(matrix)
    closed = _closed_classes(chain)
    if len(closed) != 1:
        raise ValueError(f"matrix: has {len(closed)} closed classes, must have one for one stationary law")
    # Only the closed class is solved for: zeros outside are then exact.
    [states] = closed
    inner = chain[np.ix_(states, states)]
    law = np.zeros(len(chain))
    law[states] = _solved((np.eye(len(states)) - inner + 1.0).T, np.ones(len(states)))
    return law


def long_run_law(matrix: npt.ArrayLike, start: int) -> Floats64:
    """Share of time in each state, from a given start; also for chains that are periodic or get stuck.

    The chain enters one of its closed classes and then spends there the shares of that class's stationary
    law; the result is the mixture over classes (Kemeny and Snell 1960).

    Args:
        matrix: transition probabilities, (n, n).
        start: the state it begins in.

    Returns:
        Probabilities, (n,).

    Raises:
        ValueError: not a transition matrix, or no such state.
    """
    chain = _check_chain(matrix)
    if not 0 <= start < len(chain):
        raise ValueError(f"start = {start}: must be from 0 to {len(chain) - 1}")
    law = np.zeros(len(chain))
    closed = _closed_classes(chain)
    entered = _entering(chain, [list(states) for states in closed])[start]
    for states, probability in zip(closed, entered, strict=True):
        law[states] = probability * stationary(chain[np.ix_(states, states)])
    return law


def average(matrix: npt.ArrayLike, values: npt.ArrayLike) -> Moments:
    """Mean and asymptotic variance of an average of a value along the chain.

    With g = f - pi f and the fundamental matrix Z = (1 - P + 1 pi)^-1, the autocovariances of f sum to
    pi (g (2 Z g - g)), products state by state (Kemeny and Snell 1960).

    Args:
        matrix: transition probabilities, (n, n), with one closed class.
        values: what is averaged, for each state, (n,).

    Returns:
        Mean and variance; the average over n steps has standard error sqrt(variance / n) for large n.

    Raises:
        ValueError: not a transition matrix, more than one closed class, or not one value for each state.

    Example:
        >>> print("{:.4f} {:.4f}".format(*average([[0.9, 0.1], [0.3, 0.7]], [1, 0])))
        0.7500 0.7500
    """
    chain = _check_chain(matrix)
    value = np.asarray(values, dtype=np.float64)
    if value.shape != (len(chain),):
        raise ValueError(f"values: must be {len(chain)}, one for each state, not of shape {value.shape}")
    law = stationary(chain)
    mean = float(law @ value)
    away = value - mean
    summed = _solved(np.eye(len(chain)) - chain + law, away)
    return Moments(mean, float(law @ (away * (2 * summed - away))))


def absorption_times(matrix: npt.ArrayLike, absorbing: Sequence[int]) -> Floats64:
    """Expected steps until one of some states is entered, from each state.

    t = 1 + Q t on the other states, Q their part of P (Kemeny and Snell 1960).

    Args:
        matrix: transition probabilities, (n, n).
        absorbing: states at which counting stops.

    Returns:
        Steps, (n,); 0 at the absorbing states.

    Raises:
        ValueError: not a transition matrix, no such states, or a state from which they may never be reached.
    """
    chain = _check_chain(matrix)
    inside, outside = _split(chain, absorbing)
    # They are surely reached if every closed class of the chain stopped there is one of them.
    stopped = chain.copy()
    stopped[inside] = np.eye(len(chain))[inside]
    if any(states[0] not in inside for states in _closed_classes(stopped)):
        raise ValueError(f"absorbing = {list(absorbing)}: may never be reached, so that the mean is infinite")
    times = np.zeros(len(chain))
    if len(outside):
        transient = chain[np.ix_(outside, outside)]
        times[outside] = _solved(np.eye(len(outside)) - transient, np.ones(len(outside)))
    return times


def absorption_probabilities(matrix: npt.ArrayLike, absorbing: Sequence[int]) -> Floats64:
    """Where a chain is caught first, from each state.

    B = R + Q B, R the part of P that leads from other states to absorbing ones (Kemeny and Snell 1960).

    Args:
        matrix: transition probabilities, (n, n).
        absorbing: states at which the chain stops, k of them.

    Returns:
        Probabilities, (n, k), in the order of `absorbing`. A row sums to less than 1 if none may be reached.

    Raises:
        ValueError: not a transition matrix, or no such states.
    """
    chain = _check_chain(matrix)
    _split(chain, absorbing)
    return _entering(chain, [[state] for state in absorbing])


def _split(chain: Floats64, absorbing: Sequence[int]) -> tuple[Integers, Integers]:
    inside = np.array(sorted(set(absorbing)), dtype=np.int64)
    if not len(inside) or len(inside) < len(absorbing) or inside[0] < 0 or inside[-1] >= len(chain):
        raise ValueError(f"absorbing = {list(absorbing)}: must be different states, 0 to {len(chain) - 1}")
    return inside, np.setdiff1d(np.arange(len(chain)), inside)


def _entering(chain: Floats64, sets: list[list[int]]) -> Floats64:
    """Probability of entering each set of states first, (n, k)."""
    number = len(chain)
    goals = np.zeros((number, len(sets)))
    for column, states in enumerate(sets):
        goals[states, column] = 1.0
    stopped = chain.copy()
    reached = np.array(goals.any(axis=1), dtype=np.bool_)
    stopped[reached] = np.eye(number)[reached]
    # Closed classes away from every set never arrive; solving without them keeps the system regular.
    for closed in _closed_classes(stopped):
        reached[closed] = True
    outside = np.flatnonzero(~reached)
    if len(outside):
        transient = chain[np.ix_(outside, outside)]
        arriving = chain[outside] @ goals
        goals[outside] = _solved(np.eye(len(outside)) - transient, arriving)
    return goals
