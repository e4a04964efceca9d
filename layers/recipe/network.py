"""The network: land, sea and derived links, gates, routes with their chains, and the lines to draw them by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from scipy.sparse import csgraph

from layers.recipe import land
from layers.recipe.context import Context, SourceRow
from layers.recipe.sealanes import Contraction, SeaGraph, build_graph, contract, leg_line, local_leak
from lodeway.atlas.vector import read_layer
from lodeway.errors import RecipeError
from lodeway.geo.sphere import split_at_antimeridian
from lodeway.model.network import Gate, Link, Mine, Place, Plant, Route
from lodeway.units import HOURS_PER_DAY, KM_PER_NAUTICAL_MILE

LINE_TOLERANCE_DEG = 0.05
SEA_DAY_USD_PER_T = 2.5
"""Time value of a day at sea of a tonne of refined copper (9,000 USD/t at a tenth a year), to weigh gates by cost."""
CANALS = frozenset(("gate:suez", "gate:panama"))


@dataclass(frozen=True)
class Network:
    """What the atlas tables take over. ``geometry``: link id to MultiLineString, lon/lat, split at 180 degrees."""

    links: list[Link]
    waypoints: list[Place]
    gates: list[Gate]
    routes: list[Route]
    geometry: dict[str, Any]
    notes: dict[str, str]
    """Site id to what is unusual about its access."""


def build_network(
    ctx: Context,
    mines: list[Mine],
    plants: list[Plant],
    position: dict[str, tuple[float, float]],
    country: dict[str, str],
) -> Network:
    """Everything that moves metal; ``position`` and ``country`` hold every mine, plant, port, place and market."""
    p = land.parameters(ctx)
    tabled = land.tabled_links(ctx, position, p)
    gate_rows = ctx.rows("gates_sea")
    lanes = next(ctx.package("searoute").rglob("marnet_searoute.geojson"))
    sea = build_graph(lanes, ctx.rows("ports"), gate_rows)
    for row in gate_rows:
        leak = local_leak(sea, row.required("id"), shapely.from_wkt(row.required("line_wkt")))
        if leak:
            by = sea.lonlat[leak[len(leak) // 2]].tolist()
            raise row.error(f"a way around its line is left inside the strait, by {by}")
    shut = frozenset(row.required("id") for row in gate_rows if row.required("closed_by_default") == "1")
    small = contract(sea, shut, gate_penalty_km(sea.gates, p))
    sea_links, waypoints, geometry = _sea(ctx, sea, small, p)
    areas = ctx.rows("areas")
    area = {r.required("country"): r.required("area") for r in areas}
    mass = land.land_masses(read_layer(ctx.out / "base.gpkg", "countries_l1").geometry, position)
    access = land.Access(
        p=p, position=position, country=country, tabled=tabled, ports=ctx.rows("ports"), area=area, mass=mass
    )
    for port, km in sea.far_ports.items():
        access.notes[port] = f"joins the sea-lane network by a straight access of {km:.0f} km"
    outlets = {row.required("site"): row for row in ctx.rows("outlets")}
    for mine in mines:
        access.site(mine.id, outlets[mine.id].required("port") if mine.id in outlets else "")
    for plant in plants:
        access.site(plant.id, plant.port)
    access.overland(mines, plants)
    final = {row.required("id") for row in ctx.rows("forms") if row.required("final") == "1"}
    makers = [(m.id, m.country) for m in mines if m.form in final]
    makers += [(q.id, q.country) for q in plants if q.output in final]
    access.markets({r.required("area"): r.required("market") for r in areas}, ctx.rows("market_points"), makers)
    alignments = read_layer(ctx.out / "transport.gpkg", "alignments")
    drawn = dict(zip(alignments.fields["id"], alignments.geometry, strict=True))
    for link in tabled:
        if link.id not in drawn:
            raise RecipeError(
                f"segments.csv ({link.id}): no alignment in transport.gpkg; run the step 'transport' first"
            )
        parts = [split_at_antimeridian(shapely.get_coordinates(part)) for part in shapely.get_parts(drawn[link.id])]
        geometry[link.id] = shapely.MultiLineString([q for part in parts for q in part.geoms])
    for link in access.links:
        geometry[link.id] = land.any_line((position[link.from_site], position[link.to_site]))
    links = tabled + sea_links + access.links
    gates = _gates(ctx, sea_links, {k.id for k in tabled})
    return Network(links, waypoints, gates, _routes(ctx, tabled), geometry, access.notes)


def gate_penalty_km(gates: tuple[str, ...], p: land.Parameters) -> dict[str, float]:
    """What the toll and the time of a gate are worth in km of sea, for a cargo of ``SEA_DAY_USD_PER_T``."""
    km_per_day = p["sea_speed_kn"] * KM_PER_NAUTICAL_MILE * HOURS_PER_DAY
    usd_per_km = p["sea_usd_per_tkm"] + SEA_DAY_USD_PER_T / km_per_day
    toll = {gate: p["canal_usd_per_t"] if gate in CANALS else 0.0 for gate in gates}
    return {gate: (toll[gate] + SEA_DAY_USD_PER_T * p["gate_days"]) / usd_per_km for gate in gates}


def _sea(
    ctx: Context, sea: SeaGraph, small: Contraction, p: land.Parameters
) -> tuple[list[Link], list[Place], dict[str, Any]]:
    ports = {row.required("id"): row for row in ctx.rows("ports")}
    km_per_day = p["sea_speed_kn"] * KM_PER_NAUTICAL_MILE * HOURS_PER_DAY
    links: list[Link] = []
    geometry: dict[str, Any] = {}
    from_sites = sorted({a for a, _ in small.legs})
    free = sea.without_gates()
    for start in from_sites:
        _, before = csgraph.dijkstra(free, directed=False, indices=small.terminals[start], return_predecessors=True)
        for (a, b), km in small.legs.items():
            if a != start:
                continue
            touched = [ports[s] for s in (a, b) if s in ports]
            handling = sum(row.required_number("handling_usd_per_t") for row in touched)
            dwell = sum(row.required_number("dwell_days") for row in touched)
            link = _sea_link(
                f"link:sea-{a.split(':')[1]}--{b.split(':')[1]}",
                a,
                b,
                "sea",
                km,
                km / km_per_day + dwell,
                km * p["sea_usd_per_tkm"] + handling,
                "contracted leg of the sea-lane network",
            )
            links.append(link)
            way = np.unwrap(leg_line(sea, before, small.terminals[b]), period=360, axis=0)
            line = shapely.simplify(shapely.LineString(way), LINE_TOLERANCE_DEG)
            geometry[link.id] = split_at_antimeridian(shapely.get_coordinates(line))
    waypoints: dict[str, Place] = {}
    for (a, b), lane in small.lanes.items():
        toll = p["canal_usd_per_t"] if lane.gate in CANALS else 0.0
        link = _sea_link(
            f"link:{lane.gate.replace(':', '-')}-{lane.number}",
            a,
            b,
            "gate",
            lane.km,
            lane.km / km_per_day + p["gate_days"],
            lane.km * p["sea_usd_per_tkm"] + toll,
            "lane through a gate",
        )
        links.append(link)
        geometry[link.id] = split_at_antimeridian(sea.lonlat[list(lane.ends)])
        for site, node in zip((a, b), lane.ends, strict=True):
            lon, lat = sea.lonlat[node].tolist()
            waypoints[site] = Place(site, site.split(":")[1], "waypoint", "", lon, lat, "derived", "source:searoute")
    return links, list(waypoints.values()), geometry


def _sea_link(identifier: str, a: str, b: str, kind: Any, km: float, days: float, cost: float, note: str) -> Link:
    return Link(
        id=identifier,
        from_site=a,
        to_site=b,
        mode=kind,
        kind=kind,
        length_km=round(km, 3),
        days=round(days, 4),
        cost_usd_per_t=round(cost, 4),
        capacity_t_per_year=None,
        direction_capacity_t_per_year=None,
        other_traffic_t_per_year=None,
        status="operating",
        open_year=None,
        border="",
        borders=0,
        countries=(),
        confidence="derived",
        source="source:searoute",
        note=note,
    )


def _gates(ctx: Context, sea_links: list[Link], tabled: set[str]) -> list[Gate]:
    gates = []
    for row in ctx.rows("gates_sea"):
        prefix = f"link:{row.required('id').replace(':', '-')}-"
        own = [k.id for k in sea_links if k.kind == "gate" and k.id.startswith(prefix)]
        lanes = tuple(link for link in own if link.removeprefix(prefix).isdigit())
        gates.append(_gate(row, lanes, row.required("closed_by_default") == "1"))
    for row in ctx.rows("gates_land"):
        links = tuple(row.required("links").split(";"))
        for link in links:
            if link not in tabled:
                raise row.error(f"'{link}' is not in segments.csv")
        gates.append(_gate(row, links, False))
    return gates


def _gate(row: SourceRow, links: tuple[str, ...], closed: bool) -> Gate:
    return Gate(
        row.required("id"),
        row.required("name"),
        row.required("kind"),
        row.required_number("lon"),
        row.required_number("lat"),
        links,
        row.text("claims") or "",
        closed,
        row.required("source"),
        row.required("confidence"),  # type: ignore[arg-type]
    )


def _routes(ctx: Context, tabled: list[Link]) -> list[Route]:
    known = {link.id: link for link in tabled}
    chains: dict[str, list[tuple[int, str, bool]]] = {}
    for row in ctx.rows("route_segments"):
        if row.required("link") not in known:
            raise row.error(f"'{row.required('link')}' is not in segments.csv")
        chains.setdefault(row.required("route"), []).append(
            (int(row.required_number("seq")), row.required("link"), row.required("direction") == "forward")
        )
    routes = []
    for row in ctx.rows("routes"):
        _check_chain(row, sorted(chains.get(row.required("id"), [])), known)
        markers = tuple((row.text("markers") or "").split(";"))
        for marker in markers:
            if marker not in known:
                raise row.error(f"marker '{marker}' is not in segments.csv")
        routes.append(
            Route(
                id=row.required("id"),
                name=row.required("name"),
                short_name=row.required("short_name"),
                names={code: text for code in ("fr", "pt", "zh") if (text := row.text(f"name_{code}"))},
                from_site=row.required("from_site"),
                to_site=row.required("to_site"),
                links=tuple((link, forward) for _, link, forward in sorted(chains.get(row.required("id"), []))),
                markers=markers,
                length_km=row.number("length_km"),
                capacity_t_per_year=row.number("capacity_t_per_year"),
                capacity_basis=row.text("capacity_basis") or "",
                current_t_per_year=row.number("current_t_per_year"),
                transit_days=row.number("transit_days"),
                cost_usd_per_t=row.number("cost_usd_per_t"),
                status=row.required("status"),  # type: ignore[arg-type]
                planned_capacity_t_per_year=row.number("planned_capacity_t_per_year"),
                planned_year=None if row.number("planned_year") is None else int(row.required_number("planned_year")),
                operator=row.text("operator") or "",
                copperbelt_exit=row.required("copperbelt_exit") == "1",
                confidence=row.required("confidence"),  # type: ignore[arg-type]
                source=row.required("source"),
                note=row.text("note") or "",
            )
        )
    return routes


def _check_chain(row: SourceRow, chain: list[tuple[int, str, bool]], known: dict[str, Link]) -> None:
    """Each link of a route's chain begins where the one before ends, from the route's start to its end."""
    here = row.required("from_site")
    for _, name, forward in chain:
        ends = (known[name].from_site, known[name].to_site)
        start, end = ends if forward else ends[::-1]
        if start != here:
            raise row.error(f"its chain in route_segments.csv is at {here}, but '{name}' begins at {start}")
        here = end
    if here != row.required("to_site"):
        raise row.error(f"its chain in route_segments.csv ends at {here}, not at '{row.required('to_site')}'")
