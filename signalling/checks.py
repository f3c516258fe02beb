"""What no single table can check: settings that contradict each other across a scenario."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import ValidationError

from signalling.channels import Channel, believed_garble
from signalling.errors import ScenarioError
from signalling.exchange import ExchangeGame
from signalling.exchange_checks import check_exchange
from signalling.games import PostureGame
from signalling.network import links
from signalling.routes import Hop, check_relays, check_routes, hops
from signalling.validation import complaint, refuse, suggestion
from signalling.vocabulary import TICKS_PER_DAY, TICKS_PER_HOUR

if TYPE_CHECKING:
    from signalling.scenario import Scenario


def check_written(scenario: "Scenario", document: Mapping[str, object]) -> None:
    """Refuse tables that mean nothing in the scenario's kind of game.

    Raises:
        ScenarioError: with path, value and remedy.
    """
    kind = scenario.game.kind
    if kind != "ladder" and "ladder" in document:
        raise refuse("ladder", None, f'contradicts game.kind = "{kind}", which has no rungs; drop it')
    if kind == "exchange" and "horizon_days" in document:
        raise refuse("horizon_days", document["horizon_days"], "an exchange ends after its phases; drop it")


def check(scenario: "Scenario") -> None:
    """Refuse a scenario whose tables contradict each other.

    Raises:
        ScenarioError: with path, value and remedy.
    """
    _check_times(scenario)
    if scenario.until != "horizon" and scenario.game.kind == "posture":
        raise refuse("until", scenario.until, "is of rungs and actions; a posture game ends at game.limit")
    if isinstance(scenario.game, ExchangeGame):
        check_exchange(scenario, scenario.game)
    names = list(scenario.states)
    rungs = len(scenario.letters)
    for name, state in scenario.states.items():
        _check_doctrine(scenario, name)
        _check_start(scenario, name)
        if state.office_hours is not None and scenario.start is None:
            raise refuse(
                f"states.{name}.office_hours",
                state.office_hours,
                "needs start, e.g. start = 1914-07-23T17:00:00Z",
            )
    described = [name for name in scenario.channels if name != "default"]
    check_relays(scenario.relays, names)
    channels = links(scenario.network, names, described, scenario.relays)
    check_routes(scenario.routes, channels, names, scenario.relays)
    passages = hops(scenario.routes, channels, names)
    if len(passages) >= 2**18:
        raise refuse(
            "network.graph", scenario.network.graph, f"makes {len(passages)} channels; at most 262143"
        )
    _check_rivals(scenario, {(hop.sender, hop.addressee) for hop in passages})
    for name, channel in scenario.channels.items():
        _check_content(scenario, name, channel)
        _check_garble(name, channel, rungs)
    for hop in passages:
        _check_hop(scenario, hop, passages)


def _check_start(scenario: "Scenario", name: str) -> None:
    """Where a state begins, and how high it may climb."""
    state, kind, rungs = scenario.states[name], scenario.game.kind, len(scenario.letters)
    path = f"states.{name}"
    if state.ceiling is not None and kind != "ladder":
        raise refuse(f"{path}.ceiling", state.ceiling, f"is of a ladder; a {kind} game has no rungs")
    if state.ceiling is not None and state.ceiling >= rungs:
        raise refuse(f"{path}.ceiling", state.ceiling, f"must be a peacetime rung, 0 to {rungs - 1}")
    highest = rungs - 1 if state.ceiling is None else state.ceiling
    if state.floor > 0 and kind != "ladder":
        raise refuse(f"{path}.floor", state.floor, f"is of a ladder; a {kind} game has no rungs")
    if state.floor > highest:
        raise refuse(f"{path}.floor", state.floor, f"must be 0 to {highest}, the highest rung it may take")
    if state.start_rung > highest:
        remedy = "drop it" if kind == "posture" else f"must be 0 to {highest}"
        raise refuse(f"{path}.start_rung", state.start_rung, remedy)
    if state.start_rung < state.floor:
        raise refuse(
            f"{path}.start_rung", state.start_rung, f"must be {state.floor} to {highest}: above its floor"
        )
    if kind != "posture" and state.start_posture != 0.0:
        raise refuse(f"{path}.start_posture", state.start_posture, 'needs game.kind = "posture"')
    if isinstance(scenario.game, PostureGame) and abs(state.start_posture) >= scenario.game.limit:
        raise refuse(
            f"{path}.start_posture",
            state.start_posture,
            f"must be below game.limit = {scenario.game.limit:g}",
        )


def _check_content(scenario: "Scenario", name: str, channel: Channel) -> None:
    """What a channel does to letters, where there are letters, and to values, where there are values."""
    path, letters = f"channels.{name}", len(scenario.letters)
    assumed = None if isinstance(channel.assumed, str) else channel.assumed.loss_by_letter
    for key, by_letter in (("loss_by_letter", channel.loss_by_letter), ("assumed.loss_by_letter", assumed)):
        if by_letter is not None and len(by_letter) != letters:
            raise refuse(f"{path}.{key}", list(by_letter), f"needs {letters} numbers, one for each letter")
    for key, garble in (("garble", channel.garble), ("tamper", channel.tamper)):
        if garble is None:
            continue
        if scenario.game.kind == "posture" and garble.probability > 0.0:
            remedy = "a posture game has no letters: write noise = { sigma = ... }"
            raise refuse(f"{path}.{key}.probability", garble.probability, remedy)
        if garble.matrix is not None and len(garble.matrix) != letters:
            raise refuse(
                f"{path}.{key}.matrix", f"{len(garble.matrix)} rows", f"needs {letters}, one for each rung"
            )
    if channel.acknowledgement is not None:
        if round(channel.acknowledgement.timeout_hours * TICKS_PER_HOUR) < 1:
            timeout = channel.acknowledgement.timeout_hours
            raise refuse(f"{path}.acknowledgement.timeout_hours", timeout, "is shorter than a second")
        if channel.repeats > 1:
            remedy = "contradicts acknowledgement, which repeats what is not acknowledged; drop one of them"
            raise refuse(f"{path}.repeats", channel.repeats, remedy)


def _check_hop(scenario: "Scenario", hop: Hop, passages: list[Hop]) -> None:
    """What a channel may not do as part of a route, and what an acknowledgement needs."""
    channel = scenario.channels.get(hop.line, scenario.channels["default"])
    path = f"channels.{hop.line}"
    if channel.public and not hop.is_direct:
        raise refuse(
            f"{path}.public", channel.public, f"the route {hop.name.split('|')[0]} is no broadcast; drop it"
        )
    if hop.number >= 8 and channel.duplicate_probability > 0.0:
        raise refuse(
            f"{path}.duplicate_probability", channel.duplicate_probability, "only on the first 8 hops"
        )
    if hop.number == 0 and channel.acknowledgement is not None:
        back = [other for other in passages if other[:2] == (hop.addressee, hop.sender)]
        if not back:
            raise refuse(
                f"{path}.acknowledgement", None, f"there is no channel from {hop.addressee} to {hop.sender}"
            )
    if hop.number > 0 and channel.acknowledgement is not None:
        remedy = "addressee and sender see to it, not a relay; write it on the first hop"
        raise refuse(f"{path}.acknowledgement", None, remedy)
    if hop.number > 0 and channel.repeats > 1:
        raise refuse(
            f"{path}.repeats", channel.repeats, "a relay sends on what it gets; write it on the first hop"
        )


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
        weights = [
            rivalry.weights[rivalry.between.index(name)]
            for rivalry in scenario.rivals
            if name in rivalry.between
        ]
        if weights and sum(weights) == 0.0:
            raise refuse("rivals", None, f"all weights of {name} are 0; give one of them a weight")


def _check_garble(name: str, channel: Channel, rungs: int) -> None:
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
