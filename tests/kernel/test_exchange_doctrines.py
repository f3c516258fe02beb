"""Chance, plans by cutoffs and best replies by themselves: against laws, by hand, by brute force."""

from array import array
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from signalling.channels import Garble
from signalling.kernel.doctrines import best_reply, cutoff, nature
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.vocabulary import SILENT, Move, Phase

NAMES = ("R", "S")
UNIFORMS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.999)


class Player:
    """A state in an exchange, with rivals R and S."""

    def __init__(self, doctrine, *, letters=2, phase=Phase.ACT, garbled=0.0, **parameters) -> None:
        self.doctrine = doctrine
        self.own = Own(0, 0.0, 0, letters - 1, letters, 2, 3600, 36000, 0, 0, 0.0, 0, int(phase))
        views = [RivalView(0.5, 1.0, 0, 0.0, name) for name in NAMES]
        view = OwnView(1.0, 0, 0.0, "exchange")
        self.parameters = doctrine.tabulate(doctrine.PARAMETERS(**parameters), view, views, letters)
        own, per_rival = doctrine.memory_size(letters)
        self.memory = memoryview(array("d", [-7.0] * (own + 2 * per_rival)))
        self.assumed = Garble(probability=garbled, kernel="uniform").confusion(letters).ravel()
        doctrine.start(self.memory, self.own, self.parameters)
        self.sent = 0

    def hears(self, letter=0, value=0.0, *, of="R") -> "Player":
        self.sent += 1
        report = Report(
            0, letter, value, self.sent, self.sent + 1, 1, NAMES.index(of), self.sent, self.assumed
        )
        assert self.doctrine.revise(self.memory, report, self.own, self.parameters)
        return self

    def answers(self, uniform=0.5, *, phase=None) -> Action:
        own = self.own if phase is None else self.own._replace(phase=int(phase))
        return self.doctrine.decide(self.memory, own, 0, (uniform, 0.5, 0.5), self.parameters)


IDLE = Action(int(Move.HOLD), -1, 0.0, SILENT)


@pytest.mark.parametrize("doctrine", [nature, cutoff, best_reply], ids=lambda module: module.__name__)
def test_out_of_turn_nothing_is_done(doctrine):
    assert Player(doctrine).answers(phase=Phase.IDLE) == IDLE


# Chance


@pytest.mark.parametrize(
    ("parameters", "quantile"),
    [
        ({"low": -1.0, "high": 3.0}, lambda u: -1 + 4 * u),
        ({"law": "normal", "mean": 2.0, "sigma": 3.0}, lambda u: NormalDist(2, 3).inv_cdf(u)),
        (
            {"law": "lognormal", "mean": 0.5, "sigma": 0.25},
            lambda u: np.exp(NormalDist(0.5, 0.25).inv_cdf(u)),
        ),
        ({"law": "exponential", "low": 1.0, "mean": 2.0}, lambda u: 1 - 2 * np.log1p(-u)),
        ({"law": "constant", "mean": 0.7}, lambda u: 0.7),
        (
            {"law": "discrete", "values": (5.0, -1.0, 2.0), "probabilities": (0.25, 0.5, 0.25)},
            lambda u: 5.0 if u < 0.25 else -1.0 if u < 0.75 else 2.0,
        ),
        (
            {"law": "table", "quantiles": (0.0, 1.0, 1.0, 4.0)},
            lambda u: float(np.interp(u, [0, 1 / 3, 2 / 3, 1], [0, 1, 1, 4])),
        ),
    ],
    ids=lambda value: value.get("law", "uniform") if isinstance(value, dict) else "",
)
def test_chance_draws_by_the_quantile_of_its_law(parameters, quantile):
    for uniform in UNIFORMS[1:]:
        action = Player(nature, phase=Phase.NATURE, **parameters).answers(uniform)
        assert action.value == pytest.approx(quantile(uniform), rel=1e-12, abs=1e-12)
        assert action == Action(int(Move.PLAY), -1, action.value, 0)


@pytest.mark.parametrize("phase", [Phase.TALK, Phase.ACT])
def test_chance_draws_in_its_own_phases_only(phase):
    assert Player(nature).answers(phase=phase) == IDLE


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"low": 1.0}, "must be below high"),
        ({"law": "exponential", "mean": -1.0}, "a mean of 0 or more"),
        ({"law": "lognormal", "mean": 800.0}, "beyond what a float holds"),
        ({"law": "discrete", "values": (1.0,)}, "lists of one length"),
        ({"law": "discrete", "probabilities": (0.5, 0.6)}, "sum to 1"),
        ({"law": "table", "quantiles": (1.0, 0.0)}, "do not fall"),
    ],
)
def test_a_law_that_is_none_is_refused(parameters, complaint):
    with pytest.raises(ValidationError, match=complaint):
        nature.PARAMETERS(**parameters)


# Plans


def test_the_number_is_a_weighted_sum_of_what_was_heard():
    player = Player(cutoff, number={"R": 2.0, "S": -1.0}, constant=0.5)
    assert player.answers().value == 0.5
    player.hears(value=3.0).hears(value=1.0, of="S")
    assert player.answers().value == 0.5 + 6.0 - 1.0
    assert player.hears(value=0.0).answers().value == 0.5 - 1.0


def test_a_number_on_a_cut_belongs_to_the_cell_above():
    plan = {"number": {"R": 1.0}, "cuts": (0.0, 1.0), "acts": ((0,), (1,), (2,)), "says": ((2,), (1,), (0,))}
    for value, cell in ((-0.5, 0), (0.0, 1), (0.99, 1), (1.0, 2), (9.0, 2)):
        player = Player(cutoff, letters=3, **plan).hears(value=value)
        assert player.answers().letter == cell
        assert player.answers(phase=Phase.TALK) == Action(int(Move.HOLD), -1, 0.0, 2 - cell)


def test_silence_and_each_letter_have_an_answer_of_their_own():
    plan = {"cuts": (), "acts": ((2, 0, 1, 1),), "says": ((0, -1, 1, 2),), "hears": "S", "shows": True}
    player = Player(cutoff, letters=3, **plan)
    assert player.hears(1, of="R").answers().letter == 2
    assert player.answers(phase=Phase.TALK).letter == 0
    for letter, act, word in ((0, 0, SILENT), (1, 1, 1), (2, 1, 2)):
        player.hears(letter, 0.25, of="S")
        assert player.answers().letter == act
        assert player.answers(phase=Phase.TALK) == Action(int(Move.HOLD), -1, 0.25, word)


def test_who_hears_anybody_goes_by_the_newest_letter():
    player = Player(cutoff, cuts=(), acts=((0, 0, 1),), says=((0,),))
    assert player.answers().letter == 0
    assert player.hears(1, of="S").hears(0, of="R").answers().letter == 0
    assert player.hears(1, of="S").answers().letter == 1


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"cuts": (0.5, 0.5)}, "cuts must rise"),
        ({"cuts": ()}, "says has 2 rows: 0 cuts make 1 cells"),
        ({"acts": ((0,), (-1,))}, "acts holds a number below 0"),
        ({"says": ((0,), (-2,))}, "says holds a number below -1"),
    ],
)
def test_a_plan_that_is_none_is_refused(parameters, complaint):
    with pytest.raises(ValidationError, match=complaint):
        cutoff.PARAMETERS(**parameters)


# Best replies

edges = st.lists(st.sampled_from([0.1, 0.2, 0.35, 0.5, 0.8]), unique=True, max_size=3).map(sorted)


@st.composite
def replies(draw):
    """A best reply that has heard something or nothing, and its posterior as a grid of points."""
    cuts = draw(edges)
    says = draw(st.lists(st.integers(-1, 2), min_size=len(cuts) + 1, max_size=len(cuts) + 1))
    garbled = draw(st.sampled_from([0.0, 0.3, 1.0]))
    silence = draw(st.sampled_from([0.0, 0.4]))
    heard = draw(st.sampled_from([None, 0, 1, 2]))
    plan = {"cuts": tuple(cuts), "says": tuple(says), "silence": silence, "hears": "R"}
    player = Player(best_reply, letters=3, garbled=garbled, **plan)
    confusion = Garble(probability=garbled, kernel="uniform").confusion(3)
    if heard is None:
        likelihoods = [1.0 if letter < 0 else silence for letter in says]
    else:
        player.hears(heard)
        likelihoods = [0.0 if letter < 0 else confusion[letter, heard] for letter in says]
    points = (np.arange(20_000) + 0.5) / 20_000
    cells = np.searchsorted(cuts, points, side="right")
    weights = np.array(likelihoods)[cells]
    weights = weights if weights.sum() > 0 else np.ones_like(weights)
    return player, plan, points, weights / weights.sum()


@settings(max_examples=80, deadline=None, derandomize=True)
@given(replies())
def test_the_estimate_is_the_posterior_mean(drawn):
    player, _, points, weights = drawn
    assert player.answers().value == pytest.approx(float(points @ weights), abs=1e-4)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(replies(), st.sampled_from([0.0, 0.1, 0.4]), st.sampled_from([0.2, 0.7]))
def test_no_demand_on_a_grid_pays_more(drawn, cost, strength):
    player, plan, points, weights = drawn
    whole = best_reply.PARAMETERS(aim="demand", cost=cost, strength=strength, **plan)
    views = [RivalView(0.5, 1.0, 0, 0.0, name) for name in NAMES]
    player.parameters = best_reply.tabulate(whole, OwnView(1.0, 0, 0.0, "exchange"), views, 3)
    accepted = np.concatenate([weights[::-1].cumsum()[::-1], [0.0]])

    def gain(margin: float) -> float:
        share = np.interp(margin, np.append(points - 0.5 / 20_000, 1.0), accepted)
        return float((margin + cost) * share)

    margin = player.answers().value - strength
    assert 0.0 <= margin <= 1.0
    best = max(gain(point) for point in np.linspace(0, 1, 401))
    assert gain(margin) >= best - 1e-6


def test_a_demand_on_a_uniform_cost_is_the_closed_form():
    plan = {"aim": "demand", "low": 0.0, "high": 0.4, "cuts": (), "says": (0,), "strength": 0.5, "cost": 0.1}
    assert Player(best_reply, **plan).answers().value == pytest.approx(0.5 + (0.4 - 0.1) / 2, abs=1e-15)
    assert Player(best_reply, **plan, bias=0.05).answers().value == pytest.approx(0.7, abs=1e-15)


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"low": 0.6}, "low, cuts and high must rise"),
        ({"says": (0,)}, "says has 1 letters: the cuts make 2 cells"),
        ({"says": (0, -2)}, "says holds a number below -1"),
    ],
)
def test_a_belief_that_is_none_is_refused(parameters, complaint):
    with pytest.raises(ValidationError, match=complaint):
        best_reply.PARAMETERS(**parameters)
