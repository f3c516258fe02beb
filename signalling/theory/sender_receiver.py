"""How much can be said between a sender and a receiver whose aims differ, over a clean line and a noisy one.

A type t is uniform on [0, 1]; only the sender knows it. The receiver takes an action a and loses (a - t)^2;
the sender loses (a - t - b)^2, so it would have every action larger by its bias b. Sources of clean talk:
Crawford and Sobel 1982 (T19); of noisy talk: Blume, Board and Kawamura 2007, and of its bound:
Goltsman et al. 2009 (T20). The best noise derived here.
"""

from math import inf, sqrt
from typing import NamedTuple

from signalling.theory.domain import require_between, require_counts, require_inside

BABBLING_LOSS = 1 / 12
"""The receiver's loss if nothing is said: the variance of the type."""


def most_words(bias: float) -> int:
    """The most words that mean something: the largest N with 2 N (N - 1) b < 1.

    Args:
        bias: b, above 0.

    Returns:
        At least 1, which is babbling.

    Raises:
        ValueError: no such bias.

    Example:
        >>> [most_words(bias) for bias in (0.25, 0.24, 0.05, 0.005)]
        [1, 2, 3, 10]
    """
    require_inside(0.0, inf, bias=bias)
    words = int((1 + sqrt(1 + 2 / bias)) / 2) + 1
    while words > 1 and 2 * words * (words - 1) * bias >= 1:
        words -= 1
    return words


def partition(bias: float, words: int) -> tuple[float, ...]:
    """Where each of N words ends: i/N + 2 b i (i - N), i = 1, ..., N - 1.

    Args:
        bias: b, above 0.
        words: N, from 1 to `most_words`.

    Returns:
        Types, rising; the ends 0 and 1 are left out.

    Raises:
        ValueError: no such bias, or more words than it allows.

    Example:
        >>> [round(cut, 6) for cut in partition(0.05, 3)]
        [0.133333, 0.466667]
    """
    _require_words(bias, words)
    return tuple(place / words + 2 * bias * place * (place - words) for place in range(1, words))


def _require_words(bias: float, words: int) -> None:
    require_counts(1, words=words)
    if words > most_words(bias):
        raise ValueError(f"words = {words}: a bias of {bias:g} allows {most_words(bias)} at most")


def receiver_loss(bias: float, words: int) -> float:
    """What the receiver loses on average with N words: 1/(12 N^2) + b^2 (N^2 - 1)/3.

    Args:
        bias: b, above 0.
        words: N, from 1 to `most_words`.

    Returns:
        A mean square.

    Raises:
        ValueError: no such bias, or more words than it allows.

    Example:
        >>> round(receiver_loss(0.1, 2), 9)
        0.030833333
    """
    _require_words(bias, words)
    return 1 / (12 * words * words) + bias * bias * (words * words - 1) / 3


def sender_loss(bias: float, words: int) -> float:
    """What the sender loses on average: the receiver's loss and b^2, for actions are right on average.

    Args:
        bias: b, above 0.
        words: N, from 1 to `most_words`.

    Returns:
        A mean square.

    Raises:
        ValueError: no such bias, or more words than it allows.
    """
    return receiver_loss(bias, words) + bias * bias


class NoisyTalk(NamedTuple):
    """An equilibrium in which high types say one word, low types any, and noise replaces words by any."""

    cut: float
    """The type at which both are worth the same to the sender."""
    low_action: float
    """The receiver's, on a word that anybody might have said."""
    high_action: float
    """The receiver's, on the one word of the high types."""
    loss: float
    """The receiver's, a mean square."""


def noisy_talk(bias: float, noise: float) -> NoisyTalk:
    """Talk over a line that replaces a word with the probability e by one drawn evenly from all.

    A drawn word is almost never the one of the high types. So the receiver takes
    a_1 = ((1 - e) h^2 + e) / (2 ((1 - e) h + e)) on any other and a_2 = (1 + h)/2 on that one, and the type h
    is indifferent: h + b = (a_1 + a_2)/2. That is 2 (1 - e) h^2 + (3 e + (1 - e)(4 b - 1)) h = 2 e (1 - 2 b).

    Args:
        bias: b, above 0 and below 1/2.
        noise: e, from 0 to below 1.

    Returns:
        The equilibrium; without noise and from b = 1/4 on the cut is 0: babbling.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> round(noisy_talk(0.3, 0.1).loss, 9)
        0.07022247
    """
    require_inside(0.0, 0.5, bias=bias)
    require_between(0.0, 1.0, noise=noise)
    if noise == 1.0:
        raise ValueError("noise = 1.0: must be below 1, or nothing is ever heard")
    kept = 1 - noise
    linear = 3 * noise + kept * (4 * bias - 1)
    root = sqrt(linear * linear + 16 * kept * noise * (1 - 2 * bias))
    # Of the two forms of the positive root the one that does not subtract nearly equal numbers.
    cut = 4 * noise * (1 - 2 * bias) / (linear + root) if linear > 0 else (root - linear) / (4 * kept)
    any_word = kept * cut + noise
    low = (kept * cut * cut + noise) / (2 * any_word) if any_word > 0 else 0.0
    high = (1 + cut) / 2
    return NoisyTalk(cut, low, high, 1 / 3 - any_word * low * low - (1 - any_word) * high * high)


def best_noise(bias: float) -> float:
    """The noise at which the receiver loses least where a clean line carries nothing.

    With h = (1 - 2 b)/3 it is h (b - h/2) / (h (b - h/2) + 1/2 - b); then a_1 = b and the loss is
    `mediation_bound` (derived here).

    Args:
        bias: b, from 1/4 to below 1/2.

    Returns:
        A probability.

    Raises:
        ValueError: no such bias.

    Example:
        >>> round(best_noise(0.25), 12)
        0.1
    """
    require_between(0.25, 0.5, bias=bias)
    cut = (1 - 2 * bias) / 3
    weight = cut * (bias - cut / 2)
    if bias == 0.5:
        raise ValueError("bias = 0.5: must be below 0.5, where nothing can be said at all")
    return weight / (weight + 0.5 - bias)


def mediation_bound(bias: float) -> float:
    """The least that a receiver loses with any mediator or noise whatever: b (1 - b)/3.

    Args:
        bias: b, from 0 to 1/2.

    Returns:
        A mean square.

    Raises:
        ValueError: no such bias.

    Example:
        >>> round(mediation_bound(0.3), 12)
        0.07
    """
    require_between(0.0, 0.5, bias=bias)
    return bias * (1 - bias) / 3
