"""Published results on memory-one strategies under noise, and the Markov chain that gives them.

T01 Molander (1985), Nowak and Sigmund (1990, 1992, 1993): implementation noise.
T02 Boerlijst, Nowak and Sigmund (1997), Wu and Axelrod (1995): perception noise is another thing.
T03 Molander (1985), Nowak and Sigmund (1992): how much generosity is too much.

Two states play in rounds; both remember the last round. Letters: p(xy) the probability of cooperating
after own action x and the rival's y; e_i the share of actions, e_p of reports, that are flipped. Payoffs
are T, R, P, S = 5, 3, 1, 0. Expected numbers are printed here and computed again from the chain.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

import signalling as sg
from tests.scenarios_strategy import Document, build

Floats64 = npt.NDArray[np.float64]

#: p(CC), p(CD), p(DC), p(DD), and the action of the first round.
Table = tuple[float, float, float, float, int]

TIT_FOR_TAT: Table = (1, 0, 1, 0, 0)
GENEROUS: Table = (1, 1 / 3, 1, 1 / 3, 0)
WIN_STAY_LOSE_SHIFT: Table = (1, 0, 0, 1, 0)
GRIM: Table = (1, 0, 0, 0, 0)
ALWAYS_DEFECT: Table = (0, 0, 0, 0, 1)
ALTERNATOR: Table = (0, 0, 1, 1, 0)

#: What a scenario file calls them; the others are written as tables.
BY_NAME = {
    TIT_FOR_TAT: "tit_for_tat",
    GENEROUS: "generous",
    WIN_STAY_LOSE_SHIFT: "win_stay_lose_shift",
    GRIM: "grim",
    ALWAYS_DEFECT: "always_defect",
}

#: Payoff of the first state in CC, CD, DC, DD.
PAYOFFS = (3.0, 0.0, 5.0, 1.0)

#: What is measured, as a function of the round: a value for each of CC, CD, DC, DD.
QUANTITIES: dict[str, tuple[float, float, float, float]] = {
    "cooperation": (1, 1, 0, 0),
    "mutual": (1, 0, 0, 0),
    "neither": (0, 0, 0, 1),
    "payoff": PAYOFFS,
}

#: Rounds that the start is given to be forgotten: this many over the noise.
BURN_IN = 10.0


def reactive(after_cooperation: float, after_defection: float) -> Table:
    """A strategy that looks at the rival's last action only."""
    return (after_cooperation, after_defection, after_cooperation, after_defection, 0)


class Pair(NamedTuple):
    """Two strategies that meet, and what the literature says comes of it."""

    entry: str
    name: str
    first: Table
    second: Table
    implementation: float
    """Probability that an action is flipped."""
    perception: float
    """Probability that a report is."""
    reader: bool
    """True: the doctrine misreads. False: the channel garbles."""
    expected: dict[str, float]
    """Printed numbers by quantity."""
    variance: float | None = None
    """Printed variance of the payoff's mean times the number of rounds."""

    @property
    def label(self) -> str:
        """A name no other pair has."""
        return f"{self.entry} {self.name}"

    @property
    def burn_in(self) -> int:
        """Rounds left out of account."""
        noise = [e for e in (self.implementation, self.perception) if e > 0]
        return round(BURN_IN / min(noise)) if noise else 10


def flipped(probability: float, noise: float) -> float:
    """The probability of cooperating once a share of the decisions is turned round."""
    return probability * (1 - noise) + (1 - probability) * noise


def chain(pair: Pair) -> Floats64:
    """Transitions between CC, CD, DC, DD, the first state's action first (4, 4).

    That misreading leaves a chain in what was done is a theorem of its own: the rule then plays
    (1 - e_p) p(own, rival's) + e_p p(own, other than the rival's).
    """
    matrix = np.zeros((4, 4))
    for x in range(2):
        for y in range(2):
            plays = []
            for table, own, other in ((pair.first, x, y), (pair.second, y, x)):
                right, wrong = table[2 * own + other], table[2 * own + 1 - other]
                meant = (1 - pair.perception) * right + pair.perception * wrong
                plays.append(flipped(meant, pair.implementation))
            one, two = plays
            matrix[2 * x + y] = one * two, one * (1 - two), (1 - one) * two, (1 - one) * (1 - two)
    return matrix


def stationary(matrix: Floats64) -> Floats64:
    """The law that the chain keeps (4,)."""
    system = np.vstack([matrix.T - np.eye(4), np.ones(4)])
    law: Floats64 = np.linalg.lstsq(system, np.array([0, 0, 0, 0, 1.0]), rcond=None)[0]
    return law


def moments(pair: Pair, quantity: str) -> tuple[float, float]:
    """Mean of a quantity, and the variance of its average over n rounds times n, for large n.

    By the fundamental matrix Z = (1 - P + 1 pi)^-1 (Kemeny and Snell 1960): V = pi . g (2 Z g - g), g
    the quantity less its mean.
    """
    matrix = chain(pair)
    law = stationary(matrix)
    values = np.array(QUANTITIES[quantity], dtype=float)
    mean = float(law @ values)
    away = values - mean
    fundamental = np.linalg.inv(np.eye(4) - matrix + np.outer(np.ones(4), law))
    return mean, float(law @ (away * (2 * fundamental @ away - away)))


def scenario_of(pair: Pair, rounds: int) -> sg.Scenario:
    """The pair as users would write it: synchronous rounds of an hour, a letter under way for 6 minutes."""
    states: list[Document] = []
    for name, table in (("A", pair.first), ("B", pair.second)):
        doctrine: Document = {"name": "memory_one", "implementation_noise": pair.implementation}
        if table in BY_NAME:
            doctrine["strategy"] = BY_NAME[table]
        else:
            keys = ("after_cc", "after_cd", "after_dc", "after_dd")
            doctrine |= dict(zip(keys, table[:4], strict=True))
        if pair.reader:
            doctrine["perception_noise"] = pair.perception
        states.append({"name": name, "doctrine": doctrine})
    channel: Document = {"delay": {"law": "constant", "hours": 0.1}}
    if not pair.reader:
        channel["garble"] = {"probability": pair.perception, "kernel": "other"}
    return build(
        {
            "name": pair.label,
            "horizon_days": rounds / 24,
            "review": {"interval_hours": 1, "jitter_hours": 0},
            "game": {"kind": "matrix"},
            "states": states,
            "channels": {"default": channel},
        }
    )


def rounds_of(trace: sg.Trace) -> Floats64:
    """How often CC, CD, DC, DD stand in each round, (rounds, 4) of 0 and 1."""
    first, second = (np.array([r.after for r in trace.reviews if r.state == state]) for state in (0, 1))
    return np.eye(4)[2 * first + second]


def measure(pair: Pair, rounds: int, seed: int) -> dict[str, float]:
    """Averages over `rounds` rounds, the burn-in left out, of one long run."""
    trace = sg.trace(scenario_of(pair, pair.burn_in + rounds), seed=seed, run=0)
    played = rounds_of(trace)
    if len(played) != pair.burn_in + rounds:
        raise AssertionError(f"{len(played)} rounds were played")
    shares = played[pair.burn_in :].mean(axis=0)
    return {name: float(shares @ np.array(values)) for name, values in QUANTITIES.items()}


def z_of(pair: Pair, quantity: str, measured: float, rounds: int) -> float:
    """Standard errors between a measured average and the printed number; infinite if it must be exact."""
    expected = pair.expected[quantity]
    _, variance = moments(pair, quantity)
    if variance < 1e-9:
        return 0.0 if abs(measured - expected) < 1e-9 else float("inf")
    return abs(measured - expected) / float(np.sqrt(variance / rounds))


# What is printed. T01: e, pair, P(C) of 1, P(CC), P(DD), payoff of 1, variance of the payoff.
NAMES: dict[str, Table] = {
    "TFT": TIT_FOR_TAT,
    "GTFT": GENEROUS,
    "WSLS": WIN_STAY_LOSE_SHIFT,
    "GRIM": GRIM,
    "ALLD": ALWAYS_DEFECT,
}
IMPLEMENTATION = (
    (0.01, "TFT", "TFT", 0.5, 0.25, 0.25, 2.25, 52.62563131),
    (0.01, "GTFT", "GTFT", 0.9711538462, 0.9431397929, 0.0008321006, 2.9703217456, 0.1501107191),
    (0.01, "WSLS", "WSLS", 0.970596, 0.960696, 0.019504, 2.951092, 0.2393359642),
    (0.01, "WSLS", "ALLD", 0.5, 0.005, 0.495, 0.535, 0.1338999745),
    (0.01, "TFT", "ALLD", 0.0198, 0.000198, 0.970398, 1.020002, 0.0988218012),
    (0.01, "GTFT", "ALLD", 0.3432, 0.003432, 0.650232, 0.693368, 0.3167834081),
    (0.01, "TFT", "WSLS", 0.5, 0.25, 0.25, 2.25, 13.97442840),
    (0.01, "GRIM", "GRIM", 0.0149, 0.005, 0.9752, 1.0397, 2.107817910),
    (0.05, "TFT", "TFT", 0.5, 0.25, 0.25, 2.25, 10.25986842),
    (0.05, "GTFT", "GTFT", 0.875, 0.765625, 0.015625, 2.859375, 0.7090148926),
    (0.05, "WSLS", "WSLS", 0.8645, 0.817, 0.088, 2.7765, 1.014110750),
    (0.05, "WSLS", "ALLD", 0.5, 0.025, 0.475, 0.675, 0.6474827348),
    (0.05, "TFT", "ALLD", 0.095, 0.00475, 0.85975, 1.10025, 0.4726285625),
    (0.05, "GTFT", "ALLD", 0.38, 0.019, 0.589, 0.801, 0.676742),
    (0.05, "TFT", "WSLS", 0.5, 0.25, 0.25, 2.25, 2.945242076),
    (0.05, "GRIM", "GRIM", 0.0725, 0.025, 0.88, 1.1925, 2.497193750),
    (0.1, "TFT", "TFT", 0.5, 0.25, 0.25, 2.25, 5.131944444),
    (0.1, "GTFT", "GTFT", 0.7857142857, 0.6173469388, 0.0459183673, 2.7397959184, 1.255909643),
    (0.1, "WSLS", "WSLS", 0.756, 0.666, 0.154, 2.602, 1.686348),
    (0.1, "WSLS", "ALLD", 0.5, 0.05, 0.45, 0.85, 1.239695122),
    (0.1, "TFT", "ALLD", 0.18, 0.018, 0.738, 1.202, 0.900108),
    (0.1, "GTFT", "ALLD", 0.42, 0.042, 0.522, 0.938, 1.092108),
    (0.1, "TFT", "WSLS", 0.5, 0.25, 0.25, 2.25, 1.839261518),
    (0.1, "GRIM", "GRIM", 0.14, 0.05, 0.77, 1.37, 2.8971),
)
#: p, q of the first, of the second; cooperation of the first, payoff of the first. No further noise.
REACTIVE = (
    (0.99, 0.35, 0.99, 0.35, 0.9722222222, 2.9714506173),
    (0.95, 0.05, 0.9, 0.3, 0.6956521739, 2.6748582231),
    (0.8, 0.4, 0.6, 0.1, 0.55, 1.7437500000),
)
#: T02, both states alike: e_p, e_i, rule, P(C), P(CC), payoff.
PERCEPTION = (
    (0.01, 0.0, "TFT", 0.5, 0.25, 2.25),
    (0.01, 0.0, "WSLS", 0.970596, 0.960696, 2.951092),
    (0.01, 0.0, "GTFT", 0.9807692308, 0.961908284, 2.9803994083),
    (0.01, 0.0, "GRIM", 0.0, 0.0, 1.0),
    (0.05, 0.0, "TFT", 0.5, 0.25, 2.25),
    (0.05, 0.0, "WSLS", 0.8645, 0.817, 2.7765),
    (0.05, 0.0, "GTFT", 0.9166666667, 0.8402777778, 2.9097222222),
    (0.05, 0.0, "GRIM", 0.0, 0.0, 1.0),
    (0.1, 0.0, "TFT", 0.5, 0.25, 2.25),
    (0.1, 0.0, "WSLS", 0.756, 0.666, 2.602),
    (0.1, 0.0, "GTFT", 0.8571428571, 0.7346938776, 2.8367346939),
    (0.1, 0.0, "GRIM", 0.0, 0.0, 1.0),
    (0.02, 0.02, "TFT", 0.5, 0.25, 2.25),
    (0.02, 0.02, "WSLS", 0.8913788948, 0.8537155348, 2.8204211497),
    (0.02, 0.02, "GTFT", 0.9149377593, 0.8371111035, 2.9077021745),
    (0.05, 0.01, "TFT", 0.5, 0.25, 2.25),
    (0.05, 0.01, "WSLS", 0.843064484, 0.787545484, 2.741647968),
    (0.05, 0.01, "GTFT", 0.8964401294, 0.8036049057, 2.8857154827),
    (0.01, 0.05, "TFT", 0.5, 0.25, 2.25),
    (0.01, 0.05, "WSLS", 0.843064484, 0.787545484, 2.741647968),
    (0.01, 0.05, "GTFT", 0.8640776699, 0.7466302196, 2.8456027901),
)
#: T03: generosity q; payoff of ALLD, of the alternator, and of GTFT(1, q) itself against GTFT(1, q).
GENEROSITY = (
    (0.2, 1.8, 2.8, 3.0),
    (1 / 3, 7 / 3, 3.0, 3.0),
    (0.4, 2.6, 3.1, 3.0),
    (0.5, 3.0, 3.25, 3.0),
    (0.6, 3.4, 3.4, 3.0),
)
#: e_p; the q at which ALLD earns against GTFT(1, q) what GTFT(1, q) earns against itself; the payoff of
#: GTFT(1, 1/3) against itself.
GENEROSITY_UNDER_NOISE = (
    (0.001, 0.4992487479, 2.9980039999),
    (0.01, 0.4923728367, 2.9803994083),
    (0.05, 0.4590841102, 2.9097222222),
)


def pairs() -> list[Pair]:
    """Every printed row that can be played."""
    return [*_implementation(), *_perception(), *_generosity()]


def _implementation() -> Iterator[Pair]:
    for e, one, two, cooperation, mutual, neither, payoff, variance in IMPLEMENTATION:
        expected = {"cooperation": cooperation, "mutual": mutual, "neither": neither, "payoff": payoff}
        name = f"{one} v {two}, e_i {e:g}"
        yield Pair("T01", name, NAMES[one], NAMES[two], e, 0.0, True, expected, variance)
    for p, q, other_p, other_q, cooperation, payoff in REACTIVE:
        expected = {"cooperation": cooperation, "payoff": payoff}
        name = f"({p:g}, {q:g}) v ({other_p:g}, {other_q:g})"
        first, second = reactive(p, q), reactive(other_p, other_q)
        yield Pair("T01", name, first, second, 0.0, 0.0, True, expected)


def _perception() -> Iterator[Pair]:
    for e_p, e_i, rule, cooperation, mutual, payoff in PERCEPTION:
        for reader in (False, True):
            name = f"{rule}, e_p {e_p:g} e_i {e_i:g}, {'the reader' if reader else 'the channel'} errs"
            expected = {"cooperation": cooperation, "mutual": mutual, "payoff": payoff}
            yield Pair("T02", name, NAMES[rule], NAMES[rule], e_i, e_p, reader, expected)


def _generosity() -> Iterator[Pair]:
    invaders = {"ALLD": ALWAYS_DEFECT, "alternator": ALTERNATOR}
    for q, *payoffs in GENEROSITY:
        host = reactive(1.0, q)
        for (name, invader), payoff in zip((*invaders.items(), ("itself", host)), payoffs, strict=True):
            title = f"{name} v GTFT(1, {q:.3g})"
            yield Pair("T03", title, invader, host, 0.0, 0.0, True, {"payoff": payoff})
    for e, indifferent, payoff in GENEROSITY_UNDER_NOISE:
        title = f"GTFT(1, 1/3) v itself, e_p {e:g}"
        yield Pair("T03", title, GENEROUS, GENEROUS, 0.0, e, False, {"payoff": payoff})
        host = reactive(1.0, indifferent)
        for name, invader in (("ALLD", ALWAYS_DEFECT), ("itself", host)):
            title = f"{name} v GTFT(1, {indifferent:.3f}), e_p {e:g}"
            equal = moments(Pair("", "", host, host, 0.0, e, False, {}), "payoff")[0]
            yield Pair("T03", title, invader, host, 0.0, e, False, {"payoff": equal})
