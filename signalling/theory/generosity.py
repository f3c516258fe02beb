"""How much forgiveness is too much: bounds on generous tit for tat (T03).

Generous tit for tat GTFT(1, q) answers C with C, and D with C at the probability q. Sources: Molander 1985;
Nowak and Sigmund 1992. Letters: T, R, P, S the payoffs of temptation, reward, punishment and sucker.
"""

from signalling.theory.chains import long_run_law
from signalling.theory.domain import require_between
from signalling.theory.repeated_play import (
    Payoffs,
    Rule,
    effective,
    generous,
    memory_one,
    reactive_cooperation,
)

STANDARD = Payoffs()


def _require_dilemma(payoffs: Payoffs) -> None:
    if not payoffs.temptation > payoffs.reward > payoffs.punishment > payoffs.sucker:
        raise ValueError(f"payoffs = {tuple(payoffs)}: must fall, temptation > reward > punishment > sucker")


def alternator_bound(payoffs: Payoffs = STANDARD) -> float:
    """The q beyond which an alternator, C D C D, earns more against GTFT(1, q) than GTFT itself.

    The alternator's C meets an answer to D, its D an answer to C: it earns (q R + (1 - q) S + T) / 2,
    which is R at q = 1 - (T - R) / (R - S) (Molander 1985; derived here).

    Args:
        payoffs: of a prisoner's dilemma, in units of utility.

    Returns:
        A probability; below 0 if even tit for tat loses to the alternator (T + S > 2 R).

    Raises:
        ValueError: no prisoner's dilemma.
    """
    _require_dilemma(payoffs)
    return 1 - (payoffs.temptation - payoffs.reward) / (payoffs.reward - payoffs.sucker)


def defector_bound(payoffs: Payoffs = STANDARD) -> float:
    """The q beyond which one who always defects earns more against GTFT(1, q) than GTFT itself.

    He earns q T + (1 - q) P, which is R at q = (R - P) / (T - P) (Molander 1985; derived here).

    Args:
        payoffs: of a prisoner's dilemma, in units of utility.

    Returns:
        A probability.

    Raises:
        ValueError: no prisoner's dilemma.
    """
    _require_dilemma(payoffs)
    return (payoffs.reward - payoffs.punishment) / (payoffs.temptation - payoffs.punishment)


def optimal_generosity(payoffs: Payoffs = STANDARD) -> float:
    """The largest q that neither the alternator nor the defector exploits, as noise vanishes.

    The smaller of `alternator_bound` and `defector_bound` (Molander 1985, Nowak and Sigmund 1992).

    Args:
        payoffs: of a prisoner's dilemma, in units of utility.

    Returns:
        A probability.

    Raises:
        ValueError: no prisoner's dilemma.
    """
    return min(alternator_bound(payoffs), defector_bound(payoffs))


def payoff_against_generous(rule: Rule, forgiveness: float, payoffs: Payoffs = STANDARD) -> float:
    """What a rule earns a round against GTFT(1, q) in the long run, without noise, from mutual cooperation.

    The share of time in CC, CD, DC, DD of the chain that begins after CC; it may be periodic or get stuck.

    Args:
        rule: of the first state.
        forgiveness: q of the second, a probability.
        payoffs: units of utility.

    Returns:
        Units of utility a round.

    Raises:
        ValueError: not probabilities.

    Example:
        >>> from signalling.theory.repeated_play import ALTERNATOR
        >>> round(payoff_against_generous(ALTERNATOR, 0.2), 12)
        2.8
    """
    law = long_run_law(memory_one(rule, generous(forgiveness)).matrix, start=0)
    return float(law @ payoffs.values())


def generous_payoff(forgiveness: float, perception: float, payoffs: Payoffs = STANDARD) -> float:
    """What GTFT(1, q) earns a round against itself when reports are turned.

    Misheard it is again reactive; two such cooperate independently with the closed form of
    `reactive_cooperation`. Derived here.

    Args:
        forgiveness: q, a probability.
        perception: probability that a report is turned.
        payoffs: units of utility.

    Returns:
        Units of utility a round.

    Raises:
        ValueError: not probabilities, or both 0: the first round then decides for ever.
    """
    rule = effective(generous(forgiveness), perception=perception)
    s, _ = reactive_cooperation(rule, rule)
    reward, sucker, temptation, punishment = payoffs.values()
    return s * s * reward + s * (1 - s) * (sucker + temptation) + (1 - s) * (1 - s) * punishment


def defector_payoff(forgiveness: float, perception: float, payoffs: Payoffs = STANDARD) -> float:
    """What one who always defects earns a round against GTFT(1, q) when reports are turned.

    His D is forgiven with the probability q if reported, and answered with C if misheard. Derived here.

    Args:
        forgiveness: q, a probability.
        perception: probability that a report is turned.
        payoffs: units of utility.

    Returns:
        Units of utility a round.

    Raises:
        ValueError: not probabilities.
    """
    forgiven = effective(generous(forgiveness), perception=perception).after_dd
    return forgiven * payoffs.temptation + (1 - forgiven) * payoffs.punishment


def defector_bound_misheard(perception: float, payoffs: Payoffs = STANDARD) -> float:
    """The largest q at which GTFT(1, q) earns against itself what a defector earns against it, under noise.

    The largest root of `generous_payoff` = `defector_payoff`; without noise `defector_bound`. Derived here.

    Args:
        perception: probability that a report is turned, below 1/2.
        payoffs: of a prisoner's dilemma, in units of utility.

    Returns:
        A probability.

    Raises:
        ValueError: no prisoner's dilemma, no such probability, or so much noise that the defector does better
            at every q.
    """
    from scipy.optimize import brentq

    _require_dilemma(payoffs)
    require_between(0.0, 0.5, perception=perception)
    if perception == 0.0:
        return defector_bound(payoffs)

    def advantage(q: float) -> float:
        return generous_payoff(q, perception, payoffs) - defector_payoff(q, perception, payoffs)

    # From above, so that the largest root is found if there are several; at q = 1 the defector is ahead.
    step = 1 / 1024
    for cell in reversed(range(1024)):
        if advantage(cell * step) >= 0:
            return float(brentq(advantage, cell * step, (cell + 1) * step, xtol=1e-15, rtol=1e-15))
    raise ValueError(f"perception = {perception}: so much noise that the defector is ahead at every q")
