"""A doctrine of one's own as a text, and variants of it, for the tests to write into files."""

HAWK = '''\
"""Stands `lead` rungs above its highest rival, as far as the newest reports tell."""

from signalling.kernel.view import Action
from signalling.parameters import Field, Parameters
from signalling.vocabulary import Move

SOURCE = "Kahn 1965 (escalation dominance)"
USES_REPORTS = True
GAMES = ("ladder",)
LOWER, HOLD, RAISE = int(Move.LOWER), int(Move.HOLD), int(Move.RAISE)
LEAD = 0


class PARAMETERS(Parameters):
    lead: float = Field(1, ge=0, le=10, description="rungs above the highest rival")


def memory_size(rungs):
    return 0, 2


def tabulate(parameters, own, rivals, rungs):
    return parameters.tabulated()


def start(memory, own, parameters):
    for place in range(2 * own.rivals):
        memory[place] = -1.0


def revise(memory, report, own, parameters):
    if report.rival < 0 or report.sent <= memory[2 * report.rival]:
        return False
    memory[2 * report.rival], memory[2 * report.rival + 1] = report.sent, report.letter
    return True


def decide(memory, own, now, uniforms, parameters):
    aim = 0.0
    for rival in range(own.rivals):
        aim = max(aim, memory[2 * rival + 1] + parameters[LEAD])
    move = RAISE if own.rung < min(aim, own.ceiling) else LOWER if own.rung > max(aim, own.floor) else HOLD
    return Action(move, -1, 0.0, -1)
'''


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """The text with some parts replaced, each of which stands in it."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


#: Takes a report for news if it is another message than the one read before, whenever it was sent.
TELLER = changed(
    HAWK,
    (
        "    if report.rival < 0 or report.sent <= memory[2 * report.rival]:\n        return False\n",
        (
            "    if report.identity == memory[0]:\n        return False\n    memory[0] = report.identity\n"
            "    return True\n"
        ),
    ),
)

#: Another doctrine under the same name.
DOVE = changed(HAWK, ("[LEAD])", "[LEAD] - 2.0)"))
