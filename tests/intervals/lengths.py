"""How long the confidence sequence is beside Tango's interval, which may be looked at once."""

from signalling.sequential import confidence_sequence
from signalling.stats import tango

#: Share of pairs averted and caused.
SHARES = ((0.0, 0.0), (0.01, 0.01), (0.005, 0.02), (0.05, 0.05), (0.02, 0.1), (0.3, 0.3))
PAIRS = (100, 1000, 10_000, 100_000, 1_000_000)

BEGIN = "<!-- lengths: begin -->\n"
END = "<!-- lengths: end -->\n"


def ratio(averted: float, caused: float, pairs: int) -> float:
    """Length of the sequence at 95 %, as a multiple of Tango's."""
    seen = round(caused * pairs), round(averted * pairs), pairs
    sequence, once = confidence_sequence(*seen), tango(*seen)
    return (sequence.high - sequence.low) / (once.high - once.low)


def block() -> str:
    """The table in Markdown."""
    heading = " | ".join(f"{pairs:,} pairs" for pairs in PAIRS)
    lines = [f"| averted | caused | {heading} |", "|---:|---:|" + "---:|" * len(PAIRS)]
    for averted, caused in SHARES:
        cells = " | ".join(f"{ratio(averted, caused, pairs):.2f}" for pairs in PAIRS)
        lines.append(f"| {averted:g} | {caused:g} | {cells} |")
    return "\n".join(lines) + "\n"
