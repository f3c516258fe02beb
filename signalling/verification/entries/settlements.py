"""One split that suits everybody, and when there is none (T16)."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from signalling.scenario import Scenario, load_scenario
from signalling.theory import bargaining as theory
from signalling.verification.entries.demands import acceptances, demand_rules, demands
from signalling.verification.exchanges import another, plan
from signalling.verification.ledger import Case, Curve, Entry, Number, Panel, Profile, algebra
from signalling.verification.war import WAR, war_case

KEY = "T16"
SEED = 2_011_000
EXACT = 1e-9

#: p, c_A, least and largest c_B.
BARGAINS = ((0.5, 0.1, 0.0, 0.4), (0.7, 0.05, 0.0, 0.4), (0.6, 0.2, 0.1, 0.3))
#: Other splits than p, and how often a report of the cost is turned beside a posted one.
SPLITS = (0.55, 0.6, 0.7)
BESIDE = (0.0, 0.2, 0.5)
#: p_l, p_h, c_A, c_B; printed: what the prize is short of. Both strengths are equally likely.
STRENGTHS = ((0.4, 0.6, 0.03, 0.03, 0.04), (0.4, 0.6, 0.05, 0.1, 0.0), (0.2, 0.8, 0.1, 0.1, 0.1))

POSTED = "posted split"
REFUSE, ACCEPT = 0, 1


def _ultimatum(strength: float, cost: float, least: float, largest: float) -> Scenario:
    """A demand without a report of the cost."""
    changes: dict[str, object] = {
        "name": f"ultimatum, p {strength:g}, c_A {cost:g}",
        "game.payoffs": demand_rules(strength, cost),
    }
    changes |= plan("Detector", cuts=[], says=[[-1]], acts=[[0]])
    believed = {"low": least, "high": largest, "strength": strength, "cost": cost}
    changes |= plan("Proposer", cuts=[], says=[-1], **believed)
    changes |= plan("Responder", constant=strength)
    changes |= plan("Lot of Responder", low=least, high=largest)
    return load_scenario("ultimatum").replace(changes)


def _rules(proposer: float, responder: float, by_lot: tuple[float, float]) -> list[dict[str, Any]]:
    """What war gives both, and by how much a unit of the lot changes it; else the split counts."""

    def rule(to: str, against: str, war: float, rest: float, lot: float, share: float) -> dict[str, Any]:
        return {
            "to": to,
            "against": against,
            "table": [[war, war], [war, rest]],
            "terms": [
                {"of": "Lot of Responder", "weight": [[lot, lot], [lot, 0]]},
                {"of": "Mediator", "weight": [[0, 0], [0, share]]},
            ],
        }

    return [
        rule("Proposer", "Responder", proposer, 0.0, by_lot[0], 1.0),
        rule("Responder", "Proposer", responder, 1.0, by_lot[1], -1.0),
    ]


def _posted(
    split: float, strength: float, cost: float, least: float, largest: float, turned: float = 0.0
) -> Scenario:
    """A posted split where the responder's cost is hidden."""
    changes: dict[str, object] = {
        "name": f"posted {split:g}, p {strength:g}, c_A {cost:g}",
        "game.payoffs": _rules(strength - cost, 1 - strength, (0.0, -1.0)),
        "channels.Detector->Proposer.garble.probability": turned,
    }
    changes |= plan("Mediator", mean=split)
    changes |= plan("Proposer", constant=cost - strength)
    changes |= plan("Responder", constant=strength)
    changes |= plan("Lot of Responder", low=least, high=largest)
    return load_scenario("posted-settlement").replace(changes)


def _posted_to_strength(weak: float, strong: float, cost: float, responder_cost: float) -> Scenario:
    """A posted split where the responder alone knows how strong the proposer is: the lot is its strength.

    Posted is the middle between the least that the proposer takes and the most that every responder leaves.
    """
    least, most = (weak + strong) / 2 - cost, weak + responder_cost
    changes: dict[str, object] = {
        "name": _strengths(weak, strong, cost, responder_cost),
        "game.payoffs": _rules(-cost, 1 - responder_cost, (1.0, -1.0)),
    }
    changes |= plan("Mediator", mean=(least + most) / 2)
    changes |= plan("Proposer", constant=-least)
    changes |= plan("Responder", constant=responder_cost)
    changes |= plan("Lot of Responder", law="discrete", values=[weak, strong], probabilities=[0.5, 0.5])
    return load_scenario("posted-settlement").replace(changes)


def _strengths(weak: float, strong: float, cost: float, responder_cost: float) -> str:
    return f"p {weak:g} or {strong:g}, c_A {cost:g}, c_B {responder_cost:g}"


def _bargain(strength: float, cost: float, least: float, largest: float) -> str:
    return f"p {strength:g}, c_A {cost:g}, c_B from {least:g} to {largest:g}"


def _war_by_split(split: float) -> float:
    return theory.war_after_posted_split(split, *BARGAINS[0])


def cases() -> Iterator[Case]:
    """Ultimatum and posted split side by side, other splits, and strengths that the responder knows."""
    seed = SEED
    for bargain in BARGAINS:
        strength, cost, least, largest = bargain
        ultimatum = Number(WAR, theory.war_after_ultimatum(cost, least, largest))
        play = partial(_ultimatum, *bargain)
        yield war_case(KEY, f"ultimatum, {_bargain(*bargain)}", ultimatum, play, seed)
        posted = Number(WAR, theory.war_after_posted_split(strength, *bargain))
        play = partial(_posted, strength, *bargain)
        yield war_case(KEY, f"posted {strength:g}, {_bargain(*bargain)}", posted, play, seed + 1)
        seed += 2
    strength = BARGAINS[0][0]
    for turned in BESIDE:
        number = Number(WAR, _war_by_split(strength), 0.0, POSTED, strength)
        play = partial(_posted, strength, *BARGAINS[0], turned)
        name = f"posted {strength:g}, report of the cost turned {turned:g}"
        yield war_case(KEY, name, number, play, seed)
        seed += 1
    for split in SPLITS:
        number = Number(WAR, _war_by_split(split), 0.0, POSTED, split)
        yield war_case(KEY, f"posted {split:g}", number, partial(_posted, split, *BARGAINS[0]), seed)
        seed += 1
    for *told, shortfall in STRENGTHS:
        number = Number(WAR, float(shortfall > 0))
        play = partial(_posted_to_strength, *told)
        yield war_case(KEY, f"the middle posted, {_strengths(*told)}", number, play, seed)
        seed += 1
    yield _shortfalls()


def _shortfalls() -> Case:
    numbers = [
        (Number(_strengths(*told), shortfall, EXACT), theory.settlement_shortfall(*told))
        for *told, shortfall in STRENGTHS
    ]
    return algebra(KEY, "what the prize is short of; nothing if a split is always peaceful", numbers)


PANELS = (
    Panel(
        "Splits that are posted",
        "share posted for the proposer",
        WAR,
        (Curve(POSTED, _war_by_split, 0.5, 0.9),),
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Bargaining and crisis signalling",
        title="One split that suits everybody, and when there is none",
        source="Fey and Ramsay 2011; conditions and numbers derived here",
        direction="0",
        question=(
            "Can a mediator who knows nothing of either side prevent war by posting one split, and does it "
            "matter then what the two know of each other?"
        ),
        game="""A mediator posts a share for A, the proposer; if either side refuses it there is war.
        First the responder's cost is hidden. A report of it reaches A, more or less true.
        Then costs are known, and the responder alone knows how strong A is: p_l or p_h.""",
        result=(
            "If only costs are hidden, the split p suits every type of both: no war at all, where an "
            "ultimatum brings it in two of five cases, and a report of the cost changes nothing. If strength "
            "is hidden, such a split exists only if both costs together cover what strength may differ by. "
            "Otherwise the claims exceed the prize, and the middle between them is refused every time."
        ),
        lesson=(
            "It fails by irrelevance: given the right proposal nobody needs to know anything. And what no "
            "proposal can bridge is a secret about strength, not about costs."
        ),
        panels=PANELS,
        cases=lambda: list(cases()),
    ),
)


def _profiles() -> Iterator[Profile]:
    refusals = tuple(
        another("Proposer", name, acts=[[act], [act]])
        for act, name in ((REFUSE, "refuses everything"), (ACCEPT, "accepts everything"))
    )
    for bargain in BARGAINS:
        strength, cost, *_ = bargain
        name = f"posted {strength:g}, c_A {cost:g}"
        tried = (*refusals, *acceptances())
        yield Profile(KEY, name, partial(_posted, strength, *bargain), tried)
    for bargain in BARGAINS[1:]:  # the first is among the plans of T14
        strength, cost, *_ = bargain
        name = f"ultimatum, p {strength:g}, c_A {cost:g}"
        tried = (*demands(strength), *acceptances())
        yield Profile(KEY, name, partial(_ultimatum, *bargain), tried)
    for *told, _ in STRENGTHS:
        name = f"the middle posted, {_strengths(*told)}"
        yield Profile(KEY, name, partial(_posted_to_strength, *told), (*refusals, *acceptances()))


PROFILES = tuple(_profiles())
