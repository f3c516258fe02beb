"""When states decide: what a scenario file says of reviews."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from signalling.parameters import Strict
from signalling.validation import NONE, NotNegative, Positive

#: Ticks fill 36 bits of an event's order.
LONGEST_HORIZON_DAYS = 2**36 / 86400


class OnReport(Strict):
    """Reviews that arriving reports trigger, beside the scheduled ones."""

    minimum_gap_hours: Positive = Field(
        le=LONGEST_HORIZON_DAYS * 24, description="least time since the state's last review, hours"
    )


class Review(Strict):
    """When states decide: a renewal with uniform jitter or exponential gaps, or synchronous rounds."""

    law: Literal["uniform", "exponential"] = Field(
        "uniform", description='"uniform": interval plus jitter; "exponential": shift plus an exponential gap'
    )
    interval_hours: Positive = Field(
        24.0, le=LONGEST_HORIZON_DAYS * 24, description="mean time between reviews of one state, hours"
    )
    shift_hours: NotNegative = Field(
        0.0, description="least gap under the exponential law, hours; the mean gap stays the interval"
    )
    jitter_hours: NotNegative = Field(
        default_factory=lambda data: 12.0 if data.get("law") == "uniform" else 0.0,
        le=LONGEST_HORIZON_DAYS * 24,
        description="half-width either side, hours; 0: rounds from tick 0",
    )
    on_report: OnReport | None = Field(None, description="reports trigger reviews; none unless given")

    @field_validator("on_report", mode="before")
    @classmethod
    def _a_table_or_none(cls, written: object) -> object:
        if written is None or written == NONE:
            return None
        if not isinstance(written, Mapping | OnReport):
            raise ValueError('must be a table such as { minimum_gap_hours = 1 }, or "none"')
        return written
