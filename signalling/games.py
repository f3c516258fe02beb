"""The kinds of game a scenario may play: a ladder, a payoff table, an arms race, or an exchange."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from signalling.exchange import ExchangeGame
from signalling.parameters import Strict
from signalling.validation import MOST_LETTERS, Positive

DEFAULT_RUNGS = ("no action", "threat", "display", "use of force", "mobilised", "war")


class LadderGame(Strict):
    """Escalation on the rungs of `ladder`."""

    kind: Literal["ladder"] = "ladder"


class MatrixGame(Strict):
    """A symmetric game in strategic form, played against each rival; payoffs accrue with time."""

    kind: Literal["matrix"] = "matrix"
    actions: tuple[str, ...] = Field(
        ("cooperate", "defect"), strict=False, description="names; the first counts as cooperation"
    )
    payoffs: tuple[Annotated[tuple[float, ...], Field(strict=False)], ...] = Field(
        ((3.0, 0.0), (5.0, 1.0)),
        strict=False,
        description="rows: own action, columns: the rival's; per unit of time",
    )

    @field_validator("actions")
    @classmethod
    def _distinct(cls, actions: tuple[str, ...]) -> tuple[str, ...]:
        if not 2 <= len(actions) <= MOST_LETTERS:
            raise ValueError(f"needs 2 to {MOST_LETTERS} names")
        if len(set(actions)) < len(actions):
            raise ValueError("a name stands twice; give each action its own")
        return actions

    @field_validator("payoffs")
    @classmethod
    def _square(cls, payoffs: tuple[tuple[float, ...], ...], info: Any) -> tuple[tuple[float, ...], ...]:
        size = len(info.data.get("actions", payoffs))
        if len(payoffs) != size or any(len(row) != size for row in payoffs):
            raise ValueError(f"must be {size} rows of {size} numbers, one for each action")
        if any(abs(payoff) > 1e6 for row in payoffs for payoff in row):
            raise ValueError("each payoff must lie between -1e6 and 1e6")
        return payoffs


class PostureGame(Strict):
    """An arms race: each state has a real-valued armament, which is what its messages state."""

    kind: Literal["posture"] = "posture"
    limit: Positive = Field(
        1e12, le=1e12, description="posture, either way, at which a race has run away and the run stops"
    )


Game = Annotated[LadderGame | MatrixGame | PostureGame | ExchangeGame, Field(discriminator="kind")]
#: The one letter of a posture game, whose messages carry values.
POSTURE_LETTERS = ("posture",)


class Ladder(Strict):
    """The rungs of escalation; the last name is war unless `war` is false."""

    war: bool | Literal["joint"] = Field(
        default=True,
        description='false: nobody can attack, every name is a peacetime rung; "joint": no attacks, '
        "but two states on the top peacetime rung are at war",
    )
    rungs: tuple[str, ...] = Field(
        default_factory=lambda data: DEFAULT_RUNGS if data["war"] else DEFAULT_RUNGS[:-1],
        strict=False,
        description="names from the lowest rung up",
    )

    @property
    def peacetime(self) -> int:
        """Number K of peacetime rungs."""
        return len(self.rungs) - 1 if self.war else len(self.rungs)

    @field_validator("war", mode="before")
    @classmethod
    def _one_of_three(cls, war: object) -> object:
        # Here, because a union would speak of one of its members at a time.
        if not isinstance(war, bool) and war != "joint":
            raise ValueError('must be true, false or "joint"')
        return war

    @field_validator("rungs")
    @classmethod
    def _long_enough(cls, rungs: tuple[str, ...], info: Any) -> tuple[str, ...]:
        least = 3 if info.data.get("war", True) else 2
        if len(rungs) < least:
            raise ValueError(f"needs at least {least} names: two peacetime rungs{' and war' * (least == 3)}")
        if len(rungs) > MOST_LETTERS:
            raise ValueError(f"needs at most {MOST_LETTERS} names")
        if len(set(rungs)) < len(rungs):
            raise ValueError("a name stands twice; give each rung its own")
        return rungs
