"""Too much weight on what everybody hears (T21).

States want to be near the truth theta, and near each other: a state that takes a loses
(1 - r) (a - theta)^2 + r (a - other's a)^2. Each has a private report of precision beta, and all share a
public one of precision alpha; nothing is known of theta before. Source: Morris and Shin 2002; the loss is
derived here.
"""

from math import inf

from signalling.theory.domain import require_between, require_inside


def _require_reports(conformity: float, public: float, private: float) -> None:
    require_between(0.0, inf, public=public)
    require_inside(0.0, inf, private=private)
    require_between(0.0, 1.0, conformity=conformity)
    if conformity == 1:
        raise ValueError("conformity = 1: must be below 1, or the truth does not matter")


def public_weight(conformity: float, public: float, private: float) -> float:
    """What the equilibrium puts on the public report: alpha / (alpha + beta (1 - r)).

    More than its precision deserves as soon as r > 0: others have heard it too.

    Args:
        conformity: r, from 0 to below 1.
        public: alpha, 1 / variance, at least 0.
        private: beta, 1 / variance, above 0.

    Returns:
        A weight, from 0 to 1; the private report has the rest.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> public_weight(0.5, 5.0, 10.0)
        0.5
    """
    _require_reports(conformity, public, private)
    return public / (public + private * (1 - conformity))


def mean_squared_error(conformity: float, public: float, private: float) -> float:
    """How far from the truth states act in equilibrium, E(a - theta)^2.

    (alpha + beta (1 - r)^2) / (alpha + beta (1 - r))^2: the errors of both reports by the squares of
    their weights. Derived here.

    Args:
        conformity: r, from 0 to below 1.
        public: alpha, 1 / variance, at least 0.
        private: beta, 1 / variance, above 0.

    Returns:
        A square of the unit of theta.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> round(mean_squared_error(0.8, 1.0, 10.0), 6)
        0.155556
    """
    _require_reports(conformity, public, private)
    others = 1 - conformity
    return (public + private * others**2) / (public + private * others) ** 2


def worst_public_precision(conformity: float, private: float) -> float:
    """The precision of the public report below which more of it does harm: beta (1 - r) (2 r - 1).

    Args:
        conformity: r, from 0 to below 1.
        private: beta, 1 / variance, above 0.

    Returns:
        A precision, 1 / variance; negative or 0 if more never does harm.

    Raises:
        ValueError: constants outside their range.

    Example:
        >>> round(worst_public_precision(0.8, 10.0), 12)
        1.2
    """
    _require_reports(conformity, 0.0, private)
    return private * (1 - conformity) * (2 * conformity - 1)


def more_helps(conformity: float, public: float, private: float) -> bool:
    """Whether a little more public precision brings states no farther from the truth.

    The derivative of `mean_squared_error` by alpha has the sign of beta (1 - r) (2 r - 1) - alpha.

    Args:
        conformity: r, from 0 to below 1.
        public: alpha, 1 / variance, at least 0.
        private: beta, 1 / variance, above 0.

    Raises:
        ValueError: constants outside their range.
    """
    _require_reports(conformity, public, private)
    return public >= worst_public_precision(conformity, private)
