"""Rows of the atlas tables to and from the model's dataclasses, by the fields' own types.

One table per class, one column per field. Tuples of words are joined by ``;``, tuples of pairs and dicts are JSON,
``None`` is NULL (unknown, never 0), booleans are 0 and 1.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Cell = str | float | int | None
Column = Sequence[Any]
Decoder = Callable[[Column], Column]
_PLANS: dict[type, tuple[tuple[str, Decoder | None], ...]] = {}


def _decoder(hint: Any) -> Decoder | None:
    """How to turn a column of cells into values of ``hint``; ``None`` where the cells already are such values."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        parts = [part for part in get_args(hint) if part is not type(None)]
        return _decoder(parts[0]) if parts == [float] else None
    if hint is float:
        return _floats
    if hint is bool:
        return lambda column: [bool(cell) for cell in column]
    if hint is str or origin is Literal:
        return lambda column: ["" if cell is None else cell for cell in column] if None in column else column
    if origin is dict:
        return lambda column: [json.loads(cell) if cell else {} for cell in column]
    if origin is tuple:
        if get_args(hint)[0] is str:
            return lambda column: [tuple(cell.split(";")) if cell else () for cell in column]
        return lambda column: [tuple(tuple(pair) for pair in json.loads(cell)) if cell else () for cell in column]
    return None


def _floats(column: Column) -> Column:
    """SQLite hands whole numbers of a numeric column over as int; text in it is an error."""
    if set(map(type, column)) <= {float, type(None)}:
        return column
    return [None if cell is None else float(cell) for cell in column]


def _plan(cls: type) -> tuple[tuple[str, Decoder | None], ...]:
    if cls not in _PLANS:
        hints = get_type_hints(cls)
        _PLANS[cls] = tuple((field.name, _decoder(hints[field.name])) for field in dataclasses.fields(cls))
    return _PLANS[cls]


def columns(cls: type) -> tuple[str, ...]:
    """The column names of a class, in field order."""
    return tuple(name for name, _ in _plan(cls))


def decode(cls: type[T], rows: Iterable[tuple[Any, ...]]) -> list[T]:
    """Rows with cells in field order to instances; column by column, because a start of the program waits for it."""
    decoders = [decoder for _, decoder in _plan(cls)]
    cells = list(zip(*rows, strict=True))
    if not cells:
        return []
    return list(map(cls, *(c if d is None else d(c) for c, d in zip(cells, decoders, strict=True))))


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
