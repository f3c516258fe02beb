"""Paths into a scenario: `states.A.greedy_probability`, `channels.default.garble.probability`, ...

A file writes states and channels as arrays of tables; inside, both are tables by name, so that a path is
a walk. `normalise` makes that form, `set_path` edits it, `merged` lays a channel over the default.
"""

from collections.abc import Mapping
from typing import Any

from signalling.errors import ScenarioError
from signalling.validation import refuse, suggestion

#: A scenario as plain nested tables: states by name, channels as "default" and "overrides" by "A->B".
Document = dict[str, Any]

#: Names with a meaning in paths, and marks that separate names in draw addresses and paths.
RESERVED_NAMES = ("all", "default")
RESERVED_MARKS = ("->", "|", ".")


def plain_copy(value: Any) -> Any:
    """A copy of nested tables in which no two places share one table (which deepcopy would keep)."""
    if isinstance(value, Mapping):
        return {key: plain_copy(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain_copy(entry) for entry in value]
    return value


def normalise(written: Mapping[str, Any]) -> Document:
    """Turn a scenario as a file writes it into tables by name.

    Raises:
        ScenarioError: states or channels are not arrays of tables with usable names.
    """
    document: Document = plain_copy(written)
    if "states" not in document:
        raise ScenarioError("states: is missing; write at least one [[states]] table with a name")
    document["states"] = _states_by_name(document["states"])
    if isinstance(document.get("start"), str):
        raise refuse(
            "start", document["start"], "must be a moment such as 1914-07-23T17:00:00Z, without quotes"
        )
    if not isinstance(document.get("rivals", []), list):
        raise refuse(
            "rivals", document["rivals"], "must be an array of tables: write [[rivals]] before each pair"
        )
    places = list(document["states"])
    if "routes" in document:
        document["routes"] = _routes_by_name(document["routes"], places)
    if "relays" in document:
        document["relays"] = _relays(document["relays"])
        places = [*places, *document["relays"]]
    document["channels"] = _channels_by_name(document.get("channels", {}), places)
    return document


def _relays(written: object) -> list[str]:
    if not isinstance(written, list) or not all(isinstance(name, str) and name.strip() for name in written):
        raise refuse("relays", written, 'must be a list of names, e.g. relays = ["Paris office"]')
    for place, name in enumerate(written):
        check_name(f"relays[{place}]", name)
    return list(written)


def _routes_by_name(written: object, states: list[str]) -> Document:
    if isinstance(written, Mapping):
        return dict(plain_copy(written))  # by name already
    if not isinstance(written, list) or not all(isinstance(table, Mapping) for table in written):
        raise refuse("routes", written, "must be an array of tables: write [[routes]] before each route")
    routes: Document = {}
    for place, table in enumerate(written):
        path = f"routes[{place}]"
        settings = dict(table)
        ends, both_ways = _ends(settings, path, states)
        for name, way in zip(channel_names(*ends, both_ways=both_ways), (1, -1), strict=False):
            if name in routes:
                raise refuse(path, name, "this route is described twice; keep one of them")
            routes[name] = plain_copy(settings)
            if isinstance(via := settings.get("via"), list):
                routes[name]["via"] = via[::way]
    return routes


def _ends(settings: Document, path: str, places: list[str]) -> tuple[tuple[str, str], bool]:
    """Take `from`, `to` and `both_ways` out of a table."""
    sender, addressee = (_end(settings, key, path, places) for key in ("from", "to"))
    if sender == addressee:
        raise refuse(f"{path}.to", addressee, "a state has no channel to itself; name another state")
    both_ways = settings.pop("both_ways", False)
    if not isinstance(both_ways, bool):
        raise refuse(f"{path}.both_ways", both_ways, "must be true or false")
    return (sender, addressee), both_ways


def check_name(path: str, name: str) -> None:
    """Refuse a name that means something in paths.

    Raises:
        ScenarioError: with path, value and remedy.
    """
    if not name.strip():
        raise refuse(path, name, "must be a name, not blanks")
    if name in RESERVED_NAMES or any(mark in name for mark in RESERVED_MARKS):
        raise refuse(path, name, "may not be all or default, nor contain '->', '|' or '.'")


def _states_by_name(written: object) -> Document:
    if not isinstance(written, list) or not written:
        raise refuse("states", written, "must be an array of tables: write [[states]] before each state")
    states: Document = {}
    for place, table in enumerate(written):
        if not isinstance(table, dict):
            raise refuse(f"states[{place}]", table, "must be a table: write [[states]] before each state")
        settings = dict(table)
        name = settings.pop("name", None)
        if not isinstance(name, str) or not name.strip():
            raise refuse(f"states[{place}].name", name, 'must be a text, e.g. name = "A"')
        check_name(f"states[{place}].name", name)
        if name in states:
            raise refuse(f"states[{place}].name", name, "stands twice; give each state a name of its own")
        states[name] = _with_doctrine_table(settings)
    return states


def doctrine_table(written: object) -> object:
    """A doctrine written as its bare name, or a file's, as a table, so that paths reach its parameters."""
    if isinstance(written, str):
        return {"file" if written.endswith(".py") else "name": written}
    return written


def _with_doctrine_table(state: Document) -> Document:
    if "doctrine" in state:
        state["doctrine"] = doctrine_table(state["doctrine"])
    return state


def _without_stale_source(table: Document, walk: list[str]) -> None:
    """A doctrine whose file is set anew has to be read again."""
    if walk == ["doctrine", "file"]:
        table.pop("source", None)


def _without_stale_hours(table: Document, changed: str) -> None:
    """An empirical law whose file or column is set anew has to be read again, and the other way round."""
    if table.get("law") == "empirical" and changed in {"file", "column"}:
        table.pop("hours", None)
    if table.get("law") == "empirical" and changed == "hours":
        table.pop("file", None)
        table.pop("column", None)


def _channels_by_name(written: object, places: list[str]) -> Document:
    if not isinstance(written, dict):
        raise refuse(
            "channels", written, "must be a table: write [channels.default] and [[channels.between]]"
        )
    unknown = sorted(set(written) - {"default", "between"})
    if unknown:
        raise refuse(
            f"channels.{unknown[0]}",
            written[unknown[0]],
            f"unknown key; {suggestion(unknown[0], ['default', 'between'])}",
        )
    between = written.get("between", [])
    if not isinstance(between, list):
        raise refuse("channels.between", between, "must be an array of tables: write [[channels.between]]")
    overrides: Document = {}
    for place, table in enumerate(between):
        path = f"channels.between[{place}]"
        if not isinstance(table, dict):
            raise refuse(path, table, "must be a table: write [[channels.between]] before each channel")
        settings = dict(table)
        ends, both_ways = _ends(settings, path, places)
        for name in channel_names(*ends, both_ways=both_ways):
            if name in overrides:
                raise refuse(path, name, "this channel is described twice; join the two tables")
            overrides[name] = plain_copy(settings)
    return {"default": written.get("default", {}), "overrides": overrides}


def channel_names(sender: str, addressee: str, *, both_ways: bool) -> list[str]:
    """The name of a channel, and of the one back if it is described both ways."""
    names = [f"{sender}->{addressee}"]
    return [*names, f"{addressee}->{sender}"] if both_ways else names


def _end(settings: Document, key: str, path: str, places: list[str]) -> str:
    name = settings.pop(key, None)
    if not isinstance(name, str) or name not in places:
        remedy = (
            "is missing; name a state" if name is None else f"no such state; {suggestion(str(name), places)}"
        )
        raise refuse(f"{path}.{key}", name, remedy)
    return str(name)


def merged(base: object, over: object) -> Any:
    """Lay one table over another, leaf by leaf; a table that names its law replaces the law whole."""
    if not (isinstance(base, dict) and isinstance(over, dict)) or "law" in over:
        return plain_copy(over)
    result = plain_copy(base)
    for key, value in over.items():
        result[key] = merged(base[key], value) if key in base else plain_copy(value)
    return result


def set_path(document: Document, path: str, value: object) -> None:
    """Set one path of a normalised document, in place.

    Args:
        document: what `normalise` made.
        path: `states.NAME.key`, `states.all.key`, `channels.default.key`, `channels.A->B.key` (made if
            absent), `channels.all.key` (the default and every channel described), or any other key.
        value: what a file would hold there.

    Raises:
        ScenarioError: the path names an unknown state, or goes through something that is no table.
    """
    parts = path.split(".")
    if "" in parts:
        raise refuse(path, value, "not a path; write e.g. channels.default.loss_probability")
    for target, rest in _targets(document, parts, path):
        if not rest:
            raise refuse(path, value, "name a key below it, e.g. " + path + ".delay")
        level = target
        for part in rest[:-1]:
            level = level.setdefault(part, {})
            if not isinstance(level, dict):
                raise refuse(path, value, f"{part} holds {level!r}, which has no keys; set {part} itself")
        level[rest[-1]] = plain_copy(value)
        _with_doctrine_table(level)
        _without_stale_hours(level, rest[-1])
        _without_stale_source(level, rest)


def _targets(document: Document, parts: list[str], path: str) -> list[tuple[Document, list[str]]]:
    """The tables a path speaks of, each with the rest of the walk."""
    if parts[0] == "states" and len(parts) > 1:
        states = document["states"]
        if parts[1] == "all":
            return [(table, parts[2:]) for table in states.values()]
        if parts[1] not in states:
            raise refuse(path, None, f'no state "{parts[1]}"; {suggestion(parts[1], states)}')
        return [(states[parts[1]], parts[2:])]
    if parts[0] == "channels" and len(parts) > 1:
        channels = document["channels"]
        if parts[1] == "all":
            return [(table, parts[2:]) for table in (channels["default"], *channels["overrides"].values())]
        if parts[1] == "default":
            return [(channels["default"], parts[2:])]
        return [(channel_table(document, parts[1], path), parts[2:])]
    if parts[0] in {"states", "channels"}:
        raise refuse(path, None, f"name which, e.g. {parts[0]}.all.KEY")
    return [(document, parts)]


def channel_table(document: Document, name: str, path: str) -> Document:
    """The table of a channel "A->B" that is described one by one, made if absent.

    Raises:
        ScenarioError: the name does not join two states; the complaint speaks of `path`.
    """
    ends = name.split("->")
    known = {*document["states"], *document.get("relays", [])}
    if len(ends) != 2 or not set(ends) <= known or ends[0] == ends[1]:
        raise refuse(
            path, None, f'no channel "{name}"; write default, all or SENDER->ADDRESSEE of two states'
        )
    table: Document = document["channels"]["overrides"].setdefault(name, {})
    return table
