"""The compiled engine's loop: which event is next, over many runs, in the subset that Numba compiles.

It calls the same kernel and doctrine functions as the process engine, in the same order. It never runs as it
stands here: `signalling.engines.compiled` makes a copy of it beside copies of the kernel.
"""

from signalling.engines import calendar, dispatch
from signalling.engines.desk import (
    CHANNEL,
    CLOCK_BITS,
    COMPOSED,
    KIND_BIT,
    LETTER,
    LOG_FULL,
    LOGGED,
    LOGGED_REALS,
    MESSAGE_WORDS,
    POSTED,
    READ,
    READ_WORDS,
    REASON,
    REVIEW_WORDS,
    REVIEWED,
    RUNNING,
    SENT,
    SIZE,
    SLOT_WORDS,
    STATUS,
    STOP,
    STOPPED,
    STOPPED_AT,
    TRIGGERED_BIT,
    TRIGGERED_STEP,
    WHICH,
    Desk,
)
from signalling.kernel import matrix, step, summary, transmit
from signalling.kernel.draws import Luck
from signalling.kernel.floats import Floats, Integers
from signalling.kernel.message import Message
from signalling.kernel.view import Action
from signalling.kernel.world import Columns, World
from signalling.vocabulary import EventKind, Fate, MessageKind, Real, StateReal, StateWhole, StopReason, Whole

IN_FLIGHT = int(Fate.IN_FLIGHT)
RUNG_MESSAGE = int(MessageKind.RUNG)
REVIEW_KIND = int(EventKind.REVIEW)
HORIZON = int(StopReason.HORIZON)
GOES_ON = int(StopReason.RUNNING)
N_WHOLES = len(Whole)
N_REALS = len(Real)
N_STATE_WHOLES = len(StateWhole)
N_STATE_REALS = len(StateReal)


def crisis(columns: Columns, world: World, desk: Desk, luck: Luck) -> int:
    """Everything that happens in a run, to its stop; tick and reason of the stop are left on the desk.

    Returns:
        RUNNING if all went well, or what kept the loop from going on.
    """
    control = desk.control
    control[STATUS] = RUNNING
    control[STOPPED_AT] = columns.horizon
    control[REASON] = HORIZON
    calendar.clear(desk)
    if desk.control[LOGGED] >= 0:
        desk.control[LOGGED] = 0
        desk.control[LOGGED_REALS] = 0
    for place in range(len(desk.template)):
        desk.block[place] = desk.template[place]
    for state in range(len(columns.state_who)):
        step.begin_run(columns, world, luck, state)
        own = step.own_view(columns, world, state)
        dispatch.start(desk.doctrine[state], _memory(desk, state), own, _parameters(desk, state))
        _schedule_review(columns, desk, state, step.first_review(columns, world, luck, state))
    while control[SIZE] > 0:
        time, slot = calendar.pop(desk)
        now = time >> CLOCK_BITS
        if slot >= 0 and (time >> KIND_BIT) & 3 != REVIEW_KIND:
            _arrival(columns, world, desk, luck, slot, now)
        else:
            triggered = (time >> TRIGGERED_BIT) & 1
            state = -1 - slot
            if triggered == 1:
                state = _triggered_state(world, desk, slot)
            if state >= 0:
                if _review(columns, world, desk, luck, state, triggered, now) != GOES_ON:
                    control[STOPPED_AT] = now
                    control[REASON] = step.WAR
                    break
                if triggered == 0:
                    tick = step.next_review(columns, world, luck, state, now)
                    _schedule_review(columns, desk, state, tick)
            if control[STOP] != 0:
                control[STATUS] = STOPPED
        if control[STATUS] != RUNNING:
            break
    return control[STATUS]


def sum_up(
    columns: Columns,
    world: World,
    desk: Desk,
    place: int,
    wholes: Integers,
    reals: Floats,
    state_wholes: Integers,
    state_reals: Floats,
) -> None:
    """Write the summary of the run that has just ended to the given place of the tables."""
    n_states = len(columns.state_who)
    stop = desk.control[STOPPED_AT]
    reason = desk.control[REASON]
    for state in range(n_states):
        step.end_run(columns, world, state, stop)
    _ask_doctrines(columns, world, desk, stop, reason)
    summary.summarise(
        columns,
        world,
        stop,
        reason,
        desk.beliefs,
        desk.payoffs,
        wholes[place * N_WHOLES : (place + 1) * N_WHOLES],
        reals[place * N_REALS : (place + 1) * N_REALS],
        state_wholes[place * n_states * N_STATE_WHOLES : (place + 1) * n_states * N_STATE_WHOLES],
        state_reals[place * n_states * N_STATE_REALS : (place + 1) * n_states * N_STATE_REALS],
    )


def _triggered_state(world: World, desk: Desk, slot: int) -> int:
    """Whose triggered review it is, -1 if a scheduled one came before it."""
    state = desk.messages[slot * SLOT_WORDS + CHANNEL]
    origin = desk.messages[slot * SLOT_WORDS + WHICH]
    calendar.give_slot(desk, slot)
    return state if world.trigger[state] == origin else -1


def _review(
    columns: Columns, world: World, desk: Desk, luck: Luck, state: int, triggered: int, now: int
) -> int:
    """A state decides, and writes to its neighbours; returns a StopReason."""
    own = step.own_view(columns, world, state)
    uniforms = step.begin_review(columns, world, luck, state, triggered, now)
    action = dispatch.decide(
        desk.doctrine[state], _memory(desk, state), own, now, uniforms, _parameters(desk, state)
    )
    reason = step.end_review(columns, world, state, action, now)
    if desk.control[LOGGED] >= 0:
        _tell_review(columns, world, desk, state, own.rung, action, triggered, now)
    if reason != GOES_ON or not step.reports_rung(world, state, triggered, own.rung):
        return reason
    for channel in range(columns.first_channel[state], columns.first_channel[state + 1]):
        message = transmit.send(columns, world, luck, channel, now)
        if desk.control[LOGGED] >= 0:
            _tell_message(desk, message)
        if message.fate == IN_FLIGHT:
            _post(columns, desk, message, triggered)
            if message.duplicated == 1:
                copy = transmit.copy_of(columns, world, luck, message)
                if desk.control[LOGGED] >= 0:
                    _tell_message(desk, copy)
                _post(columns, desk, copy, triggered)
    return reason


def _arrival(columns: Columns, world: World, desk: Desk, luck: Luck, slot: int, now: int) -> None:
    """A report is read, and may trigger a review."""
    message = _message(desk, slot, now)
    calendar.give_slot(desk, slot)
    state = columns.addressee[message.channel]
    used = True
    if columns.slot[message.channel] >= 0:
        report = step.before_report(columns, message)
        own = step.own_view(columns, world, state)
        used = dispatch.revise(
            desk.doctrine[state], _memory(desk, state), report, own, _parameters(desk, state)
        )
    triggered = step.after_report(columns, world, luck, message, used)
    if desk.control[LOGGED] >= 0:
        _tell_reading(desk, message, used)
    if 0 <= triggered < columns.horizon:
        slot = calendar.take_slot(desk)
        if slot >= 0:
            desk.messages[slot * SLOT_WORDS + CHANNEL] = state
            desk.messages[slot * SLOT_WORDS + WHICH] = world.trigger[state]
            word = columns.review_order[state] + TRIGGERED_STEP
            calendar.push(desk, (triggered << CLOCK_BITS) + word, slot)


def _schedule_review(columns: Columns, desk: Desk, state: int, tick: int) -> None:
    if tick < columns.horizon:
        calendar.push(desk, (tick << CLOCK_BITS) + columns.review_order[state], -1 - state)


def _post(columns: Columns, desk: Desk, message: Message, triggered: int) -> None:
    """Put down the arrival of a message, if it comes before the horizon."""
    if message.due >= columns.horizon:
        return
    slot = calendar.take_slot(desk)
    if slot < 0:
        return
    at = slot * SLOT_WORDS
    desk.messages[at + CHANNEL] = message.channel
    desk.messages[at + WHICH] = message.which
    desk.messages[at + COMPOSED] = message.composed
    desk.messages[at + LETTER] = message.letter
    desk.messages[at + SENT] = message.sent
    word = columns.arrival_order[message.channel] + triggered * TRIGGERED_STEP
    calendar.push(desk, (message.due << CLOCK_BITS) + word, slot)


def _message(desk: Desk, slot: int, now: int) -> Message:
    """The message of a slot that is read now; how it left is not kept."""
    at = slot * SLOT_WORDS
    sent = desk.messages[at + SENT]
    return Message(
        RUNG_MESSAGE,
        desk.messages[at + CHANNEL],
        desk.messages[at + WHICH],
        desk.messages[at + COMPOSED],
        desk.messages[at + LETTER],
        0.0,
        sent,
        sent,
        now,
        IN_FLIGHT,
        0,
    )


def _memory(desk: Desk, state: int) -> Floats:
    return desk.memory[desk.memory_at[state] : desk.memory_at[state + 1]]


def _parameters(desk: Desk, state: int) -> Floats:
    return desk.parameters[desk.parameters_at[2 * state] : desk.parameters_at[2 * state + 1]]


def _ask_doctrines(columns: Columns, world: World, desk: Desk, stop: int, reason: int) -> None:
    """Beliefs and payoffs at the stop."""
    for state in range(len(columns.state_who)):
        own = step.own_view(columns, world, state)
        doctrine, memory, parameters = desk.doctrine[state], _memory(desk, state), _parameters(desk, state)
        first = columns.first_rivalry[state]
        for rival in range(own.rivals):
            greedy, rung = dispatch.belief(doctrine, memory, rival, own, stop, parameters)
            desk.beliefs[2 * (first + rival)] = greedy
            desk.beliefs[2 * (first + rival) + 1] = rung
        if columns.matrix == 1:
            desk.payoffs[state] = matrix.mean_payoff(columns, world, state, stop)
        else:
            role = summary.role_of(columns, world, reason, state)
            other = summary.opponent_of(columns, world, role, state)
            slot = summary.slot_of(columns, state, other)
            rung_of_other = world.rung[other] if other >= 0 else 0
            mean = summary.mean_rung(world, state, stop)
            desk.payoffs[state] = dispatch.payoff(doctrine, own, role, slot, rung_of_other, mean, parameters)


# The log of a run that is to be told: entries of whole numbers, and the beliefs of reviews.


def _room(desk: Desk, words: int, reals: int) -> int:
    """Where an entry of so many words goes, -1 (and the status says so) if there is no room."""
    at = desk.control[LOGGED]
    if at + words > len(desk.log) or desk.control[LOGGED_REALS] + reals > len(desk.log_reals):
        desk.control[STATUS] = LOG_FULL
        return -1
    desk.control[LOGGED] = at + words
    return at


def _tell_review(
    columns: Columns,
    world: World,
    desk: Desk,
    state: int,
    before: int,
    action: Action,
    triggered: int,
    now: int,
) -> None:
    own = step.own_view(columns, world, state)
    at = _room(desk, REVIEW_WORDS, 2 * own.rivals)
    if at < 0:
        return
    log = desk.log
    log[at] = REVIEWED
    log[at + 1] = now
    log[at + 2] = state
    log[at + 3] = before
    log[at + 4] = action.move
    log[at + 5] = world.rung[state]
    log[at + 6] = action.target
    log[at + 7] = triggered
    reals = desk.control[LOGGED_REALS]
    for rival in range(own.rivals):
        greedy, rung = dispatch.belief(
            desk.doctrine[state], _memory(desk, state), rival, own, now, _parameters(desk, state)
        )
        desk.log_reals[reals + 2 * rival] = greedy
        desk.log_reals[reals + 2 * rival + 1] = rung
    desk.control[LOGGED_REALS] = reals + 2 * own.rivals


def _tell_message(desk: Desk, message: Message) -> None:
    at = _room(desk, MESSAGE_WORDS, 0)
    if at < 0:
        return
    log = desk.log
    log[at] = POSTED
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


def _tell_reading(desk: Desk, message: Message, used: bool) -> None:  # noqa: FBT001
    at = _room(desk, READ_WORDS, 0)
    if at < 0:
        return
    desk.log[at] = READ
    desk.log[at + 1] = message.channel
    desk.log[at + 2] = message.which
    desk.log[at + 3] = 1 if used else 0
