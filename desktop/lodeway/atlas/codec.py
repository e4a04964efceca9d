"""Rows of the atlas tables to and from the model's dataclasses, by the fields' own types.

One table per class, one column per field. Tuples of words are joined by ``;``, tuples of pairs and dicts are JSON,
``None`` is NULL (unknown, never 0), booleans are 0 and 1.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Cell = str | float | int | None


def _decoder(hint: Any) -> Callable[[Any], Any] | None:
    """How to turn a cell into a value of ``hint``; ``None`` where the cell already is one."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [_decoder(part) for part in get_args(hint) if part is not type(None)]
        decode = inner[0] if len(inner) == 1 else None
        return None if decode is None else (lambda cell: None if cell is None else decode(cell))
    if hint is float:
        return float
    if hint is bool:
        return bool
    if hint is str or origin is Literal:
        return lambda cell: "" if cell is None else cell
    if origin is dict:
        return lambda cell: json.loads(cell) if cell else {}
    if origin is tuple:
        if get_args(hint)[0] is str:
            return lambda cell: tuple(cell.split(";")) if cell else ()
        return lambda cell: tuple(tuple(pair) for pair in json.loads(cell)) if cell else ()
    return None


@cache
def _plan(cls: type) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    hints = get_type_hints(cls)
    return tuple((field.name, _decoder(hints[field.name])) for field in dataclasses.fields(cls))


def columns(cls: type) -> tuple[str, ...]:
    """The column names of a class, in field order."""
    return tuple(name for name, _ in _plan(cls))


def decode(cls: type[T], rows: Iterable[tuple[Any, ...]]) -> list[T]:
    """Rows with cells in field order to instances."""
    plan = [decoder for _, decoder in _plan(cls)]
    return [cls(*(c if d is None else d(c) for c, d in zip(row, plan, strict=True))) for row in rows]


def encode(instance: Any) -> dict[str, Cell]:
    """An instance of a model dataclass to cells by column name; the inverse of :func:`decode`."""
    return {name: _cell(getattr(instance, name)) for name, _ in _plan(type(instance))}


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, (tuple, list)):
        if all(isinstance(part, str) for part in value):
            return ";".join(value)
        return json.dumps(value, ensure_ascii=False)
    return value  # type: ignore[no-any-return]
