"""A gesture that only the trustworthy can afford (T10)."""

import math
from collections.abc import Iterator, Sequence
from functools import partial

from signalling.scenario import Scenario, load_scenario
from signalling.theory.reassurance import lasting_cooperation, least_credible_gesture, mimicry
from signalling.verification.bench import Bench
from signalling.verification.exchanges import FULL, QUICK, Floats64, another, earned, letters, plan
from signalling.verification.ledger import (
    Case,
    Curve,
    Deviation,
    Entry,
    Estimate,
    Number,
    Panel,
    Profile,
    mean,
    proportion,
)

KEY = "T10"
#: Seeds of the cases begin here and rise by one, so that no two share their luck.
SEED = 2_000_000
#: A ratio of two small differences needs more runs than a share.
MANY = 250_000

TRUST = (0.3, 0.5, 0.8)
FLIPS = (0.0, 0.1, 0.3)
#: Stakes of the first stage at which a mimic's gain is played beside the least credible ones.
STAKES = (0.2, 0.9)

COOPERATE, DEFECT = 0, 1
#: What a plan's row says: on silence (that is, in the first stage), on "cooperate", on "defect".
SEPARATE, MIMIC, SEEKER = (
    (DEFECT, DEFECT, DEFECT),
    (COOPERATE, DEFECT, DEFECT),
    (COOPERATE, COOPERATE, DEFECT),
)


def _lot(state: str, seekers: float) -> dict[str, object]:
    return plan(f"Lot of {state}", probabilities=[1 - seekers, seekers])


def _game(trust: float, flips: float, first_stage: float) -> Scenario:
    """Both are security seekers with the same probability."""
    changes = {
        "name": f"seekers {trust:g}, misseen {flips:g}, stakes {first_stage:g} first",
        "game.phases": [
            {"kind": "nature"},
            {"kind": "act", "stakes": first_stage},
            {"kind": "act", "stakes": 1 - first_stage},
        ],
        "channels.A->B.garble.probability": flips,
        "channels.B->A.garble.probability": flips,
    }
    return load_scenario("reassurance").replace(changes | _lot("A", trust) | _lot("B", trust))


def _advantage(
    bench: Bench, trust: float, flips: float, first_stage: float, *, runs: int, seed: int
) -> Floats64:
    """What a greedy A earns by mimicry beyond what it earns by separating, on the same luck, one a run."""
    greedy = _game(trust, flips, first_stage).replace(_lot("A", 0.0))
    mimics = greedy.replace(plan("A", acts=[MIMIC, SEEKER]))
    separates, mimicked = (
        earned(bench, scenario, "A", runs=runs, seed=seed) for scenario in (greedy, mimics)
    )
    return mimicked - separates


def _play_gesture(trust: float, flips: float, seed: int, bench: Bench) -> Sequence[Estimate]:
    """The least credible stakes, from stages that count alone; and what mimicry gains at given stakes."""
    many, runs = bench.effort(MANY, QUICK), bench.effort(FULL, QUICK)
    price = -_advantage(bench, trust, flips, 1.0, runs=many, seed=seed)
    prize = _advantage(bench, trust, flips, 0.0, runs=many, seed=seed)
    lost, won = float(price.mean()), float(prize.mean())
    # The error of a ratio, to the first order, from what each run contributes to it.
    pull = (lost * (prize - won) - won * (price - lost)) / (won + lost) ** 2
    ratio = Estimate(won / (won + lost), float(pull.std(ddof=1)) / math.sqrt(many), many)
    gains = [
        _advantage(bench, trust, flips, stakes, runs=runs, seed=seed + place)
        for place, stakes in enumerate(_stakes(trust, flips), start=1)
    ]
    return [ratio, *(mean(gain.tolist()) for gain in gains)]


def _play_lasting(flips: float, seed: int, bench: Bench) -> Sequence[Estimate]:
    """How often two seekers both cooperate at the end."""
    runs = bench.effort(FULL, QUICK)
    first, second = letters(bench, _game(1.0, flips, 0.6), "A", "B", runs=runs, seed=seed)
    both = int(((first == COOPERATE) & (second == COOPERATE)).sum())
    return [proportion(both, runs, lasting_cooperation(flips))]


def _stakes(trust: float, flips: float) -> tuple[float, ...]:
    return (least_credible_gesture(trust, flips), *STAKES)


def _series(trust: float) -> str:
    return f"share of seekers {trust:g}"


def _misseen(flips: float) -> str:
    return f"misseen {flips:g}"


def cases() -> Iterator[Case]:
    """Least credible gestures, what mimicry gains, and how long cooperation lasts."""
    seed = SEED
    for trust in TRUST:
        for flips in FLIPS:
            least = least_credible_gesture(trust, flips)
            numbers = [Number("least credible stakes of the first stage", least, 0.0, _series(trust), flips)]
            for stakes in _stakes(trust, flips):
                gain = 0.0 if stakes == least else mimicry(trust, flips).gain(stakes)
                name = "at the least credible stakes" if stakes == least else f"at stakes {stakes:g}"
                series = _misseen(flips) if trust == 0.5 else ""
                numbers.append(Number(f"gain of mimicry {name}", gain, 0.0, series, stakes))
            play = partial(_play_gesture, trust, flips, seed)
            yield Case(KEY, f"seekers {trust:g}, misseen {flips:g}", tuple(numbers), play)
            seed += 10
    for flips in FLIPS:
        both = Number("P(both cooperate at the end)", lasting_cooperation(flips), 0.0, LASTING, flips)
        yield Case(KEY, f"two seekers, misseen {flips:g}", (both,), partial(_play_lasting, flips, seed))
        seed += 10


LASTING = "two seekers cooperate to the end"

PANELS = (
    Panel(
        "How dear a gesture must be",
        "share of first moves misseen",
        "least credible stakes",
        tuple(Curve(_series(trust), partial(least_credible_gesture, trust), 0.0, 0.5) for trust in TRUST),
    ),
    Panel(
        "Mimicry, half being seekers",
        "stakes of the first stage",
        "gain of mimicry, utility",
        tuple(Curve(_misseen(flips), mimicry(0.5, flips).gain, 0.0, 1.0) for flips in FLIPS),
    ),
    Panel(
        "How long trust lasts",
        "share of first moves misseen",
        "P(both cooperate)",
        (Curve(LASTING, lasting_cooperation, 0.0, 0.5),),
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Trust and reassurance",
        title="A gesture that only the trustworthy can afford",
        source="Kydd 2000; the two stages and their numbers derived here",
        direction="+-",
        question=(
            "A first step towards the other reassures only if those who mean ill would not take it. How "
            "large must it be, and does it help to see it better?"
        ),
        game="""Two states meet twice; the first time counts a share of the stakes, the second the rest.
        Seekers of security cooperate, and go on if they see the other do so; a first move may be misseen.
        Greedy states defect twice, or mimic: they cooperate first, to be trusted, and then defect.""",
        result=(
            "Nobody mimics from certain stakes of the first stage on. The more seekers there are, the dearer "
            "the gesture must be, as there are more to exploit. The worse moves are seen, the smaller a "
            "gesture tells the types apart: who mimics is often not believed anyway. But seekers lose each "
            "other too: both go on with the square of the chance to see rightly."
        ),
        lesson=(
            "It holds and is reversed at once: clear sight keeps seekers together, and makes it pay to "
            "deceive them. A better channel may turn a gesture that told something into one that tells "
            "nothing."
        ),
        panels=PANELS,
        cases=lambda: list(cases()),
    ),
)


def _deviations(state: str) -> tuple[Deviation, ...]:
    """Every other plan in pure moves that is told in a line, of the greedy and of the seeker."""
    greedy = {
        "mimics": MIMIC,
        "mimics, and repays": SEEKER,
        "cooperates throughout": (0, 0, 0),
        "repays": (1, 0, 1),
    }
    seeker = {
        "defects first": (1, 0, 1),
        "trusts whatever it sees": (0, 0, 0),
        "never trusts": MIMIC,
        "answers the other way round": (0, 1, 0),
        "defects throughout": SEPARATE,
    }
    return (
        *(another(state, f"greedy: {name}", acts=[row, SEEKER]) for name, row in greedy.items()),
        *(another(state, f"seeker: {name}", acts=[SEPARATE, row]) for name, row in seeker.items()),
        another(state, "both types cooperate throughout", acts=[(0, 0, 0), (0, 0, 0)]),
    )


def _profile(trust: float, flips: float, above: float) -> Profile:
    stakes = round(least_credible_gesture(trust, flips) + above, 3)
    name = f"seekers {trust:g}, misseen {flips:g}, stakes {stakes:g} first"
    deviations = (*_deviations("A"), *_deviations("B")[:1])
    return Profile(KEY, name, partial(_game, trust, flips, stakes), deviations, equilibrium=above > 0)


#: Not with eight seekers in ten and three moves in ten misseen: there a seeker trusts whatever it sees.
PROFILES = (
    *(_profile(trust, flips, 0.03) for trust, flips in ((0.5, 0.0), (0.5, 0.1), (0.5, 0.3), (0.3, 0.1))),
    _profile(0.8, 0.1, 0.03),
    _profile(0.5, 0.1, -0.1),
)
