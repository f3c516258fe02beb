"""A state by itself: a doctrine's functions called as an engine calls them, for tests by hand."""

from array import array
from types import ModuleType

from signalling.channels import Garble
from signalling.doctrine_files import games_of
from signalling.kernel.view import Action, Own, OwnView, Report, RivalView
from signalling.vocabulary import Move

BELOW_ONE = 1.0 - 2.0**-53


class Alone:
    """A state under a doctrine, on a ladder or after an action, with rivals that are told by hand.

    Args:
        doctrine: its module.
        weights: share of each rival in its attention.
        rungs: how many rungs or actions there are.
        own: what it knows of itself otherwise than a security seeker on rung 0 under no ceiling.
        rivals_at: where the rivals stood at the start, 0 if it is not given.
        parameters: those of the doctrine.
    """

    def __init__(
        self, doctrine: ModuleType, weights=(1.0,), *, rungs=2, own=None, rivals_at=None, **parameters
    ) -> None:
        self.doctrine = doctrine
        known = {
            "state": 0,
            "cost_of_war": 0.5,
            "rung": 0,
            "ceiling": rungs - 1,
            "rungs": rungs,
            "rivals": len(weights),
            "interval": 3600,
            "horizon": 36000,
            "war": 0,
            "type": 0,
            "posture": 0.0,
            "floor": 0,
        }
        self.own = Own(**known | (own or {}))
        views = [
            RivalView(weight, 1.0, rung, 0.0)
            for weight, rung in zip(weights, rivals_at or [0] * len(weights), strict=True)
        ]
        chosen = doctrine.PARAMETERS(**parameters)
        game = games_of(doctrine)[0]
        self.parameters = doctrine.tabulate(chosen, OwnView(1.0, self.own.rung, 0.0, game), views, rungs)
        of_its_own, per_rival = doctrine.memory_size(rungs)
        self.memory = memoryview(array("d", bytes(8 * (of_its_own + per_rival * len(weights)))))
        doctrine.start(self.memory, self.own, self.parameters)
        self.clock = 0

    def told(self, letter, sent, rival=0) -> bool:
        """Whether a report sent at this tick is used."""
        assumed = Garble(probability=0.1).believed(self.own.rungs).ravel()
        report = Report(0, letter, 0.0, sent, sent + 1, 1, rival, 0, assumed)
        return self.doctrine.revise(self.memory, report, self.own, self.parameters)

    def hears(self, *letters, rival=0) -> "Alone":
        """Letters of one rival, each sent later than all before."""
        for letter in letters:
            self.clock += 10
            assert self.told(letter, self.clock, rival)
        return self

    def decides(self, first=0.0, second=BELOW_ONE, third=BELOW_ONE) -> Action:
        """Its answer on these three draws; it then stands where the answer leads."""
        action = self.doctrine.decide(self.memory, self.own, 0, (first, second, third), self.parameters)
        step = {Move.RAISE: 1, Move.LOWER: -1}.get(Move(action.move), 0)
        rung = action.letter if action.move == Move.PLAY else self.own.rung + step
        self.own = self.own._replace(rung=rung)
        return action

    def plays(self, first=0.0, second=BELOW_ONE, third=BELOW_ONE) -> int:
        """The action that it takes in a matrix game."""
        action = self.decides(first, second, third)
        assert action == Action(Move.PLAY, -1, 0.0, action.letter)
        return action.letter
