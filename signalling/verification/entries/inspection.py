"""Hidden arming, imperfect detection and preventive war (T18)."""

from collections.abc import Iterator, Sequence
from functools import partial

from signalling.scenario import Scenario, load_scenario
from signalling.theory.inspection import enough_detection, inspection
from signalling.verification.bench import Bench
from signalling.verification.exchanges import FULL, QUICK, another, letters, plan
from signalling.verification.ledger import (
    Case,
    Curve,
    Deviation,
    Entry,
    Estimate,
    Number,
    Panel,
    Profile,
    algebra,
    proportion,
)
from signalling.verification.war import WAR

KEY = "T18"
#: Seeds of the cases begin here and rise by one, so that no two share their luck.
SEED = 2_014_000
EXACT = 1e-9

DETECTIONS = (0.0, 0.1, 0.2, 0.3, 0.39, 0.41, 0.8)
#: P(arm) and P(strike | no alarm), computed once apart from this code, for each detection.
PRINTED = (
    (0.3, 0.8),
    (0.3225806451612903, 0.75),
    (0.34883720930232553, 0.6666666666666667),
    (0.379746835443038, 0.5),
    (0.4126547455295736, 0.09090909090909072),
    (0.0, 0.0),
    (0.0, 0.0),
)

WAIT, ARM, STRIKE = 0, 1, 2
#: Rows by B's coin, acts on silence, "wait", "arm", "strike": it always strikes, or when alarmed.
ALWAYS, ALARMED, NEVER = (STRIKE,) * 4, (WAIT, WAIT, STRIKE, WAIT), (WAIT,) * 4

MISTAKEN, ARMS = "P(struck and unarmed)", "P(A arms)"


def _inspected(detection: float) -> Scenario:
    """Both play the mixed plans of the equilibrium, by coins of their own."""
    found = inspection(detection)
    seen = [[1.0, 0.0, 0.0], [1 - detection, detection, 0.0], [0.0, 0.0, 1.0]]
    changes: dict[str, object] = {
        "name": f"detection {detection:g}",
        "channels.Detector->B.garble.matrix": seen,
    }
    changes |= plan("A", cuts=[found.arm]) | plan("B", cuts=[found.strike], acts=[ALWAYS, ALARMED])
    return load_scenario("inspection").replace(changes)


def _play(detection: float, seed: int, bench: Bench) -> Sequence[Estimate]:
    """How often there is war, how often by mistake, how often A arms and an unarmed A is struck."""
    runs = bench.effort(FULL, QUICK)
    first, second = letters(bench, _inspected(detection), "A", "B", runs=runs, seed=seed)
    armed, struck = first == ARM, second == STRIKE
    found = inspection(detection)
    return [
        proportion(int(struck.sum()), runs, found.war),
        proportion(int((struck & ~armed).sum()), runs, found.mistaken),
        proportion(int(armed.sum()), runs, found.arm),
        # Who has not armed never raises an alarm.
        proportion(int((struck & ~armed).sum()), int((~armed).sum()), found.strike),
    ]


def _war(detection: float) -> float:
    return inspection(detection).war


def _mistaken(detection: float) -> float:
    return inspection(detection).mistaken


def _arms(detection: float) -> float:
    return inspection(detection).arm


def cases() -> Iterator[Case]:
    """Each detection, played, and the plans in numbers."""
    for place, detection in enumerate(DETECTIONS):
        numbers = (
            Number(WAR, _war(detection), 0.0, WAR, detection),
            Number(MISTAKEN, _mistaken(detection), 0.0, MISTAKEN, detection),
            Number(ARMS, _arms(detection), 0.0, ARMS, detection),
            Number("P(strike | no alarm)", inspection(detection).strike),
        )
        play = partial(_play, detection, SEED + place)
        yield Case(KEY, f"detection {detection:g}", numbers, play)
    plans = [(Number("detection at which arming ends", 0.4, EXACT), enough_detection())]
    for detection, (arm, strike) in zip(DETECTIONS, PRINTED, strict=True):
        found = inspection(detection)
        plans += [
            (Number(f"P(arm), detection {detection:g}", arm, EXACT), found.arm),
            (Number(f"P(strike | no alarm), detection {detection:g}", strike, EXACT), found.strike),
        ]
    yield algebra(KEY, "the plans", plans)


PANELS = (
    Panel(
        "War, mistaken war and arming",
        "probability of detection",
        "probability",
        tuple(
            Curve(name, line, 0.0, 0.8) for name, line in ((WAR, _war), (MISTAKEN, _mistaken), (ARMS, _arms))
        ),
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Bargaining and crisis signalling",
        title="Hidden arming and preventive war",
        source="Debs and Monteiro 2014 for the question; this version derived here",
        direction="+",
        question=(
            "A state that might be arming in secret may be struck to be on the safe side. Does a better "
            "eye on it make war rarer, and arming too?"
        ),
        game="""A may arm, at a cost; unstruck it gains by its arms and B loses by them. Struck it loses.
        A detector alarms B with the probability s if A arms, and never if it does not.
        B strikes at a cost, or waits.""",
        result=(
            "Below a detection of 0.4 both mix. B strikes without an alarm so often that arming hardly pays, "
            "and most of its wars hit a state that has not armed. Better detection makes such strikes rarer, "
            "and for that very reason A arms a little more. At 0.4 it all collapses: arming does not pay "
            "even if only alarms are acted on, so nobody arms, and nobody strikes."
        ),
        lesson=(
            "It holds, with a jump: information works here by deterring what it would detect. Short of the "
            "threshold it saves the innocent more than the peace."
        ),
        panels=PANELS,
        cases=lambda: list(cases()),
    ),
)


def _deviations(detection: float) -> Iterator[Deviation]:
    arm, strike, *_ = inspection(detection)
    for share in sorted({0.0, round(arm / 2, 4), round(arm + 0.05, 4), 1.0} - {arm}):
        yield another("A", f"arms with {share:g}", cuts=[share])
    for share in sorted({0.0, round(strike / 2, 4), round(strike + 0.05, 4), 1.0} - {strike}):
        yield another("B", f"strikes without an alarm with {share:g}", cuts=[share])
    yield another("B", "never strikes", acts=[NEVER, NEVER])
    yield another("B", "does not strike when alarmed", acts=[(STRIKE, STRIKE, WAIT, WAIT), NEVER])


def _trusting() -> Scenario:
    """B strikes only when alarmed, by a detector that is not good enough for it."""
    return _inspected(0.2).replace(plan("B", cuts=[0.0]))


def _profiles() -> Iterator[Profile]:
    for detection in (0.0, 0.2, 0.39, 0.41):
        tried = tuple(_deviations(detection))
        yield Profile(KEY, f"detection {detection:g}", partial(_inspected, detection), tried)
    tried = tuple(another("A", f"arms with {share:g}", cuts=[share]) for share in (0.0, 1.0))
    yield Profile(KEY, "detection 0.2, strikes only on alarm", _trusting, tried, equilibrium=False)


PROFILES = tuple(_profiles())
