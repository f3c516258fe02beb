"""Shares of the wars: exact in every run, equal to a count over all orders by hand, agreeing with compare."""

import math
from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import signalling as sg
from signalling import fault_sets
from signalling.engines.choice import make_engine
from signalling.errors import ResultError
from signalling.shares import Attribution
from tests.faulty_crises import OF_CHANNELS, Crisis, crisis
from tests.own_doctrines import HAWK, changed
from tests.scenarios_strategy import build

CRISES = 200
#: Of these in `make test`, spread over all.
FEW_CRISES = range(0, CRISES, 5)
RUNS = 12

#: Climbs, and strikes from the top when it draws to, whatever it hears: messages have no part in its wars.
DEAF = changed(
    HAWK,
    ("USES_REPORTS = True", "USES_REPORTS = False"),
    ("int(Move.RAISE)\n", "int(Move.RAISE)\nATTACK = int(Move.ATTACK)\n"),
    (
        (
            "    for rival in range(own.rivals):\n"
            "        aim = max(aim, memory[2 * rival + 1] + parameters[LEAD])\n"
        ),
        (
            "    aim = 4.0\n    if own.rung == 4 and uniforms[0] < 0.02:\n"
            "        return Action(ATTACK, 0, 0.0, -1)\n"
        ),
    ),
)


def noisy(**changes: Any) -> sg.Scenario:
    """A greedy state and a security seeker, with loss, delay and garbling."""
    return sg.load_scenario("greedy-and-seeker").replace(
        {"channels.all.garble.probability": 0.3, "channels.all.loss_probability": 0.3, **changes}
    )


def shares_over_orders(wars: dict[frozenset[str], list[bool]], faults: list[str], run: int) -> list[Fraction]:
    """What each fault adds on average over all orders, from war under every set, in one run."""
    orders = list(permutations(faults))
    added = dict.fromkeys(faults, 0)
    for order in orders:
        before = frozenset[str]()
        for fault in order:
            after = before | {fault}
            added[fault] += wars[after][run] - wars[before][run]
            before = after
    return [Fraction(added[fault], len(orders)) for fault in faults]


# By hand


def check_by_hand(numbers: range) -> None:
    """Every set of faults of small crises is written as a file and run; every order is gone through."""
    different = compared = 0
    for number in numbers:
        small = crisis(number)
        faults = list(small.players)
        sets = [frozenset(some) for size in range(len(faults) + 1) for some in combinations(faults, size)]
        wars = {
            some: sg.run(small.without(some), runs=RUNS, seed=number, engine="batch")["war"] for some in sets
        }
        found = sg.attribute(small.whole(), faults=small.names, runs=RUNS, seed=number, engine="batch")
        assert found.players == tuple(small.names)
        assert found.war.tolist() == wars[frozenset(faults)]
        assert found.war_without.tolist() == wars[frozenset()]
        for run in range(RUNS):
            shares = [Fraction(int(part), found.denominator) for part in found.numerators[run]]
            assert shares == shares_over_orders(wars, faults, run), (number, run)
        different += bool(found.numerators.any())
        for place, fault in enumerate(faults):
            assert found.war_without_one[:, place].tolist() == wars[frozenset(faults) - {fault}]
            if fault in OF_CHANNELS and place == number % len(faults):
                compared += check_against_compare(found, small, fault, number)
    assert different > 0.6 * len(numbers)  # most of these crises tell something
    assert compared > 0.6 * len(numbers)


def test_shares_are_those_counted_by_hand() -> None:
    check_by_hand(FEW_CRISES)


@pytest.mark.slow
@pytest.mark.parametrize("begin", range(0, CRISES, 50))
def test_shares_of_all_crises_are_those_counted_by_hand(begin: int) -> None:
    check_by_hand(range(begin, begin + 50))


def check_against_compare(found: Attribution, small: Crisis, fault: str, seed: int) -> int:
    """One fault off is a treatment: `compare` counts the same pairs."""
    whole = small.whole()
    pair = sg.compare(whole, treatment=small.treatment(fault), runs=RUNS, seed=seed, engine="batch")
    contrast = found.but_for()[small.names[list(small.players).index(fault)]]
    counts = (contrast.averted, contrast.caused, contrast.untouched)
    assert counts == (pair.averted, pair.caused, pair.untouched)
    assert contrast.risk_difference() == pair.risk_difference()
    return 1


# What must be so


def test_shares_add_up_in_every_run() -> None:
    found = sg.attribute(noisy(), runs=300, seed=3)
    together = found.war.astype(int) - found.war_without.astype(int)
    assert (found.numerators.sum(axis=1) == found.denominator * together).all()
    assert found.denominator == math.factorial(sum(found.on))
    assert set(together) == {-1, 0, 1}  # wars are caused here, and prevented
    counts = found.table()
    total = sum(share.estimate for share in found.shares().values())
    assert total == pytest.approx((counts["war/peace"] - counts["peace/war"]) / 300, abs=1e-12)
    for part in (found.caused(), found.prevented()):
        assert sum(share.estimate for share in part.values()) == pytest.approx(1.0, abs=1e-12)


def test_caused_and_prevented_are_parts_of_the_shares() -> None:
    found = sg.attribute(noisy(), runs=200, seed=3)
    caused, prevented, counts = found.caused(), found.prevented(), found.table()
    untouched = found.war == found.war_without
    for place, (name, share) in enumerate(found.shares().items()):
        rest = found.numerators[untouched, place].sum() / found.denominator
        parts = counts["war/peace"] * caused[name].estimate - counts["peace/war"] * prevented[name].estimate
        assert 200 * share.estimate == pytest.approx(parts + rest, abs=1e-9)


def test_a_fault_that_is_off_has_no_share_and_no_run() -> None:
    seen: list[tuple[int, int]] = []
    found = sg.attribute(
        noisy(), runs=10, seed=1, engine="batch", progress=lambda done, wanted: seen.append((done, wanted))
    )
    assert [name for name, on in zip(found.players, found.on, strict=True) if on] == [
        "loss",
        "delay",
        "garbling",
    ]
    assert seen[-1] == (80, 80)  # 2^3 sets of 10 runs
    for place, on in enumerate(found.on):
        if not on:
            name = found.players[place]
            assert not found.numerators[:, place].any()
            assert found.shares()[name] == (0.0, 0.0, 0.0)
            assert found.but_for()[name][4:6] == (0, 0)


def test_naming_what_is_off_changes_nothing_else() -> None:
    everything = sg.attribute(noisy(), runs=40, seed=1, engine="batch")
    some = sg.attribute(
        noisy(), faults=["garbling", "queue", "loss", "delay"], runs=40, seed=1, engine="batch"
    )
    for name in some.players:
        assert (
            some.numerators[:, some.players.index(name)]
            == everything.numerators[:, everything.players.index(name)]
        ).all()
        assert some.shares()[name].estimate == everything.shares()[name].estimate


def test_no_fault_at_all_leaves_nothing_to_share() -> None:
    clean = sg.load_scenario("two-seekers").replace({"channels.all.delay": {"law": "constant", "hours": 0}})
    found = sg.attribute(clean, runs=20, seed=1, engine="batch")
    assert not any(found.on)
    assert found.denominator == 1
    assert (found.war == found.war_without).all()
    assert found.caused() == found.prevented() == {}
    assert set(found.shares().values()) == {(0.0, 0.0, 0.0)}


def test_faults_that_act_alike_have_like_shares() -> None:
    """One garbling on both channels of two like states. Four standard errors: one false alarm in 16,000."""
    scenario = sg.load_scenario("two-seekers").replace(
        {"channels.all.garble.probability": 0.5, "states.all.greedy_probability": 0.5}
    )
    found = sg.attribute(scenario, faults=["garbling:A->B", "garbling:B->A"], runs=4000, seed=5)
    shares = found.numerators / found.denominator
    difference = shares[:, 0] - shares[:, 1]
    error = difference.std(ddof=1) / math.sqrt(len(difference))
    assert abs(difference.mean()) < 4.0 * error
    assert shares.sum(axis=1).mean() > 10.0 * error  # there is something to share


def test_faults_of_channels_have_no_share_where_nobody_listens(tmp_path: Path) -> None:
    (tmp_path / "deaf.py").write_text(DEAF)
    scenario = noisy(
        **{
            "states.all.doctrine": {"file": str(tmp_path / "deaf.py")},
            "channels.all.assumed": {"garble": {"probability": 0.0}},
            "states.all.lying_probability": 0.5,
            "horizon_days": 20,
        }
    )
    found = sg.attribute(scenario, runs=15, seed=1, engine="process")
    assert sum(found.on) == 5
    assert 0 < found.war.sum() < 15
    assert not found.numerators.any()


# What the receiver believes


@pytest.mark.parametrize(
    ("assumed", "believed"),
    [
        ("true", {True: None, False: None}),
        ("baseline", {True: 0.3, False: 0.3}),
        ({"garble": {"probability": 0.1}}, {True: 0.1, False: 0.1}),
    ],
)
def test_what_is_assumed_follows_stays_or_is_written(
    assumed: Any, believed: dict[bool, float | None]
) -> None:
    """Garbling off: "true" follows the channel, "baseline" and a literal stay as they are."""
    found = sg.attribute(
        noisy(**{"channels.all.assumed": assumed}), faults=["garbling"], runs=60, seed=2, engine="batch"
    )
    for garbled, wars in ((True, found.war), (False, found.war_without)):
        probability = 0.3 if garbled else 0.0
        belief = probability if believed[garbled] is None else believed[garbled]
        written = noisy(
            **{
                "channels.all.garble.probability": probability,
                "channels.all.assumed": {"garble": {"probability": belief}},
            }
        )
        assert sg.run(written, runs=60, seed=2, engine="batch")["war"] == wars.tolist()


def test_miscalibration_off_is_the_truth_of_each_set() -> None:
    deceived = noisy(**{"channels.all.assumed": {"garble": {"probability": 0.0}}})
    found = sg.attribute(deceived, faults=["miscalibration", "garbling"], runs=200, seed=2)
    assert found.but_for()["miscalibration"].averted > 20
    # On a clean channel that is believed clean there is nothing to mend.
    only_belief = sg.attribute(
        deceived.replace({"channels.all.garble.probability": 0.0}), faults=["miscalibration"], runs=60, seed=2
    )
    assert only_belief.on == (True,)
    assert not only_belief.numerators.any()


# Same luck, whoever does the work


@pytest.mark.parametrize(("engine", "workers"), [("process", 1), ("process", 2), ("batch", 1), ("batch", 2)])
def test_engines_and_workers_give_the_same(engine: str, workers: int) -> None:
    short = noisy(horizon_days=15)
    found = sg.attribute(short, runs=12, seed=9, engine=engine, workers=workers)
    usual = sg.attribute(short, runs=12, seed=9)
    assert found.summary() == usual.summary()
    assert found.runs_table().equals(usual.runs_table())


def test_a_range_of_runs_is_a_part() -> None:
    whole, part = (sg.attribute(noisy(), runs=runs, seed=4, engine="batch") for runs in (30, range(10, 30)))
    assert part.runs.tolist() == list(range(10, 30))
    assert (whole.numerators[10:] == part.numerators).all()


def test_work_goes_on_where_it_was_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(done: int, wanted: int) -> None:
        if done > wanted // 2:
            raise KeyboardInterrupt

    path = tmp_path / "journal.jsonl"
    alone = sg.attribute(noisy(), runs=50, seed=6, engine="batch")
    with pytest.raises(KeyboardInterrupt):
        sg.attribute(noisy(), runs=50, seed=6, engine="batch", path=path, progress=stop)
    kept = len(path.read_text().splitlines())
    assert 1 < kept < 9  # a heading and a line for each of the eight sets
    engines = []

    def make(*arguments: Any, **more: Any) -> Any:
        engines.append(arguments)
        return make_engine(*arguments, **more)

    monkeypatch.setattr(fault_sets, "make_engine", make)
    resumed = sg.attribute(noisy(), runs=50, seed=6, engine="batch", path=path)
    assert len(engines) == 9 - kept
    assert resumed.summary() == alone.summary()
    again = sg.attribute(noisy(), runs=50, seed=6, engine="batch", path=path)
    assert len(engines) == 9 - kept
    assert again.summary() == alone.summary()
    with pytest.raises(ResultError, match="other work"):
        sg.attribute(noisy(), runs=50, seed=7, engine="batch", path=path)


def test_other_faults_share_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A set is known by what is run, not by what it was asked for."""
    path = tmp_path / "journal.jsonl"
    sg.attribute(noisy(), runs=20, seed=6, engine="batch", path=path)

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(fault_sets, "make_engine", refuse)
    sg.attribute(noisy(), faults=["loss", "garbling"], runs=20, seed=6, engine="batch", path=path)


# Intervals


def of_numbers(numerators: list[int], denominator: int = 2, **settings: Any) -> Attribution:
    """Two faults, of which the first has these numerators; both together never make a difference."""
    first = np.array(numerators, dtype=np.int64)
    peace = np.zeros(len(first), dtype=bool)
    return Attribution(
        title="made up",
        seed=settings.get("seed", 1),
        players=("loss", "delay"),
        on=(True, True),
        runs=np.arange(len(first)),
        denominator=denominator,
        numerators=np.stack([first, -first], axis=1),
        war=peace,
        war_without=peace,
        war_without_one=np.stack([peace, peace], axis=1),
        confidence=0.95,
        resamples=settings.get("resamples", 4000),
    )


def test_resampled_intervals_are_as_long_as_the_errors_say() -> None:
    """Of many runs they are nearly normal: within 5 %, where resampling errs by 2 % (one standard error)."""
    numbers = [2] * 900 + [1] * 700 + [0] * 3000 + [-1] * 400
    interval = of_numbers(numbers).shares()["loss"]
    error = float(np.std(np.array(numbers) / 2)) / math.sqrt(len(numbers))
    assert interval.estimate == sum(numbers) / 2 / len(numbers)
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * error, rel=0.05)
    assert (interval.high + interval.low) / 2 == pytest.approx(interval.estimate, abs=0.1 * error)


def test_resampling_is_keyed_by_the_seed_and_by_nothing_else() -> None:
    numbers = [1] * 400 + [0] * 9000 + [-1] * 201
    assert of_numbers(numbers).shares() == of_numbers(numbers[::-1]).shares()
    assert of_numbers(numbers).shares() != of_numbers(numbers, seed=2).shares()


@pytest.mark.parametrize("other", [[], [2], [-1, -2], [1, 1, -1, -2]])
def test_rare_runs_are_bounded_and_not_resampled(other: list[int]) -> None:
    """Nearly all runs say 0: the interval has room for runs that were not seen, on both sides."""
    interval = of_numbers([0] * (400 - len(other)) + other).shares()["loss"]
    assert interval.low <= min(-3.6 / 400, interval.estimate)
    assert interval.high >= max(3.6 / 400, interval.estimate)


# What is refused


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"faults": ["garbeling"]}, "did you mean"),
        ({"runs": 0}, "runs = 0"),
        ({"resamples": 99}, "resamples = 99"),
        ({"workers": 0}, "workers"),
        ({"engine": "swift"}, "engine"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(sg.ScenarioError, match=told):
        sg.attribute(noisy(), **{"runs": 5, "seed": 1} | arguments)


def test_too_many_faults_are_refused_with_a_remedy() -> None:
    names = [f"N{number}" for number in range(5)]
    scenario = build(
        {
            "name": "five",
            "states": [{"name": name, "doctrine": "spiral"} for name in names],
            "channels": {"default": {"loss_probability": 0.5}},
        }
    )
    faults = [f"loss:{a}->{b}" for a, b in permutations(names, 2)]
    with pytest.raises(sg.ScenarioError, match=r"20 are on, and 12 make 4,096 sets already; .*all:A--B"):
        sg.attribute(scenario, faults=faults, runs=2, seed=1)
    # Those that are off cost nothing, and do not count.
    sg.attribute(
        scenario.replace({"channels.all.loss_probability": 0, "horizon_days": 2}),
        faults=faults,
        runs=1,
        seed=1,
    )


def test_a_game_without_war_is_refused() -> None:
    with pytest.raises(sg.ScenarioError, match="no war"):
        sg.attribute(noisy(**{"ladder.war": False}), runs=5, seed=1)


def test_the_summary_is_plain_and_whole() -> None:
    found = sg.attribute(noisy(), faults=["garbling", "queue"], runs=30, seed=1, engine="batch")
    summary = found.summary()
    assert [row["fault"] for row in summary["faults"]] == ["garbling", "queue"]
    assert sum(row["numerator"] for row in summary["faults"]) == found.denominator * (
        summary["table"]["war/peace"] - summary["table"]["peace/war"]
    )
    table = found.runs_table()
    assert table.column_names == ["run", "war", "war_without", "garbling", "queue"]
    assert int(table.schema.metadata[b"denominator"]) == found.denominator
