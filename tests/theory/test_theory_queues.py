"""T23: one server, servers in a row, and the age of news."""

from math import exp

import numpy as np
import pytest

from signalling.theory.queues import (
    finite_buffer,
    mean_age_in_order,
    mean_age_newest_first,
    mean_number,
    mean_sojourn,
    mean_wait,
    probability_late,
    relayed_mean_sojourn,
    relayed_probability_late,
)
from tests.theory.printed import agrees, same

#: lam, mu; mean sojourn, mean number, D, P(T > D).
ONE_SERVER = (
    (0.5, 1.0, 2.0, 1.0, 2.0, 0.36787944117),
    (0.8, 1.0, 5.0, 4.0, 2.0, 0.67032004604),
    (0.95, 1.0, 20.0, 19.0, 2.0, 0.90483741804),
    (0.8, 1.0, 5.0, 4.0, 10.0, 0.13533528324),
)
#: lam, mu, K; P(blocked), mean sojourn, P(T > 3) of those accepted, P(accepted and T <= 3).
FINITE = (
    (0.5, 1.0, 1, 0.33333333333, 1.0, 0.049787068368, 0.63347528775),
    (0.8, 1.0, 3, 0.17344173442, 1.8524590164, 0.19669972913, 0.66397447864),
    (0.95, 1.0, 5, 0.14604704615, 2.8975301871, 0.40665547915, 0.50668830623),
    (2.0, 1.0, 5, 0.50793650794, 4.1612903226, 0.65686809556, 0.16884268314),
)
#: lam, E[S], squared variation of S, rho; mean wait, mean sojourn.
ANY_SERVICE = (
    (0.5, 1.0, 0.0, 0.5, 0.5, 1.5),
    (0.8, 1.0, 0.0, 0.8, 2.0, 3.0),
    (0.8, 1.0, 1.0, 0.8, 4.0, 5.0),
    (0.8, 1.0, 4.0, 0.8, 10.0, 11.0),
)
#: lam, mu of each; mean sojourn, D, P(T > D).
IN_A_ROW = (
    (0.5, (1.0, 1.0), 4.0, 4.0, 0.406005849710),
    (0.5, (1.0, 2.0, 0.8), 6.0, 6.0, 0.404553548090),
    (0.8, (1.0, 1.5), 6.42857142857, 10.0, 0.189104643745),
)
ONE_SERVER_ROUNDED = (
    (0.5, 2, "2", ".367879"),
    (0.8, 2, "5", ".670320"),
    (0.95, 2, "20", ".904837"),
    (0.8, 10, "5", ".135335"),
)
FINITE_ROUNDED = (
    (0.5, 1, ".333333", "1", ".049787", ".633475"),
    (0.8, 3, ".173442", "1.852459", ".196700", ".663974"),
    (0.95, 5, ".146047", "2.897530", ".406655", ".506688"),
    (2, 5, ".507937", "4.161290", ".656868", ".168843"),
)
IN_A_ROW_ROUNDED = (
    (0.5, (1, 1), "4", 4, ".406006"),
    (0.5, (1, 2, 0.8), "6", 6, ".404554"),
    (0.8, (1, 1.5), "6.428571", 10, ".189105"),
)


@pytest.mark.parametrize(("lam", "mu", "sojourn", "number", "deadline", "late"), ONE_SERVER)
def test_one_server(
    lam: float, mu: float, sojourn: float, number: float, deadline: float, late: float
) -> None:
    assert same(mean_sojourn(lam, mu), sojourn)
    assert same(mean_number(lam, mu), number)
    assert same(probability_late(lam, mu, deadline), late)


@pytest.mark.parametrize(("lam", "deadline", "sojourn", "late"), ONE_SERVER_ROUNDED)
def test_one_server_to_few_digits(lam: float, deadline: float, sojourn: str, late: str) -> None:
    assert agrees(mean_sojourn(lam, 1), sojourn)
    assert agrees(probability_late(lam, 1, deadline), late)


@pytest.mark.parametrize(("lam", "mu", "places", "blocked", "sojourn", "late", "in_time"), FINITE)
def test_finite_buffer(
    lam: float, mu: float, places: int, blocked: float, sojourn: float, late: float, in_time: float
) -> None:
    found = finite_buffer(lam, mu, places, 3)
    for computed, printed in zip(found, (blocked, sojourn, late, in_time), strict=True):
        assert same(computed, printed)


@pytest.mark.parametrize("row", FINITE_ROUNDED)
def test_finite_buffer_to_few_digits(row: tuple[float, int, str, str, str, str]) -> None:
    lam, places, *printed = row
    for computed, text in zip(finite_buffer(lam, 1, places, 3), printed, strict=True):
        assert agrees(computed, text)


def test_a_large_buffer_is_an_endless_one() -> None:
    found = finite_buffer(0.5, 1.0, 200, 2.0)
    assert same(found.mean_sojourn, mean_sojourn(0.5, 1.0))
    assert same(found.late, probability_late(0.5, 1.0, 2.0))
    assert found.blocked < 1e-50


def test_an_overloaded_buffer_loses_what_the_server_cannot_do() -> None:
    assert same(finite_buffer(4.0, 1.0, 3000, 3.0).blocked, 0.75)


def test_offering_more_lowers_the_chance_of_each() -> None:
    chances = [finite_buffer(rate, 1.0, 5, 3.0).in_time for rate in (0.2, 0.5, 0.95, 2.0, 5.0)]
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize(("lam", "service", "variation", "load", "wait", "sojourn"), ANY_SERVICE)
def test_any_service(
    lam: float, service: float, variation: float, load: float, wait: float, sojourn: float
) -> None:
    assert same(lam * service, load)
    assert same(mean_wait(lam, service, variation), wait)
    assert same(mean_wait(lam, service, variation) + service, sojourn)


def test_any_service_as_printed() -> None:
    waits = [mean_wait(0.8, 1, variation) for variation in (0, 1, 4)]
    assert all(agrees(wait, text) for wait, text in zip(waits, ("2", "4", "10"), strict=True))
    assert same(mean_wait(0.8, 1, 1) + 1, mean_sojourn(0.8, 1))


@pytest.mark.parametrize(("lam", "services", "sojourn", "deadline", "late"), IN_A_ROW)
def test_in_a_row(
    lam: float, services: tuple[float, ...], sojourn: float, deadline: float, late: float
) -> None:
    assert same(relayed_mean_sojourn(lam, services), sojourn)
    assert same(relayed_probability_late(lam, services, deadline), late)
    assert same(relayed_probability_late(lam, services[::-1], deadline), late)


@pytest.mark.parametrize(("lam", "services", "sojourn", "deadline", "late"), IN_A_ROW_ROUNDED)
def test_in_a_row_to_few_digits(
    lam: float, services: tuple[float, ...], sojourn: str, deadline: float, late: str
) -> None:
    assert agrees(relayed_mean_sojourn(lam, services), sojourn)
    assert agrees(relayed_probability_late(lam, services, deadline), late)


def test_servers_alike_in_a_row_are_erlang() -> None:
    assert same(relayed_probability_late(0.5, (1.0, 1.0, 1.0), 3.0), exp(-1.5) * (1 + 1.5 + 1.5**2 / 2))


def test_one_server_in_a_row_is_one_server() -> None:
    assert same(relayed_probability_late(0.5, (1.0,), 2.0), probability_late(0.5, 1.0, 2.0))


def test_news_is_freshest_at_about_half_load() -> None:
    loads = np.arange(0.4, 0.7, 0.001)
    best = loads[np.argmin([mean_age_in_order(load, 1.0) for load in loads])]
    assert best == pytest.approx(0.53, abs=0.002)
    assert same(mean_age_in_order(0.5, 1.0), 3.5)
    assert same(mean_age_in_order(1.0, 2.0), 1.75)


def test_news_does_not_queue_where_the_newest_goes_first() -> None:
    assert same(mean_age_newest_first(0.5, 1.0), 3.0)
    assert mean_age_newest_first(50.0, 1.0) == pytest.approx(1.02)
    for load in (0.1, 0.5, 0.9):
        assert mean_age_newest_first(load, 1.0) < mean_age_in_order(load, 1.0)


def test_a_queue_that_grows_for_ever_is_refused() -> None:
    for question in (
        lambda: mean_sojourn(1.0, 1.0),
        lambda: mean_wait(1.0, 1.0, 0.0),
        lambda: mean_age_in_order(2.0, 1.0),
        lambda: relayed_mean_sojourn(0.9, (1.0, 0.8)),
    ):
        with pytest.raises(ValueError, match="the queue grows for ever"):
            question()
    with pytest.raises(ValueError, match=r"^arrival = 0\.0: must be above 0$"):
        mean_sojourn(0.0, 1.0)
    with pytest.raises(ValueError, match=r"^places = 0: must be a whole number, at least 1$"):
        finite_buffer(0.5, 1.0, 0, 3.0)
    with pytest.raises(ValueError, match=r"^deadline = -1\.0: must be at least 0$"):
        probability_late(0.5, 1.0, -1.0)
    with pytest.raises(ValueError, match="at least one server"):
        relayed_mean_sojourn(0.5, ())
