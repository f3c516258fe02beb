"""The subset of Python in which whatever is called in a run is written, so that all engines read one text."""

import ast
import builtins
import inspect
import math
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import NamedTuple

from signalling.contract.breach import Breach
from signalling.kernel.view import Action

IN_A_RUN = ("start", "revise", "decide", "belief", "payoff")
BUILT_INS: tuple[Callable[..., object], ...] = (range, len, int, float, abs, min, max, bool)
#: Of math what is rounded in one way everywhere.
MATH = ("sqrt", "floor", "ceil", "trunc", "fabs", "copysign", "isnan", "isinf", "isfinite", "inf", "pi")
KERNEL = "signalling.kernel."
PORTABLE = "take exp, log or sigmoid from signalling.kernel.portable_math, or write it out"

#: Statements and expressions that both engines read alike.
READ = (
    ast.Return, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.While, ast.If, ast.IfExp, ast.Expr,
    ast.Break, ast.Continue, ast.Pass, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call,
    ast.keyword, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Constant, ast.Tuple,
    ast.expr_context, ast.boolop, ast.unaryop, ast.operator, ast.cmpop,
)  # fmt: skip
#: What is not among them, in words, and what to write instead.
NOT_READ: tuple[tuple[tuple[type[ast.AST], ...], str, str], ...] = (
    ((ast.Pow,), "raises to a power, which processors round differently", "multiply; or " + PORTABLE),
    ((ast.MatMult,), "multiplies matrices", "write a loop over range"),
    ((ast.In, ast.NotIn, ast.Is, ast.IsNot), "compares with in or is", "compare numbers with == and !="),
    ((ast.Dict, ast.DictComp), "makes a dictionary", "keep numbers in the memory, and count their places"),
    ((ast.List, ast.ListComp, ast.Set, ast.SetComp), "makes a list or a set", "keep numbers in the memory"),
    ((ast.GeneratorExp,), "holds a generator", "write a loop over range"),
    ((ast.JoinedStr,), "makes a text", "leave it out; numbers go in and numbers come out"),
    ((ast.Import, ast.ImportFrom), "imports", "import at the top of the file"),
    ((ast.FunctionDef, ast.Lambda), "holds a function", "define it at the top of the file"),
    ((ast.Try, ast.Raise, ast.Assert), "raises or catches errors", "write an if; a run has no errors"),
    ((ast.Global, ast.Nonlocal), "changes a name of the file", "keep what changes in the memory"),
)


class _Place(NamedTuple):
    """Where a fault is told of."""

    function: str
    line: int
    local: frozenset[str]
    module: ModuleType

    def breach(self, did: str, remedy: str) -> Breach:
        """The fault, with its line."""
        return Breach(self.function, f"{did} (line {self.line})", remedy)


def check_kernel_subset(module: ModuleType) -> None:
    """What runs in a run is plain arithmetic over numbers, in the subset that both engines read."""
    tree = ast.parse(inspect.getsource(module))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    wanted = [name for name in IN_A_RUN if name in functions]
    seen: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        function = functions[name]
        place = _Place(name, function.lineno, _local(function), module)
        if function.decorator_list:
            raise place.breach("is decorated", "drop the line above it that begins with @")
        for node, line in _nodes(function):
            _check_node(node, place._replace(line=line))
            if isinstance(node, ast.Name) and node.id in functions and node.id not in place.local:
                wanted.append(node.id)


def _local(function: ast.FunctionDef) -> frozenset[str]:
    """Arguments, and every name that is assigned."""
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    stored = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return frozenset(stored | {argument.arg for argument in function.args.args})


def _nodes(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, int]]:
    """All that is executed, with its line; docstrings and annotations are for the reader."""
    body = function.body if ast.get_docstring(function) is None else function.body[1:]
    waiting: list[tuple[ast.AST, int]] = [(node, node.lineno) for node in reversed(body)]
    while waiting:
        node, line = waiting.pop()
        yield node, line
        skipped = node.annotation if isinstance(node, ast.AnnAssign) else None
        children = [child for child in ast.iter_child_nodes(node) if child is not skipped]
        waiting += [(child, getattr(child, "lineno", line)) for child in reversed(children)]


def _check_node(node: ast.AST, place: _Place) -> None:
    for kinds, did, remedy in NOT_READ:
        if isinstance(node, kinds):
            raise place.breach(did, remedy)
    if not isinstance(node, READ):
        raise place.breach(f"holds {type(node).__name__}", "write it with if, for and numbers")
    if isinstance(node, ast.Constant) and type(node.value) not in {int, float, bool, type(None)}:
        raise place.breach(f"holds {node.value!r}", "use numbers only")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        _check_method(node.func, place)
    elif isinstance(node, ast.Attribute):
        _check_attribute(node, place)
    elif isinstance(node, ast.Name) and node.id not in place.local:
        _check_name(node, place)


def _value(node: ast.expr, place: _Place) -> object:
    """What a name of the file stands for; the names of the function itself stand for nothing yet."""
    if not isinstance(node, ast.Name) or node.id in place.local:
        return None
    return vars(place.module).get(node.id, getattr(builtins, node.id, None))


def _check_name(node: ast.Name, place: _Place) -> None:
    value = _value(node, place)
    number = type(value) in {int, float, bool}
    numbers = type(value) is tuple and all(type(entry) in {int, float, bool} for entry in value)
    known = value is Action or isinstance(value, ModuleType) or any(value is one for one in BUILT_INS)
    if number or numbers or known:
        return  # a module is judged by what is taken of it
    home = f"{value.__module__}." if isinstance(value, FunctionType) else ""
    if home.startswith((KERNEL, f"{place.module.__name__}.")):
        return
    if isinstance(value, int):
        raise place.breach(f"uses {node.id}", f"write {node.id} = int(...) where it is made")
    names = ", ".join(one.__name__ for one in BUILT_INS)
    remedy = f"of Python's own functions a run knows {names}; of the file's names, numbers and functions"
    raise place.breach(f"uses {node.id}", remedy)


def _check_method(node: ast.Attribute, place: _Place) -> None:
    if not isinstance(_value(node.value, place), ModuleType):
        remedy = "call functions with numbers; a number, a view and a memory have no methods"
        raise place.breach(f"calls .{node.attr}", remedy)


def _check_attribute(node: ast.Attribute, place: _Place) -> None:
    value = _value(node.value, place)
    written = ast.unparse(node)
    if isinstance(value, ModuleType):
        allowed = node.attr in MATH if value is math else (value.__name__ + ".").startswith(KERNEL)
        if not allowed:
            raise place.breach(f"uses {written}", PORTABLE)
    elif isinstance(value, type):
        remedy = f"write {node.attr} = int({written}) at the top of the file and use that"
        raise place.breach(f"uses {written}", remedy)
