"""Regions of parameters: for which numbers a finding is claimed, and points drawn from among them."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, ValidationError, model_validator

from signalling.cells import Settings, shown
from signalling.errors import ScenarioError
from signalling.inputs import embed_changes
from signalling.parameters import Strict
from signalling.scenario import Scenario, built_in_scenarios, load_scenario, read_toml
from signalling.validation import explain, refuse, suggestion

Value = bool | int | float | str

#: Digits of a drawn number: as many as a reader is told, so that what is told is what was run.
DIGITS = 6
DOCTRINE = "states.all.doctrine"
#: Just below the end of a range, as a uniform draw may come out at most.
ALMOST_ONE = 1.0 - 2.0**-53


class Spread(Strict):
    """The values of a parameter in a region: a range, uniform on its scale, or some, each as likely."""

    low: float | None = Field(None, description="lower end of the range")
    high: float | None = Field(None, description="upper end of the range")
    scale: Literal["linear", "log"] = Field("linear", description="on which the range is uniform")
    integer: bool = Field(default=False, description="whether only the whole numbers of the range are meant")
    share_of: str | None = Field(
        None, description="a path of the region, of whose value low and high are multiples"
    )
    values: list[Value] | None = Field(None, description="instead of a range: values, each as likely")

    @model_validator(mode="after")
    def _range_or_values(self) -> "Spread":
        if self.values is not None:
            others = sorted(self.model_fields_set - {"values"})
            if others:
                raise ValueError(f"has values and {', '.join(others)}; keep a range or values")
            if len({(type(value), value) for value in self.values}) < max(2, len(self.values)):
                raise ValueError("needs two values or more, each once; set a single one in the scenario")
            return self
        if self.low is None or self.high is None:
            raise ValueError("needs low and high, or values, e.g. { low = 8, high = 48 }")
        if not self.low < self.high:
            raise ValueError("needs low below high; set a single value in the scenario")
        if self.scale == "log" and self.low <= 0:
            raise ValueError('scale = "log" needs low above 0')
        if self.integer and (self.share_of or not (self.low.is_integer() and self.high.is_integer())):
            raise ValueError("integer = true needs whole ends and no share_of")
        if any(value != _told(value) for value in (self.low, self.high)):
            raise ValueError(f"needs ends of at most {DIGITS} digits, as the numbers between them have")
        return self

    def at(self, share: float, settings: Mapping[str, Any]) -> Value:
        """The value below which a share of the range lies (or of the values, as they stand).

        Args:
            share: in [0, 1).
            settings: those of the paths before, of which this one may be a multiple.

        Returns:
            A number of the range to six significant digits, by which it is told exactly.

        Example:
            >>> Spread(low=1, high=100, scale="log").at(0.5, {}), Spread(values=["a", "b"]).at(0.7, {})
            (10.0, 'b')
        """
        if self.values is not None:
            return self.values[int(share * len(self.values))]
        if self.low is None or self.high is None:  # the validator has seen to it
            raise AssertionError
        high = self.high + 1.0 if self.integer else self.high
        if self.scale == "log":
            value = self.low * math.pow(high / self.low, share)
        else:
            value = self.low + share * (high - self.low)
        if self.integer:
            return min(math.floor(value), int(self.high))  # a power may round up to the end
        return _told(value if self.share_of is None else value * float(settings[self.share_of]))


def _told(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


class RegionFile(Strict):
    """A region as a file writes it."""

    name: str = Field(description="a title")
    scenario: str = Field(description="a built-in name, or a file beside this one")
    common: dict[str, Spread] = Field(
        default_factory=dict, description="by path of the scenario, under every doctrine"
    )
    doctrines: dict[str, dict[str, Spread]] = Field(
        min_length=1, description="by doctrine, which all states follow, and path"
    )


@dataclass(frozen=True)
class Region:
    """The crises for which a finding is claimed: a scenario, and the ranges of its parameters by doctrine.

    Made by `load_region`.
    """

    name: str
    scenario: Scenario
    spreads: Mapping[str, Mapping[str, Spread]]
    """By doctrine and path; the paths of all doctrines first."""
    folder: Path
    """Where files begin that it names."""

    @property
    def doctrines(self) -> list[str]:
        """Names, in the order of the file."""
        return list(self.spreads)

    @property
    def paths(self) -> list[str]:
        """Every path that varies under some doctrine, once."""
        return list(dict.fromkeys(path for spreads in self.spreads.values() for path in spreads))

    def settings(self, doctrine: str, shares: Sequence[float]) -> Settings:
        """The point of the region at a point of the unit cube.

        Args:
            doctrine: under which the region is meant.
            shares: one for each of its paths, in [0, 1).

        Raises:
            ScenarioError: no such doctrine.
        """
        drawn = dict(zip(self._of(doctrine), shares, strict=True))
        spreads = self._of(doctrine)
        found: Settings = {}
        # A multiple comes after what it is a multiple of.
        for path in sorted(spreads, key=lambda path: spreads[path].share_of is not None):
            found[path] = spreads[path].at(float(drawn[path]), found)
        return {path: found[path] for path in spreads}

    def points(self, doctrine: str, n: int, seed: int) -> list[Settings]:
        """Independent uniform points of the region, so that counts of them are binomial.

        Args:
            doctrine: under which; the points of one do not depend on the others.
            n: how many; the first ones of more are the same.
            seed: key of the draws.

        Raises:
            ScenarioError: no such doctrine.
        """
        cube = generator(seed, "points", doctrine).random((n, len(self._of(doctrine))))
        return [self.settings(doctrine, shares) for shares in cube]

    def version(self, doctrine: str, settings: Settings) -> Scenario:
        """The scenario under a doctrine, which all states follow, with some paths set.

        Raises:
            ScenarioError: the scenario refuses the point; it is named.
        """
        try:
            return self.changed(self.scenario, {DOCTRINE: doctrine} | settings)
        except ScenarioError as error:
            point = f", point {shown(settings)}" if settings else ""
            raise _below(f"doctrines.{doctrine}{point}", error) from error

    def changed(self, scenario: Scenario, settings: Mapping[str, Any]) -> Scenario:
        """A scenario with some paths set, and the files that they name read from the region's folder.

        Raises:
            ScenarioError: a path or value is not acceptable.
        """
        return scenario.replace(embed_changes(settings, self.folder, list(scenario.states)))

    def defaults(self, doctrine: str) -> dict[str, Value | None]:
        """What the scenario has where the region varies, with the doctrine as it is; None: several values.

        Raises:
            ScenarioError: the scenario refuses the doctrine.
        """
        tables = self.version(doctrine, {}).canonical()
        return {path: _held(tables, path) for path in self._of(doctrine)}

    def _of(self, doctrine: str) -> Mapping[str, Spread]:
        if doctrine not in self.spreads:
            raise refuse(
                "doctrine", doctrine, f"the region has none such; {suggestion(doctrine, self.spreads)}"
            )
        return self.spreads[doctrine]


def generator(seed: int, *words: str) -> np.random.Generator:
    """A generator of its own for what some words name: Philox, keyed by the seed and a hash of the words."""
    hashed = hashlib.blake2b("\0".join(words).encode(), digest_size=8).digest()
    return np.random.Generator(np.random.Philox(key=seed + (int.from_bytes(hashed, "little") << 64)))


def _held(tables: Mapping[str, Any], path: str) -> Value | None:
    """What canonical tables hold at a path; None where that is nothing, a table, or different things."""
    first, *rest = path.split(".")
    if first == "states" and rest[0] == "all":
        found = [_held(tables, ".".join(("states", name, *rest[1:]))) for name in tables["states"]]
        return found[0] if all(value == found[0] for value in found) else None
    if first == "channels" and rest[0] not in tables["channels"]:
        rest[0] = "default"  # every channel that is not described
    level: Any = tables.get(first)
    for key in rest:
        if isinstance(level, Mapping) and "parameters" in level and key in level["parameters"]:
            level = level["parameters"]
        level = level.get(key) if isinstance(level, Mapping) else None
    return level if isinstance(level, bool | int | float | str) else None


def load_region(path: str | Path) -> Region:
    """The region of a file.

    The scenario is tried under every doctrine as it is, and with all parameters of the region at their lower
    ends, in the middle, and at their upper ends, so that most slips show before any run.

    Raises:
        ScenarioError: with file, path, value and remedy.
    """
    file = Path(path)
    document = read_toml(file)
    try:
        written = RegionFile.model_validate(document)
        region = _region(written, file.parent)
        _try(region)
    except ValidationError as error:
        lines = explain(error, RegionFile, document)
        raise ScenarioError("\n".join(f"{file}: {line}" for line in lines)) from error
    except ScenarioError as error:
        raise _below(str(file), error) from error
    return region


def _region(written: RegionFile, folder: Path) -> Region:
    source = written.scenario if written.scenario in built_in_scenarios() else folder / written.scenario
    try:
        scenario = load_scenario(source)
    except ScenarioError as error:
        raise _below("scenario", error) from error
    if not scenario.knows_war:
        raise refuse("scenario", written.scenario, "knows no war, and regions are about P(war); name another")
    for doctrine, own in written.doctrines.items():
        _check_paths(doctrine, written.common, own)
    spreads = {doctrine: written.common | own for doctrine, own in written.doctrines.items()}
    return Region(written.name, scenario, spreads, folder)


def _check_paths(doctrine: str, common: Mapping[str, Spread], own: Mapping[str, Spread]) -> None:
    spreads = {**common, **own}
    if not spreads:
        raise refuse(f"doctrines.{doctrine}", None, "varies nothing; write a path and its range")
    for path, spread in spreads.items():
        place = f"common.{path}" if path in common else f"doctrines.{doctrine}.{path}"
        if path in common and path in own:
            raise refuse(place, None, f"stands under doctrines.{doctrine} too; keep one of them")
        if path in {DOCTRINE, f"{DOCTRINE}.name", f"{DOCTRINE}.file"}:
            raise refuse(place, None, "is what the name of the table sets; drop it")
        if spread.share_of is None:
            continue
        whole = spreads.get(spread.share_of)
        if whole is None:
            known = suggestion(spread.share_of, spreads)
            raise refuse(f"{place}.share_of", spread.share_of, f"no such path of the region; {known}")
        if whole.share_of is not None or any(isinstance(value, bool | str) for value in whole.values or ()):
            raise refuse(
                f"{place}.share_of", spread.share_of, "has no numbers of its own; name a path that has"
            )


def _try(region: Region) -> None:
    places = {"at lower ends": 0.0, "in the middle": 0.5, "at upper ends": ALMOST_ONE}
    for doctrine, spreads in region.spreads.items():
        region.defaults(doctrine)
        for place, share in places.items():
            settings = {DOCTRINE: doctrine, **region.settings(doctrine, [share] * len(spreads))}
            try:
                region.changed(region.scenario, settings)
            except ScenarioError as error:
                raise _below(f"doctrines.{doctrine}, all {place}", error) from error


def _below(place: str, error: ScenarioError) -> ScenarioError:
    return ScenarioError("\n".join(f"{place}: {line}" for line in str(error).splitlines()))
