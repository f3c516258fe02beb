"""Sequential verdicts under stopping: how often all of them are right, and no look misses the truth."""

import math

import numpy as np
import numpy.typing as npt

from signalling.sequential import log_evidence, looks
from tests.intervals.paired import PLAYED, played, told
from tests.intervals.row import Row

SEED = 1939
ERROR = 0.05

VERDICT = "verdict, stopped when decided"
SEQUENCE = "confidence sequence, all looks together"
FAMILY = "four verdicts of a file, all right"

MARGIN = 0.02
BUDGET = 64_000
#: P(averted) and P(caused). At either end of the margin any decision is wrong.
AT_THE_END = ((0.0, 0.02), (0.01, 0.03), (0.1, 0.12), (0.3, 0.32), (0.06, 0.04))
#: Where one decision is right.
ELSEWHERE = ((0.05, 0.05), (0.08, 0.03), (0.02, 0.025))
REPETITIONS = 10_000

#: Looks after every so many pairs, and how many of them.
STEP, STEPS = 10, 1000
LOOKED_AT = ((0.0, 0.02), (0.1, 0.1), (0.3, 0.1), (0.3, 0.3))
LOOKERS = 2000
CLAIMS = 4


def drawn(averted: float, caused: float, sizes: list[int], key: int, count: int) -> npt.NDArray[np.int64]:
    """Counts of caused and averted at each look, (count, looks, 2); `sizes` are the pairs between looks."""
    generator = np.random.Generator(np.random.Philox(key=[SEED, key]))
    shares = [caused, averted, 1 - caused - averted]
    steps = [generator.multinomial(size, shares, size=count)[:, :2] for size in sizes]
    return np.stack(steps, axis=1).cumsum(axis=1)


def decisions(
    counts: npt.NDArray[np.int64], pairs: npt.NDArray[np.int64], margin: float, error: float
) -> npt.NDArray[np.int64]:
    """First decision of each row: 0 none, 1 prevents, 2 no effect, 3 increases.

    From the evidence at both ends of the margin, as tests/test_sequential.py holds it to `decide`.
    """
    limit = math.log(2.0 / error)
    caused, averted = counts[..., 0], counts[..., 1]
    at_looks = np.zeros(caused.shape, dtype=np.int64)
    above = log_evidence(caused, averted, pairs, -margin) > limit
    below = log_evidence(averted, caused, pairs, -margin) > limit
    at_looks[above & below] = 2
    at_looks[log_evidence(averted, caused, pairs, margin) > limit] = 1
    at_looks[log_evidence(caused, averted, pairs, margin) > limit] = 3
    first = (at_looks > 0).argmax(axis=1)
    found: npt.NDArray[np.int64] = at_looks[np.arange(len(first)), first]
    return found


def right(truth: float, margin: float) -> int:
    """The decision that is right, as `decisions` counts them; -1 if none is."""
    if math.isclose(abs(truth), margin):
        return -1
    return 2 if abs(truth) < margin else 1 if truth < 0 else 3


def stopped(averted: float, caused: float, error: float, repetitions: int, key: int) -> npt.NDArray[np.bool_]:
    """Whether each of many claims, looked at until it is decided or its budget ends, is decided wrongly."""
    pairs = np.array(looks(BUDGET))
    counts = drawn(averted, caused, np.diff(pairs, prepend=0).tolist(), key, repetitions)
    found = decisions(counts, pairs, MARGIN, error)
    return (found > 0) & (found != right(caused - averted, MARGIN))


def verdict(averted: float, caused: float, repetitions: int = REPETITIONS) -> Row:
    """One claim."""
    wrong = stopped(averted, caused, ERROR, repetitions, 0)
    note = f"margin {MARGIN:g}, looks from 250 to {BUDGET:,}"
    truth = told(averted, caused, "drawn")
    return Row(VERDICT, truth, repetitions, BUDGET, 1 - ERROR, float(1 - wrong.mean()), note)


def family() -> Row:
    """Four claims in one file, each at an end of the margin."""
    wrong = [stopped(*AT_THE_END[1 + claim], ERROR / CLAIMS, REPETITIONS, claim) for claim in range(CLAIMS)]
    right_together = float(1 - np.any(wrong, axis=0).mean())
    truth = "each at an end of the margin; drawn"
    return Row(
        FAMILY, truth, REPETITIONS, BUDGET, 1 - ERROR, right_together, "independent claims, Bonferroni"
    )


def missed(
    counts: npt.NDArray[np.int64], pairs: npt.NDArray[np.int64], truth: float
) -> npt.NDArray[np.bool_]:
    """Whether the sequence of each row misses the truth at any of its looks."""
    limit = math.log(2.0 / ERROR)
    caused, averted = counts[..., 0], counts[..., 1]
    beyond = log_evidence(caused, averted, pairs, truth) > limit
    beyond |= log_evidence(averted, caused, pairs, -truth) > limit
    found: npt.NDArray[np.bool_] = beyond.any(axis=1)
    return found


def sequence(averted: float, caused: float) -> Row:
    """Looks after every ten pairs, a thousand of them."""
    counts = drawn(averted, caused, [STEP] * STEPS, 0, LOOKERS)
    pairs = STEP * np.arange(1, STEPS + 1)
    # Some at a time: 61 stakes of all of them have no room in memory.
    parts = np.array_split(counts, 100)
    share = np.concatenate([missed(part, pairs, caused - averted) for part in parts]).mean()
    note = f"looked at after every {STEP} pairs"
    truth = told(averted, caused, "drawn")
    return Row(SEQUENCE, truth, LOOKERS, STEP * STEPS, 1 - ERROR, float(1 - share), note)


def beside_reference(scenario: str, treatment: str, reference: int, blocks: int, block: int) -> Row:
    """Blocks of played pairs, each looked at after every pair."""
    found = played(scenario, treatment, reference + blocks * block)
    truth = float(found[:reference].mean())
    cut = found[reference:].reshape(blocks, block)
    counts = np.stack([(cut == 1).cumsum(axis=1), (cut == -1).cumsum(axis=1)], axis=2)
    share = missed(counts, np.arange(1, block + 1), truth).mean()
    told_truth = f"{scenario}, {treatment}: {truth:+.4f}, of {reference:,} pairs"
    note = "played; looked at after every pair"
    return Row(SEQUENCE, told_truth, blocks, block, 1 - ERROR, float(1 - share), note)


def rows() -> list[Row]:
    """All of the above."""
    return [
        *(verdict(*truth) for truth in (*AT_THE_END, *ELSEWHERE)),
        family(),
        *(sequence(*truth) for truth in LOOKED_AT),
        *(beside_reference(*case, block=200) for case in PLAYED),
    ]
