"""What no single table can check: settings that contradict each other across a scenario."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from signalling.channels import Channel, believed_garble
from signalling.errors import ScenarioError
from signalling.network import links
from signalling.validation import complaint, refuse, suggestion
from signalling.vocabulary import TICKS_PER_DAY, TICKS_PER_HOUR

if TYPE_CHECKING:
    from signalling.scenario import Scenario


def check(scenario: "Scenario") -> None:
    """Refuse a scenario whose tables contradict each other.

    Raises:
        ScenarioError: with path, value and remedy.
    """
    _check_times(scenario)
    names = list(scenario.states)
    rungs = len(scenario.letters)
    for name, state in scenario.states.items():
        _check_doctrine(scenario, name)
        if state.ceiling is not None and scenario.game.kind != "ladder":
            raise refuse(
                f"states.{name}.ceiling", state.ceiling, "is of a ladder; a matrix game has no rungs"
            )
        if state.ceiling is not None and state.ceiling >= rungs:
            raise refuse(
                f"states.{name}.ceiling",
                state.ceiling,
                f"must be a peacetime rung, 0 to {rungs - 1}",
            )
        if state.office_hours is not None and scenario.start is None:
            raise refuse(
                f"states.{name}.office_hours",
                state.office_hours,
                "needs start, e.g. start = 1914-07-23T17:00:00Z",
            )
    described = [name for name in scenario.channels if name != "default"]
    channels = links(scenario.network, names, described)
    if len(channels) >= 2**18:
        raise refuse(
            "network.graph", scenario.network.graph, f"makes {len(channels)} channels; at most 262143"
        )
    _check_rivals(scenario, set(channels))
    for name, channel in scenario.channels.items():
        _check_garble(name, channel, rungs)


def _check_doctrine(scenario: "Scenario", name: str) -> None:
    choice = scenario.states[name].doctrine
    module = choice.module
    games = getattr(module, "GAMES", ("ladder", "matrix"))
    path = f"states.{name}.doctrine"
    if scenario.game.kind not in games:
        raise refuse(
            path, choice.name, f"does not play {scenario.game.kind} games, only {' and '.join(games)}"
        )
    letters = getattr(module, "LETTERS", len(scenario.letters))
    if letters != len(scenario.letters):
        raise refuse(
            path, choice.name, f"plays games of {letters} actions, this one has {len(scenario.letters)}"
        )


def _check_times(scenario: "Scenario") -> None:
    review = scenario.review
    if round(scenario.horizon_days * TICKS_PER_DAY) < 1:
        raise refuse("horizon_days", scenario.horizon_days, "is shorter than a second; write a longer one")
    if round(review.interval_hours * TICKS_PER_HOUR) < 1:
        raise refuse("review.interval_hours", review.interval_hours, "is shorter than a second")
    if review.on_report is not None and round(review.on_report.minimum_gap_hours * TICKS_PER_HOUR) < 1:
        raise refuse(
            "review.on_report.minimum_gap_hours",
            review.on_report.minimum_gap_hours,
            "is shorter than a second; write a longer one",
        )
    if review.law == "exponential" and review.jitter_hours > 0:
        raise refuse("review.jitter_hours", review.jitter_hours, 'contradicts law = "exponential"; drop it')
    if review.law == "uniform" and review.shift_hours > 0:
        raise refuse("review.shift_hours", review.shift_hours, 'needs law = "exponential"')
    if review.shift_hours >= review.interval_hours:
        raise refuse(
            "review.shift_hours",
            review.shift_hours,
            f"must be below interval_hours = {review.interval_hours:g}",
        )
    if review.jitter_hours > 0 and round(review.jitter_hours * TICKS_PER_HOUR) < 1:
        raise refuse(
            "review.jitter_hours", review.jitter_hours, "is shorter than a second; write 0 for rounds"
        )
    if review.jitter_hours > 0 and round(review.jitter_hours * TICKS_PER_HOUR) >= round(
        review.interval_hours * TICKS_PER_HOUR
    ):
        raise refuse(
            "review.jitter_hours",
            review.jitter_hours,
            f"must be below interval_hours = {review.interval_hours:g}",
        )


def _check_rivals(scenario: "Scenario", channels: set[tuple[str, str]]) -> None:
    seen: set[frozenset[str]] = set()
    for place, rivalry in enumerate(scenario.rivals):
        path = f"rivals[{place}].between"
        for name in rivalry.between:
            if name not in scenario.states:
                raise refuse(path, name, f"no such state; {suggestion(name, scenario.states)}")
        first, second = rivalry.between
        if first == second:
            raise refuse(path, list(rivalry.between), "a state is no rival of itself; name two states")
        if frozenset(rivalry.between) in seen:
            raise refuse(path, list(rivalry.between), "this rivalry is described twice; keep one")
        if (first, second) not in channels and (second, first) not in channels:
            raise refuse(
                path, list(rivalry.between), "no channel joins them; describe one or drop the rivalry"
            )
        seen.add(frozenset(rivalry.between))
    for name in scenario.states:
        weights = [rivalry.weight for rivalry in scenario.rivals if name in rivalry.between]
        if weights and sum(weights) == 0.0:
            raise refuse("rivals", None, f"all weights of {name} are 0; give one of them a weight")


def _check_garble(name: str, channel: Channel, rungs: int) -> None:
    matrix = channel.garble.matrix
    if matrix is not None and len(matrix) != rungs:
        raise refuse(
            f"channels.{name}.garble.matrix", f"{len(matrix)} rows", f"needs {rungs}, one for each rung"
        )
    if isinstance(channel.assumed, str):
        return
    try:
        believed = believed_garble(channel, channel)
    except ValidationError as error:
        reason = str(error.errors()[0]["ctx"]["error"])
        raise ScenarioError(complaint(f"channels.{name}.assumed.garble", None, reason)) from error
    if believed.matrix is not None and len(believed.matrix) != rungs:
        raise refuse(
            f"channels.{name}.assumed.garble.matrix", f"{len(believed.matrix)} rows", f"needs {rungs}"
        )
