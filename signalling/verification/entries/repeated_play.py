"""Repeated play under noise: rules that remember a round (T01), and two noises that differ (T02)."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from signalling.theory.chains import average
from signalling.theory.repeated_play import (
    COOPERATION,
    TIT_FOR_TAT,
    WIN_STAY_LOSE_SHIFT,
    contrite,
    effective,
    moments,
)
from signalling.verification.entries import generosity, pairs
from signalling.verification.entries.pairs import (
    ALLD,
    BOTH,
    CONTRITE,
    FIRST,
    GRIM_ONE,
    GTFT,
    NEITHER,
    PAYOFF,
    SECOND,
    TFT,
    VARIANCE,
    VARIANCE_OF_FIRST,
    WSLS,
    Pair,
    Player,
    reacting,
)
from signalling.verification.ledger import Case, Curve, Entry, Number, Panel, algebra

NOISES = (0.01, 0.05, 0.1)
#: The noise at which a quick verification looks.
COMMON = 0.05
#: Seeds of an entry's cases begin here and rise by one, so that no two share their luck.
SEED_T01, SEED_T02 = 1_990_000, 1_997_000
EXACT = 1e-9

MEETINGS = (
    (TFT, TFT),
    (GTFT, GTFT),
    (WSLS, WSLS),
    (WSLS, ALLD),
    (TFT, ALLD),
    (GTFT, ALLD),
    (TFT, WSLS),
    (GRIM_ONE, GRIM_ONE),
)
#: Probability of C after C and after D, of two states that look at the other's last move alone.
REACTIVE = (((0.99, 0.35), (0.99, 0.35)), ((0.95, 0.05), (0.9, 0.3)), ((0.8, 0.4), (0.6, 0.1)))

RULES = (TFT, WSLS, GTFT, GRIM_ONE, CONTRITE)
#: Noise of reports and of moves, both at once.
TOGETHER = ((0.02, 0.02), (0.05, 0.01), (0.01, 0.05))
#: Contrite tit for tat with as much of either noise; printed variance, and half a unit of its last digit.
VARIANCES = ((0.01, 6.92, 0.005), (0.05, 1.079, 0.0005))


def _cases_t01() -> Iterator[Case]:
    met = [Pair(first, second, implementation=e) for e in NOISES for first, second in MEETINGS]
    for seed, pair in enumerate(met, start=SEED_T01):
        alike = pair.first == pair.second
        on = {FIRST: (pair.first.name, pair.implementation)} if alike else {}
        quick = pair.implementation == COMMON or pair == Pair(TFT, TFT, min(NOISES))
        names = (FIRST, BOTH, NEITHER, PAYOFF, VARIANCE)
        yield pairs.case("T01", pair, names, seed=seed, quick=quick, on=on)
    for seed, (one, two) in enumerate(REACTIVE, start=SEED_T01 + len(met)):
        yield pairs.case("T01", Pair(reacting(*one), reacting(*two)), (FIRST, SECOND, PAYOFF), seed=seed)


def _cases_t02() -> Iterator[Case]:
    met = list(_met_t02())
    for seed, (pair, quick) in enumerate(met, start=SEED_T02):
        heard = pair.perception > 0
        alone = not (heard and pair.implementation > 0)
        on = (
            {FIRST: (_series(pair.first, heard=heard), pair.implementation + pair.perception)}
            if alone
            else {}
        )
        yield pairs.case("T02", pair, (FIRST, BOTH, PAYOFF), seed=seed, quick=quick, on=on)
    for seed, (e, *_) in enumerate(VARIANCES, start=SEED_T02 + len(met)):
        yield pairs.case("T02", Pair(CONTRITE, CONTRITE, e, e), (FIRST, VARIANCE_OF_FIRST), seed=seed)
    yield from _algebra_t02()


def _met_t02() -> Iterator[tuple[Pair, bool]]:
    """Who meets, and whether in a quick verification too; reports are turned in two ways."""
    for player in RULES:
        for e in NOISES:
            quick = e == COMMON or player is CONTRITE
            yield Pair(player, player, implementation=e), quick
            for reader in (False, True):
                yield Pair(player, player, perception=e, reader=reader), quick
    for player in (TFT, WSLS, GTFT, CONTRITE):
        for perception, implementation in TOGETHER:
            for reader in (False, True):
                yield Pair(player, player, implementation, perception, reader), player in (GTFT, CONTRITE)


def _algebra_t02() -> Iterator[Case]:
    same, closed = [], []
    for e in NOISES:
        for player, rule in ((TFT, TIT_FOR_TAT), (WSLS, WIN_STAY_LOSE_SHIFT)):
            misheard, slipped = effective(rule, perception=e), effective(rule, implementation=e)
            number = Number(f"{player.name}, noise {e:g}: largest difference", 0.0, 1e-12)
            same.append((number, float(np.abs(np.subtract(misheard, slipped)).max())))
        for player, heard, formula in (
            (WSLS, False, (1 - e) * (1 - 2 * e + 4 * e**2)),
            (GTFT, False, (1 + e) / (1 + 4 * e)),
            (GTFT, True, (1 + 2 * e) / (1 + 4 * e)),
            (CONTRITE, False, 1 / (1 + 2 * e)),
            (CONTRITE, True, 0.5),
        ):
            number = Number(f"P(C), {_series(player, heard=heard)} {e:g}", formula, EXACT)
            closed.append((number, _cooperation(player, e, heard=heard)))
    yield algebra("T02", "either noise makes one chain of tit for tat and of win stay, lose shift", same)
    yield algebra("T02", "closed forms", closed)
    variances = [
        (Number(f"either noise {e:g}", printed, digit), _variance_of_chances(e))
        for e, printed, digit in VARIANCES
    ]
    yield algebra("T02", "variance of the chance of C, contrite tit for tat", variances)


def _variance_of_chances(noise: float) -> float:
    """Of an average of P(C given both views): what is printed. The moves themselves vary a little more."""
    play = contrite(perception=noise, implementation=noise)
    # The 64 states are 16 pairs of views, each after four pairs of moves that count no more.
    step = play.matrix[::4].reshape(16, 16, 4)
    return average(step.sum(axis=2), step.sum(axis=1) @ COOPERATION).variance


def _series(player: Player, *, heard: bool) -> str:
    return f"{player.name}, {'reports' if heard else 'moves'} turned"


def _cooperation(player: Player, noise: float, *, heard: bool) -> float:
    pair = Pair(player, player, perception=noise) if heard else Pair(player, player, noise)
    return moments(pairs.chain(pair), COOPERATION).mean


def _curves(players: Sequence[Player], *, heard: bool) -> tuple[Curve, ...]:
    return tuple(
        Curve(_series(player, heard=heard), partial(_cooperation, player, heard=heard), 0.002, 0.2)
        for player in players
    )


T01 = Entry(
    key="T01",
    group=pairs.GROUP,
    title="Strategies that remember one round, and mistakes",
    source="Molander 1985; Nowak 1990; Nowak and Sigmund 1990, 1992, 1993",
    direction="+",
    question=(
        "Two states answer each other's last move, round after round, and now and then a move goes wrong. "
        "Which rules find their way back to cooperation?"
    ),
    game=(
        "Two states cooperate or defect at once, round after round; payoffs T/R/P/S are 5/3/1/0.\n"
        "Each remembers the last round and answers it by a table of probabilities.\n"
        "A move that is meant becomes the other with the probability e; everybody then sees what was done."
    ),
    result=(
        "Two states that play tit for tat cooperate half of the time, however rare the mistakes: each "
        "mistake begins a vendetta that only another ends. Rules that forgive, or that notice when they did "
        "badly, cooperate the more the fewer mistakes there are. Grim alone, once hurt, hardly ever comes "
        "back."
    ),
    lesson=(
        "It holds for those who can forgive: fewer mistakes, more peace. For those who cannot, fewer "
        "mistakes change nothing in the long run, as long as there are any at all."
    ),
    panels=(
        Panel(
            "Cooperation of a pair",
            "share of moves turned",
            "share of rounds",
            tuple(
                Curve(player.name, partial(_cooperation, player, heard=False), 0.002, 0.2)
                for player in (TFT, WSLS, GTFT, GRIM_ONE)
            ),
        ),
    ),
    cases=lambda: list(_cases_t01()),
)

T02 = Entry(
    key="T02",
    group=pairs.GROUP,
    title="To be misheard is not to slip",
    source="Boerlijst, Nowak and Sigmund 1997; Wu and Axelrod 1995",
    direction="+",
    question=(
        "A move may go wrong, which both see, or only the report of it, which one side alone sees. Does it "
        "matter which?"
    ),
    game=(
        "As before, but a report of the other's move may be turned, for each receiver by itself.\n"
        "A state knows what itself did, and not what the other was told.\n"
        "Contrite tit for tat keeps a standing for both, and takes a punishment that it deserved."
    ),
    result=(
        "For tit for tat, and for win stay, lose shift, the two noises make the very same chain. Contrition "
        "repairs slips: it accepts the punishment, and cooperation is 1 / (1 + 2 e). A false report makes "
        "nobody feel guilty, and contrite tit for tat is then no better than tit for tat, at one half. The "
        "generous are better off misheard than clumsy."
    ),
    lesson=(
        "It holds, and tells which information counts. Where a rule rests on both agreeing who is to blame, "
        "true reports are worth more than steady hands."
    ),
    panels=(
        Panel(
            "Moves are turned",
            "share of moves turned",
            "cooperation",
            _curves(RULES, heard=False),
        ),
        Panel(
            "Reports are turned",
            "share of reports turned",
            "cooperation",
            _curves(RULES, heard=True),
        ),
    ),
    cases=lambda: list(_cases_t02()),
)

ENTRIES: tuple[Entry, ...] = (T01, T02, *generosity.ENTRIES)
