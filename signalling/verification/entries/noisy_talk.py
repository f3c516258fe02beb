"""Talk that noise makes possible (T20)."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from signalling.scenario import Scenario, load_scenario
from signalling.theory.sender_receiver import BABBLING_LOSS, best_noise, mediation_bound, noisy_talk
from signalling.verification.bench import Bench, by_state
from signalling.verification.entries.talk import estimates, talk
from signalling.verification.exchanges import QUICK, another, moved_cuts, plan
from signalling.verification.ledger import (
    Case,
    Curve,
    Deviation,
    Entry,
    Estimate,
    Number,
    Panel,
    Profile,
    algebra,
    mean,
)

KEY = "T20"
#: Seeds of the cases begin here and rise by one, so that no two share their luck.
SEED = 2_007_000
EXACT = 1e-9
#: The losses lie closer together than those of other entries.
MANY = 1_000_000
#: Runs of which a table is held in memory at a time.
PORTION = 250_000

#: b; the best noise, the cut and both actions, computed once apart from this code.
BIASES = (
    (0.25, 0.1, 1 / 6, 0.25, 7 / 12),
    (0.3, 0.1346153846153846, 0.13333333333333336, 0.3, 0.5666666666666667),
    (0.35, 0.16666666666666666, 0.1, 0.35, 0.55),
    (0.4, 0.19642857142857137, 0.06666666666666664, 0.4, 0.5333333333333333),
    (0.45, 0.22413793103448262, 0.03333333333333333, 0.45, 0.5166666666666667),
)
BIAS = 0.3
#: Noises that are played at that bias; the cut that goes with each, computed once apart from this code.
NOISES = (
    (0.0, 0.0),
    (0.1, 0.11611049245158946),
    (0.2, 0.15798230048890943),
    (0.3, 0.18479778096947957),
    (0.4, 0.20443135318375183),
    (0.5, 0.2198039027185571),
    (0.7, 0.24287379280615565),
)

LOSS = "receiver's loss"
BY_NOISE, BEST, CLEAN = f"bias {BIAS:g}", "the best noise", "a clean line"
ANY, ONE = 0, 1


def _talk(bias: float, noise: float, cut: float) -> Scenario:
    """High types say the one word, low types any other, and noise is almost never the one word."""
    replaced = {"probability": noise, "kernel": "matrix", "matrix": [[1.0, 0.0], [1.0, 0.0]]}
    changes: dict[str, object] = {
        "name": f"bias {bias:g}, noise {noise:g}",
        "game.payoffs": [
            {"to": to, "against": against, "distances": [{"between": ["Receiver", "Nature"], "bias": apart}]}
            for to, against, apart in (("Receiver", "Sender", 0.0), ("Sender", "Receiver", bias))
        ],
        "channels.Sender->Receiver.garble": replaced,
    }
    changes |= plan("Sender", cuts=[cut]) | plan("Receiver", cuts=[cut])
    return load_scenario("noisy-talk").replace(changes)


def _noisy(bias: float, noise: float) -> Scenario:
    """The equilibrium at a noise; over a clean line there is nothing to say."""
    cut = noisy_talk(bias, noise).cut
    return _talk(bias, noise, cut) if cut > 0 else talk(bias, ())


def _play(bias: float, noise: float, seed: int, bench: Bench) -> Sequence[Estimate]:
    """What the receiver loses."""
    runs, scenario = bench.effort(MANY, QUICK), _noisy(bias, noise)
    parts = []
    for begin in range(0, runs, PORTION):
        portion = range(begin, min(begin + PORTION, runs))
        outcomes = bench.run(scenario, runs=portion, seed=seed, by_state=True)
        parts.append(-by_state(outcomes, "payoff", "Receiver"))
    return [mean(np.concatenate(parts).tolist())]


def _by_noise(noise: float) -> float:
    return noisy_talk(BIAS, noise).loss


def _clean(_: float) -> float:
    return BABBLING_LOSS


def cases() -> Iterator[Case]:
    """The best noise at each bias, a clean line beside it, several noises at one bias, and the algebra."""
    seed = SEED
    for bias, *_ in BIASES:
        noise = best_noise(bias)
        number = Number(LOSS, noisy_talk(bias, noise).loss, 0.0, BEST, bias)
        name = f"bias {bias:g}, the best noise"
        yield Case(KEY, name, (number,), partial(_play, bias, noise, seed))
        number = Number(LOSS, noisy_talk(bias, 0.0).loss, 0.0, CLEAN, bias)
        yield Case(KEY, f"bias {bias:g}, a clean line", (number,), partial(_play, bias, 0.0, seed + 1))
        seed += 2
    for noise, _ in NOISES:
        number = Number(LOSS, _by_noise(noise), 0.0, BY_NOISE, noise)
        name = f"bias {BIAS:g}, noise {noise:g}"
        yield Case(KEY, name, (number,), partial(_play, BIAS, noise, seed))
        seed += 1
    yield _best()
    yield algebra(
        KEY,
        f"bias {BIAS:g}, the type from which on the one word is said",
        [(Number(f"noise {noise:g}", cut, EXACT), noisy_talk(BIAS, noise).cut) for noise, cut in NOISES],
    )


def _best() -> Case:
    """The best noise, and that no mediator whatever could do better."""
    numbers = []
    for bias, noise, cut, low, high in BIASES:
        found = noisy_talk(bias, best_noise(bias))
        numbers += [
            (Number(f"noise, bias {bias:g}", noise, EXACT), best_noise(bias)),
            (Number(f"cut, bias {bias:g}", cut, EXACT), found.cut),
            (Number(f"action on any word, bias {bias:g}", low, EXACT), found.low_action),
            (Number(f"action on the one word, bias {bias:g}", high, EXACT), found.high_action),
            (
                Number(f"loss beyond b (1 - b)/3, bias {bias:g}", 0.0, EXACT),
                found.loss - mediation_bound(bias),
            ),
        ]
    return algebra(KEY, "the best noise", numbers)


PANELS = (
    Panel(
        "More and more noise",
        "share of words replaced",
        LOSS,
        (Curve(BY_NOISE, _by_noise, 0.0, 0.9),),
    ),
    Panel(
        "Noise and a clean line",
        "bias of the sender",
        LOSS,
        (Curve(BEST, mediation_bound, 0.25, 0.49), Curve(CLEAN, _clean, 0.25, 0.49)),
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Talk",
        title="Talk that noise makes possible",
        source="Blume, Board and Kawamura 2007; Goltsman et al. 2009 (bound); best noise derived here",
        direction="-",
        question=(
            "With a bias of 1/4 or more nothing can be said over a clean line. Can a line be so bad that "
            "something can?"
        ),
        game="""Sender and receiver as in T19, and very many words; some are replaced by one drawn from all.
        High types say one certain word, low types any other.
        The receiver knows the noise, and takes another word for what it may be: a low type, or noise.""",
        result=(
            "What might be noise is taken for the average, so low types who want to seem higher are content "
            "with it and leave the one word to the high ones, who by it get more than the average. The "
            "receiver learns something, and both gain. The best noise replaces 10 to 22 words in 100, and no "
            "mediator could serve the receiver better; less noise is worse, and a clean line worst."
        ),
        lesson=(
            "It is reversed: noise was doing useful work, by sparing the sender that its word be believed. "
            "Whoever cleans this line silences it."
        ),
        panels=PANELS,
        cases=lambda: list(cases()),
    ),
)


def _deviations(bias: float, noise: float) -> Iterator[Deviation]:
    cut = noisy_talk(bias, noise).cut
    yield from moved_cuts("Sender", {"the cut": cut}, (-0.1, -0.02, 0.02, 0.1, 0.5))
    for says, name in (
        ([[ANY], [ANY]], "never says the one word"),
        ([[ONE], [ONE]], "always says the one word"),
        ([[ONE], [ANY]], "turns its words around"),
    ):
        yield another("Sender", name, says=says)
    yield from estimates(2)


def _profiles() -> Iterator[Profile]:
    for bias, *_ in BIASES:
        noise = best_noise(bias)
        name = f"bias {bias:g}, the best noise"
        yield Profile(KEY, name, partial(_noisy, bias, noise), tuple(_deviations(bias, noise)))
    yield Profile(KEY, "bias 0.3, noise 0.5", partial(_noisy, BIAS, 0.5), tuple(_deviations(BIAS, 0.5)))
    yield Profile(KEY, "bias 0.3, a clean line", partial(_noisy, BIAS, 0.0), tuple(estimates(1)))
    cut = noisy_talk(BIAS, best_noise(BIAS)).cut
    always = another("Sender", "always says the one word", says=[[ONE], [ONE]])
    name = "bias 0.3, the plan of the best noise over a clean line"
    yield Profile(KEY, name, partial(_talk, BIAS, 0.0, cut), (always,), equilibrium=False)


PROFILES = tuple(_profiles())
