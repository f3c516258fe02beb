"""Every promise can be broken by a file of one's own, and the breach names function, example and remedy."""

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from hypothesis import Phase

from signalling import doctrine_files
from signalling.cli import main
from signalling.contract import playing, verdicts
from signalling.contract.breach import Breach
from signalling.kernel.doctrines import BUILT_IN
from tests.own_doctrines import HAWK, changed

BY_NAME = {check.__name__.removeprefix("check_"): check for check in verdicts.CHECKS}
BELIEF = "\n\ndef belief(memory, rival, own, now, parameters):\n    return {}\n"
PAYOFF = "\n\ndef payoff(own, role, rival, rival_rung, mean_rung, parameters):\n    return {}\n"


class Case(NamedTuple):
    """A text, the promise that it breaks, and parts of what is told of it."""

    promise: str
    text: str
    function: str
    did: str
    remedy: str = ""
    example: str = ""


def aim(line: str) -> str:
    """The doctrine with another first line of `decide`, line 39."""
    return changed(HAWK, ("    aim = 0.0\n", f"    {line}\n"))


CASES = {
    "no docstring": Case(
        "fixed_names",
        HAWK[HAWK.index("\n") :],
        "the file",
        "does not say what it is",
        "begin it with a sentence in three quotes",
    ),
    "no description": Case(
        "parameters_are_described",
        changed(HAWK, (', description="rungs above the highest rival"', "")),
        "PARAMETERS",
        "does not say what lead is",
    ),
    "no default": Case(
        "parameters_are_described",
        changed(HAWK, ("Field(1, ", "Field(")),
        "PARAMETERS",
        "has no default for lead",
    ),
    "a power": Case(
        "kernel_subset", aim("aim = own.rung ** 0.5"), "decide", "raises to a power", "multiply; or"
    ),
    "a dictionary": Case("kernel_subset", aim("aim = len({})"), "decide", "makes a dictionary"),
    "a list": Case("kernel_subset", aim("aim = len([])"), "decide", "makes a list or a set"),
    "a text": Case("kernel_subset", aim('aim = len("")'), "decide", "holds '' (line 39)", "use numbers only"),
    "an error": Case("kernel_subset", aim("assert now"), "decide", "raises or catches errors"),
    "print": Case(
        "kernel_subset", aim("print(now)"), "decide", "uses print (line 39)", "a run knows range, len"
    ),
    "NumPy": Case(
        "kernel_subset",
        "import numpy as np\n" + aim("aim = np.max(memory)"),
        "decide",
        "uses np.max (line 40)",
    ),
    "math.exp": Case(
        "kernel_subset",
        "import math\n" + aim("aim = math.exp(now)"),
        "decide",
        "uses math.exp (line 40)",
        "signalling.kernel.portable_math",
    ),
    "an enumeration": Case(
        "kernel_subset",
        changed(HAWK, ("Action(move,", "Action(Move.HOLD,")),
        "decide",
        "uses Move.HOLD (line 43)",
        "write HOLD = int(Move.HOLD) at the top of the file",
    ),
    "a constant that is none": Case(
        "kernel_subset",
        changed(HAWK, ("int(Move.HOLD)", "Move.HOLD")),
        "decide",
        "uses HOLD (line 42)",
        "write HOLD = int(...)",
    ),
    "a memory of its own": Case(
        "kernel_subset",
        changed(aim("SEEN.append(now)"), ("LEAD = 0", "LEAD, SEEN = 0, []")),
        "decide",
        "calls .append (line 39)",
    ),
    "what it calls": Case(
        "kernel_subset",
        aim("aim = _aim(now)") + "\n\ndef _aim(now):\n    return float(sorted((now, 1))[0])\n",
        "_aim",
        "uses sorted (line 47)",
    ),
    "no place": Case(
        "named_numbers_come_first",
        changed(HAWK, ("LEAD = 0\n", ""), ("[LEAD]", "[0]")),
        "the file",
        "does not give the place of the parameter lead",
        "write LEAD = 0 at the top, and parameters[LEAD] below",
    ),
    "another table": Case(
        "named_numbers_come_first",
        changed(HAWK, ("parameters.tabulated()", "parameters.tabulated() + 1.0")),
        "tabulate",
        "does not begin with the parameters",
    ),
    "a list for a table": Case(
        "tables_are_float64_and_repeat",
        changed(HAWK, ("return parameters.tabulated()", "return [parameters.lead]")),
        "tabulate",
        "answers [",
    ),
    "division by zero": Case(
        "every_run_can_be_played",
        aim("aim = 1.0 / (own.rung - 1)"),
        "decide",
        "fails at line 39: ZeroDivisionError: ",
        "compare the divisor with 0 before dividing",
        "a ladder with rungs 0 to 1, no war; on rung 1, ceiling 1; 0 rivals; lead = 1; review at 0 with "
        "uniforms 0, 0, 0",
    ),
    "memory of one float": Case(
        "every_run_can_be_played",
        changed(HAWK, ("return 0, 2", "return 0, 1")),
        "start",
        "fails at line 28: IndexError: ",
        "count places from 0",
        "1 rival",
    ),
    "no memory size": Case(
        "every_run_can_be_played",
        changed(HAWK, ("return 0, 2", "return 2")),
        "memory_size",
        "answers 2",
        "return two whole numbers",
    ),
    "no answer": Case(
        "every_run_can_be_played",
        changed(HAWK, ("    return True\n", "")),
        "revise",
        "answers None",
        "return True if the report was used, else False",
        "rival 0 reports 0, sent at 0 and read at 1",
    ),
    "luck of its own": Case(
        "pure",
        changed(
            "import numpy as np\n" + aim("aim = LUCK.uniform(0, 5)"),
            ("LEAD = 0", "LEAD, LUCK = 0, np.random.default_rng(1)"),
        ),
        "decide",
        " when the same run is played again",
        "no random numbers, no clock",
    ),
    "writes parameters": Case(
        "both_forms_agree",
        aim("parameters[LEAD] = 0.0"),
        "decide",
        "fails at line 39: ",
        "memory may be written, parameters may not",
    ),
    "from the end": Case(
        "memory_is_enough_and_used",
        changed(HAWK, ("memory[2 * rival + 1] + par", "memory[2 * rival - 1] + par")),
        "decide",
        "place -1 of the memory",
        "none is counted from the end",
    ),
    "idle memory": Case(
        "memory_is_enough_and_used",
        changed(HAWK, ("return 0, 2", "return 1, 2")),
        "memory_size",
        "gives 3 floats, of which [2] are never used",
    ),
    "nothing set": Case(
        "a_run_begins_afresh",
        changed(HAWK, ("        memory[place] = -1.0\n", "        pass\n")),
        "",
        " if the memory held ",
        "set every place of memory in start",
    ),
    "belief that writes": Case(
        "asking_for_beliefs_changes_nothing",
        HAWK + BELIEF.format("0.0, 0.0").replace("    ret", "    memory[2 * rival] = 9e9\n    ret"),
        "revise",
        "answers True, and False if its beliefs are asked for",
    ),
    "over the ceiling": Case(
        "moves_are_legal",
        changed(HAWK, ("min(aim, own.ceiling)", "aim")),
        "decide",
        "answers RAISE at its ceiling, rung 0",
        "ask first whether own.rung < own.ceiling",
        "a ladder with rungs 0 to 1, no war; on rung 0, ceiling 0; 1 rival; lead = 1; rival 0 reports 0, "
        "sent at 0 and read at 1; review at 1 with uniforms 0, 0, 0",
    ),
    "below the ladder": Case("moves_are_legal", aim("aim = -1.0"), "decide", "answers LOWER on rung 0"),
    "attacks": Case(
        "moves_are_legal",
        changed(HAWK, ("int(Move.LOWER)", "int(Move.ATTACK)")),
        "decide",
        "attacks where there is no war",
        "ask first whether own.war == 1",
    ),
    "another game": Case(
        "moves_are_legal",
        changed(HAWK, ('GAMES = ("ladder",)\n', "")),
        "decide",
        "in a matrix game",
        'write GAMES = ("ladder",)',
    ),
    "no action": Case(
        "moves_are_legal",
        changed(HAWK, ("return Action(move, -1, 0.0, -1)", "return move")),
        "decide",
        "answers 1",
        "return Action(move, target, value, letter)",
    ),
    "half a move": Case(
        "moves_are_legal", changed(HAWK, ("int(Move.HOLD)", "1.5")), "decide", "answers the move 1.5"
    ),
    "reads old news": Case(
        "superseded_reports_change_nothing",
        changed(HAWK, (" or report.sent <= memory[2 * report.rival]", "")),
        "revise",
        "answers True to a report sent at 0 after one of the same rival sent at 0",
        "keep the sending tick",
    ),
    "one date for all": Case(
        "superseded_reports_change_nothing",
        changed(
            HAWK,
            ("report.sent <= memory[2 * report.rival]", "report.sent <= memory[0]"),
            ("    memory[2 * report.rival], ", "    memory[0], "),
        ),
        "revise",
        "after one of another rival sent at",
    ),
    "reads strangers": Case(
        "unknown_senders_change_nothing",
        changed(HAWK, ("report.rival < 0 or ", "")),
        "revise",
        "at a report of no rival",
        "begin with: if report.rival < 0: return False",
    ),
    "says it is deaf": Case(
        "reports_are_used_or_not_as_declared",
        changed(HAWK, ("USES_REPORTS = True", "USES_REPORTS = False")),
        "decide",
        "where nothing is reported, and",
        "write USES_REPORTS = True",
    ),
    "is deaf": Case(
        "reports_are_used_or_not_as_declared",
        changed(HAWK, ("memory[2 * rival + 1] + ", "")),
        "USES_REPORTS",
        "in none of 150 runs did a report change a move or a belief",
    ),
    "no probability": Case(
        "beliefs_are_probabilities", HAWK + BELIEF.format("1.5, 0.0"), "belief", "answers P(greedy) = 1.5"
    ),
    "no rung": Case(
        "beliefs_are_probabilities",
        HAWK + BELIEF.format("0.5, 1.0 * own.rungs"),
        "belief",
        "answers an expected rung of 2.0",
        "here 1",
    ),
    "an endless payoff": Case(
        "payoffs_are_finite", HAWK + PAYOFF.format("1e308 * 10.0 * (1 + role)"), "payoff", "answers inf as"
    ),
}


def module_of(text: str) -> ModuleType:
    return doctrine_files.load(text, "FILE", "hawk.py")


@pytest.mark.parametrize("case", CASES)
def test_a_breach_says_what_is_wrong(case):
    promise, text, function, did, remedy, example = CASES[case]
    with pytest.raises(Breach) as found:
        BY_NAME[promise](module_of(text))
    breach = found.value
    assert function in breach.function
    assert did in breach.did
    assert remedy in breach.remedy
    assert breach.remedy
    assert example in breach.example


def test_every_promise_is_broken_by_some_case():
    assert {case.promise for case in CASES.values()} == set(BY_NAME)


def test_what_follows_from_a_breach_is_not_tried(monkeypatch):
    monkeypatch.setattr(playing, "PHASES", (Phase.generate,))
    found = list(verdicts.judge(module_of(CASES["division by zero"].text)))
    place = [verdict.name for verdict in found].index("every_run_can_be_played")
    assert [verdict.status for verdict in found[:place]] == ["kept"] * place
    assert found[place].status == "broken"
    assert {verdict.status for verdict in found[place + 1 :]} == {"not tried"}


# The command


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


def test_a_doctrine_that_keeps_the_contract(folder, capsys):
    assert main(["doctrines", "check", "hawk.py"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "hawk.py: Kahn 1965 (escalation dominance)"
    assert [line[:10] for line in lines[1:-1]] == ["  ok      "] * len(BY_NAME)
    assert lines[-1] == f"{len(BY_NAME)} of {len(BY_NAME)} promises kept"
    assert [path.name for path in folder.iterdir()] == ["hawk.py"]


def test_a_doctrine_that_breaks_it(folder, capsys):
    text = changed(CASES["over the ceiling"].text, ("    aim = 0.0\n", "    aim = 0.0\n    print(aim)\n"))
    (folder / "hawk.py").write_text(text, encoding="utf-8")
    assert main(["doctrines", "check", "hawk.py"]) == 1
    shown = capsys.readouterr().out
    assert (
        "  broken    Moves are legal: a rung up or down within ladder and ceiling, an attack where war is "
        "possible.\n"
        "            decide answers RAISE at its ceiling, rung 0.\n"
        "            Example: a ladder with rungs 0 to 1, no war; on rung 0, ceiling 0; 1 rival; lead = 1; "
        "rival 0 reports 0, sent at 0 and read at 1; review at 1 with uniforms 0, 0, 0.\n"
        "            Remedy: ask first whether own.rung < own.ceiling.\n"
    ) in shown
    assert shown.splitlines()[-1] == f"{len(BY_NAME) - 2} of {len(BY_NAME)} promises kept, 2 broken"
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
