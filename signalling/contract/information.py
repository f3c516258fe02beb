"""Promises about what a state hears and believes: which reports count, and what its answers may be."""

import math
from types import ModuleType

import numpy as np
from hypothesis import strategies as st

from signalling import doctrine_files
from signalling.contract.arrays import Watched, read_only, view_memory
from signalling.contract.breach import Breach, call
from signalling.contract.playing import Draw, Told, difference, every_script, play, revised
from signalling.contract.scripts import (
    INTERVAL,
    Review,
    Script,
    alarmed,
    alarming,
    letters_in,
    postures,
    report_of,
)
from signalling.kernel.view import Action, Own, RivalView
from signalling.vocabulary import Role

#: Rounding may carry a sum of probabilities this far over its bound.
ROUNDING = 1e-9
NEWER = "keep the sending tick of the newest report of each rival, and ask first whether report.sent is later"


def check_superseded_reports_change_nothing(module: ModuleType) -> None:
    """A report sent no later than the newest one read of that rival is answered False and changes nothing."""
    # But to some doctrines order does not matter: these may answer True.
    counts_old = getattr(module, "COUNTS_OLD_REPORTS", False)

    def holds(script: Script, draw: Draw) -> None:
        own = script.own
        floats, content, _ = view_memory(script.memory_size(module))
        _, parameters = read_only(script.tabulated(module))
        call(module, "start", floats, own, parameters)
        rival, sent = draw(st.integers(0, own.rivals - 1)), draw(st.integers(0, 50))

        letter, value = alarming(own, script.game)

        def used(report_from: int, at: int, letter: int, value: float) -> bool:
            report = report_of(own, report_from, at, 60 + at, at, letter, value)
            return revised(module, floats, report, own, parameters)

        if not used(rival, sent, letter, value):
            raise Breach("revise", f"answers False to the first report, sent at {sent}", NEWER)
        before = content()
        earlier, letter = draw(st.integers(0, sent)), draw(st.integers(0, own.rungs - 1))
        value = draw(postures(script.game))
        told = f"a report sent at {earlier} after one of the same rival sent at {sent}"
        answer = used(rival, earlier, letter, value)
        if answer and not counts_old:
            raise Breach("revise", f"answers True to {told}", NEWER)
        if not answer and content() != before:
            raise Breach("revise", f"changes the memory on {told}", NEWER)
        other = (rival + 1) % own.rivals
        if other != rival and not used(other, earlier, letter, value):
            did = f"answers False to a report sent at {earlier} after one of another rival sent at {sent}"
            raise Breach("revise", did, NEWER)

    every_script(module, 60, holds, least_rivals=1)


def check_unknown_senders_change_nothing(module: ModuleType) -> None:
    """A report of a state that is no rival is answered False and changes nothing."""
    for game in doctrine_files.games_of(module):
        for rivals in range(3):
            _meet_a_stranger(module, game, rivals)


def _meet_a_stranger(module: ModuleType, game: str, rivals: int) -> None:
    remedy = "begin with: if report.rival < 0: return False"
    rungs = letters_in(module, game)[-1]
    own = Own(0, 0.5, 0, rungs - 1, rungs, rivals, INTERVAL, 100 * INTERVAL, 0, 0, 0.0, 0)
    views = tuple(RivalView(1.0 / rivals, 1.0, 0, 0.0) for _ in range(rivals))
    script = Script(game, module.PARAMETERS(), own, views, ())
    memory = view_memory(script.memory_size(module))
    _, parameters = read_only(script.tabulated(module))
    call(module, "start", memory.floats, own, parameters)
    before = memory.content()
    letter, value = alarming(own, game)
    try:
        used = revised(module, memory.floats, report_of(own, -1, 5, 9, 1, letter, value), own, parameters)
    except Breach as breach:
        raise Breach("revise", f"{breach.did}, at a report of no rival", remedy) from breach
    if used:
        raise Breach("revise", "answers True to a report of no rival", remedy)
    if memory.content() != before or not memory.whole():
        raise Breach("revise", "writes at a report of no rival", remedy)


def check_reports_are_used_or_not_as_declared(module: ModuleType) -> None:
    """USES_REPORTS is true of it: without reports some run goes otherwise, or none does."""
    changed = []

    def holds(script: Script, _: Draw) -> None:
        script = alarmed(script)
        silent = script._replace(events=tuple(event for event in script.events if isinstance(event, Review)))
        found = difference(_moves_and_last_beliefs(module, silent), _moves_and_last_beliefs(module, script))
        changed.append(found is not None)
        if found is not None and not module.USES_REPORTS:
            function, before, then = found
            did = f"answers {before} where nothing is reported, and {then} where this is"
            raise Breach(function, did, "write USES_REPORTS = True, or use no report")

    every_script(module, 150, holds)
    if module.USES_REPORTS and not any(changed):
        did = "says True, and in none of 150 runs did a report change a move or a belief"
        raise Breach("USES_REPORTS", did, "write USES_REPORTS = False, or let decide read what revise keeps")


def _moves_and_last_beliefs(module: ModuleType, script: Script) -> Told:
    """What a run without reports has as well: the answers at reviews, and the beliefs after all."""
    memory = np.zeros(script.memory_size(module))
    told = play(module, script, memory, script.tabulated(module), asking=True)
    held = [entry for entry in told if isinstance(entry, list)]
    return [entry for entry in told if isinstance(entry, Action)] + held[-1:]


def check_beliefs_are_probabilities(module: ModuleType) -> None:
    """P(greedy) lies in [0, 1], the expected rung on the ladder."""

    def holds(script: Script, _: Draw) -> None:
        memory = np.zeros(script.memory_size(module))
        for held in play(module, script, memory, script.tabulated(module), asking=True):
            for greedy, rung in held if isinstance(held, list) else []:
                if not -ROUNDING <= greedy <= 1.0 + ROUNDING:
                    raise Breach("belief", f"answers P(greedy) = {greedy}", "answer a number from 0 to 1")
                if not -ROUNDING <= rung <= script.own.rungs - 1 + ROUNDING:
                    remedy = f"answer a number from 0 to own.rungs - 1, here {script.own.rungs - 1}"
                    raise Breach("belief", f"answers an expected rung of {rung}", remedy)

    every_script(module, 80, holds, least_rivals=1)


def check_payoffs_are_finite(module: ModuleType) -> None:
    """Whatever the part in the war, the payoff is a number."""
    if not hasattr(module, "payoff"):
        return

    def holds(script: Script, draw: Draw) -> None:
        own = script.own
        # A state may be at war with one that is no rival of its own.
        role = draw(st.sampled_from(Role if own.rivals else (Role.BYSTANDER, Role.BELLIGERENT)))
        rival = -1 if role == Role.BYSTANDER else draw(st.integers(-1, own.rivals - 1))
        rung, mean = draw(st.integers(0, own.rungs - 1)), draw(st.floats(0, own.rungs - 1))
        parameters = Watched(script.tabulated(module).tolist(), "the parameters", writable=False)
        answer = call(module, "payoff", own, int(role), rival, rung, mean, parameters)
        if not isinstance(answer, int | float | np.floating) or not math.isfinite(answer):
            raise Breach("payoff", f"answers {answer!r} as {role.name}", "answer a finite number")

    every_script(module, 60, holds)
