"""Vector files: the one module that reads and writes them, and the only importer of fiona.

GeoPackages are read with sqlite3 and shapely alone, so that a start of the program does not pay for fiona; all writing
and other formats go through fiona. Files are opened read-only and immutable: nothing is written beside them.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from lodeway.errors import DataError

FIXED_TIMESTAMP = "2026-11-01T00:00:00.000Z"
"""``last_change`` of every layer that is written: same input, same bytes."""

_DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".json": "GeoJSON", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf"}
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)  # GeoPackage 1.3, clause 2.1.3.1.1: envelope contents indicator codes 0 to 4

Column = NDArray[Any]
"""One field, shape (n,): int64, float64 (NaN = unknown), bool, or object with ``None`` for unknown."""


@dataclass(frozen=True)
class VectorLayer:
    """A layer in memory: n features in file order.

    Attributes:
        name: layer name.
        crs: authority code such as ``EPSG:4326``; empty where the file states none.
        geometry: shape (n,), shapely geometries or ``None``, in the layer's CRS (lon/lat degrees for EPSG:4326).
        fields: columns by name, each of shape (n,), see :data:`Column`.
    """

    name: str
    crs: str
    geometry: NDArray[np.object_]
    fields: Mapping[str, Column]

    def __post_init__(self) -> None:
        for field, values in self.fields.items():
            if len(values) != len(self.geometry):
                raise ValueError(
                    f"layer {self.name}: field {field} has {len(values)} values for {len(self.geometry)} geometries"
                )

    def __len__(self) -> int:
        return len(self.geometry)


@dataclass(frozen=True)
class LayerInfo:
    """What a file says about one layer; ``geometry_type`` is empty for a table without geometry."""

    name: str
    geometry_type: str
    crs: str
    count: int


def list_layers(path: Path) -> tuple[LayerInfo, ...]:
    """Layers and plain tables of a vector file in file order; raises :class:`DataError` if it cannot be read."""
    _require_file(path)
    if path.suffix.lower() == ".gpkg":
        with open_gpkg(path) as connection:
            return tuple(_gpkg_layers(connection))
    import fiona

    with _fiona_errors(path, "read"):
        infos = []
        for name in fiona.listlayers(str(path)):
            with fiona.open(str(path), layer=name) as source:
                infos.append(LayerInfo(name, source.schema["geometry"], _crs_code(source.crs), len(source)))
        return tuple(infos)


def read_layer(
    path: Path,
    layer: str | None = None,
    *,
    columns: Sequence[str] | None = None,
    bbox: tuple[float, float, float, float] | None = None,
) -> VectorLayer:
    """Read one layer (the only one, where ``layer`` is ``None``).

    Args:
        path: a vector file of any format that fiona reads; GeoPackages take a fast path.
        layer: its name.
        columns: fields to read, all by default.
        bbox: (west, south, east, north) in the layer's CRS: only features whose envelope touches it.

    Raises:
        DataError: missing or unreadable file, missing layer or field.
    """
    _require_file(path)
    name = layer if layer is not None else _only_layer(path)
    if path.suffix.lower() == ".gpkg":
        with open_gpkg(path) as connection:
            return _read_gpkg(connection, path, name, columns, bbox)
    return _read_fiona(path, name, columns, bbox)


def read_attributes(path: Path, table: str) -> dict[str, Column]:
    """All columns but the geometry of a layer or plain table of a GeoPackage, in file order; raises DataError."""
    with open_gpkg(path) as connection:
        shapes = [name for (name,) in connection.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (table,))]  # fmt: skip
        declared = {row[1]: (row[2] or "").upper() for row in connection.execute(f"PRAGMA table_info({quoted(table)})")}
        if not declared:
            raise DataError(f"{path} holds no layer '{table}'; put a sound copy in its place")
        wanted = [name for name in declared if name not in shapes]
        rows = connection.execute(
            f"SELECT {', '.join(map(quoted, wanted))} FROM {quoted(table)} ORDER BY rowid"
        ).fetchall()
    vectors: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * len(wanted)
    return {name: _typed(values, declared[name]) for name, values in zip(wanted, vectors, strict=True)}


def read_table(path: Path, table: str, *, columns: Sequence[str] | None = None) -> dict[str, Column]:
    """Columns of a table without geometry in a GeoPackage, in file order; raises :class:`DataError`."""
    return dict(read_layer(path, table, columns=columns).fields)


def write_layer(
    path: Path,
    layer: VectorLayer,
    *,
    geometry_type: str | None = None,
    driver: str | None = None,
    description: str = "",
) -> None:
    """Write one layer; in a GeoPackage that exists it is added, or replaced where the name is there already.

    Args:
        path: its suffix chooses the format (.gpkg, .geojson, .shp, .fgb) unless ``driver`` does.
        layer: what to write.
        geometry_type: schema type, from the geometries by default; ``"None"`` writes a plain table. Single parts are
            promoted where a multi-part type is asked for.
        driver: fiona driver name.
        description: text kept in the GeoPackage's table of contents.

    Raises:
        DataError: the file cannot be written.
    """
    import fiona

    driver = driver or _DRIVERS.get(path.suffix.lower())
    if driver is None:
        raise DataError(
            f"{path.name}: files of type '{path.suffix}' cannot be written; use one of {', '.join(_DRIVERS)}"
        )
    kind = geometry_type or _common_type(layer.geometry)
    types = {name: _fiona_type(values) for name, values in layer.fields.items()}
    options: dict[str, Any] = {}
    if driver == "GPKG":
        options = {"SPATIAL_INDEX": "YES", "DESCRIPTION": description}
    with (
        _fiona_errors(path, "write"),
        fiona.Env(OGR_CURRENT_DATE=FIXED_TIMESTAMP, OGR_GPKG_ALLOW_THREADED_RTREE="NO"),
        fiona.open(
            str(path),
            "w",
            driver=driver,
            layer=layer.name,
            crs=layer.crs or None,
            schema={"geometry": kind, "properties": types},
            encoding="utf-8",
            **options,
        ) as sink,
    ):
        sink.writerecords(_records(layer, kind))


@contextmanager
def open_gpkg(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only, immutable connection to a GeoPackage; SQLite's errors come out as :class:`DataError`."""
    _require_file(path)
    journal = path.with_name(path.name + "-wal")
    if journal.exists() and journal.stat().st_size:
        raise DataError(f"{path} is being edited by another program; save and close it there first")
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        yield connection
    except (sqlite3.DatabaseError, shapely.errors.GEOSException) as error:
        raise DataError(f"{path} is not a readable GeoPackage ({error}); put a sound copy in its place") from error
    finally:
        connection.close()


def quoted(identifier: str) -> str:
    """An SQL identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def wkb_of(blob: bytes) -> bytes | None:
    """The WKB inside a GeoPackage geometry; ``None`` for an empty one; raises ``ValueError`` for other bytes."""
    if blob[:2] != b"GP":
        raise ValueError("not a GeoPackage geometry")
    code = (blob[3] >> 1) & 7
    if code >= len(_ENVELOPE_BYTES):
        raise ValueError(f"envelope code {code} is not defined")
    return None if blob[3] & 0x10 else blob[8 + _ENVELOPE_BYTES[code] :]


def _require_file(path: Path) -> None:
    if not path.is_file():
        raise DataError(f"{path} does not exist; check the name, or put the file back")


def _only_layer(path: Path) -> str:
    names = [info.name for info in list_layers(path)]
    if len(names) != 1:
        raise DataError(f"{path} holds {len(names)} layers; name one of: {', '.join(names) or 'none'}")
    return names[0]


def _gpkg_layers(connection: sqlite3.Connection) -> Iterator[LayerInfo]:
    rows = connection.execute(
        "SELECT c.table_name, g.geometry_type_name, s.organization, s.organization_coordsys_id "
        "FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g USING (table_name) "
        "LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id "
        "WHERE c.data_type IN ('features', 'attributes') ORDER BY c.rowid"
    ).fetchall()
    for name, kind, organization, code in rows:
        count = connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]
        yield LayerInfo(name, kind or "", f"{organization}:{code}" if kind else "", count)


def _read_gpkg(
    connection: sqlite3.Connection,
    path: Path,
    name: str,
    columns: Sequence[str] | None,
    bbox: tuple[float, float, float, float] | None,
) -> VectorLayer:
    found = connection.execute(
        "SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id FROM gpkg_contents c "
        "LEFT JOIN gpkg_geometry_columns g USING (table_name) "
        "LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id WHERE c.table_name = ?",
        (name,),
    ).fetchone()
    if found is None:
        known = [row[0] for row in connection.execute("SELECT table_name FROM gpkg_contents ORDER BY rowid")]
        raise DataError(
            f"{path} holds no layer '{name}' (it has: {', '.join(known)}); put a complete copy in its place"
        )
    _, geometry_column, organization, code = found
    declared = {
        row[1]: str(row[2]).upper()
        for row in connection.execute(f"PRAGMA table_info({quoted(name)})")
        if row[1] != geometry_column and not row[5]
    }
    wanted = list(declared) if columns is None else list(columns)
    missing = [column for column in wanted if column not in declared]
    if missing:
        raise DataError(f"{path}: layer '{name}' has no field '{missing[0]}' (it has: {', '.join(declared)})")
    select = ", ".join(quoted(column) for column in ([geometry_column] if geometry_column else []) + wanted) or "1"
    sql = f"SELECT {select} FROM {quoted(name)}"
    arguments: tuple[float, ...] = ()
    if bbox is not None and geometry_column:
        west, south, east, north = bbox
        index = quoted(f"rtree_{name}_{geometry_column}")
        sql += f" WHERE rowid IN (SELECT id FROM {index} WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?)"
        arguments = (west, east, south, north)
    rows = connection.execute(sql + " ORDER BY rowid", arguments).fetchall()
    vectors: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) if rows else [()] * (len(wanted) + 1)
    geometry = np.full(len(rows), None, dtype=object)
    if geometry_column:
        try:
            geometry = shapely.from_wkb(np.array([None if b is None else wkb_of(b) for b in vectors[0]], dtype=object))
        except ValueError as error:
            raise DataError(
                f"{path}: layer '{name}' holds a damaged geometry ({error}); put a sound copy in its place"
            ) from error
        vectors = vectors[1:]
    fields = {column: _typed(values, declared[column]) for column, values in zip(wanted, vectors, strict=False)}
    return VectorLayer(name, f"{organization}:{code}" if geometry_column else "", geometry, fields)


def _typed(values: Sequence[Any], declared: str) -> Column:
    if declared.startswith(("REAL", "DOUBLE", "FLOAT")):
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    if None not in values:
        if declared.startswith("BOOL"):
            return np.array(values, dtype=bool)
        if "INT" in declared:
            return np.array(values, dtype=np.int64)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _read_fiona(
    path: Path, name: str, columns: Sequence[str] | None, bbox: tuple[float, float, float, float] | None
) -> VectorLayer:
    import fiona
    from shapely.geometry import shape

    known = [info.name for info in list_layers(path)]
    if name not in known:
        raise DataError(f"{path} holds no layer '{name}' (it has: {', '.join(known)})")
    with _fiona_errors(path, "read"), fiona.open(str(path), layer=name) as source:
        declared = dict(source.schema["properties"])
        missing = [column for column in columns or () if column not in declared]
        if missing:
            raise DataError(f"{path}: layer '{name}' has no field '{missing[0]}' (it has: {', '.join(declared)})")
        wanted = list(declared) if columns is None else list(columns)
        features = list(source.filter(bbox=bbox))
        crs = _crs_code(source.crs)
    geometry = np.empty(len(features), dtype=object)
    geometry[:] = [None if f.geometry is None else shape(f.geometry) for f in features]
    kinds = {"float": "REAL", "bool": "BOOLEAN", "int": "INTEGER", "int32": "INTEGER", "int64": "INTEGER"}
    fields = {
        column: _typed([f.properties[column] for f in features], kinds.get(declared[column].split(":")[0], "TEXT"))
        for column in wanted
    }
    return VectorLayer(name, crs, geometry, fields)


def _crs_code(crs: Any) -> str:
    if not crs:
        return ""
    authority: tuple[str, str] | None = crs.to_authority()
    return ":".join(authority) if authority else str(crs.to_wkt())


def _common_type(geometry: NDArray[np.object_]) -> str:
    kinds = {g.geom_type for g in geometry if g is not None}
    if not kinds:
        return "None"
    single = {kind.removeprefix("Multi") for kind in kinds}
    if len(single) > 1:
        return "Unknown"
    return str(kinds.pop() if len(kinds) == 1 else "Multi" + single.pop())


def _fiona_type(values: Column) -> str:
    if values.dtype == bool:
        return "bool"
    if np.issubdtype(values.dtype, np.integer):
        return "int64"
    if np.issubdtype(values.dtype, np.floating):
        return "float"
    known = [v for v in values if v is not None]
    if known and all(isinstance(v, bool | np.bool_) for v in known):
        return "bool"
    if known and all(isinstance(v, int | np.integer) for v in known):
        return "int64"
    if known and all(isinstance(v, int | float | np.number) for v in known):
        return "float"
    return "str"


def _records(layer: VectorLayer, kind: str) -> Iterator[dict[str, Any]]:
    names = list(layer.fields)
    lists = [[_plain(v) for v in layer.fields[name]] for name in names]
    for i, geometry in enumerate(layer.geometry):
        yield {
            "type": "Feature",
            "geometry": None if geometry is None or kind == "None" else _promoted(geometry, kind).__geo_interface__,
            "properties": {name: values[i] for name, values in zip(names, lists, strict=True)},
        }


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def _promoted(geometry: Any, kind: str) -> Any:
    if kind.startswith("Multi") and not geometry.geom_type.startswith("Multi"):
        return getattr(shapely, kind)([geometry])
    return geometry


@contextmanager
def _fiona_errors(path: Path, verb: str) -> Iterator[None]:
    from fiona.errors import FionaError

    try:
        yield
    except (FionaError, OSError) as error:
        hint = "put a sound copy in its place" if verb == "read" else "check the folder, free space and rights"
        text = " ".join(str(error).split())
        raise DataError(f"{path} cannot be {'read' if verb == 'read' else 'written'} ({text}); {hint}") from error
