"""Small valid scenarios for Hypothesis: every doctrine, law, fault and kind of graph, with ties on purpose.

`documents()` draws a scenario as a file would hold it (the tables that `tomllib` returns), `scenarios()` the
same, loaded. `to_toml` writes a document as a file, `build` loads one. Numbers are drawn from short lists,
so that scenarios share quantile tables and simultaneous events are common. Matrix games and exponential
reviews are drawn where they are asked for: some laws of a run speak of ladders and of jitter alone.
"""

import datetime as dt
import json
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

import signalling as sg
from signalling.kernel.doctrines.memory_one import STRATEGIES
from signalling.network import Network, links
from signalling.paths import normalise

Document = dict[str, Any]

#: Not in name order, one outside ASCII, one with a blank: names are sorted by code point everywhere.
NAMES = ("Russia", "Austria", "Serbia", "Österreich", "Great Britain", "b", "B", "A")
#: Doctrines of each kind of game, in the order in which they are drawn: first the simplest. One that is added
#: here needs an entry in `_WITH_PARAMETERS` too, if it has parameters.
DOCTRINES = ("listener", "spiral", "threshold", "acknowledger")
PLAYERS = ("listener", "memory_one", "contrite", "patience", "voter")
ARMERS = ("listener", "richardson")
#: Which players need a game of two actions.
OF_TWO_ACTIONS = ("memory_one", "contrite", "patience")
KERNELS = ("uniform", "other", "adjacent", "hostile_skewed", "matrix")

#: A spiral state that climbs and strikes within days.
HAWK = {"precision": 15, "rung_cost": -0.05, "war_cost": {"security_seeker": 0.1, "greedy": 0.0}}

LAWS: tuple[Document, ...] = (
    {"law": "constant", "hours": 0},
    {"law": "constant", "hours": 6},
    {"law": "constant", "hours": 1.5, "shift_hours": 4.5},
    {"law": "uniform", "low_hours": 0, "high_hours": 12},
    {"law": "exponential", "mean_hours": 1.2},
    {"law": "exponential", "mean_hours": 30},
    {"law": "gamma", "mean_hours": 4, "shape": 2},
    {"law": "lognormal", "median_hours": 3.34, "sigma": 0.924},
    {"law": "lognormal", "median_hours": 20, "sigma": 1, "shift_hours": 1},
    {"law": "gamma", "mean_hours": 9, "shape": 0.4, "shift_hours": 0.5},
    {"law": "weibull", "scale_hours": 5, "shape": 0.7},
    {"law": "weibull", "scale_hours": 8, "shape": 3},
    {"law": "empirical", "hours": [0, 1.5, 1.5, 6, 30]},
    {"law": "empirical", "hours": [12], "shift_hours": 1},
)


def build(document: Document) -> sg.Scenario:
    """The scenario that a file with this content would load."""
    return sg.Scenario.from_document(normalise(document))


def to_toml(document: Document) -> str:
    """The document as a TOML file: one line for each key of the top level."""
    return "".join(f"{json.dumps(key)} = {_toml(value)}\n" for key, value in document.items())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(entry) for entry in value) + "]"
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else repr(value)


def laws() -> st.SearchStrategy[Document]:
    """A law of delay, service or reading."""
    return st.sampled_from(LAWS)


@st.composite
def garbles(draw: st.DrawFn, rungs: int) -> Document:
    """A garbling with any kernel."""
    kernel = draw(st.sampled_from(KERNELS))
    garble: Document = {"probability": draw(st.sampled_from([0.0, 0.1, 0.5, 1.0])), "kernel": kernel}
    if kernel == "matrix":
        garble["matrix"] = draw(matrices(rungs))
    return garble


@st.composite
def matrices(draw: st.DrawFn, rungs: int) -> list[list[float]]:
    """A stochastic matrix in 1/8ths, so that every row sums to exactly 1."""
    rows = []
    for _ in range(rungs):
        row = [0] * rungs
        for _ in range(8):
            row[draw(st.integers(0, rungs - 1))] += 1
        rows.append([share / 8 for share in row])
    return rows


@st.composite
def channels(draw: st.DrawFn, rungs: int, more: tuple[str, ...] = ()) -> Document:
    """A channel with any faults, each of them more often absent than present.

    Args:
        draw: given by Hypothesis.
        rungs: how many letters there are, 1 in a posture game.
        more: keys of MORE_FAULTS that may be set too.
    """
    optional: dict[str, st.SearchStrategy[Any]] = {
        "delay": laws(),
        "loss_probability": st.sampled_from([0.0, 0.2, 0.6, 1.0]),
        "garble": garbles(rungs) if rungs > 1 else st.just({}),
        "duplicate_probability": st.sampled_from([0.0, 0.3, 1.0]),
        "queue": queues(newest_first=bool(more)),
        "outage": outages(),
        "reading": laws(),
        "assumed": st.one_of(
            st.sampled_from(["true", "baseline"]),
            st.fixed_dictionaries(
                {"garble": st.fixed_dictionaries({"probability": st.sampled_from([0.0, 0.3])})}
            ),
        ),
    }
    optional |= {key: strategy for key, strategy in _more_faults(rungs).items() if key in more}
    return {key: draw(strategy) for key, strategy in optional.items() if draw(st.booleans())}


#: Faults that give messages to channels, or luck to other channels, that they would not have without.
MORE_FAULTS = (
    "loss_by_letter",
    "tamper",
    "noise",
    "common_cause_probability",
    "public",
    "repeats",
    "acknowledgement",
)


def _more_faults(rungs: int) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "loss_by_letter": st.lists(st.sampled_from([0.0, 0.4, 1.0]), min_size=rungs, max_size=rungs),
        "tamper": garbles(rungs) if rungs > 1 else st.just("none"),
        "noise": st.sampled_from([{"sigma": 0.0}, {"sigma": 2.5}]),
        "common_cause_probability": st.sampled_from([0.0, 0.5, 1.0]),
        "public": st.booleans(),
        "repeats": st.sampled_from([1, 2, 3]),
        "acknowledgement": st.fixed_dictionaries(
            {
                "timeout_hours": st.sampled_from([0.5, 6, 30]),
                "attempts": st.sampled_from([1, 2, 4, 256]),
            }
        ),
    }


@st.composite
def queues(draw: st.DrawFn, newest_first: bool = False) -> Document:
    """A queue, with or without a finite buffer; one that serves the newest first if that is allowed."""
    queue: Document = {"service": draw(laws())}
    if newest_first:
        # Said in any case: a buffer would contradict the discipline of the default.
        queue["discipline"] = draw(st.sampled_from(["first_come", "newest_first"]))
    if queue.get("discipline") == "newest_first":
        return queue
    capacity = draw(st.sampled_from([None, 1, 2, 3]))
    return queue if capacity is None else queue | {"capacity": capacity}


def outages() -> st.SearchStrategy[Document]:
    """Outages that hold or lose what is sent in them."""
    return st.fixed_dictionaries(
        {
            "mean_up_hours": st.sampled_from([5, 40]),
            "mean_down_hours": st.sampled_from([0.001, 3, 24]),
            "policy": st.sampled_from(["hold", "lose"]),
        }
    )


@st.composite
def spirals(draw: st.DrawFn) -> Document:
    """The spiral doctrine with some parameters set; many of these worlds end in war."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "precision": st.sampled_from([0.5, 8, 40.0]),
        "rung_advantage": st.sampled_from([0.0, 3.0]),
        "first_strike_advantage": st.sampled_from([-0.5, 1.0]),
        "rung_cost": st.sampled_from([-0.05, 0.1]),
        "war_cost": st.just({"security_seeker": 0.1, "greedy": 0.0}),
        "rival_war_cost": st.just({"security_seeker": 0.3, "greedy": 0.1}),
        "prior_greedy": st.sampled_from([0.0, 0.6, 1.0]),
        "distinguishability": st.sampled_from([0.0, 0.5]),
        "leak": st.sampled_from([0.0, 0.5, 1.0]),
        "suspected_lying": st.sampled_from([0.5, 1.0]),
        "bias": st.sampled_from([-1.0, 2.0]),
        "capability_weight": st.sampled_from([0.3, 2.0]),
        "lying_precision": st.sampled_from([20.0, 1000.0]),
        "lying_cost": st.sampled_from([-0.1, 0.0]),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(optional)), max_size=5))
    hawk = HAWK if draw(st.booleans()) else {}
    return {"name": "spiral"} | hawk | {key: draw(optional[key]) for key in sorted(chosen)}


@st.composite
def thresholds(draw: st.DrawFn) -> Document:
    """The threshold doctrine with some parameters set; short of trembles hardly anybody would climb."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "persistence": st.sampled_from([0.0, 0.5, 1.0]),
        "calm_evidence": st.sampled_from([-3.0, 0.5]),
        "alarm_evidence": st.sampled_from([-1.0, 4.0]),
        "bound": st.sampled_from([0.5, 2]),
        "climb_above": st.sampled_from([-1.0, 0.3]),
        "descend_below": st.sampled_from([-4.0, -1.0]),
        "attack_above": st.sampled_from([-10.0, 0.2]),
        "tremble": st.sampled_from([0.0, 0.5, 1.0]),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(optional)), max_size=5))
    return {"name": "threshold", "tremble": 0.4} | {key: draw(optional[key]) for key in sorted(chosen)}


@st.composite
def memory_ones(draw: st.DrawFn) -> Document:
    """The memory-one doctrine: a strategy, some of its numbers replaced, with or without noise."""
    chances = st.sampled_from([0.0, 0.3, 1.0])
    numbers = ("after_cc", "after_cd", "after_dc", "after_dd", "first_cooperation")
    chosen = draw(st.sets(st.sampled_from(numbers), max_size=3))
    noise = {key: draw(st.sampled_from([0.0, 0.2])) for key in ("implementation_noise", "perception_noise")}
    return (
        {"name": "memory_one", "strategy": draw(st.sampled_from(sorted(STRATEGIES)))}
        | {key: draw(chances) for key in sorted(chosen)}
        | noise
    )


@st.composite
def listeners(draw: st.DrawFn) -> Document:
    """The listener, heard or not."""
    return {"name": "listener", "speaks": draw(st.booleans())}


@st.composite
def acknowledgers(draw: st.DrawFn) -> Document:
    """The acknowledger that begins, whoever it is or only if it is greedy."""
    return {"name": "acknowledger", "begins": True, "only_if_greedy": draw(st.booleans())}


@st.composite
def contrites(draw: st.DrawFn) -> Document:
    """Contrite tit for tat with both noises: without them it never does anything but cooperate."""
    noises = {
        "implementation_noise": st.sampled_from([0.1, 1.0]),
        "perception_noise": st.sampled_from([0.0, 0.3]),
    }
    return {"name": "contrite"} | {key: draw(noise) for key, noise in noises.items()}


@st.composite
def patiences(draw: st.DrawFn) -> Document:
    """The patient doctrine, mostly not very patient."""
    window = draw(st.sampled_from([1, 2, 3, 32]))
    return {
        "name": "patience",
        "hostile_reports": draw(st.integers(1, min(window, 3))),
        "window": window,
        "retaliation_reviews": draw(st.sampled_from([0, 1, 3])),
        "perception_noise": draw(st.sampled_from([0.0, 0.4, 1.0])),
    }


@st.composite
def voters(draw: st.DrawFn) -> Document:
    """The voter with noise, without which nobody who stood alike at the start would ever change."""
    return {
        "name": "voter",
        "perception_noise": draw(st.sampled_from([0.2, 1.0])),
        "bias": draw(st.sampled_from([0.5, 1.0, 3.0])),
    }


@st.composite
def richardsons(draw: st.DrawFn) -> Document:
    """Richardson's race with some parameters set; some of these races run away within days."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "reaction": st.sampled_from([-0.5, 0.9, 20.0]),
        "fatigue": st.sampled_from([0.0, 1.5]),
        "grievance": st.sampled_from([-4.0, 0.0, 2.0]),
        "shock": st.sampled_from([0.5, 30.0]),
        "assumed_exaggeration": st.sampled_from([-0.5, 0.25, 9.0]),
        "stale_reviews": st.sampled_from([1, 3, 128]),
        "missing": st.sampled_from(["zero", "own"]),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(optional)), max_size=4))
    return {"name": "richardson"} | {key: draw(optional[key]) for key in sorted(chosen)}


#: Doctrines with some parameters set, by name; the others are drawn as they are.
_WITH_PARAMETERS = {
    "listener": listeners,
    "spiral": spirals,
    "threshold": thresholds,
    "acknowledger": acknowledgers,
    "memory_one": memory_ones,
    "contrite": contrites,
    "patience": patiences,
    "voter": voters,
    "richardson": richardsons,
}


def _playing(doctrines: tuple[str, ...], document: Document, actions: int) -> tuple[str, ...]:
    """Those of the doctrines that play the game of a document; all that do if none of them does."""
    kind = document.get("game", {}).get("kind", "ladder")
    able = {"ladder": DOCTRINES, "matrix": PLAYERS, "posture": ARMERS}[kind]
    if kind == "matrix" and actions != 2:
        able = tuple(name for name in able if name not in OF_TWO_ACTIONS)
    return tuple(name for name in able if name in doctrines) or able


@st.composite
def _states(
    draw: st.DrawFn, name: str, rungs: int, doctrines: tuple[str, ...], *, clock: bool, ladder: bool
) -> Document:
    doctrine = draw(st.sampled_from(doctrines))
    state: Document = {
        "name": name,
        "doctrine": draw(_WITH_PARAMETERS[doctrine]())
        if doctrine in _WITH_PARAMETERS and draw(st.booleans())
        else doctrine,
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "greedy_probability": st.sampled_from([0.0, 0.5, 1.0]),
        "lying_probability": st.sampled_from([0.0, 0.5, 1.0]),
        "capability": st.sampled_from([0.5, 1, 4]),
        "reading": laws(),
        "utc_offset_hours": st.sampled_from([-5, 0, 5.5]),
    }
    if ladder:
        optional["ceiling"] = st.integers(0, rungs - 1)
    if clock:
        optional["office_hours"] = st.sampled_from([[0, 24], [9, 17], [8.5, 12.25], [23, 24], [0, 0.5]])
    return state | {key: draw(strategy) for key, strategy in optional.items() if draw(st.booleans())}


@st.composite
def _networks(draw: st.DrawFn, states: int) -> Document:
    choices: list[Document] = [
        {"graph": "complete"},
        {"graph": "ring"},
        {"graph": "star"},
        {"graph": "path_graph"},
        {"graph": "gnp_random_graph", "arguments": {"p": 0.6, "seed": 4}},
        {"graph": "gnp_random_graph", "arguments": {"p": 0.5, "directed": 1, "seed": 9}},
    ]
    if states >= 3:
        choices.append({"graph": "watts_strogatz_graph", "arguments": {"k": 2, "p": 0.5, "seed": 1}})
    return draw(st.sampled_from(choices))


@st.composite
def _rivals(draw: st.DrawFn, pairs: list[tuple[str, str]]) -> list[Document]:
    """Some of the pairs that a channel joins, with weights that leave nobody without attention."""
    joined = sorted({tuple(sorted(pair)) for pair in pairs})
    if not joined:
        return []
    chosen = draw(st.lists(st.sampled_from(joined), unique=True, min_size=1))
    weights = [draw(st.sampled_from([0, 0.3, 1, 2])) for _ in chosen]
    idle = {
        name
        for name in {name for pair in chosen for name in pair}
        if sum(w for pair, w in zip(chosen, weights, strict=True) if name in pair) == 0
    }
    return [
        {"between": list(pair), "weight": 1 if idle & set(pair) else weight}
        for pair, weight in zip(chosen, weights, strict=True)
    ]


@st.composite
def _ladders(draw: st.DrawFn, joint: bool) -> tuple[Document, int]:
    """A ladder and its number of peacetime rungs."""
    ladders = [{}, {"war": False}, {"rungs": ["calm", "alarm", "war"]}]
    if joint:
        ladders += [{"war": "joint"}, {"war": "joint", "rungs": ["calm", "alarm", "alert", "war"]}]
    ladder = draw(st.sampled_from(ladders))
    return {"ladder": ladder}, len(ladder["rungs"]) - 1 if "rungs" in ladder else 5


@st.composite
def _matrices(draw: st.DrawFn) -> tuple[Document, int]:
    """A matrix game and its number of actions."""
    game: Document = {"kind": "matrix"}
    size = draw(st.sampled_from([2, 2, 2, 3]))
    if size == 3 or draw(st.booleans()):
        payoffs = st.sampled_from([-1, 0, 0.5, 3, 5])
        game["actions"] = ["trust", "wait", "arm"][:size]
        game["payoffs"] = [[draw(payoffs) for _ in range(size)] for _ in range(size)]
        if size == 2 and draw(st.booleans()):
            del game["actions"]
    return {"game": game}, size


@st.composite
def _reviews(draw: st.DrawFn, interval: float, law: str, gaps: tuple[float | None, ...]) -> Document:
    gap = draw(st.sampled_from(gaps))
    triggered = {} if gap is None else {"on_report": {"minimum_gap_hours": gap}}
    if law == "exponential":
        shift = draw(st.sampled_from([0, 1, interval - 0.5]))
        return {"law": law, "interval_hours": interval, "shift_hours": shift} | triggered
    return triggered | {
        "interval_hours": interval,
        "jitter_hours": draw(st.sampled_from([0, 1, interval / 2, interval - 0.5])),
    }


@st.composite
def documents(
    draw: st.DrawFn,
    *,
    doctrines: tuple[str, ...] = (*DOCTRINES, *PLAYERS),
    names: tuple[str, ...] = NAMES,
    most_states: int = 5,
    explicit: bool | None = None,
    games: tuple[str, ...] = ("ladder",),
    reviews: tuple[str, ...] = ("uniform",),
    gaps: tuple[float | None, ...] = (None,),
    joint: bool = False,
    ways: bool = False,
) -> Document:
    """A scenario as a file would hold it.

    Args:
        draw: given by Hypothesis.
        doctrines: which doctrines states may follow, where they play the game that is drawn.
        names: what states may be called.
        most_states: at most this many states, 2 at least.
        explicit: True for explicit networks only, False for none, None for both.
        games: which kinds of game are played; where none of `doctrines` plays it, all that do are drawn.
        reviews: which review laws are kept.
        gaps: least gaps before reviews that reports trigger, hours; None for none.
        joint: whether ladders with joint war are drawn.
        ways: whether relays and routes, MORE_FAULTS, newest-first servers, places to start from, attention
            that differs each way and runs that end before their horizon are drawn.
    """
    chosen = draw(st.lists(st.sampled_from(names), unique=True, min_size=2, max_size=most_states))
    kind = draw(st.sampled_from(games))
    game, rungs = draw({"matrix": _matrices(), "posture": _postures()}.get(kind, _ladders(joint)))
    doctrines = _playing(doctrines, game, rungs)
    interval = draw(st.sampled_from([3, 6, 24, 7.5]))
    clock = draw(st.booleans())
    document: Document = {
        "name": "drawn",
        "horizon_days": draw(st.sampled_from([1, 2, 5, 10])),
        "review": draw(_reviews(interval, draw(st.sampled_from(reviews)), gaps)),
        **game,
        "states": [
            draw(_states(name, rungs, doctrines, clock=clock, ladder="game" not in game)) for name in chosen
        ],
    }
    more: tuple[str, ...] = draw(faults_at_once()) if ways else ()
    document["channels"] = {"default": draw(channels(rungs, more))}
    if clock:
        # Local midnight and the change of day fall inside the run.
        document["start"] = dt.datetime(1914, 7, 23, 17, 0, 30, tzinfo=dt.UTC)
    described: list[tuple[str, str]] = []
    every_pair = [(a, b) for a in chosen for b in chosen if a != b]
    if explicit or (explicit is None and draw(st.booleans())):
        document["network"] = {"graph": "explicit"}
        described = draw(st.lists(st.sampled_from(every_pair), unique=True, min_size=1))
    else:
        document["network"] = draw(_networks(len(chosen)))
        network = Network.model_validate(document["network"])
        pairs = links(network, sorted(chosen), [])
        if pairs:
            described = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=2))
    if described:
        document["channels"]["between"] = [
            {"from": a, "to": b} | draw(_overrides(rungs, document["channels"]["default"], more))
            for a, b in described
        ]
    network = Network.model_validate(document["network"])
    pairs = links(network, sorted(chosen), [f"{a}->{b}" for a, b in described])
    if ways:
        pairs = draw(_with_routes(document, pairs, rungs, more))
        draw(_with_starts(document, kind, rungs))
    if draw(st.booleans()):
        rivals = draw(_rivals(pairs))
        if rivals:
            document["rivals"] = rivals
        if ways:
            for rivalry in rivals:
                rivalry["weight_back"] = draw(st.sampled_from([0.5, 1, 3]))
    return document


@st.composite
def _postures(draw: st.DrawFn) -> tuple[Document, int]:
    """A posture game, which has one letter."""
    return {"game": {"kind": "posture", "limit": draw(st.sampled_from([3.0, 3.0, 200.0, 1e12]))}}, 1


@st.composite
def faults_at_once(draw: st.DrawFn) -> tuple[str, ...]:
    """More faults that one scenario may have: repeats and acknowledgements contradict each other."""
    without = draw(st.sampled_from(["repeats", "acknowledgement"]))
    return tuple(key for key in MORE_FAULTS if key != without)


@st.composite
def _with_starts(draw: st.DrawFn, document: Document, kind: str, rungs: int) -> None:
    """Where states begin, what they make of it in words, and when the run ends."""
    if kind != "posture":
        document["until"] = draw(st.sampled_from(["horizon", "unanimity", "unanimity", "top"]))
    for state in document["states"]:
        if kind == "posture" and draw(st.booleans()):
            state["start_posture"] = draw(st.sampled_from([-2.0, 0.5, 2.5]))
        elif kind != "posture" and draw(st.booleans()):
            state["start_rung"] = draw(st.integers(0, state.get("ceiling", rungs - 1)))
            if kind == "ladder":
                state["floor"] = draw(st.integers(0, state["start_rung"]))
        if draw(st.booleans()):
            state["exaggeration"] = draw(st.sampled_from([-0.5, 0.25, 10.0]))


RELAYS = ("relay", "Paris office", "Zürich")


@st.composite
def _with_routes(
    draw: st.DrawFn, document: Document, pairs: list[tuple[str, str]], rungs: int, more: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Give a document some routes over relays and states; the pairs of states that are then joined.

    What cannot be had on routes is taken away: broadcasts, repeats and acknowledgements behind the first hop,
    and all acknowledgements where a pair is joined one way only.
    """
    names = [state["name"] for state in document["states"]]
    every_pair = [(a, b) for a in names for b in names if a != b]
    joined = set(pairs)
    ends = draw(st.lists(st.sampled_from(every_pair), unique=True, max_size=3))
    routes, lines, later = [], dict.fromkeys(pairs), set()
    for a, b in ends:
        places = [place for place in (*RELAYS, *names) if place not in {a, b}]
        via = draw(st.lists(st.sampled_from(places), unique=True, min_size=1, max_size=3))
        hops = list(pairwise([a, *via, b]))
        both_ways = (b, a) not in ends and draw(st.booleans())
        every_hop = hops + [(far, near) for near, far in hops] * both_ways
        if any(set(hop) <= set(names) and hop not in joined for hop in every_hop):
            continue  # no line between these two states, and a graph has no room for one
        routes.append({"from": a, "to": b, "via": via, "both_ways": both_ways})
        lines |= dict.fromkeys(every_hop)
        later |= set(hops[1:]) | ({(far, near) for near, far in hops[:-1]} if both_ways else set())
    channels_table = document["channels"]
    if routes:
        document["relays"], document["routes"] = list(RELAYS), routes
        default = channels_table["default"]
        between = channels_table.setdefault("between", [])
        between += [
            {"from": a, "to": b} | draw(_overrides(rungs, default, more))
            for a, b in lines
            if not {a, b} <= set(names)
        ]
        for table in (default, *between):
            table.pop("public", None)
        behind = [table for table in between if (table["from"], table["to"]) in later]
        for table in (default, *behind):
            table.pop("repeats", None)
            table.pop("acknowledgement", None)
    pairs = sorted(joined | {(route["from"], route["to"]) for route in routes} | _back(routes))
    if any((b, a) not in pairs for a, b in pairs):
        for table in (channels_table["default"], *channels_table.get("between", [])):
            table.pop("acknowledgement", None)
    return pairs


def _back(routes: list[Document]) -> set[tuple[str, str]]:
    return {(route["to"], route["from"]) for route in routes if route["both_ways"]}


@st.composite
def _overrides(draw: st.DrawFn, rungs: int, default: Document, more: tuple[str, ...] = ()) -> Document:
    """What one channel has of its own; a garbling only where it cannot contradict the default's kernel."""
    settings = draw(channels(rungs, more)) if draw(st.booleans()) else {}
    if rungs > 1 and "garble" in settings and "garble" in default:
        settings["garble"] = {"probability": settings["garble"]["probability"]}
    return settings


def scenarios(**choices: Any) -> st.SearchStrategy[sg.Scenario]:
    """A loaded scenario; the arguments are those of `documents`."""
    return documents(**choices).map(build)


# Doctrines of beliefs about types


def _by_type(draw: st.DrawFn) -> Document:
    """A probability for each type of state."""
    return {key: draw(st.sampled_from([0.0, 0.2, 0.7, 1.0])) for key in ("security_seeker", "greedy")}


@st.composite
def declarers(draw: st.DrawFn) -> Document:
    """The declarer, erring or not."""
    return {"name": "declarer"} | ({"alarm_probability": _by_type(draw)} if draw(st.booleans()) else {})


@st.composite
def watchers(draw: st.DrawFn) -> Document:
    """The watcher with some parameters set; certainties are among them."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "prior_greedy": st.sampled_from([0.0, 0.6, 1.0]),
        "deduplicate": st.just(False),
        "act_above": st.sampled_from([0.0, 0.2, 0.9]),
        "speaks": st.just(False),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(optional))))
    tables = {key: _by_type(draw) for key in ("declared", "silence") if draw(st.booleans())}
    return {"name": "watcher"} | tables | {key: draw(optional[key]) for key in sorted(chosen)}


@st.composite
def reciprocators(draw: st.DrawFn) -> Document:
    """The reciprocator with some parameters set; short of trembles hardly anybody would climb."""
    rungs = st.sampled_from([-2.0, 0.4, 2.0])
    optional: dict[str, st.SearchStrategy[Any]] = {
        "forgiveness": st.sampled_from([0.0, 0.6, 1.0]),
        "relaxation": st.sampled_from([0.0, 0.2, 1.0]),
        "tremble": st.sampled_from([0.0, 0.7, 1.0]),
        "advantage": st.sampled_from([0.0, 0.3, 3.0]),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(optional)), max_size=3))
    tables = {key: _by_type(draw) for key in ("preemption", "opportunism") if draw(st.booleans())}
    if draw(st.booleans()):
        tables["overmatch"] = {key: draw(rungs) for key in ("security_seeker", "greedy")}
    return (
        {"name": "reciprocator", "tremble": 0.4}
        | tables
        | {key: draw(optional[key]) for key in sorted(chosen)}
    )


_WITH_PARAMETERS |= {"declarer": declarers, "watcher": watchers, "reciprocator": reciprocators}
