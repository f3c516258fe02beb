"""Arms races, prompt and late (T07); those with noise, lies and losses (T08) are next door."""

import math
from collections.abc import Sequence

import numpy as np

from signalling.theory.arms_races import (
    Race,
    critical_delay_all_late,
    fixed_point,
    is_stable,
    leading_rate,
    leading_rate_all_late,
    spectral_radius,
    symmetric,
)
from signalling.verification.bench import Bench
from signalling.verification.entries import noisy_races
from signalling.verification.entries.races import mean_posture, postures, race
from signalling.verification.ledger import Case, Curve, Entry, Estimate, Number, Panel, exact
from signalling.vocabulary import TICKS_PER_DAY

KEY = "T07"
#: Constants of the prompt races.
PROMPT = (
    Race(1.0, 1.0, 0.5, 0.5, 1.0, 1.0),
    Race(0.9, 1.2, 0.6, 0.4, 0.3, 0.5),
    Race(0.5, 0.5, 0.6, 0.6, 0.1, 0.1),
)
REACTIONS = (0.5, 0.9, 1.1)
DELAYS = (0.0, 0.5, 1.0, 5.0)
#: Reactions of the races in which all is late; fatigue is 1.
ALL_LATE = (0.5, 0.9)
#: Shares by which a state reacts at a step, and delays in steps; it tires by a fifth.
STEPPED = (0.1, 0.19, 0.21)
LATE_STEPS = (0, 2, 10)
TIRING = 0.2

#: The step of continuous races, 1/64 day in seconds; half of it is a whole number of them too.
STEP = TICKS_PER_DAY // 64
#: Between these days growth is measured: by then all but the leading mode has shrunk below 1e-9 of it.
EARLY, LATE = 200, 240
#: Where all is late, the step is this share of what the mode loses in a day: the longest delay that decays
#: is then 46 steps, and neither it nor the next lies close to the margin.
SHARE = 1 / 30
#: So many reviews are watched.
WATCHED = 5000


def _grown(bench: Bench, constants: Race, delay: float, step: int) -> float:
    """Rate of growth late in a race without grievances, per day."""
    per_day = TICKS_PER_DAY // step
    early, late = (
        mean_posture(
            bench,
            race(
                constants._replace(g=0.0, h=0.0),
                steps=days * per_day,
                step=step,
                late=round(delay * per_day),
                start=(1.0, 1.0),
            ),
        )
        for days in (EARLY, LATE)
    )
    return math.log(late / early) / (LATE - EARLY)


def _rate(name: str, constants: Race, delay: float, series: str = "") -> Case:
    """The leading root: of the scheme of this step exactly, of continuous time up to the step.

    Beside lam stands (exp(lam h) - 1) / h, which is lam + h lam^2 / 2 and more: to first order the root moves
    by at most h lam^2 / 2, and twice that is allowed.
    """
    root, days = leading_rate(constants, delay), STEP / TICKS_PER_DAY
    scheme = leading_rate(constants, delay, step=days)

    def play(bench: Bench) -> Sequence[Estimate]:
        found, finer = (_grown(bench, constants, delay, step) for step in (STEP, STEP // 2))
        ratio = (found - root) / (finer - root)
        return tuple(exact(value, 1) for value in (found, found, ratio, float(found < 0)))

    return Case(
        KEY,
        name,
        (
            Number("leading root of the stepped race, per day", scheme, 1e-7 * abs(scheme)),
            Number("leading root, per day", root, days * root**2, series, delay),
            Number("by how much half the step comes nearer", 2.0, 0.1),
            Number("calms down (1) or runs away (0)", float(is_stable(constants))),
        ),
        play,
    )


def _balance(name: str, constants: Race) -> Case:
    """Where a stable race ends; an unstable one stays there if it begins there, for a while."""
    balance, stable = fixed_point(constants), is_stable(constants)

    def play(bench: Bench) -> Sequence[Estimate]:
        start, days = ((0.0, 0.0), 100) if stable else (balance, 10)
        scenario = race(constants, steps=8 * days, step=TICKS_PER_DAY // 8, start=start)
        return [exact(posture, 1) for posture in postures(bench, scenario)]

    numbers = tuple(
        Number(f"balance of the {which}", at, 1e-9)
        for which, at in zip(("first", "second"), balance, strict=True)
    )
    return Case(KEY, name, numbers, play)


def _stepped(share: float, late: int) -> Case:
    constants = symmetric(TIRING, share)
    radius = spectral_radius(constants, late)

    def play(bench: Bench) -> Sequence[Estimate]:
        early, after = (
            mean_posture(bench, race(constants, steps=steps, late=late, start=(1.0, 1.0)))
            for steps in (400, 600)
        )
        return (exact((after / early) ** (1 / 200), 1),)

    name = f"steps of a day, reaction {share:g}, reports {late} steps late"
    return Case(KEY, name, (Number("factor of a step", radius, 1e-6 * radius),), play)


def longest_decaying(share: float) -> int:
    """The longest delay, in steps, at which x <- x - c x(m steps ago) decays.

    At the margin z = exp(i th) solves z - 1 = -c z^-m: moduli give 2 sin(th / 2) = c, angles
    th (m + 1/2) = pi / 2. So it decays if and only if (2 m + 1) 2 arcsin(c / 2) < pi. Derived here.
    """
    return math.ceil((math.pi / (2 * math.asin(share / 2)) - 1) / 2) - 1


def _grows(bench: Bench, constants: Race, start: tuple[float, float], step: int, late: int) -> bool:
    """Whether the swings of a race in which all is late are wider at the end than before."""
    scenario = race(
        constants, steps=WATCHED, step=step, late=late, start=start, doctrine={"stale_reviews": late}
    )
    told = bench.trace(scenario, seed=1)
    if told.outcome["stop"] == "runaway":
        return True
    swings = np.abs([review.posture for review in told.reviews if review.state == 0])
    second, _, fourth = np.split(swings[WATCHED // 4 :], 3)
    return bool(fourth.max() > second.max())


def _all_late(reaction: float, *, alone: bool) -> Case:
    """The longest delay at which swings die out, of the race or of its sum alone.

    With m + 1/2 < pi / (4 arcsin(c / 2)) <= m + 3/2, and c / 2 for arcsin(c / 2) up to a share c^2 / 24, the
    critical delay of continuous time lies within half a step of m + 1 steps, but for that share.
    """
    constants = symmetric(1.0, reaction)
    fall = 1.0 - reaction if alone else 1.0 + reaction
    # Started alike, they stay alike: their sum is a single state that loses a - k and does not react.
    start = (1.0, 1.0) if alone else (1.0, 0.0)
    critical = critical_delay_all_late(Race(fall, fall, 0.0, 0.0) if alone else constants)
    step = round(SHARE / fall * TICKS_PER_DAY)
    days = step / TICKS_PER_DAY
    share = fall * days
    before = math.floor(0.9 * critical / days)

    def play(bench: Bench) -> Sequence[Estimate]:
        decays, grows = round(0.7 * critical / days), round(1.3 * critical / days)
        while grows - decays > 1:
            middle = (decays + grows) // 2
            if _grows(bench, constants, start, step, middle):
                grows = middle
            else:
                decays = middle
        found = [exact(decays, 1), exact((decays + 1) * days, 1)]
        if not alone:
            found.append(exact(float(not _grows(bench, constants, start, step, before)), 1))
        return found

    numbers = [
        Number("longest delay at which swings die out, steps", longest_decaying(share)),
        Number("critical delay, days", critical, days / 2 + critical * share**2 / 12),
    ]
    if not alone:
        root = leading_rate_all_late(constants, 0.9 * critical)
        numbers.append(Number("dies out at 9/10 of it (1) or not (0)", float(root.real < 0)))
    whose = "the sum of the two" if alone else "the race"
    return Case(KEY, f"all is late, reaction {reaction:g}: {whose}", tuple(numbers), play)


def _cases() -> list[Case]:
    titles = [f"prompt race, fatigue {x.a:g} and {x.b:g}, reaction {x.k:g} and {x.l:g}" for x in PROMPT]
    return [
        *(_balance(f"{title}: balance", x) for title, x in zip(titles, PROMPT, strict=True)),
        *(_rate(f"{title}: pace", x, 0.0) for title, x in zip(titles, PROMPT, strict=True)),
        *(
            _rate(f"reaction {k:g}, reports {delay:g} days late", symmetric(1.0, k), delay, _series(k))
            for k in REACTIONS
            for delay in DELAYS
        ),
        *(_all_late(k, alone=alone) for k in ALL_LATE for alone in (False, True)),
        *(_stepped(share, late) for share in STEPPED for late in LATE_STEPS),
    ]


def _series(reaction: float) -> str:
    return f"reaction k = {reaction:g}"


def _curve(reaction: float) -> Curve:
    constants = symmetric(1.0, reaction)
    return Curve(_series(reaction), lambda delay: leading_rate(constants, delay), 0.0, max(DELAYS))


LATE_RACES = Entry(
    key=KEY,
    group="Arms dynamics and networks",
    title="Richardson's arms race with late reports",
    source="Richardson 1960; what delay does: derived here",
    direction="0-",
    question=(
        "Two states arm against each other on old news. Is it the delay that turns a quarrel into a race?"
    ),
    game=(
        "Two states arm in proportion to what they hear of each other, and tire of their own arms.\n"
        "Reports arrive late by a fixed time; each knows its own arms at once.\n"
        "In a variant a state learns of its own arms as late as of the other's."
    ),
    result=(
        "A race calms down if fatigue outweighs reaction, and runs away if not, however late reports are. "
        "Delay changes the pace and never the sign: it slows a race that runs away, and one that calms down "
        "as well. Only where a state learns late even of its own arms does delay by itself make a stable "
        "race swing ever wider."
    ),
    lesson=(
        "It fails by irrelevance: faster reports decide how soon, not whether. In a race that runs away "
        "they even bring the end nearer."
    ),
    panels=(
        Panel(
            "The pace of a race, fatigue 1",
            "delay of reports, days",
            "leading root, per day",
            tuple(_curve(reaction) for reaction in REACTIONS),
        ),
    ),
    cases=_cases,
)

ENTRIES: tuple[Entry, ...] = (LATE_RACES, *noisy_races.ENTRIES)
