"""T05: how long until an alarm, false or true."""

from math import inf

import pytest

from signalling.theory.patience import rounds_to_alarm, rounds_to_alarm_in_window, rounds_to_alarm_of_pair
from tests.theory.printed import agrees, same

#: e, k; mean rounds to a false alarm of one, of the first of two, to the detection of one who defects.
CONSECUTIVE = (
    (0.01, 1, 100.0, 50.251256281, 1.0101010101),
    (0.01, 2, 10100.0, 5050.7451109, 2.0304050607),
    (0.01, 3, 1010100.0, 505051.24495, 3.0610152128),
    (0.05, 1, 20.0, 10.256410256, 1.0526315789),
    (0.05, 2, 420.0, 210.72762569, 2.1606648199),
    (0.05, 3, 8420.0, 4211.2240587, 3.3270155999),
    (0.1, 1, 10.0, 5.2631578947, 1.1111111111),
    (0.1, 2, 110.0, 55.709868721, 2.3456790123),
    (0.1, 3, 1110.0, 556.19731871, 3.7174211248),
)
#: e, k, n; mean rounds to a false alarm, to detection.
WINDOW = (
    (0.01, 2, 3, 5125.1256281, 2.0203030404),
    (0.01, 3, 5, 172929.91242, 3.0303080606),
    (0.01, 3, 10, 30822.40805, 3.0303030303),
    (0.05, 2, 3, 225.12820513, 2.1079013323),
    (0.05, 3, 5, 1608.4391596, 3.1585396466),
    (0.05, 3, 10, 372.56563347, 3.1578947372),
    (0.1, 2, 3, 62.631578947, 2.2334455668),
    (0.1, 3, 5, 243.26547232, 3.3386778425),
    (0.1, 3, 10, 74.716453702, 3.3333334367),
)
CONSECUTIVE_ROUNDED = (
    (1, 0.05, "20", "10.256410", "1.052632"),
    (2, 0.05, "420", "210.727626", "2.160665"),
    (3, 0.05, "8420", "4211.22406", "3.327016"),
)
WINDOW_ROUNDED = (
    (2, 3, 0.1, "62.631579", "2.233446"),
    (3, 5, 0.1, "243.265472", "3.338678"),
    (3, 10, 0.1, "74.716454", "3.333333"),
)


@pytest.mark.parametrize(("e", "k", "one", "pair", "detection"), CONSECUTIVE)
def test_in_a_row(e: float, k: int, one: float, pair: float, detection: float) -> None:
    assert same(rounds_to_alarm(k, e), one)
    assert same(rounds_to_alarm(k, e), (1 - e**k) / ((1 - e) * e**k))
    assert same(rounds_to_alarm_of_pair(k, e), pair)
    assert same(rounds_to_alarm(k, 1 - e), detection)


@pytest.mark.parametrize(("k", "e", "one", "pair", "detection"), CONSECUTIVE_ROUNDED)
def test_in_a_row_to_few_digits(k: int, e: float, one: str, pair: str, detection: str) -> None:
    assert agrees(rounds_to_alarm(k, e), one)
    assert agrees(rounds_to_alarm_of_pair(k, e), pair)
    assert agrees(rounds_to_alarm(k, 1 - e), detection)


@pytest.mark.parametrize(("e", "k", "n", "false_alarm", "detection"), WINDOW)
def test_in_a_window(e: float, k: int, n: int, false_alarm: float, detection: float) -> None:
    assert same(rounds_to_alarm_in_window(k, n, e), false_alarm)
    assert same(rounds_to_alarm_in_window(k, n, 1 - e), detection)


@pytest.mark.parametrize(("k", "n", "e", "false_alarm", "detection"), WINDOW_ROUNDED)
def test_in_a_window_to_few_digits(k: int, n: int, e: float, false_alarm: str, detection: str) -> None:
    assert agrees(rounds_to_alarm_in_window(k, n, e), false_alarm)
    assert agrees(rounds_to_alarm_in_window(k, n, 1 - e), detection)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_a_window_of_k_is_k_in_a_row(k: int) -> None:
    assert same(rounds_to_alarm_in_window(k, k, 0.2), rounds_to_alarm(k, 0.2))


def test_one_report_suffices_in_any_window() -> None:
    assert same(rounds_to_alarm_in_window(1, 6, 0.2), 5)


def test_certain_reports_and_none() -> None:
    for function in (rounds_to_alarm, rounds_to_alarm_of_pair):
        assert function(3, 1.0) == 3
        assert function(3, 0.0) == inf
    assert rounds_to_alarm_in_window(3, 7, 1.0) == pytest.approx(3)
    assert rounds_to_alarm_in_window(3, 7, 0.0) == inf


def test_what_has_no_answer_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^consecutive = 0: must be a whole number, at least 1$"):
        rounds_to_alarm(0, 0.1)
    with pytest.raises(ValueError, match=r"^hostile = 1\.1: must be from 0 to 1$"):
        rounds_to_alarm_of_pair(1, 1.1)
    with pytest.raises(ValueError, match=r"^window = 2: must be a whole number, at least 3$"):
        rounds_to_alarm_in_window(3, 2, 0.1)
    with pytest.raises(ValueError, match="more than 1000 patterns"):
        rounds_to_alarm_in_window(10, 20, 0.1)
    with pytest.raises(ValueError, match="must not pass 1000"):
        rounds_to_alarm_of_pair(32, 0.5)
    with pytest.raises(ValueError, match="few digits would be right"):
        rounds_to_alarm_of_pair(8, 0.01)
    with pytest.raises(ValueError, match="passes 10"):
        rounds_to_alarm(200, 0.01)
