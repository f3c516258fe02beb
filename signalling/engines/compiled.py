"""One kernel text, loaded twice: a copy of the sources that Numba compiles.

The process engine imports kernel and doctrines as they are. Here the same sources are written to a folder of
their own, in which every function goes through `njit(cache=True)`, beside the loop and an if/elif over the
doctrines in use. The folder is named by the digest of all that machine code depends on: the sources and the
versions of Python, NumPy, Numba and llvmlite. Numba's own cache looks at the file of a function alone and
keeps using machine code made from an older import; here an edited file makes another folder.

Types are shared with the process engine, never copied: files that only define them are imported.
"""

import ast
import hashlib
import importlib.util
import inspect
import logging
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import platformdirs

#: Where copies go instead of the user's cache folder.
CACHE_VARIABLE = "SIGNALLING_CACHE"
PACKAGE = Path(__file__).parents[1]
#: Sources that are copied; those beside them define types, which both engines share.
KERNEL = (
    "belief",
    "candour",
    "channel",
    "compose",
    "draws",
    "exchange",
    "lines",
    "matrix",
    "order",
    "portable_math",
    "protocol",
    "quantile",
    "step",
    "summary",
    "transmit",
)
LOOP = ("shelf", "calendar", "telling", "loop", "entry")
SHARED = (
    "vocabulary",
    "kernel/floats",
    "kernel/message",
    "kernel/view",
    "kernel/world",
    "engines/desk",
    "engines/parts",
    "engines/vectors",
    "engines/compiled",
)
VERSIONED = ("numba", "llvmlite", "numpy")
#: The entry is called from Python and kept on disk; the others are only ever called by it, and part of it.
ENTRY_OPTIONS = "cache=True, nogil=True, error_model='numpy'"
INNER_OPTIONS = (
    "pipeline_class=_PartCompiler, no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model='numpy'"
)
INLINED_OPTIONS = f"forceinline=True, {INNER_OPTIONS}"

#: What every event goes through becomes part of the loop, which saves a sixth of the time: functions of this
#: size stay apart if nobody says otherwise. More of them make it slower again, and longer to compile.
INLINED = (
    "_arrival",
    "_occasion",
    "_post",
    "_put_down",
    "_read",
    "_review",
    "after_report",
    "before_report",
    "begin_review",
    "cross",
    "end_review",
    "enter",
    "next_review",
    "own_view",
    "send",
)

#: Behind the copy of kernel/draws.py: words are 64 bits, and luck is (seed, run, branch).
DRAWS_TAIL = '''

import signalling.kernel.draws as _reference
from signalling.engines.vectors import as_words, word

as_words(globals(), "WORD_MASK", "MULTIPLIER_0", "MULTIPLIER_1", "WEYL_0", "WEYL_1", "SURPLUS_BITS")


def product(a, b):
    """The 128-bit product; the compiler has an instruction for the reference."""
    return _reference.product(a, b)


def block(luck, which, who, purpose):
    """The four uniforms at an address, from the words of a luck."""
    a, b, c, d = philox(word(which), word(who), word(purpose), luck[2], luck[0], luck[1])
    return uniform(a), uniform(b), uniform(c), uniform(d)
'''

#: Behind every copied file, before the lines that compile its functions.
COMPILING = """

from numba import njit as _njit
from signalling.engines.parts import PartCompiler as _PartCompiler
from signalling.engines.vectors import as_integers as _as_integers

_as_integers(globals())
"""

log = logging.getLogger(__name__)


def compiled_copy(doctrines: Sequence[ModuleType]) -> ModuleType:
    """The entry of a compiled copy for some doctrines, which are numbered in this order.

    Nothing is compiled before its first call, and then only if no earlier process has done it.
    """
    sources = _sources(tuple(doctrines))
    digest = _digest(sources)
    name = f"signalling_compiled_{digest}"
    if name not in sys.modules:
        _import(name, _written(name, sources))
    return importlib.import_module(f"{name}.entry")


def is_cold(entry: ModuleType) -> bool:
    """Whether no process has compiled this copy yet."""
    return not list(Path(str(entry.__file__)).parent.glob("__pycache__/entry.play-*.nbc"))


def is_own(doctrine: ModuleType) -> bool:
    """Whether a doctrine is a user's own file."""
    return "." not in doctrine.__name__


def title(doctrine: ModuleType) -> str:
    """What to call a doctrine in a message: its name, or the name of its file."""
    if is_own(doctrine):
        return Path(inspect.getfile(doctrine).partition(" [")[0]).name
    return doctrine.__name__.rpartition(".")[2]


def explained(error: Exception, doctrines: Sequence[ModuleType]) -> str | None:
    """What a compiler's error says of a user's own doctrine: file, line and reason; None if there is none."""
    text = re.sub("\x1b\\[[0-9;]*m", "", str(error))
    told = [part.strip() for part in text.splitlines()]
    noise = ("File", "During", "Failed", "-", "<")
    reason = next(
        (part.rstrip(":") for part in told if part and not part.startswith(noise)), "no reason given"
    )
    places = re.findall(r'doctrine_(\d+)\.py(?:", line |:| \()(\d+)', text)
    found = [(doctrines[int(place)], int(line)) for place, line in places if is_own(doctrines[int(place)])]
    if found:
        doctrine, line = found[-1]
        source = inspect.getsource(doctrine).splitlines()[line - 1].strip()
        return f"Numba cannot compile {title(doctrine)}, line {line}: {source} ({reason})"
    own = [title(doctrine) for doctrine in doctrines if is_own(doctrine)]
    return f"Numba cannot compile {' or '.join(own)} ({reason})" if own else None


def functions_of(entry: ModuleType, file: str) -> ModuleType:
    """Another file of the copy that an entry belongs to."""
    return importlib.import_module(f"{entry.__name__.rpartition('.')[0]}.{file}")


def cache_folder() -> Path:
    """Where copies and their machine code are kept."""
    return Path(os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_path("signalling"))


@cache
def _sources(doctrines: tuple[ModuleType, ...]) -> dict[str, str]:
    """The files of a copy by name, complete but for the name of its package."""
    files = {name: (PACKAGE / "kernel" / f"{name}.py").read_text("utf-8") for name in KERNEL}
    files |= {name: (PACKAGE / "engines" / f"{name}.py").read_text("utf-8") for name in LOOP}
    for place, module in enumerate(doctrines):
        files[f"doctrine_{place}"] = inspect.getsource(module)
    files = {name: _redirected(text) for name, text in files.items()} | {"dispatch": dispatch_text(doctrines)}
    files["draws"] += DRAWS_TAIL
    tails = {
        name: _tail(text, ENTRY_OPTIONS if name == "entry" else INNER_OPTIONS) for name, text in files.items()
    }
    return {"__init__": ""} | {name: text + tails[name] for name, text in files.items()}


#: Stands for the package of the copy until its digest is known.
_HERE = "copy_of_signalling"


def _redirected(text: str) -> str:
    """A source whose imports of copied files go to the copies."""
    lines = text.splitlines(keepends=True)
    for node in ast.walk(ast.parse(text)):
        row = getattr(node, "lineno", 0) - 1
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            here = _copy_of(node.module, [alias.name for alias in node.names])
            if here is not None:
                lines[row] = lines[row].replace(f"from {node.module} import", f"from {here} import", 1)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                here = _copy_of(alias.name, [])
                if here is not None:
                    lines[row] = lines[row].replace(f"import {alias.name} as", f"import {here} as", 1)
    return "".join(lines)


def _copy_of(module: str, names: list[str]) -> str | None:
    """What stands in a copy for a module that is imported from, None if it is shared."""
    if module in {"signalling.kernel", "signalling.engines"} and set(names) <= {*KERNEL, *LOOP, "dispatch"}:
        return _HERE
    for package, files in (("signalling.kernel", KERNEL), ("signalling.engines", (*LOOP, "dispatch"))):
        head, _, tail = module.rpartition(".")
        if head == package and tail in files:
            return f"{_HERE}.{tail}"
    return None


def _tail(text: str, options: str) -> str:
    """What compiles every function of a file when it is first called."""
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    lines = [
        f"{name} = _njit({INLINED_OPTIONS if name in INLINED else options})({name})\n"
        for name in dict.fromkeys(names)
    ]
    return COMPILING + "".join(lines)


def dispatch_text(doctrines: Sequence[ModuleType]) -> str:
    """The file that calls a doctrine by its number."""
    lines = ["import math", "from numba import config as _config", "", "NONE = (math.nan, math.nan)"]
    lines += ["if _config.DISABLE_JIT:", "    def checked(vector):", "        return vector", "else:"]
    lines += ["    from signalling.engines.vectors import checked", ""]
    calls = {
        "start": ("memory, own, parameters", None),
        "revise": ("memory, report, own, parameters", None),
        "decide": ("memory, own, now, uniforms, parameters", None),
        "belief": ("memory, rival, own, now, parameters", "NONE"),
        "payoff": ("own, role, rival, rival_rung, mean_rung, parameters", "math.nan"),
    }
    for name, (arguments, missing) in calls.items():
        having = [place for place, module in enumerate(doctrines) if hasattr(module, name)]
        lines += [f"from {_HERE}.doctrine_{place} import {name} as {name}_{place}" for place in having]
        lines += ["", "", f"def {name}(doctrine, {arguments}):"]
        answers = [f"return {name}_{place}({_handed(doctrines[place], arguments)})" for place in having]
        last = f"return {missing}" if missing else answers.pop()
        for place, answer in zip(having, answers, strict=False):
            lines += [f"    if doctrine == {place}:", f"        {answer}"]
        lines += [f"    {last}", "", ""]
    return "\n".join(lines)


def _handed(doctrine: ModuleType, arguments: str) -> str:
    """The arguments of a call: nobody has read a user's own doctrine, so its indices are watched."""
    if is_own(doctrine):
        return re.sub(r"\b(memory|parameters)\b", r"checked(\1)", arguments)
    return arguments


@cache
def _versions() -> str:
    shared = [(PACKAGE / f"{name}.py").read_text("utf-8") for name in SHARED]
    versions = [platform.python_implementation(), platform.python_version(), *map(version, VERSIONED)]
    return "\0".join([*versions, *shared])


def _digest(sources: dict[str, str]) -> str:
    digest = hashlib.sha256(_versions().encode())
    for name, text in sources.items():
        digest.update(f"\0{name}\0{text}".encode())
    return digest.hexdigest()[:24]


def _written(name: str, sources: dict[str, str]) -> Path:
    """The folder of a copy, written under another name first, so that it is whole or not there."""
    try:
        return _write(cache_folder() / "compiled", name, sources)
    except OSError as error:
        # Nobody else can write there, which matters for code; but the next process compiles again.
        folder = Path(tempfile.mkdtemp(prefix="signalling-"))
        log.warning("%s: cannot be written (%s); compiled code goes to %s", cache_folder(), error, folder)
        return _write(folder, name, sources)


def _write(parent: Path, name: str, sources: dict[str, str]) -> Path:
    folder = parent / name
    if folder.is_dir():
        return folder
    parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=parent))
    for file, text in sources.items():
        (partial / f"{file}.py").write_text(text.replace(_HERE, name), "utf-8")
    try:
        partial.rename(folder)
    except OSError:
        shutil.rmtree(partial)  # another process was quicker
        if not folder.is_dir():
            raise
    return folder


def _import(name: str, folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None  # noqa: S101 - the file stands there
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
