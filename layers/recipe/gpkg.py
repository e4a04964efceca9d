"""Write GeoPackages that come out the same, byte for byte, from the same input, with QGIS styles and a notice table.

A step calls :func:`start` (or keeps an existing file), :func:`add_layer` and :func:`add_table` as often as needed, and
:func:`finish` once at the end. A later step may add to a finished file and finish it again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from layers.recipe.fetch import sha256_of
from layers.recipe.styles import qml
from lodeway.atlas.vector import FIXED_TIMESTAMP, Column, VectorLayer, quoted, write_layer
from lodeway.errors import RecipeError

WGS84 = "EPSG:4326"
_STYLE_COLUMNS = (
    "id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), "
    "f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, "
    "useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME"
)


@dataclass(frozen=True)
class Notice:
    """Origin and licence of the layers of a file, kept inside it."""

    layers: str
    source: str
    licence: str
    attribution: str


def start(path: Path) -> None:
    """Remove an earlier version of the file."""
    for leftover in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
        leftover.unlink(missing_ok=True)


def column(values: Iterable[object]) -> Column:
    """A field of objects in which ``None`` is unknown; the type on file follows the known values."""
    items = list(values)
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def add_layer(
    path: Path,
    name: str,
    geometry: Iterable[object],
    fields: Mapping[str, Iterable[object]],
    *,
    geometry_type: str,
    description: str,
) -> int:
    """Add or replace a layer in WGS 84; returns the number of vertices.

    Empty and missing geometries are an error: a layer says nothing by a feature that cannot be seen.
    """
    shapes = column(geometry)
    for row, shape in enumerate(shapes):
        if shape is None or shape.is_empty:
            raise RecipeError(f"{path.name}, layer {name}, row {row + 1}: the geometry is empty")
    columns = {key: values if isinstance(values, np.ndarray) else column(values) for key, values in fields.items()}
    layer = VectorLayer(name, WGS84, shapes, columns)
    write_layer(path, layer, geometry_type=geometry_type, description=description)
    vertices = int(shapely.get_num_coordinates(shapes).sum())
    print(f"  {name:<22}{geometry_type:<16}{len(layer):>8} features {vertices:>9} vertices", flush=True)
    return vertices


def add_table(path: Path, name: str, fields: Mapping[str, Iterable[object]], *, description: str) -> None:
    """Add or replace a table without geometry; the columns have one length."""
    columns = {key: values if isinstance(values, np.ndarray) else column(values) for key, values in fields.items()}
    length = max((len(values) for values in columns.values()), default=0)
    write_layer(
        path,
        VectorLayer(name, "", np.full(length, None, dtype=object), columns),
        geometry_type="None",
        description=description,
    )
    print(f"  {name:<22}{'table':<16}{length:>8} rows", flush=True)


def finish(path: Path, notices: Iterable[Notice] = ()) -> str:
    """Write styles and notices, drop what depends on the moment, compact; returns the file's sha256."""
    with closing(sqlite3.connect(path)) as connection:
        _write_styles(connection)
        _write_notices(connection, list(notices))
        connection.execute("UPDATE gpkg_contents SET last_change = ?", (FIXED_TIMESTAMP,))
        for table in ("gpkg_contents", "gpkg_ogr_contents"):
            _renumber(connection, table)
        connection.commit()
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
    _normalise_header(path)
    return sha256_of(path)


def _write_styles(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TABLE IF EXISTS layer_styles")
    connection.execute(f"CREATE TABLE layer_styles ({_STYLE_COLUMNS})")
    layers = connection.execute(
        "SELECT table_name, column_name, geometry_type_name FROM gpkg_geometry_columns ORDER BY table_name"
    ).fetchall()
    for name, geometry_column, _ in layers:
        style = qml(name)
        if style is not None:
            connection.execute(
                "INSERT INTO layer_styles "
                "(f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
                "styleQML, styleSLD, useAsDefault, description, owner, update_time) "
                "VALUES ('', '', ?, ?, ?, ?, '', 1, 'Lodeway, light', '', ?)",
                (name, geometry_column, name[:30], style, FIXED_TIMESTAMP),
            )
    _register(connection, "layer_styles", "QGIS styles of the layers")


def _write_notices(connection: sqlite3.Connection, notices: list[Notice]) -> None:
    if not notices:
        return
    connection.execute("DROP TABLE IF EXISTS notices")
    connection.execute(
        "CREATE TABLE notices (fid INTEGER PRIMARY KEY NOT NULL, layers TEXT NOT NULL, "
        "source TEXT NOT NULL, licence TEXT NOT NULL, attribution TEXT NOT NULL)"
    )
    connection.executemany(
        "INSERT INTO notices (layers, source, licence, attribution) VALUES (?, ?, ?, ?)",
        [(n.layers, n.source, n.licence, n.attribution) for n in notices],
    )
    _register(connection, "notices", "origin and licence of the layers")


def _register(connection: sqlite3.Connection, table: str, description: str) -> None:
    connection.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (table,))
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
        "VALUES (?, 'attributes', ?, ?, ?, 0)",
        (table, table, description, FIXED_TIMESTAMP),
    )
    has_counts = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_ogr_contents'").fetchone()
    if has_counts:
        count = connection.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0]
        connection.execute(
            "INSERT OR REPLACE INTO gpkg_ogr_contents (table_name, feature_count) VALUES (?, ?)", (table, count)
        )


def _renumber(connection: sqlite3.Connection, table: str) -> None:
    """Row numbers 1 to n in the present order, whatever was replaced before."""
    rows = [row[0] for row in connection.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]
    for new, old in enumerate(rows, start=1):  # new <= old, and numbers below old are free or already given
        connection.execute(f"UPDATE {table} SET rowid = ? WHERE rowid = ?", (new, old))


def _normalise_header(path: Path) -> None:
    """Set the header fields that count writes and name the SQLite release (file format, 1.3)."""
    with path.open("r+b") as stream:
        for offset in (24, 40, 92):  # change counter, schema cookie, version-valid-for
            stream.seek(offset)
            stream.write((1).to_bytes(4, "big"))
        stream.seek(96)
        stream.write((3_040_000).to_bytes(4, "big"))
