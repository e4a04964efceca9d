"""The chosen features: one immutable truth for map and tables."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lodeway.model.features import Features
from lodeway.session.document import Document
from lodeway.session.feature_commands import ChooseFeatures
from lodeway.session.history import History

LAYERS = st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(0, 40), max_size=12))


@given(LAYERS, LAYERS)
def test_features_are_equal_where_the_same_numbers_are_chosen(
    one: dict[str, list[int]], two: dict[str, list[int]]
) -> None:
    left, right = Features(one), Features({key: reversed(numbers) for key, numbers in two.items()})
    same = {k: set(v) for k, v in one.items() if v} == {k: set(v) for k, v in two.items() if v}
    assert (left == right) is same
    if same:
        assert hash(left) == hash(right)
    assert len(left) == sum(len(set(numbers)) for numbers in one.values())


@given(LAYERS)
def test_undo_and_redo_bring_the_choice_back(layers: dict[str, list[int]]) -> None:
    history, before = History(), Document(features=Features({"a": [1]}))
    after = history.do(before, ChooseFeatures(Features(layers)))
    assert after.features == Features(layers)
    assert history.undo(after).features == before.features
    if after.features != before.features:
        assert history.redo(before).features == after.features


def test_a_mask_leaves_out_numbers_past_the_layer_and_cannot_change_the_choice() -> None:
    features = Features({"a": [5, 2, 2]})
    assert features.mask("a", 4).tolist() == [False, False, True, False]
    assert features.of("b").tolist() == []
    assert not features.of("a").flags.writeable
    assert features.with_layer("a", np.array([], dtype=np.int64)) == Features()
