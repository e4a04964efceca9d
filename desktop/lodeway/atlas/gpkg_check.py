"""Is a file a valid GeoPackage? The requirements of OGC 12-128r18 (version 1.3) that bear on our layers."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import shapely

from lodeway.atlas.vector import open_gpkg, quoted, wkb_of

_APPLICATION_ID = 0x47504B47  # "GPKG", requirement 2
_REQUIRED_TABLES = ("gpkg_spatial_ref_sys", "gpkg_contents")
_REQUIRED_SRS = (-1, 0, 4326)  # requirement 11
_TOLERANCE = 1e-4  # R-tree bounds are 32-bit floats: about 2e-5 degrees at 180


def problems(path: Path) -> list[str]:
    """What makes the file no valid GeoPackage, one sentence each; empty for a valid one.

    Checked are the application id and version, SQLite's integrity and foreign keys, the required tables and
    reference systems, that contents, geometry columns and tables agree, that every geometry is a GeoPackage geometry
    of the declared type, and that extents and R-trees cover what they index.

    Raises:
        DataError: the file is missing or SQLite cannot read it.
    """
    with open_gpkg(path) as connection:
        return [f"{path.name}: {text}" for text in _problems(connection)]


def _problems(connection: sqlite3.Connection) -> Iterator[str]:
    if connection.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION_ID:
        yield "the application id is not GPKG"
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if not 10200 <= version < 20000:
        yield f"the user version {version} is no GeoPackage version from 1.2 on"
    integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if integrity != "ok":
        yield f"SQLite's integrity check says: {integrity}"
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        yield "a foreign key points nowhere"
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    missing = [table for table in _REQUIRED_TABLES if table not in tables]
    if missing:
        yield f"the required table {missing[0]} is missing"
        return
    known = {row[0] for row in connection.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")}
    yield from (f"the reference system {srs} is missing" for srs in _REQUIRED_SRS if srs not in known)
    for table, kind, srs in connection.execute("SELECT table_name, data_type, srs_id FROM gpkg_contents").fetchall():
        if table not in tables:
            yield f"gpkg_contents names {table}, which does not exist"
        elif kind == "features":
            yield from _layer_problems(connection, table, known)
        elif srs is not None and srs not in known:
            yield f"table {table} has the unknown reference system {srs}"


def _layer_problems(connection: sqlite3.Connection, table: str, known_srs: set[int]) -> Iterator[str]:
    rows = connection.execute(
        "SELECT g.column_name, g.geometry_type_name, g.srs_id, c.srs_id, c.min_x, c.min_y, c.max_x, c.max_y "
        "FROM gpkg_geometry_columns g JOIN gpkg_contents c USING (table_name) WHERE table_name = ?",
        (table,),
    ).fetchall()
    if len(rows) != 1:
        yield f"layer {table} has {len(rows)} rows in gpkg_geometry_columns, not one"
        return
    column, kind, srs, contents_srs, *extent = rows[0]
    if srs not in known_srs or srs != contents_srs:
        yield f"layer {table} has the reference systems {srs} and {contents_srs}, which must be one that is listed"
    if not any(row[5] for row in connection.execute(f"PRAGMA table_info({quoted(table)})")):
        yield f"layer {table} has no primary key"
    blobs = connection.execute(f"SELECT rowid, {quoted(column)} FROM {quoted(table)}").fetchall()
    bounds: dict[int, tuple[float, float, float, float]] = {}
    for number, blob in blobs:
        try:
            wkb = None if blob is None else wkb_of(blob)
            geometry = None if wkb is None else shapely.from_wkb(wkb)
        except (ValueError, IndexError, shapely.errors.GEOSException) as error:
            yield f"layer {table}, row {number}: {error}"
            return
        if geometry is None:
            continue
        if kind != "GEOMETRY" and geometry.geom_type.upper() != kind:
            yield f"layer {table}, row {number}: {geometry.geom_type} in a layer of {kind}"
            return
        bounds[number] = geometry.bounds
    yield from _extent_problems(table, bounds, extent)
    yield from _index_problems(connection, table, column, bounds)


def _extent_problems(
    table: str, bounds: dict[int, tuple[float, float, float, float]], extent: list[float | None]
) -> Iterator[str]:
    if not bounds:
        return
    west, south, east, north = (
        *(min(b[i] for b in bounds.values()) for i in (0, 1)),
        *(max(b[i] for b in bounds.values()) for i in (2, 3)),
    )
    given = [math.nan if value is None else value for value in extent]
    if any(not math.isclose(a, b, abs_tol=_TOLERANCE) for a, b in zip(given, (west, south, east, north), strict=True)):
        yield f"layer {table} has the extent {extent}, but its features fill {[west, south, east, north]}"


def _index_problems(
    connection: sqlite3.Connection, table: str, column: str, bounds: dict[int, tuple[float, float, float, float]]
) -> Iterator[str]:
    declared = (
        connection.execute(
            "SELECT 1 FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index' "
            "AND table_name = ? AND column_name = ?",
            (table, column),
        ).fetchone()
        if _has_table(connection, "gpkg_extensions")
        else None
    )
    index = f"rtree_{table}_{column}"
    if declared is None or not _has_table(connection, index):
        yield f"layer {table} has no spatial index"
        return
    boxes = {row[0]: row[1:] for row in connection.execute(f"SELECT id, minx, miny, maxx, maxy FROM {quoted(index)}")}
    if boxes.keys() != bounds.keys():
        yield f"layer {table}: the spatial index has {len(boxes)} entries for {len(bounds)} geometries"
        return
    for number, (west, south, east, north) in bounds.items():
        box = boxes[number]
        if (
            box[0] > west + _TOLERANCE
            or box[1] > south + _TOLERANCE
            or box[2] < east - _TOLERANCE
            or box[3] < north - _TOLERANCE
        ):
            yield f"layer {table}, row {number}: the spatial index does not cover the geometry"
            return


def _has_table(connection: sqlite3.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone() is not None
