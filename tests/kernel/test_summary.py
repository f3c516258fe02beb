"""What a run leaves behind, where no trace of the same run can tell it: beliefs at the moment of the stop."""

import pytest

import signalling as sg
from tests.scenarios_strategy import Document, build

DAYS = 12


def scenario(days: float) -> sg.Scenario:
    """A greedy state and one that is not, in rounds at every midnight, with letters that are never true."""
    spiral: Document = {"name": "spiral", "precision": 2}
    return build(
        {
            "name": "at the stop",
            "horizon_days": days,
            "review": {"interval_hours": 24, "jitter_hours": 0},
            "ladder": {"war": False},
            "states": [
                {"name": "A", "doctrine": spiral, "greedy_probability": 1.0},
                {"name": "B", "doctrine": spiral, "greedy_probability": 0.0},
            ],
            "channels": {
                "default": {
                    "delay": {"law": "constant", "hours": 5},
                    "garble": {"probability": 1.0, "kernel": "other"},
                }
            },
        }
    )


@pytest.mark.parametrize("run", range(5))
def test_beliefs_are_judged_against_the_rival_at_the_stop(run):
    """A run that goes on for an hour shows at its last review what the shorter one believed at its stop."""
    row = sg.trace(scenario(DAYS), seed=1, run=run).outcome
    longer = sg.trace(scenario(DAYS + 1 / 24), seed=1, run=run)
    a, b = longer.reviews[-2:]
    assert a.tick == b.tick == DAYS * 24 * 3600
    [(of_b, rung_of_b)], [(of_a, rung_of_a)] = a.beliefs, b.beliefs
    assert row["types"] == "GS"
    assert row["belief_error"] == pytest.approx(((1 - of_a) ** 2 + of_b**2) / 2)
    assert row["rung_error"] == pytest.approx((abs(rung_of_a - a.rung) + abs(rung_of_b - b.rung)) / 2)
