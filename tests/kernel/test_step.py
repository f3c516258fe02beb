"""What a move does to a state, whatever the doctrine says: nobody leaves the ladder or passes a ceiling."""

import pytest

import signalling as sg
from tests.own_doctrines import HAWK, changed
from tests.scenarios_strategy import build

MOVE = "RAISE if own.rung < min(aim, own.ceiling) else LOWER if own.rung > aim else HOLD"


def rungs(move: str, ceiling: int | None) -> list[int]:
    """The rungs of a state that makes one move at each of ten reviews."""
    stubborn = {"file": "stubborn.py", "source": changed(HAWK, (MOVE, move))}
    state = {"doctrine": stubborn} | ({} if ceiling is None else {"ceiling": ceiling})
    scenario = build(
        {
            "name": "one move",
            "horizon_days": 10,
            "review": {"interval_hours": 24, "jitter_hours": 0},
            "ladder": {"war": False},
            "states": [{"name": "A"} | state, {"name": "B", "doctrine": "listener"}],
        }
    )
    trace = sg.trace(scenario, seed=1, run=0, engine="process")
    return [review.after for review in trace.reviews if review.state == 0]


@pytest.mark.parametrize(
    ("ceiling", "climbed"),
    [(0, [0] * 10), (2, [1] + [2] * 9), (None, [1, 2, 3] + [4] * 7)],
)
def test_who_always_climbs_stops_at_the_ceiling(ceiling, climbed):
    assert rungs("RAISE", ceiling) == climbed


def test_who_always_descends_stays_at_the_bottom():
    assert rungs("LOWER", None) == [0] * 10
