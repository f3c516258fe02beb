"""Files that a scenario names, read as it is loaded: from then on it is complete in itself.

A graph file (.graphml, .edgelist) becomes an explicit network with its channels described; an empirical law
gets the hours of its column put beside the file's name, which is a label from then on; and so does a doctrine
of the user's own with its text.
"""

import csv
import io
import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from signalling import doctrine_files
from signalling.kernel.quantile import MOST_STEPS
from signalling.network import Graph, described_channels
from signalling.paths import Document, channel_table, doctrine_table, merged, plain_copy, set_path
from signalling.validation import complaint, refuse, shorten, suggestion

GRAPH_FILES = (".graphml", ".edgelist")
#: Attributes of a GraphML file that are for the eye and set nothing.
FOR_THE_EYE = {"label", "name"}


def embed(document: Document, folder: Path) -> Document:
    """Read the files that a scenario file names into its normalised document, in place.

    Args:
        document: what `signalling.paths.normalise` made.
        folder: where relative paths begin: the folder of the scenario file.

    Raises:
        ScenarioError: a file cannot be used; with path, value and remedy.
    """
    for path, law in _empirical_laws(document):
        if "file" in law and "hours" in law:
            raise refuse(f"{path}.file", law["file"], "stands beside hours; keep one of the two")
    for path, doctrine in _own_doctrines(document):
        if "source" in doctrine:
            raise refuse(f"{path}.source", doctrine["source"], "is read from the file; drop it")
    name = _graph_file(document.get("network"))
    if name is not None:
        described = document["channels"]["overrides"]
        document["network"], channels = _read_network(document["network"], sorted(document["states"]), folder)
        for channel, settings in described.items():
            if channel not in channels:
                raise refuse(
                    f"channels.{channel}", None, f'the graph "{name}" has no such channel; add an edge'
                )
            channels[channel] = merged(channels[channel], settings)
        document["channels"]["overrides"] = channels
    _read_laws(document, folder)
    _read_doctrines(document, folder)
    return document


def apply(document: Document, changes: Mapping[str, object], folder: Path) -> None:
    """Set some paths of a normalised document, in place, and read the files that they name.

    The network comes first, whatever the order; one from a file or a networkx graph takes the place of all
    channels described.

    Args:
        document: a scenario that is complete in itself.
        changes: values by path; "network" may be a networkx graph, or what `embed_changes` made of a file.
        folder: where relative paths begin.

    Raises:
        ScenarioError: a path, a value or a file is not acceptable.
    """
    states = sorted(document["states"])
    for path in filter(_is_network, changes):
        value = changes[path]
        if isinstance(value, Graph):
            value = {"graph": "explicit", "channels": described_channels(value, states)}
        set_path(document, path, value)
    network = document.get("network", {})
    if _graph_file(network) is not None:
        document["network"], document["channels"]["overrides"] = _read_network(network, states, folder)
    elif isinstance(network, dict) and isinstance(network.get("channels"), dict):
        document["channels"]["overrides"] = {}
        for name, settings in network.pop("channels").items():
            if not isinstance(settings, dict):
                raise refuse(f"network.channels.{name}", settings, "must be a table of channel settings")
            channel_table(document, name, "network.channels").update(settings)
    for path, value in changes.items():
        if not _is_network(path):
            set_path(document, path, value)
    _read_laws(document, folder)
    _read_doctrines(document, folder)


def embed_changes(changes: Mapping[str, object], folder: Path, states: Sequence[str]) -> dict[str, Any]:
    """The changes of a study with the files that they name read, so that they are complete in themselves.

    Args:
        changes: values by path, as `Scenario.replace` takes them.
        folder: where relative paths begin: the folder of the study file.
        states: names of the states of the scenario that will be changed.

    Raises:
        ScenarioError: a file cannot be used; with path, value and remedy.
    """
    complete: dict[str, Any] = {}
    for path, value in changes.items():
        if not _is_network(path):
            complete |= _with_source(path, plain_copy(value), folder)
    for path, value in complete.items():
        if path.endswith((".file", ".column")) and not _is_doctrine(path.rpartition(".")[0]):
            raise refuse(path, value, 'set the whole law: { law = "empirical", file = ..., column = ... }')
        _read_laws({path: value}, folder)
    document: Document = {}
    for path in filter(_is_network, changes):
        set_path(document, path, changes[path])
    if _graph_file(document.get("network")) is not None:
        network, channels = _read_network(document["network"], sorted(states), folder)
        _read_laws({"channels": {"overrides": channels}}, folder)
        return {"network": network | {"channels": channels}, **complete}
    return {path: value for path, value in changes.items() if _is_network(path)} | complete


def _is_network(path: str) -> bool:
    return path == "network" or path.startswith("network.")


# Empirical laws


def _empirical_laws(tables: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Document]]:
    """Every empirical law below a table, with its path."""
    for key, value in tables.items():
        path = above if above == "channels" and key == "overrides" else f"{above}.{key}" if above else key
        if not isinstance(value, dict) or _is_doctrine(path):
            continue
        if value.get("law") == "empirical":
            yield path, value
        elif path != "states" and "law" not in value and ("file" in value or "column" in value):
            raise refuse(path, value, 'write law = "empirical" beside file and column')
        else:
            yield from _empirical_laws(value, path)


def _read_laws(tables: Mapping[str, Any], folder: Path) -> None:
    """Put the hours beside every file and column that have none."""
    for path, law in _empirical_laws(tables):
        if "column" in law and "file" not in law:
            raise refuse(f"{path}.column", law["column"], "needs file, the CSV file that holds the column")
        if "file" in law and "hours" not in law:
            law["hours"] = _read_hours(law, folder, path)


def _read_hours(law: Document, folder: Path, path: str) -> list[float]:
    name, column = law["file"], law.get("column")
    if not isinstance(name, str):
        raise refuse(f"{path}.file", name, "must be a text in quotes, the name of a CSV file")
    where = f"{path}.file"
    text = _text(name, folder, where)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(rows, [])
        place = _place_of(column, header, name, path)
        hours: list[float] = []
        for number, row in enumerate(rows, start=2):
            if not row:
                continue  # a blank line
            if len(row) > len(header):
                remedy = (
                    f"row {number} has {len(row)} cells under a header of {len(header)}; quote the commas"
                )
                raise refuse(where, name, remedy)
            if len(hours) == MOST_STEPS:
                raise refuse(where, name, f"has more than {MOST_STEPS} rows; use fewer, or a smooth law")
            hours.append(_hours(row[place] if place < len(row) else "", number, str(column), where, name))
    except csv.Error as error:
        raise refuse(where, name, f"is not CSV: {error}; save it with commas and straight quotes") from error
    if not hours:
        raise refuse(where, name, "has no row below its header; write one duration a row")
    return hours


def _place_of(column: object, header: Sequence[str], name: str, path: str) -> int:
    if not any(header):
        raise refuse(f"{path}.file", name, "is empty; write a header row and one duration a row")
    if column is None:
        raise refuse(f"{path}.column", None, f"is missing; name a column of {name}: {', '.join(header)}")
    if len(header) == 1 and ";" in header[0]:
        raise refuse(f"{path}.file", name, "its cells are separated by semicolons; save it with commas")
    if header.count(str(column)) > 1:
        raise refuse(f"{path}.column", column, "stands twice in the header; rename one of the two")
    if column not in header:
        raise refuse(f"{path}.column", column, f"no such column in {name}; {suggestion(str(column), header)}")
    return header.index(str(column))


def _hours(cell: str, row: int, column: str, where: str, name: str) -> float:
    def wrong(what: str, remedy: str) -> Exception:
        return refuse(where, name, f"row {row}, column {column}: {what}; {remedy}")

    if not cell.strip():
        raise wrong("is empty", "write hours, or leave the row out")
    try:
        hours = math.nan if "_" in cell else float(cell)
    except ValueError:
        hours = math.nan
    if not math.isfinite(hours):
        raise wrong(f"{shorten(cell)} is not a number", "write hours, e.g. 3.5")
    if hours < 0.0:
        raise wrong(f"{cell} is negative", "a duration is 0 or more hours")
    return hours


def _text(name: str, folder: Path, where: str) -> str:
    try:
        return _bytes(name, folder, where).decode("utf-8-sig")  # spreadsheets put a byte-order mark first
    except UnicodeDecodeError as error:
        raise refuse(where, name, f"byte {error.start} is not UTF-8; save the file as UTF-8") from error


def _bytes(name: str, folder: Path, where: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError as error:
        start = folder.resolve()
        raise refuse(where, name, f"no such file; relative paths begin at {start}") from error
    except IsADirectoryError as error:
        raise refuse(where, name, "is a folder; name a file in it") from error
    except (OSError, ValueError) as error:
        raise refuse(where, name, f"cannot be read: {error}") from error


# Doctrines


def read_doctrine(file: object, folder: Path, where: str) -> str:
    """The text of a doctrine's file.

    Args:
        file: its name.
        folder: where relative paths begin.
        where: the path that complaints speak of.

    Raises:
        ScenarioError: its name is not acceptable, or it cannot be read.
    """
    doctrine_files.name_of(file, where)
    return doctrine_files.whole(_text(str(file), folder, where))


def _is_doctrine(path: str) -> bool:
    parts = path.split(".")
    return len(parts) == 3 and parts[0] == "states" and parts[2] == "doctrine"


def _own_doctrines(document: Document) -> Iterator[tuple[str, Document]]:
    """Every table that names a doctrine's file and nothing that contradicts it, with its path."""
    for name, state in sorted(document["states"].items()):
        table = state.get("doctrine")
        if isinstance(table, dict) and "file" in table and "name" not in table:
            yield f"states.{name}.doctrine", table


def _read_doctrines(document: Document, folder: Path) -> None:
    """Put the text beside every doctrine's file that has none."""
    for path, table in _own_doctrines(document):
        if "source" not in table:
            table["source"] = read_doctrine(table["file"], folder, f"{path}.file")


def _with_source(path: str, value: Any, folder: Path) -> dict[str, Any]:
    """A change by path, with the text of the doctrine's file if it names one."""
    above, _, key = path.rpartition(".")
    if key == "file" and _is_doctrine(above):
        return {path: value, f"{above}.source": read_doctrine(value, folder, path)}
    table = doctrine_table(value) if _is_doctrine(path) else None
    if isinstance(table, dict) and "file" in table and not {"name", "source"} & set(table):
        return {path: table | {"source": read_doctrine(table["file"], folder, f"{path}.file")}}
    return {path: value}


# Graphs


def _graph_file(network: object) -> str | None:
    """The file that a network names instead of a generator, whose names have neither dot nor slash."""
    graph = network.get("graph") if isinstance(network, dict) else None
    return graph if isinstance(graph, str) and any(mark in graph for mark in "./\\") else None


def _read_network(network: Document, states: Sequence[str], folder: Path) -> tuple[Document, Document]:
    """The explicit network that a file stands for, and its channels by name."""
    name = network["graph"]
    suffix = Path(name).suffix
    if suffix not in GRAPH_FILES:
        raise refuse("network.graph", name, f"no such kind of file; write one of {', '.join(GRAPH_FILES)}")
    for key in ("placement", "placement_seed"):
        if key in network:
            raise refuse(f"network.{key}", network[key], "the nodes of a file are named as states; drop it")
    arguments = network.get("arguments", {})
    read = _read_graphml if suffix == ".graphml" else _read_edge_list
    graph = read(name, arguments, folder)
    channels = plain_copy(
        described_channels(graph, states, complaint("network.graph", name, "").rstrip(": "))
    )
    rest = {key: value for key, value in network.items() if key not in {"graph", "arguments"}}
    return {"graph": "explicit", **rest}, channels


def _read_graphml(name: str, arguments: object, folder: Path) -> Graph:
    from networkx import NetworkXException
    from networkx.readwrite.graphml import GraphMLReader

    if arguments:
        remedy = "a GraphML file takes none: it says itself whether it is directed; drop them"
        raise refuse("network.arguments", arguments, remedy)
    data = _bytes(name, folder, "network.graph")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of what networkx would leave out
            # Every graph of the file, parallel edges apart: read_graphml takes the first and joins them.
            graphs = list(GraphMLReader(force_multigraph=True)(string=data))
    except (
        NetworkXException,
        SyntaxError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        Warning,
    ) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise refuse("network.graph", name, f"is not GraphML that can be read: {reason}") from error
    if len(graphs) != 1:
        raise refuse("network.graph", name, f"holds {len(graphs)} graphs; write one")
    [graph] = graphs
    _refuse_attributes(graph, name)
    for _, _, settings in graph.edges(data=True):
        for key, value in graph.graph["edge_default"].items():
            settings.setdefault(key, value)
    checked: Graph = graph
    return checked


def _refuse_attributes(graph: Any, name: str) -> None:
    """Nothing that a file says of nodes or of the whole graph sets anything, so it may say nothing."""
    found = [(f'node "{node}"', attributes) for node, attributes in graph.nodes(data=True)]
    found.append(("every node", graph.graph["node_default"]))
    whole = {key: value for key, value in graph.graph.items() if key not in {"node_default", "edge_default"}}
    found.append(("the graph", whole))
    for whose, attributes in found:
        for key in sorted(set(attributes) - FOR_THE_EYE):
            shown = complaint(key, attributes[key], "settings of states stand in [[states]]; drop it")
            raise refuse("network.graph", name, f"{whose} has {shown}")


def _read_edge_list(name: str, arguments: object, folder: Path) -> Graph:
    import networkx as nx

    if not isinstance(arguments, dict) or set(arguments) - {"directed"}:
        remedy = "an edge list takes directed = true or false and nothing else"
        raise refuse("network.arguments", arguments, remedy)
    directed = arguments.get("directed", False)
    if directed not in (True, False):
        raise refuse("network.arguments.directed", directed, "must be true or false")
    kind = nx.MultiDiGraph if directed else nx.MultiGraph
    graph = kind()
    for number, line in enumerate(_text(name, folder, "network.graph").splitlines(), start=1):
        words = line.split("#")[0].split()
        if len(words) == 1:
            remedy = f'row {number} has one name; write two, e.g. A B {{"loss_probability": 0.1}}'
            raise refuse("network.graph", name, remedy)
        try:
            graph.add_edges_from(nx.parse_edgelist([line], create_using=kind).edges(data=True))
        except (TypeError, ValueError) as error:
            remedy = f'row {number}: what follows the names must look like {{"loss_probability": 0.1}}'
            raise refuse("network.graph", name, remedy) from error
    read: Graph = graph
    return read
