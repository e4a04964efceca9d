"""Step ``atlas``: the sourced tables, closed and joined into a network, as ``atlas.gpkg``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shapely

from layers.recipe import provenance, tables, totals
from layers.recipe.context import Context
from layers.recipe.gpkg import Notice, add_layer, add_table, finish, start
from layers.recipe.network import build_network
from lodeway.atlas.codec import columns, encode
from lodeway.atlas.reader import TABLES
from lodeway.atlas.vector import VectorLayer, read_layer
from lodeway.errors import RecipeError
from lodeway.model.commodity import Commodity
from lodeway.model.network import USABLE, Mine, Place, Plant, Port

Encoded = dict[str, list[dict[str, Any]]]
"""Table to its rows as cells by column."""
POINT_TABLES = frozenset(("mines", "plants", "ports", "places", "markets", "gates"))
NOTICE = Notice(
    "all", "layers/sources/*.csv", "CC BY 4.0 for the compilation; each value names its source", "Lodeway atlas"
)


def build(ctx: Context) -> None:
    """Write ``atlas.gpkg``."""
    known = tables.sources(ctx)
    goods, forms = tables.commodities(ctx), tables.forms(ctx, known)
    ground, names = _countries(read_layer(ctx.out / "base.gpkg", "countries_l1"))
    year = int(next(r.required_number("value") for r in ctx.rows("parameters") if r.required("id") == "atlas_year"))
    by_form = {f.id: f for f in forms}
    closing = totals.Closing(
        mines=tables.mines(ctx, known, by_form),
        plants=tables.plants(ctx, known, by_form),
        totals=totals.published_totals(ctx.rows("totals"), known),
        weights=ctx.rows("other_producers"),
        scrap=ctx.rows("secondary"),
        forms=by_form,
        area={r.required("country"): r.required("area") for r in ctx.rows("areas")},
        ground=ground,
        year=year,
    )
    totals.close(closing, goods)
    for gap in closing.gaps:
        print(f"  {gap}")
    markets = tables.markets(ctx, _world_refined(closing, goods))
    places, ports = tables.places(ctx, known), tables.ports(ctx, known)
    sites: list[Mine | Plant | Place | Port] = [*closing.mines, *closing.plants, *places, *ports]
    position = {s.id: (s.lon, s.lat) for s in [*sites, *markets]}
    if len(position) < len(sites) + len(markets):
        double = tables.duplicates_of(s.id for s in [*sites, *markets])[0]
        raise RecipeError(f"layers/sources: the id '{double}' stands twice; give one of the rows another id")
    areas = frozenset(closing.area.values())
    network = build_network(ctx, closing.mines, closing.plants, position, {s.id: s.country for s in sites})
    rows: dict[str, Sequence[Any]] = {
        "commodities": goods,
        "forms": forms,
        "mines": closing.mines,
        "plants": closing.plants,
        "ports": ports,
        "places": [*places, *network.waypoints],
        "markets": markets,
        "links": network.links,
        "gates": network.gates,
        "routes": network.routes,
        "totals": closing.totals,
        "trade": tables.trade(ctx, known, closing.forms, areas),
        "route_shares": tables.route_shares(ctx, known, closing.forms, areas),
        "sources": list(known.values()),
        "values": provenance.values(ctx, closing.values, network.links, markets),
    }
    extra: Encoded = {
        "exceptions": [dict(r.cells) for r in ctx.rows("exceptions")],
        "areas": [
            {"country": r.required("country"), "area": r.required("area"), "market": r.required("market")}
            for r in ctx.rows("areas")
        ],
        "country_names": [{"country": c, "names": json.dumps(n, ensure_ascii=False)} for c, n in sorted(names.items())],
        "policies": [dict(r.cells) for r in ctx.rows("policies")],
        "disruptions": [dict(r.cells) for r in ctx.rows("disruptions")],
        "parameters": [dict(r.cells) for r in ctx.rows("parameters")],
        "site_notes": [{"site": s, "note": n} for s, n in sorted(network.notes.items())]
        + [{"site": "", "note": g} for g in closing.gaps],
    }
    encoded = {name: [encode(row) for row in items] for name, items in rows.items()}
    extra["meta"] = [{"key": "year", "value": str(year)}, {"key": "data_version", "value": _version(encoded, extra)}]
    _write(ctx.out / "atlas.gpkg", rows, encoded, extra, network.geometry)


def _version(encoded: Encoded, extra: Encoded) -> str:
    """Content hash of every table, the key of the shipped baseline."""
    text = json.dumps([encoded, extra], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _countries(layer: VectorLayer) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """ISO alpha-3 to the country's polygon, and to its names by language."""
    ground, names = {}, {}
    for k, iso in enumerate(layer.fields["iso_a3"]):
        if iso:
            ground[iso] = layer.geometry[k]
            names[iso] = {code: str(layer.fields[f"name_{code}"][k]) for code in ("en", "fr", "pt", "zh")}
    return ground, names


def _world_refined(closing: totals.Closing, goods: list[Commodity]) -> dict[str, float]:
    """Solved commodity to what the world makes in forms that markets consume, t/yr."""
    return {
        c.id: sum(totals.mine_finals(closing, c.id).values())
        + sum(
            p.production_t_per_year or 0.0
            for p in closing.plants
            if p.commodity == c.id and closing.forms[p.output].final and p.status in USABLE
        )
        for c in goods
        if c.solved
    }


def _write(path: Path, rows: dict[str, Sequence[Any]], encoded: Encoded, extra: Encoded, lines: dict[str, Any]) -> None:
    start(path)
    for name, items in encoded.items():
        cells = {column: [item[column] for item in items] for column in columns(TABLES[name])}
        words = f"Lodeway {name.replace('_', ' ')}"
        if name == "links":
            shapes = [lines[item["id"]] for item in items]
            add_layer(path, name, shapes, cells, geometry_type="MultiLineString", description=words)
        elif name in POINT_TABLES:
            points = [shapely.Point(row.lon, row.lat) for row in rows[name]]
            add_layer(path, name, points, cells, geometry_type="Point", description=words)
        else:
            add_table(path, name, cells, description=words)
    for name, items in extra.items():
        cells = {column: [item[column] or None for item in items] for column in items[0]}
        add_table(path, name, cells, description=f"Lodeway {name.replace('_', ' ')}")
    finish(path, [NOTICE])
