"""Cutting geometry at the seam of a projection, so that nothing is smeared across the map."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray


def cut_at_seam(geometry: NDArray[np.object_], central_deg: float) -> NDArray[np.object_]:
    """Geometries within [-180, 180] degrees, cut and shifted to [central - 180, central + 180].

    What lies beyond the western (central > 0) or eastern seam is moved by a whole turn. Shape (n,) in and out;
    geometries that do not reach the seam are returned as they are.
    """
    if central_deg == 0.0:
        return geometry
    out = geometry.copy()
    boxes = shapely.bounds(geometry)
    if central_deg > 0:
        seam, turn = central_deg - 180.0, 360.0
        beyond, inside = (-181.0, -91.0, seam, 91.0), (seam, -91.0, 181.0, 91.0)
        hit = boxes[:, 0] < seam
    else:
        seam, turn = central_deg + 180.0, -360.0
        beyond, inside = (seam, -91.0, 181.0, 91.0), (-181.0, -91.0, seam, 91.0)
        hit = boxes[:, 2] > seam
    for index in np.flatnonzero(hit):
        moved = shapely.transform(_clipped(geometry[index], beyond), lambda xy: xy + np.array([turn, 0.0]))
        kept = _clipped(geometry[index], inside)
        out[index] = shapely.GeometryCollection([*shapely.get_parts(kept), *shapely.get_parts(moved)])
    return out


def _clipped(geometry: Any, box: tuple[float, float, float, float]) -> Any:
    west, south, east, north = shapely.bounds(geometry)
    if west >= box[0] and east <= box[2] and south >= box[1] and north <= box[3]:
        return geometry
    return shapely.clip_by_rect(geometry, *box)
