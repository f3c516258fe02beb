"""Queues of messages: how long they stay, how many are refused or late, how old the news is (T23).

Messages come at random, lam in a unit of time; one server handles them in order of arrival, mu in a unit of
time while busy. T is the sojourn, wait and service together; rho = lam / mu. Sources: Kleinrock 1975 for one
server, Jackson 1957 for servers in a row, Kaul et al. 2012 for the age of information.
"""

from collections.abc import Sequence
from math import exp, inf
from typing import NamedTuple

import numpy as np

from signalling.theory.domain import require_between, require_counts, require_inside


def _require_rates(arrival: float, service: float, *, endless: bool) -> None:
    require_inside(0.0, inf, arrival=arrival, service=service)
    if endless and arrival >= service:
        raise ValueError(f"arrival = {arrival}, service = {service}: the queue grows for ever")


def mean_sojourn(arrival: float, service: float) -> float:
    """Mean time from arrival to departure in M/M/1: 1 / (mu - lam) (Kleinrock 1975).

    Args:
        arrival: lam, messages a unit of time.
        service: mu, messages a unit of time, above lam.

    Returns:
        Units of time.

    Raises:
        ValueError: rates not above 0, or lam not below mu.
    """
    _require_rates(arrival, service, endless=True)
    return 1 / (service - arrival)


def mean_number(arrival: float, service: float) -> float:
    """Mean number of messages waiting and in service in M/M/1: lam E[T] = rho / (1 - rho) (Kleinrock 1975).

    Args:
        arrival: lam, messages a unit of time.
        service: mu, messages a unit of time, above lam.

    Returns:
        Messages.

    Raises:
        ValueError: rates not above 0, or lam not below mu.
    """
    return arrival * mean_sojourn(arrival, service)


def probability_late(arrival: float, service: float, deadline: float) -> float:
    """Chance that a message leaves M/M/1 after its deadline: exp(-(mu - lam) D) (Kleinrock 1975).

    The sojourn is exponential: a geometric number of exponential services.

    Args:
        arrival: lam, messages a unit of time.
        service: mu, messages a unit of time, above lam.
        deadline: D, units of time after arrival, at least 0.

    Returns:
        A probability.

    Raises:
        ValueError: rates not above 0, lam not below mu, or a deadline below 0.

    Example:
        >>> round(probability_late(0.5, 1.0, 2.0), 6)
        0.367879
    """
    require_between(0.0, inf, deadline=deadline)
    return exp(-deadline / mean_sojourn(arrival, service))


class FiniteBuffer(NamedTuple):
    """What becomes of messages where there is room for few."""

    blocked: float
    """Share that finds no room and is lost."""
    mean_sojourn: float
    """Of those accepted, units of time."""
    late: float
    """Share of those accepted that leave after the deadline."""
    in_time: float
    """Share of all that are accepted and leave by the deadline."""


def finite_buffer(arrival: float, service: float, places: int, deadline: float) -> FiniteBuffer:
    """M/M/1/K: room for K messages, the one in service among them (Kleinrock 1975).

    The number inside has law p_n in proportion to rho^n, n to K, also seen by arrivals. Who finds n < K
    stays for n + 1 exponential services: later than D with the chance of at most n events of Poisson mean
    mu D.

    Args:
        arrival: lam, messages a unit of time.
        service: mu, messages a unit of time; may be below lam.
        places: K, at least 1.
        deadline: D, units of time after arrival, at least 0.

    Returns:
        Shares and mean sojourn.

    Raises:
        ValueError: rates not above 0, no place, or a deadline below 0.
    """
    from scipy.special import pdtr

    _require_rates(arrival, service, endless=False)
    require_counts(1, places=places)
    require_between(0.0, inf, deadline=deadline)
    inside = np.arange(places + 1)
    # Over the largest power, so that none overflows.
    rho = arrival / service
    weights = rho ** (inside - places if rho > 1 else inside).astype(np.float64)
    law = weights / weights.sum()
    found = law[:-1] / law[:-1].sum()
    late = float(found @ pdtr(inside[:-1], service * deadline))
    blocked = float(law[-1])
    return FiniteBuffer(blocked, float(found @ inside[1:]) / service, late, (1 - blocked) * (1 - late))


def mean_wait(arrival: float, mean_service: float, squared_variation: float) -> float:
    """Mean wait before service in M/G/1: lam E[S]^2 (1 + c) / (2 (1 - rho)), rho = lam E[S].

    The formula of Pollaczek and Khinchine (Kleinrock 1975).

    Args:
        arrival: lam, messages a unit of time.
        mean_service: E[S], units of time.
        squared_variation: c, variance of the service over its squared mean; 0 constant, 1 exponential.

    Returns:
        Units of time; the mean sojourn is E[S] more.

    Raises:
        ValueError: constants outside their range, or rho not below 1.
    """
    require_inside(0.0, inf, mean_service=mean_service)
    require_between(0.0, inf, squared_variation=squared_variation)
    _require_rates(arrival, 1 / mean_service, endless=True)
    load = arrival * mean_service
    return load * mean_service * (1 + squared_variation) / (2 * (1 - load))


def relayed_mean_sojourn(arrival: float, services: Sequence[float]) -> float:
    """Mean time through servers in a row: the sum of 1 / (mu_i - lam) (Jackson 1957).

    Args:
        arrival: lam, messages a unit of time.
        services: mu_i of each server, messages a unit of time, each above lam.

    Returns:
        Units of time.

    Raises:
        ValueError: no server, rates not above 0, or lam not below every mu_i.
    """
    if not services:
        raise ValueError("services: must name at least one server")
    return sum(mean_sojourn(arrival, service) for service in services)


def relayed_probability_late(arrival: float, services: Sequence[float], deadline: float) -> float:
    """Chance that a message is later than its deadline after servers in a row.

    What leaves M/M/1 is again random at the rate lam, and the sojourns of a message at the servers are
    independent and exponential, of rates mu_i - lam (Jackson 1957). Their sum is the time that a chain with
    one phase for each needs; equal rates need no formula of their own.

    Args:
        arrival: lam, messages a unit of time.
        services: mu_i of each server, messages a unit of time, each above lam.
        deadline: D, units of time after the first arrival, at least 0.

    Returns:
        A probability.

    Raises:
        ValueError: no server, rates not above 0, lam not below every mu_i, or a deadline below 0.
    """
    from scipy.linalg import expm

    relayed_mean_sojourn(arrival, services)
    require_between(0.0, inf, deadline=deadline)
    rates = np.array(services, dtype=np.float64) - arrival
    phases = np.diag(-rates) + np.diag(rates[:-1], 1)
    return float(expm(deadline * phases)[0].sum())


def mean_age_in_order(arrival: float, service: float) -> float:
    """Mean age of the newest report received, M/M/1 in order of arrival.

    (1 + 1 / rho + rho^2 / (1 - rho)) / mu (Kaul et al. 2012). Least at a load of about 0.53: fewer reports
    are rare news, more are late news.

    Args:
        arrival: lam, reports a unit of time.
        service: mu, reports a unit of time, above lam.

    Returns:
        Units of time since that report was sent.

    Raises:
        ValueError: rates not above 0, or lam not below mu.
    """
    _require_rates(arrival, service, endless=True)
    rho = arrival / service
    return (1 + 1 / rho + rho**2 / (1 - rho)) / service


def mean_age_newest_first(arrival: float, service: float) -> float:
    """Mean age of the newest report received when a new one takes the server from an older one.

    1 / lam + 1 / mu (Kaul et al. 2012). Derived here: let the server tick at the rate mu, each tick
    delivering the newest report sent, if it is not yet delivered. The last tick was an exponential time of
    mean 1 / mu ago, and the newest report before it was sent a further one of mean 1 / lam before.

    Args:
        arrival: lam, reports a unit of time.
        service: mu, reports a unit of time; may be below lam.

    Returns:
        Units of time since that report was sent.

    Raises:
        ValueError: rates not above 0.
    """
    _require_rates(arrival, service, endless=False)
    return 1 / arrival + 1 / service
