"""What every doctrine promises, as functions that take a module: `check_all(module)` holds it to all of it.

A doctrine is a module with fixed names (docs/design.md). The checks call it as an engine does, on arrays
that watch who reads and writes them, in the views that a generated scenario would give.
"""

import ast
import inspect
import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any, NamedTuple, get_args, get_origin

import numpy as np
import numpy.typing as npt
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from signalling.channels import Garble
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.parameters import Parameters, Strict
from signalling.vocabulary import MessageKind, Move, Role

SIGNATURES = {
    "memory_size": ("rungs",),
    "tabulate": ("parameters", "own", "rivals", "rungs"),
    "start": ("memory", "own", "parameters"),
    "revise": ("memory", "report", "own", "parameters"),
    "decide": ("memory", "own", "now", "uniforms", "parameters"),
}
OPTIONAL_SIGNATURES = {
    "belief": ("memory", "rival", "own", "now", "parameters"),
    "payoff": ("own", "role", "rival", "rival_rung", "mean_rung", "parameters"),
}
GAMES = ("ladder", "matrix")
INTERVAL = 1000
GUARD = 3
#: Rounding may carry a sum of probabilities this far over its bound.
ROUNDING = 1e-9


#: What Hypothesis does; a test that wants a check to fail needs no smallest example of it.
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


# Parameters, drawn from the schema itself


def leaves(schema: type[Strict], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every parameter that is no table, with its path in field order."""
    for name, field in schema.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Strict):
            yield from leaves(field.annotation, (*above, name))
        else:
            yield (*above, name), field


def _candidates(field: Any) -> list[Any]:
    """Values worth trying: the bounds that the field names, round numbers, the words of a literal."""
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
    return found


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
    weights: tuple[float, ...]
    capabilities: tuple[float, ...]
    events: tuple[Report | Review, ...]

    def tabulated(self, module: ModuleType) -> npt.NDArray[np.float64]:
        """The doctrine's table, as compile_model makes it."""
        rivals = [RivalView(*pair) for pair in zip(self.weights, self.capabilities, strict=True)]
        table = module.tabulate(self.parameters, OwnView(1.0), rivals, self.own.rungs)
        return np.ascontiguousarray(table, dtype=np.float64)

    def memory_size(self, module: ModuleType) -> int:
        """Floats of memory of the state."""
        own, per_rival = module.memory_size(self.own.rungs)
        return int(own + per_rival * self.own.rivals)


uniforms = st.sampled_from([0.0, 0.1, 0.35, 0.5, 0.65, 0.9, 1.0 - 2.0**-53])


@st.composite
def scripts(draw: st.DrawFn, module: ModuleType, *, least_rivals: int = 0) -> Script:
    """Any run that an engine could put before the doctrine."""
    game = draw(st.sampled_from(getattr(module, "GAMES", GAMES)))
    rungs = getattr(module, "LETTERS", None) or draw(st.integers(2, 6))
    rivals = draw(st.integers(least_rivals, 3))
    shares = draw(st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=rivals, max_size=rivals))
    total = sum(shares)
    weights = tuple(share / total for share in shares) if total else (1.0 / max(rivals, 1),) * rivals
    rung = draw(st.integers(0, rungs - 1))
    own = Own(
        state=draw(st.integers(0, 3)),
        cost_of_war=draw(st.sampled_from([0.0, 0.35, 0.5])),
        rung=rung,
        ceiling=rungs - 1 if game == "matrix" else draw(st.integers(rung, rungs - 1)),
        rungs=rungs,
        rivals=rivals,
        interval=INTERVAL,
        horizon=100 * INTERVAL,
        war=0 if game == "matrix" else draw(st.integers(0, 1)),
    )
    return Script(
        game,
        draw(parameters_of(module)),
        own,
        weights,
        tuple(draw(st.sampled_from([0.5, 1.0, 4.0])) for _ in range(rivals)),
        tuple(draw(_events(own))),
    )


@st.composite
def _events(draw: st.DrawFn, own: Own) -> list[Report | Review]:
    now = 0
    events: list[Report | Review] = []
    for place in range(draw(st.integers(1, 8))):
        now += draw(st.sampled_from([0, 1, INTERVAL, 20 * INTERVAL]))
        if own.rivals and draw(st.booleans()):
            sent = draw(st.integers(max(0, now - 3 * INTERVAL), now))
            rival = draw(st.integers(0, own.rivals - 1))
            events.append(report_of(own, rival, sent, now + 1, draw(st.integers(0, own.rungs - 1)), place))
            now += 1
        else:
            events.append(Review(now, (draw(uniforms), draw(uniforms), draw(uniforms))))
    return events


def report_of(own: Own, rival: int, sent: int, received: int, letter: int, identity: int) -> Report:
    """A report over a channel believed to garble a little."""
    assumed = Garble(probability=0.1).believed(own.rungs).ravel()
    return Report(MessageKind.RUNG, letter, 0.0, sent, received, 7 + rival, rival, identity, assumed)


def after(own: Own, action: Action) -> Own:
    """The state after its move."""
    step = {Move.RAISE: 1, Move.LOWER: -1}.get(Move(action.move), 0)
    return own._replace(rung=action.letter if action.move == Move.PLAY else own.rung + step)


Told = list[Any]


def play(module: ModuleType, script: Script, memory: Any, parameters: Any, *, asking: bool = False) -> Told:
    """Run a script on memory of any kind; what the doctrine answered, and where `asking` what it believed."""
    own = script.own
    module.start(memory, own, parameters)
    told: Told = []
    for event in script.events:
        if isinstance(event, Review):
            if asking:
                told.append(beliefs(module, memory, own, event.now, parameters))
            action = module.decide(memory, own, event.now, event.uniforms, parameters)
            told.append(Action(*action))
            if action.move == Move.ATTACK:
                break
            own = after(own, action)
        else:
            told.append(bool(module.revise(memory, event, own, parameters)))
        if asking:
            told.append(
                beliefs(
                    module, memory, own, event[0] if isinstance(event, Review) else event.received, parameters
                )
            )
    return told


def beliefs(
    module: ModuleType, memory: Any, own: Own, now: int, parameters: Any
) -> list[tuple[float, float]]:
    """What the state believes of each rival, nothing if it holds no beliefs."""
    if not hasattr(module, "belief"):
        return []
    return [tuple(module.belief(memory, rival, own, now, parameters)) for rival in range(own.rivals)]


def answers(told: Told) -> Told:
    """The doctrine's answers without its beliefs."""
    return [entry for entry in told if not isinstance(entry, list)]


# Arrays that watch


class Watched:
    """Floats that refuse a place outside of them, also one counted from the end, and note every use."""

    def __init__(self, values: Sequence[float], *, writable: bool = True) -> None:
        self.values = list(values)
        self.touched: set[int] = set()
        self.first, self.last = 0, len(self.values)
        self.whole = self
        self.writable = writable

    def _part(self, first: int, last: int) -> "Watched":
        part = object.__new__(Watched)
        part.first, part.last, part.whole, part.writable = first, last, self.whole, self.writable
        return part

    def _place(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise IndexError(f"place {index} of {len(self)}")
        self.whole.touched.add(self.first + index)
        return self.first + index

    def __len__(self) -> int:
        return self.last - self.first

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            first, last = index.start or 0, len(self) if index.stop is None else index.stop
            if index.step is not None or not 0 <= first <= last <= len(self):
                raise IndexError(f"slice {index} of {len(self)}")
            return self._part(self.first + first, self.first + last)
        return self.whole.values[self._place(index)]

    def __setitem__(self, index: int, value: float) -> None:
        if not self.writable:
            raise TypeError("parameters are read only")
        if not isinstance(value, int | float | np.floating):
            raise TypeError(f"{value!r} is no float")
        self.whole.values[self._place(index)] = float(value)


def numpy_memory(size: int) -> tuple[Any, Callable[[], bytes], Callable[[], bool]]:
    """Memory as the compiled engine has it: the slice, its bytes, and whether its guards are whole."""
    whole = np.full(size + 2 * GUARD, np.nan)
    memory = whole[GUARD : GUARD + size]
    memory[:] = 0.0
    return memory, memory.tobytes, lambda: bool(np.isnan(whole[[*range(GUARD), *range(-GUARD, 0)]]).all())


def view_memory(size: int) -> tuple[Any, Callable[[], bytes], Callable[[], bool]]:
    """Memory as the process engine has it."""
    whole = memoryview(array("d", [math.nan] * GUARD + [0.0] * size + [math.nan] * GUARD))
    memory = whole[GUARD : GUARD + size]
    guards = [*range(GUARD), *range(GUARD + size, size + 2 * GUARD)]
    return memory, memory.tobytes, lambda: all(math.isnan(whole[place]) for place in guards)


def read_only(table: npt.NDArray[np.float64]) -> tuple[Any, Any]:
    """The parameters in both engines' forms; whoever writes into them fails."""
    locked = table.copy()
    locked.flags.writeable = False
    return locked, memoryview(array("d", table.tobytes())).toreadonly()


# The checks


def check_fixed_names(module: ModuleType) -> None:
    """Everything has its name and its parameters in order, so that both engines can call it."""
    for name, signature in SIGNATURES.items():
        assert tuple(inspect.signature(getattr(module, name)).parameters) == signature, name
    for name, signature in OPTIONAL_SIGNATURES.items():
        if hasattr(module, name):
            assert tuple(inspect.signature(getattr(module, name)).parameters) == signature, name
    assert isinstance(module.SOURCE, str)
    assert len(module.SOURCE.strip()) >= 4
    assert isinstance(module.USES_REPORTS, bool)
    assert issubclass(module.PARAMETERS, Parameters)
    games = getattr(module, "GAMES", GAMES)
    assert games
    assert set(games) <= set(GAMES)
    letters = getattr(module, "LETTERS", None)
    assert letters is None or (isinstance(letters, int) and letters >= 2)
    assert inspect.getdoc(module), "a doctrine tells what it is"


def check_parameters_are_described(module: ModuleType) -> None:
    """Every parameter has a default and says what it is."""
    module.PARAMETERS()
    for path, field in leaves(module.PARAMETERS):
        assert field.description, f"{'.'.join(path)} has no description"
    for name, field in module.PARAMETERS.model_fields.items():
        assert not field.is_required(), f"{name} has no default"


def check_named_numbers_come_first(module: ModuleType) -> None:
    """The table begins with the named numbers in field order, and constants give their positions."""

    @examples(20)
    @given(scripts(module))
    def holds(script: Script) -> None:
        numbers = script.parameters.numbers()
        table = script.tabulated(module)
        assert table[: len(numbers)].tolist() == [number for _, number in numbers]
        for place, (name, _) in enumerate(numbers):
            assert getattr(module, name.upper()) == place
        assert np.isfinite(table).all()

    holds()
    assert len({name.upper() for name, _ in module.PARAMETERS().numbers()}) == len(
        module.PARAMETERS().numbers()
    )


def check_tables_are_float64_and_repeat(module: ModuleType) -> None:
    """The same parameters give the same bytes: they are part of a cell's identity."""

    @examples(20)
    @given(scripts(module))
    def holds(script: Script) -> None:
        rivals = [RivalView(*pair) for pair in zip(script.weights, script.capabilities, strict=True)]
        first, second = (
            module.tabulate(script.parameters, OwnView(1.0), list(rivals), script.own.rungs) for _ in range(2)
        )
        assert isinstance(first, np.ndarray)
        assert (first.dtype, first.ndim) == (np.float64, 1)
        assert first.tobytes() == second.tobytes()
        for size in module.memory_size(script.own.rungs):
            assert isinstance(size, int)
            assert size >= 0

    holds()


def check_pure(module: ModuleType) -> None:
    """The same script gives the same answers and leaves the same memory."""

    @examples(40)
    @given(scripts(module))
    def holds(script: Script) -> None:
        told = []
        for _ in range(2):
            memory, content, _ = numpy_memory(script.memory_size(module))
            parameters, _ = read_only(script.tabulated(module))
            told.append((play(module, script, memory, parameters, asking=True), content()))
        assert told[0] == told[1]

    holds()


def check_both_forms_agree(module: ModuleType) -> None:
    """NumPy arrays and memoryviews give the same answers and leave the same bytes; guards stay whole."""

    @examples(60)
    @given(scripts(module))
    def holds(script: Script) -> None:
        size = script.memory_size(module)
        told = []
        for make, parameters in zip(
            (numpy_memory, view_memory), read_only(script.tabulated(module)), strict=True
        ):
            memory, content, whole = make(size)
            before = bytes(parameters)
            told.append((play(module, script, memory, parameters, asking=True), content()))
            assert whole(), "a place outside of the memory was written"
            assert bytes(parameters) == before
        assert told[0] == told[1]

    holds()


def check_memory_is_enough_and_used(module: ModuleType) -> None:
    """No place outside of the memory is asked for, and none inside is idle once every rival has written."""

    @examples(40)
    @given(scripts(module))
    def holds(script: Script) -> None:
        own = script.own
        memory = Watched([0.0] * script.memory_size(module))
        parameters = Watched(script.tabulated(module).tolist(), writable=False)
        play(module, script, memory, parameters, asking=True)
        module.start(memory, own, parameters)
        for rival in range(own.rivals):
            assert module.revise(memory, report_of(own, rival, 5, 9, 1, 1), own, parameters) is True
        module.decide(memory, own, 10 * INTERVAL, (0.5, 0.5, 0.5), parameters)
        if own.rivals:
            assert memory.touched == set(range(len(memory)))

    holds()


def check_a_run_begins_afresh(module: ModuleType) -> None:
    """What another run left in the memory changes nothing: engines use it again."""

    @examples(40)
    @given(scripts(module), st.sampled_from([0.0, 1.0, -7.0, 1e300]))
    def holds(script: Script, left: float) -> None:
        size = script.memory_size(module)
        parameters = script.tabulated(module)
        fresh, used = np.zeros(size), np.full(size, left)
        assert play(module, script, fresh, parameters, asking=True) == play(
            module, script, used, parameters, asking=True
        )

    holds()


def check_asking_for_beliefs_changes_nothing(module: ModuleType) -> None:
    """A run that is watched goes as one that is not."""

    @examples(40)
    @given(scripts(module))
    def holds(script: Script) -> None:
        size = script.memory_size(module)
        parameters = script.tabulated(module)
        watched = play(module, script, np.zeros(size), parameters, asking=True)
        assert answers(watched) == play(module, script, np.zeros(size), parameters)

    holds()


def check_moves_are_legal(module: ModuleType) -> None:
    """A rung up or down within ladder and ceiling, an attack from the top where war is possible, a letter."""

    @examples(150)
    @given(scripts(module))
    def holds(script: Script) -> None:
        own = script.own
        told = play(module, script, np.zeros(script.memory_size(module)), script.tabulated(module))
        for action in (entry for entry in told if isinstance(entry, Action)):
            _check_move(script.game, own, action)
            own = after(own, action)

    holds()


def _check_move(game: str, own: Own, action: Action) -> None:
    move = Move(action.move)
    assert math.isfinite(action.value)
    assert move == Move.ATTACK or action.target == -1
    if game == "matrix":
        assert move in {Move.PLAY, Move.HOLD}
        assert move == Move.HOLD or 0 <= action.letter < own.rungs
        return
    assert move != Move.PLAY
    assert -1 <= action.letter < own.rungs
    if move == Move.ATTACK:
        assert own.war == 1
        assert own.rung == own.rungs - 1
        assert 0 <= action.target < own.rivals
    assert move != Move.LOWER or own.rung > 0
    assert move != Move.RAISE or own.rung < own.ceiling


def check_superseded_reports_change_nothing(module: ModuleType) -> None:
    """A report not later than the newest read from its sender leaves the memory as it was: False."""

    @examples(60)
    @given(scripts(module, least_rivals=1), st.data())
    def holds(script: Script, data: Any) -> None:
        own = script.own
        memory, content, _ = view_memory(script.memory_size(module))
        _, parameters = read_only(script.tabulated(module))
        module.start(memory, own, parameters)
        rival = data.draw(st.integers(0, own.rivals - 1))
        sent = data.draw(st.integers(0, 50))
        first = module.revise(memory, report_of(own, rival, sent, 60, own.rungs - 1, 3), own, parameters)
        assert first is True
        before = content()
        earlier = data.draw(st.integers(0, sent))
        letter = data.draw(st.integers(0, own.rungs - 1))
        late = report_of(own, rival, earlier, 70, letter, 2)
        assert module.revise(memory, late, own, parameters) is False
        assert content() == before
        other = (rival + 1) % own.rivals
        if other != rival:
            assert (
                module.revise(memory, report_of(own, other, earlier, 71, letter, 2), own, parameters) is True
            )

    holds()


def check_unknown_senders_change_nothing(module: ModuleType) -> None:
    """A report of a state that is no rival leaves the memory as it was: False."""
    rungs = getattr(module, "LETTERS", 4)
    for rivals in range(3):
        own = Own(0, 0.5, 0, rungs - 1, rungs, rivals, INTERVAL, 100 * INTERVAL, 0)
        ones = (1.0,) * rivals
        script = Script("", module.PARAMETERS(), own, tuple(one / rivals for one in ones), ones, ())
        memory, content, whole = view_memory(script.memory_size(module))
        _, parameters = read_only(script.tabulated(module))
        module.start(memory, own, parameters)
        before = content()
        stranger = report_of(own, -1, 5, 9, 1, 1)
        assert module.revise(memory, stranger, own, parameters) is False
        assert content() == before
        assert whole()


def check_beliefs_are_probabilities(module: ModuleType) -> None:
    """P(greedy) lies in [0, 1], the expected rung on the ladder."""

    @examples(80)
    @given(scripts(module, least_rivals=1))
    def holds(script: Script) -> None:
        memory = np.zeros(script.memory_size(module))
        for held in play(module, script, memory, script.tabulated(module), asking=True):
            for greedy, rung in held if isinstance(held, list) else []:
                assert -ROUNDING <= greedy <= 1.0 + ROUNDING
                assert -ROUNDING <= rung <= script.own.rungs - 1 + ROUNDING

    holds()


def check_payoffs_are_finite(module: ModuleType) -> None:
    """Whatever the part in the war, the payoff is a number."""
    if not hasattr(module, "payoff"):
        return

    @examples(60)
    @given(scripts(module), st.data())
    def holds(script: Script, data: Any) -> None:
        own = script.own
        role = data.draw(st.sampled_from(Role if own.rivals else (Role.BYSTANDER,)))
        rival = -1 if role == Role.BYSTANDER else data.draw(st.integers(0, own.rivals - 1))
        rung = data.draw(st.integers(0, own.rungs - 1))
        mean = data.draw(st.floats(0, own.rungs - 1))
        parameters = Watched(script.tabulated(module).tolist(), writable=False)
        assert math.isfinite(module.payoff(own, int(role), rival, rung, mean, parameters))

    holds()


#: What a compiler would refuse, or compute with other bits than CPython.
_FORBIDDEN = (
    ast.Try, ast.With, ast.Lambda, ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await, ast.Pow,
    ast.ClassDef, ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Raise, ast.Assert,
)  # fmt: skip


def check_kernel_subset(module: ModuleType) -> None:
    """What runs in a run is written in the subset that both engines read: nothing fancy, no powers."""
    tree = ast.parse(inspect.getsource(module))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    wanted = [name for name in ("start", "revise", "decide", "belief", "payoff") if name in functions]
    seen: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        assert not functions[name].decorator_list, f"{name} is decorated"
        for node in ast.walk(functions[name]):
            assert not isinstance(node, _FORBIDDEN), (
                f"{name}, line {node.lineno if hasattr(node, 'lineno') else '?'}"
            )
            if isinstance(node, ast.Name) and node.id in functions:
                wanted.append(node.id)


CHECKS: tuple[Callable[[ModuleType], None], ...] = (
    check_fixed_names,
    check_parameters_are_described,
    check_named_numbers_come_first,
    check_tables_are_float64_and_repeat,
    check_pure,
    check_both_forms_agree,
    check_memory_is_enough_and_used,
    check_a_run_begins_afresh,
    check_asking_for_beliefs_changes_nothing,
    check_moves_are_legal,
    check_superseded_reports_change_nothing,
    check_unknown_senders_change_nothing,
    check_beliefs_are_probabilities,
    check_payoffs_are_finite,
    check_kernel_subset,
)


def check_all(module: ModuleType) -> None:
    """Hold a doctrine, built in or a user's own, to everything above."""
    for check in CHECKS:
        check(module)
