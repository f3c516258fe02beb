"""What is true of information whatever the channel: Bayes, Blackwell, data processing; and of names.

A `declarer` speaks of its type, a `watcher` believes. Statistical claims are held to four standard errors on
fixed seeds; the others are exact. No channel here makes a letter impossible: no receiver believes in that.
"""

from itertools import pairwise

import numpy as np
import pytest

import signalling as sg
from tests.scenarios_strategy import Document, build

RUNS = 20_000
PRIOR = 0.3
#: Rows: what is sent; three letters, of which the first and the last speak of a type.
BLURRED = [[0.7, 0.2, 0.1], [0.2, 0.5, 0.3], [0.1, 0.3, 0.6]]
SKEWED = [[0.9, 0.08, 0.02], [0.3, 0.4, 0.3], [0.25, 0.25, 0.5]]
CHANNELS: dict[str, Document] = {
    "garbled": {"garble": {"probability": 0.6, "kernel": "uniform"}},
    "lossy": {"garble": {"probability": 0.5, "kernel": "other"}, "loss_probability": 0.6},
    "slow": {
        "garble": {"probability": 0.4, "kernel": "other"},
        "delay": {"law": "exponential", "mean_hours": 60},
    },
    "in disorder": {
        "garble": {"probability": 1.0, "kernel": "matrix", "matrix": BLURRED},
        "delay": {"law": "lognormal", "median_hours": 20, "sigma": 1.5},
        "loss_probability": 0.2,
        "duplicate_probability": 0.4,
        "outage": {"mean_up_hours": 40, "mean_down_hours": 20},
        "queue": {"service": {"law": "exponential", "mean_hours": 10}, "capacity": 3},
    },
    "skewed": {"garble": {"probability": 1.0, "kernel": "matrix", "matrix": SKEWED}},
    "over two relays": {},
}


def pair(channel: Document, *, days: float = 6.0, **watcher: object) -> sg.Scenario:
    """A declarer and a watcher who knows the channel and the base rate."""
    routed: Document = {"delay": {"law": "exponential", "mean_hours": 5}}
    described: list[Document] = []
    document: Document = {
        "name": "declarer and watcher",
        "horizon_days": days,
        "review": {"interval_hours": 24, "jitter_hours": 0},
        "ladder": {"war": False, "rungs": ["calm", "wary", "alarmed"]},
        "states": [
            {"name": "D", "doctrine": "declarer", "greedy_probability": PRIOR},
            {"name": "W", "doctrine": {"name": "watcher", "prior_greedy": PRIOR} | watcher},
        ],
    }
    if not channel:
        routed["garble"] = {"probability": 0.3, "kernel": "other"}
        described = [{"from": a, "to": b} for a, b in (("D", "R"), ("R", "Q"), ("Q", "W"))]
        document |= {"relays": ["R", "Q"], "routes": [{"from": "D", "to": "W", "via": ["R", "Q"]}]}
    document["channels"] = {"default": routed | channel, "between": described}
    return build(document)


def beliefs(scenario: sg.Scenario, *, runs: int = RUNS, seed: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """The watcher's P(greedy) at the stop and whether the declarer is greedy, run by run."""
    states = sg.run(scenario, runs=runs, seed=seed, engine="batch", by_state=True).states
    assert states is not None
    frame = states.to_pandas()
    held = frame[frame["state"] == "W"]["belief"].to_numpy()
    return held, (frame[frame["state"] == "D"]["type"] == "G").to_numpy()


def above(values: np.ndarray) -> float:
    """Standard errors by which the mean of independent values lies above zero."""
    spread = values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() / spread) if spread > 0 else 0.0


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("days", [2.5, 6.0])
def test_a_belief_is_a_martingale_whatever_the_channel(name, days):
    """The mean belief is the prior at any time, and of those believed greedy with p a share p is."""
    held, greedy = beliefs(pair(CHANNELS[name], days=days))
    assert held.std() > 0.05
    assert abs(above(held - PRIOR)) < 4
    assert abs(above((greedy - held) ** 2 - held * (1 - held))) < 4
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = (held >= low) & (held <= low + 0.2)
        variance = (held * (1 - held))[inside].sum()
        if variance > 20:
            assert abs((greedy - held)[inside].sum()) < 4 * np.sqrt(variance)


def test_a_wrong_model_of_the_channel_breaks_the_martingale():
    """So the test above can fail: who takes a noisy channel for a clean one is too sure."""
    deaf = CHANNELS["garbled"] | {"assumed": {"garble": {"probability": 0.1}}}
    held, greedy = beliefs(pair(deaf))
    assert above((greedy - held) ** 2 - held * (1 - held)) > 10


@pytest.mark.parametrize("matrix", [BLURRED, SKEWED], ids=["blurred", "skewed"])
def test_a_relay_never_adds_information(matrix):
    """Each further hop leaves the belief further from the truth, on average."""
    errors = []
    for relays in ([], ["Q"], ["Q", "R"]):
        stops = ["D", *relays, "W"]
        document: Document = {
            "name": "relayed",
            "horizon_days": 4,
            "review": {"interval_hours": 24, "jitter_hours": 0},
            "ladder": {"war": False, "rungs": ["calm", "wary", "alarmed"]},
            "states": [
                {"name": "D", "doctrine": "declarer", "greedy_probability": PRIOR},
                {"name": "W", "doctrine": {"name": "watcher", "prior_greedy": PRIOR}},
            ],
            "network": {"graph": "explicit"},
            "relays": relays,
            "routes": [{"from": "D", "to": "W", "via": relays}] if relays else [],
            "channels": {
                "default": {"garble": {"probability": 1.0, "kernel": "matrix", "matrix": matrix}},
                "between": [{"from": a, "to": b} for a, b in pairwise(stops)],
            },
        }
        held, greedy = beliefs(build(document))
        errors.append((greedy - held) ** 2)
    for nearer, further in pairwise(errors):
        assert above(further - nearer) > 4  # both matrices lose something on every hop


@pytest.mark.parametrize("act_above", [0.2, 0.5])
def test_a_lone_decider_is_never_worse_off_with_a_better_channel(act_above):
    """Blackwell: who acts when P(greedy) exceeds c loses c for a false alarm and 1 - c for a miss."""
    losses = []
    for probability in (1.0, 0.8, 0.6, 0.4, 0.2, 0.0):
        channel: Document = {"garble": {"probability": probability, "kernel": "uniform"}}
        held, greedy = beliefs(pair(channel, days=3.5, act_above=act_above))
        acts = held > act_above
        losses.append(np.where(acts, act_above * ~greedy, (1 - act_above) * greedy))
    for worse, better in pairwise(losses):
        assert above(better - worse) < 4
    assert above(losses[0] - losses[-1]) > 10
    assert losses[-1].mean() < 0.001


def test_copies_change_no_belief():
    """A message is evidence once, however many copies of it are read, unless each is taken for news."""
    channel: Document = {
        "garble": {"probability": 0.6, "kernel": "uniform"},
        "delay": {"law": "uniform", "low_hours": 0, "high_hours": 6},
    }
    copied = channel | {"duplicate_probability": 0.7}
    once, _ = beliefs(pair(channel, days=5.5), runs=2000)
    twice, _ = beliefs(pair(copied, days=5.5), runs=2000)
    assert (once == twice).all()
    counted, greedy = beliefs(pair(copied, days=5.5, deduplicate=False), runs=2000)
    assert (counted != once).mean() > 0.5
    assert above((greedy - counted) ** 2 - (greedy - once) ** 2) > 4  # double counting misleads


CRISES: Document = {
    "name": "four states",
    "horizon_days": 30,
    "review": {"interval_hours": 12, "jitter_hours": 6, "on_report": {"minimum_gap_hours": 2}},
    "network": {"graph": "complete"},
    "channels": {"default": {"garble": {"probability": 0.05}, "loss_probability": 0.1}},
}


def four(names: dict[str, str]) -> sg.Scenario:
    """Four unlike states under other names, in the order in which they are given."""
    states: dict[str, Document] = {
        "A": {"doctrine": {"name": "spiral", "precision": 30}, "greedy_probability": 0.2},
        "B": {"doctrine": "spiral", "capability": 2.0},
        "C": {"doctrine": {"name": "spiral", "prior_greedy": 0.5}, "lying_probability": 0.5},
        "D": {"doctrine": {"name": "spiral", "rung_cost": 0.04}},
    }
    return build(CRISES | {"states": [{"name": names[old]} | states[old] for old in names]})


def test_the_order_of_states_in_a_file_changes_no_bit():
    orders = [dict(zip(order, order, strict=True)) for order in ("ABCD", "DCBA", "CADB")]
    tables = [sg.run(four(order), runs=200, seed=4, engine="batch").table for order in orders]
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


def test_other_names_are_other_luck_and_nothing_else():
    """Names are draw addresses: the law of the outcomes is the same, and so is nothing in particular."""
    names = ("ABCD", ("Zanzibar", "Öland", "a", "10"), "DCBA")
    found = [
        np.array(
            sg.run(four(dict(zip("ABCD", new, strict=True))), runs=6000, seed=4, engine="batch")["war"],
            dtype=float,
        )
        for new in names
    ]
    for other in found[1:]:
        assert (found[0] != other).any()
        gap = found[0].mean() - other.mean()
        assert abs(gap) < 4 * np.sqrt(found[0].var() / 6000 + other.var() / 6000)
        assert 0.02 < other.mean() < 0.98
