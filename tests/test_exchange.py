"""Exchanges: whose turn it is, what is earned, how the script ends, and what a file may not say."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import signalling as sg
from signalling.cli import main
from signalling.exchange import ExchangeGame
from signalling.vocabulary import Move
from tests.conservation import conserved
from tests.contract.test_engines import _examples
from tests.exchange_strategy import exchanges
from tests.scenarios_strategy import Document, build

SEED = 11
AT_ONCE: Document = {"delay": {"law": "constant", "hours": 0}}


def exchange(*, phases=("nature", "talk", "act"), channel=None, **tables) -> sg.Scenario:
    """A and B, each with a lot, who tell whether it is high and then do what the other said."""
    follower: Document = {"name": "cutoff", "says": [[0], [1]], "acts": [[0, 0, 1], [0, 0, 1]], "shows": True}
    game = {"kind": "exchange", "letters": ["low", "high"], "phases": list(phases)}
    return build(
        {
            "name": "exchange",
            "review": {"interval_hours": 24, "jitter_hours": 0},
            "game": game | tables.pop("game", {}),
            "states": [
                {"name": "A", "doctrine": follower | {"number": {"Lot A": 1}, "hears": "B"}},
                {"name": "B", "doctrine": follower | {"number": {"Lot B": 1}, "hears": "A"}},
                {"name": "Lot A", "doctrine": "nature"},
                {"name": "Lot B", "doctrine": "nature"},
            ],
            "network": {"graph": "explicit"},
            "channels": {
                "default": AT_ONCE,
                "between": [
                    {"from": "Lot A", "to": "A"},
                    {"from": "Lot B", "to": "B"},
                    {"from": "A", "to": "B"} | (channel or {}),
                    {"from": "B", "to": "A"},
                ],
            },
        }
        | tables
    )


def by_state(scenario: sg.Scenario, run: int = 0) -> dict[str, dict]:
    outcomes = sg.run(scenario, runs=range(run, run + 1), seed=SEED, by_state=True)
    return {row["state"]: row for row in outcomes.states.to_pylist()}


# The script


@pytest.mark.parametrize("run", range(4))
def test_chance_draws_states_talk_and_then_act(run):
    scenario = exchange()
    trace = sg.trace(scenario, seed=SEED, run=run)
    conserved(trace)
    lots = {review.state: review.posture for review in trace.reviews[:4] if review.move == Move.PLAY}
    assert set(lots) == {2, 3}
    assert all(0.0 <= lot < 1.0 for lot in lots.values())
    said = [review.letter for review in trace.reviews[4:6]]
    assert said == [int(lots[2] >= 0.5), int(lots[3] >= 0.5)]
    done = by_state(scenario, run)
    assert [done["A"]["rung"], done["B"]["rung"]] == [said[1], said[0]]
    assert [done["A"]["posture"], done["B"]["posture"]] == [lots[2], lots[3]]
    assert trace.outcome["stop"] == "settled"
    assert trace.outcome["stop_hours"] == 48.0
    assert trace.outcome["payoff"] is None


def test_who_has_no_turn_stays_and_is_silent():
    phases = ["nature", {"kind": "talk", "by": ["B"]}, {"kind": "act", "by": ["A"]}]
    trace = sg.trace(exchange(phases=phases), seed=SEED, run=0)
    senders = [trace.names[trace.channels[message.channel][0]] for message in trace.messages]
    assert senders == ["Lot A", "Lot B", "B", "A"]
    assert "B acts" not in str(trace)
    assert "A says" not in str(trace)


def test_what_comes_late_is_heard_later_or_never():
    late = exchange(
        channel={"delay": {"law": "constant", "hours": 30}}, phases=["nature", "talk", "act", "act"]
    )
    for run in range(10):
        trace = sg.trace(late, seed=SEED, run=run)
        first, second = (
            review.after for review in trace.reviews if review.state == 1 and review.tick >= 2 * 86400
        )
        told = trace.reviews[4].letter
        assert (first, second) == (0, told)


def test_a_run_ends_with_its_script():
    scenario = exchange(phases=["nature", *["talk"] * 6, "act"])
    trace = sg.trace(scenario, seed=SEED, run=0)
    assert trace.outcome["reviews"] == 8 * 4
    assert trace.reviews[-1].tick == 7 * 86400


# War and payoffs


@pytest.mark.parametrize(("needed", "wars"), [(1, any), (2, all)])
def test_war_is_where_enough_stand_on_its_letter(needed, wars):
    scenario = exchange(game={"war": {"letter": "high", "by": ["A", "B"], "needed": needed}})
    seen = set()
    for run in range(12):
        done = by_state(scenario, run)
        expected = wars(done[name]["rung"] == 1 for name in "AB")
        row = sg.trace(scenario, seed=SEED, run=run).outcome
        assert row["war"] == expected
        assert row["stop"] == ("war" if expected else "settled")
        assert row["belligerents"] == (sum(done[name]["rung"] for name in "AB") if expected else 0)
        assert row["initiator"] is None
        told = sg.trace(scenario, seed=SEED, run=run).belligerents
        assert told == tuple(name for name in "AB" if expected and done[name]["rung"] == 1)
        seen.add(expected)
    assert seen == {True, False}


def paid(game: ExchangeGame, done: dict[str, dict], state: str) -> float | None:
    """What a state earns by the rules, if everything is earned at the end."""
    rules = [rule for rule in game.payoffs if rule.to == state]
    total = 0.0
    for rule in rules:
        own, other = done[rule.to]["rung"], done[rule.against]["rung"]
        total += rule.table[own][other] if rule.table else 0.0
        total += sum(term.weight[own][other] * done[term.of]["posture"] for term in rule.terms)
        for distance in rule.distances:
            first, second = (done[name]["posture"] for name in distance.between)
            total -= distance.weight * (first - second - distance.bias) ** 2
    return total if rules else None


def test_payoffs_are_what_the_rules_say():
    @_examples(60)
    @given(exchanges(), st.integers(0, 50))
    def holds(document: Document, run: int) -> None:
        for phase in document["game"]["phases"]:
            if isinstance(phase, dict):
                phase.pop("stakes", None)
        scenario = build(document)
        assume(scenario.game.payoffs)
        done = by_state(scenario, run)
        for state, row in done.items():
            expected = paid(scenario.game, done, state)
            assert row["payoff"] == (None if expected is None else pytest.approx(expected, abs=1e-12))

    holds()


def test_stakes_divide_a_payoff_among_phases():
    rule = {"to": "A", "against": "B", "table": [[1, 2], [3, 5]]}
    phases = ["nature", {"kind": "act", "stakes": 0.25}, "talk", {"kind": "act", "stakes": 0.75}]
    for run in range(6):
        trace = sg.trace(exchange(phases=phases, game={"payoffs": [rule]}), seed=SEED, run=run)
        acts = [
            review.after for review in trace.reviews if review.state < 2 and review.tick in {86400, 3 * 86400}
        ]
        (a, b), (then_a, then_b) = acts[:2], acts[2:]
        expected = 0.25 * rule["table"][a][b] + 0.75 * rule["table"][then_a][then_b]
        assert trace.outcome["payoff"] == expected


# As any other scenario


def test_it_is_compared_and_attributed_like_a_crisis():
    noisy = exchange(
        channel={"garble": {"probability": 0.4, "kernel": "other"}, "loss_probability": 0.3},
        game={"war": {"letter": "high", "by": ["B"]}},
    )
    clean = {"channels.A->B.garble.probability": 0.0, "channels.A->B.loss_probability": 0.0}
    paired = sg.compare(noisy, treatment=clean, runs=400, seed=SEED)
    assert paired.caused + paired.averted > 0
    shares = sg.attribute(noisy, faults=["garbling", "loss"], runs=400, seed=SEED)
    wars = sg.run(noisy, runs=400, seed=SEED)["war"]
    assert shares.war.sum() == sum(wars) > 0
    # Who hears nothing stays low: what is lost prevents wars.
    assert shares.numerators[:, 1].sum() < 0


def test_a_run_tells_who_did_what_and_earned_what(capsys, tmp_path):
    assert (
        main(["run", "ultimatum", "--runs", "400", "--seed", "3", "--out", str(tmp_path / "out"), "--json"])
        == 0
    )
    told = json.loads(capsys.readouterr().out)["states"]
    outcomes = sg.run(sg.load_scenario("ultimatum"), runs=400, seed=3, by_state=True)
    rows = outcomes.states.to_pylist()
    assert set(told) == {"Proposer", "Responder"}
    for name, row in told.items():
        mine = [row for row in rows if row["state"] == name]
        assert sum(row["acts"].values()) == pytest.approx(1.0)
        assert list(row["acts"]) == ["hard", "soft"]
        assert row["acts"]["soft"] == sum(entry["rung"] == 1 for entry in mine) / 400
        assert row["payoff"]["mean"] == pytest.approx(sum(entry["payoff"] for entry in mine) / 400)
        assert row["value"] == pytest.approx(sum(entry["posture"] for entry in mine) / 400)
    assert main(["run", "ultimatum", "--runs", "50"]) == 0
    assert "Where states stand at the end, and what they earn" in capsys.readouterr().out


def test_the_chronicle_reads_as_a_script():
    told = str(sg.trace(exchange(game={"war": {"letter": "high", "by": ["A", "B"]}}), seed=SEED, run=1))
    assert "Lot A draws 0." in told
    assert "A says" in told
    assert "acts:" in told
    assert "WAR: at the end" in told or "SETTLED: the script came to its end without war" in told


# What a file may not say


@pytest.mark.parametrize(
    ("tables", "complaint"),
    [
        ({"horizon_days": 3}, "horizon_days = 3: an exchange ends after its phases; drop it"),
        ({"review": {}}, "review.jitter_hours = 12.0: a phase is one review of every state at once; write 0"),
        ({"until": "top"}, 'until = "top": an exchange ends after its phases; drop it'),
        (
            {"review": {"jitter_hours": 0, "on_report": {"minimum_gap_hours": 1}}},
            "review.on_report: a phase is one review of every state at once; drop it",
        ),
        ({"phases": []}, 'game.phases = []: needs 1 to 1000 phases, e.g. ["nature", "talk", "act"]'),
        ({"phases": ["dance"]}, "must be 'nature', 'talk' or 'act'"),
        ({"phases": [{"kind": "act", "by": ["C"]}]}, 'game.phases[0].by = "C": no such state'),
        ({"game": {"letters": ["low", "low"]}}, "a name stands twice; give each letter its own"),
        (
            {"game": {"payoffs": [{"to": "A", "against": "A"}]}},
            'game.payoffs[0].against = "A": must be another state than `to`',
        ),
        (
            {"game": {"payoffs": [{"to": "A", "against": "B", "table": [[1]]}]}},
            "[0].table must be 2 rows of 2 numbers, by letters",
        ),
        (
            {"game": {"payoffs": [{"to": "A", "against": "B", "distances": [{"between": ["A", "A"]}]}]}},
            "is no distance; name two states",
        ),
        ({"game": {"war": {"letter": "peace"}}}, "letter = 'peace' is none of the letters: low, high"),
        (
            {"game": {"war": {"letter": "high", "by": ["A"], "needed": 2}}},
            "game.war.needed = 2: is more than the 1 states that count",
        ),
    ],
)
def test_a_mistake_is_one_clear_error(tables, complaint):
    with pytest.raises(sg.ScenarioError) as error:
        exchange(**tables)
    assert complaint in str(error.value)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"states.A.doctrine.hears": "C"}, "'C' is no rival, of whom something is heard; they are B, Lot A"),
        ({"states.A.doctrine.acts": [[0, 1], [1]]}, "acts has a row of 2; write 1 letter, or 3"),
        ({"states.A.doctrine.says": [[0], [7]]}, "says holds 7; the letters are 0 to 1"),
        (
            {"states.A.doctrine": {"name": "best_reply", "says": [0, 5]}},
            "says holds 5; the letters are 0 to 1",
        ),
    ],
)
def test_a_plan_that_does_not_fit_its_game_is_one_clear_error(changes, complaint):
    with pytest.raises(sg.ScenarioError) as error:
        sg.run(exchange().replace(changes), runs=1, seed=SEED)
    assert str(error.value).startswith("states.A.doctrine: tabulate: ")
    assert complaint in str(error.value)
