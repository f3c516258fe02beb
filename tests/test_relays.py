"""Routes over relays: every fault again on every hop, one line for all who use it, one count at the end."""

from itertools import pairwise

import numpy as np
import pytest

import signalling as sg
from signalling.channels import Channel, Garble, believed_channel
from signalling.chronicle import MessageRecord, Trace
from signalling.kernel import draws
from signalling.kernel.channel import replaced_letter
from signalling.kernel.quantile import quantile
from signalling.laws import Exponential
from signalling.model import compile_model
from signalling.quantiles import quantile_table
from signalling.vocabulary import DrawPurpose, Fate
from tests.conservation import READ, conserved
from tests.own_doctrines import TELLER
from tests.scenarios_strategy import Document, build

HOUR = 3600
SEED = 3
HOP = draws.address(0, 0, 0, 1)
RELAYS = ("R", "Q", "P")


def constant(hours: float) -> Document:
    return {"law": "constant", "hours": hours}


def relayed(*hops: Document, states: str = "AB", route: Document | None = None, **tables) -> sg.Scenario:
    """A writes to B over a relay for each hop but the last; the settings of each hop are given."""
    stops = ["A", *RELAYS[: len(hops) - 1], "B"]
    between = [{"from": a, "to": b} | hop for (a, b), hop in zip(pairwise(stops), hops, strict=True)]
    return build(
        {
            "name": "relayed",
            "horizon_days": 10,
            "review": {"interval_hours": 12, "jitter_hours": 0},
            "ladder": {"war": False},
            "states": [{"name": name, "doctrine": "listener"} for name in states],
            "network": {"graph": "explicit"},
            "relays": list(RELAYS),
            "routes": [{"from": "A", "to": "B", "via": stops[1:-1]} | (route or {})],
            "channels": {"between": between},
        }
        | tables
    )


def told(scenario: sg.Scenario, run: int = 0) -> tuple[Trace, dict[str, dict[int, MessageRecord]]]:
    """A run, and its messages by the name of the channel or hop."""
    trace = sg.trace(scenario, seed=SEED, run=run)
    conserved(trace)
    names = compile_model(scenario).channel_names
    found: dict[str, dict[int, MessageRecord]] = {name: {} for name in names}
    for message in trace.messages:
        found[names[message.channel]][message.which] = message
    return trace, found


# What messages travel over


def test_a_route_takes_the_place_of_the_direct_channel():
    scenario = relayed({}, {}, network={"graph": "complete"})
    assert compile_model(scenario).channel_names == ("A->B|A->R", "B->A", "A->B|R->B")
    back = scenario.replace({"routes": {}})
    assert compile_model(back).channel_names == ("A->B", "B->A")


def test_both_ways_is_the_same_places_in_the_other_order():
    lines = [{"from": a, "to": b, "both_ways": True} for a, b in ("AR", "RQ", "QB")]
    scenario = relayed({}, {}, {}, route={"both_ways": True}, channels={"between": lines})
    assert {name: route.via for name, route in scenario.routes.items()} == {
        "A->B": ("R", "Q"),
        "B->A": ("Q", "R"),
    }
    names = compile_model(scenario).channel_names
    assert names[:2] == ("A->B|A->R", "B->A|B->Q")
    assert sorted(names[2:]) == ["A->B|Q->B", "A->B|R->Q", "B->A|Q->R", "B->A|R->A"]


def test_states_that_only_a_route_joins_are_rivals():
    trace, _ = told(relayed({}, {}))
    # A receives nothing, but they watch each other, as any two that a channel joins.
    assert trace.rivals == ((1,), (0,))
    assert trace.outcome["delivered"] > 0


def test_a_relay_reads_nothing_and_says_nothing():
    """What passes a channel of a relay is routed, and a state on the way does not read it."""
    over_a_state = relayed({}, {}, states="ABR", relays=[])
    _, messages = told(over_a_state)
    assert set(messages) == {"A->B|A->R", "A->R", "R->B", "A->B|R->B"}
    fates = {message.fate for message in messages["A->B|A->R"].values()}
    assert Fate.PASSED_ON in fates
    assert not fates & READ
    # R holds a belief about nobody's route: its office hours and deciphering do not touch it.
    slow = over_a_state.replace({"states.R.reading": constant(50)})
    assert told(slow)[1]["A->B|R->B"] == messages["A->B|R->B"]
    assert told(slow)[1]["A->R"] != messages["A->R"]


def test_arrivals_of_one_tick_are_read_in_the_order_of_names():
    """Not in that of the table of channels, where later hops come last."""
    model = compile_model(relayed({}, {}, states="ABR", relays=[]))
    in_order = [
        name for _, name in sorted(zip(model.columns.arrival_order, model.channel_names, strict=True))
    ]
    assert in_order == sorted(model.channel_names)
    assert in_order != list(model.channel_names)


# Time


def test_the_delays_of_hops_add_up_and_only_the_addressee_deciphers():
    scenario = relayed(
        {"delay": constant(3), "reading": constant(70)},
        {"delay": constant(5), "reading": constant(2)},
    )
    trace, messages = told(scenario)
    for which, first in messages["A->B|A->R"].items():
        assert (first.departed, first.due) == (first.sent, first.sent + 3 * HOUR)
        second = messages["A->B|R->B"][which + HOP]
        assert first.fate == Fate.PASSED_ON
        assert (second.sent, second.departed) == (first.sent, first.due)
        assert second.due == first.sent + 10 * HOUR
    row = trace.outcome
    assert (row["sent"], row["delivered"], row["mean_delay_hours"]) == (20, 20, 10)
    # An hour less, and the last is still under way: on its second hop, where it is counted.
    trace, messages = told(scenario.replace({"horizon_days": 9 + 21 / 24}))
    row = trace.outcome
    assert (row["sent"], row["delivered"], row["in_flight"]) == (20, 19, 1)
    *_, last = messages["A->B|R->B"].values()
    assert last.fate == Fate.IN_FLIGHT


def test_every_hop_has_a_luck_of_its_own():
    hops = ({"delay": {"law": "exponential", "mean_hours": 4}},) * 3
    _, messages = told(relayed(*hops))
    table = quantile_table(Exponential(mean_hours=4))
    luck = draws.PlainLuck(SEED, 0)
    names = ("A->B|A->R", "A->B|R->Q", "A->B|Q->B")
    for hop, name in enumerate(names):
        assert messages[name]
        for which, message in messages[name].items():
            uniform = luck.block(which, draws.who(name), DrawPurpose.TRANSIT)[3]
            assert message.due == message.departed + max(1, quantile(table, uniform))
            assert message.hop == hop
    due = {which: message.due for which, message in messages[names[0]].items()}
    assert all(message.departed == due[which - HOP] for which, message in messages[names[1]].items())


# Content

TAMPERED = {"probability": 0.3, "kernel": "adjacent"}
SKEWED = {"probability": 0.4, "kernel": "hostile_skewed"}


def garbled(start_rung: int, days: float) -> sg.Scenario:
    scenario = relayed(
        {"garble": TAMPERED, "delay": constant(0)},
        {"garble": SKEWED, "delay": constant(0)},
        horizon_days=days,
    )
    return scenario.replace({"review.interval_hours": 1, "states.A.start_rung": start_rung})


def test_what_arrives_is_garbled_on_each_hop_by_the_letter_that_enters_it():
    """Every letter, from the documented lanes."""
    luck = draws.PlainLuck(SEED, 0)
    kernels = [np.cumsum(Garble(**g).replacement(5), axis=1).ravel() for g in (TAMPERED, SKEWED)]
    changed = set()
    _, messages = told(garbled(3, 10))
    first, second = messages["A->B|A->R"], messages["A->B|R->B"]
    for which, message in second.items():
        letter = 3
        for name, hop, garble, kernel in (
            ("A->B|A->R", first[which - HOP], TAMPERED, kernels[0]),
            ("A->B|R->B", message, SKEWED, kernels[1]),
        ):
            transit = luck.block(hop.which, draws.who(name), DrawPurpose.TRANSIT)
            if transit[1] < garble["probability"]:
                letter = replaced_letter(letter, kernel, 5, transit[2])
            assert hop.letter == letter
            assert hop.composed == 3
        changed.add((first[which - HOP].letter, message.letter))
    assert changed == {(3, 3), (3, 4), (2, 2), (2, 4), (4, 4)}


def test_two_hops_confuse_letters_by_the_product_of_their_matrices():
    """4 standard errors on each of 25 shares: a false alarm has the chance 2e-3 over all of them."""
    product = Garble(**TAMPERED).confusion(5) @ Garble(**SKEWED).confusion(5)
    for sent in range(5):
        trace, messages = told(garbled(sent, 60))
        received = [m.letter for m in messages["A->B|R->B"].values() if m.fate in READ]
        shares = np.bincount(received, minlength=5) / len(received)
        errors = np.sqrt(product[sent] * (1 - product[sent]) / len(received))
        assert (np.abs(shares - product[sent]) <= 4 * errors).all()
        # A letter that is set right again on the second hop is not garbled.
        assert trace.outcome["garbled"] == sum(letter != sent for letter in received)


def test_what_is_assumed_of_a_route_is_the_product_of_its_hops():
    hops = (
        {"garble": SKEWED, "assumed": {"garble": {"probability": 0.1, "kernel": "uniform"}}},
        {"garble": TAMPERED, "loss_by_letter": [0, 0.1, 0.2, 0.3, 0.9]},
    )
    scenario = relayed(*hops)
    model = compile_model(scenario)
    rows = [np.asarray(model.columns.matrices[row]).reshape(5, 5) for row in model.columns.assumed]
    believed = [believed_channel(Channel.model_validate(hop), Channel(), 5) for hop in hops]
    assert np.array_equal(believed[0], Garble(probability=0.1).believed(5))
    last = model.channel_names.index("A->B|R->B")
    assert np.allclose(rows[last], believed[0] @ believed[1], rtol=0, atol=1e-15)
    weights = Garble(**TAMPERED).believed(5) * np.array([1, 0.9, 0.8, 0.7, 0.1])[:, np.newaxis]
    assert np.allclose(believed[1], weights, rtol=0, atol=1e-15)


# Loss


def test_a_message_lost_on_the_second_hop_is_lost_once():
    trace, messages = told(relayed({"delay": constant(1)}, {"loss_probability": 1.0}))
    row = trace.outcome
    assert (row["sent"], row["lost"], row["delivered"]) == (20, 20, 0)
    assert {m.fate for m in messages["A->B|A->R"].values()} == {Fate.PASSED_ON}
    assert {m.fate for m in messages["A->B|R->B"].values()} == {Fate.LOST}
    trace, messages = told(relayed({"loss_probability": 1.0}, {}))
    assert trace.outcome["lost"] == 20
    assert messages["A->B|R->B"] == {}


def test_losses_on_two_hops_are_independent():
    """P(read) is the product, within 4 standard errors (a false alarm: 6e-5)."""
    hop = {"loss_probability": 0.5, "delay": constant(0)}
    rows = sg.run(relayed(hop, hop, horizon_days=100), runs=20, seed=SEED, engine="process")
    read, sent = sum(rows["delivered"]), sum(rows["sent"])
    assert abs(read / sent - 0.25) <= 4 * np.sqrt(0.25 * 0.75 / sent)


def test_a_common_cause_strikes_each_hop_by_itself():
    hop = {"loss_probability": 0.3, "common_cause_probability": 0.5, "delay": constant(0)}
    _, messages = told(relayed(hop, hop, horizon_days=60))
    luck = draws.PlainLuck(SEED, 0)
    struck = {}
    for name in ("A->B|A->R", "A->B|R->B"):
        for which, message in messages[name].items():
            struck[which] = luck.block(which, draws.who("A"), DrawPurpose.COMMON)[0] < 0.5
            whose = "A" if struck[which] else name
            transit = luck.block(which, draws.who(whose), DrawPurpose.TRANSIT)
            assert (message.fate == Fate.LOST) == (transit[0] < 0.3)
    both = {(struck[which - HOP], struck[which]) for which in messages["A->B|R->B"]}
    assert len(both) == 4


def test_a_censor_reads_what_enters_and_not_what_arrives():
    censor = {"loss_by_letter": [0.0, 0.0, 0.0, 0.0, 1.0]}
    hostile = {"garble": {"probability": 1.0, "kernel": "hostile_skewed"}}
    # Made hostile on the hop on which the censor sits: it has heard a harmless word.
    assert told(relayed(censor | hostile, {}))[0].outcome["lost"] == 0
    # Made hostile on the hop before: it hears a hostile one.
    row = told(relayed(hostile, censor))[0].outcome
    assert row["lost"] == row["sent"] - row["in_flight"] > 0
    assert row["delivered"] == 0


# The line


def shared(line: Document) -> tuple[Trace, dict[str, dict[int, MessageRecord]]]:
    """A writes to B, and to C over B: both messages of a review go over the line from A to B."""
    between = [
        {"from": "A", "to": "B", "delay": constant(1)} | line,
        {"from": "B", "to": "C", "delay": constant(1)},
    ]
    route = [{"from": "A", "to": "C", "via": ["B"]}]
    return told(
        relayed({}, {}, states="ABC", relays=[], routes=route, channels={"between": between}, horizon_days=30)
    )


def test_who_is_routed_over_a_line_queues_behind_who_is_not():
    _, messages = shared({"queue": {"service": constant(2)}})
    direct, routed = messages["A->B"], messages["A->C|A->B"]
    assert direct.keys() == routed.keys()
    for which, message in direct.items():
        assert message.departed == message.sent + 2 * HOUR
        assert routed[which].departed == message.sent + 4 * HOUR
        assert routed[which].due == message.sent + 5 * HOUR
    # The line from B to C is another one, on which B's own messages go.
    assert all(m.departed == m.sent + 5 * HOUR for m in messages["A->C|B->C"].values())
    assert all(m.departed == m.sent for m in messages["B->C"].values())


def test_who_is_routed_over_a_full_line_is_refused():
    _, messages = shared({"queue": {"service": constant(2), "capacity": 1}})
    assert Fate.BLOCKED not in {message.fate for message in messages["A->B"].values()}
    assert {message.fate for message in messages["A->C|A->B"].values()} == {Fate.BLOCKED}
    assert messages["A->C|B->C"] == {}


def test_who_is_routed_meets_the_outages_of_its_line():
    _, messages = shared({"outage": {"mean_up_hours": 30, "mean_down_hours": 30, "policy": "lose"}})
    direct, routed = messages["A->B"], messages["A->C|A->B"]
    down = [which for which, message in direct.items() if message.fate == Fate.LOST_IN_OUTAGE]
    assert down == [which for which, message in routed.items() if message.fate == Fate.LOST_IN_OUTAGE]
    assert 5 < len(down) < len(direct) - 5


def test_who_is_routed_over_a_line_has_other_luck_than_who_is_not():
    _, messages = shared({"loss_probability": 0.5})
    fates = [
        (message.fate == Fate.LOST, messages["A->C|A->B"][which].fate == Fate.LOST)
        for which, message in messages["A->B"].items()
    ]
    assert len(set(fates)) == 4


def test_an_outage_on_the_second_hop_is_met_on_arrival_there():
    outage = {"mean_up_hours": 40, "mean_down_hours": 40, "policy": "hold"}
    _, messages = told(
        relayed({"delay": constant(7)}, {"delay": constant(1), "outage": outage}, horizon_days=30)
    )
    first, second = messages["A->B|A->R"], messages["A->B|R->B"]
    arrived = {which: first[which - HOP].due for which in second}
    held = [which for which, message in second.items() if message.departed > arrived[which]]
    assert 5 < len(held) < len(second) - 5
    # The same outages that a direct channel of that name would meet.
    luck = draws.PlainLuck(SEED, 0)
    table = quantile_table(Exponential(mean_hours=40))
    edge, edges = 0, []
    for period in range(40):
        for uniform in luck.block(period, draws.who("R->B"), DrawPurpose.OUTAGE)[:2]:
            edge += max(1, quantile(table, uniform))
            edges.append(edge)
    for which, message in second.items():
        over = [up for down, up in zip(edges[::2], edges[1::2], strict=True) if down <= arrived[which] < up]
        assert message.departed == (over[0] if over else arrived[which])


def test_a_newest_first_server_throws_out_whatever_uses_its_line():
    _, messages = shared({"queue": {"service": constant(2), "discipline": "newest_first"}})
    assert {message.fate for message in messages["A->B"].values()} == {Fate.PREEMPTED}
    assert Fate.PREEMPTED not in {message.fate for message in messages["A->C|A->B"].values()}
    assert all(m.departed == m.sent + 2 * HOUR for m in messages["A->C|A->B"].values())


# Copies


def test_a_copy_made_on_the_first_hop_travels_on():
    trace, messages = told(
        relayed({"duplicate_probability": 1.0, "delay": constant(1)}, {"delay": constant(2)})
    )
    row = trace.outcome
    assert (row["sent"], row["duplicated"], row["delivered"], row["superseded"]) == (20, 20, 40, 20)
    copy = draws.address(0, 0, 1, 0)
    for which in messages["A->B|A->R"]:
        assert messages["A->B|R->B"][which + HOP].fate in READ
    originals = {which for which in messages["A->B|A->R"] if not which & copy}
    assert messages["A->B|A->R"].keys() == originals | {which + copy for which in originals}


def test_copies_are_copied_again_and_each_has_a_luck_of_its_own():
    hop = {"duplicate_probability": 1.0, "delay": {"law": "exponential", "mean_hours": 4}}
    trace, messages = told(relayed(hop, hop, horizon_days=30))
    last = messages["A->B|R->B"]
    first, second = draws.address(0, 0, 1, 0), draws.address(0, 0, 2, 0)
    whole = [
        w for w in last if not last[w].is_copy and {w + first, w + second, w + first + second} <= set(last)
    ]
    assert len(whole) > 50
    ways = (0, first, second, first + second)
    assert all(len({last[which + way].due for way in ways}) == 4 for which in whole)
    assert {last[which + way].composed for which in whole for way in ways} == {0}
    # A copy made on the second hop leaves with its original, one made on the first when it arrived.
    assert all(last[which + second].departed == last[which].departed for which in whole)
    assert any(last[which + first].departed != last[which].departed for which in whole)
    assert trace.outcome["duplicated"] == sum(bool(which & second) for which in last) + sum(
        message.is_copy for message in messages["A->B|A->R"].values()
    )


def test_copies_are_one_message_to_whoever_reads_them():
    """Wherever a copy was made: a doctrine that could not tell would take it for a second witness."""
    hop = {"duplicate_probability": 1.0, "delay": constant(1)}
    document = relayed(hop, hop).written()
    document["states"]["B"]["doctrine"] = {"file": "teller.py", "source": TELLER}
    _, messages = told(sg.Scenario.from_document(document))
    last = messages["A->B|R->B"]
    copies = draws.address(0, 0, 3, 0)
    for which in (which for which in last if not which & copies):
        fates = sorted(message.fate for other, message in last.items() if other & ~copies == which)
        assert fates == [Fate.READ, Fate.SUPERSEDED, Fate.SUPERSEDED, Fate.SUPERSEDED]


def test_repeats_go_all_the_way():
    trace, messages = told(relayed({"repeats": 3, "delay": constant(1)}, {"delay": constant(1)}))
    assert (trace.outcome["sent"], trace.outcome["delivered"]) == (60, 60)
    assert sorted({message.attempt for message in messages["A->B|R->B"].values()}) == [0, 1, 2]


# The limits


@pytest.mark.parametrize("count", [2, 12])
def test_many_hops(count):
    places = [f"R{number}" for number in range(count)]
    lines = [{"from": a, "to": b, "delay": constant(1)} for a, b in pairwise(["A", *places, "B"])]
    lines[0]["duplicate_probability"] = 1.0
    scenario = relayed(
        {}, {}, relays=places, routes=[{"from": "A", "to": "B", "via": places}], channels={"between": lines}
    )
    trace, messages = told(scenario)
    assert {m.due - m.sent for m in messages[f"A->B|{places[-1]}->B"].values()} == {(count + 1) * HOUR}
    assert trace.outcome["delivered"] == 2 * (trace.outcome["sent"] - (count + 1) // 12)
