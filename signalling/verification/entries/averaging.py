"""Three states who take weighted means of what they hear (DeGroot): a part of T31."""

from collections.abc import Sequence

from signalling.scenario import Scenario
from signalling.theory.opinion import averaged, consensus, influence, slowest_factor
from signalling.verification.bench import Bench, by_state, set_up
from signalling.verification.ledger import Case, Estimate, Number, exact

KEY = "T31"
#: Weights that each of three states gives to each, and what they think at first.
TRUST = ((0.6, 0.3, 0.1), (0.2, 0.7, 0.1), (0.25, 0.25, 0.5))
OPINIONS = (1.0, 0.0, 0.5)
NAMES = ("A", "B", "C")
#: Rounds after which disagreement, which shrinks by 0.4 in a round, is below rounding.
MANY_ROUNDS = 60


def _averaging(opinions: Sequence[float], rounds: int) -> Scenario:
    """Three `richardson` states: with fatigue and reaction 1 - w of the own weight w, a step averages."""
    pairs = [(first, second) for first in range(3) for second in range(first + 1, 3)]
    return set_up(
        {
            "name": "averaging",
            "horizon_days": rounds,
            "review": {"interval_hours": 24, "jitter_hours": 0},
            "game": {"kind": "posture"},
            "states": [
                {
                    "name": name,
                    "start_posture": opinion,
                    "doctrine": {
                        "name": "richardson",
                        "reaction": 1 - TRUST[place][place],
                        "fatigue": 1 - TRUST[place][place],
                        "grievance": 0.0,
                    },
                }
                for place, (name, opinion) in enumerate(zip(NAMES, opinions, strict=True))
            ],
            "rivals": [
                {
                    "between": [NAMES[first], NAMES[second]],
                    "weight": TRUST[first][second],
                    "weight_back": TRUST[second][first],
                }
                for first, second in pairs
            ],
            "channels": {"default": {"delay": {"law": "constant", "hours": 0}}},
        }
    )


def _after(bench: Bench, opinions: Sequence[float], rounds: int) -> list[float]:
    """What the three think after some rounds."""
    ended = bench.run(_averaging(opinions, rounds), runs=1, seed=1, by_state=True)
    return [float(by_state(ended, "posture", name)[0]) for name in NAMES]


def case() -> Case:
    """Averaging: a weight is the consensus if only that state thinks 1 and the others 0."""

    def play(bench: Bench) -> Sequence[Estimate]:
        alone = [[float(other == place) for other in range(3)] for place in range(3)]
        weights = [_after(bench, opinions, MANY_ROUNDS)[0] for opinions in alone]
        ends = _after(bench, OPINIONS, MANY_ROUNDS)
        third, fourth = (_after(bench, OPINIONS, rounds) for rounds in (3, 4))
        # A and B listen alike to C: their disagreement shrinks by one factor from the first round on.
        before, after = (told[0] - told[1] for told in (third, fourth))
        return [exact(value, 1) for value in (*weights, *ends, *third, after / before)]

    numbers = (
        *(
            Number(f"weight of {name} in the consensus", float(weight), 1e-9)
            for name, weight in zip(NAMES, influence(TRUST), strict=True)
        ),
        *(Number(f"consensus as {name} has it", consensus(TRUST, OPINIONS), 1e-9) for name in NAMES),
        *(
            Number(f"opinion of {name} after 3 rounds", float(opinion), 1e-9)
            for name, opinion in zip(NAMES, averaged(TRUST, OPINIONS, 3), strict=True)
        ),
        # Predicted to half its digits: a double root.
        Number("factor of disagreement in a round", slowest_factor(TRUST), 1e-7),
    )
    return Case(KEY, "three who average", numbers, play)
