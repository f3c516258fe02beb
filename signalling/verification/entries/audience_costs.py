"""Threats that cost something to take back, and that may be lost (T17)."""

from collections.abc import Iterator, Sequence
from functools import partial

from signalling.scenario import Scenario, load_scenario
from signalling.theory.audience_costs import bluffing, war_probability
from signalling.verification.bench import Bench, by_state, column
from signalling.verification.exchanges import FULL, QUICK, another, moved_cuts, plan, rows_but
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
from signalling.verification.war import WAR

KEY = "T17"
#: Seeds of the cases begin here and rise by one, so that no two share their luck.
SEED = 1_994_000
EXACT = 1e-9

#: pi, k, A.
CRISES = ((0.2, 2.0, 1.0), (0.2, 2.0, 4.0), (0.1, 3.0, 2.0))
LOSSES = (0.0, 0.1, 0.2, 0.3, 0.5)
#: b and r, computed once apart from this code, for each crisis and loss.
PRINTED = (
    ((0.25, 0.5), (0.25, 4 / 9), (0.25, 3 / 8), (0.25, 2 / 7), (0.0, 0.0)),
    ((0.25, 0.2), (0.25, 1 / 9), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)),
    ((2 / 9, 1 / 3), (2 / 9, 7 / 27), (2 / 9, 1 / 6), (2 / 9, 1 / 21), (0.0, 0.0)),
)

#: Letters: to be quiet or to concede; to threaten or to resist; to fight.
YIELD, STAND, FIGHT = 0, 1, 2
#: What the weak lose by war, and what the strong gain: they fight if resisted, but would rather be given way.
WEAK_WAR, STRONG_WAR = 6.0, 0.5
#: A row for each cell, weak and bluffing, weak and quiet, strong; acts on silence, "yield", "stand", "fight".
SAYS = ((STAND,), (-1,), (STAND,))
ACTS = ((STAND,) * 4, (YIELD,) * 4, (FIGHT, STAND, FIGHT, FIGHT))
#: Of the defender, rows by its coin: what a threat is worth to it, resistance or concession.
RESISTS, CONCEDES = (STAND,) * 4, (STAND, STAND, YIELD, STAND)


def _crisis(strong: float, war: float, audience: float, loss: float) -> Scenario:
    """Both play the mixed plans of the equilibrium, by coins of their own."""
    bluff, resist = bluffing(strong, war, audience, loss)
    gain = WEAK_WAR + STRONG_WAR
    changes: dict[str, object] = {
        "name": _told(strong, war, audience, loss),
        "game.payoffs": [
            {
                "to": "Challenger",
                "against": "Defender",
                "table": [[1, 0, 0], [1, -audience, 0], [-WEAK_WAR, -WEAK_WAR, 0]],
                "terms": [{"of": "Lot of Challenger", "weight": [[0, 0, 0], [0, 0, 0], [gain, gain, 0]]}],
            },
            {
                "to": "Defender",
                "against": "Challenger",
                "table": [[-1, -1, -war], [0, 0, -war], [0, 0, 0]],
            },
        ],
        "channels.Challenger->Defender.loss_probability": loss,
    }
    changes |= plan("Challenger", cuts=[bluff, 1.0], says=SAYS, acts=ACTS)
    changes |= plan("Defender", cuts=[resist], acts=[RESISTS, CONCEDES])
    changes |= plan("Lot of Challenger", probabilities=[1 - strong, strong])
    return load_scenario("audience-costs").replace(changes)


def _told(strong: float, war: float, audience: float, loss: float) -> str:
    return f"pi {strong:g}, k {war:g}, A {audience:g}, threats lost {loss:g}"


def _play(crisis: tuple[float, float, float], loss: float, seed: int, bench: Bench) -> Sequence[Estimate]:
    """How often there is war, how often the weak threaten, and how often the defender concedes."""
    runs = bench.effort(FULL, QUICK)
    outcomes = bench.run(_crisis(*crisis, loss), runs=runs, seed=seed, by_state=True)
    weak = by_state(outcomes, "posture", "Lot of Challenger") == 0
    # Who is weak and has threatened ends on "stand", whatever the defender did.
    threatened = weak & (by_state(outcomes, "rung", "Challenger") == STAND)
    conceded = by_state(outcomes, "rung", "Defender") == YIELD
    war, bluffed, yielded = _predicted(crisis, loss)
    return [
        proportion(int(column(outcomes, "war").sum()), runs, war),
        proportion(int(threatened.sum()), int(weak.sum()), bluffed),
        proportion(int(conceded.sum()), runs, yielded),
    ]


def _predicted(crisis: tuple[float, float, float], loss: float) -> tuple[float, float, float]:
    strong, _, audience = crisis
    bluff, resist = bluffing(*crisis, loss)
    heard = (strong + (1 - strong) * bluff) * (1 - loss)
    return war_probability(strong, audience, loss), bluff, heard * (1 - resist)


def _series(strong: float, war: float, audience: float) -> str:
    return f"pi {strong:g}, k {war:g}, A {audience:g}"


def _resisted(crisis: tuple[float, float, float], loss: float) -> float:
    return bluffing(*crisis, loss).resist


def cases() -> Iterator[Case]:
    """Each crisis at each loss, played, and the plans in numbers."""
    seed = SEED
    for crisis in CRISES:
        for loss in LOSSES:
            war, bluffed, conceded = _predicted(crisis, loss)
            numbers = (
                Number(WAR, war, 0.0, _series(*crisis), loss),
                Number("P(threat | weak)", bluffed),
                Number("P(concession)", conceded),
            )
            yield Case(KEY, _told(*crisis, loss), numbers, partial(_play, crisis, loss, seed))
            seed += 1
    numbers_of_plans = []
    for crisis, rows in zip(CRISES, PRINTED, strict=True):
        for loss, (bluff, resist) in zip(LOSSES, rows, strict=True):
            found, name = bluffing(*crisis, loss), _told(*crisis, loss)
            resisted = Number(f"r, {name}", resist, EXACT, f"{_series(*crisis)}, resisted", loss)
            numbers_of_plans += [(Number(f"b, {name}", bluff, EXACT), found.bluff), (resisted, found.resist)]
    yield algebra(KEY, "how often the weak bluff and threats are resisted", numbers_of_plans)


PANELS = (
    Panel(
        "War",
        "share of threats lost",
        WAR,
        tuple(
            Curve(_series(*crisis), partial(war_probability, crisis[0], crisis[2]), 0.0, 0.6)
            for crisis in CRISES
        ),
    ),
    Panel(
        "Resistance to a threat that is heard",
        "share of threats lost",
        "P(resist | threat)",
        tuple(
            Curve(f"{_series(*crisis)}, resisted", partial(_resisted, crisis), 0.0, 0.6) for crisis in CRISES
        ),
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Bargaining and crisis signalling",
        title="Threats that may be lost",
        source="Fearon 1994, 1997; lost threats and the closed form derived here",
        direction="0+",
        question=(
            "Backing down after a threat costs a leader something at home, which is why a threat says "
            "anything at all. Is war likelier if some of the threats never arrive?"
        ),
        game="""A challenger, strong with the probability pi, threatens or is quiet. To back down costs it A.
        A defender who hears a threat resists or concedes, at a loss of 1; war costs it k. Else it stays.
        Threats are lost with a probability. A strong challenger fights if it does not get its way.""",
        result=(
            "The weak bluff just so often that the defender may as well resist, and it resists just so often "
            "that they may as well not bluff. If threats are lost, bluffing pays less, so the defender can "
            "afford to resist less: P(war) stays at pi / (1 + A) until a share of 1 / (1 + A) is lost. Only "
            "beyond, where nobody bluffs or resists any more, does each lost threat of the strong mean war."
        ),
        lesson=(
            "It fails by irrelevance, up to a point: a better line makes threats arrive and makes them less "
            "believed, which cancels exactly. It holds beyond that point, on lines so bad that bluffing dies."
        ),
        panels=PANELS,
        cases=lambda: list(cases()),
    ),
)


def _challenges(bluff: float) -> Iterator[Deviation]:
    """Another share of bluffs, other words and other ends of each type."""
    cuts = {"the share of bluffs": bluff, "the strong": 1.0}
    for moved in moved_cuts("Challenger", cuts, (-0.2, -0.05, 0.05, 0.3)):
        if not moved.name.startswith("the strong"):
            yield moved
    for place, name in enumerate(("bluffers", "quiet", "strong")):
        if name == "bluffers" and bluff == 0:
            continue
        word = (-1,) if SAYS[place] == (STAND,) else (STAND,)
        says = "are silent" if word == (-1,) else "threaten"
        # Whoever threatens has to bear it: a word is taken back as "stand", silence as "yield".
        kept = ACTS[place] if place == 2 else (STAND if word == (STAND,) else YIELD,) * 4
        changed = {"says": rows_but(SAYS, place, word), "acts": rows_but(ACTS, place, kept)}
        yield another("Challenger", f"the {name} {says}", **changed)
        fights = rows_but(ACTS, place, (FIGHT,) * 4)
        yield another("Challenger", f"the {name} always fight", acts=fights)
    backs_down = rows_but(ACTS, 2, (STAND,) * 4)
    yield another("Challenger", "the strong back down", acts=backs_down)


def _answers(resist: float) -> Iterator[Deviation]:
    """Another share of threats that is resisted, and a defender who is not told by them."""
    for share in sorted({0.0, 0.5 * resist, resist + 0.1, 1.0} - {resist}):
        yield another("Defender", f"resists {share:.3g} of the threats", cuts=[share])
    yield another("Defender", "always concedes", acts=[(YIELD,) * 4] * 2)
    silence = [(YIELD, *RESISTS[1:]), (YIELD, *CONCEDES[1:])]
    yield another("Defender", "concedes to silence", acts=silence)


def _credulous() -> Scenario:
    """The weak threaten always, and the defender concedes to every threat."""
    says, acts = [[STAND], [STAND], [STAND]], [ACTS[0], ACTS[0], ACTS[2]]
    changes = plan("Challenger", says=says, acts=acts) | plan("Defender", cuts=[0.0])
    return _crisis(*CRISES[0], 0.0).replace(changes)


def _profiles() -> Iterator[Profile]:
    for crisis, loss in ((CRISES[0], 0.0), (CRISES[0], 0.3), (CRISES[1], 0.3), (CRISES[2], 0.2)):
        bluff, resist = bluffing(*crisis, loss)
        tried = (*_challenges(bluff), *_answers(resist))
        yield Profile(KEY, _told(*crisis, loss), partial(_crisis, *crisis, loss), tried)
    name = "all the weak bluff, and every threat is conceded to"
    yield Profile(KEY, name, _credulous, tuple(_answers(0.0)), equilibrium=False)


PROFILES = tuple(_profiles())
