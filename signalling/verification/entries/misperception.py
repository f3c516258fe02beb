"""A statement without numbers: a little misperception undoes peace, and talk does not restore it (Q2)."""

from collections.abc import Iterator, Sequence

from signalling.scenario import Scenario, load_scenario
from signalling.verification.bench import Bench
from signalling.verification.exchanges import FULL, QUICK, another, earned, plan
from signalling.verification.ledger import Case, Deviation, Entry, Estimate, Number, Profile
from signalling.verification.war import change, fought

KEY = "Q2"
SEED = 2_013_000

HOLD, STRIKE = 0, 1
#: Striking pays against one who holds from here on, and against one who is as likely to strike as not.
PEACEFUL, FEARFUL = 0.0, -0.5
#: Standard deviation of what is seen; the built-in scenario has 0.1.
EXACT_SIGHT = {f"channels.Nature->{state}.noise.sigma": 0.0 for state in ("A", "B")}
UNHEARD = {f"channels.{ends}.loss_probability": 1.0 for ends in ("A->B", "B->A")}


def _both(**parameters: object) -> dict[str, object]:
    return plan("A", **parameters) | plan("B", **parameters)


def _afraid() -> Scenario:
    return load_scenario("misperception")


def _exact() -> Scenario:
    """Both see the same and hold as long as peace is worth it to both."""
    return _afraid().replace({"name": "exact sight"} | EXACT_SIGHT | _both(cuts=[PEACEFUL]))


def _trusting() -> Scenario:
    """The plan of exact sight, with noise."""
    return _afraid().replace({"name": "noise, and trust"} | _both(cuts=[PEACEFUL]))


def _frank() -> Scenario:
    """Who means to hold says so, and holds only if the other says so as well."""
    says, acts = [[HOLD], [STRIKE]], [[STRIKE, HOLD, STRIKE], [STRIKE]]
    return _trusting().replace({"name": "frank words"} | _both(says=says, acts=acts))


def _play(bench: Bench) -> Sequence[Estimate]:
    runs = bench.effort(FULL, QUICK)
    exact, afraid, unheard = (
        fought(bench, scenario, runs=runs, seed=SEED)
        for scenario in (_exact(), _afraid(), _afraid().replace(UNHEARD))
    )
    sooner = _trusting().replace(plan("A", cuts=[PEACEFUL - 0.1]))
    lying = _frank().replace(plan("A", says=[[HOLD], [HOLD]]))
    trusted, first, frank, lied = (
        earned(bench, scenario, "A", runs=runs, seed=SEED)
        for scenario in (_trusting(), sooner, _frank(), lying)
    )
    return [
        change(exact, afraid),
        change(trusted, first),
        change(unheard, afraid),
        change(frank, lied),
    ]


def _cases() -> list[Case]:
    numbers = (
        Number("P(war), a little noise less exact sight", 1.0),
        Number("gain from striking a little sooner, noise and trust", 1.0),
        Number("P(war), promises heard less promises lost", 0.0),
        Number("gain from a promise that is not meant, if promises are believed", 1.0),
    )
    return [Case(KEY, "a little noise", numbers, _play, tag="Q")]


ENTRIES = (
    Entry(
        key=KEY,
        group="Coordination and common knowledge",
        title="A little misperception undoes peace, and talk does not restore it",
        source="Acharya and Ramsay 2013; the game and its numbers are ours",
        direction="+0",
        question=(
            "Two states would both hold if each knew what the other sees. What does a small private error do "
            "to that, and can they talk it over?"
        ),
        game="""Both see what a first strike is worth: exactly, or each with a small error of its own.
        Then each says a word, and holds or strikes. Striking alone pays from 0 on, holding alone is worst,
        and everybody would rather have the other hold.""",
        result=(
            "With exact sight both can hold wherever a strike is worth less than 0. With the smallest error "
            "a state that sees it just below is struck as often as not if the other trusts in holding there; "
            "so it strikes, so does whoever fears that, and it goes down to -1/2, where the fear itself "
            "ends: war is twice as likely. Talk changes nothing, for each would promise to hold whatever it "
            "means to do."
        ),
        lesson=(
            "It holds of sight and fails of talk: what is needed is that both know, and that both know that "
            "they do; a little less than exact is not a little worse but altogether so, and words that cost "
            "nothing do not mend it."
        ),
        panels=(),
        cases=_cases,
    ),
)


def _deviations(cut: float) -> Iterator[Deviation]:
    for state in ("A", "B"):
        for step in (-0.3, -0.1, -0.02, 0.02, 0.1, 0.3):
            yield another(state, f"strikes from {cut + step:g} on", cuts=[cut + step])
        yield another(state, "says that it will strike", says=[[STRIKE], [STRIKE]])
        yield another(state, "says what it means to do", says=[[HOLD], [STRIKE]])
        yield another(state, "always holds", acts=[[HOLD], [HOLD]])
        yield another(state, "always strikes", acts=[[STRIKE], [STRIKE]])


def _lies() -> tuple[Deviation, ...]:
    return tuple(another(state, "always promises to hold", says=[[HOLD], [HOLD]]) for state in ("A", "B"))


PROFILES = (
    Profile(KEY, "exact sight, trust", _exact, tuple(_deviations(PEACEFUL))),
    Profile(KEY, "a little noise, fear", _afraid, tuple(_deviations(FEARFUL))),
    Profile(KEY, "a little noise, trust", _trusting, tuple(_deviations(PEACEFUL)), equilibrium=False),
    Profile(KEY, "a little noise, frank words", _frank, _lies(), equilibrium=False),
)
