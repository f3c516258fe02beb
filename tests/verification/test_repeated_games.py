"""T01, T02, T03: pairs of rules cooperate and earn as printed, whichever way the noise comes."""

import numpy as np
import pytest

import signalling as sg
from signalling.theory.repeated_play import COOPERATION, Payoffs
from signalling.verification import verify
from signalling.verification.bench import Bench
from signalling.verification.entries import generosity, pairs, repeated_play
from signalling.verification.entries.pairs import CONTRITE, GTFT, TFT, WSLS, Pair
from signalling.verification.ledger import Entry, judged
from tests.theory import test_theory_generosity as generosity_printed
from tests.theory import test_theory_repeated_play as printed
from tests.theory.printed import agrees, same
from tests.verification.played import assert_reproduced, assert_well_named, play_quickly, predictions

T01, T02, T03 = repeated_play.ENTRIES
SEED = 1985
#: What the tables of printed numbers call the rules.
NAMES = {
    "TFT": "tit for tat",
    "GTFT": "generous tit for tat",
    "WSLS": "win stay, lose shift",
    "ALLD": "always defect",
    "GRIM": "grim",
    "CTFT": "contrite tit for tat",
}
WAYS = ("by the channel", "by the reader")


def self_play(rule: str) -> str:
    return f"{NAMES[rule]} v. {NAMES[rule]}"


def assert_predicted(row: dict[str, float], expected: dict[str, float]) -> None:
    """A case has these numbers and no others, to ten digits."""
    assert row.keys() == expected.keys()
    for name, number in expected.items():
        assert same(row[name], number), name


@pytest.mark.parametrize("entry", repeated_play.ENTRIES, ids=lambda entry: entry.key)
def test_the_entries_are_well_named(entry: Entry) -> None:
    assert_well_named(entry)


def test_every_printed_number_of_implementation_noise_is_played() -> None:
    predicted = predictions(T01)
    for e, first, second, *numbers in printed.IMPLEMENTATION:
        row = predicted.pop(f"{NAMES[first]} v. {NAMES[second]}; moves turned {e:g}")
        names = (pairs.FIRST, pairs.BOTH, pairs.NEITHER, pairs.PAYOFF, pairs.VARIANCE)
        assert_predicted(row, dict(zip(names, numbers, strict=True)))
    for p, q, other_p, other_q, *numbers in printed.REACTIVE:
        row = predicted.pop(f"({p:g}, {q:g}) v. ({other_p:g}, {other_q:g})")
        assert_predicted(row, dict(zip((pairs.FIRST, pairs.SECOND, pairs.PAYOFF), numbers, strict=True)))
    assert not predicted


def test_every_printed_number_of_two_noises_is_played() -> None:
    predicted = predictions(T02)
    names = (pairs.FIRST, pairs.BOTH, pairs.PAYOFF)
    for e, rule, *numbers in printed.ONE_NOISE:
        slipped, misheard = (dict(zip(names, numbers[side::2], strict=True)) for side in (0, 1))
        assert_predicted(predicted.pop(f"{self_play(rule)}; moves turned {e:g}"), slipped)
        for way in WAYS:
            assert_predicted(predicted.pop(f"{self_play(rule)}; reports turned {e:g} {way}"), misheard)
    for perception, implementation, rule, *numbers in printed.TWO_NOISES:
        title = f"{self_play(rule)}; moves turned {implementation:g}; reports turned {perception:g}"
        for way in WAYS:
            assert_predicted(predicted.pop(f"{title} {way}"), dict(zip(names, numbers, strict=True)))
    chances = predicted.pop("variance of the chance of C, contrite tit for tat")
    for e, of_chances, of_moves in printed.VARIANCES:
        assert agrees(chances[f"either noise {e:g}"], of_chances)
        played = predicted.pop(
            f"{self_play('CTFT')}; moves turned {e:g}; reports turned {e:g} by the channel"
        )
        assert played[pairs.VARIANCE_OF_FIRST] == pytest.approx(of_moves, rel=1e-7)
    assert set(
        predicted.pop("either noise makes one chain of tit for tat and of win stay, lose shift").values()
    ) == {0}
    assert len(predicted.pop("closed forms")) == 15
    assert not predicted


def test_every_printed_number_of_generosity_is_played() -> None:
    predicted = predictions(T03)
    bounds = ("bound of the alternator", "bound of the defector", "the smaller")
    for *payoffs, alternator, defector, smaller in generosity_printed.BOUNDS:
        told = "/".join(f"{payoff:g}" for payoff in payoffs)
        numbers = (alternator, defector, smaller)
        assert_predicted(predicted.pop(f"largest q, payoffs {told}"), dict(zip(bounds, numbers, strict=True)))
        if tuple(payoffs) != Payoffs():
            for invader, q in (("alternator", alternator), ("always defect", defector)):
                row = predicted.pop(f"{invader} v. generous {q:.6g}; payoffs {told}")
                assert_predicted(row, {pairs.PAYOFF: payoffs[1]})
    unbeaten = predicted.pop("generosity that neither invader exploits")
    for q, *numbers, safe in generosity_printed.INVADERS:
        assert unbeaten[f"q = {q:.3g} withstands both (1: yes)"] == safe
        for player, payoff in zip(("always defect", "alternator", f"generous {q:.6g}"), numbers, strict=True):
            assert_predicted(predicted.pop(f"{player} v. generous {q:.6g}"), {pairs.PAYOFF: payoff})
    largest = predicted.pop(generosity.BOUND)
    for e, bound, payoff in generosity_printed.MISHEARD:
        assert same(largest[f"reports turned {e:g}"], bound)
        turned = f"; reports turned {e:g} by the channel"
        assert_predicted(predicted.pop(self_play("GTFT") + turned), {pairs.PAYOFF: payoff})
        # The largest q withstands: the defector earns there what the generous earn.
        own, invader = (
            predicted.pop(f"{player} v. generous {bound:.6g}{turned}")
            for player in (f"generous {bound:.6g}", "always defect")
        )
        assert_predicted(own, invader)
    assert not predicted


def test_thin() -> None:
    played = {
        T01: ("tit for tat v. tit for tat; moves turned 0.05", "(0.8, 0.4) v. (0.6, 0.1)"),
        T02: (
            "grim v. grim; reports turned 0.05 by the channel",
            "generous tit for tat v. generous tit for tat; reports turned 0.05 by the reader",
            f"{self_play('CTFT')}; moves turned 0.05",
            f"{self_play('CTFT')}; reports turned 0.05 by the channel",
            f"{self_play('CTFT')}; moves turned 0.02; reports turned 0.02 by the reader",
            "closed forms",
        ),
        T03: ("alternator v. generous 0.4", "generous 0.4 v. generous 0.4", generosity.BOUND),
    }
    for entry, names in played.items():
        rows = play_quickly(entry, lambda case, names=names: case.name in names)
        assert {row.case for row in rows} == set(names)
        assert_reproduced(rows)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["T01", "T02", "T03"])
def test_full(key: str) -> None:
    assert_reproduced(verify(entries=[key], workers=2).rows)


def test_a_wrong_prediction_is_not_reproduced() -> None:
    bench = Bench(quick=True)
    pair = Pair(WSLS, WSLS, implementation=0.05)
    [wrong] = pairs.case("T01", Pair(WSLS, WSLS, implementation=0.06), [pairs.FIRST], seed=SEED).numbers
    case = pairs.case("T01", pair, [pairs.FIRST], seed=SEED)
    [found] = case.play(bench)
    assert judged(T01, case, case.numbers[0], found).verdict == "reproduced"
    assert judged(T01, case, wrong, found).verdict == "not reproduced"


def test_a_single_chain_that_strays_is_not_reproduced() -> None:
    case = pairs.case("T03", Pair(GTFT, GTFT), [pairs.PAYOFF], seed=SEED)
    [found] = case.play(Bench(quick=True))
    assert (found.value, found.standard_error) == (pytest.approx(3), 0)
    strays = found._replace(value=3 - 1e-6)
    assert judged(T03, case, case.numbers[0], strays).verdict == "not reproduced"


def test_both_ways_of_misreading_have_one_law_but_not_one_luck() -> None:
    """A garbling channel and a misreading state are told apart by the letters that arrive."""
    channel, reader = (Pair(GTFT, GTFT, perception=0.05, reader=reader) for reader in (False, True))
    assert pairs.expected(channel) == pairs.expected(reader)
    garbled = [
        sg.trace(pairs.scenario(pair, 500), seed=SEED, run=0).outcome["garbled"] for pair in (channel, reader)
    ]
    assert garbled[0] > 0 == garbled[1]


@pytest.mark.parametrize("player", [TFT, WSLS, CONTRITE], ids=lambda player: player.name)
def test_the_columns_are_the_averages_over_the_whole_run(player: pairs.Player) -> None:
    """What the entries subtract is what a trace counts round by round."""
    scenario = pairs.scenario(Pair(player, player, 0.05, 0.02), 300)
    outcomes = sg.run(scenario, runs=1, seed=SEED, by_state=True)
    trace = sg.trace(scenario, seed=SEED, run=0)
    first, second = (np.array([r.after for r in trace.reviews if r.state == state]) for state in (0, 1))
    shares = np.eye(4)[2 * first + second].mean(axis=0)
    payoffs = np.array(Payoffs().values())
    assert len(first) == 300
    assert outcomes["mutual_cooperation"] == pytest.approx([shares[0]])
    assert outcomes.states["payoff"].to_pylist() == pytest.approx(
        [shares @ payoffs, shares @ payoffs[[0, 2, 1, 3]]]
    )
    assert outcomes.states["mean_rung"].to_pylist() == pytest.approx(
        [1 - shares @ COOPERATION, 1 - shares @ (1, 0, 1, 0)]
    )


def test_the_beginning_of_a_longer_run_is_the_shorter_run() -> None:
    pair = Pair(WSLS, WSLS, implementation=0.05)
    short, long = (sg.trace(pairs.scenario(pair, rounds), seed=SEED, run=0) for rounds in (50, 80))
    assert [r.after for r in long.reviews][:100] == [r.after for r in short.reviews]
