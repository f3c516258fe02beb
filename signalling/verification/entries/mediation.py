"""Two statements on mediators that come without numbers: who pass on words, and who keep silent (Q1, Q3)."""

from collections.abc import Iterator, Sequence

from signalling.scenario import Scenario, load_scenario
from signalling.verification.bench import Bench
from signalling.verification.entries.demands import HARD, SOFT, demands
from signalling.verification.exchanges import FULL, QUICK, another, earned, plan
from signalling.verification.ledger import Case, Deviation, Entry, Estimate, Number, Profile
from signalling.verification.war import change, fought

SHUTTLE, DISCREET = "Q1", "Q3"
SHUTTLE_SEED, DISCREET_SEED = 2_010_000, 2_015_000

#: Words of those asked too much, who speak no more, of low cost, of high cost.
HONEST, ALL_HARD = [[HARD], [HARD], [SOFT]], [[HARD]] * 3
#: The shuttle's words are lost, and are believed.
NO_MEDIATOR = {"channels.Mediator->Proposer.loss_probability": 1.0}
BELIEVED = plan("Proposer", says=[HARD, SOFT])

WAR, TILTED, EVEN = 0, 1, 2
#: The mediator proposes the even split to all below a first share of his coin, to the strong below a second.
SHARE_OF_EVEN = 0.48
MOST_HONEST_IF_TOLD = 0.4
TELLS = plan("Mediator", cuts=[0.0, SHARE_OF_EVEN])
TELLS_AND_FAILS = plan("Mediator", cuts=[0.0, MOST_HONEST_IF_TOLD])
ALL_CLAIM_STRENGTH = plan("Responder", says=[[EVEN], [EVEN]])


def _shuttle() -> Scenario:
    return load_scenario("shuttle-diplomacy")


def _honest() -> Scenario:
    """The responder tells the truth, and the proposer believes it."""
    return _shuttle().replace({"name": "honest and believed"} | BELIEVED | plan("Responder", says=HONEST))


def _discreet() -> Scenario:
    return load_scenario("discreet-mediator")


def _telling() -> Scenario:
    """A mediator as generous to the strong as the discreet one, who always tells who is weak."""
    return _discreet().replace({"name": "one who always tells"} | TELLS)


def _failing() -> Scenario:
    """A mediator who always tells who is weak, and proposes to the strong as often as honesty allows."""
    return _discreet().replace({"name": "one who always tells, and often fails"} | TELLS_AND_FAILS)


def _play_shuttle(bench: Bench) -> Sequence[Estimate]:
    runs, seed = bench.effort(FULL, QUICK), SHUTTLE_SEED
    alone = fought(bench, _shuttle().replace(NO_MEDIATOR), runs=runs, seed=seed)
    mediated = fought(bench, _shuttle(), runs=runs, seed=seed)
    honest = fought(bench, _honest(), runs=runs, seed=seed)
    lying = _honest().replace(plan("Responder", says=ALL_HARD))
    told, lied = (earned(bench, one, "Responder", runs=runs, seed=seed) for one in (_honest(), lying))
    return [change(alone, mediated), change(mediated, honest), change(told, lied)]


def _play_discreet(bench: Bench) -> Sequence[Estimate]:
    runs, seed = bench.effort(FULL, QUICK), DISCREET_SEED
    gains = []
    for honest in (_telling(), _discreet()):
        lying = honest.replace(ALL_CLAIM_STRENGTH)
        told, lied = (earned(bench, one, "Responder", runs=runs, seed=seed) for one in (honest, lying))
        gains.append(change(told, lied))
    failing = fought(bench, _failing(), runs=runs, seed=seed)
    return [*gains, change(failing, fought(bench, _discreet(), runs=runs, seed=seed))]


def _shuttle_cases() -> list[Case]:
    numbers = (
        Number("P(war), with a mediator less without", 0.0),
        Number("P(war), if words were honest and believed less as it is", -1.0),
        Number("responder's gain from lying if words are believed", 1.0),
    )
    return [Case(SHUTTLE, "words passed on", numbers, _play_shuttle, tag="Q")]


def _discreet_cases() -> list[Case]:
    numbers = (
        Number("gain from claiming strength, to one who always tells", 1.0),
        Number("gain from claiming strength, to a discreet one", -1.0),
        Number("P(war), a discreet mediator less the best who always tells", -1.0),
    )
    return [Case(DISCREET, "weakness not always told", numbers, _play_discreet, tag="Q")]


ENTRIES = (
    Entry(
        key=SHUTTLE,
        group="Bargaining and crisis signalling",
        title="A mediator who passes on what he is told",
        source="Fey and Ramsay 2010; the game and its numbers are ours",
        direction="0",
        question=(
            "If private information makes war, can a mediator make peace by carrying it from one side to the "
            "other?"
        ),
        game="""The ultimatum of T14 without a detector: B tells a mediator "hard", low cost, or "soft".
        He repeats it to A, who makes a demand.
        B accepts the demand or fights.""",
        result=(
            "Nothing changes. If B were honest and believed, there would be less war. But whoever says "
            '"hard" is asked for less, so every type says it, and A learns nothing. No channel to and from '
            "the mediator can help, for what is missing is a reason to tell the truth."
        ),
        lesson=(
            "It fails by irrelevance: the word gets through, and is worth nothing. A mediator has to know or "
            "to do something besides."
        ),
        panels=(),
        cases=_shuttle_cases,
    ),
    Entry(
        key=DISCREET,
        group="Bargaining and crisis signalling",
        title="A mediator who does not tell that one side is weak",
        source="Horner, Morelli and Squintani 2015; the game and its numbers are ours",
        direction="-",
        question=(
            "A mediator hears from a side in confidence that it is weak. Is it better for the peace if he "
            "lets the other side know?"
        ),
        game="""B, weak or strong, tells a mediator which. He proposes a split, tilted or even, or gives up.
        One who always tells proposes the tilted split to the weak, a discreet one sometimes the even.
        Both accept or fight; after an even split A cannot be sure that B is strong.""",
        result=(
            "If weakness always comes out, the weak claim to be strong, unless the mediator fails the strong "
            "so often that claiming it is dangerous. A discreet one can fail them less often and still hear "
            "the truth, for the weak share in what the strong get, and A accepts the even split as long as "
            "it means strength often enough. So there is less war."
        ),
        lesson=(
            "It is reversed: the proposer is told less, and just therefore there is more truth to be told, "
            "and more peace."
        ),
        panels=(),
        cases=_discreet_cases,
    ),
)


def _answers() -> Iterator[Deviation]:
    """A responder with other words, or who accepts otherwise; words do not count if nobody listens."""
    for says, name in (
        ([[SOFT]] * 3, 'always says "soft"'),
        ([[-1]] * 3, "is silent"),
        ([[HARD], [SOFT], [HARD]], "tells the opposite"),
    ):
        yield another("Responder", name, says=says)
    for cut in (-0.1, -0.02, 0.02, 0.1):
        yield another("Responder", f"accepts from a margin of {cut:+g} on", cuts=[cut, 0.7])
    for act, name in ((SOFT, "accepts everything"), (HARD, "accepts nothing")):
        yield another("Responder", name, acts=[[act]] * 3)


def _claims() -> Iterator[Deviation]:
    """A responder with other claims, or who accepts otherwise, and a proposer who does."""
    yield Deviation("Responder", "the weak claim strength", ALL_CLAIM_STRENGTH)
    yield another("Responder", "the strong claim weakness", says=[[TILTED], [TILTED]])
    yield another("Responder", "each claims the opposite", says=[[EVEN], [TILTED]])
    yield another("Responder", "all are silent", says=[[-1], [-1]])
    weak, strong = [WAR, WAR, TILTED, EVEN], [WAR, WAR, WAR, EVEN]
    for name, rows in (
        ("the weak refuse the tilted split", [strong, strong]),
        ("the weak refuse the even split", [[WAR, WAR, TILTED, WAR], strong]),
        ("the strong accept the tilted split", [weak, weak]),
        ("the strong refuse the even split", [weak, [WAR] * 4]),
    ):
        yield another("Responder", name, acts=rows)
    for name, row in (
        ("refuses the even split", [WAR, WAR, TILTED, WAR]),
        ("refuses the tilted split", [WAR, WAR, WAR, EVEN]),
        ("accepts nothing", [WAR] * 4),
    ):
        yield another("Proposer", name, acts=[row])


PROFILES = (
    Profile(
        SHUTTLE,
        "all say hard, nobody listens",
        _shuttle,
        (
            *demands(adviser="Mediator"),
            another("Proposer", "believes what it hears", says=[HARD, SOFT]),
            another("Responder", "tells the truth", says=HONEST),
            *_answers(),
        ),
    ),
    Profile(
        SHUTTLE,
        "honest and believed",
        _honest,
        (another("Responder", 'always says "hard"', says=ALL_HARD), *_answers()),
        equilibrium=False,
    ),
    Profile(DISCREET, "a discreet mediator", _discreet, tuple(_claims())),
    Profile(DISCREET, "one who always tells, and often fails", _failing, tuple(_claims())),
    Profile(DISCREET, "one who always tells", _telling, tuple(_claims()), equilibrium=False),
)
