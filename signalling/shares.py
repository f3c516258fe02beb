"""Shares of the wars by fault, as they were found run by run, with their intervals."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signalling.counterfactual import Contrast
from signalling.fault_sets import Flags, Integers64
from signalling.stats import FEWEST_FOR_WILSON, Interval, clopper_pearson, tail_of, tango, wilson

Floats64 = npt.NDArray[np.float64]

#: War or peace with the faults, then without any of them.
CAUSED = (True, False)
PREVENTED = (False, True)
PAIRS = (CAUSED, PREVENTED, (True, True), (False, False))
#: Second word of the key of resampling; the first is the seed.
RESAMPLING = 0x5348_4150_4C45_5953
#: Resamples that are drawn at once.
AT_ONCE = 100


@dataclass(frozen=True, eq=False)
class Attribution:
    """Shares of the wars, run by run in whole numbers.

    Attributes:
        title: of the scenario.
        seed: key of all draws, of the resampling too.
        players: names of the faults, in the order in which they were asked for.
        on: which of them the scenario has.
        runs: indices of the runs, (n,).
        denominator: of every share of a run: k! for k faults that are on.
        numerators: of the shares, (n, players). A row adds up to the denominator times the difference that
            the faults together make in this run: 1, 0 or -1.
        war: whether the run ends in war as the scenario is, (n,).
        war_without: and without all of the faults, (n,).
        war_without_one: and without each of them alone, (n, players).
        confidence: of the intervals.
        resamples: of the runs, for the intervals.
    """

    title: str
    seed: int
    players: tuple[str, ...]
    on: tuple[bool, ...]
    runs: Integers64
    denominator: int
    numerators: Integers64
    war: Flags
    war_without: Flags
    war_without_one: Flags
    confidence: float
    resamples: int

    def table(self) -> dict[str, int]:
        """Runs by what happens with the faults, then without any of them."""
        counts = {}
        for word, with_all in (("war", self.war), ("peace", ~self.war)):
            for other, without in (("war", self.war_without), ("peace", ~self.war_without)):
                counts[f"{word}/{other}"] = int((with_all & without).sum())
        return counts

    def p_war(self, *, faults: bool) -> Interval:
        """P(war) with all of the faults, or without any of them, with Wilson's interval."""
        wars = self.war if faults else self.war_without
        return wilson(int(wars.sum()), len(wars), self.confidence)

    def difference(self) -> Interval:
        """P(war) with the faults minus P(war) without them, with Tango's score interval for pairs."""
        counts = self.table()
        return tango(counts["war/peace"], counts["peace/war"], len(self.runs), self.confidence)

    def shares(self) -> dict[str, Interval]:
        """What each fault adds to P(war): mean over all runs; they add up to the difference.

        Intervals are percentiles of the resampled mean (Efron 1979), further out where runs are few. Where
        fewer than five runs say otherwise than all others, which is too few to resample, they are bounds
        instead: a fault moves a run by one war at most, and how many runs say otherwise has Clopper and
        Pearson's interval.
        """
        return self._intervals(None)

    def caused(self) -> dict[str, Interval]:
        """Share of each fault in the wars that all of them together caused: war with them, peace without.

        The shares add up to 1. None are given if there is no such war. Intervals as for `shares`.
        """
        return self._intervals(CAUSED)

    def prevented(self) -> dict[str, Interval]:
        """Share of each fault in the wars that all of them together prevented: peace with them, war without.

        The shares add up to 1. None are given if there is no such war. Intervals as for `shares`.
        """
        return self._intervals(PREVENTED)

    def but_for(self) -> dict[str, Contrast]:
        """What switching off each fault alone does, the others as they are: what that averts and causes."""
        found = {}
        for place, name in enumerate(self.players):
            without = self.war_without_one[:, place]
            averted, caused = int((self.war & ~without).sum()), int((~self.war & without).sum())
            found[name] = Contrast(
                "but for",
                "as it is",
                f"without {name}",
                len(self.runs),
                averted,
                caused,
                int((self.war & without).sum()),
                self.confidence,
            )
        return found

    def by_share(self) -> list[str]:
        """Names of the faults that are on, the largest share first; of equal ones, in the order asked for."""
        sums = self.numerators.sum(axis=0)
        places = [place for place, on in enumerate(self.on) if on]
        return [self.players[place] for place in sorted(places, key=lambda place: -int(sums[place]))]

    def runs_table(self) -> pa.Table:
        """A row for each run: war with and without the faults, and the numerator of each fault's share.

        The denominator stands in the table's metadata.
        """
        columns: dict[str, Any] = {"run": self.runs, "war": self.war, "war_without": self.war_without}
        columns |= {name: self.numerators[:, place] for place, name in enumerate(self.players)}
        return pa.table(columns).replace_schema_metadata({"denominator": str(self.denominator)})

    def summary(self) -> dict[str, Any]:
        """Everything but the runs as plain data, for JSON."""
        shares, caused, prevented, but_for = self.shares(), self.caused(), self.prevented(), self.but_for()
        return {
            "scenario": self.title,
            "seed": self.seed,
            "runs": len(self.runs),
            "confidence": self.confidence,
            "resamples": self.resamples,
            "table": self.table(),
            "p_war": self.p_war(faults=True)._asdict(),
            "p_war_without": self.p_war(faults=False)._asdict(),
            "difference": self.difference()._asdict(),
            "denominator": self.denominator,
            "faults": [
                {
                    "fault": name,
                    "on": on,
                    "numerator": int(self.numerators[:, place].sum()),
                    "share": shares[name]._asdict(),
                    "of_caused": caused[name]._asdict() if caused else None,
                    "of_prevented": prevented[name]._asdict() if prevented else None,
                    "averted": but_for[name].averted,
                    "caused": but_for[name].caused,
                    "but_for": but_for[name].risk_difference()._asdict(),
                }
                for place, (name, on) in enumerate(zip(self.players, self.on, strict=True))
            ],
        }

    def _intervals(self, pair: tuple[bool, bool] | None) -> dict[str, Interval]:
        """Means over the runs with this war or peace, with the faults and without; over all runs if None."""
        chosen = np.ones(len(self.runs), dtype=bool)
        if pair is not None:
            chosen = (self.war == pair[0]) & (self.war_without == pair[1])
        if not chosen.any():
            return {}
        sign = -1 if pair == PREVENTED else 1
        resampled = sign * self._resampled(pair)
        tail = expanded_tail(self.confidence, int(chosen.sum()))
        found = {}
        for place, name in enumerate(self.players):
            values = sign * self.numerators[chosen, place]
            mean = int(values.sum()) / (self.denominator * len(values))
            if not self.on[place] or (pair is not None and sum(self.on) == 1):
                found[name] = Interval(mean, mean, mean)  # 0, or all of it, by definition
            elif _unlike(values) < FEWEST_FOR_WILSON:
                found[name] = self._bounds(values, mean)
            else:
                low, high = np.quantile(resampled[:, place], [tail, 1.0 - tail])
                found[name] = Interval(mean, float(low), float(high))
        return found

    def _resampled(self, pair: tuple[bool, bool] | None) -> Floats64:
        """Such means, of runs that are drawn again (resamples, players).

        A resample without any such run has no mean and is left out.
        """
        sums = np.sum([self._sums[kind] for kind in (PAIRS if pair is None else [pair])], axis=0)
        some = sums[:, 0] > 0.0
        return np.asarray(sums[some, 1:] / (self.denominator * sums[some, :1]))

    @cached_property
    def _sums(self) -> dict[tuple[bool, bool], Floats64]:
        """Of runs drawn again, how many, and the sum of each numerator over them (resamples, 1 + players).

        By war or peace with the faults and without.
        Runs are drawn by kind, of which there are few: those that say the same are one kind. Sums of whole
        numbers are exact in floating point, so that nothing depends on their order.
        """
        rows = np.column_stack([self.war, self.war_without, self.numerators]).astype(np.int64)
        kinds, counts = np.unique(rows, axis=0, return_counts=True)
        values = np.column_stack([np.ones(len(kinds)), kinds[:, 2:]])
        places = {pair: (kinds[:, :2] == pair).all(axis=1) for pair in PAIRS}
        parts: dict[tuple[bool, bool], list[Floats64]] = {pair: [] for pair in places}
        generator = np.random.Generator(np.random.Philox(key=np.array([self.seed, RESAMPLING], np.uint64)))
        for begin in range(0, self.resamples, AT_ONCE):
            size = min(AT_ONCE, self.resamples - begin)
            drawn = generator.multinomial(len(self.runs), counts / len(self.runs), size=size)
            for pair, of_pair in places.items():
                parts[pair].append(drawn[:, of_pair] @ values[of_pair])
        return {pair: np.concatenate(sums) for pair, sums in parts.items()}

    def _bounds(self, values: Integers64, mean: float) -> Interval:
        """Where hardly any value is unlike the usual one: by how many might be, each by its most."""
        usual = _usual(values)
        share = usual / self.denominator
        above, below = (
            clopper_pearson(int(count), len(values), self.confidence).high
            for count in ((values > usual).sum(), (values < usual).sum())
        )
        return Interval(mean, share - below * (1.0 + share), share + above * (1.0 - share))


def expanded_tail(confidence: float, size: int) -> float:
    """Which percentile of resampled means ends an interval: further out, the fewer values there are.

    Resampled means spread by n - 1 in n too little, and as if the spread were known. Percentiles are moved so
    that they would be right by Student's t if means were normal.

    Source: Hesterberg 2015, The American Statistician 69, "expanded percentile interval".

    Args:
        confidence: coverage aimed at.
        size: how many values, n.

    Example:
        >>> [round(expanded_tail(0.95, size), 4) for size in (5, 20, 1000)]
        [0.001, 0.0159, 0.0248]
    """
    from scipy.special import ndtr, stdtrit

    if size < 2:
        return tail_of(confidence)
    quantile = stdtrit(size - 1, tail_of(confidence))
    return float(ndtr(math.sqrt(size / (size - 1)) * quantile))


def _usual(values: Integers64) -> int:
    """The most frequent value."""
    kinds, counts = np.unique(values, return_counts=True)
    return int(kinds[counts.argmax()])


def _unlike(values: Integers64) -> int:
    """How many are unlike the most frequent value."""
    return int((values != _usual(values)).sum())
