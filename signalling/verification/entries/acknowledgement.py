"""T24: sending again until an acknowledgement comes, and what that costs in copies."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signalling.chronicle import Trace
from signalling.kernel.draws import ATTEMPT_BIT
from signalling.scenario import Scenario
from signalling.theory import acknowledgement as theory
from signalling.verification.bench import Bench, set_up
from signalling.verification.ledger import Case, Curve, Entry, Estimate, Number, Panel, mean, proportion
from signalling.verification.passages import NO_DELAY
from signalling.vocabulary import TICKS_PER_HOUR, Fate, MessageKind

KEY = "T24"
SEED = 1981
SENDS = 3
BY = 3.0

FULL = 100_000
QUICK = 10_000
#: A timer of two hundredths of a review's interval: by then nobody is still waiting for an acknowledgement.
INTERVAL_HOURS = 2.0
TIMEOUT_HOURS = 0.01
#: With delays, an hour is the unit of time, and a run has room for fewer reviews.
SLOW_INTERVAL_HOURS = 50.0
SLOW_MESSAGES = 10_000

#: p, q.
LOSSES = ((0.1, 0.1), (0.3, 0.1), (0.3, 0.3), (0.5, 0.0))
#: p, timer, mean delay.
TIMERS = ((0.3, 1.0, 0.2), (0.5, 2.0, 0.5))

NEVER = 10_000


class Exchange(NamedTuple):
    """What became of each message, however often it was sent."""

    sends: npt.NDArray[np.int64]
    """How often it was sent (n,)."""
    copies: npt.NDArray[np.int64]
    """How many of those arrived (n,)."""
    arrived: npt.NDArray[np.int64]
    """The number of the first sending that arrived, from 1; NEVER if none did (n,)."""
    acknowledged: npt.NDArray[np.int64]
    """The number of the first sending whose acknowledgement arrived; NEVER if none did (n,)."""
    hours: npt.NDArray[np.float64]
    """From the first sending of all to the reading of the first that arrived; NaN if none did (n,)."""


def exchanges(trace: Trace) -> Exchange:
    """Sort the messages of a trace by what they repeat or acknowledge."""
    told = trace.messages
    which = np.array([message.which for message in told], dtype=np.int64)
    number, sending = which & ((1 << ATTEMPT_BIT) - 1), (which >> ATTEMPT_BIT) + 1
    through = np.isin([message.fate for message in told], (Fate.READ, Fate.SUPERSEDED))
    said = np.array([message.kind for message in told]) == MessageKind.RUNG
    hours = np.array([message.due - message.sent for message in told]) / TICKS_PER_HOUR
    total = int(number.max()) + 1
    first = {}
    for name, kind in (("arrived", said & through), ("acknowledged", ~said & through)):
        first[name] = np.full(total, NEVER)
        np.minimum.at(first[name], number[kind], sending[kind])
    late = np.full(total, np.nan)
    leading = said & through & (sending == first["arrived"][number])
    late[number[leading]] = hours[leading]
    return Exchange(
        np.bincount(number[said], minlength=total),
        np.bincount(number[said & through], minlength=total),
        first["arrived"],
        first["acknowledged"],
        late,
    )


def scenario_of(
    name: str,
    *,
    loss: float,
    back: float,
    delay: Mapping[str, object],
    timeout: float,
    interval: float,
    messages: int,
) -> Scenario:
    """A state that says something now and then, another that only reads, and a channel each way."""
    return set_up(
        {
            "name": name,
            "horizon_days": (messages - 0.5) * interval / 24,
            "review": {"interval_hours": interval, "jitter_hours": 0},
            "states": [
                {"name": "A", "doctrine": "listener"},
                {"name": "B", "doctrine": {"name": "listener", "speaks": False}},
            ],
            "channels": {
                "default": {"delay": NO_DELAY, "loss_probability": back},
                "between": [
                    {
                        "from": "A",
                        "to": "B",
                        "delay": delay,
                        "loss_probability": loss,
                        "acknowledgement": {"timeout_hours": timeout},
                    }
                ],
            },
        }
    )


def play_losses(loss: float, back: float, seed: int, bench: Bench) -> list[Estimate]:
    """Sends, copies, duplicates, and what three sends achieve."""
    scenario = scenario_of(
        f"p {loss:g}, q {back:g}",
        loss=loss,
        back=back,
        delay=NO_DELAY,
        timeout=TIMEOUT_HOURS,
        interval=INTERVAL_HOURS,
        messages=bench.effort(FULL, QUICK),
    )
    found = exchanges(bench.trace(scenario, seed=seed))
    total = len(found.sends)
    delivered = theory.probability_delivered(SENDS, loss)
    known = theory.probability_acknowledged(SENDS, loss, back)
    return [
        mean(found.sends.astype(float).tolist()),
        mean(found.copies.astype(float).tolist()),
        mean((found.copies - 1.0).tolist()),
        proportion(int((found.arrived <= SENDS).sum()), total, delivered),
        proportion(int((found.acknowledged <= SENDS).sum()), total, known),
    ]


def play_timer(loss: float, timer: float, delay: float, seed: int, bench: Bench) -> list[Estimate]:
    """When the first copy that is not lost arrives, which later ones may overtake."""
    scenario = scenario_of(
        f"p {loss:g}, timer {timer:g}, delay {delay:g}",
        loss=loss,
        back=0.0,
        delay={"law": "exponential", "mean_hours": delay},
        timeout=timer,
        interval=SLOW_INTERVAL_HOURS,
        messages=SLOW_MESSAGES,
    )
    runs = bench.effort(FULL, QUICK) // SLOW_MESSAGES
    parts = [exchanges(bench.trace(scenario, seed=seed, run=run)).hours for run in range(runs)]
    hours = np.concatenate(parts)
    chance = theory.probability_delivered_by(BY, loss=loss, timer=timer, mean_delay=delay)
    return [mean(hours.tolist()), proportion(int((hours <= BY).sum()), len(hours), chance)]


def cases() -> Sequence[Case]:
    """A case for each pair of losses and each timer."""
    return [
        *(_losses(place, *row) for place, row in enumerate(LOSSES)),
        *(_timer(place, *row) for place, row in enumerate(TIMERS)),
    ]


def _losses(place: int, loss: float, back: float) -> Case:
    numbers = (
        Number("mean sends", theory.mean_sends(loss, back), series=_back(back), x=loss),
        Number("mean copies delivered", theory.mean_copies(back)),
        Number("mean duplicates", theory.mean_duplicates(back)),
        Number(f"P(delivered within {SENDS} sends)", theory.probability_delivered(SENDS, loss)),
        Number(f"P(acknowledged within {SENDS} sends)", theory.probability_acknowledged(SENDS, loss, back)),
    )
    play = partial(play_losses, loss, back, SEED + place)
    return Case(KEY, f"p = {loss:g}, q = {back:g}", numbers, play)


def _timer(place: int, loss: float, timer: float, delay: float) -> Case:
    chance = theory.probability_delivered_by(BY, loss=loss, timer=timer, mean_delay=delay)
    numbers = (
        Number("mean time to delivery", theory.mean_delivery_time(loss, timer, delay)),
        Number(f"P(delivered by {BY:g})", chance),
    )
    play = partial(play_timer, loss, timer, delay, SEED + 10 + place)
    return Case(KEY, f"p = {loss:g}, timer {timer:g}, mean delay {delay:g}", numbers, play)


def _back(back: float) -> str:
    return f"q = {back:g}"


def _sends(back: float, loss: float) -> float:
    return theory.mean_sends(loss, back)


PANELS = (
    Panel(
        "sends until an acknowledgement",
        "loss p of the message",
        "mean sends",
        tuple(Curve(_back(back), partial(_sends, back), 0.0, 0.6) for back in (0.0, 0.1, 0.3)),
    ),
)

ENTRIES = (
    Entry(
        key=KEY,
        group="Channels, queues, age",
        title="Sending again until it is acknowledged",
        source="standard (stop and wait); derived here",
        direction="+",
        question=(
            "A message may be lost, and so may word that it arrived. Does sending again until it is "
            "acknowledged overcome this, and at what price?"
        ),
        game="""A message is lost with the probability p, its acknowledgement with the probability q.
        The sender repeats the message each time a timer runs out, until an acknowledgement comes.
        With a random delay, what counts is the first copy that is not lost.""",
        result=(
            "Any loss below one is overcome: the chance that nothing arrived falls with every send. The "
            "price is sends, and duplicates, whose number depends on the way back alone."
        ),
        lesson=(
            "It holds: what a bad line loses, patience and a way back restore. What no number of "
            "acknowledgements gives is certainty that the other knows that one knows."
        ),
        panels=PANELS,
        cases=cases,
    ),
)
