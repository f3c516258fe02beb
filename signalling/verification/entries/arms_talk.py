"""Talk before a race that nobody wants (T11)."""

from collections.abc import Iterator, Sequence
from functools import cache, partial

from signalling.scenario import Scenario, load_scenario
from signalling.theory.armament_talk import TalkPlan, rounds_to_race, talk_plan
from signalling.verification.bench import Bench
from signalling.verification.exchanges import FULL, QUICK, another, letters, moved_cuts, plan, rows_but
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
    proportion,
)

KEY = "T11"
#: Seeds of the cases begin here and rise by one, so that no two share their luck.
SEED = 2_004_000
EXACT = 1e-9

#: mu, d; printed: best replies until all build.
RACES = ((0.1, 1.5, 4), (0.01, 1.5, 9), (0.001, 1.5, 15))
#: mu, d; printed: both cuts.
TALKS = (
    (0.01, 1.5, 0.10196638717, 0.18217203062),
    (0.001, 1.5, 0.040430517937, 0.063591451709),
    (0.0001, 1.5, 0.013699117642, 0.020846682493),
    (0.0001, 3.0, 0.0068463959482, 0.021143790042),
)
#: Of the plan that is played while words are turned, and how often they are.
MISHEARD = (0.001, 1.5)
FLIPS = (0.0, 0.05, 0.1, 0.3, 0.5)
#: Costs at which the best deviation is computed.
TYPES = 4001
RARELY_TOUGH = 0.02

DOVE, HAWK = 0, 1
SAYS = ((DOVE,), (HAWK,), (DOVE,))
#: Rows by cost, tough, fearful, normal; an act on silence, on "dove", on "hawk".
ACTS = ((HAWK, HAWK, HAWK), (HAWK, HAWK, DOVE), (DOVE, DOVE, HAWK))
CELLS = ("tough", "fearful", "normal")

told = cache(talk_plan)


def _rules(gain: float, loss: float) -> list[dict[str, object]]:
    return [
        {
            "to": own,
            "against": other,
            "table": [[0.0, -loss], [gain, 0.0]],
            "terms": [{"of": f"Lot of {own}", "weight": [[0.0, 0.0], [-1.0, -1.0]]}],
        }
        for own, other in (("A", "B"), ("B", "A"))
    ]


def _silent(gain: float, loss: float, cutoff: float | None = None) -> Scenario:
    """Nobody talks, and both build below a cutoff; all of them if there is none."""
    cuts, says, acts = ([], [[-1]], [[HAWK]]) if cutoff is None else ([cutoff], [[-1]] * 2, [[HAWK], [DOVE]])
    changes: dict[str, object] = {
        "name": f"no talk, mu {gain:g}, d {loss:g}",
        "game.phases": ["nature", "act"],
        "game.payoffs": _rules(gain, loss),
    }
    for state in ("A", "B"):
        changes |= plan(state, cuts=cuts, says=says, acts=acts)
    return load_scenario("arms-talk").replace(changes)


def _talks(gain: float, loss: float, flips: float = 0.0, *, cheap: str = "") -> Scenario:
    """Both keep to the plan with talk; words are turned with a probability.

    Args:
        gain: mu.
        loss: d.
        flips: probability that a word is turned.
        cheap: a state whose costs are not drawn above one and a half cH, if any.
    """
    cuts = [told(gain, loss).tough, told(gain, loss).fearful]
    changes: dict[str, object] = {
        "name": f"talk, mu {gain:g}, d {loss:g}, turned {flips:g}",
        "game.payoffs": _rules(gain, loss),
        "channels.A->B.garble.probability": flips,
        "channels.B->A.garble.probability": flips,
    }
    for state in ("A", "B"):
        changes |= plan(state, cuts=cuts, says=SAYS, acts=ACTS)
    if cheap:
        changes |= plan(f"Lot of {cheap}", high=1.5 * told(gain, loss).fearful)
    return load_scenario("arms-talk").replace(changes)


def _play_race(gain: float, loss: float, seed: int, bench: Bench) -> Sequence[Estimate]:
    runs = bench.effort(FULL, QUICK)
    first, second = letters(bench, _silent(gain, loss), "A", "B", runs=runs, seed=seed)
    peace = int(((first == DOVE) & (second == DOVE)).sum())
    return [
        proportion(int(((first == HAWK) & (second == HAWK)).sum()), runs, 1.0),
        proportion(peace, runs, 0.0),
    ]


def _play_talk(gain: float, loss: float, flips: float, seed: int, bench: Bench) -> Sequence[Estimate]:
    runs = bench.effort(FULL, QUICK)
    first, second = letters(bench, _talks(gain, loss, flips), "A", "B", runs=runs, seed=seed)
    peace = int(((first == DOVE) & (second == DOVE)).sum())
    return [proportion(peace, runs, told(gain, loss).nobody_builds(flips))]


NOBODY = "P(nobody builds)"
TURNED = "words turned, mu 0.001"
SILENT = "without talk"


def _with_talk(loss: float) -> str:
    return f"with talk, d {loss:g}"


def _peace_by_gain(loss: float, gain: float) -> float:
    return told(gain, loss).nobody_builds()


def cases() -> Iterator[Case]:
    """The race without talk, the peace with it, and what flips leave of it."""
    seed = SEED
    for gain, loss, _ in RACES:
        numbers = (Number("P(both build)", 1.0), Number(NOBODY, 0.0, 0.0, SILENT, gain))
        yield Case(KEY, f"no talk, mu {gain:g}, d {loss:g}", numbers, partial(_play_race, gain, loss, seed))
        seed += 1
    for gain, loss, *_ in TALKS:
        peace = Number(NOBODY, told(gain, loss).nobody_builds(), 0.0, _with_talk(loss), gain)
        yield Case(
            KEY, f"talk, mu {gain:g}, d {loss:g}", (peace,), partial(_play_talk, gain, loss, 0.0, seed)
        )
        seed += 1
    for flips in FLIPS:
        peace = Number(NOBODY, told(*MISHEARD).nobody_builds(flips), 0.0, TURNED, flips)
        play = partial(_play_talk, *MISHEARD, flips, seed)
        yield Case(KEY, f"talk, mu {MISHEARD[0]:g}, d {MISHEARD[1]:g}, turned {flips:g}", (peace,), play)
        seed += 1
    yield _rounds()
    yield _plans()


def _rounds() -> Case:
    numbers = [
        (Number(f"best replies, mu {gain:g}, d {loss:g}", float(printed)), float(rounds_to_race(gain, loss)))
        for gain, loss, printed in RACES
    ]
    return algebra(KEY, "best replies until all build, without talk", numbers)


def _plans() -> Case:
    """Both cuts as printed, the two equations they solve, and that no type has anything better to do."""
    numbers = []
    for gain, loss, tough, fearful in TALKS:
        found, row = told(gain, loss), f"mu {gain:g}, d {loss:g}"
        numbers += [
            (Number(f"cL, {row}", tough, EXACT), found.tough),
            (Number(f"cH, {row}", fearful, EXACT), found.fearful),
            *zip(_residuals(row), _left_over(found), strict=True),
            (
                Number(f"largest gain of any type, {row}", 0.0, EXACT),
                float(found.deviation_gains(TYPES).max()),
            ),
        ]
    return algebra(KEY, "the plan with talk", numbers)


def _residuals(row: str) -> tuple[Number, Number]:
    return (
        Number(f"gain of a word at cL, {row}", 0.0, EXACT),
        Number(f"gain of a word at cH, {row}", 0.0, EXACT),
    )


def _left_over(found: TalkPlan) -> tuple[float, float]:
    """What the types at both cuts gain by one word over the other: cL eta - (1 - cH) mu, and so on."""
    fearful = found.fearful - found.tough
    return (
        found.tough * fearful - (1 - found.fearful) * found.gain,
        found.fearful * (1 - 2 * fearful) - found.tough * found.loss,
    )


def _no_peace(_: float) -> float:
    return 0.0


PANELS = (
    Panel(
        "Peace by talk",
        "gain of building alone, utility",
        NOBODY,
        (
            *(Curve(_with_talk(loss), partial(_peace_by_gain, loss), 5e-5, 2e-2) for loss in (1.5, 3.0)),
            Curve(SILENT, _no_peace, 5e-5, 0.2),
        ),
        log_x=True,
    ),
    Panel(
        "The same plan while words are turned",
        "share of words turned",
        NOBODY,
        (Curve(TURNED, told(*MISHEARD).nobody_builds, 0.0, 0.5),),
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Coordination and common knowledge",
        title="Talk before a race that nobody wants",
        source="Baliga and Sjostrom 2004; Schelling 1960; uniform costs and all numbers derived here",
        direction="+",
        question=(
            "Two states arm because each fears that the other will. Words cost nothing and bind nobody. Can "
            "they stop the race?"
        ),
        game="""Arming costs a private c, uniform up to 1; who arms alone gains mu, the only dove loses d.
        With talk the tough, c < cL, say dove and arm; the normal, c > cH, say dove and arm on "hawk".
        The fearful, between, say hawk and arm on "dove". A word may be turned on its way.""",
        result=(
            "Without talk all arm, even if next to nobody would arm against a state that is sure not to: "
            "some arm anyway, so those who fear them do, so those who fear these do, and in a few rounds "
            "of that everybody. One word each undoes it nearly altogether, the more so the less there is "
            "to gain. It works because it sorts: the fearful, who cannot risk to be the only dove, own up "
            "to being hawks and find peace among themselves; the tough, who arm in any case, pass for "
            "doves, and are rare. But it lives on exact words: if one in ten is turned, there are more "
            "than twice as many races."
        ),
        lesson=(
            "It holds, as strongly as anywhere: the race is a failure of communication, and a word ends "
            "it. It takes states that would rather not, hardly any that arm whatever they hear, and a "
            "clear channel."
        ),
        panels=PANELS,
        cases=lambda: list(cases()),
    ),
)


def _deviations(state: str, gain: float, loss: float) -> Iterator[Deviation]:
    """Moved cuts, each word and each act of each cell changed, and plans for all alike."""
    cuts = {"cL": told(gain, loss).tough, "cH": told(gain, loss).fearful}
    # Where the tough are one in seventy and less, a small move meets one too seldom to be judged by.
    shares = (-0.8, -0.1, 0.1, 0.8) if cuts["cL"] > RARELY_TOUGH else (-0.8, 0.8)
    yield from moved_cuts(state, cuts, [share * (cuts["cH"] - cuts["cL"]) for share in shares])
    for place, cell in enumerate(CELLS):
        other = HAWK if SAYS[place] == (DOVE,) else DOVE
        yield another(
            state, f"the {cell} say {('dove', 'hawk')[other]}", says=rows_but(SAYS, place, (other,))
        )
        for acts, name in (((0, 0, 0), "never build"), ((1, 1, 1), "always build")):
            if acts != ACTS[place]:
                yield another(state, f"the {cell} {name}", acts=rows_but(ACTS, place, acts))
    yield another(state, "the fearful do as told", acts=rows_but(ACTS, 1, ACTS[2]))
    yield another(state, "the normal do the opposite", acts=rows_but(ACTS, 2, ACTS[1]))
    for word, name in ((DOVE, "all say dove"), (HAWK, "all say hawk"), (-1, "all are silent")):
        yield another(state, name, says=[[word]] * 3)
    for act, name in ((DOVE, "nobody builds"), (HAWK, "all build")):
        yield another(state, name, acts=[[act]] * 3)


def _reply(state: str, name: str, cut: float | None, act: int = HAWK) -> Deviation:
    """Without talk: build below a cut, or all the same act."""
    if cut is None:
        return another(state, name, cuts=[], says=[[-1]], acts=[[act]])
    return another(state, name, cuts=[cut], says=[[-1]] * 2, acts=[[HAWK], [DOVE]])


def _profiles() -> Iterator[Profile]:
    for gain, loss, _ in RACES:
        tried = (
            *(_reply("A", f"builds below {cut:g}", cut) for cut in (gain, 0.5, 0.95)),
            _reply("A", "never builds", None, DOVE),
            _reply("B", "builds below 0.95", 0.95),
        )
        yield Profile(
            KEY, f"no talk, all build, mu {gain:g}, d {loss:g}", partial(_silent, gain, loss), tried
        )
    gain, loss, _ = RACES[0]
    fear = _reply("A", "builds as one who fears that", (1 - gain) * gain + gain * loss)
    name = f"no talk, both build below mu, mu {gain:g}, d {loss:g}"
    yield Profile(KEY, name, partial(_silent, gain, loss, gain), (fear,), equilibrium=False)
    gain, loss, *_ = TALKS[0]
    tried = tuple(deviation for state in ("A", "B") for deviation in _deviations(state, gain, loss))
    yield Profile(KEY, f"talk, mu {gain:g}, d {loss:g}", partial(_talks, gain, loss), tried)
    # Whom a word matters to is rare, and what it may cost is rarer still: here A is nobody else.
    for gain, loss, *_ in TALKS[1:]:
        name = f"talk, mu {gain:g}, d {loss:g}, A not far above cH"
        scenario = partial(_talks, gain, loss, cheap="A")
        yield Profile(KEY, name, scenario, tuple(_deviations("A", gain, loss)))
    name = "talk, mu 0.001, d 1.5, one word in ten turned"
    tried = tuple(_deviations("A", *MISHEARD))
    yield Profile(KEY, name, partial(_talks, *MISHEARD, 0.1), tried, equilibrium=False)


PROFILES = tuple(_profiles())
