"""Arms races: what is stated of a real-valued armament, what arrives of it, and when a race has run away."""

import math

import pytest

import signalling as sg
from signalling.chronicle import Trace
from signalling.kernel import draws
from signalling.kernel.portable_math import normal_quantile
from signalling.model import compile_model
from signalling.vocabulary import DrawPurpose, Fate, Move
from tests.conservation import READ, conserved
from tests.own_doctrines import HAWK, changed
from tests.scenarios_strategy import Document, build

HOUR = 3600
DAY = 24 * HOUR
SEED = 6

#: Arms by 1 at each review whatever it hears.
CLIMBER: Document = {"name": "richardson", "reaction": 0.0, "fatigue": 0.0, "grievance": 1.0}
#: Takes the posture that its rival has reported, from its own at the start.
MIRROR: Document = {"name": "richardson", "reaction": 1.0, "fatigue": 1.0, "grievance": 0.0}


def race(*doctrines: Document | str, channel: Document | None = None, **tables) -> sg.Scenario:
    """States A, B, ... that decide once a day, in rounds."""
    return build(
        {
            "name": "race",
            "horizon_days": 10,
            "review": {"interval_hours": 24, "jitter_hours": 0},
            "game": {"kind": "posture"},
            "states": [{"name": name, "doctrine": d} for name, d in zip("ABCD", doctrines, strict=False)],
            "channels": {"default": {"delay": {"law": "constant", "hours": 1}} | (channel or {})},
        }
        | tables
    )


def told(scenario: sg.Scenario, run: int = 0) -> Trace:
    trace = sg.trace(scenario, seed=SEED, run=run)
    conserved(trace)
    return trace


# What is said


def test_messages_state_the_posture_and_have_one_letter():
    trace = told(race(CLIMBER, "listener"))
    assert [review.posture for review in trace.reviews if review.state == 0] == list(range(1, 11))
    assert {review.move for review in trace.reviews if review.state == 0} == {Move.ARM}
    assert [m.stated for m in trace.messages if m.channel == 0] == list(range(1, 11))
    assert all((m.value, m.letter, m.composed) == (m.stated, 0, 0) for m in trace.messages)
    assert trace.outcome["garbled"] == 0


def test_who_holds_says_where_it_stands():
    scenario = race("listener", "listener").replace({"states.B.start_posture": -2.5})
    trace = told(scenario)
    assert {m.stated for m in trace.messages if m.channel == 1} == {-2.5}
    assert {m.stated for m in trace.messages if m.channel == 0} == {0.0}


@pytest.mark.parametrize("share", [-0.5, 0.0, 0.25])
def test_who_exaggerates_states_so_much_more(share):
    trace = told(race(CLIMBER, "listener").replace({"states.A.exaggeration": share}))
    assert [m.stated for m in trace.messages if m.channel == 0] == [(1 + share) * k for k in range(1, 11)]
    # What it says moves others, and leaves itself where it is.
    assert [review.posture for review in trace.reviews if review.state == 0] == list(range(1, 11))


# What arrives


def test_noise_is_added_to_what_is_stated_and_copies_share_it():
    noisy: Document = {"noise": {"sigma": 0.75}, "duplicate_probability": 0.5}
    scenario = race(CLIMBER, "listener", channel=noisy, horizon_days=100)
    trace = told(scenario)
    names = compile_model(scenario).channel_names
    luck = draws.PlainLuck(SEED, 0)
    copy = draws.address(0, 0, 1, 0)
    noises = []
    for message in trace.messages:
        address = draws.who(names[message.channel])
        uniform = luck.block(message.which & ~copy, address, DrawPurpose.HANDLING)[2]
        assert message.value == message.stated + 0.75 * normal_quantile(uniform)
        noises += [] if message.is_copy else [message.value - message.stated]
    # Mean and variance within 4 standard errors: a false alarm has the chance 1.3e-4.
    n = len(noises)
    assert n == 200
    assert abs(sum(noises) / n) <= 4 * 0.75 / math.sqrt(n)
    assert abs(sum(x * x for x in noises) / n - 0.75**2) <= 4 * 0.75**2 * math.sqrt(2 / n)


def test_noise_adds_up_over_hops():
    lines = [{"from": a, "to": b, "noise": {"sigma": 1.0}} for a, b in ("AR", "RB")]
    scenario = race(
        CLIMBER,
        "listener",
        network={"graph": "explicit"},
        relays=["R"],
        routes=[{"from": "A", "to": "B", "via": ["R"]}],
        channels={"between": lines},
    )
    trace = told(scenario)
    first, second = ([m for m in trace.messages if m.hop == hop] for hop in (0, 1))
    luck = draws.PlainLuck(SEED, 0)
    for before, after in zip(first, second, strict=True):
        uniform = luck.block(after.which, draws.who("A->B|R->B"), DrawPurpose.HANDLING)[2]
        assert after.value == before.value + normal_quantile(uniform)
        assert after.stated == before.stated != before.value


def test_what_is_read_is_what_has_arrived():
    """B takes the posture it has read of: with the noise on it, and what A added."""
    scenario = race(CLIMBER, MIRROR, channel={"noise": {"sigma": 0.5}}).replace(
        {"states.A.exaggeration": 1.0}
    )
    trace = told(scenario)
    read = {m.due: m.value for m in trace.messages if m.channel == 0 and m.fate in READ}
    taken = [review.posture for review in trace.reviews if review.state == 1]
    assert taken[0] == 0.0
    assert taken[1:] == pytest.approx([read[day * DAY + HOUR] for day in range(9)], abs=1e-12)
    # A knows its own posture, whatever it says.
    assert [r.posture for r in trace.reviews if r.state == 0] == list(range(1, 11))


def test_a_posture_at_the_start_is_known_to_all():
    scenario = race("listener", MIRROR, channel={"loss_probability": 1.0})
    trace = told(scenario.replace({"states.A.start_posture": 4.0}))
    assert {review.posture for review in trace.reviews if review.state == 1} == {4.0}
    assert trace.outcome["delivered"] == 0


# The end


def test_the_columns_of_a_race():
    scenario = race(CLIMBER, "listener").replace({"states.B.start_posture": -3.0})
    outcomes = sg.run(scenario, runs=2, seed=SEED, by_state=True)
    assert outcomes["mean_posture"] == [3.5, 3.5]
    assert outcomes["stop"] == ["horizon", "horizon"]
    assert outcomes["mean_rung"] == [0.0, 0.0]
    assert outcomes.states is not None
    assert outcomes.states["posture"].to_pylist() == [10.0, -3.0] * 2
    ladder = sg.run(sg.load_scenario("two-seekers"), runs=1, seed=SEED, by_state=True)
    assert "mean_posture" not in ladder.table.column_names
    assert ladder.states is not None
    assert ladder.states["posture"].to_pylist() == [None, None]


@pytest.mark.parametrize(("limit", "days"), [(4.0, 3), (3.5, 3), (10.0, 9), (10.5, None)])
def test_a_race_that_reaches_its_limit_stops_there(limit, days):
    trace = told(race(CLIMBER, "listener", game={"kind": "posture", "limit": limit}))
    row = trace.outcome
    if days is None:
        assert row["stop"] == "horizon"
        return
    assert (row["stop"], row["stop_hours"], row["war"]) == ("runaway", 24.0 * days, False)
    assert row["mean_posture"] == (days + 1) / 2
    # Whoever ran away has no time to say so, and B has not decided any more.
    assert max(m.stated for m in trace.messages) == days
    assert trace.reviews[-1].state == 0
    assert row["peak_rung"] == 0


def test_a_race_downwards_runs_away_too():
    scenario = race(CLIMBER | {"grievance": -1.0}, "listener", game={"kind": "posture", "limit": 2.0})
    row = told(scenario).outcome
    assert (row["stop"], row["mean_posture"]) == ("runaway", -1.0)


def test_a_report_triggers_words_where_it_has_changed_a_posture():
    """Triggered reviews of a state that stays where it is say nothing."""
    quick: Document = {"interval_hours": 24, "jitter_hours": 0, "on_report": {"minimum_gap_hours": 0.5}}
    for doctrine, writes in ((CLIMBER, True), (MIRROR, False)):
        trace = told(race("listener", doctrine, review=quick))
        triggered = [r.tick for r in trace.reviews if r.triggered]
        assert triggered
        sent = {m.sent for m in trace.messages if m.channel == 1}
        assert all((tick in sent) == writes for tick in triggered)


# A doctrine of one's own

DOUBLER = changed(
    HAWK,
    ('GAMES = ("ladder",)', 'GAMES = ("posture",)'),
    ("int(Move.HOLD), int(Move.RAISE)", "int(Move.HOLD), int(Move.ARM)"),
    ("memory[2 * report.rival], memory[2 * report.rival + 1] = report.sent, report.letter",
     "memory[2 * report.rival], memory[2 * report.rival + 1] = report.sent, report.value"),
    (
        ("    move = RAISE if own.rung < min(aim, own.ceiling) else LOWER if own.rung > "
        "max(aim, own.floor) else HOLD\n"
        "    return Action(move, -1, 0.0, -1)"),
        "    return Action(RAISE, -1, 2.0 * memory[1] if memory[0] >= 0.0 else own.posture, -1)",
    ),
)  # fmt: skip


def test_a_doctrine_of_ones_own_arms_too():
    own = {"file": "doubler.py", "source": DOUBLER}
    scenario = race("listener", "listener").replace({"states.A.start_posture": 1.5})
    document = scenario.written()
    document["states"]["B"]["doctrine"] = own
    trace = sg.trace(sg.Scenario.from_document(document), seed=SEED, run=0, engine="process")
    assert [review.posture for review in trace.reviews if review.state == 1] == [0.0] + [3.0] * 9
    assert Fate.READ in {message.fate for message in trace.messages}


#: Holds, and states 7 wherever it stands.
BLUFFER = changed(
    HAWK,
    ('GAMES = ("ladder",)', 'GAMES = ("posture",)'),
    ("    return Action(move, -1, 0.0, -1)", "    return Action(HOLD, -1, 7.0, -1)"),
)


def test_a_doctrine_may_state_another_posture_than_its_own():
    document = race("listener", "listener").replace({"states.A.exaggeration": 0.5}).written()
    document["states"]["A"]["doctrine"] = {"file": "bluffer.py", "source": BLUFFER}
    trace = told(sg.Scenario.from_document(document))
    assert {review.posture for review in trace.reviews} == {0.0}
    assert {message.stated for message in trace.messages if message.channel == 0} == {10.5}


#: Arms by 1 at each review and says so at the first alone.
STEALTHY = changed(
    HAWK,
    ('GAMES = ("ladder",)', 'GAMES = ("posture",)'),
    ("int(Move.HOLD), int(Move.RAISE)", "int(Move.HOLD), int(Move.ARM)"),
    (
        "    return Action(move, -1, 0.0, -1)",
        "    return Action(RAISE, -1, own.posture + 1.0, -1 if own.posture == 0.0 else -2)",
    ),
)


def test_a_posture_stated_again_is_the_one_that_was_stated():
    """Whatever the sender has come to since, and whatever noise the attempt before has met."""
    insistent: Document = {"noise": {"sigma": 1.0}, "acknowledgement": {"timeout_hours": 12}}
    lines = [{"from": "A", "to": "B"} | insistent, {"from": "B", "to": "A", "loss_probability": 1.0}]
    document = race("listener", "listener", channels={"between": lines}).written()
    document["states"]["A"]["doctrine"] = {"file": "stealthy.py", "source": STEALTHY}
    trace = told(sg.Scenario.from_document(document))
    assert [review.posture for review in trace.reviews if review.state == 0] == list(range(1, 11))
    sent = [message for message in trace.messages if message.channel == 0]
    assert [message.attempt for message in sent] == list(range(20))
    assert {message.stated for message in sent} == {1.0}
    # Each attempt has a noise of its own.
    assert len({message.value for message in sent}) == 20
