"""Stop and wait: what is not acknowledged is sent again, as long as it is the newest there is to say."""

import pytest

import signalling as sg
from signalling.kernel import draws
from signalling.kernel.quantile import quantile
from signalling.laws import Exponential
from signalling.model import compile_model
from signalling.quantiles import quantile_table
from signalling.vocabulary import DrawPurpose, Fate, MessageKind
from tests.conservation import READ, conserved
from tests.own_doctrines import HAWK, TELLER, changed
from tests.scenarios_strategy import Document, build

HOUR = 3600
DAY = 24 * HOUR
SEED = 4
ATTEMPT = draws.address(0, 1, 0, 0)
ORIGIN_MASK = ATTEMPT - 1


def constant(hours: float) -> Document:
    return {"law": "constant", "hours": hours}


def insistent(
    there: Document | None = None,
    back: Document | None = None,
    *,
    timeout_hours: float = 6,
    attempts: int | None = None,
    **tables,
) -> sg.Scenario:
    """A writes to B every day, in synchronous rounds, and wants to be answered; B writes too."""
    protocol: Document = {"timeout_hours": timeout_hours} | ({"attempts": attempts} if attempts else {})
    between = [
        {"from": "A", "to": "B", "delay": constant(2), "acknowledgement": protocol} | (there or {}),
        {"from": "B", "to": "A", "delay": constant(3)} | (back or {}),
    ]
    return build(
        {
            "name": "insistent",
            "horizon_days": 10,
            "review": {"interval_hours": 24, "jitter_hours": 0},
            "ladder": {"war": False},
            "states": [{"name": name, "doctrine": "listener"} for name in "AB"],
            "network": {"graph": "explicit"},
            "channels": {"between": between},
        }
        | tables
    )


class Told:
    """A run: what A sent to B, and what answers came back."""

    def __init__(self, scenario: sg.Scenario, run: int = 0) -> None:
        self.trace = sg.trace(scenario, seed=SEED, run=run)
        conserved(self.trace)
        self.row = self.trace.outcome
        self.sent = [m for m in self.trace.messages if m.kind == MessageKind.RUNG and m.channel == 0]
        self.answers = [m for m in self.trace.messages if m.kind == MessageKind.ACKNOWLEDGEMENT]

    def attempts_made(self) -> list[int]:
        """How often each message was sent."""
        return [len(sendings) for sendings in self._sendings().values()]

    def attempts(self) -> list[list[int]]:
        """Hours from the first sending of each message to all of its sendings."""
        found = list(self._sendings().values())
        assert all(ticks % HOUR == 0 for sendings in found for ticks in sendings)
        return [[ticks // HOUR for ticks in sendings] for sendings in found]

    def _sendings(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for message in self.sent:
            found.setdefault(message.which & ORIGIN_MASK, []).append(message.departed - message.sent)
        return found


# The timer


def test_who_is_answered_in_time_says_it_once():
    told = Told(insistent(timeout_hours=6))
    assert told.attempts() == [[0]] * 10
    assert len(told.answers) == 10
    # Ten words each way, and ten answers, all of them read.
    assert (told.row["sent"], told.row["delivered"], told.row["superseded"]) == (30, 30, 0)
    # 2 hours there, 3 hours back for a word or an answer.
    assert told.row["mean_delay_hours"] == (10 * 2 + 20 * 3) / 30


def test_who_is_answered_late_says_it_again_until_then():
    told = Told(insistent(timeout_hours=2))
    assert told.attempts() == [[0, 2, 4]] * 10
    assert len(told.answers) == 30


def test_an_answer_in_the_tick_of_the_timer_comes_first():
    assert Told(insistent(timeout_hours=5)).attempts() == [[0]] * 10
    assert Told(insistent(timeout_hours=4 + 59 / 60)).attempts_made() == [2] * 10


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_attempts_are_limited(attempts):
    told = Told(insistent({"loss_probability": 1.0}, timeout_hours=1, attempts=attempts))
    assert told.attempts() == [list(range(attempts))] * 10
    assert told.row["lost"] == 10 * attempts
    assert told.answers == []


def test_there_are_at_most_256_attempts():
    late = Told(insistent({"loss_probability": 1.0}, timeout_hours=0.25, review={"interval_hours": 150}))
    assert [len({m.attempt for m in late.sent if m.sent == sent}) for sent in {m.sent for m in late.sent}][
        :1
    ] == [256]


def test_a_newer_message_takes_the_place_of_the_older():
    told = Told(insistent({"loss_probability": 1.0}, timeout_hours=7))
    # The next timer would have run out 28 hours after the sending, when there is something newer to say.
    assert told.attempts() == [[0, 7, 14, 21]] * 10


def test_a_timer_of_the_tick_of_a_review_runs_out_first():
    told = Told(insistent({"loss_probability": 1.0}, timeout_hours=8))
    assert told.attempts() == [[0, 8, 16, 24]] * 9 + [[0, 8, 16]]


# Answers


def test_a_lost_answer_makes_copies_that_come_too_late():
    told = Told(insistent(back={"loss_probability": 1.0}, timeout_hours=5, attempts=3))
    assert told.attempts() == [[0, 5, 10]] * 10
    assert {answer.fate for answer in told.answers} == {Fate.LOST}
    # B reads each message three times and can use it once.
    assert [message.fate for message in told.sent] == [Fate.READ, Fate.SUPERSEDED, Fate.SUPERSEDED] * 10
    assert told.row["superseded"] == 20


def test_a_late_answer_to_an_old_message_does_not_stop_the_new_one():
    """Answers come 31 hours after the sending: 7 hours after the next one, which has to be insisted on."""
    told = Told(insistent({"delay": constant(1)}, {"delay": constant(30)}, timeout_hours=10))
    assert told.attempts() == [[0, 10, 20]] * 10
    hours = [(a.due - a.sent) // HOUR for a in told.answers]
    assert set(hours) == {30}
    # With answers after 23 hours each message is answered before the next, but too late for its timers.
    told = Told(insistent({"delay": constant(1)}, {"delay": constant(12)}, timeout_hours=10))
    assert told.attempts() == [[0, 10]] * 10


def test_an_answer_is_of_its_own_kind_on_the_channel_back():
    told = Told(insistent({"duplicate_probability": 1.0}, timeout_hours=1, attempts=2))
    read = [m for m in told.sent if m.fate in READ]
    assert sorted(answer.which for answer in told.answers) == sorted(message.which for message in read)
    due = {message.which: message.due for message in read}
    for answer in told.answers:
        assert told.trace.channels[answer.channel] == (1, 0)
        assert answer.sent == answer.departed == due[answer.which]
        assert (answer.letter, answer.value) == (0, 0.0)


def test_an_answer_has_no_content_that_could_change_and_no_copies():
    back: Document = {
        "garble": {"probability": 1.0, "kernel": "hostile_skewed"},
        "tamper": {"probability": 1.0, "kernel": "hostile_skewed"},
        "noise": {"sigma": 3.0},
        "loss_by_letter": [1.0, 0.0, 0.0, 0.0, 0.0],
        "duplicate_probability": 1.0,
        "reading": constant(11),
    }
    told = Told(insistent(back=back, timeout_hours=6))
    # A word of B that says 0 is censored; an answer is not, and nobody deciphers it.
    assert told.row["lost"] == 10
    assert [(a.letter, a.value, a.fate, a.due - a.sent) for a in told.answers] == [
        (0, 0.0, Fate.READ, 3 * HOUR)
    ] * 10
    assert told.attempts() == [[0]] * 10


def test_an_answer_draws_at_its_own_address():
    told = Told(insistent({"delay": constant(1)}, {"loss_probability": 0.5}, timeout_hours=6))
    luck = draws.PlainLuck(SEED, 0)
    purpose = draws.purpose(DrawPurpose.TRANSIT, MessageKind.ACKNOWLEDGEMENT)
    for answer in told.answers:
        lost = luck.block(answer.which, draws.who("B->A"), purpose)[0] < 0.5
        assert (answer.fate == Fate.LOST) == lost
    assert {answer.fate for answer in told.answers} == {Fate.LOST, Fate.READ}
    # B's own words on the channel back have another luck under the same number.
    words = {m.which: m.fate for m in told.trace.messages if m.channel == 1 and m.kind == MessageKind.RUNG}
    assert any(words[a.which] != a.fate for a in told.answers if a.which in words)


def test_an_answer_is_served_by_its_own_draw():
    """On one server with B's own words, some of which have the same number."""
    queue = {"queue": {"service": {"law": "exponential", "mean_hours": 4}}}
    told = Told(insistent(back=queue, timeout_hours=20, horizon_days=20))
    services, luck = quantile_table(Exponential(mean_hours=4)), draws.PlainLuck(SEED, 0)
    served = sorted((m for m in told.trace.messages if m.channel == 1), key=lambda m: m.departed)
    last = 0
    for message in served:
        purpose = draws.purpose(DrawPurpose.HANDLING, message.kind)
        uniform = luck.block(message.which, draws.who("B->A"), purpose)[0]
        last = max(last, message.sent) + quantile(services, uniform)
        assert message.departed == last
    assert len(told.answers) > 15


def test_a_common_cause_strikes_answers_apart_from_words():
    """Of one number, on one channel: the answers to a review share a luck, and B's own words another."""
    back = {"loss_probability": 0.5, "common_cause_probability": 0.5}
    told = Told(insistent(back=back, timeout_hours=10, horizon_days=40))
    luck = draws.PlainLuck(SEED, 0)
    shared, own = 0, 0
    for answer in told.answers:
        strikes, transit = (
            draws.purpose(lane, MessageKind.ACKNOWLEDGEMENT)
            for lane in (DrawPurpose.COMMON, DrawPurpose.TRANSIT)
        )
        review = answer.which & ORIGIN_MASK
        struck = luck.block(review, draws.who("B"), strikes)[0] < 0.5
        which, whose = (review, "B") if struck else (answer.which, "B->A")
        assert (answer.fate == Fate.LOST) == (luck.block(which, draws.who(whose), transit)[0] < 0.5)
        shared, own = shared + struck, own + (not struck)
    assert min(shared, own) > 15


def test_each_attempt_has_another_luck_and_the_same_words():
    wanderer = {"name": "spiral", "precision": 1e-9}
    states = [
        {"name": name, "doctrine": wanderer, "greedy_probability": 1.0, "lying_probability": 0.5}
        for name in "AB"
    ]
    there = {"loss_probability": 0.5, "delay": {"law": "exponential", "mean_hours": 2}}
    told = Told(insistent(there, timeout_hours=4, states=states, horizon_days=40))
    luck = draws.PlainLuck(SEED, 0)
    said: dict[int, set[tuple[int, int]]] = {}
    for message in told.sent:
        transit = luck.block(message.which, draws.who("A->B"), DrawPurpose.TRANSIT)
        assert (message.fate == Fate.LOST) == (transit[0] < 0.5)
        said.setdefault(message.which & ORIGIN_MASK, set()).add((message.sent, message.composed))
    assert all(len(words) == 1 for words in said.values())
    assert len({composed for words in said.values() for _, composed in words}) > 2
    assert max(message.attempt for message in told.sent) > 2


def test_what_is_said_again_is_what_was_said_not_what_arrived():
    """Each attempt is garbled by itself; none goes on from what garbling made of the one before."""
    there = {"garble": {"probability": 0.5, "kernel": "other"}}
    told = Told(insistent(there, {"loss_probability": 1.0}, timeout_hours=5, horizon_days=40))
    assert {message.composed for message in told.sent} == {0}
    assert {message.letter for message in told.sent if message.attempt > 0} == set(range(5))


# Against a reference


def reference(told: Told, *, timeout: int, attempts: int, horizon: int) -> list[tuple[int, int]]:
    """(number, tick) of everything sent, from the first sendings and the ticks at which answers came."""
    firsts = {m.which & ORIGIN_MASK: m.sent for m in told.sent if m.attempt == 0}
    answered: dict[int, int] = {}
    for answer in told.answers:
        if answer.fate == Fate.READ:
            origin = answer.which & ORIGIN_MASK
            answered[origin] = min(answer.due, answered.get(origin, horizon))
    sent = []
    ends = [*list(firsts.values())[1:], horizon]
    for (origin, first), newer in zip(firsts.items(), ends, strict=True):
        for attempt in range(attempts):
            now = first + attempt * timeout
            if attempt > 0 and (now >= answered.get(origin, horizon) or now > newer or now >= horizon):
                break
            sent.append((origin, now))
    return sent


@pytest.mark.parametrize("run", range(6))
@pytest.mark.parametrize("attempts", [2, 5, 256])
def test_what_is_sent_when_is_what_the_protocol_says(attempts, run):
    law = {"law": "exponential", "mean_hours": 5}
    there, back = ({"loss_probability": 0.3, "delay": law, "duplicate_probability": 0.2} for _ in "AB")
    scenario = insistent(
        there, back, timeout_hours=3, attempts=attempts, review={"interval_hours": 20, "jitter_hours": 15}
    )
    told = Told(scenario.replace({"horizon_days": 60}), run)
    originals = [m for m in told.sent if not m.is_copy]
    made = sorted((m.which & ORIGIN_MASK, m.departed) for m in originals)
    expected = sorted(reference(told, timeout=3 * HOUR, attempts=attempts, horizon=60 * DAY))
    assert made == expected
    assert len(expected) > 1.3 * len({origin for origin, _ in expected})
    assert len({m.fate for m in told.answers}) >= 2


# With others


def test_acknowledgements_run_over_routes():
    lines: list[Document] = [{"from": a, "to": b, "delay": constant(1)} for a, b in ("AR", "RA", "RB", "BR")]
    lines[0]["acknowledgement"] = {"timeout_hours": 3}
    scenario = insistent(
        relays=["R"],
        routes=[{"from": "A", "to": "B", "via": ["R"], "both_ways": True}],
        channels={"between": lines},
    )
    trace = sg.trace(scenario, seed=SEED, run=0)
    conserved(trace)
    names = compile_model(scenario).channel_names
    sent = [m for m in trace.messages if m.kind == MessageKind.RUNG and names[m.channel] == "A->B|A->R"]
    assert [m.attempt for m in sent] == [0, 1] * 10  # answered after 4 hours
    answers = [m for m in trace.messages if m.kind == MessageKind.ACKNOWLEDGEMENT]
    assert {(names[m.channel], m.hop) for m in answers} == {("B->A|B->R", 0), ("B->A|R->A", 1)}
    assert {m.due - m.sent for m in answers if m.hop == 1} == {2 * HOUR}
    # The line back to A is the first hop of nobody who wants answers: B's words are not acknowledged.
    assert trace.outcome["sent"] == 20 + 20 + 10
    assert trace.outcome["delivered"] == 50


def test_an_answer_takes_up_the_server_of_its_line():
    queue = {"queue": {"service": constant(4)}}
    told = Told(insistent(back=queue, timeout_hours=20))
    words = [m for m in told.trace.messages if m.channel == 1 and m.kind == MessageKind.RUNG]
    assert {m.departed - m.sent for m in words} == {4 * HOUR}
    # Comes after 2 hours, waits 2 more for B's own word to be dispatched, and then takes 4.
    assert {m.departed - m.sent for m in told.answers} == {6 * HOUR}


QUIET = changed(
    HAWK,
    ("    return 0, 2\n", "    return 1, 2\n"),
    (
        "    for place in range(2 * own.rivals):",
        "    memory[2 * own.rivals] = 0.0\n    for place in range(0):",
    ),
    (
        "    return Action(move, -1, 0.0, -1)",
        (
            "    memory[2 * own.rivals] += 1.0\n"
            "    return Action(HOLD, -1, 0.0, 3 if memory[2 * own.rivals] == 2.0 else -2)"
        ),
    ),
)


def test_silence_is_no_newer_message():
    """A speaks at its second review alone, and insists on that until it is answered."""
    states = [
        {"name": "A", "doctrine": {"file": "quiet.py", "source": QUIET}},
        {"name": "B", "doctrine": "listener"},
    ]
    told = Told(insistent({"loss_probability": 1.0}, timeout_hours=12, states=states))
    assert told.attempts() == [[12 * attempt for attempt in range(18)]]
    assert {(m.sent, m.composed) for m in told.sent} == {(DAY, 3)}


def test_news_triggers_a_review_whatever_attempt_brings_it():
    quick: Document = {"interval_hours": 24, "jitter_hours": 0, "on_report": {"minimum_gap_hours": 0.5}}
    states = [{"name": "A", "doctrine": "listener"}, {"name": "B", "doctrine": "spiral"}]
    told = Told(
        insistent({"loss_probability": 0.6}, timeout_hours=3, review=quick, states=states, horizon_days=30)
    )
    read = [m for m in told.sent if m.fate == Fate.READ]
    triggered = [review.tick for review in told.trace.reviews if review.triggered]
    assert triggered == [m.due for m in read]
    assert len({m.attempt for m in read}) > 2
    assert Fate.SUPERSEDED in {m.fate for m in told.sent}


def test_attempts_are_one_message_to_whoever_reads_them():
    """A doctrine that could not tell would take an echo for a second witness."""
    states = [
        {"name": "A", "doctrine": "listener"},
        {"name": "B", "doctrine": {"file": "teller.py", "source": TELLER}},
    ]
    told = Told(insistent(back={"loss_probability": 1.0}, timeout_hours=5, attempts=3, states=states))
    assert [message.fate for message in told.sent] == [Fate.READ, Fate.SUPERSEDED, Fate.SUPERSEDED] * 10
