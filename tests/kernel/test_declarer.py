"""The declarer: letters by type and draw, and nothing else."""

import math
from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from signalling.kernel.doctrines import declarer
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.vocabulary import Move, StateType

BELOW_ONE = 1.0 - 2.0**-53
S, G = StateType.SECURITY_SEEKER, StateType.GREEDY
GAMES = {"ladder": Move.HOLD, "matrix": Move.PLAY}


def exact(examples: int = 200) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True)


class Sender:
    """A state that declares, by itself."""

    def __init__(self, state_type=S, game="ladder", letters=5, rung=0, **parameters) -> None:
        chosen = declarer.DeclarerParameters(**parameters)
        views = [RivalView(1.0, 1.0, 0, 0.0)]
        self.parameters = declarer.tabulate(chosen, OwnView(1.0, rung, 0.0, game), views, letters)
        self.memory = memoryview(array("d", bytes(8 * sum(declarer.memory_size(letters)))))
        self.own = Own(
            0, 0.5, rung, letters - 1, letters, 1, 3600, 36000, int(game == "ladder"), state_type, 0.0, 0
        )
        declarer.start(self.memory, self.own, self.parameters)

    def says(self, draw, move=0.3, spare=0.3) -> Action:
        return declarer.decide(self.memory, self.own, 0, (draw, move, spare), self.parameters)


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("letters", [2, 3, 7])
@pytest.mark.parametrize("draw", [0.0, 0.5, BELOW_ONE])
def test_by_default_each_type_says_what_it_is(game, letters, draw):
    assert Sender(S, game, letters).says(draw) == Action(GAMES[game], -1, 0.0, 0)
    assert Sender(G, game, letters).says(draw) == Action(GAMES[game], -1, 0.0, letters - 1)


@exact()
@given(
    st.sampled_from([S, G]),
    st.sampled_from(sorted(GAMES)),
    st.integers(2, 6),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, BELOW_ONE),
)
def test_the_letter_is_drawn_by_the_type(state_type, game, letters, seeker, greedy, draw):
    table = {"security_seeker": seeker, "greedy": greedy}
    sender = Sender(state_type, game, letters, alarm_probability=table)
    alarm = greedy if state_type == G else seeker
    assert sender.says(draw) == Action(GAMES[game], -1, 0.0, letters - 1 if draw < alarm else 0)
    assert sender.says(draw, 0.9, 0.1) == sender.says(draw)


def test_the_probability_is_a_probability():
    sender = Sender(S, alarm_probability={"security_seeker": 0.25, "greedy": 0.5})
    assert sender.says(math.nextafter(0.25, 0)).letter == 4
    assert sender.says(0.25).letter == 0
    for wrong in (-0.1, 1.1, math.nan):
        with pytest.raises(ValidationError):
            declarer.DeclarerParameters(alarm_probability={"security_seeker": wrong, "greedy": 0.5})


@pytest.mark.parametrize("rung", [0, 2, 4])
def test_on_a_ladder_it_stays_where_it_is(rung):
    assert Sender(G, rung=rung).says(0.0) == Action(Move.HOLD, -1, 0.0, 4)


def test_reports_change_nothing_but_what_counts_as_new():
    sender = Sender(G)
    assumed = np.full(25, 0.2)

    def hears(sent, rival=0):
        report = Report(0, 3, 0.0, sent, sent + 1, 1, rival, sent, assumed)
        return declarer.revise(sender.memory, report, sender.own, sender.parameters)

    assert [hears(sent) for sent in (5, 5, 4, 6)] == [True, False, False, True]
    assert not hears(9, rival=-1)
    assert sender.says(0.5) == Sender(G).says(0.5)
    assert not declarer.USES_REPORTS


def test_places_of_the_parameters():
    numbers = declarer.DeclarerParameters().numbers()
    assert numbers == [("alarm_probability_security_seeker", 0.0), ("alarm_probability_greedy", 1.0)]
    assert [getattr(declarer, name.upper()) for name, _ in numbers] == [0, 1]
