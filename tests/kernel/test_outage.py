"""Outages to the tick: a channel is down from the end of an up period until just before the next one."""

from itertools import accumulate

import pytest

import signalling as sg
from signalling.kernel import draws
from signalling.kernel.quantile import quantile
from signalling.laws import Exponential
from signalling.quantiles import quantile_table
from signalling.vocabulary import DrawPurpose, Fate
from tests.scenarios_strategy import Document, build

HOUR = 3600
SEED, RUN = 5, 0
UP_HOURS, DOWN_HOURS = 30, 10
PERIODS = 40


def outages() -> list[tuple[int, int]]:
    """Ticks at which the channel from A to B goes down, and up again, from the documented lanes."""
    luck = draws.PlainLuck(SEED, RUN)
    tables = [quantile_table(Exponential(mean_hours=hours)) for hours in (UP_HOURS, DOWN_HOURS)]
    lengths = []
    for period in range(PERIODS):
        uniforms = luck.block(period, draws.who("A->B"), DrawPurpose.OUTAGE)
        lengths += [max(1, quantile(table, u)) for table, u in zip(tables, uniforms, strict=False)]
    edges = list(accumulate(lengths))
    return list(zip(edges[::2], edges[1::2], strict=True))


def scenario(policy: str, interval: int) -> sg.Scenario:
    """A writes to B at every multiple of `interval` ticks."""
    outage: Document = {"mean_up_hours": UP_HOURS, "mean_down_hours": DOWN_HOURS, "policy": policy}
    return build(
        {
            "name": "outage",
            "horizon_days": 20,
            "review": {"interval_hours": interval / HOUR, "jitter_hours": 0},
            "states": [{"name": name, "doctrine": "listener"} for name in "AB"],
            "network": {"graph": "explicit"},
            "channels": {"between": [{"from": "A", "to": "B", "outage": outage}]},
        }
    )


@pytest.mark.parametrize("policy", ["hold", "lose"])
@pytest.mark.parametrize("begins", [True, False])
@pytest.mark.parametrize("before", [1, 0])
def test_a_message_is_stopped_in_the_ticks_of_an_outage_and_in_no_other(policy, begins, before):
    """One is sent in the tick in which the first outage begins or ends, or in the one before."""
    down, up = outages()[0]
    tick = (down if begins else up) - before
    messages = sg.trace(scenario(policy, tick), seed=SEED, run=RUN).messages
    assert messages[1].sent == tick
    assert messages[-1].sent < outages()[-1][0]
    for message in messages:
        over = [up for down, up in outages() if down <= message.sent < up]
        assert (message.fate == Fate.LOST_IN_OUTAGE) == (over != [] and policy == "lose")
        assert message.departed == (over[0] if over and policy == "hold" else message.sent)
