"""Who can write to whom: networkx graphs and generators as directed channels."""

import inspect
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import Field

from signalling.errors import ScenarioError
from signalling.kernel.draws import PlainLuck, block, purpose, who
from signalling.parameters import Strict
from signalling.paths import channel_names
from signalling.validation import refuse, suggestion

#: Short names of common graphs. All others are networkx generators by their own names.
SHORT_NAMES = {"ring": "cycle_graph"}
#: Graphs that are made here.
WITHOUT_ARGUMENTS = ("complete", "star", "explicit")
#: Graphs in which every state stands where its name puts it.
WITHOUT_PLACES = ("complete", "explicit")
#: The draw purpose of a shuffled placement: far from those of a run.
PLACEMENT_PURPOSE = 255

Pairs = set[tuple[int, int]]


@runtime_checkable
class Graph(Protocol):
    """What is read of a networkx graph; its nodes are names of states."""

    def is_directed(self) -> bool:
        """Whether edges are one-way."""
        ...

    def edges(self, *, data: bool) -> Any:
        """Edges as (sender, addressee, settings)."""
        ...

    @property
    def nodes(self) -> Any:
        """Names of states."""
        ...


class Network(Strict):
    """The graph of channels; an undirected edge is a channel each way."""

    graph: str = Field(
        "complete",
        description='"complete", "ring", "star" (hub: the first state in name order), "explicit" (only the '
        "channels described), the name of any networkx generator, or a .graphml or .edgelist file",
    )
    arguments: dict[str, int | float] = Field(
        default_factory=dict, description="arguments of the generator; n is the number of states unless given"
    )
    placement: Literal["in_order", "by_degree", "by_degree_ascending", "shuffled"] = Field(
        "in_order", description="which state, in name order, stands on which node of a generated graph"
    )
    placement_seed: int | None = Field(
        None, ge=0, lt=2**64, description='key of the permutation, with placement = "shuffled"'
    )


def links(
    network: Network, names: Sequence[str], described: Sequence[str], relays: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """The directed channels of a network, sorted by sender and addressee.

    Args:
        network: which graph.
        names: states in name order; node k of a generated graph is the k-th.
        described: names "A->B" of the channels described one by one.
        relays: places that are no states; a graph has no node for them, so what joins them is described.

    Raises:
        ScenarioError: no such generator, wrong arguments, wrong number of nodes, or a channel is
            described that the graph does not have.
    """
    _check_settings(network)
    written = {(name.split("->")[0], name.split("->")[1]) for name in described}
    if network.graph == "explicit":
        pairs = written
    elif network.graph == "complete":
        pairs = {(a, b) for a in names for b in names if a != b}
    else:
        nodes = _node_pairs(network, len(names))
        state = _placed(network, nodes, names)
        pairs = {(state[a], state[b]) for a, b in nodes}
    pairs = pairs | {pair for pair in written if not set(pair).isdisjoint(relays)}
    for name in described:
        if tuple(name.split("->")) not in pairs:
            raise refuse(
                f"channels.{name}",
                None,
                f'the graph "{network.graph}" has no such channel; use graph = "explicit" or another pair',
            )
    return sorted(pairs)


def _check_settings(network: Network) -> None:
    if network.graph in WITHOUT_ARGUMENTS and network.arguments:
        raise refuse("network.arguments", network.arguments, f'"{network.graph}" takes none; drop them')
    if network.graph in WITHOUT_PLACES and network.placement != "in_order":
        raise refuse(
            "network.placement",
            network.placement,
            f'"{network.graph}" has no places to choose; drop it or use another graph',
        )
    if network.placement == "shuffled" and network.placement_seed is None:
        raise refuse("network.placement", network.placement, "is random: write a placement_seed")
    if network.placement != "shuffled" and network.placement_seed is not None:
        raise refuse(
            "network.placement_seed",
            network.placement_seed,
            f'placement = "{network.placement}" draws nothing; drop it or write placement = "shuffled"',
        )


def _placed(network: Network, pairs: Pairs, names: Sequence[str]) -> list[str]:
    """The state on each node: the first in name order on the first node of the placement, and so on."""
    nodes = list(range(len(names)))
    if network.placement_seed is not None:
        luck = PlainLuck(network.placement_seed, 0)
        for last in range(len(nodes) - 1, 0, -1):  # Fisher and Yates
            uniform = block(luck, last, who("placement"), purpose(PLACEMENT_PURPOSE, 0))[0]
            chosen = math.floor(uniform * (last + 1))
            nodes[last], nodes[chosen] = nodes[chosen], nodes[last]
    elif network.placement != "in_order":
        degree = Counter(node for pair in pairs for node in pair)
        downwards = -1 if network.placement == "by_degree" else 1
        nodes.sort(key=lambda node: (downwards * degree[node], node))
    state_of = dict(zip(nodes, names, strict=True))
    return [state_of[node] for node in range(len(names))]


def _node_pairs(network: Network, size: int) -> Pairs:
    """The directed channels of a graph between its nodes 0, 1, ... in sorted order."""
    if network.graph == "star":
        return {pair for leaf in range(1, size) for pair in ((0, leaf), (leaf, 0))}
    graph = _generated(network, size)
    place = {node: k for k, node in enumerate(sorted(graph.nodes))}
    pairs = {(place[a], place[b]) for a, b in graph.edges() if a != b}
    return pairs if graph.is_directed() else pairs | {(b, a) for a, b in pairs}


def _generated(network: Network, states: int) -> Any:
    import networkx as nx

    word = SHORT_NAMES.get(network.graph, network.graph)
    generator: Callable[..., Any] | None = getattr(nx, word, None)
    if generator is None or not getattr(generator, "__module__", "").startswith("networkx.generators"):
        known = [*SHORT_NAMES, *WITHOUT_ARGUMENTS, *_generators(nx)]
        near = suggestion(network.graph, known)
        remedy = (
            near
            if near.startswith("did you")
            else "write complete, ring, star, explicit, a networkx generator or a .graphml or .edgelist file"
        )
        raise refuse("network.graph", network.graph, f"no such graph; {remedy}")
    arguments: dict[str, int | float] = dict(network.arguments)
    parameters = inspect.signature(generator).parameters
    if "n" in parameters:
        arguments.setdefault("n", states)
    try:
        graph = generator(**arguments)
        size = graph.number_of_nodes()
    except (TypeError, ValueError, nx.NetworkXException, AttributeError) as error:
        raise refuse(
            "network.arguments", network.arguments, f"{network.graph} refuses them: {error}"
        ) from error
    if "seed" in parameters and "seed" not in arguments:
        remedy = f"{network.graph} is random: write a seed, or every load would be another network"
        raise refuse("network.arguments", network.arguments, remedy)
    if size != states:
        raise refuse("network.graph", network.graph, f"makes {size} nodes for {states} states")
    return graph


def _generators(library: Any) -> list[str]:
    return [name for name in dir(library) if name.endswith("_graph")]


def described_channels(
    graph: Graph, names: Sequence[str], where: str = "network"
) -> dict[str, dict[str, Any]]:
    """A networkx graph as explicit channels, edge attributes as their settings.

    Args:
        graph: its nodes are the states; an undirected edge is a channel each way.
        names: the states.
        where: what to call the graph in a complaint.

    Raises:
        ScenarioError: a node is no state, a state is no node, a channel stands twice, or an edge
            attribute contradicts another.
    """
    nodes = {str(node) for node in graph.nodes}
    if nodes != set(names):
        odd = min(nodes ^ set(names))
        missing = "a state and no node" if odd in names else "a node and no state"
        raise ScenarioError(f'{where}: "{odd}" is {missing}; name the nodes as the states')
    channels: dict[str, dict[str, Any]] = {}
    for sender, addressee, settings in graph.edges(data=True):
        described = channel_names(str(sender), str(addressee), both_ways=not graph.is_directed())
        if sender == addressee:
            raise ScenarioError(f"{where}: {described[0]}: a state has no channel to itself; drop the loop")
        for name in described:
            if name in channels:
                raise ScenarioError(f"{where}: {name}: this channel stands twice; keep one edge")
            channels[name] = nested(settings, f"channels.{name}")
    return channels


def nested(settings: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Dotted names as tables: {"delay.law": "constant", "delay.hours": 3.0} as {"delay": {"law": ...}}.

    Args:
        settings: values by name, as edges of a graph carry them.
        path: where they stand, for the complaint.

    Raises:
        ScenarioError: a name is set and has keys below it too.
    """
    tables: dict[str, Any] = {}
    for name in sorted(settings, key=str):
        *above, last = str(name).split(".")
        level = tables
        for part in above:
            level = level.setdefault(part, {})
            if not isinstance(level, dict):
                break
        if not isinstance(level, dict) or last in level:
            raise refuse(f"{path}.{name}", settings[name], "is set twice on this edge; keep one")
        value = settings[name]
        level[last] = dict(value) if isinstance(value, Mapping) else value
    return tables
