"""Small valid scenarios for Hypothesis: every doctrine, law, fault and kind of graph, with ties on purpose.

`documents()` draws a scenario as a file would hold it (the tables that `tomllib` returns), `scenarios()` the
same, loaded. `to_toml` writes a document as a file, `build` loads one. Numbers are drawn from short lists,
so that scenarios share quantile tables and simultaneous events are common. Matrix games and exponential
reviews are drawn where they are asked for: some laws of a run speak of ladders and of jitter alone.
"""

import datetime as dt
import json
from typing import Any

from hypothesis import strategies as st

import signalling as sg
from signalling.kernel.doctrines.memory_one import STRATEGIES
from signalling.network import Network, links
from signalling.paths import normalise

Document = dict[str, Any]

#: Not in name order, one outside ASCII, one with a blank: names are sorted by code point everywhere.
NAMES = ("Russia", "Austria", "Serbia", "Österreich", "Great Britain", "b", "B", "A")
DOCTRINES = ("listener", "spiral", "threshold")
#: Which of them play a matrix game: the second needs two actions.
PLAYERS = ("listener", "memory_one")
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
def channels(draw: st.DrawFn, rungs: int) -> Document:
    """A channel with any faults, each of them more often absent than present."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "delay": laws(),
        "loss_probability": st.sampled_from([0.0, 0.2, 0.6, 1.0]),
        "garble": garbles(rungs),
        "duplicate_probability": st.sampled_from([0.0, 0.3, 1.0]),
        "queue": queues(),
        "outage": outages(),
        "reading": laws(),
        "assumed": st.one_of(
            st.sampled_from(["true", "baseline"]),
            st.fixed_dictionaries(
                {"garble": st.fixed_dictionaries({"probability": st.sampled_from([0.0, 0.3])})}
            ),
        ),
    }
    return {key: draw(strategy) for key, strategy in optional.items() if draw(st.booleans())}


@st.composite
def queues(draw: st.DrawFn) -> Document:
    """A queue, with or without a finite buffer."""
    queue: Document = {"service": draw(laws())}
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


_WITH_PARAMETERS = {"spiral": spirals, "threshold": thresholds, "memory_one": memory_ones}


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
    doctrines: tuple[str, ...] = DOCTRINES,
    names: tuple[str, ...] = NAMES,
    most_states: int = 5,
    explicit: bool | None = None,
    games: tuple[str, ...] = ("ladder",),
    reviews: tuple[str, ...] = ("uniform",),
    gaps: tuple[float | None, ...] = (None,),
    joint: bool = False,
) -> Document:
    """A scenario as a file would hold it.

    Args:
        draw: given by Hypothesis.
        doctrines: which doctrines states may follow.
        names: what states may be called.
        most_states: at most this many states, 2 at least.
        explicit: True for explicit networks only, False for none, None for both.
        games: which kinds of game are played; a matrix game draws its doctrines from PLAYERS.
        reviews: which review laws are kept.
        gaps: least gaps before reviews that reports trigger, hours; None for none.
        joint: whether ladders with joint war are drawn.
    """
    chosen = draw(st.lists(st.sampled_from(names), unique=True, min_size=2, max_size=most_states))
    game, rungs = draw(_matrices()) if draw(st.sampled_from(games)) == "matrix" else draw(_ladders(joint))
    if "game" in game:
        doctrines = PLAYERS if rungs == 2 else ("listener",)
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
        "channels": {"default": draw(channels(rungs))},
    }
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
            {"from": a, "to": b} | draw(_overrides(rungs, document["channels"]["default"]))
            for a, b in described
        ]
    if draw(st.booleans()):
        network = Network.model_validate(document["network"])
        pairs = links(network, sorted(chosen), [f"{a}->{b}" for a, b in described])
        rivals = draw(_rivals(pairs))
        if rivals:
            document["rivals"] = rivals
    return document


@st.composite
def _overrides(draw: st.DrawFn, rungs: int, default: Document) -> Document:
    """What one channel has of its own; a garbling only where it cannot contradict the default's kernel."""
    settings = draw(channels(rungs)) if draw(st.booleans()) else {}
    if "garble" in settings and "garble" in default:
        settings["garble"] = {"probability": settings["garble"]["probability"]}
    return settings


def scenarios(**choices: Any) -> st.SearchStrategy[sg.Scenario]:
    """A loaded scenario; the arguments are those of `documents`."""
    return documents(**choices).map(build)
