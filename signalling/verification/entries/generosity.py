"""How generous to be: forgiveness that repairs mistakes and invites nobody to exploit it (T03)."""

from collections.abc import Iterator
from functools import cache, partial

from signalling.theory.generosity import (
    alternator_bound,
    defector_bound,
    defector_bound_misheard,
    optimal_generosity,
    payoff_against_generous,
)
from signalling.theory.repeated_play import ALTERNATOR, ALWAYS_DEFECT, Payoffs, generous
from signalling.verification.entries import pairs
from signalling.verification.entries.pairs import ALLD, ALTERNATING, GTFT, PAYOFF, Pair, forgiving
from signalling.verification.ledger import Case, Curve, Entry, Number, Panel, algebra

#: Seeds of the cases begin here and rise by one, so that no two share their luck.
SEED = 1_992_000
EXACT = 1e-9
#: Close to no noise at all: ten thousand rounds to forget the start, left to a full verification.
RAREST = 0.001

PAYOFFS = (Payoffs(), Payoffs(4, 3, 1, 0), Payoffs(6, 4, 2, 1), Payoffs(3, 2, 1, 0))
#: Printed of each: the largest q that withstands the alternator, the defector, and both.
BOUNDS = ((1 / 3, 1 / 2, 1 / 3), (2 / 3, 2 / 3, 2 / 3), (1 / 3, 1 / 2, 1 / 3), (1 / 2, 1 / 2, 1 / 2))
#: q, and whether neither invader does better than the generous themselves.
FORGIVENESS = ((0.2, True), (1 / 3, True), (0.4, False), (0.5, False), (0.6, False))
#: Share of reports that are turned; printed: the largest q that withstands the defector then.
MISHEARD = ((RAREST, 0.4992487478713), (0.01, 0.4923728374664), (0.05, 0.4590841101663))

DEFECTOR, ALTERNATES, ITSELF = "always defect", "alternator", "itself"
BOUND = "largest q that withstands the defector"


def _cases() -> list[Case]:
    played = []
    for place, (pair, series, q) in enumerate(_met()):
        on = {PAYOFF: (series, q)} if series else {}
        quick = pair.perception != RAREST
        played.append(pairs.case("T03", pair, [PAYOFF], seed=SEED + place, quick=quick, on=on))
    return [*played, *_algebra()]


def _met() -> Iterator[tuple[Pair, str, float]]:
    """Who meets; on which curve the payoff lies, none if empty, and where."""
    for q, _ in FORGIVENESS:
        host = forgiving(q)
        for series, player in ((DEFECTOR, ALLD), (ALTERNATES, ALTERNATING), (ITSELF, host)):
            yield Pair(player, host), series, q
    # At its bound an invader earns what mutual cooperation pays: so the bounds themselves are played.
    for payoffs in PAYOFFS[1:]:
        yield Pair(ALTERNATING, forgiving(alternator_bound(payoffs)), payoffs=payoffs), "", 0.0
        yield Pair(ALLD, forgiving(defector_bound(payoffs)), payoffs=payoffs), "", 0.0
    for e, _ in MISHEARD:
        host = forgiving(defector_bound_misheard(e))
        yield Pair(GTFT, GTFT, perception=e), "", 0.0
        yield Pair(host, host, perception=e), "", 0.0
        yield Pair(ALLD, host, perception=e), "", 0.0


def _algebra() -> Iterator[Case]:
    names = ("bound of the alternator", "bound of the defector", "the smaller")
    for payoffs, printed in zip(PAYOFFS, BOUNDS, strict=True):
        found = (alternator_bound(payoffs), defector_bound(payoffs), optimal_generosity(payoffs))
        told = "/".join(f"{payoff:g}" for payoff in payoffs)
        rows = [
            (Number(name, number, EXACT), value)
            for name, number, value in zip(names, printed, found, strict=True)
        ]
        yield algebra("T03", f"largest q, payoffs {told}", rows)
    unbeaten = [
        (Number(f"q = {q:.3g} withstands both (1: yes)", float(safe), EXACT), float(_withstands(q)))
        for q, safe in FORGIVENESS
    ]
    yield algebra("T03", "generosity that neither invader exploits", unbeaten)
    misheard = [
        (Number(f"reports turned {e:g}", bound, EXACT, BOUND, e), defector_bound_misheard(e))
        for e, bound in MISHEARD
    ]
    yield algebra("T03", BOUND, misheard)


def _withstands(forgiveness: float) -> bool:
    invaders = (payoff_against_generous(rule, forgiveness) for rule in (ALWAYS_DEFECT, ALTERNATOR))
    return max(invaders) <= _own_payoff(forgiveness) + EXACT


def _own_payoff(forgiveness: float) -> float:
    return payoff_against_generous(generous(forgiveness), forgiveness)


T03 = Entry(
    key="T03",
    group=pairs.GROUP,
    title="How generous to be",
    source="Molander 1985; Nowak and Sigmund 1992",
    direction="+",
    question="Forgiveness ends vendettas, and it invites exploitation. How much of it can a state afford?",
    game=(
        "One state answers C with C, and D with C at the probability q; payoffs T/R/P/S are 5/3/1/0.\n"
        "It meets its like, a state that always defects, and one that alternates C, D, C, D.\n"
        "Once without noise, once with reports that are turned with the probability e."
    ),
    result=(
        "Up to q = 1/3 the generous withstand both invaders; beyond, the alternator earns more against them "
        "than they do, and from q = 1/2 on the defector too. False reports lower what one can afford to "
        "forgive."
    ),
    lesson=(
        "It holds twice over: better reports mean fewer mistakes to forgive, and let more of them be "
        "forgiven without being exploited."
    ),
    panels=(
        Panel(
            "Payoff against the generous",
            "forgiveness q",
            "payoff a round",
            (
                Curve(DEFECTOR, partial(payoff_against_generous, ALWAYS_DEFECT), 0.0, 0.8),
                Curve(ALTERNATES, partial(payoff_against_generous, ALTERNATOR), 0.0, 0.8),
                Curve(ITSELF, _own_payoff, 0.0, 0.8),
            ),
        ),
        Panel(
            "What one can afford to forgive",
            "share of reports turned",
            "largest q",
            (Curve(BOUND, cache(defector_bound_misheard), 0.0, 0.2),),
        ),
    ),
    cases=_cases,
)

ENTRIES: tuple[Entry, ...] = (T03,)
