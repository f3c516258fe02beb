"""Coverage of the shares of attribution: blocks of played runs beside a reference that holds none of them."""

import dataclasses
from collections.abc import Iterator

import signalling as sg
from signalling.shares import Attribution
from signalling.stats import Interval
from tests.intervals.row import Row

SEED = 1953
CONFIDENCE = 0.95
#: Runs behind the truth, and blocks of each size.
REFERENCE = 200_000
BLOCKS = 1000
SIZES = (200, 1000)

#: A slow line that loses and garbles, between a greedy state and a security seeker, for twenty days.
CRISIS = {
    "horizon_days": 20,
    "channels.all.garble.probability": 0.2,
    "channels.all.loss_probability": 0.3,
    "channels.all.delay": {"law": "exponential", "mean_hours": 24},
}
WHAT = {
    "shares": "share added to P(war)",
    "caused": "share of the wars caused",
    "prevented": "share of the wars prevented",
}


def played() -> Attribution:
    """All runs: those of the reference first, then those of the blocks."""
    scenario = sg.load_scenario("greedy-and-seeker").replace(CRISIS)
    runs = REFERENCE + BLOCKS * max(SIZES)
    return sg.attribute(scenario, faults=["loss", "delay", "garbling"], runs=runs, seed=SEED, workers=2)


def cut(whole: Attribution, begin: int, end: int) -> Attribution:
    """Some of the runs, as if no others had been made."""
    return dataclasses.replace(
        whole,
        runs=whole.runs[begin:end],
        numerators=whole.numerators[begin:end],
        war=whole.war[begin:end],
        war_without=whole.war_without[begin:end],
        war_without_one=whole.war_without_one[begin:end],
        seed=begin,  # draws of its own for each block
        confidence=CONFIDENCE,
    )


def blocks(whole: Attribution, size: int) -> Iterator[dict[str, dict[str, Interval]]]:
    """What is estimated from each block."""
    for begin in range(REFERENCE, REFERENCE + BLOCKS * size, size):
        block = cut(whole, begin, begin + size)
        yield {kind: getattr(block, kind)() for kind in WHAT}


def rows() -> list[Row]:
    """Every fault and every kind of share, for blocks of either size."""
    whole = played()
    reference = cut(whole, 0, REFERENCE)
    truths = {kind: getattr(reference, kind)() for kind in WHAT}
    found = []
    for size in SIZES:
        estimated = list(blocks(whole, size))
        for kind, what in WHAT.items():
            # A block without a war of the kind gives no interval.
            told = [block[kind] for block in estimated if block[kind]]
            for fault, truth in truths[kind].items():
                held = [block[fault].low <= truth.estimate <= block[fault].high for block in told]
                covered = sum(held) / len(held)
                place = f"{fault} {truth.estimate:.4f}, of {REFERENCE:,} runs"
                found.append(Row(f"{what}, resampled", place, len(held), size, CONFIDENCE, covered, "played"))
    return found
