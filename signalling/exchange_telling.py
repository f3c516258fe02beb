"""The words in which a chronicle tells an exchange: who draws, says and does what, phase by phase."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from signalling.model import Model
from signalling.vocabulary import SILENT, Phase

if TYPE_CHECKING:
    from signalling.chronicle import ReviewRecord, Trace


def belligerents_of(model: Model, reviews: "Sequence[ReviewRecord]", *, war: bool) -> tuple[str, ...]:
    """Who made the war of an exchange; nobody in other games and in peace."""
    columns = model.columns
    last = reviews[-len(model.names) :] if war and columns.phases else ()
    return tuple(
        model.names[review.state]
        for review in last
        if columns.may_wage[review.state] and review.after == columns.war_letter
    )


def turn_entry(trace: "Trace", number: int) -> str:
    """What the review of that number tells, each phase being one review of every state; it may be nothing."""
    review = trace.reviews[number]
    name, phase = trace.names[review.state], trace.turns[number]
    if phase == Phase.NATURE:
        return f"{name} draws {review.posture:.4g}."
    if phase == Phase.TALK:
        word = "nothing" if review.letter == SILENT else f'"{trace.rungs[review.letter]}"'
        return f"{name} says {word}."
    if phase == Phase.ACT:
        return f"{name} acts: {_with_number(trace.rungs[review.after], review.posture)}."
    return ""


def content(trace: "Trace", sender: int, sent: int, letter: int, value: float) -> str:
    """What a message says: the number that chance drew, or a letter and a number if there is one."""
    phase = sorted({review.tick for review in trace.reviews}).index(sent)
    if trace.turns[phase * len(trace.names) + sender] == Phase.NATURE:
        return f"{value:.4g}"
    return _with_number(trace.rungs[letter], value)


def _with_number(letter: str, value: float) -> str:
    return f'"{letter}" at {value:.4g}' if value != 0.0 else f'"{letter}"'


def ending(trace: "Trace") -> str:
    """How the script ended: who stood on the letter of war, if that was enough for one."""
    if not trace.belligerents:
        return "SETTLED: the script came to its end without war"
    return f'WAR: at the end {" and ".join(trace.belligerents)} stood on "{trace.war_letter}"'
