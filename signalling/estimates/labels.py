"""How measures and settings are called and rounded where a reader sees them."""

import contextlib
import json
import math
from collections.abc import Sequence
from typing import Any

LABELS = {
    "p_war": "P(war)",
    "p_struck_unready": "P(struck while unready)",
    "security": "security",
    "war_hours_median": "median time to war",
    "war_hours_restricted_mean": "mean time at peace",
    "hazard_per_review": "hazard of war",
    "stop_hours": "length of the crisis",
    "belief_error": "error of P(greedy)",
    "rung_error": "error of the expected rung",
    "mean_age_hours": "age of what is known",
    "mean_delay_hours": "delay of a message",
    "sent": "messages sent",
    "reviews": "reviews held",
}
UNITS = {
    "runs": "",
    "security": "1 − P(struck)",
    "hazard_per_review": "wars per review",
    "war_hours_median": "hours",
    "war_hours_restricted_mean": "hours",
    "belief_error": "squared",
    "mean_rung": "rungs",
    "peak_rung": "rungs",
    "rung_error": "rungs",
}
#: More decimals than these are not shown.
MOST_DECIMALS = 7
#: Digits of a cell's identity that are shown.
SHOWN_DIGITS = 10


def label_of(measure: str) -> str:
    """A measure in words."""
    if measure in LABELS:
        return LABELS[measure]
    return measure.removesuffix("_hours").removeprefix("p_").replace("_", " ")


def unit_of(measure: str, *, counted: bool = False) -> str:
    """The unit of a measure; empty where it is a plain number.

    Args:
        measure: its name.
        counted: whether it is the mean of whole numbers.
    """
    if measure in UNITS:
        return UNITS[measure]
    if measure.startswith("p_"):
        return "probability per run"
    if measure.endswith("_hours"):
        return "hours"
    return "per run" if counted else ""


def heading(measure: str, state: str | None, unit: str) -> str:
    """The head of a column: measure, state, and the unit where the measure does not imply it."""
    named = label_of(measure) if state is None else f"{label_of(measure)} of {state}"
    return named if not unit or "probability" in unit or "P(" in unit else f"{named}, {unit}"


def short_names(paths: Sequence[str]) -> list[str]:
    """Each path by its last words, as many as tell it apart from the others; two where there are two.

    Example:
        >>> short_names(["channels.default.garble.probability", "treatment"])
        ['garble probability', 'treatment']
    """
    split = [path.split(".") for path in paths]
    words = 2
    while words < max(map(len, split), default=0) and len({tuple(p[-words:]) for p in split}) < len(split):
        words += 1
    return [" ".join(parts[-words:]).replace("_", " ") for parts in split]


def shown_value(name: str, value: object) -> str:
    """A setting as a reader sees it; of a cell's identity the first digits.

    Example:
        >>> shown_value("channels.all.delay", '{"hours": 1, "law": "constant"}')
        'constant, hours 1'
    """
    if value is None:
        return "as it is"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    if text[:1] in {"{", '"'}:
        with contextlib.suppress(ValueError):  # a text of the user's own may begin so too
            read = json.loads(text)
            return _shown_table(read) if isinstance(read, dict) else str(read)
    return text[:SHOWN_DIGITS] if name == "cell" else text


def _shown_table(table: dict[str, Any]) -> str:
    """A table of settings in words; its law, if it is one, first."""
    words = [str(table["law"])] if "law" in table else []
    for key, value in table.items():
        if key != "law":
            told = _shown_table(value) if isinstance(value, dict) else str(value)
            words.append(f"{key.replace('_', ' ')} {told}")
    return ", ".join(words)


def shown_estimate(estimate: float | None, low: float | None, high: float | None) -> str:
    """Estimate and interval, rounded to two digits of half the interval's width.

    Example:
        >>> shown_estimate(0.12345, 0.1, 0.15)
        '0.123 [0.100, 0.150]'
    """
    if low is None and high is None:
        return "none" if estimate is None else f"{estimate:.7g}"
    if low is not None and high is not None and high > low:
        decimals = 1 - math.floor(math.log10((high - low) / 2.0))
    else:  # one end is unknown, or all values are the same: four digits of what there is
        largest = max(abs(value) for value in (estimate, low, high) if value is not None)
        decimals = 3 - math.floor(math.log10(largest)) if largest else 0
    decimals = min(max(decimals, 0), MOST_DECIMALS)
    told = [
        missing if value is None else f"{value:.{decimals}f}"
        for value, missing in ((estimate, "beyond"), (low, "…"), (high, "beyond"))
    ]
    return f"{told[0]} [{told[1]}, {told[2]}]"
