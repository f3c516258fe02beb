"""A study over topologies: generators with states placed by rule, and a graph from a file."""

import networkx as nx
import pytest

import signalling as sg
from signalling.collected import Collected

STUDY = """
scenario = "six.toml"
seed = 3
runs = 4

[grid]
"network" = [
    { graph = "complete" },
    { graph = "ring" },
    { graph = "star", placement = "shuffled", placement_seed = 2 },
    { graph = "watts_strogatz_graph", arguments = { k = 4, p = 0.3, seed = 1 } },
    { graph = "barabasi_albert_graph", arguments = { m = 2, seed = 1 }, placement = "by_degree" },
    { graph = "random_regular_graph", arguments = { d = 3, seed = 1 } },
    { graph = "line.graphml" },
]
"states.A.greedy_probability" = [0.0, 1.0]
"""
#: Messages that leave at each review of all six states: twice the number of edges.
CHANNELS = {"complete": 30, "ring": 12, "star": 10, "random_regular_graph": 18, "line.graphml": 10}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    folder = tmp_path_factory.mktemp("topologies")
    states = "".join(f'[[states]]\nname = "{name}"\ndoctrine = "spiral"\n' for name in "ABCDEF")
    six = f'name = "six"\nhorizon_days = 4\nreview = {{ jitter_hours = 0 }}\n{states}'
    (folder / "six.toml").write_text(six, encoding="utf-8")
    line = nx.relabel_nodes(nx.path_graph(6), dict(enumerate("ABCDEF")))
    nx.write_graphml(line, folder / "line.graphml")
    (folder / "topologies.study.toml").write_text(STUDY, encoding="utf-8")
    study = sg.load_study(folder / "topologies.study.toml")
    found = sg.collect(study, folder / "results")
    (folder / "line.graphml").unlink()  # the results folder is complete in itself
    return found


def test_every_topology_is_a_cell_of_its_own(collected: Collected) -> None:
    assert len({cell.id for cell in collected.cells}) == 14
    assert collected.complete
    assert len(collected) == 56


@pytest.mark.parametrize("graph", CHANNELS)
def test_a_message_leaves_on_every_channel_of_its_graph(graph: str, collected: Collected) -> None:
    cells = [cell for cell in collected.cells if cell.settings["network"]["graph"] == graph]
    assert len(cells) == 2
    for cell in cells:
        for row in collected.outcomes(cell.id).to_arrow().to_pylist():
            if not row["war"]:  # four synchronous rounds, all states in each
                assert row["sent"] == 4 * CHANNELS[graph]


def test_a_cell_runs_again_without_the_file(collected: Collected) -> None:
    cell = next(cell for cell in collected.cells if cell.settings["network"]["graph"] == "line.graphml")
    again = sg.rerun(collected.folder, cell.id, 2)
    assert list(again.rows()) == list(collected.outcomes(cell.id).rows())[2:3]


def test_the_luck_is_common_to_all_topologies(collected: Collected) -> None:
    """Types are drawn by state and run, whatever the graph."""
    table = collected.to_arrow().to_pylist()
    types = {(row["states.A.greedy_probability"], row["run"], row["types"]) for row in table}
    assert len(types) == 8
