"""Labels never overlap, stay in the picture, and give way by priority."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lodeway.carto.display import Font, Text
from lodeway.carto.labels import ASCENT, DESCENT, Label, Placer, place

_place = st.tuples(st.floats(0, 800), st.floats(0, 600), st.integers(1, 18), st.floats(0, 9))


def _box(text: Text) -> tuple[float, float, float, float]:
    width, size = 0.5 * text.font.size * len(text.text), text.font.size
    left = text.x - {"left": 0, "middle": width / 2, "right": width}[text.anchor]
    return left, text.y - ASCENT * size, left + width, text.y + DESCENT * size


def _label(k: int, x: float, y: float, letters: int, priority: float) -> Label:
    text = "x" * letters
    return Label(priority, "test", text, Font(11.0), "#000000", "#ffffff", x, y, 5.0, id=f"{k}",
                 width=0.5 * 11.0 * letters)  # fmt: skip


@given(st.lists(_place, max_size=60))
def test_no_two_overlap_and_all_are_inside(wanted: list[tuple[float, float, int, float]]) -> None:
    labels = [_label(k, *one) for k, one in enumerate(wanted)]
    boxes = [_box(text) for text in place(labels, Placer(800, 600), 1.5)]
    for i, a in enumerate(boxes):
        assert a[0] >= 0 and a[1] >= 0 and a[2] <= 800 and a[3] <= 600
        for b in boxes[i + 1 :]:
            assert not (a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1])


def test_the_more_important_one_stays() -> None:
    low = Label(5.0, "t", "minor", Font(11), "#000", "", 400, 300, width=30, id="a")
    high = Label(1.0, "t", "major", Font(11), "#000", "", 402, 300, width=30, id="b")
    assert [text.text for text in place([low, high], Placer(800, 600), 1.0)] == ["major"]


def test_text_along_a_line_is_never_upside_down() -> None:
    for degrees in range(0, 360, 15):
        turn = np.radians(degrees)
        line = np.array([[400.0, 300.0]]) + np.linspace(-200, 200, 20)[:, None] * [np.cos(turn), np.sin(turn)]
        label = Label(1.0, "t", "TAZARA", Font(12), "#000", "", line=line, offset=6, width=40)
        (text,) = place([label], Placer(800, 600), 1.0)
        assert -90.001 <= text.angle_deg <= 90.001
        assert abs(np.sin(np.radians(text.angle_deg) - turn)) < 1e-6


def test_a_line_too_short_or_too_bent_carries_no_name() -> None:
    short = Label(1.0, "t", "TAZARA", Font(12), "#000", "", line=np.array([[0.0, 0], [20, 0]]) + 300, width=40)
    zigzag = np.column_stack([np.arange(40) * 3.0, (np.arange(40) % 2) * 18.0]) + 200
    bent = Label(1.0, "t", "TAZARA", Font(12), "#000", "", line=zigzag, width=40)
    assert place([short, bent], Placer(800, 600), 1.0) == []
