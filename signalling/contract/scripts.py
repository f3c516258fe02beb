"""Runs that an engine could put before a doctrine: drawn from its own parameters, and told in words."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple, get_args, get_origin

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from pydantic import ValidationError

from signalling import doctrine_files
from signalling.channels import Garble
from signalling.contract.breach import Breach, call
from signalling.kernel.view import Own, OwnView, Report, RivalView
from signalling.parameters import Parameters, Strict
from signalling.validation import shorten
from signalling.vocabulary import MessageKind, Phase, StateType

INTERVAL = 1000
#: Postures that a game may hold, and what noise makes of them.
POSTURES = (0.0, 1.0, 2.5, 100.0, -1.0)
#: Games in which messages carry numbers.
WITH_VALUES = ("posture", "exchange")


# Parameters, drawn from the schema itself


def leaves(schema: type[Strict], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every parameter that is no table, with its path in field order."""
    for name, field in schema.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Strict):
            yield from leaves(field.annotation, (*above, name))
        else:
            yield (*above, name), field


def _candidates(field: Any) -> list[Any]:
    """Values worth trying: examples of the field, its bounds, round numbers, the words of a literal."""
    if field.examples:
        return list(field.examples)
    if get_origin(field.annotation) is not None and all(
        isinstance(v, str) for v in get_args(field.annotation)
    ):
        return list(get_args(field.annotation))
    if field.annotation is bool:
        return [False, True]
    numbers = [-1.0, -0.05, 0.0, 0.25, 0.5, 1.0, 3.0, 40.0]
    kinds = ("ge", "le", "gt", "lt")
    numbers += [float(getattr(b, kind)) for b in field.metadata for kind in kinds if hasattr(b, kind)]
    return [round(number) for number in numbers] if field.annotation is int else numbers


def accepted(module: ModuleType) -> dict[tuple[str, ...], list[Any]]:
    """For every parameter the candidates that its schema accepts, all else at its default."""
    found: dict[tuple[str, ...], list[Any]] = {}
    for path, field in leaves(module.PARAMETERS):
        found[path] = [value for value in _candidates(field) if _made(module, {path: value}) is not None]
    return {path: values for path, values in found.items() if values}


def _made(module: ModuleType, chosen: dict[tuple[str, ...], Any]) -> Parameters | None:
    """Parameters with some values set, None if they are refused together."""
    defaults = module.PARAMETERS()
    tables: dict[str, Any] = {}
    for path, value in chosen.items():
        level = tables
        whole: Any = defaults
        for part in path[:-1]:
            whole = getattr(whole, part)
            level = level.setdefault(part, whole.model_dump())
        level[path[-1]] = value
    try:
        made: Parameters = module.PARAMETERS.model_validate(tables)
    except ValidationError:
        return None
    return made


@st.composite
def parameters_of(draw: st.DrawFn, module: ModuleType) -> Parameters:
    """The doctrine's parameters: defaults, some of them replaced."""
    choices = accepted(module)
    paths = draw(st.sets(st.sampled_from(sorted(choices)), max_size=4)) if choices else set()
    made = _made(module, {path: draw(st.sampled_from(choices[path])) for path in sorted(paths)})
    return module.PARAMETERS() if made is None else made


# Views, reports and whole scripts


class Review(NamedTuple):
    """A review that a script holds."""

    now: int
    uniforms: tuple[float, float, float]


class Script(NamedTuple):
    """One state's run: who it is, what it is told and when it decides."""

    game: str
    parameters: Parameters
    own: Own
    rivals: tuple[RivalView, ...]
    """What the doctrine is told of its rivals when it tabulates."""
    events: tuple[Report | Review, ...]

    def tabulated(self, module: ModuleType) -> npt.NDArray[np.float64]:
        """The doctrine's table, as compile_model makes it."""
        return np.ascontiguousarray(self.answered(module), dtype=np.float64)

    def answered(self, module: ModuleType) -> Any:
        """What `tabulate` answers, whatever it is."""
        own = OwnView(1.0, self.own.rung, self.own.posture, self.game)
        return call(module, "tabulate", self.parameters, own, list(self.rivals), self.own.rungs)

    def memory_size(self, module: ModuleType) -> int:
        """Floats of memory of the state."""
        own, per_rival = sizes(module, self.own.rungs)
        return own + per_rival * self.own.rivals


def sizes(module: ModuleType, rungs: int) -> tuple[int, int]:
    """What `memory_size` answers, if it is what it should be."""
    answer = call(module, "memory_size", rungs)
    if (
        not isinstance(answer, tuple)
        or len(answer) != 2
        or not all(type(n) is int and n >= 0 for n in answer)
    ):
        raise Breach(
            "memory_size",
            f"answers {answer!r}",
            "return two whole numbers: floats for the state, floats for each rival",
        )
    return answer


UNIFORMS = (0.0, 0.1, 0.35, 0.5, 0.65, 0.9, 1.0 - 2.0**-53)
uniforms = st.sampled_from(UNIFORMS)


@st.composite
def scripts(draw: st.DrawFn, module: ModuleType, *, least_rivals: int = 0) -> Script:
    """Any run that an engine could put before the doctrine."""
    game = draw(st.sampled_from(doctrine_files.games_of(module)))
    rungs = draw(st.sampled_from(letters_in(module, game)))
    rivals = draw(st.integers(least_rivals, 3))
    shares = draw(st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=rivals, max_size=rivals))
    total = sum(shares)
    weights = tuple(share / total for share in shares) if total else (1.0 / max(rivals, 1),) * rivals
    rung = draw(st.integers(0, rungs - 1))
    own = Own(
        state=draw(st.integers(0, 3)),
        cost_of_war=draw(st.sampled_from([0.0, 0.35, 0.5])),
        rung=rung,
        ceiling=draw(st.integers(rung, rungs - 1)) if game == "ladder" else rungs - 1,
        rungs=rungs,
        rivals=rivals,
        interval=INTERVAL,
        horizon=100 * INTERVAL,
        war=draw(st.integers(0, 1)) if game == "ladder" else 0,
        type=int(draw(st.sampled_from(StateType))),
        posture=draw(postures(game)),
        floor=draw(st.integers(0, rung)) if game == "ladder" else 0,
        phase=draw(st.sampled_from([*Phase, Phase.ACT])).value if game == "exchange" else 0,
    )
    return Script(
        game,
        draw(parameters_of(module)),
        own,
        tuple(
            draw(_rivals(weight, rungs, game))._replace(name=f"R{slot}")
            for slot, weight in enumerate(weights)
        ),
        tuple(draw(_events(own, game))),
    )


def letters_in(module: ModuleType, game: str) -> list[int]:
    """How many letters a kind of game may have where the doctrine plays it; postures are told without."""
    if game == "posture":
        return [1]
    letters = getattr(module, "LETTERS", None)
    return [*range(2, 7)] if letters is None else [letters]


def postures(game: str) -> st.SearchStrategy[float]:
    """Postures, also reported ones; 0 in games that have none."""
    return st.sampled_from(POSTURES if game in WITH_VALUES else POSTURES[:1])


@st.composite
def _rivals(draw: st.DrawFn, weight: float, rungs: int, game: str) -> RivalView:
    """A rival that began anywhere, on a ladder as in other games."""
    capability = draw(st.sampled_from([0.5, 1.0, 4.0]))
    return RivalView(weight, capability, draw(st.integers(0, rungs - 1)), draw(postures(game)))


@st.composite
def _events(draw: st.DrawFn, own: Own, game: str) -> list[Report | Review]:
    now = 0
    events: list[Report | Review] = []
    for place in range(draw(st.integers(1, 8))):
        now += draw(st.sampled_from([0, 1, INTERVAL, 20 * INTERVAL]))
        if own.rivals and draw(st.booleans()):
            sent = draw(st.integers(max(0, now - 3 * INTERVAL), now))
            rival = draw(st.integers(0, own.rivals - 1))
            letter, value = draw(st.integers(0, own.rungs - 1)), draw(postures(game))
            events.append(report_of(own, rival, sent, now + 1, place, letter, value))
            now += 1
        else:
            events.append(Review(now, (draw(uniforms), draw(uniforms), draw(uniforms))))
    return events


def report_of(
    own: Own, rival: int, sent: int, received: int, identity: int, letter: int, value: float
) -> Report:
    """A report over a channel believed to garble a little."""
    assumed = Garble(probability=0.1).believed(own.rungs).ravel()
    return Report(MessageKind.RUNG, letter, value, sent, received, 7 + rival, rival, identity, assumed)


def alarming(own: Own, game: str) -> tuple[int, float]:
    """Letter and value of a report that says more than nothing."""
    return own.rungs - 1, 2.5 if game in WITH_VALUES else 0.0


def alarmed(script: Script) -> Script:
    """The same run, gone on with: every rival sounds an alarm before each of five more reviews."""
    own = script.own
    events = list(script.events)
    now = max((event.now if isinstance(event, Review) else event.received for event in events), default=0)
    letter, value = alarming(own, script.game)
    for _ in range(5):
        now += INTERVAL
        for rival in range(own.rivals):
            events.append(report_of(own, rival, now - 2, now - 1, len(events), letter, value))
        events.append(Review(now, (0.5, 0.5, 0.5)))
    return script._replace(events=tuple(events))


# In words


def in_words(script: Script) -> str:
    """A script as a reader can follow it by hand."""
    own = script.own
    if script.game == "ladder":
        war = "war is possible" if own.war else "no war"
        where = f"a ladder with rungs 0 to {own.rungs - 1}, {war}; on rung {own.rung}, ceiling {own.ceiling}"
        where += f", floor {own.floor}" if own.floor else ""
    elif script.game == "matrix":
        where = f"a matrix game of {own.rungs} actions, after action {own.rung}"
    elif script.game == "exchange":
        turn = Phase(own.phase).name.lower()
        where = f"an exchange of {own.rungs} letters, standing on {own.rung} at {own.posture:g}; turn: {turn}"
    else:
        where = f"a posture game; posture {own.posture:g}"
    who = "; greedy" if own.type == StateType.GREEDY else ""
    values = ", ".join(f"{key} = {shorten(value)}" for key, value in script.parameters.model_dump().items())
    told = "; ".join(_event(event, script.game) for event in script.events) or "nothing happens"
    return f"{where}{who}; {_rivals_in_words(script)}; {values or 'no parameters'}; {told}"


def _rivals_in_words(script: Script) -> str:
    """How many they are, and where they began if it was not at 0."""
    places = [rival.posture if script.game == "posture" else rival.rung for rival in script.rivals]
    whom = f"{len(places)} rival{'' if len(places) == 1 else 's'}"
    return f"{whom}, at {', '.join(f'{place:g}' for place in places)} at first" if any(places) else whom


def _event(event: Report | Review, game: str) -> str:
    if isinstance(event, Review):
        return f"review at {event.now} with uniforms {', '.join(f'{u:.4g}' for u in event.uniforms)}"
    said = f"{event.value:g}" if game == "posture" else str(event.letter)
    said += f" at {event.value:g}" if game == "exchange" else ""
    return f"rival {event.rival} reports {said}, sent at {event.sent} and read at {event.received}"
