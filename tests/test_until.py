"""Where runs begin and end: places to start from, and reasons to stop before the horizon or a war."""

import pytest

import signalling as sg
from signalling.chronicle import Trace
from tests.own_doctrines import HAWK, changed
from tests.scenarios_strategy import Document, build

HOUR = 3600
SEED = 2
ANSWER = "    return Action(move, -1, 0.0, -1)"
MOVE = (
    "    move = RAISE if own.rung < min(aim, own.ceiling) else LOWER if own.rung > max(aim, own.floor) "
    "else HOLD\n"
)


def own(move: str, letter: str = "-1") -> Document:
    """A doctrine that makes one move at each review, and says a letter."""
    text = changed(
        HAWK, (MOVE, f"    move = {move}\n"), (ANSWER, f"    return Action(move, -1, 0.0, {letter})")
    )
    return {"file": "own.py", "source": text}


def ladder(*states: Document, **tables) -> Trace:
    """States A, B, ... that decide once a day, in rounds."""
    document: Document = {
        "name": "crisis",
        "horizon_days": 10,
        "review": {"interval_hours": 24, "jitter_hours": 0},
        "ladder": {"war": False},
        "states": [{"name": name} | state for name, state in zip("ABCD", states, strict=False)],
        "channels": {"default": {"delay": {"law": "constant", "hours": 1}}},
    }
    return sg.trace(build(document | tables), seed=SEED, run=0, engine="process")


STAYS: Document = {"doctrine": "listener"}
CLIMBS: Document = {"doctrine": own("RAISE")}
DESCENDS: Document = {"doctrine": own("LOWER")}


# Where states begin


def test_a_state_begins_on_its_rung_and_says_so():
    trace = ladder(STAYS | {"start_rung": 3}, STAYS)
    assert {(r.rung, r.after) for r in trace.reviews if r.state == 0} == {(3, 3)}
    assert {message.composed for message in trace.messages if message.channel == 0} == {3}
    row = trace.outcome
    # It has stood there from the first tick on, before its first review.
    assert (row["peak_rung"], row["mean_rung"]) == (3, 1.5)


def test_the_rung_at_the_stop_is_a_column_of_states():
    scenario = build(
        {
            "name": "stop",
            "horizon_days": 3,
            "review": {"interval_hours": 24, "jitter_hours": 0},
            "ladder": {"war": False},
            "states": [{"name": "A", **DESCENDS, "start_rung": 4}, {"name": "B", **STAYS, "start_rung": 1}],
        }
    )
    outcomes = sg.run(scenario, runs=1, seed=SEED, by_state=True)
    assert outcomes.states is not None
    assert outcomes.states["rung"].to_pylist() == [1, 1]
    assert outcomes.states["peak_rung"].to_pylist() == [4, 1]
    # Rung 3 on the first day, 2 on the second, 1 on the third.
    assert outcomes.states["mean_rung"].to_pylist() == [2.0, 1.0]


def test_rivals_know_where_a_state_begins():
    """Nobody has read anything: the voter takes what it knows of the start."""
    voter = {"doctrine": {"name": "voter"}}
    rounds = {"game": {"kind": "matrix"}, "channels": {"default": {"loss_probability": 1.0}}}
    document: Document = {
        "name": "vote",
        "horizon_days": 2,
        "review": {"interval_hours": 24, "jitter_hours": 0},
        "states": [{"name": "A", **voter}, {"name": "B", **STAYS, "start_rung": 1}],
    }
    trace = sg.trace(build(document | rounds), seed=SEED, run=0, engine="process")
    assert [review.after for review in trace.reviews if review.state == 0] == [1, 1]


# When runs end


def test_a_run_ends_where_all_stand_on_one_rung():
    trace = ladder(CLIMBS, STAYS | {"start_rung": 3}, STAYS | {"start_rung": 3}, until="unanimity")
    row = trace.outcome
    assert (row["stop"], row["stop_hours"], row["war"]) == ("unanimity", 48.0, False)
    # A climbs onto the third rung at its third review and has no time to say so, and nobody else decides.
    assert (trace.reviews[-1].state, trace.reviews[-1].after) == (0, 3)
    assert len(trace.reviews) == 7
    assert max(message.composed for message in trace.messages if message.channel < 2) == 2


def test_two_of_three_are_not_all():
    row = ladder(CLIMBS, STAYS | {"start_rung": 3}, STAYS, until="unanimity").outcome
    assert row["stop"] == "horizon"


def test_a_run_that_begins_in_unanimity_ends_with_its_first_review():
    trace = ladder(STAYS, STAYS, until="unanimity")
    assert (trace.outcome["stop"], trace.outcome["stop_hours"]) == ("unanimity", 0.0)
    assert (len(trace.reviews), trace.outcome["sent"]) == (1, 0)
    # A move away from it comes first.
    trace = ladder(CLIMBS, STAYS, until="unanimity")
    assert trace.outcome["stop"] == "horizon"


@pytest.mark.parametrize("kind", ["ladder", "matrix", "posture"])
def test_a_run_of_no_length_has_no_time_averages(kind):
    game: Document = {} if kind == "ladder" else {"game": {"kind": kind}}
    ending: Document = {"until": "unanimity"}
    if kind == "posture":
        game["game"]["limit"], ending = 1.0, {}
        arms = {"doctrine": {"name": "richardson", "grievance": 5.0}}
    document: Document = {
        "name": "at once",
        "review": {"interval_hours": 24, "jitter_hours": 0},
        "states": [{"name": "A", **(arms if kind == "posture" else STAYS)}, {"name": "B", **STAYS}],
    }
    row = sg.run(build(document | game | ending), runs=1, seed=SEED, engine="process").table.to_pylist()[0]
    assert row["stop_hours"] == 0.0
    averages = ["mean_delay_hours", "mean_age_hours", "payoff"]
    averages += ["cooperation", "mutual_cooperation"] if kind == "matrix" else []
    assert [row[column] for column in averages] == [None] * len(averages)
    assert row["mean_rung"] == 0.0


def test_a_run_ends_where_somebody_stands_on_the_top():
    row = ladder(CLIMBS, STAYS, until="top").outcome
    assert (row["stop"], row["stop_hours"], row["peak_rung"]) == ("top", 72.0, 4)
    assert ladder(CLIMBS | {"ceiling": 3}, STAYS, until="top").outcome["stop"] == "horizon"
    assert ladder(CLIMBS, STAYS).outcome["stop"] == "horizon"


def test_the_last_action_is_the_top_of_a_matrix_game():
    plays = {"doctrine": {"name": "memory_one", "first_cooperation": 0.0}}
    document: Document = {
        "name": "rounds",
        "horizon_days": 5,
        "until": "top",
        "review": {"interval_hours": 24, "jitter_hours": 0},
        "game": {"kind": "matrix"},
        "states": [{"name": "A", **STAYS}, {"name": "B", **plays}],
    }
    trace = sg.trace(build(document), seed=SEED, run=0)
    assert trace.outcome["stop"] == "top"
    assert trace.reviews[-1].after == 1


def test_a_joint_war_comes_before_any_other_reason():
    """Two on the top rung are at war, whatever else that fulfils."""
    row = ladder(
        CLIMBS,
        STAYS | {"start_rung": 4},
        ladder={"war": "joint"},
        until="unanimity",
    ).outcome
    assert (row["stop"], row["war"]) == ("war", True)


# What is said


def test_a_doctrine_may_say_another_letter_than_where_it_stands():
    trace = ladder({"doctrine": own("RAISE", "0")}, STAYS)
    assert [review.after for review in trace.reviews if review.state == 0][:4] == [1, 2, 3, 4]
    assert {message.composed for message in trace.messages if message.channel == 0} == {0}
    trace = ladder({"doctrine": own("RAISE", "-1")}, STAYS)
    assert [m.composed for m in trace.messages if m.channel == 0][:4] == [1, 2, 3, 4]


def test_who_is_silent_moves_and_sends_nothing():
    trace = ladder({"doctrine": own("RAISE", "-2")}, STAYS)
    assert [review.after for review in trace.reviews if review.state == 0][:4] == [1, 2, 3, 4]
    assert {message.channel for message in trace.messages} == {1}
    assert trace.outcome["sent"] == 10


def test_a_liar_hides_what_its_doctrine_says_too():
    liar = {"doctrine": own("HOLD", "3"), "greedy_probability": 1.0, "lying_probability": 0.5}
    said = [m.composed for m in ladder(liar, STAYS, horizon_days=60).messages if m.channel == 0]
    assert set(said) == {0, 3}
