"""What the script of an exchange may not say: names of nobody, and reviews that are not synchronous."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from signalling.exchange import ExchangeGame
from signalling.validation import refuse, suggestion

if TYPE_CHECKING:
    from signalling.scenario import Scenario


def check_exchange(scenario: "Scenario", game: ExchangeGame) -> None:
    """Refuse an exchange whose script contradicts the rest of the scenario.

    Raises:
        ScenarioError: with path, value and remedy.
    """
    review = scenario.review
    synchronous = "a phase is one review of every state at once; "
    if review.law != "uniform":
        raise refuse("review.law", review.law, f"{synchronous}drop it")
    if review.jitter_hours != 0.0:
        raise refuse("review.jitter_hours", review.jitter_hours, f"{synchronous}write 0")
    if review.on_report is not None:
        raise refuse("review.on_report", None, f"{synchronous}drop it")
    if scenario.until != "horizon":
        raise refuse("until", scenario.until, "an exchange ends after its phases; drop it")
    for path, name in _names(game):
        if name not in scenario.states:
            raise refuse(path, name, f"no such state; {suggestion(name, scenario.states)}")
    for place, rule in enumerate(game.payoffs):
        if rule.to == rule.against:
            raise refuse(f"game.payoffs[{place}].against", rule.against, "must be another state than `to`")
        for number, distance in enumerate(rule.distances):
            if distance.between[0] == distance.between[1]:
                path = f"game.payoffs[{place}].distances[{number}].between"
                raise refuse(path, list(distance.between), "is no distance; name two states")
    _check_war(scenario, game)


def _names(game: ExchangeGame) -> Iterator[tuple[str, str]]:
    """Every name of a state in the script, with its path."""
    for place, phase in enumerate(game.phases):
        for name in phase.by:
            yield f"game.phases[{place}].by", name
    for place, rule in enumerate(game.payoffs):
        path = f"game.payoffs[{place}]"
        yield f"{path}.to", rule.to
        yield f"{path}.against", rule.against
        for number, term in enumerate(rule.terms):
            yield f"{path}.terms[{number}].of", term.of
        for number, distance in enumerate(rule.distances):
            for name in distance.between:
                yield f"{path}.distances[{number}].between", name
    for name in game.war.by if game.war is not None else ():
        yield "game.war.by", name


def _check_war(scenario: "Scenario", game: ExchangeGame) -> None:
    if game.war is None:
        return
    count = len(set(game.war.by)) or len(scenario.states)
    if game.war.needed > count:
        raise refuse("game.war.needed", game.war.needed, f"is more than the {count} states that count")
