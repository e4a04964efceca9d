"""Points of a box are found whole, in order, however they lie."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lodeway.carto.own import last_of_cell
from lodeway.geo.curves import Floats, closed, outlines, thin
from lodeway.geo.grid import PointGrid

numbers = st.integers(-20, 20).map(float)
points = st.lists(st.tuples(numbers, numbers), max_size=300).map(lambda found: np.array(found).reshape(-1, 2))


@given(points, numbers, numbers, numbers, numbers)
def test_the_grid_finds_what_a_look_at_all_finds(xy: Floats, a: float, b: float, c: float, d: float) -> None:
    left, right, bottom, top = min(a, b), max(a, b), min(c, d), max(c, d)
    x, y = xy[:, 0], xy[:, 1]
    want = np.flatnonzero((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
    assert PointGrid(xy).within(left, bottom, right, top).tolist() == want.tolist()


@given(points)
def test_of_each_cell_the_last_point_stays(xy: Floats) -> None:
    kept = last_of_cell(xy, 3.0)
    low = xy.min(axis=0) if len(xy) else np.zeros(2)
    last = {tuple(np.floor((at - low) / 3.0 + 1e-12)): k for k, at in enumerate(xy)}
    assert len(kept) == len(last)
    assert kept.tolist() == sorted(kept.tolist())


def test_the_outline_of_a_hole_has_no_bridge_to_its_shell() -> None:
    # shell 0..4, hole 5..9 hung on the first vertex, and a second polygon without one
    shell = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]
    hole = [(4, 4), (4, 6), (6, 6), (6, 4), (4, 4)]
    other = [(20, 0), (30, 0), (30, 10), (20, 0)]
    xy = np.array([*shell, *hole, (0, 0), *other], dtype=float)
    rings, start = outlines(*thin(xy, np.array([0, 11, 15]), 0.5, rings=True))
    assert [rings[a:b].tolist() for a, b in itertools.pairwise(start)] == [
        [list(at) for at in ring] for ring in (shell, hole, other)
    ]


def test_open_rings_are_closed_and_closed_ones_left_alone() -> None:
    xy, start = closed(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]] * 2), np.array([0, 3, 6]))
    assert start.tolist() == [0, 4, 8]
    assert xy[3].tolist() == xy[0].tolist()
    assert closed(xy, start)[0] is xy
