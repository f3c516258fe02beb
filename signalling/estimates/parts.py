"""Estimates of a table of runs, at one go or in parts that each hold some of the groups."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import pyarrow as pa

from signalling.errors import ResultError
from signalling.estimates.groups import Grouped, group_runs, in_order
from signalling.estimates.measures import MEAN_AT_PEACE, Seen, Terms, quantities, seen
from signalling.estimates.table import ESTIMATE_COLUMNS, Estimates
from signalling.stats import tail_of


class Part(NamedTuple):
    """Estimates of some groups, and the names of all that could have been estimated of them."""

    estimates: Estimates
    offered: tuple[str, ...]


def estimate(
    table: pa.Table,
    *,
    by: Sequence[str] = ("cell",),
    states: pa.Table | None = None,
    names: Sequence[str] = (),
    confidence: float = 0.95,
    measures: Sequence[str] = (),
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
        measures: which quantities; all of them unless named.

    Raises:
        ResultError: no run, an unknown column or measure, or a group that would count the same luck twice.
        SignallingError: a confidence that is none.

    Example:
        >>> from signalling import load_scenario, run
        >>> estimates = estimate(run(load_scenario("two-seekers"), runs=20, seed=1).to_arrow())
        >>> [estimates.of("p_war")[0][name] for name in ("n", "method")]
        [20, 'Clopper-Pearson']
    """
    tail_of(confidence)
    grouped = group_runs(table, by, states)
    horizon = common_horizon(map(seen, grouped.groups)) if needs_horizon(measures) else None
    terms = Terms(names, grouped.settings, horizon, confidence)
    return joined([_estimated(table, grouped, terms, measures)], measures)


def estimate_part(
    table: pa.Table,
    *,
    by: Sequence[str],
    names: Sequence[str],
    measures: Sequence[str],
    horizon_hours: float | None,
    confidence: float = 0.95,
) -> Part:
    """What `estimate` does, for a table with some of the groups; `joined` puts such parts together.

    Args:
        table: one row per run, of whole groups.
        by: columns that name a group.
        names: the states.
        measures: which quantities; all of them unless named.
        horizon_hours: the common horizon of all parts.
        confidence: coverage aimed at.
    """
    grouped = group_runs(table, by, None)
    return _estimated(table, grouped, Terms(names, grouped.settings, horizon_hours, confidence), measures)


def joined(parts: Sequence[Part], measures: Sequence[str] = (), *, common_luck: bool = False) -> Estimates:
    """Estimates of parts that share no group, as those of one table that holds them all.

    Args:
        parts: at least one.
        measures: which quantities were asked for; all of them unless named.
        common_luck: whether groups of different parts share their luck.

    Raises:
        ResultError: a quantity that was asked for is in no part.
    """
    offered = dict.fromkeys(name for part in parts for name in part.offered)
    unknown = [name for name in measures if name not in offered]
    if unknown:
        raise ResultError(f"measure = {unknown[0]}: not estimated; there are {', '.join(offered)}")
    found = [part.estimates for part in parts]
    # A setting may be constant in the groups of one part and not in those of another.
    columns = tuple(
        name for name in found[0].group_columns if all(name in other.group_columns for other in found)
    )
    headings = [*columns, *(name for name, _ in ESTIMATE_COLUMNS)]
    table = pa.concat_tables([some.table.select(headings) for some in found])
    return replace(
        found[0],
        table=in_order(table, columns) if len(parts) > 1 else table,
        group_columns=columns,
        common_luck=common_luck or any(some.common_luck for some in found),
    )


def needs_horizon(measures: Sequence[str]) -> bool:
    """Whether a quantity that is asked for is counted up to the common horizon."""
    return not measures or MEAN_AT_PEACE in measures


def seen_by_group(table: pa.Table, by: Sequence[str]) -> list[Seen | None]:
    """Until when each group of a table of runs was seen."""
    return [seen(group) for group in group_runs(table, by, None).groups]


def common_horizon(groups: Iterable[Seen | None]) -> float | None:
    """The last hour that every group saw, so that mean times compare; a group all at war saw all of them."""
    known = [group for group in groups if group is not None]
    in_peace = [group.in_peace for group in known if group.in_peace is not None]
    return min(in_peace, default=max((group.at_all for group in known), default=None))


def _estimated(table: pa.Table, grouped: Grouped, terms: Terms, measures: Sequence[str]) -> Part:
    headings = (*grouped.columns, *(name for name, _ in ESTIMATE_COLUMNS))
    columns: dict[str, list[object]] = {name: [] for name in headings}
    offered: dict[str, None] = {}
    for group in grouped.groups:
        for measure, state, unit, find in quantities(group, terms):
            offered[measure] = None
            if measures and measure not in measures:
                continue
            told = find()
            ends = told.estimate, told.low, told.high
            row = (*group.values, measure, state, *ends, unit, str(told.method), told.size)
            for name, value in zip(headings, row, strict=True):
                columns[name].append(value)
    types = [_type_of(table, name) for name in grouped.columns] + [kind for _, kind in ESTIMATE_COLUMNS]
    arrays = [pa.array(columns[name], type=kind) for name, kind in zip(headings, types, strict=True)]
    found = Estimates(
        table=pa.table(dict(zip(headings, arrays, strict=True))),
        group_columns=grouped.columns,
        confidence=terms.confidence,
        horizon_hours=terms.horizon_hours,
        common_luck=grouped.common_luck,
    )
    return Part(found, tuple(offered))


def _type_of(table: pa.Table, name: str) -> pa.DataType:
    kind = table.schema.field(name).type
    return pa.string() if pa.types.is_nested(kind) else kind
