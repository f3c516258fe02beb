"""The counter of acknowledgements: exchanges told by hand, and where a lost letter leaves both."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import signalling as sg
from signalling.kernel.doctrines import acknowledger
from signalling.kernel.view import Action
from signalling.vocabulary import GAME_SPEAKS, SILENT, Move, StateType
from tests.kernel.alone import BELOW_ONE, Alone
from tests.scenarios_strategy import build

RAISES = Action(Move.RAISE, -1, 0.0, GAME_SPEAKS)
SILENCE = Action(Move.HOLD, -1, 0.0, SILENT)


def state_at(rung=0, weights=(1.0,), *, ceiling=9, greedy=False, **parameters) -> Alone:
    own = {"rung": rung, "ceiling": ceiling, "type": int(StateType.GREEDY if greedy else 0), "war": 1}
    return Alone(acknowledger, weights, rungs=10, own=own, **parameters)


# One state


def test_one_that_begins_raises_once_unasked():
    state = state_at(begins=True)
    assert [state.decides() for _ in range(4)] == [RAISES, SILENCE, SILENCE, SILENCE]
    assert state.own.rung == 1


def test_one_that_does_not_waits():
    state = state_at()
    assert [state.decides() for _ in range(3)] == [SILENCE] * 3


@pytest.mark.parametrize("rung", [0, 1, 2, 5])
@pytest.mark.parametrize("begins", [False, True])
def test_what_it_takes_to_raise(rung, begins):
    for letter in range(10):
        state = state_at(begins=begins)
        if begins:
            state.decides()
        state.own = state.own._replace(rung=rung + begins)
        confirmed = letter >= rung + 1
        assert state.hears(letter).decides() == (RAISES if confirmed else SILENCE)


def test_it_answers_a_letter_once_and_repeats_nothing():
    state = state_at()
    assert state.hears(1).decides() == RAISES
    assert [state.decides() for _ in range(3)] == [SILENCE] * 3
    assert state.hears(1, 1).decides() == SILENCE
    assert state.hears(2).decides() == RAISES


def test_a_jump_is_followed_step_by_step():
    state = state_at()
    assert [state.hears(3).decides(), state.decides(), state.decides(), state.decides()] == [
        RAISES, RAISES, RAISES, SILENCE
    ]  # fmt: skip
    assert state.own.rung == 3


def test_the_highest_letter_of_anybody_is_kept():
    state = state_at(0, (0.5, 0.5)).hears(2, 0, rival=1).hears(0)
    assert [state.decides() for _ in range(3)] == [RAISES, RAISES, SILENCE]


def test_an_older_report_is_not_heard():
    state = state_at(0, (0.5, 0.5))
    assert state.told(0, 10)
    for sent in (10, 9):
        assert not state.told(5, sent)
    assert state.decides() == SILENCE
    assert state.told(1, 9, 1)
    assert state.decides() == RAISES


@pytest.mark.parametrize(
    ("begins", "only_if_greedy", "greedy", "speaks"),
    [
        (True, False, False, True),
        (True, False, True, True),
        (True, True, False, False),
        (True, True, True, True),
        (False, True, True, False),
        (False, False, True, False),
    ],
)
def test_only_it_knows_whether_there_is_news(begins, only_if_greedy, greedy, speaks):
    state = state_at(greedy=greedy, begins=begins, only_if_greedy=only_if_greedy)
    assert state.decides() == (RAISES if speaks else SILENCE)
    # One that did not begin is not confirmed by its own rung.
    state = state_at(greedy=greedy, begins=begins, only_if_greedy=only_if_greedy)
    state.decides()
    assert state.hears(state.own.rung).decides() == (RAISES if speaks else SILENCE)


@pytest.mark.parametrize("begins", [False, True])
def test_it_stays_below_its_ceiling_and_never_attacks(begins):
    state = state_at(ceiling=3, begins=begins)
    answers = [state.hears(9).decides() for _ in range(6)]
    assert answers == [RAISES] * 3 + [SILENCE] * 3
    top = state_at(9, begins=begins)
    assert top.hears(9).decides() == SILENCE
    assert state_at(0, ceiling=0, begins=begins).decides() == SILENCE


def test_from_a_higher_start_it_begins_all_the_same():
    state = state_at(4, begins=True)
    assert [state.decides(), state.decides()] == [RAISES, SILENCE]
    assert state.hears(4).decides() == SILENCE
    assert state.hears(5).decides() == RAISES


def test_luck_is_nothing_to_it():
    for uniform in (0.0, 0.5, BELOW_ONE):
        assert state_at(begins=True).decides(uniform, uniform, uniform) == RAISES
        assert state_at().decides(uniform, uniform, uniform) == SILENCE


# An exchange


def exchange(lost: int, *, ceiling: int = 9) -> tuple[list[int], list[int]]:
    """Letters in the order they were sent, and the last rungs; letter `lost`, from 1, does not come."""
    states = [state_at(ceiling=ceiling, begins=True), state_at(ceiling=ceiling)]
    letters = []
    for number in range(40):
        speaker, other = states[number % 2], states[1 - number % 2]
        answer = speaker.decides()
        if answer.letter == SILENT:
            continue
        letters.append(speaker.own.rung)
        if len(letters) != lost:
            other.hears(speaker.own.rung)
    return letters, [state.own.rung for state in states]


def test_without_loss_each_letter_confirms_the_one_before():
    assert exchange(0) == ([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9], [9, 9])
    assert exchange(0, ceiling=2) == ([1, 1, 2, 2], [2, 2])


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 17))
def test_a_lost_letter_is_the_last(lost):
    """The two cannot tell n letters from n + 1: who sent the last stands alike whether it came or not."""
    letters, rungs = exchange(lost)
    assert len(letters) == lost
    assert rungs == [(lost + 1) // 2, lost // 2]


# Whole runs


def mail(loss: float, **parameters) -> sg.Scenario:
    """Two states that review at once what they read; A begins."""
    return build(
        {
            "name": "mail",
            "horizon_days": 3,
            "review": {"interval_hours": 24, "jitter_hours": 0, "on_report": {"minimum_gap_hours": 0.1}},
            "ladder": {"war": False, "rungs": [str(count) for count in range(10)]},
            "states": [
                {"name": "A", "doctrine": {"name": "acknowledger", "begins": True} | parameters},
                {"name": "B", "doctrine": "acknowledger"},
            ],
            "channels": {"default": {"delay": {"law": "constant", "hours": 1}, "loss_probability": loss}},
        }
    )


def test_a_run_is_an_exchange():
    trace = sg.trace(mail(0.0), seed=1, run=0)
    letters = [message.composed for message in sorted(trace.messages, key=lambda message: message.sent)]
    assert letters == exchange(0)[0]


def test_letters_are_as_many_as_come_and_one():
    """Each comes with probability 1 - e, so n are sent with probability (1 - e)^(n - 1) e.

    Five shares within 4 standard errors: one seed in 3,000 would fail.
    """
    runs, loss = 2_000, 0.3
    sent = sg.run(mail(loss), runs=runs, seed=2)["sent"]
    for count in range(1, 6):
        chance = (1 - loss) ** (count - 1) * loss
        share = sum(number == count for number in sent) / runs
        assert abs(share - chance) < 4 * (chance * (1 - chance) / runs) ** 0.5


def test_who_is_not_greedy_has_no_news():
    quiet = sg.trace(mail(0.0, only_if_greedy=True), seed=1, run=0)
    assert not quiet.messages
    greedy = mail(0.0, only_if_greedy=True).replace({"states.A.greedy_probability": 1.0})
    assert len(sg.trace(greedy, seed=1, run=0).messages) == len(exchange(0)[0])
