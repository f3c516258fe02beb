"""From names and hours to indices, ticks and tables: a scenario compiled for the engines."""

import hashlib
import inspect
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from signalling.alteration import NOTHING_ALTERED, alteration_columns
from signalling.channel_columns import Tables, channel_columns, line_columns
from signalling.doctrine_files import ask
from signalling.errors import ScenarioError
from signalling.exchange_columns import exchange_columns
from signalling.games import MatrixGame
from signalling.kernel import KERNEL_VERSION
from signalling.kernel.draws import who
from signalling.kernel.order import order_word
from signalling.kernel.view import OwnView, RivalView
from signalling.kernel.world import Columns
from signalling.laws import Exponential, Law
from signalling.network import links
from signalling.routes import hops
from signalling.scenario import Scenario
from signalling.vocabulary import TICKS_PER_DAY, TICKS_PER_HOUR, EventKind, StopReason

Floats64 = npt.NDArray[np.float64]
Integers64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Model:
    """A compiled scenario: everything constant that an engine needs, and its identity."""

    scenario: Scenario
    baseline: Scenario
    """The untreated scenario, which `assumed = "baseline"` speaks of."""
    names: tuple[str, ...]
    """States in name order."""
    channel_names: tuple[str, ...]
    """Channels "A->B" and hops of routes "A->B|A->R"; first hops by sender and addressee, then the others."""
    columns: Columns
    doctrines: tuple[ModuleType, ...]
    """Module of each state's doctrine."""
    parameters: tuple[Floats64, ...]
    """What each state's doctrine tabulated."""
    memory_sizes: tuple[int, ...]
    """Floats of memory of each state."""
    laws: tuple[Law, ...]
    """The law behind each row of `columns.quantiles`."""

    @cached_property
    def _identity_tables(self) -> dict[str, Any]:
        tables: dict[str, Any] = {
            "kernel_version": KERNEL_VERSION,
            "scenario": self.scenario.canonical(),
            "doctrine_sources": {
                module.__name__.rsplit(".", 1)[-1]: _digest(inspect.getsource(module).encode())
                for module in dict.fromkeys(self.doctrines)
            },
            "quantile_tables": {
                law.model_dump_json(): _digest(row.tobytes())
                for law, row in zip(self.laws, np.asarray(self.columns.quantiles), strict=True)
            },
        }
        if any(channel.assumed == "baseline" for channel in self.scenario.channels.values()):
            tables["baseline_channels"] = self.baseline.canonical()["channels"]
        return tables

    def identity_text(self, seed: int) -> str:
        """Canonical JSON of all that changes the answer: scenario, doctrines, tables, kernel, seed."""
        tables = self._identity_tables | {"seed": seed}
        return json.dumps(tables, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def identity(self, seed: int) -> str:
        """Identity of a cell: SHA-256 of `identity_text`, hexadecimal."""
        return _digest(self.identity_text(seed).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def compile_model(scenario: Scenario, baseline: Scenario | None = None) -> Model:
    """Compile a scenario.

    Args:
        scenario: the set-up, treated or not.
        baseline: the untreated set-up, for channels with `assumed = "baseline"`; the scenario itself
            unless given.

    Raises:
        ScenarioError: two names share one draw address, or a doctrine fails when it is asked for its tables.
    """
    baseline = scenario if baseline is None else baseline
    names = tuple(sorted(scenario.states))
    described = [name for name in scenario.channels if name != "default"]
    pairs = links(scenario.network, names, described, scenario.relays)
    passages = hops(scenario.routes, pairs, names)
    channel_names = tuple(hop.name for hop in passages)
    lines = sorted({hop.line for hop in passages})
    _refuse_collisions([*names, *{*channel_names, *lines}])
    index = {name: place for place, name in enumerate(names)}
    rivals = _rivals(scenario, names, [hop[:2] for hop in passages])
    tables = Tables(len(scenario.letters))
    state_columns = _state_columns(scenario, names)
    of_channels = channel_columns(scenario, baseline, passages, rivals, tables)
    modules = tuple(scenario.states[name].doctrine.module for name in names)
    rungs = len(scenario.letters)
    sizes = [
        ask(module, f"states.{name}.doctrine", "memory_size", rungs)
        for name, module in zip(names, modules, strict=True)
    ]
    columns = Columns(
        **_scenario_columns(scenario),
        gap=tables.law(_gap(scenario)),
        attentive=np.array([int(module.USES_REPORTS) for module in modules]),
        first_channel=_starts([hop.sender for hop in passages if hop.number == 0], names),
        first_rivalry=_starts([name for name in names for _ in rivals[name]], names),
        rival=np.array([index[other] for name in names for other in rivals[name]], dtype=np.int64),
        reverse=_reverse(rivals),
        weight=np.array([share for name in names for share in rivals[name].values()], dtype=np.float64),
        **state_columns,
        **of_channels,
        **line_columns(scenario, lines),
        **exchange_columns(scenario, names),
        **tables.columns(),
        **alteration_columns(NOTHING_ALTERED, len(names)),
    )
    return Model(
        scenario=scenario,
        baseline=baseline,
        names=names,
        channel_names=channel_names,
        columns=columns,
        doctrines=modules,
        parameters=tuple(
            _tabulate(scenario, name, rivals[name], module)
            for name, module in zip(names, modules, strict=True)
        ),
        memory_sizes=tuple(
            own + len(rivals[name]) * per_rival for name, (own, per_rival) in zip(names, sizes, strict=True)
        ),
        laws=tuple(tables.laws),
    )


_UNTIL = {"horizon": StopReason.RUNNING, "unanimity": StopReason.UNANIMITY, "top": StopReason.TOP}


def _scenario_columns(scenario: Scenario) -> dict[str, Any]:
    """What all states share: game, ladder, horizon and times of review."""
    ladder, review = scenario.game.kind == "ladder", scenario.review
    table = scenario.game.payoffs if isinstance(scenario.game, MatrixGame) else ()
    return {
        "rungs": len(scenario.letters),
        "horizon": scenario.horizon_ticks,
        "war": int(ladder and scenario.ladder.war is True),
        "joint": int(ladder and scenario.ladder.war == "joint"),
        "matrix": int(scenario.game.kind == "matrix"),
        "until": _UNTIL[scenario.until],
        "posture_game": int(scenario.game.kind == "posture"),
        "limit": np.array([getattr(scenario.game, "limit", 1e12)]),
        "payoffs": np.array(table, dtype=np.float64).ravel(),
        "interval": round(review.interval_hours * TICKS_PER_HOUR),
        "jitter": round(review.jitter_hours * TICKS_PER_HOUR),
        "minimum_gap": _minimum_gap(scenario),
    }


def _refuse_collisions(names: list[str]) -> None:
    addresses: dict[int, str] = {}
    for name in names:
        other = addresses.setdefault(who(name), name)
        if other != name:
            raise ScenarioError(f'"{name}" and "{other}" share one draw address; rename a state')


def _starts(owners: list[str], names: tuple[str, ...]) -> Integers64:
    """Where each owner's entries begin in a list sorted by owner (n_states + 1,)."""
    tally = Counter(owners)
    return np.cumsum([0, *(tally[name] for name in names)], dtype=np.int64)


def _gap(scenario: Scenario) -> Law | None:
    """The law of the time between reviews, None for interval plus jitter."""
    review = scenario.review
    if review.law == "uniform":
        return None
    return Exponential(mean_hours=review.interval_hours - review.shift_hours, shift_hours=review.shift_hours)


def _minimum_gap(scenario: Scenario) -> int:
    """Least ticks between a review and the next triggered one, 0 where reports trigger none."""
    on_report = scenario.review.on_report
    return 0 if on_report is None else round(on_report.minimum_gap_hours * TICKS_PER_HOUR)


def _reverse(rivals: dict[str, dict[str, float]]) -> Integers64:
    """For each directed rivalry the index of the one the other way; names and rivals are sorted."""
    place = {pair: number for number, pair in enumerate((a, b) for a in rivals for b in rivals[a])}
    return np.array([place[b, a] for a, b in place], dtype=np.int64)


def _rivals(
    scenario: Scenario, names: tuple[str, ...], pairs: Sequence[tuple[str, str]]
) -> dict[str, dict[str, float]]:
    """Each state's rivals in name order with their share of its attention."""
    weights: dict[str, dict[str, float]] = {name: {} for name in names}
    described = {rivalry.between: rivalry.weights for rivalry in scenario.rivals}
    for (a, b), (weight, back) in (described or dict.fromkeys(pairs, (1.0, 1.0))).items():
        weights[a][b] = weight
        weights[b][a] = back
    shares = {}
    for name, mine in weights.items():
        total = 0.0
        for other in sorted(mine):
            total += mine[other]
        shares[name] = {other: mine[other] / total for other in sorted(mine)}
    return shares


def _tabulate(scenario: Scenario, name: str, rivals: dict[str, float], module: ModuleType) -> Floats64:
    state = scenario.states[name]
    own = OwnView(state.capability, state.start_rung, state.start_posture, scenario.game.kind)
    others = scenario.states
    views = [
        RivalView(
            share, others[other].capability, others[other].start_rung, others[other].start_posture, other
        )
        for other, share in rivals.items()
    ]
    rungs = len(scenario.letters)
    table: Floats64 = ask(
        module, f"states.{name}.doctrine", "tabulate", state.doctrine.parameters, own, views, rungs
    )
    return np.ascontiguousarray(table, dtype=np.float64)


def _state_columns(scenario: Scenario, names: tuple[str, ...]) -> dict[str, Any]:
    states = [scenario.states[name] for name in names]
    top = len(scenario.letters) - 1
    midnight = 0
    if scenario.start is not None:
        midnight = round(scenario.start.timestamp()) % TICKS_PER_DAY
    costs = [getattr(state.doctrine.parameters, "war_cost", None) for state in states]
    return {
        "state_who": np.array([who(name) for name in names], dtype=np.uint64),
        "review_order": np.array(
            [order_word(EventKind.REVIEW, rank, 0, 0) for rank in range(len(names))], dtype=np.int64
        ),
        "greedy": np.array([state.greedy_probability for state in states]),
        "lying": np.array([state.lying_probability for state in states]),
        "war_cost": np.array(
            [
                value
                for cost in costs
                for value in ((cost.security_seeker, cost.greedy) if cost else (0.0, 0.0))
            ]
        ),
        "ceiling": np.array([top if state.ceiling is None else state.ceiling for state in states]),
        "floor": np.array([state.floor for state in states]),
        "start_rung": np.array([state.start_rung for state in states]),
        "start_posture": np.array([state.start_posture for state in states]),
        "exaggeration": np.array([1.0 + state.exaggeration for state in states]),
        "opens": np.array([_seconds(state.office_hours, 0) for state in states]),
        "closes": np.array([_seconds(state.office_hours, 1) for state in states]),
        "clock": np.array(
            [(midnight + round(state.utc_offset_hours * TICKS_PER_HOUR)) % TICKS_PER_DAY for state in states]
        ),
    }


def _seconds(hours: tuple[float, float] | None, end: int) -> int:
    return -1 if hours is None else round(hours[end] * TICKS_PER_HOUR)
