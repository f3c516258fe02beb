"""A state that tells its type, another that believes what it should, and a channel of known accuracy.

`declarer` says one of two letters, `watcher` applies Bayes's rule to what arrives: who is right, how often
and how sure is a closed form.
"""

from typing import Any

from signalling.scenario import Scenario
from signalling.verification.bench import set_up
from signalling.verification.passages import NO_DELAY
from signalling.vocabulary import TICKS_PER_DAY, TICKS_PER_HOUR

SENDER, READER = "A", "B"
CALM, ALARM = "calm", "alarm"
INTERVAL_HOURS = 1.0


def misheard(probability: float) -> dict[str, Any]:
    """A channel that turns a letter of two into the other."""
    return {"garble": {"probability": probability, "kernel": "other"}}


def heard_by(matrix: list[list[float]]) -> dict[str, Any]:
    """A channel of a confusion matrix, rows the letter sent."""
    return {"garble": {"probability": 1.0, "kernel": "matrix", "matrix": matrix}}


def reports(
    name: str,
    *,
    prior: float,
    channel: dict[str, Any],
    rounds: int = 1,
    watcher: dict[str, Any] | None = None,
    matrix_game: bool = False,
) -> Scenario:
    """The set-up, up to the watcher's decision after so many rounds.

    The run ends a tick after that decision: what is said at the same moment is not read any more, so that the
    belief at the stop is the one decided on.

    Args:
        name: title.
        prior: probability that the sender is greedy and says the alarm; the watcher knows it.
        channel: faults of the channel.
        rounds: after how many reports the watcher decides.
        watcher: further parameters of the watcher.
        matrix_game: whether it decides by an action, and not by a step on the ladder.
    """
    letters = [CALM, ALARM]
    game: dict[str, Any] = {"ladder": {"war": False, "rungs": letters}}
    if matrix_game:
        game = {"game": {"kind": "matrix", "actions": letters, "payoffs": [[0, 0], [0, 0]]}}
    reader = {"name": "watcher", "prior_greedy": prior, "speaks": False} | (watcher or {})
    return set_up(
        {
            "name": name,
            "horizon_days": (rounds * INTERVAL_HOURS * TICKS_PER_HOUR + 1) / TICKS_PER_DAY,
            "review": {"interval_hours": INTERVAL_HOURS, "jitter_hours": 0},
            "states": [
                {"name": SENDER, "doctrine": "declarer", "greedy_probability": prior},
                {"name": READER, "doctrine": reader},
            ],
            "network": {"graph": "explicit"},
            "channels": {
                "default": {"delay": NO_DELAY},
                "between": [{"from": SENDER, "to": READER} | channel],
            },
        }
        | game
    )
