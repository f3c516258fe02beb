"""The space-time diagram shows each state, each message chosen and what befell it."""

import functools
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

import signalling as sg
from signalling.chronicle import Trace
from signalling.figures import messages
from signalling.figures.lanes import belief_segments, rung_segments
from signalling.figures.messages import STOPPED, choose_messages, is_garbled
from signalling.figures.space_time import draw_space_time
from signalling.vocabulary import TICKS_PER_HOUR, Fate

NOISY: dict[str, object] = {
    "channels.default.garble.probability": 0.3,
    "channels.default.loss_probability": 0.1,
    "states.A.greedy_probability": 1.0,
}
JULY = ["Serbia", "Austria-Hungary", "Italy", "Russia", "Germany", "France", "Belgium", "Britain"]


@functools.cache
def dyad() -> Trace:
    return sg.trace(sg.load_scenario("two-seekers").replace(NOISY), seed=1, run=3)


@functools.cache
def july() -> Trace:
    return sg.trace(sg.load_scenario("july-1914").replace({"horizon_days": 3}), seed=1, run=1)


@functools.cache
def drawn() -> Figure:
    return draw_space_time(dyad())


def by_gid(figure: Figure, gid: str) -> list[Any]:
    return [artist for artist in figure.axes[0].get_children() if artist.get_gid() == gid]


def marks(figure: Figure, gid: str) -> list[tuple[float, float]]:
    return [tuple(point) for artist in by_gid(figure, gid) for point in artist.get_offsets()]


def texts(figure: Figure) -> str:
    return " ".join(text.get_text().replace("\n", " ") for text in figure.findobj(mpl.text.Text))


def names(figure: Figure) -> list[str]:
    return [label.get_text().splitlines()[0] for label in figure.axes[0].get_yticklabels()]


def test_each_state_has_a_lane_with_its_type() -> None:
    assert [label.get_text() for label in drawn().axes[0].get_yticklabels()] == [
        "A\n(greedy)",
        "B\n(security seeker)",
    ]
    for name in "AB":
        assert len(by_gid(drawn(), f"rungs {name}")) == 1
        assert len(by_gid(drawn(), f"beliefs {name}")) == 1


def test_every_message_is_a_line_and_every_mishap_has_its_mark() -> None:
    told = dyad().messages
    garbled = [message for message in told if is_garbled(message)]
    lost = [message for message in told if message.fate in STOPPED]
    assert garbled
    assert lost
    assert len(by_gid(drawn(), "garbled messages")[0].get_segments()) == len(garbled)
    assert len(by_gid(drawn(), "messages")[0].get_segments()) == len(told) - len(garbled)
    assert sorted(hour for hour, _ in marks(drawn(), "garbled")) == pytest.approx(
        sorted(message.due / TICKS_PER_HOUR for message in garbled)
    )
    assert len(marks(drawn(), "stopped")) == len(lost)
    read = [m for m in told if m.fate in {Fate.READ, Fate.SUPERSEDED} and not is_garbled(m)]
    assert len(marks(drawn(), "read")) == len(read)


def test_a_line_runs_from_sending_at_the_sender_to_reading_at_the_addressee() -> None:
    (collection,) = by_gid(drawn(), "messages")
    message = dyad().messages[0]
    assert dyad().channels[message.channel] == (1, 0)
    begin, end = collection.get_segments()[0]
    assert begin[0] == pytest.approx(message.sent / TICKS_PER_HOUR)
    assert end[0] == pytest.approx(message.due / TICKS_PER_HOUR)
    assert -1.0 < begin[1] < -0.5 < end[1] < 0.0


def test_rungs_and_beliefs_stand_from_review_to_review() -> None:
    stop = dyad().outcome["stop_hours"]
    rungs = rung_segments(dyad(), 1, (0.0, stop))
    reviews = [review for review in dyad().reviews if review.state == 1]
    assert [segment.value for segment in rungs] == [0, *(review.after for review in reviews)]
    assert rungs[0].begin == 0.0
    assert rungs[-1].end == stop
    assert all(left.end == right.begin for left, right in pairwise(rungs))
    beliefs = belief_segments(dyad(), 1, (0.0, stop))
    assert beliefs[0].begin == pytest.approx(reviews[0].tick / TICKS_PER_HOUR)
    assert [segment.value for segment in beliefs] == [review.beliefs[0][0] for review in reviews]
    assert [s.value for s in rung_segments(dyad(), 1, (50.0, 60.0))] == [0]


def test_the_attack_is_an_arrow_from_initiator_to_target() -> None:
    (arrow,) = by_gid(drawn(), "attack")
    begin, end = arrow._posA_posB
    assert (begin[1], end[1]) == (0.0, -1.0)
    assert begin[0] > dyad().outcome["stop_hours"]
    assert "war on day 8.1, A strikes B" in texts(drawn())


def test_a_joint_war_has_no_arrow_and_nobody_strikes() -> None:
    trace = sg.trace(sg.load_scenario("two-seekers").replace({"ladder.war": "joint"}), seed=1, run=3)
    assert trace.outcome["war"]
    figure = draw_space_time(trace)
    assert by_gid(figure, "attack") == []
    assert "war on day" in texts(figure)
    assert "None" not in texts(figure)


def test_the_keys_name_the_rungs_and_what_is_drawn() -> None:
    printed = texts(drawn())
    for number, name in enumerate(dyad().rungs[: dyad().peacetime]):
        assert f"{number} {name}" in printed
    for word in (
        "garbled",
        "lost",
        "attack",
        "mean P(greedy)",
        "days since the start",
        "Drawn: all 11 messages",
    ):
        assert word in printed
    assert "too late" not in printed


def test_many_messages_are_thinned_to_the_news_and_the_note_says_so() -> None:
    trace = july()
    window = (0.0, trace.outcome["stop_hours"])
    chosen = choose_messages(trace, range(8), window)
    assert len(chosen.messages) < chosen.all_messages
    between_rivals = [
        m
        for m in trace.messages
        if trace.channels[m.channel][0] in trace.rivals[trace.channels[m.channel][1]]
    ]
    assert chosen.all_messages == len(between_rivals) < len(trace.messages)
    mishaps = [m for m in between_rivals if is_garbled(m) or m.fate in STOPPED]
    assert set(mishaps) <= set(chosen.messages)
    figure = draw_space_time(trace, states=JULY)
    assert f"Drawn: {len(chosen.messages)} of {chosen.all_messages} messages" in texts(figure)
    assert len(marks(figure, "stopped")) == sum(m.fate in STOPPED for m in chosen.messages)


def test_thinning_keeps_each_change_of_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MOST_MESSAGES", 0)
    kept = choose_messages(dyad(), (0, 1), (0.0, 1e9)).messages
    for channel in (0, 1):
        said = [m.letter for m in dyad().messages if m.channel == channel]
        shown = [m.letter for m in kept if m.channel == channel]
        assert without_repeats(shown) == without_repeats(said)


def without_repeats(letters: list[int]) -> list[int]:
    return [letter for number, letter in enumerate(letters) if number == 0 or letters[number - 1] != letter]


def test_dates_stand_on_the_axis_where_the_scenario_has_them() -> None:
    axes = draw_space_time(july(), states=JULY, hours=(0.0, 70.0)).axes[0]
    assert "1914 (GMT)" in axes.get_xlabel()
    assert axes.get_xticklabels()[0].get_text() == "18:00\n23 Jul"
    assert axes.get_xticks()[0] == pytest.approx(1.0)
    assert "hours since the start" in texts(draw_space_time(dyad(), hours=(0.0, 48.0)))


def test_states_and_hours_choose_what_is_drawn() -> None:
    figure = draw_space_time(july(), states=["Russia", "Germany"], hours=(10.0, 40.0))
    assert names(figure) == ["Russia", "Germany"]
    for gid in ("read", "garbled", "stopped"):
        assert all(10.0 <= hour <= 40.0 for hour, _ in marks(figure, gid))
    assert names(draw_space_time(july(), states=JULY)) == JULY
    assert not by_gid(draw_space_time(dyad(), hours=(0.0, 24.0)), "attack")
    assert not by_gid(draw_space_time(dyad(), states=["A"]), "attack")


@pytest.mark.parametrize("doctrine", ["listener", "spiral"])
def test_a_run_without_beliefs_or_without_a_message_read_is_drawn(doctrine: str) -> None:
    changes = {"states.all.doctrine": doctrine, "channels.default.loss_probability": 1.0, "horizon_days": 2}
    figure = draw_space_time(sg.trace(sg.load_scenario("two-seekers").replace(changes), seed=2, run=0))
    assert ("mean P(greedy)" in texts(figure)) == (doctrine == "spiral")
    assert not marks(figure, "read")
    assert marks(figure, "stopped")


def test_labels_and_keys_do_not_overlap() -> None:
    for figure in (drawn(), draw_space_time(july(), states=JULY)):
        boxes = [
            (text.get_text(), text.get_window_extent())
            for text in figure.findobj(mpl.text.Text)
            if text.get_text().strip() and text.get_visible()
        ]
        for number, (text, box) in enumerate(boxes):
            assert figure.bbox.x0 <= box.x0, text
            assert box.x1 <= figure.bbox.x1, text
            assert figure.bbox.y0 <= box.y0, text
            assert box.y1 <= figure.bbox.y1, text
            assert not [other for other, place in boxes[number + 1 :] if box.overlaps(place)], text


@pytest.mark.parametrize("states", [["A", "Z"], ["A", "A"], []])
def test_unknown_or_repeated_states_are_refused(states: list[str]) -> None:
    with pytest.raises(sg.SignallingError, match="must name each state to draw once; the run has A, B"):
        draw_space_time(dyad(), states=states)


@pytest.mark.parametrize("hours", [(5.0, 5.0), (-1.0, 5.0), (500.0, 600.0)])
def test_hours_outside_the_run_are_refused(hours: tuple[float, float]) -> None:
    with pytest.raises(sg.SignallingError, match="must be \\(first, last\\)"):
        draw_space_time(dyad(), hours=hours)


def test_the_settings_of_matplotlib_stay_as_they_were() -> None:
    before = dict(mpl.rcParams)
    draw_space_time(dyad())
    assert dict(mpl.rcParams) == before
