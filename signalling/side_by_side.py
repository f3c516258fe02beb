"""Two runs told side by side, from where they part."""

import textwrap
from collections.abc import Sequence

from signalling.chronicle import Trace, closing, entries, moment
from signalling.vocabulary import TICKS_PER_HOUR

#: Characters of the column with the time of day, and of each of the two others.
CLOCK = 10
COLUMN = 64
SAME = "(the same)"

Entry = tuple[int, str]


def parting(first: Trace, second: Trace) -> int | None:
    """The tick of the first thing that is told of one run and not of the other; None if there is none."""
    mine, others = entries(first), entries(second)
    for one, other in zip(mine, others, strict=False):
        if one != other:
            return min(one[0], other[0])
    longer = (mine if len(mine) > len(others) else others)[min(len(mine), len(others)) :]
    return longer[0][0] if longer else None


def side_by_side(first: Trace, second: Trace, names: tuple[str, str]) -> str:
    """The chronicles of two runs in two columns, from where they part; a sentence says how long they agree.

    Args:
        first: told on the left.
        second: told on the right; of the same states.
        names: what the two are called.
    """
    title = f"{first.title}: run {first.outcome['run']} of seed {first.outcome['seed']}"
    lines = [title, "=" * len(title)]
    begin = parting(first, second)
    if begin is None:
        return "\n".join([*lines, f"{names[0]} and {names[1]} are told alike from beginning to end.", ""])
    day, clock = moment(first, begin)
    agreed = sum(tick < begin for tick, _ in entries(first))
    told = "1 entry" if agreed == 1 else f"{agreed} entries"
    alike = f"Alike for {begin / TICKS_PER_HOUR:.1f} hours ({told}), until {day}, {clock}."
    lines += [alike, "", _row("", *names), _row("", *("-" * len(name) for name in names))]
    shown = ""
    for tick, left, right in _rows(_from(first, begin), _from(second, begin)):
        day, clock = moment(first, tick)
        if day != shown:
            shown = day
            lines += ["", day]
        lines += _wrapped(clock, left, right)
    lines.append("")
    ends = [[textwrap.fill(line, COLUMN - 2) for line in closing(trace)] for trace in (first, second)]
    for one, other in zip(*ends, strict=False):
        lines += _wrapped("", one, other)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _from(trace: Trace, begin: int) -> list[Entry]:
    return [entry for entry in entries(trace) if entry[0] >= begin]


def _rows(left: Sequence[Entry], right: Sequence[Entry]) -> list[tuple[int, str, str]]:
    """What is told at each tick, on the left and on the right; what both tell stands in one row."""
    rows = []
    for tick in sorted({tick for tick, _ in (*left, *right)}):
        mine = [text for when, text in left if when == tick]
        others = [text for when, text in right if when == tick]
        for text in mine:
            both = text in others
            if both:
                others.remove(text)
            rows.append((tick, text, SAME if both else ""))
        rows += [(tick, "", text) for text in others]
    return rows


def _wrapped(clock: str, left: str, right: str) -> list[str]:
    """A row as lines; texts that hang on others are indented throughout."""
    columns = [
        textwrap.wrap(
            text.strip(), COLUMN - 2, initial_indent=_indent(text), subsequent_indent=_indent(text) + "  "
        )
        for text in (left, right)
    ]
    height = max(len(column) for column in columns)
    filled = [column + [""] * (height - len(column)) for column in columns]
    clocks = [clock] + [""] * (height - 1)
    return [_row(*cells) for cells in zip(clocks, *filled, strict=True)]


def _indent(text: str) -> str:
    return "  " if text.startswith(" ") else ""


def _row(clock: str, left: str, right: str) -> str:
    return f"{clock:<{CLOCK}}{left:<{COLUMN}}{right}".rstrip()
