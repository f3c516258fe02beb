"""T28: beliefs that are right on average, a lone decider, and the base rate of alarms."""

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

import numpy as np
import numpy.typing as npt
from pyarrow import compute

from signalling.scenario import Scenario
from signalling.theory import calibration as theory
from signalling.verification.bench import Bench, by_state
from signalling.verification.ledger import (
    Case,
    Curve,
    Entry,
    Estimate,
    Number,
    Panel,
    algebra,
    exact,
    mean,
    proportion,
)
from signalling.verification.reports import INTERVAL_HOURS, READER, heard_by, misheard, reports

KEY = "T28"
SEED = 1953
FULL = 100_000
QUICK = 10_000
#: Runs of which a table is held in memory at a time.
PORTION = 250_000
#: Alarms of a base rate as low as this need more runs, and no quick verification.
RARE = 1e-3
MANY = 1_000_000
EXACT = 1e-9

CERTAIN = 0.9
#: prior, accuracy, reports.
BELIEFS = ((0.5, 0.7, 5), (0.1, 0.8, 5), (0.9, 0.6, 10))
#: Of the same channels made worse in ways that do not depend on what is said.
LOSS = 0.3
LATE = {"law": "exponential", "mean_hours": INTERVAL_HOURS}

PRIORS = (0.5, 0.2)
ACCURACIES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
MISS = 1.0
FALSE_ALARM = 0.25
#: An alarm costs a quarter if there is no attack, silence costs one if there is: sound it if
#: p > (1 - p) / 4, that is, if p > 1/5. At 1/5 itself both cost the same.
ALARM_ABOVE = FALSE_ALARM / (MISS + FALSE_ALARM)

#: base rate, false alarms; hits are .99.
HIT = 0.99
ALARMS = ((1e-2, 1e-2), (1e-2, 1e-4), (1e-4, 1e-2), (1e-4, 1e-4), (1e-6, 1e-2), (1e-6, 1e-4))
#: Below, an alarm that is real does not come within the runs that can be afforded.
RAREST_PLAYED = 1e-4

Floats64 = npt.NDArray[np.float64]


def believed(
    bench: Bench, scenario: Scenario, *, runs: int, seed: int
) -> tuple[Floats64, npt.NDArray[np.bool_], Floats64]:
    """The reader's belief, whether the sender is greedy, and where the reader stands, one of each a run."""
    parts: list[tuple[Floats64, npt.NDArray[np.bool_], Floats64]] = []
    for begin in range(0, runs, PORTION):
        portion = range(begin, min(begin + PORTION, runs))
        outcomes = bench.run(scenario, runs=portion, seed=seed, by_state=True)
        greedy = np.asarray(compute.equal(outcomes.table["n_greedy"], 1).to_numpy(), dtype=np.bool_)
        parts.append((by_state(outcomes, "belief", READER), greedy, by_state(outcomes, "rung", READER)))
    beliefs, types, rungs = zip(*parts, strict=True)
    return np.concatenate(beliefs), np.concatenate(types), np.concatenate(rungs)


def play_beliefs(prior: float, accuracy: float, count: int, seed: int, bench: Bench) -> list[Estimate]:
    """Mean, variance and error of the posterior, and how often it is sure of what is not so."""
    scenario = reports(
        f"t {prior:g}, a {accuracy:g}, n {count}",
        prior=prior,
        channel=misheard(1 - accuracy),
        rounds=count,
    )
    belief, greedy, _ = believed(bench, scenario, runs=bench.effort(FULL, QUICK), seed=seed)
    innocent = belief[~greedy]
    # Some posteriors are on the threshold, but for rounding.
    sure = int((innocent >= CERTAIN - theory.ON_THE_THRESHOLD).sum())
    predicted = theory.posterior_law(prior, accuracy, count).probability_at_least(CERTAIN, given_type=0)
    excess = max(0.0, sure / len(innocent) - theory.mistaken_certainty_bound(prior, CERTAIN))
    return [
        mean(belief.tolist()),
        mean(((belief - prior) ** 2).tolist()),
        mean(((belief - greedy) ** 2).tolist()),
        proportion(sure, len(innocent), predicted),
        exact(excess, len(innocent)),
    ]


def play_worse_channel(prior: float, accuracy: float, count: int, seed: int, bench: Bench) -> list[Estimate]:
    """The mean posterior where reports are lost and late as well."""
    faults = misheard(1 - accuracy) | {"loss_probability": LOSS, "delay": LATE}
    scenario = reports(f"t {prior:g}, loss and delay", prior=prior, channel=faults, rounds=count)
    belief, _, _ = believed(bench, scenario, runs=bench.effort(FULL, QUICK), seed=seed)
    return [mean(belief.tolist())]


def play_decider(prior: float, accuracy: float, seed: int, bench: Bench) -> list[Estimate]:
    """What a lone decider's mistakes cost."""
    scenario = reports(
        f"prior {prior:g}, accuracy {accuracy:g}",
        prior=prior,
        channel=misheard(1 - accuracy),
        watcher={"act_above": ALARM_ABOVE},
        matrix_game=True,
    )
    _, attack, action = believed(bench, scenario, runs=bench.effort(FULL, QUICK), seed=seed)
    loss = np.where(attack, MISS * (action == 0), FALSE_ALARM * (action == 1))
    # Who cannot err never does: one mistake refutes a prediction of 0.
    return [mean(loss.tolist()) if accuracy < 1 else exact(float(loss.mean()), len(loss))]


def play_alarms(base: float, false_alarm: float, seed: int, bench: Bench) -> list[Estimate]:
    """The share of alarms that are real; a reader who has heard one believes more than before."""
    channel = heard_by([[1 - false_alarm, false_alarm], [1 - HIT, HIT]])
    scenario = reports(f"base {base:g}, false alarms {false_alarm:g}", prior=base, channel=channel)
    runs = MANY if base < RARE else bench.effort(FULL, QUICK)
    belief, attack, _ = believed(bench, scenario, runs=runs, seed=seed)
    alarm = belief > base
    predicted = theory.positive_predictive_value(base, HIT, false_alarm)
    return [proportion(int((alarm & attack).sum()), int(alarm.sum()), predicted)]


def cases() -> Sequence[Case]:
    """Posteriors, the same over worse channels, lone deciders, and alarms."""
    deciders = [(prior, accuracy) for prior in PRIORS for accuracy in ACCURACIES]
    alarms = [(base, rate) for base, rate in ALARMS if base >= RAREST_PLAYED]
    return [
        *(_beliefs_case(SEED + place, *row) for place, row in enumerate(BELIEFS)),
        *(_worse_case(SEED + 10 + place, *row) for place, row in enumerate(BELIEFS)),
        _bounds(),
        *(_decider_case(SEED + 100 + place, *row) for place, row in enumerate(deciders)),
        *(_alarm_case(SEED + 200 + place, *row) for place, row in enumerate(alarms)),
        _base_rates(),
    ]


def _beliefs_case(seed: int, prior: float, accuracy: float, count: int) -> Case:
    law = theory.posterior_law(prior, accuracy, count)
    numbers = (
        Number("mean posterior", law.mean()),
        Number("variance of the posterior", law.variance()),
        Number("Brier score", law.brier()),
        Number(f"P(posterior >= {CERTAIN:g} | type 0)", law.probability_at_least(CERTAIN, given_type=0)),
        Number("the same in excess of its bound", 0.0),
    )
    play = partial(play_beliefs, prior, accuracy, count, seed)
    return Case(KEY, _row(prior, accuracy, count), numbers, play)


def _worse_case(seed: int, prior: float, accuracy: float, count: int) -> Case:
    # Any channel that the reader knows: the mean is the prior, whatever is lost or late.
    numbers = (Number("mean posterior", theory.posterior_law(prior, accuracy, count).mean()),)
    play = partial(play_worse_channel, prior, accuracy, count, seed)
    return Case(KEY, f"{_row(prior, accuracy, count)}, loss {LOSS:g} and delay", numbers, play)


def _bounds() -> Case:
    """Computed once more in fractions, of the odds of the prior and of the threshold."""
    numbers = []
    for prior, accuracy, count in BELIEFS:
        share, threshold = _fraction(prior), _fraction(CERTAIN)
        bound = share / (1 - share) / (threshold / (1 - threshold))
        name = f"bound, {_row(prior, accuracy, count)}"
        predicted = theory.mistaken_certainty_bound(prior, CERTAIN)
        numbers.append((Number(name, predicted, EXACT), float(min(Fraction(1), bound))))
    return algebra(KEY, f"P(posterior >= {CERTAIN:g} | type 0) at most", numbers)


def _decider_case(seed: int, prior: float, accuracy: float) -> Case:
    number = Number("expected loss", _loss(prior, accuracy), series=_prior(prior), x=accuracy)
    play = partial(play_decider, prior, accuracy, seed)
    return Case(KEY, f"lone decider, prior {prior:g}, accuracy {accuracy:g}", (number,), play)


def _alarm_case(seed: int, base: float, false_alarm: float) -> Case:
    predicted = theory.positive_predictive_value(base, HIT, false_alarm)
    number = Number("share of alarms that are real", predicted, series=_base(base), x=false_alarm)
    play = partial(play_alarms, base, false_alarm, seed)
    name = f"alarms, base rate {base:g}, false alarms {false_alarm:g}"
    return Case(KEY, name, (number,), play, quick=base >= RARE)


def _base_rates() -> Case:
    """Computed once more in fractions: real alarms among all alarms."""
    numbers = []
    for base, rate in ALARMS:
        real = _fraction(base) * _fraction(HIT)
        share = real / (real + (1 - _fraction(base)) * _fraction(rate))
        predicted = theory.positive_predictive_value(base, HIT, rate)
        name = f"base rate {base:g}, false alarms {rate:g}"
        numbers.append((Number(name, predicted, EXACT), float(share)))
    return algebra(KEY, "share of alarms that are real", numbers)


def _fraction(decimal: float) -> Fraction:
    """The number as it is written, not the float next to it."""
    return Fraction(str(decimal))


def _row(prior: float, accuracy: float, count: int) -> str:
    return f"prior {prior:g}, accuracy {accuracy:g}, n = {count}"


def _loss(prior: float, accuracy: float) -> float:
    return theory.lone_decider_loss(prior, accuracy, miss_cost=MISS, false_alarm_cost=FALSE_ALARM)


def _real(base: float, false_alarm: float) -> float:
    return theory.positive_predictive_value(base, HIT, false_alarm)


def _prior(prior: float) -> str:
    return f"prior {prior:g}"


def _base(base: float) -> str:
    return f"base rate {base:g}"


PANELS = (
    Panel(
        "a lone decider",
        "accuracy of the report",
        "expected loss",
        tuple(Curve(_prior(prior), partial(_loss, prior), 0.5, 1.0) for prior in PRIORS),
    ),
    Panel(
        "real alarms",
        "probability of a false alarm",
        "share of alarms that are real",
        tuple(Curve(_base(base), partial(_real, base), 5e-5, 5e-2) for base in (1e-2, 1e-4)),
        log_x=True,
        log_y=True,
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Information about type",
        title="Right on average: posteriors, lone deciders, alarms",
        source="Bayes's rule; Blackwell (1951, 1953); Ville; numbers derived here",
        direction="+0",
        question=(
            "A reader knows how good its channel is, and nobody plays against it. Can information ever do "
            "it harm?"
        ),
        game="""A state is of type 1 with a known probability and reports its type n times.
        Each report is right with a known accuracy, and the reader applies Bayes's rule.
        A lone decider pays 1 for a missed attack, 1/4 for a false alarm, and sounds it above 1/5.""",
        result=(
            "Whoever knows the channel is right on average, whatever it garbles, loses or delays, and is "
            "sure of what is not so no oftener than the prior allows. A lone decider is never worse off for "
            "a better report, though often no better: a report that cannot change the decision is worth "
            "nothing. If attacks are rare, most alarms are false even of a very good detector."
        ),
        lesson=(
            "It holds, though often idly, for whoever decides alone. So where information does harm, it "
            "does it through another player or through a wrong model of the channel."
        ),
        panels=PANELS,
        cases=cases,
    ),
)
