"""Base classes of everything a user writes into a file: strict, frozen, nothing ignored."""

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """A table of a scenario file: unknown keys, wrong types, NaN and infinity are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Parameters(Strict):
    """Base of a doctrine's PARAMETERS: named numbers with units, in the order the kernel reads them."""

    def numbers(self) -> list[tuple[str, float]]:
        """All numbers in field order, nested tables in place, names and lists left out, as (name, value).

        A doctrine puts what it makes of its names and lists behind them when it tabulates.

        Example:
            >>> class Two(Parameters):
            ...     patience: float = 3.0
            >>> Two().numbers()
            [('patience', 3.0)]
        """
        return _flatten(self, "")

    def tabulated(self) -> npt.NDArray[np.float64]:
        """The values of `numbers` as an array: what the simplest `tabulate` returns."""
        return np.array([value for _, value in self.numbers()], dtype=np.float64)


class TypeCosts(Strict):
    """A cost of war for each type of state, in units of the prize (1 = all that is at stake)."""

    security_seeker: float = Field(
        ge=-100, le=100, description="cost of war to a security seeker, share of the prize"
    )
    greedy: float = Field(ge=-100, le=100, description="cost of war to a greedy state, share of the prize")


class TypeProbabilities(Strict):
    """A probability for each type of state."""

    security_seeker: float = Field(ge=0, le=1, description="of a security seeker, probability")
    greedy: float = Field(ge=0, le=1, description="of a greedy state, probability")


def _flatten(table: Strict, prefix: str) -> list[tuple[str, float]]:
    named: list[tuple[str, float]] = []
    for name in type(table).model_fields:
        value = getattr(table, name)
        if isinstance(value, Strict):
            named.extend(_flatten(value, f"{prefix}{name}_"))
        elif not isinstance(value, str | tuple | dict):
            named.append((f"{prefix}{name}", float(value)))
    return named
