"""YAML without its traps: what could be read in two ways is refused with the place to mend."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from qaf_lib.errors import InputError
from qaf_lib.text import without_unseen

__all__ = ["StrictModel", "load_model"]

Model = TypeVar("Model", bound="StrictModel")

_LEADING_ZERO = re.compile(r"[-+]?0\d[\d_]*")
_INTEGER = re.compile(r"[-+]?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9]\d{0,17})\.\d+")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}.*")
_OLD_BOOLEANS = {"yes", "no", "on", "off", "y", "n"}
_EMPTY = {"", "~", "null"}
_BYTES_AT_MOST = 250_000
"""Four times the longest framework; more would take long to read."""
_LEVELS_AT_MOST = 20
_SHOWN = 200
_FAULTS_SAID = 20


class StrictModel(BaseModel):
    """A part of a parameter or framework file: exact types, no unknown keys, never changed after reading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def load_model(*, path: Path, model: type[Model]) -> Model:
    """A YAML file as a checked model.

    Refused with an `InputError` that names the file and the place: a missing or unreadable file,
    a repeated key, an alias or tag, a bare `yes` or `no`, an unquoted date, a number with a leading
    zero, an empty value, an unknown or missing key, and a value outside its rule.
    """
    content = _load(path)
    if not isinstance(content, dict):
        raise InputError(f"{path}: the file must hold keys and values; got {type(content).__name__}.")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults = error.errors()[:_FAULTS_SAID]
        raise InputError("\n".join(_message(path, fault) for fault in faults)) from None


def _load(path: Path) -> Any:
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: it is not a file. Name a parameter file.")
        if path.stat().st_size > _BYTES_AT_MOST:
            raise InputError(f"{path}: it has more than {_BYTES_AT_MOST:,} bytes. Name a parameter file.")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file. Name a file that exists.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the file cannot be read as UTF-8 text ({type(error).__name__}).") from None
    return _content(path, text)


@lru_cache(maxsize=16)
def _content(path: Path, text: str) -> Any:
    """What the text holds; a framework asked for again and again is read once while it stays the same."""
    levels = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            levels += isinstance(event, yaml.CollectionStartEvent)
            levels -= isinstance(event, yaml.CollectionEndEvent)
            if levels > _LEVELS_AT_MOST:
                raise _refusal(path, event.start_mark, "lists stand in lists too deep", "take levels out")
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _refusal(
                    path, event.start_mark, "anchors and aliases are refused", "write the value out"
                )
            tag = getattr(event, "tag", None)
            if tag:
                raise _refusal(path, event.start_mark, f"the tag {tag} is refused", "leave it out")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}: line {line} is not valid YAML: {error.problem}.") from None
    except yaml.YAMLError:
        raise InputError(f"{path}: the file is not valid YAML text.") from None
    return {} if node is None else _value(path, node)


def _value(path: Path, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(path, node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(path, item) for item in node.value]
    return without_unseen(node.value) if getattr(node, "style", None) else _plain(path, node)


def _mapping(path: Path, node: yaml.MappingNode) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str):
            raise _refusal(path, key_node.start_mark, "a key must be text", "name it")
        key = without_unseen(key)
        if not key_node.style and key.lower() in _OLD_BOOLEANS:
            raise _refusal(
                path, key_node.start_mark, f"the key {key} can be read as true or false", "quote it"
            )
        if key in result:
            raise _refusal(path, key_node.start_mark, f"the key {key} is repeated", "keep one")
        result[key] = _value(path, value_node)
    return result


def _plain(path: Path, node: yaml.Node) -> Any:
    """A scalar without quotes: a number, true or false, or text that can be nothing else."""
    text = without_unseen(node.value)
    if text.lower() in _OLD_BOOLEANS:
        raise _refusal(
            path, node.start_mark, f"{text} can be read as text or as true", "write true, false or quotes"
        )
    if text.lower() in _EMPTY:
        raise _refusal(path, node.start_mark, "the value is empty", "give a value or leave the key out")
    if _LEADING_ZERO.fullmatch(text):
        raise _refusal(path, node.start_mark, f"{text} would lose its leading zero", f'write "{text}"')
    if _DATE.fullmatch(text):
        raise _refusal(path, node.start_mark, f"the date {text} has no quotes", f'write "{text}"')
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return {"true": True, "false": False}.get(text.lower(), text)


def _refusal(path: Path, mark: Any, what: str, remedy: str) -> InputError:
    return InputError(f"{path}: line {mark.line + 1}: {what}; {remedy}.")


def _message(path: Path, fault: Any) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"]).lstrip(".")
    kind = fault["type"]
    if kind == "extra_forbidden":
        return f"{path}: {place} is an unknown key. Correct the spelling or remove it."
    if kind == "missing":
        return f"{path}: {place} is missing. Add it."
    rule = fault["msg"].removeprefix("Value error, ").removeprefix("Input ").removeprefix("String ")
    came = fault["input"]
    shown = f"; got {came!r}" if isinstance(came, str | int | float | bool) and "; got " not in rule else ""
    if "://" in shown or len(shown) > _SHOWN:  # a database's address may hold a password
        shown = ""
    return f"{path}: {place} {rule}{shown}".replace(":  ", ": ").rstrip(".") + "."
