"""Scripts played on a doctrine as an engine would, and every script tried, down to the smallest example."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, errors, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from signalling import doctrine_files
from signalling.contract.breach import Breach, call, failure
from signalling.contract.moves import after, illegal
from signalling.contract.scripts import Review, Script, in_words, scripts
from signalling.kernel.view import Action, Own, Report
from signalling.vocabulary import Move

#: What Hypothesis does; a test that wants a promise broken needs no smallest example of it.
PHASES = (Phase.generate, Phase.shrink)


def examples(count: int) -> settings:
    """The same examples on every machine, whatever they cost."""
    return settings(
        phases=PHASES,
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@contextmanager
def examples_of_its_own() -> Iterator[None]:
    """Within the block, Hypothesis tries no numbers that it reads in the files of this process.

    It does so to find what a program has special cases for, even if it is not to be random. Then a doctrine
    would be tried on other scripts where the package is installed, in a checkout, and after any other import.
    """
    found = getattr(providers, "_get_local_constants", None)
    if found is None:  # an older version, which reads no files
        yield
        return
    providers._get_local_constants = type(providers.GLOBAL_CONSTANTS)
    providers.CONSTANTS_CACHE.cache.clear()
    try:
        yield
    finally:
        providers._get_local_constants = found
        providers.CONSTANTS_CACHE.cache.clear()


# Playing


Told = list[Any]
#: Draws a further value of an example.
Draw = Callable[[Any], Any]


def play(module: ModuleType, script: Script, memory: Any, parameters: Any, *, asking: bool = False) -> Told:
    """What the doctrine answers to a script on memory of any kind, and where `asking` what it believes.

    A run ends with an attack, and with a move that is not legal.
    """
    own = script.own
    call(module, "start", memory, own, parameters)
    told: Told = []
    for event in script.events:
        if isinstance(event, Review):
            now = event.now
            if asking:
                told.append(beliefs(module, memory, own, now, parameters))
            action = call(module, "decide", memory, own, now, event.uniforms, parameters)
            told.append(action)
            if illegal(script.game, own, action) or action.move == Move.ATTACK:
                break
            own = after(own, action)
        else:
            now = event.received
            told.append(revised(module, memory, event, own, parameters))
        if asking:
            told.append(beliefs(module, memory, own, now, parameters))
    return told


def revised(module: ModuleType, memory: Any, report: Report, own: Own, parameters: Any) -> bool:
    """Whether the doctrine says it has used a report."""
    answer = call(module, "revise", memory, report, own, parameters)
    if not isinstance(answer, bool | np.bool_):
        raise Breach("revise", f"answers {answer!r}", "return True if the report was used, else False")
    return bool(answer)


def beliefs(
    module: ModuleType, memory: Any, own: Own, now: int, parameters: Any
) -> list[tuple[float, float]]:
    """What the state believes of each rival, nothing if it holds no beliefs."""
    if not hasattr(module, "belief"):
        return []
    held = [call(module, "belief", memory, rival, own, now, parameters) for rival in range(own.rivals)]
    for answer in held:
        if not isinstance(answer, tuple) or len(answer) != 2:
            raise Breach("belief", f"answers {answer!r}", "return two numbers: P(greedy), expected rung")
    return held


def difference(first: Told, second: Told) -> tuple[str, str, str] | None:
    """The first answer in which two plays of a script differ: of which function, and both in words."""
    for one, other in zip(first, second, strict=False):
        if _in_words(one) != _in_words(other):
            function = {list: "belief", bool: "revise"}.get(type(one), "decide")
            return function, _in_words(one), _in_words(other)
    return None


def _in_words(answer: object) -> str:
    """An answer so that equal ones read equal, whether they are numbers of Python or of NumPy."""
    if isinstance(answer, list):
        return str([tuple(float(number) for number in held) for held in answer])
    if not isinstance(answer, Action):
        return str(answer)
    name = Move(answer.move).name if answer.move in set(Move) else str(answer.move)
    values = (("target", answer.target, -1), ("value", answer.value, 0), ("letter", answer.letter, -1))
    return " ".join([name, *(f"{key} {value}" for key, value, usual in values if value != usual)])


# Every script, and the smallest that breaks a promise


def every_script(
    module: ModuleType, count: int, holds: Callable[[Script, Draw], None], *, least_rivals: int = 0
) -> None:
    """Try a promise on generated scripts; `holds` also gets a function that draws whatever else it needs.

    Raises:
        Breach: it is broken; with the smallest example that was found.
    """
    seen: list[Breach] = []

    @examples(count)
    @given(scripts(module, least_rivals=least_rivals), st.data())
    def tried(script: Script, data: Any) -> None:
        try:
            holds(script, data.draw)
        except Breach as breach:
            breach.example = in_words(script)
            seen.append(breach)
            raise

    try:
        with examples_of_its_own():
            tried()
    except errors.Flaky as error:
        # The example broke the promise once and kept it the next time.
        remedy = "read nothing but the arguments: no random numbers, no clock, nothing kept between calls"
        did = "does not answer alike when it is asked the same again"
        breach = Breach(seen[-1].function if seen else "decide", did, remedy)
        breach.example = seen[-1].example if seen else ""
        raise breach from error
    except Breach:
        raise
    except Exception as error:
        if doctrine_files.line_of(error, module) is None:
            raise
        raise failure(module, "PARAMETERS", error) from error  # the functions are called by `call`
