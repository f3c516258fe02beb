"""The process engine's source of chance: the uniforms of `draws.PlainLuck`, drawn many blocks at a time.

Addresses that differ only in `which` are consecutive Philox blocks, so one call of NumPy's generator
answers the next `bulk` reviews of a state. Only `random_raw` is used: NumPy promises its bits for good,
while it keeps the right to change what its distributions make of them.
"""

from typing import Any

import numpy as np
from numpy.random import Philox

from signalling.kernel import draws

Block = tuple[float, float, float, float]

_SURPLUS_BITS = np.uint64(draws.SURPLUS_BITS)
_COUNTER_MASK = (1 << 4 * draws.WORD_BITS) - 1


class BulkLuck:
    """The luck of one run at a time, equal to `PlainLuck` to the bit.

    Args:
        seed: Seed of the study, in [0, 2**64).
        branch: Future of the run, 0 unless split, in [0, 2**64).
        bulk: Blocks drawn together, a power of two. Larger pays where a state reviews often; addresses that
            are asked for alone cost a whole bulk each.

    Raises:
        ValueError: `bulk` is not a power of two.

    Example:
        >>> luck = BulkLuck(seed=7)
        >>> luck.start_run(12)
        >>> luck.block(3, 5, 1) == draws.PlainLuck(seed=7, run=12).block(3, 5, 1)
        True
    """

    __slots__ = ("_branch", "_bulk", "_cache", "_generator", "_inside", "_seed", "_shift", "_state")

    def __init__(self, seed: int, branch: int = 0, bulk: int = 64) -> None:
        if bulk < 1 or bulk & (bulk - 1):
            raise ValueError(f"bulk = {bulk}: must be a power of two, such as 64")
        self._seed = seed
        self._branch = branch
        self._bulk = bulk
        self._shift = bulk.bit_length() - 1
        self._inside = bulk - 1
        self._cache: dict[tuple[int, int, int], list[Block]] = {}
        self._generator = Philox(0)
        # One generator whose state is overwritten: 0.4 us, where making a new one costs 6 us. Lists, because
        # NumPy reads them faster than arrays (its stubs know arrays only). Position 4: the buffer is used up.
        self._state: Any = {
            "bit_generator": "Philox",
            "state": {"counter": [0, 0, 0, 0], "key": [seed, 0]},
            "buffer": [0, 0, 0, 0],
            "buffer_pos": 4,
            "has_uint32": 0,
            "uinteger": 0,
        }
        self.start_run(0)

    def start_run(self, run: int) -> None:
        """Forget what was drawn and turn to the luck of another run.

        Args:
            run: Index of the run, in [0, 2**64).
        """
        self._cache.clear()
        self._state["state"]["key"] = [self._seed, run]

    def block(self, which: int, who: int, purpose: int) -> Block:
        """The four uniforms in [0, 1) at an address of the current run."""
        # Bulks are cached, not single blocks: a hit costs 20 ns more, but 64 insertions cost 5 us per bulk.
        try:
            return self._cache[which >> self._shift, who, purpose][which & self._inside]
        except KeyError:
            return self._draw(which, who, purpose)[which & self._inside]

    def _draw(self, which: int, who: int, purpose: int) -> list[Block]:
        """Draw and remember the bulk that holds `which`; aligned, so that word 0 never carries inside it."""
        words = draws.WORD_BITS
        first = which & ~self._inside
        counter = first | who << words | purpose << 2 * words | self._branch << 3 * words
        before = (counter - 1) & _COUNTER_MASK  # borrows from who, purpose and branch where first is 0
        mask = draws.WORD_MASK
        self._state["state"]["counter"] = [
            before & mask,
            before >> words & mask,
            before >> 2 * words & mask,
            before >> 3 * words,
        ]
        self._generator.state = self._state
        raw = self._generator.random_raw(4 * self._bulk)
        lane = iter(((raw >> _SURPLUS_BITS) * draws.UNIFORM_STEP).tolist())
        blocks: list[Block] = list(zip(lane, lane, lane, lane, strict=True))
        self._cache[which >> self._shift, who, purpose] = blocks
        return blocks
