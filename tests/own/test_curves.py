"""Curved geometries of a GeoPackage: straight ones in a curved wrapping are drawn, curved ones told and tabled.

A multi-surface ended the reader with NotImplementedError once.
"""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

import fiona
import shapely

from lodeway.atlas.own_files import read_own


def _point(x: float, y: float) -> bytes:
    return struct.pack("<dd", x, y)


RING = _point(0, 0) + _point(1, 0) + _point(1, 1) + _point(0, 0)
POLYGON = struct.pack("<BIII", 1, 3, 1, 4) + RING
ARC = struct.pack("<BII", 1, 8, 3) + _point(0, 0) + _point(1, 1) + _point(2, 0)
CURVE_POLYGON = (
    struct.pack("<BII", 1, 10, 1) + struct.pack("<BII", 1, 8, 3) + _point(0, 0) + _point(2, 0) + _point(0, 0)
)
WRAPPED = {
    "straight surface": struct.pack("<BII", 1, 12, 1) + POLYGON,
    "straight curve": struct.pack("<BII", 1, 11, 1) + struct.pack("<BII", 1, 2, 2) + _point(0, 0) + _point(3, 4),
    "arc": ARC,
    "curved surface": struct.pack("<BII", 1, 12, 1) + CURVE_POLYGON,
}


def test_curves_are_told_and_straight_ones_drawn(tmp_path: Path) -> None:
    path = tmp_path / "curves.gpkg"
    schema = {"geometry": "Unknown", "properties": {"name": "str"}}
    with fiona.open(path, "w", driver="GPKG", crs="EPSG:4326", schema=schema, layer="curves") as sink:
        for name in WRAPPED:
            sink.write(
                {"type": "Feature", "geometry": {"type": "Point", "coordinates": (5, 5)}, "properties": {"name": name}}
            )
    with sqlite3.connect(path) as db:
        for trigger in [row[0] for row in db.execute("select name from sqlite_master where type='trigger'")]:
            db.execute(f'drop trigger "{trigger}"')
        for name, wkb in WRAPPED.items():
            head = b"GP\x00\x01" + struct.pack("<i", 4326)
            db.execute("update curves set geom=? where name=?", (head + wkb, name))
    db.close()
    read = read_own(path)
    found = dict(zip(read.columns["name"].tolist(), read.geometry, strict=True))
    assert found["straight surface"].equals(shapely.MultiPolygon([[[(0, 0), (1, 0), (1, 1)], []]]))
    assert found["straight curve"].length == 5.0
    assert found["arc"] is None
    assert found["curved surface"] is None
    assert "2 features have curved lines" in " ".join(read.remarks)
