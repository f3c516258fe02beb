"""Who can write to whom: networkx graphs and generators as directed channels."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

from pydantic import Field

from signalling.errors import ScenarioError
from signalling.parameters import Strict
from signalling.paths import channel_names
from signalling.validation import refuse, suggestion

#: Short names of common graphs. All others are networkx generators by their own names.
SHORT_NAMES = {"ring": "cycle_graph"}
#: Graphs that are made here.
WITHOUT_ARGUMENTS = ("complete", "star", "explicit")


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
        "channels described) or the name of any networkx generator",
    )
    arguments: dict[str, int | float] = Field(
        default_factory=dict, description="arguments of the generator; n is the number of states unless given"
    )


def links(network: Network, names: Sequence[str], described: Sequence[str]) -> list[tuple[str, str]]:
    """The directed channels of a network, sorted by sender and addressee.

    Args:
        network: which graph.
        names: states in name order; node k of a generated graph is the k-th.
        described: names "A->B" of the channels described one by one.

    Raises:
        ScenarioError: no such generator, wrong arguments, wrong number of nodes, or a channel is
            described that the graph does not have.
    """
    if network.graph in WITHOUT_ARGUMENTS and network.arguments:
        raise refuse("network.arguments", network.arguments, f'"{network.graph}" takes none; drop them')
    if network.graph == "explicit":
        pairs = {(name.split("->")[0], name.split("->")[1]) for name in described}
    elif network.graph == "complete":
        pairs = {(a, b) for a in names for b in names if a != b}
    elif network.graph == "star":
        pairs = {pair for name in names[1:] for pair in ((names[0], name), (name, names[0]))}
    else:
        pairs = _generated(network, names)
    for name in described:
        if tuple(name.split("->")) not in pairs:
            raise refuse(
                f"channels.{name}",
                None,
                f'the graph "{network.graph}" has no such channel; use graph = "explicit" or another pair',
            )
    return sorted(pairs)


def _generated(network: Network, names: Sequence[str]) -> set[tuple[str, str]]:
    import networkx as nx

    word = SHORT_NAMES.get(network.graph, network.graph)
    generator: Callable[..., Any] | None = getattr(nx, word, None)
    if generator is None or not getattr(generator, "__module__", "").startswith("networkx.generators"):
        known = [*SHORT_NAMES, *WITHOUT_ARGUMENTS, *_generators(nx)]
        near = suggestion(network.graph, known)
        remedy = (
            near
            if near.startswith("did you")
            else "write complete, ring, star, explicit or a networkx generator"
        )
        raise refuse("network.graph", network.graph, f"no such graph; {remedy}")
    arguments: dict[str, int | float] = dict(network.arguments)
    parameters = inspect.signature(generator).parameters
    if "n" in parameters:
        arguments.setdefault("n", len(names))
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
    if size != len(names):
        raise refuse("network.graph", network.graph, f"makes {size} nodes for {len(names)} states")
    place = dict(zip(sorted(graph.nodes), names, strict=True))
    pairs = {(place[a], place[b]) for a, b in graph.edges() if a != b}
    return pairs if graph.is_directed() else pairs | {(b, a) for a, b in pairs}


def _generators(library: Any) -> list[str]:
    return [name for name in dir(library) if name.endswith("_graph")]


def described_channels(graph: Graph, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """A networkx graph as explicit channels, edge attributes as their settings.

    Raises:
        ScenarioError: a node is no state, or a state is no node.
    """
    nodes = {str(node) for node in graph.nodes}
    if nodes != set(names):
        odd = min(nodes ^ set(names))
        raise ScenarioError(f'network: "{odd}" is not both a node and a state; name the nodes as the states')
    channels: dict[str, dict[str, Any]] = {}
    for sender, addressee, settings in graph.edges(data=True):
        if sender == addressee:
            raise refuse(
                "network", f"{sender}->{addressee}", "a state has no channel to itself; drop the loop"
            )
        for name in channel_names(str(sender), str(addressee), both_ways=not graph.is_directed()):
            if name in channels:
                raise refuse("network", name, "stands twice in the graph; keep one edge")
            channels[name] = dict(settings)
    return channels
