"""What a word is worth to a state on the ladder once a rival believes it.

The sender takes the rival for one like itself: it goes a rung towards where it believes the sender to stand,
and it strikes, or does not, by that rung, whatever the sender's own is. A lie of calm therefore brings the
rival down and leaves it less afraid, and it invites a stroke that the truth would have deterred.
Source: the fear and the prospect of `spiral`; the answer in kind is Osgood (1962). The combination is ours.
"""

from signalling.kernel.floats import Floats


def worth_of_word(
    word: int, rung: int, belief: Floats, fear: Floats, struck: Floats, strike: Floats, cost_of_war: float
) -> float:
    """The prospect of a state on `rung`, its cost left out, if a rival has believed that it stands on `word`.

    Args:
        word: the rung that the rival believes in.
        rung: where the state stands in truth.
        belief: B (2 * rungs,), about the rival now.
        fear: probability that the rival strikes, by the rung it believes in, type and own rung
            (rungs * 2 * rungs,), by rows.
        struck: chance of winning when struck, by own rung and the rival's (rungs * rungs,), by rows.
        strike: chance of winning by striking first, likewise.
        cost_of_war: own, share of the prize.

    Returns:
        Share of the prize.
    """
    rungs = len(belief) // 2
    wait = 0.0
    attack = 0.0
    for y in range(rungs):
        answer = y
        if y < word:
            answer = y + 1
        elif y > word:
            answer = y - 1
        seeker = belief[y]
        greedy = belief[rungs + y]
        row = word * 2 * rungs + answer
        feared = seeker * fear[row] + greedy * fear[row + rungs]
        war = rung * rungs + answer
        wait += 0.5 * (seeker + greedy) + feared * (struck[war] - cost_of_war - 0.5)
        attack += (seeker + greedy) * (strike[war] - cost_of_war)
    surplus = attack - wait if attack > wait else 0.0
    return wait + rung / (rungs - 1) * surplus


def credibility(rung: int, calm: Floats, suspected_lying: float) -> float:
    """By how much saying 0 instead of the own rung raises the probability that 0 is read, and believed.

    Args:
        rung: where the state stands.
        calm: probability that 0 is read, by the rung said (rungs,): the first column of a letter matrix.
        suspected_lying: probability that such a reader gives to a lie.

    Returns:
        In [-1, 1]: 1 on a line believed clean, 0 on one that carries nothing, negative on one that inverts.

    Example:
        >>> credibility(2, [0.75, 0.125, 0.125], 0.5)
        0.3125
    """
    return (1.0 - suspected_lying) * (calm[0] - calm[rung])
