"""Order, search and statistics of attribute tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodeway.model.table import Table, is_number, order, plain_cells, search, statistics

WORDS = st.lists(st.one_of(st.none(), st.text("aAbéZ z", max_size=4)), min_size=1, max_size=30)
NUMBERS = st.lists(st.one_of(st.just(math.nan), st.integers(-5, 5).map(float)), min_size=1, max_size=30)


def column(values: list[Any]) -> np.ndarray[Any, Any]:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def table(**columns: Any) -> Table:
    return Table("t", "T", {k: v if isinstance(v, np.ndarray) else column(v) for k, v in columns.items()})


@given(WORDS, st.booleans())
def test_words_sort_without_case_and_accents_stably_and_the_unknown_come_last(values: list[Any], down: bool) -> None:
    rows = order(table(a=values), "a", descending=down).tolist()
    plain = {r: value.lower().replace("é", "e") for r, value in enumerate(values) if value is not None}
    unknown = [r for r in range(len(values)) if r not in plain]
    assert rows == sorted(plain, key=plain.__getitem__, reverse=down) + unknown


@given(NUMBERS, st.booleans())
def test_numbers_sort_stably_and_the_unknown_come_last(values: list[float], down: bool) -> None:
    rows = order(table(a=np.array(values)), "a", descending=down).tolist()
    known = [r for r in range(len(values)) if not math.isnan(values[r])]
    unknown = [r for r in range(len(values)) if math.isnan(values[r])]
    assert rows == sorted(known, key=values.__getitem__, reverse=down) + unknown


def test_whole_numbers_beyond_the_floats_sort_as_numbers_both_ways() -> None:
    values = np.array([2**62, 2**62 - 1, -(2**63), 5], dtype=np.int64)
    assert order(table(a=values), "a").tolist() == [2, 3, 1, 0]
    assert order(table(a=values), "a", descending=True).tolist() == [0, 1, 3, 2], "the least of all overflowed"


def test_a_search_finds_every_word_in_any_column_and_numbers_by_value() -> None:
    made = table(name=["Kolwézi Mine", "Tenke", None, "mine 2.50"], t=np.array([2.5, math.nan, 7.0, 1.0]))
    assert search(made, "MINE kolwezi").tolist() == [True, False, False, False]
    assert search(made, "2.50").tolist() == [True, False, False, True]
    assert search(made, "none").tolist() == [False] * 4, "the unknown is not the word None"
    assert search(made, "").all()


def test_statistics_leave_the_unknown_out() -> None:
    made = table(t=np.array([1.0, 2.0, 3.0, math.nan, 10.0]), w=["a", None, "b", "a", "a"])
    found = statistics(made, "t")
    assert (found.rows, found.unknown, found.distinct) == (5, 1, 4)
    assert (found.total, found.mean, found.median, found.least, found.greatest) == (16.0, 4.0, 2.5, 1.0, 10.0)
    assert found.deviation == pytest.approx(4.0824829)
    words = statistics(made, "w", np.array([0, 1, 2, 3]))
    assert (words.rows, words.unknown, words.distinct, words.total) == (4, 1, 2, None)
    assert words.frequent == (("a", 2), ("b", 1))


def test_a_column_without_a_known_number_has_no_sum() -> None:
    found = statistics(table(t=np.array([math.nan, math.nan])), "t")
    assert found.total is None, "the unknown summed as 0"
    assert found.unknown == 2


def test_truth_values_are_no_numbers() -> None:
    assert not is_number(column([True, None]))
    assert is_number(column([1, None, 2.5]))
    assert plain_cells(np.array([math.nan, 1.0])) == [None, 1.0]
