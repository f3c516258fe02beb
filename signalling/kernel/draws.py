"""Luck: every uniform of the model is a function of its address, never of how many were drawn before.

The generator is Philox4x64-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), written
here in masked integers as the reference text. Key = (seed, run); counter = (which, who, purpose, branch),
word 0 first; one block is four 64-bit words, hence four uniforms. NumPy's Philox increments its counter
before it generates, so our block at counter c is the first of numpy.random.Philox(counter=c - 1 mod 2**256).

    which     what happens: origin, attempt, copy and hop in one word (`address`)
    who       to whom: the hash of a name (`who`)
    purpose   what for: draw purpose and message kind in one word (`purpose`)
    branch    in which future: 0, or a clone's number under importance splitting
"""

import hashlib
from typing import NamedTuple, Protocol

WORD_BITS = 64
WORD_MASK = 0xFFFFFFFFFFFFFFFF

# The published constants of Philox4x64: multipliers, and the Weyl increments of the key.
MULTIPLIER_0 = 0xD2E7470EE14C6C93
MULTIPLIER_1 = 0xCA5A826395121157
WEYL_0 = 0x9E3779B97F4A7C15  # golden ratio
WEYL_1 = 0xBB67AE8584CAA73B  # square root of 3, less 1
ROUNDS = 10

# A double holds 53 bits: keep the top 53 of 64, so that every uniform is exact and below 1.
SURPLUS_BITS = 11
UNIFORM_STEP = 1.0 / 9007199254740992.0  # 2**-53

# Fields of `which`: the origin is lowest, so consecutive reviews are consecutive Philox blocks.
ATTEMPT_BIT = 40
COPY_BIT = 48
HOP_BIT = 56

# Fields of `purpose`: the draw purpose is lowest.
MESSAGE_KIND_BIT = 8


class Luck(Protocol):
    """A source of chance: whatever answers an address with four uniforms."""

    def block(self, which: int, who: int, purpose: int) -> tuple[float, float, float, float]:
        """The four uniforms in [0, 1) at this address, the same however often and in whatever order asked."""
        ...


def block(luck: Luck, which: int, who: int, purpose: int) -> tuple[float, float, float, float]:
    """The four uniforms at an address.

    Kernel code calls this function and never the method: compiled, a luck is a few plain words that have no
    methods, and the compiled engine puts a body of its own in the place of this one.

    Args:
        luck: The source of chance; it knows seed, run and branch.
        which: What happens, see `address`.
        who: To whom, see `who`.
        purpose: What for, see `purpose`.
    """
    return luck.block(which, who, purpose)


def address(origin: int, attempt: int, copy: int, hop: int) -> int:
    """The word `which` that singles out one event among those of the same name and purpose.

    Args:
        origin: Index of the sender's review or, if triggered, a mix of what triggered it, in [0, 2**40).
        attempt: How often the message had been sent before, in [0, 256).
        copy: Bit h is set if this copy descends from a duplicate made at hop h, in [0, 256).
        hop: Relays already passed, in [0, 256).
    """
    return origin + (attempt << ATTEMPT_BIT) + (copy << COPY_BIT) + (hop << HOP_BIT)


def purpose(draw_purpose: int, message_kind: int) -> int:
    """The word `purpose`: what a block is drawn for, and for which kind of message.

    Args:
        draw_purpose: Number of the block among those of one event, in [0, 256).
        message_kind: Kind of the message; 0 where there is none.
    """
    return draw_purpose + (message_kind << MESSAGE_KIND_BIT)


def uniform(word: int) -> float:
    """The number in [0, 1) that a 64-bit word stands for: its top 53 bits over 2**53, exactly."""
    return (word >> SURPLUS_BITS) * UNIFORM_STEP


def product(a: int, b: int) -> tuple[int, int]:
    """The 128-bit product of two words as (high, low); the one line a compiler needs an intrinsic for."""
    whole = a * b
    return whole >> WORD_BITS, whole & WORD_MASK


def philox(
    counter0: int, counter1: int, counter2: int, counter3: int, key0: int, key1: int
) -> tuple[int, int, int, int]:
    """One block of Philox4x64-10: four 64-bit words, a keyed bijection of the counter.

    Args:
        counter0: `which`, in [0, 2**64) like all six.
        counter1: `who`.
        counter2: `purpose`.
        counter3: Branch.
        key0: Seed.
        key1: Run.

    Example:
        >>> [f"{word:016x}" for word in philox(0, 0, 0, 0, 0, 0)]
        ['16554d9eca36314c', 'db20fe9d672d0fdc', 'd7e772cee186176b', '7e68b68aec7ba23b']
    """
    for _ in range(ROUNDS):
        high0, low0 = product(MULTIPLIER_0, counter0)
        high1, low1 = product(MULTIPLIER_1, counter2)
        counter0 = high1 ^ counter1 ^ key0
        counter1 = low1
        counter2 = high0 ^ counter3 ^ key1
        counter3 = low0
        key0 = (key0 + WEYL_0) & WORD_MASK
        key1 = (key1 + WEYL_1) & WORD_MASK
    return counter0, counter1, counter2, counter3


# What follows is not compiled: the plain source of chance, and the hash used once when a model is compiled.


class PlainLuck(NamedTuple):
    """The luck of one run, computed afresh at every call: slow (about 5 microseconds) and obviously right.

    Attributes:
        seed: Seed of the study, in [0, 2**64).
        run: Index of the run, in [0, 2**64).
        branch: Future of the run, 0 unless split, in [0, 2**64).

    Example:
        >>> PlainLuck(seed=0, run=0).block(0, 0, 0)[0]
        0.08723912359911234
    """

    seed: int
    run: int
    branch: int = 0

    def block(self, which: int, who: int, purpose: int) -> tuple[float, float, float, float]:
        """The four uniforms at an address of this run."""
        a, b, c, d = philox(which, who, purpose, self.branch, self.seed, self.run)
        return uniform(a), uniform(b), uniform(c), uniform(d)


def who(name: str) -> int:
    """The word `who` of a name, so that adding or reordering states leaves everybody's luck alone.

    Args:
        name: A state ("A"), a channel ("A->B") or a relayed hop ("A->C|A->B").

    Returns:
        BLAKE2b of the UTF-8 name, 8-byte digest, read little-endian.

    Example:
        >>> hex(who("A->B"))
        '0x70d32bceebb8b3c7'
    """
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8"), digest_size=8).digest(), "little")
