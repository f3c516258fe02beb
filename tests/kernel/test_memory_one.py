"""Memory-one strategies against tables written by hand, decision by decision and round by round."""

import math
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import signalling as sg
from signalling.channels import Garble
from signalling.kernel import draws
from signalling.kernel.doctrines import memory_one
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.vocabulary import DrawPurpose, Move
from tests.scenarios_strategy import build

C, D = 0, 1
BELOW_ONE = 1.0 - 2.0**-53
ASSUMED = Garble(probability=0.1).believed(2).ravel()


def exact(examples: int = 200) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True)


class Player:
    """A state that plays by the doctrine, by itself."""

    def __init__(self, weights=(1.0,), **parameters) -> None:
        chosen = memory_one.MemoryOneParameters(**parameters)
        views = [RivalView(weight, 1.0, C, 0.0) for weight in weights]
        self.parameters = memory_one.tabulate(chosen, OwnView(1.0, C, 0.0, "matrix"), views, 2)
        own, per_rival = memory_one.memory_size(2)
        self.memory = memoryview(array("d", bytes(8 * (own + per_rival * len(weights)))))
        self.own = Own(0, 0.0, C, 1, 2, len(weights), 3600, 36000, 0, 0, 0.0, 0)
        memory_one.start(self.memory, self.own, self.parameters)

    def hears(self, letter, sent, rival=0) -> bool:
        report = Report(0, letter, 0.0, sent, sent + 1, 1, rival, 0, ASSUMED)
        return memory_one.revise(self.memory, report, self.own, self.parameters)

    def plays(self, move=0.0, slip=BELOW_ONE) -> int:
        """Its action on these two draws; the third is for nothing."""
        action = memory_one.decide(self.memory, self.own, 0, (move, slip, 0.5), self.parameters)
        assert action == Action(Move.PLAY, -1, 0.0, action.letter)
        self.own = self.own._replace(rung=action.letter)
        return action.letter

    def probability(self) -> float:
        """P(cooperate) at the next review, to 2^-40, by halving: the draw at which it stops cooperating."""
        low, high = 0.0, 1.0
        kept, own = self.memory.tobytes(), self.own
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if self.plays(middle) == C else (low, middle)
            self.memory[:] = memoryview(kept).cast("d")
            self.own = own
        return high


#: By hand from the papers: P(C) after CC, CD, DC, DD, and at first; own action first.
BY_HAND = {
    "tit_for_tat": (1, 0, 1, 0, 1),
    "generous": (1, 1 / 3, 1, 1 / 3, 1),
    "win_stay_lose_shift": (1, 0, 0, 1, 1),
    "grim": (1, 0, 0, 0, 1),
    "always_cooperate": (1, 1, 1, 1, 1),
    "always_defect": (0, 0, 0, 0, 0),
}
HISTORIES = [(own, seen) for own in (C, D) for seen in (C, D)]


def after(own, seen, **parameters) -> Player:
    """A player that has just played `own` and read `seen`."""
    player = Player(**parameters)
    player.plays()
    player.own = player.own._replace(rung=own)
    assert player.hears(seen, 10)
    return player


def test_every_strategy_is_in_the_hand_table():
    assert set(memory_one.STRATEGIES) == set(BY_HAND)


@pytest.mark.parametrize("strategy", BY_HAND)
def test_decisions(strategy):
    *table, first = BY_HAND[strategy]
    assert Player(strategy=strategy).plays(BELOW_ONE) == (C if first == 1 else D)
    for (own, seen), probability in zip(HISTORIES, table, strict=True):
        player = after(own, seen, strategy=strategy)
        assert player.probability() == pytest.approx(probability, abs=1e-11)
        assert player.plays(0.0) == (C if probability > 0 else D)
        player = after(own, seen, strategy=strategy)
        assert player.plays(BELOW_ONE) == (C if probability == 1 else D)


def test_generosity_draws_at_a_third():
    assert after(C, D, strategy="generous").plays(math.nextafter(1 / 3, 0)) == C
    assert after(C, D, strategy="generous").plays(1 / 3) == D


def test_a_number_that_is_given_replaces_the_strategys():
    chosen = memory_one.MemoryOneParameters(strategy="grim", after_dd=0.25, first_cooperation=0.5)
    numbers = dict(chosen.numbers())
    assert [numbers[f"after_{pair}"] for pair in ("cc", "cd", "dc", "dd")] == [1, 0, 0, 0.25]
    assert numbers["first_cooperation"] == 0.5
    assert after(D, D, strategy="grim", after_dd=0.25).probability() == pytest.approx(0.25, abs=1e-11)
    with pytest.raises(ValidationError):
        memory_one.MemoryOneParameters(strategy="grim", after_dd=1.5)


def test_nobody_is_thought_ill_of_before_anything_is_read():
    player = Player(strategy="tit_for_tat")
    player.plays()
    assert player.plays(BELOW_ONE) == C


def test_an_older_report_changes_no_mind():
    player = after(C, D, strategy="tit_for_tat")
    assert not player.hears(C, 10)
    assert not player.hears(C, 9)
    assert player.plays() == D
    assert player.hears(C, 11)
    assert player.plays() == C


@exact(100)
@given(
    st.sampled_from(sorted(BY_HAND)),
    st.sampled_from(HISTORIES),
    st.sampled_from([0.0, 0.05, 0.5, 1.0]),
    st.sampled_from([0.0, 0.1, 1.0]),
)
def test_the_two_noises(strategy, history, misread, slip):
    """Misreading mixes the two columns of a row; a slip turns the action that was drawn."""
    own, seen = history
    table = BY_HAND[strategy]
    right, wrong = table[2 * own + seen], table[2 * own + 1 - seen]
    meant = (1 - misread) * right + misread * wrong
    noise = {"perception_noise": misread, "implementation_noise": slip}
    assert after(
        own, seen, strategy=strategy, implementation_noise=0.0, perception_noise=misread
    ).probability() == (pytest.approx(meant, abs=1e-11))
    for draw in (0.0, 0.03, 0.3, 0.51, 0.97, BELOW_ONE):
        for turn in (0.0, 0.05, 0.1, 0.6, BELOW_ONE):
            letter = C if draw < meant else D
            expected = 1 - letter if turn < slip else letter
            assert after(own, seen, strategy=strategy, **noise).plays(draw, turn) in (
                {expected} if abs(draw - meant) > 1e-12 else {C, D}
            )


def test_the_first_action_slips_too():
    assert Player(implementation_noise=0.1).plays(0.0, 0.05) == D
    assert Player(implementation_noise=0.1).plays(0.0, 0.1) == C


@exact(60)
@given(st.lists(st.tuples(st.sampled_from([1.0, 2.0, 5.0]), st.sampled_from([C, D])), min_size=1, max_size=4))
def test_several_rivals_count_by_weight(rivals):
    total = sum(weight for weight, _ in rivals)
    player = Player([weight / total for weight, _ in rivals], strategy="generous")
    player.plays()
    for slot, (_, seen) in enumerate(rivals):
        assert player.hears(seen, 5 + slot, slot)
    expected = sum(weight * (1 if seen == C else 1 / 3) for weight, seen in rivals) / total
    assert player.probability() == pytest.approx(expected, abs=1e-11)


# Rounds


def rounds(first, second, count, **noise):
    """What two strategies play, as pairs of letters."""
    scenario = build(
        {
            "name": "a match",
            "horizon_days": count / 24,
            "review": {"interval_hours": 1, "jitter_hours": 0},
            "game": {"kind": "matrix"},
            "states": [
                {"name": name, "doctrine": {"name": "memory_one"} | doctrine | noise}
                for name, doctrine in (("A", first), ("B", second))
            ],
            "channels": {"default": {"delay": {"law": "constant", "hours": 0.1}}},
        }
    )
    trace = sg.trace(scenario, seed=4, run=0)
    played = [[review.after for review in trace.reviews if review.state == state] for state in (0, 1)]
    return "".join("CD"[letter] for letter in played[0]), "".join("CD"[letter] for letter in played[1])


def named(strategy):
    return {"strategy": strategy}


ALTERNATOR = {"after_cc": 0.0, "after_cd": 0.0, "after_dc": 1.0, "after_dd": 1.0}
SUSPICIOUS = {"first_cooperation": 0.0}


@pytest.mark.parametrize(
    ("first", "second", "played"),
    [
        (named("tit_for_tat"), named("always_defect"), ("CDDDDD", "DDDDDD")),
        (named("tit_for_tat"), named("tit_for_tat"), ("CCCCCC", "CCCCCC")),
        (named("tit_for_tat"), ALTERNATOR, ("CCDCDC", "CDCDCD")),
        (named("tit_for_tat"), SUSPICIOUS, ("CDCDCD", "DCDCDC")),
        (named("win_stay_lose_shift"), named("always_defect"), ("CDCDCD", "DDDDDD")),
        (named("win_stay_lose_shift"), ALTERNATOR, ("CCDDCC", "CDCDCD")),
        (named("win_stay_lose_shift"), SUSPICIOUS, ("CDDCDD", "DCDDCD")),
        (named("grim"), ALTERNATOR, ("CCDDDD", "CDCDCD")),
        (named("grim"), named("grim"), ("CCCCCC", "CCCCCC")),
        (named("always_cooperate"), named("always_defect"), ("CCCCCC", "DDDDDD")),
        (named("generous"), named("always_cooperate"), ("CCCCCC", "CCCCCC")),
    ],
    ids=str,
)
def test_matches_by_hand(first, second, played):
    assert rounds(first, second, 6) == played


def test_matches_under_noise_follow_the_draws_round_by_round():
    """The rule applied to the draws of the model, by another text: addresses, not order, decide."""
    e_i, e_p, count = 0.15, 0.2, 200
    noise = {"implementation_noise": e_i, "perception_noise": e_p}
    strategies = ("generous", "win_stay_lose_shift")
    played = rounds(named(strategies[0]), named(strategies[1]), count, **noise)
    luck = draws.PlainLuck(4, 0)
    last = None
    for number in range(count):
        now = []
        for state, (name, strategy) in enumerate(zip("AB", strategies, strict=True)):
            _, move, slip, _ = luck.block(number, draws.who(name), DrawPurpose.REVIEW)
            table = BY_HAND[strategy]
            chance = table[4]
            if last is not None:
                own, seen = last[state], last[1 - state]
                chance = (1 - e_p) * table[2 * own + seen] + e_p * table[2 * own + 1 - seen]
            letter = C if move < chance else D
            now.append(1 - letter if slip < e_i else letter)
        last = now
        assert [story[number] for story in played] == ["CD"[letter] for letter in now]
