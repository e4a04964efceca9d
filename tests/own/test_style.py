"""Styles: classes, colours and the class of what is unknown."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodeway.errors import DataError
from lodeway.model.style import METHODS, Style, categories, graduated, ramp, style_from


def words(*items: Any) -> np.ndarray[Any, Any]:
    made = np.empty(len(items), dtype=object)
    made[:] = items
    return made


COLUMNS = {"kind": words("mine", "port", None, "mine", "rail"), "t": np.array([1.0, 5.0, np.nan, 9.0, 100.0])}


def test_each_value_gets_a_class_and_the_unknown_its_own() -> None:
    style = Style("categorised", field="kind", classes=categories("kind", COLUMNS))
    assert [item.value for item in style.classes] == ["mine", "port", "rail"]
    assert style.numbers(COLUMNS, 5).tolist() == [0, 1, -1, 0, 2]


@pytest.mark.parametrize("method", METHODS)
def test_every_known_number_is_in_a_class(method: Any) -> None:
    style = Style("graduated", field="t", classes=graduated("t", COLUMNS, 3, method))
    numbers = style.numbers(COLUMNS, 5)
    assert numbers[2] == -1
    assert (numbers[[0, 1, 3, 4]] >= 0).all(), "the greatest value was once in no class"


def test_natural_breaks_part_what_lies_apart() -> None:
    columns = {"t": np.array([1.0, 2, 3, 50, 51, 52, 900, 901])}
    classes = graduated("t", columns, 3, "natural")
    assert Style("graduated", field="t", classes=classes).numbers(columns, 8).tolist() == [0, 0, 0, 1, 1, 1, 2, 2]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.integers(2, 9), st.sampled_from(sorted(METHODS)))
def test_no_number_falls_out(figures: list[float], count: int, method: Any) -> None:
    columns = {"t": np.array(figures)}
    style = Style("graduated", field="t", classes=graduated("t", columns, count, method))
    assert (style.numbers(columns, len(figures)) >= 0).all()
    assert len(style.classes) <= count


def test_classes_by_an_expression() -> None:
    style = Style("graduated", field="t * 2", classes=graduated("t * 2", COLUMNS, 2, "equal"))
    assert style.numbers(COLUMNS, 5).tolist() == [0, 0, -1, 0, 1]


def test_a_style_goes_to_text_and_back() -> None:
    style = Style("graduated", field="t", classes=graduated("t", COLUMNS, 4, "quantile"), width=2.0)
    assert style_from(json.loads(json.dumps(style.as_dict()))) == style


@pytest.mark.parametrize(
    "data",
    [None, 5, {}, {**Style().as_dict(), "colour": "red"}, {**Style().as_dict(), "kind": "x"},
     {**Style().as_dict(), "size": 1e9}, {**Style().as_dict(), "classes": [1]}],
)  # fmt: skip
def test_what_is_no_style_is_told(data: Any) -> None:
    with pytest.raises(DataError, match="no style"):
        style_from(data)


def test_too_many_values_and_nothing_known_are_told() -> None:
    with pytest.raises(DataError, match="at most"):
        categories("n", {"n": np.arange(100)})
    with pytest.raises(DataError, match="no known number"):
        graduated("n", {"n": np.array([np.nan])}, 3, "equal")
    assert ramp(0, 5) == "#E4E9EE"
    assert ramp(4, 5) == "#7F2315"
