"""The log of a run that is to be told: entries of whole numbers, and beside them what is real-valued."""

from signalling.engines import dispatch
from signalling.engines.desk import (
    LOG_FULL,
    LOGGED,
    LOGGED_REALS,
    MESSAGE_WORDS,
    REVIEW_WORDS,
    REVIEWED,
    SETTLED,
    SETTLED_WORDS,
    STATUS,
    Desk,
)
from signalling.engines.shelf import memory_of, parameters_of
from signalling.kernel import lines, step
from signalling.kernel.message import Message
from signalling.kernel.view import Action, Own
from signalling.kernel.world import Columns, World
from signalling.vocabulary import Fate

PREEMPTED = int(Fate.PREEMPTED)


def _room(desk: Desk, words: int, reals: int) -> int:
    """Where an entry of so many words goes, -1 (and the status says so) if there is no room."""
    at = desk.control[LOGGED]
    if at + words > len(desk.log) or desk.control[LOGGED_REALS] + reals > len(desk.log_reals):
        desk.control[STATUS] = LOG_FULL
        return -1
    desk.control[LOGGED] = at + words
    return at


def tell_review(
    columns: Columns, world: World, desk: Desk, before: Own, action: Action, triggered: int, now: int
) -> None:
    """Note a review, with what the state believes after it."""
    state = before.state
    own = step.own_view(columns, world, state)
    at = _room(desk, REVIEW_WORDS, 1 + 2 * own.rivals)
    if at < 0:
        return
    log = desk.log
    log[at] = REVIEWED
    log[at + 1] = now
    log[at + 2] = state
    log[at + 3] = before.rung
    log[at + 4] = action.move
    log[at + 5] = world.rung[state]
    log[at + 6] = action.target
    log[at + 7] = triggered
    log[at + 8] = action.letter
    reals = desk.control[LOGGED_REALS]
    desk.log_reals[reals] = world.posture[state]
    reals += 1
    for rival in range(own.rivals):
        greedy, rung = dispatch.belief(
            desk.doctrine[state], memory_of(desk, state), rival, own, now, parameters_of(desk, state)
        )
        desk.log_reals[reals + 2 * rival] = greedy
        desk.log_reals[reals + 2 * rival + 1] = rung
    desk.control[LOGGED_REALS] = reals + 2 * own.rivals


def tell_message(desk: Desk, message: Message, entry: int) -> None:
    """Note a message that entered a channel or hop (POSTED) or left its server (LEFT)."""
    at = _room(desk, MESSAGE_WORDS, 2)
    if at < 0:
        return
    log = desk.log
    log[at] = entry
    log[at + 1] = message.kind
    log[at + 2] = message.channel
    log[at + 3] = message.which
    log[at + 4] = message.composed
    log[at + 5] = message.letter
    log[at + 6] = message.sent
    log[at + 7] = message.departed
    log[at + 8] = message.due
    log[at + 9] = message.fate
    log[at + 10] = message.duplicated
    log[at + 11] = message.event
    reals = desk.control[LOGGED_REALS]
    desk.log_reals[reals] = message.stated
    desk.log_reals[reals + 1] = message.value
    desk.control[LOGGED_REALS] = reals + 2


def tell(desk: Desk, message: Message, fate: int) -> None:
    """What befell a message that was in flight, if the run is to be told."""
    if desk.control[LOGGED] < 0:
        return
    _settled(desk, message.kind, message.channel, message.which, fate)


def tell_thrown_out(columns: Columns, world: World, desk: Desk, channel: int) -> None:
    """What the newest-first server of a line has just thrown out, if it has."""
    kind, threw, which = lines.take_thrown_out(columns, world, channel)
    if kind >= 0:
        _settled(desk, kind, threw, which, PREEMPTED)


def _settled(desk: Desk, kind: int, channel: int, which: int, fate: int) -> None:
    at = _room(desk, SETTLED_WORDS, 0)
    if at < 0:
        return
    desk.log[at] = SETTLED
    desk.log[at + 1] = kind
    desk.log[at + 2] = channel
    desk.log[at + 3] = which
    desk.log[at + 4] = fate
