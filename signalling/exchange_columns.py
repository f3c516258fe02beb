"""An exchange game as columns: the part of a compiled model that says whose turn it is and who earns what."""

from typing import Any

import numpy as np

from signalling.exchange import ExchangeGame, ScriptPhase
from signalling.scenario import Scenario
from signalling.vocabulary import Phase

KINDS = {"nature": Phase.NATURE, "talk": Phase.TALK, "act": Phase.ACT}


def turn_of(scenario: Scenario, phase: ScriptPhase, name: str) -> Phase:
    """What a phase is to a state: its kind if the state has a turn, else IDLE.

    Where the phase names nobody, chance has a turn in phases of nature, and all others in the others.
    """
    is_chance = getattr(scenario.states[name].doctrine.module, "IS_CHANCE", False)
    has_turn = name in phase.by if phase.by else is_chance == (phase.kind == "nature")
    return KINDS[phase.kind] if has_turn else Phase.IDLE


def exchange_columns(scenario: Scenario, names: tuple[str, ...]) -> dict[str, Any]:
    """Script, payoffs and war by index; empty in other games.

    Args:
        scenario: the set-up.
        names: of the states in name order.
    """
    game = scenario.game
    script = game if isinstance(game, ExchangeGame) else None
    phases = script.phases if script is not None else ()
    war = script.war if script is not None else None
    turn = [turn_of(scenario, phase, name) for phase in phases for name in names]
    return {
        "phases": len(phases),
        "turn": np.array(turn, dtype=np.int64),
        "stakes": np.array([phase.stakes for phase in phases], dtype=np.float64),
        "war_letter": -1 if war is None else scenario.letters.index(war.letter),
        "war_needed": 0 if war is None else war.needed,
        "may_wage": np.array([int(war is not None and (not war.by or name in war.by)) for name in names]),
        **_payoff_columns(script, names, len(scenario.letters)),
    }


def _payoff_columns(script: ExchangeGame | None, names: tuple[str, ...], letters: int) -> dict[str, Any]:
    rules = script.payoffs if script is not None else ()
    index = {name: place for place, name in enumerate(names)}
    terms = [(number, term) for number, rule in enumerate(rules) for term in rule.terms]
    distances = [(number, distance) for number, rule in enumerate(rules) for distance in rule.distances]
    earners = {rule.to for rule in rules}

    def whole(numbers: list[int]) -> Any:
        return np.array(numbers, dtype=np.int64)

    def by_letters(tables: list[Any]) -> Any:
        square = [np.array(table or np.zeros((letters, letters))).ravel() for table in tables]
        return np.array(square, dtype=np.float64).reshape(-1, letters * letters)

    return {
        "earns": whole([int(name in earners) for name in names]),
        "rule_to": whole([index[rule.to] for rule in rules]),
        "rule_against": whole([index[rule.against] for rule in rules]),
        "rule_table": by_letters([rule.table for rule in rules]),
        "term_rule": whole([number for number, _ in terms]),
        "term_of": whole([index[term.of] for _, term in terms]),
        "term_weight": by_letters([term.weight for _, term in terms]),
        "distance_rule": whole([number for number, _ in distances]),
        "distance_first": whole([index[distance.between[0]] for _, distance in distances]),
        "distance_second": whole([index[distance.between[1]] for _, distance in distances]),
        "distance_bias": np.array([distance.bias for _, distance in distances], dtype=np.float64),
        "distance_weight": np.array([distance.weight for _, distance in distances], dtype=np.float64),
    }
