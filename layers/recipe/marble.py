"""Reader of KDE Marble's PN2 files (version 2): polygons on a grid of 1/120 degree."""

from __future__ import annotations

import struct
from pathlib import Path

import shapely

from lodeway.errors import RecipeError

_GRID_PER_DEGREE = 120
_MULTI, _INNER = 4, 3


def read_polygons(path: Path) -> list[shapely.Polygon]:
    """Polygons in file order, lon/lat degrees; inner rings belong to the outer ring before them."""
    data = path.read_bytes()
    version, _, coloured = struct.unpack_from(">BIB", data)
    if version != 2:
        raise RecipeError(f"{path.name} is PN2 version {version}, not 2")
    offset = 6
    shells: list[tuple[list[tuple[float, float]], list[list[tuple[float, float]]]]] = []
    while offset < len(data):
        flag, _ = struct.unpack_from(">BI", data, offset)
        offset += 5
        if flag == _MULTI:
            offset += 1
            continue
        (nodes,) = struct.unpack_from(">I", data, offset)
        offset += 4 + (1 if coloured and flag != _INNER else 0)
        points: list[tuple[float, float]] = []
        for _ in range(nodes):
            lat, lon, children = struct.unpack_from(">hhh", data, offset)
            offset += 6
            points.append((lon / _GRID_PER_DEGREE, lat / _GRID_PER_DEGREE))
            for _ in range(children):
                d_lat, d_lon = struct.unpack_from(">bb", data, offset)
                offset += 2
                points.append(((lon + d_lon) / _GRID_PER_DEGREE, (lat + d_lat) / _GRID_PER_DEGREE))
        if len(points) < 4:
            continue
        if flag == _INNER and shells:
            shells[-1][1].append(points)
        elif flag in (1, 2):
            shells.append((points, []))
    return [shapely.Polygon(shell, holes) for shell, holes in shells]
