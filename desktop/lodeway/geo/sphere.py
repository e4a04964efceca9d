"""Distances and lines on the sphere; longitudes and latitudes in degrees, lengths in km."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from lodeway.units import EARTH_RADIUS_KM


def distance_km(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:
    """Great-circle distance by the haversine formula (Sinnott 1984); arguments broadcast."""
    lon1, lat1, lon2, lat2 = map(np.radians, (lon1, lat1, lon2, lat2))
    h = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1)))


def line_length_km(line: Any) -> float:
    """Length of a line's vertices joined by great circles; the parts of a multi-line add up."""
    total = 0.0
    for part in shapely.get_parts(line):
        xy = shapely.get_coordinates(part)
        total += float(distance_km(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1]).sum())
    return total


def split_at_antimeridian(lonlat: Any) -> shapely.MultiLineString:
    """A line of vertices (n, 2) as parts within [-180, 180], cut where it crosses 180 degrees.

    Longitudes may be unwrapped (beyond 180) or jump; the shorter way between two vertices is meant.
    """
    xy = np.asarray(lonlat, dtype=float)
    lon = np.rad2deg(np.unwrap(np.deg2rad(xy[:, 0])))
    parts: list[list[tuple[float, float]]] = [[]]
    previous = (float(lon[0]), float(xy[0, 1]))
    previous_zone = float(np.floor((previous[0] + 180) / 360))
    for x, y in zip(lon.tolist(), xy[:, 1].tolist(), strict=True):
        zone = float(np.floor((x + 180) / 360))
        if zone != previous_zone and parts[-1]:
            edge = 360 * max(zone, previous_zone) - 180
            share = (edge - previous[0]) / (x - previous[0]) if x != previous[0] else 0.0
            lat = previous[1] + share * (y - previous[1])
            parts[-1].append((edge - 360 * previous_zone, lat))
            parts.append([(edge - 360 * zone, lat)])
        parts[-1].append((x - 360 * zone, y))
        previous, previous_zone = (x, y), zone
    lines = [shapely.LineString(part) for part in parts if len(part) > 1 and len(set(part)) > 1]
    return shapely.MultiLineString(lines)
