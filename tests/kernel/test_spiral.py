"""The spiral doctrine against a second implementation, written from the formulas of docs/model.md.

`Text` below is that implementation: dense matrices and plain sums in NumPy, no tables, nothing of the
package. It is held against single decisions and against whole runs.
"""

import array
import math
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import signalling as sg
from signalling.chronicle import Trace
from signalling.kernel import draws
from signalling.kernel.doctrines import spiral
from signalling.kernel.view import Own, OwnView, Report, RivalView
from signalling.parameters import TypeCosts
from signalling.vocabulary import DrawPurpose, Fate, Move, Role

INTERVAL = 1000
NEAR = 1e-9


def exact(examples: int = 200) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True)


def logistic(x):
    return 1.0 / (1.0 + np.exp(-np.clip(np.asarray(x, dtype=float), -700, 700)))


@dataclass
class Text:
    """The text as written: one state, its parameters and its beliefs B[type, rung] about each rival."""

    parameters: spiral.SpiralParameters
    capability: float
    weights: list[float]
    """Relative attention to each rival, in name order; normalised here."""
    rival_capabilities: list[float]
    rungs: int
    interval: int
    beliefs: list[np.ndarray] = field(default_factory=list)
    newest: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        q = self.parameters.prior_greedy
        first = np.zeros((2, self.rungs))
        first[:, 0] = 1 - q, q
        self.beliefs = [first.copy() for _ in self.weights]
        self.newest = [-1] * len(self.weights)
        total = sum(self.weights)
        self.weights = [weight / total for weight in self.weights]

    def predicted(self, rival: int, now: int) -> np.ndarray:
        p, top = self.parameters, self.rungs - 1
        elapsed = now - max(self.newest[rival], 0)
        steps = min(12, max(1, (2 * elapsed + self.interval) // (2 * self.interval)))
        prior = np.array([1 - p.prior_greedy, p.prior_greedy])
        belief = self.beliefs[rival]
        for _ in range(steps):
            moved = np.zeros_like(belief)
            for kind, sign in ((0, -1), (1, 1)):
                up, down = 0.3 + sign * 0.25 * p.distinguishability, 0.3 - sign * 0.25 * p.distinguishability
                for rung in range(self.rungs):
                    moved[kind, min(rung + 1, top)] += up * belief[kind, rung]
                    moved[kind, max(rung - 1, 0)] += down * belief[kind, rung]
                    moved[kind, rung] += (1 - up - down) * belief[kind, rung]
            belief = (1 - p.leak) * moved + p.leak * np.outer(prior, moved.sum(axis=0))
        return belief

    def read(self, rival: int, sent: int, letter: int, assumed: np.ndarray) -> bool:
        if sent <= self.newest[rival]:
            return False
        p = self.parameters
        belief = self.predicted(rival, sent)
        lying = p.suspected_lying
        belief[0] *= assumed[:, letter]
        belief[1] *= ((1 - lying) * assumed[:, letter] + lying * assumed[0, letter]) * math.exp(p.bias)
        self.beliefs[rival] = belief / belief.sum()
        self.newest[rival] = sent
        return True

    def waits_and_strikes(self, rival: int, x: int, now: int, cost: float) -> tuple[float, float]:
        p = self.parameters
        m, f = p.rung_advantage, p.first_strike_advantage
        a = p.capability_weight * math.log(self.capability / self.rival_capabilities[rival])
        y = np.arange(self.rungs)
        belief = self.predicted(rival, now)
        wait = strike = 0.0
        for kind, rival_cost in enumerate((p.rival_war_cost.security_seeker, p.rival_war_cost.greedy)):
            fear = y / (self.rungs - 1)
            fear = fear * logistic(p.precision * (logistic(m * (y - x) - a + f) - rival_cost - 0.5))
            wait += belief[kind] @ ((1 - fear) / 2 + fear * (logistic(m * (x - y) + a - f) - cost))
            strike += belief[kind] @ (logistic(m * (x - y) + a + f) - cost)
        return wait, strike

    def options(
        self, x: int, ceiling: int, now: int, cost: float, *, war: bool
    ) -> tuple[dict[Move, float], int]:
        """Probability of each move offered, and the rival an attack would name."""
        c, top = self.parameters.rung_cost, self.rungs - 1
        values = {}
        for move, rung in ((Move.LOWER, x - 1), (Move.HOLD, x), (Move.RAISE, x + 1)):
            if rung == x or 0 <= rung <= ceiling:
                both = [self.waits_and_strikes(j, rung, now, cost) for j in range(len(self.weights))]
                wait = sum(w * b[0] for w, b in zip(self.weights, both, strict=True))
                strike = sum(w * b[1] for w, b in zip(self.weights, both, strict=True))
                values[move] = wait + rung / top * max(0.0, strike - wait) - c * rung
        target = -1
        if x == top and war and self.weights:
            strikes = [self.waits_and_strikes(j, x, now, cost)[1] for j in range(len(self.weights))]
            # An attack falls on one rival, and is worth the chance against that one: the printed patterns of
            # the ring hold with this reading, not with the average over rivals.
            target = max(range(len(strikes)), key=lambda j: (strikes[j], -j))
            values[Move.ATTACK] = strikes[target] - c * x
        best = max(values.values())
        weight = {move: math.exp(self.parameters.precision * (v - best)) for move, v in values.items()}
        return {move: w / sum(weight.values()) for move, w in weight.items()}, target


def of_package(text: Text, weights: list[float]) -> np.ndarray:
    rivals = [
        RivalView(weight, capability, 0, 0.0)
        for weight, capability in zip(weights, text.rival_capabilities, strict=True)
    ]
    return spiral.tabulate(text.parameters, OwnView(text.capability, 0, 0.0, "ladder"), rivals, text.rungs)


def fresh_memory(rungs: int, rivals: int):
    own, per_rival = spiral.memory_size(rungs)
    return memoryview(array.array("d", [math.nan] * (own + rivals * per_rival)))


def own_of(text: Text, rung: int, ceiling: int, cost: float, *, war: bool) -> Own:
    return Own(
        state=0,
        cost_of_war=cost,
        rung=rung,
        ceiling=ceiling,
        rungs=text.rungs,
        rivals=len(text.weights),
        interval=text.interval,
        horizon=10**9,
        war=int(war),
        type=0,
        posture=0.0,
        floor=0,
    )


def scanned(memory, own: Own, now: int, table) -> tuple[dict[Move, float], int]:
    """Probability of each move, found by bisection on the uniform; and the target of an attack."""
    target = -1

    def move(uniform: float) -> int:
        nonlocal target
        action = spiral.decide(memory, own, now, (uniform, 0.0, 0.0), table)
        if action.move == Move.ATTACK:
            target = action.target
        return action.move

    found: dict[Move, float] = {}
    last = math.nextafter(1.0, 0.0)
    start, here = 0.0, move(0.0)
    while True:
        low, high = start, last
        if move(last) == here:
            found[Move(here)] = 1.0 - start
            return found, target
        while high - low > 1e-13:
            middle = (low + high) / 2
            low, high = (middle, high) if move(middle) == here else (low, middle)
        found[Move(here)] = high - start
        start, later = high, move(high)
        assert later > here  # the order lower, hold, raise, attack
        here = later


@st.composite
def parameters(draw: st.DrawFn) -> spiral.SpiralParameters:
    cost = st.floats(-0.25, 1)
    chosen = {
        "precision": draw(st.sampled_from([0.5, 3.0, 20.0, 40.0])),
        "rung_advantage": draw(st.floats(0, 4)),
        "first_strike_advantage": draw(st.floats(-1, 2)),
        "rung_cost": draw(st.floats(-0.1, 0.2)),
        "war_cost": TypeCosts(security_seeker=draw(cost), greedy=draw(cost)),
        "prior_greedy": draw(st.floats(0, 1)),
        "distinguishability": draw(st.floats(0, 1)),
        "leak": draw(st.floats(0, 1)),
        "suspected_lying": draw(st.floats(0, 1)),
        "bias": draw(st.floats(-2, 2)),
        "capability_weight": draw(st.sampled_from([0.0, 0.3, 2.0])),
    }
    if draw(st.booleans()):
        chosen["rival_war_cost"] = TypeCosts(security_seeker=draw(cost), greedy=draw(cost))
    return spiral.SpiralParameters(**chosen)


@st.composite
def assumed_matrices(draw: st.DrawFn, rungs: int) -> np.ndarray:
    masses = draw(st.lists(st.integers(1, 200), min_size=rungs * rungs, max_size=rungs * rungs))
    matrix = np.array(masses, dtype=float).reshape(rungs, rungs)
    return matrix / matrix.sum(axis=1, keepdims=True)


@st.composite
def situations(draw: st.DrawFn):
    """A state with some rivals that has read some reports and is about to decide."""
    rungs = draw(st.integers(2, 6))
    n_rivals = draw(st.integers(1, 3))
    weights = draw(st.lists(st.sampled_from([0, 1, 2, 5]), min_size=n_rivals, max_size=n_rivals))
    if sum(weights) == 0:
        weights[0] = 1
    capabilities = st.sampled_from([0.25, 1.0, 3.0])
    text = Text(
        draw(parameters()),
        draw(capabilities),
        [float(weight) for weight in weights],
        draw(st.lists(capabilities, min_size=n_rivals, max_size=n_rivals)),
        rungs,
        INTERVAL,
    )
    assumed = draw(assumed_matrices(rungs))
    table = of_package(text, text.weights)
    memory = fresh_memory(rungs, n_rivals)
    ceiling = draw(st.integers(0, rungs - 1))
    own = own_of(
        text,
        draw(st.integers(0, ceiling)),
        ceiling,
        draw(st.sampled_from([-0.1, 0.0, 0.35, 0.5])),
        war=draw(st.booleans()),
    )
    spiral.start(memory, own, table)
    flat = array.array("d", assumed.ravel())
    now = 0
    reports = st.tuples(st.integers(0, n_rivals - 1), st.integers(0, 5 * INTERVAL), st.integers(0, rungs - 1))
    for rival, sent, letter in draw(st.lists(reports, max_size=6)):
        now = max(now, sent + 1)
        report = Report(0, letter, 0.0, sent, now, 1 + rival, rival, 0, flat)
        assert spiral.revise(memory, report, own, table) == text.read(rival, sent, letter, assumed)
    now += draw(st.integers(0, 15 * INTERVAL))
    return text, memory, own, now, table


@pytest.mark.parametrize("capabilities", [(3.0, 0.25, 1.0), (0.25, 1.0, 3.0), (1.0, 3.0, 0.25)])
def test_an_attack_falls_on_the_rival_that_is_easiest_to_beat(capabilities):
    """Of three rivals of whom nothing was heard, on the weakest; of equals, on the first by name."""
    for weakest, means in ((capabilities.index(0.25), capabilities), (0, (1.0, 1.0, 1.0))):
        chosen = spiral.SpiralParameters(capability_weight=2.0, rung_cost=0.0)
        text = Text(chosen, 1.0, [1.0, 1.0, 1.0], list(means), 3, INTERVAL)
        own = own_of(text, 2, 2, -0.2, war=True)
        table = of_package(text, text.weights)
        memory = fresh_memory(3, 3)
        spiral.start(memory, own, table)
        action = spiral.decide(memory, own, INTERVAL, (math.nextafter(1.0, 0.0), 0.0, 0.0), table)
        assert action.move == Move.ATTACK
        assert action.target == weakest


@exact(150)
@given(situations())
def test_moves_have_the_probabilities_of_the_text(situation):
    text, memory, own, now, table = situation
    wanted, target = text.options(own.rung, own.ceiling, now, own.cost_of_war, war=bool(own.war))
    found, named = scanned(memory, own, now, table)
    for move in Move:
        assert found.get(move, 0.0) == pytest.approx(wanted.get(move, 0.0), abs=NEAR), move
    if named >= 0 and wanted[Move.ATTACK] > NEAR:
        strikes = [text.waits_and_strikes(j, own.rung, now, own.cost_of_war)[1] for j in range(own.rivals)]
        assert strikes[named] == pytest.approx(max(strikes), abs=NEAR)
        if sorted(strikes)[-2:][0] < max(strikes) - NEAR:
            assert named == target


@exact(100)
@given(situations())
def test_beliefs_are_those_of_the_text_and_a_review_does_not_move_them(situation):
    text, memory, own, now, table = situation
    before = memory.tobytes()[8 * spiral.memory_size(own.rungs)[0] :]
    for rival in range(own.rivals):
        believed = text.predicted(rival, now)
        greedy, rung = spiral.belief(memory, rival, own, now, table)
        assert greedy == pytest.approx(believed[1].sum(), abs=1e-11)
        assert rung == pytest.approx(believed.sum(axis=0) @ np.arange(own.rungs), abs=1e-11)
    first = [spiral.decide(memory, own, now, (u, 0.5, 0.5), table) for u in (0.0, 0.3, 0.7, 0.99)]
    again = [spiral.decide(memory, own, now, (u, 0.1, 0.9), table) for u in (0.0, 0.3, 0.7, 0.99)]
    assert first == again
    assert memory.tobytes()[8 * spiral.memory_size(own.rungs)[0] :] == before


@exact(50)
@given(situations())
def test_numpy_memory_gives_the_same_bits(situation):
    _, memory, own, now, table = situation
    copied = np.array(memory)
    for uniform in (0.0, 0.2, 0.5, 0.8, 0.999):
        plain = spiral.decide(memory, own, now, (uniform, 0.0, 0.0), memoryview(table))
        assert plain == spiral.decide(copied, own, now, (uniform, 0.0, 0.0), table)
    assert np.array_equal(copied, np.array(memory))


@exact(100)
@given(
    parameters(),
    st.sampled_from(list(Role)),
    st.integers(0, 4),
    st.integers(0, 4),
    st.floats(0, 4),
    st.sampled_from([0.25, 1.0, 3.0]),
)
def test_payoff_is_that_of_the_text(chosen, role, rung, rival_rung, mean_rung, capability):
    text = Text(chosen, capability, [1.0, 1.0], [2.0, 0.5], 5, INTERVAL)
    table = of_package(text, text.weights)
    own = own_of(text, rung, 4, 0.4, war=True)
    slot = -1 if role == Role.BYSTANDER else 1
    a = chosen.capability_weight * math.log(capability / 0.5)
    edge = {Role.INITIATOR: 1, Role.TARGET: -1}.get(role, 0) * chosen.first_strike_advantage
    share = 0.5
    if role != Role.BYSTANDER:
        share = float(logistic(chosen.rung_advantage * (rung - rival_rung) + a + edge)) - 0.4
    wanted = share - chosen.rung_cost * mean_rung
    got = spiral.payoff(own, role, slot, rival_rung, mean_rung, table)
    assert got == pytest.approx(wanted, abs=1e-12)


def dyad(**changes) -> Text:
    return Text(spiral.SpiralParameters(**changes), 1.0, [1.0], [1.0], 5, INTERVAL)


@pytest.mark.parametrize("rung", range(5))
@pytest.mark.parametrize("war", [True, False])
@pytest.mark.parametrize("ceiling", [0, 2, 4])
def test_only_what_is_possible_is_offered(rung, war, ceiling):
    if rung > ceiling:
        return
    text = dyad(precision=0.5)  # so dull that every option has weight
    table = of_package(text, text.weights)
    memory = fresh_memory(5, 1)
    own = own_of(text, rung, ceiling, 0.5, war=war)
    spiral.start(memory, own, table)
    found, _ = scanned(memory, own, 0, table)
    offered = {Move.HOLD}
    offered |= {Move.LOWER} if rung > 0 else set()
    offered |= {Move.RAISE} if rung < ceiling else set()
    offered |= {Move.ATTACK} if rung == 4 and war else set()
    assert set(found) == offered


def test_a_state_without_rivals_attacks_nobody():
    text = Text(spiral.SpiralParameters(precision=0.5), 1.0, [], [], 5, INTERVAL)
    table = of_package(text, [])
    memory = fresh_memory(5, 0)
    own = own_of(text, 4, 4, 0.5, war=True)
    spiral.start(memory, own, table)
    found, target = scanned(memory, own, 0, table)
    assert set(found) == {Move.LOWER, Move.HOLD}
    assert target == -1


def test_equal_strikes_name_the_first_in_name_order():
    text = Text(spiral.SpiralParameters(precision=0.5), 1.0, [1.0, 3.0, 3.0], [1.0] * 3, 5, INTERVAL)
    table = of_package(text, text.weights)
    memory = fresh_memory(5, 3)
    own = own_of(text, 4, 4, 0.5, war=True)
    spiral.start(memory, own, table)
    _, target = scanned(memory, own, 0, table)
    assert target == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"precision": 1000.0, "rung_advantage": 100.0, "first_strike_advantage": 100.0},
        {"precision": 1000.0, "rung_cost": -10.0, "first_strike_advantage": -100.0},
        {"leak": 1.0, "prior_greedy": 0.0, "bias": 20.0, "suspected_lying": 1.0},
        {"prior_greedy": 1.0, "leak": 0.0, "distinguishability": 1.0, "bias": -20.0},
    ],
)
def test_extreme_parameters_leave_numbers(changes):
    """Nothing overflows, divides by zero or leaves the unit interval at the ends of the ranges."""
    text = dyad(**changes)
    table = of_package(text, text.weights)
    assert np.isfinite(table).all()
    memory = fresh_memory(5, 1)
    flat = array.array("d", (0.999 * np.eye(5) + 0.0002).ravel())
    for rung in range(5):
        own = own_of(text, rung, 4, 0.5, war=True)
        spiral.start(memory, own, table)
        for sent, letter in ((0, 4), (700, 0), (90_000, 4)):
            assert spiral.revise(memory, Report(0, letter, 0.0, sent, sent + 1, 1, 0, 0, flat), own, table)
            greedy, expected = spiral.belief(memory, 0, own, sent + 50, table)
            assert 0 <= greedy <= 1 + 1e-12
            assert 0 <= expected <= 4 + 1e-12
            actions = [spiral.decide(memory, own, sent + 50, (u, 0, 0), table).move for u in (0.0, 0.9999)]
            assert actions == sorted(actions)


def test_a_report_not_later_than_the_newest_is_superseded():
    text = dyad()
    table = of_package(text, text.weights)
    memory = fresh_memory(5, 1)
    own = own_of(text, 0, 4, 0.5, war=True)
    spiral.start(memory, own, table)
    flat = array.array("d", np.full(25, 0.2))
    sent_and_used = [(0, True), (0, False), (500, True), (499, False), (500, False), (501, True)]
    for sent, used in sent_and_used:
        kept = memory.tobytes()
        assert spiral.revise(memory, Report(0, 1, 0.0, sent, 900, 1, 0, 0, flat), own, table) == used
        assert (memory.tobytes() == kept) == (not used)


# The named numbers of the table


def test_constants_name_the_fields_in_their_order():
    """Every field has a module constant of its name, and the constant is its place."""
    distinct = {}
    for place, (name, _) in enumerate(spiral.SpiralParameters().numbers()):
        assert getattr(spiral, name.upper()) == place
        distinct[name] = place
    assert len(distinct) == spiral.WEIGHTS


def test_the_table_begins_with_the_numbers_then_the_weights():
    chosen = spiral.SpiralParameters(
        precision=11.0,
        rung_advantage=1.5,
        first_strike_advantage=0.25,
        rung_cost=0.125,
        war_cost=TypeCosts(security_seeker=0.75, greedy=0.5),
        rival_war_cost=TypeCosts(security_seeker=0.625, greedy=0.375),
        prior_greedy=0.3,
        distinguishability=0.4,
        leak=0.05,
        suspected_lying=0.06,
        bias=0.7,
        capability_weight=0.8,
        lying_precision=12.0,
        lying_cost=0.15,
    )
    text = Text(chosen, 1.0, [1.0, 3.0], [1.0, 1.0], 3, INTERVAL)
    table = of_package(text, [0.25, 0.75])
    named = {name: table[getattr(spiral, name.upper())] for name, _ in chosen.numbers()}
    assert named == dict(chosen.numbers())
    assert list(named.values()) == [
        11.0, 1.5, 0.25, 0.125, 0.75, 0.5, 0.625, 0.375, 0.3, 0.4, 0.05, 0.06, 0.7, 0.8, 12.0, 0.15
    ]  # fmt: skip
    assert table[spiral.WEIGHTS : spiral.WEIGHTS + 2].tolist() == [0.25, 0.75]
    assert len(table) == 16 + 2 + spiral.N_FILTER + 2 * spiral.table_size(3)
    assert table.dtype == np.float64


def test_a_rivals_cost_of_war_is_the_own_table_unless_given():
    own = TypeCosts(security_seeker=0.75, greedy=0.5)
    assert spiral.SpiralParameters(war_cost=own).rival_war_cost == own
    other = TypeCosts(security_seeker=0.1, greedy=0.2)
    assert spiral.SpiralParameters(war_cost=own, rival_war_cost=other).rival_war_cost == other


# Whole runs, told again by the text

RING = {"network.graph": "ring"}
NOISY = {"channels.default.garble": {"probability": 0.3}, "channels.default.loss_probability": 0.2}
BELIEVED_CLEAN = {"channels.default.assumed": {"garble": {"probability": 0.0}}}
SLOW = {"channels.default.delay": {"law": "exponential", "mean_hours": 60.0}}
UNEQUAL = {
    "states.A.capability": 4.0,
    "states.B.ceiling": 2,
    "states.all.greedy_probability": 0.5,
    "states.all.doctrine.capability_weight": 0.5,
    "states.C.doctrine.suspected_lying": 0.5,
    "states.D.doctrine.bias": 0.5,
    "states.all.lying_probability": 0.5,
}
WEIGHTED = {
    "rivals": [
        {"between": ["B", "A"], "weight": 3},
        {"between": ["A", "C"], "weight": 1},
        {"between": ["C", "D"], "weight": 0.5},
        {"between": ["D", "E"], "weight": 0},
        {"between": ["A", "E"], "weight": 2},
    ]
}


@pytest.mark.parametrize(
    ("states", "changes"),
    [
        ("AB", NOISY),
        ("AB", NOISY | BELIEVED_CLEAN),
        ("ABCDE", RING),
        ("ABCDE", RING | NOISY | BELIEVED_CLEAN),
        ("ABCDE", RING | SLOW | UNEQUAL),
        ("ABCDE", NOISY | UNEQUAL | WEIGHTED),
    ],
    ids=["dyad", "dyad believed clean", "ring", "ring believed clean", "ring unequal", "weighted"],
)
@pytest.mark.parametrize("run", [0, 1])
def test_a_whole_run_is_the_texts(states, changes, run):
    """Beliefs at every review, every move and every superseded report, from messages and luck alone."""
    document = sg.load_scenario("two-seekers").written()
    document["states"] = {name: {"doctrine": {"name": "spiral"}} for name in states}
    scenario = sg.Scenario.from_document(document).replace(changes)
    crisis = sg.trace(scenario, seed=3, run=run)
    minds = [_mind(scenario, crisis, state) for state in range(len(states))]
    luck = draws.PlainLuck(3, run)
    arrivals = [
        (message.due, 0, order, message)
        for order, message in enumerate(crisis.messages)
        if message.fate in {Fate.READ, Fate.SUPERSEDED}
    ]
    reviews = [(review.tick, 1, order, review) for order, review in enumerate(crisis.reviews)]
    held = [0] * len(states)
    for tick, kind, _, record in sorted(arrivals + reviews, key=lambda event: event[:3]):
        if kind == 0:
            sender, addressee = crisis.channels[record.channel]
            if sender in crisis.rivals[addressee]:
                slot = crisis.rivals[addressee].index(sender)
                assumed = _assumed(scenario, crisis, record.channel)
                used = minds[addressee].read(slot, record.sent, record.letter, assumed)
                assert (record.fate == Fate.READ) == used
            continue
        mind, name = minds[record.state], crisis.names[record.state]
        for slot, (greedy, rung) in enumerate(record.beliefs):
            believed = mind.predicted(slot, tick)
            assert greedy == pytest.approx(believed[1].sum(), abs=NEAR)
            assert rung == pytest.approx(believed.sum(axis=0) @ np.arange(5), abs=NEAR)
        costs = scenario.states[name].doctrine.parameters.war_cost
        cost = costs.greedy if crisis.outcome["types"][record.state] == "G" else costs.security_seeker
        ceiling = scenario.states[name].ceiling
        chances, target = mind.options(record.rung, 4 if ceiling is None else ceiling, tick, cost, war=True)
        uniform = luck.block(held[record.state], draws.who(name), DrawPurpose.REVIEW)[1]
        held[record.state] += 1
        below = sum(chance for move, chance in chances.items() if move < record.move)
        assert below - NEAR <= uniform <= below + chances[Move(record.move)] + NEAR
        if record.move == Move.ATTACK:
            assert record.target == target
    assert sum(held) == crisis.outcome["reviews"]


def _mind(scenario: sg.Scenario, crisis: Trace, state: int) -> Text:
    name = crisis.names[state]
    others = [crisis.names[rival] for rival in crisis.rivals[state]]
    weights = {frozenset(rivalry.between): rivalry.weight for rivalry in scenario.rivals}
    return Text(
        scenario.states[name].doctrine.parameters,
        scenario.states[name].capability,
        [weights.get(frozenset((name, other)), 1.0) for other in others],
        [scenario.states[other].capability for other in others],
        5,
        round(scenario.review.interval_hours * 3600),
    )


def _assumed(scenario: sg.Scenario, crisis: Trace, channel: int) -> np.ndarray:
    """C: uniform garbling by the believed probability, rows with a near-zero entry mixed."""
    name = "->".join(crisis.names[end] for end in crisis.channels[channel])
    setting = scenario.channels.get(name, scenario.channels["default"])
    probability = setting.garble.probability
    if setting.assumed != "true":
        probability = setting.assumed.garble.probability
    matrix = (1 - probability) * np.eye(5) + probability / 5
    return matrix if probability / 5 >= 0.001 / 5 else 0.999 * matrix + 0.001 / 5
