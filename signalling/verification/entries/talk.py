"""How much can be said between those whose aims differ (T19)."""

from collections.abc import Iterator, Sequence
from functools import partial

from signalling.scenario import Scenario, load_scenario
from signalling.theory.sender_receiver import most_words, partition, receiver_loss, sender_loss
from signalling.verification.bench import Bench, by_state
from signalling.verification.exchanges import FULL, QUICK, another, moved_cuts, plan
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
)

KEY = "T19"
#: Seeds of the cases begin here and rise by one, so that no two share their luck.
SEED = 1_982_000
EXACT = 1e-9
#: Of a number that is printed to four digits.
FOUR_DIGITS = 5e-5

#: b; words and where they end, computed once apart from this code.
TALKS: tuple[tuple[float, int, tuple[float, ...]], ...] = (
    (0.3, 1, ()),
    (0.25, 1, ()),
    (0.24, 2, (0.02,)),
    (0.1, 2, (0.3,)),
    (0.05, 3, (0.1333, 0.4667)),
    (0.02, 5, (0.04, 0.16, 0.36, 0.64)),
    (0.005, 10, (0.01, 0.04, 0.09, 0.16, 0.25, 0.36, 0.49, 0.64, 0.81)),
)

RECEIVER, SENDER = "receiver's loss", "sender's loss"


def talk(bias: float, cuts: Sequence[float]) -> Scenario:
    """A word for each interval, over a clean line, and the receiver knows where they end.

    Args:
        bias: b.
        cuts: where words end, rising.
    """
    words = len(cuts) + 1
    changes: dict[str, object] = {
        "name": f"bias {bias:g}, {words} words",
        "game.letters": [f"word {place}" for place in range(max(2, words))],
        "game.payoffs": [
            {"to": to, "against": against, "distances": [{"between": ["Receiver", "Nature"], "bias": apart}]}
            for to, against, apart in (("Receiver", "Sender", 0.0), ("Sender", "Receiver", bias))
        ],
    }
    changes |= plan("Sender", cuts=list(cuts), says=[[word] for word in range(words)], acts=[[0]] * words)
    changes |= plan("Receiver", cuts=list(cuts), says=list(range(words)))
    return load_scenario("cheap-talk").replace(changes)


def best_talk(bias: float) -> Scenario:
    """The finest talk that a bias allows.

    Args:
        bias: b.
    """
    return talk(bias, partition(bias, most_words(bias)))


def _play(bias: float, seed: int, bench: Bench) -> Sequence[Estimate]:
    """What both lose."""
    runs = bench.effort(FULL, QUICK)
    outcomes = bench.run(best_talk(bias), runs=runs, seed=seed, by_state=True)
    return [mean((-by_state(outcomes, "payoff", state)).tolist()) for state in ("Receiver", "Sender")]


def _receiver(bias: float) -> float:
    return receiver_loss(bias, most_words(bias))


def _sender(bias: float) -> float:
    return sender_loss(bias, most_words(bias))


def cases() -> Iterator[Case]:
    """What both lose at each bias, and words and cuts."""
    for place, (bias, *_) in enumerate(TALKS):
        numbers = (
            Number(RECEIVER, _receiver(bias), 0.0, RECEIVER, bias),
            Number(SENDER, _sender(bias), 0.0, SENDER, bias),
        )
        yield Case(KEY, f"bias {bias:g}", numbers, partial(_play, bias, SEED + place))
    told: list[tuple[Number, float]] = []
    for bias, words, cuts in TALKS:
        found = partition(bias, most_words(bias))
        told.append((Number(f"words, bias {bias:g}", words, EXACT), most_words(bias)))
        told += [
            (Number(f"cut {place}, bias {bias:g}", printed, FOUR_DIGITS), cut)
            for place, (printed, cut) in enumerate(zip(cuts, found, strict=True), start=1)
        ]
    yield algebra(KEY, "words and where they end", told)


PANELS = (
    Panel(
        "What is lost in the finest talk",
        "bias of the sender",
        "mean squared loss",
        (Curve(RECEIVER, _receiver, 0.005, 0.3), Curve(SENDER, _sender, 0.005, 0.3)),
        log_x=True,
        log_y=True,
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Talk",
        title="Talk between those whose aims differ",
        source="Crawford and Sobel 1982; uniform types",
        direction="+",
        question=(
            "A sender knows a number and would have the receiver take it for larger than it is. Words cost "
            "nothing and cannot be checked. How much can it say and be believed?"
        ),
        game="""A number t is uniform on [0, 1], and only the sender knows it. It says any word it likes.
        The receiver takes an action a and loses (a - t)^2.
        The sender loses (a - t - b)^2.""",
        result=(
            "Only intervals can be told, wider ones for larger numbers, so that no type would rather be "
            "taken for one of the next. The smaller the bias, the more words: ten at 0.005, three at 0.05, "
            "and from 1/4 on none that means anything. Both lose by what is not said, and the sender by "
            "its bias besides."
        ),
        lesson=(
            "It holds within bounds that no channel can move: every word that can be believed helps both, "
            "but how many there are is a matter of interests. A perfect line carries no more than they do."
        ),
        panels=PANELS,
        cases=lambda: list(cases()),
    ),
)


def estimates(cells: int) -> Iterator[Deviation]:
    """A receiver who takes more or less than the best, or does not listen.

    Args:
        cells: of the talk; with one there is nothing to listen to.
    """
    for bias in (-0.1, -0.01, 0.01, 0.1):
        yield another("Receiver", f"takes more by {bias:+g}", bias=bias)
    if cells > 1:
        yield another("Receiver", "does not listen", cuts=[], says=[0])


def _deviations(bias: float) -> Iterator[Deviation]:
    cuts = partition(bias, most_words(bias))
    named = {f"cut {place}": cut for place, cut in enumerate(cuts, start=1)}
    yield from moved_cuts("Sender", named, (-0.1, -0.01, 0.01, 0.1))
    words = len(cuts) + 1
    for word in range(words if words > 1 else 0):
        yield another("Sender", f"always says word {word}", says=[[word]] * words)
    if words > 1:
        upwards = [[min(word + 1, words - 1)] for word in range(words)]
        yield another("Sender", "says the next higher word", says=upwards)
        yield another("Sender", "turns its words around", says=[[word] for word in reversed(range(words))])
    yield from estimates(words)


def _naive() -> Scenario:
    """Equal intervals for a biased sender, and a receiver who believes them."""
    return talk(0.1, (0.5,))


def _profiles() -> Iterator[Profile]:
    for bias in (0.3, 0.1, 0.05, 0.02):
        name = f"bias {bias:g}, {most_words(bias)} words"
        yield Profile(KEY, name, partial(best_talk, bias), tuple(_deviations(bias)))
    sooner = tuple(another("Sender", f'says "high" from {cut:g} on', cuts=[cut]) for cut in (0.4, 0.45))
    yield Profile(KEY, "bias 0.1, two equal words", _naive, sooner, equilibrium=False)


PROFILES = tuple(_profiles())
