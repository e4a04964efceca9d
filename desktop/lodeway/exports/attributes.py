"""The attribute table of any layer: what is known of each of its features, row by row."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import shapely

from lodeway.atlas.vector import read_attributes, read_layer
from lodeway.carto.layers import BY_ID, LAYERS
from lodeway.carto.pick import site_ids
from lodeway.errors import DataError
from lodeway.model.atlas import Atlas
from lodeway.model.result import Result, Throughput
from lodeway.model.table import Column, Rows, Table
from lodeway.paths import layers_dir

_UNITS = {
    "t_per_year": "t/yr", "usd_per_t": "USD/t", "km": "km", "km2": "km²", "days": "days", "m": "m", "deg": "°",
    "teu_per_year": "TEU/yr",
}  # fmt: skip
_WORDS = {"lon": "Longitude °", "lat": "Latitude °", "id": "Id", "unlocode": "UN/LOCODE", "fid": "Number"}
_FLOW = {
    "flow_t_per_year": "Flow, gross t/yr", "baseline_flow_t_per_year": "Flow in the baseline, gross t/yr",
    "utilisation": "Utilisation, share of the capacity", "blocked": "Blocked",
}  # fmt: skip


def titles() -> Mapping[str, str]:
    """Id and title of every layer that has a table, topmost first, then the routes."""
    tables = {layer.id: layer.title for layer in reversed(LAYERS) if layer.id in _OWN or layer.levels}
    return {**tables, "routes": "Routes"}


def attribute_table(layer: str, atlas: Atlas, result: Result | None = None, baseline: Result | None = None) -> Table:
    """The table of one layer; flows are those of ``result``.

    Raises:
        DataError: no such layer, or its file cannot be read.
    """
    title = titles().get(layer)
    if title is None:
        raise DataError(f"there is no attribute table of '{layer}'; tables: {', '.join(titles())}")
    if layer in _OWN:
        return _OWN[layer](layer, title, atlas, result, baseline)
    shown = BY_ID[layer]
    columns = read_attributes(layers_dir() / shown.file, shown.levels[-1].table)
    return Table(layer, title, columns, {name: heading(name) for name in columns})


Bounds = tuple[float, float, float, float]


def extent_of(layer: str, rows: Rows) -> Bounds | None:
    """(west, south, east, north) in degrees of some features of a layer that is read from a file.

    ``None`` where they have no geometry. Raises DataError where the file cannot be read.
    """
    shown = BY_ID[layer]
    geometry = read_layer(layers_dir() / shown.file, shown.levels[-1].table, columns=()).geometry[rows]
    west, south, east, north = shapely.total_bounds(geometry).tolist()
    return None if np.isnan(west) else (west, south, east, north)


def shipped_geometry(layer: str, atlas: Atlas) -> np.ndarray[Any, Any]:
    """Geometries in degrees (n,) of the rows of a layer's table; raises DataError."""
    if layer == "links":
        drawn = read_layer(layers_dir() / "atlas.gpkg", "links", columns=["id"])
        by_id = dict(zip(drawn.fields["id"].tolist(), drawn.geometry.tolist(), strict=True))
        return _objects([by_id.get(identifier) for identifier in atlas.links])
    if layer in _OWN:
        columns = attribute_table(layer, atlas).columns
        if "lon" not in columns:
            raise DataError(f"{titles()[layer]} have no geometry of their own; export Network links instead")
        return _objects(shapely.points(columns["lon"].astype(float), columns["lat"].astype(float)).tolist())
    shown = BY_ID[layer]
    return np.asarray(read_layer(layers_dir() / shown.file, shown.levels[-1].table, columns=()).geometry)


def _objects(values: list[Any]) -> np.ndarray[Any, Any]:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def heading(name: str) -> str:
    """Words for a column: ``capacity_t_per_year`` -> ``Capacity, t/yr``."""
    if name in _WORDS:
        return _WORDS[name]
    for ending, unit in _UNITS.items():
        if name.endswith(f"_{ending}"):
            return f"{name.removesuffix(f'_{ending}').replace('_', ' ').capitalize()}, {unit}"
    return name.replace("_", " ").capitalize()


def column_of(values: Iterable[Any]) -> Column:
    """Values as a column: floats with NaN or whole numbers where all are numbers, else objects."""
    listed = list(values)
    kinds = {type(value) for value in listed} - {type(None)}
    if kinds in ({float}, {int, float}) or (kinds == {int} and None in listed):
        return np.array([np.nan if value is None else value for value in listed], dtype=np.float64)
    if kinds == {int}:
        return np.array(listed, dtype=np.int64)
    if kinds == {bool} and None not in listed:
        return np.array(listed, dtype=bool)
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    return column


def _cell(value: Any) -> Any:
    """One field of a record as a cell: lists in one text, the empty text as unknown."""
    if isinstance(value, dict):
        return "; ".join(f"{key} {number:g}" if isinstance(number, float) else f"{key} {number}"
                         for key, number in value.items()) or None  # fmt: skip
    if isinstance(value, tuple):
        return ", ".join(v[0] if isinstance(v, tuple) else str(v) for v in value) or None
    return None if value == "" else value


def _records(layer: str, title: str, things: Iterable[Any], flows: Mapping[str, Column] | None = None) -> Table:
    listed = list(things)
    names = [field.name for field in dataclasses.fields(listed[0])] if listed else []
    columns = {name: column_of(_cell(getattr(thing, name)) for thing in listed) for name in names}
    if columns:
        columns = {
            **{name: columns.pop(name) for name in ("name", "id") if name in columns},
            **(flows or {}),
            **columns,
        }
    return Table(layer, title, columns, {**{name: heading(name) for name in columns}, **_FLOW}, "id")


def _flows(ids: Iterable[str], now: Mapping[str, Throughput] | None, before: Mapping[str, Throughput] | None
           ) -> dict[str, Column]:  # fmt: skip
    if now is None:
        return {}
    listed = list(ids)
    uses = [now.get(identifier) for identifier in listed]
    columns = {
        "flow_t_per_year": column_of(use.flow_t_per_year if use else None for use in uses),
        "utilisation": column_of(use.utilisation if use else None for use in uses),
        "blocked": column_of(use.blocked if use else None for use in uses),
    }
    if before is not None and before is not now:
        old = [before.get(identifier) for identifier in listed]
        columns["baseline_flow_t_per_year"] = column_of(use.flow_t_per_year if use else None for use in old)
    return columns


def _things(attribute: str) -> Callable[..., Table]:
    """Rows of one mapping of the atlas, with the flows through them where the result has such a mapping."""

    def make(layer: str, title: str, atlas: Atlas, result: Result | None, baseline: Result | None) -> Table:
        ids = site_ids(layer, atlas) or list(getattr(atlas, attribute))
        things = {key: getattr(atlas, attribute)[key] for key in ids}
        now, before = (getattr(answer, attribute, None) for answer in (result, baseline))
        return _records(layer, title, things.values(), _flows(things, now, before))

    return make


def _residuals(layer: str, title: str, atlas: Atlas, result: Result | None, baseline: Result | None) -> Table:
    things: list[Any] = [atlas.sites[identifier] for identifier in site_ids(layer, atlas)]
    names = ("id", "name", "country", "lon", "lat", "production_t_per_year", "capacity_t_per_year", "status", "year",
             "confidence", "source", "note")  # fmt: skip
    columns = {name: column_of(_cell(getattr(thing, name)) for thing in things) for name in names}
    return Table(layer, title, columns, {name: heading(name) for name in columns}, "id")


_OWN: dict[str, Callable[..., Table]] = {
    "mines": _things("mines"), "plants": _things("plants"),
    "residuals": _residuals, "ports": _things("ports"), "gates": _things("gates"), "markets": _things("markets"),
    "places-network": _things("places"), "links": _things("links"), "routes": _things("routes"),
}  # fmt: skip
"""Layers whose rows are things of the atlas, which the user's own values and the answer have a part in."""
