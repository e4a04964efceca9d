"""Lines and lengths on the WGS 84 ellipsoid."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from lodeway.geo.projection import Floats, Projection
from lodeway.geo.viewport import Viewport


@cache
def wgs84() -> Any:
    """The ellipsoid of WGS 84."""
    from pyproj import Geod

    return Geod(ellps="WGS84")


def length_m(lonlat: Floats) -> float:
    """Length of a line (n, 2) in degrees along geodesics (Karney 2013)."""
    return float(wgs84().line_length(lonlat[:, 0], lonlat[:, 1]))


def geodesic(start: tuple[float, float], end: tuple[float, float], step_m: float = 50_000.0) -> Floats:
    """The shortest line between two points in degrees, a vertex at least every ``step_m``; shape (n, 2)."""
    geod = wgs84()
    total = geod.inv(*start, *end)[2]
    count = max(int(np.ceil(total / step_m)) - 1, 0)
    middle = geod.npts(*start, *end, count) if count else []
    return np.array([start, *middle, end], dtype=np.float64)


def metres_per_unit(projection: Projection, view: Viewport) -> float | None:
    """True metres on the ground per picture unit, sideways at the view's centre; ``None`` outside the Earth."""
    half = view.width / 200.0
    middle = view.width / 2, view.height / 2
    ends = view.to_map(np.array([[middle[0] - half, middle[1]], [middle[0] + half, middle[1]]]))
    lonlat = projection.inverse(ends)
    return None if np.isnan(lonlat).any() else length_m(lonlat) / (2 * half)
