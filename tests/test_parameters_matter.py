"""Every parameter of a scenario but names and titles changes the outcome, and the identity with it.

The parameters are read off the schema itself, so a new one without a case here fails the first test. Each
case is tried through every way in: `replace`, a file, `run`, `trace` and `signalling run --set`.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import pytest

import signalling as sg
from signalling.cli import main
from signalling.kernel import doctrines
from signalling.laws import AnyLaw
from signalling.model import compile_model
from signalling.outcome import Outcomes
from signalling.parameters import Parameters, Strict
from signalling.scenario import DoctrineChoice, Scenario
from tests.scenarios_strategy import Document, to_toml

SEED = 1
RUNS = 6
#: Of these, where it has been seen already that the scenarios are the same.
FEW = 2
LAWS = {model.model_fields["law"].default: model for model in get_args(AnyLaw)}


# The parameters, from the schema


def leaves(schema: type[Strict], above: str = "") -> Iterator[str]:
    """Every parameter below a table; one that may be a table or something else is a parameter itself."""
    for name, field in schema.model_fields.items():
        if get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1:
            continue  # which law, which kind of game: the place that holds the table is the parameter
        path = above + name
        tables, bare = _tables(field.annotation)
        laws = [table for table in tables if table in LAWS.values()]
        if not tables or laws or bare:
            yield path
        if len(tables) > 1 and not laws:
            yield f"{path}.kind"
        for table in tables:
            if table in laws:
                continue  # told once, below
            if table is DoctrineChoice:
                yield f"{path}.name"
            elif len(tables) > 1:
                yield from leaves(table, f"{path}.{table.model_fields['kind'].default}.")
            else:
                yield from leaves(table, f"{path}{_every(field.annotation)}.")


def _every(annotation: Any) -> str:
    """How a path speaks of any entry of a container."""
    return {dict: ".*", tuple: "[]"}.get(get_origin(annotation), "")


def _tables(annotation: Any) -> tuple[list[type[Strict]], bool]:
    """The tables that an annotation allows, and whether it allows anything but a table."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _tables(get_args(annotation)[0])
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return [annotation], False
    if origin in {Union, UnionType}:
        parts = [_tables(part) for part in get_args(annotation)]
        return [table for tables, _ in parts for table in tables], any(bare for _, bare in parts)
    if origin in {dict, tuple} and any(_tables(part)[0] for part in get_args(annotation)):
        parts = [_tables(part) for part in get_args(annotation) if part not in {str, ...}]
        return [table for tables, _ in parts for table in tables], False
    return [], True


def all_leaves() -> list[str]:
    found = list(leaves(Scenario))
    for law, table in LAWS.items():
        found += leaves(table, f"laws.{law}.")
    for name in doctrines.BUILT_IN:
        schema: type[Parameters] = doctrines.load(name).PARAMETERS
        found += leaves(schema, f"doctrine.{name}.")
    return found


# The cases


class Case(NamedTuple):
    """Two values of one parameter, in a setting in which it can matter."""

    path: str
    before: Any
    after: Any
    setting: Mapping[str, Any] = MappingProxyType({})
    start: Callable[[], Scenario] | None = None
    """What is set, `base` unless given."""


def base() -> Scenario:
    """Three states that climb and strike, over channels with some noise."""
    state: Document = {"doctrine": {"name": "spiral", "precision": 12.0, "rung_cost": -0.01}}
    return Scenario.from_document(
        {
            "name": "base",
            "horizon_days": 12,
            "review": {"interval_hours": 12, "jitter_hours": 5},
            "states": {name: dict(state) for name in "ABC"},
            "channels": {
                "default": {
                    "delay": {"law": "exponential", "mean_hours": 4},
                    "loss_probability": 0.1,
                    "garble": {"probability": 0.2},
                },
                "overrides": {},
            },
        }
    )


def talks() -> Scenario:
    """An exchange: chance tells A a number, A and B talk, B acts, and then both do."""
    plan: Document = {
        "name": "cutoff",
        "number": {"Chance": 1.0},
        "hears": "B",
        "cuts": [0.4],
        "says": [[0], [1]],
        "acts": [[0], [1]],
        "shows": True,
    }
    return Scenario.from_document(
        {
            "name": "talks",
            "review": {"interval_hours": 12, "jitter_hours": 0},
            "game": {
                "kind": "exchange",
                "letters": ["dove", "hawk"],
                "phases": ["nature", "talk", {"kind": "act", "by": ["B"]}, {"kind": "act", "stakes": 1.0}],
                "payoffs": [
                    {
                        "to": "A",
                        "against": "B",
                        "table": [[1, 2], [3, 4]],
                        "terms": [{"of": "Chance", "weight": [[1, 1], [1, 1]]}],
                        "distances": [{"between": ["A", "B"], "bias": 0.1, "weight": 1.0}],
                    },
                    {"to": "C", "against": "A", "distances": [{"between": ["C", "Chance"]}]},
                ],
                "war": {"letter": "hawk", "by": ["A", "B"], "needed": 1},
            },
            "states": {
                "A": {"doctrine": plan},
                "B": {
                    "doctrine": plan | {"number": {"A": 1.0}, "hears": "A", "acts": [[0, 1, 0], [1, 0, 1]]}
                },
                "C": {"doctrine": {"name": "best_reply"}},
                "Chance": {"doctrine": {"name": "nature"}},
            },
            "channels": {
                "default": {"delay": {"law": "constant", "hours": 0}, "garble": {"probability": 0.2}},
                "overrides": {},
            },
        }
    )


START = dt.datetime(1914, 7, 23, 17, tzinfo=dt.UTC)
OFFICE: Document = {"start": START, "states.A.office_hours": [9, 15]}
EVEN = [[0.2] * 5 for _ in range(5)]
CYCLE = [[float(column == (row + 1) % 5) for column in range(5)] for row in range(5)]
SERVED: Document = {"service": {"law": "constant", "hours": 9}, "capacity": 3}
DOWN: Document = {"mean_up_hours": 40, "mean_down_hours": 20, "policy": "hold"}
STAR: Document = {"graph": "star"}
NEWEST: Document = {"service": {"law": "constant", "hours": 9}}
INSISTENT: Document = {"timeout_hours": 5, "attempts": 3}
FORGED: Document = {"probability": 0.3, "kernel": "uniform"}
RELAYED: Document = {
    "relays": ["R", "Q"],
    **{
        f"channels.{name}.delay": {"law": "constant", "hours": hours}
        for name, hours in (("A->R", 1), ("R->B", 1), ("A->Q", 9), ("Q->B", 9))
    },
    "routes.A->B.via": ["R"],
}
PAIRS = [{"between": ["A", "B"]}, {"between": ["B", "C"]}]
ROUNDS: Document = {
    "game": {"kind": "matrix"},
    "states.all.doctrine": {"name": "memory_one", "implementation_noise": 0.2},
}
ERRING: Document = {"after_cc": 0.7, "after_cd": 0.3, "after_dc": 0.6, "after_dd": 0.4}
#: A alone follows the doctrine in question, among others that err.
AMONG_OTHERS: Document = {
    "game": {"kind": "matrix"},
    "states.all.doctrine": {"name": "memory_one"} | ERRING,
}
RACE: Document = {
    "game": {"kind": "posture"},
    "channels.default.garble": {"probability": 0.0},
    "states.all.doctrine": {"name": "richardson", "reaction": 0.6, "shock": 0.3},
}
EXCHANGE: Document = {
    "review.on_report": {"minimum_gap_hours": 1},
    "states.all.doctrine": {"name": "acknowledger"},
}
BELIEFS: Document = {
    "states.all.doctrine": {
        "name": "declarer",
        "alarm_probability": {"security_seeker": 0.3, "greedy": 0.7},
    },
    "states.B.greedy_probability": 0.5,
}
WARY: Document = {"states.all.doctrine": {"name": "threshold", "tremble": 0.3, "attack_above": 1.5}}
#: B and C only climb; A answers them.
ANSWERING: Document = {
    "states.all.doctrine": {"name": "threshold", "tremble": 0.6, "attack_above": 100},
    "states.A.doctrine": {"name": "reciprocator"},
}
FIVE = ["calm", "alarm", "display", "alert", "war"]
JOINT: Document = {"war": "joint", "rungs": FIVE}
LISTENERS: Document = {"states.all.doctrine": "listener"}
GREEDY: Document = {"states.all.greedy_probability": 1.0}


def law_case(law: Document, name: str, value: Any) -> Case:
    """A parameter of a law, as a delay."""
    return Case(f"channels.default.delay.{name}", law[name], value, {"channels.default.delay": law})


def law_cases() -> dict[str, Case]:
    laws: tuple[tuple[Document, Document], ...] = (
        ({"law": "constant", "hours": 5}, {"hours": 9}),
        ({"law": "uniform", "low_hours": 2, "high_hours": 12}, {"low_hours": 6, "high_hours": 30}),
        ({"law": "exponential", "mean_hours": 5}, {"mean_hours": 9}),
        ({"law": "lognormal", "median_hours": 4, "sigma": 1}, {"median_hours": 8, "sigma": 0.3}),
        ({"law": "gamma", "mean_hours": 5, "shape": 0.7}, {"mean_hours": 9, "shape": 4}),
        ({"law": "weibull", "scale_hours": 5, "shape": 0.7}, {"scale_hours": 9, "shape": 3}),
        ({"law": "empirical", "hours": [1.0, 8.0]}, {"hours": [1.0, 30.0]}),
    )
    return {
        f"laws.{law['law']}.{name}": law_case(law | {"shift_hours": 0}, name, value)
        for law, others in laws
        for name, value in (others | {"shift_hours": 3}).items()
    }


def doctrine_cases(doctrine: str, values: Document, settings: dict[str, Document]) -> dict[str, Case]:
    """The parameters of a doctrine, on state A."""
    parameters = doctrines.load(doctrine).PARAMETERS()

    def default(path: str) -> Any:
        value: Any = parameters
        for part in path.split("."):
            value = getattr(value, part)
        return value

    return {
        f"doctrine.{doctrine}.{path}": Case(
            f"states.A.doctrine.{path}", default(path), value, settings.get("", {}) | settings.get(path, {})
        )
        for path, value in values.items()
    }


def exchange_cases() -> dict[str, Case]:
    """The parameters of an exchange and of the doctrines that play it."""
    table = [[0, 0], [0, 5]]
    values: dict[str, tuple[str, Any, Any]] = {
        "phases[].kind": ("phases", ["nature", "talk", "act"], ["nature", "act", "act"]),
        "phases[].by": (
            "phases",
            ["nature", "talk", {"kind": "act", "by": ["A"]}],
            ["nature", "talk", {"kind": "act", "by": ["B"]}],
        ),
        "phases[].stakes": (
            "phases",
            ["nature", "talk", {"kind": "act", "stakes": 1}],
            ["nature", "talk", {"kind": "act", "stakes": 2}],
        ),
        "payoffs[].to": (
            "payoffs",
            [{"to": "A", "against": "B", "table": [[0, 1], [2, 3]]}],
            [{"to": "C", "against": "B", "table": [[0, 1], [2, 3]]}],
        ),
        "payoffs[].against": (
            "payoffs",
            [{"to": "A", "against": "B", "table": table}],
            [{"to": "A", "against": "C", "table": table}],
        ),
        "payoffs[].table": (
            "payoffs",
            [{"to": "A", "against": "B", "table": table}],
            [{"to": "A", "against": "B", "table": [[0, 0], [4, 4]]}],
        ),
        **{
            f"payoffs[].terms[].{key}": (
                "payoffs",
                [{"to": "A", "against": "B", "terms": [{"of": "Chance", "weight": [[1, 1], [1, 1]]}]}],
                [
                    {
                        "to": "A",
                        "against": "B",
                        "terms": [{"of": "Chance", "weight": [[1, 1], [1, 1]]} | other],
                    }
                ],
            )
            for key, other in {"of": {"of": "C"}, "weight": {"weight": table}}.items()
        },
        **{
            f"payoffs[].distances[].{key}": (
                "payoffs",
                [{"to": "A", "against": "B", "distances": [{"between": ["A", "C"]}]}],
                [{"to": "A", "against": "B", "distances": [{"between": ["A", "C"]} | {key: other}]}],
            )
            for key, other in {"between": ["A", "B"], "bias": 0.5, "weight": 3}.items()
        },
        "war": ("war", "none", {"letter": "hawk"}),
        "war.letter": ("war", {"letter": "hawk"}, {"letter": "dove"}),
        "war.by": ("war", {"letter": "hawk", "by": ["A"]}, {"letter": "hawk", "by": ["C"]}),
        "war.needed": ("war", {"letter": "hawk", "needed": 1}, {"letter": "hawk", "needed": 2}),
    }
    cases = {
        f"game.exchange.{name}": Case(f"game.{key}", before, after, {}, talks)
        for name, (key, before, after) in values.items()
    }
    # A third letter, which nobody says, is what some words are garbled into.
    simple: Document = {f"states.{name}.doctrine": {"name": "cutoff"} for name in "AB"}
    letters = ["dove", "hawk", "owl"]
    cases["game.exchange.letters"] = Case(
        "game.letters", letters[:2], letters, simple | {"game.payoffs": []}, talks
    )
    chance: Document = {
        "law": "normal",
        "low": 0.3,
        "high": 5.0,
        "mean": 2.0,
        "sigma": 3.0,
        "values": [0.0, 7.0],
        "probabilities": [0.2, 0.8],
        "quantiles": [0.0, 0.1, 1.0],
    }
    law_of = {"mean": "normal", "sigma": "normal", "values": "discrete", "probabilities": "discrete"}
    plan: Document = {
        "number": {"B": 1.0},
        "constant": 0.3,
        "cuts": [0.2],
        "hears": "C",
        "says": [[1], [0]],
        "acts": [[1], [0]],
        "shows": True,
    }
    reply: Document = {
        "aim": "demand",
        "low": -1.0,
        "high": 3.0,
        "silence": 0.5,
        "strength": 0.9,
        "cost": 0.7,
        "bias": 0.2,
        "cuts": [0.3],
        "says": [1, 1],
        "hears": "B",
    }
    demand: Document = {"states.C.doctrine.aim": "demand"}
    settings = {
        "nature": {
            "": {"states.Chance.doctrine": {"name": "nature"}},
            "quantiles": {"states.Chance.doctrine.law": "table"},
            **{name: {"states.Chance.doctrine.law": law} for name, law in law_of.items()},
        },
        "cutoff": {
            "": {"states.A.doctrine": {"name": "cutoff"}},
            "hears": {"states.A.doctrine.acts": [[0, 0, 1], [0, 1, 0]], "states.A.doctrine.hears": "B"},
        },
        "best_reply": {
            "": {"states.C.doctrine": {"name": "best_reply"}},
            "strength": demand,
            "cost": demand,
            "silence": {"channels.default.loss_probability": 1.0, "states.C.doctrine.says": [0, -1]},
            "hears": {"states.C.doctrine.hears": "A"},
        },
    }
    for name, where, others in (
        ("nature", "Chance", chance),
        ("cutoff", "A", plan),
        ("best_reply", "C", reply),
    ):
        made = doctrine_cases(name, others, settings[name])
        for key, case in made.items():
            path = case.path.replace("states.A.", f"states.{where}.")
            before = settings[name].get(key.rpartition(".")[2], {}).get(path, case.before)
            cases[key] = case._replace(path=path, before=before, start=talks)
    return cases


GARBLE = "channels.default.garble"
ASSUMED = "channels.default.assumed"
CASES: dict[str, Case] = {
    "horizon_days": Case("horizon_days", 12, 9),
    "start": Case("start", START, START.replace(hour=3), OFFICE),
    "until": Case("until", "horizon", "top", {"ladder.war": False}),
    "until (unanimity)": Case("until", "horizon", "unanimity", {"states.B.start_rung": 2}),
    "review.law": Case("review.law", "uniform", "exponential", {"review": {"interval_hours": 24}}),
    "review.interval_hours": Case("review.interval_hours", 12, 10),
    "review.shift_hours": Case(
        "review.shift_hours", 0, 4, {"review": {"law": "exponential", "interval_hours": 12}}
    ),
    "review.jitter_hours": Case("review.jitter_hours", 5, 0),
    "review.on_report": Case("review.on_report", "none", {"minimum_gap_hours": 1}),
    "review.on_report.minimum_gap_hours": Case(
        "review.on_report.minimum_gap_hours", 1, 4, {"review.on_report": {"minimum_gap_hours": 1}}
    ),
    "game.kind": Case("game", {"kind": "ladder"}, {"kind": "matrix"}, LISTENERS),
    "game.matrix.actions": Case(
        "game",
        {"kind": "matrix", "actions": ["a", "b"], "payoffs": [[0, 0], [0, 0]]},
        {"kind": "matrix", "actions": ["a", "b", "c"], "payoffs": [[0, 0, 0], [0, 0, 0], [0, 0, 0]]},
        LISTENERS,
    ),
    "game.matrix.payoffs": Case("game.payoffs", [[3, 0], [5, 1]], [[3, 0], [5, 2]], ROUNDS),
    "game.posture.limit": Case("game.limit", 1e12, 0.5, RACE),
    "ladder.war": Case("ladder.war", True, False),
    "ladder.war (joint, for attacks)": Case("ladder.war", True, "joint"),
    "ladder.war (joint, for none)": Case("ladder", {"war": False, "rungs": FIVE[:-1]}, JOINT),
    "ladder.rungs": Case("ladder.rungs", ["low", "middle", "high", "war"], ["low", "high", "war"]),
    "states.*.doctrine.name": Case("states.A.doctrine", {"name": "spiral"}, {"name": "listener"}),
    "states.*.greedy_probability": Case("states.A.greedy_probability", 0.0, 0.5),
    "states.*.lying_probability": Case("states.A.lying_probability", 0.0, 0.5, GREEDY),
    "states.*.capability": Case(
        "states.A.capability", 1.0, 4.0, {"states.B.doctrine.capability_weight": 1.0}
    ),
    "states.*.ceiling": Case("states.A.ceiling", 4, 2),
    "states.*.floor": Case("states.A.floor", 0, 2),
    "states.*.start_rung": Case("states.A.start_rung", 0, 2),
    "states.*.start_posture": Case("states.A.start_posture", 0.0, -3.0, RACE),
    "states.*.exaggeration": Case("states.A.exaggeration", 0.0, 0.5, RACE),
    "states.*.reading": Case(
        "states.A.reading", {"law": "constant", "hours": 0}, {"law": "constant", "hours": 2}
    ),
    "states.*.office_hours": Case("states.A.office_hours", [9, 15], [9, 10], OFFICE),
    "states.*.utc_offset_hours": Case("states.A.utc_offset_hours", 0, -3.5, OFFICE),
    "rivals[].between": Case("rivals", PAIRS, [PAIRS[0], {"between": ["A", "C"]}]),
    "rivals[].weight": Case("rivals", PAIRS, [PAIRS[0], PAIRS[1] | {"weight": 50}]),
    "rivals[].weight_back": Case("rivals", PAIRS, [PAIRS[0] | {"weight_back": 50}, PAIRS[1]]),
    "routes.*.via": Case("routes.A->B.via", ["R"], ["Q"], RELAYED),
    "routes.*.via (over a state)": Case("routes.A->B.via", ["R"], ["C"], RELAYED),
    "network.graph": Case("network.graph", "complete", "star"),
    "network.arguments": Case(
        "network.arguments",
        {"p": 0.7, "seed": 4},
        {"p": 0.2, "seed": 4},
        {"network": {"graph": "gnp_random_graph", "arguments": {"p": 0.7, "seed": 4}}},
    ),
    "network.placement": Case("network.placement", "in_order", "by_degree_ascending", {"network": STAR}),
    "network.placement_seed": Case(
        "network.placement_seed",
        1,
        3,
        {"network": STAR | {"placement": "shuffled", "placement_seed": 1}},
    ),
    "channels.*.delay": Case(
        "channels.default.delay",
        {"law": "exponential", "mean_hours": 4},
        {"law": "uniform", "low_hours": 0, "high_hours": 8},
    ),
    "channels.*.loss_probability": Case("channels.default.loss_probability", 0.1, 0.4),
    "channels.*.garble.probability": Case(f"{GARBLE}.probability", 0.2, 0.5),
    "channels.*.garble.kernel": Case(f"{GARBLE}.kernel", "uniform", "adjacent"),
    "channels.*.garble.matrix": Case(
        f"{GARBLE}.matrix", EVEN, CYCLE, {GARBLE: {"probability": 0.3, "kernel": "matrix", "matrix": EVEN}}
    ),
    "channels.*.duplicate_probability": Case("channels.default.duplicate_probability", 0.0, 0.3),
    "channels.*.loss_by_letter": Case(
        "channels.default.loss_by_letter", [0.0] * 5, [0.0, 0.0, 0.5, 0.5, 1.0]
    ),
    "channels.*.tamper": Case("channels.default.tamper", "none", FORGED),
    "channels.*.tamper.probability": Case(
        "channels.default.tamper.probability", 0.3, 0.6, {"channels.default.tamper": FORGED}
    ),
    "channels.*.tamper.kernel": Case(
        "channels.default.tamper.kernel", "uniform", "hostile_skewed", {"channels.default.tamper": FORGED}
    ),
    "channels.*.tamper.matrix": Case(
        "channels.default.tamper.matrix",
        EVEN,
        CYCLE,
        {"channels.default.tamper": FORGED | {"kernel": "matrix", "matrix": EVEN}},
    ),
    "channels.*.noise": Case("channels.default.noise", "none", {"sigma": 0.5}, RACE),
    "channels.*.noise.sigma": Case("channels.default.noise.sigma", 0.0, 0.5, RACE),
    "channels.*.repeats": Case("channels.default.repeats", 1, 2),
    "channels.*.acknowledgement": Case("channels.default.acknowledgement", "none", INSISTENT),
    **{
        f"channels.*.acknowledgement.{name}": Case(
            f"channels.default.acknowledgement.{name}",
            INSISTENT[name],
            value,
            {"channels.default.acknowledgement": INSISTENT},
        )
        for name, value in {"timeout_hours": 9, "attempts": 2}.items()
    },
    "channels.*.public": Case("channels.default.public", False, True),
    "channels.*.common_cause_probability": Case("channels.default.common_cause_probability", 0.0, 0.6),
    "channels.*.queue.discipline": Case(
        "channels.default.queue.discipline",
        "first_come",
        "newest_first",
        {"channels.default.queue": NEWEST},
    ),
    "channels.*.queue": Case("channels.default.queue", "none", SERVED),
    "channels.*.queue.service": Case(
        "channels.default.queue.service",
        {"law": "constant", "hours": 9},
        {"law": "exponential", "mean_hours": 9},
        {"channels.default.queue": SERVED},
    ),
    "channels.*.queue.capacity": Case(
        "channels.default.queue.capacity", 3, 1, {"channels.default.queue": SERVED}
    ),
    "channels.*.outage": Case("channels.default.outage", "none", DOWN),
    **{
        f"channels.*.outage.{name}": Case(
            f"channels.default.outage.{name}", DOWN[name], value, {"channels.default.outage": DOWN}
        )
        for name, value in {"mean_up_hours": 90, "mean_down_hours": 5, "policy": "lose"}.items()
    },
    "channels.*.reading": Case("channels.default.reading", "none", {"law": "exponential", "mean_hours": 3}),
    "channels.*.assumed": Case(ASSUMED, "true", {"garble": {"probability": 0.0}}),
    "channels.*.assumed.garble.probability": Case(
        f"{ASSUMED}.garble.probability", 0.2, 0.6, {ASSUMED: {"garble": {}}}
    ),
    "channels.*.assumed.garble.kernel": Case(
        f"{ASSUMED}.garble.kernel", "uniform", "hostile_skewed", {ASSUMED: {"garble": {}}}
    ),
    "channels.*.assumed.garble.matrix": Case(
        f"{ASSUMED}.garble.matrix", EVEN, CYCLE, {ASSUMED: {"garble": {"kernel": "matrix", "matrix": EVEN}}}
    ),
    "channels.*.assumed.loss_by_letter": Case(
        f"{ASSUMED}.loss_by_letter", [0.0] * 5, [0.0, 0.0, 0.5, 0.5, 0.9], {ASSUMED: {"garble": {}}}
    ),
    **law_cases(),
    **exchange_cases(),
    **doctrine_cases("listener", {"speaks": False}, {"": {"states.A.doctrine": {"name": "listener"}}}),
    **doctrine_cases(
        "acknowledger",
        {"begins": True, "only_if_greedy": True},
        {"": EXCHANGE, "only_if_greedy": {"states.A.doctrine.begins": True}},
    ),
    **doctrine_cases(
        "declarer",
        {"alarm_probability.security_seeker": 0.5, "alarm_probability.greedy": 0.5},
        {
            "": {"states.all.doctrine": {"name": "watcher"}, "states.A.doctrine": {"name": "declarer"}},
            "alarm_probability.greedy": {"states.A.greedy_probability": 1.0},
        },
    ),
    **doctrine_cases(
        "watcher",
        {
            "prior_greedy": 0.6,
            "declared.security_seeker": 0.4,
            "declared.greedy": 0.6,
            "silence.security_seeker": 0.5,
            "silence.greedy": 0.5,
            "deduplicate": False,
            "act_above": 0.05,
            "speaks": False,
        },
        {
            "": BELIEFS | {"states.A.doctrine": {"name": "watcher"}},
            "deduplicate": {"channels.default.duplicate_probability": 0.5},
        },
    ),
    **doctrine_cases(
        "contrite",
        {"implementation_noise": 0.3, "perception_noise": 0.3},
        {"": AMONG_OTHERS | {"states.A.doctrine": {"name": "contrite"}}},
    ),
    **doctrine_cases(
        "patience",
        {"hostile_reports": 1, "window": 4, "retaliation_reviews": 3, "perception_noise": 0.4},
        {"": AMONG_OTHERS | {"states.A.doctrine": {"name": "patience"}}},
    ),
    **doctrine_cases(
        "voter",
        {"perception_noise": 0.4, "bias": 4.0},
        {"": AMONG_OTHERS | {"states.A.doctrine": {"name": "voter"}}},
    ),
    **doctrine_cases(
        "richardson",
        {
            "reaction": 0.7,
            "fatigue": 0.6,
            "grievance": 0.4,
            "shock": 1.0,
            "assumed_exaggeration": 0.5,
            "stale_reviews": 3,
            "missing": "zero",
        },
        {"": RACE | {"states.A.doctrine": {"name": "richardson"}}},
    ),
    **doctrine_cases(
        "threshold",
        {
            "persistence": 0.2,
            "calm_evidence": 0.5,
            "alarm_evidence": 4.0,
            "bound": 0.5,
            "climb_above": 0.1,
            "descend_below": 0.5,
            "attack_above": 0.0,
            "tremble": 0.5,
        },
        # A alone may strike, or B and C would be before it.
        {"": WARY, "attack_above": {f"states.{name}.doctrine.attack_above": 100 for name in "BC"}},
    ),
    **doctrine_cases(
        "reciprocator",
        {
            "overmatch.security_seeker": 1.0,
            "overmatch.greedy": -1.0,
            "forgiveness": 0.7,
            "relaxation": 1.0,
            "tremble": 0.5,
            "preemption.security_seeker": 0.5,
            "preemption.greedy": 0.5,
            "opportunism.security_seeker": 0.5,
            "opportunism.greedy": 1.0,
            "advantage": 4.0,
        },
        {
            "": ANSWERING,
            "overmatch.greedy": {"states.A.greedy_probability": 1.0},
            "preemption.greedy": {"states.A.greedy_probability": 1.0},
            "opportunism.greedy": {"states.A.greedy_probability": 1.0},
            "advantage": {"states.A.greedy_probability": 1.0, "states.A.doctrine.opportunism.greedy": 1.0},
        },
    ),
    **doctrine_cases(
        "memory_one",
        {
            "strategy": "win_stay_lose_shift",
            "after_cc": 0.5,
            "after_cd": 0.5,
            "after_dc": 0.5,
            "after_dd": 0.5,
            "first_cooperation": 0.0,
            "implementation_noise": 0.4,
            "perception_noise": 0.4,
        },
        {"": ROUNDS},
    ),
    **doctrine_cases(
        "spiral",
        {
            "precision": 30.0,
            "rung_advantage": 2.0,
            "first_strike_advantage": 0.6,
            "rung_cost": 0.05,
            "war_cost.security_seeker": 0.3,
            "war_cost.greedy": 0.1,
            "rival_war_cost.security_seeker": 0.2,
            "rival_war_cost.greedy": 0.0,
            "prior_greedy": 0.6,
            "distinguishability": 0.0,
            "leak": 0.5,
            "suspected_lying": 0.7,
            "bias": 1.0,
            "capability_weight": 1.0,
            "lying_precision": 20.0,
            "lying_cost": -0.2,
        },
        {
            "lying_cost": {"states.A.doctrine.lying_precision": 20.0},
            "war_cost.greedy": {"states.A.greedy_probability": 1.0},
            "capability_weight": {"states.B.capability": 4.0},
        },
    ),
}
#: Names: they change neither outcome nor identity.
NAMES = {"name", "relays", "laws.empirical.file", "laws.empirical.column"}

by_parameter = pytest.mark.parametrize("parameter", CASES)


def every_third(first: int) -> pytest.MarkDecorator:
    """One parameter in three, the others where there is time: what differs between them is tried above."""
    return pytest.mark.parametrize(
        "parameter",
        [
            pytest.param(name, marks=() if place % 3 == first else pytest.mark.slow)
            for place, name in enumerate(CASES)
        ],
    )


def test_every_parameter_has_a_case():
    found = all_leaves()
    assert len(set(found)) == len(found)
    # A parameter of several kinds has several cases, told apart in brackets.
    assert {parameter.partition(" (")[0] for parameter in CASES} | NAMES == set(found)


@pytest.fixture(scope="module")
def pairs() -> dict[str, tuple[Scenario, Scenario]]:
    """Each case as two scenarios made by `replace`."""
    made = {}
    for parameter, case in CASES.items():
        setting = (case.start or base)().replace(case.setting)
        made[parameter] = setting.replace({case.path: case.before}), setting.replace({case.path: case.after})
    return made


@pytest.fixture(scope="module")
def played(pairs: dict[str, tuple[Scenario, Scenario]]) -> dict[str, tuple[Outcomes, Outcomes]]:
    """Outcomes of both scenarios of each case."""
    return {
        parameter: tuple(sg.run(scenario, runs=RUNS, seed=SEED) for scenario in pair)
        for parameter, pair in pairs.items()
    }


def rows(scenario: Scenario, runs: int = RUNS) -> list[tuple]:
    """The outcomes without the identity of the cell."""
    return without_cell(sg.run(scenario, runs=runs, seed=SEED))


def without_cell(outcomes: Outcomes) -> list[tuple]:
    return [row[1:] for row in outcomes.rows()]


def identity(scenario: Scenario) -> str:
    return compile_model(scenario).identity(SEED)


@by_parameter
def test_it_changes_the_outcomes_and_the_identity(parameter, pairs, played):
    before, after = pairs[parameter]
    assert without_cell(played[parameter][0]) != without_cell(played[parameter][1])
    assert identity(before) != identity(after)
    assert before.canonical_json() != after.canonical_json()


@by_parameter
def test_it_changes_a_trace(parameter, pairs, played):
    before, after = pairs[parameter]
    outcomes = played[parameter][1].to_arrow().to_pylist()
    differs = False
    for run in range(RUNS):
        first, second = (sg.trace(scenario, seed=SEED, run=run) for scenario in (before, after))
        assert second.outcome == outcomes[run]
        # A payoff is told at the end only, all else also on the way.
        differs = (first.reviews, first.messages) != (second.reviews, second.messages)
        differs = differs or first.outcome | {"cell": ""} != second.outcome | {"cell": ""}
        if differs:
            break
    assert differs


def file_of(scenario: Scenario, path: Path) -> Path:
    """The scenario as a user would write it down."""
    document = scenario.written()
    channels = document["channels"]
    between = []
    for name, settings in channels["overrides"].items():
        sender, addressee = name.split("->")
        between.append({"from": sender, "to": addressee} | settings)
    document["channels"] = {"default": channels["default"]} | ({"between": between} if between else {})
    document["states"] = [{"name": name} | state for name, state in document["states"].items()]
    if "routes" in document:
        document["routes"] = [
            dict(zip(("from", "to"), name.split("->"), strict=True)) | route
            for name, route in document["routes"].items()
        ]
    if "start" in document:
        document["start"] = dt.datetime.fromisoformat(document["start"])
    path.write_text(to_toml(document), encoding="utf-8")
    return path


@every_third(0)
def test_a_file_says_the_same(parameter, pairs, played, tmp_path):
    for scenario in pairs[parameter]:
        loaded = sg.load_scenario(file_of(scenario, tmp_path / "written.toml"))
        assert loaded == scenario
        assert identity(loaded) == identity(scenario)
    assert rows(loaded, FEW) == without_cell(played[parameter][1])[:FEW]


@every_third(1)
def test_the_command_line_says_the_same(parameter, pairs, tmp_path, capsys):
    """`signalling run FILE --set PATH=VALUE`: the setting in the file, the parameter on the line."""
    case = CASES[parameter]
    before, after = pairs[parameter]
    file = file_of(before, tmp_path / "before.toml")
    value = to_toml({"value": case.after}).partition(" = ")[2].strip()
    options = ["--set", f"{case.path}={value}", "--seed", str(SEED), "--json"]
    assert main(["run", str(file), "--runs", str(FEW), *options]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["cell"] == identity(after) != identity(before)
    assert told["content_hash"] == sg.run(after, runs=FEW, seed=SEED).content_hash()
    assert main(["trace", str(file), *options]) == 0
    trace = sg.trace(after, seed=SEED, run=0)
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(trace.to_dict()))


# Names


def test_a_title_changes_nothing():
    before = base()
    after = before.replace({"name": "another title"})
    assert (rows(before), identity(before)) == (rows(after), identity(after))


def test_the_name_of_a_file_of_durations_changes_nothing(tmp_path):
    delay = "channels.default.delay"
    listed = base().replace({delay: {"law": "empirical", "hours": [1.0, 8.0, 8.0]}})
    text = file_of(listed, tmp_path / "listed.toml").read_text(encoding="utf-8")
    found = {(tuple(rows(listed)), identity(listed))}
    for file, column in (("one.csv", "hours"), ("two.csv", "days")):
        (tmp_path / file).write_text(f"{column}\n8\n1\n8\n", encoding="utf-8")
        named = text.replace('"hours" = [1.0, 8.0, 8.0]', f'"file" = "{file}", "column" = "{column}"')
        assert named != text
        (tmp_path / "named.toml").write_text(named, encoding="utf-8")
        loaded = sg.load_scenario(tmp_path / "named.toml")
        found.add((tuple(rows(loaded)), identity(loaded)))
    assert len(found) == 1


def test_relays_that_no_route_leads_over_change_nothing():
    before = base().replace(RELAYED)
    after = before.replace({"relays": ["Q", "R", "S"]})
    assert (rows(before), identity(before)) == (rows(after), identity(after))


def test_the_names_of_rungs_and_actions_change_no_outcome():
    """They are part of the identity, as they are of the chronicle, but move nobody."""
    ladder = base().replace({"ladder.rungs": ["a", "b", "c", "d", "e", "f"]})
    assert rows(ladder) == rows(base())
    matrix = base().replace(ROUNDS)
    assert rows(matrix.replace({"game.actions": ["be kind", "be cruel"]})) == rows(matrix)
