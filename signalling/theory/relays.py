"""Messages through relays and in several copies: errors, confusion matrices, information (T26).

A letter passes a hop according to a confusion matrix: rows the letter sent, columns the one received, (m, m).
The binary symmetric hop turns one of two letters into the other with the probability e. Source: Shannon 1948.
"""

from math import atanh, log, log1p

import numpy as np
import numpy.typing as npt

from signalling.theory.chains import Floats64, check_stochastic
from signalling.theory.domain import require_counts, require_probabilities


def relayed_flip(flip: float, hops: int) -> float:
    """Chance that a letter of two is the wrong one after m hops: (1 - (1 - 2 e)^m) / 2.

    Each hop multiplies what the letter, written as 1 or -1, tells on average of the sent one by 1 - 2 e.
    Derived here.

    Args:
        flip: e, probability that a hop turns the letter.
        hops: m, at least 0.

    Returns:
        A probability.

    Raises:
        ValueError: not a probability, or m below 0.
    """
    require_probabilities(flip=flip)
    require_counts(0, hops=hops)
    return float((1 - (1 - 2 * flip) ** hops) / 2)


def binary_capacity(flip: float) -> float:
    """Most information that a letter of two carries through a binary symmetric hop: 1 - H(e) (Shannon 1948).

    With d = 1 - 2 e it is (log(1 - d^2) + 2 d artanh d) / (2 log 2), which keeps its digits as e nears 1/2.

    Args:
        flip: e, probability that the letter is turned.

    Returns:
        Bits, 0 to 1.

    Raises:
        ValueError: not a probability.

    Example:
        >>> round(binary_capacity(0.05), 6)
        0.713603
    """
    require_probabilities(flip=flip)
    told = abs(1 - 2 * flip)
    if told == 1:
        return 1.0
    return (log1p(-told * told) + 2 * told * atanh(told)) / (2 * log(2))


def majority_error(flip: float, copies: int) -> float:
    """Chance that more than half of n independent copies are wrong: a binomial tail.

    Args:
        flip: e, probability that a copy is wrong.
        copies: n, odd.

    Returns:
        A probability.

    Raises:
        ValueError: not a probability, or a number of copies that can tie.
    """
    from scipy.stats import binom

    require_probabilities(flip=flip)
    require_counts(1, copies=copies)
    if copies % 2 == 0:
        raise ValueError(f"copies = {copies}: must be odd, or a vote can tie")
    return float(binom.sf(copies // 2, copies, flip))


def common_cause_error(flip: float, copies: int, common: float) -> float:
    """Chance that the majority of n copies is wrong when one cause may strike them all.

    With the probability rho the copies share one fate, else each has its own: rho e + (1 - rho) times
    `majority_error`. However many the copies, no less than rho e. Derived here.

    Args:
        flip: e, probability that a copy is wrong.
        copies: n, odd.
        common: rho, probability of a common cause.

    Returns:
        A probability.

    Raises:
        ValueError: not probabilities, or a number of copies that can tie.
    """
    require_probabilities(common=common)
    return common * flip + (1 - common) * majority_error(flip, copies)


def relayed(*hops: npt.ArrayLike) -> Floats64:
    """The confusion matrix of hops in a row, the first hop first: their product.

    P(received | sent) is the sum over the letters between, which is the product of matrices.

    Args:
        hops: confusion matrices, (m, n), the columns of each as many as the rows of the next.

    Returns:
        A confusion matrix.

    Raises:
        ValueError: no hop, one that is no confusion matrix, or alphabets that do not meet.
    """
    matrices = [check_stochastic(hop, f"hop {place}") for place, hop in enumerate(hops)]
    if not matrices:
        raise ValueError("hops: must be at least one")
    product = matrices[0]
    for place, hop in enumerate(matrices[1:], start=1):
        if product.shape[1] != hop.shape[0]:
            raise ValueError(f"hop {place}: takes {hop.shape[0]} letters, must take {product.shape[1]}")
        product = product @ hop
    return product


def mutual_information(channel: npt.ArrayLike, law: npt.ArrayLike) -> float:
    """How much the letter received tells of the one sent: sum of p(x) c(y|x) log2 (c(y|x) / p(y)).

    Source: Shannon 1948. A further hop never adds to it.

    Args:
        channel: confusion matrix, (m, n).
        law: probabilities of the letters sent, (m,).

    Returns:
        Bits.

    Raises:
        ValueError: no confusion matrix, or no law of its letters.
    """
    from scipy.special import rel_entr

    matrix = check_stochastic(channel, "channel")
    [sent] = check_stochastic(np.atleast_2d(np.asarray(law, dtype=np.float64)), "law")
    if len(sent) != len(matrix):
        raise ValueError(f"law: has {len(sent)} letters, must have {len(matrix)}")
    joint = sent[:, np.newaxis] * matrix
    return float(rel_entr(joint, np.outer(sent, sent @ matrix)).sum() / log(2))
