"""The server that a line's messages share, against brute force: what newest-first serves and throws out."""

from types import SimpleNamespace
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.kernel import lines
from signalling.laws import Constant
from signalling.quantiles import quantile_table
from signalling.vocabulary import Count, MessageKind

HOUR = 3600
SERVICES = range(7)
TABLES = [quantile_table(Constant(hours=ticks / HOUR)) for ticks in SERVICES]
RUNG, ANSWER = MessageKind.RUNG, MessageKind.ACKNOWLEDGEMENT


class Call(NamedTuple):
    """A message that asks for service: it comes now and enters later if an outage holds it."""

    now: int
    entry: int
    service: int
    kind: int


@st.composite
def calls(draw: st.DrawFn) -> list[Call]:
    """Messages in the order in which they come; those that come while the line is down enter together."""
    made, now, up = [], 0, 0
    for _ in range(draw(st.integers(1, 12))):
        now += draw(st.integers(0, 4))
        if now >= up and draw(st.integers(0, 3)) == 0:
            up = now + draw(st.integers(1, 6))
        kind = draw(st.sampled_from([RUNG, ANSWER]))
        made.append(Call(now, max(now, up), draw(st.sampled_from(SERVICES)), kind))
    return made


def served(messages: list[Call]) -> list[bool]:
    """Tick by tick: whoever enters takes the server, unless it is done with who had it."""
    answer = [False] * len(messages)
    in_hand: int | None = None
    left = 0
    for tick in range(max(m.entry + m.service for m in messages) + 1):
        if in_hand is not None and left == 0:
            answer[in_hand], in_hand = True, None
        for number, message in enumerate(messages):
            if message.entry != tick:
                continue
            in_hand, left = number, message.service
            if left == 0:
                answer[in_hand], in_hand = True, None
        left -= 1
    return answer


class Server:
    """The kernel's functions on a line with a channel for every length of service."""

    def __init__(self) -> None:
        n = len(SERVICES)
        self.columns = SimpleNamespace(
            line=[0] * n,
            newest_first=[1] * n,
            service=list(SERVICES),
            quantiles=TABLES,
            channel_who=[0] * n,
            ring=[0, 0],
            capacity=[0] * n,
        )
        self.world = SimpleNamespace(
            counts=[0] * len(Count),
            accepted=[0],
            last_departure=[0],
            departures=[],
            serving=[-1] * 3,
            leaving=[-1] * 3,
            thrown_out=[-1] * 3,
        )
        self.luck = SimpleNamespace(block=lambda which, who, purpose: (0.5, 0.5, 0.5, 0.5))

    def take(self, message: Call, which: int) -> int:
        return lines.departure(
            self.columns, self.world, self.luck, message.kind, message.service, which, message.entry
        )

    def lets_go(self, message: Call, which: int) -> bool:
        return lines.is_served(self.columns, self.world, message.kind, message.service, which)

    def thrown_out(self) -> tuple[int, int, int]:
        return lines.take_thrown_out(self.columns, self.world, 0)


def _which(messages: list[Call], number: int) -> int:
    """An acknowledgement bears the number of what it answers, which may run on the same channel."""
    message = messages[number]
    return sum(other.kind == message.kind for other in messages[:number])


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(calls())
def test_newest_first_serves_whom_nobody_overtakes(messages: list[Call]) -> None:
    server, answer, told = Server(), [False] * len(messages), []
    ends: list[tuple[int, int]] = []
    coming = list(enumerate(messages))
    while coming or ends:
        # The end of a service comes before a message of the same tick.
        if ends and (not coming or min(ends)[0] <= coming[0][1].now):
            ends.remove(end := min(ends))
            answer[end[1]] = server.lets_go(messages[end[1]], _which(messages, end[1]))
            continue
        number, message = coming.pop(0)
        departed = server.take(message, _which(messages, number))
        assert departed == message.entry + message.service
        kind, channel, which = server.thrown_out()
        if kind >= 0:
            told.append((kind, channel, which))
        if departed == message.entry:
            answer[number] = True  # it never was in hand: there is no end of a service to wait for
        else:
            ends.append((departed, number))
    expected = served(messages)
    assert answer == expected
    names = [(m.kind, m.service, _which(messages, number)) for number, m in enumerate(messages)]
    assert sorted(told) == sorted(name for name, done in zip(names, expected, strict=True) if not done)
    assert server.world.counts[Count.BLOCKED] == -server.world.counts[Count.IN_FLIGHT] == len(told)


def test_a_message_and_the_answer_of_its_number_are_two() -> None:
    """An acknowledgement bears the number of what it answers, and may be thrown out by its own channel."""
    server = Server()
    answer, message = Call(0, 0, 5, ANSWER), Call(1, 1, 5, RUNG)
    assert server.take(answer, 7) == 5
    assert server.take(message, 7) == 6
    assert server.thrown_out() == (ANSWER, 5, 7)
    assert not server.lets_go(answer, 7)
    assert server.lets_go(message, 7)


def test_what_an_outage_holds_throws_nobody_out_before_it_enters() -> None:
    server = Server()
    present, held = Call(0, 0, 4, RUNG), Call(1, 4, 6, RUNG)
    assert server.take(present, 0) == 4
    assert server.take(held, 1) == 10
    assert server.thrown_out()[0] == -1
    assert server.lets_go(present, 0)
    assert server.lets_go(held, 1)


def test_what_is_thrown_out_is_told_once() -> None:
    server = Server()
    server.take(Call(0, 0, 6, RUNG), 0)
    server.take(Call(1, 1, 6, RUNG), 1)
    assert server.thrown_out() == (RUNG, 6, 0)
    assert server.thrown_out()[0] == -1
