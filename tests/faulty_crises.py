"""Small crises with some faults, and the same crises with some of them left out, written by hand.

Nothing here asks the package what switches a fault off: a crisis without a fault is a file that does not name
it, but for the kernel of a garbling. Every channel is written out, also those that a file of the whole crisis
leaves to its default.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import signalling as sg
from tests.scenarios_strategy import build

Document = dict[str, Any]

TICK: Document = {"law": "constant", "hours": 0}
SLOW: tuple[Document, ...] = ({"law": "exponential", "mean_hours": 40}, {"law": "constant", "hours": 30})
#: Settings of channels, one of which is drawn.
OF_CHANNELS: dict[str, tuple[Document, ...]] = {
    "loss": (
        {"loss_probability": 0.5},
        {"loss_probability": 0.8},
        {"loss_by_letter": [0.0, 0.2, 0.9, 0.9, 0.9]},
    ),
    "garbling": (
        {"garble": {"probability": 0.4}},
        {"garble": {"probability": 0.6, "kernel": "adjacent"}},
        {"garble": {"probability": 0.3, "kernel": "hostile_skewed"}},
    ),
    "delay": tuple({"delay": law} for law in SLOW),
    "queue": (
        {"queue": {"service": {"law": "exponential", "mean_hours": 30}}},
        {"queue": {"service": {"law": "constant", "hours": 40}, "capacity": 1}},
    ),
    "outage": tuple(
        {"outage": {"mean_up_hours": 30, "mean_down_hours": 40, "policy": policy}}
        for policy in ("hold", "lose")
    ),
    "duplication": ({"duplicate_probability": 0.7}, {"duplicate_probability": 1.0}),
    "tampering": (
        {"tamper": {"probability": 0.5, "kernel": "hostile_skewed"}},
        {"tamper": {"probability": 0.6, "kernel": "adjacent"}},
    ),
    "reading": tuple({"reading": law} for law in SLOW),
    "miscalibration": (
        {"assumed": "baseline"},
        {"assumed": {"garble": {"probability": 0.5}}},
        {"assumed": {"garble": {"kernel": "hostile_skewed"}}},
    ),
}
OF_STATES: dict[str, tuple[Document, ...]] = {
    "lying": ({"lying_probability": 0.5}, {"lying_probability": 1.0}),
    "bias": ({"bias": 1.0}, {"bias": -1.0}),
}
#: Of these one channel may have another setting, which takes the place of the default's whole.
DIFFERING = ("delay", "reading", "duplication")
#: What a treatment writes, whatever the crisis has.
TREATMENTS: dict[str, Document] = {
    "loss": {"loss_probability": 0, "loss_by_letter": "none"},
    "garbling": {"garble.probability": 0},
    "delay": {"delay": TICK},
    "queue": {"queue": "none"},
    "outage": {"outage": "none"},
    "duplication": {"duplicate_probability": 0},
    "tampering": {"tamper": "none"},
    "reading": {"reading": "none"},
    "miscalibration": {"assumed": "true"},
}


@dataclass(frozen=True)
class Crisis:
    """A crisis with some faults, each everywhere or, as a player, at one place alone."""

    states: list[Document]
    """Name and faults of each state."""
    channels: dict[str, Document]
    """Settings of each channel "A->B" by fault."""
    players: dict[str, str]
    """The place of each fault, empty for everywhere."""
    own: str
    """The channel that differs from the others."""
    days: int

    @property
    def names(self) -> list[str]:
        """What the players are called."""
        return [f"{fault}:{place}" if place else fault for fault, place in self.players.items()]

    def whole(self) -> sg.Scenario:
        """With all faults: a default, and the one channel that differs."""
        other = next(name for name in self.channels if name != self.own)
        channels = {
            "default": _joined(self.channels[other], self.channels[other]),
            "between": [_ends(self.own) | _joined(self.channels[self.own], self.channels[self.own])],
        }
        return self._built(channels, [self._state(state, list(self.players)) for state in self.states])

    def without(self, on: Collection[str]) -> sg.Scenario:
        """With some of the faults on (by fault) and the others left out where they are players."""
        channels = []
        for name, settings in self.channels.items():
            kept = {
                fault: setting
                for fault, setting in settings.items()
                if fault in on or not _holds(self.players[fault], name)
            }
            channels.append(_ends(name) | _joined(kept, settings))
        return self._built({"between": channels}, [self._state(state, on) for state in self.states])

    def treatment(self, fault: str) -> Document:
        """Paths that take one fault of channels away."""
        place = self.players[fault]
        where = [name for name in self.channels if _holds(place, name)] if place else ["all"]
        return {f"channels.{name}.{key}": value for name in where for key, value in TREATMENTS[fault].items()}

    def _state(self, state: Document, on: Collection[str]) -> Document:
        written: Document = {"name": state["name"], "greedy_probability": 0.5, "doctrine": {"name": "spiral"}}
        written["doctrine"] |= {"first_strike_advantage": 0.4, "suspected_lying": 0.3}
        for fault, setting in state.items():
            if fault in OF_STATES and (fault in on or not _holds(self.players[fault], state["name"])):
                (written["doctrine"] if fault == "bias" else written).update(setting)
        return written

    def _built(self, channels: Document, states: list[Document]) -> sg.Scenario:
        return build({"name": "small", "horizon_days": self.days, "states": states, "channels": channels})


def _ends(name: str) -> Document:
    sender, addressee = name.split("->")
    return {"from": sender, "to": addressee}


def _holds(place: str, name: str) -> bool:
    """Whether a place is everywhere, this one, or both ways of it."""
    ends = place.split("--")
    return place in {"", name} or (len(ends) == 2 and sorted(ends) == sorted(name.split("->")))


def _joined(kept: Document, whole: Document) -> Document:
    """The settings of a channel: what is kept of the whole, and nothing else."""
    joined: Document = {"delay": TICK}
    if "garbling" in whole:
        # Nothing is garbled, but a belief that names a probability alone still follows the kernel.
        joined["garble"] = whole["garbling"]["garble"] | {"probability": 0.0}
    for setting in kept.values():
        joined |= setting
    if joined.get("assumed") == "baseline" and kept.keys() != whole.keys():
        # The receiver goes on believing in the channel of the whole crisis, in so many words.
        believed = {"probability": 0.0, "kernel": "uniform"} | whole.get("garbling", {}).get("garble", {})
        lost = whole.get("loss", {}).get("loss_by_letter", [0.0] * 5)
        joined["assumed"] = {"garble": believed, "loss_by_letter": lost}
    return joined


def crisis(number: int) -> Crisis:
    """One of a row of crises, always the same: two states or three, one to four faults."""
    luck = random.Random(number)  # noqa: S311 - drawn to be many, not to be secret
    names = ["A", "B", "C"][: luck.choice([2, 2, 3])]
    ways = [f"{sender}->{addressee}" for sender, addressee in permutations(names, 2)]
    faults = luck.sample([*OF_CHANNELS, *OF_STATES], luck.choices([1, 2, 3, 4], weights=[8, 7, 3, 1])[0])
    own = luck.choice(ways)
    channels: dict[str, Document] = {way: {} for way in ways}
    states: list[Document] = [{"name": name} for name in names]
    players = {}
    for fault in faults:
        local = luck.random() < 0.4
        if fault in OF_STATES:
            setting = luck.choice(OF_STATES[fault])
            for state in states:
                state[fault] = setting
            players[fault] = luck.choice(names) if local else ""
            continue
        setting = luck.choice(OF_CHANNELS[fault])
        for way in ways:
            channels[way][fault] = setting
        if fault in DIFFERING:
            channels[own][fault] = luck.choice(OF_CHANNELS[fault])
        way = luck.choice(ways)
        both = "--".join(sorted(way.split("->")))
        place = both if luck.random() < 0.5 else way
        # Reading is of states as well: it is switched off for a state, whoever writes to it.
        players[fault] = place if local and fault != "reading" else ""
    return Crisis(states, channels, players, own, luck.choice([20, 40]))
