"""Sending a message again until its receipt is acknowledged (T24).

Stop and wait: a copy is sent, lost with the probability p; one that arrives is acknowledged, and the
acknowledgement lost with the probability q; the sender repeats until one comes. Losses are independent. The
formulas are standard and derived here.
"""

from math import exp, inf

from signalling.theory.domain import require_between, require_counts, require_inside, require_probabilities


def probability_acknowledged(sends: int, loss: float, acknowledgement_loss: float) -> float:
    """Chance that the sender knows within n copies: 1 - (1 - (1 - p)(1 - q))^n.

    Args:
        sends: n, copies sent at most, at least 0.
        loss: p, probability that a copy is lost.
        acknowledgement_loss: q, probability that an acknowledgement is lost.

    Returns:
        A probability.

    Raises:
        ValueError: n below 0, or not probabilities.
    """
    require_counts(0, sends=sends)
    require_probabilities(loss=loss, acknowledgement_loss=acknowledgement_loss)
    return float(1 - (1 - (1 - loss) * (1 - acknowledgement_loss)) ** sends)


def probability_delivered(sends: int, loss: float) -> float:
    """Chance that at least one of n copies arrives: 1 - p^n.

    Args:
        sends: n, copies sent, at least 0.
        loss: p, probability that a copy is lost.

    Returns:
        A probability.

    Raises:
        ValueError: n below 0, or not a probability.
    """
    return probability_acknowledged(sends, loss, 0.0)


def mean_sends(loss: float, acknowledgement_loss: float) -> float:
    """Mean number of copies sent until one is acknowledged: geometric, 1 / ((1 - p)(1 - q)).

    Args:
        loss: p, probability that a copy is lost, below 1.
        acknowledgement_loss: q, probability that an acknowledgement is lost, below 1.

    Returns:
        Copies.

    Raises:
        ValueError: not probabilities below 1.

    Example:
        >>> round(mean_sends(0.3, 0.3), 6)
        2.040816
    """
    return mean_copies(acknowledgement_loss) / _surviving("loss", loss)


def mean_copies(acknowledgement_loss: float) -> float:
    """Mean number of copies that arrive until one is acknowledged: geometric, 1 / (1 - q), whatever p.

    Args:
        acknowledgement_loss: q, probability that an acknowledgement is lost, below 1.

    Returns:
        Copies.

    Raises:
        ValueError: not a probability below 1.
    """
    return 1 / _surviving("acknowledgement_loss", acknowledgement_loss)


def mean_duplicates(acknowledgement_loss: float) -> float:
    """Mean number of copies that arrive after the first: q / (1 - q).

    Args:
        acknowledgement_loss: q, probability that an acknowledgement is lost, below 1.

    Returns:
        Copies.

    Raises:
        ValueError: not a probability below 1.
    """
    return acknowledgement_loss * mean_copies(acknowledgement_loss)


def _surviving(name: str, loss: float) -> float:
    require_probabilities(**{name: loss})
    if loss == 1:
        raise ValueError(f"{name} = {loss}: must be below 1, or nothing ever gets through")
    return 1 - loss


def mean_delivery_time(loss: float, timer: float, mean_delay: float) -> float:
    """Mean time from the first sending until the first copy that is not lost arrives: r p / (1 - p) + m.

    A copy goes out every r until one gets through; the lost ones before it number p / (1 - p) on average.
    Later copies that might overtake it do not count.

    Args:
        loss: p, probability that a copy is lost, below 1.
        timer: r, units of time between copies, at least 0.
        mean_delay: m, mean delay of a copy, units of time, at least 0.

    Returns:
        Units of time.

    Raises:
        ValueError: constants outside their range.
    """
    survives = _surviving("loss", loss)
    require_between(0.0, inf, timer=timer, mean_delay=mean_delay)
    return timer * loss / survives + mean_delay


def probability_delivered_by(time: float, *, loss: float, timer: float, mean_delay: float) -> float:
    """Chance that the first copy that is not lost has arrived, its delay exponential.

    Copy i, sent at i r, is the first with the probability (1 - p) p^i: the sum over copies sent by t of
    (1 - p) p^i (1 - exp(-(t - i r) / m)).

    Args:
        time: t, units of time after the first sending, at least 0.
        loss: p, probability that a copy is lost.
        timer: r, units of time between copies, above 0.
        mean_delay: m, mean delay of a copy, units of time, above 0.

    Returns:
        A probability.

    Raises:
        ValueError: constants outside their range.
    """
    require_between(0.0, inf, time=time)
    require_probabilities(loss=loss)
    require_inside(0.0, inf, timer=timer, mean_delay=mean_delay)
    copies = int(time / timer) + 1
    return sum(
        (1 - loss) * loss**copy * (1 - exp(-(time - copy * timer) / mean_delay))
        for copy in range(copies)
        if copy * timer <= time
    )
