"""The patient doctrine: provocation by hand, and the run lengths of its alarms as exact chains."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import signalling as sg
from signalling.kernel.doctrines import patience
from tests.kernel.alone import BELOW_ONE, Alone

C, D = 0, 1


def played(state: Alone, letters, rival=0) -> str:
    """What it plays at a review before the first report and after each."""
    actions = [state.plays(), *(state.hears(letter, rival=rival).plays() for letter in letters)]
    return "".join("CD"[action] for action in actions)


def heard(text: str) -> list[int]:
    return ["CD".index(letter) for letter in text]


# Provocation


@pytest.mark.parametrize(
    ("parameters", "reports", "answers"),
    [
        ({}, "DCDCDD", "CCCCCCD"),
        ({}, "DDDDDDD", "CCDCDCDC"),  # forgets at its one retaliating review
        ({"retaliation_reviews": 2}, "DDCCCC", "CCDDCCC"),
        ({"retaliation_reviews": 2}, "DDDDDDD", "CCDDCDDC"),  # the third came while it retaliated
        ({"retaliation_reviews": 0}, "CDDCCCCCC", "CCCDDDDDDD"),
        ({"hostile_reports": 1, "window": 1}, "DCDDC", "CDCDDC"),
        ({"hostile_reports": 1, "window": 3}, "CDCCCC", "CCDCCCC"),
        ({"hostile_reports": 2, "window": 3}, "DCDCCD", "CCCDCCC"),
        ({"hostile_reports": 2, "window": 4}, "DCCDCCC", "CCCCDCCC"),
        ({"hostile_reports": 2, "window": 4}, "DCCCDCC", "CCCCCCCC"),
        ({"hostile_reports": 3, "window": 3}, "DDCDDDC", "CCCCCCDC"),
        ({"hostile_reports": 32, "window": 32}, "D" * 33, "C" * 32 + "DC"),
    ],
    ids=str,
)
def test_by_hand(parameters, reports, answers):
    assert played(Alone(patience, **parameters), heard(reports)) == answers


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.data())
def test_it_is_provoked_as_a_list_of_reports_says(data):
    """The same rule over a list that grows, with any number of reports between reviews."""
    window = data.draw(st.sampled_from([1, 2, 3, 5, 31, 32]))
    hostile = data.draw(st.integers(1, window))
    reviews = data.draw(st.integers(0, 4))
    numbers = {"hostile_reports": hostile, "window": window, "retaliation_reviews": reviews}
    state = Alone(patience, **numbers)
    read: list[int] = []
    left = 0
    for batch in data.draw(st.lists(st.lists(st.sampled_from([C, D]), max_size=6), max_size=30)):
        state.hears(*batch)
        read += batch
        if left == 0 and sum(read[-window:]) >= hostile:
            left = reviews or -1
        assert state.plays() == (D if left else C)
        if left > 0:
            left -= 1
            if left == 0:
                read = []


def test_a_copy_and_an_older_report_are_not_counted():
    state = Alone(patience)
    assert state.told(D, 10)
    for sent in (10, 9, 0):
        assert not state.told(D, sent)
    assert state.plays() == C
    assert state.told(D, 11)
    assert state.plays() == D


def test_rivals_are_counted_apart():
    state = Alone(patience, (0.5, 0.5)).hears(D).hears(D, rival=1)
    assert state.plays() == C
    assert state.hears(D).plays() == D
    # It has forgotten the first, not the second.
    assert state.plays() == C
    assert state.hears(D).plays() == C
    assert state.hears(D, rival=1).plays() == D


def test_retaliations_against_two_rivals_run_side_by_side():
    state = Alone(patience, (0.5, 0.5), retaliation_reviews=3)
    assert state.hears(D, D).plays() == D
    state.hears(D, D, rival=1)
    assert [state.plays() for _ in range(4)] == [D, D, D, C]


def test_a_rival_of_no_weight_provokes_nobody():
    state = Alone(patience, (0.0, 1.0), retaliation_reviews=0)
    assert state.hears(D, D, D).plays() == C
    assert state.hears(D, D, rival=1).plays() == D
    assert Alone(patience, ()).plays() == C


def test_where_it_stood_at_the_start_is_nothing_to_it():
    assert Alone(patience, own={"rung": D}).plays() == C


# Perception


@pytest.mark.parametrize(("letter", "luck", "action"), [(C, 0.0, D), (C, 0.25, C), (D, 0.2, C), (D, 0.25, D)])
def test_misreading_is_at_its_probability(letter, luck, action):
    state = Alone(patience, hostile_reports=1, window=1, perception_noise=0.25)
    assert state.hears(letter).plays(0.0, 0.0, luck) == action


def test_a_report_is_looked_at_once():
    state = Alone(patience, hostile_reports=1, window=4, perception_noise=0.25)
    assert state.hears(C).plays(0.5, 0.5, 0.9) == C
    assert state.plays(0.5, 0.5, 0.0) == C


def test_one_draw_misreads_reports_independently():
    noise, draws = 0.25, 4096
    counts: dict[int, int] = {}
    for number in range(draws):
        state = Alone(patience, (0.5, 0.5), hostile_reports=5, window=5, perception_noise=noise)
        state.hears(C, C).hears(D, rival=1).plays(0.0, 0.0, (number + 0.5) / draws)
        first, second = (int(state.memory[patience.PER_RIVAL * rival + patience.HISTORY]) for rival in (0, 1))
        counts[4 * (second ^ 1) + first] = counts.get(4 * (second ^ 1) + first, 0) + 1
    for misread in range(8):
        expected = np.prod([noise if misread >> place & 1 else 1 - noise for place in range(3)])
        assert counts[misread] / draws == pytest.approx(expected, abs=2 / draws)


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_noise_at_its_ends_is_no_draw(noise):
    for luck in (0.0, 0.5, BELOW_ONE):
        state = Alone(patience, hostile_reports=3, window=3, perception_noise=noise)
        state.hears(*[int(noise == 0)] * 3)
        assert state.plays(0.0, 0.0, luck) == D


# Run lengths: how many reports until it first retaliates


def alarms(hostile: int, window: int, error: float, letter: int) -> np.ndarray:
    """What the doctrine itself does with each history: chances from one to the next, the alarm left out.

    A report is misread with probability `error`, so every history has two successors.
    """

    def after(history: int, luck: float) -> int | None:
        numbers = {"hostile_reports": hostile, "window": window, "retaliation_reviews": 0}
        state = Alone(patience, perception_noise=error, **numbers)
        state.memory[patience.HISTORY] = float(history)
        if state.hears(letter).plays(0.0, 0.0, luck) == D:
            return None
        return int(state.memory[patience.HISTORY])

    matrix = np.zeros((2**window, 2**window))
    for history in range(2**window):
        for luck, chance in ((0.0, error), (BELOW_ONE, 1 - error)):
            successor = after(history, luck)
            if successor is not None:
                matrix[history, successor] += chance
    return matrix


def run_length(matrix: np.ndarray) -> float:
    return float(np.linalg.solve(np.eye(len(matrix)) - matrix, np.ones(len(matrix)))[0])


@pytest.mark.parametrize("hostile", [1, 2, 3])
@pytest.mark.parametrize("error", [0.05, 0.2])
def test_the_time_to_a_run_is_the_formula(hostile, error):
    for letter, chance in ((C, error), (D, 1 - error)):
        expected = (1 - chance**hostile) / ((1 - chance) * chance**hostile)
        assert run_length(alarms(hostile, hostile, error, letter)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("hostile", "window", "error", "false_alarm", "detection"),
    [
        (1, 1, 0.05, 20, 1.052632),
        (2, 2, 0.05, 420, 2.160665),
        (3, 3, 0.05, 8420, 3.327016),
        (2, 3, 0.1, 62.631579, 2.233446),
        (3, 5, 0.1, 243.265472, 3.338678),
        (3, 10, 0.1, 74.716454, 3.333333),
    ],
)
def test_run_lengths_of_the_ledger(hostile, window, error, false_alarm, detection):
    assert run_length(alarms(hostile, window, error, C)) == pytest.approx(false_alarm, rel=1e-7)
    assert run_length(alarms(hostile, window, error, D)) == pytest.approx(detection, rel=1e-6)


@pytest.mark.parametrize(("hostile", "pair"), [(1, 10.256410), (2, 210.727626)])
def test_of_a_pair_the_first_alarm_comes_in_half_the_time(hostile, pair):
    """Both are alarmed by luck of their own; the sum over rounds of the chance that neither was yet."""
    matrix = alarms(hostile, hostile, 0.05, C)
    mass = np.zeros(len(matrix))
    mass[0] = 1.0
    mean = 0.0
    while mass.sum() > 1e-9:
        mean += mass.sum() ** 2
        mass = mass @ matrix
    assert mean == pytest.approx(pair, rel=1e-7)


# Parameters


def test_more_hostile_reports_than_the_window_holds_are_refused():
    with pytest.raises(ValidationError, match=r"hostile_reports = 3 must not exceed window = 2"):
        patience.PatienceParameters(hostile_reports=3)
    with pytest.raises(ValidationError):
        patience.PatienceParameters(hostile_reports=33, window=33)
    numbers = dict(patience.PatienceParameters().numbers())
    assert numbers == {"hostile_reports": 2, "window": 2, "retaliation_reviews": 1, "perception_noise": 0}


def test_the_refusal_names_the_path():
    scenario = sg.load_scenario("two-seekers")
    with pytest.raises(sg.ScenarioError, match=r"(?s)states\.A\.doctrine.*write a wider window"):
        scenario.replace(
            {
                "game": {"kind": "matrix"},
                "states.all.doctrine": "listener",
                "states.A.doctrine": {"name": "patience", "hostile_reports": 5},
            }
        )
