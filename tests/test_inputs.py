"""Files that a scenario names: columns of durations and graphs, read once and kept with the scenario.

`MALFORMED_INPUTS` is to the files beside a scenario what `MALFORMED` in test_scenario_errors.py is to it.
"""

import csv
import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import pytest

import signalling as sg
from signalling import inputs
from signalling.kernel.quantile import MOST_STEPS
from signalling.model import compile_model
from signalling.scenario import BUILT_IN_FOLDER

JULY = BUILT_IN_FOLDER / "july-1914"
HEAD = 'name = "t"\n'
STATES = "".join(f'[[states]]\nname = "{name}"\ndoctrine = "listener"\n' for name in "AB")
THIRD = '[[states]]\nname = "C"\ndoctrine = "listener"\n'
LAW = '[channels.default]\ndelay = { law = "empirical", file = "delays.csv", column = "hours" }\n'
DELAYS = b"place,hours\nVienna,3.5\nBerlin,0.25\nLondon,12\nVienna,3.5\n"
EDGES = '# the line\nA B {"delay.law": "constant", "delay.hours": 2, "loss_probability": 0.1}\nB C\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a scenario's files in it, which is not the working folder."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    beside = tmp_path / "beside"
    beside.mkdir()
    return beside


def load(folder: Path, text: str, **files: bytes | str) -> sg.Scenario:
    """Load a scenario from its text with some files beside it; in their names _ stands for the dot."""
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / ".".join(name.rsplit("_", 1))).write_bytes(data)
    (folder / "scenario.toml").write_text(HEAD + text, encoding="utf-8")
    return sg.load_scenario(folder / "scenario.toml")


def identity(scenario: sg.Scenario) -> str:
    return compile_model(scenario).identity(1)


# Durations from a column


def test_a_column_is_read_beside_the_scenario(folder):
    law = load(folder, STATES + LAW, delays_csv=DELAYS).channels["default"].delay
    assert law.hours == (0.25, 3.5, 3.5, 12.0)
    assert (law.file, law.column) == ("delays.csv", "hours")


def test_a_loaded_scenario_is_complete_in_itself(folder):
    scenario = load(folder, STATES + LAW, delays_csv=DELAYS)
    shutil.rmtree(folder)
    assert scenario.written()["channels"]["default"]["delay"] == {
        "law": "empirical",
        "file": "delays.csv",
        "column": "hours",
        "hours": [3.5, 0.25, 12.0, 3.5],
    }
    again = sg.Scenario.from_document(json.loads(json.dumps(scenario.written())))
    assert again == scenario
    assert identity(again) == identity(scenario)
    treated = scenario.replace(
        {"channels.all.loss_probability": 0.5, "channels.default.delay.shift_hours": 2}
    )
    assert treated.channels["default"].delay.shift_hours == 2
    assert (
        sg.run(treated, runs=2, seed=1).content_hash()
        == sg.run(
            again.replace({"channels.all.loss_probability": 0.5, "channels.default.delay.shift_hours": 2}),
            runs=2,
            seed=1,
        ).content_hash()
    )


def test_the_identity_depends_on_the_hours_and_not_on_the_label(folder):
    scenario = load(folder, STATES + LAW, delays_csv=DELAYS)
    law = {"law": "empirical", "hours": [12, 3.5, 0.25, 3.5]}
    assert identity(scenario.replace({"channels.default.delay": law})) == identity(scenario)
    other = {"law": "empirical", "hours": [12, 3.5, 0.25]}
    assert identity(scenario.replace({"channels.default.delay": other})) != identity(scenario)
    assert "delays.csv" not in scenario.canonical_json()
    assert "delays.csv" not in compile_model(scenario).identity_text(1)


def test_every_place_of_a_law_may_name_a_file(folder):
    law = '{ law = "empirical", file = "delays.csv", column = "hours", shift_hours = 1 }'
    text = (
        STATES.replace('doctrine = "listener"', f'doctrine = "listener"\nreading = {law}', 1)
        + f"[channels.default]\nqueue = {{ service = {law} }}\n"
        + f'[[channels.between]]\nfrom = "A"\nto = "B"\nreading = {law}\ndelay = {law}\n'
    )
    scenario = load(folder, text, delays_csv=DELAYS)
    one = scenario.channels["A->B"].delay
    assert one.shift_hours == 1
    assert scenario.states["A"].reading == scenario.channels["default"].queue.service == one
    assert scenario.channels["A->B"].reading == one
    assert len(compile_model(scenario).laws) == 2
    assert sg.run(scenario, runs=2, seed=1)["delivered"][0] > 0


def test_delays_are_those_of_the_column(folder):
    scenario = load(folder, STATES + LAW, delays_csv=DELAYS)
    messages = sg.trace(scenario, seed=1, run=0).to_dict()["messages"]
    delays = {message["due"] - message["departed"] for message in messages}
    assert delays == {900, 12600, 43200}


def test_in_replace_paths_begin_at_the_working_folder(folder, monkeypatch):
    scenario = load(folder, STATES, delays_csv=DELAYS)
    law = {"law": "empirical", "file": "delays.csv", "column": "hours"}
    with pytest.raises(sg.ScenarioError, match=r"channels\.default\.delay\.file = .*no such file"):
        scenario.replace({"channels.default.delay": law})
    monkeypatch.chdir(folder)
    changed = scenario.replace({"channels.default.delay": law})
    assert changed.channels["default"].delay.hours == (0.25, 3.5, 3.5, 12.0)
    absolute = scenario.replace({"channels.default.delay": law | {"file": str(folder / "delays.csv")}})
    assert absolute.channels == changed.channels
    assert identity(absolute) == identity(changed)


def test_another_column_or_file_is_read_anew(folder, monkeypatch):
    scenario = load(folder, STATES + LAW, delays_csv=DELAYS, other_csv="hours,days\n1,2\n")
    monkeypatch.chdir(folder)
    other = scenario.replace({"channels.default.delay.file": "other.csv"})
    assert other.channels["default"].delay.hours == (1.0,)
    days = other.replace({"channels.default.delay.column": "days"})
    assert days.channels["default"].delay.hours == (2.0,)
    by_hand = days.replace({"channels.default.delay.hours": [7]})
    assert by_hand.written()["channels"]["default"]["delay"] == {"law": "empirical", "hours": [7]}


def test_a_file_may_be_laid_over_an_empirical_default_only_as_a_whole_law(folder):
    text = STATES + LAW + '[[channels.between]]\nfrom = "A"\nto = "B"\ndelay = { column = "more" }\n'
    with pytest.raises(sg.ScenarioError, match=r"channels\.A->B\.delay = .*write law = \"empirical\""):
        load(folder, text, delays_csv=DELAYS)
    text = STATES + LAW + '[[channels.between]]\nfrom = "A"\nto = "B"\ndelay = { shift_hours = 2 }\n'
    scenario = load(folder, text, delays_csv=DELAYS)
    assert scenario.channels["A->B"].delay.hours == scenario.channels["default"].delay.hours
    assert scenario.channels["A->B"].delay.shift_hours == 2


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfplace,hours\r\nVienna,3.5\r\n\r\nBerlin,1e-1\r\n",
        b'"place","hours"\n"Vienna, 1st","3.5"\n"Ber\nlin",+0.1\n',
        b"hours,place\n 3.5 ,Vienna\n.1,\n\n",
    ],
    ids=["byte-order mark, CRLF, blank line", "quotes", "blanks"],
)
def test_csv_as_spreadsheets_write_it(data, folder):
    assert load(folder, STATES + LAW, delays_csv=data).channels["default"].delay.hours == (0.1, 3.5)


def test_as_many_rows_as_a_table_holds(folder):
    data = "hours\n" + "".join(f"{k / 8}\n" for k in range(MOST_STEPS))
    scenario = load(folder, STATES + LAW, delays_csv=data)
    assert len(scenario.channels["default"].delay.hours) == MOST_STEPS
    assert sg.run(scenario, runs=1, seed=1)["sent"][0] > 0


def test_the_telegrams_of_1914_are_the_rows_used_in_the_fit():
    with (JULY / "july1914_messages.csv").open(encoding="utf-8", newline="") as lines:
        used = [row for row in csv.DictReader(lines) if row["use_in_fit"] == "1"]
    with (JULY / "telegram_delays.csv").open(encoding="utf-8", newline="") as lines:
        kept = list(csv.DictReader(lines))
    assert kept == [{key: row[key] for key in ("id", "delay_h", "verification")} for row in used]
    assert len(kept) == 60


# Graphs from files


def test_an_edge_list_is_an_explicit_network_with_settings(folder):
    text = '[network]\ngraph = "pairs.edgelist"\n' + STATES + THIRD
    scenario = load(folder, text, pairs_edgelist=EDGES)
    shutil.rmtree(folder)
    assert set(scenario.channels) == {"default", "A->B", "B->A", "B->C", "C->B"}
    for name in ("A->B", "B->A"):
        assert scenario.channels[name].delay.hours == 2
        assert scenario.channels[name].loss_probability == 0.1
    assert scenario.channels["B->C"] == scenario.channels["default"]
    assert scenario.network.graph == "explicit"
    assert sg.Scenario.from_document(json.loads(json.dumps(scenario.written()))) == scenario
    assert sg.run(scenario, runs=2, seed=1)["sent"][0] > 0


@pytest.mark.parametrize("word", ["true", "1"])
def test_a_directed_edge_list(word, folder):
    text = f'[network]\ngraph = "pairs.edgelist"\narguments = {{ directed = {word} }}\n' + STATES + THIRD
    scenario = load(folder, text, pairs_edgelist=EDGES)
    assert set(scenario.channels) == {"default", "A->B", "B->C"}


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph])
def test_graphml_equals_the_graph_it_was_written_from(kind, folder):
    graph = kind()
    graph.add_nodes_from(["A", "B", "C"], label="for the eye")
    graph.add_edge("A", "B", **{"delay.law": "constant", "delay.hours": 3.0, "assumed": "baseline"})
    graph.add_edge("C", "B", loss_probability=0.25, **{"queue.service.law": "gamma"})
    graph.edges["C", "B"].update({"queue.service.mean_hours": 2, "queue.service.shape": 0.5})
    graph.edges["C", "B"]["queue.capacity"] = 3
    nx.write_graphml(graph, folder / "alliances.graphml")
    text = '[network]\ngraph = "alliances.graphml"\n' + STATES + THIRD
    scenario = load(folder, text)
    assert len(scenario.channels) == (3 if graph.is_directed() else 5)
    assert scenario.channels["C->B"].queue.capacity == 3
    plain = load(folder, STATES + THIRD)
    for _, attributes in graph.nodes(data=True):
        attributes.clear()
    assert scenario == plain.replace({"network": graph})
    assert identity(scenario) == identity(plain.replace({"network": graph}))


GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
{keys}
<graph edgedefault="directed">{data}<node id="A">{node}</node><node id="B"/>{edges}</graph>{after}</graphml>
"""
LOSS = '<key id="l" for="edge" attr.name="loss_probability" attr.type="double">{}</key>'


def graphml(keys="", data="", node="", edges='<edge source="A" target="B"/>', after=""):
    return GRAPHML.format(keys=keys, data=data, node=node, edges=edges, after=after)


def test_defaults_and_ids_of_graphml(folder):
    edges = '<edge id="e1" source="A" target="B"/><edge source="B" target="A"><data key="l">0</data></edge>'
    file = graphml(keys=LOSS.format("<default>0.5</default>"), edges=edges)
    scenario = load(folder, '[network]\ngraph = "g.graphml"\n' + STATES, g_graphml=file)
    assert scenario.channels["A->B"].loss_probability == 0.5
    assert scenario.channels["B->A"].loss_probability == 0


def test_channels_of_the_scenario_are_laid_over_the_edges(folder):
    text = '[network]\ngraph = "pairs.edgelist"\n' + STATES + THIRD
    text += '[[channels.between]]\nfrom = "A"\nto = "B"\nduplicate_probability = 0.5\ndelay = { hours = 5 }\n'
    channel = load(folder, text, pairs_edgelist=EDGES).channels["A->B"]
    assert (channel.loss_probability, channel.duplicate_probability, channel.delay.hours) == (0.1, 0.5, 5)


def test_an_edge_may_name_a_column(folder):
    edges = 'A B {"delay": {"law": "empirical", "file": "delays.csv", "column": "hours"}}\n'
    text = '[network]\ngraph = "pairs.edgelist"\n' + STATES
    scenario = load(folder, text, pairs_edgelist=edges, delays_csv=DELAYS)
    assert scenario.channels["B->A"].delay.hours == (0.25, 3.5, 3.5, 12.0)


def test_a_graph_file_in_replace_takes_the_place_of_all_channels_described(folder, monkeypatch):
    scenario = load(folder, STATES + THIRD, pairs_edgelist=EDGES)
    scenario = scenario.replace({"channels.A->C.loss_probability": 0.5})
    monkeypatch.chdir(folder)
    changed = scenario.replace(
        {
            "channels.A->B.loss_probability": 0.75,
            "network.graph": "pairs.edgelist",
            "network.arguments.directed": True,
        }
    )
    assert set(changed.channels) == {"default", "A->B", "B->C"}
    assert changed.channels["A->B"].loss_probability == 0.75
    assert changed.channels["A->B"].delay.hours == 2


# Changes of a study


def test_changes_of_a_study_are_complete_in_themselves(folder):
    scenario = load(folder, STATES + THIRD, pairs_edgelist=EDGES, delays_csv=DELAYS)
    changes = {
        "channels.default.delay": {"law": "empirical", "file": "delays.csv", "column": "hours"},
        "network": {"graph": "pairs.edgelist", "arguments": {"directed": True}},
        "horizon_days": 3,
    }
    complete = inputs.embed_changes(changes, folder, list(scenario.states))
    assert "hours" not in changes["channels.default.delay"]
    shutil.rmtree(folder)
    changed = scenario.replace(json.loads(json.dumps(complete)))
    assert changed.channels["default"].delay.hours == (0.25, 3.5, 3.5, 12.0)
    assert set(changed.channels) == {"default", "A->B", "B->C"}
    assert changed.horizon_days == 3
    assert inputs.embed_changes(complete, folder, list(scenario.states)) == complete


def test_changes_without_files_stay_as_they_are(folder):
    changes = {"network.graph": "ring", "channels.all.loss_probability": 0.5, "states.A.reading": None}
    assert inputs.embed_changes(changes, folder, ["A", "B"]) == changes


@pytest.mark.parametrize("path", ["channels.default.delay.file", "channels.all.delay.column"])
def test_a_change_of_a_study_sets_the_whole_law(path, folder):
    with pytest.raises(sg.ScenarioError, match="set the whole law"):
        inputs.embed_changes({path: "x"}, folder, ["A", "B"])


@pytest.mark.parametrize(
    ("channels", "message"),
    [
        ({"A->D": {}}, 'no channel "A->D"'),
        ({"A->B": 3}, r"network\.channels\.A->B = 3: must be a table"),
        (3, r"network\.channels = 3: unknown key"),
    ],
)
def test_channels_of_a_network_are_checked(channels, message, folder):
    with pytest.raises(sg.ScenarioError, match=message):
        load(folder, STATES).replace({"network": {"graph": "explicit", "channels": channels}})


# Mistakes


class Mistake(NamedTuple):
    """A scenario whose files hold one mistake, and what the line that tells of it must contain."""

    name: str
    content: str
    files: dict[str, bytes | str]
    fragments: tuple[str, ...]
    """Path, value where there is one, remedy."""


def _csv(name: str, data: bytes | str, *fragments: str) -> Mistake:
    path = "channels.default.delay.file = "
    return Mistake(name, STATES + LAW, {"delays.csv": data}, (path, "delays.csv", *fragments))


def _law(name: str, keys: str, *fragments: str) -> Mistake:
    text = f'{STATES}[channels.default]\ndelay = {{ law = "empirical", {keys} }}\n'
    return Mistake(name, text, {"delays.csv": DELAYS}, ("channels.default.delay", *fragments))


def _edges(name: str, data: bytes | str, *fragments: str, network: str = "") -> Mistake:
    text = f'[network]\ngraph = "g.edgelist"\n{network}\n{STATES}'
    return Mistake(name, text, {"g.edgelist": data}, fragments)


def _graphml(name: str, data: bytes | str, *fragments: str, network: str = "") -> Mistake:
    text = f'[network]\ngraph = "g.graphml"\n{network}\n{STATES}'
    return Mistake(name, text, {"g.graphml": data}, fragments)


GRAPH = 'network.graph = "g.'
CAPABILITY = '<key id="c" for="node" attr.name="capability" attr.type="double"/>'

MALFORMED_INPUTS: tuple[Mistake, ...] = (
    # the empirical law
    _law("neither file nor hours", "shift_hours = 1", "has no durations", "write file and column"),
    _law("both", 'file = "delays.csv", column = "hours", hours = [1]', "stands beside hours", "keep one"),
    _law("no column", 'file = "delays.csv"', ".column", "is missing", "name a column", "place, hours"),
    _law("column alone", 'column = "hours"', '.column = "hours"', "needs file"),
    _law("column beside hours", 'column = "hours", hours = [1]', '.column = "hours"', "needs file"),
    _law("file a number", 'file = 3, column = "hours"', ".file = 3", "text in quotes"),
    _law("column a number", 'file = "delays.csv", column = 3', ".column = 3", "no such column"),
    _law("column misspelt", 'file = "delays.csv", column = "hour"', '"hour"', 'did you mean "hours"?'),
    _law("column far off", 'file = "delays.csv", column = "x"', '.column = "x"', "known: hours, place"),
    _law("no such file", 'file = "delay.csv", column = "hours"', '"delay.csv"', "no such file", "begin at"),
    _law("file a folder", 'file = ".", column = "hours"', '.file = "."', "is a folder"),
    _law("file below a file", 'file = "delays.csv/x", column = "h"', "delays.csv/x", "cannot be read"),
    _law("file of no name", 'file = "a\\u0000b", column = "h"', ".file", "cannot be read"),
    _law("hours negative", "hours = [1, -2.5]", ".hours", "entry 1 is -2.5", ">= 0"),
    _law("hours a text", 'hours = [1, "2"]', '.hours[1] = "2"', "must be a number"),
    _law("hours one number", "hours = 3", ".hours = 3", "must be an array"),
    _law("hours none", "hours = []", ".hours = []", "has no durations"),
    _law("hours too long", "hours = [1e12]", "one duration in a billion", "smaller hours"),
    _law("unknown key", "hours = [1], median_hours = 3", ".median_hours = 3", "unknown key"),
    Mistake(
        "file without law",
        STATES + '[channels.default]\ndelay = { file = "delays.csv", column = "hours" }\n',
        {"delays.csv": DELAYS},
        ("channels.default.delay = ", "delays.csv", 'write law = "empirical"'),
    ),
    Mistake(
        "a state's reading",
        STATES + 'reading = { law = "empirical", file = "none.csv", column = "hours" }\n',
        {},
        ("states.B.reading.file = ", "none.csv", "no such file"),
    ),
    Mistake(
        "a channel's service",
        STATES
        + '[[channels.between]]\nfrom = "A"\nto = "B"\n'
        + 'queue = { service = { law = "empirical", file = "none.csv", column = "hours" } }\n',
        {},
        ("channels.A->B.queue.service.file = ", "none.csv", "no such file"),
    ),
    # the column
    _csv("empty", b"", "is empty", "header row"),
    _csv("blank", b"\n\n", "is empty", "header row"),
    _csv("header alone", b"place,hours\n", "no row below its header"),
    _csv("not UTF-8", b"place,hours\nK\xf6ln,3\n", "byte 13 is not UTF-8", "save the file as UTF-8"),
    _csv("UTF-16", "place,hours\nA,1\n".encode("utf-16"), "not UTF-8", "save the file as UTF-8"),
    _csv("not a number", "place,hours\nA,1\nB,late\n", "row 3, column hours", "late", "is not a number"),
    _csv("decimal comma", 'place,hours\nA,"3,5"\n', "row 2", "3,5", "e.g. 3.5"),
    _csv("underscore", "place,hours\nA,1_0\n", "row 2", "1_0", "is not a number"),
    _csv("nan", "place,hours\nA,nan\n", "row 2", "nan", "is not a number"),
    _csv("infinite", "place,hours\nA,inf\n", "row 2", "inf", "is not a number"),
    _csv("negative", "place,hours\nA,1\n\nB,-0.5\n", "row 4, column hours", "-0.5 is negative", "0 or more"),
    _csv("empty cell", "place,hours\nA,\n", "row 2, column hours", "is empty", "leave the row out"),
    _csv("short row", "place,hours\nA\n", "row 2, column hours", "is empty"),
    _csv("long row", "place,hours\nA,B,3\n", "row 2 has 3 cells under a header of 2", "quote"),
    _csv("too many rows", "hours\n" + "1\n" * (MOST_STEPS + 1), "more than 3832 rows", "use fewer"),
    _csv("semicolons", "place;hours\nA;3\n", "semicolons", "save it with commas"),
    _csv("unclosed quote", 'place,hours\n"A,3\n', "is not CSV", "straight quotes"),
    _csv("a very long cell", "place,hours\nA," + "9" * 200_000 + "\n", "is not CSV"),
    Mistake(
        "column twice",
        STATES + LAW,
        {"delays.csv": "hours,hours\n1,2\n"},
        ('channels.default.delay.column = "hours"', "twice", "rename"),
    ),
    Mistake("too long for the clock", STATES + LAW, {"delays.csv": "hours\n1e12\n"}, ("billion", "smaller")),
    # graph files
    Mistake(
        "graph kind", f'[network]\ngraph = "g.gml"\n{STATES}', {}, ('"g.gml"', "no such kind", ".graphml")
    ),
    Mistake(
        "graph missing", f'[network]\ngraph = "g.graphml"\n{STATES}', {}, (GRAPH, "no such file", "begin at")
    ),
    Mistake("graph no name", f'[network]\ngraph = "./"\n{STATES}', {}, ("network.graph", "no such kind")),
    _edges("edge list empty", "", GRAPH, '"A" is a state and no node', "name the nodes"),
    _edges("edge list not UTF-8", b"A B\n# \xf6\n", GRAPH, "not UTF-8"),
    _edges("one name", "A B\nA\n", GRAPH, "row 2 has one name", "write two"),
    _edges("edge list weight", "A B 3.5\n", GRAPH, "row 1", "what follows the names"),
    _edges("edge list brace", 'A B {"loss_probability": 0.1\n', GRAPH, "row 1", "what follows the names"),
    _edges("edge list number", "A B {3}\n", GRAPH, "row 1", "what follows the names"),
    _edges("a stranger", "A B\nB D\n", GRAPH, '"D" is a node and no state'),
    _edges("a loop", "A B\nA A\n", GRAPH, "A->A", "drop the loop"),
    _edges("edge twice", "A B\nB A\n", GRAPH, "twice", "keep one"),
    _edges("edge key", 'A B {"los": 1}\n', "channels.A->B.los = 1", "unknown key"),
    _edges("edge value", 'A B {"loss_probability": 2}\n', "channels.A->B.loss_probability = 2", "[0, 1]"),
    _edges("edge text", 'A B {"loss_probability": "x"}\n', 'loss_probability = "x"', "must be a number"),
    _edges("edge law", 'A B {"delay.law": "gama"}\n', "channels.A->B.delay.law", 'did you mean "gamma"?'),
    _edges(
        "edge column",
        'A B {"delay.law": "empirical", "delay.file": "x.csv", "delay.column": "h"}\n',
        'channels.A->B.delay.file = "x.csv"',
        "no such file",
    ),
    _edges(
        "directed a word", "A B\n", "network.arguments.directed =", network='arguments = {directed = "y"}'
    ),
    _edges("other arguments", "A B\n", "network.arguments =", "directed", network="arguments = { n = 2 }"),
    _edges("arguments a number", "A B\n", "network.arguments = 3", "directed", network="arguments = 3"),
    _edges(
        "placed", "A B\n", 'network.placement = "by_degree"', "drop it", network='placement = "by_degree"'
    ),
    _edges("seeded", "A B\n", "network.placement_seed = 1", "drop it", network="placement_seed = 1"),
    _edges("network key", "A B\n", "network.kind = 1", "unknown key", network="kind = 1"),
    Mistake(
        "a channel that the file lacks",
        f'[network]\ngraph = "g.edgelist"\narguments = {{ directed = true }}\n{STATES}'
        '[[channels.between]]\nfrom = "B"\nto = "A"\nloss_probability = 0.5\n',
        {"g.edgelist": "A B\n"},
        ("channels.B->A", "g.edgelist", "no such channel", "add an edge"),
    ),
    _graphml("GraphML empty", "", GRAPH, "is not GraphML"),
    _graphml("GraphML cut off", graphml()[:200], GRAPH, "is not GraphML"),
    _graphml("GraphML is HTML", "<html><body/></html>", GRAPH, "holds 0 graphs", "write one"),
    _graphml(
        "two graphs", graphml(after='<graph edgedefault="directed"/>'), GRAPH, "holds 2 graphs", "write one"
    ),
    _graphml(
        "node attribute",
        graphml(keys=CAPABILITY, node='<data key="c">3</data>'),
        GRAPH,
        'node "A" has capability = 3.0',
        "[[states]]",
    ),
    _graphml(
        "node default",
        graphml(keys=CAPABILITY.replace("/>", "><default>2</default></key>")),
        GRAPH,
        "every node has capability = 2.0",
        "[[states]]",
    ),
    _graphml(
        "graph attribute",
        graphml(keys=CAPABILITY.replace('"node"', '"graph"'), data='<data key="c">3</data>'),
        GRAPH,
        "the graph has capability = 3.0",
    ),
    _graphml("mixed", graphml(edges='<edge source="A" target="B" directed="false"/>'), GRAPH, "directed"),
    _graphml("port", graphml(node='<port name="p"/>'), GRAPH, "port"),
    _graphml("no key", graphml(node='<data key="x">3</data>'), GRAPH, "no key x"),
    _graphml(
        "a number of no value",
        graphml(keys=LOSS.format(""), edges='<edge source="A" target="B"><data key="l">x</data></edge>'),
        GRAPH,
        "x",
    ),
    _graphml("parallel edges", graphml(edges='<edge source="A" target="B"/>' * 2), GRAPH, "A->B", "twice"),
    _graphml(
        "GraphML key",
        graphml(
            keys=LOSS.format("").replace("loss_probability", "weight"),
            edges='<edge source="A" target="B"><data key="l">1</data></edge>',
        ),
        "channels.A->B.weight = 1.0",
        "unknown key",
    ),
    _graphml(
        "GraphML arguments", graphml(), "network.arguments", "takes none", network="arguments = {n = 2}"
    ),
)


def complaints_of(path: Path) -> list[str]:
    with pytest.raises(sg.ScenarioError) as caught:
        sg.load_scenario(path)
    lines = str(caught.value).splitlines()
    assert lines
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def lay_out(mistake: Mistake, folder: Path) -> Path:
    for name, content in mistake.files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    path = folder / "mistake.toml"
    path.write_text(HEAD + mistake.content, encoding="utf-8")
    return path


def test_each_mistake_has_a_name_of_its_own():
    assert len({mistake.name for mistake in MALFORMED_INPUTS}) == len(MALFORMED_INPUTS) > 60


def test_the_files_around_the_mistakes_are_sound(folder):
    assert load(folder, STATES + LAW, delays_csv=DELAYS)
    graph = '[network]\ngraph = "g.graphml"\n'
    assert set(load(folder, graph + STATES, g_graphml=graphml()).channels) == {"default", "A->B"}


@pytest.mark.parametrize("mistake", MALFORMED_INPUTS, ids=lambda mistake: mistake.name)
def test_a_mistake_in_a_file_is_told_in_one_line(mistake, folder):
    path = lay_out(mistake, folder)
    before = {file: file.read_bytes() for file in folder.iterdir()}
    lines = complaints_of(path)
    told = [line for line in lines if all(fragment in line for fragment in mistake.fragments)]
    assert told, f"none of {lines} contains all of {mistake.fragments}"
    assert {file: file.read_bytes() for file in folder.iterdir()} == before
    for line in lines:
        assert not re.search(
            r"pydantic|networkx|Traceback|input_value|datetime\.|<class|Input should|tuple|dict\b", line
        )
        assert len(line) < 400 + len(str(folder))
