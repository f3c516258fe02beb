"""Laws of delay and service: how long something takes, as users write it and as engines read it.

A law is a table of a scenario file with the key `law`; its numbers are in hours. `signalling.quantiles` turns
it into the ticks that `signalling.kernel.quantile` reads, so that one uniform draw gives one duration, and a
slower law is never luckier than a faster one on the same draw.

A new law is a class below with `law`, its parameters, `unshifted_hours` and `slope_hours`, and a name in
`Law`; whatever can be written so needs no change anywhere else. The empirical law alone is a step function:
its table holds its values one by one, and the kernel reads it by counting.
"""

import math
from abc import ABC, abstractmethod
from typing import Annotated, Literal, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from signalling.kernel.quantile import MOST_STEPS, SMALLEST
from signalling.parameters import Strict
from signalling.vocabulary import TICKS_PER_HOUR

LONGEST_TICKS = 2.0**45
# Below, cubic pieces cannot follow so steep a power (0.15 errs by 1.5 millionths, 0.1 by 7); above, SciPy's
# inverse of the gamma law loses digits that the rounding should hide.
SMALLEST_SHAPE = 0.2
LARGEST_SHAPE = 1e4

Floats64 = npt.NDArray[np.float64]


class Tails(NamedTuple):
    """Probabilities seen from both sides, because 1 - u alone would lose the digits of the other tail."""

    u: Floats64
    """Lower tail, in (0, 1), (n,)."""
    q: Floats64
    """Upper tail 1 - u, in (0, 1), (n,)."""


def _not_negative(hours: float) -> float:
    if hours < 0.0:
        raise ValueError("must be >= 0 hours: write 0 for none")
    return hours


def _positive_hours(hours: float) -> float:
    if hours <= 0.0:
        raise ValueError('must be > 0 hours: for no delay write law = "constant", hours = 0')
    return hours


def _positive_sigma(sigma: float) -> float:
    if sigma <= 0.0:
        raise ValueError('must be > 0: for no spread write law = "constant" with the median as hours')
    return sigma


def _holdable_shape(shape: float) -> float:
    if not SMALLEST_SHAPE <= shape <= LARGEST_SHAPE:
        raise ValueError(
            f"must be in [{SMALLEST_SHAPE:g}, {LARGEST_SHAPE:g}]: a table holds no other shape to a millionth"
        )
    return shape


NonNegativeHours = Annotated[float, AfterValidator(_not_negative)]
PositiveHours = Annotated[float, AfterValidator(_positive_hours)]
PositiveSigma = Annotated[float, AfterValidator(_positive_sigma)]
Shape = Annotated[float, AfterValidator(_holdable_shape)]


class BaseLaw(Strict, ABC):
    """What all laws share: a shift, and a quantile that stays below 2^45 ticks (about a million years)."""

    shift_hours: NonNegativeHours = Field(default=0.0, description="added to every duration, hours")

    @abstractmethod
    def unshifted_hours(self, tails: Tails) -> Floats64:
        """The quantile before the shift, hours: exact in both tails, from u up to 1/2 and from q above."""

    @abstractmethod
    def slope_hours(self, tails: Tails) -> Floats64:
        """The slope dQ/du = 1 / density(Q), hours per unit of probability, >= 0."""

    def quantile_hours(self, tails: Tails) -> Floats64:
        """The exact quantile, shift included, hours, (n,)."""
        return self.shift_hours + self.unshifted_hours(tails)

    @model_validator(mode="after")
    def _within_reach(self) -> Self:
        with np.errstate(over="ignore"):
            longest = self.quantile_hours(Tails(np.array([1.0 - SMALLEST]), np.array([SMALLEST])))[0]
            too_long = not longest * TICKS_PER_HOUR <= LONGEST_TICKS
        if too_long:
            raise ValueError(
                f"one duration in a billion would exceed {LONGEST_TICKS / TICKS_PER_HOUR:.3g} hours, "
                f"the longest the clock holds: write {self._remedy()}"
            )
        return self

    def _remedy(self) -> str:
        fields = type(self).model_fields
        names = [name for name in fields if name not in {"law", "shape", "shift_hours"}]
        smaller = f"a smaller {' or '.join([*reversed(names), 'shift_hours'])}"
        return f"{smaller} or a larger shape" if "shape" in fields else smaller


class Constant(BaseLaw):
    """Always the same duration. Unit: hours. Source: ours."""

    law: Literal["constant"] = "constant"
    hours: NonNegativeHours = Field(description="the duration, hours")

    def unshifted_hours(self, tails: Tails) -> Floats64:
        """The constant itself."""
        return np.full_like(tails.u, self.hours)

    def slope_hours(self, tails: Tails) -> Floats64:
        """Zero: a constant has no spread."""
        return np.zeros_like(tails.u)


class Uniform(BaseLaw):
    """Every duration between two bounds is equally likely. Unit: hours. Source: ours."""

    law: Literal["uniform"] = "uniform"
    low_hours: NonNegativeHours = Field(description="shortest duration, hours")
    high_hours: NonNegativeHours = Field(description="longest duration, hours")

    @model_validator(mode="after")
    def _low_below_high(self) -> Self:
        if not self.low_hours < self.high_hours:
            raise ValueError(
                f"low_hours = {self.low_hours:g} must be below high_hours = {self.high_hours:g}: "
                'exchange them, or write law = "constant" if they are equal'
            )
        return self

    def unshifted_hours(self, tails: Tails) -> Floats64:
        """A straight line, drawn from the nearer bound."""
        width = self.high_hours - self.low_hours
        return np.where(tails.u <= 0.5, self.low_hours + width * tails.u, self.high_hours - width * tails.q)

    def slope_hours(self, tails: Tails) -> Floats64:
        """The width of the interval."""
        return np.full_like(tails.u, self.high_hours - self.low_hours)


class Exponential(BaseLaw):
    """No memory: the time left does not depend on the time waited. Unit: hours.

    Source: Erlang (1917), who took the lengths of telephone calls so.
    """

    law: Literal["exponential"] = "exponential"
    mean_hours: PositiveHours = Field(description="mean before the shift, hours")

    def unshifted_hours(self, tails: Tails) -> Floats64:
        """-mean log(1 - u), by log1p below the median."""
        return -self.mean_hours * np.where(tails.u <= 0.5, np.log1p(-tails.u), np.log(tails.q))

    def slope_hours(self, tails: Tails) -> Floats64:
        """The mean over the upper tail."""
        return self.mean_hours / tails.q


class Lognormal(BaseLaw):
    """A product of many small independent factors: its logarithm is normal. Units: hours; sigma in log units.

    Source: of three laws the one that fits 60 dated telegrams of July 1914 best (observed median 3.34 h,
    standard deviation of the logarithms 0.924; AIC 323, gamma 327, Weibull 329).
    """

    law: Literal["lognormal"] = "lognormal"
    median_hours: PositiveHours = Field(description="median before the shift, hours")
    sigma: PositiveSigma = Field(description="standard deviation of the natural logarithm of the duration")

    def unshifted_hours(self, tails: Tails) -> Floats64:
        """The median times exp(sigma z), z the standard normal quantile."""
        return self.median_hours * np.exp(self.sigma * _normal_quantile(tails))

    def slope_hours(self, tails: Tails) -> Floats64:
        """The quantile times sigma over the standard normal density."""
        z = _normal_quantile(tails)
        return self.unshifted_hours(tails) * self.sigma * math.sqrt(2.0 * math.pi) * np.exp(0.5 * z * z)


class Gamma(BaseLaw):
    """A sum of stages: with a whole shape, that many exponential ones of equal mean. Unit: hours.

    Source: Pearson (1895), his type III.
    """

    law: Literal["gamma"] = "gamma"
    mean_hours: PositiveHours = Field(description="mean before the shift, hours")
    shape: Shape = Field(description="shape: 1 is exponential, above it is more regular, below it burstier")

    def unshifted_hours(self, tails: Tails) -> Floats64:
        """The inverse incomplete gamma function of the nearer tail, times mean over shape."""
        return self.mean_hours / self.shape * self._standard(tails)

    def slope_hours(self, tails: Tails) -> Floats64:
        """One over the density, by logarithms: the density of a large shape overflows."""
        from scipy.special import gammaln

        x = self._standard(tails)
        with np.errstate(divide="ignore"):  # a steep law of small shape begins at 0, where its slope is 0
            log_slope = gammaln(self.shape) + x - (self.shape - 1.0) * np.log(x)
        slope: Floats64 = self.mean_hours / self.shape * np.exp(log_slope)
        return slope

    def _standard(self, tails: Tails) -> Floats64:
        """The quantile in units of mean / shape."""
        from scipy.special import gammainccinv, gammaincinv  # a sixth of a second: only where it is needed

        standard: Floats64 = np.where(
            tails.u <= 0.5, gammaincinv(self.shape, tails.u), gammainccinv(self.shape, tails.q)
        )
        return standard


class Weibull(BaseLaw):
    """The first of many possible ends: with a shape below 1 whoever has waited waits on. Unit: hours.

    Source: Weibull (1951).
    """

    law: Literal["weibull"] = "weibull"
    scale_hours: PositiveHours = Field(description="63.2 % of durations before the shift are shorter, hours")
    shape: Shape = Field(description="shape: 1 is exponential, above it is more regular, below it burstier")

    def unshifted_hours(self, tails: Tails) -> Floats64:
        """The scale times the exponential quantile to the power 1 / shape."""
        with np.errstate(over="ignore"):
            return self.scale_hours * self._exponential(tails) ** (1.0 / self.shape)

    def slope_hours(self, tails: Tails) -> Floats64:
        """The quantile over shape, exponential quantile and upper tail."""
        return self.unshifted_hours(tails) / (self.shape * self._exponential(tails) * tails.q)

    def _exponential(self, tails: Tails) -> Floats64:
        return -np.where(tails.u <= 0.5, np.log1p(-tails.u), np.log(tails.q))


class Empirical(BaseLaw):
    """Durations as observed, each as likely as the others. Unit: hours. Source: ours.

    Users name a file and a column; whoever loads the scenario reads them (`signalling.inputs`) and puts the
    hours beside. From then on the two names are a label: equal hours are equal laws, wherever they came from.
    """

    law: Literal["empirical"] = "empirical"
    file: str | None = Field(None, exclude=True, description="CSV file, beside the scenario")
    column: str | None = Field(None, exclude=True, description="column of the file that holds the durations")
    hours: tuple[float, ...] = Field(
        (),
        strict=False,
        validate_default=True,
        description="the durations, hours; read from the file if one is named",
    )

    @field_validator("hours")
    @classmethod
    def _ascending(cls, hours: tuple[float, ...], info: ValidationInfo) -> tuple[float, ...]:
        if not hours and info.data.get("file") is not None:
            raise ValueError("the file is not read here: use load_scenario or replace, or write the hours")
        if not hours:
            raise ValueError("has no durations: write file and column, or hours = [...]")
        for place, value in enumerate(hours):
            if value < 0.0:
                raise ValueError(f"entry {place} is {value:g}: must be >= 0 hours")
        if len(hours) > MOST_STEPS:
            raise ValueError(f"has {len(hours)} values: write at most {MOST_STEPS}")
        return tuple(sorted(value + 0.0 for value in hours))  # -0.0 becomes 0.0, as it is one duration

    def __eq__(self, other: object) -> bool:
        """Equal hours and shift, whatever the label."""
        return isinstance(other, Empirical) and self._values == other._values

    def __hash__(self) -> int:
        return hash(self._values)

    @property
    def _values(self) -> tuple[float, tuple[float, ...]]:
        return self.shift_hours, self.hours

    def unshifted_hours(self, tails: Tails) -> Floats64:
        """The value at place floor(u n) of the n in ascending order."""
        u = np.where(tails.u <= 0.5, tails.u, 1.0 - tails.q)
        values: Floats64 = np.array(self.hours)[np.floor(u * len(self.hours)).astype(np.int64)]
        return values

    def slope_hours(self, tails: Tails) -> Floats64:
        """Zero: it rises by steps only."""
        return np.zeros_like(tails.u)

    def _remedy(self) -> str:
        return "smaller hours or a smaller shift_hours"


AnyLaw = Constant | Uniform | Exponential | Lognormal | Gamma | Weibull | Empirical
Law = Annotated[AnyLaw, Field(discriminator="law")]


def _normal_quantile(tails: Tails) -> Floats64:
    """The standard normal quantile, (n,): Wichura's AS 241 (1988), which is accurate to 1e-16.

    It comes from the standard library, not from SciPy: under 1 ms a table, no import, and no other bits
    when SciPy changes.
    """
    from statistics import NormalDist

    inverse = NormalDist().inv_cdf
    tail = np.minimum(tails.u, tails.q)
    z = np.array([inverse(p) for p in tail.tolist()], dtype=np.float64)
    return np.where(tails.u <= 0.5, z, -z)
