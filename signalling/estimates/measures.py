"""The arrow from results to estimates: which quantities are estimated of a group of runs, and how."""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signalling.estimates.groups import Group
from signalling.estimates.labels import unit_of
from signalling.stats import Estimate, Method, mean_interval, proportion_interval
from signalling.survival import hazard_per_review, kaplan_meier

#: Identify a run, or are estimated by a rule of their own.
NOT_AVERAGED = frozenset({"cell", "run", "seed", "war", "struck_unready"})
NOTHING = Estimate(None, None, None, Method.NONE, 0)
#: Counted up to an hour that all groups have seen.
MEAN_AT_PEACE = "war_hours_restricted_mean"
#: The columns that quantities are made of; any other is that of the column whose name it bears.
MADE_OF = {
    "runs": (),
    "p_war": ("war",),
    "p_struck_unready": ("war", "struck_unready"),
    "security": ("target",),
    "war_hours_median": ("war", "stop_hours"),
    MEAN_AT_PEACE: ("war", "stop_hours"),
    "hazard_per_review": ("war", "reviews"),
}


class Quantity(NamedTuple):
    """Something that can be estimated of a group; it is worked out when it is asked for."""

    measure: str
    state: str | None
    unit: str
    find: Callable[[], Estimate]


class Terms(NamedTuple):
    """What holds for the estimates of all groups."""

    names: Sequence[str]
    """The states, where there is no table by state."""
    settings: frozenset[str]
    """Columns that name groups, and have no averages."""
    horizon_hours: float | None
    """Up to when mean times at peace are counted; None where none is asked for."""
    confidence: float


class Seen(NamedTuple):
    """Until when the runs of a group were seen, hours."""

    in_peace: float | None
    """The last time at which one was seen in peace; None if all ended in war."""
    at_all: float


def columns_for(measures: Sequence[str], columns: Sequence[str]) -> list[str] | None:
    """The columns of runs that some quantities need; None where all may be needed.

    Args:
        measures: which quantities; all of them if none is named.
        columns: those there are.
    """
    needed = {"run", "seed"}
    for measure in measures:
        found = {measure, measure.removeprefix("p_"), *MADE_OF.get(measure, ())} & set(columns)
        if not found and measure != "runs":
            return None
        needed |= found
    return [name for name in columns if name in needed] if measures else None


def quantities(group: Group, terms: Terms) -> Iterator[Quantity]:
    """The number of runs, what follows from who struck whom when, and averages of the other columns.

    Of what the table has no column for, nothing.
    """
    runs = group.runs.num_rows
    yield Quantity("runs", None, unit_of("runs"), lambda: Estimate(runs, None, None, Method.COUNT, runs))
    for measure, state, find in (*_wars(group, terms), *_times(group.runs, terms)):
        yield Quantity(measure, state, unit_of(measure), find)
    yield from _averages(group.runs, terms)


Found = Iterator[tuple[str, str | None, Callable[[], Estimate]]]


def _wars(group: Group, terms: Terms) -> Found:
    """P(war) and security."""
    runs = group.runs
    columns = set(runs.column_names)
    if "war" in columns:
        yield "p_war", None, lambda: _share(runs["war"], terms.confidence)
    if {"war", "struck_unready"} <= columns:
        yield "p_struck_unready", None, lambda: _share(_unready(runs), terms.confidence)
    if group.states is not None:
        for name in sorted(set(group.states["state"].to_pylist())):
            yield "security", name, functools.partial(_kept, group.states, name, terms.confidence)
    elif "target" in columns:
        for name in sorted(terms.names):
            yield "security", name, functools.partial(_spared, runs["target"], name, terms.confidence)


def _unready(runs: pa.Table) -> pa.ChunkedArray:
    """Whether somebody was struck unready. Null without war: nobody was. Null with the war's own: unknown."""
    return runs["struck_unready"].filter(runs["war"].is_valid()).fill_null(False)  # noqa: FBT003


def _kept(states: pa.Table, name: str, confidence: float) -> Estimate:
    """1 - P(struck) of a state, from the table by state."""
    struck = states["struck"].filter(pc.equal(states["state"], name)).to_numpy()
    return proportion_interval(int(np.sum(~struck)), len(struck), confidence)


def _spared(target: pa.ChunkedArray, name: str, confidence: float) -> Estimate:
    """1 - P(struck) of a state, from who was struck; null is nobody."""
    struck = int(pc.sum(pc.equal(target, name)).as_py() or 0)
    return proportion_interval(len(target) - struck, len(target), confidence)


def _times(runs: pa.Table, terms: Terms) -> Found:
    """Time to war, and hazard."""
    hours, wars = _stops(runs)
    if len(hours):
        curve = functools.cache(lambda: kaplan_meier(hours, wars, terms.confidence))
        horizon = terms.horizon_hours
        yield "war_hours_median", None, lambda: curve().median()
        yield MEAN_AT_PEACE, None, lambda: NOTHING if horizon is None else curve().restricted_mean(horizon)
    if {"war", "reviews"} <= set(runs.column_names):
        yield "hazard_per_review", None, lambda: _hazard(runs, terms.confidence)


def _stops(runs: pa.Table) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """When each run stopped whose stop is known, and whether by war; empty without such columns."""
    if not {"war", "stop_hours"} <= set(runs.column_names):
        return np.empty(0), np.empty(0, dtype=np.bool_)
    known = runs.select(["war", "stop_hours"]).drop_null()
    return known["stop_hours"].to_numpy(), known["war"].to_numpy()


def seen(group: Group) -> Seen | None:
    """Until when the runs of a group were seen; None without a known stop."""
    hours, wars = _stops(group.runs)
    if len(hours) == 0:
        return None
    peace = hours[~wars]
    return Seen(float(peace.max()) if len(peace) else None, float(hours.max()))


def _hazard(runs: pa.Table, confidence: float) -> Estimate:
    known = runs.select(["war", "reviews"]).drop_null()
    wars, reviews = int(np.sum(known["war"].to_numpy())), int(np.sum(known["reviews"].to_numpy()))
    return hazard_per_review(wars, reviews, confidence) if reviews else NOTHING


def _averages(runs: pa.Table, terms: Terms) -> Iterator[Quantity]:
    """The mean of every other column of numbers, and the share of yes in every one of yes and no."""
    left_out = NOT_AVERAGED | terms.settings
    for field in runs.schema:
        if field.name in left_out:
            continue
        column = runs[field.name]
        if pa.types.is_boolean(field.type):
            name = f"p_{field.name}"
            yield Quantity(name, None, unit_of(name), functools.partial(_share, column, terms.confidence))
        elif pa.types.is_integer(field.type) or pa.types.is_floating(field.type):
            unit = unit_of(field.name, counted=pa.types.is_integer(field.type))
            yield Quantity(field.name, None, unit, functools.partial(_mean, column, terms.confidence))


def _share(column: pa.ChunkedArray, confidence: float) -> Estimate:
    values = column.drop_null().to_numpy()
    if len(values) == 0:
        return NOTHING
    return proportion_interval(int(np.sum(values)), len(values), confidence)


def _mean(column: pa.ChunkedArray, confidence: float) -> Estimate:
    values = column.drop_null().to_numpy().astype(np.float64)
    return mean_interval(values[~np.isnan(values)], confidence)
