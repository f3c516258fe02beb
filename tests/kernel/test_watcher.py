"""The watcher against Bayes's rule written out: posteriors, martingales, copies, silence, decisions."""

import itertools
import math
from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from signalling.channels import Garble
from signalling.kernel.doctrines import watcher
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.vocabulary import GAME_SPEAKS, SILENT, Move

LETTERS = 3
SILENCE = -1
DRAWS = (0.5, 0.5, 0.5)


def exact(examples: int = 150) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True)


def by_type(seeker, greedy):
    return {"security_seeker": seeker, "greedy": greedy}


def symmetric(error, letters=2):
    return Garble(probability=error, kernel="other" if letters == 2 else "uniform").believed(letters)


class Watcher:
    """A state that watches, by itself."""

    def __init__(
        self, *, letters=2, game="ladder", weights=(1.0,), rung=0, ceiling=None, war=1, **parameters
    ) -> None:
        chosen = watcher.WatcherParameters(**parameters)
        views = [RivalView(weight, 1.0, 0, 0.0) for weight in weights]
        self.parameters = watcher.tabulate(chosen, OwnView(1.0, rung, 0.0, game), views, letters)
        own, per_rival = watcher.memory_size(letters)
        self.memory = memoryview(array("d", [math.nan] * (own + per_rival * len(weights))))
        top = letters - 1 if ceiling is None else ceiling
        self.own = Own(0, 0.5, rung, top, letters, len(weights), 3600, 36000, war, 0, 0.0, 0)
        self.sent = 0
        watcher.start(self.memory, self.own, self.parameters)

    def hears(self, letter, assumed, *, rival=0, sent=None, identity=None) -> bool:
        """Read a report; each is a new one unless it is told otherwise."""
        self.sent += 1
        sent = self.sent if sent is None else sent
        identity = self.sent if identity is None else identity
        flat = np.ascontiguousarray(assumed, dtype=float).ravel()
        report = Report(0, letter, 0.0, sent, sent + 1, 1, rival, identity, flat)
        return watcher.revise(self.memory, report, self.own, self.parameters)

    def reviews(self) -> Action:
        return watcher.decide(self.memory, self.own, 0, DRAWS, self.parameters)

    def believes(self, rival=0) -> float:
        return watcher.belief(self.memory, rival, self.own, 0, self.parameters)[0]

    def expects(self, rival=0) -> float:
        return watcher.belief(self.memory, rival, self.own, 0, self.parameters)[1]


# Posteriors


@st.composite
def matrices(draw, letters=LETTERS):
    rows = [draw(st.lists(st.floats(0.01, 1.0), min_size=letters, max_size=letters)) for _ in range(letters)]
    table = np.array(rows)
    return table / table.sum(axis=1, keepdims=True)


def likelihoods(letter, assumed, seeker=0.0, greedy=1.0):
    """P(letter | security seeker), P(letter | greedy)."""
    return [alarm * assumed[-1, letter] + (1 - alarm) * assumed[0, letter] for alarm in (seeker, greedy)]


probabilities = st.floats(0.01, 0.99)


@exact()
@given(
    st.lists(st.tuples(st.integers(0, LETTERS - 1), matrices()), max_size=12),
    probabilities,
    probabilities,
    probabilities,
)
def test_the_posterior_is_that_of_bayes(reports, prior, seeker, greedy):
    state = Watcher(letters=LETTERS, prior_greedy=prior, declared=by_type(seeker, greedy))
    masses = np.array([1 - prior, prior])
    for letter, assumed in reports:
        assert state.hears(letter, assumed)
        masses = masses * likelihoods(letter, assumed, seeker, greedy)
    posterior = masses[1] / masses.sum()
    assert state.believes() == pytest.approx(posterior, rel=1e-12)
    alarm = posterior * greedy + (1 - posterior) * seeker
    assert state.expects() == pytest.approx((LETTERS - 1) * alarm, rel=1e-12)


@exact(60)
@given(st.permutations(range(6)), probabilities)
def test_the_order_of_reports_does_not_matter(order, prior):
    letters, assumed = (0, 1, 1, 2, 0, 1), symmetric(0.2, LETTERS)
    beliefs = []
    for places in (range(6), order):
        state = Watcher(letters=LETTERS, prior_greedy=prior, declared=by_type(0.1, 0.6))
        for place in places:
            assert state.hears(letters[place], assumed, sent=place, identity=place)
        beliefs.append(state.believes())
    assert beliefs[0] == pytest.approx(beliefs[1], rel=1e-14)


def test_without_evidence_the_belief_is_the_prior():
    for prior in (0.0, 5e-324, 0.1, 0.25, 0.3, 0.7, 1 - 2**-53, 1.0):
        assert Watcher(prior_greedy=prior).believes() == prior


@pytest.mark.parametrize("error", [1e-300, 0.01, 0.1, 0.3, 0.499])
def test_opposite_reports_over_a_symmetric_channel_cancel(error):
    for prior in (0.1, 0.25, 0.9):
        state = Watcher(prior_greedy=prior)
        for letter in (0, 1):
            state.hears(letter, symmetric(error))
        assert state.believes() == prior
        for letter in [0, 1] * 500 + [1] * 7 + [0] * 7:
            state.hears(letter, symmetric(error))
        assert state.believes() == pytest.approx(prior, rel=1e-9)


def test_a_channel_of_pure_noise_tells_nothing():
    state = Watcher(prior_greedy=0.3)
    before = state.memory[watcher.OWN]
    for letter in (0, 1, 1, 1):
        assert state.hears(letter, symmetric(0.5))
    assert state.memory[watcher.OWN] == before == 0.0
    assert state.believes() == 0.3


#: Prior, accuracy, reports: variance of the posterior, mean squared error, P(posterior >= .9 | not greedy).
CALIBRATION = [
    (0.5, 0.7, 5, 0.128713, 0.121287, 0.03078),
    (0.1, 0.8, 5, 0.064834, 0.025166, 0.00032),
    (0.9, 0.6, 10, 0.015651, 0.074349, 0.366897),
]


@pytest.mark.parametrize(("prior", "accuracy", "count", "variance", "error", "alarmed"), CALIBRATION)
def test_calibration(prior, accuracy, count, variance, error, alarmed):
    """All outcomes of n reports, weighed by their probability."""
    moments = np.zeros(4)
    for ones in range(count + 1):
        state = Watcher(prior_greedy=prior)
        for letter in [1] * ones + [0] * (count - ones):
            state.hears(letter, symmetric(1 - accuracy))
        posterior = state.believes()
        ways = math.comb(count, ones)
        if_greedy = ways * accuracy**ones * (1 - accuracy) ** (count - ones)
        if_not = ways * (1 - accuracy) ** ones * accuracy ** (count - ones)
        both = np.array([prior * if_greedy, (1 - prior) * if_not])
        moments[0] += both.sum() * posterior
        moments[1] += both.sum() * (posterior - prior) ** 2
        moments[2] += both @ [(1 - posterior) ** 2, posterior**2]
        # Log odds of the threshold itself are reached by outcomes of equal evidence: let rounding pass.
        moments[3] += if_not * (posterior >= 0.9 - 1e-12)
    assert moments[0] == pytest.approx(prior, rel=1e-13)
    assert moments[1] == pytest.approx(variance, abs=1e-6)
    assert moments[2] == pytest.approx(error, abs=1e-6)
    assert moments[3] == pytest.approx(alarmed, abs=1e-6)


# Martingales, by going through everything that can happen


def outcomes(state_type, channel, loss, alarm):
    """Probability of each letter read in a round, and of silence."""
    said = [(0, 1 - alarm[state_type]), (LETTERS - 1, alarm[state_type])]
    found = {y: sum(q * (1 - loss[m]) * channel[m, y] for m, q in said) for y in range(LETTERS)}
    found[SILENCE] = sum(q * loss[m] for m, q in said)
    return found


def mean_posterior(state_of, channel, loss, alarm, prior, rounds, *, copies=1):
    """The expectation of the belief after some synchronous rounds, and the largest error against Bayes."""
    laws = [outcomes(state_type, channel, loss, alarm) for state_type in (0, 1)]
    mean, worst = 0.0, 0.0
    for story in itertools.product([SILENCE, *range(LETTERS)], repeat=rounds):
        weights = [math.prod(law[heard] for heard in story) for law in laws]
        joint = (1 - prior) * weights[0], prior * weights[1]
        if sum(joint) == 0.0:
            continue
        state = state_of()
        state.reviews()
        for number, heard in enumerate(story):
            for _ in range(copies if heard != SILENCE else 0):
                state.hears(heard, channel, sent=number, identity=number)
            state.reviews()
        mean += sum(joint) * state.believes()
        worst = max(worst, abs(state.believes() - joint[1] / sum(joint)))
    return mean, worst


CHANNELS = {
    "fair": np.array([[0.8, 0.15, 0.05], [0.1, 0.8, 0.1], [0.05, 0.15, 0.8]]),
    "skewed": np.array([[0.9, 0.08, 0.02], [0.1, 0.8, 0.1], [0.02, 0.18, 0.8]]),
    "perfect": np.eye(LETTERS),
    "blind to one": np.array([[0.6, 0.4, 0.0], [0.3, 0.4, 0.3], [0.1, 0.2, 0.7]]),
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("loss", [(0.0, 0.0), (0.3, 0.3), (0.1, 0.6), (0.0, 0.9), (1.0, 0.25)])
@pytest.mark.parametrize("copies", [1, 3])
def test_a_watcher_that_is_right_has_a_martingale(channel, loss, copies):
    """Types that say one letter each, over a channel that loses by content; copies change nothing."""
    prior, matrix = 0.3, CHANNELS[channel]
    losses = {0: loss[0], LETTERS - 1: loss[1]}

    def state_of():
        return Watcher(letters=LETTERS, prior_greedy=prior, silence=by_type(*loss))

    mean, worst = mean_posterior(state_of, matrix, losses, (0.0, 1.0), prior, 3, copies=copies)
    assert mean == pytest.approx(prior, abs=1e-14)
    assert worst < 1e-14


@pytest.mark.parametrize("channel", ["fair", "skewed", "blind to one"])
@pytest.mark.parametrize("loss", [(0.0, 0.0), (0.1, 0.6), (0.5, 0.0)])
def test_types_that_err_are_told_by_what_arrives_of_them(channel, loss):
    """`silence` is the loss of a type's messages, `declared` the share of alarms among those not lost."""
    prior, matrix, alarm = 0.4, CHANNELS[channel], (0.2, 0.7)
    silence = [(1 - q) * loss[0] + q * loss[1] for q in alarm]
    declared = [q * (1 - loss[1]) / (1 - lost) for q, lost in zip(alarm, silence, strict=True)]

    def state_of():
        return Watcher(
            letters=LETTERS, prior_greedy=prior, declared=by_type(*declared), silence=by_type(*silence)
        )

    losses = {0: loss[0], LETTERS - 1: loss[1]}
    mean, worst = mean_posterior(state_of, matrix, losses, alarm, prior, 3)
    assert mean == pytest.approx(prior, abs=1e-14)
    assert worst < 1e-14


def test_who_overlooks_silence_is_led_astray_by_a_censor():
    """Alarms are lost with .6: what arrives is calm, and the belief falls below the prior on average."""

    def state_of():
        return Watcher(letters=LETTERS, prior_greedy=0.3)

    mean, _ = mean_posterior(state_of, CHANNELS["fair"], {0: 0.0, 2: 0.6}, (0.0, 1.0), 0.3, 3)
    assert mean < 0.29


def test_double_counting_breaks_the_martingale():
    def state_of():
        return Watcher(letters=LETTERS, prior_greedy=0.3, deduplicate=False)

    losses = {0: 0.0, 2: 0.0}
    once, _ = mean_posterior(state_of, CHANNELS["fair"], losses, (0.0, 1.0), 0.3, 2, copies=1)
    twice, wrong = mean_posterior(state_of, CHANNELS["fair"], losses, (0.0, 1.0), 0.3, 2, copies=2)
    assert once == pytest.approx(0.3, abs=1e-14)
    assert abs(twice - 0.3) > 1e-3
    assert wrong > 0.05


# Copies

#: Identities that one float cannot tell apart, and others.
LARGE = (0, 1, 2**40 - 1, 2**40, 2**53, 2**53 + 1, 2**62, 2**62 + 1, 2**63 - 2, 2**63 - 1)


def test_a_copy_changes_nothing_to_the_last_bit():
    state, assumed = Watcher(), symmetric(0.1)
    for identity in LARGE:
        assert state.hears(1, assumed, identity=identity)
        before = state.memory.tobytes()
        for copy in LARGE[: LARGE.index(identity) + 1]:
            assert not state.hears(0, assumed, identity=copy)
            assert not state.hears(1, assumed, identity=copy)
        assert state.memory.tobytes() == before
    assert state.believes() == pytest.approx(1 / (1 + 3 * 9.0**-10), rel=1e-13)


def test_identities_are_those_of_one_sender():
    state = Watcher(weights=(0.5, 0.5))
    assert state.hears(1, symmetric(0.1), identity=7, rival=0)
    assert state.hears(1, symmetric(0.1), identity=7, rival=1)
    assert state.believes(0) == state.believes(1) > 0.25


def test_the_last_64_identities_are_remembered():
    state, assumed = Watcher(), symmetric(0.4)
    count = 3 * watcher.SEEN + 5
    for identity in range(count):
        assert state.hears(1, assumed, identity=identity)
    for identity in range(count - watcher.SEEN, count):
        assert not state.hears(1, assumed, identity=identity)
    assert state.hears(1, assumed, identity=count - watcher.SEEN - 1)
    assert watcher.SEEN == 64


@pytest.mark.parametrize("copies", [1, 2, 5])
def test_without_deduplication_every_copy_counts(copies):
    state = Watcher(deduplicate=False)
    for _ in range(copies):
        assert state.hears(1, symmetric(0.2), identity=3)
    assert state.believes() == pytest.approx(1 / (1 + 3 * 4.0**-copies), rel=1e-14)


def test_a_stranger_tells_nothing():
    state = Watcher()
    before = state.memory.tobytes()
    assert not state.hears(1, symmetric(0.1), rival=-1)
    assert state.memory.tobytes() == before


# Silence


def test_silence_counts_at_every_review_but_the_first():
    state = Watcher(prior_greedy=0.5, silence=by_type(0.2, 0.4))
    state.reviews()
    assert state.believes() == 0.5
    state.reviews()
    assert state.believes() == pytest.approx(2 / 3, rel=1e-15)
    state.hears(1, symmetric(0.5))
    assert state.believes() == pytest.approx(2 * 0.6 / (2 * 0.6 + 0.8), rel=1e-15)
    state.reviews()
    assert state.believes() == pytest.approx(0.6, rel=1e-15)
    state.reviews()
    assert state.believes() == pytest.approx(0.75, rel=1e-15)


def test_a_copy_breaks_no_silence():
    state = Watcher(prior_greedy=0.5, silence=by_type(0.2, 0.4))
    state.reviews()
    state.hears(1, symmetric(0.5), identity=1)
    state.reviews()
    before = state.believes()
    assert not state.hears(1, symmetric(0.5), identity=1)
    state.reviews()
    assert state.believes() > before


def test_silence_is_of_each_rival():
    state = Watcher(weights=(0.5, 0.5), prior_greedy=0.5, silence=by_type(0.2, 0.4))
    state.reviews()
    state.hears(0, symmetric(0.5), rival=1)
    state.reviews()
    assert state.believes(0) == pytest.approx(2 / 3, rel=1e-15)
    assert state.believes(1) == pytest.approx(3 / 7, rel=1e-15)


@pytest.mark.parametrize("loss", [0.0, 0.3, 1.0])
def test_equal_silences_tell_nothing_to_the_last_bit(loss):
    memories = []
    for silence in (0.0, loss):
        state = Watcher(silence=by_type(silence, silence))
        for letter in (1, SILENCE, 0, 1, SILENCE):
            state.reviews()
            if letter != SILENCE:
                state.hears(letter, symmetric(0.1))
        state.reviews()
        memories.append(state.memory.tobytes())
    assert memories[0] == memories[1]


@pytest.mark.parametrize(
    ("silence", "after_report", "after_silence"),
    [((0.0, 1.0), 0.0, 1.0), ((1.0, 0.0), 1.0, 0.0), ((0.0, 0.5), None, 1.0), ((0.5, 1.0), 0.0, None)],
)
def test_extreme_silences_are_certain(silence, after_report, after_silence):
    loud, quiet = (Watcher(silence=by_type(*silence)) for _ in range(2))
    for state in (loud, quiet):
        state.reviews()
    loud.hears(1, symmetric(0.5))
    quiet.reviews()
    for state, certain in ((loud, after_report), (quiet, after_silence)):
        assert (state.believes() in {0.0, 1.0}) == (certain is not None)
        if certain is not None:
            assert state.believes() == certain


# Certainty


def test_over_a_perfect_channel_one_report_tells_all_and_its_contrary_takes_it_back():
    """As the limit of better and better channels does; nothing depends on the order."""
    perfect = np.eye(2)
    for letter, certain in ((1, 1.0), (0, 0.0)):
        state = Watcher(prior_greedy=0.3)
        state.hears(letter, perfect)
        assert state.believes() == certain
        for _ in range(5):
            state.hears(1 - letter, symmetric(0.3))
        assert state.believes() == certain
        state.hears(1 - letter, perfect)
        left = 0.3 / 0.7 * (7 / 3) ** (5 if letter == 0 else -5)
        assert state.believes() == pytest.approx(left / (1 + left), rel=1e-13)
        state.hears(1 - letter, perfect)
        assert state.believes() == 1.0 - certain


def test_what_is_impossible_under_both_types_tells_nothing():
    state = Watcher(letters=LETTERS, prior_greedy=0.3)
    assert state.hears(1, np.eye(LETTERS))
    assert state.believes() == 0.3


@pytest.mark.parametrize("prior", [0.0, 1.0])
def test_a_certain_prior_is_never_moved(prior):
    state = Watcher(prior_greedy=prior, silence=by_type(0.0, 1.0))
    for letter in (0, 1, 1, 1, 0):
        state.reviews()
        state.hears(letter, np.eye(2))
        state.hears(letter, symmetric(0.1))
        assert state.believes() == prior


def test_evidence_has_no_bound_and_nothing_overflows():
    state = Watcher()
    tiny = np.array([[1.0, 5e-324], [5e-324, 1.0]])
    for letter, certain in ((1, 1.0), (0, 0.0)):
        for _ in range(3000):
            state.hears(letter, tiny)
        assert state.believes() == pytest.approx(certain if letter else 0.25)
    for _ in range(3000):
        state.hears(0, tiny)
    assert state.believes() == 0.0
    assert math.isfinite(state.memory[watcher.OWN])


# Decisions


def believing(probabilities, **settings) -> Watcher:
    """A watcher of several rivals that believes this of each."""
    state = Watcher(
        weights=settings.pop("weights", (1.0 / len(probabilities),) * len(probabilities)),
        prior_greedy=0.5,
        **settings,
    )
    for rival, probability in enumerate(probabilities):
        letters = state.own.rungs
        assumed = np.full((letters, letters), 1.0)
        assumed[-1, 0], assumed[0, 0] = probability, 1 - probability
        state.hears(0, assumed, rival=rival)
        assert state.believes(rival) == pytest.approx(probability, rel=1e-15)
    return state


@pytest.mark.parametrize("letters", [2, 4])
@pytest.mark.parametrize("probability", [0.0, 0.4, 0.6, 1.0])
def test_in_a_matrix_game_it_plays_the_last_action_or_the_first(letters, probability):
    expected = letters - 1 if probability > 0.5 else 0
    for speaks in (True, False):
        for rung in range(letters):
            state = believing([probability], letters=letters, game="matrix", war=0, rung=rung, speaks=speaks)
            quiet = not speaks and rung == expected
            action = Action(Move.HOLD, -1, 0.0, SILENT) if quiet else Action(Move.PLAY, -1, 0.0, expected)
            assert state.reviews() == action


@pytest.mark.parametrize("speaks", [True, False])
def test_on_a_ladder_it_climbs_strikes_or_descends(speaks):
    word = GAME_SPEAKS if speaks else SILENT

    def moves(probability, **where):
        return believing([probability], letters=4, speaks=speaks, **where).reviews()

    assert moves(0.9, rung=1) == Action(Move.RAISE, -1, 0.0, word)
    assert moves(0.9, rung=1, ceiling=1) == Action(Move.HOLD, -1, 0.0, word)
    assert moves(0.9, rung=3) == Action(Move.ATTACK, 0, 0.0, word)
    assert moves(0.9, rung=3, war=0) == Action(Move.HOLD, -1, 0.0, word)
    assert moves(0.1, rung=3) == Action(Move.LOWER, -1, 0.0, word)
    assert moves(0.1, rung=0) == Action(Move.HOLD, -1, 0.0, word)


def test_it_acts_above_the_threshold_not_on_it():
    state = Watcher(prior_greedy=0.5, game="matrix", act_above=0.5)
    assert state.reviews().letter == 0
    state = Watcher(prior_greedy=0.5, game="matrix", act_above=math.nextafter(0.5, 0))
    assert state.reviews().letter == 1
    assert Watcher(prior_greedy=1.0, game="matrix", act_above=1.0).reviews().letter == 0


def test_the_mean_goes_by_weight_and_the_blow_by_belief():
    where = {"letters": 3, "rung": 2}
    assert believing([0.1, 0.9], weights=(0.8, 0.2), **where).reviews().move == Move.LOWER
    assert believing([0.1, 0.9], weights=(0.2, 0.8), **where).reviews() == Action(
        Move.ATTACK, 1, 0.0, GAME_SPEAKS
    )
    assert believing([0.9, 0.95, 0.6], weights=(0.8, 0.1, 0.1), **where).reviews().target == 1
    assert believing([0.9, 0.9], **where).reviews().target == 0


def test_without_rivals_it_rests():
    assert Watcher(weights=(), rung=1).reviews() == Action(Move.LOWER, -1, 0.0, GAME_SPEAKS)
    assert Watcher(weights=(), game="matrix", war=0).reviews() == Action(Move.PLAY, -1, 0.0, 0)


def test_silence_is_weighed_before_the_decision():
    state = Watcher(prior_greedy=0.5, game="matrix", silence=by_type(0.2, 0.4))
    assert [state.reviews().letter for _ in range(3)] == [0, 1, 1]


def test_places_of_the_parameters():
    numbers = watcher.WatcherParameters().numbers()
    places = [getattr(watcher, name.upper()) for name, _ in numbers]
    assert places == list(range(len(numbers)))
    assert len(numbers) == watcher.PLAYS
    for wrong in ({"declared": by_type(0.0, 1.5)}, {"act_above": -0.1}, {"deduplicate": 1}):
        with pytest.raises(ValidationError):
            watcher.WatcherParameters(**wrong)
