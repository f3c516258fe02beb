"""Two states that move at once, round after round: how such a pair is set up, played and counted.

Averages of one long play are wanted without its beginning. Outcomes tell averages from the beginning: so the
same chains are played twice on the same luck, as long as the beginning and to the end, and subtracted.
"""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from signalling.errors import SignallingError
from signalling.scenario import Scenario
from signalling.theory.chains import Moments
from signalling.theory.repeated_play import (
    ALTERNATOR,
    ALWAYS_DEFECT,
    COOPERATION,
    GRIM,
    MUTUAL_COOPERATION,
    MUTUAL_DEFECTION,
    TIT_FOR_TAT,
    WIN_STAY_LOSE_SHIFT,
    Payoffs,
    Play,
    Rule,
    contrite,
    generous,
    memory_one,
    moments,
    reactive,
)
from signalling.verification.bench import Bench, by_state, column, set_up
from signalling.verification.ledger import Case, Estimate, Number, exact

Floats64 = npt.NDArray[np.float64]

GROUP = "Repeated play under noise"

#: Independent chains of a pair; many, so that their variance is known as well as their mean.
CHAINS, QUICK_CHAINS = 400, 200
#: Rounds of each that are counted, and before that, over the smaller noise, rounds that are not.
ROUNDS, QUICK_ROUNDS = 2500, 500
BURN_IN = 10.0
#: The same without any noise, where a pair forgets its start within some rounds; an even number.
BURN_IN_WITHOUT_NOISE = 50
#: A variance below this is 0, rounded.
NO_VARIANCE = 1e-9
EXACT = 1e-9


class Player(NamedTuple):
    """A rule as theory and as a scenario file have it."""

    name: str
    rule: Rule | None
    """None: contrite tit for tat, which remembers more than the last round."""
    doctrine: Mapping[str, Any]


def _tabled(name: str, rule: Rule) -> Player:
    return Player(name, rule, {"name": "memory_one", **rule._asdict()})


def _named(name: str, rule: Rule, strategy: str) -> Player:
    return Player(name, rule, {"name": "memory_one", "strategy": strategy})


TFT = _named("tit for tat", TIT_FOR_TAT, "tit_for_tat")
WSLS = _named("win stay, lose shift", WIN_STAY_LOSE_SHIFT, "win_stay_lose_shift")
GTFT = _named("generous tit for tat", generous(1 / 3), "generous")
GRIM_ONE = _named("grim", GRIM, "grim")
ALLD = _named("always defect", ALWAYS_DEFECT, "always_defect")
ALTERNATING = _tabled("alternator", ALTERNATOR)
CONTRITE = Player("contrite tit for tat", None, {"name": "contrite"})


def forgiving(forgiveness: float) -> Player:
    """Generous tit for tat that answers D with C at this probability."""
    return _tabled(f"generous {forgiveness:.6g}", generous(forgiveness))


def reacting(after_cooperation: float, after_defection: float) -> Player:
    """A rule that looks only at what the other did."""
    name = f"({after_cooperation:g}, {after_defection:g})"
    return _tabled(name, reactive(after_cooperation, after_defection))


class Pair(NamedTuple):
    """Two rules that meet, and the noises between them."""

    first: Player
    second: Player
    implementation: float = 0.0
    """Probability that a move is turned."""
    perception: float = 0.0
    """Probability that a report is."""
    reader: bool = False
    """Who turns reports: the state that reads, or the channel on the way."""
    payoffs: Payoffs = Payoffs()

    @property
    def title(self) -> str:
        """What meets, and how it errs."""
        told = [f"{self.first.name} v. {self.second.name}"]
        if self.payoffs != Payoffs():
            told.append("payoffs " + "/".join(f"{payoff:g}" for payoff in self.payoffs))
        if self.implementation > 0:
            told.append(f"moves turned {self.implementation:g}")
        if self.perception > 0:
            by_whom = "by the reader" if self.reader else "by the channel"
            told.append(f"reports turned {self.perception:g} {by_whom}")
        return "; ".join(told)

    @property
    def burn_in(self) -> int:
        """Rounds that are not counted."""
        noises = [noise for noise in (self.implementation, self.perception) if noise > 0]
        return round(BURN_IN / min(noises)) if noises else BURN_IN_WITHOUT_NOISE


#: What is averaged over the rounds: a value for each of CC, CD, DC, DD.
FIRST, SECOND, BOTH, NEITHER, PAYOFF = (
    "P(C) of the first", "P(C) of the second", "P(CC)", "P(DD)", "payoff of the first",
)  # fmt: skip
VARIANCE = "variance of the payoff"
"""Of an average over n rounds, times n."""
VARIANCE_OF_FIRST = "variance of P(C)"
_VARIANCES = {VARIANCE: PAYOFF, VARIANCE_OF_FIRST: FIRST}


def chain(pair: Pair) -> Play:
    """The Markov chain of the moves."""
    noises = {"perception": pair.perception, "implementation": pair.implementation}
    if pair.first.rule is None or pair.second.rule is None:
        return contrite(**noises)
    return memory_one(pair.first.rule, pair.second.rule, **noises)


def expected(pair: Pair) -> dict[str, Moments]:
    """Mean and asymptotic variance of everything that is averaged."""
    values = {
        FIRST: COOPERATION,
        SECOND: (1.0, 0.0, 1.0, 0.0),
        BOTH: MUTUAL_COOPERATION,
        NEITHER: MUTUAL_DEFECTION,
        PAYOFF: pair.payoffs.values(),
    }
    play = chain(pair)
    return {name: moments(play, value) for name, value in values.items()}


def case(
    entry: str,
    pair: Pair,
    names: Sequence[str],
    *,
    seed: int,
    quick: bool = True,
    on: Mapping[str, tuple[str, float]] | None = None,
) -> Case:
    """A pair to be played.

    Args:
        entry: key of the entry.
        pair: who meets.
        names: which numbers are to come out.
        seed: of the play.
        quick: whether it is part of a quick verification.
        on: by name of a number, the curve on which it lies and where.
    """
    theory = expected(pair)
    numbers = []
    for name in names:
        series, x = (on or {}).get(name, ("", math.nan))
        averaged = _VARIANCES.get(name)
        prediction = theory[averaged].variance if averaged else theory[name].mean
        numbers.append(Number(name, prediction, EXACT, series, x))
    return Case(entry, pair.title, tuple(numbers), partial(_play, pair, tuple(names), seed), quick=quick)


def _play(pair: Pair, names: Sequence[str], seed: int, bench: Bench) -> list[Estimate]:
    theory = expected(pair)
    averages = _averages(pair, seed, bench)
    return [
        _spread(averages[_VARIANCES[name]], theory[_VARIANCES[name]], bench)
        if name in _VARIANCES
        else _mean(averages[name], theory[name], bench)
        for name in names
    ]


def _mean(averages: Floats64, theory: Moments, bench: Bench) -> Estimate:
    rounds = len(averages) * bench.effort(ROUNDS, QUICK_ROUNDS)
    if theory.variance < NO_VARIANCE:
        # Luck has no say: the worst of all chains stands for them.
        return exact(float(averages[np.abs(averages - theory.mean).argmax()]), rounds)
    return Estimate(float(averages.mean()), math.sqrt(theory.variance / rounds), rounds)


def _spread(averages: Floats64, theory: Moments, bench: Bench) -> Estimate:
    """The variance between chains, times their length; its error is that of normal averages."""
    rounds = bench.effort(ROUNDS, QUICK_ROUNDS)
    found = rounds * float(averages.var(ddof=1))
    return Estimate(found, theory.variance * math.sqrt(2 / (len(averages) - 1)), len(averages) * rounds)


def scenario(pair: Pair, rounds: int) -> Scenario:
    """The pair as users would write it: rounds of an hour, a report under way for 6 minutes."""
    states = []
    for name, player in (("A", pair.first), ("B", pair.second)):
        doctrine = {**player.doctrine, "implementation_noise": pair.implementation}
        if pair.reader:
            doctrine["perception_noise"] = pair.perception
        states.append({"name": name, "doctrine": doctrine})
    channel: dict[str, Any] = {"delay": {"law": "constant", "hours": 0.1}}
    if not pair.reader and pair.perception > 0:
        channel["garble"] = {"probability": pair.perception, "kernel": "other"}
    temptation, reward, punishment, sucker = pair.payoffs
    return set_up(
        {
            "name": pair.title,
            "horizon_days": rounds / 24,
            "review": {"interval_hours": 1, "jitter_hours": 0},
            "game": {"kind": "matrix", "payoffs": [[reward, sucker], [temptation, punishment]]},
            "states": states,
            "channels": {"default": channel},
        }
    )


def _averages(pair: Pair, seed: int, bench: Bench) -> dict[str, Floats64]:
    """Averages of each chain over the rounds that count, (chains,) each."""
    rounds = bench.effort(ROUNDS, QUICK_ROUNDS)
    end = _sums(pair, pair.burn_in + rounds, seed, bench)
    beginning = _sums(pair, pair.burn_in, seed, bench)
    return {name: (end[name] - beginning[name]) / rounds for name in end}


def _sums(pair: Pair, rounds: int, seed: int, bench: Bench) -> dict[str, Floats64]:
    """Sums over the first rounds of each chain, (chains,) each."""
    chains = bench.effort(CHAINS, QUICK_CHAINS)
    outcomes = bench.run(scenario(pair, rounds), runs=chains, seed=seed, by_state=True)
    if not (by_state(outcomes, "reviews", "A") == rounds).all():
        raise SignallingError(f"{pair.title}: a run did not have {rounds} rounds; please report it")
    first = 1 - by_state(outcomes, "mean_rung", "A")
    second = 1 - by_state(outcomes, "mean_rung", "B")
    both = column(outcomes, "mutual_cooperation")
    counts = {FIRST: first, SECOND: second, BOTH: both, NEITHER: 1 - first - second + both}
    # Counts are whole: rounding takes away what dividing by the length has cost.
    sums = {name: np.rint(share * rounds) for name, share in counts.items()}
    return sums | {PAYOFF: by_state(outcomes, "payoff", "A") * rounds}
