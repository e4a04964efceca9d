"""A layer of the map as a vector file, in any coordinate reference system."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lodeway.atlas.vector import VectorLayer, write_layer
from lodeway.errors import DataError
from lodeway.exports.table_file import write_table
from lodeway.model.table import Column, Table

WGS84 = "EPSG:4326"
EXPORT_SUFFIXES = {
    ".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf", ".shp": "ESRI Shapefile", ".csv": "CSV",
}  # fmt: skip
"""File name ending to driver."""


def export(path: Path, name: str, geometry: np.ndarray[Any, Any], columns: dict[str, Column], crs: str = WGS84) -> None:
    """Write features, geometries in degrees, to a file in any system; the old file stays whole until then.

    CSV gets the geometry as WKT. Raises :class:`DataError`.
    """
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    suffix = path.suffix.lower()
    if suffix not in EXPORT_SUFFIXES:
        raise DataError(f"{path.name}: layers are written as {', '.join(EXPORT_SUFFIXES)}; choose one of these endings")
    try:
        target = CRS.from_user_input(crs)
        authority = target.to_authority()
    except CRSError as error:
        raise DataError(f"“{crs[:60]}” is no coordinate reference system that PROJ knows; choose another") from error
    geometry = geometry.copy()
    present = ~shapely.is_missing(geometry)
    if crs.upper() != WGS84:
        transformer = Transformer.from_crs(WGS84, target, always_xy=True)
        geometry[present] = shapely.transform(
            geometry[present], lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
        )
    if suffix == ".csv":
        columns = {**columns, "wkt": _wkt(geometry)}
        write_table(path, Table(name, name, columns), np.arange(len(geometry)))
        return
    kinds = set(np.unique(shapely.get_dimensions(geometry[present])).tolist()) if present.any() else set()
    if suffix == ".shp" and len(kinds) > 1:
        raise DataError(f"{path.name}: a shapefile holds one kind of geometry, this layer has several; use .gpkg")
    written = VectorLayer(name or "layer", ":".join(authority) if authority else target.to_wkt(), geometry, columns)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".lodeway-") as folder:
        aside = Path(folder) / path.name
        write_layer(aside, written, driver=EXPORT_SUFFIXES[suffix])
        for part in sorted(Path(folder).iterdir()):  # a shapefile is several
            part.replace(path.with_name(part.name))


def _wkt(geometry: np.ndarray[Any, Any]) -> Column:
    made = np.empty(len(geometry), dtype=object)
    made[:] = shapely.to_wkt(geometry, rounding_precision=8)
    return made
