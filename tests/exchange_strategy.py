"""Small valid exchanges for Hypothesis: any script, any plan, any fault, any rule of payoff."""

from typing import Any

from hypothesis import strategies as st

from tests.scenarios_strategy import NAMES, Document, channels, faults_at_once

NUMBERS = st.sampled_from([-1.0, 0.0, 0.1, 0.5, 2.0])
LETTERS = ("dove", "hawk", "owl")

LAWS: tuple[Document, ...] = (
    {},
    {"low": -1, "high": 2},
    {"law": "normal", "mean": 0.5, "sigma": 2},
    {"law": "lognormal", "sigma": 0.5},
    {"law": "exponential", "mean": 0.4},
    {"law": "constant", "mean": 0.3},
    {"law": "discrete", "values": [0, 0.4, 1], "probabilities": [0.5, 0.25, 0.25]},
    {"law": "table", "quantiles": [0, 0.1, 0.1, 0.9]},
)


@st.composite
def exchanges(draw: st.DrawFn) -> Document:
    """A whole exchange: two to five states, of which the first by name is chance."""
    letters = draw(st.integers(2, 3))
    names = list(draw(st.permutations(NAMES))[: draw(st.integers(3, 5))])
    states = [{"name": names[0], "doctrine": {"name": "nature"} | draw(st.sampled_from(LAWS))}]
    states += [
        draw(_players(name, [other for other in names if other != name], letters)) for name in names[1:]
    ]
    return {
        "name": "an exchange",
        "review": {"interval_hours": draw(st.sampled_from([6, 24])), "jitter_hours": 0},
        "game": draw(_games(names, letters)),
        "states": states,
        "network": draw(st.sampled_from([{"graph": "complete"}, {"graph": "star"}, {"graph": "ring"}])),
        "channels": {"default": draw(channels(letters, draw(faults_at_once())))},
    }


@st.composite
def _players(draw: st.DrawFn, name: str, others: list[str], letters: int) -> Document:
    doctrine = draw(st.one_of(_plans(letters), _replies(letters)))
    optional = {
        "greedy_probability": st.sampled_from([0.5, 1.0]),
        "lying_probability": st.sampled_from([0.5, 1.0]),
        "exaggeration": st.sampled_from([-0.5, 1.0]),
    }
    chosen = {key: draw(strategy) for key, strategy in optional.items() if draw(st.booleans())}
    return {"name": name, "doctrine": doctrine} | chosen


@st.composite
def _plans(draw: st.DrawFn, letters: int) -> Document:
    cuts = sorted(draw(st.sets(NUMBERS, max_size=3)))

    def plan(least: int) -> st.SearchStrategy[list[list[int]]]:
        said = st.integers(least, letters - 1)
        row = st.one_of(st.tuples(said).map(list), st.lists(said, min_size=letters + 1, max_size=letters + 1))
        return st.lists(row, min_size=len(cuts) + 1, max_size=len(cuts) + 1)

    return {
        "name": "cutoff",
        "constant": draw(NUMBERS),
        "cuts": cuts,
        "says": draw(plan(-1)),
        "acts": draw(plan(0)),
        "shows": draw(st.booleans()),
    }


@st.composite
def _replies(draw: st.DrawFn, letters: int) -> Document:
    cuts = sorted(draw(st.sets(st.sampled_from([0.2, 0.5, 0.8]), max_size=3)))
    said = st.integers(-1, letters - 1)
    return {
        "name": "best_reply",
        "aim": draw(st.sampled_from(["estimate", "demand"])),
        "cuts": cuts,
        "says": draw(st.lists(said, min_size=len(cuts) + 1, max_size=len(cuts) + 1)),
        "silence": draw(st.sampled_from([0.0, 0.4])),
    }


@st.composite
def _games(draw: st.DrawFn, names: list[str], letters: int) -> Document:
    middle = draw(st.lists(st.sampled_from(["nature", "talk", "act"]), max_size=3))
    phases: list[Any] = ["nature", *middle, {"kind": "act"}]
    if draw(st.booleans()):
        phases[-1]["stakes"] = 0.7
        phases.append({"kind": "act", "by": [draw(st.sampled_from(names[1:]))], "stakes": 0.25})
    game: Document = {"kind": "exchange", "letters": list(LETTERS[:letters]), "phases": phases}
    game["payoffs"] = draw(st.lists(_rules(names, letters), max_size=3))
    if draw(st.booleans()):
        game["war"] = {"letter": "hawk", "needed": draw(st.integers(1, 2))}
    return game


@st.composite
def _rules(draw: st.DrawFn, names: list[str], letters: int) -> Document:
    to, against, other = draw(st.permutations(names))[:3]
    square = st.lists(
        st.lists(NUMBERS, min_size=letters, max_size=letters), min_size=letters, max_size=letters
    )
    optional: dict[str, st.SearchStrategy[Any]] = {
        "table": square,
        "terms": st.lists(
            st.fixed_dictionaries({"of": st.sampled_from(names), "weight": square}), max_size=2
        ),
        "distances": st.just([{"between": [to, other], "bias": 0.25, "weight": 2}]),
    }
    chosen = {key: draw(strategy) for key, strategy in optional.items() if draw(st.booleans())}
    return {"to": to, "against": against} | chosen
