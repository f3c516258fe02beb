"""Parameters outside their domain are refused: a formula never answers a question it was not made for."""

from math import inf, isfinite


def require_between(low: float, high: float, **values: float) -> None:
    """Refuse what is not a finite number from `low` to `high`, the ends allowed.

    Args:
        low: smallest value allowed.
        high: largest value allowed; infinity for none.
        values: what to check, by the name that the caller's user knows.

    Raises:
        ValueError: a value is outside; the message has its name and the value.

    Example:
        >>> require_between(0, 1, loss=1.5)
        Traceback (most recent call last):
        ...
        ValueError: loss = 1.5: must be from 0 to 1
    """
    for name, value in values.items():
        if not (isfinite(value) and low <= value <= high):
            wanted = f"at least {low:g}" if high == inf else f"from {low:g} to {high:g}"
            raise ValueError(f"{name} = {value}: must be {wanted}")


def require_inside(low: float, high: float, **values: float) -> None:
    """Refuse what is not a finite number between `low` and `high`, the ends not allowed.

    Args:
        low: bound from below.
        high: bound from above; infinity for none.
        values: what to check, by the name that the caller's user knows.

    Raises:
        ValueError: a value is outside; the message has its name and the value.
    """
    for name, value in values.items():
        if not (isfinite(value) and low < value < high):
            wanted = f"above {low:g}" if high == inf else f"above {low:g} and below {high:g}"
            raise ValueError(f"{name} = {value}: must be {wanted}")


def require_probabilities(**values: float) -> None:
    """Refuse what is no probability.

    Args:
        values: what to check, by the name that the caller's user knows.

    Raises:
        ValueError: a value is not from 0 to 1; the message has its name and the value.
    """
    require_between(0.0, 1.0, **values)


def require_counts(least: int, **values: int) -> None:
    """Refuse what is no whole number, or a smaller one than `least`.

    Args:
        least: smallest value allowed.
        values: what to check, by the name that the caller's user knows.

    Raises:
        ValueError: a value is not whole or too small; the message has its name and the value.
    """
    for name, value in values.items():
        if value != int(value) or value < least:
            raise ValueError(f"{name} = {value}: must be a whole number, at least {least}")
