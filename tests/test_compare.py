"""Pairs on the same luck."""

import itertools

import pytest

import signalling as sg
from signalling.report.tables import signed
from signalling.stats import Interval
from signalling.study import compare_all, design, load_study

NOISE = {"channels.all.garble": {"probability": 0.3}}


@pytest.fixture(scope="module")
def seekers() -> sg.Scenario:
    return sg.load_scenario("two-seekers")


def test_the_table_counts_pairs_one_by_one(seekers: sg.Scenario) -> None:
    pair = sg.compare(seekers, treatment=NOISE, runs=60, seed=5)
    before = sg.run(seekers, runs=60, seed=5)["war"]
    after = sg.run(seekers.replace(NOISE), runs=60, seed=5)["war"]
    expected = {
        f"{'war' if b else 'peace'}/{'war' if a else 'peace'}": sum(
            (x, y) == (b, a) for x, y in zip(before, after, strict=True)
        )
        for b, a in itertools.product([True, False], repeat=2)
    }
    assert pair.table() == expected
    assert pair.averted == expected["war/peace"]
    assert pair.caused == expected["peace/war"]
    assert pair.risk_difference().estimate == pytest.approx((sum(after) - sum(before)) / 60)


def test_no_treatment_changes_nothing(seekers: sg.Scenario) -> None:
    pair = sg.compare(seekers, treatment={}, runs=30, seed=5)
    assert pair.baseline.content_hash() == pair.treated.content_hash()
    assert pair.averted == pair.caused == 0


def test_listeners_are_touched_by_no_channel(seekers: sg.Scenario) -> None:
    deaf = seekers.replace({"states.all.doctrine": "listener"})
    pair = sg.compare(deaf, treatment=NOISE | {"channels.all.loss_probability": 0.9}, runs=20, seed=5)
    assert pair.baseline["mean_rung"] == pair.treated["mean_rung"] == [0.0] * 20
    assert pair.baseline["reviews"] == pair.treated["reviews"]


def test_a_treatment_changes_channels_and_receivers_only(seekers: sg.Scenario) -> None:
    with pytest.raises(sg.ScenarioError, match="channels or receivers only"):
        sg.compare(seekers, treatment={"states.A.greedy_probability": 1.0}, runs=2, seed=1)
    sg.compare(
        seekers,
        treatment={"states.A.reading": {"law": "constant", "hours": 1}},
        runs=2,
        seed=1,
    )


def test_baseline_belief_stays_with_the_untreated_channel(seekers: sg.Scenario) -> None:
    """A receiver who keeps assuming the old channel is a literal assumption, written without numbers."""
    keep = NOISE | {"channels.all.assumed": "baseline"}
    literal = NOISE | {"channels.all.assumed": {"garble": {"probability": 0.0}}}
    one = sg.compare(seekers, treatment=keep, runs=40, seed=2)
    other = sg.compare(seekers, treatment=literal, runs=40, seed=2)
    assert one.treated["war"] == other.treated["war"]
    assert one.treated["belief_error"] == other.treated["belief_error"]
    assert (
        one.treated["belief_error"]
        != sg.compare(seekers, treatment=NOISE, runs=40, seed=2).treated["belief_error"]
    )


def test_common_luck_is_common() -> None:
    """Until decisions differ, the untouched channel carries the same messages at the same ticks."""
    scenario = sg.load_scenario("greedy-and-seeker").replace({"states.all.doctrine": "listener"})
    before = sg.trace(scenario, seed=1, run=4)
    after = sg.trace(scenario.replace({"channels.Greedy->Seeker.loss_probability": 0.9}), seed=1, run=4)
    assert before.reviews == after.reviews
    back = before.channels.index((1, 0))
    assert [m for m in before.messages if m.channel == back] == [
        m for m in after.messages if m.channel == back
    ]
    assert before.messages != after.messages


def test_compare_all_shares_one_baseline(seekers: sg.Scenario) -> None:
    seen: list[tuple[int, int]] = []
    study = load_study("two-seekers")
    pairs = compare_all(
        seekers, study.treatments, runs=10, seed=1, progress=lambda done, wanted: seen.append((done, wanted))
    )
    assert [pair.treatment_name for pair in pairs] == ["noisy", "noisy-believed-clean"]
    assert pairs[0].baseline is pairs[1].baseline
    assert seen == [(done, 30) for done in range(1, 31)]
    alone = sg.compare(seekers, treatment=study.treatments["noisy"], runs=10, seed=1)
    assert alone.treated.content_hash() == pairs[0].treated.content_hash()


def test_design_keeps_named_treatments() -> None:
    chosen = design("july-1914", ["hotline"], {}, {"horizon_days": 1}, runs=None, seed=None)
    assert (list(chosen.treatments), chosen.runs, chosen.seed) == (["hotline"], 1000, 1914)
    assert chosen.scenario.horizon_days == 1
    own = design("july-1914", [], {"channels.all.loss_probability": 0.5}, {}, runs=3, seed=2)
    assert (list(own.treatments), own.runs, own.seed) == (["treatment"], 3, 2)


def test_baseline_outcomes_must_be_of_the_same_runs(seekers: sg.Scenario) -> None:
    with pytest.raises(sg.ScenarioError, match="other runs"):
        sg.compare(seekers, treatment=NOISE, runs=3, seed=1, baseline=sg.run(seekers, runs=4, seed=1))


def test_baseline_outcomes_must_be_of_the_same_scenario_and_seed(seekers: sg.Scenario) -> None:
    for other, seed in ((seekers.replace(NOISE), 1), (seekers, 2)):
        with pytest.raises(sg.ScenarioError, match="another scenario or seed"):
            sg.compare(seekers, treatment=NOISE, runs=3, seed=1, baseline=sg.run(other, runs=3, seed=seed))
    alone = sg.compare(seekers, treatment=NOISE, runs=3, seed=1)
    given = sg.compare(seekers, treatment=NOISE, runs=3, seed=1, baseline=sg.run(seekers, runs=3, seed=1))
    assert given.summary() == alone.summary()


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        ((0.0123, -0.004, 0.03), "+0.012 [-0.004, +0.030]"),
        ((-0.0004, -0.0123, 0.0004), "0.000 [-0.012, 0.000]"),
        ((-0.0, -0.0006, 0.0006), "0.000 [-0.001, +0.001]"),
    ],
)
def test_what_is_rounded_to_zero_has_no_sign(difference: tuple[float, float, float], told: str) -> None:
    assert signed(Interval(*difference)) == told
