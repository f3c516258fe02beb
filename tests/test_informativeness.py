"""What reports are worth: closed forms of channels, laws of information, and the counts told from traces.

Two players who toss a coin at every review whatever they hear make the rung independent of the channel, so
bits have closed forms. Statistical claims are held to four standard errors of the jackknife on fixed seeds
(one false alarm in 16,000 each); the others are exact.
"""

import itertools
import json
import math
import shlex
from collections import defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import kendalltau

import signalling as sg
from signalling.bits import Information, kendall_tau
from signalling.chronicle import Trace
from signalling.cli import main
from signalling.engines.choice import make_engine
from signalling.joint_counts import JointCounts, count_runs, rivalries_of
from signalling.model import compile_model
from signalling.stats import Estimate
from signalling.vocabulary import Fate, MessageKind
from tests.own_doctrines import HAWK, changed
from tests.scenarios_strategy import Document, build

SEED = 5
COIN = {"name": "memory_one"} | dict.fromkeys(
    ("after_cc", "after_cd", "after_dc", "after_dd", "first_cooperation"), 0.5
)
#: Moves up and down by chance, whatever it reads, which it takes note of all the same.
DRIFTER = changed(
    HAWK,
    (
        (
            "    move = RAISE if own.rung < min(aim, own.ceiling) else LOWER "
            "if own.rung > max(aim, own.floor) else HOLD\n"
        ),
        (
            "    move = HOLD\n    if uniforms[0] < 0.35 and own.rung < own.ceiling:\n        move = RAISE\n"
            "    if uniforms[0] > 0.6 and own.rung > own.floor:\n        move = LOWER\n"
        ),
    ),
)


def tossers(channel: Document, **tables: object) -> sg.Scenario:
    """A and B toss coins once a day and tell each other, over a channel like this."""
    return build(
        {
            "name": "coins",
            "horizon_days": 30,
            "game": {"kind": "matrix"},
            "review": {"interval_hours": 24, "jitter_hours": 0},
            "states": [{"name": name, "doctrine": COIN} for name in "AB"],
            "channels": {"default": {"delay": constant(1)} | channel},
        }
        | tables
    )


def constant(hours: float) -> Document:
    return {"law": "constant", "hours": hours}


def garbled(probability: float) -> Document:
    return {"garble": {"probability": probability, "kernel": "uniform"}}


def flipped(probability: float) -> float:
    """Bits of a fair coin that is told wrong so often."""
    return 1.0 + sum(share * math.log2(share) for share in (probability, 1.0 - probability) if share)


def measured(scenario: sg.Scenario, runs: int = 150, **arguments: object) -> Information:
    return sg.information(scenario, runs=runs, seed=SEED, **arguments)  # type: ignore[arg-type]


def errors_off(estimate: Estimate, truth: float) -> float:
    """How many standard errors an estimate lies from the truth; its ends are about two either side."""
    assert estimate.estimate is not None
    assert estimate.low is not None
    assert estimate.high is not None
    return abs(estimate.estimate - truth) / ((estimate.high - estimate.low) / 3.94)


def value(estimate: Estimate) -> float:
    assert estimate.estimate is not None
    return estimate.estimate


# Closed forms


@pytest.mark.parametrize("probability", [0.1, 0.5])
def test_a_symmetric_channel_has_the_bits_of_its_closed_form(probability: float) -> None:
    (cell,) = measured(tossers(garbled(probability))).cells
    truth = flipped(probability / 2.0)  # the true letter is among those that a garbled one is drawn from
    for channel in cell.channels:
        assert errors_off(channel.bits.bits_per_report, truth) < 4.0
        assert errors_off(channel.bits.entropy_per_report, 1.0) < 4.0
    assert errors_off(cell.bits.bits_per_report, truth) < 4.0


def test_a_channel_that_always_garbles_carries_nothing() -> None:
    (cell,) = measured(tossers(garbled(1.0))).cells
    assert errors_off(cell.bits.bits_per_report, 0.0) < 4.0
    assert errors_off(cell.bits.bits_at_review, 0.0) < 4.0
    seekers = sg.load_scenario("two-seekers").replace({"channels.default.garble.probability": 1.0})
    (cell,) = measured(seekers, runs=60).cells
    assert errors_off(cell.bits.bits_per_report, 0.0) < 4.0
    assert errors_off(cell.bits.bits_at_review, 0.0) < 4.0


@pytest.mark.parametrize(
    "scenario", [tossers({}), sg.load_scenario("two-seekers")], ids=["coins", "two seekers"]
)
def test_a_clean_channel_carries_all_there_is_to_tell(scenario: sg.Scenario) -> None:
    """Letters are rungs: the same counts, and so the same numbers to the last bit."""
    (cell,) = measured(scenario, runs=40).cells
    for bits in (cell.bits, *(channel.bits for channel in cell.channels)):
        assert bits.bits_per_report == bits.entropy_per_report
        assert value(bits.bits_per_report) > 0.1


def test_at_review_a_coin_is_known_until_it_is_tossed_again() -> None:
    """A report that is read before the next toss tells of the coin that lies there, later of a former one."""
    (soon,) = measured(tossers({"delay": constant(23)})).cells
    (late,) = measured(tossers({"delay": constant(25)})).cells
    # Of the thirty reviews the first is held before anything was said.
    assert errors_off(soon.bits.bits_at_review, 29.0 / 30.0) < 4.0
    assert errors_off(late.bits.bits_at_review, 0.0) < 4.0
    assert errors_off(late.bits.bits_per_report, 1.0) < 4.0


def test_what_was_lost_is_missed_at_review_only() -> None:
    """Each report is lost by itself: the last coin is known if its report came, a former one if not."""
    (cell,) = measured(tossers({"loss_probability": 0.5})).cells
    assert errors_off(cell.bits.bits_per_report, 1.0) < 4.0
    assert 0.1 < value(cell.bits.bits_at_review) < 0.3  # flipped(0.25) is 0.19
    (dead,) = measured(tossers({"loss_probability": 1.0}), runs=20).cells
    assert dead.bits.bits_per_report.estimate is None
    assert dead.bits.bits_at_review[:3] == (0.0, None, None)
    assert [channel.reports for channel in dead.channels] == [0, 0]


# Laws


def test_lies_carry_nothing_and_half_lies_something() -> None:
    """A greedy state that always says 0 tells nothing; one that lies half the time, less than there is."""
    greedy = sg.load_scenario("greedy-and-seeker").replace({"channels.all.garble.probability": 0.0})
    bits = []
    for lying in (0.0, 0.5, 1.0):
        (cell,) = measured(greedy.replace({"states.Greedy.lying_probability": lying}), runs=60).cells
        (said,) = [channel for channel in cell.channels if channel.channel == "Greedy->Seeker"]
        bits.append(said.bits)
    honest, half, never = bits
    assert value(never.bits_per_report) == pytest.approx(0.0, abs=1e-9)
    assert value(never.bits_at_review) == pytest.approx(0.0, abs=1e-9)
    shares = [value(each.bits_per_report) / value(each.entropy_per_report) for each in (honest, half, never)]
    assert shares[0] == pytest.approx(1.0)
    assert 0.1 < shares[1] < 0.9


def test_no_hop_adds_information() -> None:
    """Data processing, in closed form: two symmetric channels in a row are one that flips more often."""
    between = [{"from": a, "to": b} | garbled(0.2) for a, b in (("A", "R"), ("R", "B"))]
    relayed: Document = {
        "relays": ["R"],
        "network": {"graph": "explicit"},
        "routes": [{"from": "A", "to": "B", "via": ["R"]}],
    }
    channels: Document = {"channels": {"default": {"delay": constant(1)}, "between": between}}
    (cell,) = measured(tossers({}, **relayed | channels)).cells
    (there,) = [channel for channel in cell.channels if channel.channel == "A->B"]
    assert errors_off(there.bits.bits_per_report, flipped(2 * 0.1 * 0.9)) < 4.0
    assert value(there.bits.bits_per_report) < flipped(0.1)


def test_a_copy_tells_nothing_new() -> None:
    """It comes when what it says has been read."""
    (plain,) = measured(tossers(garbled(0.3)), runs=60).cells
    (copied,) = measured(tossers(garbled(0.3) | {"duplicate_probability": 1.0}), runs=60).cells
    assert [channel._replace(bits=plain.bits) for channel in copied.channels] == [
        channel._replace(bits=plain.bits) for channel in plain.channels
    ]
    assert copied.bits == plain.bits


def test_quieter_rungs_have_less_to_tell() -> None:
    """On a clean line the bits are those of the rungs, not of the line: the share is what compares lines."""
    seekers = sg.load_scenario("two-seekers")
    (calm,) = measured(seekers, runs=60).cells
    (tense,) = measured(seekers.replace({"states.all.doctrine.precision": 12}), runs=60).cells
    assert value(tense.bits.bits_per_report) > 1.2 * value(calm.bits.bits_per_report)
    for cell in (calm, tense):
        assert 0.8 < value(cell.bits.share_at_review) < 1.0


# Counts


def drifters(folder: Path) -> sg.Scenario:
    """Relays, copies, repetitions, acknowledgements, newest-first queues, reviews that reports trigger."""
    file = folder / "drifter.py"
    file.write_text(DRIFTER, encoding="utf-8")
    noisy = garbled(0.4) | {"delay": {"law": "exponential", "mean_hours": 9}}
    document: Document = {
        "name": "drifters",
        "horizon_days": 12,
        "review": {"interval_hours": 12, "jitter_hours": 4, "on_report": {"minimum_gap_hours": 2}},
        "ladder": {"war": False, "rungs": ["calm", "wary", "alarmed"]},
        "states": [{"name": name, "doctrine": "listener"} for name in "ABC"],
        "network": {"graph": "explicit"},
        "relays": ["R"],
        "routes": [{"from": "A", "to": "B", "via": ["R"]}],
        "rivals": [{"between": ["A", "B"]}, {"between": ["B", "C"]}],
        "channels": {
            "default": noisy,
            "between": [
                {"from": "A", "to": "R"} | noisy | {"duplicate_probability": 0.4},
                {"from": "R", "to": "B"} | noisy,
                {"from": "B", "to": "A"} | noisy | {"repeats": 2},
                {"from": "C", "to": "A"},
                {"from": "B", "to": "C"}
                | noisy
                | {"queue": {"service": constant(15), "discipline": "newest_first"}},
                {"from": "C", "to": "B"}
                | noisy
                | {"loss_probability": 0.4, "acknowledgement": {"timeout_hours": 3, "attempts": 3}},
            ],
        },
    }
    return build(document).replace({"states.all.doctrine": str(file)})


def told(
    trace: Trace, pairs: list[tuple[int, int]], letters: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The counts of a run, read off its trace: by time, without a recorder."""
    at_reading = np.zeros((len(pairs), letters, letters), dtype=int)
    at_review = np.zeros((len(pairs), letters, letters + 1), dtype=int)
    moves = defaultdict(list)
    for review in trace.reviews:
        moves[review.state].append((review.tick, review.after))

    def stood(state: int, tick: int) -> int:
        """After all reviews up to this tick."""
        return next((rung for moved, rung in reversed(moves[state]) if moved <= tick), 0)

    heard = defaultdict(list)
    for message in trace.messages:
        sender, addressee = trace.channels[message.channel]
        if message.fate == Fate.READ and message.kind == MessageKind.RUNG and (addressee, sender) in pairs:
            place = pairs.index((addressee, sender))
            at_reading[place, stood(sender, message.sent), message.letter] += 1
            heard[place].append((message.due, message.sent, message.letter))
    for review in trace.reviews:
        for place, (reader, rival) in enumerate(pairs):
            if reader == review.state:
                letter = max(
                    (entry for entry in heard[place] if entry[0] <= review.tick), default=(0, 0, letters)
                )[2]
                at_review[place, stood(rival, review.tick - 1), letter] += 1
    return at_reading, at_review


def test_the_counts_are_those_of_the_traces(tmp_path: Path) -> None:
    scenario = drifters(tmp_path)
    model = compile_model(scenario)
    pairs = rivalries_of(model)
    counts = count_runs(model, make_engine(model, SEED, "process"), range(12))
    traces = [sg.trace(scenario, seed=SEED, run=run) for run in range(12)]
    befallen = {message.fate for trace in traces for message in trace.messages}
    assert {Fate.PREEMPTED, Fate.SUPERSEDED, Fate.LOST, Fate.PASSED_ON, Fate.READ} <= befallen
    again = {
        trace.lines[message.channel]
        for trace in traces
        for message in trace.messages
        if message.attempt and message.fate == Fate.READ
    }
    assert {"B->A", "C->B"} <= again
    assert any(review.triggered for trace in traces for review in trace.reviews)
    for run, trace in enumerate(traces):
        at_reading, at_review = told(trace, pairs, 3)
        assert np.array_equal(counts.at_reading[run], at_reading), run
        assert np.array_equal(counts.at_review[run], at_review), run
        of_rivals = [
            sum(
                not message.is_copy and message.hop == 0 and message.kind == MessageKind.RUNG
                for message in trace.messages
                if trace.channels[message.channel][0] == rival
                and trace.lines[message.channel].split("|")[0]
                == f"{trace.names[rival]}->{trace.names[reader]}"
            )
            for reader, rival in pairs
        ]
        assert counts.sent[run].tolist() == of_rivals
    back = JointCounts.from_plain(json.loads(json.dumps(counts.to_plain())))
    for name, table in counts._asdict().items():
        assert np.array_equal(getattr(back, name), table, equal_nan=True), name


def test_what_stands_beside_the_bits_is_that_of_the_runs() -> None:
    scenario = sg.load_scenario("greedy-and-seeker")
    (cell,) = measured(scenario, runs=60).cells
    outcomes = sg.run(scenario, runs=60, seed=SEED)
    assert cell.cell.id == outcomes["cell"][0]
    assert cell.p_war.estimate == sum(outcomes["war"]) / 60
    assert value(cell.mean_age_hours) == pytest.approx(np.mean(outcomes["mean_age_hours"]))
    assert value(cell.belief_error) == pytest.approx(np.mean(outcomes["belief_error"]))
    assert value(cell.rung_error) == pytest.approx(np.mean(outcomes["rung_error"]))
    assert sum(channel.sent for channel in cell.channels) == sum(outcomes["sent"])


# The same numbers, whoever makes them


def test_both_engines_measure_the_same() -> None:
    disturbed: Document = {
        "delay": {"law": "exponential", "mean_hours": 30},
        "duplicate_probability": 0.3,
        "repeats": 2,
        "queue": {"service": constant(20), "discipline": "newest_first"},
    }
    coins = tossers(garbled(0.3) | disturbed, review={"interval_hours": 24, "jitter_hours": 6})
    for scenario in (coins, sg.load_scenario("greedy-and-seeker")):
        one, other = (measured(scenario, runs=15, engine=engine) for engine in ("process", "batch"))
        assert one == other


def test_interrupted_work_goes_on(tmp_path: Path) -> None:
    scenario = tossers(garbled(0.3), horizon_days=5)
    path = tmp_path / "new" / "journal.jsonl"

    def interrupt(done: int, wanted: int) -> None:
        assert wanted == 600
        if done >= 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measured(scenario, runs=600, path=path, progress=interrupt)
    kept = path.read_text(encoding="utf-8")
    assert len(kept.splitlines()) == 3
    resumed = measured(scenario, runs=600, path=path)
    assert path.read_text(encoding="utf-8").startswith(kept)
    assert resumed == measured(scenario, runs=600)
    with pytest.raises(sg.SignallingError, match="holds other work"):
        sg.information(scenario, runs=10, seed=SEED + 1, path=path)


# Studies


def test_a_study_is_measured_cell_by_cell() -> None:
    study = sg.Study(
        tossers({}),
        runs=25,
        seed=SEED,
        grid={
            "channels.default.garble.probability": [0.0, 0.5],
            "channels.default.delay": [constant(1), constant(25)],
        },
        treatments={"lossy": {"channels.all.loss_probability": 0.5}},
    )
    found = sg.information(study)
    assert [cell.cell.id for cell in found.cells] == [cell.id for cell in study.cells]
    assert {cell.runs for cell in found.cells} == {25}
    (alone,) = measured(
        tossers({"garble": {"probability": 0.5}, "delay": constant(25), "loss_probability": 0.5}), runs=25
    ).cells
    (same,) = [
        cell
        for cell in found.cells
        if cell.cell.treatment == "lossy"
        and cell.cell.settings
        == {"channels.default.garble.probability": 0.5, "channels.default.delay": constant(25)}
    ]
    assert same.bits == alone.bits
    assert found.dials() == ["channels.default.garble.probability", "channels.default.delay"]
    assert found.treatments() == ["baseline", "lossy"]
    rows = found.table().to_pylist()
    assert [row["bits_at_review"] for row in rows] == [
        cell.bits.bits_at_review.estimate for cell in found.cells
    ]
    assert {row["channels.default.delay"] for row in rows} == {
        '{"hours":1,"law":"constant"}',
        '{"hours":25,"law":"constant"}',
    }
    assert found.channels().num_rows == 2 * len(found.cells)
    assert json.loads(json.dumps(found.summary()))["cells"][0]["runs"] == 25
    order = found.order()
    assert "channels.default.delay" not in order  # a law has no place on a scale
    assert order["channels.default.garble.probability"] is None  # there is no war in this game


def test_seeds_and_runs_of_a_study_may_be_others() -> None:
    for luck in ("common", "independent"):
        study = sg.Study(
            tossers({}), runs=25, seed=1, luck=luck, grid={"channels.default.loss_probability": [0.0, 0.5]}
        )
        other = sg.Study(
            tossers({}), runs=9, seed=SEED, luck=luck, grid={"channels.default.loss_probability": [0.0, 0.5]}
        )
        found = sg.information(other)
        assert sg.information(study, runs=9, seed=SEED) == found
        assert [(cell.cell.id, cell.cell.seed) for cell in found.cells] == [
            (cell.id, cell.seed) for cell in other.cells
        ]


def test_tau_is_that_of_the_books() -> None:
    values = list(itertools.chain([3, 1, 2, 2, 5], [4, 4, 0]))
    wars = [0.3, 0.1, 0.2, 0.1, 0.4, 0.4, 0.2, 0.0]
    assert kendall_tau(values, wars) == pytest.approx(kendalltau(values, wars).statistic)
    assert kendall_tau([1, 1], [0.1, 0.2]) is None


def test_what_cannot_be_measured_is_refused() -> None:
    seekers = sg.load_scenario("two-seekers")
    with pytest.raises(sg.ScenarioError, match="give both"):
        sg.information(seekers, runs=10)
    with pytest.raises(sg.ScenarioError, match="runs = 0"):
        sg.information(seekers, runs=0, seed=1)
    with pytest.raises(sg.ScenarioError, match="engine"):
        sg.information(seekers, runs=1, seed=1, engine="bach")
    with pytest.raises(sg.SignallingError, match="confidence = 95"):
        sg.information(seekers, runs=1, seed=1, confidence=95)
    armed = build(
        {
            "name": "race",
            "game": {"kind": "posture"},
            "states": [{"name": name, "doctrine": "richardson"} for name in "AB"],
            "channels": {"default": {}},
        }
    )
    with pytest.raises(sg.ScenarioError, match="its messages are numbers"):
        sg.information(armed, runs=1, seed=1)
    alone = build({"name": "alone", "states": [{"name": "A", "doctrine": "listener"}], "channels": {}})
    with pytest.raises(sg.ScenarioError, match="no two states are rivals"):
        sg.information(alone, runs=1, seed=1)


# The command


def test_the_command_tells_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["information", "two-seekers", "--runs", "5", "--seed", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads(
        json.dumps(sg.information(sg.load_scenario("two-seekers"), runs=5, seed=3).summary())
    )


def test_the_command_changes_a_study_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "noise.study.toml"
    file.write_text(
        'scenario = "two-seekers"\nseed = 1\nruns = 4\n\n[grid]\n"review.jitter_hours" = [0, 6]\n',
        encoding="utf-8",
    )
    assert main(["information", str(file), "--set", "horizon_days=10", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [cell["settings"] for cell in told["cells"]] == [
        {"review.jitter_hours": 0},
        {"review.jitter_hours": 6},
    ]
    short = sg.load_scenario("two-seekers").replace({"horizon_days": 10, "review.jitter_hours": 6})
    assert told["cells"][1]["cell"] == sg.information(short, runs=4, seed=1).cells[0].cell.id


def test_the_command_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("signalling.informativeness.information", interrupted)
    command = ["information", "two-seekers", "--runs", "7", "--set", 'name="a crisis"']
    assert main([*command, "--out", str(tmp_path)]) == 130
    expected = shlex.join(["signalling", *command, "--out", str(tmp_path)])
    assert f"to go on, run: {expected}\n" in capsys.readouterr().err
    assert main(command) == 130
    assert "--out DIR would keep" in capsys.readouterr().err
