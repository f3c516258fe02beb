"""The compiled engine's loop: which event is next, over many runs, in the subset that Numba compiles.

It calls the same kernel and doctrine functions as the process engine, in the same order. It never runs as it
stands here: `signalling.engines.compiled` makes a copy of it beside copies of the kernel.
"""

from signalling.engines import calendar, dispatch, telling
from signalling.engines.desk import (
    CHANNEL,
    CLOCK_BITS,
    COMPOSED,
    KIND_BIT,
    LEFT,
    LETTER,
    LOGGED,
    LOGGED_REALS,
    MESSAGE_KIND_MASK,
    POSTED,
    REASON,
    RUNNING,
    SENT,
    SIZE,
    SLOT_VALUES,
    SLOT_WORDS,
    STATED,
    STATUS,
    STOP,
    STOPPED,
    STOPPED_AT,
    TRIGGERED_BIT,
    TRIGGERED_STEP,
    VALUE,
    WHICH,
    Desk,
)
from signalling.engines.shelf import memory_of, parameters_of
from signalling.kernel import lines, order, protocol, step, summary, transmit
from signalling.kernel.draws import Luck
from signalling.kernel.floats import Floats, Integers
from signalling.kernel.message import Message
from signalling.kernel.world import Columns, World
from signalling.vocabulary import EventKind, Fate, MessageKind, Real, StateReal, StateWhole, StopReason, Whole

IN_FLIGHT = int(Fate.IN_FLIGHT)
COPIED = transmit.COPIED
EXPRESS = transmit.EXPRESS
READ = int(Fate.READ)
SUPERSEDED = int(Fate.SUPERSEDED)
PASSED_ON = int(Fate.PASSED_ON)
RUNG_MESSAGE = int(MessageKind.RUNG)
ACKNOWLEDGEMENT = int(MessageKind.ACKNOWLEDGEMENT)
SERVER = int(EventKind.SERVER)
ARRIVAL = int(EventKind.ARRIVAL)
TIMER = int(EventKind.TIMER)
REVIEW = int(EventKind.REVIEW)
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
        dispatch.start(desk.doctrine[state], memory_of(desk, state), own, parameters_of(desk, state))
        _schedule_review(columns, desk, state, step.first_review(columns, world, luck, state))
    while control[SIZE] > 0 and control[STATUS] == RUNNING and control[REASON] == HORIZON:
        time, slot = calendar.pop(desk)
        kind = (time >> KIND_BIT) & 3
        if slot < 0 or kind == REVIEW:
            _occasion(columns, world, desk, luck, slot, time)
        elif kind == ARRIVAL:
            _arrival(columns, world, desk, luck, slot, time)
        elif kind == SERVER:
            _server(columns, world, desk, luck, slot, time)
        else:
            _timer(columns, world, desk, luck, slot, time)
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


def _occasion(columns: Columns, world: World, desk: Desk, luck: Luck, slot: int, time: int) -> None:
    """A review is due: scheduled, or triggered unless a scheduled one came before it."""
    now = time >> CLOCK_BITS
    triggered = (time >> TRIGGERED_BIT) & 1
    state = -1 - slot
    if triggered == 1:
        state = _triggered_state(world, desk, slot)
    if state >= 0:
        reason = _review(columns, world, desk, luck, state, triggered, now)
        if reason != GOES_ON:
            desk.control[STOPPED_AT] = now
            desk.control[REASON] = reason
        elif triggered == 0:
            tick = step.next_review(columns, world, luck, state, now)
            _schedule_review(columns, desk, state, tick)
    if desk.control[STOP] != 0:
        desk.control[STATUS] = STOPPED


def _review(
    columns: Columns, world: World, desk: Desk, luck: Luck, state: int, triggered: int, now: int
) -> int:
    """A state decides, and writes to its neighbours; returns a StopReason."""
    own = step.own_view(columns, world, state)
    uniforms = step.begin_review(columns, world, luck, state, triggered, now)
    if columns.scripted[state] == 1:
        action = step.scripted_action(columns, world, state)
    else:
        action = dispatch.decide(
            desk.doctrine[state], memory_of(desk, state), own, now, uniforms, parameters_of(desk, state)
        )
    reason = step.end_review(columns, world, state, action, now)
    if desk.control[LOGGED] >= 0:
        telling.tell_review(columns, world, desk, own, action, triggered, now)
    if reason != GOES_ON or not step.writes(world, own, triggered):
        return reason
    for channel in range(columns.first_channel[state], columns.first_channel[state + 1]):
        message = transmit.send(columns, world, luck, channel, 0, now)
        _post(columns, world, desk, luck, message, POSTED, now)
        if columns.repeats[channel] > 1:
            _repeat(columns, world, desk, luck, channel, now)
        if columns.timeout[channel] > 0:
            protocol.expect(world, message)
            _set_timer(columns, desk, channel, message.which, now)
    return reason


def _repeat(columns: Columns, world: World, desk: Desk, luck: Luck, channel: int, now: int) -> None:
    """Send again at once what has just been sent, as often as the channel says."""
    for attempt in range(1, columns.repeats[channel]):
        message = transmit.send(columns, world, luck, channel, attempt, now)
        _post(columns, world, desk, luck, message, POSTED, now)


def _arrival(columns: Columns, world: World, desk: Desk, luck: Luck, slot: int, time: int) -> None:
    """A message comes to its reader, to a relay, or as an acknowledgement to its sender."""
    message = _message(desk, slot, time)
    if columns.next_hop[message.channel] >= 0:
        telling.tell(desk, message, PASSED_ON)
        hop = transmit.forward(columns, world, luck, message)
        _post(columns, world, desk, luck, hop, POSTED, message.due)
    elif message.kind == ACKNOWLEDGEMENT:
        telling.tell(desk, message, READ)
        protocol.acknowledged(columns, world, message)
    else:
        _read(columns, world, desk, luck, message)
        if columns.back[message.channel] >= 0:
            answer = protocol.acknowledge(columns, world, luck, message)
            _post(columns, world, desk, luck, answer, POSTED, message.due)


def _read(columns: Columns, world: World, desk: Desk, luck: Luck, message: Message) -> None:
    """A report is read, and may trigger a review."""
    state = columns.addressee[message.channel]
    used = True
    if columns.slot[message.channel] >= 0:
        report = step.before_report(columns, message)
        own = step.own_view(columns, world, state)
        used = dispatch.revise(
            desk.doctrine[state], memory_of(desk, state), report, own, parameters_of(desk, state)
        )
    triggered = step.after_report(columns, world, luck, message, used)
    telling.tell(desk, message, READ if used else SUPERSEDED)
    if 0 <= triggered < columns.horizon:
        slot = calendar.take_slot(desk)
        if slot >= 0:
            desk.messages[slot * SLOT_WORDS + CHANNEL] = state
            desk.messages[slot * SLOT_WORDS + WHICH] = world.trigger[state]
            word = columns.review_order[state] + TRIGGERED_STEP
            calendar.push(desk, (triggered << CLOCK_BITS) + word, slot)


def _server(columns: Columns, world: World, desk: Desk, luck: Luck, slot: int, time: int) -> None:
    """A service ends, unless a newer message has thrown this one out."""
    message = _message(desk, slot, time)
    if lines.is_served(columns, world, message.kind, message.channel, message.which):
        left = transmit.leave(columns, world, luck, message)
        _post(columns, world, desk, luck, left, LEFT, message.due)


def _timer(columns: Columns, world: World, desk: Desk, luck: Luck, slot: int, time: int) -> None:
    """A timer runs out: what is still not acknowledged is sent again."""
    now = time >> CLOCK_BITS
    channel = desk.messages[slot * SLOT_WORDS + CHANNEL]
    which = desk.messages[slot * SLOT_WORDS + WHICH]
    calendar.give_slot(desk, slot)
    if protocol.is_overdue(world, channel, which):
        message = protocol.send_again(columns, world, luck, channel, which, now)
        _post(columns, world, desk, luck, message, POSTED, now)
        _set_timer(columns, desk, channel, message.which, now)


def _set_timer(columns: Columns, desk: Desk, channel: int, which: int, now: int) -> None:
    due = protocol.timer(columns, channel, which, now)
    if 0 <= due < columns.horizon:
        slot = calendar.take_slot(desk)
        if slot >= 0:
            desk.messages[slot * SLOT_WORDS + CHANNEL] = channel
            desk.messages[slot * SLOT_WORDS + WHICH] = which
            word = order.message_word(columns.arrival_order[channel], TIMER, RUNG_MESSAGE, which)
            calendar.push(desk, (due << CLOCK_BITS) + word, slot)


def _schedule_review(columns: Columns, desk: Desk, state: int, tick: int) -> None:
    if tick < columns.horizon:
        calendar.push(desk, (tick << CLOCK_BITS) + columns.review_order[state], -1 - state)


def _post(
    columns: Columns, world: World, desk: Desk, luck: Luck, message: Message, entry: int, now: int
) -> None:
    """A message has entered a channel or hop, or left a server: put down what happens to it and its copy."""
    if desk.control[LOGGED] >= 0:
        telling.tell_thrown_out(columns, world, desk, message.channel)
        telling.tell_message(desk, message, entry)
    if message.duplicated > 0:
        _post_copies(columns, world, desk, luck, message, now)
    if message.fate == IN_FLIGHT:
        _put_down(columns, desk, message)


def _post_copies(columns: Columns, world: World, desk: Desk, luck: Luck, message: Message, now: int) -> None:
    """Put down the copies of a message that has entered a channel or hop."""
    if message.duplicated & COPIED != 0:
        copy = transmit.copy_of(columns, world, luck, message)
        if desk.control[LOGGED] >= 0:
            telling.tell_message(desk, copy, POSTED)
        _put_down(columns, desk, copy)
    if message.duplicated & EXPRESS != 0:
        intact = transmit.express(columns, world, message, now)
        if desk.control[LOGGED] >= 0:
            telling.tell_message(desk, intact, POSTED)
        _put_down(columns, desk, intact)


def _put_down(columns: Columns, desk: Desk, message: Message) -> None:
    """Put down what happens to a message next, if it comes before the horizon."""
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
    desk.values[slot * SLOT_VALUES + STATED] = message.stated
    desk.values[slot * SLOT_VALUES + VALUE] = message.value
    word = order.message_word(
        columns.arrival_order[message.channel], message.event, message.kind, message.which
    )
    calendar.push(desk, (message.due << CLOCK_BITS) + word, slot)


def _message(desk: Desk, slot: int, time: int) -> Message:
    """Take the message out of its slot, to which something happens now; how it left is not kept."""
    calendar.give_slot(desk, slot)
    at = slot * SLOT_WORDS
    sent = desk.messages[at + SENT]
    return Message(
        time & MESSAGE_KIND_MASK,
        desk.messages[at + CHANNEL],
        desk.messages[at + WHICH],
        desk.messages[at + COMPOSED],
        desk.messages[at + LETTER],
        desk.values[slot * SLOT_VALUES + STATED],
        desk.values[slot * SLOT_VALUES + VALUE],
        sent,
        sent,
        time >> CLOCK_BITS,
        IN_FLIGHT,
        0,
        ARRIVAL,
    )


def _ask_doctrines(columns: Columns, world: World, desk: Desk, stop: int, reason: int) -> None:
    """Beliefs and payoffs at the stop."""
    for state in range(len(columns.state_who)):
        own = step.own_view(columns, world, state)
        doctrine, memory, parameters = (
            desk.doctrine[state],
            memory_of(desk, state),
            parameters_of(desk, state),
        )
        first = columns.first_rivalry[state]
        for rival in range(own.rivals):
            greedy, rung = dispatch.belief(doctrine, memory, rival, own, stop, parameters)
            desk.beliefs[2 * (first + rival)] = greedy
            desk.beliefs[2 * (first + rival) + 1] = rung
        if summary.is_paid_by_game(columns):
            desk.payoffs[state] = summary.paid_by_game(columns, world, state, stop)
        else:
            role = summary.role_of(columns, world, reason, state)
            other = summary.opponent_of(columns, world, role, state)
            slot = summary.slot_of(columns, state, other)
            rung_of_other = world.rung[other] if other >= 0 else 0
            mean = summary.mean_rung(world, state, stop)
            desk.payoffs[state] = dispatch.payoff(doctrine, own, role, slot, rung_of_other, mean, parameters)
