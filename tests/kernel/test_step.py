"""What a move does to a state, whatever its doctrine says: it leaves neither ladder, floor nor ceiling."""

import pytest

import signalling as sg
from tests.own_doctrines import HAWK, changed
from tests.scenarios_strategy import build

MOVE = "RAISE if own.rung < min(aim, own.ceiling) else LOWER if own.rung > max(aim, own.floor) else HOLD"


def rungs(move: str, ceiling: int | None, **settings: int) -> list[int]:
    """The rungs of a state that makes one move at each of ten reviews."""
    stubborn = {"file": "stubborn.py", "source": changed(HAWK, (MOVE, move))}
    state = {"doctrine": stubborn} | settings | ({} if ceiling is None else {"ceiling": ceiling})
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


@pytest.mark.parametrize(
    ("settings", "stood"),
    [
        ({"floor": 2}, [2] * 10),
        ({"floor": 1, "start_rung": 3}, [2] + [1] * 9),
        ({"floor": 4}, [4] * 10),
    ],
)
def test_who_always_descends_stops_at_its_floor_and_begins_there(settings, stood):
    assert rungs("LOWER", None, **settings) == stood
