"""An extremist who tells the truth in public (T33)."""

from collections.abc import Iterator, Sequence
from functools import cache, partial

from signalling.scenario import Scenario, load_scenario
from signalling.theory.provocation import Provocation, provoked, rivalry, unprovoked
from signalling.verification.bench import Bench
from signalling.verification.exchanges import FULL, QUICK, another, letters, moved_cuts, plan
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

KEY = "T33"
#: Seeds of the cases begin here and rise by one, so that no two share their luck.
SEED = 2_012_000
EXACT = 1e-9

Setting = tuple[float, float, float]
#: mu, d, largest cost.
MILD: Setting = (0.2, 1.0, 2.0)
SHARP: Setting = (0.1, 1.0, 1.5)
#: Setting, loss of the broadcast (None: no extremist); printed: A's cut after silence and after the call, B's
#: after silence.
ROWS: tuple[tuple[Setting, float | None, float, float, float], ...] = (
    (MILD, None, 1 / 3, 1 / 3, 1 / 3),
    (MILD, 0.0, 0.34296702484, 0.6, 0.35741756210),
    (MILD, 0.25, 0.34032674505, 0.6, 0.35081686263),
    (MILD, 0.5, 0.33784663387, 0.6, 0.34461658466),
    (MILD, 0.9, 0.33419073810, 0.6, 0.33547684525),
    (SHARP, None, 0.25, 0.25, 0.25),
    (SHARP, 0.0, 0.31124783736, 0.7, 0.35207972894),
    (SHARP, 0.25, 0.29209560843, 0.7, 0.32015934738),
    (SHARP, 0.5, 0.27554329493, 0.7, 0.29257215821),
    (SHARP, 0.9, 0.25438103966, 0.7, 0.25730173277),
)
#: What the extremist has from A's being a hawk, which A pays for; ours.
ZEAL = 0.5

DOVE, HAWK, SILENT = 0, 1, -1
ALWAYS, CALLED, NEVER = (HAWK, HAWK, HAWK), (DOVE, DOVE, HAWK), (DOVE, DOVE, DOVE)
#: How far cuts are moved by those who deviate: much and a little, units of cost.
STEPS = (-0.2, -0.02, 0.02, 0.2)
ACTS = (ALWAYS, CALLED, NEVER)
#: The extremist calls on those whom it turns; at last it sides with what A did.
CALLS = ((SILENT,), (HAWK,), (SILENT,))


@cache
def told(setting: Setting, loss: float | None) -> Provocation:
    """The theory of a row."""
    states = rivalry(*setting)
    return unprovoked(states) if loss is None else provoked(states, loss)


def _game(setting: Setting, loss: float | None) -> Scenario:
    """Both states and the extremist keep to the equilibrium; it is silent if there is none."""
    found = told(setting, loss)
    gain, lost, largest = setting
    rules: list[dict[str, object]] = [
        {
            "to": own,
            "against": other,
            "table": [[0.0, -lost], [gain, 0.0]],
            "terms": [{"of": f"Lot of {own}", "weight": [[0.0, 0.0], [-1.0, -1.0]]}],
        }
        for own, other in (("A", "B"), ("B", "A"))
    ]
    rules.append({"to": "Extremist", "against": "B", "table": [[0.0, -lost], [gain + ZEAL, ZEAL]]})
    changes: dict[str, object] = {
        "name": f"{_setting(setting)}, {_lost(loss)}",
        "game.payoffs": rules,
        "channels.Extremist->A.loss_probability": loss or 0.0,
        "channels.Extremist->B.loss_probability": loss or 0.0,
    }
    for state in ("A", "B"):
        changes |= plan(f"Lot of {state}", high=largest)
    changes |= plan("B", cuts=[found.rival_cut, lost], acts=ACTS)
    if loss is None:
        changes |= plan("A", cuts=[found.calm_cut], says=[[SILENT]] * 2, acts=[ALWAYS, NEVER])
        return load_scenario("provocateur").replace(changes | plan("Extremist", says=[[SILENT]] * 3))
    cuts = [found.calm_cut, found.called_cut]
    changes |= plan("A", cuts=cuts, acts=ACTS) | plan("Extremist", cuts=cuts, says=CALLS)
    return load_scenario("provocateur").replace(changes)


def _play(setting: Setting, loss: float | None, seed: int, bench: Bench) -> Sequence[Estimate]:
    """How often A, B, both and either are hawks."""
    runs, found = bench.effort(FULL, QUICK), told(setting, loss)
    first, second = letters(bench, _game(setting, loss), "A", "B", runs=runs, seed=seed)
    hawks = (
        first == HAWK,
        second == HAWK,
        (first == HAWK) & (second == HAWK),
        (first == HAWK) | (second == HAWK),
    )
    predicted = (found.first, found.second, found.both, found.some)
    return [proportion(int(hawk.sum()), runs, share) for hawk, share in zip(hawks, predicted, strict=True)]


def _setting(setting: Setting) -> str:
    return f"mu {setting[0]:g}, d {setting[1]:g}, cbar {setting[2]:g}"


def _lost(loss: float | None) -> str:
    return "no extremist" if loss is None else f"broadcast lost {loss:g}"


FIRST, SECOND, BOTH, SOME = "P(A hawk)", "P(B hawk)", "P(both hawks)", "P(some hawk)"


def _some(setting: Setting, loss: float) -> float:
    return told(setting, loss).some


def _share(place: int, loss: float) -> float:
    found = told(MILD, loss)
    return (found.first, found.second, found.both)[place]


def cases() -> Iterator[Case]:
    """Every row played, and its cuts."""
    cuts = []
    for place, (setting, loss, calm, called, rival) in enumerate(ROWS):
        found, row = told(setting, loss), f"{_setting(setting)}, {_lost(loss)}"
        # A broadcast that never arrives is none.
        x = 1.0 if loss is None else loss
        named = {FIRST: found.first, SECOND: found.second, BOTH: found.both}
        numbers = [
            Number(name, share, 0.0, name if setting == MILD else "", x) for name, share in named.items()
        ]
        numbers.append(Number(SOME, found.some, 0.0, _setting(setting), x))
        yield Case(KEY, row, tuple(numbers), partial(_play, setting, loss, SEED + place))
        printed = {"cA0": calm, "cA1": called, "cB0": rival}
        cuts += [
            (Number(f"{name}, {row}", cut, EXACT), computed)
            for (name, cut), computed in zip(printed.items(), found[:3], strict=True)
        ]
    yield algebra(KEY, "cuts", cuts)


PANELS = (
    Panel(
        "Fear by broadcast",
        "share of broadcasts lost",
        SOME,
        tuple(Curve(_setting(setting), partial(_some, setting), 0.0, 1.0) for setting in (MILD, SHARP)),
    ),
    Panel(
        f"Who turns hawk, {_setting(MILD)}",
        "share of broadcasts lost",
        "probability",
        tuple(Curve(name, partial(_share, at), 0.0, 1.0) for at, name in enumerate((FIRST, SECOND, BOTH))),
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Coordination and common knowledge",
        title="An extremist who tells the truth in public",
        source="Baliga and Sjostrom 2012; uniform costs, the lossy broadcast and all numbers derived here",
        direction="-",
        question=(
            "Somebody knows how hawkish a state might be, and wants it to be. He never lies, and everybody "
            "hears him. Is it safer if he is heard well?"
        ),
        game="""Being a hawk costs a private c, uniform up to cbar; a lone hawk gains mu, a lone dove loses d.
        An extremist knows A's cost and cries "hawk" exactly if that makes A one. Both hear it, or neither.
        B, who hears it, is a hawk out of fear; A, who knows that B hears it, is right to be one.""",
        result=(
            "The call is true because it is believed. It makes hawks of those who would have stayed "
            "doves, and frightens B; and as A may now be a hawk, B is warier even where nobody calls. The "
            "risk falls with every broadcast that is lost, and is least where there is no extremist at "
            "all."
        ),
        lesson=(
            "It is reversed. More true information, better spread, makes more war: what is shared is a "
            "reason to be afraid of each other. A channel can be bad for peace because it works."
        ),
        panels=PANELS,
        cases=lambda: list(cases()),
    ),
)


def _state_deviations(state: str, cuts: dict[str, float]) -> Iterator[Deviation]:
    """A's or B's: cuts moved, deaf, or taking the call the wrong way round, and the same act always."""
    yield from moved_cuts(state, cuts, STEPS)
    yield another(state, "deaf", acts=[ALWAYS, NEVER, NEVER])
    yield another(state, "takes silence for a call", acts=[ALWAYS, ALWAYS, NEVER])
    yield another(state, "the wrong way round", acts=[ALWAYS, (HAWK, HAWK, DOVE), NEVER])
    yield another(state, "answers the call only", acts=[CALLED, CALLED, NEVER])
    yield another(state, "answers the call at any cost", acts=[ALWAYS, CALLED, CALLED])
    yield another(state, "always a hawk", acts=[ALWAYS] * 3)
    yield another(state, "never a hawk", acts=[NEVER] * 3)


def _extremist_deviations(cuts: dict[str, float]) -> Iterator[Deviation]:
    """Calling more, less, or others."""
    yield from moved_cuts("Extremist", cuts, STEPS)
    for name, says in {
        "always calls": [[HAWK]] * 3,
        "never calls": [[SILENT]] * 3,
        "calls on hawks": [[HAWK], [SILENT], [SILENT]],
        "calls on doves": [[SILENT], [SILENT], [HAWK]],
        "calls on those whom it does not turn": [[HAWK], [SILENT], [HAWK]],
    }.items():
        yield another("Extremist", name, says=says)


def _profiles() -> Iterator[Profile]:
    cut = told(MILD, None).calm_cut
    others = (
        *moved_cuts("A", {"c*": cut}, STEPS),
        another("A", "always a hawk", acts=[ALWAYS] * 2),
        another("A", "never a hawk", acts=[NEVER] * 2),
        another("B", "always a hawk", acts=[ALWAYS] * 3),
    )
    yield Profile(KEY, f"{_setting(MILD)}, no extremist", partial(_game, MILD, None), others)
    for setting, loss in ((MILD, 0.5), (SHARP, 0.0)):
        found = told(setting, loss)
        called = {"cA0": found.calm_cut, "cA1": found.called_cut}
        tried = (
            *_state_deviations("A", called),
            *_state_deviations("B", {"cB0": found.rival_cut, "d": setting[1]}),
            *_extremist_deviations(called),
        )
        yield Profile(KEY, f"{_setting(setting)}, {_lost(loss)}", partial(_game, setting, loss), tried)


PROFILES = tuple(_profiles())
