"""Sobol indices of any function of parameters and luck: where it is asked, and what the answers say."""

import hashlib
import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from signalling.errors import SignallingError
from signalling.region import generator

Floats64 = npt.NDArray[np.float64]
#: Gives the output at points of the unit cube, (points, parameters), with the seed of the luck at each.
Evaluate = Callable[[Floats64, Sequence[int]], Sequence[float]]

#: What luck is called among parameters.
LUCK = "luck"
#: Indices of an input: by itself, and with all its interactions; SALib's names of them.
ORDERS = {"first": "S1", "total": "ST"}
#: Resamples of the base sample, from which the intervals come.
RESAMPLES = 1000


class Design(NamedTuple):
    """Where an output is asked for."""

    shares: Floats64
    """Points of the unit cube, (points, parameters)."""
    seeds: list[int]
    """Of the luck at each point."""

    def of_sample(self, sample: int, samples: int) -> "Design":
        """The points that belong to one of the base sample."""
        each = len(self.seeds) // samples
        part = slice(sample * each, (sample + 1) * each)
        return Design(self.shares[part], self.seeds[part])


class Index(NamedTuple):
    """A Sobol index: the share of the output's variance that a parameter has."""

    parameter: str
    order: str
    """`first`: of the parameter alone; `total`: with all its interactions."""
    estimate: float | None
    """None where the output is the same everywhere: there is no variance to share."""
    low: float | None
    high: float | None
    variance: float
    """Of the output, over parameters and luck."""

    def told(self) -> dict[str, Any]:
        """As columns of a row."""
        parameter, order, *numbers = self
        names = ("estimate", "estimate_low", "estimate_high", "variance")
        return {"parameter": parameter, "index": order, **dict(zip(names, numbers, strict=True))}


def design(parameters: int, samples: int, seed: int, key: str = "") -> Design:
    """Where an output is asked for, to learn its Sobol indices: D + 3 points for each of a base sample.

    Luck is one more coordinate, the last, which is hashed to a seed: points have the same luck where they
    have the same coordinate. So the two halves A and B of the design have independent luck, a point that
    takes one parameter from B has the luck of A, and the point that takes its luck from B has the parameters
    of A.

    Sources: Sobol's sequence, scrambled, and the design of Saltelli et al. 2010; a seed as an input after
    Iooss and Ribatet 2009.

    Args:
        parameters: D, without luck.
        samples: points of the base sample, a power of 2.
        seed: key of the design.
        key: what tells designs of one seed apart.

    Raises:
        SignallingError: SALib is not installed.
    """
    sampler = _salib("sample.sobol")
    # A generator of a key alone has no descendants, which the sequence wants for its scrambling.
    scrambling = int(generator(seed, "sobol", key).integers(2**63))
    cube: Floats64 = sampler.sample(_problem(parameters), samples, calc_second_order=False, seed=scrambling)
    return Design(cube[:, :-1], [_seed(seed, key, value) for value in cube[:, -1].tolist()])


def analysed(
    names: Sequence[str],
    outputs: Sequence[float],
    *,
    seed: int,
    key: str = "",
    confidence: float = 0.95,
) -> list[Index]:
    """Sobol indices of parameters and luck, first order and total, from the outputs at a design's points.

    Shares are of the variance of the output with its noise: with more runs at each point that of luck falls
    and the others rise. A first-order index may come out below 0 by chance and is not clamped.

    Sources: estimators of Saltelli et al. 2010; total indices of Homma and Saltelli 1996; stochastic models
    after Hart et al. 2017.

    Args:
        names: of the parameters, without luck.
        outputs: at the points of `design`, in their order.
        seed: key of the resamples.
        key: as for `design`.
        confidence: of the intervals, which are normal with the standard error of a bootstrap of the base
            sample.

    Raises:
        SignallingError: SALib is not installed.
    """
    values = np.asarray(outputs, dtype=np.float64)
    named = [*names, LUCK]
    by_sample = values.reshape(-1, len(named) + 2)
    variance = float(np.var(by_sample[:, [0, -1]]))
    if variance == 0.0:
        return [Index(name, order, None, None, None, 0.0) for name in named for order in ORDERS]
    found = _salib("analyze.sobol").analyze(
        _problem(len(names)),
        values,
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=confidence,
        seed=generator(seed, "resamples", key),
    )
    indices = []
    for place, name in enumerate(named):
        for order, column in ORDERS.items():
            estimate, half = float(found[column][place]), float(found[f"{column}_conf"][place])
            indices.append(Index(name, order, estimate, estimate - half, estimate + half, variance))
    return indices


def sobol_indices(
    names: Sequence[str], evaluate: Evaluate, *, samples: int, seed: int, confidence: float = 0.95
) -> list[Index]:
    """Sobol indices of anything that is a function of parameters and luck.

    Args:
        names: of the parameters.
        evaluate: gives the outputs at points of the unit cube, with the seed of the luck at each.
        samples: points of the base sample, a power of 2; asked for are D + 3 times as many.
        seed: key of points, luck and resamples.
        confidence: of the intervals.

    Raises:
        SignallingError: SALib is not installed.
    """
    points = design(len(names), samples, seed)
    return analysed(names, evaluate(points.shares, points.seeds), seed=seed, confidence=confidence)


def _problem(parameters: int) -> Mapping[str, Any]:
    """The unit cube of some parameters and luck, as SALib has it."""
    names = [f"x{place}" for place in range(parameters)] + [LUCK]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _seed(seed: int, key: str, luck: float) -> int:
    """A seed of runs for a coordinate of luck: BLAKE2b of both."""
    text = f"{seed}\0{key}\0{luck.hex()}"
    hashed = hashlib.blake2b(text.encode(), digest_size=8, person=b"luck as an input")
    return int.from_bytes(hashed.digest(), "little")


def _salib(module: str) -> Any:
    """A module of SALib, which is slow to load and not everybody's."""
    try:
        return importlib.import_module(f"SALib.{module}")
    except ImportError as error:
        raise SignallingError('Sobol indices need SALib: pip install "signalling[paper]"') from error
