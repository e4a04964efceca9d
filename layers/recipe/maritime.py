"""Step ``maritime``: sea lanes, gates and the ports of the world."""

from __future__ import annotations

import json

import numpy as np
import shapely

from layers.recipe.context import Context
from layers.recipe.gpkg import Notice, add_layer, finish, start
from layers.recipe.sealanes import read_lanes
from lodeway.geo.sphere import split_at_antimeridian

NOTICES = (
    Notice(
        "sea_lanes, ports_world",
        "PyPI searoute 1.6.0",
        "Apache-2.0; network EUPL-1.2",
        "searoute; Eurostat SeaRoute / MARNET; ORNL",
    ),
    Notice("gates", "layers/sources/gates_sea.csv", "as the atlas", "Lodeway"),
)


def build(ctx: Context) -> None:
    """Write ``maritime.gpkg``."""
    path = ctx.out / "maritime.gpkg"
    start(path)
    data = ctx.package("searoute")
    lonlat, edges = read_lanes(next(data.rglob("marnet_searoute.geojson")))
    ends = lonlat[edges]
    ends[:, 1, 0] -= 360.0 * np.round((ends[:, 1, 0] - ends[:, 0, 0]) / 360.0)
    chains = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.linestrings(ends))))
    lines = [split_at_antimeridian(shapely.get_coordinates(chain)) for chain in chains]
    add_layer(path, "sea_lanes", lines, {"number": list(range(len(lines)))}, geometry_type="MultiLineString",
              description="Shipping lanes, split at 180 degrees")  # fmt: skip
    rows = ctx.rows("gates_sea")
    add_layer(path, "gates", [shapely.from_wkt(row.required("line_wkt")) for row in rows],
              {name: [row.required(name) for row in rows] for name in ("id", "name", "kind")},
              geometry_type="MultiLineString",
              description="Lines from land to land; every lane that crosses one belongs to the gate")  # fmt: skip
    ports = json.loads(next(data.rglob("ports.geojson")).read_text("utf-8"))["features"]
    add_layer(path, "ports_world", [shapely.geometry.shape(f["geometry"]) for f in ports],
              {"unlocode": [f["properties"]["port"] for f in ports], "name": [f["properties"]["name"] for f in ports],
               "country": [(f["properties"].get("cty") or "").replace("_", " ") for f in ports]},
              geometry_type="Point", description="Ports of the world with UN/LOCODE, backdrop")  # fmt: skip
    finish(path, NOTICES)
