"""The answer as vector layers: links as lines, ports, gates, markets and sites as points, all in WGS 84."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from lodeway.atlas.reader import load_link_geometry
from lodeway.atlas.vector import Column, VectorLayer
from lodeway.exports.answer import Answer, Cell, Sheet, rounded, sheets

WGS84 = "EPSG:4326"
_PLACED = ("routes", "links", "ports", "gates", "markets", "sites")


def layers(answer: Answer, lines: Mapping[str, Any] | None = None) -> tuple[VectorLayer, ...]:
    """One layer per table that has a place on the map; a route is its chain of links.

    ``lines`` gives the geometry of links by id (lon/lat degrees), by default that of the shipped atlas.
    """
    drawn = load_link_geometry() if lines is None else lines
    found = []
    for sheet in sheets(answer):
        if sheet.name in _PLACED:
            geometry = np.empty(len(sheet.rows), dtype=object)
            geometry[:] = [_geometry(answer, sheet.name, str(row[0]), drawn) for row in sheet.rows]
            found.append(VectorLayer(sheet.name, WGS84, geometry, columns(sheet)))
    return tuple(found)


def tables(answer: Answer) -> tuple[VectorLayer, ...]:
    """The tables without a place on the map, and every single flow."""
    found = []
    for sheet in sheets(answer):
        if sheet.name not in _PLACED:
            found.append(VectorLayer(sheet.name, "", np.full(len(sheet.rows), None, dtype=object), columns(sheet)))
    flows = sorted(answer.comparison.result.flows, key=lambda f: (f.link, not f.forward, f.form, f.origin))
    fields: dict[str, Column] = {
        "link": _words([f.link for f in flows]), "forward": np.array([f.forward for f in flows], dtype=bool),
        "form": _words([f.form for f in flows]), "origin": _words([f.origin for f in flows]),
        "contained_t": np.array([f.contained_t for f in flows], dtype=np.float64),
        "gross_t": np.array([f.gross_t for f in flows], dtype=np.float64),
    }  # fmt: skip
    found.append(VectorLayer("flows", "", np.full(len(flows), None, dtype=object), fields))
    return tuple(found)


def columns(sheet: Sheet) -> dict[str, Column]:
    """Fields of a table by name: numbers with NaN for unknown, truth values, or words with ``None``."""
    result: dict[str, Column] = {}
    for place, field in enumerate(sheet.fields):
        cells: list[Cell] = [rounded(row[place]) for row in sheet.rows]
        if field.unit:
            result[field.name] = np.array([np.nan if c is None else c for c in cells], dtype=np.float64)
        elif cells and all(isinstance(c, bool) for c in cells):
            result[field.name] = np.array(cells, dtype=bool)
        else:
            result[field.name] = _words(cells)
    return result


def _words(cells: list[Any]) -> Column:
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def _geometry(answer: Answer, table: str, identifier: str, lines: Mapping[str, Any]) -> Any:
    if table == "links":
        return _multi([lines.get(identifier)])
    if table == "routes":
        return _multi([lines.get(link) for link, _ in answer.atlas.routes[identifier].links])
    thing = answer.atlas.gates.get(identifier) or answer.atlas.sites.get(identifier)
    return None if thing is None else shapely.Point(thing.lon, thing.lat)


def _multi(lines: list[Any]) -> Any:
    parts = [part for line in lines if line is not None for part in getattr(line, "geoms", [line])]
    return shapely.MultiLineString(parts) if parts else None
