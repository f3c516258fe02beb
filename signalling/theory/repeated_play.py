"""Two states that play in rounds and err: memory-one rules, and contrite tit for tat (T01, T02).

Both move at once, C or D. A state remembers the last round: what itself did, and what it was told that the
other did. Implementation noise turns a move that was meant (everyone then knows what oneself did);
perception noise turns the report of the other's move, for each receiver independently.

Sources: Nowak 1990, Nowak and Sigmund 1993 for memory-one rules and their four-state chain; Boerlijst et al.
1997 for contrite tit for tat. The chains with perception noise are derived here.
"""

from itertools import product
from typing import NamedTuple

import numpy as np

from signalling.theory.chains import Floats64, Integers, Moments, average
from signalling.theory.domain import require_probabilities


class Rule(NamedTuple):
    """Probability of cooperating after each pair of moves, one's own first, the other's as reported."""

    after_cc: float
    after_cd: float
    after_dc: float
    after_dd: float


class Payoffs(NamedTuple):
    """What a round is worth to a state, in units of utility."""

    temptation: float = 5.0
    """Defecting alone."""
    reward: float = 3.0
    """Both cooperate."""
    punishment: float = 1.0
    """Both defect."""
    sucker: float = 0.0
    """Cooperating alone."""

    def values(self) -> tuple[float, float, float, float]:
        """The first state's payoff after CC, CD, DC, DD, its own move first."""
        return self.reward, self.sucker, self.temptation, self.punishment


TIT_FOR_TAT = Rule(1, 0, 1, 0)
WIN_STAY_LOSE_SHIFT = Rule(1, 0, 0, 1)
#: Cooperates only after both did.
GRIM = Rule(1, 0, 0, 0)
ALWAYS_DEFECT = Rule(0, 0, 0, 0)
#: C, D, C, D, whatever the other does.
ALTERNATOR = Rule(0, 0, 1, 1)

#: Functions of a round, a value for each of CC, CD, DC, DD, to average with `moments`.
COOPERATION = (1.0, 1.0, 0.0, 0.0)
MUTUAL_COOPERATION = (1.0, 0.0, 0.0, 0.0)
MUTUAL_DEFECTION = (0.0, 0.0, 0.0, 1.0)


class Play(NamedTuple):
    """A Markov chain whose state tells the moves of the round just played."""

    matrix: Floats64
    """Transition probabilities, (n, n)."""
    moves: Integers
    """What was played, (n,): 0 CC, 1 CD, 2 DC, 3 DD, the first state's move first."""


def reactive(after_cooperation: float, after_defection: float) -> Rule:
    """A rule that looks only at what the other was reported to do.

    Args:
        after_cooperation: probability of cooperating after a reported C.
        after_defection: probability of cooperating after a reported D.

    Returns:
        The rule.

    Raises:
        ValueError: not probabilities.
    """
    require_probabilities(after_cooperation=after_cooperation, after_defection=after_defection)
    return Rule(after_cooperation, after_defection, after_cooperation, after_defection)


def generous(forgiveness: float) -> Rule:
    """Generous tit for tat: answers C with C, and D with C at a fixed probability (Nowak and Sigmund 1992).

    Args:
        forgiveness: probability of cooperating after a reported D.

    Returns:
        The rule.

    Raises:
        ValueError: not a probability.
    """
    return reactive(1.0, forgiveness)


def effective(rule: Rule, *, perception: float = 0.0, implementation: float = 0.0) -> Rule:
    """The rule that noise makes of a rule: probability of C after what was really done.

    A rule that depends on one's own last move and the reported other plays, after true moves (x, y),
    (1 - perception) p(x, y) + perception p(x, not y); then the move is turned with the probability
    `implementation`. So the true moves still form a four-state chain. For tit for tat and for win stay,
    lose shift p(x, not y) = 1 - p(x, y): the two noises then do the same. Derived here.

    Args:
        rule: what is meant.
        perception: probability that a report is turned.
        implementation: probability that a move is turned.

    Returns:
        Probabilities of cooperating after CC, CD, DC, DD as really played.

    Raises:
        ValueError: not probabilities.
    """
    require_probabilities(perception=perception, implementation=implementation, **rule._asdict())
    meant = [(1 - perception) * rule[i] + perception * rule[i ^ 1] for i in range(4)]
    return Rule(*((1 - implementation) * p + implementation * (1 - p) for p in meant))


def memory_one(first: Rule, second: Rule, *, perception: float = 0.0, implementation: float = 0.0) -> Play:
    """The chain of moves of two memory-one rules.

    Given the last round, the two move independently (Nowak 1990), each by its `effective` rule.

    Args:
        first: rule of the first state.
        second: rule of the second.
        perception: probability that a report is turned, for either receiver.
        implementation: probability that a move is turned, for either state.

    Returns:
        The chain; its four states are CC, CD, DC, DD.

    Raises:
        ValueError: not probabilities.
    """
    one = effective(first, perception=perception, implementation=implementation)
    two = effective(second, perception=perception, implementation=implementation)
    # The second state reads the round from its own side: CD and DC change places.
    p = np.array(one, dtype=np.float64)
    q = np.array(two, dtype=np.float64)[[0, 2, 1, 3]]
    matrix = np.stack([p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)], axis=1)
    return Play(matrix, np.arange(4))


def reactive_cooperation(first: Rule, second: Rule) -> tuple[float, float]:
    """Long-run frequency of C of two reactive rules, each by its own rule's closed form.

    With r = p - q: s = q + r s', s' = q' + r' s, hence s = (q + r q') / (1 - r r'). Reactive states know
    nothing of their own moves, so the two moves of a round are independent and the law of a round is the
    product (Nowak 1990).

    Args:
        first: `reactive` rule (p, q) of the first state, noise included (see `effective`).
        second: the same of the second, (p', q').

    Returns:
        Frequency of C of the first and of the second.

    Raises:
        ValueError: a rule that is not reactive, not of probabilities, or two that repeat the start for ever
            (r r' = 1).
    """
    for name, rule in (("first", first), ("second", second)):
        require_probabilities(**{f"{name}.{key}": value for key, value in rule._asdict().items()})
        if rule[:2] != rule[2:]:
            raise ValueError(f"{name} = {tuple(rule)}: must be reactive, alike after its own C and D")
    (p, q), (other_p, other_q) = first[:2], second[:2]
    r, other_r = p - q, other_p - other_q
    if abs(r * other_r) >= 1:
        raise ValueError("first, second: without noise or forgiveness the first round decides; no one law")
    return (q + r * other_q) / (1 - r * other_r), (other_q + other_r * q) / (1 - r * other_r)


#: A view: whether oneself, and whether the other, is in good standing, as one state believes.
_VIEWS = tuple(product((True, False), repeat=2))


def _judged(*, cooperated: bool, good: bool, other_good: bool) -> bool:
    """Standing after a move: C makes good, D keeps good only against one who is bad."""
    return cooperated or (good and not other_good)


def contrite(*, perception: float = 0.0, implementation: float = 0.0) -> Play:
    """The chain of two players of contrite tit for tat (Boerlijst et al. 1997).

    Each state holds a view: is itself, and is the other, in good standing? It means to defect only if itself
    is good and the other bad. C makes good; D is just, and leaves its doer good, only if he was good and
    the other bad; else it makes bad. Each judges by its own view, its own real move and the other's move as
    reported. So the two views, 16 pairs, form a chain; with the moves just made beside them, 64 states.

    Reports turned alone never make a state blame itself: it then plays tit for tat, and P(C) = 1/2. Moves
    turned alone leave both views true, and P(C) = 1 / (1 + 2 e). Derived here.

    Args:
        perception: probability that a report is turned, for either receiver.
        implementation: probability that a move is turned, for either state.

    Returns:
        The chain; state 4 v + m is the pair of views v, 0 to 15, after the moves m.

    Raises:
        ValueError: not probabilities.
    """
    require_probabilities(perception=perception, implementation=implementation)
    step = np.zeros((16, 64))
    pairs = list(product(range(4), repeat=2))
    for before, turned in product(range(16), product((False, True), repeat=4)):
        views = [_VIEWS[view] for view in pairs[before]]
        meant = [not (own and not other) for own, other in views]
        done = [meant[i] != turned[i] for i in range(2)]
        told = [done[1 - i] != turned[2 + i] for i in range(2)]
        after = []
        for (own, other), mine, theirs in zip(views, done, told, strict=True):
            standing = _judged(cooperated=mine, good=own, other_good=other)
            of_other = _judged(cooperated=theirs, good=other, other_good=own)
            after.append(_VIEWS.index((standing, of_other)))
        probability = 1.0
        for happened, noise in zip(turned, [implementation] * 2 + [perception] * 2, strict=True):
            probability *= noise if happened else 1 - noise
        moves = 2 * (not done[0]) + (not done[1])
        step[before, 4 * pairs.index((after[0], after[1])) + moves] += probability
    # What was played a round ago matters only through the views that it left.
    return Play(np.repeat(step, 4, axis=0), np.tile(np.arange(4), 16))


def moments(play: Play, values: tuple[float, float, float, float]) -> Moments:
    """Mean and asymptotic variance of an average over the rounds of one long play.

    Args:
        play: of `memory_one` or `contrite`, with one closed class (some noise or forgiveness).
        values: what a round counts after CC, CD, DC, DD: `COOPERATION`, `Payoffs().values()` and so on.

    Returns:
        Mean for a round, and the variance of which the n-th part is that of an average over n rounds.

    Raises:
        ValueError: more than one closed class: the first round decides for ever.

    Example:
        >>> noisy = memory_one(WIN_STAY_LOSE_SHIFT, WIN_STAY_LOSE_SHIFT, implementation=0.05)
        >>> round(moments(noisy, COOPERATION).mean, 10)
        0.8645
    """
    return average(play.matrix, np.array(values)[play.moves])
