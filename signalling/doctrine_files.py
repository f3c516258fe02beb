"""Doctrines of a user's own: one Python file, whose text is the doctrine.

The text is read when a scenario is loaded and stands in it from then on. What is executed is the text, never
the file: worker processes, reruns and results do without the file. Equal texts are one module.
"""

import ast
import hashlib
import importlib.abc
import importlib.util
import inspect
import keyword
import linecache
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from signalling.errors import ScenarioError
from signalling.kernel import doctrines
from signalling.parameters import Parameters
from signalling.validation import complaint, refuse, shorten, suggestion

ENDING = ".py"
#: Keys of a doctrine's table that are no parameters.
RESERVED = ("name", "file", "source")
#: Every doctrine has these functions, with these arguments in this order.
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
#: The kinds of game there are.
GAMES = ("ladder", "matrix", "posture", "exchange")
#: What a doctrine plays that has no word on it: games of letters.
GAMES_WITHOUT_WORD = ("ladder", "matrix")
#: What a doctrine may import: what a change of cannot change its answers without a new kernel version.
IMPORTS = (
    "math", "numpy", "numpy.typing", "typing", "collections.abc", "__future__", "pydantic",
    "signalling.parameters", "signalling.validation", "signalling.vocabulary", "signalling.kernel",
)  # fmt: skip
IMPORT_REMEDY = (
    "a doctrine is one file, and may import numpy, math, typing, collections.abc, pydantic and signalling's "
    "kernel, parameters, validation and vocabulary; copy what it needs into the file"
)
_LOCK = threading.Lock()


class Found(NamedTuple):
    """The doctrine that a table of a scenario names."""

    name: str
    module: ModuleType
    parameters: dict[str, Any]
    """As written, not validated yet."""
    source: str | None
    """The text of a user's own doctrine, None for a built-in one."""


def find(written: object, path: str) -> Found:
    """The doctrine of a state.

    Args:
        written: what a normalised scenario holds: a table with `name`, or with `file` and `source`.
        path: where it stands.

    Raises:
        ScenarioError: there is no such doctrine, or its text is none; with path, value and remedy.
    """
    if not isinstance(written, Mapping) or not {"name", "file"} & set(written):
        remedy = 'must be a name or a table with a name or a file, e.g. "spiral" or "hawk.py"'
        raise refuse(path, written, remedy)
    if "file" not in written:
        parameters = {key: value for key, value in written.items() if key != "name"}
        return Found(*_built_in(written["name"], path), parameters, None)
    file, source, where = written["file"], written.get("source"), f"{path}.file"
    if "name" in written:
        raise refuse(where, file, "stands beside name; keep one of the two")
    name = name_of(file, where)
    if source is None:
        remedy = "the file is not read here: use load_scenario or replace, or write its text beside as source"
        raise refuse(where, file, remedy)
    if not isinstance(source, str):
        raise refuse(f"{path}.source", source, "must be a text, that of the file")
    parameters = {key: value for key, value in written.items() if key not in RESERVED}
    return Found(name, load(source, where, file), parameters, whole(source))


def _built_in(name: object, path: str) -> tuple[str, ModuleType]:
    if name not in doctrines.BUILT_IN:
        remedy = suggestion(str(name), doctrines.BUILT_IN)
        if isinstance(name, str) and name.isidentifier() and not remedy.startswith("did"):
            remedy += f'; a file of your own is written "{name}.py"'
        raise refuse(path, name, f"no such doctrine; {remedy}")
    return str(name), doctrines.load(str(name))


def name_of(file: object, where: str) -> str:
    """The name of the doctrine in a file: its stem.

    Raises:
        ScenarioError: the file cannot give a doctrine its name.
    """
    if not isinstance(file, str):
        raise refuse(where, file, "must be a text in quotes, the name of a Python file")
    name, ending = Path(file).stem, Path(file).suffix
    if ending != ENDING:
        raise refuse(where, file, "must end in .py; a doctrine of your own is a Python file")
    if not name.isidentifier() or keyword.iskeyword(name):
        remedy = "its name must be letters, digits and _, with no digit first, e.g. my_hawk.py"
        raise refuse(where, file, remedy)
    if name in doctrines.BUILT_IN:
        raise refuse(where, file, f"{name} is a built-in doctrine; give the file another name")
    return name


def whole(text: str) -> str:
    """The text with the line endings of Unix, whoever saved it, and the last line ended."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else text + "\n"


def digest(text: str) -> str:
    """SHA-256 of a doctrine's text, hexadecimal."""
    return hashlib.sha256(whole(text).encode()).hexdigest()


class _Text(importlib.abc.ExecutionLoader):
    """A loader that keeps the text, so that tracebacks and `inspect.getsource` have it wherever they run."""

    def __init__(self, text: str, filename: str) -> None:
        self.text = text
        self.filename = filename

    def get_source(self, fullname: str) -> str:  # noqa: ARG002 - one text, one module
        """The text."""
        return self.text

    def get_filename(self, fullname: str) -> str:  # noqa: ARG002
        """What tracebacks call it: no path that exists."""
        return self.filename


def load(text: str, where: str, file: str) -> ModuleType:
    """The module that a text makes; the same one for the same text.

    Args:
        text: the content of a Python file.
        where: the path that complaints speak of.
        file: the file's name, for complaints and tracebacks.

    Raises:
        ScenarioError: it is no Python, fails when it is executed, or lacks what a doctrine has.
    """
    text = whole(text)
    hashed = digest(text)
    name = f"doctrine_{hashed}"
    with _LOCK:
        if name in sys.modules:
            return sys.modules[name]
        # No folder in the name, and no such file: nothing on the disk is ever taken for the text.
        loader = _Text(text, f"{Path(file).name} [{hashed[:12]}]")
        for line, fault in _refused(text, loader.filename):
            raise refuse(where, file, f"line {line}: {fault}")
        module = _executed(name, loader, where, file)
        faults = fixed_names(module)
        if faults:
            del sys.modules[name]
            raise ScenarioError("\n".join(complaint(where, file, fault) for fault in faults))
        return module


def _executed(name: str, loader: _Text, where: str, file: str) -> ModuleType:
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None  # noqa: S101 - None is for loaders without a spec
    module = importlib.util.module_from_spec(spec)
    lines = [line + "\n" for line in loader.text.split("\n")[:-1]]
    linecache.cache[loader.filename] = (len(loader.text), None, lines, loader.filename)
    sys.modules[name] = module  # before it is executed, as pydantic looks its classes up there
    try:
        loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, KeyboardInterrupt):
            raise
        raise refuse(where, file, f"{told(error, module)}; a doctrine must load by itself") from error
    return module


def _refused(text: str, filename: str) -> Iterator[tuple[int, str]]:
    """Lines that are no Python, or import what a doctrine may not."""
    try:
        compile(text, filename, "exec")
    except SyntaxError as error:
        yield error.lineno or 1, f"is not Python: {error.msg}; correct it"
        return
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes, endless brackets
        yield 1, f"is not Python: {error}; correct it"
        return
    for node in ast.walk(ast.parse(text)):
        for name in _imported(node):
            allowed = name in IMPORTS or name.startswith("signalling.kernel.")
            if not allowed or name.startswith("signalling.kernel.doctrines"):
                yield getattr(node, "lineno", 1), f"imports {name}; {IMPORT_REMEDY}"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    module = "." * node.level + (node.module or "")
    inside = module in {"signalling", "signalling.kernel"} or node.level
    return [f"{module}.{alias.name}" for alias in node.names] if inside else [module]


def line_of(error: BaseException, module: ModuleType) -> int | None:
    """The line of a doctrine's file in which an error arose, None if it arose elsewhere."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == getattr(module, "__file__", None)]
    return lines[-1] if lines else None


def told(error: BaseException, module: ModuleType) -> str:
    """An error in a doctrine on one line: where in its file, what kind, what it says."""
    line = line_of(error, module)
    place = "" if line is None else f"line {line}: "
    words = " ".join(str(error).split())
    said = f": {words if len(words) <= 200 else words[:197] + '...'}" if words else ""
    return f"{place}{type(error).__name__}{said}"


def ask(module: ModuleType, path: str, function: str, *arguments: object) -> Any:
    """What a doctrine answers while a scenario is compiled.

    Raises:
        ScenarioError: the function raised an error.
    """
    try:
        return getattr(module, function)(*arguments)
    except Exception as error:
        raise refuse(path, None, f"{function}: {told(error, module)}; correct the doctrine") from error


# Fixed names


def games_of(module: ModuleType) -> tuple[str, ...]:
    """The kinds of game that a doctrine plays."""
    games: tuple[str, ...] = getattr(module, "GAMES", GAMES_WITHOUT_WORD)
    return games


def fixed_names(module: ModuleType) -> list[str]:
    """What a module lacks, or has otherwise than a doctrine: a line with its remedy for each."""
    faults = []
    for name, signature in (SIGNATURES | OPTIONAL_SIGNATURES).items():
        function = getattr(module, name, None)
        wanted = f"write def {name}({', '.join(signature)})"
        if not inspect.isfunction(function):
            if name in SIGNATURES or function is not None:
                faults.append(f"has no function {name}; {wanted}")
        elif tuple(inspect.signature(function).parameters) != signature:
            taken = ", ".join(inspect.signature(function).parameters)
            faults.append(f"{name} takes ({taken}); {wanted}")
    source = getattr(module, "SOURCE", None)
    if not isinstance(source, str) or len(source.strip()) < 4:
        faults.append('has no SOURCE; write whose idea it is, e.g. SOURCE = "Kahn 1965" or SOURCE = "ours"')
    if not isinstance(getattr(module, "USES_REPORTS", None), bool):
        faults.append("has no USES_REPORTS; write True if reports can change what the state does, else False")
    return faults + _faults_of_parameters(module) + _faults_of_games(module)


def _faults_of_parameters(module: ModuleType) -> list[str]:
    schema = getattr(module, "PARAMETERS", None)
    if not (isinstance(schema, type) and issubclass(schema, Parameters)):
        return ["has no PARAMETERS; write class PARAMETERS(Parameters), from signalling.parameters"]
    return [
        f"has a parameter called {name}, which is a key of every doctrine in a scenario; call it otherwise"
        for name in RESERVED
        if name in schema.model_fields
    ]


def _faults_of_games(module: ModuleType) -> list[str]:
    faults = []
    games = games_of(module)
    if not isinstance(games, tuple) or not games or not all(game in GAMES for game in games):
        known = ", ".join(f'"{game}"' for game in GAMES)
        faults.append(f'has GAMES = {shorten(games)}; write some of {known} as a tuple, e.g. ("ladder",)')
    letters = getattr(module, "LETTERS", 2)
    if type(letters) is not int or letters < 2:
        faults.append(f"has LETTERS = {shorten(letters)}; write how many actions its game has, 2 or more")
    return faults
