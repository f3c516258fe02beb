"""Strategic risk: how much trust peace needs (T13)."""

from collections.abc import Iterator, Sequence
from functools import partial

from signalling.scenario import Scenario, load_scenario
from signalling.theory.global_games import StrategicRisk
from signalling.verification.bench import Bench
from signalling.verification.exchanges import FULL, QUICK, another, earned, plan
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

KEY = "T13"
#: Seeds of the cases begin here, ten for each, so that no two share their luck.
SEED = 2_010_000
EXACT = 1e-9

#: Peace, first strike, surprised, war; printed: peace is an equilibrium, is selected, required trust.
RISKS: tuple[tuple[StrategicRisk, bool, bool, float], ...] = (
    (StrategicRisk(1.0, 0.5, -1.2, -1.0), True, True, 0.28571428571),
    (StrategicRisk(1.0, 0.5, -1.5, -1.0), True, True, 0.5),
    (StrategicRisk(1.0, 0.5, -2.0, -1.0), True, False, 0.66666666667),
    (StrategicRisk(1.0, 0.9, -1.0, -0.5), True, False, 0.83333333333),
    (StrategicRisk(1.0, 0.9, -1.05, -1.0), True, True, 0.33333333333),
)
#: Trust beyond and short of what is required, at which both acts are compared as well.
AWAY = 0.1


def _risk(payoffs: StrategicRisk) -> str:
    return "({:g}, {:g}, {:g}, {:g})".format(*payoffs)


def _strategic_risk(payoffs: StrategicRisk, trust_in_a: float, trust_in_b: float) -> Scenario:
    """Each holds with a probability, by a lot of its own."""
    table = [[payoffs.peace, payoffs.surprised], [payoffs.first_strike, payoffs.war]]
    rules = [{"to": own, "against": other, "table": table} for own, other in (("A", "B"), ("B", "A"))]
    lots = plan("A", cuts=[trust_in_a]) | plan("B", cuts=[trust_in_b])
    name = f"{_risk(payoffs)}, A holds {trust_in_a:.3g}, B {trust_in_b:.3g}"
    return load_scenario("strategic-risk").replace({"name": name, "game.payoffs": rules} | lots)


def _play_risk(payoffs: StrategicRisk, seed: int, bench: Bench) -> Sequence[Estimate]:
    """What A earns by striking beyond holding, on the same luck, at three chances of B's holding."""
    gains = []
    for place, trust in enumerate(_trusts(payoffs)):
        held = _strategic_risk(payoffs, 2.0, trust)  # a lot is below 2 always, below -1 never
        struck = held.replace(plan("A", cuts=[-1.0]))
        holding, striking = (
            earned(bench, scenario, "A", runs=bench.effort(FULL, QUICK), seed=seed + place)
            for scenario in (held, struck)
        )
        gains.append(mean((striking - holding).tolist()))
    return gains


def _trusts(payoffs: StrategicRisk) -> tuple[float, float, float]:
    required = payoffs.required_trust
    return required - AWAY, required, required + AWAY


def cases() -> Iterator[Case]:
    """Both acts at three degrees of trust, and what theory says of peace."""
    for place, (payoffs, *_) in enumerate(RISKS):
        names = ("with too little trust", "with the required trust", "with more trust")
        # But for rounding it is nothing where trust is as required.
        numbers = tuple(
            Number(
                f"gain of striking {name}",
                round(payoffs.gain_of_striking(trust), 12),
                0.0,
                _risk(payoffs),
                trust,
            )
            for name, trust in zip(names, _trusts(payoffs), strict=True)
        )
        play = partial(_play_risk, payoffs, SEED + 10 * place)
        yield Case(KEY, f"payoffs {_risk(payoffs)}", numbers, play)
    known: list[tuple[Number, float]] = []
    for payoffs, equilibrium, selected, trust in RISKS:
        row = _risk(payoffs)
        known += [
            (
                Number(f"peace is an equilibrium, {row}", float(equilibrium)),
                float(payoffs.peace_is_equilibrium),
            ),
            (Number(f"peace is selected, {row}", float(selected)), float(payoffs.peace_is_selected)),
            (Number(f"required trust, {row}", trust, EXACT), payoffs.required_trust),
        ]
    yield algebra(KEY, "what is known of peace (1 yes, 0 no)", known)


T13 = Entry(
    key=KEY,
    group="Coordination and common knowledge",
    title="Strategic risk: how much trust peace needs",
    source="Chassang and Padro i Miquel 2010; the limit of vanishing noise and all numbers derived here",
    direction="-",
    question=(
        "If each were sure of the other, peace would hold. How sure must it be, and what if each is a little "
        "unsure of everything?"
    ),
    game="""Both hold: pi each. Strike alone: F. Hold alone, and be surprised: S. Both strike: W.
    B holds with a known probability, by a lot that it alone sees.
    A holds, or strikes: which pays better?""",
    result=(
        "In every row peace is an equilibrium: nobody strikes who is sure of the other. But it needs "
        "trust, the more the less peace is better than striking first and the more it hurts to be "
        "surprised. At the required trust both acts pay alike. Where it is above one half, peace does not "
        "survive the smallest private doubt: a worse surprise or a weaker fear of open war undoes it, "
        "although under full information neither matters."
    ),
    lesson=(
        "It is reversed by what full information hides. Whoever looks at payoffs alone sees peace, and "
        "may even add weapons that a surprise makes worse; what decides is the doubt that is left about "
        "the other's act. News helps if it lifts trust past m*, and not at all below."
    ),
    panels=(
        Panel(
            "What striking gains",
            "probability that the other holds",
            "gain over holding, utility",
            tuple(Curve(_risk(payoffs), payoffs.gain_of_striking, 0.0, 1.0) for payoffs, *_ in RISKS),
        ),
    ),
    cases=lambda: list(cases()),
)

ENTRIES = (T13,)


def _of_lot(state: str, trust: float) -> Iterator[Deviation]:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        if share != trust:
            yield another(state, f"holds with {share:g}", cuts=[share])


def _profiles() -> Iterator[Profile]:
    for payoffs in (RISKS[2][0], RISKS[3][0]):
        for name, trust in (("both hold", 1.0), ("both strike", 0.0), ("mixed", payoffs.required_trust)):
            tried = (*_of_lot("A", trust), another("B", "holds with 0.6", cuts=[0.6]))
            scenario = partial(_strategic_risk, payoffs, trust, trust)
            yield Profile(KEY, f"payoffs {_risk(payoffs)}, {name}", scenario, tried)
    payoffs = RISKS[2][0]
    half = partial(_strategic_risk, payoffs, 0.5, 0.5)
    yield Profile(KEY, f"payoffs {_risk(payoffs)}, evens", half, tuple(_of_lot("A", 0.5)), equilibrium=False)


PROFILES = tuple(_profiles())
