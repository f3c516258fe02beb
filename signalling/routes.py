"""Ways over several channels: relays, and the hops of the routes that lead through them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from pydantic import Field

from signalling.parameters import Strict
from signalling.paths import check_name
from signalling.validation import refuse

#: Hops are numbered in seven bits.
MOST_HOPS = 100


class Route(Strict):
    """A way between two states over relays; it takes the place of the direct channel."""

    via: tuple[str, ...] = Field(
        strict=False, min_length=1, description="relays, or states, in the order in which messages pass them"
    )


class Hop(NamedTuple):
    """A direct channel, or a part of a route."""

    sender: str
    """Whose messages it carries."""
    addressee: str
    """For whom they are."""
    near: str
    """Where this hop begins."""
    far: str
    """Where it ends."""
    number: int
    """Relays passed before it."""

    @property
    def name(self) -> str:
        """What its draws are named by: "A->B", or "A->B|A->R" on a route."""
        whole = f"{self.sender}->{self.addressee}"
        return whole if self.is_direct else f"{whole}|{self.line}"

    @property
    def line(self) -> str:
        """The channel it runs on, "A->R"."""
        return f"{self.near}->{self.far}"

    @property
    def is_direct(self) -> bool:
        """Whether it is a whole channel."""
        return (self.sender, self.addressee) == (self.near, self.far)

    @property
    def is_last(self) -> bool:
        """Whether the addressee reads at its end."""
        return self.addressee == self.far


def hops(
    routes: Mapping[str, Route], channels: Sequence[tuple[str, str]], states: Sequence[str]
) -> list[Hop]:
    """Everything messages are sent over: first hops by sender and addressee, then the others.

    A channel that begins or ends at a relay carries nothing but what routes lead over it.

    Args:
        routes: by name "A->B".
        channels: all channels, as (sender, addressee), those of relays too.
        states: names of the states.
    """
    ends = set(states)
    direct = [Hop(a, b, a, b, 0) for a, b in channels if {a, b} <= ends and f"{a}->{b}" not in routes]
    parts = [hop for name, route in routes.items() for hop in _parts(name, route)]
    return sorted([*direct, *parts], key=lambda hop: (hop.number > 0, hop[:2], hop.number))


def _parts(name: str, route: Route) -> Iterator[Hop]:
    sender, addressee = name.split("->")
    stops = [sender, *route.via, addressee]
    for number, (near, far) in enumerate(pairwise(stops)):
        yield Hop(sender, addressee, near, far, number)


def check_routes(
    routes: Mapping[str, Route],
    channels: Sequence[tuple[str, str]],
    states: Sequence[str],
    relays: Sequence[str],
) -> None:
    """Refuse routes that lead nowhere.

    Args:
        routes: by name "A->B".
        channels: all channels.
        states: names of the states, between which routes lead.
        relays: names of the relays.

    Raises:
        ScenarioError: with path, value and remedy.
    """
    known = set(channels)
    for name, route in routes.items():
        path = f"routes.{name}.via"
        ends = name.split("->")
        if len(ends) != 2 or not set(ends) <= set(states):
            raise refuse(f"routes.{name}", None, "a route is named SENDER->ADDRESSEE, after two states")
        stops = [*ends, *route.via]
        if len(set(stops)) < len(stops):
            raise refuse(path, list(route.via), "passes a place twice; name each once")
        if len(route.via) >= MOST_HOPS:
            raise refuse(path, f"{len(route.via)} places", f"at most {MOST_HOPS - 1}")
        for place in route.via:
            if place not in states and place not in relays:
                raise refuse(path, place, "is no state and no relay; add it to relays = [...]")
        for hop in _parts(name, route):
            if (hop.near, hop.far) not in known:
                raise refuse(
                    path, list(route.via), f"no channel {hop.line}; describe it in [[channels.between]]"
                )


def check_relays(relays: Sequence[str], states: Sequence[str]) -> None:
    """Refuse relays that are states, named twice, or named what means something else.

    Raises:
        ScenarioError: with path, value and remedy.
    """
    for place, name in enumerate(relays):
        check_name(f"relays[{place}]", name)
        if name in states:
            raise refuse(
                f"relays[{place}]", name, "is a state; a state may stand in via without being a relay"
            )
        if name in relays[:place]:
            raise refuse(f"relays[{place}]", name, "stands twice; name it once")
