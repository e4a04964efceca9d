"""Tables column by column: order, search and statistics over a million rows at a time.

A column is an array of shape (n,): int64, float64 (NaN = unknown), bool, or object with ``None`` for unknown. The
unknown sorts last in both directions and takes no part in any figure.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

_SAMPLES = 200_000
"""Distinct values of longer columns of words are counted up to here, and said to be more."""


@dataclass(frozen=True)
class Table:
    """The attributes of one layer; row ``i`` is its feature number ``i``.

    ``headings`` gives the words over a column where they differ from its name, ``key`` names the column with the
    stable ids of Lodeway's own things (empty where there is none).
    """

    id: str
    title: str
    columns: Mapping[str, Column]
    headings: Mapping[str, str] = field(default_factory=dict)
    key: str = ""

    def __post_init__(self) -> None:
        if len({len(column) for column in self.columns.values()}) > 1:
            raise ValueError(f"table {self.id}: columns of different lengths")

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Columns in their order."""
        return tuple(self.columns)

    @cached_property
    def _folded(self) -> dict[str, NDArray[Any]]:
        return {}

    def heading(self, name: str) -> str:
        """The words over a column."""
        return self.headings.get(name, name)

    def folded(self, name: str) -> NDArray[Any]:
        """A column of words, small and without accents, ``""`` where unknown; made once."""
        if name not in self._folded:
            words = ["" if value is None else fold(str(value)) for value in self.columns[name].tolist()]
            self._folded[name] = np.array(words, dtype=np.dtypes.StringDType())
        return self._folded[name]


def fold(text: str) -> str:
    """Small letters without accents, for comparing what people type: ``Kolwézi`` -> ``kolwezi``."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def is_number(column: Column) -> bool:
    """Whether all its known values are numbers (truth values are not)."""
    if column.dtype.kind in "iuf":
        return True
    if column.dtype.kind != "O":
        return False
    kinds = set(map(type, column.tolist())) - {type(None)}
    return bool(kinds) and kinds <= {int, float}


def as_floats(column: Column) -> NDArray[np.float64]:
    """A column of numbers as floats, NaN where unknown."""
    if column.dtype.kind != "O":
        return column.astype(np.float64)
    return np.array([math.nan if value is None else value for value in column.tolist()], dtype=np.float64)


def is_known(value: Any) -> bool:
    """Whether a single value says anything: neither ``None`` nor NaN."""
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def plain_cells(column: Column) -> list[Any]:
    """A column as plain Python values, ``None`` where unknown."""
    return [value if is_known(value) else None for value in column.tolist()]


def known(column: Column) -> Mask:
    """Which values are known."""
    if column.dtype.kind == "f":
        return ~np.isnan(column)
    if column.dtype.kind == "O":
        return np.array([is_known(v) for v in column.tolist()], dtype=bool)
    return np.ones(len(column), dtype=bool)


def order(table: Table, name: str, *, descending: bool = False) -> Rows:
    """Row numbers in the order of a column; equal values keep their order, the unknown come last."""
    column = table.columns[name]
    if is_number(column):
        keys: NDArray[Any] = as_floats(column) if column.dtype.kind == "O" else column
        if descending:  # the complement turns whole numbers around without overflow
            keys = -keys if keys.dtype.kind == "f" else ~keys
        rows = np.argsort(keys, kind="stable")
        return rows.astype(np.int64)
    keys = column if column.dtype == bool else table.folded(name)
    if not descending:
        rows = np.argsort(keys, kind="stable")
    else:
        rows = len(keys) - 1 - np.argsort(keys[::-1], kind="stable")[::-1]
    there = known(column)[rows]
    return np.concatenate([rows[there], rows[~there]]).astype(np.int64)


def search(table: Table, text: str, names: tuple[str, ...] = ()) -> Mask:
    """Rows in which every word of ``text`` is found in one of the columns (all by default).

    Words are found inside words, whatever their case and accents; a number is also found by its value.
    """
    found = np.ones(len(table), dtype=bool)
    for word in fold(text).split():
        here = np.zeros(len(table), dtype=bool)
        number = _number(word)
        for name in names or table.names:
            column = table.columns[name]
            if is_number(column):
                if number is not None:
                    here |= np.isclose(as_floats(column), number, rtol=1e-9, atol=0.0)
            else:
                here |= np.strings.find(table.folded(name), word) >= 0
        found &= here
    return found


def _number(word: str) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a column holds. Figures are ``None`` where it is no column of numbers, or nothing in it is known."""

    rows: int
    unknown: int
    distinct: int
    distinct_is_floor: bool = False
    """There are at least ``distinct`` values; counting stopped."""
    total: float | None = None
    mean: float | None = None
    deviation: float | None = None
    """Standard deviation of the sample (n - 1)."""
    least: float | None = None
    lower_quartile: float | None = None
    median: float | None = None
    upper_quartile: float | None = None
    greatest: float | None = None
    frequent: tuple[tuple[str, int], ...] = ()
    """The most frequent values of a column of words, with their counts."""


def statistics(table: Table, name: str, rows: Rows | None = None) -> Statistics:
    """Statistics of a column over some rows (all by default)."""
    column = table.columns[name] if rows is None else table.columns[name][rows]
    there = known(column)
    values = column[there]
    count, unknown = len(column), int((~there).sum())
    if not is_number(column):
        words = values[:_SAMPLES]
        kinds, counts = np.unique(np.array([str(v) for v in words.tolist()], dtype=np.dtypes.StringDType()),
                                  return_counts=True)  # fmt: skip
        best = np.argsort(-counts, kind="stable")[:5]
        frequent = tuple((str(kinds[k]), int(counts[k])) for k in best)
        return Statistics(count, unknown, len(kinds), len(values) > _SAMPLES, frequent=frequent)
    numbers = as_floats(values)
    if not len(numbers):
        return Statistics(count, unknown, 0)
    low, quarter, middle, three_quarters, high = np.quantile(numbers, (0.0, 0.25, 0.5, 0.75, 1.0)).tolist()
    deviation = float(numbers.std(ddof=1)) if len(numbers) > 1 else None
    return Statistics(
        count, unknown, len(np.unique(numbers)), total=math.fsum(numbers.tolist()), mean=float(numbers.mean()),
        deviation=deviation, least=low, lower_quartile=quarter, median=middle, upper_quartile=three_quarters,
        greatest=high,
    )  # fmt: skip
