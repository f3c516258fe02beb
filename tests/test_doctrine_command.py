"""The command doctrines: what is built in, and what is told of a file of one's own."""

import json
import sys
from pathlib import Path

import pytest

from signalling.cli import main
from signalling.contract.verdicts import CHECKS
from signalling.kernel.doctrines import BUILT_IN
from tests.own_doctrines import HAWK, changed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hawk.py").write_text(HAWK, encoding="utf-8")
    return tmp_path


def test_the_built_in_doctrines_are_listed(capsys):
    assert main(["doctrines", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in listed] == list(BUILT_IN)
    spiral = next(row for row in listed if row["name"] == "spiral")
    assert spiral["games"] == ["ladder"]
    assert spiral["is"].startswith("Jervis's spiral and deterrence models")
    assert "Jervis 1978" in spiral["source"]
    assert main(["doctrines"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in BUILT_IN)


@pytest.mark.heavy
def test_a_doctrine_that_keeps_the_contract(folder, capsys):
    assert main(["doctrines", "check", "hawk.py"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "hawk.py: Kahn 1965 (escalation dominance)"
    assert [line[:10] for line in lines[1:-1]] == ["  ok      "] * len(CHECKS)
    assert lines[-1] == f"{len(CHECKS)} of {len(CHECKS)} promises kept"
    assert [path.name for path in folder.iterdir()] == ["hawk.py"]


@pytest.mark.heavy
@pytest.mark.usefixtures("_a_fifth_of_the_scripts")
def test_a_doctrine_that_breaks_it(folder, capsys):
    text = changed(
        HAWK, ("min(aim, own.ceiling)", "aim"), ("    aim = 0.0\n", "    aim = 0.0\n    print(aim)\n")
    )
    (folder / "hawk.py").write_text(text, encoding="utf-8")
    assert main(["doctrines", "check", "hawk.py"]) == 1
    shown = capsys.readouterr().out
    assert (
        "  broken    Moves are legal: a rung up or down within ladder and ceiling, an attack where war is "
        "possible.\n"
        "            decide answers RAISE at its ceiling, rung 1.\n"
        "            Example: a ladder with rungs 0 to 1, no war; on rung 1, ceiling 1; 1 rival; lead = 3.0; "
        "review at 0 with uniforms 0, 0, 0.\n"
        "            Remedy: ask first whether own.rung < own.ceiling.\n"
    ) in shown
    assert shown.splitlines()[-1] == f"{len(CHECKS) - 2} of {len(CHECKS)} promises kept, 2 broken"
    assert main(["doctrines", "check", "hawk.py", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["kept"] is False
    by_name = {promise["name"]: promise for promise in told["promises"]}
    assert by_name["moves_are_legal"]["function"] == "decide"
    assert by_name["kernel_subset"]["did"] == "uses print (line 40)"
    assert by_name["pure"] == {
        "name": "pure",
        "promise": "The same run is decided alike every time.",
        "status": "kept",
    }


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("none.py", 'FILE = "none.py": no such file; relative paths begin at '),
        ("spiral.py", 'FILE = "spiral.py": spiral is a built-in doctrine; give the file another name'),
        ("hawk.txt", 'FILE = "hawk.txt": must end in .py'),
        ("empty.py", 'FILE = "empty.py": has no function memory_size; write def memory_size(rungs)'),
        ("syntax.py", "FILE = \"syntax.py\": line 1: is not Python: '(' was never closed; correct it"),
    ],
)
def test_a_file_that_is_no_doctrine(file, told, folder, capsys):
    (folder / "empty.py").write_text("", encoding="utf-8")
    (folder / "syntax.py").write_text("f(\n", encoding="utf-8")
    assert main(["doctrines", "check", file]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"signalling: {told}")


def test_without_hypothesis_it_says_what_to_install(folder, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "hypothesis.configuration", None)
    assert main(["doctrines", "check", "hawk.py"]) == 2
    assert "pip install hypothesis" in capsys.readouterr().err
