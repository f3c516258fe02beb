"""One clear message for every mistake in a file: path, value and what to write instead."""

import datetime as dt
import difflib
import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ValidationError

from signalling.errors import ScenarioError


def _in_unit_interval(value: float) -> float:
    if not 0.0 <= value <= 1.0:
        raise ValueError("must be in [0, 1]")
    return value


def _positive(value: float) -> float:
    if not value > 0.0:
        raise ValueError("must be greater than 0")
    return value


def _not_negative(value: float) -> float:
    if not value >= 0.0:
        raise ValueError("must be 0 or more")
    return value


#: What a text file writes where Python writes None: it switches off a queue, an outage, a reading law,
#: reviews on report or the war of an exchange.
NONE = "none"
#: Letters are counted in one byte of the outcomes table.
MOST_LETTERS = 120
#: A number in [0, 1].
Probability = Annotated[float, AfterValidator(_in_unit_interval)]
#: A number above 0.
Positive = Annotated[float, AfterValidator(_positive)]
#: A number of 0 or more.
NotNegative = Annotated[float, AfterValidator(_not_negative)]


def complaint(path: str, value: object, remedy: str) -> str:
    """One line: `path = value: remedy` (without the value where there is none)."""
    shown = "" if value is None else f" = {shorten(value)}"
    return f"{path}{shown}: {remedy}"


def refuse(path: str, value: object, remedy: str) -> ScenarioError:
    """The error that names a path, its value (None where there is none) and the remedy."""
    return ScenarioError(complaint(path, value, remedy))


def shorten(value: object) -> str:
    """A value as its writer recognises it, in the notation of the file, at most 60 characters."""
    text = _as_written(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _as_written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dt.date):  # moments too
        return value.isoformat()
    if isinstance(value, Mapping):
        entries = ", ".join(f"{key} = {_as_written(entry)}" for key, entry in value.items())
        return f"{{ {entries} }}" if entries else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_as_written(entry) for entry in value) + "]"
    return str(value)


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean "x"?` when a known word is near, else the list of known words."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known: {', '.join(names)}" if names else "none is known"


def explain(error: ValidationError, schema: type[BaseModel], raw: object, prefix: str = "") -> list[str]:
    """Turn a pydantic error into complaints, one a line, with paths as a scenario file writes them.

    Args:
        error: what pydantic found.
        schema: the model that was validated.
        raw: the data that was validated, as plain tables.
        prefix: path of `raw` in the file.
    """
    items = [dict(item) for item in error.errors(include_url=False)]
    found = [
        (_explain_path(item, raw, prefix), _explain_one(item, schema, raw, prefix))
        for item in items
        if item["type"] != "default_factory_not_called"  # follows from another complaint
    ]
    paths = [path for path, _ in found]
    # A value that fits no member of a union is complained of once for each member: keep the deepest, first.
    return [
        line
        for place, (path, line) in enumerate(found)
        if path not in paths[:place] and not any(other.startswith(path + ".") for other in paths)
    ]


def _explain_path(item: Mapping[str, Any], raw: object, prefix: str) -> str:
    keys = _path_in_file(item["loc"], raw, keep_last=item["type"] == "missing")
    path = prefix
    for key in keys:
        path += f"[{key}]" if isinstance(key, int) else f".{key}" if path else str(key)
    return path


def _explain_one(item: Mapping[str, Any], schema: type[BaseModel], raw: object, prefix: str) -> str:
    kind, value, context = item["type"], item["input"], item.get("ctx", {})
    keys = _path_in_file(item["loc"], raw, keep_last=kind == "missing")
    path = _explain_path(item, raw, prefix)
    if kind == "extra_forbidden":
        return complaint(
            path, value, f"unknown key; {suggestion(str(keys[-1]), _keys_at(schema, keys, raw))}"
        )
    if kind == "missing":
        return complaint(path, None, "is missing; write a value for it")
    if kind == "union_tag_invalid":
        tag = context["discriminator"].strip("'")
        known = context["expected_tags"].replace("'", "").split(", ")
        return complaint(f"{path}.{tag}", context["tag"], f"unknown; {suggestion(context['tag'], known)}")
    if kind == "union_tag_not_found":
        tag = context["discriminator"].strip("'")
        example = f'{{ {tag} = "exponential", mean_hours = 1.2 }}'
        return complaint(path, value, f"must be a table that names its {tag}, e.g. {example}")
    if kind == "value_error":
        return complaint(path, value, str(context["error"]))
    return complaint(path, value, _REMEDIES.get(kind, item["msg"]).format(**context))


_REMEDIES = {
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be a text in quotes",
    "finite_number": "must be a finite number",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "dict_type": "must be a table",
    "tuple_type": "must be an array",
    "list_type": "must be an array",
    "literal_error": "must be {expected}",
    "greater_than": "must be greater than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be {le:g} or less",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "datetime_type": "must be a moment such as 1914-07-23T17:00:00Z, without quotes",
    "timezone_aware": "must carry its offset from Greenwich, e.g. 1914-07-23T17:00:00Z",
}


def _path_in_file(location: tuple[Any, ...], raw: object, *, keep_last: bool) -> list[Any]:
    """A pydantic location without the names of union members, which no file contains."""
    kept: list[Any] = []
    level: Any = raw
    for place, part in enumerate(location):
        if isinstance(level, Mapping) and part in level:
            level = level[part]
            kept.append(part)
        elif isinstance(level, list | tuple) and isinstance(part, int):
            level = level[part] if part < len(level) else None
            kept.append(part)
        elif keep_last and place == len(location) - 1:
            kept.append(part)
    return kept


def _models_of(annotation: object) -> list[type[BaseModel]]:
    """Every pydantic model inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in getattr(annotation, "__args__", ()) for model in _models_of(argument)]


def _keys_at(schema: type[BaseModel], keys: list[Any], raw: Any) -> set[str]:
    """The keys that the table holding the last of `keys` may have."""
    level = [schema]
    for key in keys[:-1]:
        raw = raw[key]
        fields = _fields(level)
        if key in fields:
            level = _models_of(fields[key].annotation)
            law = raw.get("law") if isinstance(raw, Mapping) else None
            level = [m for m in level if law and m.model_fields["law"].default == law] or level
    return set(_fields(level))


def _fields(level: list[type[BaseModel]]) -> dict[str, Any]:
    return {field.alias or key: field for model in level for key, field in model.model_fields.items()}
