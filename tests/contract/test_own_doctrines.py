"""Every promise can be broken by a file of one's own, and the breach names function, example and remedy."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from hypothesis import Phase

from signalling import doctrine_files
from signalling.contract import playing, verdicts
from signalling.contract.breach import Breach
from tests.own_doctrines import HAWK, changed

ROOT = Path(__file__).parents[2]
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


#: Doctrines of other games; the first says nothing that is an action.
PLAYER = changed(
    HAWK,
    ('("ladder",)', '("matrix",)'),
    ("LEAD = 0", "LEAD, PLAY = 0, int(Move.PLAY)"),
    ("Action(move,", "Action(PLAY,"),
)
ARMER = changed(
    HAWK,
    ('("ladder",)', '("posture",)'),
    ("LEAD = 0", "LEAD, ARM = 0, int(Move.ARM)"),
    (
        "[2 * report.rival + 1] = report.sent, report.letter",
        "[2 * report.rival + 1] = report.sent, report.value",
    ),
    ("Action(move, -1, 0.0, -1)", "Action(ARM, -1, own.posture + 1.0, -1)"),
)

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
    "no number": Case(
        "parameters_are_described",
        changed(HAWK, ("lead: float = Field(1, ge=0, le=10,", "lead: float | None = Field(None,")),
        "PARAMETERS",
        "holds what is no number: PARAMETERS(lead=None)",
        "write numbers",
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
        # In the value, so that no two answers are ever alike: a luckier doctrine would be called fickle.
        changed(
            "import numpy as np\n" + HAWK,
            ("LEAD = 0", "LEAD, LUCK = 0, np.random.default_rng(1)"),
            ("-1, 0.0, -1)", "-1, LUCK.uniform(), -1)"),
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
        "answers RAISE at its ceiling, rung 1",
        "ask first whether own.rung < own.ceiling",
        "a ladder with rungs 0 to 1, no war; on rung 1, ceiling 1; 1 rival; lead = 3.0; review at 0 with "
        "uniforms 0, 0, 0",
    ),
    "below the ladder": Case(
        "moves_are_legal",
        changed(aim("aim = -1.0"), ("max(aim, own.floor)", "aim")),
        "decide",
        "answers LOWER at its floor, rung 0",
    ),
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
    "arms on a ladder": Case(
        "moves_are_legal",
        changed(HAWK, ("int(Move.HOLD)", "int(Move.ARM)")),
        "decide",
        "answers ARM on a ladder",
        'write GAMES = ("posture",)',
    ),
    "plays on a ladder": Case(
        "moves_are_legal",
        changed(HAWK, ("int(Move.HOLD)", "int(Move.PLAY)")),
        "decide",
        "answers PLAY on a ladder",
        'write GAMES = ("matrix",)',
    ),
    "no letter": Case(
        "moves_are_legal",
        changed(HAWK, ("0.0, -1)", "0.0, own.rungs)")),
        "decide",
        "answers with the letter 2",
        "write GAME_SPEAKS, which reports where the state then stands, SILENT, which sends nothing, or a "
        "letter from 0 to 1",
    ),
    "neither speech nor silence": Case(
        "moves_are_legal", changed(HAWK, ("0.0, -1)", "0.0, -3)")), "decide", "answers with the letter -3"
    ),
    "an action that there is not": Case(
        "moves_are_legal",
        changed(PLAYER, ("-1, 0.0, -1)", "-1, 0.0, own.rungs)")),
        "decide",
        "answers PLAY with the letter 2",
        "write one of the 2 actions, counted from 0",
        "a matrix game of 2 actions, after action 0; 0 rivals",
    ),
    "an action that is silence": Case(
        "moves_are_legal", PLAYER, "decide", "answers PLAY with the letter -1", "write one of the 2 actions"
    ),
    "holds with no letter": Case(
        "moves_are_legal",
        changed(PLAYER, ("Action(PLAY, -1, 0.0, -1)", "Action(HOLD, -1, 0.0, own.rungs)")),
        "decide",
        "answers with the letter 2",
        "GAME_SPEAKS",
    ),
    "raises in a posture game": Case(
        "moves_are_legal",
        changed(ARMER, ("int(Move.ARM)", "int(Move.RAISE)")),
        "decide",
        "answers RAISE in a posture game",
        'leave "posture" out of GAMES',
        "a posture game; posture 0; 0 rivals",
    ),
    "an endless posture": Case(
        "moves_are_legal",
        changed(ARMER, ("own.posture + 1.0", "own.posture + 1e308 * 10.0")),
        "decide",
        "answers ARM with the value inf",
        "answer a finite posture",
    ),
    "a letter in a posture game": Case(
        "moves_are_legal",
        changed(ARMER, ("+ 1.0, -1)", "+ 1.0, 0)")),
        "decide",
        "answers with the letter 0 in a posture game",
        "write GAME_SPEAKS, which reports the posture, or SILENT",
    ),
    "no action": Case(
        "moves_are_legal",
        changed(HAWK, ("return Action(move, -1, 0.0, -1)", "return move")),
        "decide",
        "answers 1",
        "return Action(move, target, value, letter)",
    ),
    "no value": Case(
        "moves_are_legal",
        changed(HAWK, ("-1, 0.0, -1)", "-1, None, -1)")),
        "decide",
        "answers the value None",
        "write a number",
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


@pytest.mark.usefixtures("_a_fifth_of_the_scripts")
def test_a_doctrine_of_postures_can_keep_every_promise(monkeypatch):
    monkeypatch.setattr(playing, "PHASES", (Phase.generate,))
    reads = changed(ARMER, ("own.posture + 1.0", "aim"))
    assert {verdict.status for verdict in verdicts.judge(module_of(reads))} == {"kept"}


TRIED = """
from signalling.contract import playing, scripts
from signalling.kernel.doctrines import threshold

playing.every_script(threshold, 150, lambda script, draw: print(scripts.in_words(script)))
"""


def test_it_is_tried_on_the_same_scripts_whatever_else_is_loaded():
    told = [
        subprocess.run(
            [sys.executable, "-c", before + TRIED], check=True, capture_output=True, text=True, cwd=ROOT
        ).stdout
        for before in ("", "import tests.test_laws, tests.test_scenario")
    ]
    assert told[0].count("\n") >= 150
    assert told[0] == told[1]


def test_every_promise_is_broken_by_some_case():
    assert {case.promise for case in CASES.values()} == set(BY_NAME)


def test_what_follows_from_a_breach_is_not_tried(monkeypatch):
    monkeypatch.setattr(playing, "PHASES", (Phase.generate,))
    found = list(verdicts.judge(module_of(CASES["division by zero"].text)))
    place = [verdict.name for verdict in found].index("every_run_can_be_played")
    assert [verdict.status for verdict in found[:place]] == ["kept"] * place
    assert found[place].status == "broken"
    assert {verdict.status for verdict in found[place + 1 :]} == {"not tried"}
