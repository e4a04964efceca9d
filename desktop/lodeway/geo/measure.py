"""Lengths, bearings and areas on the WGS 84 ellipsoid (geodesics after Karney 2013)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import shapely

from lodeway.geo.geodesic import geodesic, wgs84
from lodeway.geo.projection import Floats

LengthUnit = Literal["km", "NM", "mi"]
METRES: dict[LengthUnit, float] = {"km": 1_000.0, "NM": 1_852.0, "mi": 1_609.344}
"""Metres per unit: kilometre, nautical mile, statute mile."""
AREA_WORDS: dict[LengthUnit, str] = {"km": "km²", "NM": "NM²", "mi": "mi²"}


@dataclass(frozen=True)
class Segment:
    """One stretch of a measured line: its length and the bearing at its start, degrees clockwise from north."""

    length_m: float
    bearing_deg: float


def segments(lonlat: Floats) -> list[Segment]:
    """Stretches between the vertices (n, 2) in degrees."""
    if len(lonlat) < 2:
        return []
    azimuth, _, length = wgs84().inv(lonlat[:-1, 0], lonlat[:-1, 1], lonlat[1:, 0], lonlat[1:, 1])
    return [Segment(float(m), float(a) % 360.0) for m, a in zip(length, azimuth, strict=True)]


def area_m2(lonlat: Floats) -> float:
    """Area inside a ring of geodesics through the vertices (n, 2), the smaller of its two sides; 0 below three."""
    if len(lonlat) < 3:
        return 0.0
    area = abs(float(wgs84().polygon_area_perimeter(lonlat[:, 0], lonlat[:, 1])[0]))
    whole = 510_065_621_724_088.0  # of the ellipsoid
    return min(area, whole - area)


def feature_size(geometry: shapely.Geometry) -> tuple[float, float]:
    """(length or perimeter in m, area in m²) of a geometry in degrees."""
    area, length = wgs84().geometry_area_perimeter(shapely.orient_polygons(geometry))
    if shapely.get_dimensions(geometry) == 1:
        return float(wgs84().geometry_length(geometry)), 0.0
    return float(length), abs(float(area))


def drawn(lonlat: Floats, *, closed: bool = False) -> Floats:
    """The line along geodesics, with vertices close enough to be drawn."""
    if len(lonlat) < 2:
        return lonlat
    points = [tuple(p) for p in lonlat.tolist()]
    if closed and len(points) > 2:
        points.append(points[0])
    parts = [geodesic(a, b) for a, b in pairwise(points)]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
