"""Many polylines at once: offsets, lengths and thinning on flat arrays, without a loop per vertex.

A set of k lines is ``xy`` (n, 2) and ``start`` (k + 1,): line i is ``xy[start[i]:start[i + 1]]``. Units are those of
the picture; y points down, so that "right" of a line is to the right of its direction on the screen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def ranges(start: Ints, count: Ints) -> Ints:
    """Indices start[i], start[i] + 1, ... of all i one after the other."""
    total = int(count.sum())
    return np.repeat(start - (np.cumsum(count) - count), count) + np.arange(total)


def thin(xy: Floats, start: Ints, tolerance: float, *, rings: bool = False) -> tuple[Floats, Ints]:
    """Keep one vertex per square cell of side ``tolerance``, and both ends of each line.

    ``rings`` keeps each visit to the first vertex of a piece, too, so that :func:`outlines` still finds the bridges.
    """
    if len(xy) == 0:
        return xy, start
    keep = np.ones(len(xy), dtype=bool)
    cell = np.floor(xy * (1.0 / tolerance))
    np.logical_or(cell[1:, 0] != cell[:-1, 0], cell[1:, 1] != cell[:-1, 1], out=keep[1:])
    full = start[1:] > start[:-1]
    keep[start[:-1][full]] = True
    keep[start[1:][full] - 1] = True
    if rings:
        keep |= _first_again(xy, start)
    counts = np.zeros(len(xy) + 1, dtype=np.int64)
    np.cumsum(keep, out=counts[1:])
    return xy[keep], counts[start]


def _first_again(xy: Floats, start: Ints) -> NDArray[np.bool_]:
    """(n,) whether a vertex is that with which its piece begins."""
    count = np.diff(start)
    first = np.repeat(xy[start[:-1].clip(max=len(xy) - 1)], count, axis=0)
    return np.asarray((xy[:, 0] == first[:, 0]) & (xy[:, 1] == first[:, 1]))


def outlines(xy: Floats, start: Ints) -> tuple[Floats, Ints]:
    """Shells and holes as lines of their own, from rings whose holes hang on the first vertex by a bridge.

    A bridge is what leaves or meets a later visit to the first vertex of its piece. Without holes the same arrays come
    back.
    """
    if len(xy) < 2:
        return xy, start
    first = _first_again(xy, start)
    if np.count_nonzero(first) <= 2 * (len(start) - 1):
        return xy, start
    piece = np.repeat(np.arange(len(start) - 1), np.diff(start))
    visits = np.cumsum(first)
    visits = visits - (visits[start[:-1].clip(max=len(xy) - 1)] - 1)[piece]
    drawn = (piece[1:] == piece[:-1]) & ((visits[:-1] <= 1) | ~(first[:-1] | first[1:]))
    breaks = np.concatenate([[0], np.flatnonzero(~drawn) + 1, [len(xy)]])
    long = np.diff(breaks) > 1
    count = np.diff(breaks)[long]
    made = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return xy[ranges(breaks[:-1][long], count)], made


def closed(xy: Floats, start: Ints) -> tuple[Floats, Ints]:
    """Rings that end where they begin; those that do already stay as they are."""
    full = start[1:] > start[:-1]
    first, last = start[:-1][full], start[1:][full] - 1
    open_ = (xy[first] != xy[last]).any(axis=1)
    if not open_.any():
        return xy, start
    added = np.zeros(len(start), dtype=np.int64)
    added[1:][full] = open_
    return np.insert(xy, last[open_] + 1, xy[first[open_]], axis=0), start + np.cumsum(added)


def along(xy: Floats, start: Ints) -> Floats:
    """Distance of each vertex from the start of its line, shape (n,)."""
    if len(xy) == 0:
        return np.zeros(0)
    step = np.zeros(len(xy))
    step[1:] = np.hypot(*np.diff(xy, axis=0).T)
    first = start[:-1][start[1:] > start[:-1]]
    step[first] = 0.0
    total = np.cumsum(step)
    return np.asarray(total - np.repeat(total[start[:-1].clip(max=len(xy) - 1)], np.diff(start)))


def normals(xy: Floats, start: Ints, mitre_limit: float = 1.6) -> Floats:
    """Vector (n, 2) to the right of each vertex, as long as the mitre of a unit offset needs, at most the limit."""
    n = len(xy)
    if n == 0:
        return np.zeros((0, 2))
    step = np.zeros((n, 2))
    step[:-1] = np.diff(xy, axis=0)
    full = start[1:] > start[:-1]
    last = start[1:][full] - 1
    first = start[:-1][full]
    step[last] = 0.0
    length = np.hypot(step[:, 0], step[:, 1])
    unit = step / np.where(length > 1e-12, length, 1.0)[:, None]
    right_after = np.column_stack([-unit[:, 1], unit[:, 0]])
    right_before = np.vstack([np.zeros((1, 2)), right_after[:-1]])
    right_before[first] = right_after[first]
    right_after[last] = right_before[last]
    mean = right_before + right_after
    size = np.hypot(mean[:, 0], mean[:, 1])
    flat = size < 1e-9
    mean[flat] = right_after[flat]
    size = np.where(flat, 1.0, size)
    mean /= size[:, None]
    cosine = np.clip((mean * right_after).sum(axis=1), 1.0 / mitre_limit, 1.0)
    return np.asarray(mean / cosine[:, None])


def bands(xy: Floats, start: Ints, inner: Floats, outer: Floats) -> tuple[Floats, Ints]:
    """Closed rings between two offsets to the right of each line.

    ``inner`` and ``outer`` hold one offset per vertex, shape (n,). Returns rings as a set like ``xy`` and ``start``,
    two vertices per vertex of the line.
    """
    right = normals(xy, start)
    near, far = xy + right * inner[:, None], xy + right * outer[:, None]
    count = np.diff(start)
    ring_start = np.concatenate([[0], np.cumsum(2 * count)]).astype(np.int64)
    out = np.empty((2 * len(xy), 2))
    out[ranges(ring_start[:-1], count)] = near
    backward = np.repeat(start[1:] - 1, count) - (np.arange(len(xy)) - np.repeat(start[:-1], count))
    out[ranges(ring_start[:-1] + count, count)] = far[backward]
    return out, ring_start


def point_at(line: Floats, distance: float) -> tuple[float, float, float]:
    """(x, y, angle) of the point at ``distance`` along a line (n, 2); the angle in degrees, clockwise on the screen."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    index = int(np.clip(np.searchsorted(length, distance) - 1, 0, len(line) - 2))
    share = (distance - length[index]) / max(length[index + 1] - length[index], 1e-12)
    x, y = line[index] + share * (line[index + 1] - line[index])
    dx, dy = line[index + 1] - line[index]
    return float(x), float(y), float(np.degrees(np.arctan2(dy, dx)))
