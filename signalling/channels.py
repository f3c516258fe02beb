"""What a scenario file says of a channel: its faults, and the channel its receiver believes in."""

from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator, model_validator

from signalling.laws import Exponential, Law
from signalling.parameters import Strict
from signalling.validation import NotNegative, Positive, Probability

GarbleKernel = Literal["uniform", "other", "adjacent", "hostile_skewed", "matrix"]

Row = Annotated[tuple[Probability, ...], Field(strict=False)]

#: A row of an assumed matrix with an entry below SMALLEST_SHARE / K is mixed with that share of uniform:
#: a receiver never holds a report for impossible.
SMALLEST_SHARE = 0.001
#: So that even a period of a billion-to-one fits the clock.
LONGEST_OUTAGE_HOURS = 1e8


class Garble(Strict):
    """Letters that arrive as others, by a confusion matrix. Source: Shannon 1948 (discrete channel)."""

    probability: Probability = Field(0.0, description="probability that a letter is replaced")
    kernel: GarbleKernel = Field("uniform", description="what replaces it")
    matrix: tuple[Row, ...] | None = Field(
        None, strict=False, description='rows (sent) of replacement probabilities, with kernel = "matrix"'
    )

    @field_validator("matrix")
    @classmethod
    def _stochastic(
        cls, matrix: tuple[tuple[float, ...], ...] | None
    ) -> tuple[tuple[float, ...], ...] | None:
        for number, row in enumerate(matrix or ()):
            if len(row) != len(matrix or ()):
                raise ValueError(f"row {number} has {len(row)} entries: write a square matrix")
            if abs(sum(row) - 1.0) > 1e-9:
                raise ValueError(f"row {number} sums to {sum(row):g}: each row must sum to 1")
        return matrix

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.kernel == "matrix" and self.matrix is None:
            raise ValueError('kernel = "matrix" needs matrix = [[...], ...], one row for each rung')
        if self.kernel != "matrix" and self.matrix is not None:
            raise ValueError(f'a matrix contradicts kernel = "{self.kernel}": write kernel = "matrix"')
        return self

    def replacement(self, rungs: int) -> npt.NDArray[np.float64]:
        """What replaces a garbled letter, by rows (rungs, rungs).

        uniform: any letter, the true one included; other: any but the true one; adjacent: a neighbour
        on the ladder; hostile_skewed: the highest rung, whatever was sent; matrix: as given.
        """
        ones = np.ones((rungs, rungs))
        if self.kernel == "uniform":
            return ones / rungs
        if self.kernel == "other":
            return (ones - np.eye(rungs)) / (rungs - 1)
        if self.kernel == "adjacent":
            beside = np.eye(rungs, k=1) + np.eye(rungs, k=-1)
            return np.asarray(beside / beside.sum(axis=1, keepdims=True))
        if self.kernel == "hostile_skewed":
            hostile = np.zeros((rungs, rungs))
            hostile[:, rungs - 1] = 1.0
            return hostile
        return np.array(self.matrix)

    def confusion(self, rungs: int) -> npt.NDArray[np.float64]:
        """P(received | sent), by rows (rungs, rungs)."""
        return (1.0 - self.probability) * np.eye(rungs) + self.probability * self.replacement(rungs)

    def believed(self, rungs: int) -> npt.NDArray[np.float64]:
        """The confusion matrix as a receiver uses it: rows with a near-zero entry mixed with uniform."""
        matrix = self.confusion(rungs)
        thin = matrix.min(axis=1) < SMALLEST_SHARE / rungs
        matrix[thin] = (1.0 - SMALLEST_SHARE) * matrix[thin] + SMALLEST_SHARE / rungs
        return matrix


class AssumedGarble(Strict):
    """The garbling a receiver believes in; what is not named follows the true channel."""

    probability: Probability | None = Field(None, description="believed garbling probability")
    kernel: GarbleKernel | None = Field(None, description="believed kernel")
    matrix: tuple[Row, ...] | None = Field(
        None, strict=False, description='believed replacement matrix, with kernel = "matrix"'
    )


class Assumed(Strict):
    """A channel the receiver believes in, leaf by leaf; what is not named follows the true channel."""

    garble: AssumedGarble = Field(default_factory=AssumedGarble)
    loss_by_letter: Row | None = Field(None, description="believed loss probability of each letter")


class Queue(Strict):
    """One server, first come first served or newest first.

    Sources: Kleinrock 1975; Kaul, Yates and Gruteser 2012 (newest first, with pre-emption).
    """

    service: Law = Field(description="service time, hours")
    discipline: Literal["first_come", "newest_first"] = Field(
        "first_come",
        description='"newest_first": a new message throws out the one in service, and none waits',
    )
    capacity: int | None = Field(
        None, ge=1, le=1_000_000, description="places, the one in service included; none is unlimited"
    )

    @model_validator(mode="after")
    def _no_buffer_for_the_newest(self) -> Self:
        if self.discipline == "newest_first" and self.capacity is not None:
            raise ValueError('capacity contradicts discipline = "newest_first", where nothing waits: drop it')
        return self


class Noise(Strict):
    """Additive Gaussian noise on the value of a message (posture games)."""

    sigma: NotNegative = Field(le=1e9, description="standard deviation, in the unit of the value")


class Acknowledgement(Strict):
    """Stop and wait: the newest message is sent again until the addressee's acknowledgement has come."""

    timeout_hours: Positive = Field(le=1e6, description="time after which a message is sent again, hours")
    attempts: int = Field(256, ge=1, le=256, description="how often a message is sent at most")


class Outage(Strict):
    """Alternating up and down periods, exponential, beginning up; it acts on entry only."""

    mean_up_hours: Positive = Field(le=LONGEST_OUTAGE_HOURS, description="mean length of an up period, hours")
    mean_down_hours: Positive = Field(
        le=LONGEST_OUTAGE_HOURS, description="mean length of a down period, hours"
    )
    policy: Literal["hold", "lose"] = Field("hold", description="what becomes of messages sent while down")


class Channel(Strict):
    """A directed link with faults; what is not written is perfect, but for the delay."""

    delay: Law = Field(Exponential(mean_hours=1.2), description="propagation delay, hours")
    loss_probability: Probability = Field(0.0, description="probability that a message is lost on the way")
    loss_by_letter: Row | None = Field(
        None,
        description="a further loss probability for each letter (censorship), by what enters the channel",
    )
    garble: Garble = Field(default_factory=Garble)
    tamper: Garble | None = Field(
        None, description="a third party that replaces what is said: probability, kernel and matrix"
    )
    noise: Noise | None = Field(None, description="what is added to the value of a message")
    duplicate_probability: Probability = Field(0.0, description="probability that a second copy arrives")
    repeats: int = Field(1, ge=1, le=256, description="how many times each message is sent, at once")
    acknowledgement: Acknowledgement | None = Field(
        None, description="messages are acknowledged, and sent again until they are"
    )
    public: bool = Field(
        default=False, description="one broadcast: all public channels of a sender share their luck"
    )
    common_cause_probability: Probability = Field(
        0.0,
        description="probability that all messages of a review, over all channels, share one transit luck",
    )
    queue: Queue | None = Field(None, description="a server before the line")
    outage: Outage | None = Field(None, description="periods in which the channel is down")
    reading: Law | None = Field(None, description="deciphering at the receiver, hours; overrides the state's")
    assumed: Literal["true", "baseline"] | Assumed = Field(
        "true",
        description='the channel the receiver believes in: "true", "baseline" (the untreated one) or a table',
    )


def losses(channel: Channel) -> npt.NDArray[np.float64] | None:
    """Loss probability of each letter (letters,), None if it does not depend on the letter."""
    if channel.loss_by_letter is None:
        return None
    by_letter = np.array(channel.loss_by_letter)
    return np.asarray(1.0 - (1.0 - channel.loss_probability) * (1.0 - by_letter))


def believed_channel(channel: Channel, baseline: Channel, letters: int) -> npt.NDArray[np.float64]:
    """P(this letter is delivered | sent) as the receiver believes it, but for a common factor.

    Loss that does not depend on the letter tells nothing of it and is left out; loss that does weighs the
    rows. No entry is 0: a receiver never holds a report for impossible.

    Args:
        channel: the channel as it is.
        baseline: the same channel without treatment.
        letters: how many there are.

    Returns:
        By rows, sent (letters, letters).
    """
    matrix = believed_garble(channel, baseline).believed(letters)
    lost = _believed_losses(channel, baseline)
    if lost is not None:
        matrix *= np.maximum(1.0 - np.array(lost), SMALLEST_SHARE)[:, np.newaxis]
    return matrix


def _believed_losses(channel: Channel, baseline: Channel) -> tuple[float, ...] | None:
    if channel.assumed == "true":
        return channel.loss_by_letter
    if channel.assumed == "baseline":
        if baseline.assumed == "baseline":
            return baseline.loss_by_letter
        return _believed_losses(baseline, baseline)
    named = channel.assumed.loss_by_letter
    return channel.loss_by_letter if named is None else named


def believed_garble(channel: Channel, baseline: Channel) -> Garble:
    """The garbling that the receiver at the end of `channel` believes in.

    Args:
        channel: the channel as it is.
        baseline: the same channel without treatment.

    Raises:
        ValueError: what the receiver is to believe contradicts itself (pydantic's ValidationError).
    """
    if channel.assumed == "true":
        return channel.garble
    if channel.assumed == "baseline":
        if baseline.assumed == "baseline":
            return baseline.garble
        return believed_garble(baseline, baseline)
    named = channel.assumed.garble.model_dump(exclude_none=True)
    followed = channel.garble.model_dump(exclude_none=True)
    if named.get("kernel", followed["kernel"]) != "matrix":
        followed.pop("matrix", None)
    return Garble.model_validate(followed | named)
