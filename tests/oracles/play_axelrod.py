"""Plays a match in the Axelrod library; runs in its environment, where ours is not: JSON in, JSON out.

In: a list of matches of `first`, `second`, `noise`, `rounds`, `seed`. Out: for each the actions of both, as
two strings of C and D.
"""

import json
import sys
from typing import Any

import axelrod

#: T, R, P, S: its payoffs, from which it computes how generous to be, are those of our tests.
assert axelrod.Game().RPST() == (3, 1, 0, 5)


def player(name: str) -> Any:
    """The library's own strategy; Grim with a memory of one round it has as a table only."""
    players = {
        "TFT": axelrod.TitForTat,
        "GTFT": axelrod.GTFT,
        "WSLS": axelrod.WinStayLoseShift,
        "GRIM": lambda: axelrod.MemoryOnePlayer(four_vector=(1, 0, 0, 0), initial=axelrod.Action.C),
        "ALLD": axelrod.Defector,
    }
    return players[name]()


def main() -> None:
    played = []
    for match in json.load(sys.stdin):
        players = [player(match["first"]), player(match["second"])]
        rounds = axelrod.Match(
            players, turns=match["rounds"], noise=match["noise"], seed=match["seed"]
        ).play()
        played.append(["".join(str(action) for action in actions) for actions in zip(*rounds, strict=True)])
    json.dump(played, sys.stdout)


if __name__ == "__main__":
    main()
