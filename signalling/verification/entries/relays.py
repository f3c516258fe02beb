"""T26: what relays garble, what copies mend, and the information that neither can add."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from signalling.scenario import Scenario
from signalling.theory import relays as theory
from signalling.verification.bench import Bench, column
from signalling.verification.ledger import (
    Case,
    Curve,
    Entry,
    Estimate,
    Number,
    Panel,
    algebra,
    proportion,
)
from signalling.verification.passages import line
from signalling.verification.reports import heard_by, misheard, reports
from signalling.vocabulary import MessageKind

KEY = "T26"
SEED = 1948
FULL = 100_000
QUICK = 10_000
#: Most messages of one run: a long run is not shared out among threads.
PORTION = 10_000
#: An error this rare needs more runs than the others, and no quick verification.
RARE = 1e-3
MANY = 1_000_000
EXACT = 1e-9

FLIPS = (0.05, 0.2)
HOPS = (1, 2, 3, 5, 10)
COPIES = (1, 3, 5, 9)
#: e of the majorities.
VOTES = (0.05, 0.2, 0.4)
#: rho, n of the common causes, e = .2.
COMMON_FLIP = 0.2
COMMON = ((0.0, 3), (0.0, 9), (0.5, 3), (0.5, 9), (1.0, 3), (1.0, 9))

FIRST = ((0.9, 0.08, 0.02), (0.1, 0.8, 0.1), (0.02, 0.18, 0.8))
SECOND = ((0.7, 0.2, 0.1), (0.05, 0.9, 0.05), (0.0, 0.3, 0.7))
LAW = (0.5, 0.3, 0.2)
#: The letter whose way over both hops is played.
SENT = 1


def chain(name: str, hops: Sequence[dict[str, Any]], *, letters: int, sent: int) -> Scenario:
    """A state that says one letter every hour, and relays on the way to the other.

    Args:
        name: title.
        hops: faults of each.
        letters: how many there are.
        sent: the one that is said.
    """
    return line(
        name,
        hops=hops,
        review={"interval_hours": 1, "jitter_hours": 0},
        horizon_hours=PORTION - 0.5,
        start_rung=sent,
        ladder={"war": False, "rungs": [f"letter {letter}" for letter in range(letters)]},
    )


def play_hops(flip: float, hops: int, seed: int, bench: Bench) -> list[Estimate]:
    """The share of messages that arrive as the other letter."""
    scenario = chain(f"e {flip:g}, {hops} hops", [misheard(flip)] * hops, letters=2, sent=0)
    outcomes = bench.run(scenario, runs=bench.effort(FULL, QUICK) // PORTION, seed=seed)
    wrong, read = (int(column(outcomes, name).sum()) for name in ("garbled", "delivered"))
    return [proportion(wrong, read, theory.relayed_flip(flip, hops))]


def play_vote(flip: float, copies: int, common: float, seed: int, bench: Bench) -> list[Estimate]:
    """The share of runs in which the reader, who weighs every copy alike, takes the wrong step."""
    faults = misheard(flip) | {"repeats": copies, "common_cause_probability": common}
    # Of two equally likely letters the majority is more likely than not.
    scenario = reports(
        f"e {flip:g}, n {copies}, rho {common:g}",
        prior=0.5,
        channel=faults,
        watcher={"deduplicate": False, "act_above": 0.5},
    )
    prediction = theory.common_cause_error(flip, copies, common)
    runs = MANY if prediction < RARE else bench.effort(FULL, QUICK)
    outcomes = bench.run(scenario, runs=runs, seed=seed)
    # Only the sender can be greedy, and only the reader ever climbs.
    wrong = column(outcomes, "n_greedy") != column(outcomes, "peak_rung")
    return [proportion(int(wrong.sum()), runs, prediction)]


def play_letters(seed: int, bench: Bench) -> list[Estimate]:
    """The law of what arrives over two hops of three letters."""
    faults = [heard_by([list(row) for row in hop]) for hop in (FIRST, SECOND)]
    scenario = chain("three letters, two hops", faults, letters=3, sent=SENT)
    arrived = np.zeros(3, dtype=np.int64)
    for run in range(bench.effort(FULL, QUICK) // PORTION):
        told = bench.trace(scenario, seed=seed, run=run).messages
        read = [message.letter for message in told if message.kind == MessageKind.RUNG and message.hop == 1]
        arrived += np.bincount(read, minlength=3)
    law = theory.relayed(FIRST, SECOND)[SENT]
    return [
        proportion(int(hits), int(arrived.sum()), float(chance))
        for hits, chance in zip(arrived, law, strict=True)
    ]


def cases() -> Sequence[Case]:
    """Hops, votes, common causes, letters; capacities and informations are algebra."""
    hops = [(flip, number) for flip in FLIPS for number in HOPS]
    votes = [(flip, copies, 0.0) for flip in VOTES for copies in COPIES]
    common = [(COMMON_FLIP, copies, rho) for rho, copies in COMMON]
    return [
        *(_hops_case(SEED + place, *row) for place, row in enumerate(hops)),
        *(_vote_case(SEED + 100 + place, *row) for place, row in enumerate(votes)),
        *(
            _vote_case(SEED + 200 + place, *row, series=_common(row[2]), named=True)
            for place, row in enumerate(common)
        ),
        _letters_case(SEED + 300),
        *(_capacities(flip) for flip in FLIPS),
        _informations(),
    ]


def _hops_case(seed: int, flip: float, hops: int) -> Case:
    number = Number("P(the other letter)", theory.relayed_flip(flip, hops), series=_flip(flip), x=hops)
    return Case(KEY, f"hops, e = {flip:g}, m = {hops}", (number,), partial(play_hops, flip, hops, seed))


def _vote_case(
    seed: int, flip: float, copies: int, rho: float, *, series: str = "", named: bool = False
) -> Case:
    prediction = theory.common_cause_error(flip, copies, rho)
    number = Number("P(wrong)", prediction, series=series or _vote(flip), x=copies)
    name = f"common cause, e = {flip:g}, rho = {rho:g}, n = {copies}" if named else ""
    return Case(
        KEY,
        name or f"majority, e = {flip:g}, n = {copies}",
        (number,),
        partial(play_vote, flip, copies, rho, seed),
        quick=prediction >= RARE,
    )


def _letters_case(seed: int) -> Case:
    law = theory.relayed(FIRST, SECOND)[SENT]
    numbers = tuple(Number(f"P(letter {place})", float(chance)) for place, chance in enumerate(law))
    return Case(KEY, f"three letters, two hops, letter {SENT} sent", numbers, partial(play_letters, seed))


def _capacities(flip: float) -> Case:
    """Of m hops: once from the flip of the whole, once from the product of their matrices."""
    hop = [[1 - flip, flip], [flip, 1 - flip]]
    numbers = [
        (
            Number(f"bits, m = {hops}", theory.binary_capacity(theory.relayed_flip(flip, hops)), EXACT),
            theory.mutual_information(theory.relayed(*[hop] * hops), (0.5, 0.5)),
        )
        for hops in HOPS
    ]
    return algebra(KEY, f"capacity, e = {flip:g}", numbers)


def _informations() -> Case:
    """Through each hop and both: once as a divergence, once as a difference of entropies."""
    ways: dict[str, npt.ArrayLike] = {
        "through the first hop": FIRST,
        "through the second": SECOND,
        "through both": theory.relayed(FIRST, SECOND),
    }
    numbers = [
        (Number(f"bits {way}", theory.mutual_information(matrix, LAW), EXACT), _entropy_lost(matrix))
        for way, matrix in ways.items()
    ]
    return algebra(KEY, "information, three letters", numbers)


def _entropy_lost(matrix: npt.ArrayLike) -> float:
    """Entropy of what arrives, less that of what arrives given what was sent, bits."""
    rows = np.asarray(matrix, dtype=np.float64)
    given = math.fsum(share * _entropy(row) for share, row in zip(LAW, rows, strict=True))
    return _entropy(np.array(LAW) @ rows) - given


def _entropy(law: npt.NDArray[np.float64]) -> float:
    return -math.fsum(chance * math.log2(chance) for chance in law.tolist() if chance > 0)


def _flip(flip: float) -> str:
    return f"e = {flip:g}"


def _vote(flip: float) -> str:
    return f"majority, e = {flip:g}"


def _common(rho: float) -> str:
    return f"e = {COMMON_FLIP:g}, common cause {rho:g}" if rho > 0.0 else _vote(COMMON_FLIP)


def between_whole(law: Callable[[int], float], step: int, x: float) -> float:
    """A line through what is above 0 and defined for 1, 1 + step, ... alone, straight in its logarithm."""
    low = 1 + step * math.floor((x - 1) / step)
    share = (x - low) / step
    return law(low) if share == 0.0 else law(low) ** (1 - share) * law(low + step) ** share


def _hops_line(flip: float, hops: int) -> float:
    return theory.relayed_flip(flip, hops)


def _vote_line(flip: float, rho: float, copies: int) -> float:
    return theory.common_cause_error(flip, copies, rho)


PANELS = (
    Panel(
        "relays garble",
        "hops",
        "P(the other letter)",
        tuple(Curve(_flip(e), partial(between_whole, partial(_hops_line, e), 1), 1, 10) for e in FLIPS),
    ),
    Panel(
        "copies mend",
        "copies",
        "P(the majority is wrong)",
        (
            *(Curve(_vote(e), partial(between_whole, partial(_vote_line, e, 0.0), 2), 1, 9) for e in VOTES),
            *(
                Curve(_common(rho), partial(between_whole, partial(_vote_line, COMMON_FLIP, rho), 2), 1, 9)
                for rho in (0.5, 1.0)
            ),
        ),
        log_y=True,
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Channels, queues, age",
        title="Relays, copies and the information that is lost",
        source="Shannon (1948); flips and common causes derived here",
        direction="+",
        question=(
            "A message passes from hand to hand, or is sent in several copies. What is left of it, and what "
            "do copies win back?"
        ),
        game="""A letter of two passes m hops, each of which turns it with the probability e.
        Or one hop carries n copies, and the reader goes by the majority; with the probability rho one cause
        strikes all of them alike. Or one of three letters passes two hops with a confusion matrix each.""",
        result=(
            "Relays never add information: an error grows towards 1/2 with every hop, and two hops carry no "
            "more than the worse of them. Copies win it back, exponentially in their number, but only as "
            "far as they fail apart: what a common cause garbles stays garbled in every copy."
        ),
        lesson=(
            "It holds: directness and redundancy make words truer, and never less true. But copies of one "
            "mistake are one mistake, however many there are."
        ),
        panels=PANELS,
        cases=cases,
    ),
)
