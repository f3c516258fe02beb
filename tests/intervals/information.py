"""Coverage of bits: rungs that walk and a channel of known letters, enumerated; and played crises beside a
large reference that shares no run with them."""

import functools

import numpy as np
import numpy.typing as npt

import signalling as sg
from signalling.engines.choice import make_engine
from signalling.joint_counts import JointCounts, count_runs
from signalling.model import compile_model
from signalling.mutual_information import (
    Channel,
    channel,
    mutual_information,
    plug_in,
    share_of_entropy,
    with_itself,
)
from signalling.stats import Estimate
from tests.intervals.row import SHORT, Row

SEED = 1956
CONFIDENCE = 0.95
BITS = "bits per report, jackknife over runs"
AT_REVIEW = "bits at review, jackknife over runs"
SHARE = "share known at review, jackknife over runs"

#: Letters, P(up), P(down), reports per run: rungs from the lowest on, at the ends the blocked share stays.
WALK = (5, 0.15, 0.4, 40)
#: Few runs leave the lowest rung.
RARE = (5, 0.02, 0.3, 40)
COIN = (2, 0.2, 0.3, 40)
#: The walk, and the probability that the letter is replaced by one of all, drawn uniformly.
DRAWN = (
    (WALK, 0.0),
    (WALK, 0.3),
    (WALK, 0.9),
    (WALK, 1.0),
    (RARE, 0.3),
    (RARE, 0.9),
    (COIN, 0.3),
    (COIN, 0.9),
    (COIN, 1.0),
)
#: Runs behind each interval, and how many are made.
SIZES = {50: 4000, 200: 4000, 1000: 1000}
#: Where it covers too little, by walk, garbling and runs.
NOTES = {
    (COIN, 0.9, 50): f"{SHORT}: where little is known, an estimate that is too low has an interval too narrow"
}

#: Garbling of two security seekers; runs of the reference, and runs that are cut into blocks.
PLAYED = (0.3, 1.0)
REFERENCE = 40_000
CUT = 50_000
PLAYED_SEED = 2026
#: Runs behind each interval of played ones, so that the number of intervals is fair.
BLOCKS = (50, 200, 1000)

Counts = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]


def steps(letters: int, up: float, down: float) -> Reals:
    """Of the walk, from row to column."""
    table = np.diag(np.full(letters - 1, up), 1) + np.diag(np.full(letters - 1, down), -1)
    return table + np.diag(1.0 - table.sum(axis=1))


def letters_of(letters: int, garbling: float) -> Reals:
    """What arrives (column) for each rung (row)."""
    return (1.0 - garbling) * np.eye(letters) + garbling / letters


def enumerated(walk: tuple[int, float, float, int], garbling: float) -> float:
    """Bits between rung and letter over all reports of a run, by the chances of every rung at every one."""
    letters, up, down, reports = walk
    rungs, table = np.eye(letters)[0], steps(letters, up, down)
    shares = np.zeros(letters)
    for _ in range(reports):
        rungs = rungs @ table
        shares += rungs / reports
    # The plug-in value of exact shares is the definition; times a large number, so that n log n is of counts.
    return float(plug_in(shares[:, np.newaxis] * letters_of(letters, garbling) * 2.0**40))


def drawn(
    generator: np.random.Generator, walk: tuple[int, float, float, int], garbling: float, runs: int
) -> Counts:
    """Counts of runs that walk (runs, K, K)."""
    letters, up, down, reports = walk
    rungs = np.zeros(runs, dtype=np.int64)
    counts = np.zeros(runs * letters * letters, dtype=np.int64)
    begins = np.arange(runs) * letters * letters
    for _ in range(reports):
        luck = generator.random(runs)
        rungs += (luck < up) & (rungs < letters - 1)
        rungs -= (luck >= 1.0 - down) & (rungs > 0)
        replaced = generator.integers(letters, size=runs)
        read = np.where(generator.random(runs) < garbling, replaced, rungs)
        counts[begins + rungs * letters + read] += 1
    return counts.reshape(runs, letters, letters)


def covers(estimate: Estimate, truth: float) -> bool:
    """Whether an interval holds the truth; where all is rounding, within it."""
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low - 1e-9 <= truth <= estimate.high + 1e-9


def simulated(place: int, size: int) -> Row:
    """Intervals of drawn runs."""
    walk, garbling = DRAWN[place]
    generator = np.random.Generator(np.random.Philox(key=[SEED, 1000 * place + size]))
    truth = enumerated(walk, garbling)
    held = sum(
        covers(
            mutual_information([channel(drawn(generator, walk, garbling, size))], CONFIDENCE),
            truth,
        )
        for _ in range(SIZES[size])
    )
    letters, up, down, _ = walk
    told = f"{letters} letters, up {up:g}, down {down:g}, garbled {garbling:g}"
    told += f": {abs(truth):.4f} bits; enumerated"
    note = NOTES.get((walk, garbling, size), "")
    return Row(BITS, told, SIZES[size], size, CONFIDENCE, held / SIZES[size], note)


@functools.cache
def played(garbling: float) -> JointCounts:
    """Counts of two security seekers, the reference first."""
    scenario = sg.load_scenario("two-seekers").replace({"channels.default.garble.probability": garbling})
    model = compile_model(scenario)
    return count_runs(model, make_engine(model, PLAYED_SEED, "batch"), range(REFERENCE + CUT))


def beside_reference(garbling: float, measure: str) -> list[Row]:
    """Blocks of played runs, none of which stands in the reference that gives the truth."""
    counts = played(garbling)
    cut = slice(REFERENCE, None)

    def estimated(runs: slice) -> Estimate:
        review = counts.at_review[runs, 0]
        at_review = [Channel(review[:, :, :-1], review.sum((1, 2)))]
        if measure == BITS:
            return mutual_information([channel(counts.at_reading[runs, 0])], CONFIDENCE)
        if measure == AT_REVIEW:
            return mutual_information(at_review, CONFIDENCE)
        return share_of_entropy(at_review, [channel(with_itself(review))], CONFIDENCE)

    truth = estimated(slice(0, REFERENCE)).estimate
    assert truth is not None
    told = f"two-seekers, garbled {garbling:g}: {truth:.4f}, of {REFERENCE:,} runs"
    if garbling == 1.0:
        truth, told = 0.0, "two-seekers, garbled 1: 0, as it must be"
    found = []
    for size in BLOCKS:
        blocks = [slice(at, at + size) for at in range(cut.start, REFERENCE + CUT, size)]
        held = sum(covers(estimated(block), truth) for block in blocks)
        found.append(Row(measure, told, len(blocks), size, CONFIDENCE, held / len(blocks), "played"))
    return found


def rows() -> list[Row]:
    """All of the above."""
    found = [simulated(place, size) for place in range(len(DRAWN)) for size in SIZES]
    for garbling in PLAYED:
        for measure in (BITS, AT_REVIEW, SHARE):
            found += beside_reference(garbling, measure)
    return found
