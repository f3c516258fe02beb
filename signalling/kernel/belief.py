"""The hidden-Markov filter: a state's belief over a rival's type and rung, B (2 * rungs,).

Entry [rung] is P(security seeker, rung), entry [rungs + rung] is P(greedy, rung); they sum to one.
Source: Bayes' rule for a hidden Markov chain; the trust reading is Kydd (2005, ch. 2).
"""

from signalling.kernel.floats import Floats

#: A belief is never predicted further than this many review intervals.
MOST_STEPS = 12

#: Positions in the `rates` of a filter, see `rates`.
UP_SEEKER = 0
DOWN_SEEKER = 1
UP_GREEDY = 2
DOWN_GREEDY = 3
KEEP = 4
LEAK_SEEKER = 5
LEAK_GREEDY = 6
N_RATES = 7

#: How fast a rival is believed to move on the ladder, and how far types differ in it.
BASE_RATE = 0.3
TYPE_CONTRAST = 0.25


def fill_rates(rates: Floats, distinguishability: float, leak: float, prior_greedy: float) -> None:
    """Write the filter's transition rates per step into `rates` (N_RATES,).

    Args:
        rates: where they go.
        distinguishability: of offence from defence, in [0, 1]: 0, types move alike; 1, greedy states climb.
        leak: share of the mass at each rung that returns to the prior over types in each step.
        prior_greedy: prior probability that a rival is greedy.
    """
    contrast = TYPE_CONTRAST * distinguishability
    rates[UP_SEEKER] = BASE_RATE - contrast
    rates[DOWN_SEEKER] = BASE_RATE + contrast
    rates[UP_GREEDY] = BASE_RATE + contrast
    rates[DOWN_GREEDY] = BASE_RATE - contrast
    rates[KEEP] = 1.0 - leak
    rates[LEAK_SEEKER] = leak * (1.0 - prior_greedy)
    rates[LEAK_GREEDY] = leak * prior_greedy


def fill_prior(belief: Floats, prior_greedy: float) -> None:
    """Write the belief at time zero: the rival stands on rung 0 and is greedy with the prior."""
    rungs = len(belief) // 2
    for cell in range(2 * rungs):
        belief[cell] = 0.0
    belief[0] = 1.0 - prior_greedy
    belief[rungs] = prior_greedy


def steps_between(elapsed: int, interval: int) -> int:
    """How many steps a prediction over `elapsed` ticks takes: elapsed / interval, rounded, in 1..12."""
    steps = (2 * elapsed + interval) // (2 * interval)
    if steps < 1:
        return 1
    if steps > MOST_STEPS:
        return MOST_STEPS
    return steps


def predict(belief: Floats, steps: int, rates: Floats) -> None:
    """Move the belief `steps` review intervals ahead, in place.

    In each step the rival climbs or descends with the rates of its type (a move blocked by an end of
    the ladder stays), then the leak returns a share of each rung's mass to the prior over types.
    """
    rungs = len(belief) // 2
    up_s = rates[UP_SEEKER]
    down_s = rates[DOWN_SEEKER]
    up_g = rates[UP_GREEDY]
    down_g = rates[DOWN_GREEDY]
    keep = rates[KEEP]
    leak_s = rates[LEAK_SEEKER]
    leak_g = rates[LEAK_GREEDY]
    stay_s = 1.0 - up_s - down_s
    stay_g = 1.0 - up_g - down_g
    top = rungs - 1
    for _ in range(steps):
        # s and g are the mass at this rung before the step; `rise` what climbs into it from below.
        s = belief[0]
        g = belief[rungs]
        rise_s = s * down_s  # at the bottom the blocked descent stays
        rise_g = g * down_g
        for rung in range(top):
            next_s = belief[rung + 1]
            next_g = belief[rungs + rung + 1]
            new_s = rise_s + s * stay_s + next_s * down_s
            new_g = rise_g + g * stay_g + next_g * down_g
            both = new_s + new_g
            belief[rung] = keep * new_s + leak_s * both
            belief[rungs + rung] = keep * new_g + leak_g * both
            rise_s = s * up_s
            rise_g = g * up_g
            s = next_s
            g = next_g
        new_s = rise_s + s * stay_s + s * up_s  # at the top the blocked climb stays
        new_g = rise_g + g * stay_g + g * up_g
        both = new_s + new_g
        belief[top] = keep * new_s + leak_s * both
        belief[rungs + top] = keep * new_g + leak_g * both


def correct(belief: Floats, letter: int, assumed: Floats, suspected_lying: float, odds: float) -> None:
    """Condition the belief on a report, in place.

    Args:
        belief: B (2 * rungs,), predicted to the report's sending time.
        letter: the rung reported.
        assumed: the letter matrix the receiver believes in (rungs * rungs,), every entry positive.
        suspected_lying: probability the receiver gives to a greedy state saying 0.
        odds: exp(bias), the factor by which every report counts towards greed.
    """
    rungs = len(belief) // 2
    honest = 1.0 - suspected_lying
    lie = suspected_lying * assumed[letter]
    total = 0.0
    for rung in range(rungs):
        likelihood = assumed[rung * rungs + letter]
        s = belief[rung] * likelihood
        g = belief[rungs + rung] * (honest * likelihood + lie) * odds
        belief[rung] = s
        belief[rungs + rung] = g
        total += s + g
    for cell in range(2 * rungs):
        belief[cell] = belief[cell] / total


def probability_greedy(belief: Floats) -> float:
    """P(the rival is greedy)."""
    rungs = len(belief) // 2
    total = 0.0
    for cell in range(rungs, 2 * rungs):
        total += belief[cell]
    return total


def expected_rung(belief: Floats) -> float:
    """Expected rung of the rival."""
    rungs = len(belief) // 2
    total = 0.0
    for rung in range(rungs):
        total += rung * (belief[rung] + belief[rungs + rung])
    return total
