"""The reciprocator by expectations and answers worked out by hand."""

from array import array

import numpy as np
import pytest

import signalling as sg
from signalling.channels import Garble
from signalling.kernel.doctrines import reciprocator
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.vocabulary import Move, StateType

BELOW_ONE = 1.0 - 2.0**-53
JUST_BELOW = 2.0**-53
SEEKER = StateType.SECURITY_SEEKER
GREEDY = StateType.GREEDY
#: Letters are trusted wholly: who has read 3 expects 3.
WHOLLY = np.eye(5)
#: Replaced by any of five letters with probability 5/8: the truth with probability 1/2.
BY_HALF = Garble(probability=0.625).confusion(5)
NEVER = {"security_seeker": 0.0, "greedy": 0.0}
#: It answers always, never trembles and never strikes; chances are powers of two, so that they are exact.
PLAIN = {"forgiveness": 0.0, "relaxation": 1.0, "tremble": 0.0, "preemption": NEVER, "opportunism": NEVER}


class Standing:
    """A state on a rung, by itself."""

    def __init__(
        self,
        weights=(1.0,),
        *,
        kind=SEEKER,
        rung=0,
        ceiling=4,
        floor=0,
        war=1,
        rival_rungs=None,
        **parameters,
    ) -> None:
        chosen = reciprocator.ReciprocatorParameters.model_validate(PLAIN | parameters)
        views = [RivalView(weight, 1.0, 0, 0.0) for weight in weights]
        for rival, starts in enumerate(rival_rungs or ()):
            views[rival] = views[rival]._replace(rung=starts)
        self.parameters = reciprocator.tabulate(chosen, OwnView(1.0, rung, 0.0, "ladder"), views, 5)
        own, per_rival = reciprocator.memory_size(5)
        self.memory = memoryview(array("d", bytes(8 * (own + per_rival * len(weights)))))
        self.own = Own(0, 0.5, rung, ceiling, 5, len(weights), 3600, 36000, war, int(kind), 0.0, floor)
        reciprocator.start(self.memory, self.own, self.parameters)
        self.clock = 0

    def hears(self, *letters, rival=0, assumed=WHOLLY) -> "Standing":
        """Letters of one rival, one after the other."""
        for letter in letters:
            self.clock += 10
            assert self.told(letter, self.clock, rival, assumed)
        return self

    def told(self, letter, sent, rival=0, assumed=WHOLLY) -> bool:
        report = Report(0, letter, 0.0, sent, sent + 1, 1, rival, 0, assumed.ravel())
        return reciprocator.revise(self.memory, report, self.own, self.parameters)

    def expects(self, rival=0) -> float:
        return self.memory[2 * rival + 1]

    def decides(self, tremble=BELOW_ONE, answer=BELOW_ONE, attack=BELOW_ONE) -> Action:
        uniforms = (tremble, answer, attack)
        action = reciprocator.decide(self.memory, self.own, 99, uniforms, self.parameters)
        assert action == reciprocator.decide(self.memory, self.own, 7, uniforms, self.parameters)
        assert (action.value, action.letter) == (0.0, -1)
        assert (action.target >= 0) == (action.move == Move.ATTACK)
        return action

    def moves(self, tremble=BELOW_ONE, answer=BELOW_ONE, attack=BELOW_ONE) -> Move:
        return Move(self.decides(tremble, answer, attack).move)


# What it expects


def test_a_letter_that_is_trusted_wholly_is_expected():
    assert [Standing().hears(4, letter).expects() for letter in range(5)] == [0, 1, 2, 3, 4]


def test_of_a_letter_trusted_by_half_the_expectation_goes_half_the_way():
    state = Standing()
    for letter, expected in ((4, 2.0), (4, 3.0), (0, 1.5), (1, 1.25)):
        assert state.hears(letter, assumed=BY_HALF).expects() == pytest.approx(expected, abs=1e-15)


def test_trust_is_the_share_of_the_letter_sent_among_all_that_could_have_come_so():
    # Where 0 was sent, 4 comes with probability 1/4; where 4 was, always: 4 is trusted by 1 / (1 + 1/4).
    assumed = np.eye(5)
    assumed[0] = [0.75, 0.0, 0.0, 0.0, 0.25]
    assert Standing().hears(4, assumed=assumed).expects() == pytest.approx(0.8 * 4)
    assert Standing().hears(4, 0, assumed=assumed).expects() == 0.0  # 0 comes of 0 alone
    # It is by the letter received, not by the one sent before: rows and columns are not exchanged.
    assert Standing().hears(4, assumed=assumed.T.copy()).expects() == 4.0


def test_a_letter_that_could_not_have_come_is_taken_as_it_is():
    impossible = np.eye(5)
    impossible[3, 3] = 0.0
    assert Standing().hears(3, assumed=impossible).expects() == 3.0


def test_before_a_report_rivals_are_expected_where_they_start():
    state = Standing((0.5, 0.5), rival_rungs=(1, 3))
    assert [state.expects(rival) for rival in (0, 1)] == [1.0, 3.0]
    assert state.hears(3, assumed=BY_HALF).expects() == pytest.approx(2.0)
    assert state.expects(1) == 3.0


def test_an_older_report_changes_nothing_and_one_of_time_zero_counts():
    state = Standing()
    assert state.told(3, 0)
    assert state.told(4, 10)
    for sent in (10, 9, 0):
        assert not state.told(1, sent)
    assert state.expects() == 4.0
    assert not state.told(1, 11, rival=-1)


# How it answers


def test_it_answers_in_kind_one_rung_at_a_time():
    def answers(letter) -> Move:
        return Standing(rung=2).hears(letter).moves(answer=0.0)

    assert [answers(letter) for letter in range(5)] == [
        Move.LOWER, Move.LOWER, Move.HOLD, Move.RAISE, Move.RAISE,
    ]  # fmt: skip


def test_half_a_rung_is_enough():
    # 2 + 1/2 of the way to 3, and to 1; less than that is let be.
    assert Standing((0.5, 0.5), rung=2).hears(2).hears(3, rival=1).moves() == Move.RAISE
    assert Standing((0.5, 0.5), rung=2).hears(2).hears(1, rival=1).moves() == Move.LOWER
    assert Standing((0.75, 0.25), rung=2).hears(2).hears(3, rival=1).moves() == Move.HOLD
    assert Standing((0.75, 0.25), rung=2).hears(2).hears(1, rival=1).moves() == Move.HOLD


def test_rivals_count_by_weight():
    assert Standing((0.75, 0.25), rung=2).hears(4).hears(0, rival=1).moves() == Move.RAISE  # mean 3
    assert Standing((0.25, 0.75), rung=2).hears(4).hears(0, rival=1).moves() == Move.LOWER  # mean 1


def test_each_type_has_an_overmatch_of_its_own():
    wanted = {"overmatch": {"security_seeker": -1.0, "greedy": 1.0}}
    assert Standing(rung=2, kind=GREEDY, **wanted).hears(2).moves() == Move.RAISE
    assert Standing(rung=3, kind=GREEDY, **wanted).hears(2).moves() == Move.HOLD
    assert Standing(rung=2, kind=SEEKER, **wanted).hears(2).moves() == Move.LOWER
    assert Standing(rung=1, kind=SEEKER, **wanted).hears(2).moves() == Move.HOLD
    # By default a seeker wants to be level and a greedy state one above.
    assert [Standing(rung=2, kind=kind).hears(2).moves() for kind in (SEEKER, GREEDY)] == [
        Move.HOLD, Move.RAISE,
    ]  # fmt: skip


def test_a_provocation_may_be_let_pass_and_a_step_down_put_off():
    provoked = Standing(rung=2, forgiveness=0.25).hears(4)
    assert provoked.moves(answer=0.25 - JUST_BELOW) == Move.HOLD
    assert provoked.moves(answer=0.25) == Move.RAISE
    relieved = Standing(rung=2, relaxation=0.25, forgiveness=1.0).hears(0)
    assert relieved.moves(answer=0.25 - JUST_BELOW) == Move.LOWER
    assert relieved.moves(answer=0.25) == Move.HOLD


def test_a_tremble_climbs_whatever_was_heard():
    calm = Standing(rung=2, tremble=0.25).hears(0)
    assert calm.moves(tremble=0.25 - JUST_BELOW, answer=0.0) == Move.RAISE
    assert calm.moves(tremble=0.25, answer=0.0) == Move.LOWER
    # It is not forgiven: what is let pass is a provocation of others.
    assert Standing(rung=2, tremble=1.0, forgiveness=1.0).hears(2).moves(answer=0.0) == Move.RAISE


def test_nobody_leaves_ladder_floor_or_ceiling():
    assert Standing(rung=3, ceiling=3).hears(4).moves() == Move.HOLD
    assert Standing(rung=3, ceiling=3, tremble=1.0).moves() == Move.HOLD
    assert Standing(rung=4, tremble=1.0).hears(0).moves() == Move.HOLD
    assert Standing(rung=2, floor=2).hears(0).moves() == Move.HOLD
    assert Standing(rung=3, floor=2).hears(0).moves() == Move.LOWER
    assert Standing(rung=0, overmatch={"security_seeker": -1.0, "greedy": 0.0}).moves() == Move.HOLD


def test_without_rivals_only_a_tremble_moves():
    struck = {"security_seeker": 1.0, "greedy": 1.0}
    assert Standing((), rung=2, kind=GREEDY).moves(answer=0.0) == Move.HOLD
    assert Standing((), rung=2, tremble=1.0).moves() == Move.RAISE
    assert Standing((), rung=4, preemption=struck, opportunism=struck).moves(attack=0.0) == Move.HOLD


# When it strikes


def afraid(kind=SEEKER, weights=(1.0,), **changes) -> Standing:
    return Standing(
        weights, kind=kind, rung=4, preemption={"security_seeker": 0.25, "greedy": 0.5}, **changes
    )


def tempted(kind=SEEKER, weights=(1.0,), **changes) -> Standing:
    return Standing(
        weights, kind=kind, rung=4, opportunism={"security_seeker": 0.25, "greedy": 0.5}, **changes
    )


@pytest.mark.parametrize("strikes", [afraid, tempted])
@pytest.mark.parametrize(("kind", "chance"), [(SEEKER, 0.25), (GREEDY, 0.5)])
def test_each_type_strikes_with_a_chance_of_its_own(strikes, kind, chance):
    state = strikes(kind).hears(4 if strikes is afraid else 0)
    assert state.decides(attack=chance - JUST_BELOW) == Action(Move.ATTACK, 0, 0.0, -1)
    assert state.moves(attack=chance) != Move.ATTACK


def test_a_strike_has_a_draw_of_its_own():
    state = afraid(tremble=1.0, forgiveness=1.0).hears(4)
    assert state.moves(tremble=0.0, answer=0.0, attack=0.5) == Move.HOLD
    assert state.moves(tremble=0.0, answer=0.0, attack=0.0) == Move.ATTACK  # before the tremble


def test_fear_begins_half_a_rung_below_the_top():
    assert afraid().hears(3).moves(answer=0.0, attack=0.0) == Move.LOWER
    assert afraid().hears(3, 4, assumed=WHOLLY).moves(attack=0.0) == Move.ATTACK
    half = afraid().hears(3).hears(4, assumed=BY_HALF)
    assert half.expects() == 3.5
    assert half.moves(attack=0.0) == Move.ATTACK


def test_a_rival_is_unready_from_the_advantage_on():
    assert tempted().hears(3).moves(attack=0.0) == Move.ATTACK  # one rung, by default
    assert tempted().hears(4).moves(attack=0.0) == Move.HOLD
    assert tempted(advantage=2.0).hears(3).moves(answer=0.0, attack=0.0) == Move.LOWER
    assert tempted(advantage=2.0).hears(2).moves(attack=0.0) == Move.ATTACK
    # It counts from the top rung, on which the state stands.
    assert tempted(advantage=0.5).hears(4).moves(attack=0.0) == Move.HOLD


def test_a_strike_needs_the_top_rung_and_war():
    certain = {"security_seeker": 1.0, "greedy": 1.0}
    for letter in (0, 4):
        at_top = {"preemption": certain, "opportunism": certain}
        assert Standing(rung=4, **at_top).hears(letter).moves() == Move.ATTACK
        assert Standing(rung=3, **at_top).hears(letter).moves() != Move.ATTACK
        assert Standing(rung=4, war=0, **at_top).hears(letter).moves() != Move.ATTACK


@pytest.mark.parametrize(
    ("heard", "readiest", "least"),
    [((3, 4, 0), 1, 2), ((4, 4, 2), 0, 2), ((4, 1, 1), 0, 1), ((0, 2, 4), 2, 0)],
    ids=["one each", "equally ready: first in name order", "equally unready: first", "of no weight"],
)
def test_fear_falls_on_the_readiest_and_temptation_on_the_least(heard, readiest, least):
    for strikes, target in ((afraid, readiest), (tempted, least)):
        state = strikes(weights=(0.5, 0.5, 0.0))
        for rival, letter in enumerate(heard):
            state.hears(letter, rival=rival)
        assert state.decides(attack=0.0).target == target


def test_fear_comes_first_and_opportunity_has_what_is_left_of_the_draw():
    both = {"preemption": {"security_seeker": 0.25, "greedy": 0.0}}
    state = tempted(weights=(0.5, 0.5), **both).hears(4).hears(0, rival=1)
    assert state.decides(attack=0.25 - JUST_BELOW).target == 0
    assert state.decides(attack=0.25).target == 1
    assert state.decides(attack=0.5 - JUST_BELOW).target == 1
    assert state.moves(answer=0.0, attack=0.5) == Move.LOWER
    # Where nobody is to be feared, all of the draw is left.
    calm = tempted(weights=(0.5, 0.5), **both).hears(3).hears(0, rival=1)
    assert calm.decides(attack=0.0).target == 1
    assert calm.moves(attack=0.25) != Move.ATTACK


def test_one_of_the_two_numbers_of_a_type_may_be_left_to_the_default():
    changed = sg.load_scenario("two-seekers").replace(
        {"states.A.doctrine": {"name": "reciprocator", "overmatch": {"greedy": 2.0}}}
    )
    overmatch = changed.states["A"].doctrine.parameters.overmatch
    assert (overmatch.security_seeker, overmatch.greedy) == (0.0, 2.0)


def test_an_advantage_below_none_is_refused():
    with pytest.raises(sg.ScenarioError, match=r"states\.A\.doctrine\.advantage"):
        sg.load_scenario("two-seekers").replace(
            {"states.A.doctrine": {"name": "reciprocator", "advantage": -1.0}}
        )
