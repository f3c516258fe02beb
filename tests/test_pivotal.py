"""Pivotal messages: those that are found are those that a rerun of each message by other means finds."""

import json
from pathlib import Path
from typing import Any

import pytest

import signalling as sg
from signalling.alteration import Alteration
from signalling.cli import main
from signalling.engines import process
from signalling.engines.choice import make_engine
from signalling.executors import tell
from signalling.kernel.message import Message
from signalling.kernel.order import WHICH_BITS
from signalling.model import compile_model
from signalling.pivots import GROUPINGS, Pivotal, retell
from signalling.vocabulary import EventKind, Fate, StopReason, Whole
from tests.scenarios_strategy import build

SEED = 6


class Courier(process._Crisis):
    """A crisis in which a courier also carries one message, within a tick, past all that a channel does."""

    target: tuple[int, int] = (-1, -1)
    rode = False

    def _expect(self, message: Message, now: int) -> None:
        kind, channel, which, composed, _, stated, _, sent, *_ = message
        if kind == 0 and (channel, which) == self.target and not self.rode:
            self.rode = True
            while self.columns.next_hop[channel] >= 0:
                channel = self.columns.next_hop[channel]
            intact = (kind, channel, which, composed, composed, stated, stated, sent, now, now + 1)
            occasion = process._Occasion(self.env, [self.arrival], Message(*intact, 0, 0, EventKind.ARRIVAL))
            # The first that is read on its channel in that tick.
            priority = (self.arrival_order[channel] << WHICH_BITS) + process.FIRST_PRIORITY
            self.env.schedule(occasion, priority, 1)
        super()._expect(message, now)


def by_courier(scenario: sg.Scenario, run: int, channel: int, which: int) -> tuple[bool, float]:
    """Whether the war is averted, and when the run stops."""
    engine = process.ProcessEngine(compile_model(scenario), SEED)
    crisis = Courier(engine, run, None)
    crisis.target = (channel, which)
    wholes = engine.finish(run, crisis).wholes[0]
    assert crisis.rode
    return bool(wholes[Whole.REASON] != StopReason.WAR), wholes[Whole.STOP] / 3600


def scenario_with(channel: dict[str, Any], **tables: Any) -> sg.Scenario:
    spiral = {"name": "spiral", "first_strike_advantage": 0.8}
    names = tables.pop("names", ("A", "B"))
    return build(
        {
            "name": "a dyad",
            "horizon_days": 16,
            "review": {"interval_hours": 24, "jitter_hours": 12},
            "states": [{"name": name, "doctrine": spiral, "greedy_probability": 0.8} for name in names],
            "channels": {"default": {"garble": {"probability": 0.2}, "loss_probability": 0.1} | channel},
        }
        | tables
    )


LATE = {"law": "exponential", "mean_hours": 30}
SCENARIOS = {
    "late, lost and garbled": scenario_with({"delay": LATE}),
    "held by outages": scenario_with({"outage": {"mean_up_hours": 40, "mean_down_hours": 20}}),
    "lost in outages": scenario_with(
        {"outage": {"mean_up_hours": 40, "mean_down_hours": 20, "policy": "lose"}}
    ),
    "queued": scenario_with(
        {"queue": {"service": {"law": "exponential", "mean_hours": 20}, "capacity": 2}, "repeats": 2}
    ),
    "newest first": scenario_with(
        {"queue": {"service": {"law": "exponential", "mean_hours": 20}, "discipline": "newest_first"}}
    ),
    "copied at once": scenario_with(
        {"duplicate_probability": 0.5, "delay": {"law": "uniform", "low_hours": 0, "high_hours": 0.001}}
    ),
    "in the same tick": scenario_with({"delay": {"law": "constant", "hours": 0}}),
    "acknowledged": scenario_with({"delay": LATE, "acknowledgement": {"timeout_hours": 8, "attempts": 3}}),
    "over a relay": scenario_with(
        {"delay": {"law": "exponential", "mean_hours": 10}, "duplicate_probability": 0.2},
        relays=["R"],
        network={"graph": "explicit"},
        channels={
            "default": {"garble": {"probability": 0.2}, "duplicate_probability": 0.2},
            "between": [{"from": a, "to": b} for a, b in (("A", "R"), ("R", "B"), ("B", "R"), ("R", "A"))],
        },
        routes=[{"from": "A", "to": "B", "via": ["R"], "both_ways": True}],
    ),
    "three with triggered reviews": scenario_with(
        {"delay": LATE},
        names=("A", "B", "C"),
        review={"interval_hours": 24, "jitter_hours": 12, "on_report": {"minimum_gap_hours": 3}},
    ),
}
#: Runs of each scenario; together they have more than the fifty wars that are wanted.
RUNS = 9


class Found(dict[str, Pivotal]):
    """What is found in each scenario, once it is asked for."""

    def __missing__(self, name: str) -> Pivotal:
        self[name] = sg.pivotal(SCENARIOS[name], runs=RUNS, seed=SEED, engine="batch")
        return self[name]


@pytest.fixture(scope="module")
def found() -> dict[str, Pivotal]:
    return Found()


def test_there_is_something_to_agree_on(found: dict[str, Pivotal]) -> None:
    assert all(found[name].wars for name in SCENARIOS)
    assert sum(len(one.wars) for one in found.values()) >= 50
    assert sum(len(one.pivotal) for one in found.values()) > 15
    befell = {message.befell for one in found.values() for message in one.messages}
    assert len(befell) == 8
    assert {message.befell for one in found.values() for message in one.pivotal} >= {"lost", "garbled"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_courier_averts_the_same_wars(name: str, found: dict[str, Pivotal]) -> None:
    scenario = SCENARIOS[name]
    lines = [line.split("|")[0] for line in compile_model(scenario).channel_names]
    for message in found[name].messages:
        found_out = by_courier(scenario, message.run, lines.index(message.channel), message.which)
        assert found_out == (message.averts, message.stop_hours), message


@pytest.mark.parametrize("name", ["newest first", "acknowledged", "over a relay"])
def test_both_engines_find_the_same(name: str, found: dict[str, Pivotal]) -> None:
    assert sg.pivotal(SCENARIOS[name], runs=RUNS, seed=SEED, engine="process") == found[name]


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_was_not_tried_was_read_at_once_and_intact(name: str, found: dict[str, Pivotal]) -> None:
    scenario = SCENARIOS[name]
    for run in found[name].wars[:2]:
        trace = sg.trace(scenario, seed=SEED, run=run)
        tried = {(m.channel, m.which) for m in found[name].messages if m.run == run}
        for message in trace.messages:
            channel = trace.lines[message.channel].split("|")[0]
            if message.hop or message.kind or message.is_copy or (channel, message.which) in tried:
                continue
            assert message.fate in {Fate.READ, Fate.SUPERSEDED}
            assert message.due == message.sent + 1
            assert message.letter == message.composed


@pytest.mark.parametrize("name", SCENARIOS)
def test_engines_tell_a_spared_run_alike_and_conserve_its_messages(
    name: str, found: dict[str, Pivotal]
) -> None:
    scenario = SCENARIOS[name]
    model = compile_model(scenario)
    lines = [line.split("|")[0] for line in model.channel_names]
    for message in found[name].messages[:: max(1, len(found[name].messages) // 5)]:
        spared = Alteration(spared=(lines.index(message.channel), message.which))
        told = [
            tell(make_engine(model, SEED, engine), model, SEED, message.run, spared)
            for engine in ("process", "batch")
        ]
        assert told[0] == told[1]
        row = told[0].outcome
        assert row["sent"] + row["duplicated"] == (
            row["delivered"] + row["lost"] + row["blocked"] + row["in_flight"]
        )
        again = sg.trace(scenario, seed=SEED, run=message.run, engine="batch")
        assert again.outcome["war"], "the next run is not altered"


def test_an_intact_copy_is_all_that_is_added(found: dict[str, Pivotal]) -> None:
    """Up to the review after which a state does otherwise, the others' messages go their way as they went."""
    scenario = SCENARIOS["queued"]
    for message in found["queued"].messages[::7]:
        before, after = retell(scenario, message, seed=SEED)
        moves = [(r.tick, r.state, r.after) for r in before.reviews]
        others = [(r.tick, r.state, r.after) for r in after.reviews]
        parted = next((a[0] for a, b in zip(moves, others, strict=False) if a != b), 10**9)
        ways = [
            {(m.channel, m.which, m.due, m.letter, m.departed) for m in trace.messages if m.sent < parted}
            for trace in (before, after)
        ]
        added = ways[1] - ways[0]
        assert len(added) <= 2  # the copy, and the message itself where it comes a second later
        assert all(sent_at[1] & 0xFFFFFFFFFF == message.which & 0xFFFFFFFFFF for sent_at in added)


# What is made of it


def test_shares_count_wars_and_messages(found: dict[str, Pivotal]) -> None:
    one = found["late, lost and garbled"]
    for grouping in GROUPINGS:
        shares = one.by(grouping)
        assert sum(share.tried for share in shares) == len(one.messages)
        assert sum(share.pivotal for share in shares) == len(one.pivotal)
        for share in shares:
            wars = {m.run for m in one.pivotal if getattr(m, grouping) == share.group}
            assert share.wars == len(wars)
            assert share.share_of_wars.estimate == len(wars) / len(one.wars)
    assert one.share_of_wars().estimate == len({m.run for m in one.pivotal}) / len(one.wars)
    with pytest.raises(sg.ScenarioError, match="grouping = colour: must be one of channel, said"):
        one.by("colour")


def test_threads_and_interruption_change_nothing(tmp_path: Path, found: dict[str, Pivotal]) -> None:
    name = "late, lost and garbled"
    assert sg.pivotal(SCENARIOS[name], runs=RUNS, seed=SEED, engine="batch", workers=2) == found[name]
    path = tmp_path / "journal.jsonl"

    def stop(done: int, wanted: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sg.pivotal(SCENARIOS[name], runs=RUNS, seed=SEED, engine="batch", path=path, progress=stop)
    assert len(path.read_text("utf-8").splitlines()) == 3
    tried: list[int] = []
    again = sg.pivotal(
        SCENARIOS[name],
        runs=RUNS,
        seed=SEED,
        engine="batch",
        path=path,
        progress=lambda done, wanted: tried.append(wanted),
    )
    assert again == found[name]
    assert tried[-1] == len(found[name].wars) - 2


def test_peace_has_no_pivotal_messages() -> None:
    peaceful = SCENARIOS["late, lost and garbled"].replace({"states.all.ceiling": 2})
    found = sg.pivotal(peaceful, runs=3, seed=SEED)
    assert (found.wars, found.messages, found.summary()["share_of_wars"]) == ((), (), None)
    with pytest.raises(sg.ScenarioError, match="runs = 0:3: none ends in war"):
        found.share_of_wars()
    with pytest.raises(sg.ScenarioError, match="scenario: knows no war"):
        sg.pivotal(peaceful.replace({"ladder.war": False}), runs=3, seed=SEED)


@pytest.mark.usefixtures("_pages_stay_blank")
def test_the_command_tells_one_war_and_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "war"
    assert main(["pivotal", "greedy-and-seeker", "--run", "10", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "the war hung on 2 of them" in told
    assert "message read at once" in told
    assert {path.name for path in out.iterdir()} == {
        "journal.jsonl",
        "pivotal.json",
        "messages.parquet",
        "chronicles.txt",
        "space_time.pdf",
        "space_time.png",
    }
    assert "PEACE to the horizon" in (out / "chronicles.txt").read_text("utf-8")
    assert main(["pivotal", "greedy-and-seeker", "--runs", "12", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["wars"] == [2, 7, 10]
    assert main(["pivotal", "greedy-and-seeker", "--runs", "12"]) == 0
    assert "of 12 runs 3 ended in war" in " ".join(capsys.readouterr().out.split())
    assert main(["pivotal", "greedy-and-seeker", "--run", "0"]) == 2
    assert "--run 0: ends without war under seed 1" in capsys.readouterr().err
    assert main(["pivotal", "greedy-and-seeker", "--run", "0", "--runs", "3"]) == 2
