"""Too much weight on what everybody hears (T21)."""

from collections.abc import Iterator, Sequence
from functools import partial
from math import sqrt

from signalling.scenario import Scenario, load_scenario
from signalling.theory.public_information import (
    mean_squared_error,
    more_helps,
    public_weight,
    worst_public_precision,
)
from signalling.verification.bench import Bench, by_state
from signalling.verification.exchanges import FULL, QUICK, plan
from signalling.verification.ledger import (
    Case,
    Curve,
    Deviation,
    Entry,
    Estimate,
    Number,
    Panel,
    Profile,
    algebra,
)

KEY = "T21"
#: Seeds of the cases begin here and rise by one, so that no two share their luck.
SEED = 2_002_000
EXACT = 1e-9

PRIVATE = 10.0
PUBLIC = (0.0, 0.5, 1.0, 2.0, 5.0)
#: Weight on the other, r; printed: weight of the herald at each public precision, and whether more helps.
ROWS: tuple[tuple[float, tuple[float, ...], tuple[bool, ...]], ...] = (
    (0.0, (0.0, 0.047619047619, 0.090909090909, 0.16666666667, 0.33333333333), (True,) * 5),
    (0.5, (0.0, 0.090909090909, 0.16666666667, 0.28571428571, 0.5), (True,) * 5),
    (0.8, (0.0, 0.2, 0.33333333333, 0.5, 0.71428571429), (False, False, False, True, True)),
)
#: A little more precision.
SLOPE = 1e-5


def _weights(state: str, herald: float, *, bias: float = 0.0) -> dict[str, object]:
    return plan(state, number={"Nature": 1 - herald, "Herald": herald}, constant=bias)


def _game(conformity: float, public: float) -> Scenario:
    """Both lean on the herald as the equilibrium has it; a herald of no precision gets no weight."""
    changes: dict[str, object] = {
        "name": f"r {conformity:g}, alpha {public:g}",
        "game.payoffs": [
            {
                "to": own,
                "against": other,
                "distances": [
                    {"between": [own, "Nature"], "weight": 1 - conformity},
                    {"between": [own, other], "weight": conformity},
                ],
            }
            for own, other in (("A", "B"), ("B", "A"))
        ],
    }
    for state in ("A", "B"):
        changes |= _weights(state, public_weight(conformity, public, PRIVATE))
        changes[f"channels.Nature->{state}.noise.sigma"] = 1 / sqrt(PRIVATE)
        if public > 0:
            changes[f"channels.Herald->{state}.noise.sigma"] = 1 / sqrt(public)
    return load_scenario("beauty-contest").replace(changes)


def _play(conformity: float, public: float, seed: int, bench: Bench) -> Sequence[Estimate]:
    """How far A is from the truth, squared: normal, so that the square spreads as its mean."""
    runs = bench.effort(FULL, QUICK)
    outcomes = bench.run(_game(conformity, public), runs=runs, seed=seed, by_state=True)
    error = by_state(outcomes, "posture", "A") - by_state(outcomes, "posture", "Nature")
    spread = mean_squared_error(conformity, public, PRIVATE) * sqrt(2 / runs)
    return [Estimate(float((error**2).mean()), spread, runs)]


def _series(conformity: float) -> str:
    return f"weight on the other {conformity:g}"


def _error(conformity: float, public: float) -> float:
    return mean_squared_error(conformity, public, PRIVATE)


def cases() -> Iterator[Case]:
    """The error at every weight and precision, and what theory says of it."""
    known: list[tuple[Number, float]] = []
    seed = SEED
    for conformity, weights, helps in ROWS:
        for public, weight, better in zip(PUBLIC, weights, helps, strict=True):
            row = f"r {conformity:g}, alpha {public:g}"
            error = Number("mean squared error", _error(conformity, public), 0.0, _series(conformity), public)
            yield Case(KEY, row, (error,), partial(_play, conformity, public, seed))
            seed += 1
            known += [
                (
                    Number(f"weight of the herald, {row}", weight, EXACT),
                    public_weight(conformity, public, PRIVATE),
                ),
                (Number(f"more helps, {row}", float(better)), float(more_helps(conformity, public, PRIVATE))),
                (Number(f"the error falls there, {row}", float(better)), float(_falls(conformity, public))),
            ]
    worst = Number("precision below which more harms, r 0.8", 1.2, EXACT)
    known.append((worst, worst_public_precision(0.8, PRIVATE)))
    yield algebra(KEY, "weights, and whether a better herald helps (1 yes, 0 no)", known)


def _falls(conformity: float, public: float) -> bool:
    """The same by the error itself, a little further on."""
    return _error(conformity, public + SLOPE) < _error(conformity, public)


ENTRIES = (
    Entry(
        key=KEY,
        group="Coordination and common knowledge",
        title="Too much weight on what everybody hears",
        source="Morris and Shin 2002; the loss derived here",
        direction="-",
        question=(
            "States want to be right, and want to be near each other. Somebody tells the same to all. "
            "Does it bring them nearer to the truth if he knows it better?"
        ),
        game="""Two states each take a number; near the other counts r, near the truth counts 1 - r.
        Each has a private report of precision beta = 10; a herald tells both the same, of precision alpha.
        Both give the herald the weight alpha / (alpha + beta (1 - r)), the best reply to itself.""",
        result=(
            "The more a state cares to be near the other, the more it leans on what both have heard, "
            "beyond what that is worth as evidence. Each is right to, given that the other does. If they "
            "care enough, a herald who is a little better draws them away from their own reports by more "
            "than he brings them to the truth: at r = 0.8 every improvement up to a precision of 1.2 does "
            "harm, and only far beyond it are they better off than without a herald."
        ),
        lesson=(
            "It is reversed where states want to agree. Better public information brings them together, "
            "and may bring them together at the wrong place. What an improvement is worth depends on how "
            "good it gets: half a good herald is worse than none."
        ),
        panels=(
            Panel(
                "A better herald",
                "precision of the herald",
                "mean squared distance from the truth",
                tuple(Curve(_series(r), partial(_error, r), 0.0, 6.0) for r, *_ in ROWS),
            ),
        ),
        cases=lambda: list(cases()),
    ),
)


def _deviations(state: str, herald: float) -> Iterator[Deviation]:
    for step in (-0.3, -0.05, 0.05, 0.3):
        yield Deviation(state, f"weight of the herald moved by {step:+g}", _weights(state, herald + step))
    yield Deviation(state, "own report alone", _weights(state, 0.0))
    yield Deviation(state, "the herald alone", _weights(state, 1.0))
    for bias in (-0.2, 0.2):
        yield Deviation(state, f"{bias:+g} on top", _weights(state, herald, bias=bias))


def _profiles() -> Iterator[Profile]:
    for conformity, *_ in ROWS:
        for public in (1.0, 5.0):
            herald = public_weight(conformity, public, PRIVATE)
            other = Deviation("B", "own report alone", _weights("B", 0.0))
            tried = (*_deviations("A", herald), other)
            name = f"r {conformity:g}, alpha {public:g}"
            yield Profile(KEY, name, partial(_game, conformity, public), tried)
    # What a state would do that only wants to be right.
    alone = {path: value for state in ("A", "B") for path, value in _weights(state, 1 / 11).items()}
    name = "r 0.8, alpha 1, each report weighed by its precision"
    scenario = partial(_replaced, alone)
    yield Profile(KEY, name, scenario, tuple(_deviations("A", 1 / 11)), equilibrium=False)


def _replaced(changes: dict[str, object]) -> Scenario:
    return _game(0.8, 1.0).replace(changes)


PROFILES = tuple(_profiles())
