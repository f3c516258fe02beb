"""Contrite tit for tat: standings by hand, and long matches against the chain of 16 pairs of views."""

import random
from typing import NamedTuple

import numpy as np
import pytest

import signalling as sg
from signalling.kernel import draws
from signalling.kernel.doctrines import contrite
from signalling.vocabulary import DrawPurpose
from tests.kernel.alone import BELOW_ONE, Alone
from tests.scenarios_strategy import build

C, D = 0, 1
#: Standings after a round: (view before, own action, action seen) -> view after; a view is own, then rival's.
#: By hand from the rule. The round that leads from good standing to each view is the row of "gg".
BY_HAND = {
    "gg": {(C, C): "gg", (C, D): "gb", (D, C): "bg", (D, D): "bb"},
    "gb": {(C, C): "gg", (C, D): "gb", (D, C): "gg", (D, D): "gb"},
    "bg": {(C, C): "gg", (C, D): "gg", (D, C): "bg", (D, D): "bg"},
    "bb": {(C, C): "gg", (C, D): "gb", (D, C): "bg", (D, D): "bb"},
}
ROUNDS = [(view, own, seen) for view, row in BY_HAND.items() for own, seen in row]


def view(state: Alone, rival=0) -> str:
    place = 1 + contrite.PER_RIVAL * rival
    own, other = (state.memory[place + at] for at in (contrite.OWN_STANDING, contrite.RIVAL_STANDING))
    assert {own, other} <= {0.0, 1.0}
    return "bg"[int(own)] + "bg"[int(other)]


def after_round(state: Alone, own, seen, rival=0) -> Alone:
    """The round is over: it did this, and was told that."""
    state.own = state.own._replace(rung=own)
    return state.hears(seen, rival=rival)


def having(wanted: str, weights=(1.0,), **parameters) -> Alone:
    """A state that has played two rounds, and holds this view since the second review."""
    state = Alone(contrite, weights, **parameters)
    assert state.plays() == C
    [(own, seen)] = [actions for actions, view_after in BY_HAND["gg"].items() if view_after == wanted]
    after_round(state, own, seen)
    state.plays()
    assert view(state) == wanted
    return state


# One round


def test_everybody_is_good_before_anything_is_done():
    state = Alone(contrite)
    assert view(state) == "gg"
    assert state.plays() == C
    assert view(state) == "gg"


def test_where_it_stood_at_the_start_is_no_deed():
    state = Alone(contrite, own={"rung": D})
    assert state.plays() == C
    assert view(state) == "gg"


@pytest.mark.parametrize(("before", "own", "seen"), ROUNDS)
def test_standings(before, own, seen):
    expected = BY_HAND[before][own, seen]
    state = after_round(having(before), own, seen)
    assert state.plays() == (D if expected == "gb" else C)
    assert view(state) == expected


def test_after_a_slip_it_takes_the_answer_and_both_return():
    # It slipped against a rival that keeps the same books: blamed, it cooperates and is answered once.
    state = Alone(contrite, implementation_noise=0.1)
    assert state.plays(0.5, 0.05) == D
    assert state.hears(C).plays() == C
    assert view(state) == "bg"
    assert state.hears(D).plays() == C
    assert view(state) == "gg"
    assert state.hears(C).plays() == C


def test_the_slip_is_at_its_probability():
    assert Alone(contrite, implementation_noise=0.1).plays(0.5, np.nextafter(0.1, 0)) == D
    assert Alone(contrite, implementation_noise=0.1).plays(0.5, 0.1) == C
    assert having("gb", implementation_noise=0.1).plays(0.5, 0.05) == C  # from the punishment it wants


@pytest.mark.parametrize("before", BY_HAND)
@pytest.mark.parametrize("own", [C, D])
def test_a_lost_report_leaves_the_rivals_standing(before, own):
    state = having(before)
    state.own = state.own._replace(rung=own)
    state.plays()
    # Own standing is known without a report; that of the rival is as it was.
    assert view(state) == BY_HAND[before][own, C][0] + before[1]


def test_what_was_reported_is_judged_once():
    state = having("gb")
    state.own = state.own._replace(rung=D)
    for _ in range(3):
        assert state.plays() == D
        assert view(state) == "gb"


def test_of_two_reports_between_reviews_the_newer_counts():
    assert Alone(contrite).hears(D, C).plays() == C
    assert Alone(contrite).hears(C, D).plays() == D
    state = Alone(contrite)
    assert state.told(D, 10)
    for sent in (10, 9, 0):
        assert not state.told(C, sent)
    assert state.plays() == D


# Perception


def test_misreading_is_at_its_probability():
    for luck, seen in ((np.nextafter(0.2, 0), C), (0.2, D)):
        state = having("gg", perception_noise=0.2)
        after_round(state, C, D).plays(0.5, BELOW_ONE, luck)
        assert view(state) == ("gg" if seen == C else "gb")


def test_nothing_is_misread_where_nothing_came():
    state = having("gb", perception_noise=0.5)
    state.own = state.own._replace(rung=D)
    assert state.plays(0.5, BELOW_ONE, 0.0) == D
    assert view(state) == "gb"


def test_one_draw_misreads_rivals_independently():
    noise, draws = 0.25, 4096
    counts = {}
    for number in range(draws):
        state = Alone(contrite, (0.5, 0.25, 0.25), perception_noise=noise)
        for rival in range(3):
            state.hears(C, rival=rival)
        state.plays(0.5, BELOW_ONE, (number + 0.5) / draws)
        misread = tuple(view(state, rival) == "gb" for rival in range(3))
        counts[misread] = counts.get(misread, 0) + 1
    for misread, count in counts.items():
        expected = np.prod([noise if one else 1 - noise for one in misread])
        assert count / draws == pytest.approx(expected, abs=2 / draws)
    assert len(counts) == 8


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_noise_at_its_ends_is_no_draw(noise):
    for luck in (0.0, 0.5, BELOW_ONE):
        state = Alone(contrite, (0.5, 0.5), perception_noise=noise)
        state.hears(C).hears(D, rival=1).plays(0.5, BELOW_ONE, luck)
        assert [view(state, rival) for rival in range(2)] == (["gg", "gb"] if noise == 0 else ["gb", "gg"])


# Several rivals


@pytest.mark.parametrize(
    ("weights", "action"),
    [((0.5, 0.5), C), ((0.51, 0.49), D), ((0.49, 0.51), C), ((1.0, 0.0), D), ((0.0, 1.0), C)],
)
def test_it_defects_where_more_than_half_of_its_attention_is_on_the_bad(weights, action):
    state = Alone(contrite, weights)
    state.plays()
    assert state.hears(D).hears(C, rival=1).plays() == action


def test_without_rivals_it_cooperates():
    state = Alone(contrite, ())
    assert [state.plays(0.5, BELOW_ONE, 0.0) for _ in range(3)] == [C] * 3


# For long


class Law(NamedTuple):
    """What a chain says of a pair that plays for long."""

    cooperation: float
    """Share of rounds in which the first cooperates."""
    mutual: float
    """Share in which both do."""
    variance: float
    """Of the number of rounds in which the first cooperates, per round."""


VIEWS = list(BY_HAND)
#: The views of two states, and what each then does.
STATES = [(*views, *actions) for views in np.ndindex(4, 4) for actions in np.ndindex(2, 2)]


def chance_of(errors, probability) -> float:
    """Of exactly these of some independent errors."""
    return float(np.prod([probability if error else 1 - probability for error in errors]))


def chain(perception: float, implementation: float) -> Law:
    """Pairs of views by another text than the doctrine's, with the actions beside them to be counted."""
    slips = [[action != (VIEWS[view] == "gb") for view, action in ((i, a), (j, b))] for i, j, a, b in STATES]
    matrix = np.zeros((64, 64))
    for row, (*views, a, b) in enumerate(STATES):
        for misread in np.ndindex(2, 2):
            rounds = ((a, b ^ misread[0]), (b, a ^ misread[1]))
            after = [VIEWS.index(BY_HAND[VIEWS[v]][r]) for v, r in zip(views, rounds, strict=True)]
            for column in (STATES.index((*after, *actions)) for actions in np.ndindex(2, 2)):
                matrix[row, column] += chance_of(misread, perception) * chance_of(
                    slips[column], implementation
                )
    system = np.vstack([matrix.T - np.eye(64), np.ones(64)])
    law = np.linalg.lstsq(system, np.append(np.zeros(64), 1.0), rcond=None)[0]
    first = np.array([a == C for _, _, a, _ in STATES], dtype=float)
    both = np.array([a == b == C for _, _, a, b in STATES], dtype=float)
    share = law @ first
    potential = np.linalg.solve(np.eye(64) - matrix + np.outer(np.ones(64), law), first - share)
    variance = law @ ((first - share) * (2 * potential - first + share))
    return Law(float(share), float(law @ both), float(variance))


#: (perception noise, implementation noise): P(C), P(CC).
PUBLISHED = {
    (0.0, 0.05): (1 / 1.1, 0.824773),
    (0.0, 0.01): (1 / 1.02, 0.961076),
    (0.05, 0.0): (0.5, 0.25),
    (0.01, 0.0): (0.5, 0.25),
    (0.02, 0.02): (0.656041, 0.426478),
}


@pytest.mark.parametrize("noises", PUBLISHED)
def test_the_chain_is_the_published_one(noises):
    law = chain(*noises)
    assert (law.cooperation, law.mutual) == pytest.approx(PUBLISHED[noises], abs=5e-7)


def match(rounds: int, perception: float, implementation: float) -> list[tuple[int, int]]:
    """Two states that act at once and then hear of each other."""
    luck = random.Random(1997)  # noqa: S311 - a match, not a secret
    noise = {"perception_noise": perception, "implementation_noise": implementation}
    states = [Alone(contrite, **noise) for _ in range(2)]
    played = []
    for _ in range(rounds):
        letters = [state.plays(luck.random(), luck.random(), luck.random()) for state in states]
        for state, letter in zip(states, reversed(letters), strict=True):
            state.hears(letter)
        played.append((letters[0], letters[1]))
    return played


@pytest.mark.parametrize("noises", [(0.0, 0.05), (0.05, 0.0), (0.02, 0.02), (0.01, 0.01)])
@pytest.mark.parametrize("rounds", [16_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_two_states_play_as_the_chain_says(noises, rounds):
    """Within 4 standard errors of the chain: one seed in 16,000 would fail."""
    law = chain(*noises)
    played = match(rounds, *noises)
    error = np.sqrt(law.variance / rounds)
    assert error < 2.8 / np.sqrt(rounds)
    for state in range(2):
        share = sum(letters[state] == C for letters in played) / rounds
        assert abs(share - law.cooperation) < 4 * error


def test_without_noise_nobody_ever_defects():
    assert set(match(200, 0.0, 0.0)) == {(C, C)}


def test_perception_noise_alone_makes_it_tit_for_tat():
    """It never blames itself, so it does what it saw, whatever it did."""
    luck = random.Random(5)  # noqa: S311
    state = Alone(contrite, perception_noise=0.3)
    state.plays()
    for _ in range(500):
        letter, third = luck.randrange(2), luck.random()
        assert state.hears(letter).plays(luck.random(), luck.random(), third) == letter ^ (third < 0.3)


# Whole runs


def test_a_run_follows_the_draws_round_by_round():
    """The rule by another text, on the model's draws: of a review's four the third slips, the last misreads.

    Addresses decide which draw is whose, not the order of drawing.
    """
    slips, misreads, rounds = 0.1, 0.15, 300
    noise = {"implementation_noise": slips, "perception_noise": misreads}
    scenario = build(
        {
            "name": "a match",
            "horizon_days": rounds / 24,
            "review": {"interval_hours": 1, "jitter_hours": 0},
            "game": {"kind": "matrix"},
            "states": [{"name": name, "doctrine": {"name": "contrite"} | noise} for name in "AB"],
            "channels": {"default": {"delay": {"law": "constant", "hours": 0.1}}},
        }
    )
    trace = sg.trace(scenario, seed=4, run=0)
    luck = draws.PlainLuck(4, 0)
    held, last = ["gg", "gg"], None
    for number in range(rounds):
        blocks = [luck.block(number, draws.who(name), DrawPurpose.REVIEW) for name in "AB"]
        if last is not None:
            seen = [last[1 - i] ^ (blocks[i][3] < misreads) for i in range(2)]
            held = [BY_HAND[held[i]][last[i], seen[i]] for i in range(2)]
        last = [(held[i] == "gb") ^ (blocks[i][2] < slips) for i in range(2)]
        played = [review.after for review in trace.reviews[2 * number : 2 * number + 2]]
        assert played == [int(action) for action in last]
