"""Which moves a state may answer, and where it stands afterwards."""

import math
from collections.abc import Iterator

import numpy as np

from signalling.kernel.view import Action, Own
from signalling.vocabulary import GAME_SPEAKS, SILENT, Move, Phase

#: What is wrong with a move, and what to do instead.
Fault = tuple[str, str]


def after(own: Own, action: Action) -> Own:
    """The state after its move."""
    if action.move == Move.ARM:
        return own._replace(posture=action.value)
    if own.phase != Phase.IDLE and action.move == Move.PLAY:
        own = own._replace(posture=action.value)
    step = {Move.RAISE: 1, Move.LOWER: -1}.get(Move(action.move), 0)
    return own._replace(rung=action.letter if action.move == Move.PLAY else own.rung + step)


def illegal(game: str, own: Own, action: object) -> Fault | None:
    """What is wrong with a move, None if it is legal."""
    return next(_faults(game, own, action), None)


def _faults(game: str, own: Own, action: object) -> Iterator[Fault]:
    if not isinstance(action, Action):
        yield f"answers {action!r}", "return Action(move, target, value, letter), from signalling.kernel.view"
        return
    for name in ("move", "target", "letter"):
        if not isinstance(value := getattr(action, name), int | np.integer) or isinstance(value, bool):
            yield f"answers the {name} {value!r}", "write a whole number; a move as HOLD = int(Move.HOLD)"
            return
    if action.move not in set(Move):
        yield f"answers the move {action.move!r}", "write a move as HOLD = int(Move.HOLD) and answer that"
        return
    move = Move(action.move)
    if not isinstance(action.value, int | float | np.floating):
        yield f"answers the value {action.value!r}", "write a number; 0.0 where it has no meaning"
        return
    if not math.isfinite(action.value):
        remedy = "answer a finite posture" if move == Move.ARM else "write 0.0"
        yield f"answers {move.name} with the value {action.value}", remedy
    if move != Move.ATTACK and action.target != -1:
        yield f"answers {move.name} with the target {action.target}", "write -1; only an attack has a target"
    yield from FAULTS[game](own, action)


def _faults_in_a_matrix(own: Own, action: Action) -> Iterator[Fault]:
    if action.move not in {Move.PLAY, Move.HOLD}:
        remedy = 'write GAMES = ("ladder",) if it plays on ladders only; otherwise answer PLAY'
        yield f"answers {Move(action.move).name} in a matrix game", remedy
    elif action.move == Move.HOLD:
        yield from _faults_of_a_letter(own, action)
    elif not 0 <= action.letter < own.rungs:
        remedy = f"write one of the {own.rungs} actions, counted from 0"
        yield f"answers PLAY with the letter {action.letter}", remedy


def _faults_in_a_posture_game(_: Own, action: Action) -> Iterator[Fault]:
    if action.move not in {Move.ARM, Move.HOLD}:
        remedy = 'leave "posture" out of GAMES if it plays no such games; otherwise answer ARM or HOLD'
        yield f"answers {Move(action.move).name} in a posture game", remedy
    if action.letter not in {GAME_SPEAKS, SILENT}:
        remedy = "write GAME_SPEAKS, which reports the posture, or SILENT; there are no letters"
        yield f"answers with the letter {action.letter} in a posture game", remedy


def _faults_in_an_exchange(own: Own, action: Action) -> Iterator[Fault]:
    name = Move(action.move).name
    if action.move not in {Move.PLAY, Move.HOLD}:
        remedy = 'leave "exchange" out of GAMES if it plays no such games; otherwise answer PLAY or HOLD'
        yield f"answers {name} in an exchange", remedy
    elif action.move == Move.HOLD:
        yield from _faults_of_a_letter(own, action)
        if own.phase == Phase.IDLE and action.letter != SILENT:
            yield "speaks when it has no turn", "answer HOLD with the letter SILENT where own.phase is IDLE"
    elif own.phase not in {Phase.NATURE, Phase.ACT}:
        turn = Phase(own.phase).name.lower()
        yield f"answers PLAY when its turn is: {turn}", "ask first whether own.phase is NATURE or ACT"
    elif not 0 <= action.letter < own.rungs:
        remedy = f"write one of the {own.rungs} letters, counted from 0"
        yield f"answers PLAY with the letter {action.letter}", remedy


def _faults_on_a_ladder(own: Own, action: Action) -> Iterator[Fault]:
    if action.move in {Move.PLAY, Move.ARM}:
        game = "matrix" if action.move == Move.PLAY else "posture"
        remedy = f'write GAMES = ("{game}",) if it plays on no ladder; otherwise answer RAISE, HOLD or LOWER'
        yield f"answers {Move(action.move).name} on a ladder", remedy
    yield from _faults_of_a_letter(own, action)
    if action.move == Move.LOWER and own.rung <= own.floor:
        yield f"answers LOWER at its floor, rung {own.floor}", "ask first whether own.rung > own.floor"
    if action.move == Move.RAISE and own.rung >= own.ceiling:
        yield f"answers RAISE at its ceiling, rung {own.ceiling}", "ask first whether own.rung < own.ceiling"
    if action.move == Move.ATTACK:
        yield from _faults_of_an_attack(own, action)


def _faults_of_a_letter(own: Own, action: Action) -> Iterator[Fault]:
    if action.letter not in {GAME_SPEAKS, SILENT} and not 0 <= action.letter < own.rungs:
        remedy = (
            "write GAME_SPEAKS, which reports where the state then stands, SILENT, which sends nothing, or a "
            f"letter from 0 to {own.rungs - 1}"
        )
        yield f"answers with the letter {action.letter}", remedy


def _faults_of_an_attack(own: Own, action: Action) -> Iterator[Fault]:
    if own.war != 1:
        yield "attacks where there is no war", "ask first whether own.war == 1"
    if own.rung != own.rungs - 1:
        remedy = "ask first whether own.rung == own.rungs - 1, the highest rung"
        yield f"attacks from rung {own.rung} of 0 to {own.rungs - 1}", remedy
    if not 0 <= action.target < own.rivals:
        remedy = "write the place of a rival, 0 to own.rivals - 1"
        yield f"attacks the target {action.target} of {own.rivals} rivals", remedy


FAULTS = {
    "ladder": _faults_on_a_ladder,
    "matrix": _faults_in_a_matrix,
    "posture": _faults_in_a_posture_game,
    "exchange": _faults_in_an_exchange,
}
