"""Doctrines of a user's own, through the public face: files that become part of a scenario, and refusals."""

import copy
import inspect
import json
import linecache
import shutil
from pathlib import Path
from typing import Any

import pytest

import signalling as sg
from signalling.cli import main
from signalling.collected import Collected
from signalling.errors import ResultError
from signalling.kernel.doctrines import BUILT_IN, listener
from signalling.model import Model, compile_model
from tests.own_doctrines import DOVE, HAWK, changed

HEAD = 'name = "t"\nhorizon_days = 20\n'
STATES = (
    '[[states]]\nname = "doctrine"\ndoctrine = "hawk.py"\n[[states]]\nname = "file"\ndoctrine = "spiral"\n'
)
PROBABILITY = "from signalling.validation import Probability\n"
SEED = 4


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with hawk.py in it, which is not the working folder."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "hawk.py").write_text(HAWK, encoding="utf-8")
    return beside


def load(folder: Path, doctrine: str = '"hawk.py"', other: str = '"spiral"') -> sg.Scenario:
    """A scenario of two states, the first with a doctrine as a file writes it."""
    file = folder / "scenario.toml"
    states = "".join(
        f'[[states]]\nname = "{name}"\ndoctrine = {written}\ngreedy_probability = 0.5\n'
        for name, written in zip("AB", (doctrine, other), strict=True)
    )
    file.write_text(HEAD + states, encoding="utf-8")
    return sg.load_scenario(file)


def compiled(scenario: sg.Scenario) -> Model:
    return compile_model(scenario)


def identity(scenario: sg.Scenario) -> str:
    return compiled(scenario).identity(1)


def rows(scenario: sg.Scenario, **options: Any) -> list[tuple[Any, ...]]:
    """Outcomes without the name of their cell."""
    return [row[1:] for row in sg.run(scenario, runs=12, seed=SEED, **options).rows()]


# Loaded


def test_a_file_is_a_doctrine(folder):
    scenario = load(folder, '{ file = "hawk.py", lead = 2 }')
    choice = scenario.states["A"].doctrine
    assert choice.name == "hawk"
    assert choice.parameters.lead == 2
    assert load(folder).states["A"].doctrine.parameters.lead == 1
    raised = [r.after for r in sg.trace(scenario, seed=SEED, run=1).reviews if r.state == 0]
    assert max(raised) >= 2
    assert rows(scenario) != rows(load(folder, '"listener"'))


def test_a_copy_of_a_built_in_doctrine_decides_as_it_does(folder):
    (folder / "mine.py").write_text(inspect.getsource(listener), encoding="utf-8")
    assert rows(load(folder, '"mine.py"')) == rows(load(folder, '"listener"'))


def test_a_scenario_is_complete_in_itself(folder):
    scenario = load(folder, '{ file = "hawk.py", lead = 2 }')
    shutil.rmtree(folder)
    written = scenario.written()
    assert written["states"]["A"]["doctrine"] == {"file": "hawk.py", "lead": 2, "source": HAWK}
    again = sg.Scenario.from_document(json.loads(json.dumps(written)))
    assert again == scenario
    assert identity(again) == identity(scenario)
    assert rows(again) == rows(copy.deepcopy(scenario))
    assert again.replace({"horizon_days": 5}).states["A"].doctrine == scenario.states["A"].doctrine


def test_paths_begin_at_the_scenario_or_the_working_folder(folder, monkeypatch):
    (folder / "doctrines").mkdir()
    shutil.move(folder / "hawk.py", folder / "doctrines" / "hawk.py")
    scenario = load(folder, '"doctrines/hawk.py"')
    plain = load(folder, '"listener"')
    monkeypatch.chdir(folder / "doctrines")
    for file in ("hawk.py", "../doctrines/hawk.py", str(folder / "doctrines" / "hawk.py")):
        replaced = plain.replace({"states.A.doctrine": file})
        assert identity(replaced) == identity(scenario)
        assert str(folder) not in compiled(replaced).identity_text(1)


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + HAWK.encode(), HAWK.replace("\n", "\r\n").encode(), HAWK.rstrip().encode()]
)
def test_how_an_editor_saved_it_does_not_count(data, folder):
    before = identity(load(folder))
    (folder / "hawk.py").write_bytes(data)
    assert identity(load(folder)) == before


def test_annotations_may_be_texts(folder):
    text = changed(
        HAWK, ("from signalling.kernel", "from __future__ import annotations\nfrom signalling.kernel")
    )
    text = changed(
        text, ("lead: float", "lead: Probability"), ("import Move\n", "import Move\n" + PROBABILITY)
    )
    (folder / "hawk.py").write_text(text.replace(" ge=0, le=10,", ""), encoding="utf-8")
    assert load(folder, '{ file = "hawk.py", lead = 0.5 }').states["A"].doctrine.parameters.lead == 0.5
    with pytest.raises(sg.ScenarioError, match=r"states\.A\.doctrine\.lead = 2: must be in \[0, 1\]"):
        load(folder, '{ file = "hawk.py", lead = 2 }')


def test_the_command_line_takes_it(folder, capsys):
    load(folder, '{ file = "hawk.py", lead = 2 }')
    assert main(["check", str(folder / "scenario.toml")]) == 0
    assert main(["run", str(folder / "scenario.toml"), "--runs", "3", "--out", "results"]) == 0
    provenance = json.loads(Path("results/provenance.json").read_text(encoding="utf-8"))
    assert provenance["scenario"]["states"]["A"]["doctrine"]["source"] == HAWK
    shutil.move(folder / "hawk.py", "hawk.py")
    capsys.readouterr()
    changes = ["--set", 'states.A.doctrine="hawk.py"', "--set", "states.A.doctrine.lead=3", "--json"]
    assert main(["run", "two-seekers", "--runs", "3", *changes]) == 0
    told = json.loads(capsys.readouterr().out)
    changed_so = {"states.A.doctrine": {"file": "hawk.py", "lead": 3}}
    assert told["cell"] == compiled(sg.load_scenario("two-seekers").replace(changed_so)).identity(1)


# Paths


def test_paths_reach_parameters_and_the_file(folder, monkeypatch):
    scenario = load(folder)
    led = scenario.replace({"states.A.doctrine.lead": 3})
    assert led.states["A"].doctrine.parameters.lead == 3
    assert led.states["A"].doctrine.name == "hawk"
    (folder / "hawk.py").write_text(DOVE, encoding="utf-8")
    assert led.replace({"horizon_days": 3}).states["A"].doctrine.source == HAWK
    monkeypatch.chdir(folder)
    read_anew = led.replace({"states.A.doctrine.file": "hawk.py"})
    assert read_anew.states["A"].doctrine.source == DOVE
    assert read_anew.states["A"].doctrine.parameters.lead == 3
    both = scenario.replace({"states.all.doctrine": {"file": "hawk.py", "lead": 4}})
    assert {state.doctrine.parameters.lead for state in both.states.values()} == {4}
    assert both.replace({"states.all.doctrine": "listener"}).states["A"].doctrine.name == "listener"


def test_a_state_called_doctrine_is_a_state(folder):
    (folder / "scenario.toml").write_text(HEAD + STATES, encoding="utf-8")
    scenario = sg.load_scenario(folder / "scenario.toml")
    changes = {"states.doctrine.doctrine.lead": 2, "states.file.capability": 2}
    study = sg.Study(scenario, runs=1, seed=1, cell=[changes])
    assert study.cells[0].id == compiled(scenario.replace(changes)).identity(1)


# Identity


def test_the_identity_holds_the_digest_and_neither_text_nor_place(folder):
    scenario = load(folder)
    text = compiled(scenario).identity_text(1)
    for absent in ("hawk", "escalation", str(folder)):
        assert absent not in text
    doctrine = scenario.canonical()["states"]["A"]["doctrine"]
    assert doctrine == {"parameters": {"lead": 1.0}, "source": doctrine["source"]}
    assert len(doctrine["source"]) == 64
    shutil.copy(folder / "hawk.py", folder / "eagle.py")
    assert identity(load(folder, '"eagle.py"')) == identity(scenario)
    (folder / "eagle.py").write_text(HAWK + "# a remark\n", encoding="utf-8")
    assert identity(load(folder, '"eagle.py"')) != identity(scenario)


def test_two_files_of_one_name_live_in_one_scenario(folder):
    (folder / "other").mkdir()
    (folder / "other" / "hawk.py").write_text(DOVE, encoding="utf-8")
    one, two = load(folder, '"hawk.py"', '"hawk.py"'), load(folder, '"other/hawk.py"', '"other/hawk.py"')
    mixed = load(folder, '"hawk.py"', '"other/hawk.py"')
    assert len({identity(one), identity(two), identity(mixed)}) == 3
    modules = compiled(mixed).doctrines
    assert [inspect.getsource(module) for module in modules] == [HAWK, DOVE]
    assert len({module.__name__ for module in modules}) == 2
    assert all(module.__name__.isidentifier() for module in modules)
    assert compiled(one).doctrines == (modules[0], modules[0])
    assert len({str(rows(scenario)) for scenario in (one, two, mixed)}) == 3


def test_the_text_outlives_the_cache_of_lines(folder):
    (module, _) = compiled(load(folder)).doctrines
    linecache.clearcache()
    assert inspect.getsource(module) == HAWK


# Studies, workers and folders


def test_workers_make_the_same_runs(folder):
    scenario = load(folder)
    shutil.rmtree(folder)
    assert rows(scenario, workers=2) == rows(scenario)
    treatment = {"channels.all.garble": {"probability": 0.3}}
    pairs = [sg.compare(scenario, treatment=treatment, runs=8, seed=1, workers=n).pairs() for n in (1, 2)]
    assert pairs[0] == pairs[1]


GRIDS: dict[str, list[Any]] = {
    "states.A.doctrine.lead": [0, 2],
    "states.A.doctrine.file": ["hawk.py", "other/hawk.py"],
    "states.A.doctrine": ["listener", "hawk.py", {"file": "other/hawk.py", "lead": 2}],
}


@pytest.mark.parametrize("path", GRIDS)
def test_a_study_varies_it(path, folder):
    (folder / "other").mkdir()
    (folder / "other" / "hawk.py").write_text(DOVE, encoding="utf-8")
    scenario = load(folder)
    values = GRIDS[path]
    written = f'scenario = "scenario.toml"\nseed = {SEED}\nruns = 6\n[grid]\n"{path}" = '
    toml = json.dumps(values).replace('"file": ', "file = ").replace('"lead": ', "lead = ")
    (folder / "own.study.toml").write_text(written + toml + "\n", encoding="utf-8")
    study = sg.load_study(folder / "own.study.toml")
    assert all(cell.settings[path] in values for cell in study.cells)
    collected = sg.collect(study, "results", workers=2)
    shutil.rmtree(folder)
    assert collected.complete
    assert len({cell.id for cell in collected.cells}) == len(values)
    for cell in Collected("results").cells:
        again = sg.rerun("results", cell.id, 3)
        assert list(again.rows()) == list(collected.outcomes(cell.id).rows())[3:4]
        alone = sg.run(scenario.replace(cell.complete), runs=6, seed=SEED)
        assert alone.content_hash() == collected.outcomes(cell.id).content_hash()


def test_folders_merge_and_another_text_is_another_study(folder):
    study = sg.Study(load(folder), runs=4, seed=SEED)
    halves = [sg.collect(study.with_runs(part), f"{part.start}") for part in (range(2), range(2, 4))]
    assert sg.merge([half.folder for half in halves], "all").complete
    (folder / "hawk.py").write_text(DOVE, encoding="utf-8")
    with pytest.raises(ResultError, match=r"scenario\.states\.A\.doctrine\.source: "):
        sg.collect(sg.Study(load(folder), runs=4, seed=SEED), "all")


# Refused

WHAT_IT_IS = 'states.A.doctrine.file = "hawk.py"'
IMPORTS = (
    "a doctrine is one file, and may import numpy, math, typing, collections.abc, pydantic and signalling's "
    "kernel, parameters, validation and vocabulary; copy what it needs into the file"
)
TEXTS: dict[str, tuple[str, str]] = {
    "syntax": (
        changed(HAWK, ("def memory_size(rungs)", "def memory_size(rungs")),
        "line 18: is not Python: '(' was never closed; correct it",
    ),
    "null byte": (
        HAWK + "\0",
        "line 1: is not Python: source code string cannot contain null bytes; correct it",
    ),
    "fails": (
        changed(HAWK, ("LEAD = 0", 'LEAD = int("one")')),
        "line 11: ValueError: invalid literal for int() with base 10: 'one'; a doctrine must load by itself",
    ),
    "exits": (HAWK + "raise SystemExit\n", "line 44: SystemExit; a doctrine must load by itself"),
    "unknown name": (
        changed(HAWK, ("LEAD = 0", "LEAD = zero")),
        "line 11: NameError: name 'zero' is not defined; a doctrine must load by itself",
    ),
    "imports": ("import random\n" + HAWK, f"line 1: imports random; {IMPORTS}"),
    "imports a file beside it": (
        HAWK + "from .eagle import SOURCE\n",
        f"line 44: imports .eagle.SOURCE; {IMPORTS}",
    ),
    "imports a doctrine": (
        "from signalling.kernel.doctrines.spiral import decide\n",
        f"line 1: imports signalling.kernel.doctrines.spiral; {IMPORTS}",
    ),
    "imports in a function": (
        changed(HAWK, ("    aim = 0.0\n", "    from os import path\n")),
        f"line 39: imports os; {IMPORTS}",
    ),
    "no function": (
        changed(HAWK, ("def revise", "def revize")),
        "has no function revise; write def revise(memory, report, own, parameters)",
    ),
    "other arguments": (
        changed(HAWK, ("def memory_size(rungs)", "def memory_size()")),
        "memory_size takes (); write def memory_size(rungs)",
    ),
    "a function that is none": (
        HAWK + "belief = 3\n",
        "has no function belief; write def belief(memory, rival, own, now, parameters)",
    ),
    "no parameters": (
        changed(HAWK, ("class PARAMETERS(Parameters)", "class Mine(Parameters)")),
        "has no PARAMETERS; write class PARAMETERS(Parameters), from signalling.parameters",
    ),
    "parameters of another kind": (
        changed(HAWK, ("class PARAMETERS(Parameters)", "class PARAMETERS")),
        "has no PARAMETERS; write class PARAMETERS(Parameters), from signalling.parameters",
    ),
    "a parameter's name": (
        changed(HAWK, ("    lead: float", "    source: float")),
        "has a parameter called source, which is a key of every doctrine in a scenario; call it otherwise",
    ),
    "no source": (
        changed(HAWK, ('SOURCE = "Kahn 1965 (escalation dominance)"\n', "")),
        'has no SOURCE; write whose idea it is, e.g. SOURCE = "Kahn 1965" or SOURCE = "ours"',
    ),
    "no word on reports": (
        changed(HAWK, ("USES_REPORTS = True", "")),
        "has no USES_REPORTS; write True if reports can change what the state does, else False",
    ),
    "games": (
        changed(HAWK, ('("ladder",)', '("ladder")')),
        (
            'has GAMES = "ladder"; write some of "ladder", "matrix", "posture", "exchange" as a tuple, '
            'e.g. ("ladder",)'
        ),
    ),
    "letters": (HAWK + "LETTERS = 1\n", "has LETTERS = 1; write how many actions its game has, 2 or more"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_text_that_is_no_doctrine_is_refused(case, folder):
    text, told = TEXTS[case]
    (folder / "hawk.py").write_text(text, encoding="utf-8")
    with pytest.raises(sg.ScenarioError) as refused:
        load(folder)
    assert str(refused.value) == f"{folder / 'scenario.toml'}: {WHAT_IT_IS}: {told}"
    (folder / "hawk.py").write_text(HAWK, encoding="utf-8")
    assert load(folder).states["A"].doctrine.source == HAWK


def test_everything_that_is_missing_is_told_at_once(folder):
    (folder / "hawk.py").write_text("", encoding="utf-8")
    with pytest.raises(sg.ScenarioError) as refused:
        load(folder)
    lines = str(refused.value).splitlines()
    assert len(lines) == 8
    assert all(line.startswith(f"{folder / 'scenario.toml'}: {WHAT_IT_IS}: has no ") for line in lines)


NAMED = "its name must be letters, digits and _, with no digit first, e.g. my_hawk.py"
SHOULD = 'must be a name or a table with a name or a file, e.g. "spiral" or "hawk.py"'
KNOWN = ", ".join(sorted(BUILT_IN))
ORIGIN = "relative paths begin at {folder}"
WRITTEN: dict[str, tuple[str, str]] = {
    "missing": ('"none.py"', 'doctrine.file = "none.py": no such file; ' + ORIGIN),
    "a folder": ('"folder.py"', 'doctrine.file = "folder.py": is a folder; name a file in it'),
    "not UTF-8": ('"latin.py"', 'doctrine.file = "latin.py": byte 2 is not UTF-8; save the file as UTF-8'),
    "no name": (
        '"my-hawk.py"',
        'doctrine.file = "my-hawk.py": ' + NAMED,
    ),
    "a word of Python": (
        '"class.py"',
        'doctrine.file = "class.py": ' + NAMED,
    ),
    "built-in name": (
        '"spiral.py"',
        'doctrine.file = "spiral.py": spiral is a built-in doctrine; give the file another name',
    ),
    "no ending": (
        '{ file = "hawk" }',
        'doctrine.file = "hawk": must end in .py; a doctrine of your own is a Python file',
    ),
    "a number": ("{ file = 3 }", "doctrine.file = 3: must be a text in quotes, the name of a Python file"),
    "file and name": (
        '{ file = "hawk.py", name = "spiral" }',
        'doctrine.file = "hawk.py": stands beside name; keep one of the two',
    ),
    "file and source": (
        '{ file = "hawk.py", source = "" }',
        'doctrine.source = "": is read from the file; drop it',
    ),
    "a name without its ending": (
        '"hawk"',
        f'doctrine = "hawk": no such doctrine; known: {KNOWN}; a file of your own is written "hawk.py"',
    ),
    "neither": (
        "{ lead = 2 }",
        "doctrine = { lead = 2 }: " + SHOULD,
    ),
    "unknown parameter": (
        '{ file = "hawk.py", leed = 2 }',
        'doctrine.leed = 2: unknown key; did you mean "lead"?',
    ),
    "parameter out of range": ('{ file = "hawk.py", lead = 20 }', "doctrine.lead = 20: must be 10 or less"),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_a_file_that_cannot_be_used_is_refused(case, folder):
    (folder / "folder.py").mkdir()
    (folder / "latin.py").write_bytes(b"# \xe9\n")
    written, told = WRITTEN[case]
    with pytest.raises(sg.ScenarioError) as refused:
        load(folder, written)
    expected = told.replace("{folder}", str(folder))
    assert str(refused.value) == f"{folder / 'scenario.toml'}: states.A.{expected}"


def test_paths_are_refused_as_files_are(folder, monkeypatch):
    scenario = load(folder, '"spiral"')
    start = Path.cwd()
    with pytest.raises(sg.ScenarioError) as refused:
        scenario.replace({"states.A.doctrine": "hawk.py"})
    assert str(refused.value) == f"{WHAT_IT_IS}: no such file; relative paths begin at {start}"
    monkeypatch.chdir(folder)
    with pytest.raises(sg.ScenarioError) as refused:
        scenario.replace({"states.A.doctrine.file": "hawk.py"})
    assert str(refused.value) == f"{WHAT_IT_IS}: stands beside name; keep one of the two"
    with pytest.raises(sg.ScenarioError) as refused:
        sg.Study(scenario, runs=1, seed=1, grid={"states.all.doctrine.file": ["none.py"]})
    assert str(refused.value) == (
        'cell states.all.doctrine.file = "none.py": states.all.doctrine.file = "none.py": no such file; '
        f"relative paths begin at {folder}"
    )
    document = scenario.written()
    document["states"]["A"]["doctrine"] = {"file": "hawk.py"}
    with pytest.raises(sg.ScenarioError) as refused:
        sg.Scenario.from_document(document)
    assert str(refused.value) == (
        f"{WHAT_IT_IS}: the file is not read here: use load_scenario or replace, or write its text beside "
        "as source"
    )
    document["states"]["A"]["doctrine"] = {"file": "hawk.py", "source": 3}
    with pytest.raises(
        sg.ScenarioError, match=r"^states\.A\.doctrine\.source = 3: must be a text, that of the"
    ):
        sg.Scenario.from_document(document)


def test_a_game_that_it_does_not_play_is_refused(folder):
    with pytest.raises(sg.ScenarioError) as refused:
        load(folder, '"hawk.py"', '"listener"').replace({"game": {"kind": "matrix"}})
    assert str(refused.value) == 'states.A.doctrine = "hawk": does not play matrix games, only ladder'


# Failing later


@pytest.mark.parametrize("function", ["tabulate", "memory_size"])
def test_what_fails_when_the_model_is_compiled_is_told(function, folder):
    lines = {"tabulate": "    return parameters.tabulated()\n", "memory_size": "    return 0, 2\n"}
    text = changed(HAWK, (lines[function], "    return 1 / 0\n"))
    (folder / "hawk.py").write_text(text, encoding="utf-8")
    line = text.splitlines().index("    return 1 / 0") + 1
    with pytest.raises(sg.ScenarioError) as refused:
        sg.run(load(folder), runs=1, seed=1)
    error = f"line {line}: ZeroDivisionError: division by zero"
    assert str(refused.value) == f"states.A.doctrine: {function}: {error}; correct the doctrine"


FAILS = changed(HAWK, ("    aim = 0.0\n", "    aim = 1.0 / (2 - own.rung)\n"))


@pytest.mark.parametrize("workers", [1, 2])
def test_the_traceback_of_a_run_shows_the_line(workers, folder):
    (folder / "hawk.py").write_text(FAILS, encoding="utf-8")
    collected = sg.collect(sg.Study(load(folder), runs=3, seed=SEED), "results", workers=workers)
    errors = collected.errors().to_pylist()
    assert errors
    assert errors[0]["error"].startswith("ZeroDivisionError: ")
    assert 'File "hawk.py [' in errors[0]["traceback"]
    assert "aim = 1.0 / (2 - own.rung)" in errors[0]["traceback"]
