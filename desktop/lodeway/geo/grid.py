"""A grid over points: which of them lie in a box, without looking at all."""

from __future__ import annotations

import numpy as np

from lodeway.geo.curves import Floats, Ints, ranges

_PER_CELL = 16
_MOST_CELLS = 512


class PointGrid:
    """Square cells over ``xy`` (n, 2), in any unit; points of a cell lie together in ``order``."""

    def __init__(self, xy: Floats) -> None:
        self._xy = xy
        self._side = int(np.clip(np.sqrt(len(xy) / _PER_CELL), 1, _MOST_CELLS))
        self._low = xy.min(axis=0) if len(xy) else np.zeros(2)
        extent = xy.max(axis=0) - self._low if len(xy) else np.ones(2)
        self._step = np.where(extent > 0, extent, 1.0) / self._side
        column, row = self._cells(xy).T
        code = row * self._side + column
        self._order = np.argsort(code, kind="stable")
        self._start = np.concatenate([[0], np.cumsum(np.bincount(code, minlength=self._side**2))]).astype(np.int64)

    def _cells(self, xy: Floats) -> Ints:
        return np.clip((xy - self._low) / self._step, 0, self._side - 1).astype(np.int64)

    def within(self, left: float, bottom: float, right: float, top: float) -> Ints:
        """Numbers of the points in the closed box, rising."""
        if not len(self._xy):
            return np.zeros(0, dtype=np.int64)
        (first, low), (last, high) = self._cells(np.array([[left, bottom], [right, top]]))
        if (last - first + 1) * (high - low + 1) > 0.5 * self._side**2:
            near = None
            x, y = self._xy[:, 0], self._xy[:, 1]
        else:
            rows = np.arange(low, high + 1) * self._side
            begin, end = self._start[rows + first], self._start[rows + last + 1]
            near = np.sort(self._order[ranges(begin, end - begin)])
            x, y = self._xy[near].T
        hit = np.flatnonzero((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
        return hit if near is None else near[hit]
