"""T28: posteriors, lone deciders and alarms are the printed ones."""

import numpy as np
import pytest

from signalling.verification import verify
from signalling.verification.bench import Bench
from signalling.verification.entries.calibration import ALARM_ABOVE, ENTRIES, believed
from signalling.verification.reports import misheard, reports
from tests.theory.printed import same
from tests.theory.test_theory_calibration import ALARMS, LOSSES, POSTERIORS
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[ENTRY] = ENTRIES


def test_the_entry_is_well_named() -> None:
    assert_well_named(ENTRY)


def test_every_printed_number_is_played() -> None:
    predicted = predictions(ENTRY)
    for prior, accuracy, reported, *printed, bound in POSTERIORS:
        name = f"prior {prior:g}, accuracy {accuracy:g}, n = {reported}"
        row = list(predicted[name].values())
        assert all(same(one, other) for one, other in zip(row, [*printed, 0.0], strict=True))
        assert same(predicted["P(posterior >= 0.9 | type 0) at most"][f"bound, {name}"], bound)
        [worse] = predicted[f"{name}, loss 0.3 and delay"].values()
        assert same(worse, prior)
    for prior, accuracy, loss in LOSSES:
        name = f"lone decider, prior {prior:g}, accuracy {accuracy:g}"
        assert same(predicted[name]["expected loss"], loss)
    shares = predicted["share of alarms that are real"]
    for base, _, rate, real in ALARMS:
        assert same(shares[f"base rate {base:g}, false alarms {rate:g}"], real)


def test_thin() -> None:
    assert_reproduced(play_quickly(ENTRY, lambda _: True))


@pytest.mark.slow
def test_full() -> None:
    assert_reproduced(verify(entries=["T28"], workers=2).rows)


def test_an_alarm_is_sounded_where_it_is_cheaper() -> None:
    assert ALARM_ABOVE == 0.2
    for probability in (0.1, 0.19, 0.21, 0.9):
        assert (0.25 * (1 - probability) < probability) == (probability > ALARM_ABOVE)


def test_the_belief_at_the_stop_is_the_one_decided_on() -> None:
    scenario = reports("check", prior=0.3, channel=misheard(0.25), rounds=3, watcher={"act_above": 0.6})
    belief, greedy, rung = believed(Bench(), scenario, runs=200, seed=9)
    odds = 3 / 7 * 3.0 ** np.arange(-3.0, 4.0, 2.0)
    assert set(np.round(belief, 12)) <= set(np.round(odds / (1 + odds), 12))
    assert 0 < greedy.sum() < 200
    # One rung: it climbs only while it believes so, and steps down again as soon as it does not.
    assert ((rung == 1) == (belief > 0.6)).all()
