"""The shipped atlas into memory: the only reader of ``atlas.gpkg``'s tables."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import TypeVar

from lodeway.atlas.codec import columns, decode
from lodeway.atlas.vector import open_gpkg, read_layer
from lodeway.errors import DataError
from lodeway.model.atlas import Atlas, NationalTotal, Provenance, RouteShare, TradeCell
from lodeway.model.commodity import Commodity, Form
from lodeway.model.network import Gate, Link, Market, Mine, Place, Plant, Port, Route
from lodeway.model.provenance import Source, Value
from lodeway.paths import layers_dir

T = TypeVar("T")

ATLAS_FILE = "atlas.gpkg"

TABLES: dict[str, type] = {
    "commodities": Commodity,
    "forms": Form,
    "mines": Mine,
    "plants": Plant,
    "ports": Port,
    "places": Place,
    "markets": Market,
    "links": Link,
    "gates": Gate,
    "routes": Route,
    "totals": NationalTotal,
    "trade": TradeCell,
    "route_shares": RouteShare,
    "sources": Source,
    "values": Value,
}
"""Table of ``atlas.gpkg`` to the model class of its rows; beside them ``areas``, ``country_names`` and ``meta``."""


def atlas_path(path: Path | None = None) -> Path:
    """``path``, or the shipped ``atlas.gpkg``."""
    return layers_dir() / ATLAS_FILE if path is None else path


def load_atlas(path: Path | None = None) -> Atlas:
    """Read every table but the values' provenance; raises :class:`DataError` with one sentence if it cannot."""
    file = atlas_path(path)
    with open_gpkg(file) as db:
        try:
            return _read(db)
        except (sqlite3.Error, ValueError, KeyError, TypeError, IndexError) as error:
            raise DataError(
                f"{file} is not a complete atlas ({error}); put back the shipped file or rebuild it with "
                "'python layers/recipe/run.py atlas'."
            ) from error


def load_provenance(path: Path | None = None, *, fields: tuple[str, ...] = ()) -> Provenance:
    """Every visible value with its source, by subject id, or only those of some fields.

    Raises :class:`DataError` like :func:`load_atlas`.
    """
    file = atlas_path(path)
    by_subject: defaultdict[str, list[Value]] = defaultdict(list)
    with open_gpkg(file) as db:
        try:
            for value in _rows(db, "values", Value, fields):
                by_subject[value.subject].append(value)
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise DataError(
                f"{file} holds no readable table of values ({error}); put back the shipped file."
            ) from error
    return Provenance({subject: tuple(values) for subject, values in by_subject.items()})


def load_link_geometry(path: Path | None = None) -> dict[str, object]:
    """Link id to its line (shapely LineString or MultiLineString, lon/lat degrees, split at the antimeridian)."""
    layer = read_layer(atlas_path(path), "links")
    return dict(zip(layer.fields["id"], layer.geometry, strict=True))


def _rows(db: sqlite3.Connection, table: str, cls: type[T], fields: tuple[str, ...] = ()) -> list[T]:
    names = ", ".join(f'"{name}"' for name in columns(cls))
    where = f"WHERE field IN ({', '.join('?' * len(fields))})" if fields else ""
    order = "rowid" if table != "values" else "subject, field, rowid"
    return decode(cls, db.execute(f'SELECT {names} FROM "{table}" {where} ORDER BY {order}', fields))


def _by_id(db: sqlite3.Connection, table: str, cls: type[T]) -> dict[str, T]:
    return {row.id: row for row in _rows(db, table, cls)}  # type: ignore[attr-defined]


def _read(db: sqlite3.Connection) -> Atlas:
    meta = dict(db.execute("SELECT key, value FROM meta"))
    return Atlas(
        data_version=str(meta["data_version"]),
        year=int(meta["year"]),
        commodities=_by_id(db, "commodities", Commodity),
        forms=_by_id(db, "forms", Form),
        mines=_by_id(db, "mines", Mine),
        plants=_by_id(db, "plants", Plant),
        ports=_by_id(db, "ports", Port),
        places=_by_id(db, "places", Place),
        markets=_by_id(db, "markets", Market),
        links=_by_id(db, "links", Link),
        gates=_by_id(db, "gates", Gate),
        routes=_by_id(db, "routes", Route),
        area_of_country=dict(db.execute("SELECT country, area FROM areas ORDER BY country")),
        market_of_area=dict(db.execute("SELECT DISTINCT area, market FROM areas ORDER BY area")),
        totals=tuple(_rows(db, "totals", NationalTotal)),
        trade=tuple(_rows(db, "trade", TradeCell)),
        route_shares=tuple(_rows(db, "route_shares", RouteShare)),
        sources=_by_id(db, "sources", Source),
        country_names={c: json.loads(names) for c, names in db.execute("SELECT country, names FROM country_names")},
    )
