"""The listener: whatever it is told, it stays where it is; silenced, it also says nothing."""

import pytest

from signalling.kernel.doctrines import listener
from signalling.kernel.view import Action
from signalling.vocabulary import GAME_SPEAKS, SILENT, Move
from tests.kernel.alone import BELOW_ONE, Alone


@pytest.mark.parametrize("rung", [0, 3])
@pytest.mark.parametrize(("speaks", "letter"), [(True, GAME_SPEAKS), (False, SILENT)])
def test_it_holds_and_speaks_or_not(rung, speaks, letter):
    state = Alone(listener, (0.5, 0.5), rungs=5, own={"rung": rung, "war": 1}, speaks=speaks)
    for uniform in (0.0, 0.5, BELOW_ONE):
        state.hears(4, 0).hears(4, rival=1)
        assert state.decides(uniform, uniform, uniform) == Action(Move.HOLD, -1, 0.0, letter)
        assert state.own.rung == rung


def test_it_speaks_unless_told_not_to():
    assert Alone(listener).decides().letter == GAME_SPEAKS
    assert listener.ListenerParameters().numbers() == [("speaks", 1.0)]


def test_it_notes_what_is_new_of_each_rival():
    state = Alone(listener, (0.5, 0.5))
    news = [(10, 0, True), (10, 0, False), (9, 0, False), (9, 1, True), (11, 0, True), (9, 1, False)]
    for sent, rival, used in news:
        assert state.told(1, sent, rival) == used
    assert not state.told(1, 99, -1)
    assert Alone(listener).told(0, 0)


def test_it_plays_every_game():
    assert listener.GAMES == ("ladder", "matrix", "posture")
    assert not listener.USES_REPORTS
