"""How arms races between two states are set up for the ledger, and what is read off them."""

from collections.abc import Mapping
from typing import Any

from signalling.scenario import Scenario
from signalling.theory.arms_races import Race
from signalling.verification.bench import Bench, by_state, column, set_up
from signalling.vocabulary import TICKS_PER_DAY, TICKS_PER_HOUR

NAMES = ("A", "B")


def race(
    constants: Race,
    *,
    steps: int,
    step: int = TICKS_PER_DAY,
    late: int = 0,
    start: tuple[float, float] = (0.0, 0.0),
    doctrine: Mapping[str, Any] | None = None,
    state: Mapping[str, Any] | None = None,
    channel: Mapping[str, Any] | None = None,
    limit: float = 1e12,
) -> Scenario:
    """Two `richardson` states in synchronous rounds, which stop after so many steps.

    The report of a review tells the posture after it. Read a second later it is used at the next review, so
    both take their steps from postures of one date: no delay in the scheme. A delay of m steps and a second
    is a delay of m in the scheme; until it has passed, the posture at the start stands, as in the scheme.

    Args:
        constants: rates for one day.
        steps: how many.
        step: length of one, seconds.
        late: delay of reports, steps.
        start: postures.
        doctrine: more parameters of both.
        state: more settings of both, such as exaggeration.
        channel: faults.
        limit: posture at which the run stops.
    """
    coefficients = (
        {"reaction": constants.k, "fatigue": constants.a, "grievance": constants.g},
        {"reaction": constants.l, "fatigue": constants.b, "grievance": constants.h},
    )
    states = [
        {
            "name": name,
            "start_posture": posture,
            "doctrine": {"name": "richardson", **numbers, **(doctrine or {})},
            **(state or {}),
        }
        for name, posture, numbers in zip(NAMES, start, coefficients, strict=True)
    ]
    delay = {"law": "constant", "hours": (late * step + 1) / TICKS_PER_HOUR}
    return set_up(
        {
            "name": "an arms race",
            # The review at the very end is not held: the posture at the stop is that after `steps` reviews.
            "horizon_days": steps * step / TICKS_PER_DAY,
            "review": {"interval_hours": step / TICKS_PER_HOUR, "jitter_hours": 0},
            "game": {"kind": "posture", "limit": limit},
            "states": states,
            "channels": {"default": {"delay": delay, **(channel or {})}},
        }
    )


def postures(bench: Bench, scenario: Scenario) -> tuple[float, float]:
    """Where both stand at the end of a race without chance."""
    ended = bench.run(scenario, runs=1, seed=1, by_state=True)
    first, second = (float(by_state(ended, "posture", name)[0]) for name in NAMES)
    return first, second


def mean_posture(bench: Bench, scenario: Scenario) -> float:
    """Where they stand on average at the end of a race without chance."""
    return float(column(bench.run(scenario, runs=1, seed=1), "mean_posture")[0])
