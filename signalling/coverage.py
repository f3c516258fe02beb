"""Which runs of which cells are held: sets of runs as ranges, that add, whatever the order."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa

#: Runs from the first up to, and without, the second.
Span = tuple[int, int]


class Coverage:
    """Runs by cell, kept as sorted, disjoint, non-adjacent spans.

    Example:
        >>> held = Coverage({"a": [(0, 3)]})
        >>> held.add("a", (3, 5))
        >>> held.spans("a"), held.missing("a", [(4, 8)])
        ([(0, 5)], [(5, 8)])
    """

    def __init__(self, spans: Mapping[str, Iterable[Iterable[int]]] | None = None) -> None:
        self._spans: dict[str, list[Span]] = {}
        for cell, pairs in (spans or {}).items():
            for start, stop in pairs:
                self.add(cell, (start, stop))

    def add(self, cell: str, span: Span) -> None:
        """Count a span of runs of a cell as held."""
        start, stop = span
        if start >= stop:
            return
        spans = self._spans.setdefault(cell, [])
        # Every span that overlaps or touches the new one melts into it.
        first = bisect_left(spans, start, key=lambda held: held[1])
        last = bisect_right(spans, stop, key=lambda held: held[0])
        if first < last:
            start, stop = min(start, spans[first][0]), max(stop, spans[last - 1][1])
        spans[first:last] = [(start, stop)]

    def update(self, other: "Coverage") -> None:
        """Count all that another holds as held."""
        for cell, span in other:
            self.add(cell, span)

    def spans(self, cell: str) -> list[Span]:
        """The spans of a cell, in order."""
        return list(self._spans.get(cell, ()))

    def missing(self, cell: str, wanted: Iterable[Span]) -> list[Span]:
        """What is wanted of a cell and not held."""
        left: list[Span] = []
        for first, stop in wanted:
            start = first
            for low, high in self._spans.get(cell, ()):
                if high <= start or low >= stop:
                    continue
                if start < low:
                    left.append((start, low))
                start = max(start, high)
            if start < stop:
                left.append((start, stop))
        return left

    def overlaps(self, other: "Coverage") -> bool:
        """Whether some run of some cell is in both."""
        return any(other.missing(cell, [span]) != [span] for cell, span in self)

    def inside(self, table: pa.Table) -> pa.Table:
        """The rows of a table (with columns cell and run) that are held."""
        held = np.zeros(table.num_rows, dtype=np.bool_)
        if table.num_rows == 0:
            return table
        encoded = table["cell"].combine_chunks().dictionary_encode()
        codes, runs = encoded.indices.to_numpy(), table["run"].to_numpy()
        for code, cell in enumerate(encoded.dictionary.to_pylist()):
            spans = self._spans.get(cell)
            if spans:
                here = np.flatnonzero(codes == code)
                # An odd number of edges at or before a run: it lies within a span.
                held[here] = np.searchsorted(np.array(spans).ravel(), runs[here], side="right") % 2 == 1
        return table.filter(pa.array(held))

    def __iter__(self) -> Iterator[tuple[str, Span]]:
        return ((cell, span) for cell, spans in self._spans.items() for span in spans)

    def __len__(self) -> int:
        return sum(stop - start for _, (start, stop) in self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Coverage) and self._spans == other._spans

    __hash__ = None  # type: ignore[assignment]  # a coverage grows

    def count(self, cell: str) -> int:
        """How many runs of a cell are held."""
        return sum(stop - start for start, stop in self._spans.get(cell, ()))

    def cells(self) -> list[str]:
        """The cells of which something is held."""
        return list(self._spans)

    def to_json(self) -> dict[str, list[Span]]:
        """The spans by cell, as plain data."""
        return {cell: list(spans) for cell, spans in self._spans.items()}
