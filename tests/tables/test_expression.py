"""Expressions over fields."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodeway.model.expression import ExpressionError, select, values


def column(*items: Any) -> np.ndarray[Any, Any]:
    made = np.empty(len(items), dtype=object)
    made[:] = items
    return made


FIELDS = {
    "t": np.array([1.0, 20.0, np.nan, -3.0]),
    "n": np.array([1, 2, 3, 4]),
    "name": column("Lobito", "dar es salaam", None, "O'Brien"),
    "two words": column("a", "b", "c", None),
    "yes": np.array([True, False, True, False]),
}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("t > 0", [0, 1]), ("t <= 1", [0, 3]), ("not t > 0", [3]), ("t is null", [2]),
        ("t is not null and n < 3", [0, 1]),
        ("name = 'Lobito'", [0]), ("name != 'Lobito'", [1, 3]), ("name like '%o%'", [0]), ("name ilike '%O%'", [0, 3]),
        ("name in ('Lobito', 'O''Brien')", [0, 3]), ("name not in ('Lobito')", [1, 3]), ("n between 2 and 3", [1, 2]),
        ("\"two words\" = 'b' or n = 4", [1, 3]), ("n * 2 + 1 = 7", [2]), ("(n = 1 or n = 2) and t > 5", [1]),
        ("n = 1 or n = 2 and t > 5", [0, 1]), ("yes", [0, 2]), ("not yes", [1, 3]), ("-t > 2", [3]),
        ("abs(t) = 3", [3]),
        ("length(name) > 7", [1]), ("upper(name) = 'LOBITO'", [0]), ("n % 2 = 0", [1, 3]), ("t / 0 > 1", []),
        ("NAME = 'Lobito'", [0]), ("true", [0, 1, 2, 3]), ("n <> 1 AND NOT n >= 3", [1]),
    ],
)  # fmt: skip
def test_rows_that_are_true(text: str, rows: list[int]) -> None:
    assert np.flatnonzero(select(text, FIELDS)).tolist() == rows


@pytest.mark.parametrize(
    "text",
    ["", "   ", "t >", "t > 'a'", "name > 3", "t", "nothing = 1", "t = 1 1", "(t = 1", "t = = 1", "'open", "t and n",
     "__import__('os')",
     "name.lower()", "t = 1;", "not", "in (1)", "t between 1", "(" * 500 + "1", "like 'a'", "n not 3", "x" * 10_000],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_one_sentence(text: str) -> None:
    with pytest.raises(ExpressionError) as told:
        select(text, FIELDS)
    assert "\n" not in str(told.value) and len(str(told.value)) < 160


@given(st.text(alphabet="tn<>=!+-*/%()'\" 1.orandnotinlikebetweenull,_yesname", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    try:
        made = select(text, FIELDS)
    except ExpressionError:
        return
    assert made.dtype == bool and made.shape == (4,)


def test_values_of_an_expression() -> None:
    assert values("n * 10", FIELDS).tolist() == [10.0, 20.0, 30.0, 40.0]
    assert np.isnan(values("t + 1", FIELDS)[2]), "the unknown stays unknown"
