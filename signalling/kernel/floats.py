"""The types of kernel arrays: anything indexable, so that one text serves two engines.

The compiled engine passes NumPy arrays; the process engine passes memoryviews where memory is written
and lists where a column is only read, because CPython indexes those three times faster.
"""

from typing import Protocol, overload


class Floats(Protocol):
    """A one-dimensional float64 array owned by the caller; kernel code indexes, slices and takes len."""

    @overload
    def __getitem__(self, index: int, /) -> float: ...
    @overload
    def __getitem__(self, index: slice, /) -> "Floats": ...

    def __setitem__(self, index: int, value: float, /) -> None: ...

    def __len__(self) -> int: ...


class Integers(Protocol):
    """A one-dimensional int64 array owned by the caller."""

    @overload
    def __getitem__(self, index: int, /) -> int: ...
    @overload
    def __getitem__(self, index: slice, /) -> "Integers": ...

    def __setitem__(self, index: int, value: int, /) -> None: ...

    def __len__(self) -> int: ...


class Table(Protocol):
    """A two-dimensional float64 array read by row."""

    def __getitem__(self, index: int, /) -> Floats: ...

    def __len__(self) -> int: ...
