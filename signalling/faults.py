"""The failures between what a state means and what its rival makes of it, and the scenario without them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from signalling.errors import ScenarioError
from signalling.network import links
from signalling.routes import Hop, hops
from signalling.scenario import Scenario
from signalling.validation import NONE, refuse, suggestion


class Fault(NamedTuple):
    """A failure on one link of the chain, and the keys that switch it off."""

    name: str
    of: str
    """Whose keys these are: "channels" or "states"."""
    off: Mapping[str, Any]
    """Values by key, as a scenario file writes them; None for a state's key that is taken away."""
    meaning: str


#: In the order in which they befall a message.
FAULTS: tuple[Fault, ...] = (
    Fault("lying", "states", {"lying_probability": 0.0}, "a greedy state says 0 whatever it does"),
    Fault("outage", "channels", {"outage": NONE}, "the channel is down, and what is sent waits or is lost"),
    Fault("queue", "channels", {"queue": NONE}, "messages wait for a server, or find its buffer full"),
    Fault(
        "loss", "channels", {"loss_probability": 0.0, "loss_by_letter": NONE}, "messages are lost on the way"
    ),
    Fault(
        "delay",
        "channels",
        {"delay": {"law": "constant", "hours": 0.0}},
        "messages take time; without it they take one tick",
    ),
    Fault("garbling", "channels", {"garble.probability": 0.0}, "letters arrive as others"),
    Fault("tampering", "channels", {"tamper": NONE}, "a third party replaces what is said"),
    Fault("duplication", "channels", {"duplicate_probability": 0.0}, "second copies arrive"),
    Fault(
        "reading",
        "states",
        {"reading": None, "office_hours": None},
        "what has arrived waits to be deciphered, or for the ministry to open",
    ),
    Fault(
        "miscalibration",
        "channels",
        {"assumed": "true"},
        "the receiver believes in another channel than it has",
    ),
    Fault("bias", "states", {"doctrine.bias": 0.0}, "the receiver reads greed into every report"),
)
BY_NAME: Mapping[str, Fault] = {fault.name: fault for fault in FAULTS}
#: What stands for every fault of a channel, at a place.
EVERY = "all"


@dataclass(frozen=True)
class Player:
    """A fault, everywhere or at a place, that is on or off as a whole.

    Attributes:
        name: "garbling", "garbling:A->B", "garbling:A--B" (both ways), "lying:A", or "all:A--B".
        at: every fault it is made of, each with the channel or state at which it is.
        changes: values by path that switch it off.
    """

    name: str
    at: frozenset[tuple[str, str]]
    changes: Mapping[str, Any]


def lines(scenario: Scenario) -> list[str]:
    """Names "A->B" of the channels that carry messages, those of relays too; sorted.

    Example:
        >>> from signalling import load_scenario
        >>> lines(load_scenario("two-seekers"))
        ['A->B', 'B->A']
    """
    return sorted({hop.line for hop in _hops(scenario)})


def rivalries(scenario: Scenario) -> list[tuple[str, str]]:
    """Every pair of rivals, each in name order; sorted."""
    if scenario.rivals:
        pairs = {tuple(sorted(rivalry.between)) for rivalry in scenario.rivals}
    else:
        pairs = {tuple(sorted(hop[:2])) for hop in _hops(scenario)}
    return sorted((first, second) for first, second in pairs)


def _hops(scenario: Scenario) -> list[Hop]:
    names = list(scenario.states)
    described = [name for name in scenario.channels if name != "default"]
    channels = links(scenario.network, names, described, scenario.relays)
    return hops(scenario.routes, channels, names)


def players_of(scenario: Scenario, faults: str | Sequence[str]) -> tuple[Player, ...]:
    """The faults that are asked for, each of which is on or off as a whole.

    Args:
        scenario: the set-up.
        faults: "all" for every fault everywhere, "pairs" for all channel faults between each two rivals, or
            names: a fault everywhere ("garbling"), at a channel ("garbling:A->B"), at the two between two
            states ("garbling:A--B"), at a state ("lying:A", "reading:A", "bias:A"), or all faults of channels
            at such a place ("all:A--B").

    Raises:
        ScenarioError: there is no such fault or place, or two of them have something in common.

    Example:
        >>> from signalling import load_scenario
        >>> [player.name for player in players_of(load_scenario("two-seekers"), "pairs")]
        ['all:A--B']
    """
    if faults == "all":
        names = list(BY_NAME)
    elif faults == "pairs":
        names = [f"{EVERY}:{first}--{second}" for first, second in rivalries(scenario)]
    elif isinstance(faults, str):
        remedy = f'must be "all", "pairs" or a list of faults, e.g. ["{faults}"]'
        raise refuse("faults", faults, remedy)
    else:
        names = list(faults)
    if not names:
        raise refuse("faults", names, f"names none; write some of {', '.join(BY_NAME)}")
    found = tuple(_player(scenario, name) for name in names)
    for place, player in enumerate(found):
        for other in found[:place]:
            shared = sorted(player.at & other.at)
            if shared or player.name == other.name:
                what = f" ({shared[0][0]} at {shared[0][1]})" if shared else ""
                remedy = f"has something in common with {other.name}{what}; name one of the two"
                raise refuse("faults", player.name, remedy)
    return found


def switch_off(scenario: Scenario, players: Iterable[Player]) -> Scenario:
    """The scenario without some of its faults.

    Raises:
        ScenarioError: without them it contradicts itself.

    Example:
        >>> from signalling import load_scenario
        >>> noisy = load_scenario("greedy-and-seeker")
        >>> clean = switch_off(noisy, players_of(noisy, ["garbling:Greedy->Seeker"]))
        >>> [clean.channels[name].garble.probability for name in ("default", "Greedy->Seeker")]
        [0.1, 0.0]
    """
    changes = {path: value for player in players for path, value in player.changes.items()}
    return scenario.replace(changes) if changes else scenario


def is_on(scenario: Scenario, player: Player) -> bool:
    """Whether anything that acts changes as a fault is switched off: a state, or a channel that is used."""
    return _acting(scenario) != _acting(switch_off(scenario, [player]))


def _acting(scenario: Scenario) -> tuple[Any, ...]:
    default = scenario.channels["default"]
    return scenario.states, {line: scenario.channels.get(line, default) for line in lines(scenario)}


def _player(scenario: Scenario, name: object) -> Player:
    fault_name, colon, place = str(name).partition(":")
    known = [*BY_NAME, *([EVERY] if colon else [])]
    if fault_name not in known:
        raise refuse("faults", name, f"no such fault; {suggestion(fault_name, known)}")
    if not colon:
        fault = BY_NAME[fault_name]
        at = lines(scenario) if fault.of == "channels" else _states_with(scenario, fault)
        return Player(fault_name, frozenset((fault_name, where) for where in at), _everywhere(fault, at))
    chosen = [fault for fault in FAULTS if fault.of == "channels"]
    if fault_name != EVERY:
        chosen = [BY_NAME[fault_name]]
    if chosen[0].of == "states":
        at = _state(scenario, str(name), place, chosen[0])
    else:
        at = _channels(scenario, str(name), place)
    changes: dict[str, Any] = {}
    for fault in chosen:
        for where in at:
            changes |= _at(scenario, fault, where)
    return Player(str(name), frozenset((fault.name, where) for fault in chosen for where in at), changes)


def _everywhere(fault: Fault, at: Sequence[str]) -> dict[str, Any]:
    if fault.of == "channels":
        return {f"channels.all.{key}": value for key, value in fault.off.items()}
    changes = {f"states.{state}.{key}": value for state in at for key, value in fault.off.items()}
    return changes | ({"channels.all.reading": NONE} if fault.name == "reading" else {})


def _at(scenario: Scenario, fault: Fault, where: str) -> dict[str, Any]:
    changes = {f"{fault.of}.{where}.{key}": value for key, value in fault.off.items()}
    if fault.name == "reading":
        # A channel may have a law of reading of its own, which goes before that of the state at its end.
        into = [line for line in lines(scenario) if line.split("->")[1] == where]
        changes |= {f"channels.{line}.reading": NONE for line in into}
    return changes


def _states_with(scenario: Scenario, fault: Fault) -> list[str]:
    """The states that can have a fault: a bias is a parameter that not every doctrine has."""
    if fault.name != "bias":
        return list(scenario.states)
    return [
        name
        for name, state in scenario.states.items()
        if "bias" in type(state.doctrine.parameters).model_fields
    ]


def _state(scenario: Scenario, name: str, place: str, fault: Fault) -> list[str]:
    if place not in scenario.states:
        remedy = f'no state "{place}", and {fault.name} is of states; {suggestion(place, scenario.states)}'
        raise refuse("faults", name, remedy)
    return [place] if place in _states_with(scenario, fault) else []


def _channels(scenario: Scenario, name: str, place: str) -> list[str]:
    """The channels of a place "A->B" or "A--B"."""
    known = lines(scenario)
    both = {
        f"{first}--{second}": [f"{first}->{second}", f"{second}->{first}"] for first, second in _ends(known)
    }
    found = [line for line in both.get(place, [place]) if line in known]
    if not found:
        raise _no_such_place(scenario, name, place, [*known, *both])
    return found


def _ends(known: Sequence[str]) -> list[tuple[str, str]]:
    """Both ends of each channel, in either order."""
    ways = [tuple(line.split("->")) for line in known]
    return [pair for first, second in ways for pair in ((first, second), (second, first))]


def _no_such_place(scenario: Scenario, name: str, place: str, known: Sequence[str]) -> ScenarioError:
    ends = place.split("->") if "->" in place else place.split("--")
    if any("->".join(way) in scenario.routes for way in (ends, ends[::-1])):
        remedy = "goes by a route; name the channels it leads over, e.g. all:A->B for each"
        return refuse("faults", name, remedy)
    return refuse("faults", name, f'no channel "{place}"; {suggestion(place, known)}')
