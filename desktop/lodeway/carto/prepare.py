"""From a table of a GeoPackage to flat arrays on the map plane, in several levels of detail.

Levels keep one vertex per square cell of their tolerance, so that a picture at a coarser scale does not pay for
vertices that fall on the same pixel; ends of lines and closing vertices of rings are always kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from lodeway.geo.curves import Floats, Ints, thin
from lodeway.geo.projection import Projection

M_PER_DEG = 111_195.0
TOLERANCES_M = tuple(200.0 * 2**k for k in range(9))
_WORTH = 0.7  # a level is kept if it has less than this share of the vertices of the next finer one


@dataclass(frozen=True)
class Pieces:
    """k pieces (polygons with bridged holes, lines, or points) of features, on the map plane in metres.

    ``xy`` (n, 2); ``start`` (k + 1,); ``feature`` (k,) index of the feature; ``box`` (k, 4) left, bottom, right, top.
    """

    tolerance_m: float
    xy: Floats
    start: Ints
    feature: Ints
    box: Floats

    def numbered(self, feature: Ints) -> Pieces:
        """The same pieces of other features (k,)."""
        return replace(self, feature=feature.astype(np.int64))


@dataclass(frozen=True)
class _Rings:
    """Rings or lines before bridging: ``piece`` (r,) says which polygon a ring belongs to, shells first."""

    xy: Floats
    start: Ints
    piece: Ints
    feature: Ints


def pieces_of(
    sources: Sequence[tuple[NDArray[np.object_], float]], projection: Projection, *, closed: bool
) -> list[Pieces]:
    """Levels from the finest to the coarsest.

    Args:
        sources: (geometries in degrees, their own tolerance in degrees), all with the same features in the same order
            or, for lines, with any features.
        projection: the map plane.
        closed: polygons (True) or lines.
    """
    ordered = sorted(sources, key=lambda source: source[1])
    rings = [_rings(projection.cut(geometry), projection, closed) for geometry, _ in ordered]
    levels = [_assembled(rings[0], 0.0, closed)]
    for tolerance in TOLERANCES_M:
        usable = [i for i, (_, deg) in enumerate(ordered) if deg * M_PER_DEG * 0.5 <= tolerance]
        level = _assembled(_thinned(rings[max(usable, default=0)], tolerance, closed), tolerance, closed)
        if len(level.xy) < _WORTH * len(levels[-1].xy):
            levels.append(level)
    return levels


def points_of(geometry: NDArray[np.object_], projection: Projection) -> Pieces:
    """Points as pieces of one vertex each."""
    lonlat = shapely.get_coordinates(geometry)
    xy = projection.forward_points(lonlat)
    count = len(xy)
    return Pieces(0.0, xy, np.arange(count + 1), np.arange(count), np.hstack([xy, xy]))


def _rings(geometry: NDArray[np.object_], projection: Projection, closed: bool) -> _Rings:
    parts, feature = shapely.get_parts(geometry, return_index=True)
    while any(kind in (4, 5, 6, 7) for kind in np.unique(shapely.get_type_id(parts))):
        parts, inner = shapely.get_parts(parts, return_index=True)
        feature = feature[inner]
    wanted = np.isin(shapely.get_type_id(parts), (3,) if closed else (1, 2))
    parts, feature = parts[wanted], feature[wanted]
    piece = np.arange(len(parts))
    if closed:
        parts = shapely.orient_polygons(parts)  # shells one way, holes the other: filled by winding
        parts, piece = shapely.get_rings(parts, return_index=True)
    lonlat, ring = shapely.get_coordinates(parts, return_index=True)
    start = np.concatenate([[0], np.cumsum(np.bincount(ring, minlength=len(parts)))]).astype(np.int64)
    xy = projection.forward(lonlat)
    known = np.isfinite(xy).all(axis=1)
    if not known.all():  # a system may have no place for what lies far from the area it is meant for
        start = np.concatenate([[0], np.cumsum(known)])[start].astype(np.int64)
        xy = xy[known]
    return _Rings(xy, start, piece, feature)


def _thinned(rings: _Rings, tolerance: float, closed: bool) -> _Rings:
    xy, start = thin(rings.xy, rings.start, tolerance)
    if not closed:
        return _Rings(xy, start, rings.piece, rings.feature)
    count = np.diff(start)
    keep = count >= 4
    shell = np.ones(len(count), dtype=bool)
    shell[1:] = rings.piece[1:] != rings.piece[:-1]
    kept_piece = np.zeros(int(rings.piece.max(initial=-1)) + 1, dtype=bool)
    kept_piece[rings.piece[shell & keep]] = True
    keep &= kept_piece[rings.piece]
    flat = np.repeat(keep, count)
    return _Rings(
        xy[flat], np.concatenate([[0], np.cumsum(count[keep])]).astype(np.int64), rings.piece[keep], rings.feature
    )


def _assembled(rings: _Rings, tolerance: float, closed: bool) -> Pieces:
    xy, start, piece = rings.xy, rings.start, rings.piece
    if closed and len(piece):
        shell = np.ones(len(piece), dtype=bool)
        shell[1:] = piece[1:] != piece[:-1]
        shell_of = np.maximum.accumulate(np.where(shell, np.arange(len(piece)), 0))
        holes = np.flatnonzero(~shell)
        # after each hole the pen goes back to the first vertex of the shell, over the same way it came
        xy = np.insert(xy, start[holes + 1], xy[start[shell_of[holes]]], axis=0)
        added = np.zeros(len(piece) + 1, dtype=np.int64)
        added[1:] = np.cumsum(~shell)
        start = (start + added)[np.concatenate([np.flatnonzero(shell), [len(piece)]])]
        piece = piece[shell]
    if not len(piece):
        return Pieces(
            tolerance, np.zeros((0, 2)), np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros((0, 4))
        )
    filled = np.diff(start) > 0
    start, piece = np.concatenate([start[:-1][filled], start[-1:]]), piece[filled]
    low, high = np.minimum.reduceat(xy, start[:-1]), np.maximum.reduceat(xy, start[:-1])
    return Pieces(tolerance, xy, start.astype(np.int64), rings.feature[piece].astype(np.int64), np.hstack([low, high]))


def coastlines(countries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Edges that only one polygon of a coverage has, as lines; without the cuts at 180 degrees and at the pole."""
    rings = shapely.get_rings(shapely.get_parts(countries))
    lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    ends = np.hstack([lonlat[edge], lonlat[edge + 1]])
    swap = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[swap] = ends[swap][:, [2, 3, 0, 1]]
    keys = np.ascontiguousarray(ends).view([("", np.float64)] * 4).ravel()
    _, inverse, count = np.unique(keys, return_inverse=True, return_counts=True)
    single = count[inverse.ravel()] == 1
    at_cut = (np.abs(ends[:, [0, 2]]) > 179.999).all(axis=1) | (ends[:, [1, 3]] < -89.9).any(axis=1)
    edge = edge[single & ~at_cut]
    breaks = np.flatnonzero(np.diff(edge) != 1) + 1
    runs = np.split(edge, breaks)
    lines = [shapely.linestrings(lonlat[run[0] : run[-1] + 2]) for run in runs if len(run)]
    out = np.empty(len(lines), dtype=object)
    out[:] = lines
    return out


def json_ready(values: Any) -> list[Any]:
    """A column as plain Python values for the cache."""
    return [value.item() if isinstance(value, np.generic) else value for value in values]
