"""Step ``transport``: railways of OpenStreetMap and the alignments of route segments made from them (ODbL)."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import shapely

from layers.recipe.context import Context, SourceRow
from layers.recipe.gpkg import Notice, add_layer, finish, start
from layers.recipe.rail import AFRICA, RailGraph, Router, read_graph
from lodeway.errors import RecipeError
from lodeway.geo.sphere import distance_km, line_length_km

WORLD_TOLERANCE_DEG, WORLD_MIN_KM = 0.03, 10.0
DRAWN_SHARE = (0.55, 1.06)
"""Drawn over published length; outside, an alignment is refused: chords cut curves, they do not double a line."""
NOTICE = Notice("all", "PyPI scgraph_data 2.0.0 (OpenStreetMap)", "ODbL 1.0", "© OpenStreetMap contributors")


def build(ctx: Context) -> None:
    """Write ``transport.gpkg``."""
    path = ctx.out / "transport.gpkg"
    start(path)
    graph = read_graph(ctx.package("scgraph_data") / "scgraph_data/world_railways.py", ctx.rows("rail_joins"))
    lines, km = _merged(graph, None)
    long = [k for k, value in enumerate(km) if value >= WORLD_MIN_KM]
    add_layer(path, "railways_world", [shapely.simplify(lines[k], WORLD_TOLERANCE_DEG) for k in long],
              {"km": [round(km[k], 1) for k in long]}, geometry_type="LineString",
              description="Railways of the world, chains of 10 km and more")  # fmt: skip
    lines, km = _merged(graph, AFRICA)
    add_layer(path, "railways_africa", lines, {"km": [round(v, 1) for v in km]}, geometry_type="LineString",
              description="Railways south of the Sahara, all pieces")  # fmt: skip
    add_layer(path, "rail_joins", [shapely.LineString(graph.lonlat[list(join.nodes)]) for join in graph.joins],
              {"id": [j.id for j in graph.joins], "km": [round(j.km, 2) for j in graph.joins],
               "reason": [j.reason for j in graph.joins]},
              geometry_type="LineString", description="Links added where the railway layer is broken")  # fmt: skip
    position = {row.required("id"): (row.required_number("lon"), row.required_number("lat"))
                for table in ("places", "ports") for row in ctx.rows(table)}  # fmt: skip
    _alignments(ctx, path, Router(graph, position), position)
    finish(path, [NOTICE])


def _merged(graph: RailGraph, box: tuple[float, float, float, float] | None) -> tuple[list[Any], list[float]]:
    """Chains of edges as lines with their track km."""
    a, b = graph.lonlat[graph.edges[:, 0]], graph.lonlat[graph.edges[:, 1]]
    keep = np.abs(a[:, 0] - b[:, 0]) < 180
    if box is not None:
        west, south, east, north = box
        for end in (a, b):
            keep &= (end[:, 0] > west) & (end[:, 0] < east) & (end[:, 1] > south) & (end[:, 1] < north)
    pieces = shapely.linestrings(np.stack([a[keep], b[keep]], axis=1))
    chains = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(pieces)))
    weight = {}
    for p, q, km in zip(a[keep].tolist(), b[keep].tolist(), graph.km[keep].tolist(), strict=True):
        weight[(*p, *q)] = weight[(*q, *p)] = km
    lengths = []
    for chain in chains:
        xy = shapely.get_coordinates(chain).tolist()
        lengths.append(sum(weight[(*p, *q)] for p, q in itertools.pairwise(xy)))
    return list(chains), lengths


def _alignments(ctx: Context, path: Any, router: Router, position: dict[str, tuple[float, float]]) -> None:
    """The drawn line of every segment of ``segments.csv``: along the railways, else the row's own waypoints."""
    columns: dict[str, list[Any]] = {
        key: [] for key in ("id", "mode", "status", "published_km", "drawn_km", "track_km", "basis")
    }
    shapes = []
    for row in ctx.rows("segments"):
        line, track_km, basis = _line(row, position, router)
        published, drawn = row.required_number("length_km"), line_length_km(line)
        if published > 30 and basis == "railway layer" and not DRAWN_SHARE[0] <= drawn / published <= DRAWN_SHARE[1]:
            print(f"  {row.required('id')}: {drawn:.0f} km drawn, {published:.0f} km published; drawn straight instead")
            line, track_km, basis = (
                shapely.LineString([position[row.required("from_site")], position[row.required("to_site")]]),
                None,
                "straight",
            )
            drawn = line_length_km(line)
        shapes.append(line)
        values = {
            **{key: row.required(key) for key in ("id", "mode", "status")},
            "published_km": published,
            "drawn_km": round(drawn, 1),
            "track_km": None if track_km is None else round(track_km, 1),
            "basis": basis,
        }
        for key, value in values.items():
            columns[key].append(value)
    add_layer(
        path,
        "alignments",
        shapes,
        columns,
        geometry_type="MultiLineString",
        description="Drawn lines of the route segments",
    )


def _line(row: SourceRow, position: dict[str, tuple[float, float]], router: Router) -> tuple[Any, float | None, str]:
    ends = []
    for column in ("from_site", "to_site"):
        site = row.required(column)
        if site not in position:
            raise row.error(f"'{column}' is '{site}', which is in neither places.csv nor ports.csv")
        ends.append(position[site])
    wkt = row.text("geometry_wkt")
    if wkt:
        try:
            return shapely.from_wkt(wkt), None, row.required("geometry_basis")
        except shapely.errors.GEOSException as error:
            raise row.error(f"'geometry_wkt' is not a line ({error})") from error
    if row.text("geometry_basis") == "route over the railway layer":
        try:
            line, km = router.way(row.required("from_site"), row.required("to_site"))
            return line, km, "railway layer"
        except RecipeError as error:
            print(f"  {row.required('id')}: {error}; drawn straight")
    if float(distance_km(*ends[0], *ends[1])) <= 0:
        raise row.error("its two ends are at one place and it has no line")
    return shapely.LineString(ends), None, "straight"
