"""Paths, identity, networks and beliefs about channels, as DESIGN.md fixes them."""

import copy
import datetime as dt
import itertools
import json
import math
import random

import networkx as nx
import numpy as np
import pytest
from pydantic import ValidationError

import signalling as sg
from signalling.channels import Channel, Garble, believed_garble
from signalling.model import compile_model
from signalling.network import links
from signalling.scenario import built_in_scenarios
from tests.scenarios_strategy import build, to_toml

EXPONENTIAL = {"law": "exponential", "mean_hours": 1.2}


def document(states="AB", **tables):
    return {
        "name": "t",
        "states": [{"name": name, "doctrine": "spiral"} for name in states],
        "channels": {"default": {"delay": dict(EXPONENTIAL)}},
    } | tables


@pytest.fixture
def dyad():
    return build(document())


@pytest.fixture
def described():
    """Three states; A->B and B->A have settings of their own."""
    channels = {
        "default": {"delay": {"law": "lognormal", "median_hours": 3, "sigma": 1}, "loss_probability": 0.1},
        "between": [{"from": "A", "to": "B", "both_ways": True, "garble": {"probability": 0.2}}],
    }
    return build(document("CAB", channels=channels))


def identity(scenario):
    return compile_model(scenario).identity(seed=1)


# Paths


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("horizon_days", 30, lambda s: s.horizon_days == 30),
        ("name", "other", lambda s: s.name == "other"),
        ("review.interval_hours", 36, lambda s: s.review.interval_hours == 36),
        ("review", {"interval_hours": 6, "jitter_hours": 0}, lambda s: s.review.jitter_hours == 0),
        ("ladder.war", False, lambda s: s.ladder.peacetime == 5 and len(s.ladder.rungs) == 5),
        ("ladder.rungs", ["a", "b", "c"], lambda s: s.ladder.peacetime == 2),
        ("states.A.greedy_probability", 0.5, lambda s: _of(s, "greedy_probability") == [0.5, 0]),
        ("states.all.greedy_probability", 0.5, lambda s: _of(s, "greedy_probability") == [0.5, 0.5]),
        ("states.B.doctrine", "listener", lambda s: s.states["B"].doctrine.name == "listener"),
        ("states.B.doctrine.precision", 9, lambda s: s.states["B"].doctrine.parameters.precision == 9),
        (
            "states.all.doctrine.war_cost",
            {"security_seeker": 1, "greedy": 0},
            lambda s: s.states["A"].doctrine.parameters.rival_war_cost.security_seeker == 1,
        ),
        (
            "states.A.doctrine",
            {"name": "spiral", "leak": 0.5},
            lambda s: s.states["A"].doctrine.parameters.leak == 0.5,
        ),
        ("states.A.reading", {"law": "constant", "hours": 1}, lambda s: s.states["A"].reading.hours == 1),
        ("channels.default.loss_probability", 1, lambda s: s.channels["default"].loss_probability == 1),
        (
            "channels.default.garble.probability",
            0.3,
            lambda s: s.channels["default"].garble.probability == 0.3,
        ),
        ("channels.default.delay.mean_hours", 9, lambda s: s.channels["default"].delay.mean_hours == 9),
        (
            "channels.default.delay",
            {"law": "constant", "hours": 2},
            lambda s: s.channels["default"].delay.hours == 2,
        ),
        ("channels.A->B.loss_probability", 0.4, lambda s: s.channels["A->B"].loss_probability == 0.4),
        ("channels.A->B.delay.mean_hours", 9, lambda s: s.channels["A->B"].delay.mean_hours == 9),
        (
            "channels.A->B.delay",
            {"law": "constant", "hours": 2},
            lambda s: s.channels["A->B"].delay.hours == 2,
        ),
        ("channels.all.duplicate_probability", 1, lambda s: s.channels["default"].duplicate_probability == 1),
        ("network.graph", "ring", lambda s: s.network.graph == "ring"),
        ("network", {"graph": "star"}, lambda s: s.network.graph == "star"),
        ("rivals", [{"between": ["A", "B"], "weight": 2}], lambda s: s.rivals[0].weight_back == 2),
        (
            "rivals",
            [{"between": ["A", "B"], "weight_back": 0.5}],
            lambda s: s.rivals[0].weights == (1, 0.5),
        ),
        ("until", "top", lambda s: s.until == "top"),
        ("relays", ["R"], lambda s: s.relays == ("R",)),
        (
            "channels.default.acknowledgement.timeout_hours",
            5,
            lambda s: s.channels["default"].acknowledgement.attempts == 256,
        ),
        ("channels.all.noise.sigma", 2, lambda s: s.channels["default"].noise.sigma == 2),
        (
            "channels.all.tamper.probability",
            0.2,
            lambda s: s.channels["default"].tamper.kernel == "uniform",
        ),
    ],
    ids=lambda told: told if isinstance(told, str) else "",
)
def test_a_path_sets_what_it_names(dyad, path, value, read):
    changed = dyad.replace({path: value})
    assert read(changed)
    assert changed != dyad
    assert changed.replace({path: value}) == changed


def _of(scenario, key):
    return [getattr(scenario.states[name], key) for name in sorted(scenario.states)]


def test_a_channel_is_made_if_absent_and_lies_over_the_default(dyad):
    changed = dyad.replace({"channels.A->B.delay.mean_hours": 9, "channels.default.loss_probability": 0.25})
    assert set(dyad.channels) == {"default"}
    assert set(changed.channels) == {"default", "A->B"}
    assert changed.channels["A->B"].delay.mean_hours == 9
    assert changed.channels["A->B"].loss_probability == 0.25
    assert changed.channels["default"].delay.mean_hours == 1.2


def test_a_partial_law_keeps_the_rest_and_a_named_law_replaces_it_whole(described):
    partial = described.replace({"channels.A->B.delay.sigma": 0.5})
    assert (partial.channels["A->B"].delay.median_hours, partial.channels["A->B"].delay.sigma) == (3, 0.5)
    assert partial.channels["B->A"].delay.sigma == 1
    whole = described.replace({"channels.A->B.delay": {"law": "constant", "hours": 2}})
    assert whole.channels["A->B"].delay.model_dump() == {"law": "constant", "hours": 2, "shift_hours": 0}
    with pytest.raises(sg.ScenarioError, match=r"channels\.A->B\.delay\.mean_hours = 2: unknown key"):
        described.replace({"channels.A->B.delay.mean_hours": 2})


def test_all_channels_are_the_default_and_every_channel_described(described):
    changed = described.replace({"channels.all.garble.probability": 0.5, "channels.all.loss_probability": 0})
    assert {name: c.garble.probability for name, c in changed.channels.items()} == {
        "default": 0.5,
        "A->B": 0.5,
        "B->A": 0.5,
    }
    assert {c.loss_probability for c in changed.channels.values()} == {0}


def test_both_ways_describes_two_channels_that_are_edited_apart(described):
    changed = described.replace({"channels.B->A.garble.probability": 0.7})
    assert changed.channels["A->B"].garble.probability == 0.2
    assert changed.channels["B->A"].garble.probability == 0.7


def test_later_changes_are_laid_over_earlier_ones(described):
    changed = described.replace({"states.all.capability": 2, "states.B.capability": 5})
    assert _of(changed, "capability") == [2, 5, 2]
    changed = described.replace({"states.B.capability": 5, "states.all.capability": 2})
    assert _of(changed, "capability") == [2, 2, 2]


def test_changes_made_together_are_checked_together(dyad):
    both = {"review.interval_hours": 6, "review.jitter_hours": 3}
    assert dyad.replace(both).review.jitter_hours == 3
    with pytest.raises(sg.ScenarioError, match=r"review\.jitter_hours = 12"):
        dyad.replace({"review.interval_hours": 6})


def test_a_path_into_an_array_is_refused(dyad):
    with_rivals = dyad.replace({"rivals": [{"between": ["A", "B"]}]})
    with pytest.raises(sg.ScenarioError, match=r"rivals\.0\.weight = 3: .*set rivals itself"):
        with_rivals.replace({"rivals.0.weight": 3})


def test_a_fault_can_be_taken_away_again(dyad):
    faulty = dyad.replace(
        {"channels.default.outage": {"mean_up_hours": 5, "mean_down_hours": 1}, "states.A.ceiling": 2}
    )
    assert faulty.channels["default"].outage is not None
    bare = faulty.replace({"channels.default.outage": None, "states.A.ceiling": None})
    assert identity(bare) == identity(dyad)
    one = faulty.replace({"channels.A->B.outage": None})
    assert one.channels["A->B"].outage is None
    assert one.channels["default"].outage is not None


@pytest.mark.parametrize(
    ("path", "value", "fragments"),
    [
        ("horizon_dayz", 3, ("horizon_dayz = 3", 'did you mean "horizon_days"?')),
        ("states.X.capability", 3, ("states.X.capability", 'no state "X"', "A, B")),
        ("states.A.capabilty", 3, ("states.A.capabilty = 3", 'did you mean "capability"?')),
        ("states.A", 3, ("states.A", "key")),
        ("states", [], ("states", "states.all.KEY")),
        ("states.all", 3, ("states.all", "key")),
        ("states.A.doctrine.precison", 3, ("states.A.doctrine.precison = 3", 'did you mean "precision"?')),
        ("states.A.capability.much", 3, ("states.A.capability",)),
        ("channels.A->C.loss_probability", 0, ("channels.A->C.loss_probability", 'no channel "A->C"')),
        ("channels.A->A.loss_probability", 0, ("channels.A->A.loss_probability", 'no channel "A->A"')),
        ("channels.A.loss_probability", 0, ("channels.A.loss_probability", 'no channel "A"')),
        ("channels.between", [], ("channels.between", "no channel")),
        ("channels.default", 3, ("channels.default = 3", "key")),
        ("channels.A->B", {}, ("channels.A->B", "key")),
        ("channels.default.los", 3, ("channels.default.los = 3", "unknown key")),
        ("channels.default.loss_probability.x", 3, ("channels.default.loss_probability",)),
        (
            "channels.default.loss_probability",
            "0.1",
            ("channels.default.loss_probability", "must be a number"),
        ),
        (
            "channels.default.loss_probability",
            math.nan,
            ("channels.default.loss_probability = nan", "finite"),
        ),
        (
            "channels.default.loss_probability",
            True,
            ("channels.default.loss_probability", "must be a number"),
        ),
        (
            "channels.default.loss_probability",
            None,
            ("channels.default.loss_probability", "must be a number"),
        ),
        ("channels..loss_probability", 3, ("channels..loss_probability", "not a path")),
        ("", 3, ("not a path",)),
        ("review.interval_hours", -1, ("review.interval_hours = -1", "greater than 0")),
        ("rivals.0.weight", 3, ("rivals = ", "must be an array")),
        ("network.graph", "rung", ("network.graph", 'did you mean "ring"?')),
    ],
    ids=str,
)
def test_an_unacceptable_path_or_value_is_refused(dyad, path, value, fragments):
    with pytest.raises(sg.ScenarioError) as caught:
        dyad.replace({path: value})
    line = str(caught.value)
    assert "\n" not in line
    assert all(fragment in line for fragment in fragments), line
    assert identity(dyad) == identity(build(document()))


def test_replace_leaves_the_original_and_its_arguments_alone(described):
    before, law = described.canonical_json(), {"law": "constant", "hours": 2}
    changed = described.replace(
        {"channels.all.delay": law, "states.all.doctrine.leak": 0.5, "network.graph": "ring"}
    )
    assert described.canonical_json() == before
    law["hours"] = 77
    assert changed.channels["A->B"].delay.hours == 2
    assert changed.replace({}).channels["A->B"].delay.hours == 2
    # Two places set by one path do not share a table.
    apart = changed.replace({"channels.A->B.delay.hours": 3, "states.A.doctrine.leak": 0.25})
    assert apart.channels["B->A"].delay.hours == 2
    assert apart.states["B"].doctrine.parameters.leak == 0.5


@pytest.mark.parametrize("path", ["name", "states", "horizon_days"])
def test_a_scenario_is_frozen(dyad, path):
    with pytest.raises(ValidationError):
        setattr(dyad, path, getattr(dyad, path))
    with pytest.raises(ValidationError):
        dyad.states["A"].capability = 2
    with pytest.raises(ValidationError):
        dyad.states["A"].doctrine.parameters.precision = 2


def test_the_document_behind_a_scenario_is_its_own(dyad):
    written = dyad.written()
    written["states"]["A"]["capability"] = 9
    assert dyad.replace({}).states["A"].capability == 1
    source = document()
    scenario = build(source)
    source["states"][0]["capability"] = 9
    assert scenario.replace({}).states["A"].capability == 1


# Identity

RICH = {
    "name": "rich",
    "horizon_days": 20,
    "until": "unanimity",
    "review": {"interval_hours": 20, "jitter_hours": 5, "on_report": {"minimum_gap_hours": 2}},
    "ladder": {"rungs": ["a", "b", "c", "war"]},
    "states": [
        {
            "name": name,
            "doctrine": {
                "name": "spiral",
                "war_cost": {"security_seeker": 0.6, "greedy": 0.3},
                "rival_war_cost": {"security_seeker": 0.5, "greedy": 0.4},
            },
            "greedy_probability": 0.5,
            "lying_probability": 0.5,
            "ceiling": 1,
            "floor": 0,
            "start_rung": 1,
            "exaggeration": 0.5,
            "reading": {"law": "uniform", "low_hours": 0.5, "high_hours": 1},
            "office_hours": [9, 17],
            "utc_offset_hours": 1,
        }
        for name in "CAB"
    ],
    "rivals": [{"between": ["A", "B"], "weight": 2, "weight_back": 3}, {"between": ["B", "C"]}],
    "network": {"graph": "watts_strogatz_graph", "arguments": {"k": 2, "p": 0.5, "seed": 3}},
    "relays": ["R", "Q"],
    "routes": [{"from": "A", "to": "C", "via": ["R"]}],
    "channels": {
        "default": {
            "delay": {"law": "lognormal", "median_hours": 3, "sigma": 1, "shift_hours": 1},
            "loss_probability": 0.1,
            "loss_by_letter": [0.0, 0.1, 0.2],
            "garble": {"probability": 0.1, "kernel": "other"},
            "tamper": {"probability": 0.1, "kernel": "uniform"},
            "noise": {"sigma": 0.5},
            "duplicate_probability": 0.1,
            "common_cause_probability": 0.2,
            "queue": {"service": {"law": "exponential", "mean_hours": 2}, "capacity": 3},
            "outage": {"mean_up_hours": 50, "mean_down_hours": 5, "policy": "hold"},
            "reading": {"law": "constant", "hours": 1},
            "assumed": {
                "garble": {"probability": 0.3, "kernel": "uniform"},
                "loss_by_letter": [0.0, 0.0, 0.5],
            },
        }
    },
}
ROUTE_LINES = [{"from": a, "to": b} for a, b in (("A", "R"), ("R", "C"), ("A", "Q"), ("Q", "C"))]
ANSWERED = {"acknowledgement": {"timeout_hours": 30, "attempts": 3}}


def rich():
    with_start = copy.deepcopy(RICH) | {"start": dt.datetime(1914, 7, 23, 17, tzinfo=dt.UTC)}
    with_start["channels"]["between"] = ROUTE_LINES
    # One channel of the graph is described on its own: whichever it has.
    first = build(with_start)
    a, b = links(first.network, sorted(first.states), [])[0]
    with_start["channels"]["between"] = [
        *ROUTE_LINES,
        {"from": a, "to": b, "loss_probability": 0.7} | ANSWERED,
    ]
    return with_start


def leaves(table, path=""):
    """(path as `replace` takes it, value) of every setting; arrays are single settings."""
    for key, value in table.items():
        below = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from leaves(value, below)
        else:
            yield below.replace(".doctrine.parameters.", ".doctrine."), value


LEAVES_OF_THEIR_OWN = {
    # Each of these goes with others, and is changed together with them further below.
    **dict.fromkeys(("start", "kind", "law", "name", "graph", "war", "matrix", "placement_seed")),
    **dict.fromkeys(("start_posture", "repeats", "public", "discipline")),
    "until": "top",
    "via": ["Q"],
    "floor": 1,
    "attempts": 4,
    "loss_by_letter": [0.0, 0.1, 0.3],
    "rungs": ["a", "b", "d", "war"],
    "rivals": [{"between": ["A", "B"], "weight": 2}],
    "ceiling": 2,
    "office_hours": [9, 18],
    "capacity": 4,
    "policy": "lose",
    "placement": "by_degree",
    "k": 3,
    "seed": 4,
    "high_hours": 2,
    "low_hours": 0.25,
}


def changed_value(path, value):
    """Another acceptable value; None where the setting cannot change alone."""
    key = path.rsplit(".", 1)[-1]
    if path == "review.shift_hours" or (key == "acknowledgement" and value is None):
        return None  # goes with the exponential law; is written on first hops and direct channels only
    if key == "start_rung":
        return 1 - value
    if key == "kernel":
        return "adjacent" if value == "other" else "hostile_skewed"
    if key in LEAVES_OF_THEIR_OWN:
        return LEAVES_OF_THEIR_OWN[key]
    assert isinstance(value, int | float), (path, value)
    return value / 2 + 0.11


RICH_LEAVES = [
    (path, changed_value(path, value))
    for path, value in leaves(build(rich()).canonical())
    if changed_value(path, value) is not None
]


def test_the_rich_scenario_has_every_setting():
    """What the generated test below cannot reach is listed here, and tested on its own."""
    unchanged = {
        path.rsplit(".", 1)[-1]
        for path, value in leaves(build(rich()).canonical())
        if changed_value(path, value) is None
    }
    assert unchanged == {
        "shift_hours",
        "start",
        "kind",
        "law",
        "name",
        "graph",
        "war",
        "matrix",
        "placement_seed",
        "start_posture",
        "acknowledgement",
        "repeats",
        "public",
        "discipline",
    }
    assert len(RICH_LEAVES) > 200


@pytest.mark.parametrize(("path", "value"), RICH_LEAVES, ids=[path for path, _ in RICH_LEAVES])
def test_every_setting_counts_for_the_identity(path, value):
    scenario = build(rich())
    changed = scenario.replace({path: value})
    assert changed.canonical_json() != scenario.canonical_json()
    assert identity(changed) != identity(scenario)
    assert identity(changed.replace({"name": "other"})) == identity(changed)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("channels.default.delay", {"law": "exponential", "mean_hours": 1.2}),
        ("channels.A->B.assumed", "true"),
        ("channels.A->B.assumed", "baseline"),
        ("channels.default.garble", {"kernel": "matrix", "matrix": np.eye(3).tolist()}),
        ("states.A.doctrine", "listener"),
        ("ladder", {"war": False, "rungs": ["a", "b", "c"]}),
        ("ladder.war", "joint"),
        ("review.on_report", None),
        ("review", {"law": "exponential", "interval_hours": 20}),
        ("review", {"law": "exponential", "interval_hours": 20, "shift_hours": 1}),
        ("network", {"graph": "complete"}),
        ("states.A.office_hours", None),
        ("channels.A->B.public", True),
        (
            "channels.A->B.queue",
            {"service": {"law": "exponential", "mean_hours": 2}, "discipline": "newest_first"},
        ),
        ("channels.A->B.tamper", "none"),
        ("channels.A->B.noise", "none"),
        ("channels.A->B.loss_by_letter", "none"),
        ("channels.A->B.acknowledgement", "none"),
        ("routes", {}),
    ],
    ids=str,
)
def test_every_table_counts_for_the_identity(path, value):
    scenario = build(rich())
    (described,) = {name for name, channel in scenario.channels.items() if channel.loss_probability == 0.7}
    changed = scenario.replace({path.replace("A->B", described): value})
    assert identity(changed) != identity(scenario)


def test_title_and_form_do_not_count_but_the_seed_does(dyad):
    assert identity(dyad) == identity(dyad.replace({"name": "another title"}))
    assert identity(dyad) == identity(dyad.replace({"states.A.doctrine": {"name": "spiral"}}))
    assert identity(dyad) == identity(dyad.replace({"states.A.doctrine.precision": 20}))
    assert identity(dyad) == identity(dyad.replace({"horizon_days": 60}))
    model = compile_model(dyad)
    assert model.identity(1) != model.identity(2)


@pytest.mark.parametrize("shuffle", range(8))
def test_the_order_of_the_file_does_not_count(shuffle, tmp_path):
    source = rich()
    luck = random.Random(shuffle)  # noqa: S311
    mixed = _shuffled(source, luck)
    luck.shuffle(mixed["states"])
    path = tmp_path / "mixed.toml"
    path.write_text(to_toml(mixed), encoding="utf-8")
    first, second = build(source), sg.load_scenario(path)
    assert first.canonical_json() == second.canonical_json()
    assert identity(first) == identity(second)


def _shuffled(value, luck):
    if isinstance(value, dict):
        return {key: _shuffled(value[key], luck) for key in luck.sample(list(value), len(value))}
    return [_shuffled(entry, luck) for entry in value] if isinstance(value, list) else value


def test_the_order_of_channels_does_not_count():
    channels = [{"from": a, "to": b} for a, b in itertools.permutations("ABC", 2)]
    scenarios = [
        build(document("ABC", channels={"default": {}, "between": order}))
        for order in (channels, channels[::-1])
    ]
    assert identity(scenarios[0]) == identity(scenarios[1])


def test_the_order_of_rivalries_and_in_them_does_not_count():
    """Neither changes the answer, so neither may change the identity."""
    first = [{"between": ["A", "B"], "weight": 2}, {"between": ["B", "C"]}]
    scenarios = [
        build(document("ABC", rivals=rivals))
        for rivals in (first, first[::-1], [{"between": ["B", "A"], "weight": 2}, {"between": ["C", "B"]}])
    ]
    assert len({identity(scenario) for scenario in scenarios}) == 1


def test_relays_that_no_route_leads_over_do_not_count():
    scenario = build(rich())
    assert scenario.relays == ("R", "Q")
    for relays in (["Q", "R"], ["R", "Q", "P"]):
        assert identity(scenario.replace({"relays": relays})) == identity(scenario)


def test_repeats_count_for_the_identity():
    scenario = build(rich()).replace({"channels.all.acknowledgement": "none"})
    assert identity(scenario.replace({"channels.A->B.repeats": 2})) != identity(scenario)


@pytest.mark.parametrize("key", ["garble", "tamper"])
def test_another_kernel_drops_the_matrix_of_the_default(key):
    matrix = {"probability": 0.1, "kernel": "matrix", "matrix": np.eye(5).tolist()}
    scenario = build(document(channels={"default": {key: matrix}}))
    other = getattr(scenario.replace({f"channels.A->B.{key}.kernel": "other"}).channels["A->B"], key)
    assert other == Garble(probability=0.1, kernel="other")


def test_another_discipline_drops_the_buffer_of_the_default():
    queue = {"service": {"law": "constant", "hours": 2}, "capacity": 3}
    scenario = build(document(channels={"default": {"queue": queue}}))
    newest = scenario.replace({"channels.A->B.queue.discipline": "newest_first"}).channels
    assert (newest["A->B"].queue.discipline, newest["A->B"].queue.capacity) == ("newest_first", None)
    assert newest["default"].queue.capacity == 3


def test_attention_each_way_does_not_depend_on_who_is_named_first():
    described = [
        [{"between": ["A", "B"], "weight": 2, "weight_back": 3}, {"between": ["B", "C"]}],
        [{"between": ["B", "A"], "weight": 3, "weight_back": 2}, {"between": ["B", "C"]}],
        [{"between": ["A", "B"], "weight": 3, "weight_back": 2}, {"between": ["B", "C"]}],
    ]
    first, same, other = (build(document("ABC", rivals=rivals)) for rivals in described)
    assert identity(first) == identity(same) != identity(other)
    # B watches A with 3 of 4 shares, A has nobody else.
    assert compile_model(first).columns.weight.tolist() == [1.0, 0.75, 0.25, 1.0]
    assert compile_model(other).columns.weight.tolist() == [1.0, 2 / 3, 1 / 3, 1.0]


def test_a_start_posture_counts_for_the_identity():
    race = build(
        {
            "name": "race",
            "game": {"kind": "posture"},
            "states": [{"name": name, "doctrine": "listener"} for name in "AB"],
        }
    )
    assert identity(race.replace({"states.A.start_posture": 2.0})) != identity(race)
    assert identity(race.replace({"game.limit": 10.0})) != identity(race)


def test_canonical_json_is_canonical(described):
    text = described.canonical_json()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert "title" not in text
    assert "name" not in json.loads(text)


def test_a_scenario_written_out_loads_again(described):
    again = sg.Scenario.from_document(described.written())
    assert identity(again) == identity(described)


def test_a_scenario_with_a_start_written_out_loads_again():
    scenario = build(rich())
    assert json.dumps(scenario.written())
    assert identity(sg.Scenario.from_document(scenario.written())) == identity(scenario)


def test_a_matrix_in_a_file_is_read(tmp_path):
    matrix = [[0.5, 0.5, 0], [0, 1, 0], [0.25, 0.25, 0.5]]
    garble = {"probability": 0.5, "kernel": "matrix", "matrix": matrix}
    path = tmp_path / "matrix.toml"
    source = document(ladder={"rungs": ["a", "b", "c", "war"]}, channels={"default": {"garble": garble}})
    path.write_text(to_toml(source), encoding="utf-8")
    read = sg.load_scenario(path).channels["default"].garble
    assert read.replacement(3).tolist() == matrix
    assert sg.run(sg.load_scenario(path), runs=2, seed=1)["sent"]


@pytest.mark.parametrize("name", built_in_scenarios())
def test_built_in_scenarios_load_by_name(name):
    scenario = sg.load_scenario(name)
    assert identity(scenario) == identity(scenario.replace({}))
    # An exchange is short, and ends by itself.
    short = {} if scenario.game.kind == "exchange" else {"horizon_days": 2}
    assert sg.trace(scenario.replace(short), seed=1, run=0).outcome["reviews"]


# Networks


def channels_of(scenario):
    return list(compile_model(scenario).channel_names)


def test_graphs_by_short_names():
    complete = channels_of(build(document("CAB")))
    assert complete == ["A->B", "A->C", "B->A", "B->C", "C->A", "C->B"]
    ring = channels_of(build(document("DCBA", network={"graph": "ring"})))
    assert ring == ["A->B", "A->D", "B->A", "B->C", "C->B", "C->D", "D->A", "D->C"]
    star = channels_of(build(document("BCA", network={"graph": "star"})))
    assert star == ["A->B", "A->C", "B->A", "C->A"]
    assert channels_of(build(document("AB", network={"graph": "ring"}))) == ["A->B", "B->A"]
    assert channels_of(build(document("A"))) == []


def test_a_generator_has_its_nodes_in_name_order():
    arguments = {"k": 2, "p": 0.5, "seed": 5}
    names = "FEDCBA"
    scenario = build(document(names, network={"graph": "watts_strogatz_graph", "arguments": arguments}))
    graph = nx.watts_strogatz_graph(6, 2, 0.5, seed=5)
    place = sorted(names)
    expected = {f"{place[a]}->{place[b]}" for x, y in graph.edges for a, b in ((x, y), (y, x))}
    assert set(channels_of(scenario)) == expected
    assert channels_of(scenario) == channels_of(scenario.replace({}))


def test_a_directed_generator_is_one_way():
    arguments = {"p": 0.5, "directed": 1, "seed": 9}
    scenario = build(document("ABCDE", network={"graph": "gnp_random_graph", "arguments": arguments}))
    graph = nx.gnp_random_graph(5, 0.5, seed=9, directed=True)
    assert channels_of(scenario) == sorted(f"{'ABCDE'[a]}->{'ABCDE'[b]}" for a, b in graph.edges)


def test_explicit_is_the_channels_described_and_no_others():
    between = [{"from": "C", "to": "A"}, {"from": "A", "to": "B", "both_ways": True}]
    source = document("ABC", network={"graph": "explicit"}, channels={"default": {}, "between": between})
    scenario = build(source)
    assert channels_of(scenario) == ["A->B", "B->A", "C->A"]
    longer = scenario.replace({"channels.B->C.loss_probability": 0.5})
    assert channels_of(longer) == ["A->B", "B->A", "B->C", "C->A"]
    assert channels_of(build(document("ABC", network={"graph": "explicit"}))) == []


def test_a_channel_that_the_graph_lacks_is_refused_in_replace():
    scenario = build(document("ABC", network={"graph": "star"}))
    with pytest.raises(sg.ScenarioError, match=r'channels\.B->C: the graph "star" has no such channel'):
        scenario.replace({"channels.B->C.loss_probability": 0.5})


def test_a_directed_graph_object_with_settings():
    graph = nx.DiGraph()
    graph.add_nodes_from("ABC")
    graph.add_edge("B", "A", loss_probability=0.5)
    graph.add_edge("A", "C", delay={"law": "constant", "hours": 7}, garble={"probability": 0.1})
    scenario = build(document("ABC")).replace({"network": graph})
    assert channels_of(scenario) == ["A->C", "B->A"]
    assert scenario.channels["B->A"].loss_probability == 0.5
    assert scenario.channels["B->A"].delay.mean_hours == 1.2
    assert scenario.channels["A->C"].delay.hours == 7
    assert scenario.network.graph == "explicit"


def test_an_undirected_graph_object_is_a_channel_each_way():
    graph = nx.path_graph(3)
    nx.relabel_nodes(graph, dict(enumerate("ABC")), copy=False)
    nx.set_edge_attributes(graph, {("A", "B"): {"duplicate_probability": 0.25}})
    scenario = build(document("ABC")).replace({"network": graph})
    assert channels_of(scenario) == ["A->B", "B->A", "B->C", "C->B"]
    assert scenario.channels["B->A"].duplicate_probability == 0.25
    assert scenario.channels["A->B"].duplicate_probability == 0.25
    assert scenario.channels["C->B"].duplicate_probability == 0
    apart = scenario.replace({"channels.A->B.duplicate_probability": 1})
    assert apart.channels["B->A"].duplicate_probability == 0.25


def test_a_graph_object_equals_the_channels_it_stands_for():
    graph = nx.DiGraph([("A", "B", {"loss_probability": 0.5}), ("C", "A", {})])
    between = [{"from": "A", "to": "B", "loss_probability": 0.5}, {"from": "C", "to": "A"}]
    channels = {"default": {"delay": dict(EXPONENTIAL)}, "between": between}
    written = build(document("ABC", network={"graph": "explicit"}, channels=channels))
    assert identity(build(document("ABC")).replace({"network": graph})) == identity(written)


def test_a_graph_object_takes_the_place_of_all_channels_described(described):
    changed = described.replace({"network": nx.DiGraph([("C", "B"), ("B", "A")])})
    assert set(changed.channels) == {"default", "C->B", "B->A"}
    assert changed.channels["B->A"].garble.probability == 0


def _graph(edges, kind=nx.DiGraph, nodes="ABC"):
    graph = kind()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    return graph


@pytest.mark.parametrize(
    ("graph", "fragments"),
    [
        (_graph([("A", "B")], nodes="AB"), ('"C"', "name the nodes as the states")),
        (_graph([("A", "D")]), ('"D"', "name the nodes as the states")),
        (nx.complete_graph(3), ("name the nodes as the states",)),
        (_graph([("A", "A")]), ("A->A", "itself")),
        (_graph([("A", "B", {"los": 1})]), ("channels.A->B.los = 1", "unknown key")),
        (_graph([("A", "B", {"weight": 1})]), ("channels.A->B.weight = 1", "unknown key")),
        (_graph([("A", "B", {"loss_probability": 2})]), ("channels.A->B.loss_probability = 2", "[0, 1]")),
        (
            _graph([("A", "B", {"loss_probability": 1}), ("A", "B", {})], nx.MultiDiGraph),
            ("A->B", "twice"),
        ),
    ],
    ids=["node missing", "node too many", "numbers", "loop", "key", "weight", "value", "parallel edges"],
)
def test_a_graph_object_that_does_not_fit_is_refused(graph, fragments):
    with pytest.raises(sg.ScenarioError) as caught:
        build(document("ABC")).replace({"network": graph})
    assert all(fragment in str(caught.value) for fragment in fragments), str(caught.value)


# Beliefs about channels


def channel(assumed="true", **garble):
    return Channel.model_validate({"garble": garble, "assumed": assumed})


SKEWED = {"probability": 0.4, "kernel": "hostile_skewed"}
SQUARE = [[0.5, 0.5], [0.0, 1.0]]


def test_true_follows_the_channel_in_every_treatment():
    baseline = channel(probability=0.1)
    assert believed_garble(channel(**SKEWED), baseline) == Garble(**SKEWED)
    assert believed_garble(baseline, baseline) == Garble(probability=0.1)


def test_baseline_is_the_untreated_channel():
    treated = channel("baseline", **SKEWED)
    assert believed_garble(treated, channel("baseline", probability=0.1)) == Garble(probability=0.1)
    assert believed_garble(treated, channel("true", probability=0.1)) == Garble(probability=0.1)
    assert believed_garble(treated, treated) == Garble(**SKEWED)


def test_baseline_of_a_channel_with_a_literal_is_what_was_believed_there():
    untreated = channel({"garble": {"probability": 0.3}}, probability=0.1, kernel="other")
    believed = believed_garble(channel("baseline", **SKEWED), untreated)
    assert believed == Garble(probability=0.3, kernel="other")


@pytest.mark.parametrize(
    ("literal", "believed"),
    [
        ({"probability": 0.0}, {"probability": 0.0, "kernel": "hostile_skewed"}),
        ({"kernel": "other"}, {"probability": 0.4, "kernel": "other"}),
        ({"probability": 0.9, "kernel": "uniform"}, {"probability": 0.9, "kernel": "uniform"}),
        ({}, SKEWED),
        ({"kernel": "matrix", "matrix": SQUARE}, {"probability": 0.4, "kernel": "matrix", "matrix": SQUARE}),
    ],
    ids=str,
)
def test_a_literal_stays_leaf_by_leaf(literal, believed):
    treated = channel({"garble": literal}, **SKEWED)
    for baseline in (treated, channel(probability=0.1)):
        assert believed_garble(treated, baseline) == Garble.model_validate(believed)


def test_a_literal_over_a_matrix():
    true = {"probability": 0.4, "kernel": "matrix", "matrix": SQUARE}
    clean = channel({"garble": {"probability": 0.0}}, **true)
    assert believed_garble(clean, clean) == Garble.model_validate(true | {"probability": 0.0})
    named = channel({"garble": {"kernel": "adjacent"}}, **true)
    assert believed_garble(named, named) == Garble(probability=0.4, kernel="adjacent")
    other = channel({"garble": {"matrix": [[1.0, 0.0], [0.5, 0.5]]}}, **true)
    assert believed_garble(other, other).matrix == ((1.0, 0.0), (0.5, 0.5))


def assumed_by(scenario, baseline, name):
    model = compile_model(scenario, baseline)
    row = model.columns.assumed[model.channel_names.index(name)]
    return np.asarray(model.columns.matrices[row]).reshape(5, 5)


def test_the_compiled_model_holds_what_the_receiver_believes(dyad):
    noisy = {"channels.all.garble.probability": 0.5}
    for assumed, probability in (
        ("true", 0.5),
        ("baseline", 0.0),
        ({"garble": {"probability": 0.25}}, 0.25),
    ):
        baseline = dyad.replace({"channels.default.assumed": assumed})
        believed = assumed_by(baseline.replace(noisy), baseline, "A->B")
        assert np.array_equal(believed, Garble(probability=probability).believed(5))
        assert np.allclose(believed.sum(axis=1), 1, atol=1e-12)
    believed = assumed_by(dyad, None, "A->B")
    assert np.allclose(believed, 0.999 * np.eye(5) + 0.0002, atol=1e-15)


def test_the_baseline_counts_for_the_identity_only_where_it_is_believed(dyad):
    noisy = dyad.replace({"channels.default.garble.probability": 0.5})
    follows = dyad.replace({"channels.default.assumed": "baseline"})
    assert compile_model(dyad, noisy).identity(1) == identity(dyad)
    assert compile_model(follows, noisy).identity(1) != compile_model(follows, dyad).identity(1)


def test_a_treatment_of_the_channel_is_believed_or_not(dyad):
    """A receiver that believes in the baseline is surprised by the treatment; one that follows it is not."""
    treatment = {"channels.default.garble.probability": 0.6}
    surprised = dyad.replace({"channels.default.assumed": "baseline"})
    pairs = [sg.compare(s, treatment=treatment, runs=20, seed=3) for s in (dyad, surprised)]
    assert pairs[0].baseline["stop_hours"] == pairs[1].baseline["stop_hours"]
    assert pairs[0].treated["stop_hours"] != pairs[1].treated["stop_hours"]
    assert sum(pairs[1].treated["war"]) > sum(pairs[0].treated["war"])
