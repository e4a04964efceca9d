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
from lodeway.model.atlas import RouteShare, TradeCell
from lodeway.model.network import Gate, Link

NOTICE = Notice("all", "layers/sources/*.csv", "CC BY 4.0 for the compilation; each value names its source", "Lodeway atlas")


def build(ctx: Context) -> None:
    """Write ``atlas.gpkg``."""
    known = tables.sources(ctx)
    goods, forms = tables.commodities(ctx), tables.forms(ctx, known)
    form_ids = {f.id for f in forms}
    area = {r.required("country"): r.required("area") for r in ctx.rows("areas")}
    countries = read_layer(ctx.out / "base.gpkg", "countries_l1")
    label_point, names = _countries(countries)
    closing = totals.close(ctx, tables.mines(ctx, known, form_ids), tables.plants(ctx, known, form_ids), {c.id for c in goods if c.solved},
                           {f.id: f.commodity for f in forms}, {f.id for f in forms if f.final}, area, label_point)  # fmt: skip
    for gap in closing.gaps:
        print(f"  {gap}")
    markets = tables.markets(ctx, _world_refined(closing, {f.id for f in forms if f.final}, {f.id: f.commodity for f in forms}))
    places, ports = tables.places(ctx, known), tables.ports(ctx, known)
    sites = [*closing.mines, *closing.plants, *places, *ports]
    double = tables.duplicates_of(s.id for s in [*sites, *markets])
    if double:
        raise RecipeError(f"layers/sources: the id '{double[0]}' stands twice; give one of the rows another id")
    position = {s.id: (s.lon, s.lat) for s in [*sites, *markets]}
    network = build_network(ctx, closing.mines, closing.plants, position, {s.id: s.country for s in sites})
    rows: dict[str, Sequence[Any]] = {
        "commodities": goods, "forms": forms, "mines": closing.mines, "plants": closing.plants, "ports": ports,
        "places": [*places, *network.waypoints], "markets": markets, "links": network.links, "gates": network.gates,
        "routes": network.routes, "totals": closing.totals, "trade": _trade(ctx), "route_shares": _shares(ctx),
        "sources": list(known.values()), "values": provenance.values(ctx, closing.values, network.links),
    }  # fmt: skip
    extra = {
        "areas": [{"country": r.required("country"), "area": r.required("area"), "market": r.required("market")} for r in ctx.rows("areas")],
        "country_names": [{"country": c, "names": json.dumps(n, ensure_ascii=False)} for c, n in sorted(names.items())],
        "policies": [dict(r.cells) for r in ctx.rows("policies")],
        "disruptions": [dict(r.cells) for r in ctx.rows("disruptions")],
        "parameters": [dict(r.cells) for r in ctx.rows("parameters")],
        "site_notes": [{"site": s, "note": n} for s, n in sorted(network.notes.items())] + [{"site": "", "note": g} for g in closing.gaps],
    }
    encoded = {name: [encode(row) for row in items] for name, items in rows.items()}
    year = int(next(r.required_number("value") for r in ctx.rows("parameters") if r.required("id") == "atlas_year"))
    extra["meta"] = [{"key": "year", "value": str(year)}, {"key": "data_version", "value": _version(encoded, extra)}]
    _write(ctx.out / "atlas.gpkg", encoded, extra, network.geometry, position | {w.id: (w.lon, w.lat) for w in network.waypoints}, rows)


def _version(encoded: dict[str, Any], extra: dict[str, Any]) -> str:
    """Content hash of every table, the key of the shipped baseline."""
    text = json.dumps([encoded, extra], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _countries(layer: VectorLayer) -> tuple[dict[str, tuple[float, float]], dict[str, dict[str, str]]]:
    """ISO alpha-3 to a point inside the largest part of the country, and to names by language."""
    points, names = {}, {}
    for k, iso in enumerate(layer.fields["iso_a3"]):
        if iso:
            point = shapely.point_on_surface(max(shapely.get_parts(layer.geometry[k]), key=lambda part: part.area))
            points[iso] = (round(point.x, 3), round(point.y, 3))
            names[iso] = {code: str(layer.fields[f"name_{code}"][k]) for code in ("en", "fr", "pt", "zh")}
    return points, names


def _world_refined(closing: totals.Closing, final: set[str], commodity_of: dict[str, str]) -> dict[str, float]:
    made: dict[str, float] = {}
    for mine in closing.mines:
        if mine.form in final and mine.production_t_per_year and mine.status in ("operating", "ramping"):
            made[commodity_of[mine.form]] = made.get(commodity_of[mine.form], 0.0) + mine.production_t_per_year
    for plant in closing.plants:
        if plant.output in final and plant.secondary_t_per_year is not None:
            made[plant.commodity] = made.get(plant.commodity, 0.0) + (plant.production_t_per_year or 0.0)
    return {c: t for c, t in made.items() if any(p.secondary_t_per_year is not None and p.commodity == c for p in closing.plants)}


def _trade(ctx: Context) -> list[TradeCell]:
    cells: dict[tuple[str, str, str], TradeCell] = {}
    for r in ctx.rows("trade"):
        if r.required("physical") != "1":
            continue
        key = (r.required("form"), r.required("origin"), r.required("destination"))
        tonnes = r.required_number("tonnes_per_year") + (cells[key].tonnes_per_year if key in cells else 0.0)
        cells[key] = TradeCell(*key, tonnes, int(r.required_number("year")), r.required("confidence"), r.required("source"))  # type: ignore[arg-type]
    return list(cells.values())


def _shares(ctx: Context) -> list[RouteShare]:
    return [RouteShare(r.required("route"), r.required("form"), r.required("origin"), r.required_number("gross_t_per_year"),
                       int(r.required_number("year")), r.required("confidence"), r.required("source")) for r in ctx.rows("route_shares")]  # type: ignore[arg-type]  # fmt: skip


def _write(path: Path, encoded: dict[str, list[dict[str, Any]]], extra: dict[str, list[dict[str, Any]]], lines: dict[str, Any],
           position: dict[str, tuple[float, float]], rows: dict[str, Sequence[Any]]) -> None:  # fmt: skip
    start(path)
    for name, items in encoded.items():
        cells = {column: [item[column] for item in items] for column in columns(TABLES[name])}
        if name == "links":
            add_layer(path, name, [lines[link.id] for link in rows[name] if isinstance(link, Link)], cells, geometry_type="MultiLineString",
                      description="Links of the network")  # fmt: skip
        elif name in ("mines", "plants", "ports", "places", "markets"):
            add_layer(path, name, [shapely.Point(position[item["id"]]) for item in items], cells, geometry_type="Point", description=f"Lodeway {name}")
        elif name == "gates":
            add_layer(path, name, [shapely.Point(g.lon, g.lat) for g in rows[name] if isinstance(g, Gate)], cells, geometry_type="Point",
                      description="Gates")  # fmt: skip
        else:
            add_table(path, name, cells, description=f"Lodeway {name}")
    for name, items in extra.items():
        add_table(path, name, {column: [item[column] or None for item in items] for column in items[0]}, description=f"Lodeway {name}")
    finish(path, [NOTICE])


