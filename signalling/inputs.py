"""Files that a scenario names, read as it is loaded: from then on it is complete in itself.

A graph file (.graphml, .edgelist) becomes an explicit network with its channels described; an empirical law
gets the hours of its column put beside the file's name, which is a label from then on.
"""

import csv
import io
import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from signalling.errors import ScenarioError
from signalling.kernel.quantile import MOST_STEPS
from signalling.network import Graph, described_channels
from signalling.paths import Document, merged, plain_copy, set_path
from signalling.validation import complaint, refuse, suggestion

#: Attributes of a GraphML node and of the whole graph that are for the eye.
FOR_THE_EYE = {"label", "name"}


def embed(document: Document, folder: Path) -> Document:
    """Read the files that a scenario file names into its normalised document, in place.

    Args:
        document: what `signalling.paths.normalise` made.
        folder: where relative paths begin: the folder of the scenario file.

    Raises:
        ScenarioError: a file cannot be used; with path, value and remedy.
    """
    graph = _file_of(document.get("network"))
    described = document["channels"]["overrides"]
    if graph is not None:
        channels = _embed_network(document, folder)
        for name, settings in described.items():
            if name not in channels:
                raise refuse(f"channels.{name}", None, f'the graph "{graph}" has no such channel; add an edge')
            channels[name] = merged(channels[name], settings)
        document["channels"]["overrides"] = channels
    for path, law in _laws(document, ""):
        if "file" in law and "hours" in law:
            raise refuse(f"{path}.file", law["file"], "stands beside hours; keep one of the two")
        _embed_law(law, folder, path)
    return document


def apply(document: Document, changes: Mapping[str, object], folder: Path) -> None:
    """Set some paths of a normalised document, in place, and read the files that they name.

    A new network comes first, and takes the place of all channels described.

    Args:
        document: a scenario that is complete in itself.
        changes: values by path; "network" may be a networkx graph, or a table with the `channels` of one.
        folder: where relative paths begin.

    Raises:
        ScenarioError: a path, value or file is not acceptable.
    """
    for path in sorted(changes, key=lambda path: path.split(".")[0] != "network"):
        value = changes[path]
        if path == "network" and isinstance(value, Graph):
            value = {
                "graph": "explicit",
                "channels": described_channels(value, sorted(document["states"])),
            }
        set_path(document, path, value)
        if path == "network" and isinstance(value, Mapping) and "channels" in value:
            document["channels"]["overrides"] = document["network"].pop("channels")
    if _file_of(document.get("network")) is not None:
        kept = {name for name in document["channels"]["overrides"] if _is_set(name, changes)}
        channels = _embed_network(document, folder)
        channels |= {
            name: merged(channels.get(name, {}), document["channels"]["overrides"][name]) for name in kept
        }
        document["channels"]["overrides"] = channels
    for path, law in _laws(document, ""):
        if "hours" not in law:
            _embed_law(law, folder, path)
