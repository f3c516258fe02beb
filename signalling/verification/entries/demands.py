"""What one dares to demand of a rival whose cost of war is hidden (T14)."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from signalling.scenario import Scenario, load_scenario
from signalling.theory.bargaining import war_after_intervals, war_after_turned_report
from signalling.verification.exchanges import another, plan
from signalling.verification.ledger import Case, Curve, Deviation, Entry, Number, Panel, Profile
from signalling.verification.war import WAR, war_case

KEY = "T14"
#: Seeds of the cases begin here and rise by one, so that no two share their luck.
SEED = 1_995_000

STRENGTH = 0.5
LARGEST = 0.4
COST = 0.1
#: c_A, and of how many intervals one is told.
COSTS = (0.0, 0.1, 0.2)
INTERVALS = (1, 2, 3, 5)
TURNED = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)

#: Letters: as words low and high cost, as acts to refuse and to accept.
HARD, SOFT = 0, 1
HALF = "told the half"


def demand_rules(strength: float, cost: float, letters: int = 2) -> list[dict[str, Any]]:
    """What is earned by a demand that is accepted, and by war.

    Args:
        strength: p, the proposer's share of a war.
        cost: c_A.
        letters: how many there are; tables have zeros for those that are words only.
    """

    def padded(rows: Sequence[Sequence[float]]) -> list[list[float]]:
        filled = [[*row, *([0.0] * (letters - 2))] for row in rows]
        return [*filled, *([0.0] * letters for _ in range(letters - 2))]

    def term(of: str, rows: Sequence[Sequence[float]]) -> dict[str, Any]:
        return {"of": of, "weight": padded(rows)}

    war, rest = strength - cost, 1 - strength
    return [
        {
            "to": "Proposer",
            "against": "Responder",
            "table": padded([[war, 0], [war, 0]]),
            "terms": [term("Proposer", [[0, 1], [0, 1]])],
        },
        {
            "to": "Responder",
            "against": "Proposer",
            "table": padded([[rest, rest], [1, 1]]),
            "terms": [
                term("Lot of Responder", [[-1, -1], [0, 0]]),
                term("Proposer", [[0, 0], [-1, -1]]),
            ],
        },
    ]


def _told_intervals(cost: float, intervals: int) -> Scenario:
    """The detector says which of some equal intervals holds the cost, and of the lowest nothing.

    A receiver never holds a report for impossible, and so takes a word for a little less than sure. Of
    silence it is sure, and the lowest interval is the one where a demand may be refused.
    """
    cuts = [LARGEST * place / intervals for place in range(1, intervals)]
    words = max(2, intervals - 1)
    changes: dict[str, object] = {
        "name": f"c_A {cost:g}, told which of {intervals}",
        "game.letters": ["hard", "soft", *(f"softer by {place}" for place in range(1, words - 1))],
        "game.payoffs": demand_rules(STRENGTH, cost, words),
    }
    says = list(range(-1, intervals - 1))
    changes |= plan("Detector", cuts=cuts, says=[[word] for word in says], acts=[[0]] * intervals)
    changes |= plan("Proposer", cost=cost, cuts=cuts, says=says)
    return load_scenario("ultimatum").replace(changes)


def _told_half(turned: float) -> Scenario:
    """The detector says which half holds the cost, and the word may be turned."""
    return load_scenario("ultimatum").replace(
        {
            "name": f"told the half, turned {turned:g}",
            "channels.Detector->Proposer.garble.probability": turned,
        }
    )


def _ratio(cost: float) -> str:
    return f"c_A / c = {cost / LARGEST:g}"


def _by_intervals(cost: float, intervals: float) -> float:
    """The closed form, between whole numbers too."""
    return max(0.0, 1 / (2 * intervals) - cost / (2 * LARGEST))


def cases() -> Iterator[Case]:
    """Reports of intervals, and of halves that may be turned."""
    seed = SEED
    for cost in COSTS:
        for intervals in INTERVALS:
            name = f"{_ratio(cost)}, told which of {intervals}"
            war = war_after_intervals(cost, LARGEST, intervals)
            number = Number(WAR, war, 0.0, _ratio(cost), intervals)
            yield war_case(KEY, name, number, partial(_told_intervals, cost, intervals), seed)
            seed += 1
    for turned in TURNED:
        number = Number(WAR, war_after_turned_report(COST, LARGEST, turned), 0.0, HALF, turned)
        yield war_case(KEY, f"told the half, turned {turned:g}", number, partial(_told_half, turned), seed)
        seed += 1


PANELS = (
    Panel(
        "Finer reports",
        "intervals told apart",
        WAR,
        tuple(Curve(_ratio(cost), partial(_by_intervals, cost), 1.0, 5.0) for cost in COSTS),
    ),
    Panel(
        "Truer reports",
        "share of words turned",
        WAR,
        (Curve(HALF, partial(war_after_turned_report, COST, LARGEST), 0.0, 0.5),),
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Bargaining and crisis signalling",
        title="Who knows a rival's cost of war demands with less risk",
        source="Fearon 1995; reports and numbers derived here",
        direction="+",
        question=(
            "A state demands something, and does not know what its rival would bear to refuse it. How much "
            "war does it risk, and how much does a better report save?"
        ),
        game="""War gives each half the prize, less c_A and c_B; c_B is B's secret, uniform from 0 to c.
        A is told which of n intervals holds c_B, or which half, with words turned, and makes a demand.
        B accepts what leaves it no worse off than war.""",
        result=(
            "A asks for more than every type of B would grant: a little more is worth a little risk. Finer "
            "reports shrink the risk, and from some fineness on it is 0, for then the safe demand is the "
            "best. Of n intervals only the lowest is ever asked too much. A report of the half that is "
            "turned two times in five is as good as none."
        ),
        lesson=(
            "It holds: private information is what makes this war, and each bit of it that comes over averts "
            "some. But it has to come from elsewhere, for B would never say that its cost is high."
        ),
        panels=PANELS,
        cases=lambda: list(cases()),
    ),
)


def constant_demand(demand: float, adviser: str = "Detector") -> Deviation:
    """The same demand, whatever is heard.

    Args:
        demand: share of the prize.
        adviser: whom the proposer hears.
    """
    always = {
        "name": "cutoff",
        "number": {adviser: 0.0},
        "constant": demand,
        "cuts": [],
        "says": [[-1]],
        "acts": [[0]],
    }
    return Deviation("Proposer", f"always demands {demand:g}", {"states.Proposer.doctrine": always})


def demands(strength: float = STRENGTH, adviser: str = "Detector") -> Iterator[Deviation]:
    """A proposer who demands the same of everybody, or more or less than is best.

    Args:
        strength: p.
        adviser: whom the proposer hears.
    """
    yield constant_demand(0.0, adviser)
    for margin in (0.0, 0.05, 0.1, 0.2, 0.3):
        yield constant_demand(round(strength + margin, 6), adviser)
    for bias in (-0.1, -0.02, 0.02, 0.1):
        yield another("Proposer", f"demands {abs(bias):g} {'more' if bias > 0 else 'less'}", bias=bias)


def acceptances() -> Iterator[Deviation]:
    """A responder who refuses what is good enough, or accepts what is not."""
    for cut in (-0.1, -0.02, 0.02, 0.1):
        yield another("Responder", f"accepts from a margin of {cut:+g} on", cuts=[cut])
    for act, name in ((SOFT, "accepts everything"), (HARD, "accepts nothing")):
        yield another("Responder", name, acts=[[act], [act]])


def _bold(demand: float) -> Scenario:
    """A proposer who asks too much of everybody."""
    return _told_half(0.0).replace(constant_demand(demand).changes)


def _profiles() -> Iterator[Profile]:
    for intervals in (1, 2, 3):
        name = f"c_A {COST:g}, told which of {intervals}"
        tried = (*demands(), *acceptances())
        yield Profile(KEY, name, partial(_told_intervals, COST, intervals), tried)
    readings = (
        another("Proposer", "does not believe the report", cuts=[], says=[0]),
        another("Proposer", "takes each word for the other", says=[1, 0]),
    )
    for turned in (0.0, 0.2):
        tried = (*demands(), *readings, *acceptances())
        yield Profile(KEY, f"told the half, turned {turned:g}", partial(_told_half, turned), tried)
    constant = tuple(map(constant_demand, (0.5, 0.6, 0.7)))
    yield Profile(KEY, "a demand of 0.9 always", partial(_bold, 0.9), constant, equilibrium=False)


PROFILES = tuple(_profiles())
