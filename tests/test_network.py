"""Topologies from generators and files, and which state stands on which node."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import signalling as sg
from signalling.model import compile_model
from signalling.network import Network, links

NAMES = [f"s{k:02}" for k in range(20)]

TOPOLOGIES = {
    "complete": Network(graph="complete"),
    "ring": Network(graph="ring"),
    "star": Network(graph="star"),
    "small world": Network(graph="watts_strogatz_graph", arguments={"k": 4, "p": 0.2, "seed": 7}),
    "scale-free": Network(graph="barabasi_albert_graph", arguments={"m": 2, "seed": 7}),
    "regular": Network(graph="random_regular_graph", arguments={"d": 4, "seed": 7}),
}
every_topology = pytest.mark.parametrize("network", TOPOLOGIES.values(), ids=list(TOPOLOGIES))
generated = pytest.mark.parametrize(
    "network",
    [network for name, network in TOPOLOGIES.items() if name != "complete"],
    ids=[name for name in TOPOLOGIES if name != "complete"],
)


def channels_of(network: Network, names: list[str] = NAMES) -> nx.DiGraph:
    graph = nx.DiGraph(links(network, names, []))
    graph.add_nodes_from(names)
    return graph


def degrees(network: Network) -> dict[str, int]:
    return dict(channels_of(network).out_degree())


def listeners(names: list[str], network: dict | None = None) -> sg.Scenario:
    tables = {
        "name": "listeners",
        "horizon_days": 2,
        "states": {name: {"doctrine": {"name": "listener"}} for name in names},
        "network": network or {},
        "channels": {"default": {}, "overrides": {}},
    }
    return sg.Scenario.from_document(tables)


# Topologies


@every_topology
def test_channels_are_symmetric_and_join_everybody(network):
    graph = channels_of(network)
    assert set(graph) == set(NAMES)
    assert all(graph.has_edge(b, a) for a, b in graph.edges)
    assert not list(nx.selfloop_edges(graph))
    assert nx.is_strongly_connected(graph)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("complete", [19] * 20),
        ("ring", [2] * 20),
        ("star", [1] * 19 + [19]),
        ("regular", [4] * 20),
    ],
)
def test_degrees_that_a_topology_fixes(name, expected):
    assert sorted(degrees(TOPOLOGIES[name]).values()) == expected


def test_a_small_world_keeps_the_mean_degree():
    drawn = sorted(degrees(TOPOLOGIES["small world"]).values())
    assert sum(drawn) == 4 * 20
    assert drawn[0] >= 2
    assert drawn != [4] * 20


def test_a_scale_free_network_grows_by_two_and_has_hubs():
    drawn = sorted(degrees(TOPOLOGIES["scale-free"]).values())
    assert sum(drawn) == 2 * 2 * (20 - 2)
    assert drawn[0] >= 1
    assert drawn[-1] >= 8


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ["small world", "scale-free", "regular"])
def test_a_generated_network_is_networkx_s_own(name, seed):
    network = TOPOLOGIES[name].model_copy(update={"arguments": {**TOPOLOGIES[name].arguments, "seed": seed}})
    theirs = getattr(nx, network.graph)(n=20, **network.arguments)
    expected = {(NAMES[a], NAMES[b]) for x, y in theirs.edges for a, b in ((x, y), (y, x))}
    assert set(links(network, NAMES, [])) == expected


@every_topology
def test_listeners_run_on_it(network):
    scenario = listeners(NAMES, network.model_dump())
    model = compile_model(scenario)
    outcomes = sg.run(scenario, runs=2, seed=3)
    assert len(model.channel_names) == len(links(network, NAMES, []))
    for run in range(2):
        assert outcomes["war"][run] is False
        assert outcomes["reviews"][run] > 0
        assert outcomes["sent"][run] == outcomes["delivered"][run] + outcomes["in_flight"][run] > 0


# Placement


def nodes_of(network: Network) -> dict[str, int]:
    """On which node of the graph each state stands, read off by matching with the unplaced graph."""
    plain = network.model_copy(update={"placement": "in_order", "placement_seed": None})
    original, placed = channels_of(plain), channels_of(network)
    matcher = nx.isomorphism.DiGraphMatcher(placed, original)
    assert matcher.is_isomorphic()
    return {state: NAMES.index(node) for state, node in matcher.mapping.items()}


@generated
@pytest.mark.parametrize(
    ("placement", "seed"), [("by_degree", None), ("by_degree_ascending", None), ("shuffled", 5)]
)
def test_placement_only_exchanges_states(network, placement, seed):
    placed = network.model_copy(update={"placement": placement, "placement_seed": seed})
    assert set(nodes_of(placed)) == set(NAMES)


@generated
def test_by_degree_gives_the_first_names_most_channels(network):
    down = degrees(network.model_copy(update={"placement": "by_degree"}))
    up = degrees(network.model_copy(update={"placement": "by_degree_ascending"}))
    assert [down[name] for name in NAMES] == sorted(down.values(), reverse=True)
    assert [up[name] for name in NAMES] == sorted(up.values())


def test_ties_go_by_node():
    ring = Network(graph="ring", placement="by_degree")
    assert links(ring, NAMES, []) == links(Network(graph="ring"), NAMES, [])
    path = Network(graph="path_graph", placement="by_degree")
    # Nodes 1 and 2 have two neighbours, 0 and 3 one: A, B, C, D stand on 1, 2, 0, 3.
    pairs = {("C", "A"), ("A", "B"), ("B", "D")}
    assert set(links(path, list("ABCD"), [])) == pairs | {(b, a) for a, b in pairs}


def test_degree_counts_channels_in_and_out_and_no_loops():
    arguments = {"seed": 3, "p": 0.3, "directed": 1}
    plain = channels_of(Network(graph="gnp_random_graph", arguments=arguments))
    placed = channels_of(Network(graph="gnp_random_graph", arguments=arguments, placement="by_degree"))
    assert [placed.degree(name) for name in NAMES] == sorted((d for _, d in plain.degree()), reverse=True)


def test_the_hub_of_a_star_is_a_matter_of_placement():
    names = list("ABCD")
    assert set(links(Network(graph="star"), names, [])) >= {("A", "B"), ("A", "C"), ("A", "D")}
    last = Network(graph="star", placement="by_degree_ascending")
    assert set(links(last, names, [])) >= {("D", "A"), ("D", "B"), ("D", "C")}


def test_shuffled_is_the_documented_permutation():
    """Recomputed from NumPy's Philox, whose counter is one ahead."""
    import hashlib

    seed, n = 2**63 + 17, len(NAMES)
    who = int.from_bytes(hashlib.blake2b(b"placement", digest_size=8).digest(), "little")
    nodes = list(range(n))
    for k in range(n - 1, 0, -1):
        counter = k + (who << 64) + (255 << 128) - 1
        word = int(np.random.Philox(counter=counter, key=seed).random_raw())
        j = int((word >> 11) * 2.0**-53 * (k + 1))
        nodes[k], nodes[j] = nodes[j], nodes[k]
    path = Network(graph="path_graph", placement="shuffled", placement_seed=seed)
    state = dict(zip(nodes, NAMES, strict=True))
    expected = {(state[k], state[k + 1]) for k in range(n - 1)}
    assert set(links(path, NAMES, [])) == expected | {(b, a) for a, b in expected}


@given(seed=st.integers(0, 2**64 - 1))
def test_a_seed_gives_one_placement(seed):
    star = Network(graph="star", placement="shuffled", placement_seed=seed)
    assert links(star, NAMES, []) == links(star.model_copy(), NAMES, [])


def test_every_state_becomes_the_hub_under_some_seed():
    hubs = [
        max(degrees(star), key=degrees(star).get)
        for seed in range(400)
        for star in [Network(graph="star", placement="shuffled", placement_seed=seed)]
    ]
    counts = [hubs.count(name) for name in NAMES]
    assert sum(counts) == 400
    # Chi-squared with 19 degrees of freedom exceeds 50.8 with probability 1e-4; the seeds are fixed.
    assert sum((count - 20) ** 2 / 20 for count in counts) < 50.8


def test_placement_counts_for_the_identity():
    scenario = listeners(NAMES, {"graph": "star"})
    seeds = [
        compile_model(
            scenario.replace({"network.placement": "shuffled", "network.placement_seed": seed})
        ).identity(1)
        for seed in (1, 2)
    ]
    by_degree = compile_model(scenario.replace({"network.placement": "by_degree"})).identity(1)
    assert len({compile_model(scenario).identity(1), by_degree, *seeds}) == 4


def test_a_channel_is_described_where_its_states_stand():
    scenario = listeners(list("ABC"), {"graph": "star", "placement": "by_degree_ascending"})
    assert "C->A" in scenario.replace({"channels.C->A.loss_probability": 0.5}).channels
    with pytest.raises(sg.ScenarioError, match=r'channels\.A->B: the graph "star" has no such channel'):
        scenario.replace({"channels.A->B.loss_probability": 0.5})


@pytest.mark.parametrize(
    ("network", "fragments"),
    [
        ({"placement": "by_degree"}, ('network.placement = "by_degree"', '"complete"', "drop it")),
        (
            {"graph": "explicit", "placement": "shuffled", "placement_seed": 1},
            ('network.placement = "shuffled"', '"explicit"'),
        ),
        ({"graph": "ring", "placement": "shuffled"}, ("network.placement", "write a placement_seed")),
        ({"graph": "ring", "placement_seed": 3}, ("network.placement_seed = 3", "drop it or write")),
        (
            {"graph": "ring", "placement": "by_degree", "placement_seed": 3},
            ("network.placement_seed = 3", '"by_degree"', "draws nothing"),
        ),
        ({"graph": "ring", "placement": "random"}, ('network.placement = "random"', "'shuffled'")),
        (
            {"graph": "ring", "placement": "shuffled", "placement_seed": -1},
            ("network.placement_seed = -1", "0 or more"),
        ),
        (
            {"graph": "ring", "placement": "shuffled", "placement_seed": 2**64},
            ("network.placement_seed", "less than"),
        ),
    ],
)
def test_placements_that_contradict_are_refused(network, fragments):
    with pytest.raises(sg.ScenarioError) as caught:
        listeners(list("ABC"), network)
    assert all(fragment in str(caught.value) for fragment in fragments), str(caught.value)


# Graphs with settings


def test_dotted_attributes_become_tables():
    graph = nx.DiGraph()
    graph.add_edge("A", "B", **{"delay.law": "constant", "delay.hours": 3, "assumed.garble.probability": 0.2})
    graph.add_edge("B", "A", garble={"probability": 0.1}, **{"garble.kernel": "other"})
    scenario = listeners(["A", "B"]).replace({"network": graph})
    assert scenario.channels["A->B"].delay.hours == 3
    assert scenario.channels["A->B"].assumed.garble.probability == 0.2
    assert scenario.channels["B->A"].garble.model_dump(exclude_none=True) == {
        "probability": 0.1,
        "kernel": "other",
    }
    assert graph.edges["B", "A"]["garble"] == {"probability": 0.1}


@pytest.mark.parametrize(
    "attributes",
    [
        {"delay": {"law": "constant", "hours": 1}, "delay.hours": 2},
        {"loss_probability": 0.1, "loss_probability.x": 1},
    ],
)
def test_an_attribute_set_twice_is_refused(attributes):
    graph = nx.DiGraph([("A", "B", attributes)])
    with pytest.raises(sg.ScenarioError, match=r"channels\.A->B\..*set twice"):
        listeners(["A", "B"]).replace({"network": graph})


def test_the_network_comes_before_the_channels_whatever_the_order():
    graph = nx.DiGraph([("A", "B", {"loss_probability": 0.5})])
    changes = {"channels.A->B.duplicate_probability": 0.25, "network": graph}
    channel = listeners(["A", "B"]).replace(changes).channels["A->B"]
    assert (channel.loss_probability, channel.duplicate_probability) == (0.5, 0.25)


# Relays, for which a graph has no node


@every_topology
def test_relays_stand_outside_the_graph(network):
    described = ["s00->post", "post->s01", "post->office"]
    without = links(network, NAMES, [])
    assert links(network, NAMES, described, ["post", "office"]) == sorted(
        {*without, ("s00", "post"), ("post", "s01"), ("post", "office")}
    )


def test_a_relay_does_not_excuse_a_channel_that_the_graph_lacks():
    star = Network(graph="star")
    with pytest.raises(sg.ScenarioError, match=r'channels\.s01->s02: the graph "star" has no such channel'):
        links(star, NAMES, ["s01->post", "s01->s02"], ["post"])
    with pytest.raises(sg.ScenarioError, match=r'channels\.s01->post: the graph "star" has no such channel'):
        links(star, NAMES, ["s01->post"])


def test_a_graph_object_may_have_no_relays():
    """Its nodes are the states; the lines of relays are described, beside a graph of another kind."""
    scenario = listeners(["A", "B"]).replace({"relays": ["R"]})
    with pytest.raises(sg.ScenarioError, match='"R" is a node and no state'):
        scenario.replace({"network": nx.DiGraph([("A", "R"), ("R", "B")])})
