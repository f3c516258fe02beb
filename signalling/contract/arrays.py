"""Memory and parameters in the forms that engines pass, and a form that watches who touches what."""

import math
from array import array
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

#: Floats on either side of a memory that no doctrine may touch.
GUARD = 3


class Memory(NamedTuple):
    """A memory, its bytes, and whether the floats on either side of it are as they were."""

    floats: Any
    content: Callable[[], bytes]
    whole: Callable[[], bool]


def array_memory(size: int) -> Memory:
    """Memory as NumPy has it."""
    whole = np.full(size + 2 * GUARD, np.nan)
    memory = whole[GUARD : GUARD + size]
    memory[:] = 0.0
    guards = [*range(GUARD), *range(-GUARD, 0)]
    return Memory(memory, memory.tobytes, lambda: bool(np.isnan(whole[guards]).all()))


def view_memory(size: int) -> Memory:
    """Memory as the process engine has it."""
    whole = memoryview(array("d", [math.nan] * GUARD + [0.0] * size + [math.nan] * GUARD))
    memory = whole[GUARD : GUARD + size]
    guards = [*range(GUARD), *range(GUARD + size, size + 2 * GUARD)]
    return Memory(memory, memory.tobytes, lambda: all(math.isnan(whole[place]) for place in guards))


def read_only(table: npt.NDArray[np.float64]) -> tuple[Any, Any]:
    """The parameters in both forms, array and view; whoever writes into them fails."""
    locked = table.copy()
    locked.flags.writeable = False
    return locked, memoryview(array("d", table.tobytes())).toreadonly()


class Watched:
    """Floats that refuse a place outside of them, also one counted from the end, and note every use."""

    def __init__(self, values: Sequence[float], kind: str, *, writable: bool) -> None:
        self.values = list(values)
        self.touched: set[int] = set()
        self.first, self.last = 0, len(self.values)
        self.whole = self
        self.kind = kind
        self.writable = writable

    def _part(self, first: int, last: int) -> "Watched":
        part = object.__new__(Watched)
        part.first, part.last, part.whole = first, last, self.whole
        part.kind, part.writable = self.kind, self.writable
        return part

    def _place(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise IndexError(f"place {index} of {self.kind}, which here has {len(self)} floats")
        self.whole.touched.add(self.first + index)
        return self.first + index

    def __len__(self) -> int:
        return self.last - self.first

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            first, last = index.start or 0, len(self) if index.stop is None else index.stop
            if index.step is not None or not 0 <= first <= last <= len(self):
                raise IndexError(f"slice {first}:{last} of {self.kind}, which here has {len(self)} floats")
            return self._part(self.first + first, self.first + last)
        return self.whole.values[self._place(index)]

    def __setitem__(self, index: int, value: float) -> None:
        if not self.writable:
            raise TypeError(f"{self.kind} are read only")
        if not isinstance(value, int | float | np.floating):
            raise TypeError(f"{value!r} is no number")
        self.whole.values[self._place(index)] = float(value)
