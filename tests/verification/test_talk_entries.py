"""T19, T20: talk over clean and noisy lines loses what is printed."""

from itertools import pairwise

import pytest

import signalling as sg
from signalling.verification import verify
from signalling.verification.bench import Bench, by_state
from signalling.verification.entries import noisy_talk, talk
from signalling.verification.ledger import Entry, judged
from tests.theory import test_theory_sender_receiver as printed
from tests.theory.printed import agrees, same
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

[CLEAN], [NOISY] = talk.ENTRIES, noisy_talk.ENTRIES
LOSS = "receiver's loss"


@pytest.mark.parametrize("entry", [CLEAN, NOISY])
def test_the_entries_are_well_named(entry: Entry) -> None:
    assert_well_named(entry)


def test_every_printed_talk_is_played() -> None:
    predicted = predictions(CLEAN)
    told = predicted.pop("words and where they end")
    for bias, words, loss, _, cuts in printed.TALK:
        played = predicted.pop(f"bias {bias:g}")
        assert same(played[LOSS], loss)
        assert same(played["sender's loss"], loss + bias * bias)
        assert told.pop(f"words, bias {bias:g}") == words
        for place, cut in enumerate(cuts, start=1):
            assert agrees(told.pop(f"cut {place}, bias {bias:g}"), cut)
    assert not predicted
    assert not told


def test_every_printed_noise_is_played() -> None:
    predicted = predictions(NOISY)
    best = predicted.pop("the best noise")
    cuts = predicted.pop("bias 0.3, the type from which on the one word is said")
    for bias, noise, cut, low, high, loss, _ in printed.NOISE:
        assert same(predicted.pop(f"bias {bias:g}, the best noise")[LOSS], loss)
        assert same(predicted.pop(f"bias {bias:g}, a clean line")[LOSS], 1 / 12)
        names = ("noise", "cut", "action on any word", "action on the one word")
        for name, number in zip(names, (noise, cut, low, high), strict=True):
            assert same(best[f"{name}, bias {bias:g}"], number)
    for noise, cut, loss in printed.NOISES:
        assert same(predicted.pop(f"bias 0.3, noise {noise:g}")[LOSS], loss)
        assert same(cuts.pop(f"noise {noise:g}"), cut)
    assert not predicted
    assert not cuts


@pytest.mark.parametrize("entry", [CLEAN, NOISY])
def test_thin(entry: Entry) -> None:
    assert_reproduced(play_quickly(entry, lambda _: True))


@pytest.mark.slow
@pytest.mark.parametrize("entry", [CLEAN, NOISY])
def test_full(entry: Entry) -> None:
    assert_reproduced(verify(entries=[entry.key], workers=2).rows)


def test_a_wrong_prediction_is_not_reproduced() -> None:
    [case] = [case for case in NOISY.cases() if case.name == "bias 0.25, the best noise"]
    [found], [number] = case.play(Bench(quick=True)), case.numbers
    assert judged(NOISY, case, number, found).verdict == "reproduced"
    assert judged(NOISY, case, number._replace(prediction=1 / 12), found).verdict == "not reproduced"


def test_the_receiver_takes_the_middle_of_what_a_word_stands_for() -> None:
    outcomes = sg.run(sg.load_scenario("cheap-talk"), runs=300, seed=3, by_state=True)
    number, action = (by_state(outcomes, "posture", name) for name in ("Nature", "Receiver"))
    edges = (0.0, 2 / 15, 7 / 15, 1.0)
    for low, high in pairwise(edges):
        # Of a word a receiver is never quite sure.
        heard = action[(number >= low) & (number < high)]
        assert len(heard) > 10
        assert heard == pytest.approx((low + high) / 2, abs=2e-3)


def test_on_the_same_luck_noise_helps_where_a_clean_line_carries_nothing() -> None:
    bench = Bench(quick=True)
    cases = {case.name: case for case in NOISY.cases()}
    noisy, clean = (
        cases[name].play(bench)[0] for name in ("bias 0.25, the best noise", "bias 0.25, a clean line")
    )
    error = (noisy.standard_error**2 + clean.standard_error**2) ** 0.5
    assert noisy.value < clean.value - 4 * error
