import numpy as np
import pytest

from signalling.theory.chains import (
    absorption_probabilities,
    absorption_times,
    average,
    check_stochastic,
    long_run_law,
    stationary,
)
from tests.theory.printed import same

#: A fair walk on 0 to 4 that stops at the ends: textbook answers i / 4 and i (4 - i).
WALK = np.array(
    [[1, 0, 0, 0, 0], [0.5, 0, 0.5, 0, 0], [0, 0.5, 0, 0.5, 0], [0, 0, 0.5, 0, 0.5], [0, 0, 0, 0, 1]]
)
TWO = [[0.9, 0.1], [0.3, 0.7]]
SPLIT = np.eye(2)
CYCLE = [[0, 1], [1, 0]]


def test_a_chain_of_two_has_the_law_of_its_rates() -> None:
    assert np.allclose(stationary(TWO), [0.75, 0.25], rtol=1e-14)


def test_states_that_are_left_for_good_have_no_weight() -> None:
    assert stationary([[0.5, 0.5, 0], [0, 0.9, 0.1], [0, 0.3, 0.7]])[0] == 0


def test_a_periodic_chain_has_a_law() -> None:
    assert np.allclose(stationary(CYCLE), 0.5)


def test_the_variance_of_a_chain_of_two() -> None:
    # Autocovariances pi0 pi1 (1 - p - q)^n sum to pi0 pi1 (2 - p - q) / (p + q).
    assert same(average(TWO, [1, 0]).variance, 0.75 * 0.25 * 1.6 / 0.4)


def test_independent_steps_have_their_own_variance() -> None:
    assert same(average([[0.3, 0.7], [0.3, 0.7]], [1, 0]).variance, 0.21)


def test_an_alternating_chain_does_not_vary() -> None:
    assert abs(average(CYCLE, [1, 0]).variance) < 1e-15


def test_a_walk_is_absorbed_in_the_textbook_time() -> None:
    assert np.allclose(absorption_times(WALK, [0, 4]), [0, 3, 4, 3, 0], rtol=1e-13)


def test_a_walk_is_absorbed_at_an_end_with_the_textbook_chance() -> None:
    found = absorption_probabilities(WALK, [4, 0])
    assert np.allclose(found[:, 0], [0, 0.25, 0.5, 0.75, 1], rtol=1e-13)
    assert np.allclose(found.sum(axis=1), 1)


def test_a_trap_elsewhere_is_not_counted() -> None:
    chain = [[0, 0.5, 0.5, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert np.allclose(absorption_probabilities(chain, [1])[:, 0], [0.5, 1, 0, 0])


def test_the_long_run_mixes_where_a_chain_may_end() -> None:
    chain = [[0, 0.25, 0.75, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 1]]
    assert np.allclose(long_run_law(chain, 0), [0, 0.25, 0.375, 0.375, 0])
    assert np.allclose(long_run_law(chain, 4), [0, 0, 0, 0, 1])


def test_what_is_no_chain_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^matrix: row 1 sums to 0\.9, must sum to 1$"):
        stationary([[0.5, 0.5], [0.2, 0.7]])
    with pytest.raises(ValueError, match=r"^matrix: holds -0\.1, must hold probabilities$"):
        stationary([[1.1, -0.1], [0.2, 0.8]])
    with pytest.raises(ValueError, match="must hold probabilities"):
        stationary([[np.nan, 1.0], [0.2, 0.8]])
    with pytest.raises(ValueError, match=r"^matrix: must be square, not of shape \(1, 2\)$"):
        stationary([[0.5, 0.5]])
    with pytest.raises(ValueError, match=r"^hop: must be a table of rows, not of shape \(2,\)$"):
        check_stochastic([0.5, 0.5], "hop")


def test_questions_without_an_answer_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^matrix: has 2 closed classes"):
        stationary(SPLIT)
    with pytest.raises(ValueError, match=r"^absorbing = \[1\]: may never be reached"):
        absorption_times(SPLIT, [1])
    for states in ([], [2], [-1], [0, 0]):
        with pytest.raises(ValueError, match="must be different states, 0 to 1"):
            absorption_times(SPLIT, states)
    with pytest.raises(ValueError, match=r"^start = 2: must be from 0 to 1$"):
        long_run_law(SPLIT, 2)
    with pytest.raises(ValueError, match=r"^values: must be 2, one for each state"):
        average(TWO, [1, 0, 0])


def test_an_answer_without_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="so rare that few digits would be right"):
        absorption_times([[1 - 1e-13, 1e-13], [0, 1]], [1])
