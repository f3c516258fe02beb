"""Memory-one strategies give the printed averages, whichever way the noise comes.

Tolerance: 4 standard errors sqrt(V / n), V from the chain; exact where the chain leaves no luck. The full
version (slow) plays 100,000 rounds a pair and keeps each finished pair in results/verification/, by
identity, so that it resumes; the thin one, in `make test`, 4,000 rounds of pairs that mix quickly. The
chance of one false alarm is 6e-5 a number, 1.5 % over the 252 of the full version.
"""

import json
from pathlib import Path

import pytest

import signalling as sg
from signalling.model import compile_model
from tests.verification.repeated_games import (
    PAYOFFS,
    QUANTITIES,
    Pair,
    measure,
    moments,
    pairs,
    rounds_of,
    scenario_of,
    z_of,
)

SEED = 1985
THIN_ROUNDS = 4_000
ROUNDS = 100_000
MOST_ERRORS = 4.0
FOLDER = Path(__file__).parents[2] / "results" / "verification"

PAIRS = pairs()
by_label = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.label)


def noise_of(pair: Pair) -> float:
    return max(pair.implementation, pair.perception)


#: Rare mistakes make long stretches of one kind: those pairs need the full length.
QUICK = [pair for pair in PAIRS if noise_of(pair) not in {0.001, 0.01}]


@by_label
def test_the_chain_gives_what_is_printed(pair: Pair) -> None:
    for quantity, expected in pair.expected.items():
        mean, variance = moments(pair, quantity)
        assert mean == pytest.approx(expected, abs=1e-8)
        if quantity == "payoff" and pair.variance is not None:
            assert variance == pytest.approx(pair.variance, rel=1e-8)


def test_every_printed_entry_is_played() -> None:
    labels = [pair.label for pair in PAIRS]
    assert len(set(labels)) == len(labels)
    assert {entry: sum(pair.entry == entry for pair in PAIRS) for entry in ("T01", "T02", "T03")} == {
        "T01": 27,
        "T02": 42,
        "T03": 24,
    }


@pytest.mark.parametrize("pair", QUICK, ids=lambda pair: pair.label)
def test_thin(pair: Pair) -> None:
    judge(pair, measure(pair, THIN_ROUNDS, SEED), THIN_ROUNDS)


@pytest.mark.slow
@by_label
def test_full(pair: Pair) -> None:
    cell = compile_model(scenario_of(pair, pair.burn_in + ROUNDS)).identity(SEED)
    kept = FOLDER / f"{cell}-{ROUNDS}-rounds.json"
    if kept.exists():
        measured = json.loads(kept.read_text())["measured"]
    else:
        measured = measure(pair, ROUNDS, SEED)
        FOLDER.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".part")
        partial.write_text(json.dumps({"pair": pair.label, "rounds": ROUNDS, "measured": measured}))
        partial.replace(kept)
    judge(pair, measured, ROUNDS)


def judge(pair: Pair, measured: dict[str, float], rounds: int) -> None:
    z = {name: z_of(pair, name, measured[name], rounds) for name in pair.expected}
    told = "  ".join(f"{name} {measured[name]:.4f} (z {z[name]:.2f})" for name in z)
    print(f"{pair.label:55} {told}")
    assert max(z.values()) <= MOST_ERRORS


def test_both_ways_of_misreading_have_one_law_but_not_one_luck() -> None:
    """A garbling channel and a misreading state are told apart by the letters that arrive."""
    channel, reader = (pair for pair in PAIRS if pair.label.startswith("T02 GTFT, e_p 0.05 e_i 0,"))
    assert (channel.reader, reader.reader) == (False, True)
    assert (moments(channel, "payoff"), channel.expected) == (moments(reader, "payoff"), reader.expected)
    garbled = [sg.trace(scenario_of(p, 500), seed=SEED, run=0).outcome["garbled"] for p in (channel, reader)]
    assert garbled[0] > 0 == garbled[1]


@pytest.mark.parametrize("pair", QUICK[::7], ids=lambda pair: pair.label)
def test_the_columns_are_the_averages_over_the_whole_run(pair: Pair) -> None:
    """What `run` reports is what is counted above, without a burn-in."""
    scenario = scenario_of(pair, 300)
    outcomes = sg.run(scenario, runs=1, seed=SEED, by_state=True)
    shares = rounds_of(sg.trace(scenario, seed=SEED, run=0)).mean(axis=0)
    assert outcomes["mutual_cooperation"] == pytest.approx([shares[0]])
    assert outcomes["cooperation"] == pytest.approx([shares[0] + (shares[1] + shares[2]) / 2])
    theirs = (PAYOFFS[0], PAYOFFS[2], PAYOFFS[1], PAYOFFS[3])
    payoffs = outcomes.states["payoff"].to_pylist()
    assert payoffs == pytest.approx([shares @ PAYOFFS, shares @ theirs])
    assert outcomes.states["mean_rung"].to_pylist() == pytest.approx(
        [1 - shares @ QUANTITIES["cooperation"], 1 - shares @ (1, 0, 1, 0)]
    )
    assert outcomes["payoff"] == pytest.approx([sum(payoffs) / 2])
