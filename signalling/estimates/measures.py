"""The arrow from results to estimates: which quantities are estimated of a group of runs, and how."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from signalling.estimates.groups import Group, group_runs
from signalling.estimates.labels import unit_of
from signalling.estimates.table import ESTIMATE_COLUMNS, Estimates
from signalling.stats import Estimate, Method, mean_interval, proportion_interval, tail_of
from signalling.survival import Survival, hazard_per_review, kaplan_meier

#: Identify a run, or are estimated by a rule of their own.
NOT_AVERAGED = frozenset({"cell", "run", "seed", "war", "struck_unready"})
NOTHING = Estimate(None, None, None, Method.NONE, 0)


class Measured(NamedTuple):
    """One quantity of one group."""

    measure: str
    state: str | None
    estimate: Estimate
    unit: str


def estimate(
    table: pa.Table,
    *,
    by: Sequence[str] = ("cell",),
    states: pa.Table | None = None,
    names: Sequence[str] = (),
    confidence: float = 0.95,
) -> Estimates:
    """Estimate every quantity of each cell, with its interval.

    Probabilities by Wilson or Clopper and Pearson, time to war by Kaplan and Meier with runs that ended in
    peace as censored, hazard per review by Poisson, means by Student. Any further column of numbers has its
    mean estimated too, and any column of yes and no its probability; columns that are settings (paths such
    as "channels.default.loss_probability", "treatment", and whatever a collected study varies) name groups
    instead.

    Args:
        table: one row per run, such as `Outcomes.to_arrow()` or the collected table of a study.
        by: columns that name a group.
        states: one row per run and state; adds each state's security, 1 - P(struck).
        names: the states, where that table is not at hand: who was struck is then read from `target`.
        confidence: coverage aimed at, of each interval by itself.

    Raises:
        ResultError: no run, an unknown column, or a group that would count the same luck twice.
        SignallingError: a confidence that is none.

    Example:
        >>> from signalling import load_scenario, run
        >>> estimates = estimate(run(load_scenario("two-seekers"), runs=20, seed=1).to_arrow())
        >>> [estimates.of("p_war")[0][name] for name in ("n", "method")]
        [20, 'Clopper-Pearson']
    """
    tail_of(confidence)
    grouped = group_runs(table, by, states)
    curves = [_survival(group, confidence) for group in grouped.groups]
    horizon = _common_horizon(curves)
    headings = (*grouped.columns, *(name for name, _ in ESTIMATE_COLUMNS))
    columns: dict[str, list[object]] = {name: [] for name in headings}
    left_out = NOT_AVERAGED | grouped.settings
    for group, curve in zip(grouped.groups, curves, strict=True):
        measured = [
            *_measures_of_war(group, names, curve, horizon, confidence),
            *_averages(group, left_out, confidence),
        ]
        for measure, state, told, unit in measured:
            ends = told.estimate, told.low, told.high
            row = (*group.values, measure, state, *ends, unit, str(told.method), told.size)
            for name, value in zip(headings, row, strict=True):
                columns[name].append(value)
    types = [_type_of(table, name) for name in grouped.columns] + [kind for _, kind in ESTIMATE_COLUMNS]
    arrays = [pa.array(columns[name], type=kind) for name, kind in zip(headings, types, strict=True)]
    return Estimates(
        table=pa.table(dict(zip(headings, arrays, strict=True))),
        group_columns=grouped.columns,
        confidence=confidence,
        horizon_hours=horizon,
        common_luck=grouped.common_luck,
    )


def _type_of(table: pa.Table, name: str) -> pa.DataType:
    kind = table.schema.field(name).type
    return pa.string() if pa.types.is_nested(kind) else kind


def _survival(group: Group, confidence: float) -> Survival | None:
    """The curve of the runs whose stop is known; None without such runs."""
    if not {"war", "stop_hours"} <= set(group.runs.column_names):
        return None
    known = group.runs.select(["war", "stop_hours"]).drop_null()
    if known.num_rows == 0:
        return None
    return kaplan_meier(known["stop_hours"].to_numpy(), known["war"].to_numpy(), confidence)


def _common_horizon(curves: Sequence[Survival | None]) -> float | None:
    """The last hour that every group saw, so that mean times compare; a group all at war saw all of them."""
    known = [curve for curve in curves if curve is not None]
    seen = [curve.censored_hours for curve in known if curve.censored_hours is not None]
    last = max((float(curve.stop_hours[-1]) for curve in known), default=None)
    return min(seen, default=last)


def _measures_of_war(
    group: Group, names: Sequence[str], curve: Survival | None, horizon: float | None, confidence: float
) -> Iterator[Measured]:
    """The number of runs, and what follows from who struck whom when."""
    runs = group.runs.num_rows
    yield Measured("runs", None, Estimate(runs, None, None, Method.COUNT, runs), unit_of("runs"))
    for measure, state, told in _wars(group, names, curve, horizon, confidence):
        yield Measured(measure, state, told, unit_of(measure))


def _averages(group: Group, left_out: frozenset[str], confidence: float) -> Iterator[Measured]:
    """The mean of every other column of numbers, and the share of yes in every one of yes and no."""
    for field in group.runs.schema:
        if field.name in left_out:
            continue
        column = group.runs[field.name]
        if pa.types.is_boolean(field.type):
            name = f"p_{field.name}"
            yield Measured(name, None, _share(column, confidence), unit_of(name))
        elif pa.types.is_integer(field.type) or pa.types.is_floating(field.type):
            unit = unit_of(field.name, counted=pa.types.is_integer(field.type))
            yield Measured(field.name, None, mean_interval(_numbers(column), confidence), unit)


def _wars(
    group: Group, names: Sequence[str], curve: Survival | None, horizon: float | None, confidence: float
) -> Iterator[tuple[str, str | None, Estimate]]:
    """P(war), security, time to war and hazard; nothing of what the table has no column for."""
    runs = group.runs
    columns = set(runs.column_names)
    if "war" in columns:
        yield "p_war", None, _share(runs["war"], confidence)
    if {"war", "struck_unready"} <= columns:
        # Null without war: nobody was struck. Null with the war's own null: unknown.
        unready = runs["struck_unready"].filter(runs["war"].is_valid()).fill_null(False)  # noqa: FBT003
        yield "p_struck_unready", None, _share(unready, confidence)
    if group.states is not None:
        yield from _security(group.states, confidence)
    elif "target" in columns:
        struck = runs["target"].to_pylist()
        for name in sorted(names):
            safe = sum(target != name for target in struck)
            yield "security", name, proportion_interval(safe, len(struck), confidence)
    if curve is not None and horizon is not None:
        yield "war_hours_median", None, curve.median()
        yield "war_hours_restricted_mean", None, curve.restricted_mean(horizon)
    if {"war", "reviews"} <= columns:
        known = runs.select(["war", "reviews"]).drop_null()
        wars, reviews = int(np.sum(known["war"].to_numpy())), int(np.sum(known["reviews"].to_numpy()))
        yield "hazard_per_review", None, hazard_per_review(wars, reviews, confidence) if reviews else NOTHING


def _security(states: pa.Table, confidence: float) -> Iterator[tuple[str, str, Estimate]]:
    """1 - P(struck), by state in name order."""
    names = np.asarray(states["state"].to_pylist())
    struck = np.asarray(states["struck"].to_pylist())
    for name in sorted(set(names.tolist())):
        own = struck[names == name]
        yield "security", name, proportion_interval(int(np.sum(~own)), len(own), confidence)


def _share(column: pa.ChunkedArray, confidence: float) -> Estimate:
    values = column.drop_null().to_numpy()
    if len(values) == 0:
        return NOTHING
    return proportion_interval(int(np.sum(values)), len(values), confidence)


def _numbers(column: pa.ChunkedArray) -> list[float]:
    """A column without what is missing."""
    return [float(value) for value in column.drop_null().to_pylist() if not math.isnan(value)]
