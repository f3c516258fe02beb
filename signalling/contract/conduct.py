"""Promises about a run: the same answers every time, its own memory, legal moves."""

from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from signalling.contract.arrays import Watched, array_memory, read_only, view_memory
from signalling.contract.breach import Breach, call
from signalling.contract.form import PURE
from signalling.contract.moves import after, illegal
from signalling.contract.playing import Draw, Told, difference, every_script, play, revised
from signalling.contract.scripts import INTERVAL, Script, alarming, report_of


def check_every_run_can_be_played(module: ModuleType) -> None:
    """Every function answers what it should in every run, and none fails."""

    def holds(script: Script, _: Draw) -> None:
        size = script.memory_size(module)
        forms = zip((array_memory, view_memory), read_only(script.tabulated(module)), strict=True)
        for make, parameters in forms:
            play(module, script, make(size).floats, parameters, asking=True)

    every_script(module, 100, holds)


def check_pure(module: ModuleType) -> None:
    """The same run is decided alike every time."""

    def holds(script: Script, _: Draw) -> None:
        told = []
        for _again in range(2):
            memory = array_memory(script.memory_size(module))
            parameters = read_only(script.tabulated(module))[0]
            told.append((play(module, script, memory.floats, parameters, asking=True), memory.content()))
        _refuse_difference(told, "when the same run is played again", PURE)

    every_script(module, 40, holds)


def _refuse_difference(told: list[tuple[Told, bytes]], when: str, remedy: str) -> None:
    (first, left), (second, left_too) = told
    found = difference(first, second)
    if found is not None:
        function, before, then = found
        raise Breach(function, f"answers {before}, and {then} {when}", remedy)
    if left != left_too:
        raise Breach("start, revise or decide", f"leaves another memory {when}", remedy)


def check_both_forms_agree(module: ModuleType) -> None:
    """NumPy arrays and memoryviews, which engines pass, give the same answers; nothing else is written."""

    def holds(script: Script, _: Draw) -> None:
        size = script.memory_size(module)
        told = []
        forms = zip((array_memory, view_memory), read_only(script.tabulated(module)), strict=True)
        for make, parameters in forms:
            memory = make(size)
            before = bytes(parameters)
            told.append((play(module, script, memory.floats, parameters, asking=True), memory.content()))
            if not memory.whole():
                raise Breach("start, revise or decide", "writes outside of its memory", "see memory_size")
            if bytes(parameters) != before:
                raise Breach("start, revise or decide", "writes into the parameters", "write into the memory")
        remedy = "index, slice and take len; nothing else means the same in both"
        _refuse_difference(told, "on memoryviews in place of NumPy arrays", remedy)

    every_script(module, 60, holds)


def check_memory_is_enough_and_used(module: ModuleType) -> None:
    """memory_size is right: no place outside of it is asked for, and none inside is idle."""

    def holds(script: Script, _: Draw) -> None:
        own = script.own
        memory = Watched([0.0] * script.memory_size(module), "the memory", writable=True)
        parameters = Watched(script.tabulated(module).tolist(), "the parameters", writable=False)
        play(module, script, memory, parameters, asking=True)
        call(module, "start", memory, own, parameters)
        letter, value = alarming(own, script.game)
        for rival in range(own.rivals):
            if not revised(module, memory, report_of(own, rival, 5, 9, 1, letter, value), own, parameters):
                did = "answers False to the first report of a rival"
                raise Breach("revise", did, "answer True to a report later than the newest one read")
        call(module, "decide", memory, own, 10 * INTERVAL, (0.5, 0.5, 0.5), parameters)
        idle = sorted(set(range(len(memory))) - memory.touched)
        if own.rivals and idle:
            remedy = "give a smaller memory_size, or set every place in start"
            raise Breach("memory_size", f"gives {len(memory)} floats, of which {idle} are never used", remedy)

    every_script(module, 40, holds)


def check_a_run_begins_afresh(module: ModuleType) -> None:
    """What another run left in the memory changes nothing: engines use it again."""

    def holds(script: Script, draw: Draw) -> None:
        left = draw(st.sampled_from([0.0, 1.0, -7.0, 1e300]))
        size = script.memory_size(module)
        parameters = script.tabulated(module)
        told = [
            (play(module, script, np.full(size, before), parameters, asking=True), b"")
            for before in (0.0, left)
        ]
        _refuse_difference(told, f"if the memory held {left:g} before", "set every place of memory in start")

    every_script(module, 40, holds)


def check_asking_for_beliefs_changes_nothing(module: ModuleType) -> None:
    """A run whose beliefs are asked for goes as one whose beliefs are not."""

    def holds(script: Script, _: Draw) -> None:
        size = script.memory_size(module)
        parameters = script.tabulated(module)
        told = [
            (_answers(module, script, np.zeros(size), parameters, asking=asking), b"")
            for asking in (False, True)
        ]
        remedy = "leave in belief all memory as it was that start, revise and decide read"
        _refuse_difference(told, "if its beliefs are asked for", remedy)

    every_script(module, 40, holds)


def _answers(module: ModuleType, script: Script, memory: Any, parameters: Any, *, asking: bool) -> Told:
    """The doctrine's answers without its beliefs."""
    told = play(module, script, memory, parameters, asking=asking)
    return [entry for entry in told if not isinstance(entry, list)]


def check_moves_are_legal(module: ModuleType) -> None:
    """Moves are legal: a rung up or down within ladder and ceiling, an attack where war is possible."""

    def holds(script: Script, _: Draw) -> None:
        own = script.own
        memory = np.zeros(script.memory_size(module))
        for action in _answers(module, script, memory, script.tabulated(module), asking=False):
            if isinstance(action, bool):
                continue
            fault = illegal(script.game, own, action)
            if fault is not None:
                raise Breach("decide", *fault)
            own = after(own, action)

    every_script(module, 150, holds)
