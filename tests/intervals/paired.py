"""Coverage of what is said of pairs: Tango's interval of the difference, and McNemar's test of none."""

import functools
import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

import signalling as sg
from signalling.stats import mcnemar_mid_p, tango
from tests.intervals.row import SHORT, Row

SEED = 1998
CONFIDENCE = 0.95
REPETITIONS = 20_000

DIFFERENCE = "paired difference, Tango"
TEST = "no difference, McNemar's mid-p test"

#: P(averted) and P(caused).
TRUTHS = ((0.1, 0.1), (0.3, 0.1), (0.02, 0.01), (0.15, 0.0), (0.005, 0.005))
SMALL = (20, 50, 100)
LARGE = (250, 1000, 10_000)
#: Where it covers too little, by pairs, P(averted) and P(caused).
NOTES = {
    (100, 0.15, 0.0): f"{SHORT}: where no war is caused, coverage goes up and down in steps with the pairs"
}

#: Scenarios whose pairs are made: the treatment of their study, pairs in the reference, and blocks of pairs.
PLAYED = (("two-seekers", "noisy", 200_000, 1000), ("july-1914", "hotline", 20_000, 200))
BLOCK = 200
PLAYED_SEED = 2026
#: Pairs that are made at once.
PIECE = 20_000


@functools.cache
def covers(caused: int, averted: int, pairs: int, truth: float) -> bool:
    """Whether Tango's interval holds the truth."""
    _, low, high = tango(caused, averted, pairs, CONFIDENCE)
    return low <= truth <= high


def trinomials(pairs: int, caused: float, averted: float) -> Iterator[tuple[int, int, float]]:
    """Every pair of counts with its probability."""
    logs = [
        -math.inf if share == 0.0 else math.log(share) for share in (caused, averted, 1 - caused - averted)
    ]
    factorials = [math.lgamma(count + 1) for count in range(pairs + 1)]
    for first in range(pairs + 1):
        for second in range(pairs + 1 - first):
            counts = (first, second, pairs - first - second)
            if any(count and log == -math.inf for count, log in zip(counts, logs, strict=True)):
                continue
            terms = [count * log for count, log in zip(counts, logs, strict=True) if count]
            terms += [factorials[pairs], *(-factorials[count] for count in counts)]
            yield first, second, math.exp(math.fsum(terms))


def enumerated(pairs: int, averted: float, caused: float) -> Row:
    """Tango's interval over all counts there may be."""
    truth = caused - averted
    covered = math.fsum(
        probability
        for first, second, probability in trinomials(pairs, caused, averted)
        if covers(first, second, pairs, truth)
    )
    note = NOTES.get((pairs, averted, caused), "")
    return Row(DIFFERENCE, told(averted, caused, "enumerated"), 0, pairs, CONFIDENCE, covered, note)


def simulated(pairs: int, averted: float, caused: float) -> Row:
    """Tango's interval over many drawn counts."""
    generator = np.random.Generator(np.random.Philox(key=SEED))
    drawn = generator.multinomial(pairs, [caused, averted, 1 - caused - averted], size=REPETITIONS)
    return Row(
        DIFFERENCE,
        told(averted, caused, "drawn"),
        REPETITIONS,
        pairs,
        CONFIDENCE,
        share_covered(drawn[:, :2], pairs, caused - averted),
        "",
    )


def share_covered(counts: npt.NDArray[np.int64], pairs: int, truth: float) -> float:
    """Of counts (caused, averted), how many give an interval that holds the truth."""
    held = [covers(int(caused), int(averted), pairs, truth) for caused, averted in counts]
    return sum(held) / len(held)


def tested(pairs: int, differing: float) -> Row:
    """How often the test is right not to reject that nothing differs; over all counts there may be."""
    kept = 0.0
    for discordant in range(pairs + 1):
        weight = _binomial(pairs, discordant, differing)
        if weight < 1e-12:
            continue
        for caused in range(discordant + 1):
            if mcnemar_mid_p(caused, discordant - caused) > 1.0 - CONFIDENCE:
                kept += weight * _binomial(discordant, caused, 0.5)
    truth = f"averted {differing / 2:g}, caused {differing / 2:g}; enumerated"
    return Row(TEST, truth, 0, pairs, CONFIDENCE, kept, "share of true hypotheses kept")


def _binomial(trials: int, successes: int, share: float) -> float:
    log = math.lgamma(trials + 1) - math.lgamma(successes + 1) - math.lgamma(trials - successes + 1)
    return math.exp(log + successes * math.log(share) + (trials - successes) * math.log1p(-share))


@functools.cache
def played(scenario: str, treatment: str, runs: int) -> npt.NDArray[np.int64]:
    """Played pairs, (runs,): 1 where the treatment causes a war, -1 where it averts one, else 0."""
    baseline = sg.load_scenario(scenario)
    paths = sg.load_study(scenario).treatments[treatment]
    parts = []
    for begin in range(0, runs, PIECE):
        piece = range(begin, min(begin + PIECE, runs))
        pair = sg.compare(baseline, treatment=paths, runs=piece, seed=PLAYED_SEED, workers=2)
        wars = [np.asarray(arm["war"], dtype=np.int64) for arm in (pair.baseline, pair.treated)]
        parts.append(wars[1] - wars[0])
    return np.concatenate(parts)


def beside_reference(scenario: str, treatment: str, reference: int, blocks: int) -> Row:
    """Blocks of played pairs, none of which stands in the reference that gives the truth."""
    found = played(scenario, treatment, reference + blocks * BLOCK)
    truth = float(found[:reference].mean())
    cut = found[reference:].reshape(blocks, BLOCK)
    counts = np.stack([(cut == 1).sum(axis=1), (cut == -1).sum(axis=1)], axis=1)
    told_truth = f"{scenario}, {treatment}: {truth:+.4f}, of {reference:,} pairs"
    return Row(
        DIFFERENCE, told_truth, blocks, BLOCK, CONFIDENCE, share_covered(counts, BLOCK, truth), "played"
    )


def told(averted: float, caused: float, how: str) -> str:
    """The truth in words."""
    return f"averted {averted:g}, caused {caused:g}; {how}"


def rows() -> list[Row]:
    """All of the above."""
    return [
        *(enumerated(pairs, *truth) for truth in TRUTHS for pairs in SMALL),
        *(simulated(pairs, *truth) for truth in TRUTHS for pairs in LARGE),
        *(beside_reference(*case) for case in PLAYED),
        *(tested(pairs, differing) for differing in (0.02, 0.2, 0.6) for pairs in (50, 250, 1000)),
    ]
