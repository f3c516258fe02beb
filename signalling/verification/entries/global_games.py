"""What all know: public information makes war a matter of expectation (T12)."""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from math import inf, sqrt
from typing import Literal

from signalling.scenario import Scenario, load_scenario
from signalling.theory.global_games import Equilibrium, best_reply, extremal_equilibrium, global_game
from signalling.verification.bench import Bench
from signalling.verification.exchanges import FULL, QUICK, another, earned, letters, moved_cuts, plan
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
    mean,
    proportion,
)

KEY = "T12"
#: Seeds of the cases begin here and rise by two, so that no two share their luck.
SEED = 1_993_000
EXACT = 1e-9

HOLD, STRIKE = 0, 1
Side = Literal["peace", "war"]
Point = tuple[float, float, float]

#: alpha, beta, y, which equilibrium; printed: gamma, theta*.
EQUILIBRIA: tuple[tuple[Point, Side, float, float], ...] = (
    ((1.0, 10.0, 0.4), "peace", 0.052380952381, 0.51004681295),
    ((1.0, 100.0, 0.4), "peace", 0.0050248756219, 0.50291023074),
    ((1.0, 10.0, 0.8), "peace", 0.052380952381, 0.46988758366),
    ((4.0, 1.0, 0.5), "peace", 13.333333333, 0.050279923169),
    ((4.0, 1.0, 0.5), "war", 13.333333333, 0.94972007683),
)
#: Public precisions beside 4 at which both ends are played; beta = 1, y = 1/2.
PUBLIC = (1.0, 2.0, 3.5, 4.5)
#: Best replies to best replies that are enough to come to rest at every point above.
REPLIES = 200


@cache
def told(point: Point, side: Side) -> Equilibrium:
    """The theory of a row."""
    return extremal_equilibrium(global_game(*point), side)


def _global_game(point: Point, cutoff: float) -> Scenario:
    """Both strike below a cutoff of their reports."""
    public, private, center = point
    changes: dict[str, object] = {"name": f"{_point(point)}, cutoff {cutoff:.4g}"}
    changes |= plan("Nature", mean=center, sigma=1 / sqrt(public))
    for state in ("A", "B"):
        changes |= plan(state, cuts=[cutoff]) | {f"channels.Nature->{state}.noise.sigma": 1 / sqrt(private)}
    return load_scenario("global-game").replace(changes)


def _at_the_cutoff(point: Point, found: Equilibrium) -> Scenario:
    """A has had a report that is the cutoff itself, so that it believes this of theta, and holds."""
    public, private, _ = point
    believed = plan("Nature", mean=found.expected, sigma=1 / sqrt(public + private))
    holds = plan("A", cuts=[], says=[[-1]], acts=[[HOLD]])
    return _global_game(point, found.cutoff).replace(believed | holds)


def _play_equilibrium(point: Point, side: Side, seed: int, bench: Bench) -> Sequence[Estimate]:
    """How often A strikes, how often both hold, and what holding is worth at the cutoff."""
    runs, found = bench.effort(FULL, QUICK), told(point, side)
    scenario = _global_game(point, found.cutoff)
    first, second = letters(bench, scenario, "A", "B", runs=runs, seed=seed)
    worth = earned(bench, _at_the_cutoff(point, found), "A", runs=runs, seed=seed + 1)
    return [
        proportion(int((first == STRIKE).sum()), runs, found.strikes),
        proportion(int(((first == HOLD) & (second == HOLD)).sum()), runs, found.peace),
        mean(worth.tolist()),
    ]


def _point(point: Point) -> str:
    return "alpha {:g}, beta {:g}, y {:g}".format(*point)


STRIKES, PEACE, WORTH = "P(A strikes)", "P(both hold)", "worth of holding at the cutoff"


def _branch(side: Side) -> str:
    return f"where {side} is expected"


def _both_hold(side: Side, public: float) -> float:
    return told((public, 1.0, 0.5), side).peace


def _strikes(private: float) -> float:
    return told((1.0, private, 0.4), "peace").strikes


def cases() -> Iterator[Case]:
    """Every equilibrium played, and what is expected and replied in it."""
    rows = [(point, side) for point, side, *_ in EQUILIBRIA]
    rows += [((public, 1.0, 0.5), side) for public in PUBLIC for side in ("peace", "war")]
    for place, (point, side) in enumerate(rows):
        found, unique = told(point, side), global_game(*point).is_unique
        drawn = _branch(side) if point[1:] == (1.0, 0.5) else ""
        limit = LIMIT if (point[0], point[2]) == (1.0, 0.4) else ""
        numbers = (
            Number(STRIKES, found.strikes, 0.0, limit, point[1]),
            Number(PEACE, found.peace, 0.0, drawn, point[0]),
            Number(WORTH, 0.0),
        )
        name = f"{_point(point)}, {'from ' if unique else ''}{side}"
        yield Case(KEY, name, numbers, partial(_play_equilibrium, point, side, SEED + 2 * place))
    yield _ends()
    yield _replies()


def _ends() -> Case:
    numbers = []
    for point, side, gamma, expected in EQUILIBRIA:
        row = f"{_point(point)}, {side}"
        numbers += [
            (Number(f"gamma, {row}", gamma, EXACT), global_game(*point).publicity),
            (Number(f"theta*, {row}", expected, EXACT), told(point, side).expected),
        ]
    return algebra(KEY, "what is expected at the cutoff", numbers)


def _replies() -> Case:
    """Best replies from both ends: where they come to rest, and whether that is one place or two."""
    numbers = []
    for point in dict.fromkeys(point for point, *_ in EQUILIBRIA):
        game, rests = global_game(*point), []
        for side, first in (("peace", -inf), ("war", inf)):
            cutoff = first
            for _ in range(REPLIES):
                cutoff = game.cutoff(best_reply(game, cutoff))
            numbers.append((Number(f"x* from {side}, {_point(point)}", _cutoff(point, side), EXACT), cutoff))
            rests.append(round(cutoff, 6))
        ends = float(1 if game.is_unique else 2)
        numbers.append((Number(f"places of rest, {_point(point)}", ends), float(len(set(rests)))))
    return algebra(KEY, "best replies to best replies, from all hold and from all strike", numbers)


def _cutoff(point: Point, side: str) -> float:
    return told(point, "peace" if side == "peace" else "war").cutoff


LIMIT = "alpha 1, y 0.4"


T12 = Entry(
    key=KEY,
    group="Coordination and common knowledge",
    title="What all know: public information makes war a matter of expectation",
    source="Carlsson and van Damme 1993; Morris and Shin 2003; all numbers derived here",
    direction="-",
    question=(
        "Peace is worth keeping if the other keeps it. Each has a report of its own of how much, and "
        "something is known to all. Does it matter which of the two is the better source?"
    ),
    game="""Holding is worth theta, less 1 if the other strikes; striking is worth 0.
    All know that theta is normal with mean y and precision alpha; a private report has the precision beta.
    A state strikes if its report is below a cutoff x*, at which it expects theta* of theta.""",
    result=(
        "If private reports are good and little is known to all, there is one equilibrium: whoever has a "
        "bad report doubts the other, who doubts in turn, and where those doubts meet is settled. As "
        "reports become exact it goes to the act that is better against an even chance. If what all know "
        "is good, gamma above 2 pi, there are two: the same states with the same reports keep the peace "
        "or strike nearly always, and what decides is what each expects that each expects."
    ),
    lesson=(
        "It is reversed for what is public. Private knowledge pins down what happens; shared knowledge, "
        "as it gets better, opens the door to a war that comes only because it is expected. A channel is "
        "not good or bad for peace by its accuracy, but by who knows that it was heard."
    ),
    panels=(
        Panel(
            "One fate or two, by what is public",
            "precision of what all know; beta 1, y 0.5",
            PEACE,
            tuple(Curve(_branch(side), partial(_both_hold, side), 0.5, 5.0) for side in ("war", "peace")),
        ),
        Panel(
            "Better private reports",
            "precision of a private report",
            STRIKES,
            (Curve(LIMIT, _strikes, 3.0, 1e4),),
            log_x=True,
        ),
    ),
    cases=lambda: list(cases()),
)

ENTRIES = (T12,)


def _of_cutoff(state: str, cutoff: float) -> Iterator[Deviation]:
    yield from moved_cuts(state, {"x*": cutoff}, (-1.0, -0.2, 0.2, 1.0))
    yield another(state, "always holds", acts=[[HOLD], [HOLD]])
    yield another(state, "always strikes", acts=[[STRIKE], [STRIKE]])
    yield another(state, "strikes above the cutoff", acts=[[HOLD], [STRIKE]])


def _profiles() -> Iterator[Profile]:
    for point, side, *_ in EQUILIBRIA:
        cutoff = told(point, side).cutoff
        tried = (*_of_cutoff("A", cutoff), another("B", "always strikes", acts=[[STRIKE], [STRIKE]]))
        yield Profile(KEY, f"{_point(point)}, {side}", partial(_global_game, point, cutoff), tried)
    # Too trusting for anybody whose report is below 0.
    trusting = partial(_global_game, (1.0, 10.0, 0.4), -0.5)
    yield Profile(
        KEY,
        "alpha 1, beta 10, y 0.4, too trusting",
        trusting,
        tuple(_of_cutoff("A", -0.5)),
        equilibrium=False,
    )


PROFILES = tuple(_profiles())
