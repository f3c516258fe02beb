"""A plan by cutoffs: what a state says and does by where its number lies and by what it has heard.

Its number is a sum of what it was told: a private cost, a signal, an offer. Cutoffs divide the line into
cells, and each cell has a word and an act for every letter heard. Thresholds of global games, partitions of
cheap talk, plans of bluffing and inspection, and mixed strategies (a cutoff on a lot of one's own) are all
plans of this form.
"""

from collections.abc import Sequence
from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from signalling.kernel.floats import Floats
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters
from signalling.vocabulary import SILENT, Move, Phase

SOURCE = (
    "Carlsson and van Damme 1993 (cutoffs on a private signal); Crawford and Sobel 1982 (words by intervals "
    "of the type); Harsanyi 1973 (mixing as a cutoff on private chance)"
)
USES_REPORTS = True
GAMES = ("exchange",)

HOLD = int(Move.HOLD)
PLAY = int(Move.PLAY)
TALK = int(Phase.TALK)

# Positions of the named numbers; behind them the number of cells and the slot that is heard (-1: any), then
# the cuts, the weight of each rival's value, and what is said and done: a row for each cell, its first entry
# on silence and one for each letter heard.
CONSTANT = 0
SHOWS = 1
CELLS = 2
HEARS = 3
CUTS = 4
# Memory: for each rival the sending tick of the newest report read (-1: none), its letter and its value.
PER_RIVAL = 3

Row = Annotated[tuple[int, ...], Field(strict=False)]


class CutoffParameters(Parameters):
    """The number, the cells, and the plan."""

    number: dict[str, float] = Field(
        default_factory=dict,
        description="weight of the value last heard of each state in the own number (0 until it is heard); "
        "none: 1 for every rival",
    )
    constant: float = Field(0.0, ge=-1e6, le=1e6, description="added to the number")
    cuts: tuple[float, ...] = Field(
        (0.5,),
        strict=False,
        description="where the cells end, rising; a number on a cut belongs to the cell above",
        examples=[(), (0.0, 1.0), (-0.5,)],
    )
    hears: str = Field("", description="whose newest letter counts; none: any rival's")
    says: tuple[Row, ...] = Field(
        ((0,), (1,)),
        strict=False,
        description="for each cell what it says in a talk phase: one letter, or one on silence and one for "
        "each letter heard; -1: nothing",
    )
    acts: tuple[Row, ...] = Field(
        ((0,), (1,)),
        strict=False,
        description="for each cell what it does in an act phase: one letter, or one on silence and one for "
        "each letter heard",
    )
    shows: bool = Field(default=False, description="whether its number goes with its words; else 0 does")

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if list(self.cuts) != sorted(set(self.cuts)):
            raise ValueError("cuts must rise")
        cells = len(self.cuts) + 1
        for name, plan, least in (("says", self.says, -1), ("acts", self.acts, 0)):
            if len(plan) != cells:
                raise ValueError(
                    f"{name} has {len(plan)} rows: {cells - 1} cuts make {cells} cells, a row each"
                )
            if any(letter < least for row in plan for letter in row):
                raise ValueError(f"{name} holds a number below {least}; write letters, counted from 0")
        return self


PARAMETERS = CutoffParameters


def memory_size(rungs: int) -> tuple[int, int]:
    """Floats of memory per state and per rival."""
    return 0, PER_RIVAL


def tabulate(
    parameters: CutoffParameters, own: OwnView, rivals: Sequence[RivalView], rungs: int
) -> npt.NDArray[np.float64]:
    """Named numbers, cells, the slot heard, cuts, weights, and the plan for words and acts."""
    slots = {rival.name: slot for slot, rival in enumerate(rivals)}
    named = [number for _, number in parameters.numbers()]
    for name in (*parameters.number, *([parameters.hears] if parameters.hears else [])):
        if name not in slots:
            raise ValueError(f"{name!r} is no rival, of whom something is heard; they are {', '.join(slots)}")
    weights = [parameters.number.get(name, 0.0) if parameters.number else 1.0 for name in slots]
    plan = [
        *_by_letter("says", parameters.says, rungs),
        *_by_letter("acts", parameters.acts, rungs),
    ]
    heard = slots[parameters.hears] if parameters.hears else -1
    return np.array(
        [*named, len(parameters.cuts) + 1, heard, *parameters.cuts, *weights, *plan], dtype=np.float64
    )


def _by_letter(name: str, plan: tuple[tuple[int, ...], ...], rungs: int) -> list[int]:
    """The rows of a plan, each with an entry on silence and for every letter."""
    rows: list[int] = []
    for row in plan:
        if len(row) not in {1, 1 + rungs}:
            wanted = f"1 letter, or {1 + rungs}: on silence and on each of the {rungs} letters"
            raise ValueError(f"{name} has a row of {len(row)}; write {wanted}")
        if any(letter >= rungs for letter in row):
            raise ValueError(f"{name} holds {max(row)}; the letters are 0 to {rungs - 1}")
        rows.extend(row * (1 + rungs) if len(row) == 1 else row)
    return rows


def start(memory: Floats, own: Own, parameters: Floats) -> None:
    """Begin a run having heard nothing."""
    for rival in range(own.rivals):
        memory[PER_RIVAL * rival] = -1.0
        memory[PER_RIVAL * rival + 1] = 0.0
        memory[PER_RIVAL * rival + 2] = 0.0


def revise(memory: Floats, report: Report, own: Own, parameters: Floats) -> bool:
    """Keep letter and value of the newest report of each rival."""
    if report.rival < 0:
        return False
    place = PER_RIVAL * report.rival
    if report.sent <= memory[place]:
        return False
    memory[place] = float(report.sent)
    memory[place + 1] = float(report.letter)
    memory[place + 2] = report.value
    return True


def decide(
    memory: Floats, own: Own, now: int, uniforms: tuple[float, float, float], parameters: Floats
) -> Action:
    """Look the word or the act up by cell and by what was heard; out of turn, nothing."""
    if own.phase < TALK:  # idle, or chance's turn
        return Action(HOLD, -1, 0.0, SILENT)
    cells = int(parameters[CELLS])
    weights = CUTS + cells - 1
    number = parameters[CONSTANT]
    for rival in range(own.rivals):
        number += parameters[weights + rival] * memory[PER_RIVAL * rival + 2]
    cell = 0
    while cell < cells - 1 and number >= parameters[CUTS + cell]:
        cell += 1
    columns = 1 + own.rungs
    entry = weights + own.rivals + cell * columns + _heard(memory, own, parameters)
    if own.phase == TALK:
        word = int(parameters[entry])
        value = number if parameters[SHOWS] == 1.0 else 0.0
        return Action(HOLD, -1, value, word if word >= 0 else SILENT)
    return Action(PLAY, -1, number, int(parameters[entry + cells * columns]))


def _heard(memory: Floats, own: Own, parameters: Floats) -> int:
    """The newest letter of whom it hears, counted from 1; 0 if nothing was heard."""
    slot = int(parameters[HEARS])
    if slot < 0:
        newest = -1.0
        for rival in range(own.rivals):
            if memory[PER_RIVAL * rival] > newest:
                newest = memory[PER_RIVAL * rival]
                slot = rival
    if slot < 0 or memory[PER_RIVAL * slot] < 0.0:
        return 0
    return 1 + int(memory[PER_RIVAL * slot + 1])
