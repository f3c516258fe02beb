"""Whole runs of reciprocators, told again by another text."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

import signalling as sg
from signalling.chronicle import Trace
from signalling.kernel import draws
from signalling.vocabulary import DrawPurpose, Fate, Move
from tests.drawn import examples
from tests.scenarios_strategy import Document, build, reciprocators

PARAMETERS = {
    "tremble": 0.25,
    "forgiveness": 0.2,
    "relaxation": 0.6,
    "overmatch": {"security_seeker": 0.25, "greedy": 1.0},
    "preemption": {"security_seeker": 0.02, "greedy": 0.05},
    "opportunism": {"security_seeker": 0.01, "greedy": 0.1},
    "advantage": 2.0,
}
WEIGHTS = {("A", "B"): 1.0, ("A", "C"): 3.0, ("B", "C"): 1.0}
GARBLED = 0.2


def crisis(**ladder) -> sg.Scenario:
    """Three states, the first of them greedy; C cannot reach the top."""
    doctrine = {"name": "reciprocator"} | PARAMETERS
    return build(
        {
            "name": "three",
            "horizon_days": 30,
            "review": {"interval_hours": 12, "jitter_hours": 6},
            "ladder": ladder,
            "states": [
                {"name": "A", "doctrine": doctrine, "greedy_probability": 1.0},
                {"name": "B", "doctrine": doctrine},
                {"name": "C", "doctrine": doctrine, "ceiling": 3, "start_rung": 1},
            ],
            "rivals": [{"between": list(pair), "weight": weight} for pair, weight in WEIGHTS.items()],
            "channels": {
                "default": {
                    "delay": {"law": "exponential", "mean_hours": 15},
                    "garble": {"probability": GARBLED},
                    "duplicate_probability": 0.1,
                }
            },
        }
    )


def expected_move(
    name: str, rung: int, heard: Mapping[str, float], uniforms: Sequence[float]
) -> tuple[Move, str | None]:
    """The rule once more, from its description."""
    of_type = "greedy" if name == "A" else "security_seeker"
    if rung == 4:
        fear = PARAMETERS["preemption"][of_type] if max(heard.values()) >= 3.5 else 0.0
        gain = PARAMETERS["opportunism"][of_type] if min(heard.values()) <= 2 else 0.0
        if uniforms[2] < fear:
            return Move.ATTACK, max(heard, key=lambda other: (heard[other], -ord(other)))
        if uniforms[2] < fear + gain:
            return Move.ATTACK, min(heard, key=lambda other: (heard[other], ord(other)))
    climb = Move.RAISE if rung < (3 if name == "C" else 4) else Move.HOLD
    if uniforms[0] < PARAMETERS["tremble"]:
        return climb, None
    weights = {other: WEIGHTS[tuple(sorted((name, other)))] for other in heard}
    mean = sum(weights[other] * heard[other] for other in heard) / sum(weights.values())
    distance = mean + PARAMETERS["overmatch"][of_type] - rung
    if distance >= 0.5:
        return (Move.HOLD if uniforms[1] < PARAMETERS["forgiveness"] else climb), None
    if distance <= -0.5 and rung > 0 and uniforms[1] < PARAMETERS["relaxation"]:
        return Move.LOWER, None
    return Move.HOLD, None


def told_again(trace: Trace, seed: int, run: int) -> list[tuple[str, Move, str | None]]:
    """What each review should have decided, from the messages of the trace and the rule alone."""
    luck = draws.PlainLuck(seed, run)
    read = sorted(
        (
            message.due,
            *(trace.names[end] for end in trace.channels[message.channel]),
            message.sent,
            message.letter,
        )
        for message in trace.messages
        if message.fate in {Fate.READ, Fate.SUPERSEDED}
    )
    starts = {"A": 0.0, "B": 0.0, "C": 1.0}
    heard = {name: {other: starts[other] for other in "ABC" if other != name} for name in "ABC"}
    newest: dict[tuple[str, str], int] = {}
    held = dict.fromkeys("ABC", 0)
    told = []
    for review in trace.reviews:
        while read and read[0][0] <= review.tick:
            _, sender, reader, sent, letter = read.pop(0)
            if sent > newest.get((reader, sender), -1):
                newest[reader, sender] = sent
                right = 1 - GARBLED + GARBLED / 5
                heard[reader][sender] += right * (letter - heard[reader][sender])
        name = trace.names[review.state]
        uniforms = luck.block(held[name], draws.who(name), DrawPurpose.REVIEW)[1:]
        held[name] += 1
        told.append((name, *expected_move(name, review.rung, heard[name], uniforms)))
    return told


def test_runs_are_as_another_text_tells_them():
    moves = set()
    for run in range(25):
        trace = sg.trace(crisis(), seed=3, run=run)
        played = [
            (
                trace.names[review.state],
                Move(review.move),
                trace.outcome["target"] if review.move == Move.ATTACK else None,
            )
            for review in trace.reviews
        ]
        assert played == told_again(trace, 3, run)
        moves |= {move for _, move, _ in played}
    assert moves == {Move.LOWER, Move.HOLD, Move.RAISE, Move.ATTACK}


def test_such_runs_end_in_war_or_not_and_tell_no_belief_or_payoff():
    outcomes = sg.run(crisis(), runs=40, seed=3)
    assert 0 < sum(outcomes["war"]) < 40
    for column in ("belief_error", "rung_error", "payoff"):
        assert set(outcomes[column]) == {None}
    assert not any(sg.run(crisis(war=False), runs=20, seed=3)["war"])


@examples(25)
@given(st.lists(reciprocators(), min_size=2, max_size=4), st.integers(0, 10**6))
def test_with_any_parameters_both_engines_play_alike(choices: list[Document], run: int):
    names = "ABCD"[: len(choices)]
    document = {
        "name": "any",
        "horizon_days": 20,
        "review": {"interval_hours": 12, "jitter_hours": 6},
        "states": [
            {"name": name, "doctrine": doctrine, "greedy_probability": 0.5, "start_rung": 1}
            for name, doctrine in zip(names, choices, strict=True)
        ],
        "channels": {"default": {"garble": {"probability": 0.3}, "loss_probability": 0.1}},
    }
    scenario = build(document)
    told = [sg.trace(scenario, seed=4, run=run, engine=engine) for engine in ("process", "batch")]
    assert told[0] == told[1]
