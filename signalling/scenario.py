"""A set-up as users write it: strict pydantic tables with units, loaded, edited and put in canonical form."""

import datetime as dt
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, Self

from pydantic import AwareDatetime, Field, PrivateAttr, SerializeAsAny, ValidationError, field_validator

from signalling import checks, doctrine_files, inputs
from signalling.channels import Channel
from signalling.errors import ScenarioError
from signalling.exchange import ExchangeGame
from signalling.games import POSTURE_LETTERS, Game, Ladder, LadderGame, MatrixGame
from signalling.kernel import doctrines
from signalling.laws import Law
from signalling.network import Network
from signalling.parameters import Parameters, Strict
from signalling.paths import Document, merged, normalise, plain_copy
from signalling.review import LONGEST_HORIZON_DAYS, Review
from signalling.routes import Route
from signalling.validation import NONE, NotNegative, Positive, Probability, explain, refuse
from signalling.vocabulary import TICKS_PER_DAY, TICKS_PER_HOUR

BUILT_IN_FOLDER = Path(__file__).parent / "scenarios"


class DoctrineChoice(Strict):
    """A doctrine by name with its parameters; one of the user's own has its text."""

    name: str
    parameters: SerializeAsAny[Parameters]
    source: str | None = Field(None, exclude=True, description="text of a user's own doctrine")

    @property
    def module(self) -> ModuleType:
        """The module that decides."""
        if self.source is None:
            return doctrines.load(self.name)
        return doctrine_files.load(self.source, "doctrine", f"{self.name}.py")


class State(Strict):
    """A country: its type, doctrine and means."""

    doctrine: DoctrineChoice
    greedy_probability: Probability = Field(0.0, description="probability that the state is greedy in a run")
    lying_probability: Probability = Field(
        0.0, description="probability that a message of a greedy state says 0"
    )
    capability: Positive = Field(1.0, description="means of war, any unit common to all states")
    ceiling: int | None = Field(None, ge=0, description="highest rung the state may take, counted from 0")
    floor: int = Field(0, ge=0, description="lowest rung the state may take: its standing armament")
    start_rung: int = Field(
        default_factory=lambda data: data.get("floor", 0),
        ge=0,
        description="rung, or number of the action, on which it stands at the start; everybody knows",
    )
    start_posture: float = Field(
        0.0, ge=-1e12, le=1e12, description="armament at the start of a posture game; everybody knows"
    )
    exaggeration: float = Field(
        0.0, gt=-1, le=1e6, description="b: it states (1 + b) times the value that it means"
    )
    reading: Law | None = Field(None, description="deciphering of what it receives, hours")
    office_hours: tuple[float, float] | None = Field(
        None, strict=False, description="[opening, closing] of its ministry, local hours of the day"
    )
    utc_offset_hours: float = Field(0.0, ge=-14, le=14, description="local time minus Greenwich time, hours")

    @field_validator("office_hours")
    @classmethod
    def _a_day(cls, hours: tuple[float, float] | None) -> tuple[float, float] | None:
        if hours is not None and not 0 <= hours[0] < hours[1] <= 24:
            raise ValueError("must be [opening, closing] with 0 <= opening < closing <= 24")
        return hours


class Rivalry(Strict):
    """Two states that watch each other."""

    between: tuple[str, str] = Field(strict=False, description="the two states")
    weight: NotNegative = Field(1.0, description="attention, relative to the other rivalries of each")
    weight_back: NotNegative = Field(
        default_factory=lambda data: data.get("weight", 1.0),
        description="attention of the second state to the first; as weight unless given",
    )

    @property
    def weights(self) -> tuple[float, float]:
        """Attention of the first state to the second, and of the second to the first."""
        return self.weight, self.weight_back


class Scenario(Strict):
    """One set-up, complete and frozen. Make one with `load_scenario`, change one with `replace`."""

    name: str = Field(description="a title; it changes nothing")
    horizon_days: Positive = Field(60.0, description="length of the crisis, days")
    start: AwareDatetime | None = Field(None, description="moment of tick 0, for office hours and chronicles")
    until: Literal["horizon", "unanimity", "top"] = Field(
        "horizon",
        description='"unanimity": the run also ends when a review leaves all states on one rung or action; '
        '"top": when it leaves a state on the highest rung or the last action',
    )
    review: Review = Field(default_factory=Review)
    game: Game = Field(default_factory=LadderGame)
    ladder: Ladder = Field(default_factory=Ladder)
    states: dict[str, State] = Field(description="by name, in name order")
    rivals: tuple[Rivalry, ...] = Field((), strict=False, description="none: every neighbour is a rival")
    network: Network = Field(default_factory=Network)
    relays: tuple[str, ...] = Field(
        (), strict=False, description="places without a will of their own, over which routes may lead"
    )
    routes: dict[str, Route] = Field(default_factory=dict, description='by name "A->B"')
    channels: dict[str, Channel] = Field(description='"default", and "A->B" for each channel described')
    _document: Document = PrivateAttr()

    @field_validator("horizon_days")
    @classmethod
    def _fits_the_clock(cls, days: float) -> float:
        if days > LONGEST_HORIZON_DAYS:
            raise ValueError(f"must be at most {LONGEST_HORIZON_DAYS:.0f} days, the longest the clock holds")
        return days

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Validate a normalised document.

        Raises:
            ScenarioError: with one complaint a line.
        """
        resolved, complaints = _with_doctrines(document)
        resolved["channels"] = _laid_over(document["channels"]["default"], document["channels"]["overrides"])
        if isinstance(resolved.get("start"), str):
            resolved["start"] = _moment(resolved["start"])
        try:
            scenario = cls.model_validate(resolved)
        except ValidationError as error:
            complaints += _told_once(explain(error, cls, resolved))
        if complaints:
            raise ScenarioError("\n".join(dict.fromkeys(complaints)))
        scenario._document = plain_copy(document)
        checks.check_written(scenario, document)
        checks.check(scenario)
        return scenario

    @property
    def horizon_ticks(self) -> int:
        """Length of the crisis, ticks; of an exchange that of its phases."""
        if isinstance(self.game, ExchangeGame):
            return len(self.game.phases) * round(self.review.interval_hours * TICKS_PER_HOUR)
        return round(self.horizon_days * TICKS_PER_DAY)

    @property
    def knows_war(self) -> bool:
        """Whether a run may end in war: by an attack, jointly, or by the letter of war of an exchange."""
        if isinstance(self.game, ExchangeGame):
            return self.game.war is not None
        return self.game.kind == "ladder" and self.ladder.war is not False

    @property
    def letters(self) -> tuple[str, ...]:
        """Names of what a message may say: peacetime rungs, actions, or the letters of an exchange."""
        if isinstance(self.game, MatrixGame):
            return self.game.actions
        if isinstance(self.game, ExchangeGame):
            return self.game.letters
        if self.game.kind == "posture":
            return POSTURE_LETTERS
        return self.ladder.rungs[: self.ladder.peacetime]

    def replace(self, changes: Mapping[str, object]) -> Self:
        """The same scenario with some paths set, validated again.

        Args:
            changes: values by path, e.g. {"channels.default.garble.probability": 0.2}; for the path
                "network" also a networkx graph whose nodes are the states and whose edge attributes
                are channel settings. Files they name are read; relative paths begin at the working folder.

        Raises:
            ScenarioError: a path or value is not acceptable.

        Example:
            >>> quiet = load_scenario("two-seekers")
            >>> quiet.replace({"horizon_days": 30}).horizon_days
            30.0
        """
        document = plain_copy(self._document)
        inputs.apply(document, changes, Path())
        return type(self).from_document(document)

    def canonical(self) -> dict[str, Any]:
        """Everything that changes the answer, as plain tables; the title is left out."""
        tables: dict[str, Any] = json.loads(self.model_dump_json(exclude={"name"}))
        # What a file may write in any order, or in several ways, is written in one.
        for rivalry in tables["rivals"]:
            if rivalry["between"] != sorted(rivalry["between"]):
                rivalry["between"].sort()
                rivalry["weight"], rivalry["weight_back"] = rivalry["weight_back"], rivalry["weight"]
        tables["rivals"].sort(key=lambda rivalry: rivalry["between"])
        # Who is a relay is seen by the routes: places in them that are no states.
        del tables["relays"]
        if self.start is not None:
            tables["start"] = self.start.astimezone(dt.UTC).isoformat()
        for name, state in self.states.items():
            if state.doctrine.source is not None:
                # What a file is called is a label, as where it lies: what counts is what it says.
                choice = tables["states"][name]["doctrine"]
                choice["source"] = doctrine_files.digest(state.doctrine.source)
                del choice["name"]
        return tables

    def canonical_json(self) -> str:
        """Canonical JSON: keys sorted, no blanks; equal for equal set-ups, whatever the file's order."""
        return json.dumps(self.canonical(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def written(self) -> Document:
        """The scenario as plain tables that `from_document` accepts, dates as text."""
        tables: Document = _plain(self._document)
        return tables


def _laid_over(default: object, overrides: Document) -> Document:
    """Every channel described, laid over the default, which lies over the built-in defaults."""
    bare = {"delay": Channel().delay.model_dump(exclude_defaults=False)}
    base = _without_none(merged(bare, default))
    channels = {"default": base}
    for name, settings in sorted(overrides.items()):
        channel = merged(base, settings)
        for key in ("garble", "tamper"):
            own = settings.get(key) if isinstance(settings, dict) else None
            if isinstance(own, dict) and own.get("kernel", "matrix") != "matrix" and "matrix" not in own:
                channel[key].pop("matrix", None)  # another kernel drops the default's matrix
        queue = settings.get("queue") if isinstance(settings, dict) else None
        if isinstance(queue, dict) and queue.get("discipline") == "newest_first" and "capacity" not in queue:
            channel["queue"].pop("capacity", None)  # and another discipline the default's buffer
        channels[name] = _without_none(channel)
    return channels


def _without_none(channel: Any) -> Any:
    if not isinstance(channel, dict):
        return channel
    optional = ("queue", "outage", "reading", "tamper", "noise", "acknowledgement", "loss_by_letter")
    return {key: value for key, value in channel.items() if not (key in optional and value == NONE)}


def _moment(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise refuse("start", text, "must be a moment such as 1914-07-23T17:00:00Z") from error


def _told_once(complaints: list[str]) -> list[str]:
    """Without those of a channel that only repeat a complaint of the default it is laid over."""
    default = "channels.default."
    tails = {line.removeprefix(default) for line in complaints if line.startswith(default)}
    return [
        line
        for line in complaints
        if not line.startswith("channels.") or line.startswith(default) or line.split(".", 2)[-1] not in tails
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _with_doctrines(document: Document) -> tuple[Document, list[str]]:
    """The document with each doctrine's parameters validated by the doctrine's own schema."""
    resolved = {key: value for key, value in document.items() if key not in {"states", "channels"}}
    complaints: list[str] = []
    resolved["states"] = {}
    for name, table in sorted(document["states"].items()):
        choice = _doctrine(table.get("doctrine"), f"states.{name}.doctrine", complaints)
        if choice is not None:
            resolved["states"][name] = dict(table) | {"doctrine": choice}
    # States whose doctrine was refused are told above; the others are still checked below.
    return resolved, complaints


def _doctrine(written: object, path: str, complaints: list[str]) -> DoctrineChoice | None:
    try:
        found = doctrine_files.find(written, path)
    except ScenarioError as error:
        complaints.extend(str(error).splitlines())
        return None
    schema: type[Parameters] = found.module.PARAMETERS
    try:
        parameters = schema.model_validate(_over_defaults(schema, found.parameters))
    except ValidationError as error:
        complaints.extend(explain(error, schema, found.parameters, path))
        return None
    return DoctrineChoice(name=found.name, parameters=parameters, source=found.source)


def _over_defaults(schema: type[Parameters], parameters: Document) -> Document:
    """Parameters in which a table that names some keys follows the defaults for the others."""
    whole = dict(parameters)
    for key in schema.model_fields:
        if isinstance(whole.get(key), dict):
            others = {name: value for name, value in whole.items() if name != key}
            default = getattr(schema.model_validate(others), key)
            if isinstance(default, Strict):
                whole[key] = merged(default.model_dump(), whole[key])
    return whole


def built_in_scenarios() -> list[str]:
    """Names of the scenarios that come with the package."""
    return sorted(path.stem for path in BUILT_IN_FOLDER.glob("*.toml") if not path.stem.endswith(".study"))


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        ScenarioError: it is missing, a folder, not UTF-8, empty or not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")  # some editors put a byte-order mark first
    except FileNotFoundError as error:
        raise ScenarioError(
            f"{path}: no such file; built-in scenarios: {', '.join(built_in_scenarios())}"
        ) from error
    except IsADirectoryError as error:
        raise ScenarioError(f"{path}: is a folder; name a scenario file in it") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{path}: cannot be read: {error}") from error
    if not text.strip():
        raise ScenarioError(f"{path}: is empty; a scenario needs a name and at least one [[states]] table")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # of which a TOMLDecodeError, with line and column, is one
        raise ScenarioError(f"{path}: not TOML: {error}") from error


def load_scenario(source: str | Path) -> Scenario:
    """A scenario by built-in name or from a TOML file.

    Raises:
        ScenarioError: with file, path, value and remedy.

    Example:
        >>> sorted(load_scenario("two-seekers").states)
        ['A', 'B']
    """
    path = Path(source)
    if str(source) in built_in_scenarios():
        path = BUILT_IN_FOLDER / f"{source}.toml"
    tables = read_toml(path)
    try:
        return Scenario.from_document(inputs.embed(normalise(tables), path.parent))
    except ScenarioError as error:
        lines = [f"{path}: {line}" for line in str(error).splitlines()]
        raise ScenarioError("\n".join(lines)) from error
