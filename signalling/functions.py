"""Functions of the user's own as the subject of a study: found by name, identified by their source."""

import hashlib
import importlib
import inspect
import math
import numbers
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from signalling.errors import ResultError, ScenarioError
from signalling.outcome import Outcomes, Row

#: `f(parameters, seed, run)` returns the columns of one run: numbers, texts, true or false, or None.
RunFunction = Callable[[dict[str, Any], int, int], Mapping[str, Any]]

#: Columns of every table of runs; what a function returns comes after them.
KEYS = (("cell", pa.string()), ("run", pa.int64()), ("seed", pa.uint64()))
RESERVED = ("cell", "run", "seed", "treatment")
_ARROW = {"number": pa.float64(), "text": pa.string(), "true or false": pa.bool_()}

#: By function: what its columns hold, as the runs of one collection have shown so far in this process.
_seen: dict[tuple[str, ...], dict[str, str | None]] = {}


def forget() -> None:
    """Begin a collection: what columns earlier ones had does not matter."""
    _seen.clear()


def describe(function: RunFunction) -> dict[str, str]:
    """A function as plain data: module, name and source.

    Raises:
        ScenarioError: another process could not find it.
    """
    name = getattr(function, "__qualname__", repr(function))
    if not inspect.isfunction(function) or "<" in name:
        raise ScenarioError(
            f"{name}: worker processes and reruns find a function by its name; define it with def at the "
            "top of a module"
        )
    try:
        source = inspect.getsource(function)
    except OSError as error:
        raise ScenarioError(
            f"{name}: its source cannot be read, and the identity of results needs it; define it in a file"
        ) from error
    return {"module": function.__module__, "function": name, "source": source}


def find(described: Mapping[str, Any]) -> RunFunction:
    """The function that was described.

    Raises:
        ResultError: it is not to be found, or its source has changed.
    """
    name = f"{described['module']}.{described['function']}"
    try:
        found: Any = sys.modules.get(described["module"]) or importlib.import_module(described["module"])
        for part in described["function"].split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise ResultError(
            f"{name}: is not to be found from here ({error}); define it in a module that can be imported, "
            "and run from where it is found"
        ) from error
    if describe(found)["source"] != described["source"]:
        raise ResultError(
            f"{name}: its source is not the one these results were made with; collect into another folder"
        )
    function: RunFunction = found
    return function


def identity_of(described: Mapping[str, Any]) -> dict[str, str]:
    """What of a function changes the answer, readable but for the digest of its source."""
    digest = hashlib.sha256(described["source"].encode()).hexdigest()
    return {"module": described["module"], "function": described["function"], "source": digest}


class FunctionPlayer:
    """Runs of a function with given parameters."""

    def __init__(self, content: Mapping[str, Any], cell: str, seed: int) -> None:
        self.function = find(content)
        self.parameters: dict[str, Any] = content["parameters"]
        self.cell = cell
        self.seed = seed
        self.seen = _seen.setdefault(tuple(identity_of(content).values()), {})

    def some(self, runs: range) -> tuple[int, Row]:
        """The row of the first run: cell, run, seed, then what the function returned, by name.

        Raises:
            ValueError: the function returned what no column can hold, or other columns than before.
        """
        return 1, self._row(runs[0])

    def _row(self, run: int) -> Row:
        returned = self.function(dict(self.parameters), self.seed, run)
        if not isinstance(returned, Mapping):
            raise ValueError(f"returned {returned!r}; return a dictionary with a value for each column")
        values = {}
        kinds: dict[str, str | None] = {}
        for name in sorted(returned, key=str):
            if not isinstance(name, str) or name in RESERVED or name in self.parameters:
                raise ValueError(f"returned a column {name!r}, which is taken; give it another name")
            values[name], kinds[name] = _plain(name, returned[name])
        self._agree(kinds)
        return self.cell, run, self.seed, values

    def _agree(self, kinds: Mapping[str, str | None]) -> None:
        if self.seen and self.seen.keys() != kinds.keys():
            raise ValueError(
                f"returned columns {', '.join(kinds)}; other runs returned {', '.join(self.seen)}: return "
                "all of them in every run, None where there is nothing"
            )
        for name, kind in kinds.items():
            before = self.seen.get(name)
            if kind is not None and before is not None and kind != before:
                raise ValueError(f"column {name} holds {kind} here and {before} in other runs")
        for name, kind in kinds.items():
            self.seen[name] = kind or self.seen.get(name)

    def outcomes(self, parts: Sequence[Row]) -> Outcomes:
        """The rows as a table: columns by name after cell, run and seed."""
        listed = list(parts)
        columns: dict[str, pa.Array] = {
            name: pa.array([row[place] for row in listed], type=kind)
            for place, (name, kind) in enumerate(KEYS)
        }
        for name in sorted(listed[0][3]) if listed else ():
            values = [row[3][name] for row in listed]
            kind = self.seen[name]
            # Nothing but None so far: a column of nulls, which agrees with any other.
            empty = kind is None or all(value is None for value in values)
            columns[name] = pa.array(values, type=pa.null() if empty else _ARROW[str(kind)])
        return Outcomes(pa.table(columns))


def _plain(name: str, value: Any) -> tuple[Any, str | None]:
    """A value as a column holds it, and the kind of the column.

    All numbers are float64, so that no table's columns depend on which runs happened to be whole.
    """
    if value is None:
        return None, None
    if isinstance(value, bool | np.bool_):
        return bool(value), "true or false"
    if isinstance(value, str):
        return str(value), "text"
    if isinstance(value, numbers.Real):
        number = float(value)
        if isinstance(value, numbers.Integral) and math.isfinite(number) and int(number) != int(value):
            raise ValueError(f"column {name} = {value}: is too large for float64; return it as a text")
        return number, "number"
    raise ValueError(f"column {name} = {value!r}: must be a number, a text, true or false, or None")
