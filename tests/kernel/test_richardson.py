"""Richardson's race against the scheme written out, and against what is known of it in closed form."""

import math
from array import array
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from signalling.kernel.doctrines import richardson
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.vocabulary import GAME_SPEAKS, TICKS_PER_DAY, Move

NO_LETTERS = np.ones(1)


def exact(examples: int = 100) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True)


class Racer:
    """A state that arms, by itself."""

    def __init__(self, weights=(1.0,), rivals=None, *, posture=0.0, days=1.0, **parameters) -> None:
        chosen = richardson.RichardsonParameters(**parameters)
        postures = (0.0,) * len(weights) if rivals is None else rivals
        views = [RivalView(weight, 1.0, 0, x) for weight, x in zip(weights, postures, strict=True)]
        self.parameters = richardson.tabulate(chosen, OwnView(1.0, 0, posture, "posture"), views, 1)
        own, per_rival = richardson.memory_size(1)
        self.memory = memoryview(array("d", [math.nan] * (own + per_rival * len(weights))))
        interval = round(days * TICKS_PER_DAY)
        self.own = Own(0, 0.0, 0, 0, 1, len(weights), interval, 1000 * interval, 0, 0, posture, 0)
        self.sent = 0
        richardson.start(self.memory, self.own, self.parameters)

    def hears(self, value, rival=0, sent=None) -> bool:
        self.sent += 1
        sent = self.sent if sent is None else sent
        report = Report(0, 0, value, sent, sent + 1, 1, rival, sent, NO_LETTERS)
        return richardson.revise(self.memory, report, self.own, self.parameters)

    def arms(self, draw=0.5) -> float:
        """Its posture after a review; the other draws are for nothing."""
        action = richardson.decide(self.memory, self.own, 0, (0.1, draw, 0.9), self.parameters)
        assert action == Action(Move.ARM, -1, action.value, GAME_SPEAKS)
        self.own = self.own._replace(posture=action.value)
        return action.value


def race(count, *racers, hears=lambda number, postures, reader, sender: postures[sender]):
    """Synchronous rounds: everybody arms, then hears of all others before the next; the rows of postures."""
    told = [[racer.own.posture for racer in racers]]
    for number in range(count):
        told.append([racer.arms() for racer in racers])
        for reader, racer in enumerate(racers):
            others = [sender for sender in range(len(racers)) if sender != reader]
            for rival, sender in enumerate(others):
                value = hears(number, told[-1], reader, sender)
                if value is not None:
                    assert racer.hears(value, rival)
    return np.array(told)


# One step


coefficients = st.floats(-2, 2)


@exact(300)
@given(
    x=st.floats(-50, 50),
    heard=st.lists(st.floats(-50, 50), min_size=1, max_size=4),
    reaction=coefficients,
    fatigue=st.floats(0, 2),
    grievance=coefficients,
    shock=st.floats(0, 3),
    exaggeration=st.floats(-0.5, 2),
    days=st.sampled_from([1 / 24, 0.5, 1.0, 7.0]),
    draw=st.sampled_from([0.0, 0.02, 0.3, 0.5, 0.77, 0.999]),
)
def test_a_step_by_hand(x, heard, reaction, fatigue, grievance, shock, exaggeration, days, draw):
    shares = [2.0**-number for number in range(len(heard))]
    weights = [share / sum(shares) for share in shares]
    racer = Racer(
        weights,
        posture=x,
        days=days,
        reaction=reaction,
        fatigue=fatigue,
        grievance=grievance,
        shock=shock,
        assumed_exaggeration=exaggeration,
    )
    for rival, value in enumerate(heard):
        assert racer.hears(value, rival)
    threat = sum(w * y / (1 + exaggeration) for w, y in zip(weights, heard, strict=True))
    normal = NormalDist().inv_cdf(max(draw, 2.0**-54))
    h = racer.own.interval / TICKS_PER_DAY
    expected = x + h * (reaction * threat - fatigue * x + grievance) + shock * math.sqrt(h) * normal
    assert racer.arms(draw) == pytest.approx(expected, abs=1e-12)


def test_shocks_have_their_size_and_no_other_draw():
    racer = Racer(reaction=0.0, fatigue=0.0, grievance=0.0, shock=2.0, days=0.25)
    assert racer.arms(0.975) == pytest.approx(2.0 * 0.5 * 1.959963984540054, rel=1e-14)
    calm = Racer(reaction=0.0, fatigue=0.0, grievance=0.0, shock=0.0)
    assert calm.arms(0.0) == 0.0


def test_the_newest_report_by_sending_time_counts():
    racer = Racer(reaction=1.0, fatigue=0.0, grievance=0.0)
    assert [racer.hears(y, sent=t) for y, t in ((3.0, 10), (7.0, 30), (5.0, 20), (9.0, 30))] == [
        True,
        True,
        False,
        False,
    ]
    assert not racer.hears(100.0, rival=-1, sent=40)
    assert racer.arms() == 7.0


def test_before_any_report_the_postures_at_the_start_stand():
    """They are public: no exaggeration is taken off them, and none is missing at the first review."""
    for missing in richardson.MISSING:
        racer = Racer(
            (0.25, 0.75),
            (4.0, -8.0),
            posture=1.0,
            reaction=1.0,
            fatigue=0.0,
            grievance=0.0,
            assumed_exaggeration=1.0,
            missing=missing,
        )
        assert racer.arms() == 1.0 + 0.25 * 4.0 - 0.75 * 8.0


@pytest.mark.parametrize(("missing", "stands"), [("last", (3.0, 40.0)), ("zero", (0.0, 0.0)), ("own", None)])
def test_what_stands_for_a_rival_not_heard_of(missing, stands):
    """The first rival was heard of before the last review, the second never, the third now."""
    racer = Racer(
        (0.5, 0.25, 0.25), (30.0, 40.0, 50.0), reaction=1.0, fatigue=0.0, grievance=0.0, missing=missing
    )
    racer.hears(3.0, 0)
    x = racer.arms()
    assert x == 0.5 * 3.0 + 0.25 * 40.0 + 0.25 * 50.0
    racer.hears(8.0, 2)
    first, second = (x, x) if stands is None else stands
    assert racer.arms() == x + 0.5 * first + 0.25 * second + 0.25 * 8.0


def test_a_superseded_report_is_no_news():
    racer = Racer(reaction=1.0, fatigue=0.0, grievance=0.0, missing="zero")
    racer.hears(3.0, sent=10)
    assert racer.arms() == 3.0
    assert not racer.hears(5.0, sent=9)
    assert racer.arms() == 3.0


# Staleness


@pytest.mark.parametrize("stale", [0, 1, 2, 5, 127, 128])
def test_fatigue_acts_on_the_posture_of_some_reviews_ago(stale):
    """By the scheme written out, over the ring more than twice; before so many reviews, the first posture."""
    racer = Racer(posture=2.0, days=0.5, reaction=0.0, fatigue=0.01, grievance=0.3, stale_reviews=stale)
    postures = [2.0]
    for number in range(300):
        then = postures[max(0, number - stale)]
        postures.append(postures[-1] + 0.5 * (0.3 - 0.01 * then))
        assert racer.arms() == pytest.approx(postures[-1], rel=1e-13)


def stale_pair(start, count, stale, days, **coefficients):
    """Two states to whom everything is known late by as many reviews, reports as well as their own arms."""
    racers = [
        Racer((1.0,), (other,), posture=own, days=days, stale_reviews=stale, **coefficients)
        for own, other in (start, start[::-1])
    ]
    told = [list(start)]
    for number in range(1, count + 1):
        told.append([racer.arms() for racer in racers])
        if number >= stale:
            for reader in (0, 1):
                racers[reader].hears(told[number - stale][1 - reader])
    return np.array(told)


@pytest.mark.parametrize("stale", [0, 3, 40])
def test_all_terms_stale(stale):
    """x' = x + h (k y_then - a x_then + g)."""
    k, a, g, h = 0.5, 1.0, 0.2, 1 / 48
    pair = [np.array([1.0, 3.0])]
    for number in range(200):
        x = pair[max(0, number - stale)]
        pair.append(pair[-1] + h * (k * x[::-1] - a * x + g))
    told = stale_pair((1.0, 3.0), 200, stale, h, reaction=k, fatigue=a, grievance=g)
    np.testing.assert_allclose(told, pair, rtol=1e-12)


@pytest.mark.parametrize(("k", "critical"), [(0.5, 1.047198), (0.9, 0.826735)])
def test_staleness_of_all_terms_makes_a_stable_race_swing(k, critical):
    """Stable if and only if (a + k) tau < pi / 2, here with a = 1 and up to the step of the scheme."""
    days = 1 / 96
    for tau, grows in ((0.95 * critical, False), (1.05 * critical, True)):
        told = stale_pair((1.0, -1.0), 8000, round(tau / days), days, reaction=k, fatigue=1.0, grievance=0.0)
        assert (np.abs(told[-2000:]).max() > 2.0 * np.abs(told[2000:4000]).max()) == grows
        assert (np.abs(told[-2000:]).max() < 0.5 * np.abs(told[2000:4000]).max()) != grows


# Closed forms


@pytest.mark.parametrize(
    ("ka", "delay", "radius"),
    [
        (0.1, 0, 0.9),
        (0.1, 2, 0.918527),
        (0.1, 10, 0.956314),
        (0.19, 0, 0.99),
        (0.19, 2, 0.992775),
        (0.19, 10, 0.996594),
        (0.21, 0, 1.01),
        (0.21, 2, 1.007064),
        (0.21, 10, 1.003265),
    ],
)
def test_report_delay_slows_a_race_and_never_turns_it(ka, delay, radius):
    """x+ = (1 - .2) x + ka y(t - d): the growth rate in the long run."""
    racers = [Racer((1.0,), (1.0,), posture=1.0, reaction=ka, fatigue=0.2, grievance=0.0) for _ in range(2)]
    told = [[1.0, 1.0]]
    for number in range(600):
        told.append([racer.arms() for racer in racers])
        then = number + 1 - delay
        if then >= 0:
            for racer, other in ((0, 1), (1, 0)):
                racers[racer].hears(told[then][other])
    assert told[-1][0] / told[-2][0] == pytest.approx(radius, abs=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "k", "m", "g", "h", "level"),
    [
        (1, 1, 0.5, 0.5, 1, 1, (2.0, 2.0)),
        (0.9, 1.2, 0.6, 0.4, 0.3, 0.5, (0.785714, 0.678571)),
        (0.5, 0.5, 0.6, 0.6, 0.1, 0.1, None),
    ],
)
def test_a_race_is_stable_if_fatigue_outweighs_reaction(a, b, k, m, g, h, level):
    racers = [
        Racer(days=0.1, reaction=k, fatigue=a, grievance=g),
        Racer(days=0.1, reaction=m, fatigue=b, grievance=h),
    ]
    told = race(800, *racers)
    if level is None:
        assert told[-1].min() > 100
        assert told[-1][0] / told[-2][0] == pytest.approx(1 + 0.1 * 0.1, abs=1e-4)
    else:
        assert told[-1] == pytest.approx(level, abs=1e-6)


@pytest.mark.parametrize(
    ("ka", "exaggeration", "assumed", "level"),
    [(0.1, 0.0, 0.0, 1.0), (0.15, 0.3, 0.0, 20.0), (0.1, 1.0, 1.0, 1.0), (0.1, 0.0, 1.0, 2 / 3)],
)
def test_the_level_under_exaggeration(ka, exaggeration, assumed, level):
    """x* = g / (al - ka (1 + b) / (1 + assumed b))."""
    racers = [Racer(reaction=ka, fatigue=0.2, grievance=0.1, assumed_exaggeration=assumed) for _ in range(2)]
    told = race(
        4000, *racers, hears=lambda number, postures, reader, sender: (1 + exaggeration) * postures[sender]
    )
    assert told[-1] == pytest.approx([level, level], rel=1e-6)


def test_exaggeration_without_bound_is_a_runaway():
    racers = [Racer(reaction=0.1, fatigue=0.2, grievance=0.1) for _ in range(2)]
    told = race(1000, *racers, hears=lambda number, postures, reader, sender: 2 * postures[sender])
    assert np.diff(told[:, 0]) == pytest.approx(np.full(1000, 0.1), abs=1e-6)


def test_loss_calms_where_it_is_read_as_zero_and_not_where_the_last_report_stands():
    """Every other report lost: the mean level is g / (al - ka / 2), else g / (al - ka)."""

    def every_other(number, postures, reader, sender):
        return postures[sender] if number % 2 else None

    levels = {}
    for missing in richardson.MISSING:
        racers = [Racer(reaction=0.1, fatigue=0.2, grievance=0.1, missing=missing) for _ in range(2)]
        levels[missing] = race(2001, *racers, hears=every_other)[-2:].mean()
    assert levels["last"] == pytest.approx(1.0, rel=1e-9)
    assert levels["own"] == pytest.approx(1.0, rel=1e-9)
    # Not exactly 2/3: reports arrive after the reviews at which the posture is low.
    assert levels["zero"] == pytest.approx(2 / 3, abs=0.03)


# DeGroot


WEIGHTS = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.25, 0.25, 0.5]])
OPINIONS = (1.0, 0.0, 0.5)


def averaging():
    racers = []
    for state, row in enumerate(WEIGHTS):
        others = [other for other in range(3) if other != state]
        listening = 1.0 - row[state]
        racers.append(
            Racer(
                [row[other] / listening for other in others],
                [OPINIONS[other] for other in others],
                posture=OPINIONS[state],
                reaction=listening,
                fatigue=listening,
                grievance=0.0,
            )
        )
    return racers


def test_degroot_is_a_special_case():
    told = race(3, *averaging())
    powers = [np.linalg.matrix_power(WEIGHTS, number) @ OPINIONS for number in range(4)]
    np.testing.assert_allclose(told, powers, rtol=0, atol=3e-16)
    assert told[3][0] == pytest.approx(0.463, abs=1e-15)


def test_degroot_reaches_consensus():
    told = race(200, *averaging())
    influence = np.array([0.347222, 0.486111, 0.166667])
    assert told[-1] == pytest.approx([influence @ OPINIONS] * 3, abs=1e-6)
    assert told[-1] == pytest.approx([0.430556] * 3, abs=1e-6)
    assert np.ptp(told[-1]) < 1e-15


# Bounds


def test_the_largest_numbers_stay_finite():
    racer = Racer(
        posture=1e12,
        days=365,
        reaction=100.0,
        fatigue=100.0,
        grievance=1e6,
        shock=1e6,
        assumed_exaggeration=-0.99,
    )
    racer.hears(-1e13)
    assert math.isfinite(racer.arms(0.0))


def test_places_of_the_parameters():
    numbers = richardson.RichardsonParameters().numbers()
    assert [getattr(richardson, name.upper()) for name, _ in numbers] == list(range(len(numbers)))
    assert len(numbers) == richardson.STANDS_FOR_MISSING
    for wrong in (
        {"stale_reviews": 129},
        {"stale_reviews": -1},
        {"missing": "none"},
        {"shock": -1.0},
        {"fatigue": -0.1},
        {"assumed_exaggeration": -1.0},
    ):
        with pytest.raises(ValidationError):
            richardson.RichardsonParameters(**wrong)
