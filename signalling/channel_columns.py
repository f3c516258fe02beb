"""Channels, routes and lines as columns: the part of a compiled model that messages travel through."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from signalling.channels import Channel, Garble, believed_channel, losses
from signalling.kernel.draws import who
from signalling.kernel.order import order_word
from signalling.laws import Exponential, Law
from signalling.quantiles import quantile_table
from signalling.routes import Hop
from signalling.scenario import Scenario
from signalling.vocabulary import TICKS_PER_HOUR, EventKind, MessageKind

Floats64 = npt.NDArray[np.float64]
Integers64 = npt.NDArray[np.int64]


class Tables:
    """The distinct laws, garbling kernels, losses and assumed matrices of a scenario, each stored once."""

    def __init__(self, rungs: int) -> None:
        self.rungs = rungs
        self.laws: dict[Law, int] = {}
        self.replacements: dict[Garble, int] = {}
        self.losses: dict[tuple[float, ...], int] = {}
        self.matrices: dict[tuple[float, ...], int] = {}

    def law(self, law: Law | None) -> int:
        """Row of a law's quantiles, -1 for none."""
        return -1 if law is None else self.laws.setdefault(law, len(self.laws))

    def replacement(self, garble: Garble) -> int:
        """Row of a garbling kernel."""
        bare = Garble(kernel=garble.kernel, matrix=garble.matrix)
        return self.replacements.setdefault(bare, len(self.replacements))

    def loss(self, by_letter: Floats64 | None) -> int:
        """Row of losses by letter, -1 where loss does not depend on the letter."""
        return -1 if by_letter is None else self.losses.setdefault(tuple(by_letter), len(self.losses))

    def matrix(self, believed: Floats64) -> int:
        """Row of a letter matrix."""
        return self.matrices.setdefault(tuple(believed.ravel()), len(self.matrices))

    def columns(self) -> dict[str, Any]:
        """The tables as rows of arrays."""
        size = self.rungs * self.rungs
        return {
            "quantiles": np.array([quantile_table(law) for law in self.laws]),
            "replacements": np.array(
                [np.cumsum(g.replacement(self.rungs), axis=1).ravel() for g in self.replacements]
            ).reshape(-1, size),
            "losses": np.array(list(self.losses), dtype=np.float64).reshape(-1, self.rungs),
            "matrices": np.array(list(self.matrices), dtype=np.float64).reshape(-1, size),
        }


def channel_columns(
    scenario: Scenario,
    baseline: Scenario,
    passages: Sequence[Hop],
    rivals: dict[str, dict[str, float]],
    tables: Tables,
) -> dict[str, Any]:
    """What is known of every channel and hop, an array each.

    Args:
        scenario: the set-up.
        baseline: the untreated set-up, for channels with `assumed = "baseline"`.
        passages: all channels and hops.
        rivals: each state's rivals in name order.
        tables: where laws, kernels, losses and matrices are put.
    """
    names = sorted(scenario.states)
    index = {name: place for place, name in enumerate(names)}
    first_rivalry = dict(
        zip(names, np.cumsum([0, *(len(rivals[name]) for name in names)]).tolist(), strict=False)
    )
    slots = {(holder, other): slot for holder in names for slot, other in enumerate(rivals[holder])}
    ranks = {name: rank for rank, name in enumerate(sorted(hop.name for hop in passages))}
    lines = {name: place for place, name in enumerate(sorted({hop.line for hop in passages}))}
    rows: list[dict[str, Any]] = []
    for hop in passages:
        channel = _channel(scenario, hop.line)
        receiver = scenario.states[hop.addressee]
        slot = slots.get((hop.addressee, hop.sender), -1)
        reading = (channel.reading or receiver.reading) if hop.is_last else None
        in_office = hop.is_last and receiver.office_hours is not None
        rows.append(
            {
                "sender": index[hop.sender],
                "addressee": index[hop.addressee],
                "channel_who": who(hop.sender if channel.public else hop.name),
                "arrival_order": order_word(EventKind.ARRIVAL, ranks[hop.name], 0, MessageKind.RUNG),
                "slot": slot,
                "rivalry": first_rivalry[hop.addressee] + slot if slot >= 0 else -1,
                "line": lines[hop.line],
                **_faults(channel, tables),
                "reading": tables.law(reading),
                "handled": int(reading is not None or in_office),
            }
        )
    kinds = {"channel_who": np.uint64} | dict.fromkeys(_REAL_COLUMNS, np.float64)
    columns = {
        key: np.array([row[key] for row in rows], dtype=kinds.get(key, np.int64)) for key in _CHANNEL_COLUMNS
    }
    return columns | _ways(scenario, passages) | {"assumed": _assumed(scenario, baseline, passages, tables)}


_CHANNEL_COLUMNS = (
    "sender", "addressee", "channel_who", "arrival_order", "slot", "rivalry", "line", "repeats", "timeout",
    "attempts", "rare", "loss", "loss_of", "garble", "replacement", "tamper", "forgery", "noise",
    "common_cause", "duplicate", "delay", "service", "newest_first", "capacity", "reading", "handled",
    "outage_up", "outage_down", "holds",
)  # fmt: skip
#: Of which these are real numbers.
_REAL_COLUMNS = ("loss", "garble", "tamper", "noise", "common_cause", "duplicate")


def _channel(scenario: Scenario, name: str) -> Channel:
    return scenario.channels.get(name, scenario.channels["default"])


def _faults(channel: Channel, tables: Tables) -> dict[str, Any]:
    outage, queue, acknowledgement = channel.outage, channel.queue, channel.acknowledgement
    tamper = channel.tamper or Garble()
    return {
        "repeats": channel.repeats,
        "timeout": round(acknowledgement.timeout_hours * TICKS_PER_HOUR) if acknowledgement else 0,
        "attempts": acknowledgement.attempts if acknowledgement else 1,
        "rare": int(
            tamper.probability > 0.0
            or channel.duplicate_probability > 0.0
            or channel.noise is not None
            or channel.loss_by_letter is not None
            or channel.common_cause_probability > 0.0
        ),
        "loss": channel.loss_probability,
        "loss_of": tables.loss(losses(channel)),
        "garble": channel.garble.probability,
        "replacement": tables.replacement(channel.garble),
        "tamper": tamper.probability,
        "forgery": tables.replacement(tamper),
        "noise": channel.noise.sigma if channel.noise else 0.0,
        "common_cause": channel.common_cause_probability,
        "duplicate": channel.duplicate_probability,
        "delay": tables.law(channel.delay),
        "service": tables.law(queue.service if queue else None),
        "newest_first": int(queue is not None and queue.discipline == "newest_first"),
        "capacity": queue.capacity or 0 if queue else 0,
        "outage_up": tables.law(Exponential(mean_hours=outage.mean_up_hours) if outage else None),
        "outage_down": tables.law(Exponential(mean_hours=outage.mean_down_hours) if outage else None),
        "holds": int(outage is not None and outage.policy == "hold"),
    }


def _ways(scenario: Scenario, passages: Sequence[Hop]) -> dict[str, Integers64]:
    """The next hop of each hop, and where acknowledgements go and come from."""
    place = {(hop.sender, hop.addressee, hop.number): number for number, hop in enumerate(passages)}
    next_hop = [place.get((hop.sender, hop.addressee, hop.number + 1), -1) for hop in passages]
    first = {hop[:2]: number for number, hop in enumerate(passages) if hop.number == 0}
    acknowledged = {
        ends for ends, number in first.items() if _channel(scenario, passages[number].line).acknowledgement
    }
    back, answered = [], []
    for hop in passages:
        ends, reverse = (hop.sender, hop.addressee), (hop.addressee, hop.sender)
        back.append(first[reverse] if hop.is_last and ends in acknowledged else -1)
        answered.append(first[reverse] if hop.is_last and reverse in acknowledged else -1)
    return {"next_hop": np.array(next_hop), "back": np.array(back), "answered": np.array(answered)}


def _assumed(scenario: Scenario, baseline: Scenario, passages: Sequence[Hop], tables: Tables) -> Integers64:
    """The letter matrix that the addressee believes in, of a route the product of its hops'."""
    believed: dict[tuple[str, str], Floats64] = {}
    for hop in sorted(passages, key=lambda hop: (hop[:2], hop.number)):
        matrix = believed_channel(
            _channel(scenario, hop.line), _channel(baseline, hop.line), len(scenario.letters)
        )
        ends = (hop.sender, hop.addressee)
        believed[ends] = believed[ends] @ matrix if hop.number > 0 else matrix
    return np.array([tables.matrix(believed[hop.sender, hop.addressee]) for hop in passages], dtype=np.int64)


def line_columns(scenario: Scenario, lines: Sequence[str]) -> dict[str, Any]:
    """The lines, each with the places of its buffer."""
    channels = [_channel(scenario, line) for line in lines]
    places = [channel.queue.capacity or 0 if channel.queue else 0 for channel in channels]
    addresses = [
        who(line.split("->")[0] if channel.public else line)
        for line, channel in zip(lines, channels, strict=True)
    ]
    return {
        "line_who": np.array(addresses, dtype=np.uint64),
        "ring": np.concatenate([[0], np.cumsum(places)]).astype(np.int64),
    }
