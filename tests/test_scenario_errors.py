"""Mistakes in scenario files, as a scholar makes them: one clear line each, and no traceback.

`MALFORMED` is also run through the command line (`signalling check FILE`, exit code 2).
"""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

import signalling as sg


class Mistake(NamedTuple):
    """A scenario file with one mistake, and what the line that tells of it must contain."""

    name: str
    content: bytes
    fragments: tuple[str, ...]
    """Path, value where there is one, remedy."""


HEAD = 'name = "t"\n'
STATES = '[[states]]\nname = "A"\ndoctrine = "spiral"\n[[states]]\nname = "B"\ndoctrine = "spiral"\n'
THIRD = '[[states]]\nname = "C"\ndoctrine = "listener"\n'


def _file(top: str = "", below: str = "") -> bytes:
    """A sound file of two states with something before and something after its states."""
    return (HEAD + top + "\n" + STATES + below + "\n").encode()


def _channel(line: str) -> bytes:
    return _file(below="[channels.default]\n" + line)


def _between(*tables: str) -> bytes:
    return _file(below="\n".join("[[channels.between]]\n" + table for table in tables))


def _state(line: str, top: str = "") -> bytes:
    first = f'[[states]]\nname = "A"\ndoctrine = "spiral"\n{line}\n'
    return (HEAD + top + "\n" + first + '[[states]]\nname = "B"\ndoctrine = "spiral"\n').encode()


def _named(name: str) -> bytes:
    return f'{HEAD}[[states]]\nname = {name}\ndoctrine = "spiral"\n{STATES}'.encode().replace(
        b'"A"\n', b'"Z"\n'
    )


def _doctrine(text: str) -> bytes:
    return f'{HEAD}[[states]]\nname = "A"\ndoctrine = {text}\n{THIRD}'.encode()


def _rivals(*tables: str) -> bytes:
    return _file(below=THIRD + "\n".join("[[rivals]]\n" + table for table in tables))


def _on_report(value: str) -> bytes:
    return _file(f"review = {{ on_report = {value} }}")


def _relayed(relays: str, routes: str = "", first: str = "", second: str = "") -> bytes:
    """A and B with lines from A over R to B."""
    lines = (f'from = "A"\nto = "R"\n{first}\n', f'from = "R"\nto = "B"\n{second}\n')
    below = "\n".join("[[channels.between]]\n" + line for line in lines)
    return _file(f"relays = {relays}", below + routes)


def _routed(*routes: str, first: str = "", second: str = "") -> bytes:
    return _relayed('["R"]', "\n".join("[[routes]]\n" + route for route in routes), first, second)


def _chain(length: int, default: str = "") -> bytes:
    """A route over so many relays."""
    relays = [f"R{number}" for number in range(length)]
    stops = ["A", *relays, "B"]
    lines = [f'[[channels.between]]\nfrom = "{a}"\nto = "{b}"\n' for a, b in pairwise(stops)]
    route = f'[[routes]]\nfrom = "A"\nto = "B"\nvia = {json.dumps(relays)}\n'
    return _file(
        f"relays = {json.dumps(relays)}", f"[channels.default]\n{default}\n" + "".join(lines) + route
    )


def _race(top: str, state: str, below: str, limit: str = "7.0") -> bytes:
    """An arms race of two states; the first has `state`, which may be its doctrine."""
    doctrine = "" if state.startswith("doctrine") else 'doctrine = "richardson"\n'
    states = f'[[states]]\nname = "A"\n{doctrine}{state}\n[[states]]\nname = "B"\ndoctrine = "listener"\n'
    return f'{HEAD}{top}\ngame = {{ kind = "posture", limit = {limit} }}\n{states}{below}\n'.encode()


ROUTE = 'from = "A"\nto = "B"\nvia = ["R"]'
_ONE_WAY = '[[channels.between]]\nfrom = "A"\nto = "B"\n'
GAP = "review.on_report.minimum_gap_hours"
ON_REPORT_REMEDY = 'must be a table such as { minimum_gap_hours = 1 }, or "none"'
WAR_REMEDY = 'must be true, false or "joint"'
UNIT_ROWS = "[[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]"

MALFORMED: tuple[Mistake, ...] = (
    # the file itself
    Mistake("empty file", b"", ("is empty", "[[states]]")),
    Mistake("blank file", b" \n\t\r\n", ("is empty", "[[states]]")),
    Mistake("comment only", b"# to be written\n", ("states", "missing", "[[states]]")),
    Mistake(
        "not UTF-8", HEAD.encode() + b"# caf\xe9\n" + STATES.encode(), ("not UTF-8", "save the file as UTF-8")
    ),
    Mistake("UTF-16", (HEAD + STATES).encode("utf-16"), ("not UTF-8", "save the file as UTF-8")),
    Mistake("not TOML", _file("horizon_days = = 3"), ("not TOML", "line 2")),
    Mistake("key twice", _file("horizon_days = 3\nhorizon_days = 4"), ("not TOML", "line 3")),
    Mistake("unclosed text", b'name = "t\n', ("not TOML", "line 1")),
    Mistake("nested too deep", b"a = " + b"[" * 5000, ("not TOML",)),
    Mistake("a number of 5000 digits", _file("horizon_days = " + "9" * 5000), ("not TOML",)),
    Mistake(
        "a number of 400 digits", _file("horizon_days = " + "9" * 400), ("horizon_days", "999", "must be")
    ),
    # the top level
    Mistake("no name", STATES.encode(), ("name", "is missing")),
    Mistake("name a number", ("name = 3\n" + STATES).encode(), ("name = 3", "must be a text in quotes")),
    Mistake("no states", HEAD.encode(), ("states", "is missing", "[[states]]")),
    Mistake("states a table", (HEAD + "[states.A]\ndoctrine = 1\n").encode(), ("states", "write [[states]]")),
    Mistake("states a text", (HEAD + 'states = "A"\n').encode(), ("states =", "write [[states]]")),
    Mistake("states empty", (HEAD + "states = []\n").encode(), ("states = []", "write [[states]]")),
    Mistake("states of texts", (HEAD + 'states = ["A"]\n').encode(), ("states[0]", "write [[states]]")),
    Mistake("unknown key", _file("horizon_dayz = 3"), ("horizon_dayz = 3", 'did you mean "horizon_days"?')),
    Mistake("unknown far key", _file("weather = 3"), ("weather = 3", "known:", "horizon_days", "states")),
    Mistake("horizon 0", _file("horizon_days = 0"), ("horizon_days = 0", "greater than 0")),
    Mistake("horizon negative", _file("horizon_days = -3"), ("horizon_days = -3", "greater than 0")),
    Mistake(
        "horizon too long", _file("horizon_days = 1_000_000"), ("horizon_days = 1000000", "at most 795364")
    ),
    Mistake(
        "horizon too short", _file("horizon_days = 1e-9"), ("horizon_days = 1e-09", "shorter than a second")
    ),
    Mistake("horizon a text", _file('horizon_days = "60"'), ("horizon_days =", "must be a number")),
    Mistake("horizon infinite", _file("horizon_days = inf"), ("horizon_days = inf", "finite")),
    Mistake(
        "start without offset", _file("start = 1914-07-23T17:00:00"), ("start =", "1914-07-23T17:00:00Z")
    ),
    Mistake("start a date", _file("start = 1914-07-23"), ("start =", "1914-07-23T17:00:00Z")),
    Mistake("start a text", _file('start = "1914-07-23T17:00:00Z"'), ("start =", "without quotes")),
    # review, game, ladder
    Mistake("review a number", _file("review = 24"), ("review = 24", "must be a table")),
    Mistake(
        "review key",
        _file("review = { interval = 3 }"),
        ("review.interval = 3", 'did you mean "interval_hours"?'),
    ),
    Mistake(
        "jitter not below interval",
        _file("review = { interval_hours = 6, jitter_hours = 6 }"),
        ("review.jitter_hours = 6", "below interval_hours = 6"),
    ),
    Mistake(
        "jitter negative", _file("review = { jitter_hours = -1 }"), ("review.jitter_hours = -1", "0 or more")
    ),
    Mistake(
        "interval 0",
        _file("review = { interval_hours = 0 }"),
        ("review.interval_hours = 0", "greater than 0"),
    ),
    Mistake(
        "interval too short",
        _file("review = { interval_hours = 1e-5, jitter_hours = 0 }"),
        ("review.interval_hours = 1e-05", "shorter than a second"),
    ),
    Mistake(
        "interval beyond the clock", _file("review = { interval_hours = 1e306 }"), ("review.interval_hours",)
    ),
    Mistake("jitter beyond the clock", _file("review = { jitter_hours = 1e306 }"), ("review.jitter_hours",)),
    Mistake("no least gap", _on_report("{}"), (f"{GAP}: is missing; write a value for it",)),
    Mistake("least gap 0", _on_report("{ minimum_gap_hours = 0 }"), (f"{GAP} = 0: must be greater than 0",)),
    Mistake(
        "least gap negative",
        _on_report("{ minimum_gap_hours = -1 }"),
        (f"{GAP} = -1: must be greater than 0",),
    ),
    Mistake(
        "least gap too short",
        _on_report("{ minimum_gap_hours = 1e-4 }"),
        (f"{GAP} = 0.0001: is shorter than a second; write a longer one",),
    ),
    Mistake(
        "least gap beyond the clock",
        _on_report("{ minimum_gap_hours = 1e306 }"),
        (f"{GAP} = 1e+306", "or less"),
    ),
    Mistake("least gap NaN", _on_report("{ minimum_gap_hours = nan }"), (f"{GAP} = nan", "finite number")),
    Mistake(
        "least gap a text", _on_report('{ minimum_gap_hours = "1" }'), (f'{GAP} = "1"', "must be a number")
    ),
    Mistake(
        "least gap a boolean",
        _on_report("{ minimum_gap_hours = true }"),
        (f"{GAP} = true", "must be a number"),
    ),
    Mistake(
        "least gap misspelt",
        _on_report("{ minimum_gap = 1 }"),
        ("review.on_report.minimum_gap = 1: unknown key", 'did you mean "minimum_gap_hours"?'),
    ),
    Mistake(
        "least gap beside on_report",
        _file("review = { minimum_gap_hours = 1 }"),
        ("review.minimum_gap_hours = 1: unknown key", "on_report"),
    ),
    Mistake("on report true", _on_report("true"), (f"review.on_report = true: {ON_REPORT_REMEDY}",)),
    Mistake("on report a number", _on_report("1"), (f"review.on_report = 1: {ON_REPORT_REMEDY}",)),
    Mistake(
        "on report a text", _on_report('"always"'), (f'review.on_report = "always": {ON_REPORT_REMEDY}',)
    ),
    Mistake("on report an array", _on_report("[1]"), (f"review.on_report = [1]: {ON_REPORT_REMEDY}",)),
    Mistake("unknown game", _file('game = { kind = "chess" }'), ("game.kind =", "chess", "ladder, matrix")),
    Mistake("game a text", _file('game = "ladder"'), ("game =", "must be a table")),
    Mistake(
        "ladder too short",
        _file('ladder = { rungs = ["calm", "war"] }'),
        ("ladder.rungs = [", "at least 3 names", "two peacetime rungs and war"),
    ),
    Mistake(
        "ladder without war too short",
        _file('ladder = { war = false, rungs = ["calm"] }'),
        ("ladder.rungs = [", "at least 2 names"),
    ),
    Mistake(
        "rung twice",
        _file('ladder = { rungs = ["a", "b", "b", "war"] }'),
        ("ladder.rungs = [", "twice", "its own"),
    ),
    Mistake("rungs of numbers", _file("ladder = { rungs = [1, 2, 3] }"), ("ladder.rungs", "text in quotes")),
    *(
        Mistake(
            f"war {name}", _file(f"ladder = {{ war = {value} }}"), (f"ladder.war = {value}: {WAR_REMEDY}",)
        )
        for name, value in {
            "a text": '"no"',
            "both": '"both"',
            "joint with a capital": '"Joint"',
            "a number": "0",
            "an array": '["joint"]',
        }.items()
    ),
    Mistake(
        "ladder of joint war too short",
        _file('ladder = { war = "joint", rungs = ["calm", "war"] }'),
        ("ladder.rungs = [", "at least 3 names", "two peacetime rungs and war"),
    ),
    Mistake(
        "joint war in a matrix game",
        _file('game = { kind = "matrix" }\nladder = { war = "joint" }'),
        ("ladder:", 'contradicts game.kind = "matrix"', "drop it"),
    ),
    # names of states
    Mistake(
        "no state name", (HEAD + '[[states]]\ndoctrine = "spiral"\n').encode(), ("states[0].name", "text")
    ),
    Mistake("state name a number", _named("3"), ("states[0].name = 3", "must be a text")),
    Mistake("state name blank", _named('"  "'), ("states[0].name =", "must be a text")),
    Mistake("state twice", _named('"B"'), ("states[2].name =", "B", "stands twice")),
    Mistake("state called all", _named('"all"'), ("states[0].name =", "may not be all or default")),
    Mistake("state called default", _named('"default"'), ("states[0].name =", "may not be all or default")),
    Mistake("state with an arrow", _named('"A->C"'), ("states[0].name =", "A->C", "nor contain")),
    Mistake("state with a dot", _named('"U.S."'), ("states[0].name =", "U.S.", "nor contain")),
    Mistake("state with a bar", _named('"A|C"'), ("states[0].name =", "A|C", "nor contain")),
    # states
    Mistake("state key", _state("greedy = 1"), ("states.A.greedy = 1", "unknown key", "greedy_probability")),
    Mistake("no doctrine", (HEAD + '[[states]]\nname = "A"\n').encode(), ("states.A.doctrine", '"spiral"')),
    Mistake(
        "probability 1.3", _state("greedy_probability = 1.3"), ("states.A.greedy_probability = 1.3", "[0, 1]")
    ),
    Mistake(
        "lying negative", _state("lying_probability = -0.1"), ("states.A.lying_probability = -0.1", "[0, 1]")
    ),
    Mistake("capability 0", _state("capability = 0"), ("states.A.capability = 0", "greater than 0")),
    Mistake("floor too high", _state("floor = 5"), ("states.A.floor = 5", "must be 0 to 4")),
    Mistake(
        "floor above the ceiling", _state("floor = 3\nceiling = 2"), ("states.A.floor = 3", "must be 0 to 2")
    ),
    Mistake(
        "start below the floor",
        _state("floor = 2\nstart_rung = 1"),
        ("states.A.start_rung = 1", "must be 2 to 4: above its floor"),
    ),
    Mistake("ceiling too high", _state("ceiling = 5"), ("states.A.ceiling = 5", "0 to 4")),
    Mistake("ceiling negative", _state("ceiling = -1"), ("states.A.ceiling = -1", "0 or more")),
    Mistake("ceiling not whole", _state("ceiling = 1.5"), ("states.A.ceiling = 1.5", "whole number")),
    Mistake(
        "office hours reversed",
        _state("office_hours = [17, 9]", "start = 1914-07-23T17:00:00Z"),
        ("states.A.office_hours = [17, 9]", "opening < closing"),
    ),
    Mistake(
        "office hours without start",
        _state("office_hours = [9, 17]"),
        ("states.A.office_hours =", "needs start"),
    ),
    Mistake(
        "office hours of texts",
        _state('office_hours = ["09:00", "17:00"]'),
        ("states.A.office_hours", "number"),
    ),
    Mistake(
        "three office hours", _state("office_hours = [9, 12, 17]"), ("states.A.office_hours =", "[9, 12, 17]")
    ),
    Mistake(
        "offset of a day", _state("utc_offset_hours = 24"), ("states.A.utc_offset_hours = 24", "14 or less")
    ),
    Mistake("reading not a law", _state("reading = 3"), ("states.A.reading = 3", "must be a table")),
    # doctrines
    Mistake("doctrine misspelt", _doctrine('"spirral"'), ("states.A.doctrine =", 'did you mean "spiral"?')),
    Mistake(
        "doctrine unknown",
        _doctrine('"bluff"'),
        ("states.A.doctrine =", "bluff", "listener, memory_one, nature, patience"),
    ),
    Mistake("doctrine a number", _doctrine("3"), ("states.A.doctrine = 3", '"spiral"')),
    Mistake("doctrine without name", _doctrine("{ precision = 3 }"), ("states.A.doctrine =", "with a name")),
    Mistake(
        "parameter misspelt",
        _doctrine('{ name = "spiral", precison = 3 }'),
        ("states.A.doctrine.precison = 3", 'did you mean "precision"?'),
    ),
    Mistake(
        "parameter out of range",
        _doctrine('{ name = "spiral", leak = 1.5 }'),
        ("states.A.doctrine.leak = 1.5", "1 or less"),
    ),
    Mistake(
        "parameter 0",
        _doctrine('{ name = "spiral", precision = 0 }'),
        ("states.A.doctrine.precision = 0", "greater"),
    ),
    Mistake(
        "parameter a boolean",
        _doctrine('{ name = "spiral", leak = true }'),
        ("states.A.doctrine.leak", "number"),
    ),
    Mistake(
        "war cost misspelt",
        _doctrine('{ name = "spiral", war_cost = { greed = 0.3 } }'),
        ("states.A.doctrine.war_cost.greed = 0.3", "unknown key", 'did you mean "greedy"?'),
    ),
    Mistake(
        "war cost a number",
        _doctrine('{ name = "spiral", war_cost = 0.3 }'),
        ("states.A.doctrine.war_cost = 0.3", "must be a table"),
    ),
    Mistake(
        "war cost NaN",
        _doctrine('{ name = "spiral", war_cost = { greedy = nan, security_seeker = 0.5 } }'),
        ("states.A.doctrine.war_cost.greedy = nan", "finite"),
    ),
    Mistake(
        "listener with a parameter",
        _doctrine('{ name = "listener", precision = 3 }'),
        ("states.A.doctrine.precision = 3", "unknown key"),
    ),
    # rivals
    Mistake(
        "unknown rival",
        _rivals('between = ["A", "X"]'),
        ("rivals[0].between", "X", "no such state", "A, B, C"),
    ),
    Mistake("rival of itself", _rivals('between = ["A", "A"]'), ("rivals[0].between =", "name two states")),
    Mistake(
        "rivalry twice",
        _rivals('between = ["A", "B"]', 'between = ["B", "A"]'),
        ("rivals[1].between =", "twice", "keep one"),
    ),
    Mistake("one rival", _rivals('between = ["A"]'), ("rivals", "between")),
    Mistake("rivals of numbers", _rivals("between = [1, 2]"), ("rivals", "between", "text in quotes")),
    Mistake("rivals without between", _rivals("weight = 1"), ("rivals", "between", "is missing")),
    Mistake(
        "weight negative",
        _rivals('between = ["A", "B"]\nweight = -1'),
        ("rivals", "weight = -1", "0 or more"),
    ),
    Mistake(
        "rival key", _rivals('between = ["A", "B"]\nweigth = 2'), ("weigth = 2", 'did you mean "weight"?')
    ),
    Mistake(
        "all weights 0", _rivals('between = ["A", "B"]\nweight = 0'), ("rivals", "all weights of A are 0")
    ),
    Mistake("rivals a table", _file(below='[rivals]\nbetween = ["A", "B"]'), ("rivals =", "[[rivals]]")),
    Mistake(
        "rivals without channel",
        _file('[network]\ngraph = "star"', THIRD + '[[rivals]]\nbetween = ["B", "C"]'),
        ("rivals[0].between =", "no channel joins them"),
    ),
    # network
    Mistake(
        "graph misspelt", _file('network = { graph = "starr" }'), ("network.graph =", 'did you mean "star"?')
    ),
    Mistake(
        "graph unknown",
        _file('network = { graph = "clique" }'),
        ("network.graph =", "clique", "complete, ring"),
    ),
    Mistake("graph a number", _file("network = { graph = 3 }"), ("network.graph = 3", "text in quotes")),
    Mistake("network a text", _file('network = "ring"'), ("network =", "must be a table")),
    Mistake("network key", _file('network = { kind = "ring" }'), ("network.kind =", "unknown key", "graph")),
    Mistake(
        "generator without arguments",
        _file('network = { graph = "watts_strogatz_graph" }'),
        ("network.arguments = {}", "watts_strogatz_graph", "'k' and 'p'"),
    ),
    Mistake(
        "generator with a wrong argument",
        _file('network = { graph = "cycle_graph", arguments = { zz = 3 } }'),
        ("network.arguments =", "cycle_graph", "'zz'"),
    ),
    Mistake(
        "generator argument a text",
        _file('network = { graph = "cycle_graph", arguments = { n = "2" } }'),
        ("network.arguments.n =", "number"),
    ),
    Mistake(
        "random graph without seed",
        _file('network = { graph = "gnp_random_graph", arguments = { p = 0.5 } }'),
        ("network.arguments", "seed"),
    ),
    Mistake(
        "arguments of a graph that takes none",
        _file('network = { graph = "complete", arguments = { n = 7 } }'),
        ("network.arguments", "complete"),
    ),
    Mistake(
        "too many nodes",
        _file('network = { graph = "star_graph" }'),
        ("network.graph =", "3 nodes for 2 states"),
    ),
    Mistake(
        "described channel not in the graph",
        _file('network = { graph = "star" }', THIRD + '[[channels.between]]\nfrom = "B"\nto = "C"'),
        ("channels.B->C", '"star"', '"explicit"'),
    ),
    # channels
    Mistake("channels a number", _file("channels = 3"), ("channels = 3", "[channels.default]")),
    Mistake(
        "channels key",
        _file(below="[channels.defualt]\nx = 1"),
        ("channels.defualt", 'did you mean "default"?'),
    ),
    Mistake(
        "default a number", _file("channels = { default = 3 }"), ("channels.default = 3", "must be a table")
    ),
    Mistake(
        "between a table",
        _file(below='[channels.between]\nfrom = "A"'),
        ("channels.between", "[[channels.between]]"),
    ),
    Mistake("no sender", _between('to = "B"'), ("channels.between[0].from", "is missing")),
    Mistake(
        "unknown addressee",
        _between('from = "A"\nto = "Bulgaria"'),
        ("channels.between[0].to =", "Bulgaria", "A, B"),
    ),
    Mistake(
        "sender a number", _between('from = 1\nto = "B"'), ("channels.between[0].from = 1", "no such state")
    ),
    Mistake("sender an array", _between('from = ["A"]\nto = "B"'), ("channels.between[0].from =", "[")),
    Mistake(
        "sender a table", _between('from = { name = "A" }\nto = "B"'), ("channels.between[0].from =", "{")
    ),
    Mistake(
        "channel to itself",
        _between('from = "A"\nto = "A"'),
        ("channels.between[0].to =", "no channel to itself"),
    ),
    Mistake(
        "channel twice",
        _between('from = "A"\nto = "B"', 'from = "A"\nto = "B"'),
        ("channels.between[1]", "A->B", "twice"),
    ),
    Mistake(
        "channel twice by both ways",
        _between('from = "A"\nto = "B"\nboth_ways = true', 'from = "B"\nto = "A"'),
        ("channels.between[1]", "B->A", "twice"),
    ),
    Mistake(
        "both ways a text",
        _between('from = "A"\nto = "B"\nboth_ways = "yes"'),
        ("both_ways =", "true or false"),
    ),
    Mistake(
        "key of one channel",
        _between('from = "A"\nto = "B"\nlos = 1'),
        ("channels.A->B.los = 1", "unknown key"),
    ),
    Mistake(
        "value of one channel",
        _between('from = "A"\nto = "B"\nloss_probability = 2'),
        ("channels.A->B.loss_probability = 2", "[0, 1]"),
    ),
    Mistake(
        "loss 1.3", _channel("loss_probability = 1.3"), ("channels.default.loss_probability = 1.3", "[0, 1]")
    ),
    Mistake(
        "loss NaN", _channel("loss_probability = nan"), ("channels.default.loss_probability = nan", "finite")
    ),
    Mistake(
        "loss a boolean", _channel("loss_probability = true"), ("channels.default.loss_probability", "number")
    ),
    Mistake(
        "loss a text",
        _channel('loss_probability = "0.1"'),
        ("channels.default.loss_probability", "0.1", "number"),
    ),
    Mistake("delay a number", _channel("delay = 3"), ("channels.default.delay = 3", "must be a table")),
    Mistake(
        "delay of another law without its name",
        _channel("delay = { median_hours = 1, sigma = 1 }"),
        ("channels.default.delay.median_hours = 1", "unknown key"),
    ),
    Mistake(
        "delay negative",
        _channel('delay = { law = "constant", hours = -1 }'),
        ("channels.default.delay.hours = -1", "0"),
    ),
    Mistake(
        "delay infinite",
        _channel('delay = { law = "exponential", mean_hours = inf }'),
        ("channels.default.delay.mean_hours = inf", "finite"),
    ),
    Mistake(
        "law unknown",
        _channel('delay = { law = "gaussian", hours = 1 }'),
        ("channels.default.delay.law =", "gaussian", "constant", "lognormal"),
    ),
    Mistake(
        "law misspelt",
        _channel('delay = { law = "log-normal", median_hours = 1, sigma = 1 }'),
        ("channels.default.delay.law =", 'did you mean "lognormal"?'),
    ),
    Mistake(
        "law with a wrong key",
        _channel('delay = { law = "lognormal", mean_hours = 1, sigma = 1 }'),
        ("channels.default.delay.mean_hours = 1", "unknown key", "median_hours"),
    ),
    Mistake(
        "law missing a key",
        _channel('delay = { law = "lognormal", sigma = 1 }'),
        ("channels.default.delay.median_hours", "is missing"),
    ),
    Mistake(
        "uniform reversed",
        _channel('delay = { law = "uniform", low_hours = 3, high_hours = 2 }'),
        ("channels.default.delay", "low_hours = 3 must be below high_hours = 2"),
    ),
    Mistake(
        "uniform of no width",
        _channel('delay = { law = "uniform", low_hours = 3, high_hours = 3 }'),
        ("channels.default.delay", "below high_hours", '"constant"'),
    ),
    Mistake(
        "garble key",
        _channel("garble = { probabilty = 0.1 }"),
        ("channels.default.garble.probabilty = 0.1", 'did you mean "probability"?'),
    ),
    Mistake(
        "garble kernel",
        _channel('garble = { kernel = "unifrom" }'),
        ("channels.default.garble.kernel =", "uniform"),
    ),
    Mistake(
        "kernel matrix without matrix",
        _channel('garble = { kernel = "matrix" }'),
        ("channels.default.garble", "needs matrix"),
    ),
    Mistake(
        "matrix without kernel",
        _channel(f"garble = {{ probability = 0.1, matrix = {UNIT_ROWS} }}"),
        ("channels.default.garble", 'write kernel = "matrix"'),
    ),
    Mistake(
        "matrix not square",
        _channel('garble = { kernel = "matrix", matrix = [[0.5, 0.5], [1.0]] }'),
        ("channels.default.garble.matrix", "row 1", "square"),
    ),
    Mistake(
        "matrix row not summing to 1",
        _channel('garble = { kernel = "matrix", matrix = [[0.5, 0.4], [0.0, 1.0]] }'),
        ("channels.default.garble.matrix", "row 0", "sum to 1"),
    ),
    Mistake(
        "matrix entry beyond 1",
        _channel('garble = { kernel = "matrix", matrix = [[1.5, -0.5], [0.0, 1.0]] }'),
        ("channels.default.garble.matrix", "1.5", "[0, 1]"),
    ),
    Mistake(
        "matrix too small for the ladder",
        _channel('garble = { kernel = "matrix", matrix = [[0.5, 0.5], [0.0, 1.0]] }'),
        ("channels.default.garble.matrix", "2 rows", "needs 5"),
    ),
    Mistake(
        "matrix a number",
        _channel('garble = { kernel = "matrix", matrix = 3 }'),
        ("garble.matrix = 3", "array"),
    ),
    Mistake(
        "assumed misspelt", _channel('assumed = "treu"'), ("channels.default.assumed =", "true", "baseline")
    ),
    Mistake(
        "assumed a number", _channel("assumed = 3"), ("channels.default.assumed = 3", "true", "baseline")
    ),
    Mistake(
        "assumed key",
        _channel("assumed = { loss_probability = 0 }"),
        ("channels.default.assumed.loss_probability", "garble"),
    ),
    Mistake(
        "assumed probability 2",
        _channel("assumed = { garble = { probability = 2 } }"),
        ("channels.default.assumed.garble.probability = 2", "[0, 1]"),
    ),
    Mistake(
        "assumed matrix without matrix",
        _channel('assumed = { garble = { kernel = "matrix" } }'),
        ("channels.default.assumed.garble", "needs matrix"),
    ),
    Mistake(
        "assumed matrix without kernel",
        _channel(f"assumed = {{ garble = {{ matrix = {UNIT_ROWS} }} }}"),
        ("channels.default.assumed.garble", 'write kernel = "matrix"'),
    ),
    Mistake(
        "assumed matrix too small",
        _channel('assumed = { garble = { kernel = "matrix", matrix = [[0.5, 0.5], [0.0, 1.0]] } }'),
        ("channels.default.assumed.garble.matrix", "2 rows", "needs 5"),
    ),
    Mistake(
        "queue capacity 0",
        _channel('queue = { service = { law = "constant", hours = 1 }, capacity = 0 }'),
        ("channels.default.queue.capacity = 0", "1 or more"),
    ),
    Mistake(
        "queue capacity not whole",
        _channel('queue = { service = { law = "constant", hours = 1 }, capacity = 2.5 }'),
        ("channels.default.queue.capacity = 2.5", "whole number"),
    ),
    Mistake(
        "queue without service",
        _channel("queue = { capacity = 2 }"),
        ("channels.default.queue.service", "is missing"),
    ),
    Mistake(
        "outage of no length",
        _channel("outage = { mean_up_hours = 10, mean_down_hours = 0 }"),
        ("channels.default.outage.mean_down_hours = 0", "greater than 0"),
    ),
    Mistake(
        "outage without down time",
        _channel("outage = { mean_up_hours = 10 }"),
        ("outage.mean_down_hours", "is missing"),
    ),
    Mistake(
        "outage policy",
        _channel('outage = { mean_up_hours = 10, mean_down_hours = 1, policy = "drop" }'),
        ("channels.default.outage.policy =", "hold", "lose"),
    ),
    Mistake(
        "outage beyond the clock",
        _channel("outage = { mean_up_hours = 1e300, mean_down_hours = 1 }"),
        ("channels.default.outage.mean_up_hours",),
    ),
    # relays and routes
    Mistake("relays a text", _file('relays = "R"'), ("relays =", 'relays = ["Paris office"]')),
    Mistake("relays of numbers", _file("relays = [1]"), ("relays = [1]", "must be a list of names")),
    Mistake("relay a blank", _file('relays = [" "]'), ("relays =", "must be a list of names")),
    Mistake("relay named all", _file('relays = ["all"]'), ('relays[0] = "all"', "may not be all or default")),
    Mistake("relay with an arrow", _file('relays = ["x->y"]'), ('relays[0] = "x->y"', "nor contain '->'")),
    Mistake(
        "relay a state",
        _file('relays = ["B"]'),
        ('relays[0] = "B"', "is a state; a state may stand in via without being a relay"),
    ),
    Mistake("relay twice", _relayed('["R", "R"]'), ('relays[1] = "R"', "stands twice; name it once")),
    Mistake("routes a table", _file("routes = 3"), ("routes = 3", "write [[routes]]")),
    Mistake("routes of texts", _file('routes = ["R"]'), ("routes =", "write [[routes]]")),
    Mistake(
        "route of nobody",
        _routed('from = "A"\nto = "Bulgaria"\nvia = ["R"]'),
        ('routes[0].to = "Bulgaria"', "no such state"),
    ),
    Mistake(
        "route to a relay", _routed('from = "A"\nto = "R"\nvia = ["B"]'), ('routes[0].to = "R"', "no such")
    ),
    Mistake("route without end", _routed('from = "A"\nvia = ["R"]'), ("routes[0].to", "is missing")),
    Mistake(
        "route to itself",
        _routed('from = "A"\nto = "A"\nvia = ["R"]'),
        ('routes[0].to = "A"', "another state"),
    ),
    Mistake(
        "route both ways a text",
        _routed('from = "A"\nto = "B"\nvia = ["R"]\nboth_ways = "yes"'),
        ('routes[0].both_ways = "yes"', "must be true or false"),
    ),
    Mistake(
        "route twice",
        _routed('from = "A"\nto = "B"\nvia = ["R"]', 'from = "A"\nto = "B"\nvia = ["R"]'),
        ('routes[1] = "A->B"', "described twice"),
    ),
    Mistake("route without via", _routed('from = "A"\nto = "B"'), ("routes.A->B.via", "is missing")),
    Mistake("via empty", _routed('from = "A"\nto = "B"\nvia = []'), ("routes.A->B.via = []", "at least 1")),
    Mistake(
        "via a text",
        _routed('from = "A"\nto = "B"\nvia = "R"'),
        ('routes.A->B.via = "R"', "must be an array"),
    ),
    Mistake(
        "via nowhere",
        _routed('from = "A"\nto = "B"\nvia = ["Q"]'),
        ('routes.A->B.via = "Q"', "is no state and no relay", "relays = [...]"),
    ),
    Mistake(
        "via in a circle",
        _routed('from = "A"\nto = "B"\nvia = ["R", "A"]'),
        ('routes.A->B.via = ["R", "A"]', "passes a place twice"),
    ),
    Mistake(
        "via without a channel",
        _routed('from = "B"\nto = "A"\nvia = ["R"]'),
        ('routes.B->A.via = ["R"]', "no channel B->R; describe it in [[channels.between]]"),
    ),
    Mistake(
        "via a hundred places",
        _chain(100),
        ("routes.A->B.via", "100 places", "at most 99"),
    ),
    Mistake("route misspelt", _routed('from = "A"\nto = "B"\nvai = ["R"]'), ("vai", 'did you mean "via"?')),
    # what a channel may not do on a route
    Mistake(
        "broadcast on a route",
        _routed(ROUTE, first="public = true"),
        ("channels.A->R.public = true", "the route A->B is no broadcast; drop it"),
    ),
    Mistake(
        "repeats by a relay",
        _routed(ROUTE, second="repeats = 2"),
        ("channels.R->B.repeats = 2", "write it on the first hop"),
    ),
    Mistake(
        "acknowledgement by a relay",
        _routed(ROUTE, second="acknowledgement = { timeout_hours = 3 }"),
        ("channels.R->B.acknowledgement", "write it on the first hop"),
    ),
    Mistake(
        "copies on the ninth hop",
        _chain(8, "duplicate_probability = 0.5"),
        ("channels.R7->B.duplicate_probability = 0.5", "only on the first 8 hops"),
    ),
    # acknowledgements, repeats, servers
    Mistake(
        "acknowledgement without a channel back",
        _file('network = { graph = "explicit" }', _ONE_WAY + "acknowledgement = { timeout_hours = 3 }"),
        ("channels.A->B.acknowledgement", "there is no channel from B to A"),
    ),
    Mistake(
        "acknowledgement and repeats",
        _channel("repeats = 2\nacknowledgement = { timeout_hours = 3 }"),
        ("channels.default.repeats = 2", "contradicts acknowledgement", "drop one of them"),
    ),
    Mistake(
        "acknowledgement without timer",
        _channel("acknowledgement = { attempts = 3 }"),
        ("channels.default.acknowledgement.timeout_hours", "is missing"),
    ),
    Mistake(
        "timer of no length",
        _channel("acknowledgement = { timeout_hours = 0 }"),
        ("channels.default.acknowledgement.timeout_hours = 0", "greater than 0"),
    ),
    Mistake(
        "timer shorter than the clock",
        _channel("acknowledgement = { timeout_hours = 1e-5 }"),
        ("channels.default.acknowledgement.timeout_hours = 1e-05", "shorter than a second"),
    ),
    *(
        Mistake(
            f"attempts {value}",
            _channel(f"acknowledgement = {{ timeout_hours = 1, attempts = {value} }}"),
            (f"channels.default.acknowledgement.attempts = {value}", remedy),
        )
        for value, remedy in ((0, "1 or more"), (257, "256 or less"), (1.5, "whole number"))
    ),
    *(
        Mistake(
            f"repeats {value}",
            _channel(f"repeats = {value}"),
            (f"channels.default.repeats = {value}", remedy),
        )
        for value, remedy in ((0, "1 or more"), (257, "256 or less"))
    ),
    Mistake(
        "a buffer that nothing waits in",
        _channel(
            'queue = { service = { law = "constant", hours = 1 }, discipline = "newest_first", capacity = 2 }'
        ),
        ("channels.default.queue", "capacity contradicts", "drop it"),
    ),
    Mistake(
        "queue discipline",
        _channel('queue = { service = { law = "constant", hours = 1 }, discipline = "lifo" }'),
        ('channels.default.queue.discipline = "lifo"', "first_come", "newest_first"),
    ),
    # content
    Mistake(
        "loss of too few letters",
        _channel("loss_by_letter = [0.5, 0.5]"),
        ("channels.default.loss_by_letter = [0.5, 0.5]", "needs 5 numbers, one for each letter"),
    ),
    Mistake(
        "loss of a letter beyond 1",
        _channel("loss_by_letter = [0.5, 1.5, 0, 0, 0]"),
        ("channels.default.loss_by_letter[1] = 1.5", "[0, 1]"),
    ),
    Mistake(
        "assumed loss of too few letters",
        _channel("assumed = { loss_by_letter = [1] }"),
        ("channels.default.assumed.loss_by_letter = [1", "needs 5 numbers"),
    ),
    Mistake(
        "tampering matrix too small",
        _channel('tamper = { kernel = "matrix", matrix = [[0.5, 0.5], [0.0, 1.0]] }'),
        ("channels.default.tamper.matrix = ", "2 rows", "needs 5"),
    ),
    Mistake(
        "noise negative",
        _channel("noise = { sigma = -1 }"),
        ("channels.default.noise.sigma = -1", "0 or more"),
    ),
    Mistake("noise a number", _channel("noise = 3"), ("channels.default.noise = 3", "must be a table")),
    Mistake(
        "public a text", _channel('public = "yes"'), ('channels.default.public = "yes"', "true or false")
    ),
    Mistake(
        "common cause beyond 1",
        _channel("common_cause_probability = 2"),
        ("channels.default.common_cause_probability = 2", "[0, 1]"),
    ),
    # where states begin, and when the run ends
    Mistake("until", _file('until = "peace"'), ('until = "peace"', "'horizon', 'unanimity' or 'top'")),
    Mistake(
        "start above the ladder", _state("start_rung = 5"), ("states.A.start_rung = 5", "must be 0 to 4")
    ),
    Mistake(
        "start above the ceiling",
        _state("start_rung = 3\nceiling = 2"),
        ("states.A.start_rung = 3", "must be 0 to 2"),
    ),
    Mistake("start below the ladder", _state("start_rung = -1"), ("states.A.start_rung = -1", "0 or more")),
    Mistake(
        "start posture on a ladder",
        _state("start_posture = 2.5"),
        ("states.A.start_posture = 2.5", 'needs game.kind = "posture"'),
    ),
    Mistake(
        "exaggeration of all", _state("exaggeration = -1"), ("states.A.exaggeration = -1", "greater than -1")
    ),
    Mistake(
        "weight back negative",
        _rivals('between = ["A", "B"]\nweight_back = -1'),
        ("rivals[0].weight_back = -1", "0 or more"),
    ),
    Mistake(
        "no attention back",
        _rivals('between = ["A", "B"]\nweight_back = 0'),
        ("rivals", "all weights of B are 0"),
    ),
    # arms races
    *(
        Mistake(f"race: {name}", _race(top, state, below), fragments)
        for name, top, state, below, fragments in (
            ("until", 'until = "top"', "", "", ('until = "top"', "a posture game ends at game.limit")),
            ("ceiling", "", "ceiling = 3", "", ("states.A.ceiling = 3", "a posture game has no rungs")),
            ("start rung", "", "start_rung = 1", "", ("states.A.start_rung = 1", "drop it")),
            (
                "start beyond the limit",
                "",
                "start_posture = -7.5",
                "",
                ("states.A.start_posture = -7.5", "below game.limit = 7"),
            ),
            (
                "garbling",
                "",
                "",
                "[channels.default]\ngarble = { probability = 0.5 }",
                ("channels.default.garble.probability = 0.5", "write noise = { sigma = ... }"),
            ),
            (
                "tampering",
                "",
                "",
                "[channels.default]\ntamper = { probability = 0.5 }",
                ("channels.default.tamper.probability = 0.5", "has no letters"),
            ),
            ("ladder", "ladder = { war = false }", "", "", ("ladder", 'game.kind = "posture"', "drop it")),
            (
                "doctrine of a ladder",
                "",
                'doctrine = "spiral"',
                "",
                ('states.A.doctrine = "spiral"', "does not play posture games, only ladder"),
            ),
        )
    ),
    Mistake(
        "race without room",
        _race("", "", "", limit="0"),
        ("game.limit = 0", "greater than 0"),
    ),
    Mistake(
        "a racer on a ladder",
        _doctrine('"richardson"'),
        ('states.A.doctrine = "richardson"', "does not play ladder games, only posture"),
    ),
)


def complaints_of(path: Path) -> list[str]:
    """The lines of the error that loading a file gives; each names the file and, after it, one complaint."""
    with pytest.raises(sg.ScenarioError) as caught:
        sg.load_scenario(path)
    lines = str(caught.value).splitlines()
    assert lines
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working folder; whatever happens in a test, it must be left as it was."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_many_mistakes_and_each_has_a_name_of_its_own():
    assert len(MALFORMED) >= 40
    assert len({mistake.name for mistake in MALFORMED}) == len(MALFORMED)


def test_the_file_around_the_mistakes_is_sound(folder):
    path = folder / "sound.toml"
    races = (_race("", "", ""), _race("", "start_posture = 6.5", ""), _race("", 'doctrine = "listener"', ""))
    routed = (_relayed('["R"]'), _routed(ROUTE), _chain(99), _chain(7, "duplicate_probability = 0.5"))
    plain = (_file(), _file("horizon_days = 3", THIRD), _state("ceiling = 4"), _state("start_rung = 4"))
    for content in (*plain, *races, *routed):
        path.write_bytes(content)
        assert set(sg.load_scenario(path).states) >= {"A", "B"}


@pytest.mark.parametrize("mistake", MALFORMED, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_with_path_value_and_remedy(mistake, folder):
    path = folder / "mistake.toml"
    path.write_bytes(mistake.content)
    lines = complaints_of(path)
    told = [line for line in lines if all(fragment in line for fragment in mistake.fragments)]
    assert told, f"none of {lines} contains all of {mistake.fragments}"
    assert list(folder.iterdir()) == [path]
    assert path.read_bytes() == mistake.content


@pytest.mark.parametrize("mistake", MALFORMED, ids=lambda mistake: mistake.name)
def test_a_complaint_speaks_of_the_file_and_not_of_the_program(mistake, folder):
    path = folder / "mistake.toml"
    path.write_bytes(mistake.content)
    for line in complaints_of(path):
        assert not re.search(
            r"pydantic|Traceback|input_value|datetime\.|<class|Input should|tuple|dict\b", line
        )
        assert len(line) < 400


def test_a_missing_file_is_told_with_the_built_in_names(folder):
    (line,) = complaints_of(folder / "nowhere.toml")
    assert "no such file" in line
    assert "two-seekers" in line
    assert list(folder.iterdir()) == []


def test_a_folder_is_no_scenario(folder):
    (folder / "sub").mkdir()
    (line,) = complaints_of(folder / "sub")
    assert "is a folder" in line


def test_a_file_below_a_file_cannot_be_read(folder):
    (folder / "file.toml").write_bytes(_file())
    (line,) = complaints_of(folder / "file.toml" / "deeper.toml")
    assert "cannot be read" in line


@pytest.mark.parametrize("name", ["two-seeker", "bad\0name", "x" * 300])
def test_a_name_that_is_neither_file_nor_built_in(name, folder):
    with pytest.raises(sg.ScenarioError):
        sg.load_scenario(name)


def test_a_byte_order_mark_is_either_accepted_or_named(folder):
    path = folder / "notepad.toml"
    path.write_bytes(b"\xef\xbb\xbf" + _file())
    try:
        assert set(sg.load_scenario(path).states) == {"A", "B"}
    except sg.ScenarioError as error:
        assert re.search(r"byte.order mark|BOM", str(error))  # noqa: PT017 - either answer will do


def test_several_mistakes_are_told_together_one_a_line(folder):
    path = folder / "mistakes.toml"
    path.write_bytes(_file("horizon_days = -1", "[channels.default]\nloss_probability = 3\nlose = 1"))
    lines = complaints_of(path)
    assert len(lines) == 3
    for start in ("horizon_days = -1", "channels.default.loss_probability = 3", "channels.default.lose = 1"):
        assert sum(line.startswith(start) for line in lines) == 1


def test_a_mistake_in_the_default_is_not_repeated_for_each_channel_described(folder):
    path = folder / "mistake.toml"
    path.write_bytes(
        _file(below='[channels.default]\nloss_probability = 3\n[[channels.between]]\nfrom = "A"\nto = "B"')
    )
    (line,) = complaints_of(path)
    assert line.startswith("channels.default.loss_probability = 3")


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (_rivals('between = ["A", "B"]\nweight = -1'), "rivals[0].weight"),
        (_file("ladder = { rungs = [1, 2, 3] }"), "ladder.rungs[0]"),
        (_state('office_hours = ["9", "17"]'), "states.A.office_hours[0]"),
    ],
)
def test_places_in_arrays_are_written_one_way(content, wanted, folder):
    path = folder / "mistake.toml"
    path.write_bytes(content)
    assert complaints_of(path)[0].startswith(wanted)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (_channel("loss_probability = true"), "channels.default.loss_probability = true:"),
        (_channel('loss_probability = "0.1"'), 'channels.default.loss_probability = "0.1":'),
        (_channel("queue = { capacity = 1 }"), "channels.default.queue.service"),
        (_file("start = 1914-07-23T17:00:00"), "start = 1914-07-23T17:00:00:"),
    ],
)
def test_a_value_is_shown_as_the_file_writes_it(content, wanted, folder):
    path = folder / "mistake.toml"
    path.write_bytes(content)
    assert complaints_of(path)[0].startswith(wanted)
