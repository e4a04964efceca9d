"""The table of map layers: what each is, where it comes from, when it shows, and the licence line it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["Own", "Analysis", "Sites", "Transport", "Reference"]
GROUPS: tuple[Group, ...] = ("Analysis", "Sites", "Transport", "Reference")
Kind = Literal["polygons", "lines", "points", "sites", "flows", "graticule", "labels"]

_NE = "Made with Natural Earth"
_OSM = "© OpenStreetMap contributors, ODbL 1.0"
_OWN = "Lodeway tables; source per value"
_SEA = "searoute (Apache-2.0), network of Eurostat SeaRoute / MARNET (EUPL-1.2)"

WORLD_M_PER_PX = 30_000.0
"""Coarser than any view of the whole world in a window."""


@dataclass(frozen=True)
class Level:
    """A table of one level of detail and its own generalisation, in degrees."""

    table: str
    tolerance_deg: float


@dataclass(frozen=True)
class MapLayer:
    """One line of the layer tree. It shows at scales finer than ``coarsest_m_per_px``, map metres per CSS pixel."""

    id: str
    title: str
    group: Group
    kind: Kind
    file: str = ""
    levels: tuple[Level, ...] = ()
    columns: tuple[str, ...] = ()
    coarsest_m_per_px: float = float("inf")
    visible: bool = True
    licence: str = _OWN


def _levels(name: str, *tables: str) -> tuple[Level, ...]:
    tolerance = {"l0": 0.25, "l1": 0.05, "l2": 0.01}
    return tuple(Level(f"{name}_{table}", tolerance[table]) for table in tables)


# Drawing order, from the ground up.
LAYERS: tuple[MapLayer, ...] = (
    MapLayer(
        "countries",
        "Countries",
        "Reference",
        "polygons",
        "base.gpkg",
        _levels("countries", "l0", "l1", "l2"),
        ("country", "name_en", "name_fr", "name_pt", "name_zh"),
        licence=_NE,
    ),
    MapLayer(
        "urban",
        "Built-up areas",
        "Reference",
        "polygons",
        "base.gpkg",
        (Level("urban_areas", 0.01),),
        coarsest_m_per_px=2_500,
        licence=_NE,
    ),
    MapLayer(
        "admin1",
        "Provinces",
        "Reference",
        "lines",
        "base.gpkg",
        _levels("admin1_lines", "l1", "l2"),
        coarsest_m_per_px=5_000,
        licence=_NE,
    ),
    MapLayer(
        "rivers",
        "Rivers",
        "Reference",
        "lines",
        "base.gpkg",
        _levels("rivers", "l0", "l1", "l2"),
        ("name", "rank"),
        coarsest_m_per_px=9_000,
        licence=_NE,
    ),
    MapLayer(
        "lakes",
        "Lakes",
        "Reference",
        "polygons",
        "base.gpkg",
        _levels("lakes", "l0", "l1", "l2"),
        ("name", "area_km2"),
        licence=_NE,
    ),
    MapLayer("graticule", "Graticule", "Reference", "graticule", licence="computed"),
    MapLayer(
        "coast", "Coastline", "Reference", "lines", "base.gpkg", _levels("countries", "l0", "l1", "l2"), licence=_NE
    ),
    MapLayer(
        "borders",
        "Borders",
        "Reference",
        "lines",
        "base.gpkg",
        _levels("boundaries", "l0", "l1", "l2"),
        ("status",),
        licence=_NE,
    ),
    MapLayer(
        "disputed",
        "Disputed lines",
        "Reference",
        "lines",
        "base.gpkg",
        (Level("disputed_lines", 0.01),),
        coarsest_m_per_px=12_000,
        licence=_NE,
    ),
    MapLayer(
        "sealanes",
        "Sea lanes",
        "Transport",
        "lines",
        "maritime.gpkg",
        (Level("sea_lanes", 0.02),),
        licence=_SEA,
        visible=False,
    ),
    MapLayer(
        "railways-world",
        "Railways of the world",
        "Transport",
        "lines",
        "transport.gpkg",
        (Level("railways_world", 0.03),),
        coarsest_m_per_px=7_000,
        licence=_OSM,
    ),
    MapLayer(
        "railways",
        "Railways of southern Africa",
        "Transport",
        "lines",
        "transport.gpkg",
        (Level("railways_africa", 0.005),),
        coarsest_m_per_px=3_500,
        licence=_OSM,
    ),
    MapLayer(
        "links",
        "Network links",
        "Transport",
        "lines",
        "atlas.gpkg",
        (Level("links", 0.0),),
        ("id", "mode", "kind", "status"),
        coarsest_m_per_px=9_000,
    ),
    MapLayer("flows", "Flows", "Analysis", "flows"),
    MapLayer("blocked", "Blocked", "Analysis", "flows"),
    MapLayer("route-names", "Route names", "Analysis", "labels", coarsest_m_per_px=9_000),
    MapLayer("gates", "Gates", "Analysis", "sites"),
    MapLayer("places-network", "Junctions and borders", "Sites", "sites", coarsest_m_per_px=2_500),
    MapLayer("markets", "Markets", "Sites", "sites"),
    MapLayer("ports", "Ports", "Sites", "sites"),
    MapLayer("plants", "Smelters and refineries", "Sites", "sites"),
    MapLayer("mines", "Mines", "Sites", "sites"),
    MapLayer("residuals", "Rest of country (mines, plants)", "Sites", "sites", visible=False),
    MapLayer(
        "places",
        "Towns",
        "Reference",
        "points",
        "base.gpkg",
        (Level("places", 0.0),),
        ("name", "name_zh", "population", "rank", "capital"),
        coarsest_m_per_px=12_000,
        licence="© GeoNames, CC BY 4.0",
    ),
    MapLayer("labels", "Country and water names", "Reference", "labels", licence=_NE),
)

PARTS: tuple[MapLayer, ...] = (
    MapLayer(
        "lake-shores", "Lake shores", "Reference", "lines", "base.gpkg", _levels("lakes", "l0", "l1", "l2"), licence=_NE
    ),
)
"""Geometry drawn with another layer, not a line of the tree of its own."""

BY_ID: dict[str, MapLayer] = {layer.id: layer for layer in (*LAYERS, *PARTS)}


def default_hidden() -> frozenset[str]:
    """Ids of the layers that are off at first."""
    return frozenset(layer.id for layer in LAYERS if not layer.visible)
