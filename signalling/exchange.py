"""An exchange game as users write it: a script of phases, payoffs by rules, and what counts as war.

Sources: Crawford and Sobel 1982 (talk before an act); Harsanyi 1967 (private types drawn by Nature).
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from signalling.parameters import Strict
from signalling.validation import MOST_LETTERS, NONE, NotNegative

MOST_PHASES = 1000
LARGEST = 1e6

Matrix = Annotated[
    tuple[Annotated[tuple[Annotated[float, Field(ge=-LARGEST, le=LARGEST)], ...], Field(strict=False)], ...],
    Field(strict=False),
]


class ScriptPhase(Strict):
    """A phase: all who have a turn take it at once, blind to each other."""

    kind: Literal["nature", "talk", "act"] = Field(
        description='"nature": chance draws; "talk": words only; "act": what payoffs count'
    )
    by: tuple[str, ...] = Field(
        (),
        strict=False,
        description="states whose turn it is; none: in nature phases all chance, in others all but chance",
    )
    stakes: NotNegative = Field(
        0.0,
        le=LARGEST,
        description="share of the payoffs that is earned by what stands after this phase; if no phase has "
        "any, the last has 1",
    )


class Term(Strict):
    """A payoff in proportion to the value of a state, which may be chance."""

    of: str = Field(description="the state whose value counts: a number that it drew or took")
    weight: Matrix = Field(
        description="what a unit of it is worth: rows own letter, columns the other's, as in table"
    )


class Distance(Strict):
    """A loss that grows with the square of a distance between two values."""

    between: tuple[str, str] = Field(strict=False, description="the two states, first less second")
    bias: float = Field(
        0.0, ge=-LARGEST, le=LARGEST, description="difference of the values at which nothing is lost"
    )
    weight: NotNegative = Field(1.0, le=LARGEST, description="loss at a distance of one unit")


class PayoffRule(Strict):
    """What a state earns against another: a table of letters, plus terms, less distances; rules add up."""

    to: str = Field(description="the state that earns")
    against: str = Field(description="the state whose letter counts beside its own")
    table: Matrix = Field(
        (), description="rows: own letter, columns: the other's, units of payoff; zeros unless given"
    )
    terms: tuple[Term, ...] = Field((), strict=False, description="payoffs in proportion to values")
    distances: tuple[Distance, ...] = Field((), strict=False, description="losses by distances of values")


class WarRule(Strict):
    """What counts as war at the end of the script."""

    letter: str = Field(description="the letter that makes war")
    by: tuple[str, ...] = Field((), strict=False, description="states that count; none: all")
    needed: int = Field(1, ge=1, description="how many of them must stand on it")


class ExchangeGame(Strict):
    """A script of synchronous phases in which states talk and act, and then it ends."""

    kind: Literal["exchange"] = "exchange"
    letters: tuple[str, ...] = Field(
        strict=False, description="words of messages and names of acts; where all stand at first: the first"
    )
    phases: tuple[ScriptPhase, ...] = Field(
        strict=False, description='one review each: "nature", "talk", "act", or tables of these'
    )
    payoffs: tuple[PayoffRule, ...] = Field((), strict=False, description="who earns what at the end")
    war: WarRule | None = Field(None, description="what counts as war; none unless given")

    @field_validator("letters")
    @classmethod
    def _distinct(cls, letters: tuple[str, ...]) -> tuple[str, ...]:
        if not 2 <= len(letters) <= MOST_LETTERS:
            raise ValueError(f"needs 2 to {MOST_LETTERS} names")
        if len(set(letters)) < len(letters):
            raise ValueError("a name stands twice; give each letter its own")
        return letters

    @field_validator("phases", mode="before")
    @classmethod
    def _words_are_phases(cls, written: Any) -> Any:
        if not isinstance(written, Sequence) or isinstance(written, str):
            return written
        return [{"kind": phase} if isinstance(phase, str) else phase for phase in written]

    @field_validator("phases")
    @classmethod
    def _has_stakes(cls, phases: tuple[ScriptPhase, ...]) -> tuple[ScriptPhase, ...]:
        if not 1 <= len(phases) <= MOST_PHASES:
            raise ValueError(f'needs 1 to {MOST_PHASES} phases, e.g. ["nature", "talk", "act"]')
        if any(phase.stakes > 0.0 for phase in phases):
            return phases
        return (*phases[:-1], phases[-1].model_copy(update={"stakes": 1.0}))

    @field_validator("payoffs")
    @classmethod
    def _square(cls, rules: tuple[PayoffRule, ...], info: ValidationInfo) -> tuple[PayoffRule, ...]:
        size = len(info.data.get("letters", ()))
        for place, rule in enumerate(rules):
            tables = {"table": rule.table} | {
                f"terms[{number}].weight": term.weight for number, term in enumerate(rule.terms)
            }
            for name, table in tables.items():
                if size and table and (len(table) != size or any(len(row) != size for row in table)):
                    raise ValueError(f"[{place}].{name} must be {size} rows of {size} numbers, by letters")
        return rules

    @field_validator("war", mode="before")
    @classmethod
    def _may_be_none(cls, written: Any) -> Any:
        return None if written == NONE else written

    @field_validator("war")
    @classmethod
    def _known_letter(cls, war: WarRule | None, info: ValidationInfo) -> WarRule | None:
        letters = info.data.get("letters", ())
        if war is not None and letters and war.letter not in letters:
            raise ValueError(f"letter = {war.letter!r} is none of the letters: {', '.join(letters)}")
        return war
